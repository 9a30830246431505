/* SPDX-License-Identifier: MIT
 *
 * A call as a ladder needs it: who took part, an arrow a message, what happened to the WebSockets in between. Collected
 * while messages pass, drawn when the call is over, then forgotten.
 *
 * All text here is escaped: it can be shown as it is.
 */
#ifndef SIPWEAVE_OUTPUT_FLOW_H
#define SIPWEAVE_OUTPUT_FLOW_H

#include <glib.h>

#include "output/text.h"

/* One message. Texts that don't apply are NULL. */
struct flow_arrow {
    int64_t time;
    uint64_t packet; /* sw_mark.packet of its first */
    unsigned from;   /* index of the end; of the party once flow_call_settle has run */
    unsigned to;
    unsigned status; /* 0: a request */
    bool retransmission;
    bool partial;
    const char *title;  /* "INVITE", "180" */
    const char *phrase; /* response: "Ringing" */
    const char *method; /* response: "INVITE", where it isn't plain */
    const char *target; /* request: its URI */
    const char *extra;  /* what else matters: an event package, a refer target, a reason */
    const char *media;  /* "sdp:audio,video hold" */
    const char *mark;   /* the same in short: "sdp hold" */
    const char *detail; /* lines, one for each m= */
    uint64_t message;   /* its number */
    const char *faults; /* the numbers of what is wrong with it: "1,3" */
    const char *broken; /* and the rules: "SIP-CSEQ-MISSING, ..." */
};

/* A rule that one end broke in the call. */
struct flow_fault {
    enum sw_rule rule;
    unsigned from; /* index of the end; of the party once flow_call_settle has run */
    uint64_t count;
    struct sw_mark mark; /* of the first, and its evidence: */
    const char *evidence;
};

/* What messages tell of who sent them; NULL: not yet. */
struct flow_identity {
    char *aor;
    char *user; /* of its address of record */
    char *product;
    char *contact;
    char *instance;
};

/* An address and port. */
struct flow_end {
    struct sw_endpoint address;
    const struct flow_link *link; /* the latest WebSocket connection it is an end of */
    bool client;                  /* of that connection */
    bool forwards;                /* sends requests of others: a proxy */
    struct flow_identity who;
    unsigned same_as; /* an end that is known to be the same party; its own index: none earlier */
    unsigned party;   /* once settled */
};

/* What a person takes for one: a browser that reconnects, a proxy with several ports. */
struct flow_party {
    const char *name;    /* user, product or address */
    const char *product; /* NULL where it is the name, or unknown */
    const char *address; /* of its first end; "" where it is the name */
    unsigned ends;
};

/* A WebSocket connection, for as long as calls may need it. */
struct flow_link {
    uint64_t id;
    const struct connection_record *live; /* NULL once it has ended */
    unsigned calls;                       /* in progress, that used it */
    struct sw_endpoint client;
    struct sw_endpoint server;
    enum sw_transport transport;
    unsigned status; /* of the handshake; 0: not seen */
    int64_t first;
    int64_t opened;
    int64_t closed;
    bool close_seen;
    bool by_known;
    enum sw_direction by;
    unsigned code;
    enum tcp_ending tcp;
    char *reason; /* of the close, of the answer's subprotocol, of the server's product; "" where none */
    char *subprotocol;
    char *product;
    struct flow_identity client_is; /* by all that it sent on this connection, whichever call it belongs to */
    unsigned lost_pings;
    struct lost_ping pings[LOST_PINGS_KEPT];
};

enum flow_note_kind { FLOW_OPENED, FLOW_REFUSED, FLOW_CLOSED, FLOW_LOST, FLOW_PING_LOST };

/* Something that happened to a WebSocket between two messages. */
enum { FLOW_NOTE_TEXTS = 3 };
struct flow_note {
    int64_t time;
    enum flow_note_kind kind;
    unsigned client; /* parties */
    unsigned server;
    const char *texts[FLOW_NOTE_TEXTS]; /* from the longest to the shortest */
};

struct flow_call {
    bool unicode;
    GStringChunk *strings; /* all texts, each once */
    GArray *arrows;        /* of struct flow_arrow */
    uint64_t not_shown;    /* messages above the cap */
    GPtrArray *ends;       /* of struct flow_end, in order of appearance */
    GHashTable *end_of;    /* struct sw_endpoint to struct flow_end */
    GHashTable *receivers; /* hash of a request's branch to 1 + the end that received it */
    GPtrArray *links;      /* of struct flow_link, distinct */
    GArray *parties;       /* of struct flow_party, in order of appearance; once settled */
    GArray *notes;         /* of struct flow_note, in time order; once settled */
    GArray *faults;        /* of struct flow_fault, in order of appearance: the first is number 1 */
    GString *scratch;
};

enum { FLOW_ARROWS_MAX = 100000, FLOW_LINKS_MAX = 256, FLOW_NOTES_MAX = 4096, FLOW_FAULTS_MAX = 256 };

/* flow_fault.c: what is wrong with a message of the call. */
void flow_fault(struct flow_call *call, const struct finding_record *finding);

/* flow_label.c: the texts of an arrow, from its message. */
void flow_label(struct flow_call *call, struct flow_arrow *arrow, const struct message_record *message);

/* flow_party.c: what a message tells of its ends, and which ends are one party. */
unsigned flow_end_index(struct flow_call *call, const struct sw_endpoint *address);
void flow_learn(struct flow_call *call, const struct message_record *message, unsigned from, unsigned to);
void flow_learn_client(struct flow_identity *client, const struct sw_sip *sip);
void flow_identity_free(struct flow_identity *identity);
void flow_settle_parties(struct flow_call *call);

/* flow_note.c: what happened to the call's connections, and to attempts to replace them. */
void flow_settle_notes(struct flow_call *call, const struct sw_call *told, GPtrArray *refused);
void flow_link_read(struct flow_link *link);
void flow_link_free(struct flow_link *link);

/* A text that lives as long as the call: as it is, or escaped (once more does no harm). */
const char *flow_keep(struct flow_call *call, const char *text);
const char *flow_keep_slice(struct flow_call *call, struct sw_slice text);
const char *flow_keep_escaped(struct flow_call *call, const char *text);

/* flow.c: the sink that collects, and has each call drawn when it is over. */
struct flow_form {
    void (*draw)(struct page *page, const struct sw_call *told, const struct flow_call *call);
    bool single; /* one call is all that it holds: the first is drawn, the others are counted */
};
struct sink flow_sink(const struct output_options *options, struct flow_form form);

/* flow_view.c: what every drawing says alike. "Call 3" and the like; why it is in its state, in words: "rejected: 486
 * Busy Here"; when it was, and for how long. */
void flow_title(GString *to, const struct sw_call *told);
void flow_why(GString *to, const struct sw_call *told, const struct flow_call *call);
void flow_when(GString *to, const struct sw_call *told);
int64_t flow_first_time(const struct flow_call *call);

/* The arrows and notes of a settled call in the order of time. Of a step's two pointers one is NULL. */
struct flow_step {
    const struct flow_arrow *arrow;
    const struct flow_note *note;
};
struct flow_walk {
    const struct flow_call *call;
    guint arrow;
    guint note;
};
bool flow_walk_next(struct flow_walk *walk, struct flow_step *step);

/* The words of an arrow: its title, and those named. */
enum flow_words {
    FLOW_TARGET = 1,
    FLOW_EXTRA = 2,
    FLOW_MEDIA = 4,
    FLOW_MARK = 8, /* of media */
    FLOW_METHOD = 16,
    FLOW_PHRASE = 32,
    FLOW_AGAIN = 64, /* "(retransmission)" */
};
void flow_append_words(GString *to, const struct flow_arrow *arrow, unsigned words);
/* Behind what the text has already, as many words as fit into the columns for all of it. */
void flow_append_label(GString *to, const struct flow_arrow *arrow, unsigned columns, bool unicode);
/* The longest text of a note that fits; NULL: none. */
const char *flow_note_fit(const struct flow_note *note, unsigned columns);

#endif
