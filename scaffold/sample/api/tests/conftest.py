import pytest

from massgov.pfml import db


@pytest.fixture
def logging_fix(monkeypatch):
    """Keep the code under test from configuring logging, which would cut off caplog."""
    monkeypatch.setattr("logging.config.dictConfig", lambda settings: None)


@pytest.fixture
def test_db_session():
    with db.session_scope(db.init(), close=True) as session:
        yield session


@pytest.fixture
def mock_s3_bucket(monkeypatch):
    """The name of a bucket on an S3 in memory."""
    # Imported here, since most tests do without, and they take a moment.
    import boto3
    import moto

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with moto.mock_aws():
        boto3.client("s3").create_bucket(Bucket="test-bucket")
        yield "test-bucket"
