/* SPDX-License-Identifier: MIT
 *
 * Packets on their way into the file: Ethernet, IPv4, UDP (RFC 768, fragments of RFC 791 where they are too long).
 */
#ifndef BENCH_PACKET_H
#define BENCH_PACKET_H

#include "sim.h"

enum {
    ETHERNET_SIZE = 14,
    IP_SIZE = 20,
    UDP_SIZE = 8,
    MTU = 1500,
    PACKET_SIZE = ETHERNET_SIZE + MTU,
    PACKET_RECORDS = 32, /* messages that can have bytes in one packet */
    PROTOCOL_ICMP = 1,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
};

enum fate {
    FATE_SEEN,
    FATE_UNSEEN, /* it travelled, but not past the one who captured */
    FATE_COPY,   /* a second time */
};

struct connection;

struct packet {
    struct packet *next; /* in the list of spare ones */
    uint16_t size;       /* of bytes */
    enum fate fate;
    unsigned record_count;
    struct record *records[PACKET_RECORDS];

    /* TCP, see tcp.c; the header is written when the packet leaves */
    struct connection *connection;
    unsigned from;
    unsigned flags;
    uint16_t id;
    uint16_t payload;
    uint64_t offset; /* in the direction's stream */

    uint8_t bytes[PACKET_SIZE];
};

struct packet *packet_new(struct sim *sim);
void packet_free(struct sim *sim, struct packet *packet);
void packets_free(struct sim *sim);

/* The packet carries bytes of that message; doubles are ignored. False: it holds as many as it can. */
bool packet_carries(struct packet *packet, struct record *record);
/* Into the file, unless its fate is otherwise, and into the records. */
void packet_write(struct sim *sim, struct packet *packet);
/* The same at a later time, for packets that need nothing else. */
void packet_send(struct sim *sim, int64_t time, struct packet *packet);

/* Ethernet and IPv4 header at the start of bytes; size: of the IP datagram or fragment. fragment: RFC 791's flags and
 * offset. */
void put_ip(uint8_t *bytes, uint32_t source, uint32_t destination, unsigned protocol, size_t size, uint16_t id,
            uint16_t fragment);
void put16(uint8_t *at, uint32_t value);
void put32(uint8_t *at, uint32_t value);
/* The sum of RFC 1071, ready to be stored with memcpy; start: what was summed before. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t size);
uint16_t checksum_end(uint64_t sum);
/* Of TCP or UDP, whose header begins at segment. */
uint16_t checksum_transport(uint32_t source, uint32_t destination, unsigned protocol, const uint8_t *segment,
                            size_t size);

/* A datagram, in as many fragments as it takes. Its last one leaves at the returned time. */
int64_t udp_send(struct sim *sim, int64_t time, struct host source, struct host destination, const void *bytes,
                 size_t size, struct record *record);

#endif
