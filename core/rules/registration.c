/* SPDX-License-Identifier: MIT
 *
 * REGISTER, PUBLISH and MESSAGE outside of a dialog: one at a time, and what does the answer owe? RFC 3261 10.2, 10.3;
 * RFC 3428 8; RFC 3903 4 to 6; RFC 5626 6.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"
#include "sip/status.h"

enum { CONDITION_FAILED = 412 };

static uint64_t mixed(uint64_t a, uint64_t b)
{
    const uint64_t parts[] = {a, b};
    return sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), a);
}

static unsigned credentials_of(const struct sw_sip *sip)
{
    return (unsigned)sip->count[SW_SIP_AUTHORIZATION] + sip->count[SW_SIP_PROXY_AUTHORIZATION];
}

/* Who has credentials now, and had none, was challenged in between: by a response that came another way. */
static bool was_challenged(const struct sw_said *said, const struct sw_tx *before)
{
    struct sw_sip request;
    if (credentials_of(said->sip) == 0)
        return false;
    sw_kept_read(before->request, &request);
    return credentials_of(said->sip) > credentials_of(&request);
}

/* Over UDP a request is sent again and again until it is answered, T2 after T2 (17.1.2.2): where it isn't, the answer
 * is not in the capture. */
static bool has_fallen_silent(const struct sw_said *said, const struct sw_tx *tx)
{
    const int64_t interval = tx->copies == 0 ? SW_SECOND : 5 * SW_SECOND;
    return tx->request->transport == SW_TRANSPORT_UDP && said->time - tx->copied > interval;
}

static bool is_pending(const struct sw_said *said, const struct sw_tx *tx)
{
    return tx != NULL && tx->final == NULL && !sw_time_passed(tx->time, SW_64_T1, said->time) &&
           sw_leg_whole(said->leg, tx->time) && !was_challenged(said, tx) && !has_fallen_silent(said, tx);
}

/* --- REGISTER ---------------------------------------------------------------------------------------------------- */

static uint64_t instance_of(const struct sw_said *said)
{
    struct sw_name_addr contact;
    struct sw_param instance;
    struct sw_param number = {0};
    sw_name_addr_split(sw_list_first(said->sip->first[SW_SIP_CONTACT]), &contact);
    if (!sw_param_find(contact.params, SW_SLICE("+sip.instance"), &instance))
        return 0;
    sw_param_find(contact.params, SW_SLICE("reg-id"), &number);
    struct sw_slice uri = sw_uri_of(said->sip->first[SW_SIP_TO]);
    return sw_hash(instance.value, sw_hash(number.value, sw_hash(uri, said->leg->hash)));
}

static bool repeats(const struct sw_said *said, const struct sw_tx *before, enum sw_sip_field field)
{
    return sw_slice_equal(said->sip->first[field], sw_kept_first(before->request, field));
}

/* before: of the same sender, or NULL. */
static void check_instance(const struct sw_said *said, const struct sw_tx *before)
{
    char shown[SW_SAID_SHOWN];
    if (!said->leg->websocket || said->sip->count[SW_SIP_CONTACT] == 0)
        return;
    bool same = before != NULL && before->instance != 0 && repeats(said, before, SW_SIP_CONTACT) &&
                repeats(said, before, SW_SIP_TO);
    said->tx->instance = same ? before->instance : instance_of(said);
    if (said->tx->instance == 0)
        return;
    struct sw_fact *fact = sw_fact_of(said->talks, said->tx->instance, true);
    if (fact->value != 0 && fact->value != said->talk->call_id)
        sw_said_report(said, SW_RULE_SIP_CALLID_REG_SAME, NULL, "Call-ID \"%s\", another than before",
                       sw_said_show(shown, said->sip->first[SW_SIP_CALL_ID]));
    fact->value = said->talk->call_id;
}

static void check_register(const struct sw_said *said)
{
    const struct sw_tx *before = said->tx->older;
    while (before != NULL && (before->method != SW_METHOD_REGISTER || before->leg != said->leg->hash ||
                              before->near != said->signal->near_end || before->from_tag != said->signal->from_tag))
        before = before->older;
    check_instance(said, before);
    if (before == NULL)
        return;
    bool late = said->message->record->transport == SW_TRANSPORT_UDP && said->time - before->time < SW_SECOND &&
                said->signal->cseq < before->cseq;
    if (said->signal->cseq <= before->cseq && !late)
        sw_said_report(said, SW_RULE_SIP_CSEQ_REG_INC, before->request, "CSeq %llu, the one before had %llu",
                       (unsigned long long)said->signal->cseq, (unsigned long long)before->cseq);
    if (is_pending(said, before) && said->sip->count[SW_SIP_CONTACT] > 0)
        sw_said_report(said, SW_RULE_SIP_REG_OVERLAP, before->request, "CSeq %llu has no final response yet",
                       (unsigned long long)before->cseq);
}

static bool wants_binding(const struct sw_sip *request)
{
    struct sw_slice value;
    struct sw_name_addr contact;
    struct sw_param expires;
    uint64_t seconds = 1;
    uint64_t own;
    struct sw_sip_values values = sw_sip_values_of(request, SW_SIP_CONTACT);
    sw_slice_number(request->first[SW_SIP_EXPIRES], &seconds);
    while (request->count[SW_SIP_CONTACT] > 0 && sw_sip_value_next(&values, SW_SIP_CONTACT, &value)) {
        own = seconds;
        sw_name_addr_split(value, &contact);
        if (sw_param_find(contact.params, SW_SLICE("expires"), &expires))
            sw_slice_number(expires.value, &own);
        if (own > 0 && !sw_slice_equal(value, SW_SLICE("*")))
            return true;
    }
    return false;
}

static bool has_param(const struct sw_sip *sip, const char *name)
{
    struct sw_slice value;
    struct sw_name_addr contact;
    struct sw_param param;
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_CONTACT);
    while (sip->count[SW_SIP_CONTACT] > 0 && sw_sip_value_next(&values, SW_SIP_CONTACT, &value)) {
        sw_name_addr_split(value, &contact);
        if (sw_param_find(contact.params, sw_slice_of((const uint8_t *)name, strlen(name)), &param))
            return true;
    }
    return false;
}

static void check_outbound(const struct sw_said *said)
{
    struct sw_sip request;
    struct sw_slice option = SW_SLICE("outbound");
    const struct sw_endpoint *server = &said->message->record->source;
    uint64_t hash = sw_hash(sw_slice_of(server->address, sizeof server->address),
                            said->talks->seed ^ server->port ^ (uint64_t)SW_RULE_OB_REQUIRE_200 << 32);
    struct sw_slice timer;
    sw_kept_read(said->tx->request, &request);
    if (has_param(&request, "reg-id"))
        sw_flow_registered(said);
    if (sw_has_option(said->sip, SW_SIP_REQUIRE, option)) {
        if (!has_param(&request, "reg-id"))
            sw_said_report(said, SW_RULE_OB_REQUIRE_UNASKED, said->tx->request,
                           "Require: outbound, and no Contact has reg-id");
        else
            sw_fact_of(said->talks, hash, true);
        return;
    }
    bool does =
        sw_find_header(said->sip, SW_SLICE("Flow-Timer"), &timer) || sw_fact_of(said->talks, hash, false) != NULL;
    if (does && has_param(&request, "reg-id") && has_param(&request, "+sip.instance") &&
        sw_has_option(&request, SW_SIP_SUPPORTED, option) && wants_binding(&request))
        sw_said_report(said, SW_RULE_OB_REQUIRE_200, said->tx->request, "the server does outbound, and doesn't say so");
}

static void check_registered(const struct sw_said *said)
{
    struct sw_slice value;
    struct sw_name_addr contact;
    struct sw_param expires;
    char shown[SW_SAID_SHOWN];
    struct sw_sip_values values = sw_sip_values_of(said->sip, SW_SIP_CONTACT);
    check_outbound(said);
    if (said->sip->count[SW_SIP_CONTACT] == 0) {
        struct sw_sip request;
        sw_kept_read(said->tx->request, &request);
        if (wants_binding(&request))
            sw_said_report(said, SW_RULE_SIP_REG_200_CONTACTS, said->tx->request,
                           "no Contact, and one was to be added");
        return;
    }
    while (sw_sip_value_next(&values, SW_SIP_CONTACT, &value)) {
        sw_name_addr_split(value, &contact);
        if (sw_param_find(contact.params, SW_SLICE("expires"), &expires))
            continue;
        sw_said_report(said, SW_RULE_SIP_REG_200_CONTACTS, said->tx->request, "Contact \"%s\" without expires",
                       sw_said_show(shown, value));
        return;
    }
}

/* --- one to a URI at a time -------------------------------------------------------------------------------------- */

/* The request to this URI from the same sender before, whatever its Call-ID. */
static const struct sw_tx *previous_to(const struct sw_said *said, enum sw_rule rule)
{
    uint64_t hash = sw_hash(said->sip->uri, sw_hash(sw_uri_of(said->sip->first[SW_SIP_FROM]), said->leg->hash));
    struct sw_fact *fact = sw_fact_of(said->talks, mixed(hash ^ said->signal->near_end, rule), true);
    const struct sw_tx *before = fact->serial != 0 ? sw_tx_find(said->talks, fact->branch, fact->serial) : NULL;
    fact->serial = said->tx->serial;
    fact->branch = said->tx->branch;
    return before;
}

static void check_overlap(const struct sw_said *said, enum sw_rule rule)
{
    const struct sw_tx *before = previous_to(said, rule);
    char shown[SW_SAID_SHOWN];
    if (is_pending(said, before))
        sw_said_report(said, rule, before->request, "the one before to \"%s\" has no final response yet",
                       sw_said_show(shown, said->sip->uri));
}

/* --- PUBLISH ----------------------------------------------------------------------------------------------------- */

/* Whether there is a field of that name, and has other than one tag (RFC 3903 11.3). */
static bool find_tag(const struct sw_sip *sip, struct sw_slice name, struct sw_slice *tag, bool *wrong)
{
    struct sw_slice more = sip->headers;
    struct sw_header header;
    unsigned count = 0;
    while (sw_header_next(&more, &header))
        if (sw_slice_equal_nocase(header.name, name) && count++ == 0)
            *tag = header.value;
    *wrong = count != 1 || tag->size == 0 || sw_token_size(*tag) != tag->size;
    return count > 0;
}

static void check_publish(const struct sw_said *said)
{
    const struct sw_slice if_match = SW_SLICE("SIP-If-Match");
    struct sw_slice tag;
    struct sw_slice before;
    bool wrong;
    char shown[SW_SAID_SHOWN];
    check_overlap(said, SW_RULE_PUB_OVERLAP);
    if (!find_tag(said->sip, if_match, &tag, &wrong))
        return;
    if (wrong)
        sw_said_report(said, SW_RULE_PUB_IFMATCH, NULL, "SIP-If-Match \"%s\"", sw_said_show(shown, tag));
    for (const struct sw_tx *tx = said->tx->older; tx != NULL; tx = tx->older) {
        if (tx->method != SW_METHOD_PUBLISH || tx->leg != said->leg->hash || tx->final == NULL ||
            tx->final->status != CONDITION_FAILED || !sw_kept_find_header(tx->request, if_match, &before) ||
            !sw_slice_equal(tag, before) || !sw_same_uri(sw_kept_slice(tx->request, tx->request->uri), said->sip->uri))
            continue;
        sw_said_report(said, SW_RULE_PUB_412_RETRY, tx->final, "SIP-If-Match \"%s\" once more, after 412",
                       sw_said_show(shown, tag));
        return;
    }
}

static void check_published(const struct sw_said *said)
{
    const struct sw_kept *request = said->tx->request;
    struct sw_slice tag = {0};
    bool wrong;
    char shown[SW_SAID_SHOWN];
    if (!find_tag(said->sip, SW_SLICE("SIP-ETag"), &tag, &wrong) || wrong)
        sw_said_report(said, SW_RULE_PUB_200_ETAG, said->tx->request, "SIP-ETag \"%s\"", sw_said_show(shown, tag));
    if (said->sip->count[SW_SIP_EXPIRES] == 0)
        sw_said_report(said, SW_RULE_PUB_200_EXPIRES, said->tx->request, "%u without Expires", said->sip->status);
    uint64_t seconds;
    bool removed = (sw_slice_number(said->sip->first[SW_SIP_EXPIRES], &seconds) ||
                    sw_slice_number(sw_kept_first(request, SW_SIP_EXPIRES), &seconds)) &&
                   seconds == 0;
    if (tag.size == 0 || removed) /* nothing is left that a tag could identify */
        return;
    const struct sw_slice uri = sw_kept_slice(request, request->uri);
    uint64_t hash = sw_hash(tag, sw_hash(uri, sw_hash(sw_kept_first(request, SW_SIP_EVENT), said->leg->hash)));
    struct sw_fact *fact = sw_fact_of(said->talks, mixed(hash, SW_RULE_PUB_ETAG_NEW), true);
    if (fact->serial != 0 && fact->serial != said->tx->serial)
        sw_said_report(said, SW_RULE_PUB_ETAG_NEW, said->tx->request, "SIP-ETag \"%s\", as before",
                       sw_said_show(shown, tag));
    fact->serial = said->tx->serial;
}

/* --- what comes -------------------------------------------------------------------------------------------------- */

void sw_talk_publications(struct sw_said *said)
{
    if (said->vias.count != 1)
        return;
    if (said->signal->method == SW_METHOD_REGISTER)
        check_register(said);
    else if (said->signal->method == SW_METHOD_PUBLISH)
        check_publish(said);
    else if (said->signal->method == SW_METHOD_MESSAGE && said->signal->to_tag == 0)
        check_overlap(said, SW_RULE_MSG_OVERLAP);
}

void sw_talk_publication_response(struct sw_said *said)
{
    unsigned status = said->sip->status;
    if (!sw_is_2xx(status) || said->tx->final != NULL)
        return;
    if (said->tx->method == SW_METHOD_REGISTER)
        check_registered(said);
    else if (said->tx->method == SW_METHOD_PUBLISH && status == SW_STATUS_OK)
        check_published(said);
}
