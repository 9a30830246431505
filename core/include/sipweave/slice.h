/* SPDX-License-Identifier: MIT
 *
 * What travels between the layers: bytes, the side that sent them, and the packets that carried them.
 */
#ifndef SIPWEAVE_SLICE_H
#define SIPWEAVE_SLICE_H

#include "sipweave/api.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

SW_API_BEGIN

/* Bytes that somebody else owns; data may be NULL when size is 0. Never NUL-terminated. */
struct sw_slice {
    const uint8_t *data;
    size_t size;
};

/* What a stateless decoder says of its input. A broken rule is no result: decoding goes on. */
enum sw_result {
    SW_OK,   /* the output is filled */
    SW_MORE, /* right so far, but the input ends before the end of it */
    SW_BAD,  /* no continuation of this input can be read */
};

/* The side that sent the bytes: of a WebSocket the one that asked for the upgrade is the client (RFC 6455 1.2). */
enum sw_direction { SW_CLIENT, SW_SERVER };

static inline enum sw_direction sw_direction_opposite(enum sw_direction direction)
{
    return direction == SW_CLIENT ? SW_SERVER : SW_CLIENT;
}

/* The caller's name of a packet. The core carries it and compares it for equality, nothing else. */
struct sw_mark {
    uint64_t packet;
    int64_t time; /* nanoseconds since 1970, UTC */
};

/* Why bytes were not decoded; sw_reason_name gives the word that output uses. */
enum sw_reason {
    SW_REASON_NO_KEY,
    SW_REASON_CIPHER_SUITE_UNKNOWN,
    SW_REASON_SEGMENT_MISSING,
    SW_REASON_SNAPLEN_CUT,
    SW_REASON_NO_HANDSHAKE,
    SW_REASON_DEFLATE_HISTORY_LOST,
    SW_REASON_NOT_SIP,
    SW_REASON_LIMIT,
    SW_REASON_MALFORMED,
    SW_REASON_COUNT,
};

/* "segment-missing" and the like; a static string. */
const char *sw_reason_name(enum sw_reason reason);

/* Where the bytes of one direction of a stream went. After eof the sum of all members is the number of
 * stream bytes: those fed and those that a gap stood for. */
struct sw_ledger {
    uint64_t message;   /* became messages (wire bytes: masked, deflated) */
    uint64_t protocol;  /* HTTP heads, frame headers, control frames: decoded, not payload */
    uint64_t keepalive; /* decoded, holds no SIP: CRLF between messages */
    uint64_t undecoded[SW_REASON_COUNT];
};

uint64_t sw_ledger_total(const struct sw_ledger *ledger);
uint64_t sw_ledger_undecoded(const struct sw_ledger *ledger);

#define SW_SLICE(literal) ((struct sw_slice){.data = (const uint8_t *)(literal), .size = sizeof(literal) - 1})

bool sw_slice_equal(struct sw_slice a, struct sw_slice b);
/* ASCII letters compared without case, as RFC 3261 7.3.1 and RFC 9110 5.1 compare names. */
bool sw_slice_equal_nocase(struct sw_slice a, struct sw_slice b);
bool sw_slice_starts(struct sw_slice text, struct sw_slice prefix);
/* Without leading and trailing space, tab, CR and LF. */
struct sw_slice sw_slice_trim(struct sw_slice text);
/* Decimal digits only, the whole slice, no overflow; false leaves *value alone. */
bool sw_slice_number(struct sw_slice text, uint64_t *value);

SW_API_END

#endif
