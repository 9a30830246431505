/* SPDX-License-Identifier: MIT
 *
 * One direction's protection from one change of keys to the next: opens records.
 */
#ifndef SIPWEAVE_TLS_CIPHER_H
#define SIPWEAVE_TLS_CIPHER_H

#include "sipweave/slice.h"
#include "tls/suite.h"

enum { TLS_HEADER_SIZE = 5, TLS_BODY_MAX = 16384 + 2048 /* RFC 5246 6.2.3; TLS 1.3 allows less */ };

struct tls_cipher;

/* What the keys of TLS 1.2 and before are made of. */
struct tls_key_source {
    const struct tls_suite *suite;
    enum tls_version version;
    bool encrypt_then_mac;
    struct sw_slice master;
    const uint8_t *client_random;
    const uint8_t *server_random;
};

/* NULL where OpenSSL has no such cipher. */
struct tls_cipher *tls_cipher_new_12(const struct tls_key_source *source, enum sw_direction direction);
/* secret: a traffic secret of TLS 1.3. NULL also where its size isn't that of the suite's hash. */
struct tls_cipher *tls_cipher_new_13(const struct tls_suite *suite, struct sw_slice secret);
/* The one behind a KeyUpdate (RFC 8446 7.2). */
struct tls_cipher *tls_cipher_next(const struct tls_cipher *cipher);
void tls_cipher_free(struct tls_cipher *cipher);

/* Opens a record: its five bytes of header, and what is behind them, at most TLS_BODY_MAX. out has room for body.size
 * bytes. False where the record isn't this cipher's with that sequence number. Nothing in the cipher changes. */
bool tls_cipher_open(struct tls_cipher *cipher, uint64_t sequence, const uint8_t *header, struct sw_slice body,
                     uint8_t *out, size_t *size);

/* The record is done with, opened or not: TLS 1.0 takes its last block as the next one's IV. */
void tls_cipher_pass(struct tls_cipher *cipher, struct sw_slice body);

/* How many bytes of a record, its header included, are no plaintext: exact but for padding. */
size_t tls_cipher_overhead(const struct tls_cipher *cipher);
/* Where in a record's body the first plaintext byte lies. */
size_t tls_cipher_offset(const struct tls_cipher *cipher);

#endif
