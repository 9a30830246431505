/* SPDX-License-Identifier: MIT
 *
 * A SIP message as the UDP datagram that it might have been.
 */
#ifndef SIPWEAVE_EXPORT_DATAGRAM_H
#define SIPWEAVE_EXPORT_DATAGRAM_H

#include "pipeline/record.h"

/* The message without the line ends before it, which belong to no message (RFC 3261 7.5). */
struct sw_slice datagram_payload(const struct sw_sip *sip);

/* Ethernet, IP and UDP headers, longest with IPv6. */
enum { DATAGRAM_HEADERS_MOST = 14 + 40 + 8 };

/* Writes the headers for these bytes, with their checksums; returns their size. 0: the payload is longer than the 16
 * bits of the length in IP allow. identification: of IPv4. */
size_t datagram_headers(uint8_t headers[DATAGRAM_HEADERS_MOST], const struct sw_endpoint *source,
                        const struct sw_endpoint *destination, struct sw_slice payload, uint16_t identification);

#endif
