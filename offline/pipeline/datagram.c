/* SPDX-License-Identifier: MIT
 *
 * Which UDP datagrams are SIP, and where did the bytes of their flows go?
 */
#include "pipeline/datagram.h"

#include <glib.h>

#include "pipeline/ledger.h"
#include "sipweave/openings.h"

/* One direction between two endpoints that has carried SIP. The key comes first: the table hashes it. */
struct flow {
    struct sw_endpoint ends[2]; /* source, destination */
    struct ledger_record ledger;
};

struct datagrams {
    struct stream_context *context;
    struct sw_openings *openings; /* of TCP */
    GHashTable *flows;            /* struct flow by itself */
    /* Ports that a SIP flow uses: all other datagrams need no look-up. */
    uint64_t ports[65536 / 64];
};

static guint flow_hash(gconstpointer key)
{
    const struct flow *flow = key;
    guint hash = 5381;
    for (int end = 0; end < 2; end++) {
        hash = hash * 33 + flow->ends[end].port;
        for (size_t i = 0; i < sizeof flow->ends[end].address; i++)
            hash = hash * 33 + flow->ends[end].address[i];
    }
    return hash;
}

static gboolean flow_equal(gconstpointer a, gconstpointer b)
{
    const struct flow *left = a;
    const struct flow *right = b;
    return sw_endpoint_equal(&left->ends[0], &right->ends[0]) && sw_endpoint_equal(&left->ends[1], &right->ends[1]);
}

struct datagrams *datagrams_new(struct stream_context *context)
{
    struct datagrams *datagrams = g_new0(struct datagrams, 1);
    datagrams->context = context;
    datagrams->openings = sw_openings_new();
    datagrams->flows = g_hash_table_new_full(flow_hash, flow_equal, g_free, NULL);
    return datagrams;
}

void datagrams_free(struct datagrams *datagrams)
{
    if (datagrams == NULL)
        return;
    sw_openings_free(datagrams->openings);
    g_hash_table_destroy(datagrams->flows);
    g_free(datagrams);
}

static bool port_known(const struct datagrams *datagrams, uint16_t port)
{
    return (datagrams->ports[port / 64] >> (port % 64) & 1) != 0;
}

static void port_learn(struct datagrams *datagrams, uint16_t port)
{
    datagrams->ports[port / 64] |= UINT64_C(1) << (port % 64);
}

static struct flow *flow_find(struct datagrams *datagrams, const struct sw_endpoint *source,
                              const struct sw_endpoint *destination)
{
    if (!port_known(datagrams, source->port) || !port_known(datagrams, destination->port))
        return NULL;
    struct flow key = {.ends = {*source, *destination}};
    return g_hash_table_lookup(datagrams->flows, &key);
}

/* NULL when the limit on flows is reached. */
static struct flow *flow_make(struct datagrams *datagrams, const struct sw_endpoint *source,
                              const struct sw_endpoint *destination, struct sw_mark mark)
{
    struct flow *flow = flow_find(datagrams, source, destination);
    if (flow != NULL || g_hash_table_size(datagrams->flows) >= datagrams->context->limits->datagram_flows)
        return flow;
    flow = g_new0(struct flow, 1);
    flow->ends[0] = flow->ledger.source = *source;
    flow->ends[1] = flow->ledger.destination = *destination;
    flow->ledger.protocol = sw_transport_name(SW_TRANSPORT_UDP);
    flow->ledger.first = mark;
    g_hash_table_add(datagrams->flows, flow);
    port_learn(datagrams, source->port);
    port_learn(datagrams, destination->port);
    return flow;
}

void datagrams_opening(struct datagrams *datagrams, const struct sw_endpoint *client, const struct sw_endpoint *server,
                       bool agreed)
{
    sw_openings_add(datagrams->openings, client, server, agreed);
}

static void on_sip(struct datagrams *datagrams, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                   const struct sw_sip *sip, struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks,
                   size_t mark_count)
{
    struct message_record message = {
        .marks = marks,
        .mark_count = mark_count,
        .transport = SW_TRANSPORT_UDP,
        .source = *source,
        .destination = *destination,
        .partial = missing != 0,
        .oversize = mark_count > 1 && !sw_openings_failed(datagrams->openings, source, destination),
        .sip = sip,
    };
    datagrams->context->totals->datagrams_sip++;
    struct flow *flow = flow_make(datagrams, source, destination, marks[0]);
    if (flow != NULL)
        flow->ledger.ledger.message += bytes.size;
    else
        datagrams->context->totals->datagrams_untold++;
    if (flow != NULL && missing != 0) {
        flow->ledger.ledger.undecoded[SW_REASON_SNAPLEN_CUT] += missing;
        ledger_note(&flow->ledger, SW_REASON_SNAPLEN_CUT, marks, mark_count,
                    "the capture kept only the front of the packet");
    }
    delivery_message(datagrams->context->delivery, &message, bytes);
}

static void on_other(struct datagrams *datagrams, const struct sw_endpoint *source,
                     const struct sw_endpoint *destination, struct sw_slice bytes, const struct sw_mark *marks,
                     size_t mark_count)
{
    struct flow *flow = flow_find(datagrams, source, destination);
    const struct sw_talk_keepalive keepalive = {.kind = SW_KEEPALIVE_OTHER,
                                                .transport = SW_TRANSPORT_UDP,
                                                .source = *source,
                                                .destination = *destination,
                                                .mark = marks[0]};
    if (flow != NULL)
        delivery_keepalive(datagrams->context->delivery, NULL, &keepalive);
    if (flow == NULL) {
        datagrams->context->totals->datagram_bytes_other += bytes.size;
    } else if (sw_sip_is_keepalive(bytes)) {
        flow->ledger.ledger.keepalive += bytes.size;
    } else {
        flow->ledger.ledger.undecoded[SW_REASON_NOT_SIP] += bytes.size;
        ledger_note(&flow->ledger, SW_REASON_NOT_SIP, marks, mark_count,
                    "a datagram between SIP endpoints that is no SIP");
    }
}

/* SIP begins with a letter, or with line ends before it; media, STUN and DTLS never do. */
static bool worth_a_look(struct sw_slice bytes)
{
    uint8_t first = bytes.size != 0 ? bytes.data[0] : 0;
    return g_ascii_isgraph((gchar)first) || first == '\r' || first == '\n';
}

void datagrams_add(struct datagrams *datagrams, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                   struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks, size_t mark_count)
{
    struct sw_sip sip;
    const struct sw_sip *read;
    datagrams->context->totals->datagrams++;
    if (worth_a_look(bytes) && delivery_recognise(datagrams->context->delivery, bytes, false, &sip, &read))
        on_sip(datagrams, source, destination, read, bytes, missing, marks, mark_count);
    else
        on_other(datagrams, source, destination, bytes, marks, mark_count);
}

static gint by_first_packet(gconstpointer a, gconstpointer b)
{
    const struct flow *left = a;
    const struct flow *right = b;
    return (left->ledger.first.packet > right->ledger.first.packet) -
           (left->ledger.first.packet < right->ledger.first.packet);
}

void datagrams_finish(struct datagrams *datagrams, struct sw_mark last)
{
    GList *flows = g_list_sort(g_hash_table_get_keys(datagrams->flows), by_first_packet);
    for (GList *at = flows; at != NULL; at = at->next) {
        const struct flow *flow = at->data;
        delivery_ledger(datagrams->context->delivery, &flow->ledger, last);
    }
    g_list_free(flows);
}
