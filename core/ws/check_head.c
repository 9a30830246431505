/* SPDX-License-Identifier: MIT
 *
 * What is wrong with the request of a handshake, and with what is sent around it? RFC 6455 4.1, 4.2.1.
 */
#include "bytes.h"
#include "ws/opening.h"

#include <glib.h>
#include <stdio.h>

#define PROTOCOLS SW_SLICE("Sec-WebSocket-Protocol")

enum { VERSION = 13, KEY_SIZE = 24 };

/* --- reading strictly -------------------------------------------------------------------------------------------- */

/* RFC 9110 5.6.2: SIP's token and five characters more. */
bool sw_http_is_token(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!sw_is_token(text.data[i]) && (text.data[i] == 0 || strchr("#$&^|", text.data[i]) == NULL))
            return false;
    return text.size > 0;
}

unsigned sw_head_count(const struct sw_http_head *head, struct sw_slice name, struct sw_slice *first)
{
    struct sw_slice more = head->headers;
    struct sw_slice value;
    unsigned count = 0;
    *first = (struct sw_slice){0};
    while (sw_http_header(&more, name, &value))
        if (count++ == 0)
            *first = value;
    return count;
}

bool sw_head_next_element(struct sw_slice *more, struct sw_slice *list, struct sw_slice name, struct sw_slice *element)
{
    while (!sw_list_next(list, element))
        if (!sw_http_header(more, name, list))
            return false;
    return true;
}

bool sw_head_lists(const struct sw_http_head *head, struct sw_slice name, struct sw_slice element)
{
    struct sw_slice more = head->headers;
    struct sw_slice list = {0};
    struct sw_slice one;
    while (sw_head_next_element(&more, &list, name, &one))
        if (sw_slice_equal_nocase(sw_slice_trim(sw_slice_head(one, sw_slice_find(one, '/'))), element))
            return true;
    return false;
}

static struct sw_slice first_line(struct sw_slice text)
{
    struct sw_slice line = {0};
    sw_line_next(&text, &line);
    return line;
}

/* A NUL, or a CR that ends no line. */
static bool has_control(struct sw_slice value)
{
    for (size_t i = 0; i < value.size; i++)
        if (value.data[i] == 0 || (value.data[i] == '\r' && (i + 1 == value.size || value.data[i + 1] != '\n')))
            return true;
    return false;
}

static bool is_bad_line(const struct sw_header *header)
{
    if (header->name.size == 0 || !sw_http_is_token(header->name) || header->line.data != header->name.data)
        return true;
    return header->line.data[header->name.size] != ':' || has_control(header->value);
}

struct sw_slice sw_head_bad_line(const struct sw_http_head *head)
{
    struct sw_slice more = head->headers;
    struct sw_header header;
    while (sw_header_next(&more, &header))
        if (is_bad_line(&header))
            return first_line(header.line);
    return (struct sw_slice){0};
}

/* --- findings ---------------------------------------------------------------------------------------------------- */

void sw_opening_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const char *evidence, ...)
{
    const struct sw_opening *opening = c->judge->opening;
    const struct sw_unit *unit = party == SW_CLIENT ? opening->unit : opening->answer_unit;
    uint64_t end = party == SW_CLIENT ? opening->request_end : opening->answer_end;
    if (opening->quiet)
        return;
    const struct sw_place place = {.direction = party,
                                   .offset = unit->offset,
                                   .size = end - unit->offset,
                                   .marks = unit->marks,
                                   .mark_count = unit->mark_count};
    char text[SW_EVIDENCE_MAX];
    va_list values;
    va_start(values, evidence);
    vsnprintf(text, sizeof text, evidence, values);
    va_end(values);
    sw_judge_report(c, rule, party, &place, "%s", text);
}

static void report(struct sw_connection *c, enum sw_rule rule, const char *what, struct sw_slice value)
{
    char excerpt[SW_EXCERPT];
    sw_opening_report(c, rule, SW_CLIENT, "%s \"%s\"", what, sw_evidence(excerpt, value));
}

/* The same, and the server has to refuse it. */
static void report_required(struct sw_connection *c, enum sw_rule rule, const char *what, struct sw_slice value)
{
    report(c, rule, what, value);
    c->judge->opening->broken = true;
}

/* --- the request ------------------------------------------------------------------------------------------------- */

static bool is_absolute(struct sw_slice target)
{
    return sw_slice_equal_nocase(sw_slice_head(target, 7), SW_SLICE("http://")) ||
           sw_slice_equal_nocase(sw_slice_head(target, 8), SW_SLICE("https://"));
}

static void check_request_line(struct sw_connection *c, const struct sw_opening *opening)
{
    const struct sw_http_head *request = &opening->request;
    struct sw_slice line = sw_slice_of(request->method.data, (size_t)(request->headers.data - request->method.data));
    line = first_line(line);
    struct sw_slice bad = sw_head_bad_line(request);
    bool spaced = line.size == request->method.size + request->target.size + request->version.size + 2;
    if (!spaced || !sw_http_is_token(request->method) || sw_slice_find(request->target, ' ') < request->target.size)
        report(c, SW_RULE_WSH_HTTP_SYNTAX, "request line", line);
    else if (bad.size > 0)
        report(c, SW_RULE_WSH_HTTP_SYNTAX, "header line", bad);
    if (!sw_slice_equal(request->method, SW_SLICE("GET")))
        report_required(c, SW_RULE_WSH_METHOD, "method", request->method);
    if (sw_slice_equal(request->version, SW_SLICE("HTTP/1.0")) && !opening->intermediary)
        report_required(c, SW_RULE_WSH_HTTP_VERSION, "version", request->version);
    if (!sw_slice_starts(request->target, SW_SLICE("/")) && !is_absolute(request->target))
        report(c, SW_RULE_WSH_RURI, "target", request->target);
    if (sw_slice_find(request->target, '#') < request->target.size)
        report(c, SW_RULE_WSH_RURI_FRAGMENT, "target", request->target);
}

static void check_host(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice host;
    unsigned count = sw_head_count(&opening->request, SW_SLICE("Host"), &host);
    if (count == 0)
        report_required(c, SW_RULE_WSH_HOST, "no Host", host);
    else if (host.size == 0)
        report(c, SW_RULE_WSH_HOST, "Host", host);
    if (count > 1 && !opening->intermediary)
        report(c, SW_RULE_WSH_HOST_DUP, "the first of several:", host);
}

/* Upgrade and Connection are for one hop: behind a reverse proxy their absence says nothing of the client. */
static void check_upgrade(struct sw_connection *c, const struct sw_opening *opening)
{
    const struct sw_http_head *request = &opening->request;
    struct sw_slice value;
    bool upgrade = sw_head_lists(request, SW_SLICE("Upgrade"), SW_SLICE("websocket"));
    if (opening->intermediary)
        return;
    sw_head_count(request, SW_SLICE("Upgrade"), &value);
    if (!upgrade)
        report_required(c, SW_RULE_WSH_UPGRADE_REQ, "Upgrade", value);
    sw_head_count(request, SW_SLICE("Connection"), &value);
    if (upgrade && !sw_head_lists(request, SW_SLICE("Connection"), SW_SLICE("Upgrade")))
        report_required(c, SW_RULE_WSH_CONNECTION_REQ, "Connection", value);
}

static bool is_key(struct sw_slice key)
{
    if (key.size != KEY_SIZE || key.data[KEY_SIZE - 1] != '=' || key.data[KEY_SIZE - 2] != '=')
        return false;
    for (size_t i = 0; i < KEY_SIZE - 2; i++)
        if (!sw_is_alpha(key.data[i]) && !sw_is_digit(key.data[i]) && key.data[i] != '+' && key.data[i] != '/')
            return false;
    return true;
}

static void check_key(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice key;
    unsigned count = sw_head_count(&opening->request, SW_SLICE("Sec-WebSocket-Key"), &key);
    bool upgrade = sw_head_lists(&opening->request, SW_SLICE("Upgrade"), SW_SLICE("websocket"));
    if (count == 0 && upgrade)
        report_required(c, SW_RULE_WSH_KEY_MISSING, "no Sec-WebSocket-Key", key);
    else if (count > 0 && !is_key(key))
        report_required(c, SW_RULE_WSH_KEY_SYNTAX, "Sec-WebSocket-Key", key);
    if (count > 1)
        report(c, SW_RULE_WSH_KEY_DUP, "the first of several:", key);
}

/* 4.3: a number of the range, without leading zeros. */
static bool is_version(struct sw_slice text, uint64_t *version)
{
    bool zeros = text.size > 1 && text.data[0] == '0';
    return sw_slice_number(text, version) && *version <= 255 && !zeros;
}

static void check_version(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice value;
    struct sw_slice key;
    uint64_t version = 0;
    unsigned count = sw_head_count(&opening->request, SW_SLICE("Sec-WebSocket-Version"), &value);
    bool upgrade = sw_head_lists(&opening->request, SW_SLICE("Upgrade"), SW_SLICE("websocket"));
    if (count == 0 && upgrade && sw_head_count(&opening->request, SW_SLICE("Sec-WebSocket-Key"), &key) > 0)
        report_required(c, SW_RULE_WSH_VERSION_MISSING, "no Sec-WebSocket-Version", value);
    bool legal = is_version(value, &version);
    bool never = !legal || (version >= 9 && version <= 12);
    if (count > 0 && version != VERSION && (never || opening->status == 101))
        report(c, SW_RULE_WSH_VERSION_13, "Sec-WebSocket-Version", value);
    if (count > 1)
        report(c, SW_RULE_WSH_VERSION_DUP, "the first of several:", value);
}

static bool was_listed(const struct sw_http_head *request, const struct sw_slice *until)
{
    struct sw_slice more = request->headers;
    struct sw_slice list = {0};
    struct sw_slice one;
    while (sw_head_next_element(&more, &list, PROTOCOLS, &one) && one.data != until->data)
        if (sw_slice_equal(one, *until))
            return true;
    return false;
}

static void check_protocols(struct sw_connection *c, const struct sw_opening *opening)
{
    enum { LISTED_MAX = 256 }; /* comparing each with each stays cheap */
    const struct sw_http_head *request = &opening->request;
    struct sw_slice more = request->headers;
    struct sw_slice list = {0};
    struct sw_slice one;
    struct sw_slice bad = {0};
    struct sw_slice twice = {0};
    unsigned count = 0;
    unsigned lines = sw_head_count(request, PROTOCOLS, &one);
    while (count < LISTED_MAX && sw_head_next_element(&more, &list, PROTOCOLS, &one)) {
        count++;
        if (bad.size == 0 && !sw_http_is_token(one))
            bad = one;
        if (twice.size == 0 && was_listed(request, &one))
            twice = one;
    }
    if (bad.size > 0 || (lines > 0 && count == 0))
        report_required(c, SW_RULE_WSH_PROTO_SYNTAX, "Sec-WebSocket-Protocol", bad);
    if (twice.size > 0)
        report(c, SW_RULE_WSH_PROTO_DUP, "listed twice:", twice);
}

static void check_origin(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice agent;
    struct sw_slice origin;
    sw_head_count(&opening->request, SW_SLICE("User-Agent"), &agent);
    if (sw_slice_starts(agent, SW_SLICE("Mozilla/")) &&
        sw_head_count(&opening->request, SW_SLICE("Origin"), &origin) == 0)
        report(c, SW_RULE_WSH_ORIGIN, "no Origin; User-Agent", agent);
}

static void check_whole_request(struct sw_connection *c, struct sw_opening *opening)
{
    check_request_line(c, opening);
    check_host(c, opening);
    check_upgrade(c, opening);
    check_key(c, opening);
    check_version(c, opening);
    check_origin(c, opening);
    check_protocols(c, opening);
    sw_check_offer(c, opening);
}

/* --- the answer -------------------------------------------------------------------------------------------------- */

static void answer_report(struct sw_connection *c, enum sw_rule rule, const char *what, struct sw_slice value)
{
    char excerpt[SW_EXCERPT];
    sw_opening_report(c, rule, SW_SERVER, "%s \"%s\"", what, sw_evidence(excerpt, value));
}

/* The same, and the client has to fail the connection (4.1). */
static void answer_fatal(struct sw_connection *c, enum sw_rule rule, const char *what, struct sw_slice value)
{
    answer_report(c, rule, what, value);
    c->judge->opening->answer_bad = true;
}

static void check_status_line(struct sw_connection *c, const struct sw_http_head *answer)
{
    struct sw_slice line = sw_slice_of(answer->version.data, (size_t)(answer->headers.data - answer->version.data));
    line = first_line(line);
    struct sw_slice bad = sw_head_bad_line(answer);
    bool spaced =
        line.size >= 12 && line.data[8] == ' ' && line.data[9] != ' ' && (line.size == 12 || line.data[12] == ' ');
    if (!spaced)
        answer_report(c, SW_RULE_WSH_RESP_SYNTAX, "status line", line);
    else if (bad.size > 0)
        answer_report(c, SW_RULE_WSH_RESP_SYNTAX, "header line", bad);
    if (sw_slice_equal(answer->version, SW_SLICE("HTTP/1.0")))
        answer_report(c, SW_RULE_WSH_RESP_VERSION, "version", answer->version);
}

static void check_accept(struct sw_connection *c, const struct sw_opening *opening, const struct sw_http_head *answer)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    struct sw_slice accept;
    struct sw_slice key;
    unsigned count = sw_head_count(answer, SW_SLICE("Sec-WebSocket-Accept"), &accept);
    unsigned keys = sw_head_count(&opening->request, SW_SLICE("Sec-WebSocket-Key"), &key);
    if (count == 0 && keys > 0)
        answer_fatal(c, SW_RULE_WSH_ACCEPT_MISSING, "no Sec-WebSocket-Accept", accept);
    if (count > 1)
        answer_report(c, SW_RULE_WSH_ACCEPT_DUP, "the first of several:", accept);
    if (count == 0 || keys != 1)
        return;
    uint8_t digest[20];
    gsize size = sizeof digest;
    GChecksum *sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sha1, key.data, (gssize)key.size);
    g_checksum_update(sha1, (const guchar *)guid, sizeof guid - 1);
    g_checksum_get_digest(sha1, digest, &size);
    g_checksum_free(sha1);
    char *wanted = g_base64_encode(digest, size);
    char excerpt[SW_EXCERPT];
    if (!sw_slice_equal(accept, sw_slice_of((const uint8_t *)wanted, strlen(wanted)))) {
        sw_opening_report(c, SW_RULE_WSH_ACCEPT_VALUE, SW_SERVER, "\"%s\" instead of \"%s\"",
                          sw_evidence(excerpt, accept), wanted);
        c->judge->opening->answer_bad = true;
    }
    g_free(wanted);
}

static void check_upgraded(struct sw_connection *c, const struct sw_http_head *answer)
{
    struct sw_slice value;
    if (sw_head_count(answer, SW_SLICE("Upgrade"), &value) == 0)
        answer_fatal(c, SW_RULE_WSH_UPGRADE_RESP_MISSING, "no Upgrade", value);
    else if (!sw_slice_equal_nocase(value, SW_SLICE("websocket")))
        answer_fatal(c, SW_RULE_WSH_UPGRADE_RESP_VALUE, "Upgrade", value);
    sw_head_count(answer, SW_SLICE("Connection"), &value);
    if (!sw_head_lists(answer, SW_SLICE("Connection"), SW_SLICE("Upgrade")))
        answer_fatal(c, SW_RULE_WSH_CONNECTION_RESP, "Connection", value);
}

static bool is_offered(const struct sw_http_head *request, struct sw_slice protocol)
{
    struct sw_slice more = request->headers;
    struct sw_slice list = {0};
    struct sw_slice one;
    while (sw_head_next_element(&more, &list, PROTOCOLS, &one))
        if (sw_slice_equal_nocase(one, protocol))
            return true;
    return false;
}

static void check_protocol(struct sw_connection *c, const struct sw_opening *opening, const struct sw_http_head *answer)
{
    struct sw_slice value;
    unsigned count = sw_head_count(answer, PROTOCOLS, &value);
    if (count == 0)
        return;
    if (count > 1)
        answer_report(c, SW_RULE_WSH_PROTO_RESP_DUP, "the first of several:", value);
    if (!sw_http_is_token(value))
        answer_fatal(c, SW_RULE_WSH_PROTO_RESP_SYNTAX, "Sec-WebSocket-Protocol", value);
    else if (!is_offered(&opening->request, value))
        answer_fatal(c, SW_RULE_WSH_PROTO_NOT_OFFERED, "Sec-WebSocket-Protocol", value);
}

static void check_body(struct sw_connection *c, const struct sw_http_head *answer)
{
    struct sw_slice value;
    if (sw_head_count(answer, SW_SLICE("Content-Length"), &value) > 0)
        answer_report(c, SW_RULE_WSH_BODY_IN_101, "Content-Length", value);
    else if (sw_head_count(answer, SW_SLICE("Transfer-Encoding"), &value) > 0)
        answer_report(c, SW_RULE_WSH_BODY_IN_101, "Transfer-Encoding", value);
}

/* 4.2.1 binds a server of version 13. */
static void check_leniency(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice version;
    unsigned count = sw_head_count(&opening->request, SW_SLICE("Sec-WebSocket-Version"), &version);
    if (opening->broken && (count == 0 || sw_slice_equal(version, SW_SLICE("13"))))
        answer_report(c, SW_RULE_WSH_BAD_REQUEST_ACCEPTED, "101 to a request that is to be refused: target",
                      opening->request.target);
}

static void check_acceptance(struct sw_connection *c, struct sw_opening *opening, const struct sw_http_head *answer)
{
    struct sw_slice value;
    check_status_line(c, answer);
    check_upgraded(c, answer);
    check_accept(c, opening, answer);
    check_protocol(c, opening, answer);
    check_body(c, answer);
    check_leniency(c, opening);
    if (sw_head_count(answer, SW_SLICE("Sec-WebSocket-Key"), &value) > 0)
        answer_report(c, SW_RULE_WSH_KEY_IN_RESPONSE, "Sec-WebSocket-Key", value);
    sw_check_agreement(c, opening, answer);
    if (opening->early_frame)
        answer_report(c, SW_RULE_WSH_SERVER_EARLY_FRAME, "a frame stands before", answer->version);
}

static void check_version_reply(struct sw_connection *c, const struct sw_opening *opening,
                                const struct sw_http_head *answer)
{
    enum { UPGRADE_REQUIRED = 426 };
    struct sw_slice more = answer->headers;
    struct sw_slice list = {0};
    struct sw_slice one;
    struct sw_slice asked;
    struct sw_slice first;
    uint64_t version;
    unsigned elements = 0;
    bool bad = false;
    unsigned lines = sw_head_count(answer, SW_SLICE("Sec-WebSocket-Version"), &first);
    while (sw_head_next_element(&more, &list, SW_SLICE("Sec-WebSocket-Version"), &one)) {
        elements++;
        bad |= !is_version(one, &version);
    }
    if (lines > 0 && (bad || elements == 0))
        answer_report(c, SW_RULE_WSH_VERSION_REPLY_SYNTAX, "Sec-WebSocket-Version", first);
    if (sw_head_count(&opening->request, SW_SLICE("Sec-WebSocket-Version"), &asked) > 0 && lines == 0 &&
        !sw_slice_equal(asked, SW_SLICE("13")) && answer->status == UPGRADE_REQUIRED)
        answer_report(c, SW_RULE_WSH_VERSION_REPLY, "426, and no Sec-WebSocket-Version; asked for", asked);
}

static void check_refusal(struct sw_connection *c, const struct sw_opening *opening, const struct sw_http_head *answer)
{
    enum { FORBIDDEN = 403 };
    struct sw_slice value;
    check_version_reply(c, opening, answer);
    if (sw_head_count(answer, SW_SLICE("Sec-WebSocket-Accept"), &value) > 0)
        answer_report(c, SW_RULE_WSH_ACCEPT_IN_NON101, "Sec-WebSocket-Accept", value);
    if (answer->status == FORBIDDEN && sw_head_count(&opening->request, SW_SLICE("Origin"), &value) > 0)
        answer_report(c, SW_RULE_WSH_ORIGIN_403, "403 to Origin", value);
}

/* --- the calls --------------------------------------------------------------------------------------------------- */

/* Traces of a proxy between the client and here. */
static bool has_traces(const struct sw_http_head *request)
{
    struct sw_slice more = request->headers;
    struct sw_header header;
    while (sw_header_next(&more, &header)) {
        bool forwarded = sw_slice_equal_nocase(sw_slice_head(header.name, 12), SW_SLICE("X-Forwarded-"));
        if (forwarded || sw_slice_equal_nocase(header.name, SW_SLICE("Via")) ||
            sw_slice_equal_nocase(header.name, SW_SLICE("Forwarded")) ||
            sw_slice_equal_nocase(header.name, SW_SLICE("X-Real-IP")))
            return true;
    }
    return false;
}

static void opening_clear(struct sw_connection *c, struct sw_opening *opening)
{
    g_free(opening->text);
    sw_unit_give(c->pool, opening->unit);
    *opening = (struct sw_opening){0};
}

void sw_opening_free(struct sw_connection *c)
{
    if (c->judge->opening == NULL)
        return;
    opening_clear(c, c->judge->opening);
    g_free(c->judge->opening);
}

static struct sw_slice moved(struct sw_slice slice, const uint8_t *from, const uint8_t *to)
{
    return slice.data == NULL ? slice : sw_slice_of(to + (slice.data - from), slice.size);
}

static struct sw_opening *opening_of(struct sw_connection *c)
{
    if (c->judge->opening == NULL)
        c->judge->opening = g_new0(struct sw_opening, 1);
    return c->judge->opening;
}

void sw_check_request(struct sw_connection *c, const struct sw_http_head *head, const struct sw_unit *unit)
{
    struct sw_slice value;
    struct sw_opening *opening = opening_of(c);
    bool early = opening->early_frame;
    opening_clear(c, opening);
    opening->early_frame = early;
    if (!sw_judge_unbroken(c, SW_CLIENT) || sw_head_count(head, SW_SLICE("Sec-WebSocket-Key1"), &value) > 0 ||
        sw_slice_equal(head->method, SW_SLICE("CONNECT")))
        return; /* hixie-76 is another protocol */
    const uint8_t *from = head->method.data;
    size_t size = (size_t)(head->headers.data + head->headers.size - from);
    opening->text = g_memdup2(from, size);
    opening->request = *head;
    opening->request.method = moved(head->method, from, opening->text);
    opening->request.target = moved(head->target, from, opening->text);
    opening->request.version = moved(head->version, from, opening->text);
    opening->request.headers = moved(head->headers, from, opening->text);
    opening->request_end = c->sides[SW_CLIENT].reader.offset;
    opening->unit = sw_unit_take(c->pool, unit->offset);
    for (size_t i = 0; i < unit->mark_count; i++)
        sw_unit_mark(opening->unit, unit->marks[i], c->limits->message_marks);
    opening->intermediary = c->judge->surroundings.intermediary || has_traces(&opening->request);
}

void sw_check_answer(struct sw_connection *c, const struct sw_http_head *head, const struct sw_unit *unit,
                     bool accepted)
{
    struct sw_opening *opening = c->judge->opening;
    bool judged = opening != NULL && opening->text != NULL && !opening->answered &&
                  (sw_judge_unbroken(c, SW_SERVER) || opening->early_frame) && sw_judge_unbroken(c, SW_CLIENT);
    if (!judged)
        return;
    opening->answered = true;
    opening->status = head->status;
    opening->answer_unit = unit;
    opening->answer_begin = unit->offset;
    opening->answer_end = c->sides[SW_SERVER].reader.offset;
    opening->answer_mark = unit->marks[0];
    check_whole_request(c, opening);
    if (accepted)
        check_acceptance(c, opening, head);
    else
        check_refusal(c, opening, head);
    opening->answer_unit = NULL;
}

/* --- what is sent around the handshake --------------------------------------------------------------------------- */

/* The client went on although the answer was no good. */
static void check_carelessness(struct sw_connection *c, struct sw_opening *opening, const struct sw_side *side)
{
    const struct sw_judge_frame *frame = &sw_judged(c, SW_CLIENT)->frame;
    bool data = !sw_opcode_is_control(frame->opcode);
    if (frame->acked < opening->answer_end)
        return;
    if (opening->answer_bad && (data || frame->opcode == SW_OPCODE_PING)) {
        sw_judge_report_frame(c, SW_RULE_WSH_CLIENT_FAIL_BAD_ACCEPT, side, "opcode %u after a faulty 101",
                              frame->opcode);
        opening->answer_bad = false;
    }
    if (opening->deflate_bad && data) {
        sw_judge_report_frame(c, SW_RULE_PMD_RESP_BAD_NOT_FAILED, side, "opcode %u after a faulty agreement",
                              frame->opcode);
        opening->deflate_bad = false;
    }
}

void sw_check_opening_frame(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_opening *opening = c->judge->opening;
    const struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_judge_frame *frame = &judged->frame;
    if (opening == NULL || !opening->answered)
        return;
    opening->frames[side->direction] = true;
    if (side->direction == SW_CLIENT) {
        if (frame->offset == opening->request_end && judged->ack_count > 0 && frame->acked <= opening->answer_begin)
            sw_judge_report_frame(c, SW_RULE_WSH_EARLY_DATA, side, "opcode %u before the answer came", frame->opcode);
        check_carelessness(c, opening, side);
    }
    if (opening->status != 101 && opening->frames[SW_CLIENT] && opening->frames[SW_SERVER]) {
        const struct sw_mark marks[] = {opening->answer_mark, frame->mark};
        const struct sw_place place = {
            .direction = SW_SERVER, .offset = opening->answer_begin, .marks = marks, .mark_count = 2};
        sw_judge_report(c, SW_RULE_WSH_STATUS_101, SW_SERVER, &place, "status %u, and frames both ways",
                        opening->status);
        opening->answered = false;
    }
}

/* Frames were found where a request should be. */
void sw_check_stray(struct sw_connection *c, const struct sw_side *side, uint64_t offset)
{
    struct sw_opening *opening = c->judge->opening;
    if (opening == NULL || !opening->answered || opening->status < 200 || c->upgraded || side->direction != SW_CLIENT ||
        offset != opening->request_end || sw_judge_acked(c, SW_CLIENT, offset) < opening->answer_end)
        return;
    struct sw_mark mark;
    sw_reader_run(&side->reader, &mark);
    const struct sw_mark marks[] = {opening->answer_mark, mark};
    const struct sw_place place = {.direction = SW_CLIENT, .offset = offset, .marks = marks, .mark_count = 2};
    sw_judge_report(c, SW_RULE_WSH_CLIENT_AFTER_ERROR, SW_CLIENT, &place, "a frame after status %u", opening->status);
    opening->answered = false;
}

/* A frame that ends where the answer begins. */
enum sw_result sw_check_early(struct sw_connection *c, const struct sw_side *side, struct sw_slice data)
{
    enum { SIZE_MAX_EARLY = 4096 };
    static const struct sw_slice start = {(const uint8_t *)"HTTP/1.", 7};
    struct sw_frame frame;
    if (side->direction != SW_SERVER || side->reader.offset != 0 || !c->judge->surroundings.from_start ||
        c->judge->surroundings.secure || data.size == 0)
        return SW_BAD;
    for (bool first = true;; first = false) {
        if (!first && sw_slice_starts(data, start))
            return SW_OK;
        if (sw_frame_parse(data, &frame) == SW_MORE)
            return SW_MORE;
        bool known = frame.opcode <= SW_OPCODE_BINARY || (frame.opcode >= 8 && frame.opcode <= SW_OPCODE_PONG);
        if (!known || frame.masked || frame.rsv != 0 || !frame.minimal || frame.payload_size > SIZE_MAX_EARLY)
            return SW_BAD;
        size_t size = frame.header_size + (size_t)frame.payload_size;
        if (data.size < size + start.size)
            return SW_MORE;
        data = sw_slice_skip(data, size);
    }
}

void sw_check_early_found(struct sw_connection *c)
{
    opening_of(c)->early_frame = true;
}

/* 10.7: the server hangs up on a request that it had, and should have answered with an error. */
void sw_check_unanswered(struct sw_connection *c, struct sw_mark mark)
{
    struct sw_opening *opening = c->judge->opening;
    bool open = opening != NULL && opening->text != NULL && !opening->answered;
    if (!open || !sw_judge_unbroken(c, SW_CLIENT) || !sw_judge_unbroken(c, SW_SERVER) ||
        sw_judge_acked(c, SW_SERVER, UINT64_MAX) < opening->request_end || sw_judged(c, SW_SERVER)->fed > 0)
        return;
    opening->quiet = true;
    check_whole_request(c, opening);
    opening->quiet = false;
    if (opening->broken) {
        const struct sw_mark marks[] = {opening->unit->marks[0], mark};
        const struct sw_place place = {.direction = SW_SERVER, .offset = 0, .marks = marks, .mark_count = 2};
        sw_judge_report(c, SW_RULE_WSH_BAD_REQUEST_NO_REPLY, SW_SERVER, &place, "closed without an answer");
    }
    opening->answered = true;
}
