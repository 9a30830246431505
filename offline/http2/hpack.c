/* SPDX-License-Identifier: MIT
 *
 * What does a header block say? RFC 7541.
 */
#include "http2/hpack.h"

#include <glib.h>
#include <nghttp2/nghttp2.h>

struct hpack {
    nghttp2_hd_inflater *inflater; /* NULL until there is a block to read */
    size_t table;
};

struct hpack *hpack_new(size_t table)
{
    struct hpack *hpack = g_new0(struct hpack, 1);
    hpack->table = table;
    return hpack;
}

void hpack_forget(struct hpack *hpack)
{
    if (hpack->inflater != NULL)
        nghttp2_hd_inflate_del(hpack->inflater);
    hpack->inflater = NULL;
}

void hpack_free(struct hpack *hpack)
{
    if (hpack == NULL)
        return;
    hpack_forget(hpack);
    g_free(hpack);
}

/* False where memory is short. */
static bool begin(struct hpack *hpack)
{
    if (hpack->inflater != NULL)
        return true;
    if (nghttp2_hd_inflate_new(&hpack->inflater) != 0)
        return false;
    return nghttp2_hd_inflate_change_table_size(hpack->inflater, hpack->table) == 0;
}

static bool read_fields(struct hpack *hpack, struct sw_slice block, hpack_field *field, void *context)
{
    for (;;) {
        nghttp2_nv nv;
        int flags = 0;
        ssize_t used = nghttp2_hd_inflate_hd2(hpack->inflater, &nv, &flags, block.data, block.size, 1);
        if (used < 0)
            return false;
        block.data += used;
        block.size -= (size_t)used;
        if (flags & NGHTTP2_HD_INFLATE_EMIT)
            field(context, (struct sw_slice){nv.name, nv.namelen}, (struct sw_slice){nv.value, nv.valuelen});
        if (flags & NGHTTP2_HD_INFLATE_FINAL)
            return nghttp2_hd_inflate_end_headers(hpack->inflater) == 0 && block.size == 0;
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && used == 0)
            return false;
    }
}

bool hpack_read(struct hpack *hpack, struct sw_slice block, hpack_field *field, void *context)
{
    if (block.size == 0)
        block.data = (const uint8_t *)"";
    if (begin(hpack) && read_fields(hpack, block, field, context))
        return true;
    hpack_forget(hpack);
    return false;
}
