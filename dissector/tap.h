/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What statistics are told of a packet.
 */
#ifndef WEAVE_TAP_H
#define WEAVE_TAP_H

#include "state.h"

enum weave_tap_kind {
    TAP_OPENED,  /* a handshake that was accepted: step */
    TAP_MESSAGE, /* a WebSocket message: step */
    TAP_CLOSE,   /* the first Close of a connection: step */
    TAP_PONG,    /* a Pong, and the time since its Ping: step */
    TAP_SIP,     /* a SIP message over whatever transport: sip */
};

struct weave_tap {
    enum weave_tap_kind kind;
    const struct weave_step *step;
    const struct weave_sip *sip;
};

/* Tells what a frame brought; of a message its SIP, too. */
void weave_tap_step(packet_info *pinfo, const struct weave_step *step);
void weave_tap_sip(packet_info *pinfo, const struct weave_sip *sip);

void weave_stats_register(void);

#endif
