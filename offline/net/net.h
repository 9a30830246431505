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
    bool from_start[2];   /* by side: its first data is the first it sent (its SYN was seen, or the answer to it) */
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

enum net_interest { NET_WANT, NET_IGNORE /* no more of this stream than forget: data is counted and dropped */ };

/* The sink's calls; NULL only where that is said. bytes and marks are borrowed during the call. No call may call into
 * net. */
struct net_sink {
    void *context;
    /* marks: the packet, or those of all IP fragments in the order they came; mark_count is never 0. missing: bytes
     * behind these that the snap length cut off. */
    void (*datagram)(void *context, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                     struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks, size_t mark_count);
    /* mark: the packet that carried these bytes; of a segment in IP fragments the last one that came. */
    enum net_interest (*data)(void *context, struct net_stream *stream, enum net_side from, struct sw_slice bytes,
                              struct sw_mark mark);
    /* size bytes are missing before the next data: SW_REASON_SEGMENT_MISSING or _SNAPLEN_CUT. mark: the packet of that
     * data, or of what proved at the end of a stream that there were more. */
    enum net_interest (*gap)(void *context, struct net_stream *stream, enum net_side from, uint64_t size,
                             enum sw_reason reason, struct sw_mark mark);
    /* NULL: not wanted. Before data, end or nothing of the same segment, where that is in order and new: its sender
     * acknowledged that many bytes more than were told of the other side so far (less: negative; a FIN is one more). It
     * may come of a stream that nothing else was told of, nor will be. */
    void (*acked)(void *context, struct net_stream *stream, enum net_side from, int64_t more, struct sw_mark mark);
    /* NULL: not wanted. One opens a connection, or the other one agrees; of what nobody sends anything on, too. */
    void (*opening)(void *context, const struct net_stream *stream, bool agreed);
    /* This side will send no more; after the first data or gap of the stream. NET_FIN comes once a side; any other ends
     * both and comes once, and not where both had their NET_FIN. A stream of which neither came ends untold. */
    void (*end)(void *context, struct net_stream *stream, enum net_side from, enum net_end how, struct sw_mark mark);
    /* The stream is forgotten after this: free stream->user. Comes once for every stream of which data or gap came,
     * some seconds (of packet time) after its end. */
    void (*forget)(void *context, struct net_stream *stream);
    /* A retransmission whose bytes differ from the first ones (which win): how many, or of bytes that were delivered
     * long enough ago to be known by their sum only, the size of it. Once a segment. NULL: not wanted, which spares a
     * look at every byte. */
    void (*conflict)(void *context, struct net_stream *stream, enum net_side from, uint64_t bytes, struct sw_mark mark);
};

struct net;
/* Both are copied. */
struct net *net_new(const struct sw_limits *limits, const struct net_sink *sink);
/* Ends every stream with NET_CAPTURE_END: gaps that are still open are told first, and what lies behind them is
 * delivered. */
void net_finish(struct net *net, struct sw_mark last);
void net_free(struct net *net); /* without net_finish, streams are forgotten and not ended */

/* mark names the packet to the sink. */
void net_packet(struct net *net, const struct packet *packet, struct sw_mark mark);

/* The earliest packet, of those that didn't come before that time, of which bytes are still held back, out of order in
 * a stream or as a fragment; false: none. A caller that sorts by first packet waits for it. The time only grows. */
bool net_unfinished(struct net *net, int64_t after, struct sw_mark *since);

/* What was seen and not passed on, by why: for the explanation of what is missing. */
struct net_counts {
    uint64_t packets;
    uint64_t link_unknown;      /* packets of a link type or ether type nobody here reads, or encrypted Wi-Fi's */
    uint64_t malformed;         /* a header that is cut or contradicts itself */
    uint64_t not_tcp_udp;       /* ARP, ICMP, ... */
    uint64_t fragments_waiting; /* IP fragments whose datagram never became whole */
    uint64_t fragments_limit;
    uint64_t tcp_packets;
    uint64_t udp_packets;       /* datagrams: those in fragments count once */
    uint64_t tcp_ignored_bytes; /* of streams the sink wanted no more of */
    uint64_t streams;
    uint64_t streams_evicted;
};
const struct net_counts *net_counts(const struct net *net);

#endif
