/* SPDX-License-Identifier: MIT
 *
 * How are the layers joined: packets to net, streams and datagrams to their decoders, results to the delivery.
 */
#include "pipeline/pipeline.h"

#include <glib.h>

#include "pipeline/datagram.h"
#include "pipeline/delivery.h"
#include "pipeline/stream.h"

/* An acknowledgment that comes with the first data of a stream, just before it. */
struct early_ack {
    const struct net_stream *net; /* for comparison only */
    enum net_side from;
    int64_t more;
    struct sw_mark mark;
};

struct pipeline {
    const struct sink *sink;
    struct totals_record totals;
    struct stream_context context;
    struct tls_keylog *keylog;
    struct net_sink net_sink;
    struct net *net;
    struct datagrams *datagrams;
    struct sw_mark last;
    struct early_ack early;
};

/* --- what net calls ---------------------------------------------------------------------------------------------- */

static void on_datagram(void *context, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                        struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks, size_t mark_count)
{
    struct pipeline *pipeline = context;
    datagrams_add(pipeline->datagrams, source, destination, bytes, missing, marks, mark_count);
}

static void on_opening(void *context, const struct net_stream *net, bool agreed)
{
    struct pipeline *pipeline = context;
    datagrams_opening(pipeline->datagrams, &net->ends[net->initiator], &net->ends[!net->initiator], agreed);
}

static struct stream *stream_of(struct pipeline *pipeline, struct net_stream *net)
{
    if (net->user == NULL)
        net->user = stream_new(&pipeline->context, net);
    return net->user;
}

/* With many short connections a second, what net remembers of those that are over is all that can be afforded. */
static void free_over(struct net_stream *net, struct sw_mark mark)
{
    if (!stream_is_over(net->user))
        return;
    stream_free(net->user, mark);
    net->user = NULL;
}

static enum net_interest on_data(void *context, struct net_stream *net, enum net_side from, struct sw_slice bytes,
                                 struct sw_mark mark)
{
    struct pipeline *pipeline = context;
    const struct early_ack *early = &pipeline->early;
    bool first = net->user == NULL;
    struct stream *stream = stream_of(pipeline, net);
    if (first && early->net == net && early->from == from && early->mark.packet == mark.packet)
        stream_acked(stream, from, early->more, mark);
    enum net_interest interest = stream_data(stream, from, bytes, mark);
    free_over(net, mark);
    return interest;
}

static enum net_interest on_gap(void *context, struct net_stream *net, enum net_side from, uint64_t size,
                                enum sw_reason reason, struct sw_mark mark)
{
    return stream_gap(stream_of(context, net), from, size, reason, mark);
}

static void on_end(void *context, struct net_stream *net, enum net_side from, enum net_end how, struct sw_mark mark)
{
    (void)context;
    if (net->user == NULL)
        return;
    stream_end(net->user, from, how, mark);
    free_over(net, mark);
}

static void on_acked(void *context, struct net_stream *net, enum net_side from, int64_t more, struct sw_mark mark)
{
    struct pipeline *pipeline = context;
    if (net->user != NULL)
        stream_acked(net->user, from, more, mark);
    else
        pipeline->early = (struct early_ack){net, from, more, mark};
}

static void on_forget(void *context, struct net_stream *net)
{
    struct pipeline *pipeline = context;
    stream_free(net->user, pipeline->last);
    net->user = NULL;
}

static void on_conflict(void *context, struct net_stream *net, enum net_side from, uint64_t bytes, struct sw_mark mark)
{
    (void)context;
    if (net->user != NULL)
        stream_conflict(net->user, from, bytes, mark);
}

/* --- the pipeline's calls ---------------------------------------------------------------------------------------- */

struct pipeline *pipeline_new(const struct sw_limits *limits, const struct sink *sink)
{
    struct pipeline *pipeline = g_new0(struct pipeline, 1);
    pipeline->sink = sink;
    pipeline->keylog = tls_keylog_new(limits->keylog_sessions);
    pipeline->context = (struct stream_context){
        .limits = limits,
        .pool = sw_inflate_pool_new(limits),
        .delivery = delivery_new(limits, sink),
        .totals = &pipeline->totals,
        .ledgers = sink->ledger != NULL,
        .connections = sink_shows_connections(sink),
        .tls = tls_new(pipeline->keylog, limits->pending_handshake),
        .web = sink->finding != NULL ? sw_web_new() : NULL,
    };
    pipeline->net_sink = (struct net_sink){
        .context = pipeline,
        .datagram = on_datagram,
        .data = on_data,
        .gap = on_gap,
        .end = on_end,
        .forget = on_forget,
        .conflict = sink->ledger != NULL ? on_conflict : NULL,
        .acked = sink->finding != NULL ? on_acked : NULL,
        .opening = sink->finding != NULL ? on_opening : NULL,
    };
    pipeline->datagrams = datagrams_new(&pipeline->context);
    pipeline->net = net_new(limits, &pipeline->net_sink);
    return pipeline;
}

void pipeline_free(struct pipeline *pipeline)
{
    if (pipeline == NULL)
        return;
    net_free(pipeline->net);
    datagrams_free(pipeline->datagrams);
    delivery_free(pipeline->context.delivery);
    sw_inflate_pool_free(pipeline->context.pool);
    sw_web_free(pipeline->context.web);
    tls_free(pipeline->context.tls);
    tls_keylog_free(pipeline->keylog);
    g_free(pipeline);
}

void pipeline_start_thread(struct pipeline *pipeline)
{
    delivery_start_thread(pipeline->context.delivery);
}

void pipeline_flush(struct pipeline *pipeline)
{
    delivery_flush(pipeline->context.delivery);
}

struct tls_keylog *pipeline_keylog(struct pipeline *pipeline)
{
    return pipeline->keylog;
}

void pipeline_packet(struct pipeline *pipeline, unsigned file, const struct packet *packet)
{
    const struct sw_mark mark = {.packet = mark_packet(file, packet->number), .time = packet->time};
    pipeline->last = mark;
    net_packet(pipeline->net, packet, mark);
    struct order_bound outside;
    outside.set = net_unfinished(pipeline->net, mark.time - ORDER_PATIENCE, &outside.since);
    delivery_advance(pipeline->context.delivery, mark, &outside);
}

void pipeline_capture(struct pipeline *pipeline, const struct capture_record *capture)
{
    delivery_capture(pipeline->context.delivery, capture);
}

void pipeline_finish(struct pipeline *pipeline)
{
    net_finish(pipeline->net, pipeline->last);
    datagrams_finish(pipeline->datagrams, pipeline->last);
    delivery_finish(pipeline->context.delivery);
    struct totals_record *totals = &pipeline->totals;
    totals->net = *net_counts(pipeline->net);
    delivery_count(pipeline->context.delivery, totals);
    totals->keylog = pipeline->keylog;
    if (pipeline->sink->finish != NULL)
        pipeline->sink->finish(pipeline->sink->context, totals);
}

const struct totals_record *pipeline_totals(const struct pipeline *pipeline)
{
    return &pipeline->totals;
}
