#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What sipweave finds in a capture doesn't depend on how TCP cut the conversations into segments.

usage: chunks.py SIPWEAVE RESEGMENT CAPTURE
       chunks.py SIPWEAVE RESEGMENT --besides FOLDER FOLDER     all captures of the second that the first hasn't;
                                                                exit 77, which ctest reports as skipped: there are none

Each capture is rewritten in each of the modes below, and read again. The lines of `flow -T json --raw` (connections,
messages, calls) and of `explain -T json` must be the same, but for what a mode changes by its nature:

bytes, random  other packets. Each message still begins in its packet's first piece, so even times are the same.
merge          several messages begin in one packet, at its time.
reorder        the piece that comes first isn't the first of the message, so times change, and with them the order and
               all ids. What belongs together is told by Call-IDs then. Of a message that was sent twice the one whose
               first packet came later is the retransmission, which may now be the other one.

Lost packets stay lost: in 07-derived-drop the same bytes are missing, and are counted, wherever the segments end.
"""
import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SEED = '1'
PACKETS = {'frames'}
TIMES = {'time', 'first', 'last', 'opened', 'closed', 'start', 'ringing', 'answered', 'end', 'setup_ms', 'duration_ms'}
IDS = {'id', 'call', 'request', 'connection', 'connections', 'messages'}

MODES = {'bytes': PACKETS, 'random': PACKETS, 'merge': PACKETS | TIMES,
         'reorder': PACKETS | TIMES | IDS | {'retransmission'}}


def without(value, names):
    if isinstance(value, dict):
        return {k: without(v, names) for k, v in value.items() if k not in names}
    if isinstance(value, list):
        return [without(v, names) for v in value]
    return value


def read(sipweave, capture, names):
    """The lines that it prints, as text that can be compared. Those that tell of the file itself are left out."""
    lines = []
    for command in (['flow', '-T', 'json', '--raw'], ['explain', '-T', 'json']):
        run = subprocess.run([sipweave, *command, capture], stdout=subprocess.PIPE, check=True)
        lines += map(json.loads, run.stdout.splitlines())
    for line in lines:
        if line['type'] == 'call' and 'messages' in names:
            line['message_count'] = len(line['messages'])
    lines.sort(key=lambda line: line['type'])  # a call stands beside its messages, wherever that is among others
    return [json.dumps(without(line, names)) for line in lines if line['type'] != 'capture']


def differences(before, after, ordered):
    if ordered and before == after:
        return []
    was, now = collections.Counter(before), collections.Counter(after)
    changed = [f'  - {line[:600]}' for line in was - now] + [f'  + {line[:600]}' for line in now - was]
    return changed or (['  the same lines in another order'] if ordered else [])


def check(sipweave, resegment, capture):
    """The number of modes in which something changed."""
    failures = 0
    for mode, names in MODES.items():
        with tempfile.TemporaryDirectory() as folder:
            rewritten = f'{folder}/{mode}.pcapng'
            subprocess.run([resegment, mode, SEED, capture, rewritten], check=True)
            before, after = read(sipweave, capture, names), read(sipweave, rewritten, names)
        changed = differences(before, after, ordered=mode != 'reorder')
        print(f'{capture.name}, {mode}: {len(before)} lines, {len(changed)} differences')
        print(*changed[:6], sep='\n', end='\n' if changed else '')
        failures += bool(changed)
    return failures


def captures_besides(known, folder):
    names = {path.name for path in known.iterdir()}
    return [path for path in sorted(folder.glob('*.pcap*')) if path.name not in names and 'wss' not in path.name]


def main():
    sipweave, resegment, *rest = sys.argv[1:]
    captures = [Path(rest[0])]
    if rest[0] == '--besides':
        captures = captures_besides(Path(rest[1]), Path(rest[2]))
    if not captures:
        print(f"SKIPPED: {rest[-1]} isn't there, so only the captures of pcaps/ are cut anew")
        sys.exit(77)
    failures = [check(sipweave, resegment, capture) for capture in captures]
    sys.exit(1 if any(failures) else 0)


main()
