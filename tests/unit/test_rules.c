/* links: core_base */
/* SPDX-License-Identifier: MIT
 *
 * The catalogue: ids are unique and found again, and every line has what is printed of it.
 */
#include "harness.h"

#include "sipweave/rules.h"

enum { RULES = 462 };

static void every_rule_is_complete(void **state)
{
    (void)state;
    assert_int_equal(SW_RULE_COUNT, RULES);
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        assert_true(info->rfc >= 2119 && info->rfc < 10000);
        assert_true(*info->section != 0 && *info->duty != 0 && *info->text != 0 && *info->quote != 0);
        assert_true(*info->detect == '[');
        if (info->state == SW_RULE_UNPROVABLE)
            assert_true(*info->note != 0);
    }
}

static void ids_lead_back_to_their_rule(void **state)
{
    (void)state;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        enum sw_rule found = SW_RULE_COUNT;
        assert_true(sw_rule_find(text(sw_rule_info(rule)->id), &found));
        assert_int_equal(found, rule);
    }
    enum sw_rule found = SW_RULE_WS_RSV;
    assert_true(sw_rule_find(text("ws-mask-client"), &found));
    assert_int_equal(found, SW_RULE_WS_MASK_CLIENT);
    assert_false(sw_rule_find(text("WS-MASK"), &found));
    assert_false(sw_rule_find(text(""), &found));
    assert_int_equal(found, SW_RULE_WS_MASK_CLIENT);
}

static void levels_have_names_and_weights(void **state)
{
    (void)state;
    assert_string_equal(sw_level_name(sw_rule_info(SW_RULE_WS_MASK_SERVER)->level), "MUST NOT");
    assert_int_equal(sw_level_weight(SW_LEVEL_MUST), sw_level_weight(SW_LEVEL_MUST_NOT));
    assert_int_equal(sw_level_weight(SW_LEVEL_SHOULD), sw_level_weight(SW_LEVEL_SHOULD_NOT));
    assert_true(sw_level_weight(SW_LEVEL_MUST) > sw_level_weight(SW_LEVEL_SHOULD));
    assert_true(sw_level_weight(SW_LEVEL_SHOULD) > sw_level_weight(SW_LEVEL_LINT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_complete),
        cmocka_unit_test(ids_lead_back_to_their_rule),
        cmocka_unit_test(levels_have_names_and_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
