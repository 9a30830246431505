/* SPDX-License-Identifier: MIT
 * links: offline_pipeline
 *
 * What a stream carries is told from its bytes; each case at every length against an unreadable page.
 */
#include "harness.h"

#include "pipeline/detect.h"

#define BYTES(literal)                                                                                                 \
    {                                                                                                                  \
        .data = (const uint8_t *)(literal), .size = sizeof(literal) - 1                                                \
    }

struct start_case {
    const char *name;
    struct sw_slice bytes;
    enum verdict whole;
};

static const struct start_case starts[] = {
    {"upgrade", BYTES("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"), VERDICT_HTTP},
    {"answer first", BYTES("HTTP/1.1 101 Switching Protocols\r\n\r\n"), VERDICT_HTTP},
    {"request", BYTES("INVITE sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\n"), VERDICT_SIP},
    {"OPTIONS of SIP, not of HTTP", BYTES("OPTIONS sip:bob@example.test SIP/2.0\r\n"), VERDICT_SIP},
    {"response", BYTES("SIP/2.0 200 OK\r\n"), VERDICT_SIP},
    {"keep-alive, then SIP", BYTES("\r\n\r\nSIP/2.0 200 OK\r\n"), VERDICT_SIP},
    {"TLS ClientHello", BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), VERDICT_TLS},
    {"HTTP/2", BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"), VERDICT_HTTP2},
    {"HTTP/2, the server first", BYTES("\0\0\6\4\0\0\0\0\0\0\x08\0\0\0\1"), VERDICT_HTTP2},
    {"like HTTP/2, but no preface", BYTES("PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n"), VERDICT_OTHER},
    {"like SETTINGS, but of a stream", BYTES("\0\0\6\4\0\0\0\0\1\0\x08\0\0\0\1"), VERDICT_OTHER},
    {"SMTP", BYTES("220 mail.example.test ESMTP\r\n"), VERDICT_OTHER},
    {"SSH", BYTES("SSH-2.0-OpenSSH_9.2\r\n\x00\x00\x04\x14"), VERDICT_OTHER},
    {"binary", BYTES("\x00\x01\x02\x03\x04\x05"), VERDICT_OTHER},
    {"nothing", BYTES(""), VERDICT_MORE},
};

/* A verdict may come early, but never a wrong one. */
static void start_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        for (size_t size = 0; size <= starts[i].bytes.size; size++) {
            struct guarded g = guard((struct sw_slice){starts[i].bytes.data, size});
            enum verdict verdict = detect_start(g.bytes);
            if (verdict != starts[i].whole && (verdict != VERDICT_MORE || size == starts[i].bytes.size))
                fail_msg("%s: verdict %d at %zu bytes", starts[i].name, verdict, size);
            unguard(&g);
        }
    }
}

struct proxy_case {
    const char *name;
    struct sw_slice bytes;
    enum sw_result result;
    size_t size;
    const char *client; /* NULL: none named */
};

static const struct proxy_case proxies[] = {
    {"v1 IPv4", BYTES("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\nGET"), SW_OK, 42, "192.0.2.1:56324"},
    {"v1 IPv6", BYTES("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n"), SW_OK, 40, "[2001:db8::1]:1"},
    {"v1 unknown", BYTES("PROXY UNKNOWN\r\n"), SW_OK, 15, NULL},
    {"v1 nonsense port", BYTES("PROXY TCP4 192.0.2.1 192.0.2.2 99999 443\r\n"), SW_OK, 42, NULL},
    {"v1 endless",
     BYTES("PROXY aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
     SW_BAD, 0, NULL},
    {"v2 IPv4", BYTES("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\x0a\x01\x02\x03\x0a\x00\x00\x01\x12\x34\x00\x50GET"), SW_OK,
     28, "10.1.2.3:4660"},
    {"v2 local", BYTES("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00"), SW_OK, 16, NULL},
    {"v2 too short for its family", BYTES("\r\n\r\n\0\r\nQUIT\n\x21\x21\x00\x02\x00\x00"), SW_OK, 18, NULL},
    {"none", BYTES("GET / HTTP/1.1\r\n"), SW_BAD, 0, NULL},
    {"two line ends", BYTES("\r\n\r\nSIP/2.0"), SW_BAD, 0, NULL},
};

static void check_proxy(const struct proxy_case *c, struct sw_slice bytes)
{
    struct sw_endpoint client;
    size_t size = 0;
    enum sw_result result = detect_proxy(bytes, &size, &client);
    if (result == SW_MORE && bytes.size < c->bytes.size)
        return;
    if (result != c->result || (result == SW_OK && size != c->size))
        fail_msg("%s: result %d, size %zu at %zu bytes", c->name, result, size, bytes.size);
    char text[64];
    sw_endpoint_format(&client, text, sizeof text);
    if (c->client != NULL)
        assert_string_equal(text, c->client);
    else
        assert_int_equal(client.family, 0);
}

static void proxy_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        for (size_t size = 0; size <= proxies[i].bytes.size; size++) {
            struct guarded g = guard((struct sw_slice){proxies[i].bytes.data, size});
            check_proxy(&proxies[i], g.bytes);
            unguard(&g);
        }
    }
}

struct middle_case {
    const char *name;
    struct sw_slice bytes;
    enum verdict verdict;
    bool masked;
};

static const struct middle_case middles[] = {
    {"a server's frame", BYTES("\x81\x1bSIP/2.0 200 OK\r\nl: 0\r\n\r\n.."), VERDICT_FRAMES, false},
    {"a client's frame, key 0", BYTES("\x81\x98\0\0\0\0SIP/2.0 200 OK\r\nl: 0\r\n\r\n"), VERDICT_FRAMES, true},
    {"three pings", BYTES("\x89\x00\x89\x00\x89\x00"), VERDICT_FRAMES, false},
    {"the end of a frame, then a frame", BYTES("tail of it\r\n\x81\x1bSIP/2.0 200 OK\r\nl: 0\r\n\r\n.."),
     VERDICT_FRAMES, false},
    {"SIP", BYTES("SIP/2.0 200 OK\r\nl: 0\r\n\r\n"), VERDICT_SIP, false},
    {"the end of a body, then SIP", BYTES("s=-\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n"), VERDICT_SIP, false},
    {"the end of a body, then more than one", BYTES("s=-\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\nBYE sip:a@b SIP/2.0\r\nl: 0"),
     VERDICT_SIP, false},
    {"the end of a head, then SIP that isn't whole", BYTES("a: 1\r\n\r\nSIP/2.0 200 OK\r\nl: 4\r\n\r\nab"),
     VERDICT_MORE, false},
    {"SIP within something", BYTES("a\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n\1\2\3"), VERDICT_MORE, false},
    {"SIP within something, then SIP",
     BYTES("a\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n\1\2\3\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n"), VERDICT_SIP, false},
    {"two messages within a frame",
     BYTES("s=-\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n\x81\x1bSIP/2.0 200 OK\r\nl: 0\r\n\r\n.."), VERDICT_FRAMES, false},
    {"a request", BYTES("BYE sip:a@b SIP/2.0\r\nCSeq: 2 BYE\r\n"), VERDICT_SIP, false},
    {"a request of another method than its CSeq's", BYTES("BYE sip:a@b SIP/2.0\r\nCSeq: 2 GOODBY\r\n"), VERDICT_SIP,
     false},
    {"a request without CSeq", BYTES("BYE sip:a@b SIP/2.0\r\nl: 0\r\n\r\n"), VERDICT_SIP, false},
    {"a request before its CSeq", BYTES("ACK sip:a@b SIP/2.0\r\nl: 0\r\n"), VERDICT_MORE, false},
    {"the rest of a start line", BYTES("ACK sip:a@b SIP/2.0\r\nCSeq: 2 PRACK\r\nl: 0\r\n\r\n"), VERDICT_MORE, false},
    {"the rest of a start line, then SIP",
     BYTES("E sip:a@b SIP/2.0\r\nCSeq: 2 BYE\r\nl: 0\r\n\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n"), VERDICT_SIP, false},
    {"HTTP", BYTES("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), VERDICT_HTTP, false},
    {"TLS",
     BYTES("\x17\x03\x03\x00\x02"
           "ab\x17\x03\x03\x00\x01"
           "c"),
     VERDICT_TLS, false},
    {"HTTP/2", BYTES("\0\0\2\0\0\0\0\0\1ab\0\0\4\x08\0\0\0\0\0\0\0\0\1"), VERDICT_HTTP2, false},
    {"WebSocket behind a header of HTTP/2", BYTES("abc\0\1\0\0\0\0\0\0\1\x81\x1bSIP/2.0 200 OK\r\nl: 0\r\n\r\n.."),
     VERDICT_HTTP2, false},
    {"WebSocket before a header of HTTP/2",
     BYTES("ab\x81\x02no\x81\x1aSIP/2.0 200 OK\r\nl: 0\r\n\r\n..\0\1\0\0\0\0\0\0\1"), VERDICT_HTTP2, false},
    {"WebSocket, padding, a header of HTTP/2",
     BYTES("ab\x81\x02no\x81\x1aSIP/2.0 200 OK\r\nl: 0\r\n\r\n..\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\1"),
     VERDICT_HTTP2, false},
    {"the end of a frame of HTTP/2, then a frame", BYTES("abc\0\0\2\0\0\0\0\0\1ab"), VERDICT_HTTP2, false},
    {"text", BYTES("the quick brown fox jumps over the lazy dog"), VERDICT_MORE, false},
};

static void middle_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof middles / sizeof *middles; i++) {
        struct guarded g = guard(middles[i].bytes);
        struct detect_progress progress = {0};
        bool masked = false;
        enum verdict verdict = detect_middle(g.bytes, &progress, &masked);
        if (verdict != middles[i].verdict || (verdict == VERDICT_FRAMES && masked != middles[i].masked))
            fail_msg("%s: verdict %d, masked %d", middles[i].name, verdict, masked);
        unguard(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_cases),
        cmocka_unit_test(proxy_cases),
        cmocka_unit_test(middle_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
