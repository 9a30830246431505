#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""export --hep sends each message once, as HEPv3 that a decoder written from the specification reads.

usage: hep.py SIPWEAVE CAPTURE...     over UDP with a key, then over TCP, each to a collector here on loopback
"""
import contextlib
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from datetime import datetime

VENDOR = 0x5357
SO_RCVBUFFORCE = 33  # Python has no name for it
PROTOCOLS = {'UDP': 17, 'SCTP': 132}  # the others go over TCP


def chunks(packet):
    """{(vendor, type): value}; every length must be right."""
    magic, length = struct.unpack('>4sH', packet[:6])
    assert magic == b'HEP3' and length == len(packet), packet[:6]
    at, found = 6, {}
    while at < length:
        vendor, kind, size = struct.unpack('>HHH', packet[at:at + 6])
        assert size >= 6 and at + size <= length and (vendor, kind) not in found
        found[vendor, kind] = packet[at + 6:at + size]
        at += size
    return found


def number(value):
    return int.from_bytes(value, 'big')


def decoded(packet, key):
    found = chunks(packet)
    v6 = number(found[0, 1]) == 10
    family = socket.AF_INET6 if v6 else socket.AF_INET
    address = [socket.inet_ntop(family, found[0, kind]) for kind in ((5, 6) if v6 else (3, 4))]
    ends = [f'[{host}]:{number(found[0, 7 + i])}' if v6 else f'{host}:{number(found[0, 7 + i])}' for i, host in enumerate(address)]
    assert number(found[0, 11]) == 1 and number(found[0, 12]) == 42 and found[0, 19] == b'probe'
    assert found.get((0, 14)) == key
    return (number(found[0, 2]), *ends, number(found[0, 9]) * 10**6 + number(found[0, 10]), found[VENDOR, 1].decode(),
            found.get((0, 17), b'').decode(), found[0, 15])


def expected(message):
    whole, _, fraction = message['time'].rstrip('Z').partition('.')
    seconds = int(datetime.fromisoformat(whole + '+00:00').timestamp())
    return (PROTOCOLS.get(message['transport'], 6), message['src'], message['dst'], seconds * 10**6 + int(fraction[:6]),
            message['transport'], message.get('call_id', ''), message['raw'].encode().lstrip(b'\r\n'))


def receive_udp(listener, packets):
    try:
        while packet := listener.recv(65536):
            packets.append(packet)
    except TimeoutError:
        pass


def receive_tcp(listener, packets):
    connection, _ = listener.accept()
    with connection.makefile('rb') as stream:
        while head := stream.read(6):
            packets.append(head + stream.read(struct.unpack('>H', head[4:])[0] - 6))
    connection.close()


def collect(sipweave, captures, kind, options):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == 'tcp' else socket.SOCK_DGRAM)
    with contextlib.suppress(PermissionError):  # only root may hold so much; a busy machine lets datagrams wait
        listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
    listener.bind(('127.0.0.1', 0))
    listener.settimeout(10 if kind == 'tcp' else 1)
    packets = []
    if kind == 'tcp':
        listener.listen()
    thread = threading.Thread(target=receive_tcp if kind == 'tcp' else receive_udp, args=(listener, packets))
    thread.start()
    target = f'{kind}:127.0.0.1:{listener.getsockname()[1]}'
    begun = time.monotonic()
    subprocess.run([sipweave, 'export', '--hep', target, '--hep-id', '42', '--hep-name', 'probe', *options, *captures], check=True)
    taken = time.monotonic() - begun
    thread.join()
    listener.close()
    return packets, taken


def compare(name, packets, wanted, key):
    found = [decoded(packet, key) for packet in packets]
    if found != wanted:
        print(f'{name}: {len(found)} of {len(wanted)} messages; differing: '
              f'{[pair for pair in zip(found, wanted) if pair[0] != pair[1]][:2]}')
        return False
    print(f'{name}: {len(found)} messages as listed')
    return True


def check_refused(sipweave, capture):
    """Nobody listens there."""
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probe.bind(('127.0.0.1', 0))
    port = probe.getsockname()[1]
    probe.close()
    good = True
    for target in (f'127.0.0.1:{port}', f'tcp:127.0.0.1:{port}', 'nonsense'):
        done = subprocess.run([sipweave, 'export', '--hep', target, capture], check=False, capture_output=True)
        good &= done.returncode == 2 and len(done.stderr.splitlines()) == 1
    return good


def main():
    sipweave, *captures = sys.argv[1:]
    lines = subprocess.run([sipweave, 'messages', '-T', 'json', '--raw', *captures], check=True, capture_output=True).stdout
    wanted = [expected(json.loads(line)) for line in lines.splitlines()]
    packets, taken = collect(sipweave, captures, 'udp', ['--hep-key', 'secret', '--hep-rate', '2000'])
    good = compare('UDP', packets, wanted, b'secret')
    paced = taken >= (len(wanted) - 1) / 2000
    packets, _ = collect(sipweave, captures, 'tcp', ['--hep-rate', '0'])
    good &= compare('TCP', packets, wanted, None)
    sys.exit(not (good and paced and check_refused(sipweave, captures[0])))


if __name__ == '__main__':
    main()
