/* SPDX-License-Identifier: MIT
 *
 * Who is who: which addresses and ports belong to one party of a call, and what to call it.
 *
 * Two proofs join ends. A proxy puts its Via on top of that of the request it forwards (RFC 3261 16.6): who sends a
 * request whose second branch was received elsewhere, is who received it. And a user agent that comes back from a new
 * port keeps its instance (RFC 5626 4.1) or Contact, or its address, product and address of record where the old
 * connection was gone before.
 */
#include "output/flow.h"

#include <string.h>

#include "output/facts.h"

static struct flow_end *end_at(const struct flow_call *call, unsigned index)
{
    return call->ends->pdata[index];
}

unsigned flow_end_index(struct flow_call *call, const struct sw_endpoint *address)
{
    struct flow_end *end = g_hash_table_lookup(call->end_of, address);
    if (end != NULL)
        return end->party;
    end = g_new(struct flow_end, 1);
    *end = (struct flow_end){.address = *address, .same_as = call->ends->len, .party = call->ends->len};
    g_ptr_array_add(call->ends, end);
    g_hash_table_insert(call->end_of, &end->address, end);
    return end->party;
}

static unsigned root_of(const struct flow_call *call, unsigned index)
{
    while (end_at(call, index)->same_as != index) {
        struct flow_end *end = end_at(call, index);
        end->same_as = end_at(call, end->same_as)->same_as; /* halves the way for the next who asks */
        index = end->same_as;
    }
    return index;
}

static void join(struct flow_call *call, unsigned a, unsigned b)
{
    unsigned first = root_of(call, a);
    unsigned second = root_of(call, b);
    if (first != second)
        end_at(call, MAX(first, second))->same_as = MIN(first, second);
}

/* ---- what a message tells ---- */

/* The branches of the two topmost Vias; false where there is only one. */
static bool two_branches(const struct sw_sip *sip, struct sw_slice branches[2])
{
    struct sw_sip_values values = {.rest = sip->headers};
    struct sw_slice value;
    unsigned count = 0;
    while (count < 2 && sw_sip_value_next(&values, SW_SIP_VIA, &value)) {
        struct sw_via via = {0};
        sw_via_parse(value, &via);
        branches[count++] = via.branch;
    }
    return count == 2;
}

/* FNV-1a: a wrong join spoils a drawing, no more, so it needs no secret. */
static gpointer branch_key(struct sw_slice branch)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < branch.size; i++)
        hash = (hash ^ branch.data[i]) * UINT64_C(1099511628211);
    return GSIZE_TO_POINTER((gsize)hash);
}

static char *escaped(struct sw_slice text)
{
    GString *to = g_string_new(NULL);
    text_escape(to, text, true);
    return g_string_free(to, FALSE);
}

static void learn_aor(struct flow_identity *who, struct sw_slice header)
{
    struct sw_name_addr address;
    if (who->aor != NULL || header.size == 0 || sw_name_addr_parse(header, &address) != SW_OK)
        return;
    who->aor = escaped(uri_address(address.uri));
    who->user = escaped(uri_user(address.uri));
}

static void learn_product(struct flow_identity *who, const struct sw_sip *sip)
{
    struct sw_slice header = sip->first[SW_SIP_USER_AGENT];
    if (header.size == 0)
        header = sip->first[SW_SIP_SERVER];
    if (who->product == NULL && header.size > 0)
        who->product = product_name(header);
}

static void learn_contact(struct flow_identity *who, const struct sw_sip *sip)
{
    struct sw_name_addr contact;
    struct sw_param instance;
    if ((who->contact != NULL && who->instance != NULL) || sip->first[SW_SIP_CONTACT].size == 0 ||
        sw_name_addr_parse(sw_list_first(sip->first[SW_SIP_CONTACT]), &contact) != SW_OK || contact.star)
        return;
    if (who->contact == NULL)
        who->contact = escaped(uri_address(contact.uri));
    if (who->instance == NULL && sw_param_find(contact.params, SW_SLICE("+sip.instance"), &instance) &&
        instance.value.size > 0)
        who->instance = escaped(instance.value);
}

/* What a user agent sends is its own: a request's From, a response's To are the user's. */
void flow_learn_client(struct flow_identity *client, const struct sw_sip *sip)
{
    /* a response of a call that was forwarded may have another To (RFC 3261 16.6): requests only */
    if (!sip->response)
        learn_aor(client, sip->first[SW_SIP_FROM]);
    learn_product(client, sip);
    learn_contact(client, sip);
}

void flow_identity_free(struct flow_identity *identity)
{
    g_free(identity->aor);
    g_free(identity->user);
    g_free(identity->product);
    g_free(identity->contact);
    g_free(identity->instance);
}

/* A user agent: all it sends is its own. */
static bool is_browser(const struct flow_end *end)
{
    return end->link != NULL && end->client;
}

static bool is_ws_server(const struct flow_end *end)
{
    return end->link != NULL && !end->client;
}

static void learn_request(struct flow_call *call, const struct sw_sip *sip, unsigned from, unsigned to)
{
    struct sw_slice branches[2] = {{0}};
    struct flow_end *sender = end_at(call, from);
    struct flow_end *receiver = end_at(call, to);
    bool forwarded = two_branches(sip, branches);
    if (forwarded && branches[1].size > 0) {
        unsigned received = GPOINTER_TO_UINT(g_hash_table_lookup(call->receivers, branch_key(branches[1])));
        if (received > 0)
            join(call, received - 1, from);
    }
    if (branches[0].size > 0)
        g_hash_table_insert(call->receivers, branch_key(branches[0]), GUINT_TO_POINTER(to + 1));
    sender->forwards |= forwarded;
    bool own = (!forwarded && !method_is_of_hop(sip->method)) || is_browser(sender);
    if (own)
        learn_product(&sender->who, sip);
    if (own && !is_ws_server(sender)) { /* a server calls on behalf of others */
        learn_aor(&sender->who, sip->first[SW_SIP_FROM]);
        learn_contact(&sender->who, sip);
    }
    if (is_browser(receiver))
        learn_aor(&receiver->who, sip->first[SW_SIP_TO]);
}

static void learn_response(struct flow_call *call, const struct sw_sip *sip, unsigned from, unsigned to)
{
    struct sw_slice branches[2] = {{0}};
    struct flow_end *sender = end_at(call, from);
    bool agent =
        is_browser(sender) || (sip->status >= 180 && sip->status < 300 && contact_is_at(sip, &sender->address));
    if (agent) {
        learn_aor(&sender->who, sip->first[SW_SIP_TO]);
        learn_contact(&sender->who, sip);
    }
    if (agent || sip->status == 100) /* 100 is said by the next hop itself (RFC 3261 16.7) */
        learn_product(&sender->who, sip);
    struct flow_end *receiver = end_at(call, to);
    struct sw_cseq cseq;
    if (receiver->who.aor == NULL && !is_ws_server(receiver) && sip_cseq(sip, &cseq) &&
        !method_is_of_hop(cseq.method) && !two_branches(sip, branches))
        learn_aor(&receiver->who, sip->first[SW_SIP_FROM]);
}

void flow_learn(struct flow_call *call, const struct message_record *message, unsigned from, unsigned to)
{
    if (message->sip->response)
        learn_response(call, message->sip, from, to);
    else
        learn_request(call, message->sip, from, to);
}

/* ---- which ends are one ---- */

/* Joins the end with the one that showed the same sign before. */
static void join_by(struct flow_call *call, GHashTable *signs, unsigned index, const char *kind, const char *sign)
{
    const struct flow_end *end = end_at(call, index);
    if (sign == NULL || end->who.aor == NULL)
        return;
    char *key = g_strdup_printf("%s\t%s\t%s", kind, end->who.aor, sign);
    unsigned earlier = GPOINTER_TO_UINT(g_hash_table_lookup(signs, key));
    if (earlier > 0)
        join(call, earlier - 1, index);
    g_hash_table_insert(signs, key, GUINT_TO_POINTER(index + 1));
}

/* Two tabs of one browser look alike; but a connection that ended before the other began was the same tab's. */
static void join_successor(struct flow_call *call, GHashTable *signs, unsigned index)
{
    const struct flow_end *end = end_at(call, index);
    if (!is_browser(end) || end->who.aor == NULL || end->who.product == NULL)
        return;
    struct sw_endpoint host = end->address;
    host.port = 0;
    char address[56];
    sw_endpoint_format(&host, address, sizeof address);
    char *key = g_strdup_printf("again\t%s\t%s\t%s", end->who.aor, end->who.product, address);
    unsigned earlier = GPOINTER_TO_UINT(g_hash_table_lookup(signs, key));
    if (earlier > 0) {
        const struct flow_link *before = end_at(call, earlier - 1)->link;
        if (before->closed != SW_NO_TIME && before->closed <= end->link->first)
            join(call, earlier - 1, index);
    }
    g_hash_table_insert(signs, key, GUINT_TO_POINTER(index + 1));
}

static void prefer(char **known, const char *better)
{
    if (better == NULL)
        return;
    g_free(*known);
    *known = g_strdup(better);
}

/* What a client told of itself on its connection counts more than what a call says of it: the To of a call that was
 * forwarded to it names somebody else. */
static void take_identities(struct flow_call *call)
{
    for (unsigned i = 0; i < call->ends->len; i++) {
        struct flow_end *end = end_at(call, i);
        if (!is_browser(end))
            continue;
        const struct flow_identity *told = &end->link->client_is;
        prefer(&end->who.aor, told->aor);
        prefer(&end->who.user, told->user);
        prefer(&end->who.product, told->product);
        prefer(&end->who.contact, told->contact);
        prefer(&end->who.instance, told->instance);
    }
}

static void join_returned(struct flow_call *call)
{
    GHashTable *signs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < call->ends->len; i++) {
        join_by(call, signs, i, "instance", end_at(call, i)->who.instance);
        join_by(call, signs, i, "contact", end_at(call, i)->who.contact);
        join_successor(call, signs, i);
    }
    g_hash_table_destroy(signs);
}

/* ---- what to call them ---- */

static void name_party(struct flow_call *call, struct flow_party *party, const struct flow_end *end)
{
    party->ends++;
    if (party->name == NULL && end->who.user != NULL && !end->forwards)
        party->name = flow_keep_escaped(call, end->who.user);
    const char *product = is_ws_server(end) && *end->link->product != 0 ? end->link->product : end->who.product;
    if (party->product == NULL && product != NULL)
        party->product = flow_keep_escaped(call, product);
    if (party->address == NULL) {
        char address[56];
        sw_endpoint_format(&end->address, address, sizeof address);
        party->address = flow_keep(call, end->address.family == 0 ? "?" : address);
    }
}

static void finish_name(struct flow_party *party)
{
    if (party->name == NULL) {
        party->name = party->product;
        party->product = NULL;
    }
    if (party->name == NULL) {
        party->name = party->address;
        party->address = "";
    }
}

void flow_settle_parties(struct flow_call *call)
{
    take_identities(call);
    join_returned(call);
    for (unsigned i = 0; i < call->ends->len; i++) {
        struct flow_end *end = end_at(call, i);
        unsigned root = root_of(call, i);
        if (root == i) {
            struct flow_party party = {0};
            end->party = call->parties->len;
            g_array_append_val(call->parties, party);
        }
        end->party = end_at(call, root)->party; /* the root stands before: it has its own already */
        name_party(call, &g_array_index(call->parties, struct flow_party, end->party), end);
    }
    for (guint i = 0; i < call->parties->len; i++)
        finish_name(&g_array_index(call->parties, struct flow_party, i));
}
