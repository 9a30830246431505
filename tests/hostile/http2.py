#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""HTTP/2 that announces too much, unpacks without end, or opens more streams than anybody should."""
import json
import struct
import unittest

from craft import CLIENT, SERVER, TEXT, Capture, Stream, address, frame, request
from hostile import HostileTest

MIB = 1 << 20
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, END_HEADERS, PADDED = 1, 4, 8


def h2(kind, flags, stream, payload=b'', length=None):
    """length: what the frame says of its payload, where that isn't true."""
    length = len(payload) if length is None else length
    return struct.pack('>I', length)[1:] + bytes([kind, flags]) + struct.pack('>I', stream) + payload


def literal(name, value):
    """A field that isn't added to the table (RFC 7541 6.2.2)."""
    def text(part):
        size = len(part)
        return (bytes([size]) if size < 127 else bytes([127, (size - 127) & 127 | 128, (size - 127) >> 7])) + part
    return b'\0' + text(name) + text(value)


def connect(path=b'/ws'):
    return b''.join(literal(*field) for field in [(b':method', b'CONNECT'), (b':protocol', b'websocket'),
                                                  (b':scheme', b'http'), (b':path', path), (b':authority', b'x'),
                                                  (b'sec-websocket-protocol', b'sip')])


ACCEPT = b'\x88' + literal(b'sec-websocket-protocol', b'sip')


class Http2(Stream):
    def __init__(self, capture, *arguments, settings=b'', **options):
        super().__init__(capture, *arguments, **options)
        self.send(CLIENT, b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + h2(SETTINGS, 0, 0))
        self.send(SERVER, h2(SETTINGS, 0, 0, b'\0\x08\0\0\0\1' + settings))

    def open(self, stream):
        self.send(CLIENT, h2(HEADERS, END_HEADERS, stream, connect()))
        self.send(SERVER, h2(HEADERS, END_HEADERS, stream, ACCEPT))

    def text(self, side, stream, text):
        self.send(side, h2(DATA, 0, stream, frame(TEXT, text, side == CLIENT)))


class Late(Stream):
    """A connection that the capture doesn't have from the start."""

    def __init__(self, capture):
        self.capture = capture
        self.ends = [(address('10.0.0.2'), 40000), (address('10.0.0.1'), 8088)]
        self.next = [1000, 5000]


def message(call_id):
    return request('MESSAGE', call_id, branch=call_id).encode()


class Rules(HostileTest):
    def test_asking_wrongly(self):
        """RFC 8441: each breach is found, with the packet that shows it; the connection beside them breaks nothing."""
        def fields(*names):
            values = {b':method': b'CONNECT', b':protocol': b'websocket', b':scheme': b'http', b':path': b'/',
                      b':authority': b'x', b'sec-websocket-version': b'13', b'upgrade': b'websocket'}
            return h2(HEADERS, END_HEADERS, next(streams), b''.join(literal(name, values[name]) for name in names))
        streams = iter(range(1, 99, 2))
        capture = Capture(self.folder / 'rules.pcap')
        connection = Http2(capture)
        for asked in [fields(b':method', b':path', b':authority', b'sec-websocket-version'),
                      fields(b':method', b':protocol', b':path', b':authority'),
                      fields(b':method', b':protocol', b':scheme', b':path', b':authority', b'upgrade'),
                      fields(b':method', b':authority')]:
            connection.send(CLIENT, asked)
        connection.open(next(streams))
        connection.send(SERVER, h2(SETTINGS, 0, 0, b'\0\x08\0\0\0\0'))
        connection.send(SERVER, h2(SETTINGS, 0, 0, b'\0\x08\0\0\0\2'))
        result = self.run_within_bounds('check', '--fail-on', 'never', '-T', 'json', capture.close())
        lines = [json.loads(line) for line in result.output.splitlines()]
        found = [(line['rule'], line['party']) for line in lines if line.get('rfc') == 8441]
        self.assertEqual(found, [('WSH2-PROTOCOL', 'client'), ('WSH2-SCHEME-PATH', 'client'), ('WSH2-NO-UPGRADE', 'client'),
                                 ('WSH2-SETTING-REVOKED', 'server'), ('WSH2-SETTING-VALUE', 'server')])


class Streams(HostileTest):
    def test_ten_thousand_ordinary_streams(self):
        def attack(capture):
            connection = Http2(capture)
            connection.send(CLIENT, b''.join(h2(HEADERS, END_HEADERS, 2 * n + 1, b'\x82\x86\x84') for n in range(10_000)))
            connection.send(SERVER, b''.join(h2(DATA, 0, 2 * n + 1, b'x') for n in range(10_000)))
            connection.open(50_001)
            connection.text(CLIENT, 50_001, message('beside'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('beside'))
        self.assertGreaterEqual(findings.lost('not-sip'), 10_000)

    def test_more_websockets_than_the_limit(self):
        def attack(capture):
            connection = Http2(capture)
            for n in range(12_000):
                connection.send(CLIENT, h2(HEADERS, END_HEADERS, 2 * n + 1, connect()))
            connection.text(CLIENT, 1, message('first'))
            connection.text(CLIENT, 23_999, message('last'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('first'))
        self.assertFalse(findings.of('last'))
        self.assertGreater(findings.lost('limit'), 0)
        self.assertEqual(len(findings.connections), 10_001)

    def test_streams_seen_late(self):
        """Data of any number of streams whose heads nobody saw: frames are looked for in each, up to the limit."""
        def attack(capture):
            connection = Late(capture)
            connection.send(SERVER, b''.join(h2(DATA, 0, 2 * n + 1, b'x' * 40) for n in range(1, 20_000)))
        findings = self.survives(attack)
        self.assertGreater(findings.lost('limit'), 0)

    def test_rapid_reset(self):
        def attack(capture):
            connection = Http2(capture)
            connection.send(CLIENT, b''.join(
                h2(HEADERS, END_HEADERS, 2 * n + 1, connect()) + h2(RST_STREAM, 0, 2 * n + 1, b'\0\0\0\x08')
                for n in range(5_000)))
            connection.open(50_001)
            connection.text(CLIENT, 50_001, message('beside'))
        self.assertTrue(self.survives(attack).of('beside'))

    def test_goaway_over_and_over(self):
        def attack(capture):
            connection = Http2(capture)
            for n in range(2_000):
                connection.send(CLIENT, h2(HEADERS, END_HEADERS, 2 * n + 1, connect()))
            connection.send(SERVER, h2(GOAWAY, 0, 0, struct.pack('>II', 10_000, 0)) * 2_000)
            connection.text(CLIENT, 1, message('beside'))
        self.assertTrue(self.survives(attack).of('beside'))


class Heads(HostileTest):
    def test_a_bomb(self):
        """A field of 4000 bytes, referred to by one byte each time."""
        bomb = b'\x40\x01a' + b'\x7f\xa1\x1e' + b'x' * 4000 + b'\xbe' * 12_000

        def attack(capture):
            connection = Http2(capture)
            for n in range(60):
                connection.send(CLIENT, h2(HEADERS, END_HEADERS, 2 * n + 1, bomb))
            connection.open(1001)
            connection.text(CLIENT, 1001, message('beside'))
        self.assertTrue(self.survives(attack).of('beside'))

    def test_continuations_without_end(self):
        def attack(capture):
            connection = Http2(capture)
            connection.send(CLIENT, h2(HEADERS, 0, 1, b'\x82'))
            connection.send(CLIENT, h2(CONTINUATION, 0, 1, b'\x82' * 16_000) * 300)
            connection.send(CLIENT, h2(CONTINUATION, 0, 1) * 100_000)
            connection.send(CLIENT, h2(CONTINUATION, END_HEADERS, 1))
            connection.open(3)
            connection.text(CLIENT, 3, message('beside'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('beside'))
        self.assertGreater(findings.lost('limit'), 4 * MIB)

    def test_a_table_of_a_gigabyte(self):
        def attack(capture):
            connection = Http2(capture, settings=struct.pack('>HI', 1, 1 << 30))
            size = b'\x3f\xe1\xff\xff\xff\x03'
            field = b'\x40\x01a\x7f\xa1\x1e' + b'x' * 4000
            connection.send(CLIENT, h2(HEADERS, END_HEADERS, 1, size + field * 3))
            connection.send(CLIENT, h2(HEADERS, END_HEADERS, 3, field * 3) * 2_000)
            connection.open(5001)
            connection.text(CLIENT, 5001, message('beside'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('beside'))
        self.assertIn('larger than the limit', findings.explanation)

    def test_broken_ones(self):
        def attack(capture):
            connection = Http2(capture)
            for n in range(5_000):
                connection.send(CLIENT, h2(HEADERS, END_HEADERS, 2 * n + 1, b'\xff\xff\xff\xff\xff\xff'))
            connection.open(20_001)
            connection.text(CLIENT, 20_001, message('beside'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('beside'))
        self.assertGreater(findings.lost('malformed'), 0)


class Frames(HostileTest):
    def test_forged_lengths(self):
        """What comes behind one is the payload that it announced, or is found again."""
        def attack(capture):
            for port, length in enumerate([0xffffff, 0x10000, 20_000, 16_384]):
                connection = Http2(capture, ('10.0.0.2', 2000 + port))
                connection.open(1)
                connection.send(CLIENT, h2(DATA, 0, 1, b'x' * 100, length=length))
                for n in range(30):
                    connection.text(CLIENT, 1, message(f'm{port}-{n}'))
        findings = self.survives(attack)
        self.assertGreater(len(findings.messages), 40)

    def test_a_payload_without_end(self):
        def attack(capture):
            connection = Http2(capture, settings=struct.pack('>HI', 5, 0xffffff))
            connection.open(1)
            connection.send(CLIENT, h2(DATA, 0, 1, bytes(8 * MIB), length=0xffffff), segment=60_000)
        self.survives(attack)

    def test_tiny_pieces(self):
        def attack(capture):
            connection = Http2(capture)
            connection.open(1)
            text = frame(TEXT, message('pieces'), True)
            connection.send(CLIENT, b''.join(h2(DATA, PADDED, 1, b'\x02' + bytes([byte]) + b'\0\0') for byte in text),
                            segment=1)
        self.assertTrue(self.survives(attack).of('pieces'))

    def test_empty_frames(self):
        def attack(capture):
            connection = Http2(capture)
            connection.open(1)
            for kind in (DATA, PING, SETTINGS, 0xff):
                connection.send(CLIENT, h2(kind, 0, 1 if kind == DATA else 0) * 50_000)
            connection.text(CLIENT, 1, message('beside'))
        self.assertTrue(self.survives(attack).of('beside'))

    def test_a_boundary_that_never_comes(self):
        """Behind a gap, headers that promise another one just beyond what is there."""
        def attack(capture):
            connection = Http2(capture)
            connection.open(1)
            connection.next[CLIENT] += 100
            connection.send(CLIENT, b''.join(h2(DATA, 0, 1, b'', length=16_000 + n % 300) for n in range(30_000)),
                            segment=9)
        self.survives(attack)


if __name__ == '__main__':
    unittest.main()
