/* SPDX-License-Identifier: MIT
 *
 * The last stretch of the way: what flows have made is put in order, numbered, woven into calls and handed to the sink.
 */
#ifndef SIPWEAVE_DELIVERY_H
#define SIPWEAVE_DELIVERY_H

#include "pipeline/order.h"
#include "pipeline/record.h"

struct delivery;
/* limits and sink are borrowed and outlive the delivery. */
struct delivery *delivery_new(const struct sw_limits *limits, const struct sink *sink);
void delivery_free(struct delivery *delivery);

/* For flows that say what they have begun. */
struct order *delivery_order(struct delivery *delivery);

/* A record that others refer to; the caller holds one reference. */
struct connection_record *connection_record_new(void);
void connection_record_unref(struct connection_record *record);
/* Copies what the handshake says into the record. */
void connection_record_handshake(struct connection_record *record, const struct sw_handshake *handshake);

/* first stands in the record. */
void delivery_connection_begin(struct delivery *delivery, struct connection_record *record);
/* Takes the caller's reference. */
void delivery_connection_end(struct delivery *delivery, struct connection_record *record, struct sw_mark mark);
/* id and placement are filled in here; everything is borrowed during the call. */
void delivery_message(struct delivery *delivery, struct message_record *message);
/* mark: where the flow ended. The record is copied. */
void delivery_ledger(struct delivery *delivery, const struct ledger_record *ledger, struct sw_mark mark);

/* Its ids are filled in here; everything is borrowed during the call. */
void delivery_finding(struct delivery *delivery, const struct finding_record *finding);

/* Bytes between the two are missing: findings that rest on absence are not made. connection: NULL: no WebSocket. */
void delivery_loss(struct delivery *delivery, const struct connection_record *connection,
                   const struct sw_endpoint *source, const struct sw_endpoint *destination, struct sw_mark mark);

/* Lets out what is due after this packet. */
void delivery_advance(struct delivery *delivery, struct sw_mark now, struct order_bound outside);
/* Lets out all, and ends the calls. */
void delivery_finish(struct delivery *delivery);

/* SIP messages delivered, by enum sw_transport, and connections begun. */
const uint64_t *delivery_messages(const struct delivery *delivery);
uint64_t delivery_connections(const struct delivery *delivery);
/* Fills in what limits did to calls and messages. */
void delivery_count_limited(const struct delivery *delivery, struct totals_record *totals);

#endif
