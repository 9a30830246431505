/* SPDX-License-Identifier: MIT
 *
 * What are the media sections of this description, and how do they belong together? RFC 8866 5.14, RFC 8843 5 and 6,
 * RFC 3551 6.
 */
#include "rules/sdp_read.h"

#include "bytes.h"

bool sw_attribute_next(struct sw_slice *lines, struct sw_slice *name, struct sw_slice *value)
{
    struct sw_sdp_line line;
    while (sw_sdp_line_next(lines, &line)) {
        if (line.type != 'a')
            continue;
        size_t colon = sw_slice_find(line.value, ':');
        *name = sw_slice_head(line.value, colon);
        *value = sw_slice_skip(line.value, colon + 1);
        return true;
    }
    return false;
}

static unsigned bit_of(struct sw_slice name)
{
    static const struct {
        struct sw_slice name;
        unsigned bit;
    } known[] = {
        {{(const uint8_t *)"bundle-only", 11}, SW_HAS_BUNDLE_ONLY},
        {{(const uint8_t *)"candidate", 9}, SW_HAS_CANDIDATE},
        {{(const uint8_t *)"connection", 10}, SW_HAS_CONNECTION},
        {{(const uint8_t *)"crypto", 6}, SW_HAS_CRYPTO},
        {{(const uint8_t *)"fingerprint", 11}, SW_HAS_FINGERPRINT},
        {{(const uint8_t *)"ice-mismatch", 12}, SW_HAS_ICE_MISMATCH},
        {{(const uint8_t *)"ice-options", 11}, SW_HAS_ICE_OPTIONS},
        {{(const uint8_t *)"ice-pwd", 7}, SW_HAS_ICE_PWD},
        {{(const uint8_t *)"ice-ufrag", 9}, SW_HAS_ICE_UFRAG},
        {{(const uint8_t *)"rtcp-mux", 8}, SW_HAS_RTCP_MUX},
        {{(const uint8_t *)"sctp-port", 9}, SW_HAS_SCTP_PORT},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (sw_slice_equal(name, known[i].name))
            return known[i].bit;
    return 0;
}

static void session_read(struct sw_description *description)
{
    const struct sw_slice bundle = SW_SLICE("BUNDLE ");
    struct sw_slice lines = description->session;
    struct sw_slice name;
    struct sw_slice value;
    while (sw_attribute_next(&lines, &name, &value)) {
        description->has |= bit_of(name);
        if (sw_slice_equal(name, SW_SLICE("group")) && sw_slice_starts(value, bundle) &&
            description->group_count < SW_GROUPS_MAX)
            description->groups[description->group_count++] = sw_slice_skip(value, bundle.size);
    }
}

/* The first group that names it. */
static void place_read(const struct sw_description *description, struct sw_part *part)
{
    for (size_t group = 0; group < description->group_count && part->media.mid.size > 0; group++) {
        struct sw_slice tags = description->groups[group];
        for (size_t place = 0; place < SW_TAGS_MAX && tags.size > 0; place++) {
            if (!sw_slice_equal(sw_word_next(&tags), part->media.mid))
                continue;
            part->bundled = true;
            part->group = group;
            part->place = place;
            return;
        }
    }
}

static bool port_is_zero(struct sw_slice lines)
{
    struct sw_sdp_line line;
    sw_sdp_line_next(&lines, &line);
    sw_word_next(&line.value);
    return sw_slice_equal(sw_word_next(&line.value), SW_SLICE("0"));
}

static void part_read(const struct sw_description *description, struct sw_part *part)
{
    const struct sw_slice protocol = part->media.protocol;
    struct sw_slice lines = part->media.lines;
    struct sw_slice name;
    struct sw_slice value;
    while (sw_attribute_next(&lines, &name, &value))
        part->has |= bit_of(name);
    part->dtls_srtp = sw_slice_equal(protocol, SW_SLICE("UDP/TLS/RTP/SAVP")) ||
                      sw_slice_equal(protocol, SW_SLICE("UDP/TLS/RTP/SAVPF"));
    part->rtp = part->dtls_srtp || sw_slice_starts(protocol, SW_SLICE("RTP/"));
    part->sctp =
        sw_slice_equal(protocol, SW_SLICE("UDP/DTLS/SCTP")) || sw_slice_equal(protocol, SW_SLICE("TCP/DTLS/SCTP"));
    part->zero = port_is_zero(part->media.lines);
    part->off = part->zero && (part->has & SW_HAS_BUNDLE_ONLY) == 0;
    place_read(description, part);
}

bool sw_description_read(struct sw_slice text, struct sw_description *description)
{
    struct sw_sdp_media media;
    description->text = text;
    description->has = 0;
    description->group_count = description->media_count = description->count = 0;
    if (sw_sdp_parse(text, &description->sdp) != SW_OK)
        return false;
    struct sw_slice rest = description->sdp.media;
    description->session = sw_slice_head(text, text.size - rest.size);
    session_read(description);
    while (sw_sdp_media_next(&description->sdp, &rest, &media)) {
        description->media_count++;
        if (description->count == SW_PARTS_MAX)
            continue;
        struct sw_part *part = &description->parts[description->count++];
        *part = (struct sw_part){.media = media};
        part_read(description, part);
    }
    return true;
}

bool sw_description_ice(const struct sw_description *description)
{
    bool ice = (description->has & SW_HAS_ICE) != 0;
    for (size_t i = 0; i < description->count; i++)
        ice |= !description->parts[i].off && (description->parts[i].has & SW_HAS_ICE) != 0;
    return ice;
}

/* --- codecs ------------------------------------------------------------------------------------------------------ */

static const char *const static_codecs[] = {
    [0] = "PCMU/8000",   [3] = "GSM/8000",   [4] = "G723/8000",   [5] = "DVI4/8000",    [6] = "DVI4/16000",
    [7] = "LPC/8000",    [8] = "PCMA/8000",  [9] = "G722/8000",   [10] = "L16/44100/2", [11] = "L16/44100/1",
    [12] = "QCELP/8000", [13] = "CN/8000",   [14] = "MPA/90000",  [15] = "G728/8000",   [16] = "DVI4/11025",
    [17] = "DVI4/22050", [18] = "G729/8000", [25] = "CelB/90000", [26] = "JPEG/90000",  [28] = "nv/90000",
    [31] = "H261/90000", [32] = "MPV/90000", [33] = "MP2T/90000", [34] = "H263/90000",
};

static bool payload_type(struct sw_slice word, unsigned *type)
{
    uint64_t number;
    if (!sw_slice_number(word, &number) || number >= SW_PAYLOAD_TYPES)
        return false;
    *type = (unsigned)number;
    return true;
}

void sw_codecs_read(const struct sw_part *part, struct sw_codecs *codecs)
{
    struct sw_slice lines = part->media.lines;
    struct sw_slice name;
    struct sw_slice value;
    unsigned type;
    *codecs = (struct sw_codecs){0};
    while (sw_attribute_next(&lines, &name, &value))
        if (sw_slice_equal(name, SW_SLICE("rtpmap")) && payload_type(sw_word_next(&value), &type) &&
            codecs->mapped[type].size == 0)
            codecs->mapped[type] = sw_slice_trim(value);
}

bool sw_codec_of(const struct sw_codecs *codecs, unsigned type, struct sw_slice *encoding)
{
    const char *known = type < sizeof static_codecs / sizeof static_codecs[0] ? static_codecs[type] : NULL;
    *encoding = codecs->mapped[type];
    if (known != NULL && sw_slice_find(*encoding, '/') == encoding->size) /* old rtpmaps lack the clock rate */
        *encoding = sw_slice_of((const uint8_t *)known, strlen(known));
    return encoding->size > 0;
}

static struct sw_slice part_next(struct sw_slice *encoding)
{
    size_t slash = sw_slice_find(*encoding, '/');
    struct sw_slice part = sw_slice_head(*encoding, slash);
    *encoding = sw_slice_skip(*encoding, slash + 1);
    return part;
}

bool sw_codec_equal(struct sw_slice a, struct sw_slice b)
{
    bool name = sw_slice_equal_nocase(part_next(&a), part_next(&b));
    bool clock = sw_slice_equal(part_next(&a), part_next(&b));
    a = a.size == 0 ? SW_SLICE("1") : a; /* one channel */
    b = b.size == 0 ? SW_SLICE("1") : b;
    return name && clock && sw_slice_equal(a, b);
}

bool sw_payload_next(struct sw_slice *formats, unsigned *type)
{
    for (struct sw_slice word = sw_word_next(formats); word.size > 0; word = sw_word_next(formats))
        if (payload_type(word, type))
            return true;
    return false;
}
