/* SPDX-License-Identifier: MIT
 *
 * What was found right in the messages before, and needn't be looked at again? Of each a hash is kept that a capture
 * can't steer, in tables of fixed size: what comes later takes the place of what was before.
 */
#include "rules/sip_case.h"

#include <glib.h>

enum { VALUES = 8192, KINDS = 4096, BODIES = 4096, OUTLINES = 256, TRAIT_BITS = 16 };

/* Each entry is a hash, of which the lowest bits give way to what is to be known; 0: there is none. */
struct sw_sip_checker {
    unsigned faults; /* found, of this message */
    bool quiet;
    uint64_t seed;
    uint64_t values[VALUES];
    uint64_t kinds[KINDS];
    uint64_t bodies[BODIES];
    struct {
        uint64_t hash; /* of the text */
        struct sw_outline outline;
    } outlines[OUTLINES]; /* of the latest bodies: most are seen on several hops, and more than once */
    struct sw_body body;  /* of the message at hand */
    struct sw_authors authors;
};

/* Where it lies in memory is what a capture can't know. */
struct sw_sip_checker *sw_sip_checker_new(void)
{
    struct sw_sip_checker *checker = g_new0(struct sw_sip_checker, 1);
    const uint64_t addresses[] = {(uintptr_t)checker, (uintptr_t)&addresses};
    checker->seed = sw_hash(sw_slice_of((const uint8_t *)addresses, sizeof addresses), addresses[0]);
    sw_authors_init(&checker->authors, checker->seed);
    return checker;
}

void sw_sip_checker_free(struct sw_sip_checker *checker)
{
    if (checker == NULL)
        return;
    sw_authors_clear(&checker->authors);
    g_free(checker);
}

struct sw_authors *sw_sip_checker_authors(struct sw_sip_checker *checker)
{
    return checker == NULL ? NULL : &checker->authors;
}

void sw_case_begin(const struct sw_sip_case *one)
{
    one->checker->faults = 0;
    one->checker->body.text = sw_slice_of(NULL, 0);
    one->checker->body.read = false;
}

/* --- reporting --------------------------------------------------------------------------------------------------- */

bool sw_case_is_of_another(const struct sw_sip_case *one, enum sw_rule rule, struct sw_slice bytes)
{
    struct sw_authors *authors = &one->checker->authors;
    if (one->placement == NULL)
        return false;
    const bool forwarded = sw_authors_forwarded(authors, one->placement, &one->vias, rule, bytes);
    return sw_authors_repeated(authors, one->placement, bytes) || forwarded;
}

void sw_case_report(const struct sw_sip_case *one, enum sw_rule rule, const char *what, struct sw_slice bytes)
{
    char text[SW_EVIDENCE_MAX];
    one->checker->faults++;
    if (one->checker->quiet || sw_case_is_of_another(one, rule, bytes))
        return;
    size_t at = MIN(strlen(what), (size_t)(SW_EVIDENCE_MAX - SW_CASE_SHOWN - 4));
    memcpy(text, what, at);
    text[at++] = ' ';
    text[at++] = '"';
    at += sw_put_shown(text + at, SW_CASE_SHOWN, bytes);
    text[at++] = '"';
    text[at] = 0;
    one->judgement->report(one->judgement->context, rule, text);
}

unsigned sw_case_faults(const struct sw_sip_case *one)
{
    return one->checker->faults;
}

unsigned sw_case_quiet(const struct sw_sip_case *one)
{
    one->checker->quiet = true;
    return one->checker->faults;
}

void sw_case_aloud(const struct sw_sip_case *one, unsigned faults)
{
    one->checker->quiet = false;
    one->checker->faults = faults;
}

/* --- values and kinds -------------------------------------------------------------------------------------------- */

static uint64_t tag_of(uint64_t hash)
{
    return (hash | UINT64_C(1) << 63) >> TRAIT_BITS << TRAIT_BITS;
}

static bool lookup(const uint64_t *table, size_t size, uint64_t hash, unsigned *bits)
{
    const uint64_t entry = table[(hash >> TRAIT_BITS) % size];
    *bits = entry & ((1U << TRAIT_BITS) - 1);
    return (entry ^ *bits) == tag_of(hash);
}

static void store(uint64_t *table, size_t size, uint64_t hash, unsigned bits)
{
    table[(hash >> TRAIT_BITS) % size] = tag_of(hash) | bits;
}

uint64_t sw_case_key(const struct sw_sip_case *one, enum sw_known known, struct sw_slice value)
{
    return sw_hash(value, one->checker->seed + known);
}

uint64_t sw_case_key_without(const struct sw_sip_case *one, enum sw_known known, struct sw_slice before,
                             struct sw_slice behind)
{
    const uint64_t key = ~sw_case_key(one, known, before);
    return behind.size == 0 ? key : sw_hash(behind, key);
}

bool sw_case_knows(const struct sw_sip_case *one, uint64_t key, unsigned *traits)
{
    return lookup(one->checker->values, VALUES, key, traits);
}

void sw_case_learn(const struct sw_sip_case *one, uint64_t key, unsigned traits, unsigned faults)
{
    if (one->checker->faults == faults)
        store(one->checker->values, VALUES, key, traits);
}

uint64_t sw_case_seal(const struct sw_sip_case *one, struct sw_slice kind)
{
    return tag_of(sw_hash(kind, one->checker->seed));
}

bool sw_case_knows_kind(const struct sw_sip_case *one, uint64_t kind, unsigned *faulty)
{
    return lookup(one->checker->kinds, KINDS, kind, faulty);
}

void sw_case_learn_kind(const struct sw_sip_case *one, uint64_t kind, unsigned faulty)
{
    store(one->checker->kinds, KINDS, kind, faulty);
}

/* --- bodies ------------------------------------------------------------------------------------------------------ */

static const struct sw_outline *outline_of(struct sw_sip_checker *checker, struct sw_slice text, uint64_t hash)
{
    const size_t at = hash % OUTLINES;
    if (checker->outlines[at].hash != hash) {
        checker->outlines[at].hash = hash;
        sw_outline_read(text, checker->seed, &checker->outlines[at].outline);
    }
    return &checker->outlines[at].outline;
}

struct sw_body *sw_case_body(const struct sw_sip_case *one, struct sw_slice text)
{
    struct sw_body *body = &one->checker->body;
    body->text = text;
    body->hash = sw_hash(text, one->checker->seed);
    body->outline = outline_of(one->checker, text, body->hash);
    return body;
}

const struct sw_body *sw_sip_checker_body(const struct sw_sip_checker *checker, struct sw_slice text)
{
    const struct sw_body *body = checker == NULL ? NULL : &checker->body;
    return body != NULL && body->text.data == text.data && body->text.size == text.size ? body : NULL;
}

bool sw_case_knows_body(const struct sw_sip_case *one, uint64_t hash, bool *remark)
{
    uint64_t body = one->checker->bodies[hash / 2 % BODIES];
    *remark = (body & 1) != 0;
    return (body ^ hash) < 2;
}

void sw_case_learn_body(const struct sw_sip_case *one, uint64_t hash, bool remark)
{
    one->checker->bodies[hash / 2 % BODIES] = (hash & ~UINT64_C(1)) | remark;
}
