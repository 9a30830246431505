/* SPDX-License-Identifier: MIT
 *
 * Which call is the next to look at?
 */
#include "call/queue.h"

#include "call/room.h"

static void put(struct sw_queue *queue, size_t place, struct sw_queued *queued)
{
    queue->items[place - 1] = queued;
    queued->place = place;
}

static void rise(struct sw_queue *queue, struct sw_queued *queued)
{
    size_t place = queued->place;
    while (place > 1 && queue->items[place / 2 - 1]->due > queued->due) {
        put(queue, place, queue->items[place / 2 - 1]);
        place /= 2;
    }
    put(queue, place, queued);
}

static void sink(struct sw_queue *queue, struct sw_queued *queued)
{
    size_t place = queued->place;
    for (;;) {
        size_t child = place * 2;
        if (child > queue->count)
            break;
        if (child < queue->count && queue->items[child]->due < queue->items[child - 1]->due)
            child++;
        if (queue->items[child - 1]->due >= queued->due)
            break;
        put(queue, place, queue->items[child - 1]);
        place = child;
    }
    put(queue, place, queued);
}

void sw_queue_set(struct sw_queue *queue, struct sw_queued *queued, int64_t due)
{
    queued->due = due;
    if (queued->place == 0) {
        queue->items = sw_room_for_one(queue->items, queue->count, &queue->capacity, sizeof(struct sw_queued *));
        put(queue, ++queue->count, queued);
    }
    rise(queue, queued);
    sink(queue, queued);
}

void sw_queue_remove(struct sw_queue *queue, struct sw_queued *queued)
{
    const size_t place = queued->place;
    if (place == 0)
        return;
    queued->place = 0;
    struct sw_queued *last = queue->items[--queue->count];
    if (last == queued)
        return;
    put(queue, place, last);
    rise(queue, last);
    sink(queue, last);
}

struct sw_queued *sw_queue_first(const struct sw_queue *queue)
{
    return queue->count == 0 ? NULL : queue->items[0];
}

void sw_queue_clear(struct sw_queue *queue)
{
    g_free(queue->items);
    *queue = (struct sw_queue){0};
}
