/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * HTTP heads and the upgrade in them.
 */
#include "harness.h"

#include <stdio.h>

#include "bytes.h"
#include "sipweave/http.h"

struct head_case {
    const char *text;
    enum sw_result result;
    size_t size;        /* SW_OK */
    const char *first;  /* method, or the status as text */
    const char *second; /* target or reason */
};

static const struct head_case heads[] = {
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", SW_OK, 27, "GET", "/"},
    {"GET /a b HTTP/1.0\nHost: x\n\nrest", SW_OK, 27, "GET", "/a b"},
    {"\r\n\r\nGET / HTTP/1.1\r\n\r\n", SW_OK, 22, "GET", "/"},
    {"HTTP/1.1 101 Switching Protocols\r\n\r\n", SW_OK, 36, "101", "Switching Protocols"},
    {"HTTP/1.1 200\r\n\r\n", SW_OK, 16, "200", ""},
    {"HTTP/1.1 20x Odd\r\n\r\n", SW_OK, 20, "0", "Odd"},
    {"HTTP/1.1 099 Low\r\n\r\n", SW_OK, 20, "0", "Low"},
    {"", SW_MORE, 0, "", ""},
    {"\r\n", SW_MORE, 0, "", ""},
    {"G", SW_MORE, 0, "", ""},
    {"HTT", SW_MORE, 0, "", ""},
    {"GET /", SW_MORE, 0, "", ""},
    {"GET / HTTP/1.1\r\nHost: x\r\n", SW_MORE, 0, "", ""},
    {"GET / HTTP/2.0\r\n\r\n", SW_OK, 18, "GET", "/"},
    {"GET / HTTP 1.1\r\n\r\n", SW_OK, 18, "GET", "/"},
    {"GET /a http/1.1\r\n\r\n", SW_OK, 19, "GET", "/a"},
    {"GET /a HTTP/1.x\r\n\r\n", SW_OK, 19, "GET", "/a"},
    {"POST / HTTP 1.1\r\n\r\n", SW_BAD, 0, "", ""},
    {"REGISTER sip:a SIP/2.0\r\n", SW_BAD, 0, "", ""},
    {"GET /\r\n\r\n", SW_OK, 9, "GET", "/"}, /* no version, or that of before 1.0: faults of a handshake */
    {"GET / HTTP/0.9\r\n\r\n", SW_OK, 18, "GET", "/"},
    {"GET / x\r\n\r\n", SW_BAD, 0, "", ""},
    {"POST /\r\n\r\n", SW_BAD, 0, "", ""},
    {"HTTP/1.x 200 OK\r\n", SW_BAD, 0, "", ""},
    {"HTTP/1.11 200 OK\r\n", SW_BAD, 0, "", ""},
    {"HTTP/2", SW_BAD, 0, "", ""},
    {"\x81\x05hello", SW_BAD, 0, "", ""},
    {" GET / HTTP/1.1\r\n", SW_BAD, 0, "", ""},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ", SW_BAD, 0, "", ""},
};

static void check_head(const struct head_case *expected, struct sw_slice bytes, size_t *scanned)
{
    struct sw_http_head head;
    assert_int_equal(sw_http_parse(bytes, scanned, &head), expected->result);
    assert_int_equal(sw_http_possible(bytes), expected->result != SW_BAD);
    if (expected->result != SW_OK)
        return;
    assert_int_equal(head.size, expected->size);
    assert_slice(head.response ? head.reason : head.target, expected->second);
    if (head.response)
        assert_int_equal(head.status, strtoul(expected->first, NULL, 10));
    else
        assert_slice(head.method, expected->first);
}

static void test_heads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct guarded whole = guard(text(heads[i].text));
        size_t scanned = 0;
        check_head(&heads[i], whole.bytes, &scanned);
        unguard(&whole);
    }
}

/* A head that grows byte by byte is SW_MORE until its last byte, with the same *scanned throughout. */
static void test_growing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        size_t scanned = 0;
        if (heads[i].result != SW_OK)
            continue;
        for (size_t size = 0; size < heads[i].size; size++) {
            struct sw_http_head head;
            struct guarded part = guard(sw_slice_head(text(heads[i].text), size));
            assert_int_equal(sw_http_parse(part.bytes, &scanned, &head), SW_MORE);
            unguard(&part);
        }
        check_head(&heads[i], text(heads[i].text), &scanned);
    }
}

static struct sw_http_head parse(const char *head_text)
{
    struct sw_http_head head;
    size_t scanned = 0;
    assert_int_equal(sw_http_parse(text(head_text), &scanned, &head), SW_OK);
    return head;
}

static const struct {
    const char *head;
    bool upgrade;
} upgrades[] = {
    {"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", true},
    {"GET / HTTP/1.1\r\nHost: x\r\nuPGRADE:WebSocket\r\n\r\n", true},
    {"GET / HTTP/1.1\r\nUpgrade: h2c, websocket\r\n\r\n", true},
    {"GET / HTTP/1.1\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n\r\n", true},
    {"GET / HTTP/1.1\r\nUpgrade:\r\n websocket\r\n\r\n", true},
    {"GET / HTTP/1.1\r\nUpgrade: websockets\r\n\r\n", false},
    {"POST / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", false},
    {"POST / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n", true},
    {"GET / HTTP/1.1\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n", true},
    {"CONNECT / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n", false},
    {"GET / HTTP/1.1\r\nX-Upgrade: websocket\r\n\r\n", false},
    {"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\n\r\n", false},
};

static void test_upgrade(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof upgrades / sizeof upgrades[0]; i++) {
        struct sw_http_head head = parse(upgrades[i].head);
        assert_int_equal(sw_http_is_upgrade(&head), upgrades[i].upgrade);
    }
}

static const struct {
    const char *value;
    struct sw_deflate_params params;
    bool unknown;
} extensions[] = {
    {"permessage-deflate", {true, 15, 15, true, true}, false},
    {"Permessage-Deflate ; Server_No_Context_Takeover", {true, 15, 15, true, false}, false},
    {"permessage-deflate; client_no_context_takeover; client_max_window_bits=9", {true, 9, 15, false, true}, false},
    {"permessage-deflate; server_max_window_bits=\"8\"", {true, 15, 8, true, true}, false},
    {"permessage-deflate; server_max_window_bits=16", {true, 15, 15, true, true}, true},
    {"permessage-deflate; server_max_window_bits=7", {true, 15, 15, true, true}, true},
    {"permessage-deflate; server_max_window_bits", {true, 15, 15, true, true}, true},
    {"permessage-deflate; server_no_context_takeover=1", {true, 15, 15, true, false}, true},
    {"permessage-deflate; x=1", {true, 15, 15, true, true}, true},
    {"permessage-deflate\r\nSec-WebSocket-Extensions: permessage-deflate", {true, 15, 15, true, true}, true},
    {"x-webkit-deflate-frame", {false, 15, 15, true, true}, true},
    {"foo, permessage-deflate", {true, 15, 15, true, true}, true},
    {"", {false, 15, 15, true, true}, false},
};

static void test_deflate_params(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
        char buffer[512];
        snprintf(buffer, sizeof buffer, "HTTP/1.1 101 OK\r\nsec-websocket-extensions: %s\r\n\r\n", extensions[i].value);
        struct sw_http_head head = parse(buffer);
        struct sw_deflate_params params;
        bool unknown;
        sw_http_deflate(&head, &params, &unknown);
        const struct sw_deflate_params *expected = &extensions[i].params;
        assert_int_equal(params.agreed, expected->agreed);
        assert_int_equal(params.client_window_bits, expected->client_window_bits);
        assert_int_equal(params.server_window_bits, expected->server_window_bits);
        assert_int_equal(params.client_takeover, expected->client_takeover);
        assert_int_equal(params.server_takeover, expected->server_takeover);
        assert_int_equal(unknown, extensions[i].unknown);
    }
}

#define V2 "\r\n\r\n\0\r\nQUIT\n"

static const struct {
    struct sw_slice bytes;
    enum sw_result result;
    size_t size;
} preambles[] = {
    {{(const uint8_t *)"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET", 35}, SW_OK, 32},
    {{(const uint8_t *)"PROXY UNKNOWN\r\n", 15}, SW_OK, 15},
    {{(const uint8_t *)"PROXY", 5}, SW_MORE, 0},
    {{(const uint8_t *)"PROXY TCP4", 10}, SW_MORE, 0},
    {{(const uint8_t *)"PROXY / HTTP/1.1\r\n", 18}, SW_BAD, 0},
    {{(const uint8_t *)"GET / HTTP/1.1\r\n", 16}, SW_BAD, 0},
    {{(const uint8_t *)V2 "\x21\x11\x00\x0c"
                          "0123456789abGET",
      31},
     SW_OK,
     28},
    {{(const uint8_t *)V2 "\x21\x11\x00\x0c"
                          "0123456789",
      26},
     SW_MORE,
     0},
    {{(const uint8_t *)V2 "\x21\x11\x00", 15}, SW_MORE, 0},
    {{(const uint8_t *)V2, 7}, SW_MORE, 0},
};

static void test_preamble(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof preambles / sizeof preambles[0]; i++) {
        struct guarded bytes = guard(preambles[i].bytes);
        size_t size = 0;
        assert_int_equal(sw_proxy_preamble(bytes.bytes, &size), preambles[i].result);
        if (preambles[i].result == SW_OK)
            assert_int_equal(size, preambles[i].size);
        assert_true(preambles[i].result == SW_BAD || sw_http_possible(bytes.bytes));
        unguard(&bytes);
    }
    char line[200] = "PROXY ";
    memset(line + 6, 'x', sizeof line - 6);
    size_t size;
    assert_int_equal(sw_proxy_preamble(sw_slice_of((const uint8_t *)line, sizeof line), &size), SW_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),          cmocka_unit_test(test_growing),  cmocka_unit_test(test_upgrade),
        cmocka_unit_test(test_deflate_params), cmocka_unit_test(test_preamble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
