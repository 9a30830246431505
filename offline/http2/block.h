/* SPDX-License-Identifier: MIT
 *
 * A header block that is put together from HEADERS and CONTINUATION frames (RFC 9113 4.3), and read when it is whole.
 */
#ifndef HTTP2_BLOCK_H
#define HTTP2_BLOCK_H

#include <glib.h>

#include "http2/hpack.h"
#include "http2/session.h"

enum http2_block_state {
    HTTP2_BLOCK_NONE,
    HTTP2_BLOCK_OPEN,
    HTTP2_BLOCK_LOST, /* a part of it is missing, or it is too large: its other parts are skipped */
};

struct http2_block {
    enum http2_block_state state;
    bool promise; /* of a PUSH_PROMISE: read, and not told */
    bool end_stream;
    uint32_t stream;
    size_t size;       /* bytes that came, all in the ledger as protocol */
    GByteArray *bytes; /* NULL unless there are some */
    GArray *marks;     /* of struct sw_mark; NULL until the first block */
};

void http2_block_begin(struct http2_block *block, uint32_t stream, bool promise, bool end_stream, struct sw_mark mark);
/* False where the block becomes larger than most: its bytes are dropped then. */
bool http2_block_add(struct http2_block *block, struct sw_slice bytes, struct sw_mark mark, size_t most);
void http2_block_drop(struct http2_block *block);
void http2_block_free(struct http2_block *block);

/* Where the fields of a head are gathered; used for one head after the other. */
struct http2_fields {
    GString *values[HTTP2_FIELDS]; /* NULL until there was one */
    size_t size;                   /* of all fields as RFC 9113 6.5.2 counts them, those nobody asks for too */
    size_t most;                   /* fields beyond are dropped */
};

void http2_fields_begin(struct http2_fields *fields, size_t most);
/* A hpack_field; its context is the struct http2_fields. */
void http2_fields_add(void *context, struct sw_slice name, struct sw_slice value);
struct sw_slice http2_fields_value(const struct http2_fields *fields, enum http2_field field);
void http2_fields_free(struct http2_fields *fields);

#endif
