/* SPDX-License-Identifier: MIT
 *
 * What connections share, so that an idle one is small: room for the bytes of what is being put together, and the
 * inflate states (ws/deflate.h).
 */
#ifndef SW_WS_POOL_H
#define SW_WS_POOL_H

#include "sipweave/connection.h"

#include <zlib.h>

/* Room for one thing that is being put together: its bytes, the packets it came in, the event it becomes. Taken from
 * the pool when the first byte comes, given back when the event has been read. */
struct sw_scratch {
    struct sw_scratch *next; /* in the pool's list */
    uint8_t *bytes;
    size_t size;
    size_t room;
    struct sw_mark *marks;
    size_t mark_count;
    size_t mark_room;
    struct sw_event event;
};

struct sw_scratch *sw_scratch_take(struct sw_inflate_pool *pool);
/* NULL is allowed. */
void sw_scratch_give(struct sw_inflate_pool *pool, struct sw_scratch *scratch);
/* Makes room for that many bytes in all; what is there stays. */
void sw_scratch_reserve(struct sw_scratch *scratch, size_t room);
/* Adds a packet unless it is the last one already, or there are cap of them. */
void sw_scratch_mark(struct sw_scratch *scratch, struct sw_mark mark, size_t cap);

struct sw_deflate;

/* A zlib state, and whose history is in it. */
struct sw_inflater {
    z_stream stream;
    bool ready; /* inflateInit2 has been called */
    struct sw_deflate *owner;
    uint64_t used; /* the pool's clock at its last use */
};

enum { SW_INFLATERS = 8 };

struct sw_inflate_pool {
    const struct sw_limits *limits;
    struct sw_scratch *spare;
    unsigned spares;
    struct sw_inflater inflaters[SW_INFLATERS];
    uint64_t clock;
    struct sw_deflate *oldest; /* stored histories, by last use */
    struct sw_deflate *newest;
    size_t history; /* bytes stored in them */
};

#endif
