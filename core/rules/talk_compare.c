/* SPDX-License-Identifier: MIT
 *
 * Do two URIs, addresses, Vias mean the same, however they are written? RFC 3261 19.1.4, 20.10, 20.42, 7.3.1.
 */
#include "rules/talk_compare.h"

#include "sipweave/fields.h"

#include <glib.h>

/* Whether longer is shorter with parameters behind it, and reads the same up to there: a quote or bracket that isn't
 * closed in shorter could only be closed by another one. */
static bool adds_params(struct sw_slice shorter, struct sw_slice longer)
{
    const struct sw_slice added = sw_slice_skip(longer, shorter.size);
    return sw_slice_starts(longer, shorter) && added.size > 0 && added.data[0] == ';' &&
           sw_slice_find(added, '"') == added.size && sw_slice_find(added, '<') == added.size &&
           sw_slice_find(added, '>') == added.size;
}

/* --- URIs -------------------------------------------------------------------------------------------------------- */

/* Where the two stand. */
enum place {
    ANYWHERE,
    FROM_OR_TO, /* where a part that is not allowed there (19.1.1, Table 1) is better ignored than compared */
};

static bool is_one_of(struct sw_slice name, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sw_slice_equal_nocase(name, sw_slice_of((const uint8_t *)names[i], strlen(names[i]))))
            return true;
    return false;
}

/* Parameters that make a difference also where only one of the two has them (19.1.4). */
static bool matters_alone(struct sw_slice name)
{
    static const char *const names[] = {"user", "ttl", "method", "maddr", "transport"};
    return is_one_of(name, names, G_N_ELEMENTS(names));
}

static bool is_ignored(struct sw_slice name, enum place place)
{
    static const char *const names[] = {"ttl", "method", "maddr", "transport", "lr"};
    return place == FROM_OR_TO && is_one_of(name, names, G_N_ELEMENTS(names));
}

static bool params_agree(struct sw_slice a, struct sw_slice b, enum place place)
{
    enum { PARAMS_MAX = 32 };
    struct sw_param param;
    struct sw_param other;
    for (unsigned n = 0; n < PARAMS_MAX && sw_param_next(&a, &param); n++) {
        if (is_ignored(param.name, place))
            continue;
        bool both = sw_param_find(b, param.name, &other);
        if (both ? !sw_slice_equal_nocase(param.value, other.value) : matters_alone(param.name))
            return false;
    }
    return true;
}

static int hex_of(uint8_t c)
{
    return g_ascii_xdigit_value((gchar)c);
}

/* The next character, escaped or not. */
static int next_of(struct sw_slice *text)
{
    int c = text->data[0];
    if (c == '%' && text->size >= 3 && hex_of(text->data[1]) >= 0 && hex_of(text->data[2]) >= 0) {
        c = hex_of(text->data[1]) * 16 + hex_of(text->data[2]);
        *text = sw_slice_skip(*text, 3);
    } else {
        *text = sw_slice_skip(*text, 1);
    }
    return c;
}

static bool same_unescaped(struct sw_slice a, struct sw_slice b)
{
    while (a.size > 0 && b.size > 0)
        if (next_of(&a) != next_of(&b))
            return false;
    return a.size == b.size;
}

static bool same_port_and_headers(const struct sw_uri *one, const struct sw_uri *other)
{
    return sw_slice_equal(one->port, other->port) && sw_slice_equal_nocase(one->headers, other->headers);
}

static bool same_at(struct sw_slice a, struct sw_slice b, enum place place)
{
    struct sw_uri one;
    struct sw_uri other;
    if (sw_slice_equal(a, b))
        return true;
    if (sw_uri_parse(a, &one) != SW_OK || sw_uri_parse(b, &other) != SW_OK ||
        !sw_slice_equal_nocase(one.scheme, other.scheme))
        return false;
    if (!one.sip)
        return sw_slice_equal_nocase(one.opaque, other.opaque);
    return same_unescaped(one.user, other.user) && same_unescaped(one.password, other.password) &&
           sw_slice_equal_nocase(one.host, other.host) &&
           (place == FROM_OR_TO || same_port_and_headers(&one, &other)) &&
           params_agree(one.params, other.params, place) && params_agree(other.params, one.params, place);
}

bool sw_same_uri(struct sw_slice a, struct sw_slice b)
{
    return same_at(a, b, ANYWHERE);
}

struct sw_slice sw_uri_of(struct sw_slice name_addr)
{
    struct sw_name_addr address;
    sw_name_addr_split(name_addr, &address);
    return address.uri;
}

/* A To of a response is mostly that of its request with a tag behind its ">". */
static bool same_text_of(struct sw_slice a, struct sw_slice b)
{
    return sw_slice_equal(a, b) || (a.size > 0 && a.data[a.size - 1] == '>' && adds_params(a, b));
}

bool sw_same_uri_of(struct sw_slice a, struct sw_slice b)
{
    return same_text_of(a, b) || same_at(sw_uri_of(a), sw_uri_of(b), ANYWHERE);
}

bool sw_same_user_of(struct sw_slice a, struct sw_slice b)
{
    return same_text_of(a, b) || same_at(sw_uri_of(a), sw_uri_of(b), FROM_OR_TO);
}

static struct sw_slice tag_of(struct sw_slice value)
{
    struct sw_name_addr address;
    struct sw_param param;
    sw_name_addr_split(value, &address);
    return sw_param_find(address.params, SW_SLICE("tag"), &param) ? param.value : sw_slice_of(NULL, 0);
}

bool sw_has_tag(struct sw_slice from_or_to)
{
    return tag_of(from_or_to).size > 0;
}

bool sw_same_tag_of(struct sw_slice a, struct sw_slice b)
{
    return sw_slice_equal(a, b) || sw_slice_equal(tag_of(a), tag_of(b));
}

/* As it is usually written: decimal numbers without zeros before them. */
static bool is_ipv4(struct sw_slice host, const uint8_t address[4])
{
    enum { DIGITS = 3 };
    for (unsigned i = 0; i < 4; i++) {
        unsigned number = 0;
        size_t size = 0;
        while (size < DIGITS && size < host.size && sw_is_digit(host.data[size]))
            number = number * 10 + host.data[size++] - '0';
        if (size == 0 || number != address[i] || (size > 1 && host.data[0] == '0'))
            return false;
        if (i < 3 && (size == host.size || host.data[size++] != '.'))
            return false;
        host = sw_slice_skip(host, size);
    }
    return host.size == 0;
}

bool sw_host_is_at(struct sw_slice host, const struct sw_endpoint *endpoint)
{
    if (endpoint->family == 4)
        return is_ipv4(host, endpoint->address);
    char text[56];
    sw_endpoint_format(endpoint, text, sizeof text);
    struct sw_slice address = sw_slice_of((const uint8_t *)text, strlen(text));
    size_t colon = address.size;
    while (colon > 0 && text[colon - 1] != ':')
        colon--;
    address = sw_slice_head(address, colon == 0 ? 0 : colon - 1);
    if (address.size > 1 && host.size > 0 && host.data[0] != '[' && address.data[0] == '[')
        address = sw_slice_of(address.data + 1, address.size - 2);
    return host.size > 0 && sw_slice_equal_nocase(host, address);
}

bool sw_uri_is_at(struct sw_slice text, const struct sw_endpoint *endpoint)
{
    enum { SIP_PORT = 5060 };
    struct sw_uri uri;
    struct sw_param gruu;
    uint64_t port = SIP_PORT;
    if (sw_uri_parse(text, &uri) != SW_OK || !uri.sip || sw_param_find(uri.params, SW_SLICE("gr"), &gruu))
        return false;
    if (uri.port.size > 0 && !sw_slice_number(uri.port, &port))
        return false;
    return port == endpoint->port && sw_host_is_at(uri.host, endpoint);
}

bool sw_uri_has_param(struct sw_slice text, struct sw_slice name)
{
    struct sw_uri uri;
    struct sw_param param;
    return sw_uri_parse(text, &uri) == SW_OK && uri.sip && sw_param_find(uri.params, name, &param);
}

/* --- lists ------------------------------------------------------------------------------------------------------- */

bool sw_same_values(const struct sw_sip *a, const struct sw_sip *b, enum sw_sip_field field)
{
    struct sw_slice one;
    struct sw_slice other;
    if (a->count[field] == 0 || b->count[field] == 0)
        return a->count[field] == b->count[field];
    if (a->count[field] == 1 && b->count[field] == 1 && sw_slice_equal(a->first[field], b->first[field]))
        return true;
    struct sw_sip_values left = sw_sip_values_of(a, field);
    struct sw_sip_values right = sw_sip_values_of(b, field);
    for (;;) {
        bool more = sw_sip_value_next(&left, field, &one);
        if (sw_sip_value_next(&right, field, &other) != more)
            return false;
        if (!more)
            return true;
        if (!sw_same_uri_of(one, other))
            return false;
    }
}

enum { ROUTES_MAX = 32 };

static size_t list_of(const struct sw_sip *sip, enum sw_sip_field field, struct sw_slice list[ROUTES_MAX])
{
    struct sw_sip_values values = sw_sip_values_of(sip, field);
    size_t count = 0;
    while (count < ROUTES_MAX && sw_sip_value_next(&values, field, &list[count]))
        count++;
    return count;
}

bool sw_same_routes(const struct sw_sip *routes, enum sw_sip_field field, bool reverse, const struct sw_sip *request)
{
    struct sw_slice set[ROUTES_MAX];
    struct sw_slice used[ROUTES_MAX];
    size_t count = list_of(routes, field, set);
    if (list_of(request, SW_SIP_ROUTE, used) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!sw_same_uri_of(set[reverse ? count - 1 - i : i], used[i]))
            return false;
    return true;
}

bool sw_has_option(const struct sw_sip *sip, enum sw_sip_field field, struct sw_slice option)
{
    if (sip->count[field] == 0)
        return false;
    struct sw_sip_values values = sw_sip_values_of(sip, field);
    struct sw_slice value;
    while (sw_sip_value_next(&values, field, &value))
        if (sw_slice_equal_nocase(value, option))
            return true;
    return false;
}

/* Without the header line that it begins with, folds included. */
static struct sw_slice skip_header(struct sw_slice text)
{
    do
        text = sw_slice_skip(text, sw_slice_find(text, '\n') + 1);
    while (text.size > 0 && sw_is_blank(text.data[0]));
    return text;
}

/* Hardly any message has what is looked for, so most lines are passed over by their first letter. */
bool sw_find_header(const struct sw_sip *sip, struct sw_slice name, struct sw_slice *value)
{
    struct sw_slice more = sw_slice_head(sip->headers, sip->count[SW_SIP_OTHER] == 0 ? 0 : SIZE_MAX);
    struct sw_header header;
    while (more.size > 0) {
        if (sw_is_alpha(more.data[0]) && sw_lower(more.data[0]) != sw_lower(name.data[0])) {
            more = skip_header(more);
            continue;
        }
        sw_header_next(&more, &header);
        if (!sw_slice_equal_nocase(header.name, name))
            continue;
        *value = header.value;
        return true;
    }
    return false;
}

bool sw_has_sdp(const struct sw_sip *sip)
{
    struct sw_media_type type;
    return sip->body.size > 0 && sip->count[SW_SIP_CONTENT_TYPE] > 0 &&
           sw_media_type_parse(sip->first[SW_SIP_CONTENT_TYPE], &type) == SW_OK &&
           sw_slice_equal_nocase(type.type, SW_SLICE("application")) &&
           sw_slice_equal_nocase(type.subtype, SW_SLICE("sdp"));
}

/* --- Via --------------------------------------------------------------------------------------------------------- */

static uint64_t port_of(const struct sw_via *via)
{
    uint64_t port = sw_slice_equal_nocase(via->transport, SW_SLICE("TLS")) ? 5061 : 5060;
    if (via->port.size > 0)
        sw_slice_number(via->port, &port);
    return port;
}

static bool same_sent_by(struct sw_slice a, struct sw_slice b)
{
    struct sw_via one;
    struct sw_via other;
    if (sw_slice_equal(sw_slice_head(a, sw_slice_find(a, ';')), sw_slice_head(b, sw_slice_find(b, ';'))))
        return true;
    sw_via_parse(a, &one);
    sw_via_parse(b, &other);
    return sw_slice_equal_nocase(one.transport, other.transport) && sw_slice_equal_nocase(one.host, other.host) &&
           port_of(&one) == port_of(&other);
}

/* Of a name that stands there twice any will do. */
static bool has_param(struct sw_slice params, const struct sw_param *wanted)
{
    struct sw_param param;
    while (sw_param_next(&params, &param))
        if (sw_slice_equal_nocase(param.name, wanted->name) && sw_slice_equal_nocase(param.value, wanted->value))
            return true;
    return false;
}

/* What the request's has must be there; received and rport may be added, or filled in (18.2.1, RFC 3581 4). */
bool sw_same_via(struct sw_slice request, struct sw_slice response)
{
    enum { PARAMS_MAX = 32 };
    struct sw_param param;
    if (sw_slice_equal(request, response) || adds_params(request, response))
        return true;
    if (!same_sent_by(request, response))
        return false;
    struct sw_slice rest = sw_slice_skip(request, sw_slice_find(request, ';') + 1);
    const struct sw_slice params = sw_slice_skip(response, sw_slice_find(response, ';') + 1);
    for (unsigned n = 0; n < PARAMS_MAX && sw_param_next(&rest, &param); n++) {
        if (sw_slice_equal_nocase(param.name, SW_SLICE("rport")) ||
            sw_slice_equal_nocase(param.name, SW_SLICE("received")))
            continue;
        if (!has_param(params, &param))
            return false;
    }
    return true;
}

/* Mostly it is the first parameter. */
struct sw_slice sw_branch_of(struct sw_slice value)
{
    const struct sw_slice name = SW_SLICE(";branch=");
    const struct sw_slice params = sw_slice_skip(value, sw_slice_find(value, ';'));
    const struct sw_slice rest = sw_slice_skip(params, name.size);
    const struct sw_slice branch = sw_slice_head(rest, sw_token_size(rest));
    struct sw_via via;
    if (sw_slice_starts(params, name) && (branch.size == rest.size || rest.data[branch.size] == ';'))
        return branch;
    sw_via_parse(value, &via);
    return via.branch;
}
