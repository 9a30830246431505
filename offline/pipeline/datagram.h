/* SPDX-License-Identifier: MIT
 *
 * SIP over UDP (RFC 3261 18): told from media and the rest by its first line.
 */
#ifndef SIPWEAVE_DATAGRAM_H
#define SIPWEAVE_DATAGRAM_H

#include "pipeline/stream.h"

struct datagrams;
struct datagrams *datagrams_new(struct stream_context *context);
void datagrams_add(struct datagrams *datagrams, const struct sw_endpoint *source, const struct sw_endpoint *destination,
                   struct sw_slice bytes, uint32_t missing, const struct sw_mark *marks, size_t mark_count);
/* client opens a TCP connection to server; or server agrees. */
void datagrams_opening(struct datagrams *datagrams, const struct sw_endpoint *client, const struct sw_endpoint *server,
                       bool agreed);
/* Tells the ledger of every flow that carried SIP. */
void datagrams_finish(struct datagrams *datagrams, struct sw_mark last);
void datagrams_free(struct datagrams *datagrams);

#endif
