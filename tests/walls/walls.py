#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the sources against the walls of CONTRIBUTING.md.

usage: walls.py [ROOT]     the repository; prints a line a violation, exit 1 if there is any

1. core/ includes its own layer and lower ones, GLib, zlib and a few headers of the C library; nothing else.
2. core/ calls nothing that prints, opens, waits, tells the time or ends the program, and has no mutable globals.
3. offline/ includes core's public headers only, and of its own folders only those nearer to the capture.
4. dissector/ includes core's public headers, its own, and Wireshark's; of offline/ nothing.
5. Each source file names its licence in its first lines.
"""
import re
import sys
from pathlib import Path

# The layers of core, lowest first. A folder is a layer; files directly in core/ are "base".
CORE_LAYERS = {
    'base': {'base'},
    'ws': {'base', 'ws'},
    'sip': {'base', 'sip'},
    'call': {'base', 'sip', 'call'},
    'rules': {'base', 'ws', 'sip', 'call', 'rules'},
}

# The layer that implements each public header. A new header needs its line here.
PUBLIC_HEADERS = {
    'api.h': 'base', 'slice.h': 'base', 'limits.h': 'base', 'header.h': 'base', 'rules.h': 'base', 'rules.def': 'base',
    'http.h': 'ws', 'frame.h': 'ws', 'connection.h': 'ws',
    'sip.h': 'sip', 'fields.h': 'sip', 'uri.h': 'sip', 'sdp.h': 'sip', 'sip_stream.h': 'sip',
    'call.h': 'call',
    'websip.h': 'rules', 'sip_check.h': 'rules', 'sip_part.h': 'rules', 'offer_answer.h': 'rules', 'talk.h': 'rules', 'openings.h': 'rules', 'http2_check.h': 'rules',
}

# offline's folders, the capture first. Each may include those before it.
OFFLINE_LAYERS = ['sandbox', 'capture', 'net', 'tls', 'http2', 'pipeline', 'select', 'anonymize', 'output', 'export', 'report', 'cli']

CORE_SYSTEM_HEADERS = {
    'glib.h', 'zlib.h', 'assert.h', 'ctype.h', 'errno.h', 'inttypes.h', 'limits.h', 'stdarg.h', 'stdbool.h',
    'stddef.h', 'stdint.h', 'stdio.h', 'stdlib.h', 'string.h', 'strings.h', 'emmintrin.h',
}  # stdio.h is there for snprintf

CORE_FORBIDDEN_CALLS = {
    'prints': 'printf vprintf fprintf vfprintf puts fputs putchar fputc putc fwrite perror g_print g_printerr '
              'g_message g_warning g_debug g_info g_log',
    'opens or reads a file': 'fopen fdopen freopen open openat creat read write pread mmap fread fgets getline '
                             'g_file_get_contents g_file_set_contents popen system getenv secure_getenv g_getenv',
    'uses the network': 'socket connect bind listen accept send sendto recv recvfrom poll select',
    'tells the time or waits': 'time clock clock_gettime gettimeofday sleep usleep nanosleep g_get_monotonic_time '
                               'g_get_real_time g_usleep g_date_time_new_now g_timer_new',
    'starts a thread': 'pthread_create thrd_create g_thread_new g_thread_try_new',
    'ends the program': 'abort exit _exit quick_exit raise g_error g_assert g_assert_not_reached',
}

LICENCES = {'dissector': 'GPL-2.0-or-later'}  # everything else is MIT
SOURCE_FOLDERS = ['core', 'offline', 'dissector', 'examples', 'tests', 'scripts', '.ci']

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
CALL = re.compile(r'(?<![\w.>])([a-z_]\w*)[ \t]*\(')
MUTABLE_GLOBAL = re.compile(r'^(?!.*\b(?:const|typedef|extern|struct \w+;|enum \w+;|union \w+;))'
                            r'(?:static )?[a-z_][\w ]*[ *]\w+(?:\[[^\]]*\])*(?: = .*|;)$')


def lines_of(text, match):
    return text.count('\n', 0, match.start()) + 1


def without_comments(text):
    """The code with comments and strings blanked, line numbers kept."""
    return COMMENT_OR_STRING.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), text)


def core_layer(path):
    """The layer of a file below core/: ws/frame.c is "ws", bytes.h is "base", include/sipweave/sip.h is "sip"."""
    if path.parts[0] == 'include':
        return PUBLIC_HEADERS.get(path.name)
    return path.parts[0] if len(path.parts) > 1 else 'base'


def core_include_layer(core, source, name):
    """The layer of what a file of core includes by name, or None where there is no such header in core."""
    for folder in (core / source.parent, core, core / 'include'):
        if (folder / name).is_file():
            return core_layer((folder / name).resolve().relative_to(core.resolve()))
    return None


def check_core_include(core, source, quoted, system):
    layer = core_layer(source)
    if layer not in CORE_LAYERS:
        return 'belongs to no layer that tests/walls/walls.py knows'
    if system:
        return None if system in CORE_SYSTEM_HEADERS else f'core may not include <{system}>'
    target = core_include_layer(core, source, quoted)
    if target is None:
        return f'"{quoted}" is no header of core, or has no layer in tests/walls/walls.py'
    if target not in CORE_LAYERS[layer]:
        return f'"{quoted}" points upward: layer {layer} may not see layer {target}'
    if source.parts[0] == 'include' and not quoted.startswith('sipweave/'):
        return f'a public header may not include the private "{quoted}"'
    return None


def check_offline_include(offline, source, quoted, system):
    if system or quoted.startswith('sipweave/'):
        return None
    folder = source.parts[0]
    if (offline / source.parent / quoted).is_file():
        return None
    target = Path(quoted).parts[0]
    if folder not in OFFLINE_LAYERS or target not in OFFLINE_LAYERS or not (offline / quoted).is_file():
        return f'"{quoted}" is neither a public header of core nor one of a folder of offline/'
    if OFFLINE_LAYERS.index(target) > OFFLINE_LAYERS.index(folder):
        return f'"{quoted}" points upward: {folder}/ may not see {target}/'
    return None


def check_dissector_include(dissector, source, quoted, system):
    if system or quoted.startswith('sipweave/') or (dissector / source.parent / quoted).is_file():
        return None
    return f'"{quoted}" is neither a public header of core nor one of dissector/'


def includes(text, check):
    for match in INCLUDE.finditer(text):
        problem = check(match.group(1), match.group(2))
        if problem:
            yield lines_of(text, match), problem


def forbidden_calls(code):
    reasons = {name: reason for reason, names in CORE_FORBIDDEN_CALLS.items() for name in names.split()}
    for match in CALL.finditer(code):
        if match.group(1) in reasons:
            yield lines_of(code, match), f'core may not call {match.group(1)}(), which {reasons[match.group(1)]}'


def mutable_globals(code):
    for number, line in enumerate(code.split('\n'), 1):
        if MUTABLE_GLOBAL.match(line):
            yield number, 'core keeps no mutable globals'


def licence(relative, text):
    wanted = f'SPDX-License-Identifier: {LICENCES.get(relative.parts[0], "MIT")}'
    if wanted not in '\n'.join(text.split('\n')[:4]):
        yield 1, f'lacks "{wanted}" in its first lines'


def is_source(path):
    return path.suffix in ('.c', '.h') or (path.suffix in ('', '.py', '.bash', '.bats', '.sh')
                                           and path.read_bytes()[:2] == b'#!')


def violations(root):
    for folder in SOURCE_FOLDERS:
        for path in sorted(p for p in (root / folder).rglob('*') if p.is_file() and is_source(p)):
            text = path.read_text(encoding='utf-8')
            relative = path.relative_to(root)
            inside = path.relative_to(root / folder)
            found = list(licence(relative, text))
            if folder == 'core':
                code = without_comments(text)
                found += includes(text, lambda q, s: check_core_include(root / 'core', inside, q, s))
                found += forbidden_calls(code)
                found += mutable_globals(code)
            elif folder == 'offline':
                found += includes(text, lambda q, s: check_offline_include(root / 'offline', inside, q, s))
            elif folder == 'dissector':
                found += includes(text, lambda q, s: check_dissector_include(root / 'dissector', inside, q, s))
            yield from (f'{relative}:{number}: {problem}' for number, problem in sorted(found))


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
    found = list(violations(root))
    print('\n'.join(found) if found else 'The walls stand.')
    sys.exit(1 if found else 0)


if __name__ == '__main__':
    main()
