#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How fast are sipweave and the tools beside it, how much memory do they take, and is their answer right?

usage: measure.py [OPTION...] --sipweave PROGRAM --tools FOLDER [MIX[:SIZE]...]     (scripts/bench builds, and calls this)

Of each mix a capture is generated. The programs read it in turn, so many times (--runs), and medians and minima are kept;
tshark and sngrep read it once. Every answer is held against what the generator says is in the capture: a figure without
a right answer is none. tcpdump's copy to nowhere is the floor of reading, zlib alone (sipweave-inflate) that of deflate.

  --quick           2 MB of each mix, one run, all mixes: whether answers are right and the tables come out; exit 1 if not
  --size SIZE       of captures whose size isn't named; 64M
  --runs N          5
  --peers           tshark and sngrep too, of the first capture of the mixes plain and deflate
  --timeout N       seconds until a program is ended; 300
  --output FILE     writes FILE, as docs/performance.md
  --build TEXT      how sipweave was built, for that page; "preset release"
  --check           exit 1 if an answer is wrong, calls takes more than 3.0 times tcpdump's CPU time of plain, or anything
                    of sipweave more than 128 MB
"""
import argparse
import datetime
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MEASURE = HERE.parent / 'hostile' / 'measure'
MIXES = ['plain', 'noise', 'deflate', 'fragments', 'tiny-segments', 'reorder', 'short-connections', 'brief-connections',
         'one-long', 'tls', 'realistic']
PEERS_READ = ['plain', 'deflate']
# The generator's phones and servers break these, as the real ones do (docs/rules.md), and no others. JsSIP's branches have
# seven digits: on one connection that carries every call some come twice. The proxy sends INVITEs in fragments of datagrams.
BROKEN = {'WSH-BODY-IN-101', 'WS-PING-NO-PONG', 'MSG-OVERLAP', 'SIP-BRANCH-REUSE', 'SIP-UDP-MTU'}
MOST_RATIO, MOST_MIB = 3.0, 128  # of --check


# ---- captures ----

class Capture:
    """A generated capture, and what is in it."""

    def __init__(self, options, mix, size):
        self.mix, self.size_text = mix, size
        self.path = options.folder / f'{mix}-{size}.pcap'
        self.truth_path = Path(f'{self.path}.truth.ndjson')
        self.payloads = Path(f'{self.path}.payloads')
        self.keylog = Path(f'{self.path}.keylog')
        generator = options.tools / 'sipweave-generate'
        if not self.path.exists() or self.path.stat().st_mtime < generator.stat().st_mtime:
            self.generate(generator)
        self.size = self.path.stat().st_size
        with open(self.truth_path, 'rb') as file:
            file.seek(-4096, os.SEEK_END)
            self.totals = json.loads(file.read().splitlines()[-1])

    def generate(self, generator):
        new = self.path.with_suffix('.new')
        extra = ['--payloads', self.payloads] if self.mix == 'deflate' else []
        extra += ['--keylog', self.keylog] if self.mix == 'tls' else []
        subprocess.run([generator, '--mix', self.mix, '--size', self.size_text, '--output', new, '--truth',
                        self.truth_path, *extra], check=True)
        new.rename(self.path)

    def keys(self):
        return ['--keylog', self.keylog] if self.mix == 'tls' else []

    def lines(self, kind):
        with open(self.truth_path, 'rb') as file:
            for line in file:
                if line.startswith(b'{"type":"%s"' % kind.encode()):
                    yield json.loads(line)


# ---- whether an answer is right: None, or what is wrong ----

def message_key(line):
    return (line.get('call_id'), line.get('cseq'), line.get('cseq_method'), line.get('method') or line.get('status'),
            line['src'], line['dst'], line['transport'], line['size'], tuple(sorted(line['frames'])))


def difference(what, wanted, found):
    return None if wanted == found else f'{what}: {wanted} expected, {found} found'


def judge_messages(capture, output):
    """Of each message all that a line without its bytes can tell; the bytes: see judge_bytes."""
    wanted = Counter(hash(message_key(line)) for line in capture.lines('message') if line['expect'] == 'found')
    with open(output, 'rb') as file:
        found = Counter(hash(message_key(json.loads(line))) for line in file)
    return None if wanted == found else (f'of {wanted.total()} messages {(wanted - found).total()} missing, '
                                         f'{(found - wanted).total()} others')


def judge_calls(capture, output):
    """What became of them, in the last line."""
    wanted = Counter(line['state'] for line in capture.lines('call'))
    last = output.read_bytes().splitlines()[-1].decode()
    found = Counter({state: int(count) for count, state in re.findall(r'(\d+) ([a-z]+)(?:,|$)', last)})
    return difference('calls', dict(sorted(wanted.items())), dict(sorted(found.items())))


def judge_check(capture, output):
    """No rule is said to be broken at the level of MUST that isn't."""
    del capture
    with open(output, 'rb') as file:
        found = {line['rule'] for line in map(json.loads, file) if line['level'].startswith('MUST')}
    return difference('breaches beyond those that are', set(), found - BROKEN)


def judge_inflate(capture, output):
    del capture
    return None if re.fullmatch(r'messages [1-9]\d* packed \d+ inflated \d+\n', output.read_text()) else 'no figures'


def judge_statistics(capture, output):
    """tshark -z sip,stat."""
    found = re.search(r'Number of SIP messages: (\d+)', output.read_text(errors='replace'))
    return difference('messages', capture.totals['messages'], int(found.group(1)) if found else 0)


def judge_fields(capture, output):
    """tshark -T fields: one line a packet, with several messages separated by commas."""
    wanted = Counter((line['call_id'], f'{line["cseq"]} {line["cseq_method"]}') for line in capture.lines('message'))
    found = Counter()
    for line in output.read_text(errors='replace').splitlines():
        found.update(zip(*(field.split(',') for field in line.split('\t'))))
    missing = (wanted - found).total()
    return None if wanted == found else f'of {wanted.total()} messages {missing} missing'


def judge_sngrep(capture, output):
    """It prints nothing; what it saves are the packets of the dialogs that it knows."""
    del output, capture
    return 'it prints no answer'


def judge_nothing(capture, output):
    del capture, output


def judge_bytes(options, capture):
    """Every message byte for byte, and every call: sipweave-compare."""
    commands = [[options.sipweave, *words, '-T', 'json', *capture.keys(), capture.path]
                for words in (['messages', '--raw'], ['calls'])]
    compare = subprocess.Popen([options.tools / 'sipweave-compare', capture.truth_path], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for command in commands:
        subprocess.run(command, stdout=compare.stdin, stderr=subprocess.DEVNULL, check=False)
    told = compare.communicate()[0].decode()
    return None if compare.returncode == 0 else told.strip()


# ---- programs ----

class Program:
    def __init__(self, name, command, judge, often=True, timed_out=None, statuses=(0,)):
        self.name, self.command, self.judge, self.often = name, command, judge, often
        self.statuses = statuses
        self.runs = []  # of (CPU seconds, KiB, wall seconds)
        self.wrong = timed_out

    def figure(self, which, least=False):
        values = [run[which] for run in self.runs]
        return min(values) if least else statistics.median(values)


def own_programs(options, capture):
    keys, path, sipweave = capture.keys(), capture.path, options.sipweave
    programs = [
        Program('tcpdump -w /dev/null', ['tcpdump', '-r', path, '-w', '/dev/null'], judge_nothing),
        Program('calls', [sipweave, 'calls', *keys, path], judge_calls),
        Program('calls --threads 2', [sipweave, 'calls', '--threads', '2', *keys, path], judge_calls),
        Program('check', [sipweave, 'check', '--all', '-T', 'json', *keys, path], judge_check, statuses=(0, 1)),
        Program('messages -T json', [sipweave, 'messages', '-T', 'json', *keys, path], judge_messages),
    ]
    if capture.payloads.exists():
        programs.append(Program('zlib alone', [options.tools / 'sipweave-inflate', capture.payloads], judge_inflate))
    return programs


def peers(options, capture):
    keys = ['-o', f'tls.keylog_file:{capture.keylog}'] if capture.keys() else []
    fields = ['-Y', 'sip', '-T', 'fields', '-e', 'sip.Call-ID', '-e', 'sip.CSeq']
    programs = [
        Program('tshark -z sip,stat', ['tshark', '-q', '-z', 'sip,stat', *keys, '-r', capture.path], judge_statistics,
                False),
        Program('tshark -T fields', ['tshark', *fields, *keys, '-r', capture.path], judge_fields, False),
        Program('sngrep', ['sngrep', '-q', '-N', '-I', capture.path, '-O', options.work / 'sngrep.pcap'], judge_sngrep,
                False),
    ]
    return [program for program in programs if shutil.which(program.command[0])]


def run(options, program):
    """Once; the answer is in options.work / 'out'."""
    report, output = options.work / 'report', options.work / 'out'
    with open(output, 'wb') as out:
        process = subprocess.Popen([MEASURE, report, *program.command], stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            status = process.wait(options.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            program.wrong = f'ended after {options.timeout} s'
            return
    program.runs.append(tuple(map(float, report.read_text().split())))
    if status not in program.statuses:
        program.wrong = f'exit status {status}'


def measure_mix(options, mix, size, peers_too):
    capture = Capture(options, mix, size)
    programs = own_programs(options, capture)
    if peers_too:
        programs += peers(options, capture)
    subprocess.run(['cat', capture.path], stdout=subprocess.DEVNULL, check=True)  # into the page cache, for all alike
    for number in range(options.runs):
        for program in programs:
            if program.wrong is None and (program.often or number == 0):
                run(options, program)
                if number == 0 and program.wrong is None:
                    program.wrong = program.judge(capture, options.work / 'out')
    wrong = judge_bytes(options, capture)
    for program in programs:
        if program.wrong is None and program.name in ('calls', 'messages -T json'):
            program.wrong = wrong
        print(f'{mix:20} {row_text(program, programs[0])}', flush=True)
    return capture, programs


# ---- tables ----

def both(program, which, unit=1.0, digits=2):
    return f'{program.figure(which) / unit:.{digits}f} ({program.figure(which, True) / unit:.{digits}f})'


def ratio(program, floor, least=False):
    return program.figure(0, least) / max(floor.figure(0, least), 1e-3)


def peak(program):
    return max(run[1] for run in program.runs) / 1024


def row(program, floor):
    verdict = '✓' if program.wrong is None else program.wrong
    if not program.runs:
        return [program.name, '', '', '', '', verdict]
    times = '' if program is floor else f'{ratio(program, floor):.2f} ({ratio(program, floor, True):.2f})'
    return [program.name, both(program, 0), both(program, 2), times, f'{peak(program):.0f}', verdict]


def row_text(program, floor):
    cells = row(program, floor)
    return f'{cells[0]:22} {cells[1]:>14} {cells[2]:>14} {cells[3]:>14} {cells[4]:>5} {cells[5]}'


def table(head, align, rows):
    lines = [f'| {" | ".join(head)} |', f'|{"|".join(align)}|']
    return '\n'.join(lines + [f'| {" | ".join(cells)} |' for cells in rows])


def met(yes):
    return 'met' if yes else '**not met**'


def results_table(results):
    rows = []
    for capture, programs in results:
        count = capture.totals
        rows.append([f'**{capture.mix}**, {capture.size / 1e6:.0f} MB, {count["packets"]:,} packets, '
                     f'{count["websockets"]:,} connections, {count["messages"]:,} messages', '', '', '', '', ''])
        rows += [row(program, programs[0]) for program in programs]
    return table(['', 'CPU s', 'wall s', '× tcpdump', 'MiB', 'right'], ['---', '--:', '--:', '--:', '--:', '---'], rows)


def find(results, mix, *names):
    """The largest capture of that mix that programs with all of these names have read, and they."""
    found = []
    for capture, programs in results:
        runs = {program.name: program for program in programs if program.runs}
        if capture.mix == mix and all(name in runs for name in names):
            found.append((capture.size, capture, [runs[name] for name in names]))
    return max(found, key=lambda one: one[0])[1:] if found else None


def against(results, mix, name, most, base='tcpdump -w /dev/null', which=0, least=False):
    """One line: name's figure over that of base, of that mix. least: the limit is the least that will do."""
    found = find(results, mix, name, base)
    if found is None:
        return None
    capture, (program, floor) = found
    figures = [program.figure(which, first) / max(floor.figure(which, first), 1e-3) for first in (False, True)]
    right = figures[0] >= most if least else figures[0] <= most
    what = f'`{name}` against `{base}`, {"wall" if which else "CPU"}, {mix} {capture.size_text}'
    return [what, f'{"≥" if least else "≤"} {most}', f'{figures[0]:.2f} ({figures[1]:.2f})', met(right)]


def memory(results, large, most):
    programs = [(program, capture) for capture, all_ in results for program in all_
                if (capture.size > 8e8) == large and capture.size > 1.5e8 and program.runs
                and program.name in ('calls', 'check', 'messages -T json')]
    if not programs:
        return None
    program, capture = max(programs, key=lambda one: peak(one[0]))
    return [f'peak memory, captures of {"1 GB" if large else "200 MB"}', f'≤ {most} MiB',
            f'{peak(program):.0f} MiB (`{program.name}`, {capture.mix})', met(peak(program) <= most)]


def truth(results):
    wrong = [f'{capture.mix}: {program.name}' for capture, programs in results for program in programs
             if program.wrong and program.judge in (judge_calls, judge_check, judge_messages)]
    return ['every answer of sipweave is the truth', 'all', 'all' if not wrong else ', '.join(wrong),
            met(not wrong)]


def targets_table(results):
    rows = [
        against(results, 'plain', 'calls', 1.5),
        against(results, 'plain', 'messages -T json', 1.8),
        against(results, 'noise', 'calls', 0.8),
        against(results, 'deflate', 'calls', 1.15, 'zlib alone'),
        against(results, 'one-long', 'calls', 1.0),
        against(results, 'brief-connections', 'calls', 2.0),
        against(results, 'plain', 'tshark -z sip,stat', 40, 'calls', least=True),
        against(results, 'deflate', 'tshark -z sip,stat', 10, 'calls', least=True),
        against(results, 'plain', 'calls --threads 2', 0.65, 'calls', which=2),
        against(results, 'deflate', 'calls --threads 2', 0.65, 'calls', which=2),
        memory(results, False, 64),
        memory(results, True, 96),
        truth(results),
    ]
    return table(['what', 'target', 'measured', ''], ['---', '--:', '--:', '---'], [one for one in rows if one])


# ---- the page ----

def said(*command):
    run_ = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, cwd=ROOT)
    return run_.stdout.decode(errors='replace').strip()


def line_of(path, name):
    found = re.search(rf'^{name}\s*:\s*(.+)$', Path(path).read_text(encoding='utf-8'), re.M)
    return found.group(1) if found else '?'


def machine():
    versions = [said('tcpdump', '--version').splitlines()[0]] + [
        re.search(pattern, said(*command)).group(0) for command, pattern in
        [(('tshark', '--version'), r'TShark.*?\d+\.\d+\.\d+'), (('sngrep', '--version'), r'sngrep - \d+\.\d+\.\d+')]
        if shutil.which(command[0])]
    memory_gib = int(line_of('/proc/meminfo', 'MemTotal').split()[0]) / (1 << 20)
    return (f'{line_of("/proc/cpuinfo", "model name")}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, '
            f'Linux {platform.release()}; {", ".join(versions)}')


def load():
    return ' '.join(f'{value:.1f}' for value in os.getloadavg())


def page(options, results, begun):
    commit = said('git', 'describe', '--always', '--dirty', '--abbrev=12') if shutil.which('git') else '?'
    again = ' '.join(f'{capture.mix}:{capture.size_text}' for capture, _ in results)
    return f'''# Speed and memory

Measured {begun[0]:%Y-%m-%d %H:%M} to {datetime.datetime.now(datetime.timezone.utc):%H:%M} UTC in one run of `scripts/bench`, sipweave {commit},
{options.build}.

- {machine()}.
- The machine is shared, and was not idle: load {begun[1]} at the beginning, {load()} at the end. Beside each median of
  {options.runs} runs stands the minimum, in brackets, which others disturb least; tshark and sngrep ran once, for at most
  {options.timeout} s.
- Programs take turns on the same capture, which is in the page cache. CPU is user and system time, of all threads.
- "right": the answer that was timed, held against the generator's truth. Of `messages` every message with its ends, packets
  and size, and in a run beside it each byte; of `calls` what became of every call; of `check`, that no rule is
  found broken at the level of MUST but those that the generator breaks. `tests/bench/README.md` describes the mixes.

## Targets

A ratio is one of medians; that of minima in brackets. The targets are meant for `plain:1G`, `noise:200M`, `deflate:200M`,
`one-long:200M` and `brief-connections:575M` (200,000 connections); where a smaller capture was read, its size says so.

{targets_table(results)}

## Figures

{results_table(results)}

`tcpdump -w /dev/null` is the floor of reading a capture; `zlib alone` (`tests/bench/inflate.c`) inflates the same messages and
does nothing else. `check` is `check --all -T json`.

## Repeating it

    scripts/bench --runs {options.runs}{" --peers" if options.peers else ""} --timeout {options.timeout} --output docs/performance.md {again}
    scripts/bench                     64 MB of each mix, without the other tools
    scripts/bench --size 1G plain     as large as one likes; captures stay in build/bench/
    scripts/bench --quick             2 MB each: whether all answers are right (ctest: bench/quick)

The same options give the same captures on every machine (`tests/bench/README.md`).
'''


def parse():
    parser = argparse.ArgumentParser(add_help=False, usage=__doc__)
    parser.add_argument('--sipweave', type=Path, required=True)
    parser.add_argument('--tools', type=Path, required=True)
    parser.add_argument('--folder', type=Path)
    parser.add_argument('--size', default=None)
    parser.add_argument('--runs', type=int, default=None)
    parser.add_argument('--timeout', type=int, default=300)
    parser.add_argument('--output', type=Path)
    parser.add_argument('--build', default='preset `release`')
    for flag in ('--quick', '--peers', '--check'):
        parser.add_argument(flag, action='store_true')
    parser.add_argument('mixes', nargs='*', default=MIXES)
    options = parser.parse_args()
    options.size = options.size or ('2M' if options.quick else '64M')
    options.runs = options.runs or (1 if options.quick else 5)
    return options


def wrong_answers(results):
    return [f'{capture.mix}: {program.name}: {program.wrong}' for capture, programs in results for program in programs
            if program.wrong and program.often]


def too_much(results):
    """Of what --check allows."""
    faults = []
    for capture, programs in results:
        for program in programs:
            if program.judge not in (judge_calls, judge_check, judge_messages) or not program.runs:
                continue
            if peak(program) > MOST_MIB:
                faults.append(f'{capture.mix}: {program.name} took {peak(program):.0f} MiB')
            if (capture.mix, program.name) == ('plain', 'calls') and ratio(program, programs[0]) > MOST_RATIO:
                faults.append(f'plain: calls took {ratio(program, programs[0]):.2f} times tcpdump\'s CPU time')
    return faults


def main():
    options = parse()
    for needed in ['tcpdump']:
        if not shutil.which(needed):
            print(f'SKIPPED: {needed} is not installed.')
            sys.exit(77)
    begun = datetime.datetime.now(datetime.timezone.utc), load()
    with tempfile.TemporaryDirectory() as work:
        options.work = Path(work)
        options.folder = options.folder or options.work
        options.folder.mkdir(parents=True, exist_ok=True)
        print(f'{"mix":20} {"program":22} {"CPU s":>14} {"wall s":>14} {"x tcpdump":>14} {"MiB":>5} right    '
              f'({options.runs} runs: median, minimum)')
        results = []
        for mix, _, size in (word.partition(':') for word in options.mixes):
            first = all(capture.mix != mix for capture, _ in results)
            peers_too = options.peers and first and mix in PEERS_READ
            results.append(measure_mix(options, mix, size or options.size, peers_too))
            if options.output:  # what there is, should the rest take too long
                options.output.write_text(page(options, results, begun), encoding='utf-8')
        print(f'\n{targets_table(results)}')
    faults = wrong_answers(results) + (too_much(results) if options.check else [])
    for fault in faults:
        print(f'FAULT: {fault}')
    sys.exit(1 if faults and (options.check or options.quick) else 0)


if __name__ == '__main__':
    main()
