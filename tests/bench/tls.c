/* SPDX-License-Identifier: MIT
 *
 * What does a connection look like in TLS 1.3 with TLS_AES_128_GCM_SHA256? RFC 8446 4, 5, 7.
 */
#include "tls.h"

#include <openssl/evp.h>
#include <string.h>

enum {
    RANDOM_SIZE = 32,
    SECRET_SIZE = 32, /* of SHA-256 */
    KEY_SIZE = 16,
    NONCE_SIZE = 12,
    TAG_SIZE = 16,
    HANDSHAKE = 22,
    APPLICATION_DATA = 23,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    ENCRYPTED_EXTENSIONS = 8,
    CERTIFICATE = 11,
    CERTIFICATE_VERIFY = 15,
    FINISHED = 20,
};

/* What one side encrypts with, at one time. */
struct keys {
    EVP_CIPHER_CTX *cipher;
    uint8_t nonce[NONCE_SIZE];
    uint64_t sequence;
};

struct tls {
    uint8_t client_random[RANDOM_SIZE];
    struct keys handshake[2]; /* by enum side */
    struct keys application[2];
    struct text inner; /* scratch */
};

static const uint8_t change_cipher_spec[] = {20, 3, 3, 0, 1, 1};

static void put_random(struct sim *sim, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)random_next(&sim->random);
}

static void add_random(struct sim *sim, struct text *text, size_t size)
{
    put_random(sim, (uint8_t *)text_room(text, size), size);
    text->size += size;
}

static void add16(struct text *text, unsigned value)
{
    text_byte(text, value >> 8);
    text_byte(text, value & 0xff);
}

/* ---- keys ---- */

/* HKDF-Expand-Label of RFC 8446 7.1 with an empty context, where one block of SHA-256 is enough. */
static void expand(const uint8_t *secret, const char *label, uint8_t *out, size_t size)
{
    uint8_t info[64];
    uint8_t block[SECRET_SIZE];
    gsize block_size = sizeof block;
    const size_t label_size = strlen(label);
    info[0] = 0;
    info[1] = (uint8_t)size;
    info[2] = (uint8_t)(6 + label_size);
    memcpy(info + 3, "tls13 ", 6);
    memcpy(info + 9, label, label_size);
    info[9 + label_size] = 0;  /* no context */
    info[10 + label_size] = 1; /* the first block of RFC 5869 2.3 */
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, secret, SECRET_SIZE);
    g_hmac_update(hmac, info, (gssize)(11 + label_size));
    g_hmac_get_digest(hmac, block, &block_size);
    g_hmac_unref(hmac);
    memcpy(out, block, size);
}

static void log_secret(struct sim *sim, const struct tls *tls, const char *label, const uint8_t *secret)
{
    if (sim->keylog == NULL)
        return;
    fprintf(sim->keylog, "%s ", label);
    for (size_t i = 0; i < RANDOM_SIZE; i++)
        fprintf(sim->keylog, "%02x", tls->client_random[i]);
    fputc(' ', sim->keylog);
    for (size_t i = 0; i < SECRET_SIZE; i++)
        fprintf(sim->keylog, "%02x", secret[i]);
    fputc('\n', sim->keylog);
}

static void begin_keys(struct sim *sim, const struct tls *tls, struct keys *keys, const char *label)
{
    uint8_t secret[SECRET_SIZE];
    uint8_t key[KEY_SIZE];
    put_random(sim, secret, sizeof secret);
    log_secret(sim, tls, label, secret);
    expand(secret, "key", key, sizeof key);
    expand(secret, "iv", keys->nonce, sizeof keys->nonce);
    keys->cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(keys->cipher, EVP_aes_128_gcm(), NULL, key, NULL);
}

struct tls *tls_new(struct sim *sim)
{
    struct tls *tls = g_new0(struct tls, 1);
    put_random(sim, tls->client_random, sizeof tls->client_random);
    begin_keys(sim, tls, &tls->handshake[FROM_CLIENT], "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
    begin_keys(sim, tls, &tls->handshake[FROM_SERVER], "SERVER_HANDSHAKE_TRAFFIC_SECRET");
    begin_keys(sim, tls, &tls->application[FROM_CLIENT], "CLIENT_TRAFFIC_SECRET_0");
    begin_keys(sim, tls, &tls->application[FROM_SERVER], "SERVER_TRAFFIC_SECRET_0");
    return tls;
}

void tls_free(struct tls *tls)
{
    if (tls == NULL)
        return;
    for (int side = 0; side < 2; side++) {
        EVP_CIPHER_CTX_free(tls->handshake[side].cipher);
        EVP_CIPHER_CTX_free(tls->application[side].cipher);
    }
    text_free(&tls->inner);
    g_free(tls);
}

/* ---- records ---- */

/* TLSInnerPlaintext in TLSCiphertext: RFC 8446 5.2, its nonce 5.3. */
static void add_sealed(struct tls *tls, struct keys *keys, unsigned type, const void *bytes, size_t size,
                       struct text *text)
{
    uint8_t nonce[NONCE_SIZE];
    const size_t sealed = size + 1 + TAG_SIZE;
    const uint8_t head[] = {APPLICATION_DATA, 3, 3, (uint8_t)(sealed >> 8), (uint8_t)sealed};
    memcpy(nonce, keys->nonce, sizeof nonce);
    for (unsigned i = 0; i < sizeof keys->sequence; i++)
        nonce[NONCE_SIZE - 1 - i] ^= (uint8_t)(keys->sequence >> 8 * i);
    keys->sequence++;
    text_clear(&tls->inner);
    text_bytes(&tls->inner, bytes, size);
    text_byte(&tls->inner, type);
    text_bytes(text, head, sizeof head);
    uint8_t *out = (uint8_t *)text_room(text, sealed);
    int written;
    EVP_EncryptInit_ex(keys->cipher, NULL, NULL, NULL, nonce);
    EVP_EncryptUpdate(keys->cipher, NULL, &written, head, sizeof head);
    EVP_EncryptUpdate(keys->cipher, out, &written, (const uint8_t *)tls->inner.data, (int)tls->inner.size);
    EVP_EncryptFinal_ex(keys->cipher, out + written, &written);
    EVP_CIPHER_CTX_ctrl(keys->cipher, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, out + size + 1);
    text->size += sealed;
}

void tls_seal(struct tls *tls, enum side from, const void *bytes, size_t size, struct text *text)
{
    text_clear(text);
    add_sealed(tls, &tls->application[from], APPLICATION_DATA, bytes, size, text);
}

/* ---- the handshake ---- */

static size_t begin_message(struct text *text, unsigned type)
{
    text_byte(text, type);
    text_bytes(text, (const uint8_t[3]){0}, 3);
    return text->size;
}

static void end_message(struct text *text, size_t begin)
{
    const size_t size = text->size - begin;
    text->data[begin - 2] = (char)(size >> 8);
    text->data[begin - 1] = (char)size;
}

/* The record around a hello, which is not encrypted. */
static void begin_record(struct text *text)
{
    text_clear(text);
    text_bytes(text, (const uint8_t[]){HANDSHAKE, 3, 1, 0, 0}, 5);
}

static void end_record(struct text *text)
{
    text->data[3] = (char)((text->size - 5) >> 8);
    text->data[4] = (char)(text->size - 5);
}

static void add_key_share(struct sim *sim, struct text *text, bool client)
{
    add16(text, 51);
    add16(text, client ? 38 : 36);
    if (client)
        add16(text, 36);
    add16(text, 29); /* x25519 */
    add16(text, 32);
    add_random(sim, text, 32);
}

void tls_client_hello(struct sim *sim, struct tls *tls, struct text *text)
{
    static const uint8_t suites[] = {0, 4, 0x13, 1, 0x13, 2, 1, 0};
    static const uint8_t extensions[] = {0, 43, 0, 3,  2, 3, 4,              /* supported_versions: 1.3 */
                                         0, 10, 0, 4,  0, 2, 0, 29,          /* supported_groups: x25519 */
                                         0, 13, 0, 6,  0, 4, 4, 3,   8,   4, /* signature_algorithms */
                                         0, 16, 0, 11, 0, 9, 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    begin_record(text);
    const size_t begin = begin_message(text, CLIENT_HELLO);
    add16(text, 0x0303);
    text_bytes(text, tls->client_random, RANDOM_SIZE);
    text_byte(text, 0); /* legacy_session_id */
    text_bytes(text, suites, sizeof suites);
    add16(text, sizeof extensions + 42);
    text_bytes(text, extensions, sizeof extensions);
    add_key_share(sim, text, true);
    end_message(text, begin);
    end_record(text);
}

static void add_server_hello(struct sim *sim, struct text *text)
{
    static const uint8_t choice[] = {0x13, 1, 0, 0, 46, 0, 43, 0, 2, 3, 4};
    begin_record(text);
    const size_t begin = begin_message(text, SERVER_HELLO);
    add16(text, 0x0303);
    add_random(sim, text, RANDOM_SIZE);
    text_byte(text, 0); /* legacy_session_id_echo */
    text_bytes(text, choice, sizeof choice);
    add_key_share(sim, text, false);
    end_message(text, begin);
    end_record(text);
}

static void add_finished(struct sim *sim, struct text *text)
{
    const size_t begin = begin_message(text, FINISHED);
    add_random(sim, text, 32);
    end_message(text, begin);
}

void tls_server_flight(struct sim *sim, struct tls *tls, struct text *text)
{
    struct text said = {0};
    add_server_hello(sim, text);
    text_bytes(text, change_cipher_spec, sizeof change_cipher_spec);
    size_t begin = begin_message(&said, ENCRYPTED_EXTENSIONS);
    add16(&said, 0);
    end_message(&said, begin);
    begin = begin_message(&said, CERTIFICATE); /* none is in it */
    text_bytes(&said, (const uint8_t[4]){0}, 4);
    end_message(&said, begin);
    begin = begin_message(&said, CERTIFICATE_VERIFY);
    add16(&said, 0x0804);
    add16(&said, 256);
    add_random(sim, &said, 256);
    end_message(&said, begin);
    add_finished(sim, &said);
    add_sealed(tls, &tls->handshake[FROM_SERVER], HANDSHAKE, said.data, said.size, text);
    text_free(&said);
}

void tls_client_finished(struct sim *sim, struct tls *tls, struct text *text)
{
    struct text said = {0};
    text_clear(text);
    text_bytes(text, change_cipher_spec, sizeof change_cipher_spec);
    add_finished(sim, &said);
    add_sealed(tls, &tls->handshake[FROM_CLIENT], HANDSHAKE, said.data, said.size, text);
    text_free(&said);
}
