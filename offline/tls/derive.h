/* SPDX-License-Identifier: MIT
 *
 * Keys from secrets: the PRF of TLS 1.2 and HKDF-Expand-Label of TLS 1.3.
 */
#ifndef SIPWEAVE_TLS_DERIVE_H
#define SIPWEAVE_TLS_DERIVE_H

#include "sipweave/slice.h"

/* PRF(secret, label, seed) to size bytes at out (RFC 5246 5, RFC 2246 5 with digest "MD5-SHA1"). */
bool tls_prf(const char *digest, struct sw_slice secret, const char *label, struct sw_slice seed, uint8_t *out,
             size_t size);

/* HKDF-Expand-Label(secret, label, "", size) (RFC 8446 7.1); label without "tls13 ". */
bool tls_expand_label(const char *digest, struct sw_slice secret, const char *label, uint8_t *out, size_t size);

#endif
