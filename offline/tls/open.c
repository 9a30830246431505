/* SPDX-License-Identifier: MIT
 *
 * Which key and sequence number open a record? On the healthy path those that are due. After a loss the next ones are
 * tried, in the order of time: records of this key further on, then the first ones of later keys. Each byte that comes
 * buys a few bytes of trying, so that a hostile capture can't buy much.
 */
#include "tls/state.h"

#include "net/read.h"

#include <openssl/crypto.h>

enum {
    WINDOW = 64, /* records that may be missing in a row */
    TRY_COST = 64,
    FAILURES_MAX = 32, /* of keys that never opened anything */
};

/* --- keys -------------------------------------------------------------------------------------------------------- */

static void fill_13(struct tls_session *session, enum sw_direction from)
{
    static const enum tls_secret labels[2][EPOCH_COUNT] = {
        [SW_CLIENT] = {TLS_SECRET_CLIENT_EARLY, TLS_SECRET_CLIENT_HANDSHAKE, TLS_SECRET_CLIENT_APPLICATION},
        [SW_SERVER] = {TLS_SECRET_COUNT, TLS_SECRET_SERVER_HANDSHAKE, TLS_SECRET_SERVER_APPLICATION},
    };
    struct side *side = &session->sides[from];
    for (unsigned epoch = side->epoch; epoch < EPOCH_COUNT; epoch++) {
        const enum tls_secret label = labels[from][epoch];
        struct sw_slice secret;
        if (side->ciphers[epoch] != NULL || label == TLS_SECRET_COUNT)
            continue;
        if (label == TLS_SECRET_CLIENT_EARLY && session->early == EARLY_NONE)
            continue;
        if (!tls_keylog_find(session->tls->log, session->facts.client_random, label, &secret)) {
            session->facts.key_missing |= epoch == EPOCH_APPLICATION;
            continue;
        }
        side->ciphers[epoch] = tls_cipher_new_13(session->facts.suite, secret);
        tls_keylog_use(session->tls->log, session->facts.client_random);
    }
}

static void fill_12(struct tls_session *session, enum sw_direction from)
{
    struct side *side = &session->sides[from];
    struct sw_slice master;
    if (side->ciphers[EPOCH_PENDING] != NULL || side->changes >= session->server_hellos)
        return;
    if (!tls_keylog_find(session->tls->log, session->facts.client_random, TLS_SECRET_MASTER, &master)) {
        session->facts.key_missing = true;
        return;
    }
    session->facts.key_missing = false;
    tls_keylog_use(session->tls->log, session->facts.client_random);
    const struct tls_key_source source = {
        .suite = session->facts.suite,
        .version = session->facts.version,
        .encrypt_then_mac = session->encrypt_then_mac,
        .master = master,
        .client_random = session->facts.client_random,
        .server_random = session->server_random,
    };
    side->ciphers[EPOCH_PENDING] = tls_cipher_new_12(&source, from);
}

void open_fill_keys(struct tls_session *session, enum sw_direction from)
{
    if (!session->facts.client_random_known || session->facts.suite == NULL)
        return;
    if (session->facts.version == TLS_1_3)
        fill_13(session, from);
    else if (session->facts.version >= TLS_1_0)
        fill_12(session, from);
}

/* --- trying ------------------------------------------------------------------------------------------------------ */

struct attempt {
    struct tls_session *session;
    struct side *side;
    const struct record *record;
    size_t size; /* of the plaintext */
};

static bool try_at(struct attempt *attempt, struct tls_cipher *cipher, uint64_t sequence)
{
    const struct record *record = attempt->record;
    attempt->session->budget -= (int64_t)record->body.size + TRY_COST;
    return tls_cipher_open(cipher, sequence, record->header, record->body, attempt->session->tls->opened,
                           &attempt->size);
}

static bool try_window(struct attempt *attempt, struct tls_cipher *cipher, uint64_t first, uint64_t *found)
{
    /* Where early data was refused, the first record that opens has the number 0. */
    const uint64_t window = attempt->side->skips_early ? 1 : attempt->side->adrift ? UINT64_MAX : WINDOW + 1;
    for (uint64_t i = 0; i < window && attempt->session->budget > 0; i++) {
        if (!try_at(attempt, cipher, first + i))
            continue;
        *found = first + i;
        return true;
    }
    return false;
}

static bool is_13(const struct tls_session *session)
{
    return session->facts.version == TLS_1_3;
}

/* A KeyUpdate may have been among what was lost. */
static bool try_updated(struct attempt *attempt)
{
    struct side *side = attempt->side;
    struct tls_cipher *now = side->ciphers[EPOCH_APPLICATION];
    if (!is_13(attempt->session) || side->epoch != EPOCH_APPLICATION || now == NULL || !side->uncertain)
        return false;
    struct tls_cipher *next = tls_cipher_next(now);
    if (next == NULL || !try_window(attempt, next, 0, &side->sequence)) {
        tls_cipher_free(next);
        return false;
    }
    side->ciphers[EPOCH_APPLICATION] = next;
    tls_cipher_free(now);
    return true;
}

/* This side has gone over to a later key. */
static void enter(struct tls_session *session, struct side *side, enum epoch epoch)
{
    side->skips_early = false;
    if (is_13(session)) {
        side->epoch = epoch;
        return;
    }
    if (epoch == EPOCH_PENDING) {
        tls_cipher_free(side->ciphers[EPOCH_NOW]);
        side->ciphers[EPOCH_NOW] = side->ciphers[EPOCH_PENDING];
        side->ciphers[EPOCH_PENDING] = NULL;
        side->changes++;
    }
    side->sealed = true;
}

/* On success side->epoch and side->sequence are those of the record. */
static bool try_all(struct attempt *attempt)
{
    struct side *side = attempt->side;
    const unsigned last = is_13(attempt->session) ? EPOCH_APPLICATION : EPOCH_PENDING;
    for (unsigned epoch = side->epoch; epoch <= last; epoch++) {
        struct tls_cipher *cipher = side->ciphers[epoch];
        const uint64_t first = epoch == side->epoch ? side->sequence : 0;
        if (cipher == NULL || !try_window(attempt, cipher, first, &side->sequence))
            continue;
        enter(attempt->session, side, (enum epoch)epoch);
        return true;
    }
    return try_updated(attempt);
}

/* The ServerHello was lost, but the secrets are there: their size leaves few suites. */
static bool try_suites(struct attempt *attempt, enum sw_direction from)
{
    static const uint16_t suites[] = {0x1301, 0x1302, 0x1303, 0x1304, 0x1305};
    struct tls_session *session = attempt->session;
    for (size_t i = 0; i < G_N_ELEMENTS(suites); i++) {
        session->facts.suite = tls_suite_find(suites[i]);
        open_fill_keys(session, from);
        if (try_all(attempt)) {
            session->facts.suite_id = suites[i];
            return true;
        }
        for (unsigned epoch = 0; epoch < EPOCH_COUNT; epoch++) {
            tls_cipher_free(attempt->side->ciphers[epoch]);
            attempt->side->ciphers[epoch] = NULL;
        }
    }
    session->facts.suite = NULL;
    return false;
}

static bool try_hard(struct attempt *attempt, enum sw_direction from)
{
    struct tls_session *session = attempt->session;
    struct side *side = attempt->side;
    if (side->hopeless)
        return false;
    if (is_13(session) && session->facts.suite == NULL && session->facts.suite_id == 0)
        return try_suites(attempt, from);
    open_fill_keys(session, from);
    return try_all(attempt);
}

bool open_has_keys(const struct side *side)
{
    for (unsigned epoch = side->epoch; epoch < EPOCH_COUNT; epoch++)
        if (side->ciphers[epoch] != NULL)
            return true;
    return false;
}

static void note_failure(struct side *side)
{
    if (open_has_keys(side) && !side->skips_early && ++side->failures >= FAILURES_MAX && side->opened == 0)
        side->hopeless = true;
}

bool open_record(struct tls_session *session, enum sw_direction from, const struct record *record, size_t *size)
{
    struct side *side = &session->sides[from];
    struct tls_cipher *cipher = side->ciphers[side->epoch];
    struct attempt attempt = {.session = session, .side = side, .record = record};
    bool opened = cipher != NULL && tls_cipher_open(cipher, side->sequence, record->header, record->body,
                                                    session->tls->opened, &attempt.size);
    if (!opened)
        opened = try_hard(&attempt, from);
    if (!opened && !session->facts.client_random_known)
        opened = late_open(session, from, record, &attempt.size);
    if (side->ciphers[side->epoch] != NULL)
        tls_cipher_pass(side->ciphers[side->epoch], record->body);
    if (!opened) {
        note_failure(side);
        return false;
    }
    *size = attempt.size;
    side->sequence++;
    side->opened++;
    side->failures = 0;
    side->uncertain = false;
    side->adrift = false;
    side->skips_early = false;
    return true;
}

/* --- searching --------------------------------------------------------------------------------------------------- */

enum sw_result record_at(const struct inbox_view *view, size_t offset, struct record *record)
{
    const uint8_t *header = view->bytes.data + offset;
    const size_t left = view->bytes.size - offset;
    if ((left > 0 && (header[0] < RECORD_CHANGE_CIPHER_SPEC || header[0] > RECORD_DATA)) ||
        (left > 1 && header[1] != 3) || (left > 2 && header[2] > 4))
        return SW_BAD;
    if (left < TLS_HEADER_SIZE)
        return SW_MORE;
    const size_t size = be16(header + 3);
    if (size == 0 || size > TLS_BODY_MAX)
        return SW_BAD;
    *record = (struct record){
        .type = (enum record_type)header[0],
        .header = header,
        .body = {.data = header + TLS_HEADER_SIZE, .size = size},
        .offset = offset,
        .view = view,
    };
    return left - TLS_HEADER_SIZE < size ? SW_MORE : SW_OK;
}

/* Before keys are in use: what can't be anything else. */
bool record_is_plain(const struct record *record)
{
    static const uint8_t known[] = {
        TLS_HANDSHAKE_CLIENT_HELLO, TLS_HANDSHAKE_SERVER_HELLO, TLS_HANDSHAKE_CERTIFICATE, 12, 13, 14, 15, 16, 22};
    const struct sw_slice body = record->body;
    if (record->type == RECORD_CHANGE_CIPHER_SPEC)
        return body.size == 1 && body.data[0] == 1;
    if (record->type != RECORD_HANDSHAKE || body.size < 4)
        return false;
    for (size_t i = 0; i < sizeof known; i++)
        if (body.data[0] == known[i])
            return body.data[1] == 0 && (size_t)be16(body.data + 2) + 4 == body.size;
    return false;
}

static bool is_it(struct tls_session *session, enum sw_direction from, const struct record *record)
{
    struct side *side = &session->sides[from];
    if (!side->sealed && record_is_plain(record))
        return true;
    if (is_13(session) && side->sealed && record->type != RECORD_DATA)
        return false;
    struct attempt attempt = {.session = session, .side = side, .record = record};
    return try_hard(&attempt, from);
}

bool open_search(struct tls_session *session, enum sw_direction from, const struct inbox_view *view, size_t *offset)
{
    size_t cut = view->bytes.size; /* the first that may be a record whose end is to come */
    for (size_t at = *offset; at < view->bytes.size; at++) {
        struct record record;
        const enum sw_result result = record_at(view, at, &record);
        if (result == SW_MORE)
            cut = MIN(cut, at);
        if (result != SW_OK || !is_it(session, from, &record))
            continue;
        *offset = at;
        return true;
    }
    *offset = cut;
    return false;
}
