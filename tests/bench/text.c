/* SPDX-License-Identifier: MIT
 *
 * Growing bytes; printf would be most of the generator's time.
 */
#include "text.h"

#include <stdarg.h>
#include <string.h>

void text_free(struct text *text)
{
    g_free(text->data);
    *text = (struct text){0};
}

void text_clear(struct text *text)
{
    text->size = 0;
}

char *text_room(struct text *text, size_t size)
{
    if (text->capacity - text->size < size) {
        text->capacity = MAX(text->capacity * 2, text->size + size + 256);
        text->data = g_realloc(text->data, text->capacity);
    }
    return text->data + text->size;
}

void text_bytes(struct text *text, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    memcpy(text_room(text, size), bytes, size);
    text->size += size;
}

void text_number(struct text *text, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    text_bytes(text, digits + at, sizeof digits - at);
}

void text_byte(struct text *text, unsigned byte)
{
    *text_room(text, 1) = (char)(unsigned char)byte;
    text->size++;
}

void text_add(struct text *text, ...)
{
    va_list parts;
    va_start(parts, text);
    for (const char *part; (part = va_arg(parts, const char *)) != NULL;)
        text_bytes(text, part, strlen(part));
    va_end(parts);
}

void text_address(struct text *text, uint32_t address)
{
    for (unsigned shift = 24;; shift -= 8) {
        text_number(text, address >> shift & 0xff);
        if (shift == 0)
            return;
        text_byte(text, '.');
    }
}

void text_host(struct text *text, uint32_t address, uint16_t port)
{
    text_address(text, address);
    text_byte(text, ':');
    text_number(text, port);
}
