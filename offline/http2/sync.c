/* SPDX-License-Identifier: MIT
 *
 * Where does reading go on when a frame boundary was lost? What may hold one is kept: no more than one frame of the
 * default size, as behind it is the header that decides.
 */
#include "http2/sync.h"

#include "http2/frame.h"

void http2_sync_add(struct http2_sync *sync, struct sw_slice bytes, struct sw_mark mark)
{
    if (sync->bytes == NULL) {
        sync->bytes = g_byte_array_new();
        sync->runs = g_array_new(FALSE, FALSE, sizeof(struct http2_run));
    }
    const struct http2_run run = {.mark = mark, .size = bytes.size};
    g_byte_array_append(sync->bytes, bytes.data, (guint)bytes.size);
    g_array_append_val(sync->runs, run);
}

enum sw_result http2_sync_find(struct http2_sync *sync, bool last)
{
    if (sync->bytes == NULL)
        return SW_MORE;
    size_t offset;
    const struct sw_slice rest = {sync->bytes->data + sync->searched, sync->bytes->len - sync->searched};
    enum sw_result result = http2_find(rest, last, &offset);
    sync->searched += offset;
    return result;
}

size_t http2_sync_drop(struct http2_sync *sync)
{
    size_t size = sync->searched;
    if (size == 0)
        return 0;
    guint whole = 0;
    size_t left = size;
    for (; whole < sync->runs->len && g_array_index(sync->runs, struct http2_run, whole).size <= left; whole++)
        left -= g_array_index(sync->runs, struct http2_run, whole).size;
    g_array_remove_range(sync->runs, 0, whole);
    if (left > 0)
        g_array_index(sync->runs, struct http2_run, 0).size -= left;
    g_byte_array_remove_range(sync->bytes, 0, (guint)size);
    sync->searched = 0;
    return size;
}

bool http2_sync_since(const struct http2_sync *sync, struct sw_mark *since)
{
    if (sync->bytes == NULL || sync->runs->len == 0)
        return false;
    *since = g_array_index(sync->runs, struct http2_run, 0).mark;
    return true;
}

void http2_sync_free(struct http2_sync *sync)
{
    if (sync->bytes == NULL)
        return;
    g_byte_array_free(sync->bytes, TRUE);
    g_array_free(sync->runs, TRUE);
    *sync = (struct http2_sync){0};
}
