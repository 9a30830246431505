/* SPDX-License-Identifier: MIT
 *
 * Writing JSON (RFC 8259) quickly: runs of plain bytes are found sixteen at a time and copied whole.
 */
#include "output/json.h"

#include <glib.h>
#include <string.h>

#include "output/text.h"
#include "output/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { ROOM_AT_FIRST = 64 * 1024, AT_ONCE = 16 };

static uint8_t *reserve(struct json *json, size_t size)
{
    if (size > json->room - json->size) {
        size_t room = json->room == 0 ? ROOM_AT_FIRST : json->room;
        while (size > room - json->size)
            room *= 2;
        json->data = g_realloc(json->data, room);
        json->room = room;
    }
    return json->data + json->size;
}

static void put(struct json *json, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    memcpy(reserve(json, size), bytes, size);
    json->size += size;
}

static void put_byte(struct json *json, char byte)
{
    *reserve(json, 1) = (uint8_t)byte;
    json->size++;
}

/* Where a value is about to stand. */
static void value(struct json *json)
{
    if (json->comma)
        put_byte(json, ',');
    json->comma = true;
}

void json_free(struct json *json)
{
    g_free(json->data);
    *json = (struct json){0};
}

void json_clear(struct json *json)
{
    json->size = 0;
    json->comma = false;
}

size_t json_mark(const struct json *json)
{
    return json->size;
}

void json_rewind(struct json *json, size_t mark)
{
    json->size = mark;
    json->comma = true;
}

void json_begin_object(struct json *json)
{
    value(json);
    put_byte(json, '{');
    json->comma = false;
}

void json_end_object(struct json *json)
{
    put_byte(json, '}');
    json->comma = true;
}

void json_begin_array(struct json *json)
{
    value(json);
    put_byte(json, '[');
    json->comma = false;
}

void json_end_array(struct json *json)
{
    put_byte(json, ']');
    json->comma = true;
}

/* A few bytes, by words that overlap: memcpy would take longer to be called. */
static void copy_short(uint8_t *to, const char *from, size_t size)
{
    enum { WORD = 8, HALF = 4 };
    if (size > (size_t)2 * WORD) {
        memcpy(to, from, size);
    } else if (size >= WORD) {
        memcpy(to, from, WORD);
        memcpy(to + size - WORD, from + size - WORD, WORD);
    } else if (size >= HALF) {
        memcpy(to, from, HALF);
        memcpy(to + size - HALF, from + size - HALF, HALF);
    } else {
        for (size_t i = 0; i < size; i++)
            to[i] = (uint8_t)from[i];
    }
}

void json_key_of(struct json *json, const char *name, size_t size)
{
    uint8_t *to = reserve(json, size + 4);
    if (json->comma)
        *to++ = ',';
    *to++ = '"';
    copy_short(to, name, size);
    to += size;
    *to++ = '"';
    *to++ = ':';
    json->size = (size_t)(to - json->data);
    json->comma = false;
}

void json_put_word_of(struct json *json, const char *word, size_t size)
{
    uint8_t *to = reserve(json, size + 3);
    if (json->comma)
        *to++ = ',';
    *to++ = '"';
    copy_short(to, word, size);
    to += size;
    *to++ = '"';
    json->size = (size_t)(to - json->data);
    json->comma = true;
}

static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

/* Bit i tells whether byte i of sixteen isn't plain. */
#ifdef __SSE2__
static unsigned specials(const uint8_t *bytes)
{
    const __m128i there = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i low =
        _mm_cmplt_epi8(there, _mm_set1_epi8(0x20)); /* and what isn't ASCII: signed, it is less than 0 */
    const __m128i del = _mm_cmpeq_epi8(there, _mm_set1_epi8(0x7F));
    const __m128i quote = _mm_cmpeq_epi8(there, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(there, _mm_set1_epi8('\\'));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(low, del), _mm_or_si128(quote, backslash)));
}
#else
static unsigned specials(const uint8_t *bytes)
{
    unsigned found = 0;
    for (unsigned i = 0; i < AT_ONCE; i++)
        found |= (unsigned)!is_plain(bytes[i]) << i;
    return found;
}
#endif

/* Of the last sixteen bytes, the first skip of which are known to be plain. */
static size_t plain_tail(struct sw_slice text, size_t skip)
{
    const unsigned found = specials(text.data + text.size - AT_ONCE) >> skip;
    return found == 0 ? AT_ONCE - skip : (size_t)__builtin_ctz(found);
}

static size_t plain_run(struct sw_slice text)
{
    size_t at = 0;
    for (; text.size - at >= AT_ONCE; at += AT_ONCE) {
        const unsigned found = specials(text.data + at);
        if (found != 0)
            return at + (size_t)__builtin_ctz(found);
    }
    if (at > 0)
        return at == text.size ? at : at + plain_tail(text, AT_ONCE - (text.size - at));
    while (at < text.size && is_plain(text.data[at]))
        at++;
    return at;
}

/* The longest escape of one character: two UTF-16 units. */
enum { ESCAPE_SIZE = 12 };

static uint8_t *put_unicode_escape(uint8_t *to, unsigned unit)
{
    static const char hex[] = "0123456789abcdef";
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = (uint8_t)hex[unit >> shift & 15];
    return to;
}

static uint8_t *put_escape(uint8_t *to, uint32_t character)
{
    static const char shorts[] = {
        ['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    if (character < sizeof shorts && shorts[character] != 0) {
        *to++ = '\\';
        *to++ = (uint8_t)shorts[character];
        return to;
    }
    if (character <= 0xFFFF)
        return put_unicode_escape(to, character);
    to = put_unicode_escape(to, 0xD800 + ((character - 0x10000) >> 10)); /* RFC 8259 7 */
    return put_unicode_escape(to, 0xDC00 + ((character - 0x10000) & 0x3FF));
}

static struct sw_slice skip(struct sw_slice text, size_t size)
{
    return (struct sw_slice){text.data + size, text.size - size};
}

/* Writes the first character of *text, which is not plain, and takes it off. False: it is not UTF-8. */
static bool put_special(uint8_t **to, struct sw_slice *text)
{
    uint32_t character = text->data[0];
    size_t size = character < 0x80 ? 1 : utf8_decode(*text, &character);
    if (size == 0) {
        *to = put_unicode_escape(*to, 0xFFFD);
        *text = skip(*text, 1);
        return false;
    }
    if (size == 1 || utf8_is_unsafe(character)) {
        *to = put_escape(*to, character);
    } else {
        memcpy(*to, text->data, size);
        *to += size;
    }
    *text = skip(*text, size);
    return true;
}

bool json_put_string(struct json *json, struct sw_slice text)
{
    enum { SPECIALS = 8 }; /* in a row, as CRLF is */
    bool clean = true;
    value(json);
    put_byte(json, '"');
    while (text.size > 0) {
        size_t plain = plain_run(text);
        uint8_t *to = reserve(json, plain + (size_t)SPECIALS * ESCAPE_SIZE);
        memcpy(to, text.data, plain);
        to += plain;
        text = skip(text, plain);
        for (int i = 0; i < SPECIALS && text.size > 0 && !is_plain(text.data[0]); i++)
            clean = put_special(&to, &text) && clean;
        json->size = (size_t)(to - json->data);
    }
    put_byte(json, '"');
    return clean;
}

void json_put_text(struct json *json, const char *text)
{
    json_put_string(json, (struct sw_slice){(const uint8_t *)text, strlen(text)});
}

void json_put_base64(struct json *json, struct sw_slice bytes)
{
    value(json);
    put_byte(json, '"');
    int state = 0;
    int save = 0;
    char *to = (char *)reserve(json, (bytes.size / 3 + 2) * 4);
    size_t size = bytes.size == 0 ? 0 : g_base64_encode_step(bytes.data, bytes.size, FALSE, to, &state, &save);
    size += g_base64_encode_close(FALSE, to + size, &state, &save);
    json->size += size;
    put_byte(json, '"');
}

void json_put_bool(struct json *json, bool truth)
{
    value(json);
    if (truth)
        put(json, "true", 4);
    else
        put(json, "false", 5);
}

static void put_uint(struct json *json, uint64_t number)
{
    char digits[20];
    char *at = digits + sizeof digits;
    if (number < 10) {
        put_byte(json, (char)('0' + number));
        return;
    }
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    const size_t size = (size_t)(digits + sizeof digits - at);
    copy_short(reserve(json, size), at, size);
    json->size += size;
}

void json_put_uint(struct json *json, uint64_t number)
{
    value(json);
    put_uint(json, number);
}

void json_put_time(struct json *json, int64_t time)
{
    char stamp[TEXT_STAMP_SIZE];
    const size_t size = text_stamp(stamp, time);
    json_put_word_of(json, stamp, size);
}

void json_put_milliseconds(struct json *json, int64_t span)
{
    value(json);
    if (span < 0)
        put_byte(json, '-');
    uint64_t size = span < 0 ? 0 - (uint64_t)span : (uint64_t)span;
    uint64_t tenths = (size + 50000) / 100000;
    put_uint(json, tenths / 10);
    put_byte(json, '.');
    put_byte(json, (char)('0' + tenths % 10));
}

void json_end_line(struct json *json)
{
    put_byte(json, '\n');
    json->comma = false;
}
