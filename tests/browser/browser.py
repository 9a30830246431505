#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes reports and has browser.js read them in Chromium.

usage: browser.py SIPWEAVE PCAPS MODULES [OTHER.html...]     MODULES: a folder that npm may fill

One report is of a real capture, one of SIP that wants to be taken for markup, script and directions of text, one of
nothing. Exit 77 where Chromium, node or npm is missing.
"""
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / 'hostile'))
from craft import CLIENT, CLOSE, SERVER, Capture, WebSocket, request, response  # noqa: E402

SCRIPT = '<script>window.owned=1</script>'
MARKUP = f'</script>{SCRIPT}<!--<img src=x onerror=window.owned=2><svg/onload=window.owned=3>]]>'
TRICKS = '\x1b[2J\x01\x7f\x9b\u202eevil\u2066\u200f\u2028\u2029\u00ad"\'&amp;${window.owned=4}\\u003c'
CALL = 'evil-call'


def hostile(path):
    capture = Capture(path)
    websocket = WebSocket(capture)
    evil = MARKUP + TRICKS
    headers = (f'User-Agent: {evil}\r\nSubject: {evil}\r\nX-Long: {"x" * 65536}\r\n{SCRIPT}: {evil}\r\n'
               f'Content-Type: application/sdp\r\n')
    sdp = (f'v=0\r\no={evil} 1 1 IN IP4 {evil}\r\ns={evil}\r\nt=0 0\r\nm=audio{MARKUP} 9 RTP/AVP 0 {MARKUP}\r\n'
           f'a=rtpmap:0 {evil}\r\na=fingerprint:{evil}\r\na=candidate:1 1 {MARKUP} 1 {MARKUP} 9 typ {MARKUP}\r\n')
    websocket.text(CLIENT, request('INVITE', CALL, caller=MARKUP.replace(' ', ''), callee='bob', branch='1' + TRICKS,
                                   headers=headers, body=sdp))
    websocket.text(SERVER, response(f'486 {evil}', 'INVITE', CALL, headers=f'Server: {evil}\r\n'))
    no_text = request('MESSAGE', 'no-text', branch='2').encode().replace(b'Max-Forwards: 70', b'X: \xff\xfe<script>window.owned=5</script>')
    websocket.frame(CLIENT, 2, no_text)
    websocket.text(CLIENT, request(f'{SCRIPT}'.replace(' ', ''), MARKUP.replace(' ', ''), branch='3'))
    websocket.frame(CLIENT, CLOSE, struct.pack('>H', 4000) + MARKUP.encode()[:100])
    websocket.end()
    return capture.close()


def modules_are_there(modules):
    if not (modules / 'node_modules' / 'playwright-core').is_dir():
        modules.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / 'package.json', modules)
        subprocess.run(['npm', 'install', '--prefix', modules, '--silent', '--no-audit', '--no-fund'], timeout=100, check=False)
    return (modules / 'node_modules' / 'playwright-core').is_dir()


def main():
    sipweave, pcaps, modules = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    missing = [program for program in ('chromium', 'node', 'npm') if not shutil.which(program)]
    if missing:
        print(f'SKIPPED: {", ".join(missing)} missing; scripts/install browser installs what this test needs')
        sys.exit(77)
    if not modules_are_there(modules):
        print('SKIPPED: npm could not install playwright-core and axe-core')
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        hostile(folder / 'hostile.pcap')
        (folder / 'nothing.pcap').write_bytes((pcaps / '03-sipjs-ws-kamailio.pcap').read_bytes()[:24])
        captures = {'good': pcaps / '03-sipjs-ws-kamailio.pcap', 'hostile': folder / 'hostile.pcap', 'nothing': folder / 'nothing.pcap'}
        for name, capture in captures.items():
            with open(folder / f'{name}.html', 'wb') as out:
                subprocess.run([sipweave, 'report', capture], stdout=out, check=True)
        calls = subprocess.run([sipweave, 'calls', '-T', 'json', captures['good']], capture_output=True, check=True)
        run = subprocess.run(['node', HERE / 'browser.js', modules / 'node_modules', folder, str(len(calls.stdout.splitlines())),
                              *sys.argv[4:]], check=False)
    sys.exit(run.returncode)


if __name__ == '__main__':
    main()
