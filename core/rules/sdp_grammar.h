/* SPDX-License-Identifier: MIT
 *
 * The grammar of session descriptions read strictly, a value at a time.
 */
#ifndef SW_RULES_SDP_GRAMMAR_H
#define SW_RULES_SDP_GRAMMAR_H

#include "bytes.h"
#include "rules/sdp_read.h"

/* Takes what stands before the next single space; text is left empty, and last set, at the end. A space too many gives
 * an empty field. */
static inline struct sw_slice sw_field_next(struct sw_slice *text, bool *last)
{
    size_t space = 0; /* fields are short */
    while (space < text->size && text->data[space] != ' ')
        space++;
    struct sw_slice field = sw_slice_head(*text, space);
    *last = space == text->size;
    *text = sw_slice_skip(*text, space + 1);
    return field;
}

/* A few characters more than in a token of SIP. */
bool sw_sdp_token(struct sw_slice text);
/* POS-DIGIT *DIGIT */
bool sw_sdp_integer(struct sw_slice text);
/* Values of o= and m=. */
bool sw_sdp_is_origin(struct sw_slice value);
bool sw_sdp_is_media(struct sw_slice value);
/* ALPHA / DIGIT / "+" / "/", at least min and at most max of them. */
bool sw_sdp_ice_text(struct sw_slice text, size_t min, size_t max);
enum { SW_ICE_UFRAG_MIN = 4, SW_ICE_UFRAG_SENT = 32, SW_ICE_PWD_MIN = 22, SW_ICE_MAX = 256 };
/* Values of candidate, and of ice-ufrag and ice-pwd as they may be sent. */
bool sw_sdp_is_candidate(struct sw_slice value);
bool sw_sdp_is_ice_text(enum sw_item_kind kind, struct sw_slice value);
/* 2UHEX *(":" 2UHEX); how many pairs, 0: not that grammar. */
size_t sw_sdp_pairs(struct sw_slice text);

#endif
