/* links: offline_output */
/* SPDX-License-Identifier: MIT
 *
 * NDJSON: the keys of the contract in their order, values read back with another parser, objects in order of time.
 */
#include "records.h"

#include <glib.h>
#include <jansson.h>

#define INVITE                                                                                                         \
    "INVITE sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKa\r\nFrom: \"A\" "                 \
    "<sip:alice@example.test>;tag=1\r\nTo: <sip:bob@example.test>\r\nCall-ID: c1\r\nCSeq: 2 INVITE\r\n\r\n"
#define BUSY                                                                                                           \
    "SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKa\r\nFrom: <sip:alice@example.test>;tag=1\r\n"   \
    "To: <sip:bob@example.test>;tag=2\r\nCall-ID: c1\r\nCSeq: 2 INVITE\r\n\r\n"

static const struct sw_handshake accepted = {
    .requested = true,
    .answered = true,
    .status = 101,
    .target = {(const uint8_t *)"/ws", 3},
    .host = {(const uint8_t *)"h:1", 3},
    .offered = {(const uint8_t *)"msrp, sip", 9},
    .subprotocol = {(const uint8_t *)"sip", 3},
    .deflate = {.agreed = true, .client_window_bits = 15, .server_window_bits = 12, .client_takeover = true},
};

static void open_ndjson(struct stage *stage, struct output_options options, unsigned objects)
{
    stage_open(stage, &options);
    stage->sink = ndjson_sink(&options, objects);
}

static void test_message(void **state)
{
    (void)state;
    struct stage stage;
    open_ndjson(&stage, (struct output_options){.raw = true}, NDJSON_MESSAGE);
    struct connection_record ws = connection(7, "10.0.0.2:5", "10.0.0.1:80", 0, &accepted);
    play(&stage,
         &(struct played){
             .ms = 976, .from = "10.0.0.2:5", .to = "10.0.0.1:80", .sip = INVITE, .connection = &ws, .call = 3});
    play(&stage, &(struct played){.ms = 980, .from = "10.0.0.1:80", .to = "10.0.0.9:5", .sip = BUSY});
    assert_string_equal(
        stage_finish(&stage),
        "{\"v\":1,\"type\":\"message\",\"id\":1,\"file\":0,\"time\":\"2026-11-22T16:26:30.976000000Z\",\"frames\":[11],"
        "\"transport\":\"WS\",\"connection\":7,\"src\":\"10.0.0.2:5\",\"dst\":\"10.0.0.1:80\","
        "\"ws\":{\"opcode\":\"text\",\"fragments\":1,\"compressed\":false},\"kind\":\"request\",\"method\":\"INVITE\","
        "\"uri\":\"sip:bob@example.test\",\"call_id\":\"c1\",\"cseq\":2,\"cseq_method\":\"INVITE\","
        "\"from\":\"\\\"A\\\" <sip:alice@example.test>;tag=1\",\"to\":\"<sip:bob@example.test>\","
        "\"branch\":\"z9hG4bKa\",\"call\":3,\"retransmission\":false,\"size\":181,"
        "\"raw\":\"INVITE sip:bob@example.test SIP/2.0\\r\\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKa\\r\\n"
        "From: \\\"A\\\" <sip:alice@example.test>;tag=1\\r\\nTo: <sip:bob@example.test>\\r\\nCall-ID: c1\\r\\n"
        "CSeq: 2 INVITE\\r\\n\\r\\n\"}\n"
        "{\"v\":1,\"type\":\"message\",\"id\":2,\"file\":0,\"time\":\"2026-11-22T16:26:30.980000000Z\",\"frames\":[12],"
        "\"transport\":\"UDP\",\"src\":\"10.0.0.1:80\",\"dst\":\"10.0.0.9:5\",\"kind\":\"response\",\"status\":486,"
        "\"reason\":\"Busy Here\",\"call_id\":\"c1\",\"cseq\":2,\"cseq_method\":\"INVITE\","
        "\"from\":\"<sip:alice@example.test>;tag=1\",\"to\":\"<sip:bob@example.test>;tag=2\",\"branch\":\"z9hG4bKa\","
        "\"retransmission\":false,\"size\":169,"
        "\"raw\":\"SIP/2.0 486 Busy Here\\r\\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKa\\r\\n"
        "From: <sip:alice@example.test>;tag=1\\r\\nTo: <sip:bob@example.test>;tag=2\\r\\nCall-ID: c1\\r\\n"
        "CSeq: 2 INVITE\\r\\n\\r\\n\"}\n");
    stage_close(&stage);
}

static json_t *read_line(const char *line)
{
    json_error_t error;
    json_t *object = json_loads(line, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        fail_msg("%s at %d: %s", error.text, error.position, line);
    return object;
}

/* raw comes back byte for byte; what is no UTF-8 as base64. */
static void test_raw(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        size_t size;
        const char *base64; /* of all; NULL: raw is expected */
    } cases[] = {
        {"\0\x01\x1b\x7f \xC3\xA4 \xE2\x80\xAE\"\\", 14, NULL},
        {"\xC0\x80", 2, "WCBzaXA6YSBTSVAvMi4wDQoNCsCA"},
        {"\xED\xA0\x80", 3, "WCBzaXA6YSBTSVAvMi4wDQoNCu2ggA=="},
    };
    static const char head[] = "X sip:a SIP/2.0\r\n\r\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage stage;
        open_ndjson(&stage, (struct output_options){.raw = true}, NDJSON_MESSAGE);
        uint8_t bytes[64];
        memcpy(bytes, head, sizeof head - 1);
        memcpy(bytes + sizeof head - 1, cases[i].body, cases[i].size);
        struct sw_sip sip;
        sw_sip_parse((struct sw_slice){bytes, sizeof head - 1 + cases[i].size}, &sip);
        struct sw_mark mark = {.packet = mark_packet(0, 1), .time = AT(0)};
        struct message_record message = {.id = 1, .marks = &mark, .mark_count = 1, .sip = &sip};
        stage.sink.message(stage.sink.context, &message);
        json_t *object = read_line(stage_finish(&stage));
        json_t *raw = json_object_get(object, cases[i].base64 == NULL ? "raw" : "raw_base64");
        assert_non_null(raw);
        assert_int_equal(json_string_length(raw), cases[i].base64 == NULL ? sip.raw.size : strlen(cases[i].base64));
        assert_memory_equal(json_string_value(raw), cases[i].base64 == NULL ? (const void *)bytes : cases[i].base64,
                            json_string_length(raw));
        json_decref(object);
        stage_close(&stage);
    }
}

/* A message over three packets of two files. */
static void test_frames_of_files(void **state)
{
    (void)state;
    struct stage stage;
    open_ndjson(&stage, (struct output_options){0}, NDJSON_MESSAGE);
    struct sw_sip sip;
    sw_sip_parse(text(BUSY), &sip);
    struct sw_mark marks[] = {{mark_packet(2, 8), AT(0)}, {mark_packet(2, 9), AT(1)}, {mark_packet(3, 1), AT(2)}};
    struct message_record message = {.id = 1, .marks = marks, .mark_count = 3, .sip = &sip, .partial = true};
    stage.sink.message(stage.sink.context, &message);
    const char *line = stage_finish(&stage);
    assert_non_null(strstr(line, "\"file\":2,\"time\":\"2026-11-22T16:26:30.000000000Z\",\"frames\":[8,9],"
                                 "\"more_frames\":[{\"file\":3,\"frames\":[1]}],\"transport\""));
    assert_non_null(strstr(line, "\"partial\":true}\n"));
    stage_close(&stage);
}

static void test_connection(void **state)
{
    (void)state;
    struct stage stage;
    open_ndjson(&stage, (struct output_options){0}, NDJSON_CONNECTION);
    struct connection_record ws = connection(1, "10.0.0.2:5", "10.0.0.1:80", 0, &accepted);
    stage.sink.connection_begin(stage.sink.context, &ws);
    ws.closed = AT(1000);
    ws.close.seen = ws.close.clean = ws.close.by_known = true;
    ws.close.by = SW_SERVER;
    ws.close.code = ws.close.codes[SW_SERVER] = 1001;
    ws.close.codes[SW_CLIENT] = 4001;
    ws.close.tcp = TCP_FIN;
    ws.counts[SW_CLIENT] = (struct sw_direction_counts){1, 2, 3, 4, 5, 6};
    ws.sip_messages = 2;
    ws.lost_ping_count = 1;
    ws.lost_pings[0] = (struct lost_ping){SW_SERVER, AT(500)};
    stage.sink.connection_end(stage.sink.context, &ws);
    assert_string_equal(
        stage_finish(&stage),
        "{\"v\":1,\"type\":\"connection\",\"id\":1,\"file\":0,\"client\":\"10.0.0.2:5\",\"server\":\"10.0.0.1:80\","
        "\"transport\":\"WS\",\"target\":\"/ws\",\"host\":\"h:1\",\"status\":101,\"offered\":[\"msrp\",\"sip\"],"
        "\"subprotocol\":\"sip\",\"deflate\":{\"client_window_bits\":15,\"server_window_bits\":12,"
        "\"client_takeover\":true,\"server_takeover\":false},\"opened\":\"2026-11-22T16:26:30.000000000Z\","
        "\"closed\":\"2026-11-22T16:26:31.000000000Z\",\"close\":{\"by\":\"server\",\"code\":1001,\"reason\":\"\","
        "\"clean\":true,\"tcp\":\"fin\",\"client_code\":4001,\"server_code\":1001},\"client_sent\":{\"frames\":1,"
        "\"messages\":2,\"bytes\":3,\"pings\":4,"
        "\"pongs\":5},\"server_sent\":{\"frames\":0,\"messages\":0,\"bytes\":0,\"pings\":0,\"pongs\":0},"
        "\"first_seen\":\"handshake\",\"first\":\"2026-11-22T16:26:30.000000000Z\",\"sip_messages\":2,"
        "\"lost_ping_count\":1,\"lost_pings\":[{\"from\":\"server\",\"time\":\"2026-11-22T16:26:30.500000000Z\"}]}\n");
    stage_close(&stage);
}

static void test_call(void **state)
{
    (void)state;
    struct stage stage;
    open_ndjson(&stage, (struct output_options){0}, NDJSON_CALL);
    static const uint64_t messages[] = {7, 8, 9};
    static const uint64_t connections[] = {1, 2};
    const struct sw_call call = {
        .id = 3,
        .kind = SW_CALL_CALL,
        .state = SW_CALL_COMPLETED,
        .call_id = text("c1"),
        .from = text("sip:alice@example.test"),
        .to = text("sip:bob@example.test"),
        .status = 200,
        .start = AT(0),
        .ringing = AT(100),
        .answered = INT64_C(1795364790812400000),
        .end = INT64_C(1795364795932400000),
        .ended_by = SW_ENDED_CALLER,
        .transports = 1u << SW_TRANSPORT_UDP | 1u << SW_TRANSPORT_WS,
        .messages = messages,
        .message_count = 3,
        .messages_seen = 3,
        .connections = connections,
        .connection_count = 2,
        .dialogs = 1,
    };
    stage.sink.call(stage.sink.context, &call);
    assert_string_equal(
        stage_finish(&stage),
        "{\"v\":1,\"type\":\"call\",\"id\":3,\"kind\":\"call\",\"call_ids\":[\"c1\"],"
        "\"from\":\"sip:alice@example.test\",\"to\":\"sip:bob@example.test\",\"state\":\"completed\",\"status\":200,"
        "\"start\":\"2026-11-22T16:26:30.000000000Z\",\"ringing\":\"2026-11-22T16:26:30.100000000Z\","
        "\"answered\":\"2026-11-22T16:26:30.812400000Z\",\"end\":\"2026-11-22T16:26:35.932400000Z\","
        "\"setup_ms\":812.4,\"duration_ms\":5120.0,\"ended_by\":\"caller\",\"messages\":[7,8,9],"
        "\"transports\":[\"WS\",\"UDP\"],\"connections\":[1,2]}\n");
    stage_close(&stage);
}

static void test_ledger(void **state)
{
    (void)state;
    struct stage stage;
    open_ndjson(&stage, (struct output_options){0}, NDJSON_LEDGER);
    struct connection_record ws = connection(1, "10.0.0.2:5", "10.0.0.1:80", 0, &accepted);
    struct ledger_record ledger = {
        .connection = &ws,
        .protocol = "WS",
        .direction = SW_CLIENT,
        .source = ws.client,
        .destination = ws.server,
        .first = {mark_packet(0, 3), AT(0)},
        .ledger = {.message = 40000, .protocol = 100, .keepalive = 20},
    };
    ledger.ledger.undecoded[SW_REASON_SEGMENT_MISSING] = 913;
    ledger.losses[SW_REASON_SEGMENT_MISSING].packets[0] = mark_packet(0, 88);
    ledger.losses[SW_REASON_SEGMENT_MISSING].count = 1;
    ledger.losses[SW_REASON_SEGMENT_MISSING].events = 1;
    ledger.losses[SW_REASON_SEGMENT_MISSING].text = "gone";
    stage.sink.ledger(stage.sink.context, &ledger);
    assert_string_equal(
        stage_finish(&stage),
        "{\"v\":1,\"type\":\"ledger\",\"connection\":1,\"direction\":\"client\",\"bytes\":41033,\"decoded\":40120,"
        "\"undecoded\":[{\"reason\":\"segment-missing\",\"bytes\":913,\"frames\":[88],\"events\":1,"
        "\"text\":\"gone\"}],\"file\":0,\"time\":\"2026-11-22T16:26:30.000000000Z\",\"protocol\":\"WS\","
        "\"src\":\"10.0.0.2:5\",\"dst\":\"10.0.0.1:80\",\"message_bytes\":40000,\"protocol_bytes\":100,"
        "\"keepalive_bytes\":20}\n");
    stage_close(&stage);
}

/* "connection 1, call 1, message 1": what the lines are, and their ids. */
static char *summary(const char *lines)
{
    GString *to = g_string_new(NULL);
    while (*lines != 0) {
        json_t *object = read_line(lines);
        json_t *id = json_object_get(object, "id");
        g_string_append_printf(to, "%s%s %d", to->len > 0 ? ", " : "",
                               json_string_value(json_object_get(object, "type")),
                               id == NULL ? 0 : (int)json_integer_value(id));
        json_decref(object);
        lines = strchr(lines, '\n') + 1;
    }
    return g_string_free(to, FALSE);
}

/* Connection 2 ends before 1, the first call after the second: lines come by first packet all the same. */
static void test_merge(void **state)
{
    (void)state;
    static const struct {
        unsigned objects;
        const char *order;
    } cases[] = {
        {NDJSON_CONNECTION, "connection 1, connection 2"},
        {NDJSON_CALL, "call 1, call 2"},
        {NDJSON_CONNECTION | NDJSON_CALL, "connection 1, call 1, connection 2, call 2"},
        {NDJSON_CONNECTION | NDJSON_MESSAGE | NDJSON_CALL,
         "connection 1, call 1, message 1, connection 2, call 2, message 2, message 3"},
        {NDJSON_MESSAGE | NDJSON_LEDGER, "message 1, ledger 0, message 2, message 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage stage;
        open_ndjson(&stage, (struct output_options){0}, cases[i].objects);
        const struct sink *sink = &stage.sink;
        struct connection_record first = connection(1, "10.0.0.2:5", "10.0.0.1:80", 10, &accepted);
        struct connection_record second = connection(2, "10.0.0.3:5", "10.0.0.1:80", 20, &accepted);
        struct sw_call calls[] = {{.id = 1, .start = AT(10), .call_id = text("c1")},
                                  {.id = 2, .start = AT(20), .call_id = text("c2")}};
        struct ledger_record ledger = {.protocol = "UDP", .first = {1, AT(10)}};
        if (sink->connection_begin != NULL)
            sink->connection_begin(sink->context, &first);
        play(&stage,
             &(struct played){
                 .ms = 10, .from = "10.0.0.2:5", .to = "10.0.0.1:80", .sip = INVITE, .connection = &first, .call = 1});
        if (sink->connection_begin != NULL)
            sink->connection_begin(sink->context, &second);
        play(&stage,
             &(struct played){
                 .ms = 20, .from = "10.0.0.3:5", .to = "10.0.0.1:80", .sip = INVITE, .connection = &second, .call = 2});
        if (sink->connection_end != NULL)
            sink->connection_end(sink->context, &second);
        play(&stage, &(struct played){.ms = 30, .from = "10.0.0.2:5", .to = "10.0.0.1:80", .sip = BUSY, .call = 1});
        for (size_t call = 0; call < 2 && sink->call != NULL; call++)
            sink->call(sink->context, &calls[call]);
        if (sink->connection_end != NULL)
            sink->connection_end(sink->context, &first);
        if (sink->ledger != NULL)
            sink->ledger(sink->context, &ledger);
        char *order = summary(stage_finish(&stage));
        assert_string_equal(order, cases[i].order);
        g_free(order);
        stage_close(&stage);
    }
}

/* Held lines go out as soon as nothing earlier can come, not at the end. */
static void test_released_early(void **state)
{
    (void)state;
    struct stage stage;
    open_ndjson(&stage, (struct output_options){0}, NDJSON_CONNECTION | NDJSON_MESSAGE);
    struct connection_record ws = connection(1, "10.0.0.2:5", "10.0.0.1:80", 0, &accepted);
    stage.sink.connection_begin(stage.sink.context, &ws);
    play(&stage, &(struct played){.ms = 1, .from = "10.0.0.2:5", .to = "10.0.0.1:80", .sip = INVITE});
    fflush(stage.out);
    assert_int_equal(stage.size, 0);
    stage.sink.connection_end(stage.sink.context, &ws);
    play(&stage, &(struct played){.ms = 2, .from = "10.0.0.2:5", .to = "10.0.0.1:80", .sip = INVITE});
    fflush(stage.out);
    char *order = summary(stage.printed);
    assert_string_equal(order, "connection 1, message 1");
    g_free(order);
    stage_finish(&stage);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_frames_of_files),
        cmocka_unit_test(test_connection),
        cmocka_unit_test(test_call),
        cmocka_unit_test(test_ledger),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_released_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
