/* SPDX-License-Identifier: MIT
 *
 * Findings as JUnit's XML, which CI systems show: a suite a connection, a test case a rule (verdict.h). Nobody ever
 * wrote a standard for it; tests/conformance/junit.xsd says what Jenkins and GitLab read.
 */
#include <string.h>

#include "output/text.h"
#include "output/verdict.h"
#include "output/xml.h"

struct junit {
    struct page page;
    GString *text;
    GString *class; /* of the suite's cases */
};

static void put_attribute(struct junit *junit, const char *name, const char *value)
{
    g_string_append_c(junit->page.text, ' ');
    g_string_append(junit->page.text, name);
    g_string_append(junit->page.text, "=\"");
    xml_append(junit->page.text, value, false);
    g_string_append_c(junit->page.text, '"');
}

static void put_counts(struct junit *junit, uint64_t tests, uint64_t failures)
{
    g_string_append_printf(junit->page.text,
                           " tests=\"%" G_GUINT64_FORMAT "\" failures=\"%" G_GUINT64_FORMAT "\" errors=\"0\"", tests,
                           failures);
}

static void begin(void *context, uint64_t tests, uint64_t failures)
{
    struct junit *junit = context;
    g_string_append(junit->page.text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    page_line(&junit->page);
    g_string_append(junit->page.text, "<testsuites name=\"sipweave check\"");
    put_counts(junit, tests, failures);
    g_string_append_c(junit->page.text, '>');
    page_line(&junit->page);
}

/* Dots would be taken for folders. */
static void name_class(struct junit *junit, const struct suite *suite)
{
    if (suite->connection != 0) {
        g_string_printf(junit->class, "connection-%" G_GUINT64_FORMAT, suite->connection);
        return;
    }
    g_string_truncate(junit->class, 0);
    suite_append_name(junit->class, suite);
    g_strdelimit(junit->class->str, " .", '-');
}

static void suite_begin(void *context, const struct suite *suite)
{
    struct junit *junit = context;
    char stamp[TEXT_STAMP_SIZE];
    name_class(junit, suite);
    g_string_truncate(junit->text, 0);
    suite_append_name(junit->text, suite);
    text_stamp(stamp, suite->first);
    stamp[strlen("2026-11-22T16:26:30")] = 0;
    g_string_append(junit->page.text, "  <testsuite");
    put_attribute(junit, "name", junit->text->str);
    put_counts(junit, suite->tests, suite->failures);
    put_attribute(junit, "skipped", "0");
    put_attribute(junit, "timestamp", stamp);
    put_attribute(junit, "time", "0");
    g_string_append_c(junit->page.text, '>');
    page_line(&junit->page);
}

static void put_failure(struct junit *junit, const struct verdict *verdict)
{
    const struct breach *first = verdict->breaches->pdata[0];
    g_string_printf(junit->text, "%s: %s", first->party, breach_finding(first, 0).evidence);
    g_string_append(junit->page.text, "      <failure");
    put_attribute(junit, "message", junit->text->str);
    put_attribute(junit, "type", sw_level_name(verdict->rule->level));
    g_string_append_c(junit->page.text, '>');
}

/* The rule, and each finding. */
static void put_details(struct junit *junit, const struct verdict *verdict)
{
    const struct breach *first = verdict->breaches->pdata[0];
    g_string_truncate(junit->text, 0);
    rule_append_text(junit->text, verdict->rule);
    g_string_append_printf(junit->text, " (RFC %u %s, %s)\n", verdict->rule->rfc, verdict->rule->section,
                           sw_level_name(verdict->rule->level));
    if (*first->product != 0)
        g_string_append_printf(junit->text, "product: %s\n", first->product);
    verdict_append_findings(junit->text, verdict, "");
    xml_append(junit->page.text, junit->text->str, true);
}

static void test(void *context, const struct verdict *verdict)
{
    struct junit *junit = context;
    g_string_append(junit->page.text, "    <testcase");
    put_attribute(junit, "name", verdict->rule->id);
    put_attribute(junit, "classname", junit->class->str);
    put_attribute(junit, "time", "0");
    g_string_append(junit->page.text, verdict->breaches->len == 0 ? "/>" : ">");
    page_line(&junit->page);
    if (verdict->breaches->len == 0)
        return;
    if (verdict->failed)
        put_failure(junit, verdict);
    else
        g_string_append(junit->page.text, "      <system-out>");
    put_details(junit, verdict);
    g_string_append(junit->page.text, verdict->failed ? "</failure>" : "</system-out>");
    page_line(&junit->page);
    g_string_append(junit->page.text, "    </testcase>");
    page_line(&junit->page);
}

static void suite_end(void *context, const struct suite *suite)
{
    struct junit *junit = context;
    (void)suite;
    g_string_append(junit->page.text, "  </testsuite>");
    page_line(&junit->page);
}

static void end(void *context)
{
    struct junit *junit = context;
    g_string_append(junit->page.text, "</testsuites>");
    page_line(&junit->page);
    page_flush(&junit->page);
}

static void free_junit(void *context)
{
    struct junit *junit = context;
    page_close(&junit->page);
    g_string_free(junit->text, TRUE);
    g_string_free(junit->class, TRUE);
    g_free(junit);
}

struct sink check_junit_sink(const struct output_options *options)
{
    static const struct verdict_form form = {begin, suite_begin, test, suite_end, end, free_junit};
    struct junit *junit = g_new0(struct junit, 1);
    page_open(&junit->page, options);
    junit->text = g_string_new(NULL);
    junit->class = g_string_new(NULL);
    return verdict_sink(options, &form, junit);
}
