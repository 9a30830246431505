/* SPDX-License-Identifier: MIT
 *
 * What is packed inside IP or UDP? GRE (RFC 2784, 2890; version 1: RFC 2637), ERSPAN, VXLAN (RFC 7348; with a group
 * policy, and of several protocols: GPE), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), L2TP (RFC 2661), TZSP.
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

/* RFC 7348 5: the I flag is set and the reserved fields are 0; with G, some of them hold a group. */
static enum protocol vxlan(struct walk *walk)
{
    enum { G = 0x80, I = 0x08 };
    struct sw_slice rest = walk->bytes;
    const uint8_t *header = take(&rest, 8);
    if (header == NULL || (header[0] & ~G) != I || header[7] != 0)
        return WALK_DATAGRAM;
    walk->bytes = rest;
    return PROTOCOL_ETHERNET;
}

/* The same, with the P flag and a protocol (draft-ietf-nvo3-vxlan-gpe-13 3.1). */
static enum protocol vxlan_gpe(struct walk *walk)
{
    static const enum protocol protocols[] = {WALK_OTHER, PROTOCOL_IPV4, PROTOCOL_IPV6, PROTOCOL_ETHERNET};
    enum { I_AND_P = 0x0c };
    struct sw_slice rest = walk->bytes;
    const uint8_t *header = take(&rest, 8);
    if (header == NULL || header[0] != I_AND_P || header[1] != 0 || header[2] != 0 || header[7] != 0)
        return WALK_DATAGRAM;
    walk->bytes = rest;
    return header[3] < sizeof protocols / sizeof *protocols ? protocols[header[3]] : WALK_OTHER;
}

/* RFC 2661 3.1: a data message of version 2; a length, two numbers and padding are there where flags say so. */
static enum protocol l2tp(struct walk *walk)
{
    enum { T = 0x8000, L = 0x4000, S = 0x0800, O = 0x0200, PRIORITY = 0x0100, VERSION_2 = 2 };
    struct sw_slice rest = walk->bytes;
    const uint8_t *header = take(&rest, 2);
    if (header == NULL || (be16(header) & ~(T | L | S | O | PRIORITY)) != VERSION_2)
        return WALK_DATAGRAM;
    const uint16_t flags = be16(header);
    if ((flags & T) != 0)
        return WALK_OTHER;
    const size_t fields = 4 + 2 * (size_t)((flags & L) != 0) + 4 * (size_t)((flags & S) != 0);
    if (take(&rest, fields) == NULL)
        return WALK_MALFORMED;
    const uint8_t *padding = (flags & O) != 0 ? take(&rest, 2) : NULL;
    if ((flags & O) != 0 && (padding == NULL || take(&rest, be16(padding)) == NULL))
        return WALK_MALFORMED;
    walk->bytes = rest;
    return PROTOCOL_PPP;
}

/* Version 1, a received packet or one to send, and its protocol; then fields: a tag, and, but of padding and the end, a
 * length and as many bytes. */
static enum protocol tzsp(struct walk *walk)
{
    enum { VERSION = 1, TO_SEND = 1, ETHERNET = 1, WLAN = 18, PADDING = 0, END = 1 };
    struct sw_slice rest = walk->bytes;
    const uint8_t *header = take(&rest, 4);
    if (header == NULL || header[0] != VERSION || header[1] > TO_SEND)
        return WALK_DATAGRAM;
    const uint8_t *tag = take(&rest, 1);
    while (tag != NULL && *tag != END) {
        const uint8_t *size = *tag == PADDING ? NULL : take(&rest, 1);
        if (*tag != PADDING && (size == NULL || take(&rest, *size) == NULL))
            return WALK_MALFORMED;
        tag = take(&rest, 1);
    }
    if (tag == NULL)
        return WALK_MALFORMED;
    walk->bytes = rest;
    const uint16_t type = be16(header + 2);
    return type == ETHERNET ? PROTOCOL_ETHERNET : type == WLAN ? PROTOCOL_WLAN : WALK_UNKNOWN;
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
    enum { PORT_L2TP = 1701, PORT_GTP_U = 2152, PORT_VXLAN = 4789, PORT_VXLAN_GPE = 4790, PORT_GENEVE = 6081 };
    enum { PORT_VXLAN_LINUX = 8472 /* older than the standard's, and still the kernel's default */, PORT_TZSP = 37008 };
    switch (port) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
        return vxlan(walk);
    case PORT_VXLAN_GPE:
        return vxlan_gpe(walk);
    case PORT_L2TP:
        return l2tp(walk);
    case PORT_TZSP:
        return tzsp(walk);
    case PORT_GTP_U:
        return gtp_u(walk);
    case PORT_GENEVE:
        return geneve(walk);
    default:
        return WALK_DATAGRAM;
    }
}
