/* SPDX-License-Identifier: MIT
 *
 * Which bits mean which symbol in a block of deflated data? RFC 1951 3.2.2, 3.2.5 to 3.2.7.
 *
 * Messages are short, and nearly each brings codes of its own: it matters as much how fast a table is made as how fast
 * it is read.
 */
#include "ws/code.h"

const uint16_t sw_length_bases[SW_LENGTH_CODES] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                   31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
const uint8_t sw_length_bits[SW_LENGTH_CODES] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
const uint16_t sw_distance_bases[SW_DISTANCE_CODES] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                                       33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                                       1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

/* --- bits -------------------------------------------------------------------------------------------------------- */

unsigned sw_bits_take(struct sw_bits *bits, unsigned count)
{
    sw_bits_fill(bits);
    if (bits->count < count) {
        bits->over = true;
        return 0;
    }
    const unsigned value = sw_bits_peek(bits, count);
    sw_bits_drop(bits, count);
    return value;
}

unsigned sw_bits_align(struct sw_bits *bits)
{
    return sw_bits_take(bits, bits->count % 8);
}

struct sw_slice sw_bits_bytes(struct sw_bits *bits, size_t size)
{
    bits->at -= bits->count / 8;
    bits->held = 0;
    bits->count = 0;
    const struct sw_slice bytes = sw_slice_head(sw_slice_of(bits->at, (size_t)(bits->end - bits->at)), size);
    bits->over |= bytes.size < size;
    bits->at += bytes.size;
    return bytes;
}

/* --- codes ------------------------------------------------------------------------------------------------------- */

/* The code behind this one of the same length. The first bit of a code is its highest, and the lowest in the input. */
static unsigned next_code(unsigned reversed, unsigned length)
{
    unsigned bit = 1U << (length - 1);
    while ((reversed & bit) != 0)
        bit >>= 1;
    return bit == 0 ? 0 : (reversed & (bit - 1)) | bit;
}

/* For codes of up to n bits the table is twice that for n - 1 bits, and the codes of n bits in it. */
static void make_table(struct sw_code *code)
{
    const uint16_t *symbol = code->symbols;
    unsigned reversed = 0;
    size_t size = 1;
    code->table[0] = 0;
    for (unsigned n = 1; n <= SW_CODE_TABLE_BITS; n++, size *= 2) {
        memcpy(code->table + size, code->table, size * sizeof *code->table);
        for (unsigned i = 0; i < code->lengths[n]; i++) {
            code->table[reversed] = (uint16_t)((unsigned)*symbol++ << 4 | n);
            reversed = next_code(reversed, n);
        }
    }
}

/* False where the lengths aren't those of a code. An incomplete one is allowed where it has one symbol, of one bit
 * (3.2.7), or none. */
static bool make_code(struct sw_code *code, const uint8_t *lengths, size_t count)
{
    uint16_t place[SW_CODE_BITS + 1] = {0};
    int left = 1;
    memset(code->lengths, 0, sizeof code->lengths);
    for (size_t i = 0; i < count; i++)
        code->lengths[lengths[i]]++;
    const size_t unused = code->lengths[0];
    code->lengths[0] = 0;
    for (size_t n = 1; n <= SW_CODE_BITS; n++) {
        left = left * 2 - code->lengths[n];
        if (left < 0)
            return false;
    }
    if (left != 0 && unused != count && (unused + 1 != count || code->lengths[1] != 1))
        return false;
    for (size_t n = 1; n < SW_CODE_BITS; n++)
        place[n + 1] = (uint16_t)(place[n] + code->lengths[n]);
    for (size_t i = 0; i < count; i++)
        if (lengths[i] != 0)
            code->symbols[place[lengths[i]]++] = (uint16_t)i;
    make_table(code);
    return true;
}

unsigned sw_code_long(const struct sw_code *code, uint64_t held)
{
    unsigned value = 0;
    unsigned first = 0;
    unsigned index = 0;
    for (unsigned n = 1; n <= SW_CODE_BITS; n++, held >>= 1) {
        const unsigned of_length = code->lengths[n];
        value |= held & 1;
        if (value < first + of_length)
            return (unsigned)code->symbols[index + value - first] << 4 | n;
        index += of_length;
        first = (first + of_length) * 2;
        value *= 2;
    }
    return 0;
}

void sw_codes_fixed(struct sw_codes *codes)
{
    uint8_t lengths[SW_LITERALS];
    for (size_t i = 0; i < SW_LITERALS; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make_code(&codes->literals, lengths, SW_LITERALS);
    memset(lengths, 5, SW_DISTANCES);
    make_code(&codes->distances, lengths, SW_DISTANCES);
}

/* The lengths of both codes, which are themselves coded. */
static bool read_lengths(struct sw_bits *bits, const struct sw_code *code, uint8_t *lengths, size_t count)
{
    enum { LAST = 16 };
    static const struct {
        uint8_t bits;
        uint8_t least;
    } repeats[] = {{2, 3}, {3, 3}, {7, 11}}; /* the last length; twice 0 */
    for (size_t i = 0; i < count;) {
        sw_bits_fill(bits);
        const unsigned entry = sw_code_next(code, bits);
        const unsigned symbol = entry >> 4;
        bits->over |= (entry & 15) > bits->count;
        if (entry == 0 || bits->over)
            return false;
        sw_bits_drop(bits, entry & 15);
        if (symbol < LAST) {
            lengths[i++] = (uint8_t)symbol;
            continue;
        }
        const size_t times = repeats[symbol - LAST].least + sw_bits_take(bits, repeats[symbol - LAST].bits);
        if (times > count - i || (symbol == LAST && i == 0))
            return false;
        memset(lengths + i, symbol == LAST ? lengths[i - 1] : 0, times);
        i += times;
    }
    return !bits->over;
}

bool sw_codes_read(struct sw_codes *codes, struct sw_bits *bits)
{
    enum { ORDERED = 19, LITERALS_MAX = 286 };
    static const uint8_t order[ORDERED] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[SW_LITERALS + SW_DISTANCES] = {0};
    const size_t literals = sw_bits_take(bits, 5) + 257;
    const size_t distances = sw_bits_take(bits, 5) + 1;
    const size_t ordered = sw_bits_take(bits, 4) + 4;
    struct sw_code *const code = &codes->distances; /* for the lengths; then it is made anew */
    if (literals > LITERALS_MAX || distances > SW_DISTANCE_CODES)
        return false;
    for (size_t i = 0; i < ordered; i++)
        lengths[order[i]] = (uint8_t)sw_bits_take(bits, 3);
    if (bits->over || !make_code(code, lengths, ORDERED))
        return false;
    memset(lengths, 0, ORDERED);
    return read_lengths(bits, code, lengths, literals + distances) && lengths[SW_END_OF_BLOCK] != 0 &&
           make_code(&codes->literals, lengths, literals) &&
           make_code(&codes->distances, lengths + literals, distances);
}
