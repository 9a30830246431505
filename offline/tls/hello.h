/* SPDX-License-Identifier: MIT
 *
 * What the messages of a handshake say that matters to who only watches.
 */
#ifndef SIPWEAVE_TLS_HELLO_H
#define SIPWEAVE_TLS_HELLO_H

#include "sipweave/slice.h"
#include "tls/suite.h"

enum tls_handshake_type {
    TLS_HANDSHAKE_CLIENT_HELLO = 1,
    TLS_HANDSHAKE_SERVER_HELLO = 2,
    TLS_HANDSHAKE_NEW_SESSION_TICKET = 4,
    TLS_HANDSHAKE_END_OF_EARLY_DATA = 5,
    TLS_HANDSHAKE_ENCRYPTED_EXTENSIONS = 8,
    TLS_HANDSHAKE_CERTIFICATE = 11,
    TLS_HANDSHAKE_CLIENT_KEY_EXCHANGE = 16,
    TLS_HANDSHAKE_FINISHED = 20,
    TLS_HANDSHAKE_KEY_UPDATE = 24,
};

/* Slices point into the message. */
struct tls_extensions {
    enum tls_version version;    /* a ServerHello's supported_versions */
    struct sw_slice server_name; /* empty: none, or none that can be read */
    struct sw_slice alpn;        /* the first protocol: of a server the one it chose */
    struct sw_slice ticket;      /* of TLS 1.2 */
    bool has_server_name;        /* the extension, whatever it says */
    bool whole;                  /* no byte of the list is missing, and none is left */
    bool early_data;
    bool encrypt_then_mac;
    bool extended_master_secret;
};

struct tls_hello {
    const uint8_t *random; /* 32 bytes */
    struct sw_slice session_id;
    uint16_t suite;           /* of a ServerHello */
    enum tls_version version; /* of a ServerHello: the one that counts */
    bool retry;               /* a HelloRetryRequest (RFC 8446 4.1.3) */
    struct tls_extensions extensions;
};

/* body: what is behind the four bytes of a handshake message's header. A message that is cut gives what it has; false
 * where not even the random is there. */
bool tls_client_hello_parse(struct sw_slice body, struct tls_hello *hello);
/* The same; false also where the suite is missing. */
bool tls_server_hello_parse(struct sw_slice body, struct tls_hello *hello);
bool tls_encrypted_extensions_parse(struct sw_slice body, struct tls_extensions *extensions);

/* The subject of a Certificate message's first certificate, "CN=example.test,O=Example" (RFC 4514); the caller frees
 * it (g_free). NULL where there is none. */
char *tls_certificate_subject(struct sw_slice body, enum tls_version version);

#endif
