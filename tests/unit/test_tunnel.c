/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Connections whose handshake was told and not read (RFC 8441): frames from the first byte on.
 */
#include "conversation.h"

struct tunnel {
    const char *name;
    unsigned status; /* 0: no answer is known */
    const char *extensions;
    const char *script;
    const char *events;
};

static const struct tunnel tunnels[] = {
    {"frames at once", 200, "", "C: 81 a\nS: 81 b\nC: 89 p\n", "C text \"a\"\nS text \"b\"\nC ping \"p\"\n"},
    {"no answer", 0, "", "C: 81 a\nS: 81 b\n", "C text \"a\"\nS text \"b\"\n"},
    {"compressed, and so agreed", 200, "permessage-deflate; server_no_context_takeover",
     "S> \\xc1\\x07\\xf2\\x48\\xcd\\xc9\\xc9\\x07\\x00\nS: 81 b\n", "S text \"Hello\" compressed\nS text \"b\"\n"},
    {"compressed, and nothing known of it", 0, "", "S> \\xc1\\x07\\xf2\\x48\\xcd\\xc9\\xc9\\x07\\x00\n",
     "S text \"Hello\" compressed inferred\n"},
    {"a gap in a payload", 200, "", "S> \\x81\\x08ab\nS- 4\nS> cd\nS: 81 b\n",
     "S loss segment-missing 8\nS text \"b\"\n"},
    {"unknown bytes missing between frames", 200, "", "S: 81 a\nS- ?\nS: 81 SIP/2.0 200 OK\nS: 81 b\n",
     "S text \"a\"\nS text \"SIP/2.0 200 OK\" inferred\nS text \"b\" inferred\n"},
    {"unknown bytes missing in a frame", 200, "", "C> \\x81\\x88abcdxx\nC- ?\nC: 81 SIP/2.0 200 OK\nC: 89 \n",
     "C loss segment-missing 2 boundary\nC text \"SIP/2.0 200 OK\" inferred\nC ping \"\"\n"},
    {"unknown bytes, then known ones", 200, "", "S> \\x81\\x08ab\nS- ?\nS- 4\nS- ?\nS: 81 SIP/2.0 200 OK\nS: 89 \n",
     "S loss segment-missing 6 boundary\nS text \"SIP/2.0 200 OK\" inferred\nS ping \"\"\n"},
    {"unknown bytes, and compression with a memory", 200, "permessage-deflate",
     "S: 81 a\nS- ?\nS: 81 SIP/2.0 200 OK\nS: 89 \n",
     "S text \"a\"\nS loss segment-missing 0 history boundary\nS text \"SIP/2.0 200 OK\" inferred\nS ping \"\"\n"},
};

static struct sw_slice literal(const char *string)
{
    return sw_slice_of((const uint8_t *)string, strlen(string));
}

static void run(const struct tunnel *tunnel, GArray *pieces, size_t cut)
{
    const struct sw_surroundings surroundings = {.from_start = true};
    struct player player;
    player_start(&player, &sw_limits_default, SW_START_TUNNEL);
    sw_connection_check(player.connection, &surroundings);
    const struct sw_tunnel_request request = {.target = literal("/ws"), .offered = literal("sip")};
    sw_connection_requested(player.connection, &request);
    const struct sw_tunnel_answer answer = {
        .status = tunnel->status, .subprotocol = literal("sip"), .extensions = literal(tunnel->extensions)};
    if (tunnel->status != 0)
        sw_connection_answered(player.connection, &answer);
    size_t at = 0;
    for (size_t i = 0; i < pieces->len; i++) {
        const struct piece *piece = &g_array_index(pieces, struct piece, i);
        size_t size = piece->bytes->len;
        bool here = cut > at && cut - at < size;
        play(&player, piece, cut == 0 ? 0 : here ? cut - at : size);
        at += size;
    }
    if (strcmp(player.log->str, tunnel->events) != 0)
        print_error("%s, cut at %zd:\n%s", tunnel->name, (ssize_t)cut, player.log->str);
    assert_string_equal(player.log->str, tunnel->events);
    assert_null(strstr(player.log->str, "WSH-"));
    check_ledger(&player);
    player_free(&player);
}

static void conversations(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(tunnels); i++) {
        GArray *pieces = read_conversation(tunnels[i].script);
        size_t size = 0;
        for (size_t p = 0; p < pieces->len; p++)
            size += g_array_index(pieces, struct piece, p).bytes->len;
        run(&tunnels[i], pieces, SIZE_MAX);
        for (size_t cut = 0; cut < size; cut++)
            run(&tunnels[i], pieces, cut);
        free_conversation(pieces);
    }
}

static void facts(void **state)
{
    (void)state;
    struct player player;
    player_start(&player, &sw_limits_default, SW_START_TUNNEL);
    char text_of_others[] = "/ws|sip.example|https://app.example|UA/1|sip, xmpp";
    const struct sw_slice all = literal(text_of_others);
    const struct sw_tunnel_request request = {
        .target = sw_slice_of(all.data, 3),
        .host = sw_slice_of(all.data + 4, 11),
        .origin = sw_slice_of(all.data + 16, 19),
        .user_agent = sw_slice_of(all.data + 36, 4),
        .offered = sw_slice_of(all.data + 41, 9),
    };
    sw_connection_requested(player.connection, &request);
    memset(text_of_others, '#', sizeof text_of_others - 1); /* it was copied */
    const struct sw_handshake *seen = sw_connection_handshake(player.connection);
    assert_true(seen->requested);
    assert_false(seen->answered);
    assert_slice(seen->target, "/ws");
    assert_slice(seen->host, "sip.example");
    assert_slice(seen->origin, "https://app.example");
    assert_slice(seen->user_agent, "UA/1");
    assert_slice(seen->offered, "sip, xmpp");

    const struct sw_tunnel_answer answer = {
        .status = 200,
        .server = literal("srv"),
        .subprotocol = literal("sip"),
        .extensions = literal("permessage-deflate; client_max_window_bits=10; server_no_context_takeover, other"),
    };
    sw_connection_answered(player.connection, &answer);
    seen = sw_connection_handshake(player.connection);
    assert_true(seen->answered);
    assert_int_equal(seen->status, 200);
    assert_slice(seen->target, "/ws");
    assert_slice(seen->server, "srv");
    assert_slice(seen->subprotocol, "sip");
    assert_true(seen->deflate.agreed);
    assert_int_equal(seen->deflate.client_window_bits, 10);
    assert_int_equal(seen->deflate.server_window_bits, 15);
    assert_false(seen->deflate.server_takeover);
    assert_true(seen->extension_unknown);
    player_free(&player);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(conversations), cmocka_unit_test(facts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
