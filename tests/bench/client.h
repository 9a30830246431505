/* SPDX-License-Identifier: MIT
 *
 * Who takes part: browsers that connect, register, call, keep their connection alive and leave; gateways behind the
 * proxy.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "call.h"
#include "websocket.h"

enum client_state { CLIENT_AWAY, CLIENT_REGISTERING, CLIENT_IDLE, CLIENT_BUSY, CLIENT_LEAVING };

struct client {
    enum client_state state;
    struct party party;
    struct websocket websocket;
    struct call *registration;
    bool refreshing;
    unsigned scripts; /* conversations in progress on the connection */
    unsigned calls_left;
    unsigned idle_at; /* place in the population's list, while idle */
    bool ticking;
    int64_t refresh_at;
};

/* A telephone network that the proxy reaches by UDP or TCP. */
struct gateway {
    struct host host;
    struct connection *tcp; /* NULL: UDP */
};

enum { GATEWAYS = 8 };

struct population {
    struct client *clients;
    unsigned client_count;
    struct client **idle;
    unsigned idle_count;
    struct gateway gateways[GATEWAYS]; /* even: UDP, odd: TCP */
    bool calling;                      /* calls are being begun */
};

/* Opens everything; calls begin when the first clients are registered. */
void population_start(struct sim *sim);
void population_free(struct sim *sim);

/* A conversation on the client's connection is over. */
void client_script_over(struct sim *sim, struct client *client);

#endif
