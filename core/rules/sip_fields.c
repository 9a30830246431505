/* SPDX-License-Identifier: MIT
 *
 * Are the header fields there that have to be, once, and is what stands in them right? RFC 3261 7.3, 8.1.1, 20, 25.1.
 */
#include "rules/sip_case.h"
#include "rules/sip_grammar.h"

#define NUMBER_MAX UINT64_C(0xffffffff) /* of delta-seconds, 20.19 */

/* --- presence ---------------------------------------------------------------------------------------------------- */

static const struct {
    enum sw_sip_field field;
    enum sw_rule missing; /* from a request; SW_RULE_COUNT: it may be */
    enum sw_rule twice;
} once[] = {
    {SW_SIP_TO, SW_RULE_SIP_TO_MISSING, SW_RULE_SIP_TO_DUP},
    {SW_SIP_FROM, SW_RULE_SIP_FROM_MISSING, SW_RULE_SIP_FROM_DUP},
    {SW_SIP_CSEQ, SW_RULE_SIP_CSEQ_MISSING, SW_RULE_SIP_CSEQ_DUP},
    {SW_SIP_CALL_ID, SW_RULE_SIP_CALLID_MISSING, SW_RULE_SIP_CALLID_DUP},
    {SW_SIP_MAX_FORWARDS, SW_RULE_SIP_MAXFWD_MISSING, SW_RULE_SIP_MAXFWD_DUP},
    {SW_SIP_VIA, SW_RULE_SIP_VIA_MISSING, SW_RULE_COUNT},
    {SW_SIP_CONTENT_LENGTH, SW_RULE_COUNT, SW_RULE_SIP_CLEN_DUP},
    {SW_SIP_CONTENT_TYPE, SW_RULE_COUNT, SW_RULE_SIP_CTYPE_DUP},
    {SW_SIP_EXPIRES, SW_RULE_COUNT, SW_RULE_SIP_CTYPE_DUP},
    {SW_SIP_DATE, SW_RULE_COUNT, SW_RULE_SIP_CTYPE_DUP},
    {SW_SIP_RETRY_AFTER, SW_RULE_COUNT, SW_RULE_SIP_CTYPE_DUP},
    {SW_SIP_SERVER, SW_RULE_COUNT, SW_RULE_SIP_CTYPE_DUP},
    {SW_SIP_USER_AGENT, SW_RULE_COUNT, SW_RULE_SIP_CTYPE_DUP},
};

static struct sw_slice name_of(enum sw_sip_field field)
{
    const char *name = sw_sip_field_name(field);
    return sw_slice_of((const uint8_t *)name, strlen(name));
}

bool sw_case_is_maimed(const struct sw_sip_case *one, enum sw_sip_field field)
{
    const struct sw_slice name = name_of(field);
    const struct sw_slice word = sw_slice_head(one->bad_line, sw_token_size(one->bad_line));
    return sw_slice_equal_nocase(word, name);
}

void sw_check_sip_presence(const struct sw_sip_case *one)
{
    static const enum sw_sip_field answered[] = {SW_SIP_VIA, SW_SIP_FROM, SW_SIP_TO, SW_SIP_CALL_ID, SW_SIP_CSEQ};
    const struct sw_sip *sip = one->sip;
    for (size_t i = 0; i < sizeof once / sizeof once[0]; i++) {
        unsigned count = sip->count[once[i].field];
        bool excused = (once[i].field == SW_SIP_MAX_FORWARDS && one->old) || sw_case_is_maimed(one, once[i].field);
        if (count == 0 && !sip->response && once[i].missing != SW_RULE_COUNT && sip->headers_end && !excused)
            sw_case_report(one, once[i].missing, "no header", name_of(once[i].field));
        if (count > 1 && once[i].twice != SW_RULE_COUNT)
            sw_case_report(one, once[i].twice, "twice:", name_of(once[i].field));
    }
    if (one->twice.size > 0)
        sw_case_report(one, SW_RULE_SIP_CTYPE_DUP, "twice:", one->twice);
    for (size_t i = 0; i < sizeof answered / sizeof answered[0] && sip->response && sip->headers_end; i++)
        if (sip->count[answered[i]] == 0 && !sw_case_is_maimed(one, answered[i]))
            sw_case_report(one, SW_RULE_SIP_RESP_MANDATORY, "no header", name_of(answered[i]));
}

/* --- addresses --------------------------------------------------------------------------------------------------- */

/* Whether the digits are more than max, however many they are. */
static bool exceeds(struct sw_slice digits, uint64_t max)
{
    uint64_t value;
    return sw_grammar_digits(digits) && (!sw_slice_number(digits, &value) || value > max);
}

void sw_case_uri_params(const struct sw_sip_case *one, struct sw_slice text)
{
    struct sw_uri uri;
    struct sw_param param;
    if (sw_slice_find(text, ';') == text.size || sw_uri_parse(text, &uri) != SW_OK || !uri.sip)
        return;
    if (sw_slice_equal_nocase(uri.scheme, SW_SLICE("sips")) &&
        sw_param_find(uri.params, SW_SLICE("transport"), &param) && sw_slice_equal_nocase(param.value, SW_SLICE("udp")))
        sw_case_report(one, SW_RULE_SIP_SIPS_TRANSPORT, "URI", text);
    struct sw_slice rest = uri.params;
    while (sw_param_next(&rest, &param)) {
        struct sw_slice behind = rest;
        struct sw_param same;
        if (!sw_param_find(behind, param.name, &same))
            continue;
        sw_case_report(one, SW_RULE_SIP_URI_PARAM_DUP, "URI", text);
        return;
    }
}

void sw_case_params(const struct sw_sip_case *one, struct sw_slice params, struct sw_slice value)
{
    enum { PARAMS_MAX = 64 }; /* comparing each with each stays cheap */
    struct sw_param param;
    struct sw_param same;
    size_t second = 1 + sw_slice_find(sw_slice_skip(params, 1), ';');
    if (second >= params.size)
        return; /* there is one */
    for (unsigned n = 0; n < PARAMS_MAX && sw_param_next(&params, &param); n++) {
        struct sw_slice behind = params;
        if (param.name.size == 0 || !sw_param_find(behind, param.name, &same))
            continue;
        sw_case_report(one, SW_RULE_SIP_PARAM_DUP, "twice the same parameter:", value);
        return;
    }
}

/* RFC 5626 4.2 */
static unsigned flow_traits(const struct sw_name_addr *address)
{
    struct sw_param id;
    struct sw_param instance;
    uint64_t number;
    if (!sw_param_find(address->params, SW_SLICE("reg-id"), &id))
        return 0;
    const bool right = sw_slice_number(id.value, &number) && number > 0 && number <= INT32_MAX &&
                       id.value.size <= sizeof "2147483647" - 1 &&
                       sw_param_find(address->params, SW_SLICE("+sip.instance"), &instance);
    return right ? SW_TRAIT_REG_ID | SW_TRAIT_FLOW : SW_TRAIT_REG_ID;
}

/* As the checks of sip_method.c, sip_extensions.c and those of numbers read it; and sip_usual.c. */
static unsigned traits_of(enum sw_known known, struct sw_slice value)
{
    struct sw_name_addr address;
    struct sw_param param;
    const bool read = sw_name_addr_parse(value, &address) == SW_OK;
    const struct sw_slice params = address.uri_parts.params;
    if (known == SW_KNOWN_ADDRESS)
        return read && !address.uri_parts.sip ? SW_TRAIT_FOREIGN : 0;
    unsigned traits = flow_traits(&address);
    if (sw_slice_equal_nocase(sw_slice_head(address.uri, 4), SW_SLICE("sip:")))
        traits |= SW_TRAIT_SIP;
    if (sw_slice_equal_nocase(sw_slice_head(address.uri, 5), SW_SLICE("sips:")))
        traits |= SW_TRAIT_SIPS;
    if (!read || !address.uri_parts.sip || sw_param_find(params, SW_SLICE("ob"), &param) ||
        sw_param_find(params, SW_SLICE("gr"), &param))
        traits |= SW_TRAIT_STAYS;
    if (sw_param_find(address.params, SW_SLICE("expires"), &param) &&
        (!sw_grammar_digits(param.value) || exceeds(param.value, NUMBER_MAX)))
        traits |= SW_TRAIT_LATE;
    return traits;
}

/* syntax: the rule that asks for its grammar; SW_RULE_COUNT: none does. */
static void check_address(const struct sw_sip_case *one, enum sw_known known, enum sw_rule syntax,
                          struct sw_slice value, uint64_t key)
{
    struct sw_name_addr address;
    unsigned traits;
    const unsigned faults = sw_case_faults(one);
    if (sw_case_knows(one, key, &traits))
        return;
    if (sw_usual_address(value, &traits)) {
        sw_case_learn(one, key, known == SW_KNOWN_CONTACT ? traits : 0, faults);
        return;
    }
    enum sw_address_fault fault = sw_grammar_address(value);
    switch (fault) {
    case SW_ADDRESS_BRACKETS:
        sw_case_report(one, SW_RULE_SIP_CONTACT_BRACKETS, "without <>:", value);
        break;
    case SW_ADDRESS_SYNTAX:
        if (syntax != SW_RULE_COUNT)
            sw_case_report(one, syntax, "value", value);
        break;
    case SW_ADDRESS_ESCAPE:
        sw_case_report(one, SW_RULE_SIP_URI_ESCAPE, "value", value);
        break;
    case SW_ADDRESS_EMPTY_USER:
        sw_case_report(one, SW_RULE_SIP_URI_USER_EMPTY, "value", value);
        break;
    case SW_ADDRESS_GOOD:
        break;
    }
    if (fault != SW_ADDRESS_GOOD || !sw_name_addr_split(value, &address))
        return;
    sw_case_uri_params(one, address.uri);
    sw_case_params(one, address.params, value);
    sw_case_learn(one, key, traits_of(known, value), faults);
}

static bool is_right(const struct sw_sip_case *one, enum sw_known known, struct sw_slice value, uint64_t key,
                     unsigned *traits)
{
    if (sw_case_knows(one, key, traits))
        return true;
    const unsigned faults = sw_case_quiet(one);
    check_address(one, known, SW_RULE_SIP_TO_SYNTAX, value, key);
    sw_case_aloud(one, faults);
    return sw_case_knows(one, key, traits);
}

static uint64_t key_of_party(const struct sw_sip_case *one, const struct sw_tagged *party)
{
    return party->cut ? sw_case_key_without(one, SW_KNOWN_ADDRESS, party->before, party->behind)
                      : sw_case_key(one, SW_KNOWN_ADDRESS, party->before);
}

bool sw_case_party_is_right(const struct sw_sip_case *one, struct sw_slice value, const struct sw_tagged *cut,
                            unsigned *traits)
{
    return is_right(one, SW_KNOWN_ADDRESS, value, key_of_party(one, cut), traits);
}

bool sw_case_contact_is_right(const struct sw_sip_case *one, struct sw_slice value, unsigned *traits)
{
    return is_right(one, SW_KNOWN_CONTACT, value, sw_case_key(one, SW_KNOWN_CONTACT, value), traits);
}

/* Unlike in HTTP there is something between two commas. */
static bool has_empty_element(struct sw_slice list)
{
    for (;;) {
        const size_t comma = sw_find_outside(list, ',');
        if (sw_slice_trim(sw_slice_head(list, comma)).size == 0)
            return true;
        if (comma == list.size)
            return false;
        list = sw_slice_skip(list, comma + 1);
    }
}

static void check_contacts(const struct sw_sip_case *one)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, SW_SIP_CONTACT);
    const struct sw_slice first = one->sip->first[SW_SIP_CONTACT];
    struct sw_slice value;
    if (first.size > 0 && has_empty_element(first))
        sw_case_report(one, SW_RULE_SIP_CONTACT_SYNTAX, "an empty element in", first);
    while (sw_sip_value_next(&values, SW_SIP_CONTACT, &value))
        if (!sw_slice_equal(value, SW_SLICE("*")))
            check_address(one, SW_KNOWN_CONTACT, SW_RULE_SIP_CONTACT_SYNTAX, value,
                          sw_case_key(one, SW_KNOWN_CONTACT, value));
}

void sw_case_address(const struct sw_sip_case *one, struct sw_slice value)
{
    check_address(one, SW_KNOWN_ADDRESS, SW_RULE_COUNT, value, sw_case_key(one, SW_KNOWN_ADDRESS, value));
}

/* --- Via --------------------------------------------------------------------------------------------------------- */

/* Each transaction has a branch of its own. */
static uint64_t key_of_via(const struct sw_sip_case *one, struct sw_slice value)
{
    const struct sw_slice name = SW_SLICE(";branch=");
    const struct sw_slice rest = sw_slice_skip(value, sw_find_text(value, name) + name.size);
    const struct sw_slice behind = sw_slice_skip(rest, sw_token_size(rest));
    if (behind.size == rest.size || (behind.size > 0 && behind.data[0] != ';'))
        return sw_case_key(one, SW_KNOWN_VIA, value);
    return sw_case_key_without(one, SW_KNOWN_VIA, sw_slice_head(value, value.size - rest.size), behind);
}

static void check_via(const struct sw_sip_case *one, struct sw_slice value)
{
    struct sw_via via;
    unsigned traits;
    const unsigned faults = sw_case_faults(one);
    const uint64_t key = key_of_via(one, value);
    if (sw_case_knows(one, key, &traits))
        return;
    if (sw_usual_via(value)) {
        sw_case_learn(one, key, 0, faults);
        return;
    }
    sw_via_parse(value, &via);
    if (sw_slice_equal(via.host, SW_SLICE("255.255.255.255")))
        sw_case_report(one, SW_RULE_SIP_MADDR_BROADCAST, "Via", value);
    if (via.received.size > 0 && via.received.data[0] == '[')
        sw_case_report(one, SW_RULE_SIP_VIA_RECEIVED_BRACKETS, "received", via.received);
    if (!sw_grammar_via(value))
        sw_case_report(one, SW_RULE_SIP_VIA_SYNTAX, "Via", value);
    else
        sw_case_params(one, via.params, value);
    sw_case_learn(one, key, 0, faults);
}

bool sw_case_via_is_right(const struct sw_sip_case *one, struct sw_slice value)
{
    unsigned traits;
    const uint64_t key = key_of_via(one, value);
    if (sw_case_knows(one, key, &traits))
        return true;
    const unsigned faults = sw_case_quiet(one);
    check_via(one, value);
    sw_case_aloud(one, faults);
    return sw_case_knows(one, key, &traits);
}

static void check_vias(const struct sw_sip_case *one)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, SW_SIP_VIA);
    struct sw_slice value;
    while (sw_sip_value_next(&values, SW_SIP_VIA, &value))
        check_via(one, value);
}

/* Over UDP and TCP a sender without any mark of RFC 3261 may be of RFC 2543. */
static void check_branch(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    const bool tag = one->from.tag;
    bool marked = one->websocket || tag || sip->count[SW_SIP_MAX_FORWARDS] > 0;
    if (one->branch.size == 0 && marked && one->alone && sw_grammar_via(sip->first[SW_SIP_VIA]))
        sw_case_report(one, SW_RULE_SIP_VIA_BRANCH_MISSING, "Via", sip->first[SW_SIP_VIA]);
    else if (one->branch.size > 0 && marked && !sw_slice_starts(one->branch, SW_SLICE("z9hG4bK")))
        sw_case_report(one, SW_RULE_SIP_VIA_COOKIE, "branch", one->branch);
    else if (sw_slice_equal(one->branch, SW_SLICE("z9hG4bK")))
        sw_case_report(one, SW_RULE_SIP_VIA_BRANCH_EMPTY, "branch", one->branch);
    if (sip->count[SW_SIP_FROM] > 0 && !tag && !one->old)
        sw_case_report(one, SW_RULE_SIP_FROM_TAG_MISSING, "From", sip->first[SW_SIP_FROM]);
}

/* 18.1.1 knows multicast only. */
static void check_broadcast(const struct sw_sip_case *one)
{
    const struct sw_slice broadcast = SW_SLICE("255.255.255.255");
    const struct sw_slice asked = one->sip->uri;
    struct sw_uri uri;
    if (one->sip->response || asked.size < broadcast.size ||
        memmem(asked.data, asked.size, broadcast.data, broadcast.size) == NULL)
        return;
    if (sw_uri_parse(asked, &uri) == SW_OK && sw_slice_equal(uri.host, broadcast))
        sw_case_report(one, SW_RULE_SIP_MADDR_BROADCAST, "Request-URI", asked);
}

static void check_call_id(const struct sw_sip_case *one)
{
    struct sw_slice value = one->sip->first[SW_SIP_CALL_ID];
    if (one->sip->count[SW_SIP_CALL_ID] > 0 && !sw_grammar_call_id(value))
        sw_case_report(one, SW_RULE_SIP_CALLID_SYNTAX, "Call-ID", value);
}

void sw_check_sip_fields(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    if (sip->count[SW_SIP_TO] > 0)
        check_address(one, SW_KNOWN_ADDRESS, SW_RULE_SIP_TO_SYNTAX, sip->first[SW_SIP_TO], key_of_party(one, &one->to));
    if (sip->count[SW_SIP_FROM] > 0)
        check_address(one, SW_KNOWN_ADDRESS, SW_RULE_SIP_FROM_SYNTAX, sip->first[SW_SIP_FROM],
                      key_of_party(one, &one->from));
    check_contacts(one);
    check_vias(one);
    check_branch(one);
    check_broadcast(one);
    check_call_id(one);
    if (sip->count[SW_SIP_DATE] > 0 && !sw_grammar_date(sip->first[SW_SIP_DATE]))
        sw_case_report(one, SW_RULE_SIP_DATE_SYNTAX, "Date", sip->first[SW_SIP_DATE]);
    if (sip->count[SW_SIP_WARNING] == 0)
        return;
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_WARNING);
    struct sw_slice warning;
    while (sw_sip_value_next(&values, SW_SIP_WARNING, &warning))
        if (!sw_grammar_warning(warning))
            sw_case_report(one, SW_RULE_SIP_WARNING_SYNTAX, "Warning", warning);
}

/* --- numbers ----------------------------------------------------------------------------------------------------- */

bool sw_case_cseq_is_usual(const struct sw_sip_case *one)
{
    struct sw_slice value = one->sip->first[SW_SIP_CSEQ];
    struct sw_slice method = one->cseq.method;
    size_t space = sw_slice_find(value, ' ');
    if (!one->cseq_ok || one->cseq.number > INT32_MAX || space + 1 + method.size != value.size ||
        !sw_grammar_digits(sw_slice_head(value, space)) || !sw_grammar_token(method))
        return false;
    return one->sip->response || sw_slice_equal(method, one->sip->method);
}

static void check_cseq(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    struct sw_slice rest = sip->first[SW_SIP_CSEQ];
    if (sip->count[SW_SIP_CSEQ] == 0 || sw_case_cseq_is_usual(one))
        return;
    struct sw_slice number = sw_word_next(&rest);
    struct sw_slice method = sw_word_next(&rest);
    if (!sw_grammar_digits(number) || !sw_grammar_token(method) || sw_slice_trim(rest).size > 0) {
        sw_case_report(one, SW_RULE_SIP_CSEQ_SYNTAX, "CSeq", sip->first[SW_SIP_CSEQ]);
        return;
    }
    if (exceeds(number, INT32_MAX))
        sw_case_report(one, SW_RULE_SIP_CSEQ_RANGE, "CSeq", number);
    if (!sip->response && sw_grammar_token(sip->method) && !sw_slice_equal(method, sip->method))
        sw_case_report(one, SW_RULE_SIP_CSEQ_METHOD, "CSeq", sip->first[SW_SIP_CSEQ]);
}

static void check_max_forwards(const struct sw_sip_case *one)
{
    enum { MAX_FORWARDS = 255, START = 70 };
    const struct sw_sip *sip = one->sip;
    struct sw_slice value = sip->first[SW_SIP_MAX_FORWARDS];
    uint64_t number;
    if (sip->count[SW_SIP_MAX_FORWARDS] == 0)
        return;
    if (!sw_grammar_digits(value))
        sw_case_report(one, SW_RULE_SIP_MAXFWD_SYNTAX, "Max-Forwards", value);
    else if (exceeds(value, MAX_FORWARDS))
        sw_case_report(one, SW_RULE_SIP_MAXFWD_RANGE, "Max-Forwards", value);
    else if (one->alone && !one->in_dialog && !sip->response && !sw_case_method(one, "OPTIONS") &&
             !sw_case_method(one, "CANCEL") && !sw_case_method(one, "ACK") && /* a proxy makes its own, alike */
             sw_slice_number(value, &number) && number != START)
        sw_case_report(one, SW_RULE_SIP_MAXFWD_70, "Max-Forwards", value);
}

/* An RFC 2543 element may write a date there. */
static void check_contact_expires(const struct sw_sip_case *one)
{
    struct sw_sip_values values = sw_sip_values_of(one->sip, SW_SIP_CONTACT);
    struct sw_slice value;
    struct sw_name_addr contact;
    struct sw_param param;
    while (one->sip->count[SW_SIP_CONTACT] > 0 && sw_sip_value_next(&values, SW_SIP_CONTACT, &value)) {
        if (value.size == 0 || value.data[value.size - 1] == '>' || !sw_name_addr_split(value, &contact) ||
            !sw_param_find(contact.params, SW_SLICE("expires"), &param))
            continue;
        if (exceeds(param.value, NUMBER_MAX))
            sw_case_report(one, SW_RULE_SIP_EXPIRES_RANGE, "expires of a Contact:", param.value);
        else if (!sw_grammar_digits(param.value) && !one->old)
            sw_case_report(one, SW_RULE_SIP_DELTA_SYNTAX, "expires of a Contact:", value);
    }
}

static void check_seconds(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    struct sw_slice expires = sip->first[SW_SIP_EXPIRES];
    struct sw_slice least = one->named[SW_NAMED_MIN_EXPIRES];
    if (sip->count[SW_SIP_EXPIRES] > 0 && !sw_grammar_digits(expires) && !one->old)
        sw_case_report(one, SW_RULE_SIP_DELTA_SYNTAX, "Expires", expires);
    if (least.data != NULL && !sw_grammar_digits(least))
        sw_case_report(one, SW_RULE_SIP_DELTA_SYNTAX, "Min-Expires", least);
    if (exceeds(expires, NUMBER_MAX))
        sw_case_report(one, SW_RULE_SIP_EXPIRES_RANGE, "Expires", expires);
    check_contact_expires(one);
    struct sw_slice after = sip->first[SW_SIP_RETRY_AFTER];
    struct sw_slice seconds = sw_word_next(&after);
    seconds = sw_slice_head(seconds, sw_slice_find(seconds, ';'));
    seconds = sw_slice_head(seconds, sw_slice_find(seconds, '('));
    if (sip->count[SW_SIP_RETRY_AFTER] > 0 && !sw_grammar_digits(seconds) && !one->old)
        sw_case_report(one, SW_RULE_SIP_DELTA_SYNTAX, "Retry-After", sip->first[SW_SIP_RETRY_AFTER]);
    if (exceeds(seconds, NUMBER_MAX))
        sw_case_report(one, SW_RULE_SIP_RETRYAFTER_RANGE, "Retry-After", seconds);
}

void sw_check_sip_numbers(const struct sw_sip_case *one)
{
    check_cseq(one);
    check_max_forwards(one);
    check_seconds(one);
}

/* --- the body ---------------------------------------------------------------------------------------------------- */

static bool is_blank(struct sw_slice body)
{
    return sw_slice_trim(body).size == 0;
}

void sw_check_sip_body(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    struct sw_slice length = sip->first[SW_SIP_CONTENT_LENGTH];
    uint64_t number;
    bool stream = one->transport == SW_TRANSPORT_TCP || one->transport == SW_TRANSPORT_TLS;
    bool udp = one->transport == SW_TRANSPORT_UDP;
    if (sip->count[SW_SIP_CONTENT_LENGTH] == 0) {
        if (stream && sip->headers_end)
            sw_case_report(one, SW_RULE_SIP_CLEN_STREAM, "no Content-Length in", sip->first[SW_SIP_CSEQ]);
    } else if (!sw_grammar_digits(length)) {
        sw_case_report(one, SW_RULE_SIP_CLEN_SYNTAX, "Content-Length", length);
    } else if (udp && one->whole && sip->headers_end && sip->count[SW_SIP_CONTENT_LENGTH] == 1 &&
               (!sw_slice_number(length, &number) || number > sip->body.size)) {
        sw_case_report(one, SW_RULE_SIP_CLEN_BODY, "the body is shorter than Content-Length", length);
    }
    if (udp && sip->rest.size > 0 && sip->count[SW_SIP_CONTENT_LENGTH] == 1)
        sw_case_report(one, SW_RULE_SIP_TRAILING_OCTETS, "behind the body:", sip->rest);
    if (!is_blank(sip->body) && sip->count[SW_SIP_CONTENT_TYPE] == 0 && sip->headers_end &&
        !sw_case_is_maimed(one, SW_SIP_CONTENT_TYPE))
        sw_case_report(one, SW_RULE_SIP_CTYPE_MISSING, "a body that begins", sip->body);
}
