/* SPDX-License-Identifier: MIT
 *
 * What does a side do after the other broke a rule? It has to fail the connection (RFC 6455 7.1.7), and what it does
 * then is no fault of its own.
 */
#include "bytes.h"
#include "ws/judge.h"

#define SECOND INT64_C(1000000000)

static const int64_t data_patience = 5 * SECOND;   /* data sent later wasn't on its way already */
static const int64_t close_patience = 30 * SECOND; /* a side that does nothing for so long doesn't fail anything */
static const int64_t prompt = SECOND;              /* what comes so soon is an answer */

enum {
    CODE_NORMAL = 1000,
    CODE_AWAY = 1001,
    CODE_PROTOCOL = 1002,
    CODE_TYPE = 1003,
    CODE_DATA = 1007,
    CODE_SIZE = 1009,
};

/* What a side breaks that doesn't fail the connection upon that. */
static enum sw_rule not_failed(enum sw_rule violation)
{
    static const struct {
        enum sw_rule violation;
        enum sw_rule rule;
    } rules[] = {
        {SW_RULE_WS_MASK_CLIENT, SW_RULE_WS_UNMASKED_NOT_FAILED},
        {SW_RULE_WS_MASK_SERVER, SW_RULE_WS_MASKED_NOT_FAILED},
        {SW_RULE_WS_RSV, SW_RULE_WS_RSV_NOT_FAILED},
        {SW_RULE_WS_OPCODE, SW_RULE_WS_OPCODE_NOT_FAILED},
        {SW_RULE_WS_UTF8, SW_RULE_WS_UTF8_NOT_FAILED},
        {SW_RULE_PMD_RSV1_CTRL, SW_RULE_PMD_RSV1_NOT_FAILED},
        {SW_RULE_PMD_RSV1_CONT, SW_RULE_PMD_RSV1_NOT_FAILED},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].violation == violation)
            return rules[i].rule;
    return SW_NO_RULE;
}

void sw_failing_violation(struct sw_connection *c, const struct sw_side *side, enum sw_rule violation)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    struct sw_reaction *reaction = &sw_judged(c, sw_direction_opposite(side->direction))->reaction;
    if (sw_level_weight(sw_rule_info(violation)->level) < sw_level_weight(SW_LEVEL_MUST))
        return;
    if (judged->violation == SW_NO_RULE) {
        judged->violation = violation;
        judged->violation_end = judged->frame.end;
        judged->violation_mark = judged->frame.mark;
    }
    enum sw_rule rule = not_failed(violation);
    bool open = !judged->closed && !judged->ended && !c->judge->sides[sw_direction_opposite(side->direction)].closed;
    if (reaction->rule != SW_NO_RULE || rule == SW_NO_RULE || reaction->end > 0 || !open)
        return;
    if (sw_judge_unbroken(c, SW_CLIENT) && sw_judge_unbroken(c, SW_SERVER))
        *reaction =
            (struct sw_reaction){.rule = rule, .violation = violation, .end = judged->frame.end, .acked = SW_NEVER};
}

/* The side went on. It is told once. */
static void report(struct sw_connection *c, enum sw_direction party, struct sw_mark mark, const char *what)
{
    struct sw_reaction *reaction = &sw_judged(c, party)->reaction;
    const struct sw_judge_side *violator = sw_judged(c, sw_direction_opposite(party));
    struct sw_mark marks[] = {violator->violation_mark, reaction->ack_mark, mark};
    const struct sw_place place = {.direction = party,
                                   .offset = c->sides[party].reader.offset,
                                   .marks = marks,
                                   .mark_count = sizeof marks / sizeof marks[0]};
    sw_judge_report(c, reaction->rule, party, &place, "after %s: %s", sw_rule_info(reaction->violation)->id, what);
    reaction->rule = SW_NO_RULE;
}

void sw_failing_tick(struct sw_connection *c, enum sw_direction party, struct sw_mark mark)
{
    const struct sw_reaction *reaction = &sw_judged(c, party)->reaction;
    if (reaction->rule != SW_NO_RULE && reaction->acked != SW_NEVER && mark.time - reaction->acked > close_patience)
        report(c, party, mark, "neither Close nor FIN for 30 s");
}

void sw_failing_frame(struct sw_connection *c, const struct sw_side *side)
{
    const struct sw_judge_side *judged = sw_judged(c, side->direction);
    struct sw_judge_side *violator = sw_judged(c, sw_direction_opposite(side->direction));
    const struct sw_judge_frame *frame = &judged->frame;
    if (violator->violation != SW_NO_RULE && frame->acked >= violator->violation_end)
        violator->frames_since++;
    const struct sw_reaction *reaction = &judged->reaction;
    if (reaction->rule == SW_NO_RULE || reaction->acked == SW_NEVER || sw_opcode_is_control(frame->opcode))
        return;
    if (frame->acked >= reaction->end && frame->mark.time - reaction->acked > data_patience)
        report(c, side->direction, frame->mark, "data more than 5 s later");
}

void sw_failing_pong(struct sw_connection *c, const struct sw_side *side, uint64_t ping_end)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_judge_side *violator = sw_judged(c, sw_direction_opposite(side->direction));
    const struct sw_reaction *reaction = &judged->reaction;
    if (reaction->rule != SW_NO_RULE && ping_end > reaction->end)
        report(c, side->direction, judged->frame.mark, "a Pong for a later Ping");
    if (judged->close_failing && ping_end > violator->violation_end) {
        const struct sw_mark marks[] = {judged->close_mark, judged->frame.mark};
        const struct sw_place place = {
            .direction = side->direction, .offset = judged->frame.offset, .marks = marks, .mark_count = 2};
        sw_judge_report(c, SW_RULE_WS_FAIL_CONTINUE, side->direction, &place,
                        "a Pong for a Ping behind the violation, after Close %u", judged->close_code);
        judged->close_failing = false;
    }
}

bool sw_failing_awaits(const struct sw_connection *c, enum sw_direction party)
{
    const struct sw_judge_side *judged = c->judge == NULL ? NULL : &c->judge->sides[party];
    return judged != NULL && (judged->reaction.rule != SW_NO_RULE || judged->close_failing);
}

enum sw_rule sw_failing_answer(const struct sw_connection *c, enum sw_direction party, uint64_t asked,
                               struct sw_mark *before)
{
    struct sw_judge_side *judged = &c->judge->sides[party];
    const struct sw_judge_side *violator = &c->judge->sides[sw_direction_opposite(party)];
    const enum sw_rule rule = judged->reaction.rule;
    if (rule != SW_NO_RULE && asked >= judged->reaction.end) {
        *before = violator->violation_mark;
        judged->reaction.rule = SW_NO_RULE;
        return rule;
    }
    if (!judged->close_failing || asked < violator->violation_end)
        return SW_NO_RULE;
    *before = judged->close_mark;
    judged->close_failing = false;
    return SW_RULE_WS_FAIL_CONTINUE;
}

/* Nobody has to fail the connection upon it: what was sent can be read all the same. */
static bool is_readable(enum sw_rule violation)
{
    static const enum sw_rule rules[] = {SW_RULE_WS_LEN_MINIMAL,    SW_RULE_PMD_TAIL,         SW_RULE_PMD_EMPTY,
                                         SW_RULE_PMD_BFINAL_PAD,    SW_RULE_PMD_CTX_CLIENT,   SW_RULE_PMD_CTX_SERVER,
                                         SW_RULE_PMD_WINDOW_CLIENT, SW_RULE_PMD_WINDOW_SERVER};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i] == violation)
            return true;
    return false;
}

/* The Close is said to be for a breach of the protocol, but there was none. */
static void check_groundless(struct sw_connection *c, const struct sw_side *side, const struct sw_place *place)
{
    const struct sw_judge_side *judged = sw_judged(c, side->direction);
    const struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(side->direction));
    bool whole = sw_judge_unbroken(c, SW_CLIENT) && sw_judge_unbroken(c, SW_SERVER) && sw_judge_extensions_known(c);
    if (!whole || !peer->frame.legal || peer->closed || judged->frame.acked != peer->frame.end)
        return;
    bool control = sw_opcode_is_control(peer->frame.opcode);
    bool fragment = !control && (peer->frame.opcode == SW_OPCODE_CONTINUATION || !peer->frame.fin);
    if (fragment)
        sw_judge_report(c, SW_RULE_WS_FRAG_UNSUPPORTED, side->direction, place, "Close 1002 upon a legal fragment");
    else if (control && peer->open)
        sw_judge_report(c, SW_RULE_WS_CTRL_INTERLEAVE_BLOCKED, side->direction, place,
                        "Close 1002 upon a legal control frame between fragments");
}

void sw_failing_close(struct sw_connection *c, const struct sw_side *side)
{
    struct sw_judge_side *judged = sw_judged(c, side->direction);
    struct sw_judge_side *peer = sw_judged(c, sw_direction_opposite(side->direction));
    const struct sw_event *event = c->event;
    const struct sw_place place = {.direction = side->direction,
                                   .offset = event->offset,
                                   .size = event->size,
                                   .marks = event->marks,
                                   .mark_count = event->mark_count};
    unsigned code = event->control.close_code;
    judged->reaction.rule = peer->reaction.rule = SW_NO_RULE;
    if (peer->violation == SW_NO_RULE) {
        if (code == CODE_PROTOCOL)
            check_groundless(c, side, &place);
        return;
    }
    bool knew = judged->frame.acked >= peer->violation_end;
    /* What follows a Close is discarded (1.4), and a faulty one is answered as any other (5.5.1). */
    bool replies = peer->closed && peer->violation_end >= peer->close_end;
    bool answers = knew && peer->violation_acked != SW_NEVER && peer->frames_since == 1 &&
                   event->marks[0].time - peer->violation_acked <= prompt;
    bool ordinary = code == CODE_NORMAL || code == CODE_AWAY || event->control.payload.size < 2;
    if (answers && ordinary && !replies && !is_readable(peer->violation))
        sw_judge_report(c, SW_RULE_WS_FAIL_CODE, side->direction, &place, "code %u upon %s", code,
                        sw_rule_info(peer->violation)->id);
    judged->close_failing =
        knew && (code == CODE_PROTOCOL || code == CODE_TYPE || code == CODE_DATA || code == CODE_SIZE);
}
