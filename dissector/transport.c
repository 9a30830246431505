/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What does the transport tell, beside messages, that rules on several of them must know? Bytes that are missing, the
 * ends of connections, and what keeps a flow alive (RFC 5626 3.5).
 *
 * Wireshark's TCP dissector has expert infos of losses, SYN, FIN and RST. To want them costs nothing where they aren't.
 */
#include "transport.h"

#include "conversation.h"
#include "ids.h"
#include "judge.h"

#include "sipweave/openings.h"

static struct {
    wmem_map_t *clients; /* conversation_t → port of who sent the SYN */
    struct sw_openings *openings;
    /* Ports that SIP without WebSocket uses: the packets of all others need no look-up. */
    uint64_t ports[65536 / 64];
} file;

void weave_transport_open(void)
{
    memset(&file, 0, sizeof file);
    file.clients = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    file.openings = sw_openings_new();
}

void weave_transport_close(void)
{
    sw_openings_free(file.openings);
    file.openings = NULL;
}

enum sw_transport weave_transport_of(packet_info *pinfo)
{
    if (pinfo->ptype == PT_UDP)
        return SW_TRANSPORT_UDP;
    if (pinfo->ptype == PT_SCTP)
        return SW_TRANSPORT_SCTP;
    return proto_is_frame_protocol(pinfo->layers, "tls") ? SW_TRANSPORT_TLS : SW_TRANSPORT_TCP;
}

bool weave_is_quoted(const packet_info *pinfo)
{
    return proto_is_frame_protocol(pinfo->layers, "icmp") || proto_is_frame_protocol(pinfo->layers, "icmpv6");
}

static bool has(proto_tree *tree, enum weave_stock_field field)
{
    const GPtrArray *items = proto_get_finfo_ptr_array(tree, weave_stock(field));
    return items != NULL && items->len > 0;
}

bool weave_transport_is_late(proto_tree *tree)
{
    return has(tree, STOCK_TCP_OUT_OF_ORDER) || has(tree, STOCK_TCP_AGAIN) || has(tree, STOCK_TCP_FAST);
}

bool weave_transport_is_oversize(packet_info *pinfo, proto_tree *tree)
{
    const struct sw_endpoint source = weave_endpoint(&pinfo->src, pinfo->srcport);
    const struct sw_endpoint destination = weave_endpoint(&pinfo->dst, pinfo->destport);
    return (has(tree, STOCK_IP_FRAGMENTS) || has(tree, STOCK_IP6_FRAGMENTS)) &&
           !sw_openings_failed(file.openings, &source, &destination);
}

/* Ports. */

static bool is_port_known(uint32_t port)
{
    return port < 65536 && (file.ports[port / 64] >> (port % 64) & 1) != 0;
}

static void learn_port(uint32_t port)
{
    if (port < 65536)
        file.ports[port / 64] |= UINT64_C(1) << (port % 64);
}

static bool may_carry_sip(const packet_info *pinfo)
{
    return is_port_known(pinfo->srcport) && is_port_known(pinfo->destport);
}

/* Who opened a TCP connection. */

static void remember_client(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    if (conversation != NULL)
        wmem_map_insert(file.clients, conversation, GUINT_TO_POINTER(pinfo->srcport));
}

/* A SYN, with an ACK from the server. */
static void note_opening(packet_info *pinfo, bool agreed)
{
    const struct sw_endpoint source = weave_endpoint(&pinfo->src, pinfo->srcport);
    const struct sw_endpoint destination = weave_endpoint(&pinfo->dst, pinfo->destport);
    if (agreed)
        sw_openings_add(file.openings, &destination, &source, true);
    else
        sw_openings_add(file.openings, &source, &destination, false);
}

enum opener { OPENER_UNKNOWN, OPENER_SOURCE, OPENER_DESTINATION };

static enum opener opener_of(packet_info *pinfo)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    const guint port = conversation == NULL ? 0 : GPOINTER_TO_UINT(wmem_map_lookup(file.clients, conversation));
    if (port == 0)
        return OPENER_UNKNOWN;
    return port == pinfo->srcport ? OPENER_SOURCE : OPENER_DESTINATION;
}

/* Missing bytes, and ends. */

/* What is missing Wireshark may still get, but late, and it doesn't hand on every segment that comes late. */
static void tell_loss(packet_info *pinfo)
{
    struct weave_conversation *websocket = weave_conversation_find(pinfo);
    if (websocket != NULL)
        websocket->holes = true;
    weave_judge_loss(pinfo, websocket != NULL ? websocket->number : 0);
}

static void tell_keepalive(packet_info *pinfo, enum sw_keepalive kind, enum sw_transport transport, bool from_client)
{
    struct weave_keepalive keepalive = {.kind = kind, .transport = transport, .from_client = from_client};
    if (kind == SW_KEEPALIVE_PING)
        keepalive.notes = &weave_packet_of(pinfo, true)->ping;
    weave_judge_keepalive(pinfo, &keepalive);
}

static void tell_end(packet_info *pinfo, proto_tree *tree)
{
    const bool reset = has(tree, STOCK_TCP_RST);
    if (!reset && !has(tree, STOCK_TCP_FIN))
        return;
    struct weave_conversation *websocket = weave_conversation_find(pinfo);
    if (websocket != NULL)
        weave_conversation_end(websocket, pinfo, weave_direction(websocket, pinfo), reset ? SW_EOF_RST : SW_EOF_FIN);
    else if (may_carry_sip(pinfo))
        tell_keepalive(pinfo, reset ? SW_KEEPALIVE_OVER : SW_KEEPALIVE_FIN, weave_transport_of(pinfo),
                       opener_of(pinfo) == OPENER_SOURCE);
}

void weave_transport_before(packet_info *pinfo, proto_tree *tree)
{
    weave_judge_packet(pinfo);
    if (pinfo->ptype == PT_TCP && has(tree, STOCK_TCP_SYN))
        remember_client(pinfo);
    if (pinfo->ptype == PT_TCP && (has(tree, STOCK_TCP_SYN) || has(tree, STOCK_TCP_SYN_ACK)))
        note_opening(pinfo, has(tree, STOCK_TCP_SYN_ACK));
    if (pinfo->ptype == PT_TCP && (has(tree, STOCK_TCP_LOST) || has(tree, STOCK_TCP_UNSEEN)))
        tell_loss(pinfo);
}

/* What keeps a flow alive. */

/* Line ends between messages. What is within TLS can't be seen here, and may be anything. */
static void tell_of_stream(packet_info *pinfo, proto_tree *tree)
{
    const GPtrArray *payloads = proto_get_finfo_ptr_array(tree, weave_stock(STOCK_TCP_PAYLOAD));
    if (payloads == NULL || payloads->len == 0 || weave_packet_of(pinfo, false) != NULL)
        return;
    const field_info *payload = payloads->pdata[payloads->len - 1];
    const enum sw_transport transport = weave_transport_of(pinfo);
    const enum opener opener = opener_of(pinfo);
    const int size = MIN(payload->length, tvb_captured_length_remaining(payload->ds_tvb, payload->start));
    const struct sw_slice bytes = {tvb_get_ptr(payload->ds_tvb, payload->start, size), (size_t)size};
    const bool clear = transport != SW_TRANSPORT_TLS && opener != OPENER_UNKNOWN;
    if (transport == SW_TRANSPORT_TLS || sw_sip_is_keepalive(bytes))
        tell_keepalive(pinfo, clear ? sw_keepalive_of(bytes) : SW_KEEPALIVE_OTHER, transport, opener == OPENER_SOURCE);
}

void weave_transport_after(packet_info *pinfo, proto_tree *tree, bool sip)
{
    if (sip) {
        learn_port(pinfo->srcport);
        learn_port(pinfo->destport);
    } else if (may_carry_sip(pinfo) && pinfo->ptype == PT_TCP) {
        tell_of_stream(pinfo, tree);
    } else if (may_carry_sip(pinfo) && pinfo->ptype == PT_UDP && !weave_is_quoted(pinfo)) {
        tell_keepalive(pinfo, SW_KEEPALIVE_OTHER, SW_TRANSPORT_UDP, false);
    }
    if (pinfo->ptype == PT_TCP)
        tell_end(pinfo, tree);
}
