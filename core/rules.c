/* SPDX-License-Identifier: MIT
 *
 * The catalogue of rules as a table.
 */
#include "sipweave/rules.h"

#include <string.h>

static const struct sw_rule_info rules[SW_RULE_COUNT] = {
#define SW_RULE(name_, id_, rfc_, section_, duty_, level_, state_, text_, detect_, quote_, note_)                      \
    [SW_RULE_##name_] = {.id = (id_),                                                                                  \
                         .rfc = (rfc_),                                                                                \
                         .section = (section_),                                                                        \
                         .duty = (duty_),                                                                              \
                         .level = SW_LEVEL_##level_,                                                                   \
                         .state = SW_RULE_##state_,                                                                    \
                         .text = (text_),                                                                              \
                         .detect = (detect_),                                                                          \
                         .quote = (quote_),                                                                            \
                         .note = (note_)},
#include "sipweave/rules.def"
};

const struct sw_rule_info *sw_rule_info(enum sw_rule rule)
{
    return &rules[rule];
}

bool sw_rule_find(struct sw_slice id, enum sw_rule *rule)
{
    for (size_t i = 0; i < SW_RULE_COUNT; i++) {
        struct sw_slice known = {(const uint8_t *)rules[i].id, strlen(rules[i].id)};
        if (!sw_slice_equal_nocase(id, known))
            continue;
        *rule = (enum sw_rule)i;
        return true;
    }
    return false;
}

const char *sw_level_name(enum sw_level level)
{
    static const char *const names[] = {
        [SW_LEVEL_LINT] = "LINT",     [SW_LEVEL_SHOULD_NOT] = "SHOULD NOT",
        [SW_LEVEL_SHOULD] = "SHOULD", [SW_LEVEL_MUST_NOT] = "MUST NOT",
        [SW_LEVEL_MUST] = "MUST",
    };
    return names[level];
}

unsigned sw_level_weight(enum sw_level level)
{
    return level == SW_LEVEL_LINT ? 0 : level <= SW_LEVEL_SHOULD ? 1 : 2;
}
