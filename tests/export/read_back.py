#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What export --pcap writes holds exactly the SIP that messages and calls list, for tshark and for sngrep.

usage: read_back.py SIPWEAVE INPUT...     INPUT: captures or folders, each exported by itself

Every message must be there once, in its order, with its time, addresses and bytes, as SIP, with right checksums, and in TCP
with sequence numbers without a gap; tshark runs with its own defaults, but for looking at checksums. And the
Call-IDs must be those of the calls. Exit 77 where tshark is missing; without sngrep its part is left out, and said so.
"""
import base64
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

FIELDS = ['frame.time_epoch', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'udp.srcport', 'udp.dstport', 'udp.payload',
          'tcp.srcport', 'tcp.dstport', 'tcp.payload',
          'sip.Call-ID', 'sip.Method', 'sip.Status-Code', '_ws.expert.message']
OPTIONS = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE']
# What tshark says of TCP in whose numbers something is wrong. Nothing is: all bytes are there, once.
TCP_FAULTS = ('hecksum', 'etransmission', 'not captured', 'unseen segment', 'out-of-order', 'Duplicate')


def run(*command):
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode not in (0, 3):
        sys.exit(f'{" ".join(map(str, command))}: exit {done.returncode}\n{done.stderr.decode()}')
    return done.stdout


def listed(sipweave, arguments):
    return [json.loads(line) for line in run(sipweave, *arguments).splitlines()]


def nanoseconds(stamp):
    """Of an RFC 3339 time with nine digits, or of tshark's epoch time."""
    whole, _, fraction = stamp.rstrip('Z').partition('.')
    seconds = int(whole) if whole.isdigit() else int(datetime.fromisoformat(whole + '+00:00').timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, '0'))


def bytes_of(message):
    raw = message['raw'].encode() if 'raw' in message else base64.b64decode(message['raw_base64'])
    return raw.lstrip(b'\r\n')


def expected(message):
    return (nanoseconds(message['time']), message['src'], message['dst'], bytes_of(message),
            message.get('method') or str(message.get('status', '')))


def endpoint(address, port):
    return f'[{address}]:{port}' if ':' in address else f'{address}:{port}'


def read_by_tshark(path):
    command = ['tshark', '-r', path, '-n', *OPTIONS, '-T', 'fields', '-E', 'occurrence=f']
    for field in FIELDS:
        command += ['-e', field]
    for line in run(*command).decode().splitlines():
        (time, v4_from, v4_to, v6_from, v6_to, sport, dport, payload, tcp_sport, tcp_dport, tcp_payload, call_id, method,
         status, expert) = line.split('\t')
        yield ((nanoseconds(time), endpoint(v4_from or v6_from, sport or tcp_sport),
                endpoint(v4_to or v6_to, dport or tcp_dport), bytes.fromhex(payload or tcp_payload), method or status),
               call_id, expert)


def compare(name, found, wanted):
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    for label, which in (('missing', missing), ('too many', extra)):
        for item in list(which.elements())[:5]:
            print(f'{name}: {label}: {item}')
    return not missing and not extra


def check_tshark(path, messages):
    read = list(read_by_tshark(path))
    good = [item for item, _, _ in read] == [expected(message) for message in messages]
    if not good:
        compare('tshark', [item for item, _, _ in read], [expected(message) for message in messages])
    faults = [expert for _, _, expert in read if any(fault in expert for fault in TCP_FAULTS)]
    for expert in faults[:5]:
        print('tshark:', expert)
    ids = Counter(call_id for _, call_id, _ in read)
    return good & (not faults) & compare('tshark, Call-ID', ids.elements(), ids_of(messages))


def ids_of(messages):
    return [message.get('call_id', '') for message in messages]


def check_sngrep(path, messages, folder):
    again = f'{folder}/sngrep.pcap'
    Path(again).unlink(missing_ok=True)
    run('sngrep', '-N', '-q', '-I', path, '-O', again)
    found = [(item[1], item[2], item[3]) for item, _, _ in read_by_tshark(again)]
    return compare('sngrep', found, [expected(message)[1:4] for message in messages])


def check(sipweave, source, folder):
    path = f'{folder}/export.pcap'
    keys = Path(source).with_suffix('.keys.log')
    keylog = ['--keylog', keys] if keys.is_file() else []
    run(sipweave, 'export', '--pcap', path, *keylog, source)
    messages = listed(sipweave, ['messages', '-T', 'json', '--raw', *keylog, source])
    calls = listed(sipweave, ['calls', '-T', 'json', *keylog, source])
    good = check_tshark(path, messages)
    of_calls = Counter(dict.fromkeys((call['call_ids'][0] for call in calls), 1))
    good &= compare('calls', of_calls, Counter(dict.fromkeys(filter(None, ids_of(messages)), 1)))
    if shutil.which('sngrep'):
        good &= check_sngrep(path, messages, folder)
    print(f'{"as listed" if good else "FAILED"}: {Path(source).name}: {len(messages)} messages, {len(calls)} calls')
    return good


def main():
    if not shutil.which('tshark'):
        print('SKIPPED: there is no tshark')
        sys.exit(77)
    if not shutil.which('sngrep'):
        print('there is no sngrep: its part is left out')
    with tempfile.TemporaryDirectory() as folder:
        results = [check(sys.argv[1], source, folder) for source in sys.argv[2:]]
    sys.exit(not all(results))


if __name__ == '__main__':
    main()
