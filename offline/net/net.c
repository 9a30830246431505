/* SPDX-License-Identifier: MIT
 *
 * From a packet to the datagram or the connection it belongs to: the loop over its headers.
 */
#include "net/net.h"

#include "net/fragment.h"
#include "net/tcp.h"
#include "net/walk.h"

#include <glib.h>
#include <sys/random.h>

enum { STEPS_MAX = 48 /* headers of one packet: 16 tunnels deep, and their tags */ };

struct net {
    struct sw_limits limits;
    struct net_sink sink;
    struct net_counts counts;
    struct fragments *fragments;
    struct tcp *tcp;
};

static step *const steps[PROTOCOL_STEPS] = {
    [PROTOCOL_ETHERNET] = step_ethernet,
    [PROTOCOL_SLL] = step_sll,
    [PROTOCOL_SLL2] = step_sll2,
    [PROTOCOL_LOOPBACK] = step_loopback,
    [PROTOCOL_HDLC] = step_hdlc,
    [PROTOCOL_NFLOG] = step_nflog,
    [PROTOCOL_PKTAP] = step_pktap,
    [PROTOCOL_PPI] = step_ppi,
    [PROTOCOL_RADIOTAP] = step_radiotap,
    [PROTOCOL_WLAN] = step_wlan,
    [PROTOCOL_PFLOG] = step_pflog,
    [PROTOCOL_ENC] = step_enc,
    [PROTOCOL_ERF] = step_erf,
    [PROTOCOL_PPP] = step_ppp,
    [PROTOCOL_PPP_DIRECTION] = step_ppp_direction,
    [PROTOCOL_HDLC_DIRECTION] = step_hdlc_direction,
    [PROTOCOL_PPPOE] = step_pppoe,
    [PROTOCOL_VLAN] = step_vlan,
    [PROTOCOL_TAG_4] = step_tag_4,
    [PROTOCOL_TAG_6] = step_tag_6,
    [PROTOCOL_I_TAG] = step_i_tag,
    [PROTOCOL_LLC] = step_llc,
    [PROTOCOL_MPLS] = step_mpls,
    [PROTOCOL_RAW_IP] = step_raw_ip,
    [PROTOCOL_IPV4] = step_ipv4,
    [PROTOCOL_IPV6] = step_ipv6,
    [PROTOCOL_IPV6_OPTIONS] = step_ipv6_options,
    [PROTOCOL_IPV6_FRAGMENT] = step_ipv6_fragment,
    [PROTOCOL_AH] = step_ah,
    [PROTOCOL_GRE] = step_gre,
    [PROTOCOL_UDP] = step_udp,
};

/* Where the headers lead; one of WALK_... */
static enum protocol walk_headers(struct walk *walk, int link_type)
{
    enum protocol protocol = walk_usual(walk, link_type);
    if (protocol == WALK_UNKNOWN) {
        walk->source = walk->destination = (struct sw_endpoint){0};
        protocol = link_protocol(link_type);
    }
    for (int i = 0; i < STEPS_MAX && protocol < PROTOCOL_STEPS; i++)
        protocol = steps[protocol](walk);
    return protocol < PROTOCOL_STEPS ? WALK_MALFORMED : protocol;
}

static void deliver_datagram(struct net *net, const struct walk *walk)
{
    net->counts.udp_packets++;
    net->sink.datagram(net->sink.context, &walk->source, &walk->destination, walk->bytes, walk->cut, walk->marks,
                       walk->mark_count);
}

void net_packet(struct net *net, const struct packet *packet, struct sw_mark mark)
{
    struct walk walk; /* not set to zero as a whole: there is one for every packet */
    walk.bytes = (struct sw_slice){packet->data, packet->size};
    walk.cut = packet->original_size > packet->size ? packet->original_size - packet->size : 0;
    walk.mark = mark;
    walk.marks = &mark;
    walk.mark_count = 1;
    walk.fragments = net->fragments;
    walk.wholes = NULL;
    net->counts.packets++;
    fragments_expire(net->fragments, mark.time);
    switch (walk_headers(&walk, packet->link_type)) {
    case WALK_TCP:
        net->counts.malformed += !tcp_packet(net->tcp, &walk);
        break;
    case WALK_DATAGRAM:
        deliver_datagram(net, &walk);
        break;
    case WALK_UNKNOWN:
        net->counts.link_unknown++;
        break;
    case WALK_OTHER:
        net->counts.not_tcp_udp++;
        break;
    case WALK_WAITING:
        break;
    default:
        net->counts.malformed++;
        break;
    }
    if (walk.wholes != NULL)
        wholes_free(walk.wholes);
}

bool net_unfinished(struct net *net, int64_t after, struct sw_mark *since)
{
    if (!fragments_unfinished(net->fragments, after, since))
        return tcp_unfinished(net->tcp, after, since);
    struct sw_mark held;
    if (tcp_unfinished(net->tcp, after, &held) && held.packet < since->packet)
        *since = held;
    return true;
}

const struct net_counts *net_counts(const struct net *net)
{
    return &net->counts;
}

/* Hash seeds that nobody outside can know. No output depends on them. */
static uint64_t random_seed(const void *fallback)
{
    uint64_t seed;
#ifdef SIPWEAVE_STEADY
    return 0; /* a profile is recorded (cmake/profile.cmake) */
#endif
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (uint64_t)(uintptr_t)fallback * UINT64_C(0x9e3779b97f4a7c15);
    return seed;
}

struct net *net_new(const struct sw_limits *limits, const struct net_sink *sink)
{
    struct net *net = g_new0(struct net, 1);
    net->limits = *limits;
    net->sink = *sink;
    uint64_t seed = random_seed(net);
    net->fragments = fragments_new(&net->limits, &net->counts, (uint32_t)(seed >> 32));
    net->tcp = tcp_new(&net->limits, &net->sink, &net->counts, seed);
    return net;
}

void net_finish(struct net *net, struct sw_mark last)
{
    tcp_finish(net->tcp, last);
    fragments_finish(net->fragments);
}

void net_free(struct net *net)
{
    if (net == NULL)
        return;
    tcp_free(net->tcp);
    fragments_free(net->fragments);
    g_free(net);
}
