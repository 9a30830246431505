/* SPDX-License-Identifier: MIT
 *
 * Findings as TAP 13 (https://testanything.org/tap-version-13-specification.html): a test a rule and connection
 * (verdict.h), what was found beneath it as comments, which every harness shows.
 */
#include "output/text.h"
#include "output/verdict.h"

struct tap {
    struct page page;
    GString *name; /* of the suite */
    GString *text;
    uint64_t number;
};

static void begin(void *context, uint64_t tests, uint64_t failures)
{
    struct tap *tap = context;
    (void)failures;
    g_string_append(tap->page.text, "TAP version 13");
    page_line(&tap->page);
    g_string_append_printf(tap->page.text, "1..%" G_GUINT64_FORMAT "%s", tests, tests == 0 ? " # SKIP no SIP" : "");
    page_line(&tap->page);
}

static void suite_begin(void *context, const struct suite *suite)
{
    struct tap *tap = context;
    g_string_truncate(tap->name, 0);
    suite_append_name(tap->name, suite);
    g_string_append_printf(tap->page.text, "# %s", tap->name->str);
    page_line(&tap->page);
}

static void test(void *context, const struct verdict *verdict)
{
    struct tap *tap = context;
    g_string_append_printf(tap->page.text, "%sok %" G_GUINT64_FORMAT " - %s %s", verdict->failed ? "not " : "",
                           ++tap->number, verdict->rule->id, tap->name->str);
    page_line(&tap->page);
    if (verdict->breaches->len == 0)
        return;
    g_string_assign(tap->text, "# ");
    rule_append_text(tap->text, verdict->rule);
    g_string_append_printf(tap->text, " (RFC %u %s, %s)\n", verdict->rule->rfc, verdict->rule->section,
                           sw_level_name(verdict->rule->level));
    verdict_append_findings(tap->text, verdict, "#   ");
    g_string_append_len(tap->page.text, tap->text->str, (gssize)tap->text->len - 1);
    page_line(&tap->page);
}

static void suite_end(void *context, const struct suite *suite)
{
    (void)context, (void)suite;
}

static void end(void *context)
{
    struct tap *tap = context;
    page_flush(&tap->page);
}

static void free_tap(void *context)
{
    struct tap *tap = context;
    page_close(&tap->page);
    g_string_free(tap->name, TRUE);
    g_string_free(tap->text, TRUE);
    g_free(tap);
}

struct sink check_tap_sink(const struct output_options *options)
{
    static const struct verdict_form form = {begin, suite_begin, test, suite_end, end, free_tap};
    struct tap *tap = g_new0(struct tap, 1);
    page_open(&tap->page, options);
    tap->name = g_string_new(NULL);
    tap->text = g_string_new(NULL);
    return verdict_sink(options, &form, tap);
}
