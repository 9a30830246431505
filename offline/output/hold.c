/* SPDX-License-Identifier: MIT
 *
 * Texts in the order of their keys: a binary heap of them, and a table of those that were reserved. Texts above a few
 * megabytes wait in a file without a name, so that a long capture costs memory only for their places.
 */
#include "output/hold.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { IN_MEMORY = 16 << 20 /* bytes of text */ };

struct text {
    char *bytes; /* NULL: in the file */
    uint64_t offset;
    uint32_t size;
    bool there; /* false: reserved, to be looked up */
};

struct entry {
    int64_t time;
    uint64_t name; /* rank and id */
    struct text text;
};

struct hold {
    GArray *heap;         /* struct entry; the earliest first */
    GHashTable *reserved; /* name → struct text, once it is there */
    size_t in_memory;
    FILE *file; /* NULL: not needed yet */
    uint64_t file_size;
    char *buffer; /* a text out of the file */
};

/* Sorts as rank, then id. */
static uint64_t name_of(struct hold_key key)
{
    return (uint64_t)key.rank << 60 | key.id;
}

/* --- the heap ---------------------------------------------------------------------------------------------------- */

static struct entry *entry_at(GArray *heap, guint i)
{
    return &g_array_index(heap, struct entry, i);
}

static bool is_earlier(GArray *heap, guint i, guint j)
{
    const struct entry *a = entry_at(heap, i);
    const struct entry *b = entry_at(heap, j);
    return a->time != b->time ? a->time < b->time : a->name < b->name;
}

static bool swap_if_earlier(GArray *heap, guint child, guint parent)
{
    if (!is_earlier(heap, child, parent))
        return false;
    struct entry entry = *entry_at(heap, child);
    *entry_at(heap, child) = *entry_at(heap, parent);
    *entry_at(heap, parent) = entry;
    return true;
}

static void push(GArray *heap, struct hold_key key, struct text text)
{
    struct entry entry = {.time = key.time, .name = name_of(key), .text = text};
    g_array_append_val(heap, entry);
    for (guint at = heap->len - 1; at > 0 && swap_if_earlier(heap, at, (at - 1) / 2);)
        at = (at - 1) / 2;
}

static void pop(GArray *heap)
{
    g_array_remove_index_fast(heap, 0); /* the last one takes its place, and sinks */
    for (guint at = 0;;) {
        guint child = 2 * at + 1;
        if (child >= heap->len)
            return;
        if (child + 1 < heap->len && is_earlier(heap, child + 1, child))
            child++;
        if (!swap_if_earlier(heap, child, at))
            return;
        at = child;
    }
}

/* --- texts ------------------------------------------------------------------------------------------------------- */

static bool write_to_file(struct hold *hold, const void *bytes, size_t size)
{
    return hold->file != NULL && fseeko(hold->file, (off_t)hold->file_size, SEEK_SET) == 0 &&
           fwrite(bytes, 1, size, hold->file) == size;
}

static struct text keep(struct hold *hold, const void *bytes, size_t size)
{
    struct text text = {.size = (uint32_t)size, .there = true};
    if (hold->in_memory + size > IN_MEMORY && write_to_file(hold, bytes, size)) {
        text.offset = hold->file_size;
        hold->file_size += size;
        return text;
    }
    text.bytes = g_malloc(size + 1);
    memcpy(text.bytes, bytes, size);
    hold->in_memory += size;
    return text;
}

static const char *read_back(struct hold *hold, const struct text *text)
{
    if (text->bytes != NULL)
        return text->bytes;
    hold->buffer = g_realloc(hold->buffer, text->size + 1);
    bool is_read = fseeko(hold->file, (off_t)text->offset, SEEK_SET) == 0 &&
                   fread(hold->buffer, 1, text->size, hold->file) == text->size;
    return is_read ? hold->buffer : NULL;
}

static void drop(struct hold *hold, struct text *text)
{
    if (text->bytes != NULL)
        hold->in_memory -= text->size;
    g_free(text->bytes);
}

/* --- the calls --------------------------------------------------------------------------------------------------- */

struct hold *hold_new(void)
{
    struct hold *hold = g_new0(struct hold, 1);
    hold->file = tmpfile(); /* now: later none can be opened */
    hold->heap = g_array_new(FALSE, FALSE, sizeof(struct entry));
    hold->reserved = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return hold;
}

static void emit_nothing(void *context, const char *text, size_t size)
{
    (void)context, (void)text, (void)size;
}

void hold_free(struct hold *hold)
{
    hold_release_all(hold, emit_nothing, NULL);
    g_hash_table_destroy(hold->reserved);
    g_array_free(hold->heap, TRUE);
    if (hold->file != NULL)
        fclose(hold->file);
    g_free(hold->buffer);
    g_free(hold);
}

void hold_reserve(struct hold *hold, struct hold_key key)
{
    uint64_t name = name_of(key);
    g_hash_table_insert(hold->reserved, g_memdup2(&name, sizeof name), NULL);
    push(hold->heap, key, (struct text){0});
}

void hold_fill(struct hold *hold, struct hold_key key, const void *bytes, size_t size)
{
    uint64_t name = name_of(key);
    struct text text = keep(hold, bytes, size);
    if (g_hash_table_contains(hold->reserved, &name))
        g_hash_table_insert(hold->reserved, g_memdup2(&name, sizeof name), g_memdup2(&text, sizeof text));
    else
        push(hold->heap, key, text);
}

/* The text of the entry on top; false: it was reserved and isn't there yet. */
static bool text_of_top(struct hold *hold, struct text *text)
{
    const struct entry *top = entry_at(hold->heap, 0);
    *text = top->text;
    if (top->text.there)
        return true;
    const struct text *filled = g_hash_table_lookup(hold->reserved, &top->name);
    if (filled == NULL)
        return false;
    *text = *filled;
    return true;
}

static void emit_top(struct hold *hold, struct text *text, hold_emit emit, void *context)
{
    const char *bytes = read_back(hold, text);
    if (bytes != NULL)
        emit(context, bytes, text->size);
    drop(hold, text);
}

static void forget_top(struct hold *hold)
{
    const struct entry *top = entry_at(hold->heap, 0);
    if (!top->text.there) {
        g_free(g_hash_table_lookup(hold->reserved, &top->name));
        g_hash_table_remove(hold->reserved, &top->name);
    }
    pop(hold->heap);
}

void hold_release(struct hold *hold, int64_t before, hold_emit emit, void *context)
{
    struct text text;
    while (hold->heap->len > 0 && entry_at(hold->heap, 0)->time < before && text_of_top(hold, &text)) {
        emit_top(hold, &text, emit, context);
        forget_top(hold);
    }
}

void hold_release_all(struct hold *hold, hold_emit emit, void *context)
{
    struct text text;
    while (hold->heap->len > 0) {
        if (text_of_top(hold, &text))
            emit_top(hold, &text, emit, context);
        forget_top(hold);
    }
}
