/* SPDX-License-Identifier: MIT
 *
 * Calls and messages as tables for spreadsheets: RFC 4180, a header line first, fields in UTF-8.
 *
 * What of a field may not be shown is escaped as everywhere (\x1b), so a record is one line. Times are as in NDJSON.
 */
#include <string.h>

#include "output/facts.h"
#include "output/text.h"

struct csv {
    struct page page;
    GString *field; /* scratch */
    bool begun;     /* the record has a field */
};

/* --- fields ------------------------------------------------------------------------------------------------------ */

/* Ends the field that stands in csv->field. Quotes where it could be taken for more than one (RFC 4180 2.6, 2.7). */
static void put_field(struct csv *csv)
{
    GString *line = csv->page.text;
    if (csv->begun)
        g_string_append_c(line, ',');
    csv->begun = true;
    const bool quoted = strpbrk(csv->field->str, ",\"\r\n") != NULL;
    if (quoted)
        g_string_append_c(line, '"');
    for (const char *at = csv->field->str; *at != '\0'; at++) {
        if (*at == '"')
            g_string_append_c(line, '"');
        g_string_append_c(line, *at);
    }
    if (quoted)
        g_string_append_c(line, '"');
    g_string_truncate(csv->field, 0);
}

static void put_slice(struct csv *csv, struct sw_slice text)
{
    text_escape(csv->field, text, true);
    put_field(csv);
}

static void put_text(struct csv *csv, const char *text)
{
    g_string_assign(csv->field, text != NULL ? text : "");
    put_field(csv);
}

static void put_number(struct csv *csv, uint64_t number)
{
    text_number(csv->field, number);
    put_field(csv);
}

/* 0 is none. */
static void put_count(struct csv *csv, uint64_t number)
{
    if (number != 0)
        text_number(csv->field, number);
    put_field(csv);
}

static void put_time(struct csv *csv, int64_t time)
{
    char stamp[TEXT_STAMP_SIZE] = "";
    if (time != SW_NO_TIME)
        text_stamp(stamp, time);
    put_text(csv, stamp);
}

static void put_milliseconds(struct csv *csv, bool known, int64_t span)
{
    if (known)
        g_string_append_printf(csv->field, "%" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT, span / 1000000,
                               span / 1000 % 1000);
    put_field(csv);
}

static void put_endpoint(struct csv *csv, const struct sw_endpoint *endpoint)
{
    char text[56];
    sw_endpoint_format(endpoint, text, sizeof text);
    put_text(csv, text);
}

static void end_record(struct csv *csv)
{
    g_string_append_c(csv->page.text, '\r'); /* the line feed is the page's */
    page_line(&csv->page);
    csv->begun = false;
}

/* --- records ----------------------------------------------------------------------------------------------------- */

static const char calls_header[] = "id,kind,method,call_id,from,to,state,status,start,ringing,answered,end,setup_ms,"
                                   "duration_ms,ended_by,messages,retransmissions,transports";

static void on_call(void *context, const struct sw_call *call)
{
    struct csv *csv = context;
    int64_t duration = 0;
    const bool lasted = call_duration(call, &duration);
    const bool answered = call->answered != SW_NO_TIME && call->start != SW_NO_TIME;
    put_number(csv, call->id);
    put_text(csv, sw_call_kind_name(call->kind));
    put_slice(csv, call->method);
    put_slice(csv, call->call_id);
    put_slice(csv, call->from);
    put_slice(csv, call->to);
    put_text(csv, sw_call_state_name(call->state));
    put_count(csv, call->status);
    put_time(csv, call->start);
    put_time(csv, call->ringing);
    put_time(csv, call->answered);
    put_time(csv, call->end);
    put_milliseconds(csv, answered, answered ? call->answered - call->start : 0);
    put_milliseconds(csv, lasted, duration);
    put_text(csv, sw_ended_by_name(call->ended_by));
    put_number(csv, call->messages_seen);
    put_number(csv, call->retransmissions);
    transports_append(csv->field, call->transports, "+");
    put_field(csv);
    end_record(csv);
}

static const char messages_header[] =
    "id,file,packet,time,transport,connection,src,dst,method,uri,status,reason,call_id,"
    "cseq,cseq_method,from,to,branch,call,retransmission,size";

static void put_headers(struct csv *csv, const struct sw_sip *sip)
{
    struct sw_cseq cseq;
    const bool numbered = sip_cseq(sip, &cseq);
    put_slice(csv, sip_field(sip, SW_SIP_CALL_ID));
    if (numbered)
        text_number(csv->field, cseq.number);
    put_field(csv);
    put_slice(csv, cseq.method);
    put_slice(csv, sip_field(sip, SW_SIP_FROM));
    put_slice(csv, sip_field(sip, SW_SIP_TO));
    put_slice(csv, sip_branch(sip));
}

static void on_message(void *context, const struct message_record *message)
{
    struct csv *csv = context;
    const struct sw_sip *sip = message->sip;
    put_number(csv, message->id);
    put_number(csv, mark_file(message->marks[0]));
    put_number(csv, mark_number(message->marks[0]));
    put_time(csv, message->marks[0].time);
    put_text(csv, sw_transport_name(message->transport));
    put_count(csv, message->connection != NULL ? message->connection->id : 0);
    put_endpoint(csv, &message->source);
    put_endpoint(csv, &message->destination);
    put_slice(csv, sip->method);
    put_slice(csv, sip->uri);
    put_count(csv, sip->response ? sip->status : 0);
    put_slice(csv, sip->reason);
    put_headers(csv, sip);
    put_count(csv, message->placement.call);
    put_number(csv, message->placement.retransmission);
    put_number(csv, sip->raw.size);
    end_record(csv);
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static void on_finish(void *context, const struct totals_record *totals)
{
    struct csv *csv = context;
    (void)totals;
    page_flush(&csv->page);
}

static void on_free(void *context)
{
    struct csv *csv = context;
    g_string_free(csv->field, TRUE);
    page_close(&csv->page);
    g_free(csv);
}

static struct csv *csv_new(const struct output_options *options, const char *header)
{
    struct csv *csv = g_new(struct csv, 1);
    *csv = (struct csv){.field = g_string_new(NULL)};
    page_open(&csv->page, options);
    g_string_append(csv->page.text, header);
    end_record(csv);
    return csv;
}

struct sink calls_csv_sink(const struct output_options *options)
{
    struct csv *csv = csv_new(options, calls_header);
    return (struct sink){.context = csv, .call = on_call, .finish = on_finish, .free = on_free};
}

struct sink messages_csv_sink(const struct output_options *options)
{
    struct csv *csv = csv_new(options, messages_header);
    return (struct sink){.context = csv, .message = on_message, .finish = on_finish, .free = on_free};
}
