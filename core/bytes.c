/* SPDX-License-Identifier: MIT
 *
 * Slices: comparing, trimming, cutting into lines, hashing.
 */
#include "bytes.h"

static const char *const reason_names[SW_REASON_COUNT] = {
    [SW_REASON_NO_KEY] = "no-key",
    [SW_REASON_CIPHER_SUITE_UNKNOWN] = "cipher-suite-unknown",
    [SW_REASON_SEGMENT_MISSING] = "segment-missing",
    [SW_REASON_SNAPLEN_CUT] = "snaplen-cut",
    [SW_REASON_NO_HANDSHAKE] = "no-handshake",
    [SW_REASON_DEFLATE_HISTORY_LOST] = "deflate-history-lost",
    [SW_REASON_NOT_SIP] = "not-sip",
    [SW_REASON_LIMIT] = "limit",
    [SW_REASON_MALFORMED] = "malformed",
};

const char *sw_reason_name(enum sw_reason reason)
{
    return reason < SW_REASON_COUNT ? reason_names[reason] : "unknown";
}

uint64_t sw_ledger_undecoded(const struct sw_ledger *ledger)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < SW_REASON_COUNT; i++)
        sum += ledger->undecoded[i];
    return sum;
}

uint64_t sw_ledger_total(const struct sw_ledger *ledger)
{
    return ledger->message + ledger->protocol + ledger->keepalive + sw_ledger_undecoded(ledger);
}

bool sw_slice_equal(struct sw_slice a, struct sw_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool sw_slice_equal_nocase(struct sw_slice a, struct sw_slice b)
{
    if (a.size != b.size)
        return false;
    if (sw_slice_equal(a, b)) /* names are mostly written as the RFC writes them */
        return true;
    for (size_t i = 0; i < a.size; i++)
        if (sw_lower(a.data[i]) != sw_lower(b.data[i]))
            return false;
    return true;
}

bool sw_slice_starts(struct sw_slice text, struct sw_slice prefix)
{
    return text.size >= prefix.size && sw_slice_equal(sw_slice_head(text, prefix.size), prefix);
}

struct sw_slice sw_slice_trim_left(struct sw_slice text)
{
    size_t n = 0;
    while (n < text.size && sw_is_space(text.data[n]))
        n++;
    return sw_slice_skip(text, n);
}

struct sw_slice sw_slice_trim(struct sw_slice text)
{
    size_t from = 0;
    while (from < text.size && sw_is_space(text.data[from]))
        from++;
    while (text.size > from && sw_is_space(text.data[text.size - 1]))
        text.size--;
    return sw_slice_skip(text, from);
}

bool sw_slice_number(struct sw_slice text, uint64_t *value)
{
    if (text.size == 0)
        return false;
    uint64_t n = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit = (uint64_t)text.data[i] - '0';
        if (!sw_is_digit(text.data[i]) || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *value = n;
    return true;
}

bool sw_is_token(uint8_t c)
{
    /* bit c % 64 of word c / 64: alphanum - . ! % * _ + ` ' ~ */
    static const uint64_t token[4] = {
        UINT64_C(1) << '-' | UINT64_C(1) << '.' | UINT64_C(1) << '!' | UINT64_C(1) << '%' | UINT64_C(1) << '*' |
            UINT64_C(1) << '+' | UINT64_C(1) << '\'' | UINT64_C(0x3ff) << '0',
        UINT64_C(0x3ffffff) << ('A' - 64) | UINT64_C(0x3ffffff) << ('a' - 64) | UINT64_C(1) << ('_' - 64) |
            UINT64_C(1) << ('`' - 64) | UINT64_C(1) << ('~' - 64),
        0,
        0,
    };
    return (token[c / 64] >> (c % 64) & 1) != 0;
}

size_t sw_line_content(struct sw_slice text)
{
    /* In windows: where lines end with one of the two only, a search for the other would run to the end of the text
     * each time. */
    const size_t window = 512;
    for (size_t at = 0; at < text.size; at += window) {
        const uint8_t *part = text.data + at;
        const size_t size = text.size - at < window ? text.size - at : window;
        const uint8_t *lf = memchr(part, '\n', size);
        const uint8_t *cr = memchr(part, '\r', lf == NULL ? size : (size_t)(lf - part));
        if (cr != NULL || lf != NULL)
            return (size_t)((cr != NULL ? cr : lf) - text.data);
    }
    return text.size;
}

size_t sw_line_size(struct sw_slice text, size_t *content)
{
    size_t end = sw_line_content(text);
    *content = end;
    if (end == text.size)
        return 0;
    if (text.data[end] == '\n')
        return end + 1;
    if (end + 1 == text.size)
        return 0;
    return text.data[end + 1] == '\n' ? end + 2 : end + 1;
}

bool sw_line_next(struct sw_slice *rest, struct sw_slice *line)
{
    if (rest->size == 0)
        return false;
    size_t content;
    size_t size = sw_line_size(*rest, &content);
    *line = sw_slice_head(*rest, content);
    *rest = sw_slice_skip(*rest, size == 0 ? rest->size : size);
    return true;
}

struct sw_slice sw_word_next(struct sw_slice *rest)
{
    struct sw_slice text = sw_slice_trim_left(*rest);
    size_t n = 0;
    while (n < text.size && !sw_is_space(text.data[n]))
        n++;
    *rest = sw_slice_skip(text, n);
    return sw_slice_head(text, n);
}

/* The offset behind the quoted string that begins at `at` (RFC 3261 25.1), or behind its quote where it isn't closed.
 */
static size_t quoted_end(struct sw_slice text, size_t at)
{
    for (size_t i = at + 1; i < text.size; i++) {
        if (text.data[i] == '\\')
            i++;
        else if (text.data[i] == '"')
            return i + 1;
    }
    return at + 1;
}

/* The offset behind the <...> that begins at `at`, or behind its "<" where it isn't closed. */
static size_t bracket_end(struct sw_slice text, size_t at)
{
    struct sw_slice inside = sw_slice_skip(text, at + 1);
    inside = sw_slice_head(inside, sw_slice_find(inside, '<'));
    size_t close = sw_slice_find(inside, '>');
    return close < inside.size ? at + 1 + close + 1 : at + 1;
}

/* Behind the quoted string, <...> or backslash at `at`. Outside quotes \" opens none: with that, the quotes behind one
 * that isn't closed are never looked at again as opening ones, and reading a value element by element stays linear. */
static size_t unit_end(struct sw_slice text, size_t at)
{
    switch (text.data[at]) {
    case '"':
        return quoted_end(text, at);
    case '<':
        return bracket_end(text, at);
    default: { /* a backslash */
        bool pair = at + 1 < text.size && (text.data[at + 1] == '"' || text.data[at + 1] == '\\');
        return pair ? at + 2 : at + 1;
    }
    }
}

static bool opens_unit(uint8_t c)
{
    return c == '"' || c == '<' || c == '\\';
}

size_t sw_find_outside(struct sw_slice text, uint8_t byte)
{
    size_t at = 0;
    while (at < text.size && text.data[at] != byte)
        at = opens_unit(text.data[at]) ? unit_end(text, at) : at + 1;
    return at;
}

static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * UINT64_C(0x9fb21c651e98df25);
    return sum ^ sum >> 32;
}

uint64_t sw_hash(struct sw_slice bytes, uint64_t seed)
{
    uint64_t sum = seed ^ bytes.size;
    size_t at = 0;
    for (uint64_t word; bytes.size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes.data + at, sizeof word);
        sum = mix(sum, word);
    }
    uint64_t tail = 0;
    if (at < bytes.size)
        memcpy(&tail, bytes.data + at, bytes.size - at);
    return mix(mix(sum, tail), seed);
}
