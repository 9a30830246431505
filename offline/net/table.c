/* SPDX-License-Identifier: MIT
 *
 * Which connection does a packet belong to? Addresses and ports of both ends name it, in either order; tags and
 * tunnels don't.
 */
#include "net/stream.h"

#include <string.h>

enum { SLOTS_MIN = 256 };

void table_init(struct table *table, uint64_t seed)
{
    *table = (struct table){.mask = SLOTS_MIN - 1, .seed = seed};
    table->slots = g_new0(struct table_slot, SLOTS_MIN);
}

void table_clear(struct table *table)
{
    g_free(table->slots);
}

static uint64_t mix(uint64_t value, uint64_t seed)
{
    value = (value ^ seed) * UINT64_C(0xd6e8feb86659fd93);
    return value ^ value >> 32;
}

static uint64_t endpoint_hash(const struct sw_endpoint *endpoint, uint64_t seed)
{
    uint64_t words[2];
    memcpy(words, endpoint->address, sizeof words);
    return mix(mix(mix(words[0], seed) + words[1], seed) + endpoint->port, seed);
}

/* The same for both directions, so the ends are mixed apart and added. */
static uint32_t ends_hash(const struct sw_endpoint *a, const struct sw_endpoint *b, uint64_t seed)
{
    return (uint32_t)(mix(endpoint_hash(a, seed) + endpoint_hash(b, seed), seed) >> 16);
}

static bool same(const struct sw_endpoint *a, const struct sw_endpoint *b)
{
    uint64_t ours[2];
    uint64_t theirs[2];
    memcpy(ours, a->address, sizeof ours);
    memcpy(theirs, b->address, sizeof theirs);
    return a->port == b->port && a->family == b->family && ours[0] == theirs[0] && ours[1] == theirs[1];
}

struct stream *table_find(const struct table *table, const struct sw_endpoint *source,
                          const struct sw_endpoint *destination, uint32_t *hash, enum net_side *side)
{
    *hash = ends_hash(source, destination, table->seed);
    for (size_t at = *hash & table->mask; table->slots[at].stream != NULL; at = (at + 1) & table->mask) {
        struct stream *stream = table->slots[at].stream;
        if (table->slots[at].hash != *hash)
            continue;
        const struct sw_endpoint *ends = stream->seen.ends;
        bool from_a = same(&ends[NET_A], source) && same(&ends[NET_B], destination);
        *side = from_a ? NET_A : NET_B;
        if (from_a || (same(&ends[NET_B], source) && same(&ends[NET_A], destination)))
            return stream;
    }
    return NULL;
}

static void put(struct table_slot *slots, size_t mask, struct table_slot slot)
{
    size_t at = slot.hash & mask;
    while (slots[at].stream != NULL)
        at = (at + 1) & mask;
    slots[at] = slot;
}

static void grow(struct table *table)
{
    size_t mask = table->mask * 2 + 1;
    struct table_slot *slots = g_new0(struct table_slot, mask + 1);
    for (size_t i = 0; i <= table->mask; i++)
        if (table->slots[i].stream != NULL)
            put(slots, mask, table->slots[i]);
    g_free(table->slots);
    table->slots = slots;
    table->mask = mask;
}

static void list_append(struct table_list *list, struct stream *stream)
{
    stream->older = list->newest;
    stream->newer = NULL;
    *(list->newest == NULL ? &list->oldest : &list->newest->newer) = stream;
    list->newest = stream;
}

static void list_unlink(struct table_list *list, struct stream *stream)
{
    *(stream->older == NULL ? &list->oldest : &stream->older->newer) = stream->newer;
    *(stream->newer == NULL ? &list->newest : &stream->newer->older) = stream->older;
}

void table_move(struct table *table, struct stream *stream, enum stream_list list)
{
    if (stream->list == list && stream->newer == NULL)
        return;
    list_unlink(&table->lists[stream->list], stream);
    stream->list = (uint8_t)list;
    list_append(&table->lists[list], stream);
}

struct stream *table_add(struct table *table, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                         uint32_t hash)
{
    if (table->count >= (table->mask + 1) / 4 * 3)
        grow(table);
    struct stream *stream = g_new(struct stream, 1);
    *stream = (struct stream){.seen.ends = {[NET_A] = *source, [NET_B] = *destination}, .hash = hash};
    put(table->slots, table->mask, (struct table_slot){.stream = stream, .hash = hash});
    list_append(&table->lists[LIST_OPEN], stream);
    table->count++;
    return stream;
}

/* Closes the hole at `at`: each entry behind it that may stand there (its own place isn't between) moves up. */
static void close_up(struct table *table, size_t at)
{
    struct table_slot *slots = table->slots;
    for (size_t next = (at + 1) & table->mask; slots[next].stream != NULL; next = (next + 1) & table->mask) {
        size_t wanted = slots[next].hash & table->mask;
        if (((next - wanted) & table->mask) < ((next - at) & table->mask))
            continue;
        slots[at] = slots[next];
        at = next;
    }
    slots[at].stream = NULL;
}

void table_remove(struct table *table, struct stream *stream)
{
    size_t at = stream->hash & table->mask;
    while (table->slots[at].stream != stream)
        at = (at + 1) & table->mask;
    close_up(table, at);
    table->count--;
    list_unlink(&table->lists[stream->list], stream);
    g_free(stream);
}
