/* SPDX-License-Identifier: MIT
 * links: core_call core_sip core_base
 *
 * Names of transports and endpoints; the text of IPv6 addresses after RFC 5952.
 */
#include "harness.h"
#include "sipweave/call.h"

static void test_transports(void **state)
{
    (void)state;
    static const char *const names[] = {"UDP", "TCP", "TLS", "SCTP", "WS", "WSS"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(sw_transport_name(i), names[i]);
    assert_string_equal(sw_transport_name(17), "unknown");
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(sw_call_kind_name(SW_CALL_OTHER), "other");
    assert_null(sw_call_kind_name(99));
    assert_string_equal(sw_call_state_name(SW_CALL_TERMINATED), "terminated");
    assert_null(sw_call_state_name(99));
    assert_null(sw_ended_by_name(SW_ENDED_UNKNOWN));
    assert_string_equal(sw_ended_by_name(SW_ENDED_CAPTURE), "capture");
}

struct format_case {
    uint8_t family;
    uint16_t port;
    uint8_t address[16];
    const char *text;
};

static const struct format_case format_cases[] = {
    {4, 5060, {10, 0, 0, 1}, "10.0.0.1:5060"},
    {4, 65535, {255, 255, 255, 255}, "255.255.255.255:65535"},
    {6, 5060, {0x20, 1, 0x0d, 0xb8, [15] = 1}, "[2001:db8::1]:5060"},
    {6, 0, {0}, "[::]:0"},
    {6, 1, {[15] = 1}, "[::1]:1"},
    {6, 1, {0x20, [1] = 1}, "[2001::]:1"},
    /* one zero group is written out (RFC 5952 4.2.2) */
    {6, 1, {0, 1, 0, 2, 0, 0, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}, "[1:2:0:4:5:6:7:8]:1"},
    /* the longest run, of equals the first (4.2.3) */
    {6, 1, {0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, "[2001:0:0:1::1]:1"},
    {6, 1, {0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 1}, "[2001::1:0:0:2:1]:1"},
    {6,
     65535,
     {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
     "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
    {0, 5060, {10, 0, 0, 1}, "unknown"},
};

static void test_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof format_cases / sizeof *format_cases; i++) {
        const struct format_case *c = &format_cases[i];
        struct sw_endpoint endpoint = {.family = c->family, .port = c->port};
        memcpy(endpoint.address, c->address, sizeof endpoint.address);
        char text[56];
        sw_endpoint_format(&endpoint, text, sizeof text);
        assert_string_equal(text, c->text);
        char little[8];
        sw_endpoint_format(&endpoint, little, sizeof little);
        assert_memory_equal(little, c->text, strlen(little));
    }
}

static void test_equal(void **state)
{
    (void)state;
    const struct sw_endpoint a = {.family = 4, .port = 1, .address = {10, 0, 0, 1}};
    struct sw_endpoint b = a;
    assert_true(sw_endpoint_equal(&a, &b));
    b.address[4] = 9; /* no part of an IPv4 address */
    assert_true(sw_endpoint_equal(&a, &b));
    b.address[3] = 9;
    assert_false(sw_endpoint_equal(&a, &b));
    b = a;
    b.port = 2;
    assert_false(sw_endpoint_equal(&a, &b));
    b = a;
    b.stream = 3; /* another user of the same TCP connection */
    assert_false(sw_endpoint_equal(&a, &b));
    b = a;
    b.family = 6;
    assert_false(sw_endpoint_equal(&a, &b));
    struct sw_endpoint c = b;
    assert_true(sw_endpoint_equal(&b, &c));
    c.address[15] = 1;
    assert_false(sw_endpoint_equal(&b, &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transports),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
