/* SPDX-License-Identifier: MIT
 *
 * What lies between the wire and IP? Link headers by LINKTYPE_ (www.tcpdump.org/linktypes.html), and what may be
 * stacked behind them: 802.1Q and 802.1ad tags, LLC and SNAP, MPLS (RFC 3032, 4385), PPPoE (RFC 2516), PPP (RFC 1661).
 */
#include "net/read.h"
#include "net/walk.h"

struct named {
    uint32_t number;
    enum protocol protocol;
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static enum protocol find(const struct named *table, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].number == number)
            return table[i].protocol;
    return WALK_UNKNOWN;
}

enum protocol link_protocol(int link_type)
{
    static const struct named table[] = {
        {0, PROTOCOL_LOOPBACK},   {1, PROTOCOL_ETHERNET},        {9, PROTOCOL_PPP},
        {12, PROTOCOL_RAW_IP},    {14, PROTOCOL_RAW_IP},         {50, PROTOCOL_PPP},
        {51, PROTOCOL_PPPOE},     {100, PROTOCOL_LLC},           {101, PROTOCOL_RAW_IP},
        {104, PROTOCOL_HDLC},     {105, PROTOCOL_WLAN},          {108, PROTOCOL_LOOPBACK},
        {109, PROTOCOL_ENC},      {113, PROTOCOL_SLL},           {117, PROTOCOL_PFLOG},
        {127, PROTOCOL_RADIOTAP}, {166, PROTOCOL_PPP_DIRECTION}, {192, PROTOCOL_PPI},
        {197, PROTOCOL_ERF},      {204, PROTOCOL_PPP_DIRECTION}, {205, PROTOCOL_HDLC_DIRECTION},
        {219, PROTOCOL_MPLS},     {228, PROTOCOL_IPV4},          {229, PROTOCOL_IPV6},
        {239, PROTOCOL_NFLOG},    {258, PROTOCOL_PKTAP},         {276, PROTOCOL_SLL2},
    };
    return find(table, COUNT(table), (uint32_t)link_type);
}

enum protocol ether_protocol(uint16_t type)
{
    static const struct named table[] = {
        {0x0800, PROTOCOL_IPV4},     {0x86dd, PROTOCOL_IPV6},  {0x8100, PROTOCOL_VLAN},  {0x88a8, PROTOCOL_VLAN},
        {0x9100, PROTOCOL_VLAN},     {0x8847, PROTOCOL_MPLS},  {0x8848, PROTOCOL_MPLS},  {0x8864, PROTOCOL_PPPOE},
        {0x6558, PROTOCOL_ETHERNET}, {0x88e7, PROTOCOL_I_TAG}, {0x8926, PROTOCOL_TAG_4}, /* VN-Tag */
        {0x892f, PROTOCOL_TAG_4},                                                        /* HSR */
        {0x893f, PROTOCOL_TAG_6},                                                        /* IEEE 802.1BR */
        {0x8909, PROTOCOL_TAG_6},                                                        /* Cisco's security group */
        {0x0806, WALK_OTHER},                                                            /* ARP */
        {0x8035, WALK_OTHER},                                                            /* RARP */
        {0x8863, WALK_OTHER},                                                            /* PPPoE discovery */
        {0x8809, WALK_OTHER},                                                            /* slow protocols: LACP */
        {0x888e, WALK_OTHER},                                                            /* EAPOL */
        {0x88cc, WALK_OTHER},                                                            /* LLDP */
        {0x88f7, WALK_OTHER},                                                            /* PTP */
        {0x9000, WALK_OTHER},                                                            /* loop test */
    };
    return find(table, COUNT(table), type);
}

/* An EtherType field may hold an 802.3 length instead: then LLC follows, and padding behind that length. */
static enum protocol type_or_length(struct walk *walk, uint16_t type)
{
    enum { LENGTH_MAX = 1500 };
    if (type > LENGTH_MAX)
        return ether_protocol(type);
    walk_limit(walk, type);
    return PROTOCOL_LLC;
}

enum protocol step_ethernet(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 14);
    return header == NULL ? WALK_MALFORMED : type_or_length(walk, be16(header + 12));
}

/* The protocol field of Linux cooked captures: an EtherType, or 4 for LLC. */
static enum protocol cooked_protocol(uint16_t type)
{
    enum { COOKED_LLC = 4 };
    return type == COOKED_LLC ? PROTOCOL_LLC : ether_protocol(type);
}

enum protocol step_sll(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 16);
    return header == NULL ? WALK_MALFORMED : cooked_protocol(be16(header + 14));
}

enum protocol step_sll2(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 20);
    return header == NULL ? WALK_MALFORMED : cooked_protocol(be16(header));
}

/* Address, control, and an EtherType. */
enum protocol step_hdlc(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 4);
    return header == NULL ? WALK_MALFORMED : ether_protocol(be16(header + 2));
}

enum protocol step_hdlc_direction(struct walk *walk)
{
    return take(&walk->bytes, 1) == NULL ? WALK_MALFORMED : PROTOCOL_HDLC;
}

/* Its size, which is filled up to four bytes; address family, what the filter did, and why. */
enum protocol step_pflog(struct walk *walk)
{
    enum { SHORTEST = 45, UNIT = 4 };
    const size_t size = walk->bytes.size == 0 ? 0 : walk->bytes.data[0];
    if (size < SHORTEST || take(&walk->bytes, (size + UNIT - 1) / UNIT * UNIT) == NULL)
        return WALK_MALFORMED;
    return PROTOCOL_RAW_IP;
}

/* Address family, security parameters, flags. */
enum protocol step_enc(struct walk *walk)
{
    return take(&walk->bytes, 12) == NULL ? WALK_MALFORMED : PROTOCOL_RAW_IP;
}

/* Time, type, flags, lengths; extension headers, the first bit of whose first byte tells of another. Of Ethernet two
 * more bytes follow. */
enum protocol step_erf(struct walk *walk)
{
    enum { HEADER = 16, TYPE = 8, LENGTH = 14, MORE = 0x80, EXTENSION = 8, PAD = 2 };
    enum { ETHERNET = 2, ETHERNET_COLOURED = 11, ETHERNET_MARKED = 16, ETHERNET_HASHED = 20, IPV4 = 22, IPV6 = 23 };
    const uint8_t *header = take(&walk->bytes, HEADER);
    if (header == NULL)
        return WALK_MALFORMED;
    const int type = header[TYPE] & ~MORE;
    const uint8_t *extension = header + TYPE;
    while (extension != NULL && (extension[0] & MORE) != 0)
        extension = take(&walk->bytes, EXTENSION);
    if (extension == NULL)
        return WALK_MALFORMED;
    if (type == IPV4 || type == IPV6)
        return PROTOCOL_RAW_IP;
    if (type != ETHERNET && type != ETHERNET_COLOURED && type != ETHERNET_MARKED && type != ETHERNET_HASHED)
        return WALK_UNKNOWN;
    if (take(&walk->bytes, PAD) == NULL)
        return WALK_MALFORMED;
    walk_limit(walk, be16(header + LENGTH));
    return PROTOCOL_ETHERNET;
}

/* Attributes: a length, its own four bytes counted, a type, and a value that is filled up to four bytes; both numbers
 * in the byte order of the capturing host. */
static const uint8_t *take_attribute(struct sw_slice *rest, uint16_t *type, size_t *size)
{
    enum { HEAD = 4, FLAGS = 0xc000 };
    if (rest->size < HEAD)
        return NULL;
    const uint8_t *head = rest->data;
    const bool little = le16(head) >= HEAD && le16(head) <= rest->size;
    const size_t length = little ? le16(head) : be16(head);
    *type = (uint16_t)((little ? le16(head + 2) : be16(head + 2)) & ~FLAGS);
    *size = length - HEAD;
    if (length < HEAD || take(rest, length) == NULL)
        return NULL;
    take(rest, (HEAD - length % HEAD) % HEAD);
    return head + HEAD;
}

/* Family, version, resource; the packet is one of its attributes. */
enum protocol step_nflog(struct walk *walk)
{
    enum { PAYLOAD = 9 };
    struct sw_slice rest = walk->bytes;
    uint16_t type = 0;
    size_t size = 0;
    if (take(&rest, 4) == NULL)
        return WALK_MALFORMED;
    const uint8_t *value = take_attribute(&rest, &type, &size);
    while (value != NULL && type != PAYLOAD)
        value = take_attribute(&rest, &type, &size);
    if (value == NULL)
        return WALK_MALFORMED;
    walk->bytes = (struct sw_slice){value, size};
    return PROTOCOL_RAW_IP;
}

/* A header that names its size, and the link type of what is behind it. */
static enum protocol step_over(struct walk *walk, size_t shortest, size_t size, uint32_t link_type)
{
    if (size < shortest || take(&walk->bytes, size) == NULL)
        return WALK_MALFORMED;
    return link_type > INT32_MAX ? WALK_UNKNOWN : link_protocol((int)link_type);
}

/* Size, what follows, DLT; names of interface and process. */
enum protocol step_pktap(struct walk *walk)
{
    enum { SHORTEST = 12 };
    const uint8_t *header = walk->bytes.data;
    return walk->bytes.size < SHORTEST ? WALK_MALFORMED : step_over(walk, SHORTEST, le32(header), le32(header + 8));
}

/* Version, flags, size, DLT; fields about a radio. */
enum protocol step_ppi(struct walk *walk)
{
    enum { SHORTEST = 8 };
    const uint8_t *header = walk->bytes.data;
    return walk->bytes.size < SHORTEST ? WALK_MALFORMED : step_over(walk, SHORTEST, le16(header + 2), le32(header + 4));
}

/* The address family of the capturing host in that host's byte order (null) or big-endian (loop). Families are small
 * numbers, so the half that is 0 tells the order. */
enum protocol step_loopback(struct walk *walk)
{
    static const struct named families[] = {
        {2, PROTOCOL_IPV4},  {10, PROTOCOL_IPV6}, /* Linux */
        {23, PROTOCOL_IPV6},                      /* Windows */
        {24, PROTOCOL_IPV6},                      /* NetBSD, OpenBSD */
        {28, PROTOCOL_IPV6},                      /* FreeBSD */
        {30, PROTOCOL_IPV6},                      /* macOS */
    };
    const uint8_t *header = take(&walk->bytes, 4);
    if (header == NULL)
        return WALK_MALFORMED;
    uint32_t family = be32(header);
    if (family > 0xffff)
        family = (uint32_t)header[3] << 24 | (uint32_t)header[2] << 16 | (uint32_t)header[1] << 8 | header[0];
    return find(families, COUNT(families), family);
}

/* RFC 1661 2: the protocol's first byte is even, its last is odd; a one-byte protocol is a compressed one (6.5). */
enum protocol step_ppp(struct walk *walk)
{
    static const struct named table[] = {
        {0x0021, PROTOCOL_IPV4}, {0x0057, PROTOCOL_IPV6}, {0x0281, PROTOCOL_MPLS}, {0x0283, PROTOCOL_MPLS}};
    enum { CONTROL = 0x8000 /* network and link control protocols */ };
    struct sw_slice *rest = &walk->bytes;
    if (rest->size >= 2 && rest->data[0] == 0xff && rest->data[1] == 0x03)
        take(rest, 2); /* address and control of HDLC-like framing, RFC 1662 3.1 */
    const uint8_t *field = take(rest, 1);
    if (field == NULL)
        return WALK_MALFORMED;
    uint16_t protocol = field[0];
    if ((protocol & 1) == 0) {
        field = take(rest, 1);
        if (field == NULL)
            return WALK_MALFORMED;
        protocol = (uint16_t)(protocol << 8 | field[0]);
    }
    return protocol >= CONTROL ? WALK_OTHER : find(table, COUNT(table), protocol);
}

/* 0 or 1; in the first of these link types it has taken the place of ff, the address. */
enum protocol step_ppp_direction(struct walk *walk)
{
    struct sw_slice *rest = &walk->bytes;
    if (take(rest, 1) == NULL)
        return WALK_MALFORMED;
    if (rest->size != 0 && rest->data[0] == 0x03)
        take(rest, 1);
    return PROTOCOL_PPP;
}

/* RFC 2516 4: version and type 1, code 0 for a session, session id, length. */
enum protocol step_pppoe(struct walk *walk)
{
    const uint8_t *header = take(&walk->bytes, 6);
    if (header == NULL || header[0] != 0x11)
        return WALK_MALFORMED;
    if (header[1] != 0)
        return WALK_OTHER;
    walk_limit(walk, be16(header + 4));
    return PROTOCOL_PPP;
}

enum protocol step_vlan(struct walk *walk)
{
    const uint8_t *tag = take(&walk->bytes, 4);
    return tag == NULL ? WALK_MALFORMED : type_or_length(walk, be16(tag + 2));
}

enum protocol step_tag_4(struct walk *walk)
{
    const uint8_t *tag = take(&walk->bytes, 6);
    return tag == NULL ? WALK_MALFORMED : type_or_length(walk, be16(tag + 4));
}

enum protocol step_tag_6(struct walk *walk)
{
    const uint8_t *tag = take(&walk->bytes, 8);
    return tag == NULL ? WALK_MALFORMED : type_or_length(walk, be16(tag + 6));
}

/* The customer's own addresses and type follow. */
enum protocol step_i_tag(struct walk *walk)
{
    return take(&walk->bytes, 4) == NULL ? WALK_MALFORMED : PROTOCOL_ETHERNET;
}

/* IEEE 802.2: DSAP, SSAP, control; SNAP (aa aa 03) adds an organisation and, for 0 (Ethernet), an EtherType. */
enum protocol step_llc(struct walk *walk)
{
    enum { SAP_IP = 0x06, SAP_SNAP = 0xaa, UNNUMBERED = 0x03 };
    const uint8_t *header = take(&walk->bytes, 3);
    if (header == NULL)
        return WALK_MALFORMED;
    if (header[0] == SAP_IP && header[2] == UNNUMBERED)
        return PROTOCOL_IPV4;
    if (header[0] != SAP_SNAP || header[2] != UNNUMBERED)
        return WALK_OTHER;
    const uint8_t *snap = take(&walk->bytes, 5);
    if (snap == NULL)
        return WALK_MALFORMED;
    uint32_t organisation = be32(snap) >> 8;
    bool tunnelled = organisation == 0x0000f8; /* RFC 1042 frames carried over bridges, IEEE 802.1H */
    return organisation == 0 || tunnelled ? ether_protocol(be16(snap + 3)) : WALK_OTHER;
}

/* RFC 3032 2.1: a label, and S on the last one. Nothing names what follows: an IP version does, and 0 begins the
 * control word of a pseudowire (RFC 4385 3), here taken to carry Ethernet. */
enum protocol step_mpls(struct walk *walk)
{
    const uint8_t *label = take(&walk->bytes, 4);
    if (label == NULL)
        return WALK_MALFORMED;
    bool bottom = (label[2] & 1) != 0;
    if (!bottom)
        return PROTOCOL_MPLS;
    if (first_nibble(walk->bytes) != 0)
        return PROTOCOL_RAW_IP;
    return take(&walk->bytes, 4) == NULL ? WALK_MALFORMED : PROTOCOL_ETHERNET;
}
