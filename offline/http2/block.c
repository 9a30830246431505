/* SPDX-License-Identifier: MIT
 *
 * Which bytes make a header block, and which of its fields are kept? RFC 9113 4.3, 6.5.2.
 */
#include "http2/block.h"

#include <string.h>

void http2_block_begin(struct http2_block *block, uint32_t stream, bool promise, bool end_stream, struct sw_mark mark)
{
    if (block->marks == NULL)
        block->marks = g_array_new(FALSE, FALSE, sizeof(struct sw_mark));
    block->state = HTTP2_BLOCK_OPEN;
    block->stream = stream;
    block->promise = promise;
    block->end_stream = end_stream;
    block->size = 0;
    g_array_set_size(block->marks, 0);
    g_array_append_val(block->marks, mark);
}

/* The packet carried a part of it, too. */
static void mark_packet(struct http2_block *block, struct sw_mark mark)
{
    enum { MARKS = 256 };
    const struct sw_mark *last = &g_array_index(block->marks, struct sw_mark, block->marks->len - 1);
    if (last->packet != mark.packet && block->marks->len < MARKS)
        g_array_append_val(block->marks, mark);
}

bool http2_block_add(struct http2_block *block, struct sw_slice bytes, struct sw_mark mark, size_t most)
{
    block->size += bytes.size;
    if (block->state != HTTP2_BLOCK_OPEN)
        return true;
    if (block->size > most) {
        block->state = HTTP2_BLOCK_LOST;
        return false;
    }
    if (block->bytes == NULL)
        block->bytes = g_byte_array_new();
    g_byte_array_append(block->bytes, bytes.data, (guint)bytes.size);
    mark_packet(block, mark);
    return true;
}

void http2_block_drop(struct http2_block *block)
{
    if (block->bytes != NULL)
        g_byte_array_free(block->bytes, TRUE);
    block->bytes = NULL;
    block->state = HTTP2_BLOCK_NONE;
}

void http2_block_free(struct http2_block *block)
{
    http2_block_drop(block);
    if (block->marks != NULL)
        g_array_free(block->marks, TRUE);
}

/* --- fields ------------------------------------------------------------------------------------------------------ */

/* 8.2.1: names are in lower case. */
static const struct sw_slice names[HTTP2_FIELDS] = {
#define NAME(literal)                                                                                                  \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }
    [HTTP2_METHOD] = NAME(":method"),
    [HTTP2_PROTOCOL] = NAME(":protocol"),
    [HTTP2_SCHEME] = NAME(":scheme"),
    [HTTP2_PATH] = NAME(":path"),
    [HTTP2_AUTHORITY] = NAME(":authority"),
    [HTTP2_STATUS] = NAME(":status"),
    [HTTP2_ORIGIN] = NAME("origin"),
    [HTTP2_USER_AGENT] = NAME("user-agent"),
    [HTTP2_SERVER] = NAME("server"),
    [HTTP2_WS_PROTOCOL] = NAME("sec-websocket-protocol"),
    [HTTP2_WS_EXTENSIONS] = NAME("sec-websocket-extensions"),
    [HTTP2_WS_VERSION] = NAME("sec-websocket-version"),
    [HTTP2_WS_KEY] = NAME("sec-websocket-key"),
    [HTTP2_CONNECTION] = NAME("connection"),
    [HTTP2_UPGRADE] = NAME("upgrade"),
    [HTTP2_VIA] = NAME("via"),
    [HTTP2_FORWARDED] = NAME("forwarded"),
    [HTTP2_X_FORWARDED_FOR] = NAME("x-forwarded-for"),
    [HTTP2_X_FORWARDED_PROTO] = NAME("x-forwarded-proto"),
    [HTTP2_X_REAL_IP] = NAME("x-real-ip"),
#undef NAME
};

void http2_fields_begin(struct http2_fields *fields, size_t most)
{
    fields->size = 0;
    fields->most = most;
    for (unsigned i = 0; i < HTTP2_FIELDS; i++)
        if (fields->values[i] != NULL)
            g_string_truncate(fields->values[i], 0);
}

static void keep(GString **kept, struct sw_slice value)
{
    if (*kept == NULL)
        *kept = g_string_new(NULL);
    else if ((*kept)->len > 0)
        g_string_append(*kept, ", ");
    g_string_append_len(*kept, (const char *)value.data, (gssize)value.size);
}

void http2_fields_add(void *context, struct sw_slice name, struct sw_slice value)
{
    enum { OVERHEAD = 32 };
    struct http2_fields *fields = context;
    fields->size += name.size + value.size + OVERHEAD;
    if (fields->size > fields->most || value.size == 0)
        return;
    for (unsigned i = 0; i < HTTP2_FIELDS; i++)
        if (names[i].size == name.size && memcmp(names[i].data, name.data, name.size) == 0)
            keep(&fields->values[i], value);
}

struct sw_slice http2_fields_value(const struct http2_fields *fields, enum http2_field field)
{
    const GString *value = fields->values[field];
    if (value == NULL || value->len == 0)
        return (struct sw_slice){0};
    return (struct sw_slice){(const uint8_t *)value->str, value->len};
}

void http2_fields_free(struct http2_fields *fields)
{
    for (unsigned i = 0; i < HTTP2_FIELDS; i++)
        if (fields->values[i] != NULL)
            g_string_free(fields->values[i], TRUE);
}
