/* SPDX-License-Identifier: MIT
 *
 * Which messages are alike to the checks of header sections? Those whose values are right, each by itself, and that
 * have the same fields, method or status, and the same in all else that a check makes a difference by. Nearly all
 * messages are like one before.
 */
#include "rules/sip_case.h"
#include "rules/sip_grammar.h"

/* Without a gap, so that its bytes can be hashed. */
struct kind {
    uint16_t count[SW_SIP_FIELDS];
    uint16_t status;
    uint16_t method; /* enum sw_method */
    uint16_t transport;
    uint16_t flags;
    uint16_t to; /* enum sw_trait, as the next two */
    uint16_t contact;
    uint16_t uri;
    uint16_t named;  /* which of them are there */
    uint64_t values; /* hash of those that count with all they say */
};

/* --- the start line ---------------------------------------------------------------------------------------------- */

/* Nothing but a space, or that line end, stands between the two. */
static bool is_parted(struct sw_slice before, struct sw_slice after)
{
    return after.data == before.data + before.size + 1 && before.data[before.size] == ' ';
}

static bool ends_line(struct sw_slice last, struct sw_slice next)
{
    const uint8_t *end = last.data + last.size;
    return next.data == end + 2 && end[0] == '\r' && end[1] == '\n';
}

/* "METHOD uri SIP/2.0" with single spaces; the method is one that is known. */
static bool request_line_is_usual(const struct sw_sip_case *one, struct kind *kind)
{
    const struct sw_sip *sip = one->sip;
    unsigned traits;
    if (one->method == SW_METHOD_OTHER || sip->method.data != sip->raw.data || sip->uri.size == 0 ||
        !is_parted(sip->method, sip->uri) || !is_parted(sip->uri, sip->version) ||
        !ends_line(sip->version, sip->headers) || !sw_case_uri_is_right(one, sip->uri, &traits) ||
        (traits & SW_TRAIT_BROADCAST) != 0)
        return false;
    kind->uri = (uint16_t)traits;
    return true;
}

/* "SIP/2.0 200 OK" */
static bool status_line_is_usual(const struct sw_sip_case *one)
{
    enum { CODE = sizeof "SIP/2.0 " - 1, DIGITS = 3 };
    const struct sw_sip *sip = one->sip;
    return one->method != SW_METHOD_OTHER && sip->version.data == sip->raw.data && sip->status >= 100 &&
           sip->status < 700 && sip->raw.size > CODE + DIGITS && sip->raw.data[CODE - 1] == ' ' &&
           sw_grammar_digits(sw_slice_of(sip->raw.data + CODE, DIGITS)) && sip->raw.data[CODE + DIGITS] == ' ';
}

static bool start_is_usual(const struct sw_sip_case *one, struct kind *kind)
{
    if (!sw_slice_equal(one->sip->version, SW_SLICE("SIP/2.0")))
        return false;
    return one->sip->response ? status_line_is_usual(one) : request_line_is_usual(one, kind);
}

/* --- fields ------------------------------------------------------------------------------------------------------ */

static bool vias_are_right(const struct sw_sip_case *one)
{
    const struct sw_slice cookie = SW_SLICE("z9hG4bK");
    struct sw_sip_values values = sw_sip_values_of(one->sip, SW_SIP_VIA);
    struct sw_slice via;
    if (one->branch.size <= cookie.size || !sw_slice_starts(one->branch, cookie))
        return false;
    if (one->vias.count <= 2)
        return sw_case_via_is_right(one, one->vias.first) &&
               (one->vias.count < 2 || sw_case_via_is_right(one, one->vias.second));
    while (sw_sip_value_next(&values, SW_SIP_VIA, &via))
        if (!sw_case_via_is_right(one, via))
            return false;
    return true;
}

static bool contact_is_right(const struct sw_sip_case *one, struct kind *kind)
{
    const struct sw_slice contact = one->sip->first[SW_SIP_CONTACT];
    unsigned traits;
    if (one->sip->count[SW_SIP_CONTACT] == 0)
        return true;
    if (contact.size == 0 || contact.data[0] == '*' || sw_slice_find(contact, ',') < contact.size ||
        !sw_case_contact_is_right(one, contact, &traits))
        return false;
    kind->contact = (uint16_t)traits;
    return true;
}

static bool parties_are_right(const struct sw_sip_case *one, struct kind *kind)
{
    const struct sw_sip *sip = one->sip;
    unsigned to;
    unsigned from;
    if (sip->count[SW_SIP_TO] != 1 || sip->count[SW_SIP_FROM] != 1 ||
        !sw_case_party_is_right(one, sip->first[SW_SIP_TO], &one->to, &to) ||
        !sw_case_party_is_right(one, sip->first[SW_SIP_FROM], &one->from, &from))
        return false;
    kind->to = (uint16_t)to;
    return true;
}

/* A number that no check takes for another one. */
static bool is_plain_number(struct sw_slice value)
{
    enum { DIGITS = 9 };
    return value.size <= DIGITS && sw_grammar_digits(value) && value.data[0] != '0';
}

static bool numbers_are_right(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    const struct sw_slice length = sip->first[SW_SIP_CONTENT_LENGTH];
    if (sip->count[SW_SIP_CSEQ] != 1 || !sw_case_cseq_is_usual(one))
        return false;
    if (sip->count[SW_SIP_RSEQ] > 0 && !is_plain_number(sip->first[SW_SIP_RSEQ]))
        return false;
    if (sip->count[SW_SIP_DATE] > 0 && !sw_grammar_date(sip->first[SW_SIP_DATE]))
        return false;
    return sip->count[SW_SIP_CONTENT_LENGTH] == 0 ||
           (sip->count[SW_SIP_CONTENT_LENGTH] == 1 && sip->content_length_ok && sw_grammar_digits(length));
}

/* Few messages have any; they take all checks. */
static bool has_rare(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    const bool progress = !sip->response && one->method == SW_METHOD_NOTIFY; /* of a REFER: the body counts */
    const bool refer = !sip->response && one->method == SW_METHOD_REFER;
    return progress || refer || sip->count[SW_SIP_WARNING] > 0 || sip->count[SW_SIP_REPLACES] > 0 ||
           sip->rest.size > 0 || (sip->body.size > 0 && sip->count[SW_SIP_CONTENT_TYPE] == 0);
}

/* Fields of which the checks read more than one thing: their values are the same, then. */
static bool values_read(const struct sw_sip_case *one, struct kind *kind)
{
    static const enum sw_sip_field fields[] = {SW_SIP_MAX_FORWARDS, SW_SIP_EXPIRES,     SW_SIP_SUPPORTED,
                                               SW_SIP_REQUIRE,      SW_SIP_RETRY_AFTER, SW_SIP_SESSION_EXPIRES,
                                               SW_SIP_MIN_SE,       SW_SIP_EVENT,       SW_SIP_SUBSCRIPTION_STATE,
                                               SW_SIP_PATH};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (one->sip->count[fields[i]] > 1)
            return false;
        if (one->sip->count[fields[i]] == 1)
            kind->values = sw_hash(one->sip->first[fields[i]], kind->values + i);
    }
    return true;
}

/* Of these only whether they are there counts, or they are looked at each time. */
static bool is_any(enum sw_named named)
{
    return named == SW_NAMED_SESSION_ID || named == SW_NAMED_SIP_IF_MATCH || named == SW_NAMED_IDENTITY;
}

static void named_read(const struct sw_sip_case *one, struct kind *kind)
{
    for (enum sw_named named = 0; named < SW_NAMED_COUNT; named++) {
        if (one->named[named].data == NULL)
            continue;
        kind->named |= (uint16_t)(1U << named);
        if (!is_any(named))
            kind->values = sw_hash(one->named[named], kind->values - 1 - named);
    }
}

/* --- all of it --------------------------------------------------------------------------------------------------- */

static uint16_t flags_of(const struct sw_sip_case *one)
{
    enum { LARGE = 1300 }; /* of a MESSAGE */
    const bool flags[] = {one->sip->response,
                          one->whole,
                          one->alone,
                          one->in_dialog,
                          one->from.tag,
                          one->sip->body.size > 0,
                          one->method == SW_METHOD_MESSAGE && one->sip->raw.size > LARGE,
                          !one->in_dialog && sw_case_routes_to_sips(one->sip)};
    unsigned bits = 0;
    for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; i++)
        bits |= (unsigned)flags[i] << i;
    return (uint16_t)bits;
}

uint64_t sw_case_kind(const struct sw_sip_case *one)
{
    struct kind kind = {
        .status = (uint16_t)one->sip->status, .method = (uint16_t)one->method, .transport = (uint16_t)one->transport};
    if (!one->sip->headers_end || one->bare != NULL || one->bad_line.size > 0 || one->twice.size > 0 || has_rare(one) ||
        !start_is_usual(one, &kind) || !numbers_are_right(one) || !sw_case_text_is_right(one) ||
        one->sip->count[SW_SIP_CALL_ID] != 1 || !sw_grammar_call_id(one->sip->first[SW_SIP_CALL_ID]) ||
        !parties_are_right(one, &kind) || !contact_is_right(one, &kind) || !vias_are_right(one) ||
        !values_read(one, &kind))
        return 0;
    memcpy(kind.count, one->sip->count, sizeof kind.count);
    kind.flags = flags_of(one);
    if (one->sip->count[SW_SIP_OTHER] > 0)
        named_read(one, &kind);
    return sw_case_seal(one, sw_slice_of((const uint8_t *)&kind, sizeof kind));
}
