/* SPDX-License-Identifier: MIT
 *
 * Draws a call as a ladder of text: a column a party, an arrow a message, notes where a WebSocket opens, closes or
 * dies.
 *
 *     time         since       alice              kamailio                bob
 *                             JsSIP 3.13
 *                         10.77.0.2:54052     10.77.0.1:8088      10.77.0.3:54060
 *     16:26:30.976                │ INVITE sdp:audio   │                   │
 *
 * Pages of all widths are drawn alike: the more room between the columns, the more of a label is written. Where names
 * no longer fit above the columns these are numbered, a legend names them, and labels stand beside the ladder.
 */
#include <string.h>

#include "output/canvas.h"
#include "output/facts.h"
#include "output/findings.h"
#include "output/flow.h"

enum {
    FULL_TIME = 23,  /* "16:26:30.976   +0.012  " */
    SHORT_TIME = 10, /* "  +0.012  " */
    PACKET = 8,      /* "#123456 " */
    WIDE = 120,      /* columns of a page that also has packet numbers and media lines */
    EDGE = 9,        /* room for half a name left of the first column and right of the last */
    GAP_FULL = 19,   /* between columns: the least beside a full time, */
    GAP_NAMED = 11,  /* with names above the columns, */
    GAP_LEAST = 4,   /* and at all */
    GAP_MOST = 62,
    LABELS = 26, /* columns for labels beside a crowded ladder */
};

struct glyphs {
    gunichar lifeline;
    gunichar request; /* the shafts of arrows */
    gunichar response;
    gunichar right;
    gunichar left;
    gunichar note;
    gunichar note_start;
    gunichar note_end;
    gunichar itself;   /* from a party to itself */
    const char *again; /* a retransmission */
    const char *fault; /* before the number of a fault */
    const char *to;
};

static const struct glyphs glyph_sets[] = {
    {'|', '-', '.', '>', '<', '~', '|', '|', '@', "(again)", "!", "->"},
    {0x2502, 0x2500, 0x254C, 0x25BA, 0x25C4, 0x2508, 0x251C, 0x2524, 0x21BA, "↻", "✗", "→"},
};

struct ladder {
    struct page *page;
    const struct flow_call *flow;
    const struct sw_call *told;
    const struct glyphs *glyphs;
    struct canvas row;
    unsigned columns; /* the last stands for all parties that have none of their own */
    unsigned first;   /* x of the first column, and from one to the next */
    unsigned gap;
    bool clock;   /* full times; otherwise seconds are told in rows of their own */
    bool packets; /* packet numbers, and media in rows of their own */
    bool numbered;
    unsigned label_x;                   /* numbered: where labels begin */
    int64_t second;                     /* without clock: the last one that was told */
    int64_t before;                     /* time of the row above */
    const struct flow_arrow *described; /* the last whose media lines were drawn */
    GString *text;
    GString *label;
};

static unsigned x_of(const struct ladder *ladder, unsigned party)
{
    return ladder->first + MIN(party, ladder->columns - 1) * ladder->gap;
}

static const struct flow_party *party_at(const struct ladder *ladder, unsigned index)
{
    return &g_array_index(ladder->flow->parties, struct flow_party, index);
}

/* ---- layout ---- */

static unsigned gap_for(unsigned width, unsigned time, unsigned columns)
{
    unsigned room = width > time + 2 * EDGE ? width - time - 2 * EDGE : 0;
    return room / MAX(columns - 1, 1u);
}

static void lay_out_named(struct ladder *ladder, unsigned time)
{
    ladder->gap = MIN(gap_for(ladder->page->width, time, ladder->columns), (unsigned)GAP_MOST);
    ladder->first = time + MAX((unsigned)EDGE, MIN(ladder->gap / 2, 11u));
    if (ladder->first + (ladder->columns - 1) * ladder->gap + EDGE > ladder->page->width)
        ladder->first = time + EDGE;
}

static void lay_out_numbered(struct ladder *ladder)
{
    unsigned width = ladder->page->width;
    unsigned room = width > SHORT_TIME + LABELS ? width - SHORT_TIME - LABELS : GAP_LEAST;
    ladder->numbered = true;
    ladder->columns = MIN(ladder->columns, room / GAP_LEAST);
    ladder->gap = MIN(room / ladder->columns, (unsigned)GAP_NAMED);
    ladder->first = SHORT_TIME + 1;
    ladder->label_x = ladder->first + (ladder->columns - 1) * ladder->gap + 3;
}

static void lay_out(struct ladder *ladder)
{
    unsigned width = ladder->page->width;
    ladder->columns = MAX(ladder->flow->parties->len, 2u);
    ladder->packets = width >= WIDE && gap_for(width, FULL_TIME + PACKET, ladder->columns) >= GAP_FULL;
    unsigned time = FULL_TIME + (ladder->packets ? (unsigned)PACKET : 0);
    ladder->clock = gap_for(width, time, ladder->columns) >= GAP_FULL;
    if (ladder->clock)
        lay_out_named(ladder, time);
    else if (gap_for(width, SHORT_TIME, ladder->columns) >= GAP_NAMED)
        lay_out_named(ladder, SHORT_TIME);
    else
        lay_out_numbered(ladder);
}

/* ---- rows ---- */

static void begin_row(struct ladder *ladder)
{
    canvas_clear(&ladder->row);
    for (unsigned i = 0; i < ladder->columns && i < ladder->flow->parties->len; i++)
        canvas_put(&ladder->row, x_of(ladder, i), ladder->glyphs->lifeline, STYLE_DIM);
}

static void end_row(struct ladder *ladder)
{
    canvas_print(&ladder->row, ladder->page);
}

/* A text of the call, no wider than that. */
static const char *fitted(struct ladder *ladder, const char *text, unsigned columns, enum text_cut cut)
{
    g_string_truncate(ladder->text, 0);
    text_shorten(ladder->text, text, columns, cut, ladder->page->unicode);
    return ladder->text->str;
}

static void put_centered(struct ladder *ladder, unsigned x, unsigned columns, const char *text, enum style style)
{
    const char *shown = fitted(ladder, text, columns, TEXT_CUT_MIDDLE);
    unsigned half = text_columns(shown) / 2;
    canvas_text(&ladder->row, x > half ? x - half : 0, shown, style);
}

/* ---- the heads of the columns ---- */

static unsigned head_width(const struct ladder *ladder, unsigned column)
{
    unsigned right = ladder->page->width - 1 - x_of(ladder, column);
    return MIN(ladder->gap - 1, 2 * right + 1);
}

static const char *head_text(struct ladder *ladder, const struct flow_party *party, unsigned line)
{
    switch (line) {
    case 0:
        return party->name;
    case 1:
        return party->product == NULL ? "" : party->product;
    default:
        if (party->ends == 1 || *party->address == 0)
            return party->address;
        g_string_printf(ladder->label, "%s +%u", party->address, party->ends - 1);
        return ladder->label->str;
    }
}

static void draw_head_line(struct ladder *ladder, unsigned line)
{
    bool empty = true;
    canvas_clear(&ladder->row);
    for (unsigned i = 0; i < ladder->flow->parties->len; i++) {
        const char *text = head_text(ladder, party_at(ladder, i), line);
        empty = empty && *text == 0;
        put_centered(ladder, x_of(ladder, i), head_width(ladder, i), text, line == 0 ? STYLE_TITLE : STYLE_DIM);
    }
    if (!empty)
        end_row(ladder);
}

static void draw_legend(struct ladder *ladder)
{
    GString *text = ladder->page->text;
    unsigned parties = ladder->flow->parties->len;
    for (unsigned i = 0; i < MIN(parties, ladder->columns); i++) {
        if (i + 1 == ladder->columns && parties > ladder->columns) {
            g_string_append_printf(text, "  %u  %u others", i + 1, parties - i);
        } else {
            const struct flow_party *party = party_at(ladder, i);
            g_string_append_printf(text, "  %u  %s", i + 1, party->name);
            for (unsigned line = 1; line < 3; line++) {
                const char *more = head_text(ladder, party, line);
                g_string_append_printf(text, "%s%s", *more == 0 ? "" : "  ", more);
            }
        }
        page_line(ladder->page);
    }
    canvas_clear(&ladder->row);
    for (unsigned i = 0; i < MIN(parties, ladder->columns); i++) {
        char number[12];
        g_snprintf(number, sizeof number, "%u", i + 1);
        canvas_text(&ladder->row, x_of(ladder, i), number, STYLE_TITLE);
    }
    end_row(ladder);
}

static void draw_heads(struct ladder *ladder)
{
    if (ladder->numbered) {
        draw_legend(ladder);
        return;
    }
    for (unsigned line = 0; line < 3; line++)
        draw_head_line(ladder, line);
}

/* ---- times ---- */

/* "+0.012", from one row to the next; it may be negative where captures disagree. */
static void put_delta(struct ladder *ladder, unsigned x, int64_t time)
{
    int64_t delta = time - ladder->before;
    uint64_t ms = ((delta < 0 ? 0 - (uint64_t)delta : (uint64_t)delta) + 500000) / 1000000;
    char text[32];
    g_snprintf(text, sizeof text, "%c%" G_GUINT64_FORMAT ".%03u", delta < 0 ? '-' : '+', ms / 1000,
               (unsigned)(ms % 1000));
    unsigned width = text_columns(text);
    canvas_text(&ladder->row, x + (width < 8 ? 8 - width : 0), text, STYLE_DIM);
    ladder->before = time;
}

/* Without room for a clock in each row, a row tells it when the second changes. */
static void tell_second(struct ladder *ladder, int64_t time)
{
    int64_t second = time / 1000000000;
    if (ladder->clock || second == ladder->second)
        return;
    char clock[TEXT_CLOCK_SIZE];
    text_clock(clock, time);
    clock[8] = 0;
    ladder->second = second;
    begin_row(ladder);
    canvas_text(&ladder->row, 0, clock, STYLE_NONE);
    end_row(ladder);
}

static void put_times(struct ladder *ladder, int64_t time)
{
    char clock[TEXT_CLOCK_SIZE];
    if (ladder->clock) {
        text_clock(clock, time);
        canvas_text(&ladder->row, 0, clock, STYLE_NONE);
    }
    put_delta(ladder, ladder->clock ? 13 : 0, time);
}

/* ---- labels ---- */

/* Leaves the best label for that many columns in ladder->label. */
static void choose_label(struct ladder *ladder, const struct flow_arrow *arrow, unsigned columns)
{
    GString *label = ladder->label;
    g_string_truncate(label, 0);
    if (arrow->faults != NULL)
        g_string_append_printf(label, "%s%s ", ladder->glyphs->fault, arrow->faults);
    if (arrow->retransmission)
        g_string_append_printf(label, "%s ", ladder->glyphs->again);
    flow_append_label(label, arrow, columns, ladder->page->unicode);
}

static enum style style_of(const struct flow_arrow *arrow)
{
    return arrow->retransmission ? STYLE_DIM : style_of_status(arrow->status);
}

/* ---- arrows ---- */

static void draw_shaft(struct ladder *ladder, const struct flow_arrow *arrow, unsigned from, unsigned to)
{
    unsigned left = MIN(from, to);
    unsigned right = MAX(from, to);
    gunichar shaft = arrow->status == 0 ? ladder->glyphs->request : ladder->glyphs->response;
    for (unsigned x = left + 1; x < right; x++)
        canvas_put(&ladder->row, x, shaft, style_of(arrow));
    if (from < to)
        canvas_put(&ladder->row, right - 1, ladder->glyphs->right, style_of(arrow));
    else
        canvas_put(&ladder->row, left + 1, ladder->glyphs->left, style_of(arrow));
}

/* On the shaft, in its middle, with at least one dash at its tail; with a space on both sides where there is room. */
static void put_on_shaft(struct ladder *ladder, const struct flow_arrow *arrow, unsigned left, unsigned right)
{
    unsigned room = right - left - 3;
    choose_label(ladder, arrow, room);
    unsigned used = text_columns(ladder->label->str);
    if (used + 2 <= room) {
        g_string_prepend_c(ladder->label, ' ');
        g_string_append_c(ladder->label, ' ');
        used += 2;
    }
    unsigned spare = right - left - 2 - used; /* dashes; an odd one goes to the tail */
    unsigned x = arrow->from < arrow->to ? left + 1 + (spare + 1) / 2 : left + 2 + spare / 2;
    canvas_text(&ladder->row, x, ladder->label->str, style_of(arrow));
}

static void put_to_itself(struct ladder *ladder, const struct flow_arrow *arrow, unsigned x)
{
    bool last = arrow->from + 1 >= ladder->columns;
    unsigned room = last ? ladder->page->width - x - 1 : ladder->gap - 1;
    choose_label(ladder, arrow, room > 2 ? room - 2 : 1);
    canvas_put(&ladder->row, x + 1, ladder->glyphs->itself, style_of(arrow));
    canvas_text(&ladder->row, x + 3, ladder->label->str, style_of(arrow));
}

static void draw_arrow(struct ladder *ladder, const struct flow_arrow *arrow)
{
    unsigned from = x_of(ladder, arrow->from);
    unsigned to = x_of(ladder, arrow->to);
    if (from != to)
        draw_shaft(ladder, arrow, from, to);
    if (ladder->numbered) {
        choose_label(ladder, arrow, ladder->page->width - ladder->label_x);
        canvas_text(&ladder->row, ladder->label_x, ladder->label->str, style_of(arrow));
        if (from == to)
            canvas_put(&ladder->row, from, ladder->glyphs->itself, style_of(arrow));
    } else if (from == to) {
        put_to_itself(ladder, arrow, from);
    } else {
        put_on_shaft(ladder, arrow, MIN(from, to), MAX(from, to));
    }
}

static void put_packet(struct ladder *ladder, uint64_t packet)
{
    char text[32];
    struct sw_mark mark = {.packet = packet};
    g_snprintf(text, sizeof text, "#%" G_GUINT64_FORMAT, mark_number(mark));
    canvas_text(&ladder->row, FULL_TIME, text, STYLE_DIM);
}

/* Below the arrow, in rows of their own: what each m= line says. */
static void draw_detail(struct ladder *ladder, const struct flow_arrow *arrow)
{
    unsigned left = x_of(ladder, MIN(arrow->from, arrow->to));
    unsigned right = x_of(ladder, MAX(arrow->from, arrow->to));
    unsigned room = right > left + 4 ? right - left - 4 : ladder->gap - 4;
    for (const char *line = arrow->detail; line != NULL;) {
        const char *end = strchr(line, '\n');
        g_string_assign(ladder->label, line);
        if (end != NULL)
            g_string_truncate(ladder->label, (gsize)(end - line));
        begin_row(ladder);
        canvas_text(&ladder->row, left + 3, fitted(ladder, ladder->label->str, room, TEXT_CUT_END), STYLE_DIM);
        end_row(ladder);
        line = end == NULL ? NULL : end + 1;
    }
}

/* A message that was passed on, or sent again, unchanged needs no second description. */
static bool says_the_same(const struct flow_arrow *before, const struct flow_arrow *arrow)
{
    return before != NULL && before->detail == arrow->detail && before->title == arrow->title;
}

static void draw_message(struct ladder *ladder, const struct flow_arrow *arrow)
{
    tell_second(ladder, arrow->time);
    begin_row(ladder);
    put_times(ladder, arrow->time);
    if (ladder->packets)
        put_packet(ladder, arrow->packet);
    draw_arrow(ladder, arrow);
    end_row(ladder);
    if (ladder->packets && arrow->detail != NULL && !says_the_same(ladder->described, arrow)) {
        draw_detail(ladder, arrow);
        ladder->described = arrow;
    }
}

/* ---- notes ---- */

static enum style style_of_note(const struct flow_note *note)
{
    return note->kind == FLOW_OPENED || note->kind == FLOW_CLOSED ? STYLE_NOTE : STYLE_FAILURE;
}

static const char *note_text(struct ladder *ladder, const struct flow_note *note, unsigned columns)
{
    const char *text = flow_note_fit(note, columns);
    return text != NULL ? text : fitted(ladder, note->texts[FLOW_NOTE_TEXTS - 1], columns, TEXT_CUT_END);
}

static void draw_note_line(struct ladder *ladder, const struct flow_note *note, unsigned left, unsigned right)
{
    enum style style = style_of_note(note);
    for (unsigned x = left + 1; x < right; x++)
        canvas_put(&ladder->row, x, ladder->glyphs->note, style);
    canvas_put(&ladder->row, left, ladder->glyphs->note_start, style);
    canvas_put(&ladder->row, right, ladder->glyphs->note_end, style);
    if (ladder->numbered || right - left < 6)
        return;
    const char *text = note_text(ladder, note, right - left - 3);
    unsigned used = text_columns(text);
    g_string_assign(ladder->label, text);
    if (used + 2 <= right - left - 1) {
        g_string_prepend_c(ladder->label, ' ');
        g_string_append_c(ladder->label, ' ');
        used += 2;
    }
    canvas_text(&ladder->row, left + 1 + (right - left - 1 - used) / 2, ladder->label->str, style);
}

static void draw_note(struct ladder *ladder, const struct flow_note *note)
{
    unsigned client = x_of(ladder, note->client);
    unsigned server = x_of(ladder, note->server);
    tell_second(ladder, note->time);
    begin_row(ladder);
    put_times(ladder, note->time);
    if (client != server)
        draw_note_line(ladder, note, MIN(client, server), MAX(client, server));
    if (ladder->numbered)
        canvas_text(&ladder->row, ladder->label_x, note_text(ladder, note, ladder->page->width - ladder->label_x),
                    style_of_note(note));
    end_row(ladder);
}

/* ---- the heading ---- */

static void print_heading_line(struct ladder *ladder, enum style style)
{
    g_string_assign(ladder->label, ladder->text->str);
    page_style(ladder->page, style, fitted(ladder, ladder->label->str, ladder->page->width, TEXT_CUT_END));
    g_string_truncate(ladder->text, 0);
    page_line(ladder->page);
}

static void print_how_many(struct ladder *ladder)
{
    const struct sw_call *told = ladder->told;
    GString *text = ladder->text;
    text_count(text, told->messages_seen, "message");
    g_string_append(text, " over ");
    transports_append(text, told->transports, ", ");
    if (told->retransmissions > 0) {
        g_string_append(text, ", ");
        text_count(text, told->retransmissions, "retransmission");
        g_string_append_printf(text, ", marked %s", ladder->glyphs->again);
    }
    if (told->dialogs > 1)
        g_string_append_printf(text, ", forked: %u dialogs", told->dialogs);
    print_heading_line(ladder, STYLE_NONE);
}

static void print_heading(struct ladder *ladder)
{
    GString *text = ladder->text;
    const struct sw_call *told = ladder->told;
    bool unicode = ladder->page->unicode;
    flow_title(text, told);
    g_string_append(text, "  ");
    text_escape(text, uri_address(told->from), unicode);
    g_string_append_printf(text, " %s ", ladder->glyphs->to);
    text_escape(text, uri_address(told->to), unicode);
    print_heading_line(ladder, STYLE_TITLE);
    flow_why(text, told, ladder->flow);
    print_heading_line(ladder, told->status >= 300 ? STYLE_FAILURE : STYLE_NONE);
    flow_when(text, told);
    print_heading_line(ladder, STYLE_NONE);
    print_how_many(ladder);
    g_string_append(text, "Call-ID ");
    text_escape(text, told->call_id, unicode);
    print_heading_line(ladder, STYLE_NONE);
    page_line(ladder->page);
}

/* ---- all of it ---- */

static void draw_events(struct ladder *ladder)
{
    struct flow_walk walk = {.call = ladder->flow};
    struct flow_step step;
    while (flow_walk_next(&walk, &step)) {
        if (step.note != NULL)
            draw_note(ladder, step.note);
        else
            draw_message(ladder, step.arrow);
    }
    if (ladder->flow->not_shown > 0) {
        g_string_append_printf(ladder->page->text, "and %" G_GUINT64_FORMAT " more messages", ladder->flow->not_shown);
        page_line(ladder->page);
    }
}

/* Below the ladder: what the numbers at arrows stand for. */
static void print_fault(struct ladder *ladder, unsigned number, const struct flow_fault *fault)
{
    enum { INDENT = 6 };
    const struct sw_rule_info *rule = sw_rule_info(fault->rule);
    GString *text = g_string_new(NULL);
    g_string_printf(text, "%s%u  %s %s", ladder->glyphs->fault, number, sw_level_name(rule->level), rule->id);
    page_style(ladder->page, sw_level_weight(rule->level) == 2 ? STYLE_FAILURE : STYLE_NOTE, text->str);
    unsigned used = text_columns(text->str);
    g_string_printf(text, "  %s, RFC %u %s", party_at(ladder, fault->from)->name, rule->rfc, rule->section);
    if (fault->count > 1)
        g_string_append_printf(text, ", %" G_GUINT64_FORMAT " times", fault->count);
    page_continued(ladder->page, text->str, used, INDENT);
    g_string_truncate(text, 0);
    rule_append_text(text, rule);
    page_wrapped(ladder->page, text->str, INDENT, INDENT + 2);
    g_string_printf(text, "packet %" G_GUINT64_FORMAT ": %s", mark_number(fault->mark), fault->evidence);
    page_wrapped(ladder->page, text->str, INDENT, INDENT + 2);
    g_string_free(text, TRUE);
}

static void print_faults(struct ladder *ladder)
{
    const GArray *faults = ladder->flow->faults;
    if (faults->len > 0)
        page_line(ladder->page);
    for (guint i = 0; i < faults->len; i++)
        print_fault(ladder, i + 1, &g_array_index(faults, struct flow_fault, i));
}

static void draw_call(struct page *page, const struct sw_call *told, const struct flow_call *flow)
{
    if (flow->arrows->len == 0)
        return;
    struct ladder ladder = {
        .page = page,
        .flow = flow,
        .told = told,
        .glyphs = &glyph_sets[page->unicode ? 1 : 0],
        .second = INT64_MIN,
        .before = flow_first_time(flow),
        .text = g_string_new(NULL),
        .label = g_string_new(NULL),
    };
    canvas_open(&ladder.row, page->width);
    lay_out(&ladder);
    print_heading(&ladder);
    draw_heads(&ladder);
    draw_events(&ladder);
    print_faults(&ladder);
    canvas_close(&ladder.row);
    g_string_free(ladder.text, TRUE);
    g_string_free(ladder.label, TRUE);
}

struct sink flow_text_sink(const struct output_options *options)
{
    return flow_sink(options, (struct flow_form){.draw = draw_call});
}
