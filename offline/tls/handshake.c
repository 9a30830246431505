/* SPDX-License-Identifier: MIT
 *
 * What does the handshake change? Its messages, reassembled from records, say which keys come next.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "net/read.h"
#include "tls/state.h"

enum {
    MESSAGE_HEADER_SIZE = 4,
    MESSAGE_MAX = 128 * 1024, /* a longer one is passed over: a certificate chain of that size is of no use here */
};

static struct sw_slice rest_of(struct sw_slice bytes, size_t size)
{
    return (struct sw_slice){.data = bytes.data + size, .size = bytes.size - size};
}

static void set_text(char **text, struct sw_slice value)
{
    if (value.size == 0)
        return;
    g_free(*text);
    *text = g_strndup((const char *)value.data, value.size);
}

static void drop_ciphers(struct side *side)
{
    for (unsigned i = 0; i < EPOCH_COUNT; i++) {
        tls_cipher_free(side->ciphers[i]);
        side->ciphers[i] = NULL;
    }
}

/* --- messages ---------------------------------------------------------------------------------------------------- */

/* A second one follows a HelloRetryRequest, or begins a renegotiation. */
static void on_client_hello(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    struct tls_hello hello;
    if (from != SW_CLIENT || !tls_client_hello_parse(body, &hello))
        return;
    session->client_hellos++;
    session->answer_due = true;
    session->retried = false;
    session->early = hello.extensions.early_data ? EARLY_OFFERED : EARLY_NONE;
    session->facts.client_random_known = true;
    memcpy(session->facts.client_random, hello.random, TLS_RANDOM_SIZE);
    set_text(&session->facts.server_name, hello.extensions.server_name);
    session->facts.nameless = hello.extensions.whole && !hello.extensions.has_server_name;
    session->offered_master_known = false;
    master_offer(session, hello.session_id);
    master_offer(session, hello.extensions.ticket);
}

/* TLS 1.3: both sides go on with handshake keys, the client after its early data. */
static void start_sealed(struct tls_session *session)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct side *side = &session->sides[from];
        drop_ciphers(side);
        side->sealed = true;
        side->sequence = 0;
        side->epoch = from == SW_CLIENT && session->early == EARLY_OFFERED ? EPOCH_EARLY : EPOCH_HANDSHAKE;
        open_fill_keys(session, from);
    }
}

/* TLS 1.2: keys that wait for the ChangeCipherSpec. */
static void renew_pending(struct tls_session *session)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct side *side = &session->sides[from];
        tls_cipher_free(side->ciphers[EPOCH_PENDING]);
        side->ciphers[EPOCH_PENDING] = NULL;
        open_fill_keys(session, from);
    }
}

static void on_server_hello(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    struct tls_hello hello;
    if (from != SW_SERVER || !tls_server_hello_parse(body, &hello))
        return;
    session->facts.version = hello.version;
    session->facts.suite_id = hello.suite;
    session->facts.suite = tls_suite_find(hello.suite);
    if (hello.retry) {
        session->retried = true;
        session->sides[SW_CLIENT].skips_early |= session->early == EARLY_OFFERED;
        session->early = EARLY_NONE;
        return;
    }
    session->retried = false;
    session->server_hellos++;
    session->answer_due = false;
    memcpy(session->server_random, hello.random, TLS_RANDOM_SIZE);
    session->encrypt_then_mac = hello.extensions.encrypt_then_mac;
    session->extended_master_secret = hello.extensions.extended_master_secret;
    session->session_id_size = MIN(hello.session_id.size, sizeof session->session_id);
    if (session->session_id_size != 0)
        memcpy(session->session_id, hello.session_id.data, session->session_id_size);
    set_text(&session->facts.alpn, hello.extensions.alpn);
    for (enum sw_direction side = SW_CLIENT; side <= SW_SERVER; side++)
        session->sides[side].hello_lost = false;
    if (hello.version == TLS_1_3)
        start_sealed(session);
    else
        renew_pending(session);
}

static void on_encrypted_extensions(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    struct tls_extensions extensions;
    if (from != SW_SERVER || session->facts.version != TLS_1_3)
        return;
    tls_encrypted_extensions_parse(body, &extensions);
    set_text(&session->facts.alpn, extensions.alpn);
    if (session->early != EARLY_OFFERED)
        return;
    struct side *client = &session->sides[SW_CLIENT];
    session->early = extensions.early_data ? EARLY_ACCEPTED : EARLY_REFUSED;
    if (session->early == EARLY_REFUSED) {
        client->epoch = EPOCH_HANDSHAKE;
        client->sequence = 0;
        client->skips_early = true;
    }
}

static void on_certificate(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    if (from != SW_SERVER)
        return;
    session->offered_master_known = false; /* it isn't resumed */
    if (session->facts.subject != NULL)
        return;
    session->facts.subject = tls_certificate_subject(body, session->facts.version);
}

static void on_key_exchange(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    if (from == SW_CLIENT && session->facts.version != TLS_1_3)
        master_exchange(session, body);
}

/* TLS 1.2: four bytes of lifetime, two of length, the ticket (RFC 5077 3.3). */
static void on_ticket(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    enum { FRONT = 6 };
    if (from == SW_SERVER && session->facts.version != TLS_1_3 && body.size > FRONT)
        master_remember(session, rest_of(body, FRONT));
}

static void next_epoch(struct side *side, enum epoch epoch)
{
    side->epoch = epoch;
    side->sequence = 0;
}

static void on_end_of_early_data(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    (void)body;
    struct side *side = &session->sides[from];
    if (session->facts.version == TLS_1_3 && side->epoch == EPOCH_EARLY)
        next_epoch(side, EPOCH_HANDSHAKE);
}

static void on_finished(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    (void)body;
    struct side *side = &session->sides[from];
    if (session->facts.version != TLS_1_3 || side->epoch != EPOCH_HANDSHAKE)
        return;
    next_epoch(side, EPOCH_APPLICATION);
    open_fill_keys(session, from);
}

static void on_key_update(struct tls_session *session, enum sw_direction from, struct sw_slice body)
{
    (void)body;
    struct side *side = &session->sides[from];
    if (session->facts.version != TLS_1_3 || side->epoch != EPOCH_APPLICATION ||
        side->ciphers[EPOCH_APPLICATION] == NULL)
        return;
    struct tls_cipher *next = tls_cipher_next(side->ciphers[EPOCH_APPLICATION]);
    tls_cipher_free(side->ciphers[EPOCH_APPLICATION]);
    side->ciphers[EPOCH_APPLICATION] = next;
    side->sequence = 0;
}

static const struct {
    enum tls_handshake_type type;
    void (*take)(struct tls_session *session, enum sw_direction from, struct sw_slice body);
} messages[] = {
    {TLS_HANDSHAKE_CLIENT_HELLO, on_client_hello},
    {TLS_HANDSHAKE_SERVER_HELLO, on_server_hello},
    {TLS_HANDSHAKE_ENCRYPTED_EXTENSIONS, on_encrypted_extensions},
    {TLS_HANDSHAKE_CERTIFICATE, on_certificate},
    {TLS_HANDSHAKE_END_OF_EARLY_DATA, on_end_of_early_data},
    {TLS_HANDSHAKE_CLIENT_KEY_EXCHANGE, on_key_exchange},
    {TLS_HANDSHAKE_NEW_SESSION_TICKET, on_ticket},
    {TLS_HANDSHAKE_FINISHED, on_finished},
    {TLS_HANDSHAKE_KEY_UPDATE, on_key_update},
};

static void on_message(struct tls_session *session, enum sw_direction from, uint8_t type, struct sw_slice body)
{
    master_note(session, from, type, body);
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++)
        if (messages[i].type == type)
            messages[i].take(session, from, body);
}

/* --- reassembly -------------------------------------------------------------------------------------------------- */

/* The size of the message that begins there, header included. */
static size_t message_size(const uint8_t *header)
{
    return MESSAGE_HEADER_SIZE + ((size_t)header[1] << 16 | be16(header + 2));
}

/* Adds to the message that is begun; false: its end is still to come. */
static bool complete_message(struct side *side, struct sw_slice *bytes)
{
    GByteArray *message = side->message;
    size_t want = message->len < MESSAGE_HEADER_SIZE ? MESSAGE_HEADER_SIZE : message_size(message->data);
    while (message->len < want && bytes->size != 0) {
        size_t part = MIN(want - message->len, bytes->size);
        g_byte_array_append(message, bytes->data, (guint)part);
        *bytes = rest_of(*bytes, part);
        if (want == MESSAGE_HEADER_SIZE && message->len == want)
            want = message_size(message->data);
    }
    return message->len >= MESSAGE_HEADER_SIZE && message->len == want;
}

static void hold_message(struct side *side, struct sw_slice bytes)
{
    if (bytes.size >= MESSAGE_HEADER_SIZE && message_size(bytes.data) > MESSAGE_MAX) {
        side->message_skip = message_size(bytes.data) - bytes.size;
        return;
    }
    side->message = g_byte_array_new();
    g_byte_array_append(side->message, bytes.data, (guint)bytes.size);
}

static void take_whole_messages(struct tls_session *session, enum sw_direction from, struct sw_slice bytes)
{
    struct side *side = &session->sides[from];
    while (bytes.size != 0) {
        if (bytes.size < MESSAGE_HEADER_SIZE || message_size(bytes.data) > bytes.size) {
            hold_message(side, bytes);
            return;
        }
        const size_t size = message_size(bytes.data);
        on_message(session, from, bytes.data[0],
                   (struct sw_slice){bytes.data + MESSAGE_HEADER_SIZE, size - MESSAGE_HEADER_SIZE});
        bytes = rest_of(bytes, size);
    }
}

/* The one that is begun proved to be too long. */
static void skip_long_message(struct side *side)
{
    const GByteArray *message = side->message;
    if (message == NULL || message->len < MESSAGE_HEADER_SIZE || message_size(message->data) <= MESSAGE_MAX)
        return;
    const uint64_t left = message_size(message->data) - message->len;
    handshake_clear(side);
    side->message_skip = left;
}

void handshake_take(struct tls_session *session, enum sw_direction from, struct sw_slice bytes)
{
    struct side *side = &session->sides[from];
    skip_long_message(side);
    const size_t skipped = (size_t)MIN(side->message_skip, bytes.size);
    side->message_skip -= skipped;
    bytes = rest_of(bytes, skipped);
    if (side->message != NULL) {
        if (!complete_message(side, &bytes))
            return;
        GByteArray *message = side->message;
        side->message = NULL;
        on_message(session, from, message->data[0],
                   (struct sw_slice){message->data + MESSAGE_HEADER_SIZE, message->len - MESSAGE_HEADER_SIZE});
        g_byte_array_free(message, TRUE);
    }
    take_whole_messages(session, from, bytes);
}

void handshake_cut(struct tls_session *session, enum sw_direction from, struct sw_slice bytes)
{
    struct side *side = &session->sides[from];
    if (side->sealed)
        return;
    if (side->message != NULL) {
        complete_message(side, &bytes);
        bytes = (struct sw_slice){side->message->data, side->message->len};
    }
    if (bytes.size > MESSAGE_HEADER_SIZE &&
        (bytes.data[0] == TLS_HANDSHAKE_CLIENT_HELLO || bytes.data[0] == TLS_HANDSHAKE_SERVER_HELLO))
        on_message(session, from, bytes.data[0], rest_of(bytes, MESSAGE_HEADER_SIZE));
}

void handshake_clear(struct side *side)
{
    if (side->message != NULL)
        g_byte_array_free(side->message, TRUE);
    side->message = NULL;
    side->message_skip = 0;
}

/* --- keys of TLS 1.2 --------------------------------------------------------------------------------------------- */

void handshake_change_cipher(struct tls_session *session, enum sw_direction from)
{
    struct side *side = &session->sides[from];
    if (side->ciphers[EPOCH_PENDING] == NULL) {
        master_resume(session);
        open_fill_keys(session, from);
    }
    master_remember(session, (struct sw_slice){session->session_id, session->session_id_size});
    tls_cipher_free(side->ciphers[EPOCH_NOW]);
    side->ciphers[EPOCH_NOW] = side->ciphers[EPOCH_PENDING];
    side->ciphers[EPOCH_PENDING] = NULL;
    side->epoch = EPOCH_NOW;
    side->sequence = 0;
    side->sealed = true;
    side->changes++;
}
