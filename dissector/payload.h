/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The payload of a frame: unmasked, put together, inflated, and handed on to the dissector of its subprotocol.
 */
#ifndef WEAVE_PAYLOAD_H
#define WEAVE_PAYLOAD_H

#include "state.h"

struct weave_payload {
    packet_info *pinfo;
    proto_tree *tree; /* the packet's */
    proto_tree *ws;   /* of the frame */
    const struct weave_step *step;
    proto_tree *inner; /* of the payload; the rest is filled in by weave_payload_open */
    tvbuff_t *frame;   /* of this frame, unmasked; NULL: it is empty */
    tvbuff_t *message; /* of the whole message, when this frame is its last; NULL: nothing to dissect */
};

void weave_payload_register(void);
void weave_payload_find_dissectors(void);

/* The frame begins at offset. Shows the payload's bytes. */
void weave_payload_open(struct weave_payload *payload, tvbuff_t *tvb, int offset);
/* Shows what is in it, and calls other dissectors. */
void weave_payload_dissect(struct weave_payload *payload);

#endif
