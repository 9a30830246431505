/* SPDX-License-Identifier: MIT
 *
 * Which message or control frame do these frames belong to? RFC 6455 5.4 to 5.6, RFC 7692 6.
 *
 * A broken rule stops nothing here: a frame is unmasked by its own mask bit, a continuation without a start is a
 * message of its own, and a new message within an unfinished one ends that.
 */
#include "bytes.h"
#include "ws/find.h"
#include "ws/judge.h"

enum { HEADER_MAX = 14 };

static const char reserved[] = "A frame with a reserved opcode.";
static const char interrupted[] = "A new message begins before this one is finished.";
static const char broken[] = "A part of this message is missing.";
static const char boundary_lost[] = "Bytes are missing, and with them the boundary between frames.";
static const char too_large[] = "A control frame is larger than the limit.";

static bool is_data(uint8_t opcode)
{
    return opcode <= SW_OPCODE_BINARY;
}

static bool is_reserved(uint8_t opcode)
{
    return (opcode & 7) > 2;
}

static size_t mark_cap(const struct sw_connection *c)
{
    return c->limits->message_marks;
}

/* Messages and control frames in progress become part of the loss. */
static void lose_frames(struct sw_connection *c, struct sw_side *side, enum sw_reason reason, const char *text)
{
    if (side->message.unit != NULL)
        sw_loss_take_unit(c, side, &side->message.unit, reason, text);
    if (side->control != NULL)
        sw_loss_take_unit(c, side, &side->control, reason, text);
}

/* The frame's header is there: where its payload goes. */

static void take_header(struct sw_connection *c, struct sw_side *side, struct sw_unit *unit)
{
    if (side->pushed) {
        side->reader.offset += side->frame.header_size;
        sw_unit_mark(unit, side->reader.mark, mark_cap(c));
        side->pushed = false;
    } else {
        sw_reader_take(&side->reader, side->frame.header_size, unit, mark_cap(c));
    }
}

static void begin_reserved(struct sw_connection *c, struct sw_side *side)
{
    sw_loss_begin(c, side, SW_REASON_MALFORMED, reserved);
    take_header(c, side, side->loss);
    side->loss->event.loss.bytes += side->frame.header_size;
    side->ledger.undecoded[SW_REASON_MALFORMED] += side->frame.header_size;
    side->control_lost = true;
}

static void begin_control(struct sw_connection *c, struct sw_side *side)
{
    side->control = sw_unit_take(c->pool, side->reader.offset);
    take_header(c, side, side->control);
    side->control_lost = false;
    side->ledger.protocol += side->frame.header_size;
    side->counts.frames++;
}

static void open_message(struct sw_connection *c, struct sw_side *side)
{
    struct sw_message *message = &side->message;
    bool keep;
    message->unit = sw_unit_take(c->pool, side->reader.offset);
    message->assembly = SW_ASSEMBLY_OPEN;
    message->opcode = side->frame.opcode;
    message->masked = side->frame.masked;
    message->fragments = 0;
    message->compressed = (side->frame.rsv & SW_RSV1) != 0 && side->frame.opcode != SW_OPCODE_CONTINUATION &&
                          sw_upgrade_deflates(c, side->direction, &keep);
}

static void begin_data(struct sw_connection *c, struct sw_side *side)
{
    struct sw_message *message = &side->message;
    bool rest_of_lost = message->assembly == SW_ASSEMBLY_LOST && side->frame.opcode == SW_OPCODE_CONTINUATION;
    if (message->assembly != SW_ASSEMBLY_OPEN && !rest_of_lost)
        open_message(c, side);
    if (rest_of_lost)
        sw_loss_begin(c, side, message->reason, broken);
    take_header(c, side, rest_of_lost ? side->loss : message->unit);
    side->ledger.protocol += side->frame.header_size;
    side->counts.frames++;
}

/* The reason for which this frame's bytes are lost whatever they are; SW_REASON_COUNT: none. */
static enum sw_reason doomed(const struct sw_side *side, const struct sw_frame *frame)
{
    if (is_reserved(frame->opcode))
        return SW_REASON_MALFORMED;
    bool rest = frame->opcode == SW_OPCODE_CONTINUATION && side->message.assembly == SW_ASSEMBLY_LOST;
    return rest ? side->message.reason : SW_REASON_COUNT;
}

/* 5.4: a message must be finished before the next one begins. */
static bool interrupts(const struct sw_side *side, const struct sw_frame *frame)
{
    if (!is_data(frame->opcode) || frame->opcode == SW_OPCODE_CONTINUATION)
        return false;
    return side->message.assembly == SW_ASSEMBLY_OPEN || side->loss != NULL;
}

static enum sw_step interrupt(struct sw_connection *c, struct sw_side *side)
{
    if (side->message.assembly == SW_ASSEMBLY_OPEN) {
        if (side->message.unit->skipped > 0)
            return sw_loss_tell_skipped(c, side, side->message.unit);
        sw_loss_take_unit(c, side, &side->message.unit, SW_REASON_MALFORMED, interrupted);
        if (side->message.compressed)
            side->loss->event.loss.history = sw_history_lose(c, side);
    }
    side->message.assembly = SW_ASSEMBLY_NONE;
    return sw_loss_tell(c, side);
}

/* Where findings are wanted, text of another protocol is told from a frame, if its first bytes may still become either.
 */
static bool waits_for_text(struct sw_connection *c, struct sw_side *side)
{
    if (c->judge == NULL || side->eof || sw_reader_gap(&side->reader) != NULL)
        return false;
    return sw_check_foreign(c, side, sw_reader_peek(&side->reader, HEADER_MAX)) == SW_MORE;
}

/* Whether the boundary that was found is none: soon behind it stands what is no header. */
static bool is_no_boundary(struct sw_side *side, const struct sw_frame *frame)
{
    if (side->doubt == 0 || side->pushed)
        return false;
    const bool fits = sw_frame_fits(frame, side->masking);
    side->doubt -= fits;
    return !fits;
}

/* Whether the header breaks several rules at once, in ways that no sender of frames would: what stands here is
 * something else. Whoever never masks, or masks as a server, at least goes on like that. */
static bool is_no_header(const struct sw_connection *c, const struct sw_side *side, const struct sw_frame *frame)
{
    enum { CONTROL_MAX = 125 };
    const struct sw_handshake *seen = sw_connection_handshake(c);
    if (sw_frame_fits(frame, side->masking) || side->pushed)
        return false;
    if (!c->upgraded || !seen->requested || !seen->answered || seen->extension_unknown)
        return false;
    const bool first = frame->opcode == SW_OPCODE_TEXT || frame->opcode == SW_OPCODE_BINARY;
    const unsigned defined = seen->deflate.agreed && first ? SW_RSV1 : 0;
    const enum sw_masking masking = frame->masked ? SW_MASKED : SW_UNMASKED;
    const bool mask = masking != (side->direction == SW_CLIENT ? SW_MASKED : SW_UNMASKED) && masking != side->masking;
    const unsigned strange = (unsigned)mask + ((frame->rsv & ~defined) != 0) + (unsigned)is_reserved(frame->opcode);
    const bool control = !is_data(frame->opcode) && frame->opcode >= SW_OPCODE_CLOSE;
    const bool badly = control && (!frame->fin || frame->payload_size > CONTROL_MAX);
    const bool stray = frame->opcode == SW_OPCODE_CONTINUATION && side->message.assembly == SW_ASSEMBLY_NONE;
    return strange > 0 && strange + (unsigned)badly + (unsigned)stray + (unsigned)!frame->minimal > 1;
}

static enum sw_step leave_frames(struct sw_connection *c, struct sw_side *side)
{
    if (side->loss != NULL)
        return sw_loss_tell(c, side);
    if (c->judge != NULL)
        sw_check_no_header(c, side);
    if (side->masking == SW_MASK_UNKNOWN)
        side->masking = side->direction == SW_CLIENT ? SW_MASKED : SW_UNMASKED;
    lose_frames(c, side, SW_REASON_MALFORMED, broken);
    sw_sync_enter(c, side, SW_REASON_MALFORMED);
    return SW_STEP_AGAIN;
}

static enum sw_step read_header(struct sw_connection *c, struct sw_side *side)
{
    struct sw_frame frame;
    enum sw_result result = SW_OK;
    if (side->pushed)
        frame = side->frame;
    else if (waits_for_text(c, side))
        return SW_STEP_IDLE;
    else
        result = sw_frame_parse(sw_reader_peek(&side->reader, HEADER_MAX), &frame);
    if (result == SW_MORE)
        return SW_STEP_IDLE;
    if (result == SW_BAD && side->loss != NULL)
        return sw_loss_tell(c, side);
    if (result == SW_BAD) {
        if (c->judge != NULL)
            sw_check_length(c, side);
        lose_frames(c, side, SW_REASON_MALFORMED, broken);
        sw_sync_enter(c, side, SW_REASON_MALFORMED);
        return SW_STEP_AGAIN;
    }
    if (is_no_boundary(side, &frame)) {
        if (side->loss != NULL)
            return sw_loss_tell(c, side);
        lose_frames(c, side, side->reason, broken);
        sw_sync_enter(c, side, side->reason);
        return SW_STEP_AGAIN;
    }
    if (is_no_header(c, side, &frame))
        return leave_frames(c, side);
    if (interrupts(side, &frame))
        return interrupt(c, side);
    enum sw_reason reason = doomed(side, &frame);
    if (reason != SW_REASON_COUNT && sw_loss_blocks(side, reason))
        return sw_loss_tell(c, side);

    side->frame = frame;
    side->in_frame = true;
    side->position = 0;
    side->masking = frame.masked ? SW_MASKED : SW_UNMASKED;
    if (c->judge != NULL)
        sw_check_frame(c, side);
    if (is_reserved(frame.opcode))
        begin_reserved(c, side);
    else if (sw_opcode_is_control(frame.opcode))
        begin_control(c, side);
    else
        begin_data(c, side);
    return SW_STEP_AGAIN;
}

/* The payload. */

/* The unit that this frame's payload belongs to, or NULL: it is lost. */
static struct sw_unit *frame_unit(struct sw_side *side)
{
    if (!is_data(side->frame.opcode))
        return side->control_lost ? NULL : side->control;
    return side->message.assembly == SW_ASSEMBLY_LOST ? NULL : side->message.unit;
}

static void skip(struct sw_unit *unit, size_t size)
{
    unit->skipped += size;
    unit->cut |= size > 0;
}

/* Unmasks into the unit's own room, as far as limits->message_size allows. */
static void copy(struct sw_connection *c, struct sw_side *side, struct sw_unit *unit, struct sw_slice chunk)
{
    size_t room = c->limits->message_size - unit->size;
    struct sw_slice kept = sw_slice_head(chunk, room);
    skip(unit, chunk.size - kept.size);
    if (kept.size == 0)
        return;
    sw_unit_reserve(unit, unit->size + kept.size);
    if (side->frame.masked)
        sw_frame_unmask(unit->bytes + unit->size, kept, side->frame.masking_key, side->position);
    else
        memcpy(unit->bytes + unit->size, kept.data, kept.size);
    unit->size += kept.size;
    unit->wire += kept.size;
}

/* A message or control frame that lies in one piece, unmasked, needs no copy. */
static bool in_place(const struct sw_connection *c, const struct sw_side *side, const struct sw_unit *unit,
                     struct sw_slice chunk)
{
    return !side->frame.masked && side->frame.fin && unit->wire == 0 && unit->skipped == 0 &&
           chunk.size == side->frame.payload_size && chunk.size <= c->limits->message_size;
}

static struct sw_slice unit_payload(const struct sw_unit *unit)
{
    return sw_slice_of(unit->bytes, unit->size);
}

static enum sw_step end_control(struct sw_connection *c, struct sw_side *side, struct sw_slice payload)
{
    if (side->control_lost)
        return sw_loss_tell(c, side);
    if (side->control->cut) {
        sw_loss_take_unit(c, side, &side->control, SW_REASON_LIMIT, too_large);
        return sw_loss_tell(c, side);
    }
    return sw_control_event(c, side, payload);
}

static enum sw_step end_data(struct sw_connection *c, struct sw_side *side, struct sw_slice payload)
{
    struct sw_message *message = &side->message;
    message->fragments++;
    if (!side->frame.fin)
        return SW_STEP_AGAIN;
    if (message->assembly == SW_ASSEMBLY_LOST) {
        message->assembly = SW_ASSEMBLY_NONE;
        return sw_loss_tell(c, side);
    }
    return sw_message_finish(c, side, payload);
}

static enum sw_step end_frame(struct sw_connection *c, struct sw_side *side, struct sw_slice payload)
{
    if (c->judge != NULL)
        sw_judge_frame_end(c, side->direction, side->reader.mark);
    side->in_frame = false;
    return is_data(side->frame.opcode) ? end_data(c, side, payload) : end_control(c, side, payload);
}

static enum sw_step read_payload(struct sw_connection *c, struct sw_side *side)
{
    uint64_t left = side->frame.payload_size - side->position;
    struct sw_mark mark;
    struct sw_slice chunk = sw_reader_run(&side->reader, &mark);
    if (chunk.size > left)
        chunk.size = (size_t)left;
    if (chunk.size == 0 && left > 0)
        return SW_STEP_IDLE;
    struct sw_unit *unit = frame_unit(side);
    struct sw_slice payload = chunk;
    size_t before = 0;
    if (unit == NULL) {
        sw_loss_take(side, chunk.size);
    } else {
        if (in_place(c, side, unit, chunk)) {
            unit->wire = chunk.size;
        } else {
            before = unit->size;
            copy(c, side, unit, chunk);
            payload = unit_payload(unit);
        }
        if (c->judge != NULL && is_data(side->frame.opcode))
            sw_check_text(c, side, sw_slice_skip(payload, before), mark);
        sw_reader_take(&side->reader, chunk.size, unit, mark_cap(c));
    }
    side->position += chunk.size;
    return side->position < side->frame.payload_size ? SW_STEP_AGAIN : end_frame(c, side, payload);
}

enum sw_step sw_frames_step(struct sw_connection *c, struct sw_side *side)
{
    if (side->message.assembly == SW_ASSEMBLY_DONE)
        return sw_message_deliver(c, side);
    return side->in_frame ? read_payload(c, side) : read_header(c, side);
}

void sw_frames_start(struct sw_side *side)
{
    side->phase = SW_PHASE_FRAMES;
    side->message.assembly = SW_ASSEMBLY_NONE;
    side->history = SW_HISTORY_WHOLE;
}

void sw_frame_push(struct sw_side *side, const struct sw_frame *frame, struct sw_slice payload, struct sw_mark mark)
{
    side->phase = SW_PHASE_FRAMES;
    side->frame = *frame;
    side->pushed = true;
    side->reader.fed = payload;
    side->reader.mark = mark;
}

/* Gaps and ends. */

static void lose_unit(struct sw_connection *c, struct sw_side *side, struct sw_unit **unit, enum sw_reason reason)
{
    sw_loss_take_unit(c, side, unit, reason, broken);
    if (unit == &side->control) {
        side->control_lost = true;
        return;
    }
    side->message.assembly = SW_ASSEMBLY_LOST;
    side->message.reason = reason;
    if (side->message.compressed)
        side->loss->event.loss.history = sw_history_lose(c, side);
}

/* The whole gap lies in the payload of a frame: framing survives, by arithmetic. */
static enum sw_step gap_inside(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    bool control = !is_data(side->frame.opcode);
    if (frame_unit(side) != NULL)
        lose_unit(c, side, control ? &side->control : &side->message.unit, gap->reason);
    sw_loss_begin(c, side, gap->reason, broken);
    side->position += gap->size;
    sw_loss_take_gap(side, gap);
    return side->position < side->frame.payload_size ? SW_STEP_AGAIN : end_frame(c, side, (struct sw_slice){0});
}

static enum sw_step gap_beyond(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    lose_frames(c, side, gap->reason, boundary_lost);
    sw_loss_begin(c, side, gap->reason, boundary_lost);
    side->loss->event.loss.text = boundary_lost;
    side->loss->event.loss.boundary = true;
    side->loss->event.loss.history |= sw_history_lose(c, side);
    sw_loss_take(side, sw_reader_peek(&side->reader, SIZE_MAX).size);
    sw_loss_take_gap(side, gap);
    sw_sync_enter(c, side, gap->reason);
    return SW_STEP_AGAIN;
}

/* A unit that was cut by a limit tells that before it is lost for another reason. */
static struct sw_unit *skipping(struct sw_side *side)
{
    struct sw_unit *units[] = {side->control, side->message.unit};
    for (size_t i = 0; i < 2; i++)
        if (units[i] != NULL && units[i]->skipped > 0)
            return units[i];
    return NULL;
}

enum sw_step sw_frames_gap(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap)
{
    if (skipping(side) != NULL)
        return sw_loss_tell_skipped(c, side, skipping(side));
    bool inside = side->in_frame && gap->size != 0 && gap->size <= side->frame.payload_size - side->position;
    return inside ? gap_inside(c, side, gap) : gap_beyond(c, side, gap);
}

enum sw_step sw_frames_eof(struct sw_connection *c, struct sw_side *side)
{
    enum sw_reason reason = sw_eof_reason(side);
    if (skipping(side) != NULL)
        return sw_loss_tell_skipped(c, side, skipping(side));
    size_t size = sw_reader_peek(&side->reader, SIZE_MAX).size;
    bool unfinished = size > 0 || side->message.unit != NULL || side->control != NULL;
    if (unfinished && sw_loss_blocks(side, reason))
        return sw_loss_tell(c, side);
    lose_frames(c, side, reason, sw_eof_text(side));
    if (size > 0) {
        sw_loss_begin(c, side, reason, sw_eof_text(side));
        sw_loss_take(side, size);
    }
    side->phase = SW_PHASE_ENDED;
    return side->loss != NULL ? sw_loss_tell(c, side) : SW_STEP_AGAIN;
}
