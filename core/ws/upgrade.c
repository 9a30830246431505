/* SPDX-License-Identifier: MIT
 *
 * What did the two sides agree on? RFC 6455 4, RFC 7692 7.1. Keeps the handshake's fields for the connection's life.
 */
#include "bytes.h"
#include "ws/head.h"
#include "ws/state.h"

#include <glib.h>

struct sw_upgrade {
    struct sw_handshake seen;
    uint8_t *request_text; /* what the slices of seen point into */
    uint8_t *answer_text;
};

/* A header to keep, and where. */
struct field {
    enum sw_head_name name;
    struct sw_slice *value;
};

static struct sw_upgrade *upgrade_of(struct sw_connection *c)
{
    if (c->upgrade == NULL) {
        c->upgrade = g_new(struct sw_upgrade, 1);
        *c->upgrade = (struct sw_upgrade){0};
    }
    return c->upgrade;
}

/* Copies text to *to, folds as spaces. */
static struct sw_slice put(uint8_t **to, struct sw_slice text)
{
    uint8_t *start = *to;
    bool folded = sw_slice_find(text, '\n') < text.size || sw_slice_find(text, '\r') < text.size;
    *to += text.size;
    if (text.size != 0)
        memcpy(start, text.data, text.size);
    for (size_t i = 0; folded && i < text.size; i++)
        if (start[i] == '\r' || start[i] == '\n')
            start[i] = ' ';
    return sw_slice_of(start, text.size);
}

/* All values of one header, joined with commas (RFC 9110 5.3). */
static struct sw_slice put_joined(uint8_t **to, struct sw_head_list lines)
{
    struct sw_slice joined = {.data = *to};
    struct sw_slice value;
    while (sw_http_header(&lines.more, lines.name, &value)) {
        if (*to != joined.data)
            put(to, SW_SLICE(", "));
        put(to, value);
    }
    joined.size = (size_t)(*to - joined.data);
    return joined;
}

/* Several lines of one name, joined, are no larger than they are now, each with its name. */
static size_t room_of(const struct sw_head *head, const struct field *fields, size_t count)
{
    size_t room = head->http->target.size + 1;
    for (size_t i = 0; i < count; i++) {
        const enum sw_head_name name = fields[i].name;
        room += head->count[name] > 1 ? head->http->headers.size : head->first[name].size;
    }
    return room;
}

static uint8_t *put_fields(const struct sw_head *head, const struct field *fields, size_t count,
                           struct sw_slice *target)
{
    uint8_t *text = g_malloc(room_of(head, fields, count));
    uint8_t *to = text;
    if (target != NULL)
        *target = put(&to, head->http->target);
    for (size_t i = 0; i < count; i++) {
        const enum sw_head_name name = fields[i].name;
        *fields[i].value =
            head->count[name] > 1 ? put_joined(&to, sw_head_list_of(head, name)) : put(&to, head->first[name]);
    }
    return text;
}

void sw_upgrade_request(struct sw_connection *c, const struct sw_head *head)
{
    struct sw_upgrade *upgrade = upgrade_of(c);
    struct sw_handshake *seen = &upgrade->seen;
    if (!c->upgraded) { /* a new attempt; where the answer was seen first, it stays */
        g_free(upgrade->answer_text);
        upgrade->answer_text = NULL;
        *seen = (struct sw_handshake){0};
    }
    const struct field fields[] = {
        {SW_HEAD_HOST, &seen->host},
        {SW_HEAD_ORIGIN, &seen->origin},
        {SW_HEAD_USER_AGENT, &seen->user_agent},
        {SW_HEAD_PROTOCOL, &seen->offered},
    };
    g_free(upgrade->request_text);
    upgrade->request_text = put_fields(head, fields, G_N_ELEMENTS(fields), &seen->target);
    seen->requested = true;
}

void sw_upgrade_answer(struct sw_connection *c, const struct sw_head *head)
{
    struct sw_upgrade *upgrade = upgrade_of(c);
    struct sw_handshake *seen = &upgrade->seen;
    const struct field fields[] = {
        {SW_HEAD_SERVER, &seen->server},
        {SW_HEAD_PROTOCOL, &seen->subprotocol},
    };
    g_free(upgrade->answer_text);
    upgrade->answer_text = put_fields(head, fields, G_N_ELEMENTS(fields), NULL);
    seen->answered = true;
    seen->status = head->http->status;
    if (head->count[SW_HEAD_EXTENSIONS] > 1)
        sw_http_deflate(head->http, &seen->deflate, &seen->extension_unknown);
    else
        sw_http_deflate_value(head->first[SW_HEAD_EXTENSIONS], &seen->deflate, &seen->extension_unknown);
}

/* Copies the parts into one block, one behind the other; they point there afterwards. */
static uint8_t *keep_parts(struct sw_slice *const *parts, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += parts[i]->size;
    uint8_t *text = g_malloc(size);
    uint8_t *to = text;
    for (size_t i = 0; i < count; i++)
        *parts[i] = put(&to, *parts[i]);
    return text;
}

void sw_connection_requested(struct sw_connection *c, const struct sw_tunnel_request *request)
{
    struct sw_upgrade *upgrade = upgrade_of(c);
    struct sw_handshake *seen = &upgrade->seen;
    struct sw_slice *const parts[] = {&seen->target, &seen->host, &seen->origin, &seen->user_agent, &seen->offered};
    g_free(upgrade->request_text);
    seen->requested = true;
    seen->target = request->target;
    seen->host = request->host;
    seen->origin = request->origin;
    seen->user_agent = request->user_agent;
    seen->offered = request->offered;
    upgrade->request_text = keep_parts(parts, G_N_ELEMENTS(parts));
}

void sw_connection_answered(struct sw_connection *c, const struct sw_tunnel_answer *answer)
{
    struct sw_upgrade *upgrade = upgrade_of(c);
    struct sw_handshake *seen = &upgrade->seen;
    struct sw_slice *const parts[] = {&seen->server, &seen->subprotocol};
    g_free(upgrade->answer_text);
    seen->answered = true;
    seen->status = answer->status;
    seen->server = answer->server;
    seen->subprotocol = answer->subprotocol;
    upgrade->answer_text = keep_parts(parts, G_N_ELEMENTS(parts));
    sw_http_deflate_value(answer->extensions, &seen->deflate, &seen->extension_unknown);
    c->upgraded |= answer->status / 100 == 2;
}

void sw_upgrade_free(struct sw_upgrade *upgrade)
{
    if (upgrade == NULL)
        return;
    g_free(upgrade->request_text);
    g_free(upgrade->answer_text);
    g_free(upgrade);
}

bool sw_upgrade_deflates(const struct sw_connection *c, enum sw_direction direction, bool *keep)
{
    *keep = true;
    const struct sw_handshake *seen = sw_connection_handshake(c);
    if (!seen->answered || !c->upgraded) /* no handshake: RSV1 can mean nothing else */
        return true;
    const struct sw_deflate_params *params = &seen->deflate;
    if (params->agreed)
        *keep = direction == SW_CLIENT ? params->client_takeover : params->server_takeover;
    return params->agreed || seen->extension_unknown;
}

const struct sw_handshake *sw_connection_handshake(const struct sw_connection *connection)
{
    static const struct sw_handshake nothing = {
        .deflate = {
            .client_window_bits = 15, .server_window_bits = 15, .client_takeover = true, .server_takeover = true}};
    return connection->upgrade == NULL ? &nothing : &connection->upgrade->seen;
}
