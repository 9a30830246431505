/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is done with a packet once all other dissectors have seen it.
 */
#ifndef WEAVE_POST_H
#define WEAVE_POST_H

#include "compat.h"

void weave_post_register(void);
/* After a change of preferences, and once all dissectors have registered. */
void weave_post_want_fields(void);

#endif
