/* SPDX-License-Identifier: MIT
 * links: core_base
 * Slices: lines, words, numbers, and what stands outside quotes.
 */
#include "harness.h"

#include "bytes.h"

static void lines_end_in_three_ways(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line, *rest;
    } cases[] = {
        {"a\r\nb", "a", "b"}, {"a\nb", "a", "b"}, {"a\rb\nc", "a\rb", "c"}, {"a\r\rb", "a\r\rb", ""}, {"a", "a", ""},
        {"a\r", "a", ""},     {"\r\n", "", ""},   {"\n\r\n", "", "\r\n"},   {"a\r\r\n", "a\r", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guarded g = guard(text(cases[i].text));
        struct sw_slice rest = g.bytes;
        struct sw_slice line;
        assert_true(sw_line_next(&rest, &line));
        assert_slice(line, cases[i].line);
        assert_slice(rest, cases[i].rest);
        unguard(&g);
    }
    struct sw_slice nothing = {0};
    struct sw_slice line;
    assert_false(sw_line_next(&nothing, &line));
}

static void line_size_waits_for_lf(void **state)
{
    (void)state;
    size_t content;
    assert_int_equal(sw_line_size(text("ab\r"), &content), 0);
    assert_int_equal(content, 3);
    assert_int_equal(sw_line_size(text("ab\r\n"), &content), 4);
    assert_int_equal(content, 2);
    assert_int_equal(sw_line_size(text("ab\rc"), &content), 0);
    assert_int_equal(sw_line_size(text("ab\nc"), &content), 3);
    assert_int_equal(content, 2);
    assert_int_equal(sw_line_size(text("ab"), &content), 0);
}

static void words_stand_between_white_space(void **state)
{
    (void)state;
    struct sw_slice rest = text(" \r\n one\ttwo ");
    assert_slice(sw_word_next(&rest), "one");
    assert_slice(sw_word_next(&rest), "two");
    assert_slice(sw_word_next(&rest), "");
    assert_slice(sw_word_next(&rest), "");
}

static void outside_quotes_and_brackets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
    } cases[] = {
        {"a,b", 1},      {"\"a,\",b", 4}, {"\"a\\\",\",b", 6}, {"<a,b>,c", 5},       {"\"a,b", 2},     {"<a,b", 2},
        {"<a,<b>,c", 2}, {"\\\",b", 2},   {"a\\,b", 2},        {"\\\\,b", 2},        {"abc", 3},       {"", 0},
        {"\"a\\", 3},    {"<", 1},        {"\\", 1},           {"\"<\"<\">\">,", 8}, {"\"\\\\\",", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guarded g = guard(text(cases[i].text));
        size_t at = sw_find_outside(g.bytes, ',');
        if (at != cases[i].at)
            fail_msg("%s: %zu", cases[i].text, at);
        unguard(&g);
    }
}

static void numbers(void **state)
{
    (void)state;
    uint64_t n = 7;
    assert_true(sw_slice_number(text("18446744073709551615"), &n));
    assert_true(n == UINT64_MAX);
    assert_false(sw_slice_number(text("18446744073709551616"), &n));
    assert_false(sw_slice_number(text("99999999999999999999"), &n));
    assert_false(sw_slice_number(text(""), &n));
    assert_false(sw_slice_number(text("-1"), &n));
    assert_false(sw_slice_number(text("1 "), &n));
    assert_true(n == UINT64_MAX);
    assert_true(sw_slice_number(text("0068"), &n));
    assert_int_equal(n, 68);
}

static void comparing_and_trimming(void **state)
{
    (void)state;
    assert_true(sw_slice_equal_nocase(text("cAlL-iD"), text("Call-ID")));
    assert_false(sw_slice_equal_nocase(text("Call-I"), text("Call-ID")));
    assert_false(sw_slice_equal_nocase(text("Call\rID"), text("Call-ID")));
    assert_true(sw_slice_equal((struct sw_slice){0}, text("")));
    assert_true(sw_slice_starts(text("abc"), text("ab")));
    assert_false(sw_slice_starts(text("a"), text("ab")));
    assert_slice(sw_slice_trim(text(" \r\n\ta b\t ")), "a b");
    assert_slice(sw_slice_trim(text(" \r\n")), "");
    assert_slice(sw_slice_skip(text("abc"), 9), "");
    assert_slice(sw_slice_head(text("abc"), 9), "abc");
}

static void reading_integers(void **state)
{
    (void)state;
    struct guarded g = guard(SW_SLICE("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b"));
    struct sw_slice rest = g.bytes;
    uint8_t u8;
    uint16_t u16;
    uint64_t u64;
    assert_true(sw_read_u8(&rest, &u8) && u8 == 1);
    assert_true(sw_read_u16(&rest, &u16) && u16 == 0x0203);
    assert_true(sw_read_u64(&rest, &u64) && u64 == UINT64_C(0x0405060708090a0b));
    assert_false(sw_read_u8(&rest, &u8));
    assert_false(sw_read_u16(&rest, &u16));
    assert_false(sw_read_u64(&rest, &u64));
    unguard(&g);
}

static void tokens(void **state)
{
    (void)state;
    static const char token[] = "!interesting-Method0123456789_*+`.%indeed'~";
    for (size_t i = 0; i < sizeof token - 1; i++)
        assert_true(sw_is_token((uint8_t)token[i]));
    static const char other[] = " \t\r\n()<>@,;:\\\"/[]?={}\x7f\x80\xff#$&^|";
    for (size_t i = 0; i < sizeof other; i++) /* with its NUL */
        assert_false(sw_is_token((uint8_t)other[i]));
}

static void hashes_differ(void **state)
{
    (void)state;
    assert_true(sw_hash(text("z9hG4bK776asdhds"), 1) == sw_hash(text("z9hG4bK776asdhds"), 1));
    assert_true(sw_hash(text("z9hG4bK776asdhds"), 1) != sw_hash(text("z9hG4bK776asdhdt"), 1));
    assert_true(sw_hash(text("z9hG4bK776asdhds"), 1) != sw_hash(text("z9hG4bK776asdhds"), 2));
    assert_true(sw_hash(text(""), 1) != sw_hash(SW_SLICE("\0"), 1));
}

static void ledger_adds_up(void **state)
{
    (void)state;
    struct sw_ledger ledger = {.message = 1, .protocol = 2, .keepalive = 4, .undecoded = {[SW_REASON_LIMIT] = 8}};
    assert_int_equal(sw_ledger_undecoded(&ledger), 8);
    assert_int_equal(sw_ledger_total(&ledger), 15);
    assert_string_equal(sw_reason_name(SW_REASON_NOT_SIP), "not-sip");
    assert_string_equal(sw_reason_name(SW_REASON_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_three_ways),
        cmocka_unit_test(line_size_waits_for_lf),
        cmocka_unit_test(words_stand_between_white_space),
        cmocka_unit_test(outside_quotes_and_brackets),
        cmocka_unit_test(numbers),
        cmocka_unit_test(comparing_and_trimming),
        cmocka_unit_test(reading_integers),
        cmocka_unit_test(tokens),
        cmocka_unit_test(hashes_differ),
        cmocka_unit_test(ledger_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
