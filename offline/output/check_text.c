/* SPDX-License-Identifier: MIT
 *
 * Findings for people: by connection, or by sender where there is none, then by rule, the worst first. Then by product:
 * which software broke what, how often.
 */
#include <string.h>

#include "output/breach.h"
#include "output/findings.h"
#include "output/text.h"

enum { INDENT = 8, PRODUCTS_MOST = 200 };

struct check_text {
    struct page page;
    struct findings *findings;
    struct breaches *breaches;
    GString *line; /* scratch */
};

static void on_message(void *context, const struct message_record *message)
{
    struct check_text *check = context;
    findings_message(check->findings, message);
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct check_text *check = context;
    findings_connection_end(check->findings, connection);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct check_text *check = context;
    struct told told;
    if (findings_take(check->findings, finding, &told))
        breaches_add(check->breaches, &told);
}

/* ---- by connection ---- */

static void print_title(struct check_text *check, const struct breach *breach)
{
    GString *title = g_string_new(NULL);
    breach_append_title(title, breach, check->page.unicode ? "→" : "->");
    page_style(&check->page, STYLE_TITLE, title->str);
    page_line(&check->page);
    g_string_free(title, TRUE);
}

static void print_finding(struct check_text *check, const struct finding_record *finding)
{
    GString *line = check->line;
    g_string_truncate(line, 0);
    packets_append(line, finding);
    if (finding->call != 0) {
        g_string_append(line, ", call ");
        text_number(line, finding->call);
    }
    g_string_append(line, ": ");
    text_escape(line, (struct sw_slice){(const uint8_t *)finding->evidence, strlen(finding->evidence)},
                check->page.unicode);
    page_wrapped(&check->page, line->str, INDENT, INDENT + 2);
}

/* "  MUST       client WS-RSV  RFC 6455 5.2" */
static void print_rule(struct check_text *check, const struct sw_rule_info *rule, const char *party)
{
    enum { LEVEL = 10, PARTY = 6 };
    GString *head = check->line;
    g_string_assign(head, "  ");
    text_cell(head, sw_level_name(rule->level), LEVEL, TEXT_LEFT, TEXT_CUT_END, false);
    g_string_append_c(head, ' ');
    text_cell(head, party, PARTY, TEXT_LEFT, TEXT_CUT_END, false);
    g_string_append_c(head, ' ');
    g_string_append(head, rule->id);
    page_style(&check->page, sw_level_weight(rule->level) == 2 ? STYLE_FAILURE : STYLE_NOTE, head->str);
    g_string_append(check->page.text, "  RFC ");
    text_number(check->page.text, rule->rfc);
    g_string_append_c(check->page.text, ' ');
    g_string_append(check->page.text, rule->section);
}

static void print_breach(struct check_text *check, const struct breach *breach)
{
    const struct sw_rule_info *rule = sw_rule_info(breach->rule);
    print_rule(check, rule, breach->party);
    if (breach->count > 1) {
        g_string_append(check->page.text, "  ");
        text_number(check->page.text, breach->count);
        g_string_append(check->page.text, " times");
    }
    page_line(&check->page);
    g_string_truncate(check->line, 0);
    rule_append_text(check->line, rule);
    page_wrapped(&check->page, check->line->str, INDENT, INDENT + 2);
    for (guint i = 0; i < breach->kept; i++) {
        const struct finding_record finding = breach_finding(breach, i);
        print_finding(check, &finding);
    }
    uint64_t more = breach->count - breach->kept;
    if (more > 0) {
        text_cell(check->page.text, "", INDENT, TEXT_LEFT, TEXT_CUT_END, false);
        g_string_append(check->page.text, "and ");
        text_number(check->page.text, more);
        g_string_append(check->page.text, " more");
        page_line(&check->page);
    }
}

static void print_breaches(struct check_text *check, const GPtrArray *sorted)
{
    const struct breach *last = NULL;
    for (guint i = 0; i < sorted->len; i++) {
        const struct breach *breach = sorted->pdata[i];
        if (!breach_same_group(last, breach))
            print_title(check, breach);
        print_breach(check, breach);
        last = breach;
    }
}

/* ---- by product ---- */

struct stack {
    const char *name; /* escaped */
    uint64_t counts[3];
    GArray *rules; /* of struct rule_count */
};

struct rule_count {
    enum sw_rule rule;
    uint64_t count;
};

static void free_stack(gpointer data)
{
    struct stack *stack = data;
    g_array_free(stack->rules, TRUE);
    g_free(stack);
}

static const char *stack_name(const struct breach *breach, char host[56])
{
    const struct finding_record record = {.source = breach->end};
    return accused_name(&(struct told){.record = &record, .product = breach->product}, host);
}

static struct stack *stack_of(GHashTable *stacks, const struct breach *breach)
{
    char host[56];
    const char *name = stack_name(breach, host);
    struct stack *stack = g_hash_table_lookup(stacks, name);
    if (stack == NULL && g_hash_table_size(stacks) >= PRODUCTS_MOST) {
        name = "others";
        stack = g_hash_table_lookup(stacks, name);
    }
    if (stack != NULL)
        return stack;
    stack = g_new0(struct stack, 1);
    stack->rules = g_array_new(FALSE, FALSE, sizeof(struct rule_count));
    char *key = g_strdup(name);
    stack->name = key;
    g_hash_table_insert(stacks, key, stack);
    return stack;
}

static void count_rule(struct stack *stack, const struct breach *breach)
{
    stack->counts[sw_level_weight(sw_rule_info(breach->rule)->level)] += breach->count;
    for (guint i = 0; i < stack->rules->len; i++) {
        struct rule_count *known = &g_array_index(stack->rules, struct rule_count, i);
        if (known->rule == breach->rule) {
            known->count += breach->count;
            return;
        }
    }
    struct rule_count count = {breach->rule, breach->count};
    g_array_append_val(stack->rules, count);
}

static gint by_weight_and_count(gconstpointer a, gconstpointer b)
{
    const struct rule_count *left = a;
    const struct rule_count *right = b;
    unsigned weights[] = {sw_level_weight(sw_rule_info(left->rule)->level),
                          sw_level_weight(sw_rule_info(right->rule)->level)};
    if (weights[0] != weights[1])
        return weights[0] > weights[1] ? -1 : 1;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return (int)left->rule - (int)right->rule;
}

static gint by_badness(gconstpointer a, gconstpointer b)
{
    const struct stack *left = *(struct stack *const *)a;
    const struct stack *right = *(struct stack *const *)b;
    for (int weight = 2; weight >= 0; weight--)
        if (left->counts[weight] != right->counts[weight])
            return left->counts[weight] > right->counts[weight] ? -1 : 1;
    return strcmp(left->name, right->name);
}

static void append_counts(GString *to, const uint64_t counts[3])
{
    g_string_append_printf(to, "%" G_GUINT64_FORMAT " MUST, %" G_GUINT64_FORMAT " SHOULD, %" G_GUINT64_FORMAT " LINT",
                           counts[2], counts[1], counts[0]);
}

static void print_stack(struct page *page, const struct stack *stack)
{
    GString *line = g_string_new(NULL);
    text_escape(line, (struct sw_slice){(const uint8_t *)stack->name, strlen(stack->name)}, page->unicode);
    g_string_append(line, ": ");
    append_counts(line, stack->counts);
    page_wrapped(page, line->str, 2, 4);
    g_string_truncate(line, 0);
    g_array_sort(stack->rules, by_weight_and_count);
    for (guint i = 0; i < stack->rules->len; i++) {
        const struct rule_count *rule = &g_array_index(stack->rules, struct rule_count, i);
        g_string_append_printf(line, "%s%s", i == 0 ? "" : ", ", sw_rule_info(rule->rule)->id);
        if (rule->count > 1)
            g_string_append_printf(line, " (%" G_GUINT64_FORMAT ")", rule->count);
    }
    page_wrapped(page, line->str, INDENT - 2, INDENT - 2);
    g_string_free(line, TRUE);
}

static void print_stacks(struct check_text *check, const GPtrArray *sorted)
{
    GHashTable *stacks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_stack);
    for (guint i = 0; i < sorted->len; i++)
        count_rule(stack_of(stacks, sorted->pdata[i]), sorted->pdata[i]);
    GPtrArray *order = g_ptr_array_new();
    GHashTableIter iter;
    void *value;
    g_hash_table_iter_init(&iter, stacks);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(order, value);
    g_ptr_array_sort(order, by_badness);
    if (order->len > 0) {
        page_line(&check->page);
        page_style(&check->page, STYLE_TITLE, "By product");
        page_line(&check->page);
    }
    for (guint i = 0; i < order->len; i++)
        print_stack(&check->page, order->pdata[i]);
    if (order->len > 0)
        page_line(&check->page);
    g_ptr_array_free(order, TRUE);
    g_hash_table_destroy(stacks);
}

/* ---- all of it ---- */

static void print_summary(struct check_text *check, const GPtrArray *sorted)
{
    GString *line = check->page.text;
    uint64_t counts[3] = {0};
    uint64_t suppressed = findings_suppressed(check->findings);
    uint64_t known = findings_known(check->findings);
    for (guint i = 0; i < sorted->len; i++) {
        const struct breach *breach = sorted->pdata[i];
        counts[sw_level_weight(sw_rule_info(breach->rule)->level)] += breach->count;
    }
    append_counts(line, counts);
    if (suppressed > 0)
        g_string_append_printf(line, "; %" G_GUINT64_FORMAT " suppressed", suppressed);
    if (known > 0)
        g_string_append_printf(line, "; %" G_GUINT64_FORMAT " known from the baseline", known);
    page_line(&check->page);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct check_text *check = context;
    GPtrArray *sorted = breaches_sorted(check->breaches);
    (void)totals;
    print_breaches(check, sorted);
    print_stacks(check, sorted);
    print_summary(check, sorted);
    g_ptr_array_free(sorted, TRUE);
    page_flush(&check->page);
}

static void on_free(void *context)
{
    struct check_text *check = context;
    breaches_free(check->breaches);
    findings_free(check->findings);
    g_string_free(check->line, TRUE);
    page_close(&check->page);
    g_free(check);
}

struct sink check_text_sink(const struct output_options *options)
{
    struct check_text *check = g_new0(struct check_text, 1);
    page_open(&check->page, options);
    check->findings = findings_new(options);
    check->breaches = breaches_new(options->all);
    check->line = g_string_new(NULL);
    return (struct sink){
        .context = check,
        .message = on_message,
        .aside = on_message,
        .connection_end = on_connection_end,
        .finding = on_finding,
        .finish = on_finish,
        .free = on_free,
    };
}
