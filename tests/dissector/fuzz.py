#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No capture makes the plugin crash, complain of a bug of its own, or take memory and time without bound.

usage: fuzz.py PLUGIN GENERATE CAPTURE...      GENERATE: tests/bench's generator of captures

Bytes of the captures are changed at random (editcap -E, with fixed seeds), and packets made up (randpkt); and there are
captures made to break a decoder. In a build with AddressSanitizer this is where it watches.
"""
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import many
from plugged import minor_version, options_for, skip, tshark_with

BUGS = re.compile(rb'Dissector bug|DISSECTOR_ASSERT|AddressSanitizer|runtime error:')
SETTINGS = [['--enable-heuristic', 'sipweave_tcp'],
            ['-2', '-o', 'tcp.reassemble_out_of_order:TRUE', '-o', 'tcp.try_heuristic_first:TRUE', '--enable-heuristic',
             'sipweave_tcp', '-z', 'sipweave,tree', '-z', 'sipweave,calls', '-z', 'sipweave,response_time']]
MEGABYTE = 1 << 20


def complaints(tshark, capture, options):
    try:
        out, err = tshark.run(capture, '-V', *options)
    except (RuntimeError, subprocess.TimeoutExpired) as problem:
        return [str(problem)[:2000]]
    return [match.group().decode() for text in (out, err) if (match := BUGS.search(text))]


def read(tshark, capture, options):
    for settings in SETTINGS:
        for complaint in complaints(tshark, capture, [*options, *settings]):
            yield f'{capture.name} {" ".join(settings)}: {complaint}'


def check_changed(tshark, capture):
    for seed, share in ((1, 0.001), (2, 0.01), (3, 0.03)):
        changed = tshark.folder / f'{seed}-{capture.name}'
        subprocess.run(['editcap', '-E', str(share), '--seed', str(seed), '-o', '54', capture, changed], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        changed.chmod(0o644)
        yield from read(tshark, changed, options_for(capture))
        changed.unlink()


def check_random(tshark):
    if shutil.which('randpkt') is None:
        return
    for kind in ('tcp', 'sip', 'udp'):
        made = tshark.folder / f'random-{kind}.pcap'
        run = subprocess.run(['randpkt', '-b', '600', '-c', '300', '-t', kind, made], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, check=False)
        if run.returncode == 0:
            made.chmod(0o644)
            yield from read(tshark, made, [])


def check_attacks(tshark, generate):
    """Good calls beside the attack are found; memory is that of tshark, and what the preference allows for payloads."""
    for mix in ('inflate-bomb', 'huge-length', 'headers', 'loss'):
        capture = tshark.folder / f'{mix}.pcap'
        subprocess.run([generate, '--mix', mix, '--size', '2M', '--seed', '3', '--output', capture], check=True,
                       stdout=subprocess.DEVNULL)
        capture.chmod(0o644)
        out, _ = tshark.run(capture, '-Y', 'sipweave.call', '-T', 'fields', '-e', 'frame.number')
        if out.count(b'\n') < 50:
            yield f'{mix}: only {out.count(chr(10).encode())} packets with calls'
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if largest > 1200 * MEGABYTE:
        yield f'{largest // MEGABYTE} MiB of memory'


def memory(tshark, connections, plugged):
    """What tshark takes at most, in bytes, and how many SIP messages it finds."""
    capture = tshark.folder / f'many-{connections}.pcap'
    if not capture.exists():
        many.write(capture, connections)
        capture.chmod(0o644)
    found = tshark.folder / 'found.txt'
    with open(found, 'wb') as out:
        run = subprocess.Popen(tshark.command(capture, '-Y', 'sip', '-T', 'fields', '-e', 'sip.Call-ID'), stdout=out,
                               stderr=subprocess.DEVNULL, env=tshark.environment(plugged))
        usage = os.wait4(run.pid, 0)[2]
        run.returncode = 0 # it was waited for
    return usage.ru_maxrss * 1024, found.read_bytes().count(b'\n')


def check_many(tshark):
    """Memory grows with the number of connections, by not much more than tshark's own."""
    few, lots = 500, 3000
    if 'SIPWEAVE_PRELOAD' in os.environ: # AddressSanitizer takes memory, too
        memory(tshark, few, True)
        return
    takes = {(n, plugged): memory(tshark, n, plugged) for n in (few, lots) for plugged in (False, True)}
    yield from (f'{n} connections: {found} SIP messages' for (n, _), (_, found) in takes.items() if found != n)
    stock, ours = ((takes[lots, plugged][0] - takes[few, plugged][0]) // (lots - few) for plugged in (False, True))
    print(f'{stock} bytes a connection without, {ours} with the plugin')
    if ours - stock > 8192:
        yield f'{ours - stock} bytes more for each connection'


def main():
    plugin, generate, *captures = sys.argv[1:]
    if shutil.which('editcap') is None:
        skip("editcap isn't installed")
    with tshark_with(plugin) as tshark:
        problems = [problem for capture in map(Path, captures) for problem in check_changed(tshark, capture)]
        problems += [*check_random(tshark), *check_attacks(tshark, generate), *check_many(tshark)]
    print(f'Wireshark {minor_version()}: {len(problems)} problems', *problems, sep='\n  ')
    sys.exit(1 if problems else 0)


main()
