#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the plugin shows in tshark is what the program prints.

usage: agree.py SIPWEAVE PLUGIN CAPTURE...
       agree.py SIPWEAVE PLUGIN --besides FOLDER FOLDER     all captures of the second that the first hasn't
       agree.py SIPWEAVE PLUGIN --wire                      those that tests/conformance/wire.py makes

The same SIP messages: in the same packets, of the same kind, between the same ends; the same grouping into calls, the
same retransmissions; the same findings, with the same messages and links to the same packets, but for those that take what
Wireshark doesn't tell a dissector. Within TLS, too, where there are keys. Exit 77 is skipped.
"""
import collections
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

from plugged import captures_of, keys_of, options_for, skip, tshark_with

# Here TCP has to wait for what comes late, as the program does (not elsewhere: where segments are missing for good,
# Wireshark waits for ever). SIP over TCP that stands behind a hole is then dissected with the packet that fills it.
PATIENT = {'07-impaired-client-side'}

# What these need the plugin isn't told: which bytes had been acknowledged when.
NEEDS_TCP = re.compile(r'WS-CLOSE-REPLY-CODE|WS-TCP-CLOSE.*|WS-PING-NO-PONG|.*-NOT-FAILED')

# The title of an item of ours that is of SIP, whether or not of a call.
OF_SIP = re.compile(r'sipweave: (connection \d+, message \d+, |(?!connection |keep-alive|SIP with))')

Message = collections.namedtuple('Message', 'first last source destination start call_id cseq')
Found = collections.namedtuple('Found', 'message call retransmission')
Breach = collections.namedtuple('Breach', 'rule packet beside')


def is_patient(capture):
    return capture.name.split('.')[0] in PATIENT


def first_shown(element):
    fields = {}
    for field in element.iter('field'):
        fields.setdefault(field.get('name'), field.get('show'))
    return fields


def end(address, port):
    return f'[{address}]:{port}' if ':' in address else f'{address}:{port}'


def ends(layers):
    ip = layers.get('ip') or {key.replace('ipv6', 'ip'): value for key, value in layers['ipv6'].items()}
    kind = 'tcp' if 'tcp' in layers else 'udp'
    return end(ip['ip.src'], layers[kind][f'{kind}.srcport']), end(ip['ip.dst'], layers[kind][f'{kind}.dstport'])


def sip_of_ours(proto):
    """What our item says of each of its SIP messages; the first packet of the WebSocket message, where there is one."""
    begin = next((f.get('show') for f in proto.iter('field') if f.get('name') == 'sipweave.message.begins_in'), None)
    inner = [field for field in proto if (field.get('show') or '').startswith('SIP: ')]
    if inner:
        return [{**first_shown(field), 'begin': begin} for field in inner]
    return [{**first_shown(proto), 'begin': begin}] if OF_SIP.match(proto.get('showname')) else []


def sip_of_wireshark(proto):
    """What its item says of a SIP message, or ours of one that it refuses; None: it is another item."""
    shown = first_shown(proto)
    if proto.get('name') == 'sip':
        return shown
    if 'sipweave.sip.start_line' not in shown:
        return None
    return {**shown, 'sip.Method': shown.get('sipweave.sip.method'), 'sip.Status-Code': shown.get('sipweave.sip.status', ''),
            'sip.Call-ID': shown.get('sipweave.sip.call_id'), 'sip.CSeq': shown.get('sipweave.sip.cseq')}


def cseq_of(value):
    """As the program prints it, which prints none that is faulty."""
    parts = re.fullmatch(r'(\d+)\s+(.*\S)\s*', value or '')
    return f'{int(parts.group(1))} {parts.group(2)}' if parts and int(parts.group(1)) < 2 ** 32 else ''


def messages_of(number, protos):
    """The SIP messages of a packet."""
    layers = {proto.get('name'): first_shown(proto) for proto in protos}
    sips = [] if {'icmp', 'icmpv6'} & layers.keys() else [*filter(None, map(sip_of_wireshark, protos))]
    ours = [said for proto in protos if proto.get('name') == 'sipweave' for said in sip_of_ours(proto)]
    if ours and len(sips) != len(ours): # of those that are none for the program, ours says nothing
        raise RuntimeError(f'packet {number}: {len(sips)} SIP messages, of which sipweave tells {len(ours)}')
    for sip, said in zip(sips, ours):
        message = Message(int(said['begin'] or number), number, *ends(layers), sip.get('sip.Method') or sip['sip.Status-Code'],
                          sip.get('sip.Call-ID'), cseq_of(sip.get('sip.CSeq')))
        yield Found(message, said.get('sipweave.call'), 'sipweave.retransmission' in said)


def findings_of(number, protos):
    """The broken rules of a packet, with the packet that each refers to."""
    for field in (field for proto in protos if proto.get('name') == 'sipweave' for field in proto.iter('field')):
        rule = field.get('name').removeprefix('sipweave.rule.')
        if rule != field.get('name') and rule != 'beside':
            beside = re.search(r'\), see packet (\d+): ', field.get('showname'))
            yield Breach(rule, number, int(beside.group(1)) if beside else None)


def seen_by_plugin(tshark, capture):
    """In two passes: in one, what is known later isn't there."""
    pdml = tshark.out(capture, '-2', '-o', f'tcp.reassemble_out_of_order:{str(is_patient(capture)).upper()}',
                      *options_for(capture), '-Y', 'sip || sipweave.sip.start_line || sipweave.rule', '-T', 'pdml')
    messages, breaches = [], []
    for packet in xml.fromstring(pdml):
        protos = list(packet.iter('proto'))
        number = int(packet.find("proto[@name='geninfo']/field[@name='num']").get('show'))
        messages += messages_of(number, protos)
        breaches += findings_of(number, protos)
    return messages, breaches


def printed_by(sipweave, capture, *command):
    keys = [f'--keylog={path}' for path in keys_of(capture)]
    run = subprocess.run([sipweave, *command, '-T', 'json', *keys, capture], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def seen_by_program(messages):
    found = []
    for m in messages:
        over_websocket = m['transport'] == 'WS' # within TLS Wireshark knows the packet that completes a record only
        message = Message(m['frames'][0 if over_websocket else -1], m['frames'][-1], m['src'], m['dst'],
                          m.get('method') or str(m.get('status', '')), m.get('call_id'),
                          f"{m['cseq']} {m['cseq_method']}" if 'cseq' in m else '')
        found.append(Found(message, m.get('call'), m.get('retransmission', False)))
    return found


def without_packets(message):
    return message._replace(first=0, last=0)


def take_out_late(ours, theirs):
    """What differs only in that it is found in a later packet."""
    missed = {without_packets(message): message for message in (theirs - ours).elements()}
    for late in list((ours - theirs).elements()):
        message = missed.get(without_packets(late))
        if message is not None and late.last > message.last:
            ours[late] -= 1
            theirs[message] -= 1


def compare_messages(plugin, program, patient):
    ours, theirs = (collections.Counter(f.message for f in found) for found in (plugin, program))
    if patient:
        take_out_late(ours, theirs)
    yield from (f'only the program has {message}' for message in (theirs - ours).elements())
    yield from (f'only the plugin has {message}' for message in (ours - theirs).elements())


def compare_calls(plugin, program):
    """The numbers may differ, as they are given in the order of ends there and of beginnings here."""
    number_of = {f.message: f for f in program}
    pairs = {(f.call, number_of[f.message].call) for f in plugin if f.message in number_of}
    for side in (0, 1):
        times = collections.Counter(pair[side] for pair in pairs)
        yield from (f'call {call} of the {("plugin", "program")[side]} is {count} calls of the other'
                    for call, count in times.items() if count > 1)
    yield from (f'a retransmission for one only: {f.message}' for f in plugin
                if f.message in number_of and f.retransmission != number_of[f.message].retransmission)


class Told:
    """A finding of the program, and where the plugin has it: with the message that it is about, where that is complete; or, of
    the connection, with one of its packets, or beside it."""

    def __init__(self, finding, messages):
        self.rule = finding['rule'].lower().replace('-', '_')
        own = messages.get(finding.get('message'), {'frames': []})['frames']
        begun = {packet: {m['frames'][-1] for m in messages.values() if m['frames'][0] == packet} for packet in finding['frames']}
        self.message = own[-1] if own else None
        self.others = set().union(*begun.values(), finding['frames'])
        self.alone = all(packet in own or self.message in begun[packet] for packet in finding['frames'])
        self.text = f"{finding['rule']} in packets {finding['frames']}, of the message in {own}"

    def is_that(self, breach):
        if self.rule != breach.rule:
            return False
        if self.message is None:
            return bool({breach.packet, breach.beside} & self.others)
        return breach.packet == self.message and (breach.beside in self.others or (self.alone and not breach.beside))


def compare_findings(ours, theirs):
    theirs = list(theirs)
    for breach in ours:
        that = next((told for told in theirs if told.is_that(breach)), None)
        if that is None:
            yield f'only the plugin has {breach}'
        else:
            theirs.remove(that)
    yield from (f'only the program has {told.text}' for told in theirs)


def check(tshark, sipweave, capture):
    plugin, breaches = seen_by_plugin(tshark, capture)
    printed = printed_by(sipweave, capture, 'messages')
    program = seen_by_program(printed)
    ours = [breach for breach in breaches if not NEEDS_TCP.fullmatch(breach.rule.upper().replace('_', '-'))]
    complete = {f.message.last for f in plugin} # of those that TCP keeps waiting for a segment the plugin is silent
    told = [Told(finding, {m['id']: m for m in printed})
            for finding in printed_by(sipweave, capture, 'check', '--all', '--fail-on=never')
            if not NEEDS_TCP.fullmatch(finding['rule'])]
    problems = [*compare_messages(plugin, program, is_patient(capture)), *compare_calls(plugin, program),
                *compare_findings(ours, (t for t in told if t.message is None or t.message in complete))]
    print(f'{capture.name}: {len(plugin)} SIP messages, {len(breaches)} findings, {len(problems)} differences')
    print(*problems[:20], sep='\n', end='\n' if problems else '')
    return not problems


def made_by_wire(folder):
    """Each once: a case stands there for every rule that it keeps or breaks."""
    sys.path.insert(0, str(Path(__file__).parents[1] / 'conformance'))
    from wire import CASES, capture_of
    made = {}
    for number, (_, _, write) in enumerate(CASES):
        capture = capture_of(write, folder / f'{number:03}-{write.__name__}.pcap')
        made.setdefault(capture.read_bytes(), capture)
    return list(made.values())


def main():
    sipweave, plugin, *rest = sys.argv[1:]
    folder = tempfile.TemporaryDirectory()
    if rest == ['--wire']:
        captures = made_by_wire(Path(folder.name))
    elif rest[0] == '--besides':
        known = {path.name for path in captures_of([rest[1]])}
        captures = [path for path in captures_of([rest[2]]) if path.name not in known]
    else:
        captures = [Path(path) for path in rest]
    if not captures:
        skip(f"{rest[-1]} isn't there, so only the captures of pcaps/ are compared")
    with tshark_with(plugin) as tshark:
        results = [check(tshark, sipweave, capture) for capture in captures]
    sys.exit(0 if all(results) else 1)


main()
