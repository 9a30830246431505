/* SPDX-License-Identifier: MIT
 *
 * Calls as PlantUML sequence diagrams, one a call (https://plantuml.com/sequence-diagram).
 *
 * Whatever PlantUML could take for syntax is written as <U+0025>: quotes, markup, and the % and ! of its preprocessor,
 * which can read files.
 */
#include <string.h>

#include "output/facts.h"
#include "output/flow.h"

enum { PARTIES_MOST = 60 };

/* Marks of text that mean something where two of them stand together: //italic//. */
static bool is_doubled(const char *text, const char *at)
{
    return strchr("-_/.=:", *at) != NULL && at > text && at[-1] == *at;
}

static bool is_harmless(const char *text, const char *at)
{
    return (*at & 0x80) != 0 || g_ascii_isalnum(*at) || (strchr(" ,()+?@-_/.=:", *at) != NULL && !is_doubled(text, at));
}

static void append_escaped(GString *to, const char *text)
{
    for (const char *at = text; *at != 0; at = text_next(at)) {
        gunichar character = g_utf8_get_char(at);
        if (is_harmless(text, at))
            g_string_append_unichar(to, character);
        else
            g_string_append_printf(to, "<U+%04X>", character);
    }
}

static unsigned participant(unsigned party)
{
    return MIN(party, (unsigned)PARTIES_MOST) + 1;
}

static void print_participants(struct page *page, const struct flow_call *flow)
{
    GString *text = page->text;
    for (guint i = 0; i < MIN(flow->parties->len, (guint)PARTIES_MOST); i++) {
        const struct flow_party *party = &g_array_index(flow->parties, struct flow_party, i);
        g_string_append(text, "participant \"");
        append_escaped(text, party->name);
        if (party->product != NULL) {
            g_string_append(text, "\\n");
            append_escaped(text, party->product);
        }
        if (*party->address != 0) {
            g_string_append(text, "\\n");
            append_escaped(text, party->address);
        }
        g_string_append_printf(text, "\" as p%u", i + 1);
        page_line(page);
    }
    if (flow->parties->len > PARTIES_MOST) {
        g_string_append_printf(text, "participant \"others\" as p%u", (unsigned)PARTIES_MOST + 1);
        page_line(page);
    }
}

static void print_note(struct page *page, unsigned from, unsigned to, const char *before, const char *text)
{
    g_string_append_printf(page->text, "note over p%u, p%u : %s", participant(from), participant(to), before);
    append_escaped(page->text, text);
    page_line(page);
}

static void print_arrow(struct page *page, const struct flow_arrow *arrow)
{
    GString *words = g_string_new(NULL);
    flow_append_words(words, arrow, FLOW_PHRASE | FLOW_METHOD | FLOW_EXTRA | FLOW_MEDIA | FLOW_AGAIN);
    g_string_append_printf(page->text, "p%u %s p%u : ", participant(arrow->from), arrow->status == 0 ? "->" : "-->",
                           participant(arrow->to));
    append_escaped(page->text, words->str);
    page_line(page);
    g_string_free(words, TRUE);
    if (arrow->broken != NULL)
        print_note(page, arrow->from, arrow->to, "breaks ", arrow->broken);
}

static void print_title(struct page *page, const struct sw_call *told, const struct flow_call *flow)
{
    GString *line = g_string_new(NULL);
    flow_title(line, told);
    g_string_append(line, ", Call-ID ");
    text_escape(line, told->call_id, page->unicode);
    g_string_append(line, ", ");
    flow_why(line, told, flow);
    g_string_append(page->text, "title ");
    append_escaped(page->text, line->str);
    page_line(page);
    g_string_free(line, TRUE);
}

static void draw_call(struct page *page, const struct sw_call *told, const struct flow_call *flow)
{
    g_string_append(page->text, "@startuml");
    page_line(page);
    print_title(page, told, flow);
    print_participants(page, flow);
    struct flow_walk walk = {.call = flow};
    struct flow_step step;
    while (flow_walk_next(&walk, &step)) {
        if (step.note != NULL)
            print_note(page, step.note->client, step.note->server, "", step.note->texts[0]);
        else
            print_arrow(page, step.arrow);
    }
    g_string_append(page->text, "@enduml");
    page_line(page);
}

struct sink flow_plantuml_sink(const struct output_options *options)
{
    return flow_sink(options, (struct flow_form){.draw = draw_call});
}
