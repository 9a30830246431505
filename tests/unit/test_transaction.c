/* SPDX-License-Identifier: MIT
 * links: core_call core_sip core_base
 *
 * Transactions of one call and what a message says of them: keys with and without the magic cookie, retransmissions,
 * what is forgotten when; and the queue of what is due.
 */
#include "sip_conversation.h"

#include "call/queue.h"
#include "call/transaction.h"
#include "call/when.h"

enum { SEED = 4711 };

/* A line as a signal; what it points to lives in the line and sip. */
static struct sw_signal signal_of(struct line *line, struct sw_sip *sip, const char *source, uint64_t id)
{
    struct sw_signal signal;
    line_read(line, source, id);
    assert_int_equal(sw_sip_parse((struct sw_slice){(const uint8_t *)line->text, line->size}, sip), SW_OK);
    line->record.sip = sip;
    sw_signal_read(&signal, &line->record, SEED);
    return signal;
}

struct pair_case {
    const char *name;
    const char *first;
    const char *second;
    bool same;  /* transaction */
    bool again; /* retransmission */
};

static const struct pair_case pairs[] = {
    {"the same request", "0 ab INVITE 1 x", "1 ab INVITE 1 x", true, true},
    {"another branch", "0 ab INVITE 1 x", "1 ab INVITE 1 y", false, false},
    {"the next hop", "0 ap INVITE 1 x", "1 pb INVITE 1 x", false, false},
    {"the other way", "0 ab OPTIONS 1 x", "1 ba OPTIONS 1 x", false, false},
    {"its response", "0 ab INVITE 1 x", "1 ba 100 INVITE 1 x", true, false},
    {"a response to elsewhere", "0 ab INVITE 1 x", "1 bc 100 INVITE 1 x", true, false},
    {"... without a request", "0 ba 180 INVITE 1 x", "1 bc 180 INVITE 1 x", false, false},
    {"CANCEL", "0 ab INVITE 1 x", "1 ab CANCEL 1 x", false, false},
    {"the response to CANCEL", "0 ab CANCEL 1 x", "1 ba 200 CANCEL 1 x", true, false},
    {"ACK of a refusal", "0 ba 486 INVITE 1 x t:b", "1 ab ACK 1 x t:b", true, false},
    {"ACK of a 2xx", "0 ba 200 INVITE 1 x t:b", "1 ab ACK 1 y t:b", false, false},
    {"ACK again", "0 ab ACK 1 x t:b", "1 ab ACK 1 x t:b", true, true},
    {"the same response", "0 ba 486 INVITE 1 x t:b", "1 ba 486 INVITE 1 x t:b", true, true},
    {"another refusal", "0 ba 486 INVITE 1 x t:b", "1 ba 603 INVITE 1 x t:b", true, false},
    {"a refusal with another tag", "0 ba 500 INVITE 1 x t:b", "1 ba 500 INVITE 1 x t:c", true, true},
    {"another fork", "0 ba 180 INVITE 1 x t:b", "1 ba 180 INVITE 1 x t:c", true, false},
    {"another reliable 183", "0 ba 183 INVITE 1 x t:b | RSeq: 7", "1 ba 183 INVITE 1 x t:b | RSeq: 8", true, false},
    {"the same reliable 183", "0 ba 183 INVITE 1 x t:b | RSeq: 7", "1 ba 183 INVITE 1 x t:b | RSeq: 7", true, true},
    {"unknown methods differ", "0 ab PING 1 x", "1 ab PONG 1 x", false, false},
    {"an unknown method", "0 ab PING 1 x", "1 ba 200 PING 1 x", true, false},
    {"parameters of the Via", "0 ab INVITE 1 x", "1 ab INVITE 1 x;rport=9;received=10.0.0.7", true, true},

    {"no cookie: the same", "0 ab INVITE 1 x o:", "1 ab INVITE 1 x o:", true, true},
    {"no cookie: another CSeq", "0 ab INVITE 1 x o:", "1 ab INVITE 2 x o:", false, false},
    {"no cookie: another sender", "0 ab INVITE 1 x o: f:a", "1 ab INVITE 1 x o: f:b", false, false},
    {"no cookie: the response", "0 ab INVITE 1 x o:", "1 ba 200 INVITE 1 x o: t:b", true, false},
    {"no cookie: its ACK", "0 ab INVITE 1 x o:", "1 ab ACK 1 x o: t:b", true, false},
    {"no cookie: ACK of another fork", "0 ab ACK 1 x o: t:b", "1 ab ACK 1 x o: t:c", true, false},
    {"with it, CSeq says nothing", "0 ab INVITE 1 x", "1 ab INVITE 2 x", true, true},
};

static void test_pairs(void **state)
{
    (void)state;
    static struct line lines[2];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct sw_transactions transactions = {0};
        sw_transactions_empty(&transactions);
        struct sw_sip sip[2];
        bool again = true;
        const struct sw_signal first = signal_of(&lines[0], &sip[0], pairs[i].first, 1);
        const struct sw_signal second = signal_of(&lines[1], &sip[1], pairs[i].second, 2);
        sw_transactions_place(&transactions, &first, &again);
        assert_false(again);
        sw_transactions_place(&transactions, &second, &again);
        if ((transactions.count == 1) != pairs[i].same || again != pairs[i].again)
            fail_msg("%s: %zu transactions, %s", pairs[i].name, transactions.count, again ? "again" : "new");
        sw_transactions_free(&transactions);
    }
}

/* Plays a line into a call's transactions. */
static const struct sw_transaction *placed(struct sw_transactions *transactions, const char *source, uint64_t id,
                                           bool *again)
{
    static struct line line;
    struct sw_sip sip;
    const struct sw_signal signal = signal_of(&line, &sip, source, id);
    return sw_transactions_place(transactions, &signal, again);
}

static void test_seen_are_few(void **state)
{
    (void)state;
    struct sw_transactions transactions = {0};
    sw_transactions_empty(&transactions);
    char source[64];
    bool again;
    for (int round = 0; round < 5; round++) {
        for (int tag = 0; tag < 7; tag++) { /* one more than are remembered: the oldest is forgotten each time */
            snprintf(source, sizeof source, "0 ba 180 INVITE 1 x t:%d", tag);
            placed(&transactions, source, 1, &again);
            assert_false(again);
        }
        placed(&transactions, source, 1, &again);
        assert_true(again);
    }
    sw_transactions_free(&transactions);
}

static void test_finished_ones_go_when_room_is_needed(void **state)
{
    (void)state;
    struct sw_transactions transactions = {0};
    sw_transactions_empty(&transactions);
    bool again;
    placed(&transactions, "0 ab INVITE 1 ringing", 1, &again);
    placed(&transactions, "0 ab INVITE 2 answered", 2, &again);
    placed(&transactions, "1 ba 200 INVITE 2 answered t:b", 3, &again);
    placed(&transactions, "2 ab ACK 2 ack t:b", 4, &again);
    for (int i = 0; i < 5; i++) {
        char source[64];
        snprintf(source, sizeof source, "3 ab OPTIONS 3 silent%d", i);
        placed(&transactions, source, 5, &again);
    }
    assert_int_equal(transactions.count, 8);
    assert_int_equal(transactions.capacity, 8);
    placed(&transactions, "32003 ab BYE 4 bye t:b", 6, &again);
    assert_int_equal(transactions.count, 2);
    assert_int_equal(transactions.items[0].request, 1);
    assert_int_equal(transactions.items[1].request, 6);
    placed(&transactions, "40000 ba 180 INVITE 1 ringing t:b", 7, &again);
    assert_int_equal(transactions.count, 2);
    assert_int_equal(transactions.capacity, 8);
    sw_transactions_free(&transactions);
}

static void test_oldest_go_at_the_cap(void **state)
{
    (void)state;
    struct sw_transactions transactions = {0};
    sw_transactions_empty(&transactions);
    char source[64];
    bool again;
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(source, sizeof source, "0 ab INVITE 1 b%u", i);
        placed(&transactions, source, i + 1, &again);
        assert_false(again);
        assert_true(transactions.count <= 128 && transactions.capacity <= 128);
    }
    assert_int_equal(transactions.items[transactions.count - 1].request, 1000);
    placed(&transactions, "1 ab INVITE 1 b999", 1001, &again);
    assert_true(again);
    placed(&transactions, "1 ab INVITE 1 b0", 1002, &again);
    assert_false(again);
    sw_transactions_free(&transactions);
}

struct invite_case {
    const char *lines[4];
    const char *about; /* ACK or CANCEL */
    uint64_t request;  /* line; 0: none */
};

static const struct invite_case invite_cases[] = {
    {{"0 ap INVITE 1 x", "1 pb INVITE 1 y"}, "2 ap CANCEL 1 x", 1},
    {{"0 ap INVITE 1 x", "1 pb INVITE 1 y"}, "2 pb CANCEL 1 y", 2},
    {{"0 ap INVITE 1 x", "1 pb INVITE 1 y"}, "2 pb CANCEL 1 z", 0},
    {{"0 pa 180 INVITE 1 x"}, "2 ap CANCEL 1 x", 0},
    {{"0 ap INVITE 1 x", "1 pb INVITE 1 y"}, "2 ap ACK 1 z t:b", 1},
    {{"0 ap INVITE 1 x", "1 pb INVITE 1 y"}, "2 pb ACK 1 z t:b", 2},
    {{"1 pb INVITE 1 y", "0 ap INVITE 1 x"}, "2 ab ACK 1 z t:b", 2}, /* another way: the first one sent */
    {{"0 ap INVITE 1 x", "1 ap INVITE 2 y"}, "2 ap ACK 2 z t:b", 2},
    {{"0 ap INVITE 1 x"}, "2 ap ACK 2 z t:b", 0},
    {{"0 ap INVITE 1 x f:other"}, "2 ap ACK 1 z t:b", 0},
    {{"0 ap OPTIONS 1 x", "1 pa 200 INVITE 1 y"}, "2 ap ACK 1 z t:b", 0},
};

static void test_invite_of(void **state)
{
    (void)state;
    static struct line line;
    for (size_t i = 0; i < sizeof invite_cases / sizeof *invite_cases; i++) {
        const struct invite_case *c = &invite_cases[i];
        struct sw_transactions transactions = {0};
        sw_transactions_empty(&transactions);
        struct sw_sip sip;
        bool again;
        for (size_t l = 0; l < 4 && c->lines[l] != NULL; l++)
            placed(&transactions, c->lines[l], l + 1, &again);
        const struct sw_signal signal = signal_of(&line, &sip, c->about, 9);
        const struct sw_transaction *invite = sw_transactions_invite(&transactions, &signal);
        assert_int_equal(invite == NULL ? 0 : invite->request, c->request);
        sw_transactions_free(&transactions);
    }
}

struct tag_case {
    const char *from;
    const char *like; /* a From with the same tag, in its plainest form; NULL: it has none */
};

static const struct tag_case tag_cases[] = {
    {"<sip:a@h>;tag=x", "<sip:a@h>;tag=x"},
    {"<sip:a@h>;tag=x;other=1", "<sip:a@h>;tag=x"},
    {"<sip:a@h> ; tag = x", "<sip:a@h>;tag=x"},
    {"<sip:a@h>;other=1;TAG=x", "<sip:a@h>;tag=x"},
    {"sip:a@h;tag=x", "<sip:a@h>;tag=x"},
    {"\"q>;tag=y\" <sip:a@h>;tag=x", "<sip:a@h>;tag=x"},
    {"<sip:a@h;tag=y>;tag=x", "<sip:a@h>;tag=x"},
    {"<sip:a@h>;tag=x ", "<sip:a@h>;tag=x"},
    {"<sip:a@h>", NULL},
    {"<sip:a@h;tag=y>", NULL},
    {"<sip:a@h>;tag=", NULL},
    {"", NULL},
};

static uint64_t from_tag_of(const char *from)
{
    char text[256];
    struct sw_sip sip;
    struct sw_signal signal;
    const int size = snprintf(text, sizeof text, "BYE sip:a SIP/2.0\r\nFrom: %s\r\n\r\n", from);
    struct guarded g = guard((struct sw_slice){(const uint8_t *)text, (size_t)size});
    assert_int_equal(sw_sip_parse(g.bytes, &sip), SW_OK);
    const struct sw_sip_record record = {.id = 1, .time = SW_NO_TIME, .sip = &sip};
    sw_signal_read(&signal, &record, SEED);
    assert_true(signal.time > SW_NO_TIME);
    unguard(&g);
    return signal.from_tag;
}

static void test_tags(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tag_cases / sizeof *tag_cases; i++) {
        const uint64_t tag = from_tag_of(tag_cases[i].from);
        assert_int_equal(tag, tag_cases[i].like == NULL ? 0 : from_tag_of(tag_cases[i].like));
        assert_true((tag == 0) == (tag_cases[i].like == NULL));
    }
}

struct expires_case {
    const char *line;
    uint32_t seconds;
};

static const struct expires_case expires_cases[] = {
    {"0 ab REGISTER 1 x", SW_NO_EXPIRES},
    {"0 ab REGISTER 1 x | Expires: 60", SW_NO_EXPIRES},
    {"0 ab REGISTER 1 x | Contact: <sip:a>", 3600},
    {"0 ab REGISTER 1 x | Contact: <sip:a> | Expires: 60", 60},
    {"0 ab REGISTER 1 x | Contact: <sip:a>;expires=7 | Expires: 60", 7},
    {"0 ab REGISTER 1 x | Contact: <sip:a>;expires=0, <sip:b>;expires=9 | Expires: 60", 9},
    {"0 ab REGISTER 1 x | m: <sip:a>;expires=0 | Contact: <sip:b>;expires=0", 0},
    {"0 ab REGISTER 1 x | Contact: * | Expires: 0", 0},
    {"0 ab REGISTER 1 x | Contact: <sip:a>;expires=never", 3600},
    {"0 ab REGISTER 1 x | Contact: <sip:a>;expires=99999999999", SW_NO_EXPIRES - 1},
    {"0 ba 200 REGISTER 1 x", 0},
    {"0 ba 200 REGISTER 1 x | Contact: <sip:a>", SW_NO_EXPIRES},
    {"0 ba 200 REGISTER 1 x | Contact: <sip:a>;expires=5", 5},
    {"0 ab SUBSCRIBE 1 x | Expires: 0", 0},
    {"0 ab SUBSCRIBE 1 x", SW_NO_EXPIRES},
    {"0 ba 200 SUBSCRIBE 1 x | Expires: 30", 30},
    {"0 ba NOTIFY 1 x | Subscription-State: active;expires=12 | Expires: 7", 12},
    {"0 ba NOTIFY 1 x | Subscription-State: active", SW_NO_EXPIRES},
};

static void test_expires(void **state)
{
    (void)state;
    static struct line line;
    struct sw_sip sip;
    for (size_t i = 0; i < sizeof expires_cases / sizeof *expires_cases; i++) {
        const struct sw_signal signal = signal_of(&line, &sip, expires_cases[i].line, 1);
        if (sw_signal_expires(&signal) != expires_cases[i].seconds)
            fail_msg("%s: %u", expires_cases[i].line, sw_signal_expires(&signal));
    }
}

static void test_times_saturate(void **state)
{
    (void)state;
    assert_int_equal(sw_time_plus(SW_NEVER - 5, 6), SW_NEVER);
    assert_int_equal(sw_time_plus(-5, 6), 1);
    assert_int_equal(sw_time_first(SW_NO_TIME, 3), 3);
    assert_int_equal(sw_time_first(3, SW_NO_TIME), 3);
    assert_int_equal(sw_time_last(SW_NO_TIME, 3), 3);
    assert_true(sw_time_passed(0, 5, 5));
    assert_false(sw_time_passed(0, 5, 4));
}

static void test_queue(void **state)
{
    (void)state;
    enum { ITEMS = 500 };
    static struct sw_queued items[ITEMS];
    struct sw_queue queue = {0};
    uint32_t random = 1;
    for (size_t round = 0; round < 4 * ITEMS; round++) {
        random = random * 1664525 + 1013904223;
        struct sw_queued *item = &items[(random >> 8) % ITEMS];
        if (random >> 30 == 0)
            sw_queue_remove(&queue, item);
        else
            sw_queue_set(&queue, item, (random >> 4) % 1000);
    }
    int64_t due = 0;
    size_t left = queue.count;
    assert_true(left > 0);
    for (struct sw_queued *item; (item = sw_queue_first(&queue)) != NULL; left--) {
        assert_true(item->due >= due);
        due = item->due;
        sw_queue_remove(&queue, item);
        assert_int_equal(item->place, 0);
    }
    assert_int_equal(left, 0);
    sw_queue_clear(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_seen_are_few),
        cmocka_unit_test(test_finished_ones_go_when_room_is_needed),
        cmocka_unit_test(test_oldest_go_at_the_cap),
        cmocka_unit_test(test_invite_of),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_expires),
        cmocka_unit_test(test_times_saturate),
        cmocka_unit_test(test_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
