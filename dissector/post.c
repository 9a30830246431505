/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What do other dissectors' items tell us? The heads of handshakes; and SIP over UDP and TCP, which belongs to the same
 * calls as SIP over WebSocket.
 */
#include "post.h"

#include "calls.h"
#include "handshake.h"
#include "ids.h"
#include "odd.h"
#include "preferences.h"
#include "transport.h"
#include "tree.h"

static dissector_handle_t handle;

/* SIP that came without WebSocket. */

static bool handed_by_us(packet_info *pinfo, const field_info *item)
{
    struct weave_cursor *cursor = weave_cursor_of(pinfo);
    unsigned count = cursor->handed == NULL ? 0 : wmem_array_get_count(cursor->handed);
    if (cursor->handed_seen >= count)
        return false;
    const struct weave_span *span = wmem_array_index(cursor->handed, cursor->handed_seen);
    if (span->source != item->ds_tvb || span->start != item->start)
        return false;
    cursor->handed_seen++;
    return true;
}

static bool add_sip(packet_info *pinfo, proto_tree *tree, const field_info *item)
{
    int size = tvb_captured_length_remaining(item->ds_tvb, item->start);
    struct sw_sip sip;
    if (size <= 0)
        return false;
    struct sw_slice bytes = {tvb_get_ptr(item->ds_tvb, item->start, size), (size_t)size};
    if (pinfo->ptype == PT_UDP ? !weave_odd_recognise(bytes, &sip) : sw_sip_parse(bytes, &sip) != SW_OK)
        return false;
    struct weave_carrier carrier = {
        .transport = weave_transport_of(pinfo),
        .time = weave_mark(pinfo).time,
        .judged = true,
        .whole = size == tvb_reported_length_remaining(item->ds_tvb, item->start),
        .late = pinfo->ptype == PT_TCP && weave_transport_is_late(tree),
        .oversize = pinfo->ptype == PT_UDP && weave_transport_is_oversize(pinfo, tree),
    };
    weave_packet_add_sip(pinfo, weave_calls_add(pinfo, &sip, &carrier));
    return true;
}

/* Whether there is any. */
static bool collect_sip(packet_info *pinfo, proto_tree *tree)
{
    const GPtrArray *items = proto_get_finfo_ptr_array(tree, weave_stock(STOCK_SIP));
    const struct weave_packet *packet = weave_packet_of(pinfo, false);
    bool any = packet != NULL && packet->sips != NULL;
    for (guint i = 0; items != NULL && i < items->len; i++) {
        const field_info *item = items->pdata[i];
        if (!handed_by_us(pinfo, item) && !weave_is_quoted(pinfo))
            any |= add_sip(pinfo, tree, item);
    }
    return any;
}

/* The postdissector. */

static void show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const struct weave_packet *packet = weave_packet_of(pinfo, false);
    if (packet == NULL)
        return;
    for (const struct weave_step *head = packet->heads; head != NULL; head = head->next)
        weave_tree_head(tvb, pinfo, tree, head);
    for (const struct weave_sip *sip = packet->sips; sip != NULL; sip = sip->next)
        weave_tree_sip(tvb, pinfo, tree, sip);
    if (packet->ping != NULL)
        weave_tree_ping(tvb, pinfo, tree, packet->ping);
}

static void first_pass(packet_info *pinfo, proto_tree *tree)
{
    weave_handshake_preamble(pinfo, tree);
    weave_handshake_collect(pinfo, tree);
    if (weave_preferences.rules)
        weave_transport_before(pinfo, tree);
    const bool sip = weave_preferences.calls && collect_sip(pinfo, tree);
    if (weave_preferences.rules)
        weave_transport_after(pinfo, tree, sip);
}

static int dissect_after(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    if (weave_preferences.stock || !proto_is_protocol_enabled(find_protocol_by_id(weave_ids.protocol)))
        return 0;
    if (!PINFO_FD_VISITED(pinfo) && tree != NULL)
        first_pass(pinfo, tree);
    show(tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

/* Without a protocol: else Wireshark would count each packet as one of ours, which takes it longer than what we do. */
void weave_post_register(void)
{
    enum { NO_PROTOCOL = -1 };
    handle = create_dissector_handle(dissect_after, NO_PROTOCOL);
    register_postdissector(handle);
}

static void want(GArray *fields, const enum weave_stock_field *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        g_array_append_val(fields, weave_ids.stock[wanted[i]]);
}

void weave_post_want_fields(void)
{
    static const enum weave_stock_field always[] = {STOCK_HTTP, STOCK_TCP_PAYLOAD, STOCK_SIP};
    static const enum weave_stock_field for_rules[] = {
        STOCK_TCP_SYN,  STOCK_TCP_SYN_ACK, STOCK_IP_FRAGMENTS, STOCK_IP6_FRAGMENTS,    STOCK_TCP_FIN, STOCK_TCP_RST,
        STOCK_TCP_LOST, STOCK_TCP_UNSEEN,  STOCK_TCP_AGAIN,    STOCK_TCP_OUT_OF_ORDER, STOCK_TCP_FAST};
    GArray *fields = g_array_new(FALSE, FALSE, sizeof(int));
    if (!weave_preferences.stock)
        want(fields, always, array_length(always));
    if (!weave_preferences.stock && weave_preferences.rules)
        want(fields, for_rules, array_length(for_rules));
    set_postdissector_wanted_hfids(handle, fields);
}
