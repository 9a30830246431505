#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds `sipweave check` against what is wrong with the torture messages of RFC 4475 and RFC 5118.

usage: torture.py SIPWEAVE FOLDER     FOLDER: conformance/torture; exit 77 where it is missing

Over UDP and over WebSocket: every rule of must_flag is told, and no MUST beyond those that truth.json names.
"""
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

FATAL = ('MUST', 'MUST NOT')


def rules_by_packet(sipweave, capture):
    """Packet → rule → level."""
    result = subprocess.run([sipweave, 'check', '-T', 'json', capture], stdout=subprocess.PIPE, check=False)
    if result.returncode not in (0, 1):
        sys.exit(f'{capture}: exit code {result.returncode}')
    found = defaultdict(dict)
    for line in result.stdout.splitlines():
        finding = json.loads(line)
        found[finding['frames'][-1]][finding['rule']] = finding['level']
    return found


def check_message(name, found, wanted, allowed):
    missing = [rule for rule in wanted if rule not in found]
    wrong = [rule for rule, level in found.items() if level in FATAL and rule not in wanted + allowed]
    for rule in missing:
        print(f'{name}: {rule} was not found')
    for rule in wrong:
        print(f'{name}: false alarm {rule}')
    return not missing and not wrong


def main():
    sipweave, folder = sys.argv[1], Path(sys.argv[2])
    if not folder.is_dir():
        print(f'SKIPPED: {folder} is missing')
        sys.exit(77)
    messages = json.loads((folder / 'truth.json').read_text(encoding='utf-8'))
    good = True
    for carrier in ('udp', 'ws'):
        right = 0
        found = {rfc: rules_by_packet(sipweave, folder / f'torture{rfc}-{carrier}.pcap') for rfc in ('4475', '5118')}
        for message in messages:
            wanted = message['must_flag'] + (message['ws_extra_must_flag'] if carrier == 'ws' else [])
            right += check_message(f"{carrier} {message['name']}", found[message['rfc']][message[f'{carrier}_packet']],
                                   wanted, message['may_flag'])
        print(f'{carrier}: {right} of {len(messages)} messages are right')
        good &= right == len(messages)
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
