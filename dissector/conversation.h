/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * WebSocket connections, as Wireshark's conversations.
 */
#ifndef WEAVE_CONVERSATION_H
#define WEAVE_CONVERSATION_H

#include "state.h"

/* Of the innermost transport of this packet; NULL: not known, or none. */
struct weave_conversation *weave_conversation_find(packet_info *pinfo);
/* What is known when it is made. */
enum weave_beginning {
    BEGINS_HERE,
    BEGINS_BEHIND_PROXY, /* a load balancer's PROXY line stands before the first head */
    BEGAN_EARLIER,       /* its handshake wasn't seen */
};
/* On the first pass: makes it. */
struct weave_conversation *weave_conversation_make(packet_info *pinfo, enum weave_beginning beginning);
/* Who is the client of one that was seen from its middle: the one that masks (RFC 6455 5.1). */
void weave_conversation_guess(struct weave_conversation *conversation, const packet_info *pinfo, bool masked);
enum sw_direction weave_direction(const struct weave_conversation *conversation, const packet_info *pinfo);

/* A head of the handshake, on the first pass: feeds the core, learns what was agreed on. */
void weave_conversation_head(struct weave_conversation *conversation, packet_info *pinfo, enum sw_direction direction,
                             struct sw_slice head);

/* TCP's FIN or RST of that side, on the first pass. */
void weave_conversation_end(struct weave_conversation *conversation, packet_info *pinfo, enum sw_direction direction,
                            enum sw_eof how);

void weave_conversations_open(void);
void weave_conversations_close(void);

#endif
