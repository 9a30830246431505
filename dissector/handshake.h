/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What did client and server agree on? Read from the heads that Wireshark's HTTP dissector has found.
 */
#ifndef WEAVE_HANDSHAKE_H
#define WEAVE_HANDSHAKE_H

#include "compat.h"

/* On the first pass, both: takes a load balancer's PROXY line, if this packet begins with one. */
void weave_handshake_preamble(packet_info *pinfo, proto_tree *tree);
/* Takes the heads that were dissected in this packet so far, each once. */
void weave_handshake_collect(packet_info *pinfo, proto_tree *tree);

#endif
