/* SPDX-License-Identifier: MIT
 *
 * What do the fields of a SIP message say about the WebSocket that carries it? RFC 7118 5, 8, 9, B.1; RFC 3261 8.1.2.
 */
#include "bytes.h"
#include "rules/websip_state.h"
#include "sipweave/fields.h"

static bool is(struct sw_slice text, const char *word)
{
    return sw_slice_equal_nocase(text, sw_slice_of((const uint8_t *)word, strlen(word)));
}

static bool transport_of(struct sw_slice params, struct sw_slice *transport)
{
    struct sw_param param;
    if (!sw_param_find(params, SW_SLICE("transport"), &param))
        return false;
    *transport = param.value;
    return true;
}

/* Whether the capture point is where the client's transport is: behind a proxy that ends TLS nothing can be said of
 * that. */
static bool sees_client(const struct sw_websip *websip)
{
    return !websip->intermediary && !websip->surroundings.loopback && !websip->surroundings.secure &&
           !websip->origin_secure && !websip->via_secure;
}

static void check_via(struct sw_websip *websip, const struct sw_sip *sip)
{
    const struct sw_via via = websip->via;
    char shown[SW_SHOWN];
    bool client = websip->event->direction == SW_CLIENT;
    if (sip->response || via.transport.size == 0)
        return;
    bool plain = is(via.transport, "WS");
    bool secure = is(via.transport, "WSS");
    if (!plain && !secure)
        sw_websip_report(websip, SW_RULE_WSSIP_VIA_TRANSPORT, NULL, "Via: SIP/2.0/%s",
                         sw_websip_show(shown, via.transport));
    if (client && plain && websip->surroundings.secure)
        sw_websip_report(websip, SW_RULE_WSSIP_VIA_WS_VS_WSS, NULL, "Via: SIP/2.0/WS inside TLS");
    websip->via_secure |= client && secure;
    if (client && plain && sees_client(websip) && !websip->plaintext_seen) {
        websip->plaintext_seen = true;
        sw_web_plaintext(websip, SW_RULE_WSSIP_PLAINTEXT);
    }
}

/* A URI of the scheme sips is for TLS alone, from the first hop on. */
static void check_sips(struct sw_websip *websip, const struct sw_sip *sip)
{
    char shown[SW_SHOWN];
    bool sips = sw_slice_equal_nocase(sw_slice_head(sip->uri, 5), SW_SLICE("sips:"));
    if (sip->response || !sips || websip->event->direction != SW_CLIENT || !is(websip->via.transport, "WS") ||
        !sees_client(websip))
        return;
    sw_websip_show(shown, sip->uri);
    sw_websip_report(websip, SW_RULE_WSSIP_SIPS_SECURE, NULL, "\"%s\" over ws", shown);
    sw_websip_report(websip, SW_RULE_WSSIP_SIPS_ON_WS, NULL, "\"%s\" over ws", shown);
}

/* Whether "wss" stands somewhere in it: most values needn't be parsed. */
static bool may_name_wss(struct sw_slice value)
{
    return value.size > 0 &&
           (memmem(value.data, value.size, "wss", 3) != NULL || memmem(value.data, value.size, "WSS", 3) != NULL);
}

/* "transport=wss" isn't defined: ws stands for both (5.2). */
static void check_uri_transport(struct sw_websip *websip, const struct sw_sip *sip)
{
    static const enum sw_sip_field fields[] = {SW_SIP_CONTACT, SW_SIP_ROUTE, SW_SIP_RECORD_ROUTE};
    struct sw_slice transport;
    struct sw_uri uri;
    bool wss = !sip->response && may_name_wss(sip->uri) && sw_uri_parse(sip->uri, &uri) == SW_OK &&
               transport_of(uri.params, &transport) && is(transport, "wss");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && !wss; i++) {
        struct sw_name_addr address;
        wss = may_name_wss(sip->first[fields[i]]) && sw_name_addr_parse(sip->first[fields[i]], &address) == SW_OK &&
              transport_of(address.uri_parts.params, &transport) && is(transport, "wss");
    }
    if (wss)
        sw_websip_report(websip, SW_RULE_WSSIP_URI_TRANSPORT, NULL, "transport=wss in a URI");
}

static bool has_param(struct sw_slice params, const char *name)
{
    struct sw_param param;
    return sw_param_find(params, sw_slice_of((const uint8_t *)name, strlen(name)), &param);
}

static bool ends_with(struct sw_slice text, struct sw_slice end)
{
    return text.size >= end.size && sw_slice_equal_nocase(sw_slice_skip(text, text.size - end.size), end);
}

static void check_contact(struct sw_websip *websip, const struct sw_sip *sip)
{
    struct sw_name_addr contact;
    struct sw_slice transport;
    char shown[SW_SHOWN];
    if (websip->event->direction != SW_CLIENT || sip->count[SW_SIP_CONTACT] == 0 ||
        sw_name_addr_parse(sip->first[SW_SIP_CONTACT], &contact) != SW_OK || contact.star)
        return;
    struct sw_slice params = contact.uri_parts.params;
    if (transport_of(params, &transport) && !is(transport, "ws") && !is(transport, "wss"))
        sw_websip_report(websip, SW_RULE_WSSIP_CONTACT_TRANSPORT, NULL, "Contact with transport=%s",
                         sw_websip_show(shown, transport));
    bool outbound = has_param(params, "ob") || has_param(params, "gr") || has_param(contact.params, "reg-id");
    if (ends_with(contact.uri_parts.host, SW_SLICE(".invalid")) && !outbound)
        sw_websip_report(websip, SW_RULE_WSSIP_CONTACT_HOST, NULL, "Contact \"%s\" without ob, gr or reg-id",
                         sw_websip_show(shown, contact.uri));
    if (!sip->response && is(sip->method, "REGISTER") &&
        (!has_param(contact.params, "reg-id") || !has_param(contact.params, "+sip.instance")))
        sw_websip_report(websip, SW_RULE_WSSIP_OUTBOUND_SUPPORTED, NULL,
                         "REGISTER whose Contact has no reg-id or +sip.instance");
}

static void check_record_route(struct sw_websip *websip, const struct sw_sip *sip)
{
    struct sw_name_addr route;
    struct sw_slice transport;
    char shown[SW_SHOWN];
    if (websip->event->direction != SW_SERVER || sip->response || sip->count[SW_SIP_RECORD_ROUTE] == 0 ||
        sw_name_addr_parse(sip->first[SW_SIP_RECORD_ROUTE], &route) != SW_OK)
        return;
    if (transport_of(route.uri_parts.params, &transport) && !is(transport, "ws") && !is(transport, "wss"))
        sw_websip_report(websip, SW_RULE_WSSIP_RR_TRANSPORT, NULL, "Record-Route with transport=%s",
                         sw_websip_show(shown, transport));
}

/* The same few values come again and again. */
static uint64_t hash_of(const struct sw_sip *sip)
{
    uint64_t hash = 1 + (sip->response ? 0 : sip->method.size > 0 ? sip->method.data[0] : 1U);
    hash = sw_hash(sip->first[SW_SIP_CONTACT], hash);
    hash = sip->count[SW_SIP_ROUTE] == 0 ? hash : sw_hash(sip->first[SW_SIP_ROUTE], hash);
    return sip->count[SW_SIP_RECORD_ROUTE] == 0 ? hash : sw_hash(sip->first[SW_SIP_RECORD_ROUTE], hash);
}

void sw_websip_check_fields(struct sw_websip *websip, const struct sw_sip *sip)
{
    struct sw_websip_side *side = &websip->sides[websip->event->direction];
    uint64_t hash = hash_of(sip);
    check_via(websip, sip);
    check_sips(websip, sip);
    uint64_t *right = &side->right[hash >> 32 & (SW_RIGHT - 1)];
    if (hash == *right && !may_name_wss(sip->uri))
        return;
    side->faulty = false;
    check_uri_transport(websip, sip);
    check_contact(websip, sip);
    check_record_route(websip, sip);
    if (!side->faulty)
        *right = hash;
}
