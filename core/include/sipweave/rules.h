/* SPDX-License-Identifier: MIT
 *
 * The catalogue of rules: what a passive observer of traffic can hold an endpoint to. And what a finding says.
 *
 * rules.def is the one place where a rule's text stands. It can be included with a SW_RULE of one's own.
 */
#ifndef SIPWEAVE_RULES_H
#define SIPWEAVE_RULES_H

#include "sipweave/slice.h"

SW_API_BEGIN

enum sw_rule {
#define SW_RULE(name, id, rfc, section, duty, level, state, text, detect, quote, note) SW_RULE_##name,
#include "sipweave/rules.def"
    SW_RULE_COUNT,
};

/* As the sentence of the RFC says (RFC 2119); LINT is advice, and a breach of it no error. */
enum sw_level { SW_LEVEL_LINT, SW_LEVEL_SHOULD_NOT, SW_LEVEL_SHOULD, SW_LEVEL_MUST_NOT, SW_LEVEL_MUST };

/* Whether a breach of the rule is found. */
enum sw_rule_state {
    SW_RULE_OPEN,       /* not yet */
    SW_RULE_CHECKED,    /* it is */
    SW_RULE_UNPROVABLE, /* packets can't show it: note says why */
};

/* The fields of SW_RULE, see rules.def. */
struct sw_rule_info {
    const char *id; /* "WS-MASK-CLIENT": permanent */
    unsigned rfc;
    const char *section;
    const char *duty;
    enum sw_level level;
    enum sw_rule_state state;
    const char *text; /* for MUST NOT and SHOULD NOT the forbidden thing */
    const char *detect;
    const char *quote;
    const char *note; /* "" where there is nothing to add */
};

/* rule: below SW_RULE_COUNT. All is static. */
const struct sw_rule_info *sw_rule_info(enum sw_rule rule);
/* By id, letters compared without case; false leaves *rule alone. */
bool sw_rule_find(struct sw_slice id, enum sw_rule *rule);
/* "MUST NOT" */
const char *sw_level_name(enum sw_level level);
/* 0: LINT; 1: SHOULD and SHOULD NOT; 2: MUST and MUST NOT. For --fail-on and the like. */
unsigned sw_level_weight(enum sw_level level);

enum { SW_EVIDENCE_MAX = 160 };

/* An endpoint broke a rule, and the packets prove it. Which packets, and where in the stream, the event around it says;
 * they are of the accused's direction unless the rule is about what didn't come. */
struct sw_finding {
    enum sw_rule rule;
    enum sw_direction party;
    uint64_t message;     /* the number of the message in the party's direction, counted from 1; 0: not of a message */
    const char *evidence; /* the bytes, or the values that disagree: printable ASCII, at most SW_EVIDENCE_MAX - 1 */
};

SW_API_END

#endif
