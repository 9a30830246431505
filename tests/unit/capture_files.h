/* SPDX-License-Identifier: MIT
 *
 * What the tests of offline/capture share: capture files written byte by byte in either byte order, and a reader that
 * keeps all it was given.
 */
#ifndef TESTS_CAPTURE_FILES_H
#define TESTS_CAPTURE_FILES_H

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <sys/stat.h>

#include "capture/capture.h"

enum {
    START_SECONDS = 1700000000,
    SHOWN_SIZE = 8, /* bytes of a packet that are kept */
};

/* A file under construction. */
struct writer {
    GByteArray *bytes;
    bool big_endian;
};

static inline struct writer writer_new(bool big_endian)
{
    return (struct writer){.bytes = g_byte_array_new(), .big_endian = big_endian};
}

static inline void writer_free(struct writer *writer)
{
    g_byte_array_free(writer->bytes, TRUE);
}

static inline void put(struct writer *writer, const void *bytes, size_t size)
{
    g_byte_array_append(writer->bytes, bytes, (guint)size);
}

static inline void put_number(struct writer *writer, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t)(value >> 8 * (writer->big_endian ? size - 1 - i : i));
        put(writer, &byte, 1);
    }
}

static inline void put16(struct writer *writer, uint16_t value)
{
    put_number(writer, value, 2);
}

static inline void put32(struct writer *writer, uint32_t value)
{
    put_number(writer, value, 4);
}

static inline void put_filled(struct writer *writer, uint8_t byte, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put(writer, &byte, 1);
}

static inline void pcap_header(struct writer *writer, uint32_t magic, uint32_t snap_length, uint32_t network)
{
    put32(writer, magic);
    put16(writer, 2);
    put16(writer, 4);
    put_filled(writer, 0, 8);
    put32(writer, snap_length);
    put32(writer, network);
}

/* A packet of size times the byte. */
static inline void pcap_packet(struct writer *writer, uint32_t seconds, uint32_t fraction, uint8_t byte, uint32_t size)
{
    put32(writer, seconds);
    put32(writer, fraction);
    put32(writer, size);
    put32(writer, size);
    put_filled(writer, byte, size);
}

static inline size_t block_begin(struct writer *writer, uint32_t type)
{
    const size_t start = writer->bytes->len;
    put32(writer, type);
    put32(writer, 0);
    return start;
}

static inline void block_end(struct writer *writer, size_t start)
{
    put_filled(writer, 0, -writer->bytes->len % 4);
    const uint32_t size = (uint32_t)(writer->bytes->len + 4 - start);
    put32(writer, size);
    memcpy(writer->bytes->data + start + 4, writer->bytes->data + writer->bytes->len - 4, 4);
}

static inline void ng_section(struct writer *writer)
{
    const size_t start = block_begin(writer, 0x0a0d0d0a);
    put32(writer, 0x1a2b3c4d);
    put16(writer, 1);
    put16(writer, 0);
    put_number(writer, UINT64_MAX, 8);
    block_end(writer, start);
}

/* resolution: if_tsresol, or -1 for none; offset: if_tsoffset, or 0 for none. */
static inline void ng_interface(struct writer *writer, uint16_t link_type, uint32_t snap_length, int resolution,
                                int64_t offset)
{
    const size_t start = block_begin(writer, 1);
    put16(writer, link_type);
    put16(writer, 0);
    put32(writer, snap_length);
    if (resolution >= 0) {
        put16(writer, 9);
        put16(writer, 1);
        put_filled(writer, (uint8_t)resolution, 1);
        put_filled(writer, 0, 3);
    }
    if (offset != 0) {
        put16(writer, 14);
        put16(writer, 8);
        put_number(writer, (uint64_t)offset, 8);
    }
    put32(writer, 0);
    block_end(writer, start);
}

static inline void ng_packet(struct writer *writer, uint32_t interface, uint64_t ticks, uint8_t byte, uint32_t size)
{
    const size_t start = block_begin(writer, 6);
    put32(writer, interface);
    put32(writer, (uint32_t)(ticks >> 32));
    put32(writer, (uint32_t)ticks);
    put32(writer, size);
    put32(writer, size);
    put_filled(writer, byte, size);
    block_end(writer, start);
}

static inline void ng_simple_packet(struct writer *writer, uint8_t byte, uint32_t size, uint32_t original_size)
{
    const size_t start = block_begin(writer, 3);
    put32(writer, original_size);
    put_filled(writer, byte, size);
    block_end(writer, start);
}

static inline void ng_old_packet(struct writer *writer, uint16_t interface, uint64_t ticks, uint8_t byte, uint32_t size)
{
    const size_t start = block_begin(writer, 2);
    put16(writer, interface);
    put16(writer, 7); /* drops */
    put32(writer, (uint32_t)(ticks >> 32));
    put32(writer, (uint32_t)ticks);
    put32(writer, size);
    put32(writer, size);
    put_filled(writer, byte, size);
    block_end(writer, start);
}

static inline void ng_other(struct writer *writer, uint32_t type, size_t body)
{
    const size_t start = block_begin(writer, type);
    put_filled(writer, 0xee, body);
    block_end(writer, start);
}

/* A folder of the test's own, removed with all its files (no folders below) by folder_remove. */
static inline char *folder_new(void)
{
    char *folder = g_dir_make_tmp("sipweave-XXXXXX", NULL);
    assert_non_null(folder);
    return folder;
}

static inline void folder_remove(char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        char *path = g_build_filename(folder, name, NULL);
        if (remove(path) != 0)
            print_error("%s stays: %s\n", path, g_strerror(errno));
        g_free(path);
    }
    g_dir_close(dir);
    assert_int_equal(rmdir(folder), 0);
    g_free(folder);
}

static inline char *save(const char *folder, const char *name, const uint8_t *bytes, size_t size)
{
    char *path = g_build_filename(folder, name, NULL);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    while (size > 0) {
        const ssize_t written = write(fd, bytes, size);
        assert_true(written > 0);
        bytes += written;
        size -= (size_t)written;
    }
    close(fd);
    return path;
}

/* What came out of a capture. */
struct shown_packet {
    struct packet packet; /* its data points nowhere */
    uint8_t data[SHOWN_SIZE];
    bool uniform; /* all bytes are the same */
};

struct shown {
    char *error;
    GArray *packets; /* struct shown_packet */
    GArray *damage;  /* struct capture_damage */
    GArray *link_types;
    struct capture_info info; /* its pointers point nowhere */
};

static inline void show_packet(struct shown *shown, const struct packet *packet)
{
    struct shown_packet copy = {.packet = *packet, .uniform = true};
    memcpy(copy.data, packet->data, MIN(packet->size, (uint32_t)SHOWN_SIZE));
    for (uint32_t i = 1; i < packet->size; i++)
        copy.uniform = copy.uniform && packet->data[i] == packet->data[0];
    g_array_append_val(shown->packets, copy);
}

static inline struct shown show(const char *path, const char *filter)
{
    struct shown shown = {
        .packets = g_array_new(FALSE, FALSE, sizeof(struct shown_packet)),
        .damage = g_array_new(FALSE, FALSE, sizeof(struct capture_damage)),
        .link_types = g_array_new(FALSE, FALSE, sizeof(int)),
    };
    struct capture *capture = capture_open(path, filter, &shown.error);
    if (capture == NULL) {
        assert_non_null(shown.error);
        assert_null(strchr(shown.error, '\n'));
        return shown;
    }
    assert_null(shown.error);
    struct packet packet;
    while (capture_next(capture, &packet))
        show_packet(&shown, &packet);
    assert_false(capture_next(capture, &packet)); /* the end stays the end */
    shown.info = *capture_info(capture);
    g_array_append_vals(shown.damage, shown.info.damage, (guint)shown.info.damage_count);
    g_array_append_vals(shown.link_types, shown.info.link_types, (guint)shown.info.link_type_count);
    capture_close(capture);
    return shown;
}

static inline void shown_free(struct shown *shown)
{
    g_free(shown->error);
    g_array_free(shown->packets, TRUE);
    g_array_free(shown->damage, TRUE);
    g_array_free(shown->link_types, TRUE);
}

static inline const struct shown_packet *shown_at(const struct shown *shown, guint i)
{
    assert_true(i < shown->packets->len);
    return &g_array_index(shown->packets, struct shown_packet, i);
}

static inline const struct capture_damage *damage_at(const struct shown *shown, guint i)
{
    assert_true(i < shown->damage->len);
    return &g_array_index(shown->damage, struct capture_damage, i);
}

/* A packet of size times the byte is among those shown. */
static inline bool is_shown(const struct shown *shown, uint8_t byte, uint32_t size)
{
    for (guint i = 0; i < shown->packets->len; i++) {
        const struct shown_packet *packet = shown_at(shown, i);
        if (packet->packet.size == size && packet->uniform && packet->data[0] == byte)
            return true;
    }
    return false;
}

/* Saved under a passing name, and read. */
static inline struct shown show_bytes(const char *folder, const uint8_t *bytes, size_t size)
{
    char *path = save(folder, "bytes", bytes, size);
    struct shown shown = show(path, NULL);
    g_free(path);
    return shown;
}

static inline struct shown show_writer(const char *folder, const struct writer *writer)
{
    return show_bytes(folder, writer->bytes->data, writer->bytes->len);
}

#endif
