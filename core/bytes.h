/* SPDX-License-Identifier: MIT
 *
 * Reads from the wire, each checked against what is there, and the small operations on slices that every layer needs.
 */
#ifndef SW_BYTES_H
#define SW_BYTES_H

#include "sipweave/slice.h"

#include <string.h>

static inline struct sw_slice sw_slice_of(const uint8_t *data, size_t size)
{
    return (struct sw_slice){.data = data, .size = size};
}

/* Up to size bytes of the front; never more than there are. */
static inline struct sw_slice sw_slice_head(struct sw_slice slice, size_t size)
{
    return sw_slice_of(slice.data, size < slice.size ? size : slice.size);
}

/* Without the first size bytes, or empty at the end. */
static inline struct sw_slice sw_slice_skip(struct sw_slice slice, size_t size)
{
    if (size >= slice.size)
        size = slice.size;
    return size == 0 ? slice : sw_slice_of(slice.data + size, slice.size - size);
}

/* Big-endian integers; *rest moves on. False, and nothing moves, where they don't fit. */
static inline bool sw_read_u8(struct sw_slice *rest, uint8_t *value)
{
    if (rest->size < 1)
        return false;
    *value = rest->data[0];
    *rest = sw_slice_skip(*rest, 1);
    return true;
}

static inline bool sw_read_u16(struct sw_slice *rest, uint16_t *value)
{
    if (rest->size < 2)
        return false;
    *value = (uint16_t)(rest->data[0] << 8 | rest->data[1]);
    *rest = sw_slice_skip(*rest, 2);
    return true;
}

static inline bool sw_read_u64(struct sw_slice *rest, uint64_t *value)
{
    if (rest->size < 8)
        return false;
    *value = 0;
    for (size_t i = 0; i < 8; i++)
        *value = *value << 8 | rest->data[i];
    *rest = sw_slice_skip(*rest, 8);
    return true;
}

/* The offset of the first byte with that value, or slice.size. */
static inline size_t sw_slice_find(struct sw_slice slice, uint8_t byte)
{
    const uint8_t *at = slice.size == 0 ? NULL : memchr(slice.data, byte, slice.size);
    return at == NULL ? slice.size : (size_t)(at - slice.data);
}

static inline bool sw_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool sw_is_alpha(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26;
}

/* Space and tab: the white space within a line. */
static inline bool sw_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* White space of a header value, folds included (RFC 3261 25.1 LWS). */
static inline bool sw_is_space(uint8_t c)
{
    const uint64_t set = UINT64_C(1) << ' ' | UINT64_C(1) << '\t' | UINT64_C(1) << '\r' | UINT64_C(1) << '\n';
    return c <= ' ' && (set >> c & 1) != 0;
}

static inline uint8_t sw_lower(uint8_t c)
{
    return (uint8_t)(c - 'A') < 26 ? (uint8_t)(c | 0x20) : c;
}

/* A character of a token: RFC 3261 25.1 (RFC 9110 5.6.2 has a few more, which SIP header names never use). */
extern const bool sw_token_characters[256];

static inline bool sw_is_token(uint8_t c)
{
    return sw_token_characters[c];
}

/* How many bytes of a token text begins with. */
static inline size_t sw_token_size(struct sw_slice text)
{
    size_t n = 0;
    while (n < text.size && sw_is_token(text.data[n]))
        n++;
    return n;
}

/* A line ends with CRLF or LF; a CR elsewhere is a character of it. The size of the first line with its line end, and
 * without it in *content. 0 where the line end hasn't come; *content is then all there is. */
size_t sw_line_size(struct sw_slice text, size_t *content);

/* Takes the first line off *rest, without its line end, of which a last line may lack the LF. False where nothing is
 * left. */
bool sw_line_next(struct sw_slice *rest, struct sw_slice *line);

/* Takes the first word off *rest: what stands between white space. Empty at the end. */
struct sw_slice sw_word_next(struct sw_slice *rest);

/* The offset of the first such text, which is not empty, or text.size. */
size_t sw_find_text(struct sw_slice text, struct sw_slice wanted);

/* The offset of the first such byte outside quoted strings and angle brackets, or text.size. A quote that isn't closed,
 * and a "<" that meets another "<" or the end before its ">", are ordinary characters. */
size_t sw_find_outside(struct sw_slice text, uint8_t byte);

/* Leading white space taken off. */
struct sw_slice sw_slice_trim_left(struct sw_slice text);

/* Bytes for people to read, as evidence has them: printable ASCII as it is, all else, and a backslash, as \xHH. Cut
 * where the next would not fit into room with the 0 that ends them, room being 5 at least. Returns their length. */
size_t sw_put_shown(char *to, size_t room, struct sw_slice bytes);

/* A hash of the bytes that an attacker who doesn't know the seed can't steer. */
uint64_t sw_hash(struct sw_slice bytes, uint64_t seed);
/* The same for what fits into a number: another hash than that of its bytes. */
uint64_t sw_hash_word(uint64_t word, uint64_t seed);

#endif
