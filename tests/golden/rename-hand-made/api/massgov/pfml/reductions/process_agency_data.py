"""Take in what other agencies paid to claimants, and report it.

Agencies are the Department of Industrial Accidents (DIA) and the Department of Unemployment
Assistance (DUA). The real one fetches their files over SFTP and sends the report by e-mail.
"""

import argparse
import csv
import os
from pathlib import Path
from typing import Dict

import massgov.pfml.util.logging as logging
from massgov.pfml import db
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)

STEPS = ["import", "report"]


@background_task("agency-data-import")
def main() -> None:
    parser = argparse.ArgumentParser(description="Take in and report the payments of agencies")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    args = parser.parse_args()

    with db.session_scope(db.init(), close=True) as db_session:
        if "import" in args.steps:
            import_payments(db_session, Path(os.environ.get("REDUCTIONS_INBOUND_PATH", "inbound")))
        if "report" in args.steps:
            for agency, cents in report(db_session).items():
                logger.info("paid by agency", extra={"agency": agency, "cents": cents})


def import_payments(db_session: db.Session, folder: Path) -> None:
    """Import the files of a folder. A file is named like its agency and holds claimant and cents."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as file:
            payments = [(path.stem, claimant, int(cents)) for claimant, cents in csv.reader(file)]
        db_session.executemany("INSERT INTO agency_payment VALUES (?, ?, ?)", payments)
        logger.info("imported a file", extra={"file": path.name, "payments": len(payments)})


def report(db_session: db.Session) -> Dict[str, int]:
    """Return how much each agency paid, in cents."""
    rows = db_session.execute("SELECT agency, SUM(cents) FROM agency_payment GROUP BY agency")
    return dict(rows.fetchall())
