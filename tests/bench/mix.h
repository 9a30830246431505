/* SPDX-License-Identifier: MIT
 *
 * Which kinds of traffic can be asked for? A table, one entry a name; shares are per mille.
 */
#ifndef BENCH_MIX_H
#define BENCH_MIX_H

#include <stdbool.h>
#include <stdint.h>

/* Traffic that is no call: shares of the bytes of the file. Adding one is a function in noise.c or attack.c. */
enum filler {
    FILLER_RTP,
    FILLER_DNS,
    FILLER_HTTP,
    FILLER_BULK, /* TLS-like downloads */
    FILLER_ODDS, /* ARP, ICMP, ESP in UDP */
    FILLER_SYN,
    FILLER_BOMB,
    FILLER_HUGE,
    FILLER_HEADERS,
    FILLER_COUNT
};

struct mix {
    const char *name;
    const char *text; /* one line for the help */

    unsigned clients;               /* connections open at once, for a file of 1 GB */
    unsigned calls_low, calls_high; /* a connection serves, before it closes */
    bool one_long;      /* one client, never closed, many calls at once; the callees' side is not in the capture */
    bool late_start;    /* the capture begins after every handshake */
    bool one_call_each; /* no other traffic on a connection than its call */
    bool brief;         /* no call either: one OPTIONS and its answer */
    bool tls;

    /* shares of the WebSocket connections */
    unsigned deflate, keep_history; /* keep_history: of the deflated ones */
    unsigned fragments, coalesced, binary;

    unsigned mss_low, mss_high; /* TCP payload a segment; 0: 1448 */

    /* shares of the segments on WebSocket connections, once the handshake is over */
    unsigned reordered, duplicated, retransmitted, unseen;

    unsigned udp_legs, tcp_legs; /* shares of the calls */
    unsigned filler[FILLER_COUNT];
};

/* NULL: no such mix. */
const struct mix *mix_find(const char *name);
/* Ends with an entry whose name is NULL. */
extern const struct mix mixes[];

#endif
