/* SPDX-License-Identifier: MIT
 *
 * What is remembered of a TLS connection, and the calls between the files that follow it:
 *
 *   session.c    records: one after the other, and the account of every byte
 *   handshake.c  messages: which keys are next
 *   master.c     secrets that follow from a server's private key
 *   open.c       keys: opens a record, finds key and sequence number again after a loss
 *   late.c       keys: finds the session of which no handshake is there
 */
#ifndef TLS_STATE_H
#define TLS_STATE_H

#include <glib.h>

#include "tls/cipher.h"
#include "tls/hello.h"
#include "tls/inbox.h"
#include "tls/tls.h"

struct tls_late;

struct tls {
    struct tls_keylog *log;
    struct tls_late *late; /* NULL: not needed yet */
    size_t pending;
    uint8_t opened[TLS_BODY_MAX + 16]; /* the record at hand, decrypted; OpenSSL may write a block more */
};

enum record_type { RECORD_CHANGE_CIPHER_SPEC = 20, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_DATA = 23 };

struct record {
    enum record_type type;
    const uint8_t *header;
    struct sw_slice body;
    size_t offset; /* of the header in the view */
    const struct inbox_view *view;
};

static inline size_t record_size(const struct record *record)
{
    return TLS_HEADER_SIZE + record->body.size;
}

/* A direction's keys in the order of their use. Before TLS 1.3 there are those of now and those that wait for a
 * ChangeCipherSpec. */
enum epoch {
    EPOCH_NOW = 0,
    EPOCH_PENDING = 1,
    EPOCH_EARLY = 0,
    EPOCH_HANDSHAKE = 1,
    EPOCH_APPLICATION = 2,
    EPOCH_COUNT,
};

enum framing {
    FRAMING_KNOWN, /* the next byte begins a record */
    FRAMING_LOST,  /* a record is looked for that a key opens */
};

/* What one side sent. */
struct side {
    struct inbox inbox;
    enum framing framing;
    uint64_t skip;  /* bytes of a lost record that are still to come; they are counted already */
    bool sealed;    /* records are protected */
    bool uncertain; /* something was lost: the next record's key and number are guesses */
    bool adrift;    /* the next record may have any number */
    unsigned late_tries;
    bool hello_lost;
    bool blocked;  /* a record waits for what the other side says */
    bool hopeless; /* keys were tried often enough */
    bool ended;
    bool skips_early; /* early data was refused: records come that nobody opens */
    struct tls_cipher *ciphers[EPOCH_COUNT];
    enum epoch epoch;
    uint64_t sequence;
    unsigned changes;      /* ChangeCipherSpecs before TLS 1.3 */
    uint64_t opened;       /* records */
    unsigned failures;     /* records in a row */
    GByteArray *message;   /* a handshake message whose end is to come; NULL: none */
    uint64_t message_skip; /* bytes of one too long to be kept */
    struct tls_loss loss;  /* not told yet; wire 0: none */
    enum epoch lost_epoch; /* where it began */
    uint64_t lost_sequence;
    unsigned lost_changes;
    bool lost_sealed;
};

enum { TLS_SESSION_ID_MAX = 32 };

enum early { EARLY_NONE, EARLY_OFFERED, EARLY_ACCEPTED, EARLY_REFUSED };

struct tls_session {
    struct tls *tls;
    struct tls_sink sink;
    struct side sides[2];
    struct tls_facts facts;
    unsigned client_hellos;
    unsigned server_hellos;
    uint8_t server_random[TLS_RANDOM_SIZE];
    bool encrypt_then_mac;
    bool answer_due; /* a ClientHello waits for its ServerHello */
    bool retried;    /* a HelloRetryRequest waits for its ClientHello */
    enum early early;
    /* Where servers' private keys are given: */
    GByteArray *transcript[2]; /* of this handshake, to the ClientKeyExchange; NULL: nothing yet */
    size_t client_hello_size;  /* of transcript[SW_CLIENT] */
    bool extended_master_secret;
    bool offered_master_known; /* of the session that the client offers to resume */
    uint8_t offered_master[TLS_SECRET_MAX];
    uint8_t session_id[TLS_SESSION_ID_MAX]; /* the server's */
    size_t session_id_size;
    int64_t budget; /* bytes that may be tried in vain */
};

/* handshake.c */
/* Reads the handshake messages of a record's content. */
void handshake_take(struct tls_session *session, enum sw_direction from, struct sw_slice bytes);
/* A loss interrupts them: a ClientHello or ServerHello of which the front is in these bytes is read as far as it goes.
 */
void handshake_cut(struct tls_session *session, enum sw_direction from, struct sw_slice bytes);
/* A ChangeCipherSpec of TLS 1.2: the pending keys count from here on. */
void handshake_change_cipher(struct tls_session *session, enum sw_direction from);
void handshake_clear(struct side *side);

/* master.c; without private keys these do nothing */
void master_note(struct tls_session *session, enum sw_direction from, uint8_t type, struct sw_slice body);
void master_clear(struct tls_session *session);
void master_exchange(struct tls_session *session, struct sw_slice body); /* a ClientKeyExchange */
/* The session can be resumed with this handle, a session id or a ticket. */
void master_remember(struct tls_session *session, struct sw_slice handle);
/* The client offers to resume it; and the server does. */
void master_offer(struct tls_session *session, struct sw_slice handle);
void master_resume(struct tls_session *session);

/* late.c */
/* As open_record, for a connection of which no hello was seen. On success the side's sequence is the record's number.
 */
bool late_open(struct tls_session *session, enum sw_direction from, const struct record *record, size_t *size);
void late_free(struct tls *tls);

/* open.c */
/* Makes those keys that the log has meanwhile. */
void open_fill_keys(struct tls_session *session, enum sw_direction from);
/* The plaintext goes to session->tls->opened, and the side moves on to the record behind. False: no key fits. */
bool open_record(struct tls_session *session, enum sw_direction from, const struct record *record, size_t *size);
/* The first record of the view, from *offset on, that a key opens: its offset; the side is set to open it. False: there
 * is none in what has come, and nothing before *offset can be part of one. */
bool open_search(struct tls_session *session, enum sw_direction from, const struct inbox_view *view, size_t *offset);
/* A record's header at that place of the view, and all of the record. */
bool open_has_keys(const struct side *side);
/* Content that isn't protected, and can't be anything else. */
bool record_is_plain(const struct record *record);
enum sw_result record_at(const struct inbox_view *view, size_t offset, struct record *record);

#endif
