/* SPDX-License-Identifier: MIT
 *
 * What does a TCP stream (or the plaintext of TLS) carry? Told from its bytes, never from its ports.
 */
#ifndef SIPWEAVE_DETECT_H
#define SIPWEAVE_DETECT_H

#include "sipweave/call.h"
#include "sipweave/slice.h"

enum verdict {
    VERDICT_MORE, /* can't be told yet */
    VERDICT_HTTP, /* a request or response: an upgrade may come */
    VERDICT_HTTP2,
    VERDICT_SIP,
    VERDICT_TLS,
    VERDICT_FRAMES, /* WebSocket frames, without a handshake */
    VERDICT_OTHER,
};

/* The first bytes of one side of a connection. */
enum verdict detect_start(struct sw_slice bytes);

/* How many bytes were already looked at in vain. */
struct detect_progress {
    size_t frames; /* for those of WebSocket */
    size_t http2;
    size_t sip;
    bool sip_mid_line;
};

/* Bytes from somewhere in a connection; *progress is all 0 at first. With VERDICT_FRAMES, *masked tells whether the
 * client sent them. */
enum verdict detect_middle(struct sw_slice bytes, struct detect_progress *progress, bool *masked);

/* Who sent these bytes of HTTP/2, if they tell. start: they are the first. */
enum sw_result detect_http2_sender(struct sw_slice bytes, bool start, enum sw_direction *sender);

#endif
