/* SPDX-License-Identifier: MIT
 *
 * What does a deflated message hold? RFC 1951 3.2.3, 3.2.4; where it ends, RFC 7692 7.2.2.
 *
 * Not zlib, which reads streams: here every message is there as a whole, and between two of them there is nothing to
 * remember but the bytes that came out. That takes two thirds of the time, which is most of what deflated SIP costs.
 */
#include "ws/inflate.h"

#include <glib.h>

enum {
    MATCH_MAX = 258,
    WORD = 8,
    SLACK = MATCH_MAX + WORD, /* a symbol writes no more than that */
};

struct output {
    struct sw_unit *unit;
    size_t limit;
    const struct sw_window *window;
};

/* --- the window -------------------------------------------------------------------------------------------------- */

size_t sw_window_size(const struct sw_window *window)
{
    return (size_t)MIN(window->end, SW_WINDOW);
}

/* Mostly, messages refer to the ones just before them. Those were long ago, among thousands of connections. */
static void fetch_recent(const struct sw_window *window)
{
    enum { LINE = 64, RECENT = 4096 };
    const size_t recent = MIN(sw_window_size(window), (size_t)RECENT);
    for (size_t back = 1; back <= recent; back += LINE)
        __builtin_prefetch(window->bytes + (window->end - back) % SW_WINDOW);
}

/* Twice as much, until a whole window fits. */
static void make_window(struct sw_window *window, size_t size)
{
    enum { ROOM_MIN = 1024 };
    size_t room = MAX(window->room, (size_t)ROOM_MIN);
    while (room < SW_WINDOW && room < window->end + size)
        room *= 2;
    if (room == window->room)
        return;
    window->bytes = g_realloc(window->bytes, room + WORD);
    window->room = room;
}

void sw_window_add(struct sw_window *window, struct sw_slice bytes)
{
    if (bytes.size == 0)
        return;
    make_window(window, bytes.size);
    if (bytes.size > SW_WINDOW) {
        window->end += bytes.size - SW_WINDOW;
        bytes = sw_slice_skip(bytes, bytes.size - SW_WINDOW);
    }
    const size_t place = window->end % SW_WINDOW;
    const struct sw_slice front = sw_slice_head(bytes, SW_WINDOW - place);
    memcpy(window->bytes + place, front.data, front.size);
    memcpy(window->bytes, front.data + front.size, bytes.size - front.size);
    window->end += bytes.size;
}

/* --- what comes out ---------------------------------------------------------------------------------------------- */

/* In words; up to seven bytes more are read and written. */
static inline void copy_words(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i += WORD)
        memcpy(to + i, from + i, WORD);
}

/* What stands so far back, which may be among what is written. */
static inline void repeat(uint8_t *to, size_t distance, size_t length)
{
    if (distance >= WORD) {
        copy_words(to, to - distance, length);
        return;
    }
    for (size_t i = 0; i < length; i++)
        to[i] = *(to + i - distance);
}

/* The same where that begins before the message, of which `written` bytes are there. False: nobody knows what stood
 * there. */
static bool recall(const struct sw_window *window, uint8_t *to, size_t written, size_t distance, size_t length)
{
    size_t back = distance - written;
    if (back > sw_window_size(window))
        return false;
    while (back > 0 && length > 0) {
        const size_t place = (window->end - back) % SW_WINDOW;
        const size_t size = MIN(MIN(back, length), SW_WINDOW - place);
        copy_words(to, window->bytes + place, size);
        to += size;
        back -= size;
        length -= size;
    }
    repeat(to, distance, length);
    return true;
}

/* --- blocks ------------------------------------------------------------------------------------------------------ */

/* A length, of which entry is the code, and a distance; *bits moves on. False: there are none like that. */
static inline bool read_match(struct sw_bits *bits, unsigned entry, const struct sw_code *distances, size_t *length,
                              size_t *distance)
{
    const unsigned of_length = (entry >> 4) - SW_END_OF_BLOCK - 1;
    if (of_length >= SW_LENGTH_CODES)
        return false;
    sw_bits_drop(bits, entry & 15);
    *length = sw_length_bases[of_length] + sw_bits_peek(bits, sw_length_bits[of_length]);
    sw_bits_drop(bits, sw_length_bits[of_length]);
    entry = sw_code_next(distances, bits);
    const unsigned of_distance = entry >> 4;
    if (entry == 0 || of_distance >= SW_DISTANCE_CODES)
        return false;
    sw_bits_drop(bits, entry & 15);
    *distance = sw_distance_bases[of_distance] + sw_bits_peek(bits, sw_distance_bits(of_distance));
    sw_bits_drop(bits, sw_distance_bits(of_distance));
    return true;
}

enum run { RUN_ENDED, RUN_FULL, RUN_BAD };

/* Symbols, as long as there is room for one more. A symbol takes 48 bits at most, so of those that are filled in, none
 * are missing but at the very end of the message. */
static enum run inflate_run(struct sw_bits *at, const struct sw_codes *codes, const struct output *output)
{
    enum { SYMBOL_BITS = 48 };
    struct sw_bits bits = *at; /* copies that compilers keep in registers */
    uint8_t *const start = output->unit->bytes;
    const uint8_t *const full = start + MIN(output->unit->room - SLACK, output->limit);
    uint8_t *to = start + output->unit->size;
    enum run result = RUN_FULL;
    while (to <= full) {
        sw_bits_fill(&bits);
        const unsigned entry = sw_code_next(&codes->literals, &bits);
        struct sw_bits behind = bits;
        size_t length = 0;
        size_t distance = 0;
        bool good = entry != 0;
        if (entry >> 4 <= SW_END_OF_BLOCK)
            sw_bits_drop(&behind, entry & 15);
        else
            good = read_match(&behind, entry, &codes->distances, &length, &distance);
        if (!good || behind.count > bits.count) { /* more were dropped than there were */
            bits.over = bits.count < SYMBOL_BITS;
            result = RUN_BAD;
            break;
        }
        const size_t written = (size_t)(to - start);
        if (length == 0 && entry >> 4 == SW_END_OF_BLOCK) {
            bits = behind;
            result = RUN_ENDED;
            break;
        }
        if (length == 0) {
            *to++ = (uint8_t)(entry >> 4);
        } else if (distance <= written) {
            repeat(to, distance, length);
        } else if (!recall(output->window, to, written, distance, length)) {
            result = RUN_BAD;
            break;
        }
        to += length;
        bits = behind;
    }
    *at = bits;
    output->unit->size = (size_t)(to - start);
    return result;
}

static enum sw_inflated inflate_codes(struct sw_bits *bits, const struct sw_codes *codes, const struct output *output)
{
    enum run run = RUN_FULL;
    while (run == RUN_FULL) {
        if (output->unit->size > output->limit)
            return SW_INFLATED_LIMIT;
        sw_unit_reserve(output->unit, output->unit->size + SLACK);
        run = inflate_run(bits, codes, output);
    }
    return run == RUN_ENDED ? SW_INFLATED : SW_INFLATED_BAD;
}

static enum sw_inflated inflate_stored(struct sw_bits *bits, const struct output *output)
{
    struct sw_unit *unit = output->unit;
    sw_bits_align(bits);
    const size_t size = sw_bits_take(bits, 16);
    if ((size ^ sw_bits_take(bits, 16)) != 0xffff)
        return SW_INFLATED_BAD;
    const struct sw_slice bytes = sw_bits_bytes(bits, MIN(size, output->limit + 1 - unit->size));
    if (bytes.size != 0) {
        sw_unit_reserve(unit, unit->size + bytes.size);
        memcpy(unit->bytes + unit->size, bytes.data, bytes.size);
        unit->size += bytes.size;
    }
    if (bits->over)
        return SW_INFLATED_BAD;
    return unit->size > output->limit ? SW_INFLATED_LIMIT : SW_INFLATED;
}

static const struct sw_codes *fixed_codes(struct sw_inflate_desk *desk)
{
    if (!desk->fixed_made)
        sw_codes_fixed(&desk->fixed);
    desk->fixed_made = true;
    return &desk->fixed;
}

static enum sw_inflated inflate_block(struct sw_inflate_desk *desk, unsigned type, struct sw_bits *bits,
                                      const struct output *output)
{
    enum { STORED, FIXED, DYNAMIC };
    switch (type) {
    case STORED:
        return inflate_stored(bits, output);
    case FIXED:
        return inflate_codes(bits, fixed_codes(desk), output);
    case DYNAMIC:
        return sw_codes_read(&desk->dynamic, bits) ? inflate_codes(bits, &desk->dynamic, output) : SW_INFLATED_BAD;
    default:
        return SW_INFLATED_BAD;
    }
}

/* --- the message ------------------------------------------------------------------------------------------------- */

enum { TAIL_SIZE = 4 };

struct sw_bits sw_inflate_bits(struct sw_inflate_desk *desk, struct sw_slice payload, bool cut)
{
    static const uint8_t behind[TAIL_SIZE + SW_BITS_PADDING] = {0x00, 0x00, 0xff, 0xff};
    const size_t room = payload.size + sizeof behind;
    if (desk->packed_room < room) {
        g_free(desk->packed);
        desk->packed = g_malloc(room * 2);
        desk->packed_room = room * 2;
    }
    if (payload.size != 0)
        memcpy(desk->packed, payload.data, payload.size);
    memcpy(desk->packed + payload.size, behind, sizeof behind);
    return (struct sw_bits){.at = desk->packed, .end = desk->packed + payload.size + (cut ? 0 : TAIL_SIZE)};
}

/* A byte that is partly used counts. */
static size_t bytes_read(const struct sw_inflate_desk *desk, const struct sw_bits *bits)
{
    return (size_t)(bits->at - desk->packed) - bits->count / 8;
}

enum sw_inflated sw_inflate(struct sw_inflate_desk *desk, struct sw_inflating *inflating, struct sw_unit *out)
{
    struct sw_bits bits = sw_inflate_bits(desk, inflating->payload, inflating->cut);
    const struct output output = {.unit = out, .limit = inflating->limit, .window = inflating->window};
    enum sw_inflated result = SW_INFLATED;
    fetch_recent(inflating->window);
    inflating->final_block = false;
    while (result == SW_INFLATED && !sw_bits_end(&bits)) {
        const bool final = sw_bits_take(&bits, 1) != 0;
        const unsigned type = sw_bits_take(&bits, 2);
        result = bits.over ? SW_INFLATED_BAD : inflate_block(desk, type, &bits, &output);
        if (!final || result != SW_INFLATED)
            continue;
        /* A message may hold several final blocks; the byte behind the last, of which the tail is the rest, may be
         * missing (RFC 7692 7.2.3.4, 7.2.3.5). */
        inflating->final_block = true;
        sw_bits_align(&bits);
        if (bytes_read(desk, &bits) == inflating->payload.size)
            break;
    }
    inflating->read = MIN(bytes_read(desk, &bits), inflating->payload.size);
    if (inflating->cut && (result == SW_INFLATED || bits.over))
        return SW_INFLATED_LIMIT;
    return result;
}
