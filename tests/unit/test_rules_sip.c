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
        sw_sip_check(checker, &sip, transport, true, &judgement);
}

static void expect(const struct rule_case *one, const char *message, const char *expected)
{
    GString *found = g_string_new("");
    const struct sw_sip_judgement judgement = {found, note};
    struct guarded guarded = guard(text(message));
    struct sw_sip_checker *checker = sw_sip_checker_new();
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(guarded.bytes, &sip), SW_OK);
    sw_sip_check(checker, &sip, one->transport, true, &judgement);
    g_string_truncate(found, 0); /* what it remembers changes nothing */
    sw_sip_check(checker, &sip, one->transport, true, &judgement);
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
                                           "UPDATE-", "SESSTIMER-", "REPL-", "MSG-", "PUB-"};
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
    static const uint8_t others[] = " ;,<>\"@:=a0*%\r\n\x80";
    const size_t size = strlen(message);
    uint8_t *bytes = g_malloc(size);
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

/* What is cut by the capture is judged by nothing but what is there. */
static void a_cut_message_is_not_judged(void **state)
{
    (void)state;
    GString *found = g_string_new("");
    const struct sw_sip_judgement judgement = {found, note};
    struct sw_sip_checker *checker = sw_sip_checker_new();
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(text("OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n"), &sip), SW_OK);
    sw_sip_check(checker, &sip, SW_TRANSPORT_UDP, false, &judgement);
    assert_string_equal(found->str, "");
    sw_sip_checker_free(checker);
    g_string_free(found, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),
        cmocka_unit_test(every_checked_rule_has_both),
        cmocka_unit_test(what_was_learned_misleads_nobody),
        cmocka_unit_test(a_cut_message_is_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
