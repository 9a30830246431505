#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""WebSockets that announce too much, inflate without end, or break their rules."""
import random
import unittest
import zlib

from craft import (BINARY, CLIENT, CLOSE, CONTINUATION, PING, PONG, SERVER, TEXT, Stream, WebSocket, frame,
                   request)
from hostile import HostileTest

MIB = 1 << 20


def deflated(*parts):
    """RFC 7692 7.2.1: raw deflate, its last four bytes taken off."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b''.join(packer.compress(part) for part in parts) + packer.flush(zlib.Z_SYNC_FLUSH)
    return packed[:-4]


def message(call_id, body=''):
    return request('MESSAGE', call_id, branch=call_id, body=body).encode()


class Frames(HostileTest):
    def test_lengths_beyond_everything(self):
        def attack(capture):
            for port, length in enumerate([2**63 - 1, 2**63, 2**64 - 1, 2**32, 2**31 - 1]):
                websocket = WebSocket(capture, ('10.0.0.2', 2000 + port))
                websocket.frame(CLIENT, TEXT, bytes(20_000), length=length)
                websocket.frame(SERVER, TEXT, bytes(20_000), length=length)
        findings = self.survives(attack)
        self.assertEqual(len(findings.connections), 6)
        self.assertGreater(sum(ledger['bytes'] - ledger['decoded'] for ledger in findings.ledgers), 100_000)

    def test_a_message_beyond_the_limit(self):
        """Told, and what comes behind it is read."""
        def attack(capture):
            websocket = WebSocket(capture)
            websocket.frame(CLIENT, TEXT, message('large', body='x' * 20 * MIB), segment=60_000)
            websocket.text(CLIENT, message('behind'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('behind'))
        self.assertGreater(findings.lost('limit'), 0)

    def test_fragments_of_a_byte(self):
        text = message('fragments', body='x' * 100_000)

        def attack(capture):
            websocket = WebSocket(capture)
            last = len(text) - 1
            websocket.send(CLIENT, b''.join(frame(CONTINUATION if at else TEXT, text[at:at + 1], True, fin=at == last)
                                            for at in range(len(text))))
        findings = self.survives(attack)
        found, = findings.of('fragments')
        self.assertEqual((found['raw'].encode(), found['ws']['fragments']), (text, len(text)))

    def test_fragments_of_nothing(self):
        def attack(capture):
            websocket = WebSocket(capture)
            websocket.frame(CLIENT, TEXT, fin=False)
            websocket.send(CLIENT, frame(CONTINUATION, b'', True, fin=False) * 200_000)
            websocket.frame(CLIENT, CONTINUATION, message('nothing'))
        self.assertTrue(self.survives(attack).of('nothing'))

    def test_pings(self):
        def attack(capture):
            websocket = WebSocket(capture)
            for side, opcode in ((CLIENT, PING), (SERVER, PONG), (SERVER, PING)):
                websocket.send(side, frame(opcode, b'x' * 125, side == CLIENT) * 50_000)
            websocket.text(CLIENT, message('pinged'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('pinged'))
        self.assertEqual(findings.connections[1]['client_sent']['pings'], 50_000)

    def test_broken_rules(self):
        """Whatever breaks them, the next message is read."""
        broken = {
            'opcode 3': {'opcode': 3},
            'opcode 11': {'opcode': 11},
            'rsv2': {'opcode': TEXT, 'rsv': 2},
            'rsv1 without deflate': {'opcode': TEXT, 'rsv': 4},
            'unmasked': {'opcode': TEXT, 'masked': False},
            'long ping': {'opcode': PING, 'payload': bytes(1000)},
            'ping in parts': {'opcode': PING, 'fin': False},
            'continuation of nothing': {'opcode': CONTINUATION},
            'close of one byte': {'opcode': CLOSE, 'payload': b'x'},
            'no utf-8': {'opcode': TEXT, 'payload': b'\xff\xfe\xfd'},
            'binary': {'opcode': BINARY, 'payload': bytes(100)},
        }
        for name, what in broken.items():
            with self.subTest(name):
                def attack(capture, what=what):
                    websocket = WebSocket(capture)
                    websocket.send(CLIENT, frame(**{'payload': b'x', 'masked': True, **what}))
                    websocket.text(CLIENT, message('behind'))
                self.assertTrue(self.survives(attack, texts=[]).of('behind'))

    def test_closes_with_a_code_of_0(self):
        def attack(capture):
            websocket = WebSocket(capture)
            websocket.send(CLIENT, frame(CLOSE, b'\0\0once', True) + frame(CLOSE, b'\0\0again', True))
            websocket.send(SERVER, frame(CLOSE, b'\0\0so be it', False))
        close = self.survives(attack).connections[1]['close']
        self.assertEqual((close['by'], close['reason'], close['clean']), ('client', 'so be it', True))

    def test_noise_in_frames(self):
        def attack(capture):
            noise = random.Random(1)
            for port in range(200):
                websocket = WebSocket(capture, ('10.0.0.2', 2000 + port), deflate=port % 2 == 1)
                websocket.send(CLIENT, noise.randbytes(5000))
                websocket.send(SERVER, noise.randbytes(5000))
        self.survives(attack)

    def test_small_frames_in_the_middle_of_a_connection(self):
        """No handshake, and bytes that look a little like frames everywhere."""
        def attack(capture):
            for port in range(50):
                stream = Stream(capture, ('10.0.0.2', 2000 + port))
                stream.next[CLIENT] += 5000
                stream.send(CLIENT, b'\x81\x81\x00\x00\x00\x00\x81\x80' * 10_000)
                stream.send(SERVER, b'\x81\x01' * 40_000)
        self.survives(attack)


class Deflate(HostileTest):
    def test_bombs(self):
        """64 MiB in 64 KiB, as one message's body, again and again."""
        bomb = deflated(request('MESSAGE', 'bomb').encode(), b'A' * 64 * MIB)

        def attack(capture):
            for port in range(5):
                websocket = WebSocket(capture, ('10.0.0.2', 2000 + port), deflate=True)
                websocket.frame(CLIENT, TEXT, bomb, rsv=4)
        findings = self.survives(attack)
        self.assertGreater(findings.lost('limit'), 0)

    def test_bombs_below_the_limits(self):
        """Each is a message of 15 MiB: read, but not kept."""
        text = request('MESSAGE', 'large', headers='Content-Type: text/plain\r\n').encode() + b'\x00' * 10
        packed = deflated(text, random.Random(1).randbytes(20_000) * (15 * MIB // 20_000))

        def attack(capture):
            for port in range(5):
                websocket = WebSocket(capture, ('10.0.0.2', 2000 + port), deflate=True)
                websocket.frame(CLIENT, TEXT, packed, rsv=4)
        self.survives(attack)

    def test_noise(self):
        def attack(capture):
            noise = random.Random(1)
            for port in range(100):
                websocket = WebSocket(capture, ('10.0.0.2', 2000 + port), deflate=True)
                for size in (0, 1, 10, 1000, 5000):
                    websocket.frame(CLIENT, TEXT, noise.randbytes(size), rsv=4)
                websocket.frame(SERVER, TEXT, message('clear'))
        findings = self.survives(attack)
        self.assertEqual(len(findings.of('clear')), 100)

    def test_blocks_of_nothing(self):
        """Stored blocks without a byte: much to read, nothing to write."""
        def attack(capture):
            websocket = WebSocket(capture, deflate=True)
            websocket.frame(CLIENT, TEXT, b'\x00\x00\x00\xff\xff' * 200_000, rsv=4, segment=60_000)
            websocket.frame(CLIENT, TEXT, deflated(message('behind')), rsv=4)
        self.assertTrue(self.survives(attack).of('behind'))

    def test_many_connections_with_history(self):
        """Each keeps its window while it is open."""
        def attack(capture):
            for port in range(1000):
                websocket = WebSocket(capture, ('10.0.0.2', 2000 + port), deflate=True)
                text = message(f'history{port}', body=random.Random(port).randbytes(16_000).hex())
                websocket.frame(CLIENT, TEXT, deflated(text), rsv=4)
        findings = self.survives(attack)
        self.assertEqual(len(findings.messages), 1009)


class Handshakes(HostileTest):
    def asking(self, text, answer=b''):
        def attack(capture):
            stream = Stream(capture)
            stream.send(CLIENT, text)
            if answer:
                stream.send(SERVER, answer)
        return self.survives(attack)

    def test_a_head_without_end(self):
        self.asking(b'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nX: ' + b'x' * 2 * MIB)

    def test_a_hundred_thousand_headers(self):
        self.asking(b'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n' + b'X: y\r\n' * 100_000 + b'\r\n')

    def test_lines_without_end(self):
        self.asking(b'GET ' + b'\r\n' * MIB)

    def test_upgrades_without_answers(self):
        self.asking(b'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n' * 20_000)

    def test_tunnels_that_are_asked_for_without_end(self):
        self.asking(b'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n' * 20_000)
        self.asking(b'CONNECT x:443 HTTP/1.1\r\n\r\n' * 20_000, b'HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n' * 20_000)
        self.asking(b'CONNECT x:443 HTTP/1.1\r\n\r\n', b'HTTP/1.1 403 No\r\nContent-Length: 18446744073709551615\r\n\r\n')
        self.asking(b'\4\1\1\xbb\0\0\0\1' + b'x' * MIB, b'\0\x5a')
        self.asking(b'\5\1\0')
        self.asking(b'\5\xff' + b'\0' * 255 + b'\1\xff' * MIB, b'\5\2\1\0')

    def test_tunnels(self):
        """What is in one is read, whatever of it shares segments with what opens it."""
        for ask, answer in ((b'CONNECT x:80 HTTP/1.1\r\n\r\n', b'HTTP/1.1 200 OK\r\n\r\n'),
                            (b'\4\1\0\x50\x0a\0\0\1\0', b'\0\x5a' + bytes(6)),
                            (b'\5\1\0\5\1\0\1\x0a\0\0\1\0\x50', b'\5\0\5\0\0\1' + bytes(6))):
            def attack(capture, ask=ask, answer=answer):
                stream = Stream(capture)
                head = b'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n'
                stream.send(CLIENT, ask + b'GET / HTTP/1.1\r\n' + head + b'\r\n' + frame(TEXT, message('inside'), True))
                stream.send(SERVER, answer + b'HTTP/1.1 101 Yes\r\n' + head + b'Sec-WebSocket-Accept: x\r\n\r\n')
            findings = self.survives(attack)
            self.assertIn('inside', [m['call_id'] for m in findings.messages])

    def test_upgrades_refused(self):
        self.asking(b'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n' * 5_000,
                    b'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n' * 5_000)

    def test_frames_before_the_answer(self):
        text = b'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
        self.asking(text + frame(TEXT, message('early'), True) * 10_000)

    def test_many_extensions(self):
        offers = ', '.join(['permessage-deflate; client_max_window_bits=99; x="' + 'y' * 100 + '"'] * 500)
        head = f'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: {offers}\r\n\r\n'.encode()
        self.asking(b'GET /ws HTTP/1.1\r\n' + head, b'HTTP/1.1 101 Yes\r\n' + head)


unittest.main()
