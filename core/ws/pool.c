/* SPDX-License-Identifier: MIT
 *
 * Where do connections get the room for what is unfinished? From here, and they give it back.
 */
#include "ws/pool.h"

#include <glib.h>

enum {
    SPARES_MAX = 32,             /* scratches kept for the next taker */
    SPARE_BYTES_MAX = 64 * 1024, /* a larger one is not worth keeping */
    SPARE_MARKS_MAX = 1024,
    ROOM_MIN = 512,
    MARKS_MIN = 4,
};

static void scratch_free(struct sw_scratch *scratch)
{
    g_free(scratch->bytes);
    g_free(scratch->marks);
    g_free(scratch);
}

struct sw_scratch *sw_scratch_take(struct sw_inflate_pool *pool)
{
    struct sw_scratch *scratch = pool->spare;
    if (scratch == NULL)
        return g_new0(struct sw_scratch, 1);
    pool->spare = scratch->next;
    pool->spares--;
    scratch->size = 0;
    scratch->mark_count = 0;
    return scratch;
}

void sw_scratch_give(struct sw_inflate_pool *pool, struct sw_scratch *scratch)
{
    if (scratch == NULL)
        return;
    if (pool->spares == SPARES_MAX || scratch->room > SPARE_BYTES_MAX || scratch->mark_room > SPARE_MARKS_MAX) {
        scratch_free(scratch);
        return;
    }
    scratch->next = pool->spare;
    pool->spare = scratch;
    pool->spares++;
}

void sw_scratch_reserve(struct sw_scratch *scratch, size_t room)
{
    if (room <= scratch->room)
        return;
    size_t grown = scratch->room < ROOM_MIN ? ROOM_MIN : scratch->room * 2;
    scratch->room = grown < room ? room : grown;
    scratch->bytes = g_realloc(scratch->bytes, scratch->room);
}

void sw_scratch_mark(struct sw_scratch *scratch, struct sw_mark mark, size_t cap)
{
    size_t count = scratch->mark_count;
    if (count > 0 && (scratch->marks[count - 1].packet == mark.packet || count >= cap))
        return;
    if (count == scratch->mark_room) {
        scratch->mark_room = count < MARKS_MIN ? MARKS_MIN : count * 2;
        scratch->marks = g_renew(struct sw_mark, scratch->marks, scratch->mark_room);
    }
    scratch->marks[scratch->mark_count++] = mark;
}

struct sw_inflate_pool *sw_inflate_pool_new(const struct sw_limits *limits)
{
    struct sw_inflate_pool *pool = g_new0(struct sw_inflate_pool, 1);
    pool->limits = limits;
    return pool;
}

void sw_inflate_pool_free(struct sw_inflate_pool *pool)
{
    if (pool == NULL)
        return;
    while (pool->spare != NULL) {
        struct sw_scratch *scratch = pool->spare;
        pool->spare = scratch->next;
        scratch_free(scratch);
    }
    for (size_t i = 0; i < SW_INFLATERS; i++)
        if (pool->inflaters[i].ready)
            inflateEnd(&pool->inflaters[i].stream);
    g_free(pool);
}
