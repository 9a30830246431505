/* SPDX-License-Identifier: MIT
 *
 * How do the bytes of both directions become events? Input is set aside, and pulled through the steps of ws/state.h
 * until one has an event: nothing is queued, and nothing is decoded before it is asked for.
 */
#include "sipweave/connection.h"

#include "bytes.h"
#include "ws/judge.h"

#include <glib.h>

struct sw_connection *sw_connection_new(const struct sw_limits *limits, struct sw_inflate_pool *pool,
                                        enum sw_connection_start start)
{
    struct sw_connection *c = g_new(struct sw_connection, 1);
    *c = (struct sw_connection){.limits = limits, .pool = pool};
    for (int direction = SW_CLIENT; direction <= SW_SERVER; direction++) {
        struct sw_side *side = &c->sides[direction];
        side->direction = (enum sw_direction)direction;
        side->masking = direction == SW_CLIENT ? SW_MASKED : SW_UNMASKED;
        if (start == SW_START_TUNNEL)
            sw_frames_start(side);
        if (start != SW_START_MIDSTREAM)
            continue;
        side->masking = SW_MASK_UNKNOWN; /* who is the client is a guess here */
        sw_sync_enter(c, side, SW_REASON_NO_HANDSHAKE);
    }
    return c;
}

void sw_connection_free(struct sw_connection *c)
{
    if (c == NULL)
        return;
    sw_event_done(c);
    sw_unit_give(c->pool, c->inflated);
    for (size_t i = 0; i < G_N_ELEMENTS(c->sides); i++) {
        struct sw_side *side = &c->sides[i];
        sw_reader_trim(&side->reader, true);
        sw_unit_drop(c->pool, &side->message.unit);
        sw_unit_drop(c->pool, &side->control);
        sw_unit_give(c->pool, side->loss);
        sw_deflate_free(c->pool, side->deflate);
    }
    sw_upgrade_free(c->upgrade);
    if (c->judge != NULL) {
        sw_opening_free(c);
        sw_judge_free(c);
    }
    g_free(c);
}

/* Bytes of another protocol, and the like. */
static enum sw_step skip_all(struct sw_side *side, enum sw_reason reason)
{
    size_t size = sw_reader_peek(&side->reader, SIZE_MAX).size;
    sw_reader_take(&side->reader, size, NULL, 0);
    side->ledger.undecoded[reason] += size;
    return SW_STEP_IDLE;
}

static enum sw_step skip_gap(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    sw_loss_begin(c, side, gap->reason, "Bytes are missing.");
    sw_loss_take_gap(side, gap);
    return sw_loss_tell(c, side);
}

static enum sw_step ended_step(struct sw_connection *c, struct sw_side *side)
{
    size_t size = sw_reader_peek(&side->reader, SIZE_MAX).size;
    if (size == 0)
        return SW_STEP_IDLE;
    sw_loss_begin(c, side, SW_REASON_MALFORMED, "Data behind the end of the connection.");
    sw_loss_take(side, size);
    return sw_loss_tell(c, side);
}

static enum sw_step phase_step(struct sw_connection *c, struct sw_side *side)
{
    switch (side->phase) {
    case SW_PHASE_HEAD:
        return sw_head_step(c, side);
    case SW_PHASE_BODY:
        return sw_body_step(c, side);
    case SW_PHASE_WAIT:
        return sw_wait_step(c, side);
    case SW_PHASE_FRAMES:
        return sw_frames_step(c, side);
    case SW_PHASE_SYNC:
        return sw_sync_step(c, side);
    case SW_PHASE_OPAQUE:
        return skip_all(side, SW_REASON_NOT_SIP);
    case SW_PHASE_ENDED:
        break;
    }
    return ended_step(c, side);
}

/* A head that a gap interrupts is lost, and with it the place of the next one. */
static enum sw_step head_gap(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    sw_loss_begin(c, side, gap->reason, "A part of an HTTP head is missing.");
    sw_loss_take(side, sw_reader_peek(&side->reader, SIZE_MAX).size);
    sw_loss_take_gap(side, gap);
    side->loss->event.loss.boundary = true;
    c->count_lost = true;
    sw_sync_enter(c, side, gap->reason);
    return SW_STEP_AGAIN;
}

static enum sw_step sync_gap(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    sw_loss_begin(c, side, gap->reason, "Bytes are missing where a frame boundary was looked for.");
    side->loss->event.loss.boundary = true;
    sw_loss_take_gap(side, gap);
    side->reason = side->message.reason = gap->reason;
    return SW_STEP_AGAIN;
}

/* All before the gap has been read, or cannot be. */
static enum sw_step gap_step(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    if (sw_loss_blocks(side, gap->reason))
        return sw_loss_tell(c, side);
    switch (side->phase) {
    case SW_PHASE_HEAD:
        return head_gap(c, side, gap);
    case SW_PHASE_BODY:
        return sw_body_gap(c, side, gap);
    case SW_PHASE_WAIT:
        return SW_STEP_IDLE;
    case SW_PHASE_FRAMES:
        return sw_frames_gap(c, side, gap);
    case SW_PHASE_SYNC:
        return sync_gap(c, side, gap);
    case SW_PHASE_OPAQUE:
    case SW_PHASE_ENDED:
        break;
    }
    return skip_gap(c, side, gap);
}

/* What is left when nothing more will come in this direction. */
static enum sw_step eof_step(struct sw_connection *c, struct sw_side *side)
{
    if (side->phase == SW_PHASE_FRAMES)
        return sw_frames_eof(c, side);
    if (side->phase == SW_PHASE_ENDED)
        return SW_STEP_IDLE;
    if (side->phase == SW_PHASE_WAIT && !(c->sides[SW_CLIENT].eof && c->sides[SW_SERVER].eof))
        return SW_STEP_IDLE; /* the answer may still come */
    size_t size = sw_reader_peek(&side->reader, SIZE_MAX).size;
    bool body = side->phase == SW_PHASE_BODY;
    enum sw_reason reason = body ? SW_REASON_NOT_SIP : sw_eof_reason(side);
    if (size > 0 && sw_loss_blocks(side, reason))
        return sw_loss_tell(c, side);
    side->phase = SW_PHASE_ENDED;
    if (body)
        return skip_all(side, reason);
    if (size > 0) {
        sw_loss_begin(c, side, reason, sw_eof_text(side));
        sw_loss_take(side, size);
    }
    return side->loss != NULL ? sw_loss_tell(c, side) : SW_STEP_AGAIN;
}

static enum sw_step step(struct sw_connection *c, struct sw_side *side)
{
    enum sw_step done = phase_step(c, side);
    if (done != SW_STEP_IDLE)
        return done;
    const struct sw_run *gap = sw_reader_gap(&side->reader);
    if (gap != NULL)
        return gap_step(c, side, gap);
    return side->eof ? eof_step(c, side) : SW_STEP_IDLE;
}

/* Among frames with nothing to read: so most calls find the direction whose turn it isn't. Before that, what the other
 * side says may set this one going. */
static bool is_idle(const struct sw_side *side)
{
    return side->phase == SW_PHASE_FRAMES && side->reader.fed.size == 0 && side->reader.held == NULL && !side->eof &&
           !side->pushed && side->message.assembly != SW_ASSEMBLY_DONE;
}

/* Findings are read before decoding goes on. */
static bool has_findings(const struct sw_connection *c)
{
    return c->judge != NULL && c->judge->first != NULL;
}

/* Runs a direction until it has an event or needs more. True where it did anything. */
static bool run(struct sw_connection *c, enum sw_direction direction)
{
    struct sw_side *side = sw_side_of(c, direction);
    if (is_idle(side))
        return false;
    enum sw_step done = step(c, side);
    bool any = done != SW_STEP_IDLE;
    while (done == SW_STEP_AGAIN && !has_findings(c))
        done = step(c, side);
    return any;
}

const struct sw_event *sw_connection_next(struct sw_connection *c)
{
    sw_event_done(c);
    if (c->judge != NULL && sw_judge_tell(c))
        return c->event;
    bool any = true;
    while (any && c->event == NULL && !has_findings(c)) {
        any = run(c, c->turn);
        if (c->event == NULL && !has_findings(c))
            any |= run(c, sw_direction_opposite(c->turn));
    }
    if (c->event != NULL || (c->judge != NULL && sw_judge_tell(c)))
        return c->event;
    for (size_t i = 0; i < G_N_ELEMENTS(c->sides); i++) {
        sw_reader_keep(&c->sides[i].reader);
        sw_reader_trim(&c->sides[i].reader, false);
    }
    return NULL;
}

/* Whoever feeds without pulling loses the events, and nothing else. */
static struct sw_side *ready(struct sw_connection *c, enum sw_direction direction)
{
    struct sw_side *side = sw_side_of(c, direction);
    while ((side->reader.fed.size > 0 || side->pushed) && sw_connection_next(c) != NULL) {
    }
    c->turn = direction;
    return side;
}

void sw_connection_feed(struct sw_connection *c, enum sw_direction direction, struct sw_slice bytes,
                        struct sw_mark mark)
{
    struct sw_side *side = ready(c, direction);
    if (c->judge != NULL)
        sw_judge_feed(c, direction, bytes.size, mark);
    side->reader.fed = bytes;
    side->reader.mark = mark;
}

void sw_connection_push_frame(struct sw_connection *c, enum sw_direction direction, const struct sw_frame *frame,
                              struct sw_slice payload, struct sw_mark mark)
{
    struct sw_side *side = ready(c, direction);
    if (payload.size > frame->payload_size)
        payload.size = (size_t)frame->payload_size;
    skip_all(side, SW_REASON_NO_HANDSHAKE);
    for (const struct sw_run *gap; (gap = sw_reader_gap(&side->reader)) != NULL;) {
        side->ledger.undecoded[gap->reason] += gap->size;
        sw_reader_take_gap(&side->reader);
        skip_all(side, SW_REASON_NO_HANDSHAKE);
    }
    if (c->judge != NULL)
        sw_judge_feed(c, direction, frame->header_size + frame->payload_size, mark);
    sw_frame_push(side, frame, payload, mark);
    if (payload.size < frame->payload_size)
        sw_reader_miss(&side->reader, frame->payload_size - payload.size, SW_REASON_SNAPLEN_CUT, mark);
}

void sw_connection_gap(struct sw_connection *c, enum sw_direction direction, uint64_t size, enum sw_reason reason,
                       struct sw_mark mark)
{
    struct sw_side *side = ready(c, direction);
    if (c->judge != NULL && size > 0) {
        sw_judge_gap(c, direction);
        sw_judge_feed(c, direction, size, mark);
    }
    if (size > 0)
        sw_reader_miss(&side->reader, size, reason, mark);
}

void sw_connection_lost(struct sw_connection *c, enum sw_direction direction, enum sw_reason reason,
                        struct sw_mark mark)
{
    struct sw_side *side = ready(c, direction);
    if (c->judge != NULL)
        sw_judge_gap(c, direction);
    sw_reader_miss(&side->reader, 0, reason, mark);
}

static void end(struct sw_side *side, enum sw_eof how)
{
    if (!side->eof)
        side->how = how;
    side->eof = true;
}

void sw_connection_eof(struct sw_connection *c, enum sw_direction direction, enum sw_eof how, struct sw_mark mark)
{
    struct sw_side *side = ready(c, direction);
    if (c->judge != NULL)
        sw_check_end(c, direction, how, mark);
    end(side, how);
    if (how != SW_EOF_FIN)
        end(sw_side_of(c, sw_direction_opposite(direction)), how);
}

void sw_connection_check(struct sw_connection *c, const struct sw_surroundings *surroundings)
{
    if (c->judge == NULL)
        c->judge = sw_judge_new(surroundings);
    for (size_t i = 0; i < G_N_ELEMENTS(c->sides); i++)
        c->judge->sides[i].unsure |= c->sides[i].phase == SW_PHASE_SYNC;
}

void sw_connection_acked(struct sw_connection *c, enum sw_direction direction, uint64_t offset, struct sw_mark mark)
{
    if (c->judge != NULL)
        sw_judge_ack(c, direction, offset, mark);
}

const struct sw_direction_counts *sw_connection_counts(const struct sw_connection *connection,
                                                       enum sw_direction direction)
{
    return &connection->sides[direction].counts;
}

const struct sw_ledger *sw_connection_ledger(const struct sw_connection *connection, enum sw_direction direction)
{
    return &connection->sides[direction].ledger;
}

bool sw_connection_unfinished(const struct sw_connection *connection, enum sw_direction direction,
                              struct sw_mark *since)
{
    const struct sw_side *side = &connection->sides[direction];
    if (side->phase == SW_PHASE_BODY)
        return false;                                                    /* an ordinary response may have no end */
    const struct sw_unit *units[] = {side->message.unit, side->control}; /* a control frame stands within a message */
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (units[i] == NULL)
            continue;
        *since = units[i]->marks[0];
        return true;
    }
    return sw_reader_since(&side->reader, since);
}
