/* SPDX-License-Identifier: MIT
 *
 * What does a protected record say? (RFC 5246 6.2.3, 5288, 6655, 7366, 7905, 8446 5.2)
 */
#include "tls/cipher.h"

#include <glib.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "tls/derive.h"

enum {
    NONCE_SIZE = 12,
    BLOCK_SIZE = 16,
    SECRET_MAX = 48,
    MAC_MAX = 48,
    KEY_BLOCK_MAX = 2 * (MAC_MAX + 32 + BLOCK_SIZE),
    PSEUDO_HEADER_SIZE = 13, /* sequence number, type, version, length */
    RANDOM_SIZE = 32,
};

struct tls_cipher {
    const struct tls_suite *suite;
    enum tls_version version;
    bool encrypt_then_mac;
    EVP_CIPHER_CTX *evp; /* the key is set once; a record sets its IV */
    EVP_MAC_CTX *mac;    /* of CBC; NULL otherwise */
    uint8_t iv[BLOCK_SIZE];
    uint8_t secret[SECRET_MAX]; /* of TLS 1.3 */
};

/* --- making ------------------------------------------------------------------------------------------------------ */

static EVP_MAC_CTX *new_mac(const struct tls_hash *hash, const uint8_t *key)
{
    char *digest = g_strdup(hash->name);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    if (context != NULL && EVP_MAC_init(context, key, hash->size, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        context = NULL;
    }
    EVP_MAC_free(mac);
    g_free(digest);
    return context;
}

static bool set_key(EVP_CIPHER_CTX *evp, const struct tls_bulk *bulk, const uint8_t *key)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, bulk->cipher, NULL);
    bool ok = cipher != NULL && EVP_DecryptInit_ex(evp, cipher, NULL, NULL, NULL) == 1;
    EVP_CIPHER_free(cipher);
    if (bulk->mode == TLS_CCM)
        ok = ok && EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_SET_IVLEN, NONCE_SIZE, NULL) == 1 &&
             EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_SET_TAG, bulk->tag_size, NULL) == 1;
    if (bulk->mode == TLS_CBC) /* elsewhere it has no meaning, but each record's EVP_DecryptInit would set it again */
        ok = ok && EVP_CIPHER_CTX_set_padding(evp, 0) == 1;
    return ok && EVP_DecryptInit_ex(evp, NULL, NULL, key, NULL) == 1;
}

struct parts {
    const uint8_t *key;
    const uint8_t *iv;
    size_t iv_size;
    const uint8_t *mac_key; /* or NULL */
};

static struct tls_cipher *new_cipher(const struct tls_suite *suite, enum tls_version version, const struct parts *parts)
{
    struct tls_cipher *cipher = g_new0(struct tls_cipher, 1);
    cipher->suite = suite;
    cipher->version = version;
    memcpy(cipher->iv, parts->iv, parts->iv_size);
    cipher->evp = EVP_CIPHER_CTX_new();
    bool ok = cipher->evp != NULL && set_key(cipher->evp, suite->bulk, parts->key);
    if (ok && parts->mac_key != NULL) {
        cipher->mac = new_mac(suite->hash, parts->mac_key);
        ok = cipher->mac != NULL;
    }
    if (ok)
        return cipher;
    tls_cipher_free(cipher);
    return NULL;
}

static const char *prf_digest(const struct tls_key_source *source)
{
    return source->version == TLS_1_2 ? tls_suite_prf(source->suite)->name : "MD5-SHA1";
}

/* The key block (RFC 5246 6.3): MAC keys, keys, IVs, of each the client's first. */
struct tls_cipher *tls_cipher_new_12(const struct tls_key_source *source, enum sw_direction direction)
{
    const struct tls_bulk *bulk = source->suite->bulk;
    if (tls_suite_is_13(source->suite))
        return NULL;
    const size_t mac_size = bulk->mode == TLS_CBC ? source->suite->hash->size : 0;
    uint8_t seed[2 * RANDOM_SIZE];
    uint8_t block[KEY_BLOCK_MAX];
    const size_t size = 2 * (mac_size + bulk->key_size + bulk->salt_size);
    memcpy(seed, source->server_random, RANDOM_SIZE);
    memcpy(seed + RANDOM_SIZE, source->client_random, RANDOM_SIZE);
    struct tls_cipher *cipher = NULL;
    if (tls_prf(prf_digest(source), source->master, "key expansion", (struct sw_slice){seed, sizeof seed}, block,
                size)) {
        const uint8_t *keys = block + 2 * mac_size;
        const uint8_t *ivs = keys + 2 * (size_t)bulk->key_size;
        const size_t second = direction == SW_SERVER ? 1 : 0;
        const struct parts parts = {
            .key = keys + second * bulk->key_size,
            .iv = ivs + second * bulk->salt_size,
            .iv_size = bulk->salt_size,
            .mac_key = mac_size != 0 ? block + second * mac_size : NULL,
        };
        cipher = new_cipher(source->suite, source->version, &parts);
    }
    if (cipher != NULL)
        cipher->encrypt_then_mac = source->encrypt_then_mac && bulk->mode == TLS_CBC;
    OPENSSL_cleanse(block, sizeof block);
    return cipher;
}

struct tls_cipher *tls_cipher_new_13(const struct tls_suite *suite, struct sw_slice secret)
{
    uint8_t key[32];
    uint8_t iv[NONCE_SIZE];
    const char *digest = suite->hash->name;
    if (!tls_suite_is_13(suite) || secret.size != suite->hash->size)
        return NULL;
    struct tls_cipher *cipher = NULL;
    if (tls_expand_label(digest, secret, "key", key, suite->bulk->key_size) &&
        tls_expand_label(digest, secret, "iv", iv, sizeof iv)) {
        const struct parts parts = {.key = key, .iv = iv, .iv_size = sizeof iv};
        cipher = new_cipher(suite, TLS_1_3, &parts);
    }
    if (cipher != NULL)
        memcpy(cipher->secret, secret.data, secret.size);
    OPENSSL_cleanse(key, sizeof key);
    return cipher;
}

struct tls_cipher *tls_cipher_next(const struct tls_cipher *cipher)
{
    uint8_t next[SECRET_MAX];
    const struct tls_hash *hash = cipher->suite->hash;
    if (cipher->version != TLS_1_3 ||
        !tls_expand_label(hash->name, (struct sw_slice){cipher->secret, hash->size}, "traffic upd", next, hash->size))
        return NULL;
    struct tls_cipher *made = tls_cipher_new_13(cipher->suite, (struct sw_slice){next, hash->size});
    OPENSSL_cleanse(next, sizeof next);
    return made;
}

void tls_cipher_free(struct tls_cipher *cipher)
{
    if (cipher == NULL)
        return;
    EVP_CIPHER_CTX_free(cipher->evp);
    EVP_MAC_CTX_free(cipher->mac);
    OPENSSL_cleanse(cipher, sizeof *cipher);
    g_free(cipher);
}

/* --- AEAD -------------------------------------------------------------------------------------------------------- */

static void put_pseudo_header(uint8_t *out, uint64_t sequence, const uint8_t *header, size_t size)
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(sequence >> (56 - 8 * i));
    memcpy(out + 8, header, 3);
    out[11] = (uint8_t)(size >> 8);
    out[12] = (uint8_t)size;
}

/* The salt and what the record has, or the IV with the sequence number in it. */
static void make_nonce(const struct tls_cipher *cipher, uint64_t sequence, const uint8_t *explicit, uint8_t *nonce)
{
    memcpy(nonce, cipher->iv, NONCE_SIZE);
    size_t explicit_size = tls_cipher_offset(cipher);
    if (explicit_size != 0) {
        memcpy(nonce + NONCE_SIZE - explicit_size, explicit, explicit_size);
        return;
    }
    for (unsigned i = 0; i < 8; i++)
        nonce[NONCE_SIZE - 1 - i] ^= (uint8_t)(sequence >> 8 * i);
}

/* Nonce and tag in one call. OpenSSL only reads the tag. */
static bool set_nonce_and_tag(EVP_CIPHER_CTX *evp, const uint8_t *nonce, const uint8_t *tag, size_t tag_size)
{
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, (void *)(uintptr_t)tag, tag_size),
        OSSL_PARAM_construct_end(),
    };
    return EVP_DecryptInit_ex2(evp, NULL, NULL, nonce, parameters) == 1;
}

static bool open_ccm(EVP_CIPHER_CTX *evp, const uint8_t *nonce, struct sw_slice extra, struct sw_slice sealed,
                     const uint8_t *tag, size_t tag_size, uint8_t *out)
{
    int done;
    return set_nonce_and_tag(evp, nonce, tag, tag_size) &&
           EVP_DecryptUpdate(evp, NULL, &done, NULL, (int)sealed.size) == 1 &&
           EVP_DecryptUpdate(evp, NULL, &done, extra.data, (int)extra.size) == 1 &&
           EVP_DecryptUpdate(evp, out, &done, sealed.data, (int)sealed.size) == 1;
}

static bool open_stream(EVP_CIPHER_CTX *evp, const uint8_t *nonce, struct sw_slice extra, struct sw_slice sealed,
                        const uint8_t *tag, size_t tag_size, uint8_t *out)
{
    int done;
    return set_nonce_and_tag(evp, nonce, tag, tag_size) &&
           EVP_DecryptUpdate(evp, NULL, &done, extra.data, (int)extra.size) == 1 &&
           EVP_DecryptUpdate(evp, out, &done, sealed.data, (int)sealed.size) == 1 &&
           EVP_DecryptFinal_ex(evp, out + done, &done) == 1;
}

static bool open_aead(struct tls_cipher *cipher, uint64_t sequence, const uint8_t *header, struct sw_slice body,
                      uint8_t *out, size_t *size)
{
    const struct tls_bulk *bulk = cipher->suite->bulk;
    const size_t explicit_size = tls_cipher_offset(cipher);
    if (body.size < explicit_size + bulk->tag_size)
        return false;
    uint8_t nonce[NONCE_SIZE];
    uint8_t pseudo[PSEUDO_HEADER_SIZE];
    const struct sw_slice sealed = {body.data + explicit_size, body.size - explicit_size - bulk->tag_size};
    const uint8_t *tag = sealed.data + sealed.size;
    struct sw_slice extra = {header, TLS_HEADER_SIZE};
    make_nonce(cipher, sequence, body.data, nonce);
    if (cipher->version != TLS_1_3) {
        put_pseudo_header(pseudo, sequence, header, sealed.size);
        extra = (struct sw_slice){pseudo, sizeof pseudo};
    }
    *size = sealed.size;
    bool ccm = bulk->mode == TLS_CCM;
    return (ccm ? open_ccm : open_stream)(cipher->evp, nonce, extra, sealed, tag, bulk->tag_size, out);
}

/* --- CBC --------------------------------------------------------------------------------------------------------- */

static bool mac_fits(const struct tls_cipher *cipher, uint64_t sequence, const uint8_t *header, struct sw_slice bytes,
                     const uint8_t *mac)
{
    uint8_t pseudo[PSEUDO_HEADER_SIZE];
    uint8_t made[MAC_MAX];
    size_t size;
    put_pseudo_header(pseudo, sequence, header, bytes.size);
    return EVP_MAC_init(cipher->mac, NULL, 0, NULL) == 1 && EVP_MAC_update(cipher->mac, pseudo, sizeof pseudo) == 1 &&
           EVP_MAC_update(cipher->mac, bytes.data, bytes.size) == 1 &&
           EVP_MAC_final(cipher->mac, made, &size, sizeof made) == 1 && memcmp(made, mac, size) == 0;
}

static bool decrypt_blocks(const struct tls_cipher *cipher, struct sw_slice body, uint8_t *out, size_t *size)
{
    const size_t iv_size = tls_cipher_offset(cipher);
    int done;
    if (body.size < iv_size + BLOCK_SIZE || (body.size - iv_size) % BLOCK_SIZE != 0)
        return false;
    *size = body.size - iv_size;
    return EVP_DecryptInit_ex(cipher->evp, NULL, NULL, NULL, iv_size != 0 ? body.data : cipher->iv) == 1 &&
           EVP_DecryptUpdate(cipher->evp, out, &done, body.data + iv_size, (int)*size) == 1;
}

/* The last byte says how many bytes of its value come before it. */
static bool strip_padding(const uint8_t *bytes, size_t *size)
{
    const size_t padding = (size_t)bytes[*size - 1] + 1;
    if (padding > *size)
        return false;
    for (size_t i = 2; i <= padding; i++)
        if (bytes[*size - i] != padding - 1)
            return false;
    *size -= padding;
    return true;
}

static bool open_cbc(const struct tls_cipher *cipher, uint64_t sequence, const uint8_t *header, struct sw_slice body,
                     uint8_t *out, size_t *size)
{
    const size_t mac_size = cipher->suite->hash->size;
    if (cipher->encrypt_then_mac) {
        if (body.size < mac_size)
            return false;
        body.size -= mac_size;
        return mac_fits(cipher, sequence, header, body, body.data + body.size) &&
               decrypt_blocks(cipher, body, out, size) && strip_padding(out, size);
    }
    if (!decrypt_blocks(cipher, body, out, size) || !strip_padding(out, size) || *size < mac_size)
        return false;
    *size -= mac_size;
    return mac_fits(cipher, sequence, header, (struct sw_slice){out, *size}, out + *size);
}

/* --- the cipher's calls ------------------------------------------------------------------------------------------ */

bool tls_cipher_open(struct tls_cipher *cipher, uint64_t sequence, const uint8_t *header, struct sw_slice body,
                     uint8_t *out, size_t *size)
{
    if (cipher->suite->bulk->mode == TLS_CBC)
        return open_cbc(cipher, sequence, header, body, out, size);
    return open_aead(cipher, sequence, header, body, out, size);
}

void tls_cipher_pass(struct tls_cipher *cipher, struct sw_slice body)
{
    const size_t after = cipher->encrypt_then_mac ? cipher->suite->hash->size : 0;
    if (cipher->version == TLS_1_0 && cipher->suite->bulk->mode == TLS_CBC && body.size >= after + BLOCK_SIZE)
        memcpy(cipher->iv, body.data + body.size - after - BLOCK_SIZE, BLOCK_SIZE);
}

size_t tls_cipher_offset(const struct tls_cipher *cipher)
{
    const struct tls_bulk *bulk = cipher->suite->bulk;
    bool implied = cipher->version == TLS_1_3 || (bulk->mode == TLS_CBC && cipher->version == TLS_1_0);
    return implied ? 0 : bulk->nonce_size;
}

size_t tls_cipher_overhead(const struct tls_cipher *cipher)
{
    const struct tls_bulk *bulk = cipher->suite->bulk;
    const size_t type = cipher->version == TLS_1_3 ? 1 : 0;
    const size_t tag = bulk->mode == TLS_CBC ? (size_t)cipher->suite->hash->size + 1 : bulk->tag_size;
    return TLS_HEADER_SIZE + tls_cipher_offset(cipher) + type + tag;
}
