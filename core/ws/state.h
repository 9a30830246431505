/* SPDX-License-Identifier: MIT
 *
 * The state of a connection, and the steps that its files share.
 *
 * Decoding is pulled: sw_connection_next takes steps, in one direction or the other, until one yields an event. A step
 * yields one event at most, and leaves the rest of its work to the next. connection.c turns the crank, exchange.c reads
 * HTTP, frames.c frames, message.c messages, sync.c looks for frames where none is known, loss.c tells what was lost;
 * event.c hands events over. Calls go downward in that order: a step that ends a phase may begin the next one.
 */
#ifndef SW_WS_STATE_H
#define SW_WS_STATE_H

#include "ws/deflate.h"
#include "ws/reader.h"

enum sw_step {
    SW_STEP_IDLE,  /* needs more bytes */
    SW_STEP_AGAIN, /* went on */
    SW_STEP_EVENT, /* connection->event is to be read */
};

enum sw_phase {
    SW_PHASE_HEAD,   /* an HTTP head is next */
    SW_PHASE_BODY,   /* within the body of an ordinary request or response */
    SW_PHASE_WAIT,   /* an upgrade was asked for: what follows depends on the other side's answer */
    SW_PHASE_FRAMES, /* a frame is next, or its payload */
    SW_PHASE_SYNC,   /* a frame (or a head) is looked for by evidence */
    SW_PHASE_OPAQUE, /* another protocol */
    SW_PHASE_ENDED,
};

/* RFC 9112 6: how the end of a body is known. */
enum sw_body {
    SW_BODY_LENGTH,
    SW_BODY_CHUNK_SIZE,
    SW_BODY_CHUNK_DATA,
    SW_BODY_TRAILER,
    SW_BODY_UNTIL_HEAD, /* it isn't: the next head is looked for */
};

enum sw_assembly {
    SW_ASSEMBLY_NONE, /* between messages */
    SW_ASSEMBLY_OPEN,
    SW_ASSEMBLY_LOST, /* a part is missing, or may be: what still comes of the message goes to the loss */
    SW_ASSEMBLY_DONE, /* whole, and not yet told */
};

struct sw_message {
    struct sw_unit *unit; /* NULL unless it is open or done */
    enum sw_assembly assembly;
    enum sw_reason reason; /* SW_ASSEMBLY_LOST */
    unsigned fragments;
    uint8_t opcode;
    bool masked;
    bool compressed;
};

/* What is known of the deflate history of a direction. */
enum sw_history {
    SW_HISTORY_WHOLE,
    SW_HISTORY_LOST, /* not yet told */
    SW_HISTORY_TOLD,
};

/* One direction. What a healthy message touches stands together at the front: with thousands of connections every line
 * of the cache is fetched anew. */
struct sw_side {
    enum sw_direction direction;
    enum sw_phase phase;
    struct sw_reader reader;
    bool eof;
    enum sw_eof how;

    bool in_frame; /* the header was read */
    bool pushed;   /* the header was given by sw_connection_push_frame */
    struct sw_frame frame;
    uint64_t position; /* in its payload */
    struct sw_message message;
    struct sw_unit *control; /* NULL unless this frame is one */
    struct sw_unit *loss;    /* that is still growing, in its event.loss; NULL: none */
    bool control_lost;
    bool inferred;           /* a boundary was found by evidence */
    uint8_t doubt;           /* headers that must fit before that boundary is beyond doubt */
    enum sw_masking masking; /* of its frames so far, or as 5.1 demands */
    struct sw_direction_counts counts;
    struct sw_ledger ledger;

    enum sw_history history;
    struct sw_deflate *deflate; /* NULL until it is needed */

    enum sw_reason reason; /* SW_PHASE_SYNC: why the boundary is unknown */
    size_t scanned;        /* SW_PHASE_HEAD: see sw_http_parse. SW_PHASE_SYNC: bytes in which no head begins */
    size_t need;           /* SW_PHASE_SYNC: with fewer bytes a search for frames is in vain */
    uint64_t body_left;
    enum sw_body body;
    bool body_begun;
};

struct sw_judge;

struct sw_connection {
    const struct sw_limits *limits;
    struct sw_inflate_pool *pool;
    struct sw_judge *judge;     /* NULL: nobody wants findings */
    struct sw_upgrade *upgrade; /* NULL until a head was seen */
    struct sw_event *event;     /* what the last step yields */
    struct sw_unit *lent[2];    /* belong to the event; given back at the next call */
    struct sw_slice payload;    /* of a message that is done */
    struct sw_unit *inflated;   /* where it is, if it was inflated */
    enum sw_direction turn;     /* whose bytes came last */
    struct sw_side sides[2];
    uint64_t asked;    /* bit n % 64: request n was for an upgrade */
    uint32_t requests; /* HTTP requests, and final responses, seen */
    uint32_t answers;
    bool count_lost;     /* a gap: responses can't be matched by number */
    bool upgraded;       /* 101 was seen */
    bool other_protocol; /* 101 to something that isn't WebSocket */
};

static inline struct sw_side *sw_side_of(struct sw_connection *c, enum sw_direction direction)
{
    return &c->sides[direction];
}

/* event.c. sw_event_new fills what all events have, in the unit; sw_lend says that the unit belongs to the event now,
 * of which there may be two; sw_event_done gives them back. */
enum sw_step sw_event_new(struct sw_connection *c, const struct sw_side *side, enum sw_event_kind kind,
                          struct sw_unit *unit);
void sw_lend(struct sw_connection *c, struct sw_unit *unit);
void sw_event_done(struct sw_connection *c);

/* loss.c. A loss is begun, grows, and is told. */
/* True where a loss with another reason has to be told before one with this can begin. */
bool sw_loss_blocks(const struct sw_side *side, enum sw_reason reason);
void sw_loss_begin(struct sw_connection *c, struct sw_side *side, enum sw_reason reason, const char *text);
void sw_loss_take(struct sw_side *side, size_t size);
void sw_loss_take_gap(struct sw_side *side, const struct sw_run *gap);
void sw_loss_take_unit(struct sw_connection *c, struct sw_side *side, struct sw_unit **unit, enum sw_reason reason,
                       const char *text);
enum sw_step sw_loss_tell(struct sw_connection *c, struct sw_side *side);
/* Says that a message was cut by limits->message_size; the unit lives on. */
enum sw_step sw_loss_tell_skipped(struct sw_connection *c, struct sw_side *side, struct sw_unit *unit);
/* True where deflate history was lost that messages may need, for the first time since it was whole. */
bool sw_history_lose(struct sw_connection *c, struct sw_side *side);
enum sw_reason sw_eof_reason(const struct sw_side *side);
const char *sw_eof_text(const struct sw_side *side);

/* upgrade.c: what the handshake says. */
struct sw_upgrade;
struct sw_head;
void sw_upgrade_request(struct sw_connection *c, const struct sw_head *head);
void sw_upgrade_answer(struct sw_connection *c, const struct sw_head *head);
void sw_upgrade_free(struct sw_upgrade *upgrade);
/* Whether a message of this direction with RSV1 is deflated; *keep: its sender keeps the context. */
bool sw_upgrade_deflates(const struct sw_connection *c, enum sw_direction direction, bool *keep);

/* exchange.c: HTTP. */
enum sw_step sw_head_step(struct sw_connection *c, struct sw_side *side);
enum sw_step sw_body_step(struct sw_connection *c, struct sw_side *side);
enum sw_step sw_wait_step(struct sw_connection *c, struct sw_side *side);
enum sw_step sw_body_gap(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap);

/* sync.c. */
void sw_sync_enter(struct sw_connection *c, struct sw_side *side, enum sw_reason reason);
/* Gives up bytes while the boundary is unknown. */
void sw_sync_drop(struct sw_connection *c, struct sw_side *side, size_t size);
enum sw_step sw_sync_step(struct sw_connection *c, struct sw_side *side);

/* message.c: the payload of a whole control frame, or of a message's frames, becomes an event. sw_message_deliver is
 * for a message that is done: what it lost to a limit is told first. */
enum sw_step sw_control_event(struct sw_connection *c, struct sw_side *side, struct sw_slice payload);
enum sw_step sw_message_finish(struct sw_connection *c, struct sw_side *side, struct sw_slice payload);
enum sw_step sw_message_deliver(struct sw_connection *c, struct sw_side *side);

/* frames.c. */
/* The handshake is complete: the first frame is next. */
void sw_frames_start(struct sw_side *side);
enum sw_step sw_frames_step(struct sw_connection *c, struct sw_side *side);
enum sw_step sw_frames_gap(struct sw_connection *c, struct sw_side *side, const struct sw_run *gap);
void sw_frame_push(struct sw_side *side, const struct sw_frame *frame, struct sw_slice payload, struct sw_mark mark);
enum sw_step sw_frames_eof(struct sw_connection *c, struct sw_side *side);

#endif
