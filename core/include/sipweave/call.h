/* SPDX-License-Identifier: MIT
 *
 * From SIP messages to calls: transactions (RFC 3261 17), dialogs (12), and the call, registration, subscription ...
 * that shares one Call-ID, over whatever transports and hops it was seen.
 *
 * The tracker takes message records, from one capture, from many, or read back from elsewhere; it knows nothing of
 * packets. It wants them in time order; records somewhat out of order are still placed in their call.
 */
#ifndef SIPWEAVE_CALL_H
#define SIPWEAVE_CALL_H

#include "sipweave/limits.h"
#include "sipweave/sip.h"

enum sw_transport {
    SW_TRANSPORT_UDP,
    SW_TRANSPORT_TCP,
    SW_TRANSPORT_TLS,
    SW_TRANSPORT_SCTP,
    SW_TRANSPORT_WS,
    SW_TRANSPORT_WSS
};
const char *sw_transport_name(enum sw_transport transport); /* "WS" */

struct sw_endpoint {
    uint8_t family; /* 4 or 6; 0: unknown */
    uint16_t port;
    uint8_t address[16]; /* network order; IPv4 in the first four */
};
bool sw_endpoint_equal(const struct sw_endpoint *a, const struct sw_endpoint *b);
/* "10.0.0.1:5060", "[2001:db8::1]:5060". size 56 is always enough. */
void sw_endpoint_format(const struct sw_endpoint *endpoint, char *text, size_t size);

struct sw_sip_record {
    uint64_t id;  /* the caller's message number; grows with each record */
    int64_t time; /* nanoseconds since 1970 UTC, of its first packet */
    enum sw_transport transport;
    uint64_t connection; /* the caller's number of the WebSocket or TCP connection; 0: none */
    struct sw_endpoint source;
    struct sw_endpoint destination;
    const struct sw_sip *sip; /* borrowed during the call */
};

enum sw_call_kind {
    SW_CALL_CALL,
    SW_CALL_REGISTRATION,
    SW_CALL_SUBSCRIPTION,
    SW_CALL_PUBLICATION,
    SW_CALL_MESSAGE,
    SW_CALL_OPTIONS,
    SW_CALL_OTHER,
};
const char *sw_call_kind_name(enum sw_call_kind kind);

enum sw_call_state {
    SW_CALL_TRYING,
    SW_CALL_RINGING,
    SW_CALL_ANSWERED,
    SW_CALL_COMPLETED,
    SW_CALL_CANCELLED,
    SW_CALL_REJECTED,
    SW_CALL_REDIRECTED,
    SW_CALL_TIMEOUT,
    SW_CALL_LOST, /* the capture ended or a leg vanished */
    SW_CALL_REGISTERED,
    SW_CALL_UNREGISTERED,
    SW_CALL_ACTIVE,
    SW_CALL_TERMINATED,
};
const char *sw_call_state_name(enum sw_call_state state);

enum sw_ended_by {
    SW_ENDED_UNKNOWN,
    SW_ENDED_CALLER,
    SW_ENDED_CALLEE,
    SW_ENDED_CONNECTION /* its socket died */,
    SW_ENDED_CAPTURE
};
const char *sw_ended_by_name(enum sw_ended_by by); /* "caller"; NULL for unknown */

#define SW_NO_TIME INT64_MIN

struct sw_call {
    uint64_t id; /* 1, 2, ... in the order of first messages */
    enum sw_call_kind kind;
    enum sw_call_state state;
    struct sw_slice call_id;
    struct sw_slice from; /* URI of the first request's From, without brackets and parameters of the header */
    struct sw_slice to;
    struct sw_slice method; /* of the first request, for kind other */
    unsigned status;        /* of the final response that decided the state; 0: none seen */
    int64_t start;          /* SW_NO_TIME where it did not happen, here and below */
    int64_t ringing;        /* first 18x with the INVITE */
    int64_t answered;       /* first 2xx to the first transaction */
    int64_t end;            /* BYE, final refusal, Expires 0, death of the socket ...; of others the last response */
    int64_t last;           /* last message */
    enum sw_ended_by ended_by;
    unsigned transports;         /* bits: 1 << enum sw_transport */
    const uint64_t *messages;    /* ids, in time order; capped by limits->call_messages */
    size_t message_count;        /* of the array */
    uint64_t messages_seen;      /* all, those above the cap too */
    const uint64_t *connections; /* distinct, in order of first use */
    size_t connection_count;
    unsigned retransmissions;
    unsigned dialogs; /* more than one: forked (RFC 3261 12.1, early dialogs included) */
};

struct sw_call_tracker;
struct sw_call_tracker *sw_call_tracker_new(const struct sw_limits *limits);
void sw_call_tracker_free(struct sw_call_tracker *tracker);

/* Where a message belongs. */
struct sw_placement {
    uint64_t call;        /* 0: it has no Call-ID, or the limit on calls refuses it */
    bool retransmission;  /* the same request or response of the same transaction on the same leg was seen before */
    uint64_t request;     /* response, ACK, CANCEL: the message id of the request it belongs to; 0: not seen */
    int64_t request_time; /* of that request */
    bool in_dialog;       /* a request within an established or early dialog */
};
void sw_call_tracker_add(struct sw_call_tracker *tracker, const struct sw_sip_record *record,
                         struct sw_placement *placement);

/* A connection ended at that time: calls in progress whose only leg to an endpoint it was are lost, unless the endpoint
 * goes on over another connection. */
void sw_call_tracker_connection_end(struct sw_call_tracker *tracker, uint64_t connection, int64_t time);

/* No more records: unfinished calls are told as they stand. */
void sw_call_tracker_finish(struct sw_call_tracker *tracker);

/* The next call that is over (terminated and quiet for 64*T1 by the records' time, or evicted by a limit, or the
 * tracker is finished), in the order of ids; NULL: none yet. Borrowed until the next call on the tracker, which
 * forgets it. A message of a call that was handed out begins a new one. */
const struct sw_call *sw_call_tracker_next(struct sw_call_tracker *tracker);

#endif
