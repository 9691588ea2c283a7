"""Copy files from one folder to another. The real one copies between S3 buckets; here, folders on disk."""

import argparse
import shutil
from pathlib import Path

import massgov.pfml.util.logging as logging
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


@background_task("fineos-bucket-tool")
def main() -> None:
    parser = argparse.ArgumentParser(description="Copy the files of a folder")
    parser.add_argument("--copy_dir", type=Path, default=Path("inbox"), help="folder to copy from")
    parser.add_argument("--to_dir", type=Path, default=Path("copies"), help="folder to copy to")
    parser.add_argument("--recursive", action="store_true", help="copy the folders inside as well")
    args = parser.parse_args()

    count = copy_dir(args.copy_dir, args.to_dir, args.recursive)
    logger.info("copied files", extra={"files": count})


def copy_dir(source: Path, target: Path, recursive: bool = False) -> int:
    """Copy the files of a folder. Return how many there were."""
    files = [path for path in source.glob("**/*" if recursive else "*") if path.is_file()]
    for path in files:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return len(files)
