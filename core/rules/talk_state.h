/* SPDX-License-Identifier: MIT
 *
 * What is remembered of the messages before, so that later ones can be held against them: by Call-ID (struct sw_talk)
 * its transactions, dialogs and subscriptions; by pair of endpoints (struct sw_leg) when they were heard and what is
 * missing; of a message (struct sw_kept) the bytes that a check may want again.
 *
 *   talk_state.c     finds and makes all that, and forgets what is too much
 *   talk_over.c      what needn't be remembered any longer
 *   talk_kept.c      what is remembered of a message
 *   tx_absence.c     what is awaited
 *   keepalive.c      what keeps a leg's flow alive
 *
 * The checks that look at it: talk_check.h.
 */
#ifndef SW_RULES_TALK_STATE_H
#define SW_RULES_TALK_STATE_H

#include "bytes.h"
#include "call/signal.h"
#include "call/when.h"
#include "map.h"
#include "rules/authors.h"
#include "rules/blocks.h"
#include "sipweave/fields.h"
#include "sipweave/talk.h"

#include <glib.h>

/* Between two endpoints. */
struct sw_leg {
    uint64_t hash;
    uint64_t connection; /* 0: none */
    struct sw_endpoint ends[2];
    int64_t heard[2];    /* the latest message from each; SW_NO_TIME: none */
    uint64_t ordinal[2]; /* of the latest message from each */
    int64_t loss;        /* bytes were missing, latest; SW_NO_TIME: none */
    bool websocket;
    bool from_start;
    bool proxy_client;        /* the client of the WebSocket passes on what others said */
    bool outbound[2];         /* by side: a user agent that has registered as RFC 5626 says */
    bool names_udp;           /* a request came as a datagram, and says so */
    struct sw_kept *misnamed; /* one that says something else; NULL: none, or it is told */
    struct sw_flow *flow;     /* what keeps it alive, keepalive.c's; NULL: nothing is asked for */
    GArray *waiting;          /* struct sw_claim: due, but it isn't sure that the accused lives. NULL: none */
    GQueue talks;             /* whose latest message was on it */
};

/* Some of the bytes that are remembered of a message. */
struct sw_span {
    uint16_t at;
    uint16_t size;
};

struct sw_kept_field {
    struct sw_span first; /* the value of its first line */
    uint16_t count;       /* lines */
};

/* By which a request is known when it comes again. */
struct sw_hashes {
    size_t size;
    uint64_t head; /* of what stands before its body */
    uint64_t rest; /* of all behind that, and */
    uint64_t body; /* of the body alone; 0: it is empty */
};

/* A message that is remembered: some of its bytes, and where its parts stand in them. There are thousands of these, so
 * they are small. */
struct sw_kept {
    struct sw_blocks *blocks; /* where its memory comes from */
    uint64_t id;
    struct sw_mark mark;
    unsigned references;
    uint16_t status;         /* of a response */
    uint16_t copied;         /* so many bytes are remembered */
    struct sw_hashes hashes; /* of a request */
    struct sw_endpoint source;
    struct sw_endpoint destination;
    enum sw_transport transport;
    bool from_client;
    bool sdp;        /* an INVITE or UPDATE whose body is a session description */
    bool ends_early; /* its Content-Length says more than is there */
    uint8_t via_count;
    struct sw_span via, other_vias; /* as in struct sw_vias */
    struct sw_span method, uri, version, headers;
    uint8_t field_count;
    uint8_t places[SW_SIP_FIELDS]; /* in fields, from 1; 0: it has none of that kind */
    struct sw_kept_field fields[]; /* and behind them the bytes */
};

/* Responses of one UAS to an INVITE, by To tag. */
struct sw_fork {
    uint64_t tag;
    struct sw_kept *reliable; /* the latest reliable provisional response */
    uint64_t rseq;
    unsigned copies; /* of it */
    bool acknowledged;
    bool sdp;             /* one that isn't acknowledged has a session description */
    bool final;           /* 2xx */
    bool acked;           /* that 2xx */
    enum sw_rule pending; /* what the PRACK will prove; SW_RULE_COUNT: nothing */
    struct sw_kept *proof;
};

enum { SW_FORKS = 4 };

struct sw_talk;
struct sw_tx {
    /* by which it is found */
    struct sw_tx *same_branch;
    struct sw_tx *older; /* in its talk */
    struct sw_talk *talk;
    uint64_t serial;
    uint64_t branch;
    uint64_t leg;
    uint64_t near; /* hash of the endpoint that sent the request */
    uint64_t cseq;
    uint64_t from_tag;
    uint64_t to_tag; /* of the request */
    enum sw_method method;
    enum sw_method named; /* in its CSeq */
    /* what became of it */
    uint16_t last_final; /* status of the latest final response */
    uint8_t fork_count;
    bool provisional : 1; /* 1xx was seen */
    bool early : 1;       /* 101 to 199 was seen */
    bool acked : 1;       /* the ACK of its final response */
    bool cancelled : 1;   /* a CANCEL was seen */
    bool cancel_200 : 1;
    bool told_differs : 1;
    bool was_out_of_order : 1; /* of a dialog: lower CSeq than one accepted before */
    enum sw_rule owed;         /* what a 2xx to it proves; SW_RULE_COUNT: nothing */
    struct sw_kept *request;   /* its first copy */
    struct sw_kept *final;     /* the first final response */
    int64_t time;
    uint64_t uas_tag;             /* of the first response with one */
    uint64_t provisionals;        /* a bit for each status that was seen */
    struct sw_fork *forks;        /* as many as there are */
    struct sw_claim *claim;       /* to its final response; once an INVITE has that, to its ACK; NULL: none */
    struct sw_kept *early_cancel; /* a CANCEL before any response */
    uint64_t instance;            /* of a REGISTER: hash of what its first Contact identifies; 0: nothing */
    int64_t copied;               /* time of the latest copy */
    int64_t interval;             /* between the latest two */
    unsigned copies;              /* of the request, the first not counted */
    unsigned stuck;               /* intervals in a row that didn't grow */
    unsigned final_copies;
};

/* One side of a dialog. */
struct sw_party {
    uint64_t tag;
    bool cseq_known;
    uint64_t cseq; /* of its latest request */
    int64_t cseq_time;
    struct sw_kept *target; /* the message whose Contact is its target */
    struct sw_kept *before; /* and the one before that */
    int64_t retargeted;
    struct sw_kept *bye; /* the first one it sent */
    unsigned bye_status; /* of the final response to it; 0: none yet */
    uint64_t accepted;   /* CSeq of its latest request that was answered 2xx */
    bool accepted_known;
};

struct sw_dialog_seen {
    struct sw_dialog_seen *next;
    uint64_t leg;
    struct sw_party parties[2]; /* the caller, the callee */
    enum sw_method by;
    bool confirmed;
    bool acked;
    int64_t answered;       /* time of the 2xx */
    struct sw_kept *routes; /* the 2xx that has the Record-Routes */
    bool routeless;         /* neither it nor its request has any */
    uint64_t interval;      /* of the session timer, seconds; 0: none */
    unsigned refresher;     /* index of parties */
    int64_t refreshed;
    int64_t last;
};

struct sw_subscription {
    uint64_t leg;
    uint64_t subscriber; /* its tag */
    uint64_t cseq;       /* of a REFER */
    struct sw_kept *request;
    bool refer;
    bool accepted;
    bool notified;
    bool terminated;
    int64_t terminated_time;
};

enum { SW_SUBSCRIPTIONS = 8 };

struct sw_talk {
    uint64_t call_id;
    uint64_t call;      /* number */
    GList link;         /* in the order of latest messages */
    int64_t latest;     /* time of it */
    bool standing;      /* among those that are quiet and not over */
    struct sw_leg *leg; /* of the latest message; NULL: it is gone */
    GList leg_link;
    bool begun;       /* by a request outside of dialogs: nothing of it was before */
    bool crowded;     /* something was forgotten */
    bool refused_422; /* an INVITE */
    bool redirected;  /* some request, 3xx */
    struct sw_tx *newest;
    unsigned tx_count;
    struct sw_dialog_seen *dialogs;
    unsigned dialog_count;
    struct sw_subscription *subscriptions; /* room for SW_SUBSCRIPTIONS; NULL: there are none */
    unsigned subscription_count;
};

/* Something that must come within 64*T1. */
struct sw_claim {
    GList link;
    enum sw_rule rule;
    uint64_t leg;
    uint64_t branch;
    uint64_t serial;  /* of the transaction */
    unsigned accused; /* index of the leg's ends */
    unsigned fork;
    int64_t since;
    int64_t due;
};

enum { SW_OVER_MAX = 32768 };

struct sw_talks {
    struct sw_talk_judgement judgement;
    uint64_t seed;
    uint64_t serial;
    bool evicted;  /* some talk was forgotten */
    int64_t began; /* time of the first message; SW_NO_TIME: none has come */
    struct sw_map by_call_id;
    struct sw_map by_branch; /* first of a chain */
    struct sw_map legs;
    struct sw_map connections; /* connection → leg */
    struct sw_map facts;       /* hash → struct sw_fact: what outlives a Call-ID */
    struct sw_authors authors;
    GQueue order;    /* talks, the quietest first, but for those that are */
    GQueue standing; /* quiet for long, and not over: registrations and the like */
    uint64_t *over;  /* Call-IDs of those that were forgotten when they were over, by hash; 0: none */
    struct sw_blocks blocks;
    GQueue claims; /* in the order of due */
    size_t tx_count;
};

/* A number that stands under a hash. */
struct sw_fact {
    uint64_t value;
    uint64_t serial;
    uint64_t branch;
    int64_t time;
};

/* --- talk_kept.c --- */

struct sw_slice sw_kept_slice(const struct sw_kept *kept, struct sw_span span);
/* As struct sw_sip has them. */
struct sw_slice sw_kept_first(const struct sw_kept *kept, enum sw_sip_field field);
unsigned sw_kept_count(const struct sw_kept *kept, enum sw_sip_field field);
/* Its start line and header fields. */
void sw_kept_read(const struct sw_kept *kept, struct sw_sip *sip);
bool sw_kept_find_header(const struct sw_kept *kept, struct sw_slice name, struct sw_slice *value);
bool sw_kept_has_option(const struct sw_kept *kept, enum sw_sip_field field, struct sw_slice option);
void sw_kept_ref(struct sw_kept **slot, struct sw_kept *kept);
void sw_kept_drop(struct sw_kept **slot);
/* Its sender made it: no proxy is before it. */
static inline bool sw_is_alone(const struct sw_kept *request)
{
    return request->via_count == 1;
}

/* --- talk_state.c --- */

struct sw_tx *sw_tx_find(const struct sw_talks *talks, uint64_t branch, uint64_t serial);
struct sw_leg *sw_leg_find(const struct sw_talks *talks, uint64_t hash);
struct sw_leg *sw_leg_between(const struct sw_talks *talks, uint64_t connection, const struct sw_endpoint *one,
                              const struct sw_endpoint *other);
/* NULL: it has none. */
struct sw_leg *sw_leg_of_connection(const struct sw_talks *talks, uint64_t connection);
/* Its connection has ended: it is freed. Returns the talks whose latest message was on it. */
GQueue sw_leg_end(struct sw_talks *talks, struct sw_leg *leg);
/* NULL where it isn't there, and make is false. */
struct sw_fact *sw_fact_of(struct sw_talks *talks, uint64_t hash, bool make);
/* No bytes of the leg are missing since then. */
bool sw_leg_whole(const struct sw_leg *leg, int64_t since);
/* Where the message was sent, made if need be; side: its sender's. */
struct sw_leg *sw_leg_of(struct sw_talks *talks, const struct sw_talk_message *message, unsigned *side);
void sw_talk_unlink(struct sw_talks *talks, struct sw_talk *talk);

/* --- talk_over.c --- */

/* Forgets what is over, and has been for so long that nothing of it is to be expected. */
void sw_talks_forget(struct sw_talks *talks, int64_t now);
/* Forgets those that are over, now that their leg has ended. */
void sw_talks_leave(struct sw_talks *talks, GQueue *left);

/* --- keepalive.c --- */

/* Both sides lived until then. */
void sw_flow_end(const struct sw_talks *talks, const struct sw_leg *leg, int64_t time);

/* --- tx_absence.c --- */

/* What the transaction waited for came. */
void sw_claim_drop(struct sw_talks *talks, struct sw_tx *tx);
void sw_claims_advance(struct sw_talks *talks, int64_t now);
/* The accused of what waits on the leg lives. */
void sw_claims_alive(struct sw_talks *talks, struct sw_leg *leg, unsigned side);

#endif
