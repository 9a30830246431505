/* SPDX-License-Identifier: MIT
 *
 * The forms in which results are printed: each is a sink that writes to one stream.
 */
#ifndef SIPWEAVE_OUTPUT_H
#define SIPWEAVE_OUTPUT_H

#include <stdio.h>

#include "pipeline/record.h"

struct suppressions;
struct baseline;

struct output_options {
    FILE *out;                  /* borrowed; written with stdio, errors are the caller's to check with ferror */
    unsigned width;             /* columns of text; at least 40 */
    bool color;                 /* ANSI colours */
    bool unicode;               /* arrows and lines beyond ASCII may be used */
    bool raw;                   /* messages: with their bytes */
    bool check;                 /* flow and NDJSON of messages: what is wrong with a message is told, too */
    bool all;                   /* check: every repeat of a finding */
    const char *const *rules;   /* check, rules: only ids that match one of these patterns (* and ?); NULL for all */
    const char *const *ignored; /* check: none that match one of these; NULL: none are ignored */
    struct suppressions *suppressions; /* check: findings that are left out; borrowed, or NULL */
    const struct baseline *baseline;   /* check: findings that are old; borrowed, or NULL */
    unsigned fail_weight;              /* check: findings of this weight and above are failures */
    const char *version;               /* of the program; NULL: it isn't told */
    unsigned rfc;                      /* rules: only those of this RFC; 0: all */
    uint64_t *findings;                /* check counts here what it tells, by sw_level_weight; NULL: nobody asks */
    uint64_t *found;                   /* flow counts here the calls that it draws; NULL: nobody asks */
};

/* A sink's context is freed by its own free. */
struct sink calls_text_sink(const struct output_options *options);
struct sink calls_csv_sink(const struct output_options *options); /* RFC 4180 */
struct sink messages_csv_sink(const struct output_options *options);
struct sink messages_text_sink(const struct output_options *options);
struct sink connections_text_sink(const struct output_options *options);
struct sink explain_text_sink(const struct output_options *options);
struct sink flow_text_sink(const struct output_options *options); /* ladders */
struct sink flow_mermaid_sink(const struct output_options *options);
struct sink flow_plantuml_sink(const struct output_options *options);
struct sink flow_svg_sink(const struct output_options *options); /* of one call; *found tells whether there are more */
struct sink check_text_sink(const struct output_options *options);
struct sink check_junit_sink(const struct output_options *options); /* a test case a rule and connection */
struct sink check_tap_sink(const struct output_options *options);
struct sink check_sarif_sink(const struct output_options *options); /* SARIF 2.1.0 */

/* The catalogue. */
void rules_text(const struct output_options *options);
void rules_json(const struct output_options *options);
void rules_explain(const struct output_options *options); /* all that is known of each */

/* NDJSON: which objects are printed, in the order of their first packets. Messages alone, and calls alone, go out as
 * they come. In other combinations what follows an open connection or call in time waits for its end; with captures or
 * ledgers all waits for the finish, because these come unannounced. */
enum ndjson_objects {
    NDJSON_CAPTURE = 1,
    NDJSON_CONNECTION = 2,
    NDJSON_MESSAGE = 4,
    NDJSON_CALL = 8,
    NDJSON_LEDGER = 16,
    NDJSON_FINDING = 32,
};
struct sink ndjson_sink(const struct output_options *options, unsigned objects);

#endif
