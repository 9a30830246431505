/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How does what the core says on the first pass become what every pass shows?
 */
#include "state.h"

#include "calls.h"
#include "ids.h"
#include "judge.h"
#include "preferences.h"
#include "transport.h"

/* Keys of what is attached to a packet. */
enum packet_key { KEY_PACKET, KEY_CURSOR };

/* What lives as long as the capture is open. */
static struct {
    struct sw_inflate_pool *pool;
    struct sw_web *web;
    GPtrArray *cores; /* struct sw_connection */
    GPtrArray *rules; /* struct sw_websip */
    uint32_t connections;
    uint64_t kept; /* bytes of payloads */
} capture;

/* The life of a capture. */

static void close_capture(void)
{
    if (capture.cores != NULL)
        g_ptr_array_free(capture.cores, TRUE);
    if (capture.rules != NULL)
        g_ptr_array_free(capture.rules, TRUE);
    sw_web_free(capture.web);
    sw_inflate_pool_free(capture.pool);
    weave_calls_close();
    weave_judge_close();
    weave_transport_close();
    memset(&capture, 0, sizeof capture);
}

static void free_core(void *core)
{
    sw_connection_free(core);
}

static void free_rules(void *rules)
{
    sw_websip_free(rules);
}

static void open_capture(void)
{
    weave_ids_find_expert();
    capture.web = sw_web_new();
    capture.rules = g_ptr_array_new_with_free_func(free_rules);
    capture.pool = sw_inflate_pool_new(weave_limits());
    capture.cores = g_ptr_array_new_with_free_func(free_core);
    weave_calls_open();
    weave_judge_open();
    weave_transport_open();
}

void weave_state_register(void)
{
    register_init_routine(open_capture);
    register_cleanup_routine(close_capture);
}

const struct sw_limits *weave_limits(void)
{
    return &sw_limits_default;
}

const char *weave_text(struct sw_slice text)
{
    if (text.size == 0)
        return NULL;
    if (g_utf8_validate((const char *)text.data, (gssize)text.size, NULL))
        return wmem_strndup(wmem_file_scope(), (const char *)text.data, text.size);
    char *valid = g_utf8_make_valid((const char *)text.data, (gssize)text.size);
    char *copy = wmem_strdup(wmem_file_scope(), valid);
    g_free(valid);
    return copy;
}

/* How much of a payload of that size can be kept: no more than a part of the memory that is left, so that no message,
 * and no number of them, takes it all from those that come later. */
static uint64_t room_for(uint64_t size)
{
    enum { SHARE = 64 };
    uint64_t limit = (uint64_t)weave_preferences.memory << 20;
    uint64_t left = capture.kept > limit ? 0 : limit - capture.kept;
    return MIN(size, left / SHARE);
}

/* Conversations. */

struct weave_conversation *weave_conversation_find(packet_info *pinfo)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return conversation == NULL ? NULL : conversation_get_proto_data(conversation, weave_ids.protocol);
}

static void on_breach(void *context, const struct sw_breach *breach);

/* The first packet is the client's, or, if that is missing, the server's answer: who is who the heads will tell. */
static void hold_to_rules(struct weave_conversation *conversation, packet_info *pinfo, bool intermediary)
{
    const struct sw_surroundings around = {.secure = conversation->secure,
                                           .loopback = addresses_equal(&pinfo->src, &pinfo->dst),
                                           .intermediary = intermediary,
                                           .from_start = !conversation->midstream};
    const struct sw_endpoint ends[2] = {weave_endpoint(&pinfo->src, pinfo->srcport),
                                        weave_endpoint(&pinfo->dst, pinfo->destport)};
    const struct sw_judgement judgement = {.context = conversation, .report = on_breach};
    sw_connection_check(conversation->core, &around);
    conversation->rules = sw_websip_new(capture.web, &around, ends, &judgement);
    g_ptr_array_add(capture.rules, conversation->rules);
}

struct weave_conversation *weave_conversation_make(packet_info *pinfo, enum weave_beginning beginning)
{
    bool midstream = beginning == BEGAN_EARLIER;
    struct weave_conversation *made = wmem_new0(wmem_file_scope(), struct weave_conversation);
    made->midstream = midstream;
    made->secure = proto_is_frame_protocol(pinfo->layers, "tls");
    made->core = sw_connection_new(weave_limits(), capture.pool, midstream ? SW_START_MIDSTREAM : SW_START_HANDSHAKE);
    g_ptr_array_add(capture.cores, made->core);
    if (midstream)
        made->number = ++capture.connections;
    if (weave_preferences.rules)
        hold_to_rules(made, pinfo, beginning == BEGINS_BEHIND_PROXY);
    conversation_add_proto_data(find_or_create_conversation(pinfo), weave_ids.protocol, made);
    return made;
}

static void set_client(struct weave_conversation *conversation, const address *host, uint32_t port)
{
    copy_address_wmem(wmem_file_scope(), &conversation->client, host);
    conversation->client_port = port;
    conversation->client_known = true;
}

void weave_conversation_guess(struct weave_conversation *conversation, const packet_info *pinfo, bool masked)
{
    if (conversation->client_known)
        return;
    if (masked)
        set_client(conversation, &pinfo->src, pinfo->srcport);
    else
        set_client(conversation, &pinfo->dst, pinfo->destport);
}

enum sw_direction weave_direction(const struct weave_conversation *conversation, const packet_info *pinfo)
{
    bool client = conversation->client_port == pinfo->srcport && addresses_equal(&conversation->client, &pinfo->src);
    return client ? SW_CLIENT : SW_SERVER;
}

struct sw_mark weave_mark(const packet_info *pinfo)
{
    return (struct sw_mark){.packet = pinfo->num,
                            .time = (int64_t)pinfo->abs_ts.secs * 1000000000 + pinfo->abs_ts.nsecs};
}

/* Events of the core. */

/* More than that no honest message has. */
enum { NOTES_MAX = 1000 };

void weave_note_add(struct weave_note **notes, const struct weave_note *note)
{
    unsigned count = 0;
    for (; *notes != NULL; notes = &(*notes)->next)
        if (++count == NOTES_MAX)
            return;
    *notes = wmem_memdup(wmem_file_scope(), note, sizeof *note);
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

static void on_breach(void *context, const struct sw_breach *breach)
{
    struct weave_conversation *conversation = context;
    uint32_t packet = breach->mark_count == 0 ? 0 : (uint32_t)breach->marks[0].packet;
    if (weave_judge_part(&conversation->sides[breach->finding.party].part, &breach->finding))
        return;
    if (conversation->judged != NULL)
        add_finding(conversation->judged, &breach->finding, packet);
}

void weave_step_note(struct weave_step *step, enum sw_reason reason, uint64_t bytes, const char *text)
{
    add_note(step, &(struct weave_note){.kind = SW_EVENT_LOSS, .reason = reason, .bytes = bytes, .text = text});
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
    capture.kept += room;
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

static void take_events(struct weave_step *step, packet_info *pinfo)
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

/* The handshake. */

static void learn_request(struct weave_conversation *conversation, const struct sw_handshake *seen)
{
    conversation->target = weave_text(seen->target);
    conversation->host = weave_text(seen->host);
    conversation->origin = weave_text(seen->origin);
    conversation->offered = weave_text(seen->offered);
}

/* What an earlier answer said is forgotten with a new request. */
static void learn_answer(struct weave_conversation *conversation, const struct sw_handshake *seen,
                         const packet_info *pinfo)
{
    conversation->chosen = weave_text(seen->subprotocol);
    conversation->deflate = seen->deflate;
    conversation->extension_unknown = seen->extension_unknown;
    conversation->answered = seen->answered;
    conversation->upgraded = seen->answered && seen->status == 101;
    conversation->subprotocol = SUBPROTOCOL_NONE;
    if (seen->subprotocol.size != 0)
        conversation->subprotocol =
            sw_slice_equal_nocase(seen->subprotocol, SW_SLICE("sip")) ? SUBPROTOCOL_SIP : SUBPROTOCOL_OTHER;
    if (conversation->upgraded)
        conversation->opened_in = pinfo->num;
}

void weave_conversation_head(struct weave_conversation *conversation, packet_info *pinfo, enum sw_direction direction,
                             struct sw_slice head)
{
    if (direction == SW_CLIENT) {
        if (conversation->number != 0)
            weave_judge_connection_end(pinfo, conversation->number, false);
        conversation->number = ++capture.connections;
        set_client(conversation, &pinfo->src, pinfo->srcport);
    } else if (!conversation->client_known) {
        set_client(conversation, &pinfo->dst, pinfo->destport);
    }
    struct weave_step *step = weave_step_new(pinfo, conversation, STEP_HEAD, direction, head.size);
    sw_connection_feed(conversation->core, direction, head, weave_mark(pinfo));
    take_events(step, pinfo);
    const struct sw_handshake *seen = sw_connection_handshake(conversation->core);
    if (direction == SW_CLIENT)
        learn_request(conversation, seen);
    learn_answer(conversation, seen, pinfo);
}

/* The end. */

static void end_core(struct weave_step *step, packet_info *pinfo, enum sw_eof how)
{
    struct weave_conversation *conversation = step->conversation;
    sw_connection_eof(conversation->core, step->direction, how, weave_mark(pinfo));
    take_events(step, pinfo);
    if (conversation->rules != NULL)
        sw_websip_end(conversation->rules, step->direction, how, weave_mark(pinfo));
    conversation->judged = NULL;
}

/* Behind a hole nobody knows what came before the end. */
void weave_conversation_end(struct weave_conversation *conversation, packet_info *pinfo, enum sw_direction direction,
                            enum sw_eof how)
{
    struct weave_step end = {.kind = STEP_END, .direction = direction, .conversation = conversation};
    if (conversation->over || conversation->ended[direction])
        return;
    if (!conversation->holes)
        end_core(&end, pinfo, how);
    if (end.notes != NULL)
        weave_step_new(pinfo, conversation, STEP_END, direction, 0)->notes = end.notes;
    conversation->ended[direction] = true;
    const bool orderly = conversation->ended[SW_CLIENT] && conversation->ended[SW_SERVER];
    conversation->over = orderly || how == SW_EOF_RST;
    if (conversation->over)
        weave_judge_connection_end(pinfo, conversation->number, orderly);
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
    take_events(step, pinfo);
    if (data && step->frame.fin)
        side->open = NULL;
}

void weave_step_gap(struct weave_step *step, packet_info *pinfo, uint64_t size, enum sw_reason reason)
{
    struct weave_side *side = &step->conversation->sides[step->direction];
    sw_connection_gap(step->conversation->core, step->direction, size, reason, weave_mark(pinfo));
    take_events(step, pinfo);
    side->open = NULL;
}

/* What was found in a packet. */

struct weave_packet *weave_packet_of(packet_info *pinfo, bool make)
{
    struct weave_packet *packet = p_get_proto_data(wmem_file_scope(), pinfo, weave_ids.protocol, KEY_PACKET);
    if (packet == NULL && make) {
        packet = wmem_new0(wmem_file_scope(), struct weave_packet);
        p_add_proto_data(wmem_file_scope(), pinfo, weave_ids.protocol, KEY_PACKET, packet);
    }
    return packet;
}

void weave_packet_add_sip(packet_info *pinfo, struct weave_sip *sip)
{
    struct weave_sip **end = &weave_packet_of(pinfo, true)->sips;
    while (*end != NULL)
        end = &(*end)->next;
    *end = sip;
}

struct weave_cursor *weave_cursor_of(packet_info *pinfo)
{
    struct weave_cursor *cursor = p_get_proto_data(pinfo->pool, pinfo, weave_ids.protocol, KEY_CURSOR);
    if (cursor == NULL) {
        cursor = wmem_new0(pinfo->pool, struct weave_cursor);
        p_add_proto_data(pinfo->pool, pinfo, weave_ids.protocol, KEY_CURSOR, cursor);
    }
    return cursor;
}

/* Where the next step of this dissection is, or is to be. A packet may hold thousands. */
static struct weave_step **next_of(packet_info *pinfo, struct weave_packet *packet)
{
    struct weave_step *last = weave_cursor_of(pinfo)->step;
    return last == NULL ? &packet->steps : &last->next;
}

struct weave_step *weave_step_new(packet_info *pinfo, struct weave_conversation *conversation,
                                  enum weave_step_kind kind, enum sw_direction direction, uint64_t size)
{
    struct weave_packet *packet = weave_packet_of(pinfo, true);
    struct weave_step *step = wmem_new0(wmem_file_scope(), struct weave_step);
    step->kind = kind;
    step->direction = direction;
    step->size = size;
    step->conversation = conversation;
    bool head = kind == STEP_HEAD || kind == STEP_END;
    struct weave_step **end = head ? &packet->heads : next_of(pinfo, packet);
    while (*end != NULL)
        end = &(*end)->next;
    *end = step;
    return step;
}

struct weave_step *weave_step_peek(packet_info *pinfo)
{
    struct weave_packet *packet = weave_packet_of(pinfo, false);
    return packet == NULL ? NULL : *next_of(pinfo, packet);
}

void weave_step_pass(packet_info *pinfo, struct weave_step *step)
{
    weave_cursor_of(pinfo)->step = step;
}
