/* SPDX-License-Identifier: MIT
 *
 * What do the fields of a SIP message say about the WebSocket that carries it? RFC 7118 5, 8, 9, B.1; RFC 3261 8.1.2.
 */
#include "bytes.h"
#include "rules/websip_state.h"
#include "sipweave/fields.h"

#include <glib.h>

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
    bool secure = !plain && is(via.transport, "WSS");
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
    bool sips = !sip->response && sw_slice_equal_nocase(sw_slice_head(sip->uri, 5), SW_SLICE("sips:"));
    if (!sips || websip->event->direction != SW_CLIENT || !is(websip->via.transport, "WS") || !sees_client(websip))
        return;
    sw_websip_show(shown, sip->uri);
    sw_websip_report(websip, SW_RULE_WSSIP_SIPS_SECURE, NULL, "\"%s\" over ws", shown);
    sw_websip_report(websip, SW_RULE_WSSIP_SIPS_ON_WS, NULL, "\"%s\" over ws", shown);
}

/* Parameters of a Contact and of its URI that a rule asks for, as bits. */
enum { PARAM_OB = 1, PARAM_GR = 2, PARAM_REG_ID = 4, PARAM_INSTANCE = 8 };

static unsigned params_of(struct sw_slice params)
{
    static const char *const names[] = {"ob", "gr", "reg-id", "+sip.instance"}; /* as the bits */
    struct sw_param param;
    unsigned seen = 0;
    while (sw_param_next(&params, &param))
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            seen |= (unsigned)is(param.name, names[i]) << i;
    return seen;
}

static bool ends_with(struct sw_slice text, struct sw_slice end)
{
    return text.size >= end.size && sw_slice_equal_nocase(sw_slice_skip(text, text.size - end.size), end);
}

void sw_websip_forget_contact(struct sw_contact_faults *faults)
{
    g_free(faults->transport);
    g_free(faults->host);
    *faults = (struct sw_contact_faults){0};
}

static void judge_contact(const struct sw_name_addr *contact, bool registers, struct sw_contact_faults *faults)
{
    const unsigned of_uri = params_of(contact->uri_parts.params);
    const unsigned of_contact = params_of(contact->params);
    struct sw_slice transport;
    char shown[SW_SHOWN];
    if (transport_of(contact->uri_parts.params, &transport) && !is(transport, "ws") && !is(transport, "wss"))
        faults->transport = g_strdup_printf("Contact with transport=%s", sw_websip_show(shown, transport));
    if (ends_with(contact->uri_parts.host, SW_SLICE(".invalid")) && (of_uri & (PARAM_OB | PARAM_GR)) == 0 &&
        (of_contact & PARAM_REG_ID) == 0)
        faults->host = g_strdup_printf("Contact \"%s\" without ob, gr or reg-id", sw_websip_show(shown, contact->uri));
    faults->outbound = registers && (of_contact & (PARAM_REG_ID | PARAM_INSTANCE)) != (PARAM_REG_ID | PARAM_INSTANCE);
}

static void check_contact(struct sw_websip *websip, const struct sw_sip *sip)
{
    struct sw_slice value = sip->first[SW_SIP_CONTACT];
    bool registers = !sip->response && is(sip->method, "REGISTER");
    struct sw_contact_faults *faults = &websip->contacts[registers];
    uint64_t hash = sw_hash(value, 1) | 1;
    struct sw_name_addr contact;
    if (faults->hash != hash) {
        sw_websip_forget_contact(faults);
        faults->hash = hash;
        if (sw_name_addr_parse(sw_list_first(value), &contact) == SW_OK && !contact.star)
            judge_contact(&contact, registers, faults);
    }
    if (faults->transport != NULL)
        sw_websip_tell(websip, SW_RULE_WSSIP_CONTACT_TRANSPORT, faults->transport);
    if (faults->host != NULL)
        sw_websip_tell(websip, SW_RULE_WSSIP_CONTACT_HOST, faults->host);
    if (faults->outbound)
        sw_websip_tell(websip, SW_RULE_WSSIP_OUTBOUND_SUPPORTED,
                       "REGISTER whose Contact has no reg-id or +sip.instance");
}

/* The value of the first parameter of "<sip:host...>" where that is spelt ";transport=": such a Record-Route, which is
 * another one for each call, needn't be parsed. */
static bool says_websocket(struct sw_slice value)
{
    static const char wanted[] = "transport=ws";
    enum { SIZE = sizeof wanted - 1 };
    size_t at = sw_slice_find(value, ';') + 1;
    if (!sw_slice_starts(value, SW_SLICE("<sip:")) || at >= value.size || value.size - at <= SIZE)
        return false;
    bool user = sw_slice_find(value, '@') < value.size; /* it may hold semicolons */
    uint8_t next = value.data[at + SIZE];
    return !user && memcmp(value.data + at, wanted, SIZE) == 0 && (next == ';' || next == '>');
}

static void check_record_route(struct sw_websip *websip, const struct sw_sip *sip)
{
    struct sw_name_addr route;
    struct sw_slice transport;
    char shown[SW_SHOWN];
    if (sip->response || says_websocket(sip->first[SW_SIP_RECORD_ROUTE]) ||
        sw_name_addr_parse(sip->first[SW_SIP_RECORD_ROUTE], &route) != SW_OK)
        return;
    if (transport_of(route.uri_parts.params, &transport) && !is(transport, "ws") && !is(transport, "wss"))
        sw_websip_report(websip, SW_RULE_WSSIP_RR_TRANSPORT, NULL, "Record-Route with transport=%s",
                         sw_websip_show(shown, transport));
}

void sw_websip_check_fields(struct sw_websip *websip, const struct sw_sip *sip)
{
    check_via(websip, sip);
    check_sips(websip, sip);
    if (websip->event->direction == SW_CLIENT && sip->count[SW_SIP_CONTACT] > 0)
        check_contact(websip, sip);
    if (websip->event->direction == SW_SERVER && sip->count[SW_SIP_RECORD_ROUTE] > 0)
        check_record_route(websip, sip);
}
