#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plants one violation at a time in a small tree and expects walls.py to name it, and nothing in the tree without."""
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import walls

LICENCE = '/* SPDX-License-Identifier: MIT */\n'
LICENCE_OF_PLUGIN = '/* SPDX-License-Identifier: GPL-2.0-or-later */\n'

SOUND = {
    'core/bytes.h': '#include "sipweave/slice.h"\n',
    'core/include/sipweave/slice.h': '#include <stdint.h>\n',
    'core/include/sipweave/sip.h': '#include "sipweave/slice.h"\n',
    'core/include/sipweave/connection.h': '#include "sipweave/slice.h"\n',
    'core/ws/frame.c': '#include <glib.h>\n#include "bytes.h"\n/* printf( in a comment */\n'
                       'static const char *const names[] = {"exit(1)"};\nint f(void)\n{\n    return fn->read(1);\n}\n',
    'core/call/call.c': '#include "sipweave/sip.h"\n',
    'offline/capture/capture.h': '#include <pcap/pcap.h>\n',
    'offline/net/net.c': '#include "capture/capture.h"\n#include "sipweave/slice.h"\n',
    'dissector/tree.c': '#include <epan/packet.h>\n#include "sipweave/slice.h"\n',
}

PLANTED = [
    # file, what is added to it, a part of the complaint
    ('core/ws/frame.c', '#include "sipweave/sip.h"', 'layer ws may not see layer sip'),
    ('core/call/call.c', '#include "sipweave/connection.h"', 'layer call may not see layer ws'),
    ('core/bytes.h', '#include "sipweave/connection.h"', 'layer base may not see layer ws'),
    ('core/ws/frame.c', '#include <pcap/pcap.h>', 'core may not include <pcap/pcap.h>'),
    ('core/ws/frame.c', '#include <time.h>', 'core may not include <time.h>'),
    ('core/ws/frame.c', '#include "capture/capture.h"', 'is no header of core'),
    ('core/include/sipweave/sip.h', '#include "bytes.h"', 'a public header may not include the private'),
    ('core/include/sipweave/new.h', '', 'belongs to no layer'),
    ('core/ws/frame.c', 'void g(void)\n{\n    printf("x");\n}', 'core may not call printf()'),
    ('core/ws/frame.c', 'void g(void)\n{\n    abort ();\n}', 'core may not call abort()'),
    ('core/ws/frame.c', 'static int count;', 'mutable globals'),
    ('core/ws/frame.c', 'static struct pool *pools[4] = {NULL};', 'mutable globals'),
    ('offline/capture/capture.h', '#include "net/net.h"', 'capture/ may not see net/'),
    ('offline/net/net.c', '#include "bytes.h"', 'is neither a public header'),
    ('offline/net/net.c', '#include "ws/frame.h"', 'is neither a public header'),
    ('dissector/tree.c', '#include "bytes.h"', 'is neither a public header'),
    ('dissector/tree.c', '#include "net/net.h"', 'is neither a public header'),
]


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def complaints(files):
    with tempfile.TemporaryDirectory() as folder:
        plant(Path(folder), files)
        return list(walls.violations(Path(folder)))


def main():
    sound = {name: (LICENCE_OF_PLUGIN if name.startswith('dissector/') else LICENCE) + text
             for name, text in SOUND.items()}
    sound['offline/net/net.h'] = LICENCE
    failures = [f'the sound tree: {line}' for line in complaints(sound)]
    for name, added, expected in PLANTED:
        text = sound.get(name, LICENCE) + added + ('\n#include <stdint.h>\n' if not added else '\n')
        found = complaints({**sound, name: text})
        if len(found) != 1 or expected not in found[0] or not found[0].startswith(name):
            failures.append(f'{name} with {added!r}: expected one complaint "{expected}", got {found}')
    if len(complaints({**sound, 'core/ws/frame.c': SOUND['core/ws/frame.c']})) != 1:
        failures.append('a missing licence went unseen')
    print('\n'.join(failures) if failures else f'{len(PLANTED) + 1} planted violations found.')
    sys.exit(1 if failures else 0)


main()
