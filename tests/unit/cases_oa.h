/* SPDX-License-Identifier: MIT
 *
 * The cases of test_rules_oa.c. Each is two conversations of A and B, a line a message:
 *
 *   "> INVITE 1 = m=audio 5000 RTP/AVP 0|a=sendonly"   from A to B; "|" parts the lines of the description, the first
 *                                                      five of which (v o s c t) needn't be written
 *   "< 183 INVITE 1 rseq:7 = ..."                      a response of B
 *   "< UPDATE 1 @"                                     a request within the dialog, with no body
 *
 * Options: @ has both tags; tag:x the To tag of a response (b); rseq:N, rack:N; at:N seconds; of:text another body;
 * torn: Content-Length says that there is more of it; v:N the version in o=; port:N of A, where it isn't 5060;
 * start:METHOD in the start line of a request, which has the branch and CSeq of the one named.
 */
/* clang-format off */
#define AUDIO "m=audio 5000 RTP/AVP 0"
#define VIDEO "m=video 5002 RTP/AVP 31"
#define OPUS  "m=audio 5000 RTP/AVP 96|a=rtpmap:96 opus/48000/2"
#define PRINT "|a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"
#define DTLS  "m=audio 5000 UDP/TLS/RTP/SAVPF 0" PRINT
#define UFRAG(x) "|a=ice-ufrag:" x
#define PWD(x)   "|a=ice-pwd:" x "bcdefghijklmnopqrstuv"
#define CALL(offer, answer) "> INVITE 1 = " offer "\n< 200 INVITE 1 = " answer "\n> ACK 1 @\n"
#define BOTH(id, ok_offer, bad, good) {id, CALL(ok_offer, bad), id "\n", CALL(ok_offer, good), ""}

BOTH("OA-MLINE-COUNT", AUDIO "|" VIDEO, AUDIO, AUDIO "|m=video 0 RTP/AVP 31"),
BOTH("OA-MLINE-COUNT", AUDIO, AUDIO "|" VIDEO, AUDIO),
BOTH("OA-MLINE-ORDER", AUDIO "|" VIDEO, VIDEO "|" AUDIO, AUDIO "|" VIDEO),
BOTH("OA-PROTO", AUDIO, "m=audio 5000 RTP/SAVP 0", "m=audio 0 RTP/SAVP 0"),
BOTH("OA-FORMATS", AUDIO, "m=audio 5000 RTP/AVP 8", "m=audio 5000 RTP/AVP 8 97|a=rtpmap:97 pcmu/8000/1"),
BOTH("OA-FORMATS", OPUS, "m=audio 5000 RTP/AVP 96|a=rtpmap:96 G722/8000", "m=audio 0 RTP/AVP 96|a=rtpmap:96 G722/8000"),
BOTH("OA-FORMATS", OPUS, "m=audio 5000 RTP/AVP 96|a=rtpmap:96 G722/8000", "m=audio 5000 RTP/AVP 96|a=rtpmap:96 opus"), /* told by itself */
BOTH("OA-FORMATS", "m=image 5000 udptl t38", "m=image 5000 udptl x", "m=image 5000 udptl x t38"),
{"OA-FORMATS", CALL(AUDIO, "m=audio 5000 RTP/AVP 8"), "OA-FORMATS\n", CALL("m=audio 5000 RTP/AVP", AUDIO), ""}, /* none offered */
{"OA-FORMATS", CALL(AUDIO, "m=audio 5000 RTP/AVP 8"), "OA-FORMATS\n", CALL(AUDIO, "m=audio 5000 RTP/AVP"), ""}, /* none answered */
BOTH("OA-RTPMAP-DYNAMIC", OPUS, "m=audio 5000 RTP/AVP 96|a=rtpmap:0 PCMU/8000", "m=audio 5000 RTP/AVP 96|a=rtpmap:96opus/48000/2"),
BOTH("OA-RTPMAP-DYNAMIC", OPUS, "m=audio 5000 RTP/AVP 96", "m=audio 5000 RTP/AVP 97|a=rtpmap:97 opus/48000/2"),
{"OA-RTPMAP-DYNAMIC", CALL(OPUS, "m=audio 5000 RTP/AVP 96"), "OA-RTPMAP-DYNAMIC\n",
 "> INVITE 1 = " OPUS "\n< 200 INVITE 1 torn = m=audio 5000 RTP/AVP 96\n> ACK 1 @\n", ""},
BOTH("OA-DIRECTION", AUDIO "|a=sendonly", AUDIO "|a=sendonly", AUDIO "|a=recvonly"),
BOTH("OA-DIRECTION", AUDIO "|a=recvonly", AUDIO, AUDIO "|a=inactive"),
BOTH("OA-DIRECTION", "a=inactive|" AUDIO, AUDIO "|a=recvonly", "a=inactive|" AUDIO),
BOTH("OA-DIRECTION", AUDIO "|a=sendonly", AUDIO "|a=sendonly", AUDIO "|c=IN IP4 224.0.0.1/1|a=sendonly"),
BOTH("OA-REJECTED-PORT0", AUDIO "|m=video 0 RTP/AVP 31", AUDIO "|" VIDEO, AUDIO "|m=video 0 RTP/AVP 31"),
BOTH("OA-TIME", AUDIO, "t=1 0|" AUDIO, AUDIO),
{"SDP-RTPMAP-DYNAMIC", "> INVITE 1 = m=audio 5000 RTP/AVP 96\n", "SDP-RTPMAP-DYNAMIC\n", /* of one it can't be told for which it is */
 "> INVITE 1 = m=audio 5000 RTP/AVP 96|a=rtpmap:96opus/48000/2\n", ""},
{"SDP-RTPMAP-DYNAMIC", "> INVITE 1 = m=audio 5000 RTP/AVP 0 96\n", "SDP-RTPMAP-DYNAMIC\n", "> INVITE 1 = " OPUS "\n", ""},
{"SDP-RTPMAP-DYNAMIC", "> INVITE 1 = m=audio 5000 RTP/AVP 0 96\n", "SDP-RTPMAP-DYNAMIC\n",
 "> INVITE 1 torn = m=audio 5000 RTP/AVP 0 96\n", ""},
{"SDP-RTPMAP-DYNAMIC", "> INVITE 1\n< 200 INVITE 1 = m=audio 5000 RTP/AVP 96\n", "SDP-RTPMAP-DYNAMIC\n",
 "> INVITE 1\n< 200 INVITE 1 = m=audio 0 RTP/AVP 96\n", ""},

{"OA-VERSION-INC", CALL("v=0|o=a 7 3 IN IP4 10.0.0.1|s=-|c=IN IP4 10.0.0.1|t=0 0|" AUDIO, AUDIO) "> INVITE 2 @ = v=0|o=a 7 2 IN IP4 10.0.0.1|s=-|c=IN IP4 10.0.0.1|t=0 0|" AUDIO "\n", "OA-VERSION-INC\n", /* of what is none nothing is known */
 CALL("v=0|o=a b 7 3 IN IP4 10.0.0.1|s=-|c=IN IP4 10.0.0.1|t=0 0|" AUDIO, AUDIO) "> INVITE 2 @ = v=0|o=a 7 4 IN IP4 10.0.0.1|s=-|c=IN IP4 10.0.0.1|t=0 0|" AUDIO "\n", ""},
{"OA-VERSION-INC", CALL(AUDIO, AUDIO) "> INVITE 2 @ = " AUDIO "|a=sendonly\n", "OA-VERSION-INC\n",
 CALL(AUDIO, AUDIO) "> INVITE 2 @ = " AUDIO "\n", ""},
{"OA-VERSION-INC", CALL(AUDIO, AUDIO) "> INVITE 2 @ v:0 = " AUDIO "|a=sendonly\n", "OA-VERSION-INC\n",
 CALL(AUDIO, AUDIO) "> INVITE 2 @ v:9 = " AUDIO "|a=sendonly\n", ""},
{"OA-VERSION-INC", CALL(AUDIO, AUDIO) "< UPDATE 2 @ = v=0|o=- 2 2 IN IP4 192.0.2.9|s=-|c=IN IP4 192.0.2.1|t=0 0|" AUDIO "\n", "OA-VERSION-INC\n",
 CALL(AUDIO, AUDIO) "> INVITE 2 @ v:2 = " AUDIO "|a=sendonly\n< 488 INVITE 2\n> INVITE 3 @ v:2 = " AUDIO "|a=inactive\n", ""},
{"OA-VERSION-INC", CALL(AUDIO, AUDIO) "> INVITE 2 @ = " AUDIO "|a=sendonly\n", "OA-VERSION-INC\n",
 CALL(AUDIO, AUDIO) "> INVITE 2 @ port:5070 = " AUDIO "|a=sendonly\n", ""},
{"OA-MLINE-NEVER-REMOVED", CALL(AUDIO "|" VIDEO, AUDIO "|" VIDEO) "< UPDATE 1 @ v:2 = " AUDIO "\n", "OA-MLINE-NEVER-REMOVED\n",
 CALL(AUDIO "|" VIDEO, AUDIO "|" VIDEO) "< UPDATE 1 @ v:2 = " AUDIO "|m=video 0 RTP/AVP 31\n", ""},
{"OA-PT-REMAP", CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 5000 RTP/AVP 96|a=rtpmap:96 G722/8000\n", "OA-PT-REMAP\n",
 CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 5000 RTP/AVP 97|a=rtpmap:97 G722/8000\n", ""},
{"OA-PT-REMAP", CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 5000 RTP/AVP 97|a=rtpmap:97 G722/8000\n< 200 UPDATE 2 = m=audio 5000 RTP/AVP 96|a=rtpmap:96 G722/8000\n", "OA-PT-REMAP\n",
 CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 0 RTP/AVP 96|a=rtpmap:96 G722/8000\n", ""},
{"OA-PT-REMAP", CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 5000 RTP/AVP 96|a=rtpmap:96 opus/8000\n", "OA-PT-REMAP\n", /* no clock rate */
 CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 5000 RTP/AVP 96|a=rtpmap:96 opus\n", ""},
{"OA-PT-REMAP", CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 5000 RTP/AVP 96|a=rtpmap:96 opus/48000/1\n", "OA-PT-REMAP\n", /* no channels */
 CALL(OPUS, OPUS) "> UPDATE 2 @ v:2 = m=audio 5000 RTP/AVP 96|a=rtpmap:96 opus/48000/\n", ""},

{"OA-NO-OFFER-2XX", "> INVITE 1\n< 200 INVITE 1\n", "OA-NO-OFFER-2XX\n", "> INVITE 1\n< 200 INVITE 1 = " AUDIO "\n> ACK 1 @ = " AUDIO "\n", ""},
{"OA-NO-OFFER-2XX", "> INVITE 1\n< 200 INVITE 1 = " AUDIO "\n> ACK 1 @\n", "OA-NO-OFFER-2XX\n",
 "> INVITE 1\n< 200 INVITE 1 = " AUDIO "\n> ACK 1 @ port:5070\n", ""},
{"OA-NO-OFFER-2XX", "> INVITE 1\n< 183 INVITE 1 rseq:7 = " AUDIO "\n> PRACK 2 @ rack:7\n", "OA-NO-OFFER-2XX\n",
 "> INVITE 1\n< 183 INVITE 1 rseq:7 = " AUDIO "\n> PRACK 2 @ rack:7 = " AUDIO "\n< 200 PRACK 2\n< 200 INVITE 1\n> ACK 1 @\n", ""},
{"OA-NO-OFFER-2XX", "> INVITE 1\n< 200 INVITE 1\n", "OA-NO-OFFER-2XX\n", "> INVITE 1 of:text\n< 200 INVITE 1\n", ""},
{"OA-ANSWER-MISSING", "> INVITE 1 = " AUDIO "\n< 183 INVITE 1 = " AUDIO "\n< 200 INVITE 1\n", "OA-ANSWER-MISSING\n",
 "> INVITE 1 = " AUDIO "\n< 183 INVITE 1 rseq:7 = " AUDIO "\n< 200 INVITE 1\n", ""},
{"OA-ANSWER-MISSING", "> INVITE 1 = " AUDIO "\n< 200 INVITE 1\n", "OA-ANSWER-MISSING\n", "< 200 INVITE 1\n", ""},
{"OA-ANSWER-MISSING", /* the PRACK is of a response that isn't in the capture */
 "> INVITE 1 = " AUDIO "\n< 183 INVITE 1 rseq:7\n> PRACK 2 @ rack:7\n< 200 PRACK 2\n< 200 INVITE 1\n", "OA-ANSWER-MISSING\n",
 "> INVITE 1 = " AUDIO "\n> PRACK 2 @ rack:7\n< 200 PRACK 2\n< 200 INVITE 1\n", ""},
{"OA-ANSWER-MISSING", "> INVITE 1 = " AUDIO "\n< 200 INVITE 1\n", "OA-ANSWER-MISSING\n", /* the 200 is the CANCEL's */
 "> INVITE 1 = " AUDIO "\n> INVITE 1 start:CANCEL\n< 200 INVITE 1\n", ""},
{"OA-GLARE", CALL(AUDIO, AUDIO) "> UPDATE 2 @ = " AUDIO "\n> UPDATE 3 @ = " AUDIO "\n", "OA-GLARE\n",
 CALL(AUDIO, AUDIO) "> UPDATE 2 @ = " AUDIO "\n< 491 UPDATE 2\n> UPDATE 3 @ = " AUDIO "\n", ""},
{"OA-GLARE", "> INVITE 1 = " AUDIO "\n< 180 INVITE 1\n< UPDATE 1 @ = " AUDIO "\n", "OA-GLARE\n",
 CALL(AUDIO, AUDIO) "> UPDATE 2 @ = " AUDIO "\n< UPDATE 1 @ = " AUDIO "\n", ""},
{"OA-GLARE", "> INVITE 1 = " AUDIO "\n< 180 INVITE 1\n> UPDATE 2 @ = " AUDIO "\n", "OA-GLARE\n",
 "> INVITE 1 = " AUDIO "\n< 183 INVITE 1 rseq:1 = " AUDIO "\n> UPDATE 2 @ = " AUDIO "\n", ""},
{"OA-GLARE", CALL(AUDIO, AUDIO) "> UPDATE 2 @ = " AUDIO "\n> UPDATE 3 @ = " AUDIO "\n", "OA-GLARE\n",
 "> UPDATE 2 @ = " AUDIO "\n> UPDATE 3 @ = " AUDIO "\n", ""},
{"OA-GLARE", CALL(AUDIO, AUDIO) "> UPDATE 2 @ = " AUDIO "\n> UPDATE 3 @ = " AUDIO "\n", "OA-GLARE\n",
 CALL(AUDIO, AUDIO) "> UPDATE 2 @ = " AUDIO "\n> UPDATE 3 @ at:40 = " AUDIO "\n", ""},
{"OA-GLARE", "> INVITE 1 = " AUDIO "\n< 180 INVITE 1\n> INVITE 2 @ v:2 = " AUDIO "\n", "OA-GLARE\n", /* an answer that wasn't read */
 "> INVITE 1 = " AUDIO "\n< 180 INVITE 1\n> ACK 1 @\n> INVITE 2 @ v:2 = " AUDIO "\n", ""},
{"OA-GLARE", CALL(AUDIO, AUDIO) "> UPDATE 2 @ = " AUDIO "\n> UPDATE 3 @ = " AUDIO "\n", "OA-GLARE\n", /* two users' streams of one connection */
 CALL(AUDIO, AUDIO) "> INVITE 1 stream:3 = " AUDIO "\n< 200 INVITE 1 stream:3 = " AUDIO "\n> ACK 1 @ stream:3\n"
 "> UPDATE 2 @ = " AUDIO "\n> UPDATE 2 @ stream:3 = " AUDIO "\n", ""},
{"OA-TIME", CALL(AUDIO, "t=0 1|" AUDIO), "OA-TIME\n", CALL("t=0|" AUDIO, AUDIO), ""}, /* nothing to be equal to */
{"OA-MLINE-COUNT", CALL(AUDIO, AUDIO "|" VIDEO), "OA-MLINE-COUNT\n", CALL(AUDIO "|m =video 5002 RTP/AVP 31", AUDIO "|" VIDEO), ""},
{"OA-MLINE-ORDER", CALL(AUDIO, VIDEO), "OA-MLINE-ORDER\n", CALL("m=au dio 5000 RTP/AVP 0", AUDIO), ""},
{"OA-VERSION-INC", CALL(AUDIO, AUDIO) "> UPDATE 2 @ = v=0|o=- 7 2 IN IP4 192.0.2.1|s=-|c=IN IP4 192.0.2.1|t=0 0|" AUDIO "\n", "OA-VERSION-INC\n", /* o= is not told apart */
 CALL(AUDIO, AUDIO) "> UPDATE 2 @ = v=0|o=- x1 2 IN IP4 192.0.2.1|s=-|c=IN IP4 192.0.2.1|t=0 0|" AUDIO "\n", ""},
{"OA-1XX-2XX-SAME", "> INVITE 1 = " AUDIO "\n< 183 INVITE 1 = " AUDIO "\n< 200 INVITE 1 = " AUDIO "|a=recvonly\n", "OA-1XX-2XX-SAME\n",
 "> INVITE 1 = " AUDIO "\n< 183 INVITE 1 = " AUDIO "\n< 200 INVITE 1 tag:c = " AUDIO "|a=recvonly\n", ""},

{"RTC-SETUP-OFFER", "> INVITE 1 = " DTLS "|a=setup:active\n", "RTC-SETUP-OFFER\n", "> INVITE 1 = " DTLS "|a=setup:actpass\n", ""},
{"RTC-SETUP-OFFER", "> INVITE 1\n< 200 INVITE 1 = " DTLS "\n", "RTC-SETUP-OFFER\n", "> INVITE 2 @ = " DTLS "|a=setup:active\n", ""},
BOTH("RTC-SETUP-ANSWER", DTLS "|a=setup:actpass", DTLS "|a=setup:actpass", DTLS "|a=setup:active"),
BOTH("RTC-SETUP-ANSWER", DTLS "|a=setup:actpass", DTLS, "m=audio 0 UDP/TLS/RTP/SAVPF 0"),
{"RTC-SETUP-CONSISTENT", CALL(AUDIO, AUDIO) "> INVITE 2 @ v:2 = " DTLS "|a=setup:active\n< 200 INVITE 2 = " DTLS "|a=setup:active\n", "RTC-SETUP-CONSISTENT\n",
 CALL(AUDIO, AUDIO) "> INVITE 2 @ v:2 = " DTLS "|a=setup:active\n< 200 INVITE 2 = " DTLS "|a=setup:passive\n", ""},
BOTH("RTC-ICE-UNASKED", AUDIO, AUDIO UFRAG("abcd") PWD("a"), AUDIO),
{"RTC-ICE-UNASKED", CALL(AUDIO, AUDIO UFRAG("abcd") PWD("a")), "RTC-ICE-UNASKED\n",
 CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO UFRAG("abcd") PWD("a")), ""},
BOTH("RTC-PROTO", DTLS "|a=setup:actpass", "m=audio 5000 RTP/SAVPF 0" PRINT, DTLS "|a=setup:active"),
BOTH("RTC-MID-ANSWER", AUDIO "|a=mid:0", AUDIO "|a=mid:1", AUDIO),
BOTH("RTC-MID-ANSWER", "a=group:BUNDLE 0 1|" AUDIO "|a=mid:0|a=rtcp-mux|" VIDEO "|a=mid:1|a=rtcp-mux", "a=group:BUNDLE 0|" AUDIO "|a=mid:0|a=rtcp-mux|" VIDEO,
     "a=group:BUNDLE 0|" AUDIO "|a=mid:0|a=rtcp-mux|" VIDEO "|a=mid:1"),
BOTH("RTC-BUNDLE-UNOFFERED", AUDIO "|a=mid:0", "a=group:BUNDLE 0|" AUDIO "|a=mid:0|a=rtcp-mux", AUDIO "|a=mid:0|a=rtcp-mux"),
BOTH("RTC-BUNDLE-REJECTED", "a=group:BUNDLE 0 1|" AUDIO "|a=mid:0|a=rtcp-mux|" VIDEO "|a=mid:1|a=rtcp-mux",
     "a=group:BUNDLE 0 1|" AUDIO "|a=mid:0|a=rtcp-mux|m=video 0 RTP/AVP 31|a=mid:1",
     "a=group:BUNDLE 0 1|" AUDIO "|a=mid:0|a=rtcp-mux|m=video 0 RTP/AVP 31|a=mid:1|a=bundle-only"),
{"RTC-BUNDLE-ONLY-TAG", "> INVITE 1 = a=group:BUNDLE 0 1|m=audio 0 RTP/AVP 0|a=mid:0|a=bundle-only|" VIDEO "|a=mid:1|a=rtcp-mux\n", "RTC-BUNDLE-ONLY-TAG\n",
 "> INVITE 1 = a=group:BUNDLE 1 0|m=audio 0 RTP/AVP 0|a=mid:0|a=bundle-only|" VIDEO "|a=mid:1|a=rtcp-mux\n", ""},
{"RTC-BUNDLE-RTCPMUX", "> INVITE 1 = a=group:BUNDLE 0|" AUDIO "|a=mid:0\n", "RTC-BUNDLE-RTCPMUX\n",
 "> INVITE 1 = a=group:BUNDLE 0|" AUDIO "|a=mid:0|a=rtcp-mux\n", ""},
{"RTC-BUNDLE-RTCPMUX", "> INVITE 1 = a=group:BUNDLE 0|" AUDIO "|a=mid:0\n", "RTC-BUNDLE-RTCPMUX\n",
 "> INVITE 2 @ = a=group:BUNDLE 0|" AUDIO "|a=mid:0\n", ""},
BOTH("RTC-BUNDLE-RTCPMUX-ANSWER", "a=group:BUNDLE 0|" AUDIO "|a=mid:0|a=rtcp-mux", "a=group:BUNDLE 0|" AUDIO "|a=mid:0", "a=group:BUNDLE 0|" AUDIO "|a=mid:0|a=rtcp-mux"),
{"RTC-ICE-RESTART-BOTH", CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO) "> INVITE 2 @ v:2 = " AUDIO UFRAG("efgh") PWD("a") "\n", "RTC-ICE-RESTART-BOTH\n", /* what is none is told by itself */
 CALL(AUDIO UFRAG("abc") PWD("a"), AUDIO) "> INVITE 2 @ v:2 = " AUDIO UFRAG("efgh") PWD("a") "\n", ""},
{"RTC-ICE-RESTART-BOTH", CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO) "> INVITE 2 @ v:2 = " AUDIO UFRAG("efgh") PWD("a") "\n", "RTC-ICE-RESTART-BOTH\n",
 CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO) "> INVITE 2 @ v:2 = " AUDIO UFRAG("efgh") PWD("e") "\n", ""},
{"RTC-ICE-RESTART-ANSWER", CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO UFRAG("ijkl") PWD("i")) "> INVITE 2 @ v:2 = " AUDIO UFRAG("efgh") PWD("e") "\n< 200 INVITE 2 = " AUDIO UFRAG("ijkl") PWD("i") "\n", "RTC-ICE-RESTART-ANSWER\n",
 CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO UFRAG("ijkl") PWD("i")) "> INVITE 2 @ v:2 = " AUDIO UFRAG("efgh") PWD("e") "\n< 200 INVITE 2 = " AUDIO UFRAG("mnop") PWD("m") "\n", ""},
{"RTC-ICE-RESTART-ANSWER", CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO UFRAG("ijkl") PWD("i")) "> INVITE 2 @ v:2 = " AUDIO UFRAG("efgh") PWD("e") "\n< 200 INVITE 2 = " AUDIO UFRAG("ijkl") PWD("m") "\n", "RTC-ICE-RESTART-ANSWER\n",
 CALL(AUDIO UFRAG("abcd") PWD("a"), AUDIO UFRAG("ijkl") PWD("i")) "> INVITE 2 @ = " AUDIO UFRAG("abcd") PWD("a") "\n< 200 INVITE 2 = " AUDIO UFRAG("ijkl") PWD("i") "\n", ""},
{"RTC-ICE-PORT0", CALL(AUDIO, AUDIO) "> INVITE 2 @ v:2 = m=audio 0 RTP/AVP 0|a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\n", "RTC-ICE-PORT0\n",
 CALL(AUDIO, AUDIO) "> INVITE 2 @ v:2 = m=audio 0 RTP/AVP 0\n", ""},
