/* SPDX-License-Identifier: MIT
 *
 * Records as NDJSON, one object a line, keys in the order of the contract.
 *
 * Messages alone, or calls alone, come in order and go straight out. Wherever connections, or several kinds of objects,
 * are asked for, lines wait in a hold until nothing earlier can come: a connection is told when it has ended, a call
 * when it is over. Captures, findings and ledgers come without announcement, so with them everything waits for the end.
 */
#include <string.h>
#include <unistd.h>

#include "output/digits.h"
#include "output/facts.h"
#include "output/findings.h"
#include "output/hold.h"
#include "output/json.h"
#include "output/output.h"
#include "output/text.h"

enum { BLOCK = 64 * 1024, ADDRESSES_KEPT = 256 };

/* Of objects with the same time, the order in which they stand. */
enum rank { RANK_CAPTURE, RANK_CONNECTION, RANK_CALL, RANK_MESSAGE, RANK_FINDING, RANK_LEDGER };

struct address {
    struct sw_endpoint endpoint; /* family 0: none yet */
    uint8_t size;                /* of the text */
    char text[56];
};

struct ndjson {
    FILE *out; /* borrowed */
    unsigned objects;
    bool raw;
    bool terminal;
    struct json json;
    struct hold *hold;    /* NULL: lines go straight out */
    bool waits_for_end;   /* nothing is released before */
    int64_t newest;       /* time of what came last: nothing earlier will begin */
    uint64_t newest_call; /* the highest call number that a message had */
    uint64_t ledgers;
    uint64_t findings;
    struct findings *checked; /* NULL: findings aren't asked for */
    struct {
        uint64_t id; /* of the message whose object isn't ended yet, as findings about it may come; 0: none */
        int64_t time;
        GArray *rules; /* of enum sw_rule: those that it broke */
    } open;
    struct json spare; /* for a finding while a message is open */
    struct address addresses[ADDRESSES_KEPT];
};

/* Whole blocks, which stdio passes on as they are; what is left waits for the next. */
static void write_blocks(struct ndjson *ndjson)
{
    struct json *json = &ndjson->json;
    const size_t blocks = json->size - json->size % BLOCK;
    fwrite(json->data, 1, blocks, ndjson->out);
    json_drop(json, blocks);
}

static void write_out(struct ndjson *ndjson)
{
    if (ndjson->json.size != 0)
        fwrite(ndjson->json.data, 1, ndjson->json.size, ndjson->out);
    json_clear(&ndjson->json);
    if (ndjson->terminal)
        fflush(ndjson->out);
}

static void emit_line(void *context, const char *line, size_t size)
{
    struct ndjson *ndjson = context;
    fwrite(line, 1, size, ndjson->out);
    if (ndjson->terminal)
        fflush(ndjson->out);
}

static void close_message(struct ndjson *ndjson);

static void object_begin(struct ndjson *ndjson, const char *type)
{
    struct json *json = &ndjson->json;
    close_message(ndjson);
    json_begin_object(json);
    json_key_uint(json, "v", 1);
    json_key_word(json, "type", type);
}

static void object_end(struct ndjson *ndjson, enum rank rank, uint64_t id, int64_t time)
{
    struct json *json = &ndjson->json;
    json_end_object(json);
    json_end_line(json);
    if (ndjson->hold == NULL) {
        if (ndjson->terminal)
            write_out(ndjson);
        else if (json->size >= BLOCK)
            write_blocks(ndjson);
        return;
    }
    hold_fill(ndjson->hold, (struct hold_key){time, rank, id}, json->data, json->size);
    json_clear(json);
    if (!ndjson->waits_for_end)
        hold_release(ndjson->hold, ndjson->newest, emit_line, ndjson);
}

/* Something begins at this time; what is earlier needn't wait for more beginnings. */
static void time_passes(struct ndjson *ndjson, int64_t time)
{
    if (ndjson->hold == NULL || time <= ndjson->newest)
        return;
    ndjson->newest = time;
    if (!ndjson->waits_for_end)
        hold_release(ndjson->hold, time, emit_line, ndjson);
}

static inline void key_slice(struct json *json, const char *key, struct sw_slice text)
{
    if (text.size == 0)
        return;
    json_key(json, key);
    json_put_string(json, text);
}

static inline void key_time(struct json *json, const char *key, int64_t time)
{
    if (time == SW_NO_TIME)
        return;
    json_key(json, key);
    json_put_time(json, time);
}

/* The same few addresses come again and again: their texts are kept, each in the one place that it hashes to. */
static const struct address *address_of(struct ndjson *ndjson, const struct sw_endpoint *endpoint)
{
    const uint8_t *host = endpoint->address + (endpoint->family == 4 ? 0 : 12);
    unsigned hash = (unsigned)endpoint->port * 31u + host[3] * 7u + host[2] * 3u + host[1];
    struct address *address = &ndjson->addresses[hash % ADDRESSES_KEPT];
    if (address->endpoint.family == 0 || !sw_endpoint_equal(&address->endpoint, endpoint)) {
        address->endpoint = *endpoint;
        sw_endpoint_format(endpoint, address->text, sizeof address->text);
        address->size = (uint8_t)strlen(address->text);
    }
    return address;
}

static inline void key_endpoint(struct ndjson *ndjson, const char *key, const struct sw_endpoint *endpoint)
{
    if (endpoint->family == 0)
        return;
    const struct address *address = address_of(ndjson, endpoint);
    json_key(&ndjson->json, key);
    json_put_word_of(&ndjson->json, address->text, address->size);
}

/* ---- capture ---- */

static void write_damage(struct json *json, const struct capture_info *info)
{
    if (info->damage_count == 0)
        return;
    json_key(json, "damage");
    json_begin_array(json);
    for (size_t i = 0; i < info->damage_count; i++) {
        json_begin_object(json);
        json_key_uint(json, "offset", info->damage[i].offset);
        json_key_text(json, "text", info->damage[i].text);
        json_end_object(json);
    }
    json_end_array(json);
}

static void on_capture(void *context, const struct capture_record *capture)
{
    struct ndjson *ndjson = context;
    struct json *json = &ndjson->json;
    const struct capture_info *info = capture->info;
    object_begin(ndjson, "capture");
    json_key_text(json, "file", info->path);
    json_key_text(json, "format", info->format);
    json_key(json, "link_types");
    json_begin_array(json);
    for (size_t i = 0; i < info->link_type_count; i++)
        json_put_text(json, link_type_name(info->link_types[i]));
    json_end_array(json);
    json_key_uint(json, "packets", info->packets);
    if (info->packets > 0) {
        key_time(json, "first", info->first);
        key_time(json, "last", info->last);
    }
    write_damage(json, info);
    object_end(ndjson, RANK_CAPTURE, capture->file, info->packets > 0 ? info->first : SW_NO_TIME);
}

/* ---- connection ---- */

static void write_deflate(struct json *json, const struct sw_deflate_params *deflate)
{
    if (!deflate->agreed)
        return;
    json_key(json, "deflate");
    json_begin_object(json);
    json_key_uint(json, "client_window_bits", deflate->client_window_bits);
    json_key_uint(json, "server_window_bits", deflate->server_window_bits);
    json_key_bool(json, "client_takeover", deflate->client_takeover);
    json_key_bool(json, "server_takeover", deflate->server_takeover);
    json_end_object(json);
}

static void write_tls(struct json *json, const struct tls_facts *tls)
{
    if (tls == NULL)
        return;
    json_key(json, "tls");
    json_begin_object(json);
    json_key_text(json, "version", tls_version_name(tls->version));
    json_key_text(json, "cipher_suite", tls->suite != NULL ? tls->suite->name : NULL);
    json_key_text(json, "sni", tls->server_name);
    json_key_text(json, "alpn", tls->alpn);
    json_key_text(json, "certificate_subject", tls->subject);
    json_end_object(json);
}

static void write_handshake(struct json *json, const struct sw_handshake *handshake)
{
    key_slice(json, "target", handshake->target);
    key_slice(json, "host", handshake->host);
    key_slice(json, "origin", handshake->origin);
    json_key_count(json, "status", handshake->status);
    if (handshake->offered.size > 0) {
        struct sw_slice list = handshake->offered;
        struct sw_slice protocol;
        json_key(json, "offered");
        json_begin_array(json);
        while (sw_list_next(&list, &protocol))
            json_put_string(json, protocol);
        json_end_array(json);
    }
    key_slice(json, "subprotocol", handshake->subprotocol);
    write_deflate(json, &handshake->deflate);
}

static void write_close(struct json *json, const struct connection_record *connection)
{
    if (!connection->close.seen && connection->close.tcp == TCP_OPEN)
        return;
    json_key(json, "close");
    json_begin_object(json);
    if (connection->close.by_known)
        json_key_text(json, "by", direction_name(connection->close.by));
    json_key_count(json, "code", connection->close.code);
    if (connection->close.seen) {
        json_key(json, "reason");
        json_put_string(json, connection->close.reason);
    }
    json_key_bool(json, "clean", connection->close.clean);
    json_key_text(json, "tcp", tcp_ending_name(connection->close.tcp));
    json_key_count(json, "client_code", connection->close.codes[SW_CLIENT]);
    json_key_count(json, "server_code", connection->close.codes[SW_SERVER]);
    json_end_object(json);
}

static void write_counts(struct json *json, const char *key, const struct sw_direction_counts *counts)
{
    json_key(json, key);
    json_begin_object(json);
    json_key_uint(json, "frames", counts->frames);
    json_key_uint(json, "messages", counts->messages);
    json_key_uint(json, "bytes", counts->bytes);
    json_key_uint(json, "pings", counts->pings);
    json_key_uint(json, "pongs", counts->pongs);
    json_end_object(json);
}

static void write_lost_pings(struct json *json, const struct connection_record *connection)
{
    if (connection->lost_ping_count == 0)
        return;
    json_key_uint(json, "lost_ping_count", connection->lost_ping_count);
    json_key(json, "lost_pings");
    json_begin_array(json);
    for (unsigned i = 0; i < MIN(connection->lost_ping_count, (unsigned)LOST_PINGS_KEPT); i++) {
        json_begin_object(json);
        json_key_text(json, "from", direction_name(connection->lost_pings[i].from));
        key_time(json, "time", connection->lost_pings[i].time);
        json_end_object(json);
    }
    json_end_array(json);
}

static struct hold_key connection_key(const struct connection_record *connection)
{
    return (struct hold_key){connection->first.time, RANK_CONNECTION, connection->id};
}

static void on_connection_begin(void *context, const struct connection_record *connection)
{
    struct ndjson *ndjson = context;
    if (ndjson->hold == NULL)
        return;
    time_passes(ndjson, connection->first.time);
    if (ndjson->objects & NDJSON_CONNECTION)
        hold_reserve(ndjson->hold, connection_key(connection));
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct ndjson *ndjson = context;
    struct json *json = &ndjson->json;
    if (ndjson->checked != NULL)
        findings_connection_end(ndjson->checked, connection);
    if (!(ndjson->objects & NDJSON_CONNECTION))
        return;
    object_begin(ndjson, "connection");
    json_key_uint(json, "id", connection->id);
    json_key_uint(json, "file", mark_file(connection->first));
    key_endpoint(ndjson, "client", &connection->client);
    key_endpoint(ndjson, "server", &connection->server);
    json_key_text(json, "transport", sw_transport_name(connection->transport));
    write_tls(json, connection->tls);
    json_key_count(json, "stream", connection->stream);
    if (connection->handshake != NULL)
        write_handshake(json, connection->handshake);
    key_time(json, "opened", connection->opened);
    key_time(json, "closed", connection->closed);
    write_close(json, connection);
    write_counts(json, "client_sent", &connection->counts[SW_CLIENT]);
    write_counts(json, "server_sent", &connection->counts[SW_SERVER]);
    json_key_text(json, "first_seen", connection->midstream ? "mid-stream" : "handshake");
    key_time(json, "first", connection->first.time);
    json_key_uint(json, "sip_messages", connection->sip_messages);
    if (connection->handshake != NULL) {
        key_slice(json, "user_agent", connection->handshake->user_agent);
        key_slice(json, "server_name", connection->handshake->server);
        json_key_mark(json, "extension_unknown", connection->handshake->extension_unknown);
    }
    key_endpoint(ndjson, "proxied_client", &connection->proxied_client);
    write_lost_pings(json, connection);
    object_end(ndjson, RANK_CONNECTION, connection->id, connection->first.time);
}

/* ---- message ---- */

/* Half of a message's line has the same members each time. They are put side by side as they stand there, into room
 * that is asked for once: enough for the longest. */
enum { ROOM = 512 };

static char *put(char *to, const char *text)
{
    const size_t size = strlen(text); /* of most the compiler knows it */
    memcpy(to, text, size);
    return to + size;
}

static char *put_count(char *to, const char *key, uint64_t number)
{
    return digits_put_number(put(to, key), number);
}

static void put_end(struct json *json, const char *to)
{
    json_end(json, (const uint8_t *)to);
    json->comma = true;
}

/* The packets of one file, as an array of their numbers, behind another member. */
static size_t write_frames(struct json *json, const struct sw_mark *marks, size_t count)
{
    unsigned file = mark_file(marks[0]);
    size_t used = 0;
    char *to = put((char *)json_reserve(json, ROOM + count * (DIGITS_MAX + 1)), ",\"frames\":[");
    for (; used < count && mark_file(marks[used]) == file; used++) {
        to = digits_put_number(to, mark_number(marks[used]));
        *to++ = ',';
    }
    to[-1] = ']';
    put_end(json, to);
    return used;
}

static void write_all_frames(struct json *json, const struct sw_mark *marks, size_t count)
{
    size_t used = write_frames(json, marks, count);
    if (used == count)
        return;
    json_key(json, "more_frames");
    json_begin_array(json);
    while (used < count) {
        json_begin_object(json);
        json_key_uint(json, "file", mark_file(marks[used]));
        used += write_frames(json, marks + used, count - used);
        json_end_object(json);
    }
    json_end_array(json);
}

static char *put_endpoint(struct ndjson *ndjson, char *to, const char *key, const struct sw_endpoint *endpoint)
{
    if (endpoint->family == 0)
        return to;
    const struct address *address = address_of(ndjson, endpoint);
    to = put(to, key);
    memcpy(to, address->text, sizeof address->text); /* of known size, that of the text mostly isn't */
    return put(to + address->size, "\"");
}

static char *put_frame(char *to, const struct message_record *message)
{
    to = put(to, ",\"ws\":{\"opcode\":\"");
    to = put(to, opcode_name(message->opcode));
    to = put_count(to, "\",\"fragments\":", message->fragments);
    return put(to, message->compressed ? ",\"compressed\":true}" : ",\"compressed\":false}");
}

static void write_head(struct ndjson *ndjson, const struct message_record *message)
{
    close_message(ndjson);
    char *to = (char *)json_reserve(&ndjson->json, ROOM);
    to = put_count(to, "{\"v\":1,\"type\":\"message\",\"id\":", message->id);
    put_end(&ndjson->json, put_count(to, ",\"file\":", mark_file(message->marks[0])));
}

/* How it travelled. */
static void write_way(struct ndjson *ndjson, const struct message_record *message)
{
    char *to = (char *)json_reserve(&ndjson->json, ROOM);
    to = put(to, ",\"transport\":\"");
    to = put(put(to, sw_transport_name(message->transport)), "\"");
    if (message->connection != NULL)
        to = put_count(to, ",\"connection\":", message->connection->id);
    to = put_endpoint(ndjson, to, ",\"src\":\"", &message->source);
    to = put_endpoint(ndjson, to, ",\"dst\":\"", &message->destination);
    if (message->connection != NULL)
        to = put_frame(to, message);
    put_end(&ndjson->json, to);
}

static void write_start_line(struct json *json, const struct sw_sip *sip)
{
    if (sip->response) {
        json_key_word(json, "kind", "response");
        json_key_count(json, "status", sip->status);
        key_slice(json, "reason", sip->reason);
    } else {
        json_key_word(json, "kind", "request");
        key_slice(json, "method", sip->method);
        key_slice(json, "uri", sip->uri);
    }
}

static void write_headers(struct json *json, const struct sw_sip *sip)
{
    struct sw_cseq cseq;
    key_slice(json, "call_id", sip_field(sip, SW_SIP_CALL_ID));
    if (sip_cseq(sip, &cseq)) {
        json_key_uint(json, "cseq", cseq.number);
        key_slice(json, "cseq_method", cseq.method);
    }
    key_slice(json, "from", sip_field(sip, SW_SIP_FROM));
    key_slice(json, "to", sip_field(sip, SW_SIP_TO));
    key_slice(json, "branch", sip_branch(sip));
}

static void write_placement(struct json *json, const struct message_record *message)
{
    char *to = (char *)json_reserve(json, ROOM);
    if (message->placement.call != 0)
        to = put_count(to, ",\"call\":", message->placement.call);
    to = put(to, message->placement.retransmission ? ",\"retransmission\":true" : ",\"retransmission\":false");
    put_end(json, put_count(to, ",\"size\":", message->sip->raw.size));
}

static void write_raw(struct json *json, struct sw_slice raw)
{
    size_t before = json_mark(json);
    json_key(json, "raw");
    if (json_put_string(json, raw))
        return;
    json_rewind(json, before);
    json_key(json, "raw_base64");
    json_put_base64(json, raw);
}

static void write_message(struct ndjson *ndjson, const struct message_record *message)
{
    struct json *json = &ndjson->json;
    write_head(ndjson, message);
    key_time(json, "time", message->marks[0].time);
    write_all_frames(json, message->marks, message->mark_count);
    write_way(ndjson, message);
    write_start_line(json, message->sip);
    write_headers(json, message->sip);
    write_placement(json, message);
    if (ndjson->raw)
        write_raw(json, message->sip->raw);
    json_key_count(json, "request", message->placement.request);
    json_key_mark(json, "inferred", message->inferred);
    json_key_mark(json, "partial", message->partial);
    ndjson->open.id = message->id;
    ndjson->open.time = message->marks[0].time;
    if (ndjson->checked == NULL)
        close_message(ndjson);
}

/* Ends the object of the latest message, if that is left to do. */
static void close_message(struct ndjson *ndjson)
{
    struct json *json = &ndjson->json;
    uint64_t id = ndjson->open.id;
    if (id == 0)
        return;
    ndjson->open.id = 0;
    if (ndjson->open.rules->len > 0) {
        json_key(json, "findings");
        json_begin_array(json);
        for (guint i = 0; i < ndjson->open.rules->len; i++)
            json_put_text(json, sw_rule_info(g_array_index(ndjson->open.rules, enum sw_rule, i))->id);
        json_end_array(json);
        g_array_set_size(ndjson->open.rules, 0);
    }
    object_end(ndjson, RANK_MESSAGE, id, ndjson->open.time);
}

static void on_aside(void *context, const struct message_record *message)
{
    struct ndjson *ndjson = context;
    findings_message(ndjson->checked, message);
}

static void on_message(void *context, const struct message_record *message)
{
    struct ndjson *ndjson = context;
    time_passes(ndjson, message->marks[0].time);
    if (ndjson->checked != NULL)
        findings_message(ndjson->checked, message);
    if ((ndjson->objects & NDJSON_CALL) && ndjson->hold != NULL && message->placement.call > ndjson->newest_call) {
        ndjson->newest_call = message->placement.call;
        hold_reserve(ndjson->hold, (struct hold_key){message->marks[0].time, RANK_CALL, message->placement.call});
    }
    if (ndjson->objects & NDJSON_MESSAGE)
        write_message(ndjson, message);
}

/* ---- call ---- */

static void write_numbers(struct json *json, const char *key, const uint64_t *numbers, size_t count)
{
    if (count == 0)
        return;
    json_key(json, key);
    json_begin_array(json);
    for (size_t i = 0; i < count; i++)
        json_put_uint(json, numbers[i]);
    json_end_array(json);
}

static void write_transports(struct json *json, unsigned transports)
{
    json_key(json, "transports");
    json_begin_array(json);
    GString *names = g_string_new(NULL);
    transports_append(names, transports, ",");
    struct sw_slice list = {(const uint8_t *)names->str, names->len};
    struct sw_slice name;
    while (sw_list_next(&list, &name))
        json_put_string(json, name);
    g_string_free(names, TRUE);
    json_end_array(json);
}

static void write_call_times(struct json *json, const struct sw_call *call)
{
    int64_t duration;
    key_time(json, "start", call->start);
    key_time(json, "ringing", call->ringing);
    key_time(json, "answered", call->answered);
    key_time(json, "end", call->end);
    if (call->answered != SW_NO_TIME && call->start != SW_NO_TIME) {
        json_key(json, "setup_ms");
        json_put_milliseconds(json, call->answered - call->start);
    }
    if (call_duration(call, &duration)) {
        json_key(json, "duration_ms");
        json_put_milliseconds(json, duration);
    }
}

static void on_call(void *context, const struct sw_call *call)
{
    struct ndjson *ndjson = context;
    struct json *json = &ndjson->json;
    object_begin(ndjson, "call");
    json_key_uint(json, "id", call->id);
    json_key_text(json, "kind", sw_call_kind_name(call->kind));
    json_key(json, "call_ids");
    json_begin_array(json);
    json_put_string(json, call->call_id);
    json_end_array(json);
    key_slice(json, "from", call->from);
    key_slice(json, "to", call->to);
    json_key_text(json, "state", sw_call_state_name(call->state));
    json_key_count(json, "status", call->status);
    write_call_times(json, call);
    json_key_text(json, "ended_by", sw_ended_by_name(call->ended_by));
    write_numbers(json, "messages", call->messages, call->message_count);
    write_transports(json, call->transports);
    write_numbers(json, "connections", call->connections, call->connection_count);
    if (call->kind == SW_CALL_OTHER)
        key_slice(json, "method", call->method);
    json_key_count(json, "retransmissions", call->retransmissions);
    if (call->dialogs > 1)
        json_key_uint(json, "dialogs", call->dialogs);
    if (call->messages_seen > call->message_count)
        json_key_uint(json, "messages_seen", call->messages_seen);
    object_end(ndjson, RANK_CALL, call->id, call->start);
}

/* ---- ledger ---- */

/* The packets where a loss was noticed, as marks that write_all_frames takes. */
static void write_loss_frames(struct json *json, const uint64_t *packets, unsigned count)
{
    struct sw_mark marks[LOSS_FRAMES_KEPT];
    count = MIN(count, (unsigned)LOSS_FRAMES_KEPT);
    for (unsigned i = 0; i < count; i++)
        marks[i] = (struct sw_mark){.packet = packets[i]};
    if (count > 0)
        write_all_frames(json, marks, count);
}

static void write_losses(struct json *json, const struct ledger_record *ledger)
{
    json_key(json, "undecoded");
    json_begin_array(json);
    for (unsigned reason = 0; reason < SW_REASON_COUNT; reason++) {
        uint64_t bytes = ledger->ledger.undecoded[reason];
        if (bytes == 0 && ledger->losses[reason].events == 0)
            continue;
        json_begin_object(json);
        json_key_text(json, "reason", sw_reason_name((enum sw_reason)reason));
        json_key_uint(json, "bytes", bytes);
        write_loss_frames(json, ledger->losses[reason].packets, ledger->losses[reason].count);
        json_key_count(json, "events", ledger->losses[reason].events);
        json_key_text(json, "text", ledger->losses[reason].text);
        json_end_object(json);
    }
    json_end_array(json);
}

static void on_ledger(void *context, const struct ledger_record *ledger)
{
    struct ndjson *ndjson = context;
    struct json *json = &ndjson->json;
    uint64_t total = sw_ledger_total(&ledger->ledger);
    object_begin(ndjson, "ledger");
    if (ledger->connection != NULL) {
        json_key_uint(json, "connection", ledger->connection->id);
        json_key_text(json, "direction", direction_name(ledger->direction));
    }
    json_key_uint(json, "bytes", total);
    json_key_uint(json, "decoded", total - sw_ledger_undecoded(&ledger->ledger));
    write_losses(json, ledger);
    json_key_uint(json, "file", mark_file(ledger->first));
    key_time(json, "time", ledger->first.time);
    json_key_text(json, "protocol", ledger->protocol);
    key_slice(json, "subprotocol",
              (struct sw_slice){(const uint8_t *)ledger->subprotocol, strlen(ledger->subprotocol)});
    key_endpoint(ndjson, "src", &ledger->source);
    key_endpoint(ndjson, "dst", &ledger->destination);
    json_key_count(json, "message_bytes", ledger->ledger.message);
    json_key_count(json, "protocol_bytes", ledger->ledger.protocol);
    json_key_count(json, "keepalive_bytes", ledger->ledger.keepalive);
    json_key_count(json, "conflicting_bytes", ledger->conflicts);
    json_key_count(json, "extensions_unknown", ledger->extensions_unknown);
    json_key_count(json, "tls_records_lost", ledger->tls_records_lost);
    json_key_text(json, "tls_client_random", ledger->tls_random[0] != '\0' ? ledger->tls_random : NULL);
    json_key_count(json, "tls_suite_unknown", ledger->tls_suite);
    object_end(ndjson, RANK_LEDGER, ++ndjson->ledgers, ledger->first.time);
}

/* ---- finding ---- */

static void write_finding(struct ndjson *ndjson, const struct told *told)
{
    struct json *json = &ndjson->json;
    const struct sw_rule_info *rule = told->rule;
    const struct finding_record *finding = told->record;
    char fingerprint[FINGERPRINT_SIZE];
    object_begin(ndjson, "finding");
    json_key_text(json, "rule", rule->id);
    json_key_text(json, "level", sw_level_name(rule->level));
    json_key_uint(json, "rfc", rule->rfc);
    json_key_text(json, "section", rule->section);
    json_key_text(json, "party", finding->party);
    key_time(json, "time", finding->marks[0].time);
    json_key_uint(json, "file", mark_file(finding->marks[0]));
    write_all_frames(json, finding->marks, finding->mark_count);
    if (finding->connection != NULL)
        json_key_uint(json, "connection", finding->connection->id);
    json_key_count(json, "message", finding->message);
    json_key_count(json, "call", finding->call);
    key_endpoint(ndjson, "src", &finding->source);
    key_endpoint(ndjson, "dst", &finding->destination);
    json_key_text(json, "text", rule->text);
    json_key_text(json, "evidence", finding->evidence);
    json_key_text(json, "product", *told->product != 0 ? told->product : NULL);
    finding_fingerprint(told, fingerprint);
    json_key_text(json, "fingerprint", fingerprint);
    object_end(ndjson, RANK_FINDING, ++ndjson->findings, finding->marks[0].time);
}

/* Notes the rule for the object of the message. */
static void add_to_message(struct ndjson *ndjson, enum sw_rule rule)
{
    for (guint i = 0; i < ndjson->open.rules->len; i++)
        if (g_array_index(ndjson->open.rules, enum sw_rule, i) == rule)
            return;
    g_array_append_val(ndjson->open.rules, rule);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct ndjson *ndjson = context;
    struct told told;
    if (!findings_take(ndjson->checked, finding, &told))
        return;
    if (ndjson->open.id != 0 && finding->message == ndjson->open.id)
        add_to_message(ndjson, finding->rule);
    if ((ndjson->objects & NDJSON_FINDING) == 0)
        return;
    const struct json message = ndjson->json; /* stays open, as more findings may be about it */
    const uint64_t open = ndjson->open.id;
    ndjson->json = ndjson->spare;
    ndjson->open.id = 0;
    write_finding(ndjson, &told);
    ndjson->spare = ndjson->json;
    ndjson->json = message;
    ndjson->open.id = open;
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct ndjson *ndjson = context;
    (void)totals;
    close_message(ndjson);
    if (ndjson->hold != NULL)
        hold_release_all(ndjson->hold, emit_line, ndjson);
    write_out(ndjson);
    fflush(ndjson->out);
}

static void on_free(void *context)
{
    struct ndjson *ndjson = context;
    json_free(&ndjson->json);
    json_free(&ndjson->spare);
    g_array_free(ndjson->open.rules, TRUE);
    if (ndjson->hold != NULL)
        hold_free(ndjson->hold);
    findings_free(ndjson->checked);
    g_free(ndjson);
}

struct sink ndjson_sink(const struct output_options *options, unsigned objects)
{
    struct ndjson *ndjson = g_new(struct ndjson, 1);
    int descriptor = fileno(options->out);
    bool direct = objects == NDJSON_MESSAGE || objects == NDJSON_CALL;
    bool checks = options->check || (objects & NDJSON_FINDING) != 0;
    *ndjson = (struct ndjson){
        .out = options->out,
        .objects = objects,
        .raw = options->raw,
        .terminal = descriptor >= 0 && isatty(descriptor),
        .hold = direct ? NULL : hold_new(),
        .waits_for_end = (objects & (NDJSON_CAPTURE | NDJSON_LEDGER | NDJSON_FINDING)) != 0,
        .checked = checks ? findings_new(options) : NULL,
        .open.rules = g_array_new(FALSE, FALSE, sizeof(enum sw_rule)),
        .newest = SW_NO_TIME,
    };
    bool wants_messages =
        (objects & (NDJSON_MESSAGE | NDJSON_FINDING)) != 0 || (!direct && (objects & NDJSON_CALL) != 0);
    return (struct sink){
        .context = ndjson,
        .capture = objects & NDJSON_CAPTURE ? on_capture : NULL,
        .connection_begin = direct ? NULL : on_connection_begin,
        .message = wants_messages ? on_message : NULL,
        .aside = checks ? on_aside : NULL,
        .connection_end = objects & (NDJSON_CONNECTION | NDJSON_FINDING) ? on_connection_end : NULL,
        .call = objects & NDJSON_CALL ? on_call : NULL,
        .ledger = objects & NDJSON_LEDGER ? on_ledger : NULL,
        .finding = checks ? on_finding : NULL,
        .finish = on_finish,
        .free = on_free,
    };
}
