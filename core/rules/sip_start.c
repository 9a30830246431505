/* SPDX-License-Identifier: MIT
 *
 * Are the start line and the lines of the header section built as they should be? RFC 3261 7.1 to 7.3, 25.1.
 */
#include "rules/sip_case.h"
#include "rules/sip_grammar.h"
#include "ws/utf8.h"

#include <glib.h>

/* The start line, without the CRLFs before it and its own end. */
static struct sw_slice start_line(const struct sw_sip *sip)
{
    struct sw_slice rest = sip->raw;
    struct sw_slice line = {0};
    while (rest.size > 0 && (rest.data[0] == '\r' || rest.data[0] == '\n'))
        rest = sw_slice_skip(rest, 1);
    sw_line_next(&rest, &line);
    return line;
}

static size_t last_space(struct sw_slice text)
{
    size_t at = text.size;
    while (at > 0 && text.data[at - 1] != ' ')
        at--;
    return at == 0 ? text.size : at - 1;
}

static bool has_impossible(struct sw_slice uri)
{
    for (size_t i = 0; i < uri.size; i++)
        if (uri.data[i] <= ' ' || uri.data[i] == 0x7f || uri.data[i] == '<' || uri.data[i] == '>')
            return true;
    return false;
}

static unsigned traits_of(struct sw_slice uri, const struct sw_uri *parts)
{
    const struct sw_slice broadcast = SW_SLICE("255.255.255.255");
    const bool user = parts->sip && sw_slice_find(parts->opaque, '@') < parts->opaque.size;
    const bool sips = sw_slice_equal_nocase(sw_slice_head(uri, 5), SW_SLICE("sips:"));
    return (user ? SW_TRAIT_USER : 0) | (sips ? SW_TRAIT_SIPS : 0) |
           (sw_find_text(uri, broadcast) < uri.size ? SW_TRAIT_BROADCAST : 0);
}

static void check_uri(const struct sw_sip_case *one, struct sw_slice uri)
{
    struct sw_uri parts;
    struct sw_param param;
    unsigned traits;
    const unsigned faults = sw_case_faults(one);
    const uint64_t key = sw_case_key(one, SW_KNOWN_URI, uri);
    if (sw_case_knows(one, key, &traits))
        return;
    if (has_impossible(uri)) {
        sw_case_report(one, SW_RULE_SIP_RURI_SYNTAX, "Request-URI", uri);
        return;
    }
    if (sw_uri_parse(uri, &parts) == SW_OK && parts.sip &&
        (parts.headers.size > 0 || sw_param_find(parts.params, SW_SLICE("method"), &param)))
        sw_case_report(one, SW_RULE_SIP_RURI_HEADERS, "Request-URI", uri);
    switch (sw_grammar_uri(uri)) {
    case SW_URI_SYNTAX:
        sw_case_report(one, SW_RULE_SIP_RURI_SYNTAX, "Request-URI", uri);
        break;
    case SW_URI_ESCAPE:
        sw_case_report(one, SW_RULE_SIP_URI_ESCAPE, "Request-URI", uri);
        break;
    case SW_URI_EMPTY_USER:
        sw_case_report(one, SW_RULE_SIP_URI_USER_EMPTY, "Request-URI", uri);
        break;
    case SW_URI_GOOD:
        sw_case_uri_params(one, uri);
        break;
    }
    sw_case_learn(one, key, traits_of(uri, &parts), faults);
}

bool sw_case_uri_is_right(const struct sw_sip_case *one, struct sw_slice uri, unsigned *traits)
{
    const uint64_t key = sw_case_key(one, SW_KNOWN_URI, uri);
    if (sw_case_knows(one, key, traits))
        return true;
    const unsigned faults = sw_case_quiet(one);
    check_uri(one, uri);
    sw_case_aloud(one, faults);
    return sw_case_knows(one, key, traits);
}

/* And not something that is no version, for which the line was told to be wrong. */
static bool names_version(const struct sw_sip *sip)
{
    const struct sw_slice version = sip->version;
    return version.size > 0 && sw_slice_find(version, ' ') == version.size && (!sip->response || sip->status != 0);
}

static void check_request_line(const struct sw_sip_case *one, struct sw_slice line)
{
    size_t method = sw_slice_find(line, ' ');
    size_t version = last_space(line);
    bool parted = method > 0 && method < version && version + 1 < line.size;
    struct sw_slice uri = parted ? sw_slice_of(line.data + method + 1, version - method - 1) : one->sip->uri;
    bool spaced = uri.size != sw_slice_trim(uri).size || uri.size == 0 || sw_is_blank(line.data[line.size - 1]);
    const bool versioned = names_version(one->sip);
    if (!parted || spaced || !versioned || !sw_grammar_token(sw_slice_head(line, method)))
        sw_case_report(one, SW_RULE_SIP_STARTLINE_SYNTAX, "Request-Line", line);
    if (!versioned || one->sip->uri.size == 0)
        return; /* where the URI ends is not known, or there is none */
    check_uri(one, sw_slice_trim(uri));
}

static void check_status_line(const struct sw_sip_case *one, struct sw_slice line)
{
    size_t version = sw_slice_find(line, ' ');
    struct sw_slice rest = sw_slice_skip(line, version + 1);
    size_t code = sw_slice_find(rest, ' ');
    bool digits = code == 3 && sw_grammar_digits(sw_slice_head(rest, code));
    if (version == 0 || version == line.size || rest.size == 0 || rest.data[0] == ' ')
        sw_case_report(one, SW_RULE_SIP_STARTLINE_SYNTAX, "Status-Line", line);
    else if (!digits || code == rest.size)
        sw_case_report(one, SW_RULE_SIP_STATUS_SYNTAX, "Status-Line", line);
    else if (rest.data[0] == '0' || rest.data[0] > '6')
        sw_case_report(one, SW_RULE_SIP_STATUS_CLASS, "Status-Line", line);
}

static bool is_known_but_for_case(struct sw_slice method)
{
    static const char *const known[] = {"INVITE",    "ACK",    "BYE",     "CANCEL", "REGISTER", "OPTIONS", "PRACK",
                                        "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO",   "REFER",    "MESSAGE", "UPDATE"};
    if (sw_method_of(method) != SW_METHOD_OTHER)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct sw_slice name = sw_slice_of((const uint8_t *)known[i], strlen(known[i]));
        if (sw_slice_equal_nocase(method, name))
            return !sw_slice_equal(method, name);
    }
    return false;
}

void sw_check_sip_start(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    struct sw_slice line = start_line(sip);
    if (sip->response)
        check_status_line(one, line);
    else
        check_request_line(one, line);
    if (names_version(sip) && !sw_slice_equal(sip->version, SW_SLICE("SIP/2.0")))
        sw_case_report(one, SW_RULE_SIP_VERSION, "version", sip->version);
    if (sip->response)
        return;
    if (is_known_but_for_case(sip->method))
        sw_case_report(one, SW_RULE_SIP_METHOD_CASE, "method", sip->method);
}

/* --- the header section ------------------------------------------------------------------------------------------ */

static struct sw_slice section(const struct sw_sip *sip)
{
    const uint8_t *end = sip->body.data != NULL ? sip->body.data : sip->raw.data + sip->raw.size;
    return sw_slice_of(sip->raw.data, (size_t)(end - sip->raw.data));
}

/* How many bytes of 80 to BF the lead byte wants (25.1 UTF8-NONASCII); -1: no rule allows it. */
static int continuations(uint8_t lead)
{
    return lead < 0xC0   ? 0
           : lead < 0xE0 ? 1
           : lead < 0xF0 ? 2
           : lead < 0xF8 ? 3
           : lead < 0xFC ? 4
           : lead < 0xFE ? 5
                         : -1;
}

static size_t find_no_utf8(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        int more = continuations(text.data[i]);
        if (more < 0 || (size_t)more > text.size - i - 1)
            return i;
        for (int n = 1; n <= more; n++)
            if ((text.data[i + (size_t)n] & 0xC0) != 0x80)
                return i;
        i += (size_t)more;
    }
    return text.size;
}

bool sw_case_text_is_right(const struct sw_sip_case *one)
{
    return one->text || sw_utf8_next(SW_UTF8_START, section(one->sip)) == SW_UTF8_START;
}

static bool names_chunked(struct sw_slice codings)
{
    struct sw_slice coding;
    while (sw_list_next(&codings, &coding))
        if (sw_slice_equal_nocase(coding, SW_SLICE("chunked")))
            return true;
    return false;
}

/* Without the empty line before it the body is taken for header lines. */
static bool begins_sdp(struct sw_slice line)
{
    return sw_slice_starts(line, SW_SLICE("v="));
}

void sw_check_sip_section(const struct sw_sip_case *one)
{
    enum { SHOWN = 24 };
    struct sw_slice head = section(one->sip);
    struct sw_slice coding = one->named[SW_NAMED_TRANSFER_ENCODING];
    size_t bad = sw_case_text_is_right(one) ? head.size : find_no_utf8(head);
    if (one->bad_line.size > 0 && (one->sip->headers_end || !begins_sdp(one->bad_line)))
        sw_case_report(one, SW_RULE_SIP_HEADER_SYNTAX, "header line", one->bad_line);
    if (!one->sip->headers_end)
        sw_case_report(one, SW_RULE_SIP_CRLF, "no empty line behind the header section; it begins", head);
    else if (one->bare != NULL)
        sw_case_report(one, SW_RULE_SIP_CRLF, "a CR or LF by itself, behind",
                       sw_slice_of(one->sip->raw.data, (size_t)(one->bare - one->sip->raw.data)));
    if (bad < head.size)
        sw_case_report(one, SW_RULE_SIP_UTF8, "no UTF-8:", sw_slice_head(sw_slice_skip(head, bad), SHOWN));
    if (names_chunked(coding))
        sw_case_report(one, SW_RULE_SIP_CHUNKED, "Transfer-Encoding", coding);
}
