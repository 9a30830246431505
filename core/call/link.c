/* SPDX-License-Identifier: MIT
 *
 * Which calls lose an endpoint when a connection ends? RFC 7118 5: a WebSocket client is reached over its own
 * connection or not at all.
 */
#include "call/link.h"

#include "call/when.h"

void sw_link_index_init(struct sw_link_index *index)
{
    index->first = g_hash_table_new(g_int64_hash, g_int64_equal);
}

void sw_link_index_clear(struct sw_link_index *index)
{
    g_hash_table_destroy(index->first);
}

static void index_add(struct sw_link_index *index, struct sw_link *link)
{
    link->next = g_hash_table_lookup(index->first, &link->connection);
    if (link->next != NULL)
        link->next->previous = link;
    g_hash_table_replace(index->first, &link->connection, link);
}

/* Dead ones are in no list any more. */
static void index_remove(struct sw_link_index *index, struct sw_link *link)
{
    if (link->died != SW_NO_TIME)
        return;
    if (link->next != NULL)
        link->next->previous = link->previous;
    if (link->previous != NULL)
        link->previous->next = link->next;
    else if (link->next != NULL)
        g_hash_table_replace(index->first, &link->next->connection, link->next);
    else
        g_hash_table_remove(index->first, &link->connection);
    link->previous = link->next = NULL;
}

/* Those around a link learn that it stands elsewhere. */
static void index_moved(struct sw_link_index *index, struct sw_link *link)
{
    if (link->died != SW_NO_TIME)
        return;
    if (link->next != NULL)
        link->next->previous = link;
    if (link->previous != NULL)
        link->previous->next = link;
    else
        g_hash_table_replace(index->first, &link->connection, link);
}

static void grow(struct sw_links *links, struct sw_link_index *index)
{
    struct sw_link *before = links->items;
    links->capacity = links->capacity == 0 ? SW_LINKS_AT_FIRST : SW_LINKS;
    links->items = g_new(struct sw_link, links->capacity);
    for (size_t i = 0; i < links->count; i++) {
        links->items[i] = before[i];
        index_moved(index, &links->items[i]);
    }
    g_free(before);
}

static struct sw_link *find(struct sw_links *links, uint64_t connection)
{
    for (size_t i = links->count; i-- > 0;)
        if (links->items[i].connection == connection)
            return &links->items[i];
    return NULL;
}

/* The place of the one that has been unused longest, freed, where all are taken. */
static struct sw_link *place_for_one(struct sw_links *links, struct sw_link_index *index)
{
    if (links->count == links->capacity && links->capacity < SW_LINKS)
        grow(links, index);
    if (links->count < SW_LINKS)
        return &links->items[links->count++];
    size_t oldest = 0;
    for (size_t i = 1; i < SW_LINKS; i++)
        if (links->items[i].last < links->items[oldest].last)
            oldest = i;
    index_remove(index, &links->items[oldest]);
    return &links->items[oldest];
}

static struct sw_link *open_new(struct sw_links *links, struct sw_link_index *index, struct sw_tracked *call,
                                const struct sw_signal *signal, bool from_caller)
{
    const enum sw_transport transport = signal->record->transport;
    struct sw_link *link = place_for_one(links, index);
    *link = (struct sw_link){
        .connection = signal->record->connection,
        .call = call,
        .caller_end = from_caller ? signal->near_end : signal->far_end,
        .callee_end = from_caller ? signal->far_end : signal->near_end,
        .last = signal->time,
        .died = SW_NO_TIME,
        .websocket = transport == SW_TRANSPORT_WS || transport == SW_TRANSPORT_WSS,
    };
    index_add(index, link);
    return link;
}

void sw_links_note(struct sw_links *links, struct sw_link_index *index, struct sw_tracked *call,
                   const struct sw_signal *signal, bool from_caller)
{
    if (signal->record->connection == 0)
        return;
    struct sw_link *link = find(links, signal->record->connection);
    if (link == NULL)
        link = open_new(links, index, call, signal, from_caller);
    link->last = sw_time_last(link->last, signal->time);
    if (link->died != SW_NO_TIME &&
        link->last > link->died) { /* its number stands for a new one, or it lived after all */
        link->died = SW_NO_TIME;
        index_add(index, link);
    }
}

void sw_links_clear(struct sw_links *links, struct sw_link_index *index)
{
    for (size_t i = 0; i < links->count; i++)
        index_remove(index, &links->items[i]);
    links->count = 0;
    if (links->capacity > SW_LINKS_AT_FIRST)
        sw_links_free(links);
}

void sw_links_free(struct sw_links *links)
{
    g_free(links->items);
    *links = (struct sw_links){0};
}

struct sw_link *sw_link_index_end(struct sw_link_index *index, uint64_t connection, int64_t time)
{
    struct sw_link *first = g_hash_table_lookup(index->first, &connection);
    if (first == NULL)
        return NULL;
    g_hash_table_remove(index->first, &connection);
    for (struct sw_link *link = first; link != NULL; link = link->next) {
        link->died = time;
        link->previous = NULL;
    }
    return first;
}

/* A server keeps its address when its client comes back over a new connection, so both lead to the same endpoint where
 * they share the other end, in the same role. What was used later is the way that goes on. */
static bool is_superseded(const struct sw_links *links, const struct sw_link *dead)
{
    for (size_t i = 0; i < links->count; i++) {
        const struct sw_link *other = &links->items[i];
        const bool same = other->caller_end == dead->caller_end || other->callee_end == dead->callee_end;
        if (other != dead && same && other->last > dead->last)
            return true;
    }
    return false;
}

int64_t sw_links_lost(const struct sw_links *links, bool *websocket)
{
    int64_t lost = SW_NO_TIME;
    *websocket = false;
    for (size_t i = 0; i < links->count; i++) {
        const struct sw_link *link = &links->items[i];
        if (link->died == SW_NO_TIME || is_superseded(links, link))
            continue;
        lost = sw_time_first(lost, link->died);
        *websocket |= link->websocket;
    }
    return lost;
}
