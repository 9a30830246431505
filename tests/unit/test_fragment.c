/* links: offline_net
 * SPDX-License-Identifier: MIT
 *
 * IP fragments: every order, overlaps, limits and time, for both families.
 */
#include "packets.h"

/* The UDP datagram that is cut up: 8 bytes of header and 32 of payload, units a to d. */
#define PAYLOAD  "aaaaaaaabbbbbbbbccccccccdddddddd"
#define HEARD_V4 "10.1:5060>10.2:5062 " PAYLOAD
#define HEARD_V6 "[2001::1]:5060>[2001::2]:5062 " PAYLOAD

struct piece {
    uint8_t family;
    uint32_t id;
    size_t begin; /* of the datagram, in bytes */
    size_t end;
    bool more;
    const char *instead; /* bytes that replace those of the datagram; NULL: none */
};

static void put_piece(struct wire *wire, const struct piece *piece)
{
    wire_payload(wire, PAYLOAD);
    wire_udp(wire, 5060, 5062);
    uint8_t whole[256] = {0};
    memcpy(whole, wire->data + wire->start, wire_size(wire));
    if (piece->instead != NULL)
        memcpy(whole + piece->begin, piece->instead, piece->end - piece->begin);
    wire->start = sizeof wire->data;
    wire_put(wire, whole + piece->begin, piece->end - piece->begin);
    if (piece->family == 6) {
        uint8_t header[8] = {17};
        wire_put16(header + 2, piece->begin | piece->more);
        wire_put32(header + 4, piece->id);
        wire_put(wire, header, sizeof header);
        wire_ipv6(wire, 44, 1, 2);
    } else {
        wire_ipv4(wire, 17, 1, 2);
        uint8_t *header = wire->data + wire->start;
        wire_put16(header + 4, piece->id);
        wire_put16(header + 6, piece->begin / 8 | (piece->more ? 0x2000U : 0));
    }
}

static void send_piece(struct witness *witness, struct piece piece)
{
    struct wire *wire = g_new0(struct wire, 1);
    put_piece(wire, &piece);
    witness_packet(witness, 101, wire_bytes(wire), 0);
    g_free(wire);
}

static void expect_heard(struct witness *witness, const char *expected)
{
    if (strcmp(witness->text->str, expected) != 0)
        fail_msg("heard\n%s-- and not\n%s", witness->text->str, expected);
    g_string_truncate(witness->text, 0);
}

struct fragment_case {
    const char *name;
    struct piece pieces[6]; /* end 0: no more */
    const char *heard;
    unsigned malformed;
    unsigned waiting; /* fragments, at the end of the capture */
};

static const struct fragment_case cases[] = {
    {"in order",
     {{4, 1, 0, 16, true, NULL}, {4, 1, 16, 32, true, NULL}, {4, 1, 32, 40, false, NULL}},
     HEARD_V4 " @1,2,3\n",
     0,
     0},
    {"backwards",
     {{4, 1, 32, 40, false, NULL}, {4, 1, 16, 32, true, NULL}, {4, 1, 0, 16, true, NULL}},
     HEARD_V4 " @1,2,3\n",
     0,
     0},
    {"IPv6", {{6, 1, 0, 24, true, NULL}, {6, 1, 24, 40, false, NULL}}, HEARD_V6 " @1,2\n", 0, 0},
    {"IPv6, one that is whole", {{6, 1, 0, 40, false, NULL}}, HEARD_V6 " @1\n", 0, 0},
    {"IPv6, backwards", {{6, 70000, 24, 40, false, NULL}, {6, 70000, 0, 24, true, NULL}}, HEARD_V6 " @1,2\n", 0, 0},
    {"two datagrams at once",
     {{4, 1, 0, 16, true, NULL}, {4, 2, 16, 40, false, NULL}, {4, 1, 16, 40, false, NULL}, {4, 2, 0, 16, true, NULL}},
     HEARD_V4 " @1,3\n" HEARD_V4 " @2,4\n",
     0,
     0},
    {"copies",
     {{4, 1, 0, 16, true, NULL}, {4, 1, 0, 16, true, NULL}, {4, 1, 16, 40, false, NULL}, {4, 1, 16, 40, false, NULL}},
     HEARD_V4 " @1,3\n",
     0,
     0},
    {"copies, later",
     {{4, 1, 0, 16, true, NULL}, {4, 1, 16, 40, false, NULL}, {4, 1, 16, 40, false, NULL}, {4, 1, 0, 16, true, NULL}},
     HEARD_V4 " @1,2\n",
     0,
     0},
    {"another with the same number",
     {{4, 1, 0, 16, true, NULL},
      {4, 1, 16, 40, false, NULL},
      {4, 1, 0, 16, true, "\x13\xc4\x13\xc6\x00\x28\x00\x00xxxxxxxx"},
      {4, 1, 16, 40, false, NULL}},
     HEARD_V4 " @1,2\n10.1:5060>10.2:5062 xxxxxxxxbbbbbbbbccccccccdddddddd @3,4\n",
     0,
     0},
    {"overlap: the first wins",
     {{4, 1, 0, 24, true, NULL}, {4, 1, 16, 40, false, "XXXXXXXXccccccccdddddddd"}},
     HEARD_V4 " @1,2\n",
     0,
     0},
    {"overlap across a hole",
     {{4, 1, 0, 8, true, NULL},
      {4, 1, 16, 24, true, NULL},
      {4, 1, 8, 32, true, "aaaaaaaaXXXXXXXXcccccccc"},
      {4, 1, 32, 40, false, NULL}},
     HEARD_V4 " @1,2,3,4\n",
     0,
     0},
    {"a hole stays", {{4, 1, 0, 16, true, NULL}, {4, 1, 24, 40, false, NULL}}, "", 0, 2},
    {"no end", {{6, 1, 0, 16, true, NULL}, {6, 1, 16, 40, true, NULL}}, "", 0, 2},
    {"odd size", {{4, 1, 0, 13, true, NULL}}, "", 1, 0},
    {"odd size at the end is fine",
     {{4, 1, 0, 16, true, NULL}, {4, 1, 16, 37, false, NULL}},
     "10.1:5060>10.2:5062 aaaaaaaabbbbbbbbccccccccddddd @1,2\n",
     0,
     0},
    {"two ends",
     {{4, 1, 16, 40, false, NULL}, {4, 1, 16, 32, false, NULL}, {4, 1, 0, 16, true, NULL}},
     HEARD_V4 " @1,3\n",
     1,
     0},
    {"an end before what came", {{4, 1, 16, 32, true, NULL}, {4, 1, 8, 16, false, NULL}}, "", 1, 1},
    {"more behind the end", {{4, 1, 8, 16, false, NULL}, {4, 1, 16, 32, true, NULL}}, "", 1, 1},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct fragment_case *c = &cases[i];
        struct witness witness;
        witness_begin(&witness, &sw_limits_default);
        for (size_t k = 0; k < G_N_ELEMENTS(c->pieces) && c->pieces[k].end != 0; k++)
            send_piece(&witness, c->pieces[k]);
        if (strcmp(witness.text->str, c->heard) != 0)
            fail_msg("%s: heard\n%s-- and not\n%s", c->name, witness.text->str, c->heard);
        witness_finish(&witness);
        assert_int_equal(net_counts(witness.net)->malformed, c->malformed);
        assert_int_equal(net_counts(witness.net)->fragments_waiting, c->waiting);
        witness_end(&witness);
    }
}

/* Every order of the five units gives the datagram, and its packets in the order they came. */
static void permute(size_t *order, size_t at)
{
    enum { UNITS = 5 };
    if (at == UNITS) {
        struct witness witness;
        witness_begin(&witness, &sw_limits_default);
        for (size_t i = 0; i < UNITS; i++)
            send_piece(&witness, (struct piece){4, 9, order[i] * 8, order[i] * 8 + 8, order[i] + 1 < UNITS, NULL});
        expect_heard(&witness, HEARD_V4 " @1,2,3,4,5\n");
        witness_end(&witness);
        return;
    }
    for (size_t i = at; i < UNITS; i++) {
        size_t one = order[i];
        order[i] = order[at];
        order[at] = one;
        permute(order, at + 1);
        order[at] = order[i];
        order[i] = one;
    }
}

static void test_orders(void **state)
{
    (void)state;
    size_t order[] = {0, 1, 2, 3, 4};
    permute(order, 0);
}

static void test_size(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    /* the farthest that is allowed ends at 65535, the next byte is too much */
    for (size_t size = 7; size <= 8; size++) {
        wire_payload(wire, size == 7 ? "1234567" : "12345678");
        wire_ipv4(wire, 17, 1, 2);
        wire_put16(wire->data + wire->start + 6, 65528 / 8);
        witness_packet(&witness, 101, wire_bytes(wire), 0);
    }
    assert_int_equal(net_counts(witness.net)->malformed, 1);
    witness_finish(&witness);
    assert_int_equal(net_counts(witness.net)->fragments_waiting, 1);
    witness_end(&witness);
    g_free(wire);
}

static void test_time(void **state)
{
    (void)state;
    const int64_t second = 1000000000;
    struct sw_mark since;
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    send_piece(&witness, (struct piece){4, 1, 0, 16, true, NULL});
    witness.time = 29 * second;
    send_piece(&witness, (struct piece){4, 2, 0, 16, true, NULL});
    assert_true(net_unfinished(witness.net, INT64_MIN, &since));
    assert_int_equal(since.packet, 1);
    send_piece(&witness, (struct piece){4, 1, 16, 40, false, NULL});
    expect_heard(&witness, HEARD_V4 " @1,3\n");
    assert_true(net_unfinished(witness.net, INT64_MIN, &since));
    assert_int_equal(since.packet, 2);
    assert_false(net_unfinished(witness.net, 30 * second, &since)); /* it has been waited for long enough */
    send_piece(&witness, (struct piece){4, 3, 0, 16, true, NULL});
    assert_false(net_unfinished(witness.net, 30 * second, &since));
    witness.time = 31 * second;
    send_piece(&witness, (struct piece){4, 4, 0, 16, true, NULL});
    assert_true(net_unfinished(witness.net, 30 * second, &since));
    assert_int_equal(since.packet, 5);
    witness.time = 60 * second;
    send_piece(&witness, (struct piece){4, 2, 16, 40, false, NULL}); /* its beginning was given up */
    expect_heard(&witness, "");
    assert_int_equal(net_counts(witness.net)->fragments_waiting, 2);
    /* the same again a moment later */
    witness.time += second / 2;
    send_piece(&witness, (struct piece){4, 1, 0, 16, true, NULL});
    send_piece(&witness, (struct piece){4, 1, 16, 40, false, NULL});
    expect_heard(&witness, HEARD_V4 " @7,8\n");
    witness.time += second / 2;
    /* the number of a datagram that was completed long ago is used again */
    send_piece(&witness, (struct piece){4, 1, 0, 16, true, NULL});
    send_piece(&witness, (struct piece){4, 1, 16, 40, false, NULL});
    expect_heard(&witness, HEARD_V4 " @9,10\n");
    witness_end(&witness);
}

static void test_limit(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    struct witness witness;
    limits.fragments = 2;
    witness_begin(&witness, &limits);
    send_piece(&witness, (struct piece){4, 1, 0, 16, true, NULL});
    send_piece(&witness, (struct piece){4, 2, 0, 16, true, NULL});
    send_piece(&witness, (struct piece){4, 3, 0, 16, true, NULL}); /* 1 has to go */
    assert_int_equal(net_counts(witness.net)->fragments_limit, 1);
    send_piece(&witness, (struct piece){4, 2, 16, 40, false, NULL});
    expect_heard(&witness, HEARD_V4 " @2,4\n");
    send_piece(&witness, (struct piece){4, 4, 0, 16, true, NULL}); /* 2 is done and makes room */
    assert_int_equal(net_counts(witness.net)->fragments_limit, 1);
    send_piece(&witness, (struct piece){4, 3, 16, 40, false, NULL});
    expect_heard(&witness, HEARD_V4 " @3,6\n");
    witness_end(&witness);
}

/* A fragment that the snap length cut leaves a hole until a copy fills it. */
static void test_cut(void **state)
{
    (void)state;
    struct wire *wire = g_new0(struct wire, 1);
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    send_piece(&witness, (struct piece){4, 1, 0, 16, true, NULL});
    put_piece(wire, &(struct piece){4, 1, 16, 40, false, NULL});
    witness_packet(&witness, 101, wire_bytes(wire), 3);
    witness_packet(&witness, 101, wire_bytes(wire), 24);
    expect_heard(&witness, "");
    witness_packet(&witness, 101, wire_bytes(wire), 0);
    expect_heard(&witness, HEARD_V4 " @1,2,4\n");
    witness_end(&witness);
    g_free(wire);
}

/* Fragments of a datagram that holds a tunnelled fragment: the inner datagram names the packets of all. */
static void test_nested(void **state)
{
    (void)state;
    struct wire *inner = g_new0(struct wire, 1);
    struct wire *outer = g_new0(struct wire, 1);
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    for (size_t half = 0; half < 2; half++) {
        put_piece(inner,
                  half == 0 ? &(struct piece){6, 5, 0, 24, true, NULL} : &(struct piece){6, 5, 24, 40, false, NULL});
        struct sw_slice bytes = wire_bytes(inner);
        for (size_t part = 0; part < 2; part++) {
            outer->start = sizeof outer->data;
            wire_put(outer, bytes.data + part * 48, part == 0 ? 48 : bytes.size - 48);
            wire_ipv4(outer, 41, 8, 9);
            wire_put16(outer->data + outer->start + 4, half + 1);
            wire_put16(outer->data + outer->start + 6, part == 0 ? 0x2000 : 48 / 8);
            witness_packet(&witness, 101, wire_bytes(outer), 0);
        }
    }
    expect_heard(&witness, HEARD_V6 " @1,2,3,4\n");
    witness_end(&witness);
    g_free(inner);
    g_free(outer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),  cmocka_unit_test(test_orders), cmocka_unit_test(test_size),
        cmocka_unit_test(test_time),   cmocka_unit_test(test_limit),  cmocka_unit_test(test_cut),
        cmocka_unit_test(test_nested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
