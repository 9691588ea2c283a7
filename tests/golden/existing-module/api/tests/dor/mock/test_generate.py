from unittest import mock

from massgov.pfml import db
from massgov.pfml.dor.mock.generate import count


def test_count(monkeypatch):
    monkeypatch.setattr(db, "init", mock.MagicMock())
    # Without the decorator, which registers with New Relic and sets up logging for all later tests.
    count.__wrapped__()
    db.init.return_value.commit.assert_called_once_with()
    db.init.return_value.close.assert_called_once_with()
