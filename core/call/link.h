/* SPDX-License-Identifier: MIT
 *
 * Which calls travel over which connections, so that the end of a connection finds its calls.
 */
#ifndef SW_CALL_LINK_H
#define SW_CALL_LINK_H

#include "call/signal.h"

#include <glib.h>

enum { SW_LINKS = 8, SW_LINKS_AT_FIRST = 2 };

struct sw_tracked;

/* One connection as one call uses it. */
struct sw_link {
    uint64_t connection;
    int64_t last; /* its latest message in this call */
    int64_t died; /* SW_NO_TIME: it lives */
    struct sw_tracked *call;
    struct sw_link *previous; /* of the same connection */
    struct sw_link *next;
    uint64_t caller_end; /* its address on the caller's side, and on the callee's */
    uint64_t callee_end;
    bool websocket;
};

/* Of a call: its 8 latest connections. */
struct sw_links {
    size_t count;
    size_t capacity;
    struct sw_link *items; /* others point to them: they move with care */
};

/* Of a tracker: connection number -> its links. The number is that in the first of them. */
struct sw_link_index {
    GHashTable *first;
};

void sw_link_index_init(struct sw_link_index *index);
void sw_link_index_clear(struct sw_link_index *index);

/* A message of the call went over its record's connection (0: over none). from_caller: it, or the request it answers,
 * was sent by the caller. */
void sw_links_note(struct sw_links *links, struct sw_link_index *index, struct sw_tracked *call,
                   const struct sw_signal *signal, bool from_caller);

/* All go. What the list has grown to is kept for another call, if it isn't much. */
void sw_links_clear(struct sw_links *links, struct sw_link_index *index);
void sw_links_free(struct sw_links *links);

/* Marks a connection as dead for all of its calls. Returns its links, the next by ->next; they stay their calls' own.
 */
struct sw_link *sw_link_index_end(struct sw_link_index *index, uint64_t connection, int64_t time);

/* When the call lost an endpoint with its connection, and has not heard of it over another one: SW_NO_TIME where it did
 * not. *websocket: it was a WebSocket, which only the client can open again (RFC 7118 5; others the next request opens,
 * RFC 3261 18.1.1). */
int64_t sw_links_lost(const struct sw_links *links, bool *websocket);

#endif
