/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Frames found by evidence, and none found in noise.
 */
#include "harness.h"

#include "bytes.h"
#include "ws/find.h"

#include <glib.h>

#define SIP "OPTIONS sip:a SIP/2.0\r\n\r\n" /* 25 bytes */
static const struct {
    const char *name;
    struct sw_slice bytes;
    enum sw_masking masking;
    enum sw_result result;
    size_t offset;
    enum sw_result at_end; /* the same bytes, and no more to come */
} cases[] = {
    {"a request", BYTES("\x81\x19" SIP), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"a request in fragments", BYTES("\x01\x19" SIP), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"a binary one", BYTES("\x82\x19" SIP), SW_MASK_UNKNOWN, SW_OK, 0, SW_OK},
    {"a status line behind garbage", BYTES("garbage\x81\x0eSIP/2.0 200 OK"), SW_UNMASKED, SW_OK, 7, SW_OK},
    {"its beginning is enough", BYTES("\x81\x7e\x12\x34SIP/2.0 "), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"a little less is not", BYTES("\x81\x7e\x12\x34SIP/2."), SW_UNMASKED, SW_MORE, 0, SW_MORE},
    {"leading line ends", BYTES("\x81\x1d\r\n\r\n" SIP), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"a keep-alive", BYTES("x\x81\x04\r\n\r\n"), SW_UNMASKED, SW_OK, 1, SW_OK},
    {"no keep-alive", BYTES("\x81\x02\n\n"), SW_UNMASKED, SW_MORE, 0, SW_MORE},
    {"a masked keep-alive",
     BYTES("\x81\x82"
           "abcd"
           "\x6c\x68"),
     SW_MASKED, SW_OK, 0, SW_OK},
    {"the wrong mask bit", BYTES("\x81\x19" SIP), SW_MASKED, SW_MORE, 27, SW_MORE},
    {"a method too short",
     BYTES("\x81\x14"
           "AB sip:a SIP/2.0\r\n\r\n"),
     SW_UNMASKED, SW_MORE, 0, SW_MORE},
    {"nothing but a method, and a long one", BYTES("\x81\x30TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT"), SW_UNMASKED,
     SW_MORE, 0, SW_MORE},
    {"no scheme",
     BYTES("\x81\x0b"
           "GET / HTTP/"),
     SW_UNMASKED, SW_MORE, 0, SW_MORE},
    {"three in a row", BYTES("\x81\x01x\x89\x00\x81\x01y"), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"two in a row", BYTES("\x81\x01x\x89\x00"), SW_UNMASKED, SW_MORE, 0, SW_OK},
    {"SIP behind a ping", BYTES("\x89\x01x\x81\x19" SIP), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"one ping", BYTES("\x89\x01x"), SW_UNMASKED, SW_MORE, 0, SW_OK},
    {"one ping, cut", BYTES("\x89\x02x"), SW_UNMASKED, SW_MORE, 0, SW_MORE},
    {"one text", BYTES("\x81\x01x"), SW_UNMASKED, SW_MORE, 0, SW_MORE},
    {"a close", BYTES("\x88\x02\x03\xe8"), SW_UNMASKED, SW_MORE, 0, SW_OK},
    {"a close without a code", BYTES("\x88\x00"), SW_UNMASKED, SW_MORE, 0, SW_OK},
    {"half a close code", BYTES("\x88\x01\xff"), SW_UNMASKED, SW_MORE, 3, SW_MORE},
    {"a bad close code", BYTES("\x88\x02\xff\xff??"), SW_UNMASKED, SW_MORE, 6, SW_MORE},
    {"a close reason that is not UTF-8", BYTES("\x88\x03\x03\xe8\xff"), SW_UNMASKED, SW_MORE, 5, SW_MORE},
    {"a chain that breaks", BYTES("\x89\x00\x81\x01x\x8a\x00\xff\xff"), SW_UNMASKED, SW_MORE, 9, SW_MORE},
    {"a fragment out of place", BYTES("\x81\x01x\x80\x01y\x8a\x00\xff\xff"), SW_UNMASKED, SW_MORE, 10, SW_MORE},
    {"a message within a message", BYTES("\x01\x01x\x81\x01y\x8a\x00\xff\xff"), SW_UNMASKED, SW_MORE, 10, SW_MORE},
    {"the rest of a message", BYTES("\x00\x01x\x80\x01y\x8a\x00"), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"deflated", BYTES("\xc1\x03\x4a\x04\x00\xc1\x03\x4a\x04\x00\x8a\x00"), SW_UNMASKED, SW_OK, 0, SW_OK},
    {"not deflated: the end", BYTES("\xc1\x03\x4a\x04\x70\xc1\x03\x4a\x04\x00\x8a\x00"), SW_UNMASKED, SW_MORE, 5,
     SW_OK},
    {"not deflated: empty", BYTES("\xc1\x00\xc1\x00\xc1\x00\xff"), SW_UNMASKED, SW_MORE, 7, SW_MORE},
    {"text that is not UTF-8", BYTES("\x81\x01\xff\x89\x00\x8a\x00\xff\xff"), SW_UNMASKED, SW_MORE, 9, SW_MORE},
    {"a length not in its shortest form", BYTES("\x89\x7e\x00\x03\xff"), SW_UNMASKED, SW_MORE, 2, SW_MORE},
    {"a control frame too long", BYTES("\x89\x7e\x00\xfe\xff"), SW_UNMASKED, SW_MORE, 5, SW_MORE},
    {"a length of 2^63", BYTES("\x82\x7f\xff"), SW_UNMASKED, SW_MORE, 3, SW_MORE},
    {"zeros", BYTES("\0\0\0\0\0\0\0\0\0\0\0"), SW_UNMASKED, SW_MORE, 10, SW_MORE},
    {"nothing", BYTES(""), SW_UNMASKED, SW_MORE, 0, SW_MORE},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guarded bytes = guard(cases[i].bytes);
        struct sw_search last;
        size_t offset = SIZE_MAX;
        bool masked;
        enum sw_result result = sw_frame_find(bytes.bytes, cases[i].masking, &offset, &masked);
        enum sw_result at_end = sw_frame_search(bytes.bytes, cases[i].masking, true, &last);
        if (result != cases[i].result || offset != cases[i].offset || at_end != cases[i].at_end)
            print_error("%s: %d at %zu, at the end %d\n", cases[i].name, result, offset, at_end);
        assert_int_equal(result, cases[i].result);
        assert_int_equal(offset, cases[i].offset);
        assert_int_equal(at_end, cases[i].at_end);
        unguard(&bytes);
    }
}

/* With fewer bytes than `need` the answer may not change: what is fed byte by byte is searched seldom. */
static void test_need(void **state)
{
    (void)state;
    static const uint8_t stream[] = "\xc1\x03\x4a\x04\x00\xc1\x7e\x00\x7e"
                                    "0123456789012345678901234567890123456789012345678901234567890123456789"
                                    "01234567890123456789012345678901234567890123456789\0\0\0\0\0\0\x89\x00\x8a\x00";
    size_t need = 0;
    for (size_t size = 0; size < sizeof stream; size++) {
        struct sw_search search;
        enum sw_result result = sw_frame_search(sw_slice_of(stream, size), SW_UNMASKED, false, &search);
        if (size < need)
            assert_int_equal(result, SW_MORE);
        if (size < 9 + 126 + 2)
            assert_int_equal(result, SW_MORE);
        else
            assert_int_equal(result, SW_OK);
        assert_true(result == SW_OK || search.need > size);
        assert_int_equal(search.offset, 0);
        need = result == SW_MORE ? search.need : 0;
    }
}

/* In noise a chain of three headers turns up now and then; one that the rest of the noise does not break is rare. */
static void test_noise(void **state)
{
    (void)state;
    enum { SIZE = 2048, ROUNDS = 500 };
    uint8_t noise[SIZE];
    GRand *random = g_rand_new_with_seed(6455);
    unsigned found[2] = {0};
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < SIZE; i++)
            noise[i] = (uint8_t)g_rand_int(random);
        for (int masking = 0; masking < 2; masking++) {
            size_t offset;
            bool masked;
            struct sw_slice bytes = sw_slice_of(noise, SIZE);
            found[masking] += sw_frame_find(bytes, (enum sw_masking)masking, &offset, &masked) == SW_OK;
        }
    }
    g_rand_free(random);
    print_message("found in %d pieces of noise: masked %u, unmasked %u\n", ROUNDS, found[0], found[1]);
    assert_true(found[0] + found[1] < ROUNDS / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_need),
        cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
