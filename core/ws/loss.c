/* SPDX-License-Identifier: MIT
 *
 * What was not decoded, and why? A loss grows until decoding goes on, so that each is told once, with its whole size:
 * a gap, what had come of the message around it, what had to be skipped to the next frame.
 */
#include "bytes.h"
#include "ws/state.h"

#include <glib.h>

enum { LOSS_MARKS = 64 }; /* packets remembered for a loss: it may span the rest of the capture */

bool sw_loss_blocks(const struct sw_side *side, enum sw_reason reason)
{
    return side->loss != NULL && side->loss->event.loss.reason != reason;
}

void sw_loss_begin(struct sw_connection *c, struct sw_side *side, enum sw_reason reason, const char *text)
{
    if (side->loss != NULL)
        return;
    side->loss = sw_unit_take(c->pool, side->reader.offset);
    side->loss->event.loss = (struct sw_event_loss){.reason = reason, .text = text};
}

static void grow(struct sw_side *side, uint64_t bytes)
{
    struct sw_event_loss *loss = &side->loss->event.loss;
    loss->bytes += bytes;
    side->ledger.undecoded[loss->reason] += bytes;
}

void sw_loss_take(struct sw_side *side, size_t size)
{
    sw_reader_take(&side->reader, size, side->loss, LOSS_MARKS);
    grow(side, size);
}

void sw_loss_take_gap(struct sw_side *side, const struct sw_run *gap)
{
    sw_unit_mark(side->loss, gap->mark, LOSS_MARKS);
    grow(side, gap->size);
    sw_reader_take_gap(&side->reader);
}

/* What began before the loss has its packets before those of the loss. */
static void put_before(struct sw_unit *loss, struct sw_unit *unit)
{
    const struct sw_unit own = *loss;
    loss->offset = unit->offset;
    loss->marks = unit->marks;
    loss->mark_count = MIN(unit->mark_count, (size_t)LOSS_MARKS);
    loss->mark_room = unit->mark_room;
    unit->marks = own.marks;
    unit->mark_count = own.mark_count;
    unit->mark_room = own.mark_room;
}

void sw_loss_take_unit(struct sw_connection *c, struct sw_side *side, struct sw_unit **unit, enum sw_reason reason,
                       const char *text)
{
    sw_loss_begin(c, side, reason, text);
    if ((*unit)->offset < side->loss->offset)
        put_before(side->loss, *unit);
    for (size_t i = 0; i < (*unit)->mark_count; i++)
        sw_unit_mark(side->loss, (*unit)->marks[i], LOSS_MARKS);
    grow(side, (*unit)->wire + (*unit)->skipped);
    sw_unit_drop(c->pool, unit);
}

static enum sw_step loss_event(struct sw_connection *c, struct sw_side *side, struct sw_unit *unit,
                               struct sw_event_loss loss)
{
    enum sw_step step = sw_event_new(c, side, SW_EVENT_LOSS, unit);
    c->event->loss = loss;
    return step;
}

enum sw_step sw_loss_tell(struct sw_connection *c, struct sw_side *side)
{
    struct sw_unit *unit = side->loss;
    side->loss = NULL;
    if (unit->event.loss.bytes == 0 && !unit->event.loss.history) {
        sw_unit_give(c->pool, unit);
        return SW_STEP_AGAIN;
    }
    sw_lend(c, unit);
    return loss_event(c, side, unit, unit->event.loss);
}

enum sw_step sw_loss_tell_skipped(struct sw_connection *c, struct sw_side *side, struct sw_unit *unit)
{
    bool keep;
    sw_upgrade_deflates(c, side->direction, &keep);
    const struct sw_event_loss loss = {
        .reason = SW_REASON_LIMIT,
        .bytes = unit->skipped,
        .history = unit == side->message.unit && side->message.compressed && keep,
        .text = "The message is larger than the limit; its rest was skipped.",
    };
    side->ledger.undecoded[SW_REASON_LIMIT] += unit->skipped;
    unit->skipped = 0;
    unit->told = true;
    return loss_event(c, side, unit, loss);
}

bool sw_history_lose(struct sw_connection *c, struct sw_side *side)
{
    bool keep;
    if (!sw_upgrade_deflates(c, side->direction, &keep) || !keep)
        return false;
    if (side->deflate != NULL)
        sw_deflate_forget(c->pool, side->deflate);
    bool used = side->deflate != NULL || sw_connection_handshake(c)->deflate.agreed;
    bool news = used && side->history != SW_HISTORY_TOLD;
    side->history = used ? SW_HISTORY_TOLD : SW_HISTORY_LOST;
    return news;
}

enum sw_reason sw_eof_reason(const struct sw_side *side)
{
    return side->how == SW_EOF_FIN ? SW_REASON_MALFORMED : SW_REASON_SEGMENT_MISSING;
}

const char *sw_eof_text(const struct sw_side *side)
{
    static const char *const texts[] = {
        [SW_EOF_FIN] = "The sender closed the connection in the middle of this.",
        [SW_EOF_RST] = "The connection was reset in the middle of this.",
        [SW_EOF_CAPTURE] = "The capture ends in the middle of this.",
    };
    return texts[side->how];
}
