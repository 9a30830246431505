/* SPDX-License-Identifier: MIT
 *
 * What is remembered of a message? Of its start line and header fields what is asked for later: the values alone, where
 * each field has but one line, or else all the lines as they came. For whatever is only compared a hash stands.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"

enum { KEPT_MAX = 16384 }; /* bytes of a message */

/* What the checks look up in a request that came before, and in a response. A header field without a place of its own
 * may be asked for, too. */
static const uint8_t asked_of_request[] = {
    SW_SIP_VIA,          SW_SIP_FROM,          SW_SIP_TO,
    SW_SIP_CALL_ID,      SW_SIP_CSEQ,          SW_SIP_CONTACT,
    SW_SIP_MAX_FORWARDS, SW_SIP_ROUTE,         SW_SIP_RECORD_ROUTE,
    SW_SIP_REQUIRE,      SW_SIP_SUPPORTED,     SW_SIP_SESSION_EXPIRES,
    SW_SIP_EXPIRES,      SW_SIP_AUTHORIZATION, SW_SIP_PROXY_AUTHORIZATION,
    SW_SIP_EVENT,        SW_SIP_ACCEPT,        SW_SIP_REFER_TO,
    SW_SIP_REPLACES,     SW_SIP_OTHER,
};
static const uint8_t asked_of_response[] = {
    SW_SIP_TO, SW_SIP_CONTACT, SW_SIP_RECORD_ROUTE, SW_SIP_WWW_AUTHENTICATE, SW_SIP_PROXY_AUTHENTICATE,
};

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

/* Of a message that is about to be remembered. */
struct asked {
    uint8_t fields[SW_SIP_FIELDS]; /* those that it has */
    size_t count;
    size_t size;  /* of their first values */
    bool by_line; /* these aren't all that may be asked for */
};

static struct asked asked_of(const struct sw_sip *sip)
{
    const uint8_t *const all = sip->response ? asked_of_response : asked_of_request;
    const size_t count = sip->response ? sizeof asked_of_response : sizeof asked_of_request;
    struct asked asked = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        const uint8_t field = all[i];
        if (sip->count[field] == 0)
            continue;
        asked.fields[asked.count++] = field;
        asked.size += sip->first[field].size;
        asked.by_line |= sip->count[field] > 1 || field == SW_SIP_OTHER;
    }
    return asked;
}

static size_t head_size(const struct sw_sip *sip)
{
    return sip->body.data != NULL ? (size_t)(sip->body.data - sip->raw.data) : sip->raw.size;
}

static bool ends_early(const struct sw_sip *sip)
{
    uint64_t length;
    return !sip->content_length_ok && sip->count[SW_SIP_CONTENT_LENGTH] == 1 &&
           sw_slice_number(sip->first[SW_SIP_CONTENT_LENGTH], &length);
}

/* Who said it and when, and room for some bytes of it. */
static struct sw_kept *kept_new(const struct sw_said *said, size_t fields, size_t bytes)
{
    const struct sw_sip_record *record = said->message->record;
    const size_t size = sizeof(struct sw_kept) + fields * sizeof(struct sw_kept_field) + bytes;
    struct sw_kept *kept = sw_block_take(&said->talks->blocks, size);
    *kept = (struct sw_kept){.blocks = &said->talks->blocks,
                             .id = record->id,
                             .mark = said->message->mark,
                             .references = 1,
                             .status = (uint16_t)said->sip->status,
                             .copied = (uint16_t)bytes,
                             .source = record->source,
                             .destination = record->destination,
                             .transport = record->transport,
                             .from_client = said->message->from_client,
                             .ends_early = ends_early(said->sip),
                             .via_count = (uint8_t)said->vias.count,
                             .field_count = (uint8_t)fields};
    return kept;
}

static struct sw_hashes hashes_of(const struct sw_said *said)
{
    const struct sw_slice raw = said->sip->raw;
    const struct sw_slice body = said->sip->body;
    const struct sw_slice rest = sw_slice_skip(raw, head_size(said->sip));
    const uint64_t seed = said->talks->seed;
    struct sw_hashes hashes = {.size = raw.size, .head = sw_hash(sw_slice_head(raw, raw.size - rest.size), seed)};
    hashes.rest = rest.size == 0 ? 0 : sw_hash(rest, seed);
    hashes.body = body.size == 0 ? 0 : body.size == rest.size ? hashes.rest : sw_hash(body, seed);
    return hashes;
}

/* Where a part of it stands in what is remembered, of which from is the original; not at all where it doesn't end in
 * there. */
static struct sw_span span_of(struct sw_slice part, struct sw_slice from, size_t at)
{
    const size_t offset = part.data != NULL ? (size_t)(part.data - from.data) : 0;
    if (offset + part.size > from.size)
        return (struct sw_span){0};
    return (struct sw_span){(uint16_t)(at + offset), (uint16_t)part.size};
}

static void note_field(struct sw_kept *kept, size_t i, enum sw_sip_field field, struct sw_span first, uint16_t count)
{
    kept->places[field] = (uint8_t)(i + 1);
    kept->fields[i] = (struct sw_kept_field){first, count};
}

static struct sw_kept *keep_lines(const struct sw_said *said, const struct asked *asked)
{
    const struct sw_sip *sip = said->sip;
    const struct sw_slice lines = sw_slice_head(sip->raw, MIN(head_size(sip), (size_t)KEPT_MAX));
    struct sw_kept *kept = kept_new(said, asked->count, lines.size);
    memcpy((uint8_t *)kept + bytes_at(kept), lines.data, lines.size);
    kept->method = span_of(sip->method, lines, 0);
    kept->uri = span_of(sip->uri, lines, 0);
    kept->version = span_of(sip->version, lines, 0);
    kept->headers = span_of(sip->headers, lines, 0);
    kept->via = span_of(said->vias.first, lines, 0);
    kept->other_vias = span_of(said->vias.others, lines, 0);
    for (size_t i = 0; i < asked->count; i++) {
        const uint8_t field = asked->fields[i];
        note_field(kept, i, field, span_of(sip->first[field], lines, 0), sip->count[field]);
    }
    return kept;
}

static struct sw_span put(struct sw_kept *kept, size_t *at, struct sw_slice value)
{
    const struct sw_span span = {(uint16_t)*at, (uint16_t)value.size};
    if (value.size > 0)
        memcpy((uint8_t *)kept + bytes_at(kept) + *at, value.data, value.size);
    *at += value.size;
    return span;
}

static struct sw_kept *keep_values(const struct sw_said *said, const struct asked *asked)
{
    const struct sw_sip *sip = said->sip;
    const size_t start = sip->response ? 0 : sip->method.size + sip->uri.size + sip->version.size;
    struct sw_kept *kept = kept_new(said, asked->count, start + asked->size);
    size_t at = 0;
    if (!sip->response) {
        kept->method = put(kept, &at, sip->method);
        kept->uri = put(kept, &at, sip->uri);
        kept->version = put(kept, &at, sip->version);
    }
    for (size_t i = 0; i < asked->count; i++) {
        const uint8_t field = asked->fields[i];
        const struct sw_span first = put(kept, &at, sip->first[field]);
        note_field(kept, i, field, first, 1);
        if (field != SW_SIP_VIA)
            continue;
        kept->via = span_of(said->vias.first, sip->first[field], first.at);
        kept->other_vias = span_of(said->vias.others, sip->first[field], first.at);
    }
    return kept;
}

struct sw_kept *sw_said_keep(struct sw_said *said)
{
    if (said->kept != NULL)
        return said->kept;
    const struct asked asked = asked_of(said->sip);
    const bool by_line = asked.by_line || head_size(said->sip) > KEPT_MAX;
    said->kept = by_line ? keep_lines(said, &asked) : keep_values(said, &asked);
    if (!said->sip->response) {
        said->kept->hashes = hashes_of(said);
        const enum sw_method method = said->signal->method;
        said->kept->sdp = (method == SW_METHOD_INVITE || method == SW_METHOD_UPDATE) && sw_has_sdp(said->sip);
    }
    return said->kept;
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
    return (body.size == 0 ? 0 : sw_hash(body, said->talks->seed)) == request->hashes.body;
}

bool sw_said_repeats(const struct sw_said *said, const struct sw_kept *request)
{
    const struct sw_hashes *before = &request->hashes;
    if (said->sip->raw.size != before->size)
        return false;
    const struct sw_hashes now = hashes_of(said);
    return now.head == before->head && now.rest == before->rest;
}
