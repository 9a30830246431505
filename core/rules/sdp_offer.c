/* SPDX-License-Identifier: MIT
 *
 * May this be offered, and may it be offered after what was said before? RFC 3264 5 and 8, RFC 5763 5, 8843 7.2.1 and
 * 9.3.1.1, 8839 4.4.1.1.
 */
#include "rules/sdp_grammar.h"
#include "rules/sdp_pair.h"

#include "bytes.h"

#include <stdio.h>

/* --- what both sides of a pair need ------------------------------------------------------------------------------ */

enum { SHOWN = 56 };

static const char *show(char shown[SHOWN], struct sw_slice text)
{
    sw_put_shown(shown, SHOWN, text);
    return shown;
}

void sw_pair_report(const struct sw_offers_judgement *judgement, const struct sw_mark *earlier, enum sw_rule rule,
                    const char *what, struct sw_slice before, struct sw_slice now)
{
    char text[SW_EVIDENCE_MAX];
    char first[SHOWN];
    char second[SHOWN];
    if (before.data == NULL)
        snprintf(text, sizeof text, "%s \"%s\"", what, show(second, now));
    else
        snprintf(text, sizeof text, "%s \"%s\", now \"%s\"", what, show(first, before), show(second, now));
    judgement->report(judgement->context, rule, text, earlier);
}

bool sw_part_unmapped(const struct sw_part *part, unsigned *type)
{
    struct sw_codecs codecs;
    struct sw_slice formats = part->formats;
    if (!part->rtp || part->zero)
        return false;
    sw_codecs_read(part, &codecs);
    while (!codecs.misread && sw_payload_next(&formats, type))
        if (*type >= SW_DYNAMIC_FIRST && codecs.mapped[*type].size == 0)
            return true;
    return false;
}

static const struct sw_slice none = {0};

/* --- by itself --------------------------------------------------------------------------------------------------- */

static void check_mapped(const struct sw_offers_judgement *judgement, const struct sw_part *part)
{
    unsigned type;
    char what[2 * SHOWN];
    if (!sw_part_unmapped(part, &type))
        return;
    snprintf(what, sizeof what, "no rtpmap for %u of m=", type);
    sw_pair_report(judgement, NULL, SW_RULE_SDP_RTPMAP_DYNAMIC, what, none, part->line);
}

static void check_initial(const struct sw_offers_judgement *judgement, const struct sw_part *part)
{
    bool own =
        !part->bundled || part->place == 0; /* what isn't bundled into another section has attributes of its own */
    if (part->dtls_srtp && !part->zero && own && part->fingerprint.data != NULL &&
        !sw_slice_equal(part->setup, SW_SLICE("actpass")))
        sw_pair_report(judgement, NULL, SW_RULE_RTC_SETUP_OFFER, "setup of the first offer:", none, part->setup);
    bool bundle_only = (part->has & SW_HAS_BUNDLE_ONLY) != 0;
    if (part->bundled && part->place == 0 && bundle_only)
        sw_pair_report(judgement, NULL, SW_RULE_RTC_BUNDLE_ONLY_TAG, "bundle-only, and first of its group: mid", none,
                       part->mid);
    if (part->bundled && part->rtp && !part->zero && !bundle_only && (part->has & SW_HAS_RTCP_MUX) == 0)
        sw_pair_report(judgement, NULL, SW_RULE_RTC_BUNDLE_RTCPMUX, "bundled without rtcp-mux: m=", none, part->line);
}

void sw_pair_offer(const struct sw_offers_judgement *judgement, const struct sw_description *offer, bool initial)
{
    for (size_t i = 0; i < offer->count; i++) {
        check_mapped(judgement, &offer->parts[i]);
        if (initial)
            check_initial(judgement, &offer->parts[i]);
    }
}

/* --- after what was said before ---------------------------------------------------------------------------------- */

/* o= without the version. */
static bool same_session(struct sw_slice a, struct sw_slice b)
{
    enum { FIELDS = 6, VERSION = 2 };
    for (unsigned i = 0; i < FIELDS; i++) {
        struct sw_slice one = sw_word_next(&a);
        struct sw_slice other = sw_word_next(&b);
        if (i != VERSION && !sw_slice_equal(one, other))
            return false;
    }
    return true;
}

/* A step of more than one is no breach: who counts may have counted offers that were never sent. */
static void check_version(const struct sw_offers_judgement *judgement, const struct sw_description *offer,
                          const struct sw_sent *own)
{
    const struct sw_description *last = &own->description;
    uint64_t before;
    uint64_t now;
    if (sw_slice_equal(last->text, offer->text) || !sw_slice_number(last->version, &before) ||
        !sw_slice_number(offer->version, &now) || !sw_sdp_is_origin(last->origin) || !sw_sdp_is_origin(offer->origin))
        return;
    const char *what = !same_session(last->origin, offer->origin) ? "another session: o="
                       : now < before                             ? "the version went back: o="
                       : now == before                            ? "changed under the same version: o="
                                                                  : NULL;
    if (what != NULL)
        sw_pair_report(judgement, own->mark, SW_RULE_OA_VERSION_INC, what, last->origin, offer->origin);
}

static void check_count(const struct sw_offers_judgement *judgement, const struct sw_description *offer,
                        const struct sw_sent *before)
{
    const struct sw_description *last = &before->description;
    char what[2 * SHOWN];
    if (offer->media_count >= last->media_count)
        return;
    snprintf(what, sizeof what, "%zu m-lines, and %zu before: o=", offer->media_count, last->media_count);
    sw_pair_report(judgement, before->mark, SW_RULE_OA_MLINE_NEVER_REMOVED, what, none, offer->origin);
}

static bool is_same_stream(const struct sw_part *a, const struct sw_part *b)
{
    return !a->zero && !b->zero && sw_slice_equal(a->type, b->type);
}

/* name "/" clock rate [ "/" channels ]: another mapping can't be told from what is written otherwise. */
static bool is_mapping(struct sw_slice encoding)
{
    const size_t name = sw_slice_find(encoding, '/');
    const struct sw_slice clock = sw_slice_skip(encoding, name + 1);
    const size_t digits = sw_slice_find(clock, '/');
    uint64_t rate;
    return name > 0 && sw_slice_number(sw_slice_head(clock, digits), &rate) && digits + 1 != clock.size;
}

static void check_part_remap(const struct sw_offers_judgement *judgement, const struct sw_part *now,
                             const struct sw_part *before, const struct sw_mark *mark, const struct sw_part *agreed)
{
    struct sw_codecs new_codecs;
    struct sw_codecs old_codecs;
    struct sw_codecs agreed_codecs = {0};
    char what[2 * SHOWN];
    sw_codecs_read(now, &new_codecs);
    sw_codecs_read(before, &old_codecs);
    if (agreed != NULL)
        sw_codecs_read(agreed, &agreed_codecs);
    for (unsigned type = SW_DYNAMIC_FIRST; type < SW_PAYLOAD_TYPES; type++) {
        struct sw_slice was = old_codecs.mapped[type];
        struct sw_slice is = new_codecs.mapped[type];
        if (was.size == 0 || is.size == 0 || !is_mapping(was) || !is_mapping(is) || sw_codec_equal(was, is) ||
            sw_codec_equal(agreed_codecs.mapped[type], is))
            continue;
        snprintf(what, sizeof what, "payload type %u was", type);
        sw_pair_report(judgement, mark, SW_RULE_OA_PT_REMAP, what, was, is);
        return;
    }
}

void sw_pair_remap(const struct sw_offers_judgement *judgement, const struct sw_description *now,
                   const struct sw_sent *before, const struct sw_description *agreed)
{
    const struct sw_description *last = &before->description;
    for (size_t i = 0; i < now->count && i < last->count; i++) {
        const struct sw_part *part = &now->parts[i];
        if (part->rtp && last->parts[i].rtp && is_same_stream(part, &last->parts[i]))
            check_part_remap(judgement, part, &last->parts[i], before->mark,
                             agreed != NULL && i < agreed->count ? &agreed->parts[i] : NULL);
    }
}

/* What can't be one is an error of its own, and no sign of a restart. */
static bool has_credentials(const struct sw_part *part)
{
    return sw_sdp_is_ice_text(SW_ITEM_ICE_UFRAG, part->ice_ufrag) && sw_sdp_is_ice_text(SW_ITEM_ICE_PWD, part->ice_pwd);
}

static void check_restart(const struct sw_offers_judgement *judgement, const struct sw_part *now,
                          const struct sw_part *last, const struct sw_mark *mark)
{
    const struct sw_part *a = last;
    const struct sw_part *b = now;
    if (now->off || last->off || !has_credentials(a) || !has_credentials(b))
        return;
    bool ufrag = sw_slice_equal(a->ice_ufrag, b->ice_ufrag);
    bool pwd = sw_slice_equal(a->ice_pwd, b->ice_pwd);
    if (ufrag != pwd)
        sw_pair_report(judgement, mark, SW_RULE_RTC_ICE_RESTART_BOTH,
                       ufrag ? "a new ice-pwd for an old ice-ufrag:" : "a new ice-ufrag with the old ice-pwd:",
                       a->ice_ufrag, b->ice_ufrag);
}

void sw_pair_after(const struct sw_offers_judgement *judgement, const struct sw_description *offer,
                   const struct sw_sent *own, const struct sw_sent *peer)
{
    const struct sw_sent *last = own != NULL ? own : peer;
    if (own != NULL)
        check_version(judgement, offer, own);
    if (last != NULL)
        check_count(judgement, offer, last);
    if (own == NULL || offer->media_count < own->description.media_count)
        return;
    sw_pair_remap(judgement, offer, own, NULL);
    for (size_t i = 0; i < offer->count && i < own->description.count; i++) {
        const struct sw_part *before = &own->description.parts[i];
        const struct sw_part *now = &offer->parts[i];
        check_restart(judgement, now, before, own->mark);
        if (now->off && !before->zero && (now->has & SW_HAS_CANDIDATE) != 0)
            sw_pair_report(judgement, own->mark, SW_RULE_RTC_ICE_PORT0,
                           "candidates for a removed stream: m=", before->line, now->line);
    }
}
