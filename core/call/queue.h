/* SPDX-License-Identifier: MIT
 *
 * What is due when: a heap whose members know their place, so that one can be moved or taken out.
 */
#ifndef SW_CALL_QUEUE_H
#define SW_CALL_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* Part of what is queued; all zero (but for due) while it isn't. */
struct sw_queued {
    int64_t due;
    size_t place; /* in the heap, from 1; 0: not queued */
};

/* With its time, so that comparing does not visit what is queued. */
struct sw_queue_item {
    int64_t due;
    struct sw_queued *queued;
};

struct sw_queue {
    struct sw_queue_item *items;
    size_t count;
    size_t capacity;
};

/* Queues it, or moves it where it is queued. Borrowed until taken out. */
void sw_queue_set(struct sw_queue *queue, struct sw_queued *queued, int64_t due);
/* Nothing happens where it isn't queued. */
void sw_queue_remove(struct sw_queue *queue, struct sw_queued *queued);
/* The one due first, or NULL. */
struct sw_queued *sw_queue_first(const struct sw_queue *queue);
void sw_queue_clear(struct sw_queue *queue);

#endif
