/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which WebSocket connection does a packet belong to, and how does that begin and end?
 */
#include "conversation.h"

#include "events.h"
#include "ids.h"
#include "judge.h"
#include "preferences.h"

/* What lives as long as the capture is open. */
static struct {
    struct sw_inflate_pool *pool;
    struct sw_web *web;
    GPtrArray *cores; /* struct sw_connection */
    GPtrArray *rules; /* struct sw_websip */
    uint32_t connections;
} capture;

static void free_core(void *core)
{
    sw_connection_free(core);
}

static void free_rules(void *rules)
{
    sw_websip_free(rules);
}

void weave_conversations_open(void)
{
    capture.web = sw_web_new();
    capture.rules = g_ptr_array_new_with_free_func(free_rules);
    capture.pool = sw_inflate_pool_new(weave_limits());
    capture.cores = g_ptr_array_new_with_free_func(free_core);
}

void weave_conversations_close(void)
{
    if (capture.cores != NULL)
        g_ptr_array_free(capture.cores, TRUE);
    if (capture.rules != NULL)
        g_ptr_array_free(capture.rules, TRUE);
    sw_web_free(capture.web);
    sw_inflate_pool_free(capture.pool);
    memset(&capture, 0, sizeof capture);
}

struct weave_conversation *weave_conversation_find(packet_info *pinfo)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return conversation == NULL ? NULL : conversation_get_proto_data(conversation, weave_ids.protocol);
}

/* The first packet is the client's, or, if that is missing, the server's answer: who is who the heads will tell. */
static void hold_to_rules(struct weave_conversation *conversation, packet_info *pinfo, bool intermediary)
{
    const struct sw_surroundings around = {.secure = conversation->secure,
                                           .loopback = addresses_equal(&pinfo->src, &pinfo->dst),
                                           .intermediary = intermediary,
                                           .from_start = !conversation->midstream};
    const struct sw_endpoint ends[2] = {weave_endpoint(&pinfo->src, pinfo->srcport),
                                        weave_endpoint(&pinfo->dst, pinfo->destport)};
    const struct sw_judgement judgement = {.context = conversation, .report = weave_events_breach};
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
    weave_events_take(step, pinfo);
    const struct sw_handshake *seen = sw_connection_handshake(conversation->core);
    if (direction == SW_CLIENT)
        learn_request(conversation, seen);
    learn_answer(conversation, seen, pinfo);
}

static void end_core(struct weave_step *step, packet_info *pinfo, enum sw_eof how)
{
    struct weave_conversation *conversation = step->conversation;
    sw_connection_eof(conversation->core, step->direction, how, weave_mark(pinfo));
    weave_events_take(step, pinfo);
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
