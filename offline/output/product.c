/* SPDX-License-Identifier: MIT
 *
 * Which software does an endpoint run? A proxy forwards the names of others, so a name counts only in messages that
 * were certainly made where they come from.
 */
#include "output/product.h"

#include <string.h>

#include "output/facts.h"
#include "output/text.h"

enum { ENDPOINTS_KEPT = 16384, TRIES = 16, NAME_MOST = 80, NAMES_KEPT = 8, SETTLED = 1024 };

/* What one endpoint is known to be. */
struct known {
    struct sw_endpoint endpoint; /* without a connection */
    char *name;                  /* by SIP; NULL: not yet */
    char *web;                   /* by the handshake; NULL: not asked yet */
    unsigned tries;              /* messages that told nothing */
};

/* What the last different headers were called: few differ. */
struct names {
    struct {
        char *header;
        size_t size;
        char *name;
    } kept[NAMES_KEPT];
    unsigned next;
};

struct products {
    GHashTable *sides;     /* of WebSocket connections: side_key to struct known */
    GHashTable *endpoints; /* others: struct sw_endpoint to struct known */
    struct names of_sip;
    struct names of_web;
    uint64_t
        settled[SETTLED]; /* keys of sides that no message tells more of: asked first, as most messages are theirs */
    bool about_websocket[SW_RULE_COUNT];
};

static void free_known(gpointer data)
{
    struct known *known = data;
    g_free(known->name);
    g_free(known->web);
    g_free(known);
}

bool rule_is_about_websocket(const struct sw_rule_info *rule)
{
    static const char *const prefixes[] = {"WS-", "WSH", "PMD-"};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(rule->id, prefixes[i]))
            return true;
    return false;
}

struct products *products_new(void)
{
    struct products *products = g_new0(struct products, 1);
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++)
        products->about_websocket[rule] = rule_is_about_websocket(sw_rule_info(rule));
    products->sides = g_hash_table_new_full(NULL, NULL, NULL, free_known);
    products->endpoints = g_hash_table_new_full(endpoint_hash, endpoint_equal, NULL, free_known);
    return products;
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < NAMES_KEPT; i++) {
        g_free(names->kept[i].header);
        g_free(names->kept[i].name);
    }
}

void products_free(struct products *products)
{
    if (products == NULL)
        return;
    free_names(&products->of_sip);
    free_names(&products->of_web);
    g_hash_table_destroy(products->sides);
    g_hash_table_destroy(products->endpoints);
    g_free(products);
}

static uint64_t side_key(const struct connection_record *connection, enum sw_direction direction)
{
    return connection->id << 1 | (direction == SW_SERVER ? 1 : 0);
}

static struct known *known_side(struct products *products, const struct connection_record *connection,
                                enum sw_direction direction)
{
    void *key = GSIZE_TO_POINTER((gsize)side_key(connection, direction));
    struct known *known = g_hash_table_lookup(products->sides, key);
    if (known == NULL) {
        known = g_new0(struct known, 1);
        g_hash_table_insert(products->sides, key, known);
    }
    return known;
}

/* NULL: there are too many. */
static struct known *known_endpoint(struct products *products, const struct sw_endpoint *endpoint)
{
    struct known *known = g_hash_table_lookup(products->endpoints, endpoint);
    if (known != NULL || g_hash_table_size(products->endpoints) == ENDPOINTS_KEPT)
        return known;
    known = g_new0(struct known, 1);
    known->endpoint = *endpoint;
    g_hash_table_insert(products->endpoints, &known->endpoint, known);
    return known;
}

static bool was_forwarded(const struct sw_sip *sip)
{
    struct sw_sip_values values = {.rest = sip->headers};
    struct sw_slice value;
    unsigned count = 0;
    while (count < 2 && sw_sip_value_next(&values, SW_SIP_VIA, &value))
        count++;
    return count == 2;
}

/* A WebSocket server whose handshake says what it is. */
static bool has_said(const struct connection_record *connection)
{
    return connection != NULL && connection->handshake != NULL && connection->handshake->server.size > 0;
}

/* Whether its sender made the message. 100 is said by the next hop itself (RFC 3261 16.7). Who hides the topology
 * forwards with one Via, too: a WebSocket server is asked only where its handshake was silent. */
static bool is_own(const struct message_record *message)
{
    const struct sw_sip *sip = message->sip;
    if (message->connection != NULL && message->direction == SW_CLIENT)
        return true;
    if (sip->response)
        return sip->status == 100 || (sip->status < 300 && contact_is_at(sip, &message->source));
    return !has_said(message->connection) && !method_is_of_hop(sip->method) && !was_forwarded(sip);
}

/* A product's name, of a header that may be as long as a message. */
static char *short_name(struct sw_slice header)
{
    char *whole = product_name(header);
    GString *name = g_string_new(NULL);
    text_shorten(name, whole, NAME_MOST, TEXT_CUT_END, true);
    g_free(whole);
    return g_string_free(name, FALSE);
}

/* What make calls the header, or has called it before. The caller frees it. */
static char *name_of(struct names *names, struct sw_slice header, char *(*make)(struct sw_slice header))
{
    for (size_t i = 0; i < NAMES_KEPT; i++)
        if (names->kept[i].size == header.size && memcmp(names->kept[i].header, header.data, header.size) == 0)
            return g_strdup(names->kept[i].name);
    const unsigned at = names->next++ % NAMES_KEPT;
    g_free(names->kept[at].header);
    g_free(names->kept[at].name);
    names->kept[at].header = g_memdup2(header.data, header.size);
    names->kept[at].size = header.size;
    names->kept[at].name = make(header);
    return g_strdup(names->kept[at].name);
}

/* NULL: of one of too many. */
static bool is_settled(const struct known *known)
{
    return known == NULL || known->name != NULL || known->tries == TRIES;
}

static void learn(struct products *products, struct known *known, const struct message_record *message)
{
    if (is_settled(known))
        return;
    struct sw_slice header = message->sip->first[SW_SIP_USER_AGENT];
    if (header.size == 0)
        header = message->sip->first[SW_SIP_SERVER];
    if (header.size > 0 && is_own(message))
        known->name = name_of(&products->of_sip, header, short_name);
    else
        known->tries++;
}

void products_learn(struct products *products, const struct message_record *message)
{
    if (message->connection == NULL) {
        learn(products, known_endpoint(products, &message->source), message);
        return;
    }
    const uint64_t key = side_key(message->connection, message->direction);
    uint64_t *settled = &products->settled[key % SETTLED];
    if (*settled == key)
        return;
    struct known *known = known_side(products, message->connection, message->direction);
    learn(products, known, message);
    if (is_settled(known))
        *settled = key;
}

void products_forget(struct products *products, const struct connection_record *connection)
{
    for (enum sw_direction side = SW_CLIENT; side <= SW_SERVER; side++) {
        const uint64_t key = side_key(connection, side);
        g_hash_table_remove(products->sides, GSIZE_TO_POINTER((gsize)key));
        if (products->settled[key % SETTLED] == key)
            products->settled[key % SETTLED] = 0;
    }
}

/* Browsers name several products, and begin with the same one. */
static char *browser_name(struct sw_slice header)
{
    static const char *const names[] = {"Firefox/", "Edg/", "OPR/", "HeadlessChrome/", "Chrome/", "Safari/"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *text = (const char *)header.data;
        const char *at = g_strstr_len(text, (gssize)header.size, names[i]);
        if (at == NULL)
            continue;
        struct sw_slice rest = {(const uint8_t *)at, header.size - (size_t)(at - text)};
        const uint8_t *end = memchr(rest.data, ' ', rest.size);
        return short_name((struct sw_slice){rest.data, end == NULL ? rest.size : (size_t)(end - rest.data)});
    }
    return short_name(header);
}

static const char *web_name(struct products *products, struct known *known, const struct finding_record *finding)
{
    const struct sw_handshake *handshake = finding->connection->handshake;
    if (known->web != NULL || handshake == NULL)
        return known->web;
    struct sw_slice header = finding->direction == SW_CLIENT ? handshake->user_agent : handshake->server;
    if (header.size > 0)
        known->web = name_of(&products->of_web, header, browser_name);
    return known->web;
}

const char *products_of(struct products *products, const struct finding_record *finding)
{
    if (finding->connection == NULL) {
        const struct known *known = g_hash_table_lookup(products->endpoints, &finding->source);
        return known != NULL && known->name != NULL ? known->name : "";
    }
    struct known *known = known_side(products, finding->connection, finding->direction);
    const char *web = web_name(products, known, finding);
    const char *name = products->about_websocket[finding->rule] && web != NULL ? web : known->name;
    return name != NULL ? name : web != NULL ? web : "";
}
