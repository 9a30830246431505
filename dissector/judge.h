/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which rules do SIP messages break, each by itself and several together? All of this is of the first pass.
 */
#ifndef WEAVE_JUDGE_H
#define WEAVE_JUDGE_H

#include "calls.h"

#include "sipweave/talk.h"

/* A message that the tracker has placed. */
struct weave_said {
    struct weave_sip *kept;
    const struct weave_carrier *carrier;
    const struct sw_sip_record *record;
    const struct sw_placement *placement;
};
/* Before the tracker is asked for anything more. */
void weave_judge_message(const struct weave_said *said);

/* What is found of WebSocket messages, by the side that sent them: whether it is about a SIP message that ended early,
 * and then it is told with that, or isn't at all. */
bool weave_judge_part(struct weave_part *part, const struct sw_finding *finding);

/* What rules on several messages must know besides. connection: the number of a WebSocket connection; 0: it is none. */

/* Bytes between the ends of this packet are missing. */
void weave_judge_loss(packet_info *pinfo, uint64_t connection);

struct weave_keepalive {
    enum sw_keepalive kind;
    enum sw_transport transport;
    uint64_t connection;
    bool from_client;
    struct weave_note **notes; /* where it is shown; NULL: nowhere */
};
void weave_judge_keepalive(packet_info *pinfo, const struct weave_keepalive *keepalive);

/* orderly: each side has sent a FIN. */
void weave_judge_connection_end(packet_info *pinfo, uint64_t connection, bool orderly);

/* Each packet. */
void weave_judge_packet(packet_info *pinfo);

void weave_judge_register(void);
void weave_judge_open(void);
void weave_judge_close(void);

#endif
