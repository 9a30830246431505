/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * What is held against SIP messages: evidence can be printed, packets that prove it have been there, and what is only
 * remembered for speed changes nothing: each message read by itself, as if nothing had been read before, gives the
 * same.
 *
 * The input is that of calls: a byte of options, then records: a byte for the ends and the transport, a byte of time,
 * the size in two bytes, and a SIP message; without one a connection ends, or bytes between two ends are missing.
 */
#include "fuzz.h"

#include "sipweave/offer_answer.h"
#include "sipweave/sip_check.h"
#include "sipweave/talk.h"

enum { OPTION_PARTIAL = 1, OPTION_MIDSTREAM = 2, OPTION_UNORDERED = 4 };

struct run {
    GString *told;
    bool afresh; /* nothing read before helps */
    uint8_t options;
    struct sw_call_tracker *tracker;
    struct sw_sip_checker *checker; /* afresh it reads no message, but tells offers who wrote what first */
    struct sw_offers *offers;
    struct sw_talks *talks;
    struct sw_sip_record record;
    uint64_t ordinal;
};

/* --- what is told ------------------------------------------------------------------------------------------------ */

static void tell(struct run *run, enum sw_rule rule, const char *evidence)
{
    CHECK(rule < SW_RULE_COUNT && evidence != NULL && strlen(evidence) < SW_EVIDENCE_MAX);
    for (const char *c = evidence; *c != '\0'; c++)
        CHECK(*c >= ' ' && *c <= '~');
    g_string_append_printf(run->told, "%" G_GUINT64_FORMAT " %s: %s\n", run->record.id, sw_rule_info(rule)->id,
                           evidence);
}

static void on_message_breach(void *context, enum sw_rule rule, const char *evidence)
{
    tell(context, rule, evidence);
}

static void on_offer_breach(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    struct run *run = context;
    CHECK(earlier == NULL || (earlier->packet != 0 && earlier->packet <= run->record.id));
    g_string_append_printf(run->told, "beside %" G_GUINT64_FORMAT ", ", earlier != NULL ? earlier->packet : 0);
    tell(run, rule, evidence);
}

static void on_talk_breach(void *context, const struct sw_talk_breach *breach)
{
    struct run *run = context;
    CHECK(breach->mark_count != 0 && breach->mark_count <= G_N_ELEMENTS(breach->marks));
    for (size_t i = 0; i < breach->mark_count; i++)
        CHECK(breach->marks[i].packet != 0 && breach->marks[i].packet <= run->record.id);
    CHECK((breach->message != 0 || breach->rule == SW_RULE_OB_CRLF_PONG) && breach->message <= run->record.id);
    g_string_append_printf(run->told, "message %" G_GUINT64_FORMAT " of call %" G_GUINT64_FORMAT ", ", breach->message,
                           breach->call);
    tell(run, breach->rule, breach->evidence);
}

/* --- records ----------------------------------------------------------------------------------------------------- */

static void check(struct run *run, const struct sw_placement *placement, bool from_client)
{
    const struct sw_sip_judgement judgement = {run, on_message_breach};
    const struct sw_offers_judgement offers_judgement = {run, on_offer_breach};
    const struct sw_mark mark = {run->record.id, run->record.time};
    const bool whole = (run->options & OPTION_PARTIAL) == 0 || run->record.id % 3 != 0;
    struct sw_sip_checker *checker = run->afresh ? sw_sip_checker_new() : run->checker;
    sw_sip_check(checker, run->record.sip, NULL, run->record.transport, whole, &judgement);
    sw_offers_add(run->offers, &run->record, placement, mark, whole, &offers_judgement);
    const struct sw_talk_message said = {
        .record = &run->record,
        .signal = run->afresh ? NULL : placement->signal,
        .call = placement->call,
        .mark = mark,
        .ordinal = run->record.connection != 0 ? ++run->ordinal : 0,
        .whole = whole,
        .from_client = from_client,
        .from_start = (run->options & OPTION_MIDSTREAM) == 0,
    };
    sw_talks_message(run->talks, &said);
    if (run->afresh)
        sw_sip_checker_free(checker);
}

static void pull(struct run *run)
{
    while (sw_call_tracker_next(run->tracker) != NULL)
        ;
}

static void add(struct run *run, struct sw_slice text, bool from_client)
{
    struct sw_slice copy = slice_copy(text);
    struct sw_sip sip;
    if (sw_sip_parse(copy, &sip) == SW_OK) {
        struct sw_placement placement = {0};
        run->record.id++;
        run->record.sip = &sip;
        sw_call_tracker_add(run->tracker, &run->record, &placement);
        check(run, &placement, from_client);
    }
    slice_free(copy);
    pull(run);
}

static void interrupt(struct run *run, uint8_t how)
{
    if ((how & 0xa0) == 0x20) {
        const struct sw_talk_keepalive keepalive = {.kind = (enum sw_keepalive)(run->record.id % 5),
                                                    .transport = run->record.transport,
                                                    .connection = run->record.connection,
                                                    .source = run->record.source,
                                                    .destination = run->record.destination,
                                                    .mark = {run->record.id, run->record.time},
                                                    .from_client = (how & 3) < (how >> 2 & 3)};
        sw_talks_keepalive(run->talks, &keepalive);
        return;
    }
    if (how & 0x80) {
        sw_talks_loss(run->talks, run->record.connection, &run->record.source, &run->record.destination,
                      run->record.time);
        return;
    }
    sw_call_tracker_connection_end(run->tracker, run->record.connection, run->record.time);
    sw_talks_connection_end(run->talks, run->record.connection, run->record.time, (how & 0x40) != 0);
}

/* Milliseconds, or seconds from 200 on, so that timers run out; backwards only if the options say so. */
static int64_t time_passed(const struct run *run, uint8_t byte)
{
    if ((run->options & OPTION_UNORDERED) && byte >= 192 && byte < 200)
        return -(byte - 191) * INT64_C(500000000);
    return byte < 200 ? byte * INT64_C(1000000) : (byte - 199) * INT64_C(4000000000);
}

static void step(struct run *run, struct sw_slice *rest)
{
    const uint8_t ends = take_u8(rest);
    run->record.time += time_passed(run, take_u8(rest));
    run->record.transport = (enum sw_transport)((ends >> 4) % (SW_TRANSPORT_WSS + 1));
    run->record.source = (struct sw_endpoint){.family = 4, .port = 5060, .address = {ends & 3}};
    run->record.destination = (struct sw_endpoint){.family = 4, .port = 5060, .address = {ends >> 2 & 3}};
    run->record.connection = run->record.transport < SW_TRANSPORT_TCP ? 0 : 1 + ((ends & 3U) | (ends >> 2 & 3U));
    const unsigned size = take_u16(rest);
    if (size == 0)
        interrupt(run, ends);
    else
        add(run, take_bytes(rest, size), (ends & 3) < (ends >> 2 & 3));
}

/* --- a whole run ------------------------------------------------------------------------------------------------- */

static GString *play(struct sw_slice input, bool afresh)
{
    struct run run = {
        .told = g_string_new(""),
        .afresh = afresh,
        .options = take_u8(&input),
        .tracker = sw_call_tracker_new(&sw_limits_default),
        .record.time = INT64_C(1700000000000000000),
    };
    const struct sw_talk_judgement judgement = {&run, on_talk_breach};
    run.checker = sw_sip_checker_new();
    run.offers = sw_offers_new(run.checker);
    run.talks = sw_talks_new(&judgement);
    while (input.size != 0)
        step(&run, &input);
    sw_call_tracker_finish(run.tracker);
    pull(&run);
    sw_talks_finish(run.talks, run.record.time);
    sw_talks_free(run.talks);
    sw_offers_free(run.offers);
    sw_sip_checker_free(run.checker);
    sw_call_tracker_free(run.tracker);
    return run.told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_same(play(slice(data, size), false), "with what is remembered", play(slice(data, size), true),
               "each by itself");
    return 0;
}
