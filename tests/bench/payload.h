/* SPDX-License-Identifier: MIT
 *
 * What sipweave-generate --payloads writes and sipweave-inflate reads: this head, then the compressed bytes. For the
 * machine that wrote it.
 */
#ifndef BENCH_PAYLOAD_H
#define BENCH_PAYLOAD_H

#include <stdint.h>

struct payload {
    uint32_t stream; /* a connection's side */
    uint32_t size;   /* of the bytes that follow */
    uint8_t keep_history;
    uint8_t over; /* the connection is closed; no bytes follow */
    uint8_t unused[2];
};

#endif
