from unittest import mock

from massgov.pfml import db
from massgov.pfml.tasks.another_name import main


def test_main(monkeypatch):
    monkeypatch.setattr("sys.argv", ["entrypoint"])
    monkeypatch.setattr(db, "init", mock.MagicMock())
    # Without the decorator, which registers with New Relic and sets up logging for all later tests.
    main.__wrapped__()
    db.init.return_value.commit.assert_called_once_with()
    db.init.return_value.close.assert_called_once_with()
