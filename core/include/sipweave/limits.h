/* SPDX-License-Identifier: MIT
 *
 * Every bound on memory and work, in one place. What happens at each, and where that is told, is in sw_limits_names: as
 * SW_REASON_LIMIT unless it says otherwise.
 */
#ifndef SIPWEAVE_LIMITS_H
#define SIPWEAVE_LIMITS_H

#include "sipweave/api.h"

#include <stddef.h>
#include <stdint.h>

SW_API_BEGIN

struct sw_limits {
    size_t head_size;         /* an HTTP head, or the header part of a SIP message in a stream; bytes */
    size_t message_size;      /* one WebSocket or SIP message, after inflating; bytes */
    size_t inflate_ratio;     /* inflated bytes a deflated byte may become, counted once a message exceeds 64 KiB */
    size_t inflate_history;   /* deflate windows kept over all idle connections of a pool; bytes */
    size_t pending_handshake; /* bytes of one direction that wait for the other side's handshake */
    size_t message_marks;     /* packets remembered for one message */
    size_t stream_pending;    /* out-of-order bytes held for one direction of a TCP connection */
    size_t streams_pending;   /* the same over all connections; bytes */
    size_t streams;           /* TCP connections followed at once */
    size_t http2_streams;     /* streams of one HTTP/2 connection that are, or may be, WebSockets at once */
    size_t datagram_flows;    /* UDP flows (one direction) with a ledger of their own */
    size_t fragments;         /* IP datagrams in reassembly at once */
    size_t calls;             /* calls, registrations and so on in progress at once */
    size_t call_messages;     /* message numbers remembered for one call */
    size_t keylog_sessions;   /* TLS sessions whose secrets are kept */
    size_t order_pending;     /* messages held until earlier ones are complete */
};

/* The defaults; sw_limits_names lists them for help texts. */
extern const struct sw_limits sw_limits_default;

struct sw_limit_name {
    const char *name;    /* as in --limit NAME=VALUE: "message-size" */
    size_t offset;       /* of the size_t in struct sw_limits */
    const char *text;    /* one line: what it bounds, and its unit */
    const char *reached; /* one line: what is done then */
    const char *told;    /* one line: where that is said; a reason is one of the ledger's, as `explain` shows it */
};

/* Ends with an entry whose name is NULL. */
extern const struct sw_limit_name sw_limits_names[];

SW_API_END

#endif
