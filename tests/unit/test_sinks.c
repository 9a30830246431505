/* links: offline_output */
/* SPDX-License-Identifier: MIT
 *
 * Every form of output with records whose every text is hostile: what comes out is safe on a terminal. And the tables.
 */
#include "records.h"

#include <glib.h>

#include "output/text.h"
#include "output/utf8.h"

/* Escape sequences, C1, a bidirectional override, what is no UTF-8, quotes. */
#define EVIL "\xC3\xA9\x1b[2J\x9b\xC2\x9b\xE2\x80\xAE\x07\"<a>&%%{x}\xFF\xED\xA0\x80"

static const char evil_sip[] = "INV" EVIL "ITE sip:" EVIL " SIP/2.0\r\n"
                               "Via: SIP/2.0/" EVIL " " EVIL ";branch=" EVIL "\r\n"
                               "From: \"" EVIL "\" <sip:" EVIL "@" EVIL ">;tag=" EVIL "\r\n"
                               "To: <sip:" EVIL "@h>\r\nCall-ID: " EVIL "\r\nCSeq: 1 " EVIL "\r\n"
                               "User-Agent: " EVIL "\r\nContact: <sip:" EVIL "@h>;+sip.instance=\"" EVIL "\"\r\n"
                               "Event: " EVIL "\r\nContent-Type: application/sdp\r\n\r\n"
                               "v=0\r\nm=" EVIL " 9 RTP/AVP 96\r\na=rtpmap:96 " EVIL "/8000\r\na=setup:" EVIL
                               "\r\na=fingerprint:" EVIL "\r\n" EVIL;

static const char evil_response[] = "SIP/2.0 486 " EVIL "\r\nVia: SIP/2.0/UDP h;branch=a\r\nFrom: <sip:a@h>\r\n"
                                    "To: <sip:b@h>\r\nCall-ID: c\r\nCSeq: 1 " EVIL "\r\nServer: " EVIL "\r\n\r\n";

#define EVIL_SLICE                                                                                                     \
    {                                                                                                                  \
        (const uint8_t *)EVIL, sizeof EVIL - 1                                                                         \
    }

static const struct sw_handshake evil_handshake = {
    .requested = true,
    .answered = true,
    .status = 101,
    .target = EVIL_SLICE,
    .host = EVIL_SLICE,
    .origin = EVIL_SLICE,
    .user_agent = EVIL_SLICE,
    .server = EVIL_SLICE,
    .offered = EVIL_SLICE,
    .subprotocol = EVIL_SLICE,
};

static struct sink ndjson_of_all(const struct output_options *options)
{
    return ndjson_sink(options, NDJSON_CAPTURE | NDJSON_CONNECTION | NDJSON_MESSAGE | NDJSON_CALL | NDJSON_LEDGER |
                                    NDJSON_FINDING);
}

typedef struct sink (*sink_maker)(const struct output_options *options);

static const sink_maker makers[] = {calls_text_sink, messages_text_sink, connections_text_sink, explain_text_sink,
                                    flow_text_sink,  flow_mermaid_sink,  flow_plantuml_sink,    check_text_sink,
                                    check_tap_sink,  check_sarif_sink,   check_junit_sink,      ndjson_of_all,
                                    flow_svg_sink};

/* Core's evidence is ASCII; whatever it were, nothing of it may be shown as it is. */
static void play_evil_findings(struct stage *stage, const struct connection_record *ws)
{
    if (stage->sink.finding == NULL || ws == NULL)
        return;
    const struct sw_mark mark = {.packet = mark_packet(0, 1), .time = AT(1)};
    struct finding_record finding = {
        .rule = SW_RULE_WS_RSV,
        .party = "client",
        .marks = &mark,
        .mark_count = 1,
        .connection = ws,
        .message = 2,
        .call = 1,
        .source = ws->client,
        .destination = ws->server,
        .evidence = EVIL,
    };
    stage->sink.finding(stage->sink.context, &finding);
    finding.connection = NULL;
    finding.party = "sender";
    stage->sink.finding(stage->sink.context, &finding);
}

static void play_evil_call(struct stage *stage, const struct connection_record *ws)
{
    const struct sink *sink = &stage->sink;
    struct played message = {.from = "10.0.0.2:5",
                             .to = "10.0.0.1:80",
                             .sip = evil_sip,
                             .connection = ws,
                             .call = 1,
                             .retransmission = true};
    play(stage, &message);
    message.from = "10.0.0.1:80";
    message.to = "10.0.0.2:5";
    message.direction = SW_SERVER;
    message.sip = evil_response;
    play(stage, &message);
    play_evil_findings(stage, ws);
    const struct sw_call call = {
        .id = 1,
        .kind = SW_CALL_OTHER,
        .state = SW_CALL_REJECTED,
        .status = 486,
        .call_id = EVIL_SLICE,
        .from = EVIL_SLICE,
        .to = EVIL_SLICE,
        .method = EVIL_SLICE,
        .start = AT(0),
        .ringing = SW_NO_TIME,
        .answered = SW_NO_TIME,
        .end = AT(10),
    };
    if (sink->call != NULL)
        sink->call(sink->context, &call);
}

static void play_evil(struct stage *stage)
{
    const struct sink *sink = &stage->sink;
    static const int link_type = 1;
    static const struct capture_info info = {
        .path = EVIL, .format = "pcap", .link_types = &link_type, .link_type_count = 1, .packets = 1};
    struct connection_record ws = connection(1, "10.0.0.2:5", "10.0.0.1:80", -1, &evil_handshake);
    if (sink->connection_begin != NULL)
        sink->connection_begin(sink->context, &ws);
    ws.closed = AT(5);
    ws.close.seen = true;
    ws.close.code = 4000;
    ws.close.reason = (struct sw_slice)EVIL_SLICE;
    play_evil_call(stage, &ws);
    if (sink->connection_end != NULL)
        sink->connection_end(sink->context, &ws);
    struct ledger_record ledger = {.protocol = "UDP", .source = ws.client, .destination = ws.server};
    ledger.ledger.undecoded[SW_REASON_NO_KEY] = 1;
    if (sink->ledger != NULL)
        sink->ledger(sink->context, &ledger);
    if (sink->capture != NULL)
        sink->capture(sink->context, &(struct capture_record){.info = &info});
}

static void assert_safe(const char *printed, size_t size)
{
    struct sw_slice rest = {(const uint8_t *)printed, size};
    while (rest.size > 0) {
        uint32_t character;
        size_t taken = utf8_decode(rest, &character);
        assert_int_not_equal(taken, 0);
        if (character != '\n' && utf8_is_unsafe(character))
            fail_msg("U+%04X at %zu of:\n%s", character, size - rest.size, printed);
        rest = (struct sw_slice){rest.data + taken, rest.size - taken};
    }
}

static void test_nothing_hostile_is_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++) {
        for (unsigned width = 40; width <= 200; width += 40) {
            struct stage stage;
            struct output_options options = {.width = width, .unicode = true, .raw = true, .check = true};
            stage_open(&stage, &options);
            stage.sink = makers[i](&options);
            play_evil(&stage);
            const char *printed = stage_finish(&stage);
            assert_safe(printed, stage.size);
            assert_true(stage.size > 0);
            stage_close(&stage);
        }
    }
}

/* Without Unicode only ASCII is printed. */
static void test_ascii_only(void **state)
{
    (void)state;
    for (size_t i = 0; i + 4 < G_N_ELEMENTS(makers); i++) { /* the last ones are UTF-8 always */
        struct stage stage;
        struct output_options options = {.width = 100, .raw = true, .check = true};
        stage_open(&stage, &options);
        stage.sink = makers[i](&options);
        play_evil(&stage);
        for (const char *at = stage_finish(&stage); *at != 0; at++)
            assert_true((unsigned char)*at < 0x7F);
        stage_close(&stage);
    }
}

/* clang-format off */
static const char calls_80[] =
    "  # time (UTC)   kind      from    to      state        msg via    delay length\n"
    "2026-11-22\n"
    "  1 16:26:30.000 call      alice   bob     completed      7 WS+UDP 812ms   5.1s\n"
    "  2 16:26:31.000 register  a-very… \\x1b[2J rejected 403   2 WS      20ms\n"
    "2026-11-23\n"
    "  3 16:26:30.000 PING              tel     trying         0\n"
    "\n"
    "3 in all: 1 trying, 1 completed, 1 rejected\n";
/* clang-format on */

static void test_calls_table(void **state)
{
    (void)state;
    const struct sw_call calls[] = {
        {.id = 1,
         .state = SW_CALL_COMPLETED,
         .status = 200,
         .from = text("sip:alice@example.test"),
         .to = text("sip:bob@example.test"),
         .start = AT(0),
         .answered = AT(812),
         .end = AT(5932),
         .messages_seen = 7,
         .transports = 1u << SW_TRANSPORT_UDP | 1u << SW_TRANSPORT_WS},
        {.id = 2,
         .kind = SW_CALL_REGISTRATION,
         .state = SW_CALL_REJECTED,
         .status = 403,
         .from = text("sip:a-very-long-name@example.test"),
         .to = text("sip:\x1b[2J"),
         .start = AT(1000),
         .answered = SW_NO_TIME,
         .end = AT(1020),
         .messages_seen = 2,
         .transports = 1u << SW_TRANSPORT_WS},
        {.id = 3,
         .kind = SW_CALL_OTHER,
         .method = text("PING"),
         .to = text("tel"),
         .start = AT(86400000),
         .answered = SW_NO_TIME,
         .end = SW_NO_TIME},
    };
    struct stage stage;
    struct output_options options = {.width = 80, .unicode = true};
    stage_open(&stage, &options);
    stage.sink = calls_text_sink(&options);
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
        stage.sink.call(stage.sink.context, &calls[i]);
    assert_string_equal(stage_finish(&stage), calls_80);
    stage_close(&stage);
}

/* Rows fit on the page, whatever its width and whatever is in them. */
static void test_calls_fit(void **state)
{
    (void)state;
    for (unsigned width = 80; width <= 240; width++) {
        struct stage stage;
        struct output_options options = {.width = width, .unicode = true};
        stage_open(&stage, &options);
        stage.sink = calls_text_sink(&options);
        play_evil_call(&stage, NULL);
        char **lines = g_strsplit(stage_finish(&stage), "\n", -1);
        for (size_t i = 0; lines[i] != NULL; i++)
            assert_true(text_columns(lines[i]) <= width);
        g_strfreev(lines);
        stage_close(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_hostile_is_shown),
        cmocka_unit_test(test_ascii_only),
        cmocka_unit_test(test_calls_table),
        cmocka_unit_test(test_calls_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
