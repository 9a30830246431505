/* SPDX-License-Identifier: MIT
 *
 * Where do frames begin, when no handshake or no earlier frame tells? RFC 6455 5.2 to 5.5, RFC 7692 6. And where an
 * HTTP head? RFC 9112 3, 4.
 *
 * One header proves nothing: one random offset in forty looks like one. So a candidate has to show either SIP under
 * its mask, or a chain: headers that follow one another exactly, that together make sense as fragments and control
 * frames, and whose payload is what the header says (UTF-8, a close code, the end of a deflate block). What a frame
 * shows is weighed in bits: how often noise would have to be tried until it looks as much like a frame.
 */
#include "ws/find.h"

#include "bytes.h"
#include "ws/utf8.h"

enum {
    CHAIN_ENOUGH = 3,            /* headers in a row that may be evidence */
    WEIGHT_ENOUGH = 22,          /* if together they weigh as much */
    WEIGHT_HEADER = 5,           /* of a header: first byte and mask bit */
    WEIGHT_LENGTH = 7,           /* of a length that is known beforehand: none */
    WEIGHT_DEFLATE = 3,          /* of the end of a deflate block */
    WEIGHT_CLOSE = 12,           /* of a close code */
    CHAIN_MAX = 16,              /* headers looked at: as long as there are more, they must fit as well */
    CHAIN_FRAME_MAX = 16 * 1024, /* a longer frame is evidence only by its SIP; bounds what must be kept */
    PEEK = 64,                   /* payload bytes looked at */
    CONTROL_MAX = 125,           /* 5.5 */
    STATUS_LINE = 12,            /* "HTTP/1.1 200" */
    METHOD_LINE = 5,             /* "GET /" */
};

enum verdict { REFUSED, PENDING, PROVEN };

/* What the frames of a chain so far allow next (5.4). */
enum fragments { FRAGMENTS_UNKNOWN, FRAGMENTS_BETWEEN, FRAGMENTS_INSIDE };

/* The first byte of a header that may stand in a chain: 5.2, RFC 7692 6. */
static bool first_byte_possible(uint8_t byte)
{
    static const uint16_t opcodes[16] = {
        /* bit n: opcode n may follow this high half (FIN, RSV) */
        [0x0] = 1 << 0 | 1 << 1 | 1 << 2,
        [0x4] = 1 << 1 | 1 << 2,
        [0x8] = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 8 | 1 << 9 | 1 << 10,
        [0xC] = 1 << 1 | 1 << 2,
    };
    return (opcodes[byte >> 4] >> (byte & 0xF) & 1) != 0;
}

static bool mask_possible(uint8_t second, enum sw_masking masking)
{
    return masking == SW_MASK_UNKNOWN || (second >> 7 != 0) == (masking == SW_MASKED);
}

bool sw_frame_fits(const struct sw_frame *frame, enum sw_masking masking)
{
    const uint8_t first = (uint8_t)((frame->fin ? 0x80 : 0) | frame->rsv << 4 | frame->opcode);
    const uint8_t second = frame->masked ? 0x80 : 0;
    if (!first_byte_possible(first) || !mask_possible(second, masking) || !frame->minimal)
        return false;
    if (sw_opcode_is_control(frame->opcode))
        return frame->payload_size <= CONTROL_MAX;
    /* an empty fragment that ends nothing: legal, senseless, and what a run of zeros looks like */
    return frame->fin || frame->payload_size > 0;
}

/* The first bytes of a payload, unmasked. */
static struct sw_slice peek(struct sw_slice payload, const struct sw_frame *frame, uint8_t room[PEEK])
{
    if (!frame->masked)
        return sw_slice_head(payload, PEEK);
    struct sw_slice seen = sw_slice_head(payload, PEEK);
    sw_frame_unmask(room, seen, frame->masking_key, 0);
    return sw_slice_of(room, seen.size);
}

static size_t upper_case(struct sw_slice text)
{
    size_t n = 0;
    while (n < text.size && text.data[n] >= 'A' && text.data[n] <= 'Z')
        n++;
    return n;
}

/* METHOD SP scheme: (RFC 3261 7.1). */
static enum verdict request_line(struct sw_slice text)
{
    size_t method = upper_case(text);
    if (method == text.size)
        return method < PEEK / 2 ? PENDING : REFUSED;
    if (method < 3 || text.data[method] != ' ')
        return REFUSED;
    struct sw_slice uri = sw_slice_skip(text, method + 1);
    size_t scheme = 0;
    while (scheme < uri.size && scheme < 8 && sw_is_alpha(uri.data[scheme]))
        scheme++;
    if (scheme == uri.size)
        return PENDING;
    return scheme > 1 && uri.data[scheme] == ':' ? PROVEN : REFUSED;
}

/* Whether an unmasked payload, of which at least the beginning is there, is SIP or a keep-alive (RFC 7118 6). */
static enum verdict looks_like_sip(struct sw_slice text, const struct sw_frame *frame)
{
    size_t blank = 0;
    while (blank < text.size && blank < 4 && (text.data[blank] == '\r' || text.data[blank] == '\n'))
        blank++;
    if (blank == frame->payload_size)
        return blank >= 2 && text.data[0] == '\r' && text.data[1] == '\n' ? PROVEN : REFUSED;
    text = sw_slice_skip(text, blank);
    if (sw_slice_starts(text, SW_SLICE("SIP/2.0 ")))
        return PROVEN;
    if (sw_slice_starts(SW_SLICE("SIP/2.0 "), text))
        return PENDING;
    return request_line(text);
}

static bool close_possible(struct sw_slice text, const struct sw_frame *frame)
{
    if (frame->payload_size == 0)
        return true;
    if (frame->payload_size == 1)
        return false;
    uint16_t code;
    return !sw_read_u16(&text, &code) ||
           (code >= 1000 && code < 5000 && sw_utf8_next(SW_UTF8_START, text) != SW_UTF8_BAD);
}

/* A deflated message ends in the header of an empty stored block, whose padding leaves three zero bits at least
 * (RFC 7692 7.2.1). */
static bool deflate_possible(struct sw_slice payload, const struct sw_frame *frame)
{
    if (!frame->fin || payload.size < frame->payload_size)
        return true;
    if (frame->payload_size == 0)
        return false;
    size_t last = (size_t)frame->payload_size - 1;
    uint8_t byte = payload.data[last];
    if (frame->masked)
        byte ^= frame->masking_key[last & 3];
    return byte < 0x20;
}

/* Whether what is there of the payload can be what the header says. */
static bool payload_possible(struct sw_slice payload, const struct sw_frame *frame)
{
    uint8_t room[PEEK];
    if (frame->rsv != 0)
        return deflate_possible(payload, frame);
    if (frame->opcode == SW_OPCODE_TEXT)
        return sw_utf8_next(SW_UTF8_START, peek(payload, frame, room)) != SW_UTF8_BAD;
    if (frame->opcode == SW_OPCODE_CLOSE)
        return close_possible(peek(payload, frame, room), frame);
    return true;
}

static bool fragments_fit(enum fragments *state, const struct sw_frame *frame)
{
    if (sw_opcode_is_control(frame->opcode))
        return true;
    bool continuation = frame->opcode == SW_OPCODE_CONTINUATION;
    if (*state == (continuation ? FRAGMENTS_BETWEEN : FRAGMENTS_INSIDE))
        return false;
    *state = frame->fin ? FRAGMENTS_BETWEEN : FRAGMENTS_INSIDE;
    return true;
}

/* The header at the front of rest, if it may stand in a chain. */
static enum verdict read_header(struct sw_slice rest, enum sw_masking masking, struct sw_frame *frame)
{
    if (rest.size > 0 && !first_byte_possible(rest.data[0]))
        return REFUSED;
    if (rest.size > 1 && !mask_possible(rest.data[1], masking))
        return REFUSED;
    enum sw_result result = sw_frame_parse(rest, frame);
    if (result == SW_MORE)
        return PENDING;
    return result == SW_OK && sw_frame_fits(frame, masking) ? PROVEN : REFUSED;
}

/* SIP in the clear is proof by itself; a payload that is too short yet to tell is worth waiting for. */
static enum verdict shows_sip(struct sw_slice payload, const struct sw_frame *frame)
{
    uint8_t room[PEEK];
    if (frame->rsv != 0 || (frame->opcode != SW_OPCODE_TEXT && frame->opcode != SW_OPCODE_BINARY))
        return REFUSED;
    enum verdict verdict = looks_like_sip(peek(payload, frame, room), frame);
    return verdict == PENDING && payload.size == frame->payload_size ? REFUSED : verdict;
}

/* What a frame whose payload is possible weighs; a byte of text as one bit. */
static unsigned weigh(struct sw_slice payload, const struct sw_frame *frame)
{
    unsigned weight = WEIGHT_HEADER;
    if (frame->payload_size == 0)
        return weight + WEIGHT_LENGTH;
    if (frame->rsv != 0)
        return weight + WEIGHT_DEFLATE;
    if (frame->opcode == SW_OPCODE_TEXT)
        return weight + (unsigned)sw_slice_head(payload, PEEK).size;
    return frame->opcode == SW_OPCODE_CLOSE ? weight + WEIGHT_CLOSE : weight;
}

struct chain {
    enum sw_masking masking;
    enum fragments fragments;
    size_t headers; /* that fit */
    unsigned weight;
    size_t end;   /* offset behind the last whole frame */
    size_t need;  /* PENDING: a size of data that may tell more */
    bool control; /* the last whole frame was a control frame */
};

/* Follows the chain of frames from the front of data: PROVEN, REFUSED, or PENDING where it fits as far as data goes. */
static enum verdict follow(struct sw_slice data, struct chain *chain)
{
    chain->need = data.size + 1;
    while (chain->headers < CHAIN_MAX && chain->end < data.size) {
        struct sw_slice rest = sw_slice_skip(data, chain->end);
        struct sw_frame frame;
        enum verdict verdict = read_header(rest, chain->masking, &frame);
        if (verdict == PENDING)
            break;
        if (verdict == REFUSED || !fragments_fit(&chain->fragments, &frame))
            return REFUSED;
        struct sw_slice payload = sw_slice_skip(rest, frame.header_size);
        if (frame.payload_size < payload.size)
            payload = sw_slice_head(payload, (size_t)frame.payload_size);
        chain->masking = frame.masked ? SW_MASKED : SW_UNMASKED;
        verdict = shows_sip(payload, &frame);
        if (verdict != REFUSED)
            return verdict;
        if (frame.payload_size > CHAIN_FRAME_MAX || !payload_possible(payload, &frame))
            return REFUSED;
        chain->headers++;
        chain->weight += weigh(payload, &frame);
        if (payload.size < frame.payload_size) {
            chain->need = chain->end + frame.header_size + (size_t)frame.payload_size;
            break;
        }
        chain->end += frame.header_size + payload.size;
        chain->control = sw_opcode_is_control(frame.opcode);
    }
    return chain->headers >= CHAIN_ENOUGH && chain->weight >= WEIGHT_ENOUGH ? PROVEN : PENDING;
}

/* At the end of all bytes: whole frames up to the last byte, two of them or one control frame. */
static bool ends_exactly(struct sw_slice data, const struct chain *chain)
{
    return chain->end == data.size && (chain->headers > 1 || (chain->headers == 1 && chain->control));
}

enum sw_result sw_frame_search(struct sw_slice data, enum sw_masking masking, bool last, struct sw_search *search)
{
    *search = (struct sw_search){.offset = data.size, .need = SIZE_MAX};
    for (size_t at = 0; at < data.size; at++) {
        if (!first_byte_possible(data.data[at]))
            continue;
        struct sw_slice rest = sw_slice_skip(data, at);
        struct chain chain = {.masking = masking};
        enum verdict verdict = follow(rest, &chain);
        if (verdict == REFUSED)
            continue;
        if (verdict == PROVEN || (last && ends_exactly(rest, &chain))) {
            search->offset = at;
            search->masked = chain.masking == SW_MASKED;
            return SW_OK;
        }
        if (search->offset == data.size)
            search->offset = at;
        if (chain.need + at < search->need)
            search->need = chain.need + at;
    }
    if (search->need == SIZE_MAX)
        search->need = data.size + 1;
    return SW_MORE;
}

enum sw_result sw_frame_find(struct sw_slice data, enum sw_masking masking, size_t *offset, bool *masked)
{
    struct sw_search search;
    enum sw_result result = sw_frame_search(data, masking, false, &search);
    *offset = search.offset;
    *masked = search.masked;
    return result;
}

/* --- HTTP -----------------------------------------------------------------------------------------------------------
 */

static bool status_line_here(struct sw_slice text)
{
    return text.size >= STATUS_LINE && sw_slice_starts(text, SW_SLICE("HTTP/1.")) && sw_is_digit(text.data[7]) &&
           text.data[8] == ' ' && sw_is_digit(text.data[9]) && sw_is_digit(text.data[10]) && sw_is_digit(text.data[11]);
}

size_t sw_head_find(struct sw_slice data, enum sw_direction direction, size_t *keep)
{
    size_t line = direction == SW_SERVER ? STATUS_LINE : METHOD_LINE;
    uint8_t first = direction == SW_SERVER ? 'H' : 'G';
    *keep = data.size < line ? data.size : line - 1;
    for (size_t at = 0; at < data.size; at++) {
        struct sw_slice rest = sw_slice_skip(data, at);
        at += sw_slice_find(rest, first);
        rest = sw_slice_skip(data, at);
        if (direction == SW_SERVER ? status_line_here(rest) : sw_slice_starts(rest, SW_SLICE("GET /")))
            return at;
    }
    return data.size;
}
