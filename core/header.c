/* SPDX-License-Identifier: MIT
 *
 * Header lines, comma lists and parameters: RFC 9112 5, RFC 3261 7.3.1.
 */
#include "sipweave/header.h"

#include "bytes.h"

/* The size of the line at the start of text with its line end; 0 where the line end hasn't come. A CR as the last
 * byte may be half of a CRLF, so it ends a line only where more follows. */
static size_t line_size(struct sw_slice text, size_t *content)
{
    size_t lf = sw_slice_find(text, '\n');
    size_t cr = sw_slice_find(sw_slice_head(text, lf), '\r');
    *content = cr;
    if (cr + 1 < lf)
        return cr + 1;
    return lf < text.size ? lf + 1 : 0;
}

bool sw_header_next(struct sw_slice *rest, struct sw_header *header)
{
    if (rest->size == 0)
        return false;
    size_t size = 0;
    size_t content = 0;
    do {
        size_t part = 0;
        size_t line = line_size(sw_slice_skip(*rest, size), &part);
        content = size + part;
        size = line == 0 ? rest->size : size + line;
    } while (size < rest->size && sw_is_blank(rest->data[size]));

    header->line = sw_slice_head(*rest, size);
    *rest = sw_slice_skip(*rest, size);
    struct sw_slice text = sw_slice_head(header->line, content);
    size_t colon = sw_slice_find(text, ':');
    if (colon == text.size) {
        header->name = sw_slice_head(text, 0);
        header->value = sw_slice_trim(text);
        return true;
    }
    header->name = sw_slice_trim(sw_slice_head(text, colon));
    header->value = sw_slice_trim(sw_slice_skip(text, colon + 1));
    return true;
}

enum sw_result sw_header_block(struct sw_slice text, size_t *scanned, size_t *size)
{
    size_t at = *scanned;
    for (;;) {
        size_t content;
        size_t line = line_size(sw_slice_skip(text, at), &content);
        if (line == 0)
            return SW_MORE; /* *scanned stays at the start of the unfinished line */
        at += line;
        if (content == 0) {
            *size = at;
            return SW_OK;
        }
        *scanned = at;
    }
}

/* The offset behind a quoted string that begins at `at`, or text.size where it isn't closed. */
static size_t quoted_end(struct sw_slice text, size_t at)
{
    for (at++; at < text.size; at++) {
        if (text.data[at] == '\\')
            at++;
        else if (text.data[at] == '"')
            return at + 1;
    }
    return text.size;
}

/* The offset of the first separator outside quotes and angle brackets, or text.size. */
static size_t find_outside(struct sw_slice text, uint8_t separator)
{
    size_t at = 0;
    while (at < text.size && text.data[at] != separator) {
        if (text.data[at] == '"') {
            at = quoted_end(text, at);
        } else if (text.data[at] == '<') {
            size_t close = at + sw_slice_find(sw_slice_skip(text, at), '>');
            at = close < text.size ? close + 1 : at + 1; /* an unclosed bracket is an ordinary character */
        } else {
            at++;
        }
    }
    return at;
}

bool sw_list_next(struct sw_slice *rest, struct sw_slice *element)
{
    while (rest->size > 0) {
        size_t end = find_outside(*rest, ',');
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
    size_t end = find_outside(text, ';');
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
