/* SPDX-License-Identifier: MIT
 *
 * Inflating the messages of one direction, RFC 7692 7.2.2, with the history that they share.
 */
#ifndef SW_WS_DEFLATE_H
#define SW_WS_DEFLATE_H

#include "ws/pool.h"

/* The inflate history of one direction: in one of the pool's states while that is free, else in a copy. */
struct sw_deflate {
    struct sw_inflater *live;
    uint8_t *stored;
    size_t stored_size;
    struct sw_deflate *older; /* in the pool's list of stored ones */
    struct sw_deflate *newer;
    bool evicted;     /* its copy was dropped for limits->inflate_history */
    bool final_block; /* the last message has a block with BFINAL 1 */
};

struct sw_deflate *sw_deflate_new(void);
/* NULL is allowed. */
void sw_deflate_free(struct sw_inflate_pool *pool, struct sw_deflate *deflate);

/* Starts over with an empty history. */
void sw_deflate_forget(struct sw_inflate_pool *pool, struct sw_deflate *deflate);

/* Whether so much is known of the history that no message can reach beyond it. */
bool sw_deflate_full(const struct sw_deflate *deflate);

enum sw_inflated {
    SW_INFLATED,
    SW_INFLATED_LIMIT, /* as much as the limits allow; the history is lost */
    SW_INFLATED_BAD,   /* no deflate data, or it reaches back beyond the known history, which is lost */
};

/* Inflates the payload of a whole message into out; *read says how many of its bytes were used. cut: its end is
 * missing. keep: the sender keeps its context for the next message. */
enum sw_inflated sw_deflate_message(struct sw_inflate_pool *pool, struct sw_deflate *deflate, struct sw_slice payload,
                                    bool cut, bool keep, struct sw_unit *out, size_t *read);

#endif
