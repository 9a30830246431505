/* SPDX-License-Identifier: MIT
 *
 * Is a text message UTF-8, and is a deflated one made as it should be? RFC 6455 5.6, 8.1; RFC 7692 6.1, 7.2.
 *
 * Text that isn't deflated is read as it comes, so that a fault is told of the frame that has it, and of messages that
 * never end.
 */
#include "bytes.h"
#include "ws/judge.h"
#include "ws/walk.h"

#include <glib.h>

enum {
    BOMB_RATIO = 1000,
    BOMB_SIZE = 1024 * 1024,
    WINDOW_BITS_MAX = 15,
};

static bool is_certain(const struct sw_connection *c, const struct sw_side *side)
{
    return sw_judge_extensions_known(c) && sw_judge_unbroken(c, side->direction);
}

/* One that begins within another may be the rest of that: cut anywhere, or deflated. */
static bool is_read(const struct sw_judge_side *judged)
{
    return !judged->utf8_reported && !judged->tangled;
}

static uint64_t message_number(const struct sw_side *side)
{
    return side->counts.messages + 1;
}

/* --- UTF-8 ------------------------------------------------------------------------------------------------------- */

/* How many bytes go well. */
static size_t good_bytes(enum sw_utf8 state, struct sw_slice bytes)
{
    size_t n = 0;
    while (n < bytes.size && (state = sw_utf8_next(state, sw_slice_of(bytes.data + n, 1))) != SW_UTF8_BAD)
        n++;
    return n;
}

static void report_text(struct sw_connection *c, struct sw_side *side, struct sw_mark mark, const char *what,
                        struct sw_slice bytes, uint64_t position)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_mark marks[] = {judged->frame.mark, mark};
    const struct sw_place place = {.direction = side->direction,
                                   .offset = judged->frame.offset,
                                   .size = 0,
                                   .marks = marks,
                                   .mark_count = mark.packet == marks[0].packet ? 1 : 2,
                                   .message = message_number(side)};
    char excerpt[SW_EXCERPT];
    judged->utf8_reported = true;
    sw_judge_report_pending(c, SW_RULE_WS_UTF8, &place, "%s \"%s\" at byte %llu of the text", what,
                            sw_evidence(excerpt, bytes), (unsigned long long)position);
    sw_failing_violation(c, side, SW_RULE_WS_UTF8);
}

void sw_check_text(struct sw_connection *c, struct sw_side *side, struct sw_slice bytes, struct sw_mark mark)
{
    enum { SHOWN = 4 };
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    if (side->message.opcode != SW_OPCODE_TEXT || side->message.compressed || !is_read(judged) || judged->closed ||
        !is_certain(c, side))
        return;
    enum sw_utf8 before = judged->utf8;
    judged->utf8 = sw_utf8_next(before, bytes);
    if (judged->utf8 == SW_UTF8_BAD) {
        size_t good = good_bytes(before, bytes);
        report_text(c, side, mark, "no UTF-8:", sw_slice_head(sw_slice_skip(bytes, good), SHOWN),
                    judged->text_size + good);
    }
    judged->text_size += bytes.size;
}

static void check_whole_text(struct sw_connection *c, struct sw_side *side)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_unit *unit = side->message.unit;
    struct sw_mark last = unit->marks[unit->mark_count - 1];
    if (side->message.opcode != SW_OPCODE_TEXT || !is_read(judged) || unit->cut)
        return;
    enum sw_utf8 end = side->message.compressed ? sw_utf8_next(SW_UTF8_START, c->payload) : judged->utf8;
    if (end == SW_UTF8_START)
        return;
    size_t good = good_bytes(SW_UTF8_START, c->payload);
    report_text(c, side, last, end == SW_UTF8_BAD ? "no UTF-8:" : "a character is cut:",
                sw_slice_head(sw_slice_skip(c->payload, end == SW_UTF8_BAD ? good : c->payload.size - 1), 4),
                end == SW_UTF8_BAD ? good : c->payload.size - 1);
}

void sw_check_message(struct sw_connection *c, struct sw_side *side)
{
    const struct sw_unit *unit = side->message.unit;
    if (is_certain(c, side) && !sw_judged(c, side->direction)->closed)
        check_whole_text(c, side);
    sw_judge_frame_end(c, side->direction, unit->marks[unit->mark_count - 1]);
}

/* --- deflate ----------------------------------------------------------------------------------------------------- */

static void report_message(struct sw_connection *c, const struct sw_side *side, enum sw_rule rule, const char *what,
                           uint64_t value)
{
    const struct sw_unit *unit = side->message.unit;
    const struct sw_place place = {.direction = side->direction,
                                   .offset = unit->offset,
                                   .size = side->reader.offset - unit->offset,
                                   .marks = unit->marks,
                                   .mark_count = unit->mark_count,
                                   .message = message_number(side)};
    sw_judge_report(c, rule, side->direction, &place, "%s %llu", what, (unsigned long long)value);
    sw_failing_violation(c, side, rule);
}

/* Whether messages of this direction are deflated by an agreement that was seen, and this one is whole. */
static bool is_deflated(const struct sw_connection *c, const struct sw_side *side)
{
    return is_certain(c, side) && sw_connection_handshake(c)->deflate.agreed && !side->message.unit->cut &&
           !c->judge->sides[side->direction].closed;
}

void sw_check_deflated(struct sw_connection *c, struct sw_side *side, struct sw_slice payload)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    judged->tail_reported = false;
    if (!is_deflated(c, side))
        return;
    if (payload.size == 0)
        report_message(c, side, SW_RULE_PMD_EMPTY, "RSV1, and a payload of bytes:", 0);
    if (payload.size < 4 || memcmp(payload.data + payload.size - 4, "\0\0\xff\xff", 4) != 0)
        return;
    judged->tail_reported = true;
    report_message(c, side, SW_RULE_PMD_TAIL, "00 00 ff ff stands at the end of the payload, at byte",
                   payload.size - 4);
}

static void check_window(struct sw_connection *c, const struct sw_side *side, const struct sw_walk *walk)
{
    const struct sw_deflate_params *agreed = &sw_connection_handshake(c)->deflate;
    bool client = side->direction == SW_CLIENT;
    unsigned bits = client ? agreed->client_window_bits : agreed->server_window_bits;
    if (walk->distance > UINT32_C(1) << bits)
        report_message(c, side, client ? SW_RULE_PMD_WINDOW_CLIENT : SW_RULE_PMD_WINDOW_SERVER,
                       "a back-reference over bytes:", walk->distance);
}

void sw_check_inflated(struct sw_connection *c, struct sw_side *side, struct sw_slice payload, bool final_block,
                       size_t inflated)
{
    if (!is_deflated(c, side) || side->history != SW_HISTORY_WHOLE || payload.size == 0)
        return;
    const struct sw_deflate_params *agreed = &sw_connection_handshake(c)->deflate;
    unsigned bits = side->direction == SW_CLIENT ? agreed->client_window_bits : agreed->server_window_bits;
    if (inflated > BOMB_SIZE && inflated / BOMB_RATIO >= payload.size)
        report_message(c, side, SW_RULE_PMD_BOMB, "inflates by a factor of", inflated / payload.size);
    if (bits == WINDOW_BITS_MAX && !final_block)
        return;
    struct sw_walk walk;
    sw_walk(payload, &walk);
    if (walk.bad)
        return; /* zlib knows better */
    check_window(c, side, &walk);
    if (walk.padded)
        report_message(c, side, SW_RULE_PMD_BFINAL_PAD, "bits behind a final block; payload size", payload.size);
    if (!walk.complete && !sw_judged(c, side->direction)->tail_reported)
        report_message(c, side, SW_RULE_PMD_FLUSH, "no empty stored block at the end; payload size", payload.size);
}

/* Whether the message is whole once the four octets are put back behind its fragments, or behind the last of them that
 * ends before the fault. */
static bool lacks_tails(const struct sw_judge_side *judged, struct sw_slice payload, size_t bad_at, bool all)
{
    GByteArray *mended = g_byte_array_new();
    size_t from = 0;
    unsigned put = 0;
    for (unsigned i = 0; i < judged->border_count; i++) {
        size_t border = judged->borders[i];
        bool last = i + 1 == judged->border_count || judged->borders[i + 1] > bad_at;
        if (border > payload.size || border < from || border == 0 || (!all && (border > bad_at || !last)))
            continue;
        g_byte_array_append(mended, payload.data + from, (guint)(border - from));
        g_byte_array_append(mended, (const uint8_t *)"\0\0\xff\xff", 4);
        from = border;
        put++;
        if (!all)
            break;
    }
    g_byte_array_append(mended, payload.data + from, (guint)(payload.size - from));
    struct sw_walk walk;
    sw_walk(sw_slice_of(mended->data, mended->len), &walk);
    g_byte_array_free(mended, TRUE);
    return put > 0 && walk.complete;
}

void sw_check_undeflatable(struct sw_connection *c, struct sw_side *side, struct sw_slice payload, bool keep)
{
    const struct sw_judge_side *judged = sw_judged(c, side->direction);
    if (!is_deflated(c, side) || side->history != SW_HISTORY_WHOLE || judged->tail_reported)
        return;
    struct sw_walk walk;
    sw_walk(payload, &walk);
    bool client = side->direction == SW_CLIENT;
    bool broken = walk.bad || !walk.complete;
    if (broken && (lacks_tails(judged, payload, walk.bad_at, true) || lacks_tails(judged, payload, walk.bad_at, false)))
        report_message(c, side, SW_RULE_PMD_FRAG_TAIL, "00 00 ff ff was taken off a fragment that ends before byte",
                       walk.bad_at);
    else if (!broken && !keep && walk.before_start > 0)
        report_message(c, side, client ? SW_RULE_PMD_CTX_CLIENT : SW_RULE_PMD_CTX_SERVER,
                       "refers to bytes before the message, as far as", walk.before_start);
    else if (walk.bad || !broken)
        report_message(c, side, SW_RULE_PMD_INFLATE, "no DEFLATE data from about byte", walk.bad_at);
    else
        report_message(c, side, SW_RULE_PMD_FLUSH, "the last block isn't finished; payload size", payload.size);
}
