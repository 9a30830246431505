/* SPDX-License-Identifier: MIT
 *
 * A table of what stands under numbers: names or hashes. Key and value lie side by side, so a look-up reads one line of
 * memory, where GLib's tables read three; with tens of thousands of entries that is what it costs.
 */
#ifndef SW_MAP_H
#define SW_MAP_H

#include <stddef.h>
#include <stdint.h>

struct sw_map_slot;
struct sw_map {
    struct sw_map_slot *slots;
    size_t mask; /* one less than there are slots: a power of two */
    size_t count;
    uint64_t seed;                /* where a key stands a capture can't steer */
    void (*release)(void *value); /* of what is taken out; NULL: values belong to somebody else */
};

void sw_map_init(struct sw_map *map, void (*release)(void *value));
/* Releases all values; the map is as if it had just been made. */
void sw_map_empty(struct sw_map *map);
/* The same, and the map's own memory. */
void sw_map_clear(struct sw_map *map);

/* NULL where there is none. */
void *sw_map_get(const struct sw_map *map, uint64_t key);
/* value, not NULL, takes the place of what stood there. */
void sw_map_put(struct sw_map *map, uint64_t key, void *value);
/* Nothing happens where there is none. */
void sw_map_remove(struct sw_map *map, uint64_t key);

#endif
