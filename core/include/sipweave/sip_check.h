/* SPDX-License-Identifier: MIT
 *
 * One SIP message held to the rules that need nothing but the message (RFC 3261 7, 8, 20, 25). Of messages that have
 * their place in a call only who wrote what is wrong is told: not a proxy that forwards it (16.6, 16.7), nor who has to
 * give it back in a response (8.2.6.2) or to name in a request the URIs that the other side has given (12.2.1.1).
 */
#ifndef SIPWEAVE_SIP_CHECK_H
#define SIPWEAVE_SIP_CHECK_H

#include "sipweave/call.h"
#include "sipweave/rules.h"

SW_API_BEGIN

struct sw_sip_judgement {
    void *context;
    /* evidence: printable ASCII, borrowed during the call */
    void (*report)(void *context, enum sw_rule rule, const char *evidence);
};

/* Remembers values that were found right, for the next message says much the same: of bounded size. One a thread. */
struct sw_sip_checker;
struct sw_sip_checker *sw_sip_checker_new(void);
void sw_sip_checker_free(struct sw_sip_checker *checker);

/* placement: as sw_call_tracker_add has just filled it in; NULL: the message is judged by itself. whole: all of the
 * message is there, as its sender sent it. */
void sw_sip_check(struct sw_sip_checker *checker, const struct sw_sip *sip, const struct sw_placement *placement,
                  enum sw_transport transport, bool whole, const struct sw_sip_judgement *judgement);

SW_API_END

#endif
