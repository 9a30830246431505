/* SPDX-License-Identifier: MIT
 *
 * Lines of JSON on their way into a page of HTML, in script elements of some hundred kilobytes: as they are, or
 * deflated, for what the page reads only on demand.
 */
#ifndef SIPWEAVE_REPORT_CHUNKS_H
#define SIPWEAVE_REPORT_CHUNKS_H

#include <stdbool.h>
#include <stdio.h>

struct chunks;

/* kind: the class of the elements. out: borrowed. */
struct chunks *chunks_new(FILE *out, const char *kind, bool packed);
/* Where lines are written to: objects, of packed ones with an "id" that grows. */
FILE *chunks_file(struct chunks *chunks);
/* Writes what there is. */
void chunks_flush(struct chunks *chunks);
void chunks_free(struct chunks *chunks);

#endif
