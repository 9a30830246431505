/* SPDX-License-Identifier: MIT
 *
 * sipweave-inflate: what does zlib alone take for what is compressed in a capture? The floor for a program that reads
 * permessage-deflate (RFC 7692), as tcpdump is for reading at all.
 *
 *     sipweave-generate --mix deflate --payloads FILE ...     notes each compressed message
 *     sipweave-inflate FILE                                   inflates them; prints their number and sizes
 *
 * A connection's side has a z_stream of its own as long as it lasts, so history costs nothing: less is not possible.
 */
#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "payload.h"

enum { OUT_SIZE = 1 << 16 };

struct totals {
    uint64_t messages, packed, inflated;
};

static z_stream *stream_of(GHashTable *streams, const struct payload *payload)
{
    z_stream *stream = g_hash_table_lookup(streams, GUINT_TO_POINTER(payload->stream));
    if (stream == NULL) {
        stream = g_new0(z_stream, 1);
        inflateInit2(stream, -15);
        g_hash_table_insert(streams, GUINT_TO_POINTER(payload->stream), stream);
    } else if (!payload->keep_history) {
        inflateReset(stream);
    }
    return stream;
}

static void free_stream(gpointer data)
{
    inflateEnd(data);
    g_free(data);
}

static bool inflate_bytes(z_stream *stream, const uint8_t *bytes, size_t size, struct totals *totals)
{
    uint8_t out[OUT_SIZE];
    stream->next_in = bytes;
    stream->avail_in = (uInt)size;
    do {
        stream->next_out = out;
        stream->avail_out = sizeof out;
        const int result = inflate(stream, Z_SYNC_FLUSH); /* Z_BUF_ERROR: there was nothing more to write */
        if (result != Z_OK && result != Z_BUF_ERROR)
            return false;
        totals->inflated += sizeof out - stream->avail_out;
    } while (stream->avail_out == 0);
    return true;
}

static bool inflate_all(FILE *file, GHashTable *streams, struct totals *totals)
{
    static const uint8_t tail[] = {0, 0, 0xff, 0xff};
    struct payload payload;
    uint8_t *bytes = NULL;
    size_t room = 0;
    bool ok = true;
    while (ok && fread(&payload, sizeof payload, 1, file) == 1) {
        if (payload.over) {
            g_hash_table_remove(streams, GUINT_TO_POINTER(payload.stream));
            continue;
        }
        if (payload.size > room)
            bytes = g_realloc(bytes, room = payload.size);
        z_stream *stream = stream_of(streams, &payload);
        ok = fread(bytes, 1, payload.size, file) == payload.size &&
             inflate_bytes(stream, bytes, payload.size, totals) && inflate_bytes(stream, tail, sizeof tail, totals);
        totals->messages++;
        totals->packed += payload.size;
    }
    g_free(bytes);
    return ok && feof(file) != 0;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        g_printerr("usage: sipweave-inflate FILE, as sipweave-generate --payloads writes it\n");
        return 2;
    }
    struct totals totals = {0};
    GHashTable *streams = g_hash_table_new_full(NULL, NULL, NULL, free_stream);
    const bool ok = inflate_all(file, streams, &totals);
    g_hash_table_destroy(streams);
    fclose(file);
    g_print("messages %" G_GUINT64_FORMAT " packed %" G_GUINT64_FORMAT " inflated %" G_GUINT64_FORMAT "\n",
            totals.messages, totals.packed, totals.inflated);
    return ok ? 0 : 1;
}
