"""Tell FINEOS, which handles the claims, of the employers that it does not know yet."""

import massgov.pfml.util.logging as logging
from massgov.pfml import db
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


@background_task("load-employers-to-fineos")
def handler() -> None:
    with db.session_scope(db.init(), close=True) as db_session:
        count = load_all(db_session)
    logger.info("loaded employers", extra={"employers": count})


def load_all(db_session: db.Session) -> int:
    """Give each employer without one a FINEOS number. The real one gets it from the FINEOS API."""
    cursor = db_session.execute(
        "UPDATE employer SET fineos_employer_id = rowid WHERE fineos_employer_id IS NULL"
    )
    return cursor.rowcount
