#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whatever the number of threads, the output is the same, byte for byte.

usage: threads.py SIPWEAVE GENERATE PCAPS SHARED     GENERATE: sipweave-generate; SHARED: a folder that may be missing
"""
import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS = [('calls',), ('messages', '-T', 'json'), ('connections',), ('check', '--all', '-T', 'json'),
            ('explain', '-T', 'json'), ('flow',)]
MIXES = ['realistic', 'loss', 'short-connections']  # each has calls in its two megabytes
THREADS = (2, 3, 4)


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
    """The same, compressed and from a pipe's point of view: of unknown size."""
    target = Path(folder, Path(capture).name + '.gz')
    with open(target, 'wb') as out:
        subprocess.run(['gzip', '-c', capture], stdout=out, check=True)
    return str(target)


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
        printed += compare(sipweave, ('calls',), [packed(mixes[0], scratch)])
        printed += compare(sipweave, ('calls',), ['/dev/null', mixes[0]])
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
