/* SPDX-License-Identifier: MIT
 *
 * Who sends to whom, and what? IPv4 (RFC 791), IPv6 and its extension headers (RFC 8200), AH (RFC 4302), UDP (RFC 768).
 *
 * Checksums are not verified: with offload, those of packets captured at their sender are wrong. For the same reason a
 * length of 0 means "as much as was captured": a large packet that the network card was to cut up.
 */
#include "net/fragment.h"
#include "net/read.h"
#include "net/walk.h"

#include <string.h>

enum protocol ip_protocol(uint8_t number)
{
    switch (number) {
    case 6:
        return WALK_TCP;
    case 17:
        return PROTOCOL_UDP;
    case 4:
        return PROTOCOL_IPV4;
    case 41:
        return PROTOCOL_IPV6;
    case 47:
        return PROTOCOL_GRE;
    case 51:
        return PROTOCOL_AH;
    case 137:
        return PROTOCOL_MPLS; /* RFC 4023 */
    case 0:                   /* hop-by-hop */
    case 43:                  /* routing */
    case 60:                  /* destination options */
        return PROTOCOL_IPV6_OPTIONS;
    case 44:
        return PROTOCOL_IPV6_FRAGMENT;
    default:
        return WALK_OTHER;
    }
}

/* Stored at once and in words, as it is read later: bytes are slow to load in another width than they were just stored.
 */
static inline void set_address(struct sw_endpoint *endpoint, uint8_t family, const uint8_t *bytes)
{
    uint64_t words[2] = {0};
    if (family == 4)
        memcpy(words, bytes, 4);
    else
        memcpy(words, bytes, 16);
    memcpy(endpoint->address, words, sizeof words);
    endpoint->family = family;
    endpoint->port = 0;
    endpoint->stream = 0;
}

enum protocol step_raw_ip(struct walk *walk)
{
    switch (first_nibble(walk->bytes)) {
    case 4:
        return PROTOCOL_IPV4;
    case 6:
        return PROTOCOL_IPV6;
    case -1:
        return WALK_MALFORMED;
    default:
        return WALK_UNKNOWN;
    }
}

enum protocol step_ipv4(struct walk *walk)
{
    enum { HEADER = 20, MORE = 0x2000, OFFSET = 0x1fff };
    const uint8_t *header = take(&walk->bytes, HEADER);
    if (header == NULL || header[0] >> 4 != 4)
        return WALK_MALFORMED;
    uint32_t header_size = (uint32_t)(header[0] & 15) * 4;
    uint32_t total = be16(header + 2);
    if (header_size < HEADER || (total != 0 && total < header_size))
        return WALK_MALFORMED;
    if (header_size > HEADER && take(&walk->bytes, header_size - HEADER) == NULL)
        return WALK_MALFORMED;
    if (total != 0)
        walk_limit(walk, total - header_size);
    set_address(&walk->source, 4, header + 12);
    set_address(&walk->destination, 4, header + 16);

    uint16_t place = be16(header + 6);
    if ((place & (MORE | OFFSET)) == 0)
        return ip_protocol(header[9]);
    const struct fragment fragment = {
        .id = be16(header + 4),
        .protocol = header[9],
        .offset = (uint32_t)(place & OFFSET) * 8,
        .more = (place & MORE) != 0,
    };
    return fragments_add(walk, &fragment);
}

enum protocol walk_usual(struct walk *walk, int link_type)
{
    enum { ETHERNET = 14, IPV4 = 20, LINKTYPE_ETHERNET = 1, TCP = 6, UDP = 17, FRAGMENT = 0x3fff };
    const uint8_t *header = walk->bytes.data;
    if (link_type != LINKTYPE_ETHERNET || walk->bytes.size < ETHERNET + IPV4 || be32(header + 12) >> 8 != 0x080045)
        return WALK_UNKNOWN;
    header += ETHERNET;
    const uint32_t total = be16(header + 2);
    const uint8_t protocol = header[9];
    if (total < IPV4 || (be16(header + 6) & FRAGMENT) != 0 || (protocol != TCP && protocol != UDP))
        return WALK_UNKNOWN;
    take(&walk->bytes, ETHERNET + IPV4);
    walk_limit(walk, total - IPV4);
    set_address(&walk->source, 4, header + 12);
    set_address(&walk->destination, 4, header + 16);
    return protocol == TCP ? WALK_TCP : PROTOCOL_UDP;
}

enum protocol step_ipv6(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 40);
    if (header == NULL || header[0] >> 4 != 6)
        return WALK_MALFORMED;
    uint16_t payload = be16(header + 4);
    if (payload != 0)
        walk_limit(walk, payload);
    set_address(&walk->source, 6, header + 8);
    set_address(&walk->destination, 6, header + 24);
    return ip_protocol(header[6]);
}

/* RFC 8200 4.3, 4.4, 4.6: next header, and the size in eight bytes without the first eight. */
enum protocol step_ipv6_options(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 8);
    if (header == NULL)
        return WALK_MALFORMED;
    size_t more = (size_t)header[1] * 8;
    if (more != 0 && take(&walk->bytes, more) == NULL)
        return WALK_MALFORMED;
    return ip_protocol(header[0]);
}

/* RFC 8200 4.5. Offset 0 without more fragments is a whole datagram (RFC 6946), told from nothing else. */
enum protocol step_ipv6_fragment(struct walk *walk)
{
    enum { MORE = 1, OFFSET = 0xfff8 };
    const uint8_t *header = take(&walk->bytes, 8);
    if (header == NULL || walk->source.family != 6)
        return WALK_MALFORMED;
    uint16_t place = be16(header + 2);
    if ((place & (MORE | OFFSET)) == 0)
        return ip_protocol(header[0]);
    const struct fragment fragment = {
        .id = be32(header + 4),
        .protocol = header[0],
        .offset = place & OFFSET,
        .more = (place & MORE) != 0,
    };
    return fragments_add(walk, &fragment);
}

/* RFC 4302 2.2: the size in four bytes, minus two. */
enum protocol step_ah(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 8);
    if (header == NULL)
        return WALK_MALFORMED;
    size_t more = (size_t)header[1] * 4;
    if (more != 0 && take(&walk->bytes, more) == NULL)
        return WALK_MALFORMED;
    return ip_protocol(header[0]);
}

enum protocol step_udp(struct walk *walk)
{
    enum { HEADER = 8 };
    const uint8_t *header = take(&walk->bytes, HEADER);
    if (header == NULL)
        return WALK_MALFORMED;
    uint16_t size = be16(header + 4);
    if (size != 0 && size < HEADER)
        return WALK_MALFORMED;
    /* Only shorter than the IP payload: a UDP length that promises more than IP carries promises nothing. */
    uint32_t body = size == 0 ? UINT32_MAX : (uint32_t)size - HEADER;
    if (body < walk->bytes.size + walk->cut)
        walk_limit(walk, body);
    walk->source.port = be16(header);
    walk->destination.port = be16(header + 2);
    return udp_protocol(walk, walk->destination.port);
}
