/* SPDX-License-Identifier: MIT
 *
 * What stands under this number? Each key has a home, by its hash, and stands there or in the next free slot behind it,
 * around the end of the table.
 */
#include "map.h"

#include "bytes.h"

#include <glib.h>

enum { SLOTS_MIN = 64 };

struct sw_map_slot {
    uint64_t key;
    void *value; /* NULL: the slot is free */
};

static size_t home_of(const struct sw_map *map, uint64_t key)
{
    return sw_hash_word(key, map->seed) & map->mask;
}

/* Where it stands, or else the free slot where it would. */
static struct sw_map_slot *slot_of(const struct sw_map *map, uint64_t key)
{
    size_t at = home_of(map, key);
    while (map->slots[at].value != NULL && map->slots[at].key != key)
        at = (at + 1) & map->mask;
    return &map->slots[at];
}

static void make_slots(struct sw_map *map, size_t size)
{
    map->slots = g_new0(struct sw_map_slot, size);
    map->mask = size - 1;
}

static void grow(struct sw_map *map)
{
    struct sw_map_slot *old = map->slots;
    const size_t size = map->mask + 1;
    make_slots(map, size * 2);
    for (size_t i = 0; i < size; i++)
        if (old[i].value != NULL)
            *slot_of(map, old[i].key) = old[i];
    g_free(old);
}

static void release(const struct sw_map *map, void *value)
{
    if (map->release != NULL)
        map->release(value);
}

void *sw_map_get(const struct sw_map *map, uint64_t key)
{
    return slot_of(map, key)->value;
}

void sw_map_put(struct sw_map *map, uint64_t key, void *value)
{
    struct sw_map_slot *slot = slot_of(map, key);
    if (slot->value != NULL) {
        release(map, slot->value);
        slot->value = value;
        return;
    }
    if (++map->count > map->mask / 4 * 3) {
        grow(map);
        slot = slot_of(map, key);
    }
    *slot = (struct sw_map_slot){key, value};
}

/* What stands behind a slot that has become free moves up to it, unless it would come to stand before its home. */
static void close_gap(struct sw_map *map, size_t gap)
{
    for (size_t at = (gap + 1) & map->mask; map->slots[at].value != NULL; at = (at + 1) & map->mask) {
        const size_t from_home = (at - home_of(map, map->slots[at].key)) & map->mask;
        if (from_home < ((at - gap) & map->mask))
            continue;
        map->slots[gap] = map->slots[at];
        gap = at;
    }
    map->slots[gap].value = NULL;
}

void sw_map_remove(struct sw_map *map, uint64_t key)
{
    const struct sw_map_slot *slot = slot_of(map, key);
    void *value = slot->value;
    if (value == NULL)
        return;
    map->count--;
    close_gap(map, (size_t)(slot - map->slots));
    release(map, value);
}

void sw_map_init(struct sw_map *map, void (*release_value)(void *value))
{
    *map = (struct sw_map){.seed = (uintptr_t)map, .release = release_value};
    make_slots(map, SLOTS_MIN);
    map->seed ^= (uintptr_t)map->slots;
}

void sw_map_clear(struct sw_map *map)
{
    for (size_t i = 0; i <= map->mask; i++)
        if (map->slots[i].value != NULL)
            release(map, map->slots[i].value);
    g_free(map->slots);
    map->slots = NULL;
}

void sw_map_empty(struct sw_map *map)
{
    sw_map_clear(map);
    make_slots(map, SLOTS_MIN);
    map->count = 0;
}
