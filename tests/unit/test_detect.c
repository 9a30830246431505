/* SPDX-License-Identifier: MIT
 * links: offline_pipeline
 *
 * What a stream carries is told from its bytes; each case at every length against an unreadable page.
 */
#include "harness.h"

#include "pipeline/detect.h"

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
        cmocka_unit_test(middle_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
