# SPDX-License-Identifier: MIT
"""Runs tshark with and without the plugin, out of a folder of its own.

Wireshark ignores personal plugins and WIRESHARK_PLUGIN_DIR when it runs as root, so there it runs as nobody. What it
reads is copied to where nobody can read it.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NOBODY = 65534
AS_NOBODY = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups']


def skip(reason):
    print(f'SKIPPED: {reason}')
    sys.exit(77)


def minor_version(program='tshark'):
    text = subprocess.run([program, '--version'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                          text=True).stdout
    return re.search(r'\d+\.\d+', text).group()


class Tshark:
    """Two of them: with the plugin, and as it comes."""

    def __init__(self, folder, plugin):
        self.folder = folder
        self.prefix = AS_NOBODY if os.geteuid() == 0 else []
        plugins = folder / 'plugins'
        place = plugins / minor_version() / 'epan'
        place.mkdir(parents=True)
        shutil.copy(plugin, place / 'sipweave.so')
        empty = folder / 'none' / minor_version() / 'epan'
        empty.mkdir(parents=True)
        (folder / 'home').mkdir()
        if self.prefix:
            os.chown(folder / 'home', NOBODY, NOBODY)
        for path in [folder, *folder.rglob('*')]:
            path.chmod(0o755)
        self.folders = {True: plugins, False: folder / 'none'}

    def environment(self, plugged, extra=None):
        preload = os.environ.get('SIPWEAVE_PRELOAD')
        if preload and plugged:
            extra = {'LD_PRELOAD': preload, 'ASAN_OPTIONS': 'detect_leaks=0', **(extra or {})}
        return {'PATH': os.environ['PATH'], 'HOME': str(self.folder / 'home'), 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC',
                'WIRESHARK_PLUGIN_DIR': str(self.folders[plugged]), **(extra or {})}

    def readable(self, path):
        copy = self.folder / Path(path).name
        if not copy.exists():
            shutil.copy(path, copy)
            copy.chmod(0o644)
        return copy

    def command(self, capture, *options):
        return [*self.prefix, 'tshark', '-r', str(self.readable(capture)), *options]

    def run(self, capture, *options, plugged=True, timeout=120):
        """What it prints, and what it complains of."""
        run = subprocess.run(self.command(capture, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=self.environment(plugged), timeout=timeout, check=False)
        if run.returncode != 0:
            raise RuntimeError(f'tshark {" ".join(options)}: exit {run.returncode}: {run.stderr.decode()}')
        return run.stdout, run.stderr

    def out(self, capture, *options, plugged=True):
        return self.run(capture, *options, plugged=plugged)[0]


@contextlib.contextmanager
def tshark_with(plugin):
    if shutil.which('tshark') is None:
        skip("tshark isn't installed")
    with tempfile.TemporaryDirectory(prefix='sipweave-', dir='/tmp') as folder:
        yield Tshark(Path(folder), plugin)


def keys_of(capture):
    """Its key log, if there is one."""
    keys = capture.parent / f"{capture.name.split('.')[0]}.keys.log"
    return [keys] if keys.exists() else []


def options_for(capture):
    """What a person would set to read this capture: its TLS keys, where its connections begin."""
    options = [option for keys in keys_of(capture) for option in ('-o', f'tls.keylog_file:{keys}')]
    if capture.name.startswith('07-ws-mid-connection'): # no upgrade to be seen; the port is one of HTTP's
        options += ['-d', 'tcp.port==8088,sipweave']
    return options


def captures_of(folders):
    """Each once, by name."""
    found = {}
    for folder in folders:
        for path in sorted(Path(folder).glob('*.pcap*')):
            if not path.name.endswith('.json'):
                found.setdefault(path.name, path)
    return list(found.values())
