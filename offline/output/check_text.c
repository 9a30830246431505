/* SPDX-License-Identifier: MIT
 *
 * Findings for people: by connection, or by sender where there is none, then by rule, the worst first. Of repeats the
 * first few are shown, and all are counted.
 */
#include <string.h>

#include "output/facts.h"
#include "output/findings.h"
#include "output/text.h"

enum { SHOWN = 3, PACKETS_SHOWN = 4 };

/* What one party did about one rule, in one connection. */
struct breach {
    uint64_t group;         /* the connection's id; 0: none, then sorted by source */
    struct sw_endpoint end; /* the accused */
    char source[56];
    char destination[56];
    enum sw_rule rule;
    const char *party;
    uint64_t count;
    GString *shown; /* lines */
};

struct check_text {
    struct page page;
    struct finding_filter *filter;
    bool all;
    GHashTable *breaches; /* of struct breach */
    uint64_t counts[3];   /* by weight */
};

static void free_breach(void *data)
{
    struct breach *breach = data;
    g_string_free(breach->shown, TRUE);
    g_free(breach);
}

static guint hash_breach(gconstpointer key)
{
    const struct breach *breach = key;
    return g_int64_hash(&breach->group) * 31 + (guint)breach->rule * 7 + breach->end.port;
}

static gboolean same_breach(gconstpointer a, gconstpointer b)
{
    const struct breach *left = a;
    const struct breach *right = b;
    return left->group == right->group && left->rule == right->rule && sw_endpoint_equal(&left->end, &right->end) &&
           strcmp(left->party, right->party) == 0;
}

static struct breach *breach_of(struct check_text *check, const struct finding_record *finding)
{
    const struct breach key = {
        .group = finding->connection != NULL ? finding->connection->id : 0,
        .end = finding->source,
        .rule = finding->rule,
        .party = finding->party,
    };
    struct breach *breach = g_hash_table_lookup(check->breaches, &key);
    if (breach != NULL)
        return breach;
    breach = g_memdup2(&key, sizeof key);
    breach->shown = g_string_new(NULL);
    sw_endpoint_format(&finding->source, breach->source, sizeof breach->source);
    sw_endpoint_format(&finding->destination, breach->destination, sizeof breach->destination);
    g_hash_table_add(check->breaches, breach);
    return breach;
}

static void show(struct check_text *check, GString *to, const struct finding_record *finding)
{
    g_string_append(to, finding->mark_count == 1 ? "        packet" : "        packets");
    for (size_t i = 0; i < finding->mark_count && i < PACKETS_SHOWN; i++)
        g_string_append_printf(to, " %" G_GUINT64_FORMAT, mark_number(finding->marks[i]));
    if (finding->mark_count > PACKETS_SHOWN)
        g_string_append(to, " ...");
    if (mark_file(finding->marks[0]) != 0)
        g_string_append_printf(to, " of file %u", mark_file(finding->marks[0]) + 1);
    if (finding->call != 0)
        g_string_append_printf(to, ", call %" G_GUINT64_FORMAT, finding->call);
    g_string_append(to, ": ");
    text_escape(to, (struct sw_slice){(const uint8_t *)finding->evidence, strlen(finding->evidence)},
                check->page.unicode);
    g_string_append_c(to, '\n');
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct check_text *check = context;
    if (!finding_passes(check->filter, finding->rule))
        return;
    struct breach *breach = breach_of(check, finding);
    breach->count++;
    check->counts[sw_level_weight(sw_rule_info(finding->rule)->level)]++;
    if (check->all || breach->count <= SHOWN)
        show(check, breach->shown, finding);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const struct breach *left = *(struct breach *const *)a;
    const struct breach *right = *(struct breach *const *)b;
    if (left->group != right->group)
        return left->group < right->group ? -1 : 1;
    int source = left->group == 0 ? strcmp(left->source, right->source) : 0;
    if (source != 0)
        return source;
    enum sw_level levels[] = {sw_rule_info(left->rule)->level, sw_rule_info(right->rule)->level};
    if (levels[0] != levels[1])
        return levels[0] > levels[1] ? -1 : 1;
    if (left->rule != right->rule)
        return left->rule < right->rule ? -1 : 1;
    return strcmp(left->party, right->party);
}

static bool same_group(const struct breach *a, const struct breach *b)
{
    return a != NULL && a->group == b->group && (a->group != 0 || strcmp(a->source, b->source) == 0);
}

static void print_title(struct check_text *check, const struct breach *breach)
{
    GString *line = check->page.text;
    bool client = strcmp(breach->party, "server") != 0;
    if (check->page.color)
        g_string_append(line, style_on(STYLE_TITLE));
    if (breach->group != 0)
        g_string_append_printf(line, "Connection %" G_GUINT64_FORMAT "  %s %s %s", breach->group,
                               client ? breach->source : breach->destination, check->page.unicode ? "→" : "->",
                               client ? breach->destination : breach->source);
    else
        g_string_append(line, breach->source);
    if (check->page.color)
        g_string_append(line, style_off(STYLE_TITLE));
    page_line(&check->page);
}

static void print_breach(struct check_text *check, const struct breach *breach)
{
    const struct sw_rule_info *rule = sw_rule_info(breach->rule);
    char head[128];
    g_snprintf(head, sizeof head, "  %-10s %-6s %s", sw_level_name(rule->level), breach->party, rule->id);
    page_style(&check->page, sw_level_weight(rule->level) == 2 ? STYLE_FAILURE : STYLE_NOTE, head);
    g_string_append_printf(check->page.text, "  RFC %u %s", rule->rfc, rule->section);
    if (breach->count > 1)
        g_string_append_printf(check->page.text, "  %" G_GUINT64_FORMAT " times", breach->count);
    page_line(&check->page);
    bool forbidden = rule->level == SW_LEVEL_MUST_NOT || rule->level == SW_LEVEL_SHOULD_NOT;
    g_string_append_printf(check->page.text, "        %s%s", forbidden ? "Forbidden: " : "", rule->text);
    page_line(&check->page);
    g_string_append(check->page.text, breach->shown->str);
    if (!check->all && breach->count > SHOWN)
        g_string_append_printf(check->page.text, "        and %" G_GUINT64_FORMAT " more\n", breach->count - SHOWN);
}

static void print_summary(struct check_text *check)
{
    GString *line = check->page.text;
    g_string_append_printf(line, "%" G_GUINT64_FORMAT " MUST, %" G_GUINT64_FORMAT " SHOULD, %" G_GUINT64_FORMAT " LINT",
                           check->counts[2], check->counts[1], check->counts[0]);
    page_line(&check->page);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct check_text *check = context;
    GPtrArray *sorted = g_ptr_array_new();
    GHashTableIter iter;
    void *value;
    (void)totals;
    g_hash_table_iter_init(&iter, check->breaches);
    while (g_hash_table_iter_next(&iter, &value, NULL))
        g_ptr_array_add(sorted, value);
    g_ptr_array_sort(sorted, by_place);
    const struct breach *last = NULL;
    for (guint i = 0; i < sorted->len; i++) {
        const struct breach *breach = sorted->pdata[i];
        if (!same_group(last, breach))
            print_title(check, breach);
        print_breach(check, breach);
        last = breach;
    }
    g_ptr_array_free(sorted, TRUE);
    print_summary(check);
    page_flush(&check->page);
}

static void on_free(void *context)
{
    struct check_text *check = context;
    g_hash_table_destroy(check->breaches);
    finding_filter_free(check->filter);
    page_close(&check->page);
    g_free(check);
}

struct sink check_text_sink(const struct output_options *options)
{
    struct check_text *check = g_new0(struct check_text, 1);
    page_open(&check->page, options);
    check->filter = finding_filter_new(options);
    check->all = options->all;
    check->breaches = g_hash_table_new_full(hash_breach, same_breach, free_breach, NULL);
    return (struct sink){.context = check, .finding = on_finding, .finish = on_finish, .free = on_free};
}
