/* SPDX-License-Identifier: MIT
 *
 * In what order did one side of a connection send its bytes, and which of them are missing? RFC 9293 3.4, 3.10.
 *
 * The next byte in order is delivered straight from the packet. What comes early is held, in chunks that never overlap:
 * of bytes that come twice the first copy wins. A hole is given up when the other side has acknowledged it (so it was
 * received, only not captured) and a moment has passed, when too much is held behind it, or when the connection ends.
 */
#include "net/stream.h"

#include <string.h>

#define MILLISECOND INT64_C(1000000)
#define SECOND      (1000 * MILLISECOND)

static const int64_t patience_time = 100 * MILLISECOND; /* how far a capture may be out of order */
static const int64_t hold_time = 120 * SECOND;          /* a lost byte is retransmitted sooner, RFC 6298 2.5 */

enum { PATIENCE = 3 /* packets: as patience_time */ };

#define WIDE         (UINT64_C(1) << 40) /* room below the first sequence number */
#define START_WINDOW (UINT64_C(1) << 20) /* how far before the first bytes seen earlier ones may turn up */
#define WINDOW_MAX   (UINT64_C(1) << 30) /* RFC 7323 2.3 */

/* Two numbers as far apart as 2^31 are taken to be near; what was acknowledged or delivered last is where things are.
 */
uint64_t flow_widen(const struct flow *flow, uint32_t number)
{
    uint64_t near = MAX(flow->next, flow->acked);
    if (near == 0)
        return WIDE + number;
    return near + (uint64_t)(int64_t)(int32_t)(number - (uint32_t)near);
}

/* --- telling the sink -------------------------------------------------------------------------------------------- */

static void obey(struct tcp *tcp, struct stream *stream, enum net_interest interest)
{
    if (interest == NET_WANT)
        return;
    stream->ignored = true;
    held_drop(tcp, &stream->flows[NET_A]);
    held_drop(tcp, &stream->flows[NET_B]);
}

/* After the first call for a connection: a side that was done before is told now. */
static void tell_ended(struct tcp *tcp, struct stream *stream, struct sw_mark mark)
{
    stream->told = true;
    for (enum net_side side = NET_A; side <= NET_B && !stream->ignored; side++)
        if (stream->flows[side].state == FLOW_ENDED)
            tcp->sink->end(tcp->sink->context, &stream->seen, side, NET_FIN, mark);
}

static void tell_gap(struct tcp *tcp, struct stream *stream, enum net_side side, uint64_t size, enum sw_reason reason,
                     struct sw_mark mark)
{
    stream->flows[side].next += size;
    if (stream->ignored)
        return;
    obey(tcp, stream, tcp->sink->gap(tcp->sink->context, &stream->seen, side, size, reason, mark));
    if (!stream->told)
        tell_ended(tcp, stream, mark);
}

static void tell_data(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_slice bytes,
                      struct sw_mark mark)
{
    struct flow *flow = &stream->flows[side];
    if (tcp->recent != NULL)
        recent_remember(tcp->recent, stream, side, flow->next, bytes);
    flow->next += bytes.size;
    obey(tcp, stream, tcp->sink->data(tcp->sink->context, &stream->seen, side, bytes, mark));
    if (!stream->told)
        tell_ended(tcp, stream, mark);
}

/* The piece begins at flow->next. */
static void deliver(struct tcp *tcp, struct stream *stream, enum net_side side, const struct segment *piece)
{
    if (piece->bytes.size != 0)
        tell_data(tcp, stream, side, piece->bytes, piece->mark);
    if (piece->cut != 0)
        tell_gap(tcp, stream, side, piece->cut, SW_REASON_SNAPLEN_CUT, piece->mark);
}

void flow_end(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark)
{
    struct flow *flow = &stream->flows[side];
    if (flow->state == FLOW_ENDED)
        return;
    flow->state = FLOW_ENDED;
    held_drop(tcp, flow);
    if (stream->told && !stream->ignored)
        tcp->sink->end(tcp->sink->context, &stream->seen, side, NET_FIN, mark);
    if (stream->flows[other(side)].state == FLOW_ENDED) {
        stream->ended = mark;
        table_move(&tcp->table, stream, LIST_CLOSED);
    }
}

/* --- holes ------------------------------------------------------------------------------------------------------- */

/* Delivers what is in order now; mark: the packet that made it so. */
static void drain(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark)
{
    struct flow *flow = &stream->flows[side];
    while (flow->held != NULL) {
        struct chunk *chunk = held_first(flow);
        if (chunk == NULL || chunk->begin > flow->next)
            break;
        held_take(tcp, flow, chunk);
        const struct segment piece = {chunk->begin, {chunk->bytes, chunk->size}, chunk->cut, chunk->mark};
        deliver(tcp, stream, side, &piece);
        g_free(chunk);
    }
    if (stream->ignored)
        return;
    if (flow->fin != 0 && flow->next >= flow->fin)
        flow_end(tcp, stream, side, mark);
    else if (flow->fin != 0)
        held_begin(flow); /* the FIN waits, even with no bytes beside it */
    else if (flow->held != NULL && held_first(flow) == NULL)
        held_drop(tcp, flow);
}

/* Where the first hole ends: at held bytes or at the FIN. Something is held. */
static uint64_t hole_end(const struct flow *flow)
{
    const struct chunk *chunk = held_first(flow);
    if (chunk == NULL)
        return flow->fin;
    return flow->fin == 0 ? chunk->begin : MIN(chunk->begin, flow->fin);
}

/* Goes on behind the first hole. A flow that hadn't started has none: its first bytes are the first. */
static void give_up(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark)
{
    struct flow *flow = &stream->flows[side];
    if (flow->state == FLOW_STARTING) {
        flow->state = FLOW_OPEN;
        flow->base = (uint32_t)flow->next;
    } else {
        const struct chunk *behind = held_first(flow);
        tell_gap(tcp, stream, side, hole_end(flow) - flow->next, SW_REASON_SEGMENT_MISSING,
                 behind == NULL ? mark : behind->mark);
    }
    if (!stream->ignored)
        drain(tcp, stream, side, mark);
}

static void start_count(struct flow *flow, struct sw_mark mark)
{
    flow->held->counting = true;
    flow->held->patience = PATIENCE;
    flow->held->since = mark.time;
    flow->held->acked = flow->acked;
}

void flow_wait(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark)
{
    struct flow *flow = &stream->flows[side];
    struct held *held = flow->held;
    if (!held->counting) {
        if (flow->state == FLOW_STARTING || flow->acked >= hole_end(flow))
            start_count(flow, mark);
        return;
    }
    held->patience--;
    if (held->patience > 0 && mark.time - held->since < patience_time)
        return;
    held->counting = false;
    uint64_t acked = held->acked;
    if (flow->state == FLOW_STARTING)
        give_up(tcp, stream, side, mark);
    while (flow->held != NULL && hole_end(flow) <= acked)
        give_up(tcp, stream, side, mark);
}

void flow_flush(struct tcp *tcp, struct stream *stream, enum net_side side, struct sw_mark mark)
{
    struct flow *flow = &stream->flows[side];
    while (flow->held != NULL)
        give_up(tcp, stream, side, mark);
    if (flow->state == FLOW_UNSEEN || flow->state == FLOW_ENDED)
        return;
    /* One number more than the bytes that came is more likely a FIN that wasn't captured than a byte. */
    if (flow->acked > flow->next + 1)
        tell_gap(tcp, stream, side, flow->acked - flow->next, SW_REASON_SEGMENT_MISSING, mark);
}

void flow_relieve(struct tcp *tcp, struct sw_mark mark)
{
    while (tcp->oldest_chunk != NULL &&
           (tcp->held_bytes > tcp->limits->streams_pending || mark.time - hold_time > tcp->oldest_chunk->mark.time))
        give_up(tcp, tcp->oldest_chunk->stream, tcp->oldest_chunk->side, mark);
}

/* --- where a flow begins ----------------------------------------------------------------------------------------- */

bool flow_begins_at(const struct stream *stream, enum net_side side, uint32_t first)
{
    const struct flow *flow = &stream->flows[side];
    switch ((enum flow_state)flow->state) {
    case FLOW_EXPECTED:
    case FLOW_STARTING:
        return (uint32_t)flow->next - first <= START_WINDOW;
    case FLOW_OPEN:
    case FLOW_ENDED:
        return stream->seen.from_start[side] ? first == flow->base : flow->base - first <= START_WINDOW;
    case FLOW_UNSEEN:
    default:
        return true;
    }
}

void flow_open(struct tcp *tcp, struct stream *stream, enum net_side side, uint32_t first, struct sw_mark mark)
{
    struct flow *flow = &stream->flows[side];
    if (flow->state == FLOW_OPEN || flow->state == FLOW_ENDED)
        return;
    flow->next = flow->next == 0 ? flow_widen(flow, first) : flow->next - ((uint32_t)flow->next - first);
    flow->base = first;
    flow->state = FLOW_OPEN;
    stream->seen.from_start[side] = true;
    drain(tcp, stream, side, mark);
}

void flow_acknowledge(struct flow *flow, uint32_t number)
{
    uint64_t wide = flow_widen(flow, number);
    if (flow->state == FLOW_UNSEEN) {
        flow->next = flow->acked = wide;
        flow->state = FLOW_EXPECTED;
        return;
    }
    uint64_t highest = MAX(flow->next, flow->acked);
    if (wide > highest && wide - highest > WINDOW_MAX)
        return;
    flow->acked = MAX(flow->acked, wide);
}

/* --- arrival ----------------------------------------------------------------------------------------------------- */

/* The place of payload; the first of a flow moves the flow there. False: it tells nothing. */
static bool place(struct flow *flow, uint32_t number, bool probe, uint64_t *begin)
{
    *begin = flow_widen(flow, number);
    switch ((enum flow_state)flow->state) {
    case FLOW_OPEN:
        return true;
    case FLOW_UNSEEN:
        if (probe)
            return false;
        flow->next = *begin;
        break;
    case FLOW_EXPECTED:
        if (probe && *begin < flow->next)
            return false;
        break;
    case FLOW_STARTING:
        break;
    case FLOW_ENDED:
    default:
        return false;
    }
    flow->state = FLOW_STARTING;
    if (*begin < flow->next && flow->next - *begin <= START_WINDOW)
        flow->next = *begin;
    return true;
}

static uint64_t piece_size(const struct segment *piece)
{
    return piece->bytes.size + piece->cut;
}

/* Takes size bytes off the front of a piece, captured or cut. */
static struct segment piece_take(struct segment *piece, uint64_t size)
{
    size_t captured = (size_t)MIN(size, piece->bytes.size);
    uint32_t cut = (uint32_t)(size - captured);
    struct segment front = {piece->begin, {piece->bytes.data, captured}, cut, piece->mark};
    piece->begin += size;
    piece->bytes.size -= captured;
    if (captured != 0)
        piece->bytes.data += captured;
    piece->cut -= cut;
    return front;
}

/* How many bytes differ from those of the chunk that covers the piece. */
static uint64_t differing(const struct chunk *chunk, const struct segment *piece)
{
    uint64_t offset = piece->begin - chunk->begin;
    if (offset >= chunk->size)
        return 0;
    size_t size = MIN(piece->bytes.size, (size_t)(chunk->size - offset));
    uint64_t count = 0;
    if (size == 0 || memcmp(chunk->bytes + offset, piece->bytes.data, size) == 0)
        return 0;
    for (size_t i = 0; i < size; i++)
        count += chunk->bytes[offset + i] != piece->bytes.data[i];
    return count;
}

/* Delivers or holds the parts that are new; returns how many of the others differ from what came first. */
static uint64_t take_new(struct tcp *tcp, struct stream *stream, enum net_side side, struct segment rest)
{
    struct flow *flow = &stream->flows[side];
    uint64_t conflicts = 0;
    if (rest.begin < flow->next) {
        bool probe = piece_size(&rest) == 1 && rest.begin + 1 == flow->next; /* its byte is arbitrary */
        struct segment old = piece_take(&rest, MIN(flow->next - rest.begin, piece_size(&rest)));
        if (tcp->recent != NULL && !probe && old.bytes.size != 0 &&
            recent_differs(tcp->recent, stream, side, old.begin, old.bytes))
            conflicts = old.bytes.size;
    }
    while (piece_size(&rest) != 0 && !stream->ignored) {
        const struct chunk *chunk = held_beyond(flow, rest.begin);
        uint64_t end = rest.begin + piece_size(&rest);
        if (chunk != NULL && chunk->begin <= rest.begin) {
            struct segment again = piece_take(&rest, MIN(end, chunk->end) - rest.begin);
            conflicts += tcp->recent != NULL ? differing(chunk, &again) : 0;
            continue;
        }
        uint64_t room = chunk == NULL ? UINT64_MAX : chunk->begin;
        struct segment fresh = piece_take(&rest, MIN(end, room) - rest.begin);
        if (flow->state == FLOW_OPEN && fresh.begin == flow->next)
            deliver(tcp, stream, side, &fresh);
        else
            held_add(tcp, stream, side, &fresh);
    }
    return conflicts;
}

void flow_segment(struct tcp *tcp, struct stream *stream, enum net_side side, uint32_t number, struct segment segment,
                  bool fin, bool push)
{
    struct flow *flow = &stream->flows[side];
    bool probe = piece_size(&segment) == 1 && !push && !fin;
    if (!place(flow, number, probe, &segment.begin))
        return;
    if (flow->state == FLOW_OPEN && segment.begin == flow->next && flow->held == NULL && !fin) {
        deliver(tcp, stream, side, &segment);
        return;
    }

    uint64_t end = segment.begin + piece_size(&segment);
    if (fin && flow->fin == 0 && end >= flow->next)
        flow->fin = end;
    if (flow->fin != 0 && segment.begin > flow->fin)
        return;
    if (flow->fin != 0 && end > flow->fin)
        segment = piece_take(&segment, flow->fin - segment.begin);
    uint64_t conflicts = take_new(tcp, stream, side, segment);
    if (conflicts != 0 && !stream->ignored)
        tcp->sink->conflict(tcp->sink->context, &stream->seen, side, conflicts, segment.mark);
    if (stream->ignored)
        return;
    if (flow->state == FLOW_OPEN)
        drain(tcp, stream, side, segment.mark);
    else
        held_begin(flow);
    while (flow->held != NULL && flow->held->bytes > tcp->limits->stream_pending)
        give_up(tcp, stream, side, segment.mark);
    flow_relieve(tcp, segment.mark);
}
