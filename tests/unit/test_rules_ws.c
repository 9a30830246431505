/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Each rule of the WebSocket layer: a conversation that breaks it, and one that nearly does.
 *
 * A conversation (conversation.h) must give exactly the findings that stand beside it, whole and byte by byte. A rule
 * that the catalogue calls CHECKED and that lacks either fails the test.
 */
#include "conversation.h"

#define KEY      "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPTED "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define ASK_WITH(more)                                                                                                 \
    "C> GET /ws HTTP/1.1\\r\\nHost: sip.example\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"                \
    "Sec-WebSocket-Key: " KEY "\\r\\nSec-WebSocket-Version: 13\\r\\n" more "\\r\\n\n"
#define YES_WITH(more)                                                                                                 \
    "S> HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"                       \
    "Sec-WebSocket-Accept: " ACCEPTED "\\r\\n" more "\\r\\n\n"
#define ASK_HEAD(line, version)                                                                                        \
    "C> " line "\\r\\nHost: sip.example\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"                        \
    "Sec-WebSocket-Key: " KEY "\\r\\nSec-WebSocket-Version: " version "\\r\\n\\r\\n\n"
#define NO    "S> HTTP/1.1 400 Bad Request\\r\\nContent-Length: 0\\r\\n\\r\\n\n"
#define EXT   "Sec-WebSocket-Extensions: "
#define PMD   EXT "permessage-deflate"
#define ASK   ASK_WITH("")
#define YES   YES_WITH("")
#define OPEN  ASK YES
#define OPENZ ASK_WITH(PMD "; client_max_window_bits\\r\\n") YES_WITH(PMD "\\r\\n")
#define HI    "C: 81 hi\n"
#define YO    "S: 81 yo\n"

struct rule_case {
    const char *id;
    const char *breaks;
    const char *finds; /* "C ID" lines; NULL: the id alone, of the party that the catalogue names */
    const char *keeps; /* nearly the same, and finds */
    const char *still; /* the findings of keeps; NULL: none */
    struct sw_surroundings surroundings;
};

static const struct rule_case cases[] = {
#include "cases_ws.h"
};

static void note_findings(GString *found, const char *log)
{
    for (; *log != 0; log = strchr(log, '\n') + 1) {
        if (strncmp(log + 2, "finding ", 8) != 0)
            continue;
        const char *id = log + 10;
        g_string_append_printf(found, "%.2s%.*s\n", log, (int)(strchr(id, ':') - id), id);
    }
}

static char *findings(const char *script, const struct sw_surroundings *surroundings, bool bytewise)
{
    GArray *pieces = read_conversation(script);
    struct player player;
    player_start(&player, &sw_limits_default, SW_START_HANDSHAKE);
    sw_connection_check(player.connection, surroundings);
    for (size_t i = 0; i < pieces->len; i++) {
        const struct piece *piece = &g_array_index(pieces, struct piece, i);
        play(&player, piece, bytewise ? 0 : piece->bytes->len);
    }
    GString *found = g_string_new("");
    note_findings(found, player.log->str);
    if (getenv("SHOW_EVENTS") != NULL)
        print_message("%s\n", player.log->str);
    player_free(&player);
    free_conversation(pieces);
    return g_string_free(found, FALSE);
}

static void expect(const struct rule_case *one, const char *script, const char *expected)
{
    for (int bytewise = 0; bytewise <= 1; bytewise++) {
        char *found = findings(script, &one->surroundings, bytewise);
        if (strcmp(found, expected) != 0)
            print_error("%s%s: expected\n%sfound\n%s", one->id, bytewise ? ", byte by byte" : "", expected, found);
        assert_string_equal(found, expected);
        g_free(found);
    }
}

/* Whose duty the rule is, where only one side has it. */
static char party_of(const struct rule_case *one)
{
    enum sw_rule rule;
    assert_true(sw_rule_find(text(one->id), &rule));
    return strcmp(sw_rule_info(rule)->duty, "server") == 0 ? 'S' : 'C';
}

static void each_rule_is_broken_and_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct rule_case *one = &cases[i];
        char *alone = g_strdup_printf("%c %s\n", party_of(one), one->id);
        const char *finds = one->finds != NULL ? one->finds : alone;
        char *line = g_strdup_printf(" %s\n", one->id);
        assert_non_null(strstr(finds, line));
        expect(one, one->breaks, finds);
        if (one->keeps != NULL) {
            assert_true(one->still == NULL || strstr(one->still, line) == NULL);
            expect(one, one->keeps, one->still != NULL ? one->still : "");
        }
        g_free(line);
        g_free(alone);
    }
}

/* Those that take several connections are in test_rules_websip.c. */
static bool belongs_here(const char *id)
{
    static const char *const elsewhere[] = {"WSH-KEY-REUSE", "WSH-PARALLEL-CONNECTING", "WSH-VERSION-RETRY",
                                            "WSH-PLAINTEXT", "WS-RECONNECT-BACKOFF"};
    for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++)
        if (strcmp(id, elsewhere[i]) == 0)
            return false;
    return strncmp(id, "WS-", 3) == 0 || strncmp(id, "WSH-", 4) == 0 || strncmp(id, "PMD-", 4) == 0;
}

static void every_checked_rule_has_both(void **state)
{
    (void)state;
    unsigned missing = 0;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        bool both = false;
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
            both |= strcmp(cases[i].id, info->id) == 0 && cases[i].keeps != NULL;
        bool wanted = belongs_here(info->id) && info->state == SW_RULE_CHECKED;
        if (both == wanted || !belongs_here(info->id))
            continue;
        print_error("%s: %s\n", info->id, wanted ? "no case, or no near miss" : "has a case, and isn't CHECKED");
        missing++;
    }
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),
        cmocka_unit_test(every_checked_rule_has_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
