/* SPDX-License-Identifier: MIT
 *
 * Whether a selection takes a call: asked of each of its messages, then of the whole.
 */
#ifndef SIPWEAVE_SELECT_CHOOSE_H
#define SIPWEAVE_SELECT_CHOOSE_H

#include "select/select.h"

/* What of a selection a single message is enough for. */
enum choose_met { CHOOSE_MATCH = 1, CHOOSE_METHOD = 2 };
unsigned choose_message(const struct selection *selection, const struct sw_sip *sip);

/* False: whatever else is known of it, it won't be chosen. */
bool choose_by_name(const struct selection *selection, uint64_t number, struct sw_slice call_id);

/* met: of all its messages together; day: midnight before the first message of all. */
bool choose_call(const struct selection *selection, const struct sw_call *call, unsigned met, int64_t day);

#endif
