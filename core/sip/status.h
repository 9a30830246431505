/* SPDX-License-Identifier: MIT
 *
 * Status codes, and classes of them, that more than one part of the core tells apart (RFC 3261 7.2, 21).
 */
#ifndef SW_SIP_STATUS_H
#define SW_SIP_STATUS_H

#include <stdbool.h>

enum {
    SW_STATUS_TRYING = 100,
    SW_STATUS_OK = 200,
    SW_STATUS_REDIRECT = 300,
    SW_STATUS_UNAUTHORIZED = 401,
    SW_STATUS_PROXY_UNAUTHORIZED = 407,
    SW_STATUS_TIMEOUT = 408,
    SW_STATUS_NO_SUCH_CALL = 481, /* or transaction, or dialog */
    SW_STATUS_SERVER_ERROR = 500,
};

static inline bool sw_is_final(unsigned status)
{
    return status >= SW_STATUS_OK;
}

static inline bool sw_is_2xx(unsigned status)
{
    return status / 100 == 2;
}

static inline bool sw_is_3xx(unsigned status)
{
    return status / 100 == 3;
}

/* A request that is asked for credentials is sent anew (RFC 3261 22). */
static inline bool sw_is_challenge(unsigned status)
{
    return status == SW_STATUS_UNAUTHORIZED || status == SW_STATUS_PROXY_UNAUTHORIZED;
}

#endif
