/* SPDX-License-Identifier: MIT
 *
 * The bits of a deflated message, and the codes that its symbols are written in. RFC 1951 3.1, 3.2.
 */
#ifndef SW_WS_CODE_H
#define SW_WS_CODE_H

#include "bytes.h"

enum {
    SW_CODE_BITS = 15,       /* of the longest code */
    SW_CODE_TABLE_BITS = 10, /* up to so many are looked up at once */
    SW_LITERALS = 288,       /* literals, the end of a block, lengths: the largest alphabet */
    SW_DISTANCES = 32,
    SW_END_OF_BLOCK = 256,
    SW_LENGTH_CODES = 29,   /* the others are never used ... */
    SW_DISTANCE_CODES = 30, /* ... in a message that is right */
    SW_BITS_PADDING = 8,    /* bytes behind the end that may be read, though not used */
};

/* The bits that are next, the first in the lowest. held has count of them; above those are some that are read again. */
struct sw_bits {
    const uint8_t *at;
    const uint8_t *end;
    uint64_t held;
    unsigned count;
    bool over; /* more was asked for than there is */
};

/* A canonical code (3.2.2): how many symbols each length has, the symbols in the order of their codes, and for each
 * value of the next bits an entry: symbol << 4 | length; 0: the code is longer, or there is none. */
struct sw_code {
    uint16_t lengths[SW_CODE_BITS + 1];
    uint16_t symbols[SW_LITERALS];
    uint16_t table[1 << SW_CODE_TABLE_BITS];
};

struct sw_codes {
    struct sw_code literals; /* and lengths */
    struct sw_code distances;
};

/* What a length or distance begins at, and how many bits say what to add (3.2.5). */
extern const uint16_t sw_length_bases[SW_LENGTH_CODES];
extern const uint8_t sw_length_bits[SW_LENGTH_CODES];
extern const uint16_t sw_distance_bases[SW_DISTANCE_CODES];

static inline unsigned sw_distance_bits(unsigned code)
{
    return code < 2 ? 0 : code / 2 - 1;
}

static inline uint64_t sw_bits_word(const uint8_t *at)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; i++) /* compilers make one load of it */
        word |= (uint64_t)at[i] << 8 * i;
    return word;
}

/* At least 56 bits, or all that are left. */
static inline void sw_bits_fill(struct sw_bits *bits)
{
    const size_t room = (63 - bits->count) / 8;
    const size_t left = (size_t)(bits->end - bits->at);
    const size_t size = room < left ? room : left;
    bits->held |= sw_bits_word(bits->at) << bits->count;
    bits->at += size;
    bits->count += (unsigned)size * 8;
}

static inline unsigned sw_bits_peek(const struct sw_bits *bits, unsigned count)
{
    return (unsigned)bits->held & ((1U << count) - 1);
}

static inline void sw_bits_drop(struct sw_bits *bits, unsigned count)
{
    bits->held >>= count;
    bits->count -= count;
}

/* The next count bits, at most 16; 0 where there are fewer. */
unsigned sw_bits_take(struct sw_bits *bits, unsigned count);
/* The rest of a byte that is partly used. */
unsigned sw_bits_align(struct sw_bits *bits);
/* The next size bytes, or those that there are. Aligned. */
struct sw_slice sw_bits_bytes(struct sw_bits *bits, size_t size);

static inline bool sw_bits_end(const struct sw_bits *bits)
{
    return bits->count == 0 && bits->at == bits->end;
}

/* An entry for a code that isn't in the table; 0: there is none like that. */
unsigned sw_code_long(const struct sw_code *code, uint64_t held);

/* The entry of the code that is next, which isn't taken yet: 15 bits must have been filled in, where they are. */
static inline unsigned sw_code_next(const struct sw_code *code, const struct sw_bits *bits)
{
    const unsigned entry = code->table[sw_bits_peek(bits, SW_CODE_TABLE_BITS)];
    return entry != 0 ? entry : sw_code_long(code, bits->held);
}

/* 3.2.6 */
void sw_codes_fixed(struct sw_codes *codes);
/* 3.2.7: reads the codes of a block, from behind its type. False: they aren't right, or the bits are over. */
bool sw_codes_read(struct sw_codes *codes, struct sw_bits *bits);

#endif
