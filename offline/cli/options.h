/* SPDX-License-Identifier: MIT
 *
 * The command line: commands, options, and what they mean.
 */
#ifndef SIPWEAVE_OPTIONS_H
#define SIPWEAVE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "export/export.h"
#include "output/output.h"
#include "select/select.h"
#include "sipweave/limits.h"

/* The exit codes of the contract. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FINDINGS = 1,
    EXIT_USAGE = 2, /* or an input that can't be opened or is no capture */
    EXIT_DAMAGED = 3,
};

enum format {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_MERMAID,
    FORMAT_PLANTUML,
    FORMAT_SVG,
    FORMAT_JUNIT,
    FORMAT_SARIF,
    FORMAT_TAP,
    FORMAT_CSV,
    FORMAT_HTML,
    FORMAT_COUNT,
};
enum when { WHEN_AUTO, WHEN_NEVER, WHEN_ALWAYS };

struct command {
    const char *name;
    const char *summary;   /* one line, for --help */
    bool takes_calls;      /* --call, --match and the other options of struct selection */
    bool takes_raw;        /* --raw */
    bool takes_check;      /* --check */
    bool text_takes_check; /* with -T text, too */
    bool takes_rules;      /* --rules, --ignore, --all, --fail-on, --suppress, --baseline */
    enum format format;    /* unless -T says otherwise */
    bool takes_anonymize;  /* --anonymize */
    bool takes_exports;    /* those of export_kinds, one of which must be there; formats then are none */
    /* By format: prints without reading captures, and takes patterns of rules in their place; NULL: it reads some. */
    void (*print[FORMAT_COUNT])(const struct output_options *);
    /* By format; NULL: not offered. */
    struct sink (*sinks[FORMAT_COUNT])(const struct output_options *);
};

/* Ends with an entry without a name. The first is what runs when no command is named. */
extern const struct command commands[];

struct options {
    const struct command *command;
    char **inputs; /* as given; NULL-terminated */
    char *filter;
    char *output;               /* NULL: standard output */
    struct selection selection; /* borrows from: */
    char *anonymize;            /* the file with the key; NULL: nothing is hidden */
    char **calls;
    char **methods;
    const struct export_kind *export_kind; /* NULL: none */
    char *export_target;
    bool whole_streams;
    char *hep_name;
    char *hep_key;
    unsigned hep_id;
    unsigned hep_rate;
    char **keylogs;  /* files */
    char **rsa_keys; /* files; NULL: none */
    enum format format;
    enum when color;
    enum when progress;
    enum when sandbox;
    bool raw;
    bool quiet;
    bool all;
    bool check;
    char **rules; /* patterns of ids; NULL: all */
    char **ignored;
    char **explain; /* check: patterns of the rules to explain, instead of reading captures; NULL: it reads some */
    char *suppress; /* files; NULL: none */
    char *baseline;
    unsigned threads;
    unsigned rfc;         /* 0: all */
    unsigned fail_weight; /* findings of this weight and above end the program with EXIT_FINDINGS */
    struct sw_limits limits;
};

/* Reads the command line. False: the program ends now with *exit_code (help was printed, or a usage error told). */
bool options_parse(int argc, char **argv, struct options *options, int *exit_code);
/* The options of a command, its own first, then those of every command. */
struct option_list;
struct option_list *option_list_new(const struct command *command);
void option_list_free(struct option_list *list);
const GOptionEntry *option_list_entries(const struct option_list *list);
size_t option_list_size(const struct option_list *list);
size_t option_list_own(const struct option_list *list); /* so many are its own */
void options_clear(struct options *options);

#endif
