import argparse
import sys
from typing import List

import massgov.pfml.util.logging as logging
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


def parse_args(args: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--steps", nargs="+")
    parser.add_argument("--to")
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args(args)


@background_task("my-new-task-name")
def main() -> None:
    args = parse_args(sys.argv[1:])
    run(args)


def run(args: argparse.Namespace) -> None:
    logger.info("Starting", extra={"arguments": vars(args)})
