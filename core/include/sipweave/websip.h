/* SPDX-License-Identifier: MIT
 *
 * SIP over WebSocket (RFC 7118) held to its rules, and what can only be seen of several connections together.
 *
 * One struct sw_web for all connections of a capture, one struct sw_websip for each. The caller passes on the events
 * of its sw_connection, and is told of each breach.
 */
#ifndef SIPWEAVE_WEBSIP_H
#define SIPWEAVE_WEBSIP_H

#include "sipweave/call.h"
#include "sipweave/connection.h"

SW_API_BEGIN

/* Borrowed during the call. */
struct sw_breach {
    struct sw_finding finding;
    const struct sw_mark *marks; /* the packets that prove it, in their order */
    size_t mark_count;
};

struct sw_judgement {
    void *context;
    void (*report)(void *context, const struct sw_breach *breach);
};

/* What connections are compared by: bounded, whatever their number. Outlives them. */
struct sw_web;
struct sw_web *sw_web_new(void);
void sw_web_free(struct sw_web *web);

struct sw_websip;
/* surroundings as for sw_connection_check; ends by enum sw_direction. All but web is copied. */
struct sw_websip *sw_websip_new(struct sw_web *web, const struct sw_surroundings *surroundings,
                                const struct sw_endpoint ends[2], const struct sw_judgement *judgement);
void sw_websip_free(struct sw_websip *websip);

/* Each event of the connection, when sw_connection_next has given it. sip: what sw_sip_recognise, or where SIP was
 * agreed on sw_sip_recognise_odd, made of a message's payload, or NULL where it is no SIP, or the caller hasn't looked.
 */
void sw_websip_event(struct sw_websip *websip, const struct sw_connection *connection, const struct sw_event *event,
                     const struct sw_sip *sip);
/* The end of a direction, as told to sw_connection_eof. */
void sw_websip_end(struct sw_websip *websip, enum sw_direction direction, enum sw_eof how, struct sw_mark mark);

SW_API_END

#endif
