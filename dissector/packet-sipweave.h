/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How Wireshark learns of this dissector.
 */
#ifndef WEAVE_PACKET_SIPWEAVE_H
#define WEAVE_PACKET_SIPWEAVE_H

#include "compat.h"

void weave_register_protocol(void);
void weave_register_handoff(void);

#endif
