/* SPDX-License-Identifier: MIT
 *
 * WebSocket connections for people: a block each, printed in the order in which they began.
 */
#include <inttypes.h>
#include <string.h>

#include "output/facts.h"
#include "output/hold.h"
#include "output/text.h"

struct connections_text {
    struct page page;
    struct hold *hold;
    GString *block; /* scratch: the connection being told */
    GString *line;  /* scratch: one line, whose parts are separated by commas */
    uint64_t count;
    uint64_t refused;
    uint64_t midstream;
};

static void put_slice(struct connections_text *list, const char *before, struct sw_slice text)
{
    if (text.size == 0)
        return;
    g_string_append(list->line, before);
    text_escape(list->line, text, list->page.unicode);
}

/* Ends a line of the block, cut to the page. */
static void end_line(struct connections_text *list)
{
    if (list->line->len == 0)
        return;
    text_shorten(list->block, list->line->str, list->page.width, TEXT_CUT_END, list->page.unicode);
    g_string_append_c(list->block, '\n');
    g_string_truncate(list->line, 0);
}

static void put_styled(struct connections_text *list, enum style style, const char *text)
{
    g_string_append(list->block, list->page.color ? style_on(style) : "");
    g_string_append(list->block, text);
    g_string_append(list->block, list->page.color ? style_off(style) : "");
}

static void put_title(struct connections_text *list, const struct connection_record *connection)
{
    char client[56];
    char server[56];
    char number[24];
    sw_endpoint_format(&connection->client, client, sizeof client);
    sw_endpoint_format(&connection->server, server, sizeof server);
    g_snprintf(number, sizeof number, "%3" G_GUINT64_FORMAT, connection->id);
    put_styled(list, STYLE_TITLE, number);
    g_string_append_printf(list->block, "  %s %s %s  %s", client, list->page.unicode ? "→" : "->", server,
                           sw_transport_name(connection->transport));
    if (connection->stream != 0)
        g_string_append_printf(list->block, "  HTTP/2 stream %" PRIu32, connection->stream);
    if (connection->midstream)
        g_string_append(list->block, "  seen from mid-stream");
    if (was_refused(connection)) {
        char refused[32];
        g_snprintf(refused, sizeof refused, "  refused: %u", connection->handshake->status);
        put_styled(list, STYLE_FAILURE, refused);
    }
    g_string_append_c(list->block, '\n');
    if (connection->proxied_client.family != 0) {
        sw_endpoint_format(&connection->proxied_client, client, sizeof client);
        g_string_append_printf(list->line, "     on behalf of %s (PROXY protocol)", client);
        end_line(list);
    }
}

static void put_moment(GString *to, int64_t time)
{
    char date[TEXT_DATE_SIZE];
    char clock[TEXT_CLOCK_SIZE];
    text_date(date, time);
    text_clock(clock, time);
    g_string_append_printf(to, "%s %s", date, clock);
}

static void put_times(struct connections_text *list, const struct connection_record *connection)
{
    bool opened = connection->opened != SW_NO_TIME;
    int64_t start = opened ? connection->opened : connection->first.time;
    g_string_append(list->line, opened ? "     opened " : "     first seen ");
    put_moment(list->line, start);
    if (connection->closed != SW_NO_TIME) {
        char span[TEXT_SPAN_SIZE];
        text_span(span, connection->closed - start);
        g_string_append_printf(list->line, ", lasted %s", span);
    }
    end_line(list);
}

static void put_part(struct connections_text *list, const char *before, const char *text)
{
    if (text != NULL)
        put_slice(list, before, (struct sw_slice){.data = (const uint8_t *)text, .size = strlen(text)});
}

static void put_tls(struct connections_text *list, const struct tls_facts *tls)
{
    if (tls == NULL)
        return;
    put_part(list, "     TLS ", tls_version_name(tls->version));
    put_part(list, "  ", tls->suite != NULL ? tls->suite->name : NULL);
    put_part(list, "  for ", tls->server_name);
    put_part(list, "  alpn ", tls->alpn);
    put_part(list, "  certificate ", tls->subject);
    end_line(list);
}

static void put_handshake(struct connections_text *list, const struct connection_record *connection)
{
    const struct sw_handshake *handshake = connection->handshake;
    if (handshake == NULL || !handshake->requested)
        return;
    put_slice(list, connection->stream != 0 ? "     CONNECT " : "     GET ", handshake->target);
    put_slice(list, "  host ", handshake->host);
    put_slice(list, "  origin ", handshake->origin);
    end_line(list);

    g_string_append(list->line, "     subprotocol ");
    if (handshake->offered.size == 0)
        g_string_append(list->line, "none offered");
    put_slice(list, "", handshake->offered);
    g_string_append(list->line, list->page.unicode ? " → " : " -> ");
    if (!handshake->answered)
        g_string_append(list->line, "no answer");
    else if (handshake->subprotocol.size == 0)
        g_string_append(list->line, "none");
    put_slice(list, "", handshake->subprotocol);
    end_line(list);
    put_slice(list, "     client ", handshake->user_agent);
    end_line(list);
    put_slice(list, "     server ", handshake->server);
    end_line(list);
}

static void put_deflate(struct connections_text *list, const struct sw_handshake *handshake)
{
    if (handshake == NULL)
        return;
    const struct sw_deflate_params *deflate = &handshake->deflate;
    if (deflate->agreed)
        g_string_append_printf(list->line, "     compressed: client window %u%s, server window %u%s",
                               deflate->client_window_bits, deflate->client_takeover ? "" : " without takeover",
                               deflate->server_window_bits, deflate->server_takeover ? "" : " without takeover");
    end_line(list);
    if (handshake->extension_unknown)
        g_string_append(list->line, "     an extension was agreed that is not known here");
    end_line(list);
}

static void put_counts(struct connections_text *list, const char *who, const struct sw_direction_counts *counts)
{
    g_string_append_printf(list->line, "     %s sent ", who);
    text_count(list->line, counts->frames, "frame");
    g_string_append(list->line, ", ");
    text_count(list->line, counts->messages, "message");
    g_string_append(list->line, ", ");
    text_count(list->line, counts->bytes, "byte");
    if (counts->pings > 0) {
        g_string_append(list->line, ", ");
        text_count(list->line, counts->pings, "ping");
    }
    if (counts->pongs > 0) {
        g_string_append(list->line, ", ");
        text_count(list->line, counts->pongs, "pong");
    }
    end_line(list);
}

static void put_lost_pings(struct connections_text *list, const struct connection_record *connection)
{
    if (connection->lost_ping_count == 0)
        return;
    g_string_append(list->line, "     ");
    text_count(list->line, connection->lost_ping_count, "ping");
    g_string_append_printf(list->line, " without a pong, the first from the %s at ",
                           direction_name(connection->lost_pings[0].from));
    put_moment(list->line, connection->lost_pings[0].time);
    end_line(list);
}

static void put_by(GString *to, const struct connection_record *connection)
{
    if (connection->close.by_known)
        g_string_append_printf(to, " by the %s", direction_name(connection->close.by));
}

static void put_tcp_ending(GString *to, const struct connection_record *connection)
{
    static const char *const texts[] = {
        [TCP_OPEN] = "still open when the capture ends",
        [TCP_FIN] = "TCP ended",
        [TCP_RST] = "TCP reset",
        [TCP_REUSED] = "gone: a new connection took its ports",
        [TCP_EVICTED] = "given up: too many connections at once",
    };
    static const char *const stream_texts[] = {[TCP_FIN] = "the stream ended", [TCP_RST] = "the stream was reset"};
    bool stream = connection->stream != 0 && (connection->close.tcp == TCP_FIN || connection->close.tcp == TCP_RST);
    g_string_append(to, (stream ? stream_texts : texts)[connection->close.tcp]);
    if (connection->close.tcp == TCP_FIN || connection->close.tcp == TCP_RST)
        put_by(to, connection);
}

static void put_ending(struct connections_text *list, const struct connection_record *connection)
{
    g_string_append(list->line, "     ");
    if (!connection->close.seen) {
        put_tcp_ending(list->line, connection);
        if (connection->close.tcp != TCP_OPEN && connection->opened != SW_NO_TIME)
            g_string_append(list->line, " without a Close");
        end_line(list);
        return;
    }
    struct sw_slice reason;
    unsigned code = first_close(connection, &reason);
    g_string_append_printf(list->line, "closed %u", code);
    if (reason.size > 0) {
        put_slice(list, " \"", reason);
        g_string_append_c(list->line, '"');
    } else if (close_code_name(code) != NULL) {
        g_string_append_printf(list->line, " (%s)", close_code_name(code));
    }
    put_by(list->line, connection);
    unsigned answer = connection->close.codes[sw_direction_opposite(connection->close.by)];
    if (connection->close.clean && answer != 0)
        g_string_append_printf(list->line, ", answered with %u", answer);
    else
        g_string_append(list->line, connection->close.clean ? ", cleanly" : ", no Close in answer");
    end_line(list);
}

static void on_begin(void *context, const struct connection_record *connection)
{
    struct connections_text *list = context;
    hold_reserve(list->hold, (struct hold_key){connection->first.time, 0, connection->id});
}

static void emit_block(void *context, const char *text, size_t size)
{
    struct connections_text *list = context;
    g_string_append_len(list->page.text, text, (gssize)size);
    page_line(&list->page); /* an empty line between blocks */
}

static void on_end(void *context, const struct connection_record *connection)
{
    struct connections_text *list = context;
    const struct sw_handshake *handshake = connection->handshake;
    bool refused = was_refused(connection);
    list->count++;
    list->refused += refused ? 1 : 0;
    list->midstream += connection->midstream ? 1 : 0;

    g_string_truncate(list->block, 0);
    put_title(list, connection);
    put_times(list, connection);
    put_tls(list, connection->tls);
    put_handshake(list, connection);
    if (!refused) {
        put_deflate(list, handshake);
        put_counts(list, "client", &connection->counts[SW_CLIENT]);
        put_counts(list, "server", &connection->counts[SW_SERVER]);
        g_string_append(list->line, "     ");
        text_count(list->line, connection->sip_messages, "SIP message");
        end_line(list);
        put_lost_pings(list, connection);
    }
    put_ending(list, connection);
    hold_fill(list->hold, (struct hold_key){connection->first.time, 0, connection->id}, list->block->str,
              list->block->len);
    hold_release(list->hold, INT64_MAX, emit_block, list);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct connections_text *list = context;
    (void)totals;
    hold_release_all(list->hold, emit_block, list);
    text_count(list->page.text, list->count, "WebSocket connection");
    if (list->refused > 0)
        g_string_append_printf(list->page.text, ", %" G_GUINT64_FORMAT " refused", list->refused);
    if (list->midstream > 0)
        g_string_append_printf(list->page.text, ", %" G_GUINT64_FORMAT " seen from mid-stream", list->midstream);
    page_line(&list->page);
    page_flush(&list->page);
}

static void on_free(void *context)
{
    struct connections_text *list = context;
    hold_free(list->hold);
    g_string_free(list->block, TRUE);
    g_string_free(list->line, TRUE);
    page_close(&list->page);
    g_free(list);
}

struct sink connections_text_sink(const struct output_options *options)
{
    struct connections_text *list = g_new(struct connections_text, 1);
    *list = (struct connections_text){.hold = hold_new(), .block = g_string_new(NULL), .line = g_string_new(NULL)};
    page_open(&list->page, options);
    return (struct sink){
        .context = list,
        .connection_begin = on_begin,
        .connection_end = on_end,
        .finish = on_finish,
        .free = on_free,
    };
}
