import massgov.pfml.util.logging as logging
from massgov.pfml import db
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


@background_task("my-new-task-name")
def main() -> None:
    """Counts what there is to count."""
    with db.session_scope(db.init(), close=True) as db_session:
        run(db_session)


def run(db_session: db.Session) -> None:
    logger.info("Starting")
