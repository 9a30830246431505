/* SPDX-License-Identifier: MIT
 *
 * Both ends of one direction of a flow, as the key of a table.
 */
#ifndef SIPWEAVE_EXPORT_ENDS_H
#define SIPWEAVE_EXPORT_ENDS_H

#include <glib.h>

#include "sipweave/call.h"

enum { ENDS_PORTS_SIZE = 4 };

/* As they stand in a packet; zeros behind an IPv4 address. Without padding: compared as bytes. */
struct ends {
    uint8_t source[16];
    uint8_t destination[16];
    uint8_t ports[ENDS_PORTS_SIZE];
};

struct ends ends_of(const struct sw_endpoint *source, const struct sw_endpoint *destination);

/* For a GHashTable of struct ends. */
guint ends_hash(gconstpointer key);
gboolean ends_equal(gconstpointer a, gconstpointer b);

#endif
