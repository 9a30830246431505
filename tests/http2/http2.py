#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what sipweave finds in WebSockets over HTTP/2 against what the two endpoints logged.

usage: http2.py SIPWEAVE plain | tls

record.js makes the capture, here and now, with node's HTTP/2 on both sides. Exit 77 without node.

Each SIP message that was logged must come back byte for byte, once, in its stream, and nothing else; all bytes of the TCP
connection must be in the ledgers. The capture is then damaged: every seventh data segment is taken out in turn, and the
beginning is cut off: nothing that nobody sent may appear, and no more may be missing than the loss explains.
"""
import collections
import json
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PCAP_HEAD, PACKET_HEAD, HEADERS = 24, 16, 14 + 40


class Capture:
    def __init__(self, path):
        raw = path.read_bytes()
        self.head, self.packets = raw[:PCAP_HEAD], []
        at = PCAP_HEAD
        while at < len(raw):
            size = PACKET_HEAD + struct.unpack_from('<I', raw, at + 8)[0]
            self.packets.append(raw[at:at + size])
            at += size

    def payload(self):
        """Bytes by source port."""
        sizes = collections.Counter()
        for packet in self.packets:
            sizes[struct.unpack_from('>H', packet, PACKET_HEAD + 34)[0]] += len(packet) - PACKET_HEAD - HEADERS
        return sizes

    def data(self):
        return [i for i, packet in enumerate(self.packets) if len(packet) > PACKET_HEAD + HEADERS]

    def without(self, gone, path):
        gone = set(gone)
        path.write_bytes(self.head + b''.join(p for i, p in enumerate(self.packets) if i not in gone))
        return path


class Tool:
    def __init__(self, sipweave, folder):
        self.sipweave = sipweave
        keys = folder / 'keys.log'
        self.options = ['--keylog', str(keys)] if keys.exists() else []

    def objects(self, command, capture, *options):
        run = subprocess.run([self.sipweave, command, '-T', 'json', *options, *self.options, str(capture)],
                             stdout=subprocess.PIPE, check=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def messages(self, capture):
        streams = {c['id']: c.get('stream') for c in self.objects('connections', capture)}
        return collections.Counter((streams[m['connection']], m['raw'])
                                   for m in self.objects('messages', capture, '--raw'))


def fail(text):
    print(text)
    sys.exit(1)


def check_whole(tool, capture, path, want, secure):
    got = tool.messages(path)
    missing, extra = want - got, got - want
    print(f'{sum(want.values())} messages logged, {sum((want & got).values())} found, {sum(extra.values())} others')
    if missing or extra:
        fail(f'missing: {missing}\nnot logged: {extra}')

    connections = tool.objects('connections', path)
    facts = [(c['target'], c['status'], c.get('subprotocol'), 'deflate' in c, c.get('close', {}).get('tcp'))
             for c in sorted(connections, key=lambda c: c['target'])]
    expected = [('/chat', 200, 'xmpp', False, 'fin'), ('/forbidden', 403, None, False, 'fin')]
    expected += [(f'/ws{n}', 200, 'sip', n % 2 == 1, 'rst' if n == 4 else 'fin') for n in range(5)]
    if facts != expected:
        fail(f'connections: {facts}\ninstead of: {expected}')
    for connection in connections:
        about = {k: connection.get(k) for k in ('host', 'origin', 'user_agent', 'server_name', 'transport')}
        if about != {'host': 'sip.example.test', 'origin': 'https://app.example.test', 'user_agent': 'record.js',
                     'server_name': 'node', 'transport': 'WSS' if secure else 'WS'}:
            fail(f'connection {connection["id"]}: {about}')
    check_ledger(tool, capture, path)
    rules = {f['rule'] for f in tool.objects('check', path, '--fail-on', 'never')}
    if any(rule.startswith(('WSH-', 'WSH2-')) for rule in rules):
        fail(f'a handshake of HTTP/2 was held to the rules of RFC 6455 4, or breaks those of RFC 8441: {rules}')


def check_ledger(tool, capture, path):
    """Of TLS its plaintext is counted, and what is around it."""
    counted = collections.Counter()
    for ledger in tool.objects('explain', path):
        if ledger['type'] == 'ledger':
            counted[int(ledger['src'].rsplit(':', 1)[1])] += ledger['bytes']
    if counted != capture.payload():
        fail(f'bytes in ledgers: {counted}, on the wire: {capture.payload()}')


def check_damaged(tool, capture, folder, want, secure):
    """With compression and its memory a loss costs all that follows in its direction of that WebSocket; of TLS a lost
    segment takes whole records with it."""
    damaged = folder / 'damaged.pcap'
    data = capture.data()
    lost, tried = 0, data[::7]
    for i in tried:
        got = tool.messages(capture.without([i], damaged))
        texts = collections.Counter()
        for (_, text), count in got.items():
            texts[text] += count
        extra = texts - collections.Counter(text for _, text in want)
        if extra:
            fail(f'without packet {i + 1}: not logged: {extra}')
        lost += sum(want.values()) - sum(got.values())
    print(f'one segment lost, {len(tried)} in turn: {lost} messages lost in all')
    if lost > len(tried) * (20 if secure else 6):
        fail('that is more than the losses explain')
    if secure:
        return
    check_late(tool, capture, damaged, want)


def check_late(tool, capture, damaged, want):
    """The first segments may show whole WebSocket frames and nothing of HTTP/2, where a long DATA frame is cut within the
    last: then the connection is taken for a WebSocket of its own, which has no stream. Or a segment begins with the text
    of a message: then it is taken for SIP over TCP, which has no connection. That must stay rare."""
    found = misjudged = 0
    starts = range(20, len(capture.packets) - 20, 16)
    for start in starts:
        capture.without(range(start), damaged)
        apart = any('connection' not in m for m in tool.objects('messages', damaged))
        if apart or any('stream' not in c for c in tool.objects('connections', damaged)):
            misjudged += 1
            continue
        got = tool.messages(damaged)
        extra = collections.Counter(t for _, t in got) - collections.Counter(t for _, t in want)
        if extra:
            fail(f'from packet {start + 1} on: not logged: {extra}')
        found += sum(got.values())
    print(f'the beginning lost, at {len(starts)} places: {found} messages found, {misjudged} times misjudged')
    if found < 20 * len(starts) or misjudged > len(starts) // 5:
        fail('that is too few')


def main():
    if shutil.which('node') is None:
        print('SKIPPED: there is no node')
        sys.exit(77)
    secure = sys.argv[2] == 'tls'
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(['node', str(HERE / 'record.js'), name, sys.argv[2]], check=True)
        want = collections.Counter((line['stream'], line['data']) for line in
                                   map(json.loads, (folder / 'log.jsonl').read_text().splitlines()))
        tool = Tool(sys.argv[1], folder)
        path = folder / 'capture.pcap'
        capture = Capture(path)
        check_whole(tool, capture, path, want, secure)
        check_damaged(tool, capture, folder, want, secure)


main()
