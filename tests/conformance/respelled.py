#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Are verdicts about what is said, or about how it is spelt?

usage: respelled.py SIPWEAVE FOLDER [ROUNDS [SEED]]

RFC 3261 lets a sender write the same header in many ways: compact names and any case (7.3.3, 7.3.1), white space and
folds around colons and separators (7.3.1, 25.1), lists in one line or in several, fields and parameters in another order.
The messages of real calls are written to two captures, as they were and in other words, and `check` and `calls` must say
the same of both. A round respells each capture of FOLDER once, in ways that SEED picks.
"""
import calendar
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / 'hostile'))
from craft import CLIENT, SERVER, Capture, Stream, WebSocket  # noqa: E402

COMPACT = {'via': 'v', 'from': 'f', 'to': 't', 'call-id': 'i', 'contact': 'm', 'content-length': 'l',
           'content-type': 'c', 'supported': 'k', 'event': 'o', 'allow-events': 'u', 'refer-to': 'r',
           'referred-by': 'b', 'session-expires': 'x'}
LONG = {short: name for name, short in COMPACT.items()}
LISTS = {'via', 'route', 'record-route', 'contact', 'allow', 'supported', 'require', 'proxy-require', 'unsupported',
         'allow-events', 'path', 'service-route'}
ADDRESSES = {'from', 'to', 'contact', 'route', 'record-route', 'path', 'service-route', 'refer-to', 'referred-by'}
PARAMETERS = ADDRESSES | {'via', 'event', 'subscription-state', 'content-type', 'session-expires', 'reason'}
SPACES = [' ', '\t', '  ', '\r\n ', ' \r\n\t']
# What is the same but for its spelling is, sent again, no longer the same bytes; and this one compares bytes.
BY_BYTES = {'SIP-RETRANS-IDENTICAL'}


# ---- other ways to write a header: each takes and gives the list of (name, value) ----

def kind(name):
    name = name.strip().lower()
    return LONG.get(name, name)


def cut(value, separators):
    """The pieces of value and what parts them, in turn; not within quotes or <>."""
    pieces = re.findall(rf'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^"<{separators}])+|[{separators}]', value, re.DOTALL)
    return pieces if ''.join(pieces) == value else [value]


def elements(value):
    return [piece.strip() for piece in cut(value, ',') if piece != ',']


def other_case(dice, text):
    return ''.join(letter.swapcase() if dice.random() < 0.4 else letter for letter in text)


def each_value(names, change):
    def way(dice, headers):
        return [(name, change(dice, value)) if kind(name) in names else (name, value) for name, value in headers]
    return way


def names_in_any_case(dice, headers):
    return [(other_case(dice, name), value) for name, value in headers]


def compact_names(dice, headers):
    return [(COMPACT.get(kind(name), name) if dice.random() < 0.7 else name, value) for name, value in headers]


def spaces_at_colons(dice, headers):
    return [(name + dice.choice(['', ' ', '\t']), dice.choice(['', ' ', '\t ', '\r\n ']) + value.strip())
            if value.strip() else (name, value) for name, value in headers]


def spaces_at_separators(dice, value):
    spaced = (f'{dice.choice(SPACES)}{piece}{dice.choice(SPACES)}' if piece in ';,=' and dice.random() < 0.3 else piece
              for piece in cut(value, ';,='))
    return ''.join(spaced)


def parameters_in_any_order(dice, value):
    shuffled = []
    for element in elements(value):
        first, *rest = [piece for piece in cut(element, ';') if piece != ';']
        shuffled.append(';'.join([first.rstrip(), *dice.sample(rest, len(rest))]))
    return ' ' + ', '.join(shuffled)


def parameter_names_in_any_case(dice, value):
    pieces = cut(value, ';,=')
    return ''.join(other_case(dice, piece) if before == ';' else piece for before, piece in zip(['', *pieces], pieces))


def fields_in_any_order(dice, headers):
    waiting = defaultdict(list)
    for header in headers:
        waiting[kind(header[0])].append(header)
    order = [kind(name) for name, _ in headers]
    return [waiting[field].pop(0) for field in dice.sample(order, len(order))]


def lists_in_one_line(dice, headers):
    joined = []
    for name, value in headers:
        same = [at for at, other in enumerate(joined) if kind(other[0]) == kind(name)]
        if same and kind(name) in LISTS and value.strip() not in ('', '*') and dice.random() < 0.6:
            joined[same[-1]] = (name, joined[same[-1]][1] + dice.choice([',', ', ', ' ,\r\n ']) + value.strip())
        else:
            joined.append((name, value))
    return joined


def lists_in_many_lines(dice, headers):
    return [(name, ' ' + element) for name, value in headers
            for element in (elements(value) if kind(name) in LISTS and dice.random() < 0.6 else [value])]


def fields_nobody_knows(dice, headers):
    new = [('X-Foo', ' bar;baz="q,\\"<"'), ('X-Bar', ' ü€, "unclosed'), ('X-Empty', ''), ("P!%*_+`'~.", ' x=y,,;')]
    headers = list(headers)
    for header in dice.sample(new, 2):
        headers.insert(dice.randrange(len(headers) + 1), header)
    return headers


def other_display_names(dice, value):
    names = ['', 'Bob ', '"B, <x>;tag=z" ', '"\\"q\\\\" ', '"é漢" ', "A.b-c!%*_+`'~ d "]
    return re.sub(r'^\s*(?:"(?:[^"\\]|\\.)*"|[^<"]*)<', lambda found: ' ' + dice.choice(names) + '<', value)


def zeros_before_numbers(dice, value):
    return re.sub(r'\d+', lambda number: '0' * dice.choice([0, 1, 5]) + number[0], value, count=1)


WAYS = [names_in_any_case, compact_names, spaces_at_colons, fields_in_any_order, lists_in_one_line, lists_in_many_lines,
        fields_nobody_knows, each_value(PARAMETERS, spaces_at_separators),
        each_value(ADDRESSES | {'via'}, parameters_in_any_order),
        each_value(PARAMETERS - {'content-type'}, parameter_names_in_any_case),
        each_value({'from', 'to'}, other_display_names), each_value({'supported', 'require'}, other_case),
        each_value({'cseq', 'content-length', 'max-forwards', 'expires'}, zeros_before_numbers)]


def respell(dice, ways, message):
    head, end, body = message.partition('\r\n\r\n')
    start, *lines = re.sub(r'\r\n[ \t]+', ' ', head).split('\r\n')
    if not end or not all(':' in line for line in lines) or dice.random() < 0.3:
        return message
    headers = [tuple(line.split(':', 1)) for line in lines]
    for way in ways:
        headers = way(dice, headers)
    return '\r\n'.join([start, *(f'{name}:{value}' for name, value in headers)]) + end + body


# ---- captures ----

def nanoseconds(text):
    seconds, fraction = text.rstrip('Z').split('.')
    return calendar.timegm(time.strptime(seconds, '%Y-%m-%dT%H:%M:%S')) * 10**9 + int(fraction)


class Places:
    """Address and port; IPv6 addresses are replaced, one by one."""

    def __init__(self):
        self.other = {}

    def __call__(self, text):
        host, port = text.rsplit(':', 1)
        if ':' in host:
            host = self.other.setdefault(host, f'10.66.0.{len(self.other) + 1}')
        return host, int(port)


def write(path, messages, change):
    capture, place, streams = Capture(path), Places(), {}
    for message in messages:
        capture.time = nanoseconds(message['time'])
        source, destination, data = place(message['src']), place(message['dst']), change(message['raw']).encode()
        if message['transport'] == 'UDP':
            capture.datagram(source, destination, data)
            continue
        web = message['transport'] in ('WS', 'WSS')
        key = message['connection'] if web else frozenset((source, destination))
        if key not in streams:
            streams[key] = (WebSocket if web else Stream)(capture, source, destination), source
        stream, client = streams[key]
        side = CLIENT if source == client else SERVER
        if web:
            stream.text(side, data)
        else:
            stream.send(side, data)
    return capture.close()


def lines(*command):
    result = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if result.returncode not in (0, 1, 3):
        sys.exit(f'{command}: exit code {result.returncode}')
    return [json.loads(line) for line in result.stdout.splitlines()]


def messages_of(sipweave, capture):
    keylog = capture.parent / (capture.name.split('.')[0] + '.keys.log')
    keys = ['--keylog', keylog] if keylog.exists() else []
    return [line for line in lines(sipweave, 'messages', '--raw', '-T', 'json', *keys, capture)
            if line['type'] == 'message' and 'raw' in line]


def verdicts(sipweave, capture):
    found = Counter()
    for line in lines(sipweave, 'check', '--all', '-T', 'json', capture):
        if line['type'] == 'finding' and line['rule'] not in BY_BYTES:
            found[line['level'], line['rule'], line['party'], line.get('message'), line.get('call')] += 1
    for line in lines(sipweave, 'calls', '-T', 'json', capture):
        if line['type'] == 'call':
            found[line['id'], line['kind'], line['state'], line.get('status'), tuple(line['messages'])] += 1
    return found


def main():
    sipweave, folder = sys.argv[1], Path(sys.argv[2])
    rounds, seed = (int(argument) for argument in (sys.argv[3:5] + ['1', '1'][len(sys.argv[3:5]):]))
    good = True
    if not folder.is_dir():
        print(f'SKIPPED: {folder} is missing')
        sys.exit(77)
    for capture in sorted(path for path in folder.iterdir() if '.pcap' in path.name):
        with tempfile.TemporaryDirectory(prefix='sipweave-') as made:
            messages = messages_of(sipweave, capture)
            before = verdicts(sipweave, write(f'{made}/before.pcap', messages, lambda text: text))
            for number in range(rounds):
                dice = random.Random(f'{seed} {number} {capture.name}')
                ways = dice.sample(WAYS, dice.choice([2, 4, len(WAYS)]))
                other = write(f'{made}/after.pcap', messages, lambda text: respell(dice, ways, text))
                after = verdicts(sipweave, other)
                for what, count in [*(after - before).items(), *(before - after).items()]:
                    good = False
                    print(f'{capture.name}, round {number}: {count} {"more" if after[what] else "fewer"}:', *what)
    print('the same in other words' if good else 'not the same')
    sys.exit(not good)


main()
