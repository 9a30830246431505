/* SPDX-License-Identifier: MIT
 *
 * Is this HTTP/2, and where does a frame begin? RFC 9113 3.4, 4.1, 6.
 */
#include "http2/frame.h"

#include <string.h>

#include "net/read.h"

struct http2_frame http2_frame_read(const uint8_t *header)
{
    return (struct http2_frame){
        .length = (uint32_t)header[0] << 16 | be16(header + 1),
        .type = header[3],
        .flags = header[4],
        .stream = be32(header + 5) & 0x7fffffff,
    };
}

/* --- the beginning ----------------------------------------------------------------------------------------------- */

enum sw_result http2_preface(struct sw_slice bytes)
{
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    size_t size = bytes.size < HTTP2_PREFACE ? bytes.size : HTTP2_PREFACE;
    if (size > 0 && memcmp(bytes.data, preface, size) != 0)
        return SW_BAD;
    return size < HTTP2_PREFACE ? SW_MORE : SW_OK;
}

enum sw_result http2_server_start(struct sw_slice bytes)
{
    static const uint8_t like[HTTP2_HEADER] = {0, 0, 0, HTTP2_SETTINGS};
    for (size_t i = 0; i < bytes.size && i < HTTP2_HEADER; i++)
        if (i != 1 && i != 2 && bytes.data[i] != like[i])
            return SW_BAD;
    if (bytes.size < HTTP2_HEADER)
        return SW_MORE;
    return be16(bytes.data + 1) % 6 == 0 ? SW_OK : SW_BAD;
}

/* --- somewhere in the middle ------------------------------------------------------------------------------------- */

enum place { ON_STREAM, ON_CONNECTION, ANYWHERE };

/* 6.1 to 6.10: what each type allows. */
struct shape {
    enum place place;
    uint8_t flags;
    uint32_t least;
    uint32_t most;
};

static const struct shape shapes[HTTP2_TYPES] = {
    [HTTP2_DATA] = {ON_STREAM, HTTP2_END_STREAM | HTTP2_PADDED, 0, HTTP2_LENGTH_DEFAULT},
    [HTTP2_HEADERS] = {ON_STREAM, HTTP2_END_STREAM | HTTP2_END_HEADERS | HTTP2_PADDED | HTTP2_PRIORITY_PRESENT, 1,
                       HTTP2_LENGTH_DEFAULT},
    [HTTP2_PRIORITY] = {ON_STREAM, 0, 5, 5},
    [HTTP2_RST_STREAM] = {ON_STREAM, 0, 4, 4},
    [HTTP2_SETTINGS] = {ON_CONNECTION, HTTP2_ACK, 0, 240},
    [HTTP2_PUSH_PROMISE] = {ON_STREAM, HTTP2_END_HEADERS | HTTP2_PADDED, 5, HTTP2_LENGTH_DEFAULT},
    [HTTP2_PING] = {ON_CONNECTION, HTTP2_ACK, 8, 8},
    [HTTP2_GOAWAY] = {ON_CONNECTION, 0, 8, 1024},
    [HTTP2_WINDOW_UPDATE] = {ANYWHERE, 0, 4, 4},
    [HTTP2_CONTINUATION] = {ON_STREAM, HTTP2_END_HEADERS, 1, HTTP2_LENGTH_DEFAULT},
};

/* Whether a sender writes such a header. A receiver has to bear more, but here it is evidence. */
static bool is_usual(const uint8_t *header)
{
    enum { STREAM_MOST = 1 << 24 };
    const struct http2_frame frame = http2_frame_read(header);
    if (frame.type >= HTTP2_TYPES || header[5] != 0 || frame.stream >= STREAM_MOST)
        return false;
    const struct shape *shape = &shapes[frame.type];
    if ((frame.flags & ~shape->flags) != 0 || frame.length < shape->least || frame.length > shape->most)
        return false;
    if (frame.stream == 0 ? shape->place == ON_STREAM : shape->place == ON_CONNECTION || frame.stream % 2 == 0)
        return false;
    if (frame.type == HTTP2_SETTINGS)
        return frame.length % 6 == 0 && (frame.length == 0) == (frame.flags == HTTP2_ACK);
    return frame.type != HTTP2_DATA || frame.length > 0 || frame.flags == HTTP2_END_STREAM;
}

bool http2_is_header(struct sw_slice bytes)
{
    enum { PADDING_MOST = 255 };
    for (size_t padding = 0; padding <= PADDING_MOST && bytes.size >= HTTP2_HEADER; padding++) {
        if (is_usual(bytes.data))
            return true;
        if (bytes.data[0] != 0) /* 6.1: padding is zeros */
            return false;
        take(&bytes, 1);
    }
    return false;
}

bool http2_is_data(struct sw_slice bytes, size_t offset)
{
    enum { PAD_LENGTH = 1 };
    for (size_t prefix = 0; prefix <= PAD_LENGTH && prefix + HTTP2_HEADER <= offset; prefix++) {
        const uint8_t *header = bytes.data + offset - prefix - HTTP2_HEADER;
        const struct http2_frame frame = http2_frame_read(header);
        bool padded = (frame.flags & HTTP2_PADDED) != 0;
        if (is_usual(header) && frame.type == HTTP2_DATA && padded == (prefix == PAD_LENGTH))
            return true;
    }
    return false;
}

/* Whether frames begin at the front of bytes. */
static enum sw_result follows(struct sw_slice bytes, bool last)
{
    enum { ENOUGH = 2 };
    for (int seen = 0; seen < ENOUGH; seen++) {
        if (seen > 0 && bytes.size == 0 && last)
            return SW_OK;
        const uint8_t *header = take(&bytes, HTTP2_HEADER);
        if (header == NULL)
            return last ? SW_BAD : SW_MORE;
        if (!is_usual(header))
            return SW_BAD;
        const uint32_t length = http2_frame_read(header).length;
        if (seen + 1 < ENOUGH && take(&bytes, length) == NULL)
            return last ? SW_BAD : SW_MORE;
    }
    return SW_OK;
}

bool http2_ends(struct sw_slice bytes)
{
    return follows(bytes, true) == SW_OK;
}

enum sw_result http2_find(struct sw_slice bytes, bool last, size_t *offset)
{
    for (*offset = 0; *offset < bytes.size; ++*offset) {
        const struct sw_slice rest = {bytes.data + *offset, bytes.size - *offset};
        enum sw_result result = follows(rest, last);
        if (result != SW_BAD)
            return result;
    }
    return SW_MORE;
}

/* The first field of a block is :method of a request, or :status of a response (8.3): an index of the static table, or
 * a literal whose name is one (RFC 7541 6, appendix A). */
static enum sw_result sender_of_block(uint8_t first, enum sw_direction *sender)
{
    enum { INDEXED = 0x80, INCREMENTAL = 0x40, METHOD = 2, METHOD_LAST = 3, STATUS = 8, STATUS_LAST = 14 };
    unsigned index = first & INDEXED ? first & 0x7f : first & INCREMENTAL ? first & 0x3f : first & 0x0f;
    if (index >= METHOD && index <= METHOD_LAST)
        *sender = SW_CLIENT;
    else if (index >= STATUS && index <= STATUS_LAST)
        *sender = SW_SERVER;
    else
        return SW_MORE;
    return SW_OK;
}

/* DATA that begins with a WebSocket frame of a known opcode (RFC 6455 5.2): the client's are masked (5.1). */
static enum sw_result sender_of_data(struct sw_slice data, enum sw_direction *sender)
{
    static const uint16_t opcodes = 1 << 1 | 1 << 2 | 1 << 8 | 1 << 9 | 1 << 10;
    if (data.size < 2 || (data.data[0] & 0x30) != 0 || (opcodes >> (data.data[0] & 0xf) & 1) == 0)
        return SW_MORE;
    *sender = data.data[1] & 0x80 ? SW_CLIENT : SW_SERVER;
    return SW_OK;
}

enum sw_result http2_sender(struct sw_slice bytes, enum sw_direction *sender)
{
    const uint8_t *header;
    while ((header = take(&bytes, HTTP2_HEADER)) != NULL && is_usual(header)) {
        const struct http2_frame frame = http2_frame_read(header);
        struct sw_slice payload = bytes;
        enum sw_result result = SW_MORE;
        if (frame.type == HTTP2_HEADERS && (frame.flags & HTTP2_PADDED) == 0) {
            take(&payload, frame.flags & HTTP2_PRIORITY_PRESENT ? 5 : 0);
            result = payload.size > 0 ? sender_of_block(payload.data[0], sender) : SW_MORE;
        } else if (frame.type == HTTP2_DATA && frame.flags == 0 && frame.length > 1) {
            result = sender_of_data(payload, sender);
        } else if (frame.type == HTTP2_PUSH_PROMISE) {
            *sender = SW_SERVER;
            result = SW_OK;
        }
        if (result == SW_OK || take(&bytes, frame.length) == NULL)
            return result;
    }
    return SW_MORE;
}
