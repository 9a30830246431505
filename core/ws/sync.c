/* SPDX-License-Identifier: MIT
 *
 * Where does decoding go on, when the handshake was not seen or a frame boundary was lost? At the next frame, or before
 * an upgrade the next HTTP head, that evidence supports (ws/find.h).
 */
#include "bytes.h"
#include "ws/find.h"
#include "ws/judge.h"

static const char *const texts[SW_REASON_COUNT] = {
    [SW_REASON_SEGMENT_MISSING] = "Bytes are missing, and with them the boundary between frames.",
    [SW_REASON_SNAPLEN_CUT] = "The capture cut packets short, and with them the boundary between frames.",
    [SW_REASON_NO_HANDSHAKE] = "The handshake was not seen, and no frame boundary was found here.",
    [SW_REASON_NOT_SIP] = "These bytes are neither an HTTP head nor WebSocket frames.",
    [SW_REASON_LIMIT] = "A limit was reached; what follows is skipped up to the next boundary.",
    [SW_REASON_MALFORMED] =
        "What stands here can be no frame, or one of 2^63 bytes or more: the next boundary is unknown.",
};

void sw_sync_enter(struct sw_connection *c, struct sw_side *side, enum sw_reason reason)
{
    if (c->judge != NULL)
        sw_judged(c, side->direction)->unsure = true;
    side->phase = SW_PHASE_SYNC;
    side->reason = reason;
    side->scanned = 0;
    side->need = 0;
    side->in_frame = false;
    /* what begins with a continuation is the rest of a message that is lost */
    side->message.assembly = SW_ASSEMBLY_LOST;
    side->message.reason = reason;
    if (side->history == SW_HISTORY_WHOLE)
        side->history = SW_HISTORY_LOST;
    if (side->deflate != NULL)
        sw_deflate_forget(c->pool, side->deflate);
}

void sw_sync_drop(struct sw_connection *c, struct sw_side *side, size_t size)
{
    if (size == 0)
        return;
    sw_loss_begin(c, side, side->reason, texts[side->reason]);
    side->loss->event.loss.boundary = true;
    sw_loss_take(side, size);
}

/* Decoding goes on in a new phase; what was lost on the way is told. */
static enum sw_step found(struct sw_connection *c, struct sw_side *side, size_t offset, enum sw_phase phase)
{
    sw_sync_drop(c, side, offset);
    side->phase = phase;
    side->scanned = 0;
    return side->loss == NULL ? SW_STEP_AGAIN : sw_loss_tell(c, side);
}

/* When to search again: not for every byte that might decide something, or bytes made to look like frames everywhere
 * would be searched through for each that comes. */
static size_t later(size_t need, size_t searched)
{
    size_t grown = searched + (searched > 2048 ? searched / 4 : searched / 16);
    return need > grown ? need : grown;
}

/* The search for a head, in what is new; data.size where there is none. */
static size_t find_head(const struct sw_connection *c, struct sw_side *side, struct sw_slice data)
{
    if (c->upgraded || side->counts.frames > 0) {
        side->scanned = data.size;
        return data.size;
    }
    size_t keep;
    size_t seen = side->scanned;
    size_t at = seen + sw_head_find(sw_slice_skip(data, seen), side->direction, &keep);
    side->scanned = data.size - keep;
    return at;
}

enum sw_step sw_sync_step(struct sw_connection *c, struct sw_side *side)
{
    if (sw_loss_blocks(side, side->reason))
        return sw_loss_tell(c, side);
    struct sw_slice data = sw_reader_peek(&side->reader, SIZE_MAX);
    bool gap = sw_reader_gap(&side->reader) != NULL;
    bool last = side->eof && !gap;
    if (data.size == 0)
        return SW_STEP_IDLE;

    /* not where nothing has come that could change the last answer */
    bool due = data.size >= side->need || gap || last;
    struct sw_search search = {.need = side->need};
    enum sw_result frames = due ? sw_frame_search(data, side->masking, last, &search) : SW_MORE;
    size_t head = find_head(c, side, data);
    if (head < data.size && (frames != SW_OK || head < search.offset))
        return found(c, side, head, SW_PHASE_HEAD);
    if (frames == SW_OK) {
        side->inferred = true;
        side->doubt = SW_FRAME_DOUBT;
        side->masking = search.masked ? SW_MASKED : SW_UNMASKED;
        if (c->judge != NULL && search.masked)
            sw_check_stray(c, side, side->reader.offset + search.offset);
        return found(c, side, search.offset, SW_PHASE_FRAMES);
    }
    /* before a gap, or at the end, nothing can confirm what is there */
    size_t done = gap || last ? data.size : search.offset;
    if (done > side->scanned && !gap && !last)
        done = side->scanned;
    sw_sync_drop(c, side, done);
    side->scanned = done < side->scanned ? side->scanned - done : 0;
    side->need = due ? later(search.need - done, data.size - done) : search.need;
    return SW_STEP_IDLE;
}
