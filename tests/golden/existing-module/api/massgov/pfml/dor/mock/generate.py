"""Write a file like the ones that the Department of Revenue (DOR) sends. For use on one's own machine."""

import argparse
import csv
from pathlib import Path

import massgov.pfml.util.logging as logging
from massgov.pfml import db
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up file of employers")
    parser.add_argument("--folder", type=Path, default=Path("dor_files"))
    parser.add_argument("--count", type=int, default=10, help="how many employers")
    args = parser.parse_args()

    generate(args.folder, args.count)


def generate(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "employers.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows((f"{n:09}", f"Employer {n}") for n in range(1, count + 1))
    return path


@background_task("my-new-task-name")
def count() -> None:
    with db.session_scope(db.init(), close=True) as db_session:
        run(db_session)


def run(db_session: db.Session) -> None:
    logger.info("Starting")
