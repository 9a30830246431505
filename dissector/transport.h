/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What does the transport tell, beside messages, that rules on several of them must know?
 */
#ifndef WEAVE_TRANSPORT_H
#define WEAVE_TRANSPORT_H

#include "compat.h"

#include "sipweave/call.h"

/* Of this packet, for SIP that came without WebSocket. */
enum sw_transport weave_transport_of(packet_info *pinfo);

/* Whether this segment should have come before others that were dissected already. */
bool weave_transport_is_late(proto_tree *tree);
/* Whether this datagram came in IP fragments, though its sender wasn't seen to try TCP in vain. On the first pass. */
bool weave_transport_is_oversize(packet_info *pinfo, proto_tree *tree);
/* ICMP quotes what could not be delivered. */
bool weave_is_quoted(const packet_info *pinfo);

/* On the first pass, before the SIP of this packet that came without WebSocket: bytes that are missing. */
void weave_transport_before(packet_info *pinfo, proto_tree *tree);
/* Behind that: what keeps a flow alive, and ends. sip: there was some. */
void weave_transport_after(packet_info *pinfo, proto_tree *tree, bool sip);

void weave_transport_open(void);
void weave_transport_close(void);

#endif
