/* SPDX-License-Identifier: MIT
 *
 * What a cipher suite is made of (RFC 5246 A.5, RFC 8446 B.4).
 */
#ifndef SIPWEAVE_TLS_SUITE_H
#define SIPWEAVE_TLS_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_version { TLS_VERSION_UNKNOWN, TLS_1_0 = 0x0301, TLS_1_1 = 0x0302, TLS_1_2 = 0x0303, TLS_1_3 = 0x0304 };

enum tls_mode { TLS_GCM, TLS_CCM, TLS_POLY1305, TLS_CBC };

struct tls_bulk {
    const char *cipher; /* OpenSSL's name */
    enum tls_mode mode;
    uint8_t key_size;
    uint8_t tag_size;   /* of an AEAD */
    uint8_t salt_size;  /* the part of the nonce that comes from the handshake */
    uint8_t nonce_size; /* the part of it that stands in each record of TLS 1.2; of CBC the IV */
};

struct tls_hash {
    const char *name; /* OpenSSL's */
    uint8_t size;
};

struct tls_suite {
    uint16_t id;
    const char *name; /* IANA's: "TLS_AES_128_GCM_SHA256" */
    const struct tls_bulk *bulk;
    const struct tls_hash *hash;
};

/* NULL: not known here. */
const struct tls_suite *tls_suite_find(uint16_t id);

static inline bool tls_suite_is_13(const struct tls_suite *suite)
{
    return suite->id >> 8 == 0x13;
}

/* The hash of the key derivation in TLS 1.2. */
const struct tls_hash *tls_suite_prf(const struct tls_suite *suite);

/* "1.2"; NULL for what is no version. */
const char *tls_version_name(enum tls_version version);

#endif
