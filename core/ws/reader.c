/* SPDX-License-Identifier: MIT
 *
 * Which bytes come next in this direction, and which packet brought them? On the usual way all that is fed is read at
 * once, in place; only what is cut by a segment's end, or has to wait, is copied.
 */
#include "ws/reader.h"

#include "bytes.h"

#include <glib.h>

enum { HELD_MIN = 64, RUNS_MIN = 4 };

static bool holds(const struct sw_reader *reader)
{
    return reader->held != NULL && reader->held->run_at < reader->held->run_count;
}

static struct sw_run *first_run(const struct sw_reader *reader)
{
    return &reader->held->runs[reader->held->run_at];
}

static void mark(struct sw_unit *unit, struct sw_mark packet, size_t cap)
{
    if (unit != NULL)
        sw_unit_mark(unit, packet, cap);
}

/* Room for size more bytes; read ones make way once they are half of all. */
static void reserve(struct sw_held *held, size_t size)
{
    if (held->at > held->size / 2) {
        memmove(held->bytes, held->bytes + held->at, held->size - held->at);
        held->size -= held->at;
        held->at = 0;
    }
    if (size <= held->room - held->size)
        return;
    held->room = MAX(MAX((size_t)HELD_MIN, held->room * 2), held->size + size);
    held->bytes = g_realloc(held->bytes, held->room);
}

static bool is_counted(const struct sw_run *gap)
{
    return gap->size != 0;
}

static void add_run(struct sw_held *held, struct sw_run run)
{
    struct sw_run *last = held->run_count > held->run_at ? &held->runs[held->run_count - 1] : NULL;
    bool same = last != NULL && last->missing == run.missing &&
                (run.missing ? last->reason == run.reason && is_counted(last) && is_counted(&run) &&
                                   last->size <= UINT64_MAX - run.size
                             : last->mark.packet == run.mark.packet);
    if (same) {
        last->size += run.size;
        return;
    }
    if (held->run_at > held->run_count / 2) {
        held->run_count -= held->run_at;
        memmove(held->runs, held->runs + held->run_at, held->run_count * sizeof *held->runs);
        held->run_at = 0;
    }
    if (held->run_count == held->run_room) {
        held->run_room = MAX((size_t)RUNS_MIN, held->run_room * 2);
        held->runs = g_renew(struct sw_run, held->runs, held->run_room);
    }
    held->runs[held->run_count++] = run;
    held->gaps += run.missing;
}

static struct sw_held *held_of(struct sw_reader *reader)
{
    if (reader->held == NULL)
        reader->held = g_new0(struct sw_held, 1);
    return reader->held;
}

/* Copies the first size fed bytes behind the held ones. */
static void hold(struct sw_reader *reader, size_t size)
{
    if (size == 0)
        return;
    struct sw_held *held = held_of(reader);
    reserve(held, size);
    memcpy(held->bytes + held->size, reader->fed.data, size);
    held->size += size;
    if (held->gaps == 0)
        held->front += size;
    add_run(held, (struct sw_run){.mark = reader->mark, .size = size});
    reader->fed = sw_slice_skip(reader->fed, size);
}

struct sw_slice sw_reader_run(const struct sw_reader *reader, struct sw_mark *packet)
{
    *packet = reader->mark;
    if (!holds(reader))
        return reader->fed;
    const struct sw_run *run = first_run(reader);
    *packet = run->mark;
    if (run->missing)
        return (struct sw_slice){0};
    return sw_slice_of(reader->held->bytes + reader->held->at, (size_t)run->size);
}

struct sw_slice sw_reader_peek(struct sw_reader *reader, size_t want)
{
    if (!holds(reader))
        return reader->fed;
    struct sw_held *held = reader->held;
    if (held->gaps == 0 && held->front < want)
        hold(reader, MIN(want - held->front, reader->fed.size));
    return sw_slice_head(sw_slice_skip(sw_slice_of(held->bytes, held->size), held->at), held->front);
}

void sw_reader_take(struct sw_reader *reader, size_t size, struct sw_unit *unit, size_t mark_cap)
{
    reader->offset += size;
    while (size > 0 && holds(reader)) {
        struct sw_run *run = first_run(reader);
        size_t part = (size_t)MIN(run->size, size);
        mark(unit, run->mark, mark_cap);
        run->size -= part;
        reader->held->at += part;
        reader->held->front -= part;
        reader->held->run_at += run->size == 0;
        size -= part;
    }
    if (size == 0)
        return;
    mark(unit, reader->mark, mark_cap);
    reader->fed = sw_slice_skip(reader->fed, size);
}

void sw_reader_keep(struct sw_reader *reader)
{
    hold(reader, reader->fed.size);
}

void sw_reader_miss(struct sw_reader *reader, uint64_t size, enum sw_reason reason, struct sw_mark packet)
{
    sw_reader_keep(reader);
    add_run(held_of(reader), (struct sw_run){.mark = packet, .size = size, .missing = true, .reason = reason});
}

const struct sw_run *sw_reader_gap(const struct sw_reader *reader)
{
    if (!holds(reader) || reader->held->gaps == 0)
        return NULL;
    const struct sw_run *run = first_run(reader);
    while (!run->missing)
        run++;
    return run;
}

void sw_reader_take_gap(struct sw_reader *reader)
{
    struct sw_held *held = reader->held;
    reader->offset += first_run(reader)->size;
    held->run_at++;
    held->gaps--;
    held->front = held->gaps == 0 ? held->size - held->at : 0;
    for (size_t i = held->run_at; held->gaps > 0 && !held->runs[i].missing; i++)
        held->front += (size_t)held->runs[i].size;
}

size_t sw_reader_cost(const struct sw_reader *reader)
{
    if (!holds(reader))
        return 0;
    const struct sw_held *held = reader->held;
    return held->size - held->at + (held->run_count - held->run_at) * sizeof *held->runs;
}

bool sw_reader_since(const struct sw_reader *reader, struct sw_mark *packet)
{
    if (!holds(reader))
        return false;
    *packet = first_run(reader)->mark;
    return true;
}

void sw_reader_trim(struct sw_reader *reader, bool drop)
{
    if (reader->held == NULL || (holds(reader) && !drop))
        return;
    g_free(reader->held->bytes);
    g_free(reader->held->runs);
    g_free(reader->held);
    reader->held = NULL;
}
