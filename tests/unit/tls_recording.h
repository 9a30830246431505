/* SPDX-License-Identifier: MIT
 *
 * Recordings of TLS sessions between a client and a server of OpenSSL in this process, with all that matters of the
 * protocol chosen by the caller; what each record carried is known.
 */
#ifndef TESTS_TLS_RECORDING_H
#define TESTS_TLS_RECORDING_H

#include <glib.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "sipweave/slice.h"

/* A record as it was sent. */
struct recorded {
    enum sw_direction from;
    GBytes *bytes;
    GBytes *plain; /* of applications, which the peer took; NULL: none */
    bool needed;   /* without it the session can't be decrypted: a hello */
};

struct recording {
    GPtrArray *records; /* struct recorded */
    GPtrArray *earlier; /* the same of the session before, where that is resumed */
    GString *keylog;
};

enum step {
    STEP_END,
    STEP_CLIENT_SENDS,
    STEP_SERVER_SENDS,
    STEP_CLIENT_SENDS_MUCH, /* more than a record takes */
    STEP_CLIENT_UPDATES,    /* KeyUpdate */
    STEP_SERVER_UPDATES,    /* and asks the client to do the same */
    STEP_RENEGOTIATE,
};

enum early_data { NO_EARLY_DATA, EARLY_DATA_TAKEN, EARLY_DATA_REFUSED };

struct plan {
    const char *name;
    int version;        /* TLS1_2_VERSION ... */
    const char *suite;  /* OpenSSL's or IANA's name; NULL: any */
    uint64_t options;   /* SSL_OP_..., of both */
    const char *groups; /* of the server; the client offers its own first: a HelloRetryRequest */
    bool resumed;       /* a session before this one is resumed */
    enum early_data early;
    size_t padding;    /* of each record to a multiple of it */
    size_t fragment;   /* the largest record */
    size_t much;       /* bytes of STEP_CLIENT_SENDS_MUCH; 0: some 40000 */
    bool keep_earlier; /* the session before is recorded, too */
    bool rsa;          /* an RSA key exchange: only with that suite */
    bool nameless;     /* the client names no server */
    enum step steps[16];
};

struct ends {
    SSL_CTX *client_context;
    SSL_CTX *server_context;
    SSL *client;
    SSL *server;
    struct recording *recording; /* NULL: not recorded */
    bool reads_early;            /* the server */
    bool nameless;               /* the client names no server */
};

static struct recording *recording_of(const SSL *ssl)
{
    return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

static void note_key(const SSL *ssl, const char *line)
{
    struct recording *recording = recording_of(ssl);
    if (recording != NULL)
        g_string_append_printf(recording->keylog, "%s\n", line);
}

static unsigned client_psk(SSL *ssl, const char *hint, char *identity, unsigned identity_size, unsigned char *psk,
                           unsigned psk_size)
{
    (void)ssl, (void)hint, (void)psk_size;
    g_strlcpy(identity, "test", identity_size);
    memset(psk, 7, 16);
    return 16;
}

static unsigned server_psk(SSL *ssl, const char *identity, unsigned char *psk, unsigned psk_size)
{
    (void)ssl, (void)identity, (void)psk_size;
    memset(psk, 7, 16);
    return 16;
}

static void give_certificate(SSL_CTX *context, EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"example.test", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
}

static EVP_PKEY *rsa_key(void)
{
    static EVP_PKEY *key;
    return key != NULL ? key : (key = EVP_RSA_gen(2048));
}

static EVP_PKEY *ec_key(void)
{
    static EVP_PKEY *key;
    return key != NULL ? key : (key = EVP_EC_gen("P-256"));
}

/* The server speaks http/1.1 if anything. */
static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *size, const unsigned char *offered,
                       unsigned offered_size, void *unused)
{
    (void)ssl, (void)unused;
    static const unsigned char mine[] = "\x08http/1.1";
    return SSL_select_next_proto((unsigned char **)(uintptr_t)out, size, mine, sizeof mine - 1, offered,
                                 offered_size) == OPENSSL_NPN_NEGOTIATED
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_NOACK;
}

static void set_up(SSL_CTX *context, const struct plan *plan, struct recording *recording)
{
    SSL_CTX_set_app_data(context, recording);
    SSL_CTX_set_min_proto_version(context, plan->version);
    SSL_CTX_set_max_proto_version(context, plan->version);
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_options(context, SSL_OP_ALL | plan->options);
    SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
    if (plan->version == TLS1_3_VERSION && plan->suite != NULL)
        SSL_CTX_set_ciphersuites(context, plan->suite);
    else if (plan->version != TLS1_3_VERSION)
        SSL_CTX_set_cipher_list(context, plan->suite != NULL ? plan->suite : "ALL:@SECLEVEL=0");
    if (plan->padding != 0)
        SSL_CTX_set_block_padding(context, plan->padding);
    if (plan->fragment != 0)
        SSL_CTX_set_max_send_fragment(context, (long)plan->fragment);
}

static void set_up_both(struct ends *ends, const struct plan *plan)
{
    static const unsigned char alpn[] = "\x08http/1.1";
    ends->nameless = plan->nameless;
    ends->client_context = SSL_CTX_new(TLS_client_method());
    ends->server_context = SSL_CTX_new(TLS_server_method());
    set_up(ends->client_context, plan, ends->recording);
    set_up(ends->server_context, plan, ends->recording);
    SSL_CTX_set_keylog_callback(ends->client_context, note_key);
    SSL_CTX_set_psk_client_callback(ends->client_context, client_psk);
    SSL_CTX_set_psk_server_callback(ends->server_context, server_psk);
    if (plan->version == TLS1_3_VERSION) {
        SSL_CTX_set_psk_client_callback(ends->client_context, NULL);
        SSL_CTX_set_psk_server_callback(ends->server_context, NULL);
    }
    SSL_CTX_set_alpn_protos(ends->client_context, alpn, sizeof alpn - 1);
    SSL_CTX_set_alpn_select_cb(ends->server_context, choose_alpn, NULL);
    SSL_CTX_set_dh_auto(ends->server_context, 1);
    SSL_CTX_set_session_id_context(ends->server_context, (const unsigned char *)"test", 4);
    SSL_CTX_set_session_cache_mode(ends->server_context, SSL_SESS_CACHE_SERVER);
    if (!plan->rsa)
        give_certificate(ends->server_context, ec_key());
    give_certificate(ends->server_context, rsa_key());
    if (plan->groups != NULL)
        SSL_CTX_ctrl(ends->server_context, SSL_CTRL_SET_GROUPS_LIST, 0, (void *)(uintptr_t)plan->groups);
    if (plan->early != NO_EARLY_DATA)
        SSL_CTX_set_max_early_data(ends->server_context, 16384);
}

static void connect_ends(struct ends *ends)
{
    char host[] = "example.test";
    BIO *to_server = BIO_new(BIO_s_mem());
    BIO *to_client = BIO_new(BIO_s_mem());
    ends->client = SSL_new(ends->client_context);
    ends->server = SSL_new(ends->server_context);
    /* What one writes is drained, recorded, and put where the other one reads. */
    BIO *client_out = BIO_new(BIO_s_mem());
    BIO *server_out = BIO_new(BIO_s_mem());
    SSL_set_bio(ends->client, to_client, client_out);
    SSL_set_bio(ends->server, to_server, server_out);
    if (!ends->nameless)
        SSL_ctrl(ends->client, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host);
    SSL_set_connect_state(ends->client);
    SSL_set_accept_state(ends->server);
}

static void disconnect_ends(struct ends *ends)
{
    SSL_free(ends->client);
    SSL_free(ends->server);
}

static void note_record(struct recording *recording, enum sw_direction from, const uint8_t *bytes, size_t size,
                        GBytes *plain)
{
    struct recorded *record = g_new0(struct recorded, 1);
    record->from = from;
    record->bytes = g_bytes_new(bytes, size);
    record->plain = plain;
    g_ptr_array_add(recording->records, record);
}

static size_t record_size_at(const uint8_t *bytes)
{
    return 5 + ((size_t)bytes[3] << 8 | bytes[4]);
}

/* Records of text come last; before them there may be others, as an answer to a KeyUpdate. */
static size_t records_before_text(const uint8_t *bytes, size_t size, size_t text_size, size_t fragment)
{
    size_t count = 0;
    for (size_t at = 0; at < size; at += record_size_at(bytes + at))
        count++;
    return text_size != 0 ? count - (text_size + fragment - 1) / fragment : count;
}

/* Moves what one end has written to the other. text: of applications, in records of so many bytes. */
static bool carry_over(struct ends *ends, enum sw_direction from, struct sw_slice text, size_t fragment)
{
    uint8_t *bytes;
    BIO *out = SSL_get_wbio(from == SW_CLIENT ? ends->client : ends->server);
    BIO *in = SSL_get_rbio(from == SW_CLIENT ? ends->server : ends->client);
    const size_t size = (size_t)BIO_get_mem_data(out, &bytes);
    size_t before = records_before_text(bytes, size, text.size, fragment);
    for (size_t at = 0; at < size && ends->recording != NULL;) {
        const size_t whole = record_size_at(bytes + at);
        const size_t part = before == 0 ? MIN(text.size, fragment) : 0;
        before -= before != 0;
        note_record(ends->recording, from, bytes + at, whole, part != 0 ? g_bytes_new(text.data, part) : NULL);
        text = (struct sw_slice){part != 0 ? text.data + part : text.data, text.size - part};
        at += whole;
    }
    if (size != 0)
        BIO_write(in, bytes, (int)size);
    (void)BIO_reset(out);
    return size != 0;
}

static const struct sw_slice no_text = {NULL, 0};

static void server_reads(struct ends *ends)
{
    uint8_t scratch[512];
    size_t size;
    int result = SSL_READ_EARLY_DATA_SUCCESS;
    while (ends->reads_early && result == SSL_READ_EARLY_DATA_SUCCESS)
        result = SSL_read_early_data(ends->server, scratch, sizeof scratch, &size);
    if (result == SSL_READ_EARLY_DATA_FINISH)
        ends->reads_early = false;
    while (!ends->reads_early && SSL_read(ends->server, scratch, sizeof scratch) > 0)
        ;
}

/* Both ends read until neither has more to say. */
static void settle(struct ends *ends)
{
    uint8_t scratch[512];
    bool moved = true;
    while (moved) {
        SSL_do_handshake(ends->client);
        while (SSL_read(ends->client, scratch, sizeof scratch) > 0)
            ;
        moved = carry_over(ends, SW_CLIENT, no_text, 0);
        server_reads(ends);
        moved |= carry_over(ends, SW_SERVER, no_text, 0);
    }
}

static void send_text(struct ends *ends, enum sw_direction from, size_t size, size_t fragment, unsigned number)
{
    GString *text = g_string_new(NULL);
    while (text->len < size)
        g_string_append_printf(text, "%s %u at %zu. ", from == SW_CLIENT ? "client" : "server", number, text->len);
    SSL_write(from == SW_CLIENT ? ends->client : ends->server, text->str, (int)text->len);
    carry_over(ends, from, (struct sw_slice){(const uint8_t *)text->str, text->len}, fragment);
    g_string_free(text, TRUE);
    settle(ends);
}

/* Its hellos are the first records of each side. */
static void renegotiate(struct ends *ends)
{
    GPtrArray *records = ends->recording->records;
    bool seen[2] = {false, false};
    guint i = records->len;
    SSL_renegotiate(ends->client);
    SSL_do_handshake(ends->client);
    settle(ends);
    for (; i < records->len; i++) {
        struct recorded *record = records->pdata[i];
        record->needed = !seen[record->from];
        seen[record->from] = true;
    }
}

static void do_step(struct ends *ends, const struct plan *plan, unsigned number)
{
    const size_t fragment = plan->fragment != 0 ? plan->fragment : 16384;
    switch (plan->steps[number]) {
    case STEP_CLIENT_SENDS:
        send_text(ends, SW_CLIENT, 40 + 37 * number, fragment, number);
        break;
    case STEP_SERVER_SENDS:
        send_text(ends, SW_SERVER, 90 + 23 * number, fragment, number);
        break;
    case STEP_CLIENT_SENDS_MUCH:
        send_text(ends, SW_CLIENT, plan->much != 0 ? plan->much : 40000, fragment, number);
        break;
    case STEP_CLIENT_UPDATES:
        SSL_key_update(ends->client, SSL_KEY_UPDATE_NOT_REQUESTED);
        SSL_do_handshake(ends->client);
        settle(ends);
        break;
    case STEP_SERVER_UPDATES:
        SSL_key_update(ends->server, SSL_KEY_UPDATE_REQUESTED);
        SSL_do_handshake(ends->server);
        settle(ends);
        break;
    case STEP_RENEGOTIATE:
        renegotiate(ends);
        break;
    case STEP_END:
        break;
    }
}

/* Early data goes out behind the ClientHello; refused, the client sends it once more. */
static void send_early_data(struct ends *ends, const struct plan *plan)
{
    static const char text[] = "early client data";
    size_t done;
    SSL_write_early_data(ends->client, text, sizeof text - 1, &done);
    carry_over(ends, SW_CLIENT, no_text, 0);
    struct recorded *last = ends->recording->records->pdata[ends->recording->records->len - 1];
    if (plan->early == EARLY_DATA_TAKEN) {
        last->plain = g_bytes_new(text, sizeof text - 1);
        ends->reads_early = true;
    }
    settle(ends);
}

static SSL_SESSION *earlier_session(struct ends *ends, bool keep)
{
    struct recording *recording = ends->recording;
    ends->recording = keep ? recording : NULL;
    connect_ends(ends);
    settle(ends);
    SSL_write(ends->server, "x", 1);
    settle(ends);
    SSL_SESSION *session = SSL_get1_session(ends->client);
    SSL_shutdown(ends->client);
    SSL_shutdown(ends->server);
    disconnect_ends(ends);
    ends->recording = recording;
    GPtrArray *records = recording->earlier;
    recording->earlier = recording->records;
    recording->records = records;
    g_string_truncate(recording->keylog, 0);
    return session;
}

static void mark_hellos(struct recording *recording, const struct plan *plan)
{
    bool client = false;
    bool answered = false;
    for (guint i = 0; i < recording->records->len; i++) {
        struct recorded *record = recording->records->pdata[i];
        const uint8_t *bytes = g_bytes_get_data(record->bytes, NULL);
        if (bytes[0] == 23 && record->from == SW_SERVER && answered && plan->early == EARLY_DATA_REFUSED) {
            record->needed = true; /* EncryptedExtensions: whether early data was taken */
            answered = false;
        }
        if (bytes[0] != 22)
            continue;
        if (record->from == SW_CLIENT && bytes[5] == 1 && !client) {
            record->needed = plan->groups == NULL; /* of two the second will do */
            client = true;
        } else if (record->from == SW_SERVER && bytes[5] == 2) {
            record->needed = plan->version != TLS1_3_VERSION;
            answered = true;
        }
    }
}

static void free_record(gpointer data)
{
    struct recorded *record = data;
    g_bytes_unref(record->bytes);
    if (record->plain != NULL)
        g_bytes_unref(record->plain);
    g_free(record);
}

static void recording_free(struct recording *recording)
{
    g_ptr_array_free(recording->records, TRUE);
    g_ptr_array_free(recording->earlier, TRUE);
    g_string_free(recording->keylog, TRUE);
    g_free(recording);
}

/* NULL where OpenSSL can't agree on such a session. */
static struct recording *recording_make(const struct plan *plan)
{
    struct recording *recording = g_new0(struct recording, 1);
    struct ends ends = {.recording = recording};
    recording->records = g_ptr_array_new_with_free_func(free_record);
    recording->earlier = g_ptr_array_new_with_free_func(free_record);
    recording->keylog = g_string_new(NULL);
    set_up_both(&ends, plan);
    SSL_SESSION *session =
        plan->resumed || plan->early != NO_EARLY_DATA ? earlier_session(&ends, plan->keep_earlier) : NULL;
    connect_ends(&ends);
    if (session != NULL)
        SSL_set_session(ends.client, session);
    if (plan->early != NO_EARLY_DATA)
        send_early_data(&ends, plan);
    else
        settle(&ends);
    bool ok = SSL_is_init_finished(ends.client) && SSL_is_init_finished(ends.server);
    ok = ok && (!plan->resumed || SSL_session_reused(ends.client));
    for (unsigned i = 0; ok && plan->steps[i] != STEP_END; i++)
        do_step(&ends, plan, i);
    ERR_clear_error();
    SSL_SESSION_free(session);
    disconnect_ends(&ends);
    SSL_CTX_free(ends.client_context);
    SSL_CTX_free(ends.server_context);
    mark_hellos(recording, plan);
    if (ok)
        return recording;
    recording_free(recording);
    return NULL;
}

#endif
