/* SPDX-License-Identifier: MIT
 *
 * Bytes from one thread to another, in batches: no other file of the pipeline knows of threads.
 *
 * What is written is used in the order of writing, by one other thread. Of batches that wait there are QUEUE_MOST bytes
 * at most, or one batch: who writes more waits, and may do some of the other's work first.
 */
#ifndef SIPWEAVE_QUEUE_H
#define SIPWEAVE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

enum {
    QUEUE_BATCH = 64 * 1024, /* bytes; a larger piece is a batch of its own */
    QUEUE_MOST = 16 * QUEUE_BATCH,
    QUEUE_ENOUGH = 4 * QUEUE_BATCH, /* to wake the other thread for, unless there's a flush */
};

struct queue_user {
    void *context;
    /* A batch that was handed over, in the other thread. */
    void (*use)(void *context, uint8_t *bytes, size_t size);
    /* The same batch, in the writer's thread, before it is handed over, when there are too many already: anything that
     * need not be done by use any more. */
    void (*prepare)(void *context, uint8_t *bytes, size_t size);
};

struct queue;
/* Starts the other thread. NULL where there can't be one. */
struct queue *queue_new(const struct queue_user *user);
/* After queue_end. */
void queue_free(struct queue *queue);

/* Room for a piece of that size, aligned for anything; it follows the last one, or begins a batch. The caller fills it
 * before the next call. */
void *queue_write(struct queue *queue, size_t size);
/* What was written is handed over now, though the batch isn't full. */
void queue_flush(struct queue *queue);
/* Hands over all, and waits until it has been used. The other thread ends. */
void queue_end(struct queue *queue);

#endif
