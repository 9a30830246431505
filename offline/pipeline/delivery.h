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

/* Before anything else: calls, findings and the sink get a thread of their own, and are told the same. */
void delivery_start_thread(struct delivery *delivery);
/* It may be a while until anything more comes. */
void delivery_flush(struct delivery *delivery);

/* Whether messages need not be read before they are delivered: then whoever has more time does it. */
bool delivery_reads(const struct delivery *delivery);
/* Whether bytes that come in one piece are a SIP message (sw_sip_recognise, sw_sip_recognise_odd). *read: sip, which is
 * filled, or NULL where it need not be. */
bool delivery_recognise(const struct delivery *delivery, struct sw_slice bytes, bool expected, struct sw_sip *sip,
                        const struct sw_sip **read);

/* For flows that say what they have begun. */
struct order *delivery_order(struct delivery *delivery);

/* first stands in the record. */
void delivery_connection_begin(struct delivery *delivery, struct connection_record *record);
/* Whenever something was written to the record after that. */
void delivery_connection_changed(struct delivery *delivery, struct connection_record *record);
/* Takes the caller's reference. */
void delivery_connection_end(struct delivery *delivery, struct connection_record *record, struct sw_mark mark);
/* bytes: those that message->sip was read from, or, where that is NULL, is to be; of a WebSocket message they may be
 * several SIP messages. id and placement are filled in; everything is borrowed during the call. */
void delivery_message(struct delivery *delivery, struct message_record *message, struct sw_slice bytes);
/* mark: where the flow ended. The record is copied. */
void delivery_ledger(struct delivery *delivery, const struct ledger_record *ledger, struct sw_mark mark);

/* Its ids are filled in here; everything is borrowed during the call. */
void delivery_finding(struct delivery *delivery, const struct finding_record *finding);

/* Bytes between the two are missing: findings that rest on absence are not made. connection: NULL: no WebSocket. */
void delivery_loss(struct delivery *delivery, const struct connection_record *connection,
                   const struct sw_endpoint *source, const struct sw_endpoint *destination, struct sw_mark mark);

/* Its connection is filled in here: that of the record, NULL: no WebSocket. */
void delivery_keepalive(struct delivery *delivery, const struct connection_record *connection,
                        const struct sw_talk_keepalive *keepalive);

/* A file has been read. */
void delivery_capture(struct delivery *delivery, const struct capture_record *capture);

/* Lets out what is due after this packet. */
void delivery_advance(struct delivery *delivery, struct sw_mark now, const struct order_bound *outside);
/* Lets out all, and ends the calls. */
void delivery_finish(struct delivery *delivery);

/* Fills in what it has counted. */
void delivery_count(const struct delivery *delivery, struct totals_record *totals);

#endif
