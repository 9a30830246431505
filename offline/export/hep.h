/* SPDX-License-Identifier: MIT
 *
 * HEP version 3 (Homer Encapsulation Protocol): a captured message with its addresses and time, as chunks.
 */
#ifndef SIPWEAVE_EXPORT_HEP_H
#define SIPWEAVE_EXPORT_HEP_H

#include <glib.h>

#include "pipeline/record.h"

/* Who sends, the same in each packet. */
struct hep_node {
    uint32_t id;
    const char *name; /* NULL or empty: none, as is the key */
    const char *key;
};

/* Chunks of our own have this vendor number; type 1 is the transport as text ("WSS"). */
enum { HEP_VENDOR = 0x5357, HEP_VENDOR_TRANSPORT = 1 };

/* Makes the packet anew in *packet. False: it would be longer than its 16 bits of length, or than most. */
bool hep_packet(GByteArray *packet, const struct message_record *message, const struct hep_node *node, size_t most);

#endif
