/* SPDX-License-Identifier: MIT
 *
 * Does a response answer its request as it should? RFC 3261 8.2.6, 12.1.1, 17.2, 18.2.1; RFC 3581 4; RFC 4320 4; and
 * what other RFCs ask of a 2xx: 3515 2.4.2, 3891 3, 4028 9, 5626 6.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"
#include "sip/status.h"

enum {
    BAD_SCHEME = 416,
    BAD_EXTENSION = 421,
    INTERVAL_TOO_SMALL = 422,
    FLOW_FAILED = 430,
    TERMINATED = 487,
    NEEDS_SECURITY = 494,
    BAD_VERSION = 505,
};

static uint64_t bit_of(unsigned provisional)
{
    return UINT64_C(1) << provisional % 64; /* all that are registered differ */
}

static bool was_tried(const struct sw_tx *tx)
{
    return (tx->provisionals & bit_of(SW_STATUS_TRYING)) != 0;
}

/* --- by itself --------------------------------------------------------------------------------------------------- */

static void check_alone(const struct sw_said *said)
{
    const struct sw_sip *sip = said->sip;
    enum sw_method method = said->signal->method;
    if (said->tx != NULL && said->tx->named != said->tx->method) /* what it answers has taken another's name */
        return;
    if (method == SW_METHOD_ACK && sw_is_challenge(sip->status))
        sw_said_report(said, SW_RULE_SIP_AUTH_CHALLENGE_ACK, NULL, "%u to ACK", sip->status);
    else if (method == SW_METHOD_ACK)
        sw_said_report(said, SW_RULE_SIP_ACK_RESPONSE, NULL, "%u to ACK", sip->status);
    if (method == SW_METHOD_CANCEL && sw_is_challenge(sip->status))
        sw_said_report(said, SW_RULE_SIP_AUTH_CHALLENGE_CANCEL, NULL, "%u to CANCEL", sip->status);
    const bool of_invite = method == SW_METHOD_INVITE || (said->tx != NULL && said->tx->method == SW_METHOD_INVITE);
    if (!of_invite && method != SW_METHOD_ACK && sip->status > SW_STATUS_TRYING && !sw_is_final(sip->status))
        sw_said_report(said, SW_RULE_SIP_100_NON_INVITE, NULL, "%u to a request that is no INVITE", sip->status);
}

/* --- the fields that are copied ---------------------------------------------------------------------------------- */

static void check_vias(const struct sw_said *said)
{
    const struct sw_kept *request = said->tx->request;
    struct sw_sip sip;
    char want[SW_SAID_SHOWN];
    char have[SW_SAID_SHOWN];
    struct sw_slice one;
    struct sw_slice other;
    if (said->vias.count != request->via_count) {
        sw_said_report(said, SW_RULE_SIP_VIA_RESP_ORDER, request, "%u Vias, the request has %u", said->vias.count,
                       request->via_count);
        if (request->via_count == 1 && said->vias.count > 1)
            sw_said_report(said, SW_RULE_SIP_RESP_EXTRA_VIA, request, "%u Vias, of a request with one",
                           said->vias.count);
        return;
    }
    if (request->via_count < SW_VIAS_MAX &&
        sw_slice_equal(sw_kept_slice(request, request->other_vias), said->vias.others) &&
        sw_same_via(sw_kept_slice(request, request->via), said->vias.first))
        return;
    sw_kept_read(request, &sip);
    struct sw_sip_values left = sw_sip_values_of(&sip, SW_SIP_VIA);
    struct sw_sip_values right = sw_sip_values_of(said->sip, SW_SIP_VIA);
    while (sw_sip_value_next(&left, SW_SIP_VIA, &one) && sw_sip_value_next(&right, SW_SIP_VIA, &other)) {
        if (sw_same_via(one, other))
            continue;
        sw_said_report(said, SW_RULE_SIP_VIA_RESP_ORDER, request, "Via \"%s\", the request has \"%s\"",
                       sw_said_show(have, other), sw_said_show(want, one));
        return;
    }
}

static void check_copies(const struct sw_said *said)
{
    const struct sw_kept *request = said->tx->request;
    const struct sw_slice call_id = sw_kept_first(request, SW_SIP_CALL_ID);
    const struct sw_slice cseq = sw_kept_first(request, SW_SIP_CSEQ);
    const struct sw_slice from = sw_kept_first(request, SW_SIP_FROM);
    const struct sw_slice to = sw_kept_first(request, SW_SIP_TO);
    const struct sw_sip *sip = said->sip;
    char want[SW_SAID_SHOWN];
    char have[SW_SAID_SHOWN];
    if (!sw_slice_equal(call_id, sip->first[SW_SIP_CALL_ID])) {
        sw_said_report(said, SW_RULE_SIP_RESP_COPY_FROM, request, "Call-ID \"%s\", the request has \"%s\"",
                       sw_said_show(have, sip->first[SW_SIP_CALL_ID]), sw_said_show(want, call_id));
        return;
    }
    const bool other = said->signal->cseq != said->tx->cseq || said->signal->method != said->tx->method;
    if (other && !sw_slice_equal(cseq, sip->first[SW_SIP_CSEQ]))
        sw_said_report(said, SW_RULE_SIP_RESP_COPY_FROM, request, "CSeq \"%s\", the request has \"%s\"",
                       sw_said_show(have, sip->first[SW_SIP_CSEQ]), sw_said_show(want, cseq));
    else if (!sw_same_user_of(from, sip->first[SW_SIP_FROM]) || said->signal->from_tag != said->tx->from_tag)
        sw_said_report(said, SW_RULE_SIP_RESP_COPY_FROM, request, "From \"%s\", the request has \"%s\"",
                       sw_said_show(have, sip->first[SW_SIP_FROM]), sw_said_show(want, from));
    if (!sw_same_user_of(to, sip->first[SW_SIP_TO]) ||
        (said->tx->to_tag != 0 && said->signal->to_tag != said->tx->to_tag))
        sw_said_report(said, SW_RULE_SIP_RESP_COPY_TO, request, "To \"%s\", the request has \"%s\"",
                       sw_said_show(have, sip->first[SW_SIP_TO]), sw_said_show(want, to));
}

static void check_timestamp(const struct sw_said *said)
{
    struct sw_slice asked;
    struct sw_slice copied = {0};
    char shown[SW_SAID_SHOWN];
    if (said->sip->status != SW_STATUS_TRYING || !sw_kept_find_header(said->tx->request, SW_SLICE("Timestamp"), &asked))
        return;
    sw_find_header(said->sip, SW_SLICE("Timestamp"), &copied);
    struct sw_slice number = sw_word_next(&copied);
    asked = sw_word_next(&asked);
    if (!sw_slice_equal(number, asked))
        sw_said_report(said, SW_RULE_SIP_100_TIMESTAMP, said->tx->request, "the 100 lacks the Timestamp \"%s\"",
                       sw_said_show(shown, asked));
}

/* --- where it came from, where it goes --------------------------------------------------------------------------- */

static bool is_number(struct sw_slice host)
{
    for (size_t i = 0; i < host.size; i++)
        if (!sw_is_digit(host.data[i]) && host.data[i] != '.')
            return false;
    return host.size > 0;
}

static uint64_t filler_of(const struct sw_said *said)
{
    const struct sw_endpoint *server = &said->message->record->source;
    return sw_hash(sw_slice_of(server->address, sizeof server->address), said->talks->seed ^ server->port) ^
           SW_RULE_SIP_RPORT_FILLED;
}

static void check_rport(const struct sw_said *said, const struct sw_via *via, const struct sw_via *asked,
                        bool same_host)
{
    if (said->message->record->transport != SW_TRANSPORT_UDP || !asked->has_rport || asked->rport.size > 0)
        return;
    if (via->rport.size > 0) {
        sw_fact_of(said->talks, filler_of(said), true);
        return;
    }
    bool supports = (via->received.size > 0 && same_host && asked->received.size == 0) ||
                    sw_fact_of(said->talks, filler_of(said), false) != NULL;
    if (supports)
        sw_said_report(said, SW_RULE_SIP_RPORT_FILLED, said->tx->request,
                       "rport is left empty, the request came from %u", said->tx->request->source.port);
}

static void check_received(const struct sw_said *said, const struct sw_via *via)
{
    struct sw_via asked;
    char shown[SW_SAID_SHOWN];
    char address[56];
    const struct sw_kept *request = said->tx->request;
    if (sw_via_parse(sw_list_first(sw_kept_first(request, SW_SIP_VIA)), &asked) != SW_OK ||
        said->vias.count != request->via_count)
        return;
    bool same_host = sw_host_is_at(asked.host, &request->source);
    check_rport(said, via, &asked, same_host);
    bool ipv6 = sw_slice_find(asked.host, ':') < asked.host.size;
    bool differs = !same_host && !ipv6 && (request->source.family == 4 || !is_number(asked.host));
    if (!differs || via->received.size > 0 || asked.received.size > 0)
        return;
    sw_endpoint_format(&request->source, address, sizeof address);
    sw_said_report(said, SW_RULE_SIP_VIA_RECEIVED, request, "sent-by \"%s\", the request came from %s, no received",
                   sw_said_show(shown, asked.host), address);
}

/* RFC 3581 4, where no address was translated between here and the server. */
static void check_symmetric(const struct sw_said *said, const struct sw_via *via)
{
    const struct sw_sip_record *record = said->message->record;
    const struct sw_kept *request = said->tx->request;
    uint64_t port;
    struct sw_param param;
    char from[56];
    char to[56];
    if (record->transport != SW_TRANSPORT_UDP || request->transport != SW_TRANSPORT_UDP ||
        !sw_host_is_at(via->received, &request->source) || !sw_slice_number(via->rport, &port) ||
        port != request->source.port || sw_param_find(via->params, SW_SLICE("maddr"), &param))
        return;
    if (sw_endpoint_equal(&record->source, &request->destination) &&
        sw_endpoint_equal(&record->destination, &request->source))
        return;
    sw_endpoint_format(&record->source, from, sizeof from);
    sw_endpoint_format(&record->destination, to, sizeof to);
    sw_said_report(said, SW_RULE_SIP_RPORT_SYMMETRIC, request, "goes from %s to %s", from, to);
}

/* A WebSocket has but one way. */
static void check_way_back(const struct sw_said *said)
{
    struct sw_via via;
    if (said->leg->websocket)
        return;
    if (!said->tx->provisional && said->tx->final == NULL)
        sw_talk_answered(said);
    sw_via_parse(said->vias.first, &via);
    check_received(said, &via);
    check_symmetric(said, &via);
}

/* Another way than the request came: the transaction is one of another leg. */
static void check_astray(struct sw_said *said)
{
    struct sw_via via;
    struct sw_tx *tx = said->same_branch;
    if (tx == NULL || tx->same_branch != NULL || tx->method != said->signal->method || tx->talk != said->talk)
        return;
    struct sw_leg *leg = sw_leg_find(said->talks, tx->leg);
    if (leg != NULL) /* what comes this way isn't missing there */
        leg->loss = sw_time_last(leg->loss, said->time);
    said->tx = tx;
    sw_via_parse(said->vias.first, &via);
    check_symmetric(said, &via);
    said->tx = NULL;
}

bool sw_talk_stray(struct sw_said *said)
{
    check_alone(said);
    check_astray(said);
    return said->leg->from_start && said->leg->websocket && !said->talks->evicted && !said->talk->crowded &&
           sw_leg_whole(said->leg, SW_NO_TIME + 1) && said->signal->method != SW_METHOD_ACK;
}

/* --- what it says ------------------------------------------------------------------------------------------------ */

static void check_options(const struct sw_said *said)
{
    const struct sw_kept *request = said->tx->request;
    struct sw_sip_values values = sw_sip_values_of(said->sip, SW_SIP_REQUIRE);
    struct sw_slice option;
    char shown[SW_SAID_SHOWN];
    if (said->sip->count[SW_SIP_REQUIRE] == 0 || said->sip->status == BAD_EXTENSION ||
        said->sip->status == NEEDS_SECURITY)
        return;
    while (sw_sip_value_next(&values, SW_SIP_REQUIRE, &option)) {
        bool own_rule = (sw_slice_equal_nocase(option, SW_SLICE("100rel")) && !sw_is_2xx(said->sip->status)) ||
                        sw_slice_equal_nocase(option, SW_SLICE("outbound"));
        if (own_rule || sw_kept_has_option(request, SW_SIP_SUPPORTED, option) ||
            sw_kept_has_option(request, SW_SIP_REQUIRE, option))
            continue;
        sw_said_report(said, SW_RULE_SIP_RESP_REQUIRE, request, "Require: %s, not supported by the request",
                       sw_said_show(shown, option));
        return;
    }
}

static bool names_outbound(const struct sw_kept *request)
{
    return sw_kept_has_option(request, SW_SIP_SUPPORTED, SW_SLICE("outbound")) ||
           sw_uri_has_param(sw_kept_slice(request, request->uri), SW_SLICE("ob")) ||
           sw_uri_has_param(sw_uri_of(sw_kept_first(request, SW_SIP_ROUTE)), SW_SLICE("ob")) ||
           sw_uri_has_param(sw_uri_of(sw_kept_first(request, SW_SIP_CONTACT)), SW_SLICE("ob"));
}

static void check_status(const struct sw_said *said)
{
    const struct sw_kept *asked = said->tx->request;
    const struct sw_slice uri = sw_kept_slice(asked, asked->uri);
    const struct sw_slice version = sw_kept_slice(asked, asked->version);
    const bool known = sw_slice_equal_nocase(version, SW_SLICE("SIP/2.0"));
    unsigned status = said->sip->status;
    char shown[SW_SAID_SHOWN];
    if (status == SW_STATUS_TIMEOUT && said->tx->method != SW_METHOD_INVITE)
        sw_said_report(said, SW_RULE_SIP_408_NON_INVITE, asked, "408 to %s%s",
                       sw_said_show(shown, sw_kept_slice(asked, asked->method)),
                       was_tried(said->tx) ? " after 100" : " (no stateless element sends it)");
    if (status == BAD_SCHEME && sw_slice_equal_nocase(sw_slice_head(uri, 4), SW_SLICE("sip:")))
        sw_said_report(said, SW_RULE_SIP_416_SCHEME, asked, "416 to \"%s\"", sw_said_show(shown, uri));
    if ((status == BAD_VERSION && known) || (sw_is_2xx(said->sip->status) && !known))
        sw_said_report(said, SW_RULE_SIP_505_VERSION, asked, "%u to \"%s\"", status, sw_said_show(shown, version));
    if (sw_is_2xx(said->sip->status) && asked->transport == SW_TRANSPORT_UDP && asked->ends_early)
        sw_said_report(said, SW_RULE_SIP_400_BADREQ, asked, "%u to a datagram shorter than its Content-Length", status);
    if (status == FLOW_FAILED && !names_outbound(asked))
        sw_said_report(said, SW_RULE_OB_430, asked, "430, and nothing in the request is of outbound");
    if (status == SW_STATUS_TRYING && said->signal->to_tag != 0 && said->tx->to_tag == 0)
        sw_said_report(said, SW_RULE_SIP_100_TO_TAG, asked, "100 with To \"%s\"",
                       sw_said_show(shown, said->sip->first[SW_SIP_TO]));
    if (status == SW_STATUS_TRYING && said->tx->method != SW_METHOD_INVITE && asked->transport == SW_TRANSPORT_UDP &&
        said->time - asked->mark.time < 2 * SW_SECOND && said->time >= asked->mark.time)
        sw_said_report(said, SW_RULE_SIP_100_EARLY_UDP, asked, "100 after %lld ms",
                       (long long)((said->time - asked->mark.time) / 1000000));
}

static void check_session_expires(const struct sw_said *said)
{
    struct sw_event_value asked;
    struct sw_event_value granted;
    uint64_t longest;
    uint64_t seconds;
    sw_event_parse(sw_kept_first(said->tx->request, SW_SIP_SESSION_EXPIRES), &asked);
    sw_event_parse(said->sip->first[SW_SIP_SESSION_EXPIRES], &granted);
    if (sw_slice_number(sw_slice_trim(asked.type), &longest) &&
        sw_slice_number(sw_slice_trim(granted.type), &seconds) && seconds > longest)
        sw_said_report(said, SW_RULE_SESSTIMER_INCREASE, said->tx->request,
                       "Session-Expires %llu, the request has %llu", (unsigned long long)seconds,
                       (unsigned long long)longest);
}

/* 12.1.1: "including the URIs, URI parameters, and any Record-Route header field parameters", which for 19.1.4 would be
 * the same without some of them. */
static bool loses_param(const struct sw_sip *request, const struct sw_sip *response)
{
    enum { PARAMS_MAX = 32 };
    struct sw_sip_values asked = sw_sip_values_of(request, SW_SIP_RECORD_ROUTE);
    struct sw_sip_values given = sw_sip_values_of(response, SW_SIP_RECORD_ROUTE);
    struct sw_slice one;
    struct sw_slice other;
    struct sw_uri uri;
    struct sw_param param;
    while (sw_sip_value_next(&asked, SW_SIP_RECORD_ROUTE, &one) &&
           sw_sip_value_next(&given, SW_SIP_RECORD_ROUTE, &other)) {
        if (sw_slice_equal(one, other) || sw_uri_parse(sw_uri_of(one), &uri) != SW_OK)
            continue;
        for (unsigned n = 0; n < PARAMS_MAX && sw_param_next(&uri.params, &param); n++)
            if (!sw_uri_has_param(sw_uri_of(other), param.name))
                return true;
    }
    return false;
}

static void check_record_route(const struct sw_said *said)
{
    struct sw_sip request;
    char shown[SW_SAID_SHOWN];
    sw_kept_read(said->tx->request, &request);
    if (!sw_same_values(&request, said->sip, SW_SIP_RECORD_ROUTE) || loses_param(&request, said->sip))
        sw_said_report(said, SW_RULE_SIP_RR_COPY, said->tx->request,
                       "Record-Route \"%s\" of the request is not in the response",
                       sw_said_show(shown, request.first[SW_SIP_RECORD_ROUTE]));
}

/* A response that makes a dialog, early or not; of the early ones those that are sent reliably (RFC 3262 4). */
static bool makes_dialog(const struct sw_said *said)
{
    const enum sw_method method = said->tx->method;
    if (said->tx->to_tag != 0 || (method != SW_METHOD_INVITE && method != SW_METHOD_SUBSCRIBE))
        return false;
    return sw_is_2xx(said->sip->status) || (said->sip->status > SW_STATUS_TRYING && !sw_is_final(said->sip->status) &&
                                            sw_has_option(said->sip, SW_SIP_REQUIRE, SW_SLICE("100rel")));
}

static void check_dialog_made(const struct sw_said *said)
{
    const struct sw_kept *request = said->tx->request;
    if (!makes_dialog(said))
        return;
    if (sw_is_2xx(said->sip->status) && said->sip->count[SW_SIP_CONTACT] == 0)
        sw_said_report(said, SW_RULE_SIP_CONTACT_2XX, request, "%u without Contact", said->sip->status);
    if (sw_kept_count(request, SW_SIP_RECORD_ROUTE) > 0 && sw_is_uas(said))
        check_record_route(said);
}

static void check_refer(const struct sw_said *said)
{
    unsigned count = sw_kept_count(said->tx->request, SW_SIP_REFER_TO);
    if (said->tx->method == SW_METHOD_REFER && count != 1)
        sw_said_report(said, SW_RULE_REFER_TO_400, said->tx->request, "%u to a REFER with %u Refer-To",
                       said->sip->status, count);
    count = sw_kept_count(said->tx->request, SW_SIP_REPLACES);
    if (count > 0 && (said->tx->method != SW_METHOD_INVITE || count > 1))
        sw_said_report(said, SW_RULE_REPL_400, said->tx->request, "%u to a request with %u Replaces that may have %d",
                       said->sip->status, count, said->tx->method == SW_METHOD_INVITE);
}

/* The first that is missing, or NULL: of what a 2xx to INVITE tells (13.3.1.4), and of one to OPTIONS (11.2). */
static const char *untold(const struct sw_said *said)
{
    const uint16_t *count = said->sip->count;
    struct sw_slice value;
    if (count[SW_SIP_ALLOW] == 0)
        return "Allow";
    if (said->signal->method == SW_METHOD_OPTIONS) {
        if (count[SW_SIP_ACCEPT] == 0)
            return "Accept";
        if (!sw_find_header(said->sip, SW_SLICE("Accept-Encoding"), &value))
            return "Accept-Encoding";
        if (!sw_find_header(said->sip, SW_SLICE("Accept-Language"), &value))
            return "Accept-Language";
    }
    return count[SW_SIP_SUPPORTED] == 0 ? "Supported" : NULL;
}

/* A proxy forwards what others left out. */
static void check_told(const struct sw_said *said)
{
    const bool invite = said->signal->method == SW_METHOD_INVITE;
    if (!invite && said->signal->method != SW_METHOD_OPTIONS)
        return;
    const char *missing = untold(said);
    if (missing != NULL && sw_is_uas(said))
        sw_said_report(said, invite ? SW_RULE_SIP_2XX_INVITE_ALLOW : SW_RULE_SIP_OPTIONS_200, said->tx->request,
                       "missing: \"%s\"", missing);
}

static void check_2xx(const struct sw_said *said)
{
    check_told(said);
    check_refer(said);
    if (said->sip->count[SW_SIP_SESSION_EXPIRES] > 0 && sw_kept_count(said->tx->request, SW_SIP_SESSION_EXPIRES) > 0)
        check_session_expires(said);
}

/* --- one after the other ----------------------------------------------------------------------------------------- */

/* Who is the client end of a WebSocket is no proxy, and of a request that may not be forwarded no more is. */
static void check_tag(const struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    uint64_t hops = 1;
    char shown[SW_SAID_SHOWN];
    if (said->sip->status <= SW_STATUS_TRYING || said->signal->to_tag == 0)
        return;
    if (tx->uas_tag == 0) {
        tx->uas_tag = said->signal->to_tag;
        sw_talk_to_tag(said);
    }
    if (tx->uas_tag == said->signal->to_tag || tx->to_tag != 0)
        return;
    sw_slice_number(sw_kept_first(tx->request, SW_SIP_MAX_FORWARDS), &hops);
    if ((said->leg->websocket && said->message->from_client && !said->leg->proxy_client) || hops == 0)
        sw_said_report(said, SW_RULE_SIP_TO_TAG_SAME, tx->request, "To \"%s\", another tag than before",
                       sw_said_show(shown, said->sip->first[SW_SIP_TO]));
}

/* Two datagrams change places on the way, but not for long. */
static bool may_be_overtaken(const struct sw_said *said)
{
    return said->message->record->transport == SW_TRANSPORT_UDP && said->time - said->tx->final->mark.time <= SW_SECOND;
}

static void check_second_final(const struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    unsigned first = tx->last_final;
    unsigned status = said->sip->status;
    bool invite = tx->method == SW_METHOD_INVITE;
    bool forwarded = invite && status < SW_STATUS_REDIRECT;
    bool repeated = tx->copied > tx->final->mark.time;
    if (status == first || forwarded || repeated)
        return;
    if (invite && first < SW_STATUS_REDIRECT && may_be_overtaken(said))
        sw_said_excuse(said, SW_RULE_SIP_FINAL_TWICE);
    else
        sw_said_report(said, SW_RULE_SIP_FINAL_TWICE, tx->final, "%u after %u", status, first);
}

static void check_late_provisional(const struct sw_said *said)
{
    const struct sw_tx *tx = said->tx;
    const bool datagrams = said->message->record->transport == SW_TRANSPORT_UDP;
    if (tx->final == NULL)
        return;
    if (may_be_overtaken(said) || (datagrams && (tx->provisionals & bit_of(said->sip->status)) != 0))
        sw_said_excuse(said, SW_RULE_SIP_1XX_AFTER_FINAL);
    else
        sw_said_report(said, SW_RULE_SIP_1XX_AFTER_FINAL, tx->final, "%u after %u", said->sip->status, tx->last_final);
}

static bool is_final_copy(const struct sw_said *said)
{
    return said->tx->final != NULL && said->sip->status == said->tx->final->status &&
           sw_slice_equal(said->sip->first[SW_SIP_TO], sw_kept_first(said->tx->final, SW_SIP_TO));
}

/* Whether the one datagram with the request may be the last of many, the others sent before the capture began: 16 s
 * before this one, and 32 s - T1 (Timer A). */
static bool may_be_last_copy(const struct sw_said *said)
{
    const struct sw_tx *tx = said->tx;
    return tx->request->transport == SW_TRANSPORT_UDP && tx->copies == 0 &&
           !sw_time_passed(said->talks->began, SW_64_T1 / 2, tx->time);
}

/* Who got nothing at all for 64*T1 has given up, and drops what comes then (17.1.1.2, 18.1.2). Where the capture begins
 * amid the copies of an INVITE, they tell since when: each wait is twice the one before (Timer A), T1 + ... + 16 s are
 * 32 s - T1. */
static bool comes_too_late(const struct sw_said *said)
{
    const struct sw_tx *tx = said->tx;
    const int64_t patience = SW_64_T1 - SW_ON_THE_WAY;
    const int64_t waited = tx->interval < SW_64_T1 ? 2 * tx->interval - SW_64_T1 / 64 : 0; /* until the latest copy */
    if (tx->provisional)
        return false;
    return sw_time_passed(tx->time, patience, said->time) ||
           (waited > 0 && sw_time_passed(tx->copied, MAX(patience - waited, 0), said->time)) ||
           (may_be_last_copy(said) && sw_time_passed(tx->time, SW_64_T1 / 64, said->time));
}

static void claim_ack(struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    const bool alone = sw_is_alone(tx->request);
    if (tx->method != SW_METHOD_INVITE || (!alone && said->sip->status < SW_STATUS_REDIRECT))
        return;
    if (!comes_too_late(said))
        tx->claim = sw_claim_add(said, SW_RULE_SIP_ACK_MISSING, tx, !said->side, 0);
    if (alone && sw_is_2xx(said->sip->status) && sw_is_uas(said))
        sw_claim_add(said, SW_RULE_SIP_2XX_RETRANS, tx, said->side, 0);
}

static void check_cancelled(const struct sw_said *said)
{
    const struct sw_tx *tx = said->tx;
    if (!tx->cancel_200 || tx->method != SW_METHOD_INVITE || tx->final != NULL || sw_is_2xx(said->sip->status) ||
        said->sip->status == TERMINATED)
        return;
    if (said->leg->websocket && said->message->from_client && !said->leg->proxy_client)
        sw_said_report(said, SW_RULE_SIP_CANCEL_487, tx->request, "%u after 200 to its CANCEL", said->sip->status);
}

static void note_cancel_200(struct sw_said *said)
{
    for (struct sw_tx *tx = said->talk->newest; tx != NULL; tx = tx->older) {
        if (tx->branch != said->tx->branch || tx->leg != said->tx->leg || tx->method != SW_METHOD_INVITE)
            continue;
        tx->cancel_200 = true;
        sw_claim_add(said, SW_RULE_SIP_CANCEL_487, tx, said->side, 0);
        return;
    }
}

static void prove_early_cancel(struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    if (tx->early_cancel == NULL)
        return;
    if (sw_leg_whole(said->leg, tx->time))
        sw_kept_report(said, SW_RULE_SIP_CANCEL_BEFORE_1XX, tx->early_cancel, "no provisional response had come");
    sw_kept_drop(&tx->early_cancel);
}

static void on_final(struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    if (tx->final == NULL) {
        check_cancelled(said);
        sw_kept_ref(&tx->final, sw_said_keep(said));
        sw_claim_drop(said->talks, tx);
        claim_ack(said);
        if (tx->method == SW_METHOD_CANCEL && sw_is_2xx(said->sip->status))
            note_cancel_200(said);
    } else {
        check_second_final(said);
    }
    tx->last_final = (uint16_t)said->sip->status;
    said->talk->redirected |= sw_is_3xx(said->sip->status);
    said->talk->refused_422 |= said->sip->status == INTERVAL_TOO_SMALL && tx->method == SW_METHOD_INVITE;
}

/* It doesn't say rightly what it answers, but it does answer. */
static void note_answer(struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    if (!sw_is_final(said->sip->status) || tx->final != NULL)
        return;
    sw_kept_ref(&tx->final, sw_said_keep(said));
    tx->last_final = (uint16_t)said->sip->status;
    sw_claim_drop(said->talks, tx);
}

void sw_talk_response(struct sw_said *said)
{
    struct sw_tx *tx = said->tx;
    check_alone(said);
    prove_early_cancel(said);
    if (is_final_copy(said)) {
        tx->final_copies++;
        said->again = true;
        return;
    }
    check_vias(said);
    check_copies(said);
    if (said->talk != tx->talk || said->signal->cseq != tx->cseq || said->signal->method != tx->method) {
        note_answer(said);
        return; /* of what else it may break that is the cause */
    }
    check_way_back(said);
    check_timestamp(said);
    check_options(said);
    check_status(said);
    check_tag(said);
    check_dialog_made(said);
    if (sw_is_2xx(said->sip->status))
        check_2xx(said);
    sw_talk_dialog_response(said);
    sw_talk_reliable(said);
    sw_talk_publication_response(said);
    sw_talk_event_response(said);
    if (sw_is_final(said->sip->status)) {
        on_final(said);
    } else {
        check_late_provisional(said);
        tx->provisional = true;
        tx->provisionals |= bit_of(said->sip->status);
        tx->early |= said->sip->status > SW_STATUS_TRYING;
    }
}
