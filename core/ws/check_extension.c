/* SPDX-License-Identifier: MIT
 *
 * Are the extensions of a handshake offered and agreed as they should be? RFC 6455 9.1, RFC 7692 5, 7.
 *
 *     extension = token *( ";" token [ "=" ( token / quoted-string ) ] )
 */
#include "bytes.h"
#include "ws/opening.h"

#define DEFLATE SW_SLICE("permessage-deflate")

/* The parameters of permessage-deflate (RFC 7692 7.1). */
enum param { SERVER_BITS, CLIENT_BITS, SERVER_FRESH, CLIENT_FRESH, PARAMS };

static const char *const param_names[PARAMS] = {
    [SERVER_BITS] = "server_max_window_bits",
    [CLIENT_BITS] = "client_max_window_bits",
    [SERVER_FRESH] = "server_no_context_takeover",
    [CLIENT_FRESH] = "client_no_context_takeover",
};

enum { BITS_MIN = 8, BITS_MAX = 15, BITS_USEFUL = 10 };

/* One permessage-deflate of an offer or an agreement. */
struct deflate {
    bool has[PARAMS];
    bool valued[PARAMS];
    unsigned bits[PARAMS]; /* 0: no legal value */
    struct sw_slice unknown;
    struct sw_slice twice;
};

/* All that the request offers of it. */
struct offers {
    unsigned count;
    unsigned good;         /* of them, break no rule: those that a server may accept */
    bool client_bits;      /* any of all of them has it */
    unsigned has[PARAMS];  /* of the good ones */
    unsigned largest_bits; /* of the server, in the good ones; BITS_MAX where one has none */
};

static struct sw_slice name_of(struct sw_slice element)
{
    return sw_slice_trim(sw_slice_head(element, sw_slice_find(element, ';')));
}

/* --- the grammar ------------------------------------------------------------------------------------------------- */

enum grammar { GRAMMAR_GOOD, GRAMMAR_BAD, GRAMMAR_BAD_QUOTED };

static struct sw_slice take_token(struct sw_slice *rest)
{
    size_t n = 0;
    while (n < rest->size && sw_http_is_token(sw_slice_of(rest->data + n, 1)))
        n++;
    struct sw_slice token = sw_slice_head(*rest, n);
    *rest = sw_slice_trim_left(sw_slice_skip(*rest, n));
    return token;
}

/* A quoted-string, whose value must be a token as well. */
static enum grammar take_quoted(struct sw_slice *rest)
{
    size_t letters = 0;
    bool token = true;
    size_t i = 1;
    for (; i < rest->size && rest->data[i] != '"'; i++, letters++) {
        i += rest->data[i] == '\\' && i + 1 < rest->size;
        token &= sw_http_is_token(sw_slice_of(rest->data + i, 1));
    }
    if (i >= rest->size)
        return GRAMMAR_BAD;
    *rest = sw_slice_trim_left(sw_slice_skip(*rest, i + 1));
    return token && letters > 0 ? GRAMMAR_GOOD : GRAMMAR_BAD_QUOTED;
}

static enum grammar take_param(struct sw_slice *rest)
{
    *rest = sw_slice_trim_left(sw_slice_skip(*rest, 1)); /* the semicolon */
    if (take_token(rest).size == 0)
        return GRAMMAR_BAD;
    if (rest->size == 0 || rest->data[0] != '=')
        return GRAMMAR_GOOD;
    *rest = sw_slice_trim_left(sw_slice_skip(*rest, 1));
    if (rest->size > 0 && rest->data[0] == '"')
        return take_quoted(rest);
    return take_token(rest).size > 0 ? GRAMMAR_GOOD : GRAMMAR_BAD;
}

static enum grammar check_element(struct sw_slice element)
{
    enum grammar grammar = take_token(&element).size > 0 ? GRAMMAR_GOOD : GRAMMAR_BAD;
    while (grammar == GRAMMAR_GOOD && element.size > 0)
        grammar = element.data[0] == ';' ? take_param(&element) : GRAMMAR_BAD;
    return grammar;
}

static bool is_registered(struct sw_slice name)
{
    return sw_slice_equal_nocase(name, DEFLATE) || sw_slice_equal_nocase(name, SW_SLICE("bbf-usp-protocol"));
}

/* The list of a head. True where it breaks its grammar. */
static bool check_list(struct sw_connection *c, enum sw_direction party, const struct sw_head *head)
{
    struct sw_head_list list = sw_head_list_of(head, SW_HEAD_EXTENSIONS);
    struct sw_slice one;
    char excerpt[SW_EXCERPT];
    unsigned elements = 0;
    bool bad = false;
    for (; sw_head_list_next(&list, &one); elements++) {
        enum grammar grammar = check_element(one);
        if (grammar == GRAMMAR_BAD && !bad)
            sw_opening_report(c, SW_RULE_WSH_EXT_SYNTAX, party, "\"%s\"", sw_evidence(excerpt, one));
        else if (grammar == GRAMMAR_BAD_QUOTED)
            sw_opening_report(c, SW_RULE_WSH_EXT_QUOTED, party, "\"%s\"", sw_evidence(excerpt, one));
        else if (!is_registered(name_of(one)))
            sw_opening_report(c, SW_RULE_WSH_EXT_UNREGISTERED, party, "\"%s\"", sw_evidence(excerpt, name_of(one)));
        bad |= grammar == GRAMMAR_BAD;
    }
    if (sw_head_count(head, SW_HEAD_EXTENSIONS, &one) > 0 && elements == 0) {
        sw_opening_report(c, SW_RULE_WSH_EXT_SYNTAX, party, "no element in the list");
        bad = true;
    }
    return bad;
}

/* --- permessage-deflate ------------------------------------------------------------------------------------------ */

static unsigned read_bits(struct sw_slice value)
{
    uint64_t bits;
    struct sw_slice text = sw_unquote(value);
    bool zeros = text.size > 1 && text.data[0] == '0';
    return !zeros && sw_slice_number(text, &bits) && bits >= BITS_MIN && bits <= BITS_MAX ? (unsigned)bits : 0;
}

static struct deflate read_deflate(struct sw_slice element)
{
    struct deflate deflate = {0};
    struct sw_slice rest = sw_slice_skip(element, sw_slice_find(element, ';'));
    struct sw_param param;
    while (sw_param_next(&rest, &param)) {
        unsigned i = 0;
        while (i < PARAMS &&
               !sw_slice_equal_nocase(param.name, sw_slice_of((const uint8_t *)param_names[i], strlen(param_names[i]))))
            i++;
        if (i == PARAMS) {
            deflate.unknown = param.name.size > 0 ? param.name : deflate.unknown;
            continue;
        }
        if (deflate.has[i])
            deflate.twice = param.name;
        deflate.has[i] = true;
        deflate.valued[i] = param.has_value;
        deflate.bits[i] = param.has_value ? read_bits(param.value) : 0;
    }
    return deflate;
}

/* A finding about a parameter, with all of its element. */
static unsigned fault(struct sw_connection *c, bool is_one, enum sw_rule rule, enum sw_direction party,
                      struct sw_slice element)
{
    char excerpt[SW_EXCERPT];
    if (is_one)
        sw_opening_report(c, rule, party, "\"%s\"", sw_evidence(excerpt, element));
    return is_one;
}

static void read_offer(struct sw_connection *c, struct sw_slice element, struct offers *offers)
{
    const struct deflate one = read_deflate(element);
    unsigned faults = 0;
    faults += fault(c, one.unknown.size > 0, SW_RULE_PMD_OFFER_UNKNOWN_PARAM, SW_CLIENT, element);
    faults += fault(c, one.twice.size > 0, SW_RULE_PMD_OFFER_DUP_PARAM, SW_CLIENT, element);
    faults +=
        fault(c, one.valued[SERVER_FRESH] || one.valued[CLIENT_FRESH], SW_RULE_PMD_OFFER_NCT_VALUE, SW_CLIENT, element);
    faults +=
        fault(c, one.has[SERVER_BITS] && one.bits[SERVER_BITS] == 0, SW_RULE_PMD_OFFER_SMWB_VALUE, SW_CLIENT, element);
    faults += fault(c, one.valued[CLIENT_BITS] && one.bits[CLIENT_BITS] == 0, SW_RULE_PMD_OFFER_CMWB_VALUE, SW_CLIENT,
                    element);
    offers->count++;
    offers->client_bits |= one.has[CLIENT_BITS];
    if (faults > 0)
        return;
    offers->good++;
    for (unsigned i = 0; i < PARAMS; i++)
        offers->has[i] += one.has[i];
    if (one.bits[SERVER_BITS] == 0)
        offers->largest_bits = BITS_MAX;
    else if (one.bits[SERVER_BITS] > offers->largest_bits)
        offers->largest_bits = one.bits[SERVER_BITS];
}

/* quiet: they were told already. */
static struct offers read_offers(struct sw_connection *c, struct sw_opening *opening, bool quiet)
{
    struct sw_head_list list = sw_head_list_of(opening->asked, SW_HEAD_EXTENSIONS);
    struct sw_slice one;
    struct offers offers = {0};
    bool before = opening->quiet;
    opening->quiet |= quiet;
    while (sw_head_list_next(&list, &one))
        if (sw_slice_equal(name_of(one), DEFLATE) && check_element(one) != GRAMMAR_BAD)
            read_offer(c, one, &offers);
    opening->quiet = before;
    return offers;
}

void sw_check_offer(struct sw_connection *c, struct sw_opening *opening)
{
    opening->broken |= check_list(c, SW_CLIENT, opening->asked);
    read_offers(c, opening, false);
}

/* --- the answer -------------------------------------------------------------------------------------------------- */

static bool is_offered(const struct sw_head *request, struct sw_slice name)
{
    struct sw_head_list list = sw_head_list_of(request, SW_HEAD_EXTENSIONS);
    struct sw_slice one;
    while (sw_head_list_next(&list, &one))
        if (sw_slice_equal_nocase(name_of(one), name))
            return true;
    return false;
}

/* Extensions that use RSV1, as permessage-deflate does. */
static bool compresses(struct sw_slice name)
{
    static const char *const names[] = {"permessage-deflate", "x-webkit-deflate-frame", "permessage-bzip2",
                                        "permessage-snappy"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (sw_slice_equal_nocase(name, sw_slice_of((const uint8_t *)names[i], strlen(names[i]))))
            return true;
    return false;
}

/* Values that are wrong whatever was offered. */
static unsigned check_values(struct sw_connection *c, struct sw_slice element, const struct deflate *one)
{
    unsigned faults = 0;
    faults +=
        fault(c, one->unknown.size > 0 || one->twice.size > 0, SW_RULE_PMD_RESP_UNKNOWN_PARAM, SW_SERVER, element);
    faults += fault(c, one->valued[SERVER_FRESH] || one->valued[CLIENT_FRESH], SW_RULE_PMD_RESP_NCT_VALUE, SW_SERVER,
                    element);
    faults +=
        fault(c, one->has[SERVER_BITS] && one->bits[SERVER_BITS] == 0, SW_RULE_PMD_RESP_SMWB_VALUE, SW_SERVER, element);
    faults +=
        fault(c, one->has[CLIENT_BITS] && one->bits[CLIENT_BITS] == 0, SW_RULE_PMD_RESP_CMWB_VALUE, SW_SERVER, element);
    return faults;
}

/* Values that don't fit any of the offers. True where the client has to fail the connection. */
static bool check_fit(struct sw_connection *c, struct sw_slice element, const struct deflate *one,
                      const struct offers *offers)
{
    bool unasked = fault(c, one->has[CLIENT_BITS] && !offers->client_bits, SW_RULE_PMD_RESP_CMWB_NOT_OFFERED, SW_SERVER,
                         element) > 0;
    fault(c, offers->good == 0, SW_RULE_PMD_BAD_OFFER_ACCEPTED, SW_SERVER, element);
    if (offers->good == 0)
        return unasked; /* it should have declined: what would fit is not known */
    fault(c, one->bits[SERVER_BITS] > offers->largest_bits, SW_RULE_PMD_RESP_SMWB_LARGER, SW_SERVER, element);
    fault(c, !one->has[SERVER_BITS] && offers->has[SERVER_BITS] == offers->good, SW_RULE_PMD_RESP_SMWB_MISSING,
          SW_SERVER, element);
    fault(c, !one->has[SERVER_FRESH] && offers->has[SERVER_FRESH] == offers->good, SW_RULE_PMD_RESP_SNCT_MISSING,
          SW_SERVER, element);
    return unasked;
}

static void check_small(struct sw_connection *c, struct sw_slice element, const struct deflate *one)
{
    char excerpt[SW_EXCERPT];
    for (enum param i = SERVER_BITS; i <= CLIENT_BITS; i++)
        if (one->bits[i] != 0 && one->bits[i] < BITS_USEFUL)
            sw_opening_report(c, SW_RULE_PMD_WINDOW_SMALL, SW_SERVER, "%u bits: \"%s\"", one->bits[i],
                              sw_evidence(excerpt, element));
}

void sw_check_agreement(struct sw_connection *c, struct sw_opening *opening, const struct sw_head *answer)
{
    const struct offers offers = read_offers(c, opening, true);
    struct sw_head_list list = sw_head_list_of(answer, SW_HEAD_EXTENSIONS);
    struct sw_slice one;
    char excerpt[SW_EXCERPT];
    unsigned compressing = 0;
    opening->answer_bad |= check_list(c, SW_SERVER, answer);
    while (sw_head_list_next(&list, &one)) {
        struct sw_slice name = name_of(one);
        compressing += compresses(name);
        if (check_element(one) == GRAMMAR_BAD)
            continue; /* what it says is not known */
        if (!is_offered(opening->asked, name)) {
            sw_opening_report(c, SW_RULE_WSH_EXT_NOT_OFFERED, SW_SERVER, "\"%s\"", sw_evidence(excerpt, name));
            opening->answer_bad = true;
        }
        if (!sw_slice_equal(name, DEFLATE))
            continue;
        const struct deflate agreed = read_deflate(one);
        opening->deflate_bad |= check_values(c, one, &agreed) > 0;
        if (offers.count > 0)
            opening->deflate_bad |= check_fit(c, one, &agreed, &offers);
        check_small(c, one, &agreed);
    }
    if (compressing > 1) {
        sw_opening_report(c, SW_RULE_PMD_RESP_TWICE, SW_SERVER, "%u compressing extensions", compressing);
        opening->deflate_bad = true;
    }
    if (sw_head_count(answer, SW_HEAD_EXTENSIONS, &one) > 1)
        sw_opening_report(c, SW_RULE_WSH_EXT_RESP_DUP, SW_SERVER, "more than one header line");
}
