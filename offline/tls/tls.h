/* SPDX-License-Identifier: MIT
 *
 * Decrypts TLS 1.0 to 1.3 that was recorded: bytes of both directions in, plaintext out.
 */
#ifndef SIPWEAVE_TLS_H
#define SIPWEAVE_TLS_H

#include "tls/keylog.h"
#include "tls/suite.h"

/* What sessions share. */
struct tls;
/* pending: bytes of one direction that may wait for the other one's hello. log is borrowed and outlives it. */
struct tls *tls_new(struct tls_keylog *log, size_t pending);
void tls_free(struct tls *tls);

/* What was agreed; texts are NULL where they aren't known. */
struct tls_facts {
    enum tls_version version;
    const struct tls_suite *suite; /* NULL: not known, or not known here: */
    uint16_t suite_id;
    char *server_name;
    bool nameless; /* the ClientHello was seen whole, and has no server_name extension */
    char *alpn;    /* what the server chose */
    char *subject; /* of the server's certificate, where it could be read */
    bool client_random_known;
    uint8_t client_random[TLS_RANDOM_SIZE];
    bool key_missing; /* the log lacks secrets for this client random */
    /* The handshake isn't in the capture; a secret of the log told by itself which session this is, and whose side is
     * the client's, whatever it was taken for. */
    bool late;
    enum sw_direction client;
};

struct tls_facts *tls_facts_copy(const struct tls_facts *facts);
void tls_facts_free(struct tls_facts *facts); /* of a copy */

/* Bytes that were not decrypted, told where decryption goes on behind them, or at the end. */
struct tls_loss {
    uint64_t wire;    /* bytes of the TCP stream */
    uint64_t plain;   /* of these, plaintext of applications: by arithmetic, 0 where none can be missing */
    uint64_t records; /* 0: not known how many */
    bool exact;       /* plain is exact */
    enum sw_reason reason;
    const char *text; /* a static sentence */
    struct sw_mark mark;
};

/* bytes are borrowed during the call. */
struct tls_sink {
    void *context;
    void (*plaintext)(void *context, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark);
    /* Bytes of the stream that are TLS's own: headers, handshakes, padding. */
    void (*overhead)(void *context, enum sw_direction from, uint64_t bytes);
    void (*lost)(void *context, enum sw_direction from, const struct tls_loss *loss);
};

/* A connection. Each byte that is fed, and each that a gap stands for, comes out once: as plaintext, overhead or lost.
 */
struct tls_session;
struct tls_session *tls_session_new(struct tls *tls, const struct tls_sink *sink);
void tls_session_free(struct tls_session *session);

void tls_session_feed(struct tls_session *session, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark);
void tls_session_gap(struct tls_session *session, enum sw_direction from, uint64_t size, enum sw_reason reason,
                     struct sw_mark mark);
/* This direction sends no more. */
void tls_session_end(struct tls_session *session, enum sw_direction from, struct sw_mark mark);

const struct tls_facts *tls_session_facts(const struct tls_session *session);
/* True while bytes of this direction are held; *since is their first packet. */
bool tls_session_unfinished(const struct tls_session *session, enum sw_direction from, struct sw_mark *since);

#endif
