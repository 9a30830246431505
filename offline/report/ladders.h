/* SPDX-License-Identifier: MIT
 *
 * Calls as ladders for the page to draw, a line of JSON a call.
 */
#ifndef SIPWEAVE_REPORT_LADDERS_H
#define SIPWEAVE_REPORT_LADDERS_H

#include "output/output.h"

struct sink ladders_sink(const struct output_options *options);

#endif
