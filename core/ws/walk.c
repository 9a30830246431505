/* SPDX-License-Identifier: MIT
 *
 * How far back does a deflated message refer, and how do its blocks end? RFC 1951 3.2, RFC 7692 7.2.1.
 *
 * An inflater that writes nothing: it follows the blocks and their codes, and counts what would come out.
 */
#include "ws/walk.h"

#include "bytes.h"

enum {
    MOST_BITS = 16, /* read at once */
    CODE_BITS = 15, /* of the longest code */
    QUICK_BITS = 9, /* of nearly all: they are looked up */
    LITERALS = 288,
    DISTANCES = 32,
    END_OF_BLOCK = 256,
    LENGTH_CODES = 29,
    DISTANCE_CODES = 30,
};

struct bits {
    struct sw_slice payload; /* with the tail behind it */
    size_t at;               /* the next byte */
    uint64_t held;           /* read ahead, the first bit lowest */
    unsigned count;          /* bits in held */
};

/* A canonical code: how many symbols each length has, and the symbols in the order of their codes (3.2.2). */
struct code {
    uint16_t lengths[CODE_BITS + 1];
    uint16_t symbols[LITERALS];
    /* By the bits that come next: a symbol and, in the lowest four bits, the length of its code; 0: that is longer. */
    uint16_t quick[1 << QUICK_BITS];
};

struct walker {
    struct bits bits;
    uint64_t produced;
    struct sw_walk *walk;
};

static const uint8_t tail[] = {0x00, 0x00, 0xff, 0xff};

static uint32_t little_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Holds as many bits as are ever asked for at once. Behind the tail there are zeros. */
static void fill(struct bits *bits)
{
    const size_t size = bits->payload.size;
    if (bits->count < MOST_BITS && bits->at + 4 <= size) {
        bits->held |= (uint64_t)little_endian(bits->payload.data + bits->at) << bits->count;
        bits->count += 32;
        bits->at += 4;
    }
    while (bits->count < MOST_BITS) {
        const size_t beyond = bits->at - size;
        const uint8_t byte = bits->at < size ? bits->payload.data[bits->at] : beyond < sizeof tail ? tail[beyond] : 0;
        bits->held |= (uint64_t)byte << bits->count;
        bits->count += 8;
        bits->at++;
    }
}

static void skip(struct bits *bits, unsigned count)
{
    bits->held >>= count;
    bits->count -= count;
}

static unsigned take(struct bits *bits, unsigned want)
{
    fill(bits);
    const unsigned value = (unsigned)bits->held & ((1U << want) - 1);
    skip(bits, want);
    return value;
}

/* Bits that are left; negative: more was asked for than there is. */
static int64_t left(const struct bits *bits)
{
    return (int64_t)(bits->payload.size + sizeof tail - bits->at) * 8 + bits->count;
}

static bool is_over(const struct bits *bits)
{
    return left(bits) < 0;
}

/* Of two codes that follow on each other in a length, both with their bits reversed, the second. */
static unsigned next_reversed(unsigned value, unsigned length)
{
    unsigned bit = 1U << (length - 1);
    while ((value & bit) != 0)
        bit >>= 1;
    return (value & (bit - 1)) | bit;
}

static void make_quick(struct code *code)
{
    const uint16_t *symbol = code->symbols;
    unsigned value = 0;
    memset(code->quick, 0, sizeof code->quick);
    for (unsigned length = 1; length <= QUICK_BITS; length++) {
        for (unsigned i = 0; i < code->lengths[length]; i++, symbol++) {
            for (unsigned at = value; at < 1U << QUICK_BITS; at += 1U << length)
                code->quick[at] = (uint16_t)((unsigned)*symbol << 4 | length);
            value = next_reversed(value, length);
        }
    }
}

/* False where the lengths aren't those of a code. An incomplete one is allowed where it has one symbol (3.2.7). */
static bool make_code(struct code *code, const uint8_t *lengths, size_t count)
{
    uint16_t place[CODE_BITS + 1] = {0};
    memset(code->lengths, 0, sizeof code->lengths);
    for (size_t i = 0; i < count; i++)
        code->lengths[lengths[i]]++;
    int free = 1;
    for (size_t n = 1; n <= CODE_BITS; n++) {
        free = free * 2 - code->lengths[n];
        if (free < 0)
            return false;
    }
    for (size_t n = 1; n < CODE_BITS; n++)
        place[n + 1] = (uint16_t)(place[n] + code->lengths[n]);
    for (size_t i = 0; i < count; i++)
        if (lengths[i] != 0)
            code->symbols[place[lengths[i]]++] = (uint16_t)i;
    make_quick(code);
    return free == 0 || count - code->lengths[0] <= 1;
}

static int long_symbol(struct bits *bits, const struct code *code)
{
    unsigned value = 0;
    unsigned first = 0;
    unsigned index = 0;
    for (size_t n = 1; n <= CODE_BITS; n++) {
        value |= take(bits, 1);
        unsigned of_length = code->lengths[n];
        if (value < first + of_length)
            return code->symbols[index + value - first];
        index += of_length;
        first = (first + of_length) * 2;
        value *= 2;
    }
    return -1;
}

/* The next symbol, or -1. */
static int symbol(struct bits *bits, const struct code *code)
{
    fill(bits);
    const unsigned quick = code->quick[bits->held & ((1U << QUICK_BITS) - 1)];
    if (quick == 0)
        return long_symbol(bits, code);
    skip(bits, quick & 15);
    return (int)(quick >> 4);
}

static bool refer(struct walker *walker, unsigned length, const struct code *distances)
{
    static const uint16_t bases[DISTANCE_CODES] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                                   33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                                   1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    int number = symbol(&walker->bits, distances);
    if (number < 0 || number >= DISTANCE_CODES)
        return false;
    uint32_t distance = bases[number] + take(&walker->bits, number < 2 ? 0 : (unsigned)number / 2 - 1);
    struct sw_walk *walk = walker->walk;
    if (distance > walk->distance)
        walk->distance = distance;
    if (distance > walker->produced && distance - walker->produced > walk->before_start)
        walk->before_start = distance - walker->produced;
    walker->produced += length;
    return true;
}

static bool walk_codes(struct walker *walker, const struct code *literals, const struct code *distances)
{
    static const uint16_t bases[LENGTH_CODES] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t extra[LENGTH_CODES] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    while (!is_over(&walker->bits)) {
        int number = symbol(&walker->bits, literals);
        if (number == END_OF_BLOCK)
            return true;
        if (number >= 0 && number < END_OF_BLOCK) {
            walker->produced++;
            continue;
        }
        const unsigned length = (unsigned)(number - END_OF_BLOCK - 1);
        if (length >= LENGTH_CODES || !refer(walker, bases[length] + take(&walker->bits, extra[length]), distances))
            return false;
    }
    return true;
}

static bool walk_fixed(struct walker *walker)
{
    uint8_t lengths[LITERALS];
    struct code literals;
    struct code distances;
    for (size_t i = 0; i < LITERALS; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make_code(&literals, lengths, LITERALS);
    memset(lengths, 5, DISTANCES);
    make_code(&distances, lengths, DISTANCES);
    return walk_codes(walker, &literals, &distances);
}

/* The lengths of both codes, which are themselves coded (3.2.7). */
static bool read_lengths(struct bits *bits, const struct code *code, uint8_t *lengths, size_t count)
{
    enum { REPEAT_LAST = 16, REPEAT_ZERO = 17 };
    for (size_t i = 0; i < count;) {
        int number = symbol(bits, code);
        if (number < 0 || is_over(bits))
            return false;
        if (number < REPEAT_LAST) {
            lengths[i++] = (uint8_t)number;
            continue;
        }
        if (number == REPEAT_LAST && i == 0)
            return false;
        uint8_t value = number == REPEAT_LAST ? lengths[i - 1] : 0;
        size_t times = number == REPEAT_LAST   ? 3 + take(bits, 2)
                       : number == REPEAT_ZERO ? 3 + take(bits, 3)
                                               : 11 + take(bits, 7);
        if (times > count - i)
            return false;
        memset(lengths + i, value, times);
        i += times;
    }
    return true;
}

static bool walk_dynamic(struct walker *walker)
{
    enum { ORDERED = 19 };
    static const uint8_t order[ORDERED] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    struct bits *bits = &walker->bits;
    size_t literal_count = take(bits, 5) + 257;
    size_t distance_count = take(bits, 5) + 1;
    size_t ordered = take(bits, 4) + 4;
    uint8_t lengths[LITERALS + DISTANCES] = {0};
    struct code code;
    struct code distances;
    if (literal_count > 286 || distance_count > DISTANCE_CODES)
        return false;
    for (size_t i = 0; i < ordered; i++)
        lengths[order[i]] = (uint8_t)take(bits, 3);
    if (!make_code(&code, lengths, ORDERED))
        return false;
    memset(lengths, 0, sizeof lengths);
    if (!read_lengths(bits, &code, lengths, literal_count + distance_count) || lengths[END_OF_BLOCK] == 0)
        return false;
    return make_code(&code, lengths, literal_count) && make_code(&distances, lengths + literal_count, distance_count) &&
           walk_codes(walker, &code, &distances);
}

/* The rest of a byte that is partly read. True where it is 0. */
static bool align(struct bits *bits)
{
    return take(bits, bits->count % 8) == 0;
}

static bool walk_stored(struct walker *walker, bool *empty)
{
    struct bits *bits = &walker->bits;
    align(bits);
    unsigned length = take(bits, 16);
    unsigned complement = take(bits, 16);
    *empty = length == 0;
    if (is_over(bits))
        return true;
    if ((length ^ complement) != 0xffff)
        return false;
    bits->at = bits->at - bits->count / 8 + length; /* what is held are whole bytes */
    bits->held = 0;
    bits->count = 0;
    walker->produced += length;
    return true;
}

void sw_walk(struct sw_slice payload, struct sw_walk *walk)
{
    enum { STORED, FIXED, DYNAMIC };
    struct walker walker = {.bits = {.payload = payload}, .walk = walk};
    struct bits *bits = &walker.bits;
    *walk = (struct sw_walk){0};
    bool empty = false;
    while (left(bits) >= 8 && !walk->bad) {
        bool final = take(bits, 1) != 0;
        unsigned type = take(bits, 2);
        empty = false;
        walk->bad = !(type == STORED    ? walk_stored(&walker, &empty)
                      : type == FIXED   ? walk_fixed(&walker)
                      : type == DYNAMIC ? walk_dynamic(&walker)
                                        : false);
        if (final && !walk->bad && !is_over(bits))
            walk->padded |= !align(bits); /* what follows a final block begins with a byte (RFC 7692 7.2.3.4) */
    }
    const size_t at = bits->at - bits->count / 8;
    walk->bad &= !is_over(bits);
    walk->bad_at = at < payload.size ? at : payload.size;
    walk->complete = !walk->bad && empty && left(bits) == 0;
}
