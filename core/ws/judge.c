/* SPDX-License-Identifier: MIT
 *
 * How does a breach become an event? Findings queue up where they are made, and are read before decoding goes on, so
 * that their number is bounded by what one step can find.
 */
#include "ws/judge.h"

#include "bytes.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>

struct sw_judge *sw_judge_new(const struct sw_surroundings *surroundings)
{
    struct sw_judge *judge = g_new0(struct sw_judge, 1);
    judge->surroundings = *surroundings;
    judge->last = &judge->first;
    for (size_t i = 0; i < G_N_ELEMENTS(judge->sides); i++) {
        struct sw_judge_side *side = &judge->sides[i];
        side->violation = side->reaction.rule = SW_NO_RULE;
        side->violation_acked = side->close_acked = side->end_acked = side->reaction.acked = SW_NEVER;
    }
    return judge;
}

static struct sw_unit *take_first(struct sw_judge *judge)
{
    struct sw_unit *unit = judge->first;
    judge->first = unit->next;
    if (judge->first == NULL)
        judge->last = &judge->first;
    unit->next = NULL;
    return unit;
}

static void queue(struct sw_judge *judge, struct sw_unit *units)
{
    *judge->last = units;
    while (*judge->last != NULL)
        judge->last = &(*judge->last)->next;
}

static void free_side(struct sw_connection *c, struct sw_judge_side *side)
{
    queue(c->judge, side->pending);
    g_free(side->acks);
    g_free(side->borders);
    g_free(side->pings);
}

void sw_judge_free(struct sw_connection *c)
{
    if (c->judge == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(c->judge->sides); i++)
        free_side(c, &c->judge->sides[i]);
    while (c->judge->first != NULL)
        sw_unit_give(c->pool, take_first(c->judge));
    sw_opening_free(c);
    g_free(c->judge);
}

const char *sw_evidence(char to[SW_EXCERPT], struct sw_slice bytes)
{
    enum { ESCAPE = 4, ELLIPSIS = 3 };
    size_t at = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = bytes.data[i];
        if (at + ESCAPE + ELLIPSIS >= SW_EXCERPT) {
            memcpy(to + at, "...", ELLIPSIS);
            at += ELLIPSIS;
            break;
        }
        if (byte >= ' ' && byte <= '~' && byte != '\\')
            to[at++] = (char)byte;
        else
            at += (size_t)snprintf(to + at, SW_EXCERPT - at, "\\x%02X", byte);
    }
    to[at] = 0;
    return to;
}

/* At the end of that list. */
__attribute__((format(printf, 6, 0))) static void report(struct sw_connection *c, struct sw_unit **list,
                                                         enum sw_rule rule, enum sw_direction party,
                                                         const struct sw_place *place, const char *evidence,
                                                         va_list values)
{
    struct sw_unit *unit = sw_unit_take(c->pool, place->offset);
    sw_unit_reserve(unit, SW_EVIDENCE_MAX);
    vsnprintf((char *)unit->bytes, SW_EVIDENCE_MAX, evidence, values);
    for (size_t i = 0; i < place->mark_count; i++)
        sw_unit_mark(unit, place->marks[i], c->limits->message_marks);
    unit->next = NULL;
    unit->event = (struct sw_event){
        .kind = SW_EVENT_FINDING,
        .direction = place->direction,
        .offset = place->offset,
        .size = place->size,
        .finding = {.rule = rule, .party = party, .message = place->message, .evidence = (const char *)unit->bytes},
    };
    while (*list != NULL)
        list = &(*list)->next;
    *list = unit;
}

void sw_judge_report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, const struct sw_place *place,
                     const char *evidence, ...)
{
    struct sw_unit *unit = NULL;
    va_list values;
    va_start(values, evidence);
    report(c, &unit, rule, party, place, evidence, values);
    va_end(values);
    queue(c->judge, unit);
}

void sw_judge_report_pending(struct sw_connection *c, enum sw_rule rule, const struct sw_place *place,
                             const char *evidence, ...)
{
    va_list values;
    va_start(values, evidence);
    report(c, &sw_judged(c, place->direction)->pending, rule, place->direction, place, evidence, values);
    va_end(values);
}

void sw_judge_report_frame(struct sw_connection *c, enum sw_rule rule, const struct sw_side *side, const char *evidence,
                           ...)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_place place = {
        .direction = side->direction, .offset = judged->frame.offset, .marks = &judged->frame.mark, .mark_count = 1};
    va_list values;
    va_start(values, evidence);
    report(c, &judged->pending, rule, side->direction, &place, evidence, values);
    va_end(values);
}

void sw_judge_frame_end(struct sw_connection *c, enum sw_direction direction, struct sw_mark mark)
{
    struct sw_judge_side *judged = sw_judged(c, direction);
    for (struct sw_unit *unit = judged->pending; unit != NULL; unit = unit->next)
        sw_unit_mark(unit, mark, c->limits->message_marks);
    queue(c->judge, judged->pending);
    judged->pending = NULL;
}

bool sw_judge_tell(struct sw_connection *c)
{
    if (c->judge->first == NULL)
        return false;
    struct sw_unit *unit = take_first(c->judge);
    sw_lend(c, unit);
    c->event = &unit->event;
    c->event->marks = unit->marks;
    c->event->mark_count = unit->mark_count;
    return true;
}

bool sw_judge_extensions_known(const struct sw_connection *c)
{
    const struct sw_handshake *seen = sw_connection_handshake(c);
    return c->upgraded && seen->requested && seen->answered && !seen->extension_unknown;
}

bool sw_judge_unbroken(const struct sw_connection *c, enum sw_direction direction)
{
    const struct sw_judge_side *side = &c->judge->sides[direction];
    return !side->gap && !side->unsure;
}

/* --- who had received what --------------------------------------------------------------------------------------- */

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
    sw_failing_tick(c, mark);
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
        else if (later || long_ago)
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
