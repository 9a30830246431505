/* SPDX-License-Identifier: MIT
 *
 * One call (registration, subscription ...) while it is tracked: facts gathered from its messages in whatever order
 * they come, and the judgement of what they add up to.
 */
#ifndef SW_CALL_TRACKED_H
#define SW_CALL_TRACKED_H

#include "call/attempt.h"
#include "call/dialog.h"
#include "call/link.h"
#include "call/queue.h"
#include "call/room.h"
#include "call/transaction.h"

/* Bytes of a Call-ID, URI or method that are kept. */
enum { SW_CALL_TEXT = 1024 };

/* How well a message names the parties and the kind of a call. */
enum sw_origin_rank { SW_ORIGIN_NONE, SW_ORIGIN_RESPONSE, SW_ORIGIN_REQUEST, SW_ORIGIN_INITIAL_INVITE };

/* The earliest message of the best rank. */
struct sw_origin {
    enum sw_origin_rank rank;
    int64_t time;
    uint64_t id;
    enum sw_call_kind kind;
    uint64_t caller_tag;
    uint16_t from_size; /* these three in texts, one behind the other, none longer than SW_CALL_TEXT */
    uint16_t to_size;
    uint16_t method_size;
};

struct sw_heard {
    int64_t time;
    uint64_t id; /* of a message, or number of a connection */
};

struct sw_heard_connections {
    struct sw_heard *items;
    size_t count;
    size_t capacity;
    struct sw_heard first[2];
};

struct sw_heard_messages {
    struct sw_heard *items;
    size_t count;
    size_t capacity;
    struct sw_heard first[4];
};

/* Of a subscription, from NOTIFY (RFC 6665 4.1.3) and those SUBSCRIBE attempts that were forgotten. */
struct sw_notified {
    int64_t active;     /* latest sign of life */
    int64_t terminated; /* latest end */
    int64_t until;      /* when what was granted runs out */
};

/* A Call-ID: calls are told apart by all of it, however little of it is kept. */
struct sw_call_key {
    uint64_t hash;        /* of the whole */
    struct sw_slice text; /* the first SW_CALL_TEXT bytes */
};

/* A call in the order of ids: open, then closed and waiting for those before it. */
struct sw_told {
    struct sw_call call;     /* all but its id is filled when the call is closed */
    struct sw_tracked *open; /* NULL: closed */
    struct sw_told *younger; /* the next id */
    uint64_t *content;       /* what call points to, in one block */
    uint8_t call_id[];       /* the text of its key */
};

/* Many are open at once and each message is another's: what nearly every message touches stands together. */
struct sw_tracked {
    uint64_t hash; /* of its Call-ID */
    uint64_t id;
    int64_t start;
    int64_t last;
    uint64_t messages_seen;
    struct sw_queued queued; /* for the tracker: due to be looked at */
    int64_t listed;          /* since when it has its place in the order of latest messages */
    unsigned transports;
    unsigned retransmissions;
    bool is_call;     /* a request that only calls have was seen */
    bool established; /* ... one that only answered calls have */
    bool in_dialog;   /* a request within a dialog was seen */
    struct sw_origin origin;
    struct sw_told *told;
    struct sw_tracked *quieter; /* in the order of their latest messages */
    struct sw_tracked *livelier;
    int64_t cancel;      /* first CANCEL */
    int64_t refused_481; /* latest 481 to SUBSCRIBE or NOTIFY */
    struct sw_notified notified;
    /* What goes from call to call with the memory: texts, and lists, with room for their first items. */
    uint8_t *texts;
    size_t texts_room;
    struct sw_heard_connections connections;
    struct sw_links links;
    struct sw_transactions transactions;
    struct sw_heard_messages messages;
    struct sw_dialogs dialogs;
    struct sw_attempts attempts;
};

/* What a call is, as far as its messages tell. */
struct sw_verdict {
    enum sw_call_state state;
    unsigned status;
    int64_t ringing;
    int64_t answered;
    int64_t end;
    enum sw_ended_by ended_by;
    int64_t over; /* when it will be over if nothing more comes; SW_NEVER: no one can tell */
};

enum sw_closing { SW_CLOSE_OVER, SW_CLOSE_EVICTED, SW_CLOSE_FINISHED };

/* Memory for one call after the other. */
struct sw_tracked *sw_tracked_new(void);
void sw_tracked_free(struct sw_tracked *memory);

/* A new call, tracked in that memory, which it gives back when it is closed; the text of the key is copied. */
struct sw_told *sw_told_new(uint64_t id, const struct sw_call_key *key, struct sw_tracked *memory);
/* A closed one. */
void sw_told_free(struct sw_told *told);

void sw_tracked_add(struct sw_tracked *call, struct sw_link_index *index, const struct sw_limits *limits,
                    const struct sw_signal *signal, struct sw_placement *placement);

enum sw_call_kind sw_tracked_kind(const struct sw_tracked *call);

/* Trying, ringing or answered: something should follow. */
bool sw_in_progress(enum sw_call_state state);

/* Facts do not change by judging them; now is the records' time. */
struct sw_verdict sw_tracked_judge(const struct sw_tracked *call, int64_t now);

/* Fills what is told of it, and leaves its memory for another call. */
void sw_tracked_close(struct sw_tracked *call, struct sw_link_index *index, enum sw_closing how, int64_t now);

#endif
