/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * Session descriptions: what is read of them lies in them, and those of an INVITE, its answer and a second offer are
 * held to their rules without anything to fear. What the descriptions were read for before changes nothing.
 *
 * The input: up to three session descriptions with NULs between them. Messages are built around them that have no
 * faults of their own.
 */
#include "fuzz.h"

#include "sipweave/offer_answer.h"
#include "sipweave/sdp.h"
#include "sipweave/sip_check.h"

enum { DESCRIPTIONS = 3 };

/* --- reading ----------------------------------------------------------------------------------------------------- */

#define CHECK_ALL_INSIDE(whole, ...)                                                                                   \
    do {                                                                                                               \
        const struct sw_slice parts[] = {__VA_ARGS__};                                                                 \
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)                                                               \
            CHECK_INSIDE(parts[i], whole);                                                                             \
    } while (0)

static void check_lines(struct sw_slice lines)
{
    const struct sw_slice whole = lines;
    struct sw_sdp_line line;
    for (size_t left = lines.size; sw_sdp_line_next(&lines, &line); left = lines.size) {
        CHECK(lines.size < left);
        CHECK_INSIDE(line.value, whole);
        CHECK(memchr(line.value.data, '\n', line.value.size) == NULL);
    }
}

static void check_media(const struct sw_sdp *sdp, struct sw_slice text)
{
    struct sw_sdp_media media;
    const uint8_t *end = NULL;
    for (struct sw_slice rest = sdp->media; sw_sdp_media_next(sdp, &rest, &media);) {
        CHECK(end == NULL || media.lines.data == end); /* sections touch */
        end = media.lines.data + media.lines.size;
        CHECK_ALL_INSIDE(sdp->media, media.type, media.protocol, media.formats, media.mid, media.lines);
        CHECK_ALL_INSIDE(text, media.connection, media.fingerprint, media.ice_ufrag, media.ice_pwd, media.setup);
        CHECK(media.port <= 65535);
        check_lines(media.lines);
        struct sw_slice encoding;
        for (unsigned format = 0; format < 128; format += 8) {
            char number[4];
            const int size = snprintf(number, sizeof number, "%u", format);
            if (sw_sdp_rtpmap(&media, slice((const uint8_t *)number, (size_t)size), &encoding))
                CHECK_INSIDE(encoding, media.lines);
        }
    }
    CHECK(end == NULL || end == text.data + text.size);
}

static void check_reading(struct sw_slice text)
{
    struct sw_slice copy = slice_copy(text);
    struct sw_sdp sdp;
    check_lines(copy);
    if (sw_sdp_parse(copy, &sdp) == SW_OK) {
        CHECK_ALL_INSIDE(copy, sdp.version, sdp.origin, sdp.session_id, sdp.session_version, sdp.name, sdp.connection,
                         sdp.fingerprint, sdp.ice_ufrag, sdp.ice_pwd, sdp.setup, sdp.group, sdp.media);
        check_media(&sdp, copy);
    }
    slice_free(copy);
}

/* --- rules ------------------------------------------------------------------------------------------------------- */

/* A dialog by itself: an offer, its answer, and another offer; whose they are is in the letters. */
static const char *const heads[DESCRIPTIONS] = {
    "INVITE sip:b@example.test SIP/2.0\r\n"
    "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
    "From: <sip:a@example.test>;tag=a\r\nTo: <sip:b@example.test>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:a@a.invalid;transport=ws>\r\n",
    "SIP/2.0 200 OK\r\n"
    "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\n"
    "From: <sip:a@example.test>;tag=a\r\nTo: <sip:b@example.test>;tag=b\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:b@b.invalid;transport=ws>\r\n",
    "INVITE sip:b@b.invalid;transport=ws SIP/2.0\r\n"
    "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK2\r\nMax-Forwards: 70\r\n"
    "From: <sip:a@example.test>;tag=a\r\nTo: <sip:b@example.test>;tag=b\r\nCall-ID: c\r\nCSeq: 2 INVITE\r\n"
    "Contact: <sip:a@a.invalid;transport=ws>\r\n",
};

struct run {
    GString *told;
    struct sw_call_tracker *tracker;
    struct sw_sip_checker *checker;
    struct sw_offers *offers;
    struct sw_sip_record record;
};

static void on_breach(void *context, enum sw_rule rule, const char *evidence)
{
    struct run *run = context;
    CHECK(strlen(evidence) < SW_EVIDENCE_MAX);
    for (const char *c = evidence; *c != '\0'; c++)
        CHECK(*c >= ' ' && *c <= '~');
    g_string_append_printf(run->told, "%" G_GUINT64_FORMAT " %s: %s\n", run->record.id, sw_rule_info(rule)->id,
                           evidence);
}

static void on_offer_breach(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    const struct run *run = context;
    CHECK(earlier == NULL || (earlier->packet != 0 && earlier->packet <= run->record.id));
    on_breach(context, rule, evidence);
}

static void add(struct run *run, const char *head, struct sw_slice description)
{
    GString *text = g_string_new(head);
    g_string_append_printf(text, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n", description.size);
    g_string_append_len(text, (const char *)description.data, (gssize)description.size);
    const struct sw_slice copy = slice_copy(slice((const uint8_t *)text->str, text->len));
    g_string_free(text, TRUE);
    struct sw_sip sip;
    CHECK(sw_sip_parse(copy, &sip) == SW_OK && sip.body.size == description.size);

    const struct sw_sip_judgement judgement = {run, on_breach};
    const struct sw_offers_judgement offers_judgement = {run, on_offer_breach};
    struct sw_placement placement = {0};
    run->record.id++;
    run->record.time += 1000000;
    run->record.sip = &sip;
    const struct sw_mark mark = {run->record.id, run->record.time};
    sw_call_tracker_add(run->tracker, &run->record, &placement);
    sw_sip_check(run->checker, &sip, NULL, run->record.transport, true, &judgement);
    sw_offers_add(run->offers, &run->record, &placement, mark, true, &offers_judgement);
    slice_free(copy);
}

static GString *play(struct sw_slice input, bool with_checker)
{
    struct run run = {
        .told = g_string_new(""),
        .tracker = sw_call_tracker_new(&sw_limits_default),
        .checker = sw_sip_checker_new(),
        .record = {.time = INT64_C(1700000000000000000), .transport = SW_TRANSPORT_WSS, .connection = 1},
    };
    struct sw_endpoint ends[] = {{.family = 4, .port = 1, .address = {1}}, {.family = 4, .port = 2, .address = {2}}};
    run.offers = sw_offers_new(with_checker ? run.checker : NULL);
    for (unsigned i = 0; i < DESCRIPTIONS && input.size != 0; i++) {
        const uint8_t *end = memchr(input.data, '\0', input.size);
        const struct sw_slice description =
            take_bytes(&input, end != NULL && i + 1 < DESCRIPTIONS ? (size_t)(end - input.data) : input.size);
        take_u8(&input);
        run.record.source = ends[i % 2];
        run.record.destination = ends[1 - i % 2];
        check_reading(description);
        add(&run, heads[i], description);
    }
    sw_offers_free(run.offers);
    sw_sip_checker_free(run.checker);
    sw_call_tracker_free(run.tracker);
    return run.told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_same(play(slice(data, size), true), "with what is remembered", play(slice(data, size), false), "read again");
    return 0;
}
