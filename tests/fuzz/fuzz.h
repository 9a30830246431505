/* SPDX-License-Identifier: MIT
 *
 * What the fuzz targets share: taking their input apart, and saying what must hold.
 *
 * A target is LLVMFuzzerTestOneInput of one file. libFuzzer calls it, or replay.c where there is no libFuzzer.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "sipweave/limits.h"
#include "sipweave/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert, in every kind of build. */
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            check_failed(#condition, __FILE__, __LINE__);                                                              \
    } while (0)

static inline _Noreturn void check_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

static inline struct sw_slice slice(const uint8_t *data, size_t size)
{
    return (struct sw_slice){.data = data, .size = size};
}

static inline bool inside(struct sw_slice part, struct sw_slice whole)
{
    if (part.size == 0)
        return true;
    return part.data >= whole.data && part.size <= whole.size &&
           (size_t)(part.data - whole.data) <= whole.size - part.size;
}

#define CHECK_INSIDE(part, whole) CHECK(inside(part, whole))

/* FNV-1a. Reads every byte, so that a sanitizer sees those that aren't there. */
static inline uint64_t digest(struct sw_slice bytes)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < bytes.size; i++)
        sum = (sum ^ bytes.data[i]) * UINT64_C(0x100000001b3);
    return sum;
}

/* Two runs of one input have told the same; frees both. */
static inline void check_same(GString *a, const char *a_name, GString *b, const char *b_name)
{
    const bool same = g_string_equal(a, b);
    if (!same)
        fprintf(stderr, "%s:\n%s\n%s:\n%s\n", a_name, a->str, b_name, b->str);
    CHECK(same);
    g_string_free(a, TRUE);
    g_string_free(b, TRUE);
}

/* A copy with nothing behind it: free it with g_free. */
static inline struct sw_slice slice_copy(struct sw_slice bytes)
{
    uint8_t *copy = g_malloc(bytes.size == 0 ? 1 : bytes.size);
    if (bytes.size != 0)
        memcpy(copy, bytes.data, bytes.size);
    return slice(copy, bytes.size);
}

static inline void slice_free(struct sw_slice copy)
{
    g_free((uint8_t *)(uintptr_t)copy.data);
}

/* --- input that steers ------------------------------------------------------------------------------------------- */

/* The input is read from the front. What isn't there reads as zeros and as no bytes. */
static inline uint8_t take_u8(struct sw_slice *rest)
{
    if (rest->size == 0)
        return 0;
    uint8_t value = rest->data[0];
    *rest = slice(rest->data + 1, rest->size - 1);
    return value;
}

static inline unsigned take_u16(struct sw_slice *rest)
{
    unsigned high = take_u8(rest);
    return high << 8 | take_u8(rest);
}

static inline struct sw_slice take_bytes(struct sw_slice *rest, size_t size)
{
    struct sw_slice bytes = slice(rest->data, MIN(size, rest->size));
    if (bytes.size != 0)
        *rest = slice(rest->data + bytes.size, rest->size - bytes.size);
    return bytes;
}

/* xorshift64*: the same numbers on every machine. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* 1 to most, and not more than there are. */
static inline size_t random_size(uint64_t *state, size_t most, size_t there)
{
    const size_t size = 1 + (size_t)(random_next(state) % most);
    return MIN(size, there);
}

/* --- limits ------------------------------------------------------------------------------------------------------ */

/* So low that small inputs reach them. */
static inline struct sw_limits low_limits(void)
{
    return (struct sw_limits){
        .head_size = 400,
        .message_size = 900,
        .inflate_ratio = 10,
        .inflate_history = 40000,
        .pending_handshake = 300,
        .message_marks = 3,
        .stream_pending = 600,
        .streams_pending = 1000,
        .streams = 3,
        .http2_streams = 2,
        .datagram_flows = 2,
        .fragments = 2,
        .calls = 3,
        .call_messages = 4,
        .order_pending = 3,
    };
}

#endif
