/* links: core_rules core_call core_sip core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Each rule that needs one SIP message: a message that breaks it, and one that nearly does.
 */
#include "harness.h"

#include "sipweave/sip_check.h"

#include "bytes.h"

#include <glib.h>

struct rule_case {
    const char *id;
    enum sw_transport transport;
    const char *breaks;
    const char *finds; /* ids, one a line */
    const char *keeps; /* nearly the same, and finds */
    const char *still;
};

static const struct rule_case cases[] = {
#include "cases_sip.h"
#include "cases_sip_extensions.h"
};

static void note(void *context, enum sw_rule rule, const char *evidence)
{
    GString *found = context;
    assert_true(*evidence != 0 && strlen(evidence) < SW_EVIDENCE_MAX);
    for (const char *at = evidence; *at != 0; at++)
        assert_true(*at >= ' ' && *at <= '~');
    g_string_append_printf(found, "%s\n", sw_rule_info(rule)->id);
}

static void check(struct sw_sip_checker *checker, enum sw_transport transport, struct sw_slice bytes, GString *found)
{
    const struct sw_sip_judgement judgement = {found, note};
    struct sw_sip sip;
    g_string_truncate(found, 0);
    if (sw_sip_parse(bytes, &sip) == SW_OK)
        sw_sip_check(checker, &sip, NULL, transport, true, &judgement);
}

static void expect(const struct rule_case *one, const char *message, const char *expected)
{
    GString *found = g_string_new("");
    const struct sw_sip_judgement judgement = {found, note};
    struct guarded guarded = guard(text(message));
    struct sw_sip_checker *checker = sw_sip_checker_new();
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(guarded.bytes, &sip), SW_OK);
    sw_sip_check(checker, &sip, NULL, one->transport, true, &judgement);
    g_string_truncate(found, 0); /* what it remembers changes nothing */
    sw_sip_check(checker, &sip, NULL, one->transport, true, &judgement);
    if (strcmp(found->str, expected) != 0)
        print_error("%s: expected\n%sfound\n%sin\n%s", one->id, expected, found->str, message);
    assert_string_equal(found->str, expected);
    sw_sip_checker_free(checker);
    unguard(&guarded);
    g_string_free(found, TRUE);
}

static void each_rule_is_broken_and_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct rule_case *one = &cases[i];
        char *line = g_strdup_printf("%s\n", one->id);
        assert_non_null(strstr(one->finds, line));
        assert_null(strstr(one->still, line));
        expect(one, one->breaks, one->finds);
        expect(one, one->keeps, one->still);
        g_free(line);
    }
}

/* Of the RFCs whose messages are looked at here. */
static bool is_of_sip(const char *id)
{
    static const char *const families[] = {"SIP-",    "PRACK-",     "EVT-",  "OB-",  "PATH-", "REFER-",
                                           "UPDATE-", "SESSTIMER-", "REPL-", "MSG-", "PUB-",  "WSSIP-URI-TRANSPORT"};
    bool is = false;
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++)
        is |= g_str_has_prefix(id, families[i]);
    return is;
}

static void every_checked_rule_has_both(void **state)
{
    (void)state;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        bool has = false;
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
            has |= strcmp(cases[i].id, info->id) == 0;
        bool checked = info->state == SW_RULE_CHECKED;
        bool other = strncmp(info->detect, "[msg]", 5) != 0 && strncmp(info->detect, "[heur]", 6) != 0;
        if (!is_of_sip(info->id) || other || has == checked)
            continue;
        print_error("%s: %s\n", info->id, has ? "has a case, and isn't CHECKED" : "no case");
        assert_true(has == checked);
    }
}

/* As one that knows nothing of other messages finds. */
static void expect_alike(struct sw_sip_checker *learned, enum sw_transport transport, struct sw_slice bytes)
{
    GString *expected = g_string_new("");
    GString *found = g_string_new("");
    struct sw_sip_checker *fresh = sw_sip_checker_new();
    check(fresh, transport, bytes, expected);
    check(learned, transport, bytes, found);
    if (strcmp(found->str, expected->str) != 0)
        print_error("alone\n%safter others\n%sin\n%.*s", expected->str, found->str, (int)bytes.size,
                    (const char *)bytes.data);
    assert_string_equal(found->str, expected->str);
    sw_sip_checker_free(fresh);
    g_string_free(expected, TRUE);
    g_string_free(found, TRUE);
}

/* A message with a byte here and there changed, or left out. */
static void expect_mutants_alike(struct sw_sip_checker *learned, enum sw_transport transport, const char *message)
{
    static const uint8_t others[] = " ;,<>\"@:=a0*%\t\r\n\x80";
    const size_t size = strlen(message);
    const size_t start_line = strcspn(message, "\n");
    uint8_t *bytes = g_malloc(size);
    for (size_t i = 0; i < start_line; i++)
        for (size_t other = 0; other < sizeof others - 1; other++) {
            memcpy(bytes, message, size);
            bytes[i] = others[other];
            expect_alike(learned, transport, sw_slice_of(bytes, size));
        }
    for (size_t i = 0; i < size; i += 5) {
        memcpy(bytes, message, size);
        bytes[i] = others[i / 5 % (sizeof others - 1)];
        expect_alike(learned, transport, sw_slice_of(bytes, size));
        memcpy(bytes, message, i);
        memcpy(bytes + i, message + i + 1, size - i - 1);
        expect_alike(learned, transport, sw_slice_of(bytes, size - 1));
    }
    g_free(bytes);
}

/* The checker may take a message for one like another only where that makes no difference. */
static void what_was_learned_misleads_nobody(void **state)
{
    (void)state;
    struct sw_sip_checker *learned = sw_sip_checker_new();
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
            expect_alike(learned, cases[i].transport, text(cases[i].keeps));
            expect_alike(learned, cases[i].transport, text(cases[i].breaks));
        }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_mutants_alike(learned, cases[i].transport, cases[i].keeps);
    sw_sip_checker_free(learned);
}

static GString *found_in_contact(const char *contact)
{
    GString *found = g_string_new("");
    struct sw_sip_checker *checker = sw_sip_checker_new();
    char *message = g_strdup_printf("REGISTER sip:b SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\n"
                                    "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 REGISTER\r\n"
                                    "Max-Forwards: 70\r\nContact: %s\r\nContent-Length: 0\r\n\r\n",
                                    contact);
    check(checker, SW_TRANSPORT_TCP, text(message), found);
    g_free(message);
    sw_sip_checker_free(checker);
    return found;
}

/* With white space behind the bracket, which means nothing, it is read by another way. */
static void expect_spaced_alike(const char *contact)
{
    const char *bracket = strrchr(contact, '>');
    if (bracket == NULL || bracket[1] != ';' || strchr(contact, ',') != NULL)
        return;
    char *spaced = g_strdup_printf("%.*s %s", (int)(bracket + 1 - contact), contact, bracket + 1);
    GString *usual = found_in_contact(contact);
    GString *other = found_in_contact(spaced);
    if (strcmp(usual->str, other->str) != 0)
        print_error("%s\n%sspaced\n%s", contact, usual->str, other->str);
    assert_string_equal(usual->str, other->str);
    g_string_free(usual, TRUE);
    g_string_free(other, TRUE);
    g_free(spaced);
}

static void usual_addresses_are_read_alike(void **state)
{
    static const char *const contacts[] = {
        "<sip:a@b.c;transport=ws>;reg-id=1;+sip.instance=\"<urn:uuid:0>\";expires=600",
        "\"A. B\" <sip:a-b_c@10.0.0.1:5060;ob>;q=0.5;expires=4294967296",
        "A b <sip:10.0.0.1;gr=urn:x;lr>;a=b;C=\"d;e\"",
    };
    static const char others[] = " ;:<>\"@=a0*%[].-\\?,\x7f";
    (void)state;
    for (size_t n = 0; n < G_N_ELEMENTS(contacts); n++)
        for (size_t i = 0; contacts[n][i] != 0; i++)
            for (size_t k = 0; k < sizeof others - 1; k++) {
                char *changed = g_strdup(contacts[n]);
                changed[i] = others[k];
                expect_spaced_alike(changed);
                g_free(changed);
            }
}

/* What is cut by the capture is judged by nothing but what is there. */
static void a_cut_message_is_not_judged(void **state)
{
    (void)state;
    GString *found = g_string_new("");
    const struct sw_sip_judgement judgement = {found, note};
    struct sw_sip_checker *checker = sw_sip_checker_new();
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(text("OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n"), &sip), SW_OK);
    sw_sip_check(checker, &sip, NULL, SW_TRANSPORT_UDP, false, &judgement);
    assert_string_equal(found->str, "");
    sw_sip_checker_free(checker);
    g_string_free(found, TRUE);
}

/* What came as text was held to UTF-8 when it came (WS-UTF8). */
static void expect_in_binary(const char *message, const char *expected)
{
    GString *found = g_string_new("");
    const struct sw_sip_judgement judgement = {found, note};
    struct sw_call_tracker *tracker = sw_call_tracker_new(&sw_limits_default);
    struct sw_sip_checker *checker = sw_sip_checker_new();
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(text(message), &sip), SW_OK);
    for (unsigned binary = 0; binary < 2; binary++) {
        const struct sw_sip_record record = {.id = binary + 1, .time = binary, .sip = &sip, .binary = binary != 0};
        struct sw_placement placement;
        sw_call_tracker_add(tracker, &record, &placement);
        sw_sip_check(checker, &sip, &placement, SW_TRANSPORT_WS, true, &judgement);
        assert_string_equal(found->str, binary != 0 ? expected : "");
    }
    g_string_free(found, TRUE);
    sw_sip_checker_free(checker);
    sw_call_tracker_free(tracker);
}

static void binary_messages_are_read_as_text(void **state)
{
    (void)state;
#define START                                                                                                          \
    "MESSAGE sip:b SIP/2.0\r\nVia: SIP/2.0/WS a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@b>\r\n"         \
    "Call-ID: x\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\n"
    expect_in_binary(START "Subject: caf\xe9\r\n\r\n", "SIP-UTF8\nWSSIP-NOT-UTF8\n");
    expect_in_binary(START "Subject: caf\xc3\xa9\r\n\r\n", "");
    expect_in_binary(START "Content-Type: text/plain\r\n\r\ncaf\xe9", "WSSIP-NOT-UTF8\n");
    expect_in_binary(START "Content-Type: image/png\r\n\r\ncaf\xe9", "");
#undef START
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),     cmocka_unit_test(every_checked_rule_has_both),
        cmocka_unit_test(what_was_learned_misleads_nobody), cmocka_unit_test(usual_addresses_are_read_alike),
        cmocka_unit_test(a_cut_message_is_not_judged),      cmocka_unit_test(binary_messages_are_read_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
