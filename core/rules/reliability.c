/* SPDX-License-Identifier: MIT
 *
 * Are provisional responses sent reliably, and acknowledged, as they should be? RFC 3262 3, 4, 10.
 *
 * A PRACK may go another way than the response it is for. That the UAS went on without waiting for it is told where it
 * can't (a WebSocket), or when it is seen to come later.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"
#include "sip/status.h"

static struct sw_fork *fork_of(const struct sw_said *said, unsigned *index)
{
    struct sw_tx *tx = said->tx;
    for (unsigned i = 0; i < tx->fork_count; i++)
        if (tx->forks[i].tag == said->signal->to_tag) {
            *index = i;
            return &tx->forks[i];
        }
    if (tx->fork_count == SW_FORKS)
        return NULL;
    tx->forks = g_renew(struct sw_fork, tx->forks, tx->fork_count + 1);
    *index = tx->fork_count;
    tx->forks[tx->fork_count] = (struct sw_fork){.tag = said->signal->to_tag, .pending = SW_RULE_COUNT};
    return &tx->forks[tx->fork_count++];
}

/* --- responses --------------------------------------------------------------------------------------------------- */

static void went_on(struct sw_said *said, struct sw_fork *fork, enum sw_rule rule)
{
    if (sw_tx_forwarded(said->talks, said->tx) != NULL) /* the next hop went on, where that shows it */
        return;
    if (said->leg->websocket && sw_leg_whole(said->leg, said->tx->time)) {
        sw_said_report(said, rule, fork->reliable, "%u, and RSeq %llu has no PRACK yet", said->sip->status,
                       (unsigned long long)fork->rseq);
    } else if (fork->pending == SW_RULE_COUNT) {
        fork->pending = rule;
        sw_kept_ref(&fork->proof, sw_said_keep(said));
    }
}

static void on_copy(struct sw_said *said, struct sw_fork *fork)
{
    enum { ENOUGH = 3 };
    fork->copies++;
    if (fork->copies == ENOUGH && !fork->acknowledged && sw_is_alone(said->tx->request) &&
        sw_leg_whole(said->leg, said->tx->time) && said->tx->fork_count == 1)
        sw_absence_report(said->talks, SW_RULE_PRACK_MISSING, said->tx, fork->reliable, NULL,
                          "it was sent four times, and no PRACK came");
}

static void on_reliable(struct sw_said *said, struct sw_fork *fork, unsigned index, uint64_t rseq)
{
    bool first = fork->reliable == NULL;
    if (!first && rseq == fork->rseq) {
        on_copy(said, fork);
        return;
    }
    if (first && rseq > INT32_MAX && rseq <= UINT32_MAX && sw_leg_whole(said->leg, said->tx->time))
        sw_said_report(said, SW_RULE_PRACK_RSEQ, said->tx->request, "the first RSeq is %llu", (unsigned long long)rseq);
    const bool in_range = fork->rseq > 0 && fork->rseq <= INT32_MAX; /* who began elsewhere may come back */
    if (!first && in_range && rseq != fork->rseq + 1 && sw_leg_whole(said->leg, said->tx->time))
        sw_said_report(said, SW_RULE_PRACK_RSEQ_INC, fork->reliable, "RSeq %llu after %llu", (unsigned long long)rseq,
                       (unsigned long long)fork->rseq);
    if (!first && !fork->acknowledged && fork->copies == 0)
        went_on(said, fork, SW_RULE_PRACK_OVERLAP);
    sw_kept_ref(&fork->reliable, sw_said_keep(said));
    fork->rseq = rseq;
    fork->copies = 0;
    fork->acknowledged = false;
    fork->sdp = sw_has_sdp(said->sip);
    if (said->leg->websocket && !said->message->from_client && sw_is_alone(said->tx->request))
        sw_claim_add(said, SW_RULE_PRACK_MISSING, said->tx, !said->side, index);
}

static void check_provisional(const struct sw_said *said, bool reliable)
{
    const struct sw_kept *request = said->tx->request;
    struct sw_slice option = SW_SLICE("100rel");
    bool required = sw_kept_has_option(request, SW_SIP_REQUIRE, option);
    if (reliable && !required && !sw_kept_has_option(request, SW_SIP_SUPPORTED, option))
        sw_said_report(said, SW_RULE_PRACK_SUPPORTED, request, "a reliable %u, and the INVITE has no 100rel",
                       said->sip->status);
    if (!reliable && required)
        sw_said_report(said, SW_RULE_PRACK_REQUIRED, request, "%u without RSeq and Require: 100rel", said->sip->status);
}

static void on_prack_answered(struct sw_said *said);

void sw_talk_reliable(struct sw_said *said)
{
    unsigned status = said->sip->status;
    unsigned index = 0;
    uint64_t rseq = 0;
    if (said->tx->method == SW_METHOD_PRACK && sw_is_final(status))
        on_prack_answered(said);
    if (said->tx->method != SW_METHOD_INVITE || status <= SW_STATUS_TRYING || status >= SW_STATUS_REDIRECT ||
        said->signal->to_tag == 0)
        return;
    struct sw_fork *fork = fork_of(said, &index);
    bool reliable = !sw_is_final(status) && sw_slice_number(said->sip->first[SW_SIP_RSEQ], &rseq) &&
                    sw_has_option(said->sip, SW_SIP_REQUIRE, SW_SLICE("100rel"));
    if (!sw_is_final(status))
        check_provisional(said, reliable);
    if (fork == NULL)
        return;
    if (reliable)
        on_reliable(said, fork, index, rseq);
    if (!sw_is_final(status))
        return;
    if (!fork->final && fork->reliable != NULL && fork->sdp && !fork->acknowledged)
        went_on(said, fork, SW_RULE_PRACK_2XX_PENDING);
    fork->final = true;
}

/* --- PRACK ------------------------------------------------------------------------------------------------------- */

/* The INVITE on this leg that a PRACK is about; *fork: by its To tag. cseq: NULL: any. */
static struct sw_tx *invite_of(const struct sw_said *said, const uint64_t *cseq, struct sw_fork **fork)
{
    for (struct sw_tx *tx = said->talk->newest; tx != NULL; tx = tx->older) {
        if (tx->method != SW_METHOD_INVITE || tx->leg != said->leg->hash || (cseq != NULL && tx->cseq != *cseq) ||
            tx->from_tag != said->signal->from_tag)
            continue;
        for (unsigned i = 0; i < tx->fork_count; i++)
            if (tx->forks[i].tag == said->tx->to_tag) {
                *fork = &tx->forks[i];
                return tx;
            }
    }
    return NULL;
}

/* It says wrongly what it acknowledges: that may be anything. */
static void excuse(const struct sw_said *said)
{
    struct sw_fork *fork;
    if (invite_of(said, NULL, &fork) == NULL)
        return;
    fork->acknowledged = true;
    fork->pending = SW_RULE_COUNT;
    sw_kept_drop(&fork->proof);
}

/* The PRACK is that of the response which was still to be acknowledged when the next one came: a datagram with that of
 * a later one shows that the other PRACK isn't in the capture. */
static void prove(struct sw_said *said, struct sw_fork *fork, uint64_t rseq)
{
    const bool datagrams = said->message->record->transport == SW_TRANSPORT_UDP;
    const bool due = fork->pending == SW_RULE_PRACK_OVERLAP ? rseq < fork->rseq || !datagrams : rseq == fork->rseq;
    if (fork->pending != SW_RULE_COUNT && due && sw_leg_whole(said->leg, fork->proof->mark.time))
        sw_kept_report(said, fork->pending, fork->proof, "its PRACK had not come yet, as that of RSeq %llu shows",
                       (unsigned long long)rseq);
    fork->pending = SW_RULE_COUNT;
    sw_kept_drop(&fork->proof);
}

void sw_talk_prack(struct sw_said *said)
{
    struct sw_rack rack;
    struct sw_fork *fork;
    char shown[SW_SAID_SHOWN];
    if (said->signal->method != SW_METHOD_PRACK)
        return;
    if (said->sip->count[SW_SIP_RACK] == 0 || sw_rack_parse(said->sip->first[SW_SIP_RACK], &rack) != SW_OK) {
        sw_said_report(said, SW_RULE_PRACK_RACK, NULL, "RAck \"%s\"",
                       sw_said_show(shown, said->sip->first[SW_SIP_RACK]));
        excuse(said);
        return;
    }
    const bool known = sw_method_of(rack.method) == SW_METHOD_INVITE && invite_of(said, &rack.cseq, &fork) != NULL;
    if ((!known && invite_of(said, NULL, &fork) == NULL) || fork->reliable == NULL)
        return;
    const bool next = said->message->record->transport == SW_TRANSPORT_UDP && rack.rseq == fork->rseq + 1;
    said->tx->cancelled = !known || (rack.rseq > fork->rseq && !next); /* matches nothing that was seen */
    if (!known)
        return;
    said->tx->acked = rack.rseq == fork->rseq && !fork->acknowledged;
    prove(said, fork, rack.rseq);
    if (rack.rseq == fork->rseq)
        fork->acknowledged = true;
}

static void on_mismatch(struct sw_said *said)
{
    const struct sw_kept *prack = said->tx->request;
    const unsigned status = said->sip->status;
    if (sw_is_2xx(status))
        excuse(said); /* it was taken for an acknowledgment */
    if (!sw_is_alone(prack))
        return;
    if (status == SW_STATUS_NO_SUCH_CALL)
        sw_kept_report(said, SW_RULE_PRACK_RACK, prack, "it matches no response, and %u says so", status);
    else if (sw_is_2xx(status) && said->leg->websocket) /* over UDP the response may not be in the capture */
        sw_kept_report(said, SW_RULE_PRACK_RACK, prack, "it matches no response");
}

/* 3: 481 to what matches no unacknowledged response, 2xx to what does. */
static void on_prack_answered(struct sw_said *said)
{
    const struct sw_tx *tx = said->tx;
    unsigned status = said->sip->status;
    bool excused = sw_is_challenge(status) || status == SW_STATUS_TIMEOUT || status >= SW_STATUS_SERVER_ERROR;
    if (tx->final != NULL || !sw_leg_whole(said->leg, SW_NO_TIME + 1))
        return;
    if (tx->cancelled)
        on_mismatch(said);
    if (excused || !sw_is_uas(said))
        return;
    if (tx->acked && !sw_is_2xx(status))
        sw_said_report(said, SW_RULE_PRACK_481, tx->request, "%u to the PRACK of a response that waits for it", status);
    else if (tx->cancelled && sw_is_2xx(status))
        sw_said_report(said, SW_RULE_PRACK_481, tx->request, "%u to a PRACK that matches no response", status);
}
