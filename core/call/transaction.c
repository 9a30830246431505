/* SPDX-License-Identifier: MIT
 *
 * Which transaction does a message belong to, and was it seen before? RFC 3261 17.1.3 and 17.2.3; RFC 6026 for the time
 * that an answered INVITE goes on.
 */
#include "call/transaction.h"

#include "bytes.h"
#include "call/when.h"

enum { KEPT = 128, FORGOTTEN_AT_ONCE = KEPT / 4 };

static uint64_t hash_of(const uint64_t *parts, size_t size)
{
    return sw_hash(sw_slice_of((const uint8_t *)parts, size), 0); /* the parts are seeded hashes */
}

static uint64_t key_of(const struct sw_signal *signal, enum sw_method method)
{
    return method == SW_METHOD_OTHER ? sw_hash(signal->method_name, signal->via) : signal->via + method;
}

/* From near to far isn't from far to near. */
static uint64_t path_of(const struct sw_signal *signal)
{
    return signal->near_end ^ (signal->far_end << 1 | signal->far_end >> 63);
}

/* What a message of a transaction must share with an earlier one to be its retransmission. Responses of forks differ in
 * their To tag (RFC 3261 13.2.2.4), reliable provisional ones in RSeq (RFC 3262 3). An ACK shares the INVITE's
 * transaction only, and without the cookie an ACK of each fork's answer does (17.2.3). */
static uint32_t signature_of(const struct sw_signal *signal, uint64_t path)
{
    const bool tag_matters = signal->response ? signal->sip->status < 300 : !signal->cookie;
    const struct sw_slice rseq = signal->sip->first[SW_SIP_RSEQ];
    const uint64_t parts[] = {
        signal->response ? signal->sip->status : 1000 + (uint64_t)signal->method,
        path,
        tag_matters ? signal->to_tag : 0,
        signal->response && rseq.size != 0 ? sw_hash(rseq, 0) : 0,
    };
    return (uint32_t)hash_of(parts, sizeof parts);
}

static uint64_t key_bit(uint64_t key)
{
    return UINT64_C(1) << key % 64;
}

/* Newest first: most messages follow their request closely. A response may go another way than its request came (RFC
 * 3261 18.2.2: to the port of sent-by), so one without a transaction on its own path takes that of the same key. */
static struct sw_transaction *find(const struct sw_transactions *transactions, const struct sw_signal *signal,
                                   uint64_t key, uint64_t path)
{
    struct sw_transaction *other_path = NULL;
    if ((transactions->keys & key_bit(key)) == 0)
        return NULL;
    for (size_t i = transactions->count; i-- > 0;) {
        struct sw_transaction *transaction = &transactions->items[i];
        if (transaction->key != key)
            continue;
        if (transaction->path == path)
            return transaction;
        if (other_path == NULL && signal->response && transaction->request != 0)
            other_path = transaction;
    }
    return other_path;
}

/* Nothing can be expected for it: an INVITE may ring for long, all others end after 64*T1 (17.1.2.2, timer F). */
static bool is_over(const struct sw_transaction *transaction, int64_t now)
{
    const bool ends = transaction->final || transaction->only_ack || transaction->method != SW_METHOD_INVITE;
    return ends && sw_time_passed(transaction->last, SW_64_T1, now);
}

static void forget(struct sw_transactions *transactions, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < transactions->count; i++)
        if (!is_over(&transactions->items[i], now))
            transactions->items[kept++] = transactions->items[i];
    if (kept == KEPT) {
        kept -= FORGOTTEN_AT_ONCE;
        memmove(transactions->items, transactions->items + FORGOTTEN_AT_ONCE, kept * sizeof *transactions->items);
    }
    transactions->count = kept;
}

static struct sw_transaction *open_new(struct sw_transactions *transactions, const struct sw_signal *signal,
                                       enum sw_method method, uint64_t key, uint64_t path)
{
    if (transactions->count == transactions->capacity)
        forget(transactions, signal->time);
    SW_ROOM_FOR_ONE(transactions);
    transactions->keys |= key_bit(key);
    struct sw_transaction *transaction = &transactions->items[transactions->count++];
    *transaction = (struct sw_transaction){
        .key = key,
        .path = path,
        .request_time = SW_NO_TIME,
        .last = signal->time,
        .from_tag = signal->from_tag,
        .cseq = signal->cseq,
        .method = method,
        .only_ack = true,
    };
    return transaction;
}

static bool seen_before(struct sw_transaction *transaction, uint32_t signature)
{
    for (size_t i = 0; i < SW_TRANSACTION_SEEN && i < transaction->seen_count; i++)
        if (transaction->seen[i] == signature)
            return true;
    transaction->seen[transaction->seen_count % SW_TRANSACTION_SEEN] = signature;
    transaction->seen_count++;
    if (transaction->seen_count == 2 * SW_TRANSACTION_SEEN)
        transaction->seen_count = SW_TRANSACTION_SEEN;
    return false;
}

static void note(struct sw_transaction *transaction, const struct sw_signal *signal)
{
    transaction->last = sw_time_last(transaction->last, signal->time);
    if (signal->method != SW_METHOD_ACK)
        transaction->only_ack = false;
    if (signal->response) {
        transaction->final |= signal->sip->status >= 200;
        return;
    }
    if (signal->method == SW_METHOD_ACK)
        return;
    transaction->in_dialog |= signal->to_tag != 0;
    if (transaction->request == 0 || signal->time < transaction->request_time) {
        transaction->request = signal->record->id;
        transaction->request_time = signal->time;
    }
}

void sw_transactions_empty(struct sw_transactions *transactions)
{
    SW_ROOM_EMPTY(transactions);
    transactions->keys = 0;
}

struct sw_transaction *sw_transactions_place(struct sw_transactions *transactions, const struct sw_signal *signal,
                                             bool *again)
{
    const enum sw_method method = signal->method == SW_METHOD_ACK ? SW_METHOD_INVITE : signal->method;
    const uint64_t key = key_of(signal, method);
    const uint64_t path = path_of(signal);
    struct sw_transaction *transaction = find(transactions, signal, key, path);
    if (transaction == NULL)
        transaction = open_new(transactions, signal, method, key, path);
    note(transaction, signal);
    *again = seen_before(transaction, signature_of(signal, path));
    return transaction;
}

static const struct sw_transaction *cancelled_invite(const struct sw_transactions *transactions,
                                                     const struct sw_signal *signal)
{
    const uint64_t key = key_of(signal, SW_METHOD_INVITE);
    const struct sw_transaction *invite = find(transactions, signal, key, path_of(signal));
    return invite != NULL && invite->request != 0 ? invite : NULL;
}

/* That of the same path; else, where the ACK takes another way than the INVITE did, the first one sent. */
static const struct sw_transaction *acknowledged_invite(const struct sw_transactions *transactions,
                                                        const struct sw_signal *signal)
{
    const uint64_t path = path_of(signal);
    const struct sw_transaction *first = NULL;
    for (size_t i = 0; i < transactions->count; i++) {
        const struct sw_transaction *invite = &transactions->items[i];
        if (invite->method != SW_METHOD_INVITE || invite->request == 0 || invite->cseq != signal->cseq ||
            invite->from_tag != signal->from_tag)
            continue;
        if (invite->path == path)
            return invite;
        if (first == NULL || invite->request_time < first->request_time)
            first = invite;
    }
    return first;
}

const struct sw_transaction *sw_transactions_invite(const struct sw_transactions *transactions,
                                                    const struct sw_signal *signal)
{
    return signal->method == SW_METHOD_CANCEL ? cancelled_invite(transactions, signal)
                                              : acknowledged_invite(transactions, signal);
}

void sw_transactions_free(struct sw_transactions *transactions)
{
    SW_ROOM_FREE(transactions);
}
