/* SPDX-License-Identifier: MIT
 *
 * Calls as Mermaid sequence diagrams, one a call (https://mermaid.js.org/syntax/sequenceDiagram.html).
 *
 * Whatever Mermaid could take for syntax is written as an entity code (#59; for a semicolon).
 */
#include <string.h>

#include "output/facts.h"
#include "output/flow.h"

enum { PARTIES_MOST = 60 };

static bool is_harmless(gunichar character)
{
    return character > 0x7F || g_ascii_isalnum((char)character) || strchr(" .,-_/()=+*'?!@[]|~^$\\", (int)character);
}

/* A colon is text behind the first one of a line, but for "wrap:" and "nowrap:". */
static bool is_harmless_colon(const char *text, const char *at)
{
    return *at == ':' && !(at - text >= 4 && strncmp(at - 4, "wrap", 4) == 0);
}

static void append_escaped(GString *to, const char *text)
{
    for (const char *at = text; *at != 0; at = text_next(at)) {
        gunichar character = g_utf8_get_char(at);
        if (is_harmless(character) || is_harmless_colon(text, at))
            g_string_append_unichar(to, character);
        else
            g_string_append_printf(to, "#%u;", character);
    }
}

static void print_participants(struct page *page, const struct flow_call *flow)
{
    GString *text = page->text;
    for (guint i = 0; i < MIN(flow->parties->len, (guint)PARTIES_MOST); i++) {
        const struct flow_party *party = &g_array_index(flow->parties, struct flow_party, i);
        g_string_append_printf(text, "    participant p%u as ", i + 1);
        append_escaped(text, party->name);
        if (party->product != NULL) {
            g_string_append(text, "<br/>");
            append_escaped(text, party->product);
        }
        if (*party->address != 0) {
            g_string_append(text, "<br/>");
            append_escaped(text, party->address);
        }
        page_line(page);
    }
    if (flow->parties->len > PARTIES_MOST) {
        g_string_append_printf(text, "    participant p%u as others", (unsigned)PARTIES_MOST + 1);
        page_line(page);
    }
}

static unsigned participant(unsigned party)
{
    return MIN(party, (unsigned)PARTIES_MOST) + 1;
}

static void print_arrow(struct page *page, const struct flow_arrow *arrow)
{
    GString *text = page->text;
    g_string_append_printf(text, "    p%u%sp%u:", participant(arrow->from), arrow->status == 0 ? "->>" : "-->>",
                           participant(arrow->to));
    GString *words = g_string_new(" ");
    flow_append_words(words, arrow, FLOW_PHRASE | FLOW_METHOD | FLOW_EXTRA | FLOW_MEDIA | FLOW_AGAIN);
    append_escaped(text, words->str);
    g_string_free(words, TRUE);
    page_line(page);
    if (arrow->broken == NULL)
        return;
    g_string_append_printf(text, "    Note over p%u,p%u: breaks ", participant(arrow->from), participant(arrow->to));
    append_escaped(text, arrow->broken);
    page_line(page);
}

static void print_note(struct page *page, const struct flow_note *note)
{
    g_string_append_printf(page->text, "    Note over p%u,p%u: ", participant(note->client), participant(note->server));
    append_escaped(page->text, note->texts[0]);
    page_line(page);
}

static void print_comment(struct page *page, const struct sw_call *told, const struct flow_call *flow)
{
    GString *text = page->text;
    GString *line = g_string_new(NULL);
    flow_title(line, told);
    g_string_append(line, ", Call-ID ");
    text_escape(line, told->call_id, page->unicode);
    g_string_append(line, ", ");
    flow_why(line, told, flow);
    for (char *at = line->str; *at != 0; at++)
        if (*at == '{' || *at == '}' || *at == '%') /* "%%{" would be a directive */
            *at = '_';
    g_string_append_printf(text, "%%%% %s", line->str);
    page_line(page);
    g_string_free(line, TRUE);
}

static void draw_call(struct page *page, const struct sw_call *told, const struct flow_call *flow)
{
    print_comment(page, told, flow);
    g_string_append(page->text, "sequenceDiagram");
    page_line(page);
    print_participants(page, flow);
    struct flow_walk walk = {.call = flow};
    struct flow_step step;
    while (flow_walk_next(&walk, &step)) {
        if (step.note != NULL)
            print_note(page, step.note);
        else
            print_arrow(page, step.arrow);
    }
}

struct sink flow_mermaid_sink(const struct output_options *options)
{
    return flow_sink(options, (struct flow_form){.draw = draw_call});
}
