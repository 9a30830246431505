/* SPDX-License-Identifier: MIT
 *
 * Bytes that grow: the generator writes every message, frame and JSON line into one of these.
 */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed: empty. */
struct text {
    char *data;
    size_t size;
    size_t capacity;
};

void text_free(struct text *text);
void text_clear(struct text *text);              /* keeps the room */
char *text_room(struct text *text, size_t size); /* that much more room, not yet counted */
void text_bytes(struct text *text, const void *bytes, size_t size);
void text_number(struct text *text, uint64_t number);
void text_byte(struct text *text, unsigned byte);

/* Strings up to NULL. */
void text_add(struct text *text, ...) G_GNUC_NULL_TERMINATED;

/* 10.0.0.1, and 10.0.0.1:5060. */
void text_address(struct text *text, uint32_t address);
void text_host(struct text *text, uint32_t address, uint16_t port);

#endif
