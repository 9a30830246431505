/* SPDX-License-Identifier: MIT
 *
 * One SIP message held to the rules that need nothing but the message (RFC 3261 7, 8, 20, 25).
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

/* whole: all of the message is there, as its sender sent it. */
void sw_sip_check(struct sw_sip_checker *checker, const struct sw_sip *sip, enum sw_transport transport, bool whole,
                  const struct sw_sip_judgement *judgement);

SW_API_END

#endif
