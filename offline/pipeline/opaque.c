/* SPDX-License-Identifier: MIT
 *
 * TLS without its keys: it may carry SIP, so its bytes are counted, and the ledger says why they were not read.
 */
#include <glib.h>

#include "pipeline/carrier.h"
#include "pipeline/ledger.h"

struct opaque {
    struct carrier carrier;
    struct stream_context *context;
    struct carrier_ends ends;
    struct sw_ledger ledgers[2];
    struct sw_mark last[2];
};

static void opaque_feed(struct carrier *carrier, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct opaque *opaque = (struct opaque *)carrier;
    opaque->ledgers[from].undecoded[SW_REASON_NO_KEY] += bytes.size;
    opaque->last[from] = mark;
}

static void opaque_gap(struct carrier *carrier, enum sw_direction from, uint64_t size, enum sw_reason reason,
                       struct sw_mark mark)
{
    struct opaque *opaque = (struct opaque *)carrier;
    opaque->ledgers[from].undecoded[reason] += size;
    opaque->last[from] = mark;
}

static void opaque_end(struct carrier *carrier, enum sw_direction from, enum net_end how, struct sw_mark mark)
{
    (void)carrier, (void)from, (void)how, (void)mark;
}

static void opaque_conflict(struct carrier *carrier, enum sw_direction from, uint64_t bytes)
{
    (void)carrier, (void)from, (void)bytes;
}

static void opaque_close(struct carrier *carrier, struct sw_mark mark)
{
    struct opaque *opaque = (struct opaque *)carrier;
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        struct ledger_record ledger =
            carrier_ledger(&opaque->ends, from, SW_TRANSPORT_TLS, &opaque->ledgers[from], NULL);
        ledger_note(&ledger, SW_REASON_NO_KEY, &opaque->ends.first, 1, "TLS: its keys are not known");
        delivery_ledger(opaque->context->delivery, &ledger, mark);
    }
    g_free(opaque);
}

struct carrier *opaque_carrier_new(struct stream_context *context, const struct carrier_ends *ends)
{
    static const struct carrier_calls calls = {
        .feed = opaque_feed,
        .gap = opaque_gap,
        .end = opaque_end,
        .conflict = opaque_conflict,
        .close = opaque_close,
    };
    struct opaque *opaque = g_new0(struct opaque, 1);
    opaque->carrier.calls = &calls;
    opaque->context = context;
    opaque->ends = *ends;
    context->totals->streams_tls++;
    return &opaque->carrier;
}
