/* links: core_rules core_call core_sip core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Each rule about offers and answers: a conversation that breaks it, and one that nearly does. Findings of one
 * description by itself are test_rules_sdp.c's.
 */
#include "harness.h"

#include "sipweave/offer_answer.h"
#include "sipweave/sip_check.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000000)

struct rule_case {
    const char *id;
    const char *breaks;
    const char *finds; /* ids, one a line */
    const char *keeps; /* nearly the same, and finds */
    const char *still;
};

static const struct rule_case of_one_description[] = {
#include "cases_sdp.h"
};

static const struct rule_case cases[] = {
#include "cases_oa.h"
};

/* A line of a conversation, read. */
struct line {
    bool from_a;
    unsigned status; /* 0: a request */
    char method[16];
    char start[16]; /* the method in the start line, if it isn't that */
    unsigned cseq;
    bool in_dialog;
    char to_tag[16];
    unsigned rseq, rack, version, port;
    unsigned stream; /* of HTTP/2: it is between the server, who passes on what A sends, and the other user in it */
    int64_t time;
    bool text; /* its body is no description */
    bool torn; /* its end is missing */
    const char *body;
};

struct talk {
    struct sw_call_tracker *tracker;
    struct sw_sip_checker *checker; /* or NULL */
    struct sw_offers *offers;
    GString *found;
    unsigned call;
    uint64_t messages;
    struct sw_mark mark;
    bool whole;
};

static void option_read(struct line *line, const char *word)
{
    const char *value = strchr(word, ':') == NULL ? "" : strchr(word, ':') + 1;
    if (strcmp(word, "@") == 0)
        line->in_dialog = true;
    else if (g_str_has_prefix(word, "tag:"))
        g_strlcpy(line->to_tag, value, sizeof line->to_tag);
    else if (g_str_has_prefix(word, "start:"))
        g_strlcpy(line->start, value, sizeof line->start);
    else if (g_str_has_prefix(word, "rseq:"))
        line->rseq = (unsigned)atoi(value);
    else if (g_str_has_prefix(word, "rack:"))
        line->rack = (unsigned)atoi(value);
    else if (g_str_has_prefix(word, "at:"))
        line->time = atoi(value) * SECOND;
    else if (g_str_has_prefix(word, "v:"))
        line->version = (unsigned)atoi(value);
    else if (g_str_has_prefix(word, "port:"))
        line->port = (unsigned)atoi(value);
    else if (g_str_has_prefix(word, "stream:"))
        line->stream = (unsigned)atoi(value);
    else if (strcmp(word, "of:text") == 0)
        line->text = true;
    else if (strcmp(word, "torn") == 0)
        line->torn = true;
    else
        fail_msg("no such option: %s", word);
}

static void line_read(struct line *line, char *source)
{
    char *body = strstr(source, " = ");
    char *save;
    *line = (struct line){.from_a = source[0] == '>', .to_tag = "b", .version = 1, .port = 5060};
    if (body != NULL) {
        *body = 0;
        line->body = body + 3;
    }
    char *word = strtok_r(source + 1, " ", &save);
    if (g_ascii_isdigit(word[0])) {
        line->status = (unsigned)atoi(word);
        word = strtok_r(NULL, " ", &save);
    }
    g_strlcpy(line->method, word, sizeof line->method);
    line->cseq = (unsigned)atoi(strtok_r(NULL, " ", &save));
    while ((word = strtok_r(NULL, " ", &save)) != NULL)
        option_read(line, word);
}

static char *body_of(const struct line *line)
{
    GString *body = g_string_new("");
    if (line->text)
        return g_string_free(g_string_append(body, "hello\r\n"), FALSE);
    if (line->body == NULL)
        return g_string_free(body, FALSE);
    if (!g_str_has_prefix(line->body, "v="))
        g_string_append_printf(body, "v=0\r\no=- %c %u IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\n%s",
                               line->from_a ? '1' : '2', line->version,
                               g_str_has_prefix(line->body, "t=") ? "" : "t=0 0\r\n");
    char **lines = g_strsplit(line->body, "|", -1);
    for (char **at = lines; *at != NULL; at++)
        g_string_append_printf(body, "%s\r\n", *at);
    g_strfreev(lines);
    return g_string_free(body, FALSE);
}

/* From A unless it is B's request, or a response to one; only A's requests are answered here. */
static char *message_of(const struct line *line, unsigned call)
{
    char *body = body_of(line);
    GString *text = g_string_new("");
    bool of_a = line->from_a || line->status != 0; /* the request's */
    if (line->status != 0)
        g_string_append_printf(text, "SIP/2.0 %u x\r\n", line->status);
    else
        g_string_append_printf(text, "%s sip:x SIP/2.0\r\n", *line->start != 0 ? line->start : line->method);
    g_string_append_printf(text, "Via: SIP/2.0/UDP h;branch=z9hG4bK%c%s%u.%u\r\n", of_a ? 'a' : 'b', line->method,
                           line->cseq, line->stream);
    g_string_append_printf(text, "From: <sip:x>;tag=%s\r\nTo: <sip:y>", of_a ? "a" : "b");
    if (line->in_dialog || line->status > 100)
        g_string_append_printf(text, ";tag=%s", of_a ? line->to_tag : "a");
    g_string_append_printf(text, "\r\nCall-ID: x%u\r\nCSeq: %u %s\r\n", call, line->cseq, line->method);
    if (line->rseq != 0)
        g_string_append_printf(text, "RSeq: %u\r\nRequire: 100rel\r\n", line->rseq);
    if (line->rack != 0)
        g_string_append_printf(text, "RAck: %u 1 INVITE\r\n", line->rack);
    g_string_append_printf(text, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                           line->text ? "text/plain" : "application/sdp", strlen(body) + (line->torn ? 20 : 0), body);
    g_free(body);
    return g_string_free(text, FALSE);
}

static void note(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    struct talk *talk = context;
    assert_true(*evidence != 0 && strlen(evidence) < SW_EVIDENCE_MAX);
    for (const char *at = evidence; *at != 0; at++)
        assert_true(*at >= ' ' && *at <= '~');
    assert_true(earlier == NULL || (earlier->packet > 0 && earlier->packet < talk->messages));
    g_string_append_printf(talk->found, "%s\n", sw_rule_info(rule)->id);
}

static void ignore(void *context, enum sw_rule rule, const char *evidence)
{
    (void)context;
    (void)rule;
    (void)evidence;
}

static void say(struct talk *talk, const struct line *line)
{
    const struct sw_endpoint a = {
        .family = 4, .port = (uint16_t)line->port, .address = {192, 0, 2, 1}, .stream = line->stream};
    const struct sw_endpoint b = {.family = 4, .port = 5060, .address = {192, 0, 2, 2}};
    const struct sw_offers_judgement judgement = {talk, note};
    char *message = message_of(line, talk->call);
    struct guarded guarded = guard(text(message));
    const bool to_b = line->from_a == (line->stream == 0);
    struct sw_sip sip;
    struct sw_placement placement;
    assert_int_equal(sw_sip_parse(guarded.bytes, &sip), SW_OK);
    const struct sw_sip_record record = {
        .id = ++talk->messages,
        .time = line->time + (int64_t)talk->messages,
        .source = to_b ? a : b,
        .destination = to_b ? b : a,
        .sip = &sip,
    };
    sw_call_tracker_add(talk->tracker, &record, &placement);
    if (talk->checker != NULL)
        sw_sip_check(talk->checker, &sip, NULL, SW_TRANSPORT_UDP, talk->whole,
                     &(struct sw_sip_judgement){NULL, ignore});
    sw_offers_add(talk->offers, &record, &placement, (struct sw_mark){talk->messages, record.time}, talk->whole,
                  &judgement);
    unguard(&guarded);
    g_free(message);
}

static struct talk talk_begin(void)
{
    return (struct talk){
        .tracker = sw_call_tracker_new(&sw_limits_default),
        .offers = sw_offers_new(NULL),
        .found = g_string_new(""),
        .whole = true,
    };
}

static void talk_end(struct talk *talk)
{
    sw_call_tracker_free(talk->tracker);
    sw_offers_free(talk->offers);
    g_string_free(talk->found, TRUE);
}

static void talk_over(struct talk *talk, const char *conversation)
{
    char **lines = g_strsplit(conversation, "\n", -1);
    for (char **at = lines; *at != NULL; at++) {
        struct line line;
        if (**at == 0)
            continue;
        line_read(&line, *at);
        say(talk, &line);
    }
    g_strfreev(lines);
}

static void expect(const char *id, const char *conversation, const char *expected)
{
    struct talk talk = talk_begin();
    talk_over(&talk, conversation);
    if (strcmp(talk.found->str, expected) != 0)
        print_error("%s: expected\n%sfound\n%sin\n%s", id, expected, talk.found->str, conversation);
    assert_string_equal(talk.found->str, expected);
    talk_end(&talk);
}

static void each_rule_is_broken_and_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct rule_case *one = &cases[i];
        char *line = g_strdup_printf("%s\n", one->id);
        assert_non_null(strstr(one->finds, line));
        assert_null(strstr(one->still, line));
        expect(one->id, one->breaks, one->finds);
        expect(one->id, one->keeps, one->still);
        g_free(line);
    }
}

static bool has_case(const char *id)
{
    bool has = g_str_has_prefix(id, "SESSID-");
    for (size_t i = 0; i < G_N_ELEMENTS(of_one_description); i++)
        has |= strcmp(of_one_description[i].id, id) == 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        has |= strcmp(cases[i].id, id) == 0;
    return has;
}

static void every_checked_rule_has_both(void **state)
{
    static const char *const families[] = {"SDP-", "OA-", "RTC-", "SESSID-"};
    (void)state;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        bool of_these = false;
        for (size_t i = 0; i < G_N_ELEMENTS(families); i++)
            of_these |= g_str_has_prefix(info->id, families[i]);
        bool checked = info->state == SW_RULE_CHECKED;
        if (!of_these || has_case(info->id) == checked)
            continue;
        print_error("%s: %s\n", info->id, checked ? "no case" : "has a case, and isn't CHECKED");
        fail();
    }
}

/* After all the others, and beside a checker that has seen them. */
static void what_was_learned_misleads_nobody(void **state)
{
    (void)state;
    struct sw_sip_checker *checker = sw_sip_checker_new();
    struct sw_offers *offers = sw_offers_new(checker);
    uint64_t messages = 0;
    for (unsigned n = 0; n < 4 * G_N_ELEMENTS(cases); n++) {
        const struct rule_case *one = &cases[n / 2 % G_N_ELEMENTS(cases)];
        struct talk talk = {.tracker = sw_call_tracker_new(&sw_limits_default),
                            .checker = checker,
                            .offers = offers,
                            .found = g_string_new(""),
                            .call = n,
                            .messages = messages,
                            .whole = true};
        talk_over(&talk, n % 2 == 0 ? one->keeps : one->breaks);
        if (strcmp(talk.found->str, n % 2 == 0 ? one->still : one->finds) != 0)
            print_error("%s, %u\n", one->id, n);
        assert_string_equal(talk.found->str, n % 2 == 0 ? one->still : one->finds);
        messages = talk.messages;
        sw_call_tracker_free(talk.tracker);
        g_string_free(talk.found, TRUE);
    }
    sw_offers_free(offers);
    sw_sip_checker_free(checker);
}

/* What was cut, and whatever came before it, proves nothing. */
static void what_was_cut_is_forgotten(void **state)
{
    (void)state;
    struct talk talk = talk_begin();
    talk_over(&talk, CALL(AUDIO, AUDIO));
    talk.whole = false;
    talk_over(&talk, "> INVITE 2 @ v:2 = " AUDIO "|a=sendonly\n");
    talk.whole = true;
    talk_over(&talk, "< 200 INVITE 2\n> INVITE 3 @ v:2 = " AUDIO "\n");
    assert_string_equal(talk.found->str, "");
    talk_end(&talk);
}

/* More dialogs than are remembered: the old ones are forgotten, and nothing is said of them. */
static void memory_is_bounded(void **state)
{
    (void)state;
    struct talk talk = talk_begin();
    for (unsigned i = 0; i < 40000; i++) {
        char conversation[128];
        snprintf(conversation, sizeof conversation, "< 183 INVITE 1 tag:t%u = " AUDIO "\n", i);
        if (i == 0)
            talk_over(&talk, "> INVITE 1 = " AUDIO "\n");
        talk_over(&talk, conversation);
    }
    assert_string_equal(talk.found->str, "");
    talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),
        cmocka_unit_test(every_checked_rule_has_both),
        cmocka_unit_test(what_was_learned_misleads_nobody),
        cmocka_unit_test(what_was_cut_is_forgotten),
        cmocka_unit_test(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
