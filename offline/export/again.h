/* SPDX-License-Identifier: MIT
 *
 * The captures read a second time, and some of their packets written as one pcapng file, as they were captured.
 */
#ifndef SIPWEAVE_EXPORT_AGAIN_H
#define SIPWEAVE_EXPORT_AGAIN_H

#include "export/export.h"
#include "tls/keylog.h"

/* Opens the target as export_open_file does; NULL also where an input can't be read twice. */
FILE *again_open(const struct export_options *options, struct export_result *result);

/* What stands in front of the packets. log: its secrets are written that were used; NULL: none. */
void again_begin(FILE *file, const struct tls_keylog *log);

/* Whether a packet is written; packet: as mark_packet names it. */
typedef bool again_wanted(const void *context, uint64_t mark, const struct packet *packet);
/* Writes those of all files, merged by time. wanted NULL: all. */
void again_copy(const struct export_options *options, FILE *file, again_wanted *wanted, const void *context);

#endif
