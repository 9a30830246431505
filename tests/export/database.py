#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""export --sqlite holds what NDJSON holds, as docs/sqlite.md says.

usage: database.py SIPWEAVE DOCUMENT CAPTURE...
"""
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

# table: command, the key of NDJSON for each column that is compared; "a.b" goes down
SAME = {
    'calls': ('calls', {'id': 'id', 'kind': 'kind', 'from_uri': 'from', 'to_uri': 'to', 'state': 'state', 'status': 'status',
                        'start': 'start', 'ringing': 'ringing', 'answered': 'answered', 'end': 'end', 'ended_by': 'ended_by'}),
    'messages': ('messages', {'id': 'id', 'capture': 'file', 'time': 'time', 'transport': 'transport', 'connection': 'connection',
                              'method': 'method', 'uri': 'uri', 'status': 'status', 'reason': 'reason', 'call_id': 'call_id',
                              'cseq': 'cseq', 'cseq_method': 'cseq_method', 'from_header': 'from', 'to_header': 'to',
                              'branch': 'branch', 'call': 'call', 'request': 'request', 'retransmission': 'retransmission',
                              'size': 'size', 'raw': 'raw'}),
    'connections': ('connections', {'id': 'id', 'first': 'first', 'opened': 'opened', 'closed': 'closed', 'transport': 'transport',
                                    'target': 'target', 'host': 'host', 'origin': 'origin', 'status': 'status',
                                    'subprotocol': 'subprotocol', 'user_agent': 'user_agent', 'server_product': 'server_name',
                                    'close_by': 'close.by', 'close_code': 'close.code', 'client_frames': 'client_sent.frames',
                                    'server_bytes': 'server_sent.bytes', 'sip_messages': 'sip_messages'}),
    'findings': ('check', {'rule': 'rule', 'level': 'level', 'rfc': 'rfc', 'party': 'party', 'time': 'time',
                           'connection': 'connection', 'message': 'message', 'call': 'call', 'product': 'product',
                           'text': 'text', 'evidence': 'evidence'}),
    'ledger': ('explain', {'time': 'time', 'protocol': 'protocol', 'connection': 'connection', 'direction': 'direction',
                           'bytes': 'bytes', 'decoded': 'decoded'}),
}


def value(thing, path):
    for key in path.split('.'):
        thing = thing.get(key) if thing is not None else None
    return int(thing) if isinstance(thing, bool) else thing


def listed(sipweave, command, captures):
    extra = ['--raw'] if command == 'messages' else []
    done = subprocess.run([sipweave, command, '-T', 'json', *extra, *captures], check=False, capture_output=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(table, rows, wanted):
    rows, wanted = (sorted(map(repr, lines)) for lines in (rows, wanted))
    if rows == wanted:
        print(f'{table}: {len(rows)} rows as in NDJSON')
        return True
    print(f'{table} differs: {len(rows)} rows, {len(wanted)} lines\n  {set(rows) - set(wanted)}\n  {set(wanted) - set(rows)}'[:3000])
    return False


def check_document(database, document):
    """Every table, view and column is told of, and the version."""
    good = f'version of what stands here: {database.execute("PRAGMA user_version").fetchone()[0]}.' in document
    for kind, name in database.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall():
        line = re.search(rf'^\| `{name}` \|.*$', document, re.M)
        columns = [row[1] for row in database.execute(f'PRAGMA table_info({name})')] if kind == 'table' else []
        missing = [column for column in columns if line and not re.search(rf'\b{column}\b', line.group().split('|')[3])]
        if not line or missing:
            print(f'the document does not tell of {kind} {name} {missing}')
            good = False
        database.execute(f'SELECT * FROM {name}').fetchall()
    return good


def main():
    sipweave, document, *captures = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = f'{folder}/export.db'
        subprocess.run([sipweave, 'export', '--sqlite', path, *captures], check=True)
        again = subprocess.run([sipweave, 'export', '--sqlite', path, *captures], check=False, capture_output=True)
        database = sqlite3.connect(path)
        good = again.returncode == 2 and b'there already' in again.stderr
        good &= database.execute('PRAGMA integrity_check').fetchone() == ('ok',)
        good &= check_document(database, Path(document).read_text(encoding='utf-8'))
        for table, (command, columns) in SAME.items():
            rows = database.execute(f'SELECT {", ".join(f"{table}.{column}" for column in columns)} FROM {table}').fetchall()
            objects = listed(sipweave, command, captures)
            good &= compare(table, rows, [tuple(value(thing, key) for key in columns.values()) for thing in objects])
        addresses = {(f'{row[0]}:{row[1]}', row[2]) for row in database.execute('SELECT src, src_port, id FROM messages')}
        good &= addresses == {(message['src'], message['id']) for message in listed(sipweave, 'messages', captures)}
        failed = database.execute('SELECT id FROM failed_calls ORDER BY id').fetchall()
        good &= [(call['id'],) for call in listed(sipweave, 'calls', ['--failed', *captures])] == failed
    sys.exit(not good)


if __name__ == '__main__':
    main()
