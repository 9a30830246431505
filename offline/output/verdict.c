/* SPDX-License-Identifier: MIT
 *
 * Which tests does a run of check stand for, and which of them fail?
 */
#include "output/verdict.h"

#include <string.h>

#include "output/facts.h"
#include "output/product.h"
#include "output/text.h"

enum { SENDERS_MOST = 1000 };

struct verdicts {
    const struct verdict_form *form;
    void *context; /* the form's */
    struct findings *findings;
    struct breaches *breaches;
    unsigned fail_weight;
    GPtrArray *suites;       /* of struct suite, connections as they begin */
    GHashTable *connections; /* their numbers to suites */
    GHashTable *senders;     /* struct sw_endpoint to suites */
};

static struct suite *suite_add(struct verdicts *verdicts, struct suite suite)
{
    struct suite *added = g_memdup2(&suite, sizeof suite);
    g_ptr_array_add(verdicts->suites, added);
    return added;
}

static void on_connection_begin(void *context, const struct connection_record *connection)
{
    struct verdicts *verdicts = context;
    struct suite *suite = suite_add(verdicts, (struct suite){.connection = connection->id,
                                                             .client = connection->client,
                                                             .server = connection->server,
                                                             .first = connection->first.time});
    g_hash_table_insert(verdicts->connections, GSIZE_TO_POINTER((gsize)connection->id), suite);
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct verdicts *verdicts = context;
    findings_connection_end(verdicts->findings, connection);
}

static void note_sender(struct verdicts *verdicts, const struct sw_endpoint *sender, int64_t time)
{
    if (g_hash_table_contains(verdicts->senders, sender))
        return;
    struct suite *suite = suite_add(verdicts, (struct suite){.client = *sender, .first = time, .sip = true});
    g_hash_table_insert(verdicts->senders, &suite->client, suite);
}

static void on_aside(void *context, const struct message_record *message)
{
    struct verdicts *verdicts = context;
    findings_message(verdicts->findings, message);
}

static void on_message(void *context, const struct message_record *message)
{
    struct verdicts *verdicts = context;
    findings_message(verdicts->findings, message);
    if (message->connection == NULL) {
        if (g_hash_table_size(verdicts->senders) < SENDERS_MOST) /* those with findings come in addition */
            note_sender(verdicts, &message->source, message->marks[0].time);
        return;
    }
    gpointer key = GSIZE_TO_POINTER((gsize)message->connection->id);
    struct suite *suite = g_hash_table_lookup(verdicts->connections, key);
    if (suite != NULL)
        suite->sip = true;
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct verdicts *verdicts = context;
    struct told told;
    if (!findings_take(verdicts->findings, finding, &told))
        return;
    if (finding->connection == NULL)
        note_sender(verdicts, &finding->source, finding->marks[0].time);
    breaches_add(verdicts->breaches, &told);
}

/* ---- which tests ---- */

static bool applies(const struct verdicts *verdicts, const struct suite *suite, enum sw_rule rule)
{
    const struct sw_rule_info *info = sw_rule_info(rule);
    if (!findings_checks(verdicts->findings, rule))
        return false;
    if (rule_is_about_websocket(info))
        return suite->connection != 0;
    return suite->sip && (suite->connection != 0 || !g_str_has_prefix(info->id, "WSSIP-"));
}

static bool is_of(const struct suite *suite, const struct breach *breach)
{
    return suite->connection != 0 ? breach->group == suite->connection
                                  : breach->group == 0 && sw_endpoint_equal(&breach->end, &suite->client);
}

/* By the order of breaches: connections by number, then senders by address. */
static gint by_place(gconstpointer a, gconstpointer b)
{
    const struct suite *left = *(struct suite *const *)a;
    const struct suite *right = *(struct suite *const *)b;
    if (left->connection != right->connection)
        return left->connection - 1 < right->connection - 1 ? -1 : 1; /* 0 comes last */
    return left->connection != 0 ? 0 : endpoint_compare(&left->client, &right->client);
}

/* Gives each suite its part of the breaches. */
static void share_out(struct verdicts *verdicts, const GPtrArray *sorted)
{
    guint at = 0;
    for (guint i = 0; i < verdicts->suites->len; i++) {
        struct suite *suite = verdicts->suites->pdata[i];
        suite->breaches = sorted;
        suite->from = at;
        while (at < sorted->len && is_of(suite, sorted->pdata[at]))
            at++;
        suite->to = at;
    }
}

static bool fails(const struct verdicts *verdicts, const struct sw_rule_info *rule, const GPtrArray *breaches)
{
    return breaches->len > 0 && sw_level_weight(rule->level) >= verdicts->fail_weight;
}

typedef void (*verdict_use)(struct verdicts *verdicts, struct suite *suite, const struct verdict *verdict);

static void each_test(struct verdicts *verdicts, struct suite *suite, verdict_use use)
{
    GPtrArray *found = g_ptr_array_new();
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        g_ptr_array_set_size(found, 0);
        for (guint i = suite->from; i < suite->to; i++)
            if (((const struct breach *)suite->breaches->pdata[i])->rule == rule)
                g_ptr_array_add(found, suite->breaches->pdata[i]);
        if (found->len == 0 && !applies(verdicts, suite, rule))
            continue;
        const struct sw_rule_info *info = sw_rule_info(rule);
        const struct verdict verdict = {suite, info, fails(verdicts, info, found), found};
        use(verdicts, suite, &verdict);
    }
    g_ptr_array_free(found, TRUE);
}

static void count_test(struct verdicts *verdicts, struct suite *suite, const struct verdict *verdict)
{
    (void)verdicts;
    suite->tests++;
    suite->failures += verdict->failed;
}

static void print_test(struct verdicts *verdicts, struct suite *suite, const struct verdict *verdict)
{
    (void)suite;
    verdicts->form->test(verdicts->context, verdict);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct verdicts *verdicts = context;
    GPtrArray *sorted = breaches_sorted(verdicts->breaches);
    uint64_t tests = 0;
    uint64_t failures = 0;
    (void)totals;
    g_ptr_array_sort(verdicts->suites, by_place);
    share_out(verdicts, sorted);
    for (guint i = 0; i < verdicts->suites->len; i++) {
        struct suite *suite = verdicts->suites->pdata[i];
        each_test(verdicts, suite, count_test);
        tests += suite->tests;
        failures += suite->failures;
    }
    verdicts->form->begin(verdicts->context, tests, failures);
    for (guint i = 0; i < verdicts->suites->len; i++) {
        struct suite *suite = verdicts->suites->pdata[i];
        verdicts->form->suite_begin(verdicts->context, suite);
        each_test(verdicts, suite, print_test);
        verdicts->form->suite_end(verdicts->context, suite);
    }
    verdicts->form->end(verdicts->context);
    g_ptr_array_free(sorted, TRUE);
}

static void on_free(void *context)
{
    struct verdicts *verdicts = context;
    g_hash_table_destroy(verdicts->connections);
    g_hash_table_destroy(verdicts->senders);
    g_ptr_array_free(verdicts->suites, TRUE);
    breaches_free(verdicts->breaches);
    findings_free(verdicts->findings);
    verdicts->form->free(verdicts->context);
    g_free(verdicts);
}

struct sink verdict_sink(const struct output_options *options, const struct verdict_form *form, void *context)
{
    struct verdicts *verdicts = g_new(struct verdicts, 1);
    *verdicts = (struct verdicts){
        .form = form,
        .context = context,
        .findings = findings_new(options),
        .breaches = breaches_new(options->all),
        .fail_weight = options->fail_weight,
        .suites = g_ptr_array_new_with_free_func(g_free),
        .connections = g_hash_table_new(NULL, NULL),
        .senders = g_hash_table_new(endpoint_hash, endpoint_equal),
    };
    return (struct sink){
        .context = verdicts,
        .connection_begin = on_connection_begin,
        .message = on_message,
        .aside = on_aside,
        .connection_end = on_connection_end,
        .finding = on_finding,
        .finish = on_finish,
        .free = on_free,
    };
}

/* ---- texts ---- */

void suite_append_name(GString *to, const struct suite *suite)
{
    char client[56];
    char server[56];
    sw_endpoint_format(&suite->client, client, sizeof client);
    sw_endpoint_format(&suite->server, server, sizeof server);
    if (suite->connection == 0)
        g_string_append_printf(to, "sender %s", client);
    else
        g_string_append_printf(to, "connection %" G_GUINT64_FORMAT " %s > %s", suite->connection, client, server);
}

static void append_finding(GString *to, const struct breach *breach, const struct finding_record *finding)
{
    g_string_append_printf(to, "%s: ", breach->party);
    packets_append(to, finding);
    if (finding->call != 0)
        g_string_append_printf(to, ", call %" G_GUINT64_FORMAT, finding->call);
    g_string_append(to, ": ");
    text_escape(to, (struct sw_slice){(const uint8_t *)finding->evidence, strlen(finding->evidence)}, false);
    g_string_append_c(to, '\n');
}

void verdict_append_findings(GString *to, const struct verdict *verdict, const char *indent)
{
    for (guint i = 0; i < verdict->breaches->len; i++) {
        const struct breach *breach = verdict->breaches->pdata[i];
        for (guint j = 0; j < breach->kept; j++) {
            const struct finding_record finding = breach_finding(breach, j);
            g_string_append(to, indent);
            append_finding(to, breach, &finding);
        }
        if (breach->count > breach->kept)
            g_string_append_printf(to, "%s%s: and %" G_GUINT64_FORMAT " more\n", indent, breach->party,
                                   breach->count - breach->kept);
    }
}
