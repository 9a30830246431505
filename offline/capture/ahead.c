/* SPDX-License-Identifier: MIT
 *
 * How are blocks filled ahead of their use? One thread fills, one takes; a block goes round between them.
 */
#include "capture/ahead.h"

#include <glib.h>
#include <pthread.h>

struct ahead {
    void (*fill)(void *context, struct ahead_block *block);
    void *context;
    struct ahead_block *taken; /* NULL: none */
    pthread_t thread;

    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t filled;
    pthread_cond_t freed;
    struct ahead_block *first; /* filled */
    struct ahead_block *last;
    struct ahead_block *spare;
    bool stopped; /* nobody takes any more */
    bool ended;   /* the last one is filled */
};

/* --- the thread that fills --------------------------------------------------------------------------------------- */

/* A block to be filled; NULL: no more are wanted. The lock is held. */
static struct ahead_block *take_spare(struct ahead *ahead)
{
    while (ahead->spare == NULL && !ahead->stopped)
        pthread_cond_wait(&ahead->freed, &ahead->lock);
    if (ahead->stopped || ahead->ended)
        return NULL;
    struct ahead_block *block = ahead->spare;
    ahead->spare = block->next;
    return block;
}

/* The lock is held. */
static void put_filled(struct ahead *ahead, struct ahead_block *block)
{
    block->next = NULL;
    if (ahead->first == NULL)
        ahead->first = block;
    else
        ahead->last->next = block;
    ahead->last = block;
    ahead->ended = block->last;
    pthread_cond_signal(&ahead->filled);
}

static void *fill_all(void *context)
{
    struct ahead *ahead = context;
    struct ahead_block *block;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->ended && (block = take_spare(ahead)) != NULL) {
        pthread_mutex_unlock(&ahead->lock);
        ahead->fill(ahead->context, block);
        pthread_mutex_lock(&ahead->lock);
        put_filled(ahead, block);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* --- who takes --------------------------------------------------------------------------------------------------- */

static void put_spare(struct ahead *ahead, struct ahead_block *block)
{
    block->next = ahead->spare;
    ahead->spare = block;
}

const struct ahead_block *ahead_next(struct ahead *ahead)
{
    if (ahead->taken != NULL && ahead->taken->last)
        return NULL;
    pthread_mutex_lock(&ahead->lock);
    if (ahead->taken != NULL)
        put_spare(ahead, ahead->taken);
    pthread_cond_signal(&ahead->freed);
    while (ahead->first == NULL)
        pthread_cond_wait(&ahead->filled, &ahead->lock);
    ahead->taken = ahead->first;
    ahead->first = ahead->taken->next;
    pthread_mutex_unlock(&ahead->lock);
    return ahead->taken;
}

static void free_blocks(struct ahead_block *block)
{
    while (block != NULL) {
        struct ahead_block *next = block->next;
        g_free(block);
        block = next;
    }
}

static void free_parts(struct ahead *ahead)
{
    pthread_mutex_destroy(&ahead->lock);
    pthread_cond_destroy(&ahead->filled);
    pthread_cond_destroy(&ahead->freed);
    free_blocks(ahead->first);
    free_blocks(ahead->spare);
    g_free(ahead->taken);
    g_free(ahead);
}

void ahead_free(struct ahead *ahead)
{
    if (ahead == NULL)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->stopped = true;
    pthread_cond_signal(&ahead->freed);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    free_parts(ahead);
}

struct ahead *ahead_new(void (*fill)(void *context, struct ahead_block *block), void *context)
{
    struct ahead *ahead = g_new0(struct ahead, 1);
    ahead->fill = fill;
    ahead->context = context;
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->filled, NULL);
    pthread_cond_init(&ahead->freed, NULL);
    for (unsigned i = 0; i < AHEAD_BLOCKS; i++)
        put_spare(ahead, g_new(struct ahead_block, 1));
    if (pthread_create(&ahead->thread, NULL, fill_all, ahead) == 0)
        return ahead;
    free_parts(ahead);
    return NULL;
}
