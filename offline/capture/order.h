/* SPDX-License-Identifier: MIT
 *
 * Integers of capture files, which are in the byte order of the machine that wrote them.
 */
#ifndef CAPTURE_ORDER_H
#define CAPTURE_ORDER_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

enum byte_order {
    ORDER_LITTLE,
    ORDER_BIG,
};

static inline uint16_t get16(enum byte_order order, const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return (uint16_t)(order == ORDER_BIG ? GUINT16_FROM_BE(value) : GUINT16_FROM_LE(value));
}

static inline uint32_t get32(enum byte_order order, const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return order == ORDER_BIG ? GUINT32_FROM_BE(value) : GUINT32_FROM_LE(value);
}

static inline uint64_t get64(enum byte_order order, const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return order == ORDER_BIG ? GUINT64_FROM_BE(value) : GUINT64_FROM_LE(value);
}

#endif
