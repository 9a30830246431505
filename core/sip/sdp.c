/* SPDX-License-Identifier: MIT
 *
 * What does a session description offer? RFC 8866 5, with the attributes of RFC 3264 (direction), 5888 (mid, group),
 * 5761 (rtcp-mux), 8122 (fingerprint, setup) and 8839 (ICE).
 */
#include "sipweave/sdp.h"

#include "bytes.h"
#include "sipweave/fields.h"

/* What session and media sections have in common. The first line of a kind counts. */
struct section {
    struct sw_slice connection;
    struct sw_slice fingerprint;
    struct sw_slice ice_ufrag;
    struct sw_slice ice_pwd;
    struct sw_slice setup;
    struct sw_slice group;
    struct sw_slice mid;
    bool has_direction;
    enum sw_sdp_direction direction;
    bool ice_lite;
    bool rtcp_mux;
    unsigned candidates;
};

#define NAME(literal) literal, sizeof(literal) - 1

static const struct {
    const char *name;
    size_t size;
    size_t offset;
} slice_attributes[] = {
    {NAME("fingerprint"), offsetof(struct section, fingerprint)},
    {NAME("ice-ufrag"), offsetof(struct section, ice_ufrag)},
    {NAME("ice-pwd"), offsetof(struct section, ice_pwd)},
    {NAME("setup"), offsetof(struct section, setup)},
    {NAME("group"), offsetof(struct section, group)},
    {NAME("mid"), offsetof(struct section, mid)},
};

static const struct {
    const char *name;
    size_t size;
    enum sw_sdp_direction direction;
} directions[] = {
    {NAME("sendrecv"), SW_SDP_SENDRECV},
    {NAME("sendonly"), SW_SDP_SENDONLY},
    {NAME("recvonly"), SW_SDP_RECVONLY},
    {NAME("inactive"), SW_SDP_INACTIVE},
};

static bool is_name(struct sw_slice name, const char *literal, size_t size)
{
    return name.size == size && memcmp(name.data, literal, size) == 0;
}

static void first_wins(struct sw_slice *member, struct sw_slice value)
{
    if (member->data == NULL)
        *member = value;
}

static bool slice_attribute_read(struct section *section, struct sw_slice name, struct sw_slice value)
{
    for (size_t i = 0; i < sizeof slice_attributes / sizeof slice_attributes[0]; i++) {
        if (!is_name(name, slice_attributes[i].name, slice_attributes[i].size))
            continue;
        struct sw_slice member;
        uint8_t *place = (uint8_t *)section + slice_attributes[i].offset;
        memcpy(&member, place, sizeof member);
        first_wins(&member, value);
        memcpy(place, &member, sizeof member);
        return true;
    }
    return false;
}

static bool direction_read(struct section *section, struct sw_slice name)
{
    for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++) {
        if (!is_name(name, directions[i].name, directions[i].size))
            continue;
        if (!section->has_direction)
            section->direction = directions[i].direction;
        section->has_direction = true;
        return true;
    }
    return false;
}

/* a=name or a=name:value */
static void attribute_read(struct section *section, struct sw_slice attribute)
{
    size_t colon = sw_slice_find(attribute, ':');
    struct sw_slice name = sw_slice_trim(sw_slice_head(attribute, colon));
    struct sw_slice value = sw_slice_trim(sw_slice_skip(attribute, colon + 1));
    if (is_name(name, NAME("candidate")))
        section->candidates++;
    else if (is_name(name, NAME("rtcp-mux")))
        section->rtcp_mux = true;
    else if (is_name(name, NAME("ice-lite")))
        section->ice_lite = true;
    else if (!slice_attribute_read(section, name, value))
        direction_read(section, name);
}

/* "IN IP4 224.2.36.42/127": the address without TTL and number of addresses (5.7). */
static struct sw_slice connection_address(struct sw_slice value)
{
    sw_word_next(&value);
    sw_word_next(&value);
    struct sw_slice address = sw_word_next(&value);
    return sw_slice_head(address, sw_slice_find(address, '/'));
}

static void section_line_read(struct section *section, const struct sw_sdp_line *line)
{
    if (line->type == 'a')
        attribute_read(section, line->value);
    else if (line->type == 'c')
        first_wins(&section->connection, connection_address(line->value));
}

bool sw_sdp_line_next(struct sw_slice *rest, struct sw_sdp_line *line)
{
    struct sw_slice text;
    if (!sw_line_next(rest, &text))
        return false;
    bool typed = text.size >= 2 && text.data[1] == '=';
    line->type = typed ? (char)text.data[0] : 0;
    line->value = typed ? sw_slice_skip(text, 2) : text;
    return true;
}

static void origin_read(struct sw_sdp *sdp, struct sw_slice value)
{
    sdp->origin = value;
    sw_word_next(&value);
    sdp->session_id = sw_word_next(&value);
    sdp->session_version = sw_word_next(&value);
}

static void session_fill(struct sw_sdp *sdp, const struct section *section)
{
    sdp->connection = section->connection;
    sdp->direction = section->direction;
    sdp->fingerprint = section->fingerprint;
    sdp->ice_ufrag = section->ice_ufrag;
    sdp->ice_pwd = section->ice_pwd;
    sdp->setup = section->setup;
    sdp->group = section->group;
    sdp->ice_lite = section->ice_lite;
}

enum sw_result sw_sdp_parse(struct sw_slice text, struct sw_sdp *sdp)
{
    struct section section = {0};
    struct sw_sdp_line line;
    struct sw_slice rest = text;
    *sdp = (struct sw_sdp){0};
    if (!sw_sdp_line_next(&rest, &line) || line.type != 'v')
        return SW_BAD;
    sdp->version = line.value;
    for (sdp->media = rest; sw_sdp_line_next(&rest, &line) && line.type != 'm'; sdp->media = rest) {
        if (line.type == 'o')
            origin_read(sdp, line.value);
        else if (line.type == 's')
            sdp->name = line.value;
        else
            section_line_read(&section, &line);
    }
    session_fill(sdp, &section);
    return SW_OK;
}

/* m=<media> <port>["/"<number>] <proto> <fmt> ... (5.14) */
static void media_line_read(struct sw_sdp_media *media, struct sw_slice value)
{
    uint64_t port;
    media->type = sw_word_next(&value);
    struct sw_slice ports = sw_word_next(&value);
    if (sw_slice_number(sw_slice_head(ports, sw_slice_find(ports, '/')), &port) && port <= UINT16_MAX)
        media->port = (unsigned)port;
    media->protocol = sw_word_next(&value);
    media->formats = sw_slice_trim(value);
}

static struct sw_slice own_or(struct sw_slice own, struct sw_slice inherited)
{
    return own.data != NULL ? own : inherited;
}

static void media_fill(struct sw_sdp_media *media, const struct section *section, const struct sw_sdp *sdp)
{
    media->connection = own_or(section->connection, sdp->connection);
    media->direction = section->has_direction ? section->direction : sdp->direction;
    media->mid = section->mid;
    media->fingerprint = own_or(section->fingerprint, sdp->fingerprint);
    media->ice_ufrag = own_or(section->ice_ufrag, sdp->ice_ufrag);
    media->ice_pwd = own_or(section->ice_pwd, sdp->ice_pwd);
    media->setup = own_or(section->setup, sdp->setup);
    media->rtcp_mux = section->rtcp_mux;
    media->candidates = section->candidates;
}

bool sw_sdp_media_next(const struct sw_sdp *sdp, struct sw_slice *rest, struct sw_sdp_media *media)
{
    struct section section = {0};
    struct sw_sdp_line line;
    struct sw_slice lines = *rest;
    *media = (struct sw_sdp_media){0};
    if (!sw_sdp_line_next(rest, &line))
        return false;
    media_line_read(media, line.value);
    for (struct sw_slice after = *rest; sw_sdp_line_next(&after, &line) && line.type != 'm'; *rest = after)
        section_line_read(&section, &line);
    media->lines = sw_slice_head(lines, lines.size - rest->size);
    media_fill(media, &section, sdp);
    return true;
}

bool sw_sdp_rtpmap(const struct sw_sdp_media *media, struct sw_slice format, struct sw_slice *encoding)
{
    const struct sw_slice prefix = SW_SLICE("rtpmap:");
    struct sw_slice rest = media->lines;
    struct sw_sdp_line line;
    while (sw_sdp_line_next(&rest, &line)) {
        if (line.type != 'a' || !sw_slice_starts(line.value, prefix))
            continue;
        struct sw_slice value = sw_slice_skip(line.value, prefix.size);
        if (!sw_slice_equal(sw_word_next(&value), format))
            continue;
        *encoding = sw_slice_trim(value);
        return true;
    }
    return false;
}

static bool is_sdp(const struct sw_media_type *type)
{
    return sw_slice_equal_nocase(type->type, SW_SLICE("application")) &&
           sw_slice_equal_nocase(type->subtype, SW_SLICE("sdp"));
}

static struct sw_slice part_content_type(struct sw_slice headers)
{
    struct sw_sip_values values = {.rest = headers};
    struct sw_slice value = {0};
    sw_sip_value_next(&values, SW_SIP_CONTENT_TYPE, &value);
    return value;
}

/* A multipart body within another is searched too, four levels deep. */
enum { NESTING_MAX = 4 };
struct level {
    struct sw_slice rest;
    struct sw_slice boundary;
};

static bool level_enter(struct level *level, const struct sw_media_type *type, struct sw_slice content)
{
    struct sw_param boundary;
    if (!sw_slice_equal_nocase(type->type, SW_SLICE("multipart")) ||
        !sw_param_find(type->params, SW_SLICE("boundary"), &boundary))
        return false;
    *level = (struct level){.rest = content, .boundary = sw_unquote(boundary.value)};
    return true;
}

static bool multipart_find(const struct sw_media_type *type, struct sw_slice body, struct sw_slice *text)
{
    struct level levels[NESTING_MAX];
    size_t depth = level_enter(&levels[0], type, body) ? 1 : 0;
    while (depth > 0) {
        struct sw_body_part part;
        struct sw_media_type inner;
        if (!sw_multipart_next(&levels[depth - 1].rest, levels[depth - 1].boundary, &part)) {
            depth--;
            continue;
        }
        if (sw_media_type_parse(part_content_type(part.headers), &inner) != SW_OK)
            continue;
        if (is_sdp(&inner)) {
            *text = part.content;
            return true;
        }
        if (depth < NESTING_MAX && level_enter(&levels[depth], &inner, part.content))
            depth++;
    }
    return false;
}

bool sw_sdp_of_sip(const struct sw_sip *sip, struct sw_slice *text)
{
    struct sw_media_type type;
    if (sip->body.size == 0)
        return false;
    bool typed = sw_media_type_parse(sip->first[SW_SIP_CONTENT_TYPE], &type) == SW_OK;
    bool plain = typed ? is_sdp(&type) : sw_slice_starts(sip->body, SW_SLICE("v=0"));
    if (plain) {
        *text = sip->body;
        return true;
    }
    return typed && multipart_find(&type, sip->body, text);
}
