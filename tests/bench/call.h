/* SPDX-License-Identifier: MIT
 *
 * What is said: parties, the steps of a call (or registration, or anything with one Call-ID), and who carries them.
 *
 *     caller ──CALLER_UP──▶ proxy ──CALLEE_DOWN──▶ callee
 *            ◀─CALLER_DOWN─       ◀──CALLEE_UP───
 */
#ifndef BENCH_CALL_H
#define BENCH_CALL_H

#include "sim.h"

enum method { INVITE, ACK_METHOD, BYE, CANCEL, INFO, REGISTER, OPTIONS, MESSAGE };

enum hop { CALLER_UP, CALLER_DOWN, CALLEE_DOWN, CALLEE_UP };

enum body { BODY_NONE, BODY_OFFER, BODY_ANSWER, BODY_HOLD, BODY_HELD, BODY_DTMF, BODY_TEXT };

enum step_flag {
    NEW_REQUEST = 1, /* a transaction begins, with the next CSeq */
    ACK_OF_2XX = 2,  /* a transaction of its own, RFC 3261 13.2.2.4 */
    IN_DIALOG = 4,
    BY_CALLEE = 8, /* the callee began the transaction */
    ONE_HOP = 16,  /* between the proxy and one party, not end to end */
    WITH_CREDENTIALS = 32,
    EXPIRES_NOW = 64,
    CHALLENGE = 128,
};

struct step {
    enum hop hop;
    enum method method; /* of CSeq */
    unsigned status;    /* 0: request */
    unsigned flags;
    enum body body;
    unsigned wait_low, wait_high; /* thinking time, milliseconds */
};

/* A part of a conversation; ends with a step whose hop is HOP_END. */
#define HOP_END ((enum hop)4)
extern const struct step script_invite[]; /* to ringing */
extern const struct step script_answer[];
extern const struct step script_busy[];      /* after invite: 486 */
extern const struct step script_cancel[];    /* after invite: CANCEL, 487 */
extern const struct step script_not_found[]; /* instead of invite: 404 */
extern const struct step script_info[];
extern const struct step script_hold[]; /* re-INVITE */
extern const struct step script_bye_caller[];
extern const struct step script_bye_callee[];
extern const struct step script_register[];
extern const struct step script_refresh[];
extern const struct step script_unregister[];
extern const struct step script_options[];
extern const struct step script_message[];

struct party {
    char user[20];
    char display[20]; /* empty: none */
    char sent_by[32]; /* lro7gdfl4opu.invalid, or 192.0.2.11:5060 */
    char contact[48]; /* bob@lro7gdfl4opu.invalid, or 7001@192.0.2.11:5060 */
    char instance[40];
    const char *transport; /* "WS", as in Via */
    struct host address;   /* as the proxy sees it */
    const char *agent;
};

enum leg {
    LEG_WS,
    LEG_UDP,
    LEG_TCP,
    LEG_UNSEEN /* elsewhere */
};

struct client;
struct gateway;

enum { CALL_PARTS = 12 };

struct call {
    const char *kind; /* as in the output of sipweave */
    const char *state;
    unsigned status;
    uint64_t seed; /* tags, branches and SDP are derived from it */
    char call_id[32];
    char tag[2][36]; /* caller, callee */
    uint32_t cseq[2];
    uint64_t transaction;
    enum leg leg;
    struct client *caller;
    struct client *callee;   /* NULL: none on a WebSocket */
    struct gateway *gateway; /* NULL: none */
    struct party other;      /* the callee where it has no client */
    const struct step *parts[CALL_PARTS];
    unsigned part_count;
    unsigned part;
    const struct step *step;
    unsigned messages;
    unsigned lost;
    bool on_ws, on_udp, on_tcp;
    void (*over)(struct sim *sim, struct call *call); /* every part is played */
};

/* sip.c: the message of a step, at the end of text. */
void sip_write(struct sim *sim, const struct call *call, const struct step *step, struct text *text);
const char *method_name(enum method method);

/* sdp.c: a session description as Chromium writes it, or the plain one that a media relay makes of it. Same seed, same
 * session; version and direction tell the re-INVITEs apart. */
struct sdp {
    uint64_t seed;
    unsigned version;
    const char *direction; /* "sendrecv" */
    const char *setup;     /* "actpass" */
    bool plain;
    uint32_t address;
};
void sdp_write(struct text *text, const struct sdp *sdp);

/* call.c */
struct call *call_new(struct sim *sim, const char *kind, struct client *caller);
void call_add_part(struct call *call, const struct step *part);
/* Plays the parts added so far; over runs after the last message has arrived. More parts can be added then, and played.
 */
void call_play(struct sim *sim, struct call *call);
/* Tells the truth of it, and frees it. */
void call_end(struct sim *sim, struct call *call);

#endif
