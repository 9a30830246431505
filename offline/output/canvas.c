/* SPDX-License-Identifier: MIT
 *
 * One row of a drawing made of characters.
 */
#include "output/canvas.h"

void canvas_open(struct canvas *canvas, unsigned width)
{
    *canvas = (struct canvas){.width = width, .cells = g_new(struct canvas_cell, width)};
    canvas_clear(canvas);
}

void canvas_close(struct canvas *canvas)
{
    g_free(canvas->cells);
}

void canvas_clear(struct canvas *canvas)
{
    for (unsigned x = 0; x < canvas->width; x++)
        canvas->cells[x] = (struct canvas_cell){.character = ' '};
}

void canvas_put(struct canvas *canvas, unsigned x, gunichar character, enum style style)
{
    if (x < canvas->width)
        canvas->cells[x] = (struct canvas_cell){.character = character, .style = style};
}

void canvas_text(struct canvas *canvas, unsigned x, const char *text, enum style style)
{
    for (unsigned start = x; *text != 0; text = text_next(text)) {
        gunichar character = g_utf8_get_char(text);
        bool combines = character >= 0x300 && g_unichar_iszerowidth(character);
        bool wide = !combines && g_unichar_iswide(character);
        if (combines) {
            if (x > start && x <= canvas->width && canvas->cells[x - 1].character != 0)
                canvas->cells[x - 1].mark = character; /* of several the last stays */
            continue;
        }
        if (wide && x + 1 >= canvas->width)
            return;
        canvas_put(canvas, x++, character, style);
        if (wide)
            canvas_put(canvas, x++, 0, style);
    }
}

static void switch_style(struct page *page, enum style from, enum style to)
{
    if (!page->color || from == to)
        return;
    g_string_append(page->text, style_off(from));
    g_string_append(page->text, style_on(to));
}

void canvas_print(const struct canvas *canvas, struct page *page)
{
    unsigned end = canvas->width;
    while (end > 0 && canvas->cells[end - 1].character == ' ')
        end--;
    enum style style = STYLE_NONE;
    for (unsigned x = 0; x < end; x++) {
        const struct canvas_cell *cell = &canvas->cells[x];
        if (cell->character == 0)
            continue;
        switch_style(page, style, cell->style);
        style = cell->style;
        g_string_append_unichar(page->text, cell->character);
        if (cell->mark != 0)
            g_string_append_unichar(page->text, cell->mark);
    }
    switch_style(page, style, STYLE_NONE);
    page_line(page);
}
