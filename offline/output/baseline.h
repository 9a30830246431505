/* SPDX-License-Identifier: MIT
 *
 * The findings of an earlier run: what is in there is not told again.
 */
#ifndef SIPWEAVE_OUTPUT_BASELINE_H
#define SIPWEAVE_OUTPUT_BASELINE_H

#include <glib.h>
#include <stdbool.h>

struct baseline;
/* path: what check -T json printed, or any JSON with such objects in it. NULL: *error says why. */
struct baseline *baseline_read(const char *path, GError **error);
/* NULL is allowed. */
void baseline_free(struct baseline *baseline);

bool baseline_has(const struct baseline *baseline, const char *fingerprint);

#endif
