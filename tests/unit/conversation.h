/* SPDX-License-Identifier: MIT
 *
 * Conversations between the two sides of a connection, written as text, played to a decoder.
 *
 * A conversation is a text of lines, each beginning with C or S for the side:
 *   C> bytes        as they stand (\r \n \\ \xHH are escapes; \*HHHH: the byte before so many times more)
 *   C: 81 payload   a frame with that first byte, masked if it is the client's
 *   C! 81 payload   the same, masked the other way round
 *   C- 12           a gap of 12 bytes; C- ? of who knows how many
 *   C^              a segment without data. Each acknowledges all that the other side sent before it; C^ hold: C's
 *                   segments don't, until C^ go
 *   T+ 6000         so many milliseconds pass
 *   C. fin          the end: fin, rst or capture; C. lost: a FIN that the capture lacks
 */
#ifndef TESTS_CONVERSATION_H
#define TESTS_CONVERSATION_H

#include <inttypes.h>
#include <stdio.h>

#include "harness.h"

#include "bytes.h"
#include "sipweave/connection.h"

#include <glib.h>

enum { SIDES = 2 };

struct piece {
    enum { PIECE_BYTES, PIECE_GAP, PIECE_END, PIECE_TIME, PIECE_ACK, PIECE_HOLD, PIECE_GO, PIECE_LOST } kind;
    enum sw_direction direction;
    GByteArray *bytes;
    uint64_t gap; /* or milliseconds */
    enum sw_eof end;
};

static inline unsigned hex(const char *digits)
{
    return (unsigned)strtoul((char[]){digits[0], digits[1], 0}, NULL, 16);
}

/* The last byte as many times more as four hexadecimal digits say. */
static inline void append_again(GByteArray *out, const char *digits)
{
    const uint8_t last = out->data[out->len - 1];
    for (unsigned n = hex(digits) << 8 | hex(digits + 2); n > 0; n--)
        g_byte_array_append(out, &last, 1);
}

static inline void append_escaped(GByteArray *out, const char *from, const char *end)
{
    while (from < end) {
        uint8_t byte = (uint8_t)*from++;
        if (byte == '\\') {
            char c = *from++;
            if (c == '*') {
                append_again(out, from);
                from += 4;
                continue;
            }
            byte = c == 'r' ? '\r' : c == 'n' ? '\n' : c == 'x' ? (uint8_t)hex(from) : (uint8_t)c;
            from += c == 'x' ? 2 : 0;
        }
        g_byte_array_append(out, &byte, 1);
    }
}

/* Each frame of a conversation has a key of its own. */
static inline void append_keyed_frame(GByteArray *out, uint8_t first, bool masked, const uint8_t *payload, size_t size,
                                      unsigned number)
{
    const uint8_t key[4] = {0xa1, (uint8_t)(0x0b + number * number * 7), (uint8_t)(0x7c + number), 0xd5};
    uint8_t head[4] = {first, (uint8_t)((size < 126 ? size : 126) | (masked ? 0x80 : 0)), (uint8_t)(size >> 8),
                       (uint8_t)size};
    g_byte_array_append(out, head, size < 126 ? 2 : 4);
    if (masked)
        g_byte_array_append(out, key, 4);
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = masked ? payload[i] ^ key[i & 3] : payload[i];
        g_byte_array_append(out, &byte, 1);
    }
}

static inline void append_frame(GByteArray *out, uint8_t first, bool masked, const uint8_t *payload, size_t size)
{
    append_keyed_frame(out, first, masked, payload, size, 0);
}

static inline void read_piece(GArray *pieces, const char *line, const char *end)
{
    struct piece piece = {.direction = line[0] == 'S' ? SW_SERVER : SW_CLIENT, .bytes = g_byte_array_new()};
    const char *rest = end - line > 2 ? line + 3 : end;
    GByteArray *payload = g_byte_array_new();
    switch (line[1]) {
    case '>':
        append_escaped(piece.bytes, rest, end);
        break;
    case '-':
        piece.kind = PIECE_GAP;
        piece.gap = strtoull(rest, NULL, 10);
        break;
    case '+':
        piece.kind = PIECE_TIME;
        piece.gap = strtoull(rest, NULL, 10);
        break;
    case '^':
        piece.kind = *rest == 'h' ? PIECE_HOLD : *rest == 'g' ? PIECE_GO : PIECE_ACK;
        break;
    case '.':
        piece.kind = *rest == 'l' ? PIECE_LOST : PIECE_END;
        piece.end = *rest == 'f' ? SW_EOF_FIN : *rest == 'r' ? SW_EOF_RST : SW_EOF_CAPTURE;
        break;
    default:
        if (end - rest > 3)
            append_escaped(payload, rest + 3, end);
        append_keyed_frame(piece.bytes, (uint8_t)hex(rest), (line[0] == 'C') == (line[1] == ':'), payload->data,
                           payload->len, pieces->len);
    }
    g_byte_array_free(payload, TRUE);
    g_array_append_val(pieces, piece);
}

static inline GArray *read_conversation(const char *script)
{
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
    while (*script != 0) {
        const char *end = strchr(script, '\n');
        read_piece(pieces, script, end);
        script = end + 1;
    }
    struct piece end = {.kind = PIECE_END, .end = SW_EOF_CAPTURE, .bytes = g_byte_array_new()};
    g_array_append_val(pieces, end);
    return pieces;
}

static inline void free_conversation(GArray *pieces)
{
    for (size_t i = 0; i < pieces->len; i++)
        g_byte_array_free(g_array_index(pieces, struct piece, i).bytes, TRUE);
    g_array_free(pieces, TRUE);
}

/* Events as lines. */

static inline void show_bytes(GString *out, struct sw_slice bytes)
{
    enum { SHOWN = 40 };
    g_string_append(out, " \"");
    for (size_t i = 0; i < bytes.size && i < SHOWN; i++) {
        uint8_t c = bytes.data[i];
        if (c == '\r' || c == '\n')
            g_string_append(out, c == '\r' ? "\\r" : "\\n");
        else if (c < 0x20 || c > 0x7e)
            g_string_append_printf(out, "\\x%02x", c);
        else
            g_string_append_c(out, (char)c);
    }
    g_string_append(out, bytes.size > SHOWN ? "\"..." : "\"");
    if (bytes.size > SHOWN)
        g_string_append_printf(out, "%zu", bytes.size);
}

static inline void show_message(GString *out, const struct sw_event_message *message)
{
    static const char *const names[] = {"continuation", "text", "binary"};
    g_string_append(out, names[message->opcode]);
    show_bytes(out, message->payload);
    if (message->fragments > 1)
        g_string_append_printf(out, " x%u", message->fragments);
    g_string_append(out, message->compressed ? " compressed" : "");
    g_string_append(out, message->inferred ? " inferred" : "");
    g_string_append(out, message->opcode == SW_OPCODE_TEXT && !sw_message_is_utf8(message) ? " not-utf8" : "");
    g_string_append(out, message->partial ? " partial" : "");
}

static inline void show_control(GString *out, const struct sw_event_control *control)
{
    if (control->opcode == SW_OPCODE_CLOSE)
        g_string_append_printf(out, "close %u", control->close_code);
    else
        g_string_append(out, control->opcode == SW_OPCODE_PING ? "ping" : "pong");
    show_bytes(out, control->opcode == SW_OPCODE_CLOSE ? control->close_reason : control->payload);
}

static inline void show_event(GString *out, const struct sw_event *event)
{
    enum sw_direction who = event->kind == SW_EVENT_FINDING ? event->finding.party : event->direction;
    g_string_append(out, who == SW_CLIENT ? "C " : "S ");
    switch (event->kind) {
    case SW_EVENT_REQUEST:
        g_string_append_printf(out, "request %.*s %.*s", (int)event->head.method.size, event->head.method.data,
                               (int)event->head.target.size, event->head.target.data);
        break;
    case SW_EVENT_HANDSHAKE:
        g_string_append_printf(out, "handshake %u %s", event->head.status, event->accepted ? "yes" : "no");
        break;
    case SW_EVENT_MESSAGE:
        show_message(out, &event->message);
        break;
    case SW_EVENT_CONTROL:
        show_control(out, &event->control);
        break;
    case SW_EVENT_LOSS:
        g_string_append_printf(out, "loss %s %" PRIu64 "%s%s", sw_reason_name(event->loss.reason), event->loss.bytes,
                               event->loss.history ? " history" : "", event->loss.boundary ? " boundary" : "");
        assert_non_null(event->loss.text);
        break;
    case SW_EVENT_FINDING:
        g_string_append_printf(out, "finding %s: %s", sw_rule_info(event->finding.rule)->id, event->finding.evidence);
        break;
    }
    g_string_append_c(out, '\n');
}

/* A run of a conversation. */

/* Is shown each event as well. */
struct sw_websip;
struct sw_sip;
struct listener {
    struct sw_websip *context;
    void (*event)(struct sw_websip *context, const struct sw_connection *connection, const struct sw_event *event,
                  const struct sw_sip *sip);
};

struct player {
    struct listener listener; /* event NULL: there is none */
    struct sw_inflate_pool *pool;
    struct sw_connection *connection;
    GString *log;
    GString *sides[SIDES];
    uint64_t bytes[SIDES];
    uint64_t told[SIDES]; /* bytes of LOSS events; of what is not SIP, HTTP before the upgrade is skipped in silence */
    uint64_t carried[SIDES]; /* wire bytes of messages */
    struct sw_mark mark;
    enum sw_direction direction;
    bool ended[SIDES];
    bool held[SIDES]; /* its segments acknowledge nothing new */
};

static inline void player_start(struct player *player, const struct sw_limits *limits, enum sw_connection_start start)
{
    *player = (struct player){.pool = sw_inflate_pool_new(limits), .log = g_string_new("")};
    player->connection = sw_connection_new(limits, player->pool, start);
    for (int i = 0; i < SIDES; i++)
        player->sides[i] = g_string_new("");
}

static inline void player_free(struct player *player)
{
    sw_connection_free(player->connection);
    sw_inflate_pool_free(player->pool);
    g_string_free(player->log, TRUE);
    for (int i = 0; i < SIDES; i++)
        g_string_free(player->sides[i], TRUE);
}

static inline void drain(struct player *player)
{
    const struct sw_event *event;
    while ((event = sw_connection_next(player->connection)) != NULL) {
        uint64_t seen = player->bytes[event->direction];
        assert_true(event->offset <= seen && event->size <= seen - event->offset);
        assert_true(event->mark_count > 0);
        for (size_t i = 1; i < event->mark_count; i++)
            assert_true(event->marks[i].packet > event->marks[i - 1].packet);
        if (event->kind == SW_EVENT_LOSS && event->loss.reason != SW_REASON_NOT_SIP)
            player->told[event->direction] += event->loss.bytes;
        if (event->kind == SW_EVENT_MESSAGE)
            player->carried[event->direction] += event->message.wire_size;
        if (player->listener.event != NULL)
            player->listener.event(player->listener.context, player->connection, event, NULL);
        show_event(player->log, event);
        show_event(player->sides[event->direction], event);
    }
}

static inline void play_bytes(void *context, struct sw_slice chunk)
{
    struct player *player = context;
    player->mark.packet++;
    player->bytes[player->direction] += chunk.size;
    sw_connection_feed(player->connection, player->direction, chunk, player->mark);
    drain(player);
}

/* A FIN counts as a byte. */
static inline void acknowledge(struct player *player, enum sw_direction from)
{
    enum sw_direction to = sw_direction_opposite(from);
    struct sw_mark mark = {.packet = player->mark.packet + 1, .time = player->mark.time};
    if (!player->held[from])
        sw_connection_acked(player->connection, from, player->bytes[to] + player->ended[to], mark);
}

static inline void play(struct player *player, const struct piece *piece, size_t cut)
{
    player->direction = piece->direction;
    switch (piece->kind) {
    case PIECE_TIME:
        player->mark.time += (int64_t)piece->gap * 1000 * 1000;
        return;
    case PIECE_HOLD:
    case PIECE_GO:
        player->held[piece->direction] = piece->kind == PIECE_HOLD;
        return;
    case PIECE_LOST:
        player->ended[piece->direction] = true;
        return;
    case PIECE_ACK:
        player->mark.packet++;
        acknowledge(player, piece->direction);
        drain(player);
        return;
    case PIECE_BYTES:
    case PIECE_GAP:
    case PIECE_END:
        break;
    }
    if (piece->kind != PIECE_GAP)
        acknowledge(player, piece->direction);
    if (piece->kind == PIECE_BYTES) {
        feed_cut(sw_slice_of(piece->bytes->data, piece->bytes->len), cut, play_bytes, player);
        return;
    }
    player->mark.packet++;
    if (piece->kind == PIECE_GAP) {
        player->bytes[piece->direction] += piece->gap;
        if (piece->gap != 0)
            sw_connection_gap(player->connection, piece->direction, piece->gap, SW_REASON_SEGMENT_MISSING,
                              player->mark);
        else
            sw_connection_lost(player->connection, piece->direction, SW_REASON_SEGMENT_MISSING, player->mark);
    } else {
        sw_connection_eof(player->connection, piece->direction, piece->end, player->mark);
        player->ended[piece->direction] = true;
    }
    drain(player);
}

static inline void check_ledger(const struct player *player)
{
    for (int i = 0; i < SIDES; i++) {
        const struct sw_ledger *ledger = sw_connection_ledger(player->connection, (enum sw_direction)i);
        assert_int_equal(sw_ledger_total(ledger), player->bytes[i]);
        assert_int_equal(sw_ledger_undecoded(ledger) - ledger->undecoded[SW_REASON_NOT_SIP], player->told[i]);
        assert_int_equal(ledger->message + ledger->keepalive, player->carried[i]);
        struct sw_mark since;
        assert_false(sw_connection_unfinished(player->connection, (enum sw_direction)i, &since));
    }
}

#define REQUEST                                                                                                        \
    "C> GET /ws HTTP/1.1\\r\\nHost: sip.example\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"                \
    "Sec-WebSocket-Protocol: sip\\r\\nSec-WebSocket-Protocol: x\\r\\n\\r\\n\n"
#define ACCEPT                                                                                                         \
    "S> HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Protocol: sip\\r\\n\\r\\n\n"
#define ACCEPT_DEFLATE                                                                                                 \
    "S> HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\n"                                                \
    "Sec-WebSocket-Extensions: permessage-deflate\\r\\n\\r\\n\n"
#define OPENING REQUEST ACCEPT
#define OPENED  "C request GET /ws\nS handshake 101 yes\n"

#endif
