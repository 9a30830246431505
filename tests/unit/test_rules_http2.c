/* links: core_rules core_call core_sip core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Each rule about asking for a WebSocket over HTTP/2: a request that breaks it, and one that nearly does.
 */
#include "harness.h"

#include "sipweave/http2_check.h"

#include <glib.h>

static void note(void *context, enum sw_rule rule, const char *evidence)
{
    GString *found = context;
    assert_true(*evidence != 0 && strlen(evidence) < SW_EVIDENCE_MAX);
    g_string_append_printf(found, "%s\n", sw_rule_info(rule)->id);
}

#define S(literal)                                                                                                     \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }
#define ASKS .method = S("CONNECT"), .protocol = S("websocket"), .path = S("/")

static const struct {
    const char *id;
    struct sw_http2_request breaks;
    struct sw_http2_request keeps;
} requests[] = {
    {"WSH2-PROTOCOL", {.method = S("CONNECT"), .path = S("/")}, {.method = S("CONNECT")}},
    {"WSH2-PROTOCOL",
     {.method = S("CONNECT"), .websocket = S("13")},
     {.method = S("GET"), .path = S("/"), .websocket = S("13")}},
    {"WSH2-SCHEME-PATH", {ASKS}, {ASKS, .scheme = S("https")}},
    {"WSH2-SCHEME-PATH",
     {.method = S("CONNECT"), .protocol = S("connect-udp"), .scheme = S("https")},
     {.method = S("CONNECT"), .protocol = S("connect-udp"), .scheme = S("https"), .path = S("/")}},
    {"WSH2-SCHEME", {ASKS, .scheme = S("http"), .secure = true}, {ASKS, .scheme = S("http")}},
    {"WSH2-SCHEME",
     {ASKS, .scheme = S("HTTP"), .secure = true},
     {ASKS, .scheme = S("http"), .secure = true, .forwarded = true}},
    {"WSH2-NO-UPGRADE",
     {ASKS, .scheme = S("https"), .upgrade = S("websocket")},
     {.method = S("GET"), .path = S("/"), .scheme = S("https"), .upgrade = S("websocket")}},
    {"WSH2-NO-UPGRADE", {ASKS, .scheme = S("https"), .connection = S("Upgrade")}, {ASKS, .scheme = S("https")}},
};

static void expect(const struct sw_http2_request *request, const char *id)
{
    GString *found = g_string_new("");
    char *expected = id == NULL ? g_strdup("") : g_strdup_printf("%s\n", id);
    const struct sw_http2_judgement judgement = {found, note};
    sw_http2_check_request(request, &judgement);
    assert_string_equal(found->str, expected);
    g_free(expected);
    g_string_free(found, TRUE);
}

static void each_rule_is_broken_and_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        expect(&requests[i].breaks, requests[i].id);
        expect(&requests[i].keeps, NULL);
    }
}

static const struct {
    uint32_t values[3];
    const char *found;
} settings[] = {
    {{0, 1, 1}, ""},
    {{0, 0, 0}, ""},
    {{2, 1, 1}, "WSH2-SETTING-VALUE\n"},
    {{UINT32_MAX, 0, 1}, "WSH2-SETTING-VALUE\n"},
    {{1, 0, 1}, "WSH2-SETTING-REVOKED\n"},
    {{0, 1, 0}, "WSH2-SETTING-REVOKED\n"},
};

static void settings_are_held_to_their_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        GString *found = g_string_new("");
        const struct sw_http2_judgement judgement = {found, note};
        bool enabled = false;
        for (size_t n = 0; n < G_N_ELEMENTS(settings[i].values); n++)
            sw_http2_check_setting(&enabled, settings[i].values[n], &judgement);
        assert_string_equal(found->str, settings[i].found);
        g_string_free(found, TRUE);
    }
}

/* Every one of them is there, and is checked. */
static void none_is_left_out(void **state)
{
    (void)state;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        bool has = strncmp(info->id, "WSH2-SETTING-", 13) == 0;
        for (size_t i = 0; i < G_N_ELEMENTS(requests); i++)
            has |= strcmp(requests[i].id, info->id) == 0;
        if (strncmp(info->id, "WSH2-", 5) == 0)
            assert_true(has == (info->state == SW_RULE_CHECKED));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),
        cmocka_unit_test(settings_are_held_to_their_rules),
        cmocka_unit_test(none_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
