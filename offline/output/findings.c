/* SPDX-License-Identifier: MIT
 *
 * Which findings are told? Those that --rules names and --ignore doesn't; each is counted by its weight.
 */
#include "output/findings.h"

#include <glib.h>

#include "output/facts.h"

struct finding_filter {
    bool passes[SW_RULE_COUNT];
    uint64_t *counts; /* by weight, the caller's; or NULL */
};

bool rule_matches(const char *const *patterns, const struct sw_rule_info *rule)
{
    bool any = patterns == NULL;
    for (; patterns != NULL && *patterns != NULL && !any; patterns++) {
        char *upper = g_ascii_strup(*patterns, -1);
        any = g_pattern_match_simple(upper, rule->id);
        g_free(upper);
    }
    return any;
}

struct finding_filter *finding_filter_new(const struct output_options *options)
{
    struct finding_filter *filter = g_new0(struct finding_filter, 1);
    filter->counts = options->findings;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        filter->passes[rule] =
            rule_matches(options->rules, info) && (options->ignored == NULL || !rule_matches(options->ignored, info));
    }
    return filter;
}

void finding_filter_free(struct finding_filter *filter)
{
    g_free(filter);
}

bool finding_passes(struct finding_filter *filter, enum sw_rule rule)
{
    if (filter->passes[rule] && filter->counts != NULL)
        filter->counts[sw_level_weight(sw_rule_info(rule)->level)]++;
    return filter->passes[rule];
}
