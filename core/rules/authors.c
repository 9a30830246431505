/* SPDX-License-Identifier: MIT
 *
 * Who wrote this first? RFC 3261 8.2.6.2, 12.2.1.1, 16.6, 16.7.
 */
#include "rules/authors.h"

#include "bytes.h"
#include "call/signal.h"

enum { FAULTS_MAX = 8192 };

/* --- the tables -------------------------------------------------------------------------------------------------- */

void sw_authors_init(struct sw_authors *authors, uint64_t seed)
{
    authors->seed = seed;
    sw_map_init(&authors->faults, NULL);
    sw_map_init(&authors->before, NULL);
}

void sw_authors_clear(struct sw_authors *authors)
{
    sw_map_clear(&authors->faults);
    sw_map_clear(&authors->before);
}

/* 0: nothing is known of it. */
static uintptr_t recall(const struct sw_authors *authors, uint64_t key)
{
    const void *value = sw_map_get(&authors->faults, key);
    return (uintptr_t)(value != NULL ? value : sw_map_get(&authors->before, key));
}

static void remember(struct sw_authors *authors, uint64_t key, uintptr_t value)
{
    if (authors->faults.count >= FAULTS_MAX) {
        const struct sw_map full = authors->faults;
        authors->faults = authors->before;
        authors->before = full;
        sw_map_empty(&authors->faults);
    }
    sw_map_put(&authors->faults, key, (void *)value);
}

/* --- forwarded --------------------------------------------------------------------------------------------------- */

/* What a message keeps on its way, and the rule. */
static uint64_t key_of_message(const struct sw_authors *authors, const struct sw_placement *placement,
                               enum sw_rule rule)
{
    const struct sw_signal *signal = placement->signal;
    const uint64_t parts[] = {
        placement->call, rule,         signal->response ? signal->sip->status : 0, signal->from_tag,
        signal->to_tag,  signal->cseq, sw_hash(signal->method_name, authors->seed)};
    return sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), authors->seed);
}

static bool lies_in(struct sw_slice part, struct sw_slice whole)
{
    return whole.size > 0 && part.data >= whole.data && part.data < whole.data + whole.size;
}

/* What has the same topmost Via and comes from elsewhere went through a relay that is no SIP element. */
static bool is_relayed(struct sw_authors *authors, const struct sw_placement *placement, uint64_t key)
{
    const struct sw_signal *signal = placement->signal;
    const uintptr_t sender = (uintptr_t)(signal->response ? signal->far_end : signal->near_end) | 1;
    const uint64_t here = sw_hash_word(signal->via, key);
    const uintptr_t first = recall(authors, here);
    if (first == 0)
        remember(authors, here, sender);
    return first != 0 && first != sender;
}

/* Each hop adds a Via to a request, and takes one off a response. */
bool sw_authors_forwarded(struct sw_authors *authors, const struct sw_placement *placement, const struct sw_vias *vias,
                          enum sw_rule rule, struct sw_slice bytes)
{
    if (placement->call == 0)
        return false;
    const uint64_t key = key_of_message(authors, placement, rule);
    const bool response = placement->signal->response;
    const bool own = !response && lies_in(bytes, vias->first);
    const uintptr_t here = vias->count + 1U;
    const uintptr_t first = recall(authors, key);
    const bool forwarded = first != 0 && (response ? here < first : here > first);
    if (!forwarded)
        remember(authors, key, here);
    return is_relayed(authors, placement, key) || (forwarded && !own);
}

/* --- repeated ---------------------------------------------------------------------------------------------------- */

static bool is_given_back(enum sw_sip_field field)
{
    return field == SW_SIP_VIA || field == SW_SIP_FROM || field == SW_SIP_TO || field == SW_SIP_CALL_ID ||
           field == SW_SIP_CSEQ || field == SW_SIP_RECORD_ROUTE;
}

/* 10.3: a registrar lists the Contacts that it was given. */
static bool is_binding(const struct sw_signal *signal, enum sw_sip_field field)
{
    return signal->method == SW_METHOD_REGISTER && field == SW_SIP_CONTACT;
}

/* The field in whose line the bytes lie, or whose name they are. */
static enum sw_sip_field field_of(const struct sw_sip *sip, struct sw_slice bytes)
{
    struct sw_sip_cursor cursor = {sip->headers};
    enum sw_sip_field field;
    struct sw_header header;
    if (!lies_in(bytes, sip->raw))
        return sw_sip_field_of(bytes);
    while (sw_sip_header_next(&cursor, &field, &header))
        if (lies_in(bytes, header.value))
            return field;
    return SW_SIP_OTHER;
}

/* Whether who wrote this message had to write what another has written. */
static bool has_to_repeat(const struct sw_signal *signal, struct sw_slice bytes)
{
    const struct sw_sip *sip = signal->sip;
    const bool is_name = !lies_in(bytes, sip->raw);
    const enum sw_sip_field field = field_of(sip, bytes);
    if (sip->response)
        return is_given_back(field) || is_binding(signal, field);
    if (is_name)
        return false;
    return field == SW_SIP_FROM || field == SW_SIP_TO || field == SW_SIP_CALL_ID || field == SW_SIP_ROUTE ||
           lies_in(bytes, sip->uri);
}

/* What is the same wherever it is repeated: the URI of an address; of other texts what stands before the parameters
 * that a response adds. */
static struct sw_slice core_of(struct sw_slice bytes)
{
    static const struct sw_slice added[] = {
        {(const uint8_t *)";tag=", 5}, {(const uint8_t *)";received", 9}, {(const uint8_t *)";rport", 6}};
    const size_t open = sw_slice_find(bytes, '<');
    const struct sw_slice inside = sw_slice_skip(bytes, open + 1);
    const size_t close = sw_slice_find(inside, '>');
    if (close < inside.size)
        return sw_slice_head(inside, close);
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++)
        bytes = sw_slice_head(bytes, sw_find_text(bytes, added[i]));
    return bytes;
}

/* By the tag that an end of the call has given itself. */
static uintptr_t author_of(const struct sw_signal *signal)
{
    const uint64_t tag = signal->response ? signal->to_tag : signal->from_tag;
    const uintptr_t without = signal->response ? 2 : 4;
    return tag == 0 ? without : (uintptr_t)tag | 1;
}

/* 16.5: a request for who has registered goes to the Contact of the REGISTER, which is another call. Remembers it. */
static bool is_called_as_bound(struct sw_authors *authors, const struct sw_signal *signal, struct sw_slice bytes)
{
    const uint64_t key = sw_hash(core_of(bytes), ~authors->seed);
    if (signal->response)
        return false;
    if (is_binding(signal, field_of(signal->sip, bytes)))
        remember(authors, key, author_of(signal));
    return lies_in(bytes, signal->sip->uri) && recall(authors, key) != 0;
}

bool sw_authors_repeated(struct sw_authors *authors, const struct sw_placement *placement, struct sw_slice bytes)
{
    if (placement->signal == NULL || bytes.size == 0)
        return false;
    /* Without a Call-ID it is of no call, but a response still has the branch of its request. */
    const uint64_t talk = placement->call != 0 ? placement->call : placement->signal->via;
    const uint64_t key = sw_hash(core_of(bytes), authors->seed + talk);
    const uintptr_t author = author_of(placement->signal);
    const uintptr_t first = recall(authors, key);
    if (first == 0)
        remember(authors, key, author);
    return is_called_as_bound(authors, placement->signal, bytes) ||
           (first != 0 && first != author && has_to_repeat(placement->signal, bytes));
}
