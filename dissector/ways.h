/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Ways from a packet to others like it: follow a connection, filter for a call.
 */
#ifndef WEAVE_WAYS_H
#define WEAVE_WAYS_H

void weave_ways_register(void);

#endif
