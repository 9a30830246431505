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
    {0xC2, SW_UTF8_TAIL_1}, {0x80, SW_UTF8_BAD},      {0x00, SW_UTF8_START},
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

/* How many of the first bytes, in steps of eight, are ASCII: nearly all of SIP is. */
static size_t ascii_run(struct sw_slice text)
{
    size_t n = 0;
    uint64_t word;
    for (; text.size - n >= sizeof word; n += sizeof word) {
        memcpy(&word, text.data + n, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    return n;
}

enum sw_utf8 sw_utf8_next(enum sw_utf8 state, struct sw_slice text)
{
    while (text.size > 0 && state != SW_UTF8_BAD) {
        size_t ascii = state == SW_UTF8_START ? ascii_run(text) : 0;
        if (ascii == 0) {
            uint8_t byte = text.data[0];
            state = state == SW_UTF8_START ? lead(byte) : tail(state, byte);
            ascii = 1;
        }
        text = sw_slice_skip(text, ascii);
    }
    return state;
}
