/* SPDX-License-Identifier: MIT
 *
 * Do credentials fit the challenge they answer? RFC 3261 22.1, 22.2, 22.4; RFC 2617 3.2.
 */
#include "rules/talk_check.h"

/* Credentials or a challenge, as far as they are compared. */
struct digest {
    struct sw_slice realm;
    struct sw_slice nonce;
    struct sw_slice opaque;
    struct sw_slice response;
    struct sw_slice nc;
    struct sw_slice cnonce;
    struct sw_slice stale;
    bool qop;
};

static const struct {
    enum sw_sip_field credentials;
    enum sw_sip_field challenge;
    unsigned status;
} kinds[] = {
    {SW_SIP_AUTHORIZATION, SW_SIP_WWW_AUTHENTICATE, 401},
    {SW_SIP_PROXY_AUTHORIZATION, SW_SIP_PROXY_AUTHENTICATE, 407},
};

static bool read_digest(struct sw_slice value, struct digest *digest)
{
    struct sw_auth auth;
    struct sw_param param;
    *digest = (struct digest){0};
    if (sw_auth_parse(value, &auth) != SW_OK || !sw_slice_equal_nocase(auth.scheme, SW_SLICE("Digest")))
        return false;
    const struct {
        struct sw_slice name;
        struct sw_slice *value;
    } wanted[] = {
        {SW_SLICE("realm"), &digest->realm},   {SW_SLICE("nonce"), &digest->nonce},
        {SW_SLICE("opaque"), &digest->opaque}, {SW_SLICE("response"), &digest->response},
        {SW_SLICE("nc"), &digest->nc},         {SW_SLICE("cnonce"), &digest->cnonce},
        {SW_SLICE("stale"), &digest->stale},
    };
    while (sw_auth_param_next(&auth.params, &param)) {
        digest->qop |= sw_slice_equal_nocase(param.name, SW_SLICE("qop"));
        for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
            if (param.name.size == wanted[i].name.size && sw_slice_equal_nocase(param.name, wanted[i].name))
                *wanted[i].value = sw_unquote(param.value);
    }
    return digest->nonce.size > 0;
}

static bool next_digest(struct sw_sip_values *values, enum sw_sip_field field, struct digest *digest)
{
    struct sw_slice value;
    while (sw_sip_value_next(values, field, &value))
        if (read_digest(value, digest))
            return true;
    return false;
}

/* --- credentials and the challenge with their nonce -------------------------------------------------------------- */

static void compare(const struct sw_said *said, const struct sw_tx *tx, const struct digest *given,
                    const struct digest *asked, bool retry)
{
    char one[SW_SAID_SHOWN];
    char other[SW_SAID_SHOWN];
    if (asked->qop && !given->qop)
        sw_said_report(said, SW_RULE_SIP_AUTH_QOP, tx->final, "the challenge has qop, the credentials have none");
    if (!sw_slice_equal(asked->realm, given->realm))
        sw_said_report(said, SW_RULE_SIP_AUTH_NONCE, tx->final, "realm \"%s\", the nonce was given for \"%s\"",
                       sw_said_show(one, given->realm), sw_said_show(other, asked->realm));
    else if (!sw_slice_equal(asked->opaque, given->opaque))
        sw_said_report(said, SW_RULE_SIP_AUTH_NONCE, tx->final, "opaque \"%s\", the challenge has \"%s\"",
                       sw_said_show(one, given->opaque), sw_said_show(other, asked->opaque));
    if (retry && said->signal->cseq <= tx->cseq)
        sw_said_report(said, SW_RULE_SIP_AUTH_CSEQ, tx->final, "CSeq %llu, the challenged request has %llu",
                       (unsigned long long)said->signal->cseq, (unsigned long long)tx->cseq);
}

/* 22.1: the same answer that was refused a moment ago, and not because its nonce was stale. */
static bool was_rejected(const struct sw_tx *tx, size_t kind, const struct digest *given, const struct digest *asked)
{
    struct sw_sip request;
    struct digest before;
    if (sw_slice_equal_nocase(asked->stale, SW_SLICE("true")) || !sw_slice_equal(asked->realm, given->realm) ||
        sw_kept_count(tx->request, kinds[kind].credentials) == 0)
        return false;
    sw_kept_read(tx->request, &request);
    struct sw_sip_values values = sw_sip_values_of(&request, kinds[kind].credentials);
    while (next_digest(&values, kinds[kind].credentials, &before))
        if (sw_slice_equal(before.nonce, given->nonce) && sw_slice_equal(before.response, given->response) &&
            sw_slice_equal(before.nc, given->nc) && sw_slice_equal(before.cnonce, given->cnonce) &&
            sw_slice_equal(before.realm, given->realm))
            return true;
    return false;
}

/* retry: nothing was sent between the challenge and this. */
static void check_against(const struct sw_said *said, const struct sw_tx *tx, size_t kind, const struct digest *given,
                          bool retry)
{
    struct sw_sip final;
    sw_kept_read(tx->final, &final);
    struct sw_sip_values values = sw_sip_values_of(&final, kinds[kind].challenge);
    struct digest asked;
    bool rejected = false;
    while (next_digest(&values, kinds[kind].challenge, &asked)) {
        if (sw_slice_equal(asked.nonce, given->nonce))
            compare(said, tx, given, &asked, retry);
        rejected |= was_rejected(tx, kind, given, &asked);
    }
    if (rejected)
        sw_said_report(said, SW_RULE_SIP_AUTH_REJECTED, tx->final, "the credentials that %u has just refused",
                       tx->final->status);
}

/* RFC 2617 3.2.2: a nonce's count goes up with each request. */
static void check_count(const struct sw_said *said, const struct digest *given)
{
    char shown[SW_SAID_SHOWN];
    if (given->nc.size == 0)
        return;
    uint64_t hash = sw_hash(given->nonce, sw_hash(given->nc, sw_hash(given->realm, said->leg->hash)));
    struct sw_fact *fact = sw_fact_of(said->talks, hash ^ SW_RULE_SIP_AUTH_NONCE, true);
    uint64_t request = sw_hash(said->sip->method, said->talk->call_id) + said->signal->cseq;
    if (fact->value != 0 && fact->value != request)
        sw_said_report(said, SW_RULE_SIP_AUTH_NONCE, NULL, "nc \"%s\" of this nonce stood in another request",
                       sw_said_show(shown, given->nc));
    fact->value = request;
}

static void check_kind(const struct sw_said *said, size_t kind)
{
    struct sw_sip_values values = sw_sip_values_of(said->sip, kinds[kind].credentials);
    struct digest given;
    while (next_digest(&values, kinds[kind].credentials, &given)) {
        check_count(said, &given);
        bool retry = true;
        for (const struct sw_tx *tx = said->tx->older; tx != NULL; tx = tx->older) {
            if (tx->leg != said->leg->hash || tx->near != said->signal->near_end ||
                tx->from_tag != said->signal->from_tag || tx->method != said->signal->method)
                continue;
            if (tx->final != NULL && tx->final->status == kinds[kind].status) {
                check_against(said, tx, kind, &given, retry);
                break; /* what was before is not "just" refused */
            }
            retry = false;
        }
    }
}

void sw_talk_credentials(struct sw_said *said)
{
    if (said->vias.count != 1)
        return;
    for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++)
        if (said->sip->count[kinds[kind].credentials] > 0)
            check_kind(said, kind);
}
