/* SPDX-License-Identifier: MIT
 *
 * Calls as a table for people: one row each. Rows are printed as calls end, so widths come from the page alone.
 */
#include "output/facts.h"
#include "output/text.h"

enum column { NUMBER, TIME, KIND, FROM, TO, STATE, MESSAGES, VIA, DELAY, DURATION, CALL_ID, COLUMNS };

struct column_style {
    const char *title;
    unsigned narrow; /* columns on a page of 80 */
    unsigned wide;   /* on a page of WIDE and more */
    enum text_align align;
    enum text_cut cut;
};

enum { WIDE = 120 };

/* 0: a share of what the others leave; CALL_ID stands on wide pages only. */
static const struct column_style columns[COLUMNS] = {
    [NUMBER] = {"#", 3, 5, TEXT_RIGHT, TEXT_CUT_END},
    [TIME] = {"time (UTC)", 12, 12, TEXT_LEFT, TEXT_CUT_END},
    [KIND] = {"kind", 9, 12, TEXT_LEFT, TEXT_CUT_END},
    [FROM] = {"from", 0, 0, TEXT_LEFT, TEXT_CUT_END},
    [TO] = {"to", 0, 0, TEXT_LEFT, TEXT_CUT_END},
    [STATE] = {"state", 12, 14, TEXT_LEFT, TEXT_CUT_END},
    [MESSAGES] = {"msg", 3, 5, TEXT_RIGHT, TEXT_CUT_END},
    [VIA] = {"via", 6, 11, TEXT_LEFT, TEXT_CUT_END},
    [DELAY] = {"delay", 5, 7, TEXT_RIGHT, TEXT_CUT_END},
    [DURATION] = {"length", 6, 8, TEXT_RIGHT, TEXT_CUT_END},
    [CALL_ID] = {"Call-ID", 0, 0, TEXT_LEFT, TEXT_CUT_MIDDLE},
};

struct calls_text {
    struct page page;
    unsigned widths[COLUMNS]; /* 0: not shown */
    int64_t day;
    uint64_t rows;
    uint64_t states[SW_CALL_TERMINATED + 1];
    GString *cells[COLUMNS];
};

static void set_widths(struct calls_text *table)
{
    bool wide = table->page.width >= WIDE;
    unsigned used = 0;
    for (unsigned i = 0; i < COLUMNS; i++) {
        table->widths[i] = wide ? columns[i].wide : columns[i].narrow;
        used += table->widths[i] == 0 ? 0 : table->widths[i] + 1;
    }
    unsigned left = table->page.width > used ? table->page.width - used : 0;
    unsigned parties = wide ? left * 3 / 5 : left;
    table->widths[FROM] = MAX(parties / 2, 6) - 1;
    table->widths[TO] = MAX(parties - parties / 2, 6) - 1;
    if (wide)
        table->widths[CALL_ID] = left - parties;
}

static void print_cells(struct calls_text *table, enum style style)
{
    struct page *page = &table->page;
    GString *line = page->text;
    const size_t begin = line->len;
    for (unsigned i = 0; i < COLUMNS; i++) {
        if (table->widths[i] == 0)
            continue;
        if (line->len > begin)
            g_string_append_c(line, ' ');
        const bool styled = i == STATE && page->color && style != STYLE_NONE;
        if (styled)
            g_string_append(line, style_on(style));
        text_cell(line, table->cells[i]->str, table->widths[i], columns[i].align, columns[i].cut, page->unicode);
        if (styled)
            g_string_append(line, style_off(style));
    }
    size_t end = line->len;
    while (end > begin && line->str[end - 1] == ' ')
        end--;
    g_string_truncate(line, end);
    page_line(page);
}

static void print_header(struct calls_text *table)
{
    for (unsigned i = 0; i < COLUMNS; i++)
        g_string_assign(table->cells[i], columns[i].title);
    print_cells(table, STYLE_NONE);
}

static void print_day(struct calls_text *table, int64_t time)
{
    char date[TEXT_DATE_SIZE];
    if (time == SW_NO_TIME || text_day(time) == table->day)
        return;
    table->day = text_day(time);
    text_date(date, time);
    page_style(&table->page, STYLE_TITLE, date);
    page_line(&table->page);
}

/* A span for a column of numbers: without the space before the unit. */
static void put_span(GString *cell, int64_t nanoseconds, bool wide)
{
    char span[TEXT_SPAN_SIZE];
    text_span(span, nanoseconds);
    char *end = span;
    for (const char *at = span; *at != 0; at++)
        if (wide || *at != ' ')
            *end++ = *at;
    g_string_append_len(cell, span, end - span);
}

static void put_kind(GString *cell, const struct sw_call *call, bool wide, bool unicode)
{
    static const char *const shorter[] = {
        [SW_CALL_REGISTRATION] = "register", [SW_CALL_SUBSCRIPTION] = "subscribe", [SW_CALL_PUBLICATION] = "publish"};
    if (call->kind == SW_CALL_OTHER && call->method.size > 0)
        text_escape(cell, call->method, unicode);
    else if (!wide && call->kind < G_N_ELEMENTS(shorter) && shorter[call->kind] != NULL)
        g_string_assign(cell, shorter[call->kind]);
    else
        g_string_assign(cell, sw_call_kind_name(call->kind));
}

/* Who it is, as fully as the column allows. */
static void put_party(GString *cell, struct sw_slice uri, unsigned width, bool unicode)
{
    const struct uri_names names = uri_names(uri);
    text_escape(cell, names.address, unicode);
    if (text_columns(cell->str) > width) {
        g_string_truncate(cell, 0);
        text_escape(cell, names.user, unicode);
    }
}

static bool went_wrong(const struct sw_call *call)
{
    return call->state == SW_CALL_REJECTED || call->state == SW_CALL_REDIRECTED || call->state == SW_CALL_TIMEOUT ||
           (call->status >= 300 && call->state != SW_CALL_CANCELLED);
}

static enum style style_of_state(const struct sw_call *call)
{
    switch (call->state) {
    case SW_CALL_COMPLETED:
    case SW_CALL_REGISTERED:
    case SW_CALL_ANSWERED:
    case SW_CALL_ACTIVE:
        return STYLE_SUCCESS;
    case SW_CALL_REJECTED:
    case SW_CALL_TIMEOUT:
    case SW_CALL_LOST:
        return STYLE_FAILURE;
    case SW_CALL_REDIRECTED:
        return STYLE_REDIRECT;
    default:
        return STYLE_NONE;
    }
}

static void put_state(GString *cell, const struct sw_call *call)
{
    g_string_assign(cell, sw_call_state_name(call->state));
    if (went_wrong(call) && call->status != 0) {
        g_string_append_c(cell, ' ');
        text_number(cell, call->status);
    }
}

static void on_call(void *context, const struct sw_call *call)
{
    struct calls_text *table = context;
    bool wide = table->page.width >= WIDE;
    bool unicode = table->page.unicode;
    int64_t span;
    if (table->rows++ == 0)
        print_header(table);
    print_day(table, call->start);
    for (unsigned i = 0; i < COLUMNS; i++)
        g_string_truncate(table->cells[i], 0);

    text_number(table->cells[NUMBER], call->id);
    if (call->start != SW_NO_TIME) {
        char clock[TEXT_CLOCK_SIZE];
        text_clock(clock, call->start);
        g_string_assign(table->cells[TIME], clock);
    }
    put_kind(table->cells[KIND], call, wide, unicode);
    put_party(table->cells[FROM], call->from, table->widths[FROM], unicode);
    put_party(table->cells[TO], call->to, table->widths[TO], unicode);
    put_state(table->cells[STATE], call);
    text_number(table->cells[MESSAGES], call->messages_seen);
    transports_append(table->cells[VIA], call->transports, "+");
    if (call_delay(call, &span))
        put_span(table->cells[DELAY], span, wide);
    if (call_duration(call, &span))
        put_span(table->cells[DURATION], span, wide);
    if (wide)
        text_escape(table->cells[CALL_ID], call->call_id, unicode);
    table->states[call->state]++;
    print_cells(table, style_of_state(call));
}

static void on_finish(void *context, const struct totals_record *totals)
{
    struct calls_text *table = context;
    (void)totals;
    GString *text = table->page.text;
    if (table->rows == 0) {
        g_string_append(text, "no calls");
    } else {
        page_line(&table->page);
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " in all", table->rows);
        const char *before = ": ";
        for (unsigned state = 0; state < G_N_ELEMENTS(table->states); state++) {
            if (table->states[state] == 0)
                continue;
            g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " %s", before, table->states[state],
                                   sw_call_state_name((enum sw_call_state)state));
            before = ", ";
        }
    }
    page_line(&table->page);
    page_flush(&table->page);
}

static void on_free(void *context)
{
    struct calls_text *table = context;
    for (unsigned i = 0; i < COLUMNS; i++)
        g_string_free(table->cells[i], TRUE);
    page_close(&table->page);
    g_free(table);
}

struct sink calls_text_sink(const struct output_options *options)
{
    struct calls_text *table = g_new(struct calls_text, 1);
    *table = (struct calls_text){.day = INT64_MIN};
    page_open(&table->page, options);
    set_widths(table);
    for (unsigned i = 0; i < COLUMNS; i++)
        table->cells[i] = g_string_new(NULL);
    return (struct sink){.context = table, .call = on_call, .finish = on_finish, .free = on_free};
}
