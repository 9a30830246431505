/* SPDX-License-Identifier: MIT
 *
 * What goes into a TCP connection so that it is a WebSocket: RFC 6455 4 and 5, RFC 7692 7.
 */
#include "websocket.h"

#include <string.h>

#include "payload.h"

enum {
    FIN_BIT = 0x80,
    RSV1_BIT = 0x40,
    MASK_BIT = 0x80,
    COMPRESS_FROM = 1024, /* without history nothing smaller is compressed, as node's ws has it */
    PIECES = 7,
};

static const char *const agents[] = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/135.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Mobile Safari/537.36",
};

/* Whose bytes they are is known inside the record; what TLS adds belongs to nobody. */
static void put_record(struct sim *sim, struct websocket *ws, enum side from, const char *bytes, size_t size,
                       struct record *record)
{
    struct text *sealed = &sim->sealed;
    tls_seal(ws->tls, from, bytes, size, sealed);
    tcp_write(ws->tcp, from, sealed->data, TLS_BEFORE, NULL);
    tcp_write(ws->tcp, from, sealed->data + TLS_BEFORE, size, record);
    tcp_write(ws->tcp, from, sealed->data + TLS_BEFORE + size, sealed->size - TLS_BEFORE - size, NULL);
}

static void put(struct sim *sim, struct websocket *ws, enum side from, const struct text *text, struct record *record)
{
    if (ws->tls == NULL) {
        tcp_write(ws->tcp, from, text->data, text->size, record);
        return;
    }
    for (size_t at = 0; at < text->size; at += TLS_RECORD_MOST)
        put_record(sim, ws, from, text->data + at, MIN(text->size - at, (size_t)TLS_RECORD_MOST), record);
}

/* ---- the handshake ---- */

void websocket_choose(struct websocket *ws, struct sim *sim)
{
    const struct mix *mix = sim->mix;
    struct random *random = &sim->random;
    ws->deflate = random_permille(random, mix->deflate);
    ws->fragments = random_permille(random, mix->fragments);
    ws->coalesced = random_permille(random, mix->coalesced);
    ws->binary = random_permille(random, mix->binary);
    const bool keep = random_permille(random, mix->keep_history);
    for (int side = 0; side < 2; side++) {
        ws->side[side].keep_history = keep || random_permille(random, 100);
        ws->side[side].window_bits = random_permille(random, 700) ? 15 : (int)random_between(random, 9, 14);
    }
}

static void put_get(struct sim *sim, struct websocket *ws, struct text *text)
{
    const struct host server = ws->tcp->host[FROM_SERVER];
    uint8_t key[16];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)random_next(&sim->random);
    gchar *encoded = g_base64_encode(key, sizeof key);
    g_strlcpy(ws->key, encoded, sizeof ws->key);
    g_free(encoded);
    text_clear(text);
    text_add(text, "GET /ws HTTP/1.1\r\nHost: ", NULL);
    text_host(text, server.address, server.port);
    text_add(text, "\r\nConnection: Upgrade\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nUser-Agent: ",
             agents[random_below(&sim->random, G_N_ELEMENTS(agents))],
             "\r\nUpgrade: websocket\r\nOrigin: https://phone.example.test\r\nSec-WebSocket-Version: 13\r\n"
             "Accept-Encoding: gzip, deflate\r\nAccept-Language: en-US,en;q=0.9\r\nSec-WebSocket-Key: ",
             ws->key,
             "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
             "Sec-WebSocket-Protocol: sip\r\n\r\n",
             NULL);
}

static void put_accept(struct text *text, const char *key)
{
    guint8 digest[20];
    gsize size = sizeof digest;
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sum, (const guchar *)key, -1);
    g_checksum_update(sum, (const guchar *)"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
    g_checksum_get_digest(sum, digest, &size);
    g_checksum_free(sum);
    gchar *accept = g_base64_encode(digest, size);
    text_add(text, accept, "\r\n", NULL);
    g_free(accept);
}

static void put_deflate_parameters(struct text *text, const struct websocket *ws)
{
    static const char *const no_history[] = {"; client_no_context_takeover", "; server_no_context_takeover"};
    static const char *const window[] = {"; client_max_window_bits=", "; server_max_window_bits="};
    text_add(text, "Sec-WebSocket-Extensions: permessage-deflate", NULL);
    for (int side = 0; side < 2; side++) {
        if (!ws->side[side].keep_history)
            text_add(text, no_history[side], NULL);
        if (ws->side[side].window_bits != 15) {
            text_add(text, window[side], NULL);
            text_number(text, (uint64_t)ws->side[side].window_bits);
        }
    }
    text_add(text, "\r\n", NULL);
}

/* Kamailio knows no permessage-deflate; who compresses is a proxy on node's ws. */
static void put_101(struct websocket *ws, struct text *text)
{
    const struct host client = ws->tcp->host[FROM_CLIENT];
    text_clear(text);
    if (ws->deflate) {
        text_add(text, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
                 "Sec-WebSocket-Accept: ", NULL);
        put_accept(text, ws->key);
        text_add(text, "Sec-WebSocket-Protocol: sip\r\n", NULL);
        put_deflate_parameters(text, ws);
        text_add(text, "\r\n", NULL);
        return;
    }
    text_add(text, "HTTP/1.1 101 Switching Protocols\r\nSia: SIP/2.0/TCP ", NULL);
    text_host(text, client.address, client.port);
    text_add(text, "\r\nSec-WebSocket-Protocol: sip\r\nUpgrade: websocket\r\nConnection: upgrade\r\n",
             "Sec-WebSocket-Accept: ", NULL);
    put_accept(text, ws->key);
    text_add(text, "Server: kamailio (5.6.3 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n", NULL);
}

static void begin_deflate(struct sim *sim, struct websocket *ws)
{
    for (int side = 0; side < 2 && ws->deflate; side++) {
        ws->side[side].number = ++sim->streams;
        ws->side[side].stream = g_new0(z_stream, 1);
        deflateInit2(ws->side[side].stream, 1, Z_DEFLATED, -ws->side[side].window_bits, 6, Z_DEFAULT_STRATEGY);
    }
}

static void upgraded(struct sim *sim, void *object)
{
    struct websocket *ws = object;
    begin_deflate(sim, ws);
    ws->tcp->disturbed = true;
    if (sim->truth != NULL)
        sim->truth->connections++;
    ws->ready(sim, ws->object);
}

static void answer_get(struct sim *sim, void *object)
{
    struct websocket *ws = object;
    put_101(ws, &sim->text);
    put(sim, ws, FROM_SERVER, &sim->text, NULL);
    tcp_when_arrived(ws->tcp, FROM_SERVER, upgraded, ws);
    tcp_flush_soon(sim, ws->tcp, FROM_SERVER, random_between(&sim->random, 300, 9000));
}

static void ask(struct sim *sim, void *object)
{
    struct websocket *ws = object;
    put_get(sim, ws, &sim->text);
    put(sim, ws, FROM_CLIENT, &sim->text, NULL);
    tcp_when_arrived(ws->tcp, FROM_CLIENT, answer_get, ws);
    tcp_flush_soon(sim, ws->tcp, FROM_CLIENT, tcp_travel(ws->tcp, FROM_CLIENT) + random_below(&sim->random, 3000));
}

static void finish_tls(struct sim *sim, void *object)
{
    struct websocket *ws = object;
    tls_client_finished(sim, ws->tls, &sim->text);
    tcp_write(ws->tcp, FROM_CLIENT, sim->text.data, sim->text.size, NULL);
    ask(sim, ws);
}

static void answer_hello(struct sim *sim, void *object)
{
    struct websocket *ws = object;
    tls_server_flight(sim, ws->tls, &sim->text);
    tcp_write(ws->tcp, FROM_SERVER, sim->text.data, sim->text.size, NULL);
    tcp_when_arrived(ws->tcp, FROM_SERVER, finish_tls, ws);
    tcp_flush_soon(sim, ws->tcp, FROM_SERVER, random_between(&sim->random, 300, 3000));
}

static void say_hello(struct sim *sim, void *object)
{
    struct websocket *ws = object;
    ws->tls = tls_new(sim);
    tls_client_hello(sim, ws->tls, &sim->text);
    tcp_write(ws->tcp, FROM_CLIENT, sim->text.data, sim->text.size, NULL);
    tcp_when_arrived(ws->tcp, FROM_CLIENT, answer_hello, ws);
    tcp_flush_soon(sim, ws->tcp, FROM_CLIENT, tcp_travel(ws->tcp, FROM_CLIENT) + random_below(&sim->random, 1000));
}

void websocket_open(struct sim *sim, struct websocket *ws, struct host client, struct host server, sim_action *ready,
                    void *object)
{
    ws->ready = ready;
    ws->object = object;
    ws->tcp = tcp_open(sim, client, server, FROM_CLIENT, sim->mix->tls ? say_hello : ask, ws);
}

/* ---- frames ---- */

static void apply_mask(char *out, const char *bytes, size_t size, const uint8_t *key)
{
    uint64_t wide;
    uint64_t word;
    memcpy(&wide, (const uint8_t[]){key[0], key[1], key[2], key[3], key[0], key[1], key[2], key[3]}, sizeof wide);
    size_t at = 0;
    for (; size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        word ^= wide;
        memcpy(out + at, &word, sizeof word);
    }
    for (; at < size; at++)
        out[at] = (char)(bytes[at] ^ key[at % 4]);
}

static size_t put_frame_head(uint8_t *head, unsigned first_byte, uint64_t announced, bool masked)
{
    const unsigned mask = masked ? MASK_BIT : 0;
    size_t size = 2;
    head[0] = (uint8_t)first_byte;
    if (announced < 126) {
        head[1] = (uint8_t)(mask | announced);
    } else if (announced < 65536) {
        head[1] = (uint8_t)(mask | 126);
        put16(head + 2, (uint32_t)announced);
        size = 4;
    } else {
        head[1] = (uint8_t)(mask | 127);
        put32(head + 2, (uint32_t)(announced >> 32));
        put32(head + 6, (uint32_t)announced);
        size = 10;
    }
    return size;
}

static void write_frame(struct sim *sim, struct websocket *ws, enum side from, unsigned first_byte, uint64_t announced,
                        const void *bytes, size_t size, struct record *record)
{
    uint8_t head[14];
    const bool masked = from == FROM_CLIENT;
    size_t head_size = put_frame_head(head, first_byte, announced, masked);
    text_clear(&sim->body);
    if (!masked) {
        text_bytes(&sim->body, head, head_size);
        text_bytes(&sim->body, bytes, size);
    } else {
        put32(head + head_size, (uint32_t)random_next(&sim->random));
        text_bytes(&sim->body, head, head_size + 4);
        apply_mask(text_room(&sim->body, size), bytes, size, head + head_size);
        sim->body.size += size;
    }
    put(sim, ws, from, &sim->body, record);
}

void websocket_frame(struct sim *sim, struct websocket *ws, enum side from, unsigned first_byte, uint64_t announced,
                     const void *bytes, size_t size, struct record *record)
{
    write_frame(sim, ws, from, first_byte, announced, bytes, size, record);
    tcp_flush_soon(sim, ws->tcp, from, tcp_travel(ws->tcp, from) + 100);
}

/* RFC 7692 7.2.1: deflate, flush, leave out the empty block's last four bytes. The result is in out, the caller's. */
static void compress_message(struct websocket *ws, enum side from, const void *bytes, size_t size, struct text *out)
{
    z_stream *z = ws->side[from].stream;
    if (!ws->side[from].keep_history)
        deflateReset(z);
    const size_t room = size + size / 1000 + 64;
    text_clear(out);
    z->next_out = (Bytef *)text_room(out, room);
    z->avail_out = (uInt)room;
    z->next_in = (const Bytef *)bytes;
    z->avail_in = (uInt)size;
    deflate(z, Z_SYNC_FLUSH);
    out->size = room - z->avail_out - 4;
}

static void note_payload(struct sim *sim, const struct websocket *ws, enum side from, const void *bytes, size_t size,
                         bool over)
{
    const struct payload payload = {.stream = ws->side[from].number,
                                    .size = (uint32_t)size,
                                    .keep_history = ws->side[from].keep_history,
                                    .over = over};
    if (sim->payloads == NULL || !sim->recording)
        return;
    fwrite(&payload, sizeof payload, 1, sim->payloads);
    fwrite(bytes, 1, size, sim->payloads);
}

/* The places where a message is cut: ascending, the last at its end; pieces may be empty. Returns how many. */
static size_t cut_message(struct sim *sim, size_t size, size_t *cuts)
{
    const size_t count = random_between(&sim->random, 2, PIECES);
    for (size_t i = 0; i + 1 < count; i++) {
        const size_t left = i == 0 ? 0 : cuts[i - 1];
        const uint32_t share = (uint32_t)((size - left) / (count - i) * 2);
        cuts[i] = left + random_below(&sim->random, share + 1);
    }
    cuts[count - 1] = size;
    return count;
}

static void write_pieces(struct sim *sim, struct websocket *ws, enum side from, unsigned first_byte, const char *bytes,
                         size_t size, struct record *record)
{
    size_t cuts[PIECES];
    const size_t count = cut_message(sim, size, cuts);
    for (size_t i = 0, at = 0; i < count; at = cuts[i++]) {
        const unsigned fin = i + 1 == count ? FIN_BIT : 0;
        const size_t part = cuts[i] - at;
        write_frame(sim, ws, from, i == 0 ? fin | (first_byte & ~(unsigned)FIN_BIT) : fin, part, bytes + at, part,
                    record);
        if (fin == 0 && random_permille(&sim->random, 300))
            write_frame(sim, ws, from, FIN_BIT | OPCODE_PING, 4, "ping", 4, NULL);
    }
}

void websocket_send(struct sim *sim, struct websocket *ws, enum side from, const void *bytes, size_t size,
                    struct record *record)
{
    struct text packed = {0};
    unsigned first_byte = FIN_BIT | (ws->binary ? OPCODE_BINARY : OPCODE_TEXT);
    if (ws->deflate && (ws->side[from].keep_history || size >= COMPRESS_FROM)) {
        compress_message(ws, from, bytes, size, &packed);
        bytes = packed.data;
        size = packed.size;
        first_byte |= RSV1_BIT;
        note_payload(sim, ws, from, bytes, size, false);
        if (record != NULL && ws->side[from].keep_history)
            record->history_lost = &ws->side[from].history_lost;
    }
    if (ws->fragments)
        write_pieces(sim, ws, from, first_byte, bytes, size, record);
    else
        write_frame(sim, ws, from, first_byte, size, bytes, size, record);
    text_free(&packed);
    if (ws->coalesced)
        tcp_flush_soon(sim, ws->tcp, from, 2 * MILLISECOND);
    else
        tcp_flush(sim, ws->tcp, from);
}

void websocket_free(struct sim *sim, struct websocket *ws)
{
    for (int side = 0; side < 2; side++) {
        if (ws->side[side].stream == NULL)
            continue;
        deflateEnd(ws->side[side].stream);
        note_payload(sim, ws, (enum side)side, "", 0, true);
        g_free(ws->side[side].stream);
    }
    tls_free(ws->tls);
    ws->tls = NULL;
}
