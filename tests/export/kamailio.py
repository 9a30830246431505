#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""export --hep fills the table of Kamailio's sipcapture with every message once, as NDJSON lists them.

usage: kamailio.py SIPWEAVE CAPTURE...

Kamailio (Debian's kamailio and kamailio-sqlite-modules) listens on loopback and writes to SQLite. Exit 77 where it is
missing. Messages that Kamailio can't parse are not its to store; they are counted and shown.
"""
import glob
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime

COLUMNS = '''date micro_ts method reply_reason ruri ruri_user ruri_domain from_user from_domain from_tag to_user to_domain
to_tag pid_user contact_user auth_user callid callid_aleg via_1 via_1_branch cseq diversion reason content_type auth
user_agent source_ip source_port destination_ip destination_port contact_ip contact_port originator_ip originator_port
correlation_id custom_field1 custom_field2 custom_field3 proto family rtp_stat type node msg'''.split()

CONFIG = '''#!KAMAILIO
debug=1
log_stderror=yes
fork=no
children=1
auto_aliases=no
disable_tcp=yes
listen=udp:127.0.0.1:{port}
loadmodule "db_sqlite.so"
loadmodule "sipcapture.so"
modparam("sipcapture", "db_url", "sqlite:///{folder}/capture.db")
modparam("sipcapture", "capture_on", 1)
modparam("sipcapture", "hep_capture_on", 1)
modparam("sipcapture", "table_name", "sip_capture")
modparam("sipcapture", "capture_node", "homer01")
request_route {{ sip_capture("sip_capture"); drop; }}
onreply_route {{ sip_capture("sip_capture"); drop; }}
'''


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def expected(message):
    whole, _, fraction = message['time'].rstrip('Z').partition('.')
    seconds = int(datetime.fromisoformat(whole + '+00:00').timestamp())
    source, source_port = message['src'].rsplit(':', 1)
    destination, destination_port = message['dst'].rsplit(':', 1)
    method = message.get('method') or str(message['status'])
    return (seconds * 10**6 + int(fraction[:6]), method, message.get('call_id', ''), message.get('call_id', ''),
            source.strip('[]'), int(source_port), destination.strip('[]'), int(destination_port),
            1 if message['transport'] == 'UDP' else 2)  # as Kamailio counts them


def stored(path):
    rows = sqlite3.connect(path).execute(
        'SELECT micro_ts, method, callid, correlation_id, source_ip, source_port, destination_ip, destination_port, proto '
        'FROM sip_capture ORDER BY id').fetchall()
    return [tuple(row) for row in rows]


def count(path):
    return sqlite3.connect(path).execute('SELECT count(*) FROM sip_capture').fetchone()[0]


def wait_for(path, number):
    deadline = time.monotonic() + 20
    while count(path) < number and time.monotonic() < deadline:
        time.sleep(0.2)


def run(sipweave, captures, folder):
    port = free_port()
    path = f'{folder}/capture.db'
    columns = ', '.join(f"{name} {'INTEGER' if name in ('micro_ts', 'proto') or name.endswith('port') else 'TEXT'}" for name in COLUMNS)
    with sqlite3.connect(path) as database:
        database.execute(f'CREATE TABLE sip_capture (id INTEGER PRIMARY KEY AUTOINCREMENT, {columns})')
        database.execute('PRAGMA journal_mode = WAL')  # so that looking on locks nobody out
        database.execute('CREATE TABLE version (table_name TEXT, table_version INTEGER)')
    with open(f'{folder}/kamailio.cfg', 'w', encoding='utf-8') as config:
        config.write(CONFIG.format(port=port, folder=folder))
    lines = subprocess.run([sipweave, 'messages', '-T', 'json', *captures], check=True, capture_output=True).stdout
    wanted = [expected(json.loads(line)) for line in lines.splitlines()]
    with open(f'{folder}/log', 'wb') as log:
        kamailio = subprocess.Popen(['kamailio', '-f', f'{folder}/kamailio.cfg', '-DD', '-E', '-Y', folder],
                                    stdout=log, stderr=subprocess.STDOUT)
    try:
        time.sleep(2)
        subprocess.run([sipweave, 'export', '--hep', f'127.0.0.1:{port}', '--hep-rate', '200', *captures], check=True)
        wait_for(path, len(wanted))
    finally:
        kamailio.terminate()
        kamailio.wait()
    return wanted, stored(path)


def main():
    sipweave, *captures = sys.argv[1:]
    if not shutil.which('kamailio') or not glob.glob('/usr/lib/*/kamailio/modules/db_sqlite.so'):
        print('SKIPPED: there is no kamailio with kamailio-sqlite-modules')
        sys.exit(77)
    memory = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None  # Kamailio waits for the disk after each row
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        wanted, found = run(sipweave, captures, folder)
        missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
        print(f'{len(wanted)} messages, {len(found)} rows; missing {sum(missing.values())}, too many {sum(extra.values())}')
        if missing or extra:
            print(list(missing)[:3], list(extra)[:3])
            with open(f'{folder}/log', encoding='utf-8', errors='replace') as log:
                print(''.join(log.readlines()[:15]))
    sys.exit(bool(missing or extra))


if __name__ == '__main__':
    main()
