#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whatever the number of threads, the output is the same, byte for byte.

usage: threads.py SIPWEAVE GENERATE PCAPS SHARED     GENERATE: sipweave-generate; SHARED: a folder that may be missing
"""
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMANDS = [('calls',), ('messages', '-T', 'json'), ('connections',), ('check', '--all', '-T', 'json'),
            ('explain', '-T', 'json'), ('flow',)]
MIXES = ['realistic', 'loss', 'short-connections']  # each has calls in its two megabytes
THREADS = (2, 3, 4)
PATIENCE = 20  # times 50 ms without anything new


class Failed(Exception):
    pass


def run(sipweave, command, threads, inputs):
    """What it says, and how it ends."""
    done = subprocess.run([sipweave, *command, '--threads', str(threads), *inputs], capture_output=True, check=False)
    return done.stdout, done.stderr, done.returncode


def compare(sipweave, command, inputs, counts=THREADS):
    """Returns how much was printed."""
    one = run(sipweave, command, 1, inputs)
    for threads in counts:
        if run(sipweave, command, threads, inputs) != one:
            raise Failed(f'{" ".join(command)} {" ".join(inputs)}: not the same with {threads} threads')
    return len(one[0])


def captures(folder):
    return sorted(str(path) for path in folder.glob('*.pcap*'))


def packed(capture, folder):
    """The same, compressed."""
    target = Path(folder, Path(capture).name + '.gz')
    with open(target, 'wb') as out:
        subprocess.run(['gzip', '-c', capture], stdout=out, check=True)
    return str(target)


def cut(capture):
    """Without its end: damage is told, too."""
    whole = Path(capture).read_bytes()
    Path(capture).write_bytes(whole[:len(whole) * 2 // 3])
    return capture


def told_so_far(sipweave, capture, threads, folder, wanted=None):
    """How much is printed of a capture that comes through a pipe and isn't over."""
    target = Path(folder, f'live-{threads}')
    with open(target, 'wb') as out, subprocess.Popen(
            [sipweave, 'messages', '-T', 'json', '--threads', str(threads), '-'], stdin=subprocess.PIPE,
            stdout=out) as process:
        process.stdin.write(Path(capture).read_bytes())
        process.stdin.flush()
        size, still = 0, 0
        while still < PATIENCE and size != wanted:
            time.sleep(0.05)
            still = 0 if target.stat().st_size != size else still + 1
            size = target.stat().st_size
        process.stdin.close()
    return size


def live(sipweave, capture, folder):
    """With a pipe nothing is held back in a batch that waits to be full."""
    one = told_so_far(sipweave, capture, 1, folder)
    two = told_so_far(sipweave, capture, 2, folder, one)
    if one == 0 or two != one:
        raise Failed(f'from a pipe, {one} bytes are printed by one thread, {two} by two')


def closed_pipe(sipweave, capture):
    """Who reads no further than the first line ends the program, and it leaves nothing running."""
    with subprocess.Popen([sipweave, 'messages', '-T', 'json', '--threads', '2', capture], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        if process.wait(timeout=60) != -13 or told != b'':
            raise Failed(f'a closed pipe: exit {process.returncode}, {told!r}')


def main():
    sipweave, generate = sys.argv[1:3]
    folders = [folder for folder in map(Path, sys.argv[3:]) if folder.is_dir()]
    printed = 0
    with tempfile.TemporaryDirectory() as scratch:
        mixes = []
        for mix in MIXES:
            mixes.append(str(Path(scratch, mix + '.pcap')))
            subprocess.run([generate, '--mix', mix, '--size', '2M', '--no-truth', '--output', mixes[-1]], check=True,
                           capture_output=True)
        together = [captures(folder) for folder in folders]  # all files of a folder in one run
        for command in COMMANDS:
            for inputs in together + [[mix] for mix in mixes]:
                printed += compare(sipweave, command, inputs)
        for capture in [name for folder in together for name in folder]:
            printed += compare(sipweave, ('messages', '-T', 'json'), [capture], (2,))
        for inputs in ([packed(mixes[0], scratch)], [packed(mix, scratch) for mix in mixes] + [together[0][0]],
                       ['/dev/null', mixes[0]], [cut(packed(mixes[0], scratch))]):
            printed += compare(sipweave, ('calls',), inputs)
        live(sipweave, mixes[0], scratch)
        closed_pipe(sipweave, mixes[0])
    if printed < 1000000:
        raise Failed(f'only {printed} bytes were compared')
    print(f'{printed} bytes the same with {", ".join(map(str, THREADS))} threads as with one')
    return 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except Failed as failed:
        print(failed)
        sys.exit(1)
