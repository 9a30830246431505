/* links: core_rules core_call core_sip core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Faults that are passed on, given back and named again: who is accused.
 */
#include "harness.h"

#include "sipweave/offer_answer.h"
#include "sipweave/sip_check.h"

#include <glib.h>

#define VIA_A   "Via: SIP/2.0/UDP a.test;branch=z9hG4bKa\r\n"
#define VIA_P   "Via: SIP/2.0/UDP p.test;branch=z9hG4bKp\r\n"
#define VIA_B   "Via: SIP/2.0/UDP b.test;branch=z9hG4bKb\r\n"
#define BAD_VIA "Via: UDP a.test\r\n"
#define FROM_A  "From: <sip:a@x.test>;tag=a12345678\r\n"
#define TO_B    "To: <sip:b@x.test>\r\n"
#define FROM_B  "From: <sip:b@x.test>;tag=b12345678\r\n"
#define TO_A    "To: <sip:a@x.test>;tag=a12345678\r\n"
#define TAGGED  "To: <sip:b@x.test>;tag=b12345678\r\n"
#define ID      "Call-ID: 1@x.test\r\n"
#define ASKED   "CSeq: 1 MESSAGE\r\n"
#define REST    "Max-Forwards: 70\r\n\r\n"

#define MESSAGE  "MESSAGE sip:b@x.test SIP/2.0\r\n"
#define ACCEPTED "SIP/2.0 202 Accepted\r\n"

/* In the order in which they are seen, each with the ids that it is told to break, one a line. */
struct step {
    const char *sip;
    const char *finds;
};

enum { STEPS_MAX = 6 };

static const struct conversation {
    const char *what;
    struct step steps[STEPS_MAX];
} conversations[] = {
    {"a proxy forwards a request, and the next one, too",
     {{MESSAGE VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"},
      {MESSAGE VIA_P VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, ""},
      {MESSAGE VIA_B VIA_P VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, ""}}},
    {"what comes again from its author is told again",
     {{MESSAGE VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"},
      {MESSAGE VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"},
      {MESSAGE VIA_A FROM_A TO_B ID "CSeq: 2 MESSAGE\r\nRetry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"}}},
    {"only the hop behind the proxy was recorded",
     {{MESSAGE VIA_P VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"}}},
    {"the hop behind the proxy was recorded first",
     {{MESSAGE VIA_P VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"},
      {MESSAGE VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"}}},
    {"another rule is broken on the way",
     {{MESSAGE VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"},
      {MESSAGE VIA_P VIA_A FROM_A TO_B ID ASKED "Max-Forwards: 69\r\nRetry-After: x\r\n" REST, "SIP-MAXFWD-DUP\n"}}},
    {"a Via of its own",
     {{MESSAGE BAD_VIA FROM_A TO_B ID ASKED REST, "SIP-VIA-SYNTAX\n"},
      {MESSAGE VIA_P BAD_VIA FROM_A TO_B ID ASKED REST, ""},
      {MESSAGE "Via: UDP b.test\r\n" VIA_P BAD_VIA FROM_A TO_B ID ASKED REST, "SIP-VIA-SYNTAX\n"}}},
    {"a proxy forwards a response, but not that of another fork",
     {{ACCEPTED VIA_P VIA_A FROM_A TAGGED ID ASKED "Retry-After: x\r\n\r\n", "SIP-DELTA-SYNTAX\n"},
      {ACCEPTED VIA_A FROM_A TAGGED ID ASKED "Retry-After: x\r\n\r\n", ""},
      {ACCEPTED VIA_A FROM_A "To: <sip:b@x.test>;tag=c12345678\r\n" ID ASKED "Retry-After: x\r\n\r\n",
       "SIP-DELTA-SYNTAX\n"}}},
    {"a response to it breaks the same rule by itself",
     {{MESSAGE VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST, "SIP-DELTA-SYNTAX\n"},
      {ACCEPTED VIA_A FROM_A TAGGED ID ASKED "Retry-After: x\r\n\r\n", "SIP-DELTA-SYNTAX\n"}}},
    {"a response gives back its request's From, To and Via",
     {{MESSAGE VIA_A "From: <sip:%4@x.test>;tag=a12345678\r\n" TO_B ID ASKED REST, "SIP-URI-ESCAPE\n"},
      {ACCEPTED VIA_A "From: <sip:%4@x.test>;tag=a12345678\r\n" TAGGED ID ASKED "\r\n", ""},
      {MESSAGE VIA_A FROM_A "To: sip:b<@x.test\r\n" ID "CSeq: 2 MESSAGE\r\n" REST, "SIP-TO-SYNTAX\n"},
      {ACCEPTED VIA_A FROM_A "To: sip:b<@x.test;tag=b12345678\r\n" ID "CSeq: 2 MESSAGE\r\n\r\n", ""},
      {MESSAGE "Via: UDP a.test;rport\r\n" FROM_A TO_B ID "CSeq: 3 MESSAGE\r\n" REST, "SIP-VIA-SYNTAX\n"},
      {ACCEPTED "Via: UDP a.test;rport=9;received=10.0.0.1\r\n" FROM_A TAGGED ID "CSeq: 3 MESSAGE\r\n\r\n", ""}}},
    {"and its Record-Route",
     {{MESSAGE VIA_A FROM_A TO_B ID ASKED "Record-Route: <sip:p.test;lr>;x;x\r\n" REST, "SIP-PARAM-DUP\n"},
      {ACCEPTED VIA_A FROM_A TAGGED ID ASKED "Record-Route: <sip:p.test;lr>;x;x\r\n\r\n", ""},
      {ACCEPTED VIA_A FROM_A TAGGED ID ASKED "Record-Route: <sip:q.test;lr>;x;x\r\n\r\n", "SIP-PARAM-DUP\n"}}},
    {"and what it lacks, or has twice",
     {{MESSAGE VIA_A TO_B ID ASKED REST, "SIP-FROM-MISSING\n"},
      {ACCEPTED VIA_A TAGGED ID ASKED "\r\n", ""},
      {MESSAGE VIA_A FROM_A FROM_A TO_B ID "CSeq: 2 MESSAGE\r\n" REST, "SIP-FROM-DUP\n"},
      {ACCEPTED VIA_A FROM_A FROM_A TAGGED ID "CSeq: 2 MESSAGE\r\n\r\n", ""}}},
    {"but not what it has right",
     {{MESSAGE VIA_A FROM_A TO_B ID ASKED REST, ""},
      {ACCEPTED VIA_A TAGGED ID ASKED "\r\n", "SIP-RESP-MANDATORY\n"},
      {ACCEPTED VIA_A "From: <sip:%4@x.test>;tag=a12345678\r\n" TAGGED ID ASKED "\r\n", "SIP-URI-ESCAPE\n"}}},
    {"the other side names its peer as that has named itself",
     {{MESSAGE VIA_A "From: <sip:%4@x.test>;tag=a12345678\r\n" TO_B ID ASKED REST, "SIP-URI-ESCAPE\n"},
      {MESSAGE VIA_B FROM_B "To: <sip:%4@x.test>;tag=a12345678\r\n" ID ASKED REST, ""},
      {MESSAGE VIA_B FROM_B "To: <sip:%5@x.test>;tag=a12345678\r\n" ID "CSeq: 2 MESSAGE\r\n" REST,
       "SIP-URI-ESCAPE\n"}}},
    {"and goes to the Contact that it was given",
     {{"UPDATE sip:b@x.test SIP/2.0\r\n" VIA_A FROM_A TAGGED ID "CSeq: 1 UPDATE\r\nContact: <sip:%4@a.test>\r\n" REST,
       "SIP-URI-ESCAPE\n"},
      {"MESSAGE sip:%4@a.test SIP/2.0\r\n" VIA_B FROM_B TO_A ID ASKED REST, ""},
      {"MESSAGE sip:%5@a.test SIP/2.0\r\n" VIA_B FROM_B TO_A ID "CSeq: 2 MESSAGE\r\n" REST, "SIP-URI-ESCAPE\n"}}},
    {"a registrar lists the Contacts that it was given",
     {{"REGISTER sip:x.test SIP/2.0\r\n" VIA_A "From: <sip:a@x.test>;tag=a12345678\r\nTo: <sip:a@x.test>\r\n" ID
       "CSeq: 1 REGISTER\r\nContact: <sip:%4@a.test>\r\n" REST,
       "SIP-URI-ESCAPE\n"},
      {"SIP/2.0 200 OK\r\n" VIA_A "From: <sip:a@x.test>;tag=a12345678\r\nTo: <sip:a@x.test>;tag=r\r\n" ID
       "CSeq: 1 REGISTER\r\nContact: <sip:%4@a.test>;expires=60\r\n\r\n",
       ""},
      {"SIP/2.0 200 OK\r\n" VIA_A "From: <sip:a@x.test>;tag=a12345678\r\nTo: <sip:a@x.test>;tag=r\r\n" ID
       "CSeq: 1 REGISTER\r\nContact: <sip:%5@a.test>;expires=60\r\n\r\n",
       "SIP-URI-ESCAPE\n"},
      {"MESSAGE sip:%4@a.test SIP/2.0\r\n" VIA_P VIA_B FROM_B "To: <sip:a@x.test>\r\nCall-ID: 2\r\n" ASKED REST, ""},
      {"MESSAGE sip:%6@a.test SIP/2.0\r\n" VIA_P VIA_B FROM_B "To: <sip:a@x.test>\r\nCall-ID: 3\r\n" ASKED REST,
       "SIP-URI-ESCAPE\n"}}},
    {"in another call it is another's",
     {{MESSAGE VIA_A "From: <sip:%4@x.test>;tag=a12345678\r\n" TO_B ID ASKED REST, "SIP-URI-ESCAPE\n"},
      {ACCEPTED VIA_A "From: <sip:%4@x.test>;tag=a12345678\r\n" TAGGED "Call-ID: 2@x.test\r\n" ASKED "\r\n",
       "SIP-URI-ESCAPE\n"}}},
    {"without a Call-ID each message stands by itself",
     {{MESSAGE VIA_A FROM_A TO_B ASKED "Retry-After: x\r\n" REST, "SIP-CALLID-MISSING\nSIP-DELTA-SYNTAX\n"},
      {MESSAGE VIA_P VIA_A FROM_A TO_B ASKED "Retry-After: x\r\n" REST, "SIP-CALLID-MISSING\nSIP-DELTA-SYNTAX\n"}}},
};

static void note(void *context, enum sw_rule rule, const char *evidence)
{
    GString *found = context;
    assert_true(*evidence != 0);
    if (sw_rule_info(rule)->level != SW_LEVEL_LINT)
        g_string_append_printf(found, "%s\n", sw_rule_info(rule)->id);
}

struct watcher {
    struct sw_call_tracker *tracker;
    struct sw_sip_checker *checker;
    uint64_t messages;
    bool binary; /* in a WebSocket */
    GString *found;
};

static void watcher_init(struct watcher *watcher)
{
    *watcher = (struct watcher){
        .tracker = sw_call_tracker_new(&sw_limits_default), .checker = sw_sip_checker_new(), .found = g_string_new("")};
}

static void watcher_clear(struct watcher *watcher)
{
    sw_call_tracker_free(watcher->tracker);
    sw_sip_checker_free(watcher->checker);
    g_string_free(watcher->found, TRUE);
}

static const char *watch(struct watcher *watcher, const char *bytes, uint8_t from)
{
    const struct sw_sip_judgement judgement = {watcher->found, note};
    struct guarded guarded = guard(text(bytes));
    struct sw_sip sip;
    struct sw_placement placement = {0};
    g_string_truncate(watcher->found, 0);
    assert_int_equal(sw_sip_parse(guarded.bytes, &sip), SW_OK);
    const struct sw_sip_record record = {.id = ++watcher->messages,
                                         .time = (int64_t)watcher->messages,
                                         .source = {.family = 4, .port = 5060, .address = {10, from}},
                                         .sip = &sip,
                                         .binary = watcher->binary};
    const enum sw_transport transport = watcher->binary ? SW_TRANSPORT_WS : SW_TRANSPORT_UDP;
    sw_call_tracker_add(watcher->tracker, &record, &placement);
    sw_sip_check(watcher->checker, &sip, &placement, transport, true, &judgement);
    unguard(&guarded);
    return watcher->found->str;
}

static void test_conversations(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(conversations); i++) {
        struct watcher watcher;
        watcher_init(&watcher);
        for (const struct step *step = conversations[i].steps;
             step < conversations[i].steps + STEPS_MAX && step->sip != NULL; step++)
            if (strcmp(watch(&watcher, step->sip, 0), step->finds) != 0)
                fail_msg("%s: expected\n%sfound\n%sin\n%s", conversations[i].what, step->finds, watcher.found->str,
                         step->sip);
        watcher_clear(&watcher);
    }
}

/* Between two WebSockets, or at a NAT: what has the same topmost Via wasn't made here. */
static void test_relay(void **state)
{
    (void)state;
    struct watcher watcher;
    watcher_init(&watcher);
    const char *const message = MESSAGE VIA_A FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST;
    const char *const other = MESSAGE VIA_P FROM_A TO_B ID ASKED "Retry-After: x\r\n" REST;
    assert_string_equal(watch(&watcher, message, 1), "SIP-DELTA-SYNTAX\n");
    assert_string_equal(watch(&watcher, message, 2), "");
    assert_string_equal(watch(&watcher, message, 1), "SIP-DELTA-SYNTAX\n");
    assert_string_equal(watch(&watcher, other, 2), "SIP-DELTA-SYNTAX\n");
    assert_string_equal(watch(&watcher, MESSAGE BAD_VIA FROM_A TO_B ID "CSeq: 2 MESSAGE\r\n" REST, 1),
                        "SIP-VIA-SYNTAX\n");
    assert_string_equal(watch(&watcher, MESSAGE BAD_VIA FROM_A TO_B ID "CSeq: 2 MESSAGE\r\n" REST, 2), "");
    watcher_clear(&watcher);
}

/* What is no UTF-8 is so on the next hop, and in what a response gives back. */
static void test_binary(void **state)
{
    (void)state;
    struct watcher watcher;
    watcher_init(&watcher);
    watcher.binary = true;
#define LATIN "From: \"Ren\xe9\" <sip:a@x.test>;tag=a12345678\r\n"
    assert_string_equal(watch(&watcher, MESSAGE VIA_A LATIN TO_B ID ASKED REST, 0), "SIP-UTF8\nWSSIP-NOT-UTF8\n");
    assert_string_equal(watch(&watcher, MESSAGE VIA_P VIA_A LATIN TO_B ID ASKED REST, 0), "");
    assert_string_equal(watch(&watcher, ACCEPTED VIA_P VIA_A LATIN TAGGED ID ASKED "\r\n", 0), "");
    assert_string_equal(watch(&watcher, ACCEPTED VIA_A FROM_A TAGGED ID "CSeq: 2 MESSAGE\r\nSubject: \xe9\r\n\r\n", 0),
                        "SIP-UTF8\nWSSIP-NOT-UTF8\n");
    const char *const reply = FROM_A TAGGED ID "CSeq: 3 MESSAGE\r\nSubject: \xe9\r\n\r\n";
    char *far = g_strconcat(ACCEPTED VIA_P VIA_A, reply, NULL);
    char *near = g_strconcat(ACCEPTED VIA_A, reply, NULL);
    watcher.binary = false; /* by UDP to the proxy */
    assert_string_equal(watch(&watcher, far, 0), "SIP-UTF8\n");
    watcher.binary = true;
    assert_string_equal(watch(&watcher, near, 0), "");
    g_free(far);
    g_free(near);
#undef LATIN
    watcher_clear(&watcher);
}

static const char *message_of_call(char *room, size_t size, unsigned call, const char *vias)
{
    g_snprintf(room, size, MESSAGE "%s" FROM_A TO_B "Call-ID: %u\r\n" ASKED "Retry-After: x\r\n" REST, vias, call);
    return room;
}

/* However many faults there are, the latest are known, and not all. */
static void test_limit(void **state)
{
    (void)state;
    enum { CALLS = 10000, LATELY = 2000 };
    struct watcher watcher;
    char room[512];
    watcher_init(&watcher);
    for (unsigned i = 0; i < CALLS; i++)
        assert_string_equal(watch(&watcher, message_of_call(room, sizeof room, i, VIA_A), 0), "SIP-DELTA-SYNTAX\n");
    for (unsigned i = CALLS - LATELY; i < CALLS; i++)
        assert_string_equal(watch(&watcher, message_of_call(room, sizeof room, i, VIA_P VIA_A), 0), "");
    assert_string_equal(watch(&watcher, message_of_call(room, sizeof room, 0, VIA_P VIA_A), 0), "SIP-DELTA-SYNTAX\n");
    watcher_clear(&watcher);
}

/* --- offers ------------------------------------------------------------------------------------------------------ */

static void note_offer(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    (void)earlier;
    note(context, rule, evidence);
}

/* A 2xx without the offer that the INVITE lacks, too: who answers is told of it, and the proxy is not. */
static void test_offers(void **state)
{
    (void)state;
    static const struct {
        const char *sip;
        uint8_t from;
        uint8_t to;
        const char *finds;
    } steps[] = {
        {"INVITE sip:b@x.test SIP/2.0\r\n" VIA_A FROM_A TO_B ID "CSeq: 1 INVITE\r\n" REST, 1, 2, ""},
        {"INVITE sip:b@x.test SIP/2.0\r\n" VIA_P VIA_A FROM_A TO_B ID "CSeq: 1 INVITE\r\n" REST, 2, 3, ""},
        {"SIP/2.0 200 OK\r\n" VIA_P VIA_A FROM_A TAGGED ID "CSeq: 1 INVITE\r\n\r\n", 3, 2, "OA-NO-OFFER-2XX\n"},
        {"SIP/2.0 200 OK\r\n" VIA_A FROM_A TAGGED ID "CSeq: 1 INVITE\r\n\r\n", 2, 1, ""},
    };
    struct sw_call_tracker *tracker = sw_call_tracker_new(&sw_limits_default);
    struct sw_sip_checker *checker = sw_sip_checker_new();
    struct sw_offers *offers = sw_offers_new(checker);
    GString *found = g_string_new("");
    const struct sw_offers_judgement judgement = {found, note_offer};
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        struct sw_sip sip;
        struct sw_placement placement = {0};
        assert_int_equal(sw_sip_parse(text(steps[i].sip), &sip), SW_OK);
        const struct sw_sip_record record = {.id = i + 1,
                                             .time = (int64_t)i + 1,
                                             .source = {.family = 4, .port = 5060, .address = {steps[i].from}},
                                             .destination = {.family = 4, .port = 5060, .address = {steps[i].to}},
                                             .sip = &sip};
        sw_call_tracker_add(tracker, &record, &placement);
        sw_offers_add(offers, &record, &placement, (struct sw_mark){i + 1, record.time}, true, &judgement);
        assert_string_equal(found->str, steps[i].finds);
        g_string_truncate(found, 0);
    }
    g_string_free(found, TRUE);
    sw_offers_free(offers);
    sw_sip_checker_free(checker);
    sw_call_tracker_free(tracker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_conversations), cmocka_unit_test(test_relay),
                                       cmocka_unit_test(test_limit), cmocka_unit_test(test_offers),
                                       cmocka_unit_test(test_binary)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
