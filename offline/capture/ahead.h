/* SPDX-License-Identifier: MIT
 *
 * Blocks of bytes that a thread of their own fills, some ahead of who takes them.
 */
#ifndef CAPTURE_AHEAD_H
#define CAPTURE_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AHEAD_BLOCK = 256 * 1024, /* bytes */
    AHEAD_BLOCKS = 8,         /* at most: filled ones, the one that is filled and the one that was taken */
};

struct ahead_block {
    struct ahead_block *next;
    size_t size;
    bool last;          /* nothing follows */
    uint64_t stored;    /* see struct source: what it says behind this block */
    const char *damage; /* the same */
    uint8_t bytes[AHEAD_BLOCK];
};

struct ahead;
/* fill is called in the new thread, and nothing else may use the context until ahead_free. NULL: there can't be a
 * thread. */
struct ahead *ahead_new(void (*fill)(void *context, struct ahead_block *block), void *context);
/* Waits for the block that is being filled. */
void ahead_free(struct ahead *ahead);

/* The next block, borrowed until the next call; NULL behind the last. */
const struct ahead_block *ahead_next(struct ahead *ahead);

#endif
