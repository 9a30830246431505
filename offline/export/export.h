/* SPDX-License-Identifier: MIT
 *
 * Exports: what was decoded, in the forms of other tools. Each is a sink that writes to one place.
 */
#ifndef SIPWEAVE_EXPORT_H
#define SIPWEAVE_EXPORT_H

#include <stdio.h>

#include "pipeline/record.h"

struct export_options {
    const char *target;        /* a file, "-" for standard output, or for HEP where it goes */
    FILE *standard;            /* what "-" means; borrowed */
    const char *const *inputs; /* the captures that are read; NULL-terminated, borrowed */
    const char *filter;        /* -f; NULL: none */
    bool whole_streams;        /* of packets: all of the TCP connections */
    uint32_t hep_id;           /* of HEP: the node's number, name and key, NULL: none */
    const char *hep_name;
    const char *hep_key;
    unsigned hep_rate; /* messages a second; 0: as fast as it goes */
};

/* What became of it. All zero at first; export_result_clear frees what it holds. */
struct export_result {
    char *error; /* one line: it could not be written, or not all of it; NULL: all went well */
    char *loss;  /* one line: what does not fit the form and was left out, in numbers; NULL: nothing */
};
void export_result_clear(struct export_result *result);

/* One form, and the option of the command line that asks for it. To add one: a file with its sink, and a line in
 * export_kinds. */
struct export_kind {
    const char *option;   /* "pcap" */
    const char *argument; /* "FILE" */
    const char *help;
    bool makes_files;     /* others than its target, in the same folder, while it writes */
    bool takes_anonymize; /* all it writes comes from records; false: --anonymize is refused */
    /* options and result are borrowed, and outlive the sink. A sink without a context: it could not be opened, and
     * result->error says why. What fails later is told there by the time that finish returns. */
    struct sink (*open)(const struct export_options *options, struct export_result *result);
};

enum { EXPORT_KINDS_MOST = 16 };
/* Ends with an entry without an option. */
extern const struct export_kind export_kinds[];

/* Opens the target for writing; NULL: it can't be, or is one of the inputs, or a terminal. */
FILE *export_open_file(const struct export_options *options, struct export_result *result);
/* Ends writing: tells an error if there was one. */
void export_close_file(FILE *file, const struct export_options *options, struct export_result *result);

#endif
