/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is shown of SIP that Wireshark's own dissector refuses, as its start line is none? It comes from a WebSocket;
 * or in a datagram, that nobody else wants then.
 */
#include "odd.h"

#include "calls.h"
#include "ids.h"
#include "preferences.h"
#include "transport.h"

static struct {
    dissector_handle_t sip;
    dissector_handle_t lines;
} out;

static struct sw_slice all_of(tvbuff_t *tvb)
{
    const int size = (int)tvb_captured_length(tvb);
    return (struct sw_slice){size == 0 ? NULL : tvb_get_ptr(tvb, 0, size), (size_t)size};
}

/* What is shown. */

/* A slice of what tvb holds. */
static void add_part(proto_tree *tree, tvbuff_t *tvb, enum weave_field field, struct sw_slice part)
{
    const struct sw_slice all = all_of(tvb);
    if (part.size > 0)
        proto_tree_add_item(tree, weave_hf(field), tvb, (gint)(part.data - all.data), (gint)part.size, ENC_UTF_8);
}

/* In front of the header fields; there may be line ends before it. */
static struct sw_slice start_line(const struct sw_sip *sip)
{
    const struct sw_slice head = {sip->raw.data, sip->raw.size - sip->headers.size - sip->body.size - sip->rest.size};
    const struct sw_slice line = sw_slice_trim(head);
    const uint8_t *end = line.size == 0 ? NULL : memchr(line.data, '\n', line.size);
    return sw_slice_trim((struct sw_slice){line.data, end == NULL ? line.size : (size_t)(end - line.data)});
}

static void set_columns(tvbuff_t *tvb, packet_info *pinfo, struct sw_slice line)
{
    const int at = line.size == 0 ? 0 : (int)(line.data - all_of(tvb).data);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "SIP");
    col_append_sep_str(pinfo->cinfo, COL_INFO, ", ", tvb_format_text(pinfo->pool, tvb, at, (int)line.size));
}

static bool is_enabled(dissector_handle_t handle)
{
    return proto_is_protocol_enabled(find_protocol_by_id(dissector_handle_get_protocol_index(handle)));
}

bool weave_odd_show(dissector_handle_t refused, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct sw_sip sip;
    if (!is_enabled(refused) || sw_sip_parse(all_of(tvb), &sip) != SW_OK)
        return false;
    const struct sw_slice line = start_line(&sip);
    proto_item *item = proto_tree_add_item(tree, weave_ids.protocol, tvb, 0, -1, ENC_NA);
    proto_item_set_text(item, "sipweave: SIP with a start line that is none");
    proto_tree *inner = proto_item_add_subtree(item, weave_ids.subtree[SUBTREE_SIP]);
    set_columns(tvb, pinfo, line);
    add_part(inner, tvb, WEAVE_SIP_START, line);
    if (!sip.response)
        add_part(inner, tvb, WEAVE_SIP_METHOD, sip.method);
    else if (sip.status != 0)
        proto_tree_add_uint(inner, weave_hf(WEAVE_SIP_STATUS), tvb, 0, 0, sip.status);
    add_part(inner, tvb, WEAVE_SIP_CALL_ID, sip.first[SW_SIP_CALL_ID]);
    add_part(inner, tvb, WEAVE_SIP_CSEQ, sip.first[SW_SIP_CSEQ]);
    call_dissector_only(out.lines, tvb, pinfo, tree, NULL);
    return true;
}

/* Datagrams. */

/* SIP begins with a letter, or with line ends before it; media, STUN and DTLS never do. */
static bool worth_a_look(struct sw_slice bytes)
{
    const uint8_t first = bytes.size != 0 ? bytes.data[0] : 0;
    return g_ascii_isgraph((gchar)first) || first == '\r' || first == '\n';
}

bool weave_odd_recognise(struct sw_slice bytes, struct sw_sip *sip)
{
    return worth_a_look(bytes) && (sw_sip_recognise(bytes, sip) || sw_sip_recognise_odd(bytes, false, sip));
}

static void add_sip(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct sw_sip *sip)
{
    const struct weave_carrier carrier = {
        .transport = SW_TRANSPORT_UDP,
        .time = weave_mark(pinfo).time,
        .judged = true,
        .whole = tvb_captured_length(tvb) == tvb_reported_length(tvb),
        .oversize = tree != NULL && weave_transport_is_oversize(pinfo, tree),
    };
    weave_packet_add_sip(pinfo, weave_calls_add(pinfo, sip, &carrier));
}

/* Nothing but "SIP/2.0 200 OK", or "METHOD URI SIP/2.0", from the first byte on. Of datagrams on other ports than its
 * own Wireshark's SIP dissector is asked after us: what it surely reads is left to it. */
static bool is_usual(const struct sw_sip *sip)
{
    enum { STATUS = sizeof " 200 " - 1, CRLF = 2 };
    const uint8_t *end = sip->version.data + sip->version.size;
    if (sw_sip_sniff(sip->raw) != SW_OK || !sw_slice_equal(sip->version, SW_SLICE("SIP/2.0")))
        return false;
    if (sip->response)
        return sip->version.data == sip->raw.data && sip->reason.size > 0 && sip->reason.data == end + STATUS;
    return sip->method.data == sip->raw.data && sip->uri.data == sip->method.data + sip->method.size + 1 &&
           sip->version.data == sip->uri.data + sip->uri.size + 1 &&
           memchr(sip->uri.data, ' ', sip->uri.size) == NULL && sip->headers.data == end + CRLF;
}

static weave_bool dissect_datagram(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    const struct sw_slice bytes = all_of(tvb);
    struct sw_sip sip;
    if (weave_preferences.stock || !weave_preferences.calls || weave_is_quoted(pinfo) ||
        !weave_odd_recognise(bytes, &sip) || is_usual(&sip))
        return FALSE;
    if (call_dissector_only(out.sip, tvb, pinfo, tree, NULL) > 0)
        return TRUE;
    col_clear(pinfo->cinfo, COL_INFO);
    if (!weave_odd_show(out.sip, tvb, pinfo, tree))
        return FALSE;
    if (!PINFO_FD_VISITED(pinfo))
        add_sip(tvb, pinfo, tree, &sip);
    return TRUE;
}

void weave_odd_register(void)
{
    out.sip = find_dissector("sip");
    out.lines = find_dissector("data-text-lines");
    heur_dissector_add("udp", dissect_datagram, "SIP with a faulty start line, over UDP", "sipweave_udp",
                       weave_ids.protocol, HEURISTIC_ENABLE);
}
