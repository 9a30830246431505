/* SPDX-License-Identifier: MIT
 *
 * Which transaction is a message of, and which checks look at it? Talks, legs and transactions are found and made by
 * talk_state.c.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"
#include "sip/status.h"

/* --- transactions ------------------------------------------------------------------------------------------------ */

/* By what a message finds its transaction, beside the branch. */
enum match {
    BY_METHOD, /* a request comes again */
    BY_NAME,   /* a response: what the request's CSeq calls itself, rightly or not, is what it answers */
    BY_BRANCH, /* that alone; a CANCEL has its INVITE's */
};

static bool matches(const struct sw_said *said, const struct sw_tx *tx, enum match match)
{
    switch (match) {
    case BY_METHOD:
        return tx->method == said->signal->method && tx->cseq == said->signal->cseq;
    case BY_NAME:
        return tx->named == said->signal->method;
    default:
        return tx->method != SW_METHOD_CANCEL;
    }
}

/* The first in the chain that matches on this leg; where others have the branch as well, that of this Call-ID. */
static struct sw_tx *tx_from(const struct sw_said *said, struct sw_tx *tx, enum match match)
{
    struct sw_tx *other = NULL;
    for (; tx != NULL; tx = tx->same_branch) {
        if (tx->leg != said->leg->hash || tx->near != said->signal->near_end || !matches(said, tx, match))
            continue;
        if (tx->talk == said->talk)
            return tx;
        if (match == BY_BRANCH && other == NULL)
            other = tx;
    }
    return other;
}

static struct sw_tx *tx_of_branch(const struct sw_said *said, enum match match)
{
    return tx_from(said, said->same_branch, match);
}

/* Where the branch says nothing: the one request with that CSeq number that waits for a response. */
static struct sw_tx *tx_by_cseq(const struct sw_said *said)
{
    struct sw_tx *found = NULL;
    if (said->talk->crowded || !sw_leg_whole(said->leg, SW_NO_TIME + 1))
        return NULL;
    for (struct sw_tx *tx = said->talk->newest; tx != NULL; tx = tx->older) {
        if (tx->leg != said->leg->hash || tx->near != said->signal->near_end || tx->cseq != said->signal->cseq ||
            tx->method != said->signal->method || tx->from_tag != said->signal->from_tag)
            continue;
        if (found != NULL)
            return NULL;
        found = tx;
    }
    return found;
}

/* --- what comes -------------------------------------------------------------------------------------------------- */

/* With the branch of another call's INVITE it is its ACK only where one of Call-ID and From tag may be the mistake. */
static void on_ack(struct sw_said *said)
{
    struct sw_tx *tx = tx_of_branch(said, BY_BRANCH);
    if (tx != NULL && tx->talk != said->talk && tx->from_tag != said->signal->from_tag)
        sw_talk_branch(said, tx);
    else
        said->tx = tx;
    sw_talk_ack(said);
}

static void on_request(struct sw_said *said)
{
    struct sw_talks *talks = said->talks;
    if (said->signal->method == SW_METHOD_ACK) {
        on_ack(said);
        return;
    }
    said->tx = tx_of_branch(said, BY_METHOD);
    if (said->tx != NULL) {
        said->again = true;
        sw_talk_copy(said);
        return;
    }
    struct sw_tx *first = tx_of_branch(said, BY_BRANCH);
    if (said->signal->method == SW_METHOD_CANCEL)
        sw_talk_cancel(said, first);
    else if (first != NULL)
        sw_talk_branch(said, first);
    said->tx = sw_tx_new(talks, said);
    sw_talk_new_request(said);
}

/* It stands for the request that isn't there, and no other message finds it. */
static void on_stray(struct sw_said *said)
{
    if (!sw_talk_stray(said))
        return;
    struct sw_tx *tx = sw_tx_new(said->talks, said);
    tx->method = SW_METHOD_OTHER;
    tx->near = 0;
    sw_claim_add(said, SW_RULE_SIP_RESP_NO_REQUEST, tx, said->side, 0);
}

/* What answers a CANCEL, and an INVITE hardly ever. */
static bool may_answer_cancel(const struct sw_sip *sip)
{
    static const unsigned refusals[] = {400, 405, 481, 501};
    if (sw_is_2xx(sip->status))
        return sip->count[SW_SIP_CONTACT] == 0 && sip->body.size == 0;
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
        if (refusals[i] == sip->status)
            return true;
    return false;
}

/* A CANCEL that calls itself INVITE has taken the name of the one that it cancels. */
static struct sw_tx *tx_answered(const struct sw_said *said)
{
    struct sw_tx *tx = tx_of_branch(said, BY_NAME);
    while (tx != NULL && tx->method == SW_METHOD_CANCEL && tx->named == SW_METHOD_INVITE &&
           !may_answer_cancel(said->sip))
        tx = tx_from(said, tx->same_branch, BY_NAME);
    return tx;
}

static void on_response(struct sw_said *said)
{
    said->tx = tx_answered(said);
    /* A CANCEL has its INVITE's branch (RFC 3261 9.1): where it wasn't captured, that is no other one's response. */
    if (said->tx == NULL && said->signal->method != SW_METHOD_CANCEL)
        said->tx = tx_of_branch(said, BY_BRANCH);
    if (said->tx == NULL)
        said->tx = tx_by_cseq(said);
    if (said->tx == NULL)
        on_stray(said);
    else
        sw_talk_response(said);
}

static bool read_cseq(struct sw_said *said)
{
    struct sw_cseq cseq;
    if (sw_cseq_parse(said->sip->first[SW_SIP_CSEQ], &cseq) != SW_OK || sw_token_size(cseq.method) != cseq.method.size)
        return false;
    const bool rightly = said->sip->response || sw_slice_equal(cseq.method, said->sip->method);
    said->named = rightly ? said->signal->method : sw_method_of(cseq.method);
    return true;
}

static bool read_fields(struct sw_said *said)
{
    static const enum sw_sip_field once[] = {SW_SIP_FROM, SW_SIP_TO, SW_SIP_CALL_ID, SW_SIP_CSEQ};
    if (!read_cseq(said) || (said->sip->response && said->sip->status == 0))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(once); i++)
        if (said->sip->count[once[i]] != 1 || said->sip->first[once[i]].size == 0)
            return false;
    return said->message->whole && said->sip->headers_end && said->sip->count[SW_SIP_VIA] > 0;
}

/* A comma in the line may also be of a damaged Via, whose branch can still tell which request it is of. */
static struct sw_slice branch_of(const struct sw_said *said)
{
    const struct sw_slice line = said->sip->first[SW_SIP_VIA];
    if (said->vias.first.size == line.size)
        return said->signal->branch;
    const struct sw_slice branch = sw_branch_of(said->vias.first);
    return branch.size > 0 ? branch : sw_branch_of(line);
}

/* Messages come in the order of their first packets, which isn't that of the stream where segments were sent again. And
 * one that had to wait, where a stream is seen from its middle, may come behind its own response. */
static void note_order(struct sw_said *said)
{
    const int64_t other = said->leg->heard[!said->side];
    uint64_t *latest = &said->leg->ordinal[said->side];
    said->late = said->message->ordinal > 1 && said->message->ordinal < *latest;
    if (said->late)
        said->leg->loss = said->time;
    else if (said->message->ordinal > 0 && other > said->time)
        said->leg->loss = other;
    if (!said->late)
        *latest = said->message->ordinal;
}

void sw_talks_message(struct sw_talks *talks, const struct sw_talk_message *message)
{
    struct sw_signal signal;
    struct sw_said said = {.talks = talks, .message = message, .sip = message->record->sip, .signal = message->signal};
    said.time = message->record->time == SW_NO_TIME ? SW_NO_TIME + 1 : message->record->time;
    talks->began = sw_time_first(talks->began, said.time);
    sw_claims_advance(talks, said.time);
    said.leg = sw_leg_of(talks, message, &said.side);
    if (said.signal == NULL) {
        sw_signal_read(&signal, message->record, talks->seed);
        said.signal = &signal;
    }
    if (read_fields(&said)) {
        sw_vias_read(said.sip, &said.vias);
        said.branch = branch_of(&said);
    }
    if (!sw_slice_starts(said.branch, SW_SLICE("z9hG4bK"))) { /* of RFC 2543, or what can't be placed */
        said.leg->loss = said.time;
        return;
    }
    note_order(&said);
    said.leg->heard[said.side] = said.time;
    said.leg->proxy_client |= said.leg->websocket && message->from_client && !said.sip->response && said.vias.count > 1;
    said.talk = sw_talk_of(talks, &said);
    if (said.leg->flow != NULL)
        sw_flow_message(&said);
    said.branch_hash = sw_hash(said.branch, talks->seed) | 1;
    said.same_branch = sw_tx_latest(&said);
    if (said.sip->response)
        on_response(&said);
    else
        on_request(&said);
    if (!said.sip->response && !said.leg->websocket)
        sw_talk_carried(&said);
    sw_kept_drop(&said.kept);
    sw_claims_alive(talks, said.leg, said.side);
    sw_talks_forget(talks, said.time);
}

/* --- connections ------------------------------------------------------------------------------------------------- */

void sw_talks_loss(struct sw_talks *talks, uint64_t connection, const struct sw_endpoint *one,
                   const struct sw_endpoint *other, int64_t time)
{
    struct sw_leg *leg = sw_leg_between(talks, connection, one, other);
    if (leg != NULL)
        leg->loss = sw_time_last(leg->loss, time);
}

void sw_talks_connection_end(struct sw_talks *talks, uint64_t connection, int64_t time, bool orderly)
{
    struct sw_leg *leg = sw_leg_of_connection(talks, connection);
    sw_claims_advance(talks, time);
    if (leg == NULL)
        return;
    if (orderly && leg->flow != NULL)
        sw_flow_end(talks, leg, time);
    if (orderly) {
        sw_claims_alive(talks, leg, 0);
        sw_claims_alive(talks, leg, 1);
    }
    GQueue left = sw_leg_end(talks, leg);
    sw_talks_leave(talks, &left);
}

void sw_talks_finish(struct sw_talks *talks, int64_t time)
{
    sw_claims_advance(talks, time);
}
