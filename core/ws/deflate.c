/* SPDX-License-Identifier: MIT
 *
 * What do the deflated messages of a direction share? RFC 7692 7.2.2: the window that a message may refer to.
 *
 * An idle connection has its windows and nothing else. Of all windows the pool knows the size, and which was not used
 * for longest.
 */
#include "ws/deflate.h"

#include "bytes.h"

#include <glib.h>

enum {
    RATIO_FREE = 64 * 1024, /* up to here limits->inflate_ratio is not asked */
    OUT_MIN = 1024,
};

static void unlink_history(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    *(deflate->older != NULL ? &deflate->older->newer : &pool->oldest) = deflate->newer;
    *(deflate->newer != NULL ? &deflate->newer->older : &pool->newest) = deflate->older;
    deflate->older = deflate->newer = NULL;
    pool->history -= deflate->window.room;
}

static void put_newest(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    deflate->older = pool->newest;
    *(pool->newest != NULL ? &pool->newest->newer : &pool->oldest) = deflate;
    pool->newest = deflate;
    pool->history += deflate->window.room;
}

static void drop_history(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    if (deflate->window.room == 0)
        return;
    unlink_history(pool, deflate);
    g_free(deflate->window.bytes);
    deflate->window = (struct sw_window){0};
}

/* What the next message may refer to. Other windows go if there are too many. */
static void remember(struct sw_inflate_pool *pool, struct sw_deflate *deflate, struct sw_slice message)
{
    if (deflate->window.room != 0)
        unlink_history(pool, deflate);
    sw_window_add(&deflate->window, message);
    if (deflate->window.room != 0)
        put_newest(pool, deflate);
    while (pool->history > pool->limits->inflate_history && pool->oldest != deflate) {
        pool->oldest->evicted = true;
        drop_history(pool, pool->oldest);
    }
}

struct sw_deflate *sw_deflate_new(void)
{
    return g_new0(struct sw_deflate, 1);
}

void sw_deflate_forget(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    drop_history(pool, deflate);
    deflate->evicted = false;
}

void sw_deflate_free(struct sw_inflate_pool *pool, struct sw_deflate *deflate)
{
    if (deflate == NULL)
        return;
    drop_history(pool, deflate);
    g_free(deflate);
}

bool sw_deflate_full(const struct sw_deflate *deflate)
{
    return sw_window_size(&deflate->window) == SW_WINDOW;
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
    struct sw_inflating inflating = {
        .payload = payload,
        .window = &deflate->window,
        .limit = output_limit(pool->limits, payload.size),
        .cut = cut,
    };
    *read = payload.size;
    deflate->final_block = false;
    if (payload.size == 0) /* not even the one byte of an empty block, but the meaning is clear */
        return SW_INFLATED;
    sw_unit_reserve(out, MIN(inflating.limit, MAX((size_t)OUT_MIN, payload.size * 4)));
    enum sw_inflated result = sw_inflate(sw_inflate_desk_of(pool), &inflating, out);
    *read = inflating.read;
    deflate->final_block = inflating.final_block;
    out->size = MIN(out->size, inflating.limit);
    if (keep && result == SW_INFLATED)
        remember(pool, deflate, sw_slice_of(out->bytes, out->size));
    else
        sw_deflate_forget(pool, deflate);
    return result;
}
