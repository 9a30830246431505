#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What keeps a flow alive, and what doesn't (RFC 5626): the plugin and the program say the same, of the same packets.

usage: alive.py SIPWEAVE PLUGIN

A user agent registers over TCP or UDP with a Flow-Timer of 10 s, and a minute later again; between the two it sends line ends
every 8 s, which the server answers, or doesn't from some time on; or nothing. Exit 77 is skipped.
"""
import collections
import json
import struct
import subprocess
import sys

from plugged import tshark_with

CLIENT, SERVER = ((10 << 24) + 2, 5070), ((10 << 24) + 1, 5060)
SYN, ACK, PSH = 2, 16, 8
BOUND = 'Contact: <sip:a@10.0.0.2:5070>;reg-id=1;+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"'
TCP, UDP = 6, 17

Case = collections.namedtuple('Case', 'name protocol pings answered_until rules')
CASES = [Case('tcp-good', TCP, True, 99, []), Case('tcp-no-ping', TCP, False, 0, ['OB-FLOW-TIMER']),
         Case('tcp-no-pong', TCP, True, 20, ['OB-CRLF-PONG'] * 4), Case('udp-no-ping', UDP, False, 0, ['OB-FLOW-TIMER'])]


def register(protocol, number):
    over = {TCP: 'TCP', UDP: 'UDP'}[protocol]
    dialog = (f'Via: SIP/2.0/{over} 10.0.0.2:5070;branch=z9hG4bK{number};rport%s\r\nFrom: <sip:a@example.test>;tag=abcdef12\r\n'
              f'To: <sip:a@example.test>%s\r\nCall-ID: b0a55fe2\r\nCSeq: {number} REGISTER\r\n')
    request = (f'REGISTER sip:example.test SIP/2.0\r\n{dialog % ("", "")}Max-Forwards: 70\r\nSupported: outbound, path\r\n'
               f'{BOUND}\r\nContent-Length: 0\r\n\r\n')
    answer = (f'SIP/2.0 200 OK\r\n{dialog % ("=5070", ";tag=98765432")}Require: outbound\r\nFlow-Timer: 10\r\n'
              f'{BOUND};expires=3600\r\nContent-Length: 0\r\n\r\n')
    return request.encode(), answer.encode()


def said(case):
    """Time, whether the client says it, and what."""
    for number, time in ((1, 0), (2, 61)):
        request, answer = register(case.protocol, number)
        yield time, True, request
        yield time + 0.1, False, answer
    for time in range(5, 60, 8) if case.pings else ():
        yield time, True, b'\r\n\r\n'
        if time < case.answered_until:
            yield time + 0.1, False, b'\r\n'


def packet(protocol, by_client, transport):
    source, destination = (CLIENT, SERVER) if by_client else (SERVER, CLIENT)
    ports = struct.pack('>HH', source[1], destination[1])
    ip = struct.pack('>BBHHHBBHII', 0x45, 0, 24 + len(transport), 0, 0, 64, protocol, 0, source[0], destination[0])
    return bytes(12) + b'\x08\x00' + ip + ports + transport


def packets(case):
    def segment(by_client, flags, payload):
        own, other = (0, 1) if by_client else (1, 0)
        data = packet(TCP, by_client, struct.pack('>IIBBHHH', seq[own], seq[other], 0x50, flags, 65535, 0, 0) + payload)
        seq[own] += len(payload) + (flags & SYN != 0)
        return data
    seq = [0, 0]
    if case.protocol == TCP:
        yield -2, segment(True, SYN, b'')
        yield -1, segment(False, SYN | ACK, b'')
    for time, by_client, payload in sorted(said(case)):
        yield time, (segment(by_client, ACK | PSH, payload) if case.protocol == TCP else
                     packet(UDP, by_client, struct.pack('>HH', 8 + len(payload), 0) + payload))


def write(path, case):
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for time, data in packets(case):
            out.write(struct.pack('<IIII', 1700000000 + int(time), int(time * 10) % 10 * 100000, len(data), len(data)) + data)
    path.chmod(0o644)


def check(tshark, sipweave, case):
    capture = tshark.folder / f'{case.name}.pcap'
    write(capture, case)
    run = subprocess.run([sipweave, 'check', '--rules=OB-*', '-T', 'json', '--fail-on=never', capture], stdout=subprocess.PIPE,
                         check=True)
    theirs = [(f['rule'], f['frames']) for f in map(json.loads, run.stdout.splitlines())]
    out = tshark.out(capture, '-2', '-Y', 'sipweave.rule matches "^OB-"', '-T', 'fields', '-e', 'sipweave.rule', '-e', 'frame.number',
                     '-e', 'sipweave.rule.beside').decode()
    ours = [(rule, list(map(int, frames))) for rule, *frames in (line.split('\t') for line in out.splitlines())]
    print(f'{case.name}: the plugin has {ours}, the program {theirs}')
    return ours == theirs and [rule for rule, _ in ours] == case.rules


def main():
    sipweave, plugin = sys.argv[1:]
    with tshark_with(plugin) as tshark:
        results = [check(tshark, sipweave, case) for case in CASES]
    sys.exit(0 if all(results) else 1)


main()
