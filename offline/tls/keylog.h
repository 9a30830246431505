/* SPDX-License-Identifier: MIT
 *
 * The secrets that decrypt: NSS key logs (SSLKEYLOGFILE), from files that may still grow and from captures.
 */
#ifndef SIPWEAVE_TLS_KEYLOG_H
#define SIPWEAVE_TLS_KEYLOG_H

#include <glib.h>

#include "sipweave/slice.h"
#include "tls/rsa.h"

enum tls_secret {
    TLS_SECRET_MASTER, /* of TLS 1.2 and before; the others of TLS 1.3 */
    TLS_SECRET_CLIENT_EARLY,
    TLS_SECRET_CLIENT_HANDSHAKE,
    TLS_SECRET_SERVER_HANDSHAKE,
    TLS_SECRET_CLIENT_APPLICATION,
    TLS_SECRET_SERVER_APPLICATION,
    TLS_SECRET_COUNT
};

enum { TLS_RANDOM_SIZE = 32, TLS_SECRET_MAX = 48 };

struct tls_keylog;
/* sessions: so many are kept, then the oldest ones go. */
struct tls_keylog *tls_keylog_new(size_t sessions);
void tls_keylog_free(struct tls_keylog *log);

/* Reads the file now, and again at its end whenever a secret is missing. False and *error (g_free), one line, where it
 * can't be read. */
bool tls_keylog_add_file(struct tls_keylog *log, const char *path, char **error);

/* Lines as in a file: of a Decryption Secrets Block. */
void tls_keylog_add_lines(struct tls_keylog *log, struct sw_slice text);

/* The secret of a session as something else has told it: 48 bytes. */
void tls_keylog_add_master(struct tls_keylog *log, const uint8_t *client_random, const uint8_t *master);

/* The servers' private keys, which the log keeps: to add some. */
struct tls_rsa *tls_keylog_rsa(struct tls_keylog *log);

/* Asked once, when a secret is missing that the files don't have either: to add the lines that a capture has further
 * on. */
void tls_keylog_ask(struct tls_keylog *log, void (*more)(void *context, struct tls_keylog *log), void *context);

/* A secret of the session with this client random, borrowed until the next call; false: it isn't known. */
bool tls_keylog_find(struct tls_keylog *log, const uint8_t *client_random, enum tls_secret which,
                     struct sw_slice *secret);

/* Reads what the files have got meanwhile; where there is no session at all, asks for more. */
void tls_keylog_refresh(struct tls_keylog *log);
/* How many secrets were added until now: another number, other secrets. */
uint64_t tls_keylog_added(const struct tls_keylog *log);
/* All secrets of the newest sessions, as many as that; those of the oldest of them first. */
void tls_keylog_each(const struct tls_keylog *log, size_t sessions,
                     void (*visit)(void *context, const uint8_t *client_random, enum tls_secret which,
                                   struct sw_slice secret),
                     void *context);

/* The capture has the session with this client random: its secrets are needed to read it. */
void tls_keylog_use(struct tls_keylog *log, const uint8_t *client_random);
/* Lines, as a file has them, with all secrets of the sessions that are in use. */
void tls_keylog_print_used(const struct tls_keylog *log, GString *lines);

/* Sessions that had to go. */
uint64_t tls_keylog_forgotten(const struct tls_keylog *log);

#endif
