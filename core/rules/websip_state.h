/* SPDX-License-Identifier: MIT
 *
 * What is remembered of a connection to hold its SIP to RFC 7118, and the steps that the files here share:
 *
 *   websip.c        the events of a connection, and what its messages must be
 *   websip_fields.c what the fields of a message say about the transport
 *   web.c           several connections together
 *   websip_report.c what they have to say
 */
#ifndef SW_RULES_WEBSIP_STATE_H
#define SW_RULES_WEBSIP_STATE_H

#include "sipweave/fields.h"
#include "sipweave/websip.h"
#include "ws/head.h"

enum { SW_SENT = 16 };
enum { SW_TAIL = 3 }; /* of an empty line, what may come before its last byte */

/* The SIP messages that a side sent lately, one a place; a field of all stands together, for it is searched. */
struct sw_websip_sent {
    uint64_t transactions[SW_SENT]; /* hash of the topmost branch, the CSeq, and whether it is a response; 0: none */
    uint64_t bytes[SW_SENT];        /* hash of all of it; 0: it may come again */
    struct sw_mark marks[SW_SENT];
    uint64_t offsets[SW_SENT]; /* in the stream */
    unsigned next;             /* the place of the next one */
};

/* One side, by what it sent. */
struct sw_websip_side {
    bool gap;                    /* something of it was not decoded */
    struct sw_websip_sent *sent; /* NULL: it sent no SIP yet */
    uint64_t missing;            /* bytes that the last message lacks of its body; UINT64_MAX: the end of its headers */
    struct sw_mark missing_mark;
    uint64_t short_by;          /* the same, before any of the parts came */
    uint64_t missing_number;    /* of that message; 0: it didn't even get to the end of a start line */
    uint8_t tail[SW_TAIL];      /* how it ends */
    struct sw_mark strays_mark; /* of the first message since that is no SIP, and may be a part of what is missing */
    char *stray;                /* evidence of that; NULL: there is none */
    bool split;                 /* what came since the last SIP message are its parts */
    uint8_t opcodes;            /* bit n: a message of opcode n came before the last */
    uint8_t last; /* opcode of the last message where that was whole SIP and nothing came since; 0: no such */
    bool other_reported;
};

/* What is wrong with a Contact of the client. It sends few of them, again and again. */
struct sw_contact_faults {
    uint64_t hash;   /* of the Contact; 0: none was seen yet */
    char *transport; /* evidence; NULL where there is no such fault */
    char *host;
    bool outbound;
};

struct sw_websip {
    struct sw_web *web;
    struct sw_surroundings surroundings;
    struct sw_endpoint ends[2];
    struct sw_judgement judgement;
    const struct sw_connection *connection; /* during an event */
    const struct sw_event *event;
    struct sw_via via; /* the topmost of the message at hand */
    bool requested;
    bool accepted;
    bool intermediary;  /* traces of a proxy in the request */
    bool origin_secure; /* a page of https: TLS ended before the capture */
    bool offered;       /* sip */
    bool offered_badly; /* what: nobody knows (WSH-PROTO-SYNTAX) */
    bool selected;      /* sip */
    bool named;         /* sip is in the answer, if perhaps not alone or not once */
    bool other;         /* another subprotocol was selected */
    bool via_secure;    /* the client says WSS on what is plain here */
    bool offer_reported;
    bool plaintext_seen;
    bool plain_reported;
    uint64_t number;   /* web.c's */
    uint64_t pair;     /* hash of the client's address and the server's address and port */
    uint64_t identity; /* hash of who the client is, as far as it says so; 0: it doesn't */
    uint64_t product;  /* hash of its address, User-Agent and target */
    bool pending;      /* asked, and not answered */
    bool over;         /* a Close, FIN or RST of either side */
    bool closed;       /* a Close of either side */
    struct sw_mark request_mark;
    struct sw_mark answer_mark;
    struct sw_websip_side sides[2];
    struct sw_contact_faults contacts[2]; /* of the last; [1]: of REGISTER */
};

/* websip_report.c: about the event at hand, or with a packet before it (NULL: none). evidence: printable ASCII. */
void sw_websip_report(struct sw_websip *websip, enum sw_rule rule, const struct sw_mark *before, const char *evidence,
                      ...) __attribute__((format(printf, 4, 5)));
/* The same of the event alone, with text that is ready. */
void sw_websip_tell(struct sw_websip *websip, enum sw_rule rule, const char *evidence);
void sw_websip_report_of(struct sw_websip *websip, enum sw_rule rule, enum sw_direction party,
                         const struct sw_mark *marks, size_t mark_count, const char *evidence, ...)
    __attribute__((format(printf, 6, 7)));

enum { SW_SHOWN = 60 };
/* Bytes as printable ASCII, cut where they are too long. Returns to. */
const char *sw_websip_show(char to[SW_SHOWN], struct sw_slice bytes);

/* websip_fields.c */
void sw_websip_forget_contact(struct sw_contact_faults *faults);
void sw_websip_check_fields(struct sw_websip *websip, const struct sw_sip *sip);

/* web.c */
void sw_web_request(struct sw_websip *websip, const struct sw_head *head);
void sw_web_accepted(struct sw_websip *websip);
void sw_web_refused(struct sw_websip *websip, const struct sw_http_head *answer);
/* A message whose transport is not protected, and should be. Told once a server. */
void sw_web_plaintext(struct sw_websip *websip, enum sw_rule rule);
void sw_web_begin(struct sw_websip *websip);
void sw_web_sip(struct sw_websip *websip, const struct sw_sip *sip, uint64_t transaction);
void sw_web_end(struct sw_websip *websip, enum sw_direction direction, enum sw_eof how, struct sw_mark mark);
void sw_web_forget(struct sw_websip *websip);

#endif
