/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Inflating the messages of many directions with a few states, and permessage-deflate on a connection.
 */
#include "conversation.h"

#include "ws/deflate.h"

#include <zlib.h>

/* A sender: RFC 7692 7.2.1. */
struct sender {
    z_stream stream;
    GByteArray *out;
    bool takeover;
};

static void sender_start(struct sender *sender, int window_bits, bool takeover)
{
    *sender = (struct sender){.out = g_byte_array_new(), .takeover = takeover};
    assert_int_equal(
        deflateInit2(&sender->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
}

static void sender_end(struct sender *sender)
{
    deflateEnd(&sender->stream);
    g_byte_array_free(sender->out, TRUE);
}

/* flush: Z_SYNC_FLUSH, or Z_FINISH for a message that ends with a final block (7.2.3.4). */
static struct sw_slice deflate_message(struct sender *sender, struct sw_slice plain, int flush)
{
    z_stream *stream = &sender->stream;
    g_byte_array_set_size(sender->out, (guint)deflateBound(stream, plain.size) + 64);
    stream->next_in = (z_const Bytef *)(uintptr_t)plain.data;
    stream->avail_in = (uInt)plain.size;
    stream->next_out = sender->out->data;
    stream->avail_out = sender->out->len;
    deflate(stream, flush);
    size_t size = sender->out->len - stream->avail_out;
    if (flush == Z_SYNC_FLUSH)
        size -= 4;
    else
        sender->out->data[size++] = 0;
    if (flush == Z_FINISH || !sender->takeover)
        deflateReset(stream);
    return sw_slice_of(sender->out->data, size);
}

static GString *sip_message(unsigned number)
{
    GString *out = g_string_new("");
    g_string_printf(out, "MESSAGE sip:user%u@example.test SIP/2.0\r\nVia: SIP/2.0/WS df7jal23ls0d.invalid\r\n\r\n",
                    number);
    for (unsigned i = 0; i < number * 37 % 200; i++)
        g_string_append_printf(out, "line %u of %u\r\n", i * number, number);
    return out;
}

static struct sw_slice slice(const GString *string)
{
    return sw_slice_of((const uint8_t *)string->str, string->len);
}

struct receiver {
    struct sw_inflate_pool *pool;
    struct sw_deflate *deflate;
    struct sw_unit *out;
};

static enum sw_inflated receive(const struct receiver *receiver, struct sw_slice payload, bool keep)
{
    struct guarded bytes = guard(payload);
    size_t read;
    receiver->out->size = 0;
    enum sw_inflated result =
        sw_deflate_message(receiver->pool, receiver->deflate, bytes.bytes, false, keep, receiver->out, &read);
    unguard(&bytes);
    if (result == SW_INFLATED)
        assert_int_equal(read, payload.size);
    return result;
}

static void receiver_start(struct receiver *receiver, struct sw_inflate_pool *pool)
{
    *receiver = (struct receiver){pool, sw_deflate_new(), sw_unit_take(pool, 0)};
}

static void receiver_end(struct receiver *receiver)
{
    sw_deflate_free(receiver->pool, receiver->deflate);
    sw_unit_give(receiver->pool, receiver->out);
}

static void assert_inflated(const struct receiver *receiver, const GString *plain)
{
    assert_int_equal(receiver->out->size, plain->len);
    assert_memory_equal(receiver->out->bytes, plain->str, plain->len);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&sw_limits_default);
    for (int bits = 9; bits <= 15; bits++) {
        for (int takeover = 0; takeover < 2; takeover++) {
            struct sender sender;
            struct receiver receiver;
            sender_start(&sender, bits, takeover != 0);
            receiver_start(&receiver, pool);
            for (unsigned i = 0; i < 60; i++) {
                GString *plain = sip_message(i);
                struct sw_slice wire = deflate_message(&sender, slice(plain), Z_SYNC_FLUSH);
                assert_int_equal(receive(&receiver, wire, takeover != 0), SW_INFLATED);
                assert_inflated(&receiver, plain);
                g_string_free(plain, TRUE);
            }
            sender_end(&sender);
            receiver_end(&receiver);
        }
    }
    sw_inflate_pool_free(pool);
}

/* More directions than states, each with its own history. */
static void test_taking_turns(void **state)
{
    (void)state;
    enum { DIRECTIONS = 3 * SW_INFLATERS, ROUNDS = 10 };
    struct sw_limits limits = sw_limits_default;
    limits.inflate_history = (size_t)DIRECTIONS * 32 * 1024; /* enough, but not for more states */
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&limits);
    struct sender senders[DIRECTIONS];
    struct receiver receivers[DIRECTIONS];
    for (int i = 0; i < DIRECTIONS; i++) {
        sender_start(&senders[i], 15, true);
        receiver_start(&receivers[i], pool);
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < DIRECTIONS; i++) {
            GString *plain = sip_message(i * 3 + round / 2);
            struct sw_slice wire = deflate_message(&senders[i], slice(plain), Z_SYNC_FLUSH);
            assert_int_equal(receive(&receivers[i], wire, true), SW_INFLATED);
            assert_inflated(&receivers[i], plain);
            g_string_free(plain, TRUE);
        }
    }
    assert_true(pool->history > 0);
    assert_int_equal(pool->inflaters, SW_INFLATERS);
    for (int i = 0; i < DIRECTIONS; i++) {
        sender_end(&senders[i]);
        receiver_end(&receivers[i]);
    }
    assert_int_equal(pool->history, 0);
    assert_null(pool->oldest);
    assert_null(pool->newest);
    sw_inflate_pool_free(pool);
}

/* Final blocks, alone or several in a message, and messages without any byte. */
static void test_final_blocks(void **state)
{
    (void)state;
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&sw_limits_default);
    struct receiver receiver;
    struct sender sender;
    receiver_start(&receiver, pool);
    sender_start(&sender, 15, false);
    GString *plain = sip_message(5);
    struct sw_slice wire = deflate_message(&sender, slice(plain), Z_FINISH);
    assert_int_equal(receive(&receiver, wire, true), SW_INFLATED);
    assert_inflated(&receiver, plain);
    wire.size--; /* without the byte behind the final block */
    assert_int_equal(receive(&receiver, wire, true), SW_INFLATED);
    assert_inflated(&receiver, plain);
    sender_end(&sender);
    g_string_free(plain, TRUE);

    /* 7.2.3.2: one block without and one with a reference to the first; 7.2.3.4: a final block and an empty one */
    static const uint8_t hello[] = {0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00};
    static const uint8_t again[] = {0xf2, 0x00, 0x11, 0x00, 0x00};
    static const uint8_t final[] = {0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00};
    static const uint8_t two[] = {0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00};
    const GString expected = {.str = (char[]){"Hello"}, .len = 5};
    const struct sw_slice wires[] = {
        {hello, sizeof hello}, {again, sizeof again}, {final, sizeof final}, {two, sizeof two}};
    for (size_t i = 0; i < sizeof wires / sizeof wires[0]; i++) {
        assert_int_equal(receive(&receiver, wires[i], true), SW_INFLATED);
        assert_inflated(&receiver, &expected);
    }
    assert_int_equal(receive(&receiver, sw_slice_of(hello, 0), true), SW_INFLATED);
    assert_int_equal(receiver.out->size, 0);
    assert_int_equal(receive(&receiver, sw_slice_of(final + 7, 1), true), SW_INFLATED);
    assert_int_equal(receiver.out->size, 0);

    sw_deflate_forget(pool, receiver.deflate);
    assert_int_equal(receive(&receiver, wires[1], true), SW_INFLATED_BAD);              /* reaches back too far */
    assert_int_equal(receive(&receiver, sw_slice_of(hello, 3), true), SW_INFLATED_BAD); /* ends in a block */
    receiver_end(&receiver);
    sw_inflate_pool_free(pool);
}

static void test_bomb(void **state)
{
    (void)state;
    enum { SIZE = 4 << 20 };
    struct sw_limits limits = sw_limits_default;
    limits.message_size = 1 << 20;
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&limits);
    struct receiver receiver;
    struct sender sender;
    uint8_t *zeros = g_malloc0(SIZE);
    receiver_start(&receiver, pool);
    sender_start(&sender, 15, false);
    struct sw_slice wire = deflate_message(&sender, sw_slice_of(zeros, SIZE), Z_SYNC_FLUSH);
    assert_int_equal(receive(&receiver, wire, true), SW_INFLATED_LIMIT);
    assert_int_equal(receiver.out->size, limits.message_size);
    limits.inflate_ratio = 20; /* of some 4 KB */
    assert_int_equal(receive(&receiver, wire, true), SW_INFLATED_LIMIT);
    assert_int_equal(receiver.out->size, wire.size * 20);
    limits.inflate_ratio = 0;
    assert_int_equal(receive(&receiver, wire, true), SW_INFLATED_LIMIT);
    assert_int_equal(receiver.out->size, 64 << 10);
    limits.message_size = SIZE; /* exactly */
    limits.inflate_ratio = 2000;
    assert_int_equal(receive(&receiver, wire, true), SW_INFLATED);
    assert_int_equal(receiver.out->size, SIZE);
    assert_true(sw_deflate_full(receiver.deflate));
    sender_end(&sender);
    receiver_end(&receiver);
    g_free(zeros);
    sw_inflate_pool_free(pool);
}

/* On a connection. */

struct link {
    struct player player;
    struct sender senders[SIDES];
    struct sw_limits limits;
};

static void play_text(struct player *player, const char *script)
{
    GArray *pieces = read_conversation(script);
    for (size_t i = 0; i + 1 < pieces->len; i++) /* without the end */
        play(player, &g_array_index(pieces, struct piece, i), g_array_index(pieces, struct piece, i).bytes->len);
    free_conversation(pieces);
}

static void link_start(struct link *link, const struct sw_limits *limits, const char *extension)
{
    link->limits = *limits;
    player_start(&link->player, &link->limits, extension == NULL ? SW_START_MIDSTREAM : SW_START_HANDSHAKE);
    for (int i = 0; i < SIDES; i++)
        sender_start(&link->senders[i], 15, true);
    if (extension == NULL)
        return;
    GString *answer = g_string_new("S> HTTP/1.1 101 x\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Extensions: ");
    g_string_append_printf(answer, "%s\\r\\n\\r\\n\n", extension);
    play_text(&link->player, REQUEST);
    play_text(&link->player, answer->str);
    g_string_free(answer, TRUE);
    g_string_truncate(link->player.log, 0);
}

static GByteArray *deflated_frame(struct link *link, enum sw_direction direction, const char *plain)
{
    GByteArray *frame = g_byte_array_new();
    struct sw_slice payload = deflate_message(&link->senders[direction], text(plain), Z_SYNC_FLUSH);
    append_frame(frame, 0xc1, direction == SW_CLIENT, payload.data, payload.size);
    return frame;
}

static void send_deflated(struct link *link, enum sw_direction direction, const char *plain)
{
    GByteArray *frame = deflated_frame(link, direction, plain);
    link->player.direction = direction;
    play_bytes(&link->player, sw_slice_of(frame->data, frame->len));
    g_byte_array_free(frame, TRUE);
}

/* The sender sends; the capture has a gap there. */
static void lose_deflated(struct link *link, enum sw_direction direction, const char *plain)
{
    GByteArray *frame = deflated_frame(link, direction, plain);
    struct piece gap = {.kind = PIECE_GAP, .direction = direction, .gap = frame->len};
    play(&link->player, &gap, 0);
    g_byte_array_free(frame, TRUE);
}

static void expect(struct link *link, const char *events)
{
    assert_string_equal(link->player.log->str, events);
    g_string_truncate(link->player.log, 0);
}

static void link_end(struct link *link)
{
    const struct piece end = {.kind = PIECE_END, .end = SW_EOF_CAPTURE};
    play(&link->player, &end, 0);
    check_ledger(&link->player);
    for (int i = 0; i < SIDES; i++)
        sender_end(&link->senders[i]);
    player_free(&link->player);
}

#define DEFLATE "permessage-deflate"
#define ALPHA   "alpha alpha alpha alpha alpha"
#define BRAVO   "bravo bravo bravo bravo bravo"

static void test_mixed(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, DEFLATE);
    send_deflated(&link, SW_CLIENT, ALPHA);
    play_text(&link.player, "C: 81 plain\nS: 81 plain\n");
    send_deflated(&link, SW_CLIENT, ALPHA);
    send_deflated(&link, SW_SERVER, "");
    send_deflated(&link, SW_SERVER, "\r\n");
    expect(&link, "C text \"" ALPHA "\" compressed\nC text \"plain\"\nS text \"plain\"\nC text \"" ALPHA
                  "\" compressed\nS text \"\" compressed\nS text \"\\r\\n\" compressed\n");
    link_end(&link);
}

/* Fragments of one deflated message, a ping between them; RSV1 stands on the first only (RFC 7692 6.1). */
static void test_fragments(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, DEFLATE);
    for (int round = 0; round < 2; round++) {
        struct sw_slice payload = deflate_message(&link.senders[SW_CLIENT], text(ALPHA), Z_SYNC_FLUSH);
        GByteArray *bytes = g_byte_array_new();
        append_frame(bytes, 0x41, true, payload.data, 2);
        append_frame(bytes, 0x89, true, payload.data, 0);
        append_frame(bytes, 0x00, true, payload.data + 2, 1);
        append_frame(bytes, 0x80, true, payload.data + 3, payload.size - 3);
        link.player.direction = SW_CLIENT;
        feed_cut(sw_slice_of(bytes->data, bytes->len), (size_t)round, play_bytes, &link.player);
        expect(&link, "C ping \"\"\nC text \"" ALPHA "\" x3 compressed\n");
        g_byte_array_free(bytes, TRUE);
    }
    link_end(&link);
}

static void test_gap(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, DEFLATE);
    send_deflated(&link, SW_CLIENT, ALPHA);
    lose_deflated(&link, SW_CLIENT, BRAVO);
    expect(&link, "C text \"" ALPHA "\" compressed\n");
    play_text(&link.player, "C: 81 SIP/2.0 200 OK\n");
    expect(&link, "C loss segment-missing 16 history boundary\nC text \"SIP/2.0 200 OK\" inferred\n");
    send_deflated(&link, SW_CLIENT, BRAVO); /* refers to what was lost */
    expect(&link, "C loss deflate-history-lost 4\n");
    deflateReset(&link.senders[SW_CLIENT].stream);
    send_deflated(&link, SW_CLIENT, ALPHA);
    send_deflated(&link, SW_CLIENT, ALPHA);
    expect(&link, "C text \"" ALPHA "\" compressed inferred\nC text \"" ALPHA "\" compressed inferred\n");
    link_end(&link);
}

/* The gap lies in a payload: framing goes on, and history is lost only if that payload was deflated. */
static void test_gap_inside(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, DEFLATE);
    send_deflated(&link, SW_SERVER, ALPHA);
    play_text(&link.player, "S> \\x81\\x04a\nS- 2\nS> b\n");
    send_deflated(&link, SW_SERVER, ALPHA);
    expect(&link, "S text \"" ALPHA "\" compressed\nS loss segment-missing 4\nS text \"" ALPHA "\" compressed\n");
    play_text(&link.player, "S> \\xc1\\x04a\nS- 2\nS> b\n");
    send_deflated(&link, SW_SERVER, ALPHA);
    expect(&link, "S loss segment-missing 4 history\nS loss deflate-history-lost 4\n");
    play_text(&link.player, "S> \\xc1\\x04a\nS- 2\nS> b\n");
    expect(&link, "S loss segment-missing 4\n");
    link_end(&link);
}

static void test_interrupted(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, DEFLATE);
    play_text(&link.player, "S: 41 ab\nS: 81 x\n");
    expect(&link, "S loss malformed 2 history\nS text \"x\"\n");
    link_end(&link);
}

static void test_no_takeover(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, DEFLATE "; server_no_context_takeover");
    link.senders[SW_SERVER].takeover = false;
    send_deflated(&link, SW_SERVER, ALPHA);
    lose_deflated(&link, SW_SERVER, BRAVO);
    play_text(&link.player, "S: 81 SIP/2.0 200 OK\n");
    send_deflated(&link, SW_SERVER, ALPHA);
    send_deflated(&link, SW_CLIENT, ALPHA);
    expect(&link, "S text \"" ALPHA "\" compressed\nS loss segment-missing 13 boundary\n"
                  "S text \"SIP/2.0 200 OK\" inferred\nS text \"" ALPHA "\" compressed inferred\n"
                  "C text \"" ALPHA "\" compressed\n");
    link_end(&link);
}

static void test_midstream(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, NULL);
    deflate_message(&link.senders[SW_CLIENT], text(ALPHA), Z_SYNC_FLUSH); /* before the capture */
    for (int i = 0; i < 3; i++)
        send_deflated(&link, SW_CLIENT, ALPHA);
    expect(&link,
           "C loss deflate-history-lost 6 history\nC loss deflate-history-lost 4\nC loss deflate-history-lost 4\n");
    send_deflated(&link, SW_CLIENT, "0123456789");
    expect(&link, "C text \"0123456789\" compressed inferred\n");
    link_end(&link);
}

/* Once 32 KiB are known again, nothing can be missing any more. */
static void test_recovery(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, DEFLATE);
    lose_deflated(&link, SW_CLIENT, ALPHA);
    play_text(&link.player, "C: 81 SIP/2.0 200 OK\n");
    deflateReset(&link.senders[SW_CLIENT].stream);
    char *large = g_strnfill(40000, 'x');
    send_deflated(&link, SW_CLIENT, large);
    g_free(large);
    g_string_truncate(link.player.log, 0);
    play_text(&link.player, "C: c1 \\xff\n");
    expect(&link, "C loss malformed 1 history\n");
    link_end(&link);
}

static void test_not_agreed(void **state)
{
    (void)state;
    struct link link;
    link_start(&link, &sw_limits_default, "");
    play_text(&link.player, "S: c1 plain\n");
    expect(&link, "S text \"plain\"\n");
    link_end(&link);
    link_start(&link, &sw_limits_default, "x-webkit-deflate-frame");
    send_deflated(&link, SW_SERVER, ALPHA);
    expect(&link, "S text \"" ALPHA "\" compressed inferred\n");
    link_end(&link);
}

static void test_limits(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    struct link link;
    limits.message_size = 40;
    link_start(&link, &limits, DEFLATE);
    char *large = g_strnfill(200000, 'x');
    send_deflated(&link, SW_SERVER, large);
    g_free(large);
    assert_non_null(strstr(link.player.log->str, "S loss limit "));
    assert_non_null(strstr(link.player.log->str, "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" compressed partial\n"));
    g_string_truncate(link.player.log, 0);
    send_deflated(&link, SW_SERVER, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    expect(&link, "S loss deflate-history-lost 4\n");
    link_end(&link);
}

/* Two connections, and room for hardly any history. */
static void test_history_limit(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.inflate_history = 10;
    struct link link;
    link_start(&link, &limits, DEFLATE);
    send_deflated(&link, SW_CLIENT, ALPHA);
    struct receiver others[SW_INFLATERS];
    for (int i = 0; i < SW_INFLATERS; i++) {
        receiver_start(&others[i], link.player.pool);
        receive(&others[i], (struct sw_slice){(const uint8_t *)"\xf2\x48\xcd\xc9\xc9\x07", 7}, true);
    }
    send_deflated(&link, SW_CLIENT, ALPHA);
    expect(&link, "C text \"" ALPHA "\" compressed\nC loss limit 6 history\n");
    for (int i = 0; i < SW_INFLATERS; i++)
        receiver_end(&others[i]);
    link_end(&link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_taking_turns), cmocka_unit_test(test_final_blocks),
        cmocka_unit_test(test_bomb),        cmocka_unit_test(test_mixed),        cmocka_unit_test(test_fragments),
        cmocka_unit_test(test_gap),         cmocka_unit_test(test_gap_inside),   cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_no_takeover), cmocka_unit_test(test_midstream),    cmocka_unit_test(test_recovery),
        cmocka_unit_test(test_not_agreed),  cmocka_unit_test(test_limits),       cmocka_unit_test(test_history_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
