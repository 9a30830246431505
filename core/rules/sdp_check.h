/* SPDX-License-Identifier: MIT
 *
 * What the checks of one session description share:
 *
 *   sdp_lines.c    its lines and their order
 *   sdp_check.c    what stands in them
 *   sdp_webrtc.c   DTLS, ICE, BUNDLE, SCTP
 *   sdp_kind.c     which descriptions are alike to them
 *   sdp_grammar.c  which values are spelt right
 */
#ifndef SW_RULES_SDP_CHECK_H
#define SW_RULES_SDP_CHECK_H

#include "rules/sdp_grammar.h"
#include "rules/sdp_read.h"
#include "rules/sip_case.h"

/* text: of the description; open: nobody knows whether its last line ended. False: it is no description, and what is
 * found further would only say so again. */
bool sw_check_sdp_lines(const struct sw_sip_case *one, struct sw_slice text, bool open);
void sw_check_sdp_webrtc(const struct sw_sip_case *one, const struct sw_description *description);
/* What nearly every browser leaves out: ice2. */
bool sw_sdp_lacks_ice2(const struct sw_description *description);

#endif
