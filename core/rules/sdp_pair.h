/* SPDX-License-Identifier: MIT
 *
 * Two descriptions beside each other:
 *
 *   offer_answer.c   which ones belong together
 *   sdp_offer.c      an offer, and what its sender said before
 *   sdp_answer.c     an answer, and its offer
 */
#ifndef SW_RULES_SDP_PAIR_H
#define SW_RULES_SDP_PAIR_H

#include "rules/sdp_read.h"
#include "sipweave/offer_answer.h"

/* A description that was sent. */
struct sw_sent {
    struct sw_description description;
    const struct sw_mark *mark;
};

/* what, then "before" and "now" in quotes. */
void sw_pair_report(const struct sw_offers_judgement *judgement, const struct sw_mark *earlier, enum sw_rule rule,
                    const char *what, struct sw_slice before, struct sw_slice now);
/* The first payload type from 96 on without a=rtpmap, of RTP that isn't off. */
bool sw_part_unmapped(const struct sw_part *part, unsigned *type);

/* By itself; initial: it begins a session (RFC 3264 4). */
void sw_pair_offer(const struct sw_offers_judgement *judgement, const struct sw_description *offer, bool initial);
/* After what the same side, and the other side, had agreed on last; NULL: not known. */
void sw_pair_after(const struct sw_offers_judgement *judgement, const struct sw_description *offer,
                   const struct sw_sent *own, const struct sw_sent *peer);
/* own: what the answering side had sent before, offerer: what the offering side had; NULL: not known. */
void sw_pair_answer(const struct sw_offers_judgement *judgement, const struct sw_description *answer,
                    const struct sw_sent *offer, const struct sw_sent *own, const struct sw_sent *offerer);
/* The same payload type, another codec than before in the same place; not where agreed says what answer now says. */
void sw_pair_remap(const struct sw_offers_judgement *judgement, const struct sw_description *now,
                   const struct sw_sent *before, const struct sw_description *agreed);

#endif
