/* SPDX-License-Identifier: MIT
 *
 * links: offline_http2
 * HTTP/2 connections: what comes in pieces gives the same as what comes at once, and no byte is lost count of.
 *
 * The input: a byte of options, a byte for the pieces, then steps: a byte that says what, a number of two bytes, and of
 * steps that feed so many bytes. Some steps write the header of a frame before their bytes, so that bytes at random
 * make frames.
 */
#include "fuzz.h"

#include <inttypes.h>

#include "http2/frame.h"
#include "http2/session.h"

enum { OPTION_LATE = 1, OPTION_LOW_LIMITS = 2 };

/* Bit 0 of a step is the direction, the next three bits are the kind. */
enum step { STEP_BYTES, STEP_GAP = 6, STEP_END = 7 }; /* all others: a frame, the high four bits are its type */

struct run {
    struct http2_session *session;
    GString *logs[2];   /* a side: what is told of the one doesn't wait for the other */
    uint32_t stream[2]; /* of the latest data in the log: more may follow; 0: none */
    uint64_t sum[2];
    uint64_t bytes[2];
    uint64_t passed[2];
    struct sw_mark mark;
    bool ended[2];
    bool searched; /* a boundary was lost: where the next is found depends on how much there is to judge by */
    uint64_t random;
    unsigned pieces; /* 0: whole; else bytes a piece up to 2^(pieces-1) */
};

static GString *log_of(struct run *run, enum sw_direction from)
{
    if (run->stream[from] != 0)
        g_string_append_printf(run->logs[from], "data %u %" PRIx64 "\n", run->stream[from], run->sum[from]);
    run->stream[from] = 0;
    return run->logs[from];
}

static void on_head(void *context, enum sw_direction from, const struct http2_head *head)
{
    struct run *run = context;
    CHECK(head->mark_count > 0 && head->marks[head->mark_count - 1].packet <= run->mark.packet);
    for (size_t i = 1; i < head->mark_count; i++)
        CHECK(head->marks[i].packet > head->marks[i - 1].packet);
    GString *log = log_of(run, from);
    g_string_append_printf(log, "head %u %d %d", head->stream, head->known, head->end_stream);
    for (unsigned i = 0; i < HTTP2_FIELDS; i++)
        g_string_append_printf(log, " %" PRIx64, digest(head->fields[i]));
    g_string_append_c(log, '\n');
}

static void on_data(void *context, enum sw_direction from, uint32_t stream, struct sw_slice bytes, struct sw_mark mark)
{
    struct run *run = context;
    CHECK(stream != 0 && bytes.size > 0 && mark.packet <= run->mark.packet);
    if (run->stream[from] != stream) {
        log_of(run, from);
        run->sum[from] = 0;
    }
    run->stream[from] = stream;
    run->passed[from] += bytes.size;
    for (size_t i = 0; i < bytes.size; i++)
        run->sum[from] = (run->sum[from] ^ bytes.data[i]) * UINT64_C(0x100000001b3) + 1;
}

static void on_gap(void *context, enum sw_direction from, uint32_t stream, uint64_t size, enum sw_reason reason,
                   struct sw_mark mark)
{
    struct run *run = context;
    CHECK(size > 0 && mark.packet <= run->mark.packet);
    run->passed[from] += size;
    g_string_append_printf(log_of(run, from), "gap %u %" PRIu64 " %d\n", stream, size, reason);
}

static void on_lost(void *context, enum sw_direction from, uint32_t stream, enum sw_reason reason, struct sw_mark mark)
{
    struct run *run = context;
    (void)mark;
    run->searched |= stream == 0;
    g_string_append_printf(log_of(run, from), "lost %u %d\n", stream, reason);
}

static void on_end(void *context, enum sw_direction from, uint32_t stream, enum http2_end how, struct sw_mark mark)
{
    (void)mark;
    g_string_append_printf(log_of(context, from), "end %u %d\n", stream, how);
}

static void on_goaway(void *context, enum sw_direction from, uint32_t last, struct sw_mark mark)
{
    (void)mark;
    g_string_append_printf(log_of(context, from), "goaway %u\n", last);
}

static void on_connect_protocol(void *context, enum sw_direction from, uint32_t value, struct sw_mark mark)
{
    (void)mark;
    g_string_append_printf(log_of(context, from), "connect %u\n", value);
}

static void on_loss(void *context, enum sw_direction from, enum sw_reason reason, struct sw_mark mark, const char *text)
{
    (void)mark;
    g_string_append_printf(log_of(context, from), "loss %d %s\n", reason, text);
}

/* --- steps ------------------------------------------------------------------------------------------------------- */

static void feed(struct run *run, enum sw_direction from, struct sw_slice bytes)
{
    while (bytes.size != 0) {
        size_t size = bytes.size;
        if (run->pieces != 0)
            size = random_size(&run->random, (size_t)1 << (run->pieces - 1), size);
        struct sw_slice piece = slice_copy(take_bytes(&bytes, size));
        run->mark.packet++;
        run->bytes[from] += size;
        http2_session_feed(run->session, from, piece, run->mark);
        slice_free(piece);
    }
}

static void feed_frame(struct run *run, enum sw_direction from, uint8_t type, unsigned number, struct sw_slice payload)
{
    static const uint8_t flags[] = {0, 1, 4, 5, 8, 9, 0x0c, 0x24};
    const uint8_t header[HTTP2_HEADER] = {
        [1] = (uint8_t)(payload.size >> 8),        [2] = (uint8_t)payload.size,       [3] = type,
        [4] = flags[number % G_N_ELEMENTS(flags)], [8] = (uint8_t)(number >> 13 | 1),
    };
    feed(run, from, slice(header, sizeof header));
    feed(run, from, payload);
}

static void step(struct run *run, struct sw_slice *rest)
{
    const uint8_t what = take_u8(rest);
    const enum sw_direction from = what & 1 ? SW_SERVER : SW_CLIENT;
    const unsigned kind = what >> 1 & 7;
    const unsigned number = take_u16(rest);
    const struct sw_slice bytes = take_bytes(rest, kind >= STEP_GAP     ? 0
                                                   : kind == STEP_BYTES ? number
                                                                        : number >> 3 & 1023);
    if (run->ended[from])
        return;
    if (kind == STEP_END) {
        run->mark.packet++;
        run->ended[from] = true;
        http2_session_eof(run->session, from, run->mark);
    } else if (kind == STEP_GAP) {
        const uint64_t size = (uint64_t)number << (what >> 4);
        run->mark.packet++;
        run->bytes[from] += size;
        http2_session_gap(run->session, from, size, number & 1 ? SW_REASON_SEGMENT_MISSING : SW_REASON_SNAPLEN_CUT,
                          run->mark);
    } else if (kind == STEP_BYTES) {
        feed(run, from, bytes);
    } else {
        feed_frame(run, from, what >> 4, number, bytes);
    }
}

static void open_connection(struct run *run)
{
    static const uint8_t preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    static const uint8_t settings[HTTP2_HEADER] = {[3] = HTTP2_SETTINGS};
    feed(run, SW_CLIENT, slice(preface, sizeof preface - 1));
    feed(run, SW_SERVER, slice(settings, sizeof settings));
}

/* run stays where it is, as the session refers to it. */
static void play(struct run *run, struct sw_slice input, bool in_pieces)
{
    const uint8_t options = take_u8(&input);
    const uint8_t pieces = take_u8(&input);
    const struct sw_limits limits = options & OPTION_LOW_LIMITS ? low_limits() : sw_limits_default;
    const struct http2_sink sink = {
        .context = run,
        .head = on_head,
        .data = on_data,
        .gap = on_gap,
        .lost = on_lost,
        .end = on_end,
        .goaway = on_goaway,
        .connect_protocol = on_connect_protocol,
        .loss = on_loss,
    };
    *run = (struct run){
        .session = http2_session_new(&limits, &sink),
        .logs = {g_string_new(""), g_string_new("")},
        .random = pieces + 1U,
        .pieces = in_pieces ? 1 + pieces % 10U : 0,
    };
    if ((options & OPTION_LATE) == 0)
        open_connection(run);
    while (input.size != 0)
        step(run, &input);
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct sw_mark since;
        http2_session_eof(run->session, from, run->mark);
        CHECK(!http2_session_unfinished(run->session, from, &since));
        CHECK(sw_ledger_total(http2_session_ledger(run->session, from)) + run->passed[from] == run->bytes[from]);
        log_of(run, from);
    }
    http2_session_free(run->session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run whole;
    struct run pieces;
    play(&whole, slice(data, size), false);
    play(&pieces, slice(data, size), true);
    const bool comparable = !whole.searched && !pieces.searched;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        if (comparable) {
            check_same(whole.logs[from], "at once", pieces.logs[from], "in pieces");
            continue;
        }
        g_string_free(whole.logs[from], TRUE);
        g_string_free(pieces.logs[from], TRUE);
    }
    return 0;
}
