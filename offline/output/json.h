/* SPDX-License-Identifier: MIT
 *
 * A writer of JSON (RFC 8259) into a buffer that grows: no tree, no allocation for a value. Commas set themselves.
 *
 * Strings come out as valid UTF-8 whatever goes in: bytes that are none become U+FFFD. Control characters, and those
 * that could trick a terminal (utf8_is_unsafe), are written as \uXXXX, which means the same.
 */
#ifndef SIPWEAVE_OUTPUT_JSON_H
#define SIPWEAVE_OUTPUT_JSON_H

#include "sipweave/slice.h"

#include <string.h>

/* All zero: an empty writer. */
struct json {
    uint8_t *data; /* what was written so far; json_free frees it */
    size_t size;
    size_t room;
    bool comma; /* a value stands before this place */
    struct {
        uint64_t from; /* when it begins */
        uint8_t text[sizeof "2026-11-22T16:26:30." - 1];
        bool known;
    } second; /* that of the latest time written: most times are of the same as the one before */
};

void json_free(struct json *json);
/* Forgets what was written; the room stays. */
void json_clear(struct json *json);
/* The same of the first so many bytes, between two lines. */
void json_drop(struct json *json, size_t size);

/* A place behind a member or element, and back to it: what was written since is forgotten. */
size_t json_mark(const struct json *json);
void json_rewind(struct json *json, size_t mark);

void json_begin_object(struct json *json);
void json_end_object(struct json *json);
void json_begin_array(struct json *json);
void json_end_array(struct json *json);

/* What json_key and its like stand on: a place for size more bytes, and up to where it was used. Behind each place
 * there is room for a short key. */
enum { JSON_KEY_SIZE = 64 };
uint8_t *json_grow(struct json *json, size_t size);

static inline uint8_t *json_reserve(struct json *json, size_t size)
{
    return size + JSON_KEY_SIZE > json->room - json->size ? json_grow(json, size) : json->data + json->size;
}

static inline void json_end(struct json *json, const uint8_t *to)
{
    json->size = (size_t)(to - json->data);
}

static inline uint8_t *json_put_quoted(const struct json *json, uint8_t *to, const char *text, size_t size)
{
    *to = ',';
    to += json->comma;
    *to++ = '"';
    memcpy(to, text, size);
    to += size;
    *to++ = '"';
    return to;
}

/* name and word: printable ASCII without quotes and backslashes. Inline, since of most names the compiler knows the
 * size, and then they take a few stores. */
static inline void json_key(struct json *json, const char *name)
{
    const size_t size = strlen(name);
    const bool fits = __builtin_constant_p(size) && size + 4 <= JSON_KEY_SIZE;
    uint8_t *to = json_put_quoted(json, fits ? json->data + json->size : json_reserve(json, size + 4), name, size);
    *to++ = ':';
    json_end(json, to);
    json->comma = false;
}

static inline void json_put_word_of(struct json *json, const char *word, size_t size)
{
    json_end(json, json_put_quoted(json, json_reserve(json, size + 3), word, size));
    json->comma = true;
}

static inline void json_put_word(struct json *json, const char *word)
{
    json_put_word_of(json, word, strlen(word));
}

/* False: some of it was not UTF-8, and was replaced. */
bool json_put_string(struct json *json, struct sw_slice text);
void json_put_text(struct json *json, const char *text);
void json_put_base64(struct json *json, struct sw_slice bytes);
void json_put_bool(struct json *json, bool truth);
void json_put_uint(struct json *json, uint64_t number);
/* Nanoseconds since 1970 as RFC 3339 UTC: "2026-11-22T16:26:30.976000000Z". */
void json_put_time(struct json *json, int64_t time);
/* A span of nanoseconds as milliseconds with one decimal: 812.4 */
void json_put_milliseconds(struct json *json, int64_t span);

/* A member at once. Text or a word that is NULL, a count of 0 and a mark that is false are left out. */
static inline void json_key_text(struct json *json, const char *name, const char *text)
{
    if (text == NULL)
        return;
    json_key(json, name);
    json_put_text(json, text);
}

static inline void json_key_word(struct json *json, const char *name, const char *word)
{
    if (word == NULL)
        return;
    json_key(json, name);
    json_put_word(json, word);
}

static inline void json_key_uint(struct json *json, const char *name, uint64_t number)
{
    json_key(json, name);
    json_put_uint(json, number);
}

static inline void json_key_count(struct json *json, const char *name, uint64_t number)
{
    if (number != 0)
        json_key_uint(json, name, number);
}

static inline void json_key_bool(struct json *json, const char *name, bool truth)
{
    json_key(json, name);
    json_put_bool(json, truth);
}

static inline void json_key_mark(struct json *json, const char *name, bool truth)
{
    if (truth)
        json_key_bool(json, name, true);
}

/* The end of a line of NDJSON. */
void json_end_line(struct json *json);

#endif
