/* SPDX-License-Identifier: MIT
 *
 * Which calls is a command about? One stage between the pipeline and the sink of any command.
 */
#ifndef SIPWEAVE_SELECT_H
#define SIPWEAVE_SELECT_H

#include <glib.h>

#include "pipeline/record.h"

/* A time, or a time of the day, which is then of the day of the first message (UTC). */
struct select_moment {
    bool given;
    bool of_day;
    int64_t time; /* nanoseconds since 1970, or since midnight */
};
/* "2026-11-22T16:26:08.392Z", "2026-11-22 16:26", "2026-11-22", "16:26:08"; without a zone it is UTC. */
bool select_moment_parse(const char *text, struct select_moment *moment);

/* "486", "4xx", "400-499" */
struct select_statuses {
    unsigned low;
    unsigned high;
};
enum { SELECT_STATUSES_MOST = 16 };

/* A call is chosen that meets all of what is given. */
struct selection {
    const char *const *calls; /* it is one of these, each a number or a Call-ID; NULL-terminated, or NULL */
    GRegex *match;            /* in the bytes of one of its messages */
    GRegex *from;             /* in the URI of its From, and of its To */
    GRegex *to;
    const char *const *methods; /* it has a request of one of these; or NULL */
    struct select_statuses statuses[SELECT_STATUSES_MOST];
    unsigned status_count;      /* 0: not asked */
    struct select_moment since; /* it has not ended before */
    struct select_moment until; /* it began before */
    bool failed;                /* rejected, timed out, or lost with its connection */
};

/* Comma lists of statuses as above; false: it isn't one, or a long one. */
bool select_statuses_parse(const char *text, struct selection *selection);
/* "^Header: value$" finds a line, "." any byte; *error is set where it is no expression. */
GRegex *select_regex(const char *pattern, bool caseless, GError **error);

bool selection_is_empty(const struct selection *selection);

/* What became of it. */
struct select_result {
    uint64_t chosen; /* calls */
    bool failed;     /* the temporary file could not be written or read */
};

/* Passes on the chosen calls to the sink, with all their messages and findings, and the connections that carried them,
 * with attempts of the same clients that were refused, and findings about these connections. Numbers stay what they are
 * without a selection. Captures and ledgers are all passed on, at once; the rest at the finish, in its order, as a call
 * is known only when it is over: until then records wait in a temporary file without a name. Memory is a few bytes for
 * each connection and each chosen call. Other messages of these connections, and those over UDP and TCP, are passed on
 * as aside, to a sink that takes them.
 *
 * selection and result are borrowed and outlive it; inner is freed with it. */
struct sink select_sink(const struct selection *selection, const struct sink *inner, struct select_result *result);

#endif
