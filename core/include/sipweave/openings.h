/* SPDX-License-Identifier: MIT
 *
 * Who tries to reach whom over TCP, and can: the latest of them, in bounded memory. UDP is what is left to a long
 * request where TCP isn't to be had (RFC 3261 18.1.1).
 */
#ifndef SIPWEAVE_OPENINGS_H
#define SIPWEAVE_OPENINGS_H

#include "sipweave/call.h"

SW_API_BEGIN

struct sw_openings;
struct sw_openings *sw_openings_new(void);
void sw_openings_free(struct sw_openings *openings);

/* A SYN; agreed: with an ACK, which answers the client's. */
void sw_openings_add(struct sw_openings *openings, const struct sw_endpoint *client, const struct sw_endpoint *server,
                     bool agreed);
/* Whether one host was seen to try the other in vain, whatever the ports: see oversize in struct sw_talk_message. */
bool sw_openings_failed(const struct sw_openings *openings, const struct sw_endpoint *source,
                        const struct sw_endpoint *destination);

SW_API_END

#endif
