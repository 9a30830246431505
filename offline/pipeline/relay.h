/* SPDX-License-Identifier: MIT
 *
 * From the order to the weaver: a call at once, or, with a thread for the weaver, later, with a copy of all that the
 * call borrows. The calls are the same, and so is their order: the sink is told the same.
 */
#ifndef SIPWEAVE_RELAY_H
#define SIPWEAVE_RELAY_H

#include "pipeline/weave.h"

struct relay;
/* weaver is borrowed and outlives the relay; connections: its sink looks at their records. */
struct relay *relay_new(struct weaver *weaver, bool connections);
void relay_free(struct relay *relay);
/* Before anything else: the weaver gets a thread of its own, if there can be one. */
void relay_start(struct relay *relay);

/* Whether messages need not be read (sw_sip_parse) by who brings them: whoever has more time will. */
bool relay_reads(const struct relay *relay);

/* See pipeline/weave.h. The weaver's thread has records of its own, at other addresses. */
void relay_begin(struct relay *relay, struct connection_record *record);
void relay_end(struct relay *relay, struct connection_record *record, struct sw_mark mark);
void relay_message(struct relay *relay, struct message_record *message, struct sw_slice bytes);
void relay_ledger(struct relay *relay, const struct ledger_record *ledger);
void relay_finding(struct relay *relay, struct finding_record *finding);
void relay_keepalive(struct relay *relay, const struct sw_talk_keepalive *keepalive);
void relay_loss(struct relay *relay, uint64_t connection, const struct sw_endpoint *source,
                const struct sw_endpoint *destination, int64_t time);
void relay_capture(struct relay *relay, const struct capture_record *capture);

/* The record says something new. */
void relay_changed(struct relay *relay, struct connection_record *record);
/* It may be a while until anything more comes: all that came is passed on. */
void relay_flush(struct relay *relay);
/* Nothing more comes: waits until the weaver has had everything, and ends its thread. */
void relay_finish(struct relay *relay);

#endif
