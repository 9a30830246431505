/* SPDX-License-Identifier: MIT
 *
 * Which bytes stand before a SIP message that travels alone in a packet of UDP or TCP (RFC 768, 791, 8200, 9293), and
 * what are their checksums (RFC 1071)?
 */
#include "export/envelope.h"

#include <string.h>

enum { ETHERNET_SIZE = 14, IPV4_SIZE = 20, IPV6_SIZE = 40, UDP_SIZE = 8, TCP_SIZE = 20, HOPS = 64 };
enum { TCP = 6, UDP = 17, TCP_PSH_ACK = 0x18, TCP_WINDOW = 0xffff };
enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, DONT_FRAGMENT = 0x4000 };

static void put_u16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

/* Adds bytes to a sum of 16-bit words; an odd last one counts as if a zero followed. */
static uint64_t sum_add(uint64_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (unsigned)bytes[i] << 8 | bytes[i + 1];
    return size % 2 != 0 ? sum + ((uint64_t)bytes[size - 1] << 8) : sum;
}

static uint16_t sum_end(uint64_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Addresses of the locally administered kind, the last four bytes as in IP, so that hosts stay apart. */
static void put_ethernet(uint8_t *to, const struct sw_endpoint *source, const struct sw_endpoint *destination)
{
    const size_t last = source->family == 6 ? 12 : 0;
    memcpy(to, (const uint8_t[]){2, 0}, 2);
    memcpy(to + 2, destination->address + last, 4);
    memcpy(to + 6, (const uint8_t[]){2, 0}, 2);
    memcpy(to + 8, source->address + last, 4);
    put_u16(to + 12, source->family == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
}

/* size: of what follows this header. */
static void put_ipv4(uint8_t *to, const struct envelope *envelope, size_t size)
{
    to[0] = 0x45;
    put_u16(to + 2, (unsigned)(IPV4_SIZE + size));
    put_u16(to + 4, envelope->identification);
    put_u16(to + 6, DONT_FRAGMENT);
    to[8] = HOPS;
    to[9] = envelope->tcp ? TCP : UDP;
    memcpy(to + 12, envelope->source->address, 4);
    memcpy(to + 16, envelope->destination->address, 4);
    put_u16(to + 10, sum_end(sum_add(0, to, IPV4_SIZE)));
}

static void put_ipv6(uint8_t *to, const struct envelope *envelope, size_t size)
{
    to[0] = 0x60;
    put_u16(to + 4, (unsigned)size);
    to[6] = envelope->tcp ? TCP : UDP;
    to[7] = HOPS;
    memcpy(to + 8, envelope->source->address, 16);
    memcpy(to + 24, envelope->destination->address, 16);
}

/* Over pseudo header, header and payload; addresses: source and destination as they stand in the IP header. */
static uint16_t transport_checksum(const struct envelope *envelope, const uint8_t *header, size_t size,
                                   const uint8_t *addresses, size_t addresses_size)
{
    uint64_t sum = sum_add((envelope->tcp ? TCP : UDP) + size + envelope->payload.size, addresses, addresses_size);
    sum = sum_add(sum, header, size);
    return sum_end(sum_add(sum, envelope->payload.data, envelope->payload.size));
}

static void put_udp(uint8_t *to, const struct envelope *envelope, const uint8_t *addresses, size_t addresses_size)
{
    put_u16(to + 4, (unsigned)(UDP_SIZE + envelope->payload.size));
    const uint16_t checksum = transport_checksum(envelope, to, UDP_SIZE, addresses, addresses_size);
    put_u16(to + 6, checksum == 0 ? 0xffff : checksum); /* 0 would say that there is none */
}

static void put_tcp(uint8_t *to, const struct envelope *envelope, const uint8_t *addresses, size_t addresses_size)
{
    put_u16(to + 4, envelope->sequence >> 16);
    put_u16(to + 6, envelope->sequence);
    put_u16(to + 8, envelope->acknowledged >> 16);
    put_u16(to + 10, envelope->acknowledged);
    to[12] = TCP_SIZE / 4 << 4;
    to[13] = TCP_PSH_ACK;
    put_u16(to + 14, TCP_WINDOW);
    put_u16(to + 16, transport_checksum(envelope, to, TCP_SIZE, addresses, addresses_size));
}

struct sw_slice envelope_payload(const struct sw_sip *sip)
{
    struct sw_slice payload = sip->raw;
    while (payload.size > 0 && (*payload.data == '\r' || *payload.data == '\n')) {
        payload.data++;
        payload.size--;
    }
    return payload;
}

size_t envelope_headers(uint8_t headers[ENVELOPE_MOST], const struct envelope *envelope)
{
    const bool v6 = envelope->source->family == 6;
    const size_t ip_size = v6 ? IPV6_SIZE : IPV4_SIZE;
    const size_t own_size = envelope->tcp ? TCP_SIZE : UDP_SIZE;
    const size_t overhead = v6 ? own_size : IPV4_SIZE + own_size; /* what the length in IP counts besides */
    if (envelope->payload.size > UINT16_MAX - overhead)
        return 0;
    memset(headers, 0, ENVELOPE_MOST);
    uint8_t *ip = headers + ETHERNET_SIZE;
    uint8_t *own = ip + ip_size;
    put_ethernet(headers, envelope->source, envelope->destination);
    (v6 ? put_ipv6 : put_ipv4)(ip, envelope, own_size + envelope->payload.size);
    put_u16(own, envelope->source->port);
    put_u16(own + 2, envelope->destination->port);
    (envelope->tcp ? put_tcp : put_udp)(own, envelope, ip + (v6 ? 8 : 12), v6 ? 32 : 8);
    return ETHERNET_SIZE + ip_size + own_size;
}
