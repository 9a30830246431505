/* SPDX-License-Identifier: MIT
 *
 * One SIP message as transactions and calls see it: what is needed of its header fields, decoded once. Texts that are
 * only ever compared are kept as seeded 64-bit hashes: their size is bounded, and equal stands for equal.
 */
#ifndef SW_CALL_SIGNAL_H
#define SW_CALL_SIGNAL_H

#include "sipweave/call.h"

enum sw_method {
    SW_METHOD_OTHER,
    SW_METHOD_INVITE,
    SW_METHOD_ACK,
    SW_METHOD_BYE,
    SW_METHOD_CANCEL,
    SW_METHOD_PRACK,
    SW_METHOD_UPDATE,
    SW_METHOD_INFO,
    SW_METHOD_REFER,
    SW_METHOD_SUBSCRIBE,
    SW_METHOD_NOTIFY,
    SW_METHOD_PUBLISH,
    SW_METHOD_REGISTER,
    SW_METHOD_MESSAGE,
    SW_METHOD_OPTIONS,
};

enum sw_method sw_method_of(struct sw_slice name);
/* What a Call-ID is that begins with a request of this method; in_dialog: the request has a To tag. */
enum sw_call_kind sw_method_kind(enum sw_method method, bool in_dialog);

#define SW_NO_EXPIRES      UINT32_MAX
#define SW_DEFAULT_EXPIRES UINT32_C(3600) /* RFC 3261 20.19 */

struct sw_signal {
    const struct sw_sip_record *record;
    const struct sw_sip *sip;
    int64_t time; /* never SW_NO_TIME */
    bool response;
    enum sw_method method; /* of a response: that of its CSeq */
    struct sw_slice method_name;
    uint64_t cseq;
    struct sw_slice branch; /* of the top Via */
    bool cookie;            /* the branch begins with z9hG4bK (RFC 3261 8.1.1.7) */
    uint64_t via;           /* branch and sent-by of the top Via; without the cookie also what RFC 3261 17.2.3 adds */
    uint64_t from_tag;      /* 0: absent */
    uint64_t to_tag;
    uint64_t near_end; /* the address that the request came from */
    uint64_t far_end;  /* the address that it went to */
};

/* The hash of an address, its port and its stream. */
uint64_t sw_endpoint_hash(const struct sw_endpoint *endpoint, uint64_t seed);

void sw_signal_read(struct sw_signal *signal, const struct sw_sip_record *record, uint64_t seed);

/* The URI of a From or To. */
struct sw_slice sw_signal_party(struct sw_slice value);

/* Seconds that a REGISTER, SUBSCRIBE, PUBLISH, NOTIFY or a response to one names: of several Contacts the longest (RFC
 * 3261 10.2.1.1); of NOTIFY what Subscription-State says. SW_NO_EXPIRES where it names none; 0 also for a
 * response to REGISTER without any Contact, which says that no binding is left (10.3 step 8). */
uint32_t sw_signal_expires(const struct sw_signal *signal);

/* NOTIFY with "Subscription-State: terminated" (RFC 6665 4.1.3). */
bool sw_signal_terminates(const struct sw_signal *signal);

#endif
