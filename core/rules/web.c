/* SPDX-License-Identifier: MIT
 *
 * What is wrong with several connections of one client, or of one server, together? RFC 6455 4.1, 4.4, 7.2.3, 10.6;
 * RFC 7118 9.1; RFC 3261 18.2.2.
 *
 * An address is no client: what needs one and the same is found only where the client says who it is. Each table holds
 * a bounded number of entries; one that is full is emptied, and knows nothing of what came before.
 */
#include "bytes.h"
#include "map.h"
#include "rules/websip_state.h"
#include "sipweave/fields.h"

#include <glib.h>

#define SECOND INT64_C(1000000000)

enum {
    ENTRIES_MAX = 65536,
    RETRIES = 4, /* reconnects in a row without a pause */
};

/* A key that was used. */
struct key {
    uint16_t client_port;
    struct sw_mark mark;
};

/* A client and a server. */
struct pair {
    unsigned pending;  /* handshakes without an answer */
    char versions[64]; /* what the server's last error listed */
    struct sw_mark versions_mark;
};

/* A client that says who it is. */
struct client {
    unsigned open; /* connections */
    bool abnormal; /* the last one ended without a Close: */
    int64_t ended;
    int64_t gap; /* between the last two */
    unsigned retries;
};

/* A request, and the connection that it came on. There is one for each request that a client sends. */
struct origin {
    uint64_t connection;
    struct sw_mark mark;
};

struct sw_web {
    uint64_t connections;
    struct sw_map live; /* number → struct sw_websip */
    struct sw_map keys;
    struct sw_map pairs;
    struct sw_map servers; /* told of; the values say nothing */
    struct sw_map clients;
    GArray *origins;      /* of struct origin */
    struct sw_map places; /* in origins, by transaction: the index + 1 */
};

struct sw_web *sw_web_new(void)
{
    struct sw_web *web = g_new0(struct sw_web, 1);
    sw_map_init(&web->live, NULL);
    sw_map_init(&web->keys, g_free);
    sw_map_init(&web->pairs, g_free);
    sw_map_init(&web->servers, NULL);
    sw_map_init(&web->clients, g_free);
    web->origins = g_array_new(FALSE, FALSE, sizeof(struct origin));
    sw_map_init(&web->places, NULL);
    return web;
}

void sw_web_free(struct sw_web *web)
{
    if (web == NULL)
        return;
    struct sw_map *const maps[] = {&web->live, &web->keys, &web->pairs, &web->servers, &web->clients, &web->places};
    for (size_t i = 0; i < G_N_ELEMENTS(maps); i++)
        sw_map_clear(maps[i]);
    g_array_free(web->origins, TRUE);
    g_free(web);
}

/* The entry of that hash; made where there is none. */
static void *entry(struct sw_map *map, uint64_t hash, size_t size)
{
    void *found = sw_map_get(map, hash);
    if (found != NULL)
        return found;
    if (map->count >= ENTRIES_MAX)
        sw_map_empty(map);
    found = g_malloc0(size);
    sw_map_put(map, hash, found);
    return found;
}

static uint64_t hash_address(const struct sw_endpoint *end, uint64_t seed)
{
    return sw_hash(sw_slice_of(end->address, sizeof end->address), seed ^ end->family);
}

static uint64_t hash_server(const struct sw_endpoint *server)
{
    return hash_address(server, (uint64_t)server->port << 8);
}

/* --- handshakes -------------------------------------------------------------------------------------------------- */

static void check_key(struct sw_websip *websip, const struct sw_head *head)
{
    struct sw_slice value = head->first[SW_HEAD_KEY];
    char shown[SW_SHOWN];
    if (value.size == 0 || websip->intermediary)
        return;
    uint64_t hash = sw_hash(value, websip->pair);
    const struct sw_mark mark = websip->event->marks[0];
    struct key *key = sw_map_get(&websip->web->keys, hash);
    if (key == NULL) {
        key = entry(&websip->web->keys, hash, sizeof *key);
        *key = (struct key){.client_port = websip->ends[SW_CLIENT].port, .mark = mark};
    } else if (key->client_port != websip->ends[SW_CLIENT].port) {
        sw_websip_report(websip, SW_RULE_WSH_KEY_REUSE, &key->mark, "\"%s\" on another connection before",
                         sw_websip_show(shown, value));
    }
}

static void check_retry(struct sw_websip *websip, struct pair *pair, const struct sw_head *head)
{
    struct sw_slice version = head->first[SW_HEAD_VERSION];
    struct sw_slice list = sw_slice_of((const uint8_t *)pair->versions, strlen(pair->versions));
    struct sw_slice one;
    char shown[SW_SHOWN];
    bool listed = list.size == 0 || version.size == 0;
    while (!listed && sw_list_next(&list, &one))
        listed = sw_slice_equal(one, version);
    if (!listed)
        sw_websip_report(websip, SW_RULE_WSH_VERSION_RETRY, &pair->versions_mark, "version %s, the server listed %s",
                         sw_websip_show(shown, version), pair->versions);
    pair->versions[0] = 0;
}

/* The client came back: how soon, and how often so soon. */
static void check_backoff(struct sw_websip *websip)
{
    struct client *client = entry(&websip->web->clients, websip->identity, sizeof *client);
    int64_t gap = websip->request_mark.time - client->ended;
    bool again = client->abnormal && client->open == 0 && gap >= 0 && gap < SECOND;
    bool grows = client->retries > 1 && gap > client->gap + client->gap / 4;
    client->retries = again && !grows ? client->retries + 1 : 0;
    client->gap = gap;
    client->open++;
    client->abnormal = false;
    if (client->retries == RETRIES)
        sw_websip_report_of(websip, SW_RULE_WS_RECONNECT_BACKOFF, SW_CLIENT, &websip->request_mark, 1,
                            "%d reconnects in a row, each in less than a second", RETRIES);
}

static void identify(struct sw_websip *websip, struct sw_slice name)
{
    if (name.size == 0 || websip->identity != 0)
        return;
    websip->identity = sw_hash(name, websip->product) | 1;
    check_backoff(websip);
}

void sw_web_request(struct sw_websip *websip, const struct sw_head *head)
{
    struct pair *pair = entry(&websip->web->pairs, websip->pair, sizeof *pair);
    check_key(websip, head);
    check_retry(websip, pair, head);
    if (pair->pending > 0 && !websip->pending)
        sw_websip_report(websip, SW_RULE_WSH_PARALLEL_CONNECTING, NULL, "%u other handshakes wait for an answer",
                         pair->pending);
    pair->pending += !websip->pending;
    websip->pending = true;
    websip->product = sw_hash(head->http->target,
                              sw_hash(head->first[SW_HEAD_USER_AGENT], hash_address(&websip->ends[SW_CLIENT], 1)));
    identify(websip, head->first[SW_HEAD_COOKIE]);
}

static void settle(struct sw_websip *websip)
{
    struct pair *pair = sw_map_get(&websip->web->pairs, websip->pair);
    if (websip->pending && pair != NULL && pair->pending > 0)
        pair->pending--;
    websip->pending = false;
}

void sw_web_accepted(struct sw_websip *websip)
{
    settle(websip);
}

void sw_web_refused(struct sw_websip *websip, const struct sw_http_head *answer)
{
    struct sw_slice more = answer->headers;
    struct sw_slice versions = {0};
    struct pair *pair = entry(&websip->web->pairs, websip->pair, sizeof *pair);
    settle(websip);
    sw_http_header(&more, SW_SLICE("Sec-WebSocket-Version"), &versions);
    if (versions.size == 0 || versions.size >= sizeof pair->versions)
        return;
    for (size_t i = 0; i < versions.size; i++) /* it is shown: no more than a list may be */
        if (!sw_is_digit(versions.data[i]) && versions.data[i] != ',' && versions.data[i] != ' ')
            return;
    memcpy(pair->versions, versions.data, versions.size);
    pair->versions[versions.size] = 0;
    pair->versions_mark = websip->event->marks[0];
}

void sw_web_plaintext(struct sw_websip *websip, enum sw_rule rule)
{
    uint64_t server = hash_server(&websip->ends[SW_SERVER]) ^ rule;
    struct sw_map *const told = &websip->web->servers;
    if (sw_map_get(told, server) != NULL)
        return;
    if (told->count >= ENTRIES_MAX)
        sw_map_empty(told);
    sw_map_put(told, server, websip->web);
    const struct sw_mark marks[] = {websip->answer_mark, websip->event->marks[0]};
    sw_websip_report_of(websip, rule, SW_SERVER, marks, marks[0].packet == marks[1].packet ? 1 : 2,
                        "plain TCP from the handshake on");
}

/* --- SIP --------------------------------------------------------------------------------------------------------- */

static bool is_whole(const struct sw_websip *websip)
{
    return websip->accepted && websip->selected && !websip->sides[SW_CLIENT].gap && !websip->sides[SW_SERVER].gap;
}

static struct origin *find_origin(const struct sw_web *web, uint64_t transaction)
{
    const gsize place = GPOINTER_TO_SIZE(sw_map_get(&web->places, transaction));
    return place == 0 ? NULL : &g_array_index(web->origins, struct origin, place - 1);
}

static void note_origin(struct sw_web *web, uint64_t transaction, const struct origin *origin)
{
    struct origin *known = find_origin(web, transaction);
    if (known != NULL) {
        *known = *origin;
        return;
    }
    if (web->origins->len >= ENTRIES_MAX) {
        sw_map_empty(&web->places);
        g_array_set_size(web->origins, 0);
    }
    g_array_append_val(web->origins, *origin);
    sw_map_put(&web->places, transaction, GSIZE_TO_POINTER(web->origins->len));
}

/* 18.2.2: the response goes back where the request came from, while that stands. */
static void check_origin(struct sw_websip *websip, uint64_t transaction)
{
    const struct origin *origin = find_origin(websip->web, transaction);
    if (origin == NULL || origin->connection == websip->number)
        return;
    const struct sw_websip *first = sw_map_get(&websip->web->live, origin->connection);
    if (first != NULL && !first->over && is_whole(first) && is_whole(websip) &&
        sw_endpoint_equal(&first->ends[SW_SERVER], &websip->ends[SW_SERVER]))
        sw_websip_report(websip, SW_RULE_WSSIP_RESP_SAME_CONN, &origin->mark,
                         "the request came on a connection that is still open");
}

void sw_web_sip(struct sw_websip *websip, const struct sw_sip *sip, uint64_t transaction)
{
    const struct sw_event *event = websip->event;
    struct sw_name_addr contact;
    struct sw_param instance;
    if (transaction != 0 && event->direction == SW_SERVER && sip->response)
        check_origin(websip, transaction);
    if (event->direction != SW_CLIENT || sip->response)
        return;
    if (transaction != 0)
        note_origin(websip->web, transaction, &(struct origin){.connection = websip->number, .mark = event->marks[0]});
    if (websip->identity == 0 && sw_slice_equal(sip->method, SW_SLICE("REGISTER")) &&
        sw_name_addr_split(sw_list_first(sip->first[SW_SIP_CONTACT]), &contact) &&
        sw_param_find(contact.params, SW_SLICE("+sip.instance"), &instance))
        identify(websip, instance.value);
}

/* --- begin and end ----------------------------------------------------------------------------------------------- */

void sw_web_begin(struct sw_websip *websip)
{
    websip->number = ++websip->web->connections;
    websip->pair = hash_address(&websip->ends[SW_CLIENT], hash_server(&websip->ends[SW_SERVER]));
    sw_map_put(&websip->web->live, websip->number, websip);
}

void sw_web_end(struct sw_websip *websip, enum sw_direction direction, enum sw_eof how, struct sw_mark mark)
{
    (void)direction;
    settle(websip);
    if (websip->over && !websip->closed)
        return; /* the second FIN */
    if (how == SW_EOF_CAPTURE)
        return;
    bool first = !websip->over || websip->identity != 0;
    websip->over = true;
    struct client *client = sw_map_get(&websip->web->clients, websip->identity);
    if (!first || websip->identity == 0 || client == NULL)
        return;
    client->open -= client->open > 0;
    client->abnormal = !websip->closed;
    client->ended = mark.time;
    websip->identity = 0; /* told once */
}

void sw_web_forget(struct sw_websip *websip)
{
    settle(websip);
    sw_map_remove(&websip->web->live, websip->number);
}
