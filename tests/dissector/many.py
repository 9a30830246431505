# SPDX-License-Identifier: MIT
"""A capture of many connections: each is opened, carries one request, and is closed by TCP."""
import struct

HEAD = ('GET / HTTP/1.1\r\nHost: example.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n').encode()
ANSWER = ('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
          'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n').encode()
SYN, ACK, FIN, PSH = 2, 16, 1, 8
SERVER = (10 << 24) + 1


def masked(text):
    """RFC 6455 5.2, with a masking key of zeros."""
    return struct.pack('>BBHI', 0x81, 0xfe, len(text), 0) + text


def options(number):
    return (f'OPTIONS sip:example.test SIP/2.0\r\nVia: SIP/2.0/WS {number}.invalid;branch=z9hG4bK{number}\r\nMax-Forwards: 70\r\n'
            f'From: <sip:{number}@example.test>;tag={number}\r\nTo: <sip:example.test>\r\nCall-ID: {number}\r\nCSeq: 1 OPTIONS\r\n'
            'Content-Length: 0\r\n\r\n').encode()


def packet(to_server, client, port, seq, ack, flags, payload):
    ends = ((client, SERVER), (port, 80)) if to_server else ((SERVER, client), (80, port))
    tcp = struct.pack('>HHIIBBHHH', *ends[1], seq, ack, 0x50, flags, 65535, 0, 0) + payload
    ip = struct.pack('>BBHHHBBHII', 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, *ends[0])
    return bytes(12) + b'\x08\x00' + ip + tcp


def connection(number):
    """Its packets."""
    client, port = (10 << 24) + (1 << 16) + number // 50000, 10000 + number % 50000
    frame = masked(options(number))
    yield packet(True, client, port, 0, 0, SYN, b'')
    yield packet(False, client, port, 0, 1, SYN | ACK, b'')
    yield packet(True, client, port, 1, 1, ACK | PSH, HEAD)
    yield packet(False, client, port, 1, 1 + len(HEAD), ACK | PSH, ANSWER)
    yield packet(True, client, port, 1 + len(HEAD), 1 + len(ANSWER), ACK | PSH, frame)
    yield packet(True, client, port, 1 + len(HEAD) + len(frame), 1 + len(ANSWER), ACK | FIN, b'')


def write(path, connections):
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        at = 0
        for number in range(connections):
            for data in connection(number):
                out.write(struct.pack('<IIII', 1700000000 + at // 1000000, at % 1000000, len(data), len(data)) + data)
                at += 100
