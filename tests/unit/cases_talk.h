/* SPDX-License-Identifier: MIT
 *
 * The cases of test_rules_talk.c: two conversations each, in the language of talk_lines.h.
 */
/* clang-format off */
{"SIP-VIA-RESP-ORDER",
 "0 ab OPTIONS 1 x v:3\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx, SIP/2.0/UDP 10.0.0.102;branch=z9hG4bKx-2, SIP/2.0/UDP 10.0.0.101;branch=z9hG4bKx-1\n",
 NULL,
 "0 ab OPTIONS 1 x v:3\n"
 "1 ba 200 OPTIONS 1 x t:b | v: SIP/2.0/UDP 10.0.0.1;received=10.0.0.1;branch=z9hG4bKx, SIP/2.0/UDP 10.0.0.101;branch=z9hG4bKx-1 | Via: SIP/2.0/UDP 10.0.0.102:5060;branch=z9hG4bKx-2\n", NULL},
{"SIP-VIA-RESP-ORDER",
 "0 ab OPTIONS 1 x v:2\n"
 "1 ba 200 OPTIONS 1 x t:b\n",
 NULL,
 "0 ab OPTIONS 1 x v:2\n"
 "1 ba 200 OPTIONS 1 x t:b v:2\n", NULL},
{"SIP-VIA-RESP-ORDER", /* the host of the request's is the same up to there, but goes on */
 "0 pa OPTIONS 1 x c:1 | Via: SIP/2.0/WS p.test;branch=z9hG4bKx\n"
 "1 ap 200 OPTIONS 1 x c:1 t:b | Via: SIP/2.0/WS p.test.org;branch=z9hG4bKx;received=10.0.0.16\n",
 NULL,
 "0 pa OPTIONS 1 x c:1 | Via: SIP/2.0/WS p.test;branch=z9hG4bKx\n"
 "1 ap 200 OPTIONS 1 x c:1 t:b | Via: SIP/2.0/WS p.test;branch=z9hG4bKx;rport=5060;received=10.0.0.16\n", NULL},
{"SIP-VIA-RESP-ORDER", /* a quote that only the response closes: a parameter of the request is gone */
 "0 pa OPTIONS 1 x c:1 | Via: SIP/2.0/WS p.test;branch=z9hG4bKx;a=\"1;b=2\n"
 "1 ap 200 OPTIONS 1 x c:1 t:b | Via: SIP/2.0/WS p.test;branch=z9hG4bKx;a=\"1;b=2;received=\"10.0.0.16\n",
 NULL,
 "0 pa OPTIONS 1 x c:1 v:2 | Via: SIP/2.0/WS p.test;branch=z9hG4bKx, SIP/2.0/UDP b.test;branch=z9hG4bKy\n"
 "1 ap 200 OPTIONS 1 x c:1 t:b | Via: SIP/2.0/WS p.test;branch=z9hG4bKx;received=10.0.0.16, SIP/2.0/UDP b.test;branch=z9hG4bKy\n",
 NULL},
{"SIP-VIA-RESP-ORDER", /* a parameter twice, and both are given back */
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx;a=1;a=2\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1;branch=z9hG4bKx;a=1\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx;a=1;a=2\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1;branch=z9hG4bKx;a=1;a=2\n", NULL},
{"SIP-VIA-TRANSPORT-MATCH", /* that of a trace made from a log */
 "0 ab OPTIONS 1 x | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 1 y\n"
 "3 ba 200 OPTIONS 1 y t:b\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 1 y | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKy\n"
 "3 ba 200 OPTIONS 1 y t:b | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKy\n", NULL},
{"SIP-VIA-TRANSPORT-MATCH", /* of a message that nobody answers nothing is known */
 "0 ba OPTIONS 1 y\n"
 "1 ab 200 OPTIONS 1 y t:b\n"
 "2 ab INVITE 1 x | Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKx\n"
 "3 ba 100 INVITE 1 x | Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKx\n"
 "4 ba 180 INVITE 1 x t:b | Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKx\n",
 NULL,
 "0 ba OPTIONS 1 y\n"
 "1 ab 200 OPTIONS 1 y t:b\n"
 "2 ab INVITE 1 x | Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKx\n", NULL},
{"SIP-VIA-TRANSPORT-MATCH", /* TLS may have ended before */
 "0 ab OPTIONS 1 x k:TCP | Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b k:TCP | Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx\n",
 NULL,
 "0 ab OPTIONS 1 x k:TCP | Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b k:TCP | Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKx\n", NULL},
{"SIP-VIA-TRANSPORT-MATCH",
 "0 ab OPTIONS 1 x k:TLS | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b k:TLS | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n",
 NULL,
 "0 ab OPTIONS 1 x k:TLS | Via: SIP/2.0/TLS-SCTP 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b k:TLS | Via: SIP/2.0/TLS-SCTP 10.0.0.1;branch=z9hG4bKx\n", NULL},
{"SIP-VIA-TRANSPORT-MATCH",
 "0 ab OPTIONS 1 x | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 1 y\n"
 "3 ba 200 OPTIONS 1 y t:b\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/Udp 10.0.0.1;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/Udp 10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 1 y\n"
 "3 ba 200 OPTIONS 1 y t:b\n", NULL},
{"SIP-UDP-MTU",
 "0 ab INVITE 1 x o:1\n"
 "500 ab INVITE 1 x o:1\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 200 INVITE 1 x t:b o:1 | Contact: <sip:b@10.0.0.2>\n", NULL},
{"SIP-VIA-RECEIVED",
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx;received=10.0.0.1\n", NULL},
{"SIP-VIA-RECEIVED",
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bKx\n",
 NULL,
 "0 ap OPTIONS 1 x c:1 | Via: SIP/2.0/WS x.invalid;branch=z9hG4bKx\n"
 "1 pa 200 OPTIONS 1 x c:1 t:b | Via: SIP/2.0/WS x.invalid;branch=z9hG4bKx\n", NULL},
{"SIP-VIA-RECEIVED", /* another Via of the same line has one */
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx, SIP/2.0/WS x.invalid;received=10.0.0.9;branch=z9hG4bKy\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx, SIP/2.0/WS x.invalid;received=10.0.0.9;branch=z9hG4bKy\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx, SIP/2.0/WS x.invalid;branch=z9hG4bKy\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP a.test;branch=z9hG4bKx;received=10.0.0.1, SIP/2.0/WS x.invalid;branch=z9hG4bKy\n", NULL},
{"SIP-VIA-RECEIVED", /* whose host can't be told */
 "0 ab OPTIONS 1 x k:TCP | Via: SIP/2.0/TCP a.test;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b k:TCP | Via: SIP/2.0/TCP a.test;branch=z9hG4bKx\n",
 NULL,
 "0 ab OPTIONS 1 x k:TCP | Via: SIP-2.0/TCP a.test;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b k:TCP | Via: SIP-2.0/TCP a.test;branch=z9hG4bKx\n", NULL},
{"SIP-RPORT-FILLED", /* the server fills it, and another Via of the same line is left empty by somebody else */
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 2 y | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.9;rport=5070;branch=z9hG4bKz\n"
 "3 ba 200 OPTIONS 2 y t:b | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.9;rport=5070;branch=z9hG4bKz\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 2 y | Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKz\n"
 "3 ba 200 OPTIONS 2 y t:b | Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKz\n", NULL},
{"SIP-RPORT-FILLED",
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport;received=10.0.0.1;branch=z9hG4bKx\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n", NULL},
{"SIP-RPORT-FILLED", /* the topmost Via is not the request's */
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 2 y | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKy\n"
 "3 ba 200 OPTIONS 2 y t:b | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKy\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ba 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1;branch=z9hG4bKx\n"
 "2 ab OPTIONS 2 y | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKy\n"
 "3 ba 200 OPTIONS 2 y t:b | Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKz, SIP/2.0/UDP 10.0.0.1;rport=5060;branch=z9hG4bKy\n",
 "SIP-VIA-RESP-ORDER\nSIP-RESP-EXTRA-VIA\n"},
{"SIP-RPORT-SYMMETRIC",
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ca 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1;branch=z9hG4bKx\n",
 NULL,
 "0 ab OPTIONS 1 x | Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx\n"
 "1 ca 200 OPTIONS 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1;rport=5070;received=10.0.0.1;branch=z9hG4bKx\n", NULL},
{"SIP-RESP-COPY-FROM",
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b f:z\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b | From: \"A\" <sip:a@B.test>;tag=a\n", NULL},
{"SIP-RESP-COPY-FROM", /* Asterisk leaves out what is not allowed in a From: a port, a transport (RFC 3261 19.1.1) */
 "0 ab OPTIONS 1 x | From: <sip:a@b.test:5080;user=phone>;tag=a\n"
 "1 ba 200 OPTIONS 1 x t:b | From: <sip:a@b.test>;tag=a\n",
 NULL,
 "0 ab OPTIONS 1 x | From: A <sip:a@b.test:5080;transport=tcp;x=1?y=2>;tag=a\n"
 "1 ba 200 OPTIONS 1 x t:b | From: \"A\" <sip:a@b.test>;tag=a\n", NULL},
{"SIP-RESP-COPY-TO",
 "0 ab OPTIONS 1 x | To: <sip:b@b.test:5060;user=ip>\n"
 "1 ba 200 OPTIONS 1 x | To: <sip:b@b.test;user=phone>;tag=b\n",
 NULL,
 "0 ab OPTIONS 1 x | To: <sip:b@b.test:5060;lr;maddr=c.test>\n"
 "1 ba 200 OPTIONS 1 x | To: <sip:b@b.test>;tag=b\n", NULL},
{"SIP-RESP-COPY-FROM",
 "0 ab INVITE 1 x\n"
 "1 ba 180 INVITE 1 x t:b\n"
 "2 ba 200 BYE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x v:2\n"
 "1 ba 180 INVITE 1 x t:b v:2\n"
 "2 ba 200 CANCEL 1 x t:b\n", NULL},
{"SIP-RESP-COPY-FROM",
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 2 x t:b\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 01 x t:b\n", NULL},
{"SIP-RESP-COPY-FROM", /* a CSeq that doesn't name the method is its request's fault */
 "0 ab OPTIONS 1 x | CSeq: 1 INVITE\n"
 "1 ba 200 OPTIONS 1 x t:b | CSeq: 2 INVITE\n",
 NULL,
 "0 ab OPTIONS 1 x | CSeq: 1 INVITE\n"
 "1 ba 200 OPTIONS 1 x t:b | CSeq: 1 INVITE\n", NULL},
{"SIP-RESP-COPY-FROM",
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b i:two\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "0 cb OPTIONS 1 x i:two\n"
 "1 bc 200 OPTIONS 1 x t:b i:two\n", NULL},
{"SIP-RESP-COPY-FROM", /* told once, of who wrote it */
 "0 ap INFO 1 x\n"
 "1 pb INFO 1 y v:2\n"
 "2 bp 200 INFO 1 y v:2 t:b f:z\n"
 "3 pa 200 INFO 1 x t:b f:z\n",
 NULL,
 "0 ap INFO 1 x\n"
 "1 pb INFO 1 y v:2\n"
 "2 bp 200 INFO 1 y v:2 t:b\n"
 "3 pa 200 INFO 1 x t:b\n", NULL},
{"SIP-RESP-COPY-FROM", /* the branch is that of the first of the Vias in a line, as sipp writes them */
 "0 ab INFO 1 x v:2\n"
 "1 ba 200 INFO 1 x t:b f:z | Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx, SIP/2.0/UDP 10.0.0.101;branch=z9hG4bKx-1\n",
 NULL,
 "0 ab INFO 1 x v:2\n"
 "1 ba 200 INFO 1 x t:b | Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx, SIP/2.0/UDP 10.0.0.101;branch=z9hG4bKx-1\n", NULL},
{"SIP-RESP-COPY-FROM", /* what a request calls itself its response gives back */
 "0 ap INVITE 1 x c:1\n"
 "1 pa 180 INVITE 1 x t:b c:1\n"
 "2 ap CANCEL 1 x c:1\n"
 "3 pa 200 BYE 1 x t:b c:1\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pa 180 INVITE 1 x t:b c:1\n"
 "2 ap CANCEL 1 x c:1 | CSeq: 1 BYE\n"
 "3 pa 200 BYE 1 x t:b c:1\n"
 "4 pa 487 INVITE 1 x t:b c:1\n"
 "5 ap ACK 1 x t:b c:1\n"
 "33000 END 1\n", NULL},
{"SIP-RESP-COPY-TO",
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x | To: <sip:z@b.test>;tag=b\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x | To: B <sip:%62@b.test>;tag=b\n", NULL},
{"SIP-RESP-COPY-TO",
 "0 ab INFO 1 x t:b\n"
 "1 ba 481 INFO 1 x t:z\n",
 NULL,
 "0 ab INFO 1 x t:b\n"
 "1 ba 481 INFO 1 x t:b\n", NULL},
{"SIP-OPTIONS-200", /* what has no Contact of its own may have been forwarded */
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b | Contact: <sip:10.0.0.2:5060> | Accept-Language:\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b | Contact: <sip:10.0.0.2:5060>\n"
 "2 ab OPTIONS 2 y\n"
 "3 ba 200 OPTIONS 2 y t:b | Contact: <sip:10.0.0.9> | Accept-Language:\n", NULL},
{"SIP-2XX-INVITE-ALLOW", /* the server of a WebSocket may be a proxy, its client is none */
 "0 pa INVITE 1 x c:1\n"
 "1 ap 200 INVITE 1 x c:1 t:b | Contact: <sip:b@b.invalid> | Supported:\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pa 200 INVITE 1 x c:1 t:b | Contact: <sip:b@10.0.0.2> | Allow: | Supported:\n", NULL},
{"SIP-2XX-INVITE-ALLOW",
 "0 ab INVITE 1 x\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2:5060> | Allow:\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2:5060>\n", NULL},
{"SIP-RESP-NO-REQUEST",
 "0 ap OPTIONS 1 x c:1\n"
 "1 pa 200 OPTIONS 1 x t:b c:1\n"
 "2 pa 200 OPTIONS 2 y t:b c:1\n"
 "33000 END 1\n",
 NULL,
 "0 ap OPTIONS 1 x c:1\n"
 "1 pa 200 OPTIONS 1 x t:b c:1\n"
 "2 pa 200 OPTIONS 2 y t:b c:1\n"
 "3 LOSS 1 ap\n"
 "33000 END 1\n", NULL},
{"SIP-ACK-RESPONSE",
 "0 ba 200 ACK 1 x t:b\n",
 NULL,
 "0 ba 200 BYE 1 x t:b\n", NULL},
{"SIP-ACK-RESPONSE", /* a request that calls itself ACK is answered as such */
 "0 ap OPTIONS 1 x c:1\n"
 "1 pa 200 OPTIONS 1 x t:b c:1\n"
 "2 pa 200 ACK 1 y t:b c:1\n",
 NULL,
 "0 ap OPTIONS 1 x c:1 | CSeq: 1 ACK\n"
 "1 pa 200 ACK 1 x t:b c:1\n"
 "2 ap MESSAGE 2 y c:1 | CSeq: 2 CANCEL\n"
 "3 pa 200 CANCEL 2 y t:b c:1\n"
 "33000 END 1\n", NULL},
{"SIP-AUTH-CHALLENGE-ACK",
 "0 ba 407 ACK 1 x t:b\n",
 NULL,
 "0 ba 407 INVITE 1 x t:b\n", NULL},
{"SIP-AUTH-CHALLENGE-CANCEL",
 "0 ba 401 CANCEL 1 x t:b\n",
 NULL,
 "0 ba 481 CANCEL 1 x t:b\n", NULL},
{"SIP-100-TIMESTAMP",
 "0 ab INVITE 1 i | Timestamp: 54\n"
 "1 ba 100 INVITE 1 i\n",
 NULL,
 "0 ab INVITE 1 i | Timestamp: 54\n"
 "1 ba 100 INVITE 1 i | Timestamp: 54 0.1\n", NULL},
{"SIP-100-NON-INVITE",
 "0 ap MESSAGE 1 x c:1\n"
 "1 pa 183 MESSAGE 1 x t:b c:1\n",
 NULL,
 "0 ap MESSAGE 1 x c:1\n"
 "1 pa 100 MESSAGE 1 x c:1\n", NULL},
{"SIP-100-NON-INVITE", /* an INVITE, whatever its CSeq says */
 "0 ap MESSAGE 1 x c:1\n"
 "1 pa 180 MESSAGE 1 x t:b c:1\n",
 NULL,
 "0 ap INVITE 1 x c:1 | CSeq: 1 BYE\n"
 "1 pa 180 INVITE 1 x t:b c:1 | CSeq: 1 BYE\n", NULL},
{"SIP-100-EARLY-UDP",
 "0 ab MESSAGE 1 x\n"
 "1 ba 100 MESSAGE 1 x\n",
 NULL,
 "0 ab MESSAGE 1 x\n"
 "3500 ba 100 MESSAGE 1 x\n", NULL},
{"SIP-408-NON-INVITE",
 "0 ab MESSAGE 1 x\n"
 "1 ba 408 MESSAGE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 408 INVITE 1 x t:b\n", NULL},
{"SIP-FINAL-TWICE",
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b\n"
 "2 ba 404 OPTIONS 1 x t:b\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b\n"
 "2 ba 200 OPTIONS 1 x t:b\n", NULL},
{"SIP-FINAL-TWICE",
 "0 ab INVITE 1 x\n"
 "1 ba 486 INVITE 1 x t:b\n"
 "2 ba 603 INVITE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 486 INVITE 1 x t:b\n"
 "2 ba 200 INVITE 1 x t:c | Contact: <sip:c@10.0.0.2>\n", NULL},
{"SIP-FINAL-TWICE", /* a CANCEL that calls itself INVITE: its 200 does so, too */
 "0 ap INVITE 1 x c:1\n"
 "1 pa 180 INVITE 1 x t:b c:1\n"
 "2 ap CANCEL 1 x c:1\n"
 "3 pa 200 CANCEL 1 x t:b c:1\n"
 "4 pa 487 INVITE 1 x t:b c:1\n"
 "5 pa 500 INVITE 1 x t:b c:1\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pa 180 INVITE 1 x t:b c:1\n"
 "2 ap CANCEL 1 x c:1 | CSeq: 1 INVITE\n"
 "3 pa 200 INVITE 1 x t:b c:1\n"
 "4 pa 487 INVITE 1 x t:b c:1\n"
 "5 ap ACK 1 x t:b c:1\n"
 "33000 END 1\n", NULL},
{"SIP-FINAL-TWICE", /* datagrams may change places; who forwards both wrote neither */
 "0 ap INVITE 1 x c:1\n"
 "1 pb INVITE 1 y v:2\n"
 "2 bp 200 INVITE 1 y v:2 t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 pa 200 INVITE 1 x c:1 t:b | Contact: <sip:b@10.0.0.2>\n"
 "1502 bp 500 INVITE 1 y v:2 t:b\n"
 "1503 pa 500 INVITE 1 x c:1 t:b\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pb INVITE 1 y v:2\n"
 "2 bp 200 INVITE 1 y v:2 t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 pa 200 INVITE 1 x c:1 t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 bp 500 INVITE 1 y v:2 t:b\n"
 "5 pa 500 INVITE 1 x c:1 t:b\n", NULL},
{"SIP-1XX-AFTER-FINAL",
 "0 ap INVITE 1 x c:1\n"
 "1 pa 486 INVITE 1 x t:b c:1\n"
 "2 pa 180 INVITE 1 x t:b c:1\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pa 486 INVITE 1 x t:b c:1 n:3\n"
 "2 pa 180 INVITE 1 x t:b c:1 n:2\n", NULL},
{"SIP-1XX-AFTER-FINAL", /* over UDP it is no copy of the 100 */
 "0 ab INVITE 1 x\n"
 "1 ba 100 INVITE 1 x\n"
 "2 ba 486 INVITE 1 x t:b\n"
 "1500 ba 180 INVITE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 180 INVITE 1 x t:b\n"
 "2 ba 486 INVITE 1 x t:b\n"
 "1500 ba 180 INVITE 1 x t:b\n", NULL},
{"SIP-1XX-AFTER-FINAL", /* over UDP it is a copy, or a new one; told once, of who wrote it */
 "0 ap INVITE 1 x c:1\n"
 "1 pb INVITE 1 y v:2\n"
 "2 bp 180 INVITE 1 y v:2 t:b\n"
 "3 pa 180 INVITE 1 x c:1 t:b\n"
 "4 bp 486 INVITE 1 y v:2 t:b\n"
 "5 pa 486 INVITE 1 x c:1 t:b\n"
 "1500 bp 183 INVITE 1 y v:2 t:b\n"
 "1501 pa 183 INVITE 1 x c:1 t:b\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pb INVITE 1 y v:2\n"
 "2 bp 180 INVITE 1 y v:2 t:b\n"
 "3 pa 180 INVITE 1 x c:1 t:b\n"
 "4 bp 486 INVITE 1 y v:2 t:b\n"
 "5 pa 486 INVITE 1 x c:1 t:b\n"
 "1500 bp 180 INVITE 1 y v:2 t:b\n"
 "1501 pa 180 INVITE 1 x c:1 t:b\n", NULL},
{"SIP-CONTACT-2XX",
 "0 ab INVITE 1 x\n"
 "1 ba 200 INVITE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 200 INVITE 1 x t:b | m: <sip:b@10.0.0.2>\n", NULL},
{"SIP-CONTACT-2XX", /* the INVITE is accepted all the same; the other 200 is the CANCEL's */
 "0 ab INVITE 1 x\n"
 "1 ba 180 INVITE 1 x t:b\n"
 "2 ab CANCEL 1 x | CSeq: 1 INVITE\n"
 "3 ba 200 INVITE 1 x t:b || v=0\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 180 INVITE 1 x t:b\n"
 "2 ab CANCEL 1 x | CSeq: 1 INVITE\n"
 "3 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2> || v=0\n"
 "4 ba 200 INVITE 1 x t:b\n", NULL},
{"SIP-RR-COPY",
 "0 ab INVITE 1 x | Record-Route: <sip:p;lr>, <sip:q;lr>\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:q;lr>, <sip:p;lr>\n",
 NULL,
 "0 ab INVITE 1 x | Record-Route: <sip:p;lr>, <sip:q;lr>\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:p;lr> | Record-Route: <sip:q;lr>\n", NULL},
{"SIP-RR-COPY",
 "0 pa INVITE 1 x c:1 | Record-Route: <sip:p;lr>\n"
 "1 ap 200 INVITE 1 x t:b c:1 | Contact: <sip:b@x.invalid>\n",
 NULL,
 "0 ab INVITE 1 x | Record-Route: <sip:p;lr>\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.3>\n", NULL},
{"SIP-RR-COPY", /* a parameter is lost */
 "0 pa INVITE 1 x c:1 | Record-Route: <sip:p;lr>\n"
 "1 ap 200 INVITE 1 x t:b c:1 | Contact: <sip:b@x.invalid> | Record-Route: <sip:p>\n",
 NULL,
 "0 pa INVITE 1 x c:1 | Record-Route: <sip:p;lr;a=b>\n"
 "1 ap 200 INVITE 1 x t:b c:1 | Contact: <sip:b@x.invalid> | Record-Route: \"P\" <sip:p;A=b;lr>\n", NULL},
{"SIP-RR-COPY", /* an early dialog */
 "0 pa INVITE 1 x c:1 | Record-Route: <sip:p;lr> | Supported: 100rel\n"
 "1 ap 183 INVITE 1 x t:b c:1 | Contact: <sip:b@x.invalid> | Require: 100rel | RSeq: 1\n",
 NULL,
 "0 pa INVITE 1 x c:1 | Record-Route: <sip:p;lr> | Supported: 100rel\n"
 "1 ap 183 INVITE 1 x t:b c:1 | Contact: <sip:b@x.invalid>\n", NULL},
{"SIP-RESP-REQUIRE",
 "0 ab INVITE 1 x\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2> | Require: timer\n",
 NULL,
 "0 ab INVITE 1 x | k: timer\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2> | Require: timer\n", NULL},
{"SIP-416-SCHEME",
 "0 ab OPTIONS 1 x\n"
 "1 ba 416 OPTIONS 1 x t:b\n",
 NULL,
 "0 ab OPTIONS 1 x u:tel:+1\n"
 "1 ba 416 OPTIONS 1 x t:b\n", NULL},
{"SIP-505-VERSION",
 "0 ab OPTIONS 1 x\n"
 "1 ba 505 OPTIONS 1 x t:b\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "1 ba 501 OPTIONS 1 x t:b\n", NULL},
{"SIP-400-BADREQ",
 "0 ab MESSAGE 1 x | Content-Length: 9 || 1234\n"
 "1 ba 200 MESSAGE 1 x t:b\n",
 NULL,
 "0 ab MESSAGE 1 x | Content-Length: 9 || 1234\n"
 "1 ba 400 MESSAGE 1 x t:b\n", NULL},
{"SIP-400-BADREQ", /* what is no number says nothing of the end */
 "0 ab MESSAGE 1 x | Content-Length: 9 || 1234\n"
 "1 ba 200 MESSAGE 1 x t:b\n",
 NULL,
 "0 ab MESSAGE 1 x | Content-Length: -9 || 1234\n"
 "1 ba 200 MESSAGE 1 x t:b\n", NULL},
{"SIP-TO-TAG-SAME",
 "0 pa INVITE 1 x c:1\n"
 "1 ap 180 INVITE 1 x t:b c:1\n"
 "2 ap 486 INVITE 1 x t:c c:1\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pa 180 INVITE 1 x t:b c:1\n"
 "2 pa 486 INVITE 1 x t:c c:1\n", NULL},
{"SESSTIMER-INCREASE",
 "0 ab INVITE 1 x | Session-Expires: 90\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2> | x: 91;refresher=uac\n",
 NULL,
 "0 ab INVITE 1 x | Session-Expires: 90\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2> | x: 90;refresher=uac\n", NULL},
{"REFER-TO-400",
 "0 ab REFER 1 x\n"
 "1 ba 202 REFER 1 x t:b\n",
 NULL,
 "0 ab REFER 1 x\n"
 "1 ba 400 REFER 1 x t:b\n", NULL},
{"REFER-TO-400",
 "0 ab REFER 1 x | Refer-To: <sip:c> | r: <sip:d>\n"
 "1 ba 202 REFER 1 x t:b\n",
 NULL,
 "0 ab REFER 1 x | r: <sip:d>\n"
 "1 ba 202 REFER 1 x t:b\n", NULL},
{"REPL-400",
 "0 ab OPTIONS 1 x | Replaces: y;to-tag=1;from-tag=2\n"
 "1 ba 200 OPTIONS 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x | Replaces: y;to-tag=1;from-tag=2\n"
 "1 ba 200 INVITE 1 x t:b | Contact: <sip:b@10.0.0.2>\n", NULL},
{"OB-430",
 "0 ab INVITE 1 x\n"
 "1 ba 430 INVITE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x | Route: <sip:p;lr;ob>\n"
 "1 ba 430 INVITE 1 x t:b\n", NULL},
{"SIP-BRANCH-REUSE",
 "0 ab OPTIONS 1 x\n"
 "8 ba 200 OPTIONS 1 x t:b\n"
 "9 ab OPTIONS 2 x\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "8 ba 200 OPTIONS 1 x t:b\n"
 "9 ab OPTIONS 1 x\n", NULL},
{"SIP-BRANCH-REUSE",
 "0 ab OPTIONS 1 x\n"
 "8 ba 200 OPTIONS 1 x t:b\n"
 "9 ab OPTIONS 1 x i:two\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 100 INVITE 1 x\n"
 "10 ab CANCEL 1 x\n", NULL},
{"SIP-BRANCH-REUSE", /* by the ACK of a 2xx: it is no ACK of the other call's refusal */
 "0 ab INVITE 1 x i:one f:a\n"
 "1 ba 486 INVITE 1 x i:one f:a t:b\n"
 "2 ab ACK 1 x i:one f:a t:b\n"
 "3 ab INVITE 1 y i:two f:c | Contact: <sip:a@10.0.0.1>\n"
 "4 ba 200 INVITE 1 y i:two f:c t:d | Contact: <sip:b@10.0.0.2>\n"
 "5 ab ACK 1 x i:two f:c t:d u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 x i:one f:a\n"
 "1 ba 486 INVITE 1 x i:one f:a t:b\n"
 "2 ab ACK 1 x i:one f:a t:b\n"
 "3 ab INVITE 1 y i:two f:c | Contact: <sip:a@10.0.0.1>\n"
 "4 ba 200 INVITE 1 y i:two f:c t:d | Contact: <sip:b@10.0.0.2>\n"
 "5 ab ACK 1 z i:two f:c t:d u:sip:b@10.0.0.2\n", NULL},
{"SIP-BRANCH-REUSE", /* by an INVITE: both ACKs are right */
 "0 ab INVITE 1 x i:one f:a\n"
 "1 ba 486 INVITE 1 x i:one f:a t:b\n"
 "2 ab INVITE 1 x i:two f:c\n"
 "3 ba 486 INVITE 1 x i:two f:c t:d\n"
 "4 ab ACK 1 x i:one f:a t:b\n"
 "5 ab ACK 1 x i:two f:c t:d\n",
 NULL,
 "0 ab INVITE 1 x i:one f:a\n"
 "1 ba 486 INVITE 1 x i:one f:a t:b\n"
 "2 ab INVITE 1 y i:two f:c\n"
 "3 ba 486 INVITE 1 y i:two f:c t:d\n"
 "4 ab ACK 1 x i:one f:a t:b\n"
 "5 ab ACK 1 y i:two f:c t:d\n", NULL},
{"SIP-BRANCH-ACK-NON2XX", /* the final response lacks the tag that the one before it has */
 "0 ab INVITE 1 x\n"
 "8 ba 180 INVITE 1 x t:b\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:c\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "8 ba 180 INVITE 1 x t:b\n"
 "9 ba 486 INVITE 1 x\n"
 "10 ab ACK 1 x t:b\n", NULL},
{"SIP-BRANCH-ACK-NON2XX", /* another Call-ID; by its From tag it is of that INVITE */
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:b i:two\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:b\n", NULL},
{"SIP-BRANCH-CANCEL",
 "0 ab INVITE 1 x | Route: <sip:p;lr>\n"
 "9 ba 100 INVITE 1 x\n"
 "10 ab CANCEL 1 x\n",
 NULL,
 "0 ab INVITE 1 x | Route: <sip:p;lr>\n"
 "9 ba 100 INVITE 1 x\n"
 "10 ab CANCEL 1 x | Route: <sip:p;lr>\n", NULL},
{"SIP-BRANCH-CANCEL",
 "0 ab INVITE 1 x\n"
 "9 ba 100 INVITE 1 x\n"
 "10 ab CANCEL 1 y\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "0 ac INVITE 1 y\n"
 "9 ba 100 INVITE 1 x\n"
 "9 ca 100 INVITE 1 y\n"
 "10 ac CANCEL 1 y\n", NULL},
{"SIP-BRANCH-ACK-NON2XX",
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:b\n", NULL},
{"SIP-BRANCH-ACK-NON2XX",
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 y t:b\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:b | To: <sip:b@B.test>;tag=b\n", NULL},
{"SIP-BRANCH-ACK-2XX",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 i t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-ACK-CSEQ", /* the number is that of the INVITE that was challenged */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 407 INVITE 1 i t:p\n"
 "2 ab ACK 1 i t:p\n"
 "3 ab INVITE 2 j | Contact: <sip:a@10.0.0.1>\n"
 "4 ba 200 INVITE 2 j t:b | Contact: <sip:b@10.0.0.2>\n"
 "5 ab ACK 1 k t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 407 INVITE 1 i t:p\n"
 "2 ab ACK 1 i t:p\n"
 "3 ab INVITE 2 j | Contact: <sip:a@10.0.0.1>\n"
 "4 ba 200 INVITE 2 j t:b | Contact: <sip:b@10.0.0.2>\n"
 "5 ab ACK 2 k t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-ACK-CSEQ",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 2 k t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-ACK-CREDENTIALS",
 "0 ab INVITE 1 i | Authorization: Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"sip:b\", response=\"d\"\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i v:2 | Authorization: Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"sip:b\", response=\"d\"\n"
 "2 ba 200 INVITE 1 i t:b v:2 | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b v:2 u:sip:b@10.0.0.2\n", NULL},
{"SIP-ACK-REQUIRE",
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:b | Require: timer\n",
 NULL,
 "0 ab INVITE 1 i | Require: timer | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2 | Require: timer\n", NULL},
{"SIP-CANCEL-BEFORE-1XX",
 "0 ab INVITE 1 x\n"
 "10 ab CANCEL 1 x\n"
 "20 ba 100 INVITE 1 x\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 100 INVITE 1 x\n"
 "10 ab CANCEL 1 x\n"
 "20 ba 180 INVITE 1 x t:b\n", NULL},
{"SIP-CANCEL-NON-INVITE",
 "0 ab MESSAGE 1 x\n"
 "10 ab CANCEL 1 x\n",
 NULL,
 "0 ab MESSAGE 1 x\n"
 "10 ab CANCEL 1 y\n", NULL},
{"SIP-CANCEL-AFTER-FINAL",
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "10 ab ACK 1 x t:b\n"
 "11 ab CANCEL 1 x\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 486 INVITE 1 x t:b\n"
 "11 ab CANCEL 1 x\n"
 "12 ab ACK 1 x t:b\n", NULL},
{"SIP-RETRANS-RELIABLE",
 "0 ab OPTIONS 1 x k:TCP\n"
 "500 ab OPTIONS 1 x k:TCP\n",
 NULL,
 "0 ab OPTIONS 1 x k:TCP v:2\n"
 "500 ab OPTIONS 1 x k:TCP v:2\n", NULL},
{"SIP-RETRANS-TIMER",
 "0 ab INVITE 1 x\n"
 "500 ab INVITE 1 x\n"
 "1000 ab INVITE 1 x\n"
 "1500 ab INVITE 1 x\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "500 ab INVITE 1 x\n"
 "1500 ab INVITE 1 x\n"
 "3500 ab INVITE 1 x\n"
 "7500 ab INVITE 1 x\n", NULL},
{"SIP-RETRANS-IDENTICAL",
 "0 ab INVITE 1 x\n"
 "500 ab INVITE 1 x | Subject: y\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "500 ab INVITE 1 x\n", NULL},
{"SIP-3XX-URI-COPY",
 "0 ab INVITE 1 x\n"
 "9 ba 302 INVITE 1 x t:b | Contact: <sip:c@b.test?Subject=x>\n"
 "10 ab ACK 1 x t:b\n"
 "11 ab INVITE 2 y u:sip:c@b.test?Subject=x\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 302 INVITE 1 x t:b | Contact: <sip:c@b.test?Subject=x>\n"
 "10 ab ACK 1 x t:b\n"
 "11 ab INVITE 2 y u:sip:c@b.test\n", NULL},
{"SESSTIMER-422-RETRY",
 "0 ab INVITE 1 x\n"
 "9 ba 422 INVITE 1 x t:b | Min-SE: 200\n"
 "10 ab ACK 1 x t:b\n"
 "11 ab INVITE 2 y\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "9 ba 422 INVITE 1 x t:b | Min-SE: 200\n"
 "10 ab ACK 1 x t:b\n"
 "11 ab INVITE 2 y | Min-SE: 200\n", NULL},
{"SIP-TO-TAG-INITIAL",
 "0 ab REGISTER 1 x t:b\n",
 NULL,
 "0 ab REGISTER 1 x\n", NULL},
{"SIP-TO-TAG-INITIAL", /* the tag of who refused it; one that waits may have made a dialog elsewhere */
 "0 ap INVITE 1 x c:1 | Contact: <sip:a@x.invalid>\n"
 "1 pa 407 INVITE 1 x t:q c:1\n"
 "2 ap ACK 1 x t:q c:1\n"
 "3 ap INVITE 2 y t:q c:1 | Contact: <sip:a@x.invalid>\n",
 NULL,
 "0 ap INVITE 1 x c:1 | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 x t:q c:1\n"
 "2 ap INVITE 2 y t:r c:1 | Contact: <sip:a@x.invalid>\n", NULL},
{"SIP-TO-TAG-INITIAL", /* no MESSAGE makes a dialog, but another tag may be of an older one */
 "0 ab MESSAGE 1 x\n"
 "1 ba 200 MESSAGE 1 x t:q\n"
 "2 ab MESSAGE 2 y t:q\n"
 "3 ba 200 MESSAGE 2 y t:q\n"
 "4 ab MESSAGE 3 z t:q\n",
 NULL,
 "0 ab MESSAGE 1 x\n"
 "1 ba 200 MESSAGE 1 x t:q\n"
 "2 ab MESSAGE 2 y t:r\n"
 "3 ba 200 MESSAGE 2 y t:r\n", NULL},
{"SIP-TO-TAG-INITIAL", /* what was cancelled wasn't captured, and may have been accepted */
 "0 ab SUBSCRIBE 1 x | Event: presence | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 401 SUBSCRIBE 1 x t:q\n"
 "2 ab SUBSCRIBE 2 y t:q | Event: presence | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab CANCEL 1 x\n"
 "1 ba 200 CANCEL 1 x t:q\n"
 "2 ab INVITE 2 y t:q | Contact: <sip:a@10.0.0.1>\n", NULL},
{"SIP-MAXFWD-DECREMENT",
 "0 ap INVITE 1 x\n"
 "1 pb INVITE 1 y | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx\n",
 NULL,
 "0 ap INVITE 1 x\n"
 "1 pb INVITE 1 y | Max-Forwards: 69 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx\n", NULL},
{"SIP-MAXFWD-ZERO-FORWARDED",
 "0 ap INVITE 1 x | Max-Forwards: 0\n"
 "1 pb INVITE 1 y | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx\n",
 NULL,
 "0 ap INVITE 1 x | Max-Forwards: 1\n"
 "1 pb INVITE 1 y | Max-Forwards: 0 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx\n", NULL},
{"SIP-AUTH-QOP",
 "0 ab REGISTER 1 x\n"
 "1 ba 401 REGISTER 1 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab REGISTER 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", uri=\"sip:b\", response=\"d\"\n",
 NULL,
 "0 ab REGISTER 1 x\n"
 "1 ba 401 REGISTER 1 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab REGISTER 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n", NULL},
{"SIP-AUTH-CSEQ",
 "0 ab OPTIONS 2 x\n"
 "1 ba 401 OPTIONS 2 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab OPTIONS 1 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n",
 NULL,
 "0 ab OPTIONS 2 x\n"
 "1 ba 401 OPTIONS 2 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab OPTIONS 3 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n", NULL},
{"SIP-AUTH-CSEQ", /* a later request is no retry */
 "0 ab REGISTER 2 x\n"
 "1 ba 401 REGISTER 2 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\n"
 "2 ab REGISTER 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n",
 "SIP-AUTH-CSEQ\n" "SIP-CSEQ-REG-INC\n",
 "0 ab REGISTER 2 x\n"
 "1 ba 401 REGISTER 2 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\n"
 "2 ab REGISTER 3 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n"
 "3 ba 200 REGISTER 3 y t:b\n"
 "9000 ab REGISTER 2 z | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", qop=auth, nc=00000002, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n", "SIP-CSEQ-REG-INC\n"},
{"SIP-AUTH-NONCE",
 "0 ab REGISTER 1 x\n"
 "1 ba 401 REGISTER 1 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab REGISTER 2 y | Authorization: Digest username=\"a\", realm=\"s\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n",
 NULL,
 "0 ab REGISTER 1 x\n"
 "1 ba 401 REGISTER 1 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab REGISTER 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n", NULL},
{"SIP-AUTH-NONCE",
 "0 ab MESSAGE 1 x | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n"
 "9 ba 200 MESSAGE 1 x t:b\n"
 "10 ab MESSAGE 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n",
 NULL,
 "0 ab MESSAGE 1 x | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n"
 "9 ba 200 MESSAGE 1 x t:b\n"
 "10 ab MESSAGE 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000002, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n", NULL},
{"SIP-AUTH-REJECTED",
 "0 ab REGISTER 1 x\n"
 "1 ba 401 REGISTER 1 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab REGISTER 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n"
 "3 ba 401 REGISTER 2 y t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", opaque=\"o\", qop=\"auth\"\n"
 "4 ab REGISTER 3 z | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n",
 "SIP-AUTH-NONCE\n"
 "SIP-AUTH-REJECTED\n",
 "0 ab REGISTER 1 x\n"
 "1 ba 401 REGISTER 1 x t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\"\n"
 "2 ab REGISTER 2 y | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n"
 "3 ba 401 REGISTER 2 y t:b | WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", opaque=\"o\", qop=\"auth\"\n"
 "4 ab REGISTER 3 z | Authorization: Digest username=\"a\", realm=\"r\", nonce=\"m\", opaque=\"o\", qop=auth, nc=00000001, cnonce=\"z\", uri=\"sip:b\", response=\"d\"\n", NULL},
{"SIP-CANCEL-UNANSWERED",
 "0 ap INVITE 1 x c:1\n"
 "1 pa 100 INVITE 1 x c:1\n"
 "2 ap CANCEL 1 x c:1\n"
 "33000 END 1\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pa 100 INVITE 1 x c:1\n"
 "2 ap CANCEL 1 x c:1\n"
 "3 pa 200 CANCEL 1 x t:c c:1\n"
 "4 pa 487 INVITE 1 x t:b c:1\n"
 "5 ap ACK 1 x t:b c:1\n"
 "33000 END 1\n", NULL},
{"SIP-NONINVITE-UNANSWERED",
 "0 ap OPTIONS 1 x c:1\n"
 "33000 END 1\n",
 NULL,
 "0 ap OPTIONS 1 x c:1\n"
 "1 LOSS 1 ap\n"
 "33000 END 1\n", NULL},
{"SIP-NONINVITE-UNANSWERED",
 "0 ab OPTIONS 1 x\n"
 "500 ab OPTIONS 1 x\n"
 "600 ba INFO 1 y f:b t:a\n"
 "40000 NOW\n",
 NULL,
 "0 ab OPTIONS 1 x\n"
 "600 ba INFO 1 y f:b t:a\n"
 "40000 NOW\n", NULL},
{"SIP-NONINVITE-UNANSWERED", /* of the two, who has asked the other waits */
 "0 ap INFO 1 x c:1 | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "1 pb INFO 1 y v:2 c:2 | Max-Forwards: 69 | Via: SIP/2.0/WS 10.0.0.16;branch=z9hG4bKy, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "33000 END 1\n"
 "33000 END 2\n",
 NULL,
 "0 ap INFO 1 x c:1 | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "1 pb INFO 1 y v:2 c:2 | Max-Forwards: 69 | Via: SIP/2.0/WS 10.0.0.16;branch=z9hG4bKy, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "2 bp 200 INFO 1 y v:2 c:2 t:b | Via: SIP/2.0/WS 10.0.0.16;branch=z9hG4bKy, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "3 pa 200 INFO 1 x c:1 t:b | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "33000 END 1\n"
 "33000 END 2\n", NULL},
{"SIP-NONINVITE-UNANSWERED", /* answered, if not well */
 "0 ap OPTIONS 1 x c:1\n"
 "33000 END 1\n",
 NULL,
 "0 ap OPTIONS 1 x c:1\n"
 "1 pa 200 OPTIONS 2 x c:1 t:b\n"
 "33000 END 1\n", "SIP-RESP-COPY-FROM\n"},
{"SIP-NONINVITE-UNANSWERED", /* held back, where the stream is seen from its middle, until its response was read */
 "0 ap OPTIONS 1 x c:1 n:1\n"
 "33000 END 1\n",
 NULL,
 "5 pa 200 OPTIONS 1 x c:1 n:1 t:b\n"
 "0 ap OPTIONS 1 x c:1 n:1\n"
 "33000 END 1\n", NULL},
{"SIP-CANCEL-487",
 "0 pa INVITE 1 x c:1\n"
 "1 ap 180 INVITE 1 x t:b c:1\n"
 "2 pa CANCEL 1 x c:1\n"
 "3 ap 200 CANCEL 1 x t:b c:1\n"
 "4 ap 486 INVITE 1 x t:b c:1\n",
 NULL,
 "0 pa INVITE 1 x c:1\n"
 "1 ap 180 INVITE 1 x t:b c:1\n"
 "2 pa CANCEL 1 x c:1\n"
 "3 ap 200 CANCEL 1 x t:b c:1\n"
 "4 ap 487 INVITE 1 x t:b c:1\n", NULL},
{"SIP-ACK-MISSING",
 "0 ap INVITE 1 x c:1\n"
 "1 pa 486 INVITE 1 x t:b c:1\n"
 "33000 END 1\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "1 pa 486 INVITE 1 x t:b c:1\n"
 "2 ap ACK 1 x t:b c:1\n"
 "33000 END 1\n", NULL},
{"SIP-ACK-MISSING",
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.2>\n"
 "502 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.2>\n"
 "33000 END 1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.2>\n"
 "33000 END 1\n", NULL},
{"SIP-ACK-MISSING", /* sent again to where 302 pointed, with the same CSeq */
 "0 ap INVITE 1 x c:1 | Contact: <sip:a@x.invalid>\n"
 "1 pa 302 INVITE 1 x t:m c:1 | Contact: <sip:c@10.0.0.16>\n"
 "2 ap ACK 1 x t:m c:1\n"
 "3 ap INVITE 1 y c:1 u:sip:c@10.0.0.16 | Contact: <sip:a@x.invalid>\n"
 "4 pa 200 INVITE 1 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "504 pa 200 INVITE 1 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "33000 END 1\n",
 NULL,
 "0 ap INVITE 1 x c:1 | Contact: <sip:a@x.invalid>\n"
 "1 pa 302 INVITE 1 x t:m c:1 | Contact: <sip:c@10.0.0.16>\n"
 "2 ap ACK 1 x t:m c:1\n"
 "3 ap INVITE 1 y c:1 u:sip:c@10.0.0.16 | Contact: <sip:a@x.invalid>\n"
 "4 pa 200 INVITE 1 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "504 pa 200 INVITE 1 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "505 ap ACK 1 z t:b c:1 u:sip:b@10.0.0.2\n"
 "33000 END 1\n", NULL},
{"SIP-BRANCH-ACK-NON2XX", /* refused by one, accepted by another: which of the two the ACK is for its To tag tells */
 "0 ap INVITE 1 x c:1 | Contact: <sip:a@x.invalid>\n"
 "1 pa 486 INVITE 1 x t:m c:1\n"
 "2 pa 200 INVITE 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "3 ap ACK 1 y t:m c:1\n",
 NULL,
 "0 ap INVITE 1 x c:1 | Contact: <sip:a@x.invalid>\n"
 "1 pa 486 INVITE 1 x t:m c:1\n"
 "2 pa 200 INVITE 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "3 ap ACK 1 y t:b c:1 u:sip:b@10.0.0.2\n", NULL},
{"SIP-ACK-MISSING", /* the way of the ACK begins with this connection, or with another host */
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:q.test;lr>, <sip:10.0.0.16;transport=ws;lr>\n"
 "33000 END 1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:10.0.0.16;transport=ws;lr>, <sip:q.test;lr>\n"
 "33000 END 1\n", NULL},
{"SIP-ACK-MISSING", /* a caller who got nothing for 64*T1 has given up; one who got 100 waits on */
 "0 ap INVITE 1 x c:1\n"
 "1 pa 100 INVITE 1 x c:1\n"
 "32001 pa 486 INVITE 1 x t:b c:1\n"
 "66000 END 1\n",
 NULL,
 "0 ap INVITE 1 x c:1\n"
 "30001 pa 486 INVITE 1 x t:b c:1\n"
 "66000 END 1\n", NULL},
{"SIP-ACK-MISSING", /* where the capture begins amid the copies, the wait between two tells since when he waits */
 "0 ab INVITE 1 x\n"
 "4000 ab INVITE 1 x\n"
 "24000 ba 486 INVITE 1 x t:b\n"
 "24500 ba 486 INVITE 1 x t:b\n"
 "60000 ab MESSAGE 1 m i:two\n"
 "61000 NOW\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "16000 ab INVITE 1 x\n"
 "24000 ba 486 INVITE 1 x t:b\n"
 "24500 ba 486 INVITE 1 x t:b\n"
 "60000 ab MESSAGE 1 m i:two\n"
 "61000 NOW\n", NULL},
{"SIP-ACK-MISSING", /* ... and where it begins before the last of them, that may be the only one: 32 s after the first */
 "0 ab OPTIONS 1 o i:three\n"
 "16000 ab INVITE 1 x\n"
 "17000 ba 486 INVITE 1 x t:b\n"
 "17500 ba 486 INVITE 1 x t:b\n"
 "60000 ab MESSAGE 1 m i:two\n"
 "61000 NOW\n",
 NULL,
 "0 ab OPTIONS 1 o i:three\n"
 "15000 ab INVITE 1 x\n"
 "16000 ba 486 INVITE 1 x t:b\n"
 "16500 ba 486 INVITE 1 x t:b\n"
 "60000 ab MESSAGE 1 m i:two\n"
 "61000 NOW\n", NULL},
{"SIP-ACK-MISSING", /* of a re-INVITE: its 2xx names no way, the dialog does */
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@y.invalid> | Record-Route: <sip:q.test;lr>, <sip:10.0.0.16;transport=ws;lr>\n"
 "3 ap ACK 1 k c:1 t:b u:sip:b@y.invalid | Route: <sip:10.0.0.16;transport=ws;lr>, <sip:q.test;lr>\n"
 "4 ap INVITE 2 x c:1 t:b u:sip:b@y.invalid | Route: <sip:10.0.0.16;transport=ws;lr>, <sip:q.test;lr> | Contact: <sip:a@x.invalid>\n"
 "5 pa 200 INVITE 2 x c:1 t:b | Contact: <sip:b@y.invalid>\n"
 "33000 END 1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@y.invalid> | Record-Route: <sip:10.0.0.16;transport=ws;lr>, <sip:q.test;lr>\n"
 "3 ap ACK 1 k c:1 t:b u:sip:b@y.invalid | Route: <sip:q.test;lr>, <sip:10.0.0.16;transport=ws;lr>\n"
 "4 ap INVITE 2 x c:1 t:b u:sip:b@y.invalid | Route: <sip:q.test;lr>, <sip:10.0.0.16;transport=ws;lr> | Contact: <sip:a@x.invalid>\n"
 "5 pa 200 INVITE 2 x c:1 t:b | Contact: <sip:b@y.invalid>\n"
 "33000 END 1\n", NULL},
{"SIP-ACK-MISSING", /* a server has no other way to a browser */
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "502 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "33000 END 1\n",
 NULL,
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.1>\n"
 "33000 END 1\n", "SIP-2XX-RETRANS\n"},
{"SIP-ACK-MISSING", /* by a proxy, on its own hop */
 "0 ap INVITE 1 y-1 c:1\n"
 "1 pb INVITE 1 y v:2 | Max-Forwards: 69\n"
 "2 bp 486 INVITE 1 y v:2 t:b\n"
 "3 pa 486 INVITE 1 y-1 c:1 t:b\n"
 "4 ap ACK 1 y-1 c:1 t:b\n"
 "502 bp 486 INVITE 1 y v:2 t:b\n"
 "33000 pb OPTIONS 1 o i:two\n"
 "33001 bp 200 OPTIONS 1 o i:two t:b\n"
 "33002 END 1\n",
 NULL,
 "0 ap INVITE 1 y-1 c:1\n"
 "1 pb INVITE 1 y v:2 | Max-Forwards: 69\n"
 "2 bp 486 INVITE 1 y v:2 t:b\n"
 "3 pa 486 INVITE 1 y-1 c:1 t:b\n"
 "4 ap ACK 1 y-1 c:1 t:b\n"
 "5 pb ACK 1 y t:b\n"
 "502 bp 486 INVITE 1 y v:2 t:b\n"
 "33000 pb OPTIONS 1 o i:two\n"
 "33001 bp 200 OPTIONS 1 o i:two t:b\n"
 "33002 END 1\n", NULL},
{"SIP-2XX-RETRANS",
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "33000 END 1\n",
 "SIP-ACK-MISSING\n" "SIP-2XX-RETRANS\n",
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "502 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "504 pa ACK 1 k c:1 t:b u:sip:b@x.invalid\n"
 "33000 END 1\n", NULL},
{"SIP-ROUTE-SET",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:p1;lr>, <sip:p2;lr>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2 | Route: <sip:p1;lr>, <sip:p2;lr>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:p1;lr>, <sip:p2;lr>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2 | Route: <sip:p2;lr>, <sip:p1;lr>\n", NULL},
{"SIP-ROUTE-SET", /* of a re-INVITE; told once */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:p1;lr>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2 | Route: <sip:p1;lr>\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2 | Route: <sip:p1;lr> | Contact: <sip:a@10.0.0.1>\n"
 "5 ba 200 INVITE 2 y t:b | Contact: <sip:b@10.0.0.2>\n"
 "6 ab ACK 2 z t:b u:sip:b@10.0.0.2\n"
 "7 ab ACK 2 z t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Record-Route: <sip:p1;lr>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2 | Route: <sip:p1;lr>\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2 | Route: <sip:p1;lr> | Contact: <sip:a@10.0.0.1>\n"
 "5 ba 200 INVITE 2 y t:b | Contact: <sip:b@10.0.0.2>\n"
 "6 ab ACK 2 z t:b u:sip:b@10.0.0.2 | Route: <sip:p1;lr>\n", NULL},
{"SIP-ROUTE-SET", /* the set is empty: what the first request had counts no more */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2 | Route: <sip:p1;lr>\n",
 NULL,
 "0 ab INVITE 1 i | Route: <sip:p1;lr> | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-ROUTE-SET", /* the callee has the Record-Route of the INVITE, though its 200 lacks it */
 "0 ab INVITE 1 i v:2 | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i v:2 t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k v:2 t:b u:sip:b@10.0.0.2\n"
 "4 ba BYE 1 y f:b t:a u:sip:a@10.0.0.1 | Route: <sip:p1;lr>\n",
 NULL,
 "0 ab INVITE 1 i v:2 | Contact: <sip:a@10.0.0.1> | Record-Route: <sip:p1;lr>\n"
 "2 ba 200 INVITE 1 i v:2 t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k v:2 t:b u:sip:b@10.0.0.2\n"
 "4 ba BYE 1 y f:b t:a u:sip:a@10.0.0.1 | Route: <sip:p1;lr>\n", "SIP-RR-COPY\n"},
{"SIP-DIALOG-REMOTE-TARGET", /* what is no URI is told by itself */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:b u:sip:c@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:b u:<sip:b@10.0.0.2>\n", NULL},
{"SIP-DIALOG-REMOTE-TARGET",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:b\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-DIALOG-REMOTE-TARGET", /* a Contact that is no SIP URI is no target */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:b\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <tel:+15551234>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-DIALOG-REMOTE-TARGET", /* the ACK of a re-INVITE */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ba INVITE 7 y f:b t:a u:sip:a@10.0.0.1 | Contact: <sip:b@10.0.0.2>\n"
 "5 ab 200 INVITE 7 y f:b t:a | Contact: <sip:a@10.0.0.1>\n"
 "6 ba ACK 7 z f:b t:a u:sip:a@10.0.0.9\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ba INVITE 7 y f:b t:a u:sip:a@10.0.0.1 | Contact: <sip:b@10.0.0.2>\n"
 "5 ab 200 INVITE 7 y f:b t:a | Contact: <sip:a@10.0.0.9>\n"
 "6 ba ACK 7 z f:b t:a u:sip:a@10.0.0.9\n", NULL},
{"SIP-DIALOG-TAGS", /* a From that has none is told by itself */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y f:z t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:b u:sip:b@10.0.0.2 | From: <sip:a@a.test>\n", NULL},
{"SIP-DIALOG-TAGS",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 2 y t:z u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "3 LOSS 0 ab\n"
 "4 ab INFO 2 y t:z u:sip:b@10.0.0.2\n", NULL},
{"SIP-DIALOG-TAGS", /* through a proxy, whose other leg is there too; where it has forked, the tag may be of any fork */
 "0 ap INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 pb INVITE 1 j v:2 | Max-Forwards: 69 | Contact: <sip:a@10.0.0.1>\n"
 "2 bp 200 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 pa 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ap ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "5 pb ACK 1 l t:b v:2 u:sip:b@10.0.0.2\n"
 "6 ap INFO 2 y t:z u:sip:b@10.0.0.2\n",
 NULL,
 "0 ap INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 pa 180 INVITE 1 i t:c\n"
 "3 pa 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ap ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "6 ap INFO 2 y t:z u:sip:b@10.0.0.2\n", NULL},
{"SIP-DIALOG-TAGS", /* another Call-ID; who makes the same tags for each dialog has begun that one, too */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ba INFO 1 y f:b t:a i:two u:sip:a@10.0.0.1\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ba INVITE 1 y f:b i:two u:sip:a@10.0.0.1 | Contact: <sip:b@10.0.0.2>\n"
 "5 ab 200 INVITE 1 y f:b t:a i:two | Contact: <sip:a@10.0.0.1>\n"
 "6 ba ACK 1 z f:b t:a i:two u:sip:a@10.0.0.1\n", NULL},
{"SIP-DIALOG-TAGS", /* of an ACK, which is not missing then; a proxy has it from another */
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.16>\n"
 "3 ap ACK 1 k c:1 t:b i:two u:sip:b@10.0.0.16\n"
 "502 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.16>\n"
 "33000 END 1\n",
 NULL,
 "0 ap INVITE 1 i c:1 v:2 | Contact: <sip:a@x.invalid>\n"
 "2 pa 200 INVITE 1 i c:1 v:2 t:b | Contact: <sip:b@10.0.0.16>\n"
 "3 ap ACK 1 k c:1 v:2 t:b i:two u:sip:b@10.0.0.16\n"
 "4 ap BYE 2 y c:1 v:2 t:b i:two u:sip:b@10.0.0.16\n"
 "5 pa 481 BYE 2 y c:1 v:2 t:b i:two\n", NULL},
{"SIP-DIALOG-CSEQ-MONO",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "2000 ab INFO 1 y t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "2000 ab INFO 5 y t:b u:sip:b@10.0.0.2\n"
 "2001 ba INFO 1 z f:b t:a u:sip:a@10.0.0.1\n", NULL},
{"SIP-DIALOG-CSEQ-MONO", /* what is no number is not a lower one */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "2000 ab BYE 1 y t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "2000 ab BYE 2 y t:b u:sip:b@10.0.0.2 | CSeq: -2 BYE\n"
 "2001 ba 200 BYE 2 y t:b | CSeq: -2 BYE\n", NULL},
{"SIP-DIALOG-CSEQ-500",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 5 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 200 INFO 5 y t:b\n"
 "2000 ab INFO 4 z t:b u:sip:b@10.0.0.2\n"
 "2001 ba 200 INFO 4 z t:b\n",
 "SIP-DIALOG-CSEQ-MONO\n"
 "SIP-DIALOG-CSEQ-500\n",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INFO 5 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 200 INFO 5 y t:b\n"
 "2000 ab INFO 4 z t:b u:sip:b@10.0.0.2\n"
 "2001 ba 500 INFO 4 z t:b\n", "SIP-DIALOG-CSEQ-MONO\n"},
{"SIP-DIALOG-481",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 200 BYE 2 y t:b\n"
 "6 ab NOTIFY 3 z t:b u:sip:b@10.0.0.2\n"
 "7 ba 404 NOTIFY 3 z t:b\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 200 BYE 2 y t:b\n"
 "6 ab NOTIFY 3 z t:b u:sip:b@10.0.0.2\n"
 "7 ba 481 NOTIFY 3 z t:b\n", NULL},
{"SIP-BYE-AFTER-BYE",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 200 BYE 2 y t:b\n"
 "6 ab INFO 3 z t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 200 BYE 2 y t:b\n"
 "6 ab NOTIFY 3 z t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-BYE-AFTER-BYE",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "6 ab BYE 3 z t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 401 BYE 2 y t:b\n"
 "6 ab BYE 3 z t:b u:sip:b@10.0.0.2\n"
 "7 ba BYE 1 w f:b t:a u:sip:a@10.0.0.1\n", NULL},
{"SIP-BYE-NO-TOTAG",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-BYE-NO-TOTAG", /* through a proxy */
 "0 ap INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 pb INVITE 1 j v:2 | Max-Forwards: 69 | Contact: <sip:a@10.0.0.1>\n"
 "2 bp 200 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 pa 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ap ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "5 pb ACK 1 l t:b v:2 u:sip:b@10.0.0.2\n"
 "6 ap BYE 2 y u:sip:b@10.0.0.2\n",
 NULL,
 "0 ap INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 pb INVITE 1 j v:2 | Max-Forwards: 69 | Contact: <sip:a@10.0.0.1>\n"
 "2 bp 200 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 pa 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ap ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "5 pb ACK 1 l t:b v:2 u:sip:b@10.0.0.2\n"
 "6 ap BYE 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-BYE-2XX",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 404 BYE 2 y t:b\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 407 BYE 2 y t:b\n", NULL},
{"SIP-BYE-2XX", /* who answers for a GRUU may be the proxy of its domain */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2;ob>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2;ob\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2;ob\n"
 "5 ba 404 BYE 2 y t:b\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2;gr=urn:uuid:1>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2;gr=urn:uuid:1\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2;gr=urn:uuid:1\n"
 "5 ba 404 BYE 2 y t:b\n", NULL},
{"SIP-BYE-2XX", /* 6xx comes from the callee, 5xx may come from elsewhere */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 603 BYE 2 y t:b\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 500 BYE 2 y t:b\n", NULL},
{"SIP-BYE-2XX", /* what follows a 2xx is a second answer, not a refusal */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 481 BYE 2 y t:b\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 200 BYE 2 y t:b\n"
 "6 ba 481 BYE 2 y t:b\n", "SIP-FINAL-TWICE\n"},
{"SIP-BYE-EARLY-CALLEE",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ba BYE 1 y f:b t:a u:sip:a@10.0.0.1\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ab BYE 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-BYE-EARLY-CALLEE",
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "4 ap BYE 1 y c:1 f:b t:a u:sip:p@10.0.0.16\n",
 NULL,
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "3 pa ACK 1 k c:1 t:b u:sip:b@x.invalid\n"
 "4 ap BYE 1 y c:1 f:b t:a u:sip:p@10.0.0.16\n", NULL},
{"SIP-BYE-EARLY-CALLEE", /* its timer may run out a little sooner than it seems here */
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "30001 ap BYE 1 y c:1 f:b t:a u:sip:p@10.0.0.16\n",
 NULL,
 "0 pa INVITE 1 i c:1 | Contact: <sip:p@10.0.0.16>\n"
 "2 ap 200 INVITE 1 i c:1 t:b | Contact: <sip:b@x.invalid>\n"
 "30002 ap BYE 1 y c:1 f:b t:a u:sip:p@10.0.0.16\n", NULL},
{"SIP-REINVITE-OVERLAP",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ab INVITE 3 z t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba INVITE 1 z f:b t:a u:sip:a@10.0.0.1\n", NULL},
{"SIP-REINVITE-OVERLAP",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 180 INVITE 2 y t:b\n"
 "6 ba INVITE 1 z f:b t:a u:sip:a@10.0.0.1\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba 100 INVITE 2 y t:b\n"
 "6 ba INVITE 1 z f:b t:a u:sip:a@10.0.0.1\n", NULL},
{"SIP-REINVITE-OVERLAP", /* an answer whose CSeq can't be read is one all the same */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | CSeq: 1INVITE\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-REINVITE-OVERLAP", /* nor one that has a word too many */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | CSeq: 1 INVITE 2\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-REINVITE-OVERLAP", /* one that calls itself BYE is answered as such */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 x t:b u:sip:b@10.0.0.2 | CSeq: 2 BYE | Contact: <sip:a@10.0.0.1>\n"
 "5 ab INVITE 3 y t:b u:sip:b@10.0.0.2 | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 x t:b u:sip:b@10.0.0.2 | CSeq: 2 BYE | Contact: <sip:a@10.0.0.1>\n"
 "5 ba 200 BYE 2 x t:b | Contact: <sip:b@10.0.0.2>\n"
 "6 ab ACK 2 z t:b u:sip:b@10.0.0.2\n"
 "7 ab INVITE 3 y t:b u:sip:b@10.0.0.2 | Contact: <sip:a@10.0.0.1>\n"
 "8 ba 200 INVITE 3 y t:b | Contact: <sip:b@10.0.0.2>\n"
 "9 ab ACK 3 w t:b u:sip:b@10.0.0.2\n", NULL},
{"SIP-REINVITE-OVERLAP", /* what has an ACK was answered, though the capture lacks that */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 x t:b u:sip:b@10.0.0.2 | Contact: <sip:a@10.0.0.1>\n"
 "6 ab INVITE 3 y t:b u:sip:b@10.0.0.2 | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 x t:b u:sip:b@10.0.0.2 | Contact: <sip:a@10.0.0.1>\n"
 "5 ab ACK 2 z t:b u:sip:b@10.0.0.2\n"
 "6 ab INVITE 3 y t:b u:sip:b@10.0.0.2 | Contact: <sip:a@10.0.0.1>\n", NULL},
{"SIP-INVITE-OVERLAP-500",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba INVITE 1 z f:b t:a u:sip:a@10.0.0.1\n"
 "6 ab 200 INVITE 1 z f:b t:a | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ba INVITE 1 z f:b t:a u:sip:a@10.0.0.1\n"
 "6 ab 491 INVITE 1 z f:b t:a\n", NULL},
{"SIP-INVITE-OVERLAP-500", /* behind a proxy, which is not accused; what comes out of order is refused for that */
 "0 pa INVITE 1 i c:1 v:2 | Contact: <sip:x@10.0.0.9>\n"
 "2 ap 200 INVITE 1 i c:1 v:2 t:b | Contact: <sip:a@x.invalid>\n"
 "3 pa ACK 1 k c:1 v:2 t:b u:sip:a@x.invalid\n"
 "4 pa INVITE 2 y c:1 v:2 t:b u:sip:a@x.invalid\n"
 "5 pa INVITE 3 z c:1 v:2 t:b u:sip:a@x.invalid\n"
 "6 ap 500 INVITE 3 z c:1 v:2 t:b\n",
 NULL,
 "0 pa INVITE 1 i c:1 v:2 | Contact: <sip:x@10.0.0.9>\n"
 "2 ap 200 INVITE 1 i c:1 v:2 t:b | Contact: <sip:a@x.invalid>\n"
 "3 pa ACK 1 k c:1 v:2 t:b u:sip:a@x.invalid\n"
 "4 pa INVITE 3 y c:1 v:2 t:b u:sip:a@x.invalid\n"
 "5 pa INVITE 2 z c:1 v:2 t:b u:sip:a@x.invalid\n"
 "6 ap 500 INVITE 2 z c:1 v:2 t:b\n", NULL},
{"UPDATE-OVERLAP-500",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab UPDATE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ab UPDATE 3 z t:b u:sip:b@10.0.0.2\n"
 "6 ba 200 UPDATE 3 z t:b | Contact: <sip:b@10.0.0.2>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab UPDATE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ab UPDATE 3 z t:b u:sip:b@10.0.0.2\n"
 "6 ba 500 UPDATE 3 z t:b | Retry-After: 3\n", NULL},
{"UPDATE-OVERLAP-500", /* answered one after the other, as they were read; or the first long after the second came */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab UPDATE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ab UPDATE 3 z t:b u:sip:b@10.0.0.2\n"
 "2006 ba 200 UPDATE 2 y t:b | Contact: <sip:b@10.0.0.2>\n"
 "2007 ba 200 UPDATE 3 z t:b | Contact: <sip:b@10.0.0.2>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab UPDATE 2 y t:b u:sip:b@10.0.0.2\n"
 "5 ab UPDATE 3 z t:b u:sip:b@10.0.0.2\n"
 "6 ba 200 UPDATE 2 y t:b | Contact: <sip:b@10.0.0.2>\n"
 "7 ba 200 UPDATE 3 z t:b | Contact: <sip:b@10.0.0.2>\n", NULL},
{"UPDATE-OVERLAP-500", /* behind a proxy */
 "0 pa INVITE 1 i c:1 v:2 | Contact: <sip:x@10.0.0.9>\n"
 "2 ap 200 INVITE 1 i c:1 v:2 t:b | Contact: <sip:a@x.invalid>\n"
 "3 pa ACK 1 k c:1 v:2 t:b u:sip:a@x.invalid\n"
 "4 pa UPDATE 2 y c:1 v:2 t:b u:sip:a@x.invalid\n"
 "5 pa UPDATE 3 z c:1 v:2 t:b u:sip:a@x.invalid\n"
 "6 ap 200 UPDATE 3 z c:1 v:2 t:b | Contact: <sip:a@x.invalid>\n",
 NULL,
 "0 pa INVITE 1 i c:1 v:2 | Contact: <sip:x@10.0.0.9>\n"
 "2 ap 200 INVITE 1 i c:1 v:2 t:b | Contact: <sip:a@x.invalid>\n"
 "3 pa ACK 1 k c:1 v:2 t:b u:sip:a@x.invalid\n"
 "4 pa UPDATE 2 y c:1 v:2 t:b u:sip:a@x.invalid\n"
 "5 pa UPDATE 3 z c:1 v:2 t:b u:sip:a@x.invalid\n"
 "6 ap 500 UPDATE 3 z c:1 v:2 t:b | Retry-After: 1\n", NULL},
{"UPDATE-GLARE-491",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab UPDATE 2 y t:b u:sip:b@10.0.0.2 | Content-Type: application/sdp || v=0\n"
 "5 ba UPDATE 1 z f:b t:a u:sip:a@10.0.0.1 | Content-Type: application/sdp || v=0\n"
 "6 ab 200 UPDATE 1 z f:b t:a | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab UPDATE 2 y t:b u:sip:b@10.0.0.2 | Content-Type: application/sdp || v=0\n"
 "5 ba UPDATE 1 z f:b t:a u:sip:a@10.0.0.1 | Content-Type: application/sdp || v=0\n"
 "6 ab 491 UPDATE 1 z f:b t:a\n", NULL},
{"UPDATE-GLARE-491", /* the offer of an INVITE; a 1xx may have answered it */
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2 | Content-Type: application/sdp || v=0\n"
 "5 ba UPDATE 1 z f:b t:a u:sip:a@10.0.0.1 | Content-Type: application/sdp || v=0\n"
 "6 ab 200 UPDATE 1 z f:b t:a | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2>\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "4 ab INVITE 2 y t:b u:sip:b@10.0.0.2 | Content-Type: application/sdp || v=0\n"
 "5 ba 183 INVITE 2 y t:b | Content-Type: application/sdp || v=0\n"
 "6 ba UPDATE 1 z f:b t:a u:sip:a@10.0.0.1 | Content-Type: application/sdp || v=0\n"
 "7 ab 200 UPDATE 1 z f:b t:a | Contact: <sip:a@10.0.0.1>\n", NULL},
{"SESSTIMER-NO-REFRESH", /* told of the refresher, and not of the proxy that has passed its INVITE on */
 "0 ap INVITE 1 i | Contact: <sip:a@10.0.0.1> | Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "1 pb INVITE 1 j v:2 | Max-Forwards: 69 | Contact: <sip:a@10.0.0.1> | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "2 bp 200 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2> | Session-Expires: 90;refresher=uac | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "3 pa 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Session-Expires: 90;refresher=uac | Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "4 ap ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "5 pb ACK 1 l t:b v:2 u:sip:b@10.0.0.2 | Max-Forwards: 69 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKl, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKk\n"
 "95000 bp INFO 1 z f:b t:a u:sip:a@10.0.0.1 | Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKz\n"
 "95001 pa INFO 1 y f:b t:a v:2 u:sip:a@10.0.0.1 | Max-Forwards: 69 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKz\n",
 NULL,
 "0 ap INVITE 1 i | Contact: <sip:a@10.0.0.1> | Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "1 pb INVITE 1 j v:2 | Max-Forwards: 69 | Contact: <sip:a@10.0.0.1> | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "2 bp 200 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2> | Session-Expires: 180;refresher=uac | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "3 pa 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Session-Expires: 180;refresher=uac | Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKi\n"
 "4 ap ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "5 pb ACK 1 l t:b v:2 u:sip:b@10.0.0.2 | Max-Forwards: 69 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKl, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKk\n"
 "95000 bp INFO 1 z f:b t:a u:sip:a@10.0.0.1 | Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKz\n"
 "95001 pa INFO 1 y f:b t:a v:2 u:sip:a@10.0.0.1 | Max-Forwards: 69 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKz\n", NULL},
{"SESSTIMER-NO-REFRESH",
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Session-Expires: 90;refresher=uac\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "95000 ba INFO 1 z f:b t:a u:sip:a@10.0.0.1\n",
 NULL,
 "0 ab INVITE 1 i | Contact: <sip:a@10.0.0.1>\n"
 "2 ba 200 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Session-Expires: 90;refresher=uac\n"
 "3 ab ACK 1 k t:b u:sip:b@10.0.0.2\n"
 "60000 ab UPDATE 2 y t:b u:sip:b@10.0.0.2\n"
 "60001 ba 200 UPDATE 2 y t:b | Session-Expires: 90;refresher=uac | Contact: <sip:b@10.0.0.2>\n"
 "95000 ba INFO 1 z f:b t:a u:sip:a@10.0.0.1\n", NULL},
{"SIP-CALLID-REG-SAME",
 "0 ap REGISTER 1 x c:1 | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "1 pa 200 REGISTER 1 x t:b c:1 | Contact: <sip:a@x.invalid>;expires=60\n"
 "0 ap REGISTER 1 y c:1 i:two | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "1 pa 200 REGISTER 1 y t:b c:1 i:two | Contact: <sip:a@x.invalid>;expires=60\n",
 NULL,
 "0 ap REGISTER 1 x c:1 | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "1 pa 200 REGISTER 1 x t:b c:1 | Contact: <sip:a@x.invalid>;expires=60\n"
 "0 ap REGISTER 1 y c:1 i:two | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=2\n"
 "1 pa 200 REGISTER 1 y t:b c:1 i:two | Contact: <sip:a@x.invalid>;expires=60\n", NULL},
{"SIP-CSEQ-REG-INC",
 "0 ap REGISTER 1 x c:1 | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "1 pa 200 REGISTER 1 x t:b c:1 | Contact: <sip:a@x.invalid>;expires=60\n"
 "5 ap REGISTER 1 y c:1 | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "6 pa 200 REGISTER 1 y t:b c:1 | Contact: <sip:a@x.invalid>;expires=60\n",
 NULL,
 "0 ap REGISTER 1 x c:1 | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "1 pa 200 REGISTER 1 x t:b c:1 | Contact: <sip:a@x.invalid>;expires=60\n"
 "5 ap REGISTER 2 y c:1 | Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "6 pa 200 REGISTER 2 y t:b c:1 | Contact: <sip:a@x.invalid>;expires=60\n", NULL},
{"SIP-REG-OVERLAP",
 "0 ab REGISTER 1 x | Contact: <sip:a@10.0.0.1>|Authorization: Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"sip:c\",response=\"0123456789abcdef0123456789abcdef\"\n"
 "9 ab REGISTER 2 y | Contact: <sip:a@10.0.0.1>|Authorization: Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"sip:c\",response=\"0123456789abcdef0123456789abcdef\"\n",
 NULL,
 "0 ab REGISTER 1 x | Contact: <sip:a@10.0.0.1>\n"
 "9 ab REGISTER 2 y | Contact: <sip:a@10.0.0.1>|Authorization: Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"sip:c\",response=\"0123456789abcdef0123456789abcdef\"\n", NULL},
{"SIP-REG-OVERLAP",
 "0 ab REGISTER 1 x | Contact: <sip:a@10.0.0.1>\n"
 "9 ab REGISTER 2 y | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab REGISTER 1 x | Contact: <sip:a@10.0.0.1>\n"
 "5 ba 401 REGISTER 1 x t:b\n"
 "9 ab REGISTER 2 y | Contact: <sip:a@10.0.0.1>\n", NULL},
{"SIP-REG-OVERLAP", /* it was not sent again, so the answer has come, though the capture lacks it */
 "0 ab REGISTER 1 x | To: <sip:a@b.test> | Contact: <sip:a@10.0.0.1>\n"
 "500 ab REGISTER 1 x | To: <sip:a@b.test> | Contact: <sip:a@10.0.0.1>\n"
 "1500 ab REGISTER 1 x | To: <sip:a@b.test> | Contact: <sip:a@10.0.0.1>\n"
 "2000 ab REGISTER 2 y | To: <sip:a@b.test> | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab REGISTER 1 x | To: <sip:a@b.test> | Contact: <sip:a@10.0.0.1>\n"
 "20000 ab REGISTER 2 y | To: <sip:a@b.test> | Contact: <sip:a@10.0.0.1>\n", NULL},
{"SIP-REG-200-CONTACTS",
 "0 ab REGISTER 1 x | Contact: <sip:a@10.0.0.1>\n"
 "9 ba 200 REGISTER 1 x t:b\n",
 NULL,
 "0 ab REGISTER 1 x | Contact: <sip:a@10.0.0.1> | Expires: 0\n"
 "9 ba 200 REGISTER 1 x t:b\n", NULL},
{"SIP-REG-200-CONTACTS",
 "0 ab REGISTER 1 x\n"
 "9 ba 200 REGISTER 1 x t:b | Contact: <sip:a@10.0.0.1>\n",
 NULL,
 "0 ab REGISTER 1 x\n"
 "9 ba 200 REGISTER 1 x t:b | Contact: <sip:a@10.0.0.1>;expires=5\n", NULL},
{"OB-REQUIRE-200",
 "0 ab REGISTER 1 x | Supported: outbound | Contact: <sip:a@10.0.0.1>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "9 ba 200 REGISTER 1 x t:b | Flow-Timer: 60 | Contact: <sip:a@10.0.0.1>;expires=5\n",
 NULL,
 "0 ab REGISTER 1 x | Supported: outbound | Contact: <sip:a@10.0.0.1>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "9 ba 200 REGISTER 1 x t:b | Contact: <sip:a@10.0.0.1>;expires=5\n", NULL},
{"OB-REQUIRE-UNASKED",
 "0 ab REGISTER 1 x | Supported: outbound | Contact: <sip:a@10.0.0.1>\n"
 "9 ba 200 REGISTER 1 x t:b | Require: outbound | Contact: <sip:a@10.0.0.1>;expires=5\n",
 NULL,
 "0 ab REGISTER 1 x | Supported: outbound | Contact: <sip:a@10.0.0.1>;+sip.instance=\"<urn:1>\";reg-id=1\n"
 "9 ba 200 REGISTER 1 x t:b | Require: outbound | Contact: <sip:a@10.0.0.1>;expires=5\n", NULL},
{"MSG-OVERLAP",
 "0 ab MESSAGE 1 x\n"
 "9 ab MESSAGE 1 y i:two\n",
 NULL,
 "0 ab MESSAGE 1 x\n"
 "9 ab MESSAGE 1 y i:two u:sip:c@b.test\n", NULL},
{"MSG-OVERLAP", /* answered from another port or address */
 "0 ab MESSAGE 1 x\n"
 "9 ab MESSAGE 1 y i:two\n",
 NULL,
 "0 ab MESSAGE 1 x\n"
 "5 ca 200 MESSAGE 1 x t:b\n"
 "9 ab MESSAGE 1 y i:two\n", NULL},
{"MSG-OVERLAP", /* answered, if not well */
 "0 ab MESSAGE 1 x\n"
 "9 ab MESSAGE 1 y i:two\n",
 NULL,
 "0 ab MESSAGE 1 x\n"
 "5 ba 200 MESSAGE 7 x t:b\n"
 "9 ab MESSAGE 1 y i:two\n", "SIP-RESP-COPY-FROM\n"},
{"PUB-200-ETAG",
 "0 ab PUBLISH 1 x\n"
 "9 ba 200 PUBLISH 1 x t:b | Expires: 60\n",
 NULL,
 "0 ab PUBLISH 1 x | Event: presence\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60\n", NULL},
{"PUB-200-ETAG", /* in lines of their own */
 "0 ab PUBLISH 1 x | Event: presence\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60 | SIP-ETag: e2\n",
 NULL,
 "0 ab PUBLISH 1 x | Event: presence\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60 | SIP-E: e2\n", NULL},
{"PUB-200-EXPIRES",
 "0 ab PUBLISH 1 x\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1\n",
 NULL,
 "0 ab PUBLISH 1 x | Event: presence\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60\n", NULL},
{"PUB-200-EXPIRES", /* of a removal, which needs no new tag */
 "0 ab PUBLISH 1 x | Event: presence | Expires: 60\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60\n"
 "10 ab PUBLISH 2 y | Event: presence | SIP-If-Match: e1 | Expires: 0\n"
 "11 ba 200 PUBLISH 2 y t:b | SIP-ETag: e1\n",
 NULL,
 "0 ab PUBLISH 1 x | Event: presence | Expires: 60\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60\n"
 "10 ab PUBLISH 2 y | Event: presence | SIP-If-Match: e1 | Expires: 0\n"
 "11 ba 200 PUBLISH 2 y t:b | SIP-ETag: e1 | Expires: 0\n", NULL},
{"PUB-ETAG-NEW",
 "0 ab PUBLISH 1 x | Event: presence\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60\n"
 "10 ab PUBLISH 2 y | Event: presence | SIP-If-Match: e1\n"
 "11 ba 200 PUBLISH 2 y t:b | SIP-ETag: e1 | Expires: 60\n",
 NULL,
 "0 ab PUBLISH 1 x | Event: presence\n"
 "9 ba 200 PUBLISH 1 x t:b | SIP-ETag: e1 | Expires: 60\n"
 "10 ab PUBLISH 2 y | Event: presence | SIP-If-Match: e1\n"
 "11 ba 200 PUBLISH 2 y t:b | SIP-ETag: e2 | Expires: 60\n", NULL},
{"PUB-IFMATCH",
 "0 ab PUBLISH 1 x | SIP-If-Match: e1, e2\n",
 NULL,
 "0 ab PUBLISH 1 x | SIP-If-Match: e1\n", NULL},
{"PUB-IFMATCH", /* in lines of their own */
 "0 ab PUBLISH 1 x | SIP-If-Match: e1 | SIP-If-Match: e1\n",
 NULL,
 "0 ab PUBLISH 1 x | SIP-If-Match: e1 | Expires: 60\n", NULL},
{"PUB-412-RETRY",
 "0 ab PUBLISH 1 x | SIP-If-Match: e1\n"
 "9 ba 412 PUBLISH 1 x t:b\n"
 "10 ab PUBLISH 2 y | SIP-If-Match: e1\n",
 NULL,
 "0 ab PUBLISH 1 x | SIP-If-Match: e1\n"
 "9 ba 412 PUBLISH 1 x t:b\n"
 "10 ab PUBLISH 2 y\n", NULL},
{"PUB-OVERLAP",
 "0 ab PUBLISH 1 x\n"
 "9 ab PUBLISH 2 y\n",
 NULL,
 "0 ab PUBLISH 1 x\n"
 "9 ab PUBLISH 1 x\n", NULL},
{"PRACK-RSEQ-INC", /* after a first one out of range comes what should have come */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 2147483647\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 2147483647 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 2147483648\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 2147483648 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n", "PRACK-RSEQ\n"},
{"PRACK-RSEQ-INC",
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 9\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n", NULL},
{"PRACK-RSEQ", /* the first is below 2**31 */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 2147483648\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 2147483648 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 2147483647\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 2147483647 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n", NULL},
{"PRACK-SUPPORTED",
 "0 ap INVITE 1 i c:1 | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n", NULL},
{"PRACK-REQUIRED",
 "0 ap INVITE 1 i c:1 | Require: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Require: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n", NULL},
{"PRACK-RACK", /* of a response to another method */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 BYE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n", NULL},
{"PRACK-RACK",
 "0 ab PRACK 2 y t:b | RAck: 1 INVITE\n",
 NULL,
 "0 ab PRACK 2 y t:b | RAck: 1 1 INVITE\n", NULL},
{"PRACK-RACK", /* of a response that wasn't; one that is acknowledged again was */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 8 1 INVITE\n"
 "3 pa 481 PRACK 2 y t:b c:1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n"
 "5 ap PRACK 3 z t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "6 pa 481 PRACK 3 z t:b c:1\n", NULL},
{"PRACK-RACK", /* of another INVITE */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 9 INVITE\n"
 "3 pa 481 PRACK 2 y t:b c:1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "1 LOSS 1 ap\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 9 INVITE\n"
 "3 pa 481 PRACK 2 y t:b c:1\n", NULL},
{"PRACK-MISSING",
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "33000 pa INFO 1 q f:b t:a c:1 u:sip:a@x.invalid\n"
 "33001 ap 200 INFO 1 q f:b t:a c:1\n"
 "40000 END 1\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "40000 END 1\n", NULL},
{"PRACK-MISSING",
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "500 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "1500 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "3500 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n",
 NULL,
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "500 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "1500 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n", NULL},
{"PRACK-481",
 "0 pa INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:p@10.0.0.16>\n"
 "1 ap 180 INVITE 1 i t:b c:1 | Contact: <sip:b@x.invalid> | Require: 100rel | RSeq: 7\n"
 "2 pa PRACK 2 y t:b c:1 u:sip:b@x.invalid | RAck: 7 1 INVITE\n"
 "3 ap 481 PRACK 2 y t:b c:1\n",
 NULL,
 "0 pa INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:p@10.0.0.16>\n"
 "1 ap 180 INVITE 1 i t:b c:1 | Contact: <sip:b@x.invalid> | Require: 100rel | RSeq: 7\n"
 "2 pa PRACK 2 y t:b c:1 u:sip:b@x.invalid | RAck: 8 1 INVITE\n"
 "3 ap 481 PRACK 2 y t:b c:1\n", "PRACK-RACK\n"},
{"PRACK-481", /* the next one may be missing in the capture */
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 183 INVITE 1 i t:b | Require: 100rel | RSeq: 7 | Contact: <sip:b@10.0.0.2>\n"
 "2 ab PRACK 2 y t:b u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 ba 200 PRACK 2 y t:b\n"
 "4 ab PRACK 3 z t:b u:sip:b@10.0.0.2 | RAck: 9 1 INVITE\n"
 "5 ba 200 PRACK 3 z t:b\n",
 NULL,
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 183 INVITE 1 i t:b | Require: 100rel | RSeq: 7 | Contact: <sip:b@10.0.0.2>\n"
 "2 ab PRACK 2 y t:b u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 ba 200 PRACK 2 y t:b\n"
 "4 ab PRACK 3 z t:b u:sip:b@10.0.0.2 | RAck: 8 1 INVITE\n"
 "5 ba 200 PRACK 3 z t:b\n", NULL},
{"PRACK-OVERLAP", /* what the PRACK acknowledges it fails to say */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n", "PRACK-RACK\n"},
{"PRACK-OVERLAP", /* or says wrongly, and it was accepted; refused, it is none */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 9 1 INVITE\n"
 "3 pa 481 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n",
 "PRACK-RACK\nPRACK-OVERLAP\n",
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 9 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n", "PRACK-RACK\n"},
{"PRACK-OVERLAP",
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n"
 "3 pa 200 PRACK 2 y t:b c:1\n"
 "4 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n", NULL},
{"PRACK-OVERLAP",
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ba 183 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n"
 "9 ab PRACK 2 y t:b u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n",
 NULL,
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 ba 180 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 ba 183 INVITE 1 i t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8\n", NULL},
{"PRACK-OVERLAP", /* of the callee, not of the proxy before him; his PRACK may go another way */
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid> | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "1 pb INVITE 1 j v:2 | Max-Forwards: 69 | Supported: 100rel | Contact: <sip:a@x.invalid> | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "2 bp 180 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "3 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7 | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "4 bp 183 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "5 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8 | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "6 ap PRACK 2 y t:b c:1 u:sip:b@10.0.0.2 | RAck: 7 1 INVITE | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKy\n"
 "7 pb PRACK 2 z t:b v:2 u:sip:b@10.0.0.2 | Max-Forwards: 69 | RAck: 7 1 INVITE | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKz, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKy\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid> | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "1 pb INVITE 1 j v:2 | Max-Forwards: 69 | Supported: 100rel | Contact: <sip:a@x.invalid> | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "2 bp 180 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "3 pa 180 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7 | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "4 bp 183 INVITE 1 j v:2 t:b | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKj, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n"
 "5 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 8 | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKi\n", NULL},
{"PRACK-OVERLAP", /* the PRACK of the second shows that the first's isn't in the capture */
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 183 INVITE 1 i t:b | Require: 100rel | RSeq: 7 | Contact: <sip:b@10.0.0.2>\n"
 "4 ba 180 INVITE 1 i t:b | Require: 100rel | RSeq: 8 | Contact: <sip:b@10.0.0.2>\n"
 "5 ab PRACK 2 y t:b u:sip:b@10.0.0.2 | RAck: 7 1 INVITE\n",
 NULL,
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 183 INVITE 1 i t:b | Require: 100rel | RSeq: 7 | Contact: <sip:b@10.0.0.2>\n"
 "4 ba 180 INVITE 1 i t:b | Require: 100rel | RSeq: 8 | Contact: <sip:b@10.0.0.2>\n"
 "5 ab PRACK 3 y t:b u:sip:b@10.0.0.2 | RAck: 8 1 INVITE\n", NULL},
{"PRACK-OVERLAP", /* nothing is lost over TCP */
 "0 ab INVITE 1 i k:TCP | Supported: 100rel | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 183 INVITE 1 i t:b k:TCP | Require: 100rel | RSeq: 7 | Contact: <sip:b@10.0.0.2>\n"
 "4 ba 180 INVITE 1 i t:b k:TCP | Require: 100rel | RSeq: 8 | Contact: <sip:b@10.0.0.2>\n"
 "5 ab PRACK 3 y t:b k:TCP u:sip:b@10.0.0.2 | RAck: 8 1 INVITE\n",
 NULL,
 "0 ab INVITE 1 i | Supported: 100rel | Contact: <sip:a@10.0.0.1>\n"
 "1 ba 183 INVITE 1 i t:b | Require: 100rel | RSeq: 7 | Contact: <sip:b@10.0.0.2>\n"
 "4 ba 180 INVITE 1 i t:b | Require: 100rel | RSeq: 8 | Contact: <sip:b@10.0.0.2>\n"
 "5 ab PRACK 3 y t:b u:sip:b@10.0.0.2 | RAck: 8 1 INVITE\n", NULL},
{"PRACK-2XX-PENDING",
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7 | Content-Type: application/sdp || v=0\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.2>\n",
 NULL,
 "0 ap INVITE 1 i c:1 | Supported: 100rel | Contact: <sip:a@x.invalid>\n"
 "1 pa 183 INVITE 1 i t:b c:1 | Contact: <sip:b@10.0.0.2> | Require: 100rel | RSeq: 7\n"
 "2 pa 200 INVITE 1 i c:1 t:b | Contact: <sip:b@10.0.0.2>\n", NULL},
{"EVT-EXPIRES-2XX",
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n", NULL},
{"EVT-EXPIRES-2XX",
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 61 | Contact: <sip:b@10.0.0.2>\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 59 | Contact: <sip:b@10.0.0.2>\n", NULL},
{"EVT-NOTIFY-IMMEDIATE",
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "33000 END 1\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: active\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n"
 "33000 END 1\n", NULL},
{"EVT-NOTIFY-IMMEDIATE", /* of who was asked last, if it is sure that he lives */
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Contact: <sip:a@x.invalid> | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "1 pb SUBSCRIBE 1 y v:2 | Event: presence | Contact: <sip:a@x.invalid> | Max-Forwards: 69 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "2 bp 200 SUBSCRIBE 1 y v:2 t:b | Expires: 60 | Contact: <sip:b@10.0.0.2> | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "3 pa 200 SUBSCRIBE 1 x c:1 t:b | Expires: 60 | Contact: <sip:b@10.0.0.2> | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "20000 bp OPTIONS 1 q i:two\n"
 "20001 pb 200 OPTIONS 1 q i:two t:c\n"
 "33000 pa OPTIONS 1 r c:1 i:three\n"
 "33001 ap 200 OPTIONS 1 r c:1 i:three t:c\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Contact: <sip:a@x.invalid> | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "1 pb SUBSCRIBE 1 y v:2 | Event: presence | Contact: <sip:a@x.invalid> | Max-Forwards: 69 | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "2 bp 200 SUBSCRIBE 1 y v:2 t:b | Expires: 60 | Contact: <sip:b@10.0.0.2> | Via: SIP/2.0/UDP 10.0.0.16;branch=z9hG4bKy, SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "3 pa 200 SUBSCRIBE 1 x c:1 t:b | Expires: 60 | Contact: <sip:b@10.0.0.2> | Via: SIP/2.0/WS 10.0.0.1:5060;branch=z9hG4bKx\n"
 "33000 pa OPTIONS 1 r c:1 i:three\n"
 "33001 ap 200 OPTIONS 1 r c:1 i:three t:c\n", NULL},
{"EVT-NOTIFY-IMMEDIATE", /* a capture that begins with an older NOTIFY */
 "0 ap SUBSCRIBE 2 x c:1 t:b | Event: presence | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 2 x c:1 t:b | Contact: <sip:b@10.0.0.16> | Expires: 60\n"
 "33000 END 1\n",
 NULL,
 "0 pa NOTIFY 1 w c:1 f:b t:a | Event: presence | Subscription-State: active | Contact: <sip:b@10.0.0.16>\n"
 "1 ap 200 NOTIFY 1 w c:1 f:b t:a\n"
 "2 ap SUBSCRIBE 2 x c:1 t:b | Event: presence | Contact: <sip:a@x.invalid>\n"
 "3 pa 200 SUBSCRIBE 2 x c:1 t:b | Contact: <sip:b@10.0.0.16> | Expires: 60\n"
 "4 pa NOTIFY 2 y c:1 f:b t:a | Event: presence | Subscription-State: active | Contact: <sip:b@10.0.0.16>\n"
 "5 ap 200 NOTIFY 2 y c:1 f:b t:a\n"
 "33000 END 1\n", NULL},
{"EVT-NOTIFY-EVENT-MATCH", /* of two it may be the other one */
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n f:b t:a c:1 u:sip:a@x.invalid | Event: dialog | Subscription-State: active\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Event: dialog | Expires: 60 | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n f:b t:a c:1 u:sip:a@x.invalid | Event: dialog | Subscription-State: active\n", NULL},
{"EVT-NOTIFY-EVENT-MATCH",
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: dialog | Subscription-State: active\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | o: Presence | Subscription-State: active\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n", NULL},
{"EVT-NOTIFY-EVENT-MATCH", /* a SUBSCRIBE that names no event is matched by any */
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: dialog | Subscription-State: active\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Expires: 60 | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: dialog | Subscription-State: active\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n", NULL},
{"EVT-NOTIFY-BODY-TYPE",
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: active | Content-Type: text/plain || x\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: active | c: application/PIDF+xml || x\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n", NULL},
{"EVT-TERMINATED-AFTER",
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: terminated\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n"
 "3000 pa NOTIFY 2 n2 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: active\n"
 "3001 ap 200 NOTIFY 2 n2 f:b t:a c:1\n",
 NULL,
 "0 ap SUBSCRIBE 1 x c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "1 pa 200 SUBSCRIBE 1 x t:b c:1 | Expires: 60 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: terminated\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n"
 "9 ap SUBSCRIBE 2 y c:1 | Event: presence | Expires: 60 | Accept: application/pidf+xml | Contact: <sip:a@x.invalid>\n"
 "3000 pa NOTIFY 2 n2 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: active\n"
 "3001 ap 200 NOTIFY 2 n2 f:b t:a c:1\n", NULL},
{"REFER-NOTIFY", /* the NOTIFY of the second one has no id, but did come */
 "0 ap REFER 1 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: refer | Subscription-State: terminated;reason=noresource\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n"
 "5000 ap REFER 2 y t:b c:1 | Refer-To: <sip:d@b.test> | Contact: <sip:a@x.invalid>\n"
 "5001 pa 202 REFER 2 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "40000 END 1\n",
 NULL,
 "0 ap REFER 1 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: refer | Subscription-State: terminated;reason=noresource\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n"
 "5000 ap REFER 2 y t:b c:1 | Refer-To: <sip:d@b.test> | Contact: <sip:a@x.invalid>\n"
 "5001 pa 202 REFER 2 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "5002 pa NOTIFY 2 n2 f:b t:a c:1 u:sip:a@x.invalid | Event: refer | Subscription-State: active\n"
 "5003 ap 200 NOTIFY 2 n2 f:b t:a c:1\n"
 "40000 END 1\n", "REFER-SECOND-ID\n"},
{"REFER-NOTIFY",
 "0 ap REFER 1 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "33000 END 1\n",
 NULL,
 "0 ap REFER 1 x c:1 | Refer-Sub: false | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "33000 END 1\n", NULL},
{"REFER-NOTIFY", /* what was lost before the REFER changes nothing of what comes after it */
 "0 ap OPTIONS 1 w c:1\n"
 "1 pa 200 OPTIONS 1 w t:b c:1\n"
 "2 LOSS 1 ap\n"
 "9 ap REFER 2 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "10 pa 202 REFER 2 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "33020 END 1\n",
 NULL,
 "0 ap OPTIONS 1 w c:1\n"
 "1 pa 200 OPTIONS 1 w t:b c:1\n"
 "2 LOSS 1 ap\n"
 "9 ap REFER 2 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "10 pa 202 REFER 2 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "11 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: refer | Subscription-State: active\n"
 "12 ap 200 NOTIFY 1 n1 f:b t:a c:1\n"
 "33020 END 1\n", NULL},
{"REFER-EVENT",
 "0 ap REFER 1 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: presence | Subscription-State: active\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n",
 NULL,
 "0 ap REFER 1 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "2 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: refer | Subscription-State: active\n"
 "3 ap 200 NOTIFY 1 n1 f:b t:a c:1\n", NULL},
{"REFER-SECOND-ID",
 "0 ap REFER 1 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "10 ap REFER 2 y t:b c:1 | Refer-To: <sip:d@b.test> | Contact: <sip:a@x.invalid>\n"
 "11 pa 202 REFER 2 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "12 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: refer;id=7 | Subscription-State: active\n"
 "13 ap 200 NOTIFY 1 n1 f:b t:a c:1\n",
 NULL,
 "0 ap REFER 1 x c:1 | Refer-To: <sip:c@b.test> | Contact: <sip:a@x.invalid>\n"
 "1 pa 202 REFER 1 x t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "10 ap REFER 2 y t:b c:1 | Refer-To: <sip:d@b.test> | Contact: <sip:a@x.invalid>\n"
 "11 pa 202 REFER 2 y t:b c:1 | Contact: <sip:b@10.0.0.2>\n"
 "12 pa NOTIFY 1 n1 f:b t:a c:1 u:sip:a@x.invalid | Event: refer;id=2 | Subscription-State: active\n"
 "13 ap 200 NOTIFY 1 n1 f:b t:a c:1\n", NULL},
{"OB-CRLF-PONG",
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "13000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "13001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "2010 PONG 1 pa\n"
 "13000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "13001 pa 200 OPTIONS 7 m c:1 i:m t:z\n", NULL},
{"OB-CRLF-PONG", /* within 10 s it may still come */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "13000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "13001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "11998 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "11999 pa 200 OPTIONS 7 m c:1 i:m t:z\n", NULL},
{"OB-CRLF-PONG", /* nothing shows that the server lives */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "13000 PONG 1 pa\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "13000 ap ACK 7 m c:1 i:m\n", NULL},
{"OB-CRLF-PONG",
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "13000 END 1\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 1 ap\n"
 "3000 LOSS 1 ap\n"
 "13000 END 1\n", NULL},
{"OB-CRLF-PONG", /* it has answered before; who never does needn't */
 "0 ap OPTIONS 7 l c:1 i:l\n"
 "1 pa 200 OPTIONS 7 l c:1 i:l t:z\n"
 "2000 PING 1 ap\n"
 "2001 PONG 1 pa\n"
 "4000 PING 1 ap\n"
 "15000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "15001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap OPTIONS 7 l c:1 i:l\n"
 "1 pa 200 OPTIONS 7 l c:1 i:l t:z\n"
 "2000 PING 1 ap\n"
 "4000 PING 1 ap\n"
 "15000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "15001 pa 200 OPTIONS 7 m c:1 i:m t:z\n", NULL},
{"OB-CRLF-PONG", /* a ping of its own is no answer, though it may be two */
 "0 ap OPTIONS 7 l c:1 i:l\n"
 "1 pa 200 OPTIONS 7 l c:1 i:l t:z\n"
 "2000 PING 1 ap\n"
 "2001 PONG 1 pa\n"
 "3000 PING 1 pa\n"
 "4000 PING 1 ap\n"
 "15000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "15001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap OPTIONS 7 l c:1 i:l\n"
 "1 pa 200 OPTIONS 7 l c:1 i:l t:z\n"
 "2000 PING 1 ap\n"
 "3000 PING 1 pa\n"
 "4000 PING 1 ap\n"
 "15000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "15001 pa 200 OPTIONS 7 m c:1 i:m t:z\n", NULL},
{"OB-CRLF-PONG", /* another connection on the same ports */
 "0 ap REGISTER 1 r k:TCP | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b k:TCP | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 0 ap\n"
 "13000 FIN 0 pa\n",
 NULL,
 "0 ap REGISTER 1 r k:TCP | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b k:TCP | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 0 ap\n"
 "3000 OVER 0 pa\n"
 "15000 ap OPTIONS 7 m k:TCP i:m | Supported: outbound\n"
 "15001 pa 200 OPTIONS 7 m k:TCP i:m t:z\n", NULL},
{"OB-CRLF-PONG", /* what the server sends needs no answer */
 "0 ap REGISTER 1 r k:TCP | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b k:TCP | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 0 ap\n"
 "15000 ap OPTIONS 7 m k:TCP i:m | Supported: outbound\n"
 "15001 pa 200 OPTIONS 7 m k:TCP i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r k:TCP | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b k:TCP | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2000 PING 0 pa\n"
 "15000 pa OPTIONS 7 m k:TCP i:m\n"
 "15001 ap 200 OPTIONS 7 m k:TCP i:m t:z\n", NULL},
{"OB-FLOW-TIMER",
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "68000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "68001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "50000 PING 1 ap\n"
 "50001 PONG 1 pa\n"
 "68000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "68001 pa 200 OPTIONS 7 m c:1 i:m t:z\n", NULL},
{"OB-FLOW-TIMER",
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "30000 ALIVE 1 ap\n"
 "100000 ALIVE 1 ap\n"
 "100001 ALIVE 1 pa\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "30000 ALIVE 1 ap\n"
 "90000 ALIVE 1 ap\n"
 "90001 ALIVE 1 pa\n", NULL},
{"OB-FLOW-TIMER",
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "68000 pa OPTIONS 7 m c:1 i:m\n"
 "68001 ap 200 OPTIONS 7 m c:1 i:m t:z\n"
 "69000 pa ACK 8 o c:1\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "30000 LOSS 1 ap\n"
 "68000 pa OPTIONS 7 m c:1 i:m\n"
 "68001 ap 200 OPTIONS 7 m c:1 i:m t:z\n"
 "69000 pa ACK 8 o c:1\n", NULL},
{"OB-FLOW-TIMER",
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "80000 END 1\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "80000 END 1\n", NULL},
{"OB-FLOW-TIMER", /* whether it still goes both ways nobody knows */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "68000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "68001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "68000 ap ACK 7 m c:1 i:m\n", NULL},
{"OB-FLOW-TIMER", /* the latest 2xx counts */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "68000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "68001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "30000 ap REGISTER 2 q c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "30001 pa 200 REGISTER 2 q t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "100000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "100001 pa 200 OPTIONS 7 m c:1 i:m t:z\n", NULL},
{"OB-FLOW-TIMER", /* the client has begun anew */
 "0 ap REGISTER 1 r | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 25\n"
 "20000 ALIVE u ap\n"
 "60000 ALIVE u ap\n"
 "61000 pa OPTIONS 7 m i:m\n"
 "61001 ap 200 OPTIONS 7 m i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 25\n"
 "20000 ALIVE u ap\n"
 "60000 ap REGISTER 1 n i:n\n"
 "60001 pa 200 REGISTER 1 n i:n t:b\n", NULL},
{"OB-FLOW-TIMER", /* no binding is left */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600 | Flow-Timer: 60\n"
 "68000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "68001 pa 200 OPTIONS 7 m c:1 i:m t:z\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\" | Expires: 0\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Require: outbound | Flow-Timer: 60\n"
 "68000 ap OPTIONS 7 m c:1 i:m | Supported: outbound\n"
 "68001 pa 200 OPTIONS 7 m c:1 i:m t:z\n", NULL},
{"SIP-100-TO-TAG",
 "0 ab INVITE 1 x\n"
 "1 ba 100 INVITE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x\n"
 "1 ba 100 INVITE 1 x\n"
 "2 ba 180 INVITE 1 x t:b\n", NULL},
{"SIP-100-TO-TAG", /* in a dialog the tag is a copy */
 "0 ab INVITE 1 x\n"
 "1 ba 100 INVITE 1 x t:b\n",
 NULL,
 "0 ab INVITE 1 x t:b\n"
 "1 ba 100 INVITE 1 x t:b\n", NULL},
{"SIP-RESP-EXTRA-VIA",
 "0 ab OPTIONS 1 x\n"
 "1 ba 200 OPTIONS 1 x t:b v:2\n",
 "SIP-VIA-RESP-ORDER\nSIP-RESP-EXTRA-VIA\n",
 "0 ab OPTIONS 1 x v:2\n"
 "1 ba 200 OPTIONS 1 x t:b v:2\n", NULL},
{"OB-SUPPORTED-REQ",
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2 ap OPTIONS 1 o c:1 i:o | Supported: path\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2 ap OPTIONS 1 o c:1 i:o | k: path, outbound\n", NULL},
{"OB-SUPPORTED-REQ", /* an ACK needs none, and of the server nothing is known */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2 ap BYE 1 o c:1 i:o t:x\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2 ap ACK 1 o c:1 i:o t:x\n"
 "3 pa OPTIONS 1 p c:1 i:p\n", NULL},
{"OB-SUPPORTED-REQ", /* no reg-id: it may know nothing of RFC 5626 */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2 ap OPTIONS 1 o c:1 i:o\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: path | Contact: <sip:a@10.0.0.1>\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;expires=600\n"
 "2 ap OPTIONS 1 o c:1 i:o\n", NULL},
{"OB-SUPPORTED-REQ", /* of another */
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2 ap OPTIONS 1 o c:1 i:o\n",
 NULL,
 "0 ap REGISTER 1 r c:1 | Supported: outbound, path | Contact: <sip:a@10.0.0.1>;reg-id=1;+sip.instance=\"<urn:x>\"\n"
 "1 pa 200 REGISTER 1 r t:b c:1 | Contact: <sip:a@10.0.0.1>;reg-id=1;expires=600\n"
 "2 ap OPTIONS 1 o c:1 i:o v:2\n", NULL},
{"SIP-TAG-ENTROPY",
 "0 ab OPTIONS 1 x f:abc\n",
 NULL,
 "0 ab OPTIONS 1 x f:abcd\n", NULL},
{"SIP-TAG-ENTROPY", /* told where it is new */
 "0 ab OPTIONS 1 x f:abcd\n"
 "1 ba 200 OPTIONS 1 x f:abcd t:xyz\n",
 NULL,
 "0 ab INFO 1 x f:abcd t:xyz\n"
 "1 ba 200 INFO 1 x f:abcd t:xyz\n", NULL},
{"SIP-TAG-ENTROPY", /* of another nothing is known */
 "0 ab OPTIONS 1 x f:abcd i:one\n"
 "5 ab OPTIONS 2 y f:abcd i:two\n",
 NULL,
 "0 ab OPTIONS 1 x f:abcd i:one\n"
 "5 ab OPTIONS 2 y f:abcd i:one\n"
 "6 cb OPTIONS 2 y f:abcd i:two v:2\n", NULL},
