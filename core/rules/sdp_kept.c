/* SPDX-License-Identifier: MIT
 *
 * What is remembered of the descriptions that were sent, and for how long? For offers and answers (RFC 3264), which are
 * held against what was said before.
 */
#include "rules/sdp_kept.h"

#include "bytes.h"

#include <glib.h>
#include <string.h>

enum { TEXT_MAX = 65536 };

static struct sw_sdp_text **place_of(struct sw_sdp_store *store, uint64_t hash)
{
    return &store->known[hash % SW_SDP_KNOWN];
}

static struct sw_sdp_text *text_of(struct sw_sdp_store *store, struct sw_slice bytes, uint64_t hash,
                                   const struct sw_outline *outline)
{
    struct sw_sdp_text **slot = place_of(store, hash);
    if (*slot != NULL && (*slot)->hash == hash && (*slot)->size == bytes.size) {
        (*slot)->references++;
        return *slot;
    }
    struct sw_sdp_text *text = g_malloc(sizeof *text + bytes.size);
    *text = (struct sw_sdp_text){.references = 1, .hash = hash, .size = bytes.size};
    if (outline != NULL)
        text->outline = *outline;
    memcpy(text->bytes, bytes.data, bytes.size);
    store->size += text->size;
    *slot = text;
    return text;
}

static void text_unref(struct sw_sdp_store *store, struct sw_sdp_text *text)
{
    struct sw_sdp_text **slot = place_of(store, text->hash);
    if (--text->references > 0)
        return;
    if (*slot == text)
        *slot = NULL;
    store->size -= text->size;
    g_free(text);
}

struct sw_sdp_kept *sw_sdp_keep(struct sw_sdp_store *store, struct sw_slice text, uint64_t hash,
                                const struct sw_outline *outline, struct sw_mark mark)
{
    if (text.size > TEXT_MAX)
        return NULL;
    struct sw_sdp_kept *kept = g_new(struct sw_sdp_kept, 1);
    *kept = (struct sw_sdp_kept){
        .references = 1, .mark = mark, .store = store, .text = text_of(store, text, hash, outline)};
    return kept;
}

struct sw_sdp_kept *sw_sdp_kept_ref(struct sw_sdp_kept *kept)
{
    if (kept != NULL)
        kept->references++;
    return kept;
}

void sw_sdp_kept_unref(struct sw_sdp_kept *kept)
{
    if (kept == NULL || --kept->references > 0)
        return;
    text_unref(kept->store, kept->text);
    g_free(kept);
}

void sw_sdp_kept_set(struct sw_sdp_kept **member, struct sw_sdp_kept *kept)
{
    sw_sdp_kept_ref(kept);
    sw_sdp_kept_unref(*member);
    *member = kept;
}

struct sw_slice sw_sdp_kept_text(const struct sw_sdp_kept *kept)
{
    return sw_slice_of(kept->text->bytes, kept->text->size);
}

bool sw_sdp_kept_is(const struct sw_sdp_kept *kept, struct sw_slice text)
{
    return kept != NULL && sw_slice_equal(sw_sdp_kept_text(kept), text);
}
