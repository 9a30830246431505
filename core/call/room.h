/* SPDX-License-Identifier: MIT
 *
 * Small growing arrays: doubled when full, never beyond the cap that their owner states. A list has items, count and
 * capacity, and room for a few items in itself (first), so that most calls need no more memory than their own. A list
 * in use must stay where it is.
 */
#ifndef SW_CALL_ROOM_H
#define SW_CALL_ROOM_H

#include <glib.h>
#include <string.h>

enum { SW_ROOM_KEPT = 16 }; /* items */

/* Empties a list, or memory that is all zero. What it has grown to is kept for what comes next, if it isn't much. */
#define SW_ROOM_EMPTY(list)                                                                                            \
    do {                                                                                                               \
        (list)->count = 0;                                                                                             \
        if ((list)->capacity > SW_ROOM_KEPT) {                                                                         \
            SW_ROOM_FREE(list);                                                                                        \
            (list)->items = NULL;                                                                                      \
            (list)->capacity = 0;                                                                                      \
        }                                                                                                              \
    } while (0)

/* Makes room for one more item. */
#define SW_ROOM_FOR_ONE(list)                                                                                          \
    ((list)->items = sw_room_for_one((list)->items, (list)->count, &(list)->capacity, (list)->first,                   \
                                     G_N_ELEMENTS((list)->first), sizeof *(list)->items))

/* Frees what the list has beyond its first items. */
#define SW_ROOM_FREE(list)                                                                                             \
    do {                                                                                                               \
        if ((list)->items != (list)->first)                                                                            \
            g_free((list)->items);                                                                                     \
    } while (0)

static inline void *sw_room_for_one(void *items, size_t count, size_t *capacity, void *first, size_t firsts,
                                    size_t item_size)
{
    if (count < *capacity)
        return items;
    if (*capacity == 0) {
        *capacity = firsts;
        return first;
    }
    *capacity *= *capacity < 16 ? 4 : 2; /* what outgrows the call itself is rarely short */
    if (items != first)
        return g_realloc_n(items, *capacity, item_size);
    return memcpy(g_malloc_n(*capacity, item_size), first, count * item_size);
}

#endif
