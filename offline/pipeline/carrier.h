/* SPDX-License-Identifier: MIT
 *
 * The decoders that a TCP stream's bytes can go to, behind one set of calls.
 */
#ifndef SIPWEAVE_CARRIER_H
#define SIPWEAVE_CARRIER_H

#include "pipeline/stream.h"

/* TLS, between the TCP stream and the decoder of what it carries. That decoder's ledger has its bytes, too. */
struct carrier_below {
    const struct tls_facts *tls;
    struct ledger_record
        own[2]; /* by enum sw_direction: what never came up as plaintext; only bytes and losses count */
    bool told;  /* a ledger record had them */
};

/* The ends of the stream by who is the client: who opened it, or asked for the upgrade. */
struct carrier_ends {
    struct sw_endpoint ends[2];        /* by enum sw_direction */
    struct sw_endpoint proxied_client; /* from a PROXY protocol header; family 0: none */
    uint64_t proxy_size[2];            /* by enum sw_direction: bytes of what proxies say before what is fed */
    struct sw_mark first;              /* the stream's first packet */
    struct carrier_below *below;       /* NULL: nothing, these are the bytes of TCP */
    bool from_start;                   /* the first byte fed is the first that was sent */
    bool balanced;                     /* a PROXY protocol header came first: who speaks is no client, but a proxy */
    uint32_t stream;                   /* of HTTP/2, whose data this is; 0: it is a connection's */
};

struct carrier;

struct carrier_calls {
    void (*feed)(struct carrier *carrier, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark);
    void (*gap)(struct carrier *carrier, enum sw_direction from, uint64_t size, enum sw_reason reason,
                struct sw_mark mark);
    /* FIN: that direction. Anything else: both, and it comes once. */
    void (*end)(struct carrier *carrier, enum sw_direction from, enum net_end how, struct sw_mark mark);
    /* The sender of this direction's next segment had that many bytes more of the other's than were fed. NULL: nobody
     * asks. */
    void (*acked)(struct carrier *carrier, enum sw_direction from, int64_t more, struct sw_mark mark);
    void (*conflict)(struct carrier *carrier, enum sw_direction from, uint64_t bytes);
    /* Both sides have ended, and close has nothing more to tell. NULL: never before close. */
    bool (*over)(const struct carrier *carrier);
    /* Tells what is still to be told, and frees. */
    void (*close)(struct carrier *carrier, struct sw_mark mark);
};

/* The first member of every carrier. */
struct carrier {
    const struct carrier_calls *calls;
};

/* The stream of one direction. */
struct carrier_count {
    uint64_t fed;    /* bytes, missing ones too */
    uint64_t unseen; /* the other side has had so many, more than were fed then */
    bool ended;      /* with a FIN, which is acknowledged as a byte is; or otherwise */
};
/* The other side has had that many bytes more than were fed. Whether it answers what may never come: told once. */
bool carrier_missed(struct carrier_count *count, int64_t more);

/* A ledger record of one direction: its ends, its bytes with those that proxies say and of what lies below, and the
 * losses noted so far (NULL: none). */
struct ledger_record carrier_ledger(const struct carrier_ends *ends, enum sw_direction from,
                                    enum sw_transport transport, const struct sw_ledger *bytes,
                                    const struct ledger_record *losses);

struct carrier *websocket_carrier_new(struct stream_context *context, const struct carrier_ends *ends);
/* A stream of HTTP/2 (ends->stream) that is a WebSocket connection, or may be one: its handshake is told (RFC 8441).
 * With from_start its data is frames from the first byte on; otherwise frames are looked for. */
void websocket_carrier_request(struct carrier *carrier, const struct sw_tunnel_request *request, struct sw_mark mark);
void websocket_carrier_answer(struct carrier *carrier, const struct sw_tunnel_answer *answer, struct sw_mark mark);
/* Bytes of it may be missing, nobody knows how many. */
void websocket_carrier_lost(struct carrier *carrier, enum sw_direction from, enum sw_reason reason,
                            struct sw_mark mark);
/* Whether it turned out to be a WebSocket connection: then its ledger has the bytes that were fed. */
bool websocket_carrier_is_known(const struct carrier *carrier);

struct carrier *http2_carrier_new(struct stream_context *context, const struct carrier_ends *ends);
struct carrier *sip_carrier_new(struct stream_context *context, const struct carrier_ends *ends);
/* TLS: what it carries is a stream again. */
struct carrier *tls_carrier_new(struct stream_context *context, const struct carrier_ends *ends);

#endif
