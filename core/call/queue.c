/* SPDX-License-Identifier: MIT
 *
 * Which call is the next to look at?
 */
#include "call/queue.h"

#include "call/room.h"

static void put(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    queue->items[place - 1] = item;
    item.queued->place = place;
}

static void rise(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    while (place > 1 && queue->items[place / 2 - 1].due > item.due) {
        put(queue, place, queue->items[place / 2 - 1]);
        place /= 2;
    }
    put(queue, place, item);
}

static void sink(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    for (;;) {
        size_t child = place * 2;
        if (child > queue->count)
            break;
        if (child < queue->count && queue->items[child].due < queue->items[child - 1].due)
            child++;
        if (queue->items[child - 1].due >= item.due)
            break;
        put(queue, place, queue->items[child - 1]);
        place = child;
    }
    put(queue, place, item);
}

/* The item belongs at this place, or above or below it. */
static void settle(struct sw_queue *queue, size_t place, struct sw_queue_item item)
{
    if (place > 1 && queue->items[place / 2 - 1].due > item.due)
        rise(queue, place, item);
    else
        sink(queue, place, item);
}

void sw_queue_set(struct sw_queue *queue, struct sw_queued *queued, int64_t due)
{
    queued->due = due;
    if (queued->place == 0) {
        SW_ROOM_FOR_ONE(queue->items, queue->count, queue->capacity);
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
