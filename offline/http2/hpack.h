/* SPDX-License-Identifier: MIT
 *
 * Header blocks of one direction of an HTTP/2 connection (RFC 7541), through nghttp2's inflater.
 *
 * Blocks refer to fields of the blocks before them. Where one of those is missing, the table is begun anew: entries are
 * counted from the newest, so a block that refers only to what came since is read rightly, and one that refers further
 * back is refused. Nothing is ever guessed.
 */
#ifndef HTTP2_HPACK_H
#define HTTP2_HPACK_H

#include "sipweave/slice.h"

struct hpack;

/* table: the largest dynamic table that a sender may have. How large it is, within what the other side's
 * SETTINGS_HEADER_TABLE_SIZE allows, the blocks say themselves (RFC 7541 6.3), so this is only a bound on memory. */
struct hpack *hpack_new(size_t table);
void hpack_free(struct hpack *hpack);

/* A block is missing, or a part of one. */
void hpack_forget(struct hpack *hpack);

/* One whole block: each field is given to the call, in order, borrowed during it. False where the block can't be read:
 * then what was given is void, and the table is begun anew. */
typedef void hpack_field(void *context, struct sw_slice name, struct sw_slice value);
bool hpack_read(struct hpack *hpack, struct sw_slice block, hpack_field *field, void *context);

#endif
