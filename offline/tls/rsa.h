/* SPDX-License-Identifier: MIT
 *
 * Private keys of servers: they open the key exchange of TLS 1.2 and before, where that is RSA.
 */
#ifndef SIPWEAVE_TLS_RSA_H
#define SIPWEAVE_TLS_RSA_H

#include "sipweave/slice.h"

enum { TLS_PREMASTER_SIZE = 48 };

struct tls_rsa;
struct tls_rsa *tls_rsa_new(void);
void tls_rsa_free(struct tls_rsa *rsa);

/* A PEM file with a private key that has no passphrase. False and *error (g_free), one line, where it is none. */
bool tls_rsa_add_file(struct tls_rsa *rsa, const char *path, char **error);
bool tls_rsa_is_empty(const struct tls_rsa *rsa);

/* The premaster secret that a client has encrypted for one of these keys (RFC 5246 7.4.7.1). */
bool tls_rsa_open(const struct tls_rsa *rsa, struct sw_slice encrypted, uint8_t premaster[TLS_PREMASTER_SIZE]);

#endif
