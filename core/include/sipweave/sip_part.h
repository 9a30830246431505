/* SPDX-License-Identifier: MIT
 *
 * SIP messages in a WebSocket that end early. The next message of that direction may be the rest of such a part: that
 * is one fault (RFC 7118 5, WSSIP-WHOLE-MESSAGE), and what the part lacks is none. So the caller keeps what is found of
 * a part, and tells it with the next SIP message or the end of the connection; or never, once the rest is seen.
 */
#ifndef SIPWEAVE_SIP_PART_H
#define SIPWEAVE_SIP_PART_H

#include "sipweave/sip_check.h"

SW_API_BEGIN

struct sw_sip_part {
    uint64_t ordinal; /* among the messages of its direction, from 1; 0: there is none */
    uint64_t message; /* the caller's number of it */
    uint64_t call;
    bool repeated; /* its body was as short on the hop before: SIP-CLEN-BODY isn't its sender's fault */
};

/* Of one direction, the latest first: a finding about the one before may still be on its way. All zero at first. */
struct sw_sip_parts {
    struct sw_sip_part latest[2];
};

/* Whether the message, all of whose bytes are there, ends before its header section or its Content-Length does. */
bool sw_sip_is_part(const struct sw_sip *sip);

/* Remembers such a message. placement: as sw_call_tracker_add has just filled it in. */
void sw_sip_parts_add(struct sw_sip_parts *parts, struct sw_sip_checker *checker, const struct sw_sip *sip,
                      const struct sw_placement *placement, uint64_t ordinal, uint64_t message);

/* By its ordinal, of a struct sw_finding; NULL: it is none of them. Borrowed until the next is added. */
const struct sw_sip_part *sw_sip_parts_find(const struct sw_sip_parts *parts, uint64_t ordinal);

SW_API_END

#endif
