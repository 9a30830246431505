/* SPDX-License-Identifier: MIT
 *
 * Is a flow kept alive: does its client say so as often as the server asks for, and does the server answer pings? RFC
 * 5626 4.4, 5.4.
 *
 * What didn't come is told once the accused is known to have lived on, and no byte of the leg is missing: the side that
 * should have answered said something later; the one that should have asked did, and was answered. Of the server it
 * must be known that it does RFC 5626: all others may leave a ping unanswered.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"

#include <glib.h>
#include <stdio.h>

enum { PINGS = 4, TIMER_MAX = 1000000 };

static const int64_t pong_patience = 10 * SW_SECOND;

struct sw_flow {
    enum sw_transport transport;
    unsigned client;             /* the side that opened the connection */
    bool answers[2];             /* by side: it does RFC 5626 */
    struct sw_mark pings[PINGS]; /* of the client, not answered yet: the oldest first */
    unsigned ping_count;
    uint64_t timer;       /* Flow-Timer; 0: none */
    unsigned bound;       /* the side that it binds */
    uint64_t message;     /* that it stands in */
    uint64_t call_id;     /* of that: a hash */
    struct sw_mark kept;  /* the latest keep-alive, or the message */
    struct sw_mark since; /* with is_late: another one, and: */
    struct sw_mark late;  /* what its sender said too long after that */
    bool is_late;
};

static void flow_forget(struct sw_leg *leg)
{
    g_clear_pointer(&leg->flow, g_free);
}

static struct sw_flow *flow_of(struct sw_leg *leg, enum sw_transport transport, unsigned client)
{
    if (leg->flow != NULL && leg->flow->transport != transport) /* another connection of these endpoints */
        flow_forget(leg);
    if (leg->flow == NULL) {
        leg->flow = g_new0(struct sw_flow, 1);
        leg->flow->transport = transport;
        leg->flow->client = client;
    }
    return leg->flow;
}

/* --- what didn't come -------------------------------------------------------------------------------------------- */

/* now: what shows it besides; NULL: the end of the connection. */
static void report(const struct sw_talks *talks, const struct sw_leg *leg, enum sw_rule rule, unsigned side,
                   const struct sw_mark *before, const struct sw_mark *now, const char *evidence)
{
    struct sw_talk_breach breach = {
        .rule = rule,
        .marks = {*before},
        .mark_count = 1,
        .message = rule == SW_RULE_OB_FLOW_TIMER ? leg->flow->message : 0,
        .connection = leg->connection,
        .by_client = side == leg->flow->client,
        .source = leg->ends[side],
        .destination = leg->ends[!side],
        .evidence = evidence,
    };
    if (now != NULL && now->packet != before->packet)
        breach.marks[breach.mark_count++] = *now;
    talks->judgement.report(talks->judgement.context, &breach);
}

/* The side that is asked has said something else. */
static void check_pings(const struct sw_talks *talks, const struct sw_leg *leg, const struct sw_mark *now, int64_t time)
{
    struct sw_flow *flow = leg->flow;
    unsigned overdue = 0;
    while (overdue < flow->ping_count && time > sw_time_plus(flow->pings[overdue].time, pong_patience)) {
        const struct sw_mark *ping = &flow->pings[overdue++];
        if (flow->answers[!flow->client] && sw_leg_whole(leg, ping->time))
            report(talks, leg, SW_RULE_OB_CRLF_PONG, !flow->client, ping, now, "no CRLF within 10 s of the CRLFCRLF");
    }
    flow->ping_count -= overdue;
    memmove(flow->pings, flow->pings + overdue, flow->ping_count * sizeof flow->pings[0]);
}

/* The one that is bound has. */
static void check_interval(struct sw_flow *flow, const struct sw_mark *now, int64_t time)
{
    const int64_t longest = (int64_t)flow->timer * (SW_SECOND + SW_SECOND / 10);
    if (flow->is_late || time <= sw_time_plus(flow->kept.time, longest))
        return;
    flow->is_late = true;
    flow->since = flow->kept;
    flow->late = now != NULL ? *now : flow->kept;
    flow->late.time = time;
}

/* The other one has. */
static void tell_late(const struct sw_talks *talks, const struct sw_leg *leg)
{
    struct sw_flow *flow = leg->flow;
    char text[SW_EVIDENCE_MAX];
    const uint64_t passed = (uint64_t)flow->late.time - (uint64_t)flow->since.time;
    snprintf(text, sizeof text, "no keep-alive for %llu s, Flow-Timer is %llu",
             (unsigned long long)(passed / (uint64_t)SW_SECOND), (unsigned long long)flow->timer);
    flow->is_late = false;
    if (flow->kept.time < flow->late.time)
        flow->kept = flow->late;
    if (sw_leg_whole(leg, flow->since.time))
        report(talks, leg, SW_RULE_OB_FLOW_TIMER, flow->bound, &flow->since, &flow->late, text);
}

static void heard(const struct sw_talks *talks, const struct sw_leg *leg, unsigned side, const struct sw_mark *now,
                  int64_t time)
{
    struct sw_flow *flow = leg->flow;
    if (side != flow->client)
        check_pings(talks, leg, now, time);
    if (flow->timer != 0 && side == flow->bound)
        check_interval(flow, now, time);
    else if (flow->is_late)
        tell_late(talks, leg);
}

/* --- what came --------------------------------------------------------------------------------------------------- */

/* Datagrams go on after who sent them has begun anew. */
static bool begins_anew(const struct sw_said *said)
{
    const struct sw_flow *flow = said->leg->flow;
    return flow->transport == SW_TRANSPORT_UDP && said->signal->method == SW_METHOD_REGISTER && !said->sip->response &&
           said->talk->call_id != flow->call_id;
}

void sw_flow_message(const struct sw_said *said)
{
    if (said->leg->flow->transport != said->message->record->transport || said->late)
        return;
    if (begins_anew(said))
        flow_forget(said->leg);
    else
        heard(said->talks, said->leg, said->side, &said->message->mark, said->time);
}

void sw_flow_end(const struct sw_talks *talks, const struct sw_leg *leg, int64_t time)
{
    heard(talks, leg, leg->flow->client, NULL, time);
    heard(talks, leg, !leg->flow->client, NULL, time);
}

/* A 2xx to a REGISTER of who uses RFC 5626. */
void sw_flow_registered(const struct sw_said *said)
{
    struct sw_slice value = {0};
    uint64_t seconds = 0;
    const bool has = sw_find_header(said->sip, SW_SLICE("Flow-Timer"), &value);
    const bool answers = has || sw_has_option(said->sip, SW_SIP_REQUIRE, SW_SLICE("outbound"));
    if (said->vias.count != 1)
        return;
    said->leg->outbound[!said->side] = true;
    if (!answers && said->leg->flow == NULL)
        return;
    const unsigned client = said->leg->websocket && said->message->from_client ? said->side : !said->side;
    struct sw_flow *flow = flow_of(said->leg, said->message->record->transport, client);
    flow->answers[said->side] |= answers;
    if (!sw_slice_number(value, &seconds) || seconds > TIMER_MAX || said->sip->count[SW_SIP_CONTACT] == 0)
        seconds = 0; /* without a Contact no binding is left */
    if (flow->timer != seconds)
        flow->kept = said->message->mark;
    flow->timer = seconds;
    flow->bound = !said->side;
    flow->message = said->message->record->id;
    flow->call_id = said->talk->call_id;
    flow->is_late &= seconds != 0;
}

enum sw_keepalive sw_keepalive_of(struct sw_slice bytes)
{
    if (sw_slice_equal(bytes, SW_SLICE("\r\n\r\n")))
        return SW_KEEPALIVE_PING;
    return sw_slice_equal(bytes, SW_SLICE("\r\n")) ? SW_KEEPALIVE_PONG : SW_KEEPALIVE_OTHER;
}

static void take(struct sw_flow *flow, unsigned side, const struct sw_talk_keepalive *keepalive)
{
    const bool ping = keepalive->kind == SW_KEEPALIVE_PING;
    if ((ping || keepalive->kind == SW_KEEPALIVE_PONG) && side != flow->client) {
        flow->answers[side] |= !ping && flow->ping_count > 0;
        flow->ping_count = 0; /* what looks like a ping of the server may be two pongs */
    }
    if (ping && side == flow->client && flow->ping_count < PINGS)
        flow->pings[flow->ping_count++] = keepalive->mark;
    if (flow->timer != 0 && side == flow->bound && keepalive->kind != SW_KEEPALIVE_FIN)
        flow->kept = keepalive->mark;
}

void sw_talks_keepalive(struct sw_talks *talks, const struct sw_talk_keepalive *keepalive)
{
    struct sw_leg *leg = sw_leg_between(talks, keepalive->connection, &keepalive->source, &keepalive->destination);
    if (leg == NULL || keepalive->mark.time == SW_NO_TIME)
        return;
    const unsigned side = !sw_endpoint_equal(&leg->ends[0], &keepalive->source);
    if (keepalive->kind == SW_KEEPALIVE_PING && keepalive->from_client)
        flow_of(leg, keepalive->transport, side);
    if (leg->flow == NULL || leg->flow->transport != keepalive->transport)
        return;
    if (keepalive->kind == SW_KEEPALIVE_OVER) {
        flow_forget(leg);
        return;
    }
    heard(talks, leg, side, &keepalive->mark, keepalive->mark.time);
    take(leg->flow, side, keepalive);
}
