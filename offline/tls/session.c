/* SPDX-License-Identifier: MIT
 *
 * Where did each byte of a TLS connection go? Records are taken one after the other (RFC 8446 5, RFC 5246 6); what
 * could not be opened is summed up until decryption goes on behind it.
 */
#include <openssl/crypto.h>

#include "tls/state.h"

enum { BUDGET_FIRST = 16 * 1024 * 1024, BUDGET_PER_BYTE = 8 };

static const char text_missing[] = "Bytes of a TLS connection are missing.";
static const char text_cut[] = "The stream ends in the middle of a TLS record.";
static const char text_framing[] = "Bytes that are no TLS record.";

static enum sw_direction other(enum sw_direction from)
{
    return sw_direction_opposite(from);
}

static bool is_13(const struct tls_session *session)
{
    return session->facts.version == TLS_1_3;
}

/* --- the account ------------------------------------------------------------------------------------------------- */

/* Of the records between the loss and the one that was opened now, those that may have carried plaintext of
 * applications. */
static uint64_t lost_data_records(const struct tls_session *session, const struct side *side, bool same_key)
{
    const uint64_t first = same_key ? side->lost_sequence : 0;
    const uint64_t records = side->sequence - 1 - first;
    if (is_13(session))
        return side->epoch == EPOCH_HANDSHAKE ? 0 : records;
    return first == 0 && records != 0 ? records - 1 : records; /* the first one is the Finished */
}

/* The record with the number before side->sequence was opened, behind the loss. */
static void measure_loss(const struct tls_session *session, struct side *side)
{
    struct tls_loss *loss = &side->loss;
    const bool same_key = side->lost_sealed && side->lost_epoch == side->epoch && side->lost_changes == side->changes &&
                          side->sequence > side->lost_sequence;
    const struct tls_cipher *cipher = side->ciphers[side->epoch];
    const uint64_t data = lost_data_records(session, side, same_key);
    loss->records = side->sequence - 1 - (same_key ? side->lost_sequence : 0);
    loss->exact = same_key && session->facts.suite->bulk->mode != TLS_CBC;
    loss->plain = 0;
    const uint64_t overhead = loss->records * tls_cipher_overhead(cipher);
    if (data != 0 && loss->wire > overhead)
        loss->plain = loss->wire - overhead;
}

static void tell_loss(struct tls_session *session, enum sw_direction from)
{
    struct side *side = &session->sides[from];
    if (side->loss.wire != 0)
        session->sink.lost(session->sink.context, from, &side->loss);
    side->loss = (struct tls_loss){.wire = 0};
}

/* The end of the loss isn't known: all of it may have been plaintext. */
static void tell_loss_unmeasured(struct tls_session *session, enum sw_direction from)
{
    struct side *side = &session->sides[from];
    side->loss.plain = side->sealed ? side->loss.wire : 0;
    tell_loss(session, from);
}

static void lose(struct tls_session *session, enum sw_direction from, uint64_t bytes, enum sw_reason reason,
                 const char *text, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    if (side->loss.wire != 0 && side->loss.reason != reason)
        tell_loss_unmeasured(session, from);
    side->uncertain = true;
    if (side->loss.wire == 0) {
        side->loss = (struct tls_loss){.reason = reason, .text = text, .mark = mark};
        side->lost_epoch = side->epoch;
        side->lost_sequence = side->sequence;
        side->lost_changes = side->changes;
        side->lost_sealed = side->sealed;
    }
    side->loss.wire += bytes;
}

/* Why no key opens what this side sends. */
static enum sw_reason why_closed(const struct tls_session *session, const struct side *side, const char **text)
{
    if (!session->facts.client_random_known || (session->server_hellos == 0 && !is_13(session))) {
        *text = "TLS whose handshake is not in the capture.";
        return SW_REASON_NO_HANDSHAKE;
    }
    if (session->facts.suite == NULL && session->facts.suite_id != 0) {
        *text = "TLS with a cipher suite that is not known here.";
        return SW_REASON_CIPHER_SUITE_UNKNOWN;
    }
    if (!open_has_keys(side)) {
        *text = "TLS without its keys.";
        return SW_REASON_NO_KEY;
    }
    if (side->loss.wire != 0 || side->opened != 0) {
        *text = "A TLS record that its key does not open.";
        return side->loss.wire != 0 ? side->loss.reason : SW_REASON_MALFORMED;
    }
    *text = "TLS with keys that do not fit.";
    return SW_REASON_NO_KEY;
}

static void lose_closed(struct tls_session *session, enum sw_direction from, uint64_t bytes, struct sw_mark mark)
{
    const char *text;
    const enum sw_reason reason = why_closed(session, &session->sides[from], &text);
    lose(session, from, bytes, reason, text, mark);
}

static void spend(struct tls_session *session, enum sw_direction from, uint64_t bytes)
{
    if (bytes != 0)
        session->sink.overhead(session->sink.context, from, bytes);
}

static struct sw_mark mark_at(const struct inbox_view *view, size_t offset)
{
    return view->pieces[inbox_piece_at(view, offset)].mark;
}

/* --- hellos that don't come -------------------------------------------------------------------------------------- */

/* Without its ServerHello a session can be read where it is TLS 1.3: the secrets themselves tell that it is. */
static void assume_13(struct tls_session *session)
{
    struct sw_slice secret;
    if (!session->facts.client_random_known || session->server_hellos != 0 ||
        !tls_keylog_find(session->tls->log, session->facts.client_random, TLS_SECRET_SERVER_APPLICATION, &secret))
        return;
    session->facts.version = TLS_1_3;
    session->facts.suite = NULL;
    session->facts.suite_id = 0;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        session->sides[from].sealed = true;
        session->sides[from].uncertain = true;
        session->sides[from].epoch =
            from == SW_CLIENT && session->early == EARLY_OFFERED ? EPOCH_EARLY : EPOCH_HANDSHAKE;
    }
}

/* After a loss, or a first record that is something else. */
static void check_hellos(struct tls_session *session, enum sw_direction from)
{
    struct side *side = &session->sides[from];
    const bool renegotiates = side->sealed && session->answer_due;
    if (side->hello_lost || (from == SW_CLIENT && session->client_hellos != 0) ||
        (from == SW_SERVER && session->server_hellos != 0 && !renegotiates))
        return;
    side->hello_lost = true;
    if (from == SW_SERVER)
        assume_13(session);
}

/* Whether the suite is still to be guessed. */
static bool suite_is_open(const struct tls_session *session)
{
    return is_13(session) && session->facts.suite == NULL && session->facts.suite_id == 0;
}

/* Whether the server may still say that it takes early data. */
static bool early_is_open(const struct tls_session *session)
{
    const struct side *server = &session->sides[SW_SERVER];
    return is_13(session) && session->early == EARLY_OFFERED && server->epoch != EPOCH_APPLICATION && !server->ended &&
           (server->ciphers[EPOCH_HANDSHAKE] != NULL || suite_is_open(session));
}

/* What this side waits for won't come. */
static void stop_waiting(struct tls_session *session, enum sw_direction from)
{
    session->sides[from].blocked = false;
    if (from == SW_SERVER)
        session->sides[SW_CLIENT].hello_lost = true;
    if (from == SW_CLIENT && early_is_open(session))
        session->early = EARLY_ACCEPTED;
    else
        check_hellos(session, other(from));
}

/* Whether the record can't be judged before the other side has said more. */
static bool must_wait(const struct tls_session *session, enum sw_direction from, const struct record *record)
{
    const struct side *side = &session->sides[from];
    if (from == SW_CLIENT && side->sealed && early_is_open(session))
        return record->type == RECORD_DATA;
    if (session->sides[other(from)].hello_lost)
        return false;
    if (from == SW_SERVER)
        return session->client_hellos == 0;
    if (record->type == RECORD_DATA && (side->sealed || session->retried))
        return false;
    return session->answer_due && (record->type == RECORD_CHANGE_CIPHER_SPEC || record->type == RECORD_DATA);
}

/* The same where the next record isn't found yet. */
static bool must_wait_to_search(const struct tls_session *session, enum sw_direction from)
{
    if (from == SW_SERVER)
        return false;
    return early_is_open(session) || (session->answer_due && !session->sides[SW_SERVER].hello_lost);
}

/* --- records ----------------------------------------------------------------------------------------------------- */

/* Piece by piece, so that each byte has the packet that brought it. */
static void deliver(struct tls_session *session, enum sw_direction from, const struct record *record, size_t offset,
                    size_t size)
{
    const struct inbox_view *view = record->view;
    const uint8_t *bytes = session->tls->opened;
    size_t at = record->offset + TLS_HEADER_SIZE + offset; /* of the next byte, in the view */
    for (size_t i = inbox_piece_at(view, at); size != 0; i++) {
        const size_t part = i + 1 < view->piece_count ? MIN(size, view->pieces[i].end - at) : size;
        session->sink.plaintext(session->sink.context, from, (struct sw_slice){bytes, part}, view->pieces[i].mark);
        bytes += part;
        size -= part;
        at += part;
    }
}

/* RFC 8446 5.2: the content, its type, zeros. False: nothing but zeros. */
static bool unpad(const uint8_t *bytes, size_t *size, enum record_type *type)
{
    while (*size != 0 && bytes[*size - 1] == 0)
        --*size;
    if (*size == 0)
        return false;
    *type = (enum record_type)bytes[--*size];
    return true;
}

static void take_opened(struct tls_session *session, enum sw_direction from, const struct record *record, size_t size)
{
    struct side *side = &session->sides[from];
    const size_t offset = tls_cipher_offset(side->ciphers[side->epoch]);
    enum record_type type = record->type;
    if (is_13(session) && !unpad(session->tls->opened, &size, &type))
        type = RECORD_ALERT;
    spend(session, from, record_size(record) - (type == RECORD_DATA ? size : 0));
    if (type == RECORD_DATA)
        deliver(session, from, record, offset, size);
    else if (type == RECORD_HANDSHAKE)
        handshake_take(session, from, (struct sw_slice){session->tls->opened, size});
    else if (type == RECORD_CHANGE_CIPHER_SPEC && !is_13(session))
        handshake_change_cipher(session, from);
}

/* A renegotiation's ServerHello, of which the ClientHello is still to be read. */
static bool comes_too_early(const struct tls_session *session, enum sw_direction from, const struct record *record,
                            size_t size)
{
    const struct side *client = &session->sides[SW_CLIENT];
    return from == SW_SERVER && record->type == RECORD_HANDSHAKE && !is_13(session) && size != 0 &&
           session->tls->opened[0] == TLS_HANDSHAKE_SERVER_HELLO && session->sides[from].message == NULL &&
           !session->answer_due && client->loss.wire == 0 && !client->hello_lost && !client->ended;
}

static bool take_if_it_opens(struct tls_session *session, enum sw_direction from, const struct record *record)
{
    struct side *side = &session->sides[from];
    const bool joins = side->adrift || !session->facts.client_random_known;
    size_t size;
    if (!open_record(session, from, record, &size))
        return false;
    if (comes_too_early(session, from, record, size)) {
        side->sequence--;
        side->blocked = true;
        return true;
    }
    if (side->loss.wire != 0) {
        handshake_clear(side);
        if (joins) { /* most of the records before this one weren't captured */
            tell_loss_unmeasured(session, from);
        } else {
            measure_loss(session, side);
            tell_loss(session, from);
        }
    }
    take_opened(session, from, record, size);
    return true;
}

static void take_sealed(struct tls_session *session, enum sw_direction from, const struct record *record)
{
    struct side *side = &session->sides[from];
    const bool may_be_refused = side->skips_early;
    if (take_if_it_opens(session, from, record))
        return;
    handshake_clear(side);
    if (may_be_refused)
        spend(session, from, record_size(record));
    else
        lose_closed(session, from, record_size(record), mark_at(record->view, record->offset));
}

static void take_plain_handshake(struct tls_session *session, enum sw_direction from, const struct record *record)
{
    struct side *side = &session->sides[from];
    handshake_take(session, from, record->body);
    if (side->message == NULL && !session->retried)
        check_hellos(session, from);
}

static void take_change_cipher(struct tls_session *session, enum sw_direction from)
{
    if (is_13(session) || session->retried) /* there it means nothing (RFC 8446 D.4) */
        return;
    if (session->server_hellos == 0)
        check_hellos(session, SW_SERVER);
    if (!is_13(session))
        handshake_change_cipher(session, from);
}

static void take_plain(struct tls_session *session, enum sw_direction from, const struct record *record)
{
    struct side *side = &session->sides[from];
    if (side->loss.wire != 0)
        tell_loss_unmeasured(session, from);
    if (record->type == RECORD_HANDSHAKE)
        take_plain_handshake(session, from, record);
    else if (record->type == RECORD_CHANGE_CIPHER_SPEC)
        take_change_cipher(session, from);
    else
        check_hellos(session, from);
    spend(session, from, record_size(record));
}

static void take_record(struct tls_session *session, enum sw_direction from, const struct record *record)
{
    struct side *side = &session->sides[from];
    const bool refused_early = record->type == RECORD_DATA && from == SW_CLIENT && session->retried;
    if (!side->sealed && record->type == RECORD_DATA && !refused_early) {
        check_hellos(session, from);
        side->sealed = side->uncertain = true;
    }
    /* What was lost may have been the ChangeCipherSpec. */
    if (!side->sealed && side->uncertain && session->server_hellos != 0 && !record_is_plain(record) &&
        take_if_it_opens(session, from, record))
        return;
    if (side->sealed && (record->type == RECORD_DATA || !is_13(session)))
        take_sealed(session, from, record);
    else
        take_plain(session, from, record);
}

/* --- bytes ------------------------------------------------------------------------------------------------------- */

/* The capture may begin within a record. */
static enum sw_reason why_no_record(const struct tls_session *session, const struct side *side)
{
    if (side->loss.wire != 0)
        return side->loss.reason;
    const bool late = session->client_hellos == 0 && session->server_hellos == 0 && side->opened == 0;
    return late ? SW_REASON_NO_HANDSHAKE : SW_REASON_MALFORMED;
}

/* Looks for the next record; false: more bytes are needed. */
static bool find_record(struct tls_session *session, enum sw_direction from, const struct inbox_view *view, size_t *at)
{
    struct side *side = &session->sides[from];
    const struct sw_mark mark = mark_at(view, *at);
    size_t found = *at;
    side->blocked = must_wait_to_search(session, from);
    if (side->blocked)
        return false;
    open_fill_keys(session, from);
    bool futile = (side->sealed && !open_has_keys(side) && !suite_is_open(session)) || side->hopeless;
    if (futile) {
        lose_closed(session, from, view->bytes.size - *at, mark);
        *at = view->bytes.size;
        return false;
    }
    if (open_search(session, from, view, &found))
        side->framing = FRAMING_KNOWN;
    if (found != *at)
        lose(session, from, found - *at, why_no_record(session, side), text_framing, mark);
    *at = found;
    return side->framing == FRAMING_KNOWN;
}

/* True: go on at *at. */
static bool next_record(struct tls_session *session, enum sw_direction from, const struct inbox_view *view, size_t *at)
{
    struct side *side = &session->sides[from];
    struct record record;
    switch (record_at(view, *at, &record)) {
    case SW_MORE:
        return false;
    case SW_BAD:
        side->framing = FRAMING_LOST;
        check_hellos(session, from);
        return true;
    case SW_OK:
        break;
    }
    side->blocked = must_wait(session, from, &record);
    if (side->blocked)
        return false;
    take_record(session, from, &record);
    if (side->blocked)
        return false;
    *at += record_size(&record);
    return true;
}

static void read_view(struct tls_session *session, enum sw_direction from, const struct inbox_view *view, size_t *at)
{
    struct side *side = &session->sides[from];
    bool more = true;
    while (more && *at < view->bytes.size) {
        if (side->skip != 0) {
            const size_t part = (size_t)MIN(side->skip, view->bytes.size - *at);
            side->skip -= part;
            *at += part;
        } else if (side->framing == FRAMING_LOST) {
            more = find_record(session, from, view, at);
        } else {
            more = next_record(session, from, view, at);
        }
    }
}

static void read_bytes(struct tls_session *session, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    struct inbox_view view;
    size_t at = 0;
    inbox_open(&side->inbox, &view, bytes, mark);
    read_view(session, from, &view, &at);
    if (side->blocked && view.bytes.size - at > session->tls->pending) {
        stop_waiting(session, from);
        read_view(session, from, &view, &at);
    }
    inbox_close(&side->inbox, &view, at);
}

/* What one side said may be what the other one waited for. */
static void read_blocked(struct tls_session *session, enum sw_direction from)
{
    static const struct sw_slice nothing = {NULL, 0};
    const struct sw_mark mark = {.packet = 0};
    if (session->sides[other(from)].blocked)
        read_bytes(session, other(from), nothing, mark);
    if (session->sides[from].blocked)
        read_bytes(session, from, nothing, mark);
}

void tls_session_feed(struct tls_session *session, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    if (bytes.size == 0)
        return;
    session->budget = MIN(session->budget + (int64_t)bytes.size * BUDGET_PER_BYTE, INT64_MAX / 2);
    read_bytes(session, from, bytes, mark);
    read_blocked(session, from);
}

/* Nothing is left waiting. */
static void read_up(struct tls_session *session, enum sw_direction from)
{
    if (!session->sides[from].blocked)
        return;
    stop_waiting(session, from);
    read_bytes(session, from, (struct sw_slice){NULL, 0}, (struct sw_mark){.packet = 0});
    session->sides[from].blocked = false;
}

/* The gap lies in a record that is begun, whose end is thus known: true, and the record is lost. */
static bool gap_in_record(struct tls_session *session, enum sw_direction from, uint64_t size, enum sw_reason reason,
                          struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    struct inbox_view view;
    struct record record;
    if (side->framing == FRAMING_LOST || inbox_size(&side->inbox) < TLS_HEADER_SIZE)
        return false;
    inbox_open(&side->inbox, &view, (struct sw_slice){NULL, 0}, mark);
    if (record_at(&view, 0, &record) != SW_MORE)
        return false;
    const size_t there = view.bytes.size;
    if (record.type == RECORD_HANDSHAKE)
        handshake_cut(session, from, (struct sw_slice){record.body.data, there - TLS_HEADER_SIZE});
    if (size > record_size(&record) - there)
        return false;
    side->skip = record_size(&record) - there - size;
    lose(session, from, record_size(&record), reason, text_missing, mark);
    inbox_clear(&side->inbox);
    return true;
}

void tls_session_gap(struct tls_session *session, enum sw_direction from, uint64_t size, enum sw_reason reason,
                     struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    read_up(session, from);
    const uint64_t skipped = MIN(side->skip, size);
    side->skip -= skipped;
    size -= skipped;
    if (size == 0)
        return;
    if (!gap_in_record(session, from, size, reason, mark)) {
        lose(session, from, inbox_size(&side->inbox) + size, reason, text_missing, mark);
        inbox_clear(&side->inbox);
        side->framing = FRAMING_LOST;
    }
    handshake_clear(side);
    check_hellos(session, from);
    read_blocked(session, from);
}

void tls_session_end(struct tls_session *session, enum sw_direction from, struct sw_mark mark)
{
    struct side *side = &session->sides[from];
    if (side->ended)
        return;
    read_up(session, from);
    if (inbox_size(&side->inbox) != 0)
        lose(session, from, inbox_size(&side->inbox),
             side->loss.wire != 0 ? side->loss.reason : SW_REASON_SEGMENT_MISSING, text_cut, mark);
    inbox_clear(&side->inbox);
    side->loss.wire -= side->skip; /* the rest of a lost record never came */
    side->skip = 0;
    tell_loss_unmeasured(session, from);
    side->ended = true;
    read_blocked(session, from);
}

/* --- the session ------------------------------------------------------------------------------------------------- */

struct tls *tls_new(struct tls_keylog *log, size_t pending)
{
    struct tls *tls = g_new0(struct tls, 1);
    tls->log = log;
    tls->pending = pending;
    return tls;
}

void tls_free(struct tls *tls)
{
    late_free(tls);
    g_free(tls);
}

struct tls_session *tls_session_new(struct tls *tls, const struct tls_sink *sink)
{
    struct tls_session *session = g_new0(struct tls_session, 1);
    session->tls = tls;
    session->sink = *sink;
    session->budget = BUDGET_FIRST;
    return session;
}

void tls_session_free(struct tls_session *session)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct side *side = &session->sides[from];
        inbox_clear(&side->inbox);
        handshake_clear(side);
        for (unsigned epoch = 0; epoch < EPOCH_COUNT; epoch++)
            tls_cipher_free(side->ciphers[epoch]);
    }
    master_clear(session);
    OPENSSL_cleanse(session->offered_master, sizeof session->offered_master);
    g_free(session->facts.server_name);
    g_free(session->facts.alpn);
    g_free(session->facts.subject);
    g_free(session);
}

struct tls_facts *tls_facts_copy(const struct tls_facts *facts)
{
    struct tls_facts *copy = g_memdup2(facts, sizeof *facts);
    copy->server_name = g_strdup(facts->server_name);
    copy->alpn = g_strdup(facts->alpn);
    copy->subject = g_strdup(facts->subject);
    return copy;
}

void tls_facts_free(struct tls_facts *facts)
{
    if (facts == NULL)
        return;
    g_free(facts->server_name);
    g_free(facts->alpn);
    g_free(facts->subject);
    g_free(facts);
}

const struct tls_facts *tls_session_facts(const struct tls_session *session)
{
    return &session->facts;
}

bool tls_session_unfinished(const struct tls_session *session, enum sw_direction from, struct sw_mark *since)
{
    const struct side *side = &session->sides[from];
    if (side->inbox.bytes == NULL)
        return false;
    *since = g_array_index(side->inbox.pieces, struct inbox_piece, 0).mark;
    return true;
}
