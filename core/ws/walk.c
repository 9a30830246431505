/* SPDX-License-Identifier: MIT
 *
 * How far back does a deflated message refer, and how do its blocks end? RFC 1951 3.2, RFC 7692 7.2.1.
 *
 * An inflater that writes nothing: it follows the blocks and their codes, and counts what would come out.
 */
#include "ws/walk.h"

struct walker {
    struct sw_bits bits;
    struct sw_codes *codes;
    uint64_t produced;
    struct sw_walk *walk;
};

/* The next symbol; SW_LITERALS, which is none: there is no such code, or no more bits. */
static unsigned symbol(struct sw_bits *bits, const struct sw_code *code)
{
    sw_bits_fill(bits);
    const unsigned entry = sw_code_next(code, bits);
    bits->over |= (entry == 0 && bits->count < SW_CODE_BITS) || (entry & 15) > bits->count;
    if (entry == 0 || bits->over)
        return SW_LITERALS;
    sw_bits_drop(bits, entry & 15);
    return entry >> 4;
}

static bool refer(struct walker *walker, unsigned length)
{
    const unsigned code = symbol(&walker->bits, &walker->codes->distances);
    if (code >= SW_DISTANCE_CODES)
        return false;
    const uint32_t distance = sw_distance_bases[code] + sw_bits_take(&walker->bits, sw_distance_bits(code));
    struct sw_walk *walk = walker->walk;
    if (distance > walk->distance)
        walk->distance = distance;
    if (distance > walker->produced && distance - walker->produced > walk->before_start)
        walk->before_start = distance - walker->produced;
    walker->produced += length;
    return true;
}

static bool walk_codes(struct walker *walker)
{
    while (!walker->bits.over) {
        const unsigned code = symbol(&walker->bits, &walker->codes->literals);
        if (code == SW_END_OF_BLOCK)
            return true;
        if (code < SW_END_OF_BLOCK) {
            walker->produced++;
            continue;
        }
        const unsigned length = code - SW_END_OF_BLOCK - 1;
        if (length >= SW_LENGTH_CODES ||
            !refer(walker, sw_length_bases[length] + sw_bits_take(&walker->bits, sw_length_bits[length])))
            return false;
    }
    return true;
}

static bool walk_stored(struct walker *walker, bool *empty)
{
    struct sw_bits *bits = &walker->bits;
    sw_bits_align(bits);
    const unsigned length = sw_bits_take(bits, 16);
    const unsigned complement = sw_bits_take(bits, 16);
    *empty = length == 0;
    if (bits->over)
        return true;
    sw_bits_bytes(bits, length);
    walker->produced += length;
    return (length ^ complement) == 0xffff;
}

static bool walk_block(struct walker *walker, unsigned type, bool *empty)
{
    enum { STORED, FIXED, DYNAMIC };
    if (type == STORED)
        return walk_stored(walker, empty);
    if (type == FIXED)
        sw_codes_fixed(walker->codes);
    else if (type != DYNAMIC || !sw_codes_read(walker->codes, &walker->bits))
        return false;
    return walk_codes(walker);
}

void sw_walk(struct sw_inflate_desk *desk, struct sw_slice payload, struct sw_walk *walk)
{
    struct walker walker = {.bits = sw_inflate_bits(desk, payload, false), .codes = &desk->dynamic, .walk = walk};
    struct sw_bits *bits = &walker.bits;
    const uint8_t *const start = bits->at;
    *walk = (struct sw_walk){0};
    bool empty = false;
    while ((bits->count >= 8 || bits->at != bits->end) && !bits->over && !walk->bad) {
        const bool final = sw_bits_take(bits, 1) != 0;
        const unsigned type = sw_bits_take(bits, 2);
        empty = false;
        walk->bad = !walk_block(&walker, type, &empty);
        if (final && !walk->bad && !bits->over)
            walk->padded |= sw_bits_align(bits) != 0; /* what follows begins with a byte (RFC 7692 7.2.3.4) */
    }
    const size_t read = (size_t)(bits->at - start) - bits->count / 8;
    walk->bad &= !bits->over;
    walk->bad_at = read < payload.size ? read : payload.size;
    walk->complete = !walk->bad && !bits->over && empty && bits->count == 0;
}
