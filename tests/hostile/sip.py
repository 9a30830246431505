#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIP that is too much of something, or meant for the terminal of who reads it."""
import unittest

from craft import CLIENT, SERVER, Stream, WebSocket, request, response
from hostile import ALL_TEXTS, MEMORY_AT_MOST, STEP, HostileTest

ALICE, BOB = ('10.0.0.2', 5060), ('10.0.0.1', 5060)


class Messages(HostileTest):
    def said(self, *texts):
        """By a client in a WebSocket, over UDP as far as a datagram holds it, and over TCP."""
        def attack(capture):
            websocket = WebSocket(capture)
            stream = Stream(capture, ('10.0.0.2', 5061), BOB)
            for text in texts:
                text = text if isinstance(text, bytes) else text.encode()
                websocket.text(CLIENT, text)
                capture.datagram(ALICE, BOB, text[:60_000])
                stream.send(CLIENT, text)
            websocket.text(CLIENT, request('OPTIONS', 'behind'))
            stream.send(CLIENT, request('OPTIONS', 'behind').encode())
        findings = self.survives(attack, texts=ALL_TEXTS)
        self.assertGreaterEqual(len(findings.of('behind')), 1)
        return findings

    def test_a_hundred_thousand_headers(self):
        headers = ''.join(f'X-{number}: y\r\n' for number in range(100_000))
        findings = self.said(request('OPTIONS', 'headers', headers=headers))
        self.assertTrue([m for m in findings.of('headers') if m['transport'] == 'WS'])

    def test_a_long_call_id(self):
        findings = self.said(request('OPTIONS', 'x' * 65536))
        self.assertTrue(findings.of('x' * 65536))

    def test_long_values(self):
        long = 'x' * 50_000
        self.said(request('OPTIONS', 'long', callee=long, caller=long, branch=long),
                  request('X' * 30_000, 'method'), f'OPTIONS sip:a SIP/2.0{long}\r\n\r\n',
                  request('OPTIONS', 'folded', headers='X: y\r\n' + ' y\r\n' * 20_000),
                  request('OPTIONS', 'vias', headers='Via: SIP/2.0/UDP a;branch=z9hG4bKb\r\n' * 1500),
                  response('200 ' + long, 'OPTIONS', 'reason'), response('999 What', 'OPTIONS', 'status'))

    def test_numbers(self):
        for number in ('99999999999999999999999', '-1', '0x10', '18446744073709551616', ''):
            with self.subTest(number):
                self.said(request('OPTIONS', 'cseq').replace('CSeq: 1 ', f'CSeq: {number} '),
                          request('OPTIONS', 'length').replace('Content-Length: 0', f'Content-Length: {number}'))

    def test_no_header_at_all(self):
        self.said('OPTIONS sip:a SIP/2.0\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n', 'OPTIONS sip:a SIP/2.0\r\n', 'SIP/2.0 ',
                  b'\0' * 1000)

    def test_what_a_terminal_would_obey(self):
        evil = '\x1b]0;owned\x07\x1b[2J\x1b[31m\x08\x7f\x9b31m\u202e\u2066\u200f\x01'
        findings = self.said(
            request('INVITE', f'escape{evil}', branch=evil, caller=evil, callee=evil,
                    headers=f'Subject: {evil}\r\nUser-Agent: {evil}\r\n'),
            response(f'180 {evil}', 'INVITE', f'escape{evil}', branch=evil, headers=f'Server: {evil}\r\n'),
            request('INVITE', 'escape2', branch='e2', headers='Content-Type: application/sdp\r\n',
                    body=f'v=0\r\no=- 1 1 IN IP4 {evil}\r\ns={evil}\r\nc=IN IP4 {evil}\r\nt=0 0\r\n'
                         f'm=audio 9 {evil} 0\r\n'))
        self.assertTrue([m for m in findings.messages if evil in m.get('raw', '')])

    def test_what_json_would_stumble_over(self):
        for bad in (b'\xff\xfe\x80', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'\0\x01"\\/\x7f', '\u2028'.encode()):
            with self.subTest(bad):
                text = request('MESSAGE', 'json', caller='CALLER').encode().replace(b'CALLER', bad)
                self.said(text, text.replace(b'json', bad))

    def test_what_a_handshake_says(self):
        evil = '\x1b[2J\x9b\u202e'

        def attack(capture):
            lines = f'sip\r\nOrigin: http://{evil}\r\nUser-Agent: {evil}\r\nServer: {evil}'
            websocket = WebSocket(capture, subprotocol=lines)
            websocket.frame(CLIENT, 8, b'\x03\xe8' + evil.encode())
        self.survives(attack, texts=ALL_TEXTS)


class Calls(HostileTest):
    def test_call_ids_by_the_hundred_thousand(self):
        def attack(capture):
            websocket = WebSocket(capture)
            for number in range(0, 100_000, STEP):
                websocket.text(CLIENT, request('INVITE', f'call{number}', branch=number))
        self.memory_at_most = 2 * MEMORY_AT_MOST  # as many calls in progress as the limit allows: 1.4 KB each
        findings = self.survives(attack)
        self.assertEqual(len(findings.messages), len(range(0, 100_000, STEP)) + 9)

    def test_many_calls_with_one_call_id(self):
        def attack(capture):
            websocket = WebSocket(capture)
            for number in range(30_000):
                text = request('INVITE', 'same', number + 1, branch=number).replace('tag=from', f'tag=from{number}')
                websocket.text(CLIENT, text)
        findings = self.survives(attack)
        self.assertEqual(len(findings.of('same')), 30_000)

    def test_one_call_with_many_answers(self):
        def attack(capture):
            websocket = WebSocket(capture)
            websocket.text(CLIENT, request('INVITE', 'forks'))
            for number in range(30_000):
                websocket.text(SERVER, response('180 Ringing', 'INVITE', 'forks', to_tag=number))
        findings = self.survives(attack)
        self.assertEqual(len(findings.of('forks')), 30_001)

    def test_one_request_again_and_again(self):
        def attack(capture):
            websocket = WebSocket(capture)
            for _ in range(30_000):
                websocket.text(CLIENT, request('INVITE', 'again'))
        findings = self.survives(attack)
        self.assertEqual(len([m for m in findings.messages if m['retransmission']]), 29_999)

    def test_one_dialog_with_many_transactions(self):
        def attack(capture):
            websocket = WebSocket(capture)
            websocket.text(CLIENT, request('INVITE', 'info', branch='invite'))
            websocket.text(SERVER, response('200 OK', 'INVITE', 'info', branch='invite'))
            for number in range(30_000):
                websocket.text(CLIENT, request('INFO', 'info', number + 2, branch=number, to_tag='to'))
        findings = self.survives(attack)
        self.assertEqual(len(findings.call('info')['messages']), 30_002)


class Streams(HostileTest):
    def sent(self, text):
        return self.survives(lambda capture: Stream(capture, ALICE, BOB).send(CLIENT, text))

    def test_a_message_without_end(self):
        findings = self.sent(b'OPTIONS sip:a SIP/2.0\r\n' + b'X: y\r\n' * 300_000)
        self.assertGreater(findings.lost('limit'), 0)

    def test_a_body_without_end(self):
        self.sent(request('OPTIONS', 'body').replace('Length: 0', 'Length: 99999999').encode() + bytes(1 << 20))

    def test_line_ends(self):
        self.sent(b'\r\n' * 500_000 + request('OPTIONS', 'ends').encode())

    def test_beginnings(self):
        self.sent(request('OPTIONS', 'begin').encode() + b'OPTIONS sip:a SIP/2.0\r\n' * 50_000)

    def test_something_else_after_a_message(self):
        self.sent(request('OPTIONS', 'else').encode() + b'INVITE INVITE \r\r\n\n' * 100_000)


unittest.main()
