# SPDX-License-Identifier: MIT
"""What sipweave must do whatever a capture holds: end as it says it does, tell what is lost, stay small and quick,
print nothing that a terminal or a JSON parser stumbles over, and read the good traffic beside the bad.

ctest sets SIPWEAVE (the program) and, for slower builds, HOSTILE_SLACK: how much more of everything is allowed.
"""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from craft import Capture, GoodTalk

SLACK = int(os.environ.get('HOSTILE_SLACK', '1'))
MEMORY_AT_MOST = 128 * 1024 * SLACK  # KiB; what is in progress at once may take more, where a test says so
CPU_AT_MOST = 5 * SLACK  # seconds, of a build for debugging

STEP = 1 if SLACK == 1 else 7  # slower builds try fewer of many
SOME_TEXTS = [['calls'], ['explain']] if SLACK == 1 else [['explain']]  # slower builds read less often
ALL_TEXTS = [['calls'], ['explain'], ['flow'], ['messages'], ['messages', '--raw'], ['connections'], ['flow', '-T', 'mermaid']]
# C0 but newline, DEL, C1, what turns the direction of text, and bytes that are no UTF-8.
UNPRINTABLE = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\udc80-\udcff]')


class Result:
    def __init__(self, run, output, report):
        self.status = run.returncode
        self.output = output
        self.errors = run.stderr.decode(errors='surrogateescape')
        self.cpu, self.memory, _wall = map(float, report.split())


def sipweave(*arguments):
    program = os.environ['SIPWEAVE']
    with tempfile.TemporaryDirectory() as folder:
        with open(f'{folder}/output', 'wb') as output:
            run = subprocess.run([Path(__file__).parent / 'measure', f'{folder}/report', program, *arguments],
                                 stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, check=False)
        return Result(run, Path(f'{folder}/output').read_text(errors='surrogateescape'),
                      Path(f'{folder}/report').read_text())


class Findings:
    """The lines of flow --raw and explain as JSON, what explain says to people, and what came on standard error."""

    def __init__(self, lines, explanation, errors):
        self.explanation = explanation
        self.errors = errors
        self.messages = [line for line in lines if line['type'] == 'message']
        self.connections = [line for line in lines if line['type'] == 'connection']
        self.calls = [line for line in lines if line['type'] == 'call']
        self.ledgers = [line for line in lines if line['type'] == 'ledger']

    def lost(self, reason):
        """Bytes that were not decoded, for that reason."""
        return sum(loss['bytes'] for ledger in self.ledgers for loss in ledger['undecoded'] if loss['reason'] == reason)

    def of(self, call_id):
        """The messages with that Call-ID."""
        return [message for message in self.messages if message.get('call_id') == call_id]

    def call(self, call_id):
        return next(call for call in self.calls if call_id in call['call_ids'])


class HostileTest(unittest.TestCase):
    maxDiff = 2000
    memory_at_most = MEMORY_AT_MOST
    options = ()  # of every command that reads

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_within_bounds(self, *arguments, status=0):
        """status None: whether this is damage is a matter of taste."""
        result = sipweave(*arguments)
        told = f'sipweave {" ".join(map(str, arguments))}: '
        self.assertIn(result.status, (0, 3) if status is None else (status,), f'{told}{result.errors[-2000:]}')
        self.assertLess(result.memory, self.memory_at_most, f'{told}KiB of memory')
        self.assertLess(result.cpu, CPU_AT_MOST, f'{told}seconds')
        return result

    def refused(self, path):
        """No capture: one line says which and why."""
        result = self.run_within_bounds('calls', path, status=2)
        self.assertEqual(result.output, '')
        self.assertRegex(result.errors, rf'^sipweave: .*{re.escape(Path(path).name)}: .+\n$')

    def read(self, path, status=0, texts=SOME_TEXTS):
        """As JSON all that there is, and these forms for people."""
        lines = []
        for command in (['flow', '--raw'], ['explain']):
            result = self.run_within_bounds(*command, *self.options, '-T', 'json', path, status=status)
            lines += [json.loads(line) for line in result.output.splitlines()]
        explanation = ''
        for command in texts:
            result = self.run_within_bounds(*command, *self.options, path, status=status)
            explanation += result.output if command == ['explain'] else ''
            found = UNPRINTABLE.search(result.output)
            self.assertIsNone(found, f'{command}: {result.output[found.start() - 60 if found else 0:][:120]!r}')
        return Findings(lines, explanation, result.errors)

    def survives(self, attack, texts=SOME_TEXTS):
        """attack(capture) writes what it likes between the two parts of a good talk, which is found in full."""
        capture = Capture(self.folder / 'hostile.pcap')
        talk = GoodTalk(capture)
        attack(capture)
        talk.finish()
        findings = self.read(capture.close(), texts=texts)
        self.assertEqual([m['raw'] for m in findings.messages if m.get('call_id', '').startswith('good-')], talk.texts)
        self.assertEqual(findings.call('good-call')['state'], 'completed')
        return findings
