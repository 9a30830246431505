/* SPDX-License-Identifier: MIT
 *
 * What does the header of a WebSocket frame say, and what is under its mask? RFC 6455 5.2, 5.3.
 */
#include "sipweave/frame.h"

#include "bytes.h"

enum { LENGTH_16 = 126, LENGTH_64 = 127 };

enum { BLOCK = 64 };

/* The extended payload length behind the first two bytes (5.2). */
static enum sw_result read_length(struct sw_slice *rest, uint8_t length7, struct sw_frame *frame)
{
    uint16_t length16;
    frame->minimal = true;
    frame->payload_size = length7;
    if (length7 == LENGTH_16) {
        if (!sw_read_u16(rest, &length16))
            return SW_MORE;
        frame->payload_size = length16;
        frame->minimal = length16 >= LENGTH_16;
    } else if (length7 == LENGTH_64) {
        if (!sw_read_u64(rest, &frame->payload_size))
            return rest->size > 0 && rest->data[0] >= 0x80 ? SW_BAD : SW_MORE;
        frame->minimal = frame->payload_size > UINT16_MAX;
    }
    return frame->payload_size >> 63 != 0 ? SW_BAD : SW_OK;
}

enum sw_result sw_frame_parse(struct sw_slice data, struct sw_frame *frame)
{
    struct sw_slice rest = data;
    uint8_t first;
    uint8_t second;
    if (!sw_read_u8(&rest, &first) || !sw_read_u8(&rest, &second))
        return SW_MORE;
    *frame = (struct sw_frame){
        .fin = (first & 0x80) != 0,
        .rsv = first >> 4 & 7,
        .opcode = first & 0xF,
        .masked = (second & 0x80) != 0,
    };
    enum sw_result result = read_length(&rest, second & 0x7F, frame);
    if (result != SW_OK)
        return result;
    if (frame->masked) {
        if (rest.size < sizeof frame->masking_key)
            return SW_MORE;
        memcpy(frame->masking_key, rest.data, sizeof frame->masking_key);
        rest = sw_slice_skip(rest, sizeof frame->masking_key);
    }
    frame->header_size = (uint8_t)(data.size - rest.size);
    return SW_OK;
}

/* In blocks, which compilers turn into wide words; returns how many bytes were done. */
static size_t unmask_blocks(uint8_t *to, struct sw_slice from, uint64_t mask)
{
    size_t i = 0;
    for (; from.size - i >= BLOCK; i += BLOCK) {
        uint64_t words[BLOCK / sizeof mask];
        memcpy(words, from.data + i, BLOCK);
        for (size_t word = 0; word < BLOCK / sizeof mask; word++)
            words[word] ^= mask;
        memcpy(to + i, words, BLOCK);
    }
    return i;
}

void sw_frame_unmask(uint8_t *to, struct sw_slice from, const uint8_t masking_key[4], uint64_t position)
{
    uint8_t key[8]; /* turned so that its first byte belongs to the first byte of from */
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = masking_key[(position + i) & 3];
    uint64_t mask;
    memcpy(&mask, key, sizeof mask);

    size_t i = unmask_blocks(to, from, mask);
    for (; from.size - i >= sizeof mask; i += sizeof mask) {
        uint64_t word;
        memcpy(&word, from.data + i, sizeof word);
        word ^= mask;
        memcpy(to + i, &word, sizeof word);
    }
    for (; i < from.size; i++)
        to[i] = from.data[i] ^ key[i & 7];
}
