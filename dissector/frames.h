/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where does each frame begin and end? The dissector functions that Wireshark calls.
 */
#ifndef WEAVE_FRAMES_H
#define WEAVE_FRAMES_H

#include "state.h"

int weave_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
/* For captures that begin late: takes the conversation if there is evidence of frames. */
weave_bool weave_dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

/* A head of the handshake ends before that byte of a data source, on the first pass: frames of that side begin there.
 */
void weave_frames_begin(struct weave_conversation *conversation, const packet_info *pinfo, proto_tree *tree,
                        enum sw_direction direction, const tvbuff_t *source, int start);

#endif
