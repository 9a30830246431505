/* SPDX-License-Identifier: MIT
 *
 * One WebSocket connection, both directions: from the bytes of a TCP stream (or the plaintext of TLS) to messages.
 * RFC 6455, RFC 7692.
 *
 * Feed, then pull: after each feed, gap or eof the caller calls sw_connection_next until it returns NULL.
 */
#ifndef SIPWEAVE_CONNECTION_H
#define SIPWEAVE_CONNECTION_H

#include "sipweave/frame.h"
#include "sipweave/http.h"
#include "sipweave/limits.h"
#include "sipweave/rules.h"

SW_API_BEGIN

struct sw_connection;

/* Inflate states and windows that connections share, so that an idle deflate connection costs only its
 * history. Must outlive its connections. One pool a thread. */
struct sw_inflate_pool;
struct sw_inflate_pool *sw_inflate_pool_new(const struct sw_limits *limits);
void sw_inflate_pool_free(struct sw_inflate_pool *pool);

enum sw_connection_start {
    SW_START_HANDSHAKE, /* the first byte of each direction is the first byte of an HTTP head */
    SW_START_MIDSTREAM, /* anywhere between or within frames: boundaries are found by evidence and marked as inferred */
    SW_START_TUNNEL,    /* the first byte of each direction is that of a frame: see sw_connection_requested */
};

/* limits and pool are borrowed and outlive the connection. */
struct sw_connection *sw_connection_new(const struct sw_limits *limits, struct sw_inflate_pool *pool,
                                        enum sw_connection_start start);
void sw_connection_free(struct sw_connection *connection);

/* What a caller knows of a connection besides its bytes, for the rules that depend on it. */
struct sw_surroundings {
    bool secure;       /* the bytes were decrypted from TLS */
    bool loopback;     /* both ends are on one host */
    bool intermediary; /* the client is a proxy: a PROXY protocol line stood before the first byte, say */
    bool from_start;   /* nothing was sent before what is fed first */
    bool nameless;     /* secure: the client's hello was seen, and has no server_name (RFC 6066 3) */
};

/* From here on events of kind SW_EVENT_FINDING tell of broken rules. Call it before the first feed. Without it nothing
 * is checked, and nothing is paid for it. */
void sw_connection_check(struct sw_connection *connection, const struct sw_surroundings *surroundings);

enum sw_eof {
    SW_EOF_FIN,     /* this direction's sender closed it */
    SW_EOF_RST,     /* reset, by whichever side; ends both directions */
    SW_EOF_CAPTURE, /* the capture ends here; ends both directions */
};

/* The next bytes of one direction, once and in order. They stay the caller's and must stay valid until
 * sw_connection_next has returned NULL; what is needed longer is copied. */
void sw_connection_feed(struct sw_connection *connection, enum sw_direction direction, struct sw_slice bytes,
                        struct sw_mark mark);
/* One whole frame: the seam for callers that cut frames themselves. The handshake must have been fed before.
 * payload as on the wire (masked). */
void sw_connection_push_frame(struct sw_connection *connection, enum sw_direction direction,
                              const struct sw_frame *frame, struct sw_slice payload, struct sw_mark mark);
/* size bytes are missing here, and why: SW_REASON_SEGMENT_MISSING, _SNAPLEN_CUT or _LIMIT. */
void sw_connection_gap(struct sw_connection *connection, enum sw_direction direction, uint64_t size,
                       enum sw_reason reason, struct sw_mark mark);
void sw_connection_eof(struct sw_connection *connection, enum sw_direction direction, enum sw_eof how,
                       struct sw_mark mark);
/* Bytes may be missing here, and nobody knows how many: the next frame is found by evidence. */
void sw_connection_lost(struct sw_connection *connection, enum sw_direction direction, enum sw_reason reason,
                        struct sw_mark mark);
/* The sender of this direction had received that many bytes of the other direction's stream when it sent the segment
 * that is fed, or ended, next; or that carries no data. Counted as they are fed here. mark: that segment. Not of
 * retransmissions, and not of segments that were reordered. Optional: it serves rules about who knew what when he sent
 * something, which stay silent without it. */
void sw_connection_acked(struct sw_connection *connection, enum sw_direction direction, uint64_t offset,
                         struct sw_mark mark);

enum sw_event_kind {
    SW_EVENT_REQUEST,   /* an upgrade request is complete: event->head */
    SW_EVENT_HANDSHAKE, /* its answer is complete: event->head, event->accepted; sw_connection_handshake has all */
    SW_EVENT_MESSAGE,   /* a text or binary message: event->message */
    SW_EVENT_CONTROL,   /* a Close, Ping or Pong: event->control */
    SW_EVENT_LOSS,      /* bytes that were not decoded: event->loss */
    SW_EVENT_FINDING,   /* a rule was broken: event->finding; only after sw_connection_check */
};

struct sw_event_message {
    uint8_t opcode;          /* SW_OPCODE_TEXT or _BINARY; of fragments that no first one began: _CONTINUATION */
    struct sw_slice payload; /* unmasked, inflated */
    uint64_t wire_size;      /* payload bytes as they came, masked and deflated, without frame headers */
    unsigned fragments;      /* frames that carried it, 1 or more */
    bool compressed;
    bool masked;   /* its first frame was; a client's must be (5.1), so mid-stream it tells who is the client */
    bool inferred; /* a boundary or deflate parameter was found by evidence, not by the handshake */
    bool partial;  /* its tail was cut off by a limit (also reported as loss); payload is the part that was kept */
};

/* Whether this is a text message and its payload is UTF-8 (RFC 6455 8.1), so far as it was kept. Reads all of it. */
bool sw_message_is_utf8(const struct sw_event_message *message);

struct sw_event_control {
    uint8_t opcode;          /* SW_OPCODE_CLOSE, _PING, _PONG */
    struct sw_slice payload; /* unmasked, whole; up to 125 bytes if the sender keeps to 5.5 */
    bool masked;
    unsigned close_code; /* of a Close; 1005 where it has none (7.1.5) */
    struct sw_slice close_reason;
};

struct sw_event_loss {
    enum sw_reason reason;
    uint64_t bytes; /* of the stream; told once the loss is over, so that it is the whole size */
    bool history;  /* from here on messages of this direction may need deflate history that is lost; said once a loss */
    bool boundary; /* the next frame boundary has to be found by evidence */
    const char *text; /* one short static sentence for a person: what could not be read */
};

struct sw_event {
    enum sw_event_kind kind;
    enum sw_direction direction;
    uint64_t offset;             /* in the stream of this direction, of its first byte */
    uint64_t size;               /* stream bytes it spans, with frame headers and interleaved control frames */
    const struct sw_mark *marks; /* the packets that carried it, in stream order, without repeats */
    size_t mark_count;           /* 1 or more; capped by limits->message_marks, of a loss by 64 */
    union {
        struct {
            struct sw_http_head head;
            bool accepted; /* SW_EVENT_HANDSHAKE: 101 */
        };
        struct sw_event_message message;
        struct sw_event_control control;
        struct sw_event_loss loss;
        struct sw_finding finding;
    };
};

/* The next event, or NULL: feed more. It and all it points to is borrowed until the next call on this connection. */
const struct sw_event *sw_connection_next(struct sw_connection *connection);

/* What the handshake says. Before the upgrade, or where the connection is seen from its middle, all is empty. Slices
 * live as long as the connection, or until a later attempt on the same TCP connection replaces them. */
struct sw_handshake {
    bool requested; /* an upgrade request was seen */
    bool answered;  /* a response to it was seen */
    unsigned status;
    struct sw_slice target;
    struct sw_slice host;
    struct sw_slice origin;
    struct sw_slice user_agent;
    struct sw_slice server;
    struct sw_slice offered;     /* Sec-WebSocket-Protocol of the request, header lines joined with commas */
    struct sw_slice subprotocol; /* of the answer */
    struct sw_deflate_params deflate;
    bool extension_unknown; /* an extension was agreed that this library doesn't know */
};
const struct sw_handshake *sw_connection_handshake(const struct sw_connection *connection);

/* The two halves of a handshake that is not HTTP/1.1 text within the stream: the extended CONNECT of an HTTP/2 stream
 * and its answer (RFC 8441 5). Values as received, several lines of one name joined with commas; empty: not there. */
struct sw_tunnel_request {
    struct sw_slice target; /* :path */
    struct sw_slice host;   /* :authority */
    struct sw_slice origin;
    struct sw_slice user_agent;
    struct sw_slice offered; /* sec-websocket-protocol */
};
struct sw_tunnel_answer {
    unsigned status; /* 2xx: accepted */
    struct sw_slice server;
    struct sw_slice subprotocol; /* sec-websocket-protocol */
    struct sw_slice extensions;  /* sec-websocket-extensions */
};

/* For SW_START_TUNNEL, when each half is there, in this order; either may stay unknown. All is copied:
 * sw_connection_handshake has it from now on. There is no event, and no rule of RFC 6455 4 is judged: that handshake is
 * another. Without the answer, what the client agreed to is not known: RSV1 is taken for permessage-deflate. */
void sw_connection_requested(struct sw_connection *connection, const struct sw_tunnel_request *request);
void sw_connection_answered(struct sw_connection *connection, const struct sw_tunnel_answer *answer);

struct sw_direction_counts {
    uint64_t frames; /* data and control */
    uint64_t messages;
    uint64_t bytes; /* payload of complete messages, inflated */
    uint64_t pings;
    uint64_t pongs;
    uint64_t closes;
};
const struct sw_direction_counts *sw_connection_counts(const struct sw_connection *connection,
                                                       enum sw_direction direction);
const struct sw_ledger *sw_connection_ledger(const struct sw_connection *connection, enum sw_direction direction);

/* True while this direction holds bytes of something unfinished (a head, a frame, a message); *since is its first
 * packet. A caller that sorts events by first packet waits for it. */
bool sw_connection_unfinished(const struct sw_connection *connection, enum sw_direction direction,
                              struct sw_mark *since);

SW_API_END

#endif
