/* SPDX-License-Identifier: MIT
 *
 * How does what a check found become a breach: of which message, by whom, in which packets? Who forwards a message with
 * a fault isn't accused of it, where the hop before was captured (rules/authors.h).
 */
#include "rules/talk_check.h"

#include <stdarg.h>
#include <stdio.h>

const char *sw_said_show(char to[SW_SAID_SHOWN], struct sw_slice bytes)
{
    sw_put_shown(to, SW_SAID_SHOWN, bytes);
    return to;
}

static struct sw_talk_breach breach_of(enum sw_rule rule, const struct sw_leg *leg, const struct sw_talk *talk)
{
    return (struct sw_talk_breach){
        .rule = rule, .connection = leg != NULL ? leg->connection : 0, .call = talk != NULL ? talk->call : 0};
}

static void tell(const struct sw_talks *talks, struct sw_talk_breach *breach, const struct sw_mark *one,
                 const struct sw_mark *other)
{
    breach->mark_count = 0;
    if (one != NULL)
        breach->marks[breach->mark_count++] = *one;
    if (other != NULL && (one == NULL || other->packet != one->packet))
        breach->marks[breach->mark_count++] = *other;
    talks->judgement.report(talks->judgement.context, breach);
}

/* What each hop owes by itself, whatever it was sent. */
static bool is_of_hop(enum sw_rule rule)
{
    static const enum sw_rule rules[] = {
        SW_RULE_SIP_BRANCH_REUSE,  SW_RULE_SIP_MAXFWD_DECREMENT, SW_RULE_SIP_MAXFWD_ZERO_FORWARDED,
        SW_RULE_SIP_VIA_RECEIVED,  SW_RULE_SIP_RPORT_FILLED,     SW_RULE_SIP_RPORT_SYMMETRIC,
        SW_RULE_SIP_100_TIMESTAMP, SW_RULE_SIP_100_EARLY_UDP,    SW_RULE_SIP_VIA_TRANSPORT_MATCH,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
        if (rules[i] == rule)
            return true;
    return false;
}

static bool is_forwarded(const struct sw_said *said, enum sw_rule rule)
{
    const struct sw_placement placement = {.call = said->message->call, .signal = said->signal};
    return !is_of_hop(rule) &&
           sw_authors_forwarded(&said->talks->authors, &placement, &said->vias, rule, (struct sw_slice){0});
}

void sw_said_report(const struct sw_said *said, enum sw_rule rule, const struct sw_kept *before, const char *format,
                    ...)
{
    char text[SW_EVIDENCE_MAX];
    va_list values;
    if (said->late || is_forwarded(said, rule))
        return;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct sw_talk_breach breach = breach_of(rule, said->leg, NULL);
    breach.call = said->message->call;
    breach.message = said->message->record->id;
    breach.by_client = said->message->from_client;
    breach.source = said->message->record->source;
    breach.destination = said->message->record->destination;
    breach.evidence = text;
    tell(said->talks, &breach, before != NULL ? &before->mark : NULL, &said->message->mark);
}

void sw_said_excuse(const struct sw_said *said, enum sw_rule rule)
{
    is_forwarded(said, rule);
}

void sw_kept_report(const struct sw_said *said, enum sw_rule rule, const struct sw_kept *accused, const char *format,
                    ...)
{
    char text[SW_EVIDENCE_MAX];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct sw_talk_breach breach = breach_of(rule, said->leg, NULL);
    breach.call = said->message->call;
    breach.message = accused->id;
    breach.by_client = accused->from_client;
    breach.source = accused->source;
    breach.destination = accused->destination;
    breach.evidence = text;
    tell(said->talks, &breach, &accused->mark, &said->message->mark);
}

void sw_absence_report(struct sw_talks *talks, enum sw_rule rule, const struct sw_tx *tx,
                       const struct sw_kept *unanswered, const struct sw_kept *answer, const char *evidence)
{
    struct sw_talk_breach breach = breach_of(rule, sw_leg_find(talks, tx->leg), tx->talk);
    breach.message = unanswered->id;
    breach.by_client = !unanswered->from_client;
    breach.source = unanswered->destination;
    breach.destination = unanswered->source;
    breach.evidence = evidence;
    tell(talks, &breach, &unanswered->mark, answer != NULL ? &answer->mark : NULL);
}

void sw_stray_report(struct sw_talks *talks, const struct sw_tx *tx)
{
    struct sw_talk_breach breach = breach_of(SW_RULE_SIP_RESP_NO_REQUEST, sw_leg_find(talks, tx->leg), tx->talk);
    breach.message = tx->request->id;
    breach.by_client = tx->request->from_client;
    breach.source = tx->request->source;
    breach.destination = tx->request->destination;
    breach.evidence = "no request has this branch on this connection";
    tell(talks, &breach, &tx->request->mark, NULL);
}
