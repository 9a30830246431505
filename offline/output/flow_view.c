/* SPDX-License-Identifier: MIT
 *
 * What every drawing of a call says alike: its heading, its messages and notes in the order of time, and of an arrow as
 * many words as there is room for.
 */
#include "output/facts.h"
#include "output/flow.h"

/* ---- the heading ---- */

void flow_title(GString *to, const struct sw_call *told)
{
    const char *kind = sw_call_kind_name(told->kind);
    g_string_append_printf(to, "%c%s %" G_GUINT64_FORMAT, g_ascii_toupper(kind[0]), kind + 1, told->id);
}

/* The reason phrase of the response that decided, as it was seen last. */
static const char *phrase_of(const struct flow_call *call, unsigned status)
{
    for (guint i = call->arrows->len; i > 0; i--) {
        const struct flow_arrow *arrow = &g_array_index(call->arrows, struct flow_arrow, i - 1);
        if (arrow->status == status && arrow->phrase != NULL)
            return arrow->phrase;
    }
    return "";
}

void flow_why(GString *to, const struct sw_call *told, const struct flow_call *call)
{
    bool hung_up = told->ended_by == SW_ENDED_CALLER || told->ended_by == SW_ENDED_CALLEE;
    bool by_someone =
        told->state == SW_CALL_COMPLETED || told->state == SW_CALL_CANCELLED || told->state == SW_CALL_TERMINATED;
    g_string_append(to, sw_call_state_name(told->state));
    if (hung_up && by_someone)
        g_string_append_printf(to, " by the %s", sw_ended_by_name(told->ended_by));
    if (told->status >= 300)
        g_string_append_printf(to, ": %u %s", told->status, phrase_of(call, told->status));
    if (told->ended_by == SW_ENDED_CONNECTION)
        g_string_append(to, ": its connection died");
    else if (told->ended_by == SW_ENDED_CAPTURE)
        g_string_append(to, ": the capture ends before it");
}

static void put_span(GString *to, const char *before, int64_t nanoseconds)
{
    char span[TEXT_SPAN_SIZE];
    text_span(span, nanoseconds);
    g_string_append_printf(to, "%s%s", before, span);
}

void flow_when(GString *to, const struct sw_call *told)
{
    char date[TEXT_DATE_SIZE];
    char clock[TEXT_CLOCK_SIZE];
    int64_t delay = 0;
    int64_t duration = 0;
    if (told->start != SW_NO_TIME) {
        text_date(date, told->start);
        text_clock(clock, told->start);
        g_string_append_printf(to, "%s %s UTC", date, clock);
    }
    if (call_delay(told, &delay))
        put_span(to, told->answered != SW_NO_TIME ? ", answered after " : ", refused after ", delay);
    if (call_duration(told, &duration))
        put_span(to, ", lasted ", duration);
}

int64_t flow_first_time(const struct flow_call *call)
{
    int64_t time = g_array_index(call->arrows, struct flow_arrow, 0).time;
    if (call->notes->len > 0)
        time = MIN(time, g_array_index(call->notes, struct flow_note, 0).time);
    return time;
}

/* ---- what happened, in order ---- */

bool flow_walk_next(struct flow_walk *walk, struct flow_step *step)
{
    const GArray *arrows = walk->call->arrows;
    const GArray *notes = walk->call->notes;
    *step = (struct flow_step){0};
    if (walk->arrow < arrows->len)
        step->arrow = &g_array_index(arrows, struct flow_arrow, walk->arrow);
    if (walk->note < notes->len)
        step->note = &g_array_index(notes, struct flow_note, walk->note);
    if (step->arrow != NULL && step->note != NULL && step->note->time < step->arrow->time)
        step->arrow = NULL;
    if (step->arrow != NULL) {
        step->note = NULL;
        walk->arrow++;
    } else if (step->note != NULL) {
        walk->note++;
    }
    return step->arrow != NULL || step->note != NULL;
}

/* ---- the words of an arrow ---- */

static void append_word(GString *to, const char *word, bool wanted)
{
    if (!wanted || word == NULL)
        return;
    g_string_append_c(to, ' ');
    g_string_append(to, word);
}

void flow_append_words(GString *to, const struct flow_arrow *arrow, unsigned words)
{
    g_string_append(to, arrow->title);
    append_word(to, arrow->phrase, words & FLOW_PHRASE);
    if ((words & FLOW_METHOD) && arrow->method != NULL)
        g_string_append_printf(to, " (%s)", arrow->method);
    append_word(to, arrow->target, words & FLOW_TARGET);
    append_word(to, arrow->extra, words & FLOW_EXTRA);
    append_word(to, arrow->media, words & FLOW_MEDIA);
    append_word(to, arrow->mark, words & FLOW_MARK);
    append_word(to, "(retransmission)", (words & FLOW_AGAIN) && arrow->retransmission);
    append_word(to, "(cut)", arrow->partial);
}

/* From the most to the least a label can say: the first that fits is written. */
static const unsigned label_levels[] = {
    FLOW_TARGET | FLOW_EXTRA | FLOW_MEDIA | FLOW_METHOD | FLOW_PHRASE,
    FLOW_EXTRA | FLOW_MEDIA | FLOW_METHOD | FLOW_PHRASE,
    FLOW_MEDIA | FLOW_METHOD | FLOW_PHRASE,
    FLOW_MARK | FLOW_METHOD | FLOW_PHRASE,
    FLOW_MARK | FLOW_METHOD,
    FLOW_MARK | FLOW_PHRASE,
    FLOW_MARK,
    0,
};

void flow_append_label(GString *to, const struct flow_arrow *arrow, unsigned columns, bool unicode)
{
    gsize before = to->len;
    for (size_t i = 0; i < G_N_ELEMENTS(label_levels); i++) {
        g_string_truncate(to, before);
        flow_append_words(to, arrow, label_levels[i]);
        if (text_columns(to->str) <= columns)
            return;
    }
    char *whole = g_strdup(to->str);
    g_string_truncate(to, 0);
    text_shorten(to, whole, columns, TEXT_CUT_END, unicode);
    g_free(whole);
}

const char *flow_note_fit(const struct flow_note *note, unsigned columns)
{
    for (unsigned i = 0; i < FLOW_NOTE_TEXTS; i++)
        if (text_columns(note->texts[i]) <= columns)
            return note->texts[i];
    return NULL;
}
