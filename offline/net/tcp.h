/* SPDX-License-Identifier: MIT
 *
 * TCP connections: segments in, bytes in order out.
 */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "net/walk.h"

struct tcp;

/* All three are borrowed for the life of it; seed: any random number. */
struct tcp *tcp_new(const struct sw_limits *limits, const struct net_sink *sink, struct net_counts *counts,
                    uint64_t seed);
void tcp_free(struct tcp *tcp);

/* The walk ended at a TCP header; false: that is malformed. */
bool tcp_packet(struct tcp *tcp, struct walk *walk);

/* Ends every connection with NET_CAPTURE_END. */
void tcp_finish(struct tcp *tcp, struct sw_mark last);

/* The packet of the oldest bytes held that didn't come before that time; false: none. */
bool tcp_unfinished(struct tcp *tcp, int64_t after, struct sw_mark *since);

#endif
