/* SPDX-License-Identifier: MIT
 *
 * Traffic that is no call: what else is on the wire, and attacks. Each kind keeps its share of the file's bytes.
 */
#ifndef BENCH_FILLER_H
#define BENCH_FILLER_H

#include "websocket.h"

enum { FILLER_STREAMS = 64 };

struct stream {
    struct host source;
    struct host destination;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
    unsigned left; /* packets until it is another call's */
    unsigned size;
};

struct fillers {
    uint64_t bytes[FILLER_COUNT]; /* sent, or about to be */
    struct stream streams[FILLER_STREAMS];
    unsigned turn;
    uint8_t *random_bytes; /* RANDOM_BYTES of them, payload for what is encrypted */
    struct text bomb;      /* compressed body */
};

enum { RANDOM_BYTES = 1 << 16 };

/* Sends one of a kind, about at that time; how many bytes of the file it will take. */
typedef uint64_t filler_send(struct sim *sim, int64_t time);

filler_send noise_rtp, noise_dns, noise_http, noise_bulk, noise_odds;
filler_send attack_syn, attack_bomb, attack_huge, attack_headers;

void fillers_start(struct sim *sim);
void fillers_free(struct sim *sim);

/* What attack.c keeps. */
void attack_prepare(struct fillers *fillers);

#endif
