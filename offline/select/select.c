/* SPDX-License-Identifier: MIT
 *
 * When is what of a chosen call passed on?
 */
#include "select/select.h"

#include "select/choose.h"
#include "select/store.h"

enum { NANOSECONDS_A_DAY_IN_SECONDS = 86400 };

/* An attempt at a connection that the server refused. */
struct refused {
    uint64_t id;
    struct sw_endpoint client;
    struct sw_endpoint server;
};

struct select {
    const struct selection *selection;
    struct select_result *result;
    struct sink inner;
    struct store *store;
    GHashTable *met;         /* call to enum choose_met bits, of calls in progress that met any */
    GHashTable *calls;       /* the chosen ones */
    GHashTable *places;      /* connection to where its end is stored; ended ones */
    GHashTable *connections; /* id to connection_record or, as long as it isn't read back, NULL; chosen ones */
    GArray *refused;
    int64_t day; /* midnight before the first message; SW_NO_TIME: none came */
};

static gpointer key_of(uint64_t id)
{
    return GSIZE_TO_POINTER((gsize)id);
}

/* --- collecting -------------------------------------------------------------------------------------------------- */

static void on_capture(void *context, const struct capture_record *capture)
{
    struct select *select = context;
    select->inner.capture(select->inner.context, capture);
}

static void on_ledger(void *context, const struct ledger_record *ledger)
{
    struct select *select = context;
    select->inner.ledger(select->inner.context, ledger);
}

static void on_begin(void *context, const struct connection_record *connection)
{
    struct select *select = context;
    store_put_begin(select->store, connection);
}

static bool is_refused(const struct connection_record *connection)
{
    const struct sw_handshake *handshake = connection->handshake;
    return handshake != NULL && handshake->answered && handshake->status != 101 && handshake->status / 100 != 2;
}

static void on_end(void *context, const struct connection_record *connection)
{
    struct select *select = context;
    const struct refused refused = {connection->id, connection->client, connection->server};
    const uint64_t place = store_put_end(select->store, connection);
    g_hash_table_insert(select->places, key_of(connection->id), GSIZE_TO_POINTER((gsize)place));
    if (is_refused(connection))
        g_array_append_val(select->refused, refused);
}

static void on_message(void *context, const struct message_record *message)
{
    struct select *select = context;
    const uint64_t call = message->placement.call;
    const int64_t day = INT64_C(1000000000) * NANOSECONDS_A_DAY_IN_SECONDS;
    if (select->day == SW_NO_TIME)
        select->day = message->marks[0].time - (message->marks[0].time % day + day) % day;
    const bool possible = call != 0 && choose_by_name(select->selection, call, message->sip->first[SW_SIP_CALL_ID]);
    if (possible || select->inner.aside != NULL)
        store_put_message(select->store, message);
    if (!possible)
        return;
    const unsigned met = choose_message(select->selection, message->sip);
    if (met != 0)
        g_hash_table_insert(select->met, key_of(call),
                            GUINT_TO_POINTER(met | GPOINTER_TO_UINT(g_hash_table_lookup(select->met, key_of(call)))));
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct select *select = context;
    if (finding->call != 0 || finding->message == 0)
        store_put_finding(select->store, finding);
}

static void on_call(void *context, const struct sw_call *call)
{
    struct select *select = context;
    const unsigned met = GPOINTER_TO_UINT(g_hash_table_lookup(select->met, key_of(call->id)));
    g_hash_table_remove(select->met, key_of(call->id));
    if (!choose_call(select->selection, call, met, select->day))
        return;
    g_hash_table_add(select->calls, key_of(call->id));
    for (size_t i = 0; i < call->connection_count; i++)
        g_hash_table_insert(select->connections, key_of(call->connections[i]), NULL);
    store_put_call(select->store, call);
    select->result->chosen++;
}

/* --- passing on -------------------------------------------------------------------------------------------------- */

static void unref(gpointer record)
{
    connection_record_unref(record);
}

/* The connection, as it was at its end; NULL: it isn't among the chosen ones. */
static const struct connection_record *connection_of(struct select *select, uint64_t id)
{
    return id != 0 ? g_hash_table_lookup(select->connections, key_of(id)) : NULL;
}

static void read_connection(struct select *select, uint64_t id)
{
    gpointer place;
    struct connection_record *record = NULL;
    if (g_hash_table_lookup_extended(select->places, key_of(id), NULL, &place))
        record = store_connection(select->store, GPOINTER_TO_SIZE(place));
    g_hash_table_insert(select->connections, key_of(id), record);
}

static bool was_a_try_at(const struct refused *refused, const struct connection_record *connection)
{
    return connection != NULL && sw_endpoint_same_host(&refused->client, &connection->client) &&
           sw_endpoint_equal(&refused->server, &connection->server);
}

static void read_connections(struct select *select)
{
    GList *ids = g_hash_table_get_keys(select->connections);
    for (const GList *id = ids; id != NULL; id = id->next)
        read_connection(select, GPOINTER_TO_SIZE(id->data));
    GList *records = g_hash_table_get_values(select->connections);
    for (guint i = 0; i < select->refused->len; i++) {
        const struct refused *refused = &g_array_index(select->refused, struct refused, i);
        const GList *record = records;
        while (record != NULL && !was_a_try_at(refused, record->data))
            record = record->next;
        if (record != NULL && connection_of(select, refused->id) == NULL)
            read_connection(select, refused->id);
    }
    g_list_free(records);
    g_list_free(ids);
}

static bool is_chosen(const struct select *select, uint64_t call)
{
    return call != 0 && g_hash_table_contains(select->calls, key_of(call));
}

static void pass_message(struct select *select, struct stored *stored)
{
    struct message_record *message = &stored->message;
    const struct sink *inner = &select->inner;
    message->connection = connection_of(select, stored->connection);
    if (is_chosen(select, message->placement.call)) {
        if (inner->message != NULL)
            inner->message(inner->context, message);
    } else if (inner->aside != NULL && (message->connection != NULL || stored->connection == 0)) {
        inner->aside(inner->context, message);
    }
}

static void pass_finding(struct select *select, struct stored *stored)
{
    struct finding_record *finding = &stored->finding;
    finding->connection = connection_of(select, stored->connection);
    if (is_chosen(select, finding->call) || (finding->call == 0 && finding->connection != NULL))
        select->inner.finding(select->inner.context, finding);
}

static void pass(struct select *select, struct stored *stored)
{
    const struct sink *inner = &select->inner;
    const struct connection_record *connection = connection_of(select, stored->connection);
    switch (stored->kind) {
    case STORE_BEGIN:
        if (connection != NULL && inner->connection_begin != NULL)
            inner->connection_begin(inner->context, connection);
        break;
    case STORE_END:
        if (connection != NULL && inner->connection_end != NULL)
            inner->connection_end(inner->context, connection);
        break;
    case STORE_MESSAGE:
        pass_message(select, stored);
        break;
    case STORE_CALL:
        if (inner->call != NULL)
            inner->call(inner->context, &stored->call);
        break;
    case STORE_FINDING:
        pass_finding(select, stored);
        break;
    case STORE_NOTHING:
        break;
    }
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct select *select = context;
    struct stored stored;
    read_connections(select);
    store_rewind(select->store);
    while (store_next(select->store, &stored) != STORE_NOTHING)
        pass(select, &stored);
    select->result->failed = store_failed(select->store);
    if (select->inner.finish != NULL)
        select->inner.finish(select->inner.context, totals);
}

static void on_free(void *context)
{
    struct select *select = context;
    if (select->inner.free != NULL)
        select->inner.free(select->inner.context);
    store_free(select->store);
    g_hash_table_destroy(select->met);
    g_hash_table_destroy(select->calls);
    g_hash_table_destroy(select->places);
    g_hash_table_destroy(select->connections);
    g_array_free(select->refused, TRUE);
    g_free(select);
}

struct sink select_sink(const struct selection *selection, const struct sink *inner, struct select_result *result)
{
    struct select *select = g_new(struct select, 1);
    *select = (struct select){
        .selection = selection,
        .result = result,
        .inner = *inner,
        .store = store_new(),
        .met = g_hash_table_new(NULL, NULL),
        .calls = g_hash_table_new(NULL, NULL),
        .places = g_hash_table_new(NULL, NULL),
        .connections = g_hash_table_new_full(NULL, NULL, NULL, unref),
        .refused = g_array_new(FALSE, FALSE, sizeof(struct refused)),
        .day = SW_NO_TIME,
    };
    return (struct sink){
        .context = select,
        .capture = inner->capture != NULL ? on_capture : NULL,
        .connection_begin = on_begin,
        .message = on_message,
        .connection_end = on_end,
        .call = on_call,
        .ledger = inner->ledger != NULL ? on_ledger : NULL,
        .finding = inner->finding != NULL ? on_finding : NULL,
        .finish = on_finish,
        .free = on_free,
    };
}
