/* SPDX-License-Identifier: MIT
 *
 * What happened to the WebSocket connections of a call while it lasted: opened, refused, closed, lost, pings
 * unanswered.
 */
#include "output/flow.h"

#include "output/facts.h"

/* A connection opened so shortly before the call was opened for it. */
#define BEFORE_CALL (INT64_C(5) * 1000000000)

static char *escaped(struct sw_slice text)
{
    GString *to = g_string_new(NULL);
    text_escape(to, text, true);
    return g_string_free(to, FALSE);
}

static void read_handshake(struct flow_link *link, const struct sw_handshake *handshake)
{
    static const struct sw_handshake none;
    if (handshake == NULL)
        handshake = &none;
    link->status = handshake->answered ? handshake->status : 0;
    link->subprotocol = escaped(handshake->subprotocol);
    link->product = product_name(handshake->server);
}

void flow_link_read(struct flow_link *link)
{
    const struct connection_record *record = link->live;
    if (record == NULL)
        return;
    g_free(link->reason);
    g_free(link->subprotocol);
    g_free(link->product);
    link->client = record->client;
    link->server = record->server;
    link->transport = record->transport;
    link->first = record->first.time;
    link->opened = record->opened;
    link->closed = record->closed;
    link->close_seen = record->close.seen;
    link->by_known = record->close.by_known;
    link->by = record->close.by;
    struct sw_slice reason;
    link->code = first_close(record, &reason);
    link->tcp = record->close.tcp;
    link->reason = escaped(reason);
    read_handshake(link, record->handshake);
    link->lost_pings = MIN(record->lost_ping_count, (unsigned)LOST_PINGS_KEPT);
    for (unsigned i = 0; i < link->lost_pings; i++)
        link->pings[i] = record->lost_pings[i];
}

void flow_link_free(struct flow_link *link)
{
    g_free(link->reason);
    g_free(link->subprotocol);
    g_free(link->product);
    flow_identity_free(&link->client_is);
    g_free(link);
}

/* ---- one note each ---- */

static bool party_of(const struct flow_call *call, const struct sw_endpoint *address, unsigned *party)
{
    const struct flow_end *end = g_hash_table_lookup(call->end_of, address);
    if (end != NULL)
        *party = end->party;
    return end != NULL;
}

/* The texts are the caller's scratch; empty ones take the text before. */
static void add_note(struct flow_call *call, struct flow_note note, GString *const texts[FLOW_NOTE_TEXTS])
{
    if (call->notes->len == FLOW_NOTES_MAX)
        return;
    for (unsigned i = 0; i < FLOW_NOTE_TEXTS; i++)
        note.texts[i] = texts[i]->len == 0 && i > 0 ? note.texts[i - 1] : flow_keep_escaped(call, texts[i]->str);
    g_array_append_val(call->notes, note);
}

static void text_opened(const struct flow_link *link, GString *const texts[FLOW_NOTE_TEXTS])
{
    g_string_printf(texts[0], "WebSocket opened from port %u%s%s", link->client.port,
                    *link->subprotocol != 0 ? ", subprotocol " : ", no subprotocol", link->subprotocol);
    g_string_assign(texts[1], "WebSocket opened");
    g_string_assign(texts[2], "opened");
}

static void text_refused(const struct flow_link *link, GString *const texts[FLOW_NOTE_TEXTS])
{
    g_string_printf(texts[0], "WebSocket refused: HTTP status %u", link->status);
    g_string_printf(texts[1], "WebSocket refused: %u", link->status);
    g_string_printf(texts[2], "refused %u", link->status);
}

static void text_closed(const struct flow_link *link, GString *const texts[FLOW_NOTE_TEXTS])
{
    const char *by = link->by_known ? direction_name(link->by) : NULL;
    const char *name = *link->reason != 0 ? link->reason : close_code_name(link->code);
    g_string_printf(texts[0], "WebSocket closed%s%s: %u%s%s", by == NULL ? "" : " by the ", by == NULL ? "" : by,
                    link->code, name == NULL ? "" : " ", name == NULL ? "" : name);
    g_string_printf(texts[1], "closed%s%s: %u", by == NULL ? "" : " by ", by == NULL ? "" : by, link->code);
    g_string_printf(texts[2], "closed %u", link->code);
}

static void text_lost(const struct flow_link *link, GString *const texts[FLOW_NOTE_TEXTS])
{
    static const char *const how[] = {[TCP_OPEN] = "gone",
                                      [TCP_FIN] = "TCP ended",
                                      [TCP_RST] = "TCP reset",
                                      [TCP_REUSED] = "ports taken again",
                                      [TCP_EVICTED] = "given up"};
    const char *by = link->by_known && (link->tcp == TCP_FIN || link->tcp == TCP_RST) ? direction_name(link->by) : NULL;
    g_string_printf(texts[0], "WebSocket lost: %s%s%s, without a Close", how[link->tcp], by == NULL ? "" : " by the ",
                    by == NULL ? "" : by);
    g_string_printf(texts[1], "lost: %s%s%s", how[link->tcp], by == NULL ? "" : " by ", by == NULL ? "" : by);
    g_string_assign(texts[2], "lost");
}

static void text_ping(enum sw_direction from, GString *const texts[FLOW_NOTE_TEXTS])
{
    g_string_printf(texts[0], "a ping of the %s stays without a pong", direction_name(from));
    g_string_printf(texts[1], "%s's ping lost", direction_name(from));
    g_string_assign(texts[2], "ping lost");
}

/* ---- all notes of a call ---- */

struct span {
    int64_t start;
    int64_t end;
};

static bool is_in(struct span span, int64_t time)
{
    return time != SW_NO_TIME && time >= span.start && time <= span.end;
}

static void clear(GString *const texts[FLOW_NOTE_TEXTS])
{
    for (unsigned i = 0; i < FLOW_NOTE_TEXTS; i++)
        g_string_truncate(texts[i], 0);
}

static void note_link(struct flow_call *call, const struct flow_link *link, struct span span,
                      GString *const texts[FLOW_NOTE_TEXTS])
{
    struct flow_note note = {0};
    if (!party_of(call, &link->client, &note.client) || !party_of(call, &link->server, &note.server))
        return;
    int64_t shortly_before = span.start > INT64_MIN + BEFORE_CALL ? span.start - BEFORE_CALL : INT64_MIN + 1;
    if (is_in((struct span){shortly_before, span.end}, link->opened)) {
        clear(texts);
        note.time = link->opened;
        note.kind = FLOW_OPENED;
        text_opened(link, texts);
        add_note(call, note, texts);
    }
    for (unsigned i = 0; i < link->lost_pings; i++) {
        if (!is_in(span, link->pings[i].time))
            continue;
        clear(texts);
        note.time = link->pings[i].time;
        note.kind = FLOW_PING_LOST;
        text_ping(link->pings[i].from, texts);
        add_note(call, note, texts);
    }
    if (is_in(span, link->closed)) {
        clear(texts);
        note.time = link->closed;
        note.kind = link->close_seen ? FLOW_CLOSED : FLOW_LOST;
        if (link->close_seen)
            text_closed(link, texts);
        else
            text_lost(link, texts);
        add_note(call, note, texts);
    }
}

/* Whether a refused attempt was one to replace this connection of the call. */
static bool replaces(const struct flow_link *refused, const struct flow_link *link)
{
    return sw_endpoint_same_host(&refused->client, &link->client) &&
           sw_endpoint_equal(&refused->server, &link->server) && link->closed != SW_NO_TIME &&
           link->closed <= refused->first;
}

static void note_refused(struct flow_call *call, const struct flow_link *refused, struct span span,
                         GString *const texts[FLOW_NOTE_TEXTS])
{
    struct flow_note note = {.time = refused->first, .kind = FLOW_REFUSED};
    if (!is_in(span, refused->first))
        return;
    for (guint i = 0; i < call->links->len; i++) {
        const struct flow_link *link = call->links->pdata[i];
        if (!replaces(refused, link) || !party_of(call, &link->client, &note.client) ||
            !party_of(call, &link->server, &note.server))
            continue;
        clear(texts);
        text_refused(refused, texts);
        add_note(call, note, texts);
        return;
    }
}

static gint compare_notes(gconstpointer a, gconstpointer b)
{
    const struct flow_note *first = a;
    const struct flow_note *second = b;
    return first->time < second->time ? -1 : first->time > second->time;
}

void flow_settle_notes(struct flow_call *call, const struct sw_call *told, GPtrArray *refused)
{
    if (call->arrows->len == 0)
        return;
    GString *texts[FLOW_NOTE_TEXTS];
    for (unsigned i = 0; i < FLOW_NOTE_TEXTS; i++)
        texts[i] = g_string_new(NULL);
    int64_t last = g_array_index(call->arrows, struct flow_arrow, call->arrows->len - 1).time;
    struct span span = {g_array_index(call->arrows, struct flow_arrow, 0).time, MAX(last, told->end)};
    for (guint i = 0; i < call->links->len; i++)
        note_link(call, call->links->pdata[i], span, texts);
    for (guint i = 0; i < refused->len; i++)
        note_refused(call, refused->pdata[i], span, texts);
    g_array_sort(call->notes, compare_notes);
    for (unsigned i = 0; i < FLOW_NOTE_TEXTS; i++)
        g_string_free(texts[i], TRUE);
}
