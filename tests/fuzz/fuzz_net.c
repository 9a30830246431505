/* SPDX-License-Identifier: MIT
 *
 * links: offline_net
 * Packets to datagrams and streams: no byte comes out twice, and nothing after the end.
 *
 * The input: a byte of options, then packets: a byte for the link type and what is special, a byte of time, the size
 * in two bytes, and the bytes.
 */
#include "fuzz.h"

#include "net/net.h"

enum { OPTION_LOW_LIMITS = 1, OPTION_IGNORE = 2 };

/* Of a packet's first byte; the low four bits are the link type. */
enum { PACKET_CUT = 0x10, PACKET_SECONDS = 0x20 };

/* What is known of a stream: its net_stream's user. */
struct told {
    uint64_t bytes[2];
    uint64_t gaps[2];
    uint64_t packet; /* of the last call */
    bool ended[2];
    bool ignored;
};

struct run {
    struct net *net;
    bool ignore;
    uint64_t packets;
    int64_t time;
    uint64_t captured;  /* bytes of packets */
    uint64_t delivered; /* bytes of datagrams and streams */
    uint64_t streams;   /* told and not forgotten */
};

static struct told *told_of(struct run *run, struct net_stream *stream, struct sw_mark mark)
{
    if (stream->user == NULL) {
        stream->user = g_new0(struct told, 1);
        run->streams++;
    }
    struct told *told = stream->user;
    CHECK(mark.packet != 0 && mark.packet <= run->packets && mark.packet >= stream->first.packet);
    return told;
}

static enum net_interest interest(const struct run *run, struct told *told)
{
    CHECK(!told->ignored);
    told->ignored = run->ignore && told->bytes[0] + told->bytes[1] > 200;
    return told->ignored ? NET_IGNORE : NET_WANT;
}

/* --- the sink ---------------------------------------------------------------------------------------------------- */

static void on_datagram(void *context, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                        struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks, size_t mark_count)
{
    struct run *run = context;
    char text[56];
    sw_endpoint_format(source, text, sizeof text);
    sw_endpoint_format(destination, text, sizeof text);
    CHECK(mark_count != 0 && missing <= 65535 && bytes.size <= 65535);
    for (size_t i = 0; i < mark_count; i++)
        CHECK(marks[i].packet != 0 && marks[i].packet <= run->packets);
    digest(bytes);
    run->delivered += bytes.size;
}

static enum net_interest on_data(void *context, struct net_stream *stream, enum net_side from, struct sw_slice bytes,
                                 struct sw_mark mark)
{
    struct run *run = context;
    struct told *told = told_of(run, stream, mark);
    CHECK(bytes.size != 0 && !told->ended[from]);
    digest(bytes);
    run->delivered += bytes.size;
    told->bytes[from] += bytes.size;
    return interest(run, told);
}

static enum net_interest on_gap(void *context, struct net_stream *stream, enum net_side from, uint64_t size,
                                enum sw_reason reason, struct sw_mark mark)
{
    struct run *run = context;
    struct told *told = told_of(run, stream, mark);
    CHECK(!told->ended[from] && size != 0 && size < UINT64_C(1) << 32);
    CHECK(reason == SW_REASON_SEGMENT_MISSING || reason == SW_REASON_SNAPLEN_CUT);
    told->gaps[from] += size;
    return interest(run, told);
}

static void on_end(void *context, struct net_stream *stream, enum net_side from, enum net_end how, struct sw_mark mark)
{
    CHECK(stream->user != NULL);
    struct told *told = told_of(context, stream, mark);
    CHECK(how == NET_FIN ? !told->ended[from] : !told->ended[NET_A] || !told->ended[NET_B]);
    told->ended[from] = true;
    if (how != NET_FIN)
        told->ended[NET_A] = told->ended[NET_B] = true;
}

static void on_forget(void *context, struct net_stream *stream)
{
    struct run *run = context;
    CHECK(stream->user != NULL && run->streams != 0);
    g_free(stream->user);
    stream->user = NULL;
    run->streams--;
}

static void on_conflict(void *context, struct net_stream *stream, enum net_side from, uint64_t bytes,
                        struct sw_mark mark)
{
    const struct run *run = context;
    CHECK(stream != NULL && from <= NET_B && bytes != 0 && mark.packet <= run->packets);
}

/* --- packets ----------------------------------------------------------------------------------------------------- */

static void step(struct run *run, struct sw_slice *rest)
{
    static const int link_types[16] = {1, 113, 276, 101, 12, 14, 228, 229, 0, 108, 9, 50, 51, 1, 1, 147};
    const uint8_t what = take_u8(rest);
    const uint8_t time = take_u8(rest);
    const unsigned size = take_u16(rest);
    struct sw_slice bytes = slice_copy(take_bytes(rest, size));
    run->time += time * (what & PACKET_SECONDS ? INT64_C(1000000000) : INT64_C(1000000));
    run->captured += bytes.size;
    const struct packet packet = {
        .number = ++run->packets,
        .time = run->time,
        .link_type = link_types[what & 15],
        .size = (uint32_t)bytes.size,
        .original_size = (uint32_t)bytes.size + (what & PACKET_CUT ? 100 : 0),
        .data = bytes.data,
    };
    net_packet(run->net, &packet, (struct sw_mark){packet.number, packet.time});
    slice_free(bytes);
    struct sw_mark since;
    CHECK(!net_unfinished(run->net, INT64_MIN, &since) || since.packet <= run->packets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sw_slice input = slice(data, size);
    const uint8_t options = take_u8(&input);
    const struct sw_limits limits = options & OPTION_LOW_LIMITS ? low_limits() : sw_limits_default;
    struct run run = {.ignore = (options & OPTION_IGNORE) != 0, .time = INT64_C(1700000000000000000)};
    const struct net_sink sink = {
        .context = &run,
        .datagram = on_datagram,
        .data = on_data,
        .gap = on_gap,
        .end = on_end,
        .forget = on_forget,
        .conflict = on_conflict,
    };
    run.net = net_new(&limits, &sink);
    while (input.size != 0)
        step(&run, &input);
    if (run.packets != 0)
        net_finish(run.net, (struct sw_mark){run.packets, run.time});
    CHECK(net_counts(run.net)->packets == run.packets);
    CHECK(run.delivered <= run.captured);
    net_free(run.net);
    CHECK(run.streams == 0);
    return 0;
}
