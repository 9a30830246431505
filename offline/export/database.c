/* SPDX-License-Identifier: MIT
 *
 * Which tables, indexes and views does export --sqlite make, and how do rows get in?
 */
#include "export/database.h"

#include <glib.h>
#include <sqlite3.h>
#include <string.h>

#include "output/text.h"

enum { SCHEMA_VERSION = 1, VALUES_MOST = 48 };

struct table_info {
    const char *name;
    const char *columns; /* as CREATE TABLE takes them; no comma but between columns */
};

static const struct table_info tables[TABLE_COUNT] = {
    [TABLE_CAPTURES] = {"captures", "id INTEGER PRIMARY KEY, path TEXT, format TEXT, packets INTEGER, first TEXT, last "
                                    "TEXT, damages INTEGER"},
    [TABLE_CONNECTIONS] =
        {"connections",
         "id INTEGER PRIMARY KEY, capture INTEGER, first TEXT, opened TEXT, closed TEXT, client TEXT, client_port "
         "INTEGER, server TEXT, server_port INTEGER, transport TEXT, target TEXT, host TEXT, origin TEXT, status "
         "INTEGER, subprotocol TEXT, compressed INTEGER, user_agent TEXT, server_product TEXT, tls_version TEXT, "
         "tls_suite TEXT, tls_name TEXT, close_by TEXT, close_code INTEGER, close_reason TEXT, close_clean INTEGER, "
         "tcp_end TEXT, client_frames INTEGER, client_bytes INTEGER, client_pings INTEGER, server_frames INTEGER, "
         "server_bytes INTEGER, server_pings INTEGER, lost_pings INTEGER, sip_messages INTEGER, midstream INTEGER"},
    [TABLE_CALLS] = {"calls",
                     "id INTEGER PRIMARY KEY, kind TEXT, method TEXT, call_id TEXT, from_uri TEXT, to_uri TEXT, state "
                     "TEXT, status INTEGER, reason TEXT, start TEXT, ringing TEXT, answered TEXT, end TEXT, setup_ms "
                     "REAL, duration_ms REAL, ended_by TEXT, messages INTEGER, retransmissions INTEGER, dialogs "
                     "INTEGER, transports TEXT"},
    [TABLE_CALL_CONNECTIONS] = {"call_connections", "call INTEGER, connection INTEGER"},
    [TABLE_MESSAGES] =
        {"messages",
         "id INTEGER PRIMARY KEY, capture INTEGER, packet INTEGER, packets INTEGER, time TEXT, time_ns INTEGER, "
         "transport TEXT, connection INTEGER, src TEXT, src_port INTEGER, dst TEXT, dst_port INTEGER, method TEXT, uri "
         "TEXT, status INTEGER, reason TEXT, call_id TEXT, cseq INTEGER, cseq_method TEXT, from_header TEXT, to_header "
         "TEXT, branch TEXT, user_agent TEXT, call INTEGER, request INTEGER, retransmission INTEGER, size INTEGER, "
         "raw"},
    [TABLE_FINDINGS] = {"findings",
                        "id INTEGER PRIMARY KEY, rule TEXT, level TEXT, rfc INTEGER, section TEXT, party TEXT, time "
                        "TEXT, capture INTEGER, packet INTEGER, connection INTEGER, message INTEGER, call INTEGER, src "
                        "TEXT, src_port INTEGER, dst TEXT, dst_port INTEGER, product TEXT, text TEXT, evidence TEXT"},
    [TABLE_LEDGER] = {"ledger",
                      "id INTEGER PRIMARY KEY, capture INTEGER, time TEXT, protocol TEXT, connection INTEGER, "
                      "direction TEXT, src TEXT, src_port INTEGER, dst TEXT, dst_port INTEGER, bytes INTEGER, "
                      "decoded INTEGER"},
    [TABLE_UNDECODED] = {"undecoded", "ledger INTEGER, reason TEXT, bytes INTEGER, events INTEGER, text TEXT"},
};

static const char after[] =
    "CREATE INDEX messages_call ON messages(call);"
    "CREATE INDEX messages_call_id ON messages(call_id);"
    "CREATE INDEX messages_time ON messages(time_ns);"
    "CREATE INDEX calls_call_id ON calls(call_id);"
    "CREATE INDEX calls_state ON calls(state, status);"
    "CREATE INDEX call_connections_call ON call_connections(call);"
    "CREATE INDEX call_connections_connection ON call_connections(connection);"
    "CREATE INDEX findings_rule ON findings(rule);"
    "CREATE INDEX findings_call ON findings(call);"
    "CREATE INDEX undecoded_ledger ON undecoded(ledger);"
    "UPDATE calls SET reason = (SELECT reason FROM messages WHERE messages.call = calls.id AND messages.status = "
    "calls.status ORDER BY messages.id DESC LIMIT 1) WHERE status >= 300;"
    "CREATE VIEW failed_calls AS SELECT * FROM calls WHERE state IN ('rejected', 'timeout') OR (state = 'lost' AND "
    "ended_by = 'connection');"
    "CREATE VIEW failed_calls_by_reason AS SELECT kind, state, status, reason, count(*) AS calls, min(start) AS first, "
    "max(start) AS last FROM failed_calls GROUP BY kind, state, status, reason ORDER BY calls DESC, status;"
    "CREATE VIEW slowest_setups AS SELECT id, setup_ms, from_uri, to_uri, start, transports, retransmissions, call_id "
    "FROM calls WHERE kind = 'call' AND setup_ms IS NOT NULL ORDER BY setup_ms DESC;"
    "CREATE VIEW stacks_by_finding AS SELECT rule, level, product, party, count(*) AS findings, count(DISTINCT call) "
    "AS "
    "calls, count(DISTINCT connection) AS connections, min(text) AS text FROM findings GROUP BY rule, level, product, "
    "party ORDER BY findings DESC, rule;"
    "CREATE VIEW closes AS SELECT close_code, close_by, tcp_end, close_clean, count(*) AS connections FROM connections "
    "GROUP BY close_code, close_by, tcp_end, close_clean ORDER BY connections DESC;"
    "CREATE VIEW undecoded_by_reason AS SELECT reason, protocol, sum(undecoded.bytes) AS bytes, sum(events) AS events, "
    "count(*) AS flows FROM undecoded JOIN ledger ON ledger.id = undecoded.ledger GROUP BY reason, protocol ORDER BY "
    "bytes DESC;";

struct database {
    sqlite3 *handle;
    sqlite3_stmt *inserts[TABLE_COUNT];
    struct {
        enum { VALUE_NULL, VALUE_NUMBER, VALUE_REAL, VALUE_TEXT, VALUE_BLOB } kind;
        int64_t number;
        double real;
        GString *bytes; /* stays, to be used again; NULL at first */
    } row[VALUES_MOST];
    unsigned count;
    bool failed;
};

/* --- rows -------------------------------------------------------------------------------------------------------- */

void row_null(struct database *database)
{
    database->row[database->count++].kind = VALUE_NULL;
}

void row_number(struct database *database, uint64_t number)
{
    database->row[database->count].number = (int64_t)number;
    database->row[database->count++].kind = VALUE_NUMBER;
}

void row_count(struct database *database, uint64_t number)
{
    if (number != 0)
        row_number(database, number);
    else
        row_null(database);
}

void row_real(struct database *database, double number)
{
    database->row[database->count].real = number;
    database->row[database->count++].kind = VALUE_REAL;
}

/* Puts these bytes into the next value. */
static void keep_bytes(struct database *database, const void *bytes, size_t size)
{
    GString **kept = &database->row[database->count].bytes;
    if (*kept == NULL)
        *kept = g_string_sized_new(64);
    g_string_truncate(*kept, 0);
    if (size != 0)
        g_string_append_len(*kept, bytes, (gssize)size);
}

/* SQLite takes what follows a NUL for lost. */
static bool is_text(struct sw_slice bytes)
{
    return g_utf8_validate_len((const char *)bytes.data, bytes.size, NULL);
}

void row_bytes(struct database *database, struct sw_slice bytes)
{
    keep_bytes(database, bytes.data, bytes.size);
    database->row[database->count++].kind = is_text(bytes) ? VALUE_TEXT : VALUE_BLOB;
}

void row_slice(struct database *database, struct sw_slice text)
{
    if (text.size == 0) {
        row_null(database);
    } else if (is_text(text)) {
        row_bytes(database, text);
    } else {
        char *valid = g_utf8_make_valid((const char *)text.data, (gssize)text.size);
        row_text(database, valid);
        g_free(valid);
    }
}

void row_text(struct database *database, const char *text)
{
    if (text == NULL) {
        row_null(database);
        return;
    }
    keep_bytes(database, text, strlen(text));
    database->row[database->count++].kind = VALUE_TEXT;
}

void row_time(struct database *database, int64_t time)
{
    char stamp[TEXT_STAMP_SIZE];
    if (time != SW_NO_TIME)
        text_stamp(stamp, time);
    row_text(database, time != SW_NO_TIME ? stamp : NULL);
}

void row_endpoint(struct database *database, const struct sw_endpoint *endpoint)
{
    char text[56];
    sw_endpoint_format(endpoint, text, sizeof text);
    char *colon = endpoint->family != 0 ? strrchr(text, ':') : NULL;
    char *host = text;
    if (colon == NULL) {
        row_null(database);
        row_null(database);
        return;
    }
    *colon = '\0';
    if (*host == '[') { /* "[2001:db8::1]" */
        colon[-1] = '\0';
        host++;
    }
    row_text(database, host);
    row_number(database, endpoint->port);
}

static int bind(sqlite3_stmt *insert, int at, const struct database *database, unsigned i)
{
    const GString *bytes = database->row[i].bytes;
    switch (database->row[i].kind) {
    case VALUE_NULL:
        break;
    case VALUE_NUMBER:
        return sqlite3_bind_int64(insert, at, database->row[i].number);
    case VALUE_REAL:
        return sqlite3_bind_double(insert, at, database->row[i].real);
    case VALUE_TEXT:
        return sqlite3_bind_text64(insert, at, bytes->str, bytes->len, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BLOB:
        return sqlite3_bind_blob64(insert, at, bytes->str, bytes->len, SQLITE_STATIC);
    }
    return sqlite3_bind_null(insert, at);
}

void row_end(struct database *database, enum table table)
{
    sqlite3_stmt *insert = database->inserts[table];
    for (unsigned i = 0; i < database->count && !database->failed; i++)
        database->failed = bind(insert, (int)i + 1, database, i) != SQLITE_OK;
    database->count = 0;
    if (database->failed)
        return;
    database->failed = sqlite3_step(insert) != SQLITE_DONE;
    if (!database->failed) /* the reset would clear what went wrong */
        sqlite3_reset(insert);
    sqlite3_clear_bindings(insert);
}

/* --- the file ---------------------------------------------------------------------------------------------------- */

static void execute(struct database *database, const char *sql)
{
    if (!database->failed)
        database->failed = sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK;
}

static void make_table(struct database *database, enum table table)
{
    const struct table_info *info = &tables[table];
    char *create = g_strdup_printf("CREATE TABLE %s (%s)", info->name, info->columns);
    GString *insert = g_string_new("INSERT INTO ");
    execute(database, create);
    g_string_append_printf(insert, "%s VALUES (?", info->name);
    for (const char *at = info->columns; *at != '\0'; at++)
        if (*at == ',')
            g_string_append(insert, ", ?");
    g_string_append_c(insert, ')');
    if (!database->failed)
        database->failed =
            sqlite3_prepare_v2(database->handle, insert->str, -1, &database->inserts[table], NULL) != SQLITE_OK;
    g_string_free(insert, TRUE);
    g_free(create);
}

static void database_free(struct database *database)
{
    for (enum table table = 0; table < TABLE_COUNT; table++)
        sqlite3_finalize(database->inserts[table]);
    for (unsigned i = 0; i < VALUES_MOST; i++)
        if (database->row[i].bytes != NULL)
            g_string_free(database->row[i].bytes, TRUE);
    sqlite3_close(database->handle);
    g_free(database);
}

struct database *database_new(const char *path, char **error)
{
    struct database *database = g_new0(struct database, 1);
    char *folder = g_path_get_dirname(path);
    /* Where indexes are sorted: no other folder can be written to later (sandbox/). SQLite frees it never. */
    if (sqlite3_temp_directory == NULL)
        sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
    g_free(folder);
    database->failed =
        sqlite3_open_v2(path, &database->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK;
    /* Nobody else reads it yet, and a half of it is of no use: no journal, and no waiting for the disk. */
    execute(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    for (enum table table = 0; table < TABLE_COUNT; table++)
        make_table(database, table);
    if (!database->failed)
        return database;
    *error = g_strdup(sqlite3_errmsg(database->handle));
    database_free(database);
    return NULL;
}

bool database_finish(struct database *database, char **error)
{
    char *version = g_strdup_printf("PRAGMA user_version = %d; COMMIT", SCHEMA_VERSION);
    execute(database, after);
    execute(database, version);
    g_free(version);
    const bool good = !database->failed;
    if (!good)
        *error = g_strdup(sqlite3_errmsg(database->handle));
    database_free(database);
    return good;
}
