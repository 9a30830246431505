/* SPDX-License-Identifier: MIT
 *
 * When does a connection begin and end? RFC 9293 3.1 (header), 3.5 (opening), 3.6 (closing), 3.10.7.
 *
 * A capture isn't an endpoint: packets may be missing, doubled and in a slightly wrong order, and nothing can be asked
 * for again. So a SYN is another connection only if its sequence number says so, and a RST ends a connection a moment
 * later than it comes.
 */
#include "net/tcp.h"

#include "net/read.h"
#include "net/stream.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND      (1000 * MILLISECOND)

static const int64_t reset_time = 100 * MILLISECOND; /* data captured behind its RST is still taken */
static const int64_t closed_time = 10 * SECOND;      /* retransmissions of a closed connection are known */
static const int64_t reopen_time = SECOND;           /* then the same SYN isn't a copy any more */

#define RESET_WINDOW  (UINT64_C(1) << 24) /* farther from the stream a RST is a stray */
#define CLOSED_WINDOW (UINT64_C(1) << 20) /* farther from the end bytes belong to another connection */

struct header {
    uint32_t sequence;
    uint32_t acknowledgment;
    bool fin, syn, rst, psh, ack;
};

static bool read_header(struct walk *walk, struct header *header)
{
    enum { SIZE = 20, FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };
    const uint8_t *at = take(&walk->bytes, SIZE);
    if (at == NULL)
        return false;
    size_t size = (size_t)(at[12] >> 4) * 4;
    if (size < SIZE || (size > SIZE && take(&walk->bytes, size - SIZE) == NULL))
        return false;
    walk->source.port = be16(at);
    walk->destination.port = be16(at + 2);
    uint8_t flags = at[13];
    *header = (struct header){
        .sequence = be32(at + 4),
        .acknowledgment = be32(at + 8),
        .fin = (flags & FIN) != 0,
        .syn = (flags & (SYN | RST)) == SYN,
        .rst = (flags & RST) != 0,
        .psh = (flags & PSH) != 0,
        .ack = (flags & ACK) != 0,
    };
    return true;
}

static uint64_t payload_size(const struct walk *walk)
{
    return walk->bytes.size + walk->cut;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* Tells that it is over, what was held and what is missing before that. */
static void stream_end(struct tcp *tcp, struct stream *stream, enum net_side from, enum net_end how,
                       struct sw_mark mark)
{
    flow_flush(tcp, stream, NET_A, mark);
    flow_flush(tcp, stream, NET_B, mark);
    if (stream->list == LIST_CLOSED) /* both sides had their FIN */
        return;
    if (stream->told && !stream->ignored)
        tcp->sink->end(tcp->sink->context, &stream->seen, from, how, mark);
    stream->flows[NET_A].state = FLOW_ENDED;
    stream->flows[NET_B].state = FLOW_ENDED;
    stream->ended = mark;
    table_move(&tcp->table, stream, LIST_CLOSED);
}

static void stream_reset(struct tcp *tcp, struct stream *stream)
{
    stream_end(tcp, stream, (enum net_side)stream->reset_by, NET_RST, stream->ended);
}

/* A closed stream leaves. */
static void stream_forget(struct tcp *tcp, struct stream *stream)
{
    if (stream->told)
        tcp->sink->forget(tcp->sink->context, &stream->seen);
    table_remove(&tcp->table, stream);
}

/* Ends and forgets a stream of any list; how: where nothing has ended it yet. */
static void stream_close(struct tcp *tcp, struct stream *stream, enum net_end how, struct sw_mark mark)
{
    if (stream->list == LIST_RESET)
        stream_reset(tcp, stream);
    else if (stream->list == LIST_OPEN)
        stream_end(tcp, stream, NET_A, how, mark);
    stream_forget(tcp, stream);
}

static void expire(struct tcp *tcp, int64_t now)
{
    struct table_list *lists = tcp->table.lists;
    struct stream *stream;
    while ((stream = lists[LIST_RESET].oldest) != NULL && now - reset_time > stream->ended.time)
        stream_reset(tcp, stream);
    while ((stream = lists[LIST_CLOSED].oldest) != NULL && now - closed_time > stream->ended.time)
        stream_forget(tcp, stream);
}

/* Makes room: what is over goes first, then what was used least recently. */
static void evict(struct tcp *tcp, struct sw_mark mark)
{
    static const enum stream_list order[] = {LIST_CLOSED, LIST_RESET, LIST_OPEN};
    for (size_t i = 0; i < LIST_COUNT; i++) {
        struct stream *victim = tcp->table.lists[order[i]].oldest;
        if (victim == NULL)
            continue;
        tcp->counts->streams_evicted += order[i] == LIST_OPEN;
        stream_close(tcp, victim, NET_EVICTED, mark);
        return;
    }
}

/* Only what can be the start of something: not a lone ACK, FIN, RST or probe of a connection that is gone. */
static bool begins_stream(const struct walk *walk, const struct header *header)
{
    if (header->rst)
        return false;
    return header->syn || payload_size(walk) > 1 || (payload_size(walk) == 1 && header->psh);
}

static struct stream *stream_new(struct tcp *tcp, const struct walk *walk, uint32_t hash)
{
    while (tcp->table.count != 0 && tcp->table.count >= tcp->limits->streams)
        evict(tcp, walk->mark);
    struct stream *stream = table_add(&tcp->table, &walk->source, &walk->destination, hash);
    stream->seen.first = walk->mark;
    tcp->counts->streams++;
    return stream;
}

/* Does a packet on known ports belong to another connection than the known one? */
static bool is_another(const struct stream *stream, enum net_side side, const struct walk *walk,
                       const struct header *header)
{
    const struct flow *flow = &stream->flows[side];
    if (header->rst)
        return false;
    if (header->syn && !flow_begins_at(stream, side, header->sequence + 1))
        return true;
    if (stream->list != LIST_CLOSED)
        return false;
    if (header->syn)
        return !header->ack && (!stream->told || walk->mark.time - stream->ended.time >= reopen_time);
    return payload_size(walk) > 1 && flow->next != 0 && !stream->ignored &&
           distance(flow_widen(flow, header->sequence), flow->next) > CLOSED_WINDOW;
}

/* A SYN numbers the first byte of its sender; with an ACK, that of the other side as well (RFC 9293 3.5). */
static void synchronize(struct tcp *tcp, struct stream *stream, enum net_side side, const struct header *header,
                        struct sw_mark mark)
{
    if (!stream->seen.initiator_known) {
        stream->seen.initiator_known = true;
        stream->seen.initiator = header->ack ? other(side) : side;
    }
    if (tcp->sink->opening != NULL)
        tcp->sink->opening(tcp->sink->context, &stream->seen, header->ack);
    flow_open(tcp, stream, side, header->sequence + 1, mark);
    if (header->ack && flow_begins_at(stream, other(side), header->acknowledgment))
        flow_open(tcp, stream, other(side), header->acknowledgment, mark);
}

static bool is_plausible_reset(const struct flow *flow, const struct header *header)
{
    return flow->next == 0 || distance(flow_widen(flow, header->sequence), flow->next) <= RESET_WINDOW;
}

/* The stream stays known, so that what belongs to it costs no more than finding it. */
static void ignored_packet(struct tcp *tcp, struct stream *stream, enum net_side side, const struct walk *walk,
                           const struct header *header)
{
    tcp->counts->tcp_ignored_bytes += payload_size(walk);
    if (header->rst)
        flow_end(tcp, stream, other(side), walk->mark);
    if (header->fin || header->rst)
        flow_end(tcp, stream, side, walk->mark);
}

/* What its sender had when it sent this segment; of retransmissions, and of what comes out of order, that isn't known.
 */
static void tell_acked(struct tcp *tcp, struct stream *stream, enum net_side side, const struct walk *walk,
                       const struct header *header)
{
    const struct flow *flow = &stream->flows[side];
    const struct flow *back = &stream->flows[other(side)];
    if (header->syn || flow->held != NULL || back->next == 0 || (!stream->told && payload_size(walk) == 0))
        return;
    if (payload_size(walk) != 0 && flow->next != 0 && flow_widen(flow, header->sequence) != flow->next)
        return;
    int64_t more = (int64_t)(flow_widen(back, header->acknowledgment) - back->next);
    tcp->sink->acked(tcp->sink->context, &stream->seen, side, more, walk->mark);
}

static void stream_packet(struct tcp *tcp, struct stream *stream, enum net_side side, const struct walk *walk,
                          const struct header *header)
{
    if (header->syn)
        synchronize(tcp, stream, side, header, walk->mark);
    if (header->ack && !header->rst && !header->syn)
        flow_acknowledge(&stream->flows[other(side)], header->acknowledgment);
    if (header->ack && tcp->sink->acked != NULL)
        tell_acked(tcp, stream, side, walk, header);
    if (header->rst) { /* its payload, if any, is an explanation and no data (RFC 9293 3.5.3) */
        if (stream->list == LIST_OPEN && is_plausible_reset(&stream->flows[side], header)) {
            stream->ended = walk->mark;
            stream->reset_by = (uint8_t)side;
            table_move(&tcp->table, stream, LIST_RESET);
        }
    } else if (payload_size(walk) != 0 || header->fin) {
        const struct segment segment = {.bytes = walk->bytes, .cut = walk->cut, .mark = walk->mark};
        flow_segment(tcp, stream, side, header->sequence + header->syn, segment, header->fin, header->psh);
    }
    for (enum net_side waiting = NET_A; waiting <= NET_B; waiting++)
        if (stream->flows[waiting].held != NULL)
            flow_wait(tcp, stream, waiting, walk->mark);
}

/* Which streams are given up first when there are too many matters to the second: moving a stream for every packet
 * would touch two more streams that have nothing to do with it. */
static void keep_recent(struct tcp *tcp, struct stream *stream, int64_t now)
{
    static const int64_t often_enough = INT64_C(1000) * 1000 * 1000;
    if (now >= stream->moved && now - stream->moved < often_enough)
        return;
    stream->moved = now;
    table_move(&tcp->table, stream, LIST_OPEN);
}

bool tcp_packet(struct tcp *tcp, struct walk *walk)
{
    struct header header;
    if (!read_header(walk, &header))
        return false;
    tcp->counts->tcp_packets++;
    expire(tcp, walk->mark.time);
    flow_relieve(tcp, walk->mark);

    uint32_t hash;
    enum net_side side;
    struct stream *stream = table_find(&tcp->table, &walk->source, &walk->destination, &hash, &side);
    if (stream != NULL && is_another(stream, side, walk, &header)) {
        stream_close(tcp, stream, NET_REUSED, walk->mark);
        stream = NULL;
    }
    if (stream == NULL) {
        if (!begins_stream(walk, &header))
            return true;
        stream = stream_new(tcp, walk, hash);
        side = NET_A;
    }
    if (stream->list == LIST_OPEN)
        keep_recent(tcp, stream, walk->mark.time);
    if (stream->list == LIST_CLOSED)
        tcp->counts->tcp_ignored_bytes += stream->ignored ? payload_size(walk) : 0;
    else if (stream->ignored)
        ignored_packet(tcp, stream, side, walk, &header);
    else
        stream_packet(tcp, stream, side, walk, &header);
    return true;
}

/* Each is forgotten as it ends: what sinks keep of an end, they keep of one at a time. */
void tcp_finish(struct tcp *tcp, struct sw_mark last)
{
    static const enum stream_list order[] = {LIST_RESET, LIST_OPEN, LIST_CLOSED};
    for (size_t i = 0; i < LIST_COUNT; i++) {
        struct stream *stream;
        while ((stream = tcp->table.lists[order[i]].oldest) != NULL)
            stream_close(tcp, stream, NET_CAPTURE_END, last);
    }
}

bool tcp_unfinished(struct tcp *tcp, int64_t after, struct sw_mark *since)
{
    while (tcp->awaited != NULL && tcp->awaited->mark.time < after)
        tcp->awaited = tcp->awaited->newer;
    if (tcp->awaited == NULL)
        return false;
    *since = tcp->awaited->mark;
    return true;
}

struct tcp *tcp_new(const struct sw_limits *limits, const struct net_sink *sink, struct net_counts *counts,
                    uint64_t seed)
{
    struct tcp *tcp = g_new0(struct tcp, 1);
    table_init(&tcp->table, seed);
    tcp->recent = sink->conflict != NULL ? recent_new() : NULL;
    tcp->limits = limits;
    tcp->sink = sink;
    tcp->counts = counts;
    return tcp;
}

void tcp_free(struct tcp *tcp)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        struct stream *stream;
        while ((stream = tcp->table.lists[i].oldest) != NULL) {
            held_drop(tcp, &stream->flows[NET_A]);
            held_drop(tcp, &stream->flows[NET_B]);
            stream_forget(tcp, stream);
        }
    }
    table_clear(&tcp->table);
    g_free(tcp->recent);
    g_free(tcp);
}
