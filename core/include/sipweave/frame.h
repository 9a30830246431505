/* SPDX-License-Identifier: MIT
 *
 * One WebSocket frame header (RFC 6455 5.2).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-------+-+-------------+-------------------------------+
 *     |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
 *     |I|S|S|S|  (4)  |A|     (7)     |            (16/64)            |
 *     |N|V|V|V|       |S|             |   (if payload len==126/127)   |
 *     | |1|2|3|       |K|             |                               |
 *     +-+-+-+-+-------+-+-------------+-------------------------------+
 *     |  Masking-key (0 or 4 bytes), then the payload                 |
 */
#ifndef SIPWEAVE_FRAME_H
#define SIPWEAVE_FRAME_H

#include "sipweave/slice.h"

SW_API_BEGIN

enum sw_opcode {
    SW_OPCODE_CONTINUATION = 0x0,
    SW_OPCODE_TEXT = 0x1,
    SW_OPCODE_BINARY = 0x2,
    SW_OPCODE_CLOSE = 0x8,
    SW_OPCODE_PING = 0x9,
    SW_OPCODE_PONG = 0xA,
};

enum { SW_RSV1 = 4, SW_RSV2 = 2, SW_RSV3 = 1 };

struct sw_frame {
    bool fin;
    uint8_t rsv;    /* SW_RSV1 | SW_RSV2 | SW_RSV3 */
    uint8_t opcode; /* enum sw_opcode, or a reserved one: 3 to 7, 11 to 15 */
    bool masked;
    bool minimal; /* the length is in its shortest form, as 5.2 demands */
    uint8_t masking_key[4];
    uint8_t header_size;   /* 2 to 14 */
    uint64_t payload_size; /* below 2^63 */
};

/* Reads the header at the start of data; the payload need not be there. SW_BAD only for a length of 2^63 or more:
 * nothing behind it can be found. */
enum sw_result sw_frame_parse(struct sw_slice data, struct sw_frame *frame);

static inline bool sw_opcode_is_control(uint8_t opcode)
{
    return (opcode & 0x8) != 0;
}

/* XORs (5.3) from into to, which may be the same place; position is the offset of from in the frame's payload. */
void sw_frame_unmask(uint8_t *to, struct sw_slice from, const uint8_t masking_key[4], uint64_t position);

/* The sign by which frames are recognised without a handshake. */
enum sw_masking { SW_MASKED, SW_UNMASKED, SW_MASK_UNKNOWN };

/* Finds the first offset at which a frame begins by evidence, not by hope: there stands a header with known opcode,
 * legal RSV (RSV1 only on the first frame of a data message), shortest length and the wanted mask bit, and either its
 * unmasked payload starts like SIP (a start line) or is a CRLF keep-alive, or at least two more such headers follow
 * exactly where it and its successor end, and with their payloads are unlike noise. SW_MORE: not found yet, *offset
 * says how many leading bytes can be given up; SW_OK: found at *offset, *masked tells its mask bit. */
enum sw_result sw_frame_find(struct sw_slice data, enum sw_masking masking, size_t *offset, bool *masked);

/* Whether such a header may stand where nobody breaks a rule: what is asked of a found one, too. Of noise one in forty
 * fits, so that a boundary is beyond doubt when SW_FRAME_DOUBT headers in a row have; if one doesn't, it was none. */
enum { SW_FRAME_DOUBT = 8 };
bool sw_frame_fits(const struct sw_frame *frame, enum sw_masking masking);

SW_API_END

#endif
