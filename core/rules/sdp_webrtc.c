/* SPDX-License-Identifier: MIT
 *
 * Do the attributes of DTLS, ICE, BUNDLE and SCTP in one description fit together? RFC 5763 5, 8122 5, 8839 4 and 5,
 * 8843 5 and 9, 8841 4 and 5, 8829 5.2.1.
 */
#include "rules/sdp_check.h"
#include "rules/sip_grammar.h"

static bool same_group(const struct sw_part *a, const struct sw_part *b)
{
    return a->bundled && b->bundled && a->group == b->group;
}

/* --- DTLS -------------------------------------------------------------------------------------------------------- */

static bool is_fingerprint(struct sw_slice value)
{
    static const struct {
        const char *name;
        size_t size;
    } hashes[] = {{"sha-1", 20},   {"sha-224", 28}, {"sha-256", 32}, {"sha-384", 48},
                  {"sha-512", 64}, {"md5", 16},     {"md2", 16}};
    bool last;
    struct sw_slice hash = sw_field_next(&value, &last);
    size_t pairs = last ? 0 : sw_sdp_pairs(value);
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++)
        if (sw_slice_equal_nocase(hash, sw_slice_of((const uint8_t *)hashes[i].name, strlen(hashes[i].name))))
            return pairs == hashes[i].size;
    return sw_sdp_token(hash) && pairs > 0;
}

static void check_fingerprints(const struct sw_sip_case *one, const struct sw_part *part)
{
    struct sw_slice weak = {0};
    bool strong = false;
    for (size_t i = 0; i < part->items.count; i++) {
        struct sw_slice value = part->items.first[i].value;
        if (part->items.first[i].kind != SW_ITEM_FINGERPRINT)
            continue;
        if (!is_fingerprint(value))
            sw_case_report(one, SW_RULE_RTC_FINGERPRINT_SYNTAX, "fingerprint:", value);
        struct sw_slice hash = sw_slice_head(value, sw_slice_find(value, ' '));
        if (sw_slice_equal_nocase(hash, SW_SLICE("md5")) || sw_slice_equal_nocase(hash, SW_SLICE("md2")))
            weak = value;
        else
            strong = true;
    }
    if (weak.size > 0 && !strong)
        sw_case_report(one, SW_RULE_RTC_FINGERPRINT_MD5, "fingerprint:", weak);
}

/* A section of a BUNDLE group may leave it to another. */
static bool has_fingerprint(const struct sw_description *description, const struct sw_part *part)
{
    bool has = part->fingerprint.data != NULL;
    for (size_t i = 0; i < description->count && !has; i++)
        has = same_group(&description->parts[i], part) && description->parts[i].fingerprint.data != NULL;
    return has;
}

static void check_dtls(const struct sw_sip_case *one, const struct sw_description *description)
{
    for (size_t i = 0; i < description->count; i++) {
        const struct sw_part *part = &description->parts[i];
        bool udp = part->dtls_srtp || sw_slice_equal(part->protocol, SW_SLICE("UDP/DTLS/SCTP"));
        check_fingerprints(one, part);
        if (udp && !part->zero && !has_fingerprint(description, part))
            sw_case_report(one, SW_RULE_RTC_FINGERPRINT, "no fingerprint for m=", part->line);
        if (part->dtls_srtp && (part->has & SW_HAS_CONNECTION) != 0)
            sw_case_report(one, SW_RULE_RTC_CONNECTION, "a=connection for m=", part->line);
        if (part->dtls_srtp && (part->has & SW_HAS_CRYPTO) != 0 && has_fingerprint(description, part))
            sw_case_report(one, SW_RULE_RTC_CRYPTO, "a=crypto beside a fingerprint for m=", part->line);
    }
    check_fingerprints(one, &description->session);
}

/* --- ICE --------------------------------------------------------------------------------------------------------- */

static void check_ice_lines(const struct sw_sip_case *one, const struct sw_part *part)
{
    for (size_t i = 0; i < part->items.count; i++) {
        const struct sw_slice value = part->items.first[i].value;
        const enum sw_item_kind kind = part->items.first[i].kind;
        if (kind == SW_ITEM_ICE_UFRAG && !sw_sdp_ice_text(value, SW_ICE_UFRAG_MIN, SW_ICE_MAX))
            sw_case_report(one, SW_RULE_RTC_ICE_UFRAG_LEN, "ice-ufrag:", value);
        else if (kind == SW_ITEM_ICE_UFRAG && value.size > SW_ICE_UFRAG_SENT)
            sw_case_report(one, SW_RULE_RTC_ICE_UFRAG_LONG, "ice-ufrag:", value);
        else if (kind == SW_ITEM_ICE_PWD && !sw_sdp_ice_text(value, SW_ICE_PWD_MIN, SW_ICE_MAX))
            sw_case_report(one, SW_RULE_RTC_ICE_UFRAG_LEN, "ice-pwd:", value);
        else if (kind == SW_ITEM_CANDIDATE && !sw_sdp_is_candidate(value))
            sw_case_report(one, SW_RULE_RTC_ICE_CANDIDATE, "candidate:", value);
    }
}

/* Whether ICE asks something of this section: not of one that is bundled into another, nor of TCP (RFC 6544). */
static bool uses_ice(const struct sw_part *part)
{
    return !part->zero && (part->has & (SW_HAS_BUNDLE_ONLY | SW_HAS_ICE_MISMATCH)) == 0 &&
           !(part->bundled && part->place > 0) && !sw_slice_starts(part->protocol, SW_SLICE("TCP"));
}

static void check_ice_passwords(const struct sw_sip_case *one, const struct sw_description *description)
{
    for (size_t i = 0; i < description->count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct sw_part *a = &description->parts[j];
            const struct sw_part *b = &description->parts[i];
            if (a->ice_ufrag.size == 0 || a->ice_pwd.size == 0 || b->ice_pwd.size == 0 ||
                !sw_slice_equal(a->ice_ufrag, b->ice_ufrag) || sw_slice_equal(a->ice_pwd, b->ice_pwd))
                continue;
            sw_case_report(one, SW_RULE_RTC_ICE_PWD_PAIR, "two passwords for ice-ufrag", a->ice_ufrag);
            return;
        }
}

static bool is_ip4(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!sw_is_digit(text.data[i]) && text.data[i] != '.')
            return false;
    return text.size > 0;
}

/* IPv4 only: IPv6 addresses are written in many ways. A candidate that is a name may stand for any address. */
static bool is_default(const struct sw_part *part, struct sw_slice candidate)
{
    uint64_t port;
    for (unsigned skipped = 0; skipped < 4; skipped++) /* foundation, component, transport, priority */
        sw_word_next(&candidate);
    struct sw_slice address = sw_word_next(&candidate);
    bool same_port = sw_slice_number(sw_word_next(&candidate), &port) && port == part->port;
    bool literal = is_ip4(address) || sw_slice_find(address, ':') < address.size;
    return !literal || (same_port && sw_slice_equal(address, part->connection));
}

static bool is_among_candidates(const struct sw_part *part)
{
    for (size_t i = 0; i < part->items.count; i++)
        if (part->items.first[i].kind == SW_ITEM_CANDIDATE && is_default(part, part->items.first[i].value))
            return true;
    return false;
}

static void check_default(const struct sw_sip_case *one, const struct sw_part *part)
{
    if ((part->has & SW_HAS_CANDIDATE) == 0 || !is_ip4(part->connection) ||
        sw_slice_equal(part->connection, SW_SLICE("0.0.0.0")) || is_among_candidates(part))
        return;
    sw_case_report(one, SW_RULE_RTC_ICE_MISMATCH, "no candidate is the default destination of m=", part->line);
}

static bool has_ice2(const struct sw_part *part)
{
    if ((part->has & SW_HAS_ICE_OPTIONS) == 0)
        return false;
    for (size_t i = 0; i < part->items.count; i++)
        for (struct sw_slice value = part->items.first[i].value;
             part->items.first[i].kind == SW_ITEM_ICE_OPTIONS && value.size > 0;)
            if (sw_slice_equal(sw_word_next(&value), SW_SLICE("ice2")))
                return true;
    return false;
}

static void check_ice(const struct sw_sip_case *one, const struct sw_description *description)
{
    check_ice_lines(one, &description->session);
    for (size_t i = 0; i < description->count; i++)
        check_ice_lines(one, &description->parts[i]);
    if (!sw_description_ice(description))
        return;
    for (size_t i = 0; i < description->count; i++) {
        const struct sw_part *part = &description->parts[i];
        if (!uses_ice(part))
            continue;
        if (part->ice_ufrag.data == NULL || part->ice_pwd.data == NULL)
            sw_case_report(one, SW_RULE_RTC_ICE_UFRAG, "no ice-ufrag and ice-pwd for m=", part->line);
        check_default(one, part);
    }
    check_ice_passwords(one, description);
}

bool sw_sdp_lacks_ice2(const struct sw_description *description)
{
    bool ice2 = !sw_description_ice(description) || has_ice2(&description->session);
    for (size_t i = 0; i < description->count && !ice2; i++)
        ice2 = has_ice2(&description->parts[i]);
    return !ice2;
}

/* --- BUNDLE ------------------------------------------------------------------------------------------------------ */

static unsigned count_tag(struct sw_slice tags, struct sw_slice tag)
{
    unsigned count = 0;
    for (size_t n = 0; n < SW_TAGS_MAX && tags.size > 0; n++)
        count += sw_slice_equal(sw_word_next(&tags), tag);
    return count;
}

static void check_groups(const struct sw_sip_case *one, const struct sw_description *description)
{
    for (size_t i = 0; i < description->count; i++) {
        struct sw_slice mid = description->parts[i].mid;
        unsigned groups = 0;
        for (size_t group = 0; group < description->group_count && mid.size > 0; group++)
            groups += count_tag(description->groups[group], mid) > 0;
        if (groups > 1)
            sw_case_report(one, SW_RULE_RTC_BUNDLE_MULTI, "in several groups: mid", mid);
    }
}

static void check_tags(const struct sw_sip_case *one, const struct sw_description *description)
{
    if (description->media_count > description->count)
        return;
    for (size_t group = 0; group < description->group_count; group++) {
        struct sw_slice tags = description->groups[group];
        for (size_t n = 0; n < SW_TAGS_MAX && tags.size > 0; n++) {
            struct sw_slice tag = sw_word_next(&tags);
            unsigned count = 0;
            for (size_t i = 0; i < description->count; i++)
                count += sw_slice_equal(description->parts[i].mid, tag);
            if (count == 1 || tag.size == 0)
                continue;
            sw_case_report(one, SW_RULE_RTC_BUNDLE_MID, count == 0 ? "no section has mid" : "several sections have mid",
                           tag);
            return;
        }
    }
}

/* What the payload types of one group stand for, and in what kind of media. */
struct payload {
    struct sw_slice type;
    struct sw_slice encoding;
};

/* Returns whether it reported. */
static bool check_payloads(const struct sw_sip_case *one, const struct sw_part *part, struct payload *known)
{
    struct sw_codecs codecs;
    struct sw_slice formats = part->formats;
    struct sw_slice encoding;
    unsigned type;
    sw_codecs_read(part, &codecs);
    while (sw_payload_next(&formats, &type)) {
        if (!sw_codec_of(&codecs, type, &encoding))
            continue;
        if (known[type].encoding.size == 0)
            known[type] = (struct payload){part->type, encoding};
        if (sw_slice_equal(known[type].type, part->type) && sw_codec_equal(known[type].encoding, encoding))
            continue;
        struct sw_slice text = part->line;
        sw_case_report(one, SW_RULE_RTC_BUNDLE_PT, "a payload type of another codec in the group: m=", text);
        return true;
    }
    return false;
}

static void check_group_payloads(const struct sw_sip_case *one, const struct sw_description *description, size_t group)
{
    struct payload known[SW_PAYLOAD_TYPES] = {{{0}, {0}}};
    for (size_t i = 0; i < description->count; i++) {
        const struct sw_part *part = &description->parts[i];
        if (part->bundled && part->group == group && part->rtp && !part->off && check_payloads(one, part, known))
            return;
    }
}

static void check_bundle(const struct sw_sip_case *one, const struct sw_description *description)
{
    check_groups(one, description);
    check_tags(one, description);
    for (size_t group = 0; group < description->group_count && description->count > 1; group++)
        check_group_payloads(one, description, group);
}

/* --- SCTP -------------------------------------------------------------------------------------------------------- */

static void check_sctp(const struct sw_sip_case *one, const struct sw_part *part)
{
    struct sw_slice formats = part->formats;
    if (!part->sctp)
        return;
    if (!part->zero && (part->has & SW_HAS_SCTP_PORT) == 0)
        sw_case_report(one, SW_RULE_RTC_SCTP_PORT, "no a=sctp-port for m=", part->line);
    sw_word_next(&formats);
    if (sw_slice_trim(formats).size > 0)
        sw_case_report(one, SW_RULE_RTC_SCTP_FMT, "more than one format: m=", part->line);
}

void sw_check_sdp_webrtc(const struct sw_sip_case *one, const struct sw_description *description)
{
    check_dtls(one, description);
    check_ice(one, description);
    if (description->group_count > 0)
        check_bundle(one, description);
    for (size_t i = 0; i < description->count; i++)
        check_sctp(one, &description->parts[i]);
}
