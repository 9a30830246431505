/* SPDX-License-Identifier: MIT
 *
 * The bytes of one direction that wait to be read: what was just fed, and before it what had to be kept.
 */
#ifndef SW_WS_READER_H
#define SW_WS_READER_H

#include "ws/pool.h"

/* Bytes that came in one packet, or bytes that are missing. */
struct sw_run {
    struct sw_mark mark;
    uint64_t size;
    bool missing;          /* size 0: an unknown number of them */
    enum sw_reason reason; /* why they are missing */
};

/* Kept bytes: those of the runs that aren't missing, one behind the other. */
struct sw_held {
    uint8_t *bytes;
    size_t at; /* the first unread one */
    size_t size;
    size_t room;
    struct sw_run *runs;
    size_t run_at;
    size_t run_count;
    size_t run_room;
    size_t gaps;  /* unread runs that are missing */
    size_t front; /* unread bytes before the first of them */
};

struct sw_reader {
    uint64_t offset;      /* in the stream, of the next byte */
    struct sw_held *held; /* NULL: nothing */
    struct sw_slice fed;  /* borrowed, behind what is held */
    struct sw_mark mark;  /* of fed */
};

/* The next bytes as far as one packet carried them; empty before a gap and at the end. */
struct sw_slice sw_reader_run(const struct sw_reader *reader, struct sw_mark *packet);

/* The next bytes in one piece, at least want of them if there are so many before a gap. */
struct sw_slice sw_reader_peek(struct sw_reader *reader, size_t want);

/* Moves on by size bytes, which must be there, and adds their packets to unit unless that is NULL. */
void sw_reader_take(struct sw_reader *reader, size_t size, struct sw_unit *unit, size_t mark_cap);

/* Copies what was fed, as it will not be valid any longer. */
void sw_reader_keep(struct sw_reader *reader);

/* Missing bytes come behind all that is there; size 0: nobody knows how many. */
void sw_reader_miss(struct sw_reader *reader, uint64_t size, enum sw_reason reason, struct sw_mark packet);

/* The gap behind the bytes that sw_reader_peek can give, or NULL. */
const struct sw_run *sw_reader_gap(const struct sw_reader *reader);
/* Moves past the gap, which must be next. */
void sw_reader_take_gap(struct sw_reader *reader);

/* Memory that kept bytes use. */
size_t sw_reader_cost(const struct sw_reader *reader);
/* The packet of the first kept byte; false where none is kept. */
bool sw_reader_since(const struct sw_reader *reader, struct sw_mark *packet);
/* Frees the memory where nothing is kept; all of it with drop. */
void sw_reader_trim(struct sw_reader *reader, bool drop);

#endif
