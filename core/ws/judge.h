/* SPDX-License-Identifier: MIT
 *
 * What is remembered of a connection to hold its two sides to the rules, and the one call that reports a breach.
 *
 * There is a judge only after sw_connection_check: the files that decode ask for it before they call here, and so pay
 * one comparison a frame where nobody wants findings. judge.c queues findings, acks.c knows who had received what. The
 * checks:
 *
 *   check_frame.c      headers of frames, fragmentation, masking keys
 *   check_text.c       UTF-8 of text messages, and what deflated messages are made of (walk.c reads their blocks)
 *   check_control.c    Close, Ping and Pong
 *   check_end.c        how a connection ends, and what hasn't come by then
 *   check_failing.c    what a side does after the other broke a rule
 *   check_opening.c    the handshake: its request (check_request.c), answer (check_answer.c), extensions
 *                      (check_extension.c); check_head.c reads heads for them
 */
#ifndef SW_WS_JUDGE_H
#define SW_WS_JUDGE_H

#include "ws/state.h"
#include "ws/utf8.h"

#define SW_NO_RULE SW_RULE_COUNT

/* Nothing happened at this time. */
#define SW_NEVER INT64_MIN

/* What had come from the other side when a part of the stream was sent. */
struct sw_ack {
    uint64_t begin; /* of the part */
    uint64_t acked; /* bytes of the other side's stream */
};

enum { SW_ACKS = 8, SW_PINGS = 8, SW_PING_KEPT = 14, SW_BORDERS = 16 };

struct sw_ping {
    uint64_t end;       /* in the stream, of its frame */
    int64_t acked;      /* when the other side was seen to have it, or SW_NEVER */
    uint64_t first_ack; /* where in the other side's stream a segment with data says so; UINT64_MAX: not yet */
    uint64_t hash;      /* of its data */
    struct sw_mark mark;
    bool waited; /* a second such segment came, and that acknowledges what followed the Ping: no Close */
    uint8_t kept;
    uint8_t data[SW_PING_KEPT]; /* the first bytes, to be shown */
};

/* The frame whose header was read last, and what is known of the message around it. */
struct sw_judge_frame {
    struct sw_mark mark; /* the packet of its first byte */
    uint64_t offset;
    uint64_t acked; /* bytes of the other side's stream that its sender had; 0: unknown */
    uint64_t end;   /* behind its payload */
    uint8_t opcode;
    bool fin;
    bool legal; /* no rule was broken by its header */
};

enum sw_key_run { SW_KEYS_SAME = 3, SW_KEYS_COUNTED = 4 }; /* frames in a row that are no chance */

/* What a side was seen to do about a violation of the other. */
struct sw_reaction {
    enum sw_rule rule;      /* to be reported if it doesn't fail the connection; SW_NO_RULE: nothing is expected */
    enum sw_rule violation; /* of the other side */
    uint64_t end;           /* of the violation, in the other side's stream */
    int64_t acked;          /* when this side was seen to have it, or SW_NEVER */
    struct sw_mark ack_mark;
};

/* One side, by what it sent. */
struct sw_judge_side {
    uint64_t fed;        /* stream bytes up to now, read or not */
    struct sw_ack *acks; /* SW_ACKS; NULL until there is one */
    struct sw_judge_frame frame;
    struct sw_unit *pending; /* findings about the frame, until its last packet has come */
    struct sw_mark last;     /* the latest packet with data */

    uint64_t text_size; /* bytes of the message so far */
    size_t *borders;    /* SW_BORDERS, between its fragments, in its payload as it came; NULL until there is one */

    uint64_t violation_end;  /* see violation */
    int64_t violation_acked; /* when the other side was seen to have it */
    struct sw_mark violation_mark;

    uint64_t close_end; /* see closed */
    int64_t close_time;
    int64_t close_acked; /* when the other side was seen to have it */
    struct sw_mark close_mark;

    struct sw_ping *pings;        /* SW_PINGS, unanswered ones, the oldest first; NULL until there was one */
    struct sw_mark mismatch_mark; /* see mismatch */

    int64_t end_acked; /* when the other side was seen to have its FIN */
    struct sw_mark end_mark;
    struct sw_reaction reaction;

    unsigned ack_count;
    unsigned empty_fragments; /* of the message at hand */
    unsigned border_count;
    unsigned ping_count;
    uint32_t key;           /* the last masking key */
    uint32_t key_step;      /* ... minus the one before */
    unsigned key_run;       /* keys in a row with that step */
    enum sw_utf8 utf8;      /* of the text so far */
    enum sw_rule violation; /* its first breach that entitles the other side to fail the connection, or SW_NO_RULE */
    unsigned frames_since;  /* of the other side, that it sent when it had the violation */
    unsigned close_code;
    enum sw_eof how; /* see ended */

    bool gap;      /* bytes are missing */
    bool unsure;   /* frame boundaries were found by evidence, or the stream isn't one of frames */
    bool ack_new;  /* no data came with the latest acknowledgment yet */
    bool open;     /* a fragmented message is unfinished */
    bool rootless; /* ... that began with a continuation: nothing begins within it */
    bool tangled;  /* after a message began within another, continuations can belong to either */
    bool key_known;
    bool utf8_reported; /* of the message at hand */
    bool tail_reported;
    bool closed;        /* sent a Close */
    bool close_failing; /* which answers a violation of the other side, and says so */
    bool close_late;    /* this side ended TCP before the other was seen to have its Close */
    bool slow_reported; /* that TCP stays open was told */
    bool mismatch;      /* a Pong of the other side was like no unanswered Ping */
    bool ended;         /* FIN, RST or the end of the capture */
};

struct sw_opening;

struct sw_judge {
    struct sw_surroundings surroundings;
    struct sw_unit *first; /* findings that wait to be read, in the order they were made */
    struct sw_unit **last;
    struct sw_judge_side sides[2];
    struct sw_opening *opening; /* check_opening.c's; NULL until a request for an upgrade was seen */
};

/* Where in the traffic a finding can be seen. */
struct sw_place {
    enum sw_direction direction; /* of the stream */
    uint64_t offset;
    uint64_t size;
    const struct sw_mark *marks;
    size_t mark_count;
    uint64_t message; /* see struct sw_finding */
};

struct sw_judge *sw_judge_new(const struct sw_surroundings *surroundings);
void sw_judge_free(struct sw_connection *c);

static inline struct sw_judge_side *sw_judged(struct sw_connection *c, enum sw_direction direction)
{
    return &c->judge->sides[direction];
}

/* evidence: a format of printf. Bytes of the wire go through sw_evidence first. */
void sw_judge_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const struct sw_place *place,
                     const char *evidence, ...) __attribute__((format(printf, 5, 6)));
/* The same for the frame whose header was read last: it is told when the frame has ended, with that packet too. */
void sw_judge_report_frame(struct sw_connection *c, enum sw_rule rule, const struct sw_side *side, const char *evidence,
                           ...) __attribute__((format(printf, 4, 5)));

/* ... at another place of it. */
void sw_judge_report_pending(struct sw_connection *c, enum sw_rule rule, const struct sw_place *place,
                             const char *evidence, ...) __attribute__((format(printf, 4, 5)));

enum { SW_EXCERPT = 80 };
/* Bytes as text: printable ASCII as it is, the rest as \xHH, cut where it is too long. Returns to. */
const char *sw_evidence(char to[SW_EXCERPT], struct sw_slice bytes);

/* The frame has ended, in that packet: what was found of it is told. */
void sw_judge_frame_end(struct sw_connection *c, enum sw_direction direction, struct sw_mark mark);

/* The next finding becomes the connection's event; false: there is none. */
bool sw_judge_tell(struct sw_connection *c);

/* The handshake was seen, and all that was agreed in it is known: what is no frame of RFC 6455 and 7692 is wrong. */
bool sw_judge_extensions_known(const struct sw_connection *c);
/* Nothing is missing in this direction, from the handshake on. */
bool sw_judge_unbroken(const struct sw_connection *c, enum sw_direction direction);

/* acks.c: who had received what. */
/* What the sender had of the other side's stream when it sent that byte; 0: unknown. */
uint64_t sw_judge_acked(const struct sw_connection *c, enum sw_direction direction, uint64_t offset);
/* The calls of connection.c, as bytes, gaps and acknowledgments come. */
void sw_judge_feed(struct sw_connection *c, enum sw_direction direction, uint64_t size, struct sw_mark mark);
void sw_judge_gap(struct sw_connection *c, enum sw_direction direction);
void sw_judge_ack(struct sw_connection *c, enum sw_direction direction, uint64_t acked, struct sw_mark mark);

/* check_frame.c. The first byte of a frame is there: whether it is text of another protocol. SW_MORE: perhaps. */
enum sw_result sw_check_foreign(struct sw_connection *c, struct sw_side *side, struct sw_slice data);
/* ... and what isn't: no header of a frame can begin like that. */
void sw_check_no_header(struct sw_connection *c, struct sw_side *side);
void sw_check_length(struct sw_connection *c, struct sw_side *side);
/* A header was read, and nothing taken yet. */
void sw_check_frame(struct sw_connection *c, struct sw_side *side);
/* The rest of it will not come: what there is of a header is judged. */
void sw_check_partial(struct sw_connection *c, struct sw_side *side);

/* check_text.c. Payload of a frame, unmasked. */
void sw_check_text(struct sw_connection *c, struct sw_side *side, struct sw_slice bytes, struct sw_mark mark);
/* The payload of a whole message is there, as it came: before it is inflated. */
void sw_check_deflated(struct sw_connection *c, struct sw_side *side, struct sw_slice payload);
/* ... and after: final_block: it holds a block with BFINAL 1. inflated: 0 where that failed. */
void sw_check_inflated(struct sw_connection *c, struct sw_side *side, struct sw_slice payload, bool final_block,
                       size_t inflated);
void sw_check_undeflatable(struct sw_connection *c, struct sw_side *side, struct sw_slice payload, bool keep);
void sw_check_message(struct sw_connection *c, struct sw_side *side);

/* check_control.c. c->event is the control frame. */
void sw_check_control(struct sw_connection *c, struct sw_side *side);
/* This side did something that ends the connection, or long had the time: are there Pings that it should have answered?
 */
void sw_check_pings(struct sw_connection *c, enum sw_direction direction, struct sw_mark mark);
/* Time has passed: what either side should have done by now. */
void sw_check_tick(struct sw_connection *c, struct sw_mark mark);

/* check_end.c. */
void sw_check_end(struct sw_connection *c, enum sw_direction direction, enum sw_eof how, struct sw_mark mark);

/* check_failing.c. The side whose frame was read last broke a rule that the other side must not put up with. */
void sw_failing_violation(struct sw_connection *c, const struct sw_side *side, enum sw_rule violation);
/* Time has passed: whether the party failed the connection. */
void sw_failing_tick(struct sw_connection *c, enum sw_direction party, struct sw_mark mark);
void sw_failing_frame(struct sw_connection *c, const struct sw_side *side);
void sw_failing_close(struct sw_connection *c, const struct sw_side *side);
void sw_failing_pong(struct sw_connection *c, const struct sw_side *side, uint64_t ping_end);
/* Whether it matters what the party answers. */
bool sw_failing_awaits(const struct sw_connection *c, enum sw_direction party);
/* The party answered a message that begins at that place of the other side's stream. What it breaks by that, told once,
 * and the packet of the violation, or of its own Close; SW_NO_RULE: nothing. */
enum sw_rule sw_failing_answer(const struct sw_connection *c, enum sw_direction party, uint64_t asked,
                               struct sw_mark *before);

/* check_opening.c. unit has the packets of the head. */
void sw_check_request(struct sw_connection *c, const struct sw_http_head *head, const struct sw_unit *unit);
void sw_check_answer(struct sw_connection *c, const struct sw_http_head *head, const struct sw_unit *unit,
                     bool accepted);
void sw_opening_free(struct sw_connection *c);
/* A frame's header was read, and noted. */
void sw_check_opening_frame(struct sw_connection *c, const struct sw_side *side);
/* Frames were found by evidence, at this place of a stream that was HTTP. */
void sw_check_stray(struct sw_connection *c, const struct sw_side *side, uint64_t offset);
/* The first byte of the server is no head's: whether frames, of that size, stand before one. SW_MORE: perhaps. */
enum sw_result sw_check_early(struct sw_connection *c, const struct sw_side *side, struct sw_slice data, size_t *size);
void sw_check_early_found(struct sw_connection *c, const struct sw_side *side);
/* The server closes. */
void sw_check_unanswered(struct sw_connection *c, struct sw_mark mark);

#endif
