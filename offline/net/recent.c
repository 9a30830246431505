/* SPDX-License-Identifier: MIT
 *
 * Does a retransmission repeat the bytes that were delivered? These are gone by then, so a sum of each of the last
 * segments is kept: 16 bytes each, in a table of fixed size for all connections.
 *
 * The place in the table depends on addresses and sequence number alone, so that equal input gives equal answers.
 */
#include "net/stream.h"

#include <string.h>

enum { RECENT = 1 << 13 };

struct recent_segment *recent_new(void)
{
    return g_new0(struct recent_segment, RECENT);
}

static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * UINT64_C(0x9fb21c651e98df25);
    return sum ^ sum >> 32;
}

static uint64_t load(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Every byte and its place count (as in Fletcher's checksum): four lanes of sums, and sums of these, which compilers
 * turn into wide additions. It only has to tell different bytes apart, not to resist anybody: no finding hangs on it.
 */
static uint64_t content_sum(struct sw_slice bytes)
{
    uint64_t sums[4] = {bytes.size, 1, 2, 3};
    uint64_t places[4] = {0};
    size_t at = 0;
    for (; bytes.size - at >= 32; at += 32) {
        for (size_t i = 0; i < 4; i++) {
            sums[i] += load(bytes.data + at + 8 * i);
            places[i] += sums[i];
        }
    }
    uint8_t tail[32] = {0};
    memcpy(tail, bytes.data + at, bytes.size - at);
    uint64_t all = 0;
    for (size_t i = 0; i < 4; i++)
        all = mix(mix(all, sums[i] + load(tail + 8 * i)), places[i]);
    return all;
}

/* Names the place, the size and the sender; never 0. */
static uint64_t key_of(const struct stream *stream, enum net_side side, uint64_t begin, size_t size)
{
    const struct sw_endpoint *source = &stream->seen.ends[side];
    const struct sw_endpoint *destination = &stream->seen.ends[other(side)];
    uint64_t ends = load(source->address) + load(source->address + 8);
    ends = mix(ends, load(destination->address) + load(destination->address + 8));
    ends = mix(ends, (uint64_t)source->port << 16 | destination->port);
    return mix(mix(ends, begin), size) | 1;
}

static struct recent_segment segment_of(const struct stream *stream, enum net_side side, uint64_t begin,
                                        struct sw_slice bytes)
{
    return (struct recent_segment){.key = key_of(stream, side, begin, bytes.size), .content = content_sum(bytes)};
}

void recent_remember(struct recent_segment *recent, const struct stream *stream, enum net_side side, uint64_t begin,
                     struct sw_slice bytes)
{
    struct recent_segment segment = segment_of(stream, side, begin, bytes);
    recent[segment.key >> 32 & (RECENT - 1)] = segment;
}

bool recent_differs(const struct recent_segment *recent, const struct stream *stream, enum net_side side,
                    uint64_t begin, struct sw_slice bytes)
{
    struct recent_segment segment = segment_of(stream, side, begin, bytes);
    const struct recent_segment *known = &recent[segment.key >> 32 & (RECENT - 1)];
    return known->key == segment.key && known->content != segment.content;
}
