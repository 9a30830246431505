/* SPDX-License-Identifier: MIT
 *
 * UTF-8 as RFC 3629 4 defines it, and which characters must not be shown as they are.
 */
#include "output/utf8.h"

#include <glib.h>

static bool is_tail(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The size that the first byte announces, and the smallest character that may be written with it. */
static size_t announced(uint8_t first, uint32_t *least)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    *least = smallest[size];
    return size;
}

size_t utf8_decode(struct sw_slice text, uint32_t *character)
{
    uint32_t least = 0;
    size_t size = text.size == 0 ? 0 : announced(text.data[0], &least);
    if (size == 0 || size > text.size)
        return 0;
    uint32_t value = size == 1 ? text.data[0] : text.data[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (!is_tail(text.data[i]))
            return 0;
        value = value << 6 | (text.data[i] & 0x3F);
    }
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *character = value;
    return size;
}

bool utf8_is_unsafe(uint32_t character)
{
    if (character < 0x7F)
        return character < 0x20;
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return true;
    default:
        return false;
    }
}
