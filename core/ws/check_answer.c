/* SPDX-License-Identifier: MIT
 *
 * What is wrong with the answer to a handshake? RFC 6455 4.2.2, 4.3; RFC 9110 8.6.
 */
#include "bytes.h"
#include "ws/opening.h"

#include <glib.h>

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

/* "HTTP/1.1 101", and a reason or not: the version is known to be one. */
static bool is_status_line(struct sw_slice line)
{
    enum { STATUS = 9, END = 12 };
    bool status = line.size >= END && line.data[STATUS - 1] == ' ';
    for (size_t i = STATUS; i < END && status; i++)
        status = sw_is_digit(line.data[i]);
    return status && (line.size == END || line.data[END] == ' ');
}

static void check_status_line(struct sw_connection *c, const struct sw_head *answer)
{
    const struct sw_http_head *http = answer->http;
    struct sw_slice line = sw_slice_of(http->version.data, (size_t)(http->headers.data - http->version.data));
    line = sw_head_first_line(line);
    struct sw_slice bad = sw_head_bad_line(answer);
    const bool version = sw_http_is_version(http->version);
    if (!version || !is_status_line(line))
        answer_report(c, SW_RULE_WSH_RESP_SYNTAX, "status line", line);
    else if (bad.size > 0)
        answer_report(c, SW_RULE_WSH_RESP_SYNTAX, "header line", bad);
    if (version && (http->version.data[5] != '1' || http->version.data[7] == '0'))
        answer_report(c, SW_RULE_WSH_RESP_VERSION, "version", http->version);
}

static void check_accept(struct sw_connection *c, const struct sw_opening *opening, const struct sw_head *answer)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    struct sw_slice accept;
    struct sw_slice key;
    unsigned count = sw_head_count(answer, SW_HEAD_ACCEPT, &accept);
    unsigned keys = sw_head_count(opening->asked, SW_HEAD_KEY, &key);
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

static void check_upgraded(struct sw_connection *c, const struct sw_head *answer)
{
    struct sw_slice value;
    if (sw_head_count(answer, SW_HEAD_UPGRADE, &value) == 0)
        answer_fatal(c, SW_RULE_WSH_UPGRADE_RESP_MISSING, "no Upgrade", value);
    else if (!sw_slice_equal_nocase(value, SW_SLICE("websocket")))
        answer_fatal(c, SW_RULE_WSH_UPGRADE_RESP_VALUE, "Upgrade", value);
    sw_head_count(answer, SW_HEAD_CONNECTION, &value);
    if (!sw_head_lists(answer, SW_HEAD_CONNECTION, SW_SLICE("Upgrade")))
        answer_fatal(c, SW_RULE_WSH_CONNECTION_RESP, "Connection", value);
}

static bool is_offered(const struct sw_head *request, struct sw_slice protocol)
{
    struct sw_head_list list = sw_head_list_of(request, SW_HEAD_PROTOCOL);
    struct sw_slice one;
    while (sw_head_list_next(&list, &one))
        if (sw_slice_equal_nocase(one, protocol))
            return true;
    return false;
}

static void check_protocol(struct sw_connection *c, const struct sw_opening *opening, const struct sw_head *answer)
{
    struct sw_slice value;
    unsigned count = sw_head_count(answer, SW_HEAD_PROTOCOL, &value);
    if (count == 0)
        return;
    if (count > 1)
        answer_report(c, SW_RULE_WSH_PROTO_RESP_DUP, "the first of several:", value);
    if (!sw_http_is_token(value))
        answer_fatal(c, SW_RULE_WSH_PROTO_RESP_SYNTAX, "Sec-WebSocket-Protocol", value);
    else if (!is_offered(opening->asked, value) && !sw_head_lists_badly(opening->asked, SW_HEAD_PROTOCOL))
        answer_fatal(c, SW_RULE_WSH_PROTO_NOT_OFFERED, "Sec-WebSocket-Protocol", value);
}

static void check_body(struct sw_connection *c, const struct sw_head *answer)
{
    struct sw_slice value;
    if (sw_head_count(answer, SW_HEAD_CONTENT_LENGTH, &value) > 0)
        answer_report(c, SW_RULE_WSH_BODY_IN_101, "Content-Length", value);
    else if (sw_head_count(answer, SW_HEAD_TRANSFER_ENCODING, &value) > 0)
        answer_report(c, SW_RULE_WSH_BODY_IN_101, "Transfer-Encoding", value);
}

/* 4.2.1 binds a server of version 13. */
static void check_leniency(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice version;
    unsigned count = sw_head_count(opening->asked, SW_HEAD_VERSION, &version);
    if (opening->broken && (count == 0 || sw_slice_equal(version, SW_SLICE("13"))))
        answer_report(c, SW_RULE_WSH_BAD_REQUEST_ACCEPTED, "101 to a request that is to be refused: target",
                      opening->request.target);
}

static void check_early(struct sw_connection *c, const struct sw_opening *opening, const struct sw_head *answer)
{
    const struct sw_mark marks[] = {opening->early_mark, opening->answer_mark};
    const struct sw_place place = {.direction = SW_SERVER, .offset = 0, .marks = marks, .mark_count = 2};
    char excerpt[SW_EXCERPT];
    if (opening->early_frame)
        sw_judge_report(c, SW_RULE_WSH_SERVER_EARLY_FRAME, SW_SERVER, &place, "a frame stands before \"%s\"",
                        sw_evidence(excerpt, answer->http->version));
}

void sw_check_acceptance(struct sw_connection *c, struct sw_opening *opening, const struct sw_head *answer)
{
    struct sw_slice value;
    check_status_line(c, answer);
    check_upgraded(c, answer);
    check_accept(c, opening, answer);
    check_protocol(c, opening, answer);
    check_body(c, answer);
    check_leniency(c, opening);
    if (sw_head_count(answer, SW_HEAD_KEY, &value) > 0)
        answer_report(c, SW_RULE_WSH_KEY_IN_RESPONSE, "Sec-WebSocket-Key", value);
    sw_check_agreement(c, opening, answer);
    check_early(c, opening, answer);
}

static void check_version_reply(struct sw_connection *c, const struct sw_opening *opening, const struct sw_head *answer)
{
    enum { UPGRADE_REQUIRED = 426 };
    struct sw_head_list list = sw_head_list_of(answer, SW_HEAD_VERSION);
    struct sw_slice one;
    struct sw_slice asked;
    struct sw_slice first;
    uint64_t version;
    unsigned elements = 0;
    bool bad = false;
    unsigned lines = sw_head_count(answer, SW_HEAD_VERSION, &first);
    while (sw_head_list_next(&list, &one)) {
        elements++;
        bad |= !sw_head_version(one, &version);
    }
    if (lines > 0 && (bad || elements == 0))
        answer_report(c, SW_RULE_WSH_VERSION_REPLY_SYNTAX, "Sec-WebSocket-Version", first);
    if (sw_head_count(opening->asked, SW_HEAD_VERSION, &asked) > 0 && lines == 0 &&
        !sw_slice_equal(asked, SW_SLICE("13")) && answer->http->status == UPGRADE_REQUIRED)
        answer_report(c, SW_RULE_WSH_VERSION_REPLY, "426, and no Sec-WebSocket-Version; asked for", asked);
}

void sw_check_refusal(struct sw_connection *c, const struct sw_opening *opening, const struct sw_head *answer)
{
    enum { FORBIDDEN = 403 };
    struct sw_slice value;
    check_version_reply(c, opening, answer);
    if (sw_head_count(answer, SW_HEAD_ACCEPT, &value) > 0)
        answer_report(c, SW_RULE_WSH_ACCEPT_IN_NON101, "Sec-WebSocket-Accept", value);
    if (answer->http->status == FORBIDDEN && sw_head_count(opening->asked, SW_HEAD_ORIGIN, &value) > 0)
        answer_report(c, SW_RULE_WSH_ORIGIN_403, "403 to Origin", value);
}
