/* SPDX-License-Identifier: MIT
 *
 * Findings for the page: how often each software broke each rule, with examples, a line of JSON each.
 */
#ifndef SIPWEAVE_REPORT_GROUPS_H
#define SIPWEAVE_REPORT_GROUPS_H

#include "output/output.h"

struct sink groups_sink(const struct output_options *options);

#endif
