/* SPDX-License-Identifier: MIT
 *
 * In which order do things come out: a heap of what is ready, a list of what is not.
 */
#include "pipeline/order.h"

#include <glib.h>

struct entry {
    struct sw_mark first;
    uint64_t sequence; /* items of one packet keep the order in which they came */
    void *item;
};

struct order {
    GArray *heap; /* struct entry, the earliest on top */
    uint64_t sequence;
    size_t limit;
    uint64_t hurried;
    struct order_unit *oldest; /* linked units, by since */
    struct order_unit *newest;
    struct order_bound outside;
};

struct order *order_new(const struct sw_limits *limits)
{
    struct order *order = g_new0(struct order, 1);
    order->heap = g_array_new(FALSE, FALSE, sizeof(struct entry));
    order->limit = limits->order_pending;
    return order;
}

void order_free(struct order *order)
{
    if (order == NULL)
        return;
    g_array_free(order->heap, TRUE);
    g_free(order);
}

static bool entry_before(const struct entry *a, const struct entry *b)
{
    if (a->first.time == b->first.time && a->first.packet == b->first.packet)
        return a->sequence < b->sequence;
    return mark_before(a->first, b->first);
}

static void unlink_unit(struct order *order, struct order_unit *unit)
{
    if (unit->previous != NULL)
        unit->previous->next = unit->next;
    else
        order->oldest = unit->next;
    if (unit->next != NULL)
        unit->next->previous = unit->previous;
    else
        order->newest = unit->previous;
    unit->previous = unit->next = NULL;
    unit->linked = false;
}

/* Begun last is the common case: the place is sought from the newest end. */
static void link_unit(struct order *order, struct order_unit *unit)
{
    struct order_unit *before = order->newest;
    while (before != NULL && mark_before(unit->since, before->since))
        before = before->previous;
    unit->previous = before;
    unit->next = before != NULL ? before->next : order->oldest;
    if (unit->next != NULL)
        unit->next->previous = unit;
    else
        order->newest = unit;
    if (before != NULL)
        before->next = unit;
    else
        order->oldest = unit;
    unit->linked = true;
}

void order_unit_waits(struct order *order, struct order_unit *unit, struct sw_mark since)
{
    bool same = unit->since.packet == since.packet && unit->since.time == since.time;
    if (same && (unit->linked || unit->given_up))
        return;
    if (unit->linked)
        unlink_unit(order, unit);
    unit->since = since;
    unit->given_up = false;
    link_unit(order, unit);
}

void order_unit_done(struct order *order, struct order_unit *unit)
{
    if (unit->linked)
        unlink_unit(order, unit);
    unit->given_up = false;
}

void order_advance(struct order *order, struct sw_mark now, const struct order_bound *outside)
{
    while (order->oldest != NULL && now.time - order->oldest->since.time > ORDER_PATIENCE) {
        order->oldest->given_up = true;
        unlink_unit(order, order->oldest);
    }
    order->outside.set = outside->set && now.time - outside->since.time <= ORDER_PATIENCE;
    if (order->outside.set)
        order->outside.since = outside->since;
}

/* Whether nothing unfinished began before that packet. */
static bool is_due(const struct order *order, struct sw_mark first)
{
    if (order->outside.set && mark_before(order->outside.since, first))
        return false;
    return order->oldest == NULL || !mark_before(order->oldest->since, first);
}

bool order_passes(const struct order *order, struct sw_mark first)
{
    if (!is_due(order, first))
        return false;
    return order->heap->len == 0 || mark_before(first, g_array_index(order->heap, struct entry, 0).first);
}

static void swap(GArray *heap, guint i, guint j)
{
    struct entry held = g_array_index(heap, struct entry, i);
    g_array_index(heap, struct entry, i) = g_array_index(heap, struct entry, j);
    g_array_index(heap, struct entry, j) = held;
}

static bool child_before(GArray *heap, guint i, guint j)
{
    return entry_before(&g_array_index(heap, struct entry, i), &g_array_index(heap, struct entry, j));
}

void order_push(struct order *order, struct sw_mark first, void *item)
{
    struct entry entry = {.first = first, .sequence = order->sequence++, .item = item};
    g_array_append_val(order->heap, entry);
    for (guint i = order->heap->len - 1; i > 0 && child_before(order->heap, i, (i - 1) / 2); i = (i - 1) / 2)
        swap(order->heap, i, (i - 1) / 2);
}

static void sink_down(GArray *heap)
{
    guint i = 0;
    for (;;) {
        guint least = i;
        for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < heap->len; child++)
            if (child_before(heap, child, least))
                least = child;
        if (least == i)
            return;
        swap(heap, i, least);
        i = least;
    }
}

void *order_pop(struct order *order, bool all)
{
    if (order->heap->len == 0)
        return NULL;
    struct entry *top = &g_array_index(order->heap, struct entry, 0);
    if (!all && !is_due(order, top->first)) {
        if (order->heap->len <= order->limit)
            return NULL;
        order->hurried++;
    }
    void *item = top->item;
    swap(order->heap, 0, order->heap->len - 1);
    g_array_set_size(order->heap, order->heap->len - 1);
    sink_down(order->heap);
    return item;
}

uint64_t order_hurried(const struct order *order)
{
    return order->hurried;
}
