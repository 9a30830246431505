/* SPDX-License-Identifier: MIT
 *
 * What may stand behind an option: one of some words, a size, a limit?
 */
#include "cli/values.h"

#include <string.h>

static const char *const format_names[FORMAT_COUNT] = {
    [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json",   [FORMAT_MERMAID] = "mermaid", [FORMAT_PLANTUML] = "plantuml",
    [FORMAT_SVG] = "svg",   [FORMAT_JUNIT] = "junit", [FORMAT_SARIF] = "sarif",     [FORMAT_TAP] = "tap",
    [FORMAT_CSV] = "csv",   [FORMAT_HTML] = "html"};
static const char *const when_names[] = {[WHEN_AUTO] = "auto", [WHEN_NEVER] = "never", [WHEN_ALWAYS] = "always"};
static const char *const level_names[] = {"LINT", "SHOULD", "MUST", "never"}; /* by weight; one above all: never */

static int index_of(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

bool value_when(const char *text, const char *option, enum when *when, GError **error)
{
    if (text == NULL)
        return true;
    int found = index_of(when_names, G_N_ELEMENTS(when_names), text);
    if (found < 0) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s is auto, never or always", option);
        return false;
    }
    *when = (enum when)found;
    return true;
}

bool command_has_format(const struct command *command, enum format format)
{
    return command->sinks[format] != NULL || command->print[format] != NULL;
}

char *value_formats(const struct command *command)
{
    GString *text = g_string_new("text (the default)");
    for (enum format format = FORMAT_TEXT + 1; format < FORMAT_COUNT; format++)
        if (command_has_format(command, format))
            g_string_append_printf(text, ", %s", format_names[format]);
    return g_string_free(text, FALSE);
}

bool value_format(const char *text, const struct command *command, enum format *format, GError **error)
{
    *format = command->format;
    if (text == NULL)
        return true;
    int found = index_of(format_names, FORMAT_COUNT, text);
    if (found < 0 || !command_has_format(command, (enum format)found)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s has no format '%s'", command->name, text);
        return false;
    }
    *format = (enum format)found;
    return true;
}

bool value_level(const char *text, unsigned *weight, GError **error)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(level_names); i++) {
        if (text == NULL || g_ascii_strcasecmp(text, level_names[i]) != 0)
            continue;
        *weight = i;
        return true;
    }
    if (text == NULL)
        return true;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--fail-on is MUST, SHOULD, LINT or never");
    return false;
}

/* "64M": a number, and what it is multiplied with. */
static bool parse_size(const char *text, size_t *value)
{
    static const char units[] = "KMG";
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    if (end == text || !g_ascii_isdigit(text[0]))
        return false;
    const char *unit = *end != '\0' ? strchr(units, g_ascii_toupper(*end)) : NULL;
    unsigned shift = unit != NULL ? 10 * (unsigned)(unit - units + 1) : 0;
    if ((*end != '\0' && (unit == NULL || end[1] != '\0')) || number > G_MAXSIZE >> shift)
        return false;
    *value = (size_t)number << shift;
    return true;
}

bool value_limit(const char *text, struct sw_limits *limits, GError **error)
{
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;
    for (const struct sw_limit_name *limit = sw_limits_names; limit->name != NULL; limit++) {
        size_t value;
        if (strlen(limit->name) != length || strncmp(limit->name, text, length) != 0 || !parse_size(equals + 1, &value))
            continue;
        memcpy((char *)limits + limit->offset, &value, sizeof value);
        return true;
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--limit %s: not NAME=NUMBER with a known name", text);
    return false;
}

/* --- for completions --------------------------------------------------------------------------------------------- */

static char *words_of(const char *const *names, size_t count)
{
    GString *words = g_string_new(names[0]);
    for (size_t i = 1; i < count; i++)
        g_string_append_printf(words, " %s", names[i]);
    return g_string_free(words, FALSE);
}

static char *format_words(const struct command *command)
{
    const char *names[FORMAT_COUNT];
    size_t count = 0;
    for (enum format format = 0; format < FORMAT_COUNT; format++)
        if (command_has_format(command, format))
            names[count++] = format_names[format];
    return words_of(names, count);
}

static char *limit_words(void)
{
    GString *words = g_string_new(NULL);
    for (const struct sw_limit_name *limit = sw_limits_names; limit->name != NULL; limit++)
        g_string_append_printf(words, "%s%s=", words->len > 0 ? " " : "", limit->name);
    return g_string_free(words, FALSE);
}

char *value_words(const struct command *command, const GOptionEntry *entry)
{
    const char *kind = entry->arg_description != NULL ? entry->arg_description : "";
    if (strcmp(kind, "FORMAT") == 0)
        return format_words(command);
    if (strcmp(kind, "WHEN") == 0)
        return words_of(when_names, G_N_ELEMENTS(when_names));
    if (strcmp(kind, "LEVEL") == 0)
        return words_of(level_names, G_N_ELEMENTS(level_names));
    return strcmp(kind, "NAME=VALUE") == 0 ? limit_words() : NULL;
}
