/* SPDX-License-Identifier: MIT
 *
 * TCP connections as they look from beside the server: handshake, segments with sequence numbers and timestamps,
 * acknowledgements, FIN or RST, and, where the mix asks for it, what a network does to segments.
 */
#ifndef BENCH_TCP_H
#define BENCH_TCP_H

#include <glib.h>

#include "packet.h"

enum side { FROM_CLIENT, FROM_SERVER };

struct stretch {
    uint64_t from;
    uint64_t to;
    struct record *record;
};

/* What travels one way. Offsets count the SYN as the first byte. */
struct direction {
    uint32_t first; /* sequence number */
    uint32_t clock_offset;
    uint32_t last_stamp;
    uint16_t id;
    uint64_t sent;    /* offset behind the last segment queued */
    uint64_t arrived; /* offset up to which the receiver has everything */
    uint64_t acked;   /* what it last said about that */
    uint64_t end;     /* offset behind the FIN; 0: none sent */
    int64_t free_at;  /* when the wire is free for the next segment */
    unsigned unacked; /* segments that wait for an acknowledgement */
    bool flush_planned;
    struct text pending; /* written, not yet in segments */
    GArray *stretches;   /* struct stretch: whose bytes pending holds */
    GArray *waiting;     /* struct delivery, see tcp.c */
    GArray *early;       /* struct stretch: what arrived ahead of its turn */
};

struct connection {
    struct host host[2]; /* by enum side */
    struct direction direction[2];
    unsigned references;
    enum side far;       /* this one's packets have travelled when they are captured */
    uint32_t round_trip; /* microseconds, to the far side and back */
    uint16_t mss;
    bool disturbed; /* the mix's disorder and losses apply from now on */
    bool reset;
};

/* Begins the handshake; established runs when the client may send. The caller holds the connection until tcp_close or
 * tcp_reset. */
struct connection *tcp_open(struct sim *sim, struct host client, struct host server, enum side far,
                            sim_action *established, void *object);

/* Bytes to be sent with the next flush. record: whose they are; NULL: nobody asks. */
void tcp_write(struct connection *connection, enum side from, const void *bytes, size_t size, struct record *record);
void tcp_flush(struct sim *sim, struct connection *connection, enum side from);
/* The same in a moment, together with what is written until then. */
void tcp_flush_soon(struct sim *sim, struct connection *connection, enum side from, uint32_t delay);

/* Runs once when all that was written so far has arrived. */
void tcp_when_arrived(struct connection *connection, enum side from, sim_action *run, void *object);

/* What a side adds to its thinking time, because its answer travels. */
uint32_t tcp_travel(const struct connection *connection, enum side from);

/* FIN from that side, answered by the other. The connection is no longer the caller's. */
void tcp_close(struct sim *sim, struct connection *connection, enum side from);
/* RST: nothing follows. The same. */
void tcp_reset(struct sim *sim, struct connection *connection, enum side from);

/* A single segment outside any connection: for floods. */
void tcp_lone_syn(struct sim *sim, int64_t time, struct host source, struct host destination);

#endif
