/* SPDX-License-Identifier: MIT
 *
 * Reassembly of IP fragments, of both families.
 */
#ifndef NET_FRAGMENT_H
#define NET_FRAGMENT_H

#include "net/walk.h"

/* What an IP header says of the fragment whose bytes are walk->bytes. */
struct fragment {
    uint32_t id;
    uint8_t protocol; /* or next header */
    uint32_t offset;  /* bytes */
    bool more;
};

/* counts is borrowed for the life of the table; seed: any random number. */
struct fragments *fragments_new(const struct sw_limits *limits, struct net_counts *counts, uint32_t seed);
/* What is still incomplete is counted as waiting. */
void fragments_finish(struct fragments *table);
void fragments_free(struct fragments *table);

/* Forgets what waited too long at that time. */
void fragments_expire(struct fragments *table, int64_t now);

/* Keeps a fragment of the datagram that walk's addresses and id name. Once all are there, walk goes on with the whole
 * datagram and the marks of all its packets, which live until wholes_free(walk->wholes). Where fragments overlap, the
 * bytes that came first win (RFC 8200 4.5 would drop both; a receiver of either kind may be behind the capture). */
enum protocol fragments_add(struct walk *walk, const struct fragment *fragment);
void wholes_free(struct whole *wholes);

/* The first packet of the oldest incomplete datagram that didn't begin before that time; false: none. */
bool fragments_unfinished(struct fragments *table, int64_t after, struct sw_mark *since);

#endif
