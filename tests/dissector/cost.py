#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the plugin costs: instructions of tshark with it, over those of tshark without it, on the same capture.

usage: cost.py PLUGIN LIMIT CAPTURE

Counted by valgrind, as times are too unsteady to hold to a few per cent; what tshark takes to start, which is the same in
both but for the plugin's registration, is taken off, as long captures make it vanish. Fields are printed, so that both
build trees. Exit 77 is skipped.
"""
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from plugged import skip, tshark_with

FIELDS = ['-T', 'fields'] + [f'-e{name}' for name in ('frame.number', 'websocket.opcode', 'sip.Call-ID', 'sip.Method',
                                                    'sip.Status-Code')]


def instructions(tshark, capture, plugged, *options):
    valgrind = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null']
    command = tshark.command(capture, '-n', *FIELDS, *options)
    at = command.index('tshark')
    run = subprocess.run([*command[:at], *valgrind, *command[at:]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         env=tshark.environment(plugged), check=True, text=True)
    return int(re.search(r'Collected : (\d+)', run.stderr).group(1))


def main():
    plugin, limit, capture = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
    if shutil.which('valgrind') is None:
        skip("valgrind isn't installed")
    with tshark_with(plugin) as tshark:
        tshark.readable(capture)
        with ThreadPoolExecutor() as runs:
            jobs = [runs.submit(instructions, tshark, capture, plugged, *options) for plugged in (False, True)
                    for options in ([], ['-c', '1'])]
        stock, stock_start, ours, our_start = (job.result() for job in jobs)
    stock -= stock_start
    ours -= our_start
    print(f'{capture.name}: {stock / 1e6:.0f} million instructions without, {ours / 1e6:.0f} with the plugin: '
          f'{ours / stock:.3f} times, {limit} allowed')
    sys.exit(0 if ours <= limit * stock else 1)


main()
