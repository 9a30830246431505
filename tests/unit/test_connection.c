/* links: core_ws core_base */
/* SPDX-License-Identifier: MIT
 *
 * Conversations: what both sides send, and the events that come of it.
 *
 * Each conversation (conversation.h) is run whole, byte by byte, and cut in two at every point; the events must be the
 * same, and the ledger must add up to the bytes of the conversation.
 */
#include "conversation.h"

struct conversation {
    const char *name;
    const char *script;
    const char *events;
    struct sw_limits limits; /* those that are not 0 replace the defaults */
    enum sw_connection_start start;
    bool any_order; /* the two sides may be fed one after the other */
};

static struct sw_limits limits_of(const struct conversation *conversation)
{
    struct sw_limits limits = sw_limits_default;
    const struct sw_limits *own = &conversation->limits;
    limits.message_size = own->message_size != 0 ? own->message_size : limits.message_size;
    limits.head_size = own->head_size != 0 ? own->head_size : limits.head_size;
    limits.pending_handshake = own->pending_handshake != 0 ? own->pending_handshake : limits.pending_handshake;
    return limits;
}

/* Runs it with the bytes cut at one point, counted over all pieces; SIZE_MAX: none; 0: byte by byte. */
static void run(const struct conversation *conversation, GArray *pieces, size_t cut)
{
    struct sw_limits limits = limits_of(conversation);
    struct player player;
    player_start(&player, &limits, conversation->start);
    size_t at = 0;
    for (size_t i = 0; i < pieces->len; i++) {
        const struct piece *piece = &g_array_index(pieces, struct piece, i);
        size_t size = piece->bytes->len;
        bool here = cut > at && cut - at < size;
        play(&player, piece, cut == 0 ? 0 : here ? cut - at : size);
        at += size;
    }
    if (strcmp(player.log->str, conversation->events) != 0)
        print_error("%s, cut at %zd:\n%s", conversation->name, (ssize_t)cut, player.log->str);
    assert_string_equal(player.log->str, conversation->events);
    check_ledger(&player);
    player_free(&player);
}

static void one_side(struct player *player, GArray *pieces, enum sw_direction direction)
{
    for (size_t i = 0; i < pieces->len; i++) {
        const struct piece *piece = &g_array_index(pieces, struct piece, i);
        if (piece->direction == direction && piece->kind != PIECE_END)
            play(player, piece, piece->bytes->len);
    }
}

static GString *side_events(const char *events, char side)
{
    GString *out = g_string_new("");
    for (; *events != 0; events = strchr(events, '\n') + 1)
        if (*events == side)
            g_string_append_len(out, events, strchr(events, '\n') + 1 - events);
    return out;
}

/* All of one side, then all of the other: each side's events are the same. */
static void run_sides(const struct conversation *conversation, GArray *pieces, enum sw_direction first)
{
    struct sw_limits limits = limits_of(conversation);
    struct player player;
    player_start(&player, &limits, conversation->start);
    one_side(&player, pieces, first);
    one_side(&player, pieces, sw_direction_opposite(first));
    play(&player, &g_array_index(pieces, struct piece, pieces->len - 1), 1);
    for (int i = 0; i < SIDES; i++) {
        GString *expected = side_events(conversation->events, "CS"[i]);
        assert_string_equal(player.sides[i]->str, expected->str);
        g_string_free(expected, TRUE);
    }
    check_ledger(&player);
    player_free(&player);
}

static void check(const struct conversation *conversation)
{
    GArray *pieces = read_conversation(conversation->script);
    size_t size = 0;
    for (size_t i = 0; i < pieces->len; i++)
        size += g_array_index(pieces, struct piece, i).bytes->len;
    run(conversation, pieces, SIZE_MAX);
    for (size_t cut = 0; cut < size; cut++)
        run(conversation, pieces, cut);
    if (conversation->any_order) {
        run_sides(conversation, pieces, SW_CLIENT);
        run_sides(conversation, pieces, SW_SERVER);
    }
    free_conversation(pieces);
}

#define GET      "C> GET /page HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n\n"
#define SIP_LINE "OPTIONS sip:a SIP/2.0\\r\\n\\r\\n"

#define FORTY     "0123456789012345678901234567890123456789"
#define LONG_HEAD "C> GET / HTTP/1.1\\r\\n" FORTY FORTY FORTY FORTY "\\r\\n\\r\\n\n"

static const struct conversation handshakes[] = {
    {.name = "plain", OPENING, OPENED, .any_order = true},
    {.name = "refused, then with credentials",
     REQUEST "S> HTTP/1.1 401 Unauthorized\\r\\nContent-Length: 2\\r\\n\\r\\nno\n" OPENING "C: 81 x\nS: 81 y\n",
     "C request GET /ws\nS handshake 401 no\n" OPENED "C text \"x\"\nS text \"y\"\n"},
    {.name = "asked again before the first answer is seen",
     .script = REQUEST REQUEST "S> HTTP/1.1 401 Unauthorized\\r\\nContent-Length: 0\\r\\n\\r\\n\n" ACCEPT "C: 81 x\n",
     .events = "C request GET /ws\nC request GET /ws\nS handshake 401 no\nS handshake 101 yes\nC text \"x\"\n"},
    {.name = "refused behind a gap",
     .script = GET "S> HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhe\nS- 40\n" REQUEST
                   "S> HTTP/1.1 403 Forbidden\\r\\nContent-Length: 0\\r\\n\\r\\n\n" OPENING,
     .events = "S loss segment-missing 40 boundary\nC request GET /ws\nS handshake 403 no\n" OPENED},
    {.name = "refused for good",
     REQUEST "S> HTTP/1.1 404 Not Found\\r\\n\\r\\nno such thing\n",
     "C request GET /ws\nS handshake 404 no\n"},
    {.name = "an answer alone", ACCEPT "S: 81 y\n", "S handshake 101 yes\nS text \"y\"\n"},
    {.name = "headers in any shape",
     "C> GET /ws HTTP/1.1\\r\\nSEC-WEBSOCKET-KEY:x\\r\\nupgrade:\\r\\n h2c,\\r\\n\\x09WebSocket\\r\\n\\r\\n\n"
     "S> HTTP/1.1 101\\r\\nuPGRADE: foo, WEBSOCKET\\r\\n\\r\\n\n",
     OPENED},
    {.name = "line feeds alone, empty lines first",
     "C> \\r\\n\\nGET /ws HTTP/1.1\\nUpgrade: websocket\\n\\n\n" ACCEPT,
     OPENED},
    {.name = "pages before it",
     GET "S> HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello\n" GET
         "S> HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n"
         "5;x=y\\r\\nhello\\r\\nA\\r\\n0123456789\\r\\n0\\r\\nTrailer: x\\r\\n\\r\\n\n" GET
         "S> HTTP/1.1 103 Early Hints\\r\\nLink: x\\r\\n\\r\\nHTTP/1.1 304 Not Modified\\r\\nContent-Length: "
         "9\\r\\n\\r\\n\n"
         "C> POST / HTTP/1.1\\r\\nContent-Length: 4\\r\\n\\r\\nGET \n"
         "S> HTTP/1.1 204 No Content\\r\\n\\r\\n\n" OPENING "S: 81 y\nC: 81 x\n",
     OPENED "S text \"y\"\nC text \"x\"\n",
     .any_order = true},
    {.name = "an answer to HEAD has no body",
     "C> HEAD / HTTP/1.1\\r\\n\\r\\n\nS> HTTP/1.1 200 OK\\r\\nContent-Length: 500\\r\\n\\r\\n\n" OPENING,
     OPENED},
    {.name = "a body whose end nobody knows",
     GET "S> HTTP/1.1 200 OK\\r\\n\\r\\nHTTP/1.1 is what I speak. HTTP/1.1 20\\r\\n\n" OPENING,
     OPENED},
    {.name = "a broken chunk",
     GET "S> HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n\n" OPENING,
     OPENED},
    {.name = "a broken length", GET "S> HTTP/1.1 200 OK\\r\\nContent-Length: 5, 5\\r\\n\\r\\nhello\n" OPENING, OPENED},
    {.name = "a page between asking and answer: pipelined",
     GET REQUEST "S> HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\n" ACCEPT,
     OPENED},
    {.name = "behind a load balancer", "C> PROXY TCP4 10.0.0.1 10.0.0.2 1 2\\r\\n\n" OPENING, OPENED},
    {.name = "behind a load balancer, version 2",
     "C> \\r\\n\\r\\n\\x00\\r\\nQUIT\\n\\x20\\x00\\x00\\x02ab\n" OPENING,
     OPENED},
    {.name = "to another protocol",
     "C> GET / HTTP/1.1\\r\\nUpgrade: h2c, websocket\\r\\n\\r\\n\nS> HTTP/1.1 101 x\\r\\nUpgrade: h2c\\r\\n\\r\\n\n"
     "S> whatever\nC> PRI *\nC- 7\n",
     "C request GET /\nC loss segment-missing 7\n"},
    {.name = "frames before the answer",
     REQUEST "C: 81 early\n" ACCEPT,
     "C request GET /ws\nS handshake 101 yes\nC text \"early\"\n"},
    {.name = "no answer, no frames", REQUEST, "C request GET /ws\n"},
    {.name = "only the client was captured",
     REQUEST "C: 81 " SIP_LINE "\nC: 89 hi\n",
     "C request GET /ws\nC text \"OPTIONS sip:a SIP/2.0\\r\\n\\r\\n\" inferred\nC ping \"hi\"\n"},
    {.name = "more waits for an answer than the limit allows",
     .script = REQUEST "C: 81 " SIP_LINE "\nC: 81 one\nC: 81 two\n" ACCEPT "C: 81 three\n",
     .events = "C request GET /ws\nC text \"OPTIONS sip:a SIP/2.0\\r\\n\\r\\n\" inferred\nC text \"one\" inferred\n"
               "C text \"two\" inferred\nS handshake 101 yes\nC text \"three\" inferred\n",
     .limits = {.pending_handshake = 30}},
    {.name = "only the client was captured, and nothing is SIP",
     REQUEST "C: 82 abc\n",
     "C request GET /ws\nC loss no-handshake 9 boundary\n"},
    {.name = "not HTTP",
     "C> SSH-2.0-OpenSSH\\r\\n\nS> SSH-2.0-x\\r\\n\n",
     "C loss not-sip 17 boundary\nS loss not-sip 11 boundary\n"},
    {.name = "not HTTP, then a head", "C> nonsense\\r\\n\n" OPENING, "C loss not-sip 10 boundary\n" OPENED},
    {.name = "a gap in the head",
     "C> GET /ws HTT\nC- 30\nC> bsocket\\r\\n\\r\\n\n" ACCEPT "C: 81 " SIP_LINE "\n",
     "S handshake 101 yes\nC loss segment-missing 52 boundary\nC text \"OPTIONS sip:a SIP/2.0\\r\\n\\r\\n\" "
     "inferred\n"},
    {.name = "a gap while waiting",
     REQUEST "C: 81 one\nC- 9\nC: 81 " SIP_LINE "\n" ACCEPT,
     "C request GET /ws\nS handshake 101 yes\nC text \"one\"\nC loss segment-missing 9 boundary\n"
     "C text \"OPTIONS sip:a SIP/2.0\\r\\n\\r\\n\" inferred\n"},
    {.name = "a gap in a page's body",
     GET "S> HTTP/1.1 200 OK\\r\\nContent-Length: 50\\r\\n\\r\\nhe\nS- 40\nS> lo, you.\n" OPENING,
     "S loss segment-missing 40\n" OPENED},
    {.name = "a gap beyond a page's body",
     GET "S> HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhe\nS- 40\nS> lo.\n" OPENING,
     "S loss segment-missing 40 boundary\n" OPENED},
    {.name = "cut in the head", "C> GET /ws HTT\nC. fin\n", "C loss malformed 11\n"},
    {.name = "too large a head", LONG_HEAD OPENING, "C loss limit 180 boundary\n" OPENED, .limits = {.head_size = 150}},
};

static const struct conversation frames[] = {
    {.name = "hello",
     OPENING "C: 81 hello\nS: 81 world\nC: 82 \\x00\\xff\nS: 82 \n",
     OPENED "C text \"hello\"\nS text \"world\"\nC binary \"\\x00\\xff\"\nS binary \"\"\n",
     .any_order = true},
    {.name = "fragments, and control frames between them",
     OPENING "C: 01 he\nC: 89 ping\nC: 00 ll\nC: 8a \nC: 80 o\nS: 01 wor\nS: 00 ld\nS: 80 \n",
     OPENED "C ping \"ping\"\nC pong \"\"\nC text \"hello\" x3\nS text \"world\" x3\n",
     .any_order = true},
    {.name = "only empty fragments",
     OPENING "S: 01 \nS: 00 \nS: 80 \nS: 81 x\n",
     OPENED "S text \"\" x3\nS text \"x\"\n"},
    {.name = "close",
     OPENING "C: 88 \\x03\\xe8bye\nS: 88 \nS: 88 \\x03\n",
     OPENED "C close 1000 \"bye\"\nS close 1005 \"\"\nS close 1005 \"\"\n",
     .any_order = true},
    {.name = "utf-8 over fragments",
     OPENING "S: 01 \\xe2\\x82\nS: 80 \\xac\nS: 81 \\xe2\\x82\nS: 81 \\x00\n",
     OPENED "S text \"\\xe2\\x82\\xac\" x2\nS text \"\\xe2\\x82\" not-utf8\nS text \"\\x00\"\n"},
    {.name = "keep-alives",
     OPENING "C: 81 \\r\\n\\r\\n\nS: 81 \\r\\n\n",
     OPENED "C text \"\\r\\n\\r\\n\"\nS text \"\\r\\n\"\n"},
    {.name = "masks the wrong way round",
     OPENING "C! 81 hello\nS! 81 world\n",
     OPENED "C text \"hello\"\nS text \"world\"\n"},
    {.name = "reserved opcodes",
     OPENING "C: 83 abc\nC: 81 x\nS: 8b \nS: 01 a\nS: 8f xyz\nS: 80 b\n",
     OPENED "C loss malformed 9\nC text \"x\"\nS loss malformed 2\nS loss malformed 5\nS text \"ab\" x2\n"},
    {.name = "reserved bits", OPENING "S: f1 abc\nS: b2 abc\n", OPENED "S text \"abc\"\nS binary \"abc\"\n"},
    {.name = "a continuation of nothing",
     OPENING "S: 80 abc\nS: 00 d\nS: 80 e\nS: 81 f\n",
     OPENED "S continuation \"abc\"\nS continuation \"de\" x2\nS text \"f\"\n"},
    {.name = "a message within a message",
     OPENING "S: 01 abc\nS: 00 d\nS: 81 new\nS: 80 e\n",
     OPENED "S loss malformed 4\nS text \"new\"\nS continuation \"e\"\n"},
    {.name = "length of 2^63",
     OPENING "S: 81 a\nS> \\x82\\x7f\\x80\\x00\\x00\\x00\\x00\\x00\\x00\\x00?\nS: 81 SIP/2.0 200 OK\n",
     OPENED "S text \"a\"\nS loss malformed 11 boundary\nS text \"SIP/2.0 200 OK\" inferred\n"},
    {.name = "length of 2^63 within a message",
     OPENING "S: 01 a\nS> \\x80\\x7f\\xff\\x00\\x00\\x00\\x00\\x00\\x00\\x00\nS: 81 SIP/2.0 200 OK\n",
     OPENED "S loss malformed 11 boundary\nS text \"SIP/2.0 200 OK\" inferred\n"},
    {.name = "length of 2^63 - 1",
     OPENING "C: 81 a\nC> \\x82\\xff\\x7f\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00hello, this is all\n",
     OPENED "C text \"a\"\nC loss segment-missing 18\n"},
    {.name = "the end in a message",
     OPENING "C: 01 abc\nC. fin\nS> \\x81\\x05he\nS. rst\n",
     OPENED "C loss malformed 3\nS loss segment-missing 2\n"},
    {.name = "the end in a header",
     OPENING "C> \\x81\\x85ab\nS: 01 a\nS: 89 b\nS> \\x80\n",
     OPENED "S ping \"b\"\nC loss segment-missing 4\nS loss segment-missing 2\n"},
    {.name = "the end in a control frame", OPENING "S: 01 ab\nS> \\x89\\x04ab\n", OPENED "S loss segment-missing 4\n"},
    {.name = "data behind the end",
     OPENING "S. rst\nS- 3\nS> x\n",
     OPENED "S loss segment-missing 3\nS loss malformed 1\n"},
};

static const struct conversation gaps[] = {
    {.name = "in a payload",
     OPENING "S: 81 a\nS> \\x81\\x08ab\nS- 4\nS> cd\nS: 81 b\n",
     OPENED "S text \"a\"\nS loss segment-missing 8\nS text \"b\"\n"},
    {.name = "up to the end of a payload",
     OPENING "S> \\x81\\x08ab\nS- 6\nS: 81 b\n",
     OPENED "S loss segment-missing 8\nS text \"b\"\n"},
    {.name = "two in a payload",
     OPENING "S> \\x81\\x08ab\nS- 1\nS> c\nS- 1\nS> def\nS: 81 b\n",
     OPENED "S loss segment-missing 8\nS text \"b\"\n"},
    {.name = "in a ping within a message",
     OPENING "S: 01 a\nS> \\x89\\x04\nS- 3\nS> x\nS: 80 b\n",
     OPENED "S loss segment-missing 4\nS text \"ab\" x2\n"},
    {.name = "in a fragment",
     OPENING "S: 01 abc\nS> \\x00\\x04x\nS- 2\nS> z\nS: 89 p\nS: 80 de\nS: 81 next\n",
     OPENED "S ping \"p\"\nS loss segment-missing 9\nS text \"next\"\n"},
    {.name = "in a fragment, and the next message comes early",
     OPENING "S> \\x01\\x04x\nS- 2\nS> z\nS: 81 next\n",
     OPENED "S loss segment-missing 4\nS text \"next\"\n"},
    {.name = "a reserved frame within what is lost",
     OPENING "S> \\x01\\x04x\nS- 2\nS> z\nS: 83 r\nS: 80 y\nS: 81 next\n",
     OPENED "S loss segment-missing 4\nS loss malformed 3\nS loss segment-missing 1\nS text \"next\"\n"},
    {.name = "between frames",
     OPENING "S: 81 a\nS- 20\nS: 81 SIP/2.0 200 OK\nS: 81 b\n",
     OPENED
     "S text \"a\"\nS loss segment-missing 20 boundary\nS text \"SIP/2.0 200 OK\" inferred\nS text \"b\" inferred\n"},
    {.name = "over a boundary",
     OPENING "S> \\x81\\x08ab\nS- 20\nS> garbage\nS: 80 tail\nS: 89 p\nS: 8a p\nS: 81 b\n",
     OPENED "S loss segment-missing 29 boundary\nS loss segment-missing 4\nS ping \"p\"\nS pong \"p\"\nS text \"b\" "
            "inferred\n"},
    {.name = "two while looking",
     OPENING "S- 20\nS> garbage\nS- 5\nS> more\nS: 81 SIP/2.0 200 OK\n",
     OPENED "S loss segment-missing 36 boundary\nS text \"SIP/2.0 200 OK\" inferred\n"},
    {.name = "in a header",
     OPENING "C> \\x81\\x85a\nC- 8\nC: 81 " SIP_LINE "\n",
     OPENED "C loss segment-missing 11 boundary\nC text \"OPTIONS sip:a SIP/2.0\\r\\n\\r\\n\" inferred\n"},
    {.name = "to the end",
     OPENING "C: 81 a\nC- 100\nC> never seen\n",
     OPENED "C text \"a\"\nC loss segment-missing 110 boundary\n"},
};

static const struct conversation starts[] = {
    {.name = "between frames",
     "C: 81 " SIP_LINE "\nS: 81 SIP/2.0 200 OK\nS: 81 x\n",
     "C text \"OPTIONS sip:a SIP/2.0\\r\\n\\r\\n\" inferred\nS text \"SIP/2.0 200 OK\" inferred\nS text \"x\" "
     "inferred\n",
     .start = SW_START_MIDSTREAM,
     .any_order = true},
    {.name = "within a frame",
     "S> the end of a message\nS: 89 \nS: 81 SIP/2.0 200 OK\n",
     "S loss no-handshake 20 boundary\nS ping \"\"\nS text \"SIP/2.0 200 OK\" inferred\n",
     .start = SW_START_MIDSTREAM},
    {.name = "within a message",
     "S: 80 tail\nS: 89 \nS: 81 SIP/2.0 200 OK\n",
     "S loss no-handshake 4\nS ping \"\"\nS text \"SIP/2.0 200 OK\" inferred\n",
     .start = SW_START_MIDSTREAM},
    {.name = "sides the wrong way round",
     "S: 81 SIP/2.0 200 OK\nC! 81 SIP/2.0 200 OK\n",
     "S text \"SIP/2.0 200 OK\" inferred\nC text \"SIP/2.0 200 OK\" inferred\n",
     .start = SW_START_MIDSTREAM},
    {.name = "in HTTP",
     "C> le: x\\r\\n\\r\\n\n" OPENING "C: 81 x\n",
     "C loss no-handshake 9 boundary\n" OPENED "C text \"x\"\n",
     .start = SW_START_MIDSTREAM},
    {.name = "nothing", "C> no frames here at all\n", "C loss no-handshake 21 boundary\n", .start = SW_START_MIDSTREAM},
};

static const struct conversation limited[] = {
    {.name = "a frame",
     OPENING "C: 81 0123456789\nC: 81 x\nS: 82 0123456789\n",
     OPENED
     "C loss limit 2\nC text \"01234567\" partial\nC text \"x\"\nS loss limit 2\nS binary \"01234567\" partial\n",
     .limits = {.message_size = 8}},
    {.name = "fragments",
     OPENING "C: 01 01234\nC: 00 56789\nC: 80 abc\n",
     OPENED "C loss limit 5\nC text \"01234567\" x3 partial\n",
     .limits = {.message_size = 8}},
    {.name = "a control frame",
     OPENING "C: 89 0123456789\nC: 81 x\n",
     OPENED "C loss limit 10\nC text \"x\"\n",
     .limits = {.message_size = 8}},
    {.name = "a huge frame and a gap",
     OPENING "C> \\x82\\xff\\x7f\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x000123456789\nC- 5\nC> abc\n",
     OPENED "C loss limit 2\nC loss segment-missing 16\n",
     .limits = {.message_size = 8}},
    {.name = "a huge frame and the end",
     OPENING "C> \\x82\\xff\\x7f\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x000123456789\nC. fin\n",
     OPENED "C loss limit 2\nC loss malformed 8\n",
     .limits = {.message_size = 8}},
    {.name = "too large, and interrupted",
     OPENING "S: 01 0123456789\nS: 81 x\n",
     OPENED "S loss limit 2\nS loss malformed 8\nS text \"x\"\n",
     .limits = {.message_size = 8}},
};

#define SUITE(table)                                                                                                   \
    static void test_##table(void **state)                                                                             \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                                                    \
            check(&table[i]);                                                                                          \
    }
SUITE(handshakes)
SUITE(frames)
SUITE(gaps)
SUITE(starts)
SUITE(limited)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_handshakes), cmocka_unit_test(test_frames),  cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_starts),     cmocka_unit_test(test_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
