/* SPDX-License-Identifier: MIT
 *
 * What someone sends who wants a decoder to run out of memory or time. All of it is legal, or at least possible.
 */
#include <string.h>

#include "filler.h"
#include "places.h"

enum {
    BOMB_SIZE = 64 << 20,
    HEADER_COUNT = 100000,
    HUGE_SENT = 16384,
    TEXT_FRAME = 0x81,
    PACKED_TEXT_FRAME = 0xc1,
};

struct attacker {
    struct websocket websocket;
    struct host host;
};

static struct host random_attacker(struct random *random)
{
    return (struct host){ATTACK_ADDRESS + random_between(random, 1, HOSTS),
                         (uint16_t)random_between(random, 1024, 65535)};
}

static void attack_over(struct sim *sim, void *object)
{
    struct attacker *attacker = object;
    tcp_reset(sim, attacker->websocket.tcp, FROM_CLIENT);
    websocket_free(sim, &attacker->websocket);
    g_free(attacker);
}

static void begin_attack(struct sim *sim, bool deflate, sim_action *ready)
{
    struct attacker *attacker = g_new0(struct attacker, 1);
    attacker->websocket.deflate = deflate;
    for (int side = 0; side < 2; side++) {
        attacker->websocket.side[side].keep_history = true;
        attacker->websocket.side[side].window_bits = 15;
    }
    attacker->host = random_attacker(&sim->random);
    websocket_open(sim, &attacker->websocket, attacker->host, (struct host){PROXY_ADDRESS, PROXY_WS_PORT}, ready,
                   attacker);
}

static void finish_attack(struct attacker *attacker)
{
    tcp_when_arrived(attacker->websocket.tcp, FROM_CLIENT, attack_over, attacker);
}

/* The head of a MESSAGE; its record says that nobody has to read it. */
static struct record *put_message_head(struct sim *sim, const struct attacker *attacker, struct text *text)
{
    char token[25];
    random_token(&sim->random, random_alnum, 24, token);
    text_add(
        text, "MESSAGE sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK", token,
        "\r\nMax-Forwards: 70\r\nTo: <sip:bob@example.test>\r\nFrom: <sip:mallory@example.test>;tag=1\r\nCall-ID: ",
        token, "\r\nCSeq: 1 MESSAGE\r\n", NULL);
    struct record *record = sim_record(sim);
    if (record == NULL)
        return NULL;
    record->source = attacker->host;
    record->destination = (struct host){PROXY_ADDRESS, PROXY_WS_PORT};
    record->transport = "WS";
    record->method = "MESSAGE";
    record->cseq = 1;
    record->expect = EXPECT_EITHER;
    record->why = "limit";
    g_strlcpy(record->call_id, token, sizeof record->call_id);
    return record;
}

/* ---- SYNs that nobody follows up ---- */

uint64_t attack_syn(struct sim *sim, int64_t time)
{
    tcp_lone_syn(sim, time, random_attacker(&sim->random), (struct host){PROXY_ADDRESS, PROXY_WS_PORT});
    return 16 + 54;
}

/* ---- 64 KiB that inflate to 64 MiB ---- */

static void deflate_all(z_stream *z, int flush, struct text *out)
{
    do {
        z->next_out = (Bytef *)text_room(out, 1 << 16);
        z->avail_out = 1 << 16;
        deflate(z, flush);
        out->size += (1 << 16) - z->avail_out;
    } while (z->avail_out == 0);
}

static void pack(z_stream *z, const void *bytes, size_t size, struct text *out)
{
    z->next_in = (const Bytef *)bytes;
    z->avail_in = (uInt)size;
    deflate_all(z, Z_SYNC_FLUSH, out);
}

void attack_prepare(struct fillers *fillers)
{
    z_stream z = {0};
    char *body = g_malloc(BOMB_SIZE);
    memset(body, 'A', BOMB_SIZE);
    deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    pack(&z, body, BOMB_SIZE, &fillers->bomb);
    deflateEnd(&z);
    g_free(body);
}

static void throw_bomb(struct sim *sim, void *object)
{
    struct attacker *attacker = object;
    struct text head = {0};
    struct text packed = {0};
    struct record *record = put_message_head(sim, attacker, &head);
    text_add(&head, "Content-Type: text/plain\r\nContent-Length: ", NULL);
    text_number(&head, BOMB_SIZE);
    text_add(&head, "\r\n\r\n", NULL);
    if (record != NULL)
        record->size = head.size + BOMB_SIZE;
    pack(attacker->websocket.side[FROM_CLIENT].stream, head.data, head.size, &packed);
    text_bytes(&packed, sim->fillers->bomb.data, sim->fillers->bomb.size - 4);
    websocket_frame(sim, &attacker->websocket, FROM_CLIENT, PACKED_TEXT_FRAME, packed.size, packed.data, packed.size,
                    record);
    finish_attack(attacker);
    text_free(&head);
    text_free(&packed);
}

uint64_t attack_bomb(struct sim *sim, int64_t time)
{
    (void)time;
    begin_attack(sim, true, throw_bomb);
    return sim->fillers->bomb.size + 8000;
}

/* ---- a frame without end ---- */

static void announce_much(struct sim *sim, void *object)
{
    struct attacker *attacker = object;
    websocket_frame(sim, &attacker->websocket, FROM_CLIENT, TEXT_FRAME, INT64_MAX, sim->fillers->random_bytes,
                    HUGE_SENT, NULL);
    finish_attack(attacker);
}

uint64_t attack_huge(struct sim *sim, int64_t time)
{
    (void)time;
    begin_attack(sim, false, announce_much);
    return HUGE_SENT + 3500;
}

/* ---- more headers than anyone wants ---- */

static void send_headers(struct sim *sim, void *object)
{
    struct attacker *attacker = object;
    struct text message = {0};
    struct record *record = put_message_head(sim, attacker, &message);
    for (unsigned i = 0; i < HEADER_COUNT; i++) {
        text_add(&message, "X-", NULL);
        text_number(&message, i);
        text_add(&message, ": v\r\n", NULL);
    }
    text_add(&message, "Content-Length: 0\r\n\r\n", NULL);
    if (record != NULL)
        record_message(sim->truth, record, message.data, message.size);
    websocket_frame(sim, &attacker->websocket, FROM_CLIENT, TEXT_FRAME, message.size, message.data, message.size,
                    record);
    finish_attack(attacker);
    text_free(&message);
}

uint64_t attack_headers(struct sim *sim, int64_t time)
{
    (void)time;
    begin_attack(sim, false, send_headers);
    return HEADER_COUNT * UINT64_C(13);
}
