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

/* Address space, of which most is never touched: libraries, stacks, a heap for each thread. What the limits allow is
 * held far below it; a mistake that would take all memory of the machine is not. */
static uint64_t address_space(const struct sw_limits *limits)
{
    const uint64_t bytes = (uint64_t)limits->streams_pending + limits->inflate_history + limits->message_size;
    const uint64_t items = (uint64_t)limits->streams + limits->datagram_flows + limits->keylog_sessions +
                           limits->order_pending + (uint64_t)limits->calls * 4;
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
