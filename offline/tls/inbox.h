/* SPDX-License-Identifier: MIT
 *
 * The bytes of one direction that are not yet read, and the packets that brought them. What lies whole in a segment is
 * read there; only the rest is copied.
 */
#ifndef TLS_INBOX_H
#define TLS_INBOX_H

#include <glib.h>

#include "sipweave/slice.h"

struct inbox_piece {
    size_t end; /* behind the piece's last byte, counted from the view's first */
    struct sw_mark mark;
};

/* All that is there to read, borrowed until inbox_close. */
struct inbox_view {
    struct sw_slice bytes;
    const struct inbox_piece *pieces;
    size_t piece_count;
    struct inbox_piece only; /* of a view into a segment */
};

struct inbox {
    GByteArray *bytes; /* NULL: nothing is held */
    GArray *pieces;    /* struct inbox_piece */
};

/* bytes come behind what is held; they may be empty. */
void inbox_open(struct inbox *inbox, struct inbox_view *view, struct sw_slice bytes, struct sw_mark mark);
/* The first taken bytes were read; the rest is held. */
void inbox_close(struct inbox *inbox, const struct inbox_view *view, size_t taken);
void inbox_clear(struct inbox *inbox);

static inline size_t inbox_size(const struct inbox *inbox)
{
    return inbox->bytes != NULL ? inbox->bytes->len : 0;
}

/* The piece that has the byte at offset, which is in the view. */
size_t inbox_piece_at(const struct inbox_view *view, size_t offset);

#endif
