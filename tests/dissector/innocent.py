#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where segments are missing, or come late, the plugin accuses nobody whom the program doesn't.

usage: innocent.py SIPWEAVE PLUGIN GENERATE      GENERATE: tests/bench's generator of captures

Of such connections Wireshark hands on less than the program reads, and by default doesn't wait for what is late. Rules on
several SIP messages must be silent there. Exit 77 is skipped.
"""
import collections
import json
import re
import subprocess
import sys

from plugged import tshark_with


def lines_of(*command):
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def main():
    sipweave, plugin, generate = sys.argv[1:]
    several = {rule['rule'] for rule in lines_of(sipweave, 'rules', '-T', 'json')
               if re.match(r'\[(tx|dialog|reg|timer|multi)\]', rule['detect'])}
    sound = True
    with tshark_with(plugin) as tshark:
        for mix in ('reorder', 'loss'):
            capture = tshark.folder / f'{mix}.pcap'
            subprocess.run([generate, '--mix', mix, '--size', '1M', '--seed', '5', '--no-truth', '--output', capture], check=True,
                           stdout=subprocess.DEVNULL)
            capture.chmod(0o644)
            out = tshark.out(capture, '-2', '-Y', 'sipweave.rule', '-T', 'fields', '-e', 'sipweave.rule').decode()
            ours = collections.Counter(re.findall(r'[^,\s]+', out))
            theirs = collections.Counter(f['rule'] for f in lines_of(sipweave, 'check', '--all', '-T', 'json', '--fail-on=never',
                                                                     capture))
            wrong = {rule: ours[rule] for rule in several if ours[rule] > theirs[rule]}
            print(f'{mix}: {ours.total()} findings of the plugin, {theirs.total()} of the program', wrong or '')
            sound &= not wrong and ours.total() > 100
    sys.exit(0 if sound else 1)


main()
