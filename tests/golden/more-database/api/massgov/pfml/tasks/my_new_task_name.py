import argparse
import os
import sys
from typing import List

import massgov.pfml.util.files as file_util
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
    """Make a report."""
    args = parse_args(sys.argv[1:])
    with db.session_scope(db.init(), close=True) as db_session:
        run(db_session, os.environ["S3_PATH"], args)


def run(db_session: db.Session, path: str, args: argparse.Namespace) -> None:
    logger.info("Starting", extra={"arguments": vars(args)})
    for file_name in file_util.list_files(path, recursive=True):
        logger.info("Found %s%s", path, file_name)
