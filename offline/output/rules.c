/* SPDX-License-Identifier: MIT
 *
 * The catalogue of rules, printed: by RFC, with what is checked.
 */
#include <string.h>

#include "output/findings.h"
#include "output/json.h"
#include "output/text.h"

static const char *state_name(enum sw_rule_state state)
{
    static const char *const names[] = {
        [SW_RULE_OPEN] = "open", [SW_RULE_CHECKED] = "checked", [SW_RULE_UNPROVABLE] = "unprovable"};
    return names[state];
}

/* --- text -------------------------------------------------------------------------------------------------------- */

struct tally {
    unsigned rules;
    unsigned checked;
};

static bool is_wanted(const struct output_options *options, const struct sw_rule_info *rule)
{
    return (options->rfc == 0 || rule->rfc == options->rfc) && rule_matches(options->rules, rule);
}

/* rfc 0: of all. */
static struct tally count(const struct output_options *options, unsigned rfc)
{
    struct tally tally = {0};
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        bool counts = (rfc == 0 || info->rfc == rfc) && is_wanted(options, info);
        tally.rules += counts;
        tally.checked += counts && info->state == SW_RULE_CHECKED;
    }
    return tally;
}

static const char *sign_of(const struct page *page, const struct sw_rule_info *rule)
{
    if (rule->state == SW_RULE_OPEN)
        return " ";
    return rule->state == SW_RULE_UNPROVABLE ? "-" : page->unicode ? "✓" : "+";
}

/* Beside its id where there is room for a sentence, else below. */
static void print_rule(struct page *page, const struct sw_rule_info *rule)
{
    enum { HEAD = 50, BELOW = 4, ROOMY = 120 };
    GString *text = g_string_new(NULL);
    rule_append_text(text, rule);
    if (rule->state == SW_RULE_UNPROVABLE)
        g_string_append_printf(text, "; not checked: %s", rule->note);
    g_string_append_printf(page->text, "%s %-28s %-10s %s", sign_of(page, rule), rule->id, sw_level_name(rule->level),
                           rule->section);
    if (page->width >= ROOMY) {
        g_string_append_printf(page->text, "%*s", (int)MAX(9 - (int)strlen(rule->section), 1), "");
        page_continued(page, text->str, HEAD, HEAD);
    } else {
        page_line(page);
        page_wrapped(page, text->str, BELOW, BELOW);
    }
    g_string_free(text, TRUE);
}

static void print_rfc(struct page *page, const struct output_options *options, unsigned rfc)
{
    const struct tally tally = count(options, rfc);
    if (tally.rules == 0)
        return;
    char title[64];
    g_snprintf(title, sizeof title, "RFC %u: %u of %u rules are checked", rfc, tally.checked, tally.rules);
    page_style(page, STYLE_TITLE, title);
    page_line(page);
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        if (info->rfc == rfc && is_wanted(options, info))
            print_rule(page, info);
    }
}

/* The lowest RFC above that one; 0: there is none. */
static unsigned next_rfc(unsigned rfc)
{
    unsigned next = 0;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        unsigned of_rule = sw_rule_info(rule)->rfc;
        if (of_rule > rfc && (next == 0 || of_rule < next))
            next = of_rule;
    }
    return next;
}

void rules_text(const struct output_options *options)
{
    struct page page;
    page_open(&page, options);
    for (unsigned rfc = next_rfc(0); rfc != 0; rfc = next_rfc(rfc))
        print_rfc(&page, options, rfc);
    const struct tally tally = count(options, 0);
    g_string_append_printf(page.text, "%u of %u rules are checked", tally.checked, tally.rules);
    page_line(&page);
    page_flush(&page);
    page_close(&page);
}

/* --- JSON -------------------------------------------------------------------------------------------------------- */

static void put(struct json *json, const char *key, const char *text)
{
    if (*text != 0)
        json_key_text(json, key, text);
}

static void write_rule(struct json *json, const struct sw_rule_info *rule)
{
    json_begin_object(json);
    json_key_uint(json, "v", 1);
    put(json, "type", "rule");
    put(json, "rule", rule->id);
    put(json, "level", sw_level_name(rule->level));
    json_key_uint(json, "rfc", rule->rfc);
    put(json, "section", rule->section);
    put(json, "duty", rule->duty);
    put(json, "state", state_name(rule->state));
    put(json, "text", rule->text);
    put(json, "detect", rule->detect);
    put(json, "quote", rule->quote);
    put(json, "note", rule->note);
    json_end_object(json);
    json_end_line(json);
}

void rules_json(const struct output_options *options)
{
    struct json json = {0};
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++)
        if (is_wanted(options, sw_rule_info(rule)))
            write_rule(&json, sw_rule_info(rule));
    if (json.size != 0)
        fwrite(json.data, 1, json.size, options->out);
    json_free(&json);
}
