/* SPDX-License-Identifier: MIT
 *
 * TLS 1.3 around a connection (RFC 8446): the handshake, the records, the key log. Nobody agrees on keys here: the
 * secrets come from the generator's random numbers, and who reads the capture has them from the key log.
 */
#ifndef BENCH_TLS_H
#define BENCH_TLS_H

#include "tcp.h"

enum { TLS_BEFORE = 5, TLS_RECORD_MOST = 16384 };

struct tls;

/* Draws the secrets and writes them to the simulation's key log. */
struct tls *tls_new(struct sim *sim);
void tls_free(struct tls *tls);

/* Each replaces what text holds by the records of one flight. */
void tls_client_hello(struct sim *sim, struct tls *tls, struct text *text);
void tls_server_flight(struct sim *sim, struct tls *tls, struct text *text); /* ServerHello to Finished */
void tls_client_finished(struct sim *sim, struct tls *tls, struct text *text);
/* Application data, in one record: TLS_BEFORE bytes, then those that were given, encrypted, then others. */
void tls_seal(struct tls *tls, enum side from, const void *bytes, size_t size, struct text *text);

#endif
