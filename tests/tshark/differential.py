#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what sipweave finds in a capture against what tshark finds.

usage: differential.py SIPWEAVE CAPTURE
       differential.py SIPWEAVE --besides FOLDER FOLDER     all captures of the second that the first hasn't

Exit 77, which ctest reports as skipped: there is no tshark, or no capture.

Every SIP message that tshark finds, sipweave finds too: ending in the same packet, with the same ends, method or
status, Call-ID and CSeq. Where they differ stands in known.txt, with the reason. Each message that only sipweave finds
is in the endpoints' log, where they left one. The time of a message is that of its first packet. And of every WebSocket
connection sipweave accounts for as many bytes as tshark's sequence numbers span.
"""
import base64
import calendar
import collections
import gzip
import json
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

# Waiting for segments that come late is right, unless they never come: tshark waits for ever, and finds more without.
PATIENT = ['-o', 'tcp.reassemble_out_of_order:TRUE']
IMPATIENT = ['-o', 'tcp.reassemble_out_of_order:FALSE']
SIP_ITSELF = 'sip && !icmp && !icmpv6'  # ICMP quotes the datagrams that couldn't be delivered

Message = collections.namedtuple('Message', 'packet source destination start call_id cseq cseq_method')


def tshark(capture, *options):
    return subprocess.run(['tshark', '-r', capture, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True).stdout


def end(address, port):
    return f'[{address}]:{port}' if ':' in address else f'{address}:{port}'


def first_shown(element):
    """The fields of a protocol by their names; of those that come twice the first."""
    fields = {}
    for field in element.iter('field'):
        fields.setdefault(field.get('name'), field.get('show'))
    return fields


def seen_by_tshark(capture, settings):
    """A packet may hold several messages, so a list of fields wouldn't do."""
    found = set()
    for packet in xml.fromstring(tshark(capture, *settings, '-Y', SIP_ITSELF, '-T', 'pdml')):
        layers = {proto.get('name'): first_shown(proto) for proto in packet.iter('proto')}
        ip = layers.get('ip') or {key.replace('ipv6', 'ip'): value for key, value in layers['ipv6'].items()}
        kind = 'tcp' if 'tcp' in layers else 'udp'
        source = end(ip['ip.src'], layers[kind][f'{kind}.srcport'])
        destination = end(ip['ip.dst'], layers[kind][f'{kind}.dstport'])
        for proto in packet.iter('proto'):
            if proto.get('name') == 'sip':
                sip = first_shown(proto)
                found.add(Message(int(layers['frame']['frame.number']), source, destination,
                                  sip.get('sip.Method') or sip['sip.Status-Code'], sip.get('sip.Call-ID'),
                                  int(sip['sip.CSeq.seq']), sip['sip.CSeq.method']))
    return found


def lines_of(sipweave, command, capture):
    run = subprocess.run([sipweave, *command, '-T', 'json', capture], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def seen_by_sipweave(messages):
    return {Message(m['frames'][-1], m['src'], m['dst'], m.get('method') or str(m['status']), m['call_id'], m['cseq'],
                    m['cseq_method']): m for m in messages}


def raw(message):
    return message['raw'].encode() if 'raw' in message else base64.b64decode(message['raw_base64'])


def logged(capture):
    """What the endpoints say they sent; None where they left no log."""
    path = capture.parent / f"{capture.name.split('.')[0]}.truth.jsonl.gz"
    if not path.exists():
        return None
    with gzip.open(path, 'rt', encoding='utf-8') as lines:
        events = [json.loads(line) for line in lines]
    return {e['data'].encode() if 'data' in e else base64.b64decode(e['b64']) for e in events if e['ev'] == 'msg'}


def known_differences(capture):
    """Of known.txt: how many messages differ in which way."""
    lines = (Path(__file__).parent / 'known.txt').read_text().splitlines()
    fields = [line.split(None, 3) for line in lines if line and not line.startswith('#')]
    known = {way: int(count) for name, way, count, reason in fields if name == capture.name.split('.')[0]}
    return known.get('missed', 0), known.get('late', 0)


def packets_of(capture):
    """Of each packet: its number, its time in nanoseconds; of TCP its ends, sequence number and payload size."""
    fields = ['frame.number', 'frame.time_epoch', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport',
              'tcp.dstport', 'tcp.stream', 'tcp.seq', 'tcp.len']
    arguments = [argument for field in fields for argument in ('-e', field)]
    for line in tshark(capture, '-T', 'fields', *arguments).decode().splitlines():
        yield dict(zip(fields, line.split('\t')))


def nanoseconds(text):
    """2026-11-22T16:26:02.276690000Z"""
    return calendar.timegm(time.strptime(text[:19], '%Y-%m-%dT%H:%M:%S')) * 10**9 + int(text[20:29])


def check_times(packets, messages):
    times = {int(p['frame.number']): int(p['frame.time_epoch'].replace('.', '')) for p in packets}
    return [f"message {m['id']}: {m['time']}, but packet {m['frames'][0]} is of another time"
            for m in messages if times[m['frames'][0]] != nanoseconds(m['time'])]


def check_sizes(packets, ledgers):
    """From the first payload to the last, of each direction; streams of the same ends, one after the other, add up."""
    spans = {}
    for p in packets:
        if p['tcp.len'] and int(p['tcp.len']):
            ends = (end(p['ip.src'] or p['ipv6.src'], p['tcp.srcport']),
                    end(p['ip.dst'] or p['ipv6.dst'], p['tcp.dstport']))
            first, last = spans.get((p['tcp.stream'], ends), (2**32, 0))
            first, last = min(first, int(p['tcp.seq'])), max(last, int(p['tcp.seq']) + int(p['tcp.len']))
            spans[p['tcp.stream'], ends] = first, last
    sizes = collections.Counter()
    for (_, ends), (first, last) in spans.items():
        sizes[ends] += last - first
    told = collections.Counter()
    for ledger in ledgers:
        if ledger['protocol'] in ('WS', 'WSS'):
            told[ledger['src'], ledger['dst']] += ledger['bytes']
    return [f'{ends[0]} to {ends[1]}: {size} bytes, but tshark has {sizes[ends]}'
            for ends, size in told.items() if sizes[ends] != size]


def is_late(message, ours):
    """tshark has it in a later packet: the one that filled the hole before it."""
    return any(message == mine._replace(packet=message.packet) and mine.packet < message.packet for mine in ours)


def check_messages(capture, messages):
    ours = seen_by_sipweave(messages)
    theirs = seen_by_tshark(capture, PATIENT)
    late = {message for message in theirs - ours.keys() if is_late(message, ours)}
    found = {message._replace(packet=0) for message in theirs}
    alone = [ours[message] for message in ours.keys() - theirs - seen_by_tshark(capture, IMPATIENT)
             if message._replace(packet=0) not in found]
    problems = [f'only tshark found {message}' for message in theirs - ours.keys() - late]
    if (len(alone), len(late)) != known_differences(capture):
        problems.append(f'tshark missed {len(alone)} messages and has {len(late)} late; known.txt says otherwise')
        problems += [f"missed: packet {m['frames'][-1]}, {raw(m)[:60]}" for m in alone]
        problems += [f'late: {message}' for message in late]
    log = logged(capture)
    problems += [f'nobody logged {raw(m)[:60]}' for m in alone if log is not None and raw(m) not in log]
    print(f'{capture.name}: sipweave found {len(messages)} messages; tshark missed {len(alone)}, has {len(late)} late')
    return problems


def check(sipweave, capture):
    messages = lines_of(sipweave, ['messages', '--raw'], capture)
    packets = list(packets_of(capture))
    problems = [*check_messages(capture, messages), *check_times(packets, messages),
                *check_sizes(packets, lines_of(sipweave, ['explain'], capture))]
    print(*problems[:20], sep='\n', end='\n' if problems else '')
    return not problems


def captures_besides(known, folder):
    names = {path.name for path in known.iterdir()}
    return [path for path in sorted(folder.glob('*.pcap*')) if path.name not in names and 'wss' not in path.name]


def main():
    sipweave, *rest = sys.argv[1:]
    captures = captures_besides(Path(rest[1]), Path(rest[2])) if rest[0] == '--besides' else [Path(rest[0])]
    if shutil.which('tshark') is None:
        print("SKIPPED: tshark isn't installed, so nobody else has read the captures")
        sys.exit(77)
    if not captures:
        print(f"SKIPPED: {rest[-1]} isn't there, so only the captures of pcaps/ are compared")
        sys.exit(77)
    results = [check(sipweave, capture) for capture in captures]
    sys.exit(0 if all(results) else 1)


main()
