import contextlib
import time
from typing import Iterator

import massgov.pfml.util.logging as logging

logger = logging.get_logger(__name__)


@contextlib.contextmanager
def background_task(name: str) -> Iterator[None]:
    """Prepare what every task needs, and report how the task went.

    Stands above the function that an ECS task starts with, as a decorator:

        @background_task("my-task")
        def main():
            ...

    The real one also registers the task with New Relic, which takes seconds and a network.
    So tests call what `main` calls.
    """
    logging.init(name)
    logger.info("start %s", name)
    start = time.monotonic()
    try:
        yield
    except Exception:
        logger.exception("failed %s after %.3f s", name, time.monotonic() - start)
        raise
    logger.info("end %s after %.3f s", name, time.monotonic() - start)
