/* SPDX-License-Identifier: MIT
 *
 * What does a deflated message hold? RFC 7692 7.2.2.
 *
 * A window of 15 bits reads what was written with any smaller one. A zlib state is 40 KiB, so the pool has some hundred
 * at most. With more directions than that they take turns: a state that changes hands leaves its owner a copy of the
 * history that there is.
 */
#include "ws/deflate.h"

#include "bytes.h"

#include <glib.h>

enum {
    WINDOW = 32 * 1024,
    STATE = WINDOW + 8 * 1024, /* zlib's, with its window */
    RATIO_FREE = 64 * 1024,    /* up to here limits->inflate_ratio is not asked */
    OUT_MIN = 1024,
};

static void unlink_stored(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    if (deflate->stored == NULL)
        return;
    *(deflate->older != NULL ? &deflate->older->newer : &pool->oldest) = deflate->newer;
    *(deflate->newer != NULL ? &deflate->newer->older : &pool->newest) = deflate->older;
    deflate->older = deflate->newer = NULL;
    pool->history -= deflate->stored_size;
    g_free(deflate->stored);
    deflate->stored = NULL;
    deflate->stored_size = 0;
}

static void evict(struct sw_inflate_pool *pool)
{
    while (pool->history > pool->limits->inflate_history) {
        pool->oldest->evicted = true;
        unlink_stored(pool, pool->oldest);
    }
}

/* Moves the history out of a state that somebody else needs. */
static void store(struct sw_inflate_pool *pool, struct sw_inflater *inflater)
{
    struct sw_deflate *owner = inflater->owner;
    inflater->owner = NULL;
    owner->live = NULL;
    uInt size = 0;
    inflateGetDictionary(&inflater->stream, NULL, &size);
    if (size == 0)
        return;
    owner->stored = g_malloc(size);
    owner->stored_size = size;
    inflateGetDictionary(&inflater->stream, owner->stored, &size);
    owner->older = pool->newest;
    *(pool->newest != NULL ? &pool->newest->newer : &pool->oldest) = owner;
    pool->newest = owner;
    pool->history += size;
    evict(pool);
}

static void unlink_inflater(struct sw_inflate_pool *pool, struct sw_inflater *inflater)
{
    *(inflater->older != NULL ? &inflater->older->newer : &pool->least) = inflater->newer;
    *(inflater->newer != NULL ? &inflater->newer->older : &pool->latest) = inflater->older;
    inflater->older = inflater->newer = NULL;
}

static void put_latest(struct sw_inflate_pool *pool, struct sw_inflater *inflater)
{
    inflater->older = pool->latest;
    *(pool->latest != NULL ? &pool->latest->newer : &pool->least) = inflater;
    pool->latest = inflater;
}

static void put_least(struct sw_inflate_pool *pool, struct sw_inflater *inflater)
{
    inflater->newer = pool->least;
    *(pool->least != NULL ? &pool->least->older : &pool->latest) = inflater;
    pool->least = inflater;
}

/* A copy costs more than a message: the states may take a quarter of what the histories may. */
static size_t inflaters_max(const struct sw_limits *limits)
{
    size_t affordable = limits->inflate_history / 4 / STATE;
    return CLAMP(affordable, (size_t)SW_INFLATERS, (size_t)SW_INFLATERS_MAX);
}

/* NULL: zlib has no memory. */
static struct sw_inflater *inflater_new(struct sw_inflate_pool *pool)
{
    struct sw_inflater *inflater = g_new0(struct sw_inflater, 1);
    if (inflateInit2(&inflater->stream, -MAX_WBITS) != Z_OK) {
        g_free(inflater);
        return NULL;
    }
    pool->inflaters++;
    put_least(pool, inflater);
    return inflater;
}

/* A state that is nobody's: a new one, or the one that was least used. */
static struct sw_inflater *free_inflater(struct sw_inflate_pool *pool)
{
    bool none = pool->least == NULL || pool->least->owner != NULL;
    if (none && pool->inflaters < inflaters_max(pool->limits) && inflater_new(pool) != NULL)
        return pool->least;
    if (pool->least == NULL)
        return NULL;
    if (pool->least->owner != NULL)
        store(pool, pool->least);
    inflateReset(&pool->least->stream);
    return pool->least;
}

/* A state that holds the history of this direction. NULL: zlib has no memory. */
static struct sw_inflater *acquire(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    struct sw_inflater *inflater = deflate->live;
    if (inflater == NULL) {
        inflater = free_inflater(pool);
        if (inflater == NULL)
            return NULL;
        if (deflate->stored != NULL)
            inflateSetDictionary(&inflater->stream, deflate->stored, (uInt)deflate->stored_size);
        unlink_stored(pool, deflate);
        inflater->owner = deflate;
        deflate->live = inflater;
    }
    unlink_inflater(pool, inflater);
    put_latest(pool, inflater);
    return inflater;
}

struct sw_deflate *sw_deflate_new(void)
{
    return g_new0(struct sw_deflate, 1);
}

void sw_deflate_forget(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    unlink_stored(pool, deflate);
    deflate->evicted = false;
    if (deflate->live == NULL)
        return;
    unlink_inflater(pool, deflate->live);
    put_least(pool, deflate->live);
    deflate->live->owner = NULL;
    deflate->live = NULL;
}

void sw_deflate_free(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    if (deflate == NULL)
        return;
    sw_deflate_forget(pool, deflate);
    g_free(deflate);
}

bool sw_deflate_full(const struct sw_deflate *deflate)
{
    uInt size = (uInt)deflate->stored_size;
    if (deflate->live != NULL)
        inflateGetDictionary(&deflate->live->stream, NULL, &size);
    return size == WINDOW;
}

/* Inflates input behind what is in out. One byte beyond limit tells that there is more than that. */
static enum sw_inflated pump(struct sw_inflater *inflater, struct sw_slice input, size_t limit, struct sw_unit *out,
                             int *status)
{
    z_stream *stream = &inflater->stream;
    stream->next_in = (z_const Bytef *)(uintptr_t)input.data; /* zlib only reads it */
    stream->avail_in = (uInt)input.size;
    do {
        if (out->size > limit)
            return SW_INFLATED_LIMIT;
        if (out->size == out->room)
            sw_unit_reserve(out, MIN(limit + 1, MAX(OUT_MIN, out->room * 2)));
        size_t room = MIN(out->room, limit + 1) - out->size;
        stream->next_out = out->bytes + out->size;
        stream->avail_out = (uInt)MIN(room, UINT32_MAX / 2);
        uInt before = stream->avail_out;
        *status = inflate(stream, Z_SYNC_FLUSH);
        out->size += before - stream->avail_out;
        /* a message may hold several final blocks (7.2.3.5): what follows one refers to the same history */
        if (*status == Z_STREAM_END) {
            inflateResetKeep(stream);
            inflater->owner->final_block = true;
        }
        if (*status != Z_OK && *status != Z_STREAM_END && *status != Z_BUF_ERROR)
            return SW_INFLATED_BAD;
    } while (stream->avail_in > 0 || stream->avail_out == 0);
    return SW_INFLATED;
}

/* Whether the state stands between two deflate blocks: bit 7 of data_type, see zlib.h at inflate(). */
static bool between_blocks(const z_stream *stream)
{
    return (stream->data_type & 128) != 0;
}

static enum sw_inflated inflate_message(struct sw_inflater *inflater, struct sw_slice payload, bool cut, size_t limit,
                                        struct sw_unit *out, size_t *read)
{
    static const struct sw_slice tail = {(const uint8_t *)"\0\0\xff\xff", 4};
    int status = Z_OK;
    enum sw_inflated result = pump(inflater, payload, limit, out, &status);
    *read = payload.size - inflater->stream.avail_in;
    if (result != SW_INFLATED)
        return result;
    if (cut)
        return SW_INFLATED_LIMIT;
    if (status == Z_STREAM_END) /* ended by a final block, without the byte that 7.2.3.4 asks for */
        return SW_INFLATED;
    result = pump(inflater, tail, limit, out, &status);
    if (result == SW_INFLATED && !between_blocks(&inflater->stream))
        return SW_INFLATED_BAD;
    return result;
}

static size_t output_limit(const struct sw_limits *limits, size_t input)
{
    size_t ratio = MAX(limits->inflate_ratio, 1);
    size_t by_ratio = input > SIZE_MAX / ratio ? SIZE_MAX : input * ratio;
    return MIN(MIN(limits->message_size, SIZE_MAX / 4), MAX(by_ratio, (size_t)RATIO_FREE));
}

enum sw_inflated sw_deflate_message(struct sw_inflate_pool *pool, struct sw_deflate *deflate, struct sw_slice payload,
                                    bool cut, bool keep, struct sw_unit *out, size_t *read)
{
    *read = payload.size;
    deflate->final_block = false;
    if (payload.size == 0) /* not even the one byte of an empty block, but the meaning is clear */
        return SW_INFLATED;
    *read = 0;
    struct sw_inflater *inflater = acquire(pool, deflate);
    if (inflater == NULL || payload.size > UINT32_MAX / 2)
        return SW_INFLATED_BAD;
    size_t limit = output_limit(pool->limits, payload.size);
    sw_unit_reserve(out, MIN(limit + 1, MAX(OUT_MIN, payload.size * 4)));
    enum sw_inflated result = inflate_message(inflater, payload, cut, limit, out, read);
    if (out->size > limit)
        out->size = limit;
    if (!keep || result != SW_INFLATED)
        sw_deflate_forget(pool, deflate);
    return result;
}
