/* SPDX-License-Identifier: MIT
 *
 * How do records wait in a file: each as its size, its struct and what the struct points to, every part at a multiple
 * of eight, so that it can be used where it was read to.
 */
#include "select/store.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { ALIGNMENT = 8, NO_REASON = 2 };

struct store {
    FILE *file;         /* NULL: there could be none */
    GByteArray *record; /* what is being written, or was read */
    size_t at;          /* reading: so far */
    uint64_t size;      /* of the file */
    bool failed;
};

/* What stands before each record. */
struct head {
    uint64_t kind;
    uint64_t size;
};

/* --- writing ----------------------------------------------------------------------------------------------------- */

static void put(struct store *store, const void *bytes, size_t size)
{
    static const uint8_t padding[ALIGNMENT];
    g_byte_array_append(store->record, bytes, (guint)size);
    g_byte_array_append(store->record, padding, (guint)(-store->record->len % ALIGNMENT));
}

static void put_slice(struct store *store, struct sw_slice slice)
{
    const uint64_t size = slice.size;
    put(store, &size, sizeof size);
    if (size != 0)
        put(store, slice.data, slice.size);
}

static void put_text(struct store *store, const char *text)
{
    const bool there = text != NULL;
    put(store, &there, sizeof there);
    if (there)
        put_slice(store, (struct sw_slice){(const uint8_t *)text, strlen(text) + 1});
}

/* Writes the record; returns its place. */
static uint64_t put_end(struct store *store, enum store_kind kind)
{
    const struct head head = {kind, store->record->len};
    const uint64_t place = store->size;
    store->failed = store->failed || store->file == NULL || fwrite(&head, sizeof head, 1, store->file) != 1 ||
                    fwrite(store->record->data, 1, head.size, store->file) != head.size;
    store->size += sizeof head + head.size;
    g_byte_array_set_size(store->record, 0);
    return place;
}

static void put_connection_id(struct store *store, const struct connection_record *connection)
{
    const uint64_t id = connection != NULL ? connection->id : 0;
    put(store, &id, sizeof id);
}

static void put_handshake(struct store *store, const struct sw_handshake *handshake)
{
    const bool there = handshake != NULL;
    put(store, &there, sizeof there);
    if (!there)
        return;
    const struct sw_slice parts[] = {handshake->target,     handshake->host,   handshake->origin,
                                     handshake->user_agent, handshake->server, handshake->offered,
                                     handshake->subprotocol};
    put(store, handshake, sizeof *handshake);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        put_slice(store, parts[i]);
}

static void put_tls(struct store *store, const struct tls_facts *tls)
{
    const bool there = tls != NULL;
    put(store, &there, sizeof there);
    if (!there)
        return;
    put(store, tls, sizeof *tls);
    put_text(store, tls->server_name);
    put_text(store, tls->alpn);
    put_text(store, tls->subject);
}

void store_put_begin(struct store *store, const struct connection_record *connection)
{
    put_connection_id(store, connection);
    put_end(store, STORE_BEGIN);
}

uint64_t store_put_end(struct store *store, const struct connection_record *connection)
{
    unsigned reason = 0; /* which of the two close.reason is */
    while (reason < NO_REASON && connection->close.reasons[reason].data != connection->close.reason.data)
        reason++;
    put_connection_id(store, connection);
    put(store, connection, sizeof *connection);
    put(store, &reason, sizeof reason);
    put_slice(store, connection->close.reasons[0]);
    put_slice(store, connection->close.reasons[1]);
    put_handshake(store, connection->handshake);
    put_tls(store, connection->tls);
    return put_end(store, STORE_END);
}

void store_put_message(struct store *store, const struct message_record *message)
{
    put_connection_id(store, message->connection);
    put(store, message, sizeof *message);
    put(store, message->marks, message->mark_count * sizeof *message->marks);
    put_slice(store, message->sip->raw);
    put_end(store, STORE_MESSAGE);
}

void store_put_call(struct store *store, const struct sw_call *call)
{
    put_connection_id(store, NULL);
    put(store, call, sizeof *call);
    put_slice(store, call->call_id);
    put_slice(store, call->from);
    put_slice(store, call->to);
    put_slice(store, call->method);
    put(store, call->messages, call->message_count * sizeof *call->messages);
    put(store, call->connections, call->connection_count * sizeof *call->connections);
    put_end(store, STORE_CALL);
}

void store_put_finding(struct store *store, const struct finding_record *finding)
{
    put_connection_id(store, finding->connection);
    put(store, finding, sizeof *finding);
    put(store, finding->marks, finding->mark_count * sizeof *finding->marks);
    put_text(store, finding->evidence);
    put_end(store, STORE_FINDING);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

/* The next part. What was written here is read here: sizes are what they were. */
static const void *get(struct store *store, size_t size)
{
    const void *part = store->record->data + store->at;
    store->at += size + -size % ALIGNMENT;
    return part;
}

static struct sw_slice get_slice(struct store *store)
{
    const uint64_t size = *(const uint64_t *)get(store, sizeof(uint64_t));
    return (struct sw_slice){size != 0 ? get(store, size) : NULL, size};
}

static const char *get_text(struct store *store)
{
    if (!*(const bool *)get(store, sizeof(bool)))
        return NULL;
    return (const char *)get_slice(store).data;
}

static enum store_kind get_record(struct store *store)
{
    struct head head;
    store->at = 0;
    if (store->failed || fread(&head, sizeof head, 1, store->file) != 1)
        return STORE_NOTHING;
    g_byte_array_set_size(store->record, (guint)head.size);
    if (fread(store->record->data, 1, head.size, store->file) == head.size)
        return (enum store_kind)head.kind;
    store->failed = true;
    return STORE_NOTHING;
}

static struct tls_facts *get_tls(struct store *store)
{
    if (!*(const bool *)get(store, sizeof(bool)))
        return NULL;
    struct tls_facts *tls = g_memdup2(get(store, sizeof *tls), sizeof *tls);
    tls->server_name = g_strdup(get_text(store));
    tls->alpn = g_strdup(get_text(store));
    tls->subject = g_strdup(get_text(store));
    return tls;
}

static void get_handshake(struct store *store, struct connection_record *record)
{
    if (!*(const bool *)get(store, sizeof(bool)))
        return;
    struct sw_handshake handshake = *(const struct sw_handshake *)get(store, sizeof handshake);
    struct sw_slice *parts[] = {&handshake.target, &handshake.host,    &handshake.origin,     &handshake.user_agent,
                                &handshake.server, &handshake.offered, &handshake.subprotocol};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        *parts[i] = get_slice(store);
    connection_record_handshake(record, &handshake);
}

struct connection_record *store_connection(struct store *store, uint64_t place)
{
    if (store->failed || fseeko(store->file, (off_t)place, SEEK_SET) != 0 || get_record(store) != STORE_END)
        return NULL;
    struct connection_record *record = connection_record_new();
    const struct sw_handshake *none = record->handshake;
    get(store, sizeof(uint64_t));
    *record = *(const struct connection_record *)get(store, sizeof *record);
    record->references = 1;
    record->user = NULL;
    record->handshake = none;
    const unsigned reason = *(const unsigned *)get(store, sizeof reason);
    for (unsigned side = 0; side < 2; side++) {
        const struct sw_slice text = get_slice(store);
        record->close.reasons[side] = (struct sw_slice){g_memdup2(text.data, text.size), text.size};
    }
    record->close.reason = reason < NO_REASON ? record->close.reasons[reason] : (struct sw_slice){NULL, 0};
    get_handshake(store, record);
    record->tls = get_tls(store);
    return record;
}

static void get_message(struct store *store, struct stored *stored)
{
    struct message_record *message = &stored->message;
    *message = *(const struct message_record *)get(store, sizeof *message);
    message->connection = NULL;
    message->marks = get(store, message->mark_count * sizeof *message->marks);
    message->sip = &stored->sip;
    if (sw_sip_parse(get_slice(store), &stored->sip) == SW_BAD) /* it was no other before */
        store->failed = true;
}

static void get_call(struct store *store, struct sw_call *call)
{
    *call = *(const struct sw_call *)get(store, sizeof *call);
    call->call_id = get_slice(store);
    call->from = get_slice(store);
    call->to = get_slice(store);
    call->method = get_slice(store);
    call->messages = get(store, call->message_count * sizeof *call->messages);
    call->connections = get(store, call->connection_count * sizeof *call->connections);
}

static void get_finding(struct store *store, struct finding_record *finding)
{
    *finding = *(const struct finding_record *)get(store, sizeof *finding);
    finding->connection = NULL;
    finding->marks = get(store, finding->mark_count * sizeof *finding->marks);
    finding->evidence = get_text(store);
}

void store_rewind(struct store *store)
{
    store->failed = store->failed || fseeko(store->file, 0, SEEK_SET) != 0;
}

enum store_kind store_next(struct store *store, struct stored *stored)
{
    stored->kind = get_record(store);
    if (stored->kind == STORE_NOTHING)
        return STORE_NOTHING;
    stored->connection = *(const uint64_t *)get(store, sizeof(uint64_t));
    if (stored->kind == STORE_MESSAGE)
        get_message(store, stored);
    else if (stored->kind == STORE_CALL)
        get_call(store, &stored->call);
    else if (stored->kind == STORE_FINDING)
        get_finding(store, &stored->finding);
    return stored->kind;
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

struct store *store_new(void)
{
    struct store *store = g_new(struct store, 1);
    *store = (struct store){.file = tmpfile(), .record = g_byte_array_new()};
    store->failed = store->file == NULL;
    return store;
}

void store_free(struct store *store)
{
    if (store->file != NULL)
        fclose(store->file);
    g_byte_array_free(store->record, TRUE);
    g_free(store);
}

bool store_failed(const struct store *store)
{
    return store->failed;
}
