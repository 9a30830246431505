/* SPDX-License-Identifier: MIT
 *
 * Which exports are there, and how is the file of one opened and closed?
 */
#include "export/export.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export/sinks.h"

const struct export_kind export_kinds[] = {
    {.option = "pcap",
     .argument = "FILE",
     .help = "the SIP alone, decrypted and unframed, each message as a packet with its addresses and time: over UDP, "
             "over TCP what came as SIP over TCP",
     .takes_anonymize = true,
     .open = export_pcap},
    {.option = "packets",
     .argument = "FILE",
     .help = "the packets that carried the calls, as they were captured, as pcapng",
     .open = export_packets},
    {.option = "decrypted",
     .argument = "FILE",
     .help = "the whole captures as pcapng, with the TLS secrets that they need, and no others, for Wireshark",
     .open = export_decrypted},
    {.option = "sqlite",
     .argument = "FILE",
     .help = "a new SQLite database of calls, messages, connections, findings and the ledger; see docs/sqlite.md",
     .makes_files = true,
     .takes_anonymize = true,
     .open = export_sqlite},
    {.option = "hep",
     .argument = "HOST:PORT",
     .help = "HEPv3 to a collector as Homer's, over UDP, or over TCP to tcp:HOST:PORT",
     .takes_anonymize = true,
     .open = export_hep},
    {.option = NULL},
};

void export_result_clear(struct export_result *result)
{
    g_clear_pointer(&result->error, g_free);
    g_clear_pointer(&result->loss, g_free);
}

/* Opening it for writing would empty it before it is read. */
static bool is_an_input(const struct export_options *options)
{
    struct stat target;
    struct stat input;
    if (stat(options->target, &target) != 0)
        return false;
    for (size_t i = 0; options->inputs != NULL && options->inputs[i] != NULL; i++)
        if (stat(options->inputs[i], &input) == 0 && S_ISREG(input.st_mode) && input.st_dev == target.st_dev &&
            input.st_ino == target.st_ino)
            return true;
    return false;
}

FILE *export_open_file(const struct export_options *options, struct export_result *result)
{
    if (strcmp(options->target, "-") == 0) {
        if (isatty(fileno(options->standard)) != 1)
            return options->standard;
        result->error = g_strdup("standard output is a terminal, which such bytes are not for");
        return NULL;
    }
    if (is_an_input(options)) {
        result->error = g_strdup("it is one of the captures that are read");
        return NULL;
    }
    FILE *file = fopen(options->target, "wbe");
    if (file == NULL)
        result->error = g_strdup(g_strerror(errno));
    return file;
}

void export_close_file(FILE *file, const struct export_options *options, struct export_result *result)
{
    bool failed = fflush(file) != 0 || ferror(file) != 0;
    int reason = errno;
    if (file != options->standard && fclose(file) != 0) {
        failed = true;
        reason = errno;
    }
    if (failed && result->error == NULL)
        result->error = g_strdup(g_strerror(reason));
}
