/* SPDX-License-Identifier: MIT
 *
 * Puts what is ready into the order of first packets.
 *
 * A message is complete at its last packet but stands in the output where its first one was. So an item waits while
 * something that began earlier is unfinished. Waiting is bounded: by the limit order-pending, and by time.
 */
#ifndef SIPWEAVE_ORDER_H
#define SIPWEAVE_ORDER_H

#include "sipweave/limits.h"
#include "sipweave/slice.h"

static inline bool mark_before(struct sw_mark a, struct sw_mark b)
{
    return a.time != b.time ? a.time < b.time : a.packet < b.packet;
}

static inline struct sw_mark mark_later(struct sw_mark a, struct sw_mark b)
{
    return mark_before(a, b) ? b : a;
}

/* Something that has begun and may still become an item: embed it where that is known. Zero at first. */
struct order_unit {
    struct order_unit *previous;
    struct order_unit *next;
    struct sw_mark since;
    bool linked;
    bool given_up; /* it began too long ago to be waited for */
};

struct order;
struct order *order_new(const struct sw_limits *limits);
/* Items still held are dropped: pop them first. */
void order_free(struct order *order);

/* The unit is unfinished since that packet. */
void order_unit_waits(struct order *order, struct order_unit *unit, struct sw_mark since);
/* The unit holds nothing, or goes away. */
void order_unit_done(struct order *order, struct order_unit *unit);

/* In packet time, nothing is waited for longer than this. */
#define ORDER_PATIENCE (INT64_C(10) * 1000 * 1000 * 1000)

/* What else is unfinished, outside of the units, and has not been for longer than that; false: nothing. */
struct order_bound {
    bool set;
    struct sw_mark since;
};

/* The order moves on to this packet: units that have waited for too long are given up. */
void order_advance(struct order *order, struct sw_mark now, const struct order_bound *outside);

/* Whether an item with that first packet may go out at once, without being held. */
bool order_passes(const struct order *order, struct sw_mark first);

/* Takes item, which stays the caller's data: a pointer, no more. */
void order_push(struct order *order, struct sw_mark first, void *item);

/* The next item whose turn it is, or NULL. all: whatever is unfinished. */
void *order_pop(struct order *order, bool all);

/* So many items didn't wait for what had begun before them, as limits->order_pending were held. */
uint64_t order_hurried(const struct order *order);

#endif
