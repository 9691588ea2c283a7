"""The program, as `pfml-scaffold` and as `python -m scaffold`."""

from __future__ import annotations

import sys


def run() -> None:
    """Ctrl-C ends it without a traceback also while it is being imported."""
    try:
        from scaffold.cli.main import run as run_command
    except KeyboardInterrupt:
        sys.exit(130)
    run_command()


if __name__ == "__main__":
    run()
