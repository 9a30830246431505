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

SW_API_BEGIN

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
    uint32_t stream;     /* of HTTP/2, whose client this is: a connection may carry those of many; 0: none */
};
bool sw_endpoint_equal(const struct sw_endpoint *a, const struct sw_endpoint *b);
/* Whatever their ports. */
bool sw_endpoint_same_host(const struct sw_endpoint *a, const struct sw_endpoint *b);
/* "10.0.0.1:5060", "[2001:db8::1]:5060" (RFC 5952), "unknown". size 56 is always enough. */
void sw_endpoint_format(const struct sw_endpoint *endpoint, char *text, size_t size);

struct sw_sip_record {
    uint64_t id;  /* the caller's message number; grows with each record */
    int64_t time; /* nanoseconds since 1970 UTC, of its first packet */
    enum sw_transport transport;
    uint64_t connection; /* the caller's number of the WebSocket or TCP connection; 0: none */
    struct sw_endpoint source;
    struct sw_endpoint destination;
    const struct sw_sip *sip; /* borrowed during the call */
    bool binary;              /* in a binary WebSocket message, which may be no UTF-8 */
};

/* By the first request of the Call-ID, or where none was seen by the CSeq of the first response. What has an INVITE,
 * ACK, BYE, CANCEL, PRACK, UPDATE or INFO is a call all the same, also where the capture begins in the middle of it,
 * and so is what begins with a REFER within a dialog. REFER otherwise and NOTIFY are of a subscription. */
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

/* Seen on several hops, the one nearest to the caller decides: that whose request was seen first. What came back
 * further on counts only where nothing came back there; a 2xx also where the nearest hop shows no final response. Of
 * several INVITEs outside a dialog (again with credentials, again to where a 3xx pointed) the first that was answered
 * decides, else the latest; of other requests the latest that got a final response other than 401 and 407.
 * Timeout is a 408; or, while records went on for 64*T1 (32 s), nothing at all to an INVITE or no final response to
 * another request. Where the capture ends before that, it is lost. */
enum sw_call_state {
    SW_CALL_TRYING,       /* no final response yet, and no 18x to an INVITE */
    SW_CALL_RINGING,      /* 18x */
    SW_CALL_ANSWERED,     /* 2xx to the INVITE; where that was not seen, its ACK or a request within the dialog */
    SW_CALL_COMPLETED,    /* BYE for the last answered dialog, whatever came back for it; of other kinds: 2xx */
    SW_CALL_CANCELLED,    /* 487; or CANCEL and no final response for 64*T1 (RFC 3261 9.1) */
    SW_CALL_REJECTED,     /* 4xx to 6xx but for 408 and 487; 401 and 407 that no credentials followed */
    SW_CALL_REDIRECTED,   /* 3xx */
    SW_CALL_TIMEOUT,      /* see above */
    SW_CALL_LOST,         /* trying, ringing or answered when its WebSocket or the capture ended */
    SW_CALL_REGISTERED,   /* 2xx to REGISTER, also when the capture or its connection ends thereafter */
    SW_CALL_UNREGISTERED, /* 2xx to REGISTER with Expires 0 for all of its Contacts, or "Contact: *" */
    SW_CALL_ACTIVE,       /* 2xx to SUBSCRIBE or REFER, or NOTIFY */
    SW_CALL_TERMINATED,   /* NOTIFY says so, SUBSCRIBE with Expires 0, 481 to either once there was a subscription */
};
const char *sw_call_state_name(enum sw_call_state state);

enum sw_ended_by {
    SW_ENDED_UNKNOWN,
    SW_ENDED_CALLER,     /* sent the BYE or CANCEL; the caller is who has the From tag of the first INVITE */
    SW_ENDED_CALLEE,     /* sent the BYE */
    SW_ENDED_CONNECTION, /* its socket died: lost, registered or active */
    SW_ENDED_CAPTURE,    /* lost */
};
const char *sw_ended_by_name(enum sw_ended_by by); /* "caller"; NULL for unknown */

#define SW_NO_TIME INT64_MIN

/* Texts are cut at 1024 bytes, but calls are told apart by all of their Call-ID. from, to and method are those of the
 * first request; of a call those of its first INVITE outside a dialog, where that was seen. */
struct sw_call {
    uint64_t id; /* 1, 2, ... in the order of first messages */
    enum sw_call_kind kind;
    enum sw_call_state state;
    struct sw_slice call_id;
    struct sw_slice from; /* URI, without brackets and parameters of the header */
    struct sw_slice to;
    struct sw_slice method; /* for kind other */
    unsigned status;        /* of the final response that decided the state; 0: none seen */
    int64_t start;          /* SW_NO_TIME where it did not happen, here and below */
    int64_t ringing;        /* first 18x with the INVITE, if before the 2xx */
    int64_t answered; /* first 2xx to the first transaction; after a challenge, to the one with credentials. Of a call
                       * to the INVITE that began it: missing where the capture begins later */
    int64_t end;      /* BYE, final refusal, Expires 0, death of the socket ...; of others the last response. Missing
                       * where only the capture ended, and where a registration or subscription goes on */
    int64_t last;     /* last message */
    enum sw_ended_by ended_by;
    unsigned transports;         /* bits: 1 << enum sw_transport */
    const uint64_t *messages;    /* ids, in time order; the first limits->call_messages that came */
    size_t message_count;        /* of the array */
    uint64_t messages_seen;      /* all, those above the cap too */
    const uint64_t *connections; /* distinct, in order of first use; at most 256 */
    size_t connection_count;
    unsigned retransmissions;
    unsigned dialogs; /* distinct To tags of 101 to 299, counted up to 64; more than one: forked (RFC 3261 12.1, early
                       * dialogs included) */
};

struct sw_call_tracker;
struct sw_call_tracker *sw_call_tracker_new(const struct sw_limits *limits);
void sw_call_tracker_free(struct sw_call_tracker *tracker);

/* Where a message belongs. A retransmission is the same request, or response (of the same status, below 300 also the
 * same To tag and RSeq), of the same transaction on the same leg as one before: one of its last 6 different ones, and
 * of the call's last 128 transactions. */
struct sw_signal;
struct sw_placement {
    uint64_t call; /* 0: it has no Call-ID, or limits->calls is 0 */
    bool retransmission;
    uint64_t request;     /* response, ACK, CANCEL: the message id of the request it belongs to; 0: not seen */
    int64_t request_time; /* of that request */
    bool in_dialog;       /* a request within an established or early dialog */
    const struct sw_signal *signal; /* for sw_talks_message; valid until the tracker is asked for anything more */
};

/* A call more than limits->calls puts out the one that has been quiet longest, give or take a second, told as it
 * stands: trying, ringing and answered then stay so. */
void sw_call_tracker_add(struct sw_call_tracker *tracker, const struct sw_sip_record *record,
                         struct sw_placement *placement);

/* So many calls were told before they were over, for limits->calls. */
uint64_t sw_call_tracker_put_out(const struct sw_call_tracker *tracker);

/* A connection ended at that time: calls in progress whose only leg to an endpoint it was are lost, unless the endpoint
 * goes on over another connection to the same server, or the call is ended or refused all the same. Only of WebSockets,
 * which none but the client can open again (RFC 7118): a call whose TCP or TLS connection ended goes on, but is told as
 * lost with it if that endpoint was not heard of again when the tracker is finished. */
void sw_call_tracker_connection_end(struct sw_call_tracker *tracker, uint64_t connection, int64_t time);

/* No more records: unfinished calls are told as they stand. */
void sw_call_tracker_finish(struct sw_call_tracker *tracker);

/* The next call that is over, in the order of ids; NULL: none yet. Over is what is neither trying, ringing nor answered
 * and was quiet for 64*T1 by the records' time; of a registration or subscription, what it was granted must have run
 * out (3600 s if nothing was said); what a limit put out; and everything once the tracker is finished. A call that is
 * over waits for those before it, but when more than limits->calls wait, the first is told as it stands. Borrowed until
 * the next call on the tracker, which forgets it. A message of a call that is over begins a new one. Take them out as
 * records go in: those that nobody takes stay in memory. */
const struct sw_call *sw_call_tracker_next(struct sw_call_tracker *tracker);

SW_API_END

#endif
