#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes docs/rules.md from the catalogue that `sipweave rules` prints, or tells whether it is up to date.

usage: rules.py SIPWEAVE FILE            exit 1 where FILE isn't what would be written
       rules.py --write SIPWEAVE FILE
"""
import json
import subprocess
import sys
from itertools import groupby
from pathlib import Path

HEAD = '''# The rules

What `sipweave check` holds endpoints to: {checked} of {all} rules are checked. This page is made from
`core/include/sipweave/rules.def` by `tests/conformance/rules.py --write`; `sipweave rules` prints the same, and
`sipweave rules -T json` also how each breach is seen and when there is silence.

✓ checked, – can't be seen in packets, blank: open. Of a MUST NOT the text names the forbidden thing. LINT is advice.
'''
SIGNS = {'checked': '✓', 'unprovable': '–', 'open': ' '}


def cell(text):
    return text.replace('|', '\\|').replace('<', '\\<')


def page(rules):
    lines = [HEAD.format(checked=sum(rule['state'] == 'checked' for rule in rules), all=len(rules))]
    for rfc, group in groupby(sorted(rules, key=lambda rule: rule['rfc']), key=lambda rule: rule['rfc']):
        group = list(group)
        checked = sum(rule['state'] == 'checked' for rule in group)
        lines += [f'## RFC {rfc}', '', f'{checked} of {len(group)}', '', '| | rule | level | section | what |',
                  '|---|---|---|---|---|']
        for rule in group:
            note = f" ({rule['note']})" if rule.get('note') else ''
            lines.append(f"| {SIGNS[rule['state']]} | {rule['rule']} | {rule['level']} | {rule['section']} | "
                         f"{cell(rule['text'] + note)} |")
        lines.append('')
    return '\n'.join(lines)


def main():
    arguments = sys.argv[1:]
    write = arguments[0] == '--write'
    sipweave, file = arguments[-2], Path(arguments[-1])
    printed = subprocess.run([sipweave, 'rules', '-T', 'json'], stdout=subprocess.PIPE, check=True).stdout
    wanted = page([json.loads(line) for line in printed.splitlines()])
    if write:
        file.write_text(wanted, encoding='utf-8')
    elif file.read_text(encoding='utf-8') != wanted:
        sys.exit(f'{file} is out of date: tests/conformance/rules.py --write SIPWEAVE {file}')


if __name__ == '__main__':
    main()
