/* SPDX-License-Identifier: MIT
 *
 * A WebSocket connection (or HTTP that may become one): what its decoder says becomes records.
 */
#include <glib.h>
#include <string.h>

#include "pipeline/carrier.h"
#include "pipeline/ledger.h"
#include "pipeline/weave.h"

/* An unanswered Ping counts as lost when the connection went on for this long. */
static const int64_t ping_patience = INT64_C(5) * 1000 * 1000 * 1000;

/* What one side sent. */
struct side {
    struct order_unit unit;
    struct ledger_record *losses; /* NULL until there is something to tell */
    uint64_t not_sip;             /* wire bytes of messages that are no SIP */
    struct carrier_count count;
    int64_t ping; /* time of a Ping that waits for its Pong; SW_NO_TIME */
};

/* What the record's handshake agreed on. */
enum subprotocol { SUBPROTOCOL_NONE, SUBPROTOCOL_SIP, SUBPROTOCOL_OTHER };

struct websocket {
    struct carrier carrier;
    struct stream_context *context;
    struct sw_connection *connection;
    struct sw_websip *sip_rules;      /* NULL: no findings are wanted */
    struct connection_record *record; /* NULL: nothing but HTTP so far */
    struct side sides[2];
    struct carrier_ends ends;
    enum subprotocol subprotocol;
    bool known;   /* there was a record */
    bool counted; /* among the streams of HTTP */
};

static struct ledger_record *losses_of(struct websocket *websocket, enum sw_direction from)
{
    struct side *side = &websocket->sides[from];
    if (side->losses == NULL)
        side->losses = g_new0(struct ledger_record, 1);
    return side->losses;
}

static void note_loss(struct websocket *websocket, enum sw_reason reason, const struct sw_event *event,
                      const char *text)
{
    if (websocket->context->ledgers)
        ledger_note(losses_of(websocket, event->direction), reason, event->marks, event->mark_count, text);
}

static void begin_record(struct websocket *websocket, struct sw_mark first, bool midstream)
{
    struct connection_record *record = connection_record_new();
    record->first = first;
    record->client = websocket->ends.ends[SW_CLIENT];
    record->server = websocket->ends.ends[SW_SERVER];
    record->proxied_client = websocket->ends.proxied_client;
    record->transport = websocket->ends.below != NULL ? SW_TRANSPORT_WSS : SW_TRANSPORT_WS;
    record->tls = websocket->ends.below != NULL ? tls_facts_copy(websocket->ends.below->tls) : NULL;
    record->midstream = midstream;
    record->stream = websocket->ends.stream;
    websocket->known = true;
    websocket->record = record;
    websocket->subprotocol = SUBPROTOCOL_NONE;
    delivery_connection_begin(websocket->context->delivery, record);
}

static void tell_change(const struct websocket *websocket)
{
    delivery_connection_changed(websocket->context->delivery, websocket->record);
}

/* --- the end of a connection ------------------------------------------------------------------------------------- */

static void lose_ping(struct websocket *websocket, enum sw_direction from)
{
    struct connection_record *record = websocket->record;
    struct side *side = &websocket->sides[from];
    if (record->lost_ping_count < LOST_PINGS_KEPT)
        record->lost_pings[record->lost_ping_count] = (struct lost_ping){.from = from, .time = side->ping};
    record->lost_ping_count++;
    side->ping = SW_NO_TIME;
    tell_change(websocket);
}

static bool ping_is_lost(const struct websocket *websocket, enum sw_direction from, int64_t now)
{
    const struct side *side = &websocket->sides[from];
    bool other_side_seen = sw_connection_counts(websocket->connection, sw_direction_opposite(from))->frames != 0;
    return side->ping != SW_NO_TIME && other_side_seen && now - side->ping > ping_patience;
}

static void tell_ledger(struct websocket *websocket, enum sw_direction from, struct sw_mark mark)
{
    if (!websocket->context->ledgers)
        return;
    const struct side *side = &websocket->sides[from];
    struct carrier_ends ends = websocket->ends;
    if (ends.stream != 0) { /* the ledger of the whole connection has that */
        ends.proxy_size[from] = 0;
        ends.below = NULL;
    }
    struct ledger_record ledger = carrier_ledger(&ends, from, websocket->record->transport,
                                                 sw_connection_ledger(websocket->connection, from), side->losses);
    ledger.connection = websocket->record;
    ledger.first = websocket->record->first;
    struct sw_slice subprotocol = websocket->record->handshake->subprotocol;
    if (subprotocol.size != 0)
        memcpy(ledger.subprotocol, subprotocol.data, MIN(subprotocol.size, sizeof ledger.subprotocol - 1));
    ledger_move(&ledger.ledger, SW_REASON_NOT_SIP, side->not_sip);
    delivery_ledger(websocket->context->delivery, &ledger, mark);
}

/* The record is complete: nothing more will be known of it. */
static void finish_record(struct websocket *websocket, struct sw_mark mark, bool tell)
{
    struct connection_record *record = websocket->record;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        if (ping_is_lost(websocket, from, mark.time))
            lose_ping(websocket, from);
        record->counts[from] = *sw_connection_counts(websocket->connection, from);
        if (tell)
            tell_ledger(websocket, from, mark);
    }
    if (!record->close.seen && record->close.tcp != TCP_OPEN && record->opened != SW_NO_TIME)
        record->close.code = 1006;
    tell_change(websocket);
    delivery_connection_end(websocket->context->delivery, record, mark);
    websocket->record = NULL;
}

/* --- events ------------------------------------------------------------------------------------------------------ */

static void note_handshake(const struct websocket *websocket)
{
    if (!websocket->context->connections)
        return;
    connection_record_handshake(websocket->record, sw_connection_handshake(websocket->connection));
    tell_change(websocket);
}

/* A second attempt on the same TCP connection is a connection of its own; the ledger is told with the last. */
static void on_request(struct websocket *websocket, const struct sw_event *event)
{
    if (websocket->record != NULL)
        finish_record(websocket, event->marks[0], false);
    begin_record(websocket, event->marks[0], false);
    note_handshake(websocket);
}

static void note_answer(struct websocket *websocket, bool accepted, struct sw_mark mark)
{
    if (websocket->record == NULL)
        begin_record(websocket, mark, false);
    const struct sw_handshake *handshake = sw_connection_handshake(websocket->connection);
    note_handshake(websocket);
    if (handshake->subprotocol.size != 0)
        websocket->subprotocol =
            sw_slice_equal_nocase(handshake->subprotocol, SW_SLICE("sip")) ? SUBPROTOCOL_SIP : SUBPROTOCOL_OTHER;
    if (accepted)
        websocket->record->opened = mark.time;
    tell_change(websocket);
}

static void on_handshake(struct websocket *websocket, const struct sw_event *event)
{
    note_answer(websocket, event->accepted, event->marks[0]);
}

static bool has_identity(const struct sw_sip *sip)
{
    return sip->first[SW_SIP_CALL_ID].size != 0 && sip->first[SW_SIP_CSEQ].size != 0;
}

/* Whether the payload is SIP: because that was agreed on; or, where nothing was, because it is a whole SIP message.
 * Another subprotocol is never taken for SIP (RFC 7118 3). *read: sip, which is filled, or NULL where nobody here needs
 * it. */
static bool is_sip(const struct websocket *websocket, struct sw_slice payload, struct sw_sip *sip,
                   const struct sw_sip **read)
{
    if (websocket->subprotocol == SUBPROTOCOL_OTHER)
        return false;
    if (websocket->subprotocol == SUBPROTOCOL_SIP && websocket->sip_rules == NULL)
        return delivery_recognise(websocket->context->delivery, payload, true, sip, read);
    *read = sip;
    if (websocket->subprotocol == SUBPROTOCOL_SIP)
        return sw_sip_recognise(payload, sip) || sw_sip_recognise_odd(payload, true, sip);
    return sw_sip_recognise(payload, sip) && has_identity(sip);
}

static const char *why_not_sip(const struct websocket *websocket)
{
    static const char *const why[] = {
        [SUBPROTOCOL_NONE] = "Messages of a connection without a subprotocol, which do not look like SIP.",
        [SUBPROTOCOL_SIP] = "Messages that are no SIP, though that was agreed on.",
        [SUBPROTOCOL_OTHER] = "Messages of another subprotocol.",
    };
    return why[websocket->subprotocol];
}

static void tell_keepalive(const struct websocket *websocket, const struct sw_event *event, enum sw_keepalive kind)
{
    const struct sw_talk_keepalive keepalive = {
        .kind = kind,
        .transport = websocket->record->transport,
        .source = websocket->ends.ends[event->direction],
        .destination = websocket->ends.ends[sw_direction_opposite(event->direction)],
        .mark = event->marks[0],
        .from_client = event->direction == SW_CLIENT,
    };
    if (websocket->subprotocol == SUBPROTOCOL_SIP)
        delivery_keepalive(websocket->context->delivery, websocket->record, &keepalive);
}

static void on_message(struct websocket *websocket, const struct sw_event *event)
{
    if (websocket->record == NULL)
        begin_record(websocket, event->marks[0], true);
    struct sw_slice payload = event->message.payload;
    if (sw_sip_is_keepalive(payload)) {
        tell_keepalive(websocket, event, sw_keepalive_of(payload));
        return;
    }
    struct sw_sip sip;
    const struct sw_sip *read;
    if (!is_sip(websocket, payload, &sip, &read)) {
        websocket->sides[event->direction].not_sip += event->message.wire_size;
        note_loss(websocket, SW_REASON_NOT_SIP, event, why_not_sip(websocket));
        websocket->context->totals->subprotocol_other++;
        return;
    }
    struct message_record message = {
        .marks = event->marks,
        .mark_count = event->mark_count,
        .transport = websocket->record->transport,
        .connection = websocket->record,
        .source = websocket->ends.ends[event->direction],
        .destination = websocket->ends.ends[sw_direction_opposite(event->direction)],
        .direction = event->direction,
        .ordinal = sw_connection_counts(websocket->connection, event->direction)->messages,
        .opcode = event->message.opcode,
        .fragments = event->message.fragments,
        .compressed = event->message.compressed,
        .inferred = event->message.inferred || websocket->subprotocol == SUBPROTOCOL_NONE,
        .partial = event->message.partial,
        .unjudged = websocket->subprotocol != SUBPROTOCOL_SIP && !websocket->record->midstream,
        .sip = read,
    };
    delivery_message(websocket->context->delivery, &message, payload);
    if (websocket->sip_rules != NULL && !message.unjudged && !weave_several(&sip)) {
        websocket->context->sip = sip;
        websocket->context->sip_read = true;
    }
}

static void on_close_frame(struct websocket *websocket, const struct sw_event *event)
{
    struct connection_record *record = websocket->record;
    enum sw_direction from = event->direction;
    if (record->close.sent[from]) /* a second Close changes nothing (RFC 6455 5.5.1) */
        return;
    struct sw_slice reason = event->control.close_reason;
    record->close.sent[from] = true;
    record->close.codes[from] = event->control.close_code;
    record->close.reasons[from] = (struct sw_slice){g_memdup2(reason.data, reason.size), reason.size};
    if (!record->close.seen)
        record->close.by = from;
    record->close.seen = record->close.by_known = true;
    record->close.clean = record->close.sent[SW_CLIENT] && record->close.sent[SW_SERVER];
    enum sw_direction told = record->close.sent[SW_SERVER] ? SW_SERVER : SW_CLIENT;
    record->close.code = record->close.codes[told];
    record->close.reason = record->close.reasons[told];
    tell_change(websocket);
}

static void on_control(struct websocket *websocket, const struct sw_event *event)
{
    if (websocket->record == NULL)
        begin_record(websocket, event->marks[0], true);
    enum sw_direction from = event->direction;
    int64_t now = event->marks[0].time;
    switch (event->control.opcode) {
    case SW_OPCODE_CLOSE:
        on_close_frame(websocket, event);
        break;
    case SW_OPCODE_PING:
        if (ping_is_lost(websocket, from, now))
            lose_ping(websocket, from);
        websocket->sides[from].ping = now;
        tell_keepalive(websocket, event, SW_KEEPALIVE_OTHER);
        break;
    case SW_OPCODE_PONG:
        tell_keepalive(websocket, event, SW_KEEPALIVE_OTHER);
        websocket->sides[sw_direction_opposite(from)].ping = SW_NO_TIME;
        break;
    default:
        break;
    }
}

static void tell_loss(struct websocket *websocket, struct sw_mark mark)
{
    if (websocket->record != NULL)
        delivery_loss(websocket->context->delivery, websocket->record, &websocket->ends.ends[SW_CLIENT],
                      &websocket->ends.ends[SW_SERVER], mark);
}

static void on_loss(struct websocket *websocket, const struct sw_event *event)
{
    note_loss(websocket, event->loss.reason, event, event->loss.text);
    tell_loss(websocket, event->marks[0]);
}

/* Tells the order whether this side has begun something. */
static void refresh_unit(struct websocket *websocket, enum sw_direction from)
{
    struct order *order = delivery_order(websocket->context->delivery);
    struct order_unit *unit = &websocket->sides[from].unit;
    struct sw_mark since;
    if (sw_connection_unfinished(websocket->connection, from, &since))
        order_unit_waits(order, unit, since);
    else if (unit->linked)
        order_unit_done(order, unit);
}

/* Of the connection's own checks, and of those of its SIP. */
static void tell_finding(struct websocket *websocket, const struct sw_finding *found, const struct sw_mark *marks,
                         size_t mark_count)
{
    if (websocket->record == NULL)
        begin_record(websocket, marks[0], true);
    const struct finding_record finding = {
        .rule = found->rule,
        .party = found->party == SW_CLIENT ? "client" : "server",
        .marks = marks,
        .mark_count = mark_count,
        .connection = websocket->record,
        .direction = found->party,
        .ordinal = found->message,
        .source = websocket->ends.ends[found->party],
        .destination = websocket->ends.ends[sw_direction_opposite(found->party)],
        .evidence = found->evidence,
    };
    delivery_finding(websocket->context->delivery, &finding);
}

static void on_finding(struct websocket *websocket, const struct sw_event *event)
{
    tell_finding(websocket, &event->finding, event->marks, event->mark_count);
}

static void on_breach(void *context, const struct sw_breach *breach)
{
    tell_finding(context, &breach->finding, breach->marks, breach->mark_count);
}

static void handle(struct websocket *websocket, const struct sw_event *event)
{
    static void (*const handlers[])(struct websocket *, const struct sw_event *) = {
        [SW_EVENT_REQUEST] = on_request, [SW_EVENT_HANDSHAKE] = on_handshake, [SW_EVENT_MESSAGE] = on_message,
        [SW_EVENT_CONTROL] = on_control, [SW_EVENT_LOSS] = on_loss,           [SW_EVENT_FINDING] = on_finding,
    };
    handlers[event->kind](websocket, event);
    if (websocket->sip_rules != NULL)
        sw_websip_event(websocket->sip_rules, websocket->connection, event,
                        websocket->context->sip_read ? &websocket->context->sip : NULL);
    websocket->context->sip_read = false;
}

static void pump(struct websocket *websocket)
{
    const struct sw_event *event;
    while ((event = sw_connection_next(websocket->connection)) != NULL)
        handle(websocket, event);
    refresh_unit(websocket, SW_CLIENT);
    refresh_unit(websocket, SW_SERVER);
}

/* --- the carrier's calls ----------------------------------------------------------------------------------------- */

static void websocket_feed(struct carrier *carrier, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    websocket->sides[from].count.fed += bytes.size;
    sw_connection_feed(websocket->connection, from, bytes, mark);
    pump(websocket);
}

static void websocket_gap(struct carrier *carrier, enum sw_direction from, uint64_t size, enum sw_reason reason,
                          struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    websocket->sides[from].count.fed += size;
    sw_connection_gap(websocket->connection, from, size, reason, mark);
    pump(websocket);
}

static enum tcp_ending ending_of(enum net_end how)
{
    static const enum tcp_ending endings[] = {
        [NET_FIN] = TCP_FIN,       [NET_RST] = TCP_RST,         [NET_CAPTURE_END] = TCP_OPEN,
        [NET_REUSED] = TCP_REUSED, [NET_EVICTED] = TCP_EVICTED,
    };
    return endings[how];
}

static void note_ending(struct websocket *websocket, enum sw_direction from, enum net_end how, struct sw_mark mark)
{
    struct connection_record *record = websocket->record;
    if (record == NULL || how == NET_CAPTURE_END || record->close.tcp != TCP_OPEN)
        return;
    record->close.tcp = ending_of(how);
    record->closed = mark.time;
    if (!record->close.seen && (how == NET_FIN || how == NET_RST)) {
        record->close.by = from;
        record->close.by_known = true;
    }
    tell_change(websocket);
}

static bool both_ended(const struct websocket *websocket)
{
    return websocket->sides[SW_CLIENT].count.ended && websocket->sides[SW_SERVER].count.ended;
}

static void websocket_end(struct carrier *carrier, enum sw_direction from, enum net_end how, struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    enum sw_eof eof = how == NET_FIN ? SW_EOF_FIN : how == NET_RST ? SW_EOF_RST : SW_EOF_CAPTURE;
    sw_connection_eof(websocket->connection, from, eof, mark);
    pump(websocket);
    if (websocket->sip_rules != NULL)
        sw_websip_end(websocket->sip_rules, from, eof, mark);
    note_ending(websocket, from, how, mark);
    websocket->sides[from].count.ended = true;
    if (how != NET_FIN)
        websocket->sides[SW_CLIENT].count.ended = websocket->sides[SW_SERVER].count.ended = true;
    if (both_ended(websocket) && websocket->record != NULL) {
        websocket->counted = true;
        finish_record(websocket, mark, true);
    }
}

static void websocket_acked(struct carrier *carrier, enum sw_direction from, int64_t more, struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    struct carrier_count *count = &websocket->sides[sw_direction_opposite(from)].count;
    const bool before = more < 0 && count->fed < (uint64_t)-more;
    if (carrier_missed(count, more))
        tell_loss(websocket, mark);
    sw_connection_acked(websocket->connection, from, before ? 0 : count->fed + (uint64_t)more, mark);
}

static void websocket_conflict(struct carrier *carrier, enum sw_direction from, uint64_t bytes)
{
    losses_of((struct websocket *)carrier, from)->conflicts += bytes;
}

/* Of HTTP without an upgrade, too: it is counted, whenever that is. */
static bool websocket_over(const struct carrier *carrier)
{
    const struct websocket *websocket = (const struct websocket *)carrier;
    return websocket->record == NULL && both_ended(websocket);
}

static void websocket_close(struct carrier *carrier, struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    if (websocket->record != NULL)
        finish_record(websocket, mark, true);
    else if (!websocket->counted && websocket->ends.stream == 0)
        websocket->context->totals->streams_http++;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        order_unit_done(delivery_order(websocket->context->delivery), &websocket->sides[from].unit);
        g_free(websocket->sides[from].losses);
    }
    sw_connection_free(websocket->connection);
    sw_websip_free(websocket->sip_rules);
    g_free(websocket);
}

static bool is_loopback(const struct sw_endpoint *end)
{
    static const uint8_t v6[16] = {[15] = 1};
    const uint8_t *address = end->address;
    return end->family == 4 ? address[0] == 127 : memcmp(address, v6, sizeof v6) == 0;
}

static void check(struct websocket *websocket)
{
    const struct carrier_ends *ends = &websocket->ends;
    const struct sw_surroundings surroundings = {
        .secure = ends->below != NULL,
        .loopback = is_loopback(&ends->ends[SW_CLIENT]) && is_loopback(&ends->ends[SW_SERVER]),
        .intermediary = ends->balanced,
        .from_start = ends->from_start,
        .nameless = ends->below != NULL && ends->below->tls->nameless,
    };
    const struct sw_judgement judgement = {.context = websocket, .report = on_breach};
    sw_connection_check(websocket->connection, &surroundings);
    websocket->sip_rules = sw_websip_new(websocket->context->web, &surroundings, ends->ends, &judgement);
}

/* --- streams of HTTP/2 ------------------------------------------------------------------------------------------- */

void websocket_carrier_request(struct carrier *carrier, const struct sw_tunnel_request *request, struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    sw_connection_requested(websocket->connection, request);
    if (websocket->record == NULL)
        begin_record(websocket, mark, false);
    note_handshake(websocket);
}

void websocket_carrier_answer(struct carrier *carrier, const struct sw_tunnel_answer *answer, struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    sw_connection_answered(websocket->connection, answer);
    note_answer(websocket, answer->status / 100 == 2, mark);
}

void websocket_carrier_lost(struct carrier *carrier, enum sw_direction from, enum sw_reason reason, struct sw_mark mark)
{
    struct websocket *websocket = (struct websocket *)carrier;
    sw_connection_lost(websocket->connection, from, reason, mark);
    pump(websocket);
}

bool websocket_carrier_is_known(const struct carrier *carrier)
{
    return ((const struct websocket *)carrier)->known;
}

static enum sw_connection_start start_of(const struct carrier_ends *ends)
{
    if (!ends->from_start)
        return SW_START_MIDSTREAM;
    return ends->stream != 0 ? SW_START_TUNNEL : SW_START_HANDSHAKE;
}

struct carrier *websocket_carrier_new(struct stream_context *context, const struct carrier_ends *ends)
{
    static const struct carrier_calls calls = {
        .feed = websocket_feed,
        .gap = websocket_gap,
        .end = websocket_end,
        .acked = websocket_acked,
        .conflict = websocket_conflict,
        .over = websocket_over,
        .close = websocket_close,
    };
    struct websocket *websocket = g_new(struct websocket, 1);
    *websocket = (struct websocket){.carrier.calls = &calls, .context = context, .ends = *ends};
    websocket->sides[SW_CLIENT].ping = websocket->sides[SW_SERVER].ping = SW_NO_TIME;
    websocket->connection = sw_connection_new(context->limits, context->pool, start_of(ends));
    if (context->web != NULL)
        check(websocket);
    return &websocket->carrier;
}
