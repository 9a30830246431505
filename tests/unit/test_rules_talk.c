/* links: core_rules core_call core_sip core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Each rule that takes several messages of SIP: a conversation that breaks it, and one that nearly does.
 */
#include "harness.h"

#include "bytes.h"
#include "talk_lines.h"

struct talk_case {
    const char *id;
    const char *breaks;
    const char *finds; /* ids, one a line; NULL: the id */
    const char *keeps; /* nearly the same, and finds */
    const char *still; /* ids, one a line; NULL: nothing */
};

static const struct talk_case cases[] = {
#include "cases_talk.h"
};

/* Tags are short here, to be read: only the cases of their rule look at them. */
struct notes {
    GString *text;
    bool tags; /* with what is of them */
};

static void note(void *context, const struct sw_talk_breach *breach)
{
    const struct notes *notes = context;
    GString *found = notes->text;
    assert_true(*breach->evidence != 0 && strlen(breach->evidence) < SW_EVIDENCE_MAX);
    assert_true(breach->mark_count > 0);
    for (const char *at = breach->evidence; *at != 0; at++)
        assert_true(*at >= ' ' && *at <= '~');
    if (breach->rule != SW_RULE_SIP_TAG_ENTROPY || notes->tags)
        g_string_append_printf(found, "%s\n", sw_rule_info(breach->rule)->id);
}

static void expect(const char *id, const char *script, const char *expected)
{
    GString *found = g_string_new("");
    struct notes notes = {found, strcmp(id, "SIP-TAG-ENTROPY") == 0};
    const struct sw_talk_judgement judgement = {&notes, note};
    struct sw_talks *talks = sw_talks_new(&judgement);
    char **lines = g_strsplit(script, "\n", -1);
    for (uint64_t i = 0; lines[i] != NULL; i++)
        if (*lines[i] != 0)
            talk_say(talks, lines[i], i + 1);
    sw_talks_free(talks);
    if (strcmp(found->str, expected) != 0)
        print_error("%s: expected\n%sfound\n%sin\n%s\n", id, expected, found->str, script);
    assert_string_equal(found->str, expected);
    g_strfreev(lines);
    g_string_free(found, TRUE);
}

static void each_rule_is_broken_and_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct talk_case *one = &cases[i];
        char *line = g_strdup_printf("%s\n", one->id);
        const char *still = one->still != NULL ? one->still : "";
        assert_null(strstr(still, line));
        expect(one->id, one->breaks, one->finds != NULL ? one->finds : line);
        expect(one->id, one->keeps, still);
        g_free(line);
    }
}

/* The scopes of more than one message, but for those that other tests have. */
static bool is_ours(const struct sw_rule_info *info)
{
    static const char *const scopes[] = {"[tx]", "[dialog]", "[reg]", "[timer]", "[multi]"};
    static const char *const others[] = {"WS", "SDP-", "OA-", "RTC-", "PMD-"};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_has_prefix(info->id, others[i]))
            return false;
    for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++)
        if (g_str_has_prefix(info->detect, scopes[i]))
            return true;
    return false;
}

static void every_checked_rule_has_both(void **state)
{
    (void)state;
    bool good = true;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        bool has = false;
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
            has |= strcmp(cases[i].id, info->id) == 0;
        bool checked = info->state == SW_RULE_CHECKED;
        if (!is_ours(info) || has == checked)
            continue;
        print_error("%s: %s\n", info->id, has ? "has a case, and isn't CHECKED" : "no case");
        good = false;
    }
    assert_true(good);
}

/* Everything that a hostile capture can have without end: memory stays bounded, and nobody is accused. */
static void a_flood_is_forgotten(void **state)
{
    enum { FLOOD = 60000 };
    (void)state;
    GString *found = g_string_new("");
    struct notes notes = {found, false};
    const struct sw_talk_judgement judgement = {&notes, note};
    struct sw_talks *talks = sw_talks_new(&judgement);
    for (uint64_t i = 0; i < FLOOD; i++) {
        char *line = g_strdup_printf("%u a%c %s %u x%u i:%u t:%u", (unsigned)i, (char)('b' + i % 20),
                                     i % 3 == 0   ? "INVITE"
                                     : i % 3 == 1 ? "200 INVITE"
                                                  : "ACK",
                                     (unsigned)i, (unsigned)i, (unsigned)(i % 2 == 0 ? i : 7), (unsigned)i);
        talk_say(talks, line, i + 1);
        g_free(line);
    }
    sw_talks_free(talks);
    sw_talks_free(NULL);
    assert_string_equal(found->str, "");
    g_string_free(found, TRUE);
}

#define CALL                                                                                                           \
    "0 ab INVITE 5 i | Contact: <sip:a@10.0.0.1>\n"                                                                    \
    "2 ba 200 INVITE 5 i t:b | Contact: <sip:b@10.0.0.2>\n"                                                            \
    "3 ab ACK 5 k t:b u:sip:b@10.0.0.2\n"
#define OVER                                                                                                           \
    "4 ab BYE 6 y t:b u:sip:b@10.0.0.2\n"                                                                              \
    "5 ba 200 BYE 6 y t:b\n"
#define OTHER_AT(time) time " ab OPTIONS 1 o" time " i:" time "\n" time " ba 200 OPTIONS 1 o" time " i:" time " t:x\n"

/* What is over is remembered while something may still come of it; what isn't over, for as long as that takes. */
static void what_is_over_is_forgotten(void **state)
{
    (void)state;
    expect("soon", CALL OVER OTHER_AT("60000") OTHER_AT("61000") "62000 ab INFO 7 z t:b u:sip:b@10.0.0.2\n",
           "SIP-BYE-AFTER-BYE\n");
    expect("late", CALL OVER OTHER_AT("70000") OTHER_AT("71000") "72000 ab INFO 7 z t:b u:sip:b@10.0.0.2\n", "");
    expect("lasting", CALL OTHER_AT("70000") OTHER_AT("9000000") "9100000 ab INFO 4 z t:b u:sip:b@10.0.0.2\n",
           "SIP-DIALOG-CSEQ-MONO\n");
    expect("lasting, on a connection",
           "0 ap REGISTER 2 r c:1\n1 pa 200 REGISTER 2 r c:1 t:x\n" OTHER_AT("70000")
               OTHER_AT("9000000") "9000001 END 1\n",
           "");
}

/* Of a long request the first bytes are kept, and a hash of the others. */
static void a_long_request_is_held_to_its_end(void **state)
{
    enum { LONG = 20000 };
    (void)state;
    char *body = g_strnfill(LONG, 'x');
    char *same = g_strdup_printf("0 ab MESSAGE 1 x || %s\n500 ab MESSAGE 1 x || %s\n", body, body);
    char *other = g_strdup_printf("0 ab MESSAGE 1 x || %s\n500 ab MESSAGE 1 x || %.*sy\n", body, LONG - 1, body);
    expect("the same", same, "");
    expect("another end", other, "SIP-RETRANS-IDENTICAL\n");
    g_free(body);
    g_free(same);
    g_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),
        cmocka_unit_test(every_checked_rule_has_both),
        cmocka_unit_test(a_flood_is_forgotten),
        cmocka_unit_test(what_is_over_is_forgotten),
        cmocka_unit_test(a_long_request_is_held_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
