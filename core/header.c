/* SPDX-License-Identifier: MIT
 *
 * Header lines, comma lists and parameters: RFC 9112 5, RFC 3261 7.3.1.
 */
#include "sipweave/header.h"

#include "bytes.h"

/* Where the header line at the start of text ends: at the LF of its last folded line, or at the end of text. */
static const uint8_t *line_end(const uint8_t *text, const uint8_t *end)
{
    const uint8_t *lf = memchr(text, '\n', (size_t)(end - text));
    while (lf != NULL && lf + 1 < end && sw_is_blank(lf[1]))
        lf = memchr(lf + 1, '\n', (size_t)(end - lf) - 1);
    return lf == NULL ? end : lf;
}

/* What stands from one place to the other, without white space around it. */
static inline struct sw_slice trimmed(const uint8_t *from, const uint8_t *to)
{
    while (from < to && sw_is_space(*from))
        from++;
    while (from < to && sw_is_space(to[-1]))
        to--;
    return sw_slice_of(from, (size_t)(to - from));
}

bool sw_header_next(struct sw_slice *rest, struct sw_header *header)
{
    if (rest->size == 0)
        return false;
    const uint8_t *text = rest->data;
    const uint8_t *end = text + rest->size;
    const uint8_t *stop = line_end(text, end);
    const uint8_t *next = stop == end ? end : stop + 1;
    const uint8_t *colon = memchr(text, ':', (size_t)(stop - text));
    header->name = trimmed(text, colon == NULL ? text : colon);
    header->value = trimmed(colon == NULL ? text : colon + 1, stop);
    header->line = sw_slice_of(text, (size_t)(next - text));
    *rest = sw_slice_of(next, (size_t)(end - next));
    return true;
}

enum sw_result sw_header_block(struct sw_slice text, size_t *scanned, size_t *size)
{
    while (*scanned < text.size) {
        const size_t end = *scanned + sw_slice_find(sw_slice_skip(text, *scanned), '\n');
        if (end == text.size)
            break;
        *scanned = end + 1;
        const size_t content = end > 0 && text.data[end - 1] == '\r' ? end - 1 : end;
        if (content == 0 || text.data[content - 1] == '\n') {
            *size = *scanned;
            return SW_OK;
        }
    }
    *scanned = text.size;
    return SW_MORE;
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

struct sw_slice sw_list_first(struct sw_slice list)
{
    struct sw_slice first = list;
    if (sw_slice_find(list, ',') < list.size)
        sw_list_next(&list, &first);
    return first;
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
