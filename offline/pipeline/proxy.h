/* SPDX-License-Identifier: MIT
 *
 * What proxies have said before the bytes of a connection begin. Both functions look at it from its first byte on.
 */
#ifndef SIPWEAVE_PROXY_H
#define SIPWEAVE_PROXY_H

#include "sipweave/call.h"
#include "sipweave/slice.h"

/* A PROXY protocol header, version 1 or 2: SW_OK, its *size and, if it names one, the *client behind the proxy (family
 * 0 otherwise); SW_MORE; SW_BAD where there is none. */
enum sw_result proxy_header(struct sw_slice bytes, size_t *size, struct sw_endpoint *client);

/* A client asks for a tunnel to somewhere, and gets it: CONNECT of HTTP/1 (RFC 9110 9.3.6), SOCKS 5 (RFC 1928, RFC
 * 1929), SOCKS 4. sides and sizes are by enum sw_direction: SW_OK, and how much of each that takes; SW_MORE; SW_BAD
 * where nobody asks, or it is refused. */
enum sw_result proxy_tunnel(const struct sw_slice sides[2], size_t sizes[2]);

#endif
