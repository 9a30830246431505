/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What does the user see of a step, and to whom is a message's payload handed on?
 */
#ifndef WEAVE_TREE_H
#define WEAVE_TREE_H

#include "state.h"

/* The bytes of the step begin at offset. */
void weave_tree_step(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const struct weave_step *step);
/* A head of the handshake, and SIP without WebSocket: items of our own beside those of other dissectors. */
void weave_tree_head(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_step *step);
void weave_tree_sip(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_sip *sip);

/* Line ends that keep a connection alive, and what was found of them. */
void weave_tree_ping(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct weave_note *notes);

#endif
