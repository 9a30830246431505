/* SPDX-License-Identifier: MIT
 *
 * Are values of a session description spelt right? RFC 8866 9, RFC 8122 5, RFC 8839 5.
 */
#include "rules/sdp_grammar.h"

#include "bytes.h"
#include "rules/sip_grammar.h"

/* --- words ------------------------------------------------------------------------------------------------------- */

bool sw_sdp_token(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!sw_is_token(text.data[i]) && (text.data[i] == 0 || strchr("#$&^{|}", text.data[i]) == NULL))
            return false;
    return text.size > 0;
}

bool sw_sdp_integer(struct sw_slice text)
{
    return sw_grammar_digits(text) && text.data[0] != '0';
}

/* --- o= and m= --------------------------------------------------------------------------------------------------- */

bool sw_sdp_is_origin(struct sw_slice value)
{
    enum { FIELDS = 6, SESSION_ID = 1, SESSION_VERSION = 2 };
    bool last = false;
    for (unsigned i = 0; i < FIELDS; i++) {
        if (last)
            return false;
        struct sw_slice field = sw_field_next(&value, &last);
        if (field.size == 0 || ((i == SESSION_ID || i == SESSION_VERSION) && !sw_grammar_digits(field)))
            return false;
    }
    return last;
}

static bool is_port(struct sw_slice field)
{
    size_t slash = sw_slice_find(field, '/');
    return sw_grammar_digits(sw_slice_head(field, slash)) &&
           (slash == field.size || sw_sdp_integer(sw_slice_skip(field, slash + 1)));
}

/* token *("/" token) */
static bool is_protocol(struct sw_slice field)
{
    size_t slash;
    do {
        slash = sw_slice_find(field, '/');
        if (!sw_sdp_token(sw_slice_head(field, slash)))
            return false;
        field = sw_slice_skip(field, slash + 1);
    } while (field.size > 0);
    return true;
}

bool sw_sdp_is_media(struct sw_slice value)
{
    bool last;
    if (!sw_sdp_token(sw_field_next(&value, &last)) || last || !is_port(sw_field_next(&value, &last)) || last)
        return false;
    struct sw_slice protocol = sw_field_next(&value, &last);
    if (protocol.size == 0 || protocol.data[protocol.size - 1] == '/' || !is_protocol(protocol) || last)
        return false;
    while (!last)
        if (!sw_sdp_token(sw_field_next(&value, &last)))
            return false;
    return true;
}

/* --- DTLS and ICE ------------------------------------------------------------------------------------------------ */

static bool is_upper_hex(uint8_t c)
{
    return sw_is_digit(c) || (c >= 'A' && c <= 'F');
}

size_t sw_sdp_pairs(struct sw_slice text)
{
    enum { PAIR = 3 };
    if (text.size % PAIR != PAIR - 1)
        return 0;
    for (size_t i = 0; i < text.size; i += PAIR)
        if (!is_upper_hex(text.data[i]) || !is_upper_hex(text.data[i + 1]) ||
            (i + 2 < text.size && text.data[i + 2] != ':'))
            return 0;
    return (text.size + 1) / PAIR;
}

bool sw_sdp_ice_text(struct sw_slice text, size_t min, size_t max)
{
    for (size_t i = 0; i < text.size; i++)
        if (!sw_is_alpha(text.data[i]) && !sw_is_digit(text.data[i]) && text.data[i] != '+' && text.data[i] != '/')
            return false;
    return text.size >= min && text.size <= max;
}

bool sw_sdp_is_ice_text(enum sw_item_kind kind, struct sw_slice value)
{
    return kind == SW_ITEM_ICE_UFRAG ? sw_sdp_ice_text(value, SW_ICE_UFRAG_MIN, SW_ICE_UFRAG_SENT)
                                     : sw_sdp_ice_text(value, SW_ICE_PWD_MIN, SW_ICE_MAX);
}

static bool is_digits(struct sw_slice text, size_t max)
{
    return sw_grammar_digits(text) && text.size <= max;
}

static bool is_reflected(struct sw_slice type)
{
    return sw_slice_equal(type, SW_SLICE("srflx")) || sw_slice_equal(type, SW_SLICE("prflx")) ||
           sw_slice_equal(type, SW_SLICE("relay"));
}

/* What stands behind the type: a related address and port, then pairs of extensions. */
static bool has_related(struct sw_slice rest)
{
    bool last = true;
    bool address = sw_slice_equal(sw_field_next(&rest, &last), SW_SLICE("raddr"));
    address = address && !last && sw_field_next(&rest, &last).size > 0 && !last;
    bool port = address && sw_slice_equal(sw_field_next(&rest, &last), SW_SLICE("rport")) && !last;
    return port && sw_grammar_digits(sw_field_next(&rest, &last));
}

bool sw_sdp_is_candidate(struct sw_slice value)
{
    enum { FOUNDATION_MAX = 32, COMPONENT_MAX = 3, PRIORITY_MAX = 10, PORT_MAX = 5 };
    bool last[8] = {false};
    struct sw_slice foundation = sw_field_next(&value, &last[0]);
    struct sw_slice component = sw_field_next(&value, &last[1]);
    struct sw_slice transport = sw_field_next(&value, &last[2]);
    struct sw_slice priority = sw_field_next(&value, &last[3]);
    struct sw_slice address = sw_field_next(&value, &last[4]);
    struct sw_slice port = sw_field_next(&value, &last[5]);
    struct sw_slice typ = sw_field_next(&value, &last[6]);
    struct sw_slice type = sw_field_next(&value, &last[7]);
    if (last[6] || !sw_sdp_ice_text(foundation, 1, FOUNDATION_MAX) || !is_digits(component, COMPONENT_MAX) ||
        !sw_grammar_token(transport) || !is_digits(priority, PRIORITY_MAX) || address.size == 0 ||
        !is_digits(port, PORT_MAX) || !sw_slice_equal(typ, SW_SLICE("typ")) || !sw_grammar_token(type))
        return false;
    return !is_reflected(type) || has_related(value);
}
