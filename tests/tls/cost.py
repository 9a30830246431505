#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What does decryption cost, against the figure that openssl itself gives for the same bytes?

usage: cost.py TLS-COST [--check] [--runs N]

TLS-COST (cost.c) reads records of a TLS session as a capture has them: cut into TCP segments of 1448 bytes. `openssl speed`
has the cipher alone, over one buffer of as many bytes as the record seals: in TLS 1.3 the content type is one more. Both are
run in turn, the least CPU time of each counts, and their ratio is printed; --check: exit 1 where it is above 1.5. Of a CBC
suite the figure is that of the cipher and that of the HMAC, summed up.

Of ChaCha20-Poly1305 openssl speed measures the stream alone: each record's nonce and its key of Poly1305 are left out.
OpenSSL's own calls for a whole record are therefore measured as well ("calls"), and --check holds ChaCha20-Poly1305 against
these.
"""
import argparse
import re
import shutil
import subprocess
import sys

MOST = 1.5
SEGMENT = 1448
MEGABYTES = 32 # a run; five of them read as much as a capture of 160 MB

# version, suite as OpenSSL names it, what openssl speed measures of it, the AEAD cipher
SUITES = [
    ('1.3', 'TLS_AES_128_GCM_SHA256', [['-aead', '-decrypt', '-evp', 'aes-128-gcm']], 'AES-128-GCM'),
    ('1.3', 'TLS_AES_256_GCM_SHA384', [['-aead', '-decrypt', '-evp', 'aes-256-gcm']], 'AES-256-GCM'),
    ('1.3', 'TLS_CHACHA20_POLY1305_SHA256', [['-aead', '-decrypt', '-evp', 'chacha20-poly1305']], 'ChaCha20-Poly1305'),
    ('1.2', 'ECDHE-RSA-AES128-GCM-SHA256', [['-aead', '-decrypt', '-evp', 'aes-128-gcm']], 'AES-128-GCM'),
    ('1.2', 'ECDHE-RSA-AES128-SHA', [['-decrypt', '-evp', 'aes-128-cbc'], ['-hmac', 'sha1']], None),
    ('1.2', 'ECDHE-RSA-AES256-SHA384', [['-decrypt', '-evp', 'aes-256-cbc'], ['-hmac', 'sha384']], None),
]
SIZES = [1024, 1400, 16384] # of records: a SIP message with its SDP, what fills a segment, the largest


def figure(*command):
    """Nanoseconds a byte, of cost.c."""
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def speed(options, size):
    """Nanoseconds a byte, of openssl speed."""
    out = subprocess.run(['openssl', 'speed', '-seconds', '1', '-bytes', str(size), *options], capture_output=True,
                         check=True, text=True).stdout
    return 1e6 / float(re.search(r'([\d.]+)k\s*$', out).group(1))


def measure(program, suite, size, runs):
    """The least figures of sipweave, of openssl speed and, of AEAD, of OpenSSL's calls."""
    version, name, parts, cipher = suite
    sealed = size + (version == '1.3')
    mine, theirs, calls = [], [], []
    for _ in range(runs):
        mine.append(figure(program, version, name, str(size), str(SEGMENT), str(MEGABYTES)))
        theirs.append([speed(part, sealed) for part in parts])
        if cipher:
            calls.append(figure(program, 'openssl', cipher, str(sealed), str(MEGABYTES)))
    return min(mine), sum(min(run[i] for run in theirs) for i in range(len(parts))), min(calls, default=None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--runs', type=int, default=5)
    options = parser.parse_args()
    if not shutil.which('openssl'):
        print("SKIPPED: openssl isn't installed")
        sys.exit(77)
    faults = 0
    print(f'{"suite":34}{"record":>8}{"sipweave":>10}{"speed":>8}{"ratio":>7}{"calls":>8}{"ratio":>7}'
          '   (nanoseconds of CPU a byte)')
    for suite in SUITES:
        for size in SIZES:
            mine, theirs, calls = measure(options.program, suite, size, options.runs)
            faults += mine / (calls if 'CHACHA' in suite[1] else theirs) > MOST
            own = f'{calls:8.3f}{mine / calls:7.2f}' if calls else ''
            print(f'{suite[0]} {suite[1]:30}{size:8}{mine:10.3f}{theirs:8.3f}{mine / theirs:7.2f}{own}', flush=True)
    sys.exit(1 if faults and options.check else 0)


if __name__ == '__main__':
    main()
