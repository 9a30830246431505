/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * UTF-8 in pieces, and against a decoder that knows nothing of states.
 */
#include "harness.h"

#include "bytes.h"
#include "ws/utf8.h"

enum verdict { GOOD, BAD, OPEN };

static const struct {
    struct sw_slice bytes;
    enum verdict verdict;
} cases[] = {
    {{(const uint8_t *)"", 0}, GOOD},
    {{(const uint8_t *)"\0", 1}, GOOD},
    {{(const uint8_t *)"plain ASCII, longer than eight", 30}, GOOD},
    {{(const uint8_t *)"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", 11}, GOOD},
    {{(const uint8_t *)"12345678\xc3\xa4"
                       "123456789\xf0\x9f\x93\x9e",
      23},
     GOOD},
    {{(const uint8_t *)"\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 9}, GOOD},
    {{(const uint8_t *)"\xf4\x8f\xbf\xbf", 4}, GOOD},
    {{(const uint8_t *)"\xf4\x90\x80\x80", 4}, BAD},
    {{(const uint8_t *)"\xf5\x80\x80\x80", 4}, BAD},
    {{(const uint8_t *)"\xed\xa0\x80", 3}, BAD},
    {{(const uint8_t *)"\xc0\x80", 2}, BAD},
    {{(const uint8_t *)"\xc1\xbf", 2}, BAD},
    {{(const uint8_t *)"\xe0\x9f\xbf", 3}, BAD},
    {{(const uint8_t *)"\xf0\x8f\xbf\xbf", 4}, BAD},
    {{(const uint8_t *)"\x80", 1}, BAD},
    {{(const uint8_t *)"abcdefgh\xff", 9}, BAD},
    {{(const uint8_t *)"\xc3"
                       "a",
      2},
     BAD},
    {{(const uint8_t *)"\xe2\x82", 2}, OPEN},
    {{(const uint8_t *)"\xf0\x9f\x93", 3}, OPEN},
};

static enum verdict verdict_of(enum sw_utf8 state)
{
    if (state == SW_UTF8_START)
        return GOOD;
    return state == SW_UTF8_BAD ? BAD : OPEN;
}

static void feed(void *context, struct sw_slice chunk)
{
    enum sw_utf8 *state = context;
    *state = sw_utf8_next(*state, chunk);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t cut = 0; cut <= cases[i].bytes.size; cut++) {
            enum sw_utf8 at = SW_UTF8_START;
            feed_cut(cases[i].bytes, cut, feed, &at);
            assert_int_equal(verdict_of(at), cases[i].verdict);
        }
    }
}

/* All code points, surrogates included, as three and four bytes. */
static void test_code_points(void **state)
{
    (void)state;
    for (uint32_t point = 0x800; point < 0x120000; point++) {
        uint8_t bytes[4] = {(uint8_t)(0xf0 | point >> 18), (uint8_t)(0x80 | (point >> 12 & 0x3f)),
                            (uint8_t)(0x80 | (point >> 6 & 0x3f)), (uint8_t)(0x80 | (point & 0x3f))};
        bool three = point < 0x10000;
        if (three)
            bytes[1] = (uint8_t)(0xe0 | point >> 12);
        struct sw_slice all = sw_slice_of(bytes + three, three ? 3 : 4);
        bool good = point < 0x110000 && (point < 0xd800 || point > 0xdfff);
        assert_int_equal(sw_utf8_next(SW_UTF8_START, all), good ? SW_UTF8_START : SW_UTF8_BAD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_code_points)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
