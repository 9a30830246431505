/* SPDX-License-Identifier: MIT
 *
 * From packets to UDP datagrams and TCP byte streams: link layer, tags, tunnels, IP fragments, TCP order.
 *
 * What comes out is a front end's view of the wire: bytes once and in order, and a gap where bytes are missing.
 */
#ifndef SIPWEAVE_NET_H
#define SIPWEAVE_NET_H

#include "capture/capture.h"
#include "sipweave/call.h"
#include "sipweave/limits.h"
#include "sipweave/slice.h"

/* The two ends of a TCP connection, as seen: a is who sent the first packet seen. */
enum net_side { NET_A, NET_B };

struct net_stream {
    struct sw_endpoint ends[2]; /* by enum net_side */
    bool initiator_known;       /* a SYN or SYN-ACK was seen: */
    enum net_side initiator;    /* who opened it */
    bool from_start[2];   /* the first byte that this side sends is the first of the connection (its SYN was seen) */
    struct sw_mark first; /* the first packet of the connection */
    void *user;           /* the sink's; NULL at first */
};

enum net_end {
    NET_FIN,
    NET_RST,
    NET_CAPTURE_END,
    NET_REUSED /* a new SYN on the same ports */,
    NET_EVICTED /* limit */
};

enum net_interest { NET_WANT, NET_IGNORE /* no more data of this stream: it is counted and dropped */ };

/* The sink's calls. bytes are borrowed during the call. */
struct net_sink {
    void *context;
    void (*datagram)(void *context, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                     struct sw_slice bytes, uint32_t missing /* cut off by the snap length */, struct sw_mark mark);
    enum net_interest (*data)(void *context, struct net_stream *stream, enum net_side from, struct sw_slice bytes,
                              struct sw_mark mark);
    /* size bytes are missing before the next data: SW_REASON_SEGMENT_MISSING, _SNAPLEN_CUT or _LIMIT */
    enum net_interest (*gap)(void *context, struct net_stream *stream, enum net_side from, uint64_t size,
                             enum sw_reason reason, struct sw_mark mark);
    /* This side will send no more. NET_FIN comes once a side; any other ends both and comes once. */
    void (*end)(void *context, struct net_stream *stream, enum net_side from, enum net_end how, struct sw_mark mark);
    /* The stream is forgotten after this: free stream->user. Comes once for every stream of which data or gap came. */
    void (*forget)(void *context, struct net_stream *stream);
    /* A retransmission whose bytes differ from the first ones (which win). */
    void (*conflict)(void *context, struct net_stream *stream, enum net_side from, uint64_t bytes, struct sw_mark mark);
};

struct net;
struct net *net_new(const struct sw_limits *limits, const struct net_sink *sink);
/* Ends every stream with NET_CAPTURE_END: gaps that are still open are told first, and what lies behind them is
 * delivered. */
void net_finish(struct net *net, struct sw_mark last);
void net_free(struct net *net);

/* mark names the packet to the sink. */
void net_packet(struct net *net, const struct packet *packet, struct sw_mark mark);

/* The earliest packet of which a stream still holds bytes back (out of order); false: none. A caller that sorts by
 * first packet waits for it. */
bool net_unfinished(const struct net *net, struct sw_mark *since);

/* What was seen and not passed on, by why: for the explanation of what is missing. */
struct net_counts {
    uint64_t packets;
    uint64_t link_unknown;      /* packets of a link type or ether type nobody here reads */
    uint64_t malformed;         /* a header that is cut or contradicts itself */
    uint64_t not_tcp_udp;       /* ARP, ICMP, ... */
    uint64_t fragments_waiting; /* IP fragments whose datagram never became whole */
    uint64_t fragments_limit;
    uint64_t tcp_packets;
    uint64_t udp_packets;
    uint64_t tcp_ignored_bytes; /* of streams the sink wanted no more of */
    uint64_t streams;
    uint64_t streams_evicted;
};
const struct net_counts *net_counts(const struct net *net);

#endif
