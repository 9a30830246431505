/* SPDX-License-Identifier: MIT
 * links: core_call core_sip core_base
 *
 * The tracker as a whole: the order in which calls are told, its limits, and floods of everything that a hostile
 * capture can have without end. What the states mean is test_call.c's.
 */
#include "sip_conversation.h"

enum { FLOOD = 20000 };

struct script {
    struct sw_call_tracker *tracker;
    uint64_t next_id;
    struct sw_placement placement; /* of the latest message */
};

static struct script script_new(struct sw_limits limits)
{
    return (struct script){.tracker = sw_call_tracker_new(&limits), .next_id = 1};
}

/* Not guarded as in test_call.c: floods are long. */
static void say(struct script *script, const char *source)
{
    static struct line line;
    struct sw_sip sip;
    line_read(&line, source, script->next_id++);
    line.record.sip = &sip;
    assert_int_equal(sw_sip_parse((struct sw_slice){(const uint8_t *)line.text, line.size}, &sip), SW_OK);
    sw_call_tracker_add(script->tracker, &line.record, &script->placement);
}

/* Takes the next call, which must have that id and state. */
static void expect(struct script *script, uint64_t id, enum sw_call_state state)
{
    const struct sw_call *call = sw_call_tracker_next(script->tracker);
    if (call == NULL)
        fail_msg("call %llu is not told", (unsigned long long)id);
    assert_int_equal(call->id, id);
    assert_string_equal(sw_call_state_name(call->state), sw_call_state_name(state));
}

static void expect_none(struct script *script)
{
    assert_null(sw_call_tracker_next(script->tracker));
}

static void test_told_in_order_of_ids(void **state)
{
    (void)state;
    struct script script = script_new(sw_limits_default);
    say(&script, "0 ab INVITE 1 x i:first");
    say(&script, "1 ba 200 INVITE 1 x i:first t:b");
    say(&script, "2 ab OPTIONS 1 y i:second");
    say(&script, "3 ba 200 OPTIONS 1 y i:second t:b");
    say(&script, "40000 ab OPTIONS 1 z i:third");
    expect_none(&script); /* the second is over, the first isn't */
    say(&script, "40001 ab BYE 2 w i:first t:b");
    say(&script, "80000 ab OPTIONS 2 v i:fourth");
    expect(&script, 1, SW_CALL_COMPLETED);
    expect(&script, 2, SW_CALL_COMPLETED);
    expect(&script, 3, SW_CALL_TIMEOUT);
    expect_none(&script);
    sw_call_tracker_finish(script.tracker);
    expect(&script, 4, SW_CALL_LOST);
    expect_none(&script);
    say(&script, "80001 ab OPTIONS 2 v i:fourth"); /* after the end begins anew */
    assert_int_equal(script.placement.call, 5);
    sw_call_tracker_free(script.tracker);
    sw_call_tracker_free(NULL);
}

static void test_endless_head_is_told_when_too_many_wait(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.calls = 3;
    struct script script = script_new(limits);
    char line[128];
    for (int i = 0; i < 5; i++) {
        say(&script, "0 ab REGISTER 1 x i:head | Contact: <sip:a>;expires=999999");
        snprintf(line, sizeof line, "%d ba 200 REGISTER 1 x i:head t:b | Contact: <sip:a>;expires=999999", i * 40000);
        say(&script, line);
        snprintf(line, sizeof line, "%d ab OPTIONS 1 y i:other%d", i * 40000, i);
        say(&script, line);
        if (i < 4)
            expect_none(&script);
    }
    /* four wait now: others 0 to 3 */
    expect(&script, 1, SW_CALL_REGISTERED);
    for (uint64_t id = 2; id < 6; id++)
        expect(&script, id, SW_CALL_TIMEOUT);
    expect_none(&script);
    say(&script, "170000 ba 200 REGISTER 1 x i:head t:b | Contact: <sip:a>;expires=9");
    assert_int_equal(script.placement.call, 7);
    sw_call_tracker_free(script.tracker);
}

static void test_quietest_is_put_out(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.calls = 2;
    struct script script = script_new(limits);
    say(&script, "0 ab INVITE 1 x i:one");
    say(&script, "1000 ab INVITE 1 y i:two");
    say(&script, "2000 ba 180 INVITE 1 y i:two t:b");
    say(&script, "3000 ba 200 INVITE 1 x i:one t:b");
    say(&script, "4000 ab INVITE 1 z i:three");
    expect_none(&script);
    say(&script, "5000 ab INVITE 1 z i:four");
    expect(&script, 1, SW_CALL_ANSWERED);
    expect(&script, 2, SW_CALL_RINGING);
    say(&script, "6000 ba 200 INVITE 1 y i:two t:b");
    assert_int_equal(script.placement.call, 5);
    assert_int_equal(script.placement.request, 0);
    expect(&script, 3, SW_CALL_TRYING);
    expect_none(&script);
    sw_call_tracker_free(script.tracker);
}

static void test_no_calls_at_all(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.calls = 0;
    struct script script = script_new(limits);
    say(&script, "0 ab INVITE 1 x");
    assert_int_equal(script.placement.call, 0);
    assert_int_equal(script.placement.request_time, SW_NO_TIME);
    sw_call_tracker_finish(script.tracker);
    expect_none(&script);
    sw_call_tracker_free(script.tracker);
}

/* Any text that parses as SIP at all, with all that is absent or broken. */
static void say_text(struct script *script, const char *bytes, size_t size, int64_t time)
{
    struct guarded g = guard((struct sw_slice){(const uint8_t *)bytes, size});
    struct sw_sip sip;
    assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
    const struct sw_sip_record record = {.id = script->next_id++, .time = time, .sip = &sip};
    sw_call_tracker_add(script->tracker, &record, &script->placement);
    unguard(&g);
}

static void test_broken_messages(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t call;
    } cases[] = {
        {"INVITE sip:a SIP/2.0\r\n\r\n", 0},
        {"INVITE sip:a SIP/2.0\r\nCall-ID: \r\n\r\n", 0},
        {"INVITE sip:a SIP/2.0\r\nCall-ID: a\r\n\r\n", 1},
        {"SIP/2.0 200 OK\r\nCall-ID: b\r\n\r\n", 2},
        {"SIP/2.0 999999999999 OK\r\nCall-ID: c\r\nCSeq: INVITE\r\nFrom: <\r\nTo: \"\r\nVia: ,;=\r\n\r\n", 3},
        {"BYE sip:a SIP/2.0\r\nCall-ID: d\r\nCSeq: 99999999999999999999 INVITE\r\nVia: SIP/2.0/WS\r\n\r\n", 4},
        {"REGISTER sip:a SIP/2.0\r\nCall-ID: e\r\nContact:\r\nExpires: x\r\n\r\n", 5},
        {"SIP/2.0 200 OK\r\nCall-ID: e\r\nCSeq: 0 REGISTER\r\nContact: ,,;,\r\nExpires: 4294967296\r\n\r\n", 5},
        {"NOTIFY sip:a SIP/2.0\r\nCall-ID: f\r\nSubscription-State: ;;expires=99999999999999\r\n\r\n", 6},
    };
    struct script script = script_new(sw_limits_default);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        say_text(&script, cases[i].text, strlen(cases[i].text), i < 6 && i % 2 == 0 ? SW_NO_TIME : INT64_MAX);
        assert_int_equal(script.placement.call, cases[i].call);
    }
    sw_call_tracker_connection_end(script.tracker, 1, SW_NO_TIME);
    sw_call_tracker_finish(script.tracker);
    for (uint64_t id = 1; id <= 6; id++) {
        const struct sw_call *call = sw_call_tracker_next(script.tracker);
        assert_non_null(call);
        assert_int_equal(call->id, id);
    }
    expect_none(&script);
    sw_call_tracker_free(script.tracker);
}

static void test_long_texts(void **state)
{
    (void)state;
    enum { LONG = 65536 };
    static char text[3 * LONG];
    struct script script = script_new(sw_limits_default);
    for (int i = 0; i < 3; i++) { /* the third is the first again */
        int size = snprintf(text, sizeof text, "INVITE sip:a SIP/2.0\r\nCSeq: 1 INVITE\r\nFrom: <sip:");
        memset(text + size, 'f', LONG);
        size += LONG;
        size += snprintf(text + size, sizeof text - (size_t)size, ">;tag=a\r\nCall-ID: ");
        memset(text + size, 'i', LONG);
        text[size + LONG - 1] = i == 1 ? 'j' : 'i';
        size += LONG;
        size += snprintf(text + size, sizeof text - (size_t)size, "\r\n\r\n");
        say_text(&script, text, (size_t)size, 0);
        assert_int_equal(script.placement.call, i == 1 ? 2 : 1);
    }
    sw_call_tracker_finish(script.tracker);
    const struct sw_call *call = sw_call_tracker_next(script.tracker);
    assert_int_equal(call->call_id.size, 1024);
    assert_int_equal(call->from.size, 1024);
    assert_int_equal(call->messages_seen, 2);
    sw_call_tracker_free(script.tracker);
}

static void test_messages_are_capped_and_in_time_order(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.call_messages = 4;
    struct script script = script_new(limits);
    say(&script, "5 ab INVITE 1 x");
    say(&script, "7 ba 180 INVITE 1 x t:b");
    say(&script, "6 ba 100 INVITE 1 x");
    say(&script, "7 ba 180 INVITE 1 x t:c");
    say(&script, "4 ba 183 INVITE 1 x t:b k:TCP");
    sw_call_tracker_finish(script.tracker);
    const struct sw_call *call = sw_call_tracker_next(script.tracker);
    static const uint64_t ids[] = {1, 3, 2, 4};
    assert_int_equal(call->message_count, 4);
    assert_memory_equal(call->messages, ids, sizeof ids);
    assert_int_equal(call->messages_seen, 5);
    assert_int_equal(call->start, EPOCH + 4 * MILLISECOND);
    assert_int_equal(call->last, EPOCH + 7 * MILLISECOND);
    assert_int_equal(call->transports, 1U << SW_TRANSPORT_UDP | 1U << SW_TRANSPORT_TCP);
    assert_slice(call->call_id, "one");
    assert_slice(call->from, "sip:alice@a.test;x=y");
    assert_slice(call->to, "sip:bob@b.test");
    assert_slice(call->method, "INVITE");
    sw_call_tracker_free(script.tracker);
}

/* A line format with one number in it, and what is expected of the one call that a flood of it makes. */
struct flood_case {
    const char *name;
    const char *line;
    unsigned retransmissions;
    unsigned dialogs;
    size_t connections;
};

static const struct flood_case floods[] = {
    {"messages all alike", "0 ab INVITE 1 x", FLOOD - 1, 0, 0},
    {"branches", "0 ab INVITE 1 x%u", 0, 0, 0},
    {"attempts", "0 ab INVITE %u x", FLOOD - 1, 0, 0}, /* with the cookie the branch alone is the transaction */
    {"attempts of many senders", "0 ab INVITE 1 x f:%u", FLOOD - 1, 0, 0},
    {"To tags", "0 ba 180 INVITE 1 x t:%u", 0, 64, 0},
    {"BYEs of many dialogs", "0 ba BYE 1 x%1$u t:%1$u", 0, 0, 0},
    {"refusals of many hops", "0 ba 486 INVITE 1 x%u", 0, 0, 0},
    {"connections", "0 ab INVITE 1 x c:%u", FLOOD - 1, 0, 256},
    {"Vias", "0 ab INVITE 1 x v:30", FLOOD - 1, 0, 0},
    {"times that run backwards", "-%u ab INVITE 1 x", FLOOD - 1, 0, 0},
};

static void test_floods_of_one_call(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        struct script script = script_new(sw_limits_default);
        char line[128];
        for (unsigned n = 1; n <= FLOOD; n++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(line, sizeof line, floods[i].line, n);
#pragma GCC diagnostic pop
            say(&script, line);
            if (n % 7 == 0)
                sw_call_tracker_connection_end(script.tracker, n, EPOCH);
        }
        sw_call_tracker_finish(script.tracker);
        const struct sw_call *call = sw_call_tracker_next(script.tracker);
        assert_non_null(call);
        if (call->messages_seen != FLOOD || call->retransmissions != floods[i].retransmissions ||
            call->dialogs != floods[i].dialogs || call->connection_count != floods[i].connections)
            fail_msg("a flood of %s: %llu messages, %u again, %u dialogs, %zu connections", floods[i].name,
                     (unsigned long long)call->messages_seen, call->retransmissions, call->dialogs,
                     call->connection_count);
        expect_none(&script);
        sw_call_tracker_free(script.tracker);
    }
}

static void test_flood_of_calls(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.calls = 100;
    struct script script = script_new(limits);
    char line[128];
    uint64_t told = 0;
    for (unsigned i = 0; i < FLOOD; i++) {
        snprintf(line, sizeof line, "%u ab INVITE 1 x i:c%u c:%u", i, i, 1 + i % 3);
        say(&script, line);
        assert_int_equal(script.placement.call, i + 1);
        if (i % 1000 == 999)
            sw_call_tracker_connection_end(script.tracker, 1 + i % 3, EPOCH + i * MILLISECOND);
        while (sw_call_tracker_next(script.tracker) != NULL)
            told++;
        assert_true(i + 1 - told <= 100);
    }
    sw_call_tracker_free(script.tracker);
}

static void test_a_registration_of_days(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.call_messages = 16;
    struct script script = script_new(limits);
    char line[256];
    for (unsigned i = 0; i < FLOOD / 2; i++) {
        snprintf(line, sizeof line, "%u ap REGISTER %u x%u f:%u | Contact: <sip:a>;expires=60", i * 50000, i, i, i);
        say(&script, line);
        assert_int_equal(script.placement.call, 1);
        snprintf(line, sizeof line, "%u pa 200 REGISTER %u x%u f:%u t:p | Contact: <sip:a>;expires=60", i * 50000 + 1,
                 i, i, i);
        say(&script, line);
        assert_int_equal(script.placement.request, script.next_id - 2);
        expect_none(&script);
    }
    sw_call_tracker_finish(script.tracker);
    const struct sw_call *call = sw_call_tracker_next(script.tracker);
    assert_int_equal(call->state, SW_CALL_REGISTERED);
    assert_int_equal(call->answered, EPOCH + MILLISECOND);
    assert_int_equal(call->messages_seen, FLOOD);
    assert_int_equal(call->message_count, 16);
    sw_call_tracker_free(script.tracker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told_in_order_of_ids),
        cmocka_unit_test(test_endless_head_is_told_when_too_many_wait),
        cmocka_unit_test(test_quietest_is_put_out),
        cmocka_unit_test(test_no_calls_at_all),
        cmocka_unit_test(test_broken_messages),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_messages_are_capped_and_in_time_order),
        cmocka_unit_test(test_floods_of_one_call),
        cmocka_unit_test(test_flood_of_calls),
        cmocka_unit_test(test_a_registration_of_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
