/* SPDX-License-Identifier: MIT
 *
 * Which call does a record belong to, and which calls are over? One entry a Call-ID (RFC 3261 8.1.1.4) in a seeded hash
 * table; a queue of when to look at a call again, so that no record costs a look at all calls; two lists through all of
 * them, by id for the order in which they are told, by latest message for what the limit on calls puts out.
 */
#include "call/open_calls.h"

#include "bytes.h"
#include "call/when.h"

struct sw_call_tracker {
    struct sw_limits limits;
    uint64_t seed;
    struct sw_open_calls open;
    struct sw_link_index links;
    struct sw_queue queue;
    struct sw_tracked *quietest; /* of the open ones */
    struct sw_tracked *liveliest;
    struct sw_tracked *spare; /* memory of closed ones, the warmest first, linked by quieter */
    struct sw_told *oldest;   /* of all not yet told */
    struct sw_told *youngest;
    struct sw_told *told; /* borrowed by the caller */
    size_t closed;        /* not yet told */
    uint64_t last_id;
    uint64_t put_out;        /* told before they were over */
    int64_t now;             /* the latest record's time; it may step back */
    struct sw_signal signal; /* of the latest record */
};

/* Where the tracker and the program lie in memory is what a capture can't know. */
static uint64_t seed_of(const struct sw_call_tracker *tracker)
{
    const uint64_t addresses[] = {(uintptr_t)tracker, (uintptr_t)&addresses, (uintptr_t)&seed_of};
    return sw_hash(sw_slice_of((const uint8_t *)addresses, sizeof addresses), addresses[0]);
}

struct sw_call_tracker *sw_call_tracker_new(const struct sw_limits *limits)
{
    struct sw_call_tracker *tracker = g_new0(struct sw_call_tracker, 1);
    tracker->limits = *limits;
    tracker->seed = seed_of(tracker);
    sw_open_calls_init(&tracker->open);
    tracker->now = SW_NO_TIME;
    sw_link_index_init(&tracker->links);
    return tracker;
}

/* The order of latest messages. It moves on by whole seconds, since to move a call touches two others. */

static void quiet_remove(struct sw_call_tracker *tracker, struct sw_tracked *call)
{
    *(call->quieter == NULL ? &tracker->quietest : &call->quieter->livelier) = call->livelier;
    *(call->livelier == NULL ? &tracker->liveliest : &call->livelier->quieter) = call->quieter;
    call->quieter = call->livelier = NULL;
}

static void quiet_add(struct sw_call_tracker *tracker, struct sw_tracked *call)
{
    call->quieter = tracker->liveliest;
    *(tracker->liveliest == NULL ? &tracker->quietest : &tracker->liveliest->livelier) = call;
    tracker->liveliest = call;
    call->listed = tracker->now;
}

static void quiet_move(struct sw_call_tracker *tracker, struct sw_tracked *call)
{
    if (call->listed <= tracker->now && !sw_time_passed(call->listed, SW_SECOND, tracker->now))
        return;
    quiet_remove(tracker, call);
    quiet_add(tracker, call);
}

/* The life of a call */

static void close_call(struct sw_call_tracker *tracker, struct sw_tracked *call, enum sw_closing how)
{
    sw_open_calls_remove(&tracker->open, call);
    sw_queue_remove(&tracker->queue, &call->queued);
    quiet_remove(tracker, call);
    sw_tracked_close(call, &tracker->links, how, tracker->now);
    tracker->put_out += how == SW_CLOSE_EVICTED;
    call->quieter = tracker->spare;
    tracker->spare = call;
    tracker->closed++;
}

static struct sw_tracked *memory_for_one(struct sw_call_tracker *tracker)
{
    struct sw_tracked *memory = tracker->spare;
    if (memory == NULL)
        return sw_tracked_new();
    tracker->spare = memory->quieter;
    return memory;
}

static struct sw_tracked *open_call(struct sw_call_tracker *tracker, const struct sw_call_key *key)
{
    if (tracker->open.count >= tracker->limits.calls)
        close_call(tracker, tracker->quietest, SW_CLOSE_EVICTED);
    struct sw_told *told = sw_told_new(++tracker->last_id, key, memory_for_one(tracker));
    sw_open_calls_add(&tracker->open, told->open);
    quiet_add(tracker, told->open);
    *(tracker->youngest == NULL ? &tracker->oldest : &tracker->youngest->younger) = told;
    tracker->youngest = told;
    return told->open;
}

static struct sw_call_key key_of(const struct sw_call_tracker *tracker, struct sw_slice call_id)
{
    return (struct sw_call_key){
        .hash = sw_hash(call_id, tracker->seed),
        .text = sw_slice_head(call_id, SW_CALL_TEXT),
    };
}

/* A call is never over before it was quiet for 64*T1, so one that is looked at by then needs no judgement now. */
static void schedule(struct sw_call_tracker *tracker, struct sw_tracked *call)
{
    const bool queued = call->queued.place != 0;
    if (queued && call->queued.due <= sw_time_plus(call->last, SW_64_T1))
        return;
    const int64_t over = sw_tracked_judge(call, tracker->now).over;
    if (over != SW_NEVER && (!queued || over < call->queued.due))
        sw_queue_set(&tracker->queue, &call->queued, over);
}

static struct sw_tracked *call_of(struct sw_queued *queued)
{
    return (struct sw_tracked *)(void *)((char *)queued - offsetof(struct sw_tracked, queued));
}

/* Closes what is over. What was queued may have lived on since: it is queued anew, or left to its next message. */
static void advance(struct sw_call_tracker *tracker, int64_t now)
{
    tracker->now = now;
    struct sw_queued *first;
    while ((first = sw_queue_first(&tracker->queue)) != NULL && first->due <= now) {
        struct sw_tracked *call = call_of(first);
        const int64_t quiet = sw_time_plus(call->last, SW_64_T1);
        const int64_t over = quiet > now ? quiet : sw_tracked_judge(call, now).over;
        if (over <= now)
            close_call(tracker, call, SW_CLOSE_OVER);
        else if (over == SW_NEVER)
            sw_queue_remove(&tracker->queue, first);
        else
            sw_queue_set(&tracker->queue, first, over);
    }
}

/* Most messages find their call out of the cache: the processor gets it while the message is read. */
static void fetch(const struct sw_tracked *call)
{
    enum { LINE = 64 };
    for (size_t at = 0; at < sizeof *call; at += LINE)
        __builtin_prefetch((const char *)call + at, 1);
}

void sw_call_tracker_add(struct sw_call_tracker *tracker, const struct sw_sip_record *record,
                         struct sw_placement *placement)
{
    *placement = (struct sw_placement){.request_time = SW_NO_TIME};
    advance(tracker, record->time);
    const struct sw_slice call_id = record->sip->first[SW_SIP_CALL_ID];
    if (tracker->limits.calls == 0)
        return;
    sw_signal_read(&tracker->signal, record, tracker->seed);
    placement->signal = &tracker->signal;
    if (call_id.size == 0)
        return;
    const struct sw_call_key key = key_of(tracker, call_id);
    struct sw_tracked *call = sw_open_calls_find(&tracker->open, key.hash);
    if (call != NULL)
        fetch(call);
    if (call == NULL)
        call = open_call(tracker, &key);
    sw_tracked_add(call, &tracker->links, &tracker->limits, &tracker->signal, placement);
    quiet_move(tracker, call);
    schedule(tracker, call);
}

uint64_t sw_call_tracker_put_out(const struct sw_call_tracker *tracker)
{
    return tracker->put_out;
}

void sw_call_tracker_connection_end(struct sw_call_tracker *tracker, uint64_t connection, int64_t time)
{
    const int64_t when = time == SW_NO_TIME ? SW_NO_TIME + 1 : time;
    struct sw_link *link = sw_link_index_end(&tracker->links, connection, when);
    while (link != NULL) {
        struct sw_link *next = link->next;
        link->next = NULL;
        schedule(tracker, link->call);
        link = next;
    }
    advance(tracker, when);
}

void sw_call_tracker_finish(struct sw_call_tracker *tracker)
{
    for (struct sw_told *told = tracker->oldest; told != NULL; told = told->younger)
        if (told->open != NULL)
            close_call(tracker, told->open, SW_CLOSE_FINISHED);
}

const struct sw_call *sw_call_tracker_next(struct sw_call_tracker *tracker)
{
    if (tracker->told != NULL)
        sw_told_free(tracker->told);
    tracker->told = NULL;
    struct sw_told *told = tracker->oldest;
    if (told == NULL)
        return NULL;
    if (told->open != NULL) {
        if (tracker->closed <= tracker->limits.calls)
            return NULL;
        close_call(tracker, told->open, SW_CLOSE_EVICTED);
    }
    tracker->oldest = told->younger;
    if (tracker->oldest == NULL)
        tracker->youngest = NULL;
    tracker->closed--;
    tracker->told = told;
    return &told->call;
}

void sw_call_tracker_free(struct sw_call_tracker *tracker)
{
    if (tracker == NULL)
        return;
    sw_call_tracker_finish(tracker);
    const struct sw_call *call;
    do
        call = sw_call_tracker_next(tracker);
    while (call != NULL);
    while (tracker->spare != NULL)
        sw_tracked_free(memory_for_one(tracker));
    sw_open_calls_clear(&tracker->open);
    sw_link_index_clear(&tracker->links);
    sw_queue_clear(&tracker->queue);
    g_free(tracker);
}
