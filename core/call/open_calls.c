/* SPDX-License-Identifier: MIT
 *
 * Which open call has this Call-ID? A table with open addressing: a thousand calls may be open at once and each message
 * is another's, so what counts is how little memory a search touches.
 */
#include "call/open_calls.h"

#include "bytes.h"

enum { SLOTS_MIN = 256 };

void sw_open_calls_init(struct sw_open_calls *calls)
{
    *calls = (struct sw_open_calls){.mask = SLOTS_MIN - 1};
    calls->slots = g_new0(struct sw_open_call, SLOTS_MIN);
}

void sw_open_calls_clear(struct sw_open_calls *calls)
{
    g_free(calls->slots);
}

struct sw_tracked *sw_open_calls_find(const struct sw_open_calls *calls, uint64_t hash)
{
    size_t at = hash & calls->mask;
    while (calls->slots[at].call != NULL && calls->slots[at].hash != hash)
        at = (at + 1) & calls->mask;
    return calls->slots[at].call;
}

static void put(struct sw_open_call *slots, size_t mask, struct sw_open_call slot)
{
    size_t at = slot.hash & mask;
    while (slots[at].call != NULL)
        at = (at + 1) & mask;
    slots[at] = slot;
}

static void grow(struct sw_open_calls *calls)
{
    const size_t mask = calls->mask * 2 + 1;
    struct sw_open_call *slots = g_new0(struct sw_open_call, mask + 1);
    for (size_t i = 0; i <= calls->mask; i++)
        if (calls->slots[i].call != NULL)
            put(slots, mask, calls->slots[i]);
    g_free(calls->slots);
    calls->slots = slots;
    calls->mask = mask;
}

void sw_open_calls_add(struct sw_open_calls *calls, struct sw_tracked *call)
{
    if (calls->count >= (calls->mask + 1) / 4 * 3)
        grow(calls);
    put(calls->slots, calls->mask, (struct sw_open_call){.hash = call->hash, .call = call});
    calls->count++;
}

/* Closes the hole at `at`: each entry behind it that may stand there (its own place isn't between) moves up. */
static void close_up(struct sw_open_calls *calls, size_t at)
{
    struct sw_open_call *slots = calls->slots;
    for (size_t next = (at + 1) & calls->mask; slots[next].call != NULL; next = (next + 1) & calls->mask) {
        const size_t wanted = slots[next].hash & calls->mask;
        if (((next - wanted) & calls->mask) < ((next - at) & calls->mask))
            continue;
        slots[at] = slots[next];
        at = next;
    }
    slots[at].call = NULL;
}

void sw_open_calls_remove(struct sw_open_calls *calls, const struct sw_tracked *call)
{
    size_t at = call->hash & calls->mask;
    while (calls->slots[at].call != call)
        at = (at + 1) & calls->mask;
    close_up(calls, at);
    calls->count--;
}
