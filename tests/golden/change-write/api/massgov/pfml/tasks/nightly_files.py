import os

import massgov.pfml.util.files as file_util
import massgov.pfml.util.logging as logging
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


@background_task("nightly-files")
def main() -> None:
    run(os.environ["S3_PATH"])


def run(path: str) -> None:
    for file_name in file_util.list_files(path, recursive=True):
        logger.info("Found %s%s", path, file_name)
