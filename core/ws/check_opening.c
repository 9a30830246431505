/* SPDX-License-Identifier: MIT
 *
 * When are request and answer of a handshake judged, and what is sent around them that shouldn't be? RFC 6455 4.1, 6.1.
 *
 * A copy of the request waits for its answer: a client that never got one is not judged.
 */
#include "bytes.h"
#include "ws/opening.h"

#include <glib.h>

/* --- the calls --------------------------------------------------------------------------------------------------- */

static void forget_request(struct sw_connection *c, struct sw_opening *opening)
{
    g_free(opening->text);
    sw_unit_give(c->pool, opening->unit);
    opening->text = NULL;
    opening->unit = NULL;
}

static void opening_clear(struct sw_connection *c, struct sw_opening *opening)
{
    forget_request(c, opening);
    *opening = (struct sw_opening){0};
}

void sw_opening_free(struct sw_connection *c)
{
    if (c->judge->opening == NULL)
        return;
    opening_clear(c, c->judge->opening);
    g_free(c->judge->opening);
}

static struct sw_slice moved(struct sw_slice slice, const uint8_t *from, const uint8_t *to)
{
    return slice.data == NULL ? slice : sw_slice_of(to + (slice.data - from), slice.size);
}

static struct sw_opening *opening_of(struct sw_connection *c)
{
    if (c->judge->opening == NULL)
        c->judge->opening = g_new0(struct sw_opening, 1);
    return c->judge->opening;
}

void sw_check_request(struct sw_connection *c, const struct sw_http_head *head, const struct sw_unit *unit)
{
    struct sw_head asked;
    struct sw_opening *opening = opening_of(c);
    const bool early = opening->early_frame;
    const struct sw_mark early_mark = opening->early_mark;
    opening_clear(c, opening);
    opening->early_frame = early;
    opening->early_mark = early_mark;
    sw_head_read(head, &asked);
    if (!sw_judge_unbroken(c, SW_CLIENT) || asked.count[SW_HEAD_KEY1] > 0 ||
        sw_slice_equal(head->method, SW_SLICE("CONNECT")))
        return; /* hixie-76 is another protocol */
    const uint8_t *from = head->method.data;
    size_t size = (size_t)(head->headers.data + head->headers.size - from);
    opening->text = g_memdup2(from, size);
    opening->request = *head;
    opening->request.method = moved(head->method, from, opening->text);
    opening->request.target = moved(head->target, from, opening->text);
    opening->request.version = moved(head->version, from, opening->text);
    opening->request.headers = moved(head->headers, from, opening->text);
    opening->request_end = c->sides[SW_CLIENT].reader.offset;
    opening->unit = sw_unit_take(c->pool, unit->offset);
    for (size_t i = 0; i < unit->mark_count; i++)
        sw_unit_mark(opening->unit, unit->marks[i], c->limits->message_marks);
    opening->intermediary = c->judge->surroundings.intermediary || asked.traces;
}

void sw_check_answer(struct sw_connection *c, const struct sw_http_head *head, const struct sw_unit *unit,
                     bool accepted)
{
    struct sw_opening *opening = c->judge->opening;
    bool judged = opening != NULL && opening->text != NULL && !opening->answered &&
                  (sw_judge_unbroken(c, SW_SERVER) || opening->early_frame) && sw_judge_unbroken(c, SW_CLIENT);
    if (!judged)
        return;
    opening->answered = true;
    opening->status = head->status;
    opening->answer_unit = unit;
    opening->answer_begin = unit->offset;
    opening->answer_end = c->sides[SW_SERVER].reader.offset;
    opening->answer_mark = unit->marks[0];
    struct sw_head asked;
    struct sw_head answer;
    sw_head_read(&opening->request, &asked);
    sw_head_read(head, &answer);
    opening->asked = &asked;
    sw_check_whole_request(c, opening);
    if (accepted)
        sw_check_acceptance(c, opening, &answer);
    else
        sw_check_refusal(c, opening, &answer);
    opening->asked = NULL;
    opening->answer_unit = NULL;
    if (accepted) /* nothing else is asked about it */
        forget_request(c, opening);
}

/* --- what is sent around the handshake --------------------------------------------------------------------------- */

/* The client went on although the answer was no good. */
static void check_carelessness(struct sw_connection *c, struct sw_opening *opening, const struct sw_side *side)
{
    const struct sw_judge_frame *frame = &sw_judged(c, SW_CLIENT)->frame;
    bool data = !sw_opcode_is_control(frame->opcode);
    if (frame->acked < opening->answer_end)
        return;
    if (opening->answer_bad && (data || frame->opcode == SW_OPCODE_PING)) {
        sw_judge_report_frame(c, SW_RULE_WSH_CLIENT_FAIL_BAD_ACCEPT, side, "opcode %u after a faulty 101",
                              frame->opcode);
        opening->answer_bad = false;
    }
    if (opening->deflate_bad && data) {
        sw_judge_report_frame(c, SW_RULE_PMD_RESP_BAD_NOT_FAILED, side, "opcode %u after a faulty agreement",
                              frame->opcode);
        opening->deflate_bad = false;
    }
}

void sw_check_opening_frame(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_opening *opening = c->judge->opening;
    const struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_judge_frame *frame = &judged->frame;
    if (opening == NULL || !opening->answered)
        return;
    opening->frames[side->direction] = true;
    if (side->direction == SW_CLIENT) {
        if (frame->offset == opening->request_end && judged->ack_count > 0 && frame->acked <= opening->answer_begin)
            sw_judge_report_frame(c, SW_RULE_WSH_EARLY_DATA, side, "opcode %u before the answer came", frame->opcode);
        check_carelessness(c, opening, side);
    }
    bool other = opening->status != 101 && opening->status != 0; /* 0: no status at all, which was told */
    if (other && opening->frames[SW_CLIENT] && opening->frames[SW_SERVER]) {
        const struct sw_mark marks[] = {opening->answer_mark, frame->mark};
        const struct sw_place place = {
            .direction = SW_SERVER, .offset = opening->answer_begin, .marks = marks, .mark_count = 2};
        sw_judge_report(c, SW_RULE_WSH_STATUS_101, SW_SERVER, &place, "status %u, and frames both ways",
                        opening->status);
        opening->answered = false;
    }
}

/* Frames were found where a request should be. */
void sw_check_stray(struct sw_connection *c, const struct sw_side *side, uint64_t offset)
{
    struct sw_opening *opening = c->judge->opening;
    if (opening == NULL || !opening->answered || opening->status < 200 || c->upgraded || side->direction != SW_CLIENT ||
        offset != opening->request_end || sw_judge_acked(c, SW_CLIENT, offset) < opening->answer_end)
        return;
    struct sw_mark mark;
    sw_reader_run(&side->reader, &mark);
    const struct sw_mark marks[] = {opening->answer_mark, mark};
    const struct sw_place place = {.direction = SW_CLIENT, .offset = offset, .marks = marks, .mark_count = 2};
    sw_judge_report(c, SW_RULE_WSH_CLIENT_AFTER_ERROR, SW_CLIENT, &place, "a frame after status %u", opening->status);
    opening->answered = false;
}

/* Frames that end where the answer begins. */
enum sw_result sw_check_early(struct sw_connection *c, const struct sw_side *side, struct sw_slice data, size_t *size)
{
    enum { SIZE_MAX_EARLY = 4096 };
    static const struct sw_slice start = {(const uint8_t *)"HTTP/1.", 7};
    struct sw_frame frame;
    if (side->direction != SW_SERVER || side->reader.offset != 0 || !c->judge->surroundings.from_start ||
        c->judge->surroundings.secure || data.size == 0)
        return SW_BAD;
    for (*size = 0;;) {
        if (*size > 0 && sw_slice_starts(data, start))
            return SW_OK;
        if (sw_frame_parse(data, &frame) == SW_MORE)
            return SW_MORE;
        bool known = frame.opcode <= SW_OPCODE_BINARY || (frame.opcode >= 8 && frame.opcode <= SW_OPCODE_PONG);
        if (!known || frame.masked || frame.rsv != 0 || !frame.minimal || frame.payload_size > SIZE_MAX_EARLY)
            return SW_BAD;
        const size_t whole = frame.header_size + (size_t)frame.payload_size;
        if (data.size < whole + start.size)
            return SW_MORE;
        data = sw_slice_skip(data, whole);
        *size += whole;
    }
}

void sw_check_early_found(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_opening *opening = opening_of(c);
    opening->early_frame = true;
    sw_reader_run(&side->reader, &opening->early_mark);
}

/* 10.7: the server hangs up on a request that it had, and should have answered with an error. */
void sw_check_unanswered(struct sw_connection *c, struct sw_mark mark)
{
    struct sw_opening *opening = c->judge->opening;
    bool open = opening != NULL && opening->text != NULL && !opening->answered;
    if (!open || !sw_judge_unbroken(c, SW_CLIENT) || !sw_judge_unbroken(c, SW_SERVER) ||
        sw_judge_acked(c, SW_SERVER, UINT64_MAX) < opening->request_end || sw_judged(c, SW_SERVER)->fed > 0)
        return;
    struct sw_head asked;
    sw_head_read(&opening->request, &asked);
    opening->asked = &asked;
    opening->quiet = true;
    sw_check_whole_request(c, opening);
    opening->quiet = false;
    opening->asked = NULL;
    if (opening->broken) {
        const struct sw_mark marks[] = {opening->unit->marks[0], mark};
        const struct sw_place place = {.direction = SW_SERVER, .offset = 0, .marks = marks, .mark_count = 2};
        sw_judge_report(c, SW_RULE_WSH_BAD_REQUEST_NO_REPLY, SW_SERVER, &place, "closed without an answer");
    }
    opening->answered = true;
}
