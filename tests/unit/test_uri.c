/* SPDX-License-Identifier: MIT
 * links: core_sip core_base
 * URIs: RFC 3261 19.1, RFC 4475, RFC 5118.
 */
#include "harness.h"

#include "sipweave/uri.h"

static const struct {
    const char *text;
    enum sw_result result;
    bool sip;
    const char *scheme, *user, *password, *host, *port, *params, *headers;
} cases[] = {
    {"sip:alice@atlanta.com", SW_OK, true, "sip", "alice", "", "atlanta.com", "", "", ""},
    {"sip:alice:secret@atlanta.com;transport=tcp?a=b&c=d", SW_OK, true, "sip", "alice", "secret", "atlanta.com", "",
     "transport=tcp", "a=b&c=d"},
    {"SIPS:1212@gateway.com:5061;user=phone;lr", SW_OK, true, "SIPS", "1212", "", "gateway.com", "5061",
     "user=phone;lr", ""},
    {"sip:example.com", SW_OK, true, "sip", "", "", "example.com", "", "", ""},
    {"sip:[2001:db8::10]:5070;lr", SW_OK, true, "sip", "", "", "[2001:db8::10]", "5070", "lr", ""},
    {"sip:[2001:db8::10:5070]", SW_OK, true, "sip", "", "", "[2001:db8::10:5070]", "", "", ""},
    {"sip:2001:db8::10", SW_OK, true, "sip", "", "", "2001:db8::10", "", "", ""},
    {"sip:ted@[::ffff:192.0.2.2]", SW_OK, true, "sip", "ted", "", "[::ffff:192.0.2.2]", "", "", ""},
    {"sip:a@[::1", SW_OK, true, "sip", "a", "", "[::1", "", "", ""},
    {"sip:a@[::1]x:5", SW_OK, true, "sip", "a", "", "[::1]", "", "", ""},
    {"sip:user;par=u%40example.net@example.com", SW_OK, true, "sip", "user;par=u%40example.net", "", "example.com", "",
     "", ""},
    {"sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
     SW_OK, true, "sip", "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
     "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", "example.com", "", "", ""},
    {"sip:%00@host5.example.com", SW_OK, true, "sip", "%00", "", "host5.example.com", "", "", ""},
    {"sip:user@example.com?Route=%3Csip:example.com%3E", SW_OK, true, "sip", "user", "", "example.com", "", "",
     "Route=%3Csip:example.com%3E"},
    {"sip:user@example.com:; lr", SW_OK, true, "sip", "user", "", "example.com", "", " lr", ""},
    {"sip:user@example.com:x5", SW_OK, true, "sip", "user", "", "example.com", "", "", ""},
    {"sip:", SW_OK, true, "sip", "", "", "", "", "", ""},
    {"sip:@", SW_OK, true, "sip", "", "", "", "", "", ""},
    {" sip:a@b \r\n", SW_OK, true, "sip", "a", "", "b", "", "", ""},
    {"tel:+1-201-555-0123;phone-context=x", SW_OK, false, "tel", "", "", "", "", "", ""},
    {"soap.beep://192.0.2.103:3002", SW_OK, false, "soap.beep", "", "", "", "", "", ""},
    {"urn:uuid:e84cb991", SW_OK, false, "urn", "", "", "", "", "", ""},
    {"<sip:user@example.com>", SW_BAD, false, "", "", "", "", "", "", ""},
    {"alice@atlanta.com", SW_BAD, false, "", "", "", "", "", "", ""},
    {"sip", SW_BAD, false, "", "", "", "", "", "", ""},
    {"1sip:x", SW_BAD, false, "", "", "", "", "", "", ""},
    {":x", SW_BAD, false, "", "", "", "", "", "", ""},
    {"", SW_BAD, false, "", "", "", "", "", "", ""},
};

static void uris(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guarded g = guard(text(cases[i].text));
        struct sw_uri uri;
        assert_int_equal(sw_uri_parse(g.bytes, &uri), cases[i].result);
        assert_int_equal(uri.sip, cases[i].sip);
        assert_slice(uri.scheme, cases[i].scheme);
        assert_slice(uri.user, cases[i].user);
        assert_slice(uri.password, cases[i].password);
        assert_slice(uri.host, cases[i].host);
        assert_slice(uri.port, cases[i].port);
        assert_slice(uri.params, cases[i].params);
        assert_slice(uri.headers, cases[i].headers);
        unguard(&g);
    }
    struct sw_uri tel;
    assert_int_equal(sw_uri_parse(text("tel:+1-201-555-0123;phone-context=x"), &tel), SW_OK);
    assert_slice(tel.opaque, "+1-201-555-0123;phone-context=x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(uris)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
