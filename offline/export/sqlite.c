/* SPDX-License-Identifier: MIT
 *
 * export --sqlite: which record becomes which row?
 */
#include <glib.h>
#include <string.h>
#include <sys/stat.h>

#include "export/database.h"
#include "export/sinks.h"
#include "output/facts.h"
#include "output/findings.h"

struct sqlite {
    struct export_result *result;
    struct database *to;
    struct findings *findings; /* for who is accused */
    uint64_t finding_count;
    uint64_t ledger_count;
};

static void on_capture(void *context, const struct capture_record *capture)
{
    struct sqlite *sqlite = context;
    struct database *to = sqlite->to;
    const struct capture_info *info = capture->info;
    row_number(to, capture->file);
    row_text(to, info->path);
    row_text(to, info->format);
    row_number(to, info->packets);
    row_time(to, info->packets != 0 ? info->first : SW_NO_TIME);
    row_time(to, info->packets != 0 ? info->last : SW_NO_TIME);
    row_number(to, info->damage_count);
    row_end(to, TABLE_CAPTURES);
}

/* --- connections ------------------------------------------------------------------------------------------------- */

static void put_handshake(struct database *to, const struct sw_handshake *handshake)
{
    row_slice(to, handshake->target);
    row_slice(to, handshake->host);
    row_slice(to, handshake->origin);
    row_count(to, handshake->status);
    row_slice(to, handshake->subprotocol);
    row_number(to, handshake->deflate.agreed);
    row_slice(to, handshake->user_agent);
    row_slice(to, handshake->server);
}

static void put_tls(struct database *to, const struct tls_facts *tls)
{
    row_text(to, tls != NULL ? tls_version_name(tls->version) : NULL);
    row_text(to, tls != NULL && tls->suite != NULL ? tls->suite->name : NULL);
    row_text(to, tls != NULL ? tls->server_name : NULL);
}

static void put_close(struct database *to, const struct connection_record *connection)
{
    row_text(to, connection->close.by_known ? direction_name(connection->close.by) : NULL);
    row_count(to, connection->close.code);
    row_slice(to, connection->close.reason);
    row_number(to, connection->close.clean);
    row_text(to, tcp_ending_name(connection->close.tcp));
}

static void put_counts(struct database *to, const struct sw_direction_counts *counts)
{
    row_number(to, counts->frames);
    row_number(to, counts->bytes);
    row_number(to, counts->pings);
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct sqlite *sqlite = context;
    struct database *to = sqlite->to;
    static const struct sw_handshake none;
    findings_connection_end(sqlite->findings, connection);
    row_number(to, connection->id);
    row_number(to, mark_file(connection->first));
    row_time(to, connection->first.time);
    row_time(to, connection->opened);
    row_time(to, connection->closed);
    row_endpoint(to, &connection->client);
    row_endpoint(to, &connection->server);
    row_text(to, sw_transport_name(connection->transport));
    put_handshake(to, connection->handshake != NULL ? connection->handshake : &none);
    put_tls(to, connection->tls);
    put_close(to, connection);
    put_counts(to, &connection->counts[SW_CLIENT]);
    put_counts(to, &connection->counts[SW_SERVER]);
    row_number(to, connection->lost_ping_count);
    row_number(to, connection->sip_messages);
    row_number(to, connection->midstream);
    row_end(to, TABLE_CONNECTIONS);
}

/* --- messages and calls ------------------------------------------------------------------------------------------ */

static void put_start_line(struct database *to, const struct sw_sip *sip)
{
    row_slice(to, sip->method);
    row_slice(to, sip->uri);
    row_count(to, sip->response ? sip->status : 0);
    row_slice(to, sip->reason);
}

static void put_headers(struct database *to, const struct sw_sip *sip)
{
    struct sw_cseq cseq;
    row_slice(to, sip_field(sip, SW_SIP_CALL_ID));
    if (sip_cseq(sip, &cseq))
        row_number(to, cseq.number);
    else
        row_null(to);
    row_slice(to, cseq.method);
    row_slice(to, sip_field(sip, SW_SIP_FROM));
    row_slice(to, sip_field(sip, SW_SIP_TO));
    row_slice(to, sip_branch(sip));
    row_slice(to, sip_field(sip, sip->response ? SW_SIP_SERVER : SW_SIP_USER_AGENT));
}

static void on_message(void *context, const struct message_record *message)
{
    struct sqlite *sqlite = context;
    struct database *to = sqlite->to;
    findings_message(sqlite->findings, message);
    row_number(to, message->id);
    row_number(to, mark_file(message->marks[0]));
    row_number(to, mark_number(message->marks[0]));
    row_number(to, message->mark_count);
    row_time(to, message->marks[0].time);
    row_number(to, (uint64_t)message->marks[0].time);
    row_text(to, sw_transport_name(message->transport));
    row_count(to, message->connection != NULL ? message->connection->id : 0);
    row_endpoint(to, &message->source);
    row_endpoint(to, &message->destination);
    put_start_line(to, message->sip);
    put_headers(to, message->sip);
    row_count(to, message->placement.call);
    row_count(to, message->placement.request);
    row_number(to, message->placement.retransmission);
    row_number(to, message->sip->raw.size);
    row_bytes(to, message->sip->raw);
    row_end(to, TABLE_MESSAGES);
}

static void on_aside(void *context, const struct message_record *message)
{
    const struct sqlite *sqlite = context;
    findings_message(sqlite->findings, message);
}

static void put_milliseconds(struct database *to, bool known, int64_t span)
{
    if (known)
        row_real(to, (double)span / 1e6);
    else
        row_null(to);
}

static void put_call_times(struct database *to, const struct sw_call *call)
{
    int64_t duration = 0;
    const bool lasted = call_duration(call, &duration);
    const bool answered = call->answered != SW_NO_TIME && call->start != SW_NO_TIME;
    row_time(to, call->start);
    row_time(to, call->ringing);
    row_time(to, call->answered);
    row_time(to, call->end);
    put_milliseconds(to, answered, answered ? call->answered - call->start : 0);
    put_milliseconds(to, lasted, duration);
}

static void on_call(void *context, const struct sw_call *call)
{
    struct sqlite *sqlite = context;
    struct database *to = sqlite->to;
    GString *transports = g_string_new(NULL);
    transports_append(transports, call->transports, "+");
    row_number(to, call->id);
    row_text(to, sw_call_kind_name(call->kind));
    row_slice(to, call->method);
    row_slice(to, call->call_id);
    row_slice(to, call->from);
    row_slice(to, call->to);
    row_text(to, sw_call_state_name(call->state));
    row_count(to, call->status);
    row_null(to); /* the reason, which is looked up at the end */
    put_call_times(to, call);
    row_text(to, sw_ended_by_name(call->ended_by));
    row_number(to, call->messages_seen);
    row_number(to, call->retransmissions);
    row_number(to, call->dialogs);
    row_text(to, transports->str);
    row_end(to, TABLE_CALLS);
    g_string_free(transports, TRUE);
    for (size_t i = 0; i < call->connection_count; i++) {
        row_number(to, call->id);
        row_number(to, call->connections[i]);
        row_end(to, TABLE_CALL_CONNECTIONS);
    }
}

/* --- findings and ledger ----------------------------------------------------------------------------------------- */

static void on_finding(void *context, const struct finding_record *finding)
{
    struct sqlite *sqlite = context;
    struct database *to = sqlite->to;
    struct told told;
    if (!findings_take(sqlite->findings, finding, &told))
        return;
    row_number(to, ++sqlite->finding_count);
    row_text(to, told.rule->id);
    row_text(to, sw_level_name(told.rule->level));
    row_number(to, told.rule->rfc);
    row_text(to, told.rule->section);
    row_text(to, finding->party);
    row_time(to, finding->marks[0].time);
    row_number(to, mark_file(finding->marks[0]));
    row_number(to, mark_number(finding->marks[0]));
    row_count(to, finding->connection != NULL ? finding->connection->id : 0);
    row_count(to, finding->message);
    row_count(to, finding->call);
    row_endpoint(to, &finding->source);
    row_endpoint(to, &finding->destination);
    row_text(to, *told.product != '\0' ? told.product : NULL);
    row_text(to, told.rule->text);
    row_slice(to, (struct sw_slice){(const uint8_t *)finding->evidence,
                                    finding->evidence != NULL ? strlen(finding->evidence) : 0});
    row_end(to, TABLE_FINDINGS);
}

static void put_losses(struct sqlite *sqlite, const struct ledger_record *ledger)
{
    struct database *to = sqlite->to;
    for (unsigned reason = 0; reason < SW_REASON_COUNT; reason++) {
        if (ledger->ledger.undecoded[reason] == 0 && ledger->losses[reason].events == 0)
            continue;
        row_number(to, sqlite->ledger_count);
        row_text(to, sw_reason_name((enum sw_reason)reason));
        row_number(to, ledger->ledger.undecoded[reason]);
        row_number(to, ledger->losses[reason].events);
        row_text(to, ledger->losses[reason].text);
        row_end(to, TABLE_UNDECODED);
    }
}

static void on_ledger(void *context, const struct ledger_record *ledger)
{
    struct sqlite *sqlite = context;
    struct database *to = sqlite->to;
    const uint64_t total = sw_ledger_total(&ledger->ledger);
    row_number(to, ++sqlite->ledger_count);
    row_number(to, mark_file(ledger->first));
    row_time(to, ledger->first.time);
    row_text(to, ledger->protocol);
    row_count(to, ledger->connection != NULL ? ledger->connection->id : 0);
    row_text(to, ledger->connection != NULL ? direction_name(ledger->direction) : NULL);
    row_endpoint(to, &ledger->source);
    row_endpoint(to, &ledger->destination);
    row_number(to, total);
    row_number(to, total - sw_ledger_undecoded(&ledger->ledger));
    row_end(to, TABLE_LEDGER);
    put_losses(sqlite, ledger);
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static void on_finish(void *context, const struct totals_record *totals)
{
    struct sqlite *sqlite = context;
    (void)totals;
    database_finish(g_steal_pointer(&sqlite->to), &sqlite->result->error);
}

static void on_free(void *context)
{
    struct sqlite *sqlite = context;
    if (sqlite->to != NULL)
        database_finish(sqlite->to, &sqlite->result->error);
    findings_free(sqlite->findings);
    g_free(sqlite);
}

static bool is_there(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && file.st_size != 0;
}

struct sink export_sqlite(const struct export_options *options, struct export_result *result)
{
    static const struct output_options all = {.unicode = true};
    if (strcmp(options->target, "-") == 0)
        result->error = g_strdup("a database is a file");
    else if (is_there(options->target))
        result->error = g_strdup("it is there already; a new database is made, never one changed");
    struct database *to = result->error == NULL ? database_new(options->target, &result->error) : NULL;
    if (to == NULL)
        return (struct sink){.context = NULL};
    struct sqlite *sqlite = g_new(struct sqlite, 1);
    *sqlite = (struct sqlite){.result = result, .to = to, .findings = findings_new(&all)};
    return (struct sink){
        .context = sqlite,
        .capture = on_capture,
        .message = on_message,
        .aside = on_aside,
        .connection_end = on_connection_end,
        .call = on_call,
        .ledger = on_ledger,
        .finding = on_finding,
        .finish = on_finish,
        .free = on_free,
    };
}
