import argparse

import massgov.pfml.util.logging as logging
from massgov.pfml import db
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--all", action="store_true")
    return parser.parse_args()


@background_task("another-name")
def main() -> None:
    args = parse_args()
    with db.session_scope(db.init(), close=True) as db_session:
        run(db_session, args)


def run(db_session: db.Session, args: argparse.Namespace) -> None:
    logger.info("Starting", extra={"arguments": vars(args)})
