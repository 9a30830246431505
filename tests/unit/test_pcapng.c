/* links: offline_capture
 * SPDX-License-Identifier: MIT
 *
 * pcapng files: sections, interfaces, clocks, kinds of blocks, and what is found in damaged ones.
 */
#include "capture_files.h"

enum {
    PACKETS = 6,
    POWER_OF_2 = 0x80,
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

static const uint64_t start_ticks = START_SECONDS * UINT64_C(1000000);

/* A section, an interface and packets of 10 + i times i. starts: where each block begins, and the end. */
static struct writer small_pcapng(bool big_endian, size_t starts[PACKETS + 3])
{
    struct writer writer = writer_new(big_endian);
    starts[0] = 0;
    ng_section(&writer);
    starts[1] = writer.bytes->len;
    ng_interface(&writer, 1, 65535, -1, 0);
    for (uint8_t i = 0; i < PACKETS; i++) {
        starts[2 + i] = writer.bytes->len;
        ng_packet(&writer, 0, start_ticks + i, i, 10U + i);
    }
    starts[2 + PACKETS] = writer.bytes->len;
    return writer;
}

static void reads_both_byte_orders(void **state)
{
    (void)state;
    for (int big_endian = 0; big_endian < 2; big_endian++) {
        size_t starts[PACKETS + 3];
        struct writer writer = small_pcapng(big_endian == 1, starts);
        struct shown shown = show_writer(folder, &writer);
        assert_int_equal(shown.packets->len, PACKETS);
        for (guint i = 0; i < PACKETS; i++) {
            const struct shown_packet *at = shown_at(&shown, i);
            assert_int_equal(at->packet.number, i + 1);
            assert_int_equal(at->packet.time, START_SECONDS * INT64_C(1000000000) + i * INT64_C(1000));
            assert_int_equal(at->packet.size, 10 + i);
            assert_true(at->uniform && at->data[0] == i);
        }
        assert_string_equal(shown.info.format, "pcapng");
        assert_int_equal(shown.damage->len, 0);
        shown_free(&shown);
        writer_free(&writer);
    }
}

/* Link types, snap lengths and clocks belong to the interface, byte order and interfaces to the section. */
static void reads_sections_and_interfaces(void **state)
{
    (void)state;
    struct writer writer = writer_new(false);
    ng_section(&writer);
    ng_interface(&writer, 1, 65535, -1, 0);
    ng_interface(&writer, 276, 96, 9, 0);
    ng_interface(&writer, 101, 0, 3, 3600);
    ng_packet(&writer, 1, START_SECONDS * UINT64_C(1000000000) + 5, 1, 20);
    ng_packet(&writer, 0, start_ticks, 2, 20);
    ng_packet(&writer, 2, START_SECONDS * UINT64_C(1000) + 7, 3, 21);
    writer.big_endian = true;
    ng_section(&writer);
    ng_interface(&writer, 113, 65535, POWER_OF_2 | 10, -3600);
    ng_packet(&writer, 0, (uint64_t)START_SECONDS << 10 | 512, 4, 22);
    ng_packet(&writer, 1, 0, 5, 22); /* counted, though nobody knows what it is */
    ng_packet(&writer, 0, (uint64_t)START_SECONDS << 10, 6, 23);
    struct shown shown = show_writer(folder, &writer);
    static const struct {
        uint64_t number;
        int64_t time;
        int link_type;
    } expected[] = {
        {1, START_SECONDS * INT64_C(1000000000) + 5, 276},
        {2, START_SECONDS * INT64_C(1000000000), 1},
        {3, (START_SECONDS + INT64_C(3600)) * 1000000000 + 7000000, 101},
        {4, (START_SECONDS - INT64_C(3600)) * 1000000000 + 500000000, 113},
        {6, (START_SECONDS - INT64_C(3600)) * 1000000000, 113},
    };
    assert_int_equal(shown.packets->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < shown.packets->len; i++) {
        assert_int_equal(shown_at(&shown, i)->packet.number, expected[i].number);
        assert_int_equal(shown_at(&shown, i)->packet.time, expected[i].time);
        assert_int_equal(shown_at(&shown, i)->packet.link_type, expected[i].link_type);
    }
    static const int link_types[] = {276, 1, 101, 113};
    assert_int_equal(shown.link_types->len, G_N_ELEMENTS(link_types));
    assert_memory_equal(shown.link_types->data, link_types, sizeof link_types);
    assert_int_equal(shown.info.packets, 6);
    assert_int_equal(shown.damage->len, 1);
    shown_free(&shown);
    writer_free(&writer);
}

static void reads_every_clock(void **state)
{
    (void)state;
    static const struct {
        int resolution;
        int64_t offset;
        uint64_t ticks;
        int64_t time;
    } cases[] = {
        {0, 0, START_SECONDS, START_SECONDS * INT64_C(1000000000)},
        {6, 0, 1, 1000},
        {9, 0, 1700000000123456789, 1700000000123456789},
        {12, 0, 1700000000123456789, 1700000000123456},
        {19, 0, UINT64_MAX, 1844674407},
        {28, 0, UINT64_MAX, 1},
        {127, 0, UINT64_MAX - 1, 0},
        {POWER_OF_2 | 0, 0, 3, 3000000000},
        {POWER_OF_2 | 1, 0, 3, 1500000000},
        {POWER_OF_2 | 32, 0, (uint64_t)START_SECONDS << 32 | 0x80000000,
         START_SECONDS * INT64_C(1000000000) + 500000000},
        {POWER_OF_2 | 32, 0, UINT64_MAX, INT64_C(4294967295999999999)},
        {POWER_OF_2 | 63, 0, (uint64_t)3 << 62, 1500000000},
        {POWER_OF_2 | 64, 0, (uint64_t)1 << 63, 500000000},
        {POWER_OF_2 | 127, 0, UINT64_MAX, 0},
        {0, 0, UINT64_MAX, INT64_MAX},
        {6, 0, UINT64_MAX, INT64_MAX},
        {9, INT64_MAX, 0, INT64_MAX},
        {9, INT64_MIN, UINT64_MAX, INT64_MIN},
        {9, -1, 1, -999999999},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct writer writer = writer_new(i % 2 == 1);
        ng_section(&writer);
        ng_interface(&writer, 1, 0, cases[i].resolution, cases[i].offset);
        ng_packet(&writer, 0, cases[i].ticks, 1, 14);
        struct shown shown = show_writer(folder, &writer);
        assert_int_equal(shown_at(&shown, 0)->packet.time, cases[i].time);
        shown_free(&shown);
        writer_free(&writer);
    }
}

static void reads_simple_and_old_packets(void **state)
{
    (void)state;
    struct writer writer = writer_new(true);
    ng_section(&writer);
    ng_interface(&writer, 1, 30, -1, 0);
    ng_interface(&writer, 101, 0, -1, 0);
    ng_simple_packet(&writer, 1, 20, 20);
    ng_old_packet(&writer, 1, start_ticks, 2, 25);
    ng_simple_packet(&writer, 3, 30, 1500); /* cut to the snap length */
    struct shown shown = show_writer(folder, &writer);
    assert_int_equal(shown.packets->len, 3);
    assert_true(is_shown(&shown, 1, 20) && is_shown(&shown, 2, 25) && is_shown(&shown, 3, 30));
    assert_int_equal(shown_at(&shown, 0)->packet.time, 0);
    assert_int_equal(shown_at(&shown, 1)->packet.link_type, 101);
    assert_int_equal(shown_at(&shown, 2)->packet.link_type, 1);
    assert_int_equal(shown_at(&shown, 2)->packet.original_size, 1500);
    assert_int_equal(shown_at(&shown, 2)->packet.time, shown_at(&shown, 1)->packet.time);
    assert_int_equal(shown.damage->len, 0);
    shown_free(&shown);
    writer_free(&writer);
}

static void skips_and_numbers_other_blocks_of_any_size(void **state)
{
    (void)state;
    static const struct {
        uint32_t types[2];
        size_t size;
        uint64_t number; /* of the second packet: Wireshark numbers some of the others too */
    } cases[] = {
        {{4, 5}, 12, 2},      {{10, 0x7fffffff}, 1000, 2},    {{9, 0x0bad}, 300000, 4},
        {{4, 9}, 1048576, 3}, {{0x40000bad, 10}, 3000000, 3}, {{0x80000001, 0x0bad}, 16777204, 3},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct writer writer = writer_new(false);
        ng_section(&writer);
        ng_interface(&writer, 1, 0, -1, 0);
        ng_other(&writer, cases[i].types[0], cases[i].size);
        ng_packet(&writer, 0, 0, 1, 20);
        ng_other(&writer, cases[i].types[1], cases[i].size);
        ng_packet(&writer, 0, 0, 2, 20);
        struct shown shown = show_writer(folder, &writer);
        assert_int_equal(shown.packets->len, 2);
        assert_int_equal(shown_at(&shown, 1)->packet.number, cases[i].number);
        assert_int_equal(shown.damage->len, 0);
        shown_free(&shown);
        writer_free(&writer);
    }
}

/* Blocks that are framed well and say nonsense: told, and those behind them are read. */
static void reports_nonsense_in_sound_blocks(void **state)
{
    (void)state;
    size_t starts[PACKETS + 3];
    struct writer small = small_pcapng(false, starts);
    static const struct {
        unsigned block;
        size_t offset;
        uint32_t value;
        unsigned packets;
    } cases[] = {
        {2, 8, 1, PACKETS - 1},                                         /* interface */
        {2, 20, 13, PACKETS - 1},                                       /* captured size: block has room for 12 */
        {2, 20, 0xffffffff, PACKETS - 1}, {1, 16, 0xffff0001, PACKETS}, /* an option that is longer than the block */
        {0, 8, 0x12345678, PACKETS},                                    /* byte-order magic */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t *at = small.bytes->data + starts[cases[i].block] + cases[i].offset;
        uint32_t kept;
        memcpy(&kept, at, 4);
        const uint32_t value = GUINT32_TO_LE(cases[i].value);
        memcpy(at, &value, 4);
        struct shown shown = show_writer(folder, &small);
        memcpy(at, &kept, 4);
        assert_int_equal(shown.packets->len, cases[i].packets);
        assert_int_equal(shown.info.packets, PACKETS);
        assert_int_equal(shown_at(&shown, cases[i].packets - 1)->packet.number, PACKETS);
        assert_int_equal(shown.damage->len, 1);
        assert_int_equal(damage_at(&shown, 0)->offset, starts[cases[i].block]);
        shown_free(&shown);
    }
    writer_free(&small);
}

static void reads_up_to_every_cut(void **state)
{
    (void)state;
    size_t starts[PACKETS + 3];
    struct writer writer = small_pcapng(true, starts);
    for (size_t cut = 12; cut < writer.bytes->len; cut++) {
        unsigned whole = 0;
        while (starts[whole + 1] <= cut)
            whole++;
        struct shown shown = show_bytes(folder, writer.bytes->data, cut);
        assert_null(shown.error);
        assert_int_equal(shown.packets->len, whole < 2 ? 0 : whole - 2);
        assert_int_equal(shown.damage->len, starts[whole] == cut ? 0 : 1);
        if (starts[whole] != cut)
            assert_int_equal(damage_at(&shown, 0)->offset, starts[whole]);
        shown_free(&shown);
    }
    writer_free(&writer);
}

/* A byte changed in one packet's block: all other packets are found, and where it is a length that packet too. */
static void loses_no_other_packet_to_a_bad_byte(void **state)
{
    (void)state;
    static const uint8_t masks[] = {0x01, 0x04, 0x80, 0xff};
    size_t starts[PACKETS + 3];
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(masks); i++) {
        struct writer writer = small_pcapng(i % 2 == 1, starts);
        unsigned block = 0;
        for (size_t at = 4; at < writer.bytes->len; at++) {
            if (at >= starts[block + 1])
                block++;
            writer.bytes->data[at] ^= masks[i / 2];
            struct shown shown = show_writer(folder, &writer);
            writer.bytes->data[at] ^= masks[i / 2];
            assert_null(shown.error);
            const size_t offset = at - starts[block];
            const bool in_length = (offset >= 4 && offset < 8) || at >= starts[block + 1] - 4;
            const bool about_interface = block == 1 && !in_length;
            for (uint8_t p = 0; p < PACKETS && !about_interface; p++)
                if (p + 2U != block || in_length)
                    assert_true(is_shown(&shown, p, 10U + p));
            assert_true(shown.damage->len == 1 || (shown.damage->len == 0 && !in_length));
            shown_free(&shown);
        }
        writer_free(&writer);
    }
}

/* Damage of any length between two packets, and of a section header whose byte order has to be found. */
static void finds_blocks_behind_damage(void **state)
{
    (void)state;
    static const size_t sizes[] = {4, 400, 262144, 1048576 - 4, 1048576, 1048576 + 4, 5000000};
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        struct writer writer = writer_new(false);
        ng_section(&writer);
        ng_interface(&writer, 1, 0, -1, 0);
        ng_packet(&writer, 0, 0, 1, 20);
        const size_t damage = writer.bytes->len;
        put_filled(&writer, (uint8_t)(i % 2 == 0 ? 0xff : 0x06), sizes[i]);
        writer.big_endian = true;
        ng_section(&writer);
        ng_interface(&writer, 1, 0, -1, 0);
        ng_packet(&writer, 0, 0, 2, 20);
        struct shown shown = show_writer(folder, &writer);
        assert_int_equal(shown.packets->len, 2);
        assert_true(is_shown(&shown, 2, 20));
        assert_int_equal(shown.damage->len, 1);
        assert_int_equal(damage_at(&shown, 0)->offset, damage);
        shown_free(&shown);
        writer_free(&writer);
    }
}

/* A hostile file: each block is followed by damage. What is kept of it is limited, and the limit is told. */
static void keeps_limited_damage(void **state)
{
    (void)state;
    struct writer writer = writer_new(false);
    ng_section(&writer);
    ng_interface(&writer, 1, 0, -1, 0);
    for (unsigned i = 0; i < 10000; i++) {
        put_filled(&writer, 0xff, 4);
        ng_packet(&writer, 0, 0, 1, 4);
    }
    struct shown shown = show_writer(folder, &writer);
    assert_int_equal(shown.packets->len, 10000);
    assert_int_equal(shown.damage->len, 4096);
    assert_string_equal(damage_at(&shown, 4095)->text, "more damage, from here on not listed");
    shown_free(&shown);
    writer_free(&writer);
}

static void survives_noise(void **state)
{
    (void)state;
    uint32_t random = 7;
    for (unsigned round = 0; round < 200; round++) {
        size_t starts[PACKETS + 3];
        struct writer writer = small_pcapng(round % 2 == 1, starts);
        for (unsigned i = 0; i < 4000; i++) {
            random = random * 1664525 + 1013904223;
            /* mostly zeros and small numbers, as lengths and types are */
            put32(&writer, (random >> 28) == 0 ? random : (random >> 8) % 40 * 4 % (random >> 24));
        }
        struct shown shown = show_writer(folder, &writer);
        assert_true(shown.packets->len >= PACKETS);
        shown_free(&shown);
        writer_free(&writer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_byte_orders),
        cmocka_unit_test(reads_sections_and_interfaces),
        cmocka_unit_test(reads_every_clock),
        cmocka_unit_test(reads_simple_and_old_packets),
        cmocka_unit_test(skips_and_numbers_other_blocks_of_any_size),
        cmocka_unit_test(reports_nonsense_in_sound_blocks),
        cmocka_unit_test(reads_up_to_every_cut),
        cmocka_unit_test(loses_no_other_packet_to_a_bad_byte),
        cmocka_unit_test(finds_blocks_behind_damage),
        cmocka_unit_test(keeps_limited_damage),
        cmocka_unit_test(survives_noise),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
