/* SPDX-License-Identifier: MIT
 *
 * Bytes that are held while a frame boundary is looked for, and the packets they came in.
 */
#ifndef HTTP2_SYNC_H
#define HTTP2_SYNC_H

#include <glib.h>

#include "sipweave/slice.h"

struct http2_sync {
    GByteArray *bytes; /* NULL: none */
    GArray *runs;      /* of struct http2_run */
    size_t searched;   /* no frame begins before this */
};

struct http2_run {
    struct sw_mark mark;
    size_t size;
};

void http2_sync_add(struct http2_sync *sync, struct sw_slice bytes, struct sw_mark mark);
/* SW_OK: a frame begins at searched. last: nothing will come behind these bytes. */
enum sw_result http2_sync_find(struct http2_sync *sync, bool last);
/* Gives up the bytes before searched; how many. */
size_t http2_sync_drop(struct http2_sync *sync);
/* The packet of the first held byte; false: none is held. */
bool http2_sync_since(const struct http2_sync *sync, struct sw_mark *since);
void http2_sync_free(struct http2_sync *sync);

#endif
