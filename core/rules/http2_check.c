/* SPDX-License-Identifier: MIT
 *
 * Is a WebSocket over HTTP/2 asked for as RFC 8441 has it?
 */
#include "sipweave/http2_check.h"

#include "bytes.h"

#include <stdio.h>

static void report(const struct sw_http2_judgement *judgement, enum sw_rule rule, const char *what,
                   struct sw_slice value)
{
    enum { SHOWN = 64 };
    char text[SW_EVIDENCE_MAX];
    char shown[SHOWN];
    sw_put_shown(shown, sizeof shown, value);
    snprintf(text, sizeof text, "%s \"%s\"", what, shown);
    judgement->report(judgement->context, rule, text);
}

/* 4: with :protocol, :scheme and :path stand as in other requests; without it, CONNECT has neither (RFC 9113 8.5). */
void sw_http2_check_request(const struct sw_http2_request *request, const struct sw_http2_judgement *judgement)
{
    const struct sw_slice value = request->websocket.data != NULL ? request->websocket : request->path;
    if (!sw_slice_equal(request->method, SW_SLICE("CONNECT")))
        return;
    if (request->protocol.data == NULL) {
        if (value.data != NULL)
            report(judgement, SW_RULE_WSH2_PROTOCOL, "CONNECT without :protocol, and with", value);
        return;
    }
    if (request->scheme.data == NULL || request->path.data == NULL)
        report(judgement, SW_RULE_WSH2_SCHEME_PATH,
               "missing:", request->scheme.data == NULL ? SW_SLICE(":scheme") : SW_SLICE(":path"));
    if (!sw_slice_equal_nocase(request->protocol, SW_SLICE("websocket")))
        return;
    if (request->secure && !request->forwarded && sw_slice_equal_nocase(request->scheme, SW_SLICE("http")))
        report(judgement, SW_RULE_WSH2_SCHEME, "within TLS: :scheme", request->scheme);
    if (request->connection.data != NULL || request->upgrade.data != NULL)
        report(judgement, SW_RULE_WSH2_NO_UPGRADE, request->upgrade.data != NULL ? "Upgrade" : "Connection",
               request->upgrade.data != NULL ? request->upgrade : request->connection);
}

void sw_http2_check_setting(bool *enabled, uint32_t value, const struct sw_http2_judgement *judgement)
{
    char text[16];
    snprintf(text, sizeof text, "%u", (unsigned)value);
    const struct sw_slice shown = sw_slice_of((const uint8_t *)text, strlen(text));
    if (value > 1)
        report(judgement, SW_RULE_WSH2_SETTING_VALUE, "SETTINGS_ENABLE_CONNECT_PROTOCOL", shown);
    else if (value == 0 && *enabled)
        report(judgement, SW_RULE_WSH2_SETTING_REVOKED, "after 1, SETTINGS_ENABLE_CONNECT_PROTOCOL", shown);
    *enabled |= value == 1;
}
