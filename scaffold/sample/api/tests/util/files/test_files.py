import boto3
import pytest

import massgov.pfml.util.files as file_util


@pytest.fixture
def files(mock_s3_bucket):
    for key in ("inbox/a.csv", "inbox/inner/b.csv", "inbox-2/c.csv"):
        boto3.client("s3").put_object(Bucket=mock_s3_bucket, Key=key, Body="")
    return f"s3://{mock_s3_bucket}/inbox"


def test_list_files_stays_in_the_folder(files):
    assert file_util.list_files(files) == ["a.csv"]
    assert file_util.list_files(files + "/", recursive=True) == ["a.csv", "inner/b.csv"]


def test_split_s3_url():
    assert file_util.split_s3_url("s3://bucket/inbox/a.csv") == ("bucket", "inbox/a.csv")
