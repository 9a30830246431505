/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SIP that Wireshark's own dissector refuses.
 */
#ifndef WEAVE_ODD_H
#define WEAVE_ODD_H

#include "compat.h"

#include "sipweave/sip.h"

void weave_odd_register(void);

/* Whether a datagram is SIP, as the program has it: what Wireshark takes for SIP needn't be. */
bool weave_odd_recognise(struct sw_slice bytes, struct sw_sip *sip);

/* Shows what can be read of what that dissector has refused; false: nothing, or nobody wants to see SIP. */
bool weave_odd_show(dissector_handle_t refused, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
