/* SPDX-License-Identifier: MIT
 *
 * Does one session description say what it may say? RFC 8866 5, 6 and 9; RFC 3264 5.1.
 */
#include "rules/sdp_check.h"
#include "rules/sip_grammar.h"

/* --- addresses --------------------------------------------------------------------------------------------------- */

/* An address as it is written: a literal, or a name. */
enum family { FAMILY_NAME, FAMILY_IP4, FAMILY_IP6 };

static enum family family_of(struct sw_slice address)
{
    unsigned dots = 0;
    if (sw_slice_find(address, ':') < address.size)
        return FAMILY_IP6;
    for (size_t i = 0; i < address.size; i++) {
        if (!sw_is_digit(address.data[i]) && address.data[i] != '.')
            return FAMILY_NAME;
        dots += address.data[i] == '.';
    }
    return dots == 3 ? FAMILY_IP4 : FAMILY_NAME;
}

/* 224.0.0.0/4, ff00::/8 */
static bool is_multicast(struct sw_slice address, enum family family)
{
    enum { FIRST = 224, LAST = 239, GROUP = 4 };
    uint64_t number;
    if (family == FAMILY_IP4)
        return sw_slice_number(sw_slice_head(address, sw_slice_find(address, '.')), &number) && number >= FIRST &&
               number <= LAST;
    return family == FAMILY_IP6 && sw_slice_find(address, ':') == GROUP &&
           sw_slice_equal_nocase(sw_slice_head(address, 2), SW_SLICE("ff"));
}

struct connection {
    struct sw_slice type;    /* IP4, IP6 */
    struct sw_slice address; /* without what follows a slash */
    enum family family;
    unsigned slashes;
};

static struct connection connection_of(struct sw_slice value)
{
    struct connection connection = {0};
    sw_word_next(&value);
    connection.type = sw_word_next(&value);
    struct sw_slice text = sw_word_next(&value);
    connection.address = sw_slice_head(text, sw_slice_find(text, '/'));
    for (size_t i = 0; i < text.size; i++)
        connection.slashes += text.data[i] == '/';
    connection.family = family_of(connection.address);
    return connection;
}

static void check_address_type(const struct sw_sip_case *one, const struct connection *connection,
                               struct sw_slice value)
{
    bool ip4 = sw_slice_equal(connection->type, SW_SLICE("IP4"));
    bool ip6 = sw_slice_equal(connection->type, SW_SLICE("IP6"));
    if ((ip4 && connection->family == FAMILY_IP6) || (ip6 && connection->family == FAMILY_IP4) ||
        ((ip4 || ip6) && connection->address.size > 0 && connection->address.data[0] == '['))
        sw_case_report(one, SW_RULE_SDP_ADDRTYPE, "address", value);
}

/* Returns whether it stands for several addresses. */
static bool check_connection(const struct sw_sip_case *one, struct sw_slice value)
{
    enum { TTL_AND_COUNT = 2 };
    const struct connection connection = connection_of(value);
    check_address_type(one, &connection, value);
    if (connection.family == FAMILY_NAME)
        return false;
    if (!is_multicast(connection.address, connection.family)) {
        if (connection.slashes > 0)
            sw_case_report(one, SW_RULE_SDP_CONN_UNICAST_SLASH, "c=", value);
        return false;
    }
    unsigned wanted = connection.family == FAMILY_IP4 ? 1 : 0;
    if (connection.slashes < wanted || (connection.family == FAMILY_IP6 && connection.slashes >= TTL_AND_COUNT))
        sw_case_report(one, SW_RULE_SDP_CONN_TTL, "c=", value);
    return connection.slashes == wanted + 1;
}

/* --- sections ---------------------------------------------------------------------------------------------------- */

static void check_directions(const struct sw_sip_case *one, const struct sw_part *part)
{
    unsigned count = 0;
    if ((part->has & 1U << SW_ITEM_DIRECTION) == 0)
        return;
    for (size_t i = 0; i < part->items.count; i++)
        if (part->items.first[i].kind == SW_ITEM_DIRECTION && ++count == 2)
            sw_case_report(one, SW_RULE_SDP_DIRECTION_DUP, "second in its section:", part->items.first[i].value);
}

static void check_session(const struct sw_sip_case *one, const struct sw_part *session)
{
    bool several = false;
    unsigned connections = 0;
    for (size_t i = 0; i < session->items.count; i++) {
        const struct sw_slice value = session->items.first[i].value;
        const enum sw_item_kind kind = session->items.first[i].kind;
        if (kind == SW_ITEM_ORIGIN && !sw_sdp_is_origin(value))
            sw_case_report(one, SW_RULE_SDP_O_MISSING, "o=", value);
        else if (kind == SW_ITEM_NAME && value.size == 0)
            sw_case_report(one, SW_RULE_SDP_S_EMPTY, "s=", value);
        if (kind != SW_ITEM_ADDRESS)
            continue;
        several |= check_connection(one, value);
        connections++;
        if (connections == 2 || (connections == 1 && several))
            sw_case_report(one, SW_RULE_SDP_CONN_MULTI, "in the session section: c=", value);
    }
    check_directions(one, session);
}

/* payload-type SP encoding-name "/" clock-rate [ "/" channels ]. Old ones of static types lack the clock rate. */
static void check_rtpmap(const struct sw_sip_case *one, struct sw_slice value)
{
    bool last;
    uint64_t type;
    struct sw_slice rest = value;
    struct sw_slice number = sw_field_next(&rest, &last);
    if (sw_slice_number(number, &type) && type < SW_DYNAMIC_FIRST)
        return;
    size_t slash = sw_slice_find(rest, '/');
    struct sw_slice clock = sw_slice_skip(rest, slash + 1);
    size_t second = sw_slice_find(clock, '/');
    struct sw_slice channels = sw_slice_skip(clock, second + 1);
    bool right = sw_sdp_integer(number) && sw_sdp_token(sw_slice_head(rest, slash)) &&
                 sw_sdp_integer(sw_slice_head(clock, second)) && (second == clock.size || sw_sdp_integer(channels));
    if (!right)
        sw_case_report(one, SW_RULE_SDP_RTPMAP_SYNTAX, "rtpmap:", value);
}

/* The payload types that an m= line lists, as bits. */
struct listed {
    uint64_t bits[SW_PAYLOAD_TYPES / 64];
};

static bool is_listed(const struct sw_part *part, const struct listed *listed, struct sw_slice format)
{
    enum { LISTED_MAX = 128 }; /* looking through them for each line stays cheap */
    struct sw_slice formats = part->formats;
    uint64_t type;
    if (sw_slice_number(format, &type) && type < SW_PAYLOAD_TYPES && (listed->bits[type / 64] >> type % 64 & 1) != 0)
        return true;
    for (unsigned n = 0; formats.size > 0; n++)
        if (n == LISTED_MAX || sw_slice_equal(sw_word_next(&formats), format))
            return true;
    return false;
}

static void check_item(const struct sw_sip_case *one, const struct sw_item *item)
{
    uint64_t number;
    if (item->kind == SW_ITEM_RTPMAP)
        check_rtpmap(one, item->value);
    else if (item->kind == SW_ITEM_ADDRESS)
        check_connection(one, item->value);
    else if (item->kind == SW_ITEM_PTIME && sw_slice_number(item->value, &number) && number == 0)
        sw_case_report(one, SW_RULE_OA_PTIME_ZERO, "ptime:", item->value);
}

/* The first line for a format that isn't listed. */
static void check_orphans(const struct sw_sip_case *one, const struct sw_part *part)
{
    struct listed listed = {{0}};
    struct sw_slice formats = part->formats;
    unsigned type;
    while (sw_payload_next(&formats, &type))
        listed.bits[type / 64] |= UINT64_C(1) << type % 64;
    for (size_t i = 0; i < part->items.count; i++) {
        const struct sw_item *item = &part->items.first[i];
        struct sw_slice format = item->value;
        bool map = item->kind == SW_ITEM_RTPMAP;
        if ((!map && item->kind != SW_ITEM_FMTP) || is_listed(part, &listed, sw_word_next(&format)))
            continue;
        sw_case_report(one, SW_RULE_SDP_FMTP_ORPHAN, map ? "rtpmap:" : "fmtp:", item->value);
        return;
    }
}

static void check_part(const struct sw_sip_case *one, const struct sw_part *part)
{
    for (size_t i = 0; i < part->items.count; i++)
        check_item(one, &part->items.first[i]);
    check_directions(one, part);
    if (sw_sdp_is_media(part->line))
        check_orphans(one, part);
    else
        sw_case_report(one, SW_RULE_SDP_M_SYNTAX, "m=", part->line);
}

/* --- the body ---------------------------------------------------------------------------------------------------- */

/* All of the body is there, and none of it is encoded. */
static bool is_plain(const struct sw_sip_case *one)
{
    const struct sw_sip *sip = one->sip;
    uint64_t length;
    if (!one->whole || !sip->headers_end || sip->count[SW_SIP_CONTENT_ENCODING] > 0 ||
        sip->count[SW_SIP_CONTENT_LENGTH] > 1)
        return false;
    if (sip->count[SW_SIP_CONTENT_LENGTH] == 0)
        return true;
    return sw_slice_number(sip->first[SW_SIP_CONTENT_LENGTH], &length) && length <= sip->body.size;
}

/* What Content-Length, or the boundary of a part, may have cut off is not missing. */
static bool is_open(const struct sw_sip_case *one, struct sw_slice text)
{
    bool stream = one->transport == SW_TRANSPORT_TCP || one->transport == SW_TRANSPORT_TLS;
    return stream || text.size != one->sip->body.size || one->sip->rest.size > 0;
}

/* Methods that make sessions; elsewhere a description tells what could be (RFC 3261 11.2). */
static bool is_of_session(const struct sw_sip_case *one)
{
    return one->cseq_ok &&
           (sw_slice_equal(one->cseq.method, SW_SLICE("INVITE")) || sw_slice_equal(one->cseq.method, SW_SLICE("ACK")) ||
            sw_slice_equal(one->cseq.method, SW_SLICE("PRACK")) ||
            sw_slice_equal(one->cseq.method, SW_SLICE("UPDATE")));
}

static void report_ice2(const struct sw_sip_case *one, struct sw_slice text)
{
    struct sw_sdp_line line = {0};
    while (sw_sdp_line_next(&text, &line) && line.type != 'o')
        continue;
    sw_case_report(one, SW_RULE_RTC_ICE2, "no ice2 in ice-options of", line.value);
}

/* Whether there is a remark to make besides: that ice2 is missing. */
static bool check_text(const struct sw_sip_case *one, struct sw_body *body, bool open)
{
    struct sw_description *description = &body->description;
    body->read = sw_description_read(body->text, description);
    if (!sw_check_sdp_lines(one, body->text, open) || !body->read)
        return false;
    check_session(one, &description->session);
    for (size_t i = 0; i < description->count; i++)
        check_part(one, &description->parts[i]);
    if (!is_of_session(one))
        return false;
    sw_check_sdp_webrtc(one, description);
    return sw_sdp_lacks_ice2(description);
}

void sw_check_sip_sdp(const struct sw_sip_case *one)
{
    struct sw_slice text;
    bool remark;
    if (one->sip->body.size == 0 || !is_plain(one) || !sw_sdp_of_sip(one->sip, &text))
        return;
    bool open = is_open(one, text);
    if (open && one->sip->rest.size > 0 && text.size > 0 && text.data[text.size - 1] != '\n')
        return; /* cut within a line */

    struct sw_body *body = sw_case_body(one, text);
    const uint64_t like = body->outline->kind != 0 ? body->outline->kind : body->hash;
    const uint64_t hash = like + ((uint64_t)open << 2 | (uint64_t)is_of_session(one) << 1);
    if (!sw_case_knows_body(one, hash, &remark)) {
        unsigned faults = sw_case_faults(one);
        remark = check_text(one, body, open);
        if (sw_case_faults(one) == faults)
            sw_case_learn_body(one, hash, remark);
    }
    if (remark)
        report_ice2(one, text);
}
