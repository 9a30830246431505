/* SPDX-License-Identifier: MIT
 *
 * Memory that is taken and given back in pieces of many sizes, of which some is kept for the next one.
 */
#ifndef SW_RULES_BLOCKS_H
#define SW_RULES_BLOCKS_H

#include <stddef.h>

enum { SW_BLOCK_STEP = 64, SW_BLOCK_SIZES = 33, SW_BLOCKS_MAX = 8 << 20 };

/* What was given back. */
struct sw_blocks {
    void *first[SW_BLOCK_SIZES]; /* by size, in steps; each begins with a pointer to the next one */
    size_t size;                 /* of all of it */
};

/* Its bytes are whatever they were. */
void *sw_block_take(struct sw_blocks *blocks, size_t size);
/* size: as it was taken. */
void sw_block_give(struct sw_blocks *blocks, void *block, size_t size);
/* Frees what was given back. */
void sw_blocks_clear(struct sw_blocks *blocks);

#endif
