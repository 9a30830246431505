/* SPDX-License-Identifier: MIT
 *
 * SIP messages out of one direction of a byte stream: SIP over TCP or TLS (RFC 3261 18.3, 7.5). Messages are framed by
 * Content-Length; after a gap or a fault reading goes on at the next start line that evidence supports.
 *
 * A message without a readable Content-Length breaks 20.14. Without Content-Type it is taken to have no body; with one,
 * its body lasts until the next line that begins a message by evidence (a start line and a header name behind it).
 * A gap within a body of known size costs that message only: the next one is found where the size says.
 */
#ifndef SIPWEAVE_SIP_STREAM_H
#define SIPWEAVE_SIP_STREAM_H

#include "sipweave/limits.h"
#include "sipweave/sip.h"

SW_API_BEGIN

struct sw_sip_stream;

/* from_start: the first byte fed is the first of the connection; otherwise the first start line is searched,
 * and the rest of one ("E sip:b@example.com SIP/2.0" where the CSeq says MESSAGE) is none; nor is it behind a gap. */
struct sw_sip_stream *sw_sip_stream_new(const struct sw_limits *limits, bool from_start);
void sw_sip_stream_free(struct sw_sip_stream *stream);

/* As with sw_connection_feed: bytes stay valid until sw_sip_stream_next has returned NULL. */
void sw_sip_stream_feed(struct sw_sip_stream *stream, struct sw_slice bytes, struct sw_mark mark);
void sw_sip_stream_gap(struct sw_sip_stream *stream, uint64_t size, enum sw_reason reason, struct sw_mark mark);
void sw_sip_stream_eof(struct sw_sip_stream *stream, struct sw_mark mark);

enum sw_sip_stream_kind { SW_SIP_STREAM_MESSAGE, SW_SIP_STREAM_KEEPALIVE, SW_SIP_STREAM_LOSS };

struct sw_sip_stream_event {
    enum sw_sip_stream_kind kind;
    struct sw_slice bytes;       /* message: parse it with sw_sip_parse. keep-alive: the CRLFs that have come */
    bool partial;                /* message: its body is cut (gap, limit or end of stream) */
    enum sw_reason reason;       /* loss */
    uint64_t lost;               /* loss: stream bytes, all that follow each other for one reason */
    const char *text;            /* loss: a static sentence */
    const struct sw_mark *marks; /* packets that carried it, without repeats, capped by limits->message_marks */
    size_t mark_count;
};

/* The next event or NULL: feed more. Borrowed until the next call on this stream. */
const struct sw_sip_stream_event *sw_sip_stream_next(struct sw_sip_stream *stream);
const struct sw_ledger *sw_sip_stream_ledger(const struct sw_sip_stream *stream);
/* True while bytes of something unfinished are held; *since is its first packet. */
bool sw_sip_stream_unfinished(const struct sw_sip_stream *stream, struct sw_mark *since);

/* Looks from *at on, which is 0 and *mid_line false at first, for a line that begins a message by evidence: a start
 * line and a header name behind it. True: at *at. False: none yet and none before *at, from where it goes on with more
 * bytes.
 */
bool sw_sip_find(struct sw_slice text, size_t *at, bool *mid_line);

SW_API_END

#endif
