/* SPDX-License-Identifier: MIT
 *
 * Which parts of a record name somebody?
 */
#include "anonymize/anonymize.h"

#include <glib.h>
#include <string.h>

#include "anonymize/rewrite.h"

enum { KEY_LEAST = 16, KEY_MOST = 4096 };

struct anonymizer {
    struct cipher *cipher;
    struct sink inner;
    GHashTable *connections; /* id to the copy that the sink knows, between begin and end */
    GByteArray *raw;         /* of the message that is passed on */
};

static struct sink *inner_of(void *context)
{
    struct anonymizer *anonymizer = context;
    return &anonymizer->inner;
}

/* --- connections ------------------------------------------------------------------------------------------------- */

static uint8_t *bytes_of(struct sw_slice slice)
{
    return (uint8_t *)(uintptr_t)slice.data; /* of a copy */
}

static void change_text(struct cipher *cipher, char *text)
{
    if (text != NULL)
        cipher_text(cipher, "text", (uint8_t *)text, strlen(text));
}

static void change_tls(struct cipher *cipher, struct tls_facts *tls)
{
    if (tls == NULL)
        return;
    if (tls->server_name != NULL)
        cipher_host(cipher, (uint8_t *)tls->server_name, strlen(tls->server_name));
    change_text(cipher, tls->subject);
}

/* The path stays, what is asked for behind it doesn't. */
static void change_target(struct cipher *cipher, struct sw_slice target)
{
    uint8_t *query = target.size != 0 ? memchr(bytes_of(target), '?', target.size) : NULL;
    if (query != NULL)
        cipher_text(cipher, "text", query, target.size - (size_t)(query - target.data));
}

static void change_handshake(struct cipher *cipher, const struct sw_handshake *handshake)
{
    rewrite_authority(cipher, bytes_of(handshake->host), handshake->host.size);
    rewrite_authority(cipher, bytes_of(handshake->origin), handshake->origin.size);
    change_target(cipher, handshake->target);
}

static void forget_parts(struct connection_record *copy)
{
    tls_facts_free(copy->tls);
    for (int side = 0; side < 2; side++)
        g_free(bytes_of(copy->close.reasons[side]));
}

/* Makes the copy say what the record says now. */
static void refresh(struct anonymizer *anonymizer, struct connection_record *copy,
                    const struct connection_record *record)
{
    struct connection_record now = *record;
    now.references = 1;
    now.user = copy->user; /* its handshake */
    for (int side = 0; side < 2; side++) {
        const struct sw_slice reason = record->close.reasons[side];
        now.close.reasons[side].data = g_memdup2(reason.data, reason.size);
        rewrite_anywhere(anonymizer->cipher, bytes_of(now.close.reasons[side]), reason.size);
        if (record->close.reason.data == reason.data)
            now.close.reason = now.close.reasons[side];
    }
    now.tls = record->tls != NULL ? tls_facts_copy(record->tls) : NULL;
    change_tls(anonymizer->cipher, now.tls);
    cipher_endpoint(anonymizer->cipher, &now.client);
    cipher_endpoint(anonymizer->cipher, &now.server);
    cipher_endpoint(anonymizer->cipher, &now.proxied_client);
    forget_parts(copy);
    *copy = now;
    connection_record_handshake(copy, record->handshake);
    change_handshake(anonymizer->cipher, copy->handshake);
}

/* What the sink is to see of a connection; NULL of NULL. */
static struct connection_record *copy_of(struct anonymizer *anonymizer, const struct connection_record *record)
{
    if (record == NULL)
        return NULL;
    gpointer key = GSIZE_TO_POINTER((gsize)record->id);
    struct connection_record *copy = g_hash_table_lookup(anonymizer->connections, key);
    if (copy == NULL) {
        copy = connection_record_new();
        g_hash_table_insert(anonymizer->connections, key, copy);
    }
    refresh(anonymizer, copy, record);
    return copy;
}

static void on_begin(void *context, const struct connection_record *record)
{
    struct anonymizer *anonymizer = context;
    anonymizer->inner.connection_begin(anonymizer->inner.context, copy_of(anonymizer, record));
}

static void on_end(void *context, const struct connection_record *record)
{
    struct anonymizer *anonymizer = context;
    const struct connection_record *copy = copy_of(anonymizer, record);
    if (anonymizer->inner.connection_end != NULL)
        anonymizer->inner.connection_end(anonymizer->inner.context, copy);
    g_hash_table_remove(anonymizer->connections, GSIZE_TO_POINTER((gsize)record->id));
}

/* --- messages and calls ------------------------------------------------------------------------------------------ */

static void pass_message(struct anonymizer *anonymizer, const struct message_record *message,
                         void (*to)(void *context, const struct message_record *message))
{
    struct message_record copy = *message;
    struct sw_sip sip;
    g_byte_array_set_size(anonymizer->raw, 0);
    g_byte_array_append(anonymizer->raw, message->sip->raw.data, (guint)message->sip->raw.size);
    if (sw_sip_parse((struct sw_slice){anonymizer->raw->data, anonymizer->raw->len}, &sip) == SW_BAD)
        return; /* it was read before */
    rewrite_message(anonymizer->cipher, &sip);
    copy.sip = &sip;
    copy.connection = copy_of(anonymizer, message->connection);
    cipher_endpoint(anonymizer->cipher, &copy.source);
    cipher_endpoint(anonymizer->cipher, &copy.destination);
    to(anonymizer->inner.context, &copy);
}

static void on_message(void *context, const struct message_record *message)
{
    pass_message(context, message, inner_of(context)->message);
}

static void on_aside(void *context, const struct message_record *message)
{
    pass_message(context, message, inner_of(context)->aside);
}

static void on_call(void *context, const struct sw_call *call)
{
    struct anonymizer *anonymizer = context;
    struct sw_call copy = *call;
    struct sw_slice *texts[] = {&copy.call_id, &copy.from, &copy.to};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        texts[i]->data = g_memdup2(texts[i]->data, texts[i]->size);
        rewrite_anywhere(anonymizer->cipher, bytes_of(*texts[i]), texts[i]->size);
    }
    anonymizer->inner.call(anonymizer->inner.context, &copy);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(bytes_of(*texts[i]));
}

/* --- what is said about them ------------------------------------------------------------------------------------- */

static void on_capture(void *context, const struct capture_record *capture)
{
    inner_of(context)->capture(inner_of(context)->context, capture);
}

static void on_ledger(void *context, const struct ledger_record *ledger)
{
    struct anonymizer *anonymizer = context;
    struct ledger_record copy = *ledger;
    cipher_endpoint(anonymizer->cipher, &copy.source);
    cipher_endpoint(anonymizer->cipher, &copy.destination);
    anonymizer->inner.ledger(anonymizer->inner.context, &copy);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct anonymizer *anonymizer = context;
    struct finding_record copy = *finding;
    char *evidence = g_strdup(finding->evidence);
    if (evidence != NULL)
        rewrite_evidence(anonymizer->cipher, (uint8_t *)evidence, strlen(evidence));
    copy.evidence = evidence;
    copy.connection = copy_of(anonymizer, finding->connection);
    cipher_endpoint(anonymizer->cipher, &copy.source);
    cipher_endpoint(anonymizer->cipher, &copy.destination);
    anonymizer->inner.finding(anonymizer->inner.context, &copy);
    g_free(evidence);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    inner_of(context)->finish(inner_of(context)->context, totals);
}

static void on_free(void *context)
{
    struct anonymizer *anonymizer = context;
    if (anonymizer->inner.free != NULL)
        anonymizer->inner.free(anonymizer->inner.context);
    g_hash_table_destroy(anonymizer->connections);
    g_byte_array_free(anonymizer->raw, TRUE);
    cipher_free(anonymizer->cipher);
    g_free(anonymizer);
}

static void unref(gpointer record)
{
    connection_record_unref(record);
}

struct anonymizer *anonymizer_new(const char *key_file, char **error)
{
    GError *failed = NULL;
    char *key = NULL;
    gsize size = 0;
    if (!g_file_get_contents(key_file, &key, &size, &failed)) {
        *error = g_strdup(failed->message);
        g_error_free(failed);
        return NULL;
    }
    struct anonymizer *anonymizer = NULL;
    if (size < KEY_LEAST || size > KEY_MOST) {
        *error = g_strdup_printf("a key has %d to %d bytes; 'head -c 32 /dev/urandom' makes one", KEY_LEAST, KEY_MOST);
    } else {
        anonymizer = g_new0(struct anonymizer, 1);
        anonymizer->cipher = cipher_new(key, size);
        anonymizer->connections = g_hash_table_new_full(NULL, NULL, NULL, unref);
        anonymizer->raw = g_byte_array_new();
    }
    g_free(key);
    return anonymizer;
}

struct sink anonymize_sink(struct anonymizer *anonymizer, const struct sink *inner)
{
    anonymizer->inner = *inner;
    return (struct sink){
        .context = anonymizer,
        .capture = inner->capture != NULL ? on_capture : NULL,
        .connection_begin = inner->connection_begin != NULL ? on_begin : NULL,
        .message = inner->message != NULL ? on_message : NULL,
        .aside = inner->aside != NULL ? on_aside : NULL,
        .connection_end = on_end,
        .call = inner->call != NULL ? on_call : NULL,
        .ledger = inner->ledger != NULL ? on_ledger : NULL,
        .finding = inner->finding != NULL ? on_finding : NULL,
        .finish = inner->finish != NULL ? on_finish : NULL,
        .free = on_free,
    };
}
