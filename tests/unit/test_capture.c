/* links: offline_capture
 * SPDX-License-Identifier: MIT
 *
 * Captures as such: pcap files, sources of every kind, filters, errors, damage; and what tshark says of real ones.
 */
#include "capture_files.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <sys/wait.h>
#include <zlib.h>

enum {
    PACKETS = 8,
    HEADER_SIZE = 16,
};

static char *folder;

static int make_folder(void **state)
{
    (void)state;
    folder = folder_new();
    alarm(120); /* a hang is a failure */
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

/* Packet i: 10 + i bytes of i, i seconds and i fractions after the start. */
static uint32_t size_of(unsigned i)
{
    return 10 + i;
}

static struct writer small_pcap(bool big_endian, uint32_t magic)
{
    struct writer writer = writer_new(big_endian);
    pcap_header(&writer, magic, 65535, 1);
    for (uint8_t i = 0; i < PACKETS; i++)
        pcap_packet(&writer, START_SECONDS + i, i, i, size_of(i));
    return writer;
}

static void assert_small(const struct shown *shown, unsigned packets, int64_t fraction)
{
    assert_null(shown->error);
    assert_int_equal(shown->packets->len, packets);
    for (guint i = 0; i < packets; i++) {
        const struct shown_packet *at = shown_at(shown, i);
        assert_int_equal(at->packet.number, i + 1);
        assert_int_equal(at->packet.time, (START_SECONDS + (int64_t)i) * 1000000000 + i * fraction);
        assert_int_equal(at->packet.link_type, 1);
        assert_int_equal(at->packet.size, size_of(i));
        assert_int_equal(at->packet.original_size, size_of(i));
        assert_true(at->uniform && at->data[0] == i);
    }
}

static void reads_both_byte_orders_and_resolutions(void **state)
{
    (void)state;
    static const struct {
        uint32_t magic;
        int64_t fraction;
    } cases[] = {{0xa1b2c3d4, 1000}, {0xa1b23c4d, 1}};
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
        struct writer writer = small_pcap(i % 2 == 1, cases[i / 2].magic);
        struct shown shown = show_writer(folder, &writer);
        assert_small(&shown, PACKETS, cases[i / 2].fraction);
        assert_string_equal(shown.info.format, "pcap");
        assert_int_equal(shown.info.packets, PACKETS);
        assert_int_equal(shown.info.first, shown_at(&shown, 0)->packet.time);
        assert_int_equal(shown.info.last, shown_at(&shown, PACKETS - 1)->packet.time);
        assert_int_equal(shown.info.bytes_read, writer.bytes->len);
        assert_int_equal(shown.info.file_size, writer.bytes->len);
        assert_int_equal(shown.link_types->len, 1);
        assert_int_equal(shown.damage->len, 0);
        shown_free(&shown);
        writer_free(&writer);
    }
}

static void reads_modified_packet_headers(void **state)
{
    (void)state;
    struct writer writer = writer_new(false);
    pcap_header(&writer, 0xa1b2cd34, 65535, 113);
    for (uint8_t i = 0; i < 2; i++) {
        put32(&writer, START_SECONDS);
        put32(&writer, i);
        put32(&writer, 5);
        put32(&writer, 5);
        put_filled(&writer, 0xff, 8);
        put_filled(&writer, i, 5);
    }
    struct shown shown = show_writer(folder, &writer);
    assert_int_equal(shown.packets->len, 2);
    assert_true(is_shown(&shown, 0, 5) && is_shown(&shown, 1, 5));
    assert_int_equal(shown_at(&shown, 0)->packet.link_type, 113);
    assert_int_equal(shown.damage->len, 0);
    shown_free(&shown);
    writer_free(&writer);
}

static void masks_the_checksum_bits_of_the_link_type(void **state)
{
    (void)state;
    struct writer writer = writer_new(true);
    pcap_header(&writer, 0xa1b2c3d4, 65535, 0x24000001);
    pcap_packet(&writer, START_SECONDS, 0, 1, 60);
    struct shown shown = show_writer(folder, &writer);
    assert_int_equal(shown_at(&shown, 0)->packet.link_type, 1);
    shown_free(&shown);
    writer_free(&writer);
}

/* Headers that are odd but hold: a packet longer than the snap length, or than it was, and a fraction over a second. */
static void bears_odd_headers(void **state)
{
    (void)state;
    struct writer writer = writer_new(false);
    pcap_header(&writer, 0xa1b2c3d4, 20, 1);
    pcap_packet(&writer, START_SECONDS, 0, 1, 60);
    pcap_packet(&writer, START_SECONDS, 1000000, 2, 10);
    pcap_packet(&writer, START_SECONDS, 0, 3, 10);
    put32(&writer, START_SECONDS + 1);
    put32(&writer, 0);
    put32(&writer, 10);
    put32(&writer, 4);
    put_filled(&writer, 4, 10);
    put32(&writer, START_SECONDS + 1);
    put32(&writer, 0);
    put32(&writer, 0);
    put32(&writer, 60);
    struct shown shown = show_writer(folder, &writer);
    assert_int_equal(shown.packets->len, 5);
    assert_int_equal(shown_at(&shown, 1)->packet.time, (START_SECONDS + INT64_C(1)) * 1000000000);
    assert_int_equal(shown.damage->len, 0);
    shown_free(&shown);
    writer_free(&writer);
}

static void opens_no_empty_file_no_folder_no_letter(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *error;
    } cases[] = {
        {"", 0, "empty file"},
        {"a", 1, "not a capture (neither pcap nor pcapng)"},
        {"Dear reader, this is no capture.", 32, "not a capture (neither pcap nor pcapng)"},
        {"\xd4\xc3\xb2\xa1\2\0\4\0", 8, "cut in the middle of the file header"},
        {"\x0a\x0d\x0d\x0a\0", 5, "cut in the middle of the file header"},
        {"\x1f\x8b", 2, "the compressed data is cut"},
        {"\x1f\x8b no, it isn't", 16, "the compressed data is damaged"},
        {"\x28\xb5\x2f\xfd no, it isn't", 18, "the compressed data is damaged"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct shown shown = show_bytes(folder, (const uint8_t *)cases[i].bytes, cases[i].size);
        assert_non_null(shown.error);
        assert_string_equal(shown.error, cases[i].error);
        shown_free(&shown);
    }
    struct shown shown = show(folder, NULL);
    assert_string_equal(shown.error, "is a directory");
    shown_free(&shown);
    shown = show("/nonexistent/file", NULL);
    assert_string_equal(shown.error, g_strerror(ENOENT));
    shown_free(&shown);
}

/* Every cut: all packets that are whole come out, and the damage is where the packet that isn't begins. */
static void reads_up_to_every_cut(void **state)
{
    (void)state;
    struct writer writer = small_pcap(false, 0xa1b2c3d4);
    for (size_t cut = 24; cut < writer.bytes->len; cut++) {
        size_t end = 24;
        unsigned whole = 0;
        while (end + HEADER_SIZE + size_of(whole) <= cut)
            end += HEADER_SIZE + size_of(whole++);
        struct shown shown = show_bytes(folder, writer.bytes->data, cut);
        assert_small(&shown, whole, 1000);
        assert_int_equal(shown.damage->len, end == cut ? 0 : 1);
        if (end != cut)
            assert_int_equal(damage_at(&shown, 0)->offset, end);
        shown_free(&shown);
    }
    writer_free(&writer);
}

/* A byte changed behind the file header costs one packet at most. */
static void loses_one_packet_to_a_bad_byte(void **state)
{
    (void)state;
    static const uint8_t masks[] = {0x01, 0x80, 0xff};
    struct writer writer = small_pcap(true, 0xa1b2c3d4);
    for (size_t i = 0; i < writer.bytes->len * G_N_ELEMENTS(masks); i++) {
        const size_t at = i / G_N_ELEMENTS(masks);
        writer.bytes->data[at] ^= masks[i % G_N_ELEMENTS(masks)];
        struct shown shown = show_writer(folder, &writer);
        writer.bytes->data[at] ^= masks[i % G_N_ELEMENTS(masks)];
        unsigned found = 0;
        for (uint8_t p = 0; p < PACKETS; p++)
            found += is_shown(&shown, p, size_of(p));
        if (at >= 24)
            assert_true(found >= PACKETS - 1 && shown.damage->len <= 1);
        shown_free(&shown);
    }
    writer_free(&writer);
}

static void finds_packets_behind_noise(void **state)
{
    (void)state;
    struct writer writer = small_pcap(false, 0xa1b2c3d4);
    const size_t noise = writer.bytes->len;
    for (uint32_t i = 0; i < 100001; i++)
        put_filled(&writer, (uint8_t)(i * 2654435761U >> 13), 1);
    pcap_packet(&writer, START_SECONDS + 60, 0, 0x55, 100);
    pcap_packet(&writer, START_SECONDS + 60, 1, 0x56, 100);
    struct shown shown = show_writer(folder, &writer);
    assert_int_equal(shown.packets->len, PACKETS + 2);
    assert_true(is_shown(&shown, 0x55, 100) && is_shown(&shown, 0x56, 100));
    assert_int_equal(shown.damage->len, 1);
    assert_int_equal(damage_at(&shown, 0)->offset, noise);
    shown_free(&shown);
    writer_free(&writer);
}

static void stops_where_only_noise_follows(void **state)
{
    (void)state;
    static const uint8_t fill[] = {0x00, 0xff, 0x01, 0xfe};
    for (size_t i = 0; i < G_N_ELEMENTS(fill); i++) {
        struct writer writer = small_pcap(false, 0xa1b2c3d4);
        const size_t noise = writer.bytes->len;
        put_filled(&writer, fill[i], 3000000);
        struct shown shown = show_writer(folder, &writer);
        assert_small(&shown, PACKETS, 1000);
        assert_int_equal(shown.damage->len, 1);
        assert_int_equal(damage_at(&shown, 0)->offset, noise);
        shown_free(&shown);
        writer_free(&writer);
    }
}

/* Packets that don't fit the buffer's rest have to be moved, and a packet may be as large as the buffer. */
static void reads_packets_across_the_buffer(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 1500, 9000, 65535, 262144, 3};
    struct writer writer = writer_new(false);
    pcap_header(&writer, 0xa1b2c3d4, 262144, 1);
    for (uint32_t i = 0; i < 120; i++)
        pcap_packet(&writer, START_SECONDS + i, i, (uint8_t)i, sizes[i % G_N_ELEMENTS(sizes)]);
    struct shown shown = show_writer(folder, &writer);
    assert_int_equal(shown.packets->len, 120);
    for (uint32_t i = 0; i < 120; i++) {
        const struct shown_packet *at = shown_at(&shown, i);
        assert_int_equal(at->packet.size, sizes[i % G_N_ELEMENTS(sizes)]);
        assert_true(at->uniform && at->data[0] == (uint8_t)i);
    }
    assert_int_equal(shown.damage->len, 0);
    shown_free(&shown);
    writer_free(&writer);
}

/* The compressions that the program reads, with libarchive's writers for them. */
static const struct compression {
    const char *name;
    int (*add)(struct archive *archive);
} compressions[] = {
    {"gz", archive_write_add_filter_gzip},   {"zst", archive_write_add_filter_zstd},
    {"lz4", archive_write_add_filter_lz4},   {"xz", archive_write_add_filter_xz},
    {"bz2", archive_write_add_filter_bzip2},
};

static char *save_compressed(const struct compression *compression, const char *name, const struct writer *writer)
{
    char *path = g_build_filename(folder, name, NULL);
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_pathname(entry, "data");
    assert_int_equal(compression->add(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(archive, writer->bytes->data, writer->bytes->len), writer->bytes->len);
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    archive_entry_free(entry);
    return path;
}

/* A capture whose bytes don't repeat, so that its compressed form has many blocks. */
static struct writer large_pcap(uint32_t packets)
{
    struct writer writer = writer_new(false);
    pcap_header(&writer, 0xa1b2c3d4, 65535, 1);
    uint32_t random = 1;
    for (uint32_t i = 0; i < packets; i++) {
        pcap_packet(&writer, START_SECONDS + i, i, 0, 1000);
        for (uint8_t *byte = writer.bytes->data + writer.bytes->len - 1000;
             byte < writer.bytes->data + writer.bytes->len; byte++) {
            random = random * 1664525 + 1013904223;
            *byte = (uint8_t)(random >> 24);
        }
    }
    return writer;
}

static void reads_compressed_files(void **state)
{
    (void)state;
    struct writer small = small_pcap(false, 0xa1b2c3d4);
    struct writer large = large_pcap(1000);
    for (size_t i = 0; i < G_N_ELEMENTS(compressions); i++) {
        char *path = save_compressed(&compressions[i], "named.as.nothing", &small);
        struct shown shown = show(path, NULL);
        assert_small(&shown, PACKETS, 1000);
        assert_int_equal(shown.damage->len, 0);
        assert_int_equal(shown.info.bytes_read, shown.info.file_size);
        shown_free(&shown);
        g_free(path);

        path = save_compressed(&compressions[i], "large", &large);
        shown = show(path, NULL);
        assert_int_equal(shown.packets->len, 1000);
        assert_int_equal(shown.damage->len, 0);
        shown_free(&shown);
        g_free(path);
    }
    writer_free(&small);
    writer_free(&large);
}

/* Of a cut file most comes out (of gzip all that is there); the damage has the uncompressed offset. */
static void reads_cut_compressed_files(void **state)
{
    (void)state;
    static const char *const blocks_of_their_own[] = {"bz2", "lz4",
                                                      NULL}; /* of up to 4 MB: nothing to be had of a part */
    struct writer writer = large_pcap(1000);
    for (size_t i = 0; i < G_N_ELEMENTS(compressions); i++) {
        char *path = save_compressed(&compressions[i], "cut", &writer);
        struct stat status;
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(truncate(path, status.st_size / 2), 0);
        struct shown shown = show(path, NULL);
        g_free(path);
        if (g_strv_contains(blocks_of_their_own, compressions[i].name)) {
            shown_free(&shown);
            continue;
        }
        assert_null(shown.error);
        assert_int_equal(shown.damage->len, 1);
        assert_true(damage_at(&shown, 0)->offset >= shown.packets->len * UINT64_C(1016));
        assert_true(shown.packets->len > 300);
        if (strcmp(compressions[i].name, "gz") == 0)
            assert_true(shown.packets->len > 490);
        shown_free(&shown);
    }
    writer_free(&writer);
}

static void reads_damaged_compressed_files(void **state)
{
    (void)state;
    struct writer writer = large_pcap(1000);
    for (size_t i = 0; i < G_N_ELEMENTS(compressions); i++) {
        char *path = save_compressed(&compressions[i], "damaged", &writer);
        gchar *bytes;
        gsize size;
        assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        memset(bytes + size / 2, 0xff, 64);
        struct shown shown = show_bytes(folder, (const uint8_t *)bytes, size);
        assert_true(shown.error != NULL || shown.damage->len >= 1);
        shown_free(&shown);
        g_free(bytes);
        g_free(path);
    }
    writer_free(&writer);
}

static void reads_gzip_members_in_a_row(void **state)
{
    (void)state;
    struct writer writer = small_pcap(false, 0xa1b2c3d4);
    struct writer halves[2] = {writer_new(false), writer_new(false)};
    put(&halves[0], writer.bytes->data, 100);
    put(&halves[1], writer.bytes->data + 100, writer.bytes->len - 100);
    struct writer joined = writer_new(false);
    for (size_t i = 0; i < 2; i++) {
        char *path = save_compressed(&compressions[0], "half", &halves[i]);
        gchar *bytes;
        gsize size;
        assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        put(&joined, bytes, size);
        g_free(bytes);
        g_free(path);
        writer_free(&halves[i]);
    }
    put_filled(&joined, 0, 512);
    struct shown shown = show_writer(folder, &joined);
    assert_small(&shown, PACKETS, 1000);
    assert_int_equal(shown.damage->len, 0);
    shown_free(&shown);
    put_filled(&joined, 'x', 1);
    joined.bytes->data[joined.bytes->len - 513] = 'x';
    shown = show_writer(folder, &joined);
    assert_small(&shown, PACKETS, 1000);
    assert_int_equal(shown.damage->len, 1);
    assert_int_equal(damage_at(&shown, 0)->offset, writer.bytes->len);
    shown_free(&shown);
    writer_free(&joined);
    writer_free(&writer);
}

/* Standard input as a pipe whose reader gets what each write wrote and no more. */
static int pipe_to_stdin(int *kept)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_DIRECT | O_CLOEXEC), 0);
    *kept = dup(STDIN_FILENO);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    return ends[1];
}

static void stdin_back(int kept)
{
    if (kept < 0) {
        close(STDIN_FILENO);
        return;
    }
    dup2(kept, STDIN_FILENO);
    close(kept);
}

static struct shown show_piped(const uint8_t *bytes, size_t size)
{
    int kept;
    const int end = pipe_to_stdin(&kept);
    const pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < size && write(end, bytes + i, 1) == 1;)
            i++;
        _exit(0);
    }
    close(end);
    struct shown shown = show("-", NULL);
    stdin_back(kept);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return shown;
}

static void reads_a_pipe_byte_by_byte(void **state)
{
    (void)state;
    struct writer writer = small_pcap(false, 0xa1b23c4d);
    struct shown shown = show_piped(writer.bytes->data, writer.bytes->len);
    assert_small(&shown, PACKETS, 1);
    assert_int_equal(shown.info.file_size, 0);
    assert_int_equal(shown.damage->len, 0);
    shown_free(&shown);
    for (size_t i = 0; i < G_N_ELEMENTS(compressions); i++) {
        char *path = save_compressed(&compressions[i], "piped", &writer);
        gchar *bytes;
        gsize size;
        assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        shown = show_piped((const uint8_t *)bytes, size);
        assert_small(&shown, PACKETS, 1);
        assert_int_equal(shown.damage->len, 0);
        shown_free(&shown);
        g_free(bytes);
        g_free(path);
    }
    writer_free(&writer);
}

/* Compressed as far as it goes, and flushed. */
static size_t deflate_flushed(z_stream *gzip, const uint8_t *bytes, size_t size, uint8_t *out, size_t room)
{
    gzip->next_in = (z_const Bytef *)(uintptr_t)bytes;
    gzip->avail_in = (uInt)size;
    gzip->next_out = out;
    gzip->avail_out = (uInt)room;
    assert_int_equal(deflate(gzip, Z_SYNC_FLUSH), Z_OK);
    return room - gzip->avail_out;
}

/* A packet is there as soon as its last byte is, though the pipe stays open. */
static void reads_a_live_pipe_at_once(void **state)
{
    (void)state;
    struct writer writer = small_pcap(false, 0xa1b2c3d4);
    for (int compressed = 0; compressed < 2; compressed++) {
        int kept;
        const int end = pipe_to_stdin(&kept);
        z_stream gzip = {0};
        assert_int_equal(deflateInit2(&gzip, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
        struct capture *capture = NULL;
        size_t at = 0;
        for (unsigned i = 0; i < PACKETS; i++) {
            uint8_t out[1024];
            const size_t next = at + (i == 0 ? 24 : 0) + HEADER_SIZE + size_of(i);
            size_t size = next - at;
            memcpy(out, writer.bytes->data + at, size);
            if (compressed == 1)
                size = deflate_flushed(&gzip, writer.bytes->data + at, size, out, sizeof out);
            assert_int_equal(write(end, out, size), size);
            at = next;
            char *error = NULL;
            if (i == 0)
                capture = capture_open("-", NULL, &error);
            assert_non_null(capture);
            struct packet packet;
            assert_true(capture_next(capture, &packet));
            assert_int_equal(packet.number, i + 1);
        }
        capture_close(capture);
        deflateEnd(&gzip);
        close(end);
        stdin_back(kept);
    }
    writer_free(&writer);
}

/* An Ethernet frame with IPv4 and UDP, as the filter wants it. */
static void put_udp(struct writer *writer, uint16_t port)
{
    static const uint8_t start[] = {2,    0, 0, 0,  0, 1, 2, 0, 0,  0,  0, 2, 8,  0,                     /* Ethernet */
                                    0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}; /* IPv4 */
    const bool big_endian = writer->big_endian;
    put(writer, start, sizeof start);
    writer->big_endian = true;
    put16(writer, port);
    put16(writer, port);
    put16(writer, 12);
    put16(writer, 0);
    put32(writer, 0);
    writer->big_endian = big_endian;
}

static struct writer udp_pcap(uint32_t link_type)
{
    struct writer writer = writer_new(false);
    pcap_header(&writer, 0xa1b2c3d4, 65535, link_type);
    for (uint16_t i = 0; i < 10; i++) {
        pcap_packet(&writer, START_SECONDS + i, 0, 0, 0);
        memcpy(writer.bytes->data + writer.bytes->len - 8, "\x2e\0\0\0\x2e\0\0\0", 8);
        put_udp(&writer, i % 3 == 0 ? 5060 : 53);
    }
    return writer;
}

static void filters_and_counts_what_it_filtered(void **state)
{
    (void)state;
    static const struct {
        uint32_t link_type;
        const char *filter;
        unsigned packets;
        const char *error; /* how it begins */
    } cases[] = {
        {1, "udp port 5060", 4, NULL},
        {1, "", 10, NULL},
        {1, "tcp", 0, NULL},
        {1, "greater 46 and not port 5060", 6, NULL},
        {1, "udp prot 5060", 0, "filter: syntax error in \"udp prot 5060\""},
        {1, "udp\nprot", 0, "filter: syntax error in \"udp prot\""},
        {1, "wlan type mgt", 0, "filter: "},
        {101, "vlan 5", 0, "filter: "},
        {60000, "udp", 0, NULL}, /* no link type of libpcap's: nothing can be said of the packets */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct writer writer = udp_pcap(cases[i].link_type);
        char *path = save(folder, "udp", writer.bytes->data, writer.bytes->len);
        struct shown shown = show(path, cases[i].filter);
        if (cases[i].error != NULL) {
            assert_non_null(shown.error);
            assert_true(g_str_has_prefix(shown.error, cases[i].error));
        } else {
            assert_int_equal(shown.packets->len, cases[i].packets);
            assert_int_equal(shown.info.packets, 10);
            assert_int_equal(shown.info.last, (START_SECONDS + INT64_C(9)) * 1000000000);
        }
        for (guint p = 0; i == 0 && p < shown.packets->len; p++)
            assert_int_equal(shown_at(&shown, p)->packet.number, 1 + 3 * p);
        shown_free(&shown);
        g_free(path);
        writer_free(&writer);
    }
}

static void names_link_types(void **state)
{
    (void)state;
    assert_string_equal(link_type_name(1), "EN10MB");
    assert_string_equal(link_type_name(101), "RAW");
    assert_string_equal(link_type_name(276), "LINUX_SLL2");
    assert_string_equal(link_type_name(60000), "unknown");
}

/* What tshark says of a file: a line a packet, its time and its two sizes. NULL where there is no tshark. */
static char *ask_tshark(const char *path)
{
    const char *arguments[] = {"tshark",        "-r", path,        "-n", "-T", "fields", "-e", "frame.time_epoch", "-e",
                               "frame.cap_len", "-e", "frame.len", NULL};
    gchar *output = NULL;
    gint status = 0;
    if (!g_spawn_sync(NULL, (gchar **)(uintptr_t)arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &output, NULL, &status, NULL))
        return NULL;
    assert_int_equal(status, 0);
    return output;
}

static void compare_with_tshark(const char *path, const char *lines)
{
    GString *ours = g_string_new(NULL);
    struct shown shown = show(path, NULL);
    for (guint i = 0; i < shown.packets->len; i++) {
        const struct packet *packet = &shown_at(&shown, i)->packet;
        g_string_append_printf(ours, "%" PRId64 ".%09" PRId64 "\t%u\t%u\n", packet->time / 1000000000,
                               packet->time % 1000000000, packet->size, packet->original_size);
    }
    if (strcmp(ours->str, lines) != 0)
        fail_msg("%s: tshark sees other packets", path);
    assert_int_equal(shown.damage->len, 0);
    shown_free(&shown);
    g_string_free(ours, TRUE);
}

/* One of each kind: the file in the repository, or else among the captures that lie beside it. */
static void sees_what_tshark_sees(void **state)
{
    (void)state;
    static const char *const names[] = {"01-jssip-ws-kamailio.pcap", "02-jssip-wss-tls13-dsb.pcapng",
                                        "04-ws-udp-tcp-sipp.pcap",   "07-derived-gz.pcap.gz",
                                        "07-derived-merged.pcapng",  "07-ws-any-with-media.pcap"};
    unsigned compared = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *path = g_build_filename(PROJECT_FOLDER, "pcaps", names[i], NULL);
        if (access(path, R_OK) != 0) {
            g_free(path);
            path = g_build_filename(PROJECT_FOLDER, "..", "shared", "captures", names[i], NULL);
        }
        char *lines = access(path, R_OK) == 0 ? ask_tshark(path) : NULL;
        if (lines != NULL)
            compare_with_tshark(path, lines);
        else
            print_message("SKIPPED: no tshark, or no %s\n", path);
        compared += lines != NULL;
        g_free(lines);
        g_free(path);
    }
    if (compared == 0)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_byte_orders_and_resolutions),
        cmocka_unit_test(reads_modified_packet_headers),
        cmocka_unit_test(masks_the_checksum_bits_of_the_link_type),
        cmocka_unit_test(bears_odd_headers),
        cmocka_unit_test(opens_no_empty_file_no_folder_no_letter),
        cmocka_unit_test(reads_up_to_every_cut),
        cmocka_unit_test(loses_one_packet_to_a_bad_byte),
        cmocka_unit_test(finds_packets_behind_noise),
        cmocka_unit_test(stops_where_only_noise_follows),
        cmocka_unit_test(reads_packets_across_the_buffer),
        cmocka_unit_test(reads_compressed_files),
        cmocka_unit_test(reads_cut_compressed_files),
        cmocka_unit_test(reads_damaged_compressed_files),
        cmocka_unit_test(reads_gzip_members_in_a_row),
        cmocka_unit_test(reads_a_pipe_byte_by_byte),
        cmocka_unit_test(reads_a_live_pipe_at_once),
        cmocka_unit_test(filters_and_counts_what_it_filtered),
        cmocka_unit_test(names_link_types),
        cmocka_unit_test(sees_what_tshark_sees),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
