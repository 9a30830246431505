/* SPDX-License-Identifier: MIT
 *
 * The cases of test_rules_sdp.c that need one description: the lines of a body, a line feed standing for CRLF and a
 * vertical tab for a line feed alone.
 */
/* clang-format off */
#define O    "o=- 1 1 IN IP4 192.0.2.1\n"
#define C    "c=IN IP4 192.0.2.1\n"
#define HEAD "v=0\n" O "s=-\n" C "t=0 0\n"
#define M    "m=audio 5000 RTP/AVP 0\n"
#define PRINT "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\n"
#define ICE2 "a=ice-options:ice2\n"
#define UFRAG "a=ice-ufrag:abcd\n"
#define PWD  "a=ice-pwd:abcdefghijklmnopqrstuv\n"
#define DTLS "m=audio 5000 UDP/TLS/RTP/SAVPF 0\n"

{"SDP-V-MISSING", O "s=-\n" C "t=0 0\n", "SDP-V-MISSING\n", HEAD, ""},
{"SDP-V-MISSING", "v=1\n" O "s=-\n" C "t=0 0\n", "SDP-V-MISSING\n", "v=0\n" O "s=1\n" C "t=0 0\n", ""},
{"SDP-V-MISSING", "hello", "SDP-V-MISSING\n", HEAD M, ""},
{"SDP-O-MISSING", "v=0\ns=-\n" C "t=0 0\n", "SDP-O-MISSING\n", HEAD, ""},
{"SDP-O-MISSING", "v=0\no=- 1 1 IN IP4\ns=-\n" C "t=0 0\n", "SDP-O-MISSING\n", "v=0\no=a@b/c 0 0 IN IP4 host.test\ns=-\n" C "t=0 0\n", ""},
{"SDP-O-MISSING", "v=0\no=- 1a 1 IN IP4 192.0.2.1\ns=-\n" C "t=0 0\n", "SDP-O-MISSING\n", "v=0\no=1a 18446744073709551616 1 IN IP4 192.0.2.1\ns=-\n" C "t=0 0\n", ""},
{"SDP-O-MISSING", "v=0\no=- 1 1 IN IP4 192.0.2.1 x\ns=-\n" C "t=0 0\n", "SDP-O-MISSING\n", HEAD, ""},
{"SDP-S-MISSING", "v=0\n" O C "t=0 0\n", "SDP-S-MISSING\n", HEAD, ""},
{"SDP-S-MISSING", "v=0\n" O "s=a\ns=b\n" C "t=0 0\n", "SDP-S-MISSING\n", "v=0\n" O "s=a\ni=b\n" C "t=0 0\n", ""},
{"SDP-S-EMPTY", "v=0\n" O "s=\n" C "t=0 0\n", "SDP-S-EMPTY\n", "v=0\n" O "s= \n" C "t=0 0\n", ""},
{"SDP-T-MISSING", "v=0\n" O "s=-\n" C M, "SDP-T-MISSING\n", HEAD M, ""},
{"SDP-ORDER", "v=0\n" O "s=-\nt=0 0\n" C M, "SDP-ORDER\n", "v=0\n" O "s=-\ni=x\nu=http://a/\ne=a@b\np=+1\n" C "b=AS:1\nt=0 0\nr=1 1 0\nt=1 0\na=x\n" M "i=x\n" C "b=AS:1\nk=prompt\na=y\n", ""},
{"SDP-ORDER", HEAD M "a=sendonly\n" C, "SDP-ORDER\n", HEAD M C "a=sendonly\n", ""},
{"SDP-ORDER", "v=0\n" O "s=-\n" C M "t=0 0\n", "SDP-ORDER\n", HEAD M, ""},
{"SDP-C-MISSING", "v=0\n" O "s=-\nt=0 0\n" M C M, "SDP-C-MISSING\n", "v=0\n" O "s=-\nt=0 0\n" M C M C, ""},
{"SDP-C-MISSING", "v=0\n" O "s=-\nt=0 0\n" M, "SDP-C-MISSING\n", "v=0\n" O "s=-\nt=0 0\n", ""},
{"SDP-CONN-MULTI", "v=0\n" O "s=-\n" C C "t=0 0\n", "SDP-CONN-MULTI\n", HEAD M C, ""},
{"SDP-CONN-MULTI", "v=0\n" O "s=-\nc=IN IP4 224.0.0.1/1/2\nt=0 0\n", "SDP-CONN-MULTI\n", "v=0\n" O "s=-\nc=IN IP4 224.0.0.1/1\nt=0 0\n" M "c=IN IP4 224.0.0.1/1/2\n", ""},
{"SDP-CONN-MULTI", "v=0\n" O "s=-\nc=IN IP6 ff02::1/2\nt=0 0\n", "SDP-CONN-MULTI\n", "v=0\n" O "s=-\nc=IN IP6 ff02::1\nt=0 0\n" M "c=IN IP6 ff02::1/2\n", ""},
{"SDP-CONN-UNICAST-SLASH", "v=0\n" O "s=-\nc=IN IP4 192.0.2.1/2\nt=0 0\n", "SDP-CONN-UNICAST-SLASH\n", "v=0\n" O "s=-\nc=IN IP4 239.0.2.1/2\nt=0 0\n", ""},
{"SDP-CONN-UNICAST-SLASH", HEAD M "c=IN IP6 ff::1/2\n", "SDP-CONN-UNICAST-SLASH\n", HEAD M "c=IN IP6 ff00::1/2\n", ""},
{"SDP-CONN-TTL", "v=0\n" O "s=-\nc=IN IP4 224.0.0.1\nt=0 0\n", "SDP-CONN-TTL\n", "v=0\n" O "s=-\nc=IN IP4 240.0.0.1\nt=0 0\n", ""},
{"SDP-CONN-TTL", HEAD M "c=IN IP6 ff02::1/127/3\n", "SDP-CONN-TTL\n", HEAD M "c=IN IP4 224.0.0.1/127/3\n", ""},
{"SDP-ADDRTYPE", "v=0\n" O "s=-\nc=IN IP4 2001:db8::1\nt=0 0\n", "SDP-ADDRTYPE\n", "v=0\n" O "s=-\nc=IN IP6 2001:db8::1\nt=0 0\n", ""},
{"SDP-ADDRTYPE", "v=0\n" O "s=-\nc=IN IP6 [2001:db8::1]\nt=0 0\n", "SDP-ADDRTYPE\n", "v=0\n" O "s=-\nc=IN IP4 host.test\nt=0 0\n", ""},
{"SDP-LINE-SYNTAX", "v=0\n" O "s =-\n" C "t=0 0\n", "SDP-LINE-SYNTAX\n", "v=0\n" O "s= =\n" C "t=0 0\n", ""},
{"SDP-LINE-SYNTAX", HEAD "a= sendrecv\n", "SDP-LINE-SYNTAX\n", HEAD "a=x: y\n", ""},
{"SDP-LINE-SYNTAX", HEAD "x=1\n", "SDP-LINE-SYNTAX\n", HEAD "a=x\n", ""},
{"SDP-LINE-SYNTAX", HEAD "\n" M, "SDP-LINE-SYNTAX\n", HEAD M "\n", ""},
{"SDP-CRLF", "v=0\n" O "s=-\v" C "t=0 0\n", "SDP-CRLF\n", HEAD, ""},
{"SDP-CRLF", "v=0\n" O "s=-\n" C "t=0 0", "SDP-CRLF\n", HEAD, ""},
{"SDP-M-SYNTAX", HEAD "m=audio 5000\n", "SDP-M-SYNTAX\n", HEAD "m=audio 5000/2 RTP/AVP 0\n", ""},
{"SDP-M-SYNTAX", HEAD "m=audio x RTP/AVP 0\n", "SDP-M-SYNTAX\n", HEAD "m=message 7394 TCP/MSRP *\n", ""},
{"SDP-M-SYNTAX", HEAD "m=audio 5000  RTP/AVP 0\n", "SDP-M-SYNTAX\n", HEAD "m=image 0 udptl t38\n", ""},
{"SDP-M-SYNTAX", HEAD "m=audio 5000 RTP/AVP 0 \n", "SDP-M-SYNTAX\n", HEAD M, ""},
{"SDP-RTPMAP-SYNTAX", HEAD "m=audio 5000 RTP/AVP 96\na=rtpmap:96 opus\n", "SDP-RTPMAP-SYNTAX\n", HEAD "m=video 5000 RTP/AVP 31\na=rtpmap:31 LPC\n", ""},
{"SDP-RTPMAP-SYNTAX", HEAD "m=audio 5000 RTP/AVP 96\na=rtpmap:96 opus/48k\n", "SDP-RTPMAP-SYNTAX\n", HEAD "m=audio 5000 RTP/AVP 96\na=rtpmap:96 opus/48000/2\n", ""},
{"SDP-FMTP-ORPHAN", HEAD M "a=fmtp:101 0-15\n", "SDP-FMTP-ORPHAN\n", HEAD "m=audio 5000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n", ""},
{"SDP-FMTP-ORPHAN", HEAD M "a=rtpmap:8 PCMA/8000\n", "SDP-FMTP-ORPHAN\n", HEAD M "a=rtpmap:0 PCMU/8000\n", ""},
{"SDP-DIRECTION-DUP", HEAD M "a=sendonly\na=recvonly\n", "SDP-DIRECTION-DUP\n", HEAD "a=sendonly\n" M "a=recvonly\n" M "a=recvonly\n", ""},
{"SDP-DIRECTION-DUP", HEAD "a=inactive\na=inactive\n", "SDP-DIRECTION-DUP\n", HEAD "a=inactive\na=x:inactive\n", ""},
{"OA-PTIME-ZERO", HEAD M "a=ptime:0\n", "OA-PTIME-ZERO\n", HEAD M "a=ptime:20\n", ""},

{"RTC-FINGERPRINT", HEAD DTLS, "RTC-FINGERPRINT\n", HEAD PRINT DTLS, ""},
{"RTC-FINGERPRINT", HEAD "m=application 5000 UDP/DTLS/SCTP webrtc-datachannel\na=sctp-port:5000\n", "RTC-FINGERPRINT\n", HEAD "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\n", ""},
{"RTC-FINGERPRINT", HEAD DTLS "a=mid:0\n" DTLS PRINT "a=mid:1\n", "RTC-FINGERPRINT\n", HEAD "a=group:BUNDLE 0 1\n" DTLS "a=mid:0\n" DTLS PRINT "a=mid:1\n", ""},
{"RTC-FINGERPRINT-SYNTAX", HEAD DTLS "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:aa:BB:CC:DD:EE:FF:00:11:22:33\n", "RTC-FINGERPRINT-SYNTAX\n", HEAD DTLS "a=fingerprint:SHA-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\n", ""},
{"RTC-FINGERPRINT-SYNTAX", HEAD DTLS "a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\n", "RTC-FINGERPRINT-SYNTAX\n", HEAD DTLS "a=fingerprint:sha3-9 00:11\n", ""},
{"RTC-FINGERPRINT-SYNTAX", HEAD DTLS "a=fingerprint:sha-1\n", "RTC-FINGERPRINT-SYNTAX\n", HEAD DTLS PRINT, ""},
{"RTC-FINGERPRINT-MD5", HEAD DTLS "a=fingerprint:md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\n", "RTC-FINGERPRINT-MD5\n", HEAD DTLS PRINT "a=fingerprint:md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\n", ""},
{"RTC-CONNECTION", HEAD DTLS PRINT "a=connection:new\n", "RTC-CONNECTION\n", HEAD "m=application 5000 TCP/DTLS/SCTP x\na=sctp-port:1\n" PRINT "a=connection:new\n", ""},
{"RTC-CRYPTO", HEAD DTLS PRINT "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\n", "RTC-CRYPTO\n", HEAD "m=audio 5000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\n", ""},
{"RTC-ICE-UFRAG", HEAD ICE2 M UFRAG, "RTC-ICE-UFRAG\n", HEAD ICE2 PWD M UFRAG, ""},
{"RTC-ICE-UFRAG", HEAD ICE2 M UFRAG PWD M, "RTC-ICE-UFRAG\n", HEAD ICE2 M UFRAG PWD "m=audio 0 RTP/AVP 0\n", ""},
{"RTC-ICE-UFRAG", HEAD ICE2 M UFRAG PWD "a=mid:0\n" M "a=mid:1\n", "RTC-ICE-UFRAG\n", HEAD ICE2 "a=group:BUNDLE 0 1\n" M UFRAG PWD "a=mid:0\n" M "a=mid:1\n", ""},
{"RTC-ICE-UFRAG-LEN", HEAD ICE2 M "a=ice-ufrag:abc\n" PWD, "RTC-ICE-UFRAG-LEN\n", HEAD ICE2 M UFRAG PWD, ""},
{"RTC-ICE-UFRAG-LEN", HEAD ICE2 M UFRAG "a=ice-pwd:abcdefghijklmnopqrstu\n", "RTC-ICE-UFRAG-LEN\n", HEAD ICE2 M UFRAG "a=ice-pwd:abcdefghijklmnopqrst+/\n", ""},
{"RTC-ICE-UFRAG-LEN", HEAD ICE2 M "a=ice-ufrag:ab-d\n" PWD, "RTC-ICE-UFRAG-LEN\n", HEAD ICE2 M "a=ice-ufrag:ab+d\n" PWD, ""},
{"RTC-ICE-UFRAG-LONG", HEAD ICE2 M "a=ice-ufrag:abcdefghijklmnopqrstuvwxyz0123456\n" PWD, "RTC-ICE-UFRAG-LONG\n", HEAD ICE2 M "a=ice-ufrag:abcdefghijklmnopqrstuvwxyz012345\n" PWD, ""},
{"RTC-ICE-PWD-PAIR", HEAD ICE2 M UFRAG PWD M UFRAG "a=ice-pwd:ABCDEFGHIJKLMNOPQRSTUV\n", "RTC-ICE-PWD-PAIR\n", HEAD ICE2 M UFRAG PWD M "a=ice-ufrag:ABCD\na=ice-pwd:ABCDEFGHIJKLMNOPQRSTUV\n", ""},
{"RTC-ICE-CANDIDATE", HEAD ICE2 M UFRAG PWD "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ srflx\n", "RTC-ICE-CANDIDATE\n", HEAD ICE2 M UFRAG PWD "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ srflx raddr 0.0.0.0 rport 9 generation 0\n", ""},
{"RTC-ICE-CANDIDATE", HEAD ICE2 M UFRAG PWD "a=candidate:1 1 UDP x 192.0.2.1 5000 typ host\n", "RTC-ICE-CANDIDATE\n", HEAD ICE2 M UFRAG PWD "a=candidate:1 1 udp 1 192.0.2.1 5000 typ host generation 0 network-id 1\n", ""},
{"RTC-ICE-CANDIDATE", HEAD ICE2 M UFRAG PWD "a=candidate:1 1 UDP 1 192.0.2.1 5000\n", "RTC-ICE-CANDIDATE\n", HEAD ICE2 M UFRAG PWD "a=candidate:1 1 UDP 1 0f.local 6000 typ host\n", ""},
{"RTC-ICE-MISMATCH", HEAD ICE2 M UFRAG PWD "a=candidate:1 1 UDP 1 192.0.2.9 5000 typ host\n", "RTC-ICE-MISMATCH\n", HEAD ICE2 M "c=IN IP4 0.0.0.0\n" UFRAG PWD "a=candidate:1 1 UDP 1 192.0.2.9 5000 typ host\n", ""},
{"RTC-ICE2", HEAD M UFRAG PWD, "RTC-ICE2\n", HEAD M, ""},
{"RTC-ICE2", HEAD "a=ice-options:trickle\n" M UFRAG PWD, "RTC-ICE2\n", HEAD "a=ice-options:trickle ice2\n" M UFRAG PWD, ""},
{"RTC-BUNDLE-MULTI", HEAD "a=group:BUNDLE 0\na=group:BUNDLE 0\n" M "a=mid:0\n", "RTC-BUNDLE-MULTI\n", HEAD "a=group:BUNDLE 0\na=group:LS 0\n" M "a=mid:0\n", ""},
{"RTC-BUNDLE-MID", HEAD "a=group:BUNDLE 0 1\n" M "a=mid:0\n", "RTC-BUNDLE-MID\n", HEAD "a=group:BUNDLE 0\n" M "a=mid:0\n" M "a=mid:1\n", ""},
{"RTC-BUNDLE-MID", HEAD "a=group:BUNDLE 0\n" M "a=mid:0\n" M "a=mid:0\n", "RTC-BUNDLE-MID\n", HEAD M "a=mid:0\n" M "a=mid:0\n", ""},
{"RTC-BUNDLE-PT", HEAD "a=group:BUNDLE 0 1\nm=audio 5000 RTP/AVP 96\na=mid:0\na=rtpmap:96 opus/48000/2\nm=audio 5000 RTP/AVP 96\na=mid:1\na=rtpmap:96 G722/8000\n", "RTC-BUNDLE-PT\n", HEAD "a=group:BUNDLE 0 1\nm=audio 5000 RTP/AVP 96\na=mid:0\na=rtpmap:96 opus/48000/2\nm=audio 5000 RTP/AVP 96\na=mid:1\na=rtpmap:96 OPUS/48000/2\n", ""},
{"RTC-BUNDLE-PT", HEAD "a=group:BUNDLE 0 1\nm=audio 5000 RTP/AVP 0\na=mid:0\nm=video 5000 RTP/AVP 0\na=mid:1\n", "RTC-BUNDLE-PT\n", HEAD "a=group:BUNDLE 0\nm=audio 5000 RTP/AVP 0\na=mid:0\nm=video 5000 RTP/AVP 0\na=mid:1\n", ""},
{"RTC-SCTP-PORT", HEAD PRINT "m=application 5000 UDP/DTLS/SCTP webrtc-datachannel\n", "RTC-SCTP-PORT\n", HEAD "m=application 5000 DTLS/SCTP 5000\na=sctpmap:5000 webrtc-datachannel 1024\n", ""},
{"RTC-SCTP-FMT", HEAD PRINT "m=application 5000 UDP/DTLS/SCTP webrtc-datachannel x\na=sctp-port:5000\n", "RTC-SCTP-FMT\n", HEAD PRINT "m=application 5000 UDP/DTLS/SCTP webrtc-datachannel\na=sctp-port:5000\n", ""},
#undef O
#undef C
#undef HEAD
#undef M
#undef PRINT
#undef ICE2
#undef UFRAG
#undef PWD
#undef DTLS
