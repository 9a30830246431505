/* SPDX-License-Identifier: MIT
 *
 * SIP over TCP: both directions of a stream, message by message.
 */
#include <glib.h>

#include "pipeline/carrier.h"
#include "pipeline/ledger.h"
#include "sipweave/sip_stream.h"

struct side {
    struct sw_sip_stream *stream;
    uint64_t messages;
    struct order_unit unit;
    struct ledger_record *losses; /* NULL until there is something to tell */
    struct carrier_count count;
};

struct sip_tcp {
    struct carrier carrier;
    struct stream_context *context;
    struct carrier_ends ends;
    struct side sides[2];
};

static enum sw_transport transport_of(const struct sip_tcp *sip_tcp)
{
    return sip_tcp->ends.below != NULL ? SW_TRANSPORT_TLS : SW_TRANSPORT_TCP;
}

static struct ledger_record *losses_of(struct sip_tcp *sip_tcp, enum sw_direction from)
{
    struct side *side = &sip_tcp->sides[from];
    if (side->losses == NULL)
        side->losses = g_new0(struct ledger_record, 1);
    return side->losses;
}

static void on_message(struct sip_tcp *sip_tcp, enum sw_direction from, const struct sw_sip_stream_event *event)
{
    struct sw_sip sip;
    const bool later = delivery_reads(sip_tcp->context->delivery) && sw_sip_sniff(event->bytes) == SW_OK;
    if (!later && sw_sip_parse(event->bytes, &sip) == SW_BAD)
        return;
    struct message_record message = {
        .marks = event->marks,
        .mark_count = event->mark_count,
        .transport = transport_of(sip_tcp),
        .source = sip_tcp->ends.ends[from],
        .destination = sip_tcp->ends.ends[sw_direction_opposite(from)],
        .direction = from,
        .ordinal = ++sip_tcp->sides[from].messages,
        .partial = event->partial,
        .sip = later ? NULL : &sip,
    };
    delivery_message(sip_tcp->context->delivery, &message, event->bytes);
}

static void tell_loss(struct sip_tcp *sip_tcp, struct sw_mark mark)
{
    delivery_loss(sip_tcp->context->delivery, NULL, &sip_tcp->ends.ends[SW_CLIENT], &sip_tcp->ends.ends[SW_SERVER],
                  mark);
}

/* Of who opened the connection nothing is known where its beginning is missing. */
static void tell_keepalive(const struct sip_tcp *sip_tcp, enum sw_direction from, enum sw_keepalive kind,
                           struct sw_mark mark)
{
    const struct sw_talk_keepalive keepalive = {
        .kind = kind,
        .transport = transport_of(sip_tcp),
        .source = sip_tcp->ends.ends[from],
        .destination = sip_tcp->ends.ends[sw_direction_opposite(from)],
        .mark = mark,
        .from_client = from == SW_CLIENT,
    };
    if (sip_tcp->ends.from_start)
        delivery_keepalive(sip_tcp->context->delivery, NULL, &keepalive);
}

static enum sw_keepalive keepalive_of(struct sw_slice bytes)
{
    return bytes.size >= 4 ? SW_KEEPALIVE_PING : SW_KEEPALIVE_PONG;
}

static void on_loss(struct sip_tcp *sip_tcp, enum sw_direction from, const struct sw_sip_stream_event *event)
{
    if (sip_tcp->context->ledgers)
        ledger_note(losses_of(sip_tcp, from), event->reason, event->marks, event->mark_count, event->text);
    tell_loss(sip_tcp, event->marks[0]);
}

static void pump(struct sip_tcp *sip_tcp, enum sw_direction from)
{
    struct side *side = &sip_tcp->sides[from];
    const struct sw_sip_stream_event *event;
    while ((event = sw_sip_stream_next(side->stream)) != NULL) {
        if (event->kind == SW_SIP_STREAM_MESSAGE)
            on_message(sip_tcp, from, event);
        else if (event->kind == SW_SIP_STREAM_LOSS)
            on_loss(sip_tcp, from, event);
        else
            tell_keepalive(sip_tcp, from, keepalive_of(event->bytes), event->marks[0]);
    }
    struct order *order = delivery_order(sip_tcp->context->delivery);
    struct sw_mark since;
    if (sw_sip_stream_unfinished(side->stream, &since))
        order_unit_waits(order, &side->unit, since);
    else
        order_unit_done(order, &side->unit);
}

static void sip_tcp_feed(struct carrier *carrier, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct sip_tcp *sip_tcp = (struct sip_tcp *)carrier;
    sip_tcp->sides[from].count.fed += bytes.size;
    sw_sip_stream_feed(sip_tcp->sides[from].stream, bytes, mark);
    pump(sip_tcp, from);
}

static void sip_tcp_gap(struct carrier *carrier, enum sw_direction from, uint64_t size, enum sw_reason reason,
                        struct sw_mark mark)
{
    struct sip_tcp *sip_tcp = (struct sip_tcp *)carrier;
    sip_tcp->sides[from].count.fed += size;
    sw_sip_stream_gap(sip_tcp->sides[from].stream, size, reason, mark);
    pump(sip_tcp, from);
}

static void end_side(struct sip_tcp *sip_tcp, enum sw_direction from, struct sw_mark mark)
{
    sw_sip_stream_eof(sip_tcp->sides[from].stream, mark);
    pump(sip_tcp, from);
}

static void sip_tcp_end(struct carrier *carrier, enum sw_direction from, enum net_end how, struct sw_mark mark)
{
    struct sip_tcp *sip_tcp = (struct sip_tcp *)carrier;
    end_side(sip_tcp, from, mark);
    sip_tcp->sides[from].count.ended = true;
    if (how != NET_FIN)
        end_side(sip_tcp, sw_direction_opposite(from), mark);
    if (how != NET_CAPTURE_END)
        tell_keepalive(sip_tcp, from, how == NET_FIN ? SW_KEEPALIVE_FIN : SW_KEEPALIVE_OVER, mark);
}

/* The sender of the next segment answers what may never come. */
static void sip_tcp_acked(struct carrier *carrier, enum sw_direction from, int64_t more, struct sw_mark mark)
{
    struct sip_tcp *sip_tcp = (struct sip_tcp *)carrier;
    if (carrier_missed(&sip_tcp->sides[sw_direction_opposite(from)].count, more))
        tell_loss(sip_tcp, mark);
}

static void sip_tcp_conflict(struct carrier *carrier, enum sw_direction from, uint64_t bytes)
{
    losses_of((struct sip_tcp *)carrier, from)->conflicts += bytes;
}

static void tell_ledger(struct sip_tcp *sip_tcp, enum sw_direction from, struct sw_mark mark)
{
    if (!sip_tcp->context->ledgers)
        return;
    const struct side *side = &sip_tcp->sides[from];
    const struct ledger_record ledger =
        carrier_ledger(&sip_tcp->ends, from, transport_of(sip_tcp), sw_sip_stream_ledger(side->stream), side->losses);
    delivery_ledger(sip_tcp->context->delivery, &ledger, mark);
}

static void sip_tcp_close(struct carrier *carrier, struct sw_mark mark)
{
    struct sip_tcp *sip_tcp = (struct sip_tcp *)carrier;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct side *side = &sip_tcp->sides[from];
        tell_ledger(sip_tcp, from, mark);
        order_unit_done(delivery_order(sip_tcp->context->delivery), &side->unit);
        sw_sip_stream_free(side->stream);
        g_free(side->losses);
    }
    g_free(sip_tcp);
}

struct carrier *sip_carrier_new(struct stream_context *context, const struct carrier_ends *ends)
{
    static const struct carrier_calls calls = {
        .feed = sip_tcp_feed,
        .gap = sip_tcp_gap,
        .end = sip_tcp_end,
        .acked = sip_tcp_acked,
        .conflict = sip_tcp_conflict,
        .close = sip_tcp_close,
    };
    struct sip_tcp *sip_tcp = g_new0(struct sip_tcp, 1);
    sip_tcp->carrier.calls = &calls;
    sip_tcp->context = context;
    sip_tcp->ends = *ends;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++)
        sip_tcp->sides[from].stream = sw_sip_stream_new(context->limits, ends->from_start);
    context->totals->streams_sip++;
    return &sip_tcp->carrier;
}
