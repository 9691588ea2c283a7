"""Terraform's own core with stand-in providers, without a network.

Both run in a process of their own (`worker.py`), since the core takes TF_REATTACH_PROVIDERS, which says where its providers
are, from the environment that its process was started with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

Answer = dict[str, Any]
_APPLIED_BY_ONE = 100  # The core leaves files open, until there are too many.


class Core:
    """Plans and applies root modules, one after the other."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._applied = 0
        self._folder = tempfile.TemporaryDirectory(prefix="core-")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
        settings = {
            "CHECKPOINT_DISABLE": "1",
            "GOGC": "800",
            "GOMAXPROCS": "1",  # the garbage collector would keep idle processors busy, which other tests need
            "TF_CLI_CONFIG_FILE": os.devnull,
            "TF_DATA_DIR": str(Path(self._folder.name, "data")),
            "TF_REATTACH_PROVIDERS": _providers(Path(self._folder.name)),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.plans.worker", self._folder.name],
            cwd=Path(__file__).parents[2],
            env=inherited | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Core:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def apply(self, root: Path, state: str = "") -> Answer:
        """Plan a root module on a state, then apply that to nothing but the state.

        The answer has `errors`, `replaced`, the addresses of what is created anew, and the new `state`.
        """
        if self._applied == _APPLIED_BY_ONE:
            self._stop()
            self._start()
        self._applied += 1
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([str(root), state]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "Terraform's core has ended"
        parsed: Answer = json.loads(answer)
        return parsed


def _providers(folder: Path) -> str:
    """Where the worker serves the providers. Terraform goes on as long as the process lives that is named here."""
    common = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True}
    return json.dumps(
        {
            f"registry.terraform.io/hashicorp/{name}": {
                **common,
                "Addr": {"Network": "unix", "String": str(folder / name)},
            }
            for name in ("archive", "aws")
        }
    )
