/* SPDX-License-Identifier: MIT
 *
 * Notes in a flow's ledger record.
 */
#ifndef SIPWEAVE_LEDGER_H
#define SIPWEAVE_LEDGER_H

#include "pipeline/record.h"

/* A loss was noticed at these packets; the bytes are counted elsewhere. text: a static sentence. */
static inline void ledger_note(struct ledger_record *record, enum sw_reason reason, const struct sw_mark *marks,
                               size_t mark_count, const char *text)
{
    record->losses[reason].events++;
    if (record->losses[reason].text == NULL)
        record->losses[reason].text = text;
    for (size_t i = 0; i < mark_count; i++) {
        unsigned n = record->losses[reason].count;
        bool repeated = n > 0 && record->losses[reason].packets[n - 1] == marks[i].packet;
        if (n < LOSS_FRAMES_KEPT && !repeated)
            record->losses[reason].packets[record->losses[reason].count++] = marks[i].packet;
    }
}

/* Bytes that looked like a message turned out to be none. */
static inline void ledger_move(struct sw_ledger *ledger, enum sw_reason reason, uint64_t bytes)
{
    uint64_t moved = bytes < ledger->message ? bytes : ledger->message;
    ledger->message -= moved;
    ledger->undecoded[reason] += moved;
}

#endif
