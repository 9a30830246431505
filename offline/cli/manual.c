/* SPDX-License-Identifier: MIT
 *
 * How do the tables of commands, options and limits become help, completions for bash and zsh, and a man page?
 */
#include "cli/manual.h"

#include "cli/values.h"

#include <string.h>

static const char *const shown_arguments[] = {"FILE", "CAPTURE"}; /* their values are names of files */

static bool is_shown(const GOptionEntry *entry)
{
    return entry->long_name != NULL && *entry->long_name != '\0';
}

static bool takes_file(const GOptionEntry *entry)
{
    for (size_t i = 0; i < G_N_ELEMENTS(shown_arguments); i++)
        if (entry->arg_description != NULL && strcmp(entry->arg_description, shown_arguments[i]) == 0)
            return true;
    return false;
}

/* Text with a backslash before each of these characters. */
static void put_escaped(FILE *out, const char *text, const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (strchr(escaped, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* --- bash -------------------------------------------------------------------------------------------------------- */

/* What the option takes, where that is known. */
static void put_bash_values(FILE *out, const struct command *command, const GOptionEntry *entry)
{
    char *words = value_words(command, entry);
    if (words == NULL)
        return;
    fprintf(out, "        --%s", entry->long_name);
    if (entry->short_name != 0)
        fprintf(out, " | -%c", entry->short_name);
    fprintf(out, ") words='%s' ;;\n", words);
    g_free(words);
}

static void put_bash_case(FILE *out, const struct command *command)
{
    struct option_list *list = option_list_new(command);
    const GOptionEntry *entries = option_list_entries(list);
    fprintf(out, "    %s)\n      options='--help", command->name);
    for (size_t i = 0; i < option_list_size(list); i++)
        if (is_shown(&entries[i]))
            fprintf(out, " --%s", entries[i].long_name);
    fputs("'\n      case $before in\n", out);
    for (size_t i = 0; i < option_list_size(list); i++)
        if (is_shown(&entries[i]))
            put_bash_values(out, command, &entries[i]);
    fputs("      esac ;;\n", out);
    option_list_free(list);
}

/* bash takes --format=json for three words. */
static void print_bash(FILE *out)
{
    fputs("# bash completion for sipweave: sipweave help --bash\n"
          "_sipweave() {\n"
          "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options= topics= words=\n"
          "  if [[ $current == '=' ]]; then\n"
          "    current=\n"
          "  elif [[ $before == '=' ]]; then\n"
          "    before=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "  fi\n"
          "  case ${COMP_WORDS[1]} in\n",
          out);
    for (const struct command *command = commands; command->name != NULL; command++)
        put_bash_case(out, command);
    fputs("    help) options='--bash --zsh --scdoc' topics=' limits' ;;\n  esac\n", out);
    fputs("  COMPREPLY=()\n  if [[ $COMP_CWORD -eq 1 || (${COMP_WORDS[1]} == help && $current != -*) ]]; then\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"help",
          out);
    for (const struct command *command = commands; command->name != NULL; command++)
        fprintf(out, " %s", command->name);
    fputs("$topics\" -- \"$current\")\n"
          "  elif [[ -n $words ]]; then\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
          "    [[ $words != *= ]] || compopt -o nospace 2>/dev/null || true\n"
          "  elif [[ $current == -* ]]; then\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
          "  fi\n"
          "}\n"
          "complete -o bashdefault -o default -F _sipweave sipweave\n",
          out);
}

/* --- zsh --------------------------------------------------------------------------------------------------------- */

/* Within '...' of zsh, and within the brackets of _arguments. */
static void put_zsh(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text) != NULL)
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

/* What may stand behind the option: words that are known, files, or whatever. */
static void put_zsh_value(FILE *out, const struct command *command, const GOptionEntry *entry)
{
    char *words = value_words(command, entry);
    fprintf(out, ":%s:", entry->arg_description != NULL ? entry->arg_description : "VALUE");
    if (words != NULL)
        fprintf(out, g_str_has_suffix(words, "=") ? "compadd -S \"\" %s" : "(%s)", words);
    else if (takes_file(entry))
        fputs("_files", out);
    g_free(words);
}

/* name: as it is typed, up to its value. */
static void put_zsh_option(FILE *out, const struct command *command, const GOptionEntry *entry, const char *name)
{
    fprintf(out, " \\\n        '*%s[", name);
    put_zsh(out, entry->description != NULL ? entry->description : "");
    fputc(']', out);
    if (entry->arg != G_OPTION_ARG_NONE)
        put_zsh_value(out, command, entry);
    fputc('\'', out);
}

static void put_zsh_names(FILE *out, const struct command *command, const GOptionEntry *entry)
{
    const bool takes = entry->arg != G_OPTION_ARG_NONE;
    char *longer = g_strdup_printf("--%s%s", entry->long_name, takes ? "=" : "");
    char *shorter = g_strdup_printf("-%c%s", entry->short_name, takes ? "+" : "");
    put_zsh_option(out, command, entry, longer);
    if (entry->short_name != 0)
        put_zsh_option(out, command, entry, shorter);
    g_free(longer);
    g_free(shorter);
}

static void put_zsh_case(FILE *out, const struct command *command)
{
    struct option_list *list = option_list_new(command);
    const GOptionEntry *entries = option_list_entries(list);
    fprintf(out, "    %s)\n      _arguments '--help[what it takes]'", command->name);
    for (size_t i = 0; i < option_list_size(list); i++)
        if (is_shown(&entries[i]))
            put_zsh_names(out, command, &entries[i]);
    fputs(" \\\n        '*:CAPTURE:_files' ;;\n", out);
    option_list_free(list);
}

static void print_zsh(FILE *out)
{
    fputs(
        "#compdef sipweave\n# zsh completion for sipweave: sipweave help --zsh\n_sipweave() {\n  local -a commands=(\n",
        out);
    for (const struct command *command = commands; command->name != NULL; command++) {
        fprintf(out, "    '%s:", command->name);
        put_zsh(out, command->summary);
        fputs("'\n", out);
    }
    fputs("  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    _files\n    return\n  fi\n"
          "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n",
          out);
    for (const struct command *command = commands; command->name != NULL; command++)
        put_zsh_case(out, command);
    fputs("    help) commands+=('limits:bounds on memory and work'); _describe command commands ;;\n    *) _files ;;\n "
          " esac\n}\n_sipweave \"$@\"\n",
          out);
}

/* --- limits ------------------------------------------------------------------------------------------------------ */

/* "1M", as --limit takes it. */
static void put_size(FILE *out, size_t value)
{
    static const char *const units[] = {"", "K", "M", "G"};
    size_t unit = 0;
    for (; value != 0 && value % 1024 == 0 && unit + 1 < G_N_ELEMENTS(units); unit++)
        value /= 1024;
    fprintf(out, "%" G_GSIZE_FORMAT "%s", value, units[unit]);
}

static size_t default_of(const struct sw_limit_name *limit)
{
    size_t value;
    memcpy(&value, (const char *)&sw_limits_default + limit->offset, sizeof value);
    return value;
}

static void print_limits(FILE *out)
{
    fputs("Limits bound memory and work; --limit NAME=VALUE sets one (repeatable; K, M and G are understood).\n"
          "None is reached in silence: 'sipweave explain' tells, by the reason named here or by a count of its own.\n",
          out);
    for (const struct sw_limit_name *limit = sw_limits_names; limit->name != NULL; limit++) {
        fprintf(out, "\n%s=", limit->name);
        put_size(out, default_of(limit));
        fprintf(out, "\n  bounds   %s\n  reached  %s\n  told     %s\n", limit->text, limit->reached, limit->told);
    }
}

/* --- man --------------------------------------------------------------------------------------------------------- */

static const char scdoc_special[] = "\\_*<>[]#~.";

static void put_scdoc_option(FILE *out, const GOptionEntry *entry)
{
    if (entry->short_name != 0)
        fprintf(out, "*-%c*, ", entry->short_name);
    fprintf(out, "*--%s*", entry->long_name);
    if (entry->arg != G_OPTION_ARG_NONE) {
        fputs(" _", out);
        put_escaped(out, entry->arg_description != NULL ? entry->arg_description : "VALUE", scdoc_special);
        fputc('_', out);
    }
    fputs("\n\t", out);
    put_escaped(out, entry->description != NULL ? entry->description : "", scdoc_special);
    fputs("\n\n", out);
}

static void put_scdoc_command(FILE *out, const struct command *command)
{
    struct option_list *list = option_list_new(command);
    const GOptionEntry *entries = option_list_entries(list);
    fprintf(out, "## %s\n\n", command->name);
    put_escaped(out, command->summary, scdoc_special);
    fputs("\n\n", out);
    for (size_t i = 0; i < option_list_own(list); i++)
        if (is_shown(&entries[i]))
            put_scdoc_option(out, &entries[i]);
    option_list_free(list);
}

/* What every command takes stands behind its own options, and is told once. */
static void put_scdoc_shared(FILE *out)
{
    struct option_list *list = option_list_new(&commands[0]);
    const GOptionEntry *entries = option_list_entries(list);
    fputs("# OPTIONS OF EVERY COMMAND\n\n", out);
    for (size_t i = option_list_own(list); i < option_list_size(list); i++)
        if (is_shown(&entries[i]))
            put_scdoc_option(out, &entries[i]);
    option_list_free(list);
}

static void put_scdoc_limits(FILE *out)
{
    fputs(
        "# LIMITS\n\nBounds on memory and work, with their defaults; *--limit* sets them. None is reached in silence: "
        "_explain_ tells, by the reason named here or by a count of its own.\n\n",
        out);
    for (const struct sw_limit_name *limit = sw_limits_names; limit->name != NULL; limit++) {
        fprintf(out, "*%s*=", limit->name);
        put_size(out, default_of(limit));
        fputs("\n\t", out);
        put_escaped(out, limit->text, scdoc_special);
        fputs(". Reached: ", out);
        put_escaped(out, limit->reached, scdoc_special);
        fputs(". Told: ", out);
        put_escaped(out, limit->told, scdoc_special);
        fputs(".\n\n", out);
    }
}

static void print_scdoc(FILE *out)
{
    fputs("sipweave(1)\n\n# NAME\n\nsipweave - shows the SIP that travels inside WebSockets\n\n"
          "# SYNOPSIS\n\n*sipweave* _COMMAND_ [options] _CAPTURE_...\n\n*sipweave* help "
          "[_COMMAND_|limits|--bash|--zsh|--scdoc]\n\n"
          "# DESCRIPTION\n\nReads packet captures, decodes the SIP in WebSockets and beside them, and weaves it into "
          "calls. "
          "A capture is a pcap or pcapng file, plain or packed, a folder of them, or - for standard input. Without a "
          "command "
          "it is _calls_.\n\n# COMMANDS\n\n",
          out);
    for (const struct command *command = commands; command->name != NULL; command++)
        put_scdoc_command(out, command);
    put_scdoc_shared(out);
    put_scdoc_limits(out);
    fputs("# EXIT STATUS\n\n0 done; 1 check: something was found; 2 usage, or an input that can't be read; 3 an input "
          "was "
          "damaged.\n\n# ENVIRONMENT\n\n*SSLKEYLOGFILE* a key log; *NO\\_COLOR*; *COLUMNS*.\n",
          out);
}

/* --- help -------------------------------------------------------------------------------------------------------- */

void manual_overview(FILE *out)
{
    fprintf(out,
            "sipweave shows the SIP that travels inside WebSockets, and beside it over UDP and TCP.\n\n"
            "Usage: sipweave COMMAND [options] CAPTURE...\n"
            "CAPTURE is a pcap or pcapng file (also .gz .zst .lz4 .xz), a folder of them, or - for standard input.\n\n"
            "Commands:\n");
    for (const struct command *command = commands; command->name != NULL; command++)
        fprintf(out, "  %-12s %s%s\n", command->name, command->summary,
                command == commands ? " (also when no command is named)" : "");
    fprintf(out, "\n'sipweave help COMMAND' lists the options of each, 'sipweave help limits' the bounds on memory and "
                 "work.\n\n"
                 "Exit status: 0 done; 1 check: something was found; 2 usage, or an input that can't be read; 3 an "
                 "input was damaged.\n");
}

char *manual_limits(void)
{
    GString *text = g_string_new("Limits (--limit NAME=VALUE; K, M and G are understood; 'help limits' tells more):\n");
    for (const struct sw_limit_name *limit = sw_limits_names; limit->name != NULL; limit++) {
        size_t value;
        memcpy(&value, (const char *)&sw_limits_default + limit->offset, sizeof value);
        g_string_append_printf(text, "  %-18s %s (%" G_GSIZE_FORMAT ")\n", limit->name, limit->text, value);
    }
    return g_string_free(text, FALSE);
}

bool manual_print(FILE *out, const char *form)
{
    static const struct {
        const char *name;
        void (*print)(FILE *out);
    } forms[] = {{"--bash", print_bash}, {"--zsh", print_zsh}, {"--scdoc", print_scdoc}, {"limits", print_limits}};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (strcmp(forms[i].name, form) != 0)
            continue;
        forms[i].print(out);
        return true;
    }
    return false;
}
