/* SPDX-License-Identifier: MIT
 *
 * Which packets are in a pcapng file? (draft-ietf-opsawg-pcapng)
 *
 *      0  block type
 *      4  total length, a multiple of 4      Section Header Block: the byte order of all behind it
 *      8  body                               Interface Description Block: link type, clock, snap length
 *     -4  total length again                 Enhanced, Simple, (old) Packet Block: a packet
 *
 * That each block has its length twice makes damage visible, and the blocks behind it can be found again: a known type
 * and two lengths that agree, at a multiple of 4. A damaged block is itself still used where one of its lengths leads
 * to that place.
 */
#include "capture/order.h"
#include "capture/reader.h"

enum {
    BLOCK_SIZE_MIN = 12,
    BLOCK_SIZE_BUFFERED = 1024 * 1024, /* of blocks that are looked into */
    BLOCK_SIZE_MAX = 16 * 1024 * 1024, /* of others, Wireshark's limit */
    SEARCH_MAX = 1024 * 1024,          /* looked at together, then the search goes on from there */
    INTERFACES_MAX = 65536,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    SECRETS_KEYLOG = 0x544c534b, /* "TLSK" */
    DEFAULT_RESOLUTION = 6,
};

enum block_type {
    BLOCK_SECTION = 0x0a0d0d0a, /* a palindrome: the same in both byte orders */
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 2,
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_NAMES = 4,
    BLOCK_STATISTICS = 5,
    BLOCK_ENHANCED_PACKET = 6,
    BLOCK_JOURNAL = 9,
    BLOCK_SECRETS = 10,
    BLOCK_CUSTOM = 0x0bad,
    BLOCK_CUSTOM_NOT_COPIED = 0x40000bad,
};

enum option {
    OPTION_END = 0,
    OPTION_RESOLUTION = 9, /* if_tsresol */
    OPTION_OFFSET = 14,    /* if_tsoffset */
};

__extension__ typedef unsigned __int128 wide_uint;
__extension__ typedef __int128 wide_int;

/* Ticks to nanoseconds: ticks * multiplier / divisor / 2^shift. */
struct tick {
    uint64_t multiplier;
    uint64_t divisor;
    unsigned shift;
    int64_t offset; /* seconds, added */
};

struct interface {
    int link_type;
    uint32_t snap_length; /* 0: none */
    struct tick tick;
};

struct pcapng_reader {
    struct reader base;
    enum byte_order order; /* of the section */
    GArray *interfaces;    /* of the section */
    bool told_unknown_interface;
    int64_t last_time;
};

/* A block, whole in the buffer. */
struct block {
    const uint8_t *bytes;
    size_t size;
};

/* What a packet block says. */
struct captured {
    uint32_t interface;
    const uint8_t *ticks; /* high half, low half; NULL: it has no time */
    uint32_t size;
    uint32_t original_size;
    const uint8_t *data;
    size_t room; /* to the end of the block's body */
};

static int64_t saturate(wide_int value)
{
    if (value > INT64_MAX)
        return INT64_MAX;
    return value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

static int64_t tick_time(const struct tick *tick, uint64_t ticks)
{
    if (tick->divisor != 1)
        ticks /= tick->divisor;
    const wide_uint nanoseconds = (wide_uint)ticks * tick->multiplier >> tick->shift;
    return saturate((wide_int)nanoseconds + (wide_int)tick->offset * 1000000000);
}

/* if_tsresol: a negative power of 10, or of 2 where the top bit is set. */
static void set_resolution(struct tick *tick, uint8_t resolution)
{
    const unsigned exponent = resolution & 0x7f;
    *tick = (struct tick){.multiplier = 1, .divisor = 1, .offset = tick->offset};
    if ((resolution & 0x80) != 0) {
        tick->multiplier = 1000000000;
        tick->shift = exponent;
        return;
    }
    for (unsigned i = exponent; i < 9; i++)
        tick->multiplier *= 10;
    for (unsigned i = 9; i < exponent; i++) /* 10^19 is the last that fits; finer ticks are 0 ns all the same */
        tick->divisor = tick->divisor > UINT64_MAX / 10 ? UINT64_MAX : tick->divisor * 10;
}

static void report(struct pcapng_reader *pcapng, const char *text)
{
    reader_damage(&pcapng->base, source_offset(pcapng->base.source), text);
}

/* The byte order of the section whose header is at `bytes` (12 of them). Where its magic is damaged, the length tells:
 * it is small, and huge in the wrong order. */
static enum byte_order section_order(const uint8_t *bytes)
{
    for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)
        if (get32(order, bytes + 8) == BYTE_ORDER_MAGIC)
            return order;
    return get32(ORDER_BIG, bytes + 4) < get32(ORDER_LITTLE, bytes + 4) ? ORDER_BIG : ORDER_LITTLE;
}

static void start_section(struct pcapng_reader *pcapng, const uint8_t *bytes)
{
    pcapng->order = section_order(bytes);
    pcapng->told_unknown_interface = false;
    g_array_set_size(pcapng->interfaces, 0);
}

static void take_section(struct pcapng_reader *pcapng, const struct block *block, struct captured *captured)
{
    (void)captured;
    start_section(pcapng, block->bytes);
    if (get32(pcapng->order, block->bytes + 8) != BYTE_ORDER_MAGIC)
        report(pcapng, "damaged byte-order magic of a section");
}

static void take_interface_option(const struct pcapng_reader *pcapng, struct interface *interface, uint16_t code,
                                  const uint8_t *value, size_t size)
{
    if (code == OPTION_RESOLUTION && size == 1)
        set_resolution(&interface->tick, value[0]);
    else if (code == OPTION_OFFSET && size == 8)
        interface->tick.offset = (int64_t)get64(pcapng->order, value);
}

static void take_interface_options(struct pcapng_reader *pcapng, struct interface *interface, const uint8_t *at,
                                   size_t left)
{
    while (left >= 4) {
        const uint16_t code = get16(pcapng->order, at);
        const size_t size = get16(pcapng->order, at + 2);
        const size_t padded = (size + 3) & ~(size_t)3;
        if (code == OPTION_END)
            return;
        if (padded > left - 4) {
            report(pcapng, "damaged options of an interface");
            return;
        }
        take_interface_option(pcapng, interface, code, at + 4, size);
        at += 4 + padded;
        left -= 4 + padded;
    }
}

static void take_interface(struct pcapng_reader *pcapng, const struct block *block, struct captured *captured)
{
    (void)captured;
    if (pcapng->interfaces->len == INTERFACES_MAX) {
        report(pcapng, "more interfaces than can be kept");
        return;
    }
    struct interface interface = {
        .link_type = get16(pcapng->order, block->bytes + 8),
        .snap_length = get32(pcapng->order, block->bytes + 12),
    };
    set_resolution(&interface.tick, DEFAULT_RESOLUTION);
    take_interface_options(pcapng, &interface, block->bytes + 16, block->size - 20);
    g_array_append_val(pcapng->interfaces, interface);
}

static const struct interface *find_interface(const struct pcapng_reader *pcapng, uint32_t id)
{
    return id < pcapng->interfaces->len ? &g_array_index(pcapng->interfaces, struct interface, id) : NULL;
}

static void take_enhanced(struct pcapng_reader *pcapng, const struct block *block, struct captured *captured)
{
    *captured = (struct captured){
        .interface = get32(pcapng->order, block->bytes + 8),
        .ticks = block->bytes + 12,
        .size = get32(pcapng->order, block->bytes + 20),
        .original_size = get32(pcapng->order, block->bytes + 24),
        .data = block->bytes + 28,
        .room = block->size - 32,
    };
}

static void take_simple(struct pcapng_reader *pcapng, const struct block *block, struct captured *captured)
{
    const struct interface *interface = find_interface(pcapng, 0);
    const uint32_t original_size = get32(pcapng->order, block->bytes + 8);
    const uint32_t snap_length = interface != NULL ? interface->snap_length : 0;
    *captured = (struct captured){
        .size = snap_length != 0 ? MIN(original_size, snap_length) : original_size,
        .original_size = original_size,
        .data = block->bytes + 12,
        .room = block->size - 16,
    };
}

static void take_old_packet(struct pcapng_reader *pcapng, const struct block *block, struct captured *captured)
{
    take_enhanced(pcapng, block, captured);
    captured->interface = get16(pcapng->order, block->bytes + 8); /* then 16 bits of drops */
}

/* Type, length, the lines of a key log. */
static void take_secrets(struct pcapng_reader *pcapng, const struct block *block, struct captured *captured)
{
    (void)captured;
    const size_t room = block->size - 20;
    const size_t size = get32(pcapng->order, block->bytes + 12);
    if (pcapng->base.secrets == NULL || get32(pcapng->order, block->bytes + 8) != SECRETS_KEYLOG)
        return;
    if (size > room)
        report(pcapng, "secrets longer than their block");
    pcapng->base.secrets(pcapng->base.context, (const char *)block->bytes + 16, MIN(size, room));
}

/* The blocks that the search for the next one trusts. Those without a function are skipped. */
static const struct block_kind {
    enum block_type type;
    uint32_t size_min;
    void (*take)(struct pcapng_reader *pcapng, const struct block *block, struct captured *captured);
    bool numbered; /* no packet, but Wireshark shows it as one, and our numbers are Wireshark's */
} block_kinds[] = {
    {BLOCK_ENHANCED_PACKET, 32, take_enhanced, false},
    {BLOCK_SIMPLE_PACKET, 16, take_simple, false},
    {BLOCK_PACKET, 32, take_old_packet, false},
    {BLOCK_INTERFACE, 20, take_interface, false},
    {BLOCK_SECTION, 28, take_section, false},
    {BLOCK_NAMES, 16, NULL, false},
    {BLOCK_STATISTICS, 24, NULL, false},
    {BLOCK_SECRETS, 20, take_secrets, false},
    {BLOCK_JOURNAL, 12, NULL, true},
    {BLOCK_CUSTOM, 16, NULL, true},
    {BLOCK_CUSTOM_NOT_COPIED, 16, NULL, true},
};

static const struct block_kind *find_kind(uint32_t type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(block_kinds); i++)
        if (block_kinds[i].type == type)
            return &block_kinds[i];
    return NULL;
}

/* The size of the block that begins `at` bytes behind the front, now whole in the buffer; 0 where its lengths aren't
 * sound. */
static size_t block_size(const struct pcapng_reader *pcapng, size_t at)
{
    struct source *source = pcapng->base.source;
    if (!source_need(source, at + BLOCK_SIZE_MIN))
        return 0;
    const uint8_t *bytes = source->at + at;
    const enum byte_order order = get32(ORDER_LITTLE, bytes) == BLOCK_SECTION ? section_order(bytes) : pcapng->order;
    const uint32_t size = get32(order, bytes + 4);
    const uint32_t size_max = get32(order, bytes) == BLOCK_SECRETS ? BLOCK_SIZE_MAX : BLOCK_SIZE_BUFFERED;
    if (size < BLOCK_SIZE_MIN || size % 4 != 0 || size > size_max || !source_need(source, at + size))
        return 0;
    return get32(order, source->at + at + size - 4) == size ? size : 0;
}

/* One of the two lengths says that the block at the front ends there. */
static bool one_length_says(const struct pcapng_reader *pcapng, size_t end)
{
    const uint8_t *bytes = pcapng->base.source->at;
    return end >= BLOCK_SIZE_MIN &&
           (get32(pcapng->order, bytes + 4) == end || get32(pcapng->order, bytes + end - 4) == end);
}

static bool starts_known_block(const struct pcapng_reader *pcapng, size_t at)
{
    const struct block_kind *kind = find_kind(get32(pcapng->order, pcapng->base.source->at + at));
    return kind != NULL && block_size(pcapng, at) >= kind->size_min;
}

/* How far behind the front the next block begins, or the last one ends; 0: not within reach. */
static size_t search(const struct pcapng_reader *pcapng)
{
    struct source *source = pcapng->base.source;
    for (size_t at = 4; at <= SEARCH_MAX; at += 4) {
        if (source_need(source, at + BLOCK_SIZE_MIN)) {
            if (starts_known_block(pcapng, at))
                return at;
        } else {
            return source->damage == NULL && one_length_says(pcapng, source->left) ? source->left : 0;
        }
    }
    return 0;
}

/* From bytes that start no block to the next that do, or to the end. */
static void seek_block(const struct pcapng_reader *pcapng)
{
    struct source *source = pcapng->base.source;
    size_t next;
    while ((next = search(pcapng)) == 0) {
        if (!source_skip(source, SEARCH_MAX) || !source_need(source, BLOCK_SIZE_MIN)) {
            source_take(source, source->left);
            return;
        }
    }
    source_take(source, next);
}

/* The block at the front is damaged. Its size, if that is certain all the same; otherwise 0 with the source at the next
 * block, or at the end. */
static size_t recover(struct pcapng_reader *pcapng)
{
    struct source *source = pcapng->base.source;
    if (get32(ORDER_LITTLE, source->at) == BLOCK_SECTION)
        start_section(pcapng, source->at);
    const uint64_t offset = source_offset(source);
    const size_t next = search(pcapng);
    if (next == 0 && source->ended && source->left <= SEARCH_MAX) {
        reader_end(&pcapng->base, "cut in the middle of a block");
        return 0;
    }
    reader_damage(&pcapng->base, offset, "damaged block");
    if (next != 0 && one_length_says(pcapng, next))
        return next;
    seek_block(pcapng);
    return 0;
}

/* A block that is too large for the buffer, which we wouldn't look into anyway. */
static bool is_large_other(const struct pcapng_reader *pcapng)
{
    const uint8_t *bytes = pcapng->base.source->at;
    const struct block_kind *kind = find_kind(get32(pcapng->order, bytes));
    const uint32_t size = get32(pcapng->order, bytes + 4);
    return (kind == NULL || kind->take == NULL) && size > BLOCK_SIZE_BUFFERED && size <= BLOCK_SIZE_MAX &&
           size % 4 == 0;
}

static void skip_large_other(struct pcapng_reader *pcapng)
{
    struct source *source = pcapng->base.source;
    const uint64_t offset = source_offset(source);
    const struct block_kind *kind = find_kind(get32(pcapng->order, source->at));
    const uint32_t size = get32(pcapng->order, source->at + 4);
    if (!source_skip(source, size - 4) || !source_need(source, 4)) {
        source_take(source, source->left);
        if (source->damage == NULL)
            reader_damage(&pcapng->base, offset, "cut in the middle of a block");
    } else if (get32(pcapng->order, source->at) != size) {
        reader_damage(&pcapng->base, offset, "damaged block");
        seek_block(pcapng);
    } else {
        source_take(source, 4);
        pcapng->base.packets += kind != NULL && kind->numbered;
    }
}

/* The size of the block at the front, over damage if need be; 0 at the end. */
static size_t find_block(struct pcapng_reader *pcapng)
{
    struct source *source = pcapng->base.source;
    while (!pcapng->base.ended && source_need(source, BLOCK_SIZE_MIN)) {
        size_t size = block_size(pcapng, 0);
        if (size == 0 && is_large_other(pcapng)) {
            skip_large_other(pcapng);
            continue;
        }
        if (size == 0)
            size = recover(pcapng);
        if (size != 0)
            return size;
    }
    reader_end(&pcapng->base, "cut in the middle of a block");
    return 0;
}

/* A Simple Packet Block has no time: it gets that of the packet before it. */
static int64_t captured_time(struct pcapng_reader *pcapng, const struct interface *interface, const uint8_t *ticks)
{
    if (ticks != NULL) {
        const uint64_t high = get32(pcapng->order, ticks);
        pcapng->last_time = tick_time(&interface->tick, high << 32 | get32(pcapng->order, ticks + 4));
    }
    return pcapng->last_time;
}

/* Counts the packet; false where it can't be shown. */
static bool make_packet(struct pcapng_reader *pcapng, const struct captured *captured, struct packet *packet)
{
    const struct interface *interface = find_interface(pcapng, captured->interface);
    pcapng->base.packets++;
    if (interface == NULL) {
        if (!pcapng->told_unknown_interface)
            report(pcapng, "packet of an interface that the section doesn't describe");
        pcapng->told_unknown_interface = true;
        return false;
    }
    if (captured->size > captured->room) {
        report(pcapng, "packet longer than its block");
        return false;
    }
    packet->time = captured_time(pcapng, interface, captured->ticks);
    packet->link_type = interface->link_type;
    packet->size = captured->size;
    packet->original_size = captured->original_size;
    packet->data = captured->data;
    return true;
}

static bool take_block(struct pcapng_reader *pcapng, const struct block *block, struct packet *packet)
{
    const struct block_kind *kind = find_kind(get32(pcapng->order, block->bytes));
    if (kind == NULL)
        return false;
    pcapng->base.packets += kind->numbered;
    if (kind->take == NULL)
        return false;
    if (block->size < kind->size_min) {
        report(pcapng, "block too short for its type");
        return false;
    }
    struct captured captured = {0};
    kind->take(pcapng, block, &captured);
    return captured.data != NULL && make_packet(pcapng, &captured, packet);
}

static bool pcapng_matches(struct source *source)
{
    return source_need(source, 4) && get32(ORDER_LITTLE, source->at) == BLOCK_SECTION;
}

static struct reader *pcapng_open(struct source *source, char **error)
{
    if (!source_need(source, BLOCK_SIZE_MIN)) {
        *error = g_strdup("cut in the middle of the file header");
        return NULL;
    }
    struct pcapng_reader *pcapng = g_new0(struct pcapng_reader, 1);
    pcapng->base.format = &format_pcapng;
    pcapng->base.source = source;
    pcapng->base.link_type = -1;
    pcapng->interfaces = g_array_new(FALSE, FALSE, sizeof(struct interface));
    start_section(pcapng, source->at);
    return &pcapng->base;
}

static bool pcapng_next(struct reader *reader, struct packet *packet)
{
    struct pcapng_reader *pcapng = (struct pcapng_reader *)reader;
    size_t size;
    while ((size = find_block(pcapng)) != 0) {
        const struct block block = {.bytes = reader->source->at, .size = size};
        const bool found = take_block(pcapng, &block, packet);
        source_take(reader->source, size);
        if (found)
            return true;
    }
    return false;
}

static void pcapng_close(struct reader *reader)
{
    struct pcapng_reader *pcapng = (struct pcapng_reader *)reader;
    g_array_free(pcapng->interfaces, TRUE);
    g_free(pcapng);
}

const struct format format_pcapng = {
    .name = "pcapng",
    .matches = pcapng_matches,
    .open = pcapng_open,
    .next = pcapng_next,
    .close = pcapng_close,
};
