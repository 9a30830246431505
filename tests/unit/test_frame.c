/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Frame headers and masks.
 */
#include "harness.h"

#include "bytes.h"
#include "sipweave/frame.h"

static const struct {
    struct sw_slice bytes;
    enum sw_result result;
    struct sw_frame frame;
} frames[] = {
    {BYTES("\x81\x05"), SW_OK, {.fin = true, .opcode = 1, .minimal = true, .header_size = 2, .payload_size = 5}},
    {BYTES("\x02\x00"), SW_OK, {.opcode = 2, .minimal = true, .header_size = 2}},
    {BYTES("\xf9\x7d"),
     SW_OK,
     {.fin = true, .rsv = 7, .opcode = 9, .minimal = true, .header_size = 2, .payload_size = 125}},
    {BYTES("\x41\x85"
           "abcd"),
     SW_OK,
     {.rsv = SW_RSV1,
      .opcode = 1,
      .masked = true,
      .minimal = true,
      .masking_key = "abcd",
      .header_size = 6,
      .payload_size = 5}},
    {BYTES("\x82\x7e\x00\x7e"),
     SW_OK,
     {.fin = true, .opcode = 2, .minimal = true, .header_size = 4, .payload_size = 126}},
    {BYTES("\x82\x7e\x00\x7d"), SW_OK, {.fin = true, .opcode = 2, .header_size = 4, .payload_size = 125}},
    {BYTES("\x82\xfe\xff\xff"
           "abcd"),
     SW_OK,
     {.fin = true,
      .opcode = 2,
      .masked = true,
      .minimal = true,
      .masking_key = "abcd",
      .header_size = 8,
      .payload_size = 65535}},
    {BYTES("\x82\x7f\0\0\0\0\0\1\0\0"),
     SW_OK,
     {.fin = true, .opcode = 2, .minimal = true, .header_size = 10, .payload_size = 65536}},
    {BYTES("\x82\x7f\0\0\0\0\0\0\xff\xff"),
     SW_OK,
     {.fin = true, .opcode = 2, .header_size = 10, .payload_size = 65535}},
    {BYTES("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff"
           "abcd"),
     SW_OK,
     {.fin = true,
      .opcode = 2,
      .masked = true,
      .minimal = true,
      .masking_key = "abcd",
      .header_size = 14,
      .payload_size = INT64_MAX}},
    {BYTES("\x82\x7f\x80\0\0\0\0\0\0\0"), SW_BAD, {0}},
    {BYTES("\x82\xff\xff"), SW_BAD, {0}},
    {BYTES("\x8f\x00"), SW_OK, {.fin = true, .opcode = 15, .minimal = true, .header_size = 2}},
};

static void assert_frame(const struct sw_frame *a, const struct sw_frame *b)
{
    assert_int_equal(a->fin, b->fin);
    assert_int_equal(a->rsv, b->rsv);
    assert_int_equal(a->opcode, b->opcode);
    assert_int_equal(a->masked, b->masked);
    assert_int_equal(a->minimal, b->minimal);
    assert_memory_equal(a->masking_key, b->masking_key, 4);
    assert_int_equal(a->header_size, b->header_size);
    assert_int_equal(a->payload_size, b->payload_size);
}

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct guarded bytes = guard(frames[i].bytes);
        struct sw_frame frame;
        assert_int_equal(sw_frame_parse(bytes.bytes, &frame), frames[i].result);
        if (frames[i].result == SW_OK)
            assert_frame(&frame, &frames[i].frame);
        unguard(&bytes);
    }
}

/* Every shorter header is SW_MORE: nothing is read that isn't there. */
static void test_prefixes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        for (size_t size = 0; frames[i].result == SW_OK && size < frames[i].bytes.size; size++) {
            struct guarded part = guard(sw_slice_head(frames[i].bytes, size));
            struct sw_frame frame;
            assert_int_equal(sw_frame_parse(part.bytes, &frame), SW_MORE);
            unguard(&part);
        }
    }
}

static void test_unmask(void **state)
{
    (void)state;
    static const uint8_t key[4] = {0x37, 0xfa, 0x21, 0x3d};
    uint8_t plain[67];
    uint8_t masked[67];
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 7);
        masked[i] = plain[i] ^ key[i & 3];
    }
    for (size_t from = 0; from <= sizeof plain; from++) {
        uint8_t out[67];
        struct guarded bytes = guard(sw_slice_of(masked + from, sizeof masked - from));
        sw_frame_unmask(out, bytes.bytes, key, UINT64_C(0xfffffffffffffff0) + from);
        assert_memory_equal(out, plain + from, sizeof plain - from);
        unguard(&bytes);
        memcpy(out, masked, sizeof out);
        sw_frame_unmask(out + from, sw_slice_of(out + from, sizeof out - from), key, from);
        assert_memory_equal(out + from, plain + from, sizeof plain - from);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_unmask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
