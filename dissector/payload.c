/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * To whom is a message's payload handed on? RFC 6455 5.5, 5.6.
 */
#include "payload.h"

#include <epan/exceptions.h>
#include <epan/follow.h>
#include <epan/prefs-int.h>
#include <epan/show_exception.h>

#include "ids.h"
#include "odd.h"

static struct {
    dissector_table_t by_protocol;
    dissector_table_t by_port;
    heur_dissector_list_t heuristics;
    dissector_handle_t sip;
    dissector_handle_t lines;
    dissector_handle_t json;
    pref_t *text_type; /* Wireshark's own preference: what texts of unknown protocols are shown as */
    int follow;        /* taps */
    int stock_follow;  /* 0 where there is none */
} out;

void weave_payload_register(void)
{
    out.follow = register_tap("sipweave_follow");
}

void weave_payload_find_dissectors(void)
{
    out.by_protocol = find_dissector_table("ws.protocol");
    out.by_port = find_dissector_table("ws.port");
    out.heuristics = find_heur_dissector_list("ws");
    out.sip = find_dissector("sip");
    out.lines = find_dissector("data-text-lines");
    out.json = find_dissector("json");
    out.stock_follow = find_tap_id("websocket_follow");
    module_t *module = prefs_find_module("websocket");
    out.text_type = module == NULL ? NULL : prefs_find_preference(module, "text_type");
}

/* Bytes. */

static tvbuff_t *unmasked(struct weave_payload *payload, tvbuff_t *tvb, int offset, int size)
{
    const struct sw_frame *frame = &payload->step->frame;
    uint8_t *bytes = wmem_alloc(payload->pinfo->pool, (size_t)size);
    struct sw_slice masked = {tvb_get_ptr(tvb, offset, size), (size_t)size};
    sw_frame_unmask(bytes, masked, frame->masking_key, 0);
    int sent = frame->payload_size > INT_MAX ? INT_MAX : (int)frame->payload_size;
    tvbuff_t *plain = tvb_new_child_real_data(tvb, bytes, (guint)size, sent);
    add_new_data_source(payload->pinfo, plain, "Unmasked data");
    return plain;
}

static tvbuff_t *whole_message(const struct weave_payload *payload, tvbuff_t *tvb)
{
    const struct weave_message *message = payload->step->message;
    bool own_bytes = !message->compressed && message->fragments == NULL;
    if (own_bytes || message->payload == NULL)
        return own_bytes ? payload->frame : NULL;
    tvbuff_t *whole = tvb_new_child_real_data(payload->frame == NULL ? tvb : payload->frame, message->payload,
                                              (guint)message->kept, (gint)message->size);
    add_new_data_source(payload->pinfo, whole, message->compressed ? "Decompressed payload" : "Reassembled message");
    return whole;
}

/* Where there is no item, as nobody looks, what stands below it goes with its parent. */
static proto_tree *below(proto_item *item, proto_tree *parent, enum weave_subtree which)
{
    return item == NULL ? parent : proto_item_add_subtree(item, weave_ids.subtree[which]);
}

void weave_payload_open(struct weave_payload *payload, tvbuff_t *tvb, int offset)
{
    const struct weave_step *step = payload->step;
    const struct sw_frame *frame = &step->frame;
    int start = offset + frame->header_size;
    int size = (int)MIN((uint64_t)tvb_captured_length_remaining(tvb, start), frame->payload_size);
    if (size > 0) {
        if (frame->masked)
            weave_stock_add(payload->ws, STOCK_MASKED_PAYLOAD, tvb, start, size, ENC_NA);
        payload->frame = frame->masked ? unmasked(payload, tvb, start, size) : tvb_new_subset_length(tvb, start, size);
        proto_item *item = weave_stock_add(payload->ws, STOCK_PAYLOAD, payload->frame, 0, size, ENC_NA);
        payload->inner = below(item, payload->ws, SUBTREE_PAYLOAD);
    }
    if (step->last)
        payload->message = whole_message(payload, tvb);
}

/* Control frames. */

static void show_close(const struct weave_payload *payload)
{
    int size = (int)tvb_captured_length(payload->frame);
    proto_item *item = weave_stock_add(payload->inner, STOCK_CLOSE, payload->frame, 0, size, ENC_NA);
    proto_tree *close = below(item, payload->inner, SUBTREE_CLOSE);
    if (size < 2)
        return;
    weave_stock_add(close, STOCK_CLOSE_STATUS, payload->frame, 0, 2, ENC_BIG_ENDIAN);
    if (size > 2)
        weave_stock_add(close, STOCK_CLOSE_REASON, payload->frame, 2, size - 2, ENC_UTF_8);
}

static void show_bytes(const struct weave_payload *payload, proto_tree *tree, enum weave_stock_field field)
{
    weave_stock_add(tree, field, payload->frame, 0, -1, ENC_NA);
}

static void show_unknown(const struct weave_payload *payload)
{
    proto_item *item = proto_tree_add_item(payload->inner, weave_stock(STOCK_UNKNOWN), payload->frame, 0, -1, ENC_NA);
    expert_add_info_format(payload->pinfo, item, &weave_ids.unknown_opcode, "Opcode %u is reserved",
                           payload->step->frame.opcode);
}

static void show_control(const struct weave_payload *payload)
{
    switch (payload->step->frame.opcode) {
    case SW_OPCODE_CLOSE:
        show_close(payload);
        break;
    case SW_OPCODE_PING:
        show_bytes(payload, payload->inner, STOCK_PING);
        break;
    case SW_OPCODE_PONG:
        show_bytes(payload, payload->inner, STOCK_PONG);
        break;
    default:
        show_unknown(payload);
    }
}

/* Messages. */

/* A dissector that gives up must not keep what follows from being read. */
static int call(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    volatile int taken = 0;
    TRY
    {
        taken = call_dissector_only(handle, tvb, pinfo, tree, NULL);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
        taken = (int)tvb_captured_length(tvb);
    }
    ENDTRY;
    return taken;
}

/* Where it is not known under its name as it stands, it is in small letters (RFC 6455 has no case for it). */
static dissector_handle_t by_name(const char *name)
{
    dissector_handle_t handle = dissector_get_string_handle(out.by_protocol, name);
    if (handle != NULL)
        return handle;
    char *small = g_ascii_strdown(name, -1);
    handle = dissector_get_string_handle(out.by_protocol, small);
    g_free(small);
    return handle;
}

static dissector_handle_t handle_of(const struct weave_payload *payload)
{
    const struct weave_conversation *conversation = payload->step->conversation;
    if (conversation->chosen != NULL)
        return by_name(conversation->chosen);
    const packet_info *pinfo = payload->pinfo;
    uint32_t port = payload->step->direction == SW_CLIENT ? pinfo->destport : pinfo->srcport;
    return dissector_get_uint_handle(out.by_port, port);
}

static void show_fragments(const struct weave_payload *payload)
{
    const struct weave_message *message = payload->step->message;
    unsigned count = wmem_array_get_count(message->fragments);
    proto_item *item =
        proto_tree_add_none_format(payload->tree, weave_stock(STOCK_WS_FRAGMENTS), payload->message, 0, -1,
                                   "%u websocket fragments (%" PRIu64 " bytes)", count, message->wire_size);
    proto_item_set_generated(item);
    proto_tree *tree = proto_item_add_subtree(item, weave_ids.subtree[SUBTREE_FRAGMENTS]);
    bool own_bytes = !message->compressed; /* else the fragments hold other bytes than the message */
    uint64_t at = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct weave_fragment *fragment = wmem_array_index(message->fragments, i);
        bool inside = own_bytes && at + fragment->size <= message->kept;
        item = proto_tree_add_uint_format(tree, weave_stock(STOCK_WS_FRAGMENT), payload->message, inside ? (gint)at : 0,
                                          inside ? (gint)fragment->size : 0, fragment->packet,
                                          "Frame: %u, payload: %" PRIu64 "-%" PRIu64 " (%u bytes)", fragment->packet,
                                          at, at + fragment->size - 1, fragment->size);
        proto_item_set_generated(item);
        at += fragment->size;
    }
    proto_item_set_generated(
        proto_tree_add_uint(tree, weave_stock(STOCK_WS_FRAGMENT_COUNT), payload->message, 0, 0, count));
    proto_item_set_generated(proto_tree_add_uint(tree, weave_stock(STOCK_WS_REASSEMBLED), payload->message, 0, 0,
                                                 (uint32_t)message->wire_size));
}

static void remember_handed(const struct weave_payload *payload, tvbuff_t *tvb)
{
    struct weave_cursor *cursor = weave_cursor_of(payload->pinfo);
    if (cursor->handed == NULL)
        cursor->handed = wmem_array_new(payload->pinfo->pool, sizeof(struct weave_span));
    const struct weave_span span = {.source = tvb_get_ds_tvb(tvb), .start = tvb_raw_offset(tvb)};
    wmem_array_append_one(cursor->handed, span);
}

/* Behind what the SIP dissector wrote, which ends in " | ". */
static void append_to_info(column_info *columns, const char *text)
{
    const char *there = col_get_text(columns, COL_INFO);
    bool spaced = there != NULL && g_str_has_suffix(there, " ");
    col_append_str(columns, COL_INFO, spaced && *text == ' ' ? text + 1 : text);
}

static void append_info(const struct weave_payload *payload, const struct weave_sip *sip, unsigned number)
{
    const struct weave_message *message = payload->step->message;
    if (payload->pinfo->cinfo == NULL)
        return;
    wmem_strbuf_t *text = wmem_strbuf_new(payload->pinfo->pool, "");
    if (sip->status != 0 && sip->method != NULL)
        wmem_strbuf_append_printf(text, " (%s \xe2\x86\x92 %u)", sip->method, sip->status);
    if (sip->call != NULL)
        wmem_strbuf_append_printf(text, " [call %u]", sip->call->number);
    if (sip->retransmission)
        wmem_strbuf_append(text, " [retransmission]");
    if (message->fragments != NULL)
        wmem_strbuf_append_printf(text, " [%u fragments]", wmem_array_get_count(message->fragments));
    if (message->sip_count > 1)
        wmem_strbuf_append_printf(text, " [%u of %u SIP messages]", number, message->sip_count);
    append_to_info(payload->pinfo->cinfo, wmem_strbuf_get_str(text));
}

/* Nearly always the whole of its WebSocket message. */
static tvbuff_t *bytes_of(const struct weave_payload *payload, const struct weave_sip *sip)
{
    bool whole = sip->offset == 0 && sip->size == tvb_reported_length(payload->message);
    return whole ? payload->message : tvb_new_subset_length(payload->message, (gint)sip->offset, (gint)sip->size);
}

static void dissect_sip(const struct weave_payload *payload, dissector_handle_t handle)
{
    const struct weave_message *message = payload->step->message;
    unsigned number = 0;
    for (const struct weave_sip *sip = message->sip; sip != NULL; sip = sip->next) {
        if (sip->offset >= tvb_captured_length(payload->message)) /* the memory for payloads ran low */
            break;
        tvbuff_t *tvb = bytes_of(payload, sip);
        remember_handed(payload, tvb);
        if (number++ > 0) {
            col_append_str(payload->pinfo->cinfo, COL_INFO, ", ");
            col_set_fence(payload->pinfo->cinfo, COL_INFO);
        }
        if (call(handle, tvb, payload->pinfo, payload->tree) == 0)
            weave_odd_show(handle, tvb, payload->pinfo, payload->tree);
        append_info(payload, sip, number);
    }
}

static void dissect_text(const struct weave_payload *payload)
{
    enum { AS_NONE, AS_TEXT, AS_JSON, AS_SIP }; /* values of Wireshark's preference */
    int type = out.text_type == NULL ? AS_NONE : prefs_get_enum_value(out.text_type, pref_current);
    const char *match = payload->pinfo->match_string;
    payload->pinfo->match_string = NULL;
    weave_stock_add(payload->inner, STOCK_TEXT, payload->message, 0, -1, ENC_UTF_8);
    if (payload->step->message->sip_count > 0)
        dissect_sip(payload, out.sip);
    else
        call(type == AS_JSON  ? out.json
             : type == AS_SIP ? out.sip
                              : out.lines,
             payload->message, payload->pinfo, payload->tree);
    payload->pinfo->match_string = match;
}

static void follow(const struct weave_payload *payload)
{
    if (have_tap_listener(out.follow))
        tap_queue_packet(out.follow, payload->pinfo, payload->message);
    if (out.stock_follow > 0 && have_tap_listener(out.stock_follow))
        tap_queue_packet(out.stock_follow, payload->pinfo, payload->message);
}

static void dissect_message(const struct weave_payload *payload)
{
    const struct weave_message *message = payload->step->message;
    dissector_handle_t handle = handle_of(payload);
    heur_dtbl_entry_t *entry;
    follow(payload);
    if (handle != NULL && message->sip_count > 0) {
        dissect_sip(payload, handle);
        return;
    }
    if (handle != NULL) {
        call(handle, payload->message, payload->pinfo, payload->tree);
        return;
    }
    if (message->sip_count == 0 &&
        dissector_try_heuristic(out.heuristics, payload->message, payload->pinfo, payload->tree, &entry, NULL))
        return;
    if (message->opcode == SW_OPCODE_TEXT)
        dissect_text(payload);
    else if (message->sip_count > 0)
        dissect_sip(payload, out.sip);
    else
        call_data_dissector(payload->message, payload->pinfo, payload->tree);
}

void weave_payload_dissect(struct weave_payload *payload)
{
    const struct weave_step *step = payload->step;
    if (step->frame.opcode > SW_OPCODE_BINARY) {
        if (payload->frame != NULL)
            show_control(payload);
        return;
    }
    if (payload->message != NULL && step->message->fragments != NULL)
        show_fragments(payload);
    if (payload->message != NULL)
        dissect_message(payload);
    else if (payload->frame != NULL && step->frame.opcode == SW_OPCODE_CONTINUATION && !step->last)
        show_bytes(payload, payload->tree, STOCK_CONTINUE);
}
