import os

import boto3

import massgov.pfml.util.files as file_util
import massgov.pfml.util.logging as logging
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


@background_task("my-new-task-name")
def main() -> None:
    run(os.environ["S3_PATH"])


def run(path: str) -> None:
    bucket_name, prefix = file_util.split_s3_url(path)
    for file in boto3.resource("s3").Bucket(bucket_name).objects.filter(Prefix=prefix):
        logger.info("Found s3://%s/%s", bucket_name, file.key)
