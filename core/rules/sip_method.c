/* SPDX-License-Identifier: MIT
 *
 * What does a method, or a status, ask of its message? RFC 3261 8.1.1.8, 8.2, 9.1, 10, 13, 16.6, 20 to 22.
 */
#include "rules/sip_case.h"
#include "rules/sip_grammar.h"
#include "rules/talk_compare.h"
#include "sip/status.h"

static bool has(const struct sw_sip_case *one, enum sw_sip_field field)
{
    return one->sip->count[field] > 0;
}

static bool has_named(const struct sw_sip_case *one, enum sw_named named)
{
    return one->named[named].data != NULL;
}

/* --- requests ---------------------------------------------------------------------------------------------------- */

static bool is_sips(struct sw_slice uri)
{
    return sw_slice_equal_nocase(sw_slice_head(uri, 5), SW_SLICE("sips:"));
}

static bool is_sip_uri(struct sw_slice uri)
{
    return sw_slice_equal_nocase(sw_slice_head(uri, 4), SW_SLICE("sip:")) || is_sips(uri);
}

bool sw_case_routes_to_sips(const struct sw_sip *sip)
{
    return sip->count[SW_SIP_ROUTE] > 0 && is_sips(sw_uri_of(sip->first[SW_SIP_ROUTE]));
}

static unsigned count_contacts(const struct sw_sip *sip, struct sw_slice *first)
{
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_CONTACT);
    struct sw_slice value;
    unsigned count = 0;
    while (sw_sip_value_next(&values, SW_SIP_CONTACT, &value))
        if (count++ == 0)
            *first = value;
    return count;
}

/* A request that can make a dialog names one place to reach its sender (8.1.1.8). */
static void check_dialog_contact(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    bool makes = sw_case_method(one, "INVITE") || sw_case_method(one, "SUBSCRIBE") || sw_case_method(one, "REFER");
    struct sw_slice first = {0};
    struct sw_name_addr contact;
    if (!makes || one->in_dialog || !sip->headers_end)
        return;
    unsigned count = count_contacts(sip, &first);
    if (count == 0 && !one->old && !sw_case_is_maimed(one, SW_SIP_CONTACT))
        sw_case_report(one, SW_RULE_SIP_CONTACT_MISSING, "no Contact in", sip->method);
    if (count > 1)
        sw_case_report(one, SW_RULE_SIP_CONTACT_DUP, "the first of several:", first);
    bool read = count > 0 && sw_name_addr_split(first, &contact);
    if (read && !sw_case_method(one, "REFER") && sw_grammar_address(first) == SW_ADDRESS_GOOD &&
        !is_sip_uri(contact.uri))
        sw_case_report(one, SW_RULE_SIP_CONTACT_SCHEME, "Contact", first);
    const bool plain = read && one->alone && sw_slice_equal_nocase(sw_slice_head(contact.uri, 4), SW_SLICE("sip:"));
    if (plain && is_sips(sip->uri))
        sw_case_report(one, SW_RULE_SIP_SIPS_CONTACT, "a sips Request-URI, and Contact", first);
    else if (plain && sw_case_routes_to_sips(sip))
        sw_case_report(one, SW_RULE_SIP_SIPS_CONTACT, "the topmost Route is sips, and Contact", first);
}

void sw_check_sip_star(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    if (sip->count[SW_SIP_CONTACT] == 0 || (sip->count[SW_SIP_CONTACT] == 1 && sip->first[SW_SIP_CONTACT].size > 0 &&
                                            sip->first[SW_SIP_CONTACT].data[0] != '*'))
        return;
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_CONTACT);
    struct sw_slice value;
    uint64_t expires = 1;
    unsigned count = 0;
    bool star = false;
    for (; sw_sip_value_next(&values, SW_SIP_CONTACT, &value); count++)
        star |= sw_slice_equal(value, SW_SLICE("*"));
    sw_slice_number(sip->first[SW_SIP_EXPIRES], &expires);
    if (star && (!sw_case_method(one, "REGISTER") || expires != 0 || count > 1))
        sw_case_report(one, SW_RULE_SIP_CONTACT_STAR, "Contact: * in", sip->response ? sip->reason : sip->method);
}

static void check_register(const struct sw_sip_case *one)
{
    struct sw_uri uri;
    struct sw_name_addr to;
    if (sw_case_method(one, "REGISTER") && one->alone && sw_name_addr_parse(one->sip->first[SW_SIP_TO], &to) == SW_OK &&
        !to.uri_parts.sip)
        sw_case_report(one, SW_RULE_SIP_REG_TO_FROM, "To", one->sip->first[SW_SIP_TO]);
    if (sw_case_method(one, "REGISTER") && sw_uri_parse(one->sip->uri, &uri) == SW_OK && uri.sip &&
        sw_slice_find(uri.opaque, '@') < uri.opaque.size)
        sw_case_report(one, SW_RULE_SIP_REG_RURI, "Request-URI", one->sip->uri);
}

enum { STRICT = 1 }; /* trait of a Record-Route: it has no lr */

static unsigned check_route(const struct sw_sip_case *one, enum sw_sip_field field, struct sw_slice value)
{
    struct sw_name_addr route;
    struct sw_param param;
    if (sw_name_addr_parse(value, &route) != SW_OK)
        return 0;
    sw_case_params(one, route.params, value);
    return field == SW_SIP_RECORD_ROUTE && route.uri_parts.sip &&
                   !sw_param_find(route.uri_parts.params, SW_SLICE("lr"), &param)
               ? STRICT
               : 0;
}

/* 16.6: a proxy that records its route does so for loose routing. Who answers gives back what he got (12.1.1). */
static void check_routes(const struct sw_sip_case *one, enum sw_sip_field field, enum sw_known known)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, field);
    struct sw_slice value;
    while (has(one, field) && sw_sip_value_next(&values, field, &value)) {
        unsigned traits;
        const unsigned faults = sw_case_faults(one);
        const uint64_t key = sw_case_key(one, known, value);
        if (!sw_case_knows(one, key, &traits)) {
            traits = check_route(one, field, value);
            sw_case_learn(one, key, traits, faults);
        }
        if ((traits & STRICT) != 0 && !one->sip->response)
            sw_case_report(one, SW_RULE_SIP_LOOSE_ROUTE, "Record-Route", value);
    }
}

void sw_check_sip_routes(const struct sw_sip_case *one)
{
    if (!sw_slice_starts(one->branch, SW_SLICE("z9hG4bK"))) /* an RFC 2543 element routes strictly */
        return;
    check_routes(one, SW_SIP_RECORD_ROUTE, SW_KNOWN_RECORD_ROUTE);
    check_routes(one, SW_SIP_ROUTE, SW_KNOWN_ROUTE);
}

static void check_credentials(const struct sw_sip_case *one, enum sw_sip_field field)
{
    struct sw_auth auth;
    struct sw_param param;
    if (!has(one, field) || sw_auth_parse(one->sip->first[field], &auth) != SW_OK ||
        !sw_slice_equal_nocase(auth.scheme, SW_SLICE("Digest")))
        return;
    struct sw_slice rest = auth.params;
    while (sw_auth_param_next(&rest, &param)) {
        if (!sw_slice_equal_nocase(param.name, SW_SLICE("uri")) || param.value.size == 0)
            continue;
        if (param.value.data[0] != '"')
            sw_case_report(one, SW_RULE_SIP_AUTH_URI_QUOTED, "uri", param.value);
        /* A proxy changes the one and not the other; an ACK has the credentials of its INVITE (13.2.2.4). */
        const struct sw_slice uri = sw_unquote(param.value);
        if (one->alone && one->method != SW_METHOD_ACK && !sw_slice_equal(uri, one->sip->uri) &&
            !sw_same_uri(uri, one->sip->uri))
            sw_case_report(one, SW_RULE_SIP_AUTH_URI, "not the Request-URI: uri", param.value);
    }
}

void sw_check_sip_request(const struct sw_sip_case *one)
{
    if (one->sip->response)
        return;
    check_dialog_contact(one);
    check_register(one);
}

void sw_check_sip_credentials(const struct sw_sip_case *one)
{
    if (one->sip->response)
        return;
    check_credentials(one, SW_SIP_AUTHORIZATION);
    check_credentials(one, SW_SIP_PROXY_AUTHORIZATION);
}

void sw_check_sip_of_method(const struct sw_sip_case *one)
{
    if (sw_case_method(one, "CANCEL") && (has(one, SW_SIP_REQUIRE) || has_named(one, SW_NAMED_PROXY_REQUIRE)))
        sw_case_report(one, SW_RULE_SIP_CANCEL_REQUIRE, "in CANCEL:", one->sip->first[SW_SIP_REQUIRE]);
    const bool allow = has(one, SW_SIP_ALLOW) || sw_case_is_maimed(one, SW_SIP_ALLOW);
    const bool supported = has(one, SW_SIP_SUPPORTED) || sw_case_is_maimed(one, SW_SIP_SUPPORTED);
    if (sw_case_method(one, "INVITE") && one->alone && !one->in_dialog && (!allow || !supported))
        sw_case_report(one, SW_RULE_SIP_INVITE_ALLOW, "INVITE without",
                       allow ? SW_SLICE("Supported") : SW_SLICE("Allow"));
}

/* --- responses --------------------------------------------------------------------------------------------------- */

/* What a status has to bring along. */
static const struct {
    unsigned status;
    enum sw_rule rule;
    enum sw_sip_field field; /* SW_SIP_OTHER: named */
    enum sw_named named;
    const char *name;
} brings[] = {
    {401, SW_RULE_SIP_AUTH_401_HDR, SW_SIP_WWW_AUTHENTICATE, SW_NAMED_COUNT, "WWW-Authenticate"},
    {407, SW_RULE_SIP_AUTH_407_HDR, SW_SIP_PROXY_AUTHENTICATE, SW_NAMED_COUNT, "Proxy-Authenticate"},
    {405, SW_RULE_SIP_405_ALLOW, SW_SIP_ALLOW, SW_NAMED_COUNT, "Allow"},
    {420, SW_RULE_SIP_420_UNSUPPORTED, SW_SIP_OTHER, SW_NAMED_UNSUPPORTED, "Unsupported"},
    {421, SW_RULE_SIP_421_REQUIRE, SW_SIP_REQUIRE, SW_NAMED_COUNT, "Require"},
    {423, SW_RULE_SIP_423_MINEXPIRES, SW_SIP_OTHER, SW_NAMED_MIN_EXPIRES, "Min-Expires"},
};

static void check_brought(const struct sw_sip_case *one)
{
    enum { UNSUPPORTED_MEDIA = 415 };
    for (size_t i = 0; i < sizeof brings / sizeof brings[0]; i++) {
        if (one->sip->status != brings[i].status)
            continue;
        bool there = brings[i].field == SW_SIP_OTHER ? has_named(one, brings[i].named) : has(one, brings[i].field);
        if (!there)
            sw_case_report(one, brings[i].rule,
                           "missing:", sw_slice_of((const uint8_t *)brings[i].name, strlen(brings[i].name)));
    }
    if (one->sip->status == UNSUPPORTED_MEDIA && !has(one, SW_SIP_ACCEPT) &&
        !has_named(one, SW_NAMED_ACCEPT_ENCODING) && !has_named(one, SW_NAMED_ACCEPT_LANGUAGE))
        sw_case_report(one, SW_RULE_SIP_415_ACCEPT, "missing:", SW_SLICE("Accept"));
}

static void check_challenge(const struct sw_sip_case *one, struct sw_slice value)
{
    struct sw_auth auth;
    struct sw_param param;
    if (sw_auth_parse(value, &auth) != SW_OK)
        return;
    if (sw_slice_equal_nocase(auth.scheme, SW_SLICE("Basic")))
        sw_case_report(one, SW_RULE_SIP_AUTH_BASIC, "challenge", value);
    if (!sw_slice_equal_nocase(auth.scheme, SW_SLICE("Digest")))
        return;
    struct sw_slice rest = auth.params;
    while (sw_auth_param_next(&rest, &param))
        if (sw_slice_equal_nocase(param.name, SW_SLICE("qop")))
            return;
    sw_case_report(one, SW_RULE_SIP_AUTH_QOP_CHALLENGE, "challenge", value);
}

static void check_challenges(const struct sw_sip_case *one, enum sw_sip_field field)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, field);
    struct sw_slice value;
    while (has(one, field) && sw_sip_value_next(&values, field, &value))
        check_challenge(one, value);
}

static void check_success(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    struct sw_slice first = {0};
    struct sw_name_addr contact;
    if (!sw_is_2xx(sip->status))
        return;
    if (!sw_case_answers(one, "INVITE"))
        return;
    if (count_contacts(sip, &first) > 0 && sw_name_addr_split(first, &contact) && contact.uri.size > 0 &&
        !is_sip_uri(contact.uri))
        sw_case_report(one, SW_RULE_SIP_CONTACT_SCHEME, "Contact", first);
}

/* It has the tag of the request, or where that has none the UAS adds one (8.2.6.2). One of RFC 2543 knows neither that
 * nor the cookie; and what answers no request that can be named (its CSeq is broken) is left at that. */
static void check_to_tag(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    if (one->cseq_ok && sip->status > SW_STATUS_TRYING && sip->status < 700 && !one->in_dialog &&
        sip->count[SW_SIP_TO] == 1 && sw_slice_starts(one->branch, SW_SLICE("z9hG4bK")) &&
        sw_grammar_address(sip->first[SW_SIP_TO]) == SW_ADDRESS_GOOD)
        sw_case_report(one, SW_RULE_SIP_TO_TAG_RESP, "no tag: To", sip->first[SW_SIP_TO]);
}

static bool is_response(const struct sw_sip *sip)
{
    return sip->response && sip->status != 0;
}

void sw_check_sip_to_tag(const struct sw_sip_case *one)
{
    if (!is_response(one->sip))
        return;
    check_to_tag(one);
    check_brought(one);
}

void sw_check_sip_challenges(const struct sw_sip_case *one)
{
    if (!is_response(one->sip))
        return;
    check_challenges(one, SW_SIP_WWW_AUTHENTICATE);
    check_challenges(one, SW_SIP_PROXY_AUTHENTICATE);
}

void sw_check_sip_response(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    if (!is_response(sip))
        return;
    check_success(one);
    if (sw_case_answers(one, "REGISTER") && has(one, SW_SIP_RECORD_ROUTE))
        sw_case_report(one, SW_RULE_SIP_REG_RR_RESP, "Record-Route", sip->first[SW_SIP_RECORD_ROUTE]);
    if (sip->status >= 300 && sip->status <= 302 && sw_case_answers(one, "INVITE") && !has(one, SW_SIP_CONTACT))
        sw_case_report(one, SW_RULE_SIP_3XX_CONTACT, "no Contact in", sip->reason);
}
