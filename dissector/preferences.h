/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the user can set.
 */
#ifndef WEAVE_PREFERENCES_H
#define WEAVE_PREFERENCES_H

#include "compat.h"

struct weave_preferences {
    weave_bool stock;   /* Wireshark's own WebSocket dissector does the work, as if this plugin weren't there */
    weave_bool calls;   /* SIP over UDP and TCP is woven into the calls, too */
    weave_bool rules;   /* what breaks a rule becomes an expert info */
    weave_bool compare; /* rules on several SIP messages, too */
    unsigned memory;    /* for payloads, in MiB */
};
extern struct weave_preferences weave_preferences;

#endif
