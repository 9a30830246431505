/* SPDX-License-Identifier: MIT
 * links: core_sip core_base
 * Media types and multipart bodies.
 */
#include "harness.h"

#include <stdio.h>

#include "sipweave/fields.h"
#include "sipweave/sdp.h"

static void media_types(void **state)
{
    (void)state;
    struct sw_media_type type;
    assert_int_equal(sw_media_type_parse(text("application / sdp ; charset = utf-8"), &type), SW_OK);
    assert_slice(type.type, "application");
    assert_slice(type.subtype, "sdp");
    struct sw_param param;
    assert_true(sw_param_find(type.params, text("charset"), &param));
    assert_slice(param.value, "utf-8");
    assert_int_equal(sw_media_type_parse(text("text"), &type), SW_BAD);
    assert_slice(type.type, "text");
    assert_int_equal(sw_media_type_parse(text("/plain"), &type), SW_BAD);
    assert_int_equal(sw_media_type_parse((struct sw_slice){0}, &type), SW_BAD);
}

static const struct {
    const char *body, *boundary;
    const char *headers[3], *content[3];
} multiparts[] = {
    {"preamble\r\n--b\r\nA: 1\r\n\r\none\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\nepilogue",
     "b",
     {"A: 1\r\n\r\n", "\r\n"},
     {"one", "two\r\n"}},
    {"--b\nA: 1\n\none\n--b \nB: 2\n\n--b--", "b", {"A: 1\n\n", "B: 2\n"}, {"one", ""}},
    {"--b\r\n\r\n--bc\r\n-b\r\nx--b\r\n--b--", "b", {"\r\n"}, {"--bc\r\n-b\r\nx--b"}}, /* look-alikes */
    {"--b\r\n\r\nnot closed", "b", {"\r\n"}, {"not closed"}},
    {"--b\r\n--b\r\n--b--", "b", {"", ""}, {"", ""}},
    {"--b\r\nA: 1", "b", {"A: 1"}, {""}},
    {"--b", "b", {""}, {""}},
    {"--b--\r\n--b\r\n\r\nx", "b", {NULL}, {NULL}},
    {"no part", "b", {NULL}, {NULL}},
    {"--\r\n\r\nx\r\n----", "", {NULL}, {NULL}},
    {"", "b", {NULL}, {NULL}},
};

static void multipart_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof multiparts / sizeof multiparts[0]; i++) {
        struct guarded g = guard(text(multiparts[i].body));
        struct sw_slice rest = g.bytes;
        struct sw_body_part part;
        for (size_t k = 0; k < 3 && multiparts[i].headers[k] != NULL; k++) {
            assert_true(sw_multipart_next(&rest, text(multiparts[i].boundary), &part));
            assert_slice(part.headers, multiparts[i].headers[k]);
            assert_slice(part.content, multiparts[i].content[k]);
        }
        assert_false(sw_multipart_next(&rest, text(multiparts[i].boundary), &part));
        unguard(&g);
    }
}

#define HEAD(type) "INVITE sip:a@b SIP/2.0\r\n" type "\r\n"
#define INNER      "--i\r\ncontent-type: Application/SDP\r\n\r\nv=0\r\ns=inner\r\n--i--\r\n"

static const struct {
    const char *message;
    const char *sdp; /* NULL: none */
} messages[] = {
    {HEAD("c: application/SDP\r\n") "v=0\r\n", "v=0\r\n"},
    {HEAD("") "v=0\r\n", "v=0\r\n"},
    {HEAD("") "text", NULL},
    {HEAD("c: application/sdp\r\n"), NULL},
    {HEAD("c: text/plain\r\n") "v=0\r\n", NULL},
    {HEAD("Content-Type: multipart/mixed;boundary=\"o o\"\r\n") "--o o\r\nContent-Type: text/plain\r\n\r\nv=0\r\n--o "
                                                                "o\r\nc: application/sdp\r\n\r\nv=0\r\ns=2\r\n--o o--",
     "v=0\r\ns=2"},
    {HEAD("c: Multipart/Mixed ; Boundary=o\r\n") "--o\r\n\r\nno type\r\n--o\r\nc: "
                                                 "multipart/alternative;boundary=i\r\n\r\n" INNER "\r\n--o--",
     "v=0\r\ns=inner"},
    {HEAD("c: multipart/mixed\r\n") INNER, NULL}, /* no boundary */
    {HEAD("c: multipart/mixed;boundary=x\r\n") INNER, NULL},
};

static void session_descriptions_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct guarded g = guard(text(messages[i].message));
        struct sw_sip sip;
        struct sw_slice sdp;
        assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
        assert_int_equal(sw_sdp_of_sip(&sip, &sdp), messages[i].sdp != NULL);
        if (messages[i].sdp != NULL)
            assert_slice(sdp, messages[i].sdp);
        unguard(&g);
    }
}

/* Each level opens another with the same boundary line; the search must end. */
static void nesting_is_bounded(void **state)
{
    (void)state;
    char message[4096] = HEAD("c: multipart/mixed;boundary=b0\r\n");
    for (int i = 0; i < 20; i++) {
        size_t n = strlen(message);
        snprintf(message + n, sizeof message - n, "--b%d\r\nc: multipart/mixed;boundary=b%d\r\n\r\n", i, i + 1);
    }
    strcat(message, "--b20\r\nc: application/sdp\r\n\r\nv=0\r\n");
    struct sw_sip sip;
    struct sw_slice sdp;
    assert_int_equal(sw_sip_parse(text(message), &sip), SW_OK);
    assert_false(sw_sdp_of_sip(&sip, &sdp));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(media_types),
        cmocka_unit_test(multipart_bodies),
        cmocka_unit_test(session_descriptions_are_found),
        cmocka_unit_test(nesting_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
