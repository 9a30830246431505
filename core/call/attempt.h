/* SPDX-License-Identifier: MIT
 *
 * The requests that a call, registration, subscription ... stands on: each try of the initial INVITE (again with
 * credentials, again to where a 3xx pointed), each REGISTER, each SUBSCRIBE. A try is one CSeq of one sender; it may be
 * seen on several hops, and forks on its way.
 */
#ifndef SW_CALL_ATTEMPT_H
#define SW_CALL_ATTEMPT_H

#include "call/transaction.h"

/* What came back for a request on one hop. Times are those of the first such message; SW_NO_TIME: none. */
struct sw_hop {
    int64_t request;
    uint64_t request_id;
    int64_t ringing;  /* 18x */
    int64_t answered; /* 2xx */
    int64_t refused;  /* 300 and above */
    unsigned answered_status;
    unsigned refused_status;
    unsigned vias;  /* Via lines: they grow with each hop */
    bool responded; /* by anything, 100 too */
};

struct sw_attempt {
    enum sw_method method;
    uint64_t from_tag;
    uint64_t cseq;
    int64_t first;      /* its earliest message */
    uint64_t near_hop;  /* which one that is */
    uint32_t requested; /* seconds, SW_NO_EXPIRES: not said */
    uint32_t granted;
    struct sw_hop near; /* the hop nearest to the sender: that whose request was seen first */
    struct sw_hop far;  /* all other hops taken together, the first of each kind */
};

/* At most 8: then the oldest that was not accepted goes, or the oldest of all. */
struct sw_attempts {
    struct sw_attempt *items;
    size_t count;
    size_t capacity;
    int64_t answered; /* the first 2xx of those that went */
    struct sw_attempt first[1];
};

/* At first, all zero; then to go on to another call. */
void sw_attempts_empty(struct sw_attempts *attempts);
void sw_attempts_free(struct sw_attempts *attempts);

/* A request or response, with its transaction. */
void sw_attempts_note(struct sw_attempts *attempts, const struct sw_signal *signal,
                      const struct sw_transaction *transaction);

/* A request turned out to be within a dialog: what its responses opened is no attempt. */
void sw_attempts_drop(struct sw_attempts *attempts, const struct sw_signal *signal);

/* Final response and its time, on the hop that decides; 0, SW_NO_TIME: none yet. There a 2xx beats refusals. */
unsigned sw_attempt_status(const struct sw_attempt *attempt);
int64_t sw_attempt_end(const struct sw_attempt *attempt);

int64_t sw_attempt_ringing(const struct sw_attempt *attempt);
bool sw_attempt_responded(const struct sw_attempt *attempt);

/* 401 or 407: its answer is another attempt with credentials (RFC 3261 22). */
bool sw_attempt_challenged(const struct sw_attempt *attempt);

#endif
