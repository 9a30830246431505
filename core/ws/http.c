/* SPDX-License-Identifier: MIT
 *
 * What do an HTTP/1.x head and the upgrade in it say? RFC 9112 2 to 4, RFC 6455 4, RFC 7692 7.1.
 */
#include "sipweave/http.h"

#include "bytes.h"
#include "ws/head.h"

/* The longest method name that is believed; a registered one has at most 17 letters. */
enum { METHOD_MAX = 32 };

static const struct sw_slice version_1 = {(const uint8_t *)"HTTP/1.", 7};

/* Compares what is there of text with the literal: a prefix of it, however short, will do. */
static bool starts_or_may(struct sw_slice text, struct sw_slice literal)
{
    return sw_slice_starts(literal, sw_slice_head(text, literal.size));
}

static bool is_version(struct sw_slice text)
{
    return text.size == 8 && sw_slice_starts(text, version_1) && sw_is_digit(text.data[7]);
}

static size_t method_size(struct sw_slice text)
{
    size_t n = 0;
    while (n < text.size && n <= METHOD_MAX && sw_is_token(text.data[n]))
        n++;
    return n;
}

/* Whether text, without leading empty lines, may be the start of a start line. */
static bool line_possible(struct sw_slice text)
{
    if (starts_or_may(text, version_1))
        return (text.size <= 7 || sw_is_digit(text.data[7])) && (text.size <= 8 || text.data[8] == ' ');
    size_t n = method_size(text);
    if (n == 0 || n > METHOD_MAX)
        return false;
    return n == text.size || text.data[n] == ' ';
}

static size_t blank_lines(struct sw_slice text)
{
    size_t n = 0;
    while (n < text.size && (text.data[n] == '\r' || text.data[n] == '\n'))
        n++;
    return n;
}

/* What stands behind the version. */
static void read_status(struct sw_slice rest, struct sw_http_head *head)
{
    rest = sw_slice_trim_left(rest);
    size_t end = sw_slice_find(rest, ' ');
    uint64_t status = 0;
    if (end == 3 && sw_slice_number(sw_slice_head(rest, end), &status) && status >= 100)
        head->status = (unsigned)status;
    head->reason = sw_slice_trim(sw_slice_skip(rest, end));
}

static bool read_status_line(struct sw_slice line, struct sw_http_head *head)
{
    head->response = true;
    head->version = sw_slice_head(line, 8);
    read_status(sw_slice_skip(line, 8), head);
    return true;
}

/* Where the last " HTTP" of the line stands; its size: nowhere. */
static size_t find_protocol(struct sw_slice line)
{
    const struct sw_slice protocol = SW_SLICE(" HTTP");
    for (size_t at = line.size; at-- > 0;)
        if (sw_slice_equal_nocase(sw_slice_head(sw_slice_skip(line, at), protocol.size), protocol))
            return at;
    return line.size;
}

/* "GET /ws", as HTTP/0.9 had it, or with a version that is none: "HTTP 1.1". */
static bool read_odd_line(struct sw_slice line, struct sw_http_head *head)
{
    const size_t end = find_protocol(line);
    head->method = sw_slice_head(line, 3);
    head->version = sw_slice_trim(sw_slice_skip(line, end));
    head->target = sw_slice_trim(sw_slice_skip(sw_slice_head(line, end), 4));
    return sw_slice_starts(line, SW_SLICE("GET /")) && sw_slice_find(head->target, ' ') == head->target.size;
}

/* The target is all between the first and the last space: blanks in it are a fault, not the end of the world. */
static bool read_request_line(struct sw_slice line, struct sw_http_head *head)
{
    line = sw_slice_trim(line);
    size_t method = sw_slice_find(line, ' ');
    if (line.size < method + 10 || line.data[line.size - 9] != ' ')
        return read_odd_line(line, head);
    head->method = sw_slice_head(line, method);
    head->version = sw_slice_skip(line, line.size - 8);
    head->target = sw_slice_trim(sw_slice_of(line.data + method, line.size - method - 8));
    return is_version(head->version) || sw_slice_equal(head->version, SW_SLICE("HTTP/0.9")) ||
           read_odd_line(line, head);
}

static bool read_start_line(struct sw_slice line, struct sw_http_head *head)
{
    if (line.size >= 8 && is_version(sw_slice_head(line, 8)))
        return read_status_line(line, head);
    return read_request_line(line, head);
}

bool sw_http_possible(struct sw_slice data)
{
    size_t preamble;
    if (data.size == 0 || sw_proxy_preamble(data, &preamble) != SW_BAD)
        return true;
    struct sw_slice text = sw_slice_skip(data, blank_lines(data));
    if (text.size == 0)
        return true;
    if (!line_possible(text))
        return false;
    struct sw_http_head head = {0};
    size_t content;
    return sw_line_size(text, &content) == 0 || read_start_line(sw_slice_head(text, content), &head);
}

/* Where a word of three digits stands behind the protocol, or right behind its version; the line's size: nowhere. */
static size_t find_status(struct sw_slice line)
{
    enum { DIGITS = 3, VERSION = 8 };
    for (size_t at = 4; at + DIGITS <= line.size; at++) {
        const uint8_t *word = line.data + at;
        const bool begins = word[-1] == ' ' || (at == VERSION && is_version(sw_slice_head(line, VERSION)));
        if (begins && sw_is_digit(word[0]) && sw_is_digit(word[1]) && sw_is_digit(word[2]) &&
            (at + DIGITS == line.size || word[DIGITS] == ' '))
            return at;
    }
    return line.size;
}

enum sw_result sw_http_parse_answer(struct sw_slice data, size_t *scanned, struct sw_http_head *head)
{
    enum { LINE_MAX = 512 };
    const struct sw_slice protocol = SW_SLICE("HTTP");
    const size_t blank = blank_lines(data);
    const struct sw_slice text = sw_slice_skip(data, blank);
    size_t content;
    if (!sw_slice_equal_nocase(sw_slice_head(text, protocol.size), sw_slice_head(protocol, text.size)))
        return SW_BAD;
    const size_t line = sw_line_size(text, &content);
    if (line == 0)
        return text.size < LINE_MAX ? SW_MORE : SW_BAD;
    const struct sw_slice start = sw_slice_head(text, content);
    const size_t status = find_status(start);
    *head = (struct sw_http_head){.response = true};
    read_status(sw_slice_skip(start, status), head);
    head->version = sw_slice_trim(sw_slice_head(start, status));
    *scanned = *scanned < blank ? blank : *scanned;
    if (sw_header_block(data, scanned, &head->size) != SW_OK)
        return SW_MORE;
    head->headers = sw_slice_of(data.data + blank + line, *scanned - blank - line);
    return SW_OK;
}

enum sw_result sw_http_parse(struct sw_slice data, size_t *scanned, struct sw_http_head *head)
{
    *head = (struct sw_http_head){0};
    size_t blank = blank_lines(data);
    struct sw_slice text = sw_slice_skip(data, blank);
    if (text.size == 0)
        return SW_MORE;
    if (!line_possible(text))
        return SW_BAD;
    size_t content;
    const size_t line = sw_line_size(text, &content);
    if (line == 0)
        return SW_MORE;
    if (!read_start_line(sw_slice_head(text, content), head))
        return SW_BAD;
    if (*scanned < blank)
        *scanned = blank;
    if (sw_header_block(data, scanned, &head->size) != SW_OK)
        return SW_MORE;
    const size_t first = blank + line;
    head->headers = sw_slice_of(data.data + first, *scanned - first);
    return SW_OK;
}

bool sw_http_header(struct sw_slice *more, struct sw_slice name, struct sw_slice *value)
{
    struct sw_header header;
    while (sw_header_next(more, &header)) {
        if (!sw_slice_equal_nocase(header.name, name))
            continue;
        *value = header.value;
        return true;
    }
    return false;
}

bool sw_http_header_lists(const struct sw_http_head *head, struct sw_slice name, struct sw_slice element)
{
    struct sw_slice more = head->headers;
    struct sw_slice list;
    struct sw_slice one;
    while (sw_http_header(&more, name, &list))
        while (sw_list_next(&list, &one))
            if (sw_slice_equal_nocase(one, element))
                return true;
    return false;
}

static bool read_window_bits(const struct sw_param *param, uint8_t *bits)
{
    uint64_t value;
    if (!sw_slice_number(sw_unquote(param->value), &value) || value < 8 || value > 15)
        return false;
    *bits = (uint8_t)value;
    return true;
}

/* One parameter of the agreed extension (RFC 7692 7.1); false where it cannot be read. */
static bool read_deflate_param(const struct sw_param *param, struct sw_deflate_params *params)
{
    const struct {
        struct sw_slice name;
        uint8_t *bits;
        bool *takeover;
    } known[] = {
        {SW_SLICE("server_no_context_takeover"), NULL, &params->server_takeover},
        {SW_SLICE("client_no_context_takeover"), NULL, &params->client_takeover},
        {SW_SLICE("server_max_window_bits"), &params->server_window_bits, NULL},
        {SW_SLICE("client_max_window_bits"), &params->client_window_bits, NULL},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!sw_slice_equal_nocase(param->name, known[i].name))
            continue;
        if (known[i].bits != NULL)
            return read_window_bits(param, known[i].bits);
        *known[i].takeover = false;
        return !param->has_value;
    }
    return false;
}

static void read_extension(struct sw_slice element, struct sw_deflate_params *params, bool *unknown)
{
    size_t end = sw_slice_find(element, ';');
    struct sw_slice name = sw_slice_trim(sw_slice_head(element, end));
    if (!sw_slice_equal_nocase(name, SW_SLICE("permessage-deflate")) || params->agreed) {
        *unknown = true;
        return;
    }
    params->agreed = true;
    struct sw_slice rest = sw_slice_skip(element, end);
    struct sw_param param;
    while (sw_param_next(&rest, &param))
        if (!read_deflate_param(&param, params))
            *unknown = true;
}

static const struct sw_deflate_params nothing_agreed = {
    .client_window_bits = 15, .server_window_bits = 15, .client_takeover = true, .server_takeover = true};

static void read_extensions(struct sw_slice list, struct sw_deflate_params *params, bool *unknown)
{
    struct sw_slice element;
    while (sw_list_next(&list, &element))
        read_extension(element, params, unknown);
}

void sw_http_deflate(const struct sw_http_head *response, struct sw_deflate_params *params, bool *unknown)
{
    *params = nothing_agreed;
    *unknown = false;
    struct sw_slice more = response->headers;
    struct sw_slice list;
    while (sw_http_header(&more, SW_SLICE("Sec-WebSocket-Extensions"), &list))
        read_extensions(list, params, unknown);
}

void sw_http_deflate_value(struct sw_slice extensions, struct sw_deflate_params *params, bool *unknown)
{
    *params = nothing_agreed;
    *unknown = false;
    read_extensions(extensions, params, unknown);
}

/* PROXY protocol, version 1: one line of at most 107 bytes that begins with "PROXY ". */
static enum sw_result proxy_text(struct sw_slice data, size_t *size)
{
    enum { LINE_MAX = 107 };
    if (!starts_or_may(data, SW_SLICE("PROXY ")))
        return SW_BAD;
    size_t end = sw_slice_find(sw_slice_head(data, LINE_MAX), '\n');
    if (end == LINE_MAX)
        return SW_BAD;
    if (end == data.size)
        return SW_MORE;
    *size = end + 1;
    struct sw_slice line = sw_slice_trim(sw_slice_head(data, end));
    bool request = line.size > 8 && is_version(sw_slice_skip(line, line.size - 8)); /* a method of that name */
    return request ? SW_BAD : SW_OK;
}

/* Version 2: a signature of 12 bytes, version and command, family, and the length of what follows. */
static enum sw_result proxy_binary(struct sw_slice data, size_t *size)
{
    static const struct sw_slice signature = {(const uint8_t *)"\r\n\r\n\0\r\nQUIT\n", 12};
    if (!starts_or_may(data, signature))
        return SW_BAD;
    struct sw_slice rest = sw_slice_skip(data, 14);
    uint16_t length;
    if (data.size < 14 || !sw_read_u16(&rest, &length))
        return SW_MORE;
    *size = 16 + (size_t)length;
    return rest.size < length ? SW_MORE : SW_OK;
}

enum sw_result sw_proxy_preamble(struct sw_slice data, size_t *size)
{
    enum sw_result binary = proxy_binary(data, size);
    return binary != SW_BAD ? binary : proxy_text(data, size);
}
