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

/* alphanum and - . ! % * _ + ` ' ~ */
const bool sw_token_characters[256] = {
    [0x20] = 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, /* ! % ' * + - . */
    [0x30] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, /* 0 to 9 */
    [0x40] = 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* A to O */
    [0x50] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, /* P to Z, _ */
    [0x60] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* ` a to o */
    [0x70] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, /* p to z, ~ */
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
    size_t end = text.size;
    while (end > from && sw_is_space(text.data[end - 1]))
        end--;
    return from == end ? sw_slice_head(text, 0) : sw_slice_of(text.data + from, end - from);
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

size_t sw_line_size(struct sw_slice text, size_t *content)
{
    const size_t end = sw_slice_find(text, '\n');
    *content = end;
    if (end == text.size)
        return 0;
    *content -= end > 0 && text.data[end - 1] == '\r';
    return end + 1;
}

bool sw_line_next(struct sw_slice *rest, struct sw_slice *line)
{
    if (rest->size == 0)
        return false;
    size_t end = sw_slice_find(*rest, '\n');
    *line = sw_slice_head(*rest, end);
    *rest = sw_slice_skip(*rest, end + 1);
    if (line->size > 0 && line->data[line->size - 1] == '\r')
        line->size--;
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
    const struct sw_slice inside = sw_slice_skip(text, at + 1);
    const size_t close = sw_slice_find(inside, '"');
    if (close < inside.size && sw_slice_find(sw_slice_head(inside, close), '\\') == close) /* as in most: no escapes */
        return at + 1 + close + 1;
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

size_t sw_find_text(struct sw_slice text, struct sw_slice wanted)
{
    for (size_t at = sw_slice_find(text, wanted.data[0]); at < text.size;
         at += 1 + sw_slice_find(sw_slice_skip(text, at + 1), wanted.data[0]))
        if (sw_slice_starts(sw_slice_skip(text, at), wanted))
            return at;
    return text.size;
}

size_t sw_find_outside(struct sw_slice text, uint8_t byte)
{
    if (sw_slice_find(text, byte) == text.size) /* as in most lists, which hold one element */
        return text.size;
    size_t at = 0;
    while (at < text.size && text.data[at] != byte)
        at = opens_unit(text.data[at]) ? unit_end(text, at) : at + 1;
    return at;
}

size_t sw_put_shown(char *to, size_t room, struct sw_slice bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    enum { ESCAPE = 4 };
    size_t at = 0;
    for (size_t i = 0; i < bytes.size && at + ESCAPE < room; i++) {
        const uint8_t c = bytes.data[i];
        if (c >= ' ' && c <= '~' && c != '\\') {
            to[at++] = (char)c;
            continue;
        }
        const char escaped[ESCAPE] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
        memcpy(to + at, escaped, ESCAPE);
        at += ESCAPE;
    }
    to[at] = 0;
    return at;
}

/* The two halves of the product, folded: each bit of the factors reaches all of it. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    const wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static uint64_t secret_of(uint64_t seed)
{
#ifdef SIPWEAVE_STEADY
    seed = 0; /* a profile is recorded (cmake/profile.cmake) */
#endif
    return mix(seed ^ UINT64_C(0x9fb21c651e98df25), UINT64_C(0xa0761d6478bd642f)) | 1;
}

uint64_t sw_hash_word(uint64_t word, uint64_t seed)
{
    const uint64_t secret = secret_of(seed);
    const uint64_t sum = mix(word ^ secret, UINT64_C(0xa0761d6478bd642f));
    return mix(sum ^ secret, UINT64_C(0x9fb21c651e98df25));
}

uint64_t sw_hash(struct sw_slice bytes, uint64_t seed)
{
    enum { WORD = 8, ROUND = 16 };
    const uint64_t secret = secret_of(seed);
    uint64_t sum = secret ^ bytes.size;
    uint64_t first = 0;
    uint64_t last = 0;
    size_t at = 0;
    for (; bytes.size - at > ROUND; at += ROUND)
        sum = mix(word_at(bytes.data + at) ^ secret, word_at(bytes.data + at + WORD) ^ sum);
    /* The last two words are whole where they can be: then some of their bytes count twice. */
    if (bytes.size >= WORD) {
        first = word_at(bytes.data + (bytes.size >= ROUND ? bytes.size - ROUND : 0));
        last = word_at(bytes.data + bytes.size - WORD);
    } else if (bytes.size > 0) {
        memcpy(&first, bytes.data, bytes.size);
    }
    sum = mix(first ^ secret, last ^ sum);
    return mix(sum ^ secret, UINT64_C(0x9fb21c651e98df25));
}
