/* SPDX-License-Identifier: MIT
 *
 * What is a rule, where does it stand, how is a breach seen, and when is there silence?
 */
#include <string.h>

#include "output/findings.h"
#include "output/text.h"

enum { INDENT = 4 };

/* The words of rules.def for what many rules ask for. */
static const struct {
    const char *word;
    const char *meaning;
} terms[] = {
    {"HS", "the heads of request and answer were seen, with no gap before them"},
    {"LEG", "traces of an intermediary in the request (Via, Forwarded, X-Forwarded-For and the like) silence the rule"},
    {"NOGAP", "no byte of that direction is missing"},
    {"EXTOK", "the 101 was seen, and all extensions it names are known"},
    {"ACK", "a segment of the accused whose ACK number covers the last byte of that"},
    {"REACT",
     "the accused answered a frame behind the violation, sent data more than 5 s after it had acknowledged the "
     "violation, or left the connection open for more than 30 s; silent where the capture ends first, bytes "
     "are missing, or the peer closed first"},
};

/* The scope that begins detect. */
static const struct {
    const char *scope;
    const char *meaning;
} scopes[] = {
    {"[frame]", "seen in one frame"},
    {"[conn]", "seen in one connection"},
    {"[msg]", "seen in one message"},
    {"[tx]", "seen in a transaction"},
    {"[dialog]", "seen in a dialog"},
    {"[reg]", "seen in a registration"},
    {"[oa]", "seen in an offer and its answer"},
    {"[sdp]", "seen in one session description"},
    {"[timer]", "seen by what takes too long, or comes too soon"},
    {"[heur]", "guessed by signs"},
    {"[multi]", "seen by comparing connections"},
};

static void print_paragraph(struct page *page, const char *title, const char *text)
{
    if (*text == 0)
        return;
    g_string_append_printf(page->text, "  %s", title);
    page_line(page);
    page_wrapped(page, text, INDENT, INDENT);
}

/* Whether it stands there as a word of its own. */
static bool has_word(const char *text, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + size, word))
        if ((at == text || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[size]))
            return true;
    return false;
}

/* The scope's code goes, as its meaning stands before. */
static const char *without_scope(const char *detect)
{
    while (*detect == '[') {
        const char *end = strchr(detect, ']');
        if (end == NULL)
            break;
        detect = end + 1 + strspn(end + 1, " ");
    }
    return detect;
}

static void print_detection(struct page *page, const char *detect)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++)
        if (strstr(detect, scopes[i].scope) != NULL)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", scopes[i].meaning);
    text->str[0] = g_ascii_toupper(text->str[0]);
    g_string_append_printf(text, "%s%s", text->len > 0 ? ". " : "", without_scope(detect));
    print_paragraph(page, "How a breach is seen, and when there is silence:", text->str);
    for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
        if (!has_word(detect, terms[i].word))
            continue;
        g_string_printf(text, "%s: %s", terms[i].word, terms[i].meaning);
        page_wrapped(page, text->str, INDENT + 2, INDENT + 4);
    }
    g_string_free(text, TRUE);
}

static const char *state_text(enum sw_rule_state state)
{
    static const char *const texts[] = {[SW_RULE_OPEN] = "not checked yet",
                                        [SW_RULE_CHECKED] = "checked",
                                        [SW_RULE_UNPROVABLE] = "not checked, as packets can't show it"};
    return texts[state];
}

static void explain(struct page *page, const struct sw_rule_info *rule)
{
    GString *text = g_string_new(NULL);
    page_style(page, STYLE_TITLE, rule->id);
    g_string_printf(text, "  %s, RFC %u %s, binds: %s; %s", sw_level_name(rule->level), rule->rfc, rule->section,
                    rule->duty, state_text(rule->state));
    page_continued(page, text->str, (unsigned)strlen(rule->id), 2);
    g_string_truncate(text, 0);
    rule_append_text(text, rule);
    page_wrapped(page, text->str, 2, 2);
    print_paragraph(page, "The sentence, in part:", rule->quote);
    g_string_truncate(text, 0);
    rule_append_uri(text, rule);
    page_wrapped(page, text->str, INDENT, INDENT);
    print_detection(page, rule->detect);
    print_paragraph(page, rule->state == SW_RULE_UNPROVABLE ? "Why it isn't checked:" : "Note:", rule->note);
    g_string_free(text, TRUE);
}

void rules_explain(const struct output_options *options)
{
    struct page page;
    bool first = true;
    page_open(&page, options);
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        if (!rule_matches(options->rules, sw_rule_info(rule)))
            continue;
        if (!first)
            page_line(&page);
        first = false;
        explain(&page, sw_rule_info(rule));
    }
    page_flush(&page);
    page_close(&page);
}
