/* SPDX-License-Identifier: MIT
 *
 * What is remembered of a message? Its bytes, and where its parts stand in them. Not its body, for which a hash
 * stands, as for the end of a long header section.
 */
#include "rules/talk.h"

enum { KEPT_MAX = 16384 }; /* bytes of a message */

static size_t bytes_at(const struct sw_kept *kept)
{
    return sizeof *kept + kept->field_count * sizeof kept->fields[0];
}

static struct sw_slice bytes_of(const struct sw_kept *kept)
{
    return sw_slice_of((const uint8_t *)kept + bytes_at(kept), kept->copied);
}

/* --- reading it -------------------------------------------------------------------------------------------------- */

struct sw_slice sw_kept_slice(const struct sw_kept *kept, struct sw_span span)
{
    return sw_slice_of(bytes_of(kept).data + span.at, span.size);
}

unsigned sw_kept_count(const struct sw_kept *kept, enum sw_sip_field field)
{
    return kept->places[field] == 0 ? 0 : kept->fields[kept->places[field] - 1].count;
}

struct sw_slice sw_kept_first(const struct sw_kept *kept, enum sw_sip_field field)
{
    if (kept->places[field] == 0)
        return sw_slice_of(NULL, 0);
    return sw_kept_slice(kept, kept->fields[kept->places[field] - 1].first);
}

void sw_kept_read(const struct sw_kept *kept, struct sw_sip *sip)
{
    *sip = (struct sw_sip){.raw = bytes_of(kept),
                           .method = sw_kept_slice(kept, kept->method),
                           .uri = sw_kept_slice(kept, kept->uri),
                           .status = kept->status,
                           .version = sw_kept_slice(kept, kept->version),
                           .headers = sw_kept_slice(kept, kept->headers)};
    for (enum sw_sip_field field = 0; field < SW_SIP_FIELDS; field++) {
        sip->first[field] = sw_kept_first(kept, field);
        sip->count[field] = (uint16_t)sw_kept_count(kept, field);
    }
}

bool sw_kept_has_option(const struct sw_kept *kept, enum sw_sip_field field, struct sw_slice option)
{
    struct sw_sip sip;
    if (kept->places[field] == 0)
        return false;
    sw_kept_read(kept, &sip);
    return sw_has_option(&sip, field, option);
}

bool sw_kept_find_header(const struct sw_kept *kept, struct sw_slice name, struct sw_slice *value)
{
    struct sw_sip sip;
    if (kept->places[SW_SIP_OTHER] == 0)
        return false;
    sw_kept_read(kept, &sip);
    return sw_find_header(&sip, name, value);
}

/* --- keeping it -------------------------------------------------------------------------------------------------- */

/* What is remembered of a slice: nothing of one that doesn't end within the bytes that are. */
static struct sw_span span_of(struct sw_slice slice, struct sw_slice bytes)
{
    const size_t at = slice.data != NULL ? (size_t)(slice.data - bytes.data) : 0;
    return at + slice.size <= bytes.size ? (struct sw_span){(uint16_t)at, (uint16_t)slice.size} : (struct sw_span){0};
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

/* Who said it and when, and a copy of some of its bytes. */
static struct sw_kept *kept_new(const struct sw_said *said, struct sw_slice bytes, size_t fields)
{
    const struct sw_sip_record *record = said->message->record;
    const size_t size = sizeof(struct sw_kept) + fields * sizeof(struct sw_kept_field) + bytes.size;
    struct sw_kept *kept = sw_block_take(&said->talks->blocks, size);
    *kept = (struct sw_kept){.blocks = &said->talks->blocks,
                             .id = record->id,
                             .mark = said->message->mark,
                             .references = 1,
                             .status = (uint16_t)said->sip->status,
                             .copied = (uint16_t)bytes.size,
                             .size = said->sip->raw.size,
                             .source = record->source,
                             .destination = record->destination,
                             .transport = record->transport,
                             .from_client = said->message->from_client,
                             .content_length_ok = said->sip->content_length_ok,
                             .field_count = (uint8_t)fields};
    memcpy((uint8_t *)kept + size - bytes.size, bytes.data, bytes.size);
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

static size_t fields_of(const struct sw_sip *sip, uint8_t fields[SW_SIP_FIELDS])
{
    size_t count = 0;
    for (uint8_t field = 0; field < SW_SIP_FIELDS; field++)
        if (sip->count[field] > 0)
            fields[count++] = field;
    return count;
}

struct sw_kept *sw_said_keep(struct sw_said *said)
{
    const struct sw_sip *sip = said->sip;
    uint8_t fields[SW_SIP_FIELDS];
    if (said->kept != NULL)
        return said->kept;
    const struct sw_slice bytes = sw_slice_head(sip->raw, kept_size(sip));
    struct sw_kept *kept = kept_new(said, bytes, fields_of(sip, fields));
    if (!sip->response)
        body_note(said, kept, bytes.size);
    kept->via_count = (uint8_t)said->vias.count;
    kept->via = span_of(said->vias.first, bytes);
    kept->other_vias = span_of(said->vias.others, bytes);
    kept->method = span_of(sip->method, bytes);
    kept->uri = span_of(sip->uri, bytes);
    kept->version = span_of(sip->version, bytes);
    kept->headers = span_of(sip->headers, bytes);
    for (uint8_t i = 0; i < kept->field_count; i++) {
        kept->places[fields[i]] = (uint8_t)(i + 1);
        kept->fields[i] = (struct sw_kept_field){span_of(sip->first[fields[i]], bytes), sip->count[fields[i]]};
    }
    said->kept = kept;
    return kept;
}

struct sw_kept *sw_said_keep_to(struct sw_said *said)
{
    if (said->kept != NULL)
        return said->kept;
    const struct sw_slice to = sw_slice_head(said->sip->first[SW_SIP_TO], KEPT_MAX);
    struct sw_kept *kept = kept_new(said, to, 1);
    kept->places[SW_SIP_TO] = 1;
    kept->fields[0] = (struct sw_kept_field){{0, (uint16_t)to.size}, 1};
    said->kept = kept;
    return kept;
}

void sw_kept_drop(struct sw_kept **slot)
{
    if (*slot != NULL && --(*slot)->references == 0)
        sw_block_give((*slot)->blocks, *slot, bytes_at(*slot) + (*slot)->copied);
    *slot = NULL;
}

void sw_kept_ref(struct sw_kept **slot, struct sw_kept *kept)
{
    if (kept != NULL)
        kept->references++;
    sw_kept_drop(slot);
    *slot = kept;
}

/* --- the same again ---------------------------------------------------------------------------------------------- */

bool sw_said_has_body_of(const struct sw_said *said, const struct sw_kept *request)
{
    const struct sw_slice body = said->sip->body;
    const uint64_t hash = body.size == 0 && request->copied == request->size ? 0 : sw_hash(body, said->talks->seed);
    return hash == request->body;
}

bool sw_said_repeats(const struct sw_said *said, const struct sw_kept *request)
{
    const struct sw_slice raw = said->sip->raw;
    const struct sw_slice before = bytes_of(request);
    return raw.size == request->size && sw_slice_equal(sw_slice_head(raw, before.size), before) &&
           hash_rest(raw, before.size, said->talks->seed) == request->rest;
}
