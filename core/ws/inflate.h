/* SPDX-License-Identifier: MIT
 *
 * Inflating a message that is there as a whole, and the bytes before it that it may refer to.
 */
#ifndef SW_WS_INFLATE_H
#define SW_WS_INFLATE_H

#include "ws/code.h"
#include "ws/pool.h"

enum { SW_WINDOW = 32 * 1024 };

/* The last bytes of one direction, as many as a message can refer to. Where room is less than SW_WINDOW, all of them
 * are there; else they go round, byte n standing at n % SW_WINDOW. */
struct sw_window {
    uint8_t *bytes;
    size_t room;
    uint64_t end; /* bytes so far */
};

/* What one message needs while it is inflated, and none needs longer. */
struct sw_inflate_desk {
    struct sw_codes fixed;
    struct sw_codes dynamic;
    bool fixed_made;
    uint8_t *packed; /* a copy of the payload, with what belongs behind it */
    size_t packed_room;
};

enum sw_inflated {
    SW_INFLATED,
    SW_INFLATED_LIMIT, /* as much as the limits allow, or as there is of a message that was cut */
    SW_INFLATED_BAD,   /* no deflate data, or it reaches back beyond the window */
};

struct sw_inflating {
    struct sw_slice payload;
    const struct sw_window *window;
    size_t limit; /* of what comes out */
    bool cut;     /* the payload's end is missing */

    size_t read;      /* bytes of it that were used */
    bool final_block; /* one with BFINAL 1 was among them */
};

/* The payload, with the 00 00 FF FF behind it that its sender took off (RFC 7692 7.2.2) unless it is cut, and room to
 * read on. */
struct sw_bits sw_inflate_bits(struct sw_inflate_desk *desk, struct sw_slice payload, bool cut);

/* Into out, which is empty, and may become some bytes longer than the limit. */
enum sw_inflated sw_inflate(struct sw_inflate_desk *desk, struct sw_inflating *inflating, struct sw_unit *out);

void sw_window_add(struct sw_window *window, struct sw_slice bytes);
size_t sw_window_size(const struct sw_window *window);

#endif
