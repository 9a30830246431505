/* SPDX-License-Identifier: MIT
 *
 * One row of a drawing made of characters: put down in any order, then printed from left to right.
 */
#ifndef SIPWEAVE_OUTPUT_CANVAS_H
#define SIPWEAVE_OUTPUT_CANVAS_H

#include "output/text.h"

struct canvas_cell {
    gunichar character; /* 0: the second half of a wide one */
    gunichar mark;      /* combines with it; 0: none */
    enum style style;
};

struct canvas {
    unsigned width;
    struct canvas_cell *cells;
};

void canvas_open(struct canvas *canvas, unsigned width);
void canvas_close(struct canvas *canvas);
void canvas_clear(struct canvas *canvas);

/* What falls outside the row is dropped. */
void canvas_put(struct canvas *canvas, unsigned x, gunichar character, enum style style);
void canvas_text(struct canvas *canvas, unsigned x, const char *text, enum style style);

/* Appends the row to the page's line, without trailing spaces, and ends the line. */
void canvas_print(const struct canvas *canvas, struct page *page);

#endif
