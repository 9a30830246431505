/* SPDX-License-Identifier: MIT
 *
 * SIP messages for people: a line each, with their bytes below where they are asked for.
 *
 * Bytes are shown as lines of text and made fit to be shown like all else: what must be exact is NDJSON's business.
 */
#include <string.h>

#include "output/digits.h"
#include "output/facts.h"
#include "output/text.h"

enum { WIDE = 120, SUMMARY_LEAST = 12 };

struct messages_text {
    struct page page;
    bool raw;
    int64_t day;
    GString *summary; /* scratch */
    GString *tail;
};

static void print_day(struct messages_text *list, int64_t time)
{
    char date[TEXT_DATE_SIZE];
    if (text_day(time) == list->day)
        return;
    list->day = text_day(time);
    text_date(date, time);
    page_style(&list->page, STYLE_TITLE, date);
    page_line(&list->page);
}

static void put_addresses(struct messages_text *list, const struct message_record *message)
{
    char source[56];
    char destination[56];
    sw_endpoint_format(&message->source, source, sizeof source);
    sw_endpoint_format(&message->destination, destination, sizeof destination);
    const unsigned columns = list->page.width >= WIDE ? 21 : 0;
    text_pad(list->page.text, source, columns, TEXT_RIGHT);
    g_string_append(list->page.text, list->page.unicode ? " → " : " -> ");
    text_pad(list->page.text, destination, columns, TEXT_LEFT);
    g_string_append_c(list->page.text, ' ');
}

static void put_summary(struct messages_text *list, const struct sw_sip *sip)
{
    bool unicode = list->page.unicode;
    g_string_truncate(list->summary, 0);
    if (sip->response) {
        char status[] = "000 ";
        digits_put(status, sip->status, 3);
        g_string_append(list->summary, status);
        text_escape(list->summary, sip->reason, unicode);
        return;
    }
    text_escape(list->summary, sip->method, unicode);
    if (list->page.width >= WIDE) {
        g_string_append_c(list->summary, ' ');
        text_escape(list->summary, sip->uri, unicode);
    }
}

static void put_tail(struct messages_text *list, const struct message_record *message)
{
    struct sw_cseq cseq;
    bool wide = list->page.width >= WIDE;
    GString *tail = list->tail;
    g_string_truncate(tail, 0);
    if (sip_cseq(message->sip, &cseq)) {
        g_string_append_c(tail, ' ');
        text_number(tail, cseq.number);
        if (message->sip->response || wide) {
            g_string_append_c(tail, ' ');
            text_escape(tail, cseq.method, list->page.unicode);
        }
    }
    if (message->placement.call != 0) {
        g_string_append(tail, wide ? " call " : " c");
        text_number(tail, message->placement.call);
    }
    g_string_append_c(tail, ' ');
    text_number(tail, message->sip->raw.size);
    g_string_append(tail, wide ? " bytes" : "");
    if (message->placement.retransmission)
        g_string_append(tail, wide ? " retransmission" : " retr.");
    if (message->partial)
        g_string_append(tail, " cut");
}

/* The message's lines, each behind a bar so that they can't be taken for lines of the list. */
static void print_raw(struct messages_text *list, struct sw_slice raw)
{
    while (raw.size > 0) {
        const uint8_t *lf = memchr(raw.data, '\n', raw.size);
        size_t size = lf == NULL ? raw.size : (size_t)(lf - raw.data);
        size_t shown = lf != NULL && size > 0 && raw.data[size - 1] == '\r' ? size - 1 : size;
        g_string_append(list->page.text, list->page.unicode ? "     │ " : "     | ");
        text_escape(list->page.text, (struct sw_slice){raw.data, shown}, list->page.unicode);
        page_line(&list->page);
        size += lf == NULL ? 0 : 1;
        raw = (struct sw_slice){raw.data + size, raw.size - size};
    }
}

/* Number, time, packet and transport. */
static void put_head(GString *to, const struct message_record *message)
{
    char clock[TEXT_CLOCK_SIZE];
    text_clock(clock, message->marks[0].time);
    text_number_pad(to, message->id, 4);
    g_string_append_c(to, ' ');
    g_string_append(to, clock);
    g_string_append_c(to, ' ');
    text_number_pad(to, mark_number(message->marks[0]), 5);
    g_string_append_c(to, ' ');
    text_pad(to, sw_transport_name(message->transport), 3, TEXT_LEFT);
    g_string_append_c(to, ' ');
}

static void on_message(void *context, const struct message_record *message)
{
    struct messages_text *list = context;
    struct page *page = &list->page;
    print_day(list, message->marks[0].time);
    size_t start = page->text->len;
    put_head(page->text, message);
    put_addresses(list, message);
    put_summary(list, message->sip);
    put_tail(list, message);

    unsigned used = text_columns(page->text->str + start) + text_columns(list->tail->str);
    unsigned room = MAX(page->width > used ? page->width - used : 0, (unsigned)SUMMARY_LEAST);
    unsigned status = message->sip->response ? MAX(message->sip->status, 1u) : 0;
    enum style style = message->placement.retransmission ? STYLE_DIM : style_of_status(status);
    if (page->color)
        g_string_append(page->text, style_on(style));
    text_shorten(page->text, list->summary->str, room, TEXT_CUT_END, page->unicode);
    if (page->color)
        g_string_append(page->text, style_off(style));
    g_string_append(page->text, list->tail->str);
    page_line(page);
    if (list->raw)
        print_raw(list, message->sip->raw);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct messages_text *list = context;
    (void)totals;
    page_flush(&list->page);
}

static void on_free(void *context)
{
    struct messages_text *list = context;
    g_string_free(list->summary, TRUE);
    g_string_free(list->tail, TRUE);
    page_close(&list->page);
    g_free(list);
}

struct sink messages_text_sink(const struct output_options *options)
{
    struct messages_text *list = g_new(struct messages_text, 1);
    *list = (struct messages_text){
        .raw = options->raw, .day = INT64_MIN, .summary = g_string_new(NULL), .tail = g_string_new(NULL)};
    page_open(&list->page, options);
    return (struct sink){.context = list, .message = on_message, .finish = on_finish, .free = on_free};
}
