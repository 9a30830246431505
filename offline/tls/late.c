/* SPDX-License-Identifier: MIT
 *
 * Which session of the key log does a record belong to, whose handshake is not in the capture? A traffic secret of
 * TLS 1.3 needs nothing of the handshake (RFC 8446 7.3), and the tag of a record that it opens is proof. What isn't
 * known either is the record's number: of each secret the numbers are tried from 0 on, as long as the budget lasts.
 */
#include "tls/state.h"

#define MIB (INT64_C(1) << 20)

enum {
    SESSIONS_MAX = 1024,   /* the newest */
    STRIDE = 64,           /* numbers tried of one candidate before the next one's turn */
    TRIES_MAX = 2,         /* records of a side */
    TRY_COST = 256,        /* bytes that could be decrypted instead of beginning another try */
    MAKE_COST = 64 * 1024, /* the same of deriving a candidate's key */
};

static const int64_t budget_all = 2048 * MIB;
static const int64_t budget_record = 256 * MIB;
static const int64_t budget_other_side = 128 * MIB;

/* A secret, with a suite that its size allows. */
struct candidate {
    uint8_t client_random[TLS_RANDOM_SIZE];
    enum sw_direction role; /* whose records it protects */
    const struct tls_suite *suite;
    struct tls_cipher *cipher;
};

struct tls_late {
    GArray *candidates; /* struct candidate */
    uint64_t added;     /* to the log, when they were made */
    int64_t budget;     /* bytes to decrypt */
};

static const enum tls_secret secrets_of[2] = {
    [SW_CLIENT] = TLS_SECRET_CLIENT_APPLICATION,
    [SW_SERVER] = TLS_SECRET_SERVER_APPLICATION,
};

/* --- candidates -------------------------------------------------------------------------------------------------- */

static void clear_candidate(gpointer data)
{
    struct candidate *candidate = data;
    tls_cipher_free(candidate->cipher);
}

static void add_candidates(void *context, const uint8_t *client_random, enum tls_secret which, struct sw_slice secret)
{
    static const uint16_t suites[] = {0x1301, 0x1302, 0x1303}; /* nobody offers those with CCM unasked */
    struct tls_late *late = context;
    for (enum sw_direction role = SW_CLIENT; role <= SW_SERVER; role++) {
        for (size_t i = 0; which == secrets_of[role] && i < G_N_ELEMENTS(suites) && late->budget > 0; i++) {
            struct candidate candidate = {.role = role, .suite = tls_suite_find(suites[i])};
            candidate.cipher = tls_cipher_new_13(candidate.suite, secret);
            memcpy(candidate.client_random, client_random, TLS_RANDOM_SIZE);
            late->budget -= MAKE_COST;
            if (candidate.cipher != NULL)
                g_array_append_val(late->candidates, candidate);
        }
    }
}

/* Those of the log as it is now, as long as there is a budget to try them. */
static struct tls_late *up_to_date(struct tls *tls)
{
    struct tls_late *late = tls->late;
    if (late == NULL) {
        late = tls->late = g_new0(struct tls_late, 1);
        late->budget = budget_all;
        late->candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
        g_array_set_clear_func(late->candidates, clear_candidate);
    }
    tls_keylog_refresh(tls->log);
    if (late->budget > 0 && late->added != tls_keylog_added(tls->log)) {
        g_array_set_size(late->candidates, 0);
        tls_keylog_each(tls->log, SESSIONS_MAX, add_candidates, late);
        late->added = tls_keylog_added(tls->log);
    }
    return late;
}

void late_free(struct tls *tls)
{
    if (tls->late == NULL)
        return;
    g_array_free(tls->late->candidates, TRUE);
    g_free(tls->late);
}

/* --- joining ----------------------------------------------------------------------------------------------------- */

static void set_key(struct tls_session *session, enum sw_direction from, enum sw_direction role)
{
    struct side *side = &session->sides[from];
    struct sw_slice secret;
    side->sealed = side->hello_lost = true;
    side->epoch = EPOCH_APPLICATION;
    if (tls_keylog_find(session->tls->log, session->facts.client_random, secrets_of[role], &secret))
        side->ciphers[EPOCH_APPLICATION] = tls_cipher_new_13(session->facts.suite, secret);
    else
        session->facts.key_missing = true;
}

/* The candidate opens a record of this side, with that number. */
static void join(struct tls_session *session, enum sw_direction from, const struct candidate *candidate,
                 uint64_t sequence)
{
    const enum sw_direction other = sw_direction_opposite(from);
    struct tls_facts *facts = &session->facts;
    facts->late = true;
    facts->client = candidate->role == SW_CLIENT ? from : other;
    facts->version = TLS_1_3;
    facts->suite = candidate->suite;
    facts->suite_id = candidate->suite->id;
    facts->client_random_known = true;
    memcpy(facts->client_random, candidate->client_random, TLS_RANDOM_SIZE);
    tls_keylog_use(session->tls->log, facts->client_random);
    set_key(session, from, candidate->role);
    set_key(session, other, sw_direction_opposite(candidate->role));
    session->sides[from].sequence = sequence;
    session->sides[other].sequence = 0;
    session->sides[other].adrift = true;
    session->budget += budget_other_side;
}

bool late_open(struct tls_session *session, enum sw_direction from, const struct record *record, size_t *size)
{
    struct side *side = &session->sides[from];
    if (session->client_hellos != 0 || session->server_hellos != 0 || record->type != RECORD_DATA ||
        side->late_tries >= TRIES_MAX)
        return false;
    side->late_tries++;
    struct tls_late *late = up_to_date(session->tls);
    const GArray *candidates = late->candidates;
    const int64_t cost = (int64_t)record->body.size + TRY_COST;
    const int64_t tries = MIN(budget_record, late->budget) / cost;
    for (int64_t i = 0; candidates->len != 0 && i < tries; i++) {
        const uint64_t turn = (uint64_t)i / STRIDE;
        const uint64_t sequence = turn / candidates->len * STRIDE + (uint64_t)i % STRIDE;
        const uint64_t newest_first = candidates->len - 1 - turn % candidates->len;
        const struct candidate *candidate = &g_array_index(candidates, struct candidate, newest_first);
        late->budget -= cost;
        if (!tls_cipher_open(candidate->cipher, sequence, record->header, record->body, session->tls->opened, size))
            continue;
        join(session, from, candidate, sequence);
        return true;
    }
    return false;
}
