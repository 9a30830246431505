/* SPDX-License-Identifier: MIT
 * links: core_base
 * Header lines, comma lists, parameters.
 */
#include "harness.h"

#include "sipweave/header.h"

#include <time.h>

static void headers_are_cut(void **state)
{
    (void)state;
    static const struct {
        const char *block;
        const char *name[4];
        const char *value[4];
    } cases[] = {
        {"A: b\r\nC: d\r\n", {"A", "C"}, {"b", "d"}},
        {"A: b\nC: d", {"A", "C"}, {"b", "d"}},
        {"A: b\rC: d\r", {"A"}, {"b\rC: d"}}, /* a CR alone ends no line (RFC 9112 2.2) */
        {"A \t:  b \r\n", {"A"}, {"b"}},
        {"A:\r\n b\r\n\tc\r\nD: e\r\n", {"A", "D"}, {"b\r\n\tc", "e"}},
        {"A:\r\nB:\r\n", {"A", "B"}, {"", ""}},
        {"no colon\r\nA: b\r\n", {"", "A"}, {"no colon", "b"}},
        {" folded first: x\r\nA: b", {"folded first", "A"}, {"x", "b"}},
        {"A: b:c\r\n", {"A"}, {"b:c"}},
        {": x\r\n", {""}, {"x"}},
        {"A: b\r\n \r\nC: d\r\n", {"A", "C"}, {"b", "d"}},
        {"", {NULL}, {NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guarded g = guard(text(cases[i].block));
        struct sw_slice rest = g.bytes;
        struct sw_header header;
        size_t sum = 0;
        for (size_t k = 0; k < 4 && cases[i].name[k] != NULL; k++) {
            assert_true(sw_header_next(&rest, &header));
            assert_slice(header.name, cases[i].name[k]);
            assert_slice(header.value, cases[i].value[k]);
            assert_non_null(header.value.data);
            sum += header.line.size;
        }
        assert_false(sw_header_next(&rest, &header));
        assert_int_equal(sum, g.bytes.size);
        unguard(&g);
    }
}

static void block_ends_with_empty_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size; /* 0: SW_MORE */
    } cases[] = {
        {"A: b\r\n\r\nbody", 8},
        {"A: b\n\nbody", 6},
        {"A: b\r\rbody", 0},
        {"A: b\n\r\n", 7},
        {"A: b\n\rx\n\n", 9},
        {"A: b\r\n\r", 0},
        {"A: b\r\n", 0},
        {"A: b", 0},
        {"", 0},
        {"\r\nA: b\r\n", 2},
        {"A\r\r\nbody", 0},
        {"A: b\n\r\nbody", 7},
        {"A: b\r\n c\r\n\r\n", 12},
        {"A\rB\r\n\r\nx", 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sw_slice all = text(cases[i].text);
        const enum sw_result expected = cases[i].size == 0 ? SW_MORE : SW_OK;
        size_t scanned = 0;
        size_t size = 0;
        assert_int_equal(sw_header_block(all, &scanned, &size), expected);
        assert_int_equal(size, cases[i].size);
        scanned = 0;
        size = 0;
        enum sw_result result = SW_MORE;
        for (size_t n = 0; n <= all.size && result == SW_MORE; n++) { /* byte by byte */
            struct guarded g = guard((struct sw_slice){all.data, n});
            result = sw_header_block(g.bytes, &scanned, &size);
            assert_true(scanned <= n);
            unguard(&g);
        }
        assert_int_equal(result, expected);
        assert_int_equal(size, cases[i].size);
    }
}

static void lists_are_cut(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        const char *element[5];
    } cases[] = {
        {"a, b ,c", {"a", "b", "c"}},
        {",, a ,,", {"a"}},
        {"\"x, y\" <sip:a@b>, <sip:c,d@e>", {"\"x, y\" <sip:a@b>", "<sip:c,d@e>"}},
        {"\"a \\\" , b\", c", {"\"a \\\" , b\"", "c"}},
        {"\"unclosed, b", {"\"unclosed", "b"}},
        {"<unclosed, <b,c>", {"<unclosed", "<b,c>"}},
        {"a\r\n ,\r\n b", {"a", "b"}},
        {"", {NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guarded g = guard(text(cases[i].list));
        struct sw_slice rest = g.bytes;
        struct sw_slice element;
        for (size_t k = 0; k < 5 && cases[i].element[k] != NULL; k++) {
            assert_true(sw_list_next(&rest, &element));
            assert_slice(element, cases[i].element[k]);
            if (k == 0)
                assert_slice(sw_slice_trim(sw_list_first(g.bytes)), cases[i].element[k]);
        }
        assert_false(sw_list_next(&rest, &element));
        unguard(&g);
    }
}

static void parameters_are_cut(void **state)
{
    (void)state;
    struct sw_slice rest = text("; lr ;;tag = \"a;b\"\r\n ;x=;y=<a;b>;TAG=2;");
    struct sw_slice all = rest;
    static const char *const expected[][2] = {{"lr", ""}, {"tag", "\"a;b\""}, {"x", ""}, {"y", "<a;b>"}, {"TAG", "2"}};
    struct sw_param param;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_true(sw_param_next(&rest, &param));
        assert_slice(param.name, expected[i][0]);
        assert_slice(param.value, expected[i][1]);
        assert_int_equal(param.has_value, i != 0);
    }
    assert_false(sw_param_next(&rest, &param));
    assert_true(sw_param_find(all, text("Tag"), &param));
    assert_slice(sw_unquote(param.value), "a;b");
    assert_false(sw_param_find(all, text("none"), &param));
    assert_slice(sw_unquote(text("\"")), "\"");
    assert_slice(sw_unquote(text("a\"")), "a\"");
}

/* A look-ahead that runs to the end of the text for each element took four times as long for twice the text. */
static void hostile_text_stays_linear(void **state)
{
    (void)state;
    static const char *const patterns[] = {"a:\r",    "a:\n", "<,",  "\\\",", "\"\\\",",
                                           ";\"\\\"", "<;",   "\"<", ",",     "\r\n "};
    const size_t size = (size_t)2 << 20;
    uint8_t *bytes = malloc(size);
    const clock_t start = clock();
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        for (size_t k = 0, n = strlen(patterns[i]); k < size; k++)
            bytes[k] = (uint8_t)patterns[i][k % n];
        struct sw_slice rest = {bytes, size};
        struct sw_header header;
        struct sw_param param;
        struct sw_slice element;
        while (sw_header_next(&rest, &header))
            continue;
        for (rest = (struct sw_slice){bytes, size}; sw_list_next(&rest, &element);)
            continue;
        for (rest = (struct sw_slice){bytes, size}; sw_param_next(&rest, &param);)
            continue;
    }
    free(bytes);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC <
                20); /* 0.7 s of CPU in a debug build, 2 s with sanitizers */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_cut),
        cmocka_unit_test(block_ends_with_empty_line),
        cmocka_unit_test(lists_are_cut),
        cmocka_unit_test(parameters_are_cut),
        cmocka_unit_test(hostile_text_stays_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
