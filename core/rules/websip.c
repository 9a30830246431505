/* SPDX-License-Identifier: MIT
 *
 * Is what travels in this WebSocket SIP, one whole message each, as was agreed? RFC 7118 4, 5.
 */
#include "bytes.h"
#include "call/signal.h"
#include "rules/websip_state.h"
#include "sipweave/fields.h"
#include "ws/judge.h"

#include <glib.h>
#include <stdio.h>

enum { CLOSE_TYPE = 1003 };

static const uint64_t unfinished_head = UINT64_MAX;

/* --- the handshake ----------------------------------------------------------------------------------------------- */

static bool lists(struct sw_slice list, struct sw_slice wanted)
{
    struct sw_slice one;
    while (sw_list_next(&list, &one))
        if (sw_slice_equal(one, wanted))
            return true;
    return false;
}

static void on_request(struct sw_websip *websip)
{
    struct sw_head head;
    sw_head_read(&websip->event->head, &head);
    websip->requested = true;
    websip->offered_badly = sw_head_lists_badly(&head, SW_HEAD_PROTOCOL);
    websip->accepted = websip->offered = websip->selected = websip->named = websip->other = false;
    websip->request_mark = websip->event->marks[0];
    websip->intermediary = websip->surroundings.intermediary || head.traces;
    websip->origin_secure = sw_slice_starts(head.first[SW_HEAD_ORIGIN], SW_SLICE("https:"));
    if (head.count[SW_HEAD_AUTHORIZATION] > 0)
        sw_websip_report(websip, SW_RULE_WSSIP_HTTP_AUTH, NULL, "Authorization in the handshake");
    if (head.count[SW_HEAD_COOKIE] > 0)
        sw_websip_report(websip, SW_RULE_WSSIP_HTTP_AUTH, NULL, "Cookie in the handshake");
    sw_web_request(websip, &head);
}

static void on_answer(struct sw_websip *websip)
{
    enum { UNAUTHORIZED = 401 };
    const struct sw_http_head *http = &websip->event->head;
    const struct sw_handshake *seen = sw_connection_handshake(websip->connection);
    websip->accepted = websip->requested && websip->event->accepted;
    websip->answer_mark = websip->event->marks[0];
    websip->offered = lists(seen->offered, SW_SLICE("sip"));
    websip->selected = sw_slice_equal_nocase(seen->subprotocol, SW_SLICE("sip"));
    websip->named = websip->selected || lists(seen->subprotocol, SW_SLICE("sip"));
    websip->other = seen->subprotocol.size > 0 && !websip->selected;
    if (http->status == UNAUTHORIZED)
        sw_websip_report(websip, SW_RULE_WSSIP_HTTP_AUTH, NULL, "401 to the handshake");
    if (websip->event->accepted)
        sw_web_accepted(websip);
    else
        sw_web_refused(websip, http);
}

/* A stream of HTTP/2 has its handshake without an event, and without packets to name (RFC 8441 5). Where it isn't in
 * TLS, a proxy is its client: browsers want TLS for it. */
static void look_for_tunnel(struct sw_websip *websip)
{
    const struct sw_handshake *seen = sw_connection_handshake(websip->connection);
    if (!seen->requested || seen->status / 100 != 2)
        return;
    websip->requested = websip->accepted = true;
    websip->offered = lists(seen->offered, SW_SLICE("sip"));
    websip->selected = websip->named = sw_slice_equal_nocase(seen->subprotocol, SW_SLICE("sip"));
    websip->other = seen->subprotocol.size > 0 && !websip->selected;
    websip->intermediary = websip->surroundings.intermediary || !websip->surroundings.secure;
    websip->offer_reported = websip->plain_reported = true; /* those findings name the packets of the handshake */
}

/* --- what was sent before ---------------------------------------------------------------------------------------- */

/* What stands behind the first ";branch=", spelt like that; empty: there is none. */
static struct sw_slice find_branch(struct sw_slice rest)
{
    static const char name[] = {'b', 'r', 'a', 'n', 'c', 'h', '='};
    while (rest.size > 0) {
        rest = sw_slice_skip(rest, sw_slice_find(rest, ';') + 1);
        if (rest.size >= sizeof name && memcmp(rest.data, name, sizeof name) == 0)
            return sw_slice_skip(rest, sizeof name);
    }
    return rest;
}

/* Transport and branch, which is all that is needed here. Nearly every Via is spelt so that it needn't be parsed. */
static void read_via(struct sw_slice value, struct sw_via *via)
{
    static const char start[] = {'S', 'I', 'P', '/', '2', '.', '0', '/'};
    struct sw_slice rest = sw_slice_skip(value, sizeof start);
    size_t transport = sw_token_size(rest);
    struct sw_slice branch = find_branch(rest);
    branch = sw_slice_head(branch, sw_slice_find(branch, ';'));
    if (sw_slice_find(branch, ',') < branch.size) /* the next Via */
        branch = sw_slice_head(branch, sw_token_size(branch));
    branch = sw_slice_trim(branch);
    if (transport == 0 || branch.size == 0 || memcmp(value.data, start, sizeof start) != 0) {
        sw_via_parse(value, via);
        return;
    }
    *via = (struct sw_via){.transport = sw_slice_head(rest, transport), .branch = branch};
}

static uint64_t transaction_of(struct sw_websip *websip, const struct sw_sip *sip)
{
    struct sw_cseq cseq;
    read_via(sip->first[SW_SIP_VIA], &websip->via);
    if (websip->via.branch.size == 0 || sw_cseq_parse(sip->first[SW_SIP_CSEQ], &cseq) != SW_OK)
        return 0;
    return sw_hash(websip->via.branch, cseq.number + 1) | 1;
}

static uint64_t kind_of(uint64_t transaction, bool response)
{
    return transaction == 0 ? 0 : transaction ^ (response ? UINT64_C(2) : 0);
}

/* The place of the request of that transaction, or SW_SENT. */
static size_t find_request(const struct sw_websip_side *side, uint64_t transaction)
{
    for (size_t i = 0; i < SW_SENT && side->sent != NULL; i++)
        if (side->sent->transactions[i] == transaction && transaction != 0)
            return i;
    return SW_SENT;
}

static bool has_several_vias(const struct sw_sip *sip)
{
    struct sw_slice first = sip->first[SW_SIP_VIA];
    if (sip->count[SW_SIP_VIA] > 1 || sw_slice_find(first, ',') == first.size)
        return sip->count[SW_SIP_VIA] > 1;
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_VIA);
    struct sw_slice via;
    unsigned count = 0;
    while (count < 2 && sw_sip_value_next(&values, SW_SIP_VIA, &via))
        count++;
    return count > 1;
}

/* RFC 7118 5: the timers of reliable transports (RFC 3261 17.1.1.2, 17.2.1) send nothing again. What a proxy passes on
 * may be another's retransmission, and a 2xx and its ACK are repeated end to end. */
static bool is_repeatable(const struct sw_sip *sip, enum sw_direction from)
{
    if (!sip->response)
        return has_several_vias(sip) || sw_slice_equal(sip->method, SW_SLICE("ACK"));
    struct sw_cseq cseq;
    if (sip->status < 300 || from != SW_CLIENT)
        return true;
    sw_cseq_parse(sip->first[SW_SIP_CSEQ], &cseq);
    return !sw_slice_equal(cseq.method, SW_SLICE("INVITE"));
}

static void check_repeat(struct sw_websip *websip, const struct sw_sip *sip, uint64_t transaction)
{
    const struct sw_event *event = websip->event;
    struct sw_websip_side *side = &websip->sides[event->direction];
    if (transaction == 0)
        return;
    if (side->sent == NULL)
        side->sent = g_new0(struct sw_websip_sent, 1);
    struct sw_websip_sent *sent = side->sent;
    uint64_t bytes = is_repeatable(sip, event->direction) ? 0 : sw_hash(sip->raw, transaction) | 1;
    for (size_t i = 0; i < SW_SENT && bytes != 0; i++) {
        if (sent->bytes[i] != bytes)
            continue;
        sw_websip_report(websip, SW_RULE_WSSIP_RELIABLE, &sent->marks[i], "the same %s again",
                         sip->response ? "final response" : "request");
        break;
    }
    sent->transactions[sent->next] = kind_of(transaction, sip->response);
    sent->bytes[sent->next] = bytes;
    sent->marks[sent->next] = event->marks[0];
    sent->offsets[sent->next] = event->offset;
    sent->next = (sent->next + 1) % SW_SENT;
}

/* --- whether SIP was agreed on ----------------------------------------------------------------------------------- */

static bool names_websocket(const struct sw_websip *websip)
{
    return sw_slice_equal_nocase(websip->via.transport, SW_SLICE("WS")) ||
           sw_slice_equal_nocase(websip->via.transport, SW_SLICE("WSS"));
}

/* A request and its response prove that SIP is spoken; an echo doesn't. */
static void check_agreed(struct sw_websip *websip, const struct sw_sip *sip, uint64_t transaction)
{
    const struct sw_event *event = websip->event;
    if (!websip->accepted || websip->offer_reported || (websip->offered && websip->selected))
        return;
    const struct sw_websip_side *peer = &websip->sides[sw_direction_opposite(event->direction)];
    const size_t request = find_request(peer, transaction);
    bool answer = sip->response && request < SW_SENT && names_websocket(websip);
    bool own = !sip->response && transaction != 0 && request == SW_SENT;
    if (!websip->offered && !websip->offered_badly && !websip->other && answer) {
        const struct sw_mark marks[] = {websip->request_mark, peer->sent->marks[request], event->marks[0]};
        websip->offer_reported = true;
        sw_websip_report_of(websip, SW_RULE_WSSIP_OFFER, SW_CLIENT, marks, 3,
                            "subprotocol sip was not offered, and SIP is answered");
    } else if (websip->offered && !websip->named && event->direction == SW_SERVER && (answer || own)) {
        const struct sw_mark marks[] = {websip->answer_mark, event->marks[0]};
        websip->offer_reported = true;
        sw_websip_report_of(websip, SW_RULE_WSSIP_ACCEPT, SW_SERVER, marks, 2,
                            "the 101 doesn't say sip, and the server sends a SIP %s",
                            sip->response ? "response" : "request");
    }
}

/* Who answers what stands behind a violation of RFC 6455 didn't fail the connection upon it, as its section 7.1.7 asks.
 */
static void check_read_on(struct sw_websip *websip, const struct sw_sip *sip, uint64_t transaction)
{
    const struct sw_event *event = websip->event;
    if (!sip->response || !sw_failing_awaits(websip->connection, event->direction))
        return;
    const struct sw_websip_side *peer = &websip->sides[sw_direction_opposite(event->direction)];
    const size_t request = find_request(peer, transaction);
    struct sw_mark before;
    if (request == SW_SENT)
        return;
    const enum sw_rule rule =
        sw_failing_answer(websip->connection, event->direction, peer->sent->offsets[request], &before);
    if (rule != SW_NO_RULE)
        sw_websip_report(websip, rule, &before, "%u answers a request behind the violation", sip->status);
}

/* --- one message, one WebSocket message -------------------------------------------------------------------------- */

static uint64_t missing_of(const struct sw_sip *sip)
{
    uint64_t length;
    if (!sip->headers_end)
        return unfinished_head;
    if (sip->content_length_ok || !sw_slice_number(sip->first[SW_SIP_CONTENT_LENGTH], &length) ||
        length <= sip->body.size)
        return 0;
    return length - sip->body.size;
}

/* What a message that is no SIP is to one before that ended early. */
enum rest { REST_NONE, REST_PART, REST_ALL };

/* The end of the header section may lie between the two. */
static bool ends_headers(const struct sw_websip_side *side, struct sw_slice payload)
{
    const struct sw_slice empty_line = SW_SLICE("\r\n\r\n");
    uint8_t seam[2 * SW_TAIL] = {0};
    const struct sw_slice start = sw_slice_head(payload, SW_TAIL);
    memcpy(seam, side->tail, SW_TAIL);
    memcpy(seam + SW_TAIL, start.data, start.size);
    return sw_find_text(payload, empty_line) < payload.size ||
           sw_find_text(sw_slice_of(seam, sizeof seam), empty_line) < sizeof seam;
}

static enum rest rest_of(const struct sw_websip_side *side, struct sw_slice payload)
{
    if (side->missing == 0)
        return REST_NONE;
    if (side->missing == unfinished_head)
        return ends_headers(side, payload) ? REST_ALL : REST_PART;
    return payload.size > side->missing ? REST_NONE : payload.size < side->missing ? REST_PART : REST_ALL;
}

static void keep_tail(struct sw_websip_side *side, struct sw_slice text)
{
    const struct sw_slice tail = sw_slice_skip(text, text.size - MIN(text.size, SW_TAIL));
    memset(side->tail, 0, SW_TAIL);
    memcpy(side->tail + SW_TAIL - tail.size, tail.data, tail.size);
}

/* A message that is no SIP: a part of one, or only that? */
static void keep_stray(struct sw_websip *websip, struct sw_slice payload)
{
    struct sw_websip_side *side = &websip->sides[websip->event->direction];
    char shown[SW_SHOWN];
    keep_tail(side, payload);
    if (side->missing != unfinished_head)
        side->missing -= payload.size;
    if (side->stray != NULL)
        return;
    side->strays_mark = websip->event->marks[0];
    side->stray = g_strdup_printf("begins with \"%s\"", sw_websip_show(shown, payload));
}

static void forget_missing(struct sw_websip_side *side)
{
    side->missing = 0;
    g_free(side->stray);
    side->stray = NULL;
}

/* Nothing came that completes the last message: its body is simply shorter than it says (RFC 3261 18.3), and what came
 * is no SIP. */
static void tell_missing(struct sw_websip *websip, enum sw_direction direction)
{
    struct sw_websip_side *side = &websip->sides[direction];
    const bool told = websip->accepted && websip->selected && !side->gap;
    if (told && side->missing != 0 && side->missing != unfinished_head) {
        char text[SW_EVIDENCE_MAX];
        snprintf(text, sizeof text, "the body is %llu bytes shorter than Content-Length",
                 (unsigned long long)side->short_by);
        const struct sw_breach breach = {.finding = {.rule = SW_RULE_SIP_CLEN_BODY,
                                                     .party = direction,
                                                     .message = side->missing_number,
                                                     .evidence = text},
                                         .marks = &side->missing_mark,
                                         .mark_count = 1};
        websip->judgement.report(websip->judgement.context, &breach);
    }
    if (told && side->stray != NULL)
        sw_websip_report_of(websip, SW_RULE_WSSIP_NOT_SIP, direction, &side->strays_mark, 1, "%s", side->stray);
    forget_missing(side);
}

static void check_more(struct sw_websip *websip, const struct sw_sip *sip)
{
    struct sw_sip next;
    char shown[SW_SHOWN];
    uint64_t length;
    if (sip->rest.size == 0 || !sw_slice_number(sip->first[SW_SIP_CONTENT_LENGTH], &length))
        return;
    if (sw_sip_recognise(sip->rest, &next) && next.header_count > 0)
        sw_websip_report(websip, SW_RULE_WSSIP_ONE_MESSAGE, NULL, "behind the body: \"%s\"",
                         sw_websip_show(shown, next.raw));
}

static void on_other_text(struct sw_websip *websip)
{
    struct sw_websip_side *side = &websip->sides[websip->event->direction];
    if (side->other_reported)
        return;
    side->other_reported = true;
    sw_websip_report(websip, SW_RULE_WSSIP_OTHER_SUBPROTO_SIP, NULL, "a SIP message");
}

/* The first part of a start line. */
static bool begins_like_sip(struct sw_slice payload)
{
    const size_t method = sw_slice_find(payload, ' ');
    const bool request = sw_method_of(sw_slice_head(payload, method)) != SW_METHOD_OTHER;
    return sw_sip_sniff(payload) == SW_MORE && method < payload.size &&
           (request || sw_slice_starts(payload, SW_SLICE("SIP/2.0 ")));
}

static void on_stray(struct sw_websip *websip, struct sw_slice payload, enum rest rest)
{
    const struct sw_event *event = websip->event;
    struct sw_websip_side *side = &websip->sides[event->direction];
    char shown[SW_SHOWN];
    if (rest == REST_ALL) {
        sw_websip_report(websip, SW_RULE_WSSIP_WHOLE_MESSAGE, &side->missing_mark,
                         "goes on with what the message before lacks: %zu bytes", payload.size);
        forget_missing(side);
        side->split = true;
    } else if (rest == REST_PART) {
        keep_stray(websip, payload);
    } else if (begins_like_sip(payload)) {
        side->missing = unfinished_head;
        side->missing_mark = event->marks[0];
        side->missing_number = 0;
        keep_stray(websip, payload);
    } else if (event->message.opcode != SW_OPCODE_TEXT || sw_message_is_utf8(&event->message)) {
        sw_websip_report(websip, SW_RULE_WSSIP_NOT_SIP, NULL, "begins with \"%s\"", sw_websip_show(shown, payload));
    }
}

static void on_no_sip(struct sw_websip *websip, struct sw_slice payload)
{
    const struct sw_event *event = websip->event;
    struct sw_websip_side *side = &websip->sides[event->direction];
    const enum rest rest = rest_of(side, payload);
    side->last = 0;
    if (rest == REST_NONE)
        tell_missing(websip, event->direction);
    if (!websip->selected || side->gap || event->message.inferred || event->message.opcode == SW_OPCODE_CONTINUATION)
        return; /* what has no beginning isn't SIP for that reason (WS-CONT-NOSTART) */
    if (!side->split)
        on_stray(websip, payload, rest);
}

static void on_sip(struct sw_websip *websip, const struct sw_sip *sip)
{
    const struct sw_event *event = websip->event;
    struct sw_websip_side *side = &websip->sides[event->direction];
    uint64_t transaction = transaction_of(websip, sip);
    uint8_t bit = (uint8_t)(1U << event->message.opcode);
    tell_missing(websip, event->direction);
    check_agreed(websip, sip, transaction);
    check_read_on(websip, sip, transaction);
    check_repeat(websip, sip, transaction);
    sw_web_sip(websip, sip, transaction);
    if (websip->other)
        on_other_text(websip);
    side->missing = event->message.partial ? 0 : missing_of(sip);
    side->missing_mark = event->marks[0];
    side->short_by = side->missing;
    side->split = false;
    if (side->missing != 0)
        keep_tail(side, sip->raw);
    side->missing_number = sw_connection_counts(websip->connection, event->direction)->messages;
    side->last = (side->opcodes & bit) == 0 && side->missing == 0 ? event->message.opcode : 0;
    side->opcodes |= bit;
    if (!websip->accepted || !websip->selected)
        return;
    check_more(websip, sip);
    sw_websip_check_fields(websip, sip);
}

/* Where SIP was agreed on, what can be read as such is, however odd; but for the rest of a message. */
static bool read_sip(const struct sw_websip *websip, struct sw_slice payload, struct sw_sip *sip)
{
    const struct sw_websip_side *side = &websip->sides[websip->event->direction];
    if (sw_sip_recognise(payload, sip))
        return true;
    return websip->selected && rest_of(side, payload) == REST_NONE && sw_sip_recognise_odd(payload, true, sip);
}

static void on_message(struct sw_websip *websip, const struct sw_sip *known)
{
    struct sw_slice payload = websip->event->message.payload;
    struct sw_sip sip;
    const struct sw_surroundings *around = &websip->surroundings;
    if (websip->accepted && !websip->selected && !websip->plain_reported) {
        websip->plain_reported = true;
        if (!around->secure && !around->loopback && !websip->intermediary && !websip->origin_secure)
            sw_web_plaintext(websip, SW_RULE_WSH_PLAINTEXT);
    }
    if (payload.size == 0 || sw_sip_is_keepalive(payload))
        return;
    if (known != NULL)
        on_sip(websip, known);
    else if (read_sip(websip, payload, &sip))
        on_sip(websip, &sip);
    else
        on_no_sip(websip, payload);
}

/* --- the rest ---------------------------------------------------------------------------------------------------- */

static void on_control(struct sw_websip *websip)
{
    const struct sw_event *event = websip->event;
    struct sw_websip_side *peer = &websip->sides[sw_direction_opposite(event->direction)];
    if (event->control.opcode == SW_OPCODE_CLOSE && event->control.close_code == CLOSE_TYPE && peer->last != 0 &&
        websip->accepted && websip->selected && !peer->gap)
        sw_websip_report(websip, SW_RULE_WSSIP_ACCEPT_BOTH, &peer->missing_mark, "Close 1003 upon the first %s message",
                         peer->last == SW_OPCODE_BINARY ? "binary" : "text");
    if (event->control.opcode == SW_OPCODE_CLOSE) {
        websip->sides[event->direction].last = 0;
        websip->over = websip->closed = true;
    }
}

struct sw_websip *sw_websip_new(struct sw_web *web, const struct sw_surroundings *surroundings,
                                const struct sw_endpoint ends[2], const struct sw_judgement *judgement)
{
    struct sw_websip *websip = g_new0(struct sw_websip, 1);
    websip->web = web;
    websip->surroundings = *surroundings;
    websip->ends[SW_CLIENT] = ends[SW_CLIENT];
    websip->ends[SW_SERVER] = ends[SW_SERVER];
    websip->judgement = *judgement;
    sw_web_begin(websip);
    return websip;
}

void sw_websip_free(struct sw_websip *websip)
{
    if (websip == NULL)
        return;
    sw_web_forget(websip);
    for (size_t i = 0; i < G_N_ELEMENTS(websip->sides); i++) {
        forget_missing(&websip->sides[i]);
        g_free(websip->sides[i].sent);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(websip->contacts); i++)
        sw_websip_forget_contact(&websip->contacts[i]);
    g_free(websip);
}

void sw_websip_event(struct sw_websip *websip, const struct sw_connection *connection, const struct sw_event *event,
                     const struct sw_sip *sip)
{
    websip->connection = connection;
    websip->event = event;
    if (!websip->requested && event->kind != SW_EVENT_REQUEST)
        look_for_tunnel(websip);
    switch (event->kind) {
    case SW_EVENT_REQUEST:
        on_request(websip);
        break;
    case SW_EVENT_HANDSHAKE:
        on_answer(websip);
        break;
    case SW_EVENT_MESSAGE:
        on_message(websip, sip);
        break;
    case SW_EVENT_CONTROL:
        on_control(websip);
        break;
    case SW_EVENT_LOSS:
        websip->sides[event->direction].gap = true;
        break;
    case SW_EVENT_FINDING:
        if (event->finding.message != 0 || sw_level_weight(sw_rule_info(event->finding.rule)->level) > 1)
            websip->sides[event->finding.party].last = 0;
        break;
    }
    websip->event = NULL;
}

void sw_websip_end(struct sw_websip *websip, enum sw_direction direction, enum sw_eof how, struct sw_mark mark)
{
    if (how != SW_EOF_CAPTURE)
        tell_missing(websip, direction);
    sw_web_end(websip, direction, how, mark);
}
