/* SPDX-License-Identifier: MIT
 *
 * WebSocket connections: the upgrade as Chromium asks for it and as Kamailio or node's ws answer, frames, masks,
 * fragments (RFC 6455), permessage-deflate (RFC 7692).
 */
#ifndef BENCH_WEBSOCKET_H
#define BENCH_WEBSOCKET_H

#include <zlib.h>

#include "tcp.h"
#include "tls.h"

enum opcode {
    OPCODE_CONTINUATION = 0,
    OPCODE_TEXT = 1,
    OPCODE_BINARY = 2,
    OPCODE_CLOSE = 8,
    OPCODE_PING = 9,
    OPCODE_PONG = 10,
};

struct websocket {
    struct connection *tcp;
    struct tls *tls;   /* NULL: in the clear */
    sim_action *ready; /* the client has its 101 */
    void *object;
    char key[25];
    bool deflate;
    bool fragments;
    bool coalesced; /* waits a moment, so that messages share segments */
    bool binary;
    struct {
        bool keep_history;
        int window_bits;
        z_stream *stream;  /* NULL: not compressed */
        uint32_t number;   /* of that stream */
        bool history_lost; /* to one who has only the capture */
    } side[2];
};

/* What the connection is like, by the mix's shares. */
void websocket_choose(struct websocket *websocket, struct sim *sim);
/* Begins a connection: TCP, TLS where the mix has it, GET, 101; ready runs when the client may send. */
void websocket_open(struct sim *sim, struct websocket *websocket, struct host client, struct host server,
                    sim_action *ready, void *object);

/* A message, in one frame or several, by the connection's habits. record may be NULL. */
void websocket_send(struct sim *sim, struct websocket *websocket, enum side from, const void *bytes, size_t size,
                    struct record *record);
/* The same with nothing left to habit: a control frame, or a frame of an attack. It leaves in a moment. */
void websocket_frame(struct sim *sim, struct websocket *websocket, enum side from, unsigned first_byte,
                     uint64_t announced, const void *bytes, size_t size, struct record *record);

/* The connection is over: frees what deflate and TLS hold, not the TCP connection. */
void websocket_free(struct sim *sim, struct websocket *websocket);

#endif
