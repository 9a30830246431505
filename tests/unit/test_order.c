/* SPDX-License-Identifier: MIT
 * links: offline_pipeline
 *
 * Items come out in the order of first packets, wait for what began earlier, and never wait for ever.
 */
#include "harness.h"

#include "pipeline/order.h"

static struct sw_mark packet(uint64_t number)
{
    return (struct sw_mark){.packet = number, .time = (int64_t)number * 1000000};
}

static const struct order_bound nothing = {0};

static struct order *make(size_t limit)
{
    struct sw_limits limits = sw_limits_default;
    limits.order_pending = limit;
    return order_new(&limits);
}

/* Pops until nothing is due; the items are single letters. */
static void expect(struct order *order, bool all, const char *letters)
{
    char seen[32] = "";
    const char *item;
    while ((item = order_pop(order, all)) != NULL)
        strcat(seen, item);
    assert_string_equal(seen, letters);
}

static void pushes(struct order *order, uint64_t number, const char *letter)
{
    order_push(order, packet(number), (void *)(uintptr_t)letter);
}

static void sorts_by_first_packet(void **state)
{
    (void)state;
    struct order *order = make(100);
    pushes(order, 5, "e");
    pushes(order, 2, "b");
    pushes(order, 9, "i");
    pushes(order, 2, "c"); /* of one packet: as they came */
    pushes(order, 1, "a");
    expect(order, false, "abcei");
    order_free(order);
}

static void waits_for_what_began_earlier(void **state)
{
    (void)state;
    struct order *order = make(100);
    struct order_unit early = {0}, late = {0};
    order_unit_waits(order, &late, packet(7));
    order_unit_waits(order, &early, packet(3));
    assert_true(order_passes(order, packet(2)));
    assert_true(order_passes(order, packet(3))); /* what began at the same packet doesn't hold it */
    assert_false(order_passes(order, packet(4)));
    pushes(order, 4, "d");
    pushes(order, 8, "h");
    expect(order, false, "");
    order_unit_done(order, &early);
    expect(order, false, "d");
    order_unit_done(order, &late);
    order_unit_done(order, &late);
    expect(order, false, "h");
    order_free(order);
}

static void a_unit_that_moves_on_lets_go(void **state)
{
    (void)state;
    struct order *order = make(100);
    struct order_unit unit = {0};
    order_unit_waits(order, &unit, packet(3));
    pushes(order, 4, "d");
    order_unit_waits(order, &unit, packet(6));
    expect(order, false, "d");
    order_unit_done(order, &unit);
    order_free(order);
}

static void what_is_outside_holds_as_well(void **state)
{
    (void)state;
    struct order *order = make(100);
    const struct order_bound outside = {.set = true, .since = packet(3)};
    order_advance(order, packet(5), &outside);
    assert_false(order_passes(order, packet(4)));
    pushes(order, 4, "d");
    expect(order, false, "");
    order_advance(order, packet(6), &nothing);
    expect(order, false, "d");
    order_free(order);
}

static void patience_ends(void **state)
{
    (void)state;
    struct order *order = make(100);
    struct order_unit unit = {0};
    order_unit_waits(order, &unit, packet(3));
    pushes(order, 4, "d");
    order_advance(order, packet(9000), &nothing);
    expect(order, false, "");
    order_advance(order, packet(11000), &nothing);
    expect(order, false, "d");
    order_unit_waits(order, &unit, packet(3)); /* the same beginning isn't waited for again */
    pushes(order, 4, "e");
    expect(order, false, "e");
    order_unit_done(order, &unit);
    order_free(order);
}

static void the_limit_lets_the_oldest_out(void **state)
{
    (void)state;
    struct order *order = make(2);
    struct order_unit unit = {0};
    order_unit_waits(order, &unit, packet(1));
    pushes(order, 4, "d");
    pushes(order, 2, "b");
    expect(order, false, "");
    pushes(order, 3, "c");
    expect(order, false, "b");
    expect(order, true, "cd");
    order_unit_done(order, &unit);
    order_free(order);
}

static void many_in_any_order(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    struct order *order = make(COUNT);
    static uint64_t items[COUNT];
    for (uint64_t i = 0; i < COUNT; i++) {
        items[i] = i * 7919 % COUNT;
        order_push(order, packet(items[i]), &items[i]);
    }
    for (uint64_t i = 0; i < COUNT; i++)
        assert_int_equal(*(uint64_t *)order_pop(order, false), i);
    assert_null(order_pop(order, true));
    order_free(order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_by_first_packet),
        cmocka_unit_test(waits_for_what_began_earlier),
        cmocka_unit_test(a_unit_that_moves_on_lets_go),
        cmocka_unit_test(what_is_outside_holds_as_well),
        cmocka_unit_test(patience_ends),
        cmocka_unit_test(the_limit_lets_the_oldest_out),
        cmocka_unit_test(many_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
