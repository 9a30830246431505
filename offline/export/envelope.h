/* SPDX-License-Identifier: MIT
 *
 * A SIP message as the one packet that it might have been.
 */
#ifndef SIPWEAVE_EXPORT_ENVELOPE_H
#define SIPWEAVE_EXPORT_ENVELOPE_H

#include "pipeline/record.h"

/* The message without the line ends before it, which belong to no message (RFC 3261 7.5). */
struct sw_slice envelope_payload(const struct sw_sip *sip);

struct envelope {
    const struct sw_endpoint *source;
    const struct sw_endpoint *destination;
    struct sw_slice payload;
    uint16_t identification; /* of IPv4 */
    bool tcp;                /* false: UDP */
    uint32_t sequence;       /* of TCP: of the payload's first byte, */
    uint32_t acknowledged;   /* and of the one that is due from the other side */
};

/* Ethernet, IP and TCP headers, longest with IPv6. */
enum { ENVELOPE_MOST = 14 + 40 + 20 };

/* Writes the headers before the payload, with their checksums; returns their size. 0: the payload is longer than the
 * 16 bits of the length in IP allow. */
size_t envelope_headers(uint8_t headers[ENVELOPE_MOST], const struct envelope *envelope);

#endif
