/* SPDX-License-Identifier: MIT
 *
 * Which fields of the handshake are in an HTTP head? Its lines are read once. RFC 9112 5, RFC 6455 4.
 */
#include "ws/head.h"

#include "bytes.h"

static const struct sw_slice names[SW_HEAD_NAMES] = {
    [SW_HEAD_AUTHORIZATION] = {(const uint8_t *)"Authorization", 13},
    [SW_HEAD_CONNECTION] = {(const uint8_t *)"Connection", 10},
    [SW_HEAD_CONTENT_LENGTH] = {(const uint8_t *)"Content-Length", 14},
    [SW_HEAD_COOKIE] = {(const uint8_t *)"Cookie", 6},
    [SW_HEAD_HOST] = {(const uint8_t *)"Host", 4},
    [SW_HEAD_ORIGIN] = {(const uint8_t *)"Origin", 6},
    [SW_HEAD_SERVER] = {(const uint8_t *)"Server", 6},
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

/* The only one that a name of that size and first letter can be. */
static enum sw_head_name candidate(size_t size, uint8_t first)
{
    switch (size) {
    case 4:
        return SW_HEAD_HOST;
    case 6:
        return first == 'c' ? SW_HEAD_COOKIE : first == 'o' ? SW_HEAD_ORIGIN : SW_HEAD_SERVER;
    case 7:
        return SW_HEAD_UPGRADE;
    case 10:
        return first == 'c' ? SW_HEAD_CONNECTION : SW_HEAD_USER_AGENT;
    case 13:
        return SW_HEAD_AUTHORIZATION;
    case 14:
        return SW_HEAD_CONTENT_LENGTH;
    case 17:
        return first == 't' ? SW_HEAD_TRANSFER_ENCODING : SW_HEAD_KEY;
    case 18:
        return SW_HEAD_KEY1;
    case 20:
        return SW_HEAD_ACCEPT;
    case 21:
        return SW_HEAD_VERSION;
    case 22:
        return SW_HEAD_PROTOCOL;
    case 24:
        return SW_HEAD_EXTENSIONS;
    default:
        return SW_HEAD_NAMES;
    }
}

bool sw_http_is_version(struct sw_slice text)
{
    return text.size == 8 && sw_slice_starts(text, SW_SLICE("HTTP/")) && sw_is_digit(text.data[5]) &&
           text.data[6] == '.' && sw_is_digit(text.data[7]);
}

void sw_head_read(const struct sw_http_head *http, struct sw_head *head)
{
    *head = (struct sw_head){.http = http};
    struct sw_slice more = http->headers;
    struct sw_header header;
    while (sw_header_next(&more, &header)) {
        const uint8_t first = header.name.size == 0 ? 0 : sw_lower(header.name.data[0]);
        const enum sw_head_name name = candidate(header.name.size, first);
        if (name != SW_HEAD_NAMES && sw_slice_equal_nocase(header.name, names[name])) {
            if (head->count[name]++ == 0)
                head->first[name] = header.value;
        } else if (first == 'f' || first == 'v' || first == 'x') {
            head->traces |= is_trace(header.name);
        }
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

bool sw_http_is_token(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!sw_is_token(text.data[i]) && (text.data[i] == 0 || strchr("#$&^|", text.data[i]) == NULL))
            return false;
    return text.size > 0;
}

bool sw_head_lists_tokens(const struct sw_head *head, enum sw_head_name name)
{
    struct sw_head_list list = sw_head_list_of(head, name);
    struct sw_slice one;
    bool tokens = false;
    while (sw_head_list_next(&list, &one)) {
        tokens = sw_http_is_token(one);
        if (!tokens)
            return false;
    }
    return tokens;
}

bool sw_head_lists_badly(const struct sw_head *head, enum sw_head_name name)
{
    return head->count[name] > 0 && !sw_head_lists_tokens(head, name);
}

bool sw_head_has(const struct sw_head *head, enum sw_head_name name, struct sw_slice element)
{
    struct sw_head_list list = sw_head_list_of(head, name);
    struct sw_slice one;
    while (sw_head_list_next(&list, &one))
        if (sw_slice_equal_nocase(one, element))
            return true;
    return false;
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

bool sw_head_names_websocket(const struct sw_head *head)
{
    return sw_head_has(head, SW_HEAD_UPGRADE, SW_SLICE("websocket"));
}

/* However wrongly: with another method, or without one of the headers. */
bool sw_head_asks_for_upgrade(const struct sw_head *head)
{
    const struct sw_slice method = head->http->method;
    const bool named = sw_head_names_websocket(head);
    if (named && sw_slice_equal(method, SW_SLICE("GET")))
        return true;
    if (sw_slice_equal(method, SW_SLICE("CONNECT")) || head->count[SW_HEAD_VERSION] == 0)
        return false;
    return named || head->count[SW_HEAD_KEY] != 0;
}

bool sw_http_is_upgrade(const struct sw_http_head *request)
{
    struct sw_head head;
    if (request->response)
        return false;
    sw_head_read(request, &head);
    return sw_head_asks_for_upgrade(&head);
}
