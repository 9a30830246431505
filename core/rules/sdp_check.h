/* SPDX-License-Identifier: MIT
 *
 * What the checks of one session description share:
 *
 *   sdp_lines.c    its lines and their order
 *   sdp_check.c    what stands in them
 *   sdp_webrtc.c   DTLS, ICE, BUNDLE, SCTP
 *   sdp_kind.c     which descriptions are alike to them
 */
#ifndef SW_RULES_SDP_CHECK_H
#define SW_RULES_SDP_CHECK_H

#include "rules/sdp_read.h"
#include "rules/sip_case.h"

/* text: of the description; open: nobody knows whether its last line ended. False: it is no description, and what is
 * found further would only say so again. */
bool sw_check_sdp_lines(const struct sw_sip_case *one, struct sw_slice text, bool open);
void sw_check_sdp_webrtc(const struct sw_sip_case *one, const struct sw_description *description);
/* Values of o= and m=. */
bool sw_sdp_is_origin(struct sw_slice value);
bool sw_sdp_is_media(struct sw_slice value);
/* Values of candidate, and of ice-ufrag and ice-pwd as they may be sent. */
bool sw_sdp_is_candidate(struct sw_slice value);
bool sw_sdp_is_ice_text(enum sw_item_kind kind, struct sw_slice value);
/* 2UHEX *(":" 2UHEX); how many pairs, 0: not that grammar. */
size_t sw_sdp_pairs(struct sw_slice text);
/* What nearly every browser leaves out: ice2. */
bool sw_sdp_lacks_ice2(const struct sw_description *description);

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
bool sw_sdp_token(struct sw_slice text);

#endif
