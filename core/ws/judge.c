/* SPDX-License-Identifier: MIT
 *
 * How does a breach become an event? Findings queue up where they are made, and are read before decoding goes on, so
 * that their number is bounded by what one step can find.
 */
#include "ws/judge.h"

#include "bytes.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>

struct sw_judge *sw_judge_new(const struct sw_surroundings *surroundings)
{
    struct sw_judge *judge = g_new0(struct sw_judge, 1);
    judge->surroundings = *surroundings;
    judge->last = &judge->first;
    for (size_t i = 0; i < G_N_ELEMENTS(judge->sides); i++) {
        struct sw_judge_side *side = &judge->sides[i];
        side->violation = side->reaction.rule = SW_NO_RULE;
        side->violation_acked = side->close_acked = side->end_acked = side->reaction.acked = SW_NEVER;
    }
    return judge;
}

static struct sw_unit *take_first(struct sw_judge *judge)
{
    struct sw_unit *unit = judge->first;
    judge->first = unit->next;
    if (judge->first == NULL)
        judge->last = &judge->first;
    unit->next = NULL;
    return unit;
}

static void queue(struct sw_judge *judge, struct sw_unit *units)
{
    *judge->last = units;
    while (*judge->last != NULL)
        judge->last = &(*judge->last)->next;
}

static void free_side(struct sw_connection *c, struct sw_judge_side *side)
{
    queue(c->judge, side->pending);
    g_free(side->acks);
    g_free(side->borders);
    g_free(side->pings);
}

void sw_judge_free(struct sw_connection *c)
{
    for (size_t i = 0; i < G_N_ELEMENTS(c->judge->sides); i++)
        free_side(c, &c->judge->sides[i]);
    while (c->judge->first != NULL)
        sw_unit_give(c->pool, take_first(c->judge));
    g_free(c->judge);
}

const char *sw_evidence(char to[SW_EXCERPT], struct sw_slice bytes)
{
    enum { ESCAPE = 4, ELLIPSIS = 3 };
    size_t at = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = bytes.data[i];
        if (at + ESCAPE + ELLIPSIS >= SW_EXCERPT) {
            memcpy(to + at, "...", ELLIPSIS);
            at += ELLIPSIS;
            break;
        }
        if (byte >= ' ' && byte <= '~' && byte != '\\')
            to[at++] = (char)byte;
        else
            at += (size_t)snprintf(to + at, SW_EXCERPT - at, "\\x%02X", byte);
    }
    to[at] = 0;
    return to;
}

/* At the end of that list. */
__attribute__((format(printf, 6, 0))) static void report(struct sw_connection *c, struct sw_unit **list,
                                                         enum sw_rule rule, enum sw_direction party,
                                                         const struct sw_place *place, const char *evidence,
                                                         va_list values)
{
    struct sw_unit *unit = sw_unit_take(c->pool, place->offset);
    sw_unit_reserve(unit, SW_EVIDENCE_MAX);
    vsnprintf((char *)unit->bytes, SW_EVIDENCE_MAX, evidence, values);
    for (size_t i = 0; i < place->mark_count; i++)
        sw_unit_mark(unit, place->marks[i], c->limits->message_marks);
    unit->next = NULL;
    unit->event = (struct sw_event){
        .kind = SW_EVENT_FINDING,
        .direction = place->direction,
        .offset = place->offset,
        .size = place->size,
        .finding = {.rule = rule, .party = party, .message = place->message, .evidence = (const char *)unit->bytes},
    };
    while (*list != NULL)
        list = &(*list)->next;
    *list = unit;
}

void sw_judge_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const struct sw_place *place,
                     const char *evidence, ...)
{
    struct sw_unit *unit = NULL;
    va_list values;
    va_start(values, evidence);
    report(c, &unit, rule, party, place, evidence, values);
    va_end(values);
    queue(c->judge, unit);
}

void sw_judge_report_pending(struct sw_connection *c, enum sw_rule rule, const struct sw_place *place,
                             const char *evidence, ...)
{
    va_list values;
    va_start(values, evidence);
    report(c, &sw_judged(c, place->direction)->pending, rule, place->direction, place, evidence, values);
    va_end(values);
}

void sw_judge_report_frame(struct sw_connection *c, enum sw_rule rule, const struct sw_side *side, const char *evidence,
                           ...)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_place place = {
        .direction = side->direction, .offset = judged->frame.offset, .marks = &judged->frame.mark, .mark_count = 1};
    va_list values;
    va_start(values, evidence);
    report(c, &judged->pending, rule, side->direction, &place, evidence, values);
    va_end(values);
}

void sw_judge_frame_end(struct sw_connection *c, enum sw_direction direction, struct sw_mark mark)
{
    struct sw_judge_side *judged = sw_judged(c, direction);
    for (struct sw_unit *unit = judged->pending; unit != NULL; unit = unit->next)
        sw_unit_mark(unit, mark, c->limits->message_marks);
    queue(c->judge, judged->pending);
    judged->pending = NULL;
}

bool sw_judge_tell(struct sw_connection *c)
{
    if (c->judge->first == NULL)
        return false;
    struct sw_unit *unit = take_first(c->judge);
    sw_lend(c, unit);
    c->event = &unit->event;
    c->event->marks = unit->marks;
    c->event->mark_count = unit->mark_count;
    return true;
}

bool sw_judge_extensions_known(const struct sw_connection *c)
{
    const struct sw_handshake *seen = sw_connection_handshake(c);
    return c->upgraded && seen->requested && seen->answered && !seen->extension_unknown;
}

bool sw_judge_unbroken(const struct sw_connection *c, enum sw_direction direction)
{
    const struct sw_judge_side *side = &c->judge->sides[direction];
    return !side->gap && !side->unsure;
}
