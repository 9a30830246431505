/* SPDX-License-Identifier: MIT
 *
 * The exports, a line each; see struct export_kind.
 */
#ifndef SIPWEAVE_EXPORT_SINKS_H
#define SIPWEAVE_EXPORT_SINKS_H

#include "export/export.h"

struct sink export_sqlite(const struct export_options *options, struct export_result *result);
struct sink export_packets(const struct export_options *options, struct export_result *result);
struct sink export_hep(const struct export_options *options, struct export_result *result);
struct sink export_decrypted(const struct export_options *options, struct export_result *result);
struct sink export_pcap(const struct export_options *options, struct export_result *result);

#endif
