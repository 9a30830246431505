/* SPDX-License-Identifier: MIT
 *
 * What is in a capture, whatever its format? This file opens it, numbers and filters its packets and keeps the account
 * that capture_info gives.
 */
#include "capture/capture.h"

#include "capture/filter.h"
#include "capture/reader.h"

#include <string.h>

enum {
    DAMAGE_MAX = 4096,
    LINK_TYPES = 65536, /* both formats have 16 bits for it */
};

struct capture {
    char *path;
    struct source *source;
    struct reader *reader;
    struct filter *filter; /* or NULL */
    GArray *damage;
    GArray *link_types;
    int last_link_type;
    uint8_t seen_link_types[LINK_TYPES / 8];
    struct capture_info info;
};

const struct format *format_find(struct source *source)
{
    static const struct format *const formats[] = {&format_pcap, &format_pcapng};
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (formats[i]->matches(source))
            return formats[i];
    return NULL;
}

void reader_damage(struct reader *reader, uint64_t offset, const char *text)
{
    struct capture_damage damage = {.offset = offset, .text = text};
    if (reader->damage->len == DAMAGE_MAX - 1)
        damage.text = "more damage, from here on not listed";
    if (reader->damage->len < DAMAGE_MAX)
        g_array_append_val(reader->damage, damage);
}

bool reader_end(struct reader *reader, const char *text)
{
    const struct source *source = reader->source;
    if (!reader->ended && source->damage != NULL)
        reader_damage(reader, source->total, source->damage);
    else if (!reader->ended && source->left != 0)
        reader_damage(reader, source_offset(source), text);
    reader->ended = true;
    return false;
}

static void note_link_type(struct capture *capture, int link_type)
{
    if (link_type == capture->last_link_type)
        return;
    capture->last_link_type = link_type;
    uint8_t *seen = &capture->seen_link_types[link_type / 8];
    uint8_t bit = (uint8_t)(1U << link_type % 8);
    if ((*seen & bit) != 0)
        return;
    *seen |= bit;
    g_array_append_val(capture->link_types, link_type);
}

static void note(struct capture *capture, const struct packet *packet)
{
    if (packet->number == 1)
        capture->info.first = packet->time;
    capture->info.last = packet->time;
    note_link_type(capture, packet->link_type);
}

static bool open_parts(struct capture *capture, const char *filter, char **error)
{
    capture->source = source_open(capture->path, error);
    if (capture->source == NULL)
        return false;
    const struct format *format = format_find(capture->source);
    if (format == NULL) {
        *error = g_strdup("not a capture (neither pcap nor pcapng)");
        return false;
    }
    capture->reader = format->open(capture->source, error);
    if (capture->reader == NULL)
        return false;
    capture->reader->damage = capture->damage;
    if (filter == NULL || filter[0] == '\0')
        return true;
    capture->filter = filter_new(filter, capture->reader->link_type, error);
    return capture->filter != NULL;
}

struct capture *capture_open(const char *path, const char *filter, char **error)
{
    struct capture *capture = g_new0(struct capture, 1);
    capture->path = g_strdup(path);
    capture->damage = g_array_new(FALSE, FALSE, sizeof(struct capture_damage));
    capture->link_types = g_array_new(FALSE, FALSE, sizeof(int));
    capture->last_link_type = -1;
    if (!open_parts(capture, filter, error)) {
        capture_close(capture);
        return NULL;
    }
    capture->info.path = capture->path;
    capture->info.format = capture->reader->format->name;
    capture->info.file_size = capture->source->file_size;
    return capture;
}

void capture_close(struct capture *capture)
{
    if (capture == NULL)
        return;
    if (capture->reader != NULL)
        capture->reader->format->close(capture->reader);
    source_close(capture->source);
    filter_free(capture->filter);
    g_array_free(capture->damage, TRUE);
    g_array_free(capture->link_types, TRUE);
    g_free(capture->path);
    g_free(capture);
}

/* The next packet of the file, whether the filter lets it pass or not. */
static bool read_packet(struct capture *capture, struct packet *packet)
{
    struct reader *reader = capture->reader;
    if (reader->ended || !reader->format->next(reader, packet))
        return false;
    packet->number = reader->packets;
    note(capture, packet);
    return true;
}

bool capture_next(struct capture *capture, struct packet *packet)
{
    bool found;
    do
        found = read_packet(capture, packet);
    while (found && capture->filter != NULL && !filter_passes(capture->filter, packet));
    return found;
}

void capture_on_secrets(struct capture *capture, capture_secrets secrets, void *context)
{
    capture->reader->secrets = secrets;
    capture->reader->context = context;
}

void capture_on_wait(struct capture *capture, void (*waits)(void *context), void *context)
{
    capture->source->waits = waits;
    capture->source->context = context;
}

bool capture_is_packed(const struct capture *capture)
{
    return source_is_packed(capture->source);
}

void capture_read_ahead(struct capture *capture)
{
    capture->source = capture->reader->source = source_ahead(capture->source);
}

void capture_scan_secrets(const char *path, capture_secrets secrets, void *context)
{
    char *error = NULL;
    struct capture *capture = strcmp(path, "-") != 0 ? capture_open(path, NULL, &error) : NULL;
    g_free(error);
    if (capture != NULL && capture->reader->format == &format_pcapng && capture->info.file_size != 0) {
        struct packet packet;
        capture_on_secrets(capture, secrets, context);
        while (read_packet(capture, &packet))
            ;
    }
    capture_close(capture);
}

const struct capture_info *capture_info(struct capture *capture)
{
    struct capture_info *info = &capture->info;
    info->packets = capture->reader->packets;
    info->bytes_read = capture->source->stored;
    info->link_types = (const int *)(const void *)capture->link_types->data;
    info->link_type_count = capture->link_types->len;
    info->damage = (const struct capture_damage *)(const void *)capture->damage->data;
    info->damage_count = capture->damage->len;
    return info;
}
