/* SPDX-License-Identifier: MIT
 *
 * How does a breach become an event? Findings queue up where they are made, and are read before decoding goes on, so
 * that their number is bounded by what one step can find.
 */
#include "ws/judge.h"

#include "bytes.h"

#include <glib.h>
#include <stdio.h>

struct sw_judge *sw_judge_new(const struct sw_surroundings *surroundings)
{
    struct sw_judge *judge = g_new0(struct sw_judge, 1);
    judge->surroundings = *surroundings;
    judge->last = &judge->first;
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

void sw_judge_free(struct sw_connection *c)
{
    if (c->judge == NULL)
        return;
    while (c->judge->first != NULL)
        sw_unit_give(c->pool, take_first(c->judge));
    g_free(c->judge);
}

void sw_judge_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const struct sw_place *place,
                     const char *evidence, ...)
{
    struct sw_judge *judge = c->judge;
    struct sw_unit *unit = sw_unit_take(c->pool, place->offset);
    sw_unit_reserve(unit, SW_EVIDENCE_MAX);
    va_list values;
    va_start(values, evidence);
    vsnprintf((char *)unit->bytes, SW_EVIDENCE_MAX, evidence, values);
    va_end(values);
    for (size_t i = 0; i < place->mark_count; i++)
        sw_unit_mark(unit, place->marks[i], c->limits->message_marks);
    unit->event = (struct sw_event){
        .kind = SW_EVENT_FINDING,
        .direction = place->direction,
        .offset = place->offset,
        .size = place->size,
        .finding = {.rule = rule, .party = party, .evidence = (const char *)unit->bytes},
    };
    *judge->last = unit;
    judge->last = &unit->next;
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
