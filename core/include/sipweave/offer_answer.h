/* SPDX-License-Identifier: MIT
 *
 * Offers and answers held to their rules (RFC 3264, RFC 3261 13.2.1): who offered what, who answered it, and what has
 * become of it later in the dialog. Each hop has its own: what a proxy changed is what it sends.
 *
 * Takes messages as the call tracker has placed them. Remembers a bounded number of open transactions and of dialogs,
 * and a bounded size of descriptions; what it has forgotten, or hasn't seen, it is silent about.
 */
#ifndef SIPWEAVE_OFFER_ANSWER_H
#define SIPWEAVE_OFFER_ANSWER_H

#include "sipweave/call.h"
#include "sipweave/rules.h"

SW_API_BEGIN

struct sw_offers;
struct sw_sip_checker;
/* checker: borrowed, it has seen each message just before; what it read needn't be read again, and it knows whose a
 * fault is. NULL: there is none. */
struct sw_offers *sw_offers_new(struct sw_sip_checker *checker);
void sw_offers_free(struct sw_offers *offers);

struct sw_offers_judgement {
    void *context;
    /* The sender of the message broke the rule. evidence: printable ASCII; earlier: the packet of the description that
     * it must be seen beside, or NULL. Borrowed during the call. */
    void (*report)(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier);
};

/* mark: the packet of the message. whole: all of it is there, as its sender sent it. */
void sw_offers_add(struct sw_offers *offers, const struct sw_sip_record *record, const struct sw_placement *placement,
                   struct sw_mark mark, bool whole, const struct sw_offers_judgement *judgement);

/* Bytes between the two are missing: what they said before is not held against what comes. */
void sw_offers_loss(struct sw_offers *offers, const struct sw_endpoint *one, const struct sw_endpoint *other);

SW_API_END

#endif
