/* SPDX-License-Identifier: MIT
 *
 * What are the media sections of this description, and how do they belong together? RFC 8866 5.14, RFC 8843 5 and 6,
 * RFC 3551 6.
 */
#include "rules/sdp_read.h"

#include "bytes.h"

/* --- lines ------------------------------------------------------------------------------------------------------- */

struct known {
    struct sw_slice name;
    enum sw_item_kind kind;
};

#define KNOWN(name, kind)                                                                                              \
    {                                                                                                                  \
        {(const uint8_t *)(name), sizeof(name) - 1}, kind                                                              \
    }

/* By first letter. */
static const struct known known[] = {
    KNOWN("bundle-only", SW_ITEM_BUNDLE_ONLY),
    KNOWN("candidate", SW_ITEM_CANDIDATE),
    KNOWN("crypto", SW_ITEM_CRYPTO),
    KNOWN("connection", SW_ITEM_CONNECTION),
    KNOWN("fmtp", SW_ITEM_FMTP),
    KNOWN("fingerprint", SW_ITEM_FINGERPRINT),
    KNOWN("group", SW_ITEM_GROUP),
    KNOWN("ice-ufrag", SW_ITEM_ICE_UFRAG),
    KNOWN("ice-pwd", SW_ITEM_ICE_PWD),
    KNOWN("ice-options", SW_ITEM_ICE_OPTIONS),
    KNOWN("ice-mismatch", SW_ITEM_ICE_MISMATCH),
    KNOWN("inactive", SW_ITEM_DIRECTION),
    KNOWN("mid", SW_ITEM_MID),
    KNOWN("ptime", SW_ITEM_PTIME),
    KNOWN("rtpmap", SW_ITEM_RTPMAP),
    KNOWN("rtcp-mux", SW_ITEM_RTCP_MUX),
    KNOWN("recvonly", SW_ITEM_DIRECTION),
    KNOWN("sendrecv", SW_ITEM_DIRECTION),
    KNOWN("setup", SW_ITEM_SETUP),
    KNOWN("sendonly", SW_ITEM_DIRECTION),
    KNOWN("sctp-port", SW_ITEM_SCTP_PORT),
};

/* Where the names that begin with a letter begin in known, and those with the next letter. */
static const uint8_t of_letter[] = {0,  0,  1,  4,  4,  4,  6,  7,  7,  12, 12, 12, 12, 13,
                                    13, 13, 14, 14, 17, 21, 21, 21, 21, 21, 21, 21, 21};

/* Its second letter tells it from most others. */
static bool is_named(struct sw_slice attribute, struct sw_slice name)
{
    return attribute.size >= name.size && attribute.data[1] == name.data[1] &&
           memcmp(attribute.data, name.data, name.size) == 0 &&
           (attribute.size == name.size || attribute.data[name.size] == ':');
}

enum sw_item_kind sw_item_kind_of(struct sw_slice attribute, struct sw_slice *value)
{
    *value = sw_slice_head(attribute, 0);
    if (attribute.size == 0 || (uint8_t)(attribute.data[0] - 'a') > 'z' - 'a')
        return SW_ITEM_OTHER;
    const unsigned letter = (unsigned)attribute.data[0] - 'a';
    for (size_t i = of_letter[letter]; i < of_letter[letter + 1]; i++) {
        if (!is_named(attribute, known[i].name))
            continue;
        *value = known[i].kind == SW_ITEM_DIRECTION ? known[i].name : sw_slice_skip(attribute, known[i].name.size + 1);
        return known[i].kind;
    }
    return SW_ITEM_OTHER;
}

static struct sw_item item_of(char type, struct sw_slice value)
{
    if (type != 'a')
        return (struct sw_item){type == 'c'   ? SW_ITEM_ADDRESS
                                : type == 'o' ? SW_ITEM_ORIGIN
                                : type == 's' ? SW_ITEM_NAME
                                : type == 't' ? SW_ITEM_TIME
                                              : SW_ITEM_OTHER,
                                value};
    struct sw_item item;
    item.kind = sw_item_kind_of(value, &item.value);
    return item;
}

/* --- sections ---------------------------------------------------------------------------------------------------- */

static void first_wins(struct sw_slice *member, struct sw_slice value)
{
    if (member->data == NULL)
        *member = value;
}

static enum sw_sdp_direction direction_of(struct sw_slice name)
{
    return sw_slice_equal(name, SW_SLICE("sendonly"))   ? SW_SDP_SENDONLY
           : sw_slice_equal(name, SW_SLICE("recvonly")) ? SW_SDP_RECVONLY
           : sw_slice_equal(name, SW_SLICE("inactive")) ? SW_SDP_INACTIVE
                                                        : SW_SDP_SENDRECV;
}

/* "IN IP4 224.2.36.42/127": the address without what follows a slash. */
static struct sw_slice address_of(struct sw_slice value)
{
    sw_word_next(&value);
    sw_word_next(&value);
    struct sw_slice address = sw_word_next(&value);
    return sw_slice_head(address, sw_slice_find(address, '/'));
}

static void item_take(struct sw_part *part, const struct sw_item *item)
{
    const unsigned bit = 1U << item->kind;
    const bool first = (part->has & bit) == 0;
    part->has |= bit;
    switch (item->kind) {
    case SW_ITEM_ADDRESS:
        first_wins(&part->connection, address_of(item->value));
        break;
    case SW_ITEM_DIRECTION:
        part->direction = first ? direction_of(item->value) : part->direction;
        break;
    case SW_ITEM_FINGERPRINT:
        first_wins(&part->fingerprint, item->value);
        break;
    case SW_ITEM_ICE_PWD:
        first_wins(&part->ice_pwd, item->value);
        break;
    case SW_ITEM_ICE_UFRAG:
        first_wins(&part->ice_ufrag, item->value);
        break;
    case SW_ITEM_MID:
        first_wins(&part->mid, sw_slice_trim(item->value));
        break;
    case SW_ITEM_SETUP:
        first_wins(&part->setup, sw_slice_trim(item->value));
        break;
    default:
        break;
    }
}

/* The first group that names it. */
static void place_read(const struct sw_description *description, struct sw_part *part)
{
    for (size_t group = 0; group < description->group_count && part->mid.size > 0; group++) {
        struct sw_slice tags = description->groups[group];
        for (size_t place = 0; place < SW_TAGS_MAX && tags.size > 0; place++) {
            if (!sw_slice_equal(sw_word_next(&tags), part->mid))
                continue;
            part->bundled = true;
            part->group = group;
            part->place = place;
            return;
        }
    }
}

/* m=<media> <port>["/"<number>] <proto> <fmt> ... (5.14) */
static void part_begin(struct sw_part *part, struct sw_slice line)
{
    uint64_t port;
    *part = (struct sw_part){.line = line};
    part->type = sw_word_next(&line);
    struct sw_slice ports = sw_word_next(&line);
    if (sw_slice_number(sw_slice_head(ports, sw_slice_find(ports, '/')), &port) && port <= UINT16_MAX)
        part->port = (unsigned)port;
    part->zero = sw_slice_equal(ports, SW_SLICE("0"));
    const struct sw_slice protocol = part->protocol = sw_word_next(&line);
    part->formats = sw_slice_trim(line);
    part->dtls_srtp = sw_slice_equal(protocol, SW_SLICE("UDP/TLS/RTP/SAVPF")) ||
                      sw_slice_equal(protocol, SW_SLICE("UDP/TLS/RTP/SAVP"));
    part->rtp = part->dtls_srtp || sw_slice_starts(protocol, SW_SLICE("RTP/"));
    part->sctp =
        sw_slice_equal(protocol, SW_SLICE("UDP/DTLS/SCTP")) || sw_slice_equal(protocol, SW_SLICE("TCP/DTLS/SCTP"));
}

static void part_end(const struct sw_description *description, struct sw_part *part)
{
    const struct sw_part *session = &description->session;
    if ((part->has & 1U << SW_ITEM_DIRECTION) == 0)
        part->direction = session->direction;
    first_wins(&part->connection, session->connection);
    first_wins(&part->fingerprint, session->fingerprint);
    first_wins(&part->ice_ufrag, session->ice_ufrag);
    first_wins(&part->ice_pwd, session->ice_pwd);
    first_wins(&part->setup, session->setup);
    part->off = part->zero && (part->has & SW_HAS_BUNDLE_ONLY) == 0;
    place_read(description, part);
}

static void session_end(struct sw_description *description)
{
    const struct sw_slice bundle = SW_SLICE("BUNDLE ");
    const struct sw_items items = description->session.items;
    for (size_t i = 0; i < items.count; i++) {
        struct sw_slice value = items.first[i].value;
        if (items.first[i].kind == SW_ITEM_ORIGIN) {
            description->origin = value;
            sw_word_next(&value);
            sw_word_next(&value);
            description->version = sw_word_next(&value);
        } else if (items.first[i].kind == SW_ITEM_GROUP && sw_slice_starts(value, bundle) &&
                   description->group_count < SW_GROUPS_MAX) {
            description->groups[description->group_count++] = sw_slice_skip(value, bundle.size);
        }
    }
}

static void section_end(struct sw_description *description, struct sw_part *part)
{
    if (part == &description->session)
        session_end(description);
    else if (part != NULL)
        part_end(description, part);
}

/* NULL where there are too many sections. */
static struct sw_part *section_begin(struct sw_description *description, struct sw_slice line, struct sw_item *at)
{
    description->media_count++;
    if (description->count == SW_PARTS_MAX)
        return NULL;
    struct sw_part *part = &description->parts[description->count++];
    part_begin(part, line);
    part->items.first = at;
    return part;
}

/* As sw_sdp_line_next, of lines that nothing else asks for. */
static inline bool line_next(struct sw_slice *rest, struct sw_sdp_line *line)
{
    if (rest->size == 0)
        return false;
    const size_t end = sw_slice_find(*rest, '\n');
    size_t size = end;
    if (size > 0 && rest->data[size - 1] == '\r')
        size--;
    const bool typed = size >= 2 && rest->data[1] == '=';
    line->type = typed ? (char)rest->data[0] : 0;
    line->value = typed ? sw_slice_of(rest->data + 2, size - 2) : sw_slice_of(rest->data, size);
    *rest = sw_slice_skip(*rest, end + 1);
    return true;
}

bool sw_description_read(struct sw_slice text, struct sw_description *description)
{
    struct sw_part *part = &description->session;
    struct sw_item *at = description->items;
    struct sw_sdp_line line;
    struct sw_slice rest = text;
    description->text = text;
    description->origin = description->version = (struct sw_slice){0};
    description->group_count = description->media_count = description->count = 0;
    *part = (struct sw_part){.items = {.first = at}};
    if (!line_next(&rest, &line) || line.type != 'v')
        return false;
    while (line_next(&rest, &line)) {
        if (line.type == 'm') {
            section_end(description, part);
            part = section_begin(description, line.value, at);
            continue;
        }
        const struct sw_item item = item_of(line.type, line.value);
        if (part == NULL || item.kind == SW_ITEM_OTHER)
            continue;
        if (at == description->items + SW_ITEMS_MAX)
            return false;
        *at++ = item;
        part->items.count++;
        item_take(part, &item);
    }
    section_end(description, part);
    return true;
}

bool sw_description_ice(const struct sw_description *description)
{
    bool ice = (description->session.has & SW_HAS_ICE) != 0;
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
    unsigned type;
    *codecs = (struct sw_codecs){0};
    for (size_t i = 0; i < part->items.count; i++) {
        struct sw_slice value = part->items.first[i].value;
        if (part->items.first[i].kind != SW_ITEM_RTPMAP)
            continue;
        if (!payload_type(sw_word_next(&value), &type))
            codecs->misread = true;
        else if (codecs->mapped[type].size == 0)
            codecs->mapped[type] = sw_slice_trim(value);
    }
}

bool sw_codec_of(const struct sw_codecs *codecs, unsigned type, struct sw_slice *encoding)
{
    const char *assigned = type < sizeof static_codecs / sizeof static_codecs[0] ? static_codecs[type] : NULL;
    *encoding = codecs->mapped[type];
    if (assigned != NULL && sw_slice_find(*encoding, '/') == encoding->size) /* old rtpmaps lack the clock rate */
        *encoding = sw_slice_of((const uint8_t *)assigned, strlen(assigned));
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
