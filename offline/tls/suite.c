/* SPDX-License-Identifier: MIT
 *
 * Which cipher and which hash does a suite's number stand for?
 */
#include "tls/suite.h"

enum { GCM_TAG = 16, CCM_TAG = 16, CCM_8_TAG = 8, SALT = 4, NONCE = 8, BLOCK = 16 };

#define GCM(name, cipher, size)      static const struct tls_bulk name = {cipher, TLS_GCM, size, GCM_TAG, SALT, NONCE}
#define CCM(name, cipher, size, tag) static const struct tls_bulk name = {cipher, TLS_CCM, size, tag, SALT, NONCE}
#define CBC(name, cipher, size)      static const struct tls_bulk name = {cipher, TLS_CBC, size, 0, BLOCK, BLOCK}

GCM(AES_128_GCM, "AES-128-GCM", 16);
GCM(AES_256_GCM, "AES-256-GCM", 32);
GCM(ARIA_128_GCM, "ARIA-128-GCM", 16);
GCM(ARIA_256_GCM, "ARIA-256-GCM", 32);
CCM(AES_128_CCM, "AES-128-CCM", 16, CCM_TAG);
CCM(AES_256_CCM, "AES-256-CCM", 32, CCM_TAG);
CCM(AES_128_CCM_8, "AES-128-CCM", 16, CCM_8_TAG);
CCM(AES_256_CCM_8, "AES-256-CCM", 32, CCM_8_TAG);
CBC(AES_128_CBC, "AES-128-CBC", 16);
CBC(AES_256_CBC, "AES-256-CBC", 32);
CBC(CAMELLIA_128_CBC, "CAMELLIA-128-CBC", 16);
CBC(CAMELLIA_256_CBC, "CAMELLIA-256-CBC", 32);
static const struct tls_bulk CHACHA20_POLY1305 = {"ChaCha20-Poly1305", TLS_POLY1305, 32, 16, 12, 0};

static const struct tls_hash SHA = {"SHA1", 20};
static const struct tls_hash SHA256 = {"SHA256", 32};
static const struct tls_hash SHA384 = {"SHA384", 48};

/* In the order of their numbers. */
static const struct tls_suite suites[] = {
#define SUITE(id, name, bulk, hash) {id, "TLS_" #name, &(bulk), &(hash)},
#include "tls/suites.def"
#undef SUITE
};

const struct tls_suite *tls_suite_find(uint16_t id)
{
    size_t from = 0;
    size_t to = sizeof suites / sizeof *suites;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (suites[middle].id == id)
            return &suites[middle];
        if (suites[middle].id < id)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

const struct tls_hash *tls_suite_prf(const struct tls_suite *suite)
{
    return suite->hash == &SHA ? &SHA256 : suite->hash;
}

const char *tls_version_name(enum tls_version version)
{
    static const char *const names[] = {"1.0", "1.1", "1.2", "1.3"};
    return version >= TLS_1_0 && version <= TLS_1_3 ? names[version - TLS_1_0] : NULL;
}
