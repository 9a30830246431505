/* SPDX-License-Identifier: MIT
 * links: offline_output
 *
 * Texts come out in the order of their keys, wait for reserved ones, and survive the way through the file.
 */
#include "harness.h"

#include "output/hold.h"

/* What was emitted, first letters only. */
struct seen {
    char letters[64];
    size_t count;
    size_t bytes;
};

static void emit(void *context, const char *bytes, size_t size)
{
    struct seen *seen = context;
    seen->letters[seen->count++ % (sizeof seen->letters - 1)] = bytes[0];
    seen->bytes += size;
    for (size_t i = 1; i < size; i++)
        assert_int_equal(bytes[i], bytes[0]);
}

static struct hold_key key(int64_t time, unsigned rank, uint64_t id)
{
    return (struct hold_key){.time = time, .rank = rank, .id = id};
}

static void released(struct hold *hold, int64_t before, const char *letters)
{
    struct seen seen = {.count = 0};
    hold_release(hold, before, emit, &seen);
    assert_string_equal(seen.letters, letters);
}

static void in_order_of_keys(void **state)
{
    (void)state;
    struct hold *hold = hold_new();
    hold_fill(hold, key(3, 0, 1), "d", 1);
    hold_fill(hold, key(2, 1, 1), "c", 1);
    hold_fill(hold, key(2, 0, 9), "b", 1);
    hold_fill(hold, key(2, 0, 8), "a", 1);
    hold_fill(hold, key(9, 0, 2), "e", 1);
    released(hold, 9, "abcd");
    released(hold, 10, "e");
    hold_free(hold);
}

static void reserved_ones_are_waited_for(void **state)
{
    (void)state;
    struct hold *hold = hold_new();
    hold_reserve(hold, key(1, 0, 1));
    hold_reserve(hold, key(2, 0, 2));
    hold_fill(hold, key(3, 0, 3), "c", 1);
    released(hold, 10, "");
    hold_fill(hold, key(99, 0, 1), "a", 1); /* the reserved time counts */
    released(hold, 10, "a");
    struct seen seen = {.count = 0};
    hold_release_all(hold, emit, &seen); /* 2 never came */
    assert_string_equal(seen.letters, "c");
    hold_free(hold);
}

static void more_than_memory_takes(void **state)
{
    (void)state;
    enum { TEXTS = 40, SIZE = 1 << 20 };
    struct hold *hold = hold_new();
    char *text = malloc(SIZE);
    hold_reserve(hold, key(TEXTS, 1, 1));
    for (int i = TEXTS - 1; i >= 0; i--) {
        memset(text, 'A' + i, SIZE);
        hold_fill(hold, key(i, 0, 1), text, SIZE);
    }
    memset(text, 'z', SIZE);
    hold_fill(hold, key(TEXTS, 1, 1), text, 7);
    struct seen seen = {.count = 0};
    hold_release(hold, INT64_MAX, emit, &seen);
    assert_string_equal(seen.letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghz");
    assert_int_equal(seen.bytes, TEXTS * SIZE + 7);
    free(text);
    hold_free(hold);
}

static void dropped_unread(void **state)
{
    (void)state;
    struct hold *hold = hold_new();
    hold_reserve(hold, key(1, 0, 1));
    hold_reserve(hold, key(2, 0, 2));
    hold_fill(hold, key(2, 0, 2), "b", 1);
    hold_fill(hold, key(3, 0, 3), "c", 1);
    hold_free(hold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_of_keys),
        cmocka_unit_test(reserved_ones_are_waited_for),
        cmocka_unit_test(more_than_memory_takes),
        cmocka_unit_test(dropped_unread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
