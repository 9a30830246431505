/* SPDX-License-Identifier: MIT
 * links: offline_http2
 *
 * HTTP/2 connections, written as text: what both sides send, and what is told of it. Each is run whole, byte by byte,
 * and cut in two at every point: the same must be told, and the ledger must add up.
 *
 * A script has a line a piece, which begins with C or S for the side:
 *   C PRI                the preface
 *   C 0 1 5 'text        a frame: type, flags, stream (type and flags hexadecimal), payload in hexadecimal or as 'text
 *   C> 0000              bytes in hexadecimal
 *   C- 12                a gap
 *   C.                   the end
 */
#include "harness.h"

#include <glib.h>
#include <stdio.h>

#include "http2/frame.h"
#include "http2/session.h"
#include "sipweave/rules.h"

struct conversation {
    const char *name;
    const char *script;
    const char *told;
    size_t head_size;
    bool searched; /* what is held, and so what is told when, depends on the pieces: only the ledger is compared */
};

struct player {
    struct http2_session *session;
    GString *log;
    GString *data; /* the latest line of data, which may go on */
    enum sw_direction data_from;
    uint32_t data_stream;
    uint64_t bytes[2];
    uint64_t passed[2]; /* to data and gap */
    enum sw_direction from;
    struct sw_mark mark;
};

static char letter(enum sw_direction from)
{
    return from == SW_CLIENT ? 'C' : 'S';
}

static void flush_data(struct player *player)
{
    if (player->data->len > 0)
        g_string_append_printf(player->log, "%c data %u \"%s\"\n", letter(player->data_from), player->data_stream,
                               player->data->str);
    g_string_truncate(player->data, 0);
}

static void on_head(void *context, enum sw_direction from, const struct http2_head *head)
{
    static const char *const names[HTTP2_FIELDS] = {
        [HTTP2_METHOD] = "method",
        [HTTP2_PROTOCOL] = "protocol",
        [HTTP2_SCHEME] = "scheme",
        [HTTP2_PATH] = "path",
        [HTTP2_AUTHORITY] = "authority",
        [HTTP2_STATUS] = "status",
        [HTTP2_ORIGIN] = "origin",
        [HTTP2_USER_AGENT] = "agent",
        [HTTP2_SERVER] = "server",
        [HTTP2_WS_PROTOCOL] = "ws",
        [HTTP2_WS_EXTENSIONS] = "ext",
        [HTTP2_WS_VERSION] = "version",
        [HTTP2_WS_KEY] = "key",
        [HTTP2_CONNECTION] = "connection",
        [HTTP2_UPGRADE] = "upgrade",
        [HTTP2_VIA] = "via",
        [HTTP2_FORWARDED] = "forwarded",
        [HTTP2_X_FORWARDED_FOR] = "for",
        [HTTP2_X_FORWARDED_PROTO] = "proto",
        [HTTP2_X_REAL_IP] = "real-ip",
    };
    struct player *player = context;
    flush_data(player);
    g_string_append_printf(player->log, "%c head %u%s", letter(from), head->stream, head->known ? "" : " unknown");
    for (unsigned i = 0; i < HTTP2_FIELDS; i++)
        if (head->fields[i].size > 0)
            g_string_append_printf(player->log, " %s=%.*s", names[i], (int)head->fields[i].size, head->fields[i].data);
    g_string_append(player->log, head->end_stream ? " end\n" : "\n");
    assert_true(head->mark_count > 0);
}

static void on_data(void *context, enum sw_direction from, uint32_t stream, struct sw_slice bytes, struct sw_mark mark)
{
    (void)mark;
    struct player *player = context;
    if (player->data_from != from || player->data_stream != stream)
        flush_data(player);
    player->data_from = from;
    player->data_stream = stream;
    player->passed[from] += bytes.size;
    g_string_append_len(player->data, (const char *)bytes.data, (gssize)bytes.size);
}

static void on_gap(void *context, enum sw_direction from, uint32_t stream, uint64_t size, enum sw_reason reason,
                   struct sw_mark mark)
{
    (void)mark, (void)reason;
    struct player *player = context;
    flush_data(player);
    player->passed[from] += size;
    g_string_append_printf(player->log, "%c gap %u %u\n", letter(from), stream, (unsigned)size);
}

static void on_lost(void *context, enum sw_direction from, uint32_t stream, enum sw_reason reason, struct sw_mark mark)
{
    (void)mark;
    struct player *player = context;
    flush_data(player);
    g_string_append_printf(player->log, "%c lost %u %s\n", letter(from), stream, sw_reason_name(reason));
}

static void on_end(void *context, enum sw_direction from, uint32_t stream, enum http2_end how, struct sw_mark mark)
{
    (void)mark;
    struct player *player = context;
    flush_data(player);
    g_string_append_printf(player->log, "%c %s %u\n", letter(from), how == HTTP2_RESET ? "reset" : "end", stream);
}

static void on_goaway(void *context, enum sw_direction from, uint32_t last, struct sw_mark mark)
{
    (void)mark;
    struct player *player = context;
    flush_data(player);
    g_string_append_printf(player->log, "%c goaway %u\n", letter(from), last);
}

static void on_connect_protocol(void *context, enum sw_direction from, uint32_t value, struct sw_mark mark)
{
    (void)mark;
    struct player *player = context;
    g_string_append_printf(player->log, "%c connect-protocol %u\n", letter(from), value);
}

static void on_loss(void *context, enum sw_direction from, enum sw_reason reason, struct sw_mark mark, const char *text)
{
    (void)mark, (void)text;
    struct player *player = context;
    flush_data(player);
    g_string_append_printf(player->log, "%c loss %s\n", letter(from), sw_reason_name(reason));
}

/* --- scripts ----------------------------------------------------------------------------------------------------- */

struct piece {
    enum sw_direction from;
    char kind; /* ' ' bytes, '-', '.' */
    uint64_t gap;
    GByteArray *bytes;
};

static void append_hex(GByteArray *out, const char *hex, const char *end)
{
    for (; hex + 1 < end; hex += 2) {
        const uint8_t byte = (uint8_t)strtoul((char[]){hex[0], hex[1], 0}, NULL, 16);
        g_byte_array_append(out, &byte, 1);
    }
}

static void append_frame(GByteArray *out, const char *line, const char *end)
{
    char *rest;
    unsigned long type = strtoul(line, &rest, 16);
    unsigned long flags = strtoul(rest, &rest, 16);
    unsigned long stream = strtoul(rest, &rest, 10);
    GByteArray *payload = g_byte_array_new();
    while (rest < end && *rest == ' ')
        rest++;
    if (rest < end && *rest == '\'')
        g_byte_array_append(payload, (const uint8_t *)rest + 1, (guint)(end - rest - 1));
    else
        append_hex(payload, rest, end);
    const uint8_t header[HTTP2_HEADER] = {
        (uint8_t)(payload->len >> 16),
        (uint8_t)(payload->len >> 8),
        (uint8_t)payload->len,
        (uint8_t)type,
        (uint8_t)flags,
        (uint8_t)(stream >> 24),
        (uint8_t)(stream >> 16),
        (uint8_t)(stream >> 8),
        (uint8_t)stream,
    };
    g_byte_array_append(out, header, sizeof header);
    g_byte_array_append(out, payload->data, payload->len);
    g_byte_array_free(payload, TRUE);
}

static GArray *read_script(const char *script)
{
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
    for (const char *end; *script != '\0'; script = end + 1) {
        end = strchr(script, '\n');
        struct piece piece = {.from = *script == 'C' ? SW_CLIENT : SW_SERVER, .kind = ' ', .bytes = g_byte_array_new()};
        const char *rest = end - script > 2 ? script + 2 : end;
        if (script[1] == '-')
            piece.gap = strtoull(rest, NULL, 10);
        if (script[1] == '-' || script[1] == '.')
            piece.kind = script[1];
        else if (script[1] == '>')
            append_hex(piece.bytes, rest + 1, end);
        else if (*rest == 'P')
            g_byte_array_append(piece.bytes, (const uint8_t *)preface, sizeof preface - 1);
        else
            append_frame(piece.bytes, rest, end);
        g_array_append_val(pieces, piece);
    }
    return pieces;
}

static void feed(void *context, struct sw_slice chunk)
{
    struct player *player = context;
    player->mark.packet++;
    player->bytes[player->from] += chunk.size;
    http2_session_feed(player->session, player->from, chunk, player->mark);
}

static void play(struct player *player, const struct piece *piece, size_t cut)
{
    player->from = piece->from;
    player->mark.packet++;
    if (piece->kind == '-') {
        player->bytes[piece->from] += piece->gap;
        http2_session_gap(player->session, piece->from, piece->gap, SW_REASON_SEGMENT_MISSING, player->mark);
    } else if (piece->kind == '.') {
        http2_session_eof(player->session, piece->from, player->mark);
    } else if (piece->bytes->len > 0) {
        feed_cut((struct sw_slice){piece->bytes->data, piece->bytes->len}, cut, feed, player);
    }
}

static void run(const struct conversation *conversation, GArray *pieces, size_t cut)
{
    struct sw_limits limits = sw_limits_default;
    if (conversation->head_size != 0)
        limits.head_size = conversation->head_size;
    struct player player = {.log = g_string_new(""), .data = g_string_new("")};
    const struct http2_sink sink = {.context = &player,
                                    .head = on_head,
                                    .data = on_data,
                                    .gap = on_gap,
                                    .lost = on_lost,
                                    .end = on_end,
                                    .goaway = on_goaway,
                                    .connect_protocol = on_connect_protocol,
                                    .loss = on_loss};
    player.session = http2_session_new(&limits, &sink);
    size_t at = 0;
    for (guint i = 0; i < pieces->len; i++) {
        const struct piece *piece = &g_array_index(pieces, struct piece, i);
        size_t size = piece->bytes->len;
        bool here = cut > at && cut - at < size;
        play(&player, piece, cut == 0 ? 0 : here ? cut - at : size);
        at += size;
    }
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct sw_mark since;
        http2_session_eof(player.session, from, player.mark);
        assert_false(http2_session_unfinished(player.session, from, &since));
        assert_int_equal(sw_ledger_total(http2_session_ledger(player.session, from)) + player.passed[from],
                         player.bytes[from]);
    }
    flush_data(&player);
    if (!conversation->searched || cut == SIZE_MAX) {
        if (strcmp(player.log->str, conversation->told) != 0)
            print_error("%s, cut at %zd:\n%s", conversation->name, (ssize_t)cut, player.log->str);
        assert_string_equal(player.log->str, conversation->told);
    }
    http2_session_free(player.session);
    g_string_free(player.log, TRUE);
    g_string_free(player.data, TRUE);
}

#define OPENING "C PRI\nC 4 0 0\nS 4 0 0 000800000001\nS 4 1 0\nC 4 1 0\n"
#define OPENED  "S connect-protocol 1\n"
/* CONNECT, websocket, /ws; the fields are added to the table */
#define CONNECT      "4207434f4e4e454354" PROTOCOL "44032f7773"
#define PROTOCOL     "40093a70726f746f636f6c09776562736f636b6574"
#define CONNECT_TOLD "method=CONNECT protocol=websocket path=/ws"
#define SIP          "40167365632d776562736f636b65742d70726f746f636f6c03736970"

static const struct conversation conversations[] = {
    {.name = "a WebSocket",
     OPENING "C 1 4 1 " CONNECT "\nS 1 4 1 88" SIP "\nC 0 0 1 'ab\nC 0 0 1 'cd\nS 0 1 1 'xy\nC 0 1 1\n",
     OPENED "C head 1 " CONNECT_TOLD "\nS head 1 status=200 ws=sip\nC data 1 \"abcd\"\nS data 1 \"xy\"\nS end 1\n"
            "C end 1\n"},
    {.name = "two streams",
     OPENING "C 1 4 1 " CONNECT "\nC 1 4 3 c0bfbe\nC 0 0 3 'a\nC 0 0 1 'b\nC 3 0 3 00000008\n",
     OPENED "C head 1 " CONNECT_TOLD "\nC head 3 " CONNECT_TOLD "\nC data 3 \"a\"\nC data 1 \"b\"\nC reset 3\n"},
    {.name = "padding and priority",
     OPENING "C 1 2c 1 0300000000ff82aabbcc\nC 0 9 1 026162"
             "0000\nC 0 8 1 00\nC 0 8 1 0161"
             "00\n",
     OPENED "C head 1 method=GET\nC data 1 \"ab\"\nC end 1\nC data 1 \"a\"\n"},
    {.name = "padding longer than the payload",
     OPENING "C 0 8 1 ff6162\nC 1 c 1 ff82\nC 0 0 1 'x\n",
     OPENED "C head 1\nC data 1 \"x\"\n"},
    {.name = "continuations",
     OPENING "C 1 1 1 4207434f\nC 9 0 1\nC 9 0 1 4e4e45\nC 9 4 1 4354\n",
     OPENED "C head 1 method=CONNECT end\nC end 1\n"},
    {.name = "a frame within a block",
     OPENING "C 1 0 1 82\nC 0 0 1 'x\nC 9 4 1 82\nC 1 4 3 82\n",
     OPENED "C loss malformed\nC loss malformed\nC data 1 \"x\"\nC head 1 unknown\nC head 3 method=GET\n"},
    {.name = "several lines of one field",
     OPENING "S 1 4 1 88" SIP "0f2f0478"
             "6d7070\n",
     OPENED "S head 1 status=200 ws=sip, xmpp\n"},
    {.name = "push",
     OPENING "S 5 4 1 0000000282\nS 1 4 2 88\nC 1 4 1 82\n",
     OPENED "S head 2 status=200\nC head 1 method=GET\n"},
    {.name = "goaway",
     OPENING "S 7 0 0 000000030000000062796565\nC 7 0 0 8000000000000000\n",
     OPENED "S goaway 3\nC goaway 0\n"},
    {.name = "unknown types and short frames",
     OPENING "C ff ff 9 'what is this\nC 8 0 0 0000\nC 3 0 1 00\nC 7 0 0 00\nC 4 0 0 0000\nC 0 8 1\nC 0 0 0 'no "
             "stream\nC 0 0 1 'x\n",
     OPENED "C data 1 \"x\"\n"},
    {.name = "a longer frame than allowed",
     OPENING "C> 01000000000000"
             "0001\nC 0 0 1 'x\nC 8 0 0 00000001\nC 0 0 1 'y\n",
     OPENED "C loss malformed\nC loss malformed\nC lost 0 malformed\nC data 1 \"xy\"\n",
     .searched = true},
    {.name = "a broken block",
     OPENING "C 1 4 1 ff\nC 1 4 3 82\n",
     OPENED "C loss malformed\nC loss malformed\nC head 1 unknown\nC head 3 method=GET\n"},
    {.name = "a block above the limit",
     OPENING "C 1 0 1 4207434f4e4e4543544207434f4e4e4543544207434f4e4e454354\nC 9 4 1 "
             "4207434f4e4e4543544207434f4e4e4543544207434f4e4e454354\nC 1 4 3 82\n",
     OPENED "C loss limit\nC loss limit\nC head 1 unknown\nC head 3 method=GET\n",
     .head_size = 50},
    {.name = "a list of fields above the limit",
     OPENING "C 1 4 1 4207434f4e4e454354"
             "82bebe\nC 1 4 3 be\n",
     OPENED "C loss limit\nC head 1 method=CONNECT, GET\nC head 3 method=CONNECT\n",
     .head_size = 100},
    {.name = "a table above the limit",
     "C PRI\nC 4 0 0\nS 4 0 0 000100100000\nC 1 4 1 3fe1ff3f82\nC 1 4 3 82\n",
     "C loss limit\nC loss limit\nC head 1 unknown\nC head 3 method=GET\n"},
    {.name = "a gap in data",
     OPENING "C> 000006000100000001"
             "6162\nC- 2\nC> 6566\nC 0 0 1 'x\n",
     OPENED "C data 1 \"ab\"\nC gap 1 2\nC data 1 \"ef\"\nC end 1\nC data 1 \"x\"\n"},
    {.name = "a gap up to the end of data",
     OPENING "C> 000006000100000001"
             "6162\nC- 4\nC 0 0 1 'x\n",
     OPENED "C data 1 \"ab\"\nC gap 1 4\nC end 1\nC data 1 \"x\"\n"},
    {.name = "a gap in padding and what says how much it is",
     OPENING "C> 000006000900000001\nC- 2\nC> 61000000\nC 0 0 1 'x\n",
     OPENED "C lost 1 segment-missing\nC end 1\nC data 1 \"x\"\n"},
    {.name = "a gap in a block",
     OPENING "C> 000004010400000001"
             "82\nC- 2\nC> 84\nC 0 0 1 'x\nC 1 4 3 82\n",
     OPENED "C loss segment-missing\nC head 1 unknown\nC data 1 \"x\"\nC head 3 method=GET\n"},
    {.name = "a gap over a boundary",
     OPENING "S> 000004000000000001"
             "61\nS- 20\nS> 62\nS 0 0 1 'x\nS 8 0 0 00000001\nS 1 4 1 88\n",
     OPENED "S data 1 \"a\"\nS gap 1 3\nS loss segment-missing\nS loss segment-missing\nS lost 0 segment-missing\n"
            "S data 1 \"x\"\nS head 1 status=200\n",
     .searched = true},
    {.name = "a gap where the next header begins",
     OPENING "S> 0000\nS- 20\nS 0 0 1 'x\nS 0 0 1 'y\n",
     OPENED "S loss segment-missing\nS loss segment-missing\nS lost 0 segment-missing\nS data 1 \"xy\"\n",
     .searched = true},
    {.name = "two gaps, and the last piece ends with a frame",
     OPENING "S- 20\nS> 00000001\nS- 3\nS 0 0 1 'x\nS.\n",
     OPENED "S loss segment-missing\nS loss segment-missing\nS lost 0 segment-missing\nS data 1 \"x\"\n",
     .searched = true},
    {.name = "seen late",
     "C> 616263\nC 0 0 1 'x\nC 1 4 3 be\nC 1 4 5 82\nS 0 0 1 'y\nS 0 0 1 'z\n",
     "C loss no-handshake\nC loss no-handshake\nC lost 0 no-handshake\nC data 1 \"x\"\nC head 3 unknown\n"
     "C head 5 method=GET\nS loss no-handshake\nS loss no-handshake\nS lost 0 no-handshake\nS data 1 \"yz\"\n",
     .searched = true},
    {.name = "the end within things",
     OPENING "C 1 0 1 82\nC> 00\nS> 000004000000000001"
             "61\n",
     OPENED "S data 1 \"a\"\nC loss segment-missing\n"},
};

static void all(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof conversations / sizeof *conversations; i++) {
        GArray *pieces = read_script(conversations[i].script);
        size_t size = 0;
        for (guint p = 0; p < pieces->len; p++)
            size += g_array_index(pieces, struct piece, p).bytes->len;
        run(&conversations[i], pieces, SIZE_MAX);
        for (size_t cut = 0; cut < size; cut++)
            run(&conversations[i], pieces, cut);
        for (guint p = 0; p < pieces->len; p++)
            g_byte_array_free(g_array_index(pieces, struct piece, p).bytes, TRUE);
        g_array_free(pieces, TRUE);
    }
}

/* --- knowing it when it is seen ---------------------------------------------------------------------------------- */

struct sample {
    const char *name;
    const char *script; /* one side's */
    enum sw_result found;
    size_t offset;
    enum sw_result tells;
    enum sw_direction sender;
};

static const struct sample samples[] = {
    {"a request", "C 1 5 1 8286\nC 8 0 0 00000001\n", SW_OK, 0, SW_OK, SW_CLIENT},
    {"a response", "C 8 0 0 00000001\nC 1 4 1 88\n", SW_OK, 0, SW_OK, SW_SERVER},
    {"masked", "C 0 0 1 818161626364\nC 6 0 0 0000000000000000\n", SW_OK, 0, SW_OK, SW_CLIENT},
    {"unmasked, behind others", "C> 616263\nC 0 0 1 8101\nC 6 0 0 0000000000000000\n", SW_OK, 3, SW_OK, SW_SERVER},
    {"pings", "C 6 0 0 0000000000000000\nC 6 1 0 0000000000000000\n", SW_OK, 0, SW_MORE, SW_CLIENT},
    {"one frame", "C 1 5 1 8286\n", SW_OK, 0, SW_OK, SW_CLIENT},
    {"half a frame",
     "C> 000004000000000001"
     "61\n",
     SW_MORE, 10, SW_MORE, SW_CLIENT},
    {"zeros", "C> 00000000000000000000000000000000000000000000000000\n", SW_MORE, 25, SW_MORE, SW_CLIENT},
    {"an even stream", "C 0 0 2 'a\nC 0 0 2 'b\n", SW_MORE, 20, SW_MORE, SW_CLIENT},
    {"MySQL",
     "C> 0700000200000002000000"
     "0500000300000002000000\n",
     SW_MORE, 22, SW_MORE, SW_CLIENT},
};

static void evidence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        GArray *pieces = read_script(samples[i].script);
        GByteArray *joined = g_byte_array_new();
        for (guint p = 0; p < pieces->len; p++) {
            GByteArray *bytes = g_array_index(pieces, struct piece, p).bytes;
            g_byte_array_append(joined, bytes->data, bytes->len);
            g_byte_array_free(bytes, TRUE);
        }
        struct guarded g = guard((struct sw_slice){joined->data, joined->len});
        size_t offset;
        enum sw_direction sender = SW_CLIENT;
        print_message("%s\n", samples[i].name);
        assert_int_equal(http2_find(g.bytes, true, &offset), samples[i].found);
        assert_int_equal(offset, samples[i].offset);
        const struct sw_slice rest = {g.bytes.data + offset, g.bytes.size - offset};
        assert_int_equal(http2_sender(rest, &sender), samples[i].tells);
        assert_int_equal(sender, samples[i].sender);
        unguard(&g);
        g_byte_array_free(joined, TRUE);
        g_array_free(pieces, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all), cmocka_unit_test(evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
