/* SPDX-License-Identifier: MIT
 *
 * export --decrypted: the captures as one pcapng file that Wireshark decrypts without a key log. In front of the
 * packets stands a Decryption Secrets Block with the secrets of the sessions in them, and of no others.
 *
 * Which these are is known when all has been read; the packets are then read a second time.
 */
#include <glib.h>

#include "export/again.h"
#include "export/sinks.h"

struct decrypted {
    const struct export_options *options;
    struct export_result *result;
    FILE *file;
};

static void close_file(struct decrypted *decrypted)
{
    if (decrypted->file != NULL)
        export_close_file(decrypted->file, decrypted->options, decrypted->result);
    decrypted->file = NULL;
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct decrypted *decrypted = context;
    again_begin(decrypted->file, totals->keylog);
    again_copy(decrypted->options, decrypted->file, NULL, NULL);
    close_file(decrypted);
}

static void on_free(void *context)
{
    close_file(context);
    g_free(context);
}

struct sink export_decrypted(const struct export_options *options, struct export_result *result)
{
    FILE *file = again_open(options, result);
    if (file == NULL)
        return (struct sink){.context = NULL};
    struct decrypted *decrypted = g_new(struct decrypted, 1);
    *decrypted = (struct decrypted){.options = options, .result = result, .file = file};
    return (struct sink){.context = decrypted, .finish = on_finish, .free = on_free};
}
