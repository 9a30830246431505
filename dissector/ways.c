/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which packets belong to this one? The messages of its connection, unmasked and inflated (Follow); those of its call
 * (Conversation Filter).
 */
#include "ways.h"

#include "compat.h"

#include <epan/conversation_filter.h>
#include <epan/follow.h>
#include <epan/to_str.h>

#include "conversation.h"
#include "ids.h"

/* Follow. */

static char *connection_filter(guint number)
{
    return g_strdup_printf("sipweave.connection == %u", number);
}

static char *follow_packet(epan_dissect_t *dissect, packet_info *pinfo, guint *stream, guint *substream)
{
    (void)dissect;
    const struct weave_conversation *conversation = weave_conversation_find(pinfo);
    if (conversation == NULL)
        return NULL;
    *stream = conversation->number;
    *substream = 0;
    return connection_filter(conversation->number);
}

static char *follow_number(guint stream, guint substream)
{
    (void)substream;
    return connection_filter(stream);
}

static char *follow_ends(address *source, address *destination, int source_port, int destination_port)
{
    bool six = source->type == AT_IPv6;
    char *from = address_to_str(NULL, source), *to = address_to_str(NULL, destination);
    char *filter = g_strdup_printf("((%s == %s and tcp.port == %d) and (%s == %s and tcp.port == %d)) and sipweave",
                                   six ? "ipv6.addr" : "ip.addr", from, source_port, six ? "ipv6.addr" : "ip.addr", to,
                                   destination_port);
    wmem_free(NULL, from);
    wmem_free(NULL, to);
    return filter;
}

static char *port_name(wmem_allocator_t *scope, guint port)
{
    return wmem_strdup_printf(scope, "%u", port);
}

/* This call. */

static const struct weave_call *call_in_sips(const struct weave_sip *sips)
{
    for (const struct weave_sip *sip = sips; sip != NULL; sip = sip->next)
        if (sip->call != NULL)
            return sip->call;
    return NULL;
}

static const struct weave_call *call_in_steps(const struct weave_step *steps)
{
    const struct weave_call *call = NULL;
    for (const struct weave_step *step = steps; step != NULL && call == NULL; step = step->next)
        if (step->last)
            call = call_in_sips(step->message->sip);
    return call;
}

static const struct weave_call *call_of(packet_info *pinfo)
{
    const struct weave_packet *packet = weave_packet_of(pinfo, false);
    if (packet == NULL)
        return NULL;
    const struct weave_call *call = call_in_steps(packet->steps);
    return call == NULL ? call_in_sips(packet->sips) : call;
}

static weave_bool has_call(packet_info *pinfo WEAVE_USER_DATA)
{
    return call_of(pinfo) != NULL;
}

static char *call_filter(packet_info *pinfo WEAVE_USER_DATA)
{
    const struct weave_call *call = call_of(pinfo);
    return call == NULL ? NULL : g_strdup_printf("sipweave.call == %u", call->number);
}

void weave_ways_register(void)
{
    weave_follow_register(weave_ids.protocol, "sipweave_follow", follow_packet, follow_number, follow_ends, port_name);
    weave_conversation_filter_register("sipweave", "This SIP call", has_call, call_filter);
}
