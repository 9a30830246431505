/* SPDX-License-Identifier: MIT
 *
 * Small growing arrays: doubled when full, never beyond the cap that their owner states.
 */
#ifndef SW_CALL_ROOM_H
#define SW_CALL_ROOM_H

#include <glib.h>

/* Makes room for one more item; items is NULL at first. The size of an item is that of what items points to. */
#define SW_ROOM_FOR_ONE(items, count, capacity)                                                                        \
    ((items) = sw_room_for_one((items), (count), &(capacity), sizeof *(items)))

static inline void *sw_room_for_one(void *items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? 2 : *capacity * 2;
    return g_realloc_n(items, *capacity, item_size);
}

#endif
