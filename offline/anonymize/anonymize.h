/* SPDX-License-Identifier: MIT
 *
 * What a capture tells, without who it was: a stage before any sink.
 */
#ifndef SIPWEAVE_ANONYMIZE_H
#define SIPWEAVE_ANONYMIZE_H

#include "pipeline/record.h"

struct anonymizer;
/* The key is what stands in the file; the same key gives the same names. NULL: it can't be read, or is too short to be
 * one, and *error (g_free) says so. */
struct anonymizer *anonymizer_new(const char *key_file, char **error);

/* Passes all on to the sink with users, display names, hosts, addresses and credentials replaced: lengths, syntax,
 * times, and what is equal to what stay. Both are freed with it. */
struct sink anonymize_sink(struct anonymizer *anonymizer, const struct sink *inner);

#endif
