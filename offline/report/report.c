/* SPDX-License-Identifier: MIT
 *
 * How is the page put together?
 *
 *     head      style sheet; a policy that names the hashes of it and of the scripts, and allows nothing else
 *     body.html what stands there until the data are read
 *     data      rows: the NDJSON of captures, connections, calls and ledgers, and findings by rule and accused;
 *               messages: NDJSON with their bytes, and ladders, both deflated and read on demand
 *     *.js      draws it
 */
#include "report/report.h"

#include <gio/gio.h>
#include <glib.h>
#include <report_page.h> /* generated from page/page.gresource.xml */

#include "report/chunks.h"
#include "report/groups.h"
#include "report/ladders.h"

static const char *const scripts[] = {"text.js",    "data.js", "list.js",     "ladder.js",
                                      "message.js", "diff.js", "overview.js", "main.js"};

enum { PARTS = 4 };

struct report {
    FILE *out; /* borrowed */
    const char *version;
    struct chunks *rows;
    struct chunks *messages;
    struct chunks *ladders;
    struct sink parts[PARTS];
};

/* ---- what is embedded ---- */

/* The caller unrefs it; it is there. */
static GBytes *page_file(const char *name)
{
    char *path = g_strconcat("/sipweave/", name, NULL);
    GBytes *bytes = g_resource_lookup_data(report_page_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_free(path);
    return bytes;
}

static void put_file(const struct report *report, const char *before, const char *name, const char *after)
{
    gsize size;
    GBytes *bytes = page_file(name);
    const void *data = g_bytes_get_data(bytes, &size);
    fputs(before, report->out);
    fwrite(data, 1, size, report->out);
    fputs(after, report->out);
    g_bytes_unref(bytes);
}

/* 'sha256-...' as the policy names it (CSP 3, 2.3.1). */
static void put_hash(const struct report *report, const char *name)
{
    guint8 digest[32];
    gsize digest_size = sizeof digest;
    GBytes *bytes = page_file(name);
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size;
    const guchar *data = g_bytes_get_data(bytes, &size);
    g_checksum_update(checksum, data, (gssize)size);
    g_checksum_get_digest(checksum, digest, &digest_size);
    char *coded = g_base64_encode(digest, digest_size);
    fprintf(report->out, " 'sha256-%s'", coded);
    g_free(coded);
    g_checksum_free(checksum);
    g_bytes_unref(bytes);
}

static void put_head(const struct report *report)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action "
          "'none'; style-src",
          report->out);
    put_hash(report, "style.css");
    fputs("; script-src", report->out);
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++)
        put_hash(report, scripts[i]);
    fprintf(report->out,
            "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"sipweave %s\">\n"
            "<title>sipweave report</title>\n",
            report->version != NULL ? report->version : "");
    put_file(report, "<style>", "style.css", "</style>\n</head>\n");
    put_file(report, "", "body.html", "");
}

static void put_scripts(const struct report *report)
{
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++)
        put_file(report, "<script>", scripts[i], "</script>\n");
    fputs("</body>\n</html>\n", report->out);
}

/* ---- what comes is passed on ---- */

static void on_capture(void *context, const struct capture_record *capture)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].capture != NULL)
            report->parts[i].capture(report->parts[i].context, capture);
}

static void on_connection_begin(void *context, const struct connection_record *connection)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].connection_begin != NULL)
            report->parts[i].connection_begin(report->parts[i].context, connection);
}

static void on_message(void *context, const struct message_record *message)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].message != NULL)
            report->parts[i].message(report->parts[i].context, message);
}

static void on_connection_end(void *context, const struct connection_record *connection)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].connection_end != NULL)
            report->parts[i].connection_end(report->parts[i].context, connection);
}

static void on_call(void *context, const struct sw_call *call)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].call != NULL)
            report->parts[i].call(report->parts[i].context, call);
}

static void on_ledger(void *context, const struct ledger_record *ledger)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].ledger != NULL)
            report->parts[i].ledger(report->parts[i].context, ledger);
}

static void on_finding(void *context, const struct finding_record *finding)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].finding != NULL)
            report->parts[i].finding(report->parts[i].context, finding);
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        if (report->parts[i].finish != NULL)
            report->parts[i].finish(report->parts[i].context, totals);
    chunks_flush(report->messages);
    chunks_flush(report->ladders);
    chunks_flush(report->rows);
    put_scripts(report);
    fflush(report->out);
}

static void on_free(void *context)
{
    struct report *report = context;
    for (size_t i = 0; i < PARTS; i++)
        report->parts[i].free(report->parts[i].context);
    chunks_free(report->rows);
    chunks_free(report->messages);
    chunks_free(report->ladders);
    g_free(report);
}

static void open_parts(struct report *report, const struct output_options *options)
{
    struct output_options rows = *options;
    struct output_options messages = *options;
    struct output_options ladders = *options;
    rows.out = chunks_file(report->rows);
    rows.found = messages.found = NULL; /* ladders count */
    rows.check = messages.check = false;
    messages.out = chunks_file(report->messages);
    messages.raw = true;
    ladders.out = chunks_file(report->ladders);
    ladders.check = ladders.unicode = true;
    report->parts[0] = ndjson_sink(&messages, NDJSON_MESSAGE);
    report->parts[1] = ladders_sink(&ladders);
    report->parts[2] = ndjson_sink(&rows, NDJSON_CAPTURE | NDJSON_CONNECTION | NDJSON_CALL | NDJSON_LEDGER);
    report->parts[3] = groups_sink(&rows);
}

struct sink report_sink(const struct output_options *options)
{
    struct report *report = g_new(struct report, 1);
    *report = (struct report){
        .out = options->out,
        .version = options->version,
        .rows = chunks_new(options->out, "rows", false),
        .messages = chunks_new(options->out, "messages", true),
        .ladders = chunks_new(options->out, "ladders", true),
    };
    open_parts(report, options);
    put_head(report);
    return (struct sink){
        .context = report,
        .capture = on_capture,
        .connection_begin = on_connection_begin,
        .message = on_message,
        .connection_end = on_connection_end,
        .call = on_call,
        .ledger = on_ledger,
        .finding = on_finding,
        .finish = on_finish,
        .free = on_free,
    };
}
