/* SPDX-License-Identifier: MIT
 *
 * sipweave-resegment: the same conversations, cut into other TCP segments. What a decoder makes of a capture must not
 * depend on where a sender, a network card or a proxy happened to cut the stream.
 *
 * A run is what one side sent without a word from the other: segments that follow each other directly in the capture
 * and in the stream, and the bare ACKs between them. Modes rewrite runs; all else is copied.
 */
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "segment.h"
#include "writer.h"

enum { EXIT_USAGE = 2 };

struct run {
    GPtrArray *data; /* struct segment, one side's payload, in order */
    GPtrArray *acks; /* bare ACKs of both sides, which come behind it */
    size_t size;     /* of all payload */
};

struct resegment {
    const struct mode *mode;
    struct writer writer;
    struct run run;
    GHashTable *opened; /* connections whose SYN was seen: struct end of the client */
    GRand *random;
};

struct mode {
    const char *name;
    const char *text;
    bool runs; /* several segments at once; false: each by itself */
    void (*rewrite)(struct resegment *r);
};

static struct segment *at(const GPtrArray *segments, size_t i)
{
    return g_ptr_array_index(segments, i);
}

static void write_segment(struct resegment *r, const struct segment *segment)
{
    writer_packet(&r->writer, segment->time, segment->link_type, segment->bytes, segment_size(segment),
                  segment_size(segment));
}

/* --- modes ------------------------------------------------------------------------------------------------------- */

static void write_bytes(struct resegment *r)
{
    const struct segment *whole = at(r->run.data, 0);
    for (size_t offset = 0; offset < whole->payload_size; offset++) {
        struct segment *part = segment_part(whole, offset, 1);
        write_segment(r, part);
        g_free(part);
    }
}

/* Sizes of every magnitude, for boundaries are missed by pieces that are all small or all large. */
static size_t random_size(struct resegment *r, size_t most)
{
    size_t size = (size_t)g_rand_int_range(r->random, 1, 1 + (1 << g_rand_int_range(r->random, 1, 11)));
    return MIN(size, most);
}

static GPtrArray *random_parts(struct resegment *r)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < r->run.data->len; i++) {
        const struct segment *whole = at(r->run.data, i);
        size_t size;
        for (size_t offset = 0; offset < whole->payload_size; offset += size) {
            size = random_size(r, whole->payload_size - offset);
            g_ptr_array_add(parts, segment_part(whole, offset, size));
        }
    }
    return parts;
}

static void write_random(struct resegment *r)
{
    GPtrArray *parts = random_parts(r);
    for (guint i = 0; i < parts->len; i++)
        write_segment(r, at(parts, i));
    g_ptr_array_free(parts, TRUE);
}

static void write_merged(struct resegment *r)
{
    struct segment *joined = segment_joined((struct segment *const *)(void *)r->run.data->pdata, r->run.data->len);
    write_segment(r, joined);
    g_free(joined);
}

/* How far a segment may be from its place. Whoever comes into a connection in its middle takes the first bytes for the
 * first after a look at three more packets. */
static guint window_of(struct resegment *r)
{
    enum { WINDOW = 16, WINDOW_UNOPENED = 3 };
    const struct segment *any = at(r->run.data, 0);
    bool opened = g_hash_table_contains(r->opened, &any->source) || g_hash_table_contains(r->opened, &any->destination);
    return opened ? WINDOW : WINDOW_UNOPENED;
}

static void shuffle(struct resegment *r, void **parts, guint count)
{
    for (guint i = count; i > 1; i--) {
        guint other = (guint)g_rand_int_range(r->random, 0, (gint)i);
        void *held = parts[i - 1];
        parts[i - 1] = parts[other];
        parts[other] = held;
    }
}

/* Out of order, the packets have each other's times: time goes on. */
static void write_disordered(struct resegment *r)
{
    GPtrArray *parts = random_parts(r);
    int64_t *times = g_new(int64_t, parts->len);
    for (guint i = 0; i < parts->len; i++)
        times[i] = at(parts, i)->time;
    guint window = window_of(r);
    for (guint i = 0; i < parts->len; i += window)
        shuffle(r, parts->pdata + i, MIN(window, parts->len - i));
    for (guint i = 0; i < parts->len; i++) {
        at(parts, i)->time = times[i];
        write_segment(r, at(parts, i));
    }
    g_free(times);
    g_ptr_array_free(parts, TRUE);
}

static const struct mode modes[] = {
    {"bytes", "one byte a segment", false, write_bytes},
    {"random", "pieces of 1 to 1024 bytes", false, write_random},
    {"merge", "one segment for all that a side sends without an answer", true, write_merged},
    {"reorder", "random pieces, up to 16 of them in disorder before they are acknowledged", true, write_disordered},
    {NULL, NULL, false, NULL},
};

/* --- runs -------------------------------------------------------------------------------------------------------- */

static bool same(const struct end *a, const struct end *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool is_bare_ack(const struct segment *segment)
{
    return segment->payload_size == 0 && (segment->flags & (TCP_ACK | TCP_FIN | TCP_SYN | TCP_RST)) == TCP_ACK;
}

static bool is_data(const struct segment *segment)
{
    return segment->payload_size != 0 && (segment->flags & (TCP_RST | TCP_URG)) == 0;
}

static void end_run(struct resegment *r)
{
    struct run *run = &r->run;
    int64_t last = 0;
    if (run->data->len != 0) {
        last = at(run->data, run->data->len - 1)->time;
        r->mode->rewrite(r);
    }
    for (guint i = 0; i < run->acks->len; i++) {
        at(run->acks, i)->time = MAX(at(run->acks, i)->time, last);
        write_segment(r, at(run->acks, i));
    }
    g_ptr_array_set_size(run->data, 0);
    g_ptr_array_set_size(run->acks, 0);
    run->size = 0;
}

/* Does it go on with the run that has begun? */
static bool joins(const struct resegment *r, const struct segment *segment)
{
    enum { SIZE_AT_MOST = 60000 /* of one IP datagram */ };
    const struct run *run = &r->run;
    if (!r->mode->runs || run->data->len == 0)
        return false;
    const struct segment *last = at(run->data, run->data->len - 1);
    bool onward = same(&segment->source, &last->source) && same(&segment->destination, &last->destination);
    bool back = same(&segment->source, &last->destination) && same(&segment->destination, &last->source);
    if (is_bare_ack(segment))
        return onward || back;
    return onward && is_data(segment) && (segment->flags & TCP_SYN) == 0 && (last->flags & (TCP_FIN | TCP_SYN)) == 0 &&
           segment->sequence == segment_end(last) && run->size + segment->payload_size <= SIZE_AT_MOST;
}

/* Takes the segment. */
static void add_segment(struct resegment *r, struct segment *segment)
{
    if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
        g_hash_table_add(r->opened, g_memdup2(&segment->source, sizeof segment->source));
    if (!joins(r, segment))
        end_run(r);
    if (is_data(segment)) {
        g_ptr_array_add(r->run.data, segment);
        r->run.size += segment->payload_size;
    } else if (r->run.data->len != 0) {
        g_ptr_array_add(r->run.acks, segment);
    } else {
        write_segment(r, segment);
        g_free(segment);
    }
}

static void add_packet(struct resegment *r, const struct packet *packet)
{
    struct segment *segment = segment_of(packet);
    if (segment != NULL) {
        add_segment(r, segment);
        return;
    }
    end_run(r);
    writer_packet(&r->writer, packet->time, packet->link_type, packet->data, packet->size, packet->original_size);
}

/* --- the program ------------------------------------------------------------------------------------------------- */

static guint end_hash(gconstpointer key)
{
    const struct end *end = key;
    guint hash = 0;
    for (size_t i = 0; i < sizeof end->bytes; i++)
        hash = hash * 31 + end->bytes[i];
    return hash;
}

static gboolean end_equal(gconstpointer a, gconstpointer b)
{
    return same(a, b);
}

static int usage(void)
{
    g_printerr("usage: sipweave-resegment MODE SEED IN OUT     OUT is written as pcapng; - is standard output\n");
    for (const struct mode *mode = modes; mode->name != NULL; mode++)
        g_printerr("  %-8s %s\n", mode->name, mode->text);
    return EXIT_USAGE;
}

static int rewrite(struct resegment *r, struct capture *in, const char *out)
{
    if (!writer_open(&r->writer, out)) {
        g_printerr("sipweave-resegment: %s: %s\n", out, g_strerror(errno));
        return EXIT_USAGE;
    }
    struct packet packet;
    while (capture_next(in, &packet))
        add_packet(r, &packet);
    end_run(r);
    if (writer_close(&r->writer))
        return EXIT_SUCCESS;
    g_printerr("sipweave-resegment: %s: can't be written\n", out);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    const struct mode *mode = modes;
    while (argc == 5 && mode->name != NULL && strcmp(mode->name, argv[1]) != 0)
        mode++;
    if (argc != 5 || mode->name == NULL)
        return usage();
    char *error = NULL;
    struct capture *in = capture_open(argv[3], NULL, &error);
    if (in == NULL) {
        g_printerr("sipweave-resegment: %s: %s\n", argv[3], error);
        g_free(error);
        return EXIT_USAGE;
    }
    struct resegment r = {
        .mode = mode,
        .run = {.data = g_ptr_array_new_with_free_func(g_free), .acks = g_ptr_array_new_with_free_func(g_free)},
        .opened = g_hash_table_new_full(end_hash, end_equal, g_free, NULL),
        .random = g_rand_new_with_seed((guint32)strtoul(argv[2], NULL, 10)),
    };
    int status = rewrite(&r, in, argv[4]);
    g_ptr_array_free(r.run.data, TRUE);
    g_ptr_array_free(r.run.acks, TRUE);
    g_hash_table_destroy(r.opened);
    g_rand_free(r.random);
    capture_close(in);
    return status;
}
