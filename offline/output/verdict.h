/* SPDX-License-Identifier: MIT
 *
 * Findings as a test run: each connection, and each sender of SIP outside of one, is a suite with a test for each rule
 * that is checked there. A test fails when a finding has the weight of --fail-on or more.
 */
#ifndef SIPWEAVE_OUTPUT_VERDICT_H
#define SIPWEAVE_OUTPUT_VERDICT_H

#include "output/breach.h"

struct suite {
    uint64_t connection;       /* its number; 0: a sender, */
    struct sw_endpoint client; /* this one */
    struct sw_endpoint server;
    int64_t first;             /* time of its first packet */
    bool sip;                  /* SIP was seen, so the rules about it apply */
    const GPtrArray *breaches; /* of all suites, in the same order; of this one from here on: */
    guint from;
    guint to;
    unsigned tests;
    unsigned failures;
};

struct verdict {
    const struct suite *suite;
    const struct sw_rule_info *rule;
    bool failed;
    GPtrArray *breaches; /* of struct breach: what was found, also where that is no failure */
};

/* How a form of output prints it. context is the form's own; it is freed with free. */
struct verdict_form {
    void (*begin)(void *context, uint64_t tests, uint64_t failures);
    void (*suite_begin)(void *context, const struct suite *suite);
    void (*test)(void *context, const struct verdict *verdict);
    void (*suite_end)(void *context, const struct suite *suite);
    void (*end)(void *context);
    void (*free)(void *context);
};

/* form is borrowed for ever: it is static. */
struct sink verdict_sink(const struct output_options *options, const struct verdict_form *form, void *context);

/* Appends "connection 3 10.0.0.1:5 > 10.0.0.2:80", or "sender 10.0.0.1:5060". */
void suite_append_name(GString *to, const struct suite *suite);
/* Appends a line for each finding of the test: "server: packets 5 8, call 3: ...". Printable ASCII. */
void verdict_append_findings(GString *to, const struct verdict *verdict, const char *indent);

#endif
