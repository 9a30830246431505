/* SPDX-License-Identifier: MIT
 *
 * How do bytes get from one thread to another?
 *
 * With POSIX's own locks, which ThreadSanitizer and helgrind know.
 */
#include "pipeline/queue.h"

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>

enum { ALIGNMENT = 16 };

struct batch {
    struct batch *next;
    size_t size;
    size_t capacity;
    _Alignas(ALIGNMENT) uint8_t bytes[];
};

struct queue {
    struct queue_user user;
    struct batch *written; /* the writer's; NULL: nothing yet */
    bool ended;            /* the writer has ended */
    pthread_t thread;

    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;  /* the user waits for a batch, or for the end */
    pthread_cond_t less;  /* the writer waits for room */
    struct batch *first;  /* batches that wait */
    struct batch *last;
    size_t waiting; /* their bytes */
    struct batch *spare;
    bool closed; /* no more come */
};

/* --- batches ----------------------------------------------------------------------------------------------------- */

static void free_all(struct batch *batch)
{
    while (batch != NULL) {
        struct batch *next = batch->next;
        g_free(batch);
        batch = next;
    }
}

/* The one used last is still in some cache. */
static struct batch *take_spare(struct queue *queue, size_t size)
{
    if (size > QUEUE_BATCH)
        return NULL;
    pthread_mutex_lock(&queue->lock);
    struct batch *batch = queue->spare;
    if (batch != NULL)
        queue->spare = batch->next;
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

static struct batch *make_batch(struct queue *queue, size_t size)
{
    struct batch *batch = take_spare(queue, size);
    if (batch == NULL) {
        const size_t capacity = MAX(size, QUEUE_BATCH);
        batch = g_malloc(sizeof *batch + capacity);
        batch->capacity = capacity;
    }
    batch->next = NULL;
    batch->size = 0;
    return batch;
}

/* Large ones aren't kept. The lock is held. */
static void put_back(struct queue *queue, struct batch *batch)
{
    if (batch->capacity > QUEUE_BATCH) {
        g_free(batch);
        return;
    }
    batch->next = queue->spare;
    queue->spare = batch;
}

/* --- the other thread -------------------------------------------------------------------------------------------- */

/* The next batch; NULL: there are no more. The lock is held. A writer that waits is woken when half of the room is
 * free, not for each batch. */
static struct batch *next_batch(struct queue *queue)
{
    while (queue->first == NULL && !queue->closed)
        pthread_cond_wait(&queue->more, &queue->lock);
    struct batch *batch = queue->first;
    if (batch == NULL)
        return NULL;
    queue->first = batch->next;
    queue->waiting -= batch->capacity;
    if (queue->waiting <= QUEUE_MOST / 2)
        pthread_cond_signal(&queue->less);
    return batch;
}

static void *use_all(void *context)
{
    struct queue *queue = context;
    struct batch *batch;
    pthread_mutex_lock(&queue->lock);
    while ((batch = next_batch(queue)) != NULL) {
        pthread_mutex_unlock(&queue->lock);
        queue->user.use(queue->user.context, batch->bytes, batch->size);
        pthread_mutex_lock(&queue->lock);
        put_back(queue, batch);
    }
    pthread_mutex_unlock(&queue->lock);
    return NULL;
}

/* --- the writer -------------------------------------------------------------------------------------------------- */

/* The lock is held. */
static bool is_full(const struct queue *queue, const struct batch *batch)
{
    return queue->first != NULL && queue->waiting + batch->capacity > QUEUE_MOST;
}

static void hand_over(struct queue *queue, struct batch *batch, bool now)
{
    pthread_mutex_lock(&queue->lock);
    if (is_full(queue, batch)) {
        pthread_mutex_unlock(&queue->lock);
        queue->user.prepare(queue->user.context, batch->bytes, batch->size);
        pthread_mutex_lock(&queue->lock);
    }
    while (is_full(queue, batch))
        pthread_cond_wait(&queue->less, &queue->lock);
    if (queue->first == NULL)
        queue->first = batch;
    else
        queue->last->next = batch;
    queue->last = batch;
    queue->waiting += batch->capacity;
    if (now || queue->waiting >= QUEUE_ENOUGH)
        pthread_cond_signal(&queue->more);
    pthread_mutex_unlock(&queue->lock);
}

static void hand_over_written(struct queue *queue, bool now)
{
    struct batch *batch = queue->written;
    queue->written = NULL;
    if (batch != NULL)
        hand_over(queue, batch, now);
}

void queue_flush(struct queue *queue)
{
    hand_over_written(queue, true);
}

void *queue_write(struct queue *queue, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (queue->written != NULL && queue->written->capacity - queue->written->size < size)
        hand_over_written(queue, false);
    if (queue->written == NULL)
        queue->written = make_batch(queue, size);
    void *room = queue->written->bytes + queue->written->size;
    queue->written->size += size;
    return room;
}

void queue_end(struct queue *queue)
{
    if (queue->ended)
        return;
    queue_flush(queue);
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_signal(&queue->more);
    pthread_mutex_unlock(&queue->lock);
    pthread_join(queue->thread, NULL);
    queue->ended = true;
}

struct queue *queue_new(const struct queue_user *user)
{
    struct queue *queue = g_new0(struct queue, 1);
    queue->user = *user;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->more, NULL);
    pthread_cond_init(&queue->less, NULL);
    if (pthread_create(&queue->thread, NULL, use_all, queue) == 0)
        return queue;
    queue->ended = true;
    queue_free(queue);
    return NULL;
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    queue_end(queue);
    pthread_mutex_destroy(&queue->lock);
    pthread_cond_destroy(&queue->more);
    pthread_cond_destroy(&queue->less);
    free_all(queue->first);
    free_all(queue->spare);
    g_free(queue->written);
    g_free(queue);
}
