/* SPDX-License-Identifier: MIT
 *
 * Text for people: widths, cuts, escapes; and the page it is written on.
 */
#include "output/text.h"

#include <string.h>
#include <unistd.h>

#include "output/utf8.h"

enum { BLOCK = 64 * 1024 };

void page_open(struct page *page, const struct output_options *options)
{
    int descriptor = fileno(options->out);
    *page = (struct page){
        .out = options->out,
        .width = MAX(options->width, 40),
        .color = options->color,
        .unicode = options->unicode,
        .terminal = descriptor >= 0 && isatty(descriptor),
        .text = g_string_sized_new(BLOCK),
    };
}

void page_flush(struct page *page)
{
    fwrite(page->text->str, 1, page->text->len, page->out);
    fflush(page->out);
    g_string_truncate(page->text, 0);
}

void page_line(struct page *page)
{
    g_string_append_c(page->text, '\n');
    if (page->terminal || page->text->len >= BLOCK)
        page_flush(page);
}

void page_close(struct page *page)
{
    g_string_free(page->text, TRUE);
    page->text = NULL;
}

void page_style(struct page *page, enum style style, const char *text)
{
    if (page->color)
        g_string_append(page->text, style_on(style));
    g_string_append(page->text, text);
    if (page->color)
        g_string_append(page->text, style_off(style));
}

static size_t printable_run(struct sw_slice text)
{
    size_t at = 0;
    while (at < text.size && text.data[at] >= 0x20 && text.data[at] < 0x7F)
        at++;
    return at;
}

/* Appends the first character, which is not printable ASCII; the bytes it took. */
static size_t escape_one(GString *to, struct sw_slice text, bool unicode)
{
    static const char shorts[] = {['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    uint32_t character;
    size_t size = utf8_decode(text, &character);
    if (size == 0)
        g_string_append_printf(to, "\\x%02x", text.data[0]);
    else if (character < sizeof shorts && shorts[character] != 0)
        g_string_append_printf(to, "\\%c", shorts[character]);
    else if (size == 1)
        g_string_append_printf(to, "\\x%02x", character);
    else if (!unicode || utf8_is_unsafe(character))
        g_string_append_printf(to, "\\u{%x}", character);
    else
        g_string_append_len(to, (const char *)text.data, (gssize)size);
    return size == 0 ? 1 : size;
}

void text_escape(GString *to, struct sw_slice from, bool unicode)
{
    while (from.size > 0) {
        size_t taken = printable_run(from);
        g_string_append_len(to, (const char *)from.data, (gssize)taken);
        if (taken < from.size)
            taken += escape_one(to, (struct sw_slice){from.data + taken, from.size - taken}, unicode);
        from = (struct sw_slice){from.data + taken, from.size - taken};
    }
}

/* Such text takes as many columns as bytes. */
static bool is_ascii(const char *text, size_t size)
{
    for (uint64_t word; size >= sizeof word; text += sizeof word, size -= sizeof word) {
        memcpy(&word, text, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            return false;
    }
    for (; size > 0; size--)
        if ((guchar)*text++ >= 0x80)
            return false;
    return true;
}

/* Columns of the character that text begins with. */
static unsigned columns_at(const char *text)
{
    const gunichar character = (guchar)*text < 0x80 ? (gunichar)*text : g_utf8_get_char(text);
    if (character < 0x300)
        return 1;
    return g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
}

unsigned text_columns(const char *text)
{
    const size_t size = strlen(text);
    if (is_ascii(text, size))
        return (unsigned)size;
    unsigned columns = 0;
    for (; *text != 0; text = text_next(text))
        columns += columns_at(text);
    return columns;
}

/* Where the text must be cut so that its head takes at most that many columns. */
static const char *head_end(const char *text, unsigned columns)
{
    for (unsigned used = 0; *text != 0; text = text_next(text)) {
        used += columns_at(text);
        if (used > columns)
            break;
    }
    return text;
}

/* Where the last so many columns begin. */
static const char *tail_start(const char *text, unsigned columns)
{
    const char *at = text + strlen(text);
    for (unsigned used = 0; at > text;) {
        const char *before = g_utf8_prev_char(at);
        used += columns_at(before);
        if (used > columns)
            break;
        at = before;
    }
    return at;
}

unsigned text_shorten(GString *to, const char *text, unsigned columns, enum text_cut cut, bool unicode)
{
    const size_t size = strlen(text);
    const bool ascii = is_ascii(text, size);
    const unsigned needed = ascii ? (unsigned)size : text_columns(text);
    if (needed <= columns) {
        g_string_append_len(to, text, (gssize)size);
        return needed;
    }
    const char *mark = unicode ? "…" : "..";
    unsigned mark_columns = unicode ? 1 : 2;
    unsigned left = columns > mark_columns ? columns - mark_columns : 0;
    unsigned tail = cut == TEXT_CUT_MIDDLE ? left / 2 : 0;
    const size_t start = to->len;
    g_string_append_len(to, text, ascii ? (gssize)(left - tail) : head_end(text, left - tail) - text);
    if (columns >= mark_columns)
        g_string_append(to, mark);
    if (tail > 0)
        g_string_append(to, ascii ? text + size - tail : tail_start(text, tail));
    return !ascii ? text_columns(to->str + start) : columns >= mark_columns ? columns : 0;
}

static void append_spaces(GString *to, unsigned count)
{
    static const char spaces[] = "                ";
    enum { AT_ONCE = sizeof spaces - 1 };
    for (; count > AT_ONCE; count -= AT_ONCE)
        g_string_append_len(to, spaces, AT_ONCE);
    if (count > 0)
        g_string_append_len(to, spaces, (gssize)count);
}

void text_pad(GString *to, const char *text, unsigned columns, enum text_align align)
{
    const size_t size = strlen(text);
    const unsigned spare = columns > size ? columns - (unsigned)size : 0;
    append_spaces(to, align == TEXT_RIGHT ? spare : 0);
    g_string_append_len(to, text, (gssize)size);
    append_spaces(to, align == TEXT_LEFT ? spare : 0);
}

/* Where a line of that width ends: before a space, or at the end. At least one word stands in it. */
static const char *line_end(const char *text, unsigned columns)
{
    const char *end = text;
    unsigned used = 0;
    size_t size = strlen(text);
    if (size <= columns) /* no character takes more columns than bytes */
        return text + size;
    if (is_ascii(text, columns + 1)) { /* a character takes as many columns as bytes */
        const char *space = memrchr(text, ' ', columns + 1);
        if (space != NULL && space > text)
            return space;
    }
    for (const char *at = text;; at = text_next(at)) {
        if (*at == ' ' || *at == 0) {
            if (used > columns && end > text)
                return end;
            end = at;
        }
        if (*at == 0 || used > columns)
            return end > text ? end : at + strcspn(at, " ");
        used += columns_at(at);
    }
}

/* Ends the line with what of the text fits behind so many columns; what is left of it. */
static const char *print_part(struct page *page, const char *text, unsigned used)
{
    enum { LEAST = 20 };
    const char *end = line_end(text, MAX(page->width, used + LEAST) - used);
    g_string_append_len(page->text, text, end - text);
    page_line(page);
    return end + strspn(end, " ");
}

void page_wrapped(struct page *page, const char *text, unsigned indent, unsigned further)
{
    append_spaces(page->text, indent);
    page_continued(page, text, indent, further);
}

void page_continued(struct page *page, const char *text, unsigned used, unsigned further)
{
    for (text = print_part(page, text, used); *text != 0; text = print_part(page, text, further))
        append_spaces(page->text, further);
}

void text_cell(GString *to, const char *text, unsigned columns, enum text_align align, enum text_cut cut, bool unicode)
{
    const unsigned needed = text_columns(text);
    if (needed > columns) {
        const unsigned used = text_shorten(to, text, columns, cut, unicode);
        append_spaces(to, columns - MIN(used, columns)); /* a wide character may leave one column */
        return;
    }
    const unsigned spare = columns - needed;
    const unsigned before = align == TEXT_RIGHT ? spare : align == TEXT_CENTER ? spare / 2 : 0;
    const size_t size = strlen(text);
    const size_t start = to->len;
    g_string_set_size(to, start + spare + size);
    memset(to->str + start, ' ', before);
    memcpy(to->str + start + before, text, size);
    memset(to->str + start + before + size, ' ', spare - before);
}
