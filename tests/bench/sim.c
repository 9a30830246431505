/* SPDX-License-Identifier: MIT
 *
 * A binary heap of events, by time and then by the order in which they were asked for.
 */
#include "sim.h"

#include <glib.h>

#include "packet.h"

static bool earlier(const struct event *a, const struct event *b)
{
    return a->time != b->time ? a->time < b->time : a->order < b->order;
}

void sim_at(struct sim *sim, int64_t time, sim_action *run, void *object)
{
    if (sim->event_count == sim->event_room) {
        sim->event_room = sim->event_room * 2 + 256;
        sim->events = g_renew(struct event, sim->events, sim->event_room);
    }
    const struct event event = {.time = MAX(time, sim->now), .order = sim->event_order++, .run = run, .object = object};
    size_t at = sim->event_count++;
    while (at != 0 && earlier(&event, &sim->events[(at - 1) / 2])) {
        sim->events[at] = sim->events[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    sim->events[at] = event;
}

static struct event take_first(struct sim *sim)
{
    struct event *heap = sim->events;
    const struct event first = heap[0];
    const struct event last = heap[--sim->event_count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < sim->event_count; at = child) {
        if (child + 1 < sim->event_count && earlier(&heap[child + 1], &heap[child]))
            child++;
        if (!earlier(&heap[child], &last))
            break;
        heap[at] = heap[child];
    }
    heap[at] = last;
    return first;
}

void sim_run(struct sim *sim)
{
    while (sim->event_count != 0) {
        const struct event event = take_first(sim);
        sim->now = event.time;
        event.run(sim, event.object);
    }
}

void sim_free(struct sim *sim)
{
    packets_free(sim);
    g_free(sim->events);
    text_free(&sim->text);
    text_free(&sim->body);
    text_free(&sim->sealed);
}

const char *sim_transport(const struct sim *sim)
{
    return sim->mix->tls ? "WSS" : "WS";
}

struct record *sim_record(struct sim *sim)
{
    return sim->truth != NULL && sim->recording ? truth_record(sim->truth) : NULL;
}
