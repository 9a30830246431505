/* SPDX-License-Identifier: MIT
 *
 * Where do connections get the room for what is unfinished? From here, and they give it back.
 */
#include "ws/pool.h"

#include <glib.h>

enum {
    SPARES_MAX = 32,             /* units kept for the next taker */
    SPARE_BYTES_MAX = 64 * 1024, /* a larger one is not worth keeping */
    SPARE_MARKS_MAX = 1024,
    ROOM_MIN = 512,
    MARKS_MIN = 4,
};

static void unit_free(struct sw_unit *unit)
{
    g_free(unit->bytes);
    g_free(unit->marks);
    g_free(unit);
}

struct sw_unit *sw_unit_take(struct sw_inflate_pool *pool, uint64_t offset)
{
    struct sw_unit *unit = pool->spare;
    if (unit == NULL) {
        unit = g_new0(struct sw_unit, 1);
    } else {
        pool->spare = unit->next;
        pool->spares--;
    }
    unit->size = 0;
    unit->mark_count = 0;
    unit->offset = offset;
    unit->wire = 0;
    unit->skipped = 0;
    unit->cut = false;
    unit->told = false;
    return unit;
}

void sw_unit_give(struct sw_inflate_pool *pool, struct sw_unit *unit)
{
    if (unit == NULL)
        return;
    if (pool->spares == SPARES_MAX || unit->room > SPARE_BYTES_MAX || unit->mark_room > SPARE_MARKS_MAX) {
        unit_free(unit);
        return;
    }
    unit->next = pool->spare;
    pool->spare = unit;
    pool->spares++;
}

void sw_unit_drop(struct sw_inflate_pool *pool, struct sw_unit **slot)
{
    sw_unit_give(pool, *slot);
    *slot = NULL;
}

void sw_unit_reserve(struct sw_unit *unit, size_t room)
{
    if (room <= unit->room)
        return;
    size_t grown = unit->room < ROOM_MIN ? ROOM_MIN : unit->room * 2;
    unit->room = grown < room ? room : grown;
    unit->bytes = g_realloc(unit->bytes, unit->room);
}

void sw_unit_mark(struct sw_unit *unit, struct sw_mark mark, size_t cap)
{
    size_t count = unit->mark_count;
    if (count > 0 && (unit->marks[count - 1].packet == mark.packet || count >= cap))
        return;
    if (count == unit->mark_room) {
        unit->mark_room = count < MARKS_MIN ? MARKS_MIN : count * 2;
        unit->marks = g_renew(struct sw_mark, unit->marks, unit->mark_room);
    }
    unit->marks[unit->mark_count++] = mark;
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
        struct sw_unit *unit = pool->spare;
        pool->spare = unit->next;
        unit_free(unit);
    }
    while (pool->least != NULL) {
        struct sw_inflater *inflater = pool->least;
        pool->least = inflater->newer;
        inflateEnd(&inflater->stream);
        g_free(inflater);
    }
    g_free(pool);
}
