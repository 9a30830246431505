#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what sipweave finds in a capture of pcaps/ against what the endpoints logged when it was recorded.

usage: truth.py SIPWEAVE CAPTURE

NAME.truth.jsonl.gz beside the capture has every WebSocket message that the clients sent or received, as they logged
it. Each SIP message among them must come back byte for byte, once, and nothing else; the exceptions stand below.
"""
import base64
import collections
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

SIP = re.compile(rb'SIP/2\.0 \d{3} |[A-Z]+ \S+ SIP/2\.0\r\n')

# Captures made of another one: its log holds for them.
LOGGED_IN = {'07-derived-qinq': '01-jssip-ws-kamailio', '07-derived-drop': '01-jssip-ws-kamailio'}

# Messages that can't come back: five packets were taken out of 07-derived-drop, each with one whole message.
MISSING = {'07-derived-drop': 5}


def logged(path):
    with gzip.open(path, 'rt', encoding='utf-8') as lines:
        events = [json.loads(line) for line in lines]
    texts = [e['data'].encode() if 'data' in e else base64.b64decode(e['b64']) for e in events if e['ev'] == 'msg']
    return collections.Counter(text for text in texts if SIP.match(text))


def found(sipweave, capture):
    run = subprocess.run([sipweave, 'messages', '--raw', '-T', 'json', capture], stdout=subprocess.PIPE, check=True)
    messages = [json.loads(line) for line in run.stdout.splitlines()]
    return collections.Counter(m['raw'].encode() if 'raw' in m else base64.b64decode(m['raw_base64'])
                               for m in messages if m['transport'] in ('WS', 'WSS'))


def first_lines(messages):
    return ''.join(f'  {count} x {text.splitlines()[0].decode(errors="replace")}\n' for text, count in messages.items())


def main():
    sipweave, capture = sys.argv[1], Path(sys.argv[2])
    name = capture.name.split('.')[0]
    want = logged(capture.parent / f'{LOGGED_IN.get(name, name)}.truth.jsonl.gz')
    got = found(sipweave, capture)
    missing, extra = want - got, got - want
    print(f'{name}: {sum(want.values())} messages logged, {sum((want & got).values())} found, '
          f'{sum(extra.values())} that nobody logged')
    if sum(missing.values()) != MISSING.get(name, 0) or extra:
        print(f'missing:\n{first_lines(missing)}not logged:\n{first_lines(extra)}')
        sys.exit(1)


main()
