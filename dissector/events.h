/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the core says on the first pass, kept for every pass.
 */
#ifndef WEAVE_EVENTS_H
#define WEAVE_EVENTS_H

#include "state.h"

/* One frame, step->frame, on the first pass. payload: what there is of it, as on the wire. begin: its first packet. */
void weave_step_push(struct weave_step *step, packet_info *pinfo, struct sw_slice payload, struct sw_mark begin);
/* Bytes of this direction can't be had, on the first pass. */
void weave_step_gap(struct weave_step *step, packet_info *pinfo, uint64_t size, enum sw_reason reason);

/* All that the core of the step's conversation has to say by now belongs to this step. */
void weave_events_take(struct weave_step *step, packet_info *pinfo);
/* context: struct weave_conversation, of which a step is judged. */
void weave_events_breach(void *context, const struct sw_breach *breach);

void weave_events_open(void);

#endif
