/* SPDX-License-Identifier: MIT
 *
 * The search for frames behind sw_frame_find, with what a caller that feeds pieces needs besides; and for HTTP heads.
 */
#ifndef SW_WS_FIND_H
#define SW_WS_FIND_H

#include "sipweave/connection.h"
#include "sipweave/frame.h"

struct sw_search {
    size_t offset; /* SW_OK: where the frame begins. SW_MORE: how many leading bytes can be given up */
    size_t need;   /* SW_MORE: with fewer bytes than this the answer stays the same; more than data.size */
    bool masked;   /* SW_OK */
};

/* last: no more bytes will come. Then a single frame that ends exactly with data is evidence enough where it is a
 * well-formed control frame, and the answer SW_MORE means that there is none. */
enum sw_result sw_frame_search(struct sw_slice data, enum sw_masking masking, bool last, struct sw_search *search);

/* The offset of what looks like an HTTP head, or data.size; *keep says how many last bytes may be the start of one. */
size_t sw_head_find(struct sw_slice data, enum sw_direction direction, size_t *keep);

#endif
