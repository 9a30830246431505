#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What does decryption cost, against the figure that openssl itself gives for the same bytes?

usage: cost.py TLS-COST [--check] [--runs N]

TLS-COST (cost.c) reads records of a TLS session as a capture has them: cut into TCP segments of 1448 bytes. `openssl speed`
has the cipher alone, over one buffer. Both are run in turn, the least CPU time of each counts, and their ratio is printed;
--check: exit 1 where it is above 1.5. Of a CBC suite the figure is that of the cipher and that of the HMAC, summed up.

Of ChaCha20-Poly1305 openssl speed measures the stream alone: each record's key of Poly1305, its tag and its nonce are left
out, and so is the block that TLS 1.3's byte of content type begins. OpenSSL's own calls for a record take twice as long where
it is short; there the figure is printed, not held against the limit.
"""
import argparse
import re
import shutil
import subprocess
import sys

MOST = 1.5
SEGMENT = 1448
MEGABYTES = 32 # a run; five of them read as much as a capture of 160 MB

# version, suite as OpenSSL names it, what openssl speed measures of it
SUITES = [
    ('1.3', 'TLS_AES_128_GCM_SHA256', [['-aead', '-decrypt', '-evp', 'aes-128-gcm']]),
    ('1.3', 'TLS_AES_256_GCM_SHA384', [['-aead', '-decrypt', '-evp', 'aes-256-gcm']]),
    ('1.3', 'TLS_CHACHA20_POLY1305_SHA256', [['-aead', '-decrypt', '-evp', 'chacha20-poly1305']]),
    ('1.2', 'ECDHE-RSA-AES128-GCM-SHA256', [['-aead', '-decrypt', '-evp', 'aes-128-gcm']]),
    ('1.2', 'ECDHE-RSA-AES128-SHA', [['-decrypt', '-evp', 'aes-128-cbc'], ['-hmac', 'sha1']]),
    ('1.2', 'ECDHE-RSA-AES256-SHA384', [['-decrypt', '-evp', 'aes-256-cbc'], ['-hmac', 'sha384']]),
]
SIZES = [1024, 1400, 16384] # of records: a SIP message with its SDP, what fills a segment, the largest


def ours(program, version, suite, size):
    return float(subprocess.run([program, version, suite, str(size), str(SEGMENT), str(MEGABYTES)], capture_output=True,
                                check=True, text=True).stdout)


def openssls(options, size):
    """Nanoseconds a byte."""
    out = subprocess.run(['openssl', 'speed', '-seconds', '1', '-bytes', str(size), *options], capture_output=True,
                         check=True, text=True).stdout
    return 1e6 / float(re.search(r'([\d.]+)k\s*$', out).group(1))


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
    print(f'{"suite":34}{"record":>8}{"sipweave":>10}{"openssl":>10}  ratio   (nanoseconds of CPU a byte)')
    for version, suite, parts in SUITES:
        for size in SIZES:
            mine, theirs = [], []
            for _ in range(options.runs):
                mine.append(ours(options.program, version, suite, size))
                theirs.append([openssls(part, size) for part in parts])
            least = sum(min(run[i] for run in theirs) for i in range(len(parts)))
            ratio = min(mine) / least
            faults += ratio > MOST and not ('CHACHA' in suite and size < 16384)
            print(f'{version} {suite:30}{size:8}{min(mine):10.3f}{least:10.3f}{ratio:7.2f}', flush=True)
    sys.exit(1 if faults and options.check else 0)


if __name__ == '__main__':
    main()
