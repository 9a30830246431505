/* links: core_rules core_call core_sip core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Each rule of SIP over WebSocket, and each that takes several connections to see: conversations that break it, and
 * some that nearly do.
 *
 * As in test_rules_ws.c; a line "= 2" goes on with the second connection of the same client and server.
 */
#include "conversation.h"

#include "sipweave/websip.h"

#define ASK_WITH(more)                                                                                                 \
    "C> GET /ws HTTP/1.1\\r\\nHost: sip.example\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"                \
    "Sec-WebSocket-Version: 13\\r\\n" more "\\r\\n\n"
#define YES_WITH(more)                                                                                                 \
    "S> HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n" more "\\r\\n\n"
#define SIP     "Sec-WebSocket-Protocol: sip\\r\\n"
#define XMPP    "Sec-WebSocket-Protocol: xmpp\\r\\n"
#define KEY(n)  "Sec-WebSocket-Key: " n "\\r\\n"
#define PROXIED "X-Forwarded-For: 10.0.0.1\\r\\n"
#define OPEN    ASK_WITH(SIP) YES_WITH(SIP)
#define END     "C: 88 \\x03\\xe8\nS: 88 \\x03\\xe8\nS. fin\nC. fin\n"
#define PLAIN   "S WSSIP-PLAINTEXT\n"

/* A request and its response, by branch; the headers that every one has. */
#define HEAD(via, branch, method)                                                                                      \
    "Via: SIP/2.0/" via " a.invalid;branch=z9hG4bK" branch "\\r\\nFrom: <sip:a@b>;tag=1\\r\\nTo: <sip:c@b>\\r\\n"      \
    "Call-ID: x\\r\\nCSeq: 1 " method "\\r\\n"
#define ASKS(method, uri, via, branch, more) method " " uri " SIP/2.0\\r\\n" HEAD(via, branch, method) more "\\r\\n"
#define SAYS(status, method, branch)         "SIP/2.0 " status "\\r\\n" HEAD("WS", branch, method) "\\r\\n"
#define OPTIONS(via, branch)                 ASKS("OPTIONS", "sip:c@b", via, branch, "")
#define CONTACT(rest)                        "Contact: <sip:a@x.invalid;transport=ws>" rest "\\r\\n"

struct rule_case {
    const char *id;
    const char *breaks;
    const char *finds; /* "C ID" lines */
    const char *keeps;
    const char *still;
    struct sw_surroundings surroundings;
};

static const struct rule_case cases[] = {
    {"WSSIP-OFFER",
     ASK_WITH("") YES_WITH("") "C: 81 " OPTIONS("WS", "1") "\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     "S WSH-PLAINTEXT\nC WSSIP-OFFER\n",
     /* an echo */
     ASK_WITH("") YES_WITH("") "C: 81 " OPTIONS("WS", "1") "\nS: 81 " OPTIONS("WS", "1") "\n",
     "S WSH-PLAINTEXT\n",
     {0}},
    {"WSSIP-OFFER",
     ASK_WITH(XMPP) YES_WITH("") "C: 81 " OPTIONS("WS", "1") "\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     "S WSH-PLAINTEXT\nC WSSIP-OFFER\n",
     /* WSH-PROTO-SYNTAX */
     ASK_WITH("Sec-WebSocket-Protocol: 'sip @'\\r\\n")
         YES_WITH("") "C: 81 " OPTIONS("WS", "1") "\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     "S WSH-PLAINTEXT\n",
     {0}},
    {"WSSIP-ACCEPT",
     ASK_WITH(SIP) YES_WITH("") "C: 81 " OPTIONS("WS", "1") "\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     "S WSH-PLAINTEXT\nS WSSIP-ACCEPT\n",
     ASK_WITH(SIP) YES_WITH("") "C: 81 " OPTIONS("WS", "1") "\nS: 81 " OPTIONS("WS", "1") "\n",
     "S WSH-PLAINTEXT\n",
     {0}},
    /* it does say sip, if twice */
    {"WSSIP-ACCEPT",
     ASK_WITH(SIP) YES_WITH("") "S: 81 " OPTIONS("WS", "1") "\n",
     "S WSH-PLAINTEXT\nS WSSIP-ACCEPT\n",
     ASK_WITH(SIP) YES_WITH(SIP SIP) "S: 81 " OPTIONS("WS", "1") "\n",
     "S WSH-PLAINTEXT\nS WSSIP-OTHER-SUBPROTO-SIP\n",
     {0}},
    {"WSSIP-OTHER-SUBPROTO-SIP",
     ASK_WITH("Sec-WebSocket-Protocol: xmpp\\r\\n") YES_WITH(XMPP) "C: 81 " OPTIONS("WS", "1") "\n",
     "S WSH-PLAINTEXT\nC WSSIP-OTHER-SUBPROTO-SIP\n",
     ASK_WITH("Sec-WebSocket-Protocol: xmpp\\r\\n") YES_WITH(XMPP) "C: 81 <presence/>\n",
     "S WSH-PLAINTEXT\n",
     {0}},
    {"WSSIP-NOT-SIP",
     OPEN "C: 81 {\"hello\":1}\n",
     "C WSSIP-NOT-SIP\n",
     OPEN "C: 81 \\r\\n\\r\\n\nS: 81 \\r\\n\nC: 81\n",
     "",
     {0}},
    {"WSSIP-NOT-SIP", OPEN "C: 81 {\"hello\":1}\n", "C WSSIP-NOT-SIP\n", OPEN "C- 9\nC: 81 {\"hello\":1}\n", "", {0}},
    {"WSSIP-NOT-SIP", OPEN "C: 81 hello\n", "C WSSIP-NOT-SIP\n", OPEN "C: 80 hello\n", "", {0}},
    {"WSSIP-ACCEPT-BOTH",
     OPEN "C: 82 " OPTIONS("WS", "1") "\nS: 88 \\x03\\xeb\n",
     PLAIN "S WSSIP-ACCEPT-BOTH\n",
     OPEN "C: 82 " OPTIONS("WS", "1") "\nC: 82 " OPTIONS("WS", "2") "\nS: 88 \\x03\\xeb\n",
     PLAIN,
     {0}},
    {"WSSIP-RELIABLE",
     OPEN "C: 81 " OPTIONS("WS", "1") "\nC: 81 " OPTIONS("WS", "1") "\n",
     PLAIN "C WSSIP-RELIABLE\n",
     OPEN "C: 81 " ASKS("ACK", "sip:c@b", "WS", "1", "") "\nC: 81 " ASKS("ACK", "sip:c@b", "WS", "1", "") "\n",
     PLAIN,
     {0}},
    {"WSSIP-RELIABLE",
     OPEN "C: 81 " SAYS("486 Busy", "INVITE", "1") "\nC: 81 " SAYS("486 Busy", "INVITE", "1") "\n",
     "C WSSIP-RELIABLE\n",
     OPEN "C: 81 " SAYS("200 OK", "INVITE", "1") "\nC: 81 " SAYS("200 OK", "INVITE", "1") "\n",
     "",
     {0}},
    {"WSSIP-WHOLE-MESSAGE",
     OPEN "C: 81 " ASKS("MESSAGE", "sip:c@b", "WS", "1", "Content-Length: 10\\r\\n") "hello\nC: 81 world\n",
     PLAIN "C WSSIP-WHOLE-MESSAGE\n",
     OPEN "C: 01 " ASKS("MESSAGE", "sip:c@b", "WS", "1", "Content-Length: 10\\r\\n") "hello\nC: 80 world\n",
     PLAIN,
     {0}},
    /* within a header, whose rest looks like a start line; between the last header and the empty line */
    {"WSSIP-WHOLE-MESSAGE",
     OPEN "C: 81 OPTIONS sip:c@b SIP/2.0\\r\\n\nC: 81 " HEAD("WS", "1", "OPTIONS") "\\r\\n\n",
     "C WSSIP-WHOLE-MESSAGE\n",
     OPEN "C: 81 OPTIONS sip:c@b SIP/2.0\\r\\n\nC: 81 " HEAD("WS", "1", "OPTIONS") "\n" END,
     "C WSSIP-NOT-SIP\n",
     {0}},
    {"WSSIP-WHOLE-MESSAGE",
     OPEN "C: 81 OPTIONS sip:c@b SIP/2.0\\r\\n" HEAD("WS", "1", "OPTIONS") "\nC: 81 \\r\\nhello\n",
     PLAIN "C WSSIP-WHOLE-MESSAGE\n",
     OPEN "C: 81 OPTIONS sip:c@b SIP/2.0\\r\\n" HEAD("WS", "1", "OPTIONS") "\nC: 81 hello\n" END,
     PLAIN "C WSSIP-NOT-SIP\n",
     {0}},
    /* within the start line; one that is asked for by no method is nothing */
    {"WSSIP-WHOLE-MESSAGE",
     OPEN "C: 81 OPTIONS sip:\nC: 81 c@b SIP/2.0\\r\\n" HEAD("WS", "1", "OPTIONS") "\\r\\n\n",
     "C WSSIP-WHOLE-MESSAGE\n",
     OPEN "C: 81 hello sip:\nC: 81 " OPTIONS("WS", "1") "\nC: 81 OPTIONS sip:\n" END,
     "C WSSIP-NOT-SIP\n" PLAIN "C WSSIP-NOT-SIP\n",
     {0}},
    /* into three, and what is left of the body */
    {"WSSIP-WHOLE-MESSAGE",
     OPEN "C: 81 " ASKS("MESSAGE", "sip:c@b", "WS", "1", "Content-Length: 10\\r\\n") "he\nC: 81 llo\nC: 81 world\n",
     PLAIN "C WSSIP-WHOLE-MESSAGE\n",
     OPEN "C: 81 " ASKS("MESSAGE", "sip:c@b", "WS", "1", "Content-Length: 10\\r\\n") "he\nC: 81 llo\nC: 81 world!\n",
     PLAIN "C SIP-CLEN-BODY\nC WSSIP-NOT-SIP\nC WSSIP-NOT-SIP\n",
     {0}},
    {"WSSIP-WHOLE-MESSAGE",
     OPEN "C: 81 OPTIONS sip:c@b SIP/2.0\\r\\n\nC: 81 " HEAD("WS", "1", "OPTIONS") "\\r\\n\nC: 81 hello\n",
     "C WSSIP-WHOLE-MESSAGE\n",
     OPEN "C: 81 " OPTIONS("WS", "1") "\nC: 81 hello\n",
     PLAIN "C WSSIP-NOT-SIP\n",
     {0}},
    {"WSSIP-ONE-MESSAGE",
     OPEN "C: 81 " ASKS("OPTIONS", "sip:c@b", "WS", "1", "Content-Length: 0\\r\\n") OPTIONS("WS", "2") "\n",
     "C WSSIP-ONE-MESSAGE\n" PLAIN,
     OPEN "C: 81 " ASKS("NOTIFY", "sip:c@b", "WS", "1", "") OPTIONS("WS", "2") "\n",
     PLAIN,
     {0}},
    {"WSSIP-VIA-TRANSPORT",
     OPEN "C: 81 " OPTIONS("TCP", "1") "\n",
     "C WSSIP-VIA-TRANSPORT\n",
     OPEN "C: 81 " OPTIONS("wss", "1") "\nS: 81 " SAYS("200 OK", "OPTIONS", "2") "\n",
     "",
     {0}},
    {"WSSIP-VIA-WS-VS-WSS",
     OPEN "C: 81 " OPTIONS("WS", "1") "\n",
     "C WSSIP-VIA-WS-VS-WSS\n",
     OPEN "C: 81 " OPTIONS("WSS", "1") "\n",
     "",
     {.secure = true}},
    {"WSSIP-CONTACT-TRANSPORT",
     OPEN "C: 81 " ASKS("INVITE", "sip:b", "WSS", "1", "Contact: <sip:a@10.0.0.1;transport=tcp>\\r\\n") "\n",
     "C WSSIP-CONTACT-TRANSPORT\n",
     OPEN "C: 81 " ASKS("INVITE", "sip:b", "WSS", "1", "Contact: <sip:a@10.0.0.1>\\r\\n") "\n",
     "",
     {0}},
    {"WSSIP-RR-TRANSPORT",
     OPEN "S: 81 " ASKS("INVITE", "sip:b", "WS", "1", "Record-Route: <sip:p;transport=udp;lr>\\r\\n") "\n",
     "S WSSIP-RR-TRANSPORT\n",
     OPEN "S: 81 " ASKS("INVITE", "sip:b", "WS", "1", "Record-Route: <sip:p;transport=ws;lr>\\r\\n") "\n",
     "",
     {0}},
    {"WSSIP-CONTACT-HOST",
     OPEN "C: 81 " ASKS("INVITE", "sip:b", "WSS", "1", CONTACT("")) "\n",
     "C WSSIP-CONTACT-HOST\n",
     OPEN "C: 81 " ASKS("INVITE", "sip:b", "WSS", "1", "Contact: <sip:a@x.invalid;transport=ws;ob>\\r\\n") "\n",
     "",
     {0}},
    {"WSSIP-OUTBOUND-SUPPORTED",
     OPEN "C: 81 " ASKS("REGISTER", "sip:b", "WSS", "1", "Contact: <sip:a@10.0.0.1>\\r\\n") "\n",
     "C WSSIP-OUTBOUND-SUPPORTED\n",
     OPEN "C: 81 " ASKS("REGISTER", "sip:b", "WSS", "1", CONTACT(";reg-id=1;+sip.instance=\"<urn:uuid:1>\"")) "\n",
     "",
     {0}},
    /* the same Contact is right in a REFER, before and after */
    {"WSSIP-OUTBOUND-SUPPORTED",
     OPEN "C: 81 " ASKS(
         "REFER", "sip:c@b", "WSS", "1",
         "Contact: <sip:a@10.0.0.1>\\r\\n") "\n"
                                            "C: 81 " ASKS(
                                                "REGISTER", "sip:b", "WSS",
                                                "2",
                                                "Contact: <sip:a@10.0.0.1>\\r\\n") "\n"
                                                                                   "C: 81 " ASKS(
                                                                                       "REGISTER", "sip:b", "WSS", "3",
                                                                                       "Contact: "
                                                                                       "<sip:a@10.0.0.1>\\r\\n") "\n",
     "C WSSIP-OUTBOUND-SUPPORTED\nC WSSIP-OUTBOUND-SUPPORTED\n",
     OPEN "C: 81 " ASKS(
         "REGISTER", "sip:b", "WSS", "1",
         CONTACT(";reg-id=1;+sip.instance=\"<urn:uuid:1>\"")) "\n"
                                                              "C: 81 " ASKS("REFER", "sip:c@b", "WSS", "2",
                                                                            "Contact: <sip:a@10.0.0.1>\\r\\n") "\n",
     "",
     {0}},
    {"WSSIP-HTTP-AUTH", ASK_WITH(SIP "Cookie: a=1\\r\\n") YES_WITH(SIP), "C WSSIP-HTTP-AUTH\n", OPEN, "", {0}},
    {"WSSIP-PLAINTEXT",
     OPEN "C: 81 " OPTIONS("WS", "1") "\n= 2\n" OPEN "C: 81 " OPTIONS("WS", "2") "\n",
     PLAIN,
     OPEN "C: 81 " OPTIONS("WSS", "1") "\n",
     "",
     {0}},
    {"WSSIP-PLAINTEXT",
     OPEN "C: 81 " OPTIONS("WS", "1") "\n",
     PLAIN,
     ASK_WITH(SIP PROXIED) YES_WITH(SIP) "C: 81 " OPTIONS("WS", "1") "\n",
     "",
     {0}},
    {"WSH-PLAINTEXT",
     ASK_WITH(XMPP) YES_WITH(XMPP) "C: 81 hi\n",
     "S WSH-PLAINTEXT\n",
     ASK_WITH(XMPP PROXIED) YES_WITH(XMPP) "C: 81 hi\n",
     "",
     {0}},
    {"WSSIP-SIPS-SECURE",
     OPEN "C: 81 " ASKS("OPTIONS", "sips:c@b", "WS", "1", "") "\n",
     PLAIN "C WSSIP-SIPS-SECURE\nC WSSIP-SIPS-ON-WS\n",
     OPEN "C: 81 " ASKS("OPTIONS", "sips:c@b", "WSS", "1", "") "\n",
     "",
     {0}},
    {"WSSIP-SIPS-ON-WS",
     OPEN "C: 81 " ASKS("OPTIONS", "sips:c@b", "WS", "1", "") "\n",
     PLAIN "C WSSIP-SIPS-SECURE\nC WSSIP-SIPS-ON-WS\n",
     OPEN "S: 81 " ASKS("OPTIONS", "sips:c@b", "WS", "1", "") "\n",
     "",
     {0}},
    {"WSSIP-RESP-SAME-CONN",
     OPEN "C: 81 " OPTIONS("WS", "1") "\n= 2\n" OPEN "S: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     PLAIN "S WSSIP-RESP-SAME-CONN\n",
     OPEN "C: 81 " OPTIONS("WS", "1") "\nC. fin\n= 2\n" OPEN "S: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     PLAIN,
     {0}},
    /* what was asked behind the violation is answered; before it, anybody may */
    {"WS-OPCODE-NOT-FAILED",
     OPEN "C: 83 x\nC: 81 " OPTIONS("WS", "1") "\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     PLAIN "S WS-OPCODE-NOT-FAILED\n",
     OPEN "C: 81 " OPTIONS("WS", "1") "\nC: 83 x\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     PLAIN,
     {0}},
    {"WS-FAIL-CONTINUE",
     OPEN "C: 83 x\nS: 88 \\x03\\xea\nC: 81 " OPTIONS("WS", "1") "\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     PLAIN "S WS-FAIL-CONTINUE\n",
     OPEN "C: 81 " OPTIONS("WS", "1") "\nC: 83 x\nS: 88 \\x03\\xea\nS: 81 " SAYS("200 OK", "OPTIONS", "1") "\n",
     PLAIN,
     {0}},
    {"WSH-KEY-REUSE",
     ASK_WITH(KEY("AAAA")) YES_WITH("") "= 2\n" ASK_WITH(KEY("AAAA")) YES_WITH(""),
     "C WSH-KEY-REUSE\n",
     ASK_WITH(KEY("AAAA")) "S> HTTP/1.1 401 No\\r\\nContent-Length: 0\\r\\n\\r\\n\n" ASK_WITH(KEY("AAAA"))
         YES_WITH("") "= 2\n" ASK_WITH(KEY("BBBB")) YES_WITH(""),
     "S WSSIP-HTTP-AUTH\n",
     {0}},
    {"WSH-PARALLEL-CONNECTING",
     ASK_WITH("") "= 2\n" ASK_WITH(""),
     "C WSH-PARALLEL-CONNECTING\n",
     ASK_WITH("") YES_WITH("") "= 2\n" ASK_WITH(""),
     "",
     {0}},
    {"WSH-VERSION-RETRY",
     ASK_WITH("") "S> HTTP/1.1 426 No\\r\\nSec-WebSocket-Version: 8, 7\\r\\nContent-Length: 0\\r\\n\\r\\n\n= "
                  "2\n" ASK_WITH(""),
     "C WSH-VERSION-RETRY\n",
     ASK_WITH("") "S> HTTP/1.1 426 No\\r\\nSec-WebSocket-Version: 8, 13\\r\\nContent-Length: 0\\r\\n\\r\\n\n= "
                  "2\n" ASK_WITH(""),
     "",
     {0}},
#define AGAIN(n, pause) "T+ " pause "\n= " n "\n" ASK_WITH("Cookie: a=1\\r\\n") YES_WITH("") "C. fin\nS. fin\n"
#define AUTH            "C WSSIP-HTTP-AUTH\n"
    {"WS-RECONNECT-BACKOFF",
     AGAIN("1", "0") AGAIN("2", "500") AGAIN("3", "500") AGAIN("4", "500") AGAIN("5", "500"),
     AUTH AUTH AUTH AUTH AUTH "C WS-RECONNECT-BACKOFF\n",
     AGAIN("1", "0") AGAIN("2", "100") AGAIN("3", "200") AGAIN("4", "400") AGAIN("5", "800"),
     AUTH AUTH AUTH AUTH AUTH,
     {0}},
};

enum { CONNECTIONS = 8 };

struct stage {
    struct player players[CONNECTIONS];
    struct sw_websip *rules[CONNECTIONS];
    struct sw_web *web;
    GString *found;
    struct sw_mark mark;
    bool bytewise;
    bool tunnel; /* streams of HTTP/2 that have agreed on SIP */
};

static void note(void *context, const struct sw_breach *breach)
{
    struct stage *stage = context;
    assert_true(breach->mark_count > 0);
    for (size_t i = 1; i < breach->mark_count; i++)
        assert_true(breach->marks[i].packet >= breach->marks[i - 1].packet);
    g_string_append_printf(stage->found, "%c %s\n", "CS"[breach->finding.party],
                           sw_rule_info(breach->finding.rule) -> id);
}

static void open_connection(struct stage *stage, size_t n, const struct sw_surroundings *surroundings)
{
    const struct sw_endpoint ends[] = {{.family = 4, .address = {10, 0, 0, 1}, .port = (uint16_t)(40000 + n)},
                                       {.family = 4, .address = {10, 0, 0, 2}, .port = 80}};
    const struct sw_judgement judgement = {stage, note};
    player_start(&stage->players[n], &sw_limits_default, stage->tunnel ? SW_START_TUNNEL : SW_START_HANDSHAKE);
    if (stage->tunnel) {
        const struct sw_tunnel_request request = {.target = SW_SLICE("/ws"), .offered = SW_SLICE("sip")};
        const struct sw_tunnel_answer answer = {.status = 200, .subprotocol = SW_SLICE("sip")};
        sw_connection_requested(stage->players[n].connection, &request);
        sw_connection_answered(stage->players[n].connection, &answer);
    }
    sw_connection_check(stage->players[n].connection, surroundings);
    stage->rules[n] = sw_websip_new(stage->web, surroundings, ends, &judgement);
    stage->players[n].listener = (struct listener){stage->rules[n], sw_websip_event};
}

/* Plays the lines up to the next "=" on one connection. */
static void play_part(struct stage *stage, size_t n, const char *script, size_t size)
{
    struct player *player = &stage->players[n];
    char *part = g_strndup(script, size);
    GArray *pieces = read_conversation(part);
    player->mark = stage->mark;
    for (size_t i = 0; i + 1 < pieces->len; i++) {
        const struct piece *piece = &g_array_index(pieces, struct piece, i);
        play(player, piece, stage->bytewise ? 0 : piece->bytes->len);
        if (piece->kind == PIECE_END)
            sw_websip_end(stage->rules[n], piece->direction, piece->end, player->mark);
    }
    stage->mark = player->mark;
    free_conversation(pieces);
    g_free(part);
}

static char *findings(const char *script, const struct sw_surroundings *surroundings, bool bytewise, bool tunnel)
{
    struct stage stage = {.web = sw_web_new(), .found = g_string_new(""), .bytewise = bytewise, .tunnel = tunnel};
    size_t n = 1;
    while (*script != 0) {
        const char *next = strstr(script, "\n= ");
        size_t size = strncmp(script, "= ", 2) == 0 ? 0 : next == NULL ? strlen(script) : (size_t)(next + 1 - script);
        if (stage.rules[n] == NULL && size > 0)
            open_connection(&stage, n, surroundings);
        if (size > 0)
            play_part(&stage, n, script, size);
        script += size;
        if (strncmp(script, "= ", 2) == 0) {
            n = (size_t)(script[2] - '0');
            script += 4;
        }
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (stage.rules[i] == NULL)
            continue;
        player_free(&stage.players[i]);
        sw_websip_free(stage.rules[i]);
    }
    sw_web_free(stage.web);
    return g_string_free(stage.found, FALSE);
}

static void expect(const struct rule_case *one, const char *script, const char *expected)
{
    for (int bytewise = 0; bytewise <= 1; bytewise++) {
        char *found = findings(script, &one->surroundings, bytewise, false);
        if (strcmp(found, expected) != 0)
            print_error("%s%s: expected\n%sfound\n%s", one->id, bytewise ? ", byte by byte" : "", expected, found);
        assert_string_equal(found, expected);
        g_free(found);
    }
}

static void each_rule_is_broken_and_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct rule_case *one = &cases[i];
        char *line = g_strdup_printf(" %s\n", one->id);
        assert_non_null(strstr(one->finds, line));
        assert_null(strstr(one->still, line));
        expect(one, one->breaks, one->finds);
        expect(one, one->keeps, one->still);
        g_free(line);
    }
}

/* SIP is held to the same in a stream of HTTP/2 (RFC 8441). Of what isn't in TLS there, the client is a proxy. */
static void streams_of_http2_are_no_exception(void **state)
{
    unsigned compared = 0;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct rule_case *one = &cases[i];
        const bool of_ws = strstr(one->finds, PLAIN) != NULL || strstr(one->id, "SIPS") != NULL;
        if (of_ws || !g_str_has_prefix(one->breaks, OPEN) || strstr(one->breaks, "\n= ") != NULL)
            continue;
        char *found = findings(one->breaks + strlen(OPEN), &one->surroundings, false, true);
        if (strcmp(found, one->finds) != 0)
            print_error("%s: expected\n%sfound\n%s", one->id, one->finds, found);
        assert_string_equal(found, one->finds);
        g_free(found);
        compared++;
    }
    assert_true(compared > 10);
}

/* Those that the message alone tells are in test_rules_sip.c. */
static bool belongs_here(const char *id)
{
    return g_str_has_prefix(id, "WSSIP-") && strcmp(id, "WSSIP-NOT-UTF8") != 0 &&
           strcmp(id, "WSSIP-URI-TRANSPORT") != 0;
}

static void every_checked_rule_has_both(void **state)
{
    (void)state;
    for (enum sw_rule rule = 0; rule < SW_RULE_COUNT; rule++) {
        const struct sw_rule_info *info = sw_rule_info(rule);
        bool has = false;
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
            has |= strcmp(cases[i].id, info->id) == 0;
        bool wanted = belongs_here(info->id) && info->state == SW_RULE_CHECKED;
        if (wanted != has && (wanted || info->state != SW_RULE_CHECKED))
            print_error("%s\n", info->id);
        assert_true(has ? info->state == SW_RULE_CHECKED : !wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_broken_and_kept),
        cmocka_unit_test(streams_of_http2_are_no_exception),
        cmocka_unit_test(every_checked_rule_has_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
