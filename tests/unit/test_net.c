/* links: offline_net
 * SPDX-License-Identifier: MIT
 *
 * IP and UDP lengths, what is counted, packets cut at every length, and packets that are noise.
 */
#include "packets.h"

struct datagram_case {
    const char *name;
    const char *packet; /* IP, as hex */
    size_t cut;
    const char *heard;
    uint64_t other;
    uint64_t malformed;
};

#define TO        "0a000001 0a000002"
#define V6_TO     "20010db8000000000000000000000001 20010db8000000000000000000000002"
#define UDP(size) "13c4 13c6" size "0000"
#define HEARD     "10.1:5060>10.2:5062 "
#define HEARD_V6  "[2001::1]:5060>[2001::2]:5062 "

static const struct datagram_case cases[] = {
    {"whole", "45000020 00000000 40110000" TO UDP("000c") "61626364", 0, HEARD "abcd @1\n", 0, 0},
    {"empty", "4500001c 00000000 40110000" TO UDP("0008"), 0, HEARD " @1\n", 0, 0},
    {"IP options", "46000024 00000000 40110000" TO "01010101" UDP("000c") "61626364", 0, HEARD "abcd @1\n", 0, 0},
    {"UDP shorter than IP", "45000020 00000000 40110000" TO UDP("000a") "61626364", 0, HEARD "ab @1\n", 0, 0},
    {"UDP longer than IP", "45000020 00000000 40110000" TO UDP("0040") "61626364", 0, HEARD "abcd @1\n", 0, 0},
    {"UDP length 0", "45000020 00000000 40110000" TO UDP("0000") "61626364", 0, HEARD "abcd @1\n", 0, 0},
    {"UDP length 7", "45000020 00000000 40110000" TO UDP("0007") "61626364", 0, "", 0, 1},
    {"IP length 0", "45000000 00000000 40110000" TO UDP("000c") "61626364", 0, HEARD "abcd @1\n", 0, 0},
    {"both lengths 0", "45000000 00000000 40110000" TO UDP("0000") "61626364", 0, HEARD "abcd @1\n", 0, 0},
    {"padding", "45000020 00000000 40110000" TO UDP("000c") "61626364 00000000", 0, HEARD "abcd @1\n", 0, 0},
    {"padding, cut", "45000020 00000000 40110000" TO UDP("000c") "61626364 00000000", 2, HEARD "abcd @1\n", 0, 0},
    {"cut", "45000020 00000000 40110000" TO UDP("000c") "61626364", 1, HEARD "abc missing 1 @1\n", 0, 0},
    {"cut, IP length 0", "45000000 00000000 40110000" TO UDP("000c") "61626364", 3, HEARD "a missing 3 @1\n", 0, 0},
    {"cut to the header", "45000020 00000000 40110000" TO UDP("000c") "61626364", 4, HEARD " missing 4 @1\n", 0, 0},
    {"cut behind what UDP has", "45000020 00000000 40110000" TO UDP("000a") "61626364", 1, HEARD "ab @1\n", 0, 0},
    {"header of 16 bytes", "44000020 00000000 40110000" TO UDP("000c") "61626364", 0, "", 0, 1},
    {"total shorter than the header", "45000013 00000000 40110000" TO UDP("000c") "61626364", 0, "", 0, 1},
    {"options longer than the packet", "4f00003c 00000000 40110000" TO UDP("000c"), 0, "", 0, 1},
    {"ICMP that quotes", "45000038 00000000 40010000" TO "03030000 00000000 4500001c 00000000 40110000" TO UDP("000c"),
     0, "", 1, 0},
    {"IGMP", "45000020 00000000 40020000" TO "0000000000000000", 0, "", 1, 0},
    {"TCP header cut", "45000028 00000000 40060000" TO "03e80050 00000000 00000000 5002", 0, "", 0, 1},
    {"TCP header of 16 bytes", "45000028 00000000 40060000" TO "03e80050 00000000 00000000 40020000 00000000", 0, "", 0,
     1},
    {"TCP options beyond", "45000028 00000000 40060000" TO "03e80050 00000000 00000000 f0020000 00000000", 0, "", 0, 1},
    {"fragment header in IPv4", "45000024 00000000 402c0000" TO "1100000000000000" UDP("0008"), 0, "", 0, 1},
    {"IPv6", "60000000 000c 11 40" V6_TO UDP("000c") "61626364", 0, HEARD_V6 "abcd @1\n", 0, 0},
    {"IPv6, padded", "60000000 000c 11 40" V6_TO UDP("000c") "61626364 0000", 0, HEARD_V6 "abcd @1\n", 0, 0},
    {"IPv6, length 0", "60000000 0000 11 40" V6_TO UDP("000c") "61626364", 0, HEARD_V6 "abcd @1\n", 0, 0},
    {"IPv6, all options",
     "60000000 004c 00 40" V6_TO "2b00010400000000 3c02000000000000 0000000000000000 0000000000000000"
     "3300010400000000 1104000000000001 00000001 000000000000000000000000" UDP("000c") "61626364",
     0, HEARD_V6 "abcd @1\n", 0, 0},
    {"IPv6, atomic fragment", "60000000 0014 2c 40" V6_TO "1100000000000007" UDP("000c") "61626364", 0,
     HEARD_V6 "abcd @1\n", 0, 0},
    {"IPv6, options beyond", "60000000 0010 00 40" V6_TO "1102010400000000" UDP("0008"), 0, "", 0, 1},
    {"IPv6, nothing follows", "60000000 0000 3b 40" V6_TO, 0, "", 1, 0},
    {"IPv6, ICMP", "60000000 0008 3a 40" V6_TO "8000000000000000", 0, "", 1, 0},
};

static void test_datagrams(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct datagram_case *c = &cases[i];
        struct witness witness;
        witness_begin(&witness, &sw_limits_default);
        wire_payload(wire, "");
        wire_hex(wire, c->packet);
        witness_packet(&witness, 101, wire_bytes(wire), c->cut);
        if (strcmp(witness.text->str, c->heard) != 0)
            fail_msg("%s: heard %s and not %s", c->name, witness.text->str, c->heard);
        const struct net_counts *counts = net_counts(witness.net);
        if (counts->not_tcp_udp != c->other || counts->malformed != c->malformed)
            fail_msg("%s: %d malformed, %d other", c->name, (int)counts->malformed, (int)counts->not_tcp_udp);
        assert_int_equal(counts->udp_packets, *c->heard != '\0');
        witness_end(&witness);
    }
    g_free(wire);
}

/* Whatever the length, a packet that is cut reads nothing behind its end and says what is missing. */
static void test_cuts(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        wire_payload(wire, "");
        wire_hex(wire, cases[i].packet);
        for (size_t cut = 0; cut <= wire_size(wire); cut++) {
            struct witness witness;
            witness_begin(&witness, &sw_limits_default);
            witness_packet(&witness, 101, wire_bytes(wire), cut);
            const struct net_counts *counts = net_counts(witness.net);
            assert_int_equal(counts->packets, 1);
            assert_true(counts->malformed + counts->not_tcp_udp + counts->udp_packets + counts->link_unknown +
                            counts->tcp_packets <=
                        1);
            witness_end(&witness);
        }
    }
    g_free(wire);
}

/* Both kinds of bytes that are held back, and the earlier one is told. */
static void test_unfinished(void **state)
{
    (void)state;
    static const char fragment[] = "45000024 00072000 40110000" TO UDP("0018") "6162636465666768";
    static const char syn[] = "45000028 00000000 40060000" TO "03e80050 00000001 00000000 50020000 00000000";
    static const char early[] = "4500002a 00000000 40060000" TO "03e80050 00000009 00000000 50180000 00000000 6869";
    static const char *const orders[][3] = {{syn, early, fragment}, {syn, fragment, early}};
    struct wire *wire = g_new0(struct wire, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        struct witness witness;
        struct sw_mark since = {0, 0};
        witness_begin(&witness, &sw_limits_default);
        for (size_t k = 0; k < 3; k++) {
            assert_int_equal(net_unfinished(witness.net, INT64_MIN, &since), k == 2);
            wire_payload(wire, "");
            wire_hex(wire, orders[i][k]);
            witness_packet(&witness, 101, wire_bytes(wire), 0);
        }
        assert_true(net_unfinished(witness.net, INT64_MIN, &since));
        assert_int_equal(since.packet, 2);
        witness_finish(&witness);
        assert_false(net_unfinished(witness.net, INT64_MIN, &since));
        witness_end(&witness);
    }
    g_free(wire);
}

/* --- noise ------------------------------------------------------------------------------------------------------- */

/* Good packets that noise starts from. */
static const char *const seeds[] = {
    "45000020 00000000 40110000" TO UDP("000c") "61626364",
    "45000024 00072000 40110000" TO UDP("0018") "6162636465666768",
    "45000028 00000000 40060000" TO "03e80050 00000001 00000000 50020000 00000000",
    "4500002e 00000000 40060000" TO "03e80050 00000002 00000000 50180000 00000000 616263646566",
    "4500002c 00000000 40060000" TO "005003e8 00000005 00000008 50110000 00000000 61626364",
    "45000029 00000000 40060000" TO "03e80050 00000007 00000009 50190000 00000000 7a",
    "60000000 0014 2c 40" V6_TO "1100000100000007" UDP("000c") "61626364",
    "45000038 00000000 402f0000" TO "b0000800 12340000 00000007 00000008 4500001c 00000000 40110000" TO UDP("0008"),
    "45000048 00000000 40110000" TO
    "13c40868 00340000 34ff0020 00000001 00000085 01000a00 4500001c 00000000 40110000" TO UDP("0008"),
};

static const int link_types[] = {1, 113, 276, 101, 228, 229, 0, 108, 9, 51};

/* Changes a few bytes; now and then the front, so that every step is entered. */
static void disturb(GRand *random, uint8_t *bytes, size_t size)
{
    int changes = g_rand_int_range(random, 0, 6);
    for (int i = 0; i < changes && size != 0; i++) {
        size_t at = (size_t)g_rand_int_range(random, 0, (gint32)size);
        bytes[at] = g_rand_boolean(random) ? (uint8_t)g_rand_int(random) : (uint8_t)(bytes[at] + 1);
    }
}

static void noise(uint32_t seed, const struct sw_limits *limits)
{
    GRand *random = g_rand_new_with_seed(seed);
    struct wire *wire = g_new0(struct wire, 1);
    struct witness witness;
    struct sw_mark since;
    witness_begin(&witness, limits);
    witness.ignore_after = seed % 4 == 0 ? 20 : 0;
    for (int i = 0; i < 300; i++) {
        wire_payload(wire, "");
        wire_hex(wire, seeds[g_rand_int_range(random, 0, G_N_ELEMENTS(seeds))]);
        disturb(random, wire->data + wire->start, wire_size(wire));
        int link = g_rand_boolean(random) ? 101 : link_types[g_rand_int_range(random, 0, G_N_ELEMENTS(link_types))];
        size_t cut = (size_t)g_rand_int_range(random, 0, 4) == 0 ? (size_t)g_rand_int_range(random, 0, 12) : 0;
        witness.time += g_rand_int_range(random, -1000000, 200000000);
        witness_packet(&witness, link, wire_bytes(wire), cut);
        net_unfinished(witness.net, INT64_MIN, &since);
    }
    if (seed % 2 == 0)
        witness_finish(&witness);
    witness_end(&witness);
    g_free(wire);
    g_rand_free(random);
}

static void test_noise(void **state)
{
    (void)state;
    struct sw_limits small = sw_limits_default;
    small.streams = 3;
    small.fragments = 2;
    small.stream_pending = 500;
    small.streams_pending = 900;
    for (uint32_t seed = 0; seed < 100; seed++) {
        noise(seed, &sw_limits_default);
        noise(seed, &small);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    witness_packet(&witness, 101, (struct sw_slice){NULL, 0}, 0);
    witness_packet(&witness, 1, (struct sw_slice){NULL, 0}, 0);
    assert_int_equal(net_counts(witness.net)->malformed, 2);
    witness_finish(&witness);
    assert_string_equal(witness.text->str, "");
    witness_end(&witness);
    net_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_datagrams), cmocka_unit_test(test_cuts),    cmocka_unit_test(test_unfinished),
        cmocka_unit_test(test_noise),     cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
