#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds `sipweave check` against what the Autobahn testsuite broke on the wire.

usage: autobahn.py SIPWEAVE FOLDER     FOLDER: conformance/autobahn; exit 77 where it is missing

In both recordings, for every TCP stream and each of its two parties: the first violation must be told with the same
rule and packet, and a party without one has no finding of level MUST or MUST NOT.
"""
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

RECORDINGS = ['node-ws-core', 'client-node-ws-core']
FATAL = ('MUST', 'MUST NOT')


def findings_by_stream(sipweave, capture):
    """Fatal findings by (client port, server port) and party, in the order of the stream."""
    result = subprocess.run([sipweave, 'check', '-T', 'json', capture], stdout=subprocess.PIPE, check=False)
    if result.returncode not in (0, 1):
        sys.exit(f'{capture}: exit code {result.returncode}')
    found = defaultdict(list)
    for line in result.stdout.splitlines():
        finding = json.loads(line)
        if finding['level'] not in FATAL:
            continue
        source, destination = (int(finding[end].rsplit(':', 1)[1]) for end in ('src', 'dst'))
        ports = (source, destination) if finding['party'] == 'client' else (destination, source)
        found[ports, finding['party']].append(finding)
    return found


def check_party(stream, role, party, found):
    """Problems with what was found of one party."""
    violations = stream[role]['wire_violations']
    name = f"stream {stream['tcp_stream']} case {stream['case']} {role} ({party})"
    if not violations:
        return [f"{name}: false alarm {finding['rule']} in packet {finding['frames']}" for finding in found]
    if not found:
        return [f"{name}: {violations[0]['rule']} was not found"]
    first, wanted = found[0], violations[0]
    if first['rule'] == wanted['rule'] and first['frames'][-1] == wanted['packet']:
        return []
    return [f"{name}: {first['rule']} in {first['frames']} instead of {wanted['rule']} in {wanted['packet']}"]


def check_recording(sipweave, folder, name):
    truth = json.loads((folder / f'{name}.truth.json').read_text(encoding='utf-8'))
    found = findings_by_stream(sipweave, folder / f'{name}.pcap.gz')
    fuzzer = truth['fuzzer_role']
    parties = {'fuzzer': fuzzer, 'peer': 'server' if fuzzer == 'client' else 'client'}
    streams = right = 0
    for stream in truth['streams']:
        if stream['case'] is None:
            continue
        ports = (stream['client_port'], stream['server_port'])
        problems = []
        for role, party in parties.items():
            problems += check_party(stream, role, party, found.pop((ports, party), []))
        print(*problems, sep='\n', end='\n' if problems else '')
        streams += 1
        right += not problems
    for (ports, party), rest in found.items():
        print(f"{ports} {party}: {[finding['rule'] for finding in rest]} in a stream without a case")
    print(f'{name}: {right} of {streams} streams are right')
    return right == streams and not found


def main():
    sipweave, folder = sys.argv[1], Path(sys.argv[2])
    if not folder.is_dir():
        print(f'SKIPPED: {folder} is missing')
        sys.exit(77)
    results = [check_recording(sipweave, folder, name) for name in RECORDINGS]
    sys.exit(0 if all(results) else 1)


if __name__ == '__main__':
    main()
