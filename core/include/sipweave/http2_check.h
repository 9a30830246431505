/* SPDX-License-Identifier: MIT
 *
 * What asks for a WebSocket over HTTP/2 held to its rules (RFC 8441 3 to 5).
 */
#ifndef SIPWEAVE_HTTP2_CHECK_H
#define SIPWEAVE_HTTP2_CHECK_H

#include "sipweave/rules.h"
#include "sipweave/slice.h"

SW_API_BEGIN

struct sw_http2_judgement {
    void *context;
    /* evidence: printable ASCII, borrowed during the call */
    void (*report)(void *context, enum sw_rule rule, const char *evidence);
};

/* Header fields of a request, of which none is missing; data is NULL where a field isn't there. */
struct sw_http2_request {
    struct sw_slice method;   /* the pseudo-header fields */
    struct sw_slice protocol; /* RFC 8441 4 */
    struct sw_slice scheme;
    struct sw_slice path;
    struct sw_slice connection; /* Connection, Upgrade */
    struct sw_slice upgrade;
    struct sw_slice websocket; /* any Sec-WebSocket-... */
    bool secure;               /* it came through TLS */
    bool forwarded;            /* an intermediary left its traces */
};
/* Requests that don't ask for a WebSocket are left alone. */
void sw_http2_check_request(const struct sw_http2_request *request, const struct sw_http2_judgement *judgement);

/* A value of SETTINGS_ENABLE_CONNECT_PROTOCOL. *enabled: whether its sender had enabled it, false at first. */
void sw_http2_check_setting(bool *enabled, uint32_t value, const struct sw_http2_judgement *judgement);

SW_API_END

#endif
