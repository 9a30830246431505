/* SPDX-License-Identifier: MIT
 *
 * links: offline_capture
 * Blocks of pcapng files: those that are right are all read, whatever options they have and whatever stands between
 * them; a pipe gives what a file gives; secrets that are looked for first are those that are met on the way.
 *
 * The input: a byte of options, then blocks: a byte that says of what type and how it is wrong, a size in two bytes,
 * and the bytes of its body, or what follows its fixed part. So blocks fit together, which a change of bytes seldom
 * leaves.
 */
#include "memory_file.h"

#include "capture/capture.h"

enum { OPTION_BIG_ENDIAN = 1, OPTION_FILTER = 2 };

/* Of a block's first byte: the low four bits are one of */
enum block {
    BLOCK_SECTION,   /* bytes: its options */
    BLOCK_INTERFACE, /* options */
    BLOCK_PACKET,    /* the packet */
    BLOCK_SECRETS,   /* the lines of a key log */
    BLOCK_STRAY,     /* bytes that are no block */
    BLOCK_BODIES,    /* from here on: bytes are the body; see body_types */
};
/* and others */
enum { WRONG_LENGTH_BEFORE = 0x20, WRONG_LENGTH_BEHIND = 0x40, CUT = 0x80 };

struct file {
    GByteArray *bytes;
    bool big_endian;
    bool damaged;        /* on purpose */
    uint32_t interfaces; /* of the section */
    GArray *expected;    /* digests of packets, uint64_t */
};

/* --- writing ----------------------------------------------------------------------------------------------------- */

static void put(struct file *file, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t)(value >> 8 * (file->big_endian ? size - 1 - i : i));
        g_byte_array_append(file->bytes, &byte, 1);
    }
}

static void put_padded(struct file *file, struct sw_slice bytes)
{
    if (bytes.size != 0)
        g_byte_array_append(file->bytes, bytes.data, (guint)bytes.size);
    while (file->bytes->len % 4 != 0)
        put(file, 0, 1);
}

static void put_fixed_part(struct file *file, enum block block, struct sw_slice bytes)
{
    const uint32_t size = (uint32_t)bytes.size;
    switch (block) {
    case BLOCK_SECTION:
        put(file, 0x1a2b3c4d, 4);
        put(file, 1, 2);
        put(file, 0, 2);
        put(file, UINT64_MAX, 8);
        return;
    case BLOCK_INTERFACE:
        put(file, 1, 2);
        put(file, 0, 6);
        return;
    case BLOCK_PACKET:
        put(file, file->interfaces - 1, 4);
        put(file, file->bytes->len, 8);
        put(file, size, 4);
        put(file, size, 4);
        return;
    case BLOCK_SECRETS:
        put(file, 0x544c534b, 4);
        put(file, size, 4);
        return;
    default:
        return;
    }
}

static uint32_t type_of(unsigned what)
{
    static const uint32_t types[] = {0x0a0d0d0a, 1, 6, 10};
    static const uint32_t body_types[] = {1, 2, 3, 4, 5, 6, 9, 10, 0x0bad, 0x40000bad, 0x7fffffff};
    return what < G_N_ELEMENTS(types) ? types[what] : body_types[(what - BLOCK_BODIES) % G_N_ELEMENTS(body_types)];
}

static void put_block(struct file *file, uint8_t how, struct sw_slice bytes)
{
    const enum block what = (enum block)(how & 15);
    const guint start = file->bytes->len;
    put(file, type_of(what), 4);
    put(file, 0, 4);
    put_fixed_part(file, what, bytes);
    put_padded(file, bytes);
    const uint32_t length = file->bytes->len - start + 4;
    put(file, how & WRONG_LENGTH_BEHIND ? length ^ 8 : length, 4);
    struct file field = {.bytes = g_byte_array_new(), .big_endian = file->big_endian};
    put(&field, how & WRONG_LENGTH_BEFORE ? length + 4 : length, 4);
    memcpy(file->bytes->data + start + 4, field.bytes->data, 4);
    g_byte_array_free(field.bytes, TRUE);
    if (how & CUT)
        g_byte_array_set_size(file->bytes, start + length / 2);
}

static void expect(struct file *file, enum block what, struct sw_slice bytes)
{
    if (what == BLOCK_SECTION)
        file->interfaces = 0;
    file->interfaces += what == BLOCK_INTERFACE;
    /* a body that happens to be an interface's makes one, too, and then packets may be cut */
    file->damaged |= what >= BLOCK_BODIES && type_of(what) == 1;
    if (what == BLOCK_PACKET && file->interfaces != 0) {
        const uint64_t sum = digest(bytes);
        g_array_append_val(file->expected, sum);
    }
}

static void step(struct file *file, struct sw_slice *rest)
{
    const uint8_t how = take_u8(rest);
    const unsigned size = take_u16(rest);
    const struct sw_slice bytes = take_bytes(rest, size);
    const enum block what = (enum block)(how & 15);
    if (how & (WRONG_LENGTH_BEFORE | WRONG_LENGTH_BEHIND | CUT) || what == BLOCK_STRAY)
        file->damaged = true;
    if (what == BLOCK_STRAY) {
        put_padded(file, bytes);
        return;
    }
    expect(file, what, bytes);
    put_block(file, how, bytes);
}

static struct file make_file(struct sw_slice input, uint8_t options)
{
    struct file file = {
        .bytes = g_byte_array_new(),
        .big_endian = (options & OPTION_BIG_ENDIAN) != 0,
        .expected = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
    };
    expect(&file, BLOCK_SECTION, slice(NULL, 0));
    put_block(&file, BLOCK_SECTION, slice(NULL, 0));
    while (input.size != 0)
        step(&file, &input);
    return file;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static void on_secrets(void *context, const char *text, size_t size)
{
    GString *log = context;
    g_string_append_printf(log, "%zu bytes %" G_GINT64_MODIFIER "x\n", size,
                           digest(slice((const uint8_t *)text, size)));
}

/* Packets that were read must be, in this order, those that are expected, and others may stand between them. */
static void met(const GArray *expected, guint *next, const struct packet *packet)
{
    if (*next < expected->len && digest(slice(packet->data, packet->size)) == g_array_index(expected, uint64_t, *next))
        ++*next;
}

static GString *read_capture(const char *path, const struct file *file, bool filter, GString *secrets)
{
    GString *log = g_string_new("");
    char *error = NULL;
    guint next = 0;
    struct capture *capture = capture_open(path, filter ? "ip or ip6" : NULL, &error);
    CHECK(capture != NULL); /* its section header is right */
    capture_on_secrets(capture, on_secrets, secrets);
    struct packet packet;
    for (uint64_t before = 0; capture_next(capture, &packet); before = packet.number) {
        CHECK(packet.number > before);
        met(file->expected, &next, &packet);
        g_string_append_printf(log, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %d %u/%u %" G_GINT64_MODIFIER "x\n",
                               packet.number, packet.time, packet.link_type, packet.size, packet.original_size,
                               digest(slice(packet.data, packet.size)));
    }
    const struct capture_info *info = capture_info(capture);
    for (size_t i = 0; i < info->damage_count; i++)
        g_string_append_printf(log, "damage %" G_GUINT64_FORMAT ": %s\n", info->damage[i].offset, info->damage[i].text);
    CHECK(file->damaged || filter || next == file->expected->len);
    capture_close(capture);
    return log;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sw_slice input = slice(data, size);
    const uint8_t options = take_u8(&input);
    const bool filter = (options & OPTION_FILTER) != 0;
    struct file file = make_file(input, options);
    const struct sw_slice bytes = slice(file.bytes->data, file.bytes->len);
    GString *scanned = g_string_new("");
    GString *secrets = g_string_new("");
    struct memory_file memory;
    memory_file_open(&memory, bytes);
    capture_scan_secrets(memory.path, on_secrets, scanned);
    GString *from_file = read_capture(memory.path, &file, filter, secrets);
    memory_file_close(&memory);
    check_same(scanned, "secrets looked for", secrets, "secrets met");
    if (bytes.size <= MEMORY_PIPE_MAX) {
        secrets = g_string_new("");
        memory_pipe_open(&memory, bytes);
        check_same(from_file, "from a file", read_capture(memory.path, &file, filter, secrets), "from a pipe");
        memory_file_close(&memory);
        g_string_free(secrets, TRUE);
    } else {
        g_string_free(from_file, TRUE);
    }
    g_byte_array_free(file.bytes, TRUE);
    g_array_free(file.expected, TRUE);
    return 0;
}
