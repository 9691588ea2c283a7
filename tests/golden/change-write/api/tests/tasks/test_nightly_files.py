import boto3

from massgov.pfml.tasks.nightly_files import run


def test_run(mock_s3_bucket, caplog):
    caplog.set_level("INFO")
    s3 = boto3.client("s3")
    s3.put_object(Bucket=mock_s3_bucket, Key="received/file.csv", Body="")
    s3.put_object(Bucket=mock_s3_bucket, Key="processed/file.csv", Body="")

    run(f"s3://{mock_s3_bucket}/received/")

    assert f"s3://{mock_s3_bucket}/received/file.csv" in caplog.text
    assert f"s3://{mock_s3_bucket}/processed/file.csv" not in caplog.text
