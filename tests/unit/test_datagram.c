/* SPDX-License-Identifier: MIT
 * links: offline_pipeline
 *
 * Which datagrams are SIP, what their flows' ledgers say, and what is said of flows above the limit.
 */
#include "harness.h"

#include "pipeline/datagram.h"

#define INVITE "INVITE sip:bob@example.test SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"

enum { TOLD_MOST = 8 };

/* What the sink was given. */
struct heard {
    unsigned messages;
    unsigned partial;
    unsigned oversize;
    unsigned told;
    struct ledger_record ledgers[TOLD_MOST];
};

static void on_message(void *context, const struct message_record *message)
{
    struct heard *heard = context;
    heard->messages++;
    heard->partial += message->partial;
    heard->oversize += message->oversize;
}

static void on_ledger(void *context, const struct ledger_record *ledger)
{
    struct heard *heard = context;
    assert_true(heard->told < TOLD_MOST);
    heard->ledgers[heard->told++] = *ledger;
}

struct run {
    struct heard heard;
    struct sw_limits limits;
    struct sink sink;
    struct totals_record totals;
    struct stream_context context;
    struct datagrams *datagrams;
    uint64_t packet;
};

static void start(struct run *run, size_t flows)
{
    *run = (struct run){.limits = sw_limits_default};
    run->limits.datagram_flows = flows;
    run->sink = (struct sink){.context = &run->heard, .message = on_message, .ledger = on_ledger};
    run->context = (struct stream_context){
        .limits = &run->limits, .delivery = delivery_new(&run->limits, &run->sink), .totals = &run->totals};
    run->datagrams = datagrams_new(&run->context);
}

static void send(struct run *run, uint16_t from, uint16_t to, const char *bytes, uint32_t missing)
{
    const struct sw_endpoint source = {.family = 4, .port = from, .address = {192, 0, 2, 1}};
    const struct sw_endpoint destination = {.family = 4, .port = to, .address = {192, 0, 2, 2}};
    const struct sw_mark mark = {.packet = ++run->packet, .time = (int64_t)run->packet};
    struct guarded g = guard(text(bytes));
    datagrams_add(run->datagrams, &source, &destination, g.bytes, missing, &mark, 1);
    unguard(&g);
}

static void finish(struct run *run)
{
    datagrams_finish(run->datagrams, (struct sw_mark){.packet = ++run->packet});
    delivery_finish(run->context.delivery);
    datagrams_free(run->datagrams);
    delivery_free(run->context.delivery);
}

static void ledgers_add_up(void **state)
{
    (void)state;
    struct run run;
    start(&run, 10);
    send(&run, 5060, 5061, INVITE, 0);
    send(&run, 5060, 5061, "\r\n\r\n", 0);
    send(&run, 5060, 5061, "no SIP at all", 0);
    send(&run, 5061, 5060, INVITE, 7);
    send(&run, 7000, 7001, "\x80 media", 0);
    finish(&run);

    assert_int_equal(run.heard.messages, 2);
    assert_int_equal(run.heard.partial, 1);
    assert_int_equal(run.heard.told, 2);
    assert_int_equal(run.heard.ledgers[0].ledger.message, sizeof INVITE - 1);
    assert_int_equal(run.heard.ledgers[0].ledger.keepalive, 4);
    assert_int_equal(run.heard.ledgers[0].ledger.undecoded[SW_REASON_NOT_SIP], 13);
    assert_int_equal(run.heard.ledgers[0].losses[SW_REASON_NOT_SIP].packets[0], 3);
    assert_int_equal(run.heard.ledgers[1].ledger.undecoded[SW_REASON_SNAPLEN_CUT], 7);
    assert_int_equal(run.totals.datagrams, 5);
    assert_int_equal(run.totals.datagrams_sip, 2);
    assert_int_equal(run.totals.datagram_bytes_other, 7);
    assert_int_equal(run.totals.datagrams_untold, 0);
}

static void flows_above_the_limit_are_counted(void **state)
{
    (void)state;
    struct run run;
    start(&run, 1);
    send(&run, 5060, 5061, INVITE, 0);
    send(&run, 5062, 5061, INVITE, 0);
    send(&run, 5060, 5061, INVITE, 0);
    finish(&run);
    assert_int_equal(run.heard.messages, 3); /* the messages are there all the same */
    assert_int_equal(run.heard.told, 1);
    assert_int_equal(run.totals.datagrams_untold, 1);
}

static const struct sw_endpoint client = {.family = 4, .port = 40000, .address = {192, 0, 2, 1}};
static const struct sw_endpoint server = {.family = 4, .port = 5060, .address = {192, 0, 2, 2}};

static unsigned oversize(const struct sw_endpoint *source, const struct sw_endpoint *destination, bool tries,
                         bool agreed, size_t fragments)
{
    static const struct sw_mark marks[] = {{.packet = 7}, {.packet = 8}};
    struct run run;
    start(&run, 10);
    if (tries)
        datagrams_opening(run.datagrams, &client, &server, false);
    if (agreed)
        datagrams_opening(run.datagrams, &client, &server, true);
    datagrams_add(run.datagrams, source, destination, text(INVITE), 0, marks, fragments);
    finish(&run);
    assert_int_equal(run.heard.messages, 1);
    return run.heard.oversize;
}

static void fragments_are_excused_where_tcp_failed(void **state)
{
    (void)state;
    const struct sw_endpoint other = {.family = 4, .port = 5060, .address = {192, 0, 2, 3}};
    const struct sw_endpoint own = {.family = 4, .port = 5060, .address = {192, 0, 2, 1}};
    assert_int_equal(oversize(&own, &server, false, false, 2), 1);
    assert_int_equal(oversize(&own, &server, false, false, 1), 0);
    assert_int_equal(oversize(&own, &server, true, false, 2), 0);
    assert_int_equal(oversize(&own, &server, true, true, 2), 1);
    assert_int_equal(oversize(&own, &other, true, false, 2), 1);
    assert_int_equal(oversize(&server, &own, true, false, 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ledgers_add_up),
        cmocka_unit_test(flows_above_the_limit_are_counted),
        cmocka_unit_test(fragments_are_excused_where_tcp_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
