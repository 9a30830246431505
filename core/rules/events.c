/* SPDX-License-Identifier: MIT
 *
 * Do NOTIFYs come, and are they what was subscribed to? RFC 6665 3.1.1, 3.2.1, 4.2.1, 4.4.1; RFC 3515 2.4.
 */
#include "rules/talk_check.h"
#include "sip/status.h"

enum { NO_NOTIFICATION = 204 };

/* NULL data: there is no such header. */
static struct sw_event_value event_of(struct sw_slice value)
{
    struct sw_event_value event = {0};
    struct sw_param id;
    if (value.data == NULL)
        return event;
    sw_event_parse(value, &event);
    if (sw_param_find(event.params, SW_SLICE("id"), &id))
        event.id = id.value;
    return event;
}

static bool same_event(struct sw_event_value a, struct sw_event_value b)
{
    return sw_slice_equal_nocase(a.type, b.type) && sw_slice_equal(a.id, b.id);
}

/* --- subscribing ------------------------------------------------------------------------------------------------- */

/* A NOTIFY isn't due to who says so (RFC 4488, RFC 7614). */
static bool wants_none(const struct sw_kept *refer)
{
    struct sw_slice value;
    return sw_kept_find_header(refer, SW_SLICE("Refer-Sub"), &value) ||
           sw_kept_has_option(refer, SW_SIP_REQUIRE, SW_SLICE("nosub")) ||
           sw_kept_has_option(refer, SW_SIP_REQUIRE, SW_SLICE("explicitsub")) ||
           sw_kept_has_option(refer, SW_SIP_SUPPORTED, SW_SLICE("norefersub"));
}

static void subscribe(struct sw_said *said)
{
    struct sw_talk *talk = said->talk;
    struct sw_subscription *subscription = NULL;
    bool refer = said->signal->method == SW_METHOD_REFER;
    for (unsigned i = 0; i < talk->subscription_count && !refer; i++)
        if (!talk->subscriptions[i].refer && talk->subscriptions[i].leg == said->leg->hash &&
            talk->subscriptions[i].subscriber == said->signal->from_tag &&
            same_event(event_of(sw_kept_first(talk->subscriptions[i].request, SW_SIP_EVENT)),
                       event_of(said->sip->first[SW_SIP_EVENT])))
            subscription = &talk->subscriptions[i];
    if (subscription == NULL && talk->subscription_count == SW_SUBSCRIPTIONS) {
        talk->crowded = true;
        return;
    }
    if (talk->subscriptions == NULL)
        talk->subscriptions = g_new0(struct sw_subscription, SW_SUBSCRIPTIONS);
    if (subscription == NULL)
        subscription = &talk->subscriptions[talk->subscription_count++];
    sw_kept_ref(&subscription->request, said->tx->request);
    subscription->leg = said->leg->hash;
    subscription->subscriber = said->signal->from_tag;
    subscription->cseq = said->signal->cseq;
    subscription->refer = refer;
    subscription->accepted = subscription->notified = subscription->terminated = false;
}

static struct sw_subscription *subscription_by(const struct sw_said *said, const struct sw_kept *request)
{
    for (unsigned i = 0; i < said->talk->subscription_count; i++)
        if (said->talk->subscriptions[i].request == request)
            return &said->talk->subscriptions[i];
    return NULL;
}

static void check_granted(const struct sw_said *said)
{
    uint64_t asked;
    uint64_t granted;
    const struct sw_kept *request = said->tx->request;
    if (!sw_slice_number(said->sip->first[SW_SIP_EXPIRES], &granted)) {
        if (said->sip->count[SW_SIP_EXPIRES] == 0)
            sw_said_report(said, SW_RULE_EVT_EXPIRES_2XX, request, "%u without Expires", said->sip->status);
        return;
    }
    if (sw_slice_number(sw_kept_first(request, SW_SIP_EXPIRES), &asked) && granted > asked)
        sw_said_report(said, SW_RULE_EVT_EXPIRES_2XX, request, "Expires %llu, %llu was asked for",
                       (unsigned long long)granted, (unsigned long long)asked);
}

/* Only on a WebSocket can there be no other way to the subscriber. */
static void claim_notify(struct sw_said *said, const struct sw_subscription *subscription)
{
    const struct sw_tx *tx = said->tx;
    if (!said->leg->websocket || said->message->from_client || !sw_is_alone(tx->request) || subscription->notified ||
        said->sip->status == NO_NOTIFICATION || (subscription->refer && wants_none(tx->request)))
        return;
    sw_claim_add(said, subscription->refer ? SW_RULE_REFER_NOTIFY : SW_RULE_EVT_NOTIFY_IMMEDIATE, tx, said->side, 0);
}

void sw_talk_event_response(struct sw_said *said)
{
    enum sw_method method = said->tx->method;
    if ((method != SW_METHOD_SUBSCRIBE && method != SW_METHOD_REFER) || !sw_is_2xx(said->sip->status) ||
        said->tx->final != NULL)
        return;
    if (method == SW_METHOD_SUBSCRIBE)
        check_granted(said);
    struct sw_subscription *subscription = subscription_by(said, said->tx->request);
    if (subscription == NULL)
        return;
    subscription->accepted = true;
    claim_notify(said, subscription);
}

/* --- NOTIFY ------------------------------------------------------------------------------------------------------ */

static bool accepts(const struct sw_sip *subscribe, struct sw_media_type type)
{
    struct sw_sip_values values = sw_sip_values_of(subscribe, SW_SIP_ACCEPT);
    struct sw_slice value;
    struct sw_media_type one;
    while (sw_sip_value_next(&values, SW_SIP_ACCEPT, &value)) {
        if (sw_media_type_parse(value, &one) != SW_OK || sw_slice_equal(one.type, SW_SLICE("*")) ||
            sw_slice_equal_nocase(one.type, SW_SLICE("multipart")))
            return true;
        if (sw_slice_equal_nocase(one.type, type.type) &&
            (sw_slice_equal(one.subtype, SW_SLICE("*")) || sw_slice_equal_nocase(one.subtype, type.subtype)))
            return true;
    }
    return false;
}

static void check_body(const struct sw_said *said, const struct sw_subscription *subscription)
{
    struct sw_media_type type;
    char shown[SW_SAID_SHOWN];
    struct sw_sip asked;
    if (subscription->refer || sw_kept_count(subscription->request, SW_SIP_ACCEPT) == 0 || said->sip->body.size == 0 ||
        said->sip->count[SW_SIP_CONTENT_TYPE] == 0 ||
        sw_media_type_parse(said->sip->first[SW_SIP_CONTENT_TYPE], &type) != SW_OK ||
        sw_slice_equal_nocase(type.type, SW_SLICE("multipart")) ||
        (sw_slice_equal_nocase(type.type, SW_SLICE("message")) &&
         sw_slice_equal_nocase(type.subtype, SW_SLICE("external-body"))))
        return;
    sw_kept_read(subscription->request, &asked);
    if (!accepts(&asked, type))
        sw_said_report(said, SW_RULE_EVT_NOTIFY_BODY_TYPE, subscription->request, "Content-Type \"%s\" is not accepted",
                       sw_said_show(shown, said->sip->first[SW_SIP_CONTENT_TYPE]));
}

/* What the subscriptions of this dialog are. */
struct standing {
    unsigned count;
    unsigned refers;
    struct sw_subscription *match; /* with the NOTIFY's event */
    struct sw_subscription *only;
    struct sw_subscription *first_refer;
};

static struct standing standing_of(const struct sw_said *said, struct sw_event_value event)
{
    struct standing standing = {0};
    for (unsigned i = 0; i < said->talk->subscription_count; i++) {
        struct sw_subscription *one = &said->talk->subscriptions[i];
        if (one->leg != said->leg->hash || one->subscriber != said->signal->to_tag)
            continue;
        standing.count++;
        standing.refers += one->refer;
        standing.only = one;
        if (one->refer && standing.first_refer == NULL)
            standing.first_refer = one;
        uint64_t id;
        bool numbered = sw_slice_number(event.id, &id) && id == one->cseq;
        bool by_refer = one->refer && sw_slice_equal_nocase(event.type, SW_SLICE("refer")) &&
                        (numbered || (event.id.size == 0 && standing.refers == 1));
        if (by_refer || (!one->refer && same_event(event_of(sw_kept_first(one->request, SW_SIP_EVENT)), event)))
            standing.match = one;
    }
    return standing;
}

static void check_terminated(const struct sw_said *said, struct sw_subscription *subscription)
{
    if (subscription->terminated && said->time - subscription->terminated_time > SW_SECOND)
        sw_said_report(said, SW_RULE_EVT_TERMINATED_AFTER, subscription->request,
                       "this subscription was terminated before");
    subscription->notified = true;
    if (sw_signal_terminates(said->signal) && !subscription->terminated) {
        subscription->terminated = true;
        subscription->terminated_time = said->time;
    }
}

static void report_mismatch(const struct sw_said *said, const struct standing *standing, struct sw_event_value event)
{
    char shown[SW_SAID_SHOWN];
    struct sw_slice value = said->sip->first[SW_SIP_EVENT];
    bool refer = sw_slice_equal_nocase(event.type, SW_SLICE("refer"));
    if (refer && standing->refers > 1)
        sw_said_report(said, SW_RULE_REFER_SECOND_ID, standing->only->request,
                       "Event \"%s\", the id is the CSeq number of no REFER", sw_said_show(shown, value));
    else if (standing->refers == standing->count && !refer)
        sw_said_report(said, SW_RULE_REFER_EVENT, standing->only->request, "Event \"%s\"", sw_said_show(shown, value));
    else if (standing->refers == 0 && value.size > 0 && sw_kept_count(standing->only->request, SW_SIP_EVENT) == 1)
        sw_said_report(said, SW_RULE_EVT_NOTIFY_EVENT_MATCH, standing->only->request,
                       "Event \"%s\" was not subscribed to", sw_said_show(shown, value));
}

/* One is enough for what must come, and what isn't seen of earlier ones changes nothing of that. match: NULL if it is
 * any's. */
static void hear_notify(const struct sw_said *said, const struct sw_subscription *match)
{
    for (unsigned i = 0; i < said->talk->subscription_count; i++) {
        struct sw_subscription *one = &said->talk->subscriptions[i];
        if (one->subscriber == said->signal->to_tag && (match == NULL || match == one))
            one->notified = true;
    }
}

static void on_notify(struct sw_said *said)
{
    struct sw_event_value event = event_of(said->sip->first[SW_SIP_EVENT]);
    struct standing standing = standing_of(said, event);
    struct sw_subscription *first = standing.first_refer;
    const bool nameless = standing.refers > 1 && standing.match == first && event.id.size == 0 && first->terminated;
    if (standing.count == 0)
        return;
    hear_notify(said, nameless ? NULL : standing.match);
    if (said->talk->crowded || !said->talk->begun || !sw_leg_whole(said->leg, SW_NO_TIME + 1))
        return;
    if (standing.match == NULL) {
        report_mismatch(said, &standing, event);
        return;
    }
    if (nameless && said->time - first->terminated_time > SW_SECOND)
        sw_said_report(said, SW_RULE_REFER_SECOND_ID, standing.only->request,
                       "no id, and the first REFER's subscription is over");
    else
        check_terminated(said, standing.match);
    check_body(said, standing.match);
}

void sw_talk_events(struct sw_said *said)
{
    if (said->signal->method == SW_METHOD_SUBSCRIBE || said->signal->method == SW_METHOD_REFER)
        subscribe(said);
    else if (said->signal->method == SW_METHOD_NOTIFY)
        on_notify(said);
}
