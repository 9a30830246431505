/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * WebSocket frames: one header, and the search for one. The input's first byte steers.
 */
#include "fuzz.h"

#include "sipweave/frame.h"

static void check_parse(struct sw_slice data)
{
    struct sw_frame frame;
    enum sw_result result = sw_frame_parse(data, &frame);
    CHECK(result == SW_OK || data.size < 14 || result == SW_BAD);
    if (result != SW_OK)
        return;
    CHECK(frame.header_size >= 2 && frame.header_size <= 14 && frame.header_size <= data.size);
    CHECK(frame.payload_size >> 63 == 0);
    for (size_t n = 0; n < frame.header_size; n++) {
        struct sw_frame part;
        CHECK(sw_frame_parse(slice(data.data, n), &part) == SW_MORE);
    }
}

/* In two pieces as in one, in place as elsewhere, and back again. */
static void check_unmask(struct sw_slice data, size_t cut)
{
    if (data.size < 4)
        return;
    uint8_t *once = g_malloc(data.size);
    uint8_t *twice = g_malloc(data.size);
    cut %= data.size;
    sw_frame_unmask(once, data, data.data, 7);
    sw_frame_unmask(twice, slice(data.data, cut), data.data, 7);
    sw_frame_unmask(twice + cut, slice(data.data + cut, data.size - cut), data.data, 7 + cut);
    CHECK(memcmp(once, twice, data.size) == 0);
    sw_frame_unmask(once, slice(once, data.size), data.data, 7);
    CHECK(memcmp(once, data.data, data.size) == 0);
    g_free(once);
    g_free(twice);
}

static void check_find(struct sw_slice data, enum sw_masking masking)
{
    size_t offset = SIZE_MAX;
    bool masked = false;
    enum sw_result result = sw_frame_find(data, masking, &offset, &masked);
    CHECK(result != SW_BAD && offset <= data.size);
    if (result == SW_OK) {
        struct sw_frame frame;
        CHECK(sw_frame_parse(slice(data.data + offset, data.size - offset), &frame) == SW_OK);
        CHECK(frame.masked == masked && (masking == SW_MASK_UNKNOWN || masked == (masking == SW_MASKED)));
    }
    /* what could be given up is not missed */
    struct sw_slice rest = slice_copy(slice(data.data + (offset == 0 ? 0 : offset), data.size - offset));
    size_t again = SIZE_MAX;
    bool masked_again = false;
    CHECK(sw_frame_find(rest, masking, &again, &masked_again) == result && again == 0);
    CHECK(result != SW_OK || masked == masked_again);
    slice_free(rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sw_slice rest = slice(data, size);
    const uint8_t steer = take_u8(&rest);
    if (rest.size == 0)
        return 0;
    check_parse(rest);
    check_unmask(rest, steer);
    check_find(rest, (enum sw_masking)(steer % 3));
    return 0;
}
