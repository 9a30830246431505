/* SPDX-License-Identifier: MIT
 *
 * The world: a clock, a queue of what happens next, and what is shared by all that happens. Everything, packets too,
 * goes through the queue, so the file comes out in order of time.
 */
#ifndef BENCH_SIM_H
#define BENCH_SIM_H

#include "capture.h"
#include "mix.h"
#include "random.h"
#include "text.h"
#include "truth.h"

enum {
    MILLISECOND = 1000,
    SECOND = 1000 * MILLISECOND,
};

struct sim;
typedef void sim_action(struct sim *sim, void *object);

struct event {
    int64_t time;
    uint64_t order; /* among those of the same time: first come, first served */
    sim_action *run;
    void *object;
};

struct packet;
struct population;
struct fillers;

struct sim {
    const struct mix *mix;
    uint64_t size_limit; /* bytes of the file; 0: none */
    uint64_t call_limit; /* 0: none */
    unsigned rate;       /* calls begun a second */
    struct random random;
    int64_t now;          /* microseconds since 1970 */
    struct event *events; /* a binary heap */
    size_t event_count;
    size_t event_room;
    uint64_t event_order;
    struct packet *spare; /* packets to use again */
    struct capture capture;
    struct truth *truth; /* NULL: not wanted */
    FILE *payloads;      /* what sipweave-inflate is to read; NULL: nobody asks */
    uint32_t streams;    /* of deflate, so far */
    FILE *keylog;        /* NULL: nothing is encrypted, or nobody wants the secrets */
    bool recording;      /* the capture has begun */
    bool draining;       /* nothing new begins; what is open ends */
    uint64_t calls_begun;
    unsigned calls_open;
    struct population *population;
    struct fillers *fillers;
    struct text text; /* scratch, of whoever runs */
    struct text body;
    struct text sealed;
};

void sim_at(struct sim *sim, int64_t time, sim_action *run, void *object);
/* Runs until nothing is left to happen. */
void sim_run(struct sim *sim);
void sim_free(struct sim *sim);

/* What WebSockets are called in Via and in the truth: "WS" or "WSS". */
const char *sim_transport(const struct sim *sim);

/* A record for a message that is about to be sent; NULL while nobody listens. */
struct record *sim_record(struct sim *sim);

#endif
