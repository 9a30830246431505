/* links: offline_output */
/* SPDX-License-Identifier: MIT
 *
 * Ladders and sequence diagrams of small calls made by hand, as they look on pages of 80 and 200 columns.
 */
#include "records.h"

#include <glib.h>

#include "output/text.h"

#define HEAD(start, vias, method, more)                                                                                \
    start "\r\n" vias "From: <sip:alice@example.test>;tag=a\r\nTo: <sip:bob@example.test>\r\nCall-ID: c\r\n"           \
          "CSeq: 1 " method "\r\n" more
#define VIA(branch) "Via: SIP/2.0/WS h.invalid;branch=z9hG4bK" branch "\r\n"
#define BODY(sdp)   "Content-Type: application/sdp\r\n\r\n" sdp
#define END         "\r\n"
#define SDP(direction)                                                                                                 \
    "v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=rtpmap:111 "             \
    "opus/48000/2\r\na=ice-ufrag:u\r\na=fingerprint:sha-256 AA\r\na=setup:actpass\r\na=" direction                     \
    "\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n"

/* clang-format off */
static const char golden_two_80[] =
    "Registration 3  alice@example.test → alice@example.test\n"
    "lost: its connection died\n"
    "2026-11-22 16:26:30.000 UTC, answered after 512 ms, lasted 1.5 s\n"
    "3 messages over WS, 1 retransmission, marked ↻\n"
    "Call-ID c\n"
    "\n"
    "                              alice                             kamailio 5.6.3\n"
    "                          JsSIP 3.13.8\n"
    "                          10.0.0.2:5000                           10.0.0.1:80\n"
    "16:26:29.980   +0.000           ├┈┈┈┈┈┈┈┈┈┈ WebSocket opened ┈┈┈┈┈┈┈┈┈┈┤\n"
    "16:26:30.000   +0.020           │──────── REGISTER expires 600 ───────►│\n"
    "16:26:30.500   +0.500           │─────── ↻ REGISTER expires 600 ──────►│\n"
    "16:26:30.512   +0.012           │◄╌╌╌╌╌╌╌╌╌ 200 OK (REGISTER) ╌╌╌╌╌╌╌╌╌│\n"
    "16:26:31.500   +0.988           ├┈┈┈┈┈┈┈┈┈ server's ping lost ┈┈┈┈┈┈┈┈┈┤\n"
    "16:26:32.000   +0.500           ├┈┈┈┈┈┈┈ closed by server: 1001 ┈┈┈┈┈┈┈┤\n";

static const char golden_two_80_ascii[] =
    "Registration 3  alice@example.test -> alice@example.test\n"
    "lost: its connection died\n"
    "2026-11-22 16:26:30.000 UTC, answered after 512 ms, lasted 1.5 s\n"
    "3 messages over WS, 1 retransmission, marked (again)\n"
    "Call-ID c\n"
    "\n"
    "                              alice                             kamailio 5.6.3\n"
    "                          JsSIP 3.13.8\n"
    "                          10.0.0.2:5000                           10.0.0.1:80\n"
    "16:26:29.980   +0.000           |~~~~~~~~~~ WebSocket opened ~~~~~~~~~~|\n"
    "16:26:30.000   +0.020           |-------- REGISTER expires 600 ------->|\n"
    "16:26:30.500   +0.500           |---- (again) REGISTER expires 600 --->|\n"
    "16:26:30.512   +0.012           |<......... 200 OK (REGISTER) .........|\n"
    "16:26:31.500   +0.988           |~~~~~~~~~ server's ping lost ~~~~~~~~~|\n"
    "16:26:32.000   +0.500           |~~~~~~~ closed by server: 1001 ~~~~~~~|\n";

static const char golden_two_200[] =
    "Registration 3  alice@example.test → alice@example.test\n"
    "lost: its connection died\n"
    "2026-11-22 16:26:30.000 UTC, answered after 512 ms, lasted 1.5 s\n"
    "3 messages over WS, 1 retransmission, marked ↻\n"
    "Call-ID c\n"
    "\n"
    "                                        alice                                                    kamailio 5.6.3\n"
    "                                    JsSIP 3.13.8\n"
    "                                    10.0.0.2:5000                                                  10.0.0.1:80\n"
    "16:26:29.980   +0.000                     ├┈┈┈┈┈ WebSocket opened from port 5000, subprotocol sip ┈┈┈┈┈┈┤\n"
    "16:26:30.000   +0.020  #11                │─────────── REGISTER sip:example.test expires 600 ──────────►│\n"
    "16:26:30.500   +0.500  #12                │────────── ↻ REGISTER sip:example.test expires 600 ─────────►│\n"
    "16:26:30.512   +0.012  #13                │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 200 OK (REGISTER) ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│\n"
    "16:26:31.500   +0.988                     ├┈┈┈┈┈┈┈┈┈ a ping of the server stays without a pong ┈┈┈┈┈┈┈┈┈┤\n"
    "16:26:32.000   +0.500                     ├┈┈┈┈┈┈┈ WebSocket closed by the server: 1001 bye\\x1b ┈┈┈┈┈┈┈┈┤\n";

static const char golden_two_mermaid[] =
    "%% Registration 3, Call-ID c, lost: its connection died\n"
    "sequenceDiagram\n"
    "    participant p1 as alice<br/>JsSIP 3.13.8<br/>10.0.0.2:5000\n"
    "    participant p2 as kamailio 5.6.3<br/>10.0.0.1:80\n"
    "    Note over p1,p2: WebSocket opened from port 5000, subprotocol sip\n"
    "    p1->>p2: REGISTER expires 600\n"
    "    p1->>p2: REGISTER expires 600 (retransmission)\n"
    "    p2-->>p1: 200 OK (REGISTER)\n"
    "    Note over p1,p2: a ping of the server stays without a pong\n"
    "    Note over p1,p2: WebSocket closed by the server: 1001 bye\\x1b\n";

static const char golden_two_plantuml[] =
    "@startuml\n"
    "title Registration 3, Call-ID c, lost: its connection died\n"
    "participant \"alice\\nJsSIP 3.13.8\\n10.0.0.2:5000\" as p1\n"
    "participant \"kamailio 5.6.3\\n10.0.0.1:80\" as p2\n"
    "note over p1, p2 : WebSocket opened from port 5000, subprotocol sip\n"
    "p1 -> p2 : REGISTER expires 600\n"
    "p1 -> p2 : REGISTER expires 600 (retransmission)\n"
    "p2 --> p1 : 200 OK (REGISTER)\n"
    "note over p1, p2 : a ping of the server stays without a pong\n"
    "note over p1, p2 : WebSocket closed by the server: 1001 bye<U+005C>x1b\n"
    "@enduml\n";

static const char golden_three_80[] =
    "Call 3  alice@example.test → bob@example.test\n"
    "completed by the caller\n"
    "2026-11-22 16:26:30.000 UTC, answered after 812 ms, lasted 5.1 s\n"
    "7 messages over WS, UDP\n"
    "Call-ID c\n"
    "\n"
    "                              alice         kamailio 5.6.3           bob\n"
    "                          JsSIP 3.13.8                              sipp\n"
    "                        10.0.0.2:5000 +1    10.0.0.1:80 +1      10.0.0.3:5060\n"
    "16:26:30.000   +0.000           │─INVITE sdp:audio►│                  │\n"
    "16:26:30.002   +0.002           │                  │─INVITE sdp:audio►│\n"
    "16:26:30.810   +0.808           │                  │◄200 (INVITE) sdp╌│\n"
    "16:26:30.812   +0.002           │◄200 (INVITE) sdp╌│                  │\n"
    "16:26:32.000   +1.188           ├┈┈┈┈┈┈ lost ┈┈┈┈┈┈┤                  │\n"
    "16:26:33.000   +1.000           ├ WebSocket opened ┤                  │\n"
    "16:26:33.500   +0.500           │─INVITE sdp hold─►│                  │\n"
    "16:26:35.932   +2.432           │                  │◄────── BYE ──────│\n";

static const char golden_three_80_ascii[] =
    "Call 3  alice@example.test -> bob@example.test\n"
    "completed by the caller\n"
    "2026-11-22 16:26:30.000 UTC, answered after 812 ms, lasted 5.1 s\n"
    "7 messages over WS, UDP\n"
    "Call-ID c\n"
    "\n"
    "                              alice         kamailio 5.6.3           bob\n"
    "                          JsSIP 3.13.8                              sipp\n"
    "                        10.0.0.2:5000 +1    10.0.0.1:80 +1      10.0.0.3:5060\n"
    "16:26:30.000   +0.000           |-INVITE sdp:audio>|                  |\n"
    "16:26:30.002   +0.002           |                  |-INVITE sdp:audio>|\n"
    "16:26:30.810   +0.808           |                  |<200 (INVITE) sdp.|\n"
    "16:26:30.812   +0.002           |<200 (INVITE) sdp.|                  |\n"
    "16:26:32.000   +1.188           |~~~~~~ lost ~~~~~~|                  |\n"
    "16:26:33.000   +1.000           | WebSocket opened |                  |\n"
    "16:26:33.500   +0.500           |-INVITE sdp hold->|                  |\n"
    "16:26:35.932   +2.432           |                  |<------ BYE ------|\n";

static const char golden_three_200[] =
    "Call 3  alice@example.test → bob@example.test\n"
    "completed by the caller\n"
    "2026-11-22 16:26:30.000 UTC, answered after 812 ms, lasted 5.1 s\n"
    "7 messages over WS, UDP\n"
    "Call-ID c\n"
    "\n"
    "                                        alice                                                    kamailio 5.6.3                                                      bob\n"
    "                                    JsSIP 3.13.8                                                                                                                    sipp\n"
    "                                  10.0.0.2:5000 +1                                               10.0.0.1:80 +1                                                 10.0.0.3:5060\n"
    "16:26:30.000   +0.000  #11                │─────────── INVITE sip:bob@example.test sdp:audio ──────────►│                                                             │\n"
    "                                          │  audio sendrecv opus,PCMU ICE DTLS actpass                  │                                                             │\n"
    "                                          │  video off                                                  │                                                             │\n"
    "16:26:30.002   +0.002  #12                │                                                             │───────────── INVITE sip:bob@10.0.0.3 sdp:audio ────────────►│\n"
    "16:26:30.810   +0.808  #13                │                                                             │◄╌╌╌╌╌╌╌╌╌╌╌╌ 200 OK (INVITE) sdp:audio recvonly ╌╌╌╌╌╌╌╌╌╌╌╌│\n"
    "                                          │                                                             │  audio recvonly opus,PCMU ICE DTLS actpass                  │\n"
    "                                          │                                                             │  video off                                                  │\n"
    "16:26:30.812   +0.002  #14                │◄╌╌╌╌╌╌╌╌╌╌╌╌ 200 OK (INVITE) sdp:audio recvonly ╌╌╌╌╌╌╌╌╌╌╌╌│                                                             │\n"
    "16:26:32.000   +1.188                     ├┈ WebSocket lost: TCP reset by the server, without a Close ┈┈┤                                                             │\n"
    "16:26:33.000   +1.000                     ├┈┈┈┈┈ WebSocket opened from port 6000, subprotocol sip ┈┈┈┈┈┈┤                                                             │\n"
    "16:26:33.500   +0.500  #15                │─────────── INVITE sip:b@10.0.0.3 sdp:audio hold ───────────►│                                                             │\n"
    "                                          │  audio inactive opus,PCMU ICE DTLS actpass                  │                                                             │\n"
    "                                          │  video off                                                  │                                                             │\n"
    "16:26:35.932   +2.432  #16                │                                                             │◄──── BYE sip:r@h.invalid Q.850 16 over \\u{202e}; #done ─────│\n";

static const char golden_three_mermaid[] =
    "%% Call 3, Call-ID c, completed by the caller\n"
    "sequenceDiagram\n"
    "    participant p1 as alice<br/>JsSIP 3.13.8<br/>10.0.0.2:5000\n"
    "    participant p2 as kamailio 5.6.3<br/>10.0.0.1:80\n"
    "    participant p3 as bob<br/>sipp<br/>10.0.0.3:5060\n"
    "    p1->>p2: INVITE sdp:audio\n"
    "    p2->>p3: INVITE sdp:audio\n"
    "    p3-->>p2: 200 OK (INVITE) sdp:audio recvonly\n"
    "    p2-->>p1: 200 OK (INVITE) sdp:audio recvonly\n"
    "    Note over p1,p2: WebSocket lost: TCP reset by the server, without a Close\n"
    "    Note over p1,p2: WebSocket opened from port 6000, subprotocol sip\n"
    "    p1->>p2: INVITE sdp:audio hold\n"
    "    p3->>p2: BYE Q.850 16 over \\u#123;202e#125;#59; #35;done\n";

static const char golden_six_80[] =
    "Options 3  alice@example.test → bob@example.test\n"
    "rejected: 483 Too Many Hops\n"
    "2026-11-22 16:26:30.000 UTC, refused after 1.0 s\n"
    "7 messages over UDP\n"
    "Call-ID c\n"
    "\n"
    "  1  10.0.0.1:5060\n"
    "  2  10.0.0.2:5060\n"
    "  3  10.0.0.3:5060\n"
    "  4  10.0.0.4:5060\n"
    "  5  10.0.0.5:5060\n"
    "  6  10.0.0.6:5060\n"
    "           1      2      3      4      5      6\n"
    "16:26:30   │      │      │      │      │      │\n"
    "  +0.000   │─────►│      │      │      │      │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │      │─────►│      │      │      │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │      │      │─────►│      │      │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │      │      │      │─────►│      │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │      │      │      │      │─────►│  OPTIONS sip:bob@example.test\n"
    "16:26:31   │      │      │      │      │      │\n"
    "  +0.996   │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│  483 Too Many Hops (OPTIONS)\n"
    "  +0.000   │      ↺      │      │      │      │  OPTIONS sip:bob@example.test\n";

static const char golden_six_80_ascii[] =
    "Options 3  alice@example.test -> bob@example.test\n"
    "rejected: 483 Too Many Hops\n"
    "2026-11-22 16:26:30.000 UTC, refused after 1.0 s\n"
    "7 messages over UDP\n"
    "Call-ID c\n"
    "\n"
    "  1  10.0.0.1:5060\n"
    "  2  10.0.0.2:5060\n"
    "  3  10.0.0.3:5060\n"
    "  4  10.0.0.4:5060\n"
    "  5  10.0.0.5:5060\n"
    "  6  10.0.0.6:5060\n"
    "           1      2      3      4      5      6\n"
    "16:26:30   |      |      |      |      |      |\n"
    "  +0.000   |----->|      |      |      |      |  OPTIONS sip:bob@example.test\n"
    "  +0.001   |      |----->|      |      |      |  OPTIONS sip:bob@example.test\n"
    "  +0.001   |      |      |----->|      |      |  OPTIONS sip:bob@example.test\n"
    "  +0.001   |      |      |      |----->|      |  OPTIONS sip:bob@example.test\n"
    "  +0.001   |      |      |      |      |----->|  OPTIONS sip:bob@example.test\n"
    "16:26:31   |      |      |      |      |      |\n"
    "  +0.996   |<.................................|  483 Too Many Hops (OPTIONS)\n"
    "  +0.000   |      @      |      |      |      |  OPTIONS sip:bob@example.test\n";

static const char golden_six_200[] =
    "Options 3  alice@example.test → bob@example.test\n"
    "rejected: 483 Too Many Hops\n"
    "2026-11-22 16:26:30.000 UTC, refused after 1.0 s\n"
    "7 messages over UDP\n"
    "Call-ID c\n"
    "\n"
    "                                  10.0.0.1:5060                 10.0.0.2:5060                 10.0.0.3:5060                 10.0.0.4:5060                 10.0.0.5:5060                 10.0.0.6:5060\n"
    "16:26:30.001   +0.000  #11              │────────── OPTIONS ─────────►│                             │                             │                             │                             │\n"
    "16:26:30.002   +0.001  #12              │                             │────────── OPTIONS ─────────►│                             │                             │                             │\n"
    "16:26:30.003   +0.001  #13              │                             │                             │────────── OPTIONS ─────────►│                             │                             │\n"
    "16:26:30.004   +0.001  #14              │                             │                             │                             │────────── OPTIONS ─────────►│                             │\n"
    "16:26:30.005   +0.001  #15              │                             │                             │                             │                             │────────── OPTIONS ─────────►│\n"
    "16:26:31.001   +0.996  #16              │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 483 Too Many Hops (OPTIONS) ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│\n"
    "16:26:31.001   +0.000  #17              │                             │↺ OPTIONS                    │                             │                             │                             │\n";

static const char golden_nine_80[] =
    "Options 3  alice@example.test → bob@example.test\n"
    "rejected: 483 Too Many Hops\n"
    "2026-11-22 16:26:30.000 UTC, refused after 1.0 s\n"
    "7 messages over UDP\n"
    "Call-ID c\n"
    "\n"
    "  1  10.0.0.1:5060\n"
    "  2  10.0.0.2:5060\n"
    "  3  10.0.0.3:5060\n"
    "  4  10.0.0.4:5060\n"
    "  5  10.0.0.5:5060\n"
    "  6  10.0.0.6:5060\n"
    "  7  10.0.0.7:5060\n"
    "  8  10.0.0.8:5060\n"
    "  9  10.0.0.9:5060\n"
    "           1   2   3   4   5   6   7   8   9\n"
    "16:26:30   │   │   │   │   │   │   │   │   │\n"
    "  +0.000   │──►│   │   │   │   │   │   │   │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │   │──►│   │   │   │   │   │   │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │   │   │──►│   │   │   │   │   │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │   │   │   │──►│   │   │   │   │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │   │   │   │   │──►│   │   │   │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │   │   │   │   │   │──►│   │   │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │   │   │   │   │   │   │──►│   │  OPTIONS sip:bob@example.test\n"
    "  +0.001   │   │   │   │   │   │   │   │──►│  OPTIONS sip:bob@example.test\n"
    "16:26:31   │   │   │   │   │   │   │   │   │\n"
    "  +0.993   │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│  483 Too Many Hops (OPTIONS)\n"
    "  +0.000   │   ↺   │   │   │   │   │   │   │  OPTIONS sip:bob@example.test\n";

/* clang-format on */

static const struct sw_handshake accepted = {
    .requested = true,
    .answered = true,
    .status = 101,
    .subprotocol = {(const uint8_t *)"sip", 3},
    .server = {(const uint8_t *)"kamailio (5.6.3 (x86_64/linux))", 31},
};

typedef struct sink (*sink_maker)(const struct output_options *options);

static void open_flow(struct stage *stage, sink_maker make, unsigned width, bool unicode)
{
    struct output_options options = {.width = width, .unicode = unicode};
    stage_open(stage, &options);
    stage->sink = make(&options);
}

static void end_call(struct stage *stage, const struct sw_call *call)
{
    stage->sink.call(stage->sink.context, call);
}

static void assert_printed(struct stage *stage, const char *expected)
{
    const char *printed = stage_finish(stage);
    if (getenv("SHOW_LADDERS") != NULL)
        fprintf(stderr, "%s----\n", printed);
    else
        assert_string_equal(printed, expected);
    stage_close(stage);
}

static struct sw_call told_call(void)
{
    return (struct sw_call){
        .id = 3,
        .kind = SW_CALL_CALL,
        .state = SW_CALL_COMPLETED,
        .call_id = text("c"),
        .from = text("sip:alice@example.test"),
        .to = text("sip:bob@example.test"),
        .status = 200,
        .start = AT(0),
        .ringing = SW_NO_TIME,
        .answered = AT(812),
        .end = AT(5932),
        .last = AT(5932),
        .ended_by = SW_ENDED_CALLER,
        .transports = 1u << SW_TRANSPORT_WS,
        .messages_seen = 7,
        .dialogs = 1,
    };
}

/* ---- two parties: a registration, a ping that is lost, and how the server ends it ---- */

static void play_registration(sink_maker make, unsigned width, bool unicode, const char *expected)
{
    struct stage stage;
    open_flow(&stage, make, width, unicode);
    struct connection_record ws = connection(1, "10.0.0.2:5000", "10.0.0.1:80", -20, &accepted);
    struct played up = {
        .from = "10.0.0.2:5000", .to = "10.0.0.1:80", .connection = &ws, .direction = SW_CLIENT, .call = 3};
    struct played down = {
        .from = "10.0.0.1:80", .to = "10.0.0.2:5000", .connection = &ws, .direction = SW_SERVER, .call = 3};
    up.sip = HEAD("REGISTER sip:example.test SIP/2.0", VIA("a"), "REGISTER",
                  "Expires: 600\r\nUser-Agent: JsSIP 3.13.8\r\n" END);
    play(&stage, &up);
    up.ms = 500;
    up.retransmission = true;
    play(&stage, &up);
    down.ms = 512;
    down.sip = HEAD("SIP/2.0 200 OK", VIA("a"), "REGISTER", END);
    play(&stage, &down);
    ws.lost_ping_count = 1;
    ws.lost_pings[0] = (struct lost_ping){SW_SERVER, AT(1500)};
    ws.closed = AT(2000);
    ws.close.seen = ws.close.by_known = ws.close.clean = true;
    ws.close.by = SW_SERVER;
    ws.close.code = ws.close.codes[SW_SERVER] = 1001;
    ws.close.reason = ws.close.reasons[SW_SERVER] = text("bye\x1b");
    stage.sink.connection_end(stage.sink.context, &ws);
    struct sw_call told = told_call();
    told.kind = SW_CALL_REGISTRATION;
    told.state = SW_CALL_LOST;
    told.to = told.from;
    told.answered = AT(512);
    told.end = AT(2000);
    told.ended_by = SW_ENDED_CONNECTION;
    told.messages_seen = 3;
    told.retransmissions = 1;
    end_call(&stage, &told);
    assert_printed(&stage, expected);
}

static void test_two_parties(void **state)
{
    (void)state;
    play_registration(flow_text_sink, 80, true, golden_two_80);
    play_registration(flow_text_sink, 80, false, golden_two_80_ascii);
    play_registration(flow_text_sink, 200, true, golden_two_200);
    play_registration(flow_mermaid_sink, 80, true, golden_two_mermaid);
    play_registration(flow_plantuml_sink, 80, true, golden_two_plantuml);
}

/* ---- three: a proxy with two ports, and a caller that comes back from another ---- */

static void play_call(sink_maker make, unsigned width, bool unicode, const char *expected)
{
    struct stage stage;
    open_flow(&stage, make, width, unicode);
    static const char alice[] = "10.0.0.2:5000", again[] = "10.0.0.2:6000", ws_port[] = "10.0.0.1:80",
                      udp_port[] = "10.0.0.1:5060", bob[] = "10.0.0.3:5060";
    struct connection_record first = connection(1, alice, ws_port, -60000, &accepted);
    struct connection_record second = connection(2, again, ws_port, 3000, &accepted);
    const struct played messages[] = {
        {.ms = 0,
         .from = alice,
         .to = ws_port,
         .connection = &first,
         .sip = HEAD("INVITE sip:bob@example.test;x=1 SIP/2.0", VIA("a"), "INVITE",
                     "Contact: <sip:r@h.invalid;transport=ws>\r\nUser-Agent: JsSIP 3.13.8\r\n" BODY(SDP("sendrecv")))},
        {.ms = 2,
         .from = udp_port,
         .to = bob,
         .sip = HEAD("INVITE sip:bob@10.0.0.3 SIP/2.0", VIA("p") VIA("a"), "INVITE", BODY(SDP("sendrecv")))},
        {.ms = 810,
         .from = bob,
         .to = udp_port,
         .sip = HEAD("SIP/2.0 200 OK", VIA("p") VIA("a"), "INVITE",
                     "Contact: <sip:b@10.0.0.3>\r\nServer: sipp\r\n" BODY(SDP("recvonly")))},
        {.ms = 812,
         .from = ws_port,
         .to = alice,
         .connection = &first,
         .direction = SW_SERVER,
         .sip = HEAD("SIP/2.0 200 OK", VIA("a"), "INVITE", "Contact: <sip:b@10.0.0.3>\r\n" BODY(SDP("recvonly")))},
        {.ms = 3500,
         .from = again,
         .to = ws_port,
         .connection = &second,
         .in_dialog = true,
         .sip = HEAD("INVITE sip:b@10.0.0.3 SIP/2.0", VIA("c"), "INVITE",
                     "Contact: <sip:r@h.invalid;transport=ws>\r\n" BODY(SDP("inactive")))},
        {.ms = 5932,
         .from = bob,
         .to = udp_port,
         .sip = HEAD("BYE sip:r@h.invalid SIP/2.0", VIA("d"), "BYE",
                     "Reason: Q.850;cause=16;text=\"over \xE2\x80\xAE; #done\"\r\n" END)},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
        struct played message = messages[i];
        message.call = 3;
        if (message.ms == 3500) {
            first.closed = AT(2000);
            first.close.tcp = TCP_RST;
            first.close.by = SW_SERVER;
            first.close.by_known = true;
            first.close.code = 1006;
            stage.sink.connection_end(stage.sink.context, &first);
        }
        play(&stage, &message);
    }
    struct sw_call told = told_call();
    told.transports |= 1u << SW_TRANSPORT_UDP;
    end_call(&stage, &told);
    stage.sink.connection_end(stage.sink.context, &second);
    assert_printed(&stage, expected);
}

static void test_three_parties(void **state)
{
    (void)state;
    play_call(flow_text_sink, 80, true, golden_three_80);
    play_call(flow_text_sink, 80, false, golden_three_80_ascii);
    play_call(flow_text_sink, 200, true, golden_three_200);
    play_call(flow_mermaid_sink, 80, true, golden_three_mermaid);
}

/* ---- six: a chain, an answer that jumps over all, a message to oneself ---- */

static void play_chain(unsigned parties, unsigned width, bool unicode, const char *expected)
{
    struct stage stage;
    open_flow(&stage, flow_text_sink, width, unicode);
    struct played message = {.call = 3};
    char from[32];
    char to[32];
    message.from = from;
    message.to = to;
    for (unsigned hop = 1; hop < parties; hop++) {
        snprintf(from, sizeof from, "10.0.0.%u:5060", hop);
        snprintf(to, sizeof to, "10.0.0.%u:5060", hop + 1);
        message.ms = hop;
        message.sip = HEAD("OPTIONS sip:bob@example.test SIP/2.0", VIA("b") VIA("a"), "OPTIONS", END);
        play(&stage, &message);
    }
    snprintf(from, sizeof from, "10.0.0.%u:5060", parties);
    snprintf(to, sizeof to, "10.0.0.1:5060");
    message.ms = 1001;
    message.sip = HEAD("SIP/2.0 483 Too Many Hops", VIA("b") VIA("a"), "OPTIONS", END);
    play(&stage, &message);
    snprintf(from, sizeof from, "10.0.0.2:5060");
    snprintf(to, sizeof to, "10.0.0.2:5060");
    message.sip = HEAD("OPTIONS sip:bob@example.test SIP/2.0", VIA("b") VIA("a"), "OPTIONS", END);
    play(&stage, &message);
    struct sw_call told = told_call();
    told.kind = SW_CALL_OPTIONS;
    told.state = SW_CALL_REJECTED;
    told.status = 483;
    told.answered = SW_NO_TIME;
    told.end = AT(1001);
    told.transports = 1u << SW_TRANSPORT_UDP;
    end_call(&stage, &told);
    assert_printed(&stage, expected);
}

static void test_six_parties(void **state)
{
    (void)state;
    play_chain(6, 80, true, golden_six_80);
    play_chain(6, 80, false, golden_six_80_ascii);
    play_chain(6, 200, true, golden_six_200);
    play_chain(9, 80, true, golden_nine_80);
}

/* ---- any number of parties, on any page ---- */

static void assert_fits(const char *printed, unsigned width)
{
    char **lines = g_strsplit(printed, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++)
        if (text_columns(lines[i]) > width)
            fail_msg("%u columns: %s", width, lines[i]);
    g_strfreev(lines);
}

static void test_fits(void **state)
{
    (void)state;
    for (unsigned width = 40; width <= 240; width += 10) {
        for (unsigned parties = 2; parties <= 40; parties += 3) {
            struct stage stage;
            open_flow(&stage, flow_text_sink, width, true);
            for (unsigned i = 0; i < parties; i++) {
                char from[32];
                char to[32];
                snprintf(from, sizeof from, "10.0.0.%u:5060", i);
                snprintf(to, sizeof to, "10.0.0.%u:5060", i * 7 % parties);
                play(&stage, &(struct played){.ms = i * 300,
                                              .from = from,
                                              .to = to,
                                              .call = 3,
                                              .sip = HEAD("INVITE sip:bob@example.test SIP/2.0", VIA("b") VIA("a"),
                                                          "INVITE", BODY(SDP("sendonly")))});
            }
            struct sw_call told = told_call();
            end_call(&stage, &told);
            assert_fits(stage_finish(&stage), width);
            stage_close(&stage);
        }
    }
}

/* A long call takes time in proportion to its messages; what is above the cap is counted. */
static void test_long_call(void **state)
{
    (void)state;
    struct stage stage;
    open_flow(&stage, flow_text_sink, 80, true);
    for (unsigned i = 0; i < 100007; i++)
        play(&stage, &(struct played){.ms = i,
                                      .from = "10.0.0.1:5060",
                                      .to = "10.0.0.2:5060",
                                      .call = 3,
                                      .sip = HEAD("INFO sip:b SIP/2.0", VIA("a"), "INFO", END)});
    struct sw_call told = told_call();
    end_call(&stage, &told);
    assert_non_null(strstr(stage_finish(&stage), "and 7 more messages\n"));
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_parties), cmocka_unit_test(test_three_parties), cmocka_unit_test(test_six_parties),
        cmocka_unit_test(test_fits),        cmocka_unit_test(test_long_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
