/* SPDX-License-Identifier: MIT
 *
 * Which rules were broken, by whom, and how often? A capture may prove a rule broken in each of its messages, so
 * findings are counted by rule and accused, and the first few are kept.
 */
#include "report/groups.h"

#include <glib.h>

#include "output/facts.h"
#include "output/findings.h"
#include "output/json.h"

enum { GROUPS_MOST = 4096, EXAMPLES = 12, FRAMES = 4 };

struct example {
    int64_t time;
    uint64_t call;
    uint64_t message;
    uint64_t connection;
    unsigned file;
    unsigned frame_count;
    uint64_t frames[FRAMES];
    char *evidence;
};

struct group {
    enum sw_rule rule;
    char *who;
    uint64_t count;
    unsigned example_count;
    struct example examples[EXAMPLES];
};

struct groups {
    FILE *out; /* borrowed */
    struct findings *findings;
    GHashTable *by_name; /* rule and accused → struct group */
    GPtrArray *all;      /* in order of appearance */
    uint64_t left_out;   /* findings of groups above the limit */
};

static void group_free(gpointer data)
{
    struct group *group = data;
    for (unsigned i = 0; i < group->example_count; i++)
        g_free(group->examples[i].evidence);
    g_free(group->who);
    g_free(group);
}

/* NULL: there are too many. */
static struct group *group_of(struct groups *groups, const struct told *told)
{
    char host[56];
    const char *who = accused_name(told, host);
    char *name = g_strdup_printf("%s %s", told->rule->id, who);
    struct group *group = g_hash_table_lookup(groups->by_name, name);
    if (group != NULL || groups->all->len == GROUPS_MOST) {
        g_free(name);
        return group;
    }
    group = g_new0(struct group, 1);
    group->rule = told->record->rule;
    group->who = g_strdup(who);
    g_hash_table_insert(groups->by_name, name, group);
    g_ptr_array_add(groups->all, group);
    return group;
}

static void add_example(struct group *group, const struct finding_record *finding)
{
    struct example *example = &group->examples[group->example_count++];
    *example = (struct example){
        .time = finding->marks[0].time,
        .call = finding->call,
        .message = finding->message,
        .connection = finding->connection != NULL ? finding->connection->id : 0,
        .file = mark_file(finding->marks[0]),
        .evidence = g_strdup(finding->evidence),
    };
    for (size_t i = 0; i < finding->mark_count && i < FRAMES; i++)
        example->frames[example->frame_count++] = mark_number(finding->marks[i]);
}

static void on_message(void *context, const struct message_record *message)
{
    struct groups *groups = context;
    findings_message(groups->findings, message);
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct groups *groups = context;
    findings_connection_end(groups->findings, connection);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct groups *groups = context;
    struct told told;
    if (!findings_take(groups->findings, finding, &told))
        return;
    struct group *group = group_of(groups, &told);
    if (group == NULL) {
        groups->left_out++;
        return;
    }
    group->count++;
    if (group->example_count < EXAMPLES)
        add_example(group, finding);
}

/* ---- out ---- */

static void put_example(struct json *json, const struct example *example)
{
    json_begin_object(json);
    json_key(json, "time");
    json_put_time(json, example->time);
    json_key_count(json, "call", example->call);
    json_key_count(json, "message", example->message);
    json_key_count(json, "connection", example->connection);
    json_key_uint(json, "file", example->file);
    json_key(json, "frames");
    json_begin_array(json);
    for (unsigned i = 0; i < example->frame_count; i++)
        json_put_uint(json, example->frames[i]);
    json_end_array(json);
    json_key_text(json, "evidence", example->evidence);
    json_end_object(json);
}

static void put_group(struct json *json, const struct group *group)
{
    const struct sw_rule_info *rule = sw_rule_info(group->rule);
    GString *text = g_string_new(NULL);
    json_begin_object(json);
    json_key_text(json, "type", "group");
    json_key_text(json, "rule", rule->id);
    json_key_text(json, "level", sw_level_name(rule->level));
    json_key_uint(json, "weight", sw_level_weight(rule->level));
    json_key_uint(json, "rfc", rule->rfc);
    json_key_text(json, "section", rule->section);
    rule_append_text(text, rule);
    json_key_text(json, "text", text->str);
    json_key_text(json, "who", group->who);
    json_key_uint(json, "count", group->count);
    json_key(json, "examples");
    json_begin_array(json);
    for (unsigned i = 0; i < group->example_count; i++)
        put_example(json, &group->examples[i]);
    json_end_array(json);
    json_end_object(json);
    json_end_line(json);
    g_string_free(text, TRUE);
}

static void put_totals(struct json *json, const struct totals_record *totals, uint64_t left_out)
{
    json_begin_object(json);
    json_key_text(json, "type", "totals");
    json_key_uint(json, "packets", totals->net.packets);
    json_key_uint(json, "streams_tls", totals->streams_tls);
    json_key_uint(json, "streams_http", totals->streams_http);
    json_key_uint(json, "streams_other", totals->streams_other);
    json_key_uint(json, "datagrams", totals->datagrams);
    json_key_uint(json, "datagrams_sip", totals->datagrams_sip);
    json_key_uint(json, "datagram_bytes_other", totals->datagram_bytes_other);
    json_key_uint(json, "findings_left_out", left_out);
    json_end_object(json);
    json_end_line(json);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct groups *groups = context;
    struct json json = {0};
    for (guint i = 0; i < groups->all->len; i++)
        put_group(&json, groups->all->pdata[i]);
    put_totals(&json, totals, groups->left_out);
    fwrite(json.data, 1, json.size, groups->out);
    json_free(&json);
}

static void on_free(void *context)
{
    struct groups *groups = context;
    findings_free(groups->findings);
    g_hash_table_destroy(groups->by_name);
    g_ptr_array_free(groups->all, TRUE);
    g_free(groups);
}

struct sink groups_sink(const struct output_options *options)
{
    struct groups *groups = g_new(struct groups, 1);
    *groups = (struct groups){
        .out = options->out,
        .findings = findings_new(options),
        .by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .all = g_ptr_array_new_with_free_func(group_free),
    };
    return (struct sink){
        .context = groups,
        .message = on_message,
        .connection_end = on_connection_end,
        .finding = on_finding,
        .finish = on_finish,
        .free = on_free,
    };
}
