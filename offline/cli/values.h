/* SPDX-License-Identifier: MIT
 *
 * What may stand behind an option. Of the calls that take text: NULL leaves what the value is without the option;
 * false: the text is none of it, as error says.
 */
#ifndef SIPWEAVE_VALUES_H
#define SIPWEAVE_VALUES_H

#include <glib.h>
#include <stdbool.h>

#include "cli/options.h"
#include "sipweave/limits.h"

bool command_has_format(const struct command *command, enum format format);

bool value_format(const char *text, const struct command *command, enum format *format, GError **error);
/* option: its name, for error. */
bool value_when(const char *text, const char *option, enum when *when, GError **error);
/* --fail-on, as the weight of a level; one above all: never. */
bool value_level(const char *text, unsigned *weight, GError **error);
/* NAME=VALUE, not NULL. */
bool value_limit(const char *text, struct sw_limits *limits, GError **error);

/* "text (the default), json": for --help. The caller frees it. */
char *value_formats(const struct command *command);
/* The words that the option takes, with spaces between them; such as end with "=" go on. NULL: it takes others, too.
 * The caller frees them. */
char *value_words(const struct command *command, const GOptionEntry *entry);

#endif
