/* SPDX-License-Identifier: MIT
 *
 * What do Close, Ping and Pong say, and do they answer what they should? RFC 6455 5.5, 7.4.
 */
#include "bytes.h"
#include "ws/judge.h"

#include <glib.h>

#define SECOND INT64_C(1000000000)

static const int64_t soon = 5 * SECOND;      /* longer isn't "as soon as is practical" (5.5.1, 5.5.2) */
static const int64_t patience = 30 * SECOND; /* who has not answered by then won't */

enum {
    CODE_NONE = 1005, /* 7.1.5 */
    CODE_EXTENSION = 1010,
    CODE_INTERNAL = 1011,
    CODE_SIZE = 1009,
};

static struct sw_place place_of(const struct sw_connection *c)
{
    const struct sw_event *event = c->event;
    return (struct sw_place){.direction = event->direction,
                             .offset = event->offset,
                             .size = event->size,
                             .marks = event->marks,
                             .mark_count = event->mark_count};
}

/* --- Close ------------------------------------------------------------------------------------------------------- */

/* 7.4: what an endpoint may put into a Close. Those that IANA has assigned since are 1012 to 1014. */
static bool is_legal_code(unsigned code)
{
    static const struct {
        unsigned first;
        unsigned last;
    } legal[] = {{1000, 1003}, {1007, 1014}, {3000, 4999}};
    for (size_t i = 0; i < sizeof legal / sizeof legal[0]; i++)
        if (code >= legal[i].first && code <= legal[i].last)
            return true;
    return false;
}

static void check_body(struct sw_connection *c, const struct sw_side *side)
{
    const struct sw_event_control *control = &c->event->control;
    const struct sw_place place = place_of(c);
    char excerpt[SW_EXCERPT];
    if (control->payload.size == 1) {
        sw_judge_report(c, SW_RULE_WS_CLOSE_LEN1, side->direction, &place, "a body of one byte: \"%s\"",
                        sw_evidence(excerpt, control->payload));
        sw_failing_violation(c, side, SW_RULE_WS_CLOSE_LEN1);
    }
    if (control->payload.size < 2)
        return;
    if (!is_legal_code(control->close_code)) {
        sw_judge_report(c, SW_RULE_WS_CLOSE_CODE, side->direction, &place, "code %u", control->close_code);
        sw_failing_violation(c, side, SW_RULE_WS_CLOSE_CODE);
    }
    if (sw_utf8_next(SW_UTF8_START, control->close_reason) != SW_UTF8_START) {
        sw_judge_report(c, SW_RULE_WS_CLOSE_UTF8, side->direction, &place, "reason \"%s\"",
                        sw_evidence(excerpt, control->close_reason));
        sw_failing_violation(c, side, SW_RULE_WS_CLOSE_UTF8);
    }
}

/* The other side's Close was there before: this one answers it. */
static bool is_reply(struct sw_connection *c, enum sw_direction direction)
{
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(direction));
    return peer->closed && sw_judged(c, direction)->frame.acked >= peer->close_end;
}

static void check_meaning(struct sw_connection *c, const struct sw_side *side)
{
    const struct sw_event_control *control = &c->event->control;
    const struct sw_place place = place_of(c);
    bool client = side->direction == SW_CLIENT;
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(side->direction));
    if (control->close_code == CODE_EXTENSION && !client)
        sw_judge_report(c, SW_RULE_WS_CLOSE_1010_SERVER, side->direction, &place, "code 1010");
    if (control->close_code == CODE_EXTENSION && client && control->close_reason.size == 0 && !is_reply(c, SW_CLIENT))
        sw_judge_report(c, SW_RULE_WS_CLOSE_1010_REASON, side->direction, &place, "code 1010, no reason");
    if (control->close_code == CODE_INTERNAL && client)
        sw_judge_report(c, SW_RULE_WS_CLOSE_1011_CLIENT, side->direction, &place, "code 1011");
    if (control->close_code == CODE_SIZE)
        sw_judge_report(c, SW_RULE_WS_1009_SIZE, side->direction, &place, "code 1009; last frame ends at %llu",
                        (unsigned long long)peer->frame.end);
}

static void check_reply(struct sw_connection *c, const struct sw_side *side)
{
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(side->direction));
    const struct sw_judge_side *judged = sw_judged(c, side->direction);
    unsigned code = c->event->control.close_code;
    const struct sw_place place = place_of(c);
    if (!is_reply(c, side->direction))
        return;
    if (code != peer->close_code)
        sw_judge_report(c, SW_RULE_WS_CLOSE_REPLY_CODE, side->direction, &place, "code %u answers code %u", code,
                        peer->close_code);
    int64_t waited = peer->close_acked == SW_NEVER ? 0 : place.marks[0].time - peer->close_acked;
    if (waited > soon && !judged->open)
        sw_judge_report(c, SW_RULE_WS_CLOSE_REPLY_DELAY, side->direction, &place, "%lld ms after it had the Close",
                        (long long)(waited / (SECOND / 1000)));
}

static void on_close(struct sw_connection *c, struct sw_side *side)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_place place = place_of(c);
    if (judged->closed)
        return; /* told as the second one */
    if (sw_judge_extensions_known(c)) {
        if (judged->frame.legal) /* else what is in it is no fault of its own */
            check_body(c, side);
        check_meaning(c, side);
        check_reply(c, side);
    }
    if (judged->open && sw_judge_unbroken(c, side->direction))
        sw_judge_report(c, SW_RULE_WS_FRAG_UNFINISHED, side->direction, &place, "Close within a fragmented message");
    if (!sw_judged(c, sw_direction_opposite(side->direction))->closed) /* else a Pong may still follow */
        sw_check_pings(c, side->direction, place.marks[0]);
    sw_check_tick(c, place.marks[0]);
    sw_failing_close(c, side);
    judged->closed = true;
    judged->close_code = c->event->control.close_code;
    judged->close_end = judged->frame.end;
    judged->close_time = place.marks[0].time;
    judged->close_mark = place.marks[0];
}

/* --- Ping and Pong ----------------------------------------------------------------------------------------------- */

static void drop_pings(struct sw_judge_side *pinger, unsigned count)
{
    pinger->ping_count -= count;
    if (pinger->ping_count > 0)
        memmove(pinger->pings, pinger->pings + count, pinger->ping_count * sizeof pinger->pings[0]);
}

static void on_ping(struct sw_connection *c, struct sw_side *side)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    struct sw_slice data = c->event->control.payload;
    if (!judged->frame.legal || judged->closed)
        return;
    if (judged->pings == NULL)
        judged->pings = g_new(struct sw_ping, SW_PINGS);
    if (judged->ping_count == SW_PINGS)
        drop_pings(judged, 1);
    struct sw_ping *ping = &judged->pings[judged->ping_count++];
    *ping = (struct sw_ping){.end = judged->frame.end,
                             .acked = SW_NEVER,
                             .first_ack = UINT64_MAX,
                             .hash = sw_hash(data, data.size),
                             .mark = c->event->marks[0]};
    struct sw_slice kept = sw_slice_head(data, SW_PING_KEPT);
    ping->kept = (uint8_t)kept.size;
    if (kept.size > 0)
        memcpy(ping->data, kept.data, kept.size);
}

/* The latest Ping with that data, or pinger->ping_count. */
static unsigned find_ping(const struct sw_judge_side *pinger, struct sw_slice data)
{
    const uint64_t hash = sw_hash(data, data.size);
    for (unsigned i = pinger->ping_count; i-- > 0;)
        if (pinger->pings[i].hash == hash)
            return i;
    return pinger->ping_count;
}

static void on_pong(struct sw_connection *c, struct sw_side *side)
{
    struct sw_judge_side *pinger = sw_judged(c, sw_direction_opposite(side->direction));
    struct sw_slice data = c->event->control.payload;
    const struct sw_place place = place_of(c);
    unsigned found = find_ping(pinger, data);
    if (pinger->ping_count == 0 && sw_judge_unbroken(c, sw_direction_opposite(side->direction)))
        sw_judge_report(c, SW_RULE_WS_PONG_UNSOLICITED, side->direction, &place, "no Ping is unanswered");
    if (found == pinger->ping_count) {
        pinger->mismatch |= pinger->ping_count > 0;
        pinger->mismatch_mark = place.marks[0];
        return;
    }
    const struct sw_ping *ping = &pinger->pings[found];
    int64_t waited = ping->acked == SW_NEVER ? 0 : place.marks[0].time - ping->acked;
    if (waited > soon && !sw_judged(c, side->direction)->open)
        sw_judge_report(c, SW_RULE_WS_PONG_DELAY, side->direction, &place, "%lld ms after it had the Ping",
                        (long long)(waited / (SECOND / 1000)));
    sw_failing_pong(c, side, ping->end);
    drop_pings(pinger, found + 1); /* 5.5.3: an answer to the last one will do */
    pinger->mismatch = false;
}

void sw_check_pings(struct sw_connection *c, enum sw_direction direction, struct sw_mark mark)
{
    struct sw_judge_side *pinger = sw_judged(c, sw_direction_opposite(direction));
    if (pinger->ping_count == 0 || !pinger->pings[0].waited || pinger->violation != SW_NO_RULE)
        return;
    if (!sw_judge_unbroken(c, SW_CLIENT) || !sw_judge_unbroken(c, SW_SERVER))
        return;
    const struct sw_ping *ping = &pinger->pings[0];
    const struct sw_mark marks[] = {ping->mark, mark};
    const struct sw_place place = {sw_direction_opposite(direction), ping->end, 0, marks, 2, 0};
    char excerpt[SW_EXCERPT];
    sw_judge_report(c, SW_RULE_WS_PING_NO_PONG, direction, &place, "no Pong for the Ping \"%s\" that it had",
                    sw_evidence(excerpt, sw_slice_of(ping->data, ping->kept)));
    pinger->mismatch = false;
    drop_pings(pinger, pinger->ping_count);
}

void sw_check_tick(struct sw_connection *c, struct sw_mark mark)
{
    for (enum sw_direction party = SW_CLIENT; party <= SW_SERVER; party++) {
        const struct sw_judge_side *pinger = sw_judged(c, sw_direction_opposite(party));
        sw_failing_tick(c, party, mark);
        if (pinger->ping_count > 0 && pinger->pings[0].acked != SW_NEVER &&
            mark.time - pinger->pings[0].acked > patience)
            sw_check_pings(c, party, mark);
    }
}

void sw_check_control(struct sw_connection *c, struct sw_side *side)
{
    if (!c->upgraded || sw_judged(c, side->direction)->unsure)
        return;
    switch (c->event->control.opcode) {
    case SW_OPCODE_CLOSE:
        on_close(c, side);
        break;
    case SW_OPCODE_PING:
        on_ping(c, side);
        break;
    case SW_OPCODE_PONG:
        on_pong(c, side);
        break;
    default:
        break;
    }
}
