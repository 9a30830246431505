/* SPDX-License-Identifier: MIT
 *
 * The packets that a BPF expression lets pass.
 */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include "capture/capture.h"

struct filter;

/* link_type: that of all packets, or -1 where it isn't known yet. On failure NULL and *error (g_free), one line. */
struct filter *filter_new(const char *expression, int link_type, char **error);
void filter_free(struct filter *filter);
bool filter_passes(struct filter *filter, const struct packet *packet);

#endif
