/* SPDX-License-Identifier: MIT
 * links: core_sip core_base
 * SIP messages: start lines, headers, bodies, and what is broken in them. Many cases are those of RFC 4475.
 */
#include "harness.h"

#include "sipweave/fields.h"
#include "sipweave/sip.h"

#include <dirent.h>
#include <stdio.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *text;
    enum sw_result sniff;
    enum sw_result parse;
    const char *method, *uri, *version;
    unsigned status;
    const char *reason;
} start_lines[] = {
    {"INVITE sip:x SIP/2.0", SW_OK, SW_OK, "INVITE", "sip:x", "SIP/2.0", 0, ""},
    {"INVITE sip:x SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:x", "SIP/2.0", 0, ""},
    {"SIP/2.0 200 OK", SW_OK, SW_OK, "", "", "SIP/2.0", 200, "OK"},
    {"\r\n\r\nsip/2.0 200 OK\n", SW_OK, SW_OK, "", "", "sip/2.0", 200, "OK"},
    {"SIP/2.0 100 \r\n", SW_OK, SW_OK, "", "", "SIP/2.0", 100, ""},
    {"SIP/2.0 100\r\n", SW_OK, SW_OK, "", "", "SIP/2.0", 100, ""},
    {"SIP/2.0  486   Busy  Here  \r\n", SW_OK, SW_OK, "", "", "SIP/2.0", 486, "Busy  Here"},
    {"SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\r\n", SW_OK, SW_OK, "", "", "SIP/2.0", 200, "= 2**3 * 5**2 \xd0\xbd"},
    {"SIP/2.0 4294967301 better not break the receiver\r\n", SW_OK, SW_OK, "", "", "SIP/2.0", 0,
     "better not break the receiver"},
    {"SIP/2.0 1000 x\r\n", SW_OK, SW_OK, "", "", "SIP/2.0", 0, "x"},
    {"SIP/2.0 2oo OK\r\n", SW_OK, SW_OK, "", "", "SIP/2.0", 0, "OK"},
    {"SIP/2)0 4", SW_OK, SW_OK, "", "", "SIP/2)0", 4, ""},
    {"SIP/2.0 OK\r\n", SW_BAD, SW_OK, "", "", "SIP/2.0", 0, ""},
    {"SIP/2.0 is a protocol\r\n", SW_BAD, SW_OK, "", "", "SIP/2.0", 0, "a protocol"},
    {"OPTIONS sip:t.watson@example.org SIP/7.0\r\n", SW_OK, SW_OK, "OPTIONS", "sip:t.watson@example.org", "SIP/7.0", 0,
     ""},
    {"INVITE  sip:user@example.com  SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:user@example.com", "SIP/2.0", 0, ""},
    {"INVITE sip:user@example.com; lr SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:user@example.com; lr", "SIP/2.0", 0,
     ""},
    {"INVITE <sip:user@example.com> SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "<sip:user@example.com>", "SIP/2.0", 0, ""},
    {"OPTIONS sip:remote-target@example.com SIP/2.0  \r\n", SW_OK, SW_OK, "OPTIONS", "sip:remote-target@example.com",
     "SIP/2.0", 0, ""},
    {"RE%47IST%45R soap.beep://192.0.2.103:3002 SIP/2.0\r\n", SW_OK, SW_OK, "RE%47IST%45R",
     "soap.beep://192.0.2.103:3002", "SIP/2.0", 0, ""},
    {"!interesting-Method0123456789_*+`.%indeed'~ a:b SIP/2.0\r\n", SW_OK, SW_OK,
     "!interesting-Method0123456789_*+`.%indeed'~", "a:b", "SIP/2.0", 0, ""},
    {"INVITE sip:x\r\n SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:x", "SIP/2.0", 0, ""},
    {"INVITE\r\n\tsip:x SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:x", "SIP/2.0", 0, ""},
    {"INVITE sip:x/SIP/ SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:x/SIP/", "SIP/2.0", 0, ""},
    {"INVITE sip:x SIP/2.0 please\r\n", SW_BAD, SW_OK, "INVITE", "sip:x", "SIP/2.0 please", 0, ""},
    {" INVITE sip:x SIP/2.0\r\n", SW_BAD, SW_OK, "INVITE", "sip:x", "SIP/2.0", 0, ""},
    {"INVITE bob SIP/2.0\r\n", SW_BAD, SW_OK, "INVITE", "bob", "SIP/2.0", 0, ""},
    {"INVITE SIP/2.0\r\n", SW_BAD, SW_OK, "INVITE", "", "SIP/2.0", 0, ""},
    {"I speak SIP/2.0\r\n", SW_BAD, SW_OK, "I", "speak", "SIP/2.0", 0, ""},
    {"INVITE sip:x SIP/x\r\n", SW_BAD, SW_OK, "INVITE", "sip:x", "SIP/x", 0, ""},
    {"GET / HTTP/1.1\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"GET http://a/SIP/2.0 HTTP/1.1\r\nX: SIP/2.0\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"HTTP/1.1 200 SIP/2.0\r\n", SW_BAD, SW_OK, "HTTP/1.1", "200", "SIP/2.0", 0, ""},
    {"OPTIONS rtsp://x RTSP/1.0\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"RTSP/1.0 200 OK\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"MSRP abc SEND\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"MSRP abc SEND\r\n\r\nsip:x SIP/2.0\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"{\"text\":\"INVITE sip:x SIP/2.0\"}", SW_BAD, SW_OK, "{\"text\":\"INVITE", "sip:x", "SIP/2.0\"}", 0, ""},
    {"<message to='x'>SIP/2.0</message>", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"hello\r\nINVITE sip:x SIP/2.0\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"\x16\x03\x01\x02", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"sip:x SIP/2.0\r\n", SW_BAD, SW_OK, "sip:x", "", "SIP/2.0", 0, ""},
    {"INVITE sip: SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:", "SIP/2.0", 0, ""},
    {"INVITE bob: SIP/2.0\r\n", SW_BAD, SW_OK, "INVITE", "bob:", "SIP/2.0", 0, ""},
    {"INVITE sip:x\r\nSIP/2.0\r\n", SW_BAD, SW_OK, "INVITE", "sip:x", "", 0, ""},
    {"INVITE sip:x HTTP/1.1\r\n", SW_BAD, SW_OK, "INVITE", "sip:x", "", 0, ""},
    {"INVITE http:x HTTP/1.1\r\n", SW_BAD, SW_BAD, "", "", "", 0, ""},
    {"invite sip:x\r\n", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"INVITE sip:x\r\n y\r\nz", SW_BAD, SW_OK, "INVITE", "sip:x", "", 0, ""},
    {"SIP/2.0\r\nVia: x", SW_BAD, SW_OK, "", "", "SIP/2.0", 0, ""},
    {"", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"\r\n\r\n", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"S", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"SIP/2.", SW_MORE, SW_OK, "", "", "SIP/2.", 0, ""},
    {"SIP/2.0 ", SW_MORE, SW_OK, "", "", "SIP/2.0", 0, ""},
    {"INV", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"INVITE ", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"INVITE <", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"INVITE sip", SW_MORE, SW_BAD, "", "", "", 0, ""},
    {"INVITE sip:x SIP/", SW_MORE, SW_OK, "INVITE", "sip:x", "SIP/", 0, ""},
    {"INVITE\rsip:x SIP/2.0\r\n", SW_OK, SW_OK, "INVITE", "sip:x", "SIP/2.0", 0, ""},
    {"INVITE sip:x\r", SW_MORE, SW_OK, "INVITE", "sip:x", "", 0, ""},
    {"INVITE sip:x\r\n", SW_MORE, SW_OK, "INVITE", "sip:x", "", 0, ""},
    {"INVITE sip:x\r\n ", SW_MORE, SW_OK, "INVITE", "sip:x", "", 0, ""},
};

static void start_lines_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(start_lines); i++) {
        struct guarded g = guard(text(start_lines[i].text));
        struct sw_sip sip;
        enum sw_result sniffed = sw_sip_sniff(g.bytes);
        if (sniffed != start_lines[i].sniff)
            fail_msg("sniff %s: %d", start_lines[i].text, (int)sniffed);
        if (sw_sip_parse(g.bytes, &sip) != start_lines[i].parse)
            fail_msg("parse %s", start_lines[i].text);
        if (start_lines[i].parse == SW_OK) {
            assert_slice(sip.method, start_lines[i].method);
            assert_slice(sip.uri, start_lines[i].uri);
            assert_slice(sip.version, start_lines[i].version);
            assert_int_equal(sip.status, start_lines[i].status);
            assert_slice(sip.reason, start_lines[i].reason);
        }
        unguard(&g);
    }
}

static bool same(struct sw_slice a, struct sw_slice b)
{
    return a.size == b.size && (a.size == 0 || a.data == b.data);
}

/* Whether sw_sip_recognise says what sw_sip_sniff and sw_sip_parse say. */
static bool recognised_alike(struct sw_slice bytes)
{
    struct sw_sip sip;
    struct sw_sip parsed;
    const bool expected = sw_sip_sniff(bytes) == SW_OK && sw_sip_parse(bytes, &parsed) == SW_OK;
    if (sw_sip_recognise(bytes, &sip) != expected || !expected)
        return !expected;
    return same(sip.method, parsed.method) && same(sip.uri, parsed.uri) && same(sip.reason, parsed.reason) &&
           same(sip.version, parsed.version) && same(sip.headers, parsed.headers) && same(sip.body, parsed.body) &&
           sip.status == parsed.status && sip.response == parsed.response && sip.header_count == parsed.header_count;
}

static void recognising_is_sniffing_and_parsing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(start_lines); i++) {
        for (size_t n = 0; n <= strlen(start_lines[i].text); n++) {
            struct guarded g = guard((struct sw_slice){(const uint8_t *)start_lines[i].text, n});
            if (!recognised_alike(g.bytes))
                fail_msg("%.*s", (int)n, start_lines[i].text);
            unguard(&g);
        }
    }
}

/* What its header fields show to be SIP, though its start line is no good. */
static void odd_messages_are_recognised(void **state)
{
    (void)state;
#define FIELDS "Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n"
    static const struct {
        const char *text;
        bool expected; /* where nothing else can be */
        bool found;    /* anywhere */
    } odd[] = {
        {"INVITE bob SIP/2.0\r\n" FIELDS, true, true},
        {"INVITE sip:bob\r\n" FIELDS, true, true},
        {" INVITE sip:bob SIP/2.0\r\n" FIELDS, true, true},
        {"SIP/2.0 abc OK\r\n" FIELDS, true, true},
        {"IN@VITE sip:bob SIP/2.0\r\n" FIELDS, true, false},
        {"Received: INVITE sip:bob SIP/2.0\r\n" FIELDS, true, false}, /* a line of a log */
        {"INVITE bob SIP/2.0\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n", false, false},
        {"INVITE bob\r\n" FIELDS, false, false},
    };
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct guarded g = guard(text(odd[i].text));
        struct sw_sip sip;
        assert_false(sw_sip_recognise(g.bytes, &sip));
        if (sw_sip_recognise_odd(g.bytes, true, &sip) != odd[i].expected ||
            sw_sip_recognise_odd(g.bytes, false, &sip) != odd[i].found)
            fail_msg("%s", odd[i].text);
        unguard(&g);
    }
#undef FIELDS
}

/* A start line may not end far away, wherever the line begins. */
static void recognising_is_bounded(void **state)
{
    (void)state;
    static const char end[] = " SIP/2.0\r\n\r\n";
    for (size_t size = 8180; size < 8210; size++) {
        uint8_t *bytes = malloc(size + sizeof end);
        memset(bytes, 'a', size);
        memcpy(bytes, "\r\nINVITE sip:", 13);
        memcpy(bytes + size, end, sizeof end - 1);
        struct guarded g = guard((struct sw_slice){bytes, size + sizeof end - 1});
        assert_true(recognised_alike(g.bytes));
        unguard(&g);
        free(bytes);
    }
}

/* No prefix of what sniffs as SIP is refused. */
static void prefixes_are_not_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(start_lines); i++) {
        if (start_lines[i].sniff != SW_OK)
            continue;
        for (size_t n = 0; n < strlen(start_lines[i].text); n++) {
            struct guarded g = guard((struct sw_slice){(const uint8_t *)start_lines[i].text, n});
            if (sw_sip_sniff(g.bytes) == SW_BAD)
                fail_msg("sniff %.*s", (int)n, start_lines[i].text);
            unguard(&g);
        }
    }
}

static void sniffing_is_bounded(void **state)
{
    (void)state;
    uint8_t bytes[8192];
    memset(bytes, 'A', sizeof bytes);
    assert_int_equal(sw_sip_sniff((struct sw_slice){bytes, sizeof bytes - 1}), SW_MORE);
    assert_int_equal(sw_sip_sniff((struct sw_slice){bytes, sizeof bytes}), SW_BAD);
    memset(bytes, '\n', sizeof bytes);
    assert_int_equal(sw_sip_sniff((struct sw_slice){bytes, sizeof bytes}), SW_BAD);
}

#define START "INVITE sip:x SIP/2.0\r\n"

static const struct {
    const char *text;
    const char *call_id; /* NULL: absent */
    const char *body, *rest;
    unsigned headers;
    bool headers_end, content_length_ok;
} messages[] = {
    {START "Call-ID: a\r\n\r\nbody", "a", "body", "", 1, true, true},
    {START "i:a\r\nl:4\r\n\r\nbody", "a", "body", "", 2, true, true},
    {START "I : a\r\nL\t:\t2\r\n\r\nbody", "a", "bo", "dy", 2, true, true},
    {START "CALL-id:\r\n a\r\n b\r\n\r\n", "a\r\n b", "", "", 1, true, true},
    {"INVITE sip:x SIP/2.0\nCall-ID: a\nl: 3\n\nbody", "a", "bod", "y", 2, true, true},
    {START "Call-ID: a\rl: 3\r\n\r\r\n\nbody", "a\rl: 3", "body", "", 2, true, true},
    {START "Call-ID: a\r\n\r", "a", "", "", 2, false, true},
    {START " Call-ID: a\r\n\r\n", "a", "", "", 1, true, true},
    {START "Call-ID: a\r\n", "a", "", "", 1, false, true},
    {START "Call-ID: a", "a", "", "", 1, false, true},
    {START "Call-ID: a\r\nl: 5", "a", "", "", 2, false, false},
    {START "Call-ID:\r\n\r\n", "", "", "", 1, true, true},
    {START "\r\nbody", NULL, "body", "", 0, true, true},
    {START, NULL, "", "", 0, false, true},
    {START "l: 5\r\n\r\nbody", NULL, "body", "", 1, true, false},
    {START "l: -999\r\n\r\nbody", NULL, "body", "", 1, true, false},
    {START "l: 99999999999999999999999\r\n\r\nbody", NULL, "body", "", 1, true, false},
    {START "l:\r\n\r\nbody", NULL, "body", "", 1, true, false},
    {START "l: 3\r\nl: 003\r\n\r\nbody", NULL, "bod", "y", 2, true, true},
    {START "l: 3\r\nContent-Length: 4\r\n\r\nbody", NULL, "bod", "y", 2, true, false},
    {START "l: 3\r\nContent-Length: x\r\n\r\nbody", NULL, "bod", "y", 2, true, false},
    {START "l: 0\r\n\r\n" START "i: b\r\n\r\n", NULL, "", START "i: b\r\n\r\n", 1, true, true},
    {START "no colon\r\nCall-ID: a\r\nCall-ID: b\r\n\xff\xfe: \xff\r\n\r\n", "a", "", "", 4, true, true},
    {START "C%6Fntact: <sip:a@b>\r\ncall-id2: x\r\n: y\r\nz: 1\r\n@: 1\r\n\r\n", NULL, "", "", 5, true, true},
};

/* Line by line, the slow way. */
static void assert_headers_alike(const struct sw_sip *sip)
{
    struct sw_slice first[SW_SIP_FIELDS] = {{NULL, 0}};
    unsigned count[SW_SIP_FIELDS] = {0};
    struct sw_sip_cursor cursor = {sip->headers};
    enum sw_sip_field field;
    struct sw_header header;
    unsigned lines = 0;
    for (; sw_sip_header_next(&cursor, &field, &header); lines++)
        if (count[field]++ == 0)
            first[field] = header.value;
    assert_int_equal(lines, sip->header_count);
    for (size_t i = 0; i < SW_SIP_FIELDS; i++) {
        assert_int_equal(count[i], sip->count[i]);
        assert_true(same(first[i], sip->first[i]));
    }
}

static void messages_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        struct guarded g = guard(text(messages[i].text));
        struct sw_sip sip;
        assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
        assert_int_equal(sip.first[SW_SIP_CALL_ID].data != NULL, messages[i].call_id != NULL);
        if (messages[i].call_id != NULL)
            assert_slice(sip.first[SW_SIP_CALL_ID], messages[i].call_id);
        assert_slice(sip.body, messages[i].body);
        assert_slice(sip.rest, messages[i].rest);
        assert_int_equal(sip.header_count, messages[i].headers);
        assert_int_equal(sip.headers_end, messages[i].headers_end);
        assert_int_equal(sip.content_length_ok, messages[i].content_length_ok);
        assert_int_equal(sip.raw.size, g.bytes.size);
        assert_headers_alike(&sip);
        unguard(&g);
    }
}

/* Every prefix of every message is read without a crash, flush against the page. */
static void prefixes_are_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        for (size_t n = 0; n < strlen(messages[i].text); n++) {
            struct guarded g = guard((struct sw_slice){(const uint8_t *)messages[i].text, n});
            struct sw_sip sip;
            enum sw_result result = sw_sip_parse(g.bytes, &sip);
            assert_true(result == SW_OK || result == SW_BAD);
            assert_true(recognised_alike(g.bytes));
            unguard(&g);
        }
    }
}

static void nul_bytes_are_read(void **state)
{
    (void)state;
    struct guarded g = guard(SW_SLICE("INVITE sip:\0 SIP/2.0\r\nX\0: \0\r\nCall-ID: a\0b\r\n\r\n\0"));
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
    assert_int_equal(sip.first[SW_SIP_CALL_ID].size, 3);
    assert_int_equal(sip.body.size, 1);
    assert_int_equal(sip.uri.size, 5);
    unguard(&g);
}

static void names_and_compact_forms(void **state)
{
    (void)state;
    for (int field = SW_SIP_OTHER + 1; field < SW_SIP_FIELDS; field++) {
        char name[64];
        snprintf(name, sizeof name, "%s", sw_sip_field_name((enum sw_sip_field)field));
        assert_int_equal(sw_sip_field_of(text(name)), field);
        for (char *c = name; *c != '\0'; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        assert_int_equal(sw_sip_field_of(text(name)), field);
        name[strlen(name) - 1] = '#';
        assert_int_equal(sw_sip_field_of(text(name)), SW_SIP_OTHER);
    }
    static const struct {
        const char *name;
        enum sw_sip_field field;
    } compact[] = {
        {"b", SW_SIP_REFERRED_BY},
        {"c", SW_SIP_CONTENT_TYPE},
        {"e", SW_SIP_CONTENT_ENCODING},
        {"f", SW_SIP_FROM},
        {"i", SW_SIP_CALL_ID},
        {"k", SW_SIP_SUPPORTED},
        {"l", SW_SIP_CONTENT_LENGTH},
        {"m", SW_SIP_CONTACT},
        {"o", SW_SIP_EVENT},
        {"r", SW_SIP_REFER_TO},
        {"t", SW_SIP_TO},
        {"v", SW_SIP_VIA},
        {"x", SW_SIP_SESSION_EXPIRES},
        {"X", SW_SIP_SESSION_EXPIRES},
        {"s", SW_SIP_OTHER},
        {"a", SW_SIP_OTHER},
        {"7", SW_SIP_OTHER},
        {"", SW_SIP_OTHER},
        {"A-Very-Long-Header-Name", SW_SIP_OTHER},
    };
    for (size_t i = 0; i < COUNT(compact); i++)
        assert_int_equal(sw_sip_field_of(text(compact[i].name)), compact[i].field);
    assert_string_equal(sw_sip_field_name(SW_SIP_FIELDS), "");
}

static void values_over_several_lines(void **state)
{
    (void)state;
    struct guarded g = guard(text(START "Via: a, b\r\nv: c\r\nVia:\r\nAuthorization: Digest x=\"1\", y=2\r\n"
                                        "Contact: \"a, b\" <sip:c,d@e>,<sip:f@g>\r\nVia:\r\n d ,\r\n e\r\n"
                                        "Authorization: Basic z, w\r\nDate: Sat, 15 Oct 2005 04:44:56 GMT\r\n\r\n"));
    static const struct {
        enum sw_sip_field field;
        const char *value;
    } expected[] = {
        {SW_SIP_VIA, "a"},
        {SW_SIP_VIA, "b"},
        {SW_SIP_VIA, "c"},
        {SW_SIP_VIA, "d"},
        {SW_SIP_VIA, "e"},
        {SW_SIP_AUTHORIZATION, "Digest x=\"1\", y=2"},
        {SW_SIP_AUTHORIZATION, "Basic z, w"},
        {SW_SIP_CONTACT, "\"a, b\" <sip:c,d@e>"},
        {SW_SIP_CONTACT, "<sip:f@g>"},
        {SW_SIP_DATE, "Sat, 15 Oct 2005 04:44:56 GMT"},
    };
    struct sw_sip sip;
    struct sw_slice value;
    assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
    assert_int_equal(sip.count[SW_SIP_VIA], 4);
    struct sw_sip_values values = {.rest = sip.headers};
    for (size_t i = 0; i < COUNT(expected); i++) {
        if (i > 0 && expected[i].field != expected[i - 1].field) {
            assert_false(sw_sip_value_next(&values, expected[i - 1].field, &value));
            values = (struct sw_sip_values){.rest = sip.headers};
        }
        assert_true(sw_sip_value_next(&values, expected[i].field, &value));
        assert_slice(value, expected[i].value);
    }
    struct sw_sip_cursor cursor = {sip.headers};
    struct sw_header header;
    enum sw_sip_field field;
    unsigned count = 0;
    while (sw_sip_header_next(&cursor, &field, &header))
        count += field != SW_SIP_OTHER;
    assert_int_equal(count, sip.header_count);
    unguard(&g);
}

static void keepalives(void **state)
{
    (void)state;
    assert_true(sw_sip_is_keepalive(text("\r\n\r\n")));
    assert_true(sw_sip_is_keepalive(text("\r\n")));
    assert_true(sw_sip_is_keepalive(text("\n")));
    assert_false(sw_sip_is_keepalive(text("")));
    assert_false(sw_sip_is_keepalive(text("\r\nX")));
}

/* RFC 4475 3.1.1.1 has a fault in each line that a tolerant parser must not stumble over. */
static void short_tortuous_invite(void **state)
{
    (void)state;
    static const char wsinv[] =
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n"
        "TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
        "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n"
        "MaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\nContent-Length   : 8\r\ncseq: 0009\r\n  INVITE\r\n"
        "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\ns :\r\n"
        "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
        "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\nContent-Type: application/sdp\r\n"
        "Route:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\n"
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n"
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
        "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n"
        "  secondparam ; q = 0.33\r\n\r\nv=0\r\no=x";
    struct guarded g = guard(text(wsinv));
    struct sw_sip sip;
    struct sw_cseq cseq;
    struct sw_name_addr to;
    struct sw_slice value;
    struct sw_via via;
    assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
    assert_slice(sip.body, "v=0\r\no=x");
    assert_int_equal(sip.header_count, 14);
    assert_int_equal(sw_cseq_parse(sip.first[SW_SIP_CSEQ], &cseq), SW_OK);
    assert_int_equal(cseq.number, 9);
    assert_slice(cseq.method, "INVITE");
    assert_int_equal(sw_name_addr_parse(sip.first[SW_SIP_TO], &to), SW_OK);
    assert_slice(to.tag, "1918181833n");
    static const char *const branches[] = {"390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"};
    struct sw_sip_values values = {.rest = sip.headers};
    for (size_t i = 0; i < COUNT(branches); i++) {
        assert_true(sw_sip_value_next(&values, SW_SIP_VIA, &value));
        assert_int_equal(sw_via_parse(value, &via), SW_OK);
        assert_slice(via.branch, branches[i]);
    }
    assert_false(sw_sip_value_next(&values, SW_SIP_VIA, &value));
    unguard(&g);
}

/* Wherever a line, its colon, its fold and its end stand among the blocks that are compared at once. */
static void lines_are_found_at_every_offset(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Via: SIP/2.0/WS a;branch=z9hG4bK1\r\n",
        "i:x\r\n",
        "P-Something-Rather-Long-Winded: 1\r\n",
        "To : <sip:a@b>\r\n ;tag=1\n",
        ":\n",
        "no colon at all in this line\r\n",
        "CSeq: 1 INVITE \r\n",
        "l: 0\r\n",
        "\tContact : <sip:c@d>\r\r\n",
    };
    for (size_t padding = 0; padding < 130; padding++) {
        char message[1024] = START "X:";
        size_t size = strlen(message);
        memset(message + size, 'p', padding);
        size += padding;
        message[size++] = '\n';
        for (size_t i = 0; i < 3 * COUNT(lines); i++) {
            memcpy(message + size, lines[i % COUNT(lines)], strlen(lines[i % COUNT(lines)]));
            size += strlen(lines[i % COUNT(lines)]);
        }
        memcpy(message + size, "\r\nbody", 6);
        for (size_t cut = size + 6; cut > size - 66; cut--) {
            struct guarded g = guard((struct sw_slice){(const uint8_t *)message, cut});
            struct sw_sip sip;
            assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
            assert_int_equal(sip.headers_end, cut > size + 1);
            assert_headers_alike(&sip);
            assert_true(recognised_alike(g.bytes));
            unguard(&g);
        }
    }
}

static double seconds_for(struct sw_slice bytes, struct sw_sip *sip)
{
    const clock_t start = clock();
    assert_int_equal(sw_sip_parse(bytes, sip), SW_OK);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* 4 MiB of headers, whichever way their lines end, are read in one pass. */
static void huge_messages_stay_linear(void **state)
{
    (void)state;
    static const char *const lines[] = {"a: b\r\n", "a:\r", "l:\n", "Content-Length: 1\r\n", "a:\r\n b\r\n", "x"};
    const size_t size = (size_t)4 << 20;
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < COUNT(lines); i++) {
        const size_t start = strlen(START);
        memcpy(bytes, START, start);
        for (size_t k = start, n = strlen(lines[i]); k < size; k++)
            bytes[k] = (uint8_t)lines[i][(k - start) % n];
        struct sw_sip sip;
        assert_true(seconds_for((struct sw_slice){bytes, size}, &sip) <
                    20); /* the six together: 0.6 s in a debug build */
        assert_true(sip.header_count > 0);
        if (sip.header_count > UINT16_MAX && i == 0)
            assert_int_equal(sip.count[SW_SIP_OTHER], UINT16_MAX);
    }
    free(bytes);
}

/* The value of the first line that begins with one of the names, found the simple way. */
static struct sw_slice simple_header(struct sw_slice bytes, const char *name, const char *other)
{
    for (size_t at = 0; at + 20 < bytes.size; at++) {
        const char *line = (const char *)bytes.data + at;
        size_t size = strncasecmp(line, name, strlen(name)) == 0     ? strlen(name)
                      : strncasecmp(line, other, strlen(other)) == 0 ? strlen(other)
                                                                     : 0;
        if (size == 0 || at == 0 || line[-1] != '\n')
            continue;
        const char *value = line + size;
        while (*value == ' ')
            value++;
        const char *end = value;
        while (*end != '\r')
            end++;
        return (struct sw_slice){(const uint8_t *)value, (size_t)(end - value)};
    }
    return (struct sw_slice){0};
}

static void torture_message(const char *folder, const char *file, const char *truth)
{
    char path[4096];
    static uint8_t bytes[65536];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    struct guarded g = guard((struct sw_slice){bytes, fread(bytes, 1, sizeof bytes, stream)});
    fclose(stream);

    snprintf(path, sizeof path, "\"%s\"", file);
    const char *entry = strstr(truth, path);
    assert_non_null(entry);
    const char *kind = strstr(entry, "\"kind\": \"") + 9;
    struct sw_sip sip;
    print_message("%s\n", file);
    assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
    assert_int_equal(sw_sip_sniff(g.bytes), SW_OK);
    assert_int_equal(sip.response, strncmp(kind, "response", 8) == 0);
    assert_true(sip.headers_end);
    if (sip.response)
        assert_int_equal(sip.status, strcmp(file, "bigcode.dat") == 0 ? 0 : atoi((const char *)bytes + 8));
    else
        assert_true(sw_slice_equal(sip.method, (struct sw_slice){bytes, strcspn((const char *)bytes, " ")}));
    assert_true(sw_slice_equal(sip.first[SW_SIP_CALL_ID], simple_header(g.bytes, "Call-ID:", "I:")));
    unguard(&g);
}

static void torture(void **state)
{
    (void)state;
    static const char folder[] = PROJECT_FOLDER "/../shared/conformance/torture";
    static char truth[262144];
    DIR *dir = opendir(folder);
    FILE *stream = fopen(PROJECT_FOLDER "/../shared/conformance/torture/truth.json", "rb");
    if (dir == NULL || stream == NULL) {
        print_message("SKIPPED: no torture messages beside the source tree\n");
        skip();
    }
    truth[fread(truth, 1, sizeof truth - 1, stream)] = '\0';
    fclose(stream);
    unsigned count = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strstr(entry->d_name, ".dat") == NULL)
            continue;
        torture_message(folder, entry->d_name, truth);
        count++;
    }
    closedir(dir);
    assert_true(count >= 61);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_lines_are_read),
        cmocka_unit_test(recognising_is_sniffing_and_parsing),
        cmocka_unit_test(odd_messages_are_recognised),
        cmocka_unit_test(recognising_is_bounded),
        cmocka_unit_test(prefixes_are_not_refused),
        cmocka_unit_test(sniffing_is_bounded),
        cmocka_unit_test(messages_are_cut),
        cmocka_unit_test(prefixes_are_survived),
        cmocka_unit_test(nul_bytes_are_read),
        cmocka_unit_test(names_and_compact_forms),
        cmocka_unit_test(values_over_several_lines),
        cmocka_unit_test(keepalives),
        cmocka_unit_test(short_tortuous_invite),
        cmocka_unit_test(lines_are_found_at_every_offset),
        cmocka_unit_test(huge_messages_stay_linear),
        cmocka_unit_test(torture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
