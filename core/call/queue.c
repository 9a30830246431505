/* SPDX-License-Identifier: MIT
 *
 * Which call is the next to look at?
 */
#include "call/queue.h"

#include <glib.h>

/* Below each place are so many others: each step up or down visits a call, to tell it its place, so few steps count
 * for more than few comparisons. */
enum { WAYS = 8, CAPACITY_MIN = 64 };

static void put(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    queue->items[place - 1] = item;
    item.queued->place = place;
}

static size_t parent_of(size_t place)
{
    return (place - 2) / WAYS + 1;
}

static void rise(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    while (place > 1 && queue->items[parent_of(place) - 1].due > item.due) {
        put(queue, place, queue->items[parent_of(place) - 1]);
        place = parent_of(place);
    }
    put(queue, place, item);
}

/* The place below this one that is due first; beyond the end where there is none. */
static size_t first_below(const struct sw_queue *queue, size_t place)
{
    const size_t begin = (place - 1) * WAYS + 2;
    size_t first = begin;
    for (size_t i = begin + 1; i < begin + WAYS && i <= queue->count; i++)
        if (queue->items[i - 1].due < queue->items[first - 1].due)
            first = i;
    return first;
}

static void sink(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    for (;;) {
        const size_t child = first_below(queue, place);
        if (child > queue->count || queue->items[child - 1].due >= item.due)
            break;
        put(queue, place, queue->items[child - 1]);
        place = child;
    }
    put(queue, place, item);
}

static void grow(struct sw_queue *queue)
{
    queue->capacity = queue->capacity == 0 ? CAPACITY_MIN : queue->capacity * 2;
    queue->items = g_renew(struct sw_queue_item, queue->items, queue->capacity);
}

/* The item belongs at this place, or above or below it. */
static void settle(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    if (place > 1 && queue->items[parent_of(place) - 1].due > item.due)
        rise(queue, place, item);
    else
        sink(queue, place, item);
}

void sw_queue_set(struct sw_queue *queue, struct sw_queued *queued, int64_t due)
{
    queued->due = due;
    if (queued->place == 0) {
        if (queue->count == queue->capacity)
            grow(queue);
        queued->place = ++queue->count;
    }
    settle(queue, queued->place, (struct sw_queue_item){.due = due, .queued = queued});
}

void sw_queue_remove(struct sw_queue *queue, struct sw_queued *queued)
{
    const size_t place = queued->place;
    if (place == 0)
        return;
    queued->place = 0;
    const struct sw_queue_item last = queue->items[--queue->count];
    if (last.queued != queued)
        settle(queue, place, last);
}

struct sw_queued *sw_queue_first(const struct sw_queue *queue)
{
    return queue->count == 0 ? NULL : queue->items[0].queued;
}

void sw_queue_clear(struct sw_queue *queue)
{
    g_free(queue->items);
    *queue = (struct sw_queue){0};
}
