/* SPDX-License-Identifier: MIT
 *
 * How does a connection end, and what should have come before? RFC 6455 5.5.1, 7.1.
 *
 * Times are those of the capture: that something took long is provable, that it was quick isn't.
 */
#include "bytes.h"
#include "ws/judge.h"

#define SECOND INT64_C(1000000000)

static const int64_t immediately = 10 * SECOND; /* the server, 5.5.1 */
static const int64_t at_last = 60 * SECOND;     /* anybody */
static const int64_t at_once = SECOND;          /* so soon, nobody has waited */

static bool both_unbroken(const struct sw_connection *c)
{
    return sw_judge_unbroken(c, SW_CLIENT) && sw_judge_unbroken(c, SW_SERVER);
}

static void report(struct sw_connection *c, enum sw_rule rule, enum sw_direction party, struct sw_mark first,
                   struct sw_mark second, const char *evidence)
{
    const struct sw_mark marks[] = {first, second};
    const struct sw_place place = {
        .direction = party, .offset = c->sides[party].reader.offset, .marks = marks, .mark_count = 2};
    sw_judge_report(c, rule, party, &place, "%s", evidence);
}

/* --- what is missing at a side's FIN ----------------------------------------------------------------------------- */

/* 5.5.1. Who had to fail the connection may not even read the Close (7.1.7). */
static void check_reply(struct sw_connection *c, enum sw_direction party, struct sw_mark mark)
{
    const struct sw_judge_side *judged = sw_judged(c, party);
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(party));
    bool had = peer->closed && peer->close_acked != SW_NEVER && !peer->close_late;
    if (had && !judged->closed && peer->violation == SW_NO_RULE && both_unbroken(c))
        report(c, SW_RULE_WS_CLOSE_NO_REPLY, party, peer->close_mark, mark, "FIN upon a Close, and no Close before it");
}

static bool wants_close(enum sw_rule violation)
{
    static const enum sw_rule rules[] = {SW_RULE_WS_UTF8, SW_RULE_WS_CLOSE_LEN1, SW_RULE_WS_CLOSE_CODE,
                                         SW_RULE_WS_CLOSE_UTF8, SW_RULE_PMD_INFLATE};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i] == violation)
            return true;
    return false;
}

static void check_failing(struct sw_connection *c, enum sw_direction party, struct sw_mark mark)
{
    const struct sw_judge_side *judged = sw_judged(c, party);
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(party));
    if (judged->closed || peer->ended || !wants_close(peer->violation) || peer->violation_acked == SW_NEVER)
        return;
    if (mark.time - peer->violation_acked <= at_once && both_unbroken(c))
        report(c, SW_RULE_WS_FAIL_NO_CLOSE, party, peer->violation_mark, mark, sw_rule_info(peer->violation)->id);
}

static void check_unfinished(struct sw_connection *c, enum sw_direction party, struct sw_mark mark)
{
    struct sw_side *side = sw_side_of(c, party);
    const struct sw_judge_side *judged = sw_judged(c, party);
    bool partial = side->in_frame || sw_reader_peek(&side->reader, 1).size > 0;
    if (!sw_judge_unbroken(c, party) || side->phase != SW_PHASE_FRAMES)
        return;
    if (partial)
        report(c, SW_RULE_WS_TRAILING_BYTES, party, judged->frame.mark, mark, "FIN within a frame");
    else if (judged->open && !judged->closed)
        report(c, SW_RULE_WS_FRAG_UNFINISHED, party, judged->frame.mark, mark, "FIN within a fragmented message");
}

static void check_mismatch(struct sw_connection *c, enum sw_direction party, struct sw_mark mark)
{
    struct sw_judge_side *pinger = sw_judged(c, sw_direction_opposite(party));
    if (pinger->mismatch && pinger->ping_count > 0 && both_unbroken(c))
        report(c, SW_RULE_WS_PONG_MISMATCH, party, pinger->mismatch_mark, mark,
               "a Pong unlike the Ping that stays unanswered");
    pinger->mismatch = false;
}

/* --- TCP after the closing handshake ----------------------------------------------------------------------------- */

static bool handshake_done(const struct sw_connection *c)
{
    return c->judge->sides[SW_CLIENT].closed && c->judge->sides[SW_SERVER].closed;
}

/* When a side had both Closes, its own and the other's; SW_NEVER: unknown. */
static int64_t knew_both(struct sw_connection *c, enum sw_direction party)
{
    const struct sw_judge_side *judged = sw_judged(c, party);
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(party));
    if (!handshake_done(c) || peer->close_acked == SW_NEVER)
        return SW_NEVER;
    return judged->close_time > peer->close_acked ? judged->close_time : peer->close_acked;
}

/* The other side had more of it than is here: its FIN. */
static bool ended_unseen(const struct sw_connection *c, enum sw_direction party)
{
    return sw_judge_acked(c, sw_direction_opposite(party), UINT64_MAX) > c->judge->sides[party].fed;
}

static void check_slow(struct sw_connection *c, struct sw_mark mark)
{
    struct sw_judge_side *server = sw_judged(c, SW_SERVER);
    int64_t since = knew_both(c, SW_SERVER);
    if (since != SW_NEVER && !server->ended && !sw_judged(c, SW_CLIENT)->ended && !server->slow_reported &&
        mark.time - since > immediately && both_unbroken(c) && !ended_unseen(c, SW_SERVER)) {
        server->slow_reported = true;
        report(c, SW_RULE_WS_TCP_CLOSE_IMMEDIATE, SW_SERVER, server->close_mark, mark,
               "more than 10 s after both Closes neither FIN nor RST");
    }
    for (enum sw_direction party = SW_CLIENT; party <= SW_SERVER; party++) {
        struct sw_judge_side *judged = sw_judged(c, party);
        const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(party));
        bool told = knew_both(c, party) != SW_NEVER && peer->ended && peer->how == SW_EOF_FIN;
        if (!told || judged->ended || judged->slow_reported || peer->end_acked == SW_NEVER || !both_unbroken(c) ||
            ended_unseen(c, party) || mark.time - peer->end_acked <= at_last)
            continue;
        judged->slow_reported = true;
        report(c, SW_RULE_WS_TCP_HALF_OPEN, party, peer->end_mark, mark,
               "more than 60 s after both Closes and the other side's FIN neither FIN nor RST");
    }
}

/* The client's FIN came first, and soon; now the server's comes, which has the client's. */
static void check_hasty_client(struct sw_connection *c, struct sw_mark mark)
{
    const struct sw_judge_side *client = sw_judged(c, SW_CLIENT);
    int64_t since = knew_both(c, SW_CLIENT);
    if (!client->ended || client->how != SW_EOF_FIN || since == SW_NEVER || client->end_acked == SW_NEVER)
        return;
    if (client->end_mark.time - since < at_once && !c->judge->surroundings.intermediary)
        report(c, SW_RULE_WS_TCP_CLOSE_SERVER, SW_CLIENT, client->end_mark, mark, "the client's FIN came first");
}

static void check_reset(struct sw_connection *c, enum sw_direction party, struct sw_mark mark)
{
    const struct sw_judge_side *judged = sw_judged(c, party);
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(party));
    uint64_t acked = sw_judge_acked(c, party, UINT64_MAX);
    bool late_data = acked == 0 || acked < peer->fed;
    if (c->judge->surroundings.secure) /* it may answer a close_notify */
        return;
    if (handshake_done(c) && !judged->ended && !peer->ended && !late_data && both_unbroken(c))
        report(c, SW_RULE_WS_TCP_RST, party, judged->close_mark, mark, "RST, and no FIN before it");
}

/* --- the end ----------------------------------------------------------------------------------------------------- */

/* party: who ended it, or is thought to. */
static void check_abnormal(struct sw_connection *c, enum sw_direction party)
{
    const struct sw_judge_side *judged = sw_judged(c, party);
    bool open = !c->judge->sides[SW_CLIENT].closed && !c->judge->sides[SW_SERVER].closed;
    if (open && both_unbroken(c))
        report(c, SW_RULE_WS_ABNORMAL_CLOSE, party, judged->end_mark, judged->end_mark,
               judged->how == SW_EOF_RST ? "RST, and no Close before it" : "FIN, and no Close before it");
}

static void note_end(struct sw_connection *c, enum sw_direction party, enum sw_eof how, struct sw_mark mark)
{
    struct sw_judge_side *judged = sw_judged(c, party);
    if (judged->ended)
        return;
    judged->ended = true;
    judged->how = how;
    judged->end_mark = mark;
}

void sw_check_end(struct sw_connection *c, enum sw_direction direction, enum sw_eof how, struct sw_mark mark)
{
    struct sw_judge_side *judged = sw_judged(c, direction);
    struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(direction));
    if (judged->ended && (how == SW_EOF_FIN || peer->ended))
        return;
    bool first = !judged->ended && !peer->ended;
    if (!judged->ended)
        sw_check_partial(c, sw_side_of(c, direction));
    if (how != SW_EOF_FIN && !peer->ended)
        sw_check_partial(c, sw_side_of(c, sw_direction_opposite(direction)));
    if (!c->upgraded && direction == SW_SERVER && how != SW_EOF_CAPTURE)
        sw_check_unanswered(c, mark);
    if (c->upgraded) {
        sw_check_tick(c, mark);
        check_slow(c, mark);
        if (how == SW_EOF_FIN) {
            check_reply(c, direction, mark);
            check_failing(c, direction, mark);
            check_unfinished(c, direction, mark);
            sw_check_pings(c, direction, mark);
            check_mismatch(c, direction, mark);
            if (direction == SW_SERVER)
                check_hasty_client(c, mark);
        } else if (how == SW_EOF_RST) {
            check_reset(c, direction, mark);
        }
    }
    judged->reaction.rule = peer->reaction.rule = SW_NO_RULE;
    note_end(c, direction, how, mark);
    if (how != SW_EOF_FIN)
        note_end(c, sw_direction_opposite(direction), how, mark);
    if (!c->upgraded || how == SW_EOF_CAPTURE)
        return;
    if (how == SW_EOF_RST && first)
        check_abnormal(c, direction);
    else if (!first && judged->ended && peer->ended && peer->how == SW_EOF_FIN)
        check_abnormal(c, sw_direction_opposite(direction));
}
