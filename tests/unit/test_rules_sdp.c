/* links: core_rules core_call core_sip core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Each rule about one session description, or about Session-ID: a message that breaks it, and one that nearly does.
 * That each has such a pair is what test_rules_oa.c looks at.
 */
#include "harness.h"

#include "sipweave/sip_check.h"

#include <glib.h>

struct rule_case {
    const char *id;
    const char *breaks; /* a body */
    const char *finds;  /* ids, one a line */
    const char *keeps;  /* nearly the same, and finds */
    const char *still;
};

static const struct rule_case cases[] = {
#include "cases_sdp.h"
};

#define REQUEST                                                                                                        \
    "INVITE sip:b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@b>\r\n"         \
    "Call-ID: x\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@b>\r\nAllow: INVITE\r\nSupported: x\r\n"
#define UUID "0123456789abcdef0123456789abcdef"

/* The same with a Session-ID instead of a body. */
static const struct rule_case session_ids[] = {
    {"SESSID-SYNTAX", "0123456789ABCDEF0123456789ABCDEF", "SESSID-SYNTAX\n", UUID, ""},
    {"SESSID-SYNTAX", UUID ";remote=0", "SESSID-SYNTAX\n", UUID ";remote=" UUID, ""},
    {"SESSID-SYNTAX", "1;remote=" UUID, "SESSID-SYNTAX\n", "1;x=2", ""},
    {"SESSID-REMOTE-DUP", UUID ";remote=" UUID ";Remote=" UUID, "SESSID-REMOTE-DUP\n", UUID ";remote=" UUID ";x=" UUID,
     ""},
};

static void note(void *context, enum sw_rule rule, const char *evidence)
{
    GString *found = context;
    assert_true(*evidence != 0 && strlen(evidence) < SW_EVIDENCE_MAX);
    for (const char *at = evidence; *at != 0; at++)
        assert_true(*at >= ' ' && *at <= '~');
    g_string_append_printf(found, "%s\n", sw_rule_info(rule)->id);
}

static GString *found_by(struct sw_sip_checker *checker, const char *message, enum sw_transport transport, bool whole)
{
    GString *found = g_string_new("");
    const struct sw_sip_judgement judgement = {found, note};
    struct guarded guarded = guard(text(message));
    struct sw_sip sip;
    if (sw_sip_parse(guarded.bytes, &sip) == SW_OK)
        sw_sip_check(checker, &sip, NULL, transport, whole, &judgement);
    unguard(&guarded);
    return found;
}

static GString *found_in(const char *message, enum sw_transport transport, bool whole)
{
    struct sw_sip_checker *checker = sw_sip_checker_new();
    GString *found = found_by(checker, message, transport, whole);
    sw_sip_checker_free(checker);
    return found;
}

static void expect(const char *id, const char *message, const char *expected)
{
    GString *found = found_in(message, SW_TRANSPORT_UDP, true);
    if (strcmp(found->str, expected) != 0)
        print_error("%s: expected\n%sfound\n%sin\n%s", id, expected, found->str, message);
    assert_string_equal(found->str, expected);
    g_string_free(found, TRUE);
}

/* Line feeds become CRLF, vertical tabs line feeds. */
static char *message_with(const char *body)
{
    GString *written = g_string_new("");
    for (const char *at = body; *at != 0; at++)
        if (*at == '\n')
            g_string_append(written, "\r\n");
        else
            g_string_append_c(written, *at == '\v' ? '\n' : *at);
    char *message = g_strdup_printf(REQUEST "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
                                    written->len, written->str);
    g_string_free(written, TRUE);
    return message;
}

static void expect_body(const struct rule_case *one, const char *body, const char *expected)
{
    char *message = message_with(body);
    expect(one->id, message, expected);
    g_free(message);
}

static void expect_session_id(const struct rule_case *one, const char *value, const char *expected)
{
    char *message = g_strdup_printf(REQUEST "Session-ID: %s\r\n\r\n", value);
    expect(one->id, message, expected);
    g_free(message);
}

static void expect_both(const struct rule_case *one,
                        void (*expected)(const struct rule_case *, const char *, const char *))
{
    char *line = g_strdup_printf("%s\n", one->id);
    assert_non_null(strstr(one->finds, line));
    assert_null(strstr(one->still, line));
    expected(one, one->breaks, one->finds);
    expected(one, one->keeps, one->still);
    g_free(line);
}

static void each_rule_is_broken_and_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_both(&cases[i], expect_body);
    for (size_t i = 0; i < G_N_ELEMENTS(session_ids); i++)
        expect_both(&session_ids[i], expect_session_id);
}

#define SDP   "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\n"
#define TYPED REQUEST "Content-Type: application/sdp\r\n"

/* Where the body may be another than what its author wrote, nothing is said about it. */
static void what_may_be_missing_is_not_judged(void **state)
{
    static const struct {
        const char *message;
        enum sw_transport transport;
        bool whole;
        const char *finds;
    } silent[] = {
        {TYPED "Content-Length: 56\r\n\r\n" SDP, SW_TRANSPORT_UDP, true, "SDP-T-MISSING\n"},
        {TYPED "Content-Length: 56\r\n\r\n" SDP, SW_TRANSPORT_UDP, false, ""},
        {TYPED "Content-Length: 57\r\n\r\n" SDP, SW_TRANSPORT_UDP, true, "SIP-CLEN-BODY\n"},
        {TYPED "Content-Length: 55\r\n\r\n" SDP, SW_TRANSPORT_UDP, true, "SIP-TRAILING-OCTETS\n"},
        {TYPED "Content-Length: 56\r\nContent-Encoding: gzip\r\n\r\n" SDP, SW_TRANSPORT_UDP, true, ""},
        {TYPED "Content-Length: 61\r\n\r\n" SDP "t=0 0", SW_TRANSPORT_UDP, true, "SDP-CRLF\n"},
        {TYPED "Content-Length: 61\r\n\r\n" SDP "t=0 0", SW_TRANSPORT_TCP, true, ""},
        {REQUEST "Content-Type: multipart/mixed;boundary=b\r\nContent-Length: 108\r\n\r\n--b\r\n"
                 "Content-Type: application/sdp\r\n\r\n" SDP "t=0 0\r\n--b--\r\n",
         SW_TRANSPORT_UDP, true, ""},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(silent); i++) {
        GString *found = found_in(silent[i].message, silent[i].transport, silent[i].whole);
        if (strcmp(found->str, silent[i].finds) != 0)
            print_error("case %zu\n", i);
        assert_string_equal(found->str, silent[i].finds);
        g_string_free(found, TRUE);
    }
}

/* --- what was learned -------------------------------------------------------------------------------------------- */

/* As one that knows nothing of other descriptions finds. */
static void expect_alike(struct sw_sip_checker *learned, const char *body)
{
    char *message = message_with(body);
    GString *expected = found_in(message, SW_TRANSPORT_UDP, true);
    GString *found = found_by(learned, message, SW_TRANSPORT_UDP, true);
    if (strcmp(found->str, expected->str) != 0)
        print_error("alone\n%safter others\n%sin\n%s", expected->str, found->str, message);
    assert_string_equal(found->str, expected->str);
    g_string_free(expected, TRUE);
    g_string_free(found, TRUE);
    g_free(message);
}

/* With a byte here and there changed, or left out. */
static void expect_mutants_alike(struct sw_sip_checker *learned, const char *body)
{
    static const char others[] = " :=/a0.\n\r9Z-\t";
    const size_t size = strlen(body);
    for (size_t i = 0; i < size; i += 3) {
        char *changed = g_strdup(body);
        changed[i] = others[i / 3 % (sizeof others - 1)];
        expect_alike(learned, changed);
        memmove(changed + i, body + i + 1, size - i);
        expect_alike(learned, changed);
        g_free(changed);
    }
}

static void what_was_learned_misleads_nobody(void **state)
{
    static const char *const usual[] = {
        "v=0\no=- 4962303333179871722 2 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE 0 1\n"
        "m=audio 54400 UDP/TLS/RTP/SAVPF 111 0\nc=IN IP4 10.0.0.1\na=rtcp:9 IN IP4 0.0.0.0\n"
        "a=candidate:1 1 udp 2122260223 10.0.0.1 54400 typ host generation 0\n"
        "a=candidate:2 1 udp 1686052607 192.0.2.1 54401 typ srflx raddr 10.0.0.1 rport 54400\n"
        "a=ice-ufrag:Yqt4\na=ice-pwd:9kUfnGJlO2eXcmGLfrbVTCZb\na=ice-options:trickle ice2\n"
        "a=fingerprint:sha-256 5C:1F:2A:0B:5C:1F:2A:0B:5C:1F:2A:0B:5C:1F:2A:0B:5C:1F:2A:0B:5C:1F:2A:0B:5C:1F:2A:0B:5C:"
        "1F:2A:0B\na=setup:actpass\na=mid:0\na=sendrecv\na=rtcp-mux\na=rtpmap:111 opus/48000/2\n"
        "a=fmtp:111 minptime=10\na=ssrc:1 cname:x\n"
        "m=video 54400 UDP/TLS/RTP/SAVPF 96\nc=IN IP4 10.0.0.1\na=ice-ufrag:Yqt4\n"
        "a=ice-pwd:9kUfnGJlO2eXcmGLfrbVTCZb\na=setup:actpass\na=mid:1\na=inactive\na=rtcp-mux\n"
        "a=rtpmap:96 VP8/90000\n",
        "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0 8 101\n"
        "a=rtpmap:101 telephone-event/8000\na=ptime:20\n",
        "v=0\no=- 1 1 IN IP6 ::1\ns=-\nc=IN IP6 2001:db8::1\nt=0 0\nm=audio 0 RTP/AVP 0\nm=audio 9 RTP/AVP 0\n"
        "c=IN IP4 0.0.0.0\n",
    };
    (void)state;
    struct sw_sip_checker *learned = sw_sip_checker_new();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
            expect_alike(learned, usual[i]);
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
            expect_alike(learned, cases[i].keeps);
            expect_alike(learned, cases[i].breaks);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        expect_mutants_alike(learned, usual[i]);
    sw_sip_checker_free(learned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),
        cmocka_unit_test(what_may_be_missing_is_not_judged),
        cmocka_unit_test(what_was_learned_misleads_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
