/* SPDX-License-Identifier: MIT
 *
 * Is this a URI, an address, a Via ... as RFC 3261 25.1 spells it?
 */
#include "rules/sip_grammar.h"

#include "bytes.h"

#include <string.h>

/* --- characters -------------------------------------------------------------------------------------------------- */

static bool is_one_of(uint8_t c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

static bool is_alphanum(uint8_t c)
{
    return sw_is_alpha(c) || sw_is_digit(c);
}

static bool is_unreserved(uint8_t c)
{
    return is_alphanum(c) || is_one_of(c, "-_.!~*'()");
}

static bool is_hex(uint8_t c)
{
    return sw_is_digit(c) || (sw_lower(c) >= 'a' && sw_lower(c) <= 'f');
}

bool sw_grammar_token(struct sw_slice text)
{
    return text.size > 0 && sw_token_size(text) == text.size;
}

bool sw_grammar_digits(struct sw_slice value)
{
    size_t n = 0;
    while (n < value.size && sw_is_digit(value.data[n]))
        n++;
    return n > 0 && n == value.size;
}

bool sw_grammar_alphanum(struct sw_slice value)
{
    size_t n = 0;
    while (n < value.size && is_alphanum(value.data[n]))
        n++;
    return n > 0 && n == value.size;
}

/* --- URIs -------------------------------------------------------------------------------------------------------- */

/* Unreserved characters, escapes, and those of the set. */
static enum sw_uri_fault check_characters(struct sw_slice text, const char *set)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c == '%') {
            if (text.size - i < 3 || !is_hex(text.data[i + 1]) || !is_hex(text.data[i + 2]))
                return SW_URI_ESCAPE;
            i += 2;
        } else if (c <= ' ' || c == 0x7f || c == '<' || c == '>') {
            return SW_URI_SYNTAX;
        } else if (!is_unreserved(c) && !is_one_of(c, set)) {
            return SW_URI_ESCAPE;
        }
    }
    return SW_URI_GOOD;
}

static bool is_hostname(struct sw_slice host)
{
    for (size_t i = 0; i < host.size; i++)
        if (!is_alphanum(host.data[i]) && host.data[i] != '-' && host.data[i] != '.')
            return false;
    return host.size > 0 && host.data[0] != '.' && host.data[0] != '-';
}

static bool is_ipv6(struct sw_slice host)
{
    for (size_t i = 1; i + 1 < host.size; i++)
        if (!is_hex(host.data[i]) && host.data[i] != ':' && host.data[i] != '.')
            return false;
    return host.size > 3 && host.data[0] == '[' && host.data[host.size - 1] == ']';
}

static bool is_host(struct sw_slice host)
{
    return is_hostname(host) || is_ipv6(host);
}

/* The size of the host in front: up to the colon of a port. */
static size_t host_size(struct sw_slice text)
{
    size_t bracket = text.size > 0 && text.data[0] == '[' ? sw_slice_find(text, ']') : 0;
    return bracket + sw_slice_find(sw_slice_skip(text, bracket), ':');
}

/* host [":" port], with LWS around the colon. */
static bool is_sent_by(struct sw_slice text)
{
    size_t end = host_size(text);
    if (!is_host(sw_slice_trim(sw_slice_head(text, end))))
        return false;
    return end == text.size || sw_grammar_digits(sw_slice_trim(sw_slice_skip(text, end + 1)));
}

static enum sw_uri_fault check_user(struct sw_slice user)
{
    size_t colon = sw_slice_find(user, ':');
    if (colon == 0)
        return SW_URI_EMPTY_USER;
    enum sw_uri_fault fault = check_characters(sw_slice_head(user, colon), "&=+$,;?/");
    return fault != SW_URI_GOOD ? fault : check_characters(sw_slice_skip(user, colon + 1), "&=+$,");
}

static enum sw_uri_fault check_params(struct sw_slice params)
{
    while (params.size > 0) {
        params = sw_slice_skip(params, 1); /* the semicolon */
        size_t end = sw_slice_find(params, ';');
        struct sw_slice one = sw_slice_head(params, end);
        size_t equals = sw_slice_find(one, '=');
        enum sw_uri_fault name = check_characters(sw_slice_head(one, equals), "[]/:&+$");
        enum sw_uri_fault value = check_characters(sw_slice_skip(one, equals + 1), "[]/:&+$");
        if (name != SW_URI_GOOD || value != SW_URI_GOOD)
            return name != SW_URI_GOOD ? name : value;
        if (equals == 0 || equals + 1 == one.size)
            return SW_URI_SYNTAX;
        params = sw_slice_skip(params, end);
    }
    return SW_URI_GOOD;
}

static enum sw_uri_fault check_sip(struct sw_slice rest)
{
    size_t at = sw_slice_find(rest, '@');
    if (at < rest.size) {
        enum sw_uri_fault user = at == 0 ? SW_URI_EMPTY_USER : check_user(sw_slice_head(rest, at));
        if (user != SW_URI_GOOD)
            return user;
        rest = sw_slice_skip(rest, at + 1);
    }
    size_t headers = sw_slice_find(rest, '?');
    struct sw_slice front = sw_slice_head(rest, headers);
    size_t params = sw_slice_find(front, ';');
    struct sw_slice host = sw_slice_head(front, params);
    enum sw_uri_fault fault = check_params(sw_slice_skip(front, params));
    if (host.size != sw_slice_trim(host).size || !is_sent_by(host))
        return sw_slice_find(host, '%') < host.size ? SW_URI_ESCAPE : SW_URI_SYNTAX;
    return fault != SW_URI_GOOD ? fault : check_characters(sw_slice_skip(rest, headers + 1), "[]/?:+$=&");
}

enum sw_uri_fault sw_grammar_uri(struct sw_slice uri)
{
    size_t colon = sw_slice_find(uri, ':');
    struct sw_slice scheme = sw_slice_head(uri, colon);
    if (colon == uri.size || colon == 0 || !sw_is_alpha(uri.data[0]))
        return SW_URI_SYNTAX;
    struct sw_slice rest = sw_slice_skip(uri, colon + 1);
    for (size_t i = 0; i + 2 < rest.size; i++)
        if (memcmp(rest.data + i, ":::", 3) == 0)
            return SW_URI_GOOD; /* an old grammar's fault that is to be put up with (RFC 5118 4.10) */
    if (sw_slice_equal_nocase(scheme, SW_SLICE("sip")) || sw_slice_equal_nocase(scheme, SW_SLICE("sips")))
        return check_sip(rest);
    for (size_t i = 0; i < rest.size; i++)
        if (rest.data[i] <= ' ' || rest.data[i] == 0x7f || rest.data[i] == '<' || rest.data[i] == '>')
            return SW_URI_SYNTAX;
    return rest.size > 0 ? SW_URI_GOOD : SW_URI_SYNTAX;
}

/* --- parameters and addresses ------------------------------------------------------------------------------------ */

/* The size of a quoted-string in front, its quotes included; 0: it isn't closed. */
static size_t quoted_size(struct sw_slice text)
{
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] == '"')
            return i + 1;
        i += text.data[i] == '\\';
    }
    return 0;
}

static struct sw_slice skip_space(struct sw_slice text)
{
    return sw_slice_trim_left(text);
}

static bool take_value(struct sw_slice *rest)
{
    size_t size = sw_token_size(*rest);
    if (rest->size > 0 && rest->data[0] == '"')
        size = quoted_size(*rest);
    else if (rest->size > 0 && rest->data[0] == '[')
        size = sw_slice_find(*rest, ']') + 1;
    else
        while (size < rest->size && is_one_of(rest->data[size], ":")) /* an IPv6 address (Via's received) */
            size += 1 + sw_token_size(sw_slice_skip(*rest, size + 1));
    if (size == 0 || size > rest->size)
        return false;
    *rest = skip_space(sw_slice_skip(*rest, size));
    return true;
}

/* *( SEMI token [ EQUAL ( token / host / quoted-string ) ] ) */
static bool are_params(struct sw_slice text)
{
    struct sw_slice rest = skip_space(text);
    while (rest.size > 0) {
        if (rest.data[0] != ';')
            return false;
        rest = skip_space(sw_slice_skip(rest, 1));
        size_t name = sw_token_size(rest);
        rest = skip_space(sw_slice_skip(rest, name));
        if (name == 0)
            return false;
        if (rest.size == 0 || rest.data[0] != '=')
            continue;
        rest = skip_space(sw_slice_skip(rest, 1));
        if (!take_value(&rest))
            return false;
    }
    return true;
}

/* The display name in front of "<"; false where there is no such, or it isn't closed. */
static bool take_display(struct sw_slice *rest)
{
    if (rest->size > 0 && rest->data[0] == '"') {
        size_t size = quoted_size(*rest);
        *rest = skip_space(sw_slice_skip(*rest, size));
        return size > 0 && rest->size > 0 && rest->data[0] == '<';
    }
    while (rest->size > 0 && rest->data[0] != '<') {
        size_t size = sw_token_size(*rest);
        if (size == 0)
            return false;
        *rest = skip_space(sw_slice_skip(*rest, size));
    }
    return rest->size > 0;
}

static enum sw_address_fault judge(struct sw_slice uri, struct sw_slice params)
{
    static const enum sw_address_fault faults[] = {
        [SW_URI_GOOD] = SW_ADDRESS_GOOD,
        [SW_URI_SYNTAX] = SW_ADDRESS_SYNTAX,
        [SW_URI_ESCAPE] = SW_ADDRESS_ESCAPE,
        [SW_URI_EMPTY_USER] = SW_ADDRESS_EMPTY_USER,
    };
    enum sw_address_fault fault = faults[sw_grammar_uri(uri)];
    return params.size > 0 && !are_params(params) ? SW_ADDRESS_SYNTAX : fault;
}

static enum sw_address_fault check_bare(struct sw_slice value)
{
    size_t end = 0;
    while (end < value.size && !sw_is_space(value.data[end]) && value.data[end] != ';' && value.data[end] != ',' &&
           value.data[end] != '?')
        end++;
    struct sw_slice rest = sw_slice_skip(value, end);
    bool user_follows = sw_slice_find(rest, '@') < rest.size && sw_slice_find(rest, '"') == rest.size;
    if (end < value.size && (value.data[end] == '?' || (!sw_is_space(value.data[end]) && user_follows)))
        return SW_ADDRESS_BRACKETS;
    return judge(sw_slice_head(value, end), rest);
}

enum sw_address_fault sw_grammar_address(struct sw_slice value)
{
    struct sw_slice rest = value;
    bool quoted = value.size > 0 && value.data[0] == '"';
    if (!quoted && sw_slice_find(value, '<') == value.size)
        return check_bare(value);
    size_t colon = sw_slice_find(value, ':');
    if (!quoted && colon < sw_slice_find(value, '<'))
        return check_bare(value); /* a bracket within a parameter */
    if (!take_display(&rest))
        return SW_ADDRESS_SYNTAX;
    size_t end = sw_slice_find(rest, '>');
    if (end == rest.size)
        return SW_ADDRESS_SYNTAX;
    return judge(sw_slice_skip(sw_slice_head(rest, end), 1), sw_slice_skip(rest, end + 1));
}

/* sent-protocol LWS sent-by *( SEMI via-params ), and sent-protocol = token SLASH token SLASH token. */
bool sw_grammar_via(struct sw_slice value)
{
    struct sw_slice rest = value;
    for (int part = 0; part < 3; part++) {
        size_t size = sw_token_size(rest);
        struct sw_slice behind = sw_slice_skip(rest, size);
        rest = skip_space(behind);
        bool spaced = rest.size < behind.size;
        if (size == 0 || (part < 2 ? rest.size == 0 || rest.data[0] != '/' : !spaced))
            return false;
        if (part < 2)
            rest = skip_space(sw_slice_skip(rest, 1));
    }
    size_t params = sw_slice_find(rest, ';');
    return is_sent_by(sw_slice_trim(sw_slice_head(rest, params))) && are_params(sw_slice_skip(rest, params));
}

/* --- other fields ------------------------------------------------------------------------------------------------ */

static bool is_word(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!sw_is_token(text.data[i]) && !is_one_of(text.data[i], "()<>:\\\"/[]?{}"))
            return false;
    return text.size > 0;
}

bool sw_grammar_call_id(struct sw_slice value)
{
    size_t at = sw_slice_find(value, '@');
    return is_word(sw_slice_head(value, at)) && (at == value.size || is_word(sw_slice_skip(value, at + 1)));
}

/* "Sat, 13 Nov 2010 23:29:00 GMT": 9 for any digit, A for any letter. */
bool sw_grammar_date(struct sw_slice value)
{
    static const char shape[] = "AAA, 99 AAA 9999 99:99:99 GMT";
    static const char days[] = "Mon Tue Wed Thu Fri Sat Sun ";
    static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
    enum { MONTH = 8, NAME = 3 };
    if (value.size != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < value.size; i++) {
        uint8_t c = value.data[i];
        bool fits = shape[i] == '9' ? sw_is_digit(c) : shape[i] == 'A' ? sw_is_alpha(c) : c == (uint8_t)shape[i];
        if (!fits)
            return false;
    }
    char day[] = {(char)value.data[0], (char)value.data[1], (char)value.data[2], ' ', 0};
    char month[] = {(char)value.data[MONTH], (char)value.data[MONTH + 1], (char)value.data[MONTH + 2], ' ', 0};
    return strstr(days, day) != NULL && strstr(months, month) != NULL;
}

bool sw_grammar_warning(struct sw_slice value)
{
    struct sw_slice rest = value;
    size_t code = sw_slice_find(rest, ' ');
    if (code != 3 || !sw_grammar_digits(sw_slice_head(rest, code)))
        return false;
    rest = sw_slice_skip(rest, code + 1);
    size_t agent = sw_slice_find(rest, ' ');
    struct sw_slice text = sw_slice_skip(rest, agent + 1);
    return agent > 0 && text.size > 0 && text.data[0] == '"' && quoted_size(text) == text.size;
}
