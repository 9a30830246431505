/* SPDX-License-Identifier: MIT
 *
 * links: offline_capture
 * Capture files: whatever the bytes, reading ends, and a pipe gives the packets that a file gives.
 */
#include "memory_file.h"

#include "capture/capture.h"

enum { PACKETS_MAX = 20000 }; /* compressed input becomes a thousand times as many bytes */

static void add_packet(GString *log, const struct packet *packet)
{
    g_string_append_printf(log, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %d %u/%u %" G_GINT64_MODIFIER "x\n",
                           packet->number, packet->time, packet->link_type, packet->size, packet->original_size,
                           digest(slice(packet->data, packet->size)));
}

static void add_info(GString *log, const struct capture_info *info)
{
    CHECK(info->damage_count <= 4096);
    for (size_t i = 0; i < info->damage_count; i++)
        g_string_append_printf(log, "damage %" G_GUINT64_FORMAT ": %s\n", info->damage[i].offset, info->damage[i].text);
    for (size_t i = 0; i < info->link_type_count; i++)
        g_string_append_printf(log, "%s\n", link_type_name(info->link_types[i]));
    g_string_append_printf(log, "%s, %" G_GUINT64_FORMAT " packets\n", info->format, info->packets);
}

static GString *read_capture(const char *path, const char *filter)
{
    GString *log = g_string_new("");
    char *error = NULL;
    struct capture *capture = capture_open(path, filter, &error);
    if (capture == NULL) {
        CHECK(error != NULL && *error != '\0' && strchr(error, '\n') == NULL);
        g_string_append(log, error);
        g_free(error);
        return log;
    }
    struct packet packet;
    uint64_t number = 0;
    for (unsigned n = 0; n < PACKETS_MAX && capture_next(capture, &packet); n++) {
        CHECK(packet.number > number);
        number = packet.number;
        add_packet(log, &packet);
    }
    add_info(log, capture_info(capture));
    capture_close(capture);
    return log;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sw_slice input = slice(data, size);
    const char *filter = size % 8 == 0 ? "tcp or udp port 5060" : NULL;
    struct memory_file file;
    memory_file_open(&file, input);
    GString *from_file = read_capture(file.path, filter);
    memory_file_close(&file);
    if (size > MEMORY_PIPE_MAX) {
        g_string_free(from_file, TRUE);
        return 0;
    }
    memory_pipe_open(&file, input);
    GString *from_pipe = read_capture(file.path, filter);
    memory_file_close(&file);
    check_same(from_file, "from a file", from_pipe, "from a pipe");
    return 0;
}
