/* SPDX-License-Identifier: MIT
 *
 * Which messages of a call broke which rules: an arrow has the numbers of its faults, and each fault is told once.
 */
#include "output/flow.h"

/* The arrow of that message: they stand in the order of their numbers. NULL: it isn't drawn. */
static struct flow_arrow *arrow_of(struct flow_call *call, uint64_t message)
{
    guint from = 0;
    guint to = call->arrows->len;
    while (from < to) {
        guint middle = from + (to - from) / 2;
        struct flow_arrow *arrow = &g_array_index(call->arrows, struct flow_arrow, middle);
        if (arrow->message == message)
            return arrow;
        if (arrow->message < message)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

/* The number of the fault, from 1; 0: there are too many. */
static guint number_of(struct flow_call *call, const struct finding_record *finding, unsigned from)
{
    for (guint i = 0; i < call->faults->len; i++) {
        struct flow_fault *fault = &g_array_index(call->faults, struct flow_fault, i);
        if (fault->rule != finding->rule || fault->from != from)
            continue;
        fault->count++;
        return i + 1;
    }
    if (call->faults->len == FLOW_FAULTS_MAX)
        return 0;
    const struct flow_fault fault = {
        .rule = finding->rule,
        .from = from,
        .count = 1,
        .mark = finding->marks[0],
        .evidence = flow_keep_escaped(call, finding->evidence),
    };
    g_array_append_val(call->faults, fault);
    return call->faults->len;
}

/* "1,3": the numbers so far, and this one, unless it is there. */
static const char *with_number(struct flow_call *call, const char *numbers, guint number)
{
    char **known = numbers != NULL ? g_strsplit(numbers, ",", -1) : NULL;
    char digits[12];
    g_snprintf(digits, sizeof digits, "%u", number);
    bool there = known != NULL && g_strv_contains((const char *const *)known, digits);
    g_strfreev(known);
    if (there)
        return NULL;
    char *all = numbers != NULL ? g_strdup_printf("%s,%s", numbers, digits) : g_strdup(digits);
    const char *kept = flow_keep(call, all);
    g_free(all);
    return kept;
}

static const char *with_rule(struct flow_call *call, const char *rules, const char *id)
{
    char *all = rules != NULL ? g_strdup_printf("%s, %s", rules, id) : g_strdup(id);
    const char *kept = flow_keep(call, all);
    g_free(all);
    return kept;
}

void flow_fault(struct flow_call *call, const struct finding_record *finding)
{
    struct flow_arrow *arrow = arrow_of(call, finding->message);
    guint number = arrow != NULL ? number_of(call, finding, arrow->from) : 0;
    const char *numbers = number != 0 ? with_number(call, arrow->faults, number) : NULL;
    if (numbers == NULL)
        return;
    arrow->faults = numbers;
    arrow->broken = with_rule(call, arrow->broken, sw_rule_info(finding->rule)->id);
}
