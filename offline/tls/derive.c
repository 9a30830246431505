/* SPDX-License-Identifier: MIT
 *
 * How do secrets become keys? (RFC 5246 5 and 6.3, RFC 8446 7.1 and 7.3)
 */
#include "tls/derive.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

enum { PARAMETERS_MAX = 8 };

static OSSL_PARAM text(const char *key, const char *value)
{
    /* OSSL_PARAM has no const, and the KDF only reads. */
    return OSSL_PARAM_construct_utf8_string(key, (char *)(uintptr_t)value, 0);
}

static OSSL_PARAM octets(const char *key, const void *data, size_t size)
{
    return OSSL_PARAM_construct_octet_string(key, (void *)(uintptr_t)data, size);
}

static bool derive(const char *name, const OSSL_PARAM *parameters, uint8_t *out, size_t size)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, name, NULL);
    EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    bool ok = context != NULL && EVP_KDF_derive(context, out, size, parameters) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return ok;
}

bool tls_prf(const char *digest, struct sw_slice secret, const char *label, struct sw_slice seed, uint8_t *out,
             size_t size)
{
    const OSSL_PARAM parameters[] = {
        text(OSSL_KDF_PARAM_DIGEST, digest),
        octets(OSSL_KDF_PARAM_SECRET, secret.data, secret.size),
        octets(OSSL_KDF_PARAM_SEED, label, strlen(label)),
        octets(OSSL_KDF_PARAM_SEED, seed.data, seed.size),
        OSSL_PARAM_construct_end(),
    };
    return derive("TLS1-PRF", parameters, out, size);
}

bool tls_expand_label(const char *digest, struct sw_slice secret, const char *label, uint8_t *out, size_t size)
{
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    const OSSL_PARAM parameters[PARAMETERS_MAX] = {
        text(OSSL_KDF_PARAM_DIGEST, digest),
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        octets(OSSL_KDF_PARAM_KEY, secret.data, secret.size),
        octets(OSSL_KDF_PARAM_PREFIX, "tls13 ", 6),
        octets(OSSL_KDF_PARAM_LABEL, label, strlen(label)),
        octets(OSSL_KDF_PARAM_DATA, "", 0),
        OSSL_PARAM_construct_end(),
    };
    return derive("TLS13-KDF", parameters, out, size);
}
