/* SPDX-License-Identifier: MIT
 *
 * Which findings are told?
 */
#ifndef SIPWEAVE_OUTPUT_FINDINGS_H
#define SIPWEAVE_OUTPUT_FINDINGS_H

#include "output/output.h"

struct finding_filter;
struct finding_filter *finding_filter_new(const struct output_options *options);
/* NULL is allowed. */
void finding_filter_free(struct finding_filter *filter);

/* Whether findings about the rule are told; one that is counts for the exit code. */
bool finding_passes(struct finding_filter *filter, enum sw_rule rule);

/* Whether the id matches one of the patterns; NULL: all do. */
bool rule_matches(const char *const *patterns, const struct sw_rule_info *rule);

#endif
