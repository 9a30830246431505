/* SPDX-License-Identifier: MIT
 *
 * Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): one run, the captures its artifacts. A
 * result is what one party did about one rule in one connection, or, with --all, each finding.
 */
#include <string.h>

#include "output/breach.h"
#include "output/json.h"
#include "output/text.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

struct sarif {
    FILE *out; /* borrowed */
    bool all;
    const char *version; /* borrowed; or NULL */
    struct json json;
    struct findings *findings;
    struct breaches *breaches;
    GPtrArray *captures; /* URIs by file number; NULL where one is unknown */
    GString *text;
};

/* A member {"text": ...}. */
static void put_message(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_begin_object(json);
    json_key_text(json, "text", text);
    json_end_object(json);
}

/* ---- what comes ---- */

/* A reference relative to where the program ran, or file://. */
static char *uri_of(const char *path)
{
    if (strcmp(path, "-") == 0)
        return g_strdup("stdin");
    return g_path_is_absolute(path) ? g_filename_to_uri(path, NULL, NULL) : g_uri_escape_string(path, "/", FALSE);
}

static void on_capture(void *context, const struct capture_record *capture)
{
    struct sarif *sarif = context;
    if (capture->file >= sarif->captures->len)
        g_ptr_array_set_size(sarif->captures, (gint)capture->file + 1);
    g_free(sarif->captures->pdata[capture->file]);
    sarif->captures->pdata[capture->file] = uri_of(capture->info->path);
}

static void on_message(void *context, const struct message_record *message)
{
    struct sarif *sarif = context;
    findings_message(sarif->findings, message);
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct sarif *sarif = context;
    findings_connection_end(sarif->findings, connection);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct sarif *sarif = context;
    struct told told;
    if (findings_take(sarif->findings, finding, &told))
        breaches_add(sarif->breaches, &told);
}

/* ---- rules ---- */

static const char *level_name(const struct sw_rule_info *rule)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[sw_level_weight(rule->level)];
}

static void write_rule(struct sarif *sarif, const struct sw_rule_info *rule)
{
    struct json *json = &sarif->json;
    json_begin_object(json);
    json_key_text(json, "id", rule->id);
    g_string_truncate(sarif->text, 0);
    rule_append_text(sarif->text, rule);
    put_message(json, "shortDescription", sarif->text->str);
    put_message(json, "fullDescription", rule->quote);
    json_key(json, "defaultConfiguration");
    json_begin_object(json);
    json_key_text(json, "level", level_name(rule));
    json_end_object(json);
    g_string_truncate(sarif->text, 0);
    rule_append_uri(sarif->text, rule);
    json_key_text(json, "helpUri", sarif->text->str);
    put_message(json, "help", rule->detect);
    json_key(json, "properties");
    json_begin_object(json);
    json_key_text(json, "keyword", sw_level_name(rule->level));
    json_key_uint(json, "rfc", rule->rfc);
    json_key_text(json, "section", rule->section);
    json_end_object(json);
    json_end_object(json);
}

enum { UNUSED = -1 };

/* Those that were broken, and the place of each in the list. */
static void write_rules(struct sarif *sarif, const GPtrArray *sorted, int places[SW_RULE_COUNT])
{
    bool used[SW_RULE_COUNT] = {false};
    int count = 0;
    for (guint i = 0; i < sorted->len; i++)
        used[((const struct breach *)sorted->pdata[i])->rule] = true;
    json_key(&sarif->json, "rules");
    json_begin_array(&sarif->json);
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        places[rule] = used[rule] ? count++ : UNUSED;
        if (used[rule])
            write_rule(sarif, sw_rule_info(rule));
    }
    json_end_array(&sarif->json);
}

/* ---- results ---- */

static const char *capture_uri(const struct sarif *sarif, unsigned file)
{
    return file < sarif->captures->len ? sarif->captures->pdata[file] : NULL;
}

static void append_evidence(GString *to, const struct finding_record *finding)
{
    packets_append(to, finding);
    g_string_append(to, ": ");
    text_escape(to, (struct sw_slice){(const uint8_t *)finding->evidence, strlen(finding->evidence)}, true);
}

static void write_text(struct sarif *sarif, const struct breach *breach, const struct finding_record *only)
{
    char source[56];
    GString *text = sarif->text;
    sw_endpoint_format(&breach->end, source, sizeof source);
    g_string_printf(text, "%s %s", breach->party, source);
    if (*breach->product != 0)
        g_string_append_printf(text, " (%s)", breach->product);
    for (guint i = 0; only == NULL && i < breach->kept; i++) {
        const struct finding_record finding = breach_finding(breach, i);
        g_string_append(text, i == 0 ? ": " : "; ");
        append_evidence(text, &finding);
    }
    if (only != NULL) {
        g_string_append(text, ": ");
        append_evidence(text, only);
    } else if (breach->count > breach->kept) {
        g_string_append_printf(text, "; and %" G_GUINT64_FORMAT " more", breach->count - breach->kept);
    }
    put_message(&sarif->json, "message", text->str);
}

static void write_location(struct sarif *sarif, const struct breach *breach, const struct finding_record *finding)
{
    struct json *json = &sarif->json;
    unsigned file = mark_file(finding->marks[0]);
    json_key(json, "locations");
    json_begin_array(json);
    json_begin_object(json);
    if (capture_uri(sarif, file) != NULL) {
        json_key(json, "physicalLocation");
        json_begin_object(json);
        json_key(json, "artifactLocation");
        json_begin_object(json);
        json_key_text(json, "uri", capture_uri(sarif, file));
        json_key_uint(json, "index", file);
        json_end_object(json);
        json_end_object(json);
    }
    g_string_truncate(sarif->text, 0);
    breach_append_title(sarif->text, breach, ">");
    json_key(json, "logicalLocations");
    json_begin_array(json);
    json_begin_object(json);
    json_key_text(json, "fullyQualifiedName", sarif->text->str);
    json_key_text(json, "kind", breach->group != 0 ? "connection" : "sender");
    json_end_object(json);
    json_end_array(json);
    json_end_object(json);
    json_end_array(json);
}

static void write_properties(struct sarif *sarif, const struct breach *breach, const struct finding_record *finding)
{
    struct json *json = &sarif->json;
    json_key(json, "properties");
    json_begin_object(json);
    json_key_text(json, "party", breach->party);
    if (*breach->product != 0)
        json_key_text(json, "product", breach->product);
    json_key(json, "frames");
    json_begin_array(json);
    for (size_t i = 0; i < finding->mark_count && mark_file(finding->marks[i]) == mark_file(finding->marks[0]); i++)
        json_put_uint(json, mark_number(finding->marks[i]));
    json_end_array(json);
    json_key(json, "time");
    json_put_time(json, finding->marks[0].time);
    if (breach->group != 0)
        json_key_uint(json, "connection", breach->group);
    if (finding->call != 0)
        json_key_uint(json, "call", finding->call);
    json_end_object(json);
}

static void write_result(struct sarif *sarif, const struct breach *breach, const int places[SW_RULE_COUNT],
                         const struct finding_record *only)
{
    struct json *json = &sarif->json;
    const struct sw_rule_info *rule = sw_rule_info(breach->rule);
    const struct finding_record first = breach_finding(breach, 0);
    const struct finding_record *finding = only != NULL ? only : &first;
    char fingerprint[FINGERPRINT_SIZE];
    json_begin_object(json);
    json_key_text(json, "ruleId", rule->id);
    json_key_uint(json, "ruleIndex", (uint64_t)places[breach->rule]);
    json_key_text(json, "level", level_name(rule));
    write_text(sarif, breach, only);
    write_location(sarif, breach, finding);
    if (only == NULL)
        json_key_uint(json, "occurrenceCount", breach->count);
    json_key(json, "partialFingerprints");
    json_begin_object(json);
    finding_fingerprint(&(struct told){finding, rule, breach->product}, fingerprint);
    json_key_text(json, "sipweave/v1", fingerprint);
    json_end_object(json);
    write_properties(sarif, breach, finding);
    json_end_object(json);
}

static void write_results(struct sarif *sarif, const GPtrArray *sorted, const int places[SW_RULE_COUNT])
{
    json_key(&sarif->json, "results");
    json_begin_array(&sarif->json);
    for (guint i = 0; i < sorted->len; i++) {
        const struct breach *breach = sorted->pdata[i];
        if (!sarif->all)
            write_result(sarif, breach, places, NULL);
        for (guint j = 0; sarif->all && j < breach->kept; j++) {
            const struct finding_record finding = breach_finding(breach, j);
            write_result(sarif, breach, places, &finding);
        }
    }
    json_end_array(&sarif->json);
}

/* ---- the log ---- */

static void write_artifacts(struct sarif *sarif)
{
    struct json *json = &sarif->json;
    json_key(json, "artifacts");
    json_begin_array(json);
    for (guint i = 0; i < sarif->captures->len; i++) {
        const char *uri = capture_uri(sarif, i);
        json_begin_object(json);
        if (uri != NULL) {
            json_key(json, "location");
            json_begin_object(json);
            json_key_text(json, "uri", uri);
            json_end_object(json);
        }
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_log(struct sarif *sarif, const GPtrArray *sorted)
{
    struct json *json = &sarif->json;
    int places[SW_RULE_COUNT];
    json_begin_object(json);
    json_key_text(json, "$schema", SCHEMA);
    json_key_text(json, "version", "2.1.0");
    json_key(json, "runs");
    json_begin_array(json);
    json_begin_object(json);
    json_key(json, "tool");
    json_begin_object(json);
    json_key(json, "driver");
    json_begin_object(json);
    json_key_text(json, "name", "sipweave");
    if (sarif->version != NULL)
        json_key_text(json, "version", sarif->version);
    write_rules(sarif, sorted, places);
    json_end_object(json);
    json_end_object(json);
    write_artifacts(sarif);
    write_results(sarif, sorted, places);
    json_end_object(json);
    json_end_array(json);
    json_end_object(json);
    json_end_line(json);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct sarif *sarif = context;
    GPtrArray *sorted = breaches_sorted(sarif->breaches);
    (void)totals;
    write_log(sarif, sorted);
    fwrite(sarif->json.data, 1, sarif->json.size, sarif->out);
    fflush(sarif->out);
    g_ptr_array_free(sorted, TRUE);
}

static void on_free(void *context)
{
    struct sarif *sarif = context;
    json_free(&sarif->json);
    breaches_free(sarif->breaches);
    findings_free(sarif->findings);
    g_ptr_array_free(sarif->captures, TRUE);
    g_string_free(sarif->text, TRUE);
    g_free(sarif);
}

struct sink check_sarif_sink(const struct output_options *options)
{
    struct sarif *sarif = g_new(struct sarif, 1);
    *sarif = (struct sarif){
        .out = options->out,
        .all = options->all,
        .version = options->version,
        .findings = findings_new(options),
        .breaches = breaches_new(options->all),
        .captures = g_ptr_array_new_with_free_func(g_free),
        .text = g_string_new(NULL),
    };
    return (struct sink){
        .context = sarif,
        .capture = on_capture,
        .message = on_message,
        .aside = on_message,
        .connection_end = on_connection_end,
        .finding = on_finding,
        .finish = on_finish,
        .free = on_free,
    };
}
