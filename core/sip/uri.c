/* SPDX-License-Identifier: MIT
 *
 * What are the parts of a URI? RFC 3261 19.1.1 and 25.1 for sip and sips, RFC 3986 3.1 for the scheme of others.
 */
#include "sipweave/uri.h"

#include "bytes.h"
#include "sip/grammar.h"

size_t sw_scheme_size(struct sw_slice text)
{
    size_t n = 0;
    if (text.size == 0 || !sw_is_alpha(text.data[0]))
        return 0;
    while (n < text.size && (sw_is_alpha(text.data[n]) || sw_is_digit(text.data[n]) || text.data[n] == '+' ||
                             text.data[n] == '-' || text.data[n] == '.'))
        n++;
    return n;
}

void sw_host_port(struct sw_slice text, struct sw_slice *host, struct sw_slice *port)
{
    text = sw_slice_trim(text);
    size_t end = sw_slice_find(text, ':');
    if (text.size > 0 && text.data[0] == '[') {
        end = sw_slice_find(text, ']');
        end += end < text.size ? 1 : 0;
    } else if (sw_slice_find(sw_slice_skip(text, end + 1), ':') + end + 1 < text.size) {
        end = text.size;
    }
    struct sw_slice head = sw_slice_head(text, end);
    struct sw_slice tail = sw_slice_trim(sw_slice_skip(text, end));
    *host = sw_word_next(&head);
    *port = sw_slice_head(tail, 0);
    if (tail.size == 0 || tail.data[0] != ':')
        return;
    tail = sw_slice_skip(tail, 1);
    struct sw_slice digits = sw_word_next(&tail); /* an RFC 2543 comment may follow */
    uint64_t number;
    if (sw_slice_number(digits, &number))
        *port = digits;
}

/* The user part may hold any of "&=+$,;?/" unescaped, so the "@" is looked for before all else. Neither parameters nor
 * headers may hold one. */
static struct sw_slice userinfo_take(struct sw_slice rest, struct sw_uri *uri)
{
    size_t at = sw_slice_find(rest, '@');
    if (at == rest.size)
        return rest;
    struct sw_slice userinfo = sw_slice_head(rest, at);
    size_t colon = sw_slice_find(userinfo, ':');
    uri->user = sw_slice_head(userinfo, colon);
    uri->password = sw_slice_skip(userinfo, colon + 1);
    return sw_slice_skip(rest, at + 1);
}

enum sw_result sw_uri_parse(struct sw_slice text, struct sw_uri *uri)
{
    *uri = (struct sw_uri){0};
    text = sw_slice_trim(text);
    size_t scheme = sw_scheme_size(text);
    if (scheme == 0 || scheme == text.size || text.data[scheme] != ':')
        return SW_BAD;
    uri->scheme = sw_slice_head(text, scheme);
    uri->opaque = sw_slice_skip(text, scheme + 1);
    uri->sip =
        sw_slice_equal_nocase(uri->scheme, SW_SLICE("sip")) || sw_slice_equal_nocase(uri->scheme, SW_SLICE("sips"));
    if (!uri->sip)
        return SW_OK;

    struct sw_slice rest = userinfo_take(uri->opaque, uri);
    size_t question = sw_slice_find(rest, '?');
    uri->headers = sw_slice_skip(rest, question + 1);
    rest = sw_slice_head(rest, question);
    size_t semicolon = sw_slice_find(rest, ';');
    uri->params = sw_slice_skip(rest, semicolon + 1);
    sw_host_port(sw_slice_head(rest, semicolon), &uri->host, &uri->port);
    return SW_OK;
}
