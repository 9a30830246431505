/* SPDX-License-Identifier: MIT
 *
 * The blocks of a deflated message (RFC 1951, RFC 7692 7.2), looked at without inflating: what zlib doesn't tell.
 */
#ifndef SW_WS_WALK_H
#define SW_WS_WALK_H

#include "sipweave/slice.h"

struct sw_walk {
    bool bad;              /* not DEFLATE ... */
    size_t bad_at;         /* ... from about this byte of the payload on */
    bool complete;         /* with the 00 00 FF FF that was taken off, it ends exactly with an empty stored block */
    bool padded;           /* bits that aren't 0 fill the byte behind a block with BFINAL 1 */
    uint32_t distance;     /* the largest that a back-reference goes back */
    uint64_t before_start; /* the most bytes before the message that one refers to */
};

/* Walks through payload with 00 00 FF FF behind it. */
void sw_walk(struct sw_slice payload, struct sw_walk *walk);

#endif
