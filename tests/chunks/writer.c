/* SPDX-License-Identifier: MIT
 *
 * Blocks of draft-ietf-opsawg-pcapng, in the byte order of the machine (4.1 allows either).
 */
#include "writer.h"

#include <string.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BUFFER_SIZE = 1 << 20,
};

static void put(struct writer *writer, const void *bytes, size_t size)
{
    fwrite(bytes, 1, size, writer->file);
}

bool writer_open(struct writer *writer, const char *path)
{
    static const uint32_t section[] = {BLOCK_SECTION, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX, 28};
    *writer = (struct writer){.file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb")};
    if (writer->file == NULL)
        return false;
    setvbuf(writer->file, NULL, _IOFBF, BUFFER_SIZE);
    put(writer, section, sizeof section);
    return true;
}

/* The interface block's last four words: the option if_tsresol, 10^-9 s, and the end of options. */
static void put_interface(struct writer *writer, int link_type)
{
    const uint32_t head[] = {BLOCK_INTERFACE, 32, (uint32_t)link_type, 0 /* no snap length */};
    const uint16_t option[] = {9, 1};
    const uint8_t value[8] = {9};
    const uint32_t size = 32;
    put(writer, head, sizeof head);
    put(writer, option, sizeof option);
    put(writer, value, sizeof value);
    put(writer, &size, sizeof size);
}

static uint32_t interface_of(struct writer *writer, int link_type)
{
    size_t i = 0;
    while (i < writer->link_type_count && writer->link_types[i] != link_type)
        i++;
    if (i == WRITER_LINK_TYPES) /* more than anyone has: the last serves for all */
        return WRITER_LINK_TYPES - 1;
    if (i == writer->link_type_count) {
        writer->link_types[writer->link_type_count++] = link_type;
        put_interface(writer, link_type);
    }
    return (uint32_t)i;
}

void writer_packet(struct writer *writer, int64_t time, int link_type, const uint8_t *bytes, size_t size,
                   size_t original_size)
{
    const uint32_t interface = interface_of(writer, link_type);
    const size_t padding = -size & 3;
    const uint32_t total = (uint32_t)(32 + size + padding);
    const uint64_t at = (uint64_t)time;
    const uint32_t head[] = {
        BLOCK_PACKET, total, interface, (uint32_t)(at >> 32), (uint32_t)at, (uint32_t)size, (uint32_t)original_size};
    put(writer, head, sizeof head);
    put(writer, bytes, size);
    put(writer, "\0\0\0", padding);
    put(writer, &total, sizeof total);
}

bool writer_close(struct writer *writer)
{
    bool failed = ferror(writer->file) != 0;
    return fclose(writer->file) == 0 && !failed;
}
