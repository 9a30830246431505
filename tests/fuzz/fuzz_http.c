/* SPDX-License-Identifier: MIT
 *
 * links: sipweave_core
 * HTTP heads: what is read of a prefix agrees with what is read of the whole, and slices lie in it.
 */
#include "fuzz.h"

#include "sipweave/http.h"

static void check_slices(const struct sw_http_head *head, struct sw_slice data)
{
    CHECK(head->size <= data.size);
    const struct sw_slice whole = slice(data.data, head->size);
    const struct sw_slice parts[] = {head->method, head->target, head->reason, head->version, head->headers};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        CHECK_INSIDE(parts[i], whole);
    struct sw_slice rest = head->headers;
    struct sw_header header;
    while (sw_header_next(&rest, &header)) {
        CHECK(header.line.size != 0);
        CHECK_INSIDE(header.line, head->headers);
        CHECK_INSIDE(header.name, header.line);
        CHECK_INSIDE(header.value, header.line);
    }
}

static void check_upgrade(const struct sw_http_head *head)
{
    sw_http_is_upgrade(head);
    sw_http_header_lists(head, SW_SLICE("connection"), SW_SLICE("upgrade"));
    struct sw_slice more = head->headers;
    struct sw_slice value;
    while (sw_http_header(&more, SW_SLICE("Sec-WebSocket-Protocol"), &value)) {
        CHECK_INSIDE(value, head->headers);
        struct sw_slice element;
        for (struct sw_slice rest = value; sw_list_next(&rest, &element);)
            CHECK_INSIDE(element, value);
    }
    struct sw_deflate_params params;
    bool unknown;
    sw_http_deflate(head, &params, &unknown);
    if (params.agreed) {
        CHECK(params.client_window_bits >= 8 && params.client_window_bits <= 15);
        CHECK(params.server_window_bits >= 8 && params.server_window_bits <= 15);
    }
}

/* The same bytes, more and more of them, with what was scanned remembered. */
static void check_growing(struct sw_slice data, enum sw_result expected, const struct sw_http_head *whole)
{
    uint64_t random = data.size + 1;
    size_t scanned = 0;
    for (size_t size = 0; size < data.size;) {
        size += random_size(&random, 1 + data.size / 16, data.size - size);
        struct sw_slice part = slice_copy(slice(data.data, size));
        struct sw_http_head head;
        enum sw_result result = sw_http_parse(part, &scanned, &head);
        CHECK(result == SW_BAD || sw_http_possible(part));
        if (result == SW_OK) {
            CHECK(head.size == whole->size && head.status == whole->status);
            CHECK(sw_slice_equal(head.headers, whole->headers) && sw_slice_equal(head.target, whole->target));
        }
        slice_free(part);
        if (result != SW_MORE) {
            CHECK(result == expected);
            return;
        }
    }
    CHECK(expected == SW_MORE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sw_slice input = slice(data, size);
    struct sw_http_head head;
    size_t scanned = 0;
    enum sw_result result = sw_http_parse(input, &scanned, &head);
    check_growing(input, result, &head);
    if (result == SW_OK) {
        check_slices(&head, input);
        check_upgrade(&head);
    }
    size_t preamble;
    if (sw_proxy_preamble(input, &preamble) == SW_OK)
        CHECK(preamble != 0 && preamble <= size);
    return 0;
}
