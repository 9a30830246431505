/* SPDX-License-Identifier: MIT
 *
 * One TCP connection: what it carries is found out from its bytes, then they go to the decoder for it.
 */
#ifndef SIPWEAVE_STREAM_H
#define SIPWEAVE_STREAM_H

#include "pipeline/delivery.h"
#include "sipweave/websip.h"

/* What streams share. */
struct stream_context {
    const struct sw_limits *limits;
    struct sw_inflate_pool *pool;
    struct delivery *delivery;
    struct totals_record *totals;
    bool ledgers;     /* somebody wants them */
    bool connections; /* somebody looks at their records */
    struct tls *tls;
    struct sw_sip sip; /* the message at hand: */
    bool sip_read;
    struct sw_web *web; /* NULL: no findings are wanted */
};

struct carrier_below;
struct stream;
/* What TLS carries. net and below are borrowed and outlive the stream. */
struct stream *stream_new_above(struct stream_context *context, const struct net_stream *net,
                                struct carrier_below *below, const struct sw_endpoint *proxied_client);
/* Before its first bytes: they are from somewhere in the connection. */
void stream_begins_late(struct stream *stream);
/* Whether a decoder was found for it. */
bool stream_is_carried(const struct stream *stream);
struct stream *stream_new(struct stream_context *context, const struct net_stream *net);
/* Nothing more can come of it: it need not wait until net forgets it, some seconds later. */
bool stream_is_over(const struct stream *stream);
/* last: the capture's latest packet. */
void stream_free(struct stream *stream, struct sw_mark last);

enum net_interest stream_data(struct stream *stream, enum net_side from, struct sw_slice bytes, struct sw_mark mark);
enum net_interest stream_gap(struct stream *stream, enum net_side from, uint64_t size, enum sw_reason reason,
                             struct sw_mark mark);
void stream_end(struct stream *stream, enum net_side from, enum net_end how, struct sw_mark mark);
void stream_acked(struct stream *stream, enum net_side from, int64_t more, struct sw_mark mark);
void stream_conflict(struct stream *stream, enum net_side from, uint64_t bytes, struct sw_mark mark);

#endif
