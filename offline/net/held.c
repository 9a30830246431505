/* SPDX-License-Identifier: MIT
 *
 * Where do bytes wait that came before their turn? In a tree for each direction, for neither their number nor their
 * order may make a search long; and in one list for all, so that the oldest are known at once.
 */
#include "net/stream.h"

#include <string.h>

static gint compare_ends(gconstpointer a, gconstpointer b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

struct held *held_begin(struct flow *flow)
{
    if (flow->held == NULL) {
        flow->held = g_new0(struct held, 1);
        flow->held->chunks = g_tree_new(compare_ends);
    }
    return flow->held;
}

struct chunk *held_first(const struct flow *flow)
{
    GTreeNode *node = g_tree_node_first(flow->held->chunks);
    return node == NULL ? NULL : g_tree_node_value(node);
}

struct chunk *held_beyond(const struct flow *flow, uint64_t place)
{
    GTreeNode *node = flow->held == NULL ? NULL : g_tree_upper_bound(flow->held->chunks, &place);
    return node == NULL ? NULL : g_tree_node_value(node);
}

/* What a chunk counts against the limits: many tiny ones must not hide behind the few bytes they hold. */
static size_t chunk_cost(const struct chunk *chunk)
{
    return sizeof *chunk + chunk->size;
}

void held_add(struct tcp *tcp, struct stream *stream, enum net_side side, const struct segment *piece)
{
    struct chunk *chunk = g_malloc(sizeof *chunk + piece->bytes.size);
    *chunk = (struct chunk){
        .older = tcp->newest_chunk,
        .stream = stream,
        .side = side,
        .begin = piece->begin,
        .end = piece->begin + piece->bytes.size + piece->cut,
        .size = (uint32_t)piece->bytes.size,
        .cut = piece->cut,
        .mark = piece->mark,
    };
    if (chunk->size != 0)
        memcpy(chunk->bytes, piece->bytes.data, chunk->size);
    *(tcp->newest_chunk == NULL ? &tcp->oldest_chunk : &tcp->newest_chunk->newer) = chunk;
    tcp->newest_chunk = chunk;
    if (tcp->awaited == NULL)
        tcp->awaited = chunk;
    struct held *held = held_begin(&stream->flows[side]);
    g_tree_insert(held->chunks, &chunk->end, chunk);
    held->bytes += chunk_cost(chunk);
    tcp->held_bytes += chunk_cost(chunk);
}

void held_take(struct tcp *tcp, struct flow *flow, struct chunk *chunk)
{
    if (tcp->awaited == chunk)
        tcp->awaited = chunk->newer;
    *(chunk->older == NULL ? &tcp->oldest_chunk : &chunk->older->newer) = chunk->newer;
    *(chunk->newer == NULL ? &tcp->newest_chunk : &chunk->newer->older) = chunk->older;
    g_tree_remove(flow->held->chunks, &chunk->end);
    flow->held->bytes -= chunk_cost(chunk);
    tcp->held_bytes -= chunk_cost(chunk);
}

void held_drop(struct tcp *tcp, struct flow *flow)
{
    struct chunk *chunk;
    if (flow->held == NULL)
        return;
    while ((chunk = held_first(flow)) != NULL) {
        held_take(tcp, flow, chunk);
        g_free(chunk);
    }
    g_tree_destroy(flow->held->chunks);
    g_free(flow->held);
    flow->held = NULL;
}
