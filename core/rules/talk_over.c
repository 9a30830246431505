/* SPDX-License-Identifier: MIT
 *
 * What needn't be remembered any longer? A talk that has been quiet for twice 64*T1, in which nothing can come any
 * more: each transaction has its final response, and that its ACK (RFC 3261 17.1, 17.2), each dialog has ended (15),
 * each subscription too (RFC 6665 4.4.1). On a connection that has ended nothing comes either. That there was a talk of
 * that Call-ID is known for long: what comes late is held to nothing.
 */
#include "rules/talk_state.h"
#include "sip/status.h"

#define QUIET (2 * SW_64_T1)

/* --- what is over ------------------------------------------------------------------------------------------------ */

/* Registrations, publications and subscriptions are refreshed at any time. */
static bool tx_is_over(const struct sw_tx *tx)
{
    const bool lasts =
        tx->method == SW_METHOD_REGISTER || tx->method == SW_METHOD_PUBLISH || tx->method == SW_METHOD_SUBSCRIBE;
    return tx->final != NULL && !lasts && (tx->method != SW_METHOD_INVITE || tx->acked);
}

static bool has_ended(const struct sw_party *party)
{
    return party->bye != NULL && (sw_is_2xx(party->bye_status) || party->bye_status == SW_STATUS_NO_SUCH_CALL);
}

/* An INVITE was answered 2xx there, or may have been. */
static bool was_answered(const struct sw_talk *talk, uint64_t leg)
{
    bool answered = talk->crowded;
    for (const struct sw_tx *tx = talk->newest; tx != NULL && !answered; tx = tx->older)
        answered =
            tx->method == SW_METHOD_INVITE && tx->leg == leg && (tx->final == NULL || sw_is_2xx(tx->final->status));
    return answered;
}

static bool dialog_is_over(const struct sw_talk *talk, const struct sw_dialog_seen *dialog)
{
    return !dialog->confirmed || has_ended(&dialog->parties[0]) || has_ended(&dialog->parties[1]) ||
           (dialog->by == SW_METHOD_INVITE && !was_answered(talk, dialog->leg));
}

static bool is_over(const struct sw_talks *talks, const struct sw_talk *talk)
{
    uint64_t live = 0; /* the latest leg that was found alive */
    for (const struct sw_tx *tx = talk->newest; tx != NULL; tx = tx->older)
        if (!tx_is_over(tx) && (tx->leg == live || sw_leg_find(talks, live = tx->leg) != NULL))
            return false;
    for (const struct sw_dialog_seen *dialog = talk->dialogs; dialog != NULL; dialog = dialog->next)
        if (!dialog_is_over(talk, dialog) && sw_leg_find(talks, dialog->leg) != NULL)
            return false;
    for (unsigned i = 0; i < talk->subscription_count; i++)
        if (!talk->subscriptions[i].terminated && sw_leg_find(talks, talk->subscriptions[i].leg) != NULL)
            return false;
    return true;
}

/* --- forgetting -------------------------------------------------------------------------------------------------- */

static void forget(struct sw_talks *talks, struct sw_talk *talk)
{
    uint64_t *slot = &talks->over[talk->call_id % SW_OVER_MAX];
    talks->evicted |= *slot != 0 && *slot != talk->call_id;
    *slot = talk->call_id;
    sw_talk_unlink(talks, talk);
}

void sw_talks_forget(struct sw_talks *talks, int64_t now)
{
    for (GList *link; (link = talks->order.head) != NULL;) {
        struct sw_talk *talk = link->data;
        if (!sw_time_passed(talk->latest, QUIET, now))
            return;
        if (is_over(talks, talk)) {
            forget(talks, talk);
            continue;
        }
        g_queue_unlink(&talks->order, link);
        g_queue_push_tail_link(&talks->standing, link);
        talk->standing = true;
    }
}

void sw_talks_leave(struct sw_talks *talks, GQueue *left)
{
    for (GList *link = left->head; link != NULL; link = link->next)
        ((struct sw_talk *)link->data)->leg = NULL;
    for (GList *link; (link = g_queue_pop_head_link(left)) != NULL;) {
        struct sw_talk *talk = link->data;
        if (talk->standing && is_over(talks, talk))
            forget(talks, talk);
    }
}
