/* SPDX-License-Identifier: MIT
 *
 * Did a request come over the transport that it should have come over, and that it names? RFC 3261 18.1.1.
 *
 * That it was answered the same way shows that it did come so. Of datagrams that isn't enough: who writes a trace from
 * a log has all in datagrams, whatever they came in. There another request of the two must name UDP.
 */
#include "rules/talk_check.h"

static bool is_named(struct sw_slice token, enum sw_transport transport)
{
    const char *name = sw_transport_name(transport);
    return sw_slice_equal_nocase(token, sw_slice_of((const uint8_t *)name, strlen(name)));
}

/* Another one is named. What is known by no name here may be a new transport, and TLS may have ended before. */
static bool is_misnamed(struct sw_slice token, enum sw_transport transport)
{
    for (enum sw_transport other = SW_TRANSPORT_UDP; other <= SW_TRANSPORT_WSS; other++)
        if (is_named(token, other))
            return other != transport &&
                   (transport != SW_TRANSPORT_TCP || (other != SW_TRANSPORT_TLS && other != SW_TRANSPORT_WSS));
    return false;
}

/* Written as usual it needn't be parsed. */
static bool names_udp(struct sw_slice via)
{
    struct sw_via parts;
    if (sw_slice_starts(via, SW_SLICE("SIP/2.0/UDP ")))
        return true;
    sw_via_parse(via, &parts);
    return is_named(parts.transport, SW_TRANSPORT_UDP);
}

static void report(const struct sw_said *said, const struct sw_kept *request)
{
    struct sw_via via;
    char shown[SW_SAID_SHOWN];
    sw_via_parse(sw_kept_slice(request, request->via), &via);
    sw_kept_report(said, SW_RULE_SIP_VIA_TRANSPORT_MATCH, request, "Via says %s, and it came over %s",
                   sw_said_show(shown, via.transport), sw_transport_name(request->transport));
}

/* The first response to it has come. */
void sw_talk_answered(const struct sw_said *said)
{
    const struct sw_kept *request = said->tx->request;
    const enum sw_transport transport = request->transport;
    struct sw_via via;
    if (said->tx->branch != said->branch_hash || transport != said->message->record->transport ||
        (transport == SW_TRANSPORT_UDP && names_udp(sw_kept_slice(request, request->via))))
        return;
    sw_via_parse(sw_kept_slice(request, request->via), &via);
    if (!is_misnamed(via.transport, transport))
        return;
    if (transport != SW_TRANSPORT_UDP || said->leg->names_udp)
        report(said, request);
    else if (said->leg->misnamed == NULL)
        sw_kept_ref(&said->leg->misnamed, said->tx->request);
}

static void note_udp(const struct sw_said *said)
{
    struct sw_leg *leg = said->leg;
    if (said->message->record->transport != SW_TRANSPORT_UDP || !names_udp(said->vias.first))
        return;
    leg->names_udp = true;
    if (leg->misnamed != NULL)
        report(said, leg->misnamed);
    sw_kept_drop(&leg->misnamed);
}

void sw_talk_carried(const struct sw_said *said)
{
    if (said->message->oversize && !said->again)
        sw_said_report(said, SW_RULE_SIP_UDP_MTU, NULL, "%zu bytes over UDP, in IP fragments", said->sip->raw.size);
    if (!said->leg->names_udp)
        note_udp(said);
}
