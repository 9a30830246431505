#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every limit that `sipweave help limits` tells of: set low, and reached. Then little memory is taken, the loss is told
where the help says so, and the good talk, begun before and finished after, is found in full. With the default the same
capture reaches nothing: what the limit told is not there.

A limit without a case fails, and so does docs/limits.md when it is not what `limits.py --write docs/limits.md` makes.
"""
import os
import random
import re
import struct
import subprocess
import sys
import unittest
import zlib
from pathlib import Path
from typing import Callable, NamedTuple

import http2
from craft import (ACK, CLIENT, CONTINUATION, PING, PSH, SERVER, TEXT, UDP, Capture, GoodTalk, Stream, WebSocket,
                   address, frame, ip, request, udp)
from hostile import SLACK, HostileTest

DOCUMENT = Path(__file__).parents[2] / 'docs' / 'limits.md'
MORE = 0x2000  # RFC 791: more fragments follow
OTHER = '10.0.0.2'


class Case(NamedTuple):
    value: str         # of the limit
    attack: Callable   # (capture, talk): what reaches it
    told: Callable     # (findings): whether it was told; so with the limit, and not without
    kept: tuple = ()   # Call-IDs of messages that are found all the same
    options: tuple = ()


CASES = {}


def reached(name, value, told, **options):
    """Of a function that is the attack."""
    def register(attack):
        CASES[name] = Case(value, attack, told, **options)
        return attack
    return register


# ---- what attacks are made of ----

def message(call_id, body=''):
    return request('MESSAGE', call_id, branch=call_id, body=body).encode()


def lost(reason):
    return lambda findings: findings.lost(reason) > 0


def explained(text):
    return lambda findings: re.search(rf'\d  .*{text}', findings.explanation) is not None


class Packer:
    """permessage-deflate, with history (RFC 7692 7.2.1)."""

    def __init__(self):
        self.packer = zlib.compressobj(9, zlib.DEFLATED, -15)

    def __call__(self, text):
        return (self.packer.compress(text) + self.packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


class Late:
    """Segments that are sent in another order than that of their bytes."""

    def __init__(self, websocket, text, size=1000):
        self.websocket = websocket
        self.first = websocket.next[CLIENT]
        self.text = frame(TEXT, text, masked=True)
        self.pieces = [(at, self.text[at:at + size]) for at in range(0, len(self.text), size)]
        websocket.next[CLIENT] += len(self.text)

    def send(self, numbers):
        for number in numbers:
            at, piece = self.pieces[number]
            self.websocket.segment(CLIENT, PSH | ACK, piece, sequence=self.first + at)


# ---- the cases ----

@reached('head-size', '2K', lost('limit'), kept=('behind',))
def _(capture, _talk):
    stream = Stream(capture, (OTHER, 5060), ('10.0.0.1', 5060))
    stream.send(CLIENT, request('OPTIONS', 'long', headers='X: y\r\n' * 5_000).encode() + message('behind'))


@reached('message-size', '10K', lost('limit'), kept=('behind',))
def _(capture, _talk):
    websocket = WebSocket(capture)
    websocket.frame(CLIENT, TEXT, message('large', 'x' * 2_000_000))
    websocket.text(CLIENT, message('behind'))


@reached('inflate-ratio', '10', lost('limit'), kept=('behind',))
def _(capture, _talk):
    websocket = WebSocket(capture, deflate=True)
    websocket.frame(CLIENT, TEXT, Packer()(message('bomb', 'A' * 2_000_000)), rsv=4)
    websocket.frame(CLIENT, TEXT, Packer()(message('behind')), rsv=4)


@reached('inflate-history', '100K', lost('limit'))
def _(capture, _talk):
    talks = [(WebSocket(capture, (OTHER, 2000 + n), deflate=True), Packer(),
              message(f'again{n}', random.Random(n).randbytes(15_000).hex())) for n in range(40)]
    for _ in range(2):
        for websocket, pack, text in talks:
            websocket.frame(CLIENT, TEXT, pack(text), rsv=4)


@reached('pending-handshake', '1K', lost('no-handshake'), kept=('early', 'behind'))
def _(capture, _talk):
    stream = Stream(capture)
    upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n'
    asked = f'GET /ws HTTP/1.1\r\n{upgrade}Sec-WebSocket-Key: {WebSocket.KEY}\r\n\r\n'.encode()
    empty = b'\0' * 1000  # 500 frames, if they are known to be frames
    stream.send(CLIENT, asked + empty + frame(TEXT, message('early', 'x' * 3000), masked=True))
    stream.send(SERVER, f'HTTP/1.1 101 Yes\r\n{upgrade}Sec-WebSocket-Accept: {WebSocket.ACCEPT}\r\n\r\n'.encode())
    stream.send(CLIENT, frame(TEXT, message('behind'), masked=True) * 3)


@reached('message-marks', '3', explained('limit message-marks'), kept=('pieces',))
def _(capture, _talk):
    WebSocket(capture).frame(CLIENT, TEXT, message('pieces', 'x' * 10_000), segment=1000)


@reached('stream-pending', '4K', lost('segment-missing'))
def _(capture, _talk):
    late = Late(WebSocket(capture), message('late', 'x' * 20_000))
    late.send(range(1, len(late.pieces)))
    late.send([0])


@reached('streams-pending', '10K', lost('segment-missing'))
def _(capture, _talk):
    talks = [Late(WebSocket(capture, (OTHER, 2000 + n)), message(f'late{n}', 'x' * 3000)) for n in range(20)]
    for late in talks:
        late.send(range(1, len(late.pieces)))
    for late in talks:
        late.send([0])


@reached('streams', '5', explained('TCP connections given up'))
def _(capture, talk):
    for n in range(200):
        WebSocket(capture, (OTHER, 2000 + n)).text(CLIENT, message(f'short{n}'))
        talk.websocket.frame(CLIENT, PING)  # not the one that was silent for longest


@reached('http2-streams', '3', lost('limit'), kept=('stream1', 'stream3', 'stream5'))
def _(capture, _talk):
    connection = http2.Http2(capture)
    for stream in range(1, 41, 2):
        connection.open(stream)
    for stream in range(1, 41, 2):
        connection.text(CLIENT, stream, message(f'stream{stream}'))


@reached('datagram-flows', '2', explained('limit datagram-flows'), kept=tuple(f'datagram{n}' for n in range(50)))
def _(capture, _talk):
    for n in range(50):
        capture.datagram((OTHER, 6000 + n), ('10.0.0.1', 5060), message(f'datagram{n}'))


@reached('fragments', '2', explained('IP fragments above the limit'), kept=('whole',))
def _(capture, _talk):
    def send(datagram, number):
        ends = address(OTHER), address('10.0.0.1'), UDP
        capture.packet(ip(*ends, datagram[:160], MORE, number))
        return lambda: capture.packet(ip(*ends, datagram[160:], 20, number))
    for number in range(100):
        send(udp(5060, 5060, message(f'first{number}')), number)
    send(udp(5060, 5060, message('whole')), 100)()


@reached('calls', '3', explained('limit calls'), kept=tuple(f'call{n}' for n in range(100)))
def _(capture, _talk):
    websocket = WebSocket(capture)
    for n in range(100):
        websocket.text(CLIENT, request('INVITE', f'call{n}', branch=n))


def _lists_fewer(findings):
    call = findings.call('long')
    return len(call['messages']) == 4 and call['messages_seen'] == 100


@reached('call-messages', '4', _lists_fewer, kept=('long',))
def _(capture, _talk):
    websocket = WebSocket(capture)
    for n in range(100):
        websocket.text(CLIENT, request('INVITE', 'long', n + 1, branch=n))


TLS_RANDOMS = [bytes([n]) * 32 for n in range(5)]
TLS_KEYLOG = ''.join(f'CLIENT_RANDOM {r.hex()} {"7a" * 48}\n' for r in TLS_RANDOMS)


def tls_record(kind, body):
    return struct.pack('>BHH', kind, 0x0303, len(body)) + body


def tls_hello(kind, random_bytes, rest):
    body = b'\x03\x03' + random_bytes + b'\0' + rest
    return tls_record(22, bytes([kind]) + struct.pack('>I', len(body))[1:] + body)


def _no_key_for_first(findings):
    return findings.lost('no-key') > 0 and explained('limit keylog-sessions')(findings)


@reached('keylog-sessions', '2', _no_key_for_first, options=('--keylog', 'KEYLOG'))
def _(capture, _talk):
    stream = Stream(capture, (OTHER, 2000), ('10.0.0.1', 443))
    stream.send(CLIENT, tls_hello(1, TLS_RANDOMS[0], b'\0\2\xc0\x2f\1\0'))
    stream.send(SERVER, tls_hello(2, bytes(32), b'\xc0\x2f\0'))
    for side in (CLIENT, SERVER):
        stream.send(side, tls_record(20, b'\1') + tls_record(22, bytes(40)) + tls_record(23, bytes(200)))


@reached('order-pending', '4', explained('limit order-pending'), kept=('slow',))
def _(capture, _talk):
    slow, quick = WebSocket(capture, (OTHER, 2000)), WebSocket(capture, (OTHER, 2001))
    text = message('slow')
    slow.frame(CLIENT, TEXT, text[:100], fin=False)
    for n in range(100):
        quick.text(CLIENT, message(f'quick{n}'))
    slow.frame(CLIENT, CONTINUATION, text[100:])


# ---- the help ----

def help_text():
    run = subprocess.run([os.environ['SIPWEAVE'], 'help', 'limits'], stdout=subprocess.PIPE, check=True, text=True)
    return run.stdout


def entries():
    pattern = re.compile(r'^(\S+)=(\S+)\n  bounds +(.+)\n  reached +(.+)\n  told +(.+)\n', re.M)
    return pattern.findall(help_text())


def page():
    """docs/limits.md."""
    rows = ['| limit | default | bounds | when it is reached | told by |', '|---|--:|---|---|---|']
    rows += [f'| `{entry[0]}` | {" | ".join(entry[1:])} |' for entry in entries()]
    return f'''# Limits

Memory and work are bounded, whatever a capture holds; `--limit NAME=VALUE` sets a bound (repeatable; K, M and G are
understood). None is reached in silence. Reasons are those of `sipweave explain`, which also prints the counts; what is
in progress goes on, unless the table says which goes.

This page is made from the table in `core/limits.c`, which `sipweave help limits` prints, by `tests/hostile/limits.py
--write docs/limits.md`. The same file holds a test for each limit: a capture that reaches it.

{chr(10).join(rows)}
'''


class Limits(HostileTest):
    memory_at_most = 32 * 1024 * SLACK

    def capture(self, name, case):
        capture = Capture(self.folder / f'{name}.pcap')
        talk = GoodTalk(capture)
        case.attack(capture, talk)
        talk.finish()
        (self.folder / 'KEYLOG').write_text(TLS_KEYLOG, encoding='ascii')
        return capture.close(), talk

    def check(self, name, case):
        path, talk = self.capture(name, case)
        own = [option.replace('KEYLOG', str(self.folder / 'KEYLOG')) for option in case.options]
        self.options = (*own, '--limit', f'{name}={case.value}')
        findings = self.read(path, texts=[['explain']])
        self.assertTrue(case.told(findings), f'not told:\n{findings.explanation}')
        self.assertEqual([m['raw'] for m in findings.messages if m.get('call_id', '').startswith('good-')], talk.texts)
        self.assertEqual(findings.call('good-call')['state'], 'completed')
        for call_id in case.kept:
            self.assertTrue(findings.of(call_id), f'{call_id} was not found')
        self.options = (*own,)
        self.assertFalse(case.told(self.read(path, texts=[['explain']])), 'told, though the limit is not reached')

    def test_each(self):
        for name, case in CASES.items():
            with self.subTest(name):
                self.check(name, case)

    def test_there_are_no_others(self):
        self.assertEqual(sorted(entry[0] for entry in entries()), sorted(CASES))
        self.assertEqual(help_text().count('\n  bounds '), len(entries()))

    def test_the_page_is_up_to_date(self):
        self.assertEqual(DOCUMENT.read_text(encoding='utf-8'), page(), 'SIPWEAVE=... limits.py --write docs/limits.md')


if __name__ == '__main__':
    if sys.argv[1:2] == ['--write']:
        Path(sys.argv[2]).write_text(page(), encoding='utf-8')
    else:
        unittest.main()
