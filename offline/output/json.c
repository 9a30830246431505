/* SPDX-License-Identifier: MIT
 *
 * Writing JSON (RFC 8259) quickly: runs of plain bytes are found eight at a time and copied whole.
 */
#include "output/json.h"

#include <glib.h>
#include <string.h>

#include "output/text.h"
#include "output/utf8.h"

enum { ROOM_AT_FIRST = 64 * 1024 };

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

void json_key(struct json *json, const char *name)
{
    size_t size = strlen(name);
    uint8_t *to = reserve(json, size + 4);
    if (json->comma)
        *to++ = ',';
    *to++ = '"';
    memcpy(to, name, size);
    to += size;
    *to++ = '"';
    *to++ = ':';
    json->size = (size_t)(to - json->data);
    json->comma = false;
}

static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Non-zero where one of eight bytes may not be plain; never zero where one isn't. */
static uint64_t eight_suspects(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    uint64_t quote = word ^ EACH_BYTE('"');
    uint64_t backslash = word ^ EACH_BYTE('\\');
    uint64_t low = (word - EACH_BYTE(0x20)) | (quote - EACH_BYTE(1)) | (backslash - EACH_BYTE(1));
    return (low | word | (word + EACH_BYTE(1))) & EACH_BYTE(0x80);
}

static size_t plain_run(struct sw_slice text)
{
    size_t at = 0;
    while (text.size - at >= 8 && eight_suspects(text.data + at) == 0)
        at += 8;
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
    enum { AT_ONCE = 8 }; /* special characters in a row, as CRLF is */
    bool clean = true;
    value(json);
    put_byte(json, '"');
    while (text.size > 0) {
        size_t plain = plain_run(text);
        uint8_t *to = reserve(json, plain + (size_t)AT_ONCE * ESCAPE_SIZE);
        memcpy(to, text.data, plain);
        to += plain;
        text = skip(text, plain);
        for (int i = 0; i < AT_ONCE && text.size > 0 && !is_plain(text.data[0]); i++)
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
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(json, at, (size_t)(digits + sizeof digits - at));
}

void json_put_uint(struct json *json, uint64_t number)
{
    value(json);
    put_uint(json, number);
}

void json_put_time(struct json *json, int64_t time)
{
    char stamp[TEXT_STAMP_SIZE];
    value(json);
    put_byte(json, '"');
    put(json, stamp, text_stamp(stamp, time));
    put_byte(json, '"');
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
