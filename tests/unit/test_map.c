/* SPDX-License-Identifier: MIT
 *
 * The core's table by numbers, held against GLib's: whatever is put into both and taken out of both is in both.
 * links: core_base
 */
#include "map.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEYS = 4096, STEPS = 200000 };

static size_t released;

static void count_release(void *value)
{
    released += value != NULL;
}

static void expect(bool right, const char *what, uint64_t step)
{
    if (right)
        return;
    fprintf(stderr, "step %llu: %s\n", (unsigned long long)step, what);
    exit(1);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* What is to be done with which key: mostly few keys stand in the table, later many. */
static void step(struct sw_map *map, GHashTable *twin, uint64_t i, uint64_t *state)
{
    const uint64_t key = next_random(state) % KEYS * (i % 3 == 0 ? 1 : UINT64_C(0x9e3779b97f4a7c15));
    const bool there = g_hash_table_contains(twin, GSIZE_TO_POINTER(key));
    const size_t before = released;
    if (next_random(state) % STEPS < i) {
        sw_map_put(map, key, GSIZE_TO_POINTER(i + 1));
        g_hash_table_insert(twin, GSIZE_TO_POINTER(key), GSIZE_TO_POINTER(i + 1));
    } else {
        sw_map_remove(map, key);
        g_hash_table_remove(twin, GSIZE_TO_POINTER(key));
    }
    expect(released - before == there, "what stood there is released, once", i);
    const uint64_t other = next_random(state) % KEYS;
    expect(sw_map_get(map, key) == g_hash_table_lookup(twin, GSIZE_TO_POINTER(key)), "the key at hand", i);
    expect(sw_map_get(map, other) == g_hash_table_lookup(twin, GSIZE_TO_POINTER(other)), "another key", i);
    expect(map->count == g_hash_table_size(twin), "the count", i);
}

int main(void)
{
    struct sw_map map;
    GHashTable *twin = g_hash_table_new(NULL, NULL);
    uint64_t state = 1;
    sw_map_init(&map, count_release);
    for (uint64_t i = 0; i < STEPS; i++)
        step(&map, twin, i, &state);
    const size_t before = released;
    sw_map_empty(&map);
    expect(released - before == g_hash_table_size(twin), "emptying releases all", STEPS);
    expect(map.count == 0 && sw_map_get(&map, 0) == NULL, "an empty map", STEPS);
    sw_map_put(&map, 0, &map);
    expect(sw_map_get(&map, 0) == &map, "0 is a key", STEPS);
    sw_map_clear(&map);
    g_hash_table_destroy(twin);
    return 0;
}
