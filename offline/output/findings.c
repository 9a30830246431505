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
#include "output/text.h"

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

/* FNV-1a: findings are compared by it with those of a baseline that the user trusts, so it needs no secret. */
static void put_hash(char fingerprint[FINGERPRINT_SIZE], const GString *text)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t hash = UINT64_C(14695981039346656037);
    for (gsize i = 0; i < text->len; i++)
        hash = (hash ^ (guchar)text->str[i]) * UINT64_C(1099511628211);
    for (int i = FINGERPRINT_SIZE - 2; i >= 0; i--, hash >>= 4)
        fingerprint[i] = digits[hash & 15];
    fingerprint[FINGERPRINT_SIZE - 1] = 0;
}

void finding_fingerprint(const struct told *told, char fingerprint[FINGERPRINT_SIZE])
{
    char host[56];
    GString *text = g_string_new(told->rule->id);
    const char *const parts[] = {told->record->party, accused_name(told, host)};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_string_append_c(text, '\n');
        g_string_append(text, parts[i]);
    }
    g_string_append_c(text, '\n');
    append_shape(text, told->record->evidence);
    put_hash(fingerprint, text);
    g_string_free(text, TRUE);
}

void rule_append_text(GString *to, const struct sw_rule_info *rule)
{
    bool forbidden = rule->level == SW_LEVEL_MUST_NOT || rule->level == SW_LEVEL_SHOULD_NOT;
    if (forbidden)
        g_string_append(to, "Forbidden: ");
    g_string_append(to, rule->text);
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
    for (size_t i = 0; i < finding->mark_count && i < PACKETS_SHOWN; i++) {
        g_string_append_c(to, ' ');
        text_number(to, mark_number(finding->marks[i]));
    }
    if (finding->mark_count > PACKETS_SHOWN)
        g_string_append(to, " ...");
    if (mark_file(finding->marks[0]) != 0)
        g_string_append_printf(to, " of file %u", mark_file(finding->marks[0]) + 1);
}
