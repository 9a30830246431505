/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * SIP messages: every decoder over everything that is like its field; slices lie in what they were read from.
 */
#include "fuzz.h"

#include "sipweave/fields.h"
#include "sipweave/sdp.h"
#include "sipweave/sip.h"

static void check_params(struct sw_slice params)
{
    struct sw_param param;
    for (struct sw_slice rest = params; sw_param_next(&rest, &param);) {
        CHECK_INSIDE(param.name, params);
        CHECK_INSIDE(param.value, params);
        CHECK_INSIDE(sw_unquote(param.value), param.value);
    }
    sw_param_find(params, SW_SLICE("tag"), &param);
}

#define CHECK_EACH(whole, ...)                                                                                         \
    do {                                                                                                               \
        const struct sw_slice parts[] = {__VA_ARGS__};                                                                 \
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)                                                               \
            CHECK_INSIDE(parts[i], whole);                                                                             \
    } while (0)

/* --- decoders of fields ------------------------------------------------------------------------------------------ */

static void check_uri(struct sw_slice text)
{
    struct sw_uri uri = {0};
    if (sw_uri_parse(text, &uri) != SW_OK)
        return;
    CHECK_EACH(text, uri.scheme, uri.opaque, uri.user, uri.password, uri.host, uri.port, uri.params, uri.headers);
    check_params(uri.params);
}

static void check_via(struct sw_slice value)
{
    struct sw_via via = {0};
    sw_via_parse(value, &via);
    CHECK_EACH(value, via.protocol, via.version, via.transport, via.host, via.port, via.branch, via.received, via.rport,
               via.params);
    check_params(via.params);
}

static void check_name_addr(struct sw_slice value)
{
    struct sw_name_addr address = {0};
    sw_name_addr_parse(value, &address);
    CHECK_EACH(value, address.display, address.uri, address.uri_parts.host, address.uri_parts.user, address.params,
               address.tag);
    check_params(address.params);
    check_uri(address.uri);
}

static void check_numbers(struct sw_slice value)
{
    struct sw_cseq cseq = {0};
    sw_cseq_parse(value, &cseq);
    CHECK_INSIDE(cseq.method, value);
    struct sw_rack rack = {0};
    sw_rack_parse(value, &rack);
    CHECK_INSIDE(rack.method, value);
}

static void check_auth(struct sw_slice value)
{
    struct sw_auth auth = {0};
    sw_auth_parse(value, &auth);
    CHECK_EACH(value, auth.scheme, auth.params);
    struct sw_param param;
    for (struct sw_slice rest = auth.params; sw_auth_param_next(&rest, &param);)
        CHECK_EACH(auth.params, param.name, param.value);
}

static void check_words(struct sw_slice value)
{
    struct sw_reason_value reason = {0};
    sw_reason_parse(value, &reason);
    CHECK_EACH(value, reason.protocol, reason.text);
    struct sw_replaces replaces = {0};
    sw_replaces_parse(value, &replaces);
    CHECK_EACH(value, replaces.call_id, replaces.to_tag, replaces.from_tag);
    struct sw_event_value event = {0};
    sw_event_parse(value, &event);
    CHECK_EACH(value, event.type, event.id, event.params);
    struct sw_media_type type = {0};
    sw_media_type_parse(value, &type);
    CHECK_EACH(value, type.type, type.subtype, type.params);
}

/* A value is shown to all decoders: none may rely on the name that stood before it. */
static void check_value(struct sw_slice value)
{
    struct sw_slice alone = slice_copy(value);
    check_via(alone);
    check_name_addr(alone);
    check_uri(alone);
    check_numbers(alone);
    check_auth(alone);
    check_words(alone);
    slice_free(alone);
}

/* --- bodies ------------------------------------------------------------------------------------------------------ */

static void check_media(const struct sw_sdp *sdp, struct sw_slice text)
{
    struct sw_sdp_media media;
    for (struct sw_slice rest = sdp->media; sw_sdp_media_next(sdp, &rest, &media);) {
        CHECK_EACH(text, media.type, media.protocol, media.formats, media.connection, media.mid, media.fingerprint,
                   media.ice_ufrag, media.ice_pwd, media.setup, media.lines);
        struct sw_slice encoding;
        if (sw_sdp_rtpmap(&media, SW_SLICE("0"), &encoding))
            CHECK_INSIDE(encoding, media.lines);
        struct sw_sdp_line line;
        for (struct sw_slice lines = media.lines; sw_sdp_line_next(&lines, &line);)
            CHECK_INSIDE(line.value, media.lines);
    }
}

static void check_sdp(struct sw_slice text)
{
    struct sw_sdp sdp;
    if (sw_sdp_parse(text, &sdp) != SW_OK)
        return;
    CHECK_EACH(text, sdp.version, sdp.origin, sdp.session_id, sdp.session_version, sdp.name, sdp.connection,
               sdp.fingerprint, sdp.ice_ufrag, sdp.ice_pwd, sdp.setup, sdp.group, sdp.media);
    check_media(&sdp, text);
}

static void check_body(const struct sw_sip *sip)
{
    struct sw_slice text;
    if (sw_sdp_of_sip(sip, &text)) {
        CHECK_INSIDE(text, sip->body);
        check_sdp(text);
    }
    check_sdp(sip->body);
    struct sw_media_type type;
    struct sw_param boundary;
    if (sw_media_type_parse(sip->first[SW_SIP_CONTENT_TYPE], &type) != SW_OK ||
        !sw_param_find(type.params, SW_SLICE("boundary"), &boundary))
        return;
    struct sw_body_part part;
    for (struct sw_slice rest = sip->body; sw_multipart_next(&rest, sw_unquote(boundary.value), &part);)
        CHECK_EACH(sip->body, part.headers, part.content, rest);
}

/* --- messages ---------------------------------------------------------------------------------------------------- */

static bool same(struct sw_slice a, struct sw_slice b)
{
    return a.size == b.size && (a.size == 0 || a.data == b.data);
}

/* What reads a message in one go cuts it as its parts do. */
static void check_recognised(struct sw_slice input, const struct sw_sip *sip, bool expected)
{
    struct sw_sip quick;
    CHECK(sw_sip_recognise(input, &quick) == expected);
    if (!expected)
        return;
    const struct sw_slice pairs[][2] = {{quick.raw, sip->raw},         {quick.method, sip->method},
                                        {quick.uri, sip->uri},         {quick.reason, sip->reason},
                                        {quick.version, sip->version}, {quick.headers, sip->headers},
                                        {quick.body, sip->body},       {quick.rest, sip->rest}};
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        CHECK(same(pairs[i][0], pairs[i][1]));
    CHECK(quick.response == sip->response && quick.status == sip->status);
    CHECK(quick.header_count == sip->header_count && quick.headers_end == sip->headers_end);
}

/* What is read of the topmost Via in a hurry is what its decoder says. */
static void check_top_via(const struct sw_sip *sip)
{
    struct sw_slice list = sip->first[SW_SIP_VIA];
    struct sw_slice first;
    struct sw_via via = {0};
    const struct sw_sip_via top = sw_sip_top_via(sip);
    if (sw_list_next(&list, &first))
        sw_via_parse(first, &via);
    CHECK(same(top.branch, via.branch));
    CHECK_INSIDE(top.sent_by, sip->first[SW_SIP_VIA]);
}

static void check_headers(const struct sw_sip *sip)
{
    unsigned lines = 0;
    bool seen[SW_SIP_FIELDS] = {false};
    struct sw_sip_cursor cursor = {sip->headers};
    enum sw_sip_field field;
    struct sw_header header;
    while (sw_sip_header_next(&cursor, &field, &header)) {
        CHECK(field < SW_SIP_FIELDS && header.line.size != 0);
        CHECK_INSIDE(header.line, sip->headers);
        CHECK_EACH(header.line, header.name, header.value);
        CHECK(sip->count[field] != 0);
        CHECK(seen[field] || (same(sip->first[field], header.value) && sip->first[field].data == header.value.data));
        seen[field] = true;
        check_value(header.value);
        lines++;
    }
    CHECK(lines == sip->header_count);
    for (field = SW_SIP_ACCEPT; field < SW_SIP_FIELDS; field++) {
        CHECK((sip->first[field].data != NULL) == (sip->count[field] != 0));
        CHECK_INSIDE(sip->first[field], sip->headers);
        if (sip->count[field] == 0)
            continue;
        struct sw_sip_values values = {.rest = sip->headers};
        for (struct sw_slice value; sw_sip_value_next(&values, field, &value);)
            CHECK_INSIDE(value, sip->headers);
    }
}

/* What is refused stays so when more comes. */
static void check_sniff(struct sw_slice input, enum sw_result whole)
{
    uint64_t random = digest(input) | 1;
    for (unsigned n = 0; n < 8 && input.size != 0; n++) {
        struct sw_slice part = slice_copy(slice(input.data, random_next(&random) % MIN(input.size, 200)));
        const enum sw_result sniffed = sw_sip_sniff(part);
        CHECK(sniffed != SW_BAD || whole == SW_BAD);
        slice_free(part);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sw_slice input = slice(data, size);
    const enum sw_result sniffed = sw_sip_sniff(input);
    check_sniff(input, sniffed);
    struct sw_sip sip;
    const enum sw_result result = sw_sip_parse(input, &sip);
    CHECK(result != SW_MORE);
    CHECK(sniffed != SW_OK || result == SW_OK); /* the sniffer is the stricter one */
    check_recognised(input, &sip, sniffed == SW_OK && result == SW_OK);
    if (sw_sip_is_keepalive(input))
        CHECK(result == SW_BAD);
    if (result == SW_OK) {
        CHECK_EACH(input, sip.raw, sip.method, sip.uri, sip.reason, sip.version, sip.headers, sip.body, sip.rest);
        CHECK(sip.status <= 999);
        check_uri(sip.uri);
        check_headers(&sip);
        check_top_via(&sip);
        check_body(&sip);
    }
    check_value(input);
    check_sdp(input);
    return 0;
}
