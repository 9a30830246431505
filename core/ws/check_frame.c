/* SPDX-License-Identifier: MIT
 *
 * What is wrong with a frame's header, or with its place among the frames before it? RFC 6455 5.1 to 5.5, RFC 7692 6.
 */
#include "bytes.h"
#include "ws/judge.h"

#include <glib.h>

enum {
    LENGTH_CONTROL = 125, /* 5.5 */
    EMPTY_FRAGMENTS = 100,
};

static bool is_reserved(uint8_t opcode)
{
    return (opcode & 7) > 2;
}

/* Boundaries are those of the sender. */
static bool is_framed(const struct sw_connection *c, enum sw_direction direction)
{
    return c->upgraded && !c->judge->sides[direction].unsure;
}

/* --- not frames -------------------------------------------------------------------------------------------------- */

/* SW_MORE: text may be the beginning of that. */
static enum sw_result match(struct sw_slice text, struct sw_slice literal)
{
    if (!sw_slice_starts(literal, sw_slice_head(text, literal.size)))
        return SW_BAD;
    return text.size < literal.size ? SW_MORE : SW_OK;
}

/* A SIP method with its "sip:" (RFC 3261 7.1): letters, one space. */
static enum sw_result match_sip_request(struct sw_slice text)
{
    enum { METHOD_MIN = 3, METHOD_MAX = 9 };
    size_t n = 0;
    while (n < text.size && n <= METHOD_MAX && text.data[n] >= 'A' && text.data[n] <= 'Z')
        n++;
    if (n > METHOD_MAX)
        return SW_BAD;
    if (n == text.size)
        return SW_MORE;
    return n < METHOD_MIN ? SW_BAD : match(sw_slice_skip(text, n), SW_SLICE(" sip:"));
}

static void report_foreign(struct sw_connection *c, struct sw_side *side, size_t shown)
{
    struct sw_mark mark;
    char excerpt[SW_EXCERPT];
    sw_reader_run(&side->reader, &mark);
    const struct sw_place place = {side->direction, side->reader.offset, 0, &mark, 1, 0};
    sw_judge_report(c, SW_RULE_WS_NON_WS_DATA, side->direction, &place, "\"%s\" where a frame should begin",
                    sw_evidence(excerpt, sw_slice_head(sw_reader_peek(&side->reader, shown), shown)));
    sw_judged(c, side->direction)->unsure = true; /* what follows isn't judged as frames */
}

enum sw_result sw_check_foreign(struct sw_connection *c, struct sw_side *side, struct sw_slice data)
{
    enum { SHOWN = 8 };
    static const char *const starts[] = {"GET /", "POST /", "HTTP/1.", "SIP/2.0 "};
    if (!sw_judge_extensions_known(c) || !sw_judge_unbroken(c, side->direction) || data.size == 0)
        return SW_BAD;
    if (data.data[0] < 'A' || data.data[0] > 'Z')
        return SW_BAD;
    enum sw_result result = match_sip_request(data);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0] && result != SW_OK; i++) {
        enum sw_result one = match(data, sw_slice_of((const uint8_t *)starts[i], strlen(starts[i])));
        result = one == SW_BAD ? result : one;
    }
    if (result == SW_OK)
        report_foreign(c, side, SHOWN);
    return result;
}

void sw_check_no_header(struct sw_connection *c, struct sw_side *side)
{
    enum { SHOWN = 2 }; /* as much as there is, however it comes */
    if (sw_judge_extensions_known(c) && sw_judge_unbroken(c, side->direction))
        report_foreign(c, side, SHOWN);
}

void sw_check_length(struct sw_connection *c, struct sw_side *side)
{
    struct sw_mark mark;
    sw_reader_run(&side->reader, &mark);
    const struct sw_place place = {side->direction, side->reader.offset, 0, &mark, 1, 0};
    if (is_framed(c, side->direction) && sw_judge_unbroken(c, side->direction))
        sw_judge_report(c, SW_RULE_WS_LEN_MSB, side->direction, &place, "64-bit payload length of 2^63 or more");
    sw_judged(c, side->direction)->unsure = true;
}

/* --- one header -------------------------------------------------------------------------------------------------- */

static void report(struct sw_connection *c, const struct sw_side *side, enum sw_rule rule, const char *what,
                   unsigned value)
{
    sw_judged(c, side->direction)->frame.legal = false;
    sw_judge_report_frame(c, rule, side, "%s %u", what, value);
    sw_failing_violation(c, side, rule);
}

static void check_mask(struct sw_connection *c, const struct sw_side *side)
{
    if (side->direction == SW_CLIENT && !side->frame.masked)
        report(c, side, SW_RULE_WS_MASK_CLIENT, "MASK 0, opcode", side->frame.opcode);
    if (side->direction == SW_SERVER && side->frame.masked)
        report(c, side, SW_RULE_WS_MASK_SERVER, "MASK 1, opcode", side->frame.opcode);
}

/* RSV1 has a meaning where permessage-deflate was agreed, and a place. */
static void check_rsv(struct sw_connection *c, const struct sw_side *side)
{
    const struct sw_frame *frame = &side->frame;
    bool deflate = sw_connection_handshake(c)->deflate.agreed;
    unsigned undefined = deflate ? frame->rsv & ~(unsigned)SW_RSV1 : frame->rsv;
    if (undefined != 0)
        report(c, side, SW_RULE_WS_RSV, "RSV bits (RSV1 4, RSV2 2, RSV3 1):", undefined);
    if (!deflate || (frame->rsv & SW_RSV1) == 0 || is_reserved(frame->opcode))
        return;
    if (sw_opcode_is_control(frame->opcode))
        report(c, side, SW_RULE_PMD_RSV1_CTRL, "RSV1 on opcode", frame->opcode);
    else if (frame->opcode == SW_OPCODE_CONTINUATION)
        report(c, side, SW_RULE_PMD_RSV1_CONT, "RSV1 on opcode", frame->opcode);
}

static void check_control(struct sw_connection *c, const struct sw_side *side)
{
    const struct sw_frame *frame = &side->frame;
    if (!frame->fin)
        report(c, side, SW_RULE_WS_CTRL_FRAG, "FIN 0 on opcode", frame->opcode);
    if (frame->payload_size > LENGTH_CONTROL)
        report(c, side, SW_RULE_WS_CTRL_LEN, "payload length",
               frame->payload_size > UINT32_MAX ? UINT32_MAX : (unsigned)frame->payload_size);
}

static uint32_t key_of(const struct sw_frame *frame)
{
    const uint8_t *key = frame->masking_key;
    return (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 | (uint32_t)key[2] << 8 | key[3];
}

/* Keys that are the same, or count, several times in a row are no chance (5.3). A run is told once. */
static void check_key(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    uint32_t key = key_of(&side->frame);
    uint32_t step = key - judged->key;
    bool goes_on = judged->key_known && (judged->key_run == 1 || step == judged->key_step);
    judged->key_run = goes_on ? judged->key_run + 1 : judged->key_known ? 2 : 1;
    judged->key_step = judged->key_known ? step : 0;
    judged->key_known = true;
    judged->key = key;
    if (key == 0)
        sw_judge_report_frame(c, SW_RULE_WS_MASKKEY_ZERO, side, "masking key 0x00000000");
    if (judged->key_run == (step == 0 ? SW_KEYS_SAME : SW_KEYS_COUNTED))
        sw_judge_report_frame(c, SW_RULE_WS_MASKKEY_FIXED, side, "%u frames in a row, each key the last one + 0x%08x",
                              judged->key_run, (unsigned)step);
}

/* --- the order of frames ----------------------------------------------------------------------------------------- */

static void add_border(struct sw_judge_side *judged, size_t at)
{
    if (judged->border_count == SW_BORDERS)
        return;
    if (judged->borders == NULL)
        judged->borders = g_new(size_t, SW_BORDERS);
    judged->borders[judged->border_count++] = at;
}

static void check_continuation(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    if (!judged->open && !judged->tangled) {
        judged->rootless = true;
        report(c, side, SW_RULE_WS_CONT_NOSTART, "no message is open; FIN", side->frame.fin);
    }
    if (side->message.unit != NULL)
        add_border(judged, side->message.unit->size);
    judged->empty_fragments += side->frame.payload_size == 0;
    if (judged->open && judged->empty_fragments == EMPTY_FRAGMENTS + 1)
        sw_judge_report_frame(c, SW_RULE_WS_FRAG_FLOOD, side, "more than %d empty fragments in one message",
                              EMPTY_FRAGMENTS);
    judged->open = !side->frame.fin; /* what had no start is one message as well */
}

static void check_first_fragment(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    if (judged->open && !judged->rootless)
        report(c, side, SW_RULE_WS_DATA_IN_FRAG, "a fragmented message is open; opcode", side->frame.opcode);
    judged->tangled = judged->open;
    judged->open = !side->frame.fin;
    judged->rootless = false;
    judged->empty_fragments = 0;
    judged->utf8 = SW_UTF8_START;
    judged->utf8_reported = false;
    judged->text_size = 0;
    judged->border_count = 0;
}

static void check_order(struct sw_connection *c, const struct sw_side *side)
{
    if (sw_opcode_is_control(side->frame.opcode) || is_reserved(side->frame.opcode))
        return;
    if (side->frame.opcode == SW_OPCODE_CONTINUATION)
        check_continuation(c, side);
    else
        check_first_fragment(c, side);
}

/* After its own Close a side may answer nothing with data (5.5.1); a Ping is allowed, if pointless. */
static void check_after_close(struct sw_connection *c, const struct sw_side *side)
{
    uint8_t opcode = side->frame.opcode;
    if (opcode == SW_OPCODE_CLOSE)
        report(c, side, SW_RULE_WS_CLOSE_DOUBLE, "Close after the own Close, opcode", opcode);
    else if (sw_opcode_is_control(opcode))
        report(c, side, SW_RULE_WS_CTRL_AFTER_CLOSE, "after the own Close: opcode", opcode);
    else
        report(c, side, SW_RULE_WS_AFTER_CLOSE, "after the own Close: opcode", opcode);
}

static void note_frame(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_mark mark;
    sw_reader_run(&side->reader, &mark);
    uint64_t end = side->reader.offset + side->frame.header_size;
    sw_judged(c, side->direction)->frame = (struct sw_judge_frame){
        .mark = side->pushed ? side->reader.mark : mark,
        .offset = side->reader.offset,
        .acked = sw_judge_acked(c, side->direction, side->reader.offset),
        .end = end + side->frame.payload_size,
        .opcode = side->frame.opcode,
        .fin = side->frame.fin,
        .legal = true,
    };
}

void sw_check_partial(struct sw_connection *c, struct sw_side *side)
{
    struct sw_slice rest = sw_reader_peek(&side->reader, 2);
    if (side->phase == SW_PHASE_FRAMES && !side->in_frame && !side->pushed && rest.size >= 2 &&
        sw_frame_parse(rest, &side->frame) == SW_MORE)
        sw_check_frame(c, side);
    sw_judge_frame_end(c, side->direction, sw_judged(c, side->direction)->last);
}

void sw_check_frame(struct sw_connection *c, struct sw_side *side)
{
    const struct sw_frame *frame = &side->frame;
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    note_frame(c, side);
    if (!is_framed(c, side->direction))
        return;
    sw_check_opening_frame(c, side);
    sw_failing_frame(c, side);
    if (judged->closed) {
        check_after_close(c, side);
        return;
    }
    if (sw_judge_extensions_known(c)) {
        check_mask(c, side);
        check_rsv(c, side);
        if (is_reserved(frame->opcode))
            report(c, side, SW_RULE_WS_OPCODE, "reserved opcode", frame->opcode);
        if (sw_judge_unbroken(c, side->direction))
            check_order(c, side);
    }
    if (!frame->minimal) {
        sw_failing_violation(c, side, SW_RULE_WS_LEN_MINIMAL);
        sw_judge_report_frame(c, SW_RULE_WS_LEN_MINIMAL, side, "length %u in %s bits", (unsigned)frame->payload_size,
                              frame->header_size - (frame->masked ? 4 : 0) == 4 ? "16" : "64");
    }
    if (sw_opcode_is_control(frame->opcode) && !is_reserved(frame->opcode))
        check_control(c, side);
    if (side->direction == SW_CLIENT && frame->masked)
        check_key(c, side);
}
