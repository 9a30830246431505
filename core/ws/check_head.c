/* SPDX-License-Identifier: MIT
 *
 * How are the heads of a handshake read strictly, and how is a fault in them reported? RFC 9110 5.6, RFC 9112 5.
 */
#include "bytes.h"
#include "ws/opening.h"

#include <stdarg.h>
#include <stdio.h>

/* RFC 9110 5.6.2: SIP's token and five characters more. */
bool sw_http_is_token(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!sw_is_token(text.data[i]) && (text.data[i] == 0 || strchr("#$&^|", text.data[i]) == NULL))
            return false;
    return text.size > 0;
}

static const struct sw_slice names[SW_HEAD_NAMES] = {
    [SW_HEAD_AUTHORIZATION] = {(const uint8_t *)"Authorization", 13},
    [SW_HEAD_CONNECTION] = {(const uint8_t *)"Connection", 10},
    [SW_HEAD_CONTENT_LENGTH] = {(const uint8_t *)"Content-Length", 14},
    [SW_HEAD_COOKIE] = {(const uint8_t *)"Cookie", 6},
    [SW_HEAD_HOST] = {(const uint8_t *)"Host", 4},
    [SW_HEAD_ORIGIN] = {(const uint8_t *)"Origin", 6},
    [SW_HEAD_TRANSFER_ENCODING] = {(const uint8_t *)"Transfer-Encoding", 17},
    [SW_HEAD_UPGRADE] = {(const uint8_t *)"Upgrade", 7},
    [SW_HEAD_USER_AGENT] = {(const uint8_t *)"User-Agent", 10},
    [SW_HEAD_ACCEPT] = {(const uint8_t *)"Sec-WebSocket-Accept", 20},
    [SW_HEAD_EXTENSIONS] = {(const uint8_t *)"Sec-WebSocket-Extensions", 24},
    [SW_HEAD_KEY] = {(const uint8_t *)"Sec-WebSocket-Key", 17},
    [SW_HEAD_KEY1] = {(const uint8_t *)"Sec-WebSocket-Key1", 18},
    [SW_HEAD_PROTOCOL] = {(const uint8_t *)"Sec-WebSocket-Protocol", 22},
    [SW_HEAD_VERSION] = {(const uint8_t *)"Sec-WebSocket-Version", 21},
};

static bool is_trace(struct sw_slice name)
{
    return sw_slice_equal_nocase(sw_slice_head(name, 12), SW_SLICE("X-Forwarded-")) ||
           sw_slice_equal_nocase(name, SW_SLICE("Via")) || sw_slice_equal_nocase(name, SW_SLICE("Forwarded")) ||
           sw_slice_equal_nocase(name, SW_SLICE("X-Real-IP"));
}

void sw_head_read(const struct sw_http_head *http, struct sw_head *head)
{
    *head = (struct sw_head){.http = http};
    struct sw_slice more = http->headers;
    struct sw_header header;
    while (sw_header_next(&more, &header)) {
        enum sw_head_name i = 0;
        while (i < SW_HEAD_NAMES &&
               (header.name.size != names[i].size || !sw_slice_equal_nocase(header.name, names[i])))
            i++;
        if (i == SW_HEAD_NAMES)
            head->traces |= is_trace(header.name);
        else if (head->count[i]++ == 0)
            head->first[i] = header.value;
    }
}

unsigned sw_head_count(const struct sw_head *head, enum sw_head_name name, struct sw_slice *first)
{
    *first = head->first[name];
    return head->count[name];
}

struct sw_head_list sw_head_list_of(const struct sw_head *head, enum sw_head_name name)
{
    if (head->count[name] > 1)
        return (struct sw_head_list){.name = names[name], .more = head->http->headers};
    return (struct sw_head_list){.list = head->first[name]};
}

bool sw_head_list_next(struct sw_head_list *list, struct sw_slice *element)
{
    while (!sw_list_next(&list->list, element))
        if (!sw_http_header(&list->more, list->name, &list->list))
            return false;
    return true;
}

bool sw_head_lists(const struct sw_head *head, enum sw_head_name name, struct sw_slice element)
{
    struct sw_head_list list = sw_head_list_of(head, name);
    struct sw_slice one;
    while (sw_head_list_next(&list, &one))
        if (sw_slice_equal_nocase(sw_slice_trim(sw_slice_head(one, sw_slice_find(one, '/'))), element))
            return true;
    return false;
}

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
