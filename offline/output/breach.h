/* SPDX-License-Identifier: MIT
 *
 * Findings gathered for those forms of output that tell them at the end: by connection, or by sender where there is
 * none, and by rule. Of repeats the first few are kept, and all are counted.
 */
#ifndef SIPWEAVE_OUTPUT_BREACH_H
#define SIPWEAVE_OUTPUT_BREACH_H

#include <glib.h>

#include "output/findings.h"

/* What one party did about one rule, in one connection. */
struct breach {
    uint64_t group;         /* the connection's id; 0: none, then it is the sender that counts */
    struct sw_endpoint end; /* the accused */
    struct sw_endpoint other;
    enum sw_rule rule;
    const char *party;
    uint64_t count;
    const char *product;        /* escaped; "" where it is unknown */
    struct breach_case **cases; /* of its findings the first few, or all */
    guint kept;
    guint room;
};

struct breaches;
struct breaches *breaches_new(bool all);
void breaches_free(struct breaches *breaches);

void breaches_add(struct breaches *breaches, const struct told *told);

/* A finding that was kept, without its connection; what it points to is the breach's. */
struct finding_record breach_finding(const struct breach *breach, guint i);

/* By connection, those without one last and by sender; then the worst first. The array is the caller's, what it holds
 * isn't. */
GPtrArray *breaches_sorted(const struct breaches *breaches);

/* Whether both are about the same connection or sender; NULL is like none. */
bool breach_same_group(const struct breach *a, const struct breach *b);

/* Appends "Connection 3  10.0.0.1:5 → 10.0.0.2:80", or the sender's address. */
void breach_append_title(GString *to, const struct breach *breach, const char *arrow);

#endif
