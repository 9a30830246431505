/* SPDX-License-Identifier: MIT
 *
 * What shells and man are told about the commands, from the tables that the command line is read with.
 */
#ifndef SIPWEAVE_MANUAL_H
#define SIPWEAVE_MANUAL_H

#include <glib.h>
#include <stdio.h>

#include "cli/options.h"

/* Of "help": prints what is asked for, "limits", "--bash", "--zsh" or "--scdoc" (a man page's source); false: it is
 * none of them. */
bool manual_print(FILE *out, const char *form);

/* Of "help" alone, and of the program without arguments. */
void manual_overview(FILE *out);
/* What stands below the options of every command. The caller frees it. */
char *manual_limits(void);

#endif
