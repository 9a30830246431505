/* SPDX-License-Identifier: MIT
 *
 * Where in a text does a line, a name or a word end? Sixteen bytes are compared at once, by SSE2 where there is such a
 * thing. Some of these look beyond the end of what they search, but never beyond that of the message it stands in.
 */
#ifndef SW_SCAN_H
#define SW_SCAN_H

#include "bytes.h"

static inline bool sw_ends_word(uint8_t c)
{
    return c <= ' ' || c >= 0x80 || c == '"' || c == ',' || c == ';' || c == '<' || c == '>' || c == '\\';
}

#ifdef __SSE2__
#include <emmintrin.h>

static inline unsigned sw_scan_sixteen(const uint8_t *bytes, uint8_t byte)
{
    const __m128i there = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(there, _mm_set1_epi8((char)byte)));
}

/* Bit i tells whether byte i of sixteen isn't that of the others. */
static inline unsigned sw_scan_sixteen_differ(const uint8_t *bytes, const uint8_t *others)
{
    const __m128i there = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i known = _mm_loadu_si128((const __m128i *)(const void *)others);
    return ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(there, known)) & 0xFFFF;
}

/* White space, controls, what isn't ASCII, and " , ; < > and the backslash. */
static inline unsigned sw_scan_sixteen_ends(const uint8_t *bytes)
{
    const __m128i there = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i low = _mm_cmplt_epi8(there, _mm_set1_epi8('!'));
    const __m128i quote = _mm_cmpeq_epi8(there, _mm_set1_epi8('"'));
    const __m128i comma = _mm_cmpeq_epi8(there, _mm_set1_epi8(','));
    const __m128i semicolon = _mm_cmpeq_epi8(there, _mm_set1_epi8(';'));
    const __m128i bracket = _mm_cmpeq_epi8(_mm_or_si128(there, _mm_set1_epi8('<' ^ '>')), _mm_set1_epi8('>'));
    const __m128i backslash = _mm_cmpeq_epi8(there, _mm_set1_epi8('\\'));
    const __m128i some = _mm_or_si128(_mm_or_si128(low, quote), _mm_or_si128(comma, semicolon));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(some, _mm_or_si128(bracket, backslash)));
}
#else
static inline unsigned sw_scan_sixteen(const uint8_t *bytes, uint8_t byte)
{
    unsigned found = 0;
    for (unsigned i = 0; i < 16; i++)
        found |= (unsigned)(bytes[i] == byte) << i;
    return found;
}

static inline unsigned sw_scan_sixteen_differ(const uint8_t *bytes, const uint8_t *others)
{
    unsigned found = 0;
    for (unsigned i = 0; i < 16; i++)
        found |= (unsigned)(bytes[i] != others[i]) << i;
    return found;
}

static inline unsigned sw_scan_sixteen_ends(const uint8_t *bytes)
{
    unsigned found = 0;
    for (unsigned i = 0; i < 16; i++)
        found |= (unsigned)sw_ends_word(bytes[i]) << i;
    return found;
}
#endif

enum { SW_SCAN_BLOCK = 64 };

/* Bit i tells whether byte i of a block is that one. */
static inline uint64_t sw_scan_block(const uint8_t *bytes, uint8_t byte)
{
    const uint64_t low = sw_scan_sixteen(bytes, byte) | (uint64_t)sw_scan_sixteen(bytes + 16, byte) << 16;
    const uint64_t high = sw_scan_sixteen(bytes + 32, byte) | (uint64_t)sw_scan_sixteen(bytes + 48, byte) << 16;
    return low | high << 32;
}

/* The line feeds of a text, one after the other. */
struct sw_line_feeds {
    const uint8_t *begin;
    const uint8_t *block;
    const uint8_t *end;
    uint64_t found; /* those of the block that are still to be told */
};

/* Of the block, which may be the last and smaller one: then it is compared with what stands before it, where the text
 * has that much. */
static inline uint64_t sw_line_feeds_look(const struct sw_line_feeds *feeds)
{
    const size_t left = (size_t)(feeds->end - feeds->block);
    if (left >= SW_SCAN_BLOCK)
        return sw_scan_block(feeds->block, '\n');
    if (feeds->end - feeds->begin >= SW_SCAN_BLOCK && left > 0)
        return sw_scan_block(feeds->end - SW_SCAN_BLOCK, '\n') >> (SW_SCAN_BLOCK - left);
    uint64_t found = 0;
    for (size_t i = 0; i < left; i++)
        found |= (uint64_t)(feeds->block[i] == '\n') << i;
    return found;
}

static inline struct sw_line_feeds sw_line_feeds_of(struct sw_slice text)
{
    struct sw_line_feeds feeds = {.begin = text.data, .block = text.data, .end = text.data + text.size};
    feeds.found = sw_line_feeds_look(&feeds);
    return feeds;
}

/* The next one, or the end of the text. */
static inline const uint8_t *sw_line_feeds_next(struct sw_line_feeds *feeds)
{
    while (feeds->found == 0) {
        if (feeds->end - feeds->block <= SW_SCAN_BLOCK)
            return feeds->end;
        feeds->block += SW_SCAN_BLOCK;
        feeds->found = sw_line_feeds_look(feeds);
    }
    const uint8_t *at = feeds->block + __builtin_ctzll(feeds->found);
    feeds->found &= feeds->found - 1;
    return at;
}

/* How many bytes of text are of one word: up to white space, a control, what isn't ASCII, a quote, bracket, comma,
 * semicolon or backslash. Bytes up to limit may be looked at. */
static inline size_t sw_scan_word(struct sw_slice text, const uint8_t *limit)
{
    size_t at = 0;
    for (; at < text.size && limit - text.data - (ptrdiff_t)at >= 16; at += 16) {
        const unsigned found = sw_scan_sixteen_ends(text.data + at);
        if (found != 0) {
            at += (size_t)__builtin_ctz(found);
            return at < text.size ? at : text.size;
        }
    }
    if (at > text.size)
        return text.size;
    while (at < text.size && !sw_ends_word(text.data[at]))
        at++;
    return at;
}

/* The offset of the first such byte, or text.size; the same of limit. */
static inline size_t sw_scan_find(struct sw_slice text, uint8_t byte, const uint8_t *limit)
{
    size_t at = 0;
    for (; at < text.size && limit - text.data - (ptrdiff_t)at >= 16; at += 16) {
        const unsigned found = sw_scan_sixteen(text.data + at, byte);
        if (found != 0) {
            at += (size_t)__builtin_ctz(found);
            return at < text.size ? at : text.size;
        }
    }
    if (at > text.size)
        return text.size;
    while (at < text.size && text.data[at] != byte)
        at++;
    return at;
}

/* The offset of the first such byte, or text.size: for what mostly stands within the first sixteen bytes. */
static inline size_t sw_scan_near(struct sw_slice text, uint8_t byte, const uint8_t *limit)
{
    if (limit - text.data >= 16) {
        const unsigned found = sw_scan_sixteen(text.data, byte);
        if (found != 0)
            return (size_t)__builtin_ctz(found) < text.size ? (size_t)__builtin_ctz(found) : text.size;
    }
    return sw_slice_find(text, byte);
}

#endif
