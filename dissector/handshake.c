/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What did client and server agree on? RFC 6455 4.
 *
 * Wireshark's HTTP dissector keeps little of the heads, and where it keeps that changes from version to version. But
 * its item in the tree says where their bytes are: whole, whether they came in one segment, in many or through TLS. A
 * postdissector that wants the field "http" makes sure that the item is there, on the first pass, too. The answer may
 * share a packet with the first frames: then the item is there when these are dissected.
 */
#include "handshake.h"

#include "conversation.h"
#include "frames.h"
#include "ids.h"

static struct sw_slice bytes_of(const field_info *item)
{
    int size = tvb_captured_length_remaining(item->ds_tvb, item->start);
    int limit = (int)weave_limits()->head_size;
    size = MIN(size, limit);
    if (size <= 0)
        return (struct sw_slice){NULL, 0};
    return (struct sw_slice){tvb_get_ptr(item->ds_tvb, item->start, size), (size_t)size};
}

/* Both: the conversation whose head that is; NULL: it isn't of a handshake. */
static struct weave_conversation *take_request(packet_info *pinfo, const struct sw_http_head *head,
                                               struct sw_slice bytes)
{
    if (!sw_http_is_upgrade(head))
        return NULL;
    struct weave_conversation *conversation = weave_conversation_find(pinfo);
    if (conversation == NULL)
        conversation = weave_conversation_make(pinfo, BEGINS_HERE);
    if (conversation->upgraded)
        return NULL;
    weave_conversation_head(conversation, pinfo, SW_CLIENT, bytes);
    return conversation;
}

static struct weave_conversation *take_response(packet_info *pinfo, const struct sw_http_head *head,
                                                struct sw_slice bytes)
{
    struct weave_conversation *conversation = weave_conversation_find(pinfo);
    if (conversation == NULL && head->status != 101)
        return NULL;
    if (conversation == NULL)
        conversation = weave_conversation_make(pinfo, BEGINS_HERE);
    if (conversation->upgraded || conversation->midstream)
        return NULL;
    weave_conversation_head(conversation, pinfo, SW_SERVER, bytes);
    return conversation;
}

/* A load balancer's PROXY line: the client is none of the endpoints, and that must be known before the first head. */
void weave_handshake_preamble(packet_info *pinfo, proto_tree *tree)
{
    const GPtrArray *payloads = proto_get_finfo_ptr_array(tree, weave_stock(STOCK_TCP_PAYLOAD));
    size_t size;
    if (payloads == NULL || payloads->len != 1 || pinfo->ptype != PT_TCP)
        return;
    if (sw_proxy_preamble(bytes_of(payloads->pdata[0]), &size) == SW_OK && weave_conversation_find(pinfo) == NULL)
        weave_conversation_make(pinfo, BEGINS_BEHIND_PROXY);
}

void weave_handshake_collect(packet_info *pinfo, proto_tree *tree)
{
    const GPtrArray *items = proto_get_finfo_ptr_array(tree, weave_stock(STOCK_HTTP));
    if (items == NULL)
        return;
    struct weave_cursor *cursor = weave_cursor_of(pinfo);
    for (; cursor->heads < items->len; cursor->heads++) {
        const field_info *item = items->pdata[cursor->heads];
        struct sw_slice bytes = bytes_of(item);
        struct sw_http_head head;
        size_t scanned = 0;
        if (sw_http_parse(bytes, &scanned, &head) != SW_OK)
            continue;
        bytes.size = head.size;
        struct weave_conversation *taken =
            head.response ? take_response(pinfo, &head, bytes) : take_request(pinfo, &head, bytes);
        if (taken != NULL)
            weave_frames_begin(taken, pinfo, tree, head.response ? SW_SERVER : SW_CLIENT, item->ds_tvb,
                               item->start + (int)head.size);
    }
}
