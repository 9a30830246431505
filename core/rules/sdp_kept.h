/* SPDX-License-Identifier: MIT
 *
 * Descriptions that were sent, kept while something refers to them. The text of one is the same on each hop where
 * nobody changed it: the latest are kept once.
 */
#ifndef SW_RULES_SDP_KEPT_H
#define SW_RULES_SDP_KEPT_H

#include "rules/sdp_kind.h"
#include "sipweave/slice.h"

enum { SW_SDP_KNOWN = 256 };

/* All zero at first; it must outlive what is kept in it. */
struct sw_sdp_store {
    size_t size;                             /* bytes of texts */
    struct sw_sdp_text *known[SW_SDP_KNOWN]; /* the latest, by hash; those that nobody refers to any more aren't here */
};

struct sw_sdp_text {
    unsigned references;
    uint64_t hash;
    struct sw_outline outline; /* all zero where nobody read it */
    size_t size;
    uint8_t bytes[];
};

struct sw_sdp_kept {
    unsigned references;
    struct sw_mark mark; /* of its message */
    struct sw_sdp_store *store;
    struct sw_sdp_text *text;
};

/* With one reference, the caller's. hash: of text. outline: as it was read, or NULL. NULL where text is too large to be
 * compared with others. */
struct sw_sdp_kept *sw_sdp_keep(struct sw_sdp_store *store, struct sw_slice text, uint64_t hash,
                                const struct sw_outline *outline, struct sw_mark mark);
/* Returns kept. NULL is allowed here, and below. */
struct sw_sdp_kept *sw_sdp_kept_ref(struct sw_sdp_kept *kept);
void sw_sdp_kept_unref(struct sw_sdp_kept *kept);
/* The member refers to kept from now on, and no more to what it referred to. */
void sw_sdp_kept_set(struct sw_sdp_kept **member, struct sw_sdp_kept *kept);
/* Borrowed while it is kept; not of NULL. */
struct sw_slice sw_sdp_kept_text(const struct sw_sdp_kept *kept);
/* It is that text, byte for byte. */
bool sw_sdp_kept_is(const struct sw_sdp_kept *kept, struct sw_slice text);

#endif
