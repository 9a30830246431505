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
from craft import (ACK, CLIENT, PING, RST, SERVER, SYN, UDP, Capture, Stream, WebSocket, address, ip, request, response,
                   tcp, udp)  # noqa: E402

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


# ---- keep-alives ----

CONTACT = 'Contact: <sip:alice@10.0.0.2>;reg-id=1;+sip.instance="<urn:x>"'
REGISTER = request('REGISTER', 'flow', headers=f'Supported: outbound, path\r\n{CONTACT}\r\n')
REGISTERED = response('200 OK', 'REGISTER', 'flow',
                      headers=f'Require: outbound\r\nFlow-Timer: 60\r\n{CONTACT};expires=600\r\n')
OPTIONS = request('OPTIONS', 'later', branch='later')
ANSWER = response('200 OK', 'OPTIONS', 'later', branch='later')
STUN = bytes.fromhex('000100002112a442') + bytes(12)


def talk(capture, say, *lines):
    """A registration, the lines (what is said, by whom, after so many seconds), and a request that is answered."""
    for side, text, seconds in ((CLIENT, REGISTER, 0), (SERVER, REGISTERED, 0), *lines, (CLIENT, OPTIONS, 0),
                                (SERVER, ANSWER, 0)):
        capture.wait(seconds)
        say(side, text if isinstance(text, bytes) else text.encode())


def over_tcp(capture):
    return Stream(capture, PHONE, PROXY).send


def over_websocket(capture):
    return WebSocket(capture).text


def over_udp(capture):
    ends = PHONE, PROXY
    return lambda side, text: capture.datagram(ends[side], ends[1 - side], text)


for over in over_tcp, over_websocket:
    @case('OB-CRLF-PONG', 1)
    def an_unanswered_ping(capture, over=over):
        talk(capture, over(capture), (CLIENT, b'\r\n\r\n', 20), (CLIENT, b'\r\n\r\n', 20), (SERVER, b'\r\n', 0))

    @case('OB-CRLF-PONG', 0)
    def answered_pings(capture, over=over):
        talk(capture, over(capture), (CLIENT, b'\r\n\r\n', 20), (SERVER, b'\r\n', 1), (CLIENT, b'\r\n\r\n', 20),
             (SERVER, b'\r\n', 9))

    @case('OB-FLOW-TIMER', 1)
    def no_ping_in_time(capture, over=over):
        talk(capture, over(capture), (CLIENT, b'\r\n\r\n', 55), (SERVER, b'\r\n', 0), (CLIENT, b'\r\n\r\n', 67),
             (SERVER, b'\r\n', 0))

    @case('OB-FLOW-TIMER', 0)
    def pings_in_time(capture, over=over):
        talk(capture, over(capture), (CLIENT, b'\r\n\r\n', 55), (SERVER, b'\r\n', 0), (CLIENT, b'\r\n\r\n', 60),
             (SERVER, b'\r\n', 0))


@case('OB-FLOW-TIMER', 1)
def no_stun_in_time(capture):
    talk(capture, over_udp(capture), (CLIENT, STUN, 55), (CLIENT, STUN, 67))


@case('OB-FLOW-TIMER', 0)
def stun_in_time(capture):
    talk(capture, over_udp(capture), (CLIENT, STUN, 55), (CLIENT, STUN, 55))


@case('OB-FLOW-TIMER', 0)
def pings_of_websocket(capture):
    websocket = WebSocket(capture)
    talk(capture, websocket.text)
    for _ in range(3):
        capture.wait(55)
        websocket.frame(CLIENT, PING)
    websocket.close()


@case('OB-CRLF-PONG', 1)
def no_pong_until_the_end(capture):
    stream = Stream(capture, PHONE, PROXY)
    talk(capture, stream.send)
    stream.send(CLIENT, b'\r\n\r\n')
    capture.wait(11)
    stream.end()


@case('OB-FLOW-TIMER', 1)
def no_ping_until_the_end(capture):
    websocket = WebSocket(capture)
    talk(capture, websocket.text)
    capture.wait(70)
    websocket.close()


# ---- start lines that are none ----

MESSAGE = request('MESSAGE', 'odd', headers='Content-Type: text/plain\r\n', body='hello').replace('Contact', 'X')
ODD = [('SIP-RURI-SYNTAX', 'MESSAGE bob SIP/2.0'), ('SIP-STARTLINE-SYNTAX', 'MESSAGE sip:bob@example.test'),
       ('SIP-STARTLINE-SYNTAX', 'MESSAGE SIP/2.0'), ('SIP-STATUS-SYNTAX', 'SIP/2.0 abc OK')]


def with_start(line):
    return line + MESSAGE[MESSAGE.index('\r\n'):]


for rule, line in ODD:
    @case(rule, 1)
    @case('WSSIP-NOT-SIP', 0)
    def an_odd_start_line_over_websocket(capture, line=line):
        websocket = WebSocket(capture)
        websocket.text(CLIENT, with_start(line))
        websocket.close()

    @case(rule, 1)
    def an_odd_start_line_over_udp(capture, line=line):
        capture.datagram(PHONE, PROXY, with_start(line).encode())

    @case(rule, 0)
    def a_line_of_a_log(capture, line=line):
        capture.datagram(PHONE, PROXY, ('Nov 23 10:00:00 pbx ' + with_start(line)).encode())


# ---- messages that end early ----

SHORT = request('MESSAGE', 'short', body='hello').replace('Content-Length: 5', 'Content-Length: 9')
WHOLE = request('MESSAGE', 'whole', headers='Content-Type: text/plain\r\n', body='hello, hello')
HALF = WHOLE.index('Call-ID') + 3


def forwarded(message):
    return message.replace('Via:', 'Via: SIP/2.0/WS 10.0.0.1;branch=z9hG4bKp\r\nVia:', 1).replace(': 70', ': 69')


def over_two_websockets(capture, *messages):
    """Alice sends the messages to a proxy, which forwards each to Bob."""
    alice, bob = (WebSocket(capture, ('10.0.0.' + host, 40000), ('10.0.0.1', 8088)) for host in '23')
    for message in messages:
        alice.text(CLIENT, message)
        bob.text(SERVER, forwarded(message))
    alice.close()
    bob.close()


@case('SIP-CLEN-BODY', 1)
def a_proxy_forwards_a_body_that_is_too_short(capture):
    over_two_websockets(capture, SHORT)


@case('SIP-CLEN-BODY', 2)
def and_the_next_one(capture):
    over_two_websockets(capture, SHORT, SHORT.replace('short', 'next').replace('z9hG4bKb', 'z9hG4bKn'))


@case('SIP-CLEN-BODY', 1)
def only_the_proxy_cuts_the_body(capture):
    bob = WebSocket(capture)
    bob.text(SERVER, forwarded(SHORT))
    bob.close()


for rule, count in (('WSSIP-WHOLE-MESSAGE', 1), ('SIP-CRLF', 0), ('SIP-HEADER-SYNTAX', 0), ('SIP-CSEQ-MISSING', 0)):
    @case(rule, count)
    def two_halves(capture):
        websocket = WebSocket(capture)
        websocket.text(CLIENT, WHOLE[:HALF])
        websocket.text(CLIENT, WHOLE[HALF:])
        websocket.text(CLIENT, OPTIONS)
        websocket.close()


for rule, count in (('WSSIP-WHOLE-MESSAGE', 0), ('SIP-CRLF', 1), ('SIP-HEADER-SYNTAX', 1)):
    @case(rule, count)
    def one_half(capture):
        websocket = WebSocket(capture)
        websocket.text(CLIENT, WHOLE[:HALF])
        websocket.text(CLIENT, OPTIONS)
        websocket.close()


# What is left of the message has a Via, a Call-ID and a CSeq, and could be read as one with an odd start line.
for at in WHOLE.index('bob'), WHOLE.index('Via'):
    for rule, count in (('WSSIP-WHOLE-MESSAGE', 1), ('SIP-STARTLINE-SYNTAX', 0), ('WSSIP-NOT-SIP', 0)):
        @case(rule, count)
        def a_rest_that_reads_like_a_message(capture, at=at):
            websocket = WebSocket(capture)
            websocket.text(CLIENT, WHOLE[:at])
            websocket.text(CLIENT, WHOLE[at:])
            websocket.text(CLIENT, OPTIONS)
            websocket.close()


# ---- faults that an answer repeats ----

UNNAMED = request('MESSAGE', 'unnamed').replace('Call-ID: unnamed\r\n', '').replace('Contact', 'X')
NO_NAME = response('400 Bad Request', 'MESSAGE', 'unnamed').replace('Call-ID: unnamed\r\n', '')

for rule, asked, count in (('SIP-CALLID-MISSING', UNNAMED, 1), ('SIP-RESP-MANDATORY', UNNAMED, 0),
                           ('SIP-RESP-MANDATORY', request('MESSAGE', 'named').replace('Contact', 'X'), 1)):
    @case(rule, count)
    def no_call_id(capture, asked=asked):
        websocket = WebSocket(capture)
        websocket.text(CLIENT, asked)
        websocket.text(SERVER, NO_NAME)
        websocket.close()


# ---- no empty line ----

SDP = 'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n'
OFFER = request('INVITE', 'offer', headers='Content-Type: application/sdp\r\n', body=SDP)
OFFERED = response('200 OK', 'INVITE', 'offer',
                   headers='Contact: <sip:bob@10.0.0.1>\r\nContent-Type: application/sdp\r\n')
OFFERED = OFFERED.replace('Content-Length: 0\r\n\r\n', f'Content-Length: {len(SDP)}\r\n\r\n{SDP}')

for rule, count in (('SIP-CRLF', 1), ('SIP-HEADER-SYNTAX', 0), ('OA-NO-OFFER-2XX', 0)):
    @case(rule, count)
    def a_description_among_the_headers(capture):
        capture.datagram(PHONE, PROXY, OFFER.replace('\r\n\r\n', '\r\n').encode())
        capture.datagram(PROXY, PHONE, OFFERED.encode())
        capture.datagram(PHONE, PROXY, request('ACK', 'offer', branch='a', to_tag='to').encode())


# ---- all of them ----

def capture_of(write, path):
    capture = Capture(path)
    write(capture)
    return capture.close()


def check(sipweave, folder, rule, count, write):
    capture = capture_of(write, folder / 'wire.pcap')
    out = subprocess.run([sipweave, 'check', '--all', '-T', 'json', capture], stdout=subprocess.PIPE, check=False)
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
