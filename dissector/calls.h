/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which call and transaction does a SIP message belong to? Over WebSocket, UDP and TCP alike.
 */
#ifndef WEAVE_CALLS_H
#define WEAVE_CALLS_H

#include "state.h"

/* How a SIP message came. */
struct weave_carrier {
    enum sw_transport transport;
    uint64_t connection;     /* number of the WebSocket connection; 0: none */
    int64_t time;            /* of its first packet */
    bool binary;             /* in a binary message of it */
    bool judged;             /* it is known to be SIP, and held to its rules */
    bool whole;              /* all of it is there, as it was sent */
    bool inferred;           /* it was found by evidence, not by the handshake */
    bool late;               /* it should have come before what its sender was seen to send already */
    bool oversize;           /* a datagram, as in struct sw_talk_message */
    bool from_client;        /* with a connection: who sent it */
    bool from_start;         /* the connection was seen from its beginning */
    uint64_t ordinal;        /* among the WebSocket messages of its direction, from 1; 0: it came without */
    struct weave_part *part; /* with an ordinal: of its side */
};

/* On the first pass, in the order of packets. */
struct weave_sip *weave_calls_add(packet_info *pinfo, const struct sw_sip *sip, const struct weave_carrier *carrier);

/* By its id; NULL: there is none. */
struct weave_sip *weave_calls_message(uint64_t id);

void weave_calls_open(void);
void weave_calls_close(void);

#endif
