/* SPDX-License-Identifier: MIT
 *
 * What do all checks of a message want to know of it? It is read once, before them.
 */
#include "rules/sip_case.h"

#include "scan.h"

#include <glib.h>

static bool is(struct sw_slice text, const char *word)
{
    return sw_slice_equal(text, sw_slice_of((const uint8_t *)word, strlen(word)));
}

bool sw_case_method(const struct sw_sip_case *one, const char *method)
{
    return !one->sip->response && is(one->sip->method, method);
}

bool sw_case_answers(const struct sw_sip_case *one, const char *method)
{
    return one->sip->response && one->cseq_ok && is(one->cseq.method, method);
}

static bool has_tag(struct sw_slice value)
{
    struct sw_name_addr address;
    return sw_name_addr_parse(value, &address) == SW_OK && address.tag.size > 0;
}

/* Nearly all end with ">", or with ";tag=" and a token behind that. */
static struct sw_tagged cut_tag(const struct sw_sip *sip, enum sw_sip_field field)
{
    const struct sw_slice usual = SW_SLICE(";tag=");
    const struct sw_slice value = sip->first[field];
    const uint8_t *bracket = value.size == 0 ? NULL : memrchr(value.data, '>', value.size);
    const struct sw_slice params = bracket == NULL ? value : sw_slice_skip(value, (size_t)(bracket - value.data) + 1);
    const struct sw_slice rest = sw_slice_skip(params, usual.size);
    const size_t token = sw_token_size(rest);
    struct sw_tagged cut = {.before = value};
    if (sip->count[field] == 0 ||
        (bracket != NULL && params.size == 0 && memchr(value.data, '>', value.size) == bracket))
        return cut;
    if (bracket == NULL || token == 0 || !sw_slice_starts(params, usual)) {
        cut.tag = has_tag(value);
        return cut;
    }
    cut.tag = true;
    if (token < rest.size && rest.data[token] != ';')
        return cut;
    cut.before.size = (size_t)(rest.data - value.data);
    cut.behind = sw_slice_skip(rest, token);
    cut.cut = true;
    return cut;
}

/* The first counts. */
static void name_take(struct sw_sip_case *one, enum sw_named named, struct sw_slice value)
{
    if (one->named[named].data == NULL)
        one->named[named] = sw_slice_trim(value);
}

static void take_named(struct sw_sip_case *one, struct sw_slice name, struct sw_slice value)
{
    static const struct sw_slice names[SW_NAMED_COUNT] = {
        [SW_NAMED_TRANSFER_ENCODING] = {(const uint8_t *)"Transfer-Encoding", 17},
        [SW_NAMED_MIN_EXPIRES] = {(const uint8_t *)"Min-Expires", 11},
        [SW_NAMED_PROXY_REQUIRE] = {(const uint8_t *)"Proxy-Require", 13},
        [SW_NAMED_UNSUPPORTED] = {(const uint8_t *)"Unsupported", 11},
        [SW_NAMED_ACCEPT_ENCODING] = {(const uint8_t *)"Accept-Encoding", 15},
        [SW_NAMED_ACCEPT_LANGUAGE] = {(const uint8_t *)"Accept-Language", 15},
        [SW_NAMED_SESSION_ID] = {(const uint8_t *)"Session-ID", 10},
        [SW_NAMED_ALLOW_EVENTS] = {(const uint8_t *)"Allow-Events", 12},
        [SW_NAMED_SIP_IF_MATCH] = {(const uint8_t *)"SIP-If-Match", 12},
        [SW_NAMED_IDENTITY] = {(const uint8_t *)"Identity", 8},
    };
    for (enum sw_named i = 0; i < SW_NAMED_COUNT; i++)
        if (name.size == names[i].size && sw_slice_equal_nocase(name, names[i]))
            name_take(one, i, value);
}

/* Headers without a place in struct sw_sip that hold one value, and may not be repeated (7.3.1). */
static void take_single(struct sw_sip_case *one, struct sw_slice name)
{
    static const struct sw_slice names[] = {
        {(const uint8_t *)"Subject", 7},       {(const uint8_t *)"Priority", 8},
        {(const uint8_t *)"Reply-To", 8},      {(const uint8_t *)"Timestamp", 9},
        {(const uint8_t *)"Min-Expires", 11},  {(const uint8_t *)"Organization", 12},
        {(const uint8_t *)"MIME-Version", 12}, {(const uint8_t *)"Content-Disposition", 19},
    };
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (name.size != names[i].size || !sw_slice_equal_nocase(name, names[i]))
            continue;
        if ((one->single >> i & 1) != 0)
            one->twice = name;
        one->single |= 1U << i;
    }
}

static void take_line(struct sw_sip_case *one, struct sw_slice line)
{
    enum { SHORTEST = 7 };
    if (line.size == 0 || sw_is_blank(line.data[0]))
        return; /* the end, or a fold */
    size_t name = sw_token_size(line);
    struct sw_slice rest = sw_slice_skip(line, name);
    size_t blanks = 0;
    while (blanks < rest.size && sw_is_blank(rest.data[blanks]))
        blanks++;
    if (name == 0 || blanks == rest.size || rest.data[blanks] != ':') {
        one->bad_line = one->bad_line.size == 0 ? line : one->bad_line;
        return;
    }
    if (name == 1 && sw_lower(line.data[0]) == 'u') /* RFC 6665 8.2.2 */
        name_take(one, SW_NAMED_ALLOW_EVENTS, sw_slice_skip(rest, blanks + 1));
    else if (name >= SHORTEST && one->sip->count[SW_SIP_OTHER] > 0) {
        take_named(one, sw_slice_head(line, name), sw_slice_skip(rest, blanks + 1));
        take_single(one, sw_slice_head(line, name));
    }
}

bool sw_case_is_lined(struct sw_slice text)
{
    enum { STEP = 16 };
    unsigned faults = 0;
    size_t i = 1;
    for (; i + STEP <= text.size; i += STEP)
        faults |= sw_scan_sixteen(text.data + i - 1, '\r') ^ sw_scan_sixteen(text.data + i, '\n');
    for (; i < text.size; i++)
        faults |= (unsigned)((text.data[i - 1] == '\r') ^ (text.data[i] == '\n'));
    return faults == 0;
}

/* A start line has no second one (RFC 3261 7.1, 25.1), and no header line begins with a blank. */
static bool folds_start(const struct sw_sip *sip)
{
    return sip->headers.size > 0 && sw_is_blank(sip->headers.data[0]);
}

/* Nothing for take_lines to find: the lines end as they should, and all have names of which each is known. */
static bool is_usual(const struct sw_sip *sip)
{
    const uint8_t *before = sip->headers.data - 2; /* the end of the start line */
    return sip->count[SW_SIP_OTHER] == 0 && !folds_start(sip) && sip->headers.data - sip->raw.data > 2 &&
           sw_case_is_lined(sw_slice_of(before, sip->headers.size + 2)) &&
           (sip->headers.size == 0 || before[sip->headers.size + 1] == '\n');
}

/* Line by line, as they end; a CR or LF that doesn't belong to a CRLF is noted. */
static void take_lines(struct sw_sip_case *one)
{
    struct sw_slice rest = one->sip->headers;
    if (rest.data != NULL && rest.data - one->sip->raw.data >= 2 && rest.data[-2] != '\r')
        one->bare = rest.data - 1; /* of the start line */
    if (folds_start(one->sip))
        one->bad_line = sw_slice_head(rest, sw_slice_find(rest, '\r'));
    while (rest.size > 0) {
        size_t lf = sw_slice_find(rest, '\n');
        size_t cr = sw_slice_find(sw_slice_head(rest, lf), '\r');
        if (cr + 1 != lf && one->bare == NULL)
            one->bare = lf == rest.size && cr == lf ? NULL : rest.data + MIN(cr, lf);
        take_line(one, sw_slice_head(rest, MIN(cr, lf)));
        rest = sw_slice_skip(rest, lf + 1);
    }
}

/* Nearly every Via has its branch spelt so, and then needn't be parsed. */
static struct sw_slice branch_of(struct sw_slice via)
{
    const struct sw_slice usual = SW_SLICE(";branch=z9hG4bK");
    const struct sw_slice rest = sw_slice_skip(via, sw_find_text(via, usual));
    struct sw_via parts;
    if (rest.size > 0) {
        const struct sw_slice branch = sw_slice_skip(rest, sizeof ";branch=" - 1);
        return sw_slice_head(branch, sw_token_size(branch));
    }
    sw_via_parse(via, &parts);
    return parts.branch;
}

/* --- the case ---------------------------------------------------------------------------------------------------- */

void sw_case_read(struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    const struct sw_placement *placement = one->placement;
    one->websocket = one->transport == SW_TRANSPORT_WS || one->transport == SW_TRANSPORT_WSS;
    one->text =
        one->websocket && (placement == NULL || placement->signal == NULL || !placement->signal->record->binary);
    sw_vias_read(sip, &one->vias);
    one->branch = branch_of(one->vias.first);
    one->cseq_ok = sw_cseq_parse(sip->first[SW_SIP_CSEQ], &one->cseq) == SW_OK;
    one->method = sw_method_of(sip->response ? one->cseq.method : sip->method);
    one->old = !one->websocket && !sw_slice_starts(one->branch, SW_SLICE("z9hG4bK"));
    one->alone = one->vias.count == 1 && one->vias.first.size > 0;
    one->to = cut_tag(sip, SW_SIP_TO);
    one->from = cut_tag(sip, SW_SIP_FROM);
    one->in_dialog = one->to.tag;
}

void sw_case_read_lines(struct sw_sip_case *one)
{
    if (!is_usual(one->sip))
        take_lines(one);
}
