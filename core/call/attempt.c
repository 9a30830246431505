/* SPDX-License-Identifier: MIT
 *
 * What became of a request, seen from who sent it, when several hops of it were captured? RFC 3261 8.1.3, 16.7, 22.
 */
#include "call/attempt.h"
#include "sip/status.h"

#include "call/when.h"

enum { KEPT = 8 };

static const struct sw_hop no_hop = {
    .request = SW_NO_TIME, .ringing = SW_NO_TIME, .answered = SW_NO_TIME, .refused = SW_NO_TIME};

void sw_attempts_empty(struct sw_attempts *attempts)
{
    SW_ROOM_EMPTY(attempts);
    attempts->answered = SW_NO_TIME;
}

void sw_attempts_free(struct sw_attempts *attempts)
{
    SW_ROOM_FREE(attempts);
}

static void remove_at(struct sw_attempts *attempts, size_t index)
{
    for (size_t i = index + 1; i < attempts->count; i++)
        attempts->items[i - 1] = attempts->items[i];
    attempts->count--;
}

static int64_t answered(const struct sw_attempt *attempt)
{
    return attempt->near.answered != SW_NO_TIME ? attempt->near.answered : attempt->far.answered;
}

static void forget_one(struct sw_attempts *attempts)
{
    size_t oldest = 0;
    for (size_t i = 1; i < attempts->count; i++) {
        const bool accepted = answered(&attempts->items[i]) != SW_NO_TIME;
        const bool oldest_accepted = answered(&attempts->items[oldest]) != SW_NO_TIME;
        const bool older = attempts->items[i].first < attempts->items[oldest].first;
        if (accepted == oldest_accepted ? older : oldest_accepted)
            oldest = i;
    }
    attempts->answered = sw_time_first(attempts->answered, answered(&attempts->items[oldest]));
    remove_at(attempts, oldest);
}

static struct sw_attempt *find(const struct sw_attempts *attempts, const struct sw_signal *signal)
{
    for (size_t i = attempts->count; i-- > 0;) {
        struct sw_attempt *attempt = &attempts->items[i];
        if (attempt->cseq == signal->cseq && attempt->from_tag == signal->from_tag && attempt->method == signal->method)
            return attempt;
    }
    return NULL;
}

static struct sw_attempt *open_new(struct sw_attempts *attempts, const struct sw_signal *signal, uint64_t key)
{
    if (attempts->count == KEPT)
        forget_one(attempts);
    SW_ROOM_FOR_ONE(attempts);
    struct sw_attempt *attempt = &attempts->items[attempts->count++];
    *attempt = (struct sw_attempt){
        .method = signal->method,
        .from_tag = signal->from_tag,
        .cseq = signal->cseq,
        .first = signal->time,
        .near_hop = key,
        .requested = SW_NO_EXPIRES,
        .granted = SW_NO_EXPIRES,
        .near = no_hop,
        .far = no_hop,
    };
    attempt->near.vias = signal->sip->count[SW_SIP_VIA];
    return attempt;
}

static void keep_first(int64_t *time, unsigned *status, int64_t other, unsigned other_status)
{
    if (sw_time_first(*time, other) == *time)
        return;
    *time = other;
    *status = other_status;
}

static void merge(struct sw_hop *hop, const struct sw_hop *other)
{
    hop->request = sw_time_first(hop->request, other->request);
    hop->ringing = sw_time_first(hop->ringing, other->ringing);
    keep_first(&hop->answered, &hop->answered_status, other->answered, other->answered_status);
    keep_first(&hop->refused, &hop->refused_status, other->refused, other->refused_status);
    hop->responded |= other->responded;
}

/* What one message says of its hop. */
static struct sw_hop hop_of(const struct sw_signal *signal)
{
    struct sw_hop hop = no_hop;
    hop.vias = signal->sip->count[SW_SIP_VIA];
    if (!signal->response) {
        hop.request = signal->time;
        hop.request_id = signal->record->id;
        return hop;
    }
    const unsigned status = signal->sip->status;
    hop.responded = true;
    if (status >= 300) {
        hop.refused = signal->time;
        hop.refused_status = status;
    } else if (status >= 200) {
        hop.answered = signal->time;
        hop.answered_status = status;
    } else if (status / 10 == 18) {
        hop.ringing = signal->time;
    }
    return hop;
}

/* Whether the hop of this message is nearer to the sender than the one taken for the near one so far. */
static bool is_nearer(const struct sw_hop *hop, const struct sw_hop *near)
{
    if (hop->request == SW_NO_TIME)
        return near->request == SW_NO_TIME && hop->vias < near->vias;
    if (near->request == SW_NO_TIME || hop->request != near->request)
        return near->request == SW_NO_TIME || hop->request < near->request;
    return hop->request_id < near->request_id;
}

static void note_hop(struct sw_attempt *attempt, const struct sw_hop *hop, uint64_t key)
{
    struct sw_hop *near = &attempt->near;
    if (key != attempt->near_hop) {
        if (!is_nearer(hop, near)) {
            merge(&attempt->far, hop);
            return;
        }
        merge(&attempt->far, near);
        *near = *hop;
        attempt->near_hop = key;
        return;
    }
    if (hop->request != SW_NO_TIME && is_nearer(hop, near))
        near->request_id = hop->request_id;
    merge(near, hop);
}

static void note_expires(struct sw_attempt *attempt, const struct sw_signal *signal)
{
    if (signal->method == SW_METHOD_INVITE)
        return;
    if (!signal->response)
        attempt->requested = sw_signal_expires(signal);
    else if (sw_is_2xx(signal->sip->status))
        attempt->granted = sw_signal_expires(signal);
}

void sw_attempts_note(struct sw_attempts *attempts, const struct sw_signal *signal,
                      const struct sw_transaction *transaction)
{
    const uint64_t key = transaction->key ^ (transaction->path << 1 | transaction->path >> 63);
    struct sw_attempt *attempt = find(attempts, signal);
    if (attempt == NULL)
        attempt = open_new(attempts, signal, key);
    if (signal->time < attempt->first)
        attempt->first = signal->time;
    const struct sw_hop hop = hop_of(signal);
    note_hop(attempt, &hop, key);
    note_expires(attempt, signal);
}

void sw_attempts_drop(struct sw_attempts *attempts, const struct sw_signal *signal)
{
    const struct sw_attempt *attempt = find(attempts, signal);
    if (attempt != NULL && attempt->near.request == SW_NO_TIME)
        remove_at(attempts, (size_t)(attempt - attempts->items));
}

/* The request was made once more after its refusal, with the same CSeq: with credentials, or to where a 3xx pointed.
 * What a proxy sends on comes before the refusal, which is the last word on all that. */
static bool is_made_again(const struct sw_hop *near, const struct sw_hop *far)
{
    const bool asks = sw_is_challenge(near->refused_status) || sw_is_3xx(near->refused_status);
    if (near->refused == SW_NO_TIME || near->answered != SW_NO_TIME || !asks)
        return false;
    return far->answered != SW_NO_TIME || (far->request != SW_NO_TIME && far->request > near->refused);
}

/* The one whose final response decides: the near one; where that has none, a 2xx further on; and a refusal further on
 * only where nothing came back on the near one, since a fork may refuse while others ring (RFC 3261 16.7). */
static const struct sw_hop *deciding(const struct sw_attempt *attempt)
{
    const struct sw_hop *near = &attempt->near;
    const struct sw_hop *far = &attempt->far;
    if (is_made_again(near, far))
        return far;
    if (near->answered != SW_NO_TIME || near->refused != SW_NO_TIME)
        return near;
    if (far->answered != SW_NO_TIME || (far->refused != SW_NO_TIME && !near->responded))
        return far;
    return near;
}

unsigned sw_attempt_status(const struct sw_attempt *attempt)
{
    const struct sw_hop *hop = deciding(attempt);
    return hop->answered != SW_NO_TIME ? hop->answered_status : hop->refused_status;
}

int64_t sw_attempt_end(const struct sw_attempt *attempt)
{
    const struct sw_hop *hop = deciding(attempt);
    return hop->answered != SW_NO_TIME ? hop->answered : hop->refused;
}

int64_t sw_attempt_ringing(const struct sw_attempt *attempt)
{
    return attempt->near.ringing != SW_NO_TIME ? attempt->near.ringing : attempt->far.ringing;
}

bool sw_attempt_responded(const struct sw_attempt *attempt)
{
    return attempt->near.responded || attempt->far.responded;
}

bool sw_attempt_challenged(const struct sw_attempt *attempt)
{
    return sw_is_challenge(sw_attempt_status(attempt));
}
