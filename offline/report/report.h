/* SPDX-License-Identifier: MIT
 *
 * Everything a capture tells as one page of HTML, which needs no other file and no network.
 */
#ifndef SIPWEAVE_REPORT_H
#define SIPWEAVE_REPORT_H

#include "output/output.h"

/* Written as it is known: memory is for what is open at once, and for one chunk of each kind of data. */
struct sink report_sink(const struct output_options *options);

#endif
