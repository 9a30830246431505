/* SPDX-License-Identifier: MIT
 *
 * Results in their order: woven into calls, held to the rules of SIP, and told to the sink.
 */
#ifndef SIPWEAVE_WEAVE_H
#define SIPWEAVE_WEAVE_H

#include "pipeline/record.h"

struct weaver;
/* limits and sink are borrowed and outlive the weaver. */
struct weaver *weaver_new(const struct sw_limits *limits, const struct sink *sink);
void weaver_free(struct weaver *weaver);

/* Its id has been given. */
void weaver_begin(struct weaver *weaver, struct connection_record *record);
/* mark: where it ended. */
void weaver_end(struct weaver *weaver, struct connection_record *record, struct sw_mark mark);
/* message->sip NULL: bytes are to be read; else they are what it was read from. Of a WebSocket message they may be
 * several SIP messages. id and placement are filled in here; everything is borrowed during the call. */
void weaver_message(struct weaver *weaver, struct message_record *message, struct sw_slice bytes);
void weaver_ledger(struct weaver *weaver, const struct ledger_record *ledger);
/* Its ids are filled in here. */
void weaver_finding(struct weaver *weaver, struct finding_record *finding);
void weaver_keepalive(struct weaver *weaver, const struct sw_talk_keepalive *keepalive);
/* As delivery_loss; connection: its id, or 0. */
void weaver_loss(struct weaver *weaver, uint64_t connection, const struct sw_endpoint *source,
                 const struct sw_endpoint *destination, int64_t time);
void weaver_capture(struct weaver *weaver, const struct capture_record *capture);

/* Nothing more comes; now: the time of the last packet. Ends the calls. */
void weaver_finish(struct weaver *weaver, int64_t now);
/* Fills in what it has counted. */
void weaver_count(const struct weaver *weaver, struct totals_record *totals);

/* Whether the bytes are a SIP message and then another one. A stack that puts several into one WebSocket message breaks
 * RFC 7118 5, but they are there to be read. */
bool weave_several(const struct sw_sip *sip);

#endif
