/* SPDX-License-Identifier: MIT
 *
 * The Vias of a message: of most responses the first is that of the request with parameters added, and the others are
 * the same bytes.
 */
#ifndef SW_RULES_VIAS_H
#define SW_RULES_VIAS_H

#include "sipweave/sip.h"

enum { SW_VIAS_MAX = 64 };

struct sw_vias {
    unsigned count;        /* 1: its sender made the message; counted up to SW_VIAS_MAX */
    struct sw_slice first; /* the first value */
    struct sw_slice second;
    struct sw_slice others; /* what stands from its end to that of the last */
};

void sw_vias_read(const struct sw_sip *sip, struct sw_vias *vias);

#endif
