/* SPDX-License-Identifier: MIT
 *
 * In which order does a process give up what it doesn't need any more?
 */
#include "sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const uint64_t gibibyte = UINT64_C(1) << 30;

/* What a user may give is any number; the sum below has to hold it. */
static uint64_t at_most_a_lot(size_t limit)
{
    const uint64_t a_lot = UINT64_C(1) << 44;
    return limit < a_lot ? limit : a_lot;
}

/* Address space, of which most is never touched: libraries, stacks, a heap for each thread. What the limits allow is
 * held far below it; a mistake that would take all memory of the machine is not. */
static uint64_t address_space(const struct sw_limits *limits)
{
    const uint64_t bytes = at_most_a_lot(limits->streams_pending) + at_most_a_lot(limits->inflate_history) +
                           at_most_a_lot(limits->message_size);
    const uint64_t items = at_most_a_lot(limits->streams) + at_most_a_lot(limits->datagram_flows) +
                           at_most_a_lot(limits->keylog_sessions) + at_most_a_lot(limits->order_pending) +
                           at_most_a_lot(limits->calls) * 4;
    return 8 * gibibyte + 4 * bytes + items * 4096;
}

/* Only ever less than what was allowed before. */
static uint64_t limit_address_space(const struct sw_limits *limits)
{
    const uint64_t wanted = address_space(limits);
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0)
        return 0;
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur <= wanted)
        return limit.rlim_cur;
    limit.rlim_cur = wanted;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted)
        limit.rlim_max = wanted;
    return setrlimit(RLIMIT_AS, &limit) == 0 ? wanted : 0;
}

bool sandbox_enter(const struct sandbox_plan *plan, struct sandbox_state *state)
{
    *state = (struct sandbox_state){0};
    /* The other two ask for it: a program that is run as somebody else could be led astray by a filter. */
    state->no_new_privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    state->landlock = sandbox_landlock(plan);
    state->address_space = limit_address_space(plan->limits);
    state->seccomp = sandbox_seccomp(plan);
    return state->no_new_privileges && state->landlock != 0 && state->address_space != 0 && state->seccomp;
}

bool sandbox_is_in_the_way(void)
{
#ifdef SIPWEAVE_INSTRUMENTED
    return true;
#else
    const char *preload = getenv("LD_PRELOAD");
    return preload != NULL && strstr(preload, "vgpreload") != NULL; /* valgrind */
#endif
}
