#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The statistics of the plugin count what the program finds: by method and status, by call; and Follow shows the messages.

usage: stats.py SIPWEAVE PLUGIN CAPTURE...
"""
import collections
import json
import re
import subprocess
import sys
from pathlib import Path

from plugged import options_for, tshark_with


def lines_of(sipweave, capture, command):
    run = subprocess.run([sipweave, *command, '-T', 'json', capture], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def statistics(tshark, capture, kind):
    return tshark.out(capture, '-q', *options_for(capture), '-z', kind).decode()


def children_of(tree, topic):
    """{name: count} of the lines below a topic of a stats tree."""
    below = tree.split(f'\n{topic} ')[1].split('\n')[1:]
    found = collections.Counter()
    for line in below:
        match = re.match(r' (\S+) +(\d+) ', line)
        if match is None:
            break
        found[match.group(1)] = int(match.group(2))
    return found


def rows_of(table):
    return [[cell.strip() for cell in line.split('|')] for line in table.splitlines() if re.match(r'.+\|.+\|', line)][1:]


def check_tree(tshark, capture, messages):
    tree = statistics(tshark, capture, 'sipweave,tree')
    methods = collections.Counter(m['method'] for m in messages if 'method' in m)
    statuses = collections.Counter(str(m['status']) for m in messages if 'status' in m)
    if children_of(tree, 'SIP requests by method') != methods:
        yield f"requests: {children_of(tree, 'SIP requests by method')}, not {methods}"
    if children_of(tree, 'SIP responses by status') != statuses:
        yield f"responses: {children_of(tree, 'SIP responses by status')}, not {statuses}"


def check_calls(tshark, capture, messages):
    told = sorted((row[2], int(row[7])) for row in rows_of(statistics(tshark, capture, 'sipweave,calls')))
    wanted = sorted(collections.Counter((m['call_id'], m['call']) for m in messages).items())
    if told != sorted((call_id, count) for (call_id, _), count in wanted):
        yield f'calls: {told}, not {wanted}'


def check_times(tshark, capture, messages):
    rows = rows_of(statistics(tshark, capture, 'sipweave,response_time'))
    timed = sum(int(row[1]) for row in rows)
    responses = sum('status' in m and not m.get('retransmission') for m in messages)
    if not 0.8 * responses <= timed <= responses: # of some the request isn't in the capture
        yield f'{timed} of {responses} responses are timed'


def check_follow(tshark, capture, messages):
    shown = tshark.out(capture, '-q', *options_for(capture), '-z', 'follow,sipweave,raw,1').decode().split()
    sent = [m['raw'].encode().hex() for m in messages if m['transport'] == 'WS' and m['connection'] == 1 and 'raw' in m]
    missing = collections.Counter(sent) - collections.Counter(shown)
    if missing or not sent:
        yield f'Follow lacks {missing.total()} of {len(sent)} messages'


def main():
    sipweave, plugin, *captures = sys.argv[1:]
    sound = True
    with tshark_with(plugin) as tshark:
        for capture in map(Path, captures):
            messages = lines_of(sipweave, capture, ['messages', '--raw'])
            problems = [problem for check in (check_tree, check_calls, check_times, check_follow)
                        for problem in check(tshark, capture, messages)]
            print(f'{capture.name}: {len(problems)} differences', *problems, sep='\n  ')
            sound &= not problems
    sys.exit(0 if sound else 1)


main()
