/* SPDX-License-Identifier: MIT
 *
 * What is remembered of a message? Its bytes, and where its parts stand in them. Not its body, for which a hash
 * stands, as for the end of a long header section.
 */
#include "rules/talk.h"

enum { KEPT_MAX = 16384 }; /* bytes of a message */

/* A slice of a message, in the copy of its first bytes; empty where it isn't in it. */
static struct sw_slice moved(struct sw_slice slice, const uint8_t *from, size_t size, const uint8_t *to)
{
    if (slice.data == NULL)
        return slice;
    const size_t at = (size_t)(slice.data - from);
    return at + slice.size <= size ? sw_slice_of(to + at, slice.size) : sw_slice_of(to, 0);
}

static void rebase(struct sw_sip *sip, const uint8_t *to, size_t size)
{
    const uint8_t *from = sip->raw.data;
    struct sw_slice *const parts[] = {&sip->method,  &sip->uri,  &sip->reason, &sip->version,
                                      &sip->headers, &sip->body, &sip->rest,   &sip->raw};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        *parts[i] = moved(*parts[i], from, size, to);
    for (size_t i = 0; i < SW_SIP_FIELDS; i++)
        if (sip->count[i] > 0)
            sip->first[i] = moved(sip->first[i], from, size, to);
}

static size_t kept_size(const struct sw_sip *sip)
{
    const size_t size = sip->body.data != NULL ? (size_t)(sip->body.data - sip->raw.data) : sip->raw.size;
    return MIN(size, (size_t)KEPT_MAX);
}

static uint64_t hash_rest(struct sw_slice raw, size_t copied, uint64_t seed)
{
    return copied == raw.size ? 0 : sw_hash(sw_slice_skip(raw, copied), seed);
}

/* Who said it and when, and a copy of its bytes or some of them. */
static struct sw_kept *kept_new(const struct sw_said *said, struct sw_slice bytes)
{
    const struct sw_sip_record *record = said->message->record;
    struct sw_kept *kept = sw_block_take(&said->talks->blocks, sizeof *kept + bytes.size);
    memcpy(kept + 1, bytes.data, bytes.size);
    kept->blocks = &said->talks->blocks;
    kept->references = 1;
    kept->sdp = false;
    kept->body = 0;
    kept->size = said->sip->raw.size;
    kept->copied = bytes.size;
    kept->rest = 0;
    kept->mark = said->message->mark;
    kept->id = record->id;
    kept->transport = record->transport;
    kept->from_client = said->message->from_client;
    kept->source = record->source;
    kept->destination = record->destination;
    return kept;
}

/* For retransmissions, and for an UPDATE that meets another. */
static void body_note(const struct sw_said *said, struct sw_kept *kept, size_t size)
{
    const struct sw_sip *sip = said->sip;
    kept->rest = hash_rest(sip->raw, size, said->talks->seed);
    kept->body = sip->body.size == sip->raw.size - size ? kept->rest : sw_hash(sip->body, said->talks->seed);
    kept->sdp = said->signal->method == SW_METHOD_UPDATE && sw_has_sdp(sip);
}

struct sw_kept *sw_said_keep(struct sw_said *said)
{
    if (said->kept != NULL)
        return said->kept;
    const struct sw_slice raw = said->sip->raw;
    const size_t size = kept_size(said->sip);
    struct sw_kept *kept = kept_new(said, sw_slice_head(raw, size));
    const uint8_t *bytes = (const uint8_t *)(kept + 1);
    if (!said->sip->response)
        body_note(said, kept, size);
    kept->sip = *said->sip;
    rebase(&kept->sip, bytes, size);
    kept->vias = said->vias;
    kept->vias.first = moved(kept->vias.first, raw.data, size, bytes);
    kept->vias.second = moved(kept->vias.second, raw.data, size, bytes);
    kept->vias.others = moved(kept->vias.others, raw.data, size, bytes);
    said->kept = kept;
    return kept;
}

struct sw_kept *sw_said_keep_to(struct sw_said *said)
{
    if (said->kept != NULL)
        return said->kept;
    const struct sw_slice to = sw_slice_head(said->sip->first[SW_SIP_TO], KEPT_MAX);
    struct sw_kept *kept = kept_new(said, to);
    kept->sip = (struct sw_sip){.response = true, .status = said->sip->status, .count[SW_SIP_TO] = 1};
    kept->sip.first[SW_SIP_TO] = sw_slice_of((const uint8_t *)(kept + 1), to.size);
    kept->vias = (struct sw_vias){0};
    said->kept = kept;
    return kept;
}

bool sw_said_has_body_of(const struct sw_said *said, const struct sw_kept *request)
{
    const struct sw_slice body = said->sip->body;
    const uint64_t hash = body.size == 0 && request->copied == request->size ? 0 : sw_hash(body, said->talks->seed);
    return hash == request->body;
}

bool sw_said_repeats(const struct sw_said *said, const struct sw_kept *request)
{
    const struct sw_slice raw = said->sip->raw;
    const struct sw_slice before = sw_slice_of((const uint8_t *)(request + 1), request->copied);
    return raw.size == request->size && sw_slice_equal(sw_slice_head(raw, before.size), before) &&
           hash_rest(raw, before.size, said->talks->seed) == request->rest;
}

void sw_kept_drop(struct sw_kept **slot)
{
    if (*slot != NULL && --(*slot)->references == 0)
        sw_block_give((*slot)->blocks, *slot, sizeof **slot + (*slot)->copied);
    *slot = NULL;
}

void sw_kept_ref(struct sw_kept **slot, struct sw_kept *kept)
{
    if (kept != NULL)
        kept->references++;
    sw_kept_drop(slot);
    *slot = kept;
}
