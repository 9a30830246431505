/* SPDX-License-Identifier: MIT
 *
 * A pcapng file: packets of any link types, with times in nanoseconds.
 */
#ifndef CHUNKS_WRITER_H
#define CHUNKS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WRITER_LINK_TYPES = 16 };

struct writer {
    FILE *file;
    int link_types[WRITER_LINK_TYPES]; /* an interface each */
    size_t link_type_count;
};

/* path "-": standard output. False where it can't be opened; errno says why. */
bool writer_open(struct writer *writer, const char *path);
/* original_size: on the wire. */
void writer_packet(struct writer *writer, int64_t time, int link_type, const uint8_t *bytes, size_t size,
                   size_t original_size);
/* False where anything could not be written. */
bool writer_close(struct writer *writer);

#endif
