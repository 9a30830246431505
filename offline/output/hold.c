/* SPDX-License-Identifier: MIT
 *
 * Texts in the order of their keys: a binary heap, and a table of those that are still to be filled.
 */
#include "output/hold.h"

#include <glib.h>
#include <string.h>

struct entry {
    uint64_t name; /* rank and id, for the table */
    struct hold_key key;
    char *text; /* NULL: reserved */
    size_t size;
};

struct hold {
    GPtrArray *heap;      /* of struct entry; the earliest first */
    GHashTable *reserved; /* by name */
};

static uint64_t name_of(struct hold_key key)
{
    return key.id << 3 | (key.rank & 7);
}

static bool is_earlier(const struct entry *a, const struct entry *b)
{
    if (a->key.time != b->key.time)
        return a->key.time < b->key.time;
    if (a->key.rank != b->key.rank)
        return a->key.rank < b->key.rank;
    return a->key.id < b->key.id;
}

static bool swap_if_earlier(GPtrArray *heap, guint child, guint parent)
{
    if (!is_earlier(heap->pdata[child], heap->pdata[parent]))
        return false;
    gpointer entry = heap->pdata[child];
    heap->pdata[child] = heap->pdata[parent];
    heap->pdata[parent] = entry;
    return true;
}

static void push(GPtrArray *heap, struct entry *entry)
{
    g_ptr_array_add(heap, entry);
    for (guint at = heap->len - 1; at > 0 && swap_if_earlier(heap, at, (at - 1) / 2);)
        at = (at - 1) / 2;
}

static void pop(GPtrArray *heap)
{
    g_ptr_array_remove_index_fast(heap, 0); /* the last one takes its place, and sinks */
    for (guint at = 0;;) {
        guint child = 2 * at + 1;
        if (child >= heap->len)
            return;
        if (child + 1 < heap->len && is_earlier(heap->pdata[child + 1], heap->pdata[child]))
            child++;
        if (!swap_if_earlier(heap, child, at))
            return;
        at = child;
    }
}

static struct entry *entry_new(struct hold_key key)
{
    struct entry *entry = g_new(struct entry, 1);
    *entry = (struct entry){.name = name_of(key), .key = key};
    return entry;
}

static void entry_free(gpointer data)
{
    struct entry *entry = data;
    g_free(entry->text);
    g_free(entry);
}

struct hold *hold_new(void)
{
    struct hold *hold = g_new(struct hold, 1);
    hold->heap = g_ptr_array_new();
    hold->reserved = g_hash_table_new(g_int64_hash, g_int64_equal);
    return hold;
}

void hold_free(struct hold *hold)
{
    g_hash_table_destroy(hold->reserved);
    g_ptr_array_set_free_func(hold->heap, entry_free);
    g_ptr_array_free(hold->heap, TRUE);
    g_free(hold);
}

void hold_reserve(struct hold *hold, struct hold_key key)
{
    struct entry *entry = entry_new(key);
    g_hash_table_insert(hold->reserved, &entry->name, entry);
    push(hold->heap, entry);
}

void hold_fill(struct hold *hold, struct hold_key key, const void *text, size_t size)
{
    uint64_t name = name_of(key);
    struct entry *entry = g_hash_table_lookup(hold->reserved, &name);
    if (entry == NULL) {
        entry = entry_new(key);
        push(hold->heap, entry);
    } else {
        g_hash_table_remove(hold->reserved, &name);
    }
    entry->text = g_malloc(size + 1);
    memcpy(entry->text, text, size);
    entry->size = size;
}

void hold_release(struct hold *hold, int64_t before, hold_emit emit, void *context)
{
    while (hold->heap->len > 0) {
        struct entry *entry = hold->heap->pdata[0];
        if (entry->text == NULL || entry->key.time >= before)
            return;
        emit(context, entry->text, entry->size);
        pop(hold->heap);
        entry_free(entry);
    }
}

void hold_release_all(struct hold *hold, hold_emit emit, void *context)
{
    g_hash_table_remove_all(hold->reserved);
    while (hold->heap->len > 0) {
        struct entry *entry = hold->heap->pdata[0];
        if (entry->text != NULL)
            emit(context, entry->text, entry->size);
        pop(hold->heap);
        entry_free(entry);
    }
}
