/* SPDX-License-Identifier: MIT
 *
 * Output that must come in the order of first packets, though some of it is known only later: a connection is told when
 * it has ended, its messages long before.
 */
#ifndef SIPWEAVE_OUTPUT_HOLD_H
#define SIPWEAVE_OUTPUT_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Order: time, then rank, then id. Rank and id together are unique. */
struct hold_key {
    int64_t time;
    unsigned rank; /* below 8 */
    uint64_t id;
};

struct hold;
struct hold *hold_new(void);
void hold_free(struct hold *hold);

/* Something with this key will come: what is later than it waits. */
void hold_reserve(struct hold *hold, struct hold_key key);

/* The bytes of the text of a key, reserved (its reserved time counts) or not; copied. */
void hold_fill(struct hold *hold, struct hold_key key, const void *bytes, size_t size);

/* Hands out, in order, all that is earlier than the time and waits for nothing. */
typedef void (*hold_emit)(void *context, const char *text, size_t size);
void hold_release(struct hold *hold, int64_t before, hold_emit emit, void *context);
/* The same for all that is left; what was reserved and never filled is forgotten. */
void hold_release_all(struct hold *hold, hold_emit emit, void *context);

#endif
