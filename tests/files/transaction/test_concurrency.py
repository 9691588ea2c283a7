"""Two runs at once."""

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.files.transaction.commit import CommitError, commit, recover
from tests.files.transaction.faults import (
    half_done,
    raising,
)
from tests.files.transaction.files import (
    TARGETS,
    Snapshot,
    build,
    snapshot,
)
from tests.helpers import ROOT


def test_runs_at_once(root: Path) -> None:
    """Each process adds 1 to both files, and retries after a CommitError.

    All of them have read the files before the first one writes, so that they meet.
    """
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom scaffold.files.transaction.commit import *\n"
        "root, done, busy = Path(sys.argv[1]), 0, 0\n"
        "while done < 25:\n"
        "    a, b = (root / 'a').read_bytes(), (root / 'b').read_bytes()\n"
        "    if not done + busy:\n"
        "        print('ready', flush=True)\n"
        "        sys.stdin.readline()\n"
        "    more = str(int(a) + 1).encode()\n"
        "    try:\n"
        "        commit(root, [FileTarget('a', a, more), FileTarget('b', b, more)])\n"
        "        done += 1\n"
        "    except CommitError as error:\n"
        "        assert 'another pfml-scaffold process' in str(error) or 'changed since' in str(error), error\n"
        "        busy += 1\n"
        "        time.sleep(.001)\n"
        "print(busy)\n"
    )
    for name in "ab":
        (root / name).write_bytes(b"0")
    home = ROOT
    command = [sys.executable, "-c", code, str(root)]
    pipe = subprocess.PIPE
    children = [subprocess.Popen(command, cwd=home, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    assert [child.stdout.readline() for child in children if child.stdout] == ["ready\n"] * 3
    for child in children:
        assert child.stdin
        child.stdin.write("go\n")
        child.stdin.flush()
    refusals = [int(child.communicate()[0]) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    assert sum(refusals) >= 2
    assert {path: data for path, (_, data) in snapshot(root).items()} == {"a": b"75", "b": b"75"}


def test_a_living_run_is_left_alone(root: Path) -> None:
    half_done(root)
    found = snapshot(root)
    descriptor = os.open(root, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    busy = "another pfml-scaffold process is running in this checkout; wait until it ends, then run the command again"
    with pytest.raises(CommitError, match=f"^{busy}$"):
        recover(root)
    with pytest.raises(CommitError, match=f"^{busy}$"):
        commit(root, TARGETS)
    assert snapshot(root) == found
    os.close(descriptor)
    assert recover(root)


def test_a_file_system_without_locks(root: Path, after: Snapshot) -> None:
    build(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fcntl, "flock", lambda *_: raising(OSError(errno.EBADF, "no locks here"))())
        commit(root, TARGETS)
    assert snapshot(root) == after
