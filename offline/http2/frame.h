/* SPDX-License-Identifier: MIT
 *
 * The header of an HTTP/2 frame (RFC 9113 4.1), and how to know HTTP/2 when only its bytes are there.
 *
 *     +-----------------------------------------------+
 *     |                 length (24)                   |
 *     +---------------+---------------+---------------+
 *     |   type (8)    |   flags (8)   |
 *     +-+-------------+---------------+-------------------------------+
 *     |R|                  stream identifier (31)                     |
 *     +=+=============================================================+
 */
#ifndef HTTP2_FRAME_H
#define HTTP2_FRAME_H

#include "sipweave/slice.h"

enum {
    HTTP2_HEADER = 9,
    HTTP2_PREFACE = 24,
    HTTP2_LENGTH_DEFAULT = 16384, /* of a payload, unless SETTINGS_MAX_FRAME_SIZE allows more (4.2) */
};

enum http2_type {
    HTTP2_DATA,
    HTTP2_HEADERS,
    HTTP2_PRIORITY,
    HTTP2_RST_STREAM,
    HTTP2_SETTINGS,
    HTTP2_PUSH_PROMISE,
    HTTP2_PING,
    HTTP2_GOAWAY,
    HTTP2_WINDOW_UPDATE,
    HTTP2_CONTINUATION,
    HTTP2_TYPES, /* others are to be ignored (5.5) */
};

enum http2_flag {
    HTTP2_END_STREAM = 0x01,
    HTTP2_ACK = 0x01,
    HTTP2_END_HEADERS = 0x04,
    HTTP2_PADDED = 0x08,
    HTTP2_PRIORITY_PRESENT = 0x20,
};

struct http2_frame {
    uint32_t length;
    uint8_t type;
    uint8_t flags;
    uint32_t stream; /* 0: the connection itself */
};

/* header has HTTP2_HEADER bytes. */
struct http2_frame http2_frame_read(const uint8_t *header);

/* "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", what a client sends first (3.4). SW_MORE: bytes are its beginning. */
enum sw_result http2_preface(struct sw_slice bytes);
/* A SETTINGS frame, what a server sends first. SW_MORE: bytes may be the beginning of its header. */
enum sw_result http2_server_start(struct sw_slice bytes);

/* Looks for a frame boundary anywhere in bytes: two headers, one behind the other's payload, such as senders write
 * them. SW_OK: *offset is one; SW_MORE: before *offset there is none, and there more bytes may tell. last: no more will
 * come of this piece, so that a frame that ends with it counts, too. */
enum sw_result http2_find(struct sw_slice bytes, bool last, size_t *offset);
/* Whether bytes are frames, one or more, and nothing else. */
bool http2_ends(struct sw_slice bytes);

/* Whether the header of a DATA frame stands right before that offset: what is there is data of a stream. */
bool http2_is_data(struct sw_slice bytes, size_t offset);
/* Whether a frame's header, such as senders write it, is at the front of bytes; padding of the frame before may precede
 * it. */
bool http2_is_header(struct sw_slice bytes);

/* Who sends frames like these, at a boundary: told by header blocks and by the masks of WebSocket frames. SW_MORE:
 * nothing tells. */
enum sw_result http2_sender(struct sw_slice bytes, enum sw_direction *sender);

#endif
