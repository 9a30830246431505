#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files that are no captures, and captures that are damaged."""
import random
import struct
import unittest
import zlib

from craft import CLIENT, Capture, GoodTalk, Stream
from hostile import STEP, HostileTest

SECTION = struct.pack('<IIIHHqI', 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
INTERFACE = struct.pack('<IIHHII', 1, 20, 1, 0, 262144, 20)


def block(kind, body, size=None, trailer=None):
    """size, trailer: what the block says of its size, where that isn't true."""
    body += bytes(-len(body) % 4)
    size = 12 + len(body) if size is None else size
    return struct.pack('<II', kind, size) + body + struct.pack('<I', size if trailer is None else trailer)


def packet_block(time, frame, captured=None, interface=0):
    captured = len(frame) if captured is None else captured
    return block(6, struct.pack('<IIIII', interface, time >> 32, time & 0xffffffff, captured, len(frame)) + frame)


def records(pcap):
    """Header, and the packets of a little-endian pcap file: times and bytes."""
    at = 24
    while at < len(pcap):
        seconds, rest, size, _ = struct.unpack_from('<IIII', pcap, at)
        yield seconds * 10**6 + rest // 1000, pcap[at + 16:at + 16 + size]
        at += 16 + size


class Files(HostileTest):
    def good(self):
        capture = Capture(self.folder / 'good.pcap')
        GoodTalk(capture).finish()
        return capture.close().read_bytes()

    def good_pcapng(self):
        return SECTION + INTERFACE + b''.join(packet_block(*record) for record in records(self.good()))

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def test_no_captures(self):
        for name, content in {'empty': b'', 'letter': b'Dear Sir or Madam,\n' * 100, 'zeros': bytes(4096),
                              'magic': b'\xd4\xc3\xb2\xa1', 'packed': zlib.compress(b'x' * 99),
                              'noise': random.Random(1).randbytes(100_000)}.items():
            with self.subTest(name):
                self.refused(self.file(name, content))
        self.refused(self.folder / 'nowhere')

    def test_a_folder_without_captures(self):
        (self.folder / 'folder').mkdir()
        self.refused(self.folder / 'folder')

    def cut_everywhere(self, content, ends):
        """At each of the last 200 bytes: what is whole is read, and the damage is told with its offset."""
        before = 0
        for size in reversed(range(len(content), len(content) - 200, -STEP)):
            whole = size in ends
            cut = self.file('cut', content[:size])
            result = self.run_within_bounds('messages', '-T', 'json', cut, status=0 if whole else 3)
            count = len(result.output.splitlines())
            self.assertGreaterEqual(count, before)
            before = count
            if not whole:
                start = max(end for end in ends if end < size)
                self.assertRegex(result.errors, rf'^sipweave: .*cut: damaged at offset {start}: .+\n$')
        self.assertEqual(before, 9)

    def test_a_pcap_cut_at_any_place(self):
        content = self.good()
        ends, at = {24}, 24
        for _, frame in records(content):
            at += 16 + len(frame)
            ends.add(at)
        self.cut_everywhere(content, ends)

    def test_a_pcapng_cut_at_any_place(self):
        content = self.good_pcapng()
        ends, at = set(), 0
        while at < len(content):
            at += struct.unpack_from('<I', content, at + 4)[0]
            ends.add(at)
        self.cut_everywhere(content, ends)

    def test_noise_behind_a_good_header(self):
        for seed in range(0, 20, STEP):
            noise = random.Random(seed).randbytes(10_000)
            for name, head in {'pcap': self.good()[:24], 'pcapng': SECTION + INTERFACE}.items():
                with self.subTest(name, seed=seed):
                    findings = self.read(self.file(name, head + noise), 3)
                    self.assertRegex(findings.errors, 'damaged at offset')

    def test_noise_behind_good_packets(self):
        for name, content in {'pcap': self.good(), 'pcapng': self.good_pcapng()}.items():
            findings = self.read(self.file(name, content + random.Random(1).randbytes(10_000)), 3)
            self.assertEqual(len(findings.messages), 9)
            self.assertRegex(findings.errors, f'damaged at offset {len(content)}')

    def test_pcap_lengths(self):
        good = self.good()
        for captured in (0xffffffff, 0x7fffffff, 0x10000000, 262145 * 64):
            path = self.file('length.pcap', good + struct.pack('<IIII', 1, 1, captured, captured) + bytes(1000))
            self.assertEqual(len(self.read(path, 3).messages), 9)

    def test_pcapng_blocks(self):
        """Behind a good section: each is damage, which is told, and the good section counts."""
        good = self.good_pcapng()
        frame = bytes(60)
        damaged = {
            'huge': block(6, bytes(20), size=0xfffffffc),
            'large': block(6, bytes(20), size=0x7ffffffc),
            'nothing': block(6, b'', size=0),
            'tiny': block(6, b'', size=8),
            'odd': block(6, bytes(20), size=33),
            'trailer': block(6, bytes(20), trailer=36),
            'packet larger than block': packet_block(0, frame, captured=0xffffffff),
            'unknown interface': packet_block(0, frame, interface=0xffffffff),
            'short packet': block(6, bytes(4)),
            'short interface': block(1, bytes(4)),
            'short section': block(0x0a0d0d0a, struct.pack('<I', 0x1a2b3c4d)),
            'order': block(0x0a0d0d0a, bytes(16)),
        }
        for name, bad in damaged.items():
            with self.subTest(name):
                findings = self.read(self.file('blocks.pcapng', good + bad), 3)
                self.assertEqual(len(findings.messages), 9)
                self.assertRegex(findings.errors, r'blocks.pcapng: damaged at offset \d+: .+')

    def test_pcapng_oddities(self):
        good = self.good_pcapng()
        options = struct.pack('<HHB3xHHI', 9, 1, 0xff, 9, 0xffff, 0)  # if_tsresol 2^-127; a length beyond the block
        harmless = {
            'unknown block': block(0xbad, bytes(1000)),
            'secrets': block(10, struct.pack('<II', 0x544c534b, 0xffffffff)),
            'options': block(1, struct.pack('<HHI', 1, 0, 0) + options),
            'names': block(4, b'\x01\x00\xff\xff'),
            'interfaces': INTERFACE * 100_000,
            'empty packets': packet_block(0, b'') * 100_000,
        }
        for name, odd in harmless.items():
            with self.subTest(name):
                path = self.file('odd.pcapng', SECTION + INTERFACE + odd + good)
                result = self.run_within_bounds('messages', '-T', 'json', path, status=None)
                self.assertEqual(len(result.output.splitlines()), 9)

    def test_secrets_between_tls_that_begins_late(self):
        """Each connection would be tried with all that the key log has by then."""
        some = random.Random(1)

        def secrets(count):
            lines = ''
            for random_of_client in (some.randbytes(32).hex() for _ in range(count)):
                for side in ('CLIENT', 'SERVER'):
                    lines += f'{side}_TRAFFIC_SECRET_0 {random_of_client} {some.randbytes(32).hex()}\n'
            return block(10, struct.pack('<II', 0x544c534b, len(lines)) + lines.encode())

        capture = Capture(self.folder / 'late.pcap')
        for number in range(3000):
            stream = Stream(capture, ('10.1.0.2', 10_000 + number), ('10.0.0.1', 8443))
            stream.send(CLIENT, b''.join(b'\x17\x03\x03\x00\xc8' + some.randbytes(200) for _ in range(3)))
        blocks = [packet_block(*record) for record in records(capture.close().read_bytes())]
        for at in range(0, len(blocks), 10):
            blocks[at] = secrets(1) + blocks[at]
        path = self.file('late.pcapng', SECTION + INTERFACE + secrets(1000) + b''.join(blocks) + self.good_pcapng())
        findings = self.read(path, texts=[])
        self.assertEqual(len(findings.messages), 9)
        self.assertEqual(findings.lost('no-handshake'), 3000 * 3 * 205)

    def test_a_packed_file_that_grows(self):
        """A MiB of zeros takes a KiB in the file."""
        pack = zlib.compressobj(9, zlib.DEFLATED, 31)
        content = pack.compress(self.good()) + b''.join(pack.compress(bytes(1 << 20)) for _ in range(64)) + pack.flush()
        self.assertEqual(len(self.read(self.file('grows.pcap.gz', content), 3, texts=[]).messages), 9)


unittest.main()
