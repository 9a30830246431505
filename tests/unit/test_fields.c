/* SPDX-License-Identifier: MIT
 * links: core_sip core_base
 * The insides of header fields; many values are those of RFC 4475 and RFC 5118.
 */
#include "harness.h"

#include "sipweave/fields.h"
#include "sipweave/sip.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *value;
    enum sw_result result;
    const char *protocol, *version, *transport, *host, *port, *branch, *received, *rport;
    bool has_rport;
} vias[] = {
    {"SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks", SW_OK, "SIP", "2.0", "WS", "df7jal23ls0d.invalid", "",
     "z9hG4bK56sdasks", "", "", false},
    {"SIP/2.0/UDP 192.0.2.1:5060;rport;branch=a;branch=b", SW_OK, "SIP", "2.0", "UDP", "192.0.2.1", "5060", "a", "", "",
     true},
    {"SIP/2.0/UDP h;rport=9988;received=192.0.2.2;branch=a", SW_OK, "SIP", "2.0", "UDP", "h", "", "a", "192.0.2.2",
     "9988", true},
    {"SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw", SW_OK, "SIP", "2.0", "UDP", "192.0.2.2", "",
     "390skdjuw", "", "", false},
    {"SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ", SW_OK, "SIP", "2.0", "TCP",
     "spindle.example.com", "", "z9hG4bK9ikj8", "", "", false},
    {"SIP/2.0/UDP [2001:db8::9:1]:6050;received=[2001:db8::9:255];branch=b", SW_OK, "SIP", "2.0", "UDP",
     "[2001:db8::9:1]", "6050", "b", "[2001:db8::9:255]", "", false},
    {"SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=b", SW_OK, "SIP", "2.0", "UDP", "[2001:db8::9:1]", "",
     "b", "2001:db8::9:255", "", false},
    {"SIP/2.0/UDP 192.0.2.15;;,;,,", SW_OK, "SIP", "2.0", "UDP", "192.0.2.15", "", "", "", "", false},
    {"SIP/2.0/UDP host : 5060 (comment);BRANCH=x", SW_OK, "SIP", "2.0", "UDP", "host", "5060", "x", "", "", false},
    {"SIP/7.0/UNKNOWN t4.example.com:;branch", SW_OK, "SIP", "7.0", "UNKNOWN", "t4.example.com", "", "", "", "", false},
    {"SIP/2.0/UDP", SW_BAD, "SIP", "2.0", "UDP", "", "", "", "", "", false},
    {"SIP/2.0/UDP ;branch=x", SW_BAD, "SIP", "2.0", "UDP", "", "", "x", "", "", false},
    {"SIP", SW_BAD, "SIP", "", "", "", "", "", "", "", false},
    {"", SW_BAD, "", "", "", "", "", "", "", "", false},
};

static void via(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vias); i++) {
        struct guarded g = guard(text(vias[i].value));
        struct sw_via v;
        assert_int_equal(sw_via_parse(g.bytes, &v), vias[i].result);
        assert_slice(v.protocol, vias[i].protocol);
        assert_slice(v.version, vias[i].version);
        assert_slice(v.transport, vias[i].transport);
        assert_slice(v.host, vias[i].host);
        assert_slice(v.port, vias[i].port);
        assert_slice(v.branch, vias[i].branch);
        assert_slice(v.received, vias[i].received);
        assert_slice(v.rport, vias[i].rport);
        assert_int_equal(v.has_rport, vias[i].has_rport);
        unguard(&g);
    }
}

/* A message that is nothing but the value of its Via, so that nothing stands behind that. */
static struct sw_sip_via top_via(struct sw_slice value)
{
    struct sw_sip sip = {.raw = value};
    sip.first[SW_SIP_VIA] = value;
    return sw_sip_top_via(&sip);
}

static const struct {
    const char *value, *sent_by, *branch;
} top_vias[] = {
    {"SIP/2.0/WS a:1;branch=x", "a:1", "x"},
    {"SIP/2.0/WS a;branch=x, SIP/2.0/WS b;branch=y", "a", "x"},
    {"SIP/2.0/WS a;branch=x,SIP/2.0/WS b;branch=y", "a", "x"},
    {",, SIP/2.0/WS a;branch=x", "a", "x"},
    {"SIP/2.0/WS [2001:db8::9:1]:6050;branch=z9hG4bK88b8.3bdc4ae86e383ee38e16007d9682767d.0;rport;received=1.2.3.4",
     "[2001:db8::9:1]:6050", "z9hG4bK88b8.3bdc4ae86e383ee38e16007d9682767d.0"},
    {"SIP/2.0/WS a;rport;branch=x", "a", "x"},
    {"SIP/2.0/WS  a;branch=x", "a", "x"},
    {"SIP/2.0/WS a ;branch=x", "a", "x"},
    {"SIP / 2.0 / WS a;branch=x", "a", "x"},
    {"SIP/2.0/WS\r\n a;branch=x", "a", "x"},
    {"SIP/2.0/WS a;branch=\"x;y\";z", "a", "\"x;y\""},
    {"SIP/2.0/WS a;branch=<x;y>", "a", "<x;y>"},
    {"SIP/2.0/WS a;branch=x y;z", "a", "x y"},
    {"SIP/2.0/WS a;BRANCH=x", "a", "x"},
    {"SIP/2.0/WS a;branch=", "a", ""},
    {"SIP/2.0/WS a;branch", "a", ""},
    {"SIP/2.0/WS a", "a", ""},
    {"SIP/2.0/WS ;branch=x", "SIP/2.0/WS", "x"},
    {";branch=x", "", "x"},
    {"", "", ""},
};

static void topmost_via(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(top_vias); i++) {
        struct guarded g = guard(text(top_vias[i].value));
        const struct sw_sip_via top = top_via(g.bytes);
        assert_slice(top.sent_by, top_vias[i].sent_by);
        assert_slice(top.branch, top_vias[i].branch);
        unguard(&g);
    }
    for (size_t i = 0; i < COUNT(vias); i++) {
        struct guarded g = guard(text(vias[i].value));
        assert_slice(top_via(g.bytes).branch, vias[i].branch);
        unguard(&g);
    }
}

static const struct {
    const char *value;
    enum sw_result result;
    const char *display, *uri, *params, *tag;
} addresses[] = {
    {"\"Bob\" <sip:bob@biloxi.com>;tag=a6c85cf", SW_OK, "\"Bob\"", "sip:bob@biloxi.com", "tag=a6c85cf", "a6c85cf"},
    {"sip:bob@biloxi.com;tag=x", SW_OK, "", "sip:bob@biloxi.com", "tag=x", "x"},
    {"<sip:bob@biloxi.com;tag=uri>;TAG=y", SW_OK, "", "sip:bob@biloxi.com;tag=uri", "TAG=y", "y"},
    {"caller<sip:caller@example.com>;tag=323", SW_OK, "caller", "sip:caller@example.com", "tag=323", "323"},
    {"\"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8", SW_OK,
     "\"J Rosenberg \\\\\\\"\"", "sip:jdrosen@example.com", "\r\n  tag = 98asjd8", "98asjd8"},
    {"\"<sip:a@b>\" <sip:c@d>", SW_OK, "\"<sip:a@b>\"", "sip:c@d", "", ""},
    {"Bell, Alexander <sip:a.g.bell@example.com>;tag=43", SW_OK, "Bell, Alexander", "sip:a.g.bell@example.com",
     "tag=43", "43"},
    {"\"Watson, Thomas\" < sip:t.watson@example.org >", SW_OK, "\"Watson, Thomas\"", "sip:t.watson@example.org", "",
     ""},
    {"\"Mr. J. User <sip:j.user@example.com>", SW_OK, "\"Mr. J. User", "sip:j.user@example.com", "", ""},
    {"\"Joe\" <sip:joe@example.org>;;;;", SW_OK, "\"Joe\"", "sip:joe@example.org", ";;;", ""},
    {"t <sip:x@y>;p=\";tag=no\";tag=yes", SW_OK, "t", "sip:x@y", "p=\";tag=no\";tag=yes", "yes"},
    {"<sip:x@y> junk ;tag=1", SW_OK, "", "sip:x@y", "tag=1", "1"},
    {"isbn:2983792873", SW_OK, "", "isbn:2983792873", "", ""},
    {"sip:user@example.com?Route=%3Csip:sip.example.com%3E", SW_OK, "",
     "sip:user@example.com?Route=%3Csip:sip.example.com%3E", "", ""},
    {"<sip:a@b;tag=x", SW_BAD, "", "sip:a@b;tag=x", "", ""},
    {"<>;tag=x", SW_BAD, "", "", "tag=x", "x"},
    {"Bob", SW_BAD, "", "Bob", "", ""},
    {"", SW_BAD, "", "", "", ""},
};

static void name_addr(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct guarded g = guard(text(addresses[i].value));
        struct sw_name_addr a;
        assert_int_equal(sw_name_addr_parse(g.bytes, &a), addresses[i].result);
        assert_slice(a.display, addresses[i].display);
        assert_slice(a.uri, addresses[i].uri);
        assert_slice(a.params, addresses[i].params);
        assert_slice(a.tag, addresses[i].tag);
        assert_false(a.star);
        unguard(&g);
    }
    struct sw_name_addr a;
    assert_int_equal(sw_name_addr_parse(text(" * "), &a), SW_OK);
    assert_true(a.star);
    assert_int_equal(sw_name_addr_parse(text("<sip:bob@biloxi.com:5070>"), &a), SW_OK);
    assert_slice(a.uri_parts.user, "bob");
    assert_slice(a.uri_parts.port, "5070");
}

static const struct {
    const char *value;
    enum sw_result result;
    uint64_t number;
    const char *method;
} cseqs[] = {
    {"4711 INVITE", SW_OK, 4711, "INVITE"},
    {"0009\r\n  INVITE", SW_OK, 9, "INVITE"},
    {"18446744073709551615 X", SW_OK, UINT64_MAX, "X"},
    {"36893488147419103232 REGISTER", SW_BAD, 0, "REGISTER"},
    {"INVITE", SW_BAD, 0, ""},
    {"1", SW_BAD, 1, ""},
    {"", SW_BAD, 0, ""},
};

static void cseq(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cseqs); i++) {
        struct guarded g = guard(text(cseqs[i].value));
        struct sw_cseq c;
        assert_int_equal(sw_cseq_parse(g.bytes, &c), cseqs[i].result);
        assert_true(c.number == cseqs[i].number);
        assert_slice(c.method, cseqs[i].method);
        unguard(&g);
    }
}

static void auth(void **state)
{
    (void)state;
    struct guarded g = guard(text("Digest realm=\"a, b\",\r\n nonce = \"n=\\\"1\" , qop=auth,, stale ,x="));
    static const char *const expected[][2] = {
        {"realm", "\"a, b\""}, {"nonce", "\"n=\\\"1\""}, {"qop", "auth"}, {"stale", ""}, {"x", ""}};
    struct sw_auth a;
    struct sw_param param;
    assert_int_equal(sw_auth_parse(g.bytes, &a), SW_OK);
    assert_slice(a.scheme, "Digest");
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_true(sw_auth_param_next(&a.params, &param));
        assert_slice(param.name, expected[i][0]);
        assert_slice(param.value, expected[i][1]);
        assert_int_equal(param.has_value, i != 3);
    }
    assert_false(sw_auth_param_next(&a.params, &param));
    unguard(&g);
    assert_int_equal(sw_auth_parse(text("Basic"), &a), SW_OK);
    assert_int_equal(sw_auth_parse(text(" "), &a), SW_BAD);
}

static void reason(void **state)
{
    (void)state;
    struct sw_reason_value r;
    assert_int_equal(sw_reason_parse(text("SIP ;cause=200 ;text=\"Call completed; elsewhere\""), &r), SW_OK);
    assert_slice(r.protocol, "SIP");
    assert_int_equal(r.cause, 200);
    assert_slice(r.text, "Call completed; elsewhere");
    assert_int_equal(sw_reason_parse(text("Q.850;cause=99999999999"), &r), SW_OK);
    assert_int_equal(r.cause, 0);
    assert_int_equal(sw_reason_parse(text(";cause=1"), &r), SW_BAD);
    assert_int_equal(r.cause, 1);
}

static void replaces(void **state)
{
    (void)state;
    struct sw_replaces r;
    assert_int_equal(sw_replaces_parse(text("98732@sip.example.com\r\n ;from-tag=r33th4x0r\r\n ;to-tag=ff87ff"), &r),
                     SW_OK);
    assert_slice(r.call_id, "98732@sip.example.com");
    assert_slice(r.from_tag, "r33th4x0r");
    assert_slice(r.to_tag, "ff87ff");
    assert_false(r.early_only);
    assert_int_equal(sw_replaces_parse(text("12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only"), &r), SW_OK);
    assert_true(r.early_only);
    assert_int_equal(sw_replaces_parse(text("x;to-tag=1"), &r), SW_BAD);
    assert_slice(r.to_tag, "1");
    assert_int_equal(sw_replaces_parse(text(""), &r), SW_BAD);
}

static void event(void **state)
{
    (void)state;
    struct sw_event_value e;
    struct sw_param param;
    assert_int_equal(sw_event_parse(text("presence.winfo ; id=7"), &e), SW_OK);
    assert_slice(e.type, "presence.winfo");
    assert_slice(e.id, "7");
    assert_int_equal(sw_event_parse(text("terminated;reason=timeout"), &e), SW_OK);
    assert_true(sw_param_find(e.params, text("reason"), &param));
    assert_slice(param.value, "timeout");
    assert_int_equal(sw_event_parse(text(";id=1"), &e), SW_BAD);
}

static void rack(void **state)
{
    (void)state;
    struct sw_rack r;
    assert_int_equal(sw_rack_parse(text("776656 1 INVITE"), &r), SW_OK);
    assert_int_equal(r.rseq, 776656);
    assert_int_equal(r.cseq, 1);
    assert_slice(r.method, "INVITE");
    assert_int_equal(sw_rack_parse(text("776656 1"), &r), SW_BAD);
    assert_int_equal(sw_rack_parse(text("x 1 INVITE"), &r), SW_BAD);
    assert_int_equal(r.cseq, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(via),      cmocka_unit_test(topmost_via), cmocka_unit_test(name_addr),
        cmocka_unit_test(cseq),     cmocka_unit_test(auth),        cmocka_unit_test(reason),
        cmocka_unit_test(replaces), cmocka_unit_test(event),       cmocka_unit_test(rack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
