/* SPDX-License-Identifier: MIT
 *
 * Which packets are in a pcap file? (draft-ietf-opsawg-pcap; pcap-savefile(5))
 *
 *     file header                          packet header              modified kernels' packet header
 *      0  magic                             0  seconds                  the same 16 bytes, then
 *      4  version                           4  fraction                16  interface
 *      8  time zone, accuracy: unused       8  captured bytes          20  protocol, packet type
 *     16  snap length                      12  original bytes
 *     20  link type, FCS bits above it     16  the packet
 *
 * The format has no marks between packets. Where a header can't be right, the next packet is searched for by evidence:
 * sound lengths, a time near those seen before, and behind the packet another header like it, or the file's end.
 */
#include "capture/order.h"
#include "capture/reader.h"

enum {
    FILE_HEADER_SIZE = 24,
    PACKET_HEADER_SIZE = 16,
    MODIFIED_HEADER_SIZE = 24,
    CAPTURED_MAX = 262144, /* tcpdump's and Wireshark's limit */
    ORIGINAL_MAX = 16 * 1024 * 1024,
    SEARCH_MAX = 1024 * 1024,
    NEAR_SECONDS = 24 * 60 * 60,
};

struct variant {
    uint32_t magic;
    uint32_t header_size;
    uint32_t fractions;     /* in a second */
    uint32_t fraction_time; /* nanoseconds */
};

struct pcap_reader {
    struct reader base;
    const struct variant *variant;
    enum byte_order order;
    uint32_t snap_length; /* 0: none */
    uint32_t first_seconds;
    uint32_t last_seconds;
};

struct packet_header {
    uint32_t seconds;
    uint32_t fraction;
    uint32_t size;
    uint32_t original_size;
};

static const struct variant *find_variant(const uint8_t *at, enum byte_order *order)
{
    static const struct variant variants[] = {
        {0xa1b2c3d4, PACKET_HEADER_SIZE, 1000000, 1000},
        {0xa1b23c4d, PACKET_HEADER_SIZE, 1000000000, 1},
        {0xa1b2cd34, MODIFIED_HEADER_SIZE, 1000000, 1000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(variants); i++) {
        for (*order = ORDER_LITTLE; *order <= ORDER_BIG; ++*order)
            if (get32(*order, at) == variants[i].magic)
                return &variants[i];
    }
    return NULL;
}

/* The header `at` bytes behind the front, which are buffered. */
static inline struct packet_header header_at(const struct pcap_reader *pcap, size_t at)
{
    const uint8_t *bytes = pcap->base.source->at + at;
    return (struct packet_header){
        .seconds = get32(pcap->order, bytes),
        .fraction = get32(pcap->order, bytes + 4),
        .size = get32(pcap->order, bytes + 8),
        .original_size = get32(pcap->order, bytes + 12),
    };
}

static bool is_near(uint32_t a, uint32_t b)
{
    return (a < b ? b - a : a - b) <= NEAR_SECONDS;
}

/* Nothing speaks against the header: no need to look any further. */
static inline bool is_sound(const struct pcap_reader *pcap, struct packet_header header)
{
    return header.size <= header.original_size && header.original_size != 0 && header.size <= CAPTURED_MAX &&
           header.fraction < pcap->variant->fractions && (header.size <= pcap->snap_length || pcap->snap_length == 0);
}

/* A header where one is expected. Odd ones are let pass, such as a size above the original one; zeros are not: files
 * that a crash cut end in them. */
static bool is_possible(const struct packet_header *header, uint32_t seconds)
{
    return header->size <= CAPTURED_MAX && header->original_size != 0 && header->original_size <= ORIGINAL_MAX &&
           is_near(header->seconds, seconds);
}

/* A header where none is expected. */
static bool is_likely(const struct pcap_reader *pcap, const struct packet_header *header, uint32_t seconds)
{
    return is_possible(header, seconds) && header->size != 0 && header->size <= header->original_size &&
           header->fraction < pcap->variant->fractions;
}

/* Behind the packet, whose header is at `at`, comes the end of the file or another possible header. */
static bool fits_the_next(const struct pcap_reader *pcap, size_t at, const struct packet_header *header)
{
    struct source *source = pcap->base.source;
    if (header->size > CAPTURED_MAX)
        return false;
    const size_t next = at + pcap->variant->header_size + header->size;
    if (!source_need(source, next + pcap->variant->header_size))
        return source->left == next && source->damage == NULL;
    const struct packet_header successor = header_at(pcap, next);
    return is_possible(&successor, header->seconds) ||
           (pcap->base.packets != 0 && is_possible(&successor, pcap->last_seconds));
}

/* As long as no packet has been seen, any time will do. */
static bool starts_packet(const struct pcap_reader *pcap, size_t at)
{
    const struct packet_header header = header_at(pcap, at);
    const bool any = pcap->base.packets == 0;
    return (is_likely(pcap, &header, any ? header.seconds : pcap->last_seconds) ||
            is_likely(pcap, &header, any ? header.seconds : pcap->first_seconds)) &&
           fits_the_next(pcap, at, &header);
}

/* How far behind the front the next packet begins; 0 where none is found. */
static size_t search(const struct pcap_reader *pcap)
{
    for (size_t at = 1; at <= SEARCH_MAX && source_need(pcap->base.source, at + pcap->variant->header_size); at++)
        if (starts_packet(pcap, at))
            return at;
    return 0;
}

/* At the front is a header of a packet that is buffered whole. */
static bool has_packet(const struct pcap_reader *pcap)
{
    const struct packet_header header = header_at(pcap, 0);
    return (is_sound(pcap, header) || fits_the_next(pcap, 0, &header)) &&
           source_need(pcap->base.source, pcap->variant->header_size + header.size);
}

/* The usual case of it: there is nothing to read, and nothing to doubt. */
static inline bool is_buffered(const struct pcap_reader *pcap)
{
    const struct source *source = pcap->base.source;
    const uint32_t header_size = pcap->variant->header_size;
    if (source->left < header_size)
        return false;
    const struct packet_header header = header_at(pcap, 0);
    return is_sound(pcap, header) && source->left - header_size >= header.size;
}

/* Goes to the next packet, over damage if need be. */
static bool find_packet(struct pcap_reader *pcap)
{
    struct source *source = pcap->base.source;
    while (source_need(source, pcap->variant->header_size)) {
        if (has_packet(pcap))
            return true;
        const struct packet_header header = header_at(pcap, 0);
        const bool cut = is_sound(pcap, header);
        const size_t next = search(pcap);
        if (next == 0)
            return reader_end(&pcap->base, cut ? "cut in the middle of a packet"
                                               : "damaged packet header, no packet found behind it");
        reader_damage(&pcap->base, source_offset(source), "damaged packet header");
        source_take(source, next);
    }
    return reader_end(&pcap->base, "cut in the middle of a packet header");
}

static bool pcap_matches(struct source *source)
{
    enum byte_order order;
    return source_need(source, 4) && find_variant(source->at, &order) != NULL;
}

static struct reader *pcap_open(struct source *source, char **error)
{
    if (!source_need(source, FILE_HEADER_SIZE)) {
        *error = g_strdup("cut in the middle of the file header");
        return NULL;
    }
    struct pcap_reader *pcap = g_new0(struct pcap_reader, 1);
    pcap->variant = find_variant(source->at, &pcap->order);
    pcap->snap_length = get32(pcap->order, source->at + 16);
    pcap->base.format = &format_pcap;
    pcap->base.source = source;
    pcap->base.link_type = (int)(get32(pcap->order, source->at + 20) & 0xffff);
    source_take(source, FILE_HEADER_SIZE);
    return &pcap->base;
}

static void note_time(struct pcap_reader *pcap, uint32_t seconds)
{
    if (pcap->base.packets++ == 0)
        pcap->first_seconds = seconds;
    pcap->last_seconds = seconds;
}

static bool pcap_next(struct reader *reader, struct packet *packet)
{
    struct pcap_reader *pcap = (struct pcap_reader *)reader;
    if (!is_buffered(pcap) && !find_packet(pcap))
        return false;
    const struct packet_header header = header_at(pcap, 0);
    note_time(pcap, header.seconds);
    packet->time = (int64_t)header.seconds * 1000000000 + (int64_t)header.fraction * pcap->variant->fraction_time;
    packet->link_type = reader->link_type;
    packet->size = header.size;
    packet->original_size = header.original_size;
    packet->data = reader->source->at + pcap->variant->header_size;
    source_take(reader->source, pcap->variant->header_size + header.size);
    return true;
}

static void pcap_close(struct reader *reader)
{
    g_free(reader);
}

const struct format format_pcap = {
    .name = "pcap",
    .matches = pcap_matches,
    .open = pcap_open,
    .next = pcap_next,
    .close = pcap_close,
};
