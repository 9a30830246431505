#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sessions of openssl s_client and s_server over loopback, recorded by a relay between them, and read back.

usage: recorded.py SIPWEAVE [--slow] [NAME...]     --slow: with sanitizers, whose memory isn't measured

Each session carries SIP messages both ways. They must come back from the capture with the key log beside it, with the key
log inside it (before and behind the packets), and, but for those that were in it, with each data segment lost in turn.
tshark must read the same plaintext; also, without a key log, from what `export --decrypted` made, in which the secrets of
another session must not be. Without the keys each command says that there was more. Exit 77, which ctest reports as skipped, where there is no openssl.
"""
import collections
import json
import os
import random
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# name: options of both, options of s_client, options of s_server
SESSIONS = {
    'tls13-aes128-gcm': (['-tls1_3', '-ciphersuites', 'TLS_AES_128_GCM_SHA256'], [], []),
    'tls13-aes256-gcm': (['-tls1_3', '-ciphersuites', 'TLS_AES_256_GCM_SHA384'], [], []),
    'tls13-chacha20': (['-tls1_3', '-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256'], [], []),
    'tls13-retry': (['-tls1_3'], ['-groups', 'X25519:P-256'], ['-groups', 'P-256']),
    'tls13-padded': (['-tls1_3', '-record_padding', '300'], [], []),
    'tls12-aes128-gcm': (['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'], [], []),
    'tls12-chacha20': (['-tls1_2', '-cipher', 'ECDHE-RSA-CHACHA20-POLY1305'], [], []),
    'tls12-ccm': (['-tls1_2', '-cipher', 'AES128-CCM'], [], []),
    'tls12-cbc-etm': (['-tls1_2', '-cipher', 'ECDHE-RSA-AES256-SHA384'], [], []),
    'tls12-cbc-mte': (['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA', '-no_etm'], [], []),
    'tls12-rsa': (['-tls1_2', '-cipher', 'AES128-GCM-SHA256'], [], []),
}
MESSAGES = 3


def message(who, number):
    body = f'{who} says {number}. ' * (5 + 7 * number)
    if who == 'client':
        start = 'MESSAGE sip:bob@example.test SIP/2.0'
    else:
        start = 'SIP/2.0 200 OK'
    return (f'{start}\r\nVia: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bK{number}\r\nFrom: <sip:alice@example.test>;tag=1\r\n'
            f'To: <sip:bob@example.test>\r\nCall-ID: {number}@example.test\r\nCSeq: {number} MESSAGE\r\n'
            f'Content-Length: {len(body)}\r\n\r\n{body}').encode()


def all_of(who):
    return b''.join(message(who, n) for n in range(1, MESSAGES + 1))


class Relay(threading.Thread):
    """Between a client and the server: passes on and notes what it saw, each piece as a segment."""

    def __init__(self, server_port):
        super().__init__(daemon=True)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port, self.server_port = self.listener.getsockname()[1], server_port
        self.segments = []
        self.lock = threading.Lock()

    def run(self):
        client, _ = self.listener.accept()
        server = socket.create_connection(('127.0.0.1', self.server_port))
        threads = [threading.Thread(target=self.pass_on, args=pair, daemon=True)
                   for pair in (('client', client, server), ('server', server, client))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def pass_on(self, who, source, target):
        try:
            while data := source.recv(1400):
                with self.lock:
                    self.segments.append((who, data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def packets(segments, lost=None):
    """Ethernet frames of the conversation, the segment with the index `lost` left out."""
    next_number = {'client': 1000, 'server': 5000}

    def packet(who, flags, data=b''):
        ports = (40000, 443) if who == 'client' else (443, 40000)
        ends = (b'\x0a\0\0\x01', b'\x0a\0\0\x02') if who == 'client' else (b'\x0a\0\0\x02', b'\x0a\0\0\x01')
        other = 'server' if who == 'client' else 'client'
        tcp = struct.pack('>HHIIBBHHH', *ports, next_number[who], next_number[other] if flags != 2 else 0, 0x50, flags,
                          65535, 0, 0)
        size = 20 + len(tcp) + len(data)
        ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, size, 0, 0, 64, 6, 0, *ends)
        next_number[who] += len(data) + (1 if flags & 3 else 0)
        return b'\x02' * 12 + b'\x08\0' + ip + tcp + data

    yield packet('client', 0x02)
    yield packet('server', 0x12)
    for i, (who, data) in enumerate(segments):
        made = packet(who, 0x18, data)
        if i != lost:
            yield made
    yield packet('client', 0x11)
    yield packet('server', 0x11)


def write_pcap(path, frames):
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for i, frame in enumerate(frames):
            out.write(struct.pack('<IIII', 1000000000 + i // 100, i % 100 * 10000, len(frame), len(frame)) + frame)


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + size + body + size


def write_pcapng(path, frames, keys, keys_last):
    section = block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1))
    secrets = block(10, struct.pack('<II', 0x544c534b, len(keys)) + keys)
    out = section + (b'' if keys_last else secrets) + block(1, struct.pack('<HHI', 1, 0, 0))
    for i, frame in enumerate(frames):
        out += block(6, struct.pack('<IIIII', 0, 0, 1000000 + i * 1000, len(frame), len(frame)) + frame)
    path.write_bytes(out + (secrets if keys_last else b''))


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as listener:
        return listener.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(('127.0.0.1', port)) == 0:
                return
        time.sleep(0.05)


MESSAGE_TALK = [(who, message(who, number)) for number in range(1, MESSAGES + 1) for who in ('client', 'server')]


def record(folder, name, talk, server_name=('-servername', 'example.test')):
    """talk: who sends what, one after the other."""
    both, client_options, server_options = SESSIONS[name]
    port, keys = free_port(), folder / f'{name}.keys'
    server = subprocess.Popen(['openssl', 's_server', '-quiet', '-accept', f'127.0.0.1:{port}', '-naccept', '2', '-cert',
                               folder / 'cert.pem', '-key', folder / 'key.pem', *both, *server_options],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    wait_for(port) # its connection is the first that s_server takes
    relay = Relay(port)
    relay.start()
    client = subprocess.Popen(['openssl', 's_client', '-quiet', '-connect', f'127.0.0.1:{relay.port}', *server_name,
                               '-keylogfile', keys, *both, *client_options],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for who, sent in talk:
        end, peer = (client, server) if who == 'client' else (server, client)
        end.stdin.write(sent)
        end.stdin.flush()
        got = peer.stdout.read(len(sent))
        assert got == sent, (name, got)
    client.stdin.close()
    for process in (client, server):
        process.terminate()
        process.wait()
    relay.join(5)
    return relay.segments, keys


def read(sipweave, *arguments):
    out = subprocess.run([sipweave, 'messages', '--raw', '-T', 'json', '-q', *arguments], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def found(sipweave, *arguments):
    messages = read(sipweave, *arguments)
    assert all(m['transport'] == 'TLS' for m in messages)
    return collections.Counter(m['raw'].encode() for m in messages)


def shown_by_tshark(capture, keys=''):
    out = subprocess.run(['tshark', '-r', capture, '-o', f'tls.keylog_file:{keys}', '-q', '-z', 'follow,tls,raw,0'],
                         capture_output=True, check=True, text=True).stdout
    texts = {'client': b'', 'server': b''}
    first, second = ('server', 'client') if 'Node 0: 10.0.0.2' in out else ('client', 'server')
    for line in out.splitlines():
        digits = line.strip()
        if digits and all(c in '0123456789abcdef' for c in digits):
            texts[second if line.startswith('\t') else first] += bytes.fromhex(digits)
    return texts


def check_losses(sipweave, folder, segments, keys, sent):
    """Of a lost segment only what was in it may be missing; a SIP message that it shared with others goes with it."""
    capture, worst = folder / 'lost.pcap', 0
    data_begins = next(i for i, (who, data) in enumerate(segments) if who == 'client' and i > 2)
    for lost in range(data_begins, len(segments)):
        write_pcap(capture, packets(segments, lost))
        missing = sent - found(sipweave, '--keylog', keys, capture)
        worst = max(worst, sum(missing.values()))
        assert sum(missing.values()) <= 1, (lost, missing)
    return worst


def check_late(sipweave, folder, segments, keys):
    """A capture that begins behind the handshake, wherever: of TLS 1.3 all that follows is read."""
    plain, secrets_inside, several = folder / 'late.pcap', folder / 'late.pcapng', folder / 'several.keys'
    others = ''.join(f'SERVER_TRAFFIC_SECRET_0 {os.urandom(32).hex()} {os.urandom(32).hex()}\n' for _ in range(30))
    several.write_text(keys.read_text() + others)
    frames = list(packets(segments))
    write_pcap(plain, frames)
    messages = read(sipweave, '--keylog', keys, plain)
    for start in range(max(messages[0]['frames']) - 1, len(frames)):
        write_pcap(plain, frames[start:])
        write_pcapng(secrets_inside, frames[start:], keys.read_bytes(), True)
        want = collections.Counter(m['raw'].encode() for m in messages if min(m['frames']) > start)
        for arguments in (['--keylog', several, plain], [secrets_inside]):
            got = found(sipweave, *arguments)
            assert got == want, (start, arguments, want - got, got - want)


def check_export(sipweave, folder, arguments, sent):
    """The capture with the secrets that it needs."""
    exported, other = folder / 'exported.pcapng', os.urandom(32).hex()
    more_keys = folder / 'others.keys'
    more_keys.write_text(f'CLIENT_RANDOM {other} {os.urandom(48).hex()}\nCLIENT_TRAFFIC_SECRET_0 {other} {os.urandom(32).hex()}\n')
    subprocess.run([sipweave, 'export', '--decrypted', exported, '--keylog', more_keys, *arguments], check=True)
    assert other.encode() not in exported.read_bytes()
    got = found(sipweave, exported)
    assert got == sent, ('export', sent - got, got - sent)
    if shutil.which('tshark'):
        texts = shown_by_tshark(exported)
        assert all(texts[who] == all_of(who) for who in texts), texts
        count = [subprocess.run(['tshark', '-r', file, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len'],
                                capture_output=True, check=True).stdout for file in (arguments[-1], exported)]
        assert count[0] == count[1]


def assert_no_core(sipweave, keys):
    """Once it has secrets, a crash writes none to a disk."""
    def allow():
        resource.setrlimit(resource.RLIMIT_CORE, [resource.getrlimit(resource.RLIMIT_CORE)[1]] * 2)
    run = subprocess.Popen([sipweave, 'calls', '--keylog', keys, '-'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, preexec_fn=allow)
    for _ in range(200):
        try:
            with open(f'/proc/{run.pid}/limits') as limits:
                core = next(line.split()[4:6] for line in limits if line.startswith('Max core'))
        except PermissionError: # a process that isn't dumpable is root's
            core = ['0', '0']
        if core == ['0', '0']:
            break
        time.sleep(0.02)
    run.communicate()
    assert core == ['0', '0'], core


def check_hint(sipweave, folder):
    """A capture without its keys must not look like one without SIP."""
    segments, keys = record(folder, 'tls13-aes128-gcm', MESSAGE_TALK)
    capture = folder / 'sealed.pcap'
    write_pcap(capture, packets(segments))

    def told(*arguments):
        return subprocess.run([sipweave, *arguments, capture], check=False, capture_output=True, text=True).stderr

    for command in ('calls', 'messages', 'flow', 'connections', 'check', 'report'):
        hint = told(command)
        assert hint.startswith('sipweave: 1 TLS connection could not be decrypted: '), (command, hint)
        assert '--keylog' in hint and hint.count('\n') == 1, (command, hint)
        assert told(command, '-q') == told(command, '--keylog', keys) == '', command
    assert told('explain') == ''
    print('ok  hint')


def check_key_log(sipweave, folder, slow):
    """Whatever else a key log holds, and however much: what is of use in it is used, and memory stays small."""
    segments, keys = record(folder, 'tls13-chacha20', MESSAGE_TALK)
    capture, lines = folder / 'capture.pcap', keys.read_bytes().splitlines()
    write_pcap(capture, packets(segments))
    noise = random.Random(5)
    secret = lines[-1].split()[-1]
    logs = {
        'CRLF': b'\r\n'.join(lines) + b'\r\n',
        'noise': noise.randbytes(200_000) + b'\n' + b'\n'.join(lines) + b'\n' + noise.randbytes(200_000),
        'lines of zeros': b'\0' * 5000 + b'\n' + b'\n'.join(lines),
        'lines that are nearly right': b'\n'.join(
            part for line in lines for part in (line[:-1], line + b'00', line.replace(b' ', b'\t'), line.lower(), line)),
        'other sessions': b''.join(b'CLIENT_RANDOM %064x %s\n' % (n, b'ab' * 48) for n in range(20_000)) + b'\n'.join(lines),
        'nothing of use': noise.randbytes(100_000),
    }
    for name, log in logs.items():
        keys.write_bytes(log)
        assert bool(found(sipweave, '--keylog', keys, capture)) == (name != 'nothing of use'), name
    keys.write_bytes(b'\n'.join(lines))
    for command in ('explain', 'messages', 'connections', 'check'):
        for form in ('text', 'json'):
            run = subprocess.run([sipweave, command, '-T', form, '--keylog', keys, capture], capture_output=True)
            assert secret not in run.stdout.lower() + run.stderr.lower(), command
    assert_no_core(sipweave, keys)
    with open(keys, 'wb') as out: # a hole of a gigabyte: read, but not kept
        out.seek(1 << 30 if not slow else 1 << 26)
        out.write(b'\n' + b'\n'.join(lines))
    run = subprocess.Popen([sipweave, 'messages', '-T', 'json', '--keylog', keys, capture], stdout=subprocess.PIPE)
    told = run.stdout.read()
    _, run.returncode, usage = os.wait4(run.pid, 0)
    assert run.returncode == 0 and told.count(b'\n') == 2 * MESSAGES, told
    if not slow:
        assert usage.ru_maxrss < 64 * 1024, usage.ru_maxrss
    print('ok  key logs')


def frame(text, masked):
    size = bytes([masked << 7 | 126]) + struct.pack('>H', len(text))
    return b'\x81' + size + (bytes(4) if masked else b'') + text


def rules_broken(sipweave, folder, segments, keys):
    write_pcap(folder / 'rules.pcap', packets(segments))
    out = subprocess.run([sipweave, 'check', '-T', 'json', '--keylog', keys, folder / 'rules.pcap'], stdout=subprocess.PIPE)
    return {line.get('rule') for line in map(json.loads, out.stdout.splitlines())}


def check_rules(sipweave, folder):
    """A WebSocket in TLS is secure: its rules say so, and those of plain ones are silent."""
    upgrade = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Protocol: sip', '', '']
    asked = ['GET /ws HTTP/1.1', 'Host: example.test', 'Sec-WebSocket-Version: 13',
             'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', *upgrade]
    answered = ['HTTP/1.1 101 Switching Protocols', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', *upgrade]
    sip = message('client', 1).replace(b'SIP/2.0/TLS', b'SIP/2.0/WS').replace(b'MESSAGE sip:', b'MESSAGE sips:')
    talk = [('client', '\r\n'.join(asked).encode()), ('server', '\r\n'.join(answered).encode()),
            ('client', frame(sip, True))]
    rules = rules_broken(sipweave, folder, *record(folder, 'tls13-aes128-gcm', talk))
    assert 'WSSIP-VIA-WS-VS-WSS' in rules, rules
    wrong = rules & {'WSSIP-PLAINTEXT', 'WSH-PLAINTEXT', 'WSSIP-SIPS-SECURE', 'WSSIP-SIPS-ON-WS', 'WSH-SNI'}
    assert not wrong, wrong
    nameless = rules_broken(sipweave, folder, *record(folder, 'tls13-aes128-gcm', talk, ['-noservername']))
    assert nameless == rules | {'WSH-SNI'}, nameless
    print('ok  rules')


TUNNELS = {
    'CONNECT': [('client', b'CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n'),
                ('server', b'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 5\r\n\r\nwho?\n'),
                ('client', b'CONNECT example.test:443 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n'),
                ('server', b'HTTP/1.1 200 Connection established\r\n\r\n')],
    'SOCKS 5': [('client', b'\5\1\0'), ('server', b'\5\0'),
                ('client', b'\5\1\0\3\x0cexample.test\1\xbb'), ('server', b'\5\0\0\1' + bytes(6))],
    'SOCKS 4': [('client', b'\4\1\1\xbb\0\0\0\1\0example.test\0'), ('server', b'\0\x5a' + bytes(6))],
}


def check_tunnels(sipweave, folder):
    """Through a proxy: what is said to it comes before the handshake, in segments of any size."""
    segments, keys = record(folder, 'tls13-aes128-gcm', MESSAGE_TALK)
    capture, exported = folder / 'tunnel.pcap', folder / 'tunnel.pcapng'
    sent = collections.Counter(message(who, n) for who in ('client', 'server') for n in range(1, MESSAGES + 1))
    for name, opening in TUNNELS.items():
        for size in (1, 7, 1400):
            cut = [(who, data[at:at + size]) for who, data in opening for at in range(0, len(data), size)]
            write_pcap(capture, packets(cut + segments))
            got = found(sipweave, '--keylog', keys, capture)
            assert got == sent, (name, size, sent - got, got - sent)
        subprocess.run([sipweave, 'export', '--decrypted', exported, '--keylog', keys, capture], check=True)
        assert found(sipweave, exported) == sent, name
    print('ok  tunnels')


def check(sipweave, folder, name):
    segments, keys = record(folder, name, MESSAGE_TALK)
    sent = collections.Counter(message(who, n) for who in ('client', 'server') for n in range(1, MESSAGES + 1))
    capture = folder / f'{name}.pcap'
    write_pcap(capture, packets(segments))
    ways = {'key log': ['--keylog', keys, capture], 'option': ['-o', f'tls.keylog_file:{keys}', capture]}
    for where, keys_last in (('secrets before', False), ('secrets behind', True)):
        ways[where] = [folder / f'{name}-{keys_last}.pcapng']
        write_pcapng(ways[where][0], packets(segments), keys.read_bytes(), keys_last)
    if name == 'tls12-rsa':
        ways['private key'] = ['--rsa-key', folder / 'key.pem', capture]
    for way, arguments in ways.items():
        got = found(sipweave, *arguments)
        assert got == sent, (name, way, sent - got, got - sent)
    check_losses(sipweave, folder, segments, keys, sent)
    if name.startswith('tls13'):
        check_late(sipweave, folder, segments, keys)
    for way in {'tls13-aes128-gcm': ['key log', 'secrets behind'], 'tls12-rsa': ['private key']}.get(name, []):
        check_export(sipweave, folder, ways[way], sent)
    if shutil.which('tshark'):
        texts = shown_by_tshark(capture, keys)
        for who in texts:
            assert texts[who] == all_of(who), (name, 'tshark', who, len(texts[who]), len(all_of(who)))
    print(f'ok  {name}: {len(ways)} ways, {len(segments)} segments')


def main():
    if not shutil.which('openssl'):
        print("SKIPPED: openssl isn't installed")
        sys.exit(77)
    sipweave = os.path.abspath(sys.argv[1])
    names = [name for name in sys.argv[2:] if name != '--slow'] or SESSIONS
    os.environ.pop('SSLKEYLOGFILE', None)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=example.test', '-days', '2',
                        '-keyout', folder / 'key.pem', '-out', folder / 'cert.pem'], check=True, capture_output=True)
        for name in names:
            check(sipweave, folder, name)
        check_rules(sipweave, folder)
        check_tunnels(sipweave, folder)
        check_hint(sipweave, folder)
        check_key_log(sipweave, folder, '--slow' in sys.argv)


if __name__ == '__main__':
    main()
