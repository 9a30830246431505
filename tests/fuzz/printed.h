/* SPDX-License-Identifier: MIT
 *
 * What was printed, held against its form.
 */
#ifndef TESTS_PRINTED_H
#define TESTS_PRINTED_H

#include "fuzz.h"

#include <jansson.h>

static inline void check_json(struct sw_slice printed)
{
    json_error_t error;
    json_t *value =
        json_loadb((const char *)printed.data, printed.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (value == NULL)
        fprintf(stderr, "%s: %.*s\n", error.text, (int)printed.size, (const char *)printed.data);
    CHECK(value != NULL);
    json_decref(value);
}

/* A value a line. */
static inline void check_json_lines(struct sw_slice printed)
{
    while (printed.size != 0) {
        const uint8_t *end = memchr(printed.data, '\n', printed.size);
        CHECK(end != NULL);
        check_json(take_bytes(&printed, (size_t)(end - printed.data) + 1));
    }
}

/* UTF-8 without C0, DEL and C1 (ECMA-48). */
static inline void check_text(struct sw_slice printed)
{
    CHECK(g_utf8_validate((const char *)printed.data, (gssize)printed.size, NULL));
    for (size_t i = 0; i < printed.size; i++) {
        const uint8_t c = printed.data[i];
        CHECK(c == '\n' || (c >= 0x20 && c != 0x7f));
        CHECK(c != 0xc2 || printed.data[i + 1] >= 0xa0);
    }
}

/* Well-formed, as far as GLib's parser looks. */
static inline void check_xml(struct sw_slice printed)
{
    static const GMarkupParser nothing = {0};
    GError *error = NULL;
    if (printed.size == 0)
        return;
    GMarkupParseContext *context = g_markup_parse_context_new(&nothing, (GMarkupParseFlags)0, NULL, NULL);
    const bool good = g_markup_parse_context_parse(context, (const char *)printed.data, (gssize)printed.size, &error) &&
                      g_markup_parse_context_end_parse(context, &error);
    if (!good)
        fprintf(stderr, "%s: %.*s\n", error->message, (int)printed.size, (const char *)printed.data);
    CHECK(good);
    g_markup_parse_context_free(context);
}

/* Records of RFC 4180 that have as many fields as the first one. */
static inline void check_csv(struct sw_slice printed)
{
    unsigned fields = 1;
    unsigned expected = 0;
    bool quoted = false;
    CHECK(g_utf8_validate((const char *)printed.data, (gssize)printed.size, NULL));
    for (size_t i = 0; i < printed.size; i++) {
        const uint8_t c = printed.data[i];
        quoted ^= c == '"';
        if (quoted)
            continue;
        fields += c == ',';
        if (c != '\n')
            continue;
        CHECK(expected == 0 || fields == expected);
        expected = fields;
        fields = 1;
    }
    CHECK(!quoted && fields == 1);
}

#endif
