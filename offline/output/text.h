/* SPDX-License-Identifier: MIT
 *
 * Text for people. text.c: how wide it is, how it is cut and padded, what of a capture may be shown; the page that it
 * is written on. text_time.c: times, spans and counts.
 */
#ifndef SIPWEAVE_OUTPUT_TEXT_H
#define SIPWEAVE_OUTPUT_TEXT_H

#include <glib.h>
#include <stdio.h>

#include "output/output.h"
#include "output/style.h"

/* The lines of a text sink on their way out. */
struct page {
    FILE *out; /* borrowed */
    unsigned width;
    bool color;
    bool unicode;
    bool terminal;
    GString *text; /* not yet written; lines are built at its end */
};

void page_open(struct page *page, const struct output_options *options);
/* Ends a line: it is written when a block is full, and at once to a terminal. */
void page_line(struct page *page);
/* Writes what there is. */
void page_flush(struct page *page);
void page_close(struct page *page);

/* Appends, with style, to the line. */
void page_style(struct page *page, enum style style, const char *text);

/* Text of a capture made fit to be shown: every character that utf8_is_unsafe as \n, \r, \t, \x1b or \u{202e}, bytes
 * that are no UTF-8 as \xNN; without unicode all beyond ASCII as \u{e9}. Backslashes stay as they are. */
void text_escape(GString *to, struct sw_slice from, bool unicode);

/* The character behind this one of escaped text. */
static inline const char *text_next(const char *at)
{
    return at + g_utf8_skip[*(const guchar *)at];
}

/* Columns that escaped text takes on a terminal. */
unsigned text_columns(const char *text);

/* Lines of escaped text, broken between words so that they fit the page: the first one behind so many spaces, those
 * that follow behind further. text: not empty. */
void page_wrapped(struct page *page, const char *text, unsigned indent, unsigned further);
/* The same where so many columns of the first line have been written. */
void page_continued(struct page *page, const char *text, unsigned used, unsigned further);

enum text_align { TEXT_LEFT, TEXT_RIGHT, TEXT_CENTER };
enum text_cut { TEXT_CUT_END, TEXT_CUT_MIDDLE };

/* At most that many columns of the text; what is left out is marked by an ellipsis. The columns that it takes. */
unsigned text_shorten(GString *to, const char *text, unsigned columns, enum text_cut cut, bool unicode);
/* Exactly that many columns: shortened or padded. */
void text_cell(GString *to, const char *text, unsigned columns, enum text_align align, enum text_cut cut, bool unicode);

/* At least that many columns of ASCII, padded before or behind it. */
void text_pad(GString *to, const char *text, unsigned columns, enum text_align align);

/* Times are nanoseconds since 1970, shown in UTC. The texts are NUL-terminated; the sizes include it. */
enum { TEXT_STAMP_SIZE = 31, TEXT_CLOCK_SIZE = 13, TEXT_DATE_SIZE = 11, TEXT_SPAN_SIZE = 24 };
size_t text_stamp(char stamp[TEXT_STAMP_SIZE], int64_t time); /* 2026-11-22T16:26:30.976000000Z; its length */
void text_clock(char clock[TEXT_CLOCK_SIZE], int64_t time);   /* 16:26:30.976 */
void text_date(char date[TEXT_DATE_SIZE], int64_t time);      /* 2026-11-22 */
int64_t text_day(int64_t time);                               /* days since 1970 */

/* A span for reading: "812 ms", "5.1 s", "2:05", "1:02:03", "3 d 4 h". */
void text_span(char span[TEXT_SPAN_SIZE], int64_t nanoseconds);

void text_number(GString *to, uint64_t number);
/* The same at the end of at least that many columns. */
void text_number_pad(GString *to, uint64_t number, unsigned columns);

/* "1 message", "2 messages": the plural is the word with an s. */
void text_count(GString *to, uint64_t count, const char *word);

#endif
