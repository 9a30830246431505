/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * What a gap takes away: nothing but what it touches. Gaps at every place of a conversation, noise, and frames that a
 * caller cuts himself.
 */
#include "conversation.h"

enum { MESSAGES = 8, GAPS = 6 };

static const size_t gap_sizes[GAPS] = {1, 2, 5, 17, 40, 100};

/* What one side sends, and where in it each message lies. */
struct stream {
    GByteArray *bytes;
    char *messages[MESSAGES];
    size_t begin[MESSAGES];
    size_t end[MESSAGES];
};

/* SIP in all shapes: short and long, whole and in fragments, with a ping behind every third. */
static void stream_build(struct stream *stream, bool masked)
{
    stream->bytes = g_byte_array_new();
    for (unsigned i = 0; i < MESSAGES; i++) {
        char *padding = g_strnfill(i % 2 == 0 ? 3 : 150, (char)('a' + i));
        char *message = g_strdup_printf("MESSAGE sip:user%u@example.test SIP/2.0\r\nX: %s\r\n\r\n", i, padding);
        size_t size = strlen(message);
        size_t cut = i % 4 == 2 ? size / 2 : size;
        stream->begin[i] = stream->bytes->len;
        append_frame(stream->bytes, cut == size ? 0x81 : 0x01, masked, (const uint8_t *)message, cut);
        if (cut < size)
            append_frame(stream->bytes, 0x80, masked, (const uint8_t *)message + cut, size - cut);
        stream->end[i] = stream->bytes->len;
        if (i % 3 == 0)
            append_frame(stream->bytes, 0x89, masked, (const uint8_t *)"ping", 4);
        stream->messages[i] = message;
        g_free(padding);
    }
}

static void stream_free(struct stream *stream)
{
    for (size_t i = 0; i < MESSAGES; i++)
        g_free(stream->messages[i]);
    g_byte_array_free(stream->bytes, TRUE);
}

/* The index of the message that an event carries; MESSAGES if it is none of them. */
static size_t which(const struct stream *stream, const struct sw_event_message *message)
{
    size_t i = 0;
    while (i < MESSAGES && !sw_slice_equal(message->payload, text(stream->messages[i])))
        i++;
    return i;
}

static void pull(struct sw_connection *connection, const struct stream *stream, bool seen[MESSAGES])
{
    const struct sw_event *event;
    while ((event = sw_connection_next(connection)) != NULL) {
        if (event->kind != SW_EVENT_MESSAGE)
            continue;
        size_t i = which(stream, &event->message);
        assert_true(i < MESSAGES);
        assert_false(seen[i]);
        seen[i] = true;
    }
}

static void feed(struct sw_connection *connection, const struct stream *stream, enum sw_direction direction,
                 size_t from, size_t to, size_t step, bool seen[MESSAGES])
{
    while (from < to) {
        size_t size = to - from < step ? to - from : step;
        struct guarded chunk = guard(sw_slice_of(stream->bytes->data + from, size));
        sw_connection_feed(connection, direction, chunk.bytes, (struct sw_mark){.packet = from + 1});
        pull(connection, stream, seen);
        unguard(&chunk);
        from += size;
    }
}

static struct sw_connection *opened(struct sw_inflate_pool *pool, uint64_t bytes[SIDES])
{
    static const char request[] = "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
    static const char answer[] = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n";
    struct sw_connection *connection = sw_connection_new(&sw_limits_default, pool, SW_START_HANDSHAKE);
    sw_connection_feed(connection, SW_CLIENT, text(request), (struct sw_mark){0});
    assert_int_equal(sw_connection_next(connection)->kind, SW_EVENT_REQUEST);
    sw_connection_feed(connection, SW_SERVER, text(answer), (struct sw_mark){0});
    assert_int_equal(sw_connection_next(connection)->kind, SW_EVENT_HANDSHAKE);
    assert_null(sw_connection_next(connection));
    bytes[SW_CLIENT] = strlen(request);
    bytes[SW_SERVER] = strlen(answer);
    return connection;
}

static void check_gap(struct sw_inflate_pool *pool, const struct stream *stream, enum sw_direction direction, size_t at,
                      size_t size, size_t step)
{
    uint64_t bytes[SIDES];
    bool seen[MESSAGES] = {false};
    struct sw_connection *connection = opened(pool, bytes);
    size_t all = stream->bytes->len;
    size_t end = size < all - at ? at + size : all;
    feed(connection, stream, direction, 0, at, step, seen);
    sw_connection_gap(connection, direction, end - at, SW_REASON_SEGMENT_MISSING, (struct sw_mark){.packet = at + 1});
    pull(connection, stream, seen);
    feed(connection, stream, direction, end, all, step, seen);
    sw_connection_eof(connection, direction, SW_EOF_FIN, (struct sw_mark){0});
    pull(connection, stream, seen);
    for (size_t i = 0; i < MESSAGES; i++) {
        bool touched = at < stream->end[i] && end > stream->begin[i];
        if (seen[i] == touched)
            print_error("gap of %zu at %zu in steps of %zu: message %zu\n", size, at, step, i);
        assert_int_equal(seen[i], !touched);
    }
    assert_int_equal(sw_ledger_total(sw_connection_ledger(connection, direction)), bytes[direction] + all);
    sw_connection_free(connection);
}

static void test_every_place(void **state)
{
    (void)state;
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&sw_limits_default);
    for (int direction = SW_CLIENT; direction <= SW_SERVER; direction++) {
        struct stream stream;
        stream_build(&stream, direction == SW_CLIENT);
        for (size_t at = 0; at < stream.bytes->len; at++)
            for (size_t i = 0; i < GAPS; i++)
                check_gap(pool, &stream, (enum sw_direction)direction, at, gap_sizes[i], 200);
        for (size_t at = 0; at < stream.bytes->len; at += 7)
            check_gap(pool, &stream, (enum sw_direction)direction, at, 30, 3);
        stream_free(&stream);
    }
    sw_inflate_pool_free(pool);
}

/* The same stream, begun anywhere: what lies whole behind the beginning is found. */
static void test_every_start(void **state)
{
    (void)state;
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&sw_limits_default);
    struct stream stream;
    stream_build(&stream, true);
    for (size_t at = 0; at < stream.bytes->len; at++) {
        bool seen[MESSAGES] = {false};
        struct sw_connection *connection = sw_connection_new(&sw_limits_default, pool, SW_START_MIDSTREAM);
        feed(connection, &stream, SW_CLIENT, at, stream.bytes->len, 50, seen);
        sw_connection_eof(connection, SW_CLIENT, SW_EOF_CAPTURE, (struct sw_mark){0});
        pull(connection, &stream, seen);
        for (size_t i = 0; i < MESSAGES; i++)
            assert_int_equal(seen[i], at <= stream.begin[i]);
        assert_int_equal(sw_ledger_total(sw_connection_ledger(connection, SW_CLIENT)), stream.bytes->len - at);
        sw_connection_free(connection);
    }
    stream_free(&stream);
    sw_inflate_pool_free(pool);
}

/* The capture begins within a message, whose masked bytes may look like frames as far as they have come, but then like
 * none any more. Nothing behind them is lost. */
static void test_start_in_lookalikes(void **state)
{
    (void)state;
    enum { PINGS = 19 };
    static const uint8_t lookalikes[] = {
        0x89, 0x80, 1,    2,    3,  4,  0x89, 0x80, 5,  6, 7, 8, 0x89, 0x81, 9, 10, 11, 12, 13, /* pings */
        0x83, 0xfe, 0x7f, 0xff, 14, 15, 16,   17,   18, 19 /* a reserved opcode, and a length */
    };
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&sw_limits_default);
    struct stream stream;
    bool seen[MESSAGES] = {false};
    stream_build(&stream, true);
    g_byte_array_prepend(stream.bytes, lookalikes, sizeof lookalikes);
    struct sw_connection *connection = sw_connection_new(&sw_limits_default, pool, SW_START_MIDSTREAM);
    feed(connection, &stream, SW_CLIENT, 0, PINGS, PINGS, seen);
    feed(connection, &stream, SW_CLIENT, PINGS, stream.bytes->len, 50, seen);
    sw_connection_eof(connection, SW_CLIENT, SW_EOF_CAPTURE, (struct sw_mark){0});
    pull(connection, &stream, seen);
    for (size_t i = 0; i < MESSAGES; i++)
        assert_true(seen[i]);
    assert_int_equal(sw_connection_counts(connection, SW_CLIENT)->pings, 3 + 3);
    assert_int_equal(sw_ledger_total(sw_connection_ledger(connection, SW_CLIENT)), stream.bytes->len);
    sw_connection_free(connection);
    stream_free(&stream);
    sw_inflate_pool_free(pool);
}

/* Noise. */

static uint8_t noise_byte(GRand *random, int kind)
{
    static const uint8_t heads[] = {0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89, 0xc1, 0x41, 0x83, 0x05, 0x85, 0xfe, 0x7f};
    static const char http[] = "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 101 x\r\n\r\n";
    if (kind == 0 || g_rand_int_range(random, 0, 4) == 0)
        return (uint8_t)g_rand_int(random);
    if (kind == 1)
        return heads[g_rand_int_range(random, 0, sizeof heads)];
    return (uint8_t)http[g_rand_int_range(random, 0, sizeof http - 1)];
}

static void noise_step(GRand *random, struct sw_connection *connection, uint64_t bytes[SIDES], int kind)
{
    enum sw_direction direction = (enum sw_direction)g_rand_int_range(random, 0, SIDES);
    struct sw_mark mark = {.packet = bytes[0] + bytes[1]};
    uint8_t noise[300];
    size_t size = (size_t)g_rand_int_range(random, 0, sizeof noise);
    if (g_rand_int_range(random, 0, 12) == 0) {
        sw_connection_gap(connection, direction, size, SW_REASON_SNAPLEN_CUT, mark);
    } else if (g_rand_int_range(random, 0, 200) == 0) {
        sw_connection_eof(connection, direction, (enum sw_eof)g_rand_int_range(random, 0, 3), mark);
        size = 0;
    } else {
        for (size_t i = 0; i < size; i++)
            noise[i] = noise_byte(random, kind);
        sw_connection_feed(connection, direction, sw_slice_of(noise, size), mark);
    }
    bytes[direction] += size;
    for (const struct sw_event *event; (event = sw_connection_next(connection)) != NULL;)
        assert_true(event->mark_count > 0 && event->size <= bytes[event->direction]);
}

static void test_noise(void **state)
{
    (void)state;
    enum { ROUNDS = 600, STEPS = 40 };
    GRand *random = g_rand_new_with_seed(7692);
    struct sw_limits limits = sw_limits_default;
    limits.message_size = 500;
    limits.head_size = 400;
    limits.pending_handshake = 600;
    limits.inflate_history = 1000;
    limits.message_marks = 3;
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&limits);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t bytes[SIDES] = {0};
        struct sw_connection *connection =
            round % 2 == 0 ? opened(pool, bytes)
                           : sw_connection_new(&limits, pool, (enum sw_connection_start)(round / 2 % 2));
        for (int step = 0; step < STEPS; step++)
            noise_step(random, connection, bytes, round % 3);
        sw_connection_eof(connection, SW_CLIENT, SW_EOF_CAPTURE, (struct sw_mark){0});
        while (sw_connection_next(connection) != NULL) {
        }
        for (int i = 0; i < SIDES; i++)
            assert_int_equal(sw_ledger_total(sw_connection_ledger(connection, (enum sw_direction)i)), bytes[i]);
        sw_connection_free(connection);
    }
    g_rand_free(random);
    sw_inflate_pool_free(pool);
}

/* The search goes on while bytes come one by one: behind what might have been the header of a long frame. */
static void test_search_byte_by_byte(void **state)
{
    enum { LONG = 3000 };
    (void)state;
    static const uint8_t header[] = {0xc1, 126, LONG >> 8, LONG & 0xff};
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, header, sizeof header);
    for (unsigned i = 0; i < LONG; i++)
        g_byte_array_append(bytes, (const uint8_t *)"U", 1); /* nowhere a header, and no end of a deflated message */
    for (unsigned i = 0; i < 20; i++)
        append_frame(bytes, 0x81, false, (const uint8_t *)"SIP/2.0 200 OK\r\n\r\n", 18);
    struct player player;
    player_start(&player, &sw_limits_default, SW_START_MIDSTREAM);
    player.direction = SW_SERVER;
    for (unsigned i = 0; i < bytes->len; i++)
        play_bytes(&player, sw_slice_of(bytes->data + i, 1));
    assert_non_null(strstr(player.log->str, "S text \"SIP/2.0 200 OK"));
    player_free(&player);
    g_byte_array_free(bytes, TRUE);
}

/* Frames that the caller has cut. */

static void push(struct sw_connection *connection, uint8_t opcode, bool fin, uint64_t size, const char *payload)
{
    const struct sw_frame frame = {
        .fin = fin, .opcode = opcode, .masked = true, .minimal = true, .header_size = 6, .payload_size = size};
    sw_connection_push_frame(connection, SW_CLIENT, &frame, text(payload), (struct sw_mark){.packet = 7});
}

static void assert_message(struct sw_connection *connection, const char *payload, unsigned fragments)
{
    const struct sw_event *event = sw_connection_next(connection);
    assert_non_null(event);
    assert_int_equal(event->kind, SW_EVENT_MESSAGE);
    assert_slice(event->message.payload, payload);
    assert_int_equal(event->message.fragments, fragments);
    assert_true(event->message.masked);
}

static void test_push(void **state)
{
    (void)state;
    uint64_t bytes[SIDES];
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&sw_limits_default);
    struct sw_connection *connection = opened(pool, bytes);
    struct sw_mark since;
    push(connection, SW_OPCODE_TEXT, false, 2, "he");
    assert_null(sw_connection_next(connection));
    assert_true(sw_connection_unfinished(connection, SW_CLIENT, &since));
    assert_int_equal(since.packet, 7);
    push(connection, SW_OPCODE_PING, true, 0, "");
    assert_int_equal(sw_connection_next(connection)->kind, SW_EVENT_CONTROL);
    assert_null(sw_connection_next(connection));
    push(connection, SW_OPCODE_CONTINUATION, true, 3, "llo");
    assert_message(connection, "hello", 2);
    assert_null(sw_connection_next(connection));
    assert_false(sw_connection_unfinished(connection, SW_CLIENT, &since));

    push(connection, SW_OPCODE_TEXT, true, 5, "ab"); /* cut short by the snap length */
    const struct sw_event *event = sw_connection_next(connection);
    assert_int_equal(event->kind, SW_EVENT_LOSS);
    assert_int_equal(event->loss.reason, SW_REASON_SNAPLEN_CUT);
    assert_int_equal(event->loss.bytes, 5);

    push(connection, SW_OPCODE_PING, true, 0, ""); /* not pulled: its event is gone, and nothing else */
    push(connection, SW_OPCODE_TEXT, true, 3, "longer");
    assert_message(connection, "lon", 1);
    assert_null(sw_connection_next(connection));
    assert_int_equal(sw_connection_counts(connection, SW_CLIENT)->pings, 2);
    assert_int_equal(sw_connection_counts(connection, SW_CLIENT)->frames, 6);
    assert_int_equal(sw_ledger_total(sw_connection_ledger(connection, SW_CLIENT)), bytes[SW_CLIENT] + 6 * 6 + 13);
    sw_connection_free(connection);

    /* without a handshake, behind bytes that could not be read */
    connection = sw_connection_new(&sw_limits_default, pool, SW_START_HANDSHAKE);
    sw_connection_feed(connection, SW_CLIENT, text("GET /"), (struct sw_mark){0});
    assert_null(sw_connection_next(connection));
    sw_connection_gap(connection, SW_CLIENT, 3, SW_REASON_LIMIT, (struct sw_mark){0});
    push(connection, SW_OPCODE_TEXT, true, 1, "x");
    assert_message(connection, "x", 1);
    assert_int_equal(sw_ledger_total(sw_connection_ledger(connection, SW_CLIENT)), 5 + 3 + 7);
    sw_connection_free(connection);
    sw_connection_free(NULL);
    sw_inflate_pool_free(pool);
    sw_inflate_pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_place),         cmocka_unit_test(test_every_start),
        cmocka_unit_test(test_start_in_lookalikes), cmocka_unit_test(test_noise),
        cmocka_unit_test(test_search_byte_by_byte), cmocka_unit_test(test_push),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
