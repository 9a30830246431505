/* SPDX-License-Identifier: MIT
 * links: offline_pipeline
 *
 * What proxies say before the bytes of a connection; each case at every length of both sides against an unreadable
 * page.
 */
#include "harness.h"

#include "pipeline/proxy.h"

struct header_case {
    const char *name;
    struct sw_slice bytes;
    enum sw_result result;
    size_t size;
    const char *client; /* NULL: none named */
};

static const struct header_case headers[] = {
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

static void check_header(const struct header_case *c, struct sw_slice bytes)
{
    struct sw_endpoint client;
    size_t size = 0;
    enum sw_result result = proxy_header(bytes, &size, &client);
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

static void header_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        for (size_t size = 0; size <= headers[i].bytes.size; size++) {
            struct guarded g = guard((struct sw_slice){headers[i].bytes.data, size});
            check_header(&headers[i], g.bytes);
            unguard(&g);
        }
    }
}

/* What is left is the first byte of the connection itself: "c" and "s". */
struct tunnel_case {
    const char *name;
    struct sw_slice sides[2];
    enum sw_result result;
};

#define CONNECT "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n"

static const struct tunnel_case tunnels[] = {
    {"CONNECT", {BYTES(CONNECT "c"), BYTES("HTTP/1.1 200 Connection established\r\n\r\ns")}, SW_OK},
    {"HTTP/1.0", {BYTES("CONNECT x:443 HTTP/1.0\r\n\r\nc"), BYTES("HTTP/1.0 200 OK\r\nVia: y\r\n\r\ns")}, SW_OK},
    {"any 2xx, and no body", {BYTES(CONNECT "c"), BYTES("HTTP/1.1 204 OK\r\nContent-Length: 3\r\n\r\ns")}, SW_OK},
    {"provisional response", {BYTES(CONNECT "c"), BYTES("HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 \r\n\r\ns")}, SW_OK},
    {"credentials are asked for",
     {BYTES(CONNECT CONNECT "c"), BYTES("HTTP/1.1 407 No\r\nContent-Length: 3\r\n\r\nno\nHTTP/1.1 200 OK\r\n\r\ns")},
     SW_OK},
    {"it is refused", {BYTES(CONNECT), BYTES("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")}, SW_MORE},
    {"refused, at length", {BYTES(CONNECT), BYTES("HTTP/1.1 403 No\r\n\r\nno")}, SW_BAD},
    {"refused, with a length that is none",
     {BYTES(CONNECT), BYTES("HTTP/1.1 403 No\r\nContent-Length: x\r\n\r\n")},
     SW_BAD},
    {"another method", {BYTES("COPY /x HTTP/1.1\r\n\r\n"), BYTES("HTTP/1.1 200 OK\r\n\r\n")}, SW_BAD},
    {"no HTTP", {BYTES("COMMAND\r\n"), BYTES("")}, SW_BAD},
    {"the answer is no HTTP", {BYTES(CONNECT), BYTES("\x16\x03\x01")}, SW_BAD},
    {"the answer is a request", {BYTES(CONNECT), BYTES("GET / HTTP/1.1\r\n\r\n")}, SW_BAD},
    {"SOCKS 5, IPv4",
     {BYTES("\x05\x01\0\x05\x01\0\x01\x0a\0\0\x01\x01\xbb"
            "c"),
      BYTES("\x05\0\x05\0\0\x01\0\0\0\0\0\0s")},
     SW_OK},
    {"SOCKS 5, IPv6 and a name",
     {BYTES("\x05\x02\0\x02\x05\x01\0\x04"
            "0123456789abcdef\x01\xbb"
            "c"),
      BYTES("\x05\0\x05\0\0\x03\x04name\0\x50s")},
     SW_OK},
    {"SOCKS 5, a password",
     {BYTES("\x05\x02\0\x02\x01\x02me\x06secret\x05\x01\0\x03\x01x\x01\xbb"
            "c"),
      BYTES("\x05\x02\x01\0\x05\0\0\x01\0\0\0\0\0\0s")},
     SW_OK},
    {"SOCKS 5, a wrong password", {BYTES("\x05\x01\x02\x01\x01m\x01s"), BYTES("\x05\x02\x01\x01")}, SW_BAD},
    {"SOCKS 5, no method", {BYTES("\x05\x01\0"), BYTES("\x05\xff")}, SW_BAD},
    {"SOCKS 5, methods: none", {BYTES("\x05\0\x0b"), BYTES("")}, SW_BAD},
    {"SOCKS 5, to listen", {BYTES("\x05\x01\0\x05\x02\0\x01"), BYTES("\x05\0")}, SW_BAD},
    {"SOCKS 5, an address of no kind", {BYTES("\x05\x01\0\x05\x01\0\x02"), BYTES("\x05\0")}, SW_BAD},
    {"SOCKS 5, refused",
     {BYTES("\x05\x01\0\x05\x01\0\x01\x0a\0\0\x01\x01\xbb"), BYTES("\x05\0\x05\x05\0\x01\0\0\0\0\0\0")},
     SW_BAD},
    {"SOCKS 4", {BYTES("\x04\x01\x01\xbb\x0a\0\0\x01me\0c"), BYTES("\0\x5a\0\0\0\0\0\0s")}, SW_OK},
    {"SOCKS 4, a name", {BYTES("\x04\x01\x01\xbb\0\0\0\x01\0x.test\0c"), BYTES("\0\x5a\0\0\0\0\0\0s")}, SW_OK},
    {"SOCKS 4, refused", {BYTES("\x04\x01\x01\xbb\x0a\0\0\x01\0"), BYTES("\0\x5b\0\0\0\0\0\0")}, SW_BAD},
    {"the server speaks first", {BYTES(""), BYTES("220 x\r\n")}, SW_BAD},
    {"none", {BYTES("GET / HTTP/1.1\r\n\r\n"), BYTES("")}, SW_BAD},
};

/* The first bytes of a case: no more than the whole told, and never anything else. */
static void check_tunnel(const struct tunnel_case *c, size_t client, size_t server)
{
    struct guarded sides[] = {guard((struct sw_slice){c->sides[SW_CLIENT].data, client}),
                              guard((struct sw_slice){c->sides[SW_SERVER].data, server})};
    const struct sw_slice bytes[] = {sides[SW_CLIENT].bytes, sides[SW_SERVER].bytes};
    const bool whole = client == c->sides[SW_CLIENT].size && server == c->sides[SW_SERVER].size;
    size_t sizes[2] = {0};
    const enum sw_result result = proxy_tunnel(bytes, sizes);
    const bool nothing = client == 0 && result == SW_BAD;
    if (result != c->result && (whole || (result != SW_MORE && !nothing)))
        fail_msg("%s: result %d at %zu and %zu bytes", c->name, result, client, server);
    if (result == SW_OK &&
        (sizes[SW_CLIENT] + 1 != c->sides[SW_CLIENT].size || sizes[SW_SERVER] + 1 != c->sides[SW_SERVER].size))
        fail_msg("%s: sizes %zu and %zu", c->name, sizes[SW_CLIENT], sizes[SW_SERVER]);
    unguard(&sides[SW_CLIENT]);
    unguard(&sides[SW_SERVER]);
}

static void tunnel_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof *tunnels; i++)
        for (size_t client = 0; client <= tunnels[i].sides[SW_CLIENT].size; client++)
            for (size_t server = 0; server <= tunnels[i].sides[SW_SERVER].size; server++)
                check_tunnel(&tunnels[i], client, server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_cases),
        cmocka_unit_test(tunnel_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
