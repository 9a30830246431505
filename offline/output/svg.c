/* SPDX-License-Identifier: MIT
 *
 * A call as a ladder in SVG 1.1, one file that needs no other: a column a party, an arrow a message, in the reader's
 * light or dark colours.
 */
#include "output/facts.h"
#include "output/findings.h"
#include "output/flow.h"
#include "output/xml.h"

enum { PARTIES_MOST = 60 };

/* Lengths are pixels. */
enum {
    MARGIN = 24,
    LINE = 18,     /* from one line of text to the next */
    ROW = 34,      /* from one arrow to the next */
    TIMES = 176,   /* room for clock and delta, left of the columns */
    EDGE = 90,     /* from the outer columns to what is beside them */
    CHARACTER = 7, /* of an average character, at most */
    GAP_LEAST = 190 /* between columns */,
    GAP_MOST = 380,
};

static const char *const style_sheet[] = {
    "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:#1b2330}",
    ".back{fill:#fff}.life{stroke:#c3ccd8;stroke-width:1.5}",
    ".title{font-size:17px;font-weight:600}.name{font-weight:600;font-size:13px}.dim{fill:#5b6675}",
    ".time{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:11px}",
    ".label{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}",
    ".mid{text-anchor:middle}.arrow{fill:none;stroke-width:1.6}.answer{stroke-dasharray:5 3}",
    ".request{stroke:#0b62c4}.provisional{stroke:#8a6100}.success{stroke:#14713d}.redirect{stroke:#7a3fb0}",
    ".failure{stroke:#c0271d}.note{stroke:#5b6675}.again{opacity:.6}",
    "text.request{fill:#0b62c4}text.provisional{fill:#8a6100}text.success{fill:#14713d}",
    "text.redirect{fill:#7a3fb0}text.failure{fill:#c0271d}text.note{fill:#5b6675}text.label{stroke:#fff}",
    "@media(prefers-color-scheme:dark){text{fill:#e4e9f0}.back{fill:#14181f}.life{stroke:#3d4756}",
    ".dim,text.note{fill:#9aa6b5}.note{stroke:#9aa6b5}text.label{stroke:#14181f}",
    ".request{stroke:#74b3ff}.provisional{stroke:#e0b040}.success{stroke:#5ccf8c}.redirect{stroke:#c79af5}",
    ".failure{stroke:#ff8a80}text.request{fill:#74b3ff}text.provisional{fill:#e0b040}text.success{fill:#5ccf8c}",
    "text.redirect{fill:#c79af5}text.failure{fill:#ff8a80}}",
};

struct svg {
    struct page *page;
    const struct flow_call *flow;
    const struct sw_call *told;
    unsigned columns;
    unsigned gap;
    unsigned width;
    unsigned heads; /* y of the first line of the heads */
    unsigned rows;  /* y of the first row */
    unsigned end;   /* y where the columns end */
    unsigned y;
    int64_t before; /* time of the row above */
    GString *label;
};

static const struct flow_party *party_at(const struct svg *svg, unsigned index)
{
    return &g_array_index(svg->flow->parties, struct flow_party, index);
}

static unsigned x_of(const struct svg *svg, unsigned party)
{
    return MARGIN + TIMES + EDGE + MIN(party, svg->columns - 1) * svg->gap;
}

static const char *class_of(const struct flow_arrow *arrow)
{
    static const char *const names[] = {
        [STYLE_REQUEST] = "request",   [STYLE_PROVISIONAL] = "provisional", [STYLE_SUCCESS] = "success",
        [STYLE_REDIRECT] = "redirect", [STYLE_FAILURE] = "failure",
    };
    return names[style_of_status(arrow->status)];
}

static void put_text(struct svg *svg, unsigned x, unsigned y, const char *class, const char *text)
{
    g_string_append_printf(svg->page->text, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
    xml_append(svg->page->text, text, false);
    g_string_append(svg->page->text, "</text>");
    page_line(svg->page);
}

/* A text that may be too long for its place. */
static void put_fitted(struct svg *svg, unsigned x, unsigned room, const char *class, const char *text)
{
    GString *fitted = g_string_new(NULL);
    text_shorten(fitted, text, room / CHARACTER, TEXT_CUT_MIDDLE, true);
    put_text(svg, x, svg->y, class, fitted->str);
    g_string_free(fitted, TRUE);
}

/* ---- layout ---- */

static unsigned widest_label(struct svg *svg)
{
    unsigned widest = 0;
    for (guint i = 0; i < svg->flow->arrows->len; i++) {
        g_string_truncate(svg->label, 0);
        flow_append_words(svg->label, &g_array_index(svg->flow->arrows, struct flow_arrow, i),
                          FLOW_PHRASE | FLOW_METHOD | FLOW_MEDIA);
        widest = MAX(widest, text_columns(svg->label->str));
    }
    return widest;
}

static void lay_out(struct svg *svg)
{
    unsigned label = MIN(widest_label(svg), (unsigned)GAP_MOST) * CHARACTER + 40;
    svg->columns = MIN(MAX(svg->flow->parties->len, 2u), (guint)PARTIES_MOST);
    svg->gap = CLAMP(label, (unsigned)GAP_LEAST, (unsigned)GAP_MOST);
    svg->width = MAX(x_of(svg, svg->columns - 1) + EDGE + MARGIN, 640u);
    svg->heads = MARGIN + 4 * LINE + 36;
    svg->rows = svg->heads + 3 * LINE + 8;
    svg->end = svg->rows + (svg->flow->arrows->len + svg->flow->notes->len) * ROW + 14;
}

/* ---- parts ---- */

static void open_document(struct svg *svg)
{
    enum { FAULT_LINES = 3 };
    GString *text = svg->page->text;
    unsigned rest = svg->flow->faults->len * FAULT_LINES + (svg->flow->not_shown > 0 ? 1 : 0);
    unsigned height = svg->end + rest * LINE + MARGIN;
    g_string_append_printf(text,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" "
                           "role=\"img\" aria-labelledby=\"title\">",
                           svg->width, height, svg->width, height);
    page_line(svg->page);
    g_string_append(text, "<title id=\"title\">");
    xml_append(text, svg->label->str, false);
    g_string_append(text, "</title>");
    page_line(svg->page);
    g_string_append(text, "<style>");
    for (size_t i = 0; i < G_N_ELEMENTS(style_sheet); i++)
        g_string_append(text, style_sheet[i]);
    g_string_append(text, "</style>");
    page_line(svg->page);
    g_string_append_printf(text, "<rect class=\"back\" width=\"%u\" height=\"%u\"/>", svg->width, height);
    page_line(svg->page);
}

static void name_call(struct svg *svg)
{
    g_string_truncate(svg->label, 0);
    flow_title(svg->label, svg->told);
    g_string_append(svg->label, "  ");
    text_escape(svg->label, uri_address(svg->told->from), true);
    g_string_append(svg->label, " → ");
    text_escape(svg->label, uri_address(svg->told->to), true);
}

static void put_heading_line(struct svg *svg, const char *class)
{
    char *line = g_strdup(svg->label->str);
    svg->y += LINE;
    put_fitted(svg, MARGIN, svg->width - 2 * MARGIN, class, line);
    g_string_truncate(svg->label, 0);
    g_free(line);
}

static void draw_heading(struct svg *svg)
{
    svg->y = MARGIN;
    put_heading_line(svg, "title");
    svg->y += 4;
    flow_why(svg->label, svg->told, svg->flow);
    put_heading_line(svg, svg->told->status >= 300 ? "failure" : "dim");
    flow_when(svg->label, svg->told);
    put_heading_line(svg, "dim");
    g_string_append(svg->label, "Call-ID ");
    text_escape(svg->label, svg->told->call_id, true);
    put_heading_line(svg, "dim");
}

static void draw_columns(struct svg *svg)
{
    for (unsigned i = 0; i < svg->columns && i < svg->flow->parties->len; i++) {
        const struct flow_party *party = party_at(svg, i);
        bool others = i + 1 == svg->columns && svg->flow->parties->len > svg->columns;
        const char *lines[] = {others ? "others" : party->name, others ? NULL : party->product,
                               others ? NULL : party->address};
        svg->y = svg->heads;
        for (unsigned line = 0; line < G_N_ELEMENTS(lines); line++, svg->y += LINE)
            if (lines[line] != NULL && *lines[line] != 0)
                put_fitted(svg, x_of(svg, i), svg->gap - 10, line == 0 ? "mid name" : "mid dim", lines[line]);
        g_string_append_printf(svg->page->text, "<path class=\"life\" d=\"M%u %uV%u\"/>", x_of(svg, i), svg->rows - 8,
                               svg->end);
        page_line(svg->page);
    }
}

static void put_times(struct svg *svg, int64_t time)
{
    char clock[TEXT_CLOCK_SIZE];
    int64_t delta = time - svg->before;
    uint64_t ms = ((delta < 0 ? 0 - (uint64_t)delta : (uint64_t)delta) + 500000) / 1000000;
    char since[40];
    text_clock(clock, time);
    g_snprintf(since, sizeof since, "%c%" G_GUINT64_FORMAT ".%03u", delta < 0 ? '-' : '+', ms / 1000,
               (unsigned)(ms % 1000));
    put_text(svg, MARGIN, svg->y + 4, "time", clock);
    put_text(svg, MARGIN + 100, svg->y + 4, "time dim", since);
    svg->before = time;
}

/* A shaft, and its head where it points to. */
static void put_shaft(struct svg *svg, const struct flow_arrow *arrow, unsigned from, unsigned to)
{
    GString *text = svg->page->text;
    const char *again = arrow->retransmission ? " again" : "";
    const char *answer = arrow->status == 0 ? "" : " answer";
    int head = from < to ? -8 : 8;
    if (from == to) {
        g_string_append_printf(text, "<path class=\"arrow %s%s%s\" d=\"M%u %uh26v10h-24\"/>", class_of(arrow), answer,
                               again, from, svg->y - 4);
        head = 8;
    } else {
        g_string_append_printf(text, "<path class=\"arrow %s%s%s\" d=\"M%u %uH%u\"/>", class_of(arrow), answer, again,
                               from, svg->y, to);
    }
    unsigned y = from == to ? svg->y + 6 : svg->y;
    g_string_append_printf(text, "<path class=\"arrow %s%s\" d=\"M%d %uL%u %uL%d %u\"/>", class_of(arrow), again,
                           (int)to + head, y - 4, to, y, (int)to + head, y + 4);
    page_line(svg->page);
}

static void draw_arrow(struct svg *svg, const struct flow_arrow *arrow)
{
    unsigned from = x_of(svg, arrow->from);
    unsigned to = x_of(svg, arrow->to);
    unsigned room = from == to ? svg->gap - 40 : MAX(from, to) - MIN(from, to) - 24;
    char class[48];
    g_snprintf(class, sizeof class, "%slabel %s", from == to ? "" : "mid ", class_of(arrow));
    put_shaft(svg, arrow, from, to);
    g_string_truncate(svg->label, 0);
    if (arrow->faults != NULL)
        g_string_append_printf(svg->label, "✗%s ", arrow->faults);
    if (arrow->retransmission)
        g_string_append(svg->label, "↻ ");
    flow_append_label(svg->label, arrow, room / CHARACTER, true);
    if (from == to)
        put_text(svg, from + 34, svg->y + 4, class, svg->label->str);
    else
        put_text(svg, (from + to) / 2, svg->y - 6, class, svg->label->str);
}

static void draw_note(struct svg *svg, const struct flow_note *note)
{
    unsigned client = x_of(svg, note->client);
    unsigned server = x_of(svg, note->server);
    unsigned room = MAX(MAX(client, server) - MIN(client, server), (unsigned)GAP_LEAST) - 20;
    bool good = note->kind == FLOW_OPENED || note->kind == FLOW_CLOSED;
    const char *text = flow_note_fit(note, room / CHARACTER);
    g_string_append_printf(svg->page->text, "<path class=\"arrow %s\" stroke-dasharray=\"2 4\" d=\"M%u %uH%u\"/>",
                           good ? "note" : "failure", client, svg->y, server);
    page_line(svg->page);
    put_text(svg, (client + server) / 2, svg->y - 6, good ? "mid label note" : "mid label failure",
             text != NULL ? text : note->texts[FLOW_NOTE_TEXTS - 1]);
}

static void draw_steps(struct svg *svg)
{
    struct flow_walk walk = {.call = svg->flow};
    struct flow_step step;
    for (svg->y = svg->rows + 22; flow_walk_next(&walk, &step); svg->y += ROW) {
        put_times(svg, step.note != NULL ? step.note->time : step.arrow->time);
        if (step.note != NULL)
            draw_note(svg, step.note);
        else
            draw_arrow(svg, step.arrow);
    }
    svg->y = svg->end;
    if (svg->flow->not_shown > 0) {
        g_string_printf(svg->label, "and %" G_GUINT64_FORMAT " more messages", svg->flow->not_shown);
        put_heading_line(svg, "dim");
    }
}

/* Below the ladder: what the numbers at arrows stand for. */
static void draw_faults(struct svg *svg)
{
    for (guint i = 0; i < svg->flow->faults->len; i++) {
        const struct flow_fault *fault = &g_array_index(svg->flow->faults, struct flow_fault, i);
        const struct sw_rule_info *rule = sw_rule_info(fault->rule);
        g_string_printf(svg->label, "✗%u  %s %s  %s, RFC %u %s", i + 1, sw_level_name(rule->level), rule->id,
                        party_at(svg, fault->from)->name, rule->rfc, rule->section);
        put_heading_line(svg, sw_level_weight(rule->level) == 2 ? "failure" : "note");
        rule_append_text(svg->label, rule);
        put_heading_line(svg, "");
        g_string_printf(svg->label, "packet %" G_GUINT64_FORMAT ": %s", mark_number(fault->mark), fault->evidence);
        put_heading_line(svg, "dim");
    }
}

static void draw_call(struct page *page, const struct sw_call *told, const struct flow_call *flow)
{
    struct svg svg = {.page = page, .flow = flow, .told = told, .label = g_string_new(NULL)};
    if (flow->arrows->len > 0) {
        svg.before = flow_first_time(flow);
        lay_out(&svg);
        name_call(&svg);
        open_document(&svg);
        draw_heading(&svg);
        draw_columns(&svg);
        draw_steps(&svg);
        draw_faults(&svg);
        g_string_append(page->text, "</svg>");
        page_line(page);
    }
    g_string_free(svg.label, TRUE);
}

struct sink flow_svg_sink(const struct output_options *options)
{
    return flow_sink(options, (struct flow_form){.draw = draw_call, .single = true});
}
