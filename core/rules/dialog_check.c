/* SPDX-License-Identifier: MIT
 *
 * Does a request within a dialog keep to it: tags, CSeq, target, route, one INVITE at a time, nothing after BYE? And
 * does the answer? RFC 3261 12.2, 14, 15; RFC 3311 5.2, RFC 4028 7.2.
 *
 * A dialog is known on the leg where the request and the response that made it were seen. Of requests only those are
 * judged that have one Via: who sent them is their author.
 */
#include "rules/sip_grammar.h"
#include "rules/talk_check.h"
#include "rules/talk_compare.h"
#include "sip/status.h"

enum {
    DIALOGS_OF_A_CALL = 8,
    CALLER = 0,
    CALLEE = 1,
};

bool sw_is_uas(const struct sw_said *said)
{
    const struct sw_endpoint *own = &said->message->record->source;
    const struct sw_kept *request = said->tx->request;
    const struct sw_slice uri = sw_kept_slice(request, request->uri);
    if (said->leg->websocket && said->message->from_client)
        return !said->leg->proxy_client;
    if (said->sip->count[SW_SIP_CONTACT] == 1 && sw_is_2xx(said->sip->status) &&
        said->signal->method != SW_METHOD_REGISTER && sw_uri_is_at(sw_uri_of(said->sip->first[SW_SIP_CONTACT]), own))
        return true;
    const struct sw_kept *target = said->dialog != NULL ? said->dialog->parties[!said->party].target : NULL;
    return target != NULL && sw_kept_count(request, SW_SIP_ROUTE) == 0 && sw_uri_is_at(uri, own) &&
           sw_same_uri(sw_uri_of(sw_kept_first(target, SW_SIP_CONTACT)), uri);
}

/* --- finding it -------------------------------------------------------------------------------------------------- */

static struct sw_dialog_seen *dialog_of(const struct sw_said *said, uint64_t from, uint64_t to, unsigned *party)
{
    for (struct sw_dialog_seen *dialog = said->talk->dialogs; dialog != NULL; dialog = dialog->next) {
        if (dialog->leg != said->leg->hash)
            continue;
        for (unsigned i = 0; i < 2; i++)
            if (dialog->parties[i].tag == from && dialog->parties[!i].tag == to) {
                *party = i;
                return dialog;
            }
    }
    return NULL;
}

static bool is_sip_uri(struct sw_slice text)
{
    struct sw_uri uri;
    return sw_uri_parse(text, &uri) == SW_OK && uri.sip;
}

/* Where a request goes to whose target is no SIP URI (12.1.1 wants one), nobody can say. */
static void retarget(struct sw_party *party, struct sw_kept *message, int64_t time)
{
    if (sw_kept_count(message, SW_SIP_CONTACT) != 1)
        return;
    if (!is_sip_uri(sw_uri_of(sw_kept_first(message, SW_SIP_CONTACT)))) {
        sw_kept_drop(&party->target);
        sw_kept_drop(&party->before);
        return;
    }
    sw_kept_ref(&party->before, party->target);
    sw_kept_ref(&party->target, message);
    party->retargeted = time;
}

static struct sw_dialog_seen *dialog_new(struct sw_said *said)
{
    struct sw_talk *talk = said->talk;
    if (talk->dialog_count >= DIALOGS_OF_A_CALL) {
        talk->crowded = true;
        return NULL;
    }
    struct sw_dialog_seen *dialog = g_new0(struct sw_dialog_seen, 1);
    dialog->next = talk->dialogs;
    dialog->leg = said->leg->hash;
    dialog->by = said->tx->method;
    dialog->parties[CALLER] = (struct sw_party){
        .tag = said->tx->from_tag, .cseq_known = true, .cseq = said->tx->cseq, .cseq_time = said->tx->time};
    dialog->parties[CALLEE].tag = said->signal->to_tag;
    dialog->answered = SW_NO_TIME;
    retarget(&dialog->parties[CALLER], said->tx->request, said->tx->time);
    talk->dialogs = dialog;
    talk->dialog_count++;
    return dialog;
}

/* --- requests ---------------------------------------------------------------------------------------------------- */

static bool contact_is(const struct sw_kept *message, struct sw_slice uri)
{
    return message != NULL && sw_same_uri(sw_uri_of(sw_kept_first(message, SW_SIP_CONTACT)), uri);
}

/* What is no URI is an error of its own, and leads nowhere. */
static bool leads_elsewhere(const struct sw_said *said, const struct sw_party *peer)
{
    const bool recent = said->time - peer->retargeted < SW_ON_THE_WAY;
    return peer->target != NULL && sw_leg_whole(said->leg, peer->retargeted) &&
           !contact_is(peer->target, said->sip->uri) && !(recent && contact_is(peer->before, said->sip->uri)) &&
           sw_grammar_uri(said->sip->uri) == SW_URI_GOOD;
}

static bool strays(const struct sw_said *said, const struct sw_kept *routes)
{
    struct sw_sip sip;
    sw_kept_read(routes, &sip);
    return !sw_same_routes(&sip, SW_SIP_RECORD_ROUTE, said->party == CALLER, said->sip);
}

/* 12.2.1.1; the route set of a dialog that SUBSCRIBE made is that of the NOTIFY. */
static void check_way(const struct sw_said *said)
{
    const struct sw_dialog_seen *dialog = said->dialog;
    const struct sw_party *peer = &dialog->parties[!said->party];
    char one[SW_SAID_SHOWN];
    char other[SW_SAID_SHOWN];
    if (dialog->by != SW_METHOD_INVITE || !dialog->confirmed || dialog->routes == NULL)
        return;
    const enum sw_sip_field field = SW_SIP_RECORD_ROUTE;
    struct sw_slice first = said->sip->first[SW_SIP_ROUTE];
    bool astray = sw_kept_count(dialog->routes, field) > 0 && strays(said, dialog->routes);
    bool elsewhere = leads_elsewhere(said, peer);
    bool added = dialog->routeless && first.size > 0;
    bool strict = (astray || elsewhere) && first.size > 0 && !sw_uri_has_param(sw_uri_of(first), SW_SLICE("lr"));
    if (added)
        sw_said_report(said, SW_RULE_SIP_ROUTE_SET, dialog->routes, "Route \"%s\", the dialog's route set is empty",
                       sw_said_show(one, first));
    if (astray && !strict)
        sw_said_report(said, SW_RULE_SIP_ROUTE_SET, dialog->routes, "Route \"%s\", Record-Route was \"%s\"",
                       sw_said_show(one, first), sw_said_show(other, sw_kept_first(dialog->routes, field)));
    if (elsewhere && !strict)
        sw_said_report(said, SW_RULE_SIP_DIALOG_REMOTE_TARGET, peer->target,
                       "Request-URI \"%s\", the Contact is \"%s\"", sw_said_show(one, said->sip->uri),
                       sw_said_show(other, sw_uri_of(sw_kept_first(peer->target, SW_SIP_CONTACT))));
}

static void check_cseq(const struct sw_said *said)
{
    struct sw_party *own = &said->dialog->parties[said->party];
    bool late = said->message->record->transport == SW_TRANSPORT_UDP && said->time - own->cseq_time < SW_SECOND &&
                said->signal->cseq < own->cseq;
    if (own->cseq_known && said->signal->cseq <= own->cseq && !late)
        sw_said_report(said, SW_RULE_SIP_DIALOG_CSEQ_MONO, NULL, "CSeq %llu, the one before had %llu",
                       (unsigned long long)said->signal->cseq, (unsigned long long)own->cseq);
}

static void note_cseq(const struct sw_said *said)
{
    struct sw_party *own = &said->dialog->parties[said->party];
    said->tx->was_out_of_order = own->accepted_known && said->signal->cseq < own->accepted;
    if (own->cseq_known && said->signal->cseq <= own->cseq)
        return;
    own->cseq_known = true;
    own->cseq = said->signal->cseq;
    own->cseq_time = said->time;
}

/* The latest transaction of that method in this dialog that one party began before this message. */
static struct sw_tx *before_of(const struct sw_said *said, enum sw_method method, unsigned party)
{
    const struct sw_dialog_seen *dialog = said->dialog;
    for (struct sw_tx *tx = said->tx->older; tx != NULL; tx = tx->older)
        if (tx->method == method && tx->leg == dialog->leg && tx->from_tag == dialog->parties[party].tag &&
            (tx->to_tag == dialog->parties[!party].tag ||
             (tx->to_tag == 0 && party == CALLER && tx->method == dialog->by)))
            return tx;
    return NULL;
}

/* What has an ACK was answered, though the capture lacks that. */
static bool is_open(const struct sw_said *said, const struct sw_tx *tx)
{
    return tx != NULL && tx->final == NULL && !tx->acked && sw_leg_whole(said->leg, tx->time);
}

static void check_invite(const struct sw_said *said)
{
    struct sw_tx *own = before_of(said, SW_METHOD_INVITE, said->party);
    struct sw_tx *other = before_of(said, SW_METHOD_INVITE, !said->party);
    bool own_open = is_open(said, own) && own->cseq < said->signal->cseq;
    bool other_open = is_open(said, other);
    const bool alone = said->vias.count == 1;
    if (alone && own_open)
        sw_said_report(said, SW_RULE_SIP_REINVITE_OVERLAP, own->request,
                       "its INVITE with CSeq %llu is not answered yet", (unsigned long long)own->cseq);
    else if (alone && other_open && other->early)
        sw_said_report(said, SW_RULE_SIP_REINVITE_OVERLAP, other->request,
                       "the other's INVITE is in progress, it has answered 1xx itself");
    if (own_open || other_open)
        said->tx->owed = SW_RULE_SIP_INVITE_OVERLAP_500;
}

/* The offer of that party to which there is no answer yet: that of an INVITE comes in a 2xx, or before it. */
static const struct sw_tx *open_offer(const struct sw_said *said, unsigned party)
{
    const struct sw_tx *update = before_of(said, SW_METHOD_UPDATE, party);
    const struct sw_tx *invite = before_of(said, SW_METHOD_INVITE, party);
    if (is_open(said, update) && update->request->sdp)
        return update;
    return is_open(said, invite) && !invite->early && invite->request->sdp ? invite : NULL;
}

static void check_update(const struct sw_said *said)
{
    const struct sw_tx *own = before_of(said, SW_METHOD_UPDATE, said->party);
    if (is_open(said, own) && own->cseq < said->signal->cseq)
        said->tx->owed = SW_RULE_UPDATE_OVERLAP_500;
    else if (sw_has_sdp(said->sip) && open_offer(said, !said->party) != NULL)
        said->tx->owed = SW_RULE_UPDATE_GLARE_491;
}

static bool ends_with_bye(enum sw_method method)
{
    static const enum sw_method methods[] = {SW_METHOD_INVITE, SW_METHOD_BYE,   SW_METHOD_UPDATE,
                                             SW_METHOD_INFO,   SW_METHOD_PRACK, SW_METHOD_MESSAGE};
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
        if (methods[i] == method)
            return true;
    return false;
}

static void check_after_bye(const struct sw_said *said)
{
    const struct sw_party *own = &said->dialog->parties[said->party];
    const struct sw_party *peer = &said->dialog->parties[!said->party];
    char shown[SW_SAID_SHOWN];
    if (!ends_with_bye(said->signal->method))
        return;
    bool refused = own->bye_status != 0 && !sw_is_2xx(own->bye_status);
    bool answered = peer->bye != NULL && sw_is_2xx(peer->bye_status);
    if (own->bye != NULL && !refused)
        sw_said_report(said, SW_RULE_SIP_BYE_AFTER_BYE, own->bye, "%s, it has sent BYE before",
                       sw_said_show(shown, said->sip->method));
    else if (answered)
        sw_said_report(said, SW_RULE_SIP_BYE_AFTER_BYE, peer->bye, "%s, it has answered the BYE with 2xx before",
                       sw_said_show(shown, said->sip->method));
}

/* 15: the callee may send BYE once its 2xx is acknowledged, or that has timed out. */
static void check_early_bye(const struct sw_said *said)
{
    const struct sw_dialog_seen *dialog = said->dialog;
    if (said->party != CALLEE || dialog->by != SW_METHOD_INVITE || !sw_leg_whole(said->leg, SW_NO_TIME + 1))
        return;
    if (!dialog->confirmed)
        sw_said_report(said, SW_RULE_SIP_BYE_EARLY_CALLEE, NULL, "the callee has not answered 2xx");
    else if (!dialog->acked && said->leg->websocket && said->message->from_client &&
             !sw_time_passed(dialog->answered, SW_64_T1 - SW_ON_THE_WAY, said->time))
        sw_said_report(said, SW_RULE_SIP_BYE_EARLY_CALLEE, NULL, "the callee has got no ACK, %lld ms after its 2xx",
                       (long long)((said->time - dialog->answered) / 1000000));
}

static void check_bye(const struct sw_said *said)
{
    struct sw_party *own = &said->dialog->parties[said->party];
    if (said->vias.count == 1)
        check_early_bye(said);
    if (own->bye == NULL || (own->bye_status != 0 && !sw_is_2xx(own->bye_status))) {
        sw_kept_ref(&own->bye, said->tx->request);
        own->bye_status = 0;
    }
}

/* A request has fewer Vias the nearer it is to its author, a response more. */
static bool is_nearer(const struct sw_kept *a, const struct sw_kept *b)
{
    return a != NULL && b != NULL && (a->status == 0) == (b->status == 0) &&
           (a->status == 0 ? a->via_count < b->via_count : a->via_count > b->via_count);
}

/* The same dialog on a leg that is nearer to who refreshes it. */
static bool is_told_nearer(const struct sw_said *said)
{
    const struct sw_dialog_seen *dialog = said->dialog;
    const unsigned refresher = dialog->refresher;
    for (const struct sw_dialog_seen *one = said->talk->dialogs; one != NULL; one = one->next)
        if (one->leg != dialog->leg && one->parties[CALLER].tag == dialog->parties[CALLER].tag &&
            one->parties[CALLEE].tag == dialog->parties[CALLEE].tag &&
            is_nearer(one->parties[refresher].target, dialog->parties[refresher].target))
            return true;
    return false;
}

/* RFC 4028 7.2: the session went on though nobody has refreshed it. */
static void check_session(const struct sw_said *said)
{
    struct sw_dialog_seen *dialog = said->dialog;
    bool refreshes = said->signal->method == SW_METHOD_INVITE || said->signal->method == SW_METHOD_UPDATE;
    if (dialog->interval == 0 || said->signal->method == SW_METHOD_BYE || !sw_leg_whole(said->leg, dialog->refreshed))
        return;
    int64_t end = sw_time_plus(dialog->refreshed, (int64_t)MIN(dialog->interval, UINT64_C(1000000)) * SW_SECOND);
    if (said->time <= end || (refreshes && said->party == dialog->refresher))
        return;
    if (said->party != dialog->refresher) { /* the accused is the other one */
        const struct sw_party *refresher = &dialog->parties[dialog->refresher];
        if (refresher->target != NULL && !is_told_nearer(said))
            sw_kept_report(said, SW_RULE_SESSTIMER_NO_REFRESH, refresher->target,
                           "the session of %llu s goes on, and was not refreshed",
                           (unsigned long long)dialog->interval);
    } else {
        sw_said_report(said, SW_RULE_SESSTIMER_NO_REFRESH, NULL, "the session of %llu s goes on, and was not refreshed",
                       (unsigned long long)dialog->interval);
    }
    dialog->interval = 0;
}

/* The dialog on this leg, where there is but one. */
static const struct sw_dialog_seen *only_dialog(const struct sw_said *said)
{
    const struct sw_dialog_seen *only = NULL;
    for (const struct sw_dialog_seen *dialog = said->talk->dialogs; dialog != NULL; dialog = dialog->next) {
        if (dialog->leg != said->leg->hash)
            continue;
        if (only != NULL)
            return NULL;
        only = dialog;
    }
    return only;
}

/* The tags are of no dialog, and there is but one they could be of. */
static void check_tags(const struct sw_said *said)
{
    const struct sw_dialog_seen *dialog = only_dialog(said);
    char shown[SW_SAID_SHOWN];
    if (dialog == NULL || !dialog->confirmed || dialog->by != SW_METHOD_INVITE || !said->talk->begun ||
        said->talk->crowded || said->vias.count != 1 || !sw_leg_whole(said->leg, SW_NO_TIME + 1) ||
        said->signal->method == SW_METHOD_NOTIFY || said->signal->method == SW_METHOD_SUBSCRIBE ||
        said->signal->method == SW_METHOD_REGISTER)
        return;
    for (unsigned i = 0; i < 2; i++) {
        const struct sw_party *own = &dialog->parties[i];
        const struct sw_party *peer = &dialog->parties[!i];
        if (own->tag == said->signal->from_tag && said->signal->to_tag == 0 && said->signal->method == SW_METHOD_BYE)
            sw_said_report(said, SW_RULE_SIP_BYE_NO_TOTAG, dialog->routes, "To \"%s\"",
                           sw_said_show(shown, said->sip->first[SW_SIP_TO]));
        else if (own->tag == said->signal->from_tag && said->signal->to_tag != 0)
            sw_said_report(said, SW_RULE_SIP_DIALOG_TAGS, dialog->routes, "To \"%s\" has not the dialog's tag",
                           sw_said_show(shown, said->sip->first[SW_SIP_TO]));
        else if (peer->tag == said->signal->to_tag && said->signal->to_tag != 0 && said->signal->from_tag != 0)
            sw_said_report(said, SW_RULE_SIP_DIALOG_TAGS, dialog->routes, "From \"%s\" has not the dialog's tag",
                           sw_said_show(shown, said->sip->first[SW_SIP_FROM]));
    }
}

/* --- another Call-ID --------------------------------------------------------------------------------------------- */

/* Under which Call-ID these two tags have a dialog on this leg. */
static struct sw_fact *dialog_fact(const struct sw_said *said, bool make)
{
    const uint64_t one = said->signal->from_tag;
    const uint64_t other = said->signal->to_tag;
    const uint64_t parts[] = {SW_RULE_SIP_DIALOG_TAGS, said->leg->hash, one ^ other, one + other};
    return sw_fact_of(said->talks, sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), said->talks->seed), make);
}

/* The dialog that has both tags, of whose Call-ID the sender has heard, and which has not ended. */
static struct sw_dialog_seen *namesake(const struct sw_said *said, const struct sw_talk *talk)
{
    for (struct sw_dialog_seen *dialog = talk->dialogs; dialog != NULL; dialog = dialog->next)
        for (unsigned i = 0; i < 2 && dialog->leg == said->leg->hash && dialog->confirmed; i++) {
            const struct sw_party *own = &dialog->parties[i];
            const struct sw_party *peer = &dialog->parties[!i];
            if (own->tag == said->signal->from_tag && peer->tag == said->signal->to_tag && own->target != NULL &&
                sw_endpoint_equal(&own->target->source, &said->message->record->source) && own->bye == NULL &&
                peer->bye == NULL)
                return dialog;
        }
    return NULL;
}

/* What is wrong with it is its Call-ID alone. */
static void acknowledge(const struct sw_said *said, const struct sw_talk *talk, struct sw_dialog_seen *dialog)
{
    dialog->acked = true;
    for (struct sw_tx *tx = talk->newest; tx != NULL; tx = tx->older)
        if (tx->method == SW_METHOD_INVITE && tx->leg == dialog->leg && tx->from_tag == said->signal->from_tag &&
            tx->cseq == said->signal->cseq && tx->final != NULL && !tx->acked) {
            tx->acked = true;
            sw_claim_drop(said->talks, tx);
        }
}

/* Nothing was heard before under this Call-ID, and both tags are those of a dialog that has another one: two user
 * agents have made each of them up. */
static void check_call_id(const struct sw_said *said)
{
    const bool known = said->signal->method == SW_METHOD_ACK ? said->talk->newest != NULL : said->tx->older != NULL;
    char one[SW_SAID_SHOWN];
    char other[SW_SAID_SHOWN];
    if (known || said->talk->begun || said->talk->crowded || said->vias.count != 1)
        return;
    const struct sw_fact *fact = dialog_fact(said, false);
    const struct sw_talk *talk = fact != NULL ? sw_map_get(&said->talks->by_call_id, fact->value) : NULL;
    struct sw_dialog_seen *dialog = talk != NULL && talk != said->talk ? namesake(said, talk) : NULL;
    if (dialog == NULL || talk->newest == NULL)
        return;
    sw_said_report(said, SW_RULE_SIP_DIALOG_TAGS, dialog->routes, "Call-ID \"%s\", the dialog has \"%s\"",
                   sw_said_show(one, said->sip->first[SW_SIP_CALL_ID]),
                   sw_said_show(other, sw_kept_first(talk->newest->request, SW_SIP_CALL_ID)));
    if (said->signal->method == SW_METHOD_ACK)
        acknowledge(said, talk, dialog);
}

/* --- a request within it ----------------------------------------------------------------------------------------- */

static void on_ack(const struct sw_said *said)
{
    if (said->dialog == NULL)
        return;
    const bool first = !said->dialog->acked || (said->tx != NULL && !said->again);
    if (said->vias.count == 1 && first)
        check_way(said);
    said->dialog->acked = true;
}

void sw_talk_in_dialog(struct sw_said *said)
{
    said->dialog = dialog_of(said, said->signal->from_tag, said->signal->to_tag, &said->party);
    if (said->dialog == NULL && (said->signal->to_tag != 0 || said->signal->method == SW_METHOD_BYE))
        check_tags(said);
    if (said->dialog == NULL && said->signal->to_tag != 0)
        check_call_id(said);
    if (said->signal->method == SW_METHOD_ACK) {
        on_ack(said);
        return;
    }
    if (said->dialog == NULL)
        return;
    if (said->vias.count == 1) {
        check_way(said);
        check_cseq(said);
        check_after_bye(said);
    }
    check_session(said);
    note_cseq(said);
    if (said->signal->method == SW_METHOD_BYE)
        check_bye(said);
    else if (said->signal->method == SW_METHOD_INVITE)
        check_invite(said);
    else if (said->signal->method == SW_METHOD_UPDATE)
        check_update(said);
}

/* --- responses --------------------------------------------------------------------------------------------------- */

/* It was when the later one came, and who answers both will have seen that: what is answered a moment later may have
 * been when the later one was read. */
static bool was_open(const struct sw_tx *earlier, const struct sw_tx *later)
{
    return earlier != NULL &&
           (earlier->final == NULL ? !earlier->acked : earlier->final->mark.time - later->time > SW_ON_THE_WAY);
}

static bool overlaps(const struct sw_said *said)
{
    const struct sw_tx *tx = said->tx;
    return was_open(before_of(said, tx->method, said->party), tx) ||
           (tx->method == SW_METHOD_INVITE && was_open(before_of(said, tx->method, !said->party), tx));
}

static void check_owed(const struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    unsigned status = said->sip->status;
    bool accepted = sw_is_2xx(status);
    if (tx->owed == SW_RULE_COUNT || !sw_is_uas(said))
        return;
    enum sw_rule owed = tx->owed;
    if (owed == SW_RULE_UPDATE_GLARE_491) {
        if (accepted && open_offer(said, !said->party) != NULL)
            sw_said_report(said, owed, tx->request, "%u, and its own offer is open", status);
        return;
    }
    bool hurried = status == SW_STATUS_SERVER_ERROR && said->sip->count[SW_SIP_RETRY_AFTER] == 0;
    if ((accepted || hurried) && overlaps(said))
        sw_said_report(said, owed, tx->request, hurried ? "%u without Retry-After" : "%u, and an earlier one is open",
                       status);
    tx->owed = SW_RULE_COUNT;
}

static void check_order(const struct sw_said *said)
{
    struct sw_party *asker = &said->dialog->parties[said->party];
    if (!sw_is_2xx(said->sip->status))
        return;
    if (said->tx->was_out_of_order && sw_is_uas(said))
        sw_said_report(said, SW_RULE_SIP_DIALOG_CSEQ_500, said->tx->request, "%u to CSeq %llu, it has accepted %llu",
                       said->sip->status, (unsigned long long)said->tx->cseq, (unsigned long long)asker->accepted);
    if (!asker->accepted_known || said->tx->cseq > asker->accepted) {
        asker->accepted_known = true;
        asker->accepted = said->tx->cseq;
    }
}

/* 12.2.2: what comes after the end is refused with 481. */
static void check_ended(const struct sw_said *said)
{
    static const unsigned others[] = {404, 480, 486, 603};
    const struct sw_party *asker = &said->dialog->parties[said->party];
    const struct sw_party *own = &said->dialog->parties[!said->party];
    const struct sw_kept *bye = sw_is_2xx(own->bye_status)     ? own->bye
                                : sw_is_2xx(asker->bye_status) ? asker->bye
                                                               : NULL;
    if (bye == NULL || bye == said->tx->request || said->tx->time < bye->mark.time || !sw_is_uas(said))
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i] == said->sip->status)
            sw_said_report(said, SW_RULE_SIP_DIALOG_481, bye, "%u, the dialog has ended with this BYE",
                           said->sip->status);
}

static void bye_answered(const struct sw_said *said)
{
    struct sw_party *asker = &said->dialog->parties[said->party];
    const struct sw_party *own = &said->dialog->parties[!said->party];
    unsigned status = said->sip->status;
    const bool by_proxy = status == SW_STATUS_TIMEOUT || status / 100 == SW_STATUS_SERVER_ERROR / 100;
    if (asker->bye != said->tx->request || said->tx->final != NULL) /* of a second one SIP-FINAL-TWICE tells */
        return;
    asker->bye_status = status;
    if (sw_is_2xx(status) || !sw_is_final(status) || sw_is_challenge(status) || by_proxy || own->bye != NULL ||
        !said->dialog->confirmed || !sw_is_uas(said))
        return;
    sw_said_report(said, SW_RULE_SIP_BYE_2XX, said->tx->request, "%u to the BYE of a dialog that is there", status);
}

/* RFC 4028 7.2: who refreshes, and when that is due. */
static void note_session(const struct sw_said *said)
{
    struct sw_event_value value;
    struct sw_param refresher;
    struct sw_dialog_seen *dialog = said->dialog;
    if (!sw_is_2xx(said->sip->status))
        return;
    dialog->interval = 0;
    dialog->refreshed = said->time;
    if (said->sip->count[SW_SIP_SESSION_EXPIRES] == 0 ||
        sw_event_parse(said->sip->first[SW_SIP_SESSION_EXPIRES], &value) != SW_OK ||
        !sw_slice_number(sw_slice_trim(value.type), &dialog->interval) ||
        !sw_param_find(value.params, SW_SLICE("refresher"), &refresher)) {
        dialog->interval = 0;
        return;
    }
    dialog->refresher = sw_slice_equal_nocase(refresher.value, SW_SLICE("uac")) ? said->party : !said->party;
}

static void note_targets(struct sw_said *said)
{
    struct sw_dialog_seen *dialog = said->dialog;
    if (said->tx->method != SW_METHOD_INVITE && said->tx->method != SW_METHOD_UPDATE)
        return;
    if (said->sip->status > SW_STATUS_TRYING && said->sip->status < SW_STATUS_REDIRECT &&
        said->sip->count[SW_SIP_CONTACT] == 1)
        retarget(&dialog->parties[!said->party], sw_said_keep(said), said->time);
    if (sw_is_2xx(said->sip->status) && said->tx->to_tag != 0)
        retarget(&dialog->parties[said->party], said->tx->request, said->time);
}

static void confirm(struct sw_said *said)
{
    struct sw_dialog_seen *dialog = said->dialog;
    bool makes = said->tx->to_tag == 0 && said->tx->method == dialog->by && sw_is_2xx(said->sip->status);
    if (!makes || dialog->confirmed)
        return;
    dialog->confirmed = true;
    dialog->answered = said->time;
    dialog_fact(said, true)->value = said->talk->call_id;
    dialog->parties[CALLER].accepted_known = true;
    dialog->parties[CALLER].accepted = said->tx->cseq;
    sw_kept_ref(&dialog->routes, sw_said_keep(said));
    dialog->routeless =
        said->sip->count[SW_SIP_RECORD_ROUTE] == 0 && sw_kept_count(said->tx->request, SW_SIP_RECORD_ROUTE) == 0;
}

void sw_talk_dialog_response(struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    unsigned status = said->sip->status;
    bool makes = tx->method == SW_METHOD_INVITE || tx->method == SW_METHOD_SUBSCRIBE;
    if (said->signal->to_tag == 0 || said->signal->from_tag == 0 || status <= SW_STATUS_TRYING)
        return;
    said->dialog = dialog_of(said, tx->from_tag, tx->to_tag != 0 ? tx->to_tag : said->signal->to_tag, &said->party);
    if (said->dialog == NULL && makes && tx->to_tag == 0 && status < SW_STATUS_REDIRECT)
        said->dialog = dialog_new(said);
    if (said->dialog == NULL)
        return;
    if (tx->to_tag == 0)
        said->party = CALLER;
    confirm(said);
    note_targets(said);
    if (tx->method == SW_METHOD_INVITE || tx->method == SW_METHOD_UPDATE)
        note_session(said);
    if (tx->to_tag == 0 || !sw_is_final(status))
        return;
    check_owed(said);
    check_order(said);
    check_ended(said);
    if (tx->method == SW_METHOD_BYE)
        bye_answered(said);
}
