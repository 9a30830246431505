/* SPDX-License-Identifier: MIT
 *
 * What is packed inside IP or UDP? GRE (RFC 2784, 2890; version 1: RFC 2637), ERSPAN, VXLAN (RFC 7348), Geneve
 * (RFC 8926), GTP-U (3GPP TS 29.281).
 */
#include "net/read.h"
#include "net/walk.h"

enum { ERSPAN_TYPE_III_FRAME = 0, ERSPAN_TYPE_III_IP = 2 };

/* Type II: 8 bytes, version 1. Type III: 12 bytes, version 2, and 8 more where its last bit says so. */
static enum protocol erspan(struct walk *walk)
{
    int version = first_nibble(walk->bytes);
    if (version == 1)
        return take(&walk->bytes, 8) == NULL ? WALK_MALFORMED : PROTOCOL_ETHERNET;
    const uint8_t *header = take(&walk->bytes, 12);
    if (version != 2 || header == NULL)
        return WALK_MALFORMED;
    bool subheader = (header[11] & 1) != 0;
    int frame_type = header[10] >> 2 & 0x1f;
    if (subheader && take(&walk->bytes, 8) == NULL)
        return WALK_MALFORMED;
    if (frame_type == ERSPAN_TYPE_III_IP)
        return PROTOCOL_RAW_IP;
    return frame_type == ERSPAN_TYPE_III_FRAME ? PROTOCOL_ETHERNET : WALK_OTHER;
}

/*  0                   1                   2                   3
 *  C R K S - - - - A - - - - version      protocol type
 * Each of C or R (checksum and offset), K (key), S (sequence), A (acknowledgment, version 1) adds four bytes. */
enum protocol step_gre(struct walk *walk)
{
    enum { C = 0x8000, R = 0x4000, K = 0x2000, S = 0x1000, A = 0x0080, VERSION = 7 };
    enum { TYPE_PPP = 0x880b, TYPE_ERSPAN = 0x88be, TYPE_ERSPAN_III = 0x22eb };
    const uint8_t *header = take(&walk->bytes, 4);
    if (header == NULL)
        return WALK_MALFORMED;
    uint16_t flags = be16(header);
    uint16_t type = be16(header + 2);
    unsigned version = flags & VERSION;
    if (version > 1 || (version == 0 && (flags & R) != 0)) /* source routes (RFC 1701) are long gone */
        return WALK_OTHER;
    size_t options =
        4 * ((size_t)((flags & C) != 0) + ((flags & K) != 0) + ((flags & S) != 0) + (version == 1 && (flags & A) != 0));
    if (options != 0 && take(&walk->bytes, options) == NULL)
        return WALK_MALFORMED;
    if (version == 1)
        return type == TYPE_PPP && walk->bytes.size != 0 ? PROTOCOL_PPP : WALK_OTHER;
    if (type == TYPE_ERSPAN && (flags & S) == 0)
        return PROTOCOL_ETHERNET; /* type I has no header of its own, and no GRE sequence number */
    if (type == TYPE_ERSPAN || type == TYPE_ERSPAN_III)
        return erspan(walk);
    return ether_protocol(type);
}

/* RFC 7348 5: the I flag is set and the reserved fields are 0. */
static enum protocol vxlan(struct walk *walk)
{
    struct sw_slice rest = walk->bytes;
    const uint8_t *header = take(&rest, 8);
    if (header == NULL || header[0] != 0x08 || header[7] != 0)
        return WALK_DATAGRAM;
    walk->bytes = rest;
    return PROTOCOL_ETHERNET;
}

/* RFC 8926 3.4: version 0, length of options in four bytes, two flags, EtherType, network id. */
static enum protocol geneve(struct walk *walk)
{
    struct sw_slice rest = walk->bytes;
    const uint8_t *header = take(&rest, 8);
    if (header == NULL || header[0] >> 6 != 0 || (header[1] & 0x3f) != 0 || header[7] != 0)
        return WALK_DATAGRAM;
    if (take(&rest, (size_t)4 * (header[0] & 0x3f)) == NULL)
        return WALK_MALFORMED;
    walk->bytes = rest;
    return ether_protocol(be16(header + 2));
}

/* TS 29.281 5.1: version 1, protocol type 1, message 255 (G-PDU). Any of E, S, PN brings four bytes, whose last is the
 * type of the first extension header; each of those ends with the type of the next (5.2.1). */
static enum protocol gtp_u(struct walk *walk)
{
    enum { VERSION_AND_TYPE = 0xf0, E = 0x04, OPTIONAL = 0x07, G_PDU = 255 };
    struct sw_slice rest = walk->bytes;
    const uint8_t *header = take(&rest, 8);
    if (header == NULL || (header[0] & VERSION_AND_TYPE) != 0x30 || header[1] != G_PDU)
        return WALK_DATAGRAM;
    const uint8_t *fields = (header[0] & OPTIONAL) != 0 ? take(&rest, 4) : NULL;
    if ((header[0] & OPTIONAL) != 0 && fields == NULL)
        return WALK_MALFORMED;
    uint8_t extension = fields != NULL && (header[0] & E) != 0 ? fields[3] : 0;
    while (extension != 0) {
        size_t size = rest.size == 0 ? 0 : (size_t)4 * rest.data[0];
        const uint8_t *body = size == 0 ? NULL : take(&rest, size);
        if (body == NULL)
            return WALK_MALFORMED;
        extension = body[size - 1];
    }
    walk->bytes = rest;
    return PROTOCOL_RAW_IP;
}

enum protocol udp_protocol(struct walk *walk, uint16_t port)
{
    enum { PORT_GTP_U = 2152, PORT_VXLAN = 4789, PORT_GENEVE = 6081 };
    switch (port) {
    case PORT_VXLAN:
        return vxlan(walk);
    case PORT_GTP_U:
        return gtp_u(walk);
    case PORT_GENEVE:
        return geneve(walk);
    default:
        return WALK_DATAGRAM;
    }
}
