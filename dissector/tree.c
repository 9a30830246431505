/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What does the user see of a step? First what Wireshark's own WebSocket dissector shows, in its fields, so that
 * filters and colour rules for these go on working; then an item of our own.
 */
#include "tree.h"

#include "ids.h"
#include "payload.h"
#include "tap.h"

static const char *side_name(enum sw_direction direction)
{
    return direction == SW_CLIENT ? "client" : "server";
}

static proto_tree *subtree(proto_item *item, enum weave_subtree which)
{
    return proto_item_add_subtree(item, weave_ids.subtree[which]);
}

/* The text of an item, put together here and handed over once: for Wireshark to format it, and again what is appended,
 * takes longer than to make the item. */
struct label {
    size_t size;
    char text[ITEM_LABEL_LENGTH];
};

static void put(struct label *label, const char *text)
{
    size_t size = strlen(text);
    size_t room = sizeof label->text - label->size - 1;
    if (size > room) /* no character is cut in two */
        for (size = room; size > 0 && ((uint8_t)text[size] & 0xc0) == 0x80;)
            size--;
    memcpy(label->text + label->size, text, size);
    label->size += size;
    label->text[label->size] = '\0';
}

static void put_number(struct label *label, uint32_t number)
{
    char digits[11];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    put(label, digits + at);
}

/* Our own fields: none of them has bytes of its own, so all are generated. */

static void add_packet(proto_tree *tree, tvbuff_t *tvb, enum weave_field field, uint32_t packet)
{
    if (packet != 0)
        proto_item_set_generated(proto_tree_add_uint(tree, weave_hf(field), tvb, 0, 0, packet));
}

static void add_number(proto_tree *tree, tvbuff_t *tvb, enum weave_field field, uint32_t number)
{
    proto_item_set_generated(proto_tree_add_uint(tree, weave_hf(field), tvb, 0, 0, number));
}

static void add_size(proto_tree *tree, tvbuff_t *tvb, enum weave_field field, uint64_t size)
{
    proto_item_set_generated(proto_tree_add_uint64(tree, weave_hf(field), tvb, 0, 0, size));
}

static void add_text(proto_tree *tree, tvbuff_t *tvb, enum weave_field field, const char *text)
{
    if (text != NULL)
        proto_item_set_generated(proto_tree_add_string(tree, weave_hf(field), tvb, 0, 0, text));
}

static void add_flag(proto_tree *tree, tvbuff_t *tvb, enum weave_field field, bool flag)
{
    proto_item_set_generated(proto_tree_add_boolean(tree, weave_hf(field), tvb, 0, 0, flag));
}

static void add_time(proto_tree *tree, tvbuff_t *tvb, enum weave_field field, int64_t nanoseconds)
{
    nstime_t time = {.secs = (time_t)(nanoseconds / 1000000000), .nsecs = (int)(nanoseconds % 1000000000)};
    proto_item_set_generated(proto_tree_add_time(tree, weave_hf(field), tvb, 0, 0, &time));
}

/* The connection. */

static void add_deflate(proto_tree *tree, tvbuff_t *tvb, const struct sw_deflate_params *deflate)
{
    add_flag(tree, tvb, WEAVE_DEFLATE, deflate->agreed);
    if (!deflate->agreed)
        return;
    add_number(tree, tvb, WEAVE_CLIENT_BITS, deflate->client_window_bits);
    add_number(tree, tvb, WEAVE_SERVER_BITS, deflate->server_window_bits);
    add_flag(tree, tvb, WEAVE_CLIENT_TAKEOVER, deflate->client_takeover);
    add_flag(tree, tvb, WEAVE_SERVER_TAKEOVER, deflate->server_takeover);
}

static void add_close(proto_tree *tree, tvbuff_t *tvb, const struct weave_conversation *conversation)
{
    if (conversation->closed_in == 0)
        return;
    add_packet(tree, tvb, WEAVE_CLOSED_IN, conversation->closed_in);
    add_text(tree, tvb, WEAVE_CLOSE_BY, side_name(conversation->close_by));
    add_number(tree, tvb, WEAVE_CLOSE_CODE, conversation->close_code);
}

/* All of it stands with the handshake; with each frame what one filters by. */
static void add_connection(proto_tree *tree, tvbuff_t *tvb, const struct weave_step *step)
{
    const struct weave_conversation *conversation = step->conversation;
    proto_item *item = proto_tree_add_uint(tree, weave_hf(WEAVE_CONNECTION), tvb, 0, 0, conversation->number);
    proto_item_set_generated(item);
    proto_tree *inner = subtree(item, SUBTREE_CONNECTION);
    if (conversation->midstream)
        add_flag(inner, tvb, WEAVE_MIDSTREAM, true);
    add_text(inner, tvb, WEAVE_SUBPROTOCOL, conversation->chosen);
    add_close(inner, tvb, conversation);
    if (step->kind != STEP_HEAD)
        return;
    add_packet(inner, tvb, WEAVE_OPENED_IN, conversation->opened_in);
    add_text(inner, tvb, WEAVE_TARGET, conversation->target);
    add_text(inner, tvb, WEAVE_HOST, conversation->host);
    add_text(inner, tvb, WEAVE_ORIGIN, conversation->origin);
    add_text(inner, tvb, WEAVE_OFFERED, conversation->offered);
    if (conversation->answered)
        add_deflate(inner, tvb, &conversation->deflate);
}

/* Losses and broken rules. */

static expert_field *expert_of(const struct weave_note *note)
{
    return note->kind == SW_EVENT_FINDING ? &weave_ids.rule[note->rule] : &weave_ids.loss[note->reason];
}

static void add_finding(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const struct weave_note *note)
{
    const struct sw_rule_info *rule = sw_rule_info(note->rule);
    bool elsewhere = note->packet != 0 && note->packet != pinfo->num;
    const char *place = elsewhere ? wmem_strdup_printf(pinfo->pool, ", see packet %u", note->packet) : "";
    proto_item *item = proto_tree_add_string(tree, weave_hf(WEAVE_RULE), tvb, 0, 0, rule->id);
    proto_item_set_generated(item);
    expert_add_info_format(pinfo, item, expert_of(note), "%s (%s, RFC %u %s)%s: %s: %s", rule->id,
                           sw_level_name(rule->level), rule->rfc, rule->section, place, rule->text, note->text);
    if (elsewhere)
        add_packet(subtree(item, SUBTREE_RULE), tvb, WEAVE_RULE_BESIDE, note->packet);
}

static void add_loss(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, proto_item *item,
                     const struct weave_note *note)
{
    bool elsewhere = note->packet != 0 && note->packet != pinfo->num;
    const char *place = elsewhere ? wmem_strdup_printf(pinfo->pool, " (from packet %u on)", note->packet) : "";
    add_size(tree, tvb, WEAVE_LOST, note->bytes);
    expert_add_info_format(pinfo, item, expert_of(note), "%s: %" PRIu64 " bytes: %s%s", sw_reason_name(note->reason),
                           note->bytes, note->text, place);
}

static void add_notes(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, proto_item *item,
                      const struct weave_note *notes)
{
    for (const struct weave_note *note = notes; note != NULL; note = note->next)
        if (note->kind == SW_EVENT_FINDING)
            add_finding(tree, tvb, pinfo, note);
        else
            add_loss(tree, tvb, pinfo, item, note);
}

/* SIP. */

static void add_transaction(proto_tree *tree, tvbuff_t *tvb, const struct weave_sip *sip)
{
    if (sip->request != NULL)
        add_packet(tree, tvb, WEAVE_REQUEST_IN, sip->request->packet);
    if (sip->request != NULL && sip->status != 0)
        add_time(tree, tvb, WEAVE_RESPONSE_TIME, sip->time - sip->request_time);
    if (sip->answer != NULL)
        add_packet(tree, tvb, WEAVE_RESPONSE_IN, sip->answer->packet);
    if (!sip->retransmission)
        return;
    add_flag(tree, tvb, WEAVE_RETRANSMISSION, true);
    if (sip->original != NULL)
        add_packet(tree, tvb, WEAVE_RETRANSMISSION_OF, sip->original->packet);
}

static void add_sip(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, proto_item *item, const struct weave_sip *sip)
{
    if (sip->call != NULL)
        add_number(tree, tvb, WEAVE_CALL, sip->call->number);
    add_text(tree, tvb, WEAVE_DIALOG_STATE, sip->state);
    add_transaction(tree, tvb, sip);
    add_notes(tree, tvb, pinfo, item, sip->notes);
}

static void put_title(struct label *label, const struct weave_sip *sip)
{
    put(label, sip->method == NULL ? "?" : sip->method);
    if (sip->status == 0)
        return;
    put(label, " \xe2\x86\x92 ");
    put_number(label, sip->status);
}

static void put_call(struct label *label, const struct weave_sip *sip)
{
    if (sip->call == NULL)
        return;
    put(label, " (call ");
    put_number(label, sip->call->number);
    put(label, ")");
}

/* The WebSocket message. */

static void add_fragments(proto_tree *tree, tvbuff_t *tvb, const struct weave_message *message)
{
    add_number(tree, tvb, WEAVE_FRAGMENTS, wmem_array_get_count(message->fragments));
    for (unsigned i = 0; i < wmem_array_get_count(message->fragments); i++) {
        const struct weave_fragment *fragment = wmem_array_index(message->fragments, i);
        add_packet(tree, tvb, WEAVE_FRAGMENT, fragment->packet);
    }
}

/* One stands right below our item, whose title names it; several have an item each. */
static void add_sips(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, proto_item *top,
                     const struct weave_message *message)
{
    if (message->sip_count == 1) {
        add_sip(tree, tvb, pinfo, top, message->sip);
        return;
    }
    if (message->sip_count > 1)
        add_number(tree, tvb, WEAVE_SIP_COUNT, message->sip_count);
    for (const struct weave_sip *sip = message->sip; sip != NULL; sip = sip->next) {
        struct label title = {.size = 0};
        put(&title, "SIP: ");
        put_title(&title, sip);
        proto_item *item;
        proto_tree *inner = proto_tree_add_subtree(tree, tvb, 0, 0, weave_ids.subtree[SUBTREE_SIP], &item, title.text);
        add_sip(inner, tvb, pinfo, item, sip);
    }
}

static void add_message(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, proto_item *top,
                        const struct weave_step *step)
{
    const struct weave_message *message = step->message;
    if (!step->last) {
        add_packet(tree, tvb, WEAVE_COMPLETE_IN, message->complete_in);
        return;
    }
    add_number(tree, tvb, WEAVE_MESSAGE, message->number);
    if (message->begins_in != pinfo->num)
        add_packet(tree, tvb, WEAVE_BEGINS_IN, message->begins_in);
    add_size(tree, tvb, WEAVE_MESSAGE_SIZE, message->size);
    if (step->conversation->deflate.agreed || message->compressed) {
        add_size(tree, tvb, WEAVE_WIRE_SIZE, message->wire_size);
        add_flag(tree, tvb, WEAVE_COMPRESSED, message->compressed);
    }
    if (message->fragments != NULL)
        add_fragments(tree, tvb, message);
    add_sips(tree, tvb, pinfo, top, message);
    if (message->sip_count > 1)
        expert_add_info_format(pinfo, top, &weave_ids.several_sip, "%u SIP messages in one WebSocket message",
                               message->sip_count);
}

static void add_ping(proto_tree *tree, tvbuff_t *tvb, const struct weave_step *step)
{
    const struct weave_ping *ping = step->ping;
    if (step->frame.opcode == SW_OPCODE_PONG) {
        add_packet(tree, tvb, WEAVE_PING_IN, ping->ping_in);
        add_time(tree, tvb, WEAVE_PING_TIME, ping->pong_time - ping->ping_time);
    } else {
        add_packet(tree, tvb, WEAVE_PONG_IN, ping->pong_in);
    }
}

/* Whether anybody looks at our item: a window; a filter, column or colour rule; or who collects expert infos. If not,
 * it isn't made. */
static bool is_looked_at(proto_tree *tree)
{
    return proto_field_is_referenced(tree, weave_ids.protocol) ||
           (weave_ids.expert > 0 && proto_field_is_referenced(tree, weave_ids.expert)) ||
           (weave_ids.expert_tap > 0 && have_tap_listener(weave_ids.expert_tap));
}

/* The window shows how severe the worst is, even while nobody looks. */
static void tell_severity(packet_info *pinfo, const struct weave_note *notes)
{
    for (const struct weave_note *note = notes; note != NULL; note = note->next)
        expert_add_info(pinfo, NULL, expert_of(note));
}

/* Without text: what counts protocols finds it. */
static void add_bare(tvbuff_t *tvb, proto_tree *tree)
{
    proto_tree_add_item(tree, weave_ids.protocol, tvb, 0, 0, ENC_NA);
}

static void tell_severities(packet_info *pinfo, const struct weave_step *step)
{
    tell_severity(pinfo, step->notes);
    if (!step->last)
        return;
    for (const struct weave_sip *sip = step->message->sip; sip != NULL; sip = sip->next)
        tell_severity(pinfo, sip->notes);
    if (step->message->sip_count > 1)
        expert_add_info(pinfo, NULL, &weave_ids.several_sip);
}

static proto_item *add_titled(tvbuff_t *tvb, proto_tree *tree, const struct label *title)
{
    proto_item *item = proto_tree_add_item(tree, weave_ids.protocol, tvb, 0, 0, ENC_NA);
    proto_item_set_text(item, "%s", title->text);
    return item;
}

static proto_item *add_top(tvbuff_t *tvb, proto_tree *tree, const struct weave_step *step)
{
    struct label title = {.size = 0};
    put(&title, "sipweave: connection ");
    put_number(&title, step->conversation->number);
    if (step->last) {
        put(&title, ", message ");
        put_number(&title, step->message->number);
    }
    for (const struct weave_sip *sip = step->last ? step->message->sip : NULL; sip != NULL; sip = sip->next) {
        put(&title, ", ");
        put_title(&title, sip);
        put_call(&title, sip);
    }
    return add_titled(tvb, tree, &title);
}

/* Our item of a step. */
static void add_weave(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_step *step)
{
    if (!is_looked_at(tree)) {
        add_bare(tvb, tree);
        tell_severities(pinfo, step);
        return;
    }
    proto_item *top = add_top(tvb, tree, step);
    proto_tree *inner = subtree(top, SUBTREE_WEAVE);
    add_connection(inner, tvb, step);
    add_text(inner, tvb, WEAVE_FROM, side_name(step->direction));
    if (step->kind == STEP_FRAME)
        add_number(inner, tvb, WEAVE_FRAME, step->number);
    if (step->message != NULL)
        add_message(inner, tvb, pinfo, top, step);
    if (step->ping != NULL)
        add_ping(inner, tvb, step);
    add_notes(inner, tvb, pinfo, top, step->notes);
}

static void add_weave_sip(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_sip *sip)
{
    if (!is_looked_at(tree)) {
        add_bare(tvb, tree);
        tell_severity(pinfo, sip->notes);
        return;
    }
    struct label title = {.size = 0};
    put(&title, "sipweave: ");
    put_title(&title, sip);
    put_call(&title, sip);
    proto_item *top = add_titled(tvb, tree, &title);
    add_sip(subtree(top, SUBTREE_WEAVE), tvb, pinfo, top, sip);
}

/* Wireshark's fields of a frame's header. */

static void add_length(proto_tree *ws, tvbuff_t *tvb, int offset, int extended)
{
    proto_item *length = weave_stock_add(ws, STOCK_LENGTH, tvb, offset + 1, 1, ENC_BIG_ENDIAN);
    if (extended == 2) {
        proto_item_append_text(length, " Extended Payload Length (16 bits)");
        weave_stock_add(ws, STOCK_LENGTH_16, tvb, offset + 2, 2, ENC_BIG_ENDIAN);
    } else if (extended == 8) {
        proto_item_append_text(length, " Extended Payload Length (64 bits)");
        weave_stock_add(ws, STOCK_LENGTH_64, tvb, offset + 2, 8, ENC_BIG_ENDIAN);
    }
}

static proto_tree *add_header(tvbuff_t *tvb, int offset, proto_tree *tree, const struct weave_step *step)
{
    const struct sw_frame *frame = &step->frame;
    proto_item *item = proto_tree_add_item(tree, weave_stock(STOCK_WEBSOCKET), tvb, offset, frame->header_size, ENC_NA);
    proto_tree *ws = subtree(item, SUBTREE_FRAME);
    weave_stock_add(ws, STOCK_FIN, tvb, offset, 1, ENC_NA);
    weave_stock_add(ws, STOCK_RSV, tvb, offset, 1, ENC_BIG_ENDIAN);
    if (step->conversation->deflate.agreed)
        weave_stock_add(ws, STOCK_PMC, tvb, offset, 1, ENC_BIG_ENDIAN);
    weave_stock_add(ws, STOCK_OPCODE, tvb, offset, 1, ENC_BIG_ENDIAN);
    weave_stock_add(ws, STOCK_MASK, tvb, offset + 1, 1, ENC_NA);
    add_length(ws, tvb, offset, frame->header_size - 2 - (frame->masked ? 4 : 0));
    if (frame->masked)
        weave_stock_add(ws, STOCK_MASKING_KEY, tvb, offset + frame->header_size - 4, 4, ENC_NA);
    return ws;
}

static const char *opcode_name(uint8_t opcode)
{
    static const value_string names[] = {
        {SW_OPCODE_CONTINUATION, "Continuation"},
        {SW_OPCODE_TEXT, "Text"},
        {SW_OPCODE_BINARY, "Binary"},
        {SW_OPCODE_CLOSE, "Connection Close"},
        {SW_OPCODE_PING, "Ping"},
        {SW_OPCODE_PONG, "Pong"},
        {0, NULL},
    };
    return val_to_str_const(opcode, names, "Unknown Opcode");
}

static void set_columns(packet_info *pinfo, const struct sw_frame *frame)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "WebSocket");
    if (weave_cursor_of(pinfo)->step != NULL) {
        col_append_str(pinfo->cinfo, COL_INFO, ", ");
        col_set_fence(pinfo->cinfo, COL_INFO);
    }
    col_set_str(pinfo->cinfo, COL_INFO, "WebSocket");
    col_append_fstr(pinfo->cinfo, COL_INFO, " %s", opcode_name(frame->opcode));
    col_append_str(pinfo->cinfo, COL_INFO, frame->fin ? " [FIN]" : "[FRAGMENT] ");
    col_append_str(pinfo->cinfo, COL_INFO, frame->masked ? " [MASKED]" : " ");
}

static void show_frame(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const struct weave_step *step)
{
    set_columns(pinfo, &step->frame);
    proto_tree *ws = add_header(tvb, offset, tree, step);
    struct weave_payload payload = {.pinfo = pinfo, .tree = tree, .ws = ws, .step = step};
    weave_payload_open(&payload, tvb, offset);
    add_weave(tvb, pinfo, tree, step);
    weave_payload_dissect(&payload);
    weave_tap_step(pinfo, step);
}

static void show_skipped(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const struct weave_step *step)
{
    col_append_sep_fstr(pinfo->cinfo, COL_INFO, ", ", "%" PRIu64 " bytes not decoded", step->size);
    add_weave(tvb, pinfo, tree, step);
    call_data_dissector(tvb_new_subset_length(tvb, offset, (int)step->size), pinfo, tree);
}

void weave_tree_step(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const struct weave_step *step)
{
    if (step->kind == STEP_FRAME)
        show_frame(tvb, offset, pinfo, tree, step);
    else
        show_skipped(tvb, offset, pinfo, tree, step);
}

void weave_tree_head(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_step *step)
{
    add_weave(tvb, pinfo, tree, step);
    weave_tap_step(pinfo, step);
}

void weave_tree_sip(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_sip *sip)
{
    add_weave_sip(tvb, pinfo, tree, sip);
    weave_tap_sip(pinfo, sip);
}

void weave_tree_ping(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_note *notes)
{
    if (!is_looked_at(tree)) {
        add_bare(tvb, tree);
        tell_severity(pinfo, notes);
        return;
    }
    struct label title = {.size = 0};
    put(&title, "sipweave: keep-alive");
    proto_item *top = add_titled(tvb, tree, &title);
    add_notes(subtree(top, SUBTREE_WEAVE), tvb, pinfo, top, notes);
}
