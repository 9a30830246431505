/* SPDX-License-Identifier: MIT
 *
 * The head of an HTTP/1.1 request or response (RFC 9112 2.1), and what the WebSocket upgrade says in it (RFC 6455 4).
 */
#ifndef SIPWEAVE_HTTP_H
#define SIPWEAVE_HTTP_H

#include "sipweave/header.h"

SW_API_BEGIN

struct sw_http_head {
    bool response;
    struct sw_slice method;  /* request */
    struct sw_slice target;  /* request */
    unsigned status;         /* response: 100 to 999, or 0 where it is no three-digit number */
    struct sw_slice reason;  /* response */
    struct sw_slice version; /* "HTTP/1.1" */
    struct sw_slice headers; /* for sw_header_next */
    size_t size;             /* of the head with its empty line */
};

/* Reads the head at the start of data; slices point into it. SW_BAD as soon as the first line cannot be HTTP/1.x.
 * *scanned as in sw_header_block. Leading empty lines are skipped and counted in size (RFC 9112 2.2). */
enum sw_result sw_http_parse(struct sw_slice data, size_t *scanned, struct sw_http_head *head);

/* Whether data may be the beginning of an HTTP/1.x request or response, however short it is; a load balancer's PROXY
 * preamble may stand before it. */
bool sw_http_possible(struct sw_slice data);

/* The PROXY protocol header (versions 1 and 2) that a load balancer puts before the first byte of a connection, and
 * its size. SW_BAD where there is none. */
enum sw_result sw_proxy_preamble(struct sw_slice data, size_t *size);

/* The first header line with that name; *more steps on to the next line of the same name. Start with *more =
 * head->headers. */
bool sw_http_header(struct sw_slice *more, struct sw_slice name, struct sw_slice *value);

/* Whether the comma list of that name, over all its header lines, has this element (without case). */
bool sw_http_header_lists(const struct sw_http_head *head, struct sw_slice name, struct sw_slice element);

/* RFC 7692 7.1: what permessage-deflate was agreed with. */
struct sw_deflate_params {
    bool agreed;
    uint8_t client_window_bits; /* 8 to 15 */
    uint8_t server_window_bits;
    bool client_takeover; /* false: client_no_context_takeover */
    bool server_takeover;
};

/* The answer's Sec-WebSocket-Extensions. An extension other than permessage-deflate, or a parameter or value that
 * cannot be read, sets *unknown; what can be read is kept. */
void sw_http_deflate(const struct sw_http_head *response, struct sw_deflate_params *params, bool *unknown);

/* The same of that header's value alone, its lines joined with commas. */
void sw_http_deflate_value(struct sw_slice extensions, struct sw_deflate_params *params, bool *unknown);

/* Whether it asks for a WebSocket (RFC 6455 4.1), however wrongly: GET with Upgrade: websocket; or
 * Sec-WebSocket-Version with one of Upgrade: websocket and Sec-WebSocket-Key, and any method but CONNECT. */
bool sw_http_is_upgrade(const struct sw_http_head *request);

SW_API_END

#endif
