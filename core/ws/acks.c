/* SPDX-License-Identifier: MIT
 *
 * What had each side received when it sent what it sent? TCP's acknowledgments tell. Nobody is accused of having known
 * what wasn't there yet, or of not having answered it.
 */
#include "bytes.h"
#include "ws/judge.h"

#include <glib.h>

uint64_t sw_judge_acked(const struct sw_connection *c, enum sw_direction direction, uint64_t offset)
{
    const struct sw_judge_side *side = &c->judge->sides[direction];
    unsigned i = side->ack_count;
    while (i > 0 && side->acks[i - 1].begin > offset)
        i--;
    return i == 0 ? 0 : side->acks[i - 1].acked;
}

/* Where there is no more room, what comes next counts as sent with the acknowledgment before: nobody is accused of
 * having known more than he did. */
static void remember_ack(struct sw_connection *c, enum sw_direction direction, uint64_t acked)
{
    struct sw_judge_side *side = sw_judged(c, direction);
    uint64_t read = c->sides[direction].reader.offset;
    while (side->ack_count > 1 && side->acks[1].begin <= read) {
        side->ack_count--;
        memmove(side->acks, side->acks + 1, side->ack_count * sizeof side->acks[0]);
    }
    if (side->acks == NULL)
        side->acks = g_new(struct sw_ack, SW_ACKS);
    struct sw_ack *last = side->ack_count == 0 ? NULL : &side->acks[side->ack_count - 1];
    if (last != NULL && last->begin == side->fed)
        last->acked = MAX(last->acked, acked);
    else if (side->ack_count < SW_ACKS && (last == NULL || last->acked < acked))
        side->acks[side->ack_count++] = (struct sw_ack){.begin = side->fed, .acked = acked};
}

static void note_time(int64_t *when, bool now, int64_t time)
{
    if (now && *when == SW_NEVER)
        *when = time;
}

/* Nothing that the side did waits for the other's knowledge, and nothing is expected of it. */
static bool is_quiet(const struct sw_judge_side *side)
{
    return side->ping_count == 0 && side->violation == SW_NO_RULE && side->reaction.rule == SW_NO_RULE &&
           !side->closed && !side->ended;
}

void sw_judge_ack(struct sw_connection *c, enum sw_direction direction, uint64_t acked, struct sw_mark mark)
{
    struct sw_judge_side *side = sw_judged(c, direction);
    struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(direction));
    remember_ack(c, direction, acked);
    side->ack_new = true;
    if (is_quiet(side) && is_quiet(peer))
        return;
    if (peer->closed && peer->close_acked == SW_NEVER && acked >= peer->close_end)
        peer->close_late = peer->ended;
    note_time(&peer->close_acked, peer->closed && acked >= peer->close_end, mark.time);
    note_time(&peer->end_acked, peer->ended && acked > peer->fed, mark.time);
    note_time(&peer->violation_acked, peer->violation != SW_NO_RULE && acked >= peer->violation_end, mark.time);
    for (unsigned i = 0; i < peer->ping_count; i++)
        note_time(&peer->pings[i].acked, acked >= peer->pings[i].end, mark.time);
    struct sw_reaction *reaction = &side->reaction;
    if (reaction->rule != SW_NO_RULE && reaction->acked == SW_NEVER && acked >= reaction->end) {
        reaction->acked = mark.time;
        reaction->ack_mark = mark;
    }
    sw_check_tick(c, mark);
}

/* A segment with data tells of each Ping that its sender had whether it was answered in time. */
static void pass_pings(struct sw_judge_side *side, struct sw_judge_side *pinger, int64_t now)
{
    static const int64_t patience = INT64_C(30) * 1000 * 1000 * 1000;
    uint64_t acked = side->ack_count == 0 ? 0 : side->acks[side->ack_count - 1].acked;
    for (unsigned i = 0; i < pinger->ping_count; i++) {
        struct sw_ping *ping = &pinger->pings[i];
        if (acked < ping->end)
            return;
        bool later = pinger->frame.end > ping->end && acked >= pinger->frame.end;
        bool long_ago = ping->acked != SW_NEVER && now - ping->acked > patience;
        if (ping->first_ack == UINT64_MAX)
            ping->first_ack = side->fed;
        else if ((later || long_ago) && !pinger->closed)
            ping->waited = true;
    }
}

void sw_judge_feed(struct sw_connection *c, enum sw_direction direction, uint64_t size, struct sw_mark mark)
{
    struct sw_judge_side *side = sw_judged(c, direction);
    if (side->ack_new && size > 0)
        pass_pings(side, sw_judged(c, sw_direction_opposite(direction)), mark.time);
    side->ack_new = false;
    side->fed += size;
    side->last = mark;
}

void sw_judge_gap(struct sw_connection *c, enum sw_direction direction)
{
    struct sw_judge_side *side = sw_judged(c, direction);
    sw_judge_frame_end(c, direction, side->last);
    side->gap = true;
    for (size_t i = 0; i < G_N_ELEMENTS(c->judge->sides); i++)
        c->judge->sides[i].reaction.rule = SW_NO_RULE;
}
