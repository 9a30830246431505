/* links: offline_net
 * SPDX-License-Identifier: MIT
 *
 * TCP: order, gaps, beginnings and ends, as scripts of segments and what the sink hears; then every order of a small
 * exchange, and random impairments against the truth.
 */
#include "packets.h"

/* A line is a packet, a millisecond after the one before:
 *   SIDE FLAGS SEQUENCE ACKNOWLEDGMENT [PAYLOAD[/CUT]]
 * A talks to B, C to D. CUT bytes of the payload weren't captured. "+500" lets 500 ms pass. */
struct scenario {
    const char *name;
    const char *script;
    const char *heard;  /* until the last packet */
    const char *at_end; /* at the end of the capture */
};

#define OPEN     "A S 100 0\nB SA 300 101\nA A 101 301\n"
#define FIN_BOTH "A FA 101 301\nB FA 301 102\nA A 102 302\n"

static const struct scenario scenarios[] = {
    {"request and answer",
     OPEN "A PA 101 301 hello\nB PA 301 106 world\n"
          "A FA 106 306\nB FA 306 107\nA A 107 307\n",
     "A hello @4\nB world @5\nA fin @6\nB fin @7\n", "AB forget\n"},
    {"nothing was sent", OPEN FIN_BOTH, "", ""},
    {"half open", "A S 100 0\nA S 100 0\nB RA 0 101\n", "", ""},
    {"one side sends", OPEN "A PA 101 301 hello\n", "A hello @4\n", "A capture-end @4\nAB forget\n"},
    {"end of the other side before the first data", OPEN "A FA 101 301\nB PA 301 102 late\nB FA 305 102\n",
     "B late @5\nA fin @5\nB fin @6\n", "AB forget\n"},

    /* order */
    {"out of order", OPEN "A PA 103 301 cd\nA PA 105 301 ef\nA PA 101 301 ab\n", "A ab @6\nA cd @4\nA ef @5\n",
     "A capture-end @6\nAB forget\n"},
    {"retransmission", OPEN "A PA 101 301 ab\nA PA 101 301 ab\nA PA 103 301 cd\n", "A ab @4\nA cd @6\n",
     "A capture-end @6\nAB forget\n"},
    {"retransmission of what is held", OPEN "A PA 103 301 cd\nA PA 103 301 cd\nA PA 101 301 ab\n", "A ab @6\nA cd @4\n",
     "A capture-end @6\nAB forget\n"},
    {"retransmission with more", OPEN "A PA 101 301 ab\nA PA 101 301 abcd\n", "A ab @4\nA cd @5\n",
     "A capture-end @5\nAB forget\n"},
    {"one segment covers several held", OPEN "A PA 103 301 c\nA PA 105 301 e\nA PA 101 301 abcdefg\n",
     "A ab @6\nA c @4\nA d @6\nA e @5\nA fg @6\n", "A capture-end @6\nAB forget\n"},
    {"overlap at both ends", OPEN "A PA 103 301 cd\nA PA 102 301 bcde\nA PA 101 301 a\n",
     "A a @6\nA b @5\nA cd @4\nA e @5\n", "A capture-end @6\nAB forget\n"},
    {"sequence wraps",
     "A S 4294967290 0\nB SA 4294967295 4294967291\nA PA 4294967291 0 abcdefgh\nA PA 3 0 ij\nB PA 0 5 xy\n",
     "A abcdefgh @3\nA ij @4\nB xy @5\n", "A capture-end @5\nAB forget\n"},
    {"wraps out of order", "A S 4294967290 0\nB SA 300 4294967291\nA PA 3 301 ij\nA PA 4294967291 301 abcdefgh\n",
     "A abcdefgh @4\nA ij @3\n", "A capture-end @4\nAB forget\n"},
    {"keep-alive", OPEN "A PA 101 301 ab\nA A 102 301\nB A 301 103\nA A 102 301 X\nA PA 103 301 cd\n",
     "A ab @4\nA cd @8\n", "A capture-end @8\nAB forget\n"},
    {"keep-alive with another byte", OPEN "A PA 101 301 a\nA A 101 301 X\nA PA 102 301 b\n", "A a @4\nA b @6\n",
     "A capture-end @6\nAB forget\n"},
    {"window probe", OPEN "A PA 101 301 ab\nA A 103 301 c\nB A 301 103\nA PA 103 301 cd\n", "A ab @4\nA c @5\nA d @7\n",
     "A capture-end @7\nAB forget\n"},
    {"every packet twice",
     "A S 100 0\nA S 100 0\nB SA 300 101\nB SA 300 101\nA PA 101 301 ab\nA PA 101 301 ab\nA FA 103 301\nA FA 103 301\n"
     "B FA 301 104\nB FA 301 104\nA A 104 302\nA A 104 302\n",
     "A ab @5\nA fin @7\nB fin @9\n", "AB forget\n"},
    {"data in the SYN", "A S 100 0 hi\nB SA 300 103\nA PA 103 301 you\n", "A hi @1\nA you @3\n",
     "A capture-end @3\nAB forget\n"},

    /* the first copy wins */
    {"differs from what was delivered", OPEN "A PA 101 301 abc\nA PA 101 301 aXc\n", "A abc @4\nA conflict 3 @5\n",
     "A capture-end @5\nAB forget\n"},
    {"differs in one byte, and has more", OPEN "A PA 101 301 a\nA PA 101 301 Xb\n", "A a @4\nA b @5\nA conflict 1 @5\n",
     "A capture-end @5\nAB forget\n"},
    {"differs from what is held", OPEN "A PA 103 301 cdef\nA PA 103 301 cXYf\nA PA 101 301 abZ\n",
     "A conflict 2 @5\nA ab @6\nA conflict 1 @6\nA cdef @4\n", "A capture-end @6\nAB forget\n"},
    {"differs in part, and has more", OPEN "A PA 101 301 ab\nA PA 101 301 XYcd\n",
     "A ab @4\nA cd @5\nA conflict 2 @5\n", "A capture-end @5\nAB forget\n"},

    /* gaps */
    {"lost, acknowledged, three packets later",
     OPEN "A PA 103 301 cd\nB A 301 105\nB A 301 105\nA A 105 301\nA PA 105 301 ef\n",
     "A gap 2 lost @4\nA cd @4\nA ef @8\n", "A capture-end @8\nAB forget\n"},
    {"lost, acknowledged, the time", OPEN "A PA 103 301 cd\nB A 301 105\n+150\nA PA 105 301 ef\n",
     "A gap 2 lost @4\nA cd @4\nA ef @6\n", "A capture-end @6\nAB forget\n"},
    {"acknowledgment before the segment", OPEN "A PA 103 301 cd\nB A 301 105\nB A 301 105\nA PA 101 301 ab\n",
     "A ab @7\nA cd @4\n", "A capture-end @7\nAB forget\n"},
    {"not acknowledged: retransmitted",
     OPEN "A PA 103 301 cd\nB A 301 101\nB A 301 101\nB A 301 101\nB A 301 101\nB A 301 101\n+1000\nA PA 101 301 ab\n",
     "A ab @10\nA cd @4\n", "A capture-end @10\nAB forget\n"},
    {"two holes, one acknowledged",
     OPEN "A PA 103 301 c\nA PA 105 301 e\nB A 301 104\nB A 301 104\nB A 301 104\nB A 301 104\n",
     "A gap 2 lost @4\nA c @4\n", "A gap 1 lost @5\nA e @5\nA capture-end @9\nAB forget\n"},
    {"two holes, both acknowledged",
     OPEN "A PA 103 301 c\nA PA 105 301 e\nB A 301 106\nB A 301 106\nB A 301 106\nB A 301 106\n",
     "A gap 2 lost @4\nA c @4\nA gap 1 lost @5\nA e @5\n", "A capture-end @9\nAB forget\n"},
    {"acknowledged as far as the hole, and no farther",
     OPEN "A PA 103 301 cd\nB A 301 103\nB A 301 103\nB A 301 103\nB A 301 103\n", "A gap 2 lost @4\nA cd @4\n",
     "A capture-end @8\nAB forget\n"},
    {"too late", OPEN "A PA 103 301 cd\nB A 301 105\n+200\nA A 105 301\nA PA 101 301 ab\n",
     "A gap 2 lost @4\nA cd @4\n", "A capture-end @7\nAB forget\n"},
    {"lost at the end", OPEN "A PA 101 301 ab\nB A 301 110\n", "A ab @4\n",
     "A gap 7 lost @5\nA capture-end @5\nAB forget\n"},
    {"one number too many at the end may be a FIN", OPEN "A PA 101 301 ab\nB A 301 104\n", "A ab @4\n",
     "A capture-end @5\nAB forget\n"},
    {"lost before the FIN", OPEN "A PA 101 301 ab\nA FA 105 301\nB A 301 106\nB A 301 106\nB A 301 106\nB A 301 106\n",
     "A ab @4\nA gap 2 lost @9\nA fin @9\n", "A capture-end @9\nAB forget\n"},
    {"FIN before the data", OPEN "A FA 105 301 ef\nA PA 101 301 abcd\n", "A abcd @5\nA ef @4\nA fin @5\n",
     "A capture-end @5\nAB forget\n"},
    {"data behind the FIN", OPEN "A FA 101 301 ab\nA PA 103 301 cd\nA PA 102 301 bcd\n", "A ab @4\nA fin @4\n",
     "A capture-end @6\nAB forget\n"},
    {"data held beyond a FIN", OPEN "A PA 105 301 ef\nA FA 103 301\nA PA 101 301 ab\n", "A ab @6\nA fin @6\n",
     "A capture-end @6\nAB forget\n"},
    {"only the client captured", "A S 100 0\nA A 101 301\nA PA 101 301 ab\nA PA 103 311 cd\nA FA 105 321\n",
     "A ab @3\nA cd @4\nA fin @5\n", "B gap 20 lost @5\nA capture-end @5\nAB forget\n"},
    {"a hole nobody acknowledges", OPEN "A PA 103 301 cd\n+130000\nC S 100 0\n", "A gap 2 lost @4\nA cd @4\n",
     "A capture-end @5\nAB forget\n"},
    {"an acknowledgment of what can't have been sent", OPEN "A PA 101 301 ab\nB A 301 2000000000\n", "A ab @4\n",
     "A capture-end @5\nAB forget\n"},

    /* snap length */
    {"cut", OPEN "A PA 101 301 abcd/2\nA PA 105 301 ef\n", "A ab @4\nA gap 2 cut @4\nA ef @5\n",
     "A capture-end @5\nAB forget\n"},
    {"cut to nothing", OPEN "A PA 101 301 abcd/4\nA PA 105 301 ef/1\n", "A gap 4 cut @4\nA e @5\nA gap 1 cut @5\n",
     "A capture-end @5\nAB forget\n"},
    {"cut and held", OPEN "A PA 103 301 cdef/2\nA PA 104 301 def/1\nA PA 101 301 ab\n",
     "A ab @6\nA cd @4\nA gap 2 cut @4\n", "A capture-end @6\nAB forget\n"},
    {"cut across what is held", OPEN "A PA 103 301 cd\nA PA 101 301 abcdef/5\n",
     "A a @5\nA gap 1 cut @5\nA cd @4\nA gap 2 cut @5\n", "A capture-end @5\nAB forget\n"},

    /* beginnings */
    {"mid-stream", "A PA 101 301 ab\nB PA 301 103 xy\nA PA 103 303 cd\n", "",
     "A ab @1\nA cd @3\nB xy @2\nA capture-end @3\nAB forget\n"},
    {"mid-stream, earlier bytes follow", "A PA 105 301 ef\nA PA 101 301 ab\nA PA 103 301 cd\nB A 301 107\n",
     "A ab @2\nA cd @3\nA ef @1\n", "A capture-end @4\nAB forget\n"},
    {"mid-stream, and nothing more", "A PA 101 301 ab\n", "", "A ab @1\nA capture-end @1\nAB forget\n"},
    {"mid-stream, three packets", "A PA 101 301 ab\nA PA 103 301 c\nA PA 104 301 d\nA PA 105 301 e\nA PA 106 301 f\n",
     "A ab @1\nA c @2\nA d @3\nA e @4\nA f @5\n", "A capture-end @5\nAB forget\n"},
    {"mid-stream, lost after the acknowledgment",
     "A PA 101 301 ab\nB PA 305 103 ef\nA A 103 307\nA A 103 307\nA A 103 307\nA A 103 307\n+100\nA A 103 307\n",
     "A ab @1\nB gap 4 lost @2\nB ef @2\n", "A capture-end @7\nAB forget\n"},
    {"SYN captured late", "A PA 101 301 ab\nA S 100 0\nB SA 300 101\nB PA 301 103 xy\n", "A ab @1\nB xy @4\n",
     "A capture-end @4\nAB forget\n"},
    {"SYN captured later still", "A PA 101 301 ab\nB PA 301 103 xy\nA A 103 303\nA S 100 0\nB SA 300 101\n",
     "A ab @1\nB xy @2\n", "A capture-end @5\nAB forget\n"},
    {"SYN captured when its data was delivered", "A PA 101 301 ab\n+100\nB A 301 103\nA S 100 0\nA PA 103 301 cd\n",
     "A ab @1\nA cd @4\n", "A capture-end @4\nAB forget\n"},
    {"SYN-ACK only", "B SA 300 101\nA PA 103 301 cd\nA PA 101 301 ab\n", "A ab @3\nA cd @2\n",
     "B capture-end @3\nBA forget\n"},
    {"SYN-ACK missing", "A S 100 0\nA PA 101 301 ab\nB PA 301 103 xy\nA A 103 303\n", "A ab @2\n",
     "B xy @3\nA capture-end @4\nAB forget\n"},
    {"lone packets begin nothing", "A A 101 301\nA FA 101 301\nB R 301 0\nA A 100 301 X\n", "", ""},
    {"a probe is no beginning", "A PA 101 301 ab\nB A 300 103 X\nB PA 301 103 xy\nA A 103 303\n", "A ab @1\n",
     "B xy @3\nA capture-end @4\nAB forget\n"},
    {"both open", "A S 100 0\nB S 300 0\nA SA 100 301\nB SA 300 101\nA PA 101 301 ab\nB PA 301 103 xy\n",
     "A ab @5\nB xy @6\n", "A capture-end @6\nAB forget\n"},

    /* ends */
    {"RST", OPEN "A PA 101 301 ab\nB R 301 0\n+200\nC S 1 0\n", "A ab @4\nB rst @5\n", "AB forget\n"},
    {"RST, and data captured behind it", OPEN "A PA 101 301 ab\nB RA 301 105\nA PA 103 301 cd\n+200\nC S 1 0\n",
     "A ab @4\nA cd @6\nB rst @5\n", "AB forget\n"},
    {"RST with a hole", OPEN "A PA 103 301 cd\nA R 105 0\n", "", "A gap 2 lost @4\nA cd @4\nA rst @5\nAB forget\n"},
    {"stray RST", OPEN "A PA 101 301 ab\nB R 900000000 0\n+200\nA PA 103 301 cd\n", "A ab @4\nA cd @6\n",
     "A capture-end @6\nAB forget\n"},
    {"RST after both FINs", OPEN "A PA 101 301 ab\nA FA 103 301\nB FA 301 104\nA R 104 0\n",
     "A ab @4\nA fin @5\nB fin @6\n", "AB forget\n"},
    {"RST after one FIN", OPEN "A FA 101 301 ab\nB R 301 0\n+200\nC S 1 0\n", "A ab @4\nA fin @4\nB rst @5\n",
     "AB forget\n"},
    {"late copies after the end",
     OPEN "A FA 101 301 ab\nB FA 301 104\nA PA 101 301 ab\nA FA 101 301 ab\nB FA 301 104\n",
     "A ab @4\nA fin @4\nB fin @5\n", "AB forget\n"},
    {"forgotten after ten seconds", OPEN "A FA 101 301 ab\nB FA 301 104\n+11000\nC S 1 0\n",
     "A ab @4\nA fin @4\nB fin @5\nAB forget\n", ""},

    /* the ports again */
    {"reused when closed", OPEN "A FA 101 301 ab\nB FA 301 104\nA S 5000 0\nB SA 7000 5001\nA PA 5001 7001 new\n",
     "A ab @4\nA fin @4\nB fin @5\nAB forget\nA new @8\n", "A capture-end @8\nAB forget\n"},
    {"reused with the same number",
     OPEN "A FA 101 301 ab\nB FA 301 104\n+2000\nA S 100 0\nB SA 300 101\nA PA 101 301 ab\n",
     "A ab @4\nA fin @4\nB fin @5\nAB forget\nA ab @8\n", "A capture-end @8\nAB forget\n"},
    {"reused while open", OPEN "A PA 101 301 ab\nB A 301 105\nA S 5000 0\nB SA 7000 5001\nB PA 7001 5001 new\n",
     "A ab @4\nA gap 2 lost @6\nA reused @6\nAB forget\nB new @8\n", "A capture-end @8\nAB forget\n"},
    {"reused after a RST", OPEN "A PA 101 301 ab\nB R 301 0\nA S 5000 0\nB SA 7000 5001\nA PA 5001 7001 new\n",
     "A ab @4\nB rst @5\nAB forget\nA new @8\n", "A capture-end @8\nAB forget\n"},
    {"reused, and the SYN is missing", OPEN "A PA 101 301 ab\nB SA 7000 5001\nA PA 5001 7001 new\n",
     "A ab @4\nA reused @5\nAB forget\nA new @6\n", "B capture-end @6\nBA forget\n"},
    {"reused when closed, no SYN at all",
     OPEN "A FA 101 301 ab\nB FA 301 104\nA PA 50000000 70000000 new\n+100\nB A 70000000 50000003\n",
     "A ab @4\nA fin @4\nB fin @5\nAB forget\nA new @6\n", "A capture-end @7\nAB forget\n"},
    {"the SYN of a mid-stream connection is another's",
     "A PA 9000001 301 ab\nB A 301 9000003\nA S 100 0\nA PA 101 0 cd\n", "A ab @1\nA reused @3\nAB forget\nA cd @4\n",
     "A capture-end @4\nAB forget\n"},
    {"refused, and tried again", "A S 100 0\nB RA 0 101\n+500\nA S 100 0\nB SA 300 101\nA PA 101 301 ab\n", "A ab @5\n",
     "A capture-end @5\nAB forget\n"},
    {"two connections", "A S 100 0\nC S 100 0\nB SA 300 101\nD SA 300 101\nC PA 101 301 cc\nA PA 101 301 aa\n",
     "C cc @5\nA aa @6\n", "A capture-end @6\nAB forget\nC capture-end @6\nCD forget\n"},
    {"a second later the order is another",
     "A S 100 0\nC S 100 0\nB SA 300 101\nD SA 300 101\n+1001\nC PA 101 301 cc\nA PA 101 301 aa\n",
     "C cc @5\nA aa @6\n", "C capture-end @6\nCD forget\nA capture-end @6\nAB forget\n"},
};

static uint8_t flag_bits(const char *flags)
{
    static const char letters[] = "FSRPA";
    uint8_t bits = 0;
    for (; *flags != '\0'; flags++)
        bits |= (uint8_t)(1U << (strchr(letters, *flags) - letters));
    return bits;
}

/* Flags in the low bits as on the wire: FIN, SYN, RST, PSH, ACK. */
static void put_segment(struct wire *wire, char side, uint8_t flags, uint32_t sequence, uint32_t acknowledgment)
{
    bool client = side == 'A' || side == 'C';
    uint16_t port = side < 'C' ? 1000 : 1001;
    uint8_t header[24] = {[12] = 0x60, [13] = flags, [14] = 0xff, [20] = 1, 1, 1, 1};
    wire_put16(header, client ? port : 2000);
    wire_put16(header + 2, client ? 2000 : port);
    wire_put32(header + 4, sequence);
    wire_put32(header + 8, acknowledgment);
    wire_put(wire, header, sizeof header);
    wire_ipv4(wire, 6, client ? 1 : 2, client ? 2 : 1);
}

static void play_line(struct witness *witness, const char *line, struct wire *wire)
{
    char side;
    char flags[8];
    unsigned sequence;
    unsigned acknowledgment;
    char payload[64] = "";
    if (line[0] == '+') {
        witness->time += atoi(line + 1) * INT64_C(1000000);
        return;
    }
    assert_true(sscanf(line, "%c %7s %u %u %63s", &side, flags, &sequence, &acknowledgment, payload) >= 4);
    size_t cut = 0;
    char *slash = strchr(payload, '/');
    if (slash != NULL) {
        cut = (size_t)atoi(slash + 1);
        *slash = '\0';
    }
    wire_payload(wire, payload);
    put_segment(wire, side, flag_bits(flags), sequence, acknowledgment);
    witness->time += 1000000;
    witness_packet(witness, 101, wire_bytes(wire), cut);
}

static void play(struct witness *witness, const char *script)
{
    struct wire *wire = g_new0(struct wire, 1);
    char **lines = g_strsplit(script, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0')
            play_line(witness, *line, wire);
    g_strfreev(lines);
    g_free(wire);
}

static void expect_heard(const struct witness *witness, const char *name, const char *expected)
{
    if (strcmp(witness->text->str, expected) != 0)
        fail_msg("%s: heard\n%s-- and not\n%s", name, witness->text->str, expected);
}

static void test_scenarios(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++) {
        const struct scenario *c = &scenarios[i];
        struct witness witness;
        witness_begin(&witness, &sw_limits_default);
        play(&witness, c->script);
        expect_heard(&witness, c->name, c->heard);
        g_string_truncate(witness.text, 0);
        witness_finish(&witness);
        expect_heard(&witness, c->name, c->at_end);
        witness_end(&witness);
    }
}

/* --- limits, and streams nobody wants ---------------------------------------------------------------------------- */

static void test_stream_limit(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.streams = 1;
    struct witness witness;
    witness_begin(&witness, &limits);
    play(&witness, OPEN
         "A PA 101 301 ab\nC S 100 0\nD SA 300 101\nC FA 101 301 cd\nD FA 301 104\nA PA 103 301 ef\nB A 301 105\n");
    expect_heard(&witness, "evicted", "A ab @4\nA evicted @5\nAB forget\nC cd @7\nC fin @7\nD fin @8\nCD forget\n");
    assert_int_equal(net_counts(witness.net)->streams_evicted, 1); /* C and D were closed: that is no loss */
    assert_int_equal(net_counts(witness.net)->streams, 3);
    g_string_truncate(witness.text, 0);
    play(&witness, "A R 105 0\nC S 900 0\n");
    expect_heard(&witness, "reset, then replaced", "A ef @9\nA rst @11\nAB forget\n");
    witness_end(&witness);
}

static void test_pending_limits(void **state)
{
    (void)state;
    static const char script[] = OPEN "A PA 103 301 cd\nA PA 106 301 f\nA PA 101 301 ab\n";
    struct sw_limits limits = sw_limits_default;
    struct witness witness;
    limits.stream_pending = 1;
    witness_begin(&witness, &limits);
    play(&witness, script);
    expect_heard(&witness, "stream-pending", "A gap 2 lost @4\nA cd @4\nA gap 1 lost @5\nA f @5\n");
    witness_end(&witness);

    limits = sw_limits_default;
    limits.streams_pending = 200; /* room for two small chunks */
    witness_begin(&witness, &limits);
    play(&witness, OPEN "A PA 103 301 cd\nC S 100 0\nC PA 103 0 cd\nC PA 106 0 f\n");
    expect_heard(&witness, "streams-pending", "A gap 2 lost @4\nA cd @4\n"); /* the oldest pays */
    witness_end(&witness);
}

static void test_ignored(void **state)
{
    (void)state;
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    witness.ignore_after = 1;
    play(&witness, OPEN "A PA 103 301 cd\nA PA 107 301 gh\nA PA 101 301 ab\n");
    expect_heard(&witness, "ignored at once, with bytes held", "A ab @6\n");
    struct sw_mark since;
    assert_false(net_unfinished(witness.net, INT64_MIN, &since));
    play(&witness, "A PA 103 301 cd\nB PA 301 105 xyz\nA FA 105 301\nB FA 304 106\nB FA 304 106\n");
    expect_heard(&witness, "ignored to the end", "A ab @6\n");
    assert_int_equal(net_counts(witness.net)->tcp_ignored_bytes, 5);
    play(&witness, "A S 5000 0\nA PA 5001 0 new\n");
    expect_heard(&witness, "the next one is new", "A ab @6\nAB forget\nA new @13\n");
    play(&witness, "B R 0 0\n+11000\nC S 1 0\n");
    expect_heard(&witness, "ignored until RST", "A ab @6\nAB forget\nA new @13\nAB forget\n");
    witness_end(&witness);
}

static void test_unfinished(void **state)
{
    (void)state;
    struct sw_mark since;
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    play(&witness, OPEN "A PA 101 301 ab\n");
    assert_false(net_unfinished(witness.net, INT64_MIN, &since));
    play(&witness, "A PA 105 301 ef\nC S 100 0\nC PA 103 0 cd\nA PA 108 301 hi\n");
    assert_true(net_unfinished(witness.net, INT64_MIN, &since));
    assert_int_equal(since.packet, 5);
    play(&witness, "A PA 103 301 cd\n");
    assert_true(net_unfinished(witness.net, INT64_MIN, &since));
    assert_int_equal(since.packet, 7);
    play(&witness, "C PA 101 0 ab\n");
    assert_true(net_unfinished(witness.net, INT64_MIN, &since));
    assert_int_equal(since.packet, 8);
    play(&witness, "A PA 107 301 g\n");
    assert_false(net_unfinished(witness.net, INT64_MIN, &since));
    witness_end(&witness);
}

/* What isn't waited for any longer doesn't hide what is. */
static void test_unfinished_for_long(void **state)
{
    (void)state;
    const int64_t patience = INT64_C(10) * 1000 * 1000 * 1000;
    struct sw_mark since;
    struct witness witness;
    witness_begin(&witness, &sw_limits_default);
    play(&witness, OPEN "A PA 101 301 ab\nA PA 105 301 ef\n+11000\nC S 100 0\nC PA 103 0 cd\n");
    assert_true(net_unfinished(witness.net, witness.time - patience, &since));
    assert_int_equal(since.packet, 7);
    play(&witness, "C PA 101 0 ab\n");
    assert_false(net_unfinished(witness.net, witness.time - patience, &since));
    play(&witness, "A PA 109 301 ij\n");
    assert_true(net_unfinished(witness.net, witness.time - patience, &since));
    assert_int_equal(since.packet, 9);
    witness_end(&witness);
}

/* --- what a stream says of itself -------------------------------------------------------------------------------- */

struct seen {
    struct net_stream stream; /* as it was at the first data */
    bool told;
};

static enum net_interest see_stream(void *context, struct net_stream *stream, enum net_side from, struct sw_slice bytes,
                                    struct sw_mark mark)
{
    (void)bytes;
    (void)from;
    (void)mark;
    struct seen *seen = context;
    seen->stream = *stream;
    seen->told = true;
    return NET_IGNORE;
}

static void see_forget(void *context, struct net_stream *stream)
{
    (void)context;
    (void)stream;
}

static void test_seen(void **state)
{
    static const struct {
        const char *script;
        bool initiator_known;
        uint16_t initiator_port;
        bool from_start[2]; /* client, server */
    } cases[] = {
        {"A S 100 0\nB SA 300 101\nA PA 101 301 ab\n", true, 1000, {true, true}},
        {"B SA 300 101\nA PA 101 301 ab\n", true, 1000, {true, true}},
        {"A S 100 0\nA PA 101 301 ab\n", true, 1000, {true, false}},
        {"A PA 101 301 ab\nB A 301 103\n", false, 0, {false, false}},
        {"B PA 301 101 ab\nA A 101 303\n", false, 0, {false, false}},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct seen seen = {.told = false};
        const struct net_sink sink = {.context = &seen, .data = see_stream, .forget = see_forget};
        struct witness witness = {.text = g_string_new(NULL), .net = net_new(&sw_limits_default, &sink)};
        play(&witness, cases[i].script);
        witness_finish(&witness);
        assert_true(seen.told);
        enum net_side client = seen.stream.ends[NET_A].port == 1000 ? NET_A : NET_B;
        assert_int_equal(seen.stream.first.packet, 1);
        assert_int_equal(seen.stream.initiator_known, cases[i].initiator_known);
        if (cases[i].initiator_known)
            assert_int_equal(seen.stream.ends[seen.stream.initiator].port, cases[i].initiator_port);
        assert_int_equal(seen.stream.from_start[client], cases[i].from_start[0]);
        assert_int_equal(seen.stream.from_start[1 - client], cases[i].from_start[1]);
        witness_end(&witness);
    }
}

/* --- every order ------------------------------------------------------------------------------------------------- */

/* The bytes of each side, with gaps as dots. */
struct sums {
    GString *sides[2];
    uint64_t gaps;
};

static enum net_interest sum_data(void *context, struct net_stream *stream, enum net_side from, struct sw_slice bytes,
                                  struct sw_mark mark)
{
    (void)mark;
    struct sums *sums = context;
    size_t side = stream->ends[from].port == 1000 ? 0 : 1;
    g_string_append_len(sums->sides[side], (const char *)bytes.data, (gssize)bytes.size);
    return NET_WANT;
}

static enum net_interest sum_gap(void *context, struct net_stream *stream, enum net_side from, uint64_t size,
                                 enum sw_reason reason, struct sw_mark mark)
{
    (void)mark;
    (void)reason;
    struct sums *sums = context;
    size_t side = stream->ends[from].port == 1000 ? 0 : 1;
    sums->gaps += size;
    assert_true(size < 100000);
    for (uint64_t i = 0; i < size; i++)
        g_string_append_c(sums->sides[side], '\0');
    return NET_WANT;
}

static void sum_end(void *context, struct net_stream *stream, enum net_side from, enum net_end how, struct sw_mark mark)
{
    (void)context;
    (void)stream;
    (void)from;
    (void)how;
    (void)mark;
}

static void sum_forget(void *context, struct net_stream *stream)
{
    (void)context;
    (void)stream;
}

static void sum_conflict(void *context, struct net_stream *stream, enum net_side from, uint64_t bytes,
                         struct sw_mark mark)
{
    (void)context;
    (void)stream;
    (void)from;
    (void)mark;
    fail_msg("%" G_GUINT64_FORMAT " bytes differ", bytes);
}

static void sums_begin(struct sums *sums, struct witness *witness)
{
    *sums = (struct sums){{g_string_new(NULL), g_string_new(NULL)}, 0};
    const struct net_sink sink = {
        .context = sums,
        .data = sum_data,
        .gap = sum_gap,
        .end = sum_end,
        .forget = sum_forget,
        .conflict = sum_conflict,
    };
    *witness = (struct witness){.text = g_string_new(NULL), .net = net_new(&sw_limits_default, &sink)};
}

static void sums_end(struct sums *sums, struct witness *witness)
{
    witness_end(witness);
    g_string_free(sums->sides[0], TRUE);
    g_string_free(sums->sides[1], TRUE);
}

static void permute(const char **lines, size_t count, size_t at)
{
    if (at + 1 < count) {
        for (size_t i = at; i < count; i++) {
            const char *line = lines[i];
            lines[i] = lines[at];
            lines[at] = line;
            permute(lines, count, at + 1);
            lines[at] = lines[i];
            lines[i] = line;
        }
        return;
    }
    struct witness witness;
    struct sums sums;
    sums_begin(&sums, &witness);
    char *script =
        g_strdup_printf("%s\n%s\n%s\n%s\n%s\n", lines[0], lines[1], lines[2], lines[3], count == 5 ? lines[4] : "");
    play(&witness, script);
    witness_finish(&witness);
    if (strcmp(sums.sides[0]->str, "abcdef") != 0 || strcmp(sums.sides[1]->str, "xy") != 0 || sums.gaps != 0)
        fail_msg("%s: %s %s, %d missing", script, sums.sides[0]->str, sums.sides[1]->str, (int)sums.gaps);
    g_free(script);
    sums_end(&sums, &witness);
}

static void test_permutations(void **state)
{
    (void)state;
    const char *mid_stream[] = {"A PA 101 301 ab", "A PA 103 301 cd", "B PA 301 105 xy", "A PA 105 303 ef"};
    permute(mid_stream, G_N_ELEMENTS(mid_stream), 0);
    const char *with_syn[] = {"A S 100 0", "B SA 300 101", "A PA 101 301 ab", "B PA 301 103 xy", "A PA 103 303 cdef"};
    permute(with_syn, G_N_ELEMENTS(with_syn), 0);
    const char *with_fin[] = {"A S 100 0", "A PA 101 301 abcd", "A FA 105 303 ef", "B FA 301 108 xy"};
    permute(with_fin, G_N_ELEMENTS(with_fin), 0);
}

/* --- impairments against the truth ------------------------------------------------------------------------------- */

enum { SENT = 3000, SEGMENTS = 400 };

struct planned {
    char side;
    uint32_t begin; /* offsets from the first byte of each side */
    uint32_t size;
    uint32_t acknowledged;
};

/* A conversation as a healthy network carries it: each side sends in order and acknowledges what it has. */
static size_t plan(GRand *random, struct planned *packets)
{
    uint32_t sent[2] = {0, 0};
    size_t count = 0;
    while ((sent[0] < SENT || sent[1] < SENT) && count < SEGMENTS) {
        size_t side = (size_t)g_rand_int_range(random, 0, 2);
        uint32_t size = (uint32_t)g_rand_int_range(random, 0, 60);
        size = MIN(size, SENT - sent[side]);
        packets[count++] = (struct planned){side == 0 ? 'A' : 'B', sent[side], size, sent[1 - side]};
        sent[side] += size;
    }
    packets[count++] = (struct planned){'A', sent[0], 0, sent[1]};
    packets[count++] = (struct planned){'B', sent[1], 0, sent[0]};
    return count;
}

/* lost, doubled, swapped: in percent. Swapping moves a packet behind the next. */
static size_t impair(GRand *random, struct planned *packets, size_t count, struct planned *captured, const int *percent)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        bool last = i + 2 >= count; /* so that what was sent is known */
        if (!last && g_rand_int_range(random, 0, 100) < percent[0])
            continue;
        captured[n++] = packets[i];
        if (g_rand_int_range(random, 0, 100) < percent[1])
            captured[n++] = packets[g_rand_int_range(random, (gint32)MAX(i, 8) - 8, (gint32)i + 1)];
    }
    for (size_t i = 0; i + 3 < n; i++) {
        if (g_rand_int_range(random, 0, 100) >= percent[2])
            continue;
        struct planned later = captured[i];
        captured[i] = captured[i + 1];
        captured[i + 1] = later;
        i++;
    }
    return n;
}

/* One byte that is lost at the very end can't be told from a FIN. */
static void compare_truth(const GString *heard, const uint8_t *truth, size_t size, bool lossy)
{
    assert_true(heard->len == size || (lossy && heard->len + 1 == size));
    for (size_t i = 0; i < heard->len; i++)
        if (heard->str[i] != '\0')
            assert_int_equal((uint8_t)heard->str[i], truth[i]);
}

static void one_conversation(uint32_t seed, const int *percent)
{
    GRand *random = g_rand_new_with_seed(seed);
    struct planned packets[SEGMENTS + 2];
    struct planned captured[2 * (SEGMENTS + 2)];
    uint8_t truth[2][SENT];
    uint32_t base[2] = {g_rand_int(random), g_rand_int(random)};
    for (size_t i = 0; i < SENT; i++) {
        truth[0][i] = (uint8_t)g_rand_int_range(random, 1, 256);
        truth[1][i] = (uint8_t)g_rand_int_range(random, 1, 256);
    }
    size_t count = plan(random, packets);
    uint32_t sent[2] = {packets[count - 2].begin, packets[count - 1].begin};
    size_t n = impair(random, packets, count, captured, percent);

    struct witness witness;
    struct sums sums;
    struct wire *wire = g_new0(struct wire, 1);
    sums_begin(&sums, &witness);
    for (size_t i = 0; i < n + 2; i++) {
        size_t side = i == 1 || (i > 1 && captured[i - 2].side == 'B');
        wire_payload(wire, "");
        if (i >= 2)
            wire_put(wire, truth[side] + captured[i - 2].begin, captured[i - 2].size);
        if (i == 0)
            put_segment(wire, 'A', 0x02, base[0] - 1, 0);
        else if (i == 1)
            put_segment(wire, 'B', 0x12, base[1] - 1, base[0]);
        else
            put_segment(wire, captured[i - 2].side, 0x18, base[side] + captured[i - 2].begin,
                        base[1 - side] + captured[i - 2].acknowledged);
        witness.time += 1000000;
        witness_packet(&witness, 101, wire_bytes(wire), 0);
    }
    witness_finish(&witness);
    compare_truth(sums.sides[0], truth[0], sent[0], percent[0] != 0);
    compare_truth(sums.sides[1], truth[1], sent[1], percent[0] != 0);
    if (percent[0] == 0)
        assert_int_equal(sums.gaps, 0);
    sums_end(&sums, &witness);
    g_free(wire);
    g_rand_free(random);
}

static void test_impairments(void **state)
{
    (void)state;
    static const int percent[][3] = {{0, 0, 0}, {0, 30, 0},  {0, 0, 40},  {0, 20, 20},
                                     {5, 0, 0}, {5, 10, 15}, {30, 10, 10}};
    for (size_t i = 0; i < G_N_ELEMENTS(percent); i++)
        for (uint32_t seed = 0; seed < 40; seed++)
            one_conversation(seed, percent[i]);
}

/* --- many -------------------------------------------------------------------------------------------------------- */

/* Thousands of connections, opened, found again and closed in another order: the table loses none. */
static void test_many(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    struct sw_limits limits = sw_limits_default;
    struct witness witness;
    struct wire *wire = g_new0(struct wire, 1);
    witness_begin(&witness, &limits);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < MANY; i++) {
            unsigned which = round == 2 ? i * 7 % MANY : i;
            static const uint8_t flags[] = {0x02, 0x18, 0x14};
            wire_payload(wire, round == 1 ? "x" : "");
            uint8_t header[20] = {[12] = 0x50, [13] = flags[round]};
            wire_put16(header, 10000 + which);
            wire_put16(header + 2, 80);
            wire_put32(header + 4, 1000 + (round != 0));
            wire_put(wire, header, sizeof header);
            wire_ipv6(wire, 6, 1, 2);
            struct packet packet = {.link_type = 229, .size = (uint32_t)wire_size(wire), .data = wire_bytes(wire).data};
            witness.time += round * 20000000;
            net_packet(witness.net, &packet, (struct sw_mark){++witness.packets, witness.time});
        }
    }
    assert_int_equal(net_counts(witness.net)->streams, MANY);
    assert_int_equal(witness.data_calls, MANY);
    witness_finish(&witness);
    size_t ends = 0;
    for (const char *at = witness.text->str; (at = strstr(at, "rst @")) != NULL; at++)
        ends++;
    assert_int_equal(ends, MANY);
    witness_end(&witness);
    g_free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenarios),      cmocka_unit_test(test_stream_limit),
        cmocka_unit_test(test_pending_limits), cmocka_unit_test(test_ignored),
        cmocka_unit_test(test_unfinished),     cmocka_unit_test(test_unfinished_for_long),
        cmocka_unit_test(test_seen),           cmocka_unit_test(test_permutations),
        cmocka_unit_test(test_impairments),    cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
