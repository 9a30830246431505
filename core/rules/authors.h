/* SPDX-License-Identifier: MIT
 *
 * Is a fault its sender's own? A proxy forwards what a user agent wrote (RFC 3261 16.6, 16.7), a response gives back
 * header fields of its request (8.2.6.2, 12.1.1), and a request within a dialog names both ends as they have named
 * themselves (12.2.1.1). Who wrote it is accused, and nobody who repeats it, as far as the capture shows who that was.
 */
#ifndef SW_RULES_AUTHORS_H
#define SW_RULES_AUTHORS_H

#include "map.h"
#include "rules/vias.h"
#include "sipweave/call.h"
#include "sipweave/rules.h"

/* Faults told lately: when the one table is full it takes the place of the other. */
struct sw_authors {
    struct sw_map faults;
    struct sw_map before;
    uint64_t seed;
};

void sw_authors_init(struct sw_authors *authors, uint64_t seed);
void sw_authors_clear(struct sw_authors *authors);

/* placement: of the message, as the tracker has just filled it in. */

/* Whether the message broke the rule already on the hop before. bytes: the fault, of the message or not: a Via that
 * stands first in a request is its sender's own, whatever came with it. Remembers that it does. */
bool sw_authors_forwarded(struct sw_authors *authors, const struct sw_placement *placement, const struct sw_vias *vias,
                          enum sw_rule rule, struct sw_slice bytes);

/* Whether the text in which the fault lies was first at fault in what the other side of the call wrote, and stands
 * where it had to be repeated. bytes: of the message, or the name of a header field. Remembers who wrote it. */
bool sw_authors_repeated(struct sw_authors *authors, const struct sw_placement *placement, struct sw_slice bytes);

#endif
