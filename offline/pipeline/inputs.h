/* SPDX-License-Identifier: MIT
 *
 * Several captures read as one stream of packets, in the order of time.
 */
#ifndef SIPWEAVE_INPUTS_H
#define SIPWEAVE_INPUTS_H

#include "pipeline/pipeline.h"

struct inputs_options {
    const char *filter; /* BPF, or NULL */
    /* A file can't be read, or is damaged: one line about path. */
    void (*complain)(void *context, const char *path, const char *why);
    /* Called now and then; total 0: unknown. NULL: not wanted. */
    void (*progress)(void *context, uint64_t bytes, uint64_t total, uint64_t packets);
    /* Asked now and then: stop reading? (nobody takes the output any more) NULL: never. */
    bool (*stop)(void *context);
    unsigned threads; /* that may work at once; 0: one. They begin here, so they are within any sandbox. */
    void *context;
};

struct inputs_result {
    unsigned opened;
    unsigned failed;  /* could not be opened, or are no captures */
    unsigned damaged; /* read as far as they could be */
};

/* Reads all of them into the pipeline, then finishes it, unless none could be opened. */
struct inputs_result inputs_read(char *const *paths, const struct inputs_options *options, struct pipeline *pipeline);

#endif
