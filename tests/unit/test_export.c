/* SPDX-License-Identifier: MIT
 *
 * links: offline_export offline_pipeline offline_net offline_capture offline_tls core_call core_sip core_ws core_base
 *
 * The packets that are made up for messages: lengths and checksums right, what is too long refused.
 */
#include "harness.h"

#include <glib.h>

#include "export/envelope.h"
#include "export/hep.h"

enum { ETHERNET = 14, UDP_HEADER = 8, TCP_HEADER = 20 };

static unsigned u16(const uint8_t *at)
{
    return at[0] * 256u + at[1];
}

/* The one's complement sum of 16-bit words, folded: 0xffff over what holds its own checksum. */
static unsigned sum(unsigned start, const uint8_t *bytes, size_t size)
{
    uint64_t total = start;
    for (size_t i = 0; i < size; i++)
        total += i % 2 == 0 ? bytes[i] * 256u : bytes[i];
    while (total > 0xffff)
        total = (total & 0xffff) + (total >> 16);
    return (unsigned)total;
}

static struct sw_endpoint end(unsigned family, uint8_t last)
{
    struct sw_endpoint made = {
        .family = (uint8_t)family, .port = (uint16_t)(5060 + last), .address = {10, 77, 0, last}};
    if (family == 6)
        made.address[15] = last;
    return made;
}

static void check_packet(unsigned family, size_t size, bool tcp)
{
    const size_t ip_size = family == 6 ? 40 : 20;
    const size_t own_size = tcp ? TCP_HEADER : UDP_HEADER;
    const struct sw_endpoint source = end(family, 1);
    const struct sw_endpoint destination = end(family, 2);
    uint8_t *payload = g_malloc(size + 1);
    memset(payload, 'x', size + 1);
    uint8_t packet[ENVELOPE_MOST];
    const struct envelope envelope = {.source = &source,
                                      .destination = &destination,
                                      .payload = {payload, size},
                                      .identification = 7,
                                      .tcp = tcp,
                                      .sequence = 0x01020304,
                                      .acknowledged = 0x0a0b0c0d};
    const size_t headers = envelope_headers(packet, &envelope);
    const uint8_t *ip = packet + ETHERNET;
    const uint8_t *own = ip + ip_size;
    assert_int_equal(headers, ETHERNET + ip_size + own_size);
    assert_int_equal(u16(packet + 12), family == 6 ? 0x86dd : 0x0800);
    assert_int_equal(u16(ip + (family == 6 ? 4 : 2)), (family == 6 ? 0 : ip_size) + own_size + size);
    assert_int_equal(ip[family == 6 ? 6 : 9], tcp ? 6 : 17);
    assert_int_equal(u16(own), 5061);
    if (tcp)
        assert_memory_equal(own + 4, "\1\2\3\4\x0a\x0b\x0c\x0d\x50\x18", 10);
    else
        assert_int_equal(u16(own + 4), UDP_HEADER + size);
    if (family == 4)
        assert_int_equal(sum(0, ip, ip_size), 0xffff);
    const unsigned pseudo =
        sum((tcp ? 6 : 17) + (unsigned)(own_size + size), ip + (family == 6 ? 8 : 12), family == 6 ? 32 : 8);
    assert_int_equal(sum(sum(pseudo, own, own_size), payload, size), 0xffff);
    g_free(payload);
}

static void test_packets(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 333, 1500, 65495};
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(sizes); i++) {
        check_packet(4, sizes[i / 2], i % 2 != 0);
        check_packet(6, sizes[i / 2], i % 2 != 0);
    }
    check_packet(4, 65507, false);
    check_packet(6, 65527, false);
    check_packet(6, 65515, true);
}

static void test_too_long(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        unsigned family;
        bool tcp;
    } cases[] = {{65508, 4, false}, {65528, 6, false}, {70000, 4, false}, {65496, 4, true}, {65516, 6, true}};
    uint8_t packet[ENVELOPE_MOST];
    uint8_t *payload = g_malloc0(70000);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct sw_endpoint at = end(cases[i].family, 1);
        const struct envelope envelope = {
            .source = &at, .destination = &at, .payload = {payload, cases[i].size}, .tcp = cases[i].tcp};
        assert_int_equal(envelope_headers(packet, &envelope), 0);
    }
    g_free(payload);
}

/* The longest HEP packet is as long as it may be, and one byte more is none. */
static void test_hep(void **state)
{
    (void)state;
    static const char head[] = "OPTIONS sip:a SIP/2.0\r\nCall-ID: c\r\n\r\n";
    const struct hep_node node = {1, "n", NULL};
    const struct sw_mark mark = {1, 0};
    uint8_t *raw = g_malloc(70000);
    memset(raw, 'x', 70000);
    memcpy(raw, head, strlen(head));
    GByteArray *packet = g_byte_array_new();
    size_t longest = 0;
    for (size_t size = 65300; size < 65540; size++) {
        struct sw_sip sip;
        assert_int_equal(sw_sip_parse((struct sw_slice){raw, size}, &sip), SW_OK);
        const struct message_record message = {
            .marks = &mark, .mark_count = 1, .source = end(4, 1), .destination = end(4, 2), .sip = &sip};
        if (!hep_packet(packet, &message, &node, 65507))
            continue;
        longest = packet->len;
        assert_int_equal(u16(packet->data + 4), packet->len);
    }
    assert_int_equal(longest, 65507);
    g_byte_array_free(packet, TRUE);
    g_free(raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_packets), cmocka_unit_test(test_too_long),
                                       cmocka_unit_test(test_hep)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
