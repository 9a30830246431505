/* SPDX-License-Identifier: MIT
 *
 * What is remembered of a connection to hold its two sides to the rules, and the one call that reports a breach.
 *
 * There is a judge only after sw_connection_check: the files that decode ask for it before they call here, and so pay
 * one comparison a frame where nobody wants findings.
 */
#ifndef SW_WS_JUDGE_H
#define SW_WS_JUDGE_H

#include "ws/state.h"

/* One side, as the accused. */
struct sw_judge_side {
    uint64_t acked; /* bytes of the other side's stream that it had when it sent what is fed now */
    bool ack_known;
};

struct sw_judge {
    struct sw_surroundings surroundings;
    struct sw_unit *first; /* findings that wait to be read, in the order they were made */
    struct sw_unit **last;
    struct sw_judge_side sides[2];
};

/* Where in the traffic a finding can be seen. */
struct sw_place {
    enum sw_direction direction; /* of the stream */
    uint64_t offset;
    uint64_t size;
    const struct sw_mark *marks;
    size_t mark_count;
};

struct sw_judge *sw_judge_new(const struct sw_surroundings *surroundings);
void sw_judge_free(struct sw_connection *c);

/* evidence: a format of printf. Bytes of the wire go through sw_evidence_bytes first. */
void sw_judge_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const struct sw_place *place,
                     const char *evidence, ...) __attribute__((format(printf, 5, 6)));

/* The next finding becomes the connection's event; false: there is none. */
bool sw_judge_tell(struct sw_connection *c);

#endif
