/* SPDX-License-Identifier: MIT
 *
 * What does a whole message or control frame say? RFC 6455 5.5, 5.6, 8.1; RFC 7692 6.2.
 */
#include "bytes.h"
#include "ws/judge.h"
#include "ws/utf8.h"

enum { CLOSE_NO_STATUS = 1005 }; /* 7.1.5 */

enum sw_step sw_control_event(struct sw_connection *c, struct sw_side *side, struct sw_slice payload)
{
    sw_event_new(c, side, SW_EVENT_CONTROL, side->control);
    side->ledger.protocol += side->control->wire;
    c->event->control = (struct sw_event_control){
        .opcode = side->frame.opcode, .payload = payload, .masked = side->frame.masked, .close_code = CLOSE_NO_STATUS};
    if (side->frame.opcode == SW_OPCODE_CLOSE) {
        struct sw_slice reason = payload;
        uint16_t code;
        if (sw_read_u16(&reason, &code)) {
            c->event->control.close_code = code;
            c->event->control.close_reason = reason;
        }
    }
    side->counts.closes += side->frame.opcode == SW_OPCODE_CLOSE;
    side->counts.pings += side->frame.opcode == SW_OPCODE_PING;
    side->counts.pongs += side->frame.opcode == SW_OPCODE_PONG;
    if (c->judge != NULL)
        sw_check_control(c, side);
    sw_lend(c, side->control);
    side->control = NULL;
    return SW_STEP_EVENT;
}

static bool is_keepalive(struct sw_slice payload)
{
    size_t n = 0;
    while (n < payload.size && (payload.data[n] == '\r' || payload.data[n] == '\n'))
        n++;
    return n > 0 && n == payload.size;
}

bool sw_message_is_utf8(const struct sw_event_message *message)
{
    if (message->opcode != SW_OPCODE_TEXT)
        return false;
    enum sw_utf8 end = sw_utf8_next(SW_UTF8_START, message->payload);
    return end == SW_UTF8_START || (message->partial && end != SW_UTF8_BAD);
}

static enum sw_step message_event(struct sw_connection *c, struct sw_side *side)
{
    struct sw_message *message = &side->message;
    struct sw_unit *unit = message->unit;
    if (c->judge != NULL)
        sw_check_message(c, side);
    sw_event_new(c, side, SW_EVENT_MESSAGE, unit);
    *(is_keepalive(c->payload) ? &side->ledger.keepalive : &side->ledger.message) += unit->wire;
    c->event->message = (struct sw_event_message){
        .opcode = message->opcode,
        .payload = c->payload,
        .fragments = message->fragments,
        .compressed = message->compressed,
        .masked = message->masked,
        .inferred = side->inferred || (message->compressed && !sw_connection_handshake(c)->deflate.agreed),
        .wire_size = unit->wire,
        .partial = unit->cut,
    };
    side->counts.messages++;
    side->counts.bytes += c->payload.size;
    sw_lend(c, unit);
    sw_lend(c, c->inflated);
    message->unit = NULL;
    c->inflated = NULL;
    message->assembly = SW_ASSEMBLY_NONE;
    return SW_STEP_EVENT;
}

/* A message that cannot be inflated: for want of history, or because it is no deflate data. */
static enum sw_step undeflatable(struct sw_connection *c, struct sw_side *side, bool evicted)
{
    enum sw_reason reason = SW_REASON_DEFLATE_HISTORY_LOST;
    const char *text = "The message refers to deflate history that is lost.";
    if (evicted) {
        reason = SW_REASON_LIMIT;
        text = "The deflate history was dropped for the limit on all histories.";
    } else if (side->history == SW_HISTORY_WHOLE) {
        reason = SW_REASON_MALFORMED;
        text = "The message is no valid deflate data.";
    }
    bool news = evicted || side->history != SW_HISTORY_TOLD;
    sw_unit_drop(c->pool, &c->inflated);
    sw_loss_take_unit(c, side, &side->message.unit, reason, text);
    side->loss->event.loss.history = news;
    side->history = SW_HISTORY_TOLD;
    side->message.assembly = SW_ASSEMBLY_NONE;
    return sw_loss_tell(c, side);
}

static enum sw_step inflate_payload(struct sw_connection *c, struct sw_side *side)
{
    struct sw_unit *unit = side->message.unit;
    bool keep;
    sw_upgrade_deflates(c, side->direction, &keep);
    if (side->deflate == NULL)
        side->deflate = sw_deflate_new();
    if (c->judge != NULL)
        sw_check_deflated(c, side, c->payload);
    bool evicted = side->deflate->evicted;
    side->deflate->evicted = false;
    struct sw_unit *out = sw_unit_take(c->pool, side->reader.offset);
    c->inflated = out;
    size_t read;
    enum sw_inflated result = sw_deflate_message(c->pool, side->deflate, c->payload, unit->cut, keep, out, &read);
    if (result == SW_INFLATED_BAD && c->judge != NULL && !evicted)
        sw_check_undeflatable(c, side, c->payload, keep);
    if (result == SW_INFLATED_BAD)
        return undeflatable(c, side, evicted);
    if (c->judge != NULL)
        sw_check_inflated(c, side, c->payload, side->deflate->final_block, out->size);
    if (result == SW_INFLATED_LIMIT) {
        unit->skipped += c->payload.size - read;
        unit->wire -= c->payload.size - read;
        unit->cut = true;
        side->history = SW_HISTORY_TOLD;
    } else if (!keep || (side->history != SW_HISTORY_WHOLE && sw_deflate_full(side->deflate))) {
        side->history = SW_HISTORY_WHOLE;
    } else if (evicted) {
        side->history = SW_HISTORY_LOST;
    }
    c->payload = sw_slice_of(out->bytes, out->size);
    return SW_STEP_AGAIN;
}

/* A message that is done: first what it lost to a limit, then itself. */
enum sw_step sw_message_deliver(struct sw_connection *c, struct sw_side *side)
{
    if (side->message.unit->cut && !side->message.unit->told)
        return sw_loss_tell_skipped(c, side, side->message.unit);
    return message_event(c, side);
}

enum sw_step sw_message_finish(struct sw_connection *c, struct sw_side *side, struct sw_slice payload)
{
    side->message.assembly = SW_ASSEMBLY_DONE;
    c->payload = payload;
    enum sw_step step = side->message.compressed ? inflate_payload(c, side) : SW_STEP_AGAIN;
    return step == SW_STEP_AGAIN ? sw_message_deliver(c, side) : step;
}
