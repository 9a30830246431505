/* SPDX-License-Identifier: MIT
 *
 * usage: fuzz-seeds FOLDER CAPTURE...
 *
 * What the fuzz targets begin with: cut out of captures, in the form that each target reads. FOLDER gets a folder for
 * each target.
 */
#include "fuzz.h"

#include <errno.h>

#include "pipeline/inputs.h"
#include "sipweave/sdp.h"

enum {
    SIP_BYTES = 1200,         /* a message of more is the seed of a target of its own only now and then */
    STREAM_BYTES = 5 * 1024,  /* of one connection, or of packets */
    CAPTURE_BYTES = 8 * 1024, /* of a capture file */
    SEEDS_PER_CAPTURE = 6,    /* of each target */
};

struct seeds {
    const char *folder;
    char *capture;          /* the capture's name without its ending */
    GByteArray *net;        /* packets */
    GByteArray *pcapng;     /* the same, as blocks */
    GByteArray *program;    /* what was sent, by flow */
    GByteArray *calls;      /* records of messages */
    GByteArray *sip_stream; /* messages, one behind the other */
    GByteArray *deflate;    /* what could have been compressed */
    GByteArray *sdp;        /* the last session description */
    int64_t message_time;   /* of the record before */
    int64_t packet_time;
    unsigned sip_seeds;
    unsigned sdp_seeds;
    unsigned flows;
    unsigned number; /* of the capture */
    unsigned connection_seeds;
    unsigned failed;
};

static void write_seed(struct seeds *seeds, const char *target, unsigned number, struct sw_slice bytes)
{
    char *folder = g_build_filename(seeds->folder, target, NULL);
    char *path = g_strdup_printf("%s/%s-%u", folder, seeds->capture, number);
    GError *error = NULL;
    if (g_mkdir_with_parents(folder, 0777) != 0 ||
        !g_file_set_contents(path, (const char *)bytes.data, (gssize)bytes.size, &error)) {
        fprintf(stderr, "%s: %s\n", path, error != NULL ? error->message : g_strerror(errno));
        g_clear_error(&error);
        seeds->failed++;
    }
    g_free(path);
    g_free(folder);
}

static void put_u8(GByteArray *out, uint64_t value)
{
    const uint8_t byte = (uint8_t)value;
    g_byte_array_append(out, &byte, 1);
}

static void put_u16(GByteArray *out, uint64_t value)
{
    put_u8(out, value >> 8);
    put_u8(out, value);
}

static void put_bytes(GByteArray *out, struct sw_slice bytes)
{
    g_byte_array_append(out, bytes.data, (guint)bytes.size);
}

/* Milliseconds since the time before, as much as the byte holds. */
static uint8_t passed(int64_t *before, int64_t now)
{
    const int64_t ms = *before == 0 ? 0 : (now - *before) / 1000000;
    *before = now;
    return (uint8_t)CLAMP(ms, 0, 190);
}

/* A step of the targets whose input steers. */
static void put_step(GByteArray *out, unsigned what, struct sw_slice bytes)
{
    put_u8(out, what);
    put_u16(out, bytes.size);
    put_bytes(out, bytes);
}

/* --- messages: seeds of sip, sip_stream, calls, rules, deflate and sdp ------------------------------------------- */

/* An offer and what follows it, most often its answer. */
static void add_description(struct seeds *seeds, const struct sw_sip *sip)
{
    struct sw_slice text;
    if (seeds->sdp_seeds == SEEDS_PER_CAPTURE || !sw_sdp_of_sip(sip, &text))
        return;
    if (seeds->sdp->len != 0) {
        put_u8(seeds->sdp, 0);
        put_bytes(seeds->sdp, text);
        write_seed(seeds, "sdp", seeds->sdp_seeds++, slice(seeds->sdp->data, seeds->sdp->len));
    }
    g_byte_array_set_size(seeds->sdp, 0);
    put_bytes(seeds->sdp, text);
}

static void on_message(void *context, const struct message_record *message)
{
    struct seeds *seeds = context;
    const struct sw_slice raw = message->sip->raw;
    add_description(seeds, message->sip);
    if (raw.size > UINT16_MAX || seeds->calls->len > STREAM_BYTES)
        return;
    const unsigned ends = (message->source.port & 3U) | (message->destination.port & 3U) << 2;
    put_u8(seeds->calls, ends | (unsigned)message->transport << 4);
    put_u8(seeds->calls, passed(&seeds->message_time, message->marks[0].time));
    put_u16(seeds->calls, raw.size);
    put_bytes(seeds->calls, raw);
    put_step(seeds->sip_stream, 0, raw);
    put_step(seeds->deflate, message->direction, raw);
    if (seeds->sip_seeds < SEEDS_PER_CAPTURE && (raw.size < SIP_BYTES || seeds->sip_seeds % 2 == 1))
        write_seed(seeds, "sip", seeds->sip_seeds++, raw);
}

/* --- streams: seeds of connection, http, frame and program ------------------------------------------------------- */

enum { PROGRAM_DATAGRAM = 4 << 1, PROGRAM_FLOW_SHIFT = 4, PROGRAM_FLOWS = 4 };

static void on_datagram(void *context, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                        struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks, size_t mark_count)
{
    (void)missing, (void)marks, (void)mark_count;
    struct seeds *seeds = context;
    if (seeds->program->len < STREAM_BYTES && bytes.size <= UINT16_MAX)
        put_step(seeds->program, PROGRAM_DATAGRAM | (source->port < destination->port), bytes);
}

/* A stream's script, and the flow that it is in program: four take turns. */
struct script {
    GByteArray *bytes;
    unsigned flow;
};

static struct script *script_of(struct seeds *seeds, struct net_stream *stream, enum net_side from)
{
    if (stream->user == NULL) {
        struct script *script = g_new(struct script, 1);
        *script = (struct script){.bytes = g_byte_array_new(), .flow = seeds->flows++ % PROGRAM_FLOWS};
        put_u8(script->bytes, stream->from_start[from] ? 0 : 1);
        put_u8(script->bytes, 4);
        stream->user = script;
    }
    return stream->user;
}

/* The first bytes of what the server sends are a head, those of the client frames: what their targets begin with. */
static void stream_began(struct seeds *seeds, enum net_side from, struct sw_slice bytes)
{
    if (bytes.size > 4 && g_ascii_isupper((char)bytes.data[0]))
        write_seed(seeds, "http", seeds->connection_seeds * 2 + from, bytes);
}

static enum net_interest on_data(void *context, struct net_stream *stream, enum net_side from, struct sw_slice bytes,
                                 struct sw_mark mark)
{
    (void)mark;
    struct seeds *seeds = context;
    const struct script *script = script_of(seeds, stream, from);
    if (script->bytes->len > STREAM_BYTES || bytes.size > UINT16_MAX)
        return NET_IGNORE;
    if (seeds->connection_seeds < SEEDS_PER_CAPTURE)
        stream_began(seeds, from, bytes);
    put_step(script->bytes, from == NET_A ? 0 : 1, bytes);
    if (seeds->program->len < STREAM_BYTES)
        put_step(seeds->program, script->flow << PROGRAM_FLOW_SHIFT | (from == NET_A ? 0 : 1), bytes);
    return NET_WANT;
}

static enum net_interest on_gap(void *context, struct net_stream *stream, enum net_side from, uint64_t size,
                                enum sw_reason reason, struct sw_mark mark)
{
    enum { STEP_GAP = 6 << 1 };
    (void)context, (void)reason, (void)mark;
    if (stream->user == NULL)
        return NET_IGNORE;
    const struct script *script = stream->user;
    put_u8(script->bytes, STEP_GAP | (from == NET_A ? 0 : 1));
    put_u16(script->bytes, MIN(size, UINT16_MAX));
    return NET_WANT;
}

static void on_end(void *context, struct net_stream *stream, enum net_side from, enum net_end how, struct sw_mark mark)
{
    enum { STEP_END = 7 << 1 };
    (void)context, (void)mark;
    if (stream->user == NULL || how != NET_FIN)
        return;
    const struct script *script = stream->user;
    put_u8(script->bytes, STEP_END | (from == NET_A ? 0 : 1));
    put_u16(script->bytes, 0);
}

static void on_forget(void *context, struct net_stream *stream)
{
    struct seeds *seeds = context;
    struct script *script = stream->user;
    if (script == NULL)
        return;
    const struct sw_slice bytes = slice(script->bytes->data, script->bytes->len);
    if (bytes.size > 100 && seeds->connection_seeds < SEEDS_PER_CAPTURE) {
        write_seed(seeds, "connection", seeds->connection_seeds, bytes);
        const size_t middle = bytes.size / 2; /* as if nobody had seen the beginning */
        write_seed(seeds, "frame", seeds->connection_seeds, slice(bytes.data + middle, bytes.size - middle));
        seeds->connection_seeds++;
    }
    g_byte_array_free(script->bytes, TRUE);
    g_free(script);
    stream->user = NULL;
}

static void on_conflict(void *context, struct net_stream *stream, enum net_side from, uint64_t bytes,
                        struct sw_mark mark)
{
    (void)context, (void)stream, (void)from, (void)bytes, (void)mark;
}

/* --- captures: seeds of net, capture, pcapng and pipeline -------------------------------------------------------- */

enum { PCAPNG_INTERFACE = 1, PCAPNG_PACKET = 2 };

static void add_packet(struct seeds *seeds, const struct packet *packet)
{
    if (packet->size > UINT16_MAX || seeds->net->len > STREAM_BYTES || packet->link_type != 1)
        return;
    put_u8(seeds->net, 0);
    put_u8(seeds->net, passed(&seeds->packet_time, packet->time));
    put_u16(seeds->net, packet->size);
    put_bytes(seeds->net, slice(packet->data, packet->size));
    put_step(seeds->pcapng, PCAPNG_PACKET, slice(packet->data, packet->size));
}

static void read_packets(struct seeds *seeds, const char *path, struct pipeline *pipeline)
{
    const struct net_sink sink = {
        .context = seeds,
        .datagram = on_datagram,
        .data = on_data,
        .gap = on_gap,
        .end = on_end,
        .forget = on_forget,
        .conflict = on_conflict,
    };
    char *error = NULL;
    struct capture *capture = capture_open(path, NULL, &error);
    if (capture == NULL) {
        fprintf(stderr, "%s: %s\n", path, error);
        g_free(error);
        seeds->failed++;
        return;
    }
    struct net *net = net_new(&sw_limits_default, &sink);
    struct packet packet;
    struct sw_mark mark = {0};
    while (capture_next(capture, &packet)) {
        mark = (struct sw_mark){packet.number, packet.time};
        add_packet(seeds, &packet);
        net_packet(net, &packet, mark);
        pipeline_packet(pipeline, 0, &packet);
    }
    net_finish(net, mark);
    net_free(net);
    pipeline_finish(pipeline);
    capture_close(capture);
}

static void copy_front(struct seeds *seeds, const char *path)
{
    char *bytes;
    size_t size;
    if (!g_file_get_contents(path, &bytes, &size, NULL))
        return;
    const struct sw_slice front = slice((const uint8_t *)bytes, MIN(size, CAPTURE_BYTES));
    write_seed(seeds, "capture", 0, front);
    write_seed(seeds, "pipeline", 0, front);
    g_free(bytes);
}

/* Each form is the first of some seed, with one stage or another. */
static void write_program(struct seeds *seeds)
{
    enum { FORMS = 2, STAGES = 37 };
    GByteArray *program = g_byte_array_new();
    for (unsigned i = 0; i < FORMS; i++) {
        g_byte_array_set_size(program, 0);
        put_u8(program, seeds->number * FORMS + i);
        put_u8(program, (seeds->number * FORMS + i) * STAGES);
        put_bytes(program, slice(seeds->program->data, seeds->program->len));
        write_seed(seeds, "program", i, slice(program->data, program->len));
    }
    g_byte_array_free(program, TRUE);
}

/* The targets whose seed grows with a capture, and how it begins. */
struct growing {
    const char *target;
    GByteArray **bytes;
    struct sw_slice begin;
};

#define BEGIN(...) slice((const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})

static void cut_capture(struct seeds *seeds, const char *path)
{
    const struct growing growing[] = {
        {"net", &seeds->net, BEGIN(0)},
        {"pcapng", &seeds->pcapng, BEGIN(0, PCAPNG_INTERFACE, 0, 0)},
        {"program", &seeds->program, slice(NULL, 0)}, /* see write_program */
        {"calls", &seeds->calls, BEGIN(0)},
        {"sip_stream", &seeds->sip_stream, BEGIN(0, 4)},
        {"deflate", &seeds->deflate, BEGIN(0)},
        {"sdp", &seeds->sdp, slice(NULL, 0)}, /* written on the way */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(growing); i++) {
        *growing[i].bytes = g_byte_array_new();
        put_bytes(*growing[i].bytes, growing[i].begin);
    }
    const struct sink sink = {.context = seeds, .message = on_message};
    struct pipeline *pipeline = pipeline_new(&sw_limits_default, &sink);
    read_packets(seeds, path, pipeline);
    pipeline_free(pipeline);
    copy_front(seeds, path);
    write_program(seeds);
    write_seed(seeds, "rules", 0, slice(seeds->calls->data, seeds->calls->len));
    for (size_t i = 0; i < G_N_ELEMENTS(growing); i++) {
        const GByteArray *bytes = *growing[i].bytes;
        if (growing[i].begin.size != 0)
            write_seed(seeds, growing[i].target, 0, slice(bytes->data, bytes->len));
        g_byte_array_free(*growing[i].bytes, TRUE);
    }
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: fuzz-seeds FOLDER CAPTURE...\n", stderr);
        return 2;
    }
    unsigned failed = 0;
    for (int i = 2; i < argc; i++) {
        struct seeds seeds = {.folder = argv[1], .capture = g_path_get_basename(argv[i]), .number = (unsigned)i - 2};
        cut_capture(&seeds, argv[i]);
        failed += seeds.failed;
        g_free(seeds.capture);
    }
    return failed == 0 ? 0 : 1;
}
