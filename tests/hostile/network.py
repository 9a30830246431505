#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Packets that flood, nest, overlap, or never become whole."""
import random
import struct
import unittest

from craft import (ACK, CLIENT, FIN, GRE, IPV4, PSH, RST, SERVER, SYN, TCP, TEXT, UDP, Stream, WebSocket, address,
                   ethernet, frame, ip, request, tcp, udp)
from hostile import HostileTest

HOST, SERVER_HOST = address('10.0.0.2'), address('10.0.0.1')


def flood_address(number):
    return bytes([172, 16 + (number >> 16), number >> 8 & 255, number & 255])


def half_open(capture, count):
    for number in range(count):
        capture.packet(ip(flood_address(number), SERVER_HOST, TCP, tcp(1024 + number % 60000, 8088, number, 0, SYN)))


def message(call_id):
    return request('OPTIONS', call_id, branch=call_id).encode()


class Floods(HostileTest):
    def test_half_open_connections(self):
        self.survives(lambda capture: half_open(capture, 100_000))

    def test_more_half_open_connections_than_are_followed(self):
        """Those that were silent for longest are given up."""
        findings = self.survives(lambda capture: half_open(capture, 500_000))
        self.assertRegex(findings.explanation, r'\d+  TCP connections given up')

    def test_connections_that_begin_to_ask(self):
        def attack(capture):
            for number in range(50_000):
                ends = flood_address(number), SERVER_HOST, TCP
                capture.packet(ip(*ends, tcp(2000, 8088, 1, 0, SYN)))
                capture.packet(ip(*ends, tcp(2000, 8088, 2, 1, ACK | PSH, b'GET /ws HTTP/1.1\r\n')))
        self.survives(attack)

    def test_connections_on_the_same_ports(self):
        def attack(capture):
            for number in range(100_000):
                capture.packet(ip(HOST, SERVER_HOST, TCP, tcp(2000, 8088, number * 1_000_003, 0, SYN)))
        self.survives(attack)

    def test_resets_and_fins_of_nothing(self):
        def attack(capture):
            for number in range(100_000):
                flags = (RST, FIN | ACK, ACK, RST | ACK)[number % 4]
                capture.packet(ip(flood_address(number), SERVER_HOST, TCP, tcp(2000, 8088, number, number, flags)))
        findings = self.survives(attack)
        self.assertEqual(len(findings.connections), 1)

    def test_udp_flows(self):
        def attack(capture):
            for number in range(50_000):
                capture.packet(ip(flood_address(number), SERVER_HOST, UDP, udp(5060, 5060, message(f'u{number}'))))
        findings = self.survives(attack)
        self.assertEqual(len(findings.messages), 50_000 + 9)

    def test_arbitrary_packets(self):
        def attack(capture):
            noise = random.Random(1)
            for _ in range(50_000):
                content = noise.randbytes(noise.randrange(100))
                ether_type = noise.choice([0x800, 0x86dd, 0x8100, 0x8847, 0x8864])
                capture.frame(noise.choice([content, ethernet(content, ether_type),
                                            ethernet(ip(HOST, SERVER_HOST, noise.randrange(256), content))]))
        self.survives(attack)


class Streams(HostileTest):
    def test_out_of_order_holes(self):
        """A byte in two: too much is held, and given up. What was lost is told."""
        def attack(capture):
            stream = WebSocket(capture)
            text = frame(TEXT, message('holes') * 100, masked=True)
            for at in range(1, len(text), 2):
                stream.segment(CLIENT, PSH | ACK, text[at:at + 1], sequence=stream.next[CLIENT] + at)
        findings = self.survives(attack)
        self.assertGreater(findings.lost('segment-missing'), 10_000)

    def test_a_hole_in_each_of_many_connections(self):
        def attack(capture):
            for number in range(20_000):
                stream = Stream(capture, (f'172.16.{number >> 8}.{number & 255}', 2000))
                stream.segment(CLIENT, PSH | ACK, bytes(1400), sequence=stream.next[CLIENT] + 1000)
        self.survives(attack)

    def test_overlapping_segments_with_other_bytes(self):
        """The first copy wins, in order or not; that there were others is told."""
        right, wrong = message('overlap'), b'X' * 100

        def attack(capture):
            for port, late in ((2000, False), (2001, True)):
                stream = WebSocket(capture, ('10.0.0.2', port))
                text = frame(TEXT, right, masked=True)
                first = stream.next[CLIENT]
                if late:
                    stream.segment(CLIENT, PSH | ACK, text[100:], sequence=first + 100)
                    stream.segment(CLIENT, PSH | ACK, wrong, sequence=first + 150)
                    stream.segment(CLIENT, PSH | ACK, text[:100] + wrong, sequence=first)
                else:
                    stream.segment(CLIENT, PSH | ACK, text, sequence=first)
                    stream.segment(CLIENT, PSH | ACK, b'X' * len(text), sequence=first)
                stream.next[CLIENT] += len(text)
                stream.segment(SERVER)
        findings = self.survives(attack)
        self.assertEqual([m['raw'].encode() for m in findings.of('overlap')], [right, right])
        self.assertGreater(sum(ledger.get('conflicting_bytes', 0) for ledger in findings.ledgers), 100)

    def test_sequence_numbers_that_wrap(self):
        def attack(capture):
            stream = WebSocket(capture, start=(0xffffff00, 0xffffff80))
            for number in range(100):
                stream.text(CLIENT, message(f'wrap{number}'))
        findings = self.survives(attack)
        self.assertEqual(len(findings.messages), 109)

    def test_acknowledgments_of_what_never_was(self):
        def attack(capture):
            stream = WebSocket(capture)
            for jump in (1, 100, 1 << 20, 1 << 30, 1 << 31, 0xffffffff):
                stream.segment(SERVER, acknowledgment=stream.next[CLIENT] + jump)
            stream.text(CLIENT, message('acknowledged'))
        findings = self.survives(attack)
        self.assertTrue(findings.of('acknowledged'))


class Nesting(HostileTest):
    def nested(self, wrap, depth=50):
        """A SIP datagram, packed so deep, a thousand times: told, but not followed."""
        packet = ip(HOST, SERVER_HOST, UDP, udp(5060, 5060, message('nested')))
        for _ in range(depth):
            packet = wrap(packet)
        findings = self.survives(lambda capture: [capture.packet(packet) for _ in range(1000)])
        self.assertRegex(findings.explanation, r'\b1000  packets with a broken header')

    def test_gre(self):
        self.nested(lambda packet: ip(HOST, SERVER_HOST, GRE, struct.pack('>HH', 0, 0x0800) + packet))

    def test_ip_in_ip(self):
        self.nested(lambda packet: ip(HOST, SERVER_HOST, IPV4, packet), depth=1000)

    def test_vxlan(self):
        def wrap(packet):
            return ip(HOST, SERVER_HOST, UDP, udp(4789, 4789, struct.pack('>II', 0x08000000, 0x100) + ethernet(packet)))
        self.nested(wrap)

    def test_gtp(self):
        def wrap(packet):
            return ip(HOST, SERVER_HOST, UDP, udp(2152, 2152, struct.pack('>BBHI', 0x30, 255, len(packet), 1) + packet))
        self.nested(wrap)

    def test_tags_labels_and_extension_headers(self):
        inner = ip(HOST, SERVER_HOST, UDP, udp(5060, 5060, message('tagged')))
        tags = b'\x00\x01\x81\x00' * 10_000 + b'\x00\x01\x08\x00'
        labels = b'\x00\x01\x00\xff' * 10_000 + b'\x00\x01\x01\xff'
        extensions = b'\x00\x00' + bytes(6)  # hop-by-hop options behind hop-by-hop options
        ipv6 = struct.pack('>IHBB', 6 << 28, 8 * 8000, 0, 64) + bytes(32) + extensions * 8000

        def attack(capture):
            for _ in range(200):
                capture.frame(ethernet(tags + inner, 0x8100))
                capture.frame(ethernet(labels + inner, 0x8847))
                capture.frame(ethernet(ipv6, 0x86dd))
        self.survives(attack)


class Fragments(HostileTest):
    MORE = 0x2000

    def test_first_fragments_of_nothing(self):
        def attack(capture):
            first = udp(5060, 5060, bytes(56))
            for number in range(100_000):
                capture.packet(ip(flood_address(number >> 16), SERVER_HOST, UDP, first, self.MORE, number & 0xffff))
        findings = self.survives(attack)
        self.assertRegex(findings.explanation, r'\d+  IP fragments whose other parts are missing')
        self.assertRegex(findings.explanation, r'\d+  IP fragments above the limit')

    def test_last_fragments_of_large_datagrams(self):
        """Each says that 64 KiB are to come."""
        def attack(capture):
            for number in range(50_000):
                capture.packet(ip(HOST, SERVER_HOST, UDP, bytes(64), 8180, number))
        self.survives(attack)

    def test_a_large_message_in_tiny_fragments_backwards(self):
        text = request('MESSAGE', 'tiny', body='x' * 60_000).encode()
        datagram = udp(5060, 5060, text)

        def attack(capture):
            for at in reversed(range(0, len(datagram), 8)):
                more = self.MORE if at + 8 < len(datagram) else 0
                capture.packet(ip(HOST, SERVER_HOST, UDP, datagram[at:at + 8], more | at // 8, 7))
        findings = self.survives(attack)
        self.assertIn(text.decode(), [m['raw'] for m in findings.messages])

    def test_overlapping_fragments(self):
        """The bytes that came first win."""
        datagram = udp(5060, 5060, message('pieces'))

        def attack(capture):
            for number in range(20_000):
                capture.packet(ip(HOST, SERVER_HOST, UDP, datagram[:160], self.MORE, 9))
                capture.packet(ip(HOST, SERVER_HOST, UDP, bytes(8 * (20 - number % 20)), self.MORE | number % 20, 9))
            capture.packet(ip(HOST, SERVER_HOST, UDP, datagram[160:], 20, 9))
        self.assertTrue(self.survives(attack).of('pieces'))


unittest.main()
