/* SPDX-License-Identifier: MIT
 *
 * What is wrong, for a WebSocket, in what a message says, whoever wrote it first? RFC 7118 4.2, 5.2.
 */
#include "rules/sip_case.h"
#include "ws/utf8.h"

/* --- UTF-8 ------------------------------------------------------------------------------------------------------- */

/* 4.2: recommended for what is text. */
static bool is_text(const struct sw_sip *sip)
{
    static const struct sw_slice types[] = {
        {(const uint8_t *)"text/", 5},
        {(const uint8_t *)"application/sdp", 15},
        {(const uint8_t *)"application/json", 16},
        {(const uint8_t *)"application/pidf+xml", 20},
    };
    const struct sw_slice type = sip->first[SW_SIP_CONTENT_TYPE];
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (sw_slice_equal_nocase(sw_slice_head(type, types[i].size), types[i]))
            return true;
    return type.size == 0;
}

static bool is_utf8(struct sw_slice text)
{
    return sw_utf8_next(SW_UTF8_START, text) == SW_UTF8_START;
}

/* The value of a header field that isn't, or another line; nothing where all are. */
static struct sw_slice find_no_utf8(const struct sw_sip *sip)
{
    const struct sw_slice start = sw_slice_of(sip->raw.data, (size_t)(sip->headers.data - sip->raw.data));
    struct sw_sip_cursor cursor = {sip->headers};
    enum sw_sip_field field;
    struct sw_header header;
    if (!is_utf8(start))
        return start;
    while (sw_sip_header_next(&cursor, &field, &header))
        if (!is_utf8(header.line))
            return is_utf8(header.value) ? header.line : header.value;
    return sw_slice_of(NULL, 0);
}

/* Who forwards can't help it: of a request several Vias tell that, of a response the hop before, whatever carried it.
 */
static bool is_forwarded(const struct sw_sip_case *one, struct sw_slice bad)
{
    return one->sip->response ? sw_case_is_of_another(one, SW_RULE_SIP_UTF8, bad) : one->vias.count > 1;
}

/* A text message was held to it when it came (WS-UTF8). */
static void check_utf8(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    struct sw_slice bad = find_no_utf8(sip);
    if (bad.size == 0 && is_text(sip) && !is_utf8(sip->body))
        bad = sip->body;
    if (bad.size > 0 && !is_forwarded(one, bad))
        sw_case_report(one, SW_RULE_WSSIP_NOT_UTF8, "a binary message with text that is no UTF-8:", bad);
}

/* --- URIs -------------------------------------------------------------------------------------------------------- */

/* Whether it may say "transport=wss": most values needn't be parsed. */
static bool may_name_wss(struct sw_slice value)
{
    for (size_t at; (at = sw_slice_find(value, '=')) < value.size; value = sw_slice_skip(value, at + 1))
        if (sw_slice_equal_nocase(sw_slice_head(sw_slice_skip(value, at), 4), SW_SLICE("=wss")))
            return true;
    return false;
}

static bool says_wss(struct sw_slice uri_params)
{
    struct sw_param param;
    return sw_param_find(uri_params, SW_SLICE("transport"), &param) &&
           sw_slice_equal_nocase(param.value, SW_SLICE("wss"));
}

/* It isn't defined: ws stands for both (5.2). */
static void check_uris(const struct sw_sip_case *one)
{
    static const enum sw_sip_field fields[] = {SW_SIP_CONTACT, SW_SIP_ROUTE, SW_SIP_RECORD_ROUTE};
    const struct sw_sip *sip = one->sip;
    struct sw_name_addr address;
    struct sw_uri uri;
    if (!sip->response && may_name_wss(sip->uri) && sw_uri_parse(sip->uri, &uri) == SW_OK && says_wss(uri.params))
        sw_case_report(one, SW_RULE_WSSIP_URI_TRANSPORT, "transport=wss in", sip->uri);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (may_name_wss(sip->first[fields[i]]) && sw_name_addr_parse(sip->first[fields[i]], &address) == SW_OK &&
            says_wss(address.uri_parts.params)) {
            sw_case_report(one, SW_RULE_WSSIP_URI_TRANSPORT, "transport=wss in", sip->first[fields[i]]);
            return;
        }
}

void sw_check_sip_websocket(const struct sw_sip_case *one)
{
    if (!one->websocket || !one->whole)
        return;
    if (!one->text)
        check_utf8(one);
    check_uris(one);
}
