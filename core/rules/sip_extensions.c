/* SPDX-License-Identifier: MIT
 *
 * What do the RFCs beside 3261 ask of a single message? Reliable provisional responses (RFC 3262), UPDATE (3311), Path
 * (3327), MESSAGE (3428), REFER (3515), Replaces (3891), PUBLISH (3903), session timers (4028), outbound (5626), events
 * (6665).
 */
#include <stdio.h>

#include "rules/sip_case.h"
#include "rules/sip_grammar.h"
#include "sip/status.h"

static struct sw_slice value_of(const struct sw_sip_case *one, enum sw_sip_field field)
{
    return one->sip->first[field];
}

static bool has(const struct sw_sip_case *one, enum sw_sip_field field)
{
    return one->sip->count[field] > 0;
}

/* Missing is only what the whole header section lacks. */
static bool lacks(const struct sw_sip_case *one, enum sw_sip_field field)
{
    return one->sip->headers_end && one->sip->count[field] == 0;
}

static bool lacks_named(const struct sw_sip_case *one, enum sw_named named)
{
    return one->sip->headers_end && one->named[named].data == NULL;
}

static bool lists(const struct sw_sip_case *one, enum sw_sip_field field, struct sw_slice option)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, field);
    struct sw_slice value;
    while (sw_sip_value_next(&values, field, &value))
        if (sw_slice_equal_nocase(value, option))
            return true;
    return false;
}

static bool number_of(const struct sw_sip_case *one, enum sw_sip_field field, uint64_t *number)
{
    struct sw_slice value = value_of(one, field);
    return sw_slice_number(sw_slice_trim(sw_slice_head(value, sw_slice_find(value, ';'))), number);
}

static bool is_success(const struct sw_sip_case *one)
{
    return one->sip->response && sw_is_2xx(one->sip->status);
}

/* --- reliable provisional responses: RFC 3262 -------------------------------------------------------------------- */

static void check_reliable(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    const bool required = lists(one, SW_SIP_REQUIRE, SW_SLICE("100rel"));
    const bool numbered = has(one, SW_SIP_RSEQ);
    uint64_t rseq;
    if (!sip->response) {
        if (required && one->method != SW_METHOD_INVITE)
            sw_case_report(one, SW_RULE_PRACK_REQUIRE_METHOD, "Require: 100rel in", sip->method);
        return;
    }
    if (sip->status == SW_STATUS_TRYING && (required || numbered))
        sw_case_report(one, SW_RULE_PRACK_NOT_100, "100 with",
                       required ? SW_SLICE("Require: 100rel") : SW_SLICE("RSeq"));
    if (sip->status <= SW_STATUS_TRYING || sw_is_final(sip->status) || !sip->headers_end)
        return;
    if (required != numbered)
        sw_case_report(one, SW_RULE_PRACK_RSEQ, required ? "Require: 100rel, and no" : "no Require: 100rel beside",
                       SW_SLICE("RSeq"));
    else if (numbered && (!number_of(one, SW_SIP_RSEQ, &rseq) || rseq == 0 || rseq > UINT32_MAX))
        sw_case_report(one, SW_RULE_PRACK_RSEQ, "RSeq", value_of(one, SW_SIP_RSEQ));
}

/* --- session timers: RFC 4028 ------------------------------------------------------------------------------------ */

static void check_success_timer(const struct sw_sip_case *one)
{
    const struct sw_slice value = value_of(one, SW_SIP_SESSION_EXPIRES);
    struct sw_slice params = sw_slice_skip(value, sw_slice_find(value, ';'));
    struct sw_param refresher;
    if (!sw_param_find(params, SW_SLICE("refresher"), &refresher))
        sw_case_report(one, SW_RULE_SESSTIMER_REFRESHER, "no refresher in Session-Expires", value);
    else if (sw_slice_equal_nocase(refresher.value, SW_SLICE("uac")) && !lists(one, SW_SIP_REQUIRE, SW_SLICE("timer")))
        sw_case_report(one, SW_RULE_SESSTIMER_REQUIRE, "no Require: timer beside Session-Expires", value);
}

static void check_timer(const struct sw_sip_case *one)
{
    enum { TOO_SMALL = 422, LEAST = 90, RECOMMENDED = 1800 };
    const struct sw_sip *sip = one->sip;
    uint64_t least = 0;
    uint64_t interval;
    if (sip->response && sip->status == TOO_SMALL && lacks(one, SW_SIP_MIN_SE))
        sw_case_report(one, SW_RULE_SESSTIMER_422, "no Min-SE in", sip->reason);
    if (has(one, SW_SIP_MIN_SE) && number_of(one, SW_SIP_MIN_SE, &least) && least < LEAST)
        sw_case_report(one, SW_RULE_SESSTIMER_MINSE_90, "Min-SE", value_of(one, SW_SIP_MIN_SE));
    if (has(one, SW_SIP_MIN_SE) && sip->response && sip->status != TOO_SMALL)
        sw_case_report(one, SW_RULE_SESSTIMER_MINSE_RESP, "Min-SE in", sip->reason);
    if (!has(one, SW_SIP_SESSION_EXPIRES))
        return;
    if (is_success(one) && sip->headers_end)
        check_success_timer(one);
    if (sip->response || !number_of(one, SW_SIP_SESSION_EXPIRES, &interval))
        return;
    if (interval < least)
        sw_case_report(one, SW_RULE_SESSTIMER_SE_MIN, "Min-SE is more than Session-Expires",
                       value_of(one, SW_SIP_SESSION_EXPIRES));
    if (interval < RECOMMENDED)
        sw_case_report(one, SW_RULE_SESSTIMER_SE_SMALL, "Session-Expires", value_of(one, SW_SIP_SESSION_EXPIRES));
}

/* --- events: RFC 6665 -------------------------------------------------------------------------------------------- */

/* Requests that don't define Event (8.2.1); of methods unknown here nobody can tell. */
static bool is_without_event(const struct sw_sip_case *one)
{
    return one->sip->response || (one->method != SW_METHOD_OTHER && one->method != SW_METHOD_SUBSCRIBE &&
                                  one->method != SW_METHOD_NOTIFY && one->method != SW_METHOD_PUBLISH);
}

/* The number of what stands in a list that should hold one; a second header line counts as well. */
static bool is_single(const struct sw_sip_case *one, enum sw_sip_field field)
{
    const struct sw_slice value = value_of(one, field);
    return one->sip->count[field] == 1 && sw_find_outside(value, ',') == value.size;
}

static void check_subscribe(const struct sw_sip_case *one)
{
    if (one->sip->headers_end && !is_single(one, SW_SIP_EVENT))
        sw_case_report(one, SW_RULE_EVT_EVENT_HDR, has(one, SW_SIP_EVENT) ? "more than one:" : "no Event in",
                       has(one, SW_SIP_EVENT) ? value_of(one, SW_SIP_EVENT) : one->sip->method);
    if (lacks(one, SW_SIP_EXPIRES))
        sw_case_report(one, SW_RULE_EVT_EXPIRES_REQ, "no Expires in", one->sip->method);
}

static void check_notify(const struct sw_sip_case *one)
{
    const struct sw_slice value = value_of(one, SW_SIP_SUBSCRIPTION_STATE);
    struct sw_event_value state;
    struct sw_param param;
    /* What comes without a subscription, as some message waiting indications do, is in no dialog. */
    if (one->in_dialog && (lacks(one, SW_SIP_SUBSCRIPTION_STATE) || lacks(one, SW_SIP_EVENT)))
        sw_case_report(one, SW_RULE_EVT_NOTIFY_STATE,
                       "missing:", has(one, SW_SIP_EVENT) ? SW_SLICE("Subscription-State") : SW_SLICE("Event"));
    if (!has(one, SW_SIP_SUBSCRIPTION_STATE))
        return;
    if (sw_event_parse(value, &state) != SW_OK) {
        if (one->in_dialog)
            sw_case_report(one, SW_RULE_EVT_NOTIFY_STATE, "Subscription-State", value);
        return;
    }
    const bool lives =
        sw_slice_equal_nocase(state.type, SW_SLICE("active")) || sw_slice_equal_nocase(state.type, SW_SLICE("pending"));
    if (lives && !sw_param_find(state.params, SW_SLICE("expires"), &param))
        sw_case_report(one, SW_RULE_EVT_STATE_EXPIRES, "Subscription-State", value);
    if (sw_slice_equal_nocase(state.type, SW_SLICE("terminated")) &&
        !sw_param_find(state.params, SW_SLICE("reason"), &param))
        sw_case_report(one, SW_RULE_EVT_STATE_REASON, "Subscription-State", value);
}

static void check_events(const struct sw_sip_case *one)
{
    enum { ACCEPTED = 202, BAD_EVENT = 489 };
    const struct sw_sip *sip = one->sip;
    const bool subscription = one->method == SW_METHOD_SUBSCRIBE || one->method == SW_METHOD_NOTIFY;
    if (has(one, SW_SIP_EVENT) && is_without_event(one))
        sw_case_report(one, SW_RULE_EVT_EVENT_MISPLACED, "Event", value_of(one, SW_SIP_EVENT));
    if (has(one, SW_SIP_SUBSCRIPTION_STATE) && (sip->response || one->method != SW_METHOD_NOTIFY))
        sw_case_report(one, SW_RULE_EVT_SUBSTATE_MISPLACED, "Subscription-State",
                       value_of(one, SW_SIP_SUBSCRIPTION_STATE));
    if (!sip->response && one->method == SW_METHOD_SUBSCRIBE)
        check_subscribe(one);
    if (!sip->response && one->method == SW_METHOD_NOTIFY)
        check_notify(one);
    if (sip->response && sip->status == BAD_EVENT && lacks_named(one, SW_NAMED_ALLOW_EVENTS))
        sw_case_report(one, one->method == SW_METHOD_PUBLISH ? SW_RULE_PUB_489_ALLOW : SW_RULE_EVT_489_ALLOW,
                       "no Allow-Events in", sip->reason);
    if (sip->response && sip->status == ACCEPTED && subscription)
        sw_case_report(one, SW_RULE_EVT_NO_200_202, "202, which RFC 3265 allowed, to", one->cseq.method);
}

/* --- REFER: RFC 3515 --------------------------------------------------------------------------------------------- */

/* A comma in a URI without brackets parts nothing that looks like another address. */
static unsigned count_targets(const struct sw_sip_case *one)
{
    struct sw_slice rest = value_of(one, SW_SIP_REFER_TO);
    struct sw_slice value;
    unsigned count = one->sip->count[SW_SIP_REFER_TO];
    if (count != 1)
        return count;
    for (count = 0; sw_list_next(&rest, &value);)
        count += count == 0 || sw_slice_find(value, ':') < value.size;
    return count;
}

static bool is_sipfrag(struct sw_slice value)
{
    struct sw_media_type type;
    return sw_media_type_parse(value, &type) == SW_OK && sw_slice_equal_nocase(type.type, SW_SLICE("message")) &&
           sw_slice_equal_nocase(type.subtype, SW_SLICE("sipfrag"));
}

/* A NOTIFY about what was referred to: the status line of its response. */
static void check_progress(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    const struct sw_slice version = SW_SLICE("SIP/2.0 ");
    struct sw_event_value state;
    struct sw_param reason;
    struct sw_slice rest = sip->body;
    uint64_t status;
    if (!one->whole || !sip->headers_end || has(one, SW_SIP_CONTENT_ENCODING))
        return;
    if (!is_sipfrag(value_of(one, SW_SIP_CONTENT_TYPE)) || !sw_slice_starts(rest, version)) {
        sw_case_report(one, SW_RULE_REFER_BODY, "the body begins", rest);
        return;
    }
    rest = sw_slice_skip(rest, version.size);
    const bool final = sw_slice_number(sw_word_next(&rest), &status) && status >= SW_STATUS_OK;
    if (final && sw_event_parse(value_of(one, SW_SIP_SUBSCRIPTION_STATE), &state) == SW_OK &&
        sw_slice_equal_nocase(state.type, SW_SLICE("terminated")) &&
        sw_param_find(state.params, SW_SLICE("reason"), &reason) &&
        !sw_slice_equal_nocase(reason.value, SW_SLICE("noresource")))
        sw_case_report(one, SW_RULE_REFER_FINAL_NOTIFY, "Subscription-State", value_of(one, SW_SIP_SUBSCRIPTION_STATE));
}

static void check_target(const struct sw_sip_case *one)
{
    const struct sw_slice value = value_of(one, SW_SIP_REFER_TO);
    if (count_targets(one) == 1)
        sw_case_address(one, value);
    else
        sw_case_report(one, SW_RULE_REFER_TO, has(one, SW_SIP_REFER_TO) ? "more than one:" : "no Refer-To in",
                       has(one, SW_SIP_REFER_TO) ? value : one->sip->method);
}

static void check_refer(const struct sw_sip_case *one)
{
    struct sw_event_value event;
    if (one->sip->response)
        return;
    if (one->method == SW_METHOD_REFER && one->sip->headers_end)
        check_target(one);
    if (one->method == SW_METHOD_NOTIFY && has(one, SW_SIP_EVENT) &&
        sw_event_parse(value_of(one, SW_SIP_EVENT), &event) == SW_OK &&
        sw_slice_equal_nocase(event.type, SW_SLICE("refer")))
        check_progress(one);
}

/* --- MESSAGE: RFC 3428; PUBLISH: RFC 3903; UPDATE: RFC 3311 ------------------------------------------------------ */

static void check_message(const struct sw_sip_case *one)
{
    enum { MOST = 1300 };
    const struct sw_sip *sip = one->sip;
    /* RFC 4474 9 signs the Contact of any request, and RFC 4475 3.1.1.11 calls such a MESSAGE valid. */
    if (!sip->response && has(one, SW_SIP_CONTACT) && one->named[SW_NAMED_IDENTITY].data == NULL)
        sw_case_report(one, SW_RULE_MSG_CONTACT, "Contact", value_of(one, SW_SIP_CONTACT));
    if (!sip->response && !one->in_dialog && sip->raw.size > MOST) {
        char size[24];
        const int digits = snprintf(size, sizeof size, "%zu", sip->raw.size);
        sw_case_report(one, SW_RULE_MSG_SIZE, "its size in bytes is",
                       sw_slice_of((const uint8_t *)size, (size_t)digits));
    }
    if (is_success(one) && has(one, SW_SIP_CONTACT))
        sw_case_report(one, SW_RULE_MSG_2XX_CONTACT, "Contact", value_of(one, SW_SIP_CONTACT));
    if (is_success(one) && sip->headers_end && sip->body.size > 0)
        sw_case_report(one, SW_RULE_MSG_2XX_BODY, "the body begins", sip->body);
}

static void check_publish(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    uint64_t expires = 1;
    if (sip->response || !sip->headers_end)
        return;
    if (!is_single(one, SW_SIP_EVENT))
        sw_case_report(one, SW_RULE_PUB_EVENT, has(one, SW_SIP_EVENT) ? "more than one:" : "no Event in",
                       has(one, SW_SIP_EVENT) ? value_of(one, SW_SIP_EVENT) : sip->method);
    number_of(one, SW_SIP_EXPIRES, &expires);
    const bool initial = lacks_named(one, SW_NAMED_SIP_IF_MATCH);
    if (one->whole && initial && expires > 0 && sip->body.size == 0)
        sw_case_report(one, SW_RULE_PUB_BODY_INITIAL, "neither a body nor SIP-If-Match in", sip->method);
    if (!initial && expires == 0 && sip->body.size > 0)
        sw_case_report(one, SW_RULE_PUB_BODY_REMOVE, "Expires: 0, and the body begins", sip->body);
}

static void check_update(const struct sw_sip_case *one)
{
    if ((!one->sip->response || is_success(one)) && lacks(one, SW_SIP_CONTACT) && has(one, SW_SIP_VIA))
        sw_case_report(one, SW_RULE_UPDATE_CONTACT, "no Contact in", value_of(one, SW_SIP_CSEQ));
}

/* --- Replaces: RFC 3891 ------------------------------------------------------------------------------------------ */

static void check_replaces(const struct sw_sip_case *one)
{
    const struct sw_slice value = value_of(one, SW_SIP_REPLACES);
    struct sw_slice params = sw_slice_skip(value, sw_slice_find(value, ';'));
    struct sw_param param;
    unsigned to = 0;
    unsigned from = 0;
    if (!has(one, SW_SIP_REPLACES))
        return;
    while (sw_param_next(&params, &param)) {
        to += sw_slice_equal_nocase(param.name, SW_SLICE("to-tag"));
        from += sw_slice_equal_nocase(param.name, SW_SLICE("from-tag"));
    }
    if (!one->sip->response && (to != 1 || from != 1))
        sw_case_report(one, SW_RULE_REPL_TAGS, "Replaces", value);
    if (one->sip->response || one->method != SW_METHOD_INVITE)
        sw_case_report(one, SW_RULE_REPL_NOT_INVITE, "Replaces", value);
}

/* --- outbound: RFC 5626; Path: RFC 3327 -------------------------------------------------------------------------- */

static void check_flow(const struct sw_sip_case *one, struct sw_slice contact)
{
    const struct sw_slice most = SW_SLICE("2147483647");
    struct sw_name_addr address;
    struct sw_param id;
    struct sw_param instance;
    uint64_t number;
    if (!sw_name_addr_split(contact, &address) || !sw_param_find(address.params, SW_SLICE("reg-id"), &id))
        return;
    if (!sw_param_find(address.params, SW_SLICE("+sip.instance"), &instance))
        sw_case_report(one, SW_RULE_OB_INSTANCE, "Contact", contact);
    if (!sw_slice_number(id.value, &number) || number == 0 || number > INT32_MAX || id.value.size > most.size)
        sw_case_report(one, SW_RULE_OB_REGID_RANGE, "reg-id", id.value);
    if (!one->sip->headers_end)
        return;
    if (!lists(one, SW_SIP_SUPPORTED, SW_SLICE("outbound")) && !lists(one, SW_SIP_REQUIRE, SW_SLICE("outbound")))
        sw_case_report(one, SW_RULE_OB_SUPPORTED, "Supported", value_of(one, SW_SIP_SUPPORTED));
    if (!lists(one, SW_SIP_SUPPORTED, SW_SLICE("path")))
        sw_case_report(one, SW_RULE_OB_PATH, "Supported", value_of(one, SW_SIP_SUPPORTED));
}

/* Of several Contacts the first with a reg-id stands for all. */
static void check_register(const struct sw_sip_case *one)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, SW_SIP_CONTACT);
    const unsigned faults = sw_case_faults(one);
    struct sw_slice contact;
    if (one->sip->response)
        return;
    while (sw_case_faults(one) == faults && sw_sip_value_next(&values, SW_SIP_CONTACT, &contact))
        check_flow(one, contact);
}

/* 4.3: the dialog is to stay on the flow. A GRUU does that as well. */
static void check_dialog_flow(const struct sw_sip_case *one)
{
    struct sw_name_addr contact;
    struct sw_param param;
    const bool makes =
        one->method == SW_METHOD_INVITE || one->method == SW_METHOD_SUBSCRIBE || one->method == SW_METHOD_REFER;
    if (!makes || one->in_dialog || !one->alone || !has(one, SW_SIP_CONTACT) ||
        !lists(one, SW_SIP_SUPPORTED, SW_SLICE("outbound")) ||
        sw_name_addr_parse(value_of(one, SW_SIP_CONTACT), &contact) != SW_OK || !contact.uri_parts.sip ||
        sw_param_find(contact.uri_parts.params, SW_SLICE("ob"), &param) ||
        sw_param_find(contact.uri_parts.params, SW_SLICE("gr"), &param))
        return;
    sw_case_report(one, SW_RULE_OB_OB_PARAM, "Contact", value_of(one, SW_SIP_CONTACT));
}

static void check_path(const struct sw_sip_case *one)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, SW_SIP_PATH);
    struct sw_slice value;
    struct sw_name_addr path;
    struct sw_param param;
    const bool read = sw_sip_value_next(&values, SW_SIP_PATH, &value); /* the topmost: its sender's */
    if (read && sw_name_addr_parse(value, &path) == SW_OK && path.uri_parts.sip &&
        !sw_param_find(path.uri_parts.params, SW_SLICE("lr"), &param))
        sw_case_report(one, SW_RULE_PATH_LR, "Path", value);
    if (!one->alone && one->sip->headers_end && !lists(one, SW_SIP_SUPPORTED, SW_SLICE("path")))
        sw_case_report(one, SW_RULE_PATH_UNSUPPORTED, "Path", value);
}

static void check_by_method(const struct sw_sip_case *one)
{
    switch (one->method) {
    case SW_METHOD_MESSAGE:
        check_message(one);
        break;
    case SW_METHOD_PUBLISH:
        check_publish(one);
        break;
    case SW_METHOD_UPDATE:
        check_update(one);
        break;
    case SW_METHOD_REGISTER:
        check_register(one);
        break;
    case SW_METHOD_INVITE:
    case SW_METHOD_SUBSCRIBE:
    case SW_METHOD_REFER:
        check_dialog_flow(one);
        break;
    default:
        break;
    }
}

/* All but Path is the user agent's: a request that a proxy passes on is not its sender's work. */
void sw_check_sip_extensions(const struct sw_sip_case *one)
{
    enum { TOO_SMALL = 422 };
    if (has(one, SW_SIP_PATH) && one->method == SW_METHOD_REGISTER && !one->sip->response)
        check_path(one);
    if (!one->sip->response && !one->alone)
        return;
    if (has(one, SW_SIP_REQUIRE) || has(one, SW_SIP_RSEQ))
        check_reliable(one);
    if (has(one, SW_SIP_MIN_SE) || has(one, SW_SIP_SESSION_EXPIRES) || one->sip->status == TOO_SMALL)
        check_timer(one);
    check_events(one);
    check_refer(one);
    check_replaces(one);
    check_by_method(one);
}
