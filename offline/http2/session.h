/* SPDX-License-Identifier: MIT
 *
 * One HTTP/2 connection, both directions (RFC 9113): from the bytes of a TCP stream (or the plaintext of TLS) to header
 * fields, and the bytes of each stream.
 *
 * What is there is told; whether it may be there is not judged. Flow control (5.2) is ignored: a sender that goes
 * beyond its window is believed. Priorities and pings are skipped.
 */
#ifndef HTTP2_SESSION_H
#define HTTP2_SESSION_H

#include "sipweave/limits.h"
#include "sipweave/slice.h"

/* Header fields that somebody asks for; all others are read and dropped. */
enum http2_field {
    HTTP2_METHOD,
    HTTP2_PROTOCOL, /* RFC 8441 4 */
    HTTP2_SCHEME,
    HTTP2_PATH,
    HTTP2_AUTHORITY,
    HTTP2_STATUS,
    HTTP2_ORIGIN,
    HTTP2_USER_AGENT,
    HTTP2_SERVER,
    HTTP2_WS_PROTOCOL,
    HTTP2_WS_EXTENSIONS,
    HTTP2_WS_VERSION,
    HTTP2_WS_KEY,
    HTTP2_CONNECTION,
    HTTP2_UPGRADE,
    HTTP2_VIA, /* what intermediaries add: */
    HTTP2_FORWARDED,
    HTTP2_X_FORWARDED_FOR,
    HTTP2_X_FORWARDED_PROTO,
    HTTP2_X_REAL_IP,
    HTTP2_FIELDS,
};

/* The header fields of one HEADERS frame with its CONTINUATIONs. */
struct http2_head {
    uint32_t stream;
    bool known; /* false: they can't be read, as earlier ones are missing, or are no HPACK */
    bool end_stream;
    const struct sw_mark *marks; /* the packets that carried it, from that of the frame's first byte on */
    size_t mark_count;
    struct sw_slice fields[HTTP2_FIELDS]; /* by name, several lines joined with commas; empty: not there */
};

/* How a stream ends in one direction (END_STREAM) or in both (RST_STREAM). */
enum http2_end { HTTP2_ENDED, HTTP2_RESET };

/* The calls, none of them NULL. All is borrowed during the call. */
struct http2_sink {
    void *context;
    void (*head)(void *context, enum sw_direction from, const struct http2_head *head);
    /* Payload of DATA, without padding. */
    void (*data)(void *context, enum sw_direction from, uint32_t stream, struct sw_slice bytes, struct sw_mark mark);
    /* The same, missing. */
    void (*gap)(void *context, enum sw_direction from, uint32_t stream, uint64_t size, enum sw_reason reason,
                struct sw_mark mark);
    /* Data of this stream (0: of any) may be missing, nobody knows how much; the bytes are in the session's ledger. Of
     * 0: heads may be missing, too. */
    void (*lost)(void *context, enum sw_direction from, uint32_t stream, enum sw_reason reason, struct sw_mark mark);
    void (*end)(void *context, enum sw_direction from, uint32_t stream, enum http2_end how, struct sw_mark mark);
    /* Streams above last that the other side opened come to nothing (6.8). */
    void (*goaway)(void *context, enum sw_direction from, uint32_t last, struct sw_mark mark);
    /* A value of SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 3). */
    void (*connect_protocol)(void *context, enum sw_direction from, uint32_t value, struct sw_mark mark);
    /* Something can't be read from here on; text: a static sentence. The bytes are in the session's ledger. */
    void (*loss)(void *context, enum sw_direction from, enum sw_reason reason, struct sw_mark mark, const char *text);
};

struct http2_session;
/* limits are borrowed; sink is copied. */
struct http2_session *http2_session_new(const struct sw_limits *limits, const struct http2_sink *sink);
void http2_session_free(struct http2_session *session);

/* The bytes of one direction, once and in order. The first ones may be the connection's or any later ones: where they
 * are not what must come first, a frame boundary is found by evidence. */
void http2_session_feed(struct http2_session *session, enum sw_direction from, struct sw_slice bytes,
                        struct sw_mark mark);
void http2_session_gap(struct http2_session *session, enum sw_direction from, uint64_t size, enum sw_reason reason,
                       struct sw_mark mark);
/* No more will come of this direction. */
void http2_session_eof(struct http2_session *session, enum sw_direction from, struct sw_mark mark);

/* What became of the bytes that were fed, or were missing; those that went to data and gap are not in it. */
const struct sw_ledger *http2_session_ledger(const struct http2_session *session, enum sw_direction from);

/* True while this direction holds bytes of a head, or of what may be one; *since is its first packet. */
bool http2_session_unfinished(const struct http2_session *session, enum sw_direction from, struct sw_mark *since);

#endif
