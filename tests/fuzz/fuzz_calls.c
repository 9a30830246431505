/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * Calls out of messages: every message is in one call, and every call is told once.
 *
 * The input: a byte of options, then records: a byte for the ends and the transport, a byte of time, the size in two
 * bytes, and a SIP message.
 */
#include "fuzz.h"

#include "sipweave/call.h"

enum { OPTION_LOW_LIMITS = 1, OPTION_UNORDERED = 2 };

struct run {
    struct sw_limits limits;
    struct sw_call_tracker *tracker;
    struct sw_sip_record record;
    bool unordered;
    int64_t last;
    uint64_t placed; /* messages that have a call */
    uint64_t told;   /* messages of calls that were told */
    uint64_t calls;  /* told */
    uint64_t newest; /* highest id that a placement named */
};

static void check_call(struct run *run, const struct sw_call *call)
{
    CHECK(call->id == ++run->calls);
    CHECK(call->message_count <= call->messages_seen && call->message_count <= run->limits.call_messages);
    CHECK(call->messages_seen != 0 && call->start != SW_NO_TIME && call->start <= call->last);
    CHECK(call->last <= run->last);
    CHECK(sw_call_kind_name(call->kind) != NULL && sw_call_state_name(call->state) != NULL);
    const struct sw_slice texts[] = {call->call_id, call->from, call->to, call->method};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        CHECK(texts[i].size <= 1024);
        digest(texts[i]);
    }
    for (size_t i = 0; i < call->message_count; i++)
        CHECK(call->messages[i] != 0 && call->messages[i] <= run->record.id);
    if (!run->unordered)
        for (size_t i = 1; i < call->message_count; i++)
            CHECK(call->messages[i] > call->messages[i - 1]);
    for (size_t i = 0; i < call->connection_count; i++)
        CHECK(call->connections[i] != 0);
    run->told += call->messages_seen;
}

static void pull(struct run *run)
{
    const struct sw_call *call;
    while ((call = sw_call_tracker_next(run->tracker)) != NULL)
        check_call(run, call);
}

/* Milliseconds, or seconds from 200 on, so that timers run out; backwards only if the options say so. */
static int64_t time_passed(const struct run *run, uint8_t byte)
{
    if (run->unordered && byte >= 192 && byte < 200)
        return -(byte - 191) * INT64_C(500000000);
    return byte < 200 ? byte * INT64_C(1000000) : (byte - 199) * INT64_C(4000000000);
}

static void add(struct run *run, struct sw_slice text)
{
    struct sw_slice copy = slice_copy(text);
    struct sw_sip sip;
    if (sw_sip_parse(copy, &sip) == SW_OK) {
        struct sw_placement placement = {0};
        run->record.id++;
        run->record.sip = &sip;
        sw_call_tracker_add(run->tracker, &run->record, &placement);
        run->placed += placement.call != 0;
        run->newest = MAX(run->newest, placement.call);
        CHECK(placement.request < run->record.id);
        CHECK(placement.call == 0 || placement.call > run->calls);
    }
    slice_free(copy);
}

static void step(struct run *run, struct sw_slice *rest)
{
    const uint8_t ends = take_u8(rest);
    run->record.time += time_passed(run, take_u8(rest));
    run->last = MAX(run->last, run->record.time);
    run->record.transport = (enum sw_transport)((ends >> 4) % (SW_TRANSPORT_WSS + 1));
    run->record.source = (struct sw_endpoint){.family = 4, .port = 5060, .address = {ends & 3}};
    run->record.destination = (struct sw_endpoint){.family = 4, .port = 5060, .address = {ends >> 2 & 3}};
    run->record.connection = run->record.transport < SW_TRANSPORT_TCP ? 0 : 1 + ((ends & 3U) | (ends >> 2 & 3U));
    const unsigned size = take_u16(rest);
    if (size == 0)
        sw_call_tracker_connection_end(run->tracker, run->record.connection, run->record.time);
    else
        add(run, take_bytes(rest, size));
    pull(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sw_slice input = slice(data, size);
    const uint8_t options = take_u8(&input);
    struct run run = {
        .limits = options & OPTION_LOW_LIMITS ? low_limits() : sw_limits_default,
        .unordered = (options & OPTION_UNORDERED) != 0,
        .record.time = INT64_C(1700000000000000000),
    };
    run.tracker = sw_call_tracker_new(&run.limits);
    while (input.size != 0)
        step(&run, &input);
    sw_call_tracker_finish(run.tracker);
    pull(&run);
    CHECK(run.told == run.placed && run.calls == run.newest);
    sw_call_tracker_free(run.tracker);
    return 0;
}
