"""The database. The real one is PostgreSQL through SQLAlchemy; here it lies in memory, with empty tables."""

import contextlib
import sqlite3
from typing import Iterator

Session = sqlite3.Connection

SCHEMA = """
CREATE TABLE employer (fein TEXT PRIMARY KEY, name TEXT NOT NULL, fineos_employer_id INTEGER);
CREATE TABLE agency_payment (agency TEXT NOT NULL, claimant TEXT NOT NULL, cents INTEGER NOT NULL);
"""


def init() -> Session:
    """Return a session on a new database."""
    session = sqlite3.connect(":memory:")
    session.executescript(SCHEMA)
    return session


@contextlib.contextmanager
def session_scope(session: Session, close: bool = False) -> Iterator[Session]:
    """Commit what the block did, or roll it back if the block raises."""
    try:
        yield session
        session.commit()
    except Exception:
        session.rollback()
        raise
    finally:
        if close:
            session.close()
