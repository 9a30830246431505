/* SPDX-License-Identifier: MIT
 *
 * Where do the bytes of a capture come from? A file or pipe is read into one buffer, through a decoder where its first
 * bytes are those of a compressed file (RFC 1952 for gzip).
 *
 * gzip goes through zlib rather than libarchive: libarchive hands out 64 KiB at a time, so a live pipe would stall and
 * a cut file would lose its last packets. Of libarchive only the filter that the magic asks for is enabled: the whole
 * set has filters that run programs.
 */
#include "capture/source.h"

#include "capture/ahead.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    BUFFER_SIZE = 256 * 1024,
    MAGIC_SIZE = 6, /* the longest magic in the table */
};

static const char cut_text[] = "the compressed data is cut";
static const char broken_text[] = "the compressed data is damaged";
static const char unread_text[] = "the file can't be read any further";

enum gzip_state {
    GZIP_IN_MEMBER,
    GZIP_BETWEEN_MEMBERS, /* a file may be several gzip files in a row */
};

struct decoder {
    const char *magic;
    size_t magic_size;
    bool (*open)(struct source *source, const struct decoder *decoder);
    /* Some bytes to out: 0 at the end. Damage is noted in the source and may come with the last bytes. */
    size_t (*read)(struct source *source, uint8_t *out, size_t room);
    int (*archive_filter)(struct archive *archive);
};

struct source_parts {
    int fd;
    int error; /* errno of the open or read that failed */
    uint8_t *buffer;
    size_t capacity;
    size_t (*read)(struct source *source, uint8_t *out, size_t room);

    /* Only where the file is compressed: its bytes as stored, not yet decoded. */
    uint8_t *packed;
    size_t packed_size;
    enum gzip_state gzip_state;
    z_stream gzip;
    struct archive *archive;
    const uint8_t *block; /* libarchive's, what is left of it */
    size_t block_size;

    /* Only where a thread reads: */
    struct ahead *ahead;
    struct source *behind; /* what it reads */
    const struct ahead_block *ahead_block;
    size_t ahead_used; /* bytes of it */
};

/* What one read() gives; 0 at the end and on an error, which is noted. */
static size_t read_stored(struct source *source, uint8_t *out, size_t room)
{
    ssize_t got;
    do
        got = read(source->parts->fd, out, room);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        source->parts->error = errno;
        source->damage = unread_text;
        return 0;
    }
    source->stored += (uint64_t)got;
    return (size_t)got;
}

static bool gzip_open(struct source *source, const struct decoder *decoder)
{
    (void)decoder;
    z_stream *gzip = &source->parts->gzip;
    gzip->next_in = source->parts->packed;
    gzip->avail_in = (uInt)source->parts->packed_size;
    return inflateInit2(gzip, MAX_WBITS + 16) == Z_OK;
}

/* More compressed bytes for zlib; false at their end, which is damage inside a member. */
static bool gzip_refill(struct source *source)
{
    struct source_parts *parts = source->parts;
    size_t got = read_stored(source, parts->packed, BUFFER_SIZE);
    parts->gzip.next_in = parts->packed;
    parts->gzip.avail_in = (uInt)got;
    if (got == 0 && source->damage == NULL && parts->gzip_state == GZIP_IN_MEMBER)
        source->damage = cut_text;
    return got != 0;
}

/* Behind a member: another one, or the end. Zeros are the padding of tapes and no fault. */
static bool gzip_next_member(struct source *source)
{
    struct source_parts *parts = source->parts;
    if (parts->gzip.next_in[0] != 0x1f) {
        if (parts->gzip.next_in[0] != 0)
            source->damage = "bytes behind the end of the compressed data";
        return false;
    }
    parts->gzip_state = GZIP_IN_MEMBER;
    return inflateReset(&parts->gzip) == Z_OK;
}

static size_t gzip_read(struct source *source, uint8_t *out, size_t room)
{
    struct source_parts *parts = source->parts;
    z_stream *gzip = &parts->gzip;
    gzip->next_out = out;
    gzip->avail_out = (uInt)room;
    while (gzip->avail_out == room && source->damage == NULL) {
        if (gzip->avail_in == 0 && !gzip_refill(source))
            break;
        if (parts->gzip_state == GZIP_BETWEEN_MEMBERS && !gzip_next_member(source))
            break;
        int result = inflate(gzip, Z_SYNC_FLUSH);
        if (result == Z_STREAM_END)
            parts->gzip_state = GZIP_BETWEEN_MEMBERS;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            source->damage = broken_text;
    }
    return room - gzip->avail_out;
}

/* libarchive asks for compressed bytes: those that showed the magic first. */
static la_ssize_t libarchive_input(struct archive *archive, void *context, const void **buffer)
{
    struct source *source = context;
    struct source_parts *parts = source->parts;
    size_t size = parts->packed_size;
    parts->packed_size = 0;
    if (size == 0)
        size = read_stored(source, parts->packed, BUFFER_SIZE);
    *buffer = parts->packed;
    if (parts->error == 0)
        return (la_ssize_t)size;
    archive_set_error(archive, parts->error, "read");
    return -1;
}

static bool libarchive_open(struct source *source, const struct decoder *decoder)
{
    struct archive *archive = archive_read_new();
    source->parts->archive = archive;
    struct archive_entry *entry;
    return archive != NULL && decoder->archive_filter(archive) == ARCHIVE_OK &&
           archive_read_support_format_raw(archive) == ARCHIVE_OK &&
           archive_read_open(archive, source, NULL, libarchive_input, NULL) == ARCHIVE_OK &&
           archive_read_next_header(archive, &entry) == ARCHIVE_OK;
}

static size_t libarchive_read(struct source *source, uint8_t *out, size_t room)
{
    struct source_parts *parts = source->parts;
    while (parts->block_size == 0) {
        const void *block;
        la_int64_t offset;
        int result = archive_read_data_block(parts->archive, &block, &parts->block_size, &offset);
        if (result < ARCHIVE_WARN && source->damage == NULL)
            source->damage = broken_text;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return 0;
        parts->block = block;
    }
    size_t size = MIN(room, parts->block_size);
    memcpy(out, parts->block, size);
    parts->block += size;
    parts->block_size -= size;
    return size;
}

static const struct decoder decoders[] = {
    {"\x1f\x8b", 2, gzip_open, gzip_read, NULL},
    {"\x28\xb5\x2f\xfd", 4, libarchive_open, libarchive_read, archive_read_support_filter_zstd},
    {"\x04\x22\x4d\x18", 4, libarchive_open, libarchive_read, archive_read_support_filter_lz4},
    {"\x02\x21\x4c\x18", 4, libarchive_open, libarchive_read, archive_read_support_filter_lz4}, /* its legacy frame */
    {"\3757zXZ", 6, libarchive_open, libarchive_read, archive_read_support_filter_xz},          /* with the NUL */
    {"BZh", 3, libarchive_open, libarchive_read, archive_read_support_filter_bzip2},
};

static const struct decoder *find_decoder(const struct source *source)
{
    for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++)
        if (source->left >= decoders[i].magic_size &&
            memcmp(source->at, decoders[i].magic, decoders[i].magic_size) == 0)
            return &decoders[i];
    return NULL;
}

/* What was read to see the magic becomes the decoder's input, and the buffer starts afresh with what it gives. */
static void decode_with(struct source *source, const struct decoder *decoder)
{
    struct source_parts *parts = source->parts;
    parts->packed = parts->buffer;
    parts->packed_size = source->left;
    parts->buffer = g_malloc(parts->capacity);
    parts->read = decoder->read;
    source->at = parts->buffer;
    source->left = 0;
    source->total = 0;
    source->ended = false;
    if (!decoder->open(source, decoder)) {
        source->ended = true;
        if (source->damage == NULL)
            source->damage = broken_text;
    }
}

/* The buffered bytes move to the front only when that costs less than was read since: so a byte is moved once on
 * average, however the reader steps. */
static void make_room(struct source *source, size_t size)
{
    struct source_parts *parts = source->parts;
    size_t start = (size_t)(source->at - parts->buffer);
    if (start >= source->left) {
        memmove(parts->buffer, source->at, source->left);
        source->at = parts->buffer;
        start = 0;
    }
    if (parts->capacity - start >= size)
        return;
    size_t capacity = parts->capacity;
    while (capacity < 2 * size)
        capacity *= 2;
    uint8_t *larger = g_malloc(capacity);
    memcpy(larger, source->at, source->left);
    g_free(parts->buffer);
    parts->buffer = larger;
    parts->capacity = capacity;
    source->at = larger;
}

bool source_fill(struct source *source, size_t size)
{
    struct source_parts *parts = source->parts;
    if (!source->ended)
        make_room(source, size);
    while (source->left < size && !source->ended) {
        if (source->waits != NULL && source->file_size == 0)
            source->waits(source->context);
        size_t used = (size_t)(source->at - parts->buffer) + source->left;
        size_t got = parts->read(source, parts->buffer + used, parts->capacity - used);
        source->left += got;
        source->total += got;
        source->ended = got == 0 || source->damage != NULL;
    }
    return source->left >= size;
}

bool source_skip(struct source *source, uint64_t size)
{
    while (size > source->left) {
        size -= source->left;
        source_take(source, source->left);
        if (!source_fill(source, 1))
            return false;
    }
    source_take(source, (size_t)size);
    return true;
}

/* --- read ahead -------------------------------------------------------------------------------------------------- */

/* In the thread: as much as goes in. */
static void fill_block(void *context, struct ahead_block *block)
{
    struct source *behind = context;
    size_t got = 0;
    block->size = 0;
    do {
        got = behind->parts->read(behind, block->bytes + block->size, sizeof block->bytes - block->size);
        block->size += got;
    } while (got != 0 && behind->damage == NULL && block->size < sizeof block->bytes);
    block->stored = behind->stored;
    block->damage = behind->damage;
    block->last = got == 0 || behind->damage != NULL;
}

static size_t read_ahead(struct source *source, uint8_t *out, size_t room)
{
    struct source_parts *parts = source->parts;
    if (parts->ahead_block == NULL || parts->ahead_used == parts->ahead_block->size) {
        parts->ahead_block = ahead_next(parts->ahead);
        parts->ahead_used = 0;
    }
    const struct ahead_block *block = parts->ahead_block;
    if (block == NULL)
        return 0;
    const size_t size = MIN(room, block->size - parts->ahead_used);
    memcpy(out, block->bytes + parts->ahead_used, size);
    parts->ahead_used += size;
    if (parts->ahead_used == block->size) {
        source->stored = block->stored;
        source->damage = block->damage;
    }
    return size;
}

bool source_is_packed(const struct source *source)
{
    return source->parts->read != read_stored;
}

struct source *source_ahead(struct source *source)
{
    if (source->file_size == 0 || source->ended)
        return source;
    struct source *taker = g_memdup2(source, sizeof *source);
    struct source_parts *parts = taker->parts = g_new0(struct source_parts, 1);
    parts->fd = -1;
    parts->buffer = g_steal_pointer(&source->parts->buffer);
    parts->capacity = source->parts->capacity;
    parts->read = read_ahead;
    parts->behind = source;
    parts->ahead = ahead_new(fill_block, source);
    if (parts->ahead != NULL)
        return taker;
    source->parts->buffer = parts->buffer;
    g_free(parts);
    g_free(taker);
    return source;
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

/* Why there is not one byte to read, or NULL where there is. */
static const char *refuse(struct source *source)
{
    struct stat status;
    if (source->parts->error != 0)
        return g_strerror(source->parts->error);
    if (fstat(source->parts->fd, &status) != 0)
        return g_strerror(errno);
    if (S_ISDIR(status.st_mode))
        return "is a directory";
    if (S_ISREG(status.st_mode))
        source->file_size = (uint64_t)status.st_size;
    source_need(source, MAGIC_SIZE);
    const struct decoder *decoder = find_decoder(source);
    if (decoder != NULL)
        decode_with(source, decoder);
    if (source_need(source, 1))
        return NULL;
    if (source->parts->error != 0)
        return g_strerror(source->parts->error);
    return source->damage != NULL ? source->damage : "empty file";
}

struct source *source_open(const char *path, char **error)
{
    struct source *source = g_new0(struct source, 1);
    struct source_parts *parts = g_new0(struct source_parts, 1);
    source->parts = parts;
    parts->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    parts->error = parts->fd < 0 ? errno : 0;
    parts->capacity = BUFFER_SIZE;
    parts->buffer = g_malloc(parts->capacity);
    parts->read = read_stored;
    source->at = parts->buffer;
    const char *why = refuse(source);
    if (why == NULL)
        return source;
    *error = g_strdup(why);
    source_close(source);
    return NULL;
}

static void close_one(struct source *source)
{
    struct source_parts *parts = source->parts;
    if (parts->fd > STDIN_FILENO)
        close(parts->fd);
    inflateEnd(&parts->gzip);
    archive_read_free(parts->archive);
    g_free(parts->packed);
    g_free(parts->buffer);
    g_free(parts);
    g_free(source);
}

void source_close(struct source *source)
{
    if (source == NULL)
        return;
    ahead_free(source->parts->ahead);
    if (source->parts->behind != NULL)
        close_one(source->parts->behind);
    close_one(source);
}
