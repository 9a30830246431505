/* SPDX-License-Identifier: MIT
 *
 * Is text that arrives in pieces UTF-8? RFC 3629 4; RFC 6455 8.1 asks it of text messages and close reasons.
 */
#include "ws/utf8.h"

#include "bytes.h"

/* Which continuation bytes a state takes, and the state behind them. */
static const struct {
    uint8_t low;
    uint8_t high;
    uint8_t next;
} tails[] = {
    [SW_UTF8_TAIL_1] = {0x80, 0xBF, SW_UTF8_START},    [SW_UTF8_TAIL_2] = {0x80, 0xBF, SW_UTF8_TAIL_1},
    [SW_UTF8_TAIL_3] = {0x80, 0xBF, SW_UTF8_TAIL_2},   [SW_UTF8_AFTER_E0] = {0xA0, 0xBF, SW_UTF8_TAIL_1},
    [SW_UTF8_AFTER_ED] = {0x80, 0x9F, SW_UTF8_TAIL_1}, [SW_UTF8_AFTER_F0] = {0x90, 0xBF, SW_UTF8_TAIL_2},
    [SW_UTF8_AFTER_F4] = {0x80, 0x8F, SW_UTF8_TAIL_2},
};

/* The first byte of a character that is not ASCII, from the last range to the first. */
static const struct {
    uint8_t low;
    uint8_t next;
} leads[] = {
    {0xF5, SW_UTF8_BAD},    {0xF4, SW_UTF8_AFTER_F4}, {0xF1, SW_UTF8_TAIL_3}, {0xF0, SW_UTF8_AFTER_F0},
    {0xEE, SW_UTF8_TAIL_2}, {0xED, SW_UTF8_AFTER_ED}, {0xE1, SW_UTF8_TAIL_2}, {0xE0, SW_UTF8_AFTER_E0},
    {0xC2, SW_UTF8_TAIL_1}, {0x00, SW_UTF8_BAD},
};

static enum sw_utf8 lead(uint8_t byte)
{
    size_t i = 0;
    while (byte < leads[i].low)
        i++;
    return (enum sw_utf8)leads[i].next;
}

static enum sw_utf8 tail(enum sw_utf8 state, uint8_t byte)
{
    bool fits = byte >= tails[state].low && byte <= tails[state].high;
    return fits ? (enum sw_utf8)tails[state].next : SW_UTF8_BAD;
}

enum { WORD = 8, BLOCK = 64 };

static inline uint64_t word_at(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* All bits that are set in one of its words. */
static inline uint64_t block_bits(const uint8_t *data)
{
    return word_at(data) | word_at(data + 8) | word_at(data + 16) | word_at(data + 24) | word_at(data + 32) |
           word_at(data + 40) | word_at(data + 48) | word_at(data + 56);
}

/* How many of the first bytes are ASCII, as nearly all of SIP is: in blocks, then in words, then byte by byte. */
static size_t ascii_run(struct sw_slice text)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    const uint8_t *at = text.data;
    size_t left = text.size;
    for (; left >= BLOCK && (block_bits(at) & high) == 0; left -= BLOCK)
        at += BLOCK;
    for (; left >= WORD && (word_at(at) & high) == 0; left -= WORD)
        at += WORD;
    for (; left > 0 && *at < 0x80; left--)
        at++;
    return text.size - left;
}

enum sw_utf8 sw_utf8_next(enum sw_utf8 state, struct sw_slice text)
{
    for (size_t at = 0; at < text.size && state != SW_UTF8_BAD;) {
        if (state == SW_UTF8_START)
            at += ascii_run(sw_slice_skip(text, at));
        if (at == text.size)
            break;
        const uint8_t byte = text.data[at++];
        state = state == SW_UTF8_START ? lead(byte) : tail(state, byte);
    }
    return state;
}
