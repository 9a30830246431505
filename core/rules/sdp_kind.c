/* SPDX-License-Identifier: MIT
 *
 * Which session descriptions are alike to their checks? Those that differ in no more than addresses, ports, candidates,
 * credentials, fingerprints and the attributes that no rule asks for, where each of these is right by itself.
 */
#include "rules/sdp_kind.h"

#include "bytes.h"
#include "rules/sdp_grammar.h"
#include "rules/sip_case.h"
#include "rules/sip_grammar.h"

enum { SIZE_MAX_OF_TEXT = 16384 };

struct walk {
    struct sw_outline *outline;
    uint64_t seed;
    uint64_t sum;               /* of what counts with all it says */
    struct sw_credentials *own; /* of the section; before the first m=, of the session */
    struct sw_credentials session;
    bool after_attribute; /* the line before was an attribute */
    bool origin;
    unsigned port;                            /* of m= */
    struct sw_slice session_address, address; /* IPv4 of the first c=; empty: none, or another family */
    bool connected;                           /* the section has a c= */
    bool candidates;
    bool reachable; /* one of them is the address and port of the section, or hides its address behind a name */
};

static void add(struct walk *walk, struct sw_slice text)
{
    walk->sum = sw_hash(text, walk->sum);
}

static void add_mark(struct walk *walk, enum sw_item_kind kind)
{
    walk->sum = (walk->sum ^ (uint64_t)(kind + 1)) * UINT64_C(0x9E3779B97F4A7C15);
    walk->sum ^= walk->sum >> 29;
}

/* --- lines of which only the form counts ------------------------------------------------------------------------- */

/* What stands before the next space; empty where there is none. */
static struct sw_slice word_take(struct sw_slice *rest)
{
    size_t size = 0;
    while (size < rest->size && rest->data[size] > ' ')
        size++;
    struct sw_slice word = sw_slice_head(*rest, size);
    if (size == rest->size || rest->data[size] != ' ')
        return sw_slice_head(word, 0);
    *rest = sw_slice_skip(*rest, size + 1);
    return word;
}

static bool is_digits(struct sw_slice text, size_t most)
{
    return text.size <= most && sw_grammar_digits(text);
}

/* "- 4962303333179871722 2 IN IP4 127.0.0.1" */
static bool take_origin(struct walk *walk, struct sw_slice value)
{
    enum { DIGITS = 19 };
    struct sw_slice rest = value;
    const struct sw_slice user = word_take(&rest);
    const struct sw_slice id = word_take(&rest);
    const struct sw_slice version = word_take(&rest);
    const struct sw_slice behind = rest;
    const struct sw_slice net = word_take(&rest);
    const struct sw_slice type = word_take(&rest);
    if (walk->origin || walk->own != &walk->session || user.size == 0 || !sw_grammar_digits(id) ||
        !is_digits(version, DIGITS) || net.size == 0 || type.size == 0 || rest.size == 0)
        return false;
    for (size_t i = 0; i < rest.size; i++)
        if (rest.data[i] <= ' ')
            return false;
    walk->origin = true;
    sw_slice_number(version, &walk->outline->version);
    walk->outline->session =
        sw_hash(behind, sw_hash(sw_slice_head(value, (size_t)(version.data - value.data)), walk->seed));
    add_mark(walk, SW_ITEM_ORIGIN);
    return true;
}

/* Four numbers of at most three digits; the first of them, or -1. */
static int first_of_ip4(struct sw_slice address)
{
    int first = 0;
    size_t at = 0;
    for (unsigned part = 0; part < 4; part++) {
        size_t digits = 0;
        for (; at < address.size && sw_is_digit(address.data[at]) && digits < 3; at++, digits++)
            first = part == 0 ? first * 10 + address.data[at] - '0' : first;
        if (digits == 0 || (part < 3 && (at == address.size || address.data[at++] != '.')))
            return -1;
    }
    return at == address.size ? first : -1;
}

/* "IN IP6 2001:db8::1" */
static bool is_ip6(struct sw_slice value)
{
    const struct sw_slice usual = SW_SLICE("IN IP6 ");
    const struct sw_slice address = sw_slice_skip(value, usual.size);
    return sw_slice_starts(value, usual) && sw_slice_find(address, ':') < address.size &&
           sw_slice_find(address, ' ') == address.size && sw_slice_find(address, '\t') == address.size;
}

/* "IN IP4 10.0.0.1", and no multicast; 0.0.0.0 and IPv6 with all they say. */
static bool take_connection(struct walk *walk, struct sw_slice line, struct sw_slice value)
{
    enum { MULTICAST = 224, MULTICAST_LAST = 239 };
    const struct sw_slice usual = SW_SLICE("IN IP4 ");
    struct sw_slice address = sw_slice_skip(value, usual.size);
    const int first = sw_slice_starts(value, usual) ? first_of_ip4(address) : -1;
    if (walk->candidates || (first >= MULTICAST && first <= MULTICAST_LAST) || (first < 0 && !is_ip6(value)))
        return false;
    if (first < 0 || sw_slice_equal(address, SW_SLICE("0.0.0.0"))) {
        add(walk, line);
        address.size = 0;
    } else {
        add_mark(walk, SW_ITEM_ADDRESS);
    }
    struct sw_slice *const member = walk->own == &walk->session ? &walk->session_address : &walk->address;
    if (!walk->connected)
        *member = address;
    walk->connected = true;
    return true;
}

static bool take_ice_text(struct walk *walk, enum sw_item_kind kind, struct sw_slice value)
{
    const bool ufrag = kind == SW_ITEM_ICE_UFRAG;
    uint64_t *const member = ufrag ? &walk->own->ufrag : &walk->own->pwd;
    const uint64_t before = *member;
    if (!sw_sdp_is_ice_text(kind, value))
        return false;
    if (before == 0)
        *member = sw_hash(value, walk->seed) | 1;
    add_mark(walk, kind);
    return true;
}

/* "sha-256 AB:CD:...", 32 of them; any other with all it says. */
static void take_fingerprint(struct walk *walk, struct sw_slice line, struct sw_slice value)
{
    enum { PAIRS = 32 };
    const struct sw_slice usual = SW_SLICE("sha-256 ");
    if (sw_slice_starts(value, usual) && sw_sdp_pairs(sw_slice_skip(value, usual.size)) == PAIRS)
        add_mark(walk, SW_ITEM_FINGERPRINT);
    else
        add(walk, line);
}

/* Digits, one at least and most at most, and the space behind them. */
static bool take_number(struct sw_slice *rest, size_t most, uint64_t *number)
{
    size_t size = 0;
    *number = 0;
    while (size < rest->size && sw_is_digit(rest->data[size]) && size < most)
        *number = *number * 10 + rest->data[size++] - '0';
    if (size == 0 || size == rest->size || rest->data[size] != ' ')
        return false;
    *rest = sw_slice_skip(*rest, size + 1);
    return true;
}

/* Of what stands behind the port: a type, and of those that are reflected the related address and port. */
static bool type_is_usual(struct sw_slice rest)
{
    static const struct sw_slice reflected[] = {{(const uint8_t *)"typ srflx raddr ", 16},
                                                {(const uint8_t *)"typ relay raddr ", 16},
                                                {(const uint8_t *)"typ prflx raddr ", 16}};
    const struct sw_slice port = SW_SLICE("rport ");
    uint64_t number;
    if (sw_slice_starts(rest, SW_SLICE("typ host ")))
        return true;
    for (size_t i = 0; i < sizeof reflected / sizeof reflected[0]; i++) {
        struct sw_slice behind = sw_slice_skip(rest, reflected[i].size);
        if (!sw_slice_starts(rest, reflected[i]) || word_take(&behind).size == 0 || !sw_slice_starts(behind, port))
            continue;
        behind = sw_slice_skip(behind, port.size);
        return take_number(&behind, 19, &number);
    }
    return false;
}

/* Also notes whether it is the default destination of the section (RFC 8839 4.2.1). */
static bool take_candidate(struct walk *walk, struct sw_slice value)
{
    enum { FOUNDATION = 32, COMPONENT = 3, PRIORITY = 10, PORT = 5 };
    uint64_t number;
    struct sw_slice rest = value;
    const struct sw_slice foundation = word_take(&rest);
    if (foundation.size > FOUNDATION || !sw_grammar_alphanum(foundation) || !take_number(&rest, COMPONENT, &number) ||
        !sw_grammar_token(word_take(&rest)) || !take_number(&rest, PRIORITY, &number))
        return false;
    const struct sw_slice address = word_take(&rest);
    if (address.size == 0 || !take_number(&rest, PORT, &number) || walk->own == &walk->session ||
        (!type_is_usual(rest) && !sw_sdp_is_candidate(value)))
        return false;
    const bool literal = sw_slice_equal(address, walk->address) || first_of_ip4(address) >= 0 ||
                         sw_slice_find(address, ':') < address.size;
    if (!literal && (sw_is_digit(address.data[address.size - 1]) || address.data[address.size - 1] == '.'))
        return false; /* nearly one */
    walk->candidates = true;
    walk->reachable |= !literal || (number == walk->port && sw_slice_equal(address, walk->address));
    add_mark(walk, SW_ITEM_CANDIDATE);
    return true;
}

/* --- sections ---------------------------------------------------------------------------------------------------- */

/* What of a section counts when all of it was seen. */
static void section_end(struct walk *walk)
{
    if (walk->own == &walk->session)
        return;
    if (walk->own->ufrag == 0)
        walk->own->ufrag = walk->session.ufrag;
    if (walk->own->pwd == 0)
        walk->own->pwd = walk->session.pwd;
    add_mark(walk, (enum sw_item_kind)((unsigned)walk->reachable << 6 | (unsigned)(walk->address.size > 0) << 7));
}

/* "audio 54400 UDP/TLS/RTP/SAVPF 111 ..." */
static bool take_media(struct walk *walk, struct sw_slice line, struct sw_slice value)
{
    enum { DIGITS = 5 };
    uint64_t port;
    struct sw_slice rest = value;
    const struct sw_slice type = word_take(&rest);
    const struct sw_slice number = word_take(&rest);
    section_end(walk);
    if (walk->outline->count == SW_OUTLINE_PARTS || type.size == 0 || !is_digits(number, DIGITS) ||
        !sw_slice_number(number, &port) || port > UINT16_MAX || (number.data[0] == '0' && number.size > 1))
        return false;
    if (port == 0) {
        add(walk, line);
    } else {
        add(walk, type);
        add_mark(walk, SW_ITEM_OTHER);
        add(walk, rest);
    }
    walk->port = (unsigned)port;
    walk->own = &walk->outline->parts[walk->outline->count++];
    *walk->own = (struct sw_credentials){0};
    walk->connected = walk->candidates = walk->reachable = false;
    walk->address = walk->session_address;
    return true;
}

/* --- lines ------------------------------------------------------------------------------------------------------- */

/* False where it takes all checks to tell. */
static bool take_attribute(struct walk *walk, struct sw_slice line)
{
    struct sw_slice value;
    const bool first = !walk->after_attribute;
    const enum sw_item_kind kind = sw_item_kind_of(sw_slice_skip(line, 2), &value);
    walk->after_attribute = true;
    switch (kind) {
    case SW_ITEM_OTHER:
        if (first)
            add_mark(walk, kind);
        return true;
    case SW_ITEM_CANDIDATE:
        return take_candidate(walk, value);
    case SW_ITEM_ICE_UFRAG:
    case SW_ITEM_ICE_PWD:
        return take_ice_text(walk, kind, value);
    case SW_ITEM_FINGERPRINT:
        take_fingerprint(walk, line, value);
        return true;
    default:
        add(walk, line);
        return true;
    }
}

static bool take_line(struct walk *walk, struct sw_slice line)
{
    if (line.size < 3 || line.data[1] != '=' || sw_is_blank(line.data[2]))
        return false;
    if (line.data[0] == 'a')
        return take_attribute(walk, line);
    walk->after_attribute = false;
    switch (line.data[0]) {
    case 'm':
        return take_media(walk, line, sw_slice_skip(line, 2));
    case 'c':
        return take_connection(walk, line, sw_slice_skip(line, 2));
    case 'o':
        return take_origin(walk, sw_slice_skip(line, 2));
    default:
        add(walk, line);
        return true;
    }
}

/* The same user name fragment with another password. */
static bool passwords_differ(const struct sw_outline *outline)
{
    for (size_t i = 0; i < outline->count; i++)
        for (size_t j = 0; j < i; j++)
            if (outline->parts[i].ufrag == outline->parts[j].ufrag && outline->parts[i].pwd != outline->parts[j].pwd)
                return true;
    return false;
}

static bool take_lines(struct walk *walk, struct sw_slice text)
{
    for (struct sw_slice rest = text; rest.size > 0;) {
        const size_t lf = sw_slice_find(rest, '\n'); /* behind a CR */
        if (!take_line(walk, sw_slice_head(rest, lf - 1)))
            return false;
        rest = sw_slice_skip(rest, lf + 1);
    }
    section_end(walk);
    return !passwords_differ(walk->outline);
}

void sw_outline_read(struct sw_slice text, uint64_t seed, struct sw_outline *outline)
{
    struct walk walk = {.outline = outline, .seed = seed, .sum = seed};
    walk.own = &walk.session;
    outline->kind = 0;
    outline->count = 0;
    if (text.size <= SIZE_MAX_OF_TEXT && sw_slice_starts(text, SW_SLICE("v=0\r\n")) &&
        text.data[text.size - 1] == '\n' && sw_case_is_lined(text) && take_lines(&walk, text) && walk.origin)
        outline->kind = walk.sum | UINT64_C(1) << 63;
}

/* --- two of them ------------------------------------------------------------------------------------------------- */

uint64_t sw_outline_beside(const struct sw_outline *now, const struct sw_outline *before)
{
    uint64_t bits = (uint64_t)(now->session == before->session) | (uint64_t)(now->version < before->version) << 1 |
                    (uint64_t)(now->version == before->version) << 2;
    for (size_t i = 0; i < now->count && i < before->count; i++) {
        bits |= (uint64_t)(now->parts[i].ufrag == before->parts[i].ufrag) << (4 + 2 * i);
        bits |= (uint64_t)(now->parts[i].pwd == before->parts[i].pwd) << (5 + 2 * i);
    }
    return bits;
}
