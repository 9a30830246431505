/* SPDX-License-Identifier: MIT
 *
 * TLS: its plaintext is a stream like any other, whose bytes tell what it carries; what could not be decrypted is
 * counted with the reason.
 */
#include <glib.h>
#include <string.h>

#include "pipeline/carrier.h"
#include "pipeline/ledger.h"

/* Plaintext that is missing, not told to the stream above: it matters only once more plaintext comes. */
struct missing {
    uint64_t size; /* 0: nothing */
    enum sw_reason reason;
    struct sw_mark mark;
};

/* Records whose acknowledgment hasn't come. Where there are more, the last ones count as one: nobody is thought to have
 * had what he hadn't. */
enum { UNACKED = 16 };

/* A place in the stream of TLS, behind a record, and the same place in that of its plaintext. */
struct border {
    uint64_t wire;
    uint64_t plain;
};

/* How far one direction has come. */
struct progress {
    uint64_t fed;   /* bytes of TLS, missing ones too */
    uint64_t taken; /* of them, those whose records were read or given up */
    uint64_t plain; /* bytes that went to the stream above, missing ones too */
    uint64_t had;   /* of them, those that the other side has acknowledged */
    struct border unacked[UNACKED];
    unsigned unacked_count;
};

struct tls_carrier {
    struct carrier carrier;
    struct stream_context *context;
    struct carrier_ends ends;
    struct carrier_below below;
    struct tls_session *session;
    struct net_stream net; /* the plaintext's: A is the client */
    struct stream *above;
    struct missing missing[2];
    uint64_t plaintext[2];
    struct progress progress[2];
    bool ignored; /* the plaintext is of no interest */
    struct order_unit units[2];
};

static enum net_side side_of(enum sw_direction from)
{
    return from == SW_CLIENT ? NET_A : NET_B;
}

/* The record at hand is at its end. */
static void note_border(struct progress *progress)
{
    const bool news =
        progress->plain >
        (progress->unacked_count == 0 ? progress->had : progress->unacked[progress->unacked_count - 1].plain);
    if (!news)
        return;
    if (progress->unacked_count == UNACKED)
        progress->unacked_count--;
    progress->unacked[progress->unacked_count++] = (struct border){progress->taken, progress->plain};
}

/* The account of the missing bytes goes to the decoder above. */
static void tell_missing(struct tls_carrier *tls, enum sw_direction from)
{
    struct missing *missing = &tls->missing[from];
    if (missing->size == 0 || tls->ignored)
        return;
    const struct missing told = *missing;
    missing->size = 0;
    tls->progress[from].plain += told.size;
    tls->below.own[from].ledger.undecoded[told.reason] -= told.size;
    stream_gap(tls->above, side_of(from), told.size, told.reason, told.mark);
}

/* No plaintext has come before. */
static void begin_late(struct tls_carrier *tls)
{
    tls->net.initiator = side_of(tls->below.tls->client);
    tls->net.from_start[NET_A] = tls->net.from_start[NET_B] = false;
    stream_begins_late(tls->above);
}

static void on_plaintext(void *context, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct tls_carrier *tls = context;
    struct progress *progress = &tls->progress[from];
    progress->taken += bytes.size;
    if (tls->ignored || bytes.size == 0)
        return;
    if (tls->below.tls->late && tls->net.from_start[NET_A])
        begin_late(tls);
    tell_missing(tls, from);
    tls->plaintext[from] += bytes.size;
    progress->plain += bytes.size;
    tls->ignored = stream_data(tls->above, side_of(from), bytes, mark) == NET_IGNORE;
}

static void on_overhead(void *context, enum sw_direction from, uint64_t bytes)
{
    struct tls_carrier *tls = context;
    note_border(&tls->progress[from]); /* the first that is told of a record */
    tls->progress[from].taken += bytes;
    tls->below.own[from].ledger.protocol += bytes;
}

static void on_lost(void *context, enum sw_direction from, const struct tls_loss *loss)
{
    struct tls_carrier *tls = context;
    struct ledger_record *own = &tls->below.own[from];
    note_border(&tls->progress[from]);
    tls->progress[from].taken += loss->wire;
    own->ledger.undecoded[loss->reason] += loss->wire;
    own->tls_records_lost += loss->records;
    ledger_note(own, loss->reason, &loss->mark, 1, loss->text);
    if (loss->plain == 0)
        return;
    struct missing *missing = &tls->missing[from];
    if (missing->size != 0 && missing->reason != loss->reason)
        tell_missing(tls, from);
    if (missing->size == 0)
        *missing = (struct missing){.reason = loss->reason, .mark = loss->mark};
    missing->size += loss->plain;
}

static void refresh_units(struct tls_carrier *tls)
{
    struct order *order = delivery_order(tls->context->delivery);
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct sw_mark since;
        if (tls_session_unfinished(tls->session, from, &since))
            order_unit_waits(order, &tls->units[from], since);
        else if (tls->units[from].linked)
            order_unit_done(order, &tls->units[from]);
    }
}

/* --- the carrier's calls ----------------------------------------------------------------------------------------- */

static void tls_feed(struct carrier *carrier, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct tls_carrier *tls = (struct tls_carrier *)carrier;
    if (tls->ignored)
        return;
    tls->progress[from].fed += bytes.size;
    tls_session_feed(tls->session, from, bytes, mark);
    note_border(&tls->progress[SW_CLIENT]); /* of either: the other side's records may have waited for these */
    note_border(&tls->progress[SW_SERVER]);
    refresh_units(tls);
}

static void tls_gap(struct carrier *carrier, enum sw_direction from, uint64_t size, enum sw_reason reason,
                    struct sw_mark mark)
{
    struct tls_carrier *tls = (struct tls_carrier *)carrier;
    if (tls->ignored)
        return;
    tls->progress[from].fed += size;
    tls_session_gap(tls->session, from, size, reason, mark);
    refresh_units(tls);
}

static void end_side(struct tls_carrier *tls, enum sw_direction from, struct sw_mark mark)
{
    tls_session_end(tls->session, from, mark);
    if (stream_is_carried(tls->above))
        tell_missing(tls, from);
}

static void tls_end(struct carrier *carrier, enum sw_direction from, enum net_end how, struct sw_mark mark)
{
    struct tls_carrier *tls = (struct tls_carrier *)carrier;
    if (tls->ignored)
        return;
    end_side(tls, from, mark);
    if (how != NET_FIN)
        end_side(tls, sw_direction_opposite(from), mark);
    refresh_units(tls);
    if (!tls->ignored)
        stream_end(tls->above, side_of(from), how, mark);
}

/* Whoever has the end of a record has its plaintext. Of what lies beyond all that was fed it is not known how much
 * plaintext that is: some. Within a record nothing is told, as what its sender knew when he sealed it came with its
 * first byte. */
static void tls_acked(struct carrier *carrier, enum sw_direction from, int64_t more, struct sw_mark mark)
{
    struct tls_carrier *tls = (struct tls_carrier *)carrier;
    struct progress *of = &tls->progress[sw_direction_opposite(from)];
    const bool within = tls->progress[from].fed != tls->progress[from].taken;
    const uint64_t wire = more < 0 && of->fed < (uint64_t)-more ? 0 : of->fed + (uint64_t)more;
    unsigned done = 0;
    while (done < of->unacked_count && of->unacked[done].wire <= wire)
        of->had = of->unacked[done++].plain;
    of->unacked_count -= done;
    memmove(of->unacked, of->unacked + done, of->unacked_count * sizeof of->unacked[0]);
    if (!tls->ignored && !within)
        stream_acked(tls->above, side_of(from), (int64_t)(of->had - of->plain) + (more > 0), mark);
}

static void tls_conflict(struct carrier *carrier, enum sw_direction from, uint64_t bytes)
{
    struct tls_carrier *tls = (struct tls_carrier *)carrier;
    tls->below.own[from].conflicts += bytes;
}

/* No decoder above has told of these bytes. Where all were read, they were of no interest. */
static void tell_ledgers(struct tls_carrier *tls, struct sw_mark mark)
{
    static const struct sw_ledger none = {0};
    struct ledger_record ledgers[2];
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        ledgers[from] = carrier_ledger(&tls->ends, from, SW_TRANSPORT_TLS, &none, NULL);
        ledgers[from].ledger.protocol += tls->plaintext[from];
    }
    if (sw_ledger_undecoded(&ledgers[SW_CLIENT].ledger) == 0 && sw_ledger_undecoded(&ledgers[SW_SERVER].ledger) == 0)
        return;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++)
        delivery_ledger(tls->context->delivery, &ledgers[from], mark);
}

static void tls_close(struct carrier *carrier, struct sw_mark mark)
{
    struct tls_carrier *tls = (struct tls_carrier *)carrier;
    if (!tls->ignored)
        for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++)
            end_side(tls, from, mark);
    stream_free(tls->above, mark);
    if (!tls->below.told && !tls->ignored)
        tell_ledgers(tls, mark);
    if (tls->plaintext[SW_CLIENT] == 0 && tls->plaintext[SW_SERVER] == 0)
        tls->context->totals->streams_tls++;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++)
        order_unit_done(delivery_order(tls->context->delivery), &tls->units[from]);
    tls_session_free(tls->session);
    g_free(tls);
}

struct carrier *tls_carrier_new(struct stream_context *context, const struct carrier_ends *ends)
{
    static const struct carrier_calls calls = {
        .feed = tls_feed,
        .gap = tls_gap,
        .end = tls_end,
        .acked = tls_acked,
        .conflict = tls_conflict,
        .close = tls_close,
    };
    struct tls_carrier *tls = g_new0(struct tls_carrier, 1);
    const struct tls_sink sink = {.context = tls, .plaintext = on_plaintext, .overhead = on_overhead, .lost = on_lost};
    tls->carrier.calls = &calls;
    tls->context = context;
    tls->ends = *ends;
    tls->session = tls_session_new(context->tls, &sink);
    tls->below.tls = tls_session_facts(tls->session);
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        tls->below.own[from].ledger.protocol = ends->proxy_size[from];
        tls->ends.proxy_size[from] = 0;
    }
    tls->ends.below = &tls->below;
    tls->net = (struct net_stream){
        .ends = {[NET_A] = ends->ends[SW_CLIENT], [NET_B] = ends->ends[SW_SERVER]},
        .initiator_known = true,
        .initiator = NET_A,
        .from_start = {true, true},
        .first = ends->first,
    };
    tls->above = stream_new_above(context, &tls->net, &tls->below, &ends->proxied_client);
    return &tls->carrier;
}
