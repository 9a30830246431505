/* SPDX-License-Identifier: MIT
 *
 * Which findings are left out by a suppression, and which suppressions are of no use any more?
 */
#include "output/suppress.h"

#include <string.h>

#include "output/text.h"

struct suppression {
    unsigned line;
    char *rule;  /* patterns: of ids in capitals, */
    char *agent; /* others in small letters; NULL: any */
    char *subject;
    char *party;
    char *reason;
    char *expires;
    bool expired;
    uint64_t covered;
};

struct suppressions {
    char *path;
    GPtrArray *all; /* of struct suppression, as they stand in the file */
};

static void free_suppression(gpointer data)
{
    struct suppression *one = data;
    g_free(one->rule);
    g_free(one->agent);
    g_free(one->subject);
    g_free(one->party);
    g_free(one->reason);
    g_free(one->expires);
    g_free(one);
}

void suppressions_free(struct suppressions *suppressions)
{
    if (suppressions == NULL)
        return;
    g_ptr_array_free(suppressions->all, TRUE);
    g_free(suppressions->path);
    g_free(suppressions);
}

/* ---- the file ---- */

static bool refuse(GError **error, const struct suppressions *suppressions, unsigned line, const char *why)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%u: %s", suppressions->path, line, why);
    return false;
}

/* YYYY-MM-DD: such dates are in order where their texts are. */
static bool is_date(const char *text)
{
    for (size_t i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit(text[i]))
            return false;
    return text[10] == 0;
}

static bool begin(struct suppressions *suppressions, char *line, unsigned number, GError **error)
{
    size_t size = strlen(line);
    if (size < 3 || line[size - 1] != ']')
        return refuse(error, suppressions, number, "not [RULE]");
    line[size - 1] = 0;
    struct suppression *one = g_new0(struct suppression, 1);
    g_ptr_array_add(suppressions->all, one);
    one->line = number;
    one->rule = g_ascii_strup(g_strstrip(line + 1), -1);
    bool any = false;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT && !any; rule++)
        any = g_pattern_match_simple(one->rule, sw_rule_info(rule)->id);
    return any || refuse(error, suppressions, number, "no rule has such an id; 'sipweave rules' lists them");
}

static bool set(struct suppression *one, const char *key, const char *value)
{
    const struct {
        const char *key;
        char **to;
        bool text; /* kept as it is */
    } members[] = {
        {"party", &one->party, false},  {"agent", &one->agent, false},    {"subject", &one->subject, false},
        {"reason", &one->reason, true}, {"expires", &one->expires, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        if (strcmp(key, members[i].key) != 0)
            continue;
        g_free(*members[i].to);
        *members[i].to = members[i].text ? g_strdup(value) : g_utf8_strdown(value, -1);
        return true;
    }
    return false;
}

static bool read_member(struct suppressions *suppressions, char *line, unsigned number, GError **error)
{
    char *equals = strchr(line, '=');
    if (suppressions->all->len == 0)
        return refuse(error, suppressions, number, "a [RULE] must come first");
    if (equals == NULL)
        return refuse(error, suppressions, number, "neither [RULE] nor KEY = VALUE");
    *equals = 0;
    struct suppression *one = suppressions->all->pdata[suppressions->all->len - 1];
    if (!set(one, g_strstrip(line), g_strstrip(equals + 1)))
        return refuse(error, suppressions, number, "the keys are party, agent, subject, reason and expires");
    if (one->expires != NULL && !is_date(one->expires))
        return refuse(error, suppressions, number, "expires is a date: YYYY-MM-DD");
    return true;
}

static bool read_line(struct suppressions *suppressions, char *line, unsigned number, GError **error)
{
    if (!g_utf8_validate(line, -1, NULL))
        return refuse(error, suppressions, number, "not UTF-8");
    g_strstrip(line);
    if (*line == 0 || *line == '#')
        return true;
    return *line == '[' ? begin(suppressions, line, number, error) : read_member(suppressions, line, number, error);
}

static bool finish(struct suppressions *suppressions, const char *today, GError **error)
{
    for (guint i = 0; i < suppressions->all->len; i++) {
        struct suppression *one = suppressions->all->pdata[i];
        if (one->reason == NULL || *one->reason == 0)
            return refuse(error, suppressions, one->line, "a reason is missing");
        one->expired = one->expires != NULL && strcmp(one->expires, today) < 0;
    }
    return true;
}

struct suppressions *suppressions_read(const char *path, const char *today, GError **error)
{
    char *contents;
    if (!g_file_get_contents(path, &contents, NULL, error))
        return NULL;
    struct suppressions *suppressions = g_new(struct suppressions, 1);
    suppressions->path = g_strdup(path);
    suppressions->all = g_ptr_array_new_with_free_func(free_suppression);
    char **lines = g_strsplit(contents, "\n", 0);
    bool good = true;
    for (unsigned i = 0; good && lines[i] != NULL; i++)
        good = read_line(suppressions, lines[i], i + 1, error);
    if (!good || !finish(suppressions, today, error)) {
        suppressions_free(suppressions);
        suppressions = NULL;
    }
    g_strfreev(lines);
    g_free(contents);
    return suppressions;
}

/* ---- what they cover ---- */

static bool fits(const char *pattern, const char *text)
{
    char *lower = g_utf8_strdown(text, -1);
    bool fits = g_pattern_match_simple(pattern, lower);
    g_free(lower);
    return fits;
}

static bool fits_subject(const char *pattern, const struct finding_record *finding)
{
    char source[56];
    sw_endpoint_format(&finding->source, source, sizeof source);
    return fits(pattern, source) || fits(pattern, finding->evidence);
}

static bool covers(const struct suppression *one, const struct told *told)
{
    return !one->expired && g_pattern_match_simple(one->rule, told->rule->id) &&
           (one->party == NULL || strcmp(one->party, told->record->party) == 0) &&
           (one->agent == NULL || fits(one->agent, told->product)) &&
           (one->subject == NULL || fits_subject(one->subject, told->record));
}

bool suppressions_cover(struct suppressions *suppressions, const struct told *told)
{
    for (guint i = 0; i < suppressions->all->len; i++) {
        struct suppression *one = suppressions->all->pdata[i];
        if (!covers(one, told))
            continue;
        one->covered++;
        return true;
    }
    return false;
}

void suppressions_report(const struct suppressions *suppressions, FILE *to)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < suppressions->all->len; i++) {
        const struct suppression *one = suppressions->all->pdata[i];
        if (!one->expired && one->covered > 0)
            continue;
        g_string_truncate(text, 0);
        text_escape(text, (struct sw_slice){(const uint8_t *)one->rule, strlen(one->rule)}, false);
        if (one->expired)
            fprintf(to, "sipweave: %s:%u: the suppression of %s has expired on %s\n", suppressions->path, one->line,
                    text->str, one->expires);
        else
            fprintf(to, "sipweave: %s:%u: the suppression of %s covers nothing\n", suppressions->path, one->line,
                    text->str);
    }
    g_string_free(text, TRUE);
}
