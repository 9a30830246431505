/* SPDX-License-Identifier: MIT
 *
 * Does the answer fit its offer? RFC 3264 6 and 8.2, RFC 5763 5, 8829 5.3.1, 8839 4.3.2 and 4.4.2.1, 8843 7.3 and 9.3.
 */
#include "rules/sdp_pair.h"

#include "bytes.h"
#include "rules/sdp_check.h"
#include "rules/sip_grammar.h"

#include <stdio.h>

/* A media section of the offer, and what answers it. */
struct match {
    const struct sw_offers_judgement *judgement;
    const struct sw_mark *mark;
    const struct sw_part *offer;
    const struct sw_part *answer;
};

static void report(const struct match *match, enum sw_rule rule, const char *what, struct sw_slice offer,
                   struct sw_slice answer)
{
    sw_pair_report(match->judgement, match->mark, rule, what, offer, answer);
}

static void report_lines(const struct match *match, enum sw_rule rule, const char *what)
{
    report(match, rule, what, match->offer->line, match->answer->line);
}

/* --- RFC 3264 ---------------------------------------------------------------------------------------------------- */

/* 224.0.0.0/4, ff00::/8: directions mean something else there (5.2). */
static bool is_multicast(struct sw_slice address)
{
    enum { FIRST = 224, LAST = 239 };
    uint64_t number;
    if (sw_slice_find(address, ':') < address.size)
        return sw_slice_equal_nocase(sw_slice_head(address, 2), SW_SLICE("ff"));
    return sw_slice_number(sw_slice_head(address, sw_slice_find(address, '.')), &number) && number >= FIRST &&
           number <= LAST;
}

static void check_direction(const struct match *match)
{
    static const char *const names[] = {"sendrecv", "sendonly", "recvonly", "inactive"};
    enum {
        SENDRECV = 1 << SW_SDP_SENDRECV,
        SENDONLY = 1 << SW_SDP_SENDONLY,
        RECVONLY = 1 << SW_SDP_RECVONLY,
        INACTIVE = 1 << SW_SDP_INACTIVE
    };
    static const unsigned fits[] = {
        [SW_SDP_SENDRECV] = SENDRECV | SENDONLY | RECVONLY | INACTIVE,
        [SW_SDP_SENDONLY] = RECVONLY | INACTIVE,
        [SW_SDP_RECVONLY] = SENDONLY | INACTIVE,
        [SW_SDP_INACTIVE] = INACTIVE,
    };
    enum sw_sdp_direction offered = match->offer->direction;
    enum sw_sdp_direction answered = match->answer->direction;
    const char *was = names[offered];
    const char *is = names[answered];
    if ((fits[offered] >> answered & 1) != 0 || match->offer->sctp ||
        sw_slice_starts(match->offer->protocol, SW_SLICE("DTLS/SCTP")) || is_multicast(match->offer->connection) ||
        is_multicast(match->answer->connection))
        return;
    report(match, SW_RULE_OA_DIRECTION, "offered", sw_slice_of((const uint8_t *)was, strlen(was)),
           sw_slice_of((const uint8_t *)is, strlen(is)));
}

static bool shares_word(struct sw_slice a, struct sw_slice b)
{
    enum { WORDS_MAX = 64 }; /* who lists more shares one for all we know */
    for (unsigned i = 0; a.size > 0; i++) {
        struct sw_slice word = sw_word_next(&a);
        struct sw_slice more = b;
        for (unsigned j = 0; more.size > 0; j++)
            if (i >= WORDS_MAX || j >= WORDS_MAX || sw_slice_equal(sw_word_next(&more), word))
                return true;
    }
    return false;
}

/* The codecs that a section lists; a number that nothing explains may be any. */
struct listed {
    struct sw_slice encodings[SW_PAYLOAD_TYPES];
    size_t count;
    bool unknown;
};

static void listed_read(const struct sw_part *part, struct listed *listed)
{
    struct sw_codecs codecs;
    struct sw_slice formats = part->formats;
    struct sw_slice encoding;
    unsigned type;
    sw_codecs_read(part, &codecs);
    listed->count = 0;
    listed->unknown = false;
    while (sw_payload_next(&formats, &type) && listed->count < SW_PAYLOAD_TYPES)
        if (sw_codec_of(&codecs, type, &encoding) && sw_slice_find(encoding, '/') < encoding.size)
            listed->encodings[listed->count++] = encoding;
        else
            listed->unknown = true;
}

static bool shares_codec(const struct sw_part *a, const struct sw_part *b)
{
    struct listed offered;
    struct listed answered;
    listed_read(a, &offered);
    listed_read(b, &answered);
    if (offered.unknown || answered.unknown)
        return true;
    for (size_t i = 0; i < answered.count; i++)
        for (size_t j = 0; j < offered.count; j++)
            if (sw_codec_equal(answered.encodings[i], offered.encodings[j]))
                return true;
    return false;
}

static void check_formats(const struct match *match)
{
    unsigned type;
    char what[96];
    bool rtp = match->offer->rtp && match->answer->rtp;
    bool shared =
        rtp ? shares_codec(match->offer, match->answer) : shares_word(match->offer->formats, match->answer->formats);
    const bool listed = match->offer->formats.size > 0 && match->answer->formats.size > 0;
    if (!shared && listed && match->offer->rtp == match->answer->rtp)
        report_lines(match, SW_RULE_OA_FORMATS, "nothing of what was offered: m=");
    if (!sw_part_unmapped(match->answer, &type))
        return;
    snprintf(what, sizeof what, "no rtpmap for %u: m=", type);
    report_lines(match, SW_RULE_OA_RTPMAP_DYNAMIC, what);
}

static bool has_print(const struct sw_part *part)
{
    return part->fingerprint.data != NULL;
}

static void check_protocol(const struct match *match)
{
    if (sw_slice_equal(match->offer->protocol, match->answer->protocol))
        return;
    bool webrtc = has_print(match->offer) && has_print(match->answer);
    report_lines(match, webrtc ? SW_RULE_RTC_PROTO : SW_RULE_OA_PROTO, "another protocol: m=");
}

/* --- DTLS and mid ------------------------------------------------------------------------------------------------ */

/* Where the answer puts a section into another, that one has the attributes. */
static bool is_own(const struct sw_part *part)
{
    return !part->bundled || part->place == 0;
}

static void check_setup(const struct match *match)
{
    const struct sw_part *offer = match->offer;
    const struct sw_part *answer = match->answer;
    struct sw_slice offered = offer->setup;
    struct sw_slice setup = answer->setup;
    bool active = sw_slice_equal(setup, SW_SLICE("active"));
    bool dtls = answer->dtls_srtp || sw_slice_equal(answer->protocol, SW_SLICE("UDP/DTLS/SCTP"));
    if (!dtls || !has_print(offer) || !is_own(answer))
        return;
    if (!active && !sw_slice_equal(setup, SW_SLICE("passive")))
        report(match, SW_RULE_RTC_SETUP_ANSWER, "setup offered:", offered.data == NULL ? SW_SLICE("") : offered, setup);
    else if (sw_slice_equal(offered, setup))
        report(match, SW_RULE_RTC_SETUP_CONSISTENT, "setup offered:", offered, setup);
}

/* Who doesn't group may leave out mid (RFC 5888 9.2). */
static void check_mid(const struct match *match, bool groups)
{
    struct sw_slice offered = match->offer->mid;
    struct sw_slice mid = match->answer->mid;
    if (offered.size > 0 && (mid.size > 0 || groups) && !sw_slice_equal(offered, mid))
        report(match, SW_RULE_RTC_MID_ANSWER, "mid offered:", offered, mid);
}

/* --- section by section ------------------------------------------------------------------------------------------ */

/* False: they are of different media, and there is nothing to compare. */
static bool check_match(const struct match *match, bool groups)
{
    const struct sw_part *offer = match->offer;
    const struct sw_part *answer = match->answer;
    if (!sw_slice_equal(offer->type, answer->type)) {
        if (sw_sdp_is_media(offer->line))
            report_lines(match, SW_RULE_OA_MLINE_ORDER, "other media: m=");
        return false;
    }
    if (offer->off && !answer->zero && answer->port != 0)
        report_lines(match, SW_RULE_OA_REJECTED_PORT0, "offered with port 0: m=");
    if (offer->off || answer->off)
        return true;
    check_protocol(match);
    check_formats(match);
    check_direction(match);
    check_setup(match);
    check_mid(match, groups);
    return true;
}

/* --- BUNDLE ------------------------------------------------------------------------------------------------------ */

static bool is_bundled_mid(const struct sw_description *description, struct sw_slice mid)
{
    for (size_t i = 0; i < description->count; i++)
        if (description->parts[i].bundled && sw_slice_equal(description->parts[i].mid, mid))
            return true;
    return false;
}

static void check_rtcp_mux(const struct match *match, const struct sw_description *answer)
{
    const struct sw_part *tagged = match->answer;
    bool has = (tagged->has & SW_HAS_RTCP_MUX) != 0;
    if (!tagged->bundled || tagged->place != 0 || !tagged->rtp || tagged->off ||
        (match->offer->has & SW_HAS_RTCP_MUX) == 0)
        return;
    for (size_t i = 0; i < answer->count; i++)
        has |= answer->parts[i].bundled && answer->parts[i].group == tagged->group &&
               (answer->parts[i].has & SW_HAS_RTCP_MUX) != 0;
    if (!has)
        report_lines(match, SW_RULE_RTC_BUNDLE_RTCPMUX_ANSWER, "no rtcp-mux: m=");
}

static void check_bundle(const struct match *match, const struct sw_description *offer,
                         const struct sw_description *answer)
{
    const struct sw_part *part = match->answer;
    if (part->bundled && part->off)
        report(match, SW_RULE_RTC_BUNDLE_REJECTED, "rejected, and in the group: mid", part->mid, part->line);
    else if (part->bundled && !is_bundled_mid(offer, part->mid))
        report(match, SW_RULE_RTC_BUNDLE_UNOFFERED, "bundled, and not offered so: mid", part->mid, part->line);
    check_rtcp_mux(match, answer);
}

/* --- the whole answer -------------------------------------------------------------------------------------------- */

static struct sw_slice time_of(const struct sw_description *description)
{
    const struct sw_items items = description->session.items;
    for (size_t i = 0; i < items.count; i++)
        if (items.first[i].kind == SW_ITEM_TIME)
            return items.first[i].value;
    return (struct sw_slice){0};
}

static bool same_words(struct sw_slice a, struct sw_slice b)
{
    while (a.size > 0 || b.size > 0)
        if (!sw_slice_equal(sw_word_next(&a), sw_word_next(&b)))
            return false;
    return true;
}

static bool is_time(struct sw_slice value)
{
    const struct sw_slice start = sw_word_next(&value);
    const struct sw_slice stop = sw_word_next(&value);
    return sw_grammar_digits(start) && sw_grammar_digits(stop);
}

static void check_session(const struct match *match, const struct sw_description *offer,
                          const struct sw_description *answer)
{
    struct sw_slice offered = time_of(offer);
    struct sw_slice time = time_of(answer);
    if (is_time(offered) && time.size > 0 && !same_words(offered, time))
        report(match, SW_RULE_OA_TIME, "offered t=", offered, time);
    bool asked = sw_description_ice(offer) || (offer->session.has & SW_HAS_ICE_OPTIONS) != 0;
    for (size_t i = 0; i < offer->count; i++)
        asked |= (offer->parts[i].has & (SW_HAS_ICE | SW_HAS_ICE_OPTIONS)) != 0;
    if (!asked && offer->media_count == offer->count && sw_description_ice(answer))
        report(match, SW_RULE_RTC_ICE_UNASKED, "no ICE in the offer of o=", offer->origin, answer->origin);
}

static bool has_credentials(const struct sw_part *part)
{
    return !part->off && part->ice_ufrag.size > 0 && part->ice_pwd.size > 0;
}

static bool changed(struct sw_slice a, struct sw_slice b)
{
    return !sw_slice_equal(a, b);
}

/* The offer has new credentials for this stream: so must the answer. */
static void check_restart(const struct match *match, const struct sw_part *own, const struct sw_part *offerer)
{
    const struct sw_part *offer = match->offer;
    const struct sw_part *answer = match->answer;
    if (!has_credentials(match->offer) || !has_credentials(match->answer) || !has_credentials(own) ||
        !has_credentials(offerer) || !changed(offer->ice_ufrag, offerer->ice_ufrag) ||
        !changed(offer->ice_pwd, offerer->ice_pwd))
        return;
    if (!changed(answer->ice_ufrag, own->ice_ufrag) || !changed(answer->ice_pwd, own->ice_pwd))
        report(match, SW_RULE_RTC_ICE_RESTART_ANSWER, "ICE restarts; ice-ufrag was", own->ice_ufrag, answer->ice_ufrag);
}

/* It may have been meant for an m-line. */
static bool has_odd_line(struct sw_slice text)
{
    struct sw_slice line;
    while (sw_line_next(&text, &line))
        if (line.size > 0 && (line.size < 2 || line.data[1] != '='))
            return true;
    return false;
}

void sw_pair_answer(const struct sw_offers_judgement *judgement, const struct sw_description *answer,
                    const struct sw_sent *offer, const struct sw_sent *own, const struct sw_sent *offerer)
{
    const struct sw_description *offered = &offer->description;
    struct match match = {.judgement = judgement, .mark = offer->mark};
    char what[96];
    check_session(&match, offered, answer);
    if (answer->media_count != offered->media_count) {
        snprintf(what, sizeof what, "%zu m-lines, %zu offered: o=", answer->media_count, offered->media_count);
        if (!has_odd_line(offered->text))
            report(&match, SW_RULE_OA_MLINE_COUNT, what, offered->origin, answer->origin);
        return;
    }
    for (size_t i = 0; i < answer->count; i++) {
        match.offer = &offered->parts[i];
        match.answer = &answer->parts[i];
        if (!check_match(&match, answer->group_count > 0))
            return;
        check_bundle(&match, offered, answer);
        if (own != NULL && offerer != NULL && i < own->description.count && i < offerer->description.count)
            check_restart(&match, &own->description.parts[i], &offerer->description.parts[i]);
    }
    if (own != NULL)
        sw_pair_remap(judgement, answer, own, offered);
}
