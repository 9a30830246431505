/* SPDX-License-Identifier: MIT
 *
 * A session description in outline: as much as it takes to know that its checks, and those that hold it against
 * another one, would find what they found in one like it.
 */
#ifndef SW_RULES_SDP_KIND_H
#define SW_RULES_SDP_KIND_H

#include "sipweave/slice.h"

enum { SW_OUTLINE_PARTS = 8 };

/* Of ICE, hashes; 0: there is none. */
struct sw_credentials {
    uint64_t ufrag;
    uint64_t pwd;
};

struct sw_outline {
    uint64_t kind;    /* a hash; 0: it is like no other, and the rest says nothing */
    uint64_t session; /* hash of o= without the version */
    uint64_t version;
    size_t count; /* media sections */
    struct sw_credentials parts[SW_OUTLINE_PARTS];
};

void sw_outline_read(struct sw_slice text, uint64_t seed, struct sw_outline *outline);
/* What the checks of two descriptions compare beyond their kinds, as bits. Both are of a kind. */
uint64_t sw_outline_beside(const struct sw_outline *now, const struct sw_outline *before);

#endif
