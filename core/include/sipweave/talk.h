/* SPDX-License-Identifier: MIT
 *
 * SIP messages held to the rules that take more than one of them: what a response owes its request (RFC 3261 8.2.6,
 * 17), what a request owes its dialog (12), and so on for registrations, subscriptions, publications (3262, 3311, 3428,
 * 3515, 3903, 4028, 6665).
 *
 * What was said under one Call-ID is remembered for a while, on each leg by itself: a leg is a connection, or the pair
 * of endpoints between which datagrams went. Of a proxy's two sides nothing is compared but what must be the same.
 */
#ifndef SIPWEAVE_TALK_H
#define SIPWEAVE_TALK_H

#include "sipweave/call.h"
#include "sipweave/rules.h"

SW_API_BEGIN

/* Borrowed during the call. */
struct sw_talk_breach {
    enum sw_rule rule;
    struct sw_mark marks[2]; /* packets that prove it, in their order */
    size_t mark_count;
    uint64_t message; /* that it is about: the accused's, or the one that it left unanswered; 0: it was none */
    uint64_t call;
    uint64_t connection;
    bool by_client;            /* with a connection: the accused is its client */
    struct sw_endpoint source; /* the accused */
    struct sw_endpoint destination;
    const char *evidence; /* printable ASCII, less than SW_EVIDENCE_MAX */
};

struct sw_talk_judgement {
    void *context;
    void (*report)(void *context, const struct sw_talk_breach *breach);
};

struct sw_talks;
struct sw_talks *sw_talks_new(const struct sw_talk_judgement *judgement);
void sw_talks_free(struct sw_talks *talks);

struct sw_talk_message {
    const struct sw_sip_record *record;
    const struct sw_signal *signal; /* of its placement, or NULL: then it is read again, and so it is of all others */
    uint64_t call;
    struct sw_mark mark; /* its first packet */
    uint64_t ordinal;    /* among the messages of its sender in a stream, from 1; 0: a datagram */
    bool whole;          /* all of it is there, as its sender sent it */
    bool oversize;       /* a datagram in IP fragments, and its sender wasn't seen to try TCP in vain */
    bool from_client;    /* with a connection: who sent it */
    bool from_start;     /* the connection was seen from its beginning */
};

/* Messages in the order of time; of those before the previous one by a little, little is lost. */
void sw_talks_message(struct sw_talks *talks, const struct sw_talk_message *message);

/* What keeps a flow alive, and is no message. */
enum sw_keepalive {
    SW_KEEPALIVE_PING,  /* CRLF CRLF between messages, not in a datagram (RFC 5626 3.5.1) */
    SW_KEEPALIVE_PONG,  /* CRLF */
    SW_KEEPALIVE_OTHER, /* a Ping or Pong of WebSocket; a datagram that is no SIP: STUN (RFC 5626 3.5.2) */
    SW_KEEPALIVE_FIN,   /* that side of a TCP connection that is no WebSocket lived until now */
    SW_KEEPALIVE_OVER,  /* that TCP connection is gone */
};
/* Of what stands between two messages, or is a WebSocket message: PING, PONG, or else OTHER. */
enum sw_keepalive sw_keepalive_of(struct sw_slice bytes);

struct sw_talk_keepalive {
    enum sw_keepalive kind;
    enum sw_transport transport;
    uint64_t connection; /* as in the records */
    struct sw_endpoint source;
    struct sw_endpoint destination;
    struct sw_mark mark;
    bool from_client; /* by who opened the connection, as far as there is one */
};
/* In the order of time, among the messages. */
void sw_talks_keepalive(struct sw_talks *talks, const struct sw_talk_keepalive *keepalive);

/* Bytes between the two are missing: what depends on absence is not told. connection as in the records. */
void sw_talks_loss(struct sw_talks *talks, uint64_t connection, const struct sw_endpoint *one,
                   const struct sw_endpoint *other, int64_t time);
/* orderly: both ends were alive until then. */
void sw_talks_connection_end(struct sw_talks *talks, uint64_t connection, int64_t time, bool orderly);
/* The capture ends. */
void sw_talks_finish(struct sw_talks *talks, int64_t time);

SW_API_END

#endif
