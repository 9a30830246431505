/* SPDX-License-Identifier: MIT
 *
 * Headers of RFC 791, 8200 and 9293: found in a packet, and written for another part of the stream. Checksums are left
 * as they were; captures made where a network card computes them have wrong ones, too.
 */
#include "segment.h"

#include <glib.h>
#include <string.h>

enum {
    LINKTYPE_ETHERNET = 1,
    LINKTYPE_SLL = 113,
    LINKTYPE_SLL2 = 276,
    ETHER_VLAN = 0x8100,
    ETHER_QINQ = 0x88a8,
    ETHER_IPV4 = 0x0800,
    ETHER_IPV6 = 0x86dd,
    PROTOCOL_TCP = 6,
    IPV4_SIZE = 20,
    IPV6_SIZE = 40,
    TCP_SIZE = 20,
};

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

/* --- finding ----------------------------------------------------------------------------------------------------- */

/* Where the network header begins, and its EtherType; false: an unknown link layer. */
static bool find_network(const struct packet *packet, size_t *at, uint16_t *type)
{
    static const struct {
        int link_type;
        size_t type_at;
        size_t size;
    } headers[] = {{LINKTYPE_ETHERNET, 12, 14}, {LINKTYPE_SLL, 14, 16}, {LINKTYPE_SLL2, 0, 20}};
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        if (headers[i].link_type != packet->link_type || packet->size < headers[i].size)
            continue;
        *at = headers[i].size;
        *type = get16(packet->data + headers[i].type_at);
        while ((*type == ETHER_VLAN || *type == ETHER_QINQ) && packet->size - *at >= 4) {
            *type = get16(packet->data + *at + 2);
            *at += 4;
        }
        return true;
    }
    return false;
}

/* Of an IP header with size bytes behind it, the datagram included: the sizes of header and datagram. */
static bool read_ip(const uint8_t *ip, size_t size, uint16_t type, size_t *header, size_t *datagram)
{
    if (type == ETHER_IPV4 && size >= IPV4_SIZE) {
        *header = (size_t)(ip[0] & 0xf) * 4;
        *datagram = get16(ip + 2);
        bool fragment = (get16(ip + 6) & 0x3fff) != 0;
        return ip[9] == PROTOCOL_TCP && !fragment && *header >= IPV4_SIZE && *datagram <= size;
    }
    if (type == ETHER_IPV6 && size >= IPV6_SIZE) {
        *header = IPV6_SIZE;
        *datagram = IPV6_SIZE + (size_t)get16(ip + 4);
        return ip[6] == PROTOCOL_TCP && *datagram <= size;
    }
    return false;
}

static struct end end_of(const uint8_t *address, size_t size, const uint8_t *port)
{
    struct end end = {{0}};
    memcpy(end.bytes, address, size);
    memcpy(end.bytes + 16, port, 2);
    return end;
}

static void read_ends(struct segment *segment, const uint8_t *ip, const uint8_t *tcp)
{
    size_t size = ip[0] >> 4 == 4 ? 4 : 16;
    const uint8_t *address = ip + (size == 4 ? 12 : 8);
    segment->source = end_of(address, size, tcp);
    segment->destination = end_of(address + size, size, tcp + 2);
}

struct segment *segment_of(const struct packet *packet)
{
    size_t at, header, datagram;
    uint16_t type;
    if (packet->size != packet->original_size || !find_network(packet, &at, &type) ||
        !read_ip(packet->data + at, packet->size - at, type, &header, &datagram) || datagram < header + TCP_SIZE)
        return NULL;
    const uint8_t *tcp = packet->data + at + header;
    size_t tcp_header = (size_t)(tcp[12] >> 4) * 4;
    if (tcp_header < TCP_SIZE || datagram - header < tcp_header)
        return NULL;

    size_t size = at + datagram; /* without Ethernet's padding */
    struct segment *segment = g_malloc0(sizeof *segment + size);
    segment->time = packet->time;
    segment->link_type = packet->link_type;
    segment->sequence = get32(tcp + 4);
    segment->flags = tcp[13];
    segment->ip = at;
    segment->tcp = at + header;
    segment->payload = at + header + tcp_header;
    segment->payload_size = size - segment->payload;
    read_ends(segment, packet->data + at, tcp);
    memcpy(segment->bytes, packet->data, size);
    return segment;
}

/* --- making ------------------------------------------------------------------------------------------------------ */

/* The same headers, with room for another payload. */
static struct segment *copy_headers(const struct segment *model, size_t payload_size)
{
    struct segment *made = g_malloc(sizeof *made + model->payload + payload_size);
    memcpy(made, model, sizeof *made + model->payload);
    made->payload_size = payload_size;
    size_t datagram = model->payload - model->ip + payload_size;
    uint8_t *ip = made->bytes + made->ip;
    if (ip[0] >> 4 == 4)
        put16(ip + 2, datagram);
    else
        put16(ip + 4, datagram - IPV6_SIZE);
    return made;
}

static void set_place(struct segment *segment, uint32_t sequence, uint8_t flags)
{
    segment->sequence = sequence;
    segment->flags = flags;
    put32(segment->bytes + segment->tcp + 4, sequence);
    segment->bytes[segment->tcp + 13] = flags;
}

struct segment *segment_part(const struct segment *whole, size_t offset, size_t size)
{
    struct segment *part = copy_headers(whole, size);
    memcpy(part->bytes + part->payload, whole->bytes + whole->payload + offset, size);
    bool syn = (whole->flags & TCP_SYN) != 0;
    uint32_t sequence = whole->sequence + (uint32_t)offset + (syn && offset != 0);
    unsigned flags = whole->flags;
    if (offset != 0)
        flags &= ~(unsigned)TCP_SYN;
    if (offset + size != whole->payload_size)
        flags &= ~(unsigned)(TCP_FIN | TCP_PSH);
    if (size == 1)
        flags |= TCP_PSH;
    set_place(part, sequence, (uint8_t)flags);
    return part;
}

struct segment *segment_joined(struct segment *const *parts, size_t count)
{
    size_t size = 0;
    unsigned flags = 0;
    for (size_t i = 0; i < count; i++) {
        size += parts[i]->payload_size;
        flags |= parts[i]->flags;
    }
    struct segment *joined = copy_headers(parts[0], size);
    const struct segment *last = parts[count - 1];
    set_place(joined, parts[0]->sequence, (uint8_t)flags);
    memcpy(joined->bytes + joined->tcp + 8, last->bytes + last->tcp + 8, 4);
    uint8_t *at = joined->bytes + joined->payload;
    for (size_t i = 0; i < count; i++) {
        memcpy(at, parts[i]->bytes + parts[i]->payload, parts[i]->payload_size);
        at += parts[i]->payload_size;
    }
    return joined;
}

size_t segment_size(const struct segment *segment)
{
    return segment->payload + segment->payload_size;
}

uint32_t segment_end(const struct segment *segment)
{
    return segment->sequence + (uint32_t)segment->payload_size + ((segment->flags & TCP_SYN) != 0) +
           ((segment->flags & TCP_FIN) != 0);
}
