/* SPDX-License-Identifier: MIT
 *
 * How are the heads of a handshake read strictly, and how is a fault in them reported? RFC 9110 5.6, RFC 9112 5.
 */
#include "bytes.h"
#include "ws/opening.h"

#include <stdarg.h>
#include <stdio.h>

struct sw_slice sw_head_first_line(struct sw_slice text)
{
    struct sw_slice line = {0};
    sw_line_next(&text, &line);
    return line;
}

/* A NUL, or a CR that ends no line. */
static bool has_control(struct sw_slice value)
{
    if (sw_slice_find(value, 0) < value.size)
        return true;
    for (size_t at; (at = sw_slice_find(value, '\r')) < value.size; value = sw_slice_skip(value, at + 1))
        if (at + 1 == value.size || value.data[at + 1] != '\n')
            return true;
    return false;
}

static bool is_bad_line(const struct sw_header *header)
{
    if (header->name.size == 0 || !sw_http_is_token(header->name) || header->line.data != header->name.data)
        return true;
    return header->line.data[header->name.size] != ':' || has_control(header->value);
}

struct sw_slice sw_head_bad_line(const struct sw_head *head)
{
    struct sw_slice more = head->http->headers;
    struct sw_header header;
    while (sw_header_next(&more, &header))
        if (is_bad_line(&header))
            return sw_head_first_line(header.line);
    return (struct sw_slice){0};
}

/* 4.3: a number of the range, without leading zeros. */
bool sw_head_version(struct sw_slice text, uint64_t *version)
{
    bool zeros = text.size > 1 && text.data[0] == '0';
    return sw_slice_number(text, version) && *version <= 255 && !zeros;
}

void sw_opening_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const char *evidence, ...)
{
    const struct sw_opening *opening = c->judge->opening;
    const struct sw_unit *unit = party == SW_CLIENT ? opening->unit : opening->answer_unit;
    uint64_t end = party == SW_CLIENT ? opening->request_end : opening->answer_end;
    if (opening->quiet)
        return;
    const struct sw_place place = {.direction = party,
                                   .offset = unit->offset,
                                   .size = end - unit->offset,
                                   .marks = unit->marks,
                                   .mark_count = unit->mark_count};
    char text[SW_EVIDENCE_MAX];
    va_list values;
    va_start(values, evidence);
    vsnprintf(text, sizeof text, evidence, values);
    va_end(values);
    sw_judge_report(c, rule, party, &place, "%s", text);
}
