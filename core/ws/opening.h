/* SPDX-License-Identifier: MIT
 *
 * What the checks of a handshake share: a copy of the request, until its answer has come, and the ways to read heads
 * strictly.
 */
#ifndef SW_WS_OPENING_H
#define SW_WS_OPENING_H

#include "ws/head.h"
#include "ws/judge.h"

/* A handshake and its packets. Findings wait for the answer: who never got one is not judged. */
struct sw_opening {
    uint8_t *text; /* the request's head; its slices point here */
    struct sw_http_head request;
    const struct sw_head *asked; /* the same, while request and answer are checked */
    uint64_t request_end;        /* in the client's stream */
    struct sw_unit *unit;        /* the request's packets */
    bool intermediary;           /* something stands between the client and the capture */
    bool quiet;                  /* nothing is reported */
    bool broken;                 /* the server has to refuse it (4.2.1) */
    bool answered;
    unsigned status;
    uint64_t answer_begin; /* in the server's stream */
    uint64_t answer_end;
    struct sw_mark answer_mark;
    const struct sw_unit *answer_unit; /* while the answer is checked */
    bool answer_bad;                   /* the client has to fail the connection (4.1) */
    bool deflate_bad;                  /* and so because of RFC 7692 7 */
    bool early_frame;                  /* frames of the server stood before its answer */
    struct sw_mark early_mark;         /* of the first */
    bool frames[2];                    /* each side has sent some */
};

/* The request or the answer breaks a rule. */
void sw_opening_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const char *evidence, ...)
    __attribute__((format(printf, 4, 5)));

/* Without its end. */
struct sw_slice sw_head_first_line(struct sw_slice text);
/* A header line that breaks RFC 9112 5; empty: there is none. */
struct sw_slice sw_head_bad_line(const struct sw_head *head);
/* A version of 4.3: a number of its range, without leading zeros. */
bool sw_head_version(struct sw_slice text, uint64_t *version);

/* check_request.c, check_answer.c: a 101, or another answer. */
void sw_check_whole_request(struct sw_connection *c, struct sw_opening *opening);
void sw_check_acceptance(struct sw_connection *c, struct sw_opening *opening, const struct sw_head *answer);
void sw_check_refusal(struct sw_connection *c, const struct sw_opening *opening, const struct sw_head *answer);

/* check_extension.c: 9.1 and RFC 7692 7. */
void sw_check_offer(struct sw_connection *c, struct sw_opening *opening);
void sw_check_agreement(struct sw_connection *c, struct sw_opening *opening, const struct sw_head *answer);

#endif
