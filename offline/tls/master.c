/* SPDX-License-Identifier: MIT
 *
 * Which master secret follows from a server's RSA key? From the key exchange (RFC 5246 8.1, RFC 7627 4), and for a
 * session that is resumed from the one before it. What is found goes into the key log, as if it had a line for it.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "net/read.h"
#include "tls/derive.h"
#include "tls/state.h"

enum { TRANSCRIPT_MAX = 256 * 1024, MASTER_SIZE = 48 };

static bool has_rsa_keys(const struct tls_session *session)
{
    return !tls_rsa_is_empty(tls_keylog_rsa(session->tls->log));
}

void master_clear(struct tls_session *session)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        if (session->transcript[from] != NULL)
            g_byte_array_free(session->transcript[from], TRUE);
        session->transcript[from] = NULL;
    }
    session->client_hello_size = 0;
}

void master_note(struct tls_session *session, enum sw_direction from, uint8_t type, struct sw_slice body)
{
    if (!has_rsa_keys(session) || session->sides[from].ciphers[EPOCH_PENDING] != NULL)
        return;
    if (type == TLS_HANDSHAKE_CLIENT_HELLO)
        master_clear(session);
    if (session->transcript[from] == NULL)
        session->transcript[from] = g_byte_array_new();
    GByteArray *transcript = session->transcript[from];
    const uint8_t header[4] = {type, (uint8_t)(body.size >> 16), (uint8_t)(body.size >> 8), (uint8_t)body.size};
    if (transcript->len + body.size > TRANSCRIPT_MAX)
        return;
    g_byte_array_append(transcript, header, sizeof header);
    g_byte_array_append(transcript, body.data, (guint)body.size);
    if (type == TLS_HANDSHAKE_CLIENT_HELLO)
        session->client_hello_size = transcript->len;
}

/* --- the key exchange -------------------------------------------------------------------------------------------- */

static const char *digest_of(const struct tls_session *session)
{
    return session->facts.version == TLS_1_2 ? tls_suite_prf(session->facts.suite)->name : "MD5-SHA1";
}

/* The hash of all messages to the ClientKeyExchange, in their order: the ClientHello, the server's, the client's. */
static bool hash_transcript(const struct tls_session *session, uint8_t *hash, size_t *size)
{
    const GByteArray *client = session->transcript[SW_CLIENT];
    const GByteArray *server = session->transcript[SW_SERVER];
    unsigned length = 0;
    if (client == NULL || server == NULL || session->client_hello_size == 0)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_MD *digest = EVP_MD_fetch(NULL, digest_of(session), NULL);
    const size_t hello = session->client_hello_size;
    bool ok = context != NULL && digest != NULL && EVP_DigestInit_ex(context, digest, NULL) == 1 &&
              EVP_DigestUpdate(context, client->data, hello) == 1 &&
              EVP_DigestUpdate(context, server->data, server->len) == 1 &&
              EVP_DigestUpdate(context, client->data + hello, client->len - hello) == 1 &&
              EVP_DigestFinal_ex(context, hash, &length) == 1;
    *size = length;
    EVP_MD_free(digest);
    EVP_MD_CTX_free(context);
    return ok;
}

static bool derive_master(const struct tls_session *session, struct sw_slice premaster, uint8_t *master)
{
    uint8_t seed[2 * TLS_RANDOM_SIZE];
    uint8_t hash[EVP_MAX_MD_SIZE];
    size_t size;
    if (session->extended_master_secret)
        return hash_transcript(session, hash, &size) && tls_prf(digest_of(session), premaster, "extended master secret",
                                                                (struct sw_slice){hash, size}, master, MASTER_SIZE);
    memcpy(seed, session->facts.client_random, TLS_RANDOM_SIZE);
    memcpy(seed + TLS_RANDOM_SIZE, session->server_random, TLS_RANDOM_SIZE);
    return tls_prf(digest_of(session), premaster, "master secret", (struct sw_slice){seed, sizeof seed}, master,
                   MASTER_SIZE);
}

void master_exchange(struct tls_session *session, struct sw_slice body)
{
    uint8_t premaster[TLS_PREMASTER_SIZE];
    uint8_t master[MASTER_SIZE];
    const struct tls_suite *suite = session->facts.suite;
    if (!has_rsa_keys(session) || suite == NULL || strncmp(suite->name, "TLS_RSA_WITH_", 13) != 0 || body.size < 2 ||
        be16(body.data) != body.size - 2)
        return;
    const struct sw_slice encrypted = {body.data + 2, body.size - 2};
    if (tls_rsa_open(tls_keylog_rsa(session->tls->log), encrypted, premaster) &&
        derive_master(session, (struct sw_slice){premaster, sizeof premaster}, master))
        tls_keylog_add_master(session->tls->log, session->facts.client_random, master);
    OPENSSL_cleanse(premaster, sizeof premaster);
    OPENSSL_cleanse(master, sizeof master);
}

/* --- resumption -------------------------------------------------------------------------------------------------- */

/* A name in the key log for what a session can be resumed with; random numbers of clients don't look like it. */
static bool name_of(struct sw_slice handle, uint8_t name[TLS_RANDOM_SIZE])
{
    unsigned size = 0;
    return handle.size != 0 && EVP_Digest(handle.data, handle.size, name, &size, EVP_sha256(), NULL) == 1;
}

void master_remember(struct tls_session *session, struct sw_slice handle)
{
    uint8_t name[TLS_RANDOM_SIZE];
    struct sw_slice master;
    if (!has_rsa_keys(session) || !name_of(handle, name) ||
        !tls_keylog_find(session->tls->log, session->facts.client_random, TLS_SECRET_MASTER, &master))
        return;
    uint8_t copy[MASTER_SIZE];
    memcpy(copy, master.data, sizeof copy);
    tls_keylog_add_master(session->tls->log, name, copy);
    OPENSSL_cleanse(copy, sizeof copy);
}

void master_offer(struct tls_session *session, struct sw_slice handle)
{
    uint8_t name[TLS_RANDOM_SIZE];
    struct sw_slice master;
    if (!has_rsa_keys(session) || !name_of(handle, name) ||
        tls_keylog_find(session->tls->log, session->facts.client_random, TLS_SECRET_MASTER, &master) ||
        !tls_keylog_find(session->tls->log, name, TLS_SECRET_MASTER, &master))
        return;
    session->offered_master_known = true;
    memcpy(session->offered_master, master.data, MASTER_SIZE);
}

void master_resume(struct tls_session *session)
{
    if (!session->offered_master_known)
        return;
    tls_keylog_add_master(session->tls->log, session->facts.client_random, session->offered_master);
    OPENSSL_cleanse(session->offered_master, MASTER_SIZE);
    session->offered_master_known = false;
}
