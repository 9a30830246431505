/* SPDX-License-Identifier: MIT
 *
 * Which HTTP exchange is the upgrade, and where do the others end? RFC 9112 6, 7; RFC 6455 4.
 *
 * Only upgrades are of interest. Ordinary exchanges before one are skipped: by their length where it is known, else up
 * to what looks like the next head.
 */
#include "bytes.h"
#include "ws/find.h"
#include "ws/head.h"
#include "ws/judge.h"

enum {
    CHUNK_LINE_MAX = 4096, /* a longer line has no chunk size in it */
};

static void count_not_sip(struct sw_side *side, size_t size)
{
    sw_reader_take(&side->reader, size, NULL, 0);
    side->ledger.undecoded[SW_REASON_NOT_SIP] += size;
}

/* How the body behind head ends (RFC 9112 6.3). */
static void body_of(struct sw_side *side, const struct sw_head *head)
{
    uint64_t length = 0;
    const bool response = head->http->response;
    const unsigned status = head->http->status;
    side->phase = SW_PHASE_BODY;
    side->body = SW_BODY_LENGTH;
    side->body_begun = false;
    side->body_left = 0;
    if (response && (status / 100 == 1 || status == 204 || status == 304))
        return;
    if (sw_head_has(head, SW_HEAD_TRANSFER_ENCODING, SW_SLICE("chunked")))
        side->body = SW_BODY_CHUNK_SIZE;
    else if (head->count[SW_HEAD_CONTENT_LENGTH] == 0)
        side->body = response ? SW_BODY_UNTIL_HEAD : SW_BODY_LENGTH;
    else if (sw_slice_number(head->first[SW_HEAD_CONTENT_LENGTH], &length))
        side->body_left = length;
    else
        side->body = SW_BODY_UNTIL_HEAD;
}

/* A server that says all that a 101 says, and 200 or what is no status, means 101 (RFC 6455 4.2.2). */
static bool accepts(const struct sw_head *head)
{
    const unsigned status = head->http->status;
    return status == 101 ||
           ((status / 100 == 2 || status == 0) && head->count[SW_HEAD_ACCEPT] != 0 && sw_head_names_websocket(head));
}

/* Moves past the head; an event if it belongs to an upgrade. */
static enum sw_step head_event(struct sw_connection *c, struct sw_side *side, enum sw_event_kind kind,
                               const struct sw_head *head)
{
    const struct sw_http_head *http = head->http;
    struct sw_unit *unit = sw_unit_take(c->pool, side->reader.offset);
    sw_reader_take(&side->reader, http->size, unit, c->limits->message_marks);
    side->ledger.protocol += http->size;
    sw_lend(c, unit);
    sw_event_new(c, side, kind, unit);
    c->event->head = *http;
    if (c->judge != NULL && kind == SW_EVENT_REQUEST)
        sw_check_request(c, http, unit);
    else if (c->judge != NULL)
        sw_check_answer(c, http, unit, accepts(head));
    return SW_STEP_EVENT;
}

static enum sw_step take_request(struct sw_connection *c, struct sw_side *side, const struct sw_head *head)
{
    bool upgrade = sw_head_asks_for_upgrade(head);
    uint64_t bit = UINT64_C(1) << (++c->requests % 64);
    c->asked = upgrade ? c->asked | bit : c->asked & ~bit;
    if (!upgrade) {
        count_not_sip(side, head->http->size);
        body_of(side, head);
        return SW_STEP_AGAIN;
    }
    sw_upgrade_request(c, head);
    side->phase = SW_PHASE_WAIT;
    return head_event(c, side, SW_EVENT_REQUEST, head);
}

/* 101 to anything else, say h2c, makes the rest of the connection that protocol's. */
static bool switches_elsewhere(const struct sw_head *head)
{
    return head->count[SW_HEAD_UPGRADE] != 0 && head->count[SW_HEAD_ACCEPT] == 0 && !sw_head_names_websocket(head);
}

/* Whether the latest final response answers a request for an upgrade: the one with its number. */
static bool answers_upgrade(const struct sw_connection *c)
{
    if (c->count_lost)
        return c->sides[SW_CLIENT].phase == SW_PHASE_WAIT;
    bool known = c->answers <= c->requests && c->requests - c->answers < 64;
    return known && (c->asked >> (c->answers % 64) & 1) != 0;
}

/* A client that waits for nothing else may ask again. */
static void refuse(struct sw_connection *c)
{
    struct sw_side *client = sw_side_of(c, SW_CLIENT);
    if (client->phase == SW_PHASE_WAIT && (c->count_lost || c->answers == c->requests))
        client->phase = SW_PHASE_HEAD;
}

static enum sw_step take_response(struct sw_connection *c, struct sw_side *side, const struct sw_head *head)
{
    bool accepted = accepts(head);
    bool final = accepted || head->http->status / 100 != 1;
    c->answers += final;
    if (accepted && switches_elsewhere(head)) {
        c->other_protocol = true;
        side->phase = SW_PHASE_OPAQUE;
        count_not_sip(side, head->http->size);
        return SW_STEP_AGAIN;
    }
    if (!final || (!accepted && !answers_upgrade(c))) {
        body_of(side, head);
        count_not_sip(side, head->http->size);
        return SW_STEP_AGAIN;
    }
    c->upgraded |= accepted;
    sw_upgrade_answer(c, head);
    if (accepted) {
        sw_frames_start(side);
    } else {
        body_of(side, head);
        refuse(c);
    }
    enum sw_step step = head_event(c, side, SW_EVENT_HANDSHAKE, head);
    c->event->accepted = accepted;
    return step;
}

static bool take_preamble(struct sw_side *side, struct sw_slice data, enum sw_result *result)
{
    size_t size;
    *result = side->reader.offset != 0 ? SW_BAD : sw_proxy_preamble(data, &size);
    if (*result != SW_OK)
        return false;
    sw_reader_take(&side->reader, size, NULL, 0);
    side->ledger.protocol += size;
    return true;
}

/* No head is here: perhaps frames are, or a head further on. The first letter is given up, as it may be found again. */
static enum sw_step leave_http(struct sw_connection *c, struct sw_side *side, struct sw_slice data,
                               enum sw_reason reason)
{
    c->count_lost = true;
    sw_sync_enter(c, side, reason);
    if (sw_is_alpha(data.data[0]) && !sw_loss_blocks(side, reason))
        sw_sync_drop(c, side, 1);
    return SW_STEP_AGAIN;
}

/* Frames stand before the head, which is where they end. */
static enum sw_step skip_early(struct sw_connection *c, struct sw_side *side, size_t size)
{
    sw_check_early_found(c, side);
    sw_loss_begin(c, side, SW_REASON_NO_HANDSHAKE, "Frames stand before the handshake.");
    sw_loss_take(side, size);
    return sw_loss_tell(c, side);
}

/* Nothing but an answer can stand here, however odd it begins. */
static bool has_to_answer(const struct sw_connection *c, const struct sw_side *side)
{
    return side->direction == SW_SERVER && !c->upgraded && c->sides[SW_CLIENT].phase == SW_PHASE_WAIT;
}

enum sw_step sw_head_step(struct sw_connection *c, struct sw_side *side)
{
    if (c->other_protocol) {
        side->phase = SW_PHASE_OPAQUE;
        return SW_STEP_AGAIN;
    }
    struct sw_slice data = sw_reader_peek(&side->reader, SIZE_MAX);
    if (data.size == 0)
        return SW_STEP_IDLE;
    struct sw_http_head http;
    enum sw_result result;
    if (take_preamble(side, data, &result))
        return SW_STEP_AGAIN;
    if (result == SW_BAD)
        result = sw_http_parse(data, &side->scanned, &http);
    if (result == SW_BAD && has_to_answer(c, side))
        result = sw_http_parse_answer(data, &side->scanned, &http);
    if (result != SW_BAD && (result == SW_MORE ? data.size : http.size) > c->limits->head_size)
        return leave_http(c, side, data, SW_REASON_LIMIT);
    if (result == SW_MORE)
        return SW_STEP_IDLE;
    if (result == SW_BAD && c->judge != NULL && !side->eof) {
        size_t size;
        enum sw_result early = sw_check_early(c, side, data, &size);
        if (early == SW_MORE)
            return SW_STEP_IDLE;
        if (early == SW_OK)
            return skip_early(c, side, size);
    }
    if (result == SW_BAD || http.response != (side->direction == SW_SERVER))
        return leave_http(c, side, data, c->upgraded ? SW_REASON_NO_HANDSHAKE : SW_REASON_NOT_SIP);
    side->scanned = 0;
    struct sw_head head;
    sw_head_read(&http, &head);
    return http.response ? take_response(c, side, &head) : take_request(c, side, &head);
}

static enum sw_step body_end(struct sw_side *side)
{
    side->phase = SW_PHASE_HEAD;
    side->scanned = 0;
    return SW_STEP_AGAIN;
}

/* A response to HEAD has the length of a body that it doesn't have (RFC 9110 9.3.2): the next head tells. */
static enum sw_result next_head(const struct sw_side *side, struct sw_slice data)
{
    static const struct sw_slice start = {(const uint8_t *)"HTTP/1.", 7};
    if (side->body_begun || side->direction == SW_CLIENT || side->body == SW_BODY_UNTIL_HEAD)
        return SW_BAD;
    if (data.size >= start.size)
        return sw_slice_starts(data, start) ? SW_OK : SW_BAD;
    bool all = side->body == SW_BODY_LENGTH && data.size >= side->body_left;
    return !all && sw_slice_starts(start, data) ? SW_MORE : SW_BAD;
}

static enum sw_step skip_length(struct sw_side *side, struct sw_slice data)
{
    size_t size = data.size < side->body_left ? data.size : (size_t)side->body_left;
    count_not_sip(side, size);
    side->body_left -= size;
    if (side->body_left == 0 && side->body == SW_BODY_CHUNK_DATA)
        side->body = SW_BODY_CHUNK_SIZE;
    return SW_STEP_AGAIN;
}

static bool read_hex(struct sw_slice text, uint64_t *value)
{
    size_t digits = 0;
    *value = 0;
    for (; digits < text.size && digits < 15; digits++) {
        uint8_t c = sw_lower(text.data[digits]);
        uint8_t digit = sw_is_digit(c) ? (uint8_t)(c - '0') : (uint8_t)(c - 'a' + 10);
        if (digit > 15 || (c > '9' && c < 'a'))
            break;
        *value = *value << 4 | digit;
    }
    return digits > 0;
}

/* A line of the chunked coding: a size (RFC 9112 7.1), or one of the trailer. */
static enum sw_step chunk_line(struct sw_side *side, struct sw_slice data)
{
    size_t end = sw_slice_find(data, '\n');
    if (end == data.size && end < CHUNK_LINE_MAX)
        return SW_STEP_IDLE;
    struct sw_slice line = sw_slice_trim(sw_slice_head(data, end));
    bool trailer = side->body == SW_BODY_TRAILER;
    uint64_t size;
    if (end == data.size || (!trailer && !read_hex(line, &size))) {
        side->body = SW_BODY_UNTIL_HEAD;
        return SW_STEP_AGAIN;
    }
    count_not_sip(side, end + 1);
    if (trailer)
        return line.size == 0 ? body_end(side) : SW_STEP_AGAIN;
    side->body = size == 0 ? SW_BODY_TRAILER : SW_BODY_CHUNK_DATA;
    side->body_left = size + 2; /* with its CRLF */
    return SW_STEP_AGAIN;
}

/* "HTTP/1.1 200" at the front. */
static enum sw_step skip_to_head(struct sw_side *side, struct sw_slice data)
{
    size_t keep;
    size_t at = sw_head_find(data, side->direction, &keep);
    if (at < data.size) {
        count_not_sip(side, at);
        return body_end(side);
    }
    count_not_sip(side, data.size - keep);
    return SW_STEP_IDLE;
}

enum sw_step sw_body_step(struct sw_connection *c, struct sw_side *side)
{
    (void)c;
    if (side->body == SW_BODY_LENGTH && side->body_left == 0)
        return body_end(side);
    bool streamed = side->body == SW_BODY_LENGTH || side->body == SW_BODY_CHUNK_DATA;
    struct sw_slice data = sw_reader_peek(&side->reader, streamed && side->body_begun ? 1 : CHUNK_LINE_MAX);
    if (data.size == 0)
        return SW_STEP_IDLE;
    enum sw_result head = next_head(side, data);
    if (head != SW_BAD)
        return head == SW_OK ? body_end(side) : SW_STEP_IDLE;
    side->body_begun = true;
    switch (side->body) {
    case SW_BODY_LENGTH:
    case SW_BODY_CHUNK_DATA:
        return skip_length(side, data);
    case SW_BODY_CHUNK_SIZE:
    case SW_BODY_TRAILER:
        return chunk_line(side, data);
    case SW_BODY_UNTIL_HEAD:
        break;
    }
    return skip_to_head(side, data);
}

enum sw_step sw_body_gap(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    count_not_sip(side, sw_reader_peek(&side->reader, SIZE_MAX).size);
    bool streamed = side->body == SW_BODY_LENGTH || side->body == SW_BODY_CHUNK_DATA;
    bool inside = streamed && gap->size != 0 && gap->size <= side->body_left;
    sw_loss_begin(c, side, gap->reason, "A part of an HTTP message is missing.");
    if (inside)
        side->body_left -= gap->size;
    else
        side->body = SW_BODY_UNTIL_HEAD;
    side->loss->event.loss.boundary = !inside;
    c->count_lost |= !inside;
    sw_loss_take_gap(side, gap);
    return sw_loss_tell(c, side);
}

static bool is_letter(struct sw_slice data)
{
    return data.size > 0 && sw_is_alpha(data.data[0]);
}

/* Behind a request that was accepted there are frames and nothing else: where findings are wanted, as much is read as
 * tells a request from them. */
static bool waits_for_text(struct sw_connection *c, struct sw_side *side, bool last)
{
    enum { TEXT = 14 };
    if (c->judge == NULL || !c->upgraded)
        return false;
    return sw_check_foreign(c, side, sw_reader_peek(&side->reader, TEXT)) == SW_MORE && !last;
}

/* Behind a request for an upgrade: another request (the first was refused), or frames. */
enum sw_step sw_wait_step(struct sw_connection *c, struct sw_side *side)
{
    enum { ENOUGH = 4 }; /* a masked frame is longer; no frame begins with three letters and a space */
    struct sw_slice data = sw_reader_peek(&side->reader, ENOUGH);
    bool over = c->sides[SW_CLIENT].eof && c->sides[SW_SERVER].eof;
    bool gap = sw_reader_gap(&side->reader) != NULL;
    if (c->other_protocol) {
        side->phase = SW_PHASE_OPAQUE;
        return SW_STEP_AGAIN;
    }
    if (is_letter(data) && data.size < ENOUGH && !over && !gap)
        return SW_STEP_IDLE;
    if (is_letter(data) && waits_for_text(c, side, over || gap))
        return SW_STEP_IDLE;
    if (is_letter(data) && sw_http_possible(data)) {
        side->phase = SW_PHASE_HEAD;
        return SW_STEP_AGAIN;
    }
    if (c->upgraded && (data.size > 0 || gap)) {
        sw_frames_start(side);
        return SW_STEP_AGAIN;
    }
    if (!over && sw_reader_cost(&side->reader) <= c->limits->pending_handshake)
        return SW_STEP_IDLE;
    sw_sync_enter(c, side, SW_REASON_NO_HANDSHAKE);
    return SW_STEP_AGAIN;
}
