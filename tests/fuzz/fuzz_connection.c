/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * WebSocket connections: what comes in pieces gives the same events as what comes at once, and no byte is lost count
 * of.
 *
 * The input: a byte of options, a byte for the pieces, then steps: a byte that says what, a number of two bytes, and of
 * steps that feed so many bytes.
 */
#include "fuzz.h"

#include <inttypes.h>

#include "sipweave/connection.h"

enum { OPTION_MIDSTREAM = 1, OPTION_LOW_LIMITS = 2, OPTION_PUSH = 4, OPTION_CHECK = 8, OPTION_TUNNEL = 16 };

/* Bit 0 of a step is the direction, the next three bits are the kind; all others feed. */
enum step { STEP_GAP = 6, STEP_END = 7 };

struct run {
    struct sw_connection *connection;
    GString *logs[2]; /* a side: how their events alternate depends on when a loss is over */
    struct sw_mark mark;
    uint64_t bytes[2];
    uint64_t told[2];    /* bytes of losses; HTTP before the upgrade is skipped in silence */
    uint64_t carried[2]; /* wire bytes of messages */
    bool ended[2];
    bool pushing;  /* from here on whole frames */
    bool searched; /* a boundary was lost: where the next is found depends on how much there is to judge by */
    uint64_t random;
    unsigned pieces; /* 0: whole; else bytes a piece up to 2^(pieces-1) */
};

/* --- events ------------------------------------------------------------------------------------------------------ */

static void log_message(GString *log, const struct sw_event_message *message)
{
    g_string_append_printf(log, "message %u %zu %" PRIx64 " %" PRIu64 " x%u%s%s%s%s", message->opcode,
                           message->payload.size, digest(message->payload), message->wire_size, message->fragments,
                           message->compressed ? " compressed" : "", message->masked ? " masked" : "",
                           message->inferred ? " inferred" : "", message->partial ? " partial" : "");
}

static void log_event(GString *log, const struct sw_event *event)
{
    g_string_append_printf(log, "%" PRIu64 "+%" PRIu64 " ", event->offset, event->size);
    switch (event->kind) {
    case SW_EVENT_REQUEST:
        g_string_append_printf(log, "request %" PRIx64, digest(event->head.target));
        break;
    case SW_EVENT_HANDSHAKE:
        g_string_append_printf(log, "handshake %u %d %" PRIx64, event->head.status, event->accepted,
                               digest(event->head.headers));
        break;
    case SW_EVENT_MESSAGE:
        log_message(log, &event->message);
        break;
    case SW_EVENT_CONTROL:
        CHECK(event->control.close_reason.size == 0 || inside(event->control.close_reason, event->control.payload));
        g_string_append_printf(log, "control %u %" PRIx64 " %d %u", event->control.opcode,
                               digest(event->control.payload), event->control.masked, event->control.close_code);
        break;
    case SW_EVENT_LOSS:
        g_string_append_printf(log, "loss %s %" PRIu64 "%s%s: %s", sw_reason_name(event->loss.reason),
                               event->loss.bytes, event->loss.history ? " history" : "",
                               event->loss.boundary ? " boundary" : "", event->loss.text);
        break;
    case SW_EVENT_FINDING:
        CHECK(strlen(event->finding.evidence) < SW_EVIDENCE_MAX);
        g_string_append_printf(log, "finding %s %d: %s", sw_rule_info(event->finding.rule)->id, event->finding.party,
                               event->finding.evidence);
        break;
    }
    g_string_append_c(log, '\n');
}

static void check_handshake(const struct sw_handshake *handshake)
{
    const struct sw_slice texts[] = {handshake->target,     handshake->host,       handshake->origin,
                                     handshake->server,     handshake->user_agent, handshake->offered,
                                     handshake->subprotocol};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        digest(texts[i]);
}

static bool shows_search(const struct sw_event *event)
{
    return (event->kind == SW_EVENT_MESSAGE && event->message.inferred) ||
           (event->kind == SW_EVENT_LOSS && event->loss.boundary);
}

static void pull(struct run *run)
{
    const struct sw_event *event;
    while ((event = sw_connection_next(run->connection)) != NULL) {
        const uint64_t seen = run->bytes[event->direction];
        CHECK(event->offset <= seen && event->size <= seen - event->offset);
        CHECK(event->mark_count > 0 && event->marks[event->mark_count - 1].packet <= run->mark.packet);
        for (size_t i = 1; i < event->mark_count; i++)
            CHECK(event->marks[i].packet > event->marks[i - 1].packet);
        if (event->kind == SW_EVENT_LOSS && event->loss.reason != SW_REASON_NOT_SIP)
            run->told[event->direction] += event->loss.bytes;
        if (event->kind == SW_EVENT_MESSAGE)
            run->carried[event->direction] += event->message.wire_size;
        run->searched |= shows_search(event);
        log_event(run->logs[event->direction], event);
    }
    check_handshake(sw_connection_handshake(run->connection));
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
        sw_connection_feed(run->connection, from, piece, run->mark);
        pull(run);
        slice_free(piece);
    }
}

/* A frame whose payload may be shorter than its header says: the snap length has cut it. */
static void push(struct run *run, enum sw_direction from, struct sw_slice bytes)
{
    struct sw_frame frame;
    if (sw_frame_parse(bytes, &frame) != SW_OK)
        return;
    take_bytes(&bytes, frame.header_size);
    struct sw_slice payload = slice_copy(slice(bytes.data, MIN(bytes.size, frame.payload_size)));
    run->mark.packet++;
    run->bytes[from] += frame.header_size + frame.payload_size;
    sw_connection_push_frame(run->connection, from, &frame, payload, run->mark);
    pull(run);
    slice_free(payload);
}

static void end(struct run *run, enum sw_direction from, enum sw_eof how)
{
    run->ended[from] = true;
    if (how != SW_EOF_FIN)
        run->ended[sw_direction_opposite(from)] = true;
    run->mark.packet++;
    sw_connection_eof(run->connection, from, how, run->mark);
    pull(run);
}

static bool at_boundary(const struct run *run)
{
    struct sw_mark since;
    return !sw_connection_unfinished(run->connection, SW_CLIENT, &since) &&
           !sw_connection_unfinished(run->connection, SW_SERVER, &since);
}

static void step(struct run *run, struct sw_slice *rest)
{
    const uint8_t what = take_u8(rest);
    const enum sw_direction from = what & 1 ? SW_SERVER : SW_CLIENT;
    const unsigned kind = what >> 1 & 7;
    const unsigned number = take_u16(rest);
    const struct sw_slice bytes = take_bytes(rest, kind < STEP_GAP ? number : 0);
    if (run->ended[from])
        return;
    if (kind == STEP_END) {
        end(run, from, (enum sw_eof)(number % 3));
    } else if (kind == STEP_GAP) {
        const uint64_t size = (uint64_t)number << (what >> 4);
        static const enum sw_reason reasons[] = {SW_REASON_SEGMENT_MISSING, SW_REASON_SNAPLEN_CUT, SW_REASON_LIMIT};
        run->mark.packet++;
        run->bytes[from] += size;
        if (size != 0)
            sw_connection_gap(run->connection, from, size, reasons[number % 3], run->mark);
        else
            sw_connection_lost(run->connection, from, reasons[what >> 4 & 1], run->mark);
        run->searched |= size == 0;
        pull(run);
    } else if (run->pushing) {
        push(run, from, bytes);
    } else {
        feed(run, from, bytes);
    }
}

/* --- a whole run ------------------------------------------------------------------------------------------------- */

static void check_ledger(const struct run *run, enum sw_direction from)
{
    const struct sw_ledger *ledger = sw_connection_ledger(run->connection, from);
    CHECK(sw_ledger_total(ledger) == run->bytes[from]);
    CHECK(sw_ledger_undecoded(ledger) - ledger->undecoded[SW_REASON_NOT_SIP] == run->told[from]);
    CHECK(ledger->message + ledger->keepalive == run->carried[from]);
    struct sw_mark since;
    CHECK(!sw_connection_unfinished(run->connection, from, &since));
}

/* Findings are wanted in every other run; those about who had what when depend on the pieces, so nothing is
 * acknowledged. */
static void check_too(struct run *run, uint8_t options)
{
    const struct sw_surroundings surroundings = {.from_start = (options & OPTION_MIDSTREAM) == 0};
    if (options & OPTION_CHECK)
        sw_connection_check(run->connection, &surroundings);
}

/* Bits say how the handshake went. */
static void tell_handshake(struct run *run, uint8_t how)
{
    static const char extensions[] = "permessage-deflate; client_no_context_takeover";
    const struct sw_tunnel_answer answer = {
        .status = how & 1 ? 200 : 403,
        .extensions = slice((const uint8_t *)extensions, how & 2 ? sizeof extensions - 1 : 0),
    };
    const struct sw_tunnel_request request = {.target = answer.extensions};
    sw_connection_requested(run->connection, &request);
    if (how & 4)
        sw_connection_answered(run->connection, &answer);
}

static struct run play(struct sw_slice input, bool in_pieces)
{
    const uint8_t options = take_u8(&input);
    const uint8_t pieces = take_u8(&input);
    const struct sw_limits limits = options & OPTION_LOW_LIMITS ? low_limits() : sw_limits_default;
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&limits);
    struct run run = {
        .connection = sw_connection_new(&limits, pool,
                                        options & OPTION_TUNNEL      ? SW_START_TUNNEL
                                        : options & OPTION_MIDSTREAM ? SW_START_MIDSTREAM
                                                                     : SW_START_HANDSHAKE),
        .logs = {g_string_new(""), g_string_new("")},
        .random = pieces + 1U,
        .pieces = in_pieces ? 1 + pieces % 10U : 0,
    };
    check_too(&run, options);
    if (options & OPTION_TUNNEL)
        tell_handshake(&run, options >> 5);
    while (input.size != 0) {
        const bool open = sw_connection_handshake(run.connection)->status == 101;
        if ((options & OPTION_PUSH) && !run.pushing && open)
            run.pushing = at_boundary(&run);
        step(&run, &input);
    }
    if (!run.ended[SW_CLIENT] || !run.ended[SW_SERVER])
        end(&run, run.ended[SW_CLIENT] ? SW_SERVER : SW_CLIENT, SW_EOF_CAPTURE);
    check_ledger(&run, SW_CLIENT);
    check_ledger(&run, SW_SERVER);
    sw_connection_free(run.connection);
    sw_inflate_pool_free(pool);
    return run;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run whole = play(slice(data, size), false);
    struct run pieces = play(slice(data, size), true);
    /* Where frames are found by search, and from when on the caller may push, depends on the pieces. */
    const bool pushes = size != 0 && (data[0] & OPTION_PUSH) != 0;
    const bool comparable = !pushes && !whole.searched && !pieces.searched;
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
