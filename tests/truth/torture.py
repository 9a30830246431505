#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every torture message of RFC 4475 and RFC 5118 is reported, over UDP and over WebSocket.

usage: torture.py SIPWEAVE FOLDER

FOLDER has NAME.dat, truth.json (which packet of which capture carries it) and torture4475|5118-udp|ws.pcap. The method
or status and the Call-ID that are expected are read out of the .dat bytes here, by other means than sipweave's. Exit 77, which ctest
reports as skipped, where FOLDER isn't there.
"""
import base64
import json
import re
import subprocess
import sys
from pathlib import Path

CALL_ID = re.compile(rb'^(?:call-id|i)[ \t]*:[ \t]*(?:\r\n[ \t]+)*([^\r\n]*?)[ \t]*\r?$', re.IGNORECASE | re.MULTILINE)
STATUS_LINE = re.compile(rb'SIP/\S+ +(\d+)')

# dblreq holds a second request behind the body of the first. UDP discards what follows the body (RFC 3261 18.3); in a
# WebSocket message, which may hold one SIP message only (RFC 7118 5), the second is shown as well.
TWO_OVER_WEBSOCKET = {'dblreq'}


def expected(data):
    text = data.lstrip(b'\r\n')
    status = STATUS_LINE.match(text)
    call_id = CALL_ID.search(text)
    number = int(status[1]) if status else None
    return {
        'method': None if status else text.split()[0].decode(errors='replace'),
        'status': number if number is None or number <= 999 else None,  # bigcode's doesn't fit three digits
        'call_id': call_id[1].decode(errors='replace') if call_id and call_id[1] else None,
    }


def messages_by_packet(sipweave, capture):
    run = subprocess.run([sipweave, 'messages', '--raw', '-T', 'json', capture], stdout=subprocess.PIPE, check=True)
    found = {}
    for line in run.stdout.splitlines():
        message = json.loads(line)
        found.setdefault(message['frames'][0], []).append(message)
    return found


def faults(case, data, found, over):
    want = 2 if over == 'ws' and case['name'] in TWO_OVER_WEBSOCKET else 1
    if len(found) != want:
        return [f'{len(found)} messages']
    raw = b''.join(m['raw'].encode() if 'raw' in m else base64.b64decode(m['raw_base64']) for m in found)
    wrong = [f'{key}: {found[0].get(key)!r}, not {value!r}'
             for key, value in expected(data).items() if found[0].get(key) != value]
    return wrong + (['other bytes'] if raw != data else [])


def main():
    sipweave, folder = sys.argv[1], Path(sys.argv[2])
    if not folder.is_dir():
        print(f"SKIPPED: {folder} isn't there, so the torture messages are not checked")
        sys.exit(77)
    cases = json.loads((folder / 'truth.json').read_text(encoding='utf-8'))
    failed = 0
    for over in ('udp', 'ws'):
        found = {rfc: messages_by_packet(sipweave, folder / f'torture{rfc}-{over}.pcap') for rfc in ('4475', '5118')}
        for case in cases:
            data = (folder / case['file']).read_bytes()
            wrong = faults(case, data, found[case['rfc']].get(case[f'{over}_packet'], []), over)
            failed += bool(wrong)
            for text in wrong:
                print(f"{case['name']} over {over}: {text}")
        print(f'{over}: {len(cases)} messages looked for')
    sys.exit(1 if failed else 0)


main()
