/* links: offline_output */
/* SPDX-License-Identifier: MIT
 *
 * What of a capture may be shown, how wide text is, how it is cut; times and spans.
 */
#include "harness.h"

#include "output/text.h"
#include "output/utf8.h"

struct utf8_case {
    const char *name;
    const char *bytes;
    size_t size;
    bool valid;
};

#define SIZED(literal) literal, sizeof(literal) - 1

static const struct utf8_case utf8_cases[] = {
    {"nothing", SIZED(""), true},
    {"ASCII", SIZED("INVITE"), true},
    {"NUL", SIZED("a\0b"), true},
    {"two bytes", SIZED("\xC3\xA4"), true},
    {"the least of three", SIZED("\xE0\xA0\x80"), true},
    {"the last before the surrogates", SIZED("\xED\x9F\xBF"), true},
    {"the first behind them", SIZED("\xEE\x80\x80"), true},
    {"the greatest", SIZED("\xF4\x8F\xBF\xBF"), true},
    {"above it", SIZED("\xF4\x90\x80\x80"), false},
    {"five bytes", SIZED("\xF8\x88\x80\x80\x80"), false},
    {"overlong slash, two bytes", SIZED("\xC0\xAF"), false},
    {"overlong, three bytes", SIZED("\xE0\x9F\xBF"), false},
    {"overlong, four bytes", SIZED("\xF0\x8F\xBF\xBF"), false},
    {"high surrogate", SIZED("\xED\xA0\x80"), false},
    {"low surrogate", SIZED("\xED\xBF\xBF"), false},
    {"a tail alone", SIZED("a\x80"), false},
    {"cut after two of three", SIZED("\xE2\x82"), false},
    {"cut by ASCII", SIZED("\xE2\x82x"), false},
    {"0xFF", SIZED("\xFF"), false},
};

static bool utf8_valid(struct sw_slice text)
{
    uint32_t character;
    size_t size = 1;
    for (; text.size > 0 && size > 0; text = (struct sw_slice){text.data + size, text.size - size})
        size = utf8_decode(text, &character);
    return size > 0;
}

static void test_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof utf8_cases / sizeof *utf8_cases; i++) {
        const struct utf8_case *c = &utf8_cases[i];
        struct guarded g = guard((struct sw_slice){(const uint8_t *)c->bytes, c->size});
        if (utf8_valid(g.bytes) != c->valid)
            fail_msg("%s", c->name);
        unguard(&g);
    }
}

struct escape_case {
    const char *bytes;
    size_t size;
    const char *unicode; /* shown where Unicode is */
    const char *ascii;
};

static const struct escape_case escape_cases[] = {
    {SIZED("plain \"text\" \\ it's"), "plain \"text\" \\ it's", "plain \"text\" \\ it's"},
    {SIZED("a\r\nb\tc"), "a\\r\\nb\\tc", "a\\r\\nb\\tc"},
    {SIZED("\x1b[31m"), "\\x1b[31m", "\\x1b[31m"},
    {SIZED("\0\x7f"), "\\x00\\x7f", "\\x00\\x7f"},
    {SIZED("\xC2\x9B"), "\\u{9b}", "\\u{9b}"},
    {SIZED("\xE2\x80\xAE"
           "gnp.exe"),
     "\\u{202e}gnp.exe", "\\u{202e}gnp.exe"},
    {SIZED("\xE2\x81\xA6\xE2\x80\x8F\xE2\x80\x8B\xEF\xBB\xBF"), "\\u{2066}\\u{200f}\\u{200b}\\u{feff}",
     "\\u{2066}\\u{200f}\\u{200b}\\u{feff}"},
    {SIZED("\xE2\x80\xA8"), "\\u{2028}", "\\u{2028}"},
    {SIZED("\xEE\x80\x80"), "\\u{e000}", "\\u{e000}"},
    {SIZED("J\xC3\xB6rg"), "J\xC3\xB6rg", "J\\u{f6}rg"},
    {SIZED("\xC3("), "\\xc3(", "\\xc3("},
    {SIZED("\xED\xA0\x80"), "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"},
};

static void test_escape(void **state)
{
    (void)state;
    GString *to = g_string_new(NULL);
    for (size_t i = 0; i < sizeof escape_cases / sizeof *escape_cases; i++) {
        const struct escape_case *c = &escape_cases[i];
        struct guarded g = guard((struct sw_slice){(const uint8_t *)c->bytes, c->size});
        g_string_truncate(to, 0);
        text_escape(to, g.bytes, true);
        assert_string_equal(to->str, c->unicode);
        g_string_truncate(to, 0);
        text_escape(to, g.bytes, false);
        assert_string_equal(to->str, c->ascii);
        unguard(&g);
    }
    g_string_free(to, TRUE);
}

/* Whatever goes in: no byte comes out that a terminal would act on. */
static void test_escape_all_bytes(void **state)
{
    (void)state;
    uint8_t bytes[2];
    GString *to = g_string_new(NULL);
    for (unsigned value = 0; value < 0x10000; value++) {
        bytes[0] = (uint8_t)(value >> 8);
        bytes[1] = (uint8_t)value;
        g_string_truncate(to, 0);
        text_escape(to, (struct sw_slice){bytes, 2}, true);
        assert_true(g_utf8_validate(to->str, (gssize)to->len, NULL));
        for (const char *at = to->str; *at != 0; at = text_next(at)) {
            gunichar c = g_utf8_get_char(at);
            assert_true(c >= 0x20 && !(c >= 0x7F && c < 0xA0));
        }
    }
    g_string_free(to, TRUE);
}

struct cell_case {
    const char *text;
    unsigned columns;
    enum text_align align;
    enum text_cut cut;
    bool unicode;
    const char *shown;
};

static const struct cell_case cell_cases[] = {
    {"alice", 8, TEXT_LEFT, TEXT_CUT_END, true, "alice   "},
    {"alice", 8, TEXT_RIGHT, TEXT_CUT_END, true, "   alice"},
    {"alice", 8, TEXT_CENTER, TEXT_CUT_END, true, " alice  "},
    {"alice", 5, TEXT_LEFT, TEXT_CUT_END, true, "alice"},
    {"alice", 4, TEXT_LEFT, TEXT_CUT_END, true, "ali…"},
    {"alice", 4, TEXT_LEFT, TEXT_CUT_END, false, "al.."},
    {"0123456789", 7, TEXT_LEFT, TEXT_CUT_MIDDLE, true, "012…789"},
    {"0123456789", 6, TEXT_LEFT, TEXT_CUT_MIDDLE, false, "01..89"},
    {"alice", 1, TEXT_LEFT, TEXT_CUT_END, true, "…"},
    {"alice", 1, TEXT_LEFT, TEXT_CUT_END, false, " "},
    {"alice", 0, TEXT_LEFT, TEXT_CUT_END, true, ""},
    {"日本語", 8, TEXT_RIGHT, TEXT_CUT_END, true, "  日本語"},
    {"日本語", 5, TEXT_LEFT, TEXT_CUT_END, true, "日本…"},
    {"日本語", 4, TEXT_LEFT, TEXT_CUT_END, true, "日… "},
    {"e\xCC\x81t\xC3\xA9", 4, TEXT_LEFT, TEXT_CUT_END, true, "e\xCC\x81t\xC3\xA9 "},
};

static void test_cell(void **state)
{
    (void)state;
    GString *to = g_string_new(NULL);
    for (size_t i = 0; i < sizeof cell_cases / sizeof *cell_cases; i++) {
        const struct cell_case *c = &cell_cases[i];
        g_string_truncate(to, 0);
        text_cell(to, c->text, c->columns, c->align, c->cut, c->unicode);
        assert_string_equal(to->str, c->shown);
        assert_int_equal(text_columns(to->str), c->columns);
    }
    g_string_free(to, TRUE);
}

static void test_pad(void **state)
{
    (void)state;
    GString *to = g_string_new(NULL);
    text_pad(to, "WS", 3, TEXT_LEFT);
    text_pad(to, "WSS", 3, TEXT_LEFT);
    text_pad(to, "10.0.0.1:5060", 20, TEXT_RIGHT);
    text_pad(to, "longer", 3, TEXT_RIGHT);
    assert_string_equal(to->str, "WS WSS       10.0.0.1:5060longer");
    g_string_free(to, TRUE);
}

/* Of all sizes, against printf. */
static void test_numbers(void **state)
{
    (void)state;
    GString *to = g_string_new(NULL);
    uint64_t number = 1;
    for (unsigned digits = 1; digits <= 20; digits++, number = number * 10 + digits % 10) {
        char expected[48];
        snprintf(expected, sizeof expected, "%7" G_GUINT64_FORMAT "%" G_GUINT64_FORMAT, number, number - 1);
        g_string_truncate(to, 0);
        text_number_pad(to, number, 7);
        text_number(to, number - 1);
        assert_string_equal(to->str, expected);
    }
    g_string_free(to, TRUE);
}

struct stamp_case {
    int64_t time;
    const char *stamp;
};

static const struct stamp_case stamp_cases[] = {
    {0, "1970-01-01T00:00:00.000000000Z"},
    {INT64_C(1795364790976000000), "2026-11-22T16:26:30.976000000Z"},
    {INT64_C(951782400000000001), "2000-02-29T00:00:00.000000001Z"},
    {INT64_C(951868799999999999), "2000-02-29T23:59:59.999999999Z"},
    {INT64_C(4107542400000000000), "2100-03-01T00:00:00.000000000Z"}, /* no leap year */
    {-1, "1969-12-31T23:59:59.999999999Z"},
    {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
    {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
};

static void test_stamp(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stamp_cases / sizeof *stamp_cases; i++) {
        char stamp[TEXT_STAMP_SIZE];
        size_t size = text_stamp(stamp, stamp_cases[i].time);
        assert_string_equal(stamp, stamp_cases[i].stamp);
        assert_int_equal(size, strlen(stamp));
    }
}

static void test_clock(void **state)
{
    (void)state;
    char clock[TEXT_CLOCK_SIZE];
    char date[TEXT_DATE_SIZE];
    text_clock(clock, INT64_C(1795364790976999999));
    assert_string_equal(clock, "16:26:30.976");
    text_date(date, INT64_C(1795364790976999999));
    assert_string_equal(date, "2026-11-22");
    assert_int_equal(text_day(-1), -1);
    assert_int_equal(text_day(0), 0);
}

struct span_case {
    int64_t span;
    const char *shown;
};

static const struct span_case span_cases[] = {
    {0, "0.0 ms"},
    {INT64_C(412345), "0.4 ms"},
    {INT64_C(812400000), "812 ms"},
    {INT64_C(999600000), "1.0 s"},
    {INT64_C(5120000000), "5.1 s"},
    {INT64_C(59960000000), "1:00"},
    {INT64_C(125000000000), "2:05"},
    {INT64_C(3723000000000), "1:02:03"},
    {INT64_C(273600000000000), "3 d 4 h"},
    {INT64_C(-5000000), "-5 ms"},
};

static void test_span(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof span_cases / sizeof *span_cases; i++) {
        char span[TEXT_SPAN_SIZE];
        text_span(span, span_cases[i].span);
        assert_string_equal(span, span_cases[i].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8), cmocka_unit_test(test_escape), cmocka_unit_test(test_escape_all_bytes),
        cmocka_unit_test(test_cell), cmocka_unit_test(test_stamp),  cmocka_unit_test(test_clock),
        cmocka_unit_test(test_span), cmocka_unit_test(test_pad),    cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
