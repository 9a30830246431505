/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is remembered of a capture. Made on the first pass, packet by packet; immutable afterwards, but for what only
 * later packets can tell (answered in, complete in, closed in). All of it is in file scope.
 */
#ifndef WEAVE_STATE_H
#define WEAVE_STATE_H

#include "compat.h"

#include "sipweave/call.h"
#include "sipweave/connection.h"
#include "sipweave/sip_part.h"
#include "sipweave/websip.h"

/* A loss or a broken rule, told with the step at which the core told it. */
struct weave_note {
    struct weave_note *next;
    enum sw_event_kind kind; /* SW_EVENT_LOSS or SW_EVENT_FINDING */
    enum sw_reason reason;
    enum sw_rule rule;
    uint64_t bytes;
    const char *text;
    uint32_t packet; /* the first that it concerns; 0: this one */
};

struct weave_call;

/* A SIP message over whatever transport. There are as many of these as of nothing else: no wider than need be. */
struct weave_sip {
    struct weave_sip *next; /* in the same WebSocket message, or packet */
    int64_t time;           /* of its first packet, in nanoseconds */
    uint32_t packet;        /* that completed it */
    uint16_t status;        /* 0: a request */
    bool retransmission;
    struct weave_call *call;          /* NULL: it has no Call-ID */
    const char *method;               /* of a request; of a response that of its CSeq */
    const char *state;                /* of the dialog, after this message */
    int64_t request_time;             /* SW_NO_TIME: no request was seen */
    const struct weave_sip *request;  /* that this answers, acknowledges or cancels */
    const struct weave_sip *original; /* that this repeats */
    const struct weave_sip *answer;   /* later: the final response, or while there is none a provisional one */
    struct weave_sip *before;         /* in its call; no retransmission */
    uint64_t same;                    /* a hash of what retransmissions have in common */
    struct weave_note *notes;         /* rules that it breaks by itself */
    uint32_t offset;                  /* in the WebSocket message */
    uint32_t size;
};

/* A call, registration, subscription ... */
struct weave_call {
    uint32_t number;
    const char *kind;
    const char *call_id;
    const char *from;
    const char *to;
    const char *dialog; /* state of the dialog so far */
    int64_t start;
    int64_t answered; /* SW_NO_TIME */
    int64_t end;      /* SW_NO_TIME */
    uint32_t messages;
    uint32_t first_packet;
    unsigned status;        /* of the last final response to what began it */
    struct weave_sip *last; /* message that is no retransmission */
};

struct weave_fragment {
    uint32_t packet;
    uint32_t size;
};

struct weave_message {
    uint32_t number;
    uint8_t opcode;
    bool compressed;
    bool partial;
    bool done;
    uint32_t begins_in;
    uint32_t complete_in; /* later */
    uint64_t wire_size;
    uint64_t size;
    const uint8_t *payload;  /* kept only if it was inflated, or put together from fragments; else NULL */
    uint64_t kept;           /* bytes of it: fewer than there were where the memory for payloads runs low */
    wmem_array_t *fragments; /* struct weave_fragment; NULL: one frame */
    struct weave_sip *sip;
    unsigned sip_count;
    bool is_sip; /* the whole of it belongs to SIP: messages or a keep-alive of its subprotocol */
};

struct weave_ping {
    uint32_t ping_in;
    uint32_t pong_in; /* later; 0: none */
    int64_t ping_time;
    int64_t pong_time;
};

enum weave_step_kind {
    STEP_HEAD,  /* of the handshake */
    STEP_FRAME, /* one whole frame */
    STEP_SKIP,  /* bytes that can't be read as frames; notes say why */
    STEP_END,   /* of a side: TCP's FIN or RST. Only if there is something to note */
};

/* One step through the bytes of a connection. */
struct weave_step {
    struct weave_step *next; /* of its packet */
    struct weave_conversation *conversation;
    struct weave_message *message; /* of a data frame */
    struct weave_ping *ping;       /* of a Ping or Pong that has its counterpart */
    struct weave_note *notes;
    uint64_t size; /* bytes of the stream */
    struct sw_frame frame;
    uint32_t number;
    enum weave_step_kind kind : 8;
    enum sw_direction direction : 8;
    bool late : 1;        /* it should have come before what was read already */
    bool last : 1;        /* its message is complete with this frame */
    bool first_close : 1; /* of the connection */
};

enum weave_subprotocol { SUBPROTOCOL_NONE, SUBPROTOCOL_SIP, SUBPROTOCOL_OTHER };

/* The SIP messages of a side that ended early, and what was found of the latest: whether that is to be told a later
 * message shows, or the end of the capture. */
struct weave_part {
    struct sw_sip_parts parts;
    struct weave_sip *sip;    /* the latest; NULL: there is none */
    struct weave_note *notes; /* untold */
};

/* What one side has sent; changed on the first pass only. */
struct weave_side {
    bool place_known;
    uint32_t next_seq;    /* of TCP: behind what was read */
    uint32_t frame_end;   /* where the frame ends whose rest was asked for */
    uint64_t gap;         /* bytes that are missing, before the next step */
    uint64_t skip;        /* bytes still to come of a frame that is too large */
    bool asked;           /* for the rest of a frame */
    struct sw_mark since; /* asked: where that frame begins */
    bool lost;            /* the next frame boundary has to be found by evidence */
    bool inferred;        /* one was */
    unsigned doubt;       /* headers that must fit before that is beyond doubt */
    uint32_t frames;
    struct weave_message *open; /* its fragments so far */
    struct weave_ping *ping;    /* waits for its Pong */
    struct weave_part part;
};

struct weave_conversation {
    struct sw_connection *core;
    struct sw_websip *rules;   /* of SIP over it; NULL: they aren't checked */
    struct weave_step *judged; /* the step that breaches are found in */
    struct weave_side sides[2];
    uint32_t number; /* 0: no upgrade was asked for or seen yet */
    uint32_t messages;
    address client;
    uint32_t client_port;
    bool client_known;
    bool midstream;
    bool secure; /* within TLS */
    bool answered;
    bool upgraded;
    bool ended[2]; /* by enum sw_direction: TCP's FIN or RST */
    bool over;     /* both, or RST */
    bool holes;    /* a segment was missing, or came late */
    uint32_t opened_in;
    enum weave_subprotocol subprotocol;
    const char *target;
    const char *host;
    const char *origin;
    const char *offered;
    const char *chosen; /* subprotocol */
    struct sw_deflate_params deflate;
    bool extension_unknown;
    uint32_t closed_in; /* later, as is all below */
    enum sw_direction close_by;
    unsigned close_code;
};

/* The bounds of this file. */
const struct sw_limits *weave_limits(void);

struct sw_mark weave_mark(const packet_info *pinfo);
struct sw_endpoint weave_endpoint(const address *host, uint32_t port);

/* What was found in a packet, in order. */
struct weave_packet {
    struct weave_step *steps; /* frames, and what was skipped */
    struct weave_step *heads; /* of handshakes; ends */
    struct weave_sip *sips;   /* that came without WebSocket */
    struct weave_note *ping;  /* later: of line ends that keep such a connection alive; rules */
};
/* NULL: there is nothing, and make is false. */
struct weave_packet *weave_packet_of(packet_info *pinfo, bool make);
void weave_packet_add_sip(packet_info *pinfo, struct weave_sip *sip);

/* The next step of this dissection of the packet; NULL: there is none. */
struct weave_step *weave_step_peek(packet_info *pinfo);
/* It was shown. */
void weave_step_pass(packet_info *pinfo, struct weave_step *step);
void weave_step_note(struct weave_step *step, enum sw_reason reason, uint64_t bytes, const char *text);
/* Appends a copy. */
void weave_note_add(struct weave_note **notes, const struct weave_note *note);
/* Appended to its packet, on the first pass. */
struct weave_step *weave_step_new(packet_info *pinfo, struct weave_conversation *conversation,
                                  enum weave_step_kind kind, enum sw_direction direction, uint64_t size);

/* How far this dissection of the packet has come through each of the lists; and what it has handed to other dissectors.
 */
struct weave_cursor {
    struct weave_step *step; /* that was shown last; NULL: none */
    unsigned heads;          /* of Wireshark's HTTP items that were looked at */
    wmem_array_t *handed;    /* struct weave_span: SIP from WebSocket messages */
    unsigned handed_seen;
};
struct weave_span {
    const tvbuff_t *source; /* data source */
    int start;
};
struct weave_cursor *weave_cursor_of(packet_info *pinfo);

/* A copy in file scope that is valid UTF-8; NULL of an empty text. */
const char *weave_text(struct sw_slice text);

#endif
