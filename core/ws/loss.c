/* SPDX-License-Identifier: MIT
 *
 * What was not decoded, and why? A loss grows until decoding goes on, so that each is told once, with its whole size:
 * a gap, what had come of the message around it, what had to be skipped to the next frame.
 */
#include "bytes.h"
#include "ws/state.h"

enum { LOSS_MARKS = 64 }; /* packets remembered for a loss: it may span the rest of the capture */

bool sw_loss_blocks(const struct sw_side *side, enum sw_reason reason)
{
    return side->loss.scratch != NULL && side->loss.reason != reason;
}

void sw_loss_begin(struct sw_connection *c, struct sw_side *side, enum sw_reason reason, const char *text)
{
    if (side->loss.scratch != NULL)
        return;
    side->loss = (struct sw_loss){
        .scratch = sw_scratch_take(c->pool),
        .offset = side->reader.offset,
        .reason = reason,
        .text = text,
    };
}

static void grow(struct sw_side *side, uint64_t bytes)
{
    side->loss.bytes += bytes;
    side->ledger.undecoded[side->loss.reason] += bytes;
}

void sw_loss_take(struct sw_side *side, size_t size)
{
    sw_reader_take(&side->reader, size, side->loss.scratch, LOSS_MARKS);
    grow(side, size);
}

void sw_loss_take_gap(struct sw_side *side, const struct sw_run *gap)
{
    sw_scratch_mark(side->loss.scratch, gap->mark, LOSS_MARKS);
    grow(side, gap->size);
    sw_reader_take_gap(&side->reader);
}

void sw_loss_take_unit(struct sw_connection *c, struct sw_side *side, struct sw_unit *unit, enum sw_reason reason,
                       const char *text)
{
    sw_loss_begin(c, side, reason, text);
    if (unit->offset < side->loss.offset)
        side->loss.offset = unit->offset;
    for (size_t i = 0; i < unit->scratch->mark_count; i++)
        sw_scratch_mark(side->loss.scratch, unit->scratch->marks[i], LOSS_MARKS);
    grow(side, unit->wire + unit->skipped);
    sw_unit_close(c, unit);
}

static enum sw_step loss_event(struct sw_connection *c, struct sw_side *side, const struct sw_loss *loss,
                               struct sw_scratch *scratch)
{
    enum sw_step step = sw_event_new(c, side, SW_EVENT_LOSS, scratch, loss->offset);
    c->event->loss = (struct sw_event_loss){
        .reason = loss->reason,
        .bytes = loss->bytes,
        .history = loss->history,
        .boundary = loss->boundary,
        .text = loss->text,
    };
    return step;
}

enum sw_step sw_loss_tell(struct sw_connection *c, struct sw_side *side)
{
    struct sw_scratch *scratch = side->loss.scratch;
    side->loss.scratch = NULL;
    if (side->loss.bytes == 0 && !side->loss.history) {
        sw_scratch_give(c->pool, scratch);
        return SW_STEP_AGAIN;
    }
    sw_lend(c, scratch);
    return loss_event(c, side, &side->loss, scratch);
}

enum sw_step sw_loss_tell_skipped(struct sw_connection *c, struct sw_side *side, struct sw_unit *unit, bool history)
{
    const struct sw_loss loss = {
        .offset = unit->offset,
        .bytes = unit->skipped,
        .text = "The message is larger than the limit; its rest was skipped.",
        .reason = SW_REASON_LIMIT,
        .history = history,
    };
    side->ledger.undecoded[SW_REASON_LIMIT] += unit->skipped;
    unit->skipped = 0;
    unit->told = true;
    return loss_event(c, side, &loss, unit->scratch);
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
