/* SPDX-License-Identifier: MIT
 *
 * Checked reads of packet headers: take a header off the front once, then look at its fields.
 */
#ifndef NET_READ_H
#define NET_READ_H

#include "sipweave/slice.h"

/* The first size bytes, and *rest moves behind them; NULL, and nothing moves, where there are fewer. */
static inline const uint8_t *take(struct sw_slice *rest, size_t size)
{
    if (rest->size < size || rest->data == NULL)
        return NULL;
    const uint8_t *front = rest->data;
    rest->data += size;
    rest->size -= size;
    return front;
}

/* The value of the first four bits, where IPv4 and IPv6 have their version; -1 where nothing is left. */
static inline int first_nibble(struct sw_slice bytes)
{
    return bytes.size == 0 ? -1 : bytes.data[0] >> 4;
}

/* Big-endian integers of a header that take() has vouched for. */
static inline uint16_t be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t be32(const uint8_t *at)
{
    return (uint32_t)be16(at) << 16 | be16(at + 2);
}

/* Little-endian ones. */
static inline uint16_t le16(const uint8_t *at)
{
    return (uint16_t)(at[1] << 8 | at[0]);
}

static inline uint32_t le32(const uint8_t *at)
{
    return (uint32_t)le16(at + 2) << 16 | le16(at);
}

#endif
