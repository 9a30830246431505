/* SPDX-License-Identifier: MIT
 *
 * Which bytes are to be read, and who brought them?
 */
#include "tls/inbox.h"

static void view_held(const struct inbox *inbox, struct inbox_view *view)
{
    view->bytes = (struct sw_slice){.data = inbox->bytes->data, .size = inbox->bytes->len};
    view->pieces = (const struct inbox_piece *)(const void *)inbox->pieces->data;
    view->piece_count = inbox->pieces->len;
}

static void hold(struct inbox *inbox, struct sw_slice bytes, struct sw_mark mark)
{
    if (bytes.size == 0)
        return;
    g_byte_array_append(inbox->bytes, bytes.data, (guint)bytes.size);
    const struct inbox_piece piece = {.end = inbox->bytes->len, .mark = mark};
    g_array_append_val(inbox->pieces, piece);
}

void inbox_open(struct inbox *inbox, struct inbox_view *view, struct sw_slice bytes, struct sw_mark mark)
{
    if (inbox->bytes != NULL) {
        hold(inbox, bytes, mark);
        view_held(inbox, view);
        return;
    }
    view->bytes = bytes;
    view->only = (struct inbox_piece){.end = bytes.size, .mark = mark};
    view->pieces = &view->only;
    view->piece_count = 1;
}

static void drop_front(struct inbox *inbox, size_t taken)
{
    struct inbox_piece *pieces = (struct inbox_piece *)(void *)inbox->pieces->data;
    guint done = 0;
    while (done < inbox->pieces->len && pieces[done].end <= taken)
        done++;
    for (guint i = done; i < inbox->pieces->len; i++)
        pieces[i].end -= taken;
    g_array_remove_range(inbox->pieces, 0, done);
    g_byte_array_remove_range(inbox->bytes, 0, (guint)taken);
}

void inbox_close(struct inbox *inbox, const struct inbox_view *view, size_t taken)
{
    if (taken == view->bytes.size) {
        inbox_clear(inbox);
    } else if (inbox->bytes != NULL) {
        if (taken != 0)
            drop_front(inbox, taken);
    } else {
        inbox->bytes = g_byte_array_new();
        inbox->pieces = g_array_new(FALSE, FALSE, sizeof(struct inbox_piece));
        hold(inbox, (struct sw_slice){view->bytes.data + taken, view->bytes.size - taken}, view->only.mark);
    }
}

void inbox_clear(struct inbox *inbox)
{
    if (inbox->bytes == NULL)
        return;
    g_byte_array_free(inbox->bytes, TRUE);
    g_array_free(inbox->pieces, TRUE);
    inbox->bytes = NULL;
    inbox->pieces = NULL;
}

size_t inbox_piece_at(const struct inbox_view *view, size_t offset)
{
    size_t from = 0;
    size_t to = view->piece_count - 1;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (view->pieces[middle].end > offset)
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}
