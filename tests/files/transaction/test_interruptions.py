"""A commit is complete or has no effect, even if it is killed or interrupted before any operation."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from scaffold.files.transaction.commit import CommitError, FileTarget, commit, recover
from tests.files.transaction.faults import READING, all_operations, check_recovery, faults, killed
from tests.files.transaction.files import (
    TARGETS,
    Snapshot,
    build,
    fresh,
    journal_of,
    left_over,
    snapshot,
    without_directories,
)


def test_killed_before_every_operation(after: Snapshot) -> None:
    total = len(all_operations(READING))
    assert total > 70
    journals = set()
    for at in range(total):
        with fresh() as root:
            before = build(root)
            killed(lambda root=root: commit(root, TARGETS), at)  # type: ignore[misc]
            journals.add(journal_of(root))
            check_recovery(root, before, after)
    assert journals == {None, "", "-new", "-complete"}


def test_recovery_killed_before_every_operation(after: Snapshot) -> None:
    for at in range(20, len(all_operations(READING)), 17):
        recovery = 0
        while True:
            with fresh() as root:
                before = build(root)
                killed(lambda root=root: commit(root, TARGETS), at)  # type: ignore[misc]
                complete = journal_of(root) == "-complete"
                child = os.fork()
                if child == 0:
                    with faults(lambda: os._exit(9), at=recovery, spare=READING):
                        recover(root)
                    os._exit(0)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                sentence = recover(root)
                assert snapshot(root) == (after if complete else before)
                assert sentence is None or ("after it was complete" in sentence) == complete
                if code == 0:
                    break
                recovery += 1
        assert recovery > 2


def test_real_signals_at_random_times(after: Snapshot) -> None:
    """Child processes that commit back and forth as fast as they can, until a signal ends them."""
    random_times = random.Random(1)
    forth = [target for target in TARGETS if target.before != target.after]
    back = [FileTarget(target.path, target.after, target.before) for target in forth]
    complete: list[str | None] = []
    for number in [signal.SIGKILL] * 50 + [signal.SIGTERM, signal.SIGHUP] * 5:
        with fresh() as root:
            build(root)
            first = without_directories(snapshot(root))
            child = os.fork()
            if child == 0:
                signal.alarm(20)  # the child ends, whatever happens to the signal
                with suppress(BaseException):
                    while True:
                        commit(root, forth)
                        commit(root, back)
                os._exit(1)
            time.sleep(random_times.uniform(0.002, 0.02))
            os.kill(child, number)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -number
            if number != signal.SIGKILL:
                assert left_over(root) == []
            complete.append(recover(root))
            now = {path: data for path, (_, data) in without_directories(snapshot(root)).items()}
            assert now in [
                {path: data for path, (_, data) in seen.items()} for seen in (first, without_directories(after))
            ]
    assert any(complete), "no kill ever hit a commit"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_every_operation(number: signal.Signals, after: Snapshot) -> None:
    """It is held until everything is restored (or complete), then it is delivered."""
    arrived: list[int] = []
    previous = signal.signal(number, lambda number, _: arrived.append(number))
    outcomes = set()
    try:
        for at in range(1, len(all_operations()), 4):
            with fresh() as root:
                before = build(root)
                message = ""
                with faults(lambda: signal.raise_signal(number), at=at):
                    try:
                        commit(root, TARGETS)
                    except CommitError as error:
                        message = str(error)
                assert arrived.pop() == number and not arrived
                assert snapshot(root) == (before if message else after)
                outcomes.add(message)
    finally:
        signal.signal(number, previous)
    assert outcomes == {
        "",
        f"interrupted by {number.name}; nothing was written; run the command again",
    }


def test_ctrl_c_is_a_keyboard_interrupt_and_handlers_come_back(root: Path) -> None:
    before = build(root)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with (
        faults(lambda: signal.raise_signal(signal.SIGINT), at=60),
        pytest.raises(KeyboardInterrupt),
    ):
        commit(root, TARGETS)
    assert handlers == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert snapshot(root) == before
