/* SPDX-License-Identifier: MIT
 *
 * What the checks of a single message share:
 *
 *   sip_check.c    the order in which they run
 *   sip_start.c    start line, and how the header section is built
 *   sip_fields.c   which header fields there are, and what stands in them
 *   sip_method.c   what a method or a status asks for
 */
#ifndef SW_RULES_SIP_CHECK_H
#define SW_RULES_SIP_CHECK_H

#include "bytes.h"
#include "sipweave/fields.h"
#include "sipweave/sip_check.h"

struct sw_sip_case {
    const struct sw_sip *sip;
    const struct sw_sip_judgement *judgement;
    enum sw_transport transport;
    bool whole;
    bool websocket;
    bool old;          /* its top Via is that of an RFC 2543 element */
    bool alone;        /* one Via: its sender made it */
    bool in_dialog;    /* a tag in To */
    struct sw_via via; /* the topmost */
    struct sw_cseq cseq;
    bool cseq_ok;
};

enum { SW_CASE_SHOWN = 72 };

/* what, then the bytes in quotes, made printable and cut. */
void sw_case_report(const struct sw_sip_case *one, enum sw_rule rule, const char *what, struct sw_slice bytes);
bool sw_case_method(const struct sw_sip_case *one, const char *method);  /* a request of that */
bool sw_case_answers(const struct sw_sip_case *one, const char *method); /* a response to that */
/* The first header line of that name, long form. */
bool sw_case_header(const struct sw_sip_case *one, const char *name, struct sw_slice *value);

void sw_check_sip_start(const struct sw_sip_case *one);
void sw_check_sip_section(const struct sw_sip_case *one);
void sw_check_sip_presence(const struct sw_sip_case *one);
void sw_check_sip_fields(const struct sw_sip_case *one);
void sw_check_sip_numbers(const struct sw_sip_case *one);
void sw_check_sip_body(const struct sw_sip_case *one);
void sw_check_sip_request(const struct sw_sip_case *one);
void sw_check_sip_response(const struct sw_sip_case *one);

#endif
