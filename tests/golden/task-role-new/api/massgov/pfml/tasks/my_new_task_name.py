import massgov.pfml.util.logging as logging
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


@background_task("my-new-task-name")
def main() -> None:
    run()


def run() -> None:
    logger.info("Starting")
