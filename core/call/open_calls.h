/* SPDX-License-Identifier: MIT
 *
 * The open calls by their Call-IDs.
 */
#ifndef SW_CALL_OPEN_CALLS_H
#define SW_CALL_OPEN_CALLS_H

#include "call/tracked.h"

struct sw_open_call {
    uint64_t hash; /* stands for the whole Call-ID, as nobody who doesn't know its seed can find two with the same */
    struct sw_tracked *call;
};

struct sw_open_calls {
    struct sw_open_call *slots; /* at most three of four are taken; an entry stands at its hash or close behind */
    size_t mask;
    size_t count;
};

void sw_open_calls_init(struct sw_open_calls *calls);
void sw_open_calls_clear(struct sw_open_calls *calls);

/* Borrowed; NULL: there is none. */
struct sw_tracked *sw_open_calls_find(const struct sw_open_calls *calls, uint64_t hash);

/* Borrowed until taken out; there must be none with that key. */
void sw_open_calls_add(struct sw_open_calls *calls, struct sw_tracked *call);
void sw_open_calls_remove(struct sw_open_calls *calls, const struct sw_tracked *call);

#endif
