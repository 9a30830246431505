/* SPDX-License-Identifier: MIT
 *
 * Header lines, comma lists and parameters: RFC 9112 5, RFC 3261 7.3.1.
 */
#include "sipweave/header.h"

#include "bytes.h"

/* The size of the header line at the start of text with its folded lines and its line end; *content is the size
 * without the line end. */
static size_t folded_size(struct sw_slice text, size_t *content)
{
    size_t size = 0;
    do {
        size_t part;
        size_t line = sw_line_size(sw_slice_skip(text, size), &part);
        *content = size + part;
        size = line == 0 ? text.size : size + line;
    } while (size < text.size && sw_is_blank(text.data[size]));
    return size;
}

enum { PLAIN_LINE_MAX = 1024 };

/* The shape that nearly every line has: name, colon, value, CRLF, and no fold behind it. Its three searches are all
 * that a well-formed header costs; any other line is left to split_any_line. */
static bool split_plain_line(struct sw_slice *rest, struct sw_header *header)
{
    const uint8_t *line = rest->data;
    const size_t front = rest->size < PLAIN_LINE_MAX ? rest->size : PLAIN_LINE_MAX; /* it may have no CR: not too far */
    const uint8_t *cr = memchr(line, '\r', front);
    if (cr == NULL)
        return false;
    const size_t content = (size_t)(cr - line);
    const size_t left = rest->size - content;
    if (left < 2 || cr[1] != '\n' || (left > 2 && sw_is_blank(cr[2])) || memchr(line, '\n', content) != NULL)
        return false;
    const uint8_t *colon = memchr(line, ':', content);
    if (colon == NULL || colon == line)
        return false;
    header->name = sw_slice_trim(sw_slice_of(line, (size_t)(colon - line)));
    header->value = sw_slice_trim(sw_slice_of(colon + 1, (size_t)(cr - colon) - 1));
    header->line = sw_slice_of(line, content + 2);
    *rest = sw_slice_of(line + content + 2, left - 2);
    return true;
}

__attribute__((cold)) static void split_any_line(struct sw_slice *rest, struct sw_header *header)
{
    size_t content;
    header->line = sw_slice_head(*rest, folded_size(*rest, &content));
    *rest = sw_slice_skip(*rest, header->line.size);

    struct sw_slice text = sw_slice_head(header->line, content);
    size_t colon = sw_slice_find(text, ':');
    if (colon == text.size) {
        header->name = sw_slice_head(text, 0);
        header->value = sw_slice_trim(text);
        return;
    }
    header->name = sw_slice_trim(sw_slice_head(text, colon));
    header->value = sw_slice_trim(sw_slice_skip(text, colon + 1));
}

bool sw_header_next(struct sw_slice *rest, struct sw_header *header)
{
    if (rest->size == 0)
        return false;
    if (!split_plain_line(rest, header))
        split_any_line(rest, header);
    return true;
}

/* Whether a line begins at that offset. */
static bool line_begins(struct sw_slice text, size_t at)
{
    return at == 0 || text.data[at - 1] == '\n' || text.data[at - 1] == '\r';
}

enum sw_result sw_header_block(struct sw_slice text, size_t *scanned, size_t *size)
{
    size_t at = *scanned;
    for (;;) {
        size_t content;
        size_t line = sw_line_size(sw_slice_skip(text, at), &content);
        if (line == 0) {
            *scanned = at + content; /* the end, or a CR that may be half of a CRLF */
            return SW_MORE;
        }
        bool empty = content == 0 && line_begins(text, at);
        at += line;
        *scanned = at;
        if (empty) {
            *size = at;
            return SW_OK;
        }
    }
}

bool sw_list_next(struct sw_slice *rest, struct sw_slice *element)
{
    while (rest->size > 0) {
        size_t end = sw_find_outside(*rest, ',');
        *element = sw_slice_trim(sw_slice_head(*rest, end));
        *rest = sw_slice_skip(*rest, end + 1);
        if (element->size > 0)
            return true;
    }
    return false;
}

bool sw_param_next(struct sw_slice *rest, struct sw_param *param)
{
    struct sw_slice text = *rest;
    while (text.size > 0 && (sw_is_space(text.data[0]) || text.data[0] == ';'))
        text = sw_slice_skip(text, 1);
    size_t end = sw_find_outside(text, ';');
    *rest = sw_slice_skip(text, end);
    if (end == 0)
        return false;
    struct sw_slice whole = sw_slice_head(text, end);
    size_t equals = sw_slice_find(whole, '=');
    param->has_value = equals < whole.size;
    param->name = sw_slice_trim(sw_slice_head(whole, equals));
    param->value = sw_slice_trim(sw_slice_skip(whole, equals + 1));
    return true;
}

bool sw_param_find(struct sw_slice params, struct sw_slice name, struct sw_param *param)
{
    while (sw_param_next(&params, param))
        if (sw_slice_equal_nocase(param->name, name))
            return true;
    return false;
}

struct sw_slice sw_unquote(struct sw_slice value)
{
    if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"')
        return sw_slice_of(value.data + 1, value.size - 2);
    return value;
}
