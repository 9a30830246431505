/* SPDX-License-Identifier: MIT
 *
 * Arithmetic of record times: nanoseconds, SW_NO_TIME where something did not happen. Times come from captures, so
 * sums saturate.
 */
#ifndef SW_CALL_WHEN_H
#define SW_CALL_WHEN_H

#include "sipweave/call.h"

#define SW_SECOND INT64_C(1000000000)

/* RFC 3261 17: 64*T1 with the default T1 of 500 ms. Timers B, F, H and the life of a finished transaction. */
#define SW_64_T1 (32 * SW_SECOND)

#define SW_NEVER INT64_MAX

static inline int64_t sw_time_plus(int64_t time, int64_t delta)
{
    return time > SW_NEVER - delta ? SW_NEVER : time + delta;
}

/* Whether time lies at least delta before now. */
static inline bool sw_time_passed(int64_t time, int64_t delta, int64_t now)
{
    return now >= sw_time_plus(time, delta);
}

/* The earlier of two of which either may not have happened. */
static inline int64_t sw_time_first(int64_t a, int64_t b)
{
    if (a == SW_NO_TIME || b == SW_NO_TIME)
        return a == SW_NO_TIME ? b : a;
    return a < b ? a : b;
}

/* The later of two of which either may not have happened: SW_NO_TIME is the least number there is. */
static inline int64_t sw_time_last(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

#endif
