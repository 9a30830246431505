/* SPDX-License-Identifier: MIT
 *
 * What connections share, so that an idle one is small: room for the bytes of what is being put together, and what it
 * takes to inflate a message (ws/inflate.h).
 */
#ifndef SW_WS_POOL_H
#define SW_WS_POOL_H

#include "sipweave/connection.h"

/* One thing that is being put together: a message, a control frame, a loss. Its bytes, the packets it came in, the
 * event it becomes. Taken from the pool when the first byte comes, given back when the event has been read. */
struct sw_unit {
    struct sw_unit *next; /* in the pool's list */
    uint8_t *bytes;
    size_t size;
    size_t room;
    struct sw_mark *marks;
    size_t mark_count;
    size_t mark_room;
    uint64_t offset;  /* in the stream, of its first byte */
    uint64_t wire;    /* payload bytes taken */
    uint64_t skipped; /* payload bytes beyond limits->message_size */
    bool cut;         /* some were skipped */
    bool told;        /* and that was told */
    struct sw_event event;
};

struct sw_unit *sw_unit_take(struct sw_inflate_pool *pool, uint64_t offset);
/* NULL is allowed. */
void sw_unit_give(struct sw_inflate_pool *pool, struct sw_unit *unit);
/* Makes room for that many bytes in all; what is there stays. */
void sw_unit_reserve(struct sw_unit *unit, size_t room);
/* Adds a packet unless it is the last one already, or there are cap of them. */
void sw_unit_mark(struct sw_unit *unit, struct sw_mark mark, size_t cap);

struct sw_deflate;
struct sw_inflate_desk;

struct sw_inflate_pool {
    const struct sw_limits *limits;
    struct sw_unit *spare;
    unsigned spares;
    struct sw_inflate_desk *desk; /* NULL until it is needed */
    struct sw_deflate *oldest;    /* directions with a window, by last use */
    struct sw_deflate *newest;
    size_t history; /* bytes of these windows */
};

struct sw_inflate_desk *sw_inflate_desk_of(struct sw_inflate_pool *pool);

#endif
