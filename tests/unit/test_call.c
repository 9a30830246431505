/* SPDX-License-Identifier: MIT
 * links: core_call core_sip core_base
 *
 * Calls, registrations, subscriptions ... from conversations (see sip_conversation.h): what the tracker tells of them,
 * where it places each message, and that it tells the same when neighbours come in the other order.
 */
#include "sip_conversation.h"

enum { LINES = 40, ROWS = 6, ROW_SIZE = 512 };

struct scenario {
    const char *name;
    const char *lines[LINES];
    const char *rows[ROWS]; /* as row_write has them */
    bool in_order;          /* the order of its lines is what it is about */
};

static const struct scenario scenarios[] = {
    {
        .name = "a call through a proxy, ended by the caller",
        .lines = {"0 ap INVITE 1 x", "1 pa 100 INVITE 1 x ^1", "2 pb INVITE 1 y v:2", "3 bp 100 INVITE 1 y v:2 ^3",
                  "4 bp 180 INVITE 1 y v:2 t:b ^3", "5 pa 180 INVITE 1 x t:b ^1", "6 bp 200 INVITE 1 y v:2 t:b ^3",
                  "7 pa 200 INVITE 1 x t:b ^1", "8 ap ACK 1 x2 t:b ^1 @", "9 pb ACK 1 y2 v:2 t:b ^3 @",
                  "20 ap BYE 2 x3 t:b @", "21 pb BYE 2 y3 v:2 t:b @", "22 bp 200 BYE 2 y3 v:2 t:b ^12",
                  "23 pa 200 BYE 2 x3 t:b ^11"},
        .rows = {"1 call completed 200 start 0 ringing 5 answered 7 end 20 last 23 by caller messages 14 dialogs 1"},
    },
    {
        .name = "ended by the callee, whose tags stand the other way round",
        .lines = {"0 ab INVITE 1 x", "5 ba 200 INVITE 1 x t:b ^1", "6 ab ACK 1 x2 t:b ^1 @", "9 ba BYE 7 z f:b t:a @",
                  "10 ab 200 BYE 7 z f:b t:a ^4"},
        .rows = {"1 call completed 200 start 0 answered 5 end 9 last 10 by callee messages 5 dialogs 1"},
    },
    {
        .name = "of the BYE only the answer is seen",
        .lines = {"0 ab INVITE 1 x", "5 ba 200 INVITE 1 x t:b ^1", "9 ba 200 BYE 2 z t:b"},
        .rows = {"1 call completed 200 start 0 answered 5 end 9 last 9 by caller messages 3 dialogs 1"},
    },
    {
        .name = "busy; the ACK is the INVITE's own",
        .lines = {"0 ap INVITE 1 x", "2 pa 180 INVITE 1 x t:b ^1", "3 pa 486 INVITE 1 x t:b ^1", "4 ap ACK 1 x t:b ^1",
                  "5 pa 486 INVITE 1 x t:b ^1 !", "6 ap ACK 1 x t:b ^1 !"},
        .rows = {"1 call rejected 486 start 0 ringing 2 end 3 last 6 messages 6 again 2 dialogs 1"},
    },
    {
        .name = "a challenge is no refusal once credentials follow",
        .lines = {"0 ap INVITE 1 x", "1 pa 407 INVITE 1 x t:p ^1", "2 ap ACK 1 x t:p ^1", "3 ap INVITE 2 y",
                  "4 pa 180 INVITE 2 y t:b ^4", "5 pa 200 INVITE 2 y t:b ^4", "6 ap ACK 2 y2 t:b ^4 @",
                  "9 ap BYE 3 z t:b @"},
        .rows = {"1 call completed 200 start 0 ringing 4 answered 5 end 9 last 9 by caller messages 8 dialogs 1"},
    },
    {
        .name = "the same with the same CSeq",
        .lines = {"0 ap INVITE 1 x", "1 pa 407 INVITE 1 x t:p ^1", "2 ap ACK 1 x t:p ^1", "3 ap INVITE 1 y",
                  "5 pa 200 INVITE 1 y t:b ^4", "9 ap BYE 3 z t:b @"},
        .rows = {"1 call completed 200 start 0 answered 5 end 9 last 9 by caller messages 6 dialogs 1"},
    },
    {
        .name = "a challenge that is not taken up refuses",
        .lines = {"0 ap INVITE 1 x", "1 pa 401 INVITE 1 x t:p ^1", "2 ap ACK 1 x t:p ^1"},
        .rows = {"1 call rejected 401 start 0 end 1 last 2 messages 3"},
    },
    {
        .name = "cancelled",
        .lines = {"0 ap INVITE 1 x", "2 pa 180 INVITE 1 x t:b ^1", "5 ap CANCEL 1 x ^1", "6 pa 200 CANCEL 1 x t:b ^3",
                  "7 pa 487 INVITE 1 x t:b ^1", "8 ap ACK 1 x t:b ^1"},
        .rows = {"1 call cancelled 487 start 0 ringing 2 end 7 last 8 by caller messages 6 dialogs 1"},
    },
    {
        .name = "CANCEL came too late",
        .lines = {"0 ap INVITE 1 x", "2 pa 200 INVITE 1 x t:b ^1", "3 ap CANCEL 1 x ^1", "4 pa 481 CANCEL 1 x t:b ^3",
                  "8 ap BYE 2 y t:b @"},
        .rows = {"1 call completed 200 start 0 answered 2 end 8 last 8 by caller messages 5 dialogs 1"},
    },
    {
        .name = "CANCEL without any final response ends it after 64*T1 (RFC 3261 9.1)",
        .lines = {"0 ap INVITE 1 x", "2 pa 180 INVITE 1 x t:b ^1", "5 ap CANCEL 1 x ^1",
                  "32006 qp OPTIONS 1 o i:two #2"},
        .rows = {"1 call cancelled start 0 ringing 2 end 5 last 5 by caller messages 3 dialogs 1",
                 "2 options lost start 32006 last 32006 by capture messages 1"},
    },
    {
        .name = "redirected",
        .lines = {"0 ap INVITE 1 x", "2 pa 302 INVITE 1 x t:b ^1", "3 ap ACK 1 x t:b ^1"},
        .rows = {"1 call redirected 302 start 0 end 2 last 3 messages 3"},
    },
    {
        .name = "redirected and followed: another attempt",
        .lines = {"0 ap INVITE 1 x", "2 pa 302 INVITE 1 x t:b ^1", "3 ap ACK 1 x t:b ^1", "4 ac INVITE 2 y",
                  "6 ca 200 INVITE 2 y t:c ^4", "9 ca BYE 5 z f:c t:a @"},
        .rows = {"1 call completed 200 start 0 answered 6 end 9 last 9 by callee messages 6 dialogs 1"},
    },
    {
        .name = "redirected and followed with the same CSeq",
        .lines = {"0 ap INVITE 1 x", "2 pa 302 INVITE 1 x t:b ^1", "3 ap ACK 1 x t:b ^1", "4 ap INVITE 1 y",
                  "5 pa 180 INVITE 1 y t:c ^4", "6 pa 200 INVITE 1 y t:c ^4", "9 ap BYE 2 z t:c @"},
        .rows = {"1 call completed 200 start 0 ringing 5 answered 6 end 9 last 9 by caller messages 7 dialogs 1"},
    },
    {
        .name = "redirected to who is busy, with the same CSeq",
        .lines = {"0 ap INVITE 1 x", "2 pa 302 INVITE 1 x t:b ^1", "3 ap ACK 1 x t:b ^1", "4 ap INVITE 1 y",
                  "6 pa 486 INVITE 1 y t:c ^4", "7 ap ACK 1 y t:c ^4"},
        .rows = {"1 call rejected 486 start 0 end 6 last 7 messages 6"},
    },
    {
        .name = "redirected by a proxy, whose other branch is busy: that is no second try",
        .lines = {"0 ap INVITE 1 x", "1 pb INVITE 1 x1 v:2", "1 pc INVITE 1 x2 v:2", "2 bp 302 INVITE 1 x1 t:b v:2 ^2",
                  "3 pa 302 INVITE 1 x t:b ^1", "4 cp 486 INVITE 1 x2 t:c v:2 ^3"},
        .rows = {"1 call redirected 302 start 0 end 3 last 4 messages 6"},
    },
    {
        .name = "408 is a timeout",
        .lines = {"0 ap INVITE 1 x", "1 pa 100 INVITE 1 x ^1", "9 pa 408 INVITE 1 x t:p ^1", "10 ap ACK 1 x t:p ^1"},
        .rows = {"1 call timeout 408 start 0 end 9 last 10 messages 4"},
    },
    {
        .name = "silence is a timeout once 64*T1 have passed by the records' time",
        .lines = {"0 ab INVITE 1 x", "500 ab INVITE 1 x !", "1500 ab INVITE 1 x !", "33500 qp OPTIONS 1 o i:two #2",
                  "33501 pq 200 OPTIONS 1 o i:two t:p #2 ^4"},
        .rows = {"1 call timeout start 0 end 1500 last 1500 messages 3 again 2",
                 "2 options completed 200 start 33500 answered 33501 end 33501 last 33501 messages 2"},
    },
    {
        .name = "a capture that ends before that says nothing",
        .lines = {"0 ab INVITE 1 x", "31000 qp OPTIONS 1 o i:two #2"},
        .rows = {"1 call lost start 0 last 0 by capture messages 1",
                 "2 options lost start 31000 last 31000 by capture messages 1"},
    },
    {
        .name = "the capture ends while it rings",
        .lines = {"0 ab INVITE 1 x", "2 ba 180 INVITE 1 x t:b ^1", "90000 qp OPTIONS 1 o i:two #2"},
        .rows = {"1 call lost start 0 ringing 2 last 2 by capture messages 2 dialogs 1",
                 "2 options lost start 90000 last 90000 by capture messages 1"},
    },
    {
        .name = "a fork refuses while another answers: the caller's side decides",
        .lines = {"0 ap INVITE 1 x", "1 pb INVITE 1 y v:2", "2 pc INVITE 1 z v:2", "3 bp 180 INVITE 1 y v:2 t:b ^2",
                  "4 pa 180 INVITE 1 x t:b ^1", "5 cp 180 INVITE 1 z v:2 t:c ^3", "6 pa 180 INVITE 1 x t:c ^1",
                  "7 bp 486 INVITE 1 y v:2 t:b ^2", "8 pb ACK 1 y v:2 t:b ^2", "9 cp 200 INVITE 1 z v:2 t:c ^3",
                  "10 pa 200 INVITE 1 x t:c ^1", "11 ap ACK 1 w t:c ^1 @", "20 ap BYE 2 u t:c @"},
        .rows = {"1 call completed 200 start 0 ringing 4 answered 10 end 20 last 20 by caller messages 13 dialogs 2"},
    },
    {
        .name = "... and is still ringing when the capture ends",
        .lines = {"0 ap INVITE 1 x", "1 pa 100 INVITE 1 x ^1", "2 pb INVITE 1 y v:2", "3 bp 486 INVITE 1 y v:2 t:b ^3"},
        .rows = {"1 call lost start 0 last 3 by capture messages 4"},
    },
    {
        .name = "only the far hop's answers were captured",
        .lines = {"0 ap INVITE 1 x", "2 pb INVITE 1 y v:2", "3 bp 180 INVITE 1 y v:2 t:b ^2",
                  "4 bp 603 INVITE 1 y v:2 t:b ^2"},
        .rows = {"1 call rejected 603 start 0 ringing 3 end 4 last 4 messages 4 dialogs 1"},
    },
    {
        .name = "two forks answer; the caller hangs up on one at once, which ends nothing (RFC 3261 13.2.2.4)",
        .lines = {"0 ab INVITE 1 x", "4 ba 200 INVITE 1 x t:b ^1", "5 ba 200 INVITE 1 x t:c ^1",
                  "6 ab ACK 1 y t:b ^1 @", "7 ab ACK 1 z t:c ^1 @", "8 ab BYE 2 w t:c @", "9 ba 200 BYE 2 w t:c ^6",
                  "30 ba BYE 8 v f:b t:a @"},
        .rows = {"1 call completed 200 start 0 answered 4 end 30 last 30 by callee messages 8 dialogs 2"},
    },
    {
        .name = "... and the other goes on",
        .lines = {"0 ab INVITE 1 x", "4 ba 200 INVITE 1 x t:b ^1", "5 ba 200 INVITE 1 x t:c ^1", "8 ab BYE 2 w t:c @"},
        .rows = {"1 call lost 200 start 0 answered 4 last 8 by capture messages 4 dialogs 2"},
    },
    {
        .name = "reliable provisional responses, PRACK, UPDATE and INFO (RFC 3262, RFC 3311, RFC 6086)",
        .lines = {"0 ab INVITE 1 x", "1 ba 183 INVITE 1 x t:b ^1 | RSeq: 1", "2 ba 183 INVITE 1 x t:b ^1 ! | RSeq: 1",
                  "3 ab PRACK 2 y t:b @ | RAck: 1 1 INVITE", "4 ba 200 PRACK 2 y t:b ^4",
                  "5 ba 183 INVITE 1 x t:b ^1 | RSeq: 2", "6 ab UPDATE 3 z t:b @", "7 ba 200 UPDATE 3 z t:b ^7",
                  "8 ab INFO 4 w t:b @", "9 ba 200 INFO 4 w t:b ^9"},
        .rows = {"1 call lost start 0 ringing 1 last 9 by capture messages 10 again 1 dialogs 1"},
    },
    {
        .name = "hold by re-INVITE from both sides; a refused one changes nothing",
        .lines = {"0 ab INVITE 1 x", "4 ba 200 INVITE 1 x t:b ^1", "5 ab ACK 1 y t:b ^1 @", "10 ab INVITE 2 z t:b @",
                  "11 ba 200 INVITE 2 z t:b ^4", "12 ab ACK 2 w t:b ^4 @", "20 ba INVITE 9 v f:b t:a @",
                  "21 ab 488 INVITE 9 v f:b t:a ^7", "22 ba ACK 9 v f:b t:a ^7 @", "30 ab BYE 3 u t:b @"},
        .rows = {"1 call completed 200 start 0 answered 4 end 30 last 30 by caller messages 10 dialogs 1"},
    },
    {
        .name = "a transfer: REFER and its NOTIFYs belong to the call (RFC 3515)",
        .lines = {"0 ab INVITE 1 x", "4 ba 200 INVITE 1 x t:b ^1", "5 ab ACK 1 y t:b ^1 @",
                  "10 ab REFER 2 z t:b @ | Refer-To: <sip:c@c.test>", "11 ba 202 REFER 2 z t:b ^4",
                  "12 ba NOTIFY 7 w f:b t:a @ | Event: refer | Subscription-State: terminated",
                  "13 ab 200 NOTIFY 7 w f:b t:a ^6", "14 ab MESSAGE 3 m t:b @", "15 ba 404 MESSAGE 3 m t:b ^8",
                  "20 ab BYE 4 v t:b @", "30 ba 408 BYE 4 v t:b ^10"},
        .rows = {"1 call completed 200 start 0 answered 4 end 20 last 30 by caller messages 11 dialogs 1"},
    },
    {
        .name = "the capture begins within the call: re-INVITE",
        .lines = {"0 ab INVITE 5 x t:b @", "1 ba 200 INVITE 5 x t:b ^1", "2 ab ACK 5 y t:b ^1 @"},
        .rows = {"1 call lost start 0 last 2 by capture messages 3 dialogs 1"},
    },
    {
        .name = "the capture begins within the call: ACK, then BYE",
        .lines = {"0 ab ACK 5 y t:b @", "9 ba BYE 7 z f:b t:a @"},
        .rows = {"1 call completed start 0 end 9 last 9 by callee messages 2"},
    },
    {
        .name = "the capture begins within the call: INFO",
        .lines = {"0 ab INFO 5 y t:b @", "40000 ab INFO 6 z t:b @"},
        .rows = {"1 call lost start 0 last 40000 by capture messages 2"},
    },
    {
        .name = "the capture begins with the BYE",
        .lines = {"0 ab BYE 7 z t:b @", "1 ba 200 BYE 7 z t:b ^1"},
        .rows = {"1 call completed start 0 end 0 last 1 by caller messages 2"},
    },
    {
        .name = "the capture begins with responses",
        .lines = {"0 ba 180 INVITE 1 x t:b", "2 ba 200 INVITE 1 x t:b", "3 ab ACK 1 y t:b @", "9 ab BYE 2 z t:b @"},
        .rows = {"1 call completed 200 start 0 ringing 0 answered 2 end 9 last 9 by caller messages 4 dialogs 1"},
    },
    {
        .name = "responses alone: those with fewer Vias are nearer to the caller",
        .lines = {"0 bp 180 INVITE 1 y v:2 t:b", "1 pa 180 INVITE 1 x t:b", "3 bp 486 INVITE 1 y v:2 t:b",
                  "4 pa 480 INVITE 1 x t:b"},
        .rows = {"1 call rejected 480 start 0 ringing 1 end 4 last 4 messages 4 dialogs 1"},
        .in_order = true,
    },
    {
        .name = "CANCEL alone",
        .lines = {"0 ap CANCEL 1 x", "1 pa 487 INVITE 1 x t:b"},
        .rows = {"1 call cancelled 487 start 0 end 1 last 1 by caller messages 2"},
    },
    {
        .name = "the 200 was missed, its ACK was not",
        .lines = {"0 ab INVITE 1 x", "1 ba 180 INVITE 1 x t:b ^1", "5 ab ACK 1 y t:b ^1 @", "9 ab BYE 2 z t:b @"},
        .rows = {"1 call completed start 0 ringing 1 end 9 last 9 by caller messages 4 dialogs 1"},
    },
    {
        .name = "a retransmitted 2xx and its ACKs (RFC 6026)",
        .lines = {"0 ab INVITE 1 x", "4 ba 200 INVITE 1 x t:b ^1", "5 ab ACK 1 y t:b ^1 @",
                  "504 ba 200 INVITE 1 x t:b ^1 !", "505 ab ACK 1 y t:b ^1 @ !"},
        .rows = {"1 call lost 200 start 0 answered 4 last 505 by capture messages 5 again 2 dialogs 1"},
    },
    {
        .name = "the ACK goes straight to the callee, past the proxy that did not record its route",
        .lines = {"0 ap INVITE 1 x", "1 pb INVITE 1 y v:2", "2 bp 200 INVITE 1 y v:2 t:b ^2",
                  "3 pa 200 INVITE 1 x t:b ^1", "4 ab ACK 1 z t:b ^1 @"},
        .rows = {"1 call lost 200 start 0 answered 3 last 4 by capture messages 5 dialogs 1"},
    },
    {
        .name = "a response to another port than the request came from",
        .lines = {"0 ab INVITE 1 x", "1 bc 180 INVITE 1 x t:b ^1", "2 bc 180 INVITE 1 x t:b ^1 !"},
        .rows = {"1 call lost start 0 ringing 1 last 2 by capture messages 3 again 1 dialogs 1"},
        .in_order = true,
    },
    {
        .name = "without the magic cookie (RFC 3261 17.2.3)",
        .lines = {"0 ab INVITE 1 x o:", "1 ab INVITE 1 x o: !", "2 ba 486 INVITE 1 x o: t:b ^1",
                  "3 ab ACK 1 x o: t:b ^1", "4 ab INVITE 2 x o:", "5 ba 200 INVITE 2 x o: t:b ^5"},
        .rows = {"1 call lost 200 start 0 answered 5 last 5 by capture messages 6 again 1 dialogs 1"},
    },
    {
        .name = "a 180 that comes after the 200 rings if it was sent before",
        .lines = {"0 ab INVITE 1 x", "4 ba 200 INVITE 1 x t:b ^1", "3 ba 180 INVITE 1 x t:b ^1", "9 ab BYE 2 y t:b @"},
        .rows = {"1 call completed 200 start 0 ringing 3 answered 4 end 9 last 9 by caller messages 4 dialogs 1"},
    },
    {
        .name = "... and not if after",
        .lines = {"0 ab INVITE 1 x", "4 ba 200 INVITE 1 x t:b ^1", "5 ba 180 INVITE 1 x t:b ^1", "9 ab BYE 2 y t:b @"},
        .rows = {"1 call completed 200 start 0 answered 4 end 9 last 9 by caller messages 4 dialogs 1"},
    },
    {
        .name = "a back-to-back user agent keeps the Call-ID, its leg has tags of its own",
        .lines = {"0 ap INVITE 1 x", "1 pb INVITE 7 y f:q", "2 bp 486 INVITE 7 y f:q t:b ^2", "3 pc INVITE 8 z f:q",
                  "4 cp 200 INVITE 8 z f:q t:c ^4", "5 pa 200 INVITE 1 x t:p ^1", "9 cp BYE 3 w f:c t:q @",
                  "10 pa BYE 4 v f:p t:a @"},
        .rows = {"1 call completed 200 start 0 answered 5 end 10 last 10 by callee messages 8 dialogs 1"},
    },
    {
        .name = "OPTIONS before the INVITE of the same Call-ID: a call, named by its INVITE",
        .lines = {"0 ab OPTIONS 1 x f:z", "1 ba 200 OPTIONS 1 x f:z t:b ^1", "2 ab INVITE 2 y",
                  "3 ba 486 INVITE 2 y t:b ^3"},
        .rows = {"1 call rejected 486 start 0 end 3 last 3 messages 4"},
    },
    {
        .name = "a finished call ends its row after 64*T1; the same Call-ID begins another",
        .lines = {"0 ab INVITE 1 x", "1 ba 486 INVITE 1 x t:b ^1", "2 ab ACK 1 x t:b ^1", "32002 ab INVITE 2 y #2",
                  "32003 ba 486 INVITE 2 y t:b ^4 #2"},
        .rows = {"1 call rejected 486 start 0 end 1 last 2 messages 3",
                 "2 call rejected 486 start 32002 end 32003 last 32003 messages 2"},
    },
    {
        .name = "an answered call may be quiet for hours",
        .lines = {"0 ab INVITE 1 x", "1 ba 200 INVITE 1 x t:b ^1", "7200000 ab BYE 2 y t:b @"},
        .rows = {"1 call completed 200 start 0 answered 1 end 7200000 last 7200000 by caller messages 3 dialogs 1"},
    },

    {
        .name = "the caller's WebSocket dies",
        .lines = {"0 ap INVITE 1 x c:1", "1 pb INVITE 1 y v:2 c:2", "2 bp 200 INVITE 1 y v:2 t:b ^2 c:2",
                  "3 pa 200 INVITE 1 x t:b ^1 c:1", "9 END 1", "50000 qp OPTIONS 1 o i:two #2"},
        .rows = {"1 call lost 200 start 0 answered 3 end 9 last 3 by connection messages 4 dialogs 1 connections 1,2",
                 "2 options lost start 50000 last 50000 by capture messages 1"},
    },
    {
        .name = "... and the caller comes back over another one",
        .lines = {"0 ap INVITE 1 x c:1", "1 pb INVITE 1 y v:2 c:2", "2 bp 200 INVITE 1 y v:2 t:b ^2 c:2",
                  "3 pa 200 INVITE 1 x t:b ^1 c:1", "9 END 1", "2000 ap INVITE 2 z t:b c:3 @",
                  "50000 qp OPTIONS 1 o i:two #2"},
        .rows = {"1 call lost 200 start 0 answered 3 last 2000 by capture messages 5 dialogs 1 connections 1,2,3",
                 "2 options lost start 50000 last 50000 by capture messages 1"},
    },
    {
        .name = "... to end the call",
        .lines = {"0 ap INVITE 1 x c:1", "3 pa 200 INVITE 1 x t:b ^1 c:1", "9 END 1", "2000 ap BYE 2 z t:b c:3 @",
                  "2001 pa 500 BYE 2 z t:b c:3 ^4", "2002 pa 500 BYE 2 z t:b c:3 ^4 !"},
        .rows = {"1 call completed 200 start 0 answered 3 end 2000 last 2002 by caller messages 5 again 1 dialogs 1 "
                 "connections 1,3"},
    },
    {
        .name = "the caller had moved to another connection before the old one died",
        .lines = {"0 ap INVITE 1 x c:1", "3 pa 200 INVITE 1 x t:b ^1 c:1", "5 ap INVITE 2 z t:b c:3 @", "9 END 1"},
        .rows = {"1 call lost 200 start 0 answered 3 last 5 by capture messages 3 dialogs 1 connections 1,3"},
    },
    {
        .name = "the callee's WebSocket dies while it rings; a refusal that follows is what counts",
        .lines = {"0 ap INVITE 1 x c:1", "1 pb INVITE 1 y v:2 c:2", "2 bp 180 INVITE 1 y v:2 t:b ^2 c:2", "9 END 2",
                  "10 pa 480 INVITE 1 x t:p ^1 c:1"},
        .rows = {"1 call rejected 480 start 0 ringing 2 end 10 last 10 messages 4 dialogs 1 connections 1,2"},
    },
    {
        .name = "a connection number that carries on was not dead",
        .lines = {"0 ap INVITE 1 x c:1", "3 pa 200 INVITE 1 x t:b ^1 c:1", "4 END 1", "5 ap ACK 1 z t:b c:1 ^1 @",
                  "9 END 1"},
        .rows = {"1 call lost 200 start 0 answered 3 end 9 last 5 by connection messages 3 dialogs 1 connections 1"},
        .in_order = true,
    },
    {
        .name = "a TCP connection is opened again when needed: its end ends no call",
        .lines = {"0 ap INVITE 1 x c:1 k:TCP", "3 pa 200 INVITE 1 x t:b ^1 c:1 k:TCP", "9 END 1",
                  "50000 ap BYE 2 z t:b @"},
        .rows = {"1 call completed 200 start 0 answered 3 end 50000 last 50000 by caller messages 3 dialogs 1 "
                 "connections 1"},
    },
    {
        .name = "... but is told where nothing else explains why it stopped",
        .lines = {"0 ap INVITE 1 x c:1 k:TCP", "3 pa 200 INVITE 1 x t:b ^1 c:1 k:TCP", "9 END 1"},
        .rows = {"1 call lost 200 start 0 answered 3 end 9 last 3 by connection messages 2 dialogs 1 connections 1"},
    },
    {
        .name = "the end of a connection after that of the call says nothing",
        .lines = {"0 ap INVITE 1 x c:1", "3 pa 486 INVITE 1 x t:b ^1 c:1", "9 END 1", "10 END 77"},
        .rows = {"1 call rejected 486 start 0 end 3 last 3 messages 2 connections 1"},
    },

    {
        .name = "registered after a challenge, refreshed, and gone",
        .lines = {"0 ap REGISTER 1 x | Expires: 120 | Contact: <sip:a@h>", "1 pa 401 REGISTER 1 x t:p ^1",
                  "2 ap REGISTER 2 y | Expires: 120 | Contact: <sip:a@h>",
                  "3 pa 200 REGISTER 2 y t:p ^3 | Contact: <sip:a@h>;expires=120",
                  "100000 ap REGISTER 3 z | Contact: <sip:a@h>;expires=120",
                  "100001 pa 200 REGISTER 3 z t:p ^5 | Contact: <sip:a@h>;expires=120",
                  "200000 ap REGISTER 4 w | Contact: <sip:a@h>;expires=0",
                  "200001 pa 200 REGISTER 4 w t:p ^7 | Contact: <sip:other@h>;expires=99"},
        .rows = {"1 registration unregistered 200 start 0 answered 3 end 200001 last 200001 messages 8"},
    },
    {
        .name = "a registration that is still there when the capture ends",
        .lines = {"0 ap REGISTER 1 x | Expires: 120 | Contact: <sip:a@h>", "1 pa 200 REGISTER 1 x t:p ^1",
                  "90000 qp OPTIONS 1 o i:two #2"},
        .rows = {"1 registration registered 200 start 0 answered 1 last 1 messages 2",
                 "2 options lost start 90000 last 90000 by capture messages 1"},
    },
    {
        .name = "a registration that runs out; the next begins a row of its own",
        .lines = {"0 ap REGISTER 1 x | Contact: <sip:a@h>;expires=60", "1 pa 200 REGISTER 1 x t:p ^1",
                  "60500 ap REGISTER 2 y #2 | Contact: *| Expires: 0", "60501 pa 200 REGISTER 2 y t:p #2 ^3"},
        .rows = {"1 registration registered 200 start 0 answered 1 last 1 messages 2",
                 "2 registration unregistered 200 start 60500 answered 60501 end 60501 last 60501 messages 2"},
    },
    {
        .name = "no Expires anywhere: an hour",
        .lines = {"0 ap REGISTER 1 x | Contact: <sip:a@h>", "1 pa 200 REGISTER 1 x t:p ^1",
                  "3500000 ap REGISTER 2 y | Contact: <sip:a@h>"},
        .rows = {"1 registration registered 200 start 0 answered 1 last 3500000 messages 3"},
    },
    {
        .name = "a refused registration; an unanswered challenge; silence; a redirection",
        .lines = {"0 ap REGISTER 1 x", "1 pa 403 REGISTER 1 x t:p ^1", "10 ap REGISTER 1 y i:two #2",
                  "11 pa 401 REGISTER 1 y i:two t:p #2 ^3", "12 ap REGISTER 1 z i:three #3",
                  "13 ap REGISTER 1 w i:four #4", "14 pa 301 REGISTER 1 w i:four t:p #4 ^6",
                  "32012 qp REGISTER 1 o i:five #5"},
        .rows = {"1 registration rejected 403 start 0 end 1 last 1 messages 2",
                 "2 registration rejected 401 start 10 end 11 last 11 messages 2",
                 "3 registration timeout start 12 end 12 last 12 messages 1",
                 "4 registration redirected 301 start 13 end 14 last 14 messages 2",
                 "5 registration lost start 32012 last 32012 by capture messages 1"},
    },
    {
        .name = "a refresh that is challenged doesn't undo the registration",
        .lines = {"0 ap REGISTER 1 x | Contact: <sip:a@h>;expires=600", "1 pa 200 REGISTER 1 x t:p ^1",
                  "2 ap REGISTER 2 y | Contact: <sip:a@h>;expires=600", "3 pa 401 REGISTER 2 y t:p ^3"},
        .rows = {"1 registration registered 200 start 0 answered 1 last 3 messages 4"},
    },
    {
        .name = "a registration that only its response tells of",
        .lines = {"0 pa 200 REGISTER 1 x t:p | Contact: <sip:a@h>;expires=600", "1 pa 200 REGISTER 1 y t:p i:two #2"},
        .rows = {"1 registration registered 200 start 0 answered 0 last 0 messages 1",
                 "2 registration unregistered 200 start 1 answered 1 end 1 last 1 messages 1"},
    },
    {
        .name = "a registration and its WebSocket",
        .lines = {"0 ap REGISTER 1 x c:1 | Contact: <sip:a@h>;expires=600", "1 pa 200 REGISTER 1 x c:1 t:p ^1",
                  "2 ap REGISTER 1 y c:1 i:two #2", "9 END 1",
                  "10 ap REGISTER 2 z f:other c:2 | Contact: <sip:a@h>;expires=600",
                  "11 pa 200 REGISTER 2 z f:other c:2 t:p ^5", "20 END 2"},
        .rows = {"1 registration registered 200 start 0 answered 1 end 20 last 11 by connection messages 4 "
                 "connections 1,2",
                 "2 registration lost start 2 end 9 last 2 by connection messages 1 connections 1"},
    },

    {
        .name = "a subscription ended by its subscriber",
        .lines = {"0 ap SUBSCRIBE 1 x | Event: presence | Expires: 120", "1 pa 200 SUBSCRIBE 1 x t:b ^1 | Expires: 120",
                  "2 pa NOTIFY 2 y f:b t:a @ | Event: presence | Subscription-State: active;expires=120",
                  "3 ap 200 NOTIFY 2 y f:b t:a ^3", "20 ap SUBSCRIBE 2 z t:b @ | Expires: 0",
                  "21 pa 200 SUBSCRIBE 2 z t:b ^5 | Expires: 0",
                  "22 pa NOTIFY 3 w f:b t:a @ | Subscription-State: Terminated;reason=timeout",
                  "23 ap 200 NOTIFY 3 w f:b t:a ^7"},
        .rows = {"1 subscription terminated 200 start 0 answered 1 end 22 last 23 messages 8 dialogs 1"},
    },
    {
        .name = "a subscription that goes on; one that runs out",
        .lines = {"0 ap SUBSCRIBE 1 x | Expires: 9000", "1 pa 200 SUBSCRIBE 1 x t:b ^1",
                  "2 ap SUBSCRIBE 1 y i:two #2 | Expires: 9000", "3 pa 200 SUBSCRIBE 1 y i:two t:b ^3 #2 | Expires: 60",
                  "99000 qp SUBSCRIBE 1 z i:three #3"},
        .rows = {"1 subscription active 200 start 0 answered 1 last 1 messages 2 dialogs 1",
                 "2 subscription active 200 start 2 answered 3 last 3 messages 2 dialogs 1",
                 "3 subscription lost start 99000 last 99000 by capture messages 1"},
    },
    {
        .name = "NOTIFY alone, and one that nobody subscribed to",
        .lines = {"0 pa NOTIFY 1 x f:b t:a @ | Event: dialog | Subscription-State: active;expires=7000",
                  "1 pa NOTIFY 1 y f:b i:two #2 | Event: mwi | Subscription-State: terminated",
                  "2 ap 481 NOTIFY 1 y f:b i:two t:z #2 ^2",
                  "3 pa NOTIFY 1 z f:b t:a i:three #3 @ | Subscription-State: active",
                  "4 ap 481 NOTIFY 1 z f:b t:a i:three #3 ^4", "5000000 qp SUBSCRIBE 1 o i:four #4"},
        .rows = {"1 subscription active start 0 last 0 messages 1",
                 "2 subscription terminated start 1 end 2 last 2 messages 2",
                 "3 subscription terminated start 3 end 4 last 4 messages 2",
                 "4 subscription lost start 5000000 last 5000000 by capture messages 1"},
    },
    {
        .name = "a refused subscription, and a refresh that finds it gone (RFC 6665 4.1.2.2)",
        .lines = {"0 ap SUBSCRIBE 1 x", "1 pa 489 SUBSCRIBE 1 x t:b ^1", "2 ap SUBSCRIBE 1 y i:two #2",
                  "3 pa 200 SUBSCRIBE 1 y i:two t:b #2 ^3", "9 ap SUBSCRIBE 2 z i:two t:b #2 @",
                  "10 pa 481 SUBSCRIBE 2 z i:two t:b #2 ^5"},
        .rows = {"1 subscription rejected 489 start 0 end 1 last 1 messages 2",
                 "2 subscription terminated 481 start 2 answered 3 end 10 last 10 messages 4 dialogs 1"},
    },
    {
        .name = "REFER outside a dialog subscribes, too",
        .lines = {"0 ap REFER 1 x | Refer-To: <sip:c@c>", "1 pa 202 REFER 1 x t:b ^1",
                  "2 pa NOTIFY 1 y f:b t:a @ | Event: refer | Subscription-State: active;expires=60",
                  "9 pa NOTIFY 2 z f:b t:a @ | Event: refer | Subscription-State: terminated;reason=noresource"},
        .rows = {"1 subscription terminated 202 start 0 answered 1 end 9 last 9 messages 4"},
    },

    {
        .name = "a message through a proxy",
        .lines = {"0 ap MESSAGE 1 x", "1 pb MESSAGE 1 y v:2", "2 bp 200 MESSAGE 1 y v:2 t:b ^2",
                  "3 pa 200 MESSAGE 1 x t:b ^1"},
        .rows = {"1 message completed 200 start 0 answered 3 end 3 last 3 messages 4"},
    },
    {
        .name = "requests that stand alone, and how they end",
        .lines = {"0 ap MESSAGE 1 x", "1 pa 404 MESSAGE 1 x t:b ^1", "2 ap OPTIONS 1 y i:two #2",
                  "3 pa 408 OPTIONS 1 y i:two t:b ^3 #2", "4 ap PUBLISH 1 z i:three #3 | Expires: 60",
                  "5 pa 200 PUBLISH 1 z i:three t:b #3 ^5", "6 ap PING 1 w i:four #4",
                  "7 pa 305 PING 1 w i:four t:b #4 ^7", "8 ap PING 1 v i:five #5"},
        .rows = {"1 message rejected 404 start 0 end 1 last 1 messages 2",
                 "2 options timeout 408 start 2 end 3 last 3 messages 2",
                 "3 publication completed 200 start 4 answered 5 end 5 last 5 messages 2",
                 "4 other redirected 305 start 6 end 7 last 7 messages 2",
                 "5 other lost start 8 last 8 by capture messages 1"},
    },
    {
        .name = "a refused message with credentials, then; one that meets silence",
        .lines = {"0 ap MESSAGE 1 x", "1 pa 407 MESSAGE 1 x t:b ^1", "2 ap MESSAGE 2 y", "3 pa 202 MESSAGE 2 y t:b ^3",
                  "4 ap MESSAGE 1 z i:two #2", "5 pa 100 MESSAGE 1 z i:two #2 ^5", "40000 qp OPTIONS 1 o i:three #3"},
        .rows = {"1 message completed 202 start 0 answered 3 end 3 last 3 messages 4",
                 "2 message timeout start 4 end 5 last 5 messages 2",
                 "3 options lost start 40000 last 40000 by capture messages 1"},
    },
};

enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

static void put_time(char *row, const char *name, int64_t time)
{
    const size_t used = strlen(row);
    if (time != SW_NO_TIME)
        snprintf(row + used, ROW_SIZE - used, " %s %lld", name, (long long)((time - EPOCH) / MILLISECOND));
}

static void put_count(char *row, const char *name, uint64_t count)
{
    const size_t used = strlen(row);
    if (count != 0)
        snprintf(row + used, ROW_SIZE - used, " %s %llu", name, (unsigned long long)count);
}

/* "ID KIND STATE STATUS start .. ringing .. answered .. end .. last .. by WHO messages N again N dialogs N connections
 * N,N", times in milliseconds, without what is absent or zero. */
static void row_write(char *row, const struct sw_call *call)
{
    snprintf(row, ROW_SIZE, "%llu %s %s", (unsigned long long)call->id, sw_call_kind_name(call->kind),
             sw_call_state_name(call->state));
    if (call->status != 0)
        snprintf(row + strlen(row), ROW_SIZE - strlen(row), " %u", call->status);
    put_time(row, "start", call->start);
    put_time(row, "ringing", call->ringing);
    put_time(row, "answered", call->answered);
    put_time(row, "end", call->end);
    put_time(row, "last", call->last);
    const char *by = sw_ended_by_name(call->ended_by);
    if (by != NULL)
        snprintf(row + strlen(row), ROW_SIZE - strlen(row), " by %s", by);
    put_count(row, "messages", call->messages_seen);
    put_count(row, "again", call->retransmissions);
    put_count(row, "dialogs", call->dialogs);
    for (size_t i = 0; i < call->connection_count; i++)
        snprintf(row + strlen(row), ROW_SIZE - strlen(row), i == 0 ? " connections %llu" : ",%llu",
                 (unsigned long long)call->connections[i]);
}

/* A scenario as it is played: lines may be swapped. */
struct play {
    struct line lines[LINES];
    size_t line_count;
    char rows[ROWS + 2][ROW_SIZE];
    size_t row_count;
    struct sw_placement placements[LINES];
};

static void collect(struct play *play, struct sw_call_tracker *tracker)
{
    const struct sw_call *call;
    while ((call = sw_call_tracker_next(tracker)) != NULL) {
        assert_true(play->row_count < ROWS + 2);
        row_write(play->rows[play->row_count++], call);
    }
}

static void read_lines(struct play *play, const struct scenario *scenario)
{
    *play = (struct play){0};
    while (play->line_count < LINES && scenario->lines[play->line_count] != NULL) {
        line_read(&play->lines[play->line_count], scenario->lines[play->line_count], play->line_count + 1);
        play->line_count++;
    }
}

static void run(struct play *play)
{
    struct sw_call_tracker *tracker = sw_call_tracker_new(&sw_limits_default);
    for (size_t i = 0; i < play->line_count; i++) {
        line_play(tracker, &play->lines[i], &play->placements[i]);
        collect(play, tracker);
    }
    sw_call_tracker_finish(tracker);
    collect(play, tracker);
    sw_call_tracker_free(tracker);
}

static void check_placements(const struct play *play)
{
    for (size_t i = 0; i < play->line_count; i++) {
        const struct line *line = &play->lines[i];
        const struct sw_placement *is = &play->placements[i];
        const struct sw_placement *should = &line->placement;
        if (line->end != 0)
            continue;
        if (is->call != should->call || is->retransmission != should->retransmission ||
            is->request != should->request || is->in_dialog != should->in_dialog)
            fail_msg("line %zu is placed #%llu%s ^%llu%s", i + 1, (unsigned long long)is->call,
                     is->retransmission ? " !" : "", (unsigned long long)is->request, is->in_dialog ? " @" : "");
        const int64_t time = is->request == 0 ? SW_NO_TIME : play->lines[is->request - 1].time;
        assert_int_equal(is->request_time, time);
    }
}

static void test_scenarios(void **state)
{
    (void)state;
    static struct play play;
    for (size_t i = 0; i < SCENARIOS; i++) {
        read_lines(&play, &scenarios[i]);
        run(&play);
        for (size_t row = 0; row < ROWS; row++) {
            const char *is = row < play.row_count ? play.rows[row] : "(none)";
            const char *should = scenarios[i].rows[row] == NULL ? "(none)" : scenarios[i].rows[row];
            if (strcmp(is, should) != 0)
                print_error("%s\n  is     %s\n  should %s\n", scenarios[i].name, is, should);
            assert_string_equal(is, should);
        }
        check_placements(&play);
    }
}

/* Calls are numbered as they begin, so what is told of each is compared without its number. */
static int rows_compare(const void *a, const void *b)
{
    return strcmp(strchr(a, ' '), strchr(b, ' '));
}

static void test_neighbours_swapped(void **state)
{
    (void)state;
    static struct play straight;
    static struct play swapped;
    for (size_t i = 0; i < SCENARIOS; i++) {
        read_lines(&straight, &scenarios[i]);
        run(&straight);
        qsort(straight.rows, straight.row_count, ROW_SIZE, rows_compare);
        for (size_t at = 0; at + 1 < straight.line_count && !scenarios[i].in_order; at++) {
            read_lines(&swapped, &scenarios[i]);
            struct line *pair = &swapped.lines[at];
            if (pair[0].end != 0 || pair[1].end != 0 || pair[1].time - pair[0].time > 1000 * MILLISECOND)
                continue;
            const struct line first = pair[0];
            pair[0] = pair[1];
            pair[1] = first;
            run(&swapped);
            qsort(swapped.rows, swapped.row_count, ROW_SIZE, rows_compare);
            assert_int_equal(swapped.row_count, straight.row_count);
            for (size_t row = 0; row < straight.row_count; row++) {
                if (rows_compare(swapped.rows[row], straight.rows[row]) != 0)
                    fail_msg("%s, lines %zu and %zu swapped\n  is     %s\n  should %s", scenarios[i].name, at + 1,
                             at + 2, swapped.rows[row], straight.rows[row]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenarios),
        cmocka_unit_test(test_neighbours_swapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
