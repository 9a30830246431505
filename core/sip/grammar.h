/* SPDX-License-Identifier: MIT
 *
 * Pieces of RFC 3261 25.1 that more than one decoder reads.
 */
#ifndef SW_SIP_GRAMMAR_H
#define SW_SIP_GRAMMAR_H

#include "sipweave/slice.h"

/* "host", "host : port", "[v6]:port". A port that isn't all digits is left empty. More than one colon without brackets
 * is an IPv6 address that lacks them (RFC 5118 4.1): host, with no port. */
void sw_host_port(struct sw_slice text, struct sw_slice *host, struct sw_slice *port);

/* The size of the scheme (RFC 3986 3.1) that text begins with; the colon behind it is left to the caller. 0: none. */
size_t sw_scheme_size(struct sw_slice text);

#endif
