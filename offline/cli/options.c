/* SPDX-License-Identifier: MIT
 *
 * What does the command line ask for?
 */
#include "cli/options.h"

#include "cli/manual.h"
#include "cli/values.h"

#include "output/findings.h"
#include "sandbox/sandbox.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { HEP_ID_USUAL = 2001, HEP_RATE_USUAL = 1000 };

/* What GOption fills before it is checked. */
struct raw_options {
    char **inputs;
    char *read_file;
    char *filter;
    char *format;
    char *formats; /* those that there are, for --help */
    char *output;
    char *color;
    char *progress;
    char *sandbox;
    char **limits;
    char **calls;
    char *match;
    char *from;
    char *to;
    char *methods;
    char *statuses;
    char *since;
    char *anonymize;
    char *until;
    gboolean failed;
    char **keylogs;
    char **rsa_keys;
    char **preferences;
    int threads;
    int rfc;
    char *rules;
    char *ignored;
    char *fail_on;
    char *explain;
    char *suppress;
    char *baseline;
    char *hep_name;
    char *hep_key;
    int hep_id;
    int hep_rate;
    gboolean whole_streams;
    char *exports[EXPORT_KINDS_MOST]; /* the targets, as export_kinds has the options */
    gboolean all;
    gboolean check;
    gboolean raw;
    gboolean quiet;
    gboolean version;
    gboolean verbose;
    GArray *list; /* of GOptionEntry: gets all that is added; NULL: nobody asks */
    guint own;    /* so many of them are the command's own */
};

static const struct command *find_command(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

/* --- version ----------------------------------------------------------------------------------------------------- */

/* What the kernel gives is told by taking it. */
static void print_sandbox(void)
{
    struct sandbox_state state;
    if (sandbox_is_in_the_way()) {
        puts("sandbox: off in this build, or under valgrind");
        return;
    }
    sandbox_enter(&(struct sandbox_plan){.limits = &sw_limits_default}, &state);
    if (state.landlock != 0)
        printf("sandbox: Landlock %u", state.landlock);
    else
        printf("sandbox: no Landlock (files can be opened for reading)");
    printf(", %s", state.seccomp ? "seccomp" : "no seccomp (sockets and programs are not refused)");
    printf(", %s", state.no_new_privileges ? "no new privileges" : "privileges can be gained");
    if (state.address_space != 0)
        printf(", %" G_GUINT64_FORMAT " MiB of address space", (guint64)state.address_space >> 20);
    putchar('\n');
}

static void print_version(bool verbose)
{
    printf("sipweave %s\n", SIPWEAVE_VERSION);
    if (verbose)
        print_sandbox();
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static bool any_rule_matches(const char *list)
{
    char **patterns = g_strsplit(list, ",", 0);
    bool any = false;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT && !any; rule++)
        any = rule_matches((const char *const *)patterns, sw_rule_info(rule));
    g_strfreev(patterns);
    return any;
}

static const char preference_keylog[] = "tls.keylog_file:";

static bool check_preferences(const struct raw_options *raw, GError **error)
{
    for (char **preference = raw->preferences; preference != NULL && *preference != NULL; preference++) {
        if (g_str_has_prefix(*preference, preference_keylog))
            continue;
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "-o %s: only %sFILE is known", *preference,
                    preference_keylog);
        return false;
    }
    return true;
}

/* A file that isn't there yet may be what SSLKEYLOGFILE names for programs still to come: that is no fault. */
static char **joined_keylogs(const struct raw_options *raw)
{
    GPtrArray *all = g_ptr_array_new();
    for (char **file = raw->keylogs; file != NULL && *file != NULL; file++)
        g_ptr_array_add(all, g_strdup(*file));
    for (char **preference = raw->preferences; preference != NULL && *preference != NULL; preference++)
        g_ptr_array_add(all, g_strdup(*preference + strlen(preference_keylog)));
    const char *environment = g_getenv("SSLKEYLOGFILE");
    if (environment != NULL && g_file_test(environment, G_FILE_TEST_EXISTS))
        g_ptr_array_add(all, g_strdup(environment));
    g_ptr_array_add(all, NULL);
    return (char **)g_ptr_array_free(all, FALSE);
}

static bool check_regex(const char *text, const char *option, bool caseless, GRegex **regex, GError **error)
{
    if (text != NULL)
        *regex = select_regex(text, caseless, error);
    if (*error != NULL)
        g_prefix_error(error, "--%s: ", option);
    return *error == NULL;
}

static bool check_moment(const char *text, const char *option, struct select_moment *moment, GError **error)
{
    if (text == NULL || select_moment_parse(text, moment))
        return true;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "--%s is a time as 2026-11-22T16:26:08Z, 2026-11-22 or 16:26:08", option);
    return false;
}

/* What is borrowed is filled in when it is taken. */
static bool check_selection(const struct raw_options *raw, struct selection *selection, GError **error)
{
    selection->failed = raw->failed;
    if (raw->statuses != NULL && !select_statuses_parse(raw->statuses, selection)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--status is a list of such as 486, 4xx, 500-599");
        return false;
    }
    return check_regex(raw->match, "match", false, &selection->match, error) &&
           check_regex(raw->from, "from", true, &selection->from, error) &&
           check_regex(raw->to, "to", true, &selection->to, error) &&
           check_moment(raw->since, "since", &selection->since, error) &&
           check_moment(raw->until, "until", &selection->until, error);
}

static bool check_exports(struct raw_options *raw, struct options *options, GError **error)
{
    if (!options->command->takes_exports)
        return true;
    for (unsigned i = 0; export_kinds[i].option != NULL; i++) {
        if (raw->exports[i] == NULL)
            continue;
        if (options->export_kind != NULL) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s and --%s: one export at a time",
                        options->export_kind->option, export_kinds[i].option);
            return false;
        }
        if (raw->anonymize != NULL && !export_kinds[i].takes_anonymize) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s holds what was captured: no --anonymize",
                        export_kinds[i].option);
            return false;
        }
        options->export_kind = &export_kinds[i];
        options->export_target = g_steal_pointer(&raw->exports[i]);
    }
    if (raw->hep_id < 0 || raw->hep_rate < 0) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--hep-id and --hep-rate are numbers from 0 up");
        return false;
    }
    if (options->export_kind == NULL)
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "export what? One of its own options says so");
    return options->export_kind != NULL;
}

static bool check_values(struct raw_options *raw, struct options *options, GError **error)
{
    if (!value_format(raw->format, options->command, &options->format, error) ||
        !value_when(raw->color, "color", &options->color, error) ||
        !value_when(raw->progress, "progress", &options->progress, error) ||
        !value_when(raw->sandbox, "sandbox", &options->sandbox, error))
        return false;
    for (char **limit = raw->limits; limit != NULL && *limit != NULL; limit++)
        if (!value_limit(*limit, &options->limits, error))
            return false;
    if (!check_preferences(raw, error))
        return false;
    if (!value_level(raw->fail_on, &options->fail_weight, error))
        return false;
    if (raw->check && !options->command->text_takes_check && options->format == FORMAT_TEXT) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s has no room for --check but with -T json",
                    options->command->name);
        return false;
    }
    if (!check_selection(raw, &options->selection, error) || !check_exports(raw, options, error))
        return false;
    if (raw->rfc < 0) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--rfc is the number of an RFC");
        return false;
    }
    if (raw->explain != NULL && !any_rule_matches(raw->explain)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--explain: no rule is called that; 'sipweave rules' lists them");
        return false;
    }
    if (raw->threads < 1) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--threads is a number from 1 up");
        return false;
    }
    if (raw->inputs == NULL && raw->read_file == NULL && raw->explain == NULL &&
        options->command->print[options->format] == NULL) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no capture named (- is standard input)");
        return false;
    }
    return true;
}

static char **joined_inputs(const struct raw_options *raw)
{
    GPtrArray *all = g_ptr_array_new();
    if (raw->read_file != NULL)
        g_ptr_array_add(all, g_strdup(raw->read_file));
    for (char **input = raw->inputs; input != NULL && *input != NULL; input++)
        g_ptr_array_add(all, g_strdup(*input));
    g_ptr_array_add(all, NULL);
    return (char **)g_ptr_array_free(all, FALSE);
}

/* To the context, and to the list of what it has. */
static void add_entries(GOptionContext *context, struct raw_options *raw, const GOptionEntry *entries)
{
    g_option_context_add_main_entries(context, entries, NULL);
    for (; raw->list != NULL && entries->long_name != NULL; entries++)
        g_array_append_vals(raw->list, entries, 1);
}

/* What every command takes. */
static void add_shared(GOptionContext *context, const struct command *command, struct raw_options *raw)
{
    const char *arguments = command->print[FORMAT_TEXT] != NULL ? "[PATTERN...]" : "CAPTURE...";
    raw->formats = value_formats(command);
    const GOptionEntry format[] = {
        {"format", 'T', 0, G_OPTION_ARG_STRING, &raw->format, raw->formats, "FORMAT"},
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry entries[] = {
        {"read-file", 'r', 0, G_OPTION_ARG_FILENAME, &raw->read_file, "a capture, as the argument", "FILE"},
        {"filter", 'f', 0, G_OPTION_ARG_STRING, &raw->filter, "read only packets that this BPF filter passes",
         "FILTER"},
        {"keylog", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->keylogs,
         "a TLS key log, which may still grow, besides what SSLKEYLOGFILE names (repeatable)", "FILE"},
        {"rsa-key", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->rsa_keys,
         "a server's private key (PEM), for TLS 1.2 and before with RSA key exchange (repeatable)", "FILE"},
        {"option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &raw->preferences,
         "the same in Wireshark's words: tls.keylog_file:FILE", "NAME:VALUE"},
        {"output", 0, 0, G_OPTION_ARG_FILENAME, &raw->output, "write to FILE instead of standard output", "FILE"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &raw->quiet,
         "no progress and no hints on standard error; errors are still told", NULL},
        {"color", 0, 0, G_OPTION_ARG_STRING, &raw->color, "auto (on a terminal), never, always", "WHEN"},
        {"progress", 0, 0, G_OPTION_ARG_STRING, &raw->progress, "auto (on a terminal), never, always", "WHEN"},
        {"threads", 0, 0, G_OPTION_ARG_INT, &raw->threads,
         "up to N threads work on it (1); 2 take about two thirds of the time", "N"},
        {"sandbox", 0, 0, G_OPTION_ARG_STRING, &raw->sandbox,
         "auto (all that the kernel gives), never, always (or nothing is read)", "WHEN"},
        {"limit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->limits, "set a limit, see below (repeatable)", "NAME=VALUE"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &raw->version, "print the version", NULL},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &raw->verbose, "with --version: and what the kernel gives the sandbox",
         NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->inputs, NULL, arguments},
        G_OPTION_ENTRY_NULL,
    };
    if (command_has_format(command, FORMAT_TEXT))
        add_entries(context, raw, format);
    add_entries(context, raw, entries);
}

/* What export takes. */
static void add_exports(GOptionContext *context, struct raw_options *raw)
{
    const GOptionEntry details[] = {
        {"whole-streams", 0, 0, G_OPTION_ARG_NONE, &raw->whole_streams,
         "with --packets: all packets of the TCP connections that carried the calls", NULL},
        {"hep-id", 0, 0, G_OPTION_ARG_INT, &raw->hep_id, "with --hep: the number of this node (2001)", "NUMBER"},
        {"hep-name", 0, 0, G_OPTION_ARG_STRING, &raw->hep_name, "with --hep: its name (sipweave)", "NAME"},
        {"hep-key", 0, 0, G_OPTION_ARG_STRING, &raw->hep_key, "with --hep: what the collector wants as a password",
         "KEY"},
        {"hep-rate", 0, 0, G_OPTION_ARG_INT, &raw->hep_rate,
         "with --hep: at most so many messages a second (1000); 0: as fast as it goes", "NUMBER"},
        G_OPTION_ENTRY_NULL,
    };
    for (unsigned i = 0; export_kinds[i].option != NULL; i++) {
        const struct export_kind *kind = &export_kinds[i];
        const GOptionEntry entries[] = {
            {kind->option, 0, 0, G_OPTION_ARG_FILENAME, &raw->exports[i], kind->help, kind->argument},
            G_OPTION_ENTRY_NULL,
        };
        add_entries(context, raw, entries);
    }
    add_entries(context, raw, details);
}

/* What check takes. */
static void add_rules(GOptionContext *context, struct raw_options *raw)
{
    const GOptionEntry entries[] = {
        {"rules", 0, 0, G_OPTION_ARG_STRING, &raw->rules, "only rules whose ids match, as WS-*,PMD-*", "PATTERNS"},
        {"ignore", 0, 0, G_OPTION_ARG_STRING, &raw->ignored, "no rules whose ids match", "PATTERNS"},
        {"fail-on", 0, 0, G_OPTION_ARG_STRING, &raw->fail_on,
         "exit with 1 if anything of this level or above is found: MUST (the default), SHOULD, LINT, never", "LEVEL"},
        {"explain", 0, 0, G_OPTION_ARG_STRING, &raw->explain,
         "say what a rule asks for, how a breach is seen and when there is silence; no capture is read", "ID"},
        {"suppress", 0, 0, G_OPTION_ARG_FILENAME, &raw->suppress, "leave out what FILE names, see docs/check.md",
         "FILE"},
        {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &raw->baseline,
         "leave out what an earlier run has found: FILE is what -T json printed", "FILE"},
        {"all", 0, 0, G_OPTION_ARG_NONE, &raw->all, "show each repeat (json does always)", NULL},
        G_OPTION_ENTRY_NULL,
    };
    add_entries(context, raw, entries);
}

/* Which calls. */
static void add_selection(GOptionContext *context, struct raw_options *raw)
{
    const GOptionEntry entries[] = {
        {"call", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->calls, "only this call: its number or Call-ID (repeatable)",
         "CALL"},
        {"match", 0, 0, G_OPTION_ARG_STRING, &raw->match,
         "only calls with a message whose bytes match, as '^User-Agent: JsSIP'; (?i) ignores case", "REGEX"},
        {"from", 0, 0, G_OPTION_ARG_STRING, &raw->from, "only calls whose From has a URI that matches", "REGEX"},
        {"to", 0, 0, G_OPTION_ARG_STRING, &raw->to, "only calls whose To has a URI that matches", "REGEX"},
        {"method", 0, 0, G_OPTION_ARG_STRING, &raw->methods, "only calls with a request of these, as INVITE,REFER",
         "METHODS"},
        {"status", 0, 0, G_OPTION_ARG_STRING, &raw->statuses,
         "only calls that such a final response decided, as 486,5xx,600-699", "STATUSES"},
        {"since", 0, 0, G_OPTION_ARG_STRING, &raw->since,
         "only calls that have not ended before, as 2026-11-22T16:26:08 or 16:26 (UTC, the first message's day)",
         "TIME"},
        {"until", 0, 0, G_OPTION_ARG_STRING, &raw->until, "only calls that began before", "TIME"},
        {"failed", 0, 0, G_OPTION_ARG_NONE, &raw->failed,
         "only calls that were rejected, timed out, or were lost with their connection", NULL},
        G_OPTION_ENTRY_NULL,
    };
    add_entries(context, raw, entries);
}

/* What only some commands take. */
static void add_special(GOptionContext *context, const struct command *command, struct raw_options *raw)
{
    const GOptionEntry anonymize[] = {
        {"anonymize", 0, 0, G_OPTION_ARG_FILENAME, &raw->anonymize,
         "replace users, names, hosts, addresses and credentials, by the key in FILE, see docs/anonymize.md", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry check[] = {
        {"check", 0, 0, G_OPTION_ARG_NONE, &raw->check, "show which rules messages break, too; see 'sipweave rules'",
         NULL},
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry catalogue[] = {
        {"rfc", 0, 0, G_OPTION_ARG_INT, &raw->rfc, "only rules of this RFC", "NUMBER"},
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry bytes[] = {
        {"raw", 0, 0, G_OPTION_ARG_NONE, &raw->raw, "the messages' bytes as well", NULL},
        G_OPTION_ENTRY_NULL,
    };
    if (command->takes_calls)
        add_selection(context, raw);
    if (command->takes_check)
        add_entries(context, raw, check);
    if (command->print[FORMAT_TEXT] != NULL)
        add_entries(context, raw, catalogue);
    if (command->takes_raw)
        add_entries(context, raw, bytes);
    if (command->takes_anonymize)
        add_entries(context, raw, anonymize);
    if (command->takes_exports)
        add_exports(context, raw);
    if (command->takes_rules)
        add_rules(context, raw);
}

static GOptionContext *make_context(const struct command *command, struct raw_options *raw)
{
    GOptionContext *context = g_option_context_new(NULL);
    char *limits = manual_limits();
    g_option_context_set_summary(context, command->summary);
    g_option_context_set_description(context, limits);
    g_free(limits);
    add_special(context, command, raw);
    raw->own = raw->list != NULL ? raw->list->len : 0;
    add_shared(context, command, raw);
    g_option_context_set_help_enabled(context, FALSE);
    return context;
}

static bool is_help(const char *argument)
{
    return strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
}

/* -h and --help are ours, so that help goes to standard output on every level and names the command. */
static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_help(argv[i]))
            return true;
    return false;
}

static void print_help(GOptionContext *context, const char *command)
{
    char *name = g_strdup_printf("sipweave %s", command);
    g_set_prgname(name);
    char *help = g_option_context_get_help(context, TRUE, NULL);
    fputs(help, stdout);
    g_free(help);
    g_free(name);
}

static int usage_error(const struct command *command, const char *why)
{
    fprintf(stderr, "sipweave: %s\nTry 'sipweave %s --help'.\n", why, command->name);
    return EXIT_USAGE;
}

static bool take(struct raw_options *raw, struct options *options, int *exit_code)
{
    GError *error = NULL;
    if (raw->version) {
        print_version(raw->verbose);
        *exit_code = EXIT_DONE;
        return false;
    }
    if (!check_values(raw, options, &error)) {
        *exit_code = usage_error(options->command, error->message);
        g_error_free(error);
        return false;
    }
    options->inputs = joined_inputs(raw);
    options->keylogs = joined_keylogs(raw);
    options->rsa_keys = g_steal_pointer(&raw->rsa_keys);
    options->filter = g_steal_pointer(&raw->filter);
    options->output = g_steal_pointer(&raw->output);
    options->hep_name = g_steal_pointer(&raw->hep_name);
    options->hep_key = g_steal_pointer(&raw->hep_key);
    options->whole_streams = raw->whole_streams;
    options->hep_id = (unsigned)raw->hep_id;
    options->hep_rate = (unsigned)raw->hep_rate;
    options->anonymize = g_steal_pointer(&raw->anonymize);
    options->calls = g_steal_pointer(&raw->calls);
    options->methods = raw->methods != NULL ? g_strsplit(raw->methods, ",", 0) : NULL;
    options->selection.calls = (const char *const *)options->calls;
    options->selection.methods = (const char *const *)options->methods;
    options->rules = raw->rules != NULL ? g_strsplit(raw->rules, ",", 0) : NULL;
    options->ignored = raw->ignored != NULL ? g_strsplit(raw->ignored, ",", 0) : NULL;
    options->explain = raw->explain != NULL ? g_strsplit(raw->explain, ",", 0) : NULL;
    options->suppress = g_steal_pointer(&raw->suppress);
    options->baseline = g_steal_pointer(&raw->baseline);
    options->rfc = (unsigned)raw->rfc;
    options->all = raw->all;
    options->check = raw->check;
    options->raw = raw->raw;
    options->quiet = raw->quiet;
    options->threads = (unsigned)raw->threads;
    return true;
}

static void clear_raw(struct raw_options *raw)
{
    g_strfreev(raw->inputs);
    g_strfreev(raw->limits);
    g_strfreev(raw->calls);
    g_free(raw->match);
    g_free(raw->from);
    g_free(raw->to);
    g_free(raw->methods);
    g_free(raw->statuses);
    g_free(raw->since);
    g_free(raw->anonymize);
    g_free(raw->until);
    g_strfreev(raw->keylogs);
    g_strfreev(raw->rsa_keys);
    g_strfreev(raw->preferences);
    g_free(raw->read_file);
    g_free(raw->rules);
    g_free(raw->ignored);
    g_free(raw->hep_name);
    g_free(raw->hep_key);
    for (unsigned i = 0; i < EXPORT_KINDS_MOST; i++)
        g_free(raw->exports[i]);
    g_free(raw->fail_on);
    g_free(raw->explain);
    g_free(raw->suppress);
    g_free(raw->baseline);
    g_free(raw->filter);
    g_free(raw->format);
    g_free(raw->formats);
    g_free(raw->output);
    g_free(raw->color);
    g_free(raw->progress);
    g_free(raw->sandbox);
}

static bool parse_command(int argc, char **argv, struct options *options, int *exit_code)
{
    struct raw_options raw = {.threads = 1, .hep_id = HEP_ID_USUAL, .hep_rate = HEP_RATE_USUAL};
    GOptionContext *context = make_context(options->command, &raw);
    GError *error = NULL;
    bool ok = false;
    if (wants_help(argc, argv)) {
        print_help(context, options->command->name);
        *exit_code = EXIT_DONE;
    } else if (!g_option_context_parse(context, &argc, &argv, &error)) {
        *exit_code = usage_error(options->command, error->message);
        g_error_free(error);
    } else {
        ok = take(&raw, options, exit_code);
    }
    g_option_context_free(context);
    clear_raw(&raw);
    return ok;
}

/* --- help -------------------------------------------------------------------------------------------------------- */

struct option_list {
    struct raw_options raw; /* what the entries point to */
};

struct option_list *option_list_new(const struct command *command)
{
    struct option_list *list = g_new0(struct option_list, 1);
    list->raw.list = g_array_new(FALSE, FALSE, sizeof(GOptionEntry));
    GOptionContext *context = make_context(command, &list->raw);
    g_option_context_free(context);
    return list;
}

void option_list_free(struct option_list *list)
{
    g_array_free(list->raw.list, TRUE);
    clear_raw(&list->raw);
    g_free(list);
}

const GOptionEntry *option_list_entries(const struct option_list *list)
{
    return &g_array_index(list->raw.list, GOptionEntry, 0);
}

size_t option_list_size(const struct option_list *list)
{
    return list->raw.list->len;
}

size_t option_list_own(const struct option_list *list)
{
    return list->raw.own;
}

/* "help", "help COMMAND", "help --bash" ...; the exit code. */
static int help(int argc, char **argv)
{
    const struct command *command = argc > 2 ? find_command(argv[2]) : NULL;
    struct raw_options raw = {.threads = 1};
    if (command != NULL) {
        GOptionContext *context = make_context(command, &raw);
        print_help(context, command->name);
        g_option_context_free(context);
        clear_raw(&raw);
    } else if (argc == 2) {
        manual_overview(stdout);
    } else if (!manual_print(stdout, argv[2])) {
        fprintf(stderr, "sipweave: there is no command '%s'; 'sipweave help' lists them\n", argv[2]);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* A command that isn't the first word would be taken for a capture. */
static bool names_command_late(const struct options *options)
{
    for (char **input = options->inputs; input != NULL && *input != NULL; input++) {
        if (find_command(*input) == NULL || g_file_test(*input, G_FILE_TEST_EXISTS))
            continue;
        fprintf(stderr, "sipweave: the command comes first: 'sipweave %s [options] CAPTURE...'\n", *input);
        return true;
    }
    return false;
}

bool options_parse(int argc, char **argv, struct options *options, int *exit_code)
{
    *options = (struct options){
        .command = &commands[0], .limits = sw_limits_default, .fail_weight = sw_level_weight(SW_LEVEL_MUST)};
    if (argc < 2) {
        manual_overview(stderr);
        *exit_code = EXIT_USAGE;
        return false;
    }
    bool topic = argc > 2 && is_help(argv[1]) && (find_command(argv[2]) != NULL || strcmp(argv[2], "limits") == 0);
    if (strcmp(argv[1], "help") == 0 || topic) {
        *exit_code = help(argc, argv);
        return false;
    }
    const struct command *named = find_command(argv[1]);
    if (named == NULL && wants_help(argc, argv)) {
        manual_overview(stdout);
        *exit_code = EXIT_DONE;
        return false;
    }
    if (named != NULL) {
        options->command = named;
        argv[1] = argv[0];
        return parse_command(argc - 1, argv + 1, options, exit_code);
    }
    if (!parse_command(argc, argv, options, exit_code))
        return false;
    if (!names_command_late(options))
        return true;
    options_clear(options);
    *exit_code = EXIT_USAGE;
    return false;
}

void options_clear(struct options *options)
{
    g_strfreev(options->inputs);
    g_strfreev(options->calls);
    g_strfreev(options->methods);
    g_clear_pointer(&options->selection.match, g_regex_unref);
    g_clear_pointer(&options->selection.from, g_regex_unref);
    g_clear_pointer(&options->selection.to, g_regex_unref);
    g_strfreev(options->keylogs);
    g_strfreev(options->rsa_keys);
    g_strfreev(options->rules);
    g_strfreev(options->ignored);
    g_strfreev(options->explain);
    g_free(options->anonymize);
    g_free(options->export_target);
    g_free(options->hep_name);
    g_free(options->hep_key);
    g_free(options->suppress);
    g_free(options->baseline);
    g_free(options->filter);
    g_free(options->output);
}
