/* SPDX-License-Identifier: MIT
 *
 * The walk through one packet: which header comes next, and what is left behind the headers read so far.
 *
 * A packet is a loop of steps. Each step takes one header off the front and names the protocol behind it; the loop ends
 * at TCP, at a datagram, or where nobody can read on. There is no recursion, so nesting costs steps and no stack.
 */
#ifndef NET_WALK_H
#define NET_WALK_H

#include "net/net.h"

enum protocol {
    PROTOCOL_ETHERNET,
    PROTOCOL_SLL,
    PROTOCOL_SLL2,
    PROTOCOL_LOOPBACK, /* BSD null and loop */
    PROTOCOL_HDLC,     /* Cisco's */
    PROTOCOL_NFLOG,    /* Linux netfilter's log */
    PROTOCOL_PKTAP,    /* macOS, all interfaces */
    PROTOCOL_PPI,
    PROTOCOL_RADIOTAP,
    PROTOCOL_WLAN,  /* IEEE 802.11 */
    PROTOCOL_PFLOG, /* of the BSDs' packet filter */
    PROTOCOL_ENC,   /* what the BSDs' IPsec has decrypted */
    PROTOCOL_ERF,   /* Endace */
    PROTOCOL_PPP,
    PROTOCOL_PPP_DIRECTION, /* PPP, and Cisco's HDLC, behind a byte that tells sent from received */
    PROTOCOL_HDLC_DIRECTION,
    PROTOCOL_PPPOE,
    PROTOCOL_VLAN,
    PROTOCOL_TAG_4, /* four bytes, and an EtherType */
    PROTOCOL_TAG_6,
    PROTOCOL_I_TAG, /* IEEE 802.1ah */
    PROTOCOL_LLC,
    PROTOCOL_MPLS,
    PROTOCOL_RAW_IP, /* IPv4 or IPv6, by the version */
    PROTOCOL_IPV4,
    PROTOCOL_IPV6,
    PROTOCOL_IPV6_OPTIONS, /* hop-by-hop, routing, destination */
    PROTOCOL_IPV6_FRAGMENT,
    PROTOCOL_AH,
    PROTOCOL_GRE,
    PROTOCOL_UDP,
    PROTOCOL_STEPS, /* how many the walk goes on with; the others end it */

    WALK_TCP = PROTOCOL_STEPS,
    WALK_DATAGRAM,  /* bytes is the UDP payload */
    WALK_UNKNOWN,   /* a link type or ether type nobody here reads, or what Wi-Fi has encrypted */
    WALK_MALFORMED, /* a header is cut or contradicts itself */
    WALK_OTHER,     /* known, and neither TCP nor UDP */
    WALK_WAITING,   /* a fragment, kept until its datagram is whole */
};

struct fragments;
struct whole;

struct walk {
    struct sw_slice bytes;     /* behind the headers read so far, as captured */
    uint32_t cut;              /* bytes behind these that the headers or the capture name and nobody captured */
    struct sw_endpoint source; /* of the innermost IP and UDP header so far */
    struct sw_endpoint destination;
    struct sw_mark mark;         /* this packet */
    const struct sw_mark *marks; /* the packets that carry bytes: this one, or all fragments */
    size_t mark_count;
    struct fragments *fragments;
    struct whole *wholes; /* reassembled for this walk; freed by who began it */
};

/* A step: takes its header off walk->bytes and returns what comes next. */
typedef enum protocol step(struct walk *walk);
step step_ethernet, step_sll, step_sll2, step_loopback, step_ppp, step_pppoe, step_vlan, step_llc, step_mpls;
step step_hdlc, step_nflog, step_pktap, step_ppi, step_radiotap, step_wlan;
step step_pflog, step_enc, step_erf, step_ppp_direction, step_hdlc_direction, step_tag_4, step_tag_6, step_i_tag;
step step_raw_ip, step_ipv4, step_ipv6, step_ipv6_options, step_ipv6_fragment, step_ah, step_udp;
step step_gre;

/* The headers that nearly all packets have, Ethernet and IPv4 without options or fragments, at once: what comes next,
 * TCP or UDP. Of other packets WALK_UNKNOWN, and nothing is taken: they are walked step by step. */
enum protocol walk_usual(struct walk *walk, int link_type);

/* What a number names: of a LINKTYPE_, an EtherType, an IP protocol or IPv6 next header, a UDP destination port. */
enum protocol link_protocol(int link_type);
enum protocol ether_protocol(uint16_t type);
enum protocol ip_protocol(uint8_t number);
/* Takes the tunnel's header off too; WALK_DATAGRAM, and nothing taken, where the bytes are no such tunnel. */
enum protocol udp_protocol(struct walk *walk, uint16_t port);

/* A header says that size bytes follow: more is padding, less was cut. */
static inline void walk_limit(struct walk *walk, uint32_t size)
{
    if (size <= walk->bytes.size) {
        walk->bytes.size = size;
        walk->cut = 0;
    } else {
        walk->cut = size - (uint32_t)walk->bytes.size;
    }
}

#endif
