#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rules about what is no SIP message, or isn't only one: each broken and kept in a capture made by hand.

usage: wire.py SIPWEAVE
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / 'hostile'))
from craft import ACK, RST, SYN, UDP, Capture, address, ip, request, response, tcp, udp  # noqa: E402

MORE = 0x2000  # RFC 791: more fragments follow
CASES = []


def case(rule, count):
    """The function that follows writes a capture, in which the rule is broken so often."""
    def note(write):
        CASES.append((rule, count, write))
        return write
    return note


def fragments(capture, source, destination, text):
    datagram = udp(source[1], destination[1], text.encode())
    for at in range(0, len(datagram), 1480):
        more = MORE if at + 1480 < len(datagram) else 0
        capture.packet(ip(address(source[0]), address(destination[0]), UDP, datagram[at:at + 1480], more | at // 8, 7))


# ---- over what a request comes ----

PHONE, PROXY = ('10.0.0.2', 5060), ('10.0.0.1', 5060)
LONG = request('MESSAGE', 'long', body='x' * 1600)


def connect(capture, answer):
    for source, destination, flags in ((PHONE, PROXY, SYN), (PROXY, PHONE, answer | ACK)):
        capture.packet(ip(address(source[0]), address(destination[0]), 6, tcp(source[1], destination[1], 1, 0, flags)))


@case('SIP-UDP-MTU', 1)
def a_long_request(capture):
    fragments(capture, PHONE, PROXY, LONG)


@case('SIP-UDP-MTU', 1)
def a_long_request_where_tcp_is_to_be_had(capture):
    connect(capture, SYN)
    fragments(capture, PHONE, PROXY, LONG)


@case('SIP-UDP-MTU', 0)
def a_long_request_where_tcp_is_refused(capture):
    connect(capture, RST)
    fragments(capture, PHONE, PROXY, LONG)


@case('SIP-UDP-MTU', 0)
def a_long_response(capture):
    capture.datagram(PHONE, PROXY, request('MESSAGE', 'long').encode())
    fragments(capture, PROXY, PHONE, response(200, 'MESSAGE', 'long', headers='X: ' + 'x' * 1600 + '\r\n'))


# ---- all of them ----

def check(sipweave, folder, rule, count, write):
    capture = Capture(folder / 'wire.pcap')
    write(capture)
    out = subprocess.run([sipweave, 'check', '--all', '-T', 'json', capture.close()], stdout=subprocess.PIPE, check=False)
    rules = [json.loads(line).get('rule') for line in out.stdout.splitlines()]
    if rules.count(rule) != count:
        print(f'{write.__name__}: {rule} {rules.count(rule)} times instead of {count}: {rules}')
    return rules.count(rule) == count


def main():
    with tempfile.TemporaryDirectory() as folder:
        good = [check(sys.argv[1], Path(folder), *one) for one in CASES]
    print(f'{sum(good)} of {len(good)} cases are right')
    sys.exit(0 if all(good) else 1)


if __name__ == '__main__':
    main()
