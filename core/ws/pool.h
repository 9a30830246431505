/* SPDX-License-Identifier: MIT
 *
 * What connections share, so that an idle one is small: room for the bytes of what is being put together, and the
 * inflate states (ws/deflate.h).
 */
#ifndef SW_WS_POOL_H
#define SW_WS_POOL_H

#include "sipweave/connection.h"

#include <zlib.h>

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
/* The same, and the slot is NULL from then on. */
void sw_unit_drop(struct sw_inflate_pool *pool, struct sw_unit **slot);
/* Makes room for that many bytes in all; what is there stays. */
void sw_unit_reserve(struct sw_unit *unit, size_t room);
/* Adds a packet unless it is the last one already, or there are cap of them. */
void sw_unit_mark(struct sw_unit *unit, struct sw_mark mark, size_t cap);

struct sw_deflate;

/* A zlib state, and whose history is in it. */
struct sw_inflater {
    z_stream stream;
    struct sw_deflate *owner;  /* NULL: it is free */
    struct sw_inflater *older; /* in the pool's list */
    struct sw_inflater *newer;
};

enum {
    SW_INFLATERS = 8,       /* made before directions take turns, */
    SW_INFLATERS_MAX = 512, /* or so many where limits->inflate_history is large */
};

struct sw_inflate_pool {
    const struct sw_limits *limits;
    struct sw_unit *spare;
    unsigned spares;
    struct sw_inflater *least; /* all states, by last use, free ones first */
    struct sw_inflater *latest;
    size_t inflaters;
    struct sw_deflate *oldest; /* stored histories, by last use */
    struct sw_deflate *newest;
    size_t history; /* bytes stored in them */
};

#endif
