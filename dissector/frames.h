/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where does each frame begin and end? The dissector functions that Wireshark calls.
 */
#ifndef WEAVE_FRAMES_H
#define WEAVE_FRAMES_H

#include "compat.h"

int weave_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
/* For captures that begin late: takes the conversation if there is evidence of frames. */
weave_bool weave_dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

#endif
