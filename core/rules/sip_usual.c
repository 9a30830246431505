/* SPDX-License-Identifier: MIT
 *
 * Is this address, or Via, written as nearly all are? Then one pass shows that it is right (RFC 3261 25.1), and what
 * else there is to know of it. What is written otherwise may be right as well: sip_grammar.c tells.
 */
#include "rules/sip_case.h"
#include "rules/sip_grammar.h"

enum { USER = 1, HOST = 2, PARAM = 4 }; /* where a character may stand in a URI, unescaped */

/* unreserved and & = + $ , ; ? / of a user; of a host alphanum - . only; unreserved and [ ] / : & + $ of parameters */
static const uint8_t places[256] = {
    [0x20] = 0, 5, 0, 0, 5, 0, 5, 5, 5, 5, 5, 5, 1, 7, 7, 5, /* ! $ & ' ( ) * + , - . / */
    [0x30] = 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 4, 1, 0, 1, 0, 1, /* 0 to 9, : ; = ? */
    [0x40] = 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, /* A to O */
    [0x50] = 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 4, 0, 4, 0, 5, /* P to Z, [ ] _ */
    [0x60] = 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, /* a to o */
    [0x70] = 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 5, 0, /* p to z, ~ */
};

static size_t run_size(struct sw_slice text, unsigned place)
{
    size_t n = 0;
    while (n < text.size && (places[text.data[n]] & place) != 0)
        n++;
    return n;
}

static bool take(struct sw_slice *rest, uint8_t c)
{
    if (rest->size == 0 || rest->data[0] != c)
        return false;
    *rest = sw_slice_skip(*rest, 1);
    return true;
}

/* --- parameters -------------------------------------------------------------------------------------------------- */

enum { NAMES_MAX = 12 };

struct names {
    struct sw_slice names[NAMES_MAX];
    size_t count;
};

/* False where it was there before, or there are too many. */
static bool name_add(struct names *names, struct sw_slice name)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->names[i].size == name.size && sw_slice_equal_nocase(names->names[i], name))
            return false;
    if (names->count == NAMES_MAX)
        return false;
    names->names[names->count++] = name;
    return true;
}

/* A token, or a quoted string without escapes. */
static struct sw_slice take_value(struct sw_slice *rest)
{
    size_t size = sw_token_size(*rest);
    if (rest->size > 1 && rest->data[0] == '"') {
        const size_t end = 1 + sw_slice_find(sw_slice_skip(*rest, 1), '"');
        const bool whole = end < rest->size && sw_slice_find(sw_slice_head(*rest, end), '\\') == end;
        size = whole ? end + 1 : 0;
    }
    const struct sw_slice value = sw_slice_head(*rest, size);
    *rest = sw_slice_skip(*rest, size);
    return value;
}

/* As the checks of Contact read them; see traits_of in sip_fields.c. */
static unsigned trait_of(struct sw_slice name, struct sw_slice value)
{
    uint64_t number;
    if (sw_slice_equal_nocase(name, SW_SLICE("reg-id"))) {
        const bool right = value.size <= sizeof "2147483647" - 1 && sw_slice_number(value, &number) && number > 0 &&
                           number <= INT32_MAX;
        return right ? SW_TRAIT_REG_ID | SW_TRAIT_FLOW : SW_TRAIT_REG_ID;
    }
    if (sw_slice_equal_nocase(name, SW_SLICE("expires")) &&
        (!sw_grammar_digits(value) || !sw_slice_number(value, &number) || number > UINT32_MAX))
        return SW_TRAIT_LATE;
    return 0;
}

/* *(";" token ["=" (token / quoted-string)]), each name once, and nothing behind. */
static bool params_are_usual(struct sw_slice rest, unsigned *traits)
{
    struct names names = {.count = 0};
    bool instance = false;
    while (take(&rest, ';')) {
        const struct sw_slice name = sw_slice_head(rest, sw_token_size(rest));
        rest = sw_slice_skip(rest, name.size);
        struct sw_slice value = {0};
        if (take(&rest, '=') && (value = take_value(&rest)).size == 0)
            return false;
        if (name.size == 0 || !name_add(&names, name))
            return false;
        *traits |= trait_of(name, value);
        instance |= sw_slice_equal_nocase(name, SW_SLICE("+sip.instance"));
    }
    if (!instance)
        *traits &= ~(unsigned)SW_TRAIT_FLOW;
    return rest.size == 0;
}

/* Of a URI, up to the ">". */
static bool take_uri_params(struct sw_slice *rest, unsigned *traits)
{
    struct names names = {.count = 0};
    while (take(rest, ';')) {
        const struct sw_slice name = sw_slice_head(*rest, run_size(*rest, PARAM));
        *rest = sw_slice_skip(*rest, name.size);
        if (name.size == 0 || !name_add(&names, name))
            return false;
        if (sw_slice_equal_nocase(name, SW_SLICE("ob")) || sw_slice_equal_nocase(name, SW_SLICE("gr")))
            *traits |= SW_TRAIT_STAYS;
        if (!take(rest, '='))
            continue;
        const size_t value = run_size(*rest, PARAM);
        *rest = sw_slice_skip(*rest, value);
        if (value == 0)
            return false;
    }
    return true;
}

/* --- addresses --------------------------------------------------------------------------------------------------- */

/* A name, and 10.0.0.1:5060. */
static bool take_host(struct sw_slice *rest)
{
    enum { DIGITS = 5 };
    const size_t host = run_size(*rest, HOST);
    if (host == 0 || rest->data[0] == '-' || rest->data[0] == '.')
        return false;
    *rest = sw_slice_skip(*rest, host);
    if (!take(rest, ':'))
        return true;
    size_t digits = 0;
    while (digits < rest->size && sw_is_digit(rest->data[digits]))
        digits++;
    *rest = sw_slice_skip(*rest, digits);
    return digits > 0 && digits <= DIGITS;
}

/* What stands before the "<": nothing, words, or a quoted string without escapes. */
static bool take_display(struct sw_slice *rest)
{
    if (rest->size > 0 && rest->data[0] == '"') {
        if (take_value(rest).size == 0)
            return false;
        while (take(rest, ' '))
            continue;
        return take(rest, '<');
    }
    size_t size = 0;
    while (size < rest->size && (sw_is_token(rest->data[size]) || rest->data[size] == ' '))
        size++;
    *rest = sw_slice_skip(*rest, size);
    return take(rest, '<');
}

bool sw_usual_address(struct sw_slice value, unsigned *traits)
{
    const struct sw_slice scheme = SW_SLICE("sip:");
    struct sw_slice rest = value;
    *traits = SW_TRAIT_SIP;
    if (!take_display(&rest) || !sw_slice_starts(rest, scheme))
        return false;
    rest = sw_slice_skip(rest, scheme.size);
    const size_t user = run_size(rest, USER);
    if (user > 0 && user < rest.size && rest.data[user] == '@')
        rest = sw_slice_skip(rest, user + 1);
    return take_host(&rest) && take_uri_params(&rest, traits) && take(&rest, '>') && params_are_usual(rest, traits);
}

bool sw_usual_via(struct sw_slice value)
{
    const struct sw_slice protocol = SW_SLICE("SIP/2.0/");
    unsigned traits = 0;
    struct sw_slice rest = sw_slice_skip(value, protocol.size);
    const size_t transport = sw_token_size(rest);
    rest = sw_slice_skip(rest, transport);
    if (!sw_slice_starts(value, protocol) || transport == 0 || !take(&rest, ' ') ||
        sw_slice_starts(rest, SW_SLICE("255.")))
        return false;
    return take_host(&rest) && params_are_usual(rest, &traits);
}
