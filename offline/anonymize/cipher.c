/* SPDX-License-Identifier: MIT
 *
 * Which name stands for which?
 *
 * A text is a row of digits, each of its own radix: 26 for a letter, 10 for a digit, 1 for what stays. Its halves are
 * added to each other in turns, through HMAC-SHA-256 (a Feistel network, as NIST SP 800-38G has them): so it is a
 * permutation of all texts of that form.
 */
#include "anonymize/cipher.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

enum { ROUNDS = 8, CHUNK = 128, MAC_SIZE = 32, OCTETS = 256, DRAWS = 10, TABLES_KEPT = 1 << 16 };

struct cipher {
    GHmac *keyed;       /* fresh; copied for each use */
    GHashTable *tables; /* of octets by what stands before them: prefix to uint8_t[OCTETS] */
};

/* What a row of digits is enciphered with besides the key. */
struct tweak {
    const char *kind;
    const void *bytes;
    size_t size;
};

struct cipher *cipher_new(const void *key, size_t size)
{
    struct cipher *cipher = g_new(struct cipher, 1);
    cipher->keyed = g_hmac_new(G_CHECKSUM_SHA256, key, size);
    cipher->tables = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return cipher;
}

void cipher_free(struct cipher *cipher)
{
    if (cipher == NULL)
        return;
    g_hmac_unref(cipher->keyed);
    g_hash_table_destroy(cipher->tables);
    g_free(cipher);
}

/* --- rows of digits ---------------------------------------------------------------------------------------------- */

static void mac(const struct cipher *cipher, const struct tweak *tweak, unsigned round, const uint8_t *digits,
                size_t count, uint8_t result[MAC_SIZE])
{
    const uint8_t head[] = {(uint8_t)round, (uint8_t)count};
    gsize size = MAC_SIZE;
    GHmac *hmac = g_hmac_copy(cipher->keyed);
    g_hmac_update(hmac, (const guchar *)tweak->kind, (gssize)strlen(tweak->kind) + 1);
    g_hmac_update(hmac, head, sizeof head);
    g_hmac_update(hmac, digits, (gssize)count);
    if (tweak->size != 0)
        g_hmac_update(hmac, tweak->bytes, (gssize)tweak->size);
    g_hmac_get_digest(hmac, result, &size);
    g_hmac_unref(hmac);
}

/* The same of a message authentication code, but as many bytes as are wanted: a digit for each. */
static uint8_t expand(uint8_t code[MAC_SIZE], size_t i, unsigned radix)
{
    if (i % (MAC_SIZE / 2) == 0 && i != 0) {
        char *next = g_compute_checksum_for_data(G_CHECKSUM_SHA256, code, MAC_SIZE);
        memcpy(code, next, MAC_SIZE); /* half of its hexadecimal digits: 128 bits */
        g_free(next);
    }
    const size_t at = 2 * (i % (MAC_SIZE / 2));
    return (uint8_t)((code[at] * 256u + code[at + 1]) % radix);
}

static void add_half(const struct cipher *cipher, const struct tweak *tweak, unsigned round, uint8_t *to,
                     const unsigned *radix, size_t to_count, const uint8_t *from, size_t from_count)
{
    uint8_t code[MAC_SIZE];
    mac(cipher, tweak, round, from, from_count, code);
    for (size_t i = 0; i < to_count; i++)
        to[i] = (uint8_t)((to[i] + expand(code, i, radix[i])) % radix[i]);
}

/* Up to CHUNK digits. */
static void encipher(const struct cipher *cipher, const struct tweak *tweak, uint8_t *digits, const unsigned *radix,
                     size_t count)
{
    const size_t half = count / 2;
    if (count == 1 && radix[0] > 1) { /* a single one is turned, and never by nothing */
        uint8_t code[MAC_SIZE];
        mac(cipher, tweak, 0, NULL, 0, code);
        digits[0] = (uint8_t)((digits[0] + 1 + code[0] % (radix[0] - 1)) % radix[0]);
        return;
    }
    for (unsigned round = 0; count > 1 && round < ROUNDS; round += 2) {
        add_half(cipher, tweak, round, digits, radix, half, digits + half, count - half);
        add_half(cipher, tweak, round + 1, digits + half, radix + half, count - half, digits, half);
    }
}

/* --- texts ------------------------------------------------------------------------------------------------------- */

/* The first of the row that a byte belongs to, and how long it is; 1: it stays. */
static unsigned radix_of(const uint8_t *text, size_t size, size_t at, uint8_t *first)
{
    const uint8_t byte = text[at];
    const unsigned escaped = at > 0 && text[at - 1] == '%' ? 1 : at > 1 && text[at - 2] == '%' ? 2 : 0;
    *first = byte;
    if (escaped != 0 && at - escaped + 2 < size && g_ascii_isxdigit(text[at - escaped + 1]) &&
        g_ascii_isxdigit(text[at - escaped + 2]))
        return 1;
    if (g_ascii_isdigit(byte))
        return *first = '0', 10;
    if (g_ascii_islower(byte))
        return *first = 'a', 26;
    if (g_ascii_isupper(byte))
        return *first = 'A', 26;
    /* Continuations of UTF-8; the first one is tied to some leads (RFC 3629 4). */
    const uint8_t lead = at > 0 ? text[at - 1] : 0;
    const bool tied = lead == 0xe0 || lead == 0xed || lead == 0xf0 || lead == 0xf4 || lead == 0xc2;
    if (byte >= 0x80 && byte < 0xc0 && lead >= 0x80 && !tied)
        return *first = 0x80, 64;
    return 1;
}

/* What stands between begin and end. */
static void encipher_chunk(const struct cipher *cipher, const struct tweak *tweak, uint8_t *text, size_t size,
                           size_t begin, size_t end)
{
    uint8_t digits[CHUNK];
    uint8_t firsts[CHUNK];
    uint8_t places[CHUNK];
    unsigned radixes[CHUNK] = {0};
    size_t count = 0;
    for (size_t at = begin; at < end; at++) {
        radixes[count] = radix_of(text, size, at, &firsts[count]);
        digits[count] = (uint8_t)(text[at] - firsts[count]);
        places[count] = (uint8_t)(at - begin);
        count += radixes[count] > 1 ? 1 : 0;
    }
    encipher(cipher, tweak, digits, radixes, count);
    for (size_t i = 0; i < count; i++)
        text[begin + places[i]] = (uint8_t)(firsts[i] + digits[i]);
}

static void text_with(const struct cipher *cipher, const struct tweak *tweak, uint8_t *text, size_t size)
{
    for (size_t begin = 0; begin < size; begin += CHUNK)
        encipher_chunk(cipher, tweak, text, size, begin, MIN(begin + CHUNK, size));
}

void cipher_text(struct cipher *cipher, const char *kind, uint8_t *text, size_t size)
{
    const struct tweak tweak = {kind, NULL, 0};
    text_with(cipher, &tweak, text, size);
}

static int hex_value(uint8_t byte)
{
    return g_ascii_isdigit(byte) ? byte - '0' : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

void cipher_token(struct cipher *cipher, const char *kind, uint8_t *text, size_t size)
{
    static const char names[] = "0123456789abcdef";
    const struct tweak tweak = {kind, NULL, 0};
    uint8_t digits[CHUNK];
    unsigned radixes[CHUNK] = {0};
    bool hexadecimal = size <= CHUNK;
    for (size_t i = 0; i < size && hexadecimal; i++) {
        hexadecimal = hex_value(text[i]) >= 0;
        digits[i] = (uint8_t)hex_value(text[i]);
        radixes[i] = 16;
    }
    if (!hexadecimal) {
        cipher_text(cipher, kind, text, size);
        return;
    }
    encipher(cipher, &tweak, digits, radixes, size);
    for (size_t i = 0; i < size; i++)
        text[i] = (uint8_t)names[digits[i]];
}

void cipher_user(struct cipher *cipher, uint8_t *text, size_t size)
{
    static const char nobody[] = "anonymous";
    if (size == strlen(nobody) && g_ascii_strncasecmp((const char *)text, nobody, size) == 0)
        return;
    cipher_text(cipher, "user", text, size);
}

/* --- IPv4 -------------------------------------------------------------------------------------------------------- */

enum { FIXED = -1, PRIVATE_172 = 3, SHARED_100 = 4 };

/* Octets of one group are exchanged among each other; FIXED: it stays. */
static int group_of(unsigned level, const uint8_t *before, unsigned octet)
{
    const int digits = octet < 10 ? 0 : octet < 100 ? 1 : 2;
    if (level == 0) {
        const bool special = octet == 0 || octet == 10 || octet == 100 || octet == 127 || octet == 169 ||
                             octet == 172 || octet == 192 || octet >= 224;
        return special ? FIXED : digits;
    }
    if (before[0] == 0 || before[0] == 255)
        return FIXED;
    if (level > 1)
        return digits;
    if ((before[0] == 192 && octet == 168) || (before[0] == 169 && octet == 254))
        return FIXED;
    if (before[0] == 172 && octet >= 16 && octet <= 31)
        return PRIVATE_172;
    if (before[0] == 100 && octet >= 64 && octet <= 127)
        return SHARED_100 + digits;
    return digits;
}

/* Shuffles the members; false: one of them stayed where it was. */
static bool shuffle(const struct cipher *cipher, const struct tweak *tweak, unsigned try, const uint8_t *members,
                    unsigned count, uint8_t *table)
{
    uint8_t code[MAC_SIZE];
    uint8_t order[OCTETS];
    bool moved = true;
    memcpy(order, members, count);
    for (unsigned i = count; i > 1; i--) {
        const unsigned draw = count - i;
        const uint8_t *bytes = code + (size_t)3 * (draw % DRAWS);
        if (draw % DRAWS == 0)
            mac(cipher, tweak, try, (const uint8_t[]){(uint8_t)draw, members[0]}, 2, code);
        const unsigned other = (bytes[0] * 65536u + bytes[1] * 256u + bytes[2]) % i;
        const uint8_t kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    for (unsigned i = 0; i < count; i++) {
        table[members[i]] = order[i];
        moved = moved && order[i] != members[i];
    }
    return moved || count < 2;
}

static uint8_t *make_table(const struct cipher *cipher, unsigned level, const uint8_t *before)
{
    const struct tweak tweak = {"octet", before, level};
    uint8_t *table = g_new(uint8_t, OCTETS);
    uint8_t members[OCTETS] = {0};
    for (unsigned octet = 0; octet < OCTETS; octet++)
        table[octet] = (uint8_t)octet;
    for (int group = 0; group <= SHARED_100 + 2; group++) {
        unsigned count = 0;
        for (unsigned octet = 0; octet < OCTETS; octet++)
            if (group_of(level, before, octet) == group)
                members[count++] = (uint8_t)octet;
        for (unsigned try = 0; count > 1 && try < UINT8_MAX && !shuffle(cipher, &tweak, try, members, count, table);)
            try++;
    }
    return table;
}

static uint8_t octet_for(struct cipher *cipher, unsigned level, const uint8_t *before, uint8_t octet)
{
    int64_t prefix = level;
    for (unsigned i = 0; i < level; i++)
        prefix = prefix << 8 | before[i];
    uint8_t *table = g_hash_table_lookup(cipher->tables, &prefix);
    if (table == NULL) {
        if (g_hash_table_size(cipher->tables) >= TABLES_KEPT)
            g_hash_table_remove_all(cipher->tables);
        table = make_table(cipher, level, before);
        g_hash_table_insert(cipher->tables, g_memdup2(&prefix, sizeof prefix), table);
    }
    return table[octet];
}

static void cipher_ipv4(struct cipher *cipher, uint8_t address[4])
{
    uint8_t before[4];
    memcpy(before, address, sizeof before);
    for (unsigned level = 0; level < 4; level++)
        address[level] = octet_for(cipher, level, before, before[level]);
}

/* Four decimal numbers without needless zeros. */
static bool read_ipv4(const uint8_t *text, size_t size, uint8_t address[4])
{
    char copy[INET_ADDRSTRLEN];
    char again[INET_ADDRSTRLEN];
    if (size >= sizeof copy)
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    return inet_pton(AF_INET, copy, address) == 1 && inet_ntop(AF_INET, address, again, sizeof again) != NULL &&
           strcmp(copy, again) == 0;
}

bool cipher_ipv4_text(struct cipher *cipher, uint8_t *text, size_t size)
{
    uint8_t address[4];
    char now[INET_ADDRSTRLEN];
    if (!read_ipv4(text, size, address))
        return false;
    cipher_ipv4(cipher, address);
    inet_ntop(AF_INET, address, now, sizeof now);
    memcpy(text, now, size); /* as long as before, octet by octet */
    return true;
}

/* --- IPv6 -------------------------------------------------------------------------------------------------------- */

enum { GROUPS = 8, GROUP_DIGITS = 4 };

/* A group that isn't 0, behind others: the first of its digits stays no 0. */
static void cipher_group(const struct cipher *cipher, const uint8_t address[16], unsigned group, uint8_t to[2])
{
    const struct tweak tweak = {"group", address, (size_t)2 * group};
    const unsigned value = (unsigned)address[(size_t)2 * group] << 8 | address[(size_t)2 * group + 1];
    uint8_t digits[GROUP_DIGITS];
    unsigned radixes[GROUP_DIGITS];
    unsigned now = 0;
    size_t count = value > 0xfff ? 4 : value > 0xff ? 3 : value > 0xf ? 2 : 1;
    for (size_t i = 0; i < count; i++) {
        const unsigned digit = value >> 4 * (count - 1 - i) & 0xf;
        digits[i] = (uint8_t)(i == 0 ? digit - 1 : digit);
        radixes[i] = i == 0 ? 15 : 16;
    }
    encipher(cipher, &tweak, digits, radixes, count);
    for (size_t i = 0; i < count; i++)
        now = now << 4 | (digits[i] + (i == 0 ? 1u : 0u));
    to[0] = (uint8_t)(now >> 8);
    to[1] = (uint8_t)now;
}

static void cipher_ipv6(struct cipher *cipher, uint8_t address[16])
{
    static const uint8_t zero[16];
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    uint8_t before[16];
    memcpy(before, address, sizeof before);
    if (memcmp(before, zero, 15) == 0 && before[15] <= 1) /* unspecified, loopback */
        return;
    if (memcmp(before, mapped, sizeof mapped) == 0) {
        cipher_ipv4(cipher, address + 12);
        return;
    }
    for (unsigned group = 1; group < GROUPS; group++) /* the first says what kind of address it is */
        if (memcmp(before + (size_t)2 * group, zero, 2) != 0)
            cipher_group(cipher, before, group, address + (size_t)2 * group);
}

/* Writes groups over those that stand in this part of the text, each with its digits. */
static void write_groups(uint8_t *text, size_t size, const uint8_t *address, unsigned group)
{
    for (size_t at = 0; at < size && group < GROUPS; group++) {
        const uint8_t *colon = memchr(text + at, ':', size - at);
        const size_t digits = MIN(colon != NULL ? (size_t)(colon - text) - at : size - at, (size_t)GROUP_DIGITS);
        const unsigned value = (unsigned)address[(size_t)2 * group] << 8 | address[(size_t)2 * group + 1];
        char now[GROUP_DIGITS + 1];
        g_snprintf(now, sizeof now, "%0*x", (int)digits, value);
        memcpy(text + at, now, digits);
        at += digits + 1;
    }
}

/* Behind "::" groups are counted from the end. */
static void write_ipv6(uint8_t *text, size_t size, const uint8_t *address)
{
    const uint8_t *gap = memmem(text, size, "::", 2);
    const size_t left = gap != NULL ? (size_t)(gap - text) : size;
    const size_t right = gap != NULL ? left + 2 : size;
    unsigned behind = right < size ? 1 : 0;
    for (size_t at = right; at < size; at++)
        behind += text[at] == ':' ? 1 : 0;
    write_groups(text, left, address, 0);
    write_groups(text + right, size - right, address, GROUPS - behind);
}

bool cipher_ipv6_text(struct cipher *cipher, uint8_t *text, size_t size)
{
    char copy[INET6_ADDRSTRLEN];
    uint8_t address[16];
    if (size >= sizeof copy || memchr(text, '.', size) != NULL)
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    if (inet_pton(AF_INET6, copy, address) != 1)
        return false;
    cipher_ipv6(cipher, address);
    write_ipv6(text, size, address);
    return true;
}

void cipher_endpoint(struct cipher *cipher, struct sw_endpoint *endpoint)
{
    if (endpoint->family == 4)
        cipher_ipv4(cipher, endpoint->address);
    else if (endpoint->family == 6)
        cipher_ipv6(cipher, endpoint->address);
}

/* --- hosts ------------------------------------------------------------------------------------------------------- */

void cipher_host(struct cipher *cipher, uint8_t *text, size_t size)
{
    const bool bracketed = size > 2 && text[0] == '[' && text[size - 1] == ']';
    if (bracketed && cipher_ipv6_text(cipher, text + 1, size - 2))
        return;
    if (cipher_ipv4_text(cipher, text, size) || cipher_ipv6_text(cipher, text, size))
        return;
    char *lower = g_ascii_strdown((const char *)text, (gssize)size);
    const uint8_t *dot = memrchr(text, '.', size);
    size_t end = dot != NULL ? (size_t)(dot - text) : size; /* the last label stays, if it isn't all */
    while (end > 0) {
        const uint8_t *before = memrchr(text, '.', end);
        const size_t begin = before != NULL ? (size_t)(before - text) + 1 : 0;
        const struct tweak tweak = {"label", lower + end, strlen(lower) - end}; /* the domain that it is in */
        text_with(cipher, &tweak, text + begin, end - begin);
        end = begin > 0 ? begin - 1 : 0;
    }
    g_free(lower);
}
