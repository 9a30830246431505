/* SPDX-License-Identifier: MIT
 *
 * What the generator knows of its own capture, told as NDJSON: a line a SIP message, a line a call, totals last. It is
 * what a decoder's answer is held against, so nothing here comes from decoding anything.
 */
#ifndef BENCH_TRUTH_H
#define BENCH_TRUTH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "text.h"

enum {
    TRUTH_STATES = 8, /* distinct states of calls that the totals tell apart */
};

struct host {
    uint32_t address;
    uint16_t port;
};

enum expect {
    EXPECT_FOUND,
    EXPECT_LOST,   /* the capture does not hold what it would take to read it */
    EXPECT_EITHER, /* nobody has to read it: too large, or its deflate history is gone */
};

/* One SIP message on its way through the capture. */
struct record {
    struct record *next; /* in the list of spare records */
    struct host source;
    struct host destination;
    const char *transport;
    const char *method; /* of CSeq; a request's too */
    unsigned status;    /* 0: request */
    uint32_t cseq;
    char call_id[48];
    char sha1[41]; /* empty: too large to be worth it */
    struct text raw;
    uint64_t size;
    bool repeated; /* the same bytes were sent before, on purpose: RFC 3261 17.1.1.2 */
    enum expect expect;
    const char *why;
    bool compressed;
    bool *history_lost;  /* of the deflate stream it is part of; NULL: it needs no history */
    unsigned *call_lost; /* counts the messages of the call that need not be found; NULL: none */

    bool sealed;      /* all its packets are known */
    unsigned pending; /* packets not yet written */
    unsigned missed;  /* packets that the capture did not see */
    int64_t time;     /* of its first packet */
    uint64_t *frames; /* numbers of its packets, ascending */
    unsigned frame_count;
    unsigned frame_room;
};

struct truth {
    FILE *file;
    bool raw;
    struct record *spare;
    struct text line;
    uint64_t expected[3]; /* messages by enum expect */
    uint64_t calls;
    struct {
        const char *name;
        uint64_t count;
    } states[TRUTH_STATES];
    uint64_t connections;
};

bool truth_open(struct truth *truth, const char *path, bool raw);
bool truth_close(struct truth *truth);

/* An empty record; the truth keeps it and forgets it once it is written. */
struct record *truth_record(struct truth *truth);
/* Fills in size, hash and, where asked for, the text. */
void record_message(struct truth *truth, struct record *record, const void *bytes, size_t size);

/* The packets of a record: announced, then each written (number) or missed (0). Sealed: no more will be announced. */
void record_packet(struct record *record);
void record_written(struct truth *truth, struct record *record, uint64_t number, int64_t time);
void record_seal(struct truth *truth, struct record *record);

struct call_truth {
    const char *call_id;
    const char *kind;
    const char *from;
    const char *to;
    const char *state;
    unsigned status;
    unsigned messages;
    unsigned lost;
    const char *transports; /* JSON: ["WS","UDP"] */
};
void truth_call(struct truth *truth, const struct call_truth *call);
void truth_totals(struct truth *truth, uint64_t packets, uint64_t bytes);

#endif
