/* SPDX-License-Identifier: MIT
 *
 * Findings that somebody has looked at and lives with, by a file that says which, why and until when:
 *
 *     # Kamailio puts a Content-Length into its 101.
 *     [WSH-BODY-IN-101]              a rule, or a pattern of ids
 *     party = server                 client, server or sender; any where it is left out. So with:
 *     agent = kamailio 5.*           the accused's product, as check shows it
 *     subject = 10.77.0.1:*          the accused's address, or the evidence
 *     reason = reported upstream     it must be there
 *     expires = 2027-06-30           the last day on which it holds; none: for ever
 *
 * * and ? stand for any characters and for one; letters are compared without case.
 */
#ifndef SIPWEAVE_OUTPUT_SUPPRESS_H
#define SIPWEAVE_OUTPUT_SUPPRESS_H

#include <glib.h>
#include <stdio.h>

#include "output/findings.h"

struct suppressions;
/* today: as 2026-11-22. NULL: *error says what is wrong, with the line. */
struct suppressions *suppressions_read(const char *path, const char *today, GError **error);
/* NULL is allowed. */
void suppressions_free(struct suppressions *suppressions);

/* Whether one that hasn't expired holds for the finding. */
bool suppressions_cover(struct suppressions *suppressions, const struct told *told);

/* A line for each that has expired, or covered nothing. */
void suppressions_report(const struct suppressions *suppressions, FILE *to);

#endif
