/* SPDX-License-Identifier: MIT
 *
 * Which bytes stand before a SIP message that travels alone in a UDP packet (RFC 768, 791, 8200), and what are their
 * checksums (RFC 1071)?
 */
#include "export/datagram.h"

#include <string.h>

enum { ETHERNET_SIZE = 14, IPV4_SIZE = 20, IPV6_SIZE = 40, UDP_SIZE = 8, UDP = 17, HOPS = 64 };
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

static void put_ipv4(uint8_t *to, const struct sw_endpoint *source, const struct sw_endpoint *destination, size_t size,
                     uint16_t identification)
{
    to[0] = 0x45;
    put_u16(to + 2, (unsigned)(IPV4_SIZE + size));
    put_u16(to + 4, identification);
    put_u16(to + 6, DONT_FRAGMENT);
    to[8] = HOPS;
    to[9] = UDP;
    memcpy(to + 12, source->address, 4);
    memcpy(to + 16, destination->address, 4);
    put_u16(to + 10, sum_end(sum_add(0, to, IPV4_SIZE)));
}

static void put_ipv6(uint8_t *to, const struct sw_endpoint *source, const struct sw_endpoint *destination, size_t size)
{
    to[0] = 0x60;
    put_u16(to + 4, (unsigned)size);
    to[6] = UDP;
    to[7] = HOPS;
    memcpy(to + 8, source->address, 16);
    memcpy(to + 24, destination->address, 16);
}

/* addresses: source and destination as they stand in the IP header, for the pseudo header. */
static void put_udp(uint8_t *to, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                    struct sw_slice payload, const uint8_t *addresses, size_t addresses_size)
{
    const size_t size = UDP_SIZE + payload.size;
    put_u16(to, source->port);
    put_u16(to + 2, destination->port);
    put_u16(to + 4, (unsigned)size);
    uint64_t sum = sum_add(UDP + size, addresses, addresses_size);
    sum = sum_add(sum, to, UDP_SIZE);
    const uint16_t checksum = sum_end(sum_add(sum, payload.data, payload.size));
    put_u16(to + 6, checksum == 0 ? 0xffff : checksum); /* 0 would say that there is none */
}

struct sw_slice datagram_payload(const struct sw_sip *sip)
{
    struct sw_slice payload = sip->raw;
    while (payload.size > 0 && (*payload.data == '\r' || *payload.data == '\n')) {
        payload.data++;
        payload.size--;
    }
    return payload;
}

size_t datagram_headers(uint8_t headers[DATAGRAM_HEADERS_MOST], const struct sw_endpoint *source,
                        const struct sw_endpoint *destination, struct sw_slice payload, uint16_t identification)
{
    const bool v6 = source->family == 6;
    const size_t ip_size = v6 ? IPV6_SIZE : IPV4_SIZE;
    const size_t overhead = v6 ? UDP_SIZE : IPV4_SIZE + UDP_SIZE; /* what the length in IP counts besides */
    if (payload.size > UINT16_MAX - overhead)
        return 0;
    memset(headers, 0, DATAGRAM_HEADERS_MOST);
    uint8_t *ip = headers + ETHERNET_SIZE;
    put_ethernet(headers, source, destination);
    if (v6)
        put_ipv6(ip, source, destination, UDP_SIZE + payload.size);
    else
        put_ipv4(ip, source, destination, UDP_SIZE + payload.size, identification);
    put_udp(ip + ip_size, source, destination, payload, ip + (v6 ? 8 : 12), v6 ? 32 : 8);
    return ETHERNET_SIZE + ip_size + UDP_SIZE;
}
