/* SPDX-License-Identifier: MIT
 *
 * What did the client encrypt for the server's RSA key? (RFC 5246 7.4.7.1)
 */
#include "tls/rsa.h"

#include <glib.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

struct tls_rsa {
    GPtrArray *keys; /* EVP_PKEY */
};

static void free_key(gpointer key)
{
    EVP_PKEY_free(key);
}

struct tls_rsa *tls_rsa_new(void)
{
    struct tls_rsa *rsa = g_new0(struct tls_rsa, 1);
    rsa->keys = g_ptr_array_new_with_free_func(free_key);
    return rsa;
}

void tls_rsa_free(struct tls_rsa *rsa)
{
    if (rsa == NULL)
        return;
    g_ptr_array_free(rsa->keys, TRUE);
    g_free(rsa);
}

/* Nobody is asked for a passphrase. */
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's type */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

bool tls_rsa_add_file(struct tls_rsa *rsa, const char *path, char **error)
{
    BIO *file = BIO_new_file(path, "r");
    if (file == NULL) {
        *error = g_strdup("can't be read");
        ERR_clear_error();
        return false;
    }
    EVP_PKEY *key = PEM_read_bio_PrivateKey(file, NULL, no_passphrase, NULL);
    BIO_free(file);
    ERR_clear_error();
    if (key != NULL && EVP_PKEY_is_a(key, "RSA")) {
        g_ptr_array_add(rsa->keys, key);
        return true;
    }
    EVP_PKEY_free(key);
    *error = g_strdup("holds no RSA private key without a passphrase (PEM)");
    return false;
}

bool tls_rsa_is_empty(const struct tls_rsa *rsa)
{
    return rsa->keys->len == 0;
}

static bool open_with(EVP_PKEY *key, struct sw_slice encrypted, uint8_t *premaster)
{
    uint8_t opened[1024]; /* a key of 8192 bits */
    size_t size = sizeof opened;
    EVP_PKEY_CTX *context = EVP_PKEY_get_size(key) <= (int)sizeof opened ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    bool ok = context != NULL && EVP_PKEY_decrypt_init(context) == 1 &&
              EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
              EVP_PKEY_decrypt(context, opened, &size, encrypted.data, encrypted.size) == 1 &&
              size == TLS_PREMASTER_SIZE && opened[0] == 3; /* it begins with the version */
    if (ok)
        memcpy(premaster, opened, TLS_PREMASTER_SIZE);
    OPENSSL_cleanse(opened, sizeof opened);
    EVP_PKEY_CTX_free(context);
    return ok;
}

bool tls_rsa_open(const struct tls_rsa *rsa, struct sw_slice encrypted, uint8_t premaster[TLS_PREMASTER_SIZE])
{
    bool opened = false;
    for (guint i = 0; i < rsa->keys->len && !opened; i++)
        opened = open_with(g_ptr_array_index(rsa->keys, i), encrypted, premaster);
    if (!opened)
        ERR_clear_error();
    return opened;
}
