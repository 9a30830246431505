/* links: offline_output */
/* SPDX-License-Identifier: MIT
 *
 * The JSON writer: exact texts, and everything read back with another parser.
 */
#include "harness.h"

#include <glib.h>
#include <jansson.h>
#include <stdio.h>

#include "output/json.h"

static void assert_written(struct json *json, const char *expected)
{
    assert_int_equal(json->size, strlen(expected));
    assert_memory_equal(json->data, expected, json->size);
    json_free(json);
}

static void test_structure(void **state)
{
    (void)state;
    struct json json = {0};
    json_begin_object(&json);
    json_key(&json, "v");
    json_put_uint(&json, 1);
    json_key(&json, "list");
    json_begin_array(&json);
    json_put_uint(&json, 0);
    json_put_uint(&json, UINT64_MAX);
    json_begin_object(&json);
    json_end_object(&json);
    json_begin_array(&json);
    json_end_array(&json);
    json_end_array(&json);
    json_key(&json, "yes");
    json_put_bool(&json, true);
    json_key(&json, "no");
    json_put_bool(&json, false);
    json_end_object(&json);
    json_end_line(&json);
    json_begin_object(&json);
    json_end_object(&json);
    assert_written(&json, "{\"v\":1,\"list\":[0,18446744073709551615,{},[]],\"yes\":true,\"no\":false}\n{}");
}

static void test_numbers(void **state)
{
    (void)state;
    struct json json = {0};
    json_begin_array(&json);
    json_put_time(&json, INT64_C(1795364790976000000));
    json_put_time(&json, INT64_C(1795364790999999999));
    json_put_time(&json, INT64_C(1795364791000000000));
    json_put_time(&json, INT64_C(1795364790000000001));
    json_put_time(&json, INT64_C(-1));
    json_put_time(&json, 0);
    json_put_milliseconds(&json, INT64_C(812400000));
    json_put_milliseconds(&json, INT64_C(5120000000));
    json_put_milliseconds(&json, INT64_C(49999));
    json_put_milliseconds(&json, INT64_C(-1250000));
    json_end_array(&json);
    assert_written(&json, "[\"2026-11-22T16:26:30.976000000Z\",\"2026-11-22T16:26:30.999999999Z\",\"2026-11-22T16:26:"
                          "31.000000000Z\",\"2026-11-22T16:26:30.000000001Z\",\"1969-12-31T23:59:59.999999999Z\","
                          "\"1970-01-01T00:00:00.000000000Z\",812.4,5120.0,0.0,-1.3]");
}

struct string_case {
    const char *bytes;
    size_t size;
    const char *json;
};

#define SIZED(literal) literal, sizeof(literal) - 1

static const struct string_case string_cases[] = {
    {SIZED(""), "\"\""},
    {SIZED("sip:bob@example.test"), "\"sip:bob@example.test\""},
    {SIZED("\"\\/"), "\"\\\"\\\\/\""},
    {SIZED("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
    {SIZED("a\0b"), "\"a\\u0000b\""},
    {SIZED("\x1b[0m\x7f"), "\"\\u001b[0m\\u007f\""},
    {SIZED("J\xC3\xB6rg"), "\"J\xC3\xB6rg\""},
    {SIZED("\xC2\x85\xE2\x80\xAE\xE2\x80\xA8"), "\"\\u0085\\u202e\\u2028\""},
    {SIZED("\xF0\x9F\x98\x80"), "\"\xF0\x9F\x98\x80\""},
    {SIZED("\xF3\xA0\x80\x81"), "\"\\udb40\\udc01\""}, /* U+E0001, a format character */
    {SIZED("a\xFFz"), "\"a\\ufffdz\""},
    {SIZED("\xC0\xAF"), "\"\\ufffd\\ufffd\""},
    {SIZED("\xED\xA0\x80"), "\"\\ufffd\\ufffd\\ufffd\""},
    {SIZED("0123456\"0123456\\01234567"), "\"0123456\\\"0123456\\\\01234567\""},
};

static void test_strings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof string_cases / sizeof *string_cases; i++) {
        struct json json = {0};
        struct guarded g = guard((struct sw_slice){(const uint8_t *)string_cases[i].bytes, string_cases[i].size});
        json_put_string(&json, g.bytes);
        assert_written(&json, string_cases[i].json);
        unguard(&g);
    }
}

/* Each ASCII byte, at each place within the words that are searched at once, comes back as it was. */
static void test_every_byte_at_every_place(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 0x80; byte++) {
        for (size_t at = 0; at < 20; at++) {
            char bytes[20];
            memset(bytes, 'x', sizeof bytes);
            bytes[at] = (char)byte;
            struct json json = {0};
            struct guarded g = guard((struct sw_slice){(const uint8_t *)bytes, sizeof bytes});
            json_put_string(&json, g.bytes);
            unguard(&g);
            for (size_t i = 0; i < json.size; i++)
                assert_true(json.data[i] >= 0x20 && json.data[i] < 0x7F);
            json_t *read = json_loadb((char *)json.data, json.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
            assert_non_null(read);
            assert_int_equal(json_string_length(read), sizeof bytes);
            assert_memory_equal(json_string_value(read), bytes, sizeof bytes);
            json_decref(read);
            json_free(&json);
        }
    }
}

/* Whatever two bytes stand in a string, the line is valid JSON. */
static void test_always_valid(void **state)
{
    (void)state;
    struct json json = {0};
    for (unsigned value = 0; value < 0x10000; value++) {
        uint8_t bytes[] = {'a', (uint8_t)(value >> 8), (uint8_t)value};
        json_clear(&json);
        json_put_string(&json, (struct sw_slice){bytes, sizeof bytes});
        json_t *read = json_loadb((char *)json.data, json.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        if (read == NULL)
            fail_msg("%04x", value);
        json_decref(read);
    }
    json_free(&json);
}

static void test_base64(void **state)
{
    (void)state;
    static const char *const expected[] = {"\"\"", "\"/w==\"", "\"//8=\"", "\"////\"", "\"/////w==\""};
    for (size_t size = 0; size < 5; size++) {
        struct json json = {0};
        struct guarded g = guard((struct sw_slice){(const uint8_t *)"\xFF\xFF\xFF\xFF", size});
        json_put_base64(&json, g.bytes);
        assert_written(&json, expected[size]);
        unguard(&g);
    }
}

/* A string far larger than the first room. */
static void test_growth(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    struct json json = {0};
    assert_non_null(bytes);
    memset(bytes, '\n', SIZE);
    json_put_string(&json, (struct sw_slice){(uint8_t *)bytes, SIZE});
    assert_int_equal(json.size, 2 * SIZE + 2);
    free(bytes);
    json_free(&json);
}

/* More escapes than there is room asked for at once, with plain text between them. */
static void test_many_specials(void **state)
{
    (void)state;
    enum { TIMES = 10000 };
    GString *bytes = g_string_new(NULL);
    GString *expected = g_string_new("\"");
    for (int i = 0; i < TIMES; i++) {
        g_string_append(bytes, "\"a\xC3\x84\x1f");
        g_string_append(expected, "\\\"a\xC3\x84\\u001f");
    }
    struct json json = {0};
    assert_true(json_put_string(&json, (struct sw_slice){(const uint8_t *)bytes->str, bytes->len}));
    assert_written(&json, g_string_append_c(expected, '"')->str);
    g_string_free(bytes, TRUE);
    g_string_free(expected, TRUE);
}

/* Wherever the one character stands that needs an escape, among the sixteen that are looked at together. */
static void test_specials_at_every_offset(void **state)
{
    (void)state;
    static const struct {
        char byte;
        const char *json;
    } specials[] = {{'\n', "\\n"},       {'"', "\\\""},       {'\\', "\\\\"},
                    {'\x1f', "\\u001f"}, {'\x7f', "\\u007f"}, {'\x80', "\\ufffd"}};
    for (size_t size = 1; size < 70; size++) {
        for (size_t at = 0; at < size; at++) {
            char bytes[70];
            char expected[100];
            const size_t which = (size + at) % (sizeof specials / sizeof *specials);
            memset(bytes, 'a', sizeof bytes);
            bytes[at] = specials[which].byte;
            snprintf(expected, sizeof expected, "\"%.*s%s%.*s\"", (int)at, bytes, specials[which].json,
                     (int)(size - at - 1), bytes + at + 1);
            struct guarded g = guard((struct sw_slice){(const uint8_t *)bytes, size});
            struct json json = {0};
            assert_int_equal(json_put_string(&json, g.bytes), specials[which].byte != '\x80');
            assert_written(&json, expected);
            unguard(&g);
        }
    }
}

/* Names and words of all sizes. */
static void test_words(void **state)
{
    (void)state;
    static const char text[] = "abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz";
    for (size_t at = 0; at < sizeof text; at++) {
        char expected[2 * sizeof text + 10];
        struct guarded g = guard((struct sw_slice){(const uint8_t *)text + at, sizeof text - at});
        const char *word = (const char *)g.bytes.data;
        snprintf(expected, sizeof expected, "{\"%s\":\"%s\"}", text + at, text + at);
        struct json json = {0};
        json_begin_object(&json);
        json_key(&json, word);
        json_put_word(&json, word);
        json_end_object(&json);
        assert_written(&json, expected);
        unguard(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_specials_at_every_offset),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_every_byte_at_every_place),
        cmocka_unit_test(test_always_valid),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_many_specials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
