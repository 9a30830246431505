#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who had received what, when it is sealed? Conversations in the clear and inside TLS, held to the rules that ask.

usage: known.py SIPWEAVE

A rule may accuse a side of what it did although it had something, as TCP's acknowledgments show. Inside TLS these count
sealed bytes. Each conversation must give the same findings both ways, those that stand beside it. Exit 77, which ctest
reports as skipped, where there is no openssl.
"""
import json
import random
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

KEY, ACCEPT = 'dGhlIHNhbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
ASK = (f'GET /ws HTTP/1.1\r\nHost: sip.example.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
       f'Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n')
YES = (f'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
       f'Sec-WebSocket-Accept: {ACCEPT}\r\nSec-WebSocket-Protocol: sip\r\n\r\n')
BAD = YES.replace(ACCEPT, ACCEPT[::-1])
RANDOM = random.Random(1)
CLOSE, HI, BYE = '88 \x03\xe8', '81 \r\n\r\n', '81 \r\n'

# Lines: who, and what: a head, "8x payload" for a frame, FIN, ACK, or seconds that pass. A ~ before who: the segments
# acknowledge nothing of what came since that side's last one.
CONVERSATIONS = {
    'a Close that is answered': (f'C {CLOSE}|S {CLOSE}|S FIN|C FIN', []),
    'a Close that is not': (f'C {CLOSE}|S FIN|C FIN', ['server WS-CLOSE-NO-REPLY']),
    'the client does not answer': (f'S {CLOSE}|C FIN|S FIN', ['client WS-CLOSE-NO-REPLY']),
    'a Close that the server had not': (f'C {CLOSE}|~S FIN|C FIN', []),
    'a Ping without a Pong': (f'C 89 p|C {HI}|S {BYE}|C {HI}|S {BYE}|S {CLOSE}|C {CLOSE}|S FIN|C FIN',
                              ['server WS-PING-NO-PONG']),
    'a Ping that came too late': (f'S {BYE}|C 89 p|~S {BYE}|~S {CLOSE}|C {CLOSE}|S FIN|C FIN', []),
    'a Pong after 7 seconds': (f'C 89 p|S ACK|7|S 8a p|C {CLOSE}|S {CLOSE}|S FIN|C FIN', ['server WS-PONG-DELAY']),
    'TCP that stays open': (f'C {CLOSE}|S {CLOSE}|C ACK|12|S FIN|C FIN', ['server WS-TCP-CLOSE-IMMEDIATE']),
    'a fault that is read on behind': (f'C 83 x|C 89 p|S 8a p|C {CLOSE}|S {CLOSE}|S FIN|C FIN',
                                       ['client WS-OPCODE', 'server WS-OPCODE-NOT-FAILED']),
}
OPENINGS = {
    'a faulty 101, and the client goes on': (f'C {ASK}|S {BAD}|C {HI}|C FIN|S FIN',
                                             ['server WSH-ACCEPT-VALUE', 'client WSH-CLIENT-FAIL-BAD-ACCEPT']),
    'a faulty 101 that the client had not': (f'C {ASK}|S {BAD}|~C {HI}|C FIN|S FIN',
                                             ['server WSH-ACCEPT-VALUE', 'client WSH-EARLY-DATA']),
    'a 101 that the client waits for': (f'C {ASK}|S {YES}|C {HI}|C FIN|S FIN', []),
}


class Tcp:
    """A connection as it is captured."""

    def __init__(self):
        self.frames, self.time = [], 0
        self.next = {'C': 1000, 'S': 5000}
        self.told = {'C': 0, 'S': 0}  # what a side has acknowledged
        self.segment('C', 0x02)
        self.segment('S', 0x12)
        self.segment('C', 0x10)

    def segment(self, who, flags, data=b'', known=True):
        other = 'CS'['SC'.index(who)]
        if known:
            self.told[who] = self.next[other]
        ports = (40000, 443) if who == 'C' else (443, 40000)
        ends = (b'\x0a\0\0\x01', b'\x0a\0\0\x02') if who == 'C' else (b'\x0a\0\0\x02', b'\x0a\0\0\x01')
        tcp = struct.pack('>HHIIBBHHH', *ports, self.next[who], self.told[who] if flags != 2 else 0, 0x50, flags, 65535,
                          0, 0)
        ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0, *ends)
        self.frames.append((self.time, b'\x02' * 12 + b'\x08\0' + ip + tcp + data))
        self.next[who] += len(data) + (1 if flags & 3 else 0)
        self.time += 1000

    def send(self, who, data, known):
        self.segment(who, 0x18, data, known)

    def save(self, path):
        with open(path, 'wb') as out:
            out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for time, frame in self.frames:
                out.write(struct.pack('<IIII', 10**9 + time // 10**6, time % 10**6, len(frame), len(frame)) + frame)


class Tls(Tcp):
    """The same, sealed."""

    def __init__(self, folder):
        super().__init__()
        client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.keylog_filename = folder / 'keys.log'
        server.load_cert_chain(folder / 'cert.pem', folder / 'key.pem')
        self.bios = {who: (ssl.MemoryBIO(), ssl.MemoryBIO()) for who in 'CS'}
        self.ends = {'C': client.wrap_bio(*self.bios['C'], server_hostname='sip.example.test'),
                     'S': server.wrap_bio(*self.bios['S'], server_side=True)}
        for who in 'CSCSC':
            try:
                self.ends[who].do_handshake()
            except ssl.SSLWantReadError:
                pass
            self.flush(who, True)

    def flush(self, who, known):
        data = self.bios[who][1].read()
        if data:
            super().send(who, data, known)
            self.bios['CS'['SC'.index(who)]][0].write(data)

    def send(self, who, data, known):
        self.ends[who].write(data)
        self.flush(who, known)


def bytes_of(who, what):
    if what[0] != '8':
        return what.encode()
    payload = what[3:].encode('latin-1')
    mask = RANDOM.randbytes(4) if who == 'C' else b''
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)) if mask else payload
    return bytes([int(what[:2], 16), len(payload) | (0x80 if mask else 0)]) + mask + masked


def play(tcp, script):
    for line in script.split('|'):
        if line.isdigit():
            tcp.time += int(line) * 10**6
            continue
        known, line = line[0] != '~', line.lstrip('~')
        who, what = line[0], line[2:]
        if what in ('FIN', 'ACK'):
            tcp.segment(who, 0x11 if what == 'FIN' else 0x10, known=known)
        else:
            tcp.send(who, bytes_of(who, what), known)


def findings(program, tcp, folder):
    tcp.save(folder / 'it.pcap')
    keys = ['--keylog', str(folder / 'keys.log')] if isinstance(tcp, Tls) else []
    out = subprocess.run([program, 'check', '--all', '-T', 'json', *keys, str(folder / 'it.pcap')], check=False, text=True,
                         stdout=subprocess.PIPE).stdout
    told = [json.loads(line) for line in out.splitlines()]
    return [f'{one["party"]} {one["rule"]}' for one in told if one['level'] != 'LINT' and 'PLAINTEXT' not in one['rule']]


def main():
    program = sys.argv[1]
    if shutil.which('openssl') is None:
        print('openssl is not installed')
        sys.exit(77)
    scripts = {name: (f'C {ASK}|S {YES}|{script}', expected) for name, (script, expected) in CONVERSATIONS.items()}
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=sip.example.test',
                        '-keyout', folder / 'key.pem', '-out', folder / 'cert.pem'], check=True, capture_output=True)
        for name, (script, expected) in (scripts | OPENINGS).items():
            for tcp in (Tcp(), Tls(folder)):
                play(tcp, script)
                found = findings(program, tcp, folder)
                if sorted(found) != sorted(expected):
                    bad += 1
                    print(f'{name}, {type(tcp).__name__}: expected {expected}, found {found}')
    sys.exit(bad > 0)


if __name__ == '__main__':
    main()
