/* SPDX-License-Identifier: MIT
 *
 * sipweave-generate: writes a capture of SIP over WebSockets and beside it what a decoder should find in it. The same
 * options give the same bytes. It shares no code with the decoder, so that a mistake is not made twice.
 */
#include <errno.h>
#include <string.h>

#include "client.h"
#include "filler.h"

enum { EXIT_USAGE = 2 };

struct options {
    char *size;
    gint64 calls;
    gint64 seed;
    gint rate;
    char *mix;
    char *output;
    char *truth;
    char *keylog;
    char *payloads;
    gboolean truth_raw;
    gboolean no_truth;
    gboolean pcapng;
};

/* 2M, 1G, or bytes. False where it is no size. */
static bool parse_size(const char *text, uint64_t *size)
{
    static const char units[] = "KMG";
    char *end;
    errno = 0;
    *size = g_ascii_strtoull(text, &end, 10);
    if (end == text || errno != 0)
        return false;
    const char *unit = *end != '\0' ? strchr(units, g_ascii_toupper(*end)) : NULL;
    if (unit != NULL) {
        const unsigned shift = 10 * (unsigned)(unit - units + 1);
        if (*size > UINT64_MAX >> shift)
            return false;
        *size <<= shift;
        end++;
    }
    return *end == '\0';
}

static char *describe_mixes(void)
{
    GString *text = g_string_new("Mixes:\n");
    for (const struct mix *mix = mixes; mix->name != NULL; mix++)
        g_string_append_printf(text, "  %-18s %s\n", mix->name, mix->text);
    return g_string_free(text, FALSE);
}

static bool parse_options(int *argc, char ***argv, struct options *o)
{
    const GOptionEntry entries[] = {
        {"size", 0, 0, G_OPTION_ARG_STRING, &o->size, "About how large the capture gets: 2M, 1G", "SIZE"},
        {"calls", 0, 0, G_OPTION_ARG_INT64, &o->calls, "Stop after so many calls", "N"},
        {"seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, "Another number, another capture (1)", "N"},
        {"rate", 0, 0, G_OPTION_ARG_INT, &o->rate, "Calls begun a second (10)", "N"},
        {"mix", 0, 0, G_OPTION_ARG_STRING, &o->mix, "Kind of traffic (plain)", "NAME"},
        {"output", 0, 0, G_OPTION_ARG_FILENAME, &o->output, "The capture; - for standard output", "FILE"},
        {"pcapng", 0, 0, G_OPTION_ARG_NONE, &o->pcapng, "pcapng instead of classic pcap", NULL},
        {"truth", 0, 0, G_OPTION_ARG_FILENAME, &o->truth, "What is in it, as NDJSON (OUTPUT.truth.ndjson)", "FILE"},
        {"keylog", 0, 0, G_OPTION_ARG_FILENAME, &o->keylog, "The secrets of a mix in TLS (OUTPUT.keylog)", "FILE"},
        {"payloads", 0, 0, G_OPTION_ARG_FILENAME, &o->payloads, "Compressed messages, for sipweave-inflate", "FILE"},
        {"truth-raw", 0, 0, G_OPTION_ARG_NONE, &o->truth_raw, "With every message's text", NULL},
        {"no-truth", 0, 0, G_OPTION_ARG_NONE, &o->no_truth, "Only the capture", NULL},
        {0},
    };
    GOptionContext *context = g_option_context_new("- write a capture of SIP over WebSockets");
    char *mix_texts = describe_mixes();
    GError *error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context, mix_texts);
    const bool ok = g_option_context_parse(context, argc, argv, &error);
    if (!ok)
        g_printerr("sipweave-generate: %s\n", error->message);
    g_clear_error(&error);
    g_free(mix_texts);
    g_option_context_free(context);
    return ok;
}

/* NULL, or what is wrong. */
static const char *apply_options(const struct options *o, struct sim *sim)
{
    sim->mix = mix_find(o->mix != NULL ? o->mix : "plain");
    if (sim->mix == NULL)
        return "no such mix; --help lists them";
    if (o->size != NULL && (!parse_size(o->size, &sim->size_limit) || sim->size_limit == 0))
        return "--size wants a number, with K, M or G";
    if (o->output == NULL)
        return "--output is missing";
    if (o->calls < 0 || o->rate < 1 || o->rate > 100000)
        return "--calls and --rate want positive numbers, --rate at most 100000";
    sim->call_limit = (uint64_t)o->calls;
    sim->rate = (unsigned)o->rate;
    if (sim->size_limit == 0 && sim->call_limit == 0)
        sim->size_limit = 16 << 20;
    random_seed(&sim->random, (uint64_t)o->seed);
    sim->now = INT64_C(1772438400) * SECOND; /* 2026-03-02 08:00 UTC */
    return NULL;
}

static bool fail(const char *path)
{
    g_printerr("sipweave-generate: %s: %s\n", path, g_strerror(errno));
    return false;
}

static bool open_payloads(const struct options *o, struct sim *sim)
{
    sim->payloads = o->payloads != NULL ? fopen(o->payloads, "wb") : NULL;
    return o->payloads == NULL || sim->payloads != NULL || fail(o->payloads);
}

static bool open_keylog(const struct options *o, struct sim *sim)
{
    if (!sim->mix->tls || (o->keylog == NULL && strcmp(o->output, "-") == 0))
        return true;
    char *path = o->keylog != NULL ? g_strdup(o->keylog) : g_strconcat(o->output, ".keylog", NULL);
    sim->keylog = fopen(path, "w");
    const bool ok = sim->keylog != NULL || fail(path);
    g_free(path);
    return ok;
}

static bool open_outputs(const struct options *o, struct sim *sim, struct truth *truth)
{
    if (!capture_open(&sim->capture, o->output, o->pcapng))
        return fail(o->output);
    if (!open_keylog(o, sim) || !open_payloads(o, sim))
        return false;
    if (o->no_truth || (o->truth == NULL && strcmp(o->output, "-") == 0))
        return true;
    char *beside = g_strconcat(o->output, ".truth.ndjson", NULL);
    const char *path = o->truth != NULL ? o->truth : beside;
    const bool ok = truth_open(truth, path, o->truth_raw) || fail(path);
    if (ok)
        sim->truth = truth;
    g_free(beside);
    return ok;
}

static bool close_outputs(const struct options *o, struct sim *sim)
{
    const uint64_t packets = sim->capture.packets;
    const uint64_t bytes = sim->capture.bytes;
    bool written = capture_close(&sim->capture) || fail(o->output);
    if (sim->keylog != NULL && fclose(sim->keylog) != 0)
        written = fail("key log");
    if (sim->payloads != NULL && fclose(sim->payloads) != 0)
        written = fail(o->payloads);
    if (sim->truth == NULL)
        return written;
    truth_totals(sim->truth, packets, bytes);
    return (truth_close(sim->truth) || fail("truth")) && written;
}

int main(int argc, char **argv)
{
    struct options options = {.seed = 1, .rate = 10};
    struct sim sim = {0};
    struct truth truth;
    if (!parse_options(&argc, &argv, &options))
        return EXIT_USAGE;
    const char *wrong = argc > 1 ? "unexpected argument" : apply_options(&options, &sim);
    if (wrong != NULL) {
        g_printerr("sipweave-generate: %s\n", wrong);
        return EXIT_USAGE;
    }
    if (!open_outputs(&options, &sim, &truth))
        return EXIT_USAGE;
    population_start(&sim);
    fillers_start(&sim);
    sim_run(&sim);
    const bool ok = close_outputs(&options, &sim);
    fillers_free(&sim);
    population_free(&sim);
    sim_free(&sim);
    g_free(options.size);
    g_free(options.mix);
    g_free(options.output);
    g_free(options.truth);
    g_free(options.keylog);
    g_free(options.payloads);
    return ok ? 0 : 1;
}
