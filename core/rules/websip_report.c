/* SPDX-License-Identifier: MIT
 *
 * How is it told that the SIP of a connection breaks a rule?
 */
#include "bytes.h"
#include "rules/websip_state.h"

#include <stdarg.h>
#include <stdio.h>

static void tell(struct sw_websip *websip, enum sw_rule rule, enum sw_direction party, const struct sw_mark *marks,
                 size_t mark_count, const char *evidence)
{
    const struct sw_event *event = websip->event;
    bool of_message = event != NULL && event->kind == SW_EVENT_MESSAGE && event->direction == party;
    const struct sw_breach breach = {
        .finding = {.rule = rule,
                    .party = party,
                    .message = of_message ? sw_connection_counts(websip->connection, party)->messages : 0,
                    .evidence = evidence},
        .marks = marks,
        .mark_count = mark_count,
    };
    websip->judgement.report(websip->judgement.context, &breach);
}

void sw_websip_report_of(struct sw_websip *websip, enum sw_rule rule, enum sw_direction party,
                         const struct sw_mark *marks, size_t mark_count, const char *evidence, ...)
{
    char text[SW_EVIDENCE_MAX];
    va_list values;
    va_start(values, evidence);
    vsnprintf(text, sizeof text, evidence, values);
    va_end(values);
    tell(websip, rule, party, marks, mark_count, text);
}

void sw_websip_tell(struct sw_websip *websip, enum sw_rule rule, const char *evidence)
{
    const struct sw_event *event = websip->event;
    tell(websip, rule, event->direction, event->marks, event->mark_count, evidence);
}

void sw_websip_report(struct sw_websip *websip, enum sw_rule rule, const struct sw_mark *before, const char *evidence,
                      ...)
{
    const struct sw_event *event = websip->event;
    char text[SW_EVIDENCE_MAX];
    va_list values;
    va_start(values, evidence);
    vsnprintf(text, sizeof text, evidence, values);
    va_end(values);
    if (before == NULL || before->packet == event->marks[0].packet) {
        sw_websip_tell(websip, rule, text);
    } else {
        const struct sw_mark marks[] = {*before, event->marks[0]};
        tell(websip, rule, event->direction, marks, 2, text);
    }
}

const char *sw_websip_show(char to[SW_SHOWN], struct sw_slice bytes)
{
    sw_put_shown(to, SW_SHOWN, bytes);
    return to;
}
