import argparse
import sys
from typing import List

import massgov.pfml.util.logging as logging
from massgov.pfml import db
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


def parse_args(args: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--dry-run", action="store_true", help="Change nothing.")
    return parser.parse_args(args)


@background_task("my-new-task-name")
def main() -> None:
    args = parse_args(sys.argv[1:])
    with db.session_scope(db.init(), close=True) as db_session:
        run(db_session, args)


def run(db_session: db.Session, args: argparse.Namespace) -> None:
    logger.info("Starting", extra={"arguments": vars(args)})
