/* links: offline_net
 * SPDX-License-Identifier: MIT
 *
 * Link layers, tags and tunnels: a datagram behind each of them, and what becomes of headers nobody reads.
 */
#include "packets.h"

enum inside { V4, V6, ETHER_V4, NOTHING };

/* What lies in front of the datagram "hi". */
struct link_case {
    const char *name;
    int link_type;
    const char *headers;
    enum inside inside;
    const char *outcome; /* v4, v6, or the count that grows */
};

#define SLL        "0000 0001 0006 020000000001 0000"
#define ADDRESSES  "020000000001 020000000002 020000000003"
#define SNAP       "aaaa03 000000 0800"
#define FORTY_FOUR "0000000000000000000000 0000000000000000000000 0000000000000000000000 0000000000000000000000"
#define ERF_TIME   "0000000000000001"
#define SLL2_REST  "0000 00000002 0001 00 06 020000000001 0000"

static const struct link_case link_cases[] = {
    {"Ethernet", 1, ETHERNET "0800", V4, "v4"},
    {"Ethernet, IPv6", 1, ETHERNET "86dd", V6, "v6"},
    {"802.1Q", 1, ETHERNET "8100 0005 0800", V4, "v4"},
    {"802.1ad, 802.1Q", 1, ETHERNET "88a8 0005 8100 0006 86dd", V6, "v6"},
    {"QinQ of old, thrice", 1, ETHERNET "9100 0005 9100 0006 9100 0007 0800", V4, "v4"},
    {"MPLS, one label", 1, ETHERNET "8847 000101ff", V4, "v4"},
    {"MPLS, three labels", 1, ETHERNET "8848 000100ff 000200ff 000301ff", V6, "v6"},
    {"MPLS pseudowire", 1, ETHERNET "8847 000101ff 00000001", ETHER_V4, "v4"},
    {"MPLS, something else", 1, ETHERNET "8847 000101ff f0", NOTHING, "unknown"},
    {"MPLS, nothing behind", 1, ETHERNET "8847 000101ff", NOTHING, "malformed"},
    {"PPPoE session", 1, ETHERNET "8864 1100 0001 0020 0021", V4, "v4"},
    {"PPPoE discovery", 1, ETHERNET "8863 1109 0000 0000", NOTHING, "other"},
    {"PPPoE, code of discovery", 1, ETHERNET "8864 1165 0001 0000", NOTHING, "other"},
    {"PPPoE, version 2", 1, ETHERNET "8864 2100 0001 0020 0021", V4, "malformed"},
    {"802.3, LLC, SNAP", 1, ETHERNET "0026 aaaa03 000000 0800", V4, "v4"},
    {"SNAP, bridged", 1, ETHERNET "0026 aaaa03 0000f8 0800", V4, "v4"},
    {"SNAP of a vendor", 1, ETHERNET "0026 aaaa03 00000c 2000", V4, "other"},
    {"LLC, IP", 1, ETHERNET "0021 060603", V4, "v4"},
    {"LLC, spanning tree", 1, ETHERNET "0026 424203 0000000000", NOTHING, "other"},
    {"VLAN, LLC, SNAP", 1, ETHERNET "8100 0005 0026 aaaa03 000000 0800", V4, "v4"},
    {"802.1ah", 1, ETHERNET "88e7 00000100", ETHER_V4, "v4"},
    {"802.1ad, 802.1ah", 1, ETHERNET "88a8 0005 88e7 00000100", ETHER_V4, "v4"},
    {"802.1BR", 1, ETHERNET "893f 0000 0001 0000 0800", V4, "v4"},
    {"VN-Tag, 802.1Q", 1, ETHERNET "8926 8001 0000 8100 0005 0800", V4, "v4"},
    {"HSR", 1, ETHERNET "892f 0020 0001 86dd", V6, "v6"},
    {"security group", 1, ETHERNET "8909 01 01 0001 0064 0800", V4, "v4"},
    {"ARP", 1, ETHERNET "0806 0001080006040001", NOTHING, "other"},
    {"unknown EtherType", 1, ETHERNET "1234", V4, "unknown"},
    {"between length and type", 1, ETHERNET "05ff", V4, "unknown"},
    {"cooked", 113, SLL "0800", V4, "v4"},
    {"cooked, tagged", 113, SLL "8100 0005 86dd", V6, "v6"},
    {"cooked, LLC", 113, SLL "0004 aaaa03 000000 0800", V4, "v4"},
    {"cooked 2", 276, "0800" SLL2_REST, V4, "v4"},
    {"cooked 2, IPv6", 276, "86dd" SLL2_REST, V6, "v6"},
    {"cooked 2, LLC", 276, "0004" SLL2_REST "aaaa03 000000 0800", V4, "v4"},
    {"raw", 101, "", V4, "v4"},
    {"raw, IPv6", 101, "", V6, "v6"},
    {"raw, by DLT", 12, "", V4, "v4"},
    {"raw, by OpenBSD's DLT", 14, "", V6, "v6"},
    {"raw, version 5", 101, "55", NOTHING, "unknown"},
    {"raw IPv4", 228, "", V4, "v4"},
    {"raw IPv6", 229, "", V6, "v6"},
    {"raw IPv4 with IPv6 in it", 228, "", V6, "malformed"},
    {"raw IPv6 with IPv4 in it", 229, "", V4, "malformed"},
    {"null, little endian", 0, "02000000", V4, "v4"},
    {"null, big endian", 0, "00000002", V4, "v4"},
    {"null, macOS IPv6", 0, "1e000000", V6, "v6"},
    {"null, FreeBSD IPv6", 0, "0000001c", V6, "v6"},
    {"null, unknown family", 0, "000000ff", V6, "unknown"},
    {"loop", 108, "00000018", V6, "v6"},
    {"PPP", 9, "ff03 0021", V4, "v4"},
    {"PPP, short", 9, "21", V4, "v4"},
    {"PPP, IPv6", 9, "0057", V6, "v6"},
    {"PPP, MPLS", 9, "0281 000101ff", V4, "v4"},
    {"PPP, HDLC", 50, "ff03 0021", V4, "v4"},
    {"PPP, link control", 9, "ff03 c021 01010004", NOTHING, "other"},
    {"PPP, AppleTalk", 9, "ff03 0029", V4, "unknown"},
    {"PPPoE alone", 51, "1100 0001 0020 0021", V4, "v4"},
    {"Cisco HDLC", 104, "0f00 0800", V4, "v4"},
    {"Cisco HDLC, keep-alive", 104, "8f00 8035", NOTHING, "other"},
    {"PPP, direction for the address", 166, "00 03 0021", V4, "v4"},
    {"PPP, direction", 204, "01 ff03 0057", V6, "v6"},
    {"Cisco HDLC, direction", 205, "00 0f00 0800", V4, "v4"},
    {"LLC alone", 100, SNAP, V4, "v4"},
    {"PFLOG", 117, "3d 02 00 00" FORTY_FOUR "0000000000000000 00000000 01000000", V4, "v4"},
    {"PFLOG, the shortest", 117, "2d 18 00 00" FORTY_FOUR, V6, "v6"},
    {"PFLOG, too short", 117, "2c 02 00 00" FORTY_FOUR, V4, "malformed"},
    {"ENC", 109, "02000000 00001234 00000001", V4, "v4"},
    {"ENC, IPv6", 109, "0000001c 00001234 00000001", V6, "v6"},
    {"ERF", 197, ERF_TIME "02 04 0060 0000 003c 0000" ETHERNET "0800", V4, "v4"},
    {"ERF, extensions", 197, ERF_TIME "82 04 0080 0000 0060 8000000000000001 0300000000000001 0000" ETHERNET "86dd", V6,
     "v6"},
    {"ERF, extensions cut", 197, ERF_TIME "82 04 0080 0000 0060 8000000000000001", NOTHING, "malformed"},
    {"ERF, IPv6", 197, ERF_TIME "17 04 0060 0000 003c", V6, "v6"},
    {"ERF, InfiniBand", 197, ERF_TIME "15 04 0060 0000 003c", V4, "unknown"},
    {"MPLS alone", 219, "000101ff", V4, "v4"},
    {"NFLOG", 239, "0200 0000 0800 0100 08000103 0500 0a00 00 000000 2200 0900", V4, "v4"},
    {"NFLOG, big endian", 239, "0a00 0000 0005 000a 00 000000 0036 0009", V6, "v6"},
    {"NFLOG, no packet", 239, "0200 0000 0800 0100 08000103", NOTHING, "malformed"},
    {"NFLOG, an attribute of no size", 239, "0200 0000 0000 0900", NOTHING, "malformed"},
    {"PKTAP", 258, "10000000 01000000 01000000 656e3000" ETHERNET "0800", V4, "v4"},
    {"PKTAP, loopback", 258, "0c000000 01000000 00000000 1e000000", V6, "v6"},
    {"PKTAP, too short", 258, "0b000000 01000000 0c000000", V4, "malformed"},
    {"PKTAP, unknown link type", 258, "0c000000 01000000 ffffffff", V4, "unknown"},
    {"PPI", 192, "0000 0c00 01000000 00000000" ETHERNET "0800", V4, "v4"},
    {"PPI, Wi-Fi", 192, "0000 0800 69000000 0802 0000" ADDRESSES "1000" SNAP, V4, "v4"},
    {"PPI of no size", 192, "0000 0000 c0000000", V4, "malformed"},
    {"Wi-Fi, data", 105, "0801 0000" ADDRESSES "1000" SNAP, V4, "v4"},
    {"Wi-Fi, QoS data", 105, "8802 0000" ADDRESSES "1000 0700" SNAP, V4, "v4"},
    {"Wi-Fi, HT control", 105, "8882 0000" ADDRESSES "1000 0700 00000000" SNAP, V4, "v4"},
    {"Wi-Fi, between access points", 105, "0803 0000" ADDRESSES "1000 020000000004" SNAP, V4, "v4"},
    {"Wi-Fi, IPv6", 105, "0801 0000" ADDRESSES "1000 aaaa03 000000 86dd", V6, "v6"},
    {"Wi-Fi, encrypted", 105, "0841 0000" ADDRESSES "1000" SNAP, V4, "unknown"},
    {"Wi-Fi, in fragments", 105, "0805 0000" ADDRESSES "1000" SNAP, V4, "unknown"},
    {"Wi-Fi, the last fragment", 105, "0801 0000" ADDRESSES "1100" SNAP, V4, "unknown"},
    {"Wi-Fi, several in one", 105, "8802 0000" ADDRESSES "1000 8000" SNAP, V4, "unknown"},
    {"Wi-Fi, no data", 105, "4801 0000" ADDRESSES "1000", NOTHING, "other"},
    {"Wi-Fi, beacon", 105, "8000 0000" ADDRESSES "1000", NOTHING, "other"},
    {"radiotap", 127, "00 00 0800 00000000 0801 0000" ADDRESSES "1000" SNAP, V4, "v4"},
    {"radiotap, padded", 127, "00 00 0900 02000000 20 8801 0000" ADDRESSES "1000 0700 0000" SNAP, V4, "v4"},
    {"radiotap, time, padded", 127,
     "00 00 1900 03000080 00000000 00000000 0000000000000000 20 8801 0000" ADDRESSES "1000 0700 0000" SNAP, V4, "v4"},
    {"radiotap, words without end", 127, "00 00 0c00 02000080 02000080 0801 0000" ADDRESSES "1000" SNAP, V4, "v4"},
    {"radiotap, too short", 127, "00 00 0700 00000000", V4, "malformed"},
    {"unknown link type", 147, "", V4, "unknown"},
};

/* What lies in front of the datagram "hi", behind Ethernet, an IPv4 header of that protocol, and UDP where port isn't
 * 0. */
struct tunnel_case {
    const char *name;
    uint8_t protocol;
    uint16_t port;
    const char *headers;
    enum inside inside;
    const char *outcome;
};

static const struct tunnel_case tunnel_cases[] = {
    {"IPIP", 4, 0, "", V4, "v4"},
    {"6in4", 41, 0, "", V6, "v6"},
    {"MPLS in IP", 137, 0, "000101ff", V4, "v4"},
    {"GRE", 47, 0, "0000 0800", V4, "v4"},
    {"GRE, IPv6", 47, 0, "0000 86dd", V6, "v6"},
    {"GRE, checksum", 47, 0, "8000 0800 12340000", V4, "v4"},
    {"GRE, key", 47, 0, "2000 0800 00000007", V4, "v4"},
    {"GRE, sequence", 47, 0, "1000 0800 00000007", V4, "v4"},
    {"GRE, all three", 47, 0, "b000 0800 12340000 00000007 00000008", V4, "v4"},
    {"GRE, source route", 47, 0, "4000 0800 00000000", V4, "other"},
    {"GRE, version 2", 47, 0, "0002 0800", V4, "other"},
    {"GRE, bridged Ethernet", 47, 0, "2000 6558 00000700", ETHER_V4, "v4"},
    {"GRE, MPLS", 47, 0, "0000 8847 000101ff", V4, "v4"},
    {"GRE, keep-alive", 47, 0, "0000 0000", NOTHING, "unknown"},
    {"PPTP", 47, 0, "3001 880b 00220007 00000001 ff03 0021", V4, "v4"},
    {"PPTP, acknowledgment", 47, 0, "3081 880b 00220007 00000001 00000002 21", V4, "v4"},
    {"PPTP, acknowledgment alone", 47, 0, "2081 880b 00000007 00000002", NOTHING, "other"},
    {"ERSPAN I", 47, 0, "0000 88be", ETHER_V4, "v4"},
    {"ERSPAN II", 47, 0, "1000 88be 00000001 1001000100000000", ETHER_V4, "v4"},
    {"ERSPAN III", 47, 0, "1000 22eb 00000001 20010001 00000000 0000 0000", ETHER_V4, "v4"},
    {"ERSPAN III, subheader", 47, 0, "1000 22eb 00000001 20010001 00000000 0000 0001 1122334455667788", ETHER_V4, "v4"},
    {"ERSPAN III, IP", 47, 0, "1000 22eb 00000001 20010001 00000000 0000 0800", V6, "v6"},
    {"ERSPAN III, other frame", 47, 0, "1000 22eb 00000001 20010001 00000000 0000 0400", V6, "other"},
    {"ERSPAN of no known version", 47, 0, "1000 88be 00000001 70010001 00000000 0000 0000", V6, "malformed"},
    {"VXLAN", 17, 4789, "0800000000000100", ETHER_V4, "v4"},
    {"VXLAN, a group", 17, 4789, "8808012300000100", ETHER_V4, "v4"},
    {"VXLAN, Linux", 17, 8472, "0800000000000100", ETHER_V4, "v4"},
    {"not VXLAN", 17, 4789, "6869", NOTHING, "datagram"},
    {"not VXLAN, a message", 17, 8472, "5349502f322e3020", NOTHING, "datagram"},
    {"VXLAN GPE, IPv4", 17, 4790, "0c00000100000100", V4, "v4"},
    {"VXLAN GPE, IPv6", 17, 4790, "0c00000200000100", V6, "v6"},
    {"VXLAN GPE, Ethernet", 17, 4790, "0c00000300000100", ETHER_V4, "v4"},
    {"VXLAN GPE, NSH", 17, 4790, "0c00000400000100", V4, "other"},
    {"not VXLAN GPE", 17, 4790, "0800000000000100", NOTHING, "datagram"},
    {"L2TP", 17, 1701, "0002 0001 0002 ff03 0021", V4, "v4"},
    {"L2TP, length", 17, 1701, "4002 0030 0001 0002 ff03 0057", V6, "v6"},
    {"L2TP, all fields", 17, 1701, "4b02 0030 0001 0002 0005 0006 0003 000000 21", V4, "v4"},
    {"L2TP, padding cut", 17, 1701, "0202 0001 0002 0003 0000", NOTHING, "malformed"},
    {"L2TP, control", 17, 1701, "c802 0014 0001 0000 0005 0006 8000 0000 0006", NOTHING, "other"},
    {"not L2TP", 17, 1701, "6869", NOTHING, "datagram"},
    {"TZSP", 17, 37008, "01 00 0001 01", ETHER_V4, "v4"},
    {"TZSP, to send", 17, 37008, "01 01 0001 01", ETHER_V4, "v4"},
    {"TZSP, fields", 17, 37008, "01 00 0001 00 0a01c4 29020010 01", ETHER_V4, "v4"},
    {"TZSP, 802.11", 17, 37008, "01 00 0012 01 0800 0000" ADDRESSES "0000" SNAP, V4, "v4"},
    {"TZSP, another link", 17, 37008, "01 00 0077 01", V4, "unknown"},
    {"TZSP, field cut", 17, 37008, "01 00 0001 0a02c4", NOTHING, "malformed"},
    {"TZSP, no end", 17, 37008, "01 00 0001 00", NOTHING, "malformed"},
    {"TZSP, keep-alive", 17, 37008, "01 04 0000 01", NOTHING, "datagram"},
    {"not TZSP", 17, 37008, "6869", NOTHING, "datagram"},
    {"Geneve", 17, 6081, "0000 6558 00000100", ETHER_V4, "v4"},
    {"Geneve, options, IPv6", 17, 6081, "0200 86dd 00000100 0102030405060708", V6, "v6"},
    {"Geneve, options cut", 17, 6081, "0200 86dd 00000100 010203", NOTHING, "malformed"},
    {"not Geneve", 17, 6081, "6869", NOTHING, "datagram"},
    {"GTP-U", 17, 2152, "30ff 0020 00000001", V4, "v4"},
    {"GTP-U, sequence", 17, 2152, "32ff 0024 00000001 00010000", V6, "v6"},
    {"GTP-U, extensions", 17, 2152, "34ff 0020 00000001 00000085 01 000a 40 02 000000000000 00", V4, "v4"},
    {"GTP-U, extension of no size", 17, 2152, "34ff 0020 00000001 00000085 00", V4, "malformed"},
    {"GTP-U, extension cut", 17, 2152, "34ff 0020 00000001 00000085 02 00", NOTHING, "malformed"},
    {"GTP-U, fields cut", 17, 2152, "32ff 0020 00000001 0000", NOTHING, "malformed"},
    {"GTP-U echo", 17, 2152, "3201 0004 00000000 00010000", NOTHING, "datagram"},
    {"ICMP", 1, 0, "0303 0000 00000000", V4, "other"},
    {"ESP", 50, 0, "00000001 00000001", V4, "other"},
    {"AH", 51, 0, "0404 0000 00000001 00000001 000000000000000000000000", V4, "v4"},
};

static void put_inside(struct wire *wire, enum inside inside)
{
    wire_payload(wire, inside == NOTHING ? "" : "hi");
    if (inside == NOTHING)
        return;
    wire_udp(wire, 5060, 5062);
    if (inside == V6)
        wire_ipv6(wire, 17, 1, 2);
    else
        wire_ipv4(wire, 17, 1, 2);
    if (inside == ETHER_V4)
        wire_ethernet_ipv4(wire);
}

/* What was heard or counted of one packet. */
static const char *outcome_of(const struct witness *witness)
{
    const struct net_counts *counts = net_counts(witness->net);
    if (strstr(witness->text->str, "10.1:5060>10.2:5062 hi @1\n") != NULL)
        return "v4";
    if (strstr(witness->text->str, "[2001::1]:5060>[2001::2]:5062 hi @1\n") != NULL)
        return "v6";
    if (witness->text->len != 0)
        return "datagram";
    if (counts->link_unknown == 1)
        return "unknown";
    if (counts->malformed == 1)
        return "malformed";
    return counts->not_tcp_udp == 1 ? "other" : "nothing";
}

static void expect(const char *name, int link_type, struct sw_slice bytes, const char *outcome)
{
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    witness_packet(&witness, link_type, bytes, 0);
    if (strcmp(outcome_of(&witness), outcome) != 0)
        fail_msg("%s: %s, and not %s", name, outcome_of(&witness), outcome);
    assert_int_equal(net_counts(witness.net)->packets, 1);
    witness_end(&witness);
}

/* Cut at any place, a packet is counted once or delivered with what is missing of it, and nothing is read behind it. */
static void cut_everywhere(const char *name, int link_type, struct sw_slice bytes)
{
    for (size_t cut = 1; cut <= bytes.size; cut++) {
        struct witness witness;
        witness_begin(&witness, &sw_limits_default);
        witness_packet(&witness, link_type, bytes, cut);
        const char *outcome = outcome_of(&witness);
        if (strcmp(outcome, "v4") == 0 || strcmp(outcome, "v6") == 0 || strcmp(outcome, "nothing") == 0)
            fail_msg("%s: %s when the last %zu bytes are cut", name, outcome, cut);
        witness_end(&witness);
    }
}

static void test_links(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(link_cases); i++) {
        const struct link_case *c = &link_cases[i];
        put_inside(wire, c->inside);
        wire_hex(wire, c->headers);
        expect(c->name, c->link_type, wire_bytes(wire), c->outcome);
        cut_everywhere(c->name, c->link_type, wire_bytes(wire));
    }
    g_free(wire);
}

static void test_tunnels(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(tunnel_cases); i++) {
        const struct tunnel_case *c = &tunnel_cases[i];
        put_inside(wire, c->inside);
        wire_hex(wire, c->headers);
        if (c->port != 0)
            wire_udp(wire, 40000, c->port);
        wire_ipv4(wire, c->protocol, 8, 9);
        wire_ethernet_ipv4(wire);
        expect(c->name, 1, wire_bytes(wire), c->outcome);
        cut_everywhere(c->name, 1, wire_bytes(wire));
    }
    g_free(wire);
}

/* count IPv4 headers in each other, and tags as deep. */
static void test_depth(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    for (int depth = 1; depth < 2000; depth *= 2) {
        put_inside(wire, V4);
        for (int i = 0; i < depth; i++)
            wire_ipv4(wire, 4, 1, 2);
        expect("IP in IP in ...", 101, wire_bytes(wire), depth <= 32 ? "v4" : "malformed");
        put_inside(wire, V4);
        wire_hex(wire, "0800");
        for (int i = 0; i < depth; i++)
            wire_hex(wire, "8100 0005");
        wire_hex(wire, ETHERNET);
        expect("tag behind tag", 1, wire_bytes(wire), depth <= 32 ? "v4" : "malformed");
    }
    g_free(wire);
}

/* Padding behind the IP packet belongs to nobody. */
static void test_padding(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    wire_payload(wire, "");
    wire_hex(wire, "000000000000000000000000");
    struct wire *packet = g_new0(struct wire, 1);
    put_inside(packet, V4);
    wire_put(wire, packet->data + packet->start, wire_size(packet));
    wire_ethernet_ipv4(wire);
    expect("padded", 1, wire_bytes(wire), "v4");
    g_free(packet);
    g_free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_tunnels),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_padding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
