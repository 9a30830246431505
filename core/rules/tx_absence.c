/* SPDX-License-Identifier: MIT
 *
 * What should have come and didn't? RFC 3261 9.2, 13.2.2.4, 13.3.1.4, 17.1; RFC 3262 4, RFC 3515 2.4.2, RFC
 * 6665 4.2.1.2.
 *
 * Each is told when 64*T1 have passed, no byte of the leg is missing, and the accused is known to live: it said
 * something else, or the connection ended in order. Datagrams may get lost: there the other side must have repeated
 * itself as well. A proxy owes what the next hop owes it, no more (RFC 4320 4.2): who was asked last is accused.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"

enum { CLAIMS_MAX = 32768, WAITING_MAX = 256 };

struct sw_claim *sw_claim_add(struct sw_said *said, enum sw_rule rule, const struct sw_tx *tx, unsigned accused,
                              unsigned fork)
{
    if (said->talks->claims.length >= CLAIMS_MAX)
        return NULL;
    struct sw_claim *claim = g_new(struct sw_claim, 1);
    *claim = (struct sw_claim){.link.data = claim,
                               .rule = rule,
                               .leg = said->leg->hash,
                               .branch = tx->branch,
                               .serial = tx->serial,
                               .accused = accused & 1,
                               .fork = fork,
                               .since = said->time,
                               .due = sw_time_plus(said->time, SW_64_T1)};
    g_queue_push_tail_link(&said->talks->claims, &claim->link);
    return claim;
}

void sw_claim_drop(struct sw_talks *talks, struct sw_tx *tx)
{
    if (tx->claim == NULL)
        return;
    g_queue_unlink(&talks->claims, &tx->claim->link);
    g_free(tx->claim);
    tx->claim = NULL;
}

static bool over_datagrams(const struct sw_tx *tx)
{
    return tx->request->transport == SW_TRANSPORT_UDP;
}

static const struct sw_subscription *subscription_of(const struct sw_tx *tx)
{
    for (unsigned i = 0; i < tx->talk->subscription_count; i++)
        if (tx->talk->subscriptions[i].request == tx->request)
            return &tx->talk->subscriptions[i];
    return NULL;
}

/* --- the next hop ------------------------------------------------------------------------------------------------ */

static uint64_t second_branch(const struct sw_talks *talks, const struct sw_kept *request)
{
    struct sw_sip sip;
    struct sw_slice via = {0};
    sw_kept_read(request, &sip);
    struct sw_sip_values values = sw_sip_values_of(&sip, SW_SIP_VIA);
    for (unsigned i = 0; i < 2; i++)
        if (!sw_sip_value_next(&values, SW_SIP_VIA, &via))
            return 0;
    return sw_hash(sw_branch_of(via), talks->seed) | 1;
}

const struct sw_tx *sw_tx_forwarded(const struct sw_talks *talks, const struct sw_tx *tx)
{
    for (const struct sw_tx *one = tx->talk->newest; one != NULL && one != tx; one = one->older)
        if (one->leg != tx->leg && one->method == tx->method &&
            one->request->via_count == tx->request->via_count + 1U && second_branch(talks, one->request) == tx->branch)
            return one;
    return NULL;
}

/* Who was asked last, and has sent no NOTIFY; NULL: it isn't sure that he lives. */
static const struct sw_tx *notifier(const struct sw_talks *talks, const struct sw_claim *claim, const struct sw_tx *tx)
{
    const struct sw_tx *asked = tx;
    for (const struct sw_tx *next; (next = sw_tx_forwarded(talks, asked)) != NULL; asked = next) {
        const struct sw_subscription *subscription = subscription_of(next);
        if (subscription == NULL || subscription->notified)
            break;
    }
    const struct sw_leg *leg = sw_leg_find(talks, asked->leg);
    if (asked == tx)
        return tx;
    return leg != NULL && leg->heard[!sw_endpoint_equal(&leg->ends[0], &asked->request->destination)] > claim->since
               ? asked
               : NULL;
}

/* For a final response of the next hop. */
static bool waits(const struct sw_talks *talks, const struct sw_tx *tx)
{
    const struct sw_tx *next = sw_tx_forwarded(talks, tx);
    return next != NULL && next->final == NULL;
}

/* --- what is told ------------------------------------------------------------------------------------------------ */

/* NULL: the request was in none, or it isn't known. */
static const struct sw_dialog_seen *dialog_of(const struct sw_tx *tx)
{
    for (const struct sw_dialog_seen *one = tx->talk->dialogs; one != NULL; one = one->next)
        for (unsigned i = 0; i < 2 && one->leg == tx->leg && tx->to_tag != 0; i++)
            if (one->parties[i].tag == tx->from_tag && one->parties[!i].tag == tx->to_tag)
                return one;
    return NULL;
}

/* The first of the route set by which the 2xx is acknowledged, which is that of the dialog (12.2.1.1), or else its
 * Contact. */
static struct sw_slice way_of_ack(const struct sw_tx *tx)
{
    const struct sw_dialog_seen *dialog = dialog_of(tx);
    const bool as_callee = dialog != NULL && dialog->parties[0].tag != tx->from_tag;
    struct sw_sip sip;
    sw_kept_read(dialog != NULL && dialog->routes != NULL ? dialog->routes : tx->final, &sip);
    struct sw_slice next = sw_kept_first(tx->final, SW_SIP_CONTACT);
    struct sw_sip_values values = sw_sip_values_of(&sip, SW_SIP_RECORD_ROUTE);
    while (sip.count[SW_SIP_RECORD_ROUTE] > 0 && sw_sip_value_next(&values, SW_SIP_RECORD_ROUTE, &next) && !as_callee)
        continue;
    return sw_uri_of(next);
}

/* A host without an address (RFC 2606 2), as clients in browsers call themselves: there is no way but the connection.
 */
static bool is_nowhere(struct sw_slice text)
{
    const struct sw_slice invalid = SW_SLICE(".invalid");
    struct sw_uri uri;
    return sw_uri_parse(text, &uri) == SW_OK && uri.sip && uri.host.size > invalid.size &&
           sw_slice_equal_nocase(sw_slice_skip(uri.host, uri.host.size - invalid.size), invalid);
}

/* It leads to the other end of this WebSocket, and its client has no other way there, or its server none to him. */
static bool leads_back(const struct sw_talks *talks, const struct sw_claim *claim, const struct sw_tx *tx)
{
    const struct sw_leg *leg = sw_leg_find(talks, claim->leg);
    if (leg == NULL || !leg->websocket || leg->proxy_client)
        return false;
    return tx->request->from_client ? sw_uri_is_at(way_of_ack(tx), &leg->ends[!claim->accused])
                                    : is_nowhere(way_of_ack(tx));
}

/* A proxy acknowledges a refusal itself, or else, if it keeps no state, passes on the ACK that it gets (17.1.1.3,
 * 16.11): the refusal that it has passed on was acknowledged. */
static bool was_acked_before(const struct sw_talks *talks, const struct sw_tx *tx)
{
    const uint64_t branch = second_branch(talks, tx->request);
    const struct sw_tx *one = branch != 0 ? sw_map_get(&talks->by_branch, branch) : NULL;
    while (one != NULL && (one->talk != tx->talk || one->leg == tx->leg || one->method != tx->method ||
                           one->request->via_count + 1U != tx->request->via_count))
        one = one->same_branch;
    return one != NULL && one->acked && one->last_final == tx->final->status;
}

static bool is_unacknowledged(const struct sw_talks *talks, const struct sw_claim *claim, const struct sw_tx *tx)
{
    if (tx->acked || (!sw_is_alone(tx->request) && !was_acked_before(talks, tx)))
        return false;
    if (tx->final_copies > 0)
        return true;
    return tx->final->status >= 300 ? !over_datagrams(tx) : leads_back(talks, claim, tx);
}

/* Whether it still didn't come. */
static bool is_absent(const struct sw_talks *talks, const struct sw_claim *claim, const struct sw_tx *tx)
{
    const struct sw_subscription *subscription = subscription_of(tx);
    switch (claim->rule) {
    case SW_RULE_SIP_CANCEL_UNANSWERED:
    case SW_RULE_SIP_NONINVITE_UNANSWERED:
        return tx->final == NULL && (!over_datagrams(tx) || tx->copies > 0) && !waits(talks, tx);
    case SW_RULE_SIP_CANCEL_487:
        return tx->final == NULL && !waits(talks, tx);
    case SW_RULE_SIP_ACK_MISSING:
        return is_unacknowledged(talks, claim, tx);
    case SW_RULE_SIP_2XX_RETRANS:
        return !tx->acked && tx->final_copies == 0;
    case SW_RULE_SIP_RESP_NO_REQUEST:
        return true;
    case SW_RULE_PRACK_MISSING:
        return tx->forks[claim->fork].reliable != NULL && !tx->forks[claim->fork].acknowledged && tx->final == NULL;
    default:
        return subscription != NULL && subscription->accepted && !subscription->notified;
    }
}

static const char *evidence_of(enum sw_rule rule)
{
    switch (rule) {
    case SW_RULE_SIP_CANCEL_UNANSWERED:
    case SW_RULE_SIP_NONINVITE_UNANSWERED:
        return "no final response within 32 s";
    case SW_RULE_SIP_CANCEL_487:
        return "its CANCEL was answered 200, and no final response came within 32 s";
    case SW_RULE_SIP_ACK_MISSING:
        return "no ACK within 32 s";
    case SW_RULE_SIP_2XX_RETRANS:
        return "no ACK came, and the 2xx was not sent again";
    case SW_RULE_PRACK_MISSING:
        return "no PRACK within 32 s";
    default:
        return "no NOTIFY within 32 s";
    }
}

static void tell(struct sw_talks *talks, const struct sw_claim *claim, const struct sw_tx *tx)
{
    const char *evidence = evidence_of(claim->rule);
    switch (claim->rule) {
    case SW_RULE_SIP_RESP_NO_REQUEST:
        sw_stray_report(talks, tx);
        break;
    case SW_RULE_SIP_ACK_MISSING:
        sw_absence_report(talks, claim->rule, tx, tx->final, NULL, evidence);
        break;
    case SW_RULE_PRACK_MISSING:
        sw_absence_report(talks, claim->rule, tx, tx->forks[claim->fork].reliable, NULL, evidence);
        break;
    case SW_RULE_SIP_2XX_RETRANS:
        sw_absence_report(talks, claim->rule, tx, tx->request, tx->final, evidence);
        break;
    case SW_RULE_REFER_NOTIFY:
    case SW_RULE_EVT_NOTIFY_IMMEDIATE:
        tx = notifier(talks, claim, tx);
        if (tx != NULL)
            sw_absence_report(talks, claim->rule, tx, tx->request, tx->final, evidence);
        break;
    default:
        sw_absence_report(talks, claim->rule, tx, tx->request, NULL, evidence);
    }
}

/* Whether nothing more is to be found out. tx: NULL if it was forgotten. */
static bool settle(struct sw_talks *talks, const struct sw_claim *claim, const struct sw_tx *tx,
                   const struct sw_leg *leg, bool alive)
{
    if (tx == NULL || !is_absent(talks, claim, tx) || !sw_leg_whole(leg, tx->time))
        return true;
    if (!alive && (leg->heard[claim->accused] == SW_NO_TIME || leg->heard[claim->accused] <= claim->since))
        return false;
    tell(talks, claim, tx);
    return true;
}

void sw_claims_advance(struct sw_talks *talks, int64_t now)
{
    struct sw_claim *claim;
    while ((claim = g_queue_peek_head(&talks->claims)) != NULL && claim->due <= now) {
        struct sw_leg *leg = sw_leg_find(talks, claim->leg);
        struct sw_tx *tx = sw_tx_find(talks, claim->branch, claim->serial);
        g_queue_pop_head_link(&talks->claims);
        if (tx != NULL && tx->claim == claim)
            tx->claim = NULL;
        if (leg != NULL && !settle(talks, claim, tx, leg, false)) {
            if (leg->waiting == NULL)
                leg->waiting = g_array_new(FALSE, FALSE, sizeof *claim);
            if (leg->waiting->len < WAITING_MAX)
                g_array_append_val(leg->waiting, *claim);
        }
        g_free(claim);
    }
}

void sw_claims_alive(struct sw_talks *talks, struct sw_leg *leg, unsigned side)
{
    if (leg->waiting == NULL)
        return;
    for (guint i = leg->waiting->len; i-- > 0;) {
        const struct sw_claim claim = g_array_index(leg->waiting, struct sw_claim, i);
        const struct sw_tx *tx = claim.accused == side ? sw_tx_find(talks, claim.branch, claim.serial) : NULL;
        if (claim.accused == side && settle(talks, &claim, tx, leg, true))
            g_array_remove_index_fast(leg->waiting, i);
    }
    if (leg->waiting->len == 0) {
        g_array_free(leg->waiting, TRUE);
        leg->waiting = NULL;
    }
}
