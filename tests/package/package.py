#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the Debian packages of a build folder, and looks at what users would get.

usage: package.py SOURCE BUILD           makes them with cpack
       package.py SOURCE BUILD PACKAGES  looks at those that are in the folder PACKAGES

Each package holds the files that it should, and no others. lintian has nothing to say. All programs and libraries are
hardened. The library exports what its headers declare. The example is built with the installed files, and finds what
is there. Other than from packages, too, nothing is installed outside the prefix.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

LIBRARIES = 'usr/lib/*-linux-gnu*'
DOCUMENTS = ['usr/share/doc/{package}/copyright', 'usr/share/doc/{package}/changelog.Debian.gz']
OVERRIDES = 'usr/share/lintian/overrides/{package}'

# What each package holds: each pattern has a file, and each file its pattern.
CONTENTS = {
    'libsipweave0': [f'{LIBRARIES}/libsipweave.so.0', f'{LIBRARIES}/libsipweave.so.0.[0-9]*'],
    'libsipweave-dev': ['usr/include/sipweave/*.h', 'usr/include/sipweave/rules.def', f'{LIBRARIES}/libsipweave.so',
                        f'{LIBRARIES}/pkgconfig/sipweave.pc', 'usr/share/doc/libsipweave-dev/examples/websocket.c',
                        'usr/share/doc/libsipweave-dev/examples/Makefile'],
    'sipweave': ['usr/bin/sipweave', 'usr/share/bash-completion/completions/sipweave',
                 'usr/share/zsh/vendor-completions/_sipweave', 'usr/share/man/man1/sipweave.1.gz', 'usr/share/doc/sipweave/*.md'],
    'sipweave-wireshark-plugin': [f'{LIBRARIES}/wireshark/plugins/[0-9]*.[0-9]*/epan/sipweave.so'],
}

# One connection: a handshake and a message of the client, masked with zeros.
REQUEST = (b'GET /ws HTTP/1.1\r\nHost: sip.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
           b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n')
ANSWER = (b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
          b'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n')
INVITE = (b'INVITE sip:bob@sip.example SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n'
          b'From: <sip:alice@sip.example>;tag=1\r\nTo: <sip:bob@sip.example>\r\nCall-ID: one\r\nCSeq: 1 INVITE\r\n'
          b'Contact: <sip:a@a.invalid;transport=ws>\r\nContent-Type: application/sdp\r\n\r\n'
          b'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n')
CLIENT = REQUEST + b'\x81\xfe' + len(INVITE).to_bytes(2, 'big') + b'\0\0\0\0' + INVITE
FOUND_SIP = '  SIP INVITE, CSeq 1 INVITE, Call-ID one\n    media audio at 192.0.2.1 port 40000\n'
FOUND = ('client, byte 0: asks for a WebSocket\nserver, byte 0: accepts\n'
         f'client, byte {len(REQUEST)}: message of {len(INVITE)} bytes, 1 frames\n{FOUND_SIP}'
         f'client, byte {len(REQUEST)}: breaks WS-MASKKEY-ZERO: masking key 0x00000000\n')

faults = []


def fault(text):
    faults.append(text)
    print(f'FAULT: {text}')


def run(*command, **options):
    """What the command prints; it must not fail."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        print(done.stdout)
        sys.exit(f'failed: {" ".join(map(str, command))}')
    return done.stdout


def check_contents(package, root):
    patterns = [pattern.format(package=package) for pattern in CONTENTS[package] + DOCUMENTS]
    files = [str(path.relative_to(root)) for path in root.rglob('*') if not path.is_dir() or path.is_symlink()]
    for pattern in patterns:
        if not any(fnmatch(name, pattern) for name in files):
            fault(f'{package} holds no {pattern}')
    for name in files:
        if not any(fnmatch(name, pattern) for pattern in patterns + [OVERRIDES.format(package=package)]):
            fault(f'{package} holds {name}, which nobody expects')


def check_dependencies(package, archive):
    depends = run('dpkg-deb', '--field', archive, 'Depends')
    if package == 'sipweave-wireshark-plugin' and not re.search(
            r'libwireshark\d+ \(>= (\d+)\.(\d+)\), libwireshark\d+ \(<< \1\.\d+~\)', depends):
        fault(f'{package} isn\'t tied to a minor version of Wireshark: {depends}')
    if package != 'libsipweave-dev' and 'libc6 ' not in depends:
        fault(f'{package} depends on no libc6: {depends}')


def check_hardening(path, checked_sizes):
    """As Debian's hardening-check does, and CET besides."""
    shown = run('readelf', '--wide', '--file-header', '--program-headers', '--dynamic', '--notes', '--dyn-syms', path)
    wanted = {
        'is position independent': r'Type: +DYN',
        'has read-only relocations': r'GNU_RELRO',
        'is bound when it is loaded': r'\(FLAGS_1\).*\bNOW\b',
        'has a stack that is not executable': r'GNU_STACK .* RW +0x',
        'guards the stack': r'__stack_chk_fail',
        'calls functions that check sizes': r'__\w+_chk\b(?<!stack_chk)' if checked_sizes else r'',
    }
    for what, pattern in wanted.items():
        if not re.search(pattern, shown):
            fault(f'{path.name} isn\'t hardened: nothing shows that it {what}')
    # Debian 12's start files are without, so the linker puts no mark on the whole: the instructions themselves must do.
    if 'X86-64' in shown and run('objdump', '--disassemble', path).count('endbr64') < 50:
        fault(f'{path.name} isn\'t hardened: nothing marks where indirect branches may lead')
    for what, pattern in {'names folders of libraries': r'\((RPATH|RUNPATH)\)', 'has relocations in its code': r'\(TEXTREL\)'}.items():
        if re.search(pattern, shown):
            fault(f'{path.name} {what}')


def check_exports(library, headers):
    """The library exports what its headers declare, and nothing else."""
    comment = re.compile(r'/\*.*?\*/', re.S)
    text = '\n'.join(comment.sub('', path.read_text()) for path in headers.glob('*.h'))
    functions = set(re.findall(r'^(?!static|#|\s)[\w *]*?\b(sw_\w+)\(', text, re.M))
    variables = set(re.findall(r'^extern .*?\b(\w+)(?:\[\])?;', text, re.M))
    exported = {line.split()[2] for line in run('nm', '--dynamic', '--defined-only', library).splitlines()}
    for name in sorted(exported ^ (functions | variables)):
        fault(f'{name} is ' + ('exported, but no header declares it' if name in exported else 'declared, but not exported'))


def check_example(root, work):
    """Built as a user of the package would, but that all lies below root."""
    shutil.copytree(root / 'usr/share/doc/libsipweave-dev/examples', work / 'examples')
    library = next(root.glob(f'{LIBRARIES}/libsipweave.so.0')).parent
    environment = {'PATH': '/usr/bin:/bin', 'PKG_CONFIG_PATH': str(library / 'pkgconfig'), 'PKG_CONFIG_SYSROOT_DIR': str(root),
                   'LD_LIBRARY_PATH': str(library)}
    run('make', '-C', work / 'examples', 'CFLAGS=-std=c11 -Wall -Wextra -Werror -O2', env=environment)
    (work / 'client').write_bytes(CLIENT)
    (work / 'server').write_bytes(ANSWER)
    (work / 'sip').write_bytes(INVITE)
    for arguments, wanted in ((('client', 'server'), FOUND), (('sip',), FOUND_SIP)):
        found = run(work / 'examples/websocket', *(work / name for name in arguments), env=environment)
        if found != wanted:
            fault(f'the example finds in {" and ".join(arguments)}:\n{found}rather than:\n{wanted}')


def check_prefix(build, work):
    """Without packages: all that is installed is below the prefix."""
    shown = run('cmake', '--install', build, '--prefix', work / 'prefix')
    for name in re.findall(r'^-- (?:Installing|Up-to-date): (.*)', shown, re.M):
        if not name.startswith(str(work / 'prefix')):
            fault(f'cmake --install --prefix writes {name}')


def main():
    source, build = (Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        made = Path(sys.argv[3]) if len(sys.argv) > 3 else work / 'made'
        if len(sys.argv) == 3:
            run('cpack', '--config', build / 'CPackConfig.cmake', '-B', made, cwd=work)
            check_prefix(build, work)
        archives = {archive.name.split('_')[0]: archive for archive in sorted(made.glob('*.deb'))}
        for package in CONTENTS.keys() ^ archives.keys():
            fault(f'{package} is ' + ('missing' if package in CONTENTS else 'a package that nobody expects'))
        for package, archive in archives.items():
            run('dpkg-deb', '--extract', archive, work / package)
            run('dpkg-deb', '--extract', archive, work / 'root')
            check_contents(package, work / package)
            check_dependencies(package, archive)
        for path in (work / 'root').rglob('*'):
            if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b'\x7fELF':
                check_hardening(path, '_FORTIFY_SOURCE' in (build / 'CMakeCache.txt').read_text())
        check_exports(next((work / 'root').glob(f'{LIBRARIES}/libsipweave.so.0')), source / 'core/include/sipweave')
        check_example(work / 'root', work)
        if shutil.which('lintian'):
            said = run('lintian', '--allow-root', '--fail-on', 'none', *archives.values())
            for line in said.splitlines():
                fault(f'lintian: {line}')
        else:
            print('NOT CHECKED by lintian, which is not installed: scripts/install test')
    print(f'{len(faults)} faults in {", ".join(archives)}')
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
