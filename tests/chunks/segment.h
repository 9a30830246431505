/* SPDX-License-Identifier: MIT
 *
 * The TCP segment in a packet, and packets made of it that carry other parts of the stream.
 */
#ifndef CHUNKS_SEGMENT_H
#define CHUNKS_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10, TCP_URG = 0x20 };

/* Address (IPv4: the first four bytes, the others are 0) and port. */
struct end {
    uint8_t bytes[18];
};

/* A packet that carries TCP, with a copy of all its bytes. */
struct segment {
    int64_t time;
    int link_type;
    struct end source;
    struct end destination;
    uint32_t sequence;
    uint8_t flags; /* TCP_ */
    size_t ip;     /* where in bytes its headers begin, ... */
    size_t tcp;
    size_t payload; /* ... and what they carry */
    size_t payload_size;
    uint8_t bytes[];
};

/* NULL where the packet isn't whole, or holds something else than one TCP segment in IPv4 or IPv6, behind Ethernet with
 * or without VLAN tags or a Linux cooked header (SLL, SLL2). The caller frees it (g_free). */
struct segment *segment_of(const struct packet *packet);

/* size bytes of the segment's payload, from offset: a segment of its own. SYN stays with the first byte, FIN with the
 * last; PSH too, for so does a sender that has all of it, and a single byte has it always: without, it would be a
 * keep-alive's (RFC 9293 3.8.4). */
struct segment *segment_part(const struct segment *whole, size_t offset, size_t size);

/* One segment of several that follow each other: the headers of the first, but what the last acknowledges; all flags.
 */
struct segment *segment_joined(struct segment *const *parts, size_t count);

size_t segment_size(const struct segment *segment); /* of bytes */

/* The sequence number of the next segment. */
uint32_t segment_end(const struct segment *segment);

#endif
