/* SPDX-License-Identifier: MIT
 *
 * The bytes of a capture file: plain, compressed, or from a pipe, as one buffer that is read from the front.
 *
 * Nobody copies a packet: readers look at the bytes where they were read. Plain files and gzip fill the buffer with
 * whatever is there, so that packets of a live pipe come at once; the other compressions come in the blocks of their
 * decoder.
 */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source {
    const uint8_t *at;            /* the next byte; moves whenever source_need has to read */
    size_t left;                  /* bytes that are buffered there */
    uint64_t total;               /* uncompressed bytes read so far, buffered ones included */
    uint64_t stored;              /* bytes read of the file as stored */
    uint64_t file_size;           /* as stored; 0 where it isn't known */
    bool ended;                   /* nothing comes behind the buffered bytes */
    const char *damage;           /* why it ended before its time, or NULL; static */
    void (*waits)(void *context); /* called before reading what may not be there yet; NULL: nobody asks */
    void *context;
    struct source_parts *parts;
};

/* path "-": standard input. On failure NULL and *error (g_free), one line: "empty file", "is a directory", ... */
struct source *source_open(const char *path, char **error);
void source_close(struct source *source);

/* Whether what is stored has to be decoded. */
bool source_is_packed(const struct source *source);
/* The same bytes, read and decoded in a thread of its own from here on. Takes the source, and returns it where nothing
 * can be gained: a pipe may keep a thread waiting for ever. */
struct source *source_ahead(struct source *source);

/* Reads until size bytes are buffered; false where the file ends before. Memory is at most four times the largest size
 * asked for. Bytes taken since the last call go, so pointers into the buffer end here. */
bool source_fill(struct source *source, size_t size);

static inline bool source_need(struct source *source, size_t size)
{
    return source->left >= size || source_fill(source, size);
}

/* Takes bytes that are buffered. They stay readable until the next source_need. */
static inline void source_take(struct source *source, size_t size)
{
    source->at += size;
    source->left -= size;
}

/* Takes bytes whether they are buffered or not; false where the file ends before. */
bool source_skip(struct source *source, uint64_t size);

/* Where in the uncompressed file the next byte lies. */
static inline uint64_t source_offset(const struct source *source)
{
    return source->total - source->left;
}

#endif
