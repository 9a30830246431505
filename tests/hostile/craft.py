# SPDX-License-Identifier: MIT
"""Captures made by hand: packets, TCP conversations, WebSockets and SIP, right or as wrong as a test wants them.

Checksums are left 0, as in captures made where a network card computes them.
"""
import struct

CLIENT, SERVER = 0, 1
TCP, UDP, GRE, IPV4, IPV6 = 6, 17, 47, 4, 41
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


# ---- packets ----

def address(text):
    return bytes(map(int, text.split('.')))


def ip(source, destination, protocol, payload, fragment=0, identification=0):
    """fragment: the field of RFC 791, flags and offset in units of eight bytes. source, destination: four bytes."""
    return struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(payload), identification, fragment, 64, protocol, 0) \
        + source + destination + payload


def udp(source_port, destination_port, payload):
    return struct.pack('>HHHH', source_port, destination_port, 8 + len(payload), 0) + payload


def tcp(source_port, destination_port, sequence, acknowledgment, flags, payload=b''):
    return struct.pack('>HHIIBBHHH', source_port, destination_port, sequence & 0xffffffff, acknowledgment & 0xffffffff,
                       0x50, flags, 65535, 0, 0) + payload


def ethernet(payload, ether_type=0x0800):
    return bytes(12) + struct.pack('>H', ether_type) + payload


class Capture:
    """A pcap file (nanoseconds, Ethernet) that grows; a packet each 100 microseconds."""

    def __init__(self, path):
        self.path = path
        self.time = 1_772_438_400 * 10**9
        self.file = open(path, 'wb')
        self.file.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))

    def frame(self, frame):
        self.time += 100_000
        seconds, rest = divmod(self.time, 10**9)
        self.file.write(struct.pack('<IIII', seconds, rest, len(frame), len(frame)) + frame)

    def packet(self, ip_packet):
        self.frame(ethernet(ip_packet))

    def datagram(self, source, destination, payload):
        """source, destination: address and port."""
        self.packet(ip(address(source[0]), address(destination[0]), UDP, udp(source[1], destination[1], payload)))

    def wait(self, seconds):
        self.time += int(seconds * 10**9)

    def close(self):
        self.file.close()
        return self.path


# ---- conversations ----

class Stream:
    """A TCP connection. Each send is captured, and acknowledged by the other side."""
    SEGMENT = 1400

    def __init__(self, capture, client=('10.0.0.2', 40000), server=('10.0.0.1', 8088), start=(1000, 5000)):
        self.capture = capture
        self.ends = [(address(client[0]), client[1]), (address(server[0]), server[1])]
        self.next = [start[0] + 1, start[1] + 1]
        self.segment(CLIENT, SYN, sequence=start[0], acknowledgment=0)
        self.segment(SERVER, SYN | ACK, sequence=start[1])
        self.segment(CLIENT, ACK)

    def segment(self, side, flags=ACK, payload=b'', sequence=None, acknowledgment=None):
        """Just this packet: what is sent next is told by the caller, or stays."""
        (source, source_port), (destination, destination_port) = self.ends[side], self.ends[1 - side]
        sequence = self.next[side] if sequence is None else sequence
        acknowledgment = self.next[1 - side] if acknowledgment is None else acknowledgment
        self.capture.packet(ip(source, destination, TCP,
                               tcp(source_port, destination_port, sequence, acknowledgment, flags, payload)))

    def send(self, side, data, segment=SEGMENT):
        for at in range(0, len(data), segment):
            piece = data[at:at + segment]
            self.segment(side, PSH | ACK, piece)
            self.next[side] += len(piece)
        self.segment(1 - side)

    def end(self):
        for side in (CLIENT, SERVER):
            self.segment(side, FIN | ACK)
            self.next[side] += 1
        self.segment(CLIENT)


def xored(data, key):
    pad = (key * (len(data) // 4 + 1))[:len(data)]
    return (int.from_bytes(data, 'big') ^ int.from_bytes(pad, 'big')).to_bytes(len(data), 'big')


def frame(opcode, payload, masked, fin=True, rsv=0, length=None):
    """length: what the frame says of its payload, where that isn't true."""
    length = len(payload) if length is None else length
    head = bytes([fin << 7 | rsv << 4 | opcode])
    mask = masked << 7
    if length < 126:
        head += bytes([mask | length])
    elif length < 65536:
        head += struct.pack('>BH', mask | 126, length)
    else:
        head += struct.pack('>BQ', mask | 127, length)
    return head + b'\x37\xfa\x21\x3d' + xored(payload, b'\x37\xfa\x21\x3d') if masked else head + payload


class WebSocket(Stream):
    KEY, ACCEPT = 'dGhlIHNhbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='  # RFC 6455 1.3

    def __init__(self, capture, *arguments, deflate=False, subprotocol='sip', **options):
        super().__init__(capture, *arguments, **options)
        lines = [f'Sec-WebSocket-Protocol: {subprotocol}'] if subprotocol else []
        lines += ['Sec-WebSocket-Extensions: permessage-deflate'] if deflate else []
        shared = '\r\n'.join(['Upgrade: websocket', 'Connection: Upgrade', *lines, '', ''])
        asked = f'GET /ws HTTP/1.1\r\nHost: 10.0.0.1\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {self.KEY}\r\n'
        answered = f'HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: {self.ACCEPT}\r\n'
        self.send(CLIENT, (asked + shared).encode())
        self.send(SERVER, (answered + shared).encode())

    def frame(self, side, opcode, payload=b'', segment=Stream.SEGMENT, **options):
        self.send(side, frame(opcode, payload, side == CLIENT, **options), segment)

    def text(self, side, text):
        self.frame(side, TEXT, text if isinstance(text, bytes) else text.encode())

    def close(self):
        for side in (CLIENT, SERVER):
            self.frame(side, CLOSE, struct.pack('>H', 1000))
        self.end()


# ---- SIP ----

def request(method, call_id, number=1, branch='b', caller='alice', callee='bob', to_tag='', headers='', body=''):
    tag = f';tag={to_tag}' if to_tag else ''
    return (f'{method} sip:{callee}@example.test SIP/2.0\r\n'
            f'Via: SIP/2.0/WS x.invalid;branch=z9hG4bK{branch}\r\n'
            f'Max-Forwards: 70\r\n'
            f'From: <sip:{caller}@example.test>;tag=from\r\nTo: <sip:{callee}@example.test>{tag}\r\n'
            f'Call-ID: {call_id}\r\nCSeq: {number} {method}\r\nContact: <sip:{caller}@x.invalid;transport=ws>\r\n'
            f'{headers}Content-Length: {len(body.encode())}\r\n\r\n{body}')


def response(status, method, call_id, number=1, branch='b', caller='alice', callee='bob', to_tag='to', headers=''):
    return (f'SIP/2.0 {status}\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK{branch}\r\n'
            f'From: <sip:{caller}@example.test>;tag=from\r\nTo: <sip:{callee}@example.test>;tag={to_tag}\r\n'
            f'Call-ID: {call_id}\r\nCSeq: {number} {method}\r\n{headers}Content-Length: 0\r\n\r\n')


class GoodTalk:
    """A registration before what a test does to the capture, and a call after it."""

    def __init__(self, capture, client=('10.9.9.2', 50000), server=('10.9.9.1', 8088)):
        self.websocket = WebSocket(capture, client, server)
        self.texts = []
        self.say(CLIENT, request('REGISTER', 'good-registration', branch='good1'))
        self.say(SERVER, response('200 OK', 'REGISTER', 'good-registration', branch='good1'))

    def say(self, side, text):
        self.texts.append(text)
        self.websocket.text(side, text)

    def finish(self):
        self.say(CLIENT, request('INVITE', 'good-call', branch='good2'))
        for status in ('100 Trying', '180 Ringing', '200 OK'):
            self.say(SERVER, response(status, 'INVITE', 'good-call', branch='good2'))
        self.say(CLIENT, request('ACK', 'good-call', branch='good3', to_tag='to'))
        self.say(CLIENT, request('BYE', 'good-call', 2, branch='good4', to_tag='to'))
        self.say(SERVER, response('200 OK', 'BYE', 'good-call', 2, branch='good4'))
        self.websocket.close()
