/* SPDX-License-Identifier: MIT
 *
 * What is wrong with the request of a handshake? RFC 6455 4.1, 4.2.1.
 */
#include "bytes.h"
#include "ws/opening.h"

enum { VERSION = 13, KEY_SIZE = 24 };

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

static bool is_absolute(struct sw_slice target)
{
    return sw_slice_equal_nocase(sw_slice_head(target, 7), SW_SLICE("http://")) ||
           sw_slice_equal_nocase(sw_slice_head(target, 8), SW_SLICE("https://"));
}

static void check_request_line(struct sw_connection *c, const struct sw_opening *opening)
{
    const struct sw_http_head *request = &opening->request;
    struct sw_slice line = sw_slice_of(request->method.data, (size_t)(request->headers.data - request->method.data));
    line = sw_head_first_line(line);
    struct sw_slice bad = sw_head_bad_line(opening->asked);
    bool spaced = line.size == request->method.size + request->target.size + request->version.size + 2;
    const bool version = request->version.size == 0 || sw_http_is_version(request->version);
    if (!spaced || !version || !sw_http_is_token(request->method) ||
        sw_slice_find(request->target, ' ') < request->target.size)
        report(c, SW_RULE_WSH_HTTP_SYNTAX, "request line", line);
    else if (bad.size > 0)
        report(c, SW_RULE_WSH_HTTP_SYNTAX, "header line", bad);
    if (!sw_slice_equal(request->method, SW_SLICE("GET")))
        report_required(c, SW_RULE_WSH_METHOD, "method", request->method);
    bool old = sw_slice_equal(request->version, SW_SLICE("HTTP/1.0")) ||
               sw_slice_equal(request->version, SW_SLICE("HTTP/0.9"));
    if (old && !opening->intermediary)
        report_required(c, SW_RULE_WSH_HTTP_VERSION, "version", request->version);
    if (!sw_slice_starts(request->target, SW_SLICE("/")) && !is_absolute(request->target))
        report(c, SW_RULE_WSH_RURI, "target", request->target);
    if (sw_slice_find(request->target, '#') < request->target.size)
        report(c, SW_RULE_WSH_RURI_FRAGMENT, "target", request->target);
}

static void check_host(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice host;
    unsigned count = sw_head_count(opening->asked, SW_HEAD_HOST, &host);
    if (count == 0)
        report_required(c, SW_RULE_WSH_HOST, "no Host", host);
    else if (host.size == 0)
        report(c, SW_RULE_WSH_HOST, "Host", host);
    if (count > 1 && !opening->intermediary)
        report(c, SW_RULE_WSH_HOST_DUP, "the first of several:", host);
}

/* With a dot, and no address: the last label begins with a letter. */
static bool is_dns_name(struct sw_slice host)
{
    size_t dot = 0;
    for (size_t i = 0; i < host.size; i++) {
        if (host.data[i] == '.')
            dot = i;
        else if (!sw_is_alpha(host.data[i]) && !sw_is_digit(host.data[i]) && host.data[i] != '-')
            return false;
    }
    return dot > 0 && dot + 1 < host.size && sw_is_alpha(host.data[dot + 1]);
}

/* A proxy that speaks TLS to the server behind it is a part of that server (4.2). */
static void check_server_name(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice host;
    if (!c->judge->surroundings.nameless || opening->intermediary)
        return;
    if (sw_head_count(opening->asked, SW_HEAD_HOST, &host) == 1 &&
        is_dns_name(sw_slice_head(host, sw_slice_find(host, ':'))))
        report(c, SW_RULE_WSH_SNI, "no server_name in the ClientHello; Host", host);
}

/* Upgrade and Connection are for one hop: behind a reverse proxy their absence says nothing of the client. */
static void check_upgrade(struct sw_connection *c, const struct sw_opening *opening)
{
    const struct sw_head *request = opening->asked;
    struct sw_slice value;
    bool upgrade = sw_head_lists(request, SW_HEAD_UPGRADE, SW_SLICE("websocket"));
    if (opening->intermediary)
        return;
    sw_head_count(request, SW_HEAD_UPGRADE, &value);
    if (!upgrade)
        report_required(c, SW_RULE_WSH_UPGRADE_REQ, "Upgrade", value);
    sw_head_count(request, SW_HEAD_CONNECTION, &value);
    if (upgrade && !sw_head_lists(request, SW_HEAD_CONNECTION, SW_SLICE("Upgrade")))
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
    unsigned count = sw_head_count(opening->asked, SW_HEAD_KEY, &key);
    bool upgrade = sw_head_lists(opening->asked, SW_HEAD_UPGRADE, SW_SLICE("websocket"));
    if (count == 0 && upgrade)
        report_required(c, SW_RULE_WSH_KEY_MISSING, "no Sec-WebSocket-Key", key);
    else if (count > 0 && !is_key(key))
        report_required(c, SW_RULE_WSH_KEY_SYNTAX, "Sec-WebSocket-Key", key);
    if (count > 1)
        report(c, SW_RULE_WSH_KEY_DUP, "the first of several:", key);
}

static void check_version(struct sw_connection *c, const struct sw_opening *opening)
{
    struct sw_slice value;
    struct sw_slice key;
    uint64_t version = 0;
    unsigned count = sw_head_count(opening->asked, SW_HEAD_VERSION, &value);
    bool upgrade = sw_head_lists(opening->asked, SW_HEAD_UPGRADE, SW_SLICE("websocket"));
    if (count == 0 && upgrade && sw_head_count(opening->asked, SW_HEAD_KEY, &key) > 0)
        report_required(c, SW_RULE_WSH_VERSION_MISSING, "no Sec-WebSocket-Version", value);
    bool legal = sw_head_version(value, &version);
    bool never = !legal || (version >= 9 && version <= 12);
    bool right = legal && version == VERSION;
    if (count > 0 && !right && (never || opening->status == 101))
        report(c, SW_RULE_WSH_VERSION_13, "Sec-WebSocket-Version", value);
    if (count > 1)
        report(c, SW_RULE_WSH_VERSION_DUP, "the first of several:", value);
}

static bool was_listed(const struct sw_head *request, const struct sw_slice *until)
{
    struct sw_head_list list = sw_head_list_of(request, SW_HEAD_PROTOCOL);
    struct sw_slice one;
    while (sw_head_list_next(&list, &one) && one.data != until->data)
        if (sw_slice_equal(one, *until))
            return true;
    return false;
}

static void check_protocols(struct sw_connection *c, const struct sw_opening *opening)
{
    enum { LISTED_MAX = 256 }; /* comparing each with each stays cheap */
    const struct sw_head *request = opening->asked;
    struct sw_head_list list = sw_head_list_of(request, SW_HEAD_PROTOCOL);
    struct sw_slice one;
    struct sw_slice bad = {0};
    struct sw_slice twice = {0};
    unsigned count = 0;
    unsigned lines = sw_head_count(request, SW_HEAD_PROTOCOL, &one);
    while (count < LISTED_MAX && sw_head_list_next(&list, &one)) {
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
    sw_head_count(opening->asked, SW_HEAD_USER_AGENT, &agent);
    if (sw_slice_starts(agent, SW_SLICE("Mozilla/")) && sw_head_count(opening->asked, SW_HEAD_ORIGIN, &origin) == 0)
        report(c, SW_RULE_WSH_ORIGIN, "no Origin; User-Agent", agent);
}

void sw_check_whole_request(struct sw_connection *c, struct sw_opening *opening)
{
    check_request_line(c, opening);
    check_host(c, opening);
    check_server_name(c, opening);
    check_upgrade(c, opening);
    check_key(c, opening);
    check_version(c, opening);
    check_origin(c, opening);
    check_protocols(c, opening);
    sw_check_offer(c, opening);
}
