/* SPDX-License-Identifier: MIT
 *
 * Which decoder does a TCP stream go to? Its first bytes are held until they tell, then replayed to the carrier.
 */
#include <glib.h>

#include "pipeline/carrier.h"
#include "pipeline/detect.h"
#include "pipeline/proxy.h"

enum {
    HELD_AT_MOST = 64 * 1024, /* bytes of one side without any sign: the stream is something else */
    HEAD_AT_MOST = 16 * 1024, /* the same where the very first byte is known */
    ACKS_HELD = 1024,         /* what is held besides, before acknowledgments count no longer */
};

enum state { STATE_DETECT, STATE_CARRIED, STATE_OTHER };

/* Something that came before the decision: bytes, a gap, an acknowledgment, or the end of a side. */
struct held {
    enum { HELD_BYTES, HELD_GAP, HELD_END, HELD_ACK } kind;
    enum net_side from;
    struct sw_mark mark;
    uint64_t size;
    enum sw_reason reason;
    enum net_end how;
    int64_t more; /* acknowledged */
};

struct side {
    GByteArray *bytes;               /* all that is held of this side; NULL: nothing yet */
    size_t start;                    /* of bytes: where to look; behind what proxies say, or behind the last gap */
    struct detect_progress progress; /* from start */
    size_t proxy;                    /* size of what proxies say */
    size_t replayed;                 /* of bytes */
    bool middle;                     /* at start isn't the first byte of the connection */
    bool header_done;                /* it is known whether a PROXY header is there */
    bool balanced;                   /* one is */
};

struct stream {
    enum state state;
    struct stream_context *context;
    const struct net_stream *net;
    enum net_side client;
    struct carrier *carrier;
    struct carrier_below *below; /* NULL: these are the bytes of TCP */
    struct sw_endpoint proxied_client;
    struct side sides[2];
    bool tunnel_done; /* it is known whether a tunnel is opened first */
    bool waits;       /* for bytes that tell what it carries */
    GArray *held;     /* struct held, in the order of coming; NULL: nothing yet */
    struct order_unit unit;
};

struct stream *stream_new(struct stream_context *context, const struct net_stream *net)
{
    struct stream *stream = g_new(struct stream, 1);
    *stream = (struct stream){.context = context, .net = net};
    for (enum net_side from = NET_A; from <= NET_B; from++)
        stream->sides[from].middle = !net->from_start[from];
    return stream;
}

void stream_begins_late(struct stream *stream)
{
    for (enum net_side from = NET_A; from <= NET_B; from++)
        stream->sides[from].middle = true;
}

struct stream *stream_new_above(struct stream_context *context, const struct net_stream *net,
                                struct carrier_below *below, const struct sw_endpoint *proxied_client)
{
    struct stream *stream = stream_new(context, net);
    stream->below = below;
    stream->proxied_client = *proxied_client;
    for (enum net_side from = NET_A; from <= NET_B; from++)
        stream->sides[from].header_done = true;
    return stream;
}

bool stream_is_carried(const struct stream *stream)
{
    return stream->state == STATE_CARRIED;
}

bool stream_is_over(const struct stream *stream)
{
    if (stream->state == STATE_CARRIED && stream->carrier->calls->over != NULL)
        return stream->carrier->calls->over(stream->carrier);
    return stream->state == STATE_OTHER;
}

static enum sw_direction direction_of(const struct stream *stream, enum net_side from)
{
    return from == stream->client ? SW_CLIENT : SW_SERVER;
}

static enum net_side other_side(enum net_side side)
{
    return side == NET_A ? NET_B : NET_A;
}

/* --- holding ----------------------------------------------------------------------------------------------------- */

static void hold(struct stream *stream, const struct held *held)
{
    if (stream->held == NULL)
        stream->held = g_array_new(FALSE, FALSE, sizeof(struct held));
    g_array_append_val(stream->held, *held);
}

static void hold_bytes(struct stream *stream, enum net_side from, struct sw_slice bytes, struct sw_mark mark)
{
    const struct held held = {.kind = HELD_BYTES, .from = from, .mark = mark, .size = bytes.size};
    hold(stream, &held);
    struct side *side = &stream->sides[from];
    if (side->bytes == NULL)
        side->bytes = g_byte_array_new();
    g_byte_array_append(side->bytes, bytes.data, (guint)bytes.size);
}

static void forget_held(struct stream *stream)
{
    if (stream->held != NULL)
        g_array_free(stream->held, TRUE);
    stream->held = NULL;
    for (enum net_side from = NET_A; from <= NET_B; from++) {
        if (stream->sides[from].bytes != NULL)
            g_byte_array_free(stream->sides[from].bytes, TRUE);
        stream->sides[from].bytes = NULL;
    }
    order_unit_done(delivery_order(stream->context->delivery), &stream->unit);
}

/* The next held bytes of a side. What proxies say is no part of what the carrier decodes. */
static struct sw_slice next_bytes(struct side *side, uint64_t size)
{
    size_t cut = side->replayed < side->proxy ? MIN(side->proxy - side->replayed, size) : 0;
    struct sw_slice bytes = {.data = side->bytes->data + side->replayed + cut, .size = size - cut};
    side->replayed += size;
    return bytes;
}

static void replay_one(struct stream *stream, const struct held *held)
{
    struct carrier *carrier = stream->carrier;
    enum sw_direction from = direction_of(stream, held->from);
    switch (held->kind) {
    case HELD_BYTES:
        carrier->calls->feed(carrier, from, next_bytes(&stream->sides[held->from], held->size), held->mark);
        break;
    case HELD_GAP:
        carrier->calls->gap(carrier, from, held->size, held->reason, held->mark);
        break;
    case HELD_END:
        carrier->calls->end(carrier, from, held->how, held->mark);
        break;
    case HELD_ACK:
        if (carrier->calls->acked != NULL)
            carrier->calls->acked(carrier, from, held->more, held->mark);
        break;
    }
}

static void replay(struct stream *stream)
{
    for (guint i = 0; stream->held != NULL && i < stream->held->len; i++)
        replay_one(stream, &g_array_index(stream->held, struct held, i));
    forget_held(stream);
}

/* --- deciding ---------------------------------------------------------------------------------------------------- */

static void carry(struct stream *stream, struct carrier *(*make)(struct stream_context *, const struct carrier_ends *),
                  enum net_side client, bool from_start)
{
    const struct net_stream *net = stream->net;
    const struct carrier_ends ends = {
        .ends = {[SW_CLIENT] = net->ends[client], [SW_SERVER] = net->ends[other_side(client)]},
        .proxied_client = stream->proxied_client,
        .proxy_size =
            {[SW_CLIENT] = stream->sides[client].proxy, [SW_SERVER] = stream->sides[other_side(client)].proxy},
        .first = net->first,
        .below = stream->below,
        .from_start = from_start,
        .balanced = stream->sides[client].balanced,
    };
    stream->client = client;
    stream->state = STATE_CARRIED;
    stream->carrier = make(stream->context, &ends);
    replay(stream);
}

static void give_up(struct stream *stream)
{
    stream->state = STATE_OTHER;
    stream->context->totals->streams_other++;
    forget_held(stream);
}

/* The client is who opened the connection; unknown that, who speaks first. */
static enum net_side client_of(const struct stream *stream, enum net_side speaker)
{
    return stream->net->initiator_known ? stream->net->initiator : speaker;
}

/* Of HTTP the first bytes themselves tell. */
static enum net_side http_client(enum net_side speaker, struct sw_slice bytes)
{
    return sw_slice_starts(bytes, SW_SLICE("HTTP/")) ? other_side(speaker) : speaker;
}

/* Of HTTP/2, too, unless nothing but pings and the like is there. */
static enum net_side http2_client(const struct stream *stream, enum net_side speaker, struct sw_slice bytes)
{
    enum sw_direction sender;
    if (detect_http2_sender(bytes, !stream->sides[speaker].middle, &sender) != SW_OK)
        return client_of(stream, speaker);
    return sender == SW_CLIENT ? speaker : other_side(speaker);
}

static enum net_interest decided(struct stream *stream, enum net_side from, enum verdict verdict, struct sw_slice bytes,
                                 bool masked)
{
    switch (verdict) {
    case VERDICT_HTTP:
        carry(stream, websocket_carrier_new, http_client(from, bytes), true);
        return NET_WANT;
    case VERDICT_FRAMES:
        carry(stream, websocket_carrier_new, masked ? from : other_side(from), false);
        return NET_WANT;
    case VERDICT_HTTP2:
        carry(stream, http2_carrier_new, http2_client(stream, from, bytes), true);
        return NET_WANT;
    case VERDICT_SIP:
        carry(stream, sip_carrier_new, client_of(stream, from), !stream->sides[from].middle);
        return NET_WANT;
    case VERDICT_TLS:
        if (stream->below != NULL) { /* TLS in TLS */
            give_up(stream);
            return NET_IGNORE;
        }
        carry(stream, tls_carrier_new, client_of(stream, from), true);
        return NET_WANT;
    case VERDICT_OTHER:
        give_up(stream);
        return NET_IGNORE;
    case VERDICT_MORE:
        break;
    }
    return NET_WANT;
}

static struct sw_slice bytes_of(const struct side *side)
{
    if (side->bytes == NULL)
        return (struct sw_slice){0};
    return (struct sw_slice){.data = side->bytes->data + side->start, .size = side->bytes->len - side->start};
}

static void skip_proxy(struct side *side, size_t size)
{
    side->start += size;
    side->proxy = side->start;
}

/* Takes a PROXY header off the front of a side; false while it is incomplete. */
static bool past_header(struct stream *stream, enum net_side from)
{
    struct side *side = &stream->sides[from];
    if (side->header_done || side->middle)
        return true;
    size_t size = 0;
    struct sw_endpoint client;
    switch (proxy_header(bytes_of(side), &size, &client)) {
    case SW_MORE:
        return false;
    case SW_OK:
        stream->proxied_client = client;
        side->balanced = true;
        skip_proxy(side, size);
        break;
    case SW_BAD:
        break;
    }
    side->header_done = true;
    return true;
}

/* Takes what opens a tunnel off the front of both sides; false while it may be that. The client speaks first. */
static bool past_tunnel(struct stream *stream, enum net_side from)
{
    const enum net_side client = client_of(stream, from);
    struct side *sides[] = {[SW_CLIENT] = &stream->sides[client], [SW_SERVER] = &stream->sides[other_side(client)]};
    const struct sw_slice bytes[] = {bytes_of(sides[SW_CLIENT]), bytes_of(sides[SW_SERVER])};
    size_t sizes[2];
    if (stream->tunnel_done || sides[SW_CLIENT]->middle || sides[SW_SERVER]->middle)
        return true;
    const enum sw_result result = proxy_tunnel(bytes, sizes);
    if (result == SW_MORE && bytes[SW_CLIENT].size <= HEAD_AT_MOST && bytes[SW_SERVER].size <= HEAD_AT_MOST)
        return false;
    for (enum sw_direction side = SW_CLIENT; side <= SW_SERVER && result == SW_OK; side++)
        skip_proxy(sides[side], sizes[side]);
    stream->tunnel_done = true;
    return true;
}

static enum net_interest detect(struct stream *stream, enum net_side from)
{
    struct side *side = &stream->sides[from];
    if (!past_header(stream, from) || !past_tunnel(stream, from))
        return NET_WANT;
    const struct sw_slice bytes = bytes_of(side);
    if (bytes.size == 0)
        return NET_WANT;
    bool masked = false;
    enum verdict verdict = side->middle ? detect_middle(bytes, &side->progress, &masked) : detect_start(bytes);
    if (verdict == VERDICT_MORE && bytes.size > (size_t)(side->middle ? HELD_AT_MOST : HEAD_AT_MOST))
        verdict = VERDICT_OTHER;
    return decided(stream, from, verdict, bytes, masked);
}

/* Whether a proxy may have said something, or may be asked to. */
static bool is_of_proxy(const struct stream *stream, enum net_side from, struct sw_slice bytes)
{
    const struct sw_slice sides[] = {[SW_CLIENT] = bytes, [SW_SERVER] = {0}};
    size_t sizes[2];
    struct sw_endpoint client;
    return (!stream->sides[from].header_done && proxy_header(bytes, sizes, &client) != SW_BAD) ||
           proxy_tunnel(sides, sizes) != SW_BAD;
}

/* The first bytes of a stream mostly tell at once, and needn't be held. False: they don't. */
static bool decide_at_once(struct stream *stream, enum net_side from, struct sw_slice bytes, struct sw_mark mark,
                           enum net_interest *interest)
{
    if (stream->held != NULL || stream->sides[from].middle || is_of_proxy(stream, from, bytes))
        return false;
    const enum verdict verdict = detect_start(bytes);
    if (verdict == VERDICT_MORE)
        return false;
    *interest = decided(stream, from, verdict, bytes, false);
    if (stream->state == STATE_CARRIED)
        stream->carrier->calls->feed(stream->carrier, direction_of(stream, from), bytes, mark);
    return true;
}

/* --- the stream's calls ------------------------------------------------------------------------------------------ */

enum net_interest stream_data(struct stream *stream, enum net_side from, struct sw_slice bytes, struct sw_mark mark)
{
    switch (stream->state) {
    case STATE_CARRIED:
        stream->carrier->calls->feed(stream->carrier, direction_of(stream, from), bytes, mark);
        return NET_WANT;
    case STATE_OTHER:
        return NET_IGNORE;
    case STATE_DETECT:
        break;
    }
    enum net_interest interest;
    if (decide_at_once(stream, from, bytes, mark, &interest))
        return interest;
    if (!stream->waits)
        order_unit_waits(delivery_order(stream->context->delivery), &stream->unit, mark);
    stream->waits = true;
    hold_bytes(stream, from, bytes, mark);
    return detect(stream, from);
}

enum net_interest stream_gap(struct stream *stream, enum net_side from, uint64_t size, enum sw_reason reason,
                             struct sw_mark mark)
{
    if (stream->state == STATE_CARRIED)
        stream->carrier->calls->gap(stream->carrier, direction_of(stream, from), size, reason, mark);
    if (stream->state != STATE_DETECT)
        return stream->state == STATE_OTHER ? NET_IGNORE : NET_WANT;
    const struct held held = {.kind = HELD_GAP, .from = from, .mark = mark, .size = size, .reason = reason};
    hold(stream, &held);
    struct side *side = &stream->sides[from];
    side->middle = true;
    side->start = side->bytes != NULL ? side->bytes->len : 0;
    side->progress = (struct detect_progress){0};
    return NET_WANT;
}

void stream_end(struct stream *stream, enum net_side from, enum net_end how, struct sw_mark mark)
{
    if (stream->state == STATE_CARRIED)
        stream->carrier->calls->end(stream->carrier, direction_of(stream, from), how, mark);
    if (stream->state != STATE_DETECT || stream->held == NULL)
        return;
    const struct held held = {.kind = HELD_END, .from = from, .mark = mark, .how = how};
    hold(stream, &held);
}

void stream_acked(struct stream *stream, enum net_side from, int64_t more, struct sw_mark mark)
{
    if (stream->state == STATE_CARRIED && stream->carrier->calls->acked != NULL)
        stream->carrier->calls->acked(stream->carrier, direction_of(stream, from), more, mark);
    if (stream->state != STATE_DETECT || (stream->held != NULL && stream->held->len >= ACKS_HELD))
        return;
    const struct held held = {.kind = HELD_ACK, .from = from, .mark = mark, .more = more};
    hold(stream, &held);
}

void stream_conflict(struct stream *stream, enum net_side from, uint64_t bytes, struct sw_mark mark)
{
    (void)mark;
    if (stream->state == STATE_CARRIED)
        stream->carrier->calls->conflict(stream->carrier, direction_of(stream, from), bytes);
}

void stream_free(struct stream *stream, struct sw_mark last)
{
    if (stream == NULL)
        return;
    stream->tunnel_done = true; /* what may have opened one was all there is: it is what it looks like */
    for (enum net_side from = NET_A; from <= NET_B && stream->state == STATE_DETECT && stream->held != NULL; from++)
        detect(stream, from);
    if (stream->state == STATE_DETECT && stream->held != NULL)
        give_up(stream);
    if (stream->carrier != NULL)
        stream->carrier->calls->close(stream->carrier, last);
    order_unit_done(delivery_order(stream->context->delivery), &stream->unit);
    g_free(stream);
}
