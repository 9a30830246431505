/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What does the core say of the bytes it is fed on the first pass, and what becomes of it?
 */
#include "events.h"

#include "calls.h"
#include "judge.h"
#include "preferences.h"

static uint64_t payloads_kept; /* bytes of them, of this capture */

void weave_events_open(void)
{
    payloads_kept = 0;
}

static void add_note(struct weave_step *step, const struct weave_note *note)
{
    weave_note_add(&step->notes, note);
}

static uint32_t first_packet(const struct sw_event *event)
{
    return event->mark_count == 0 ? 0 : (uint32_t)event->marks[0].packet;
}

static void on_loss(struct weave_step *step, packet_info *pinfo, const struct sw_event *event)
{
    weave_judge_loss(pinfo, step->conversation->number);
    add_note(step, &(struct weave_note){.kind = SW_EVENT_LOSS,
                                        .reason = event->loss.reason,
                                        .bytes = event->loss.bytes,
                                        .text = event->loss.text,
                                        .packet = first_packet(event)});
}

static void add_finding(struct weave_step *step, const struct sw_finding *finding, uint32_t packet)
{
    add_note(step, &(struct weave_note){.kind = SW_EVENT_FINDING,
                                        .rule = finding->rule,
                                        .text = wmem_strdup(wmem_file_scope(), finding->evidence),
                                        .packet = packet});
}

void weave_events_breach(void *context, const struct sw_breach *breach)
{
    struct weave_conversation *conversation = context;
    uint32_t packet = breach->mark_count == 0 ? 0 : (uint32_t)breach->marks[0].packet;
    if (weave_judge_part(&conversation->sides[breach->finding.party].part, &breach->finding))
        return;
    if (conversation->judged != NULL)
        add_finding(conversation->judged, &breach->finding, packet);
}

static bool has_identity(const struct sw_sip *sip)
{
    return sip->first[SW_SIP_CALL_ID].size != 0 && sip->first[SW_SIP_CSEQ].size != 0;
}

/* Whether that is SIP: because it was agreed on; or, where nothing was, because it is a whole SIP message. Another
 * subprotocol is never taken for SIP (RFC 7118 3). */
static bool is_sip(const struct weave_conversation *conversation, const struct sw_sip *sip)
{
    if (sip == NULL || conversation->subprotocol == SUBPROTOCOL_OTHER)
        return false;
    return conversation->subprotocol == SUBPROTOCOL_SIP || has_identity(sip);
}

/* Several SIP messages in one WebSocket message break RFC 7118 5, but they are there to be read. */
static bool more_follows(const struct sw_sip *sip)
{
    struct sw_sip next;
    return sip->rest.size != 0 && sw_sip_recognise(sip->rest, &next) && has_identity(&next);
}

static struct weave_carrier carrier_of(const struct weave_step *step, const struct sw_event *event)
{
    struct weave_conversation *conversation = step->conversation;
    struct weave_side *side = &conversation->sides[step->direction];
    const bool agreed = conversation->subprotocol == SUBPROTOCOL_SIP;
    return (struct weave_carrier){.transport = conversation->secure ? SW_TRANSPORT_WSS : SW_TRANSPORT_WS,
                                  .connection = conversation->number,
                                  .time = event->marks[0].time,
                                  .binary = event->message.opcode == SW_OPCODE_BINARY,
                                  .judged = agreed || conversation->midstream,
                                  .whole = !event->message.partial,
                                  .inferred = event->message.inferred || !agreed || side->inferred,
                                  .late = step->late,
                                  .from_client = step->direction == SW_CLIENT,
                                  .from_start = !conversation->midstream,
                                  .ordinal = sw_connection_counts(conversation->core, step->direction)->messages,
                                  .part = &side->part};
}

/* first: what sw_sip_recognise made of the payload, or NULL. Of several the first is held to its rules. */
static void find_sip(struct weave_step *step, packet_info *pinfo, const struct sw_event *event,
                     const struct sw_sip *first)
{
    const struct weave_conversation *conversation = step->conversation;
    struct weave_message *message = step->message;
    struct sw_slice payload = event->message.payload;
    struct weave_carrier carrier = carrier_of(step, event);
    struct weave_sip **end = &message->sip;
    struct sw_slice rest = payload;
    struct sw_sip part;
    for (const struct sw_sip *sip = first; is_sip(conversation, sip);
         sip = sw_sip_recognise(rest, &part) ? &part : NULL) {
        bool more = more_follows(sip);
        struct sw_slice next = sip->rest;
        size_t size = more ? rest.size - next.size : rest.size;
        if (more && sw_sip_parse((struct sw_slice){rest.data, size}, &part) == SW_OK)
            sip = &part;
        struct weave_sip *kept = weave_calls_add(pinfo, sip, &carrier);
        kept->offset = (uint32_t)(rest.data - payload.data);
        kept->size = (uint32_t)size;
        *end = kept;
        end = &kept->next;
        message->sip_count++;
        if (!more)
            break;
        carrier.judged = false;
        rest = next;
    }
}

/* How much of a payload of that size can be kept: no more than a part of the memory that is left, so that no message,
 * and no number of them, takes it all from those that come later. */
static uint64_t room_for(uint64_t size)
{
    enum { SHARE = 64 };
    uint64_t limit = (uint64_t)weave_preferences.memory << 20;
    uint64_t left = payloads_kept > limit ? 0 : limit - payloads_kept;
    return MIN(size, left / SHARE);
}

static void keep_payload(struct weave_step *step, struct sw_slice payload)
{
    struct weave_message *message = step->message;
    uint64_t room = room_for(payload.size);
    if (room < payload.size)
        weave_step_note(step, SW_REASON_LIMIT, payload.size - room,
                        "The memory for inflated and reassembled payloads runs low.");
    if (room == 0)
        return;
    message->payload = wmem_memdup(wmem_file_scope(), payload.data, room);
    message->kept = room;
    payloads_kept += room;
}

static void keep_message(struct weave_step *step, packet_info *pinfo, const struct sw_event *event,
                         const struct sw_sip *sip)
{
    struct weave_message *message = step->message;
    if (message == NULL || message->done)
        return;
    message->done = step->last = true;
    message->number = ++step->conversation->messages;
    message->begins_in = first_packet(event);
    message->complete_in = pinfo->num;
    message->compressed = event->message.compressed;
    message->partial = event->message.partial;
    message->wire_size = event->message.wire_size;
    message->size = event->message.payload.size;
    find_sip(step, pinfo, event, sip);
    if (message->compressed || message->fragments != NULL)
        keep_payload(step, event->message.payload);
}

static void judge(const struct weave_conversation *conversation, const struct sw_event *event, const struct sw_sip *sip)
{
    if (conversation->rules != NULL)
        sw_websip_event(conversation->rules, conversation->core, event, sip);
}

/* What keeps the connection alive. Of the steps only frames are there for as long as the capture is. */
static void tell_keepalive(struct weave_step *step, packet_info *pinfo, enum sw_keepalive kind)
{
    const struct weave_conversation *conversation = step->conversation;
    if (conversation->subprotocol == SUBPROTOCOL_SIP)
        weave_judge_keepalive(
            pinfo, &(struct weave_keepalive){.kind = kind,
                                             .transport = conversation->secure ? SW_TRANSPORT_WSS : SW_TRANSPORT_WS,
                                             .connection = conversation->number,
                                             .from_client = step->direction == SW_CLIENT,
                                             .notes = step->kind == STEP_FRAME ? &step->notes : NULL});
}

/* Where SIP was agreed on, what can be read as such is, however odd. */
static bool read_sip(const struct weave_conversation *conversation, struct sw_slice payload, struct sw_sip *sip)
{
    return sw_sip_recognise(payload, sip) ||
           (conversation->subprotocol == SUBPROTOCOL_SIP && sw_sip_recognise_odd(payload, true, sip));
}

static void on_message(struct weave_step *step, packet_info *pinfo, const struct sw_event *event)
{
    struct sw_slice payload = event->message.payload;
    struct sw_sip read;
    const struct sw_sip *sip = read_sip(step->conversation, payload, &read) ? &read : NULL;
    judge(step->conversation, event, sip);
    if (sw_sip_is_keepalive(payload))
        tell_keepalive(step, pinfo, sw_keepalive_of(payload));
    keep_message(step, pinfo, event, sip);
}

static void on_ping(struct weave_step *step, packet_info *pinfo)
{
    struct weave_ping *ping = wmem_new0(wmem_file_scope(), struct weave_ping);
    ping->ping_in = pinfo->num;
    ping->ping_time = weave_mark(pinfo).time;
    step->conversation->sides[step->direction].ping = ping;
    step->ping = ping;
}

static void on_pong(struct weave_step *step, packet_info *pinfo)
{
    struct weave_side *other = &step->conversation->sides[sw_direction_opposite(step->direction)];
    if (other->ping == NULL)
        return;
    step->ping = other->ping;
    other->ping = NULL;
    step->ping->pong_in = pinfo->num;
    step->ping->pong_time = weave_mark(pinfo).time;
}

static void on_control(struct weave_step *step, packet_info *pinfo, const struct sw_event *event)
{
    struct weave_conversation *conversation = step->conversation;
    if (event->control.opcode == SW_OPCODE_PING || event->control.opcode == SW_OPCODE_PONG)
        tell_keepalive(step, pinfo, SW_KEEPALIVE_OTHER);
    if (event->control.opcode == SW_OPCODE_PING)
        on_ping(step, pinfo);
    else if (event->control.opcode == SW_OPCODE_PONG)
        on_pong(step, pinfo);
    else if (conversation->closed_in == 0) {
        step->first_close = true;
        conversation->closed_in = pinfo->num;
        conversation->close_by = event->direction;
        conversation->close_code = event->control.close_code;
    }
}

void weave_events_take(struct weave_step *step, packet_info *pinfo)
{
    struct weave_conversation *conversation = step->conversation;
    const struct sw_event *event;
    conversation->judged = step;
    while ((event = sw_connection_next(conversation->core)) != NULL) {
        if (event->kind == SW_EVENT_MESSAGE) {
            on_message(step, pinfo, event);
            continue;
        }
        judge(conversation, event, NULL);
        switch (event->kind) {
        case SW_EVENT_CONTROL:
            on_control(step, pinfo, event);
            break;
        case SW_EVENT_LOSS:
            on_loss(step, pinfo, event);
            break;
        case SW_EVENT_FINDING:
            add_finding(step, &event->finding, first_packet(event));
            break;
        case SW_EVENT_MESSAGE:
        case SW_EVENT_REQUEST:
        case SW_EVENT_HANDSHAKE:
            break;
        }
    }
}

/* Frames. */

static struct weave_message *open_message(struct weave_side *side, const struct sw_frame *frame)
{
    if (side->open != NULL && frame->opcode == SW_OPCODE_CONTINUATION)
        return side->open;
    side->open = wmem_new0(wmem_file_scope(), struct weave_message);
    side->open->opcode = frame->opcode;
    side->open->compressed = (frame->rsv & SW_RSV1) != 0;
    return side->open;
}

static void add_fragment(struct weave_message *message, const packet_info *pinfo, const struct sw_frame *frame)
{
    bool alone = frame->fin && message->fragments == NULL && frame->opcode != SW_OPCODE_CONTINUATION;
    if (alone)
        return;
    if (message->fragments == NULL)
        message->fragments = wmem_array_new(wmem_file_scope(), sizeof(struct weave_fragment));
    const struct weave_fragment fragment = {.packet = pinfo->num, .size = (uint32_t)frame->payload_size};
    wmem_array_append_one(message->fragments, fragment);
}

void weave_step_push(struct weave_step *step, packet_info *pinfo, struct sw_slice payload, struct sw_mark begin)
{
    struct weave_side *side = &step->conversation->sides[step->direction];
    bool data = step->frame.opcode <= SW_OPCODE_BINARY;
    step->number = ++side->frames;
    if (data) {
        step->message = open_message(side, &step->frame);
        add_fragment(step->message, pinfo, &step->frame);
    }
    sw_connection_push_frame(step->conversation->core, step->direction, &step->frame, payload, begin);
    weave_events_take(step, pinfo);
    if (data && step->frame.fin)
        side->open = NULL;
}

void weave_step_gap(struct weave_step *step, packet_info *pinfo, uint64_t size, enum sw_reason reason)
{
    struct weave_side *side = &step->conversation->sides[step->direction];
    sw_connection_gap(step->conversation->core, step->direction, size, reason, weave_mark(pinfo));
    weave_events_take(step, pinfo);
    side->open = NULL;
}
