/* SPDX-License-Identifier: MIT
 *
 * sipweave: reads the captures that the command line names and prints what the command asks for.
 */
#include <errno.h>
#include <glib.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "anonymize/anonymize.h"
#include "cli/heap.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "output/baseline.h"
#include "output/suppress.h"
#include "pipeline/inputs.h"
#include "sandbox/sandbox.h"

enum { FINDING_WEIGHTS = 3 }; /* see sw_level_weight */
enum { WIDTH_UNKNOWN = 80, WIDTH_LEAST = 40, WIDTH_MOST = 1000 };

struct run {
    struct options options;
    struct progress progress;
    FILE *out;
    struct anonymizer *anonymizer; /* for the sink; NULL: names stay */
    unsigned unusable;             /* arguments that name no capture or key log */
    uint64_t undecrypted;          /* connections */
    uint64_t unread;               /* packets, where it is all of them */
};

/* --- the terminal ------------------------------------------------------------------------------------------------ */

static bool is_terminal(FILE *file)
{
    return isatty(fileno(file)) == 1;
}

/* The terminal's columns, or what COLUMNS says, or 80. */
static unsigned width_of(FILE *out)
{
    struct winsize size;
    if (is_terminal(out) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_LEAST)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    long width = columns != NULL ? strtol(columns, NULL, 10) : 0;
    return width >= WIDTH_LEAST && width <= WIDTH_MOST ? (unsigned)width : WIDTH_UNKNOWN;
}

static bool wants_color(enum when when, FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (when != WHEN_AUTO)
        return when == WHEN_ALWAYS;
    return is_terminal(out) && (no_color == NULL || *no_color == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
}

/* UTF-8, unless the terminal's locale names another encoding; the bare C locale names none. */
static bool takes_unicode(FILE *out)
{
    const char *codeset = nl_langinfo(CODESET);
    bool plain_c = strcmp(codeset, "ANSI_X3.4-1968") == 0;
    return !is_terminal(out) || plain_c || g_ascii_strcasecmp(codeset, "UTF-8") == 0;
}

/* --- what inputs tell -------------------------------------------------------------------------------------------- */

static void complain(void *context, const char *path, const char *why)
{
    struct run *run = context;
    progress_clear(&run->progress);
    fprintf(stderr, "sipweave: %s: %s\n", strcmp(path, "-") == 0 ? "standard input" : path, why);
}

static void unusable(void *context, const char *path, const char *why)
{
    struct run *run = context;
    run->unusable++;
    complain(context, path, why);
}

static void update_progress(void *context, uint64_t bytes, uint64_t total, uint64_t packets)
{
    struct run *run = context;
    progress_update(&run->progress, bytes, total, packets);
}

static bool output_failed(void *context)
{
    const struct run *run = context;
    return ferror(run->out) != 0;
}

/* --- the run ----------------------------------------------------------------------------------------------------- */

static void add_keylogs(struct run *run, struct tls_keylog *log)
{
    for (char **file = run->options.keylogs; *file != NULL; file++) {
        char *error = NULL;
        if (!tls_keylog_add_file(log, *file, &error))
            unusable(run, *file, error);
        g_free(error);
    }
}

static void add_rsa_keys(struct run *run, struct tls_rsa *rsa)
{
    for (char **file = run->options.rsa_keys; file != NULL && *file != NULL; file++) {
        char *error = NULL;
        if (!tls_rsa_add_file(rsa, *file, &error))
            unusable(run, *file, error);
        g_free(error);
    }
}

/* All is open that will be written to; captures are opened when their time comes. False: that is not enough. */
static bool confine(const struct run *run, char **paths)
{
    const struct options *options = &run->options;
    struct sandbox_state state;
    if (options->sandbox == WHEN_NEVER || (options->sandbox == WHEN_AUTO && sandbox_is_in_the_way()))
        return true;
    const bool makes_files = options->export_kind != NULL && options->export_kind->makes_files;
    char *folder = makes_files ? g_path_get_dirname(options->export_target) : NULL;
    const struct sandbox_plan plan = {
        .limits = &options->limits,
        .readable = (const char *const *)paths,
        .reads_services = options->filter != NULL,
        .folder = folder,
    };
    const bool whole = sandbox_enter(&plan, &state);
    g_free(folder);
    if (whole || options->sandbox == WHEN_AUTO)
        return true;
    fputs("sipweave: the kernel doesn't give all of the sandbox: see 'sipweave --version -v'\n", stderr);
    return false;
}

static struct inputs_result read_inputs(struct run *run, char **paths, const struct sink *sink)
{
    const struct inputs_options inputs = {
        .filter = run->options.filter,
        .complain = complain,
        .progress = update_progress,
        .stop = output_failed,
        .threads = run->options.threads,
        .context = run,
    };
    bool show = run->options.progress == WHEN_ALWAYS ||
                (run->options.progress == WHEN_AUTO && is_terminal(stderr) && !run->options.quiet);
    progress_start(&run->progress, show);
    struct pipeline *pipeline = pipeline_new(&run->options.limits, sink);
    add_keylogs(run, pipeline_keylog(pipeline));
    add_rsa_keys(run, tls_keylog_rsa(pipeline_keylog(pipeline)));
    struct inputs_result result = {0};
    if (confine(run, paths))
        result = inputs_read(paths, &inputs, pipeline);
    else
        result.failed++;
    const struct totals_record *totals = pipeline_totals(pipeline);
    run->undecrypted = totals->streams_tls;
    run->unread = totals->net.tcp_packets + totals->net.udp_packets == 0 ? totals->net.link_unknown : 0;
    pipeline_free(pipeline);
    progress_clear(&run->progress);
    return result;
}

static int close_output(struct run *run)
{
    bool failed = fflush(run->out) != 0 || ferror(run->out);
    int reason = errno;
    if (run->out != stdout)
        failed |= fclose(run->out) != 0;
    if (!failed || reason == EPIPE)
        return EXIT_DONE;
    fprintf(stderr, "sipweave: %s: %s\n", run->options.output != NULL ? run->options.output : "standard output",
            strerror(reason));
    return EXIT_USAGE;
}

/* What needs no capture; false: it does. */
static bool print_rules(const struct options *options, struct output_options output)
{
    void (*print)(const struct output_options *) = options->command->print[options->format];
    if (options->explain != NULL) {
        print = options->format == FORMAT_JSON ? rules_json : rules_explain;
        output.rules = (const char *const *)options->explain;
    } else if (options->inputs[0] != NULL) {
        output.rules = (const char *const *)options->inputs; /* the arguments are patterns */
    }
    if (print != NULL)
        print(&output);
    return print != NULL;
}

/* What check leaves out. */
struct left_out {
    struct suppressions *suppressions;
    struct baseline *baseline;
};

static bool read_left_out(const struct options *options, struct left_out *left_out)
{
    GError *error = NULL;
    GDateTime *now = g_date_time_new_now_utc();
    char *today = g_date_time_format(now, "%Y-%m-%d");
    if (options->suppress != NULL)
        left_out->suppressions = suppressions_read(options->suppress, today, &error);
    if (options->baseline != NULL && error == NULL)
        left_out->baseline = baseline_read(options->baseline, &error);
    bool good = error == NULL;
    if (!good)
        fprintf(stderr, "sipweave: %s\n", error->message);
    g_clear_error(&error);
    g_free(today);
    g_date_time_unref(now);
    return good;
}

/* findings: by weight; NULL: nothing was asked about them. */
static int exit_code_of(const struct run *run, const struct inputs_result *result, const uint64_t *findings)
{
    if (run->unusable != 0 || result->failed != 0)
        return EXIT_USAGE;
    if (result->damaged != 0)
        return EXIT_DAMAGED;
    for (unsigned weight = run->options.fail_weight; findings != NULL && weight < FINDING_WEIGHTS; weight++)
        if (findings[weight] != 0)
            return EXIT_FINDINGS;
    return EXIT_DONE;
}

static void tell_selection(const struct options *options, const struct select_result *result)
{
    if (result->failed)
        fputs("sipweave: the temporary file of the selection can't be written (TMPDIR full?); calls are missing\n",
              stderr);
    else if (result->chosen == 0 && options->calls != NULL)
        fputs("sipweave: no call has that number or Call-ID; 'sipweave calls' lists them\n", stderr);
    else if (result->chosen == 0)
        fputs("sipweave: no call meets all that is asked for; 'sipweave calls' lists them\n", stderr);
}

/* Nobody should take for silence what is only sealed, or can't be read. explain says it among its results. */
static void tell_unread(const struct run *run)
{
    if (run->options.quiet || strcmp(run->options.command->name, "explain") == 0)
        return;
    if (run->undecrypted != 0)
        fprintf(stderr,
                "sipweave: %" G_GUINT64_FORMAT
                " TLS connection%s could not be decrypted: give the secrets with --keylog FILE; "
                "'sipweave explain' tells more\n",
                run->undecrypted, run->undecrypted == 1 ? "" : "s");
    if (run->unread != 0)
        fprintf(stderr,
                "sipweave: nothing could be read: %" G_GUINT64_FORMAT
                " packet%s of a kind of link that isn't known here, or encrypted by Wi-Fi; "
                "'sipweave explain' tells more\n",
                run->unread, run->unread == 1 ? "" : "s");
}

/* Reads into the sink, those calls alone that were selected, and frees it. */
static struct inputs_result read_into(struct run *run, char **paths, struct sink sink)
{
    const struct selection *selection = &run->options.selection;
    const bool selects = !selection_is_empty(selection);
    struct select_result selected = {0};
    struct inputs_result result = {0};
    if (run->anonymizer != NULL)
        sink = anonymize_sink(g_steal_pointer(&run->anonymizer), &sink);
    if (selects)
        sink = select_sink(selection, &sink, &selected);
    if (paths[0] != NULL)
        result = read_inputs(run, paths, &sink);
    if (sink.free != NULL)
        sink.free(sink.context);
    tell_unread(run);
    if (selects && result.opened != 0)
        tell_selection(&run->options, &selected);
    if (selected.failed)
        result.failed++;
    return result;
}

/* What an export has to say about itself; false: it failed. */
static bool tell_export(const struct options *options, struct export_result *told)
{
    const bool good = told->error == NULL;
    const char *target = strcmp(options->export_target, "-") == 0 ? "standard output" : options->export_target;
    if (told->error != NULL)
        fprintf(stderr, "sipweave: %s: %s\n", target, told->error);
    if (told->loss != NULL)
        fprintf(stderr, "sipweave: %s: %s\n", target, told->loss);
    export_result_clear(told);
    return good;
}

static int read_and_export(struct run *run)
{
    const struct options *options = &run->options;
    char **paths = capture_list((const char *const *)options->inputs, unusable, run);
    const struct export_options export = {
        .target = options->export_target,
        .standard = run->out,
        .inputs = (const char *const *)paths,
        .filter = options->filter,
        .whole_streams = options->whole_streams,
        .hep_id = options->hep_id,
        .hep_name = options->hep_name != NULL ? options->hep_name : "sipweave",
        .hep_key = options->hep_key,
        .hep_rate = options->hep_rate,
    };
    struct export_result told = {0};
    struct inputs_result result = {0};
    struct sink sink = options->export_kind->open(&export, &told);
    if (sink.context != NULL)
        result = read_into(run, paths, sink);
    g_strfreev(paths);
    return tell_export(options, &told) ? exit_code_of(run, &result, NULL) : EXIT_USAGE;
}

static int read_and_print(struct run *run, const struct output_options *output)
{
    const struct options *options = &run->options;
    char **paths = capture_list((const char *const *)options->inputs, unusable, run);
    struct sink sink = options->command->sinks[options->format](output);
    const struct inputs_result result = read_into(run, paths, sink);
    g_strfreev(paths);
    if (options->format == FORMAT_SVG && *output->found > 1)
        fprintf(stderr,
                "sipweave: an SVG holds one call: drawn is the first of %" G_GUINT64_FORMAT "; --call picks one\n",
                *output->found);
    if (output->suppressions != NULL)
        suppressions_report(output->suppressions, stderr);
    return exit_code_of(run, &result, output->findings);
}

static bool read_key(struct run *run)
{
    const char *file = run->options.anonymize;
    char *error = NULL;
    if (file == NULL)
        return true;
    run->anonymizer = anonymizer_new(file, &error);
    if (run->anonymizer == NULL)
        fprintf(stderr, "sipweave: %s: %s\n", file, error);
    g_free(error);
    return run->anonymizer != NULL;
}

static int run_command(struct run *run)
{
    const struct options *options = &run->options;
    uint64_t found = 0;
    uint64_t findings[FINDING_WEIGHTS] = {0};
    struct left_out left_out = {0};
    if (!read_key(run) || !read_left_out(options, &left_out))
        return EXIT_USAGE;
    const struct output_options output = {
        .out = run->out,
        .width = width_of(run->out),
        .color = wants_color(options->color, run->out),
        .unicode = takes_unicode(run->out),
        .raw = options->raw,
        .check = options->check,
        .all = options->all,
        .rules = (const char *const *)options->rules,
        .ignored = (const char *const *)options->ignored,
        .suppressions = left_out.suppressions,
        .baseline = left_out.baseline,
        .fail_weight = options->fail_weight,
        .version = SIPWEAVE_VERSION,
        .rfc = options->rfc,
        .findings = options->command->takes_rules ? findings : NULL,
        .found = &found,
    };
    int exit_code = EXIT_DONE;
    if (options->export_kind != NULL)
        exit_code = read_and_export(run);
    else if (!print_rules(options, output))
        exit_code = read_and_print(run, &output);
    suppressions_free(left_out.suppressions);
    baseline_free(left_out.baseline);
    return exit_code;
}

static bool open_output(struct run *run)
{
    run->out = stdout;
    if (run->options.output == NULL)
        return true;
    run->out = fopen(run->options.output, "we");
    if (run->out == NULL)
        fprintf(stderr, "sipweave: %s: %s\n", run->options.output, strerror(errno));
    return run->out != NULL;
}

int main(int argc, char **argv)
{
    struct run run = {0};
    int exit_code = EXIT_USAGE;
    heap_in_huge_pages();
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_DFL); /* a closed pipe ends the program quietly, whatever the parent has set */
    if (!options_parse(argc, argv, &run.options, &exit_code))
        return exit_code;
    if (open_output(&run)) {
        exit_code = run_command(&run);
        int written = close_output(&run);
        exit_code = written != EXIT_DONE ? written : exit_code;
    }
    options_clear(&run.options);
    return exit_code;
}
