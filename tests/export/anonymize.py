#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--anonymize leaves no original user, host, address or digest value, and changes nothing else.

usage: anonymize.py SIPWEAVE CAPTURE...

Originals are collected from the messages' own bytes, by other means than the program's, and searched as bytes in what
export, messages, flow and report write. calls and check must say the same of an anonymized export as of one that isn't.
"""
import ipaddress
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

KEY = bytes(range(7, 39))
USER = re.compile(rb'\b(?:sips?|tel):([^@:;<>"\s]+)(?::[^@\s]*)?@')
HOST = re.compile(rb'(?:\bsips?:(?:[^@<>"\s]*@)?|SIP/2\.0/[A-Z]+ |@)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)')
DIGEST = re.compile(rb'\b(?:response|c?nonce|opaque|username)="([^"]{6,})"')
DISPLAY = re.compile(rb'^(?:From|To|Contact)[^:\r\n]*: *"([^"]{4,})"', re.M | re.I)
IPV4 = re.compile(rb'(?<![\w./])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])')
KEPT = {'anonymous', 'anonymous.invalid'}
# Names that are other words, too; and numbers are ports, lengths and the like.
WORDS = {b'service', b'echo', b'sipp', b'conf', b'test', b'invalid'}


def run(*command, codes=(0,)):
    done = subprocess.run([str(part) for part in command], check=False, capture_output=True)
    if done.returncode not in codes:
        sys.exit(f'{command}: exit {done.returncode}: {done.stderr.decode()}')
    return done.stdout


def listed(*command):
    return [json.loads(line) for line in run(*command, codes=(0, 1)).splitlines()]


def is_told(address):
    parsed = ipaddress.ip_address(address)
    return not parsed.is_unspecified and address != '::1'


def originals(messages):
    found = set()
    for message in messages:
        raw = message.get('raw', '').encode()
        for pattern in (USER, HOST, DIGEST, DISPLAY, IPV4):
            found.update(pattern.findall(raw))
        for end in (message['src'], message['dst']):
            found.add(end.rsplit(':', 1)[0].strip('[]').encode())
    addresses, names = set(), set()
    for value in found:
        try:
            if is_told(value.decode()):
                addresses.add(value)
        except ValueError:
            if len(value) > 3 and not value.isdigit() and value[:1] != b'[' and value.decode(errors='replace') not in KEPT and value not in WORDS:
                names.add(value)
    return names, addresses


def check_hidden(name, data, names, addresses):
    left = [value for value in names if value in data]
    left += [value for value in addresses if re.search(rb'(?<![\w./])' + re.escape(value) + rb'(?![\w])', data)]
    if left:
        print(f'{name} still holds {left[:10]}')
    return not left


def same(command, one, other, keys):
    def facts(path):
        return [[thing.get(key) for key in keys] for thing in listed(SIPWEAVE, command, '-T', 'json', path)]
    before, after = facts(one), facts(other)
    if before != after:
        print(f'{command}: {[pair for pair in zip(before, after) if pair[0] != pair[1]][:3]} {len(before)} {len(after)}')
    return before == after


def check(capture, folder):
    key, plain, hidden, database = (folder / name for name in ('key', 'plain.pcap', 'hidden.pcap', 'hidden.db'))
    key.write_bytes(KEY)
    database.unlink(missing_ok=True)
    names, addresses = originals(listed(SIPWEAVE, 'messages', '--raw', '-T', 'json', capture))
    run(SIPWEAVE, 'export', '--pcap', plain, capture)
    run(SIPWEAVE, 'export', '--pcap', hidden, '--anonymize', key, capture)
    run(SIPWEAVE, 'export', '--sqlite', database, '--anonymize', key, capture)
    good = plain.stat().st_size == hidden.stat().st_size
    outputs = {'export --pcap': hidden.read_bytes(), 'export --sqlite': database.read_bytes()}
    for command in (['messages', '--raw'], ['messages', '-T', 'json', '--raw'], ['flow', '-T', 'json'], ['flow'], ['report']):
        outputs[' '.join(command)] = run(SIPWEAVE, *command, '--anonymize', key, capture)
    for name, data in outputs.items():
        told = re.sub(rb'(?m)^ *// .*$', b'', data.replace(str(capture).encode(), b''))  # the page's own comments
        good &= check_hidden(f'{Path(capture).name}: {name}', told, names, addresses)
    packed = [ipaddress.ip_address(address.decode()).packed for address in addresses]
    good &= not any(address in outputs['export --pcap'] for address in packed)
    good &= same('calls', plain, hidden, ['id', 'kind', 'state', 'status', 'start', 'ringing', 'answered', 'end', 'ended_by',
                                          'messages', 'transports', 'retransmissions', 'dialogs'])
    good &= same('check', plain, hidden, ['rule', 'level', 'party', 'time', 'frames', 'message', 'call'])
    print(f'{Path(capture).name}: {len(names)} names and {len(addresses)} addresses {"hidden" if good else "FAILED"}')
    return good


def main():
    with tempfile.TemporaryDirectory() as folder:
        results = [check(capture, Path(folder)) for capture in sys.argv[2:]]
    sys.exit(not all(results))


if __name__ == '__main__':
    SIPWEAVE = sys.argv[1]
    main()
