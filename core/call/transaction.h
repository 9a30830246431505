/* SPDX-License-Identifier: MIT
 *
 * The transactions of one call, each on its hop: which request a message belongs to, and whether it was seen before.
 */
#ifndef SW_CALL_TRANSACTION_H
#define SW_CALL_TRANSACTION_H

#include "call/room.h"
#include "call/signal.h"

enum { SW_TRANSACTION_SEEN = 6 };

struct sw_transaction {
    uint64_t key;         /* top Via and method; the ACK of a refused INVITE is the INVITE's (RFC 3261 17.1.1.3) */
    uint64_t path;        /* the two addresses */
    uint64_t request;     /* message id; 0: not seen */
    int64_t request_time; /* SW_NO_TIME: not seen */
    int64_t last;         /* its latest message */
    uint64_t from_tag;
    uint64_t cseq;
    enum sw_method method;              /* that of the key */
    bool in_dialog;                     /* the request has a To tag */
    bool final;                         /* a final response was seen */
    bool only_ack;                      /* nothing but ACK was seen: that of a 2xx (RFC 3261 13.2.2.4) */
    uint8_t seen_count;                 /* all there ever were, kept below twice the array's size */
    uint32_t seen[SW_TRANSACTION_SEEN]; /* the latest distinct messages, by a hash of what makes them distinct */
};

/* At most 128 of a call are remembered; beyond that the oldest go first. Those that are finished and were quiet for
 * 64*T1 go when room is needed. What comes for a forgotten one begins a new one. */
struct sw_transactions {
    struct sw_transaction *items; /* in the order of their first messages */
    size_t count;
    size_t capacity;
    uint64_t keys; /* bit key % 64 of each there ever was: most that are new are known to be without a search */
    struct sw_transaction first[2];
};

/* At first, all zero; then to go on to another call. */
void sw_transactions_empty(struct sw_transactions *transactions);

/* The transaction of a message, a new one where there is none yet, with the message noted in it. Borrowed until the
 * next call. *again: the same request, or the same response (status, and below 300 also To tag and RSeq), was seen in
 * it on the same path. */
struct sw_transaction *sw_transactions_place(struct sw_transactions *transactions, const struct sw_signal *signal,
                                             bool *again);

/* The INVITE transaction that a CANCEL (by its branch, RFC 3261 9.1) or the ACK of a 2xx (by CSeq number and From tag,
 * 13.2.2.4) is about, or NULL. Borrowed as above. */
const struct sw_transaction *sw_transactions_invite(const struct sw_transactions *transactions,
                                                    const struct sw_signal *signal);

void sw_transactions_free(struct sw_transactions *transactions);

#endif
