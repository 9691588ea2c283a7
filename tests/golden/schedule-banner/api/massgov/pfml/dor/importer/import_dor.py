"""Import the employers that the Department of Revenue (DOR) sends. The real one decrypts the files first."""

import csv
import os
from pathlib import Path

import massgov.pfml.util.logging as logging
from massgov.pfml import db
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


@background_task("dor-wages-import")
def handler() -> None:
    folder = Path(os.environ.get("FOLDER_PATH", "dor_files"))
    with db.session_scope(db.init(), close=True) as db_session:
        for path in sorted(folder.glob("*.csv")):
            count = import_file(db_session, path)
            logger.info("imported a file", extra={"file": path.name, "employers": count})


def import_file(db_session: db.Session, path: Path) -> int:
    """Import one file of identification number and name. Return how many employers it holds."""
    with path.open(newline="") as file:
        employers = list(csv.reader(file))
    db_session.executemany(
        "INSERT INTO employer (fein, name) VALUES (?, ?)"
        " ON CONFLICT (fein) DO UPDATE SET name = excluded.name",
        employers,
    )
    return len(employers)
