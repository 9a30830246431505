/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * SIP in a byte stream: what comes in pieces gives the same events as what comes at once, and no byte is lost count of.
 *
 * The input: a byte of options, a byte for the pieces, then steps: a byte that says what, a number of two bytes, and of
 * steps that feed so many bytes.
 */
#include "fuzz.h"

#include <inttypes.h>

#include "sipweave/sip_stream.h"

enum { OPTION_MIDSTREAM = 1, OPTION_LOW_LIMITS = 2 };
enum step { STEP_GAP = 7 }; /* of the low three bits; all others feed */

struct run {
    struct sw_sip_stream *stream;
    GString *log;
    struct sw_mark mark;
    uint64_t bytes;
    uint64_t lost;
    uint64_t keepalive; /* of CRLFs that follow each other, not yet logged: how they are cut depends on the feeds */
    uint64_t keepalives;
    uint64_t random;
    unsigned pieces; /* 0: whole; else bytes a piece up to 2^(pieces-1) */
};

static void log_keepalive(struct run *run)
{
    if (run->keepalive != 0)
        g_string_append_printf(run->log, "keep-alive %" PRIu64 "\n", run->keepalive);
    run->keepalive = 0;
}

static void log_event(struct run *run, const struct sw_sip_stream_event *event)
{
    if (event->kind == SW_SIP_STREAM_KEEPALIVE) {
        run->keepalive += event->bytes.size;
        run->keepalives += event->bytes.size;
        return;
    }
    log_keepalive(run);
    if (event->kind == SW_SIP_STREAM_LOSS) {
        run->lost += event->lost;
        g_string_append_printf(run->log, "loss %s %" PRIu64 ": %s\n", sw_reason_name(event->reason), event->lost,
                               event->text);
        return;
    }
    struct sw_sip sip;
    CHECK(sw_sip_parse(event->bytes, &sip) == SW_OK);
    g_string_append_printf(run->log, "message %zu %" PRIx64 "%s\n", event->bytes.size, digest(event->bytes),
                           event->partial ? " partial" : "");
}

static void pull(struct run *run)
{
    const struct sw_sip_stream_event *event;
    while ((event = sw_sip_stream_next(run->stream)) != NULL) {
        CHECK(event->mark_count > 0 && event->marks[event->mark_count - 1].packet <= run->mark.packet);
        for (size_t i = 1; i < event->mark_count; i++)
            CHECK(event->marks[i].packet > event->marks[i - 1].packet);
        log_event(run, event);
    }
}

static void feed(struct run *run, struct sw_slice bytes)
{
    while (bytes.size != 0) {
        size_t size = bytes.size;
        if (run->pieces != 0)
            size = random_size(&run->random, (size_t)1 << (run->pieces - 1), size);
        struct sw_slice piece = slice_copy(take_bytes(&bytes, size));
        run->mark.packet++;
        run->bytes += size;
        sw_sip_stream_feed(run->stream, piece, run->mark);
        pull(run);
        slice_free(piece);
    }
}

static void step(struct run *run, struct sw_slice *rest)
{
    const uint8_t what = take_u8(rest);
    const unsigned number = take_u16(rest);
    if ((what & 7) != STEP_GAP) {
        feed(run, take_bytes(rest, number));
        return;
    }
    const uint64_t size = (uint64_t)number << (what >> 4);
    run->mark.packet++;
    run->bytes += size;
    sw_sip_stream_gap(run->stream, size, number & 1 ? SW_REASON_SEGMENT_MISSING : SW_REASON_SNAPLEN_CUT, run->mark);
    pull(run);
}

static GString *play(struct sw_slice input, bool in_pieces)
{
    const uint8_t options = take_u8(&input);
    const uint8_t pieces = take_u8(&input);
    const struct sw_limits limits = options & OPTION_LOW_LIMITS ? low_limits() : sw_limits_default;
    struct run run = {
        .stream = sw_sip_stream_new(&limits, (options & OPTION_MIDSTREAM) == 0),
        .log = g_string_new(""),
        .random = pieces + 1U,
        .pieces = in_pieces ? 1 + pieces % 10U : 0,
    };
    while (input.size != 0)
        step(&run, &input);
    run.mark.packet++;
    sw_sip_stream_eof(run.stream, run.mark);
    pull(&run);
    log_keepalive(&run);
    const struct sw_ledger *ledger = sw_sip_stream_ledger(run.stream);
    CHECK(sw_ledger_total(ledger) == run.bytes);
    CHECK(sw_ledger_undecoded(ledger) == run.lost);
    CHECK(ledger->keepalive == run.keepalives);
    struct sw_mark since;
    CHECK(!sw_sip_stream_unfinished(run.stream, &since));
    sw_sip_stream_free(run.stream);
    return run.log;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GString *whole = play(slice(data, size), false);
    GString *pieces = play(slice(data, size), true);
    check_same(whole, "at once", pieces, "in pieces");
    return 0;
}
