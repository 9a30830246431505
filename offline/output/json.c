/* SPDX-License-Identifier: MIT
 *
 * Writing JSON (RFC 8259) quickly: runs of plain bytes are found sixteen at a time and copied whole.
 */
#include "output/json.h"

#include <glib.h>
#include <string.h>

#include "output/digits.h"
#include "output/text.h"
#include "output/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { ROOM_AT_FIRST = 64 * 1024, AT_ONCE = 16 };

__attribute__((cold, noinline)) uint8_t *json_grow(struct json *json, size_t size)
{
    size_t room = json->room == 0 ? ROOM_AT_FIRST : json->room;
    while (size + JSON_KEY_SIZE > room - json->size)
        room *= 2;
    json->data = g_realloc(json->data, room);
    json->room = room;
    return json->data + json->size;
}

static void put_byte(struct json *json, char byte)
{
    *json_reserve(json, 1) = (uint8_t)byte;
    json->size++;
}

/* Where a value of up to that size is about to stand; json_end tells where it ends. */
static uint8_t *value(struct json *json, size_t size)
{
    uint8_t *to = json_reserve(json, size + 1);
    *to = ',';
    to += json->comma;
    json->comma = true;
    return to;
}

static void begin(struct json *json, char bracket)
{
    uint8_t *to = value(json, 1);
    *to++ = (uint8_t)bracket;
    json_end(json, to);
    json->comma = false;
}

static void end(struct json *json, char bracket)
{
    put_byte(json, bracket);
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

void json_drop(struct json *json, size_t size)
{
    memmove(json->data, json->data + size, json->size - size);
    json->size -= size;
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
    begin(json, '{');
}

void json_end_object(struct json *json)
{
    end(json, '}');
}

void json_begin_array(struct json *json)
{
    begin(json, '[');
}

void json_end_array(struct json *json)
{
    end(json, ']');
}

/* A few bytes, by words that overlap: memcpy would take longer to be called. */
static void copy_short(uint8_t *to, const uint8_t *from, size_t size)
{
    enum { WORD = 8, HALF = 4 };
    if (size >= WORD) {
        memcpy(to, from, WORD);
        memcpy(to + size - WORD, from + size - WORD, WORD);
    } else if (size >= HALF) {
        memcpy(to, from, HALF);
        memcpy(to + size - HALF, from + size - HALF, HALF);
    } else {
        for (size_t i = 0; i < size; i++)
            to[i] = from[i];
    }
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
static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

static unsigned specials(const uint8_t *bytes)
{
    unsigned found = 0;
    for (unsigned i = 0; i < AT_ONCE; i++)
        found |= (unsigned)!is_plain(bytes[i]) << i;
    return found;
}
#endif

/* Copies what text begins with of plain bytes, and returns how many those are. Up to AT_ONCE bytes more are written. */
static size_t copy_plain(uint8_t *to, struct sw_slice text)
{
    size_t at = 0;
    if (text.size == 0) /* its data may be NULL */
        return 0;
    for (; text.size - at >= AT_ONCE; at += AT_ONCE) {
        const unsigned found = specials(text.data + at);
        memcpy(to + at, text.data + at, AT_ONCE);
        if (found != 0)
            return at + (size_t)__builtin_ctz(found);
    }
    copy_short(to + at, text.data + at, text.size - at);
    const unsigned found = specials(to + at) | 1U << (text.size - at); /* what stands behind is memory of ours */
    return at + (size_t)__builtin_ctz(found);
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

/* The rest of a string, from a character on that isn't plain; there is room for a quote behind it then. Apart from what
 * most strings need, which so takes fewer registers. */
__attribute__((noinline)) static bool put_rest(struct json *json, struct sw_slice text)
{
    enum { SPECIALS = 8 }; /* for which room is asked for at once */
    bool clean = true;
    while (text.size > 0) {
        uint8_t *to = json_reserve(json, text.size + (size_t)SPECIALS * ESCAPE_SIZE + AT_ONCE + 1);
        for (int i = 0; i < SPECIALS && text.size > 0; i++) {
            clean = put_special(&to, &text) && clean;
            const size_t plain = copy_plain(to, text);
            to += plain;
            text = skip(text, plain);
        }
        json_end(json, to);
    }
    return clean;
}

bool json_put_string(struct json *json, struct sw_slice text)
{
    uint8_t *to = value(json, text.size + AT_ONCE + 2);
    *to++ = '"';
    const size_t plain = copy_plain(to, text);
    json_end(json, to + plain);
    const bool clean = plain == text.size || put_rest(json, skip(text, plain));
    json->data[json->size++] = '"';
    return clean;
}

void json_put_text(struct json *json, const char *text)
{
    json_put_string(json, (struct sw_slice){(const uint8_t *)text, strlen(text)});
}

void json_put_base64(struct json *json, struct sw_slice bytes)
{
    int state = 0;
    int save = 0;
    char *to = (char *)value(json, (bytes.size / 3 + 2) * 4 + 2);
    *to++ = '"';
    to += bytes.size == 0 ? 0 : g_base64_encode_step(bytes.data, bytes.size, FALSE, to, &state, &save);
    to += g_base64_encode_close(FALSE, to, &state, &save);
    *to++ = '"';
    json_end(json, (uint8_t *)to);
}

void json_put_bool(struct json *json, bool truth)
{
    enum { ROOM = sizeof "false" };
    uint8_t *to = value(json, ROOM);
    memcpy(to, truth ? "true\0" : "false", ROOM);
    json_end(json, to + (truth ? strlen("true") : strlen("false")));
}

void json_put_uint(struct json *json, uint64_t number)
{
    char *to = (char *)value(json, DIGITS_MAX);
    json_end(json, (uint8_t *)digits_put_number(to, number));
}

void json_put_time(struct json *json, int64_t time)
{
    enum { SECOND = 1000000000, DIGITS = 9 };
    const size_t whole = sizeof json->second.text;
    if (!json->second.known || (uint64_t)time - json->second.from >= SECOND) {
        char stamp[TEXT_STAMP_SIZE];
        text_stamp(stamp, time);
        memcpy(json->second.text, stamp, whole);
        json->second.from = (uint64_t)time - (uint64_t)(time % SECOND + (time % SECOND < 0 ? SECOND : 0));
        json->second.known = true;
    }
    char *to = (char *)value(json, whole + DIGITS + strlen("\"Z\""));
    *to++ = '"';
    memcpy(to, json->second.text, whole);
    to = digits_put(to + whole, (uint64_t)time - json->second.from, DIGITS);
    *to++ = 'Z';
    *to++ = '"';
    json_end(json, (uint8_t *)to);
}

void json_put_milliseconds(struct json *json, int64_t span)
{
    const uint64_t size = span < 0 ? 0 - (uint64_t)span : (uint64_t)span;
    const uint64_t tenths = (size + 50000) / 100000;
    char *to = (char *)value(json, DIGITS_MAX + 3);
    if (span < 0)
        *to++ = '-';
    to = digits_put_number(to, tenths / 10);
    *to++ = '.';
    *to++ = (char)('0' + tenths % 10);
    json_end(json, (uint8_t *)to);
}

void json_end_line(struct json *json)
{
    put_byte(json, '\n');
    json->comma = false;
}
