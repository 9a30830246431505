/* SPDX-License-Identifier: MIT
 *
 * What are the parts of a SIP message? Start line, header lines and body as slices: RFC 3261 7, 25.1.
 */
#include "sipweave/sip.h"

#include "bytes.h"
#include "scan.h"
#include "sip/grammar.h"
#include "sipweave/fields.h"

/* A start line that hasn't ended within so many bytes is none, for sw_sip_sniff. */
enum { SNIFF_MAX = 8192 };

static const struct {
    char name[30]; /* sixteen bytes of it are compared at once */
    uint8_t size;
    bool list; /* values may be parted by commas (RFC 3261 7.3.1; 20 says for each header whether) */
} fields[SW_SIP_FIELDS] = {
#define FIELD(literal, is_list)                                                                                        \
    {                                                                                                                  \
        .name = "" literal, .size = sizeof(literal) - 1, .list = (is_list)                                             \
    }
    [SW_SIP_OTHER] = FIELD("", false),
    [SW_SIP_ACCEPT] = FIELD("Accept", true),
    [SW_SIP_ALLOW] = FIELD("Allow", true),
    [SW_SIP_AUTHORIZATION] = FIELD("Authorization", false),
    [SW_SIP_CALL_ID] = FIELD("Call-ID", false),
    [SW_SIP_CONTACT] = FIELD("Contact", true),
    [SW_SIP_CONTENT_ENCODING] = FIELD("Content-Encoding", true),
    [SW_SIP_CONTENT_LENGTH] = FIELD("Content-Length", false),
    [SW_SIP_CONTENT_TYPE] = FIELD("Content-Type", false),
    [SW_SIP_CSEQ] = FIELD("CSeq", false),
    [SW_SIP_DATE] = FIELD("Date", false),
    [SW_SIP_EVENT] = FIELD("Event", false),
    [SW_SIP_EXPIRES] = FIELD("Expires", false),
    [SW_SIP_FROM] = FIELD("From", false),
    [SW_SIP_MAX_FORWARDS] = FIELD("Max-Forwards", false),
    [SW_SIP_MIN_SE] = FIELD("Min-SE", false),
    [SW_SIP_PATH] = FIELD("Path", true),
    [SW_SIP_PROXY_AUTHENTICATE] = FIELD("Proxy-Authenticate", false),
    [SW_SIP_PROXY_AUTHORIZATION] = FIELD("Proxy-Authorization", false),
    [SW_SIP_RACK] = FIELD("RAck", false),
    [SW_SIP_REASON] = FIELD("Reason", true),
    [SW_SIP_RECORD_ROUTE] = FIELD("Record-Route", true),
    [SW_SIP_REFER_TO] = FIELD("Refer-To", false),
    [SW_SIP_REFERRED_BY] = FIELD("Referred-By", false),
    [SW_SIP_REPLACES] = FIELD("Replaces", false),
    [SW_SIP_REQUIRE] = FIELD("Require", true),
    [SW_SIP_RETRY_AFTER] = FIELD("Retry-After", false),
    [SW_SIP_ROUTE] = FIELD("Route", true),
    [SW_SIP_RSEQ] = FIELD("RSeq", false),
    [SW_SIP_SERVER] = FIELD("Server", false),
    [SW_SIP_SESSION_EXPIRES] = FIELD("Session-Expires", false),
    [SW_SIP_SUBSCRIPTION_STATE] = FIELD("Subscription-State", false),
    [SW_SIP_SUPPORTED] = FIELD("Supported", true),
    [SW_SIP_TO] = FIELD("To", false),
    [SW_SIP_USER_AGENT] = FIELD("User-Agent", false),
    [SW_SIP_VIA] = FIELD("Via", true),
    [SW_SIP_WARNING] = FIELD("Warning", true),
    [SW_SIP_WWW_AUTHENTICATE] = FIELD("WWW-Authenticate", false),
#undef FIELD
};

/* Length, first and last letter tell all names apart. The factors are the smallest that give each a slot of its own;
 * two names in one slot are a warning of the compiler. */
enum { SLOTS = 128, NAME_MAX_SIZE = 19 };
#define SLOT(size, first, last)                                                                                        \
    (((size_t)(size)*3 + ((size_t)(first) | 0x20) * 13 + ((size_t)(last) | 0x20) * 3) % SLOTS)

static const uint8_t by_slot[SLOTS] = {
    [SLOT(6, 'A', 't')] = SW_SIP_ACCEPT,
    [SLOT(5, 'A', 'w')] = SW_SIP_ALLOW,
    [SLOT(13, 'A', 'n')] = SW_SIP_AUTHORIZATION,
    [SLOT(7, 'C', 'D')] = SW_SIP_CALL_ID,
    [SLOT(7, 'C', 't')] = SW_SIP_CONTACT,
    [SLOT(16, 'C', 'g')] = SW_SIP_CONTENT_ENCODING,
    [SLOT(14, 'C', 'h')] = SW_SIP_CONTENT_LENGTH,
    [SLOT(12, 'C', 'e')] = SW_SIP_CONTENT_TYPE,
    [SLOT(4, 'C', 'q')] = SW_SIP_CSEQ,
    [SLOT(4, 'D', 'e')] = SW_SIP_DATE,
    [SLOT(5, 'E', 't')] = SW_SIP_EVENT,
    [SLOT(7, 'E', 's')] = SW_SIP_EXPIRES,
    [SLOT(4, 'F', 'm')] = SW_SIP_FROM,
    [SLOT(12, 'M', 's')] = SW_SIP_MAX_FORWARDS,
    [SLOT(6, 'M', 'E')] = SW_SIP_MIN_SE,
    [SLOT(4, 'P', 'h')] = SW_SIP_PATH,
    [SLOT(18, 'P', 'e')] = SW_SIP_PROXY_AUTHENTICATE,
    [SLOT(19, 'P', 'n')] = SW_SIP_PROXY_AUTHORIZATION,
    [SLOT(4, 'R', 'k')] = SW_SIP_RACK,
    [SLOT(6, 'R', 'n')] = SW_SIP_REASON,
    [SLOT(12, 'R', 'e')] = SW_SIP_RECORD_ROUTE,
    [SLOT(8, 'R', 'o')] = SW_SIP_REFER_TO,
    [SLOT(11, 'R', 'y')] = SW_SIP_REFERRED_BY,
    [SLOT(8, 'R', 's')] = SW_SIP_REPLACES,
    [SLOT(7, 'R', 'e')] = SW_SIP_REQUIRE,
    [SLOT(11, 'R', 'r')] = SW_SIP_RETRY_AFTER,
    [SLOT(5, 'R', 'e')] = SW_SIP_ROUTE,
    [SLOT(4, 'R', 'q')] = SW_SIP_RSEQ,
    [SLOT(6, 'S', 'r')] = SW_SIP_SERVER,
    [SLOT(15, 'S', 's')] = SW_SIP_SESSION_EXPIRES,
    [SLOT(18, 'S', 'e')] = SW_SIP_SUBSCRIPTION_STATE,
    [SLOT(9, 'S', 'd')] = SW_SIP_SUPPORTED,
    [SLOT(2, 'T', 'o')] = SW_SIP_TO,
    [SLOT(10, 'U', 't')] = SW_SIP_USER_AGENT,
    [SLOT(3, 'V', 'a')] = SW_SIP_VIA,
    [SLOT(7, 'W', 'g')] = SW_SIP_WARNING,
    [SLOT(16, 'W', 'e')] = SW_SIP_WWW_AUTHENTICATE,
};

/* RFC 3261 7.3.3 and 20, RFC 3515 (r), RFC 3892 (b), RFC 4028 (x), RFC 6665 (o). */
static const uint8_t compact[26] = {
    ['b' - 'a'] = SW_SIP_REFERRED_BY,
    ['c' - 'a'] = SW_SIP_CONTENT_TYPE,
    ['e' - 'a'] = SW_SIP_CONTENT_ENCODING,
    ['f' - 'a'] = SW_SIP_FROM,
    ['i' - 'a'] = SW_SIP_CALL_ID,
    ['k' - 'a'] = SW_SIP_SUPPORTED,
    ['l' - 'a'] = SW_SIP_CONTENT_LENGTH,
    ['m' - 'a'] = SW_SIP_CONTACT,
    ['o' - 'a'] = SW_SIP_EVENT,
    ['r' - 'a'] = SW_SIP_REFER_TO,
    ['t' - 'a'] = SW_SIP_TO,
    ['v' - 'a'] = SW_SIP_VIA,
    ['x' - 'a'] = SW_SIP_SESSION_EXPIRES,
};

const char *sw_sip_field_name(enum sw_sip_field field)
{
    return field < SW_SIP_FIELDS ? fields[field].name : "";
}

/* By sixteen bytes at once, where so many may be looked at: it is asked for each header line, and most are spelt as the
 * RFC has it. */
static bool is_named(struct sw_slice name, const char *known, const uint8_t *limit)
{
    enum { AT_ONCE = 16 };
    if (name.size <= AT_ONCE && limit - name.data >= AT_ONCE) {
        const unsigned differs = sw_scan_sixteen_differ(name.data, (const uint8_t *)known);
        if ((differs & ((1U << name.size) - 1)) == 0)
            return true;
    }
    return sw_slice_equal_nocase(name, sw_slice_of((const uint8_t *)known, name.size));
}

/* Bytes up to limit may be looked at. */
static enum sw_sip_field field_of(struct sw_slice name, const uint8_t *limit)
{
    if (name.size == 1)
        return sw_is_alpha(name.data[0]) ? (enum sw_sip_field)compact[sw_lower(name.data[0]) - 'a'] : SW_SIP_OTHER;
    if (name.size == 0 || name.size > NAME_MAX_SIZE)
        return SW_SIP_OTHER;
    const uint8_t field = by_slot[SLOT(name.size, name.data[0], name.data[name.size - 1])];
    if (name.size != fields[field].size || !is_named(name, fields[field].name, limit))
        return SW_SIP_OTHER;
    return (enum sw_sip_field)field;
}

enum sw_sip_field sw_sip_field_of(struct sw_slice name)
{
    return field_of(name, name.data + name.size);
}

static bool is_line_end(uint8_t c)
{
    return c == '\r' || c == '\n';
}

/* Whether the empty line that ends the header section stands here. */
static bool is_empty_line(const uint8_t *at, const uint8_t *end)
{
    return at[0] <= '\r' && (at[0] == '\n' || (at[0] == '\r' && end - at > 1 && at[1] == '\n'));
}

static struct sw_slice skip_line_ends(struct sw_slice text)
{
    size_t n = 0;
    while (n < text.size && is_line_end(text.data[n]))
        n++;
    return sw_slice_skip(text, n);
}

bool sw_sip_is_rest(const struct sw_sip *sip)
{
    struct sw_cseq cseq;
    if (sip->response || sw_cseq_parse(sip->first[SW_SIP_CSEQ], &cseq) != SW_OK || cseq.method.size <= sip->method.size)
        return false;
    return sw_slice_equal(sw_slice_skip(cseq.method, cseq.method.size - sip->method.size), sip->method);
}

bool sw_sip_is_keepalive(struct sw_slice bytes)
{
    return bytes.size > 0 && skip_line_ends(bytes).size == 0;
}

struct start_line {
    bool response;
    struct sw_slice method;
    struct sw_slice uri;
    struct sw_slice status;
    struct sw_slice reason;
    struct sw_slice version;
};

static bool begins_sip(struct sw_slice word)
{
    return sw_slice_equal_nocase(sw_slice_head(word, 4), SW_SLICE("SIP/"));
}

/* The offset of the last word of line that begins with "SIP/", or line.size. */
static size_t last_version(struct sw_slice line)
{
    size_t end = line.size;
    while (end > 4) {
        const uint8_t *slash = memrchr(line.data, '/', end);
        if (slash == NULL)
            return line.size;
        end = (size_t)(slash - line.data);
        if (end >= 4 && sw_is_space(line.data[end - 4]) && begins_sip(sw_slice_skip(line, end - 3)))
            return end - 3;
    }
    return line.size;
}

/* Status-Line = SIP-Version SP Status-Code SP Reason-Phrase; Request-Line = Method SP Request-URI SP SIP-Version, with
 * any white space for SP and anything within the URI. False where neither names SIP. */
static bool start_line_read(struct sw_slice text, struct start_line *line)
{
    text = sw_slice_trim(text);
    *line = (struct start_line){.response = begins_sip(text)};
    if (line->response) {
        line->version = sw_word_next(&text);
        line->status = sw_word_next(&text);
        line->reason = sw_slice_trim(text);
        return true;
    }
    size_t version = last_version(text);
    line->version = sw_slice_skip(text, version);
    text = sw_slice_head(text, version);
    line->method = sw_word_next(&text);
    line->uri = sw_slice_trim(text);
    return line->version.size != 0;
}

/* A line that names no SIP may still be the first part of a folded Request-Line if no more than the method and the URI
 * stand on it. */
static bool may_be_folded(struct sw_slice line)
{
    sw_word_next(&line);
    sw_word_next(&line);
    return sw_slice_trim_left(line).size == 0;
}

/* Of which a Request-URI may be that says nothing else: others are words of a text. */
static bool is_sip_scheme(struct sw_slice scheme)
{
    return sw_slice_equal_nocase(scheme, SW_SLICE("sip")) || sw_slice_equal_nocase(scheme, SW_SLICE("sips")) ||
           sw_slice_equal_nocase(scheme, SW_SLICE("tel"));
}

/* A Request-Line without a version, or with one of another protocol. */
static bool versionless_read(struct sw_slice text, struct start_line *line)
{
    text = sw_slice_trim(text);
    *line = (struct start_line){.method = sw_word_next(&text), .uri = sw_word_next(&text)};
    line->version = sw_slice_skip(line->uri, line->uri.size);
    for (size_t i = 0; i < line->method.size; i++)
        if (line->method.data[i] < 'A' || line->method.data[i] > 'Z')
            return false;
    const size_t scheme = sw_scheme_size(line->uri);
    return scheme < line->uri.size && line->uri.data[scheme] == ':' && is_sip_scheme(sw_slice_head(line->uri, scheme));
}

static bool start_line_take(struct sw_slice *rest, struct start_line *line)
{
    struct sw_slice text;
    struct sw_slice after = *rest;
    if (!sw_line_next(&after, &text))
        return false;
    if (start_line_read(text, line)) {
        *rest = after;
        return true;
    }
    struct sw_header folded;
    if (may_be_folded(text) && sw_header_next(rest, &folded) && start_line_read(folded.line, line))
        return true;
    *rest = after;
    return versionless_read(text, line);
}

/* The "<" that some put before the Request-URI (RFC 4475 3.1.2.7). */
static struct sw_slice skip_bracket(struct sw_slice uri)
{
    return uri.size > 0 && uri.data[0] == '<' ? sw_slice_skip(uri, 1) : uri;
}

static bool uri_is_plausible(struct sw_slice uri)
{
    uri = skip_bracket(uri);
    size_t scheme = sw_scheme_size(uri);
    const bool rest = scheme + 1 < uri.size || is_sip_scheme(sw_slice_head(uri, scheme));
    return scheme > 0 && scheme < uri.size && uri.data[scheme] == ':' && rest;
}

/* Stricter than start_line_read: "I speak SIP/2.0" is text. */
static bool start_line_is_plausible(struct sw_slice text, struct start_line *line)
{
    if (text.size == 0 || sw_is_space(text.data[0]) || !start_line_read(text, line))
        return false;
    if (line->version.size < 5 || !sw_is_digit(line->version.data[4]))
        return false;
    if (line->response)
        return line->status.size > 0 && sw_is_digit(line->status.data[0]);
    struct sw_slice version = line->version;
    return sw_token_size(line->method) == line->method.size && uri_is_plausible(line->uri) &&
           sw_word_next(&version).size == line->version.size;
}

/* Reads a start line as nearly all are written, with single spaces; of one that is plausible, what it then says. Others
 * are left to start_line_is_plausible. */
static bool usual_start_line(struct sw_slice text, struct start_line *line)
{
    static const char response[] = "SIP/2.0 200";
    static const char request[] = " SIP/2.0";
    enum {
        VERSION = sizeof request - 2,
        BEHIND_VERSION = VERSION + 1,
        STATUS = 3,
        BEHIND_STATUS = sizeof response - 1
    };
    if (text.size <= BEHIND_STATUS || sw_is_space(text.data[text.size - 1]))
        return false;
    *line = (struct start_line){.response = memcmp(text.data, response, BEHIND_VERSION) == 0};
    if (line->response) {
        line->version = sw_slice_head(text, VERSION);
        line->status = sw_slice_head(sw_slice_skip(text, BEHIND_VERSION), STATUS);
        line->reason = sw_slice_skip(text, BEHIND_STATUS + 1);
        return text.data[BEHIND_STATUS] == ' ' && line->reason.size > 0 && !sw_is_space(line->reason.data[0]) &&
               sw_is_digit(line->status.data[0]) && !sw_is_space(line->status.data[1]) &&
               !sw_is_space(line->status.data[2]);
    }
    const struct sw_slice rest = sw_slice_head(text, text.size - BEHIND_VERSION);
    const size_t method = sw_token_size(rest);
    line->version = sw_slice_skip(text, text.size - VERSION);
    line->method = sw_slice_head(rest, method);
    line->uri = sw_slice_skip(rest, method + 1);
    return memcmp(rest.data + rest.size, request, BEHIND_VERSION) == 0 && method > 0 && method < rest.size &&
           rest.data[method] == ' ' && line->uri.size > 0 && !sw_is_space(line->uri.data[0]) &&
           !sw_is_space(line->uri.data[line->uri.size - 1]) && uri_is_plausible(line->uri);
}

/* Whether a start line that isn't complete yet may begin so. */
static bool start_line_may_begin(struct sw_slice text)
{
    if (sw_slice_equal_nocase(sw_slice_head(text, 4), sw_slice_head(SW_SLICE("SIP/"), text.size))) {
        if (text.size > 4 && !sw_is_digit(text.data[4]))
            return false;
        sw_word_next(&text);
        return sw_slice_trim_left(text).size == 0;
    }
    size_t method = sw_token_size(text);
    if (method == 0 || method == text.size)
        return method > 0;
    if (!sw_is_space(text.data[method]))
        return false;
    struct sw_slice uri = sw_slice_trim_left(sw_slice_skip(text, method));
    uri = skip_bracket(uri);
    size_t scheme = sw_scheme_size(uri);
    return scheme == uri.size || (scheme > 0 && uri.data[scheme] == ':');
}

enum sw_result sw_sip_sniff(struct sw_slice bytes)
{
    const enum sw_result more = bytes.size < SNIFF_MAX ? SW_MORE : SW_BAD;
    struct sw_slice text = skip_line_ends(sw_slice_head(bytes, SNIFF_MAX));
    if (text.size == 0)
        return more;
    size_t content;
    size_t size = sw_line_size(text, &content);
    if (size == 0 && text.data[content - 1] == '\r')
        content--; /* its LF may follow */
    struct sw_slice line = sw_slice_head(text, content);
    struct start_line parts;
    if (usual_start_line(line, &parts) || start_line_is_plausible(line, &parts))
        return SW_OK;
    if (!start_line_may_begin(line))
        return SW_BAD;
    if (size == 0)
        return more;
    if (!may_be_folded(line))
        return SW_BAD;
    if (size == text.size)
        return more;
    struct sw_header folded;
    sw_header_next(&text, &folded);
    if (start_line_is_plausible(folded.line, &parts))
        return SW_OK;
    return text.size == 0 && folded.line.size > size ? more : SW_BAD;
}

/* "Content-Length: 5" and "l: 005" agree, "5" and "13" don't (RFC 4475 3.3.9). */
static bool lengths_agree(const struct sw_sip *sip, uint64_t first)
{
    struct sw_sip_values values = {.rest = sip->headers};
    struct sw_slice value;
    uint64_t other;
    while (sw_sip_value_next(&values, SW_SIP_CONTENT_LENGTH, &value))
        if (!sw_slice_number(value, &other) || other != first)
            return false;
    return true;
}

static void body_cut(struct sw_sip *sip, struct sw_slice rest)
{
    sip->body = rest;
    sip->rest = sw_slice_skip(rest, rest.size);
    sip->content_length_ok = true;
    if (sip->count[SW_SIP_CONTENT_LENGTH] == 0)
        return;
    uint64_t length;
    sip->content_length_ok = sw_slice_number(sip->first[SW_SIP_CONTENT_LENGTH], &length) && length <= rest.size;
    if (!sip->content_length_ok)
        return;
    sip->body = sw_slice_head(rest, (size_t)length);
    sip->rest = sw_slice_skip(rest, (size_t)length);
    sip->content_length_ok = sip->count[SW_SIP_CONTENT_LENGTH] == 1 || lengths_agree(sip, length);
}

static void header_note(struct sw_sip *sip, enum sw_sip_field field, struct sw_slice value)
{
    if (sip->count[field] == 0)
        sip->first[field] = value;
    if (sip->count[field] < UINT16_MAX)
        sip->count[field]++;
}

/* "Name: value\r": a line as nearly all are written, without its line feed. False where white space stands anywhere
 * else, or no colon. */
static bool usual_line_note(struct sw_sip *sip, struct sw_slice line, const uint8_t *limit)
{
    const uint8_t *text = line.data;
    const size_t colon = sw_scan_near(line, ':', limit);
    const size_t value = colon + 2;
    if (colon == 0 || value + 1 >= line.size)
        return false;
    const size_t end = line.size - 1;
    if (text[colon + 1] != ' ' || text[value] <= ' ' || text[end - 1] <= ' ' || text[end] != '\r')
        return false;
    const enum sw_sip_field field = field_of(sw_slice_of(text, colon), limit);
    if (field == SW_SIP_OTHER && (text[0] <= ' ' || text[colon - 1] <= ' '))
        return false;
    header_note(sip, field, sw_slice_of(text + value, end - value));
    return true;
}

__attribute__((noinline)) static void other_line_note(struct sw_sip *sip, struct sw_slice line, const uint8_t *limit)
{
    struct sw_header header;
    if (sw_header_next(&line, &header))
        header_note(sip, field_of(header.name, limit), header.value);
}

static void start_line_note(struct sw_sip *sip, const struct start_line *line)
{
    uint64_t status;
    sip->response = line->response;
    sip->method = line->method;
    sip->uri = line->uri;
    sip->version = line->version;
    sip->reason = line->reason;
    if (sw_slice_number(line->status, &status) && status <= 999)
        sip->status = (unsigned)status;
}

/* What stands behind the start line, whose line feed was the last one told. Flat: each header line of each message
 * comes through here, and the calls would cost half as much again as the work. */
__attribute__((flatten)) static void message_read(struct sw_sip *sip, struct sw_slice rest, struct sw_line_feeds feeds)
{
    const uint8_t *at = rest.data;
    const uint8_t *end = at + rest.size;
    unsigned lines = 0;
    sip->headers = rest;
    while (at < end && !is_empty_line(at, end)) {
        const uint8_t *stop = sw_line_feeds_next(&feeds);
        while (stop + 1 < end && stop[1] <= ' ' && sw_is_blank(stop[1])) /* a fold */
            stop = sw_line_feeds_next(&feeds);
        const struct sw_slice line = sw_slice_of(at, (size_t)(stop - at));
        if (!usual_line_note(sip, line, end))
            other_line_note(sip, line, end);
        at = stop == end ? end : stop + 1;
        lines++;
    }
    sip->header_count = lines;
    sip->headers.size = (size_t)(at - rest.data);
    rest = sw_slice_of(at, (size_t)(end - at));
    struct sw_slice empty;
    sip->headers_end = sw_line_next(&rest, &empty);
    body_cut(sip, rest);
}

enum sw_result sw_sip_parse(struct sw_slice bytes, struct sw_sip *sip)
{
    struct start_line line;
    struct sw_slice rest = skip_line_ends(bytes);
    *sip = (struct sw_sip){.raw = bytes};
    if (!start_line_take(&rest, &line))
        return SW_BAD;
    start_line_note(sip, &line);
    struct sw_line_feeds feeds = sw_line_feeds_of(rest);
    message_read(sip, rest, feeds);
    return SW_OK;
}

static bool recognise_at_length(struct sw_slice bytes, struct sw_sip *sip)
{
    return sw_sip_sniff(bytes) == SW_OK && sw_sip_parse(bytes, sip) == SW_OK;
}

bool sw_sip_recognise(struct sw_slice bytes, struct sw_sip *sip)
{
    struct start_line line;
    const struct sw_slice text = skip_line_ends(bytes);
    if (text.size == 0)
        return false;
    struct sw_line_feeds feeds = sw_line_feeds_of(text);
    const uint8_t *lf = sw_line_feeds_next(&feeds);
    if (lf == feeds.end || lf - bytes.data >= SNIFF_MAX)
        return recognise_at_length(bytes, sip);
    const struct sw_slice first = sw_slice_of(text.data, (size_t)(lf - text.data) - (lf[-1] == '\r' ? 1 : 0));
    if (!usual_start_line(first, &line) && !start_line_is_plausible(first, &line)) /* folded, or none */
        return recognise_at_length(bytes, sip);
    *sip = (struct sw_sip){.raw = bytes};
    start_line_note(sip, &line);
    message_read(sip, sw_slice_skip(text, (size_t)(lf - text.data) + 1), feeds);
    return true;
}

bool sw_sip_recognise_odd(struct sw_slice bytes, bool expected, struct sw_sip *sip)
{
    struct sw_cseq cseq;
    if (sw_sip_parse(bytes, sip) != SW_OK || sip->count[SW_SIP_VIA] == 0 || sip->count[SW_SIP_CALL_ID] == 0 ||
        sw_cseq_parse(sip->first[SW_SIP_CSEQ], &cseq) != SW_OK)
        return false;
    const bool told = expected && sip->uri.size > 0; /* else it may be the rest of a start line */
    return told || sip->response || sw_slice_equal(cseq.method, sip->method);
}

bool sw_sip_header_next(struct sw_sip_cursor *cursor, enum sw_sip_field *field, struct sw_header *header)
{
    if (!sw_header_next(&cursor->rest, header))
        return false;
    *field = field_of(header->name, cursor->rest.data + cursor->rest.size);
    return true;
}

struct sw_sip_values sw_sip_values_of(const struct sw_sip *sip, enum sw_sip_field field)
{
    const struct sw_slice first = sip->first[field];
    const unsigned count = sip->count[field];
    if (count == 0)
        return (struct sw_sip_values){.lines = 0};
    struct sw_sip_values values = {.list = first, .lines = count - 1};
    if (count > 1) /* what is left of the first line reads as a line without a name */
        values.rest = sw_slice_skip(sip->headers, (size_t)(first.data - sip->headers.data) + first.size);
    if (count == UINT16_MAX)
        values.lines = 0;
    return values;
}

/* What is left of the line in hand. */
static bool list_next(struct sw_sip_values *values, enum sw_sip_field field, struct sw_slice *value)
{
    if (fields[field].list || values->list.data == NULL)
        return sw_list_next(&values->list, value);
    *value = values->list;
    values->list = sw_slice_of(NULL, 0);
    return true;
}

bool sw_sip_value_next(struct sw_sip_values *values, enum sw_sip_field field, struct sw_slice *value)
{
    struct sw_header header;
    while (!list_next(values, field, value)) {
        do
            if (!sw_header_next(&values->rest, &header))
                return false;
        while (field_of(header.name, values->rest.data + values->rest.size) != field);
        values->list = header.value;
        if (values->lines > 0 && --values->lines == 0)
            values->rest.size = 0;
    }
    return true;
}
