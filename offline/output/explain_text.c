/* SPDX-License-Identifier: MIT
 *
 * The ledger told to a person: what was there, what was read, and for what was not, why, where, and what helps.
 */
#include <string.h>

#include "output/facts.h"
#include "output/text.h"

/* Flows with losses that are told one by one; the others are in the totals. */
enum { FLOWS_TOLD = 500, PACKETS_TOLD = 8 };

struct advice {
    const char *what; /* it means */
    const char *help; /* one can do */
};

static const struct advice advices[SW_REASON_COUNT] = {
    [SW_REASON_NO_KEY] = {"encrypted, and no key for it was given",
                          "give the TLS secrets of a client or server with --keylog FILE"},
    [SW_REASON_CIPHER_SUITE_UNKNOWN] = {"encrypted with a cipher suite that is not known here",
                                        "capture the handshake too, or have the server offer AES-GCM or ChaCha20"},
    [SW_REASON_SEGMENT_MISSING] =
        {"bytes are not in the capture",
         "if packets were dropped while capturing: a larger buffer (-B) or a narrower filter"},
    [SW_REASON_SNAPLEN_CUT] = {"packets were cut when they were captured", "capture whole packets (-s 0)"},
    [SW_REASON_NO_HANDSHAKE] = {"the beginning of the connection is not in the capture",
                                "start capturing before the client connects"},
    [SW_REASON_DEFLATE_HISTORY_LOST] = {"compressed with reference to messages that are missing",
                                        "start capturing before the client connects, or switch permessage-deflate off"},
    [SW_REASON_NOT_SIP] = {"read, but it is not SIP", NULL},
    [SW_REASON_LIMIT] = {"a limit of this program was reached", "raise it with --limit NAME=VALUE"},
    [SW_REASON_MALFORMED] = {"not what the protocol allows, so that nothing behind it could be found", NULL},
};

struct sums {
    uint64_t bytes;
    uint64_t events;
    uint64_t flows;
};

struct explain_text {
    struct page page;
    GPtrArray *flows;    /* of struct ledger_record, copied; connection is NULL in them */
    GArray *connections; /* of uint64_t: the connection's id, or 0, of each flow */
    struct sums reasons[SW_REASON_COUNT];
    uint64_t told_not;
    uint64_t complete;
    uint64_t complete_bytes;
    uint64_t bytes;
    uint64_t decoded;
    uint64_t keepalive;
    uint64_t conflicts;
    bool captures;
};

static void print_title(struct explain_text *explain, const char *title)
{
    page_line(&explain->page);
    page_style(&explain->page, STYLE_TITLE, title);
    page_line(&explain->page);
}

static void put_moment(GString *to, int64_t time)
{
    char date[TEXT_DATE_SIZE];
    char clock[TEXT_CLOCK_SIZE];
    text_date(date, time);
    text_clock(clock, time);
    g_string_append_printf(to, "%s %s", date, clock);
}

static void on_capture(void *context, const struct capture_record *capture)
{
    struct explain_text *explain = context;
    struct page *page = &explain->page;
    const struct capture_info *info = capture->info;
    if (!explain->captures)
        page_style(page, STYLE_TITLE, "captures");
    if (!explain->captures)
        page_line(page);
    explain->captures = true;

    g_string_append(page->text, "  ");
    text_escape(page->text, (struct sw_slice){(const uint8_t *)info->path, strlen(info->path)}, page->unicode);
    g_string_append_printf(page->text, ": %s, ", info->format);
    text_count(page->text, info->packets, "packet");
    for (size_t i = 0; i < info->link_type_count; i++)
        g_string_append_printf(page->text, "%s%s", i == 0 ? ", " : "+", link_type_name(info->link_types[i]));
    if (info->packets > 0) {
        char span[TEXT_SPAN_SIZE];
        text_span(span, info->last - info->first);
        g_string_append(page->text, ", from ");
        put_moment(page->text, info->first);
        g_string_append_printf(page->text, " UTC, %s", span);
    }
    page_line(page);
    for (size_t i = 0; i < info->damage_count; i++) {
        g_string_append_printf(page->text, "    damaged at byte %" G_GUINT64_FORMAT ": %s", info->damage[i].offset,
                               info->damage[i].text);
        page_line(page);
    }
}

static void on_ledger(void *context, const struct ledger_record *record)
{
    struct explain_text *explain = context;
    uint64_t total = sw_ledger_total(&record->ledger);
    uint64_t undecoded = sw_ledger_undecoded(&record->ledger);
    explain->bytes += total;
    explain->decoded += total - undecoded;
    explain->keepalive += record->ledger.keepalive;
    explain->conflicts += record->conflicts;
    if (undecoded == 0 && record->conflicts == 0) {
        explain->complete++;
        explain->complete_bytes += total;
        return;
    }
    for (unsigned i = 0; i < SW_REASON_COUNT; i++) {
        explain->reasons[i].bytes += record->ledger.undecoded[i];
        explain->reasons[i].events += record->losses[i].events;
        explain->reasons[i].flows += record->ledger.undecoded[i] > 0 ? 1 : 0;
    }
    if (explain->flows->len == FLOWS_TOLD) {
        explain->told_not++;
        return;
    }
    struct ledger_record *copy = g_memdup2(record, sizeof *record);
    uint64_t id = record->connection == NULL ? 0 : record->connection->id;
    copy->connection = NULL; /* it may be gone by then */
    g_ptr_array_add(explain->flows, copy);
    g_array_append_val(explain->connections, id);
}

static void print_count(struct explain_text *explain, uint64_t count, const char *text)
{
    if (count == 0)
        return;
    g_string_append_printf(explain->page.text, "  %10" G_GUINT64_FORMAT "  %s", count, text);
    page_line(&explain->page);
}

static void print_messages(struct explain_text *explain, const struct totals_record *totals)
{
    GString *text = explain->page.text;
    uint64_t all = 0;
    for (unsigned i = 0; i <= SW_TRANSPORT_WSS; i++)
        all += totals->messages[i];
    g_string_append_printf(text, "  %10" G_GUINT64_FORMAT "  SIP messages", all);
    const char *before = ": ";
    for (unsigned i = 0; i <= SW_TRANSPORT_WSS; i++) {
        if (totals->messages[i] == 0)
            continue;
        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " over %s", before, totals->messages[i],
                               sw_transport_name((enum sw_transport)i));
        before = ", ";
    }
    page_line(&explain->page);
}

static void print_totals(struct explain_text *explain, const struct totals_record *totals)
{
    print_title(explain, "what was found");
    print_messages(explain, totals);
    print_count(explain, totals->connections, "WebSocket connections, refused ones included");
    print_count(explain, totals->subprotocol_other, "WebSocket messages of subprotocols other than sip");
    print_count(explain, totals->streams_sip, "TCP connections with SIP");
    print_count(explain, totals->streams_tls, "TCP connections with TLS that could not be decrypted");
    print_count(explain, totals->streams_http, "TCP connections with HTTP and no WebSocket");
    print_count(explain, totals->streams_http2, "TCP connections with HTTP/2");
    print_count(explain, totals->http2_ordinary, "HTTP/2 streams that are no WebSocket");
    print_count(explain, totals->streams_other, "TCP connections with something else");
    print_count(explain, totals->datagrams, "UDP datagrams");
    print_count(explain, totals->datagrams_sip, "of them SIP");
    print_count(explain, totals->datagram_bytes_other, "bytes of UDP in flows without SIP");
    print_count(explain, totals->net.link_unknown,
                "packets of a kind of link that can't be read here, or encrypted by Wi-Fi");
    print_count(explain, totals->net.malformed, "packets with a broken header");
    print_count(explain, totals->net.not_tcp_udp, "packets that are neither TCP nor UDP");
    print_count(explain, totals->net.fragments_waiting, "IP fragments whose other parts are missing");
    print_count(explain, totals->net.fragments_limit, "IP fragments above the limit");
    print_count(explain, totals->net.streams_evicted, "TCP connections given up: too many at once");
    print_count(explain, totals->datagrams_untold,
                "SIP datagrams of flows above the limit datagram-flows, missing below");
    print_count(explain, totals->calls_put_out, "calls told before they were over: more than the limit calls");
    print_count(explain, totals->items_hurried,
                "messages told before earlier ones: more held than the limit order-pending");
    print_count(explain, totals->messages_long, "messages in as many packets as the limit message-marks, or more");
    print_count(explain, totals->keylog == NULL ? 0 : tls_keylog_forgotten(totals->keylog),
                "TLS sessions whose secrets were given up: more than the limit keylog-sessions");
}

/* "40120 of 41033 bytes (97.7 %)" */
static void put_share(GString *to, uint64_t part, uint64_t whole)
{
    unsigned mille = whole == 0 ? 1000 : (unsigned)((long double)part / (long double)whole * 1000);
    g_string_append_printf(to, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes (%u.%u %%)", part, whole,
                           mille / 10, mille % 10);
}

static void print_balance(struct explain_text *explain)
{
    GString *text = explain->page.text;
    print_title(explain, "what was read");
    g_string_append(text, "  ");
    put_share(text, explain->decoded, explain->bytes);
    g_string_append(text, " of the flows that carry, or may carry, SIP or WebSocket");
    page_line(&explain->page);
    if (explain->complete > 0) {
        g_string_append_printf(
            text, "  %" G_GUINT64_FORMAT " direction%s of flows read in full (%" G_GUINT64_FORMAT " bytes)",
            explain->complete, explain->complete == 1 ? "" : "s", explain->complete_bytes);
        page_line(&explain->page);
    }
    if (explain->keepalive > 0) {
        g_string_append(text, "  ");
        text_count(text, explain->keepalive, "byte");
        g_string_append(text, " of keep-alives, which hold no SIP");
        page_line(&explain->page);
    }
}

static void print_reasons(struct explain_text *explain)
{
    GString *text = explain->page.text;
    print_title(explain, "what was not, and why");
    for (unsigned i = 0; i < SW_REASON_COUNT; i++) {
        const struct sums *sums = &explain->reasons[i];
        if (sums->bytes == 0 && sums->events == 0)
            continue;
        g_string_append_printf(text, "  %-21s", sw_reason_name((enum sw_reason)i));
        text_count(text, sums->bytes, "byte");
        g_string_append(text, " in ");
        text_count(text, sums->flows, "flow");
        g_string_append_printf(text, ": %s", advices[i].what);
        page_line(&explain->page);
        if (advices[i].help != NULL) {
            g_string_append_printf(text, "  %21s%s %s", "", explain->page.unicode ? "→" : "->", advices[i].help);
            page_line(&explain->page);
        }
    }
    if (explain->conflicts > 0) {
        g_string_append(text, "  ");
        text_count(text, explain->conflicts, "byte");
        g_string_append(text, " came again with a different content; the first ones count");
        page_line(&explain->page);
    }
}

static void put_packets(GString *to, const uint64_t *packets, unsigned count, uint64_t events)
{
    unsigned shown = MIN(count, (unsigned)PACKETS_TOLD);
    for (unsigned i = 0; i < shown; i++) {
        struct sw_mark mark = {.packet = packets[i]};
        g_string_append(to, i > 0 ? " " : shown > 1 ? ", packets " : ", packet ");
        if (mark_file(mark) != 0)
            g_string_append_printf(to, "%u:", mark_file(mark));
        g_string_append_printf(to, "%" G_GUINT64_FORMAT, mark_number(mark));
    }
    if (events > shown && shown > 0)
        g_string_append_printf(to, " and %" G_GUINT64_FORMAT " more", events - shown);
}

static void print_tls(struct explain_text *explain, const struct ledger_record *record)
{
    GString *text = explain->page.text;
    if (record->tls_records_lost > 0) {
        g_string_append(text, "    ");
        text_count(text, record->tls_records_lost, "TLS record");
        g_string_append(text, " lost");
        page_line(&explain->page);
    }
    if (record->tls_suite != 0) {
        g_string_append_printf(text, "    the cipher suite has the number 0x%04X", record->tls_suite);
        page_line(&explain->page);
    }
    if (record->tls_random[0] != '\0') {
        g_string_append_printf(text, "    the key log has no line that fits client random %s", record->tls_random);
        page_line(&explain->page);
    }
}

static void print_flow(struct explain_text *explain, const struct ledger_record *record, uint64_t connection)
{
    GString *text = explain->page.text;
    char source[56];
    char destination[56];
    uint64_t total = sw_ledger_total(&record->ledger);
    sw_endpoint_format(&record->source, source, sizeof source);
    sw_endpoint_format(&record->destination, destination, sizeof destination);
    g_string_append_printf(text, "  %s %s %s  %s", source, explain->page.unicode ? "→" : "->", destination,
                           record->protocol);
    if (connection != 0)
        g_string_append_printf(text, " connection %" G_GUINT64_FORMAT, connection);
    if (record->subprotocol[0] != '\0') {
        g_string_append(text, " (");
        text_escape(text, (struct sw_slice){(const uint8_t *)record->subprotocol, strlen(record->subprotocol)},
                    explain->page.unicode);
        g_string_append_c(text, ')');
    }
    g_string_append(text, ", read ");
    put_share(text, total - sw_ledger_undecoded(&record->ledger), total);
    page_line(&explain->page);
    for (unsigned i = 0; i < SW_REASON_COUNT; i++) {
        if (record->ledger.undecoded[i] == 0 && record->losses[i].events == 0)
            continue;
        g_string_append_printf(text, "    %s: ", sw_reason_name((enum sw_reason)i));
        text_count(text, record->ledger.undecoded[i], "byte");
        put_packets(text, record->losses[i].packets, MIN(record->losses[i].count, (unsigned)LOSS_FRAMES_KEPT),
                    record->losses[i].events);
        if (record->losses[i].text != NULL)
            g_string_append_printf(text, ": %s", record->losses[i].text);
        page_line(&explain->page);
    }
    if (record->conflicts > 0) {
        g_string_append(text, "    ");
        text_count(text, record->conflicts, "byte");
        g_string_append(text, " came again with a different content");
        page_line(&explain->page);
    }
    print_tls(explain, record);
}

static void print_flows(struct explain_text *explain)
{
    print_title(explain, "flow by flow");
    for (guint i = 0; i < explain->flows->len; i++)
        print_flow(explain, explain->flows->pdata[i], g_array_index(explain->connections, uint64_t, i));
    if (explain->told_not > 0) {
        g_string_append_printf(explain->page.text, "  and %" G_GUINT64_FORMAT " more; -T json lists all",
                               explain->told_not);
        page_line(&explain->page);
    }
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct explain_text *explain = context;
    print_totals(explain, totals);
    if (explain->bytes > 0)
        print_balance(explain);
    if (explain->flows->len > 0) {
        print_reasons(explain);
        print_flows(explain);
    } else if (explain->bytes > 0) {
        page_line(&explain->page);
        g_string_append(explain->page.text, "nothing was left undecoded");
        page_line(&explain->page);
    }
    page_flush(&explain->page);
}

static void on_free(void *context)
{
    struct explain_text *explain = context;
    g_ptr_array_free(explain->flows, TRUE);
    g_array_free(explain->connections, TRUE);
    page_close(&explain->page);
    g_free(explain);
}

struct sink explain_text_sink(const struct output_options *options)
{
    struct explain_text *explain = g_new(struct explain_text, 1);
    *explain = (struct explain_text){
        .flows = g_ptr_array_new_with_free_func(g_free),
        .connections = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
    };
    page_open(&explain->page, options);
    return (struct sink){
        .context = explain,
        .capture = on_capture,
        .ledger = on_ledger,
        .finish = on_finish,
        .free = on_free,
    };
}
