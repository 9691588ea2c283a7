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
