/* SPDX-License-Identifier: MIT
 *
 * Which findings are told, and what is said of each: what no option, suppression or baseline leaves out.
 */
#include "output/findings.h"

#include <glib.h>
#include <string.h>

#include "output/baseline.h"
#include "output/product.h"
#include "output/suppress.h"

struct findings {
    bool passes[SW_RULE_COUNT];
    uint64_t *counts; /* by weight, the caller's; or NULL */
    struct products *products;
    struct suppressions *suppressions; /* borrowed; or NULL */
    const struct baseline *baseline;   /* borrowed; or NULL */
    uint64_t suppressed;
    uint64_t known;
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

struct findings *findings_new(const struct output_options *options)
{
    struct findings *findings = g_new0(struct findings, 1);
    findings->counts = options->findings;
    findings->products = products_new();
    findings->suppressions = options->suppressions;
    findings->baseline = options->baseline;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        findings->passes[rule] =
            rule_matches(options->rules, info) && (options->ignored == NULL || !rule_matches(options->ignored, info));
    }
    return findings;
}

void findings_free(struct findings *findings)
{
    if (findings == NULL)
        return;
    products_free(findings->products);
    g_free(findings);
}

void findings_message(struct findings *findings, const struct message_record *message)
{
    products_learn(findings->products, message);
}

void findings_connection_end(struct findings *findings, const struct connection_record *connection)
{
    products_forget(findings->products, connection);
}

static bool is_known(const struct findings *findings, const struct told *told)
{
    char fingerprint[FINGERPRINT_SIZE];
    if (findings->baseline == NULL)
        return false;
    finding_fingerprint(told, fingerprint);
    return baseline_has(findings->baseline, fingerprint);
}

bool findings_take(struct findings *findings, const struct finding_record *finding, struct told *told)
{
    if (!findings->passes[finding->rule])
        return false;
    *told = (struct told){finding, sw_rule_info(finding->rule), products_of(findings->products, finding)};
    if (findings->suppressions != NULL && suppressions_cover(findings->suppressions, told)) {
        findings->suppressed++;
        return false;
    }
    if (is_known(findings, told)) {
        findings->known++;
        return false;
    }
    if (findings->counts != NULL)
        findings->counts[sw_level_weight(told->rule->level)]++;
    return true;
}

bool findings_checks(const struct findings *findings, enum sw_rule rule)
{
    return findings->passes[rule] && sw_rule_info(rule)->state == SW_RULE_CHECKED;
}

uint64_t findings_suppressed(const struct findings *findings)
{
    return findings->suppressed;
}

uint64_t findings_known(const struct findings *findings)
{
    return findings->known;
}

/* ---- what is said of one ---- */

const char *accused_name(const struct told *told, char host[56])
{
    if (*told->product != 0)
        return told->product;
    sw_endpoint_format(&told->record->source, host, 56);
    char *colon = strrchr(host, ':');
    if (colon != NULL)
        *colon = 0;
    return host;
}

/* Evidence without what differs from run to run: what is quoted, and words with a digit in them. */
static void append_shape(GString *to, const char *evidence)
{
    for (const char *at = evidence; *at != 0;) {
        if (*at == '"') {
            const char *end = strchr(at + 1, '"');
            g_string_append(to, "\"\"");
            at = end == NULL ? at + strlen(at) : end + 1;
            continue;
        }
        size_t word = strcspn(at, " \"");
        bool varies = memchr(at, '"', word) != NULL || strcspn(at, "0123456789") < word;
        g_string_append_len(to, varies ? "#" : at, varies ? 1 : (gssize)word);
        at += word;
        if (*at == ' ')
            g_string_append_c(to, *at++);
    }
}

void finding_fingerprint(const struct told *told, char fingerprint[FINGERPRINT_SIZE])
{
    char host[56];
    GString *text = g_string_new(told->rule->id);
    g_string_append_printf(text, "\n%s\n%s\n", told->record->party, accused_name(told, host));
    append_shape(text, told->record->evidence);
    char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
    g_snprintf(fingerprint, FINGERPRINT_SIZE, "%s", sum);
    g_free(sum);
    g_string_free(text, TRUE);
}

void rule_append_text(GString *to, const struct sw_rule_info *rule)
{
    bool forbidden = rule->level == SW_LEVEL_MUST_NOT || rule->level == SW_LEVEL_SHOULD_NOT;
    g_string_append_printf(to, "%s%s", forbidden ? "Forbidden: " : "", rule->text);
}

void rule_append_uri(GString *to, const struct sw_rule_info *rule)
{
    g_string_append_printf(to, "https://www.rfc-editor.org/rfc/rfc%u", rule->rfc);
    if (strspn(rule->section, "0123456789.ABCDEFGH") == strlen(rule->section))
        g_string_append_printf(to, "#%s-%s", g_ascii_isdigit(rule->section[0]) ? "section" : "appendix", rule->section);
}

void packets_append(GString *to, const struct finding_record *finding)
{
    g_string_append(to, finding->mark_count == 1 ? "packet" : "packets");
    for (size_t i = 0; i < finding->mark_count && i < PACKETS_SHOWN; i++)
        g_string_append_printf(to, " %" G_GUINT64_FORMAT, mark_number(finding->marks[i]));
    if (finding->mark_count > PACKETS_SHOWN)
        g_string_append(to, " ...");
    if (mark_file(finding->marks[0]) != 0)
        g_string_append_printf(to, " of file %u", mark_file(finding->marks[0]) + 1);
}
