/* SPDX-License-Identifier: MIT
 *
 * How does a unit become the event that sw_connection_next returns, and how long does it live? Until the next call:
 * then it goes back to the pool.
 */
#include "ws/state.h"

#include <glib.h>

enum sw_step sw_event_new(struct sw_connection *c, const struct sw_side *side, enum sw_event_kind kind,
                          struct sw_unit *unit)
{
    c->event = &unit->event;
    *c->event = (struct sw_event){
        .kind = kind,
        .direction = side->direction,
        .offset = unit->offset,
        .size = side->reader.offset - unit->offset,
        .marks = unit->marks,
        .mark_count = unit->mark_count,
    };
    return SW_STEP_EVENT;
}

void sw_lend(struct sw_connection *c, struct sw_unit *unit)
{
    c->lent[c->lent[0] != NULL] = unit;
}

void sw_event_done(struct sw_connection *c)
{
    for (size_t i = 0; i < G_N_ELEMENTS(c->lent); i++) {
        sw_unit_give(c->pool, c->lent[i]);
        c->lent[i] = NULL;
    }
    c->event = NULL;
}
