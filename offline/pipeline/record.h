/* SPDX-License-Identifier: MIT
 *
 * What the pipeline makes of captures: records of connections, messages, calls and losses, and the sink that takes
 * them. All records are borrowed during the call; slices in them point into the record's own or the packet's bytes.
 */
#ifndef SIPWEAVE_RECORD_H
#define SIPWEAVE_RECORD_H

#include "capture/capture.h"
#include "net/net.h"
#include "sipweave/call.h"
#include "sipweave/connection.h"
#include "sipweave/talk.h"
#include "tls/tls.h"

/* sw_mark.packet here: the file's index and the packet's number in it. */
static inline uint64_t mark_packet(unsigned file, uint64_t number)
{
    return (uint64_t)file << 40 | number;
}
static inline unsigned mark_file(struct sw_mark mark)
{
    return (unsigned)(mark.packet >> 40);
}
static inline uint64_t mark_number(struct sw_mark mark)
{
    return mark.packet & ((UINT64_C(1) << 40) - 1);
}

struct capture_record {
    unsigned file;                   /* index of the file among the inputs that could be opened, from 0 */
    const struct capture_info *info; /* as it was when the file ended */
};

/* How a TCP connection ended, as far as the capture shows. A stream of HTTP/2: END_STREAM is its FIN, RST_STREAM its
 * RST (RFC 8441 5). */
enum tcp_ending { TCP_OPEN /* the capture ended first */, TCP_FIN, TCP_RST, TCP_REUSED, TCP_EVICTED };

/* A Ping that nobody answered while the connection lived on. */
struct lost_ping {
    enum sw_direction from;
    int64_t time;
};

enum { LOST_PINGS_KEPT = 16 };

/* One WebSocket connection, or one refused attempt at it. */
struct connection_record {
    uint64_t id;          /* 1, 2, ... in the order of first packets; 0 before connection_begin */
    struct sw_mark first; /* first packet of the upgrade request; mid-stream: of what was first understood */
    struct sw_endpoint client;
    struct sw_endpoint server;
    enum sw_transport transport; /* WS, WSS */
    struct tls_facts *tls;       /* of WSS; NULL otherwise */
    uint32_t stream;             /* of HTTP/2 (RFC 8441); 0: a TCP connection of its own */
    bool midstream;
    struct sw_endpoint proxied_client; /* what a PROXY protocol header names; family 0: there was none */
    const struct sw_handshake *handshake;
    int64_t opened; /* the 101, of a stream the 2xx; SW_NO_TIME: not seen */
    int64_t closed; /* the end of TCP, or the second Close; SW_NO_TIME: still open when the capture ends */
    struct {
        bool seen;            /* a Close frame */
        enum sw_direction by; /* who sent the first Close, or ended TCP without one */
        bool by_known;
        unsigned code; /* what the client is told (RFC 6455 7.1.5): of the server's Close; where that is missing, of the
                        * client's own; 1006 where TCP ended without any */
        struct sw_slice reason; /* of the same Close */
        /* of each side's own Close, by enum sw_direction: whether it sent one, and what stood in it; code 0: nothing,
         * or that, which is no code */
        bool sent[2];
        unsigned codes[2];
        struct sw_slice reasons[2];
        bool clean; /* both sides sent a Close (RFC 6455 7.1.4) */
        enum tcp_ending tcp;
    } close;
    struct sw_direction_counts counts[2]; /* by enum sw_direction: what it sent */
    uint64_t sip_messages;
    unsigned lost_ping_count; /* all; the first LOST_PINGS_KEPT of them: */
    struct lost_ping lost_pings[LOST_PINGS_KEPT];
    struct {
        uint64_t ordinal; /* of the latest SIP message of this direction, and its ids */
        uint64_t message;
        uint64_t call;
    } told[2];                       /* the pipeline's */
    struct sw_mark latest;           /* the pipeline's: where its last item stands in the order */
    unsigned references;             /* the pipeline's */
    void *user;                      /* the pipeline's */
    struct connection_record *woven; /* the pipeline's: what sinks see instead, in another thread; NULL: this */
    bool changed;                    /* the pipeline's: it says more than woven */
};

/* A record that others refer to; the caller holds one reference. */
struct connection_record *connection_record_new(void);
/* One reference more; of NULL none. Records are the pipeline's own: sinks see them const. */
struct connection_record *connection_record_ref(const struct connection_record *record);
void connection_record_unref(struct connection_record *record);
/* Says the same, and has one reference. */
struct connection_record *connection_record_copy(const struct connection_record *record);
/* Copies what the handshake says into the record. */
void connection_record_handshake(struct connection_record *record, const struct sw_handshake *handshake);

struct message_record {
    uint64_t id;                 /* 1, 2, ... in output order */
    const struct sw_mark *marks; /* the packets that carried it; the first gives file and time */
    size_t mark_count;
    enum sw_transport transport;
    const struct connection_record *connection; /* NULL where it did not travel in a WebSocket */
    struct sw_endpoint source;
    struct sw_endpoint destination;
    enum sw_direction direction; /* with a connection: who sent it */
    /* how the WebSocket carried it, with a connection */
    uint64_t ordinal; /* among the messages of its direction, from 1; of TCP as well */
    uint8_t opcode;
    unsigned fragments;
    bool compressed;
    bool inferred; /* found by evidence, not by the handshake */
    bool partial;  /* a limit or a gap cut its end */
    bool oversize; /* a datagram in IP fragments, and its sender wasn't seen to try TCP in vain */
    bool unjudged; /* nobody agreed on SIP here, or it shares a WebSocket message: its faults are not its sender's */
    const struct sw_sip *sip;
    struct sw_placement placement;
};

enum { LOSS_FRAMES_KEPT = 32 };

/* Where the bytes of one direction of one flow went. */
struct ledger_record {
    const struct connection_record *connection; /* NULL: no WebSocket */
    const char *protocol;                       /* "WS", "UDP", "TCP", "TLS" */
    char subprotocol[32];                       /* of a WebSocket: what was agreed on, cut to fit; "" */
    enum sw_direction direction;                /* with a connection */
    struct sw_endpoint source;
    struct sw_endpoint destination;
    struct sw_mark first;
    struct sw_ledger ledger;
    struct {
        uint64_t packets[LOSS_FRAMES_KEPT]; /* sw_mark.packet, where the loss was noticed */
        unsigned count;                     /* kept */
        uint64_t events;                    /* all */
        const char *text;                   /* of the first: a sentence; NULL: none */
    } losses[SW_REASON_COUNT];
    uint64_t tls_records_lost;                /* as far as their numbers tell */
    char tls_random[2 * TLS_RANDOM_SIZE + 1]; /* hexadecimal: the client random whose secrets are missing; "" */
    unsigned tls_suite;                       /* the number of a cipher suite that is not known here; 0 */
    uint64_t conflicts;                       /* bytes of retransmissions that differ from the first ones */
    unsigned extensions_unknown;
};

/* What the run saw in all. */
struct totals_record {
    struct net_counts net;
    uint64_t messages[SW_TRANSPORT_WSS + 1]; /* SIP messages by transport */
    uint64_t connections;                    /* WebSocket connections, refused ones included */
    uint64_t subprotocol_other;              /* WebSocket messages of other subprotocols, not looked into */
    uint64_t streams_sip;                    /* TCP connections by what they carried */
    uint64_t streams_tls;                    /* of which nothing could be decrypted */
    uint64_t streams_http;                   /* HTTP without an upgrade */
    uint64_t streams_http2;                  /* HTTP/2 */
    uint64_t http2_ordinary;                 /* streams of HTTP/2 that are no WebSocket */
    uint64_t streams_other;
    uint64_t datagrams; /* UDP in all, and those that were SIP */
    uint64_t datagrams_sip;
    uint64_t datagrams_untold;       /* SIP datagrams of flows above the limit on flows: they have no ledger */
    uint64_t datagram_bytes_other;   /* bytes of UDP flows that never carried SIP */
    uint64_t calls_put_out;          /* told before they were over: above the limit calls */
    uint64_t items_hurried;          /* that went out before earlier ones: above the limit order-pending */
    uint64_t messages_long;          /* whose packets reach the limit message-marks: there may have been more */
    const struct tls_keylog *keylog; /* borrowed during the call; it knows which secrets were needed */
};

/* A rule that an endpoint broke. */
struct finding_record {
    enum sw_rule rule;
    const char *party;           /* "client", "server"; of SIP: "sender" */
    const struct sw_mark *marks; /* the packets that prove it, in their order; the first gives file and time */
    size_t mark_count;
    const struct connection_record *connection; /* NULL: not of a WebSocket */
    enum sw_direction direction;                /* with a connection: of the accused */
    uint64_t ordinal;                           /* with a connection: of the message in its direction; 0: none */
    uint64_t message;                           /* ids; 0: of none, or unknown */
    uint64_t call;
    struct sw_endpoint source; /* the accused */
    struct sw_endpoint destination;
    const char *evidence;
};

/* A copy in one block: the record, then the marks, then the evidence. */
struct finding_record *finding_record_copy(const struct finding_record *finding);

struct sink {
    void *context;
    void (*capture)(void *context, const struct capture_record *capture);
    /* An id has been given; the record stays at its address, and grows, until connection_end. */
    void (*connection_begin)(void *context, const struct connection_record *connection);
    void (*message)(void *context, const struct message_record *message);
    /* A message that was not selected (select/select.h), for what it tells about who is at its ends. */
    void (*aside)(void *context, const struct message_record *message);
    void (*connection_end)(void *context, const struct connection_record *connection);
    void (*call)(void *context, const struct sw_call *call);
    void (*ledger)(void *context, const struct ledger_record *ledger);
    void (*finding)(void *context, const struct finding_record *finding); /* NULL: nothing is checked */
    void (*finish)(void *context, const struct totals_record *totals);
    void (*free)(void *context);
};

/* Whether it looks at what a connection's record says. */
bool sink_shows_connections(const struct sink *sink);
/* Members are NULL where the sink doesn't care. Order: connections begin, and messages come, in the order of their
 * first packets; calls in the order of their ids, each after its last message; a finding when it is proven, before the
 * end of its connection; a capture when its file ends; ledgers when their flow ends; finish last. */

#endif
