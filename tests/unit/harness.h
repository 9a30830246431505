/* SPDX-License-Identifier: MIT
 *
 * What the unit tests share: input that ends flush against an unreadable page, and every way to split it.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "sipweave/slice.h"

/* A copy of bytes whose last byte is the last byte before a PROT_NONE page: reading past it is a crash. */
struct guarded {
    struct sw_slice bytes;
    void *map;
    size_t map_size;
};

static inline struct guarded guard(struct sw_slice bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (bytes.size + page - 1) / page * page;
    struct guarded g = {.map_size = room + page};
    g.map = mmap(NULL, g.map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(g.map != MAP_FAILED);
    assert_int_equal(mprotect((uint8_t *)g.map + room, page, PROT_NONE), 0);
    uint8_t *start = (uint8_t *)g.map + room - bytes.size;
    if (bytes.size != 0)
        memcpy(start, bytes.data, bytes.size);
    g.bytes = (struct sw_slice){.data = start, .size = bytes.size};
    return g;
}

static inline void unguard(struct guarded *g)
{
    munmap(g->map, g->map_size);
}

/* Initializes a struct sw_slice; there may be zeros in it. */
#define BYTES(literal)                                                                                                 \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }

static inline struct sw_slice text(const char *s)
{
    return (struct sw_slice){.data = (const uint8_t *)s, .size = strlen(s)};
}

#define assert_slice(slice, expected)                                                                                  \
    do {                                                                                                               \
        struct sw_slice a_ = (slice), e_ = text(expected);                                                             \
        assert_int_equal(a_.size, e_.size);                                                                            \
        assert_memory_equal(a_.data ? a_.data : (const uint8_t *)"", e_.data, e_.size);                                \
    } while (0)

/* Calls run(context, bytes, cut) for the input whole (cut == size), byte by byte (cut == 0) and split in two at every
 * point: run feeds bytes[0, cut) and bytes[cut, size), or single bytes when cut is 0, each flush against the page. */
typedef void (*chunk_feeder)(void *context, struct sw_slice chunk);

static inline void feed_guarded(struct sw_slice chunk, chunk_feeder feed, void *context)
{
    struct guarded g = guard(chunk);
    feed(context, g.bytes);
    unguard(&g);
}

static inline void feed_cut(struct sw_slice bytes, size_t cut, chunk_feeder feed, void *context)
{
    if (cut == 0) {
        for (size_t i = 0; i < bytes.size; i++)
            feed_guarded((struct sw_slice){bytes.data + i, 1}, feed, context);
        return;
    }
    feed_guarded((struct sw_slice){bytes.data, cut}, feed, context);
    if (cut < bytes.size)
        feed_guarded((struct sw_slice){bytes.data + cut, bytes.size - cut}, feed, context);
}

#endif
