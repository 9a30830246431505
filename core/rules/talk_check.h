/* SPDX-License-Identifier: MIT
 *
 * What the checks of several messages share: the message that is being looked at, and how they tell what is wrong.
 *
 *   talk.c           calls them, for each message that comes
 *   talk_report.c    tells what they find
 *   tx_response.c    what a response owes its request
 *   tx_request.c     what ACK, CANCEL and a new branch owe the requests before
 *   tx_transport.c   over what a request came
 *   tags.c           whether tags are such as nobody else has
 *   tx_auth.c        challenges and credentials
 *   tx_absence.c     what should have come and didn't
 *   dialog_check.c   what a request owes its dialog
 *   registration.c   REGISTER, PUBLISH, MESSAGE: one at a time
 *   reliability.c    provisional responses that want a PRACK
 *   keepalive.c      pings, and how often they come
 *   events.c         SUBSCRIBE, REFER and their NOTIFYs
 */
#ifndef SW_RULES_TALK_CHECK_H
#define SW_RULES_TALK_CHECK_H

#include "call/signal.h"
#include "rules/talk_state.h"
#include "rules/vias.h"

/* How long a message may be on its way between where it was captured and who reads or sends it: a timer of theirs may
 * run out by so much sooner, or later, than it does here. */
#define SW_ON_THE_WAY (2 * SW_SECOND)

/* The message that is being looked at. */
struct sw_said {
    struct sw_talks *talks;
    const struct sw_talk_message *message;
    const struct sw_sip *sip;
    const struct sw_signal *signal;
    struct sw_vias vias;
    enum sw_method named;      /* in its CSeq */
    struct sw_slice branch;    /* of the first Via */
    uint64_t branch_hash;      /* by which transactions are found */
    struct sw_tx *same_branch; /* the latest of these */
    struct sw_leg *leg;
    struct sw_talk *talk;
    struct sw_tx *tx;              /* of a response: its request's; of a request: its own */
    struct sw_kept *kept;          /* NULL until somebody keeps it */
    struct sw_dialog_seen *dialog; /* NULL: none is known */
    unsigned side;                 /* of the sender, in the leg */
    unsigned party;                /* of the sender, in the dialog */
    int64_t time;
    bool again; /* a copy of one before */
    bool late;  /* in its stream it stands before one that was looked at: nothing is told of it */
};

/* --- talk_kept.c --- */

struct sw_kept *sw_said_keep(struct sw_said *said);
/* The same bytes as that request has. */
bool sw_said_repeats(const struct sw_said *said, const struct sw_kept *request);
bool sw_said_has_body_of(const struct sw_said *said, const struct sw_kept *request);

/* --- talk_state.c --- */

/* That of its Call-ID, made if need be: it is the latest of all now. */
struct sw_talk *sw_talk_of(struct sw_talks *talks, struct sw_said *said);
/* The latest transaction with its branch, or NULL. */
struct sw_tx *sw_tx_latest(const struct sw_said *said);
/* A request begins one, which is the latest of its talk and of its branch. */
struct sw_tx *sw_tx_new(struct sw_talks *talks, struct sw_said *said);

/* --- talk_report.c --- */

/* The message is wrong; before: an earlier one that shows it, or NULL. */
void sw_said_report(const struct sw_said *said, enum sw_rule rule, const struct sw_kept *before, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));
/* It may be wrong: nothing is told of it, nor of who forwards it. */
void sw_said_excuse(const struct sw_said *said, enum sw_rule rule);
/* One that was remembered is wrong, as the present one shows. */
void sw_kept_report(const struct sw_said *said, enum sw_rule rule, const struct sw_kept *accused, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));
/* What was due to it didn't come. answer: what came instead, and shows that it was due; or NULL. */
void sw_absence_report(struct sw_talks *talks, enum sw_rule rule, const struct sw_tx *tx,
                       const struct sw_kept *unanswered, const struct sw_kept *answer, const char *evidence);
/* A response without a request, which stands for it. */
void sw_stray_report(struct sw_talks *talks, const struct sw_tx *tx);
enum { SW_SAID_SHOWN = 56 };
const char *sw_said_show(char to[SW_SAID_SHOWN], struct sw_slice bytes);

/* --- tx_absence.c --- */

/* NULL where there are too many. */
struct sw_claim *sw_claim_add(struct sw_said *said, enum sw_rule rule, const struct sw_tx *tx, unsigned accused,
                              unsigned fork);

/* The same request, as who got it has sent it on; NULL: it wasn't seen to. */
const struct sw_tx *sw_tx_forwarded(const struct sw_talks *talks, const struct sw_tx *tx);

/* --- keepalive.c --- */

void sw_flow_registered(const struct sw_said *said);
/* Of a leg that has a flow. */
void sw_flow_message(const struct sw_said *said);

/* --- the checks --- */

/* Who answers this request is a user agent, not a proxy before one. dialog_check.c: a dialog tells. */
bool sw_is_uas(const struct sw_said *response);

void sw_talk_response(struct sw_said *said);
/* Whether it is to be told of, if no byte turns out to be missing. */
bool sw_talk_stray(struct sw_said *said);
void sw_talk_copy(struct sw_said *said);
void sw_talk_new_request(struct sw_said *said);
void sw_talk_ack(struct sw_said *said);
void sw_talk_cancel(struct sw_said *said, struct sw_tx *cancelled);
void sw_talk_branch(struct sw_said *said, struct sw_tx *first);
void sw_talk_carried(const struct sw_said *said);
void sw_talk_from_tag(const struct sw_said *said);
void sw_talk_to_tag(const struct sw_said *said);
void sw_talk_answered(const struct sw_said *said);
void sw_talk_credentials(struct sw_said *said);
void sw_talk_in_dialog(struct sw_said *said);
void sw_talk_dialog_response(struct sw_said *said);
void sw_talk_publications(struct sw_said *said);
void sw_talk_publication_response(struct sw_said *said);
void sw_talk_prack(struct sw_said *said);
void sw_talk_reliable(struct sw_said *said);
void sw_talk_events(struct sw_said *said);
void sw_talk_event_response(struct sw_said *said);

#endif
