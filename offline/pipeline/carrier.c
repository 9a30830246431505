/* SPDX-License-Identifier: MIT
 *
 * How does a flow's ledger come together from what its layers counted? And when does an acknowledgment show a loss?
 */
#include "pipeline/carrier.h"

#include <glib.h>

static void add_bytes(struct sw_ledger *sum, const struct sw_ledger *part)
{
    sum->message += part->message;
    sum->protocol += part->protocol;
    sum->keepalive += part->keepalive;
    for (unsigned reason = 0; reason < SW_REASON_COUNT; reason++)
        sum->undecoded[reason] += part->undecoded[reason];
}

/* Of a loss below, the decoder above has noticed the consequence; the cause says more. */
static void add_below(struct ledger_record *record, const struct ledger_record *own, const struct tls_facts *tls)
{
    add_bytes(&record->ledger, &own->ledger);
    record->conflicts += own->conflicts;
    record->tls_records_lost = own->tls_records_lost;
    if (tls->suite == NULL)
        record->tls_suite = tls->suite_id;
    if (record->ledger.undecoded[SW_REASON_NO_KEY] != 0 && tls->client_random_known)
        for (size_t i = 0; i < TLS_RANDOM_SIZE; i++)
            g_snprintf(record->tls_random + 2 * i, 3, "%02x", tls->client_random[i]);
    for (unsigned reason = 0; reason < SW_REASON_COUNT; reason++)
        if (own->losses[reason].events != 0)
            record->losses[reason] = own->losses[reason];
}

struct ledger_record carrier_ledger(const struct carrier_ends *ends, enum sw_direction from,
                                    enum sw_transport transport, const struct sw_ledger *bytes,
                                    const struct ledger_record *losses)
{
    struct ledger_record record = {0};
    if (losses != NULL)
        record = *losses;
    record.protocol = sw_transport_name(transport);
    record.direction = from;
    record.source = ends->ends[from];
    record.destination = ends->ends[sw_direction_opposite(from)];
    record.first = ends->first;
    record.ledger = *bytes;
    record.ledger.protocol += ends->proxy_size[from];
    if (ends->below != NULL) {
        add_below(&record, &ends->below->own[from], ends->below->tls);
        ends->below->told = true;
    }
    return record;
}

bool carrier_missed(struct carrier_count *count, int64_t more)
{
    if (more <= count->ended || count->fed + (uint64_t)more <= count->unseen)
        return false;
    count->unseen = count->fed + (uint64_t)more;
    return true;
}
