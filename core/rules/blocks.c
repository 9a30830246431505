/* SPDX-License-Identifier: MIT
 *
 * Where does the memory of talks, transactions and kept messages come from? From what others gave back, by size: they
 * come and go by the thousand.
 */
#include "rules/blocks.h"

#include <glib.h>
#include <string.h>

void *sw_block_take(struct sw_blocks *blocks, size_t size)
{
    const size_t at = (size + SW_BLOCK_STEP - 1) / SW_BLOCK_STEP;
    if (at >= SW_BLOCK_SIZES)
        return g_malloc(size);
    void *block = blocks->first[at];
    if (block == NULL)
        return g_malloc(at * SW_BLOCK_STEP);
    memcpy(&blocks->first[at], block, sizeof(void *));
    blocks->size -= at * SW_BLOCK_STEP;
    return block;
}

void sw_block_give(struct sw_blocks *blocks, void *block, size_t size)
{
    const size_t at = (size + SW_BLOCK_STEP - 1) / SW_BLOCK_STEP;
    if (at >= SW_BLOCK_SIZES || blocks->size >= SW_BLOCKS_MAX) {
        g_free(block);
        return;
    }
    memcpy(block, &blocks->first[at], sizeof(void *));
    blocks->first[at] = block;
    blocks->size += at * SW_BLOCK_STEP;
}

void sw_blocks_clear(struct sw_blocks *blocks)
{
    for (size_t at = 0; at < SW_BLOCK_SIZES; at++)
        while (blocks->first[at] != NULL) {
            void *block = blocks->first[at];
            memcpy(&blocks->first[at], block, sizeof(void *));
            g_free(block);
        }
}
