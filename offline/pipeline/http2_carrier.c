/* SPDX-License-Identifier: MIT
 *
 * Which streams of an HTTP/2 connection are WebSockets? Those that an extended CONNECT asked for (RFC 8441); and where
 * heads are missing, those whose data shows frames.
 *
 * Each such stream goes to a decoder of its own, as if it were a TCP connection. Other streams are counted. The
 * connection's ledger has what no stream's ledger has: frame headers, heads, other streams.
 */
#include <glib.h>

#include "http2/session.h"
#include "pipeline/carrier.h"
#include "pipeline/ledger.h"
#include "sipweave/http2_check.h"

enum use {
    USE_ASKED,    /* a WebSocket, as soon as the server agrees */
    USE_REFUSED,  /* by the server: what follows is the body of its answer */
    USE_TRIED,    /* its head is missing: frames are looked for */
    USE_ORDINARY, /* no WebSocket, where heads of others are missing */
};

/* A stream that is remembered. */
struct tunnel {
    uint32_t stream;
    enum use use;
    struct carrier *websocket; /* NULL: ordinary */
    uint64_t fed[2];           /* bytes of data by enum sw_direction ... */
    uint64_t missing[2];
    struct sw_mark last[2]; /* ... and where the latest was */
    bool ended[2];
};

struct side {
    struct order_unit unit;
    struct ledger_record losses;
    struct sw_ledger data; /* data of streams that are no WebSockets */
    bool enabled;          /* it has enabled the extended CONNECT */
};

struct http2 {
    struct carrier carrier;
    struct stream_context *context;
    struct carrier_ends ends;
    struct http2_session *session;
    GHashTable *tunnels; /* stream → struct tunnel */
    struct side sides[2];
    uint32_t known;       /* up to this stream all heads of the client were read */
    bool blind;           /* and from there on perhaps not */
    uint32_t limited;     /* from this stream on the limit forbade some; 0: none */
    enum sw_reason cause; /* of being blind */
    bool relevant;        /* it carries WebSockets, or may */
};

static gpointer key_of(uint32_t stream)
{
    return GUINT_TO_POINTER(stream);
}

static struct tunnel *tunnel_of(const struct http2 *http2, uint32_t stream)
{
    return g_hash_table_lookup(http2->tunnels, key_of(stream));
}

static void note(struct http2 *http2, enum sw_direction from, enum sw_reason reason, struct sw_mark mark,
                 const char *text)
{
    ledger_note(&http2->sides[from].losses, reason, &mark, 1, text);
}

/* --- streams ----------------------------------------------------------------------------------------------------- */

static struct tunnel *tunnel_new(struct http2 *http2, uint32_t stream, enum use use, enum sw_direction from,
                                 struct sw_mark mark)
{
    if (g_hash_table_size(http2->tunnels) >= http2->context->limits->http2_streams) {
        note(http2, from, SW_REASON_LIMIT, mark, "More HTTP/2 streams at once than the limit http2-streams.");
        http2->limited = http2->limited == 0 ? stream : MIN(http2->limited, stream);
        http2->relevant = true;
        return NULL;
    }
    struct tunnel *tunnel = g_new0(struct tunnel, 1);
    tunnel->stream = stream;
    tunnel->use = use;
    if (use != USE_ORDINARY) {
        struct carrier_ends ends = http2->ends;
        ends.stream = stream;
        ends.ends[SW_CLIENT].stream = stream;
        ends.first = mark;
        ends.from_start = use == USE_ASKED;
        tunnel->websocket = websocket_carrier_new(http2->context, &ends);
    }
    g_hash_table_insert(http2->tunnels, key_of(stream), tunnel);
    return tunnel;
}

/* Data in which no frame was found: the connection's ledger has it. */
static void count_tried(struct http2 *http2, const struct tunnel *tunnel)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        if (tunnel->fed[from] + tunnel->missing[from] == 0)
            continue;
        http2->relevant = true;
        http2->sides[from].data.undecoded[http2->cause] += tunnel->fed[from];
        http2->sides[from].data.undecoded[SW_REASON_SEGMENT_MISSING] += tunnel->missing[from];
        note(http2, from, http2->cause, tunnel->last[from],
             "Data of HTTP/2 streams whose heads are unknown, and no WebSocket frames in it.");
    }
}

static void tunnel_close(struct http2 *http2, struct tunnel *tunnel, struct sw_mark mark)
{
    if (tunnel->websocket != NULL) {
        if (websocket_carrier_is_known(tunnel->websocket))
            http2->relevant = true;
        else
            count_tried(http2, tunnel);
        tunnel->websocket->calls->close(tunnel->websocket, mark);
    }
    g_hash_table_remove(http2->tunnels, key_of(tunnel->stream));
    g_free(tunnel);
}

static void tunnel_end(struct http2 *http2, struct tunnel *tunnel, enum sw_direction from, enum net_end how,
                       struct sw_mark mark)
{
    if (tunnel->ended[from] && how == NET_FIN)
        return;
    if (tunnel->websocket != NULL)
        tunnel->websocket->calls->end(tunnel->websocket, from, how, mark);
    tunnel->ended[from] = true;
    bool refused = tunnel->use == USE_REFUSED && tunnel->ended[SW_SERVER];
    if (how != NET_FIN || refused || tunnel->ended[sw_direction_opposite(from)])
        tunnel_close(http2, tunnel, mark);
}

static int by_number(gconstpointer a, gconstpointer b)
{
    guint first = GPOINTER_TO_UINT(a);
    guint second = GPOINTER_TO_UINT(b);
    return (first > second) - (first < second);
}

/* Remembered streams above a number, in their order: the same input gives the same output. */
static GList *streams_above(const struct http2 *http2, uint32_t stream)
{
    GList *all = g_list_sort(g_hash_table_get_keys(http2->tunnels), by_number);
    while (all != NULL && GPOINTER_TO_UINT(all->data) <= stream)
        all = g_list_delete_link(all, all);
    return all;
}

static void end_above(struct http2 *http2, uint32_t stream, enum sw_direction from, enum net_end how,
                      struct sw_mark mark)
{
    GList *all = streams_above(http2, stream);
    for (GList *at = all; at != NULL; at = at->next)
        tunnel_end(http2, tunnel_of(http2, GPOINTER_TO_UINT(at->data)), from, how, mark);
    g_list_free(all);
}

/* --- heads ------------------------------------------------------------------------------------------------------- */

static bool asks_for_websocket(const struct http2_head *head)
{
    return sw_slice_equal(head->fields[HTTP2_METHOD], SW_SLICE("CONNECT")) &&
           sw_slice_equal_nocase(head->fields[HTTP2_PROTOCOL], SW_SLICE("websocket"));
}

static void go_blind(struct http2 *http2, enum sw_reason reason)
{
    http2->blind = true;
    http2->cause = reason;
}

/* Whose breach, and the packets that prove it. */
struct accused {
    struct http2 *http2;
    enum sw_direction direction;
    const struct sw_mark *marks;
    size_t mark_count;
};

static void on_breach(void *context, enum sw_rule rule, const char *evidence)
{
    const struct accused *accused = context;
    const struct carrier_ends *ends = &accused->http2->ends;
    const struct finding_record finding = {
        .rule = rule,
        .party = accused->direction == SW_CLIENT ? "client" : "server",
        .marks = accused->marks,
        .mark_count = accused->mark_count,
        .direction = accused->direction,
        .source = ends->ends[accused->direction],
        .destination = ends->ends[sw_direction_opposite(accused->direction)],
        .evidence = evidence,
    };
    accused->http2->relevant = true;
    delivery_finding(accused->http2->context->delivery, &finding);
}

static bool is_forwarded(const struct http2_head *head)
{
    bool forwarded = false;
    for (enum http2_field field = HTTP2_VIA; field <= HTTP2_X_REAL_IP; field++)
        forwarded |= head->fields[field].size > 0;
    return forwarded;
}

static void check_request(struct http2 *http2, const struct http2_head *head)
{
    const struct sw_slice *fields = head->fields;
    struct accused accused = {http2, SW_CLIENT, head->marks, head->mark_count};
    const struct sw_http2_judgement judgement = {&accused, on_breach};
    const struct sw_http2_request request = {
        .method = fields[HTTP2_METHOD],
        .protocol = fields[HTTP2_PROTOCOL],
        .scheme = fields[HTTP2_SCHEME],
        .path = fields[HTTP2_PATH],
        .connection = fields[HTTP2_CONNECTION],
        .upgrade = fields[HTTP2_UPGRADE],
        .websocket = fields[HTTP2_WS_VERSION].size > 0 ? fields[HTTP2_WS_VERSION]
                     : fields[HTTP2_WS_KEY].size > 0   ? fields[HTTP2_WS_KEY]
                                                       : fields[HTTP2_WS_PROTOCOL],
        .secure = http2->ends.below != NULL,
        .forwarded = is_forwarded(head),
    };
    if (http2->context->web != NULL)
        sw_http2_check_request(&request, &judgement);
}

static void on_request(struct http2 *http2, const struct http2_head *head)
{
    if (tunnel_of(http2, head->stream) != NULL) /* a trailer */
        return;
    if (!head->known) {
        http2->blind = true;
        return;
    }
    if (!http2->blind)
        http2->known = MAX(http2->known, head->stream);
    check_request(http2, head);
    if (!asks_for_websocket(head)) {
        http2->context->totals->http2_ordinary++;
        if (http2->blind && !head->end_stream)
            tunnel_new(http2, head->stream, USE_ORDINARY, SW_CLIENT, head->marks[0]);
        return;
    }
    const struct sw_tunnel_request request = {
        .target = head->fields[HTTP2_PATH],
        .host = head->fields[HTTP2_AUTHORITY],
        .origin = head->fields[HTTP2_ORIGIN],
        .user_agent = head->fields[HTTP2_USER_AGENT],
        .offered = head->fields[HTTP2_WS_PROTOCOL],
    };
    struct tunnel *tunnel = tunnel_new(http2, head->stream, USE_ASKED, SW_CLIENT, head->marks[0]);
    if (tunnel != NULL)
        websocket_carrier_request(tunnel->websocket, &request, head->marks[0]);
}

static unsigned status_of(const struct http2_head *head)
{
    uint64_t status;
    return sw_slice_number(head->fields[HTTP2_STATUS], &status) && status <= 999 ? (unsigned)status : 0;
}

/* Whether a stream may be a WebSocket whose request was missed. */
static bool is_unknown(const struct http2 *http2, uint32_t stream)
{
    return http2->blind && stream > http2->known && stream % 2 == 1;
}

static void on_response(struct http2 *http2, const struct http2_head *head)
{
    struct tunnel *tunnel = tunnel_of(http2, head->stream);
    unsigned status = head->known ? status_of(head) : 0;
    bool final = status >= 200;
    if (tunnel == NULL && final && is_unknown(http2, head->stream) && head->fields[HTTP2_WS_PROTOCOL].size > 0)
        tunnel = tunnel_new(http2, head->stream, USE_ASKED, SW_SERVER, head->marks[0]);
    if (tunnel == NULL || tunnel->use != USE_ASKED || !final)
        return;
    const struct sw_tunnel_answer answer = {
        .status = status,
        .server = head->fields[HTTP2_SERVER],
        .subprotocol = head->fields[HTTP2_WS_PROTOCOL],
        .extensions = head->fields[HTTP2_WS_EXTENSIONS],
    };
    websocket_carrier_answer(tunnel->websocket, &answer, head->marks[0]);
    if (status / 100 != 2)
        tunnel->use = USE_REFUSED;
}

static void on_head(void *context, enum sw_direction from, const struct http2_head *head)
{
    struct http2 *http2 = context;
    if (from == SW_CLIENT)
        on_request(http2, head);
    else
        on_response(http2, head);
}

/* --- data -------------------------------------------------------------------------------------------------------- */

/* The stream that data belongs to; NULL: it is of no interest, or above the limit. */
static struct tunnel *tunnel_of_data(struct http2 *http2, enum sw_direction from, uint32_t stream, struct sw_mark mark)
{
    struct tunnel *tunnel = tunnel_of(http2, stream);
    if (tunnel == NULL && is_unknown(http2, stream) && (http2->limited == 0 || stream < http2->limited))
        tunnel = tunnel_new(http2, stream, USE_TRIED, from, mark);
    bool wanted = tunnel != NULL && (tunnel->use == USE_ASKED || tunnel->use == USE_TRIED);
    return wanted && !tunnel->ended[from] ? tunnel : NULL;
}

static void on_data(void *context, enum sw_direction from, uint32_t stream, struct sw_slice bytes, struct sw_mark mark)
{
    struct http2 *http2 = context;
    struct tunnel *tunnel = tunnel_of_data(http2, from, stream, mark);
    if (tunnel != NULL) {
        tunnel->fed[from] += bytes.size;
        tunnel->last[from] = mark;
        tunnel->websocket->calls->feed(tunnel->websocket, from, bytes, mark);
        return;
    }
    bool limited = http2->limited != 0 && stream >= http2->limited && tunnel_of(http2, stream) == NULL;
    enum sw_reason reason = limited ? SW_REASON_LIMIT : SW_REASON_NOT_SIP;
    http2->sides[from].data.undecoded[reason] += bytes.size;
    note(http2, from, reason, mark,
         limited ? "More HTTP/2 streams at once than the limit http2-streams."
                 : "Data of HTTP/2 streams that are no WebSockets.");
}

static void on_gap(void *context, enum sw_direction from, uint32_t stream, uint64_t size, enum sw_reason reason,
                   struct sw_mark mark)
{
    struct http2 *http2 = context;
    struct tunnel *tunnel = tunnel_of_data(http2, from, stream, mark);
    if (tunnel == NULL) {
        http2->sides[from].data.undecoded[reason] += size;
        note(http2, from, reason, mark, "A part of HTTP/2 data is missing.");
        return;
    }
    tunnel->missing[from] += size;
    tunnel->last[from] = mark;
    tunnel->websocket->calls->gap(tunnel->websocket, from, size, reason, mark);
}

static void lose(struct http2 *http2, uint32_t stream, enum sw_direction from, enum sw_reason reason,
                 struct sw_mark mark)
{
    const struct tunnel *tunnel = tunnel_of(http2, stream);
    if (tunnel != NULL && tunnel->websocket != NULL && !tunnel->ended[from])
        websocket_carrier_lost(tunnel->websocket, from, reason, mark);
}

static void on_lost(void *context, enum sw_direction from, uint32_t stream, enum sw_reason reason, struct sw_mark mark)
{
    struct http2 *http2 = context;
    if (stream != 0) {
        lose(http2, stream, from, reason, mark);
        return;
    }
    if (from == SW_CLIENT)
        go_blind(http2, reason);
    GList *all = streams_above(http2, 0);
    for (GList *at = all; at != NULL; at = at->next)
        lose(http2, GPOINTER_TO_UINT(at->data), from, reason, mark);
    g_list_free(all);
}

static void on_stream_end(void *context, enum sw_direction from, uint32_t stream, enum http2_end how,
                          struct sw_mark mark)
{
    struct http2 *http2 = context;
    struct tunnel *tunnel = tunnel_of(http2, stream);
    if (tunnel != NULL)
        tunnel_end(http2, tunnel, from, how == HTTP2_RESET ? NET_RST : NET_FIN, mark);
}

static void on_goaway(void *context, enum sw_direction from, uint32_t last, struct sw_mark mark)
{
    if (from == SW_SERVER)
        end_above(context, last, from, NET_RST, mark);
}

static void on_connect_protocol(void *context, enum sw_direction from, uint32_t value, struct sw_mark mark)
{
    struct http2 *http2 = context;
    struct accused accused = {http2, from, &mark, 1};
    const struct sw_http2_judgement judgement = {&accused, on_breach};
    if (http2->context->web != NULL)
        sw_http2_check_setting(&http2->sides[from].enabled, value, &judgement);
}

static void on_loss(void *context, enum sw_direction from, enum sw_reason reason, struct sw_mark mark, const char *text)
{
    struct http2 *http2 = context;
    note(http2, from, reason, mark, text);
    if (from == SW_CLIENT && !http2->blind)
        http2->cause = reason;
}

/* --- the carrier's calls ----------------------------------------------------------------------------------------- */

static void refresh_unit(struct http2 *http2, enum sw_direction from)
{
    struct order *order = delivery_order(http2->context->delivery);
    struct order_unit *unit = &http2->sides[from].unit;
    struct sw_mark since;
    if (http2_session_unfinished(http2->session, from, &since))
        order_unit_waits(order, unit, since);
    else if (unit->linked)
        order_unit_done(order, unit);
}

static void http2_feed(struct carrier *carrier, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct http2 *http2 = (struct http2 *)carrier;
    http2_session_feed(http2->session, from, bytes, mark);
    refresh_unit(http2, from);
}

static void http2_gap(struct carrier *carrier, enum sw_direction from, uint64_t size, enum sw_reason reason,
                      struct sw_mark mark)
{
    struct http2 *http2 = (struct http2 *)carrier;
    http2_session_gap(http2->session, from, size, reason, mark);
    refresh_unit(http2, from);
}

static void http2_end(struct carrier *carrier, enum sw_direction from, enum net_end how, struct sw_mark mark)
{
    struct http2 *http2 = (struct http2 *)carrier;
    http2_session_eof(http2->session, from, mark);
    if (how != NET_FIN)
        http2_session_eof(http2->session, sw_direction_opposite(from), mark);
    end_above(http2, 0, from, how, mark);
    refresh_unit(http2, SW_CLIENT);
    refresh_unit(http2, SW_SERVER);
}

static void http2_conflict(struct carrier *carrier, enum sw_direction from, uint64_t bytes)
{
    ((struct http2 *)carrier)->sides[from].losses.conflicts += bytes;
}

static void tell_ledger(struct http2 *http2, enum sw_direction from, struct sw_mark mark)
{
    const struct side *side = &http2->sides[from];
    struct sw_ledger bytes = *http2_session_ledger(http2->session, from);
    for (unsigned reason = 0; reason < SW_REASON_COUNT; reason++)
        bytes.undecoded[reason] += side->data.undecoded[reason];
    struct ledger_record ledger = carrier_ledger(&http2->ends, from, SW_TRANSPORT_TCP, &bytes, &side->losses);
    ledger.protocol = "HTTP/2";
    delivery_ledger(http2->context->delivery, &ledger, mark);
}

static void http2_close(struct carrier *carrier, struct sw_mark mark)
{
    struct http2 *http2 = (struct http2 *)carrier;
    http2_session_eof(http2->session, SW_CLIENT, mark);
    http2_session_eof(http2->session, SW_SERVER, mark);
    GList *all = streams_above(http2, 0);
    for (GList *at = all; at != NULL; at = at->next)
        tunnel_close(http2, tunnel_of(http2, GPOINTER_TO_UINT(at->data)), mark);
    g_list_free(all);
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        if (http2->relevant)
            tell_ledger(http2, from, mark);
        order_unit_done(delivery_order(http2->context->delivery), &http2->sides[from].unit);
    }
    if (!http2->relevant)
        http2->context->totals->streams_http++;
    g_hash_table_destroy(http2->tunnels);
    http2_session_free(http2->session);
    g_free(http2);
}

struct carrier *http2_carrier_new(struct stream_context *context, const struct carrier_ends *ends)
{
    static const struct carrier_calls calls = {
        .feed = http2_feed,
        .gap = http2_gap,
        .end = http2_end,
        .conflict = http2_conflict,
        .close = http2_close,
    };
    struct http2 *http2 = g_new0(struct http2, 1);
    const struct http2_sink sink = {
        .context = http2,
        .head = on_head,
        .data = on_data,
        .gap = on_gap,
        .lost = on_lost,
        .end = on_stream_end,
        .goaway = on_goaway,
        .connect_protocol = on_connect_protocol,
        .loss = on_loss,
    };
    http2->carrier.calls = &calls;
    http2->context = context;
    http2->ends = *ends;
    http2->cause = SW_REASON_NO_HANDSHAKE;
    http2->session = http2_session_new(context->limits, &sink);
    http2->tunnels = g_hash_table_new(NULL, NULL);
    context->totals->streams_http2++;
    return &http2->carrier;
}
