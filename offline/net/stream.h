/* SPDX-License-Identifier: MIT
 *
 * What is remembered of TCP connections, and the calls between the files that follow them:
 *
 *   tcp.c     the header, and what SYN, ACK, FIN and RST do to a connection
 *   flow.c    one direction: order, overlaps, gaps
 *   held.c    the bytes that came too early
 *   table.c   finding a connection by its ends; queues by age
 *   recent.c  whether a retransmission repeats what was delivered
 *
 * A connection is small (about 210 bytes) until something arrives out of order. Sequence numbers are widened to 64 bits
 * at the door (flow_widen) and compared as plain numbers from there on.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "net/net.h"

#include <glib.h>

/* Bytes that came before their turn. */
struct chunk {
    struct chunk *older; /* among all chunks of all connections, in the order of arrival */
    struct chunk *newer;
    struct stream *stream;
    enum net_side side;
    uint64_t begin;
    uint64_t end; /* begin + size + cut; the key in held->chunks, whose chunks never overlap */
    uint32_t size;
    uint32_t cut; /* bytes behind these that the snap length took */
    struct sw_mark mark;
    uint8_t bytes[];
};

/* What a direction needs while something is out of order. */
struct held {
    GTree *chunks; /* by end */
    size_t bytes;  /* the memory they take */
    /* A hole that the other side has acknowledged isn't given up at once: a capture may have the packets in a slightly
     * wrong order. The count starts with the acknowledgment. */
    bool counting;
    uint8_t patience; /* packets of the connection still to wait for */
    int64_t since;
    uint64_t acked; /* at the start of the count: holes up to here are given up when it ends */
};

enum flow_state {
    FLOW_UNSEEN,
    FLOW_EXPECTED, /* nothing came, but the other side told which byte it waits for */
    FLOW_STARTING, /* no SYN was seen: the first bytes are held a moment, for earlier ones may follow */
    FLOW_OPEN,
    FLOW_ENDED, /* by FIN, or with the connection */
};

/* One direction. */
struct flow {
    uint64_t next;     /* of the next byte to deliver; STARTING: of the first byte that came */
    uint64_t acked;    /* highest acknowledgment of the other side */
    uint64_t fin;      /* behind the last byte; 0: no FIN seen */
    struct held *held; /* NULL while everything is in order */
    uint32_t base;     /* sequence number of the first byte */
    uint8_t state;     /* enum flow_state */
};

enum stream_list {
    LIST_OPEN,   /* least recently used first */
    LIST_RESET,  /* a RST came; data that the capture has behind it is still taken for a moment */
    LIST_CLOSED, /* told as ended; remembered so that late copies of its packets begin nothing new */
    LIST_COUNT,
};

struct stream {
    struct net_stream seen; /* what the sink knows of it; first, so that it can be cast back */
    struct flow flows[2];   /* by enum net_side */
    struct stream *older;   /* in its list */
    struct stream *newer;
    int64_t moved;        /* when it was put at the end of LIST_OPEN */
    struct sw_mark ended; /* the packet that brought it to LIST_RESET or LIST_CLOSED */
    uint32_t hash;
    uint8_t list;     /* enum stream_list */
    uint8_t reset_by; /* enum net_side */
    bool told;        /* a call to the sink was made */
    bool ignored;     /* the sink wants no more of it */
};

struct table_slot {
    struct stream *stream; /* NULL: free */
    uint32_t hash;
};

struct table_list {
    struct stream *oldest;
    struct stream *newest;
};

/* Open addressing with linear probing; removal moves entries back, so there are no tombstones. */
struct table {
    struct table_slot *slots;
    size_t mask; /* slots - 1 */
    size_t count;
    uint64_t seed;
    struct table_list lists[LIST_COUNT];
};

/* A segment that was delivered: direct-mapped, the newer replaces the older. */
struct recent_segment {
    uint64_t key;
    uint64_t content;
};

struct tcp {
    struct table table;
    struct chunk *oldest_chunk;
    struct chunk *newest_chunk;
    struct chunk *awaited; /* the oldest that is still waited for, by tcp_unfinished() */
    size_t held_bytes;
    const struct sw_limits *limits;
    const struct net_sink *sink;
    struct net_counts *counts;
    struct recent_segment *recent; /* NULL: nobody wants to know of conflicts */
};

/* The payload of a packet, or a part of it. */
struct segment {
    uint64_t begin;
    struct sw_slice bytes;
    uint32_t cut; /* bytes behind these that the snap length took */
    struct sw_mark mark;
};

static inline enum net_side other(enum net_side side)
{
    return side == NET_A ? NET_B : NET_A;
}

/* table.c */
void table_init(struct table *table, uint64_t seed);
void table_clear(struct table *table); /* frees the slots; the streams are gone by then */
/* The stream between these ends, and the side that source is; NULL: none, and *hash is what table_add wants. */
struct stream *table_find(const struct table *table, const struct sw_endpoint *source,
                          const struct sw_endpoint *destination, uint32_t *hash, enum net_side *side);
/* A new stream, owned by the table, in LIST_OPEN. */
struct stream *table_add(struct table *table, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                         uint32_t hash);
void table_remove(struct table *table, struct stream *stream); /* and frees it */
/* To the newest end of that list. */
void table_move(struct table *table, struct stream *stream, enum stream_list list);

/* recent.c */
struct recent_segment *recent_new(void);
void recent_remember(struct recent_segment *recent, const struct stream *stream, enum net_side side, uint64_t begin,
                     struct sw_slice bytes);
/* True where a segment of this place and size was delivered lately, and with other bytes. */
bool recent_differs(const struct recent_segment *recent, const struct stream *stream, enum net_side side,
                    uint64_t begin, struct sw_slice bytes);

/* held.c */
/* Made where it isn't there. */
struct held *held_begin(struct flow *flow);
void held_add(struct tcp *tcp, struct stream *stream, enum net_side side, const struct segment *piece); /* copied */
/* The chunk with the lowest numbers; NULL: none. flow->held isn't NULL. */
struct chunk *held_first(const struct flow *flow);
/* The first chunk that ends behind that place; NULL: none. */
struct chunk *held_beyond(const struct flow *flow, uint64_t place);
/* Out of the tree and the list; the caller frees it (g_free). */
void held_take(struct tcp *tcp, struct flow *flow, struct chunk *chunk);
/* Frees what is held, untold. */
void held_drop(struct tcp *tcp, struct flow *flow);

/* flow.c */
uint64_t flow_widen(const struct flow *flow, uint32_t number);
/* A SYN says that the first byte has this number: can it be a SYN of the connection that is known? */
bool flow_begins_at(const struct stream *stream, enum net_side side, uint32_t first);
/* ... and it is. */
void flow_open(struct tcp *tcp, struct stream *stream, enum net_side side, uint32_t first, struct sw_mark mark);
/* The other side waits for the byte of that number. */
void flow_acknowledge(struct flow *flow, uint32_t number);
/* Payload whose first byte has that number (segment->begin is set here), and whether a FIN follows it. */
void flow_segment(struct tcp *tcp, struct stream *stream, enum net_side side, uint32_t number, struct segment segment,
                  bool fin, bool push);
/* A packet of the connection was taken in: the wait for what is missing comes nearer to its end. flow->held isn't NULL.
 */
void flow_wait(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark);
/* Nothing more is to come: tells gaps, what lies behind them, and what was acknowledged and never came. */
void flow_flush(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark);
/* This side is done: told as a FIN. The second side that is done closes the connection. */
void flow_end(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark);
/* Gives up holes before the bytes held longest, where these are too old or all held bytes too many. */
void flow_relieve(struct tcp *tcp, struct sw_mark mark);

#endif
