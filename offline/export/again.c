/* SPDX-License-Identifier: MIT
 *
 * How are packets copied out of the captures: merged by time, into pcapng (draft-ietf-opsawg-pcapng, 4.1 to 4.3
 * and 4.7)?
 */
#include "export/again.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BLOCK_SECRETS = 10,
    SECRETS_TLS = 0x544c534b,
    BYTE_ORDER_MARK = 0x1a2b3c4d,
    OPTION_TIME_UNIT = 9, /* if_tsresol */
    NANOSECONDS = 9,
};

/* A file that is read again. */
struct source {
    struct capture *capture;
    unsigned file;        /* its index among those that could be opened, as when it was read first */
    struct packet packet; /* the next one */
};

struct copy {
    FILE *to;
    GArray *link_types; /* int, of the interfaces written so far */
    GArray *sources;
};

/* --- blocks ------------------------------------------------------------------------------------------------------ */

static void write_u32(FILE *file, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
    fwrite(bytes, 1, sizeof bytes, file);
}

/* A block whose body is numbers, then bytes, then zeros to a multiple of four. */
static void write_block(FILE *file, uint32_t type, const uint32_t *numbers, size_t count, struct sw_slice bytes)
{
    static const uint8_t zeros[3] = {0};
    const size_t padding = (4 - bytes.size % 4) % 4;
    const uint32_t size = (uint32_t)(12 + 4 * count + bytes.size + padding);
    write_u32(file, type);
    write_u32(file, size);
    for (size_t i = 0; i < count; i++)
        write_u32(file, numbers[i]);
    if (bytes.size != 0)
        fwrite(bytes.data, 1, bytes.size, file);
    fwrite(zeros, 1, padding, file);
    write_u32(file, size);
}

static const struct sw_slice no_bytes = {NULL, 0};

static void write_section(FILE *file)
{
    const uint32_t numbers[] = {BYTE_ORDER_MARK, 1 /* version 1.0 */, UINT32_MAX, UINT32_MAX /* length unknown */};
    write_block(file, BLOCK_SECTION, numbers, G_N_ELEMENTS(numbers), no_bytes);
}

static void write_secrets(FILE *file, const struct tls_keylog *log)
{
    GString *lines = g_string_new(NULL);
    tls_keylog_print_used(log, lines);
    const uint32_t numbers[] = {SECRETS_TLS, (uint32_t)lines->len};
    if (lines->len != 0)
        write_block(file, BLOCK_SECRETS, numbers, G_N_ELEMENTS(numbers),
                    (struct sw_slice){(const uint8_t *)lines->str, lines->len});
    OPENSSL_cleanse(lines->str, lines->len);
    g_string_free(lines, TRUE);
}

static void write_interface(FILE *file, int link_type)
{
    const uint32_t numbers[] = {(uint32_t)link_type, 0 /* no snap length */, 1u << 16 | OPTION_TIME_UNIT, NANOSECONDS,
                                0 /* end of options */};
    write_block(file, BLOCK_INTERFACE, numbers, G_N_ELEMENTS(numbers), no_bytes);
}

/* One for each link type. */
static uint32_t interface_of(struct copy *copy, int link_type)
{
    for (guint i = 0; i < copy->link_types->len; i++)
        if (g_array_index(copy->link_types, int, i) == link_type)
            return i;
    write_interface(copy->to, link_type);
    g_array_append_val(copy->link_types, link_type);
    return copy->link_types->len - 1;
}

static void write_packet(struct copy *copy, const struct packet *packet)
{
    const uint64_t time = packet->time > 0 ? (uint64_t)packet->time : 0;
    const uint32_t numbers[] = {interface_of(copy, packet->link_type), (uint32_t)(time >> 32), (uint32_t)time,
                                packet->size, packet->original_size};
    write_block(copy->to, BLOCK_PACKET, numbers, G_N_ELEMENTS(numbers), (struct sw_slice){packet->data, packet->size});
}

/* --- the second reading ------------------------------------------------------------------------------------------ */

static GArray *open_sources(const struct export_options *options)
{
    GArray *sources = g_array_new(FALSE, FALSE, sizeof(struct source));
    unsigned file = 0;
    for (size_t i = 0; options->inputs[i] != NULL; i++) {
        char *error = NULL; /* it was told when the file was read first */
        struct source source = {capture_open(options->inputs[i], options->filter, &error), file, {0}};
        g_free(error);
        file += source.capture != NULL ? 1 : 0;
        if (source.capture != NULL && capture_next(source.capture, &source.packet))
            g_array_append_val(sources, source);
        else if (source.capture != NULL)
            capture_close(source.capture);
    }
    return sources;
}

static guint earliest(const GArray *sources)
{
    guint first = 0;
    for (guint i = 1; i < sources->len; i++)
        if (g_array_index(sources, struct source, i).packet.time <
            g_array_index(sources, struct source, first).packet.time)
            first = i;
    return first;
}

/* --- the calls --------------------------------------------------------------------------------------------------- */

static bool can_read_twice(const struct export_options *options)
{
    for (size_t i = 0; options->inputs[i] != NULL; i++)
        if (strcmp(options->inputs[i], "-") == 0 || !g_file_test(options->inputs[i], G_FILE_TEST_IS_REGULAR))
            return false;
    return true;
}

FILE *again_open(const struct export_options *options, struct export_result *result)
{
    if (can_read_twice(options))
        return export_open_file(options, result);
    result->error = g_strdup("the captures are read twice for it, and must be files");
    return NULL;
}

void again_begin(FILE *file, const struct tls_keylog *log)
{
    write_section(file);
    if (log != NULL)
        write_secrets(file, log);
}

void again_copy(const struct export_options *options, FILE *file, again_wanted *wanted, const void *context)
{
    struct copy copy = {
        .to = file, .link_types = g_array_new(FALSE, FALSE, sizeof(int)), .sources = open_sources(options)};
    while (copy.sources->len != 0 && ferror(file) == 0) {
        const guint i = earliest(copy.sources);
        struct source *source = &g_array_index(copy.sources, struct source, i);
        if (wanted == NULL || wanted(context, mark_packet(source->file, source->packet.number), &source->packet))
            write_packet(&copy, &source->packet);
        if (capture_next(source->capture, &source->packet))
            continue;
        capture_close(source->capture);
        g_array_remove_index(copy.sources, i);
    }
    for (guint i = 0; i < copy.sources->len; i++)
        capture_close(g_array_index(copy.sources, struct source, i).capture);
    g_array_free(copy.sources, TRUE);
    g_array_free(copy.link_types, TRUE);
}
