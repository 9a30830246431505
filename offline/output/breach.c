/* SPDX-License-Identifier: MIT
 *
 * Gathers findings by connection or sender, rule and party.
 */
#include "output/breach.h"

#include <string.h>

#include "output/facts.h"
#include "output/text.h"

enum { SHOWN = 3 };

struct breaches {
    bool all;
    GHashTable *set;        /* of struct breach */
    GStringChunk *products; /* each once */
};

/* Of a finding, what its breach doesn't say of all of them. */
struct breach_case {
    uint64_t message;
    uint64_t call;
    struct sw_endpoint destination;
    unsigned mark_count;
    struct sw_mark marks[]; /* and behind them the evidence */
};

static void free_breach(gpointer data)
{
    struct breach *breach = data;
    for (guint i = 0; i < breach->kept; i++)
        g_free(breach->cases[i]);
    g_free(breach->cases);
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

struct breaches *breaches_new(bool all)
{
    struct breaches *breaches = g_new(struct breaches, 1);
    breaches->all = all;
    breaches->set = g_hash_table_new_full(hash_breach, same_breach, free_breach, NULL);
    breaches->products = g_string_chunk_new(1024);
    return breaches;
}

void breaches_free(struct breaches *breaches)
{
    g_hash_table_destroy(breaches->set);
    g_string_chunk_free(breaches->products);
    g_free(breaches);
}

static struct breach *breach_of(struct breaches *breaches, const struct told *told)
{
    const struct finding_record *finding = told->record;
    const struct breach key = {
        .group = finding->connection != NULL ? finding->connection->id : 0,
        .end = finding->source,
        .rule = finding->rule,
        .party = finding->party,
    };
    struct breach *breach = g_hash_table_lookup(breaches->set, &key);
    if (breach != NULL)
        return breach;
    breach = g_memdup2(&key, sizeof key);
    breach->other = finding->destination;
    breach->product = "";
    g_hash_table_add(breaches->set, breach);
    return breach;
}

static struct breach_case *case_of(const struct finding_record *finding)
{
    const size_t marks = finding->mark_count * sizeof *finding->marks;
    const size_t evidence = strlen(finding->evidence) + 1;
    struct breach_case *one = g_malloc(sizeof *one + marks + evidence);
    *one = (struct breach_case){.message = finding->message,
                                .call = finding->call,
                                .destination = finding->destination,
                                .mark_count = (unsigned)finding->mark_count};
    memcpy(one->marks, finding->marks, marks);
    memcpy(one->marks + finding->mark_count, finding->evidence, evidence);
    return one;
}

static void keep_case(struct breach *breach, struct breach_case *one)
{
    if (breach->kept == breach->room) {
        breach->room = breach->room == 0 ? SHOWN : 2 * breach->room;
        breach->cases = g_renew(struct breach_case *, breach->cases, breach->room);
    }
    breach->cases[breach->kept++] = one;
}

void breaches_add(struct breaches *breaches, const struct told *told)
{
    struct breach *breach = breach_of(breaches, told);
    breach->count++;
    if (*breach->product == 0)
        breach->product = g_string_chunk_insert_const(breaches->products, told->product);
    if (breaches->all || breach->kept < SHOWN)
        keep_case(breach, case_of(told->record));
}

struct finding_record breach_finding(const struct breach *breach, guint i)
{
    const struct breach_case *one = breach->cases[i];
    return (struct finding_record){
        .rule = breach->rule,
        .party = breach->party,
        .marks = one->marks,
        .mark_count = one->mark_count,
        .message = one->message,
        .call = one->call,
        .source = breach->end,
        .destination = one->destination,
        .evidence = (const char *)(one->marks + one->mark_count),
    };
}

static int compare_groups(const struct breach *a, const struct breach *b)
{
    if (a->group != b->group)
        return a->group - 1 < b->group - 1 ? -1 : 1; /* 0 comes last */
    return a->group != 0 ? 0 : endpoint_compare(&a->end, &b->end);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const struct breach *left = *(struct breach *const *)a;
    const struct breach *right = *(struct breach *const *)b;
    int groups = compare_groups(left, right);
    if (groups != 0)
        return groups;
    enum sw_level levels[] = {sw_rule_info(left->rule)->level, sw_rule_info(right->rule)->level};
    if (levels[0] != levels[1])
        return levels[0] > levels[1] ? -1 : 1;
    if (left->rule != right->rule)
        return left->rule < right->rule ? -1 : 1;
    int parties = strcmp(left->party, right->party);
    return parties != 0 ? parties : endpoint_compare(&left->end, &right->end);
}

GPtrArray *breaches_sorted(const struct breaches *breaches)
{
    GPtrArray *sorted = g_ptr_array_new();
    GHashTableIter iter;
    void *key;
    g_hash_table_iter_init(&iter, breaches->set);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_ptr_array_add(sorted, key);
    g_ptr_array_sort(sorted, by_place);
    return sorted;
}

bool breach_same_group(const struct breach *a, const struct breach *b)
{
    return a != NULL && b != NULL && compare_groups(a, b) == 0;
}

void breach_append_title(GString *to, const struct breach *breach, const char *arrow)
{
    char source[56];
    char destination[56];
    bool server = strcmp(breach->party, "server") == 0;
    sw_endpoint_format(&breach->end, source, sizeof source);
    sw_endpoint_format(&breach->other, destination, sizeof destination);
    if (breach->group == 0) {
        g_string_append(to, source);
        return;
    }
    g_string_append(to, "Connection ");
    text_number(to, breach->group);
    const char *const parts[] = {"  ", server ? destination : source, " ", arrow, " ", server ? source : destination};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        g_string_append(to, parts[i]);
}
