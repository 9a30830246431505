/* SPDX-License-Identifier: MIT
 *
 * TLS: its plaintext is a stream like any other, whose bytes tell what it carries; what could not be decrypted is
 * counted with the reason.
 */
#include <glib.h>

#include "pipeline/carrier.h"
#include "pipeline/ledger.h"

/* Plaintext that is missing, not told to the stream above: it matters only once more plaintext comes. */
struct missing {
    uint64_t size; /* 0: nothing */
    enum sw_reason reason;
    struct sw_mark mark;
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
    bool ignored; /* the plaintext is of no interest */
    struct order_unit units[2];
};

static enum net_side side_of(enum sw_direction from)
{
    return from == SW_CLIENT ? NET_A : NET_B;
}

/* The account of the missing bytes goes to the decoder above. */
static void tell_missing(struct tls_carrier *tls, enum sw_direction from)
{
    struct missing *missing = &tls->missing[from];
    if (missing->size == 0 || tls->ignored)
        return;
    const struct missing told = *missing;
    missing->size = 0;
    tls->below.own[from].ledger.undecoded[told.reason] -= told.size;
    stream_gap(tls->above, side_of(from), told.size, told.reason, told.mark);
}

static void on_plaintext(void *context, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct tls_carrier *tls = context;
    if (tls->ignored || bytes.size == 0)
        return;
    tell_missing(tls, from);
    tls->plaintext[from] += bytes.size;
    tls->ignored = stream_data(tls->above, side_of(from), bytes, mark) == NET_IGNORE;
}

static void on_overhead(void *context, enum sw_direction from, uint64_t bytes)
{
    struct tls_carrier *tls = context;
    tls->below.own[from].ledger.protocol += bytes;
}

static void on_lost(void *context, enum sw_direction from, const struct tls_loss *loss)
{
    struct tls_carrier *tls = context;
    struct ledger_record *own = &tls->below.own[from];
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
    tls_session_feed(tls->session, from, bytes, mark);
    refresh_units(tls);
}

static void tls_gap(struct carrier *carrier, enum sw_direction from, uint64_t size, enum sw_reason reason,
                    struct sw_mark mark)
{
    struct tls_carrier *tls = (struct tls_carrier *)carrier;
    if (tls->ignored)
        return;
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
