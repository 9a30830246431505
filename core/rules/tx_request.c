/* SPDX-License-Identifier: MIT
 *
 * What do a request sent again, an ACK, a CANCEL and a request forwarded owe those before them? RFC
 * 3261 8.1.1.7, 8.1.3.4, 9.1, 13.2.2.4, 16.3, 16.6, 17.1.1; RFC 4028 7.4.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"
#include "sip/status.h"

#define MILLISECOND INT64_C(1000000)

/* --- the same again ---------------------------------------------------------------------------------------------- */

static void check_identical(const struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    if (tx->told_differs || sw_said_repeats(said, tx->request))
        return;
    tx->told_differs = true;
    const struct sw_slice uri = sw_kept_slice(tx->request, tx->request->uri);
    const char *what = !sw_slice_equal(said->sip->uri, uri)      ? "another Request-URI"
                       : !sw_said_has_body_of(said, tx->request) ? "another body"
                                                                 : "other header fields";
    sw_said_report(said, SW_RULE_SIP_RETRANS_IDENTICAL, tx->request, "the same branch and CSeq with %s", what);
}

/* Timers A and E (17.1.1.2, 17.1.2.2): what comes within milliseconds was doubled on the way. */
static void check_intervals(const struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    int64_t interval = said->time - tx->copied;
    bool slow = tx->method != SW_METHOD_INVITE && interval > 3 * SW_SECOND;
    if (interval < 50 * MILLISECOND)
        return;
    bool stuck = tx->interval != 0 && interval < tx->interval + tx->interval / 4 && !slow && !tx->provisional &&
                 interval < 15 * SW_SECOND;
    tx->stuck = stuck ? tx->stuck + 1 : 0;
    tx->interval = interval;
    tx->copied = said->time;
    if (tx->stuck == 2 && sw_is_alone(tx->request))
        sw_said_report(said, SW_RULE_SIP_RETRANS_TIMER, tx->request, "sent again after %lld ms for the third time",
                       (long long)(interval / MILLISECOND));
}

void sw_talk_copy(struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    enum sw_transport transport = said->message->record->transport;
    tx->copies++;
    check_identical(said);
    if (transport == SW_TRANSPORT_UDP)
        check_intervals(said);
    else if (!said->leg->websocket && said->vias.count == 1 && !tx->told_differs && tx->copies == 1)
        sw_said_report(said, SW_RULE_SIP_RETRANS_RELIABLE, tx->request, "the same request again over %s",
                       sw_transport_name(transport));
    tx->copied = said->time;
}

void sw_talk_branch(struct sw_said *said, struct sw_tx *first)
{
    char one[SW_SAID_SHOWN];
    char other[SW_SAID_SHOWN];
    struct sw_via via;
    struct sw_via own;
    sw_via_parse(sw_list_first(sw_kept_first(first->request, SW_SIP_VIA)), &via);
    sw_via_parse(said->vias.first, &own);
    bool answered = first->provisional || first->final != NULL;
    if (!answered || !sw_slice_equal_nocase(via.host, own.host) || !sw_slice_equal(via.port, own.port))
        return;
    if (first->talk != said->talk)
        sw_said_report(said, SW_RULE_SIP_BRANCH_REUSE, first->request, "the branch of Call-ID \"%s\"",
                       sw_said_show(one, sw_kept_first(first->request, SW_SIP_CALL_ID)));
    else
        sw_said_report(said, SW_RULE_SIP_BRANCH_REUSE, first->request, "CSeq \"%s\" with the branch of CSeq \"%s\"",
                       sw_said_show(one, said->sip->first[SW_SIP_CSEQ]),
                       sw_said_show(other, sw_kept_first(first->request, SW_SIP_CSEQ)));
}

/* --- CANCEL and ACK are built from the request ------------------------------------------------------------------- */

/* What differs, or NULL. answer: that has the To, for an ACK the response: where that lacks its tag, another response
 * may have told it. */
static const char *what_differs(const struct sw_said *said, const struct sw_kept *request, const struct sw_kept *answer)
{
    const struct sw_sip *sip = said->sip;
    struct sw_sip before;
    sw_kept_read(request, &before);
    const struct sw_slice to = sw_kept_first(answer, SW_SIP_TO);
    const bool same_tag = (answer->status != 0 && !sw_has_tag(to)) || sw_same_tag_of(to, sip->first[SW_SIP_TO]);
    if (said->vias.count != 1)
        return "more than one Via";
    if (!sw_same_via(sw_list_first(before.first[SW_SIP_VIA]), sip->first[SW_SIP_VIA]))
        return "Via";
    if (!sw_same_uri(before.uri, sip->uri))
        return "Request-URI";
    if (!sw_slice_equal(before.first[SW_SIP_CALL_ID], sip->first[SW_SIP_CALL_ID]))
        return "Call-ID";
    if (!sw_same_user_of(before.first[SW_SIP_FROM], sip->first[SW_SIP_FROM]) ||
        !sw_same_tag_of(before.first[SW_SIP_FROM], sip->first[SW_SIP_FROM]))
        return "From";
    if (!sw_same_user_of(to, sip->first[SW_SIP_TO]) || !same_tag)
        return "To";
    if (!sw_same_values(&before, sip, SW_SIP_ROUTE))
        return "Route";
    return NULL;
}

/* The one INVITE of this leg that it can be about, though the branch says otherwise. */
static struct sw_tx *invite_of(const struct sw_said *said, bool answered)
{
    struct sw_tx *found = NULL;
    if (said->talk->crowded)
        return NULL;
    for (struct sw_tx *tx = said->talk->newest; tx != NULL; tx = tx->older) {
        if (tx->leg != said->leg->hash || tx->near != said->signal->near_end || tx->method != SW_METHOD_INVITE ||
            tx->cseq != said->signal->cseq || tx->from_tag != said->signal->from_tag)
            continue;
        if (found != NULL || (tx->final != NULL) != answered)
            return NULL;
        found = tx;
    }
    return found;
}

static void cancel_of_invite(struct sw_said *said, struct sw_tx *tx)
{
    const char *differs = what_differs(said, tx->request, tx->request);
    if (differs == NULL && tx->cseq != said->signal->cseq)
        differs = "CSeq";
    if (differs != NULL)
        sw_said_report(said, SW_RULE_SIP_BRANCH_CANCEL, tx->request, "another %s than the request's", differs);
    if (tx->method != SW_METHOD_INVITE)
        return;
    if (tx->final != NULL && tx->acked)
        sw_said_report(said, SW_RULE_SIP_CANCEL_AFTER_FINAL, tx->final, "%u came before, and was acknowledged",
                       tx->final->status);
    else if (!tx->provisional && tx->final == NULL && !tx->cancelled)
        sw_kept_ref(&tx->early_cancel, sw_said_keep(said));
    tx->cancelled = true;
}

void sw_talk_cancel(struct sw_said *said, struct sw_tx *cancelled)
{
    char shown[SW_SAID_SHOWN];
    if (cancelled != NULL && cancelled->method != SW_METHOD_INVITE)
        sw_said_report(said, SW_RULE_SIP_CANCEL_NON_INVITE, cancelled->request, "of %s",
                       sw_said_show(shown, sw_kept_slice(cancelled->request, cancelled->request->method)));
    if (cancelled == NULL && sw_leg_whole(said->leg, SW_NO_TIME + 1))
        cancelled = invite_of(said, false);
    if (cancelled != NULL)
        cancel_of_invite(said, cancelled);
}

/* --- ACK --------------------------------------------------------------------------------------------------------- */

static void acknowledge(const struct sw_said *said, struct sw_tx *tx)
{
    tx->acked = true;
    sw_claim_drop(said->talks, tx);
}

static void ack_of_refusal(struct sw_said *said, struct sw_tx *tx)
{
    const char *differs = what_differs(said, tx->request, tx->final);
    struct sw_slice value;
    bool again = tx->acked;
    acknowledge(said, tx);
    if (differs == NULL && tx->cseq != said->signal->cseq)
        differs = "CSeq";
    if (differs != NULL)
        sw_said_report(said, SW_RULE_SIP_BRANCH_ACK_NON2XX, tx->request,
                       "another %s than the INVITE and its %u ask for", differs, tx->final->status);
    if (!again &&
        (said->sip->count[SW_SIP_REQUIRE] > 0 || sw_find_header(said->sip, SW_SLICE("Proxy-Require"), &value)))
        sw_said_report(said, SW_RULE_SIP_ACK_REQUIRE, tx->request, "an ACK of %u with Require or Proxy-Require",
                       tx->final->status);
}

static void check_ack_options(const struct sw_said *said, const struct sw_tx *tx)
{
    struct sw_sip_values values = sw_sip_values_of(said->sip, SW_SIP_REQUIRE);
    struct sw_slice option;
    char shown[SW_SAID_SHOWN];
    while (said->sip->count[SW_SIP_REQUIRE] > 0 && sw_sip_value_next(&values, SW_SIP_REQUIRE, &option)) {
        if (sw_kept_has_option(tx->request, SW_SIP_REQUIRE, option))
            continue;
        sw_said_report(said, SW_RULE_SIP_ACK_REQUIRE, tx->request, "Require: %s, which the INVITE doesn't have",
                       sw_said_show(shown, option));
        return;
    }
}

/* Whether a 2xx to this INVITE was seen with this To tag. */
static bool accepted_as(const struct sw_tx *tx, uint64_t tag)
{
    for (unsigned i = 0; i < tx->fork_count; i++)
        if (tx->forks[i].tag == tag)
            return tx->forks[i].final;
    return false;
}

static void ack_of_2xx(struct sw_said *said, struct sw_tx *tx)
{
    bool again = tx->acked;
    said->tx = tx;
    said->again = again;
    acknowledge(said, tx);
    for (unsigned i = 0; i < tx->fork_count; i++)
        tx->forks[i].acked |= tx->forks[i].tag == said->signal->to_tag;
    if (again || said->vias.count != 1 || !sw_is_alone(tx->request))
        return;
    check_ack_options(said, tx);
    const unsigned before =
        sw_kept_count(tx->request, SW_SIP_AUTHORIZATION) + sw_kept_count(tx->request, SW_SIP_PROXY_AUTHORIZATION);
    if (before > 0 && said->sip->count[SW_SIP_AUTHORIZATION] + said->sip->count[SW_SIP_PROXY_AUTHORIZATION] == 0)
        sw_said_report(said, SW_RULE_SIP_ACK_CREDENTIALS, tx->request, "the INVITE has credentials, its ACK has none");
}

/* The dialog is known, and its one INVITE that waits for an ACK has another number. One with that number may have been
 * refused, and its ACK come before: a challenge. NULL: none, or it isn't sure. */
static struct sw_tx *misnumbered(const struct sw_said *said)
{
    struct sw_tx *waiting = NULL;
    if (said->talk->crowded || !sw_leg_whole(said->leg, SW_NO_TIME + 1) || said->vias.count != 1)
        return NULL;
    for (struct sw_tx *tx = said->talk->newest; tx != NULL; tx = tx->older) {
        if (tx->leg != said->leg->hash || tx->near != said->signal->near_end || tx->method != SW_METHOD_INVITE ||
            tx->from_tag != said->signal->from_tag)
            continue;
        const bool refused = tx->final != NULL && !sw_is_2xx(tx->final->status) && tx->acked;
        if (tx->cseq == said->signal->cseq && !refused)
            return NULL;
        if (tx->final != NULL && !tx->acked && accepted_as(tx, said->signal->to_tag)) {
            if (waiting != NULL)
                return NULL;
            waiting = tx;
        }
    }
    return waiting;
}

static void ack_of_other(struct sw_said *said, struct sw_tx *waiting)
{
    acknowledge(said, waiting);
    sw_said_report(said, SW_RULE_SIP_ACK_CSEQ, waiting->request, "CSeq %llu, the INVITE has %llu",
                   (unsigned long long)said->signal->cseq, (unsigned long long)waiting->cseq);
}

/* The INVITE that was accepted with the ACK's To tag: after a redirection another one may have had its CSeq number. */
static struct sw_tx *accepted_invite(const struct sw_said *said)
{
    for (struct sw_tx *tx = said->talk->newest; tx != NULL; tx = tx->older)
        if (tx->leg == said->leg->hash && tx->near == said->signal->near_end && tx->method == SW_METHOD_INVITE &&
            tx->cseq == said->signal->cseq && tx->from_tag == said->signal->from_tag &&
            accepted_as(tx, said->signal->to_tag))
            return tx;
    return NULL;
}

void sw_talk_ack(struct sw_said *said)
{
    struct sw_tx *same = said->tx;
    struct sw_tx *accepted = accepted_invite(said);
    struct sw_tx *tx = accepted != NULL ? accepted : invite_of(said, true);
    struct sw_tx *other;
    if (same != NULL && same->method == SW_METHOD_INVITE && accepted_as(same, said->signal->to_tag)) {
        sw_said_report(said, SW_RULE_SIP_BRANCH_ACK_2XX, same->request,
                       "the ACK of a 2xx has the branch of the INVITE");
        ack_of_2xx(said, same);
    } else if (same != NULL && same->method == SW_METHOD_INVITE && same->final != NULL &&
               !sw_is_2xx(same->final->status)) {
        ack_of_refusal(said, same);
        return;
    } else if (accepted != NULL || (tx != NULL && sw_is_2xx(tx->final->status))) {
        ack_of_2xx(said, tx);
    } else if ((other = misnumbered(said)) != NULL) {
        ack_of_other(said, other);
    } else if (tx != NULL && sw_leg_whole(said->leg, tx->time) && said->vias.count == 1 && sw_is_alone(tx->request)) {
        ack_of_refusal(said, tx);
        return;
    } else if ((tx = invite_of(said, false)) != NULL) {
        tx->acked = true; /* its final response isn't in the capture */
    }
    sw_talk_in_dialog(said);
}

/* --- hops -------------------------------------------------------------------------------------------------------- */

/* The same request before this sender put its Via on top of it, on another leg. */
static void check_hops(struct sw_said *said)
{
    char shown[SW_SAID_SHOWN];
    uint64_t came;
    uint64_t goes;
    if (said->vias.count < 2)
        return;
    uint64_t branch = sw_hash(sw_branch_of(said->vias.second), said->talks->seed) | 1;
    const struct sw_tx *tx = sw_map_get(&said->talks->by_branch, branch);
    while (tx != NULL && (tx->method != said->signal->method || tx->request->via_count + 1U != said->vias.count ||
                          tx->leg == said->leg->hash || tx->talk != said->talk))
        tx = tx->same_branch;
    if (tx == NULL || !sw_slice_number(sw_kept_first(tx->request, SW_SIP_MAX_FORWARDS), &came))
        return;
    if (came == 0) {
        sw_said_report(said, SW_RULE_SIP_MAXFWD_ZERO_FORWARDED, tx->request, "came with Max-Forwards 0");
        return;
    }
    if (!sw_slice_number(said->sip->first[SW_SIP_MAX_FORWARDS], &goes) || goes + 1 != came)
        sw_said_report(said, SW_RULE_SIP_MAXFWD_DECREMENT, tx->request,
                       "came with Max-Forwards %llu, goes on with \"%s\"", (unsigned long long)came,
                       sw_said_show(shown, said->sip->first[SW_SIP_MAX_FORWARDS]));
}

/* --- new requests ------------------------------------------------------------------------------------------------ */

/* 8.1.3.4: the method and header fields of a Contact that redirects don't stay in the Request-URI. */
static void check_redirected(const struct sw_said *said)
{
    struct sw_uri uri;
    char shown[SW_SAID_SHOWN];
    if (!said->talk->redirected || sw_uri_parse(said->sip->uri, &uri) != SW_OK || !uri.sip ||
        (uri.headers.size == 0 && !sw_uri_has_param(said->sip->uri, SW_SLICE("method"))))
        return;
    for (const struct sw_tx *tx = said->tx->older; tx != NULL; tx = tx->older) {
        if (tx->leg != said->leg->hash || tx->final == NULL || !sw_is_3xx(tx->final->status) ||
            tx->from_tag != said->signal->from_tag)
            continue;
        struct sw_sip final;
        sw_kept_read(tx->final, &final);
        struct sw_sip_values values = sw_sip_values_of(&final, SW_SIP_CONTACT);
        struct sw_slice contact;
        while (sw_sip_value_next(&values, SW_SIP_CONTACT, &contact)) {
            if (!sw_slice_equal(sw_uri_of(contact), said->sip->uri))
                continue;
            sw_said_report(said, SW_RULE_SIP_3XX_URI_COPY, tx->final,
                           "Request-URI \"%s\", as the Contact of the %u has it", sw_said_show(shown, said->sip->uri),
                           tx->final->status);
            return;
        }
    }
}

static void check_min_se(const struct sw_said *said)
{
    if (said->signal->method != SW_METHOD_INVITE || !said->talk->refused_422 || said->vias.count != 1 ||
        said->sip->count[SW_SIP_MIN_SE] > 0)
        return;
    for (const struct sw_tx *tx = said->tx->older; tx != NULL; tx = tx->older)
        if (tx->final != NULL && tx->final->status == 422 && tx->leg == said->leg->hash &&
            tx->from_tag == said->signal->from_tag && tx->method == SW_METHOD_INVITE) {
            sw_said_report(said, SW_RULE_SESSTIMER_422_RETRY, tx->final, "no Min-SE after 422");
            return;
        }
}

/* RFC 5626 4.3 */
static void check_outbound(const struct sw_said *said)
{
    const struct sw_slice outbound = SW_SLICE("outbound");
    const struct sw_slice supported = said->sip->first[SW_SIP_SUPPORTED];
    char shown[SW_SAID_SHOWN];
    if (!said->leg->outbound[said->side] || said->vias.count != 1 || said->signal->method == SW_METHOD_REGISTER ||
        (supported.size > 0 && memmem(supported.data, supported.size, outbound.data, outbound.size) != NULL))
        return;
    if (!sw_has_option(said->sip, SW_SIP_SUPPORTED, outbound) && !sw_has_option(said->sip, SW_SIP_REQUIRE, outbound))
        sw_said_report(said, SW_RULE_OB_SUPPORTED_REQ, NULL, "Supported \"%s\"", sw_said_show(shown, supported));
}

/* --- To tags outside of dialogs ---------------------------------------------------------------------------------- */

static void report_to_tag(const struct sw_said *said, const struct sw_kept *before, const char *what)
{
    char shown[SW_SAID_SHOWN];
    sw_said_report(said, SW_RULE_SIP_TO_TAG_INITIAL, before, "To \"%s\"%s",
                   sw_said_show(shown, said->sip->first[SW_SIP_TO]), what);
}

/* Methods of requests that can stand outside of dialogs, and whether they begin one. */
static const struct {
    enum sw_method method;
    bool makes_dialog;
} alone[] = {{SW_METHOD_INVITE, true},    {SW_METHOD_SUBSCRIBE, true}, {SW_METHOD_REFER, true},
             {SW_METHOD_REGISTER, false}, {SW_METHOD_PUBLISH, false},  {SW_METHOD_MESSAGE, false},
             {SW_METHOD_OPTIONS, false}};

static bool stands_alone(enum sw_method method)
{
    for (size_t i = 0; i < G_N_ELEMENTS(alone); i++)
        if (alone[i].method == method)
            return true;
    return false;
}

static bool makes_dialog(enum sw_method method)
{
    for (size_t i = 0; i < G_N_ELEMENTS(alone); i++)
        if (alone[i].method == method)
            return alone[i].makes_dialog;
    return true;
}

static bool was_refused(const struct sw_tx *tx)
{
    return tx->final != NULL && tx->final->status >= SW_STATUS_REDIRECT && tx->last_final >= SW_STATUS_REDIRECT;
}

/* Under this Call-ID its sender alone has asked, outside of dialogs, and no request has made one: a refusal ends the
 * early ones, too (12.3). One that was refused had begun it all, or else the tag is what an answer had. NULL: that
 * isn't sure. */
static const struct sw_tx *proof_of_no_dialog(const struct sw_said *said)
{
    const struct sw_tx *proof = NULL;
    if (!said->talk->begun || said->talk->crowded || said->dialog != NULL || said->vias.count != 1 ||
        !sw_leg_whole(said->leg, SW_NO_TIME + 1))
        return NULL;
    for (const struct sw_tx *tx = said->tx->older; tx != NULL; tx = tx->older) {
        const bool own =
            tx->leg == said->leg->hash && tx->near == said->signal->near_end && tx->from_tag == said->signal->from_tag;
        if (!own || tx->to_tag != 0 || tx->final == NULL || !stands_alone(tx->method) ||
            (makes_dialog(tx->method) && !was_refused(tx)))
            return NULL;
        if ((tx->method == SW_METHOD_INVITE && was_refused(tx)) || tx->uas_tag == said->signal->to_tag)
            proof = tx;
    }
    return proof;
}

static void check_to_tag(const struct sw_said *said)
{
    if (said->signal->to_tag == 0)
        return;
    if (said->signal->method == SW_METHOD_REGISTER) {
        report_to_tag(said, NULL, " of a REGISTER");
        return;
    }
    const struct sw_tx *proof = stands_alone(said->signal->method) ? proof_of_no_dialog(said) : NULL;
    if (proof != NULL)
        report_to_tag(said, proof->final, ", there is no dialog");
}

/* --- a new request ----------------------------------------------------------------------------------------------- */

void sw_talk_new_request(struct sw_said *said)
{
    enum sw_method method = said->signal->method;
    check_hops(said);
    if (method == SW_METHOD_CANCEL) {
        said->tx->claim = sw_claim_add(said, SW_RULE_SIP_CANCEL_UNANSWERED, said->tx, !said->side, 0);
        return;
    }
    sw_talk_from_tag(said);
    check_outbound(said);
    check_redirected(said);
    check_min_se(said);
    sw_talk_credentials(said);
    sw_talk_publications(said);
    sw_talk_in_dialog(said);
    check_to_tag(said);
    sw_talk_prack(said);
    sw_talk_events(said);
    if (method != SW_METHOD_INVITE)
        said->tx->claim = sw_claim_add(said, SW_RULE_SIP_NONINVITE_UNANSWERED, said->tx, !said->side, 0);
}
